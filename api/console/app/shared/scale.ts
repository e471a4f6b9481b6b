/** Scales with round marks. */

const STEPS = [1, 2, 2.5, 5] as const;
/** Most steps between zero and the end of a scale. */
const MOST_STEPS = 5;

/** The smallest of 1, 2, 2.5 or 5 × 10ⁿ that is a multiple of `unit` and at least `least`. */
function stepFrom(least: number, unit: number): number {
  for (let power = 10 ** Math.floor(Math.log10(Math.max(least, unit)) + 1e-9); ; power *= 10)
    for (const factor of STEPS) {
      const step = factor * power;
      const units = step / unit;
      if (step >= least * (1 - 1e-9) && units > 0.5 && Math.abs(units - Math.round(units)) < 1e-6)
        return step;
    }
}

/**
 * Where a scale from zero that has to reach `value` ends, and its marks.
 *
 * @param unit the least difference that a mark's label shows
 */
export function scaleTo(
  value: number,
  unit: number,
): { readonly top: number; readonly ticks: readonly number[] } {
  const reach = value > 0 ? value : unit;
  const step = stepFrom(reach / MOST_STEPS, unit);
  const steps = Math.max(1, Math.ceil(reach / step - 1e-9));
  // Without the tails of binary fractions: 0.15, not 0.15000000000000002.
  const ticks = Array.from({ length: steps + 1 }, (_, i) => Number((i * step).toPrecision(12)));
  return { top: ticks.at(-1) ?? unit, ticks };
}
