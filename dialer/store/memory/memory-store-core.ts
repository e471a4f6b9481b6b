import type { WriteEffect } from '../../core/effects.js';
import type { IntentResult, LeaseSummary } from '../../core/inputs.js';
import type {
  AgentSession,
  CampaignRecord,
  EpochMilliseconds,
  Intent,
  Lead,
  StageName,
} from '../../core/model.js';
import type { DomainEvent, JournalledEvent } from '../../events/domain-events.js';
import type { StoreOperations } from '../operations.js';
import type {
  ApiKey,
  AttemptFilter,
  AttemptRecord,
  AttemptTotals,
  BootState,
  ContactRecord,
  ContactState,
  ImportCounts,
  LeaseRequest,
  NewContact,
  Page,
  SampleRequest,
} from '../port.js';
import { IDEMPOTENCY_MILLISECONDS, NO_DISPOSITION, stagesUpTo } from '../rules.js';
import { drawFirst, type SampleSizes, sampleSizes } from '../sample-draw.js';
import { AttemptBook } from './attempt-book.js';
import { ContactBook } from './contact-book.js';
import { leadOf, recordOf } from './contact-view.js';
import { attemptsFrom, consentAt, NumberBook } from './number-book.js';

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
  readonly #contacts = new ContactBook(this.#numbers);
  readonly #attempts: AttemptBook;
  readonly #campaigns = new Map<string, CampaignRecord>();
  readonly #agents = new Map<string, AgentSession>();
  readonly #samples = new Map<string, SampleSizes>();
  readonly #apiKeys = new Map<string, ApiKey>();
  readonly #answers = new Map<string, IdempotentAnswer & { readonly at: EpochMilliseconds }>();
  readonly #journalLimit: number;
  #journal: JournalledEvent[] = [];
  #lastSequence = 0;

  constructor(options: MemoryStoreOptions = {}) {
    this.#installation = options.installation ?? '00000000';
    this.#journalLimit = options.journalLimit ?? 100_000;
    this.#attempts = new AttemptBook(this.#numbers, this.#contacts, options.attemptLimit ?? 1_000_000);
  }

  boot(_now: EpochMilliseconds): BootState {
    for (const contact of this.#contacts.all()) {
      if (contact.state === 'leased' && contact.attempt === undefined) this.#contacts.unlease(contact);
      else if (contact.state === 'pending') this.#contacts.close(contact, NO_DISPOSITION);
    }
    return {
      installation: this.#installation,
      campaigns: [...this.#campaigns.values()],
      agents: [...this.#agents.values()],
      openAttempts: this.#attempts.open(),
    };
  }

  write(writes: readonly WriteEffect[]): readonly JournalledEvent[] {
    const journalled: JournalledEvent[] = [];
    let refused: Set<string> | undefined;
    for (const write of writes) {
      if (write.type === 'event') {
        const { event } = write;
        // The end of an attempt that had ended before is no news.
        if (event.kind === 'attempt-ended' && refused?.has(event.attemptId)) continue;
        journalled.push(this.#append(event));
      } else if (write.type === 'record-result') {
        if (!this.#attempts.recordResult(write)) {
          refused ??= new Set();
          refused.add(write.result.attemptId);
        }
      } else {
        this.#apply(write);
      }
    }
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
        this.#attempts.recordDisposition(write);
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
        this.#numbers.addDnc(write.number, write.campaignId);
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
    const { campaignId, stage, lookbackSeconds, now } = request;
    this.#contacts.endLeases(now);
    const list = this.#contacts.list(campaignId);
    if (list === undefined) return { leads: [], summary: { open: 0, untried: 0 } };
    const shelves = stagesUpTo(stage).map((each) => list.stages[each]);
    const { contacts, nextDueAt } = this.#contacts.lease(shelves, request);
    const leads = contacts.map((contact) => leadOf(contact, lookbackSeconds, now));
    let open = 0;
    for (const { counts } of shelves) open += counts.open + counts.callback + counts.pending;
    const { untried } = list.stages[stage];
    return { leads, summary: nextDueAt === NOTHING_DUE ? { open, untried } : { open, untried, nextDueAt } };
  }

  commitIntents(intents: readonly Intent[], now: EpochMilliseconds): readonly IntentResult[] {
    return intents.map((intent) => this.#attempts.commit(intent, now));
  }

  drawSamples({ campaignId, seed, stages }: SampleRequest): Readonly<Record<StageName, number>> {
    const drawn = this.#samples.get(campaignId);
    if (drawn !== undefined) return drawn;
    const contacts = this.#contacts.list(campaignId)?.contacts ?? [];
    const ids = contacts.filter((c) => c.state === 'open' && c.attempts === 0).map((c) => c.id);
    const sizes = sampleSizes(stages, contacts.length, ids.length);
    drawFirst(seed, ids, sizes.validation + sizes.pilot).forEach((id, position) => {
      const contact = this.#contacts.get(id);
      const stage = position < sizes.validation ? 'validation' : 'pilot';
      if (contact !== undefined) this.#contacts.assignStage(contact, stage);
    });
    if (contacts.length > 0) this.#samples.set(campaignId, sizes);
    return sizes;
  }

  addContacts(campaignId: string, contacts: readonly NewContact[], now: EpochMilliseconds): ImportCounts {
    return this.#contacts.add(campaignId, contacts, now);
  }

  contact(contactId: string): ContactRecord | undefined {
    const contact = this.#contacts.get(contactId);
    return contact && recordOf(contact);
  }

  contacts(filter: {
    readonly campaignId: string;
    readonly state?: ContactState;
    readonly limit: number;
    readonly cursor?: string;
  }): Page<ContactRecord> {
    return this.#contacts.page(filter.campaignId, filter.state, filter.limit, filter.cursor);
  }

  contactCounts(
    campaignId: string,
  ): readonly { readonly stage: StageName; readonly state: ContactState; readonly count: number }[] {
    return this.#contacts.counts(campaignId);
  }

  attempt(attemptId: string): AttemptRecord | undefined {
    return this.#attempts.get(attemptId);
  }

  attempts(filter: AttemptFilter): Page<AttemptRecord> {
    return this.#attempts.page(filter);
  }

  attemptTotals(filter: {
    readonly campaignId?: string;
    readonly from: EpochMilliseconds;
    readonly to: EpochMilliseconds;
  }): AttemptTotals {
    return this.#attempts.totals(filter.campaignId, filter.from, filter.to);
  }

  addDnc(
    numbers: readonly string[],
    entry: { readonly campaignId?: string; readonly reason: string; readonly at: EpochMilliseconds },
  ): number {
    let added = 0;
    for (const number of numbers) if (this.#numbers.addDnc(number, entry.campaignId)) added += 1;
    return added;
  }

  removeDnc(number: string, campaignId?: string): boolean {
    return this.#numbers.removeDnc(number, campaignId);
  }

  isDnc(number: string, campaignId?: string): { readonly internal: boolean; readonly campaign: boolean } {
    const known = this.#numbers.find(number);
    return {
      internal: known?.internalDnc ?? false,
      campaign: campaignId !== undefined && (known?.campaignDnc?.has(campaignId) ?? false),
    };
  }

  setConsent(
    number: string,
    consent: 'granted' | 'refused',
    entry: {
      readonly evidence: string;
      readonly at: EpochMilliseconds;
      readonly expiresAt?: EpochMilliseconds;
    },
  ): void {
    this.#numbers.setConsent(number, consent, entry.expiresAt);
  }

  consentOf(number: string, now: EpochMilliseconds): 'granted' | 'refused' | 'none' {
    const known = this.#numbers.find(number);
    return known === undefined ? 'none' : consentAt(known, now);
  }

  recentAttempts(number: string, since: EpochMilliseconds): readonly EpochMilliseconds[] {
    const known = this.#numbers.find(number);
    return known === undefined ? [] : attemptsFrom(known, since);
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
