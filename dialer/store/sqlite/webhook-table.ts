import type { EpochMilliseconds } from '../../core/model.js';
import type { Page } from '../port.js';
import {
  DEAD_LETTERS_KEPT,
  type DeliveryFilter,
  type DeliveryOutcome,
  type StoredWebhook,
  type WebhookDelivery,
  type WebhookRecord,
} from '../webhooks.js';
import type { Database } from './database.js';

/** Webhooks, their places in the journal, and deliveries that did not arrive. */
export class WebhookTable {
  readonly #all;
  readonly #save;
  readonly #remove;
  readonly #removeDeliveries;
  readonly #advance;
  readonly #keep;
  readonly #arrived;
  readonly #trim;
  readonly #page;
  readonly #prune;

  constructor(database: Database) {
    this.#all = database.query<[webhook: string, position: number]>(
      'SELECT webhook, position FROM webhooks ORDER BY webhook_id',
    );
    this.#save = database.command(
      `INSERT INTO webhooks VALUES (?1, ?2, ?3)
         ON CONFLICT (webhook_id) DO UPDATE SET webhook = ?2, position = max(position, ?3)`,
    );
    this.#remove = database.command('DELETE FROM webhooks WHERE webhook_id = ?');
    this.#removeDeliveries = database.command('DELETE FROM webhook_deliveries WHERE webhook_id = ?');
    this.#advance = database.command(
      'UPDATE webhooks SET position = max(position, ?2) WHERE webhook_id = ?1',
    );
    this.#keep = database.command('INSERT OR REPLACE INTO webhook_deliveries VALUES (?, ?, ?, ?, ?)');
    this.#arrived = database.command(
      `DELETE FROM webhook_deliveries
         WHERE webhook_id = ?1 AND sequence IN (SELECT value FROM json_each(?2))`,
    );
    this.#trim = database.command(
      `DELETE FROM webhook_deliveries WHERE webhook_id = ?1 AND sequence IN
         (SELECT sequence FROM webhook_deliveries WHERE webhook_id = ?1 AND state = 'dead'
            ORDER BY sequence DESC LIMIT -1 OFFSET ${DEAD_LETTERS_KEPT})`,
    );
    this.#page = database.query<[sequence: number, delivery: string]>(
      `SELECT sequence, delivery FROM webhook_deliveries
         WHERE webhook_id = ?1 AND sequence > ?2 AND (?3 = '' OR state = ?3) ORDER BY sequence LIMIT ?4`,
    );
    this.#prune = database.command('DELETE FROM webhook_deliveries WHERE event_at < ?');
  }

  all(): StoredWebhook[] {
    return this.#all
      .all()
      .map(([webhook, position]) => ({ ...(JSON.parse(webhook) as WebhookRecord), position }));
  }

  save({ position, ...webhook }: StoredWebhook): void {
    this.#save.run(webhook.id, JSON.stringify(webhook), position);
  }

  remove(id: string): boolean {
    this.#removeDeliveries.run(id);
    return this.#remove.run(id) > 0;
  }

  settle({ webhookId, position = 0, keep, arrived }: DeliveryOutcome): boolean {
    if (this.#advance.run(webhookId, position) === 0) return false;
    if (arrived.length > 0) this.#arrived.run(webhookId, JSON.stringify(arrived));
    for (const delivery of keep)
      this.#keep.run(
        webhookId,
        delivery.sequence,
        delivery.state,
        delivery.event.at,
        JSON.stringify(delivery),
      );
    if (keep.some(({ state }) => state === 'dead')) this.#trim.run(webhookId);
    return true;
  }

  deliveries({ webhookId, state, limit, cursor }: DeliveryFilter): Page<WebhookDelivery> {
    const rows = this.#page.all(webhookId, Number(cursor ?? 0), state ?? '', limit + 1);
    const items = rows.slice(0, limit).map(([, delivery]) => JSON.parse(delivery) as WebhookDelivery);
    const last = rows[limit - 1];
    return rows.length <= limit || last === undefined ? { items } : { items, nextCursor: String(last[0]) };
  }

  /** Kept deliveries of events before the instant: the events themselves go, too. */
  prune(before: EpochMilliseconds): void {
    this.#prune.run(before);
  }
}
