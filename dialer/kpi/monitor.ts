/**
 * Watches one KPI for a lasting change, valid at any time of looking: the mixture Shiryaev–Roberts statistic on the
 * posterior of the pilot's rate.
 *
 * The pilot's rate p is unknown; it has the posterior Beta(K + ½, N − K + ½). The statistic compares "the rate changed
 * at some time to r·p" with "it did not", both averaged over p and over a few sizes of change r:
 *
 *     M = Σ_j Σ_k w_k U_jk ÷ Σ_j L_j
 *     U_jk ← (L_j + U_jk) · f(x; r_k p_j),   L_j ← L_j · f(x; p_j)
 *
 * While nothing has changed M minus the number of trials has mean zero, so that an alarm at M > A comes at most once
 * in A trials on average (Pollak 1987; Shiryaev 1963, Roberts 1966 for known rates). What is
 * seen in control sharpens the baseline by itself.
 *
 * Clustered trials: all likelihoods are taken to the power 1/φ (φ = dispersion). Hours of the day: the baseline's logit is
 * shifted by the hour's offset.
 */
import { ChangeTimeEstimator } from './change-time.js';
import type { Rate } from './intervals.js';
import { betaQuantile } from './special-functions.js';
import { countText, kpiSubject, shareText } from './words.js';

export interface KpiMonitorOptions {
  /** Id of the KPI, or any name; the explanation has it in words. */
  readonly kpi: string;
  /** What is bad: a drop (contact rate, success rate) or a rise (opt-outs, complaints, abandons). */
  readonly direction: 'drop' | 'rise';
  /** What the pilot measured; its uncertainty counts. No success is valid; so is no trial (nothing is known). */
  readonly baseline: { readonly successes: number; readonly trials: number };
  /** Mean trials between false alarms that are accepted, meant over a fleet of campaigns (harmonic mean). */
  readonly falseAlarm: { readonly meanTrials: number };
  /** No alarm before this many trials. Default 0. */
  readonly minTrials?: number;
  /** Variance of clustered trials ÷ variance of independent ones, at least 1. Default 1. */
  readonly dispersion?: number;
  /** Shift of the baseline's logit for each of 24 hours. Default none. */
  readonly hourOffsets?: readonly number[];
  /** The hour 0–23 of an instant (seconds). Default: the UTC hour. */
  readonly hourOf?: (at: number) => number;
}

export interface KpiExplanation {
  readonly kpi: string;
  readonly direction: 'drop' | 'rise';
  readonly test: 'mixture Shiryaev-Roberts on the posterior of the pilot';
  /** The statistic and the threshold at which it alarms. */
  readonly statistic: number;
  readonly threshold: number;
  readonly meanTrialsBetweenFalseAlarms: number;
  /** What the pilot measured; undefined without trials. */
  readonly baselineRate: number | undefined;
  /** Observed since the monitor began. */
  readonly successes: number;
  readonly trials: number;
  /** Since the likely change: what was seen, and what the baseline would have brought. */
  readonly change?: {
    readonly since: number;
    readonly earliest: number;
    readonly latest: number;
    readonly successes: number;
    readonly trials: number;
    readonly expected: number;
  };
  /** One sentence. */
  readonly text: string;
}

export interface KpiVerdict {
  readonly state: 'ok' | 'alarm';
  /** Likely start of the change, seconds; there when in alarm. */
  readonly since?: number;
  readonly explanation: KpiExplanation;
}

/** All that a monitor has learnt: with the same options it goes on from there as if it had never ended. */
export type KpiMonitorState = Float64Array;

export interface KpiMonitor {
  /** Outcomes in the order in which they become known; `at` in seconds. */
  observe(success: boolean, at: number): void;
  /** Once in alarm it stays so until `clear`. */
  verdict(at: number): KpiVerdict;
  /** The operator judged the alarm to be false: evidence of change is set to zero, what was learnt stays. */
  clear(at: number): void;
  state(): KpiMonitorState;
  /** The present statistic; alarms when it exceeds `threshold`. */
  readonly statistic: number;
  readonly threshold: number;
  readonly inAlarm: boolean;
}

/** Points of the posterior. */
const POINTS = 13;
/** Numbers of a state in front of those of the points. */
const STATE_HEAD = 6;
const DROPS = [0.8, 0.65, 0.45] as const;
const RISES = [1.25, 1.6, 2.2, 3.5] as const;

function check(options: KpiMonitorOptions): void {
  const { successes, trials } = options.baseline;
  if (!(Number.isFinite(trials) && trials >= 0))
    throw new RangeError(`baseline.trials: ${trials} is not a number of trials`);
  if (!(successes >= 0 && successes <= trials))
    throw new RangeError(`baseline.successes: ${successes} is not between 0 and ${trials}`);
  if (!(options.falseAlarm.meanTrials > 1))
    throw new RangeError(`falseAlarm.meanTrials: ${options.falseAlarm.meanTrials} is not above 1`);
  if (options.direction !== 'drop' && options.direction !== 'rise')
    throw new RangeError(`direction: ${String(options.direction)} is neither drop nor rise`);
  if (options.dispersion !== undefined && !(options.dispersion >= 1))
    throw new RangeError(`dispersion: ${options.dispersion} is below 1`);
  if (options.hourOffsets !== undefined && options.hourOffsets.length !== 24)
    throw new RangeError(`hourOffsets: ${options.hourOffsets.length} values, needs 24`);
}

/** Equal-probability points of Beta(a, b), stretched about their mean to the distribution's own standard deviation. */
export function posteriorPoints(a: number, b: number, count: number): Float64Array {
  const points = new Float64Array(count);
  let mean = 0;
  for (let j = 0; j < count; j++) {
    points[j] = betaQuantile((j + 0.5) / count, a, b);
    mean += (points[j] as number) / count;
  }
  let variance = 0;
  for (const p of points) variance += (p - mean) ** 2 / count;
  const wanted = Math.sqrt((a * b) / ((a + b) ** 2 * (a + b + 1)));
  const stretch = variance > 0 ? wanted / Math.sqrt(variance) : 1;
  for (let j = 0; j < count; j++) {
    const p = points[j] as number;
    // Stretched on the side where there is room: a point never leaves (0, 1).
    const moved = mean + (p - mean) * stretch;
    points[j] = moved > 0 && moved < 1 ? moved : p;
  }
  return points;
}

/** The rate after a change by `ratio`; a rise leaves room below 1. */
function changed(p: number, ratio: number): number {
  return ratio <= 1 ? p * ratio : Math.min(p * ratio, 1 - (1 - p) / ratio);
}

/** Factors of one trial by outcome, relative to the mean rate so that the products stay near 1. */
interface Factors {
  readonly same: Float64Array;
  readonly changed: Float64Array;
}

/** @param from the state of a monitor of the same options, to go on with */
export function createKpiMonitor(options: KpiMonitorOptions, from?: KpiMonitorState): KpiMonitor {
  check(options);
  const { kpi, direction, baseline, minTrials = 0, dispersion = 1 } = options;
  const meanTrials = options.falseAlarm.meanTrials;
  const ratios: readonly number[] = direction === 'drop' ? DROPS : RISES;
  const count = ratios.length;
  const hourOf = options.hourOf ?? ((at: number) => Math.floor(at / 3600) % 24);
  const a = baseline.successes / dispersion + 0.5;
  const b = (baseline.trials - baseline.successes) / dispersion + 0.5;
  const points = posteriorPoints(a, b, POINTS);
  const threshold = meanTrials;

  if (from !== undefined && from[0] !== count)
    throw new RangeError(`from: is the state of another kind of monitor than one for a ${direction}`);
  /** Where a state's part of the change's time begins. */
  const rest = STATE_HEAD + POINTS + POINTS * count;
  const same = from?.slice(STATE_HEAD, STATE_HEAD + POINTS) ?? new Float64Array(POINTS).fill(1);
  const moved = from?.slice(STATE_HEAD + POINTS, rest) ?? new Float64Array(POINTS * count);
  const [, was = 0, raised = 0, seen = 0, tried = 0, unscaled = 0] = from ?? [];
  let statistic = was;
  let alarm = raised === 1;
  let successes = seen;
  let trials = tried;
  let sinceRescale = unscaled;
  const changeTime = new ChangeTimeEstimator(direction, from && [...from.slice(rest)]);

  const factorsFor = (offset: number): { success: Factors; failure: Factors; rate: number } => {
    const shift = Math.exp(offset);
    const power = 1 / dispersion;
    const shifted = Array.from(points, (p) => (p * shift) / (1 - p + p * shift));
    const rate = shifted.reduce((sum, p) => sum + p, 0) / POINTS;
    const of = (f: (p: number) => number): Factors => {
      const scale = f(rate);
      return {
        same: Float64Array.from(shifted, (p) => (f(p) / scale) ** power),
        changed: Float64Array.from(
          { length: POINTS * count },
          (_, i) =>
            (f(changed(shifted[Math.floor(i / count)] as number, ratios[i % count] as number)) / scale) **
            power,
        ),
      };
    };
    return { success: of((p) => p), failure: of((p) => 1 - p), rate };
  };
  const byHour = new Map<number, ReturnType<typeof factorsFor>>();
  const plain = options.hourOffsets === undefined ? factorsFor(0) : undefined;
  const factorsAt = (at: number): ReturnType<typeof factorsFor> => {
    if (plain !== undefined) return plain;
    const hour = hourOf(at);
    let factors = byHour.get(hour);
    if (factors === undefined) {
      factors = factorsFor(options.hourOffsets?.[hour] ?? 0);
      byHour.set(hour, factors);
    }
    return factors;
  };

  const rescale = (): void => {
    let largest = 0;
    for (const l of same) if (l > largest) largest = l;
    if (largest === 0) largest = Number.MIN_VALUE;
    for (let j = 0; j < POINTS; j++) same[j] = (same[j] as number) / largest;
    for (let i = 0; i < moved.length; i++) moved[i] = (moved[i] as number) / largest;
  };

  return {
    observe(success, at) {
      const factors = factorsAt(at);
      const { same: f, changed: g } = success ? factors.success : factors.failure;
      let numerator = 0;
      let denominator = 0;
      let i = 0;
      for (let j = 0; j < POINTS; j++) {
        const l = same[j] as number;
        for (let k = 0; k < count; k++, i++) {
          const u = (l + (moved[i] as number)) * (g[i] as number);
          moved[i] = u;
          numerator += u;
        }
        const next = l * (f[j] as number);
        same[j] = next;
        denominator += next;
      }
      statistic = numerator / (count * denominator);
      if (++sinceRescale === 64) {
        sinceRescale = 0;
        rescale();
      }
      trials++;
      if (success) successes++;
      changeTime.observe(success, factors.rate, at);
      // After an alarm nobody looked at the statistic goes on growing; it must not overflow.
      if (statistic > threshold && trials >= minTrials) alarm = true;
      if (statistic > 1e100) {
        for (let m = 0; m < moved.length; m++) moved[m] = (moved[m] as number) * 1e-50;
      }
    },
    verdict() {
      const change = alarm ? changeTime.estimate() : undefined;
      const baselineRate = baseline.trials === 0 ? undefined : baseline.successes / baseline.trials;
      const text = alarm
        ? alarmText(kpi, direction, baseline, change ?? { events: successes, trials })
        : quietText(kpi, direction, baseline, { events: successes, trials });
      return {
        state: alarm ? 'alarm' : 'ok',
        ...(change === undefined ? {} : { since: change.at }),
        explanation: {
          kpi,
          direction,
          test: 'mixture Shiryaev-Roberts on the posterior of the pilot',
          statistic,
          threshold,
          meanTrialsBetweenFalseAlarms: meanTrials,
          baselineRate,
          successes,
          trials,
          ...(change === undefined
            ? {}
            : {
                change: {
                  since: change.at,
                  earliest: change.earliest,
                  latest: change.latest,
                  successes: change.events,
                  trials: change.trials,
                  expected: change.expected,
                },
              }),
          text,
        },
      };
    },
    clear(at) {
      moved.fill(0);
      statistic = 0;
      alarm = false;
      changeTime.reset(at);
    },
    state() {
      const times = changeTime.state();
      const state = new Float64Array(rest + times.length);
      state.set([count, statistic, alarm ? 1 : 0, successes, trials, sinceRescale]);
      state.set(same, STATE_HEAD);
      state.set(moved, STATE_HEAD + POINTS);
      state.set(times, rest);
      return state;
    },
    get statistic() {
      return statistic;
    },
    get threshold() {
      return threshold;
    },
    get inAlarm() {
      return alarm;
    },
  };
}

type Seen = Rate & { readonly expected?: number };

function pilotText(kpi: string, { successes, trials }: KpiMonitorOptions['baseline']): string {
  return `${shareText(successes / trials)} in the pilot (${countText(kpi, successes, trials)})`;
}

/** `the contact rate has dropped from 31.0 % in the pilot (…) to 24.1 % (…, where 74.7 were expected)`. */
function alarmText(
  kpi: string,
  direction: KpiMonitorOptions['direction'],
  baseline: KpiMonitorOptions['baseline'],
  { events, trials, expected }: Seen,
): string {
  const from = baseline.trials === 0 ? '' : ` from ${pilotText(kpi, baseline)}`;
  const to =
    trials === 0
      ? ''
      : ` to ${shareText(events / trials)} (${countText(kpi, events, trials)}${expected === undefined ? '' : `, where ${expected.toFixed(1)} were expected`})`;
  return `${kpiSubject(kpi)} has ${direction === 'drop' ? 'dropped' : 'risen'}${from}${to}`;
}

function quietText(
  kpi: string,
  direction: KpiMonitorOptions['direction'],
  baseline: KpiMonitorOptions['baseline'],
  { events, trials }: Rate,
): string {
  const now =
    trials === 0 ? 'nothing seen yet' : `${shareText(events / trials)} (${countText(kpi, events, trials)})`;
  const pilot = baseline.trials === 0 ? '' : `, ${pilotText(kpi, baseline)}`;
  return `${kpiSubject(kpi)} shows no lasting ${direction}: ${now}${pilot}`;
}
