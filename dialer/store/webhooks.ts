/** Webhooks as they are stored: who is told of what, how far, and which deliveries did not arrive. */
import type { EpochMilliseconds } from '../core/model.js';
import type { DomainEventKind, JournalledEvent } from '../events/domain-events.js';

/** Dead letters kept for each webhook; the oldest go first. */
export const DEAD_LETTERS_KEPT = 1_000;

export interface WebhookRecord {
  readonly id: string;
  readonly url: string;
  /** Events of these kinds are sent. */
  readonly kinds: readonly DomainEventKind[];
  /** Only events of this campaign; absent: of all, and those of none. */
  readonly campaignId?: string;
  readonly description: string;
  /** Signs each delivery. It is kept as it is, because a hash cannot sign. */
  readonly secret: string;
  /** The secret before, which signs as well until then. */
  readonly previousSecret?: { readonly secret: string; readonly until: EpochMilliseconds };
  /** Counts edits; absent: it was never edited. */
  readonly version?: number;
  readonly createdAt: EpochMilliseconds;
}

/** A webhook with its place in the journal: everything up to it was delivered, or is kept as a delivery. */
export interface StoredWebhook extends WebhookRecord {
  readonly position: number;
}

export type DeliveryState = 'retrying' | 'dead';

/** A delivery that did not arrive: it is tried again (`retrying`), or was given up (`dead`). */
export interface WebhookDelivery extends JournalledEvent {
  readonly state: DeliveryState;
  /** Requests made so far. */
  readonly attempts: number;
  readonly firstAt: EpochMilliseconds;
  readonly lastAt: EpochMilliseconds;
  /** When it is tried again; of a dead one, when it was given up. */
  readonly nextAt: EpochMilliseconds;
  /** Status that the receiver answered; 0 when there was no answer. */
  readonly status: number;
  /** One line: what went wrong. */
  readonly error: string;
}

/** What became of some deliveries of a webhook. */
export interface DeliveryOutcome {
  readonly webhookId: string;
  /** New place in the journal; absent: as it was. It never goes back. */
  readonly position?: number;
  /** Deliveries to keep, by their sequence; one that was kept is replaced. */
  readonly keep: readonly WebhookDelivery[];
  /** Sequences of kept deliveries that have arrived. */
  readonly arrived: readonly number[];
}

export interface DeliveryFilter {
  readonly webhookId: string;
  readonly state?: DeliveryState;
  readonly limit: number;
  readonly cursor?: string;
}
