/** Is a rate stable over time? Asked of a pilot's success rate before it is taken as the baseline of production. */
import type { Rate } from './intervals.js';
import { normalQuantile } from './special-functions.js';
import { type Said, said } from './words.js';

export interface Stability {
  readonly verdict: 'stable' | 'drifting' | 'unknown';
  /** Change of the rate from the first to the last period along the fitted line, as a share of the mean. */
  readonly drift: number;
  /** z of the trend (Cochran 1954, Armitage 1955). */
  readonly z: number;
  /** One sentence. */
  readonly text: string;
  /** The sentence for other languages. */
  readonly said: Said;
}

/** Periods with fewer trials in all than this say nothing. */
const MINIMUM_TRIALS = 30;

/**
 * Tests for a trend over periods of equal length in order (the Cochran–Armitage test, two-sided), with clustered trials
 * allowed for by `dispersion`. `unknown` where there are too few periods, trials or events.
 */
export function rateStability(periods: readonly Rate[], confidence = 0.95, dispersion = 1): Stability {
  let events = 0;
  let trials = 0;
  let sumT = 0;
  let sumTT = 0;
  let cross = 0;
  let used = 0;
  periods.forEach((period, t) => {
    if (period.trials === 0) return;
    used++;
    events += period.events;
    trials += period.trials;
    sumT += period.trials * t;
    sumTT += period.trials * t * t;
    cross += period.events * t;
  });
  const unknown = (text: string, words: Said): Stability => ({
    verdict: 'unknown',
    drift: 0,
    z: 0,
    text,
    said: words,
  });
  if (used < 3)
    return unknown(
      `${used} periods with data: three at least are needed to judge stability`,
      said('stable_few_periods', { periods: used }),
    );
  if (trials < MINIMUM_TRIALS || events === 0 || events === trials)
    return unknown(
      `${events} events in ${trials} trials: too few to judge stability`,
      said('stable_few_trials', { numerator: events, denominator: trials }),
    );
  const mean = events / trials;
  const spread = sumTT - (sumT * sumT) / trials;
  if (spread <= 0) return unknown('all trials fall into one period', said('stable_one_period'));
  const slope = (cross - (events * sumT) / trials) / spread;
  const z = (slope * Math.sqrt(spread)) / Math.sqrt(dispersion * mean * (1 - mean));
  const drift = (slope * (periods.length - 1)) / mean;
  const limit = normalQuantile(1 - (1 - confidence) / 2);
  const words = `${drift >= 0 ? '+' : ''}${(100 * drift).toFixed(0)} % from first to last period, z ${z.toFixed(2)} against ${limit.toFixed(2)}`;
  const parameters = { drift, z, bound: limit };
  return Math.abs(z) > limit
    ? { verdict: 'drifting', drift, z, text: `the rate drifts: ${words}`, said: said('drifts', parameters) }
    : {
        verdict: 'stable',
        drift,
        z,
        text: `no trend beyond chance: ${words}`,
        said: said('stable', parameters),
      };
}
