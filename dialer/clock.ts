/** The clock port of the running engine. The core never sees it: it is told the time with each input. */
import type { EpochMilliseconds } from './core/model.js';

export interface Clock {
  now(): EpochMilliseconds;
  /** Calls back once after this much of the clock's own time; the returned function cancels. */
  after(milliseconds: number, callback: () => void): () => void;
}

/**
 * The system's clock, or one that runs `scale` times as fast from the moment it is made (for demonstrations: everything
 * that lives on it, people included, runs faster, and no rule knows).
 */
export function systemClock(scale = 1): Clock {
  const start = Date.now();
  const startTick = performance.now();
  return {
    // The monotonic clock carries the time on: a step of the wall clock must not make deadlines fire early or late.
    now: () => Math.floor(start + (performance.now() - startTick) * scale),
    after(milliseconds, callback) {
      const timer = setTimeout(callback, Math.max(0, Math.min(milliseconds / scale, 2_000_000_000)));
      return () => clearTimeout(timer);
    },
  };
}
