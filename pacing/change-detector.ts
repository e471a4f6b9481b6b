/**
 * Notices that counts no longer follow their forecast, and since when.
 *
 * Observed and expected counts come in blocks. The latest blocks, one, two, three and so on together, are
 * each compared with their expectation (a generalised likelihood ratio over the time of the change, in its
 * Gaussian form); the stretch that stands out most is reported when it stands out enough.
 */

/** Blocks looked back over. */
const BLOCKS = 64;
/** Least variance of a stretch: below, a count or two would decide. */
const LEAST_VARIANCE = 4;

export interface Change {
  readonly observed: number;
  readonly expected: number;
  readonly variance: number;
}

export class ChangeDetector {
  readonly #observed = new Float64Array(BLOCKS);
  readonly #expected = new Float64Array(BLOCKS);
  readonly #variance = new Float64Array(BLOCKS);
  #used = 0;
  #next = 0;
  readonly #threshold: number;

  /** `threshold`: log likelihood ratio from which a change is reported; 9 is a false alarm in some 10,000 blocks. */
  constructor(threshold = 9) {
    this.#threshold = threshold;
  }

  reset(): void {
    this.#used = 0;
    this.#next = 0;
  }

  /**
   * Adds a block. `known`: variance behind the forecast itself, on the same scale: a forecast that rests on
   * little is doubted less. Returns the stretch that contradicts the forecast, or null.
   */
  add(observed: number, expected: number, variance: number, known: number): Change | null {
    const at = this.#next;
    this.#observed[at] = observed;
    this.#expected[at] = expected;
    this.#variance[at] = variance;
    this.#next = (at + 1) % BLOCKS;
    this.#used = Math.min(BLOCKS, this.#used + 1);
    let best: Change | null = null;
    let highest = this.#threshold;
    let o = 0;
    let e = 0;
    let v = 0;
    for (let i = 0; i < this.#used; i++) {
      const b = (at - i + BLOCKS) % BLOCKS;
      o += this.#observed[b] as number;
      e += this.#expected[b] as number;
      v += this.#variance[b] as number;
      if (v < LEAST_VARIANCE) continue;
      const ratio = ((o - e) * (o - e)) / (2 * v * (1 + v / Math.max(known, 1)));
      if (ratio > highest) {
        highest = ratio;
        best = { observed: o, expected: e, variance: v };
      }
    }
    return best;
  }
}
