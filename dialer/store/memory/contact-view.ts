/** How contacts in memory look from outside. */
import type { EpochMilliseconds, Lead, LeadNumber } from '../../core/model.js';
import type { ContactRecord } from '../port.js';
import type { MemoryContact, MemoryContactNumber } from './contact-book.js';
import { attemptsFrom, consentAt } from './number-book.js';

/** The contact as a lease hands it over at `now`. */
export function leadOf(contact: MemoryContact, lookbackSeconds: number, now: EpochMilliseconds): Lead {
  const { source, list, callbackAt, callbackAgent } = contact;
  const { campaignId } = list;
  const since = now - lookbackSeconds * 1000;
  const numbers: LeadNumber[] = [];
  for (const line of contact.numbers) numbers.push(leadNumberOf(line, campaignId, since, now));
  const lead: Lead = {
    contactId: contact.id,
    campaignId,
    stage: contact.stage,
    name: source.name,
    timeZone: source.timeZone,
    region: source.region,
    numbers,
    nextNumber: contact.nextNumber,
    attempts: contact.attempts,
    lastOutcome: contact.lastOutcome,
    lastAttemptAt: contact.lastAttemptAt,
    leasedAt: now,
    leasedUntil: contact.leasedUntil,
    fields: source.fields,
  };
  if (callbackAt === undefined) return lead;
  return { ...lead, callbackAt, ...(callbackAgent !== undefined && { callbackAgent }) };
}

function leadNumberOf(
  { facts, attempts, dead }: MemoryContactNumber,
  campaignId: string,
  since: EpochMilliseconds,
  now: EpochMilliseconds,
): LeadNumber {
  const number: { -readonly [K in keyof LeadNumber]: LeadNumber[K] } = {
    e164: facts.e164,
    attempts,
    dead,
    onInternalDnc: facts.internalDnc,
    onCampaignDnc: facts.campaignDnc?.has(campaignId) ?? false,
    consent: consentAt(facts, now),
    recentAttempts: attemptsFrom(facts, since),
  };
  if (facts.lastAbandonedAt !== undefined) number.lastAbandonedAt = facts.lastAbandonedAt;
  if (facts.lastMachineAt !== undefined) number.lastMachineAt = facts.lastMachineAt;
  if (facts.lastRefusedAt !== undefined) number.lastRefusedAt = facts.lastRefusedAt;
  if (facts.lastConversationAt !== undefined) number.lastConversationAt = facts.lastConversationAt;
  return number;
}

export function recordOf(contact: MemoryContact): ContactRecord {
  const { source } = contact;
  return {
    contactId: contact.id,
    campaignId: contact.list.campaignId,
    stage: contact.stage,
    state: contact.state,
    doneReason: contact.doneReason,
    externalId: source.externalId,
    name: source.name,
    timeZone: source.timeZone,
    region: source.region,
    numbers: contact.numbers.map(({ facts, attempts, dead }) => ({ e164: facts.e164, attempts, dead })),
    attempts: contact.attempts,
    lastOutcome: contact.lastOutcome,
    dueAt: contact.dueAt,
    fields: source.fields,
  };
}
