/** How metrics are made and filled: totals of the engine are copied into them when they are read. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { EngineView } from '../../dialer/core/view.js';

/** Campaigns with a label of their own; the others are counted together as `other`. */
export const MAXIMUM_CAMPAIGN_LABELS = 50;
export const OTHER = 'other';

/** From a campaign's id to its label. */
export type CampaignLabel = (id: string) => string;

/** Makes metrics on one registry. */
export interface Makers {
  gauge(name: string, help: string, labelNames?: string[]): Gauge;
  counter(name: string, help: string, labelNames?: string[]): Counter;
}

export function makersOn(registry: Registry): Makers {
  const registers = [registry];
  return {
    gauge: (name, help, labelNames = []) => new Gauge({ name, help, labelNames, registers }),
    counter: (name, help, labelNames = []) => new Counter({ name, help, labelNames, registers }),
  };
}

/** Running campaigns first get a label of their own. */
export function campaignLabels(view: EngineView): CampaignLabel {
  const running = view.campaigns.filter((c) => c.record.status === 'running');
  const others = view.campaigns.filter((c) => c.record.status !== 'running');
  const named = new Set(
    [...running, ...others].slice(0, MAXIMUM_CAMPAIGN_LABELS).map((c) => c.record.settings.id),
  );
  return (id) => (named.has(id) ? id : OTHER);
}

export function resetAll(metrics: readonly { reset(): void }[]): void {
  for (const metric of metrics) metric.reset();
}

/** Totals by campaign. */
export function fillByCampaign(
  metric: Counter,
  totals: Readonly<Record<string, number>>,
  label: CampaignLabel,
): void {
  metric.reset();
  for (const [id, count] of Object.entries(totals)) metric.inc({ campaign: label(id) }, count);
}

/** Totals by one label. */
export function fillBy(metric: Counter, labelName: string, totals: Readonly<Record<string, number>>): void {
  metric.reset();
  for (const [value, count] of Object.entries(totals)) metric.inc({ [labelName]: value }, count);
}

/** Totals by campaign and one label. */
export function fillNested(
  metric: Counter,
  totals: Readonly<Record<string, Readonly<Record<string, number>>>>,
  label: CampaignLabel,
  labelName: string,
): void {
  metric.reset();
  for (const [id, counts] of Object.entries(totals)) {
    for (const [value, count] of Object.entries(counts)) {
      metric.inc({ campaign: label(id), [labelName]: value }, count);
    }
  }
}
