/**
 * The share of attempts that reach an agent (the answer rate), learned without the bias of fast outcomes.
 *
 * Attempts count in the order of their placement: an attempt is counted when all older ones have ended, so
 * that failures, which come back first, never depress the rate after a start. The memory is long; when the
 * latest outcomes contradict it, only those since the change are kept.
 */
import { ChangeDetector } from './change-detector.js';

/** Attempts' worth of the past that is kept after a change. */
const KEPT_ATTEMPTS = 8;

/**
 * Ratio of observed to expected answers. Without hints the expectation of an attempt is 1 and the ratio is
 * the answer rate itself; with hints it is the hints' calibration.
 */
export class AnswerRatio {
  #observed: number;
  #expected: number;
  #variance: number;
  #length = 2500;
  #blockLength = 6;
  readonly #block = { count: 0, observed: 0, forecast: 0, expected: 0, variance: 0 };
  readonly #detector = new ChangeDetector();
  readonly #hinted: boolean;

  /** `prior`: the ratio to begin with, worth `weight` attempts. */
  constructor(prior: number, weight: number, hinted: boolean) {
    this.#expected = hinted ? 0.3 * weight : weight;
    this.#observed = prior * this.#expected;
    this.#variance = 0.2 * weight;
    this.#hinted = hinted;
  }

  /** Memory in attempts, scaled with the team. */
  setMemory(agents: number): void {
    this.#length = Math.max(2500, 15 * agents);
    this.#blockLength = Math.max(6, Math.round(0.3 * agents));
  }

  get value(): number {
    return this.#observed / this.#expected;
  }

  /** Relative standard deviation of the estimate. */
  get relativeError(): number {
    return Math.sqrt(this.#variance) / Math.max(this.#observed, 1e-9);
  }

  /** An attempt ended: `answered` from 0 to 1 (a released call counts by its chance), `expected` its hint or 1. */
  count(answered: number, expected: number): void {
    const p = Math.min(0.97, Math.max(0.005, expected * this.value));
    const variance = p * (1 - p);
    const keep = 1 - 1 / this.#length;
    const block = this.#block;
    block.count++;
    block.observed += answered;
    block.forecast += p;
    block.expected += expected;
    block.variance += variance;
    const known = this.#variance;
    this.#observed = this.#observed * keep + answered;
    this.#expected = this.#expected * keep + expected;
    this.#variance = this.#variance * keep + variance;
    if (block.count < this.#blockLength) return;
    const change = this.#detector.add(block.observed, block.forecast, block.variance, known);
    const perExpected = block.expected / block.forecast;
    block.count = block.observed = block.forecast = block.expected = block.variance = 0;
    if (!change) return;
    // What came before is forgotten, but for a few attempts' worth: the stretch was picked because it stands
    // out, so that it overstates the change.
    const kept = (this.#hinted ? 0.3 : 1) * KEPT_ATTEMPTS;
    this.#observed = change.observed + kept * this.value;
    this.#expected = change.expected * perExpected + kept;
    this.#variance = change.variance;
    this.#detector.reset();
  }
}
