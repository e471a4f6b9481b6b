/** Intervals for rates: exact (Clopper–Pearson), Wilson, and Newcombe's for the difference of two. */
import { betaQuantile, normalQuantile, studentQuantile } from './special-functions.js';

/** A count of events among trials: the numerator and denominator of a KPI. */
export interface Rate {
  readonly events: number;
  readonly trials: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

function checkRate({ events, trials }: Rate): void {
  if (!(trials >= 0) || !(events >= 0) || events > trials)
    throw new RangeError(`events ${events} of trials ${trials}: needs 0 ≤ events ≤ trials`);
}

function checkConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`confidence: ${confidence} is not between 0 and 1`);
}

/** The point estimate; undefined where there are no trials. */
export function pointRate(rate: Rate): number | undefined {
  checkRate(rate);
  return rate.trials === 0 ? undefined : rate.events / rate.trials;
}

/**
 * Exact one-sided lower limit (Clopper and Pearson 1934): a rate below it would show this many events or more with
 * a probability of at most 1 − confidence. 0 where there are no events.
 */
export function exactLowerLimit(rate: Rate, confidence: number): number {
  checkRate(rate);
  checkConfidence(confidence);
  return rate.events === 0 ? 0 : betaQuantile(1 - confidence, rate.events, rate.trials - rate.events + 1);
}

/** Exact one-sided upper limit (Clopper and Pearson 1934). 1 where every trial was an event, and without trials. */
export function exactUpperLimit(rate: Rate, confidence: number): number {
  checkRate(rate);
  checkConfidence(confidence);
  return rate.events >= rate.trials
    ? 1
    : betaQuantile(confidence, rate.events + 1, rate.trials - rate.events);
}

/** Exact two-sided interval (Clopper and Pearson 1934): covers the rate in at least `confidence` of all cases. */
export function exactInterval(rate: Rate, confidence = 0.95): Interval {
  const each = 1 - (1 - confidence) / 2;
  return { low: exactLowerLimit(rate, each), high: exactUpperLimit(rate, each) };
}

/**
 * Wilson's two-sided score interval (Wilson 1927): narrower than the exact one; covers the rate in `confidence` of all
 * cases on average over rates, a little less near 0 and 1. `dispersion` ≥ 1 widens it for clustered trials.
 */
export function wilsonInterval(rate: Rate, confidence = 0.95, dispersion = 1): Interval {
  checkRate(rate);
  checkConfidence(confidence);
  if (rate.trials === 0) return { low: 0, high: 1 };
  const trials = rate.trials / dispersion;
  const p = rate.events / rate.trials;
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const z2 = z * z;
  const centre = (p + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (z / (1 + z2 / trials)) * Math.sqrt((p * (1 - p)) / trials + z2 / (4 * trials * trials));
  // At 0 and at all events the limit is 0 and 1 exactly; rounding must not leave the range.
  return {
    low: rate.events === 0 ? 0 : Math.max(0, centre - half),
    high: rate.events === rate.trials ? 1 : Math.min(1, centre + half),
  };
}

/** Interval for `rate of first − rate of second` (Newcombe 1998, method 10: from two Wilson intervals). */
export function differenceInterval(
  first: Rate,
  second: Rate,
  confidence = 0.95,
  dispersion = 1,
): Interval & { readonly difference: number | undefined } {
  const p1 = pointRate(first);
  const p2 = pointRate(second);
  if (p1 === undefined || p2 === undefined) return { difference: undefined, low: -1, high: 1 };
  const a = wilsonInterval(first, confidence, dispersion);
  const b = wilsonInterval(second, confidence, dispersion);
  const difference = p1 - p2;
  return {
    difference,
    low: difference - Math.hypot(p1 - a.low, b.high - p2),
    high: difference + Math.hypot(a.high - p1, p2 - b.low),
  };
}

/** A mean of fewer has no interval: of times that spread as talks do it would not hold what it states. */
export const FEWEST_FOR_MEAN = 30;

/**
 * Interval for the mean of a positive quantity, from a count, a sum and a sum of squares: Student's t on the logarithm of
 * the mean (delta method), as times have long tails. Of times as spread as talks (standard deviation 0.9 of the mean) it
 * covers 92.5 % with 30 and 95 % with 400 where 95 % is asked. Undefined below `FEWEST_FOR_MEAN`.
 */
export function meanInterval(
  { count, sum, squares }: { readonly count: number; readonly sum: number; readonly squares: number },
  confidence = 0.95,
): Interval | undefined {
  checkConfidence(confidence);
  if (count < FEWEST_FOR_MEAN || !(sum > 0)) return undefined;
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares - count * mean * mean) / (count - 1));
  const half = (studentQuantile(1 - (1 - confidence) / 2, count - 1) * deviation) / (mean * Math.sqrt(count));
  return { low: mean * Math.exp(-half), high: mean * Math.exp(half) };
}
