import type { EpochMilliseconds } from '../../core/model.js';
import { decodeEvent, encodeEvent } from '../../events/codec.js';
import type { Page } from '../port.js';
import {
  DEAD_LETTERS_KEPT,
  type DeliveryFilter,
  type DeliveryOutcome,
  type StoredWebhook,
  type WebhookDelivery,
} from '../webhooks.js';
import type { RedisConnection } from './connection.js';
import { fieldsOf } from './hash-fields.js';
import type { RegistryKeys } from './registry-keys.js';
import { readScript } from './scripts.js';
import type { Steps } from './steps.js';

const SAVE = readScript('save-webhook');
const REMOVE = readScript('remove-webhook');
const SETTLE = readScript('settle-deliveries');
const PRUNE = readScript('prune-deliveries');
/** Deliveries that are dropped in one script. */
const PRUNED_AT_ONCE = 500;

/** Webhooks, their places in the journal, and deliveries that did not arrive. */
export class WebhookRecords {
  readonly #connection: RedisConnection;
  readonly #keys: RegistryKeys;

  constructor(connection: RedisConnection, keys: RegistryKeys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  async all(): Promise<readonly StoredWebhook[]> {
    const [webhooks, places] = (await Promise.all([
      this.#connection.call('hgetall', this.#keys.webhooks),
      this.#connection.call('hgetall', this.#keys.webhookPlaces),
    ])) as [string[] | Record<string, string>, string[] | Record<string, string>];
    const positions = fieldsOf(places);
    return [...fieldsOf(webhooks)]
      .map(([id, json]) => ({
        ...(JSON.parse(json) as Omit<StoredWebhook, 'position'>),
        position: Number(positions.get(id) ?? 0),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async save(steps: Steps, { position, ...webhook }: StoredWebhook): Promise<void> {
    const { webhooks, webhookPlaces } = this.#keys;
    await steps.run('save', SAVE, [webhooks, webhookPlaces], [webhook.id, JSON.stringify(webhook), position]);
  }

  async remove(steps: Steps, id: string): Promise<boolean> {
    return (await steps.run('remove', REMOVE, this.#allKeys(id), [id])) === 1;
  }

  async settle({ webhookId, position = 0, keep, arrived }: DeliveryOutcome): Promise<boolean> {
    const kept = keep.flatMap((delivery) => [
      delivery.sequence,
      delivery.state,
      delivery.event.at,
      jsonOf(delivery),
    ]);
    return (
      (await this.#connection.run(SETTLE, this.#allKeys(webhookId), [
        webhookId,
        position,
        DEAD_LETTERS_KEPT,
        arrived.length,
        ...arrived,
        ...kept,
      ])) === 1
    );
  }

  async deliveries({ webhookId, state, limit, cursor }: DeliveryFilter): Promise<Page<WebhookDelivery>> {
    const { bodies, retrying, dead } = this.#keys.deliveries(webhookId);
    const sets = state === undefined ? [retrying, dead] : [state === 'dead' ? dead : retrying];
    const found = await Promise.all(
      sets.map((key) =>
        this.#connection.call('zrangebyscore', key, `(${Number(cursor ?? 0)}`, '+inf', 'LIMIT', 0, limit + 1),
      ),
    );
    const sequences = (found.flat() as string[]).map(Number).sort((a, b) => a - b);
    const wanted = sequences.slice(0, limit);
    const texts =
      wanted.length === 0
        ? []
        : ((await this.#connection.call('hmget', bodies, ...wanted)) as (string | null)[]);
    const items = texts.flatMap((json) => (json === null ? [] : [deliveryOf(json)]));
    return sequences.length <= limit ? { items } : { items, nextCursor: String(wanted.at(-1) ?? 0) };
  }

  /** Drops deliveries of events before the instant. */
  async prune(before: EpochMilliseconds): Promise<void> {
    const ids = (await this.#connection.call('hkeys', this.#keys.webhooks)) as string[];
    for (const id of ids) {
      const { bodies, retrying, dead, times } = this.#keys.deliveries(id);
      const keys = [bodies, retrying, dead, times];
      let dropped: unknown;
      do dropped = await this.#connection.run(PRUNE, keys, [before, PRUNED_AT_ONCE]);
      while (dropped === PRUNED_AT_ONCE);
    }
  }

  #allKeys(id: string): string[] {
    const { bodies, retrying, dead, times } = this.#keys.deliveries(id);
    return [this.#keys.webhooks, this.#keys.webhookPlaces, bodies, retrying, dead, times];
  }
}

function jsonOf({ event, ...delivery }: WebhookDelivery): string {
  return JSON.stringify({ ...delivery, event: Buffer.from(encodeEvent(event)).toString('base64') });
}

function deliveryOf(json: string): WebhookDelivery {
  const { event, ...delivery } = JSON.parse(json) as Omit<WebhookDelivery, 'event'> & {
    readonly event: string;
  };
  return { ...delivery, event: decodeEvent(Buffer.from(event, 'base64')) };
}
