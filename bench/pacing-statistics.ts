/** What the pacing benches share: intervals over seeds. */

export interface Interval {
  readonly mean: number;
  /** Half the width of the 95 % interval. */
  readonly halfWidth: number;
}

const quantiles = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1,
  2.09, 2.09, 2.08, 2.07, 2.07, 2.06, 2.06, 2.06, 2.05, 2.05, 2.05,
];

/** Mean and 95 % interval, by Student's t for the few seeds a bench runs. */
export function interval(values: readonly number[]): Interval {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return { mean, halfWidth: Number.NaN };
  const variance = values.reduce((a, x) => a + (x - mean) ** 2, 0) / (n - 1);
  return { mean, halfWidth: (quantiles[n - 2] ?? 1.96) * Math.sqrt(variance / n) };
}

/** Interval of the differences of two runs over the same seeds. */
export function paired(withIt: readonly number[], without: readonly number[]): Interval {
  return interval(withIt.map((x, i) => x - (without[i] as number)));
}

export function cell({ mean, halfWidth }: Interval, digits: number, signed = false): string {
  const sign = signed && mean >= 0 ? '+' : '';
  const spread = Number.isNaN(halfWidth) ? '' : ` ± ${halfWidth.toFixed(digits)}`;
  return `${sign}${mean.toFixed(digits)}${spread}`;
}

/** Numbers from 0 on. */
export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
