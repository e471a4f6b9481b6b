/** KPIs with their intervals, as views and reports show them. */
import { meanInterval, wilsonInterval } from '../kpi/intervals.js';
import { KPIS, type KpiCounts, type KpiId } from '../kpi/kpis.js';

export interface KpiValue {
  readonly id: KpiId;
  readonly name: string;
  /** `share` (0–1) or `seconds`. */
  readonly unit: 'share' | 'seconds';
  readonly numerator: number;
  readonly denominator: number;
  /** Absent while there is nothing to divide by. */
  readonly value?: number;
  /** 95 %: Wilson's interval of a share, `meanInterval` of a mean. */
  readonly low?: number;
  readonly high?: number;
  readonly definition: string;
}

/** All KPIs of some counts, each with its interval where there is enough for one. */
export function kpiValues(counts: Readonly<KpiCounts>): KpiValue[] {
  return KPIS.map(({ id, name, unit, numerator, denominator, of, squares }) => {
    const part = of(counts);
    const interval =
      part.denominator === 0
        ? undefined
        : squares === undefined
          ? wilsonInterval({ events: part.numerator, trials: part.denominator })
          : meanInterval({ count: part.denominator, sum: part.numerator, squares: squares(counts) });
    return {
      id,
      name,
      unit,
      ...part,
      ...(part.denominator === 0 ? {} : { value: part.numerator / part.denominator }),
      ...(interval === undefined ? {} : { low: interval.low, high: interval.high }),
      definition: `${numerator} ÷ ${denominator}`,
    };
  });
}
