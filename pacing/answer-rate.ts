/**
 * The share of attempts that reach an agent (the answer rate), learned without the bias of fast outcomes.
 *
 * Attempts count in the order of their placement: an attempt is counted when all older ones have ended, so
 * that failures, which come back first, never depress the rate after a start. The memory is long, and is
 * dropped for a short one when the two contradict each other.
 */

/** Standard deviations at which the short memory overrules the long one. */
const CHANGE_SD = 3.5;

/** Expected and observed answers, fading with the attempts counted. */
interface Tally {
  observed: number;
  expected: number;
  variance: number;
}

/**
 * Ratio of observed to expected answers. Without hints the expectation of an attempt is 1 and the ratio is
 * the answer rate itself; with hints it is the hints' calibration.
 */
export class AnswerRatio {
  readonly #long: Tally;
  readonly #short: Tally;
  #longLength = 2500;
  #shortLength = 250;
  #counted = 0;
  readonly #hinted: boolean;

  /** `prior`: the ratio to begin with, worth `weight` attempts. */
  constructor(prior: number, weight: number, hinted: boolean) {
    const expected = hinted ? 0.3 * weight : weight;
    this.#long = { observed: prior * expected, expected, variance: 0.2 * weight };
    this.#short = { ...this.#long };
    this.#hinted = hinted;
  }

  setMemory(agents: number): void {
    this.#longLength = Math.max(2500, 15 * agents);
    this.#shortLength = Math.max(250, 3 * agents);
  }

  get value(): number {
    return this.#long.observed / this.#long.expected;
  }

  /** Relative standard deviation of the estimate. */
  get relativeError(): number {
    const { observed, variance } = this.#long;
    return (
      Math.sqrt(variance) / Math.max(observed, 1e-9) / (this.#counted > this.#longLength ? Math.SQRT2 : 1)
    );
  }

  get counted(): number {
    return this.#counted;
  }

  /** An attempt ended: `answered` from 0 to 1 (a released call counts by its chance), `expected` its hint or 1. */
  count(answered: number, expected: number): void {
    this.#counted += 1;
    const p = Math.min(0.95, Math.max(0.01, this.#hinted ? expected * this.value : this.value));
    const variance = p * (1 - p);
    fade(this.#long, this.#longLength, answered, expected, variance);
    fade(this.#short, this.#shortLength, answered, expected, variance);
    if (this.#counted < this.#shortLength) return;
    const { observed, expected: sum, variance: spread } = this.#short;
    // A fading sum of n in effect has the variance of n / 2 of them.
    const sd = Math.sqrt(spread / 2);
    if (Math.abs(observed - sum * this.value) > CHANGE_SD * sd) Object.assign(this.#long, this.#short);
  }
}

function fade(tally: Tally, length: number, observed: number, expected: number, variance: number): void {
  const keep = 1 - 1 / length;
  tally.observed = tally.observed * keep + observed;
  tally.expected = tally.expected * keep + expected;
  tally.variance = tally.variance * keep + variance;
}
