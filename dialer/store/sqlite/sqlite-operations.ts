import { randomBytes } from 'node:crypto';
import type { AuditEntry } from '../../audit/audit-record.js';
import type { WriteEffect } from '../../core/effects.js';
import type { IntentResult } from '../../core/inputs.js';
import type { EpochMilliseconds, Intent } from '../../core/model.js';
import { decodeEvent, encodeEvent } from '../../events/codec.js';
import type { DomainEvent, JournalledEvent } from '../../events/domain-events.js';
import { bootDocuments, keepCallerIds, keepEmergencyStop, keepSwitchDrain } from '../engine-documents.js';
import { erasedNumber } from '../erasure.js';
import type { StoreOperations } from '../operations.js';
import type { BootState } from '../port.js';
import { auditResult, grantedNumbers } from '../rules.js';
import { AttemptTable } from './attempt-table.js';
import { AuditTable } from './audit-table.js';
import { CallbackTable } from './callback-table.js';
import { CampaignTable } from './campaign-table.js';
import { ConsentTable } from './consent-table.js';
import { ContactCounts } from './contact-counts.js';
import { ContactEdits } from './contact-edits.js';
import { ContactLists } from './contact-lists.js';
import { ContactSearch } from './contact-search.js';
import { ContactTable } from './contact-table.js';
import type { Database } from './database.js';
import { DocumentTable } from './document-table.js';
import { LateIndex, NAMES, NUMBERS } from './late-index.js';
import { LeaseQuery } from './lease-query.js';
import { LedgerTable } from './ledger-table.js';
import { ListTable } from './list-table.js';
import { RecordTable } from './record-table.js';
import { RegistryTable } from './registry-table.js';
import { WebhookTable } from './webhook-table.js';

/** The store's operations on an open database. Whoever calls them brackets them in transactions. */
export class SqliteOperations implements StoreOperations {
  readonly #campaigns: CampaignTable;
  readonly #counts: ContactCounts;
  readonly #contacts: ContactTable;
  readonly #callbacks: CallbackTable;
  readonly #contactLists: ContactLists;
  readonly #search: ContactSearch;
  readonly #edits: ContactEdits;
  readonly #leases: LeaseQuery;
  readonly #lists: ListTable;
  readonly #attempts: AttemptTable;
  readonly #ledger: LedgerTable;
  readonly #consents: ConsentTable;
  readonly #registry: RegistryTable;
  readonly #audit: AuditTable;
  readonly #records: RecordTable;
  readonly #webhooks: WebhookTable;
  readonly #documents: DocumentTable;
  readonly #installation: string;
  readonly #append;
  readonly #events;
  readonly #lastEvent;
  readonly #touch;

  constructor(database: Database) {
    // First: the statements of the others name their tables.
    const lateIndexes = [NAMES, NUMBERS].map((subject) => new LateIndex(database, subject));
    this.#campaigns = new CampaignTable(database);
    this.#counts = new ContactCounts(database);
    this.#callbacks = new CallbackTable(database, this.#campaigns);
    this.#contacts = new ContactTable(database, this.#counts, this.#callbacks);
    const lists = new ContactLists(database, this.#campaigns, this.#counts);
    this.#contactLists = lists;
    this.#leases = new LeaseQuery(database, this.#campaigns, this.#contacts, this.#counts, lists);
    this.#consents = new ConsentTable(database);
    this.#lists = new ListTable(
      database,
      this.#campaigns,
      this.#counts,
      this.#consents,
      this.#contacts,
      lists,
      lateIndexes,
    );
    this.#search = new ContactSearch(database, this.#campaigns, lists, this.#lists);
    this.#edits = new ContactEdits(database, {
      campaigns: this.#campaigns,
      contacts: this.#contacts,
      counts: this.#counts,
      lists,
      table: this.#lists,
      callbacks: this.#callbacks,
    });
    this.#ledger = new LedgerTable(database, this.#campaigns);
    this.#attempts = new AttemptTable(database, this.#campaigns, this.#contacts, lists, this.#callbacks);
    this.#registry = new RegistryTable(database, this.#campaigns);
    this.#audit = new AuditTable(database);
    this.#records = new RecordTable(database, this.#campaigns, this.#contacts, (number) =>
      this.#audit.hashOf(number),
    );
    this.#webhooks = new WebhookTable(database);
    this.#documents = new DocumentTable(database);
    this.#append = database.command('INSERT INTO journal (event) VALUES (?)');
    this.#events = database.query<[number, Uint8Array]>(
      'SELECT sequence, event FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?',
    );
    this.#lastEvent = database.query<[number | null]>('SELECT max(sequence) FROM journal');
    this.#touch = database.command("INSERT OR REPLACE INTO meta VALUES ('checked_at', ?)");
    database
      .command("INSERT OR IGNORE INTO meta VALUES ('installation', ?)")
      .run(randomBytes(4).toString('hex'));
    const row = database.query<[string]>("SELECT value FROM meta WHERE name = 'installation'").first();
    this.#installation = row?.[0] ?? '';
  }

  // -- for the transaction around the operations

  operationDone(): void {
    this.#counts.operationDone();
  }

  operationFailed(): void {
    this.#counts.operationFailed();
    this.#campaigns.forgetKeys();
    this.#lists.forgetNumbers();
    this.#contactLists.forget();
  }

  beforeCommit(): void {
    this.#counts.save();
  }

  rolledBack(): void {
    this.#counts.load();
    this.#campaigns.forgetKeys();
    this.#lists.forgetNumbers();
    this.#contactLists.forget();
  }

  /** Writes something, to see that a commit is possible. */
  check(now: EpochMilliseconds): void {
    this.#touch.run(String(now));
  }

  // -- operations

  boot(now: EpochMilliseconds): BootState {
    this.#contacts.endRun();
    return {
      installation: this.#installation,
      campaigns: this.#campaigns.campaigns(),
      agents: this.#campaigns.agents(),
      openAttempts: this.#attempts.open(),
      emergencyAreas: this.#registry.emergencyAreas(),
      ...bootDocuments(this),
      ledger: this.#ledger.needed(now),
      learned: this.#ledger.learned(),
      watches: this.#campaigns.watches(),
    };
  }

  write(writes: readonly WriteEffect[], audit: readonly AuditEntry[] = []): readonly JournalledEvent[] {
    const journalled: JournalledEvent[] = [];
    const refused = new Set<string>();
    for (const write of writes) {
      if (write.type === 'event') {
        const { event } = write;
        // The end of an attempt that had ended before is no news.
        if (event.kind === 'attempt-ended' && refused.has(event.attemptId)) continue;
        journalled.push(this.#journal(event));
      } else if (write.type === 'record-result') {
        if (this.#attempts.recordResult(write)) this.#ledger.post(write.result.campaignId, write.ledger);
        else refused.add(write.result.attemptId);
      } else {
        this.#apply(write);
      }
    }
    this.#audit.append(audit);
    return journalled;
  }

  #apply(write: Exclude<WriteEffect, { type: 'event' | 'record-result' }>): void {
    switch (write.type) {
      case 'save-campaign':
        this.#campaigns.save(write.campaign);
        break;
      case 'save-agent':
        this.#campaigns.saveAgent(write.agent);
        break;
      case 'record-disposition':
        if (this.#attempts.recordDisposition(write))
          this.#ledger.post(write.disposition.campaignId, write.ledger);
        break;
      case 'save-learned':
        this.#ledger.saveLearned(write.learned);
        break;
      case 'save-watch':
        this.#campaigns.saveWatch(write);
        break;
      case 'save-caller-ids':
        keepCallerIds(this, write.at, write.snapshot);
        break;
      case 'save-emergency-stop':
        keepEmergencyStop(this, write.stop);
        break;
      case 'save-switch-drain':
        keepSwitchDrain(this, write.switchId, write.drain);
        break;
      case 'open-phases':
        this.#lists.openPhases(write.campaignId, write.through);
        break;
      case 'release-lead': {
        const contact = this.#contacts.findById(write.contactId);
        if (contact !== undefined) this.#contacts.release(contact, write.dueAt, write.nextNumber);
        break;
      }
      case 'close-lead': {
        const contact = this.#contacts.findById(write.contactId);
        if (contact !== undefined) this.#contacts.close(contact, write.reason);
        break;
      }
      case 'add-dnc':
        this.#registry.addDnc(write.number, write.campaignId, write.reason, write.at);
        break;
      case 'record-consent':
        this.#consents.add([write.consent]);
        break;
    }
  }

  #journal(event: DomainEvent): JournalledEvent {
    return { sequence: this.#append.insert(encodeEvent(event)), event };
  }

  leaseContact: StoreOperations['leaseContact'] = (request) => this.#leases.leaseContact(request);
  leaseLeads: StoreOperations['leaseLeads'] = (request) => this.#leases.lease(request);

  commitIntents(intents: readonly Intent[], now: EpochMilliseconds): readonly IntentResult[] {
    return intents.map((intent) => this.#attempts.commit(intent, now));
  }

  drawSamples: StoreOperations['drawSamples'] = (request) => this.#lists.draw(request);
  sampleReport: StoreOperations['sampleReport'] = (campaignId) => this.#lists.sampleReport(campaignId);
  extendSample: StoreOperations['extendSample'] = (request) => this.#lists.extend(request);
  measure: StoreOperations['measure'] = (request, page) => this.#attempts.measure(request, page);
  addContacts: StoreOperations['addContacts'] = (campaignId, contacts, now, list) =>
    this.#lists.add(campaignId, contacts, now, list);
  lists: StoreOperations['lists'] = (campaignId) => this.#contactLists.all(campaignId);
  saveList: StoreOperations['saveList'] = (change) => this.#contactLists.save(change);
  penetration: StoreOperations['penetration'] = (campaignId) => this.#contactLists.penetration(campaignId);
  updateContact: StoreOperations['updateContact'] = (contactId, edit, ifVersion, now) =>
    this.#edits.update(contactId, edit, ifVersion, now);
  removeContact: StoreOperations['removeContact'] = (contactId, ifVersion, now) =>
    this.#edits.remove(contactId, ifVersion, now);
  recycleContacts: StoreOperations['recycleContacts'] = (request) => this.#edits.recycle(request);
  callbacks: StoreOperations['callbacks'] = (filter) => this.#callbacks.page(filter);
  moveCallback: StoreOperations['moveCallback'] = (move) => this.#edits.moveCallback(move);
  cancelCallback: StoreOperations['cancelCallback'] = (cancellation) =>
    this.#edits.cancelCallback(cancellation);
  contact: StoreOperations['contact'] = (contactId) => this.#lists.get(contactId);
  contacts: StoreOperations['contacts'] = (filter) => this.#search.page(filter);
  contactCounts: StoreOperations['contactCounts'] = (campaignId) => this.#lists.counts(campaignId);

  saveAnswers: StoreOperations['saveAnswers'] = (attemptId, answers) =>
    this.#attempts.saveAnswers(attemptId, answers);
  attempt: StoreOperations['attempt'] = (attemptId) => this.#attempts.get(attemptId);
  attempts: StoreOperations['attempts'] = (filter) =>
    this.#attempts.page(filter, (number) => erasedNumber(this.#audit.hashOf(number)));
  attemptTotals: StoreOperations['attemptTotals'] = ({ campaignId, from, to }) =>
    this.#attempts.totals(campaignId, from, to);
  abandonLedger: StoreOperations['abandonLedger'] = (filter) => this.#ledger.period(filter);
  recentAttempts: StoreOperations['recentAttempts'] = (number, since) => this.#attempts.recent(number, since);

  addDnc: StoreOperations['addDnc'] = (numbers, { campaignId, reason, at }) =>
    this.#registry.addDncs(numbers, campaignId, reason, at);
  removeDnc: StoreOperations['removeDnc'] = (number, campaignId) => {
    const removed = this.#registry.removeDnc(number, campaignId);
    if (removed)
      this.#contacts.reopen([number], campaignId === undefined ? 0 : this.#campaigns.keyOf(campaignId));
    return removed;
  };
  contactsClosedByLists: StoreOperations['contactsClosedByLists'] = ({ limit, cursor = '' }) =>
    this.#contacts.closedByLists(limit, cursor);
  reopenContacts: StoreOperations['reopenContacts'] = (contacts) => {
    const reopened = this.#contacts.reopenEach(contacts);
    return reopened.length > 0 && reopened;
  };
  isDnc: StoreOperations['isDnc'] = (number, campaignId) => this.#registry.isDnc(number, campaignId);
  addConsent: StoreOperations['addConsent'] = (entries) => {
    const added = this.#consents.add(entries);
    this.#contacts.reopen(grantedNumbers(entries));
    return added;
  };
  consentOf: StoreOperations['consentOf'] = (number, scope, now) =>
    this.#consents.inForce(number, scope, now);
  consentHistory: StoreOperations['consentHistory'] = (number) => this.#consents.history(number);
  consentRecords: StoreOperations['consentRecords'] = (filter) => this.#consents.page(filter);

  events: StoreOperations['events'] = (after, limit) =>
    this.#events.all(after, limit).map(([sequence, event]) => ({ sequence, event: decodeEvent(event) }));
  lastEvent: StoreOperations['lastEvent'] = () => this.#lastEvent.first()?.[0] ?? 0;

  saveEmergencyArea: StoreOperations['saveEmergencyArea'] = (area) => this.#registry.saveEmergencyArea(area);
  removeEmergencyArea: StoreOperations['removeEmergencyArea'] = (id) =>
    this.#registry.removeEmergencyArea(id);
  emergencyAreas: StoreOperations['emergencyAreas'] = () => this.#registry.emergencyAreas();
  peekLeads: StoreOperations['peekLeads'] = (request) => this.#leases.peek(request);
  webhooks: StoreOperations['webhooks'] = () => this.#webhooks.all();
  saveWebhook: StoreOperations['saveWebhook'] = (webhook) => this.#webhooks.save(webhook);
  removeWebhook: StoreOperations['removeWebhook'] = (id) => this.#webhooks.remove(id);
  settleDeliveries: StoreOperations['settleDeliveries'] = (outcome) => this.#webhooks.settle(outcome);
  webhookDeliveries: StoreOperations['webhookDeliveries'] = (filter) => this.#webhooks.deliveries(filter);
  document: StoreOperations['document'] = (kind, id, version) => this.#documents.get(kind, id, version);
  documents: StoreOperations['documents'] = (filter) => this.#documents.page(filter);
  documentVersions: StoreOperations['documentVersions'] = (filter) => this.#documents.versions(filter);
  saveDocument: StoreOperations['saveDocument'] = (write) => this.#documents.save(write);
  removeDocument: StoreOperations['removeDocument'] = (removal) => this.#documents.remove(removal);
  dncEntries: StoreOperations['dncEntries'] = (filter) => this.#records.dncEntries(filter);
  attemptsBetween: StoreOperations['attemptsBetween'] = (filter) => this.#records.attemptsBetween(filter);
  contactsWith: StoreOperations['contactsWith'] = (numbers) => this.#records.contactsWith(numbers);
  person: StoreOperations['person'] = (contactIds) => this.#records.person(contactIds);
  erase: StoreOperations['erase'] = (erasure) => {
    this.#lists.forgetNumbers();
    return this.#records.erase(erasure);
  };
  pruneAttempts: StoreOperations['pruneAttempts'] = (request) => this.#records.pruneAttempts(request);
  prune: StoreOperations['prune'] = (before, limit) => {
    this.#webhooks.prune(before);
    return this.#records.prune(before, limit);
  };

  appendAudit: StoreOperations['appendAudit'] = (entries) => this.#audit.append(entries);
  audited: StoreOperations['audited'] = (entry, operation, parameters) => {
    const perform = this[operation] as (...p: readonly unknown[]) => unknown;
    const answer = perform(...parameters);
    if (answer !== false) this.#audit.append([entry], auditResult(answer));
    return answer;
  };
  auditRecords: StoreOperations['auditRecords'] = (filter) => this.#audit.page(filter);
  auditHead: StoreOperations['auditHead'] = () => this.#audit.head();

  apiKeys: StoreOperations['apiKeys'] = () => this.#registry.apiKeys();
  saveApiKey: StoreOperations['saveApiKey'] = (key) => this.#registry.saveApiKey(key);
  idempotent: StoreOperations['idempotent'] = (key, now) => this.#registry.answer(key, now);
  rememberIdempotent: StoreOperations['rememberIdempotent'] = (key, answer, at) =>
    this.#registry.remember(key, answer, at);
}
