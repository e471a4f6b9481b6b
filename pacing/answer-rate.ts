/**
 * The share of attempts that reach an agent (the answer rate), learned without the bias of fast outcomes.
 *
 * Attempts count in the order of their placement: an attempt is counted when all older ones have ended, so
 * that failures, which come back first, never depress the rate after a start.
 *
 * The rate may change at any time. So several estimates are kept, each of what came since a start of its own,
 * and each believed as far as it foretold the outcomes (Bayesian online change-point detection, Adams and
 * MacKay 2007, with the least likely starts dropped). The rate is their weighted mean: it begins to move with
 * the first outcomes that speak for a change, and does not wait until they prove it.
 */

/** Attempts' worth of the rate so far that a new start begins with. */
const START_WEIGHT = 5;
/** Starts kept at once. */
const MOST_STARTS = 20;

/** What came since one start: answers, expected answers, and how far it is believed. */
interface Start {
  observed: number;
  expected: number;
  weight: number;
}

/**
 * Ratio of observed to expected answers. Without hints the expectation of an attempt is 1 and the ratio is
 * the answer rate itself; with hints it is the hints' calibration.
 */
export class AnswerRatio {
  #starts: Start[];
  #length = 1200;
  /** Attempts from one new start to the next, and chance of a change in so many. */
  #every = 4;
  #hazard: number;
  #since = 0;
  #value: number;
  #variance = 0.02;
  /** Mean expectation of an attempt, to tell how many attempts an expectation stands for. */
  #perAttempt: number;

  /** Attempts between changes are expected to be so many times more: hints go wrong less often than rates change. */
  readonly #rarer: number;

  /** `prior`: the ratio to begin with, worth `weight` attempts. */
  constructor(prior: number, weight: number, hinted: boolean) {
    this.#rarer = hinted ? 4 : 1;
    this.#hazard = 4 / (1000 * this.#rarer);
    this.#perAttempt = hinted ? 0.3 : 1;
    const expected = this.#perAttempt * weight;
    this.#starts = [{ observed: prior * expected, expected, weight: 1 }];
    this.#value = prior;
    this.#mix();
  }

  /** Memory in attempts, scaled with the team. */
  setMemory(agents: number): void {
    this.#length = Math.max(1200, 15 * agents);
    this.#every = Math.max(4, Math.round(0.3 * agents));
    this.#hazard = this.#every / (Math.max(1000, 200 * agents) * this.#rarer);
  }

  get value(): number {
    return this.#value;
  }

  /** Relative standard deviation of the estimate. */
  get relativeError(): number {
    return Math.sqrt(this.#variance) / Math.max(this.#value, 1e-9);
  }

  /** An attempt ended: `answered` from 0 to 1 (a released call counts by its chance), `expected` its hint or 1. */
  count(answered: number, expected: number): void {
    const keep = 1 - 1 / this.#length;
    let sum = 0;
    for (const start of this.#starts) {
      const p = Math.min(0.97, Math.max(0.005, (expected * start.observed) / start.expected));
      start.weight *= answered >= 1 ? p : answered <= 0 ? 1 - p : answered * p + (1 - answered) * (1 - p);
      sum += start.weight;
      start.observed = start.observed * keep + answered;
      start.expected = start.expected * keep + expected;
    }
    for (const start of this.#starts) start.weight /= sum;
    this.#perAttempt += (expected - this.#perAttempt) / 200;
    if (++this.#since >= this.#every) {
      this.#since = 0;
      this.#start();
    }
    this.#mix();
  }

  /** Adds the start that a change just now would be, and drops the least likely one when there are too many. */
  #start(): void {
    const hazard = this.#hazard;
    for (const start of this.#starts) start.weight *= 1 - hazard;
    const expected = START_WEIGHT * this.#perAttempt;
    this.#starts.push({ observed: this.#value * expected, expected, weight: hazard });
    if (this.#starts.length <= MOST_STARTS) return;
    let least = 0;
    for (let i = 1; i < this.#starts.length; i++) {
      if ((this.#starts[i] as Start).weight < (this.#starts[least] as Start).weight) least = i;
    }
    this.#starts.splice(least, 1);
  }

  #mix(): void {
    let mean = 0;
    let square = 0;
    let all = 0;
    for (const { observed, expected, weight } of this.#starts) {
      const ratio = observed / expected;
      const p = Math.min(0.97, ratio * this.#perAttempt);
      all += weight;
      mean += weight * ratio;
      square += weight * (ratio * ratio + (ratio * (1 - p)) / expected);
    }
    this.#value = mean / all;
    this.#variance = Math.max(0, square / all - this.#value * this.#value);
  }
}
