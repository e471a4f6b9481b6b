import type { LeaseSummary } from '../../core/inputs.js';
import type { EpochMilliseconds, Lead, LeadNumber, Outcome } from '../../core/model.js';
import type { LeaseRequest } from '../port.js';
import { stagesUpTo } from '../rules.js';
import type { CampaignTable } from './campaign-table.js';
import { contactIdOf, STAGE_CODE, STATE_CODE, stageName } from './codes.js';
import type { ContactCounts } from './contact-counts.js';
import type { ContactTable } from './contact-table.js';
import type { Database } from './database.js';
import { newestFirst } from './instants.js';

type KeyColumns = [key: number];
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
];
/** The columns of a lead from the seventh on. */
type LeadTexts = [EpochMilliseconds | null, string | null, string, string, string, string];
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
  consent: 'granted' | 'refused' | null,
  recentAttempts: string,
  abandonedAt: EpochMilliseconds | null,
  machineAt: EpochMilliseconds | null,
  refusedAt: EpochMilliseconds | null,
  conversationAt: EpochMilliseconds | null,
];

const { open: OPEN, leased: LEASED, pending: PENDING, callback: CALLBACK } = STATE_CODE;

/** A callback that may be made now; parameters 3 (now) and 4 (ready agents as JSON). */
const MAY_BE_MADE = `(callback_agent IS NULL OR callback_grace <= ?3
  OR callback_agent IN (SELECT value FROM json_each(?4)))`;

/** Leasing: who is due, taken in a few statements whatever the number of leads. */
export class LeaseQuery {
  readonly #campaigns: CampaignTable;
  readonly #contacts: ContactTable;
  readonly #counts: ContactCounts;
  readonly #dueCallbacks;
  readonly #dueOpen;
  readonly #take;
  readonly #numbers;
  readonly #nextOpen;
  readonly #nextCallback;
  readonly #overdueCallback;

  constructor(database: Database, campaigns: CampaignTable, contacts: ContactTable, counts: ContactCounts) {
    this.#campaigns = campaigns;
    this.#contacts = contacts;
    this.#counts = counts;
    this.#dueCallbacks = database.query<KeyColumns>(
      `SELECT contact_key FROM contacts
         WHERE campaign_key = ?1 AND stage = ?2 AND state = ${CALLBACK} AND due_at <= ?3 AND ${MAY_BE_MADE}
         ORDER BY due_at, contact_key LIMIT ?5`,
    );
    this.#dueOpen = database.query<KeyColumns>(
      `SELECT contact_key FROM contacts
         WHERE campaign_key = ? AND stage = ? AND state = ${OPEN} AND due_at <= ?
         ORDER BY due_at, contact_key LIMIT ?`,
    );
    this.#take = database.query<LeadColumns>(
      `UPDATE contacts SET state = ${LEASED}, leased_until = ?1
         WHERE contact_key IN (SELECT value FROM json_each(?2))
         RETURNING contact_key, stage, next_number, attempts, last_outcome, last_attempt_at,
           callback_at, callback_agent, name, time_zone, region, fields`,
    );
    this.#numbers = database.query<NumberColumns>(
      `SELECT n.contact_key, n.number, n.attempts, n.dead,
           EXISTS (SELECT 1 FROM dnc d WHERE d.number = n.number AND d.campaign_key = 0),
           EXISTS (SELECT 1 FROM dnc d WHERE d.number = n.number AND d.campaign_key = ?2),
           CASE WHEN c.expires_at <= ?3 THEN NULL ELSE c.consent END,
           (SELECT json_group_array(a.intended_at) FROM attempts a
              WHERE a.number = n.number AND a.charged = 1 AND a.intended_at >= ?4),
           h.abandoned_at, h.machine_at, h.refused_at, h.conversation_at
         FROM json_each(?1) taken
           JOIN contact_numbers n ON n.contact_key = taken.value
           LEFT JOIN consent c ON c.number = n.number
           LEFT JOIN number_history h ON h.number = n.number
         ORDER BY n.contact_key, n.position`,
    );
    this.#nextOpen = database.query<DueColumns>(
      `SELECT due_at FROM contacts WHERE campaign_key = ? AND stage = ? AND state = ${OPEN}
         ORDER BY due_at LIMIT 1`,
    );
    this.#nextCallback = database.query<DueColumns>(
      `SELECT due_at FROM contacts
         WHERE campaign_key = ? AND stage = ? AND state = ${CALLBACK} AND due_at > ? ORDER BY due_at LIMIT 1`,
    );
    this.#overdueCallback = database.query<DueColumns>(
      `SELECT min(CASE WHEN ${MAY_BE_MADE} THEN due_at ELSE callback_grace END) FROM contacts
         WHERE campaign_key = ?1 AND stage = ?2 AND state = ${CALLBACK} AND due_at <= ?3`,
    );
  }

  lease(request: LeaseRequest): { readonly leads: readonly Lead[]; readonly summary: LeaseSummary } {
    const { campaignId, stage, now } = request;
    this.#contacts.endLeases(now);
    const campaignKey = this.#campaigns.keyOf(campaignId);
    const stages = stagesUpTo(stage).map((each) => STAGE_CODE[each]);
    const readyAgents = JSON.stringify(request.readyAgents);
    const keys: number[] = [];
    for (const code of stages) {
      if (keys.length >= request.count || this.#counts.count(campaignKey, code, CALLBACK) === 0) continue;
      const left = request.count - keys.length;
      for (const [key] of this.#dueCallbacks.all(campaignKey, code, now, readyAgents, left)) keys.push(key);
    }
    const callbacks = keys.length;
    for (const code of stages) {
      if (keys.length >= request.count) break;
      for (const [key] of this.#dueOpen.all(campaignKey, code, now, request.count - keys.length))
        keys.push(key);
    }
    const leads = keys.length === 0 ? [] : this.#leads(request, campaignKey, keys, callbacks);
    return { leads, summary: this.#summary(campaignKey, stages, readyAgents, now) };
  }

  /** Takes the contacts, of which the first `callbacks` are callbacks. */
  #leads(
    { campaignId, leaseUntil, lookbackSeconds, now }: LeaseRequest,
    campaignKey: number,
    keys: readonly number[],
    callbacks: number,
  ): Lead[] {
    const taken = JSON.stringify(keys);
    const numbers = new Map<number, LeadNumber[]>(keys.map((key) => [key, []]));
    const since = now - lookbackSeconds * 1000;
    for (const row of this.#numbers.all(taken, campaignKey, now, since)) {
      numbers.get(row[0])?.push(leadNumberOf(row));
    }
    const leads = new Map<number, Lead>();
    const wasOpen = new Set(keys.slice(callbacks));
    for (const row of this.#take.all(leaseUntil, taken)) {
      const [key, stage, nextNumber, attempts, lastOutcome, lastAttemptAt] = row;
      const [callbackAt, callbackAgent, name, timeZone, region, fields] = row.slice(6) as LeadTexts;
      this.#counts.add(campaignKey, stage, wasOpen.has(key) ? OPEN : CALLBACK, attempts > 0, -1);
      this.#counts.add(campaignKey, stage, LEASED, attempts > 0, 1);
      leads.set(key, {
        contactId: contactIdOf(key),
        campaignId,
        stage: stageName(stage),
        name,
        timeZone,
        region,
        numbers: numbers.get(key) ?? [],
        nextNumber,
        attempts,
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

  #summary(
    campaignKey: number,
    stages: readonly number[],
    readyAgents: string,
    now: EpochMilliseconds,
  ): LeaseSummary {
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
      if (opens > 0) consider(this.#nextOpen.first(campaignKey, code));
      if (callbacks > 0) {
        consider(this.#nextCallback.first(campaignKey, code, now));
        consider(this.#overdueCallback.first(campaignKey, code, now, readyAgents));
      }
    }
    return Number.isFinite(nextDueAt) ? { open, untried, nextDueAt } : { open, untried };
  }
}

function leadNumberOf(row: NumberColumns): LeadNumber {
  const [, e164, attempts, dead, internalDnc, campaignDnc, consent, recentAttempts] = row;
  const [lastAbandonedAt, lastMachineAt, lastRefusedAt, lastConversationAt] = row.slice(8) as Histories;
  return {
    e164,
    attempts,
    dead: dead === 1,
    onInternalDnc: internalDnc === 1,
    onCampaignDnc: campaignDnc === 1,
    consent: consent ?? 'none',
    recentAttempts: newestFirst(recentAttempts),
    ...(lastAbandonedAt !== null && { lastAbandonedAt }),
    ...(lastMachineAt !== null && { lastMachineAt }),
    ...(lastRefusedAt !== null && { lastRefusedAt }),
    ...(lastConversationAt !== null && { lastConversationAt }),
  };
}
