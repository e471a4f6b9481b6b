/** KPIs with their intervals, as views and reports show them. */
import { wilsonInterval } from '../kpi/intervals.js';
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
  /** Wilson interval, 95 %; of shares. */
  readonly low?: number;
  readonly high?: number;
  readonly definition: string;
}

/** All KPIs of some counts; each with its interval where it is a share. */
export function kpiValues(counts: Readonly<KpiCounts>): KpiValue[] {
  return KPIS.map(({ id, name, unit, numerator, denominator, of }) => {
    const part = of(counts);
    const interval =
      unit === 'share' && part.denominator > 0
        ? wilsonInterval({ events: part.numerator, trials: part.denominator })
        : undefined;
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
