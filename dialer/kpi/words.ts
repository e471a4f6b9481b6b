/** KPIs in the words of those who read about them: sentences never show an id. */
import { KPIS } from './kpis.js';

/** A sentence, or a part of one, as a code with its parameters: for other languages than the English beside it. */
export interface Said {
  readonly code: string;
  /** Rates are 0–1, instants ISO 8601, KPIs their ids. */
  readonly parameters: Readonly<Record<string, string | number>>;
}

export function said(code: string, parameters: Said['parameters'] = {}): Said {
  return { code, parameters };
}

const known = new Map<string, (typeof KPIS)[number]>(KPIS.map((kpi) => [kpi.id, kpi]));

/** `contact rate` for `contact-rate`; a name that is no KPI's id stays as it is. */
export function kpiName(kpi: string): string {
  return known.get(kpi)?.name ?? kpi;
}

/** As the subject of a sentence: `the contact rate`, `the share of short calls`. */
export function kpiSubject(kpi: string): string {
  const definition = known.get(kpi);
  if (definition === undefined || / (rate|time)$/.test(definition.name)) return `the ${kpiName(kpi)}`;
  return `the share of ${definition.name}`;
}

/** `24.1 %`, to three digits. */
export function shareText(share: number): string {
  return `${(100 * share).toPrecision(3)} %`;
}

/** `58 right-party contacts in 241 attempts`. */
export function countText(kpi: string, events: number, trials: number): string {
  const definition = known.get(kpi);
  if (definition === undefined) return `${events} of ${trials}`;
  return `${events} ${definition.numerator} in ${trials} ${definition.denominator}`;
}
