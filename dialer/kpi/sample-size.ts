/** How many trials a gate needs to be able to decide. */

import { anytimeEvidence, PLANNED_LOOK_SHARE, type RateTarget } from './gate-test.js';
import { exactLowerLimit, exactUpperLimit } from './intervals.js';
import { betaShare, normalQuantile } from './special-functions.js';

/** A sample larger than this is of no use to a gate. */
export const LARGEST_SAMPLE = 10_000_000;

/**
 * Fewest trials with `events` events in which the exact test shows that the rate is at most `target`. Abandon ≤ 3 % at
 * 95 %: 99 answers with none abandoned, 157 with one, 208 with two.
 */
export function trialsToShowAtMost(target: number, events: number, confidence = 0.95): number {
  if (!(target > 0 && target < 1)) throw new RangeError(`target: ${target} is not between 0 and 1`);
  return fewest(events + 1, (trials) => exactUpperLimit({ events, trials }, confidence) <= target);
}

/** Smallest n ≥ `from` for which `holds`, which once true has to stay true. LARGEST_SAMPLE when there is none below. */
function fewest(from: number, holds: (n: number) => boolean): number {
  let high = Math.max(1, from);
  while (!holds(high)) {
    if (high >= LARGEST_SAMPLE) return LARGEST_SAMPLE;
    high *= 2;
  }
  let low = Math.max(1, from) - 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** P(Bin(trials, rate) ≥ events). */
function atLeast(events: number, trials: number, rate: number): number {
  if (events <= 0) return 1;
  if (events > trials) return 0;
  return betaShare(rate, events, trials - events + 1);
}

/**
 * Probability that the exact test with `trials` trials passes the target while the true rate is `truth`.
 */
export function exactPower(target: RateTarget, truth: number, trials: number, confidence: number): number {
  if (trials < 1) return 0;
  if (target.kind === 'minimum') {
    // Fewest events that pass: the lower limit grows with the events.
    const events = fewest(
      1,
      (k) => k > trials || exactLowerLimit({ events: k, trials }, confidence) >= target.rate,
    );
    return atLeast(events, trials, truth);
  }
  if (exactUpperLimit({ events: 0, trials }, confidence) > target.rate) return 0;
  const tooMany = fewest(
    1,
    (k) => k > trials || exactUpperLimit({ events: k, trials }, confidence) > target.rate,
  );
  return 1 - atLeast(tooMany, trials, truth);
}

export interface SampleSizeOptions {
  /** Default 0.95. */
  readonly confidence?: number;
  /** Probability to pass when the true rate is `truth`. Default 0.8. */
  readonly power?: number;
  /** Whether the gate may be extended: then the planned look spends four fifths of the error. Default true. */
  readonly extendable?: boolean;
  /** Clustered trials: the sample grows by this factor. Default 1. */
  readonly dispersion?: number;
}

/**
 * Trials that the planned look needs so that a rate of `truth` passes with the asked-for power. The power of an exact test
 * saws up and down with n; this n keeps the power from there on (checked over the next saw teeth).
 * Infinity when `truth` is on the wrong side of the target: no sample can show it.
 */
export function plannedSampleSize(
  target: RateTarget,
  truth: number,
  options: SampleSizeOptions = {},
): number {
  const { confidence = 0.95, power = 0.8, extendable = true, dispersion = 1 } = options;
  if (!(target.rate > 0 && target.rate < 1))
    return target.rate === 0 && target.kind === 'minimum' ? 1 : Infinity;
  if (target.kind === 'minimum' ? truth <= target.rate : truth >= target.rate)
    return Number.POSITIVE_INFINITY;
  const alpha = (1 - confidence) * (extendable ? PLANNED_LOOK_SHARE : 1);
  const level = 1 - alpha;
  // The normal approximation tells where to look; the exact power decides.
  const p0 = target.rate;
  const p1 = Math.min(Math.max(truth, 1e-9), 1 - 1e-9);
  const za = normalQuantile(1 - alpha);
  const zb = normalQuantile(power);
  const guess = ((za * Math.sqrt(p0 * (1 - p0)) + zb * Math.sqrt(p1 * (1 - p1))) / (p1 - p0)) ** 2;
  if (guess > LARGEST_SAMPLE) return Number.POSITIVE_INFINITY;
  const reached = (n: number): boolean => exactPower(target, truth, n, level) >= power;
  // A tooth is at most about 1/p0 long (1/(1 − p0) for high rates); n is good when a few teeth beyond it are.
  const tooth = Math.ceil(1 / Math.min(p0, 1 - p0));
  const step = Math.max(1, Math.floor(tooth / 32));
  const keeps = (n: number): boolean => {
    for (let m = n; m <= n + 2 * tooth; m += step) if (!reached(m)) return false;
    return true;
  };
  return Math.ceil(dispersion * fewest(Math.max(1, Math.floor(guess * 0.5)), keeps));
}

/**
 * Further trials after which the any-time test passes if the rate stays what it was: the extension to propose.
 * Infinity when the point estimate is on the wrong side of the target (more of the same cannot pass).
 */
export function extensionSize(
  rate: { readonly events: number; readonly trials: number },
  target: RateTarget,
  options: { readonly confidence?: number; readonly dispersion?: number } = {},
): number {
  const { confidence = 0.95, dispersion = 1 } = options;
  if (rate.trials === 0) return Number.POSITIVE_INFINITY;
  // With no event a point estimate of 0 would promise too much: half an event is assumed.
  const point = Math.min(
    Math.max(rate.events, target.kind === 'maximum' ? 0.5 : 0) / rate.trials,
    1 - 0.5 / rate.trials,
  );
  if (target.kind === 'minimum' ? point <= target.rate : point >= target.rate)
    return Number.POSITIVE_INFINITY;
  const needed = 1 / ((1 - PLANNED_LOOK_SHARE) * (1 - confidence));
  const passes = (more: number): boolean =>
    anytimeEvidence(
      { events: (rate.events + point * more) / dispersion, trials: (rate.trials + more) / dispersion },
      target.rate,
      target.kind === 'minimum' ? 'above' : 'below',
    ) >= needed;
  const more = fewest(1, passes);
  return more >= LARGEST_SAMPLE ? Number.POSITIVE_INFINITY : more;
}
