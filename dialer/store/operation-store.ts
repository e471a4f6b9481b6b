import type { EpochMilliseconds } from '../core/model.js';
import type { StoreOperations } from './operations.js';
import type { Store } from './port.js';

/** `Store` in terms of one way to have an operation carried out; each backend says how. */
export abstract class OperationStore implements Store {
  readonly #clock: () => EpochMilliseconds;

  constructor(clock: () => EpochMilliseconds) {
    this.#clock = clock;
  }

  /** Carries the operation out; resolves when what it wrote is as durable as the backend makes it. */
  protected abstract perform<K extends keyof StoreOperations>(
    operation: K,
    ...parameters: Parameters<StoreOperations[K]>
  ): Promise<ReturnType<StoreOperations[K]>>;

  abstract check(): Promise<void>;
  abstract close(): Promise<void>;

  readonly boot: Store['boot'] = (now) => this.perform('boot', now);
  readonly write: Store['write'] = (writes) => this.perform('write', writes);
  readonly leaseLeads: Store['leaseLeads'] = (request) => this.perform('leaseLeads', request);
  readonly commitIntents: Store['commitIntents'] = (intents, now) =>
    this.perform('commitIntents', intents, now);
  readonly drawSamples: Store['drawSamples'] = (request) => this.perform('drawSamples', request);
  readonly addContacts: Store['addContacts'] = (campaignId, contacts, now) =>
    this.perform('addContacts', campaignId, contacts, now);
  readonly contact: Store['contact'] = (contactId) => this.perform('contact', contactId);
  readonly contacts: Store['contacts'] = (filter) => this.perform('contacts', filter);
  readonly contactCounts: Store['contactCounts'] = (campaignId) => this.perform('contactCounts', campaignId);
  readonly attempt: Store['attempt'] = (attemptId) => this.perform('attempt', attemptId);
  readonly attempts: Store['attempts'] = (filter) => this.perform('attempts', filter);
  readonly attemptTotals: Store['attemptTotals'] = (filter) => this.perform('attemptTotals', filter);
  readonly addDnc: Store['addDnc'] = (numbers, entry) => this.perform('addDnc', numbers, entry);
  readonly removeDnc: Store['removeDnc'] = (number, campaignId) =>
    this.perform('removeDnc', number, campaignId);
  readonly isDnc: Store['isDnc'] = (number, campaignId) => this.perform('isDnc', number, campaignId);
  readonly setConsent: Store['setConsent'] = (number, consent, entry) =>
    this.perform('setConsent', number, consent, entry);
  readonly consentOf: Store['consentOf'] = (number, now) => this.perform('consentOf', number, now);
  readonly recentAttempts: Store['recentAttempts'] = (number, since) =>
    this.perform('recentAttempts', number, since);
  readonly events: Store['events'] = (after, limit) => this.perform('events', after, limit);
  readonly lastEvent: Store['lastEvent'] = () => this.perform('lastEvent');
  readonly apiKeys: Store['apiKeys'] = () => this.perform('apiKeys');
  readonly saveApiKey: Store['saveApiKey'] = (key) => this.perform('saveApiKey', key);
  readonly idempotent: Store['idempotent'] = (key) => this.perform('idempotent', key, this.#clock());
  readonly rememberIdempotent: Store['rememberIdempotent'] = (key, answer, at) =>
    this.perform('rememberIdempotent', key, answer, at);
}
