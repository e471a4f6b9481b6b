/**
 * The test behind a gate: is a rate at least (or at most) what was asked for? Decides on evidence, never on points,
 * and stays valid however often it is looked at.
 *
 * A gate that may be extended is looked at first when its planned sample is complete, and again after each extension.
 * The error allowed, 1 − confidence, is shared: four fifths go to an exact test at the planned look, one fifth to a test
 * that is valid at any time for the looks after it. So passing a rate on the wrong side has at most the
 * stated probability in all, however often the sample is extended.
 */
import { exactInterval, exactLowerLimit, exactUpperLimit, type Interval, type Rate } from './intervals.js';

/** `minimum`: the rate has to be at least the target; `maximum`: at most. */
export type TargetKind = 'minimum' | 'maximum';

export interface RateTarget {
  readonly kind: TargetKind;
  /** 0–1. */
  readonly rate: number;
}

/** Share of the error that the planned look spends where extensions are allowed. */
export const PLANNED_LOOK_SHARE = 0.8;

/** Alternatives that the test valid at any time is strong against, as ratios to the target. */
const ABOVE = [1.15, 1.3, 1.5, 1.8, 2.5] as const;
const BELOW = [0.85, 0.7, 0.5, 0.3, 0.1] as const;

/**
 * Evidence against "the rate is at or below `target`" (`side` above) or "at or above" (`side` below): the mean of the
 * likelihood ratios of a few alternatives. Its mean stays at or below 1 for every rate on the wrong side, so it
 * reaches 1/α with a probability of at most α at any time of looking (Ville's inequality).
 */
export function anytimeEvidence({ events, trials }: Rate, target: number, side: 'above' | 'below'): number {
  let sum = 0;
  let used = 0;
  for (const ratio of side === 'above' ? ABOVE : BELOW) {
    const alternative = ratio * target;
    if (alternative >= 1 || target <= 0 || target >= 1) continue;
    used++;
    sum += Math.exp(
      events * Math.log(alternative / target) +
        (trials - events) * Math.log((1 - alternative) / (1 - target)),
    );
  }
  return used === 0 ? 0 : sum / used;
}

export type RateVerdict = 'pass' | 'fail' | 'inconclusive';

export interface RateTest {
  readonly verdict: RateVerdict;
  /** Two-sided exact interval at the stated confidence, for the eye. */
  readonly interval: Interval;
  /** What decided: `exact` at the planned look, `anytime` after it. */
  readonly test: 'exact' | 'anytime';
}

export interface RateTestOptions {
  /** Default 0.95. */
  readonly confidence?: number;
  /** False: the planned look is the only one and spends all of the error. Default true. */
  readonly extendable?: boolean;
  /** Extensions so far; 0 at the planned look. */
  readonly extensions?: number;
  /** Clustered trials count for trials ÷ dispersion. Default 1. */
  readonly dispersion?: number;
}

/** Tests a rate against a target. No trials: inconclusive. */
export function testRate(rate: Rate, target: RateTarget, options: RateTestOptions = {}): RateTest {
  const { confidence = 0.95, extendable = true, extensions = 0, dispersion = 1 } = options;
  const effective = { events: rate.events / dispersion, trials: rate.trials / dispersion };
  const alpha = 1 - confidence;
  const interval: Interval = rate.trials === 0 ? { low: 0, high: 1 } : exactInterval(effective, confidence);
  if (rate.trials === 0) return { verdict: 'inconclusive', interval, test: 'exact' };
  let above: boolean;
  let below: boolean;
  if (extensions === 0) {
    const level = 1 - (extendable ? PLANNED_LOOK_SHARE * alpha : alpha);
    above = exactLowerLimit(effective, level) >= target.rate;
    below = exactUpperLimit(effective, level) <= target.rate;
  } else {
    const needed = 1 / ((1 - PLANNED_LOOK_SHARE) * alpha);
    above = anytimeEvidence(effective, target.rate, 'above') >= needed;
    below = anytimeEvidence(effective, target.rate, 'below') >= needed;
  }
  const met = target.kind === 'minimum' ? above : below;
  const missed = target.kind === 'minimum' ? below : above;
  return {
    verdict: met ? 'pass' : missed ? 'fail' : 'inconclusive',
    interval,
    test: extensions === 0 ? 'exact' : 'anytime',
  };
}
