/** Contacts as a lease hands them over, with what is known of their numbers and persons. */
import { type CallScope, consentInForce } from '../../core/consent.js';
import type { EpochMilliseconds, Lead, LeadNumber } from '../../core/model.js';
import { attemptFieldsOf, later } from '../rules.js';
import { type ContactWork, lineOf } from './contact-state.js';
import type { RedisContext } from './context.js';
import type { HistoryDocument, NumberDocument } from './number-document.js';
import { chargesFrom, readDocsOf } from './number-facts.js';
import type { Doc } from './transaction.js';

export interface LeadTerms {
  readonly scope: CallScope;
  readonly lookbackSeconds: number;
  readonly now: EpochMilliseconds;
}

/** The contacts as leads at this instant, in their order. */
export async function leadsOf(
  { connection, keys }: RedisContext,
  works: readonly ContactWork[],
  terms: LeadTerms,
): Promise<readonly Lead[]> {
  const wanted = works.flatMap(({ profile: { source, person } }) => [
    ...source.numbers.map((number) => keys.number(number)),
    ...(person === '' ? [] : [keys.person(person)]),
  ]);
  const docs = await readDocsOf<NumberDocument>(connection, wanted);
  const factsOf = (key: string): NumberDocument =>
    (docs.get(key) as Doc<NumberDocument> | undefined)?.value ?? {};
  return works.map((work) => {
    const { person, source } = work.profile;
    return leadOf(
      work,
      source.numbers.map((number) => factsOf(keys.number(number))),
      person === '' ? undefined : factsOf(keys.person(person)),
      terms,
    );
  });
}

function leadOf(
  work: ContactWork,
  numbers: readonly NumberDocument[],
  person: HistoryDocument | undefined,
  terms: LeadTerms,
): Lead {
  const { id, campaignId, profile, now: standing } = work;
  const { source } = profile;
  const lead: Lead = {
    contactId: id,
    campaignId,
    stage: standing.stage,
    person: profile.person,
    name: source.name,
    timeZone: source.timeZone,
    region: source.region,
    numbers: source.numbers.map((e164, index) =>
      leadNumberOf(e164, lineOf(work, index), numbers[index] ?? {}, person, campaignId, terms),
    ),
    nextNumber: standing.nextNumber,
    attempts: standing.attempts - standing.spent,
    lastOutcome: standing.lastOutcome,
    lastAttemptAt: standing.lastAttemptAt,
    leasedAt: terms.now,
    leasedUntil: standing.leasedUntil,
    fields: source.fields,
    ...(source.postalCode !== undefined && { postalCode: source.postalCode }),
    ...(source.party !== undefined && { party: source.party }),
    ...(source.numberClasses !== undefined && { numberClasses: source.numberClasses }),
    ...(standing.spent > 0 && { earlierAttempts: standing.spent }),
  };
  const { callbackAt, callbackAgent } = standing;
  if (callbackAt === 0) return lead;
  return { ...lead, callbackAt, ...(callbackAgent !== '' && { callbackAgent }) };
}

function leadNumberOf(
  e164: string,
  [attempts, dead]: readonly [number, 0 | 1],
  facts: NumberDocument,
  person: HistoryDocument | undefined,
  campaignId: string,
  { scope, lookbackSeconds, now }: LeadTerms,
): LeadNumber {
  const since = now - lookbackSeconds * 1000;
  const { recentAttempts, recentOnSubject, elsewhere, elsewhereOnSubject } = attemptFieldsOf(
    chargesFrom(facts, since),
    chargesFrom(person, since, e164),
    scope.subject,
  );
  const refusedAt = later(facts.lastRefusedAt, person?.lastRefusedAt);
  const conversationAt = later(facts.lastConversationAt, person?.lastConversationAt);
  return {
    e164,
    attempts,
    dead: dead === 1,
    onInternalDnc: facts.dnc !== undefined,
    onCampaignDnc: facts.campaignDnc?.[campaignId] !== undefined,
    consent: consentInForce(facts.consents ?? [], scope, now),
    recentAttempts,
    ...(recentOnSubject !== undefined && { recentOnSubject }),
    ...(elsewhere !== undefined && { elsewhere }),
    ...(elsewhereOnSubject !== undefined && { elsewhereOnSubject }),
    ...(facts.lastAbandonedAt !== undefined && { lastAbandonedAt: facts.lastAbandonedAt }),
    ...(facts.lastMachineAt !== undefined && { lastMachineAt: facts.lastMachineAt }),
    ...(refusedAt !== undefined && { lastRefusedAt: refusedAt }),
    ...(conversationAt !== undefined && { lastConversationAt: conversationAt }),
  };
}
