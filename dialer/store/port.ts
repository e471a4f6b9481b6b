/**
 * The Store port: what is durable. Every backend passes the contract suite in `test/store/`. Calls reject with
 * a `StoreError` whose code says what became of them.
 *
 * All calls are asynchronous and resolve only when what they wrote is durable. Calls that arrive while a
 * commit is under way are committed together with the next one (group commit), in the order of arrival.
 */

import type { StoreRequestEffect, WriteEffect } from '../core/effects.js';
import type { IntentResult, LeaseSummary } from '../core/inputs.js';
import type {
  AgentSession,
  AttemptResult,
  CampaignRecord,
  Disposition,
  EpochMilliseconds,
  Intent,
  Lead,
  OpenAttempt,
  StageName,
} from '../core/model.js';
import type { JournalledEvent } from '../events/domain-events.js';

export type LeaseRequest = Extract<StoreRequestEffect, { type: 'lease-leads' }> & {
  readonly now: EpochMilliseconds;
};
export type SampleRequest = Extract<StoreRequestEffect, { type: 'draw-samples' }>;

/** A contact as an import hands it over: numbers already in E.164. */
export interface NewContact {
  /** The caller's own key for the contact; a second contact with the same key in one campaign is a duplicate. */
  readonly externalId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly region: string;
  /** In order of preference; at least one. */
  readonly numbers: readonly string[];
  readonly consent: 'granted' | 'refused' | 'none';
  readonly fields: Readonly<Record<string, string>>;
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
  readonly stage: StageName;
  readonly state: ContactState;
  readonly doneReason: string;
  readonly externalId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly region: string;
  readonly numbers: readonly { readonly e164: string; readonly attempts: number; readonly dead: boolean }[];
  readonly attempts: number;
  readonly lastOutcome: string;
  readonly dueAt: EpochMilliseconds;
  readonly fields: Readonly<Record<string, string>>;
}

/** An attempt with its intent and, once it has ended, its result and disposition. */
export interface AttemptRecord extends Intent {
  readonly result?: AttemptResult;
  readonly disposition?: Disposition;
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

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: 'admin' | 'operator' | 'supervisor' | 'agent' | 'read-only';
  /** scrypt or SHA-256 of the secret; the secret itself is never stored. */
  readonly hash: string;
  readonly createdAt: EpochMilliseconds;
  readonly revokedAt?: EpochMilliseconds;
}

/** Everything a restarting engine needs. */
export interface BootState {
  /** 8 hexadecimal digits, drawn once when the store is made. */
  readonly installation: string;
  readonly campaigns: readonly CampaignRecord[];
  readonly agents: readonly AgentSession[];
  readonly openAttempts: readonly OpenAttempt[];
}

export interface Store {
  /**
   * What a restart begins with. Leases of the previous run are ended: leased leads without an open attempt
   * are offered again; `pending` contacts whose disposition never came are closed as `no-disposition`.
   */
  boot(now: EpochMilliseconds): Promise<BootState>;

  /**
   * Applies a step's writes in one transaction, in order, and appends its events to the journal. The first
   * result of an attempt stands: a second one (or one without an intent) changes nothing, and its
   * `attempt-ended` event is not journalled. A lead closed while its attempt was up stays closed. A
   * disposition decides anew over its contact, unless another attempt has it by then.
   */
  write(writes: readonly WriteEffect[]): Promise<readonly JournalledEvent[]>;

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
   * Commits intents, each on its own: inside the transaction it checks that the contact is leased and in no other
   * attempt, that the number is in no other open attempt, is not on a DNC list, that consent was not
   * withdrawn (and is there where required) and that the caps over all campaigns still hold. A refused intent
   * leaves nothing behind. `live` also means that the lease has ended; `suppressed`, that the contact was
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

  // -- lists
  /**
   * Adds contacts to a campaign, folding duplicates. One transaction. They belong to the production stage until
   * a sample draws them. A refused consent is recorded for each number; a granted one only where
   * nothing is known, so that a list cannot undo a withdrawal.
   */
  addContacts(
    campaignId: string,
    contacts: readonly NewContact[],
    now: EpochMilliseconds,
  ): Promise<ImportCounts>;
  contact(contactId: string): Promise<ContactRecord | undefined>;
  contacts(filter: {
    readonly campaignId: string;
    readonly state?: ContactState;
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<ContactRecord>>;
  /** Contacts by stage and state. */
  contactCounts(
    campaignId: string,
  ): Promise<readonly { readonly stage: StageName; readonly state: ContactState; readonly count: number }[]>;

  // -- attempts
  attempt(attemptId: string): Promise<AttemptRecord | undefined>;
  /** Newest first. */
  attempts(filter: AttemptFilter): Promise<Page<AttemptRecord>>;
  attemptTotals(filter: {
    readonly campaignId?: string;
    readonly from: EpochMilliseconds;
    readonly to: EpochMilliseconds;
  }): Promise<AttemptTotals>;

  // -- DNC and consent
  /** `campaignId` absent: the internal list, for all campaigns. Returns how many were new. */
  addDnc(
    numbers: readonly string[],
    entry: { readonly campaignId?: string; readonly reason: string; readonly at: EpochMilliseconds },
  ): Promise<number>;
  removeDnc(number: string, campaignId?: string): Promise<boolean>;
  isDnc(
    number: string,
    campaignId?: string,
  ): Promise<{ readonly internal: boolean; readonly campaign: boolean }>;
  /** The latest word counts. Only a grant expires; a refusal stands until the next grant. */
  setConsent(
    number: string,
    consent: 'granted' | 'refused',
    entry: {
      readonly evidence: string;
      readonly at: EpochMilliseconds;
      readonly expiresAt?: EpochMilliseconds;
    },
  ): Promise<void>;
  consentOf(number: string, now: EpochMilliseconds): Promise<'granted' | 'refused' | 'none'>;
  /** Charged attempts on the number at `since` or later, newest first. */
  recentAttempts(number: string, since: EpochMilliseconds): Promise<readonly EpochMilliseconds[]>;

  // -- journal
  /** Events after `sequence`, oldest first. */
  events(after: number, limit: number): Promise<readonly JournalledEvent[]>;
  /** The newest sequence; 0 when the journal is empty. */
  lastEvent(): Promise<number>;

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
