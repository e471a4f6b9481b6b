/**
 * What is known of the channels of this installation on one switch: enough to report each thing once.
 *
 * FreeSWITCH does not promise an order: an answer may come before the creation, the end before the answer, the
 * result of the originate before or after each. So no event depends on an earlier one; the first mention of a
 * channel opens its entry, and its end closes it for good.
 */
export interface Leg {
  readonly channelId: string;
  kind: 'customer' | 'agent' | 'unknown';
  /** The originate was sent or waits to be, and its result is not known. */
  originating: boolean;
  progressed: boolean;
  answered: boolean;
  /** The other channel of its last bridge; empty before the first. */
  bridgedTo: string;
  /** Cause of a hang-up that was asked for; empty when none was. */
  killCause: string;
  /** Reported as failed though it may live: its events are not reported, and it is hung up when one comes. */
  disowned: boolean;
  /** The one deadline that runs for the leg. */
  timer: NodeJS.Timeout | undefined;
  readonly openedAt: number;
}

/** Ended channels that are remembered at least; late and doubled events of a channel come within seconds. */
const rememberedEnds = 20_000;

export class LegBook {
  readonly #legs = new Map<string, Leg>();
  #ended = new Set<string>();
  #endedBefore = new Set<string>();

  get size(): number {
    return this.#legs.size;
  }

  get(channelId: string): Leg | undefined {
    return this.#legs.get(channelId);
  }

  hasEnded(channelId: string): boolean {
    return this.#ended.has(channelId) || this.#endedBefore.has(channelId);
  }

  /** The entry of a channel, made when it is new; undefined when the channel has ended. */
  open(channelId: string, kind: Leg['kind'], now: number): Leg | undefined {
    const known = this.#legs.get(channelId);
    if (known) {
      if (kind !== 'unknown') known.kind = kind;
      return known;
    }
    if (this.hasEnded(channelId)) return undefined;
    const leg: Leg = {
      channelId,
      kind,
      originating: false,
      progressed: false,
      answered: false,
      bridgedTo: '',
      killCause: '',
      disowned: false,
      timer: undefined,
      openedAt: now,
    };
    this.#legs.set(channelId, leg);
    return leg;
  }

  /** Closes a channel for good. False when it had ended before. */
  end(channelId: string): boolean {
    if (this.hasEnded(channelId)) return false;
    this.#forget(channelId);
    this.#ended.add(channelId);
    if (this.#ended.size >= rememberedEnds) {
      this.#endedBefore = this.#ended;
      this.#ended = new Set();
    }
    return true;
  }

  /** Drops what a listing shows to be gone: entries older than `before` that are not in it. */
  keepOnly(listed: ReadonlySet<string>, before: number): void {
    for (const leg of this.#legs.values())
      if (leg.openedAt < before && !listed.has(leg.channelId)) this.#forget(leg.channelId);
  }

  stop(): void {
    for (const leg of this.#legs.values()) clearTimeout(leg.timer);
    this.#legs.clear();
  }

  #forget(channelId: string): void {
    clearTimeout(this.#legs.get(channelId)?.timer);
    this.#legs.delete(channelId);
  }
}
