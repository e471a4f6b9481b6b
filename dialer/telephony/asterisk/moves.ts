/**
 * Changes of what a channel does, one after another for each channel: requests to Asterisk run side by side, and one that
 * brings an agent back to where agents wait must not overtake, or be overtaken by, the next customer's bridge.
 */
interface Move {
  readonly channelIds: readonly string[];
  readonly act: (done: () => void) => void;
}

export class Moves {
  readonly #busy = new Set<string>();
  #waiting: Move[] = [];

  /** Runs `act` when no earlier move of any of the channels is under way; it calls `done` when its own is over. */
  run(channelIds: readonly string[], act: (done: () => void) => void): void {
    this.#waiting.push({ channelIds, act });
    this.#advance();
  }

  /** Forgets what waits, as after the loss of the link; what is under way still ends. */
  clear(): void {
    this.#waiting = [];
  }

  #advance(): void {
    const blocked = new Set(this.#busy);
    const ready: Move[] = [];
    this.#waiting = this.#waiting.filter((move) => {
      const free = !move.channelIds.some((id) => blocked.has(id));
      for (const id of move.channelIds) blocked.add(id);
      if (free) ready.push(move);
      return !free;
    });
    for (const { channelIds } of ready) for (const id of channelIds) this.#busy.add(id);
    for (const { channelIds, act } of ready) {
      let over = false;
      act(() => {
        if (over) return;
        over = true;
        for (const id of channelIds) this.#busy.delete(id);
        this.#advance();
      });
    }
  }
}
