/** How the figures of a report are written. */
import type { KpiValue } from '../../dialer/report/kpi-values.js';
import type { Estimate } from '../../dialer/what-if/port.js';

export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;
/** Points of per cent, with a sign. */
export const points = (share: number): string => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`;
export const count = (value: number): string => Math.round(value).toLocaleString('en');

export function interval(low: number | undefined, high: number | undefined): string {
  return low === undefined || high === undefined ? '' : `${(100 * low).toFixed(1)} – ${percent(high)}`;
}

export function kpiInterval({ unit, low, high }: Pick<KpiValue, 'unit' | 'low' | 'high'>): string {
  if (unit === 'share' || low === undefined || high === undefined) return interval(low, high);
  return `${low.toFixed(0)} – ${high.toFixed(0)} s`;
}

export function kpiText({ unit, value }: Pick<KpiValue, 'unit' | 'value'>): string {
  if (value === undefined) return '–';
  return unit === 'share' ? percent(value) : `${value.toFixed(0)} s`;
}

export function estimateText({ mean, low, high }: Estimate, write: (value: number) => string): string {
  return low === undefined || high === undefined
    ? write(mean)
    : `${write(mean)} (${write(low)} to ${write(high)})`;
}

/** `2026-03-02 16:00 UTC`. */
export function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
