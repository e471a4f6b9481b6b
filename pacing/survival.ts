/**
 * How long talks and wrap-ups last, learned with censoring.
 *
 * Durations still running count as censored, or a team that has just logged in would look faster than it
 * is: only its short talks have ended. The estimate is Kaplan-Meier's in its grouped form: within each age
 * bin the hazard is ends divided by time at risk, shrunk towards the overall hazard where little was seen.
 */

import { ChangeDetector } from './change-detector.js';

/** Bin edges in seconds: one second wide at first, then widening by a tenth each, to about an hour. */
const edges: readonly number[] = (() => {
  const list = [0];
  let width = 1;
  for (let x = 0; x < 3600; ) {
    if (x >= 20) width *= 1.1;
    x += width;
    list.push(x);
  }
  return list;
})();
export const durationBins = edges.length - 1;

function binOf(seconds: number): number {
  if (seconds < 20) return seconds > 0 ? Math.floor(seconds) : 0;
  // x = 20 + 1.1 (1.1^k - 1) / 0.1 after k bins
  const k = Math.floor(Math.log(1 + (seconds - 20) / 11) / Math.log(1.1) + 1e-9);
  return Math.min(durationBins - 1, 20 + k);
}

function addExposure(atRisk: Float64Array, seconds: number, weight: number): void {
  for (let b = 0; b < durationBins; b++) {
    const from = edges[b] as number;
    if (seconds <= from) break;
    const to = Math.min(seconds, edges[b + 1] as number);
    atRisk[b] = (atRisk[b] as number) + weight * (to - from);
  }
}

/** Smallest number of ends at which a bin's own hazard weighs as much as the overall one. */
const SHRINK_ENDS = 3;
/** Ends that the duration to begin with is worth. */
const PRIOR_ENDS = 2;
/** Least ends that are kept of the past after a change. */
const KEPT_ENDS = 12;

export class DurationModel {
  readonly #ends = new Float64Array(durationBins);
  readonly #atRisk = new Float64Array(durationBins);
  /** Weight of one new duration: it grows instead of ageing every bin each time. */
  #weight = 1;
  #total = 0;
  #length = 1500;
  readonly #prior: number;
  readonly #detector = new ChangeDetector();
  readonly #block = { since: 0, ended: 0, expected: 0 };
  /** Ends per second in each bin. */
  readonly hazard = new Float64Array(durationBins);
  /** Cumulative hazard at the left edge of each bin. */
  readonly cumulative = new Float64Array(durationBins + 1);
  readonly #running = new Float64Array(durationBins);
  readonly #runningAges = new Float64Array(durationBins);

  /** `priorMean`: mean duration in seconds to begin with; it weighs as much as a few real ones. */
  constructor(priorMean: number) {
    this.#prior = priorMean;
    this.rebuild([], 0);
  }

  /** Ends seen, in effect (old ones fade). */
  get ends(): number {
    return this.#total / this.#weight;
  }

  /** Memory in durations, scaled with the team. */
  setMemory(agents: number): void {
    this.#length = Math.max(1500, 12 * agents);
  }

  /** A duration ended at time `at`. */
  add(seconds: number, at: number): void {
    if (!(seconds >= 0)) return;
    this.#weight *= 1 + 1 / this.#length;
    if (this.#weight > 1e6) this.#rescale(1 / this.#weight, 1 / this.#weight);
    addExposure(this.#atRisk, seconds, this.#weight);
    const b = binOf(seconds);
    this.#ends[b] = (this.#ends[b] as number) + this.#weight;
    this.#total += this.#weight;
    const before = Math.max(0, seconds - Math.max(0, at - this.#block.since));
    this.#block.ended += 1;
    this.#block.expected += this.cumulativeHazard(seconds) - this.cumulativeHazard(before);
  }

  /** Scales what is remembered, ends and time at risk, and makes a new duration weigh 1 again. */
  #rescale(ends: number, atRisk: number): void {
    for (let b = 0; b < durationBins; b++) {
      this.#ends[b] = (this.#ends[b] as number) * ends;
      this.#atRisk[b] = (this.#atRisk[b] as number) * atRisk;
    }
    this.#total *= ends;
    this.#weight = 1;
  }

  /**
   * Compares the ends since the last time with those that the hazards foretold for all durations under way.
   * After a change the shape is kept, faster or slower in proportion, and weighs no more than what was seen since.
   */
  #watch(running: ArrayLike<number>, now: number): void {
    const block = this.#block;
    const passed = Math.max(0, now - block.since);
    let expected = block.expected;
    for (let i = 0; i < running.length; i++) {
      const age = now - (running[i] as number);
      if (age > 0) expected += this.cumulativeHazard(age) - this.cumulativeHazard(Math.max(0, age - passed));
    }
    const change = this.#detector.add(block.ended, expected, expected, this.ends);
    block.since = now;
    block.ended = 0;
    block.expected = 0;
    if (!change || this.ends < 5) return;
    const speed = (change.observed + 1) / (change.expected + 1);
    const kept = Math.min(1, Math.max(KEPT_ENDS, change.observed) / this.ends) / this.#weight;
    this.#rescale(kept * speed, kept);
    this.#detector.reset();
  }

  /** Computes the hazards anew. `running`: start times of durations under way. */
  rebuild(running: ArrayLike<number>, now: number): void {
    if (this.#total > 0) this.#watch(running, now);
    const extra = this.#running;
    const ages = this.#runningAges;
    extra.fill(0);
    ages.fill(0);
    // Durations under way are at risk too: counted by bin, then each earlier bin gets its full width.
    for (let i = 0; i < running.length; i++) {
      const age = now - (running[i] as number);
      if (age <= 0) continue;
      const b = binOf(age);
      ages[b] = (ages[b] as number) + 1;
      extra[b] =
        (extra[b] as number) + Math.max(0, Math.min(age, edges[b + 1] as number) - (edges[b] as number));
    }
    let older = 0;
    for (let b = durationBins - 1; b >= 0; b--) {
      extra[b] = (extra[b] as number) + older * ((edges[b + 1] as number) - (edges[b] as number));
      older += ages[b] as number;
    }
    const w = this.#weight;
    let exposure = 0;
    for (let b = 0; b < durationBins; b++) exposure += (this.#atRisk[b] as number) / w + (extra[b] as number);
    const overall = (this.ends + PRIOR_ENDS) / (exposure + PRIOR_ENDS * this.#prior);
    let sum = 0;
    for (let b = 0; b < durationBins; b++) {
      const d = (this.#ends[b] as number) / w;
      const x = (this.#atRisk[b] as number) / w + (extra[b] as number);
      const h = (d + SHRINK_ENDS) / (x + SHRINK_ENDS / overall);
      this.hazard[b] = h;
      this.cumulative[b] = sum;
      sum += h * ((edges[b + 1] as number) - (edges[b] as number));
    }
    this.cumulative[durationBins] = sum;
  }

  cumulativeHazard(seconds: number): number {
    if (seconds <= 0) return 0;
    const b = binOf(seconds);
    return (this.cumulative[b] as number) + (this.hazard[b] as number) * (seconds - (edges[b] as number));
  }

  /** P(duration > seconds). */
  survival(seconds: number): number {
    return Math.exp(-this.cumulativeHazard(seconds));
  }

  /** Mean duration, cut at an hour. */
  mean(): number {
    let sum = 0;
    for (let b = 0; b < durationBins; b++) {
      const h = this.hazard[b] as number;
      const s = Math.exp(-(this.cumulative[b] as number));
      sum += (s * (1 - Math.exp(-h * ((edges[b + 1] as number) - (edges[b] as number))))) / h;
    }
    return sum;
  }
}

/**
 * Rows of the table of chances to be free: ages by the second at first, then in wider steps, as the chance
 * changes the more slowly the longer a talk lasts.
 */
const rowSteps = [
  { from: 0, row: 0, step: 1 },
  { from: 96, row: 96, step: 4 },
  { from: 352, row: 160, step: 32 },
] as const;
export const ageRows = 208;
/** Rows of the table that are computed at once. */
const ROWS_A_STEP = 40;

export function ageRow(age: number): number {
  if (age < rowSteps[1].from) return age > 0 ? age | 0 : 0;
  const { from, row, step } = age < rowSteps[2].from ? rowSteps[1] : rowSteps[2];
  return Math.min(ageRows - 1, row + (((age - from) / step) | 0));
}

/** Age in the middle of a row. */
function ageOfRow(row: number): number {
  const { from, row: first, step } = rowSteps[row < rowSteps[1].row ? 0 : row < rowSteps[2].row ? 1 : 2];
  return from + (row - first + 0.5) * step;
}

/** What silence about the end says, where agents announce it. */
export interface SilenceModel {
  readonly inUse: boolean;
  /** Relative weight of an end `ahead` seconds from now, given that it was not announced. */
  silence(ahead: number): number;
}

/**
 * Chances that a busy agent is free within each horizon, by age of the talk and of the wrap-up.
 * `talk[row * horizons + k]`: talk and the wrap-up after it both end within horizon k.
 */
export class FreeTable {
  talk = new Float64Array(0);
  wrap = new Float64Array(0);

  /** Computes the table in steps. */
  *build(
    talk: DurationModel,
    wrap: DurationModel,
    horizons: readonly number[],
    silence: SilenceModel,
  ): Generator<void> {
    const n = horizons.length;
    if (this.talk.length !== ageRows * n) {
      this.talk = new Float64Array(ageRows * n);
      this.wrap = new Float64Array(ageRows * n);
    }
    const seconds = Math.ceil(Math.max(...horizons, 1)) + 1;
    // Wrap-up ended within j + 1/2 seconds.
    const wrapped = Float64Array.from({ length: seconds + 1 }, (_, j) => 1 - wrap.survival(j + 0.5));
    const weights = silence.inUse
      ? Float64Array.from({ length: seconds + 1 }, (_, j) => silence.silence(j + 0.5))
      : null;
    const ended = new Float64Array(seconds + 1);
    const free = new Float64Array(seconds + 1);
    for (let row = 0; row < ageRows; row++) {
      if (row % ROWS_A_STEP === ROWS_A_STEP - 1) yield;
      const age = ageOfRow(row);
      const talked = talk.cumulativeHazard(age);
      const wrappedSoFar = wrap.cumulativeHazard(age);
      for (let j = 0; j <= seconds; j++) ended[j] = 1 - Math.exp(talked - talk.cumulativeHazard(age + j));
      for (let j = 1; j <= seconds; j++) {
        let sum = 0;
        for (let i = 0; i < j; i++) {
          sum += ((ended[i + 1] as number) - (ended[i] as number)) * (wrapped[j - i - 1] as number);
        }
        free[j] = sum;
      }
      this.#write(this.talk, row, free, horizons, weights);
      for (let j = 1; j <= seconds; j++)
        free[j] = 1 - Math.exp(wrappedSoFar - wrap.cumulativeHazard(age + j));
      this.#write(this.wrap, row, free, horizons, weights);
    }
  }

  /** Reads the chances at the horizons off those by the second, weighted by what silence says. */
  #write(
    out: Float64Array,
    row: number,
    free: Float64Array,
    horizons: readonly number[],
    weights: Float64Array | null,
  ): void {
    const last = free.length - 1;
    if (weights) {
      let before = 0;
      let sum = 0;
      for (let j = 1; j <= last; j++) {
        const now = free[j] as number;
        sum += (now - before) * (weights[j - 1] as number);
        before = now;
        free[j] = sum;
      }
      const all = sum + (1 - before) * (weights[last] as number);
      for (let j = 1; j <= last; j++) free[j] = all > 0 ? (free[j] as number) / all : 0;
    }
    for (let k = 0; k < horizons.length; k++) {
      const x = Math.max(0, horizons[k] as number);
      const j = Math.min(last - 1, x | 0);
      const low = free[j] as number;
      out[row * horizons.length + k] = low + Math.min(1, x - j) * ((free[j + 1] as number) - low);
    }
  }
}
