/** Seeded random numbers for tests (mulberry32 and the polar method). */
export interface TestRandom {
  uniform(): number;
  normal(): number;
  exponential(mean: number): number;
}

export function randomFrom(seed: number): TestRandom {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => {
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  };
  return { uniform, normal, exponential: (mean) => -mean * Math.log(1 - uniform()) };
}
