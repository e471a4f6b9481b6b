import type { WebhookFigures } from '../webhooks/webhooks.js';
import { type Makers, resetAll } from './makers.js';

/** Deliveries to the receivers of webhooks. There are few of these: the service bounds their number. */
export function webhookMetrics(
  { gauge, counter }: Makers,
  webhooks: () => readonly WebhookFigures[],
): (now: number) => void {
  const deliveries = counter(
    'dialer_webhook_deliveries_total',
    'Requests to receivers of webhooks: delivered, failed (tried again unless given up), and deliveries given up.',
    ['webhook', 'result'],
  );
  const backlog = gauge(
    'dialer_webhook_backlog',
    'Deliveries that have not arrived: tried again (retrying), or given up (dead).',
    ['webhook', 'state'],
  );
  const age = gauge(
    'dialer_webhook_oldest_event_seconds',
    'Age of the oldest event that still has to arrive; 0 when there is none.',
    ['webhook'],
  );
  return (now) => {
    resetAll([deliveries, backlog, age]);
    for (const { id: webhook, oldestAt, ...figures } of webhooks()) {
      deliveries.inc({ webhook, result: 'delivered' }, figures.delivered);
      deliveries.inc({ webhook, result: 'failed' }, figures.failed);
      deliveries.inc({ webhook, result: 'given-up' }, figures.givenUp);
      backlog.set({ webhook, state: 'retrying' }, figures.retrying);
      backlog.set({ webhook, state: 'dead' }, figures.dead);
      age.set({ webhook }, oldestAt === undefined ? 0 : Math.max(0, (now - oldestAt) / 1000));
    }
  };
}
