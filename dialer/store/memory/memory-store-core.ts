import type { ConsentFacts } from '../../../compliance/index.js';
import {
  type AuditEntry,
  type AuditHead,
  type AuditRecord,
  canonicalJson,
} from '../../audit/audit-record.js';
import { type CallScope, type ConsentRecord, consentInForce, type NewConsent } from '../../core/consent.js';
import type { WriteEffect } from '../../core/effects.js';
import type { ContactLease, IntentResult, LeaseSummary } from '../../core/inputs.js';
import type { Measure, MeasureRequest } from '../../core/measure.js';
import type {
  AgentSession,
  AttemptAnswers,
  CampaignRecord,
  EmergencyAreaRecord,
  EpochMilliseconds,
  Intent,
  Lead,
  LedgerRow,
  SampleReport,
  StageName,
} from '../../core/model.js';
import type { DomainEvent, JournalledEvent } from '../../events/domain-events.js';
import type {
  DocumentFilter,
  DocumentRemoval,
  DocumentVersionFilter,
  DocumentWrite,
  StoredDocument,
} from '../documents.js';
import { bootDocuments, keepCallerIds, keepEmergencyStop, keepSwitchDrain } from '../engine-documents.js';
import { erasedNumber } from '../erasure.js';
import type { StoreOperations } from '../operations.js';
import type {
  ApiKey,
  AttemptFilter,
  AttemptRecord,
  AttemptTotals,
  AuditedOperation,
  AuditFilter,
  BootState,
  ClosedContact,
  ContactRecord,
  ContactState,
  DncEntry,
  Erasure,
  ErasureReport,
  ExtensionRequest,
  ImportCounts,
  LeaseContactRequest,
  LeaseRequest,
  LedgerFilter,
  NewContact,
  Page,
  PeekedLead,
  PeekRequest,
  PersonRecords,
  PruneAttemptsReport,
  PruneAttemptsRequest,
  PruneReport,
  SampleRequest,
} from '../port.js';
import {
  auditResult,
  consentCursor,
  cursorOf,
  grantedNumbers,
  IDEMPOTENCY_MILLISECONDS,
  NO_DISPOSITION,
  OVER,
  stagesUpTo,
  timesOf,
} from '../rules.js';
import { type DrawnSamples, drawFirst, drawStages, stratumOf } from '../sample-draw.js';
import type { DeliveryFilter, DeliveryOutcome, StoredWebhook, WebhookDelivery } from '../webhooks.js';
import { AttemptBook } from './attempt-book.js';
import { AuditBook } from './audit-book.js';
import { CallbackBook } from './callback-book.js';
import { ContactBook } from './contact-book.js';
import { ContactEdits } from './contact-edits.js';
import { leadOf, recordOf } from './contact-view.js';
import { DocumentBook } from './document-book.js';
import { LedgerBook, WatchBook } from './ledger-book.js';
import { attemptsFrom, NumberBook } from './number-book.js';
import { RecordBook } from './record-book.js';
import { WebhookBook } from './webhook-book.js';

export interface MemoryStoreOptions {
  /** 8 hexadecimal digits. */
  readonly installation?: string;
  /** Newest events that the journal keeps; default 100,000. */
  readonly journalLimit?: number;
  /** Newest ended attempts that are kept for listings, totals and dispositions; default 1,000,000. */
  readonly attemptLimit?: number;
}

interface IdempotentAnswer {
  readonly request: string;
  readonly status: number;
  readonly body: string;
}

const NOTHING_DUE = Number.POSITIVE_INFINITY;

/**
 * The whole store in memory, synchronously. Nothing is durable: it is for virtual time and for tests. It
 * keeps and gives back the objects it is handed, which are read-only by type.
 */
export class MemoryStoreCore implements StoreOperations {
  readonly #installation: string;
  readonly #numbers = new NumberBook();
  readonly #callbacks = new CallbackBook();
  readonly #contacts = new ContactBook(this.#numbers, this.#callbacks);
  readonly #edits = new ContactEdits(this.#contacts, this.#numbers, this.#callbacks);
  readonly #attempts: AttemptBook;
  readonly #records: RecordBook;
  readonly #ledger = new LedgerBook();
  readonly #watches = new WatchBook();
  readonly #campaigns = new Map<string, CampaignRecord>();
  readonly #agents = new Map<string, AgentSession>();
  readonly #samples = new Map<string, Pick<DrawnSamples, 'sizes' | 'report'>>();
  readonly #areas = new Map<string, EmergencyAreaRecord>();
  readonly #webhooks = new WebhookBook();
  readonly #documents = new DocumentBook();
  readonly #apiKeys = new Map<string, ApiKey>();
  readonly #answers = new Map<string, IdempotentAnswer & { readonly at: EpochMilliseconds }>();
  readonly #audit: AuditBook;
  readonly #journalLimit: number;
  #journal: JournalledEvent[] = [];
  #lastSequence = 0;

  constructor(options: MemoryStoreOptions = {}) {
    this.#installation = options.installation ?? '00000000';
    this.#audit = new AuditBook(this.#installation);
    this.#journalLimit = options.journalLimit ?? 100_000;
    this.#attempts = new AttemptBook(
      this.#numbers,
      this.#contacts,
      this.#callbacks,
      options.attemptLimit ?? 1_000_000,
    );
    this.#records = new RecordBook(this.#contacts, this.#numbers, this.#attempts, (number) =>
      this.#audit.hashOf(number),
    );
  }

  boot(now: EpochMilliseconds): BootState {
    for (const contact of this.#contacts.all()) {
      if (contact.state === 'leased' && contact.attempt === undefined) this.#contacts.unlease(contact);
      else if (contact.state === 'pending') this.#contacts.close(contact, NO_DISPOSITION);
    }
    return {
      installation: this.#installation,
      campaigns: [...this.#campaigns.values()],
      agents: [...this.#agents.values()],
      openAttempts: this.#attempts.open(),
      emergencyAreas: this.emergencyAreas(),
      ...bootDocuments(this),
      ledger: this.#ledger.needed(now),
      learned: this.#ledger.learned(),
      watches: this.#watches.all(),
    };
  }

  write(writes: readonly WriteEffect[], audit: readonly AuditEntry[] = []): readonly JournalledEvent[] {
    const journalled: JournalledEvent[] = [];
    let refused: Set<string> | undefined;
    for (const write of writes) {
      if (write.type === 'event') {
        const { event } = write;
        // The end of an attempt that had ended before is no news.
        if (event.kind === 'attempt-ended' && refused?.has(event.attemptId)) continue;
        journalled.push(this.#append(event));
      } else if (write.type === 'record-result') {
        if (this.#attempts.recordResult(write)) this.#ledger.post(write.result.campaignId, write.ledger);
        else {
          refused ??= new Set();
          refused.add(write.result.attemptId);
        }
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
        this.#campaigns.set(write.campaign.settings.id, write.campaign);
        break;
      case 'save-agent':
        this.#agents.set(write.agent.id, write.agent);
        break;
      case 'record-disposition':
        if (this.#attempts.recordDisposition(write))
          this.#ledger.post(write.disposition.campaignId, write.ledger);
        break;
      case 'save-learned':
        this.#ledger.saveLearned(write.learned);
        break;
      case 'save-watch':
        this.#watches.save(write);
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
        this.#contacts.openPhases(write.campaignId, write.through);
        break;
      case 'release-lead': {
        const contact = this.#contacts.get(write.contactId);
        if (contact !== undefined) this.#contacts.release(contact, write.dueAt, write.nextNumber);
        break;
      }
      case 'close-lead': {
        const contact = this.#contacts.get(write.contactId);
        if (contact !== undefined) this.#contacts.close(contact, write.reason);
        break;
      }
      case 'add-dnc':
        this.#numbers.addDnc(write.number, write.campaignId, write.reason, write.at);
        break;
      case 'record-consent':
        this.#numbers.addConsents([write.consent]);
        break;
    }
  }

  #append(event: DomainEvent): JournalledEvent {
    this.#lastSequence += 1;
    const entry = { sequence: this.#lastSequence, event };
    this.#journal.push(entry);
    if (this.#journal.length > this.#journalLimit * 1.25) {
      this.#journal = this.#journal.slice(-this.#journalLimit);
    }
    return entry;
  }

  leaseLeads(request: LeaseRequest): { readonly leads: readonly Lead[]; readonly summary: LeaseSummary } {
    const { campaignId, stage, lookbackSeconds, scope, now } = request;
    this.#contacts.endLeases(now);
    const list = this.#contacts.list(campaignId);
    if (list === undefined) return { leads: [], summary: { open: 0, untried: 0 } };
    const shelves = stagesUpTo(stage).map((each) => list.stages[each]);
    const { contacts, nextDueAt } = this.#contacts.lease(shelves, request);
    const leads = contacts.map((contact) =>
      leadOf(contact, this.#contacts.historyOf(contact), scope, lookbackSeconds, now),
    );
    let open = 0;
    for (const { counts } of shelves) open += counts.open + counts.callback + counts.pending;
    const { untried } = list.stages[stage];
    const held = stage === 'pilot' ? list.held.findIndex(({ counts }) => counts.open > 0) : -1;
    return {
      leads,
      summary: {
        open,
        untried,
        ...(held >= 0 && { heldPhase: held + 1 }),
        ...(nextDueAt !== NOTHING_DUE && { nextDueAt }),
      },
    };
  }

  leaseContact(request: LeaseContactRequest): ContactLease {
    const { campaignId, contactId, stage, leaseUntil, lookbackSeconds, scope, now } = request;
    this.#contacts.endLeases(now);
    const contact = this.#contacts.get(contactId);
    if (contact?.list.campaignId !== campaignId) return { refusal: 'not-found' };
    if (contact.state === 'done') return { refusal: 'closed' };
    if (contact.held > 0 || !stagesUpTo(stage).includes(contact.stage)) return { refusal: 'stage' };
    const { dueAt } = contact;
    if (!this.#contacts.leaseOne(contact, leaseUntil)) return { refusal: 'in-use' };
    const history = this.#contacts.historyOf(contact);
    return { lead: leadOf(contact, history, scope, lookbackSeconds, now), dueAt };
  }

  commitIntents(intents: readonly Intent[], now: EpochMilliseconds): readonly IntentResult[] {
    return intents.map((intent) => this.#attempts.commit(intent, now));
  }

  drawSamples(request: SampleRequest): Readonly<Record<StageName, number>> {
    const { campaignId, sampling } = request;
    const drawn = this.#samples.get(campaignId);
    if (drawn !== undefined) return drawn.sizes;
    const contacts = (this.#contacts.list(campaignId)?.contacts ?? []).filter(({ removed }) => !removed);
    const strata = sampling?.strata ?? [];
    const members = contacts
      .filter((c) => c.state === 'open' && c.attempts === 0)
      .map(({ id, source }) => ({ id, stratum: stratumOf(strata, source) }));
    const samples = drawStages(request, members, contacts.length);
    const assign = (stage: StageName, ids: readonly string[], held = 0): void => {
      for (const id of ids) {
        const contact = this.#contacts.get(id);
        if (contact !== undefined) this.#contacts.assignStage(contact, stage, held);
      }
    };
    assign('validation', samples.validation);
    for (const [phase, ids] of samples.phases.entries()) assign('pilot', ids, phase);
    if (contacts.length > 0) this.#samples.set(campaignId, { sizes: samples.sizes, report: samples.report });
    return samples.sizes;
  }

  sampleReport(campaignId: string): SampleReport | undefined {
    return this.#samples.get(campaignId)?.report;
  }

  extendSample({ campaignId, seed, stage, count }: ExtensionRequest): number {
    const contacts = this.#contacts.list(campaignId)?.contacts ?? [];
    const ids = contacts
      .filter((c) => c.stage === 'production' && c.state === 'open' && c.attempts === 0)
      .map(({ id }) => id);
    const drawn = drawFirst(seed, ids, Math.min(count, ids.length));
    for (const id of drawn) {
      const contact = this.#contacts.get(id);
      if (contact !== undefined) this.#contacts.assignStage(contact, stage);
    }
    return drawn.length;
  }

  measure(
    request: MeasureRequest,
    page: { readonly limit: number; readonly cursor?: string },
  ): { readonly measure: Measure; readonly nextCursor?: string } {
    return this.#attempts.measure(request, page);
  }

  addContacts(
    campaignId: string,
    contacts: readonly NewContact[],
    now: EpochMilliseconds,
    list?: string,
  ): ImportCounts {
    const counts = this.#contacts.add(campaignId, contacts, now, list);
    this.#reopen(contacts.flatMap(({ consent, numbers }) => (consent === 'granted' ? numbers : [])));
    return counts;
  }

  contact(contactId: string): ContactRecord | undefined {
    const contact = this.#contacts.get(contactId);
    return contact && recordOf(contact);
  }

  contacts: StoreOperations['contacts'] = (filter) => this.#edits.page(filter);
  lists: StoreOperations['lists'] = (campaignId) => this.#edits.lists(campaignId);
  saveList: StoreOperations['saveList'] = (change) => this.#edits.saveList(change);
  penetration: StoreOperations['penetration'] = (campaignId) => this.#edits.penetration(campaignId);
  updateContact: StoreOperations['updateContact'] = (contactId, edit, ifVersion, now) =>
    this.#edits.update(contactId, edit, ifVersion, now);
  removeContact: StoreOperations['removeContact'] = (contactId, ifVersion, now) =>
    this.#edits.remove(contactId, ifVersion, now);
  recycleContacts: StoreOperations['recycleContacts'] = (request) => this.#edits.recycle(request);
  callbacks: StoreOperations['callbacks'] = (filter) => this.#callbacks.page(filter);
  moveCallback: StoreOperations['moveCallback'] = (move) => this.#edits.moveCallback(move);
  cancelCallback: StoreOperations['cancelCallback'] = (cancellation) =>
    this.#edits.cancelCallback(cancellation);

  contactCounts(
    campaignId: string,
  ): readonly { readonly stage: StageName; readonly state: ContactState; readonly count: number }[] {
    return this.#contacts.counts(campaignId);
  }

  saveAnswers(attemptId: string, answers: AttemptAnswers): boolean {
    return this.#attempts.saveAnswers(attemptId, answers);
  }

  attempt(attemptId: string): AttemptRecord | undefined {
    return this.#attempts.get(attemptId);
  }

  attempts(filter: AttemptFilter): Page<AttemptRecord> {
    return this.#attempts.page(filter, (number) => erasedNumber(this.#audit.hashOf(number)));
  }

  attemptTotals(filter: {
    readonly campaignId?: string;
    readonly from: EpochMilliseconds;
    readonly to: EpochMilliseconds;
  }): AttemptTotals {
    return this.#attempts.totals(filter.campaignId, filter.from, filter.to);
  }

  abandonLedger(filter: LedgerFilter): readonly LedgerRow[] {
    return this.#ledger.period(filter);
  }

  addDnc(
    numbers: readonly string[],
    entry: { readonly campaignId?: string; readonly reason: string; readonly at: EpochMilliseconds },
  ): number {
    let added = 0;
    for (const number of numbers)
      if (this.#numbers.addDnc(number, entry.campaignId, entry.reason, entry.at)) added += 1;
    return added;
  }

  removeDnc(number: string, campaignId?: string): boolean {
    const removed = this.#numbers.removeDnc(number, campaignId);
    if (removed) this.#reopen([number], campaignId);
    return removed;
  }

  contactsClosedByLists(filter: { readonly limit: number; readonly cursor?: string }): Page<ClosedContact> {
    return this.#contacts.closedByLists(filter, (id) => this.#isOver(id));
  }

  reopenContacts(
    contacts: readonly { readonly contactId: string; readonly number: string }[],
  ): readonly string[] | false {
    const reopened = this.#contacts.reopenEach(contacts, (id) => this.#isOver(id));
    return reopened.length > 0 && reopened;
  }

  #isOver(campaignId: string): boolean {
    return OVER.includes(this.#campaigns.get(campaignId)?.status ?? 'draft');
  }

  isDnc(number: string, campaignId?: string): { readonly internal: boolean; readonly campaign: boolean } {
    const known = this.#numbers.find(number);
    return {
      internal: known?.internalDnc ?? false,
      campaign: campaignId !== undefined && (known?.campaignDnc?.has(campaignId) ?? false),
    };
  }

  addConsent(entries: readonly NewConsent[]): number {
    const added = this.#numbers.addConsents(entries);
    this.#reopen(grantedNumbers(entries));
    return added;
  }

  #reopen(numbers: readonly string[], campaignId?: string): void {
    this.#contacts.reopen(numbers, (id) => this.#isOver(id), campaignId);
  }

  consentOf(number: string, scope: CallScope, now: EpochMilliseconds): ConsentFacts {
    return consentInForce(this.#numbers.consentsOf(number), scope, now);
  }

  consentHistory(number: string): readonly ConsentRecord[] {
    return this.#numbers.find(number)?.consents ?? [];
  }

  consentRecords({
    limit,
    cursor,
  }: {
    readonly limit: number;
    readonly cursor?: string;
  }): Page<ConsentRecord> {
    const after = consentCursor(cursor);
    const items: ConsentRecord[] = [];
    for (const { e164, consents } of this.#numbers.consentNumbers()) {
      if (e164 < after.number) continue;
      for (const record of consents) {
        if (e164 === after.number && record.sequence <= after.sequence) continue;
        const last = items[limit - 1];
        if (last !== undefined) return { items, nextCursor: cursorOf(last) };
        items.push(record);
      }
    }
    return { items };
  }

  recentAttempts(number: string, since: EpochMilliseconds): readonly EpochMilliseconds[] {
    const known = this.#numbers.find(number);
    return known === undefined ? [] : timesOf(attemptsFrom(known, since));
  }

  events(after: number, limit: number): readonly JournalledEvent[] {
    const first = this.#journal[0];
    if (first === undefined) return [];
    const from = Math.max(0, after + 1 - first.sequence);
    return this.#journal.slice(from, from + limit);
  }

  lastEvent(): number {
    return this.#lastSequence;
  }

  saveEmergencyArea(area: EmergencyAreaRecord): void {
    this.#areas.set(area.id, area);
  }

  removeEmergencyArea(id: string): boolean {
    return this.#areas.delete(id);
  }

  emergencyAreas(): readonly EmergencyAreaRecord[] {
    return [...this.#areas.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  peekLeads({
    campaignId,
    contactId,
    scope,
    lookbackSeconds,
    now,
    limit,
    cursor,
  }: PeekRequest): Page<PeekedLead> {
    const all = (this.#contacts.list(campaignId)?.contacts ?? []).filter(({ removed }) => !removed);
    const wanted = contactId === undefined ? all : all.filter(({ id }) => id === contactId);
    const after = Number(cursor ?? 0);
    const items = wanted.slice(after, after + limit).map((contact) => ({
      ...leadOf(contact, this.#numbers.findPerson(contact.person), scope, lookbackSeconds, now),
      ...(contact.state === 'done' && contactId === undefined ? { numbers: [] } : {}),
      name: '',
      fields: {},
      state: contact.state,
      doneReason: contact.doneReason,
    }));
    return after + limit < wanted.length ? { items, nextCursor: String(after + limit) } : { items };
  }

  webhooks(): readonly StoredWebhook[] {
    return this.#webhooks.all();
  }

  saveWebhook(webhook: StoredWebhook): void {
    this.#webhooks.save(webhook);
  }

  removeWebhook(id: string): boolean {
    return this.#webhooks.remove(id);
  }

  settleDeliveries(outcome: DeliveryOutcome): boolean {
    return this.#webhooks.settle(outcome);
  }

  webhookDeliveries(filter: DeliveryFilter): Page<WebhookDelivery> {
    return this.#webhooks.deliveries(filter);
  }

  document(kind: string, id: string, version?: number): StoredDocument | undefined {
    return this.#documents.get(kind, id, version);
  }

  documents(filter: DocumentFilter): Page<StoredDocument> {
    return this.#documents.page(filter);
  }

  documentVersions(filter: DocumentVersionFilter): Page<StoredDocument> {
    return this.#documents.versions(filter);
  }

  saveDocument(write: DocumentWrite): number | false {
    return this.#documents.save(write);
  }

  removeDocument(removal: DocumentRemoval): boolean {
    return this.#documents.remove(removal);
  }

  dncEntries({ limit, cursor }: { readonly limit: number; readonly cursor?: string }): Page<DncEntry> {
    const after = Number(cursor ?? 0);
    const all = this.#numbers.dncEntries();
    const items = all.slice(after, after + limit);
    return after + limit < all.length ? { items, nextCursor: String(after + limit) } : { items };
  }

  attemptsBetween(filter: Parameters<StoreOperations['attemptsBetween']>[0]): Page<AttemptRecord> {
    return this.#records.attemptsBetween(filter);
  }

  contactsWith(numbers: readonly string[]): readonly string[] {
    return this.#records.contactsWith(numbers);
  }

  person(contactIds: readonly string[]): PersonRecords {
    return this.#records.person(contactIds);
  }

  erase(erasure: Erasure): ErasureReport | false {
    const report = this.#records.erase(erasure);
    if (report === false) return false;
    for (const [key, { body }] of this.#answers)
      if (erasure.numbers.some((number) => body.includes(number))) this.#answers.delete(key);
    return report;
  }

  pruneAttempts(request: PruneAttemptsRequest): PruneAttemptsReport {
    return this.#attempts.pruneKept(request);
  }

  prune(before: EpochMilliseconds, limit: number): PruneReport {
    this.#webhooks.prune(before);
    const { attempts, more } = this.#attempts.prune(before, limit);
    const oldest = this.#journal.slice(0, limit);
    const newer = oldest.findIndex(({ event }) => event.at >= before);
    const events = newer < 0 ? oldest.length : newer;
    this.#journal = this.#journal.slice(events);
    const all = more || (events > 0 && events === limit);
    if (!all) this.#ledger.forget(before);
    return { attempts, events, more: all };
  }

  appendAudit(entries: readonly AuditEntry[]): void {
    this.#audit.append(entries);
  }

  audited(entry: AuditEntry, operation: AuditedOperation, parameters: readonly unknown[]): unknown {
    // What cannot be recorded is not done.
    canonicalJson(entry);
    const perform = this[operation] as (...p: readonly unknown[]) => unknown;
    const answer = perform.apply(this, [...parameters]);
    if (answer !== false) this.#audit.append([entry], auditResult(answer));
    return answer;
  }

  auditRecords(filter: AuditFilter): Page<AuditRecord> {
    return this.#audit.page(filter);
  }

  auditHead(): AuditHead {
    return this.#audit.head();
  }

  apiKeys(): readonly ApiKey[] {
    return [...this.#apiKeys.values()];
  }

  saveApiKey(key: ApiKey): void {
    this.#apiKeys.set(key.id, key);
  }

  idempotent(key: string, now: EpochMilliseconds): IdempotentAnswer | undefined {
    const answer = this.#answers.get(key);
    if (answer === undefined || answer.at <= now - IDEMPOTENCY_MILLISECONDS) return undefined;
    return { request: answer.request, status: answer.status, body: answer.body };
  }

  rememberIdempotent(key: string, answer: IdempotentAnswer, at: EpochMilliseconds): void {
    // In the order of insertion, which is the order of age: the old ones are in front.
    for (const [old, { at: rememberedAt }] of this.#answers) {
      if (rememberedAt > at - IDEMPOTENCY_MILLISECONDS) break;
      this.#answers.delete(old);
    }
    this.#answers.delete(key);
    this.#answers.set(key, { ...answer, at });
  }
}
