/**
 * Originates on their way to a switch.
 *
 * A switch takes about 2 ms over each, and FreeSWITCH answers in order, so a burst of originates would hold up the
 * bridge of a customer who has just answered. Only a few are therefore under way at once; the rest wait here,
 * where a bridge or a hang-up overtakes them. The queue is bounded and nothing waits in it for long: a dial that
 * cannot leave now is refused, and the pacer decides anew.
 */
import type { CommandResult } from './command-result.js';

export interface OriginateLaneOptions {
  /** Originates sent and not yet taken by the switch. */
  readonly window: number;
  /** Originates waiting. */
  readonly limit: number;
  /** Longest wait. */
  readonly staleMilliseconds: number;
}

interface Waiting<Command> {
  readonly channelId: string;
  readonly command: Command;
  readonly since: number;
}

/** Sends the originate of a channel, and settles what the switch said to it. */
export type SendOriginate<Command> = (
  channelId: string,
  command: Command,
  settle: (result: CommandResult<unknown>) => void,
) => void;

/** `stale`: it waited too long and was not sent. */
export type OriginateAnswer = CommandResult<unknown> | { readonly outcome: 'stale'; readonly error: string };

export class OriginateLane<Command> {
  readonly #send: SendOriginate<Command>;
  readonly #options: OriginateLaneOptions;
  readonly #settle: (channelId: string, answer: OriginateAnswer) => void;
  readonly #waiting = new Map<string, Waiting<Command>>();
  #underWay = 0;

  constructor(
    send: SendOriginate<Command>,
    options: OriginateLaneOptions,
    settle: (channelId: string, answer: OriginateAnswer) => void,
  ) {
    this.#send = send;
    this.#options = options;
    this.#settle = settle;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** False when too many wait already: the originate is not taken. */
  submit(channelId: string, command: Command): boolean {
    if (this.#waiting.size >= this.#options.limit) return false;
    this.#waiting.set(channelId, { channelId, command, since: performance.now() });
    this.#advance();
    return true;
  }

  /** Takes an originate back. False when it has been sent. */
  withdraw(channelId: string): boolean {
    return this.#waiting.delete(channelId);
  }

  /** Refuses what has waited too long. */
  dropStale(): void {
    const oldest = performance.now() - this.#options.staleMilliseconds;
    for (const waiting of this.#waiting.values()) {
      if (waiting.since > oldest) break;
      this.#waiting.delete(waiting.channelId);
      this.#settle(waiting.channelId, {
        outcome: 'stale',
        error: `not sent within ${this.#options.staleMilliseconds} ms`,
      });
    }
  }

  /** Refuses all that wait, as after the loss of the connection. */
  refuseAll(error: string): void {
    const refused = [...this.#waiting.keys()];
    this.#waiting.clear();
    for (const channelId of refused) this.#settle(channelId, { outcome: 'unsent', error });
  }

  #advance(): void {
    for (const { channelId, command } of this.#waiting.values()) {
      if (this.#underWay >= this.#options.window) return;
      this.#waiting.delete(channelId);
      this.#underWay++;
      this.#send(channelId, command, (result) => {
        this.#underWay--;
        this.#settle(channelId, result);
        this.#advance();
      });
    }
  }
}
