/** Small numeric helpers: the normal distribution, the gamma distribution function and the exact Poisson-binomial tail. */

/** Complementary error function, relative error below 1.2e-7 (Chebyshev fit of W. Press et al., "erfcc"). */
function erfc(x: number): number {
  const z = Math.abs(x);
  const t = 1 / (1 + 0.5 * z);
  const poly =
    -1.26551223 +
    t *
      (1.00002368 +
        t *
          (0.37409196 +
            t *
              (0.09678418 +
                t *
                  (-0.18628806 +
                    t *
                      (0.27886807 +
                        t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  const y = t * Math.exp(-z * z + poly);
  return x >= 0 ? y : 2 - y;
}

/** P(Z <= z) of a standard normal. Keeps its relative precision far into the lower tail. */
export function normalCdf(z: number): number {
  return 0.5 * erfc(-z * Math.SQRT1_2);
}

/** The z with P(Z <= z) = p, by bisection; p between 0 and 1. */
export function normalQuantile(p: number): number {
  let low = -40;
  let high = 40;
  for (let i = 0; i < 80; i++) {
    const z = (low + high) / 2;
    if (normalCdf(z) < p) low = z;
    else high = z;
  }
  return (low + high) / 2;
}

/**
 * P(S <= limit) of an integer sum with the given cumulants, by a normal with continuity correction and the
 * first Cornish-Fisher term for the skew (Fisher and Cornish 1960): unlike the Edgeworth series it never
 * leaves [0, 1], however far in the tail.
 */
export function skewedNormalCdf(
  limit: number,
  mean: number,
  variance: number,
  thirdCumulant: number,
): number {
  const x = limit + 0.5 - mean;
  if (variance < 1e-9) return x >= 0 ? 1 : 0;
  const sd = Math.sqrt(variance);
  const z = x / sd;
  const skew = thirdCumulant / (variance * sd);
  // The correction is trusted within four standard deviations; beyond, it is held at its edge.
  const edge = Math.max(-4, Math.min(4, z));
  return normalCdf(z - (skew / 6) * (edge * edge - 1));
}

/** Distribution function of a gamma variable by its series; shape and x above 0. */
export function gammaCdf(x: number, shape: number, scale: number): number {
  if (x <= 0) return 0;
  const y = x / scale;
  if (y > shape + 12 * Math.sqrt(shape) + 40) return 1;
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; n < 500 && term > sum * 1e-12; n++) {
    term *= y / (shape + n);
    sum += term;
  }
  return Math.min(1, sum * Math.exp(-y + shape * Math.log(y) - logGamma(shape)));
}

/** Logarithm of the gamma function (Stirling's series, shifted up for precision). */
function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  while (y < 8) {
    shift -= Math.log(y);
    y += 1;
  }
  const i = 1 / (y * y);
  const series = (1 / 12 - i * (1 / 360 - i * (1 / 1260 - i / 1680))) / y;
  return shift + (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series;
}

/**
 * Exact distribution of a sum of independent yes-or-no variables, kept only up to a count that matters.
 * Costs one pass over the kept counts for each variable (the usual convolution).
 */
export class PoissonBinomial {
  #mass = new Float64Array(64);
  #cap = 0;
  #top = 0;

  /** Starts an empty sum of which counts 0 to `cap` are kept. */
  reset(cap: number): void {
    const size = Math.max(0, cap) + 1;
    if (this.#mass.length < size) this.#mass = new Float64Array(2 * size);
    this.#cap = size - 1;
    this.#top = 0;
    this.#mass[0] = 1;
  }

  get cap(): number {
    return this.#cap;
  }

  /** Adds a variable that is 1 with probability p. */
  add(p: number): void {
    const mass = this.#mass;
    const no = 1 - p;
    let top = this.#top;
    if (top < this.#cap) {
      top += 1;
      mass[top] = (mass[top - 1] as number) * p;
      this.#top = top;
      top -= 1;
    }
    for (let i = top; i > 0; i--) mass[i] = (mass[i] as number) * no + (mass[i - 1] as number) * p;
    mass[0] = (mass[0] as number) * no;
  }

  /** P(sum <= count), for counts up to the cap. */
  cdf(count: number): number {
    if (count < 0) return 0;
    let sum = 0;
    const last = Math.min(count, this.#top);
    for (let i = 0; i <= last; i++) sum += this.#mass[i] as number;
    return Math.min(sum, 1);
  }
}
