/** What a test or a scenario can do to the simulated switch. Durations are milliseconds of the world's time. */
import type { PeopleScenario } from '../scenario.js';

export interface SwitchControl {
  /** Cuts every control connection without a word. */
  dropConnections(): void;
  /** The event socket neither reads nor writes for this long; calls go on. */
  stall(milliseconds: number): void;
  /** Every listener is ended as one that lost events. */
  killListeners(): void;
  /** New control connections are refused for this long, or until `acceptConnections`. */
  refuseConnections(milliseconds?: number): void;
  acceptConnections(): void;
  /** Outbound calls fail locally until `resumeOutbound`. */
  pauseOutbound(): void;
  resumeOutbound(): void;
  /** Every call fails with congestion for this long. */
  brownOut(milliseconds: number): void;
  /** Shares of events that are lost, doubled and delayed from now on, 0–1; what is left out stays. */
  disturbEvents(shares: {
    readonly lost?: number;
    readonly doubled?: number;
    readonly delayed?: number;
  }): void;
  /**
   * Announces, hangs up everything and leaves; with `downMilliseconds` it is back, empty, that long after.
   */
  shutdown(options?: { readonly downMilliseconds?: number }): void;
  /** Gone at once without a word; with `downMilliseconds` it is back, empty, that long after. */
  crash(options?: { readonly downMilliseconds?: number }): void;
  /**
   * Whoever is called from now on is different in what is given. With a prefix only numbers that begin so (digits as
   * dialled): a part of a list that turns bad.
   */
  changePeople(people: Partial<PeopleScenario>, prefix?: string): void;
  /**
   * Somebody calls one of our numbers, both in digits with the country code. The uuid of the leg; undefined when the
   * switch takes no call now.
   */
  callIn(from: string, to: string): string | undefined;
  /** The far end of a leg hangs up. False when there is no such leg. */
  hangUpFarEnd(uuid: string, cause?: string): boolean;
  /** Keys pressed on the far end of a leg. False when there is no such leg. */
  pressKeys(uuid: string, digits: string): boolean;
}
