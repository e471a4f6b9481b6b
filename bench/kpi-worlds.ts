/** Streams of outcomes, detectors to compare, and how their false alarms and delays are measured (part of kpi-watch.ts). */
import { createKpiMonitor } from '../dialer/index.js';
import { type RandomStream, randomStream } from '../sim/random.js';

export type Direction = 'drop' | 'rise';

/** A detector as a statistic that alarms above a threshold of its own scale. */
export interface Detector {
  readonly name: string;
  /** `truth` is for the one detector that is told the rates. */
  make(
    pilot: { readonly successes: number; readonly trials: number },
    direction: Direction,
    truth: { readonly before: number; readonly after: number },
  ): (success: boolean) => number;
}

/** Trials an hour: ten a minute. */
export const TRIALS_PER_MINUTE = 10;

/** log-likelihood walk reflected at zero (Page 1954), as exp so that all statistics are positive. */
function cusum(before: number, after: number): (success: boolean) => number {
  const up = Math.log(after / before);
  const down = Math.log((1 - after) / (1 - before));
  let sum = 0;
  return (success) => {
    sum = Math.max(0, sum + (success ? up : down));
    return Math.exp(sum);
  };
}

const rateOf = ({ successes, trials }: { successes: number; trials: number }): number =>
  (successes + 0.5) / (trials + 1);

/** A tumbling window against the pilot's rate: how improbable its count is, looked at when the window ends. */
function windows(length: number): Detector['make'] {
  return (pilot, direction) => {
    const p = rateOf(pilot);
    const deviation = Math.sqrt(length * p * (1 - p));
    let events = 0;
    let seen = 0;
    return (success) => {
      if (success) events++;
      if (++seen < length) return 0;
      const score = ((direction === 'drop' ? -1 : 1) * (events - length * p)) / deviation;
      events = 0;
      seen = 0;
      return Math.exp(Math.max(0, score));
    };
  };
}

/** Sizes of change that the plug-in CUSUM is tuned to. */
const TUNED = { drop: 0.7, rise: 2 } as const;

export const ORACLE: Detector = {
  name: 'CUSUM that knows both rates (the bound)',
  make: (_pilot, _direction, { before, after }) => cusum(before, after),
};

export const OURS: Detector = {
  name: 'this watch',
  make: (baseline, direction) => {
    const monitor = createKpiMonitor({
      kpi: 'rate',
      direction,
      baseline,
      // The statistic is read; its own alarm is not.
      falseAlarm: { meanTrials: 1e12 },
    });
    return (success) => {
      monitor.observe(success, 0);
      return monitor.statistic;
    };
  },
};

export const DETECTORS: readonly Detector[] = [
  { name: '30-minute windows, calibrated', make: windows(30 * TRIALS_PER_MINUTE) },
  { name: '60-minute windows, calibrated', make: windows(60 * TRIALS_PER_MINUTE) },
  {
    name: 'CUSUM on the pilot’s rate, calibrated',
    make: (pilot, direction) => {
      const p = rateOf(pilot);
      return cusum(p, Math.min(TUNED[direction] * p, (1 + p) / 2));
    },
  },
  OURS,
];

export interface Setting {
  readonly base: number;
  readonly direction: Direction;
  readonly pilot: number;
  /** Mean trials between false alarms over a fleet of pilots. */
  readonly meanTrials: number;
}

function drawPilot(random: RandomStream, base: number, trials: number) {
  let successes = 0;
  for (let i = 0; i < trials; i++) if (random.uniform() < base) successes++;
  return { successes, trials };
}

/** The times at which the statistic reached a new height, and the heights: tells the first passage of any threshold. */
function records(
  step: (success: boolean) => number,
  random: RandomStream,
  base: number,
  cap: number,
): number[] {
  const found: number[] = [];
  let highest = 0;
  for (let t = 1; t <= cap; t++) {
    const value = step(random.uniform() < base);
    if (value > highest) {
      highest = value;
      found.push(t, value);
    }
  }
  return found;
}

/**
 * Threshold at which false alarms come once in `meanTrials` over the fleet: the harmonic mean over pilots of their own
 * run lengths, each from several runs (unbiased: one alarm less than seen over the time watched).
 */
export function calibrate(
  detector: Detector,
  setting: Setting,
  after: number,
  seed: string,
  size: { readonly pilots: number; readonly runs: number },
): number {
  const random = randomStream(seed, 'calibration');
  const { base, direction, meanTrials } = setting;
  const cap = 3 * meanTrials;
  const fleet = Array.from({ length: size.pilots }, () => {
    const pilot = drawPilot(random, base, setting.pilot);
    return Array.from({ length: size.runs }, () =>
      records(detector.make(pilot, direction, { before: base, after }), random, base, cap),
    );
  });
  const fleetLength = (threshold: number): number => {
    let rate = 0;
    for (const runs of fleet) {
      let time = 0;
      let alarms = 0;
      for (const run of runs) {
        let passed = cap;
        for (let i = 0; i < run.length; i += 2)
          if ((run[i + 1] as number) > threshold) {
            passed = run[i] as number;
            alarms++;
            break;
          }
        time += passed;
      }
      rate += Math.max(0, alarms - 1) / time;
    }
    return rate === 0 ? Number.POSITIVE_INFINITY : fleet.length / rate;
  };
  let low = 1;
  let high = 100 * meanTrials;
  for (let i = 0; i < 40; i++) {
    const middle = Math.sqrt(low * high);
    if (fleetLength(middle) < meanTrials) low = middle;
    else high = middle;
  }
  return high;
}

export interface Delay {
  readonly median: number;
  readonly p90: number;
  readonly mean: number;
}

/** Trials from the change to the alarm, the change coming `before` trials into production (runs with an earlier alarm are left out). */
export function delayOf(
  detector: Detector,
  setting: Setting,
  after: number,
  threshold: number,
  seed: string,
  size: { readonly runs: number; readonly before: number },
): Delay {
  const random = randomStream(seed, 'delay');
  const { base, direction } = setting;
  const delays: number[] = [];
  const most = 40 * setting.meanTrials;
  for (let run = 0; run < size.runs; run++) {
    const pilot = drawPilot(random, base, setting.pilot);
    const step = detector.make(pilot, direction, { before: base, after });
    let early = false;
    // Anywhere in a window: a change does not wait for one to begin.
    const before = size.before + Math.floor(60 * TRIALS_PER_MINUTE * random.uniform());
    for (let t = 0; t < before && !early; t++) early = step(random.uniform() < base) > threshold;
    if (early) continue;
    let t = 1;
    while (t < most && !(step(random.uniform() < after) > threshold)) t++;
    delays.push(t);
  }
  delays.sort((a, b) => a - b);
  const at = (share: number): number =>
    delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? Number.NaN;
  return {
    median: at(0.5),
    p90: at(0.9),
    mean: delays.reduce((sum, each) => sum + each, 0) / Math.max(1, delays.length),
  };
}
