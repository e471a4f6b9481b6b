/** The clock that a simulated world runs on. */

export interface Clock {
  /** Milliseconds since 1970 in the world's time. */
  now(): number;
  /** Real milliseconds that `milliseconds` of the world's time take. */
  real(milliseconds: number): number;
}

/**
 * The wall clock, or one that runs `scale` times as fast since `origin` (epoch milliseconds, at which both agree).
 * Parts of one world must share the origin, or their clocks disagree.
 */
export function scaledClock(scale = 1, origin = Date.now()): Clock {
  if (!(scale > 0)) throw new RangeError(`the time scale must be above 0; it is ${scale}`);
  if (scale === 1) return { now: () => Date.now(), real: (milliseconds) => milliseconds };
  return {
    now: () => origin + (Date.now() - origin) * scale,
    real: (milliseconds) => milliseconds / scale,
  };
}
