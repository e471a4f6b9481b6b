/** What is known of a number that somebody asks about: the lead that the engine would have, or one made for it. */
import type { Party } from '../../compliance/index.js';
import type { CallScope } from '../../dialer/core/consent.js';
import type { EpochMilliseconds, Lead, LeadNumber } from '../../dialer/core/model.js';
import type { AttemptRecord, Store } from '../../dialer/store/port.js';
import { defined } from './defined.js';

export interface Asked {
  readonly number: string;
  /** Empty without a campaign. */
  readonly campaignId: string;
  readonly scope: CallScope;
  readonly lookbackSeconds: number;
  readonly at: EpochMilliseconds;
}

/** Newest attempts on a number that are looked through for their outcomes and subjects. */
const ATTEMPTS_LOOKED_AT = 200;

/** The campaign's contact with the number, where it has one. */
export async function contactWith(
  store: Store,
  campaignId: string,
  number: string,
): Promise<string | undefined> {
  for (const id of await store.contactsWith([number]))
    if ((await store.contact(id))?.campaignId === campaignId) return id;
  return undefined;
}

/** The contact as a lease would hand it over at the instant; undefined when it has no such number. */
export async function knownLead(store: Store, asked: Asked, contactId: string): Promise<Lead | undefined> {
  const { campaignId, scope, lookbackSeconds, at, number } = asked;
  const request = { campaignId, contactId, scope, lookbackSeconds, now: at, limit: 1 };
  const [lead] = (await store.peekLeads(request)).items;
  if (lead?.numbers.some(({ e164 }) => e164 === number) !== true) return undefined;
  return { ...lead, numbers: lead.numbers.map((each) => asOf(each, at)) };
}

/** What happened after the instant is not part of its past. */
function asOf(number: LeadNumber, at: EpochMilliseconds): LeadNumber {
  const { recentOnSubject, elsewhere, elsewhereOnSubject, ...rest } = number;
  const { lastAbandonedAt, lastMachineAt, lastRefusedAt, lastConversationAt, ...fields } = rest;
  const past = (times: readonly EpochMilliseconds[] | undefined) => times?.filter((time) => time <= at);
  const before = (time: EpochMilliseconds | undefined) =>
    time === undefined || time > at ? undefined : time;
  return {
    ...fields,
    recentAttempts: number.recentAttempts.filter((time) => time <= at),
    ...defined({
      recentOnSubject: past(recentOnSubject),
      elsewhere: past(elsewhere),
      elsewhereOnSubject: past(elsewhereOnSubject),
      lastAbandonedAt: before(lastAbandonedAt),
      lastMachineAt: before(lastMachineAt),
      lastRefusedAt: before(lastRefusedAt),
      lastConversationAt: before(lastConversationAt),
    }),
  };
}

/** A number that is no contact's: only what happened on it is known. */
export async function unknownLead(store: Store, asked: Asked): Promise<Lead> {
  const { number, campaignId, scope, lookbackSeconds, at } = asked;
  const since = at - lookbackSeconds * 1000;
  const [dnc, consent, charged, page] = await Promise.all([
    store.isDnc(number, campaignId === '' ? undefined : campaignId),
    store.consentOf(number, scope, at),
    store.recentAttempts(number, since),
    store.attempts({ number, limit: ATTEMPTS_LOOKED_AT }),
  ]);
  const latest = (time: (attempt: AttemptRecord) => number | undefined): number | undefined => {
    const times = page.items.flatMap((attempt) => time(attempt) ?? []);
    return times.length === 0 ? undefined : Math.max(...times);
  };
  const ended = (outcome: string) =>
    latest(({ result }) => (result?.outcome === outcome ? result.endedAt : undefined));
  const isCharged = ({ intendedAt, result }: AttemptRecord): boolean =>
    result?.charged !== false && intendedAt >= since;
  // Attempts beyond those that were looked through may be on any subject.
  const onSubject =
    page.nextCursor === undefined && scope.subject !== ''
      ? page.items
          .filter((attempt) => isCharged(attempt) && attempt.scope.subject === scope.subject)
          .map(({ intendedAt }) => intendedAt)
      : undefined;
  const line: LeadNumber = {
    e164: number,
    attempts: 0,
    dead: false,
    onInternalDnc: dnc.internal,
    onCampaignDnc: dnc.campaign,
    consent,
    recentAttempts: charged,
    ...defined({
      recentOnSubject: onSubject,
      lastAbandonedAt: ended('abandoned'),
      lastMachineAt: ended('machine'),
      lastConversationAt: ended('connected'),
      lastRefusedAt: latest(({ disposition }) => (disposition?.refusal ? disposition.at : undefined)),
    }),
  };
  return {
    contactId: '',
    campaignId,
    stage: 'production',
    person: '',
    name: '',
    timeZone: '',
    region: '',
    numbers: [asOf(line, at)],
    nextNumber: 0,
    attempts: 0,
    lastOutcome: '',
    lastAttemptAt: 0,
    leasedAt: at,
    leasedUntil: at,
    fields: {},
  };
}

/** The lead with what the question states of it besides. */
export function withStated(
  lead: Lead,
  { postalCode, party }: { readonly postalCode?: string; readonly party?: Party },
): Lead {
  return { ...lead, ...defined({ postalCode, party }) };
}
