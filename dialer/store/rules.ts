/** What every backend decides alike: refusals of intents, the length of memories, what counts as what. */

import type { ConsentFacts } from '../../compliance/index.js';
import type { Json } from '../audit/audit-record.js';
import { type ConsentRecord, type NewConsent, reaches } from '../core/consent.js';
import type { IntentResult } from '../core/inputs.js';
import {
  type AttemptResult,
  type CampaignStatus,
  type Disposition,
  type EpochMilliseconds,
  type Intent,
  type LeadNumber,
  machineDisposition,
  STAGES,
  type StageName,
} from '../core/model.js';
import { StoreError } from './errors.js';
import type { RecycleRequest } from './lists.js';
import type { ContactRecord, ContactState, NewContact } from './port.js';

/** How long the answer to a write is kept for its idempotency key. */
export const IDEMPOTENCY_MILLISECONDS = 86_400_000;
/**
 * `doneReason`s of contacts that the gate closed for what a number's owner had said, or a list: a later word may open them
 * again. Built into an index of the SQLite store.
 */
export const CLOSED_BY_WORD: readonly string[] = ['dnc', 'consent', 'revocation'];
/** The one of them that a registry closes contacts with. */
export const CLOSED_BY_LIST = 'dnc';
/** `doneReason`s of contacts that no operator may put back to be called again. */
export const NEVER_RECYCLED: readonly string[] = [
  ...CLOSED_BY_WORD,
  'success',
  'opt-out',
  'suppressed',
  'erased',
];
/** `doneReason` of a contact whose callback was cancelled, and that is not to be called otherwise. */
export const CALLBACK_CANCELLED = 'callback-cancelled';
/** Contacts that are looked at in one call for those that a search means. */
export const SEARCHED_AT_ONCE = 5_000;
/** Campaigns that will call nobody any more: their contacts stay closed. */
export const OVER: readonly CampaignStatus[] = ['stopped', 'completed'];
/** `doneReason` of a contact whose disposition was never given. */
export const NO_DISPOSITION = 'no-disposition';

const STAGES_UP_TO: Readonly<Record<StageName, readonly StageName[]>> = {
  validation: STAGES.slice(0, 1),
  pilot: STAGES.slice(0, 2),
  production: STAGES,
};

/** The stages whose contacts a lease of this stage takes: its own, and the retries of the earlier ones. */
export function stagesUpTo(stage: StageName): readonly StageName[] {
  return STAGES_UP_TO[stage];
}

/** What the committing transaction finds about an intent's contact and number. */
export interface IntentFacts {
  /** Absent: the campaign has no such contact. */
  readonly contactState: ContactState | undefined;
  /** The contact's own attempt, on whatever number, has not ended. */
  readonly contactInAttempt: boolean;
  readonly leasedUntil: EpochMilliseconds;
  /** Nobody of the contact's list is called. */
  readonly listPaused: boolean;
  /** The number is in an attempt that has not ended, or this very attempt is already recorded. */
  readonly live: boolean;
  readonly internalDnc: boolean;
  readonly campaignDnc: boolean;
  /** In force for the intent's scope. */
  readonly consent: ConsentFacts;
  /** Charged attempts on the number, newest first, reaching back as far as `reachBackTo` says. */
  readonly recentAttempts: readonly EpochMilliseconds[];
  /** The same to the intent's person on other numbers. */
  readonly elsewhere: readonly EpochMilliseconds[];
  /** Latest end of an attempt on the number, or refusal by or conversation with the person, that starts a recall delay; or 0. */
  readonly newestOutcomeAt: EpochMilliseconds;
}

/** Why the intent must not be committed; absent when it may be. */
export function refusalOf(
  intent: Intent,
  facts: IntentFacts,
  now: EpochMilliseconds,
): IntentResult | undefined {
  const { attemptId, contactId, number } = intent;
  const refuse = (
    refusal: Extract<IntentResult, { committed: false }>['refusal'],
    detail: string,
  ): IntentResult => ({ attemptId, committed: false, refusal, detail });

  if (facts.contactState === undefined) {
    return refuse('suppressed', `campaign ${intent.campaignId} has no contact ${contactId}`);
  }
  if (facts.contactState === 'done' || facts.contactState === 'pending') {
    return refuse('suppressed', `contact ${contactId} is ${facts.contactState}`);
  }
  if (facts.contactInAttempt) return refuse('live', `contact ${contactId} is in another attempt`);
  if (facts.contactState !== 'leased' || facts.leasedUntil <= now) {
    return refuse('live', `the lease of contact ${contactId} has ended`);
  }
  if (facts.listPaused) return refuse('live', `the list of contact ${contactId} is paused`);
  if (facts.internalDnc) return refuse('dnc', 'the number is on the internal DNC list');
  if (facts.campaignDnc) return refuse('dnc', `the number is on the DNC list of ${intent.campaignId}`);
  if (facts.consent.state === 'refused') return refuse('consent', 'consent was refused or withdrawn');
  if (intent.consentRequired && facts.consent.state !== 'granted') {
    return refuse('consent', 'the campaign requires consent and none is recorded');
  }
  const { consent: leantOn } = intent.permit;
  if (!reaches(facts.consent, leantOn)) {
    return refuse('consent', `the ${leantOn} consent that the permit leans on is no longer in force`);
  }
  if (facts.live) return refuse('live', `${number} is in another live attempt`);
  const capRefusal = capRefusalOf(intent, facts, now);
  if (capRefusal !== undefined) return capRefusal;
  return hasChanged(intent, facts)
    ? refuse('changed', 'more has happened to the number or its person than the permit was given on')
    : undefined;
}

/**
 * Whether the gate was told less than the store knows. It makes every rule that counts attempts or waits after an outcome
 * hold at this instant, whatever its periods and zones, without judging it here.
 */
function hasChanged({ seen }: Intent, { recentAttempts, elsewhere, newestOutcomeAt }: IntentFacts): boolean {
  if (newestOutcomeAt > seen.newestOutcomeAt) return true;
  let count = 0;
  let newestAt = 0;
  for (const times of [recentAttempts, elsewhere])
    for (const at of times) {
      if (at < seen.since) continue;
      count += 1;
      if (at > newestAt) newestAt = at;
    }
  return count > seen.attempts || newestAt > seen.newestAt;
}

/** Refuses for the cap that frees last. A cap holds over any period of its length, `[t, t + seconds)`. */
function capRefusalOf(
  { attemptId, caps }: Intent,
  facts: IntentFacts,
  now: EpochMilliseconds,
): IntentResult | undefined {
  let refused: Intent['caps'][number] | undefined;
  let until = 0;
  let ofPerson: readonly EpochMilliseconds[] | undefined;
  for (const cap of caps) {
    let { recentAttempts } = facts;
    if (cap.per === 'person' && facts.elsewhere.length > 0) {
      ofPerson ??= [...recentAttempts, ...facts.elsewhere].sort((a, b) => b - a);
      recentAttempts = ofPerson;
    }
    const periodMilliseconds = cap.seconds * 1000;
    // The attempt that has to leave the period before one more fits in.
    const blocking = cap.max > 0 ? recentAttempts[cap.max - 1] : Number.POSITIVE_INFINITY;
    if (blocking === undefined || blocking + periodMilliseconds <= now) continue;
    if (refused === undefined || blocking + periodMilliseconds > until) {
      refused = cap;
      until = blocking + periodMilliseconds;
    }
  }
  if (refused === undefined) return undefined;
  const detail = `at most ${refused.max} attempts in ${refused.seconds / 3600} h, and they were made`;
  const refusal = { attemptId, committed: false, refusal: 'frequency_cap', detail } as const;
  return Number.isFinite(until) ? { ...refusal, until } : refusal;
}

/** From when on attempts matter to the intent at `now`: to its caps, and to what the gate was told. */
export function reachBackTo(intent: Intent, now: EpochMilliseconds): EpochMilliseconds {
  let seconds = 0;
  for (const cap of intent.caps) if (cap.seconds > seconds) seconds = cap.seconds;
  return Math.min(now - seconds * 1000 + 1, intent.seen.since);
}

/** Place in the listing of all consent histories: after this entry. */
export function cursorOf({ number, sequence }: ConsentRecord): string {
  return `${number} ${sequence}`;
}

export function consentCursor(cursor: string | undefined): {
  readonly number: string;
  readonly sequence: number;
} {
  const [number = '', sequence] = (cursor ?? '').split(' ');
  return { number, sequence: Number(sequence ?? 0) };
}

/** A charged attempt as both stores look at it. */
export interface ChargedAttempt {
  readonly at: EpochMilliseconds;
  readonly subject: string;
}

const NO_TIMES: readonly EpochMilliseconds[] = Object.freeze([]);

/** Times of the attempts, newest first. */
export function timesOf(attempts: readonly ChargedAttempt[]): readonly EpochMilliseconds[] {
  if (attempts.length === 0) return NO_TIMES;
  const times: EpochMilliseconds[] = [];
  let sorted = true;
  // They mostly come oldest first: this is done for every lead and intent.
  for (let i = attempts.length - 1; i >= 0; i -= 1) {
    const { at } = attempts[i] as ChargedAttempt;
    if (sorted && times.length > 0 && at > (times[times.length - 1] as number)) sorted = false;
    times.push(at);
  }
  return sorted ? times : times.sort((a, b) => b - a);
}

type AttemptFields = Pick<
  LeadNumber,
  'recentAttempts' | 'recentOnSubject' | 'elsewhere' | 'elsewhereOnSubject'
>;

/** What a lead's number says of earlier attempts on it, and on the person's other numbers. */
export function attemptFieldsOf(
  here: readonly ChargedAttempt[],
  elsewhere: readonly ChargedAttempt[],
  subject: string,
): AttemptFields {
  const fields: { -readonly [K in keyof AttemptFields]: AttemptFields[K] } = {
    recentAttempts: timesOf(here),
  };
  if (here.length === 0 && elsewhere.length === 0) return fields;
  const isSame = (attempt: ChargedAttempt): boolean => attempt.subject === subject;
  if (!here.every(isSame)) fields.recentOnSubject = timesOf(here.filter(isSame));
  if (elsewhere.length > 0) {
    fields.elsewhere = timesOf(elsewhere);
    if (!elsewhere.every(isSame)) fields.elsewhereOnSubject = timesOf(elsewhere.filter(isSame));
  }
  return fields;
}

/** The later of two instants of which either may be unknown. */
export function later(
  a: EpochMilliseconds | undefined,
  b: EpochMilliseconds | undefined,
): EpochMilliseconds | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}

/** The lead's person: everyone with one external id, else the contact when it has several numbers, else nobody. */
export function personOf(externalId: string, contactId: string, numbers: number): string {
  if (externalId !== '') return `=${externalId}`;
  return numbers > 1 ? contactId : '';
}

/** The entries for the consent history that a list brings; undated grants stand back behind everything else. */
export function importedConsents(
  campaignId: string,
  contacts: readonly NewContact[],
  now: EpochMilliseconds,
): { readonly undated: readonly NewConsent[]; readonly dated: readonly NewConsent[] } {
  const undated: NewConsent[] = [];
  const dated: NewConsent[] = [];
  for (const { numbers, consent, consentDetails: details } of contacts) {
    if (consent === 'none') continue;
    const { level = 'express', source, evidence, at, expiresAt } = details ?? {};
    const proven = at !== undefined && evidence !== undefined;
    const into = consent === 'refused' || proven ? dated : undated;
    for (const number of numbers)
      into.push({
        number,
        decision: consent,
        level,
        source: source ?? `list of ${campaignId}`,
        evidence: evidence ?? '',
        at: at ?? now,
        ...(consent === 'granted' && expiresAt !== undefined && { expiresAt }),
        recordedBy: `list of ${campaignId}`,
        recordedAt: now,
      });
  }
  return { undated, dated };
}

type PartyFields = Pick<NewContact, 'party' | 'numberClasses'>;

/** What was stated of a contact's party and numbers, from the columns that keep it: empty where nothing was. */
export function partyFieldsOf(party: string, numberClasses: string): PartyFields {
  return {
    ...(party !== '' && { party: party as NonNullable<PartyFields['party']> }),
    ...(numberClasses !== '' && {
      numberClasses: numberClasses.split(' ') as unknown as NonNullable<PartyFields['numberClasses']>,
    }),
  };
}

/** Numbers for which one of the entries grants consent. */
export function grantedNumbers(entries: readonly NewConsent[]): readonly string[] {
  return entries.flatMap(({ decision, number }) => (decision === 'granted' ? [number] : []));
}

/** An operation's answer as a record of the audit log keeps it. */
export function auditResult(answer: unknown): Json | undefined {
  return answer === undefined ? undefined : (JSON.parse(JSON.stringify(answer)) as Json);
}

/** Answered, and not by something known to be a machine; the agent's word on it comes later than the result. */
export function isLiveAnswer(result: AttemptResult, disposition?: Disposition): boolean {
  return (
    result.answeredAt !== undefined &&
    result.outcome !== 'machine' &&
    disposition?.disposition !== machineDisposition
  );
}

/** Refuses a batch with a contact that could never be called. */
export function requireNumbers(contacts: readonly NewContact[]): void {
  for (const { numbers, externalId, name } of contacts) {
    if (numbers.length === 0) {
      throw new StoreError(
        'store_failed',
        `contact ${externalId || name || '(unnamed)'} has no number: give at least one, or leave it out`,
      );
    }
  }
}

/** The text with its ASCII letters in lower case, as SQLite folds them. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Whether the text is somewhere in what is known of the contact; the text is folded already. */
export function mentions(
  { name, externalId, fields }: Pick<ContactRecord, 'name' | 'externalId' | 'fields'>,
  text: string,
): boolean {
  return [name, externalId, ...Object.values(fields)].some((value) => foldCase(value).includes(text));
}

/** Whether the filter of a recycling takes a closed contact; whether it may be called is another question. */
export function isToRecycle(
  request: RecycleRequest,
  contact: {
    readonly doneReason: string;
    readonly lastOutcome: string;
    readonly attempts: number;
    readonly lastAttemptAt: EpochMilliseconds;
  },
): boolean {
  const { doneReasons, lastOutcomes, minimumAttempts, maximumAttempts, attemptedBefore } = request;
  return (
    (doneReasons === undefined || doneReasons.includes(contact.doneReason)) &&
    (lastOutcomes === undefined || lastOutcomes.includes(contact.lastOutcome)) &&
    (minimumAttempts === undefined || contact.attempts >= minimumAttempts) &&
    (maximumAttempts === undefined || contact.attempts <= maximumAttempts) &&
    (attemptedBefore === undefined || contact.lastAttemptAt < attemptedBefore)
  );
}

/** Place in a listing by name: after this contact of this (folded) name. What is none of ours begins anew. */
export function nameCursor(cursor: string | undefined): readonly [ordinal: number, name: string] {
  const [, ordinal, name] = /^(\d{1,15}):(.*)$/s.exec(cursor ?? '') ?? [];
  return [Number(ordinal ?? 0), name ?? ''];
}
