/**
 * The net under a dead dialer: every call has an instant at which Asterisk itself ends it (`TIMEOUT(absolute)`), moved on as the
 * call advances. Asterisk does not say that a channel ended by it (cause 16, or 0 outside of bridges), so it is told by the time.
 */
import type { SwitchContext } from './switch-context.js';

/** Asterisk's timer may fire so much before ours. */
const toleranceMilliseconds = 400;

export class Deadlines {
  readonly #context: SwitchContext;
  /** By channel, in the clock's time. */
  readonly #at = new Map<string, number>();
  /** Channels whose deadline is being set, and the seconds that are to be set next. */
  readonly #underWay = new Map<string, number | undefined>();

  constructor(context: SwitchContext) {
    this.#context = context;
  }

  /** It was set with the originate. */
  began(channelId: string, seconds: number): void {
    this.#at.set(channelId, this.#context.options.clock.now() + seconds * 1000);
  }

  set(channelId: string, seconds: number): void {
    const whole = Math.max(1, Math.ceil(seconds));
    this.began(channelId, whole);
    // One at a time, as requests overtake each other: of those that wait the last one counts.
    if (this.#underWay.has(channelId)) this.#underWay.set(channelId, whole);
    else this.#send(channelId, whole);
  }

  #send(channelId: string, seconds: number): void {
    const { link, legs, log } = this.#context;
    this.#underWay.set(channelId, undefined);
    link.call(
      'channels.setChannelVar',
      { channelId, variable: 'TIMEOUT(absolute)', value: String(seconds) },
      (result) => {
        const next = this.#underWay.get(channelId);
        this.#underWay.delete(channelId);
        if (legs.hasEnded(channelId)) return;
        if (next !== undefined) this.#send(channelId, next);
        else if (result.outcome !== 'ok')
          log('warn', `the deadline of ${channelId} was not set: ${result.error}`);
      },
    );
  }

  /** Whether a channel that ends now ends by its deadline. */
  reached(channelId: string): boolean {
    const at = this.#at.get(channelId) ?? Number.POSITIVE_INFINITY;
    return this.#context.options.clock.now() >= at - toleranceMilliseconds;
  }

  ended(channelId: string): void {
    this.#at.delete(channelId);
  }
}
