/** The clock port of the running engine. The core never sees it: it is told the time with each input. */
import type { EpochMilliseconds } from './core/model.js';

export interface Clock {
  now(): EpochMilliseconds;
  /** Calls back once after this much of the clock's own time; the returned function cancels. */
  after(milliseconds: number, callback: () => void): () => void;
}

export interface SystemClockOptions {
  /** How many times as fast as real time it runs; 1 unless said. */
  readonly scale?: number;
  /** Real time at which it starts, epoch milliseconds; now unless said. */
  readonly origin?: EpochMilliseconds;
  /**
   * What has happened already: when that lies ahead of the origin (an earlier run at a higher scale, a wall clock that was
   * set back), the clock starts from there, so that time never runs backwards over what is stored.
   */
  readonly notBefore?: EpochMilliseconds;
}

/**
 * The system's clock, or one that runs faster from its origin on (for demonstrations: everything that lives on it, people
 * included, runs faster, and no rule knows).
 */
export function systemClock(options: SystemClockOptions = {}): Clock {
  const { scale = 1, origin = Date.now(), notBefore = origin } = options;
  const start = Math.max(origin, notBefore);
  const tick = performance.now() - (Date.now() - origin);
  return {
    // The monotonic clock carries the time on: a step of the wall clock must not make deadlines fire early or late.
    now: () => Math.floor(start + (performance.now() - tick) * scale),
    after(milliseconds, callback) {
      const timer = setTimeout(callback, Math.max(0, Math.min(milliseconds / scale, 2_000_000_000)));
      return () => clearTimeout(timer);
    },
  };
}
