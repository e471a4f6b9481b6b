import type { EpochMilliseconds } from '../../core/model.js';
import type { Page } from '../port.js';
import {
  DEAD_LETTERS_KEPT,
  type DeliveryFilter,
  type DeliveryOutcome,
  type StoredWebhook,
  type WebhookDelivery,
} from '../webhooks.js';

/** Webhooks, their places in the journal, and deliveries that did not arrive. */
export class WebhookBook {
  readonly #webhooks = new Map<string, StoredWebhook>();
  readonly #deliveries = new Map<string, Map<number, WebhookDelivery>>();

  all(): readonly StoredWebhook[] {
    return [...this.#webhooks.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  save(webhook: StoredWebhook): void {
    const position = Math.max(webhook.position, this.#webhooks.get(webhook.id)?.position ?? 0);
    this.#webhooks.set(webhook.id, { ...webhook, position });
  }

  remove(id: string): boolean {
    this.#deliveries.delete(id);
    return this.#webhooks.delete(id);
  }

  settle({ webhookId, position = 0, keep, arrived }: DeliveryOutcome): boolean {
    const webhook = this.#webhooks.get(webhookId);
    if (webhook === undefined) return false;
    this.save({ ...webhook, position: Math.max(webhook.position, position) });
    const kept = this.#deliveries.get(webhookId) ?? new Map<number, WebhookDelivery>();
    this.#deliveries.set(webhookId, kept);
    for (const sequence of arrived) kept.delete(sequence);
    for (const delivery of keep) kept.set(delivery.sequence, delivery);
    const dead = this.#inOrder(webhookId).filter(({ state }) => state === 'dead');
    for (const { sequence } of dead.slice(0, Math.max(0, dead.length - DEAD_LETTERS_KEPT)))
      kept.delete(sequence);
    return true;
  }

  deliveries({ webhookId, state, limit, cursor }: DeliveryFilter): Page<WebhookDelivery> {
    const left = this.#inOrder(webhookId).filter(
      (each) => each.sequence > Number(cursor ?? 0) && (state === undefined || each.state === state),
    );
    const items = left.slice(0, limit);
    return left.length <= limit ? { items } : { items, nextCursor: String(items.at(-1)?.sequence ?? 0) };
  }

  prune(before: EpochMilliseconds): void {
    for (const kept of this.#deliveries.values())
      for (const [sequence, { event }] of kept) if (event.at < before) kept.delete(sequence);
  }

  #inOrder(webhookId: string): WebhookDelivery[] {
    return [...(this.#deliveries.get(webhookId)?.values() ?? [])].sort((a, b) => a.sequence - b.sequence);
  }
}
