/** The clock of a simulated world, which several processes can share. */
import type { Clock } from '../dialer/clock.js';

/** Longest time that a timer of the runtime can wait. */
const LONGEST_TIMER = 2_000_000_000;

/**
 * Runs `scale` times as fast as real time since `origin` (epoch milliseconds, at which both agree). Processes of one world
 * that are given the same scale and origin agree on the time.
 */
export function worldClock(scale = 1, origin = Date.now()): Clock {
  if (!(scale > 0)) throw new RangeError(`the time scale must be above 0; it is ${scale}`);
  return {
    now: () => origin + (Date.now() - origin) * scale,
    after(milliseconds, callback) {
      const wait = Math.min(Math.max(0, Math.ceil(milliseconds / scale)), LONGEST_TIMER);
      const timer = setTimeout(callback, wait);
      return () => clearTimeout(timer);
    },
  };
}
