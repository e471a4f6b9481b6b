/** Seeded random numbers of the pacing world: mulberry32, the polar method, Marsaglia and Tsang's gamma. */
export class Random {
  #state = 0;

  constructor(seed: number, stream = 0, index = 0) {
    this.restart(seed, stream, index);
  }

  /**
   * Begins the numbers of one call, contact or agent. They depend on nothing but these three values, so that
   * the k-th call of a seed is the same whatever the pacer does: methods are compared on the same calls.
   */
  restart(seed: number, stream: number, index: number): this {
    let x = (seed ^ Math.imul(stream + 1, 0x9e3779b1)) >>> 0;
    x = scramble(x);
    x = scramble((x ^ Math.imul(index + 1, 0x85ebca77)) >>> 0);
    this.#state = x;
    return this;
  }

  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  }

  /** `variation`: standard deviation over the mean. */
  lognormal(mean: number, variation: number): number {
    const variance = Math.log(1 + variation * variation);
    return mean * Math.exp(Math.sqrt(variance) * this.normal() - variance / 2);
  }

  /** Gamma with scale 1. */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = this.normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < x * x * 0.5 + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  beta(a: number, b: number): number {
    const x = this.gamma(a);
    return x / (x + this.gamma(b));
  }
}

function scramble(seed: number): number {
  let x = Math.imul(seed ^ (seed >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}
