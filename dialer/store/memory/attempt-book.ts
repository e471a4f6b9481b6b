import { consentInForce } from '../../core/consent.js';
import type { WriteEffect } from '../../core/effects.js';
import type { IntentResult } from '../../core/inputs.js';
import { type Measure, type MeasureRequest, Measurer } from '../../core/measure.js';
import type {
  AttemptAnswers,
  AttemptResult,
  Disposition,
  EpochMilliseconds,
  Intent,
  OpenAttempt,
} from '../../core/model.js';
import { machineDisposition, wrongNumberDisposition } from '../../core/model.js';
import { SlotMap } from '../../core/slot-map.js';
import { daysKept } from '../../retention/periods.js';
import type {
  AttemptFilter,
  AttemptRecord,
  AttemptTotals,
  Page,
  PruneAttemptsReport,
  PruneAttemptsRequest,
} from '../port.js';
import { isLiveAnswer, reachBackTo, refusalOf, timesOf } from '../rules.js';
import type { CallbackBook } from './callback-book.js';
import type { ContactBook, MemoryContact } from './contact-book.js';
import {
  attemptsFrom,
  chargeAttempt,
  type MemoryHistory,
  type MemoryNumber,
  type NumberBook,
  unchargeAttempt,
} from './number-book.js';

export interface MemoryAttempt {
  readonly ordinal: number;
  intent: Intent;
  readonly contact: MemoryContact;
  number: MemoryNumber;
  person: MemoryHistory | undefined;
  result: AttemptResult | undefined;
  disposition: Disposition | undefined;
  answers: AttemptAnswers | undefined;
}

type ResultEffect = Extract<WriteEffect, { type: 'record-result' }>;
type DispositionEffect = Extract<WriteEffect, { type: 'record-disposition' }>;

/** Attempts from their intent to their one result. */
export class AttemptBook {
  readonly #open = new SlotMap<MemoryAttempt>();
  /** In the order of their intents. */
  #log: MemoryAttempt[] = [];
  /** Attempts by id, up to `#indexed` of the log: brought up to date only when an ended one is asked for. */
  readonly #index = new Map<string, MemoryAttempt>();
  #indexed = 0;
  #lastOrdinal = 0;
  readonly #numbers: NumberBook;
  readonly #contacts: ContactBook;
  readonly #callbacks: CallbackBook;
  readonly #limit: number;
  /** Length of the log at which old attempts are forgotten. */
  #forgetAt: number;

  constructor(numbers: NumberBook, contacts: ContactBook, callbacks: CallbackBook, limit: number) {
    this.#numbers = numbers;
    this.#contacts = contacts;
    this.#callbacks = callbacks;
    this.#limit = limit;
    this.#forgetAt = forgetAt(limit);
  }

  commit(intent: Intent, now: EpochMilliseconds): IntentResult {
    const { attemptId, campaignId } = intent;
    const contact = this.#contacts.get(intent.contactId);
    const known = contact !== undefined && contact.list.campaignId === campaignId;
    // The number as the contact has it, found without a look-up; another one is looked up.
    const listed = contact?.numbers[intent.numberIndex]?.facts;
    const number = listed?.e164 === intent.number ? listed : this.#numbers.of(intent.number);
    const since = reachBackTo(intent, now);
    const before =
      contact?.person === intent.person
        ? this.#contacts.historyOf(contact)
        : this.#numbers.findPerson(intent.person);
    const refusal = refusalOf(
      intent,
      {
        contactState: known ? contact.state : undefined,
        contactInAttempt: contact?.attempt !== undefined,
        leasedUntil: contact?.leasedUntil ?? 0,
        listPaused: contact?.segment.paused ?? false,
        live: number.live !== undefined || this.#open.has(attemptId),
        internalDnc: number.internalDnc,
        campaignDnc: number.campaignDnc?.has(campaignId) ?? false,
        consent: consentInForce(number.consents, intent.scope, now),
        recentAttempts: timesOf(attemptsFrom(number, since)),
        elsewhere: before === undefined ? [] : timesOf(attemptsFrom(before, since, intent.number)),
        newestOutcomeAt: newestOutcomeOf(number, before),
      },
      now,
    );
    if (refusal !== undefined || contact === undefined) {
      return refusal ?? { attemptId, committed: false, refusal: 'suppressed', detail: 'no such contact' };
    }
    this.#lastOrdinal += 1;
    const person = before ?? this.#numbers.person(intent.person);
    const attempt: MemoryAttempt = {
      ordinal: this.#lastOrdinal,
      intent,
      contact,
      number,
      person,
      result: undefined,
      disposition: undefined,
      answers: undefined,
    };
    this.#open.set(attemptId, attempt);
    this.#log.push(attempt);
    number.live = attempt;
    const charge = { at: intent.intendedAt, subject: intent.scope.subject, number: intent.number };
    chargeAttempt(number, charge);
    if (person !== undefined) {
      // The first attempt on both, mostly: they share the array, which every change copies.
      if (person.attempts.length === 0 && number.attempts.length === 1) person.attempts = number.attempts;
      else chargeAttempt(person, charge);
    }
    this.#contacts.hold(contact, attempt);
    this.#forget();
    return { attemptId, committed: true };
  }

  /** Returns false, and changes nothing, when the attempt is unknown or has its result already. */
  recordResult({ result, next, numberDead }: ResultEffect): boolean {
    const attempt = this.#open.get(result.attemptId);
    if (attempt === undefined) return false;
    this.#open.delete(result.attemptId);
    const { contact, intent, number, person } = attempt;
    attempt.result = result;
    number.live = undefined;
    contact.attempt = undefined;
    const line = contact.numbers[intent.numberIndex];
    if (result.charged) {
      if (contact.callbackAt !== undefined)
        this.#callbacks.called(
          contact.id,
          result.attemptId,
          result.dialedAt ?? intent.intendedAt,
          result.endedAt,
        );
      this.#contacts.countAttempt(contact, intent.intendedAt);
      if (line !== undefined) line.attempts += 1;
    } else {
      unchargeAttempt(number, intent.intendedAt, intent.number);
      if (person !== undefined) unchargeAttempt(person, intent.intendedAt, intent.number);
    }
    if (result.outcome === 'abandoned') number.lastAbandonedAt = result.endedAt;
    else if (result.outcome === 'machine') number.lastMachineAt = result.endedAt;
    else if (result.outcome === 'connected') {
      number.lastConversationAt = result.endedAt;
      if (person !== undefined) person.lastConversationAt = result.endedAt;
    }
    if (numberDead && line !== undefined) line.dead = true;
    contact.lastOutcome = result.outcome;
    // Closed while the call was up: the lead is never dialled again, whatever the attempt came to.
    if (contact.state !== 'done') this.#contacts.apply(contact, next, result.endedAt);
    return true;
  }

  saveAnswers(attemptId: string, answers: AttemptAnswers): boolean {
    const attempt = this.#find(attemptId);
    if (attempt === undefined) return false;
    attempt.answers = answers;
    return true;
  }

  /** Returns true when it is the attempt's first disposition. */
  recordDisposition({ disposition, next }: DispositionEffect): boolean {
    const attempt = this.#find(disposition.attemptId, this.#contacts.get(disposition.contactId));
    if (attempt === undefined) return false;
    const first = attempt.disposition === undefined;
    attempt.disposition = disposition;
    const { number, person } = attempt;
    if (disposition.refusal) {
      number.lastRefusedAt = disposition.at;
      if (person !== undefined) person.lastRefusedAt = disposition.at;
    }
    if (disposition.disposition === machineDisposition) number.lastMachineAt = disposition.at;
    const { contact, intent } = attempt;
    const line = contact.numbers[intent.numberIndex];
    if (disposition.disposition === wrongNumberDisposition && line !== undefined) line.dead = true;
    // A late word on an old attempt must not take the contact away from the one it is in now.
    if (contact.attempt !== undefined || contact.removed) return first;
    // What was promised before is replaced by the new word.
    if (contact.callbackAt !== undefined) this.#callbacks.end(contact.id, 'dropped', disposition.at);
    this.#contacts.apply(contact, next, disposition.at);
    return first;
  }

  open(): OpenAttempt[] {
    return Array.from(this.#open.values(), ({ intent }) => ({ ...intent, state: 'intended' }));
  }

  get(attemptId: string): AttemptRecord | undefined {
    const attempt = this.#find(attemptId);
    return attempt && recordOf(attempt);
  }

  /** `erased`: what stands in the number's place in the attempts of a person who was erased. */
  page(filter: AttemptFilter, erased: (number: string) => string): Page<AttemptRecord> {
    const token = filter.number === undefined ? undefined : erased(filter.number);
    const before = filter.cursor === undefined ? Number.POSITIVE_INFINITY : Number(filter.cursor);
    const items: AttemptRecord[] = [];
    let last = 0;
    for (let i = this.#log.length - 1; i >= 0; i -= 1) {
      const attempt = this.#log[i] as MemoryAttempt;
      if (attempt.ordinal >= before) continue;
      if (
        !matches(attempt, filter) &&
        !(token !== undefined && matches(attempt, { ...filter, number: token }))
      )
        continue;
      if (items.length === filter.limit) return last === 0 ? { items } : { items, nextCursor: String(last) };
      items.push(recordOf(attempt));
      last = attempt.ordinal;
    }
    return { items };
  }

  /** In the order of the intents; the cursor is the ordinal of the last one looked at. */
  measure(
    request: MeasureRequest,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string },
  ): { readonly measure: Measure; readonly nextCursor?: string } {
    const measurer = new Measurer(request);
    const after = Number(cursor ?? 0);
    let seen = 0;
    for (const { ordinal, intent, result, disposition } of this.#log) {
      if (ordinal <= after || intent.campaignId !== request.campaignId) continue;
      if (result !== undefined) measurer.add({ intent, result, disposition });
      seen += 1;
      if (seen === limit) return { measure: measurer.result(), nextCursor: String(ordinal) };
    }
    return { measure: measurer.result() };
  }

  totals(campaignId: string | undefined, from: EpochMilliseconds, to: EpochMilliseconds): AttemptTotals {
    let attempts = 0;
    let liveAnswers = 0;
    let abandoned = 0;
    const byOutcome: Record<string, number> = {};
    for (const { intent, result, disposition } of this.#log) {
      if (intent.intendedAt < from || intent.intendedAt >= to) continue;
      if (campaignId !== undefined && intent.campaignId !== campaignId) continue;
      if (result === undefined || result.charged) attempts += 1;
      if (result === undefined) continue;
      byOutcome[result.outcome] = (byOutcome[result.outcome] ?? 0) + 1;
      if (isLiveAnswer(result, disposition)) liveAnswers += 1;
      if (result.outcome === 'abandoned') abandoned += 1;
    }
    return { attempts, liveAnswers, abandoned, byOutcome };
  }

  between(campaignId: string, from: EpochMilliseconds, to: EpochMilliseconds): readonly MemoryAttempt[] {
    return this.#log
      .filter(
        ({ intent }) =>
          intent.campaignId === campaignId && intent.intendedAt >= from && intent.intendedAt < to,
      )
      .sort((a, b) => a.intent.intendedAt - b.intent.intendedAt || a.ordinal - b.ordinal);
  }

  /** All attempts on one of the numbers or contacts. */
  of(contactIds: ReadonlySet<string>, numbers: ReadonlySet<string>): readonly MemoryAttempt[] {
    return this.#log.filter(
      ({ intent, contact }) => contactIds.has(contact.id) || numbers.has(intent.number),
    );
  }

  /** Forgets the oldest of the first `limit` attempts that have ended and are older. Returns how many, and if all were. */
  prune(before: EpochMilliseconds, limit: number): { readonly attempts: number; readonly more: boolean } {
    const oldest = this.#log.slice(0, limit);
    const old = new Set(
      oldest.filter(({ intent, result }) => result !== undefined && intent.intendedAt < before),
    );
    this.#drop(old);
    return { attempts: old.size, more: old.size > 0 && oldest.length === limit };
  }

  /** Forgets those of the next attempts that are kept for no longer than `days`. */
  pruneKept({ before, days, periods, now, limit, cursor }: PruneAttemptsRequest): PruneAttemptsReport {
    const after = Number(cursor ?? -1);
    const next = this.#log.filter(({ ordinal }) => ordinal > after).slice(0, limit);
    const newer = next.findIndex(({ intent }) => intent.intendedAt >= before);
    const looked = newer < 0 ? next : next.slice(0, newer);
    const due = new Set(
      looked.filter(
        ({ intent, result }) => result !== undefined && daysKept(intent.permit, periods, now) <= days,
      ),
    );
    this.#drop(due);
    const last = looked.at(-1);
    const more = newer < 0 && next.length === limit;
    return { attempts: due.size, more, ...(last !== undefined && { cursor: String(last.ordinal) }) };
  }

  #drop(old: ReadonlySet<MemoryAttempt>): void {
    for (const { intent, number, person, result, contact } of old) {
      if (result?.charged) {
        unchargeAttempt(number, intent.intendedAt, intent.number);
        if (person !== undefined) unchargeAttempt(person, intent.intendedAt, intent.number);
      }
      if (contact.lastAttempt?.intent === intent) contact.lastAttempt = undefined;
    }
    if (old.size > 0) {
      this.#log = this.#log.filter((attempt) => !old.has(attempt));
      this.#index.clear();
      this.#indexed = 0;
    }
  }

  /** The contact's latest attempt is found without a look-up. */
  #find(attemptId: string, contact?: MemoryContact): MemoryAttempt | undefined {
    if (contact?.lastAttempt?.intent.attemptId === attemptId) return contact.lastAttempt;
    for (; this.#indexed < this.#log.length; this.#indexed += 1) {
      const attempt = this.#log[this.#indexed] as MemoryAttempt;
      this.#index.set(attempt.intent.attemptId, attempt);
    }
    return this.#index.get(attemptId);
  }

  /** Drops the oldest ended attempts once there are well over a quarter more than the limit; not those in wrap-up. */
  #forget(): void {
    if (this.#log.length <= this.#forgetAt) return;
    let surplus = this.#log.length - this.#limit;
    this.#log = this.#log.filter((attempt) => {
      if (surplus <= 0 || attempt.result === undefined) return true;
      const { contact } = attempt;
      if (contact.lastAttempt === attempt) {
        if (contact.state === 'pending') return true;
        contact.lastAttempt = undefined;
      }
      surplus -= 1;
      return false;
    });
    // When most are open or in wrap-up, looking at all of them again has to wait for as many new ones.
    this.#forgetAt = forgetAt(Math.max(this.#limit, this.#log.length));
    this.#index.clear();
    this.#indexed = 0;
  }
}

/** The latest of what starts a recall delay, as a lead of the number would show it; 0 when there is nothing. */
function newestOutcomeOf(number: MemoryHistory, person: MemoryHistory | undefined): EpochMilliseconds {
  return Math.max(
    number.lastAbandonedAt ?? 0,
    number.lastMachineAt ?? 0,
    number.lastRefusedAt ?? 0,
    number.lastConversationAt ?? 0,
    person?.lastRefusedAt ?? 0,
    person?.lastConversationAt ?? 0,
  );
}

function forgetAt(kept: number): number {
  return kept * 1.25 + 100;
}

function matches({ intent, result, disposition }: MemoryAttempt, filter: AttemptFilter): boolean {
  return (
    (filter.agentId === undefined || result?.agentId === filter.agentId) &&
    (filter.disposition === undefined || disposition?.disposition === filter.disposition) &&
    (filter.disposed !== true || disposition !== undefined) &&
    (filter.from === undefined || intent.intendedAt >= filter.from) &&
    (filter.to === undefined || intent.intendedAt < filter.to) &&
    (filter.campaignId === undefined || intent.campaignId === filter.campaignId) &&
    (filter.contactId === undefined || intent.contactId === filter.contactId) &&
    (filter.number === undefined || intent.number === filter.number) &&
    (filter.outcome === undefined || result?.outcome === filter.outcome)
  );
}

export function recordOf({ intent, result, disposition, answers }: MemoryAttempt): AttemptRecord {
  return {
    ...intent,
    ...(result !== undefined && { result }),
    ...(disposition !== undefined && { disposition }),
    ...(answers !== undefined && { answers }),
  };
}
