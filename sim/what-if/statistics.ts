/** Intervals over a few runs. */
import type { Estimate } from '../../dialer/what-if/port.js';

/** 0.975 quantiles of Student's t for 1 to 30 degrees of freedom. */
const STUDENT_T = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const;

/** 0.975 quantile of Student's t. Beyond the table by its expansion about the normal quantile, good to 0.001. */
export function studentT(degreesOfFreedom: number): number {
  return STUDENT_T[degreesOfFreedom - 1] ?? 1.96 + 2.372 / degreesOfFreedom;
}

/**
 * Mean and 95 % prediction interval for one more value: mean ± t·s·√(1 + 1/n). See Hahn and Meeker, "Statistical
 * Intervals" (1991), section 4.7.
 *
 * @param values at least one
 * @param limits what is possible; the interval is cut there
 */
export function estimate(
  values: readonly number[],
  limits: { readonly low?: number; readonly high?: number } = {},
): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentT(n - 1) * Math.sqrt(variance * (1 + 1 / n));
  return {
    mean,
    low: Math.max(limits.low ?? Number.NEGATIVE_INFINITY, mean - half),
    high: Math.min(limits.high ?? Number.POSITIVE_INFINITY, mean + half),
  };
}
