/**
 * Seeded random numbers, one stream for each purpose, so that drawing more of one kind does not move another.
 * The generator is sfc32 (PractRand's small fast counter): 96 bits of state and a counter, period at least 2^32.
 */

/** 32-bit FNV-1a of a text. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Spreads every bit of a 32-bit word over the whole word (the finaliser of MurmurHash3). */
export function mixWord(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

export class RandomStream {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;

  constructor(a: number, b: number, c: number) {
    this.reseed(a, b, c);
  }

  /** Begins again from three words; equal words give equal numbers. */
  reseed(a: number, b: number, c: number): void {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#counter = 1;
    for (let round = 0; round < 10; round++) this.word();
  }

  /** 32 random bits, as a signed integer. */
  word(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return (this.word() >>> 0) / 4294967296;
  }

  /** Uniform in [from, to). */
  between(from: number, to: number): number {
    return from + (to - from) * this.uniform();
  }

  /** Uniform integer in [0, below). */
  integer(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  bernoulli(probability: number): boolean {
    return this.uniform() < probability;
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  /** Standard normal (Box and Muller; the second value is dropped, so that a draw depends on nothing before it). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Lognormal with the given mean and coefficient of variation (standard deviation ÷ mean). */
  lognormal(mean: number, cv: number): number {
    const variance = Math.log(1 + cv * cv);
    return mean * Math.exp(Math.sqrt(variance) * this.normal() - variance / 2);
  }

  /** Gamma with the given mean and coefficient of variation: shape 1 ÷ cv². Marsaglia and Tsang, 2000. */
  gamma(mean: number, cv: number): number {
    const shape = 1 / (cv * cv);
    return (mean / shape) * this.#standardGamma(shape);
  }

  #standardGamma(shape: number): number {
    if (shape < 1) return this.#standardGamma(shape + 1) * (1 - this.uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const root = 1 + c * x;
      if (root <= 0) continue;
      const v = root * root * root;
      const u = 1 - this.uniform();
      if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** A random version 4 UUID. */
  uuid(): string {
    const a = hex8(this.word());
    const b = hex8((this.word() & 0xffff0fff) | 0x4000);
    const c = hex8((this.word() & 0x3fffffff) | 0x80000000);
    const d = hex8(this.word());
    return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`;
  }
}

function hex8(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

/** The stream of one purpose; the same seed and purpose always give the same numbers. */
export function randomStream(seed: string, purpose: string): RandomStream {
  return new RandomStream(hashText(seed), hashText(purpose), mixWord(hashText(`${seed}/${purpose}`)));
}
