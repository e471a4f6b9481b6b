/**
 * The Store port: what is durable. Every backend passes the contract suite in `test/store/`. Calls reject with
 * a `StoreError` whose code says what became of them.
 *
 * All calls are asynchronous and resolve only when what they wrote is durable. Calls that arrive while a
 * commit is under way are committed together with the next one (group commit), in the order of arrival.
 */

import type { ConsentFacts, ConsentLevel, NumberClass, Party } from '../../compliance/index.js';
import type { AuditEntry, AuditHead, AuditRecord } from '../audit/audit-record.js';
import type { CallScope, ConsentRecord, NewConsent } from '../core/consent.js';
import type { StoreRequestEffect, WriteEffect } from '../core/effects.js';
import type { ContactLease, IntentResult, LeaseSummary } from '../core/inputs.js';
import type { Measure, MeasureRequest } from '../core/measure.js';
import type {
  AgentSession,
  AttemptAnswers,
  AttemptResult,
  CallerIdPoolSettings,
  CallerIdSnapshot,
  CampaignRecord,
  Disposition,
  EmergencyAreaRecord,
  EmergencyStop,
  EpochMilliseconds,
  Intent,
  Lead,
  LearnedSnapshot,
  LedgerRow,
  OpenAttempt,
  SampleReport,
  StageName,
  SwitchDrain,
  WatchSnapshot,
} from '../core/model.js';
import type { JournalledEvent } from '../events/domain-events.js';
import type { RetentionPeriods } from '../retention/periods.js';
import type {
  DocumentFilter,
  DocumentRemoval,
  DocumentVersionFilter,
  DocumentWrite,
  StoredDocument,
} from './documents.js';
import type {
  CallbackCancellation,
  CallbackFilter,
  CallbackMove,
  CallbackRecord,
  ContactEdit,
  ContactFilter,
  ListChange,
  ListPenetration,
  ListRecord,
  RecycleReport,
  RecycleRequest,
} from './lists.js';
import type { DeliveryFilter, DeliveryOutcome, StoredWebhook, WebhookDelivery } from './webhooks.js';

export type LeaseRequest = Extract<StoreRequestEffect, { type: 'lease-leads' }> & {
  readonly now: EpochMilliseconds;
};
export type SampleRequest = Extract<StoreRequestEffect, { type: 'draw-samples' }>;
export type ExtensionRequest = Extract<StoreRequestEffect, { type: 'extend-sample' }>;

export type LeaseContactRequest = Extract<StoreRequestEffect, { type: 'lease-contact' }> & {
  readonly now: EpochMilliseconds;
};

/** A contact as an import hands it over: numbers already in E.164. */
export interface NewContact {
  /** The caller's own key for the contact; a second contact with the same key in one campaign is a duplicate. */
  readonly externalId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly region: string;
  /** Absent when unknown. */
  readonly postalCode?: string;
  /** Absent when not stated. */
  readonly party?: Party;
  /** Kinds of number that are stated for its numbers. */
  readonly numberClasses?: readonly NumberClass[];
  /** In order of preference; at least one. */
  readonly numbers: readonly string[];
  readonly consent: 'granted' | 'refused' | 'none';
  /** What is known of the consent; absent: `express`, from the list itself, at no stated time. */
  readonly consentDetails?: ImportedConsent;
  readonly fields: Readonly<Record<string, string>>;
}

/** What a list says of a contact's consent beside yes or no. */
export interface ImportedConsent {
  readonly level?: ConsentLevel;
  readonly source?: string;
  readonly evidence?: string;
  /** When it was given or refused. */
  readonly at?: EpochMilliseconds;
  readonly expiresAt?: EpochMilliseconds;
}

export interface ImportCounts {
  readonly added: number;
  /** Folded into a contact that was there: same external id or same first number in the campaign. */
  readonly duplicates: number;
}

export type ContactState = 'open' | 'leased' | 'pending' | 'callback' | 'done';

export interface ContactRecord {
  readonly contactId: string;
  readonly campaignId: string;
  /** Name of the list it came with. */
  readonly list: string;
  /** 1, and one more with each edit. */
  readonly version: number;
  readonly stage: StageName;
  /** Phase of the stage that it is held back for, from 0; absent when it is not. */
  readonly heldPhase?: number;
  readonly state: ContactState;
  /** An attempt to it is under way, or waits for its disposition. */
  readonly inCall: boolean;
  readonly doneReason: string;
  readonly externalId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly region: string;
  readonly postalCode?: string;
  readonly party?: Party;
  readonly numberClasses?: readonly NumberClass[];
  readonly numbers: readonly { readonly e164: string; readonly attempts: number; readonly dead: boolean }[];
  readonly attempts: number;
  readonly lastOutcome: string;
  /** 0 before the first. */
  readonly lastAttemptAt: EpochMilliseconds;
  readonly dueAt: EpochMilliseconds;
  /** The callback that was promised, and whose it is when it is somebody's. */
  readonly callbackAt?: EpochMilliseconds;
  readonly callbackAgent?: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** An attempt with its intent and, once it has ended, its result and disposition. */
export interface AttemptRecord extends Intent {
  readonly result?: AttemptResult;
  readonly disposition?: Disposition;
  readonly answers?: AttemptAnswers;
}

/** A contact as a lease would hand it over, without leasing it. */
export interface PeekedLead extends Lead {
  readonly state: ContactState;
  readonly doneReason: string;
}

export interface PeekRequest {
  readonly campaignId: string;
  /** This contact alone. */
  readonly contactId?: string;
  readonly scope: CallScope;
  readonly lookbackSeconds: number;
  readonly now: EpochMilliseconds;
  readonly limit: number;
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Pass it back to go on; absent on the last page. */
  readonly nextCursor?: string;
}

export interface AttemptFilter {
  readonly campaignId?: string;
  readonly contactId?: string;
  readonly number?: string;
  readonly outcome?: string;
  /** The agent it was put through to. */
  readonly agentId?: string;
  /** The word that the agent found for it. */
  readonly disposition?: string;
  /** Only those that have a disposition. */
  readonly disposed?: boolean;
  /** Intended in `[from, to)`. */
  readonly from?: EpochMilliseconds;
  readonly to?: EpochMilliseconds;
  readonly limit: number;
  readonly cursor?: string;
}

/** Counts over the attempts intended in `[from, to)`: what the abandon ledger is recounted from. */
export interface AttemptTotals {
  /** Charged ones and open ones; not those that were never dialled. */
  readonly attempts: number;
  /** Answered, and not by something known to be a machine. */
  readonly liveAnswers: number;
  readonly abandoned: number;
  readonly byOutcome: Readonly<Record<string, number>>;
}

export interface LedgerFilter {
  readonly campaignId?: string;
  readonly from: EpochMilliseconds;
  readonly to: EpochMilliseconds;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: 'admin' | 'operator' | 'supervisor' | 'agent' | 'integrator' | 'read-only';
  /** With the role agent: the one agent that the key may act as. */
  readonly agentId?: string;
  /** scrypt or SHA-256 of the secret; the secret itself is never stored. */
  readonly hash: string;
  readonly createdAt: EpochMilliseconds;
  readonly revokedAt?: EpochMilliseconds;
}

/** All that is given must hold. Newest first, unless said. */
export interface AuditFilter {
  readonly action?: string;
  readonly actorId?: string;
  readonly subjectKind?: string;
  readonly subjectId?: string;
  /** Records that name this number, in E.164. */
  readonly number?: string;
  /** `[from, to)` */
  readonly from?: EpochMilliseconds;
  readonly to?: EpochMilliseconds;
  readonly oldestFirst?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

/** Operations that `audited` can carry out together with their record. */
export type AuditedOperation =
  | 'addDnc'
  | 'removeDnc'
  | 'reopenContacts'
  | 'addConsent'
  | 'saveApiKey'
  | 'addContacts'
  | 'updateContact'
  | 'removeContact'
  | 'saveList'
  | 'moveCallback'
  | 'cancelCallback'
  | 'erase'
  | 'saveEmergencyArea'
  | 'removeEmergencyArea'
  | 'saveWebhook'
  | 'removeWebhook'
  | 'saveDocument'
  | 'removeDocument';

/** An entry of the internal DNC list, or of a campaign's. */
export interface DncEntry {
  readonly number: string;
  /** Absent: the internal list. */
  readonly campaignId?: string;
  readonly reason: string;
  readonly at: EpochMilliseconds;
}

/** A contact that was closed for a do-not-call list. */
export interface ClosedContact {
  readonly contactId: string;
  readonly campaignId: string;
  /** Those that may still be dialled, in their order. */
  readonly numbers: readonly string[];
}

/** The contacts that are one person, and the numbers they have. */
export interface PersonRecords {
  readonly contactIds: readonly string[];
  readonly numbers: readonly string[];
}

export interface Erasure extends PersonRecords {
  readonly at: EpochMilliseconds;
}

/** What was erased, and what was kept without the person. */
export interface ErasureReport {
  readonly contacts: number;
  readonly attempts: number;
  readonly consents: number;
}

export interface PruneAttemptsRequest {
  readonly before: EpochMilliseconds;
  readonly days: number;
  readonly periods: RetentionPeriods;
  readonly now: EpochMilliseconds;
  readonly limit: number;
  readonly cursor?: string;
}

export interface PruneAttemptsReport {
  readonly attempts: number;
  /** The last attempt that was looked at; absent when there was none. */
  readonly cursor?: string;
  /** There may be more before the instant. */
  readonly more: boolean;
}

export interface PruneReport {
  readonly attempts: number;
  readonly events: number;
  /** There may be more that is as old. */
  readonly more: boolean;
}

/** Everything a restarting engine needs. */
export interface BootState {
  /** 8 hexadecimal digits, drawn once when the store is made. */
  readonly installation: string;
  readonly campaigns: readonly CampaignRecord[];
  readonly agents: readonly AgentSession[];
  readonly openAttempts: readonly OpenAttempt[];
  /** Rows of the abandon ledgers that matter to a window now, by campaign, law and start. */
  readonly ledger: readonly LedgerRow[];
  readonly emergencyAreas: readonly EmergencyAreaRecord[];
  /** By id, and what was kept of their numbers. */
  readonly callerIdPools: readonly CallerIdPoolSettings[];
  readonly callerIds: readonly CallerIdSnapshot[];
  /** All dialling is stopped; absent when it is not. */
  readonly emergencyStop?: EmergencyStop;
  /** Switches that are out of service, by id. */
  readonly switchDrains: readonly SwitchDrain[];
  /** By pool. */
  readonly learned: readonly LearnedSnapshot[];
  /** By campaign. */
  readonly watches: readonly WatchSnapshot[];
}

export interface Store {
  /** What the backend guarantees, where that depends on how it is set up: said at the start. */
  readonly durability?: { readonly text: string; readonly warnings: readonly string[] };

  /**
   * What a restart begins with. Leases of the previous run are ended: leased leads without an open attempt
   * are offered again; `pending` contacts whose disposition never came are closed as `no-disposition`.
   */
  boot(now: EpochMilliseconds): Promise<BootState>;

  /**
   * Applies a step's writes in one transaction, in order, and appends its events to the journal. The first
   * result of an attempt stands: a second one (or one without an intent) changes nothing, and its
   * `attempt-ended` event is not journalled. A lead closed while its attempt was up stays closed. A
   * disposition decides anew over its contact, unless another attempt has it by then. What
   * results and first dispositions post to the abandon ledgers is added in the same transaction, and only when the
   * result or disposition itself is taken. `audit` is appended to the audit log in the same transaction.
   */
  write(writes: readonly WriteEffect[], audit?: readonly AuditEntry[]): Promise<readonly JournalledEvent[]>;

  /**
   * Leases up to `count` contacts that are due, of the stage and of the stages before it (whose retries go on
   * beside the next one; the earlier stage first): callbacks that fall due before the rest (an agent's own
   * only when the agent is among `readyAgents`, or its grace has passed), then by due time. Leases that ran
   * out are offered again. In the summary, `open` counts contacts that wait for their disposition, too.
   */
  leaseLeads(
    request: LeaseRequest,
  ): Promise<{ readonly leads: readonly Lead[]; readonly summary: LeaseSummary }>;

  /**
   * Leases one contact of the campaign, whether it is due or not: of the stage or one before it, not held back for a
   * phase, and neither leased, in a call, in its wrap-up nor done.
   */
  leaseContact(request: LeaseContactRequest): Promise<ContactLease>;

  /**
   * Commits intents, each on its own: inside the transaction it checks that the contact is leased and in no other
   * attempt, that the number is in no other open attempt, is not on a DNC list, that consent was not
   * withdrawn (and is as strong as required, and as the permit says), that the caps over all campaigns still hold, and that
   * nothing has happened to the number or its person that the gate was not told of. A refused intent leaves nothing behind. `live` also means that the lease has ended; `suppressed`, that the contact was
   * closed or waits for its disposition. From its intent to its result the attempt holds the contact, and the
   * lease does not run out.
   */
  commitIntents(intents: readonly Intent[], now: EpochMilliseconds): Promise<readonly IntentResult[]>;

  /**
   * Draws the stage samples of a campaign, reproducibly from the seed: contacts in the order of a keyed hash of
   * their id. Drawn once; a second call returns the first draw's sizes. A campaign without contacts is not drawn:
   * it returns zeros and may be drawn later.
   */
  drawSamples(request: SampleRequest): Promise<Readonly<Record<StageName, number>>>;

  /** How the campaign's samples were drawn; undefined before they were. */
  sampleReport(campaignId: string): Promise<SampleReport | undefined>;
  /**
   * Draws up to `count` more contacts for the stage from those of production that were never tried, in the order of the
   * same keyed hash. Returns how many.
   */
  extendSample(request: ExtensionRequest): Promise<number>;
  /**
   * Measures the ended attempts of one page, in the order of their intents; `nextCursor` is there while more follow. Pages
   * are merged with `Measurer`.
   */
  measure(
    request: MeasureRequest,
    page: { readonly limit: number; readonly cursor?: string },
  ): Promise<{ readonly measure: Measure; readonly nextCursor?: string }>;

  // -- lists
  /**
   * Adds contacts to a campaign, folding duplicates. One transaction. They belong to the production stage until
   * a sample draws them. A refused consent is recorded for each number. A granted one is recorded when it comes with its time
   * and evidence, else only where nothing is known, so that a list cannot undo a withdrawal. `list` is made when it is not
   * there; `MAIN_LIST` when absent.
   */
  addContacts(
    campaignId: string,
    contacts: readonly NewContact[],
    now: EpochMilliseconds,
    list?: string,
  ): Promise<ImportCounts>;
  /** Lists of a campaign, in the order in which they came. */
  lists(campaignId: string): Promise<readonly ListRecord[]>;
  /**
   * Makes or changes a list. A paused list's contacts are leased no more, and an intent for one that was leased before is
   * refused. `false` when it is like that already.
   */
  saveList(change: ListChange): Promise<ListRecord | false>;
  /** How far the campaign's lists have been worked. */
  penetration(campaignId: string): Promise<readonly ListPenetration[]>;
  /**
   * Changes a contact that is in no call. One that waits in a hopper is offered again, as it is now, when its lease would
   * have ended. Returns its new version; `false`, and nothing is changed, when the contact is not there, is in a
   * call, has another version, or another contact of the campaign has the external id or first number.
   */
  updateContact(
    contactId: string,
    edit: ContactEdit,
    ifVersion: number,
    now: EpochMilliseconds,
  ): Promise<number | false>;
  /** Removes a contact that is in no call and has the version; its attempts stay. */
  removeContact(contactId: string, ifVersion: number, now: EpochMilliseconds): Promise<boolean>;
  /**
   * Opens closed contacts again for another round of attempts, page by page. Never those that were closed for a
   * do-not-call list, for consent or a success, nor those without a number that may be called.
   */
  recycleContacts(request: RecycleRequest): Promise<RecycleReport>;

  // -- callbacks
  callbacks(filter: CallbackFilter): Promise<Page<CallbackRecord>>;
  /** `false` when the contact waits for no callback, or is called at this moment. */
  moveCallback(move: CallbackMove): Promise<boolean>;
  /** Likewise. */
  cancelCallback(cancellation: CallbackCancellation): Promise<boolean>;
  /**
   * Contacts of a campaign with the facts that compliance needs, and nothing else of the person. Of those that are done
   * no numbers, unless one contact is asked for. A page may be short, or empty, and not the last.
   */
  peekLeads(request: PeekRequest): Promise<Page<PeekedLead>>;
  contact(contactId: string): Promise<ContactRecord | undefined>;
  /** In the order in which they came, unless said. A page may be short, or empty, and not the last. */
  contacts(filter: ContactFilter): Promise<Page<ContactRecord>>;
  /** Contacts by stage and state. */
  contactCounts(
    campaignId: string,
  ): Promise<readonly { readonly stage: StageName; readonly state: ContactState; readonly count: number }[]>;

  // -- attempts
  /** Keeps what an agent filled in, in the place of what was kept before; false when there is no such attempt. */
  saveAnswers(attemptId: string, answers: AttemptAnswers): Promise<boolean>;
  attempt(attemptId: string): Promise<AttemptRecord | undefined>;
  /** Newest first. */
  attempts(filter: AttemptFilter): Promise<Page<AttemptRecord>>;
  attemptTotals(filter: {
    readonly campaignId?: string;
    readonly from: EpochMilliseconds;
    readonly to: EpochMilliseconds;
  }): Promise<AttemptTotals>;

  /** Attempts of a campaign intended in `[from, to)`, oldest first. */
  attemptsBetween(filter: {
    readonly campaignId: string;
    readonly from: EpochMilliseconds;
    readonly to: EpochMilliseconds;
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<AttemptRecord>>;

  // -- erasure and retention
  /** Contacts of all campaigns that have one of the numbers, in the order in which they came. */
  contactsWith(numbers: readonly string[]): Promise<readonly string[]>;
  /** The contacts, those with the same external ids in all campaigns, and the numbers of all of them. */
  person(contactIds: readonly string[]): Promise<PersonRecords>;
  /**
   * Erases a person: the contacts are closed and emptied, the numbers go on the internal DNC list (so that no list
   * brings the person back), and everywhere else a keyed hash stands in their place. Attempts, their permits and results,
   * consent records and ledgers stay and count as before. `false`, and nothing is changed, while a
   * call to the person or its wrap-up is under way.
   */
  erase(erasure: Erasure): Promise<ErasureReport | false>;
  /**
   * Deletes ended attempts intended before the instant and journal entries before it, the oldest first, at most `limit`
   * of each; ledger rows that no window needs any more go with the last.
   */
  prune(before: EpochMilliseconds, limit: number): Promise<PruneReport>;
  /**
   * Looks through up to `limit` attempts intended before the instant, the oldest first from the cursor on, and deletes those
   * that have ended and are kept for no longer than `days`.
   */
  pruneAttempts(request: PruneAttemptsRequest): Promise<PruneAttemptsReport>;

  /** Rows of the abandon ledgers that touch the period, by campaign, law and start. */
  abandonLedger(filter: LedgerFilter): Promise<readonly LedgerRow[]>;

  // -- DNC and consent
  /** `campaignId` absent: the internal list, for all campaigns. Returns how many were new. */
  addDnc(
    numbers: readonly string[],
    entry: { readonly campaignId?: string; readonly reason: string; readonly at: EpochMilliseconds },
  ): Promise<number>;
  /**
   * Contacts that were closed for a do-not-call list and have no number on the internal list or their campaign's: a registry
   * listed them, or may have. Up to `limit` closed contacts are looked at, in the order of their making, of campaigns that go
   * on; with the numbers that may still be dialled. A page may be empty though more follow.
   */
  contactsClosedByLists(filter: {
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<ClosedContact>>;
  /**
   * Opens such contacts again where they still are so closed, to be called on the given number next; returns the ids of
   * those that were opened, `false` when none was. The gate judges them when they are leased.
   */
  reopenContacts(
    contacts: readonly { readonly contactId: string; readonly number: string }[],
  ): Promise<readonly string[] | false>;
  /** Contacts that were closed for such a list and have the number are opened again, while their campaigns go on. */
  removeDnc(number: string, campaignId?: string): Promise<boolean>;
  isDnc(
    number: string,
    campaignId?: string,
  ): Promise<{ readonly internal: boolean; readonly campaign: boolean }>;
  /**
   * Appends to the consent histories of the numbers; what a history already says word for word is left out. A grant opens
   * contacts with the number again that were closed for a do-not-call list or for consent, while their campaigns go on: the
   * gate judges them when they are leased. Returns how many entries were new.
   */
  addConsent(entries: readonly NewConsent[]): Promise<number>;
  /** What is in force for calls of the scope: see `consentInForce`. */
  consentOf(number: string, scope: CallScope, now: EpochMilliseconds): Promise<ConsentFacts>;
  /** The number's whole history, in the order in which it was recorded. */
  consentHistory(number: string): Promise<readonly ConsentRecord[]>;
  /** All histories, number by number. */
  consentRecords(filter: { readonly limit: number; readonly cursor?: string }): Promise<Page<ConsentRecord>>;
  /** Adds the area, or replaces the one of its id. */
  saveEmergencyArea(area: EmergencyAreaRecord): Promise<void>;
  removeEmergencyArea(id: string): Promise<boolean>;
  /** By id. */
  emergencyAreas(): Promise<readonly EmergencyAreaRecord[]>;
  /** Entries of all DNC lists, number by number. */
  dncEntries(filter: { readonly limit: number; readonly cursor?: string }): Promise<Page<DncEntry>>;
  /** Charged attempts on the number at `since` or later, newest first. */
  recentAttempts(number: string, since: EpochMilliseconds): Promise<readonly EpochMilliseconds[]>;

  // -- journal
  /** Events after `sequence`, oldest first. */
  events(after: number, limit: number): Promise<readonly JournalledEvent[]>;
  /** The newest sequence; 0 when the journal is empty. */
  lastEvent(): Promise<number>;

  // -- webhooks
  /** By id. */
  webhooks(): Promise<readonly StoredWebhook[]>;
  /** Adds the webhook, or replaces the one of its id; its place in the journal never goes back. */
  saveWebhook(webhook: StoredWebhook): Promise<void>;
  /** With its kept deliveries. */
  removeWebhook(id: string): Promise<boolean>;
  /** Moves the webhook on and keeps what did not arrive, in one transaction. `false` when it is not there any more. */
  settleDeliveries(outcome: DeliveryOutcome): Promise<boolean>;
  /** Kept deliveries of a webhook, in the order of the journal. */
  webhookDeliveries(filter: DeliveryFilter): Promise<Page<WebhookDelivery>>;

  // -- documents
  /** The document as it is, or one version of it; undefined when it is not there (any more). */
  document(kind: string, id: string, version?: number): Promise<StoredDocument | undefined>;
  /** Documents of a kind as they are, by id. */
  documents(filter: DocumentFilter): Promise<Page<StoredDocument>>;
  /** Versions of a document that are kept, newest first, also of one that was removed. */
  documentVersions(filter: DocumentVersionFilter): Promise<Page<StoredDocument>>;
  /** Returns the new version; `false`, and nothing is changed, when `ifVersion` is not the one there is. */
  saveDocument(write: DocumentWrite): Promise<number | false>;
  /** `false`, and nothing is changed, when there is none, or not of this version. */
  removeDocument(removal: DocumentRemoval): Promise<boolean>;

  // -- audit log: append-only, each record chained to the one before
  appendAudit(entries: readonly AuditEntry[]): Promise<void>;
  /**
   * Carries out an operation and appends the entry, with what the operation answered as its `result`, in one
   * transaction: there is neither without the other. An answer of `false` means that nothing changed, and nothing
   * is appended.
   */
  audited<K extends AuditedOperation>(
    entry: AuditEntry,
    operation: K,
    parameters: Parameters<Store[K]>,
  ): Promise<Awaited<ReturnType<Store[K]>>>;
  auditRecords(filter: AuditFilter): Promise<Page<AuditRecord>>;
  /** The end of the chain, kept apart from the records. */
  auditHead(): Promise<AuditHead>;

  // -- keys and idempotency
  apiKeys(): Promise<readonly ApiKey[]>;
  saveApiKey(key: ApiKey): Promise<void>;
  /** What a write with this key answered before, if it was within the last 24 hours. */
  idempotent(
    key: string,
  ): Promise<{ readonly request: string; readonly status: number; readonly body: string } | undefined>;
  rememberIdempotent(
    key: string,
    answer: { readonly request: string; readonly status: number; readonly body: string },
    at: EpochMilliseconds,
  ): Promise<void>;

  /** For readiness: rejects when the store cannot commit. */
  check(): Promise<void>;
  close(): Promise<void>;
}
