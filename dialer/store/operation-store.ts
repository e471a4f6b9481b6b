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
  readonly write: Store['write'] = (writes, audit) => this.perform('write', writes, audit);
  readonly leaseLeads: Store['leaseLeads'] = (request) => this.perform('leaseLeads', request);
  readonly leaseContact: Store['leaseContact'] = (request) => this.perform('leaseContact', request);
  readonly commitIntents: Store['commitIntents'] = (intents, now) =>
    this.perform('commitIntents', intents, now);
  readonly drawSamples: Store['drawSamples'] = (request) => this.perform('drawSamples', request);
  readonly sampleReport: Store['sampleReport'] = (campaignId) => this.perform('sampleReport', campaignId);
  readonly extendSample: Store['extendSample'] = (request) => this.perform('extendSample', request);
  readonly measure: Store['measure'] = (request, page) => this.perform('measure', request, page);
  readonly addContacts: Store['addContacts'] = (campaignId, contacts, now, list) =>
    this.perform('addContacts', campaignId, contacts, now, list);
  readonly lists: Store['lists'] = (campaignId) => this.perform('lists', campaignId);
  readonly saveList: Store['saveList'] = (change) => this.perform('saveList', change);
  readonly penetration: Store['penetration'] = (campaignId) => this.perform('penetration', campaignId);
  readonly updateContact: Store['updateContact'] = (contactId, edit, ifVersion, now) =>
    this.perform('updateContact', contactId, edit, ifVersion, now);
  readonly removeContact: Store['removeContact'] = (contactId, ifVersion, now) =>
    this.perform('removeContact', contactId, ifVersion, now);
  readonly recycleContacts: Store['recycleContacts'] = (request) => this.perform('recycleContacts', request);
  readonly callbacks: Store['callbacks'] = (filter) => this.perform('callbacks', filter);
  readonly moveCallback: Store['moveCallback'] = (move) => this.perform('moveCallback', move);
  readonly cancelCallback: Store['cancelCallback'] = (cancellation) =>
    this.perform('cancelCallback', cancellation);
  readonly contact: Store['contact'] = (contactId) => this.perform('contact', contactId);
  readonly contacts: Store['contacts'] = (filter) => this.perform('contacts', filter);
  readonly contactCounts: Store['contactCounts'] = (campaignId) => this.perform('contactCounts', campaignId);
  readonly saveAnswers: Store['saveAnswers'] = (attemptId, answers) =>
    this.perform('saveAnswers', attemptId, answers);
  readonly attempt: Store['attempt'] = (attemptId) => this.perform('attempt', attemptId);
  readonly attempts: Store['attempts'] = (filter) => this.perform('attempts', filter);
  readonly attemptTotals: Store['attemptTotals'] = (filter) => this.perform('attemptTotals', filter);
  readonly abandonLedger: Store['abandonLedger'] = (filter) => this.perform('abandonLedger', filter);
  readonly addDnc: Store['addDnc'] = (numbers, entry) => this.perform('addDnc', numbers, entry);
  readonly contactsClosedByLists: Store['contactsClosedByLists'] = (filter) =>
    this.perform('contactsClosedByLists', filter);
  readonly reopenContacts: Store['reopenContacts'] = (contacts) => this.perform('reopenContacts', contacts);
  readonly removeDnc: Store['removeDnc'] = (number, campaignId) =>
    this.perform('removeDnc', number, campaignId);
  readonly isDnc: Store['isDnc'] = (number, campaignId) => this.perform('isDnc', number, campaignId);
  readonly addConsent: Store['addConsent'] = (entries) => this.perform('addConsent', entries);
  readonly consentOf: Store['consentOf'] = (number, scope, now) =>
    this.perform('consentOf', number, scope, now);
  readonly consentHistory: Store['consentHistory'] = (number) => this.perform('consentHistory', number);
  readonly consentRecords: Store['consentRecords'] = (filter) => this.perform('consentRecords', filter);
  readonly recentAttempts: Store['recentAttempts'] = (number, since) =>
    this.perform('recentAttempts', number, since);
  readonly events: Store['events'] = (after, limit) => this.perform('events', after, limit);
  readonly lastEvent: Store['lastEvent'] = () => this.perform('lastEvent');
  readonly saveEmergencyArea: Store['saveEmergencyArea'] = (area) => this.perform('saveEmergencyArea', area);
  readonly removeEmergencyArea: Store['removeEmergencyArea'] = (id) =>
    this.perform('removeEmergencyArea', id);
  readonly emergencyAreas: Store['emergencyAreas'] = () => this.perform('emergencyAreas');
  readonly peekLeads: Store['peekLeads'] = (request) => this.perform('peekLeads', request);
  readonly webhooks: Store['webhooks'] = () => this.perform('webhooks');
  readonly saveWebhook: Store['saveWebhook'] = (webhook) => this.perform('saveWebhook', webhook);
  readonly removeWebhook: Store['removeWebhook'] = (id) => this.perform('removeWebhook', id);
  readonly settleDeliveries: Store['settleDeliveries'] = (outcome) =>
    this.perform('settleDeliveries', outcome);
  readonly webhookDeliveries: Store['webhookDeliveries'] = (filter) =>
    this.perform('webhookDeliveries', filter);
  readonly document: Store['document'] = (kind, id, version) => this.perform('document', kind, id, version);
  readonly documents: Store['documents'] = (filter) => this.perform('documents', filter);
  readonly documentVersions: Store['documentVersions'] = (filter) => this.perform('documentVersions', filter);
  readonly saveDocument: Store['saveDocument'] = (write) => this.perform('saveDocument', write);
  readonly removeDocument: Store['removeDocument'] = (removal) => this.perform('removeDocument', removal);
  readonly dncEntries: Store['dncEntries'] = (filter) => this.perform('dncEntries', filter);
  readonly attemptsBetween: Store['attemptsBetween'] = (filter) => this.perform('attemptsBetween', filter);
  readonly contactsWith: Store['contactsWith'] = (numbers) => this.perform('contactsWith', numbers);
  readonly person: Store['person'] = (contactIds) => this.perform('person', contactIds);
  readonly erase: Store['erase'] = (erasure) => this.perform('erase', erasure);
  readonly pruneAttempts: Store['pruneAttempts'] = (request) => this.perform('pruneAttempts', request);
  readonly prune: Store['prune'] = (before, limit) => this.perform('prune', before, limit);
  readonly appendAudit: Store['appendAudit'] = (entries) => this.perform('appendAudit', entries);
  // The operation's own types are those of the call; on the way they are lost.
  readonly audited: Store['audited'] = (entry, operation, parameters) =>
    this.perform('audited', entry, operation, parameters) as ReturnType<Store['audited']> as never;
  readonly auditRecords: Store['auditRecords'] = (filter) => this.perform('auditRecords', filter);
  readonly auditHead: Store['auditHead'] = () => this.perform('auditHead');
  readonly apiKeys: Store['apiKeys'] = () => this.perform('apiKeys');
  readonly saveApiKey: Store['saveApiKey'] = (key) => this.perform('saveApiKey', key);
  readonly idempotent: Store['idempotent'] = (key) => this.perform('idempotent', key, this.#clock());
  readonly rememberIdempotent: Store['rememberIdempotent'] = (key, answer, at) =>
    this.perform('rememberIdempotent', key, answer, at);
}
