/**
 * The Prometheus metrics. Nothing is counted here while calls run: the engine's own totals are copied when the
 * metrics are read. Labels are campaigns (up to a cap), states and the like; never a number, contact or call.
 */
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Engine } from '../../dialer/engine.js';
import type { RegistryView } from '../registries/registry-views.js';
import type { WebhookFigures } from '../webhooks/webhooks.js';
import { abandonMetrics } from './abandon-metrics.js';
import { callMetrics } from './call-metrics.js';
import { callerIdMetrics } from './caller-id-metrics.js';
import { campaignMetrics } from './campaign-metrics.js';
import { complianceMetrics } from './compliance-metrics.js';
import { floorMetrics } from './floor-metrics.js';
import { loopMetrics } from './loop-metrics.js';
import { campaignLabels, makersOn } from './makers.js';
import { pacingMetrics } from './pacing-metrics.js';
import type { StoreFigures } from './store-figures.js';
import { switchMetrics } from './switch-metrics.js';
import { webhookMetrics } from './webhook-metrics.js';

export { MAXIMUM_CAMPAIGN_LABELS } from './makers.js';

export interface Metrics {
  readonly contentType: string;
  /** The metrics in Prometheus' text format. */
  text(): Promise<string>;
  close(): void;
}

export function createMetrics(
  engine: Pick<Engine, 'view' | 'telephony' | 'takeAnswerToAgentSeconds'>,
  figures: Pick<StoreFigures, 'abandons' | 'contactCounts'>,
  registries: () => readonly RegistryView[] = () => [],
  webhooks: () => readonly WebhookFigures[] = () => [],
): Metrics {
  const registry = new Registry();
  const makers = makersOn(registry);
  const calls = callMetrics(makers, registry);
  const copyFloor = floorMetrics(makers);
  const copyCampaigns = campaignMetrics(makers, figures);
  const copyPacing = pacingMetrics(makers);
  const copyAbandons = abandonMetrics(makers, figures);
  const copyCompliance = complianceMetrics(makers, registries);
  const copyCallerIds = callerIdMetrics(makers);
  const copySwitches = switchMetrics(makers, engine.telephony);
  const copyWebhooks = webhookMetrics(makers, webhooks);
  const loop = loopMetrics(makers);
  collectDefaultMetrics({ register: registry });

  return {
    contentType: registry.contentType,
    async text() {
      const view = engine.view();
      const label = campaignLabels(view);
      calls.copy(view, label);
      calls.observeWaits(engine.takeAnswerToAgentSeconds());
      copyFloor(view);
      copyCampaigns(view, label);
      copyPacing(view, label);
      copyAbandons(view, label);
      copyCompliance(view);
      copyCallerIds(view);
      copySwitches(view);
      copyWebhooks(view.now);
      loop.copy();
      return registry.metrics();
    },
    close() {
      loop.close();
      registry.clear();
    },
  };
}
