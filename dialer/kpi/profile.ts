/**
 * What a pilot tells about the shape of a KPI beside its mean: how it moves with the hour of the day, and how much
 * its trials cluster. Both go into the monitor, which would otherwise take an evening for a fault or a cluster for a trend.
 */

/** The trials of one short stretch of time (5 minutes, say). */
export interface Block {
  /** Start, seconds. */
  readonly at: number;
  readonly successes: number;
  readonly trials: number;
}

export interface KpiProfile {
  /** Shift of the rate's logit for each of 24 hours; 0 where nothing is known. */
  readonly hourOffsets: readonly number[];
  /** Variance of the clustered trials ÷ variance of independent ones, at least 1. */
  readonly dispersion: number;
  /** Degrees of freedom behind the dispersion. */
  readonly degreesOfFreedom: number;
}

/** Blocks of 5, 15 and 30 minutes. */
const BLOCK_SECONDS = [300, 900, 1800] as const;
/** Days after which the dispersion is taken as it is measured. */
const DAYS_TO_TRUST = 3;

const logit = (p: number): number => Math.log(p / (1 - p));
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Pearson's χ² ÷ degrees of freedom over blocks of the given length, once the hours are taken out. */
function pearson(
  blocks: readonly Block[],
  seconds: number,
  rateAt: (at: number) => number,
  fitted: number,
): { readonly ratio: number; readonly degrees: number } {
  const merged = new Map<number, { successes: number; expected: number; variance: number }>();
  for (const block of blocks) {
    if (block.trials === 0) continue;
    const key = Math.floor(block.at / seconds);
    const p = rateAt(block.at);
    const sum = merged.get(key) ?? { successes: 0, expected: 0, variance: 0 };
    sum.successes += block.successes;
    sum.expected += block.trials * p;
    sum.variance += block.trials * p * (1 - p);
    merged.set(key, sum);
  }
  let chi2 = 0;
  let used = 0;
  for (const { successes, expected, variance } of merged.values()) {
    // χ² is meaningless where hardly an event is expected.
    if (variance < 1) continue;
    chi2 += (successes - expected) ** 2 / variance;
    used++;
  }
  const degrees = used - fitted;
  return { ratio: degrees > 0 ? chi2 / degrees : 1, degrees };
}

/**
 * Estimates the profile from a pilot cut into blocks of at most five minutes. An hour's rate is shrunk to the mean by
 * τ² ÷ (τ² + s²), s² being its sampling variance; the dispersion is the largest of Pearson's ratios over blocks
 * of 5, 15 and 30 minutes, raised by 1 + √(2/df) until there are three days of data.
 */
export function estimateProfile(
  blocks: readonly Block[],
  hourOf: (at: number) => number = (at) => Math.floor(at / 3600) % 24,
): KpiProfile {
  const flat = { hourOffsets: new Array<number>(24).fill(0), dispersion: 1, degreesOfFreedom: 0 };
  let successes = 0;
  let trials = 0;
  const hours = Array.from({ length: 24 }, () => ({ successes: 0, trials: 0 }));
  const days = new Set<number>();
  for (const block of blocks) {
    successes += block.successes;
    trials += block.trials;
    const hour = hours[hourOf(block.at)];
    if (hour === undefined) throw new RangeError(`hourOf: ${hourOf(block.at)} is not an hour of 0–23`);
    hour.successes += block.successes;
    hour.trials += block.trials;
    if (block.trials > 0) days.add(Math.floor(block.at / 86_400));
  }
  if (trials === 0 || successes === 0 || successes === trials) return flat;
  const mean = successes / trials;
  // The dispersion with raw hourly rates comes first: it says how much of the hours' spread is noise.
  const rawRate = (at: number): number => {
    const hour = hours[hourOf(at)] as { successes: number; trials: number };
    return (hour.successes + mean) / (hour.trials + 1);
  };
  const used = hours.filter((hour) => hour.trials > 0).length;
  const first = Math.max(1, ...BLOCK_SECONDS.map((seconds) => pearson(blocks, seconds, rawRate, used).ratio));
  let spread = 0;
  let noise = 0;
  for (const hour of hours) {
    if (hour.trials === 0) continue;
    spread += hour.trials * (hour.successes / hour.trials - mean) ** 2;
    noise += first * mean * (1 - mean);
  }
  const tau2 = Math.max(0, (spread - noise) / trials);
  const hourOffsets = hours.map((hour) => {
    if (hour.trials === 0 || tau2 === 0) return 0;
    const s2 = (first * mean * (1 - mean)) / hour.trials;
    const shrunk = mean + (tau2 / (tau2 + s2)) * (hour.successes / hour.trials - mean);
    const inside = Math.min(Math.max(shrunk, mean / 20), 1 - (1 - mean) / 20);
    return logit(inside) - logit(mean);
  });
  const rate = (at: number): number => logistic(logit(mean) + (hourOffsets[hourOf(at)] as number));
  let ratio = 1;
  let degrees = 0;
  for (const seconds of BLOCK_SECONDS) {
    const found = pearson(blocks, seconds, rate, tau2 === 0 ? 1 : used);
    if (found.degrees <= 0) continue;
    // A short pilot may miss the wandering of its rate.
    const raised =
      days.size >= DAYS_TO_TRUST ? found.ratio : found.ratio * (1 + Math.sqrt(2 / found.degrees));
    if (found.ratio > 1 && raised > ratio) {
      ratio = raised;
      degrees = found.degrees;
    }
  }
  return { hourOffsets, dispersion: ratio, degreesOfFreedom: degrees };
}
