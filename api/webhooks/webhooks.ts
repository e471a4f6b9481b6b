/** All webhooks of the service: each has its lane; what goes out at once is bounded over all of them. */
import { randomBytes } from 'node:crypto';
import type { Store } from '../../dialer/store/port.js';
import type { StoredWebhook } from '../../dialer/store/webhooks.js';
import type { EventHub } from '../http/event-hub.js';
import { Lane } from './lane.js';
import { DEFAULT_WEBHOOK_OPTIONS, type WebhookOptions } from './options.js';
import { type Message, type SendResult, send } from './sender.js';

export interface WebhooksContext {
  readonly events: Pick<EventHub, 'after' | 'onNews'>;
  readonly store: Pick<Store, 'webhooks' | 'settleDeliveries' | 'webhookDeliveries'>;
  readonly version: string;
  readonly options?: Partial<WebhookOptions>;
  readonly onError: (error: unknown) => void;
}

/** Figures of one webhook for the metrics. */
export interface WebhookFigures {
  readonly id: string;
  readonly delivered: number;
  readonly failed: number;
  readonly givenUp: number;
  readonly retrying: number;
  readonly dead: number;
  /** When the oldest event happened that still has to arrive; undefined when there is none. */
  readonly oldestAt: number | undefined;
}

export class Webhooks {
  readonly options: WebhookOptions;
  readonly #context: WebhooksContext;
  readonly #lanes = new Map<string, Lane>();
  readonly #closing = new AbortController();
  readonly #queue: (() => void)[] = [];
  #underWay = 0;

  constructor(context: WebhooksContext) {
    this.#context = context;
    this.options = { ...DEFAULT_WEBHOOK_OPTIONS, ...context.options };
  }

  async start(): Promise<void> {
    for (const webhook of await this.#context.store.webhooks()) this.#open(webhook);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
  }

  /** By id. */
  lanes(): readonly Lane[] {
    return [...this.#lanes.values()].sort((a, b) => (a.webhook.id < b.webhook.id ? -1 : 1));
  }

  find(id: string): Lane | undefined {
    return this.#lanes.get(id);
  }

  /** Begins deliveries of a webhook that has been stored. */
  add(webhook: StoredWebhook): Lane {
    return this.#open(webhook);
  }

  /** Goes on with a webhook that has been edited, from where its deliveries stand. */
  async replace(webhook: StoredWebhook): Promise<Lane> {
    const before = this.#lanes.get(webhook.id);
    await before?.close();
    return this.#open({ ...webhook, position: Math.max(webhook.position, before?.position ?? 0) });
  }

  /** Ends deliveries of a webhook that has been removed. */
  async remove(id: string): Promise<void> {
    const lane = this.#lanes.get(id);
    this.#lanes.delete(id);
    await lane?.close();
  }

  /** Sends a test, once and at once. It is no event of the journal and has the sequence 0. */
  async ping(webhook: StoredWebhook): Promise<SendResult> {
    const id = `${webhook.id}:ping-${randomBytes(4).toString('hex')}`;
    const event = { kind: 'ping', at: this.options.now() };
    const body = JSON.stringify({ id, sequence: 0, webhookId: webhook.id, event });
    return this.#send(webhook, { id, kind: 'ping', body, attempt: 1 }, this.#closing.signal);
  }

  figures(): readonly WebhookFigures[] {
    return this.lanes().map((lane) => ({
      id: lane.webhook.id,
      delivered: lane.totals.delivered,
      failed: lane.totals.failed,
      givenUp: lane.totals.dead,
      retrying: lane.count('retrying'),
      dead: lane.count('dead'),
      oldestAt: lane.oldestAt(),
    }));
  }

  #open(webhook: StoredWebhook): Lane {
    const lane: Lane = new Lane(webhook, {
      events: this.#context.events,
      store: this.#context.store,
      options: this.options,
      send: (to, message) => this.#send(to, message, lane.signal),
      onError: this.#context.onError,
    });
    this.#lanes.set(webhook.id, lane);
    lane.start();
    return lane;
  }

  async #send(webhook: StoredWebhook, message: Message, signal: AbortSignal): Promise<SendResult> {
    if (this.#underWay >= this.options.parallel)
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#underWay += 1;
    try {
      return await send(webhook, message, {
        deadlineMilliseconds: this.options.deadlineMilliseconds,
        userAgent: `Tactus/${this.#context.version}`,
        now: this.options.now,
        signal,
      });
    } finally {
      // The place goes to the one who waits longest.
      const next = this.#queue.shift();
      if (next === undefined) this.#underWay -= 1;
      else next();
    }
  }
}
