/** How contacts in memory look from outside. */
import { type CallScope, consentInForce } from '../../core/consent.js';
import type { EpochMilliseconds, Lead, LeadNumber } from '../../core/model.js';
import type { ContactRecord } from '../port.js';
import { attemptFieldsOf, later } from '../rules.js';
import type { MemoryContact, MemoryContactNumber } from './contact-book.js';
import { attemptsFrom, type MemoryCharge, type MemoryHistory } from './number-book.js';

const NOBODYS: readonly MemoryCharge[] = Object.freeze([]);

/** The contact as a lease hands it over at `now`. */
export function leadOf(
  contact: MemoryContact,
  person: MemoryHistory | undefined,
  scope: CallScope,
  lookbackSeconds: number,
  now: EpochMilliseconds,
): Lead {
  const { source, list, callbackAt, callbackAgent } = contact;
  const { campaignId } = list;
  const since = now - lookbackSeconds * 1000;
  const numbers: LeadNumber[] = [];
  for (const line of contact.numbers) numbers.push(leadNumberOf(line, person, campaignId, scope, since, now));
  const lead: Lead = {
    contactId: contact.id,
    campaignId,
    stage: contact.stage,
    person: contact.person,
    name: source.name,
    timeZone: source.timeZone,
    region: source.region,
    numbers,
    nextNumber: contact.nextNumber,
    attempts: contact.attempts - contact.spent,
    lastOutcome: contact.lastOutcome,
    lastAttemptAt: contact.lastAttemptAt,
    leasedAt: now,
    leasedUntil: contact.leasedUntil,
    fields: source.fields,
    ...(source.postalCode !== undefined && { postalCode: source.postalCode }),
    ...(source.party !== undefined && { party: source.party }),
    ...(source.numberClasses !== undefined && { numberClasses: source.numberClasses }),
    ...(contact.spent > 0 && { earlierAttempts: contact.spent }),
  };
  if (callbackAt === undefined) return lead;
  return { ...lead, callbackAt, ...(callbackAgent !== undefined && { callbackAgent }) };
}

function leadNumberOf(
  { facts, attempts, dead }: MemoryContactNumber,
  person: MemoryHistory | undefined,
  campaignId: string,
  scope: CallScope,
  since: EpochMilliseconds,
  now: EpochMilliseconds,
): LeadNumber {
  const { recentAttempts, recentOnSubject, elsewhere, elsewhereOnSubject } = attemptFieldsOf(
    attemptsFrom(facts, since),
    person === undefined ? NOBODYS : attemptsFrom(person, since, facts.e164),
    scope.subject,
  );
  const number: { -readonly [K in keyof LeadNumber]: LeadNumber[K] } = {
    e164: facts.e164,
    attempts,
    dead,
    onInternalDnc: facts.internalDnc,
    onCampaignDnc: facts.campaignDnc?.has(campaignId) ?? false,
    consent: consentInForce(facts.consents, scope, now),
    recentAttempts,
  };
  if (recentOnSubject !== undefined) number.recentOnSubject = recentOnSubject;
  if (elsewhere !== undefined) number.elsewhere = elsewhere;
  if (elsewhereOnSubject !== undefined) number.elsewhereOnSubject = elsewhereOnSubject;
  if (facts.lastAbandonedAt !== undefined) number.lastAbandonedAt = facts.lastAbandonedAt;
  if (facts.lastMachineAt !== undefined) number.lastMachineAt = facts.lastMachineAt;
  const refusedAt = later(facts.lastRefusedAt, person?.lastRefusedAt);
  if (refusedAt !== undefined) number.lastRefusedAt = refusedAt;
  const conversationAt = later(facts.lastConversationAt, person?.lastConversationAt);
  if (conversationAt !== undefined) number.lastConversationAt = conversationAt;
  return number;
}

export function recordOf(contact: MemoryContact): ContactRecord {
  const { source } = contact;
  return {
    contactId: contact.id,
    campaignId: contact.list.campaignId,
    list: contact.segment.name,
    version: contact.version,
    stage: contact.stage,
    ...(contact.held > 0 && { heldPhase: contact.held }),
    state: contact.state,
    inCall: contact.state === 'pending' || (contact.state === 'leased' && contact.attempt !== undefined),
    doneReason: contact.doneReason,
    externalId: source.externalId,
    name: source.name,
    timeZone: source.timeZone,
    region: source.region,
    ...(source.postalCode !== undefined && { postalCode: source.postalCode }),
    ...(source.party !== undefined && { party: source.party }),
    ...(source.numberClasses !== undefined && { numberClasses: source.numberClasses }),
    numbers: contact.numbers.map(({ facts, attempts, dead }) => ({ e164: facts.e164, attempts, dead })),
    attempts: contact.attempts,
    lastOutcome: contact.lastOutcome,
    lastAttemptAt: contact.lastAttemptAt,
    dueAt: contact.dueAt,
    ...(contact.callbackAt !== undefined && { callbackAt: contact.callbackAt }),
    ...(contact.callbackAgent !== undefined && { callbackAgent: contact.callbackAgent }),
    fields: source.fields,
  };
}
