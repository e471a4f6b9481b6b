/**
 * Deliveries of one webhook. It reads the journal from its place on, sends what is wanted, and moves its place on in the
 * same transaction that keeps what did not arrive: a restart goes on there, and nothing is lost (at least once).
 */
import type { JournalledEvent } from '../../dialer/events/domain-events.js';
import type { Store } from '../../dialer/store/port.js';
import { DEAD_LETTERS_KEPT, type StoredWebhook, type WebhookDelivery } from '../../dialer/store/webhooks.js';
import type { EventHub } from '../http/event-hub.js';
import { retryDelay, type WebhookOptions } from './options.js';
import type { Message, SendResult } from './sender.js';

/** Events sent before the place in the journal is stored again. */
const PAGE = 20;
/** Events passed over (nobody asked for them) before the place is stored all the same. */
const PASSED_OVER = 1_000;
/** News of the journal are looked at together. */
const GATHER_MILLISECONDS = 25;
/** After the store failed. */
const PAUSE_MILLISECONDS = 1_000;
const LONGEST_SLEEP = 60_000;

export interface LaneContext {
  readonly events: Pick<EventHub, 'after' | 'onNews'>;
  readonly store: Pick<Store, 'settleDeliveries' | 'webhookDeliveries'>;
  readonly options: WebhookOptions;
  /** Sends within the bounds that all webhooks share. */
  readonly send: (webhook: StoredWebhook, message: Message) => Promise<SendResult>;
  readonly onError: (error: unknown) => void;
}

export interface LaneFigures {
  readonly delivered: number;
  readonly failed: number;
  readonly dead: number;
}

export class Lane {
  readonly webhook: StoredWebhook;
  readonly #context: LaneContext;
  readonly #kinds: ReadonlySet<string>;
  readonly #kept = new Map<number, WebhookDelivery>();
  readonly #closing = new AbortController();
  readonly #unsubscribe: () => void;
  #wake: () => void = () => undefined;
  #news = true;
  #position: number;
  #stored: number;
  /** The oldest event that is being sent for the first time; undefined when none is. */
  #sending: JournalledEvent | undefined;
  #done: Promise<void> = Promise.resolve();
  lastDeliveredAt: number | undefined;
  lastError = '';
  readonly totals: { -readonly [K in keyof LaneFigures]: LaneFigures[K] } = {
    delivered: 0,
    failed: 0,
    dead: 0,
  };

  constructor(webhook: StoredWebhook, context: LaneContext) {
    this.webhook = webhook;
    this.#context = context;
    this.#kinds = new Set(webhook.kinds);
    this.#position = webhook.position;
    this.#stored = webhook.position;
    this.#unsubscribe = context.events.onNews(() => {
      this.#news = true;
      this.#wake();
    });
  }

  start(): void {
    this.#done = this.#run();
  }

  /** Ends at once; what is under way is sent again after the next start. */
  async close(): Promise<void> {
    this.#unsubscribe();
    this.#closing.abort();
    this.#wake();
    await this.#done;
  }

  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  get position(): number {
    return this.#position;
  }

  /** Kept deliveries, oldest first. */
  kept(): readonly WebhookDelivery[] {
    return [...this.#kept.values()].sort((a, b) => a.sequence - b.sequence);
  }

  count(state: WebhookDelivery['state']): number {
    let count = 0;
    for (const delivery of this.#kept.values()) if (delivery.state === state) count += 1;
    return count;
  }

  /** When the oldest event happened that has not arrived and is not given up; undefined when there is none. */
  oldestAt(): number | undefined {
    let oldest = this.#sending?.event.at;
    for (const { state, event } of this.#kept.values())
      if (state === 'retrying') oldest = Math.min(oldest ?? event.at, event.at);
    return oldest;
  }

  /** Has dead letters sent again, all of them or those named, the oldest first and as many as may wait. Returns how many. */
  async replay(sequences: readonly number[] | undefined): Promise<number> {
    const wanted = sequences === undefined ? undefined : new Set(sequences);
    const room = Math.max(0, this.#room());
    const keep = this.kept()
      .filter(({ state, sequence }) => state === 'dead' && wanted?.has(sequence) !== false)
      .slice(0, room)
      .map((delivery) => ({
        ...delivery,
        state: 'retrying' as const,
        attempts: 0,
        nextAt: this.#context.options.now(),
      }));
    if (keep.length > 0) await this.#settle(this.#position, keep, []);
    this.#wake();
    return keep.length;
  }

  async #run(): Promise<void> {
    let loaded = false;
    while (!this.signal.aborted) {
      try {
        if (!loaded) await this.#load();
        loaded = true;
        if (!(await this.#retryDue()) && !(await this.#readOn())) await this.#sleep(this.#untilDue());
      } catch (error) {
        this.#context.onError(error);
        await this.#sleep(PAUSE_MILLISECONDS, false);
      }
    }
  }

  async #load(): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.#context.store.webhookDeliveries({
        webhookId: this.webhook.id,
        limit: 500,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const delivery of page.items) this.#kept.set(delivery.sequence, delivery);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  /** Sends deliveries whose time has come again. Returns whether there were any. */
  async #retryDue(): Promise<boolean> {
    const now = this.#context.options.now();
    const due = this.kept()
      .filter(({ state, nextAt }) => state === 'retrying' && nextAt <= now)
      .slice(0, PAGE);
    if (due.length === 0) return false;
    const results = await this.#sendAll(due);
    await this.#settle(this.#position, ...results);
    return true;
  }

  /** Sends the next events of the journal. Returns whether there may be more. */
  async #readOn(): Promise<boolean> {
    const room = this.#room();
    if (!this.#news || room <= 0) return false;
    // News from now on are looked at again, whatever this read gives.
    this.#news = false;
    const batch = await this.#context.events.after(this.#position);
    if (batch.length === 0) return false;
    this.#news = true;
    const wanted: JournalledEvent[] = [];
    let position = this.#position;
    for (const event of batch) {
      if (this.#wants(event)) {
        if (wanted.length >= Math.min(PAGE, room)) break;
        wanted.push(event);
      }
      position = event.sequence;
    }
    if (wanted.length === 0) {
      this.#position = position;
      if (position - this.#stored >= PASSED_OVER) await this.#settle(position, [], []);
      return true;
    }
    this.#sending = wanted[0];
    try {
      const [failed] = await this.#sendAll(
        wanted.map((event) => ({ ...event, attempts: 0, firstAt: this.#context.options.now() })),
      );
      // Stopped while they were under way: they are read again at the next start.
      if (this.signal.aborted) return false;
      await this.#settle(position, failed, []);
    } finally {
      this.#sending = undefined;
    }
    return true;
  }

  #wants({ event }: JournalledEvent): boolean {
    const { campaignId } = this.webhook;
    if (!this.#kinds.has(event.kind)) return false;
    return campaignId === undefined || ('campaignId' in event && event.campaignId === campaignId);
  }

  /** Those to keep, and the sequences of those that arrived. */
  async #sendAll(
    deliveries: readonly (JournalledEvent & { readonly attempts: number; readonly firstAt: number })[],
  ): Promise<[WebhookDelivery[], number[]]> {
    const keep: WebhookDelivery[] = [];
    const arrived: number[] = [];
    const queue = [...deliveries];
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined && !this.signal.aborted; next = queue.shift()) {
        const { sequence, event, firstAt } = next;
        const attempts = next.attempts + 1;
        const result = await this.#context.send(this.webhook, messageOf(this.webhook.id, next, attempts));
        const now = this.#context.options.now();
        // A request that the stop has cut is no failure of the receiver.
        if (!result.delivered && this.signal.aborted) return;
        if (result.delivered) {
          arrived.push(sequence);
          this.totals.delivered += 1;
          this.lastDeliveredAt = now;
          this.lastError = '';
          continue;
        }
        const dead = result.final || attempts >= this.#context.options.mostAttempts;
        this.totals.failed += 1;
        if (dead) this.totals.dead += 1;
        this.lastError = result.error;
        keep.push({
          sequence,
          event,
          state: dead ? 'dead' : 'retrying',
          attempts,
          firstAt,
          lastAt: now,
          nextAt: dead ? now : now + this.#waitAfter(attempts, result),
          status: result.status,
          error: result.error,
        });
      }
    };
    await Promise.all(Array.from({ length: this.#context.options.parallelPerWebhook }, worker));
    return [keep, arrived];
  }

  #waitAfter(attempts: number, { retryAfterSeconds }: SendResult): number {
    const { options } = this.#context;
    const asked = Math.min(retryAfterSeconds * 1000, options.longestRetryMilliseconds);
    return Math.max(asked, retryDelay(attempts, options));
  }

  /** Makes it durable, then believes it. What was sent is not sent again because the store fails for a while. */
  async #settle(
    position: number,
    keep: readonly WebhookDelivery[],
    arrived: readonly number[],
  ): Promise<void> {
    const outcome = { webhookId: this.webhook.id, position, keep, arrived };
    for (;;) {
      try {
        if (!(await this.#context.store.settleDeliveries(outcome))) return;
        break;
      } catch (error) {
        if (this.signal.aborted) throw error;
        this.#context.onError(error);
        await this.#sleep(PAUSE_MILLISECONDS, false);
      }
    }
    this.#position = Math.max(this.#position, position);
    this.#stored = this.#position;
    for (const sequence of arrived) this.#kept.delete(sequence);
    for (const delivery of keep) this.#kept.set(delivery.sequence, delivery);
    this.#forgetOldestDead();
  }

  #room(): number {
    return this.#context.options.mostRetrying - this.count('retrying');
  }

  /** The store keeps no more of them either. */
  #forgetOldestDead(): void {
    const dead = this.kept().filter(({ state }) => state === 'dead');
    for (const { sequence } of dead.slice(0, Math.max(0, dead.length - DEAD_LETTERS_KEPT)))
      this.#kept.delete(sequence);
  }

  #untilDue(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { state, nextAt } of this.#kept.values())
      if (state === 'retrying') next = Math.min(next, nextAt);
    return Math.max(0, Math.min(LONGEST_SLEEP, next - this.#context.options.now()));
  }

  /** Until the time has passed, there are news, or the lane closes. */
  async #sleep(milliseconds: number, wakeable = true): Promise<void> {
    if (this.signal.aborted || (wakeable && this.#news && this.#room() > 0)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        if (!wakeable && !this.signal.aborted) return;
        clearTimeout(timer);
        this.#wake = () => undefined;
        if (this.signal.aborted) resolve();
        else setTimeout(resolve, GATHER_MILLISECONDS);
      };
    });
    this.#wake = () => undefined;
  }
}

/** What a receiver is sent for an event. */
export function messageOf(webhookId: string, { sequence, event }: JournalledEvent, attempt: number): Message {
  const id = `${webhookId}:${sequence}`;
  return { id, kind: event.kind, attempt, body: JSON.stringify({ id, sequence, webhookId, event }) };
}
