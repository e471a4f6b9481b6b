/** From values to positions, and where the axis has its marks. */

export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  /** Position of a value. */
  at(value: number): number;
}

const STEPS = [1, 2, 2.5, 5, 10] as const;

/** The smallest step of the usual kind (1, 2, 2.5, 5 times a power of ten) that needs at most so many. */
export function niceStep(span: number, most: number): number {
  const raw = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * (STEPS.find((step) => step * power >= raw * (1 - 1e-9)) ?? 10);
}

/**
 * A scale whose ends are marks of the axis.
 *
 * @param values what has to fit on it; those that are not finite do not count
 * @param start,end positions of its ends
 * @param options `zero`: the axis begins at zero; `most`: marks at most; `ceiling`: no value above this is shown, and no mark beyond the
 *   next
 */
export function linearScale(
  values: readonly number[],
  start: number,
  end: number,
  options: { readonly zero?: boolean; readonly most?: number; readonly ceiling?: number } = {},
): Scale {
  const ceiling = options.ceiling ?? Number.POSITIVE_INFINITY;
  const finite = values.filter(Number.isFinite).map((value) => Math.min(value, ceiling));
  let low = options.zero === true ? 0 : Math.min(...finite);
  let high = Math.max(...finite, low);
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    low = 0;
    high = 1;
  }
  // What differs by less than that is one value, and an axis has to have two ends.
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= 1e-9 * Math.max(1e-9, size)) high = low + (size < 1e-9 ? 1 : size * 0.1);
  const step = niceStep(high - low, options.most ?? 6);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.min(high, ceiling) / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  const from = ticks[0]!;
  const to = ticks.at(-1)!;
  return { from, to, ticks, at: (value) => start + ((value - from) / (to - from)) * (end - start) };
}
