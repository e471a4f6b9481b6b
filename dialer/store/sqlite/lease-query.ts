import { type CallScope, consentInForce } from '../../core/consent.js';
import type { ContactLease, LeaseSummary } from '../../core/inputs.js';
import type { EpochMilliseconds, Lead, LeadNumber, Outcome, StageName } from '../../core/model.js';
import { MOST_PHASES } from '../../core/model.js';
import type { LeaseContactRequest, LeaseRequest, Page, PeekedLead, PeekRequest } from '../port.js';
import {
  attemptFieldsOf,
  type ChargedAttempt,
  later,
  partyFieldsOf,
  personOf,
  stagesUpTo,
} from '../rules.js';
import type { CampaignTable } from './campaign-table.js';
import {
  contactIdOf,
  contactKeyOf,
  heldCode,
  STAGE_CODE,
  STATE_CODE,
  stageName,
  stateName,
} from './codes.js';
import { consentWords, consentWordsOf } from './consent-table.js';
import type { ContactCounts } from './contact-counts.js';
import type { ContactLists } from './contact-lists.js';
import type { ContactTable } from './contact-table.js';
import type { Database } from './database.js';

type KeyColumns = [key: number, listKey: number];
type OpenColumns = [key: number, dueAt: EpochMilliseconds];
type DueColumns = [dueAt: EpochMilliseconds | null];
type LeadColumns = [
  key: number,
  stage: number,
  nextNumber: number,
  attempts: number,
  lastOutcome: Outcome | '',
  lastAttemptAt: EpochMilliseconds,
  callbackAt: EpochMilliseconds | null,
  callbackAgent: string | null,
  name: string,
  timeZone: string,
  region: string,
  fields: string,
  externalId: string,
  postalCode: string,
  party: string,
  numberClasses: string,
  listKey: number,
  spent: number,
];
/** The columns of a lead from the seventh on. */
type LeadTexts = [
  EpochMilliseconds | null,
  string | null,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  number,
  number,
];
type Histories = [
  EpochMilliseconds | null,
  EpochMilliseconds | null,
  EpochMilliseconds | null,
  EpochMilliseconds | null,
];
type NumberColumns = [
  key: number,
  number: string,
  attempts: number,
  dead: number,
  internalDnc: number,
  campaignDnc: number,
  consent: string,
  recentAttempts: string,
  abandonedAt: EpochMilliseconds | null,
  machineAt: EpochMilliseconds | null,
  refusedAt: EpochMilliseconds | null,
  conversationAt: EpochMilliseconds | null,
];

type PeekColumns = [
  key: number,
  stage: number,
  nextNumber: number,
  attempts: number,
  lastOutcome: Outcome | '',
  lastAttemptAt: EpochMilliseconds,
  callbackAt: EpochMilliseconds | null,
  state: number,
  timeZone: string,
  region: string,
  externalId: string,
  doneReason: string,
  postalCode: string,
  party: string,
  numberClasses: string,
  spent: number,
];
/** Those columns from the ninth on. */
type PeekTexts = [string, string, string, string, string, string, string, number];
type PersonColumns = [
  position: number,
  attempts: string,
  refusedAt: EpochMilliseconds | null,
  conversationAt: EpochMilliseconds | null,
];
/** What is known of a lead's person. */
interface Person {
  readonly attempts: readonly (ChargedAttempt & { readonly number: string })[];
  readonly refusedAt: EpochMilliseconds | undefined;
  readonly conversationAt: EpochMilliseconds | undefined;
}

const { open: OPEN, leased: LEASED, pending: PENDING, callback: CALLBACK } = STATE_CODE;

/** A callback that may be made now; parameters 3 (now) and 4 (ready agents as JSON). */
const MAY_BE_MADE = `(callback_agent IS NULL OR callback_grace <= ?3
  OR callback_agent IN (SELECT value FROM json_each(?4)))`;

/** Leasing: who is due, taken in a few statements whatever the number of leads. */
export class LeaseQuery {
  readonly #campaigns: CampaignTable;
  readonly #contacts: ContactTable;
  readonly #counts: ContactCounts;
  readonly #lists: ContactLists;
  readonly #dueCallbacks;
  readonly #dueOpen;
  readonly #take;
  readonly #numbers;
  readonly #persons;
  readonly #peekState;
  readonly #peekOne;
  readonly #nextOpen;
  readonly #nextCallback;
  readonly #overdueCallback;
  readonly #dueAt;

  constructor(
    database: Database,
    campaigns: CampaignTable,
    contacts: ContactTable,
    counts: ContactCounts,
    lists: ContactLists,
  ) {
    this.#lists = lists;
    this.#campaigns = campaigns;
    this.#contacts = contacts;
    this.#counts = counts;
    this.#dueCallbacks = database.query<KeyColumns>(
      `SELECT contact_key, list_key FROM contacts
         WHERE campaign_key = ?1 AND stage = ?2 AND state = ${CALLBACK} AND due_at <= ?3 AND ${MAY_BE_MADE}
           AND list_key IN (SELECT value FROM json_each(?6))
         ORDER BY due_at, contact_key LIMIT ?5`,
    );
    this.#dueOpen = database.query<OpenColumns>(
      `SELECT contact_key, due_at FROM contacts
         WHERE campaign_key = ? AND stage = ? AND list_key = ? AND state = ${OPEN} AND due_at <= ?
         ORDER BY due_at, contact_key LIMIT ?`,
    );
    this.#take = database.query<LeadColumns>(
      `UPDATE contacts SET state = ${LEASED}, leased_until = ?1
         WHERE contact_key IN (SELECT value FROM json_each(?2))
         RETURNING contact_key, stage, next_number, attempts, last_outcome, last_attempt_at,
           callback_at, callback_agent, name, time_zone, region, fields, external_id, postal_code,
           party, number_classes, list_key, spent`,
    );
    this.#numbers = database.query<NumberColumns>(
      `SELECT n.contact_key, n.number, n.attempts, n.dead,
           EXISTS (SELECT 1 FROM dnc d WHERE d.number = n.number AND d.campaign_key = 0),
           EXISTS (SELECT 1 FROM dnc d WHERE d.number = n.number AND d.campaign_key = ?2),
           ${consentWordsOf('n.number')},
           (SELECT json_group_array(json_array(a.intended_at, a.subject)) FROM attempts a
              WHERE a.number = n.number AND a.charged = 1 AND a.intended_at >= ?3),
           h.abandoned_at, h.machine_at, h.refused_at, h.conversation_at
         FROM json_each(?1) taken
           JOIN contact_numbers n ON n.contact_key = taken.value
           LEFT JOIN outcome_history h ON h.whose = n.number
         ORDER BY n.contact_key, n.position`,
    );
    this.#persons = database.query<PersonColumns>(
      `SELECT p.key,
           (SELECT json_group_array(json_array(a.intended_at, a.subject, a.number)) FROM attempts a
              WHERE a.person = p.value AND a.charged = 1 AND a.intended_at >= ?2),
           h.refused_at, h.conversation_at
         FROM json_each(?1) p LEFT JOIN outcome_history h ON h.whose = p.value`,
    );
    const peeked = `SELECT contact_key, stage, next_number, attempts, last_outcome, last_attempt_at, callback_at,
      state, time_zone, region, external_id, done_reason, postal_code, party, number_classes, spent FROM contacts`;
    this.#peekState = database.query<PeekColumns>(
      `${peeked} WHERE campaign_key = ? AND state = ? AND contact_key > ? ORDER BY contact_key LIMIT ?`,
    );
    this.#peekOne = database.query<PeekColumns>(`${peeked} WHERE campaign_key = ? AND contact_key = ?`);
    this.#nextOpen = database.query<DueColumns>(
      `SELECT due_at FROM contacts WHERE campaign_key = ? AND stage = ? AND list_key = ? AND state = ${OPEN}
         ORDER BY due_at LIMIT 1`,
    );
    this.#nextCallback = database.query<DueColumns>(
      `SELECT due_at FROM contacts
         WHERE campaign_key = ?1 AND stage = ?2 AND state = ${CALLBACK} AND due_at > ?3
           AND list_key IN (SELECT value FROM json_each(?4)) ORDER BY due_at LIMIT 1`,
    );
    this.#dueAt = database.query<DueColumns>('SELECT due_at FROM contacts WHERE contact_key = ?');
    this.#overdueCallback = database.query<DueColumns>(
      `SELECT min(CASE WHEN ${MAY_BE_MADE} THEN due_at ELSE callback_grace END) FROM contacts
         WHERE campaign_key = ?1 AND stage = ?2 AND state = ${CALLBACK} AND due_at <= ?3
           AND list_key IN (SELECT value FROM json_each(?5))`,
    );
  }

  lease(request: LeaseRequest): { readonly leads: readonly Lead[]; readonly summary: LeaseSummary } {
    const { campaignId, stage, now } = request;
    this.#contacts.endLeases(now);
    const campaignKey = this.#campaigns.keyOf(campaignId);
    const stages = stagesUpTo(stage).map((each) => STAGE_CODE[each]);
    const readyAgents = JSON.stringify(request.readyAgents);
    const lists = this.#lists.active(campaignKey);
    const called = JSON.stringify(lists);
    const keys: number[] = [];
    for (const code of stages) {
      if (keys.length >= request.count || this.#counts.count(campaignKey, code, CALLBACK) === 0) continue;
      const left = request.count - keys.length;
      for (const [key] of this.#dueCallbacks.all(campaignKey, code, now, readyAgents, left, called))
        keys.push(key);
    }
    const callbacks = keys.length;
    for (const code of stages) {
      if (keys.length >= request.count) break;
      for (const key of this.#openOf(campaignKey, code, lists, now, request.count - keys.length))
        keys.push(key);
    }
    const leads = keys.length === 0 ? [] : this.#leads(request, campaignKey, keys, callbacks);
    return { leads, summary: this.#summary(campaignKey, stage, lists, readyAgents, now) };
  }

  /** Open contacts of the lists that are due, merged in the order in which they fell due. */
  #openOf(
    campaignKey: number,
    stage: number,
    lists: readonly number[],
    now: EpochMilliseconds,
    count: number,
  ): number[] {
    const due = lists.flatMap((list) => this.#dueOpen.all(campaignKey, stage, list, now, count));
    if (lists.length > 1) due.sort(([a, dueA], [b, dueB]) => dueA - dueB || a - b);
    return due.slice(0, count).map(([key]) => key);
  }

  leaseContact(request: LeaseContactRequest): ContactLease {
    const { campaignId, contactId, stage, now } = request;
    this.#contacts.endLeases(now);
    const campaignKey = this.#campaigns.keyOf(campaignId);
    const contact = this.#contacts.findById(contactId);
    if (contact?.campaignKey !== campaignKey) return { refusal: 'not-found' };
    if (contact.state === STATE_CODE.done) return { refusal: 'closed' };
    if (!stagesUpTo(stage).some((each) => STAGE_CODE[each] === contact.stage)) return { refusal: 'stage' };
    if (contact.state !== OPEN && contact.state !== CALLBACK) return { refusal: 'in-use' };
    const dueAt = this.#dueAt.first(contact.key)?.[0] ?? now;
    const [lead] = this.#leads(request, campaignKey, [contact.key], contact.state === CALLBACK ? 1 : 0);
    return lead === undefined ? { refusal: 'not-found' } : { lead, dueAt };
  }

  /** Takes the contacts, of which the first `callbacks` are callbacks. */
  #leads(
    {
      campaignId,
      leaseUntil,
      lookbackSeconds,
      scope,
      now,
    }: Omit<LeaseContactRequest, 'type' | 'contactId' | 'requestId' | 'agentId' | 'stage'>,
    campaignKey: number,
    keys: readonly number[],
    callbacks: number,
  ): Lead[] {
    const taken = JSON.stringify(keys);
    const numbers = new Map<number, NumberColumns[]>(keys.map((key) => [key, []]));
    const since = now - lookbackSeconds * 1000;
    for (const row of this.#numbers.all(taken, campaignKey, since)) numbers.get(row[0])?.push(row);
    const leads = new Map<number, Lead>();
    const wasOpen = new Set(keys.slice(callbacks));
    const rows = this.#take.all(leaseUntil, taken);
    const personKeys = rows.map((row) =>
      personOf(row[12], contactIdOf(row[0]), numbers.get(row[0])?.length ?? 0),
    );
    const persons = this.#personsOf(personKeys, since);
    for (const [index, row] of rows.entries()) {
      const [key, stage, nextNumber, attempts, lastOutcome, lastAttemptAt] = row;
      const [callbackAt, callbackAgent, name, timeZone, region, fields, , postalCode, party, classes] =
        row.slice(6) as LeadTexts;
      const [listKey, spent] = row.slice(16) as [number, number];
      const counted = { campaignKey, listKey, stage, attempts };
      this.#counts.add(counted, wasOpen.has(key) ? OPEN : CALLBACK, -1);
      this.#counts.add(counted, LEASED, 1);
      leads.set(key, {
        contactId: contactIdOf(key),
        person: personKeys[index] ?? '',
        campaignId,
        stage: stageName(stage),
        name,
        timeZone,
        region,
        ...(postalCode !== '' && { postalCode }),
        ...partyFieldsOf(party, classes),
        numbers: (numbers.get(key) ?? []).map((each) => leadNumberOf(each, persons.get(index), scope, now)),
        nextNumber,
        attempts: attempts - spent,
        ...(spent > 0 && { earlierAttempts: spent }),
        lastOutcome,
        lastAttemptAt,
        leasedAt: now,
        leasedUntil: leaseUntil,
        ...(callbackAt !== null && { callbackAt }),
        ...(callbackAgent !== null && { callbackAgent }),
        fields: JSON.parse(fields) as Lead['fields'],
      });
    }
    return keys.map((key) => leads.get(key)).filter((lead) => lead !== undefined);
  }

  /** State by state, as the index has them; the cursor is the state's code and the last key. */
  peek({ campaignId, contactId, scope, lookbackSeconds, now, limit, cursor }: PeekRequest): Page<PeekedLead> {
    const campaignKey = this.#campaigns.keyOf(campaignId);
    const [state = 0, after = 0] = cursor?.split(':').map(Number) ?? [];
    const rows =
      contactId === undefined
        ? this.#peekState.all(campaignKey, state, after, limit)
        : this.#peekOne.all(campaignKey, contactKeyOf(contactId));
    const since = now - lookbackSeconds * 1000;
    const keys = rows
      .filter(([, , , , , , , code]) => contactId !== undefined || code !== STATE_CODE.done)
      .map(([key]) => key);
    const numbers = new Map<number, NumberColumns[]>(keys.map((key) => [key, []]));
    for (const row of keys.length === 0 ? [] : this.#numbers.all(JSON.stringify(keys), campaignKey, since))
      numbers.get(row[0])?.push(row);
    const personKeys = rows.map((row) =>
      personOf(row[10], contactIdOf(row[0]), numbers.get(row[0])?.length ?? 0),
    );
    const persons = this.#personsOf(personKeys, since);
    const items = rows.map((row, index): PeekedLead => {
      const [key, stage, nextNumber, attempts, lastOutcome, lastAttemptAt, callbackAt, code] = row;
      const [timeZone, region, , doneReason, postalCode, party, classes, spent] = row.slice(8) as PeekTexts;
      return {
        contactId: contactIdOf(key),
        person: personKeys[index] ?? '',
        campaignId,
        stage: stageName(stage),
        name: '',
        timeZone,
        region,
        ...(postalCode !== '' && { postalCode }),
        ...partyFieldsOf(party, classes),
        numbers: (numbers.get(key) ?? []).map((each) => leadNumberOf(each, persons.get(index), scope, now)),
        nextNumber,
        attempts: attempts - spent,
        ...(spent > 0 && { earlierAttempts: spent }),
        lastOutcome,
        lastAttemptAt,
        leasedAt: now,
        leasedUntil: now,
        ...(callbackAt !== null && { callbackAt }),
        fields: {},
        state: stateName(code),
        doneReason,
      };
    });
    if (contactId !== undefined) return { items };
    const last = rows.at(-1)?.[0];
    if (rows.length === limit && last !== undefined) return { items, nextCursor: `${state}:${last}` };
    return state < STATE_CODE.done ? { items, nextCursor: `${state + 1}:0` } : { items };
  }

  #personsOf(keys: readonly string[], since: EpochMilliseconds): ReadonlyMap<number, Person> {
    const persons = new Map<number, Person>();
    if (keys.every((key) => key === '')) return persons;
    for (const [position, attempts, refusedAt, conversationAt] of this.#persons.all(
      JSON.stringify(keys),
      since,
    )) {
      if (attempts === '[]' && refusedAt === null && conversationAt === null) continue;
      persons.set(position, {
        attempts: chargedAttempts(attempts),
        refusedAt: refusedAt ?? undefined,
        conversationAt: conversationAt ?? undefined,
      });
    }
    return persons;
  }

  #summary(
    campaignKey: number,
    stage: StageName,
    lists: readonly number[],
    readyAgents: string,
    now: EpochMilliseconds,
  ): LeaseSummary {
    const called = JSON.stringify(lists);
    const stages = stagesUpTo(stage).map((each) => STAGE_CODE[each]);
    let open = 0;
    let untried = 0;
    let nextDueAt = Number.POSITIVE_INFINITY;
    const consider = (row: DueColumns | undefined): void => {
      if (row?.[0] != null) nextDueAt = Math.min(nextDueAt, row[0]);
    };
    for (const code of stages) {
      const [opens, callbacks, pendings] = [OPEN, CALLBACK, PENDING].map((state) =>
        this.#counts.count(campaignKey, code, state),
      ) as [number, number, number];
      open += opens + callbacks + pendings;
      // Of the last stage, which is the one that was asked for.
      untried = [OPEN, LEASED, PENDING, CALLBACK]
        .map((state) => this.#counts.countUntried(campaignKey, code, state))
        .reduce((sum, count) => sum + count);
      if (opens > 0) for (const list of lists) consider(this.#nextOpen.first(campaignKey, code, list));
      if (callbacks > 0) {
        consider(this.#nextCallback.first(campaignKey, code, now, called));
        consider(this.#overdueCallback.first(campaignKey, code, now, readyAgents, called));
      }
    }
    const heldPhase = stage === 'pilot' ? this.#heldPhase(campaignKey) : undefined;
    return {
      open,
      untried,
      ...(heldPhase !== undefined && { heldPhase }),
      ...(Number.isFinite(nextDueAt) && { nextDueAt }),
    };
  }

  #heldPhase(campaignKey: number): number | undefined {
    for (let phase = 1; phase < MOST_PHASES; phase += 1)
      if (this.#counts.count(campaignKey, heldCode(phase), OPEN) > 0) return phase;
    return undefined;
  }
}

const NO_ATTEMPTS: Person['attempts'] = Object.freeze([]);

function chargedAttempts(json: string): Person['attempts'] {
  if (json === '[]') return NO_ATTEMPTS;
  const rows = JSON.parse(json) as [at: EpochMilliseconds, subject: string, number?: string][];
  return rows.map(([at, subject, number = '']) => ({ at, subject, number }));
}

function leadNumberOf(
  row: NumberColumns,
  person: Person | undefined,
  scope: CallScope,
  now: EpochMilliseconds,
): LeadNumber {
  const [, e164, attempts, dead, internalDnc, campaignDnc, consent, recentAttempts] = row;
  const [lastAbandonedAt, lastMachineAt, refusedAt, conversationAt] = row.slice(8) as Histories;
  const lastRefusedAt = later(refusedAt ?? undefined, person?.refusedAt);
  const lastConversationAt = later(conversationAt ?? undefined, person?.conversationAt);
  const elsewhere = person?.attempts.filter(({ number }) => number !== e164) ?? NO_ATTEMPTS;
  return {
    e164,
    attempts,
    dead: dead === 1,
    onInternalDnc: internalDnc === 1,
    onCampaignDnc: campaignDnc === 1,
    consent: consentInForce(consentWords(consent), scope, now),
    ...attemptFieldsOf(chargedAttempts(recentAttempts), elsewhere, scope.subject),
    ...(lastAbandonedAt !== null && { lastAbandonedAt }),
    ...(lastMachineAt !== null && { lastMachineAt }),
    ...(lastRefusedAt !== undefined && { lastRefusedAt }),
    ...(lastConversationAt !== undefined && { lastConversationAt }),
  };
}
