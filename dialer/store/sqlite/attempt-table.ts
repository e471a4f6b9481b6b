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
import type { AttemptFilter, AttemptRecord, AttemptTotals, Page } from '../port.js';
import { isLiveAnswer, reachBackTo, refusalOf } from '../rules.js';
import type { CallbackTable } from './callback-table.js';
import type { CampaignTable } from './campaign-table.js';
import { contactKeyOf, STATE_CODE, stateName } from './codes.js';
import { consentWords, consentWordsOf } from './consent-table.js';
import type { ContactLists } from './contact-lists.js';
import type { ContactTable } from './contact-table.js';
import type { Database, Query, Value } from './database.js';
import { newestFirst } from './instants.js';

type FactColumns = [
  live: number,
  recorded: number,
  internalDnc: number,
  campaignDnc: number,
  consent: string,
  recentAttempts: string,
  elsewhere: string,
  numberOutcomeAt: EpochMilliseconds | null,
  personOutcomeAt: EpochMilliseconds | null,
];
export type RecordColumns = [
  key: number,
  intent: string,
  result: string | null,
  disposition: string | null,
  answers: string | null,
];
type OpenColumns = [
  key: number,
  contactKey: number,
  number: string,
  person: string | null,
  numberIndex: number,
  intendedAt: number,
];

/** The clock may have been set back by as much between two intents. */
const CLOCK_MILLISECONDS = 3_600_000;

/** Outcomes after which a number may need a rest, and where the time of the latest is kept. */
const HISTORY: Readonly<Partial<Record<AttemptResult['outcome'], string>>> = {
  abandoned: 'abandoned_at',
  machine: 'machine_at',
  connected: 'conversation_at',
};

/** Attempts from their intent to their one result. */
export class AttemptTable {
  readonly #database: Database;
  readonly #campaigns: CampaignTable;
  readonly #contacts: ContactTable;
  readonly #lists: ContactLists;
  readonly #callbacks: CallbackTable;
  readonly #facts;
  readonly #add;
  readonly #findOpen;
  readonly #findContact;
  readonly #markMachine;
  readonly #contactInAttempt;
  readonly #saveResult;
  readonly #saveDisposition;
  readonly #saveAnswers;
  readonly #history = new Map<string, { run(...parameters: readonly Value[]): number }>();
  readonly #open;
  readonly #record;
  readonly #recent;
  readonly #pages = new Map<string, Query<RecordColumns>>();
  readonly #totals;
  readonly #lastKey;
  readonly #nextFrom;
  readonly #measured;

  constructor(
    database: Database,
    campaigns: CampaignTable,
    contacts: ContactTable,
    lists: ContactLists,
    callbacks: CallbackTable,
  ) {
    this.#database = database;
    this.#campaigns = campaigns;
    this.#contacts = contacts;
    this.#lists = lists;
    this.#callbacks = callbacks;
    const charged = (since: string): string =>
      `(SELECT json_group_array(intended_at) FROM attempts
          WHERE number = ?1 AND charged = 1 AND intended_at >= ${since})`;
    this.#facts = database.query<FactColumns>(
      `SELECT EXISTS (SELECT 1 FROM attempts WHERE number = ?1 AND outcome IS NULL),
         EXISTS (SELECT 1 FROM attempts WHERE attempt_id = ?2),
         EXISTS (SELECT 1 FROM dnc WHERE number = ?1 AND campaign_key = 0),
         EXISTS (SELECT 1 FROM dnc WHERE number = ?1 AND campaign_key = ?3),
         ${consentWordsOf('?1')},
         ${charged('?4')},
         (SELECT json_group_array(intended_at) FROM attempts
            WHERE person = ?5 AND charged = 1 AND intended_at >= ?4 AND number <> ?1),
         (SELECT max(coalesce(abandoned_at, 0), coalesce(machine_at, 0), coalesce(refused_at, 0),
            coalesce(conversation_at, 0)) FROM outcome_history WHERE whose = ?1),
         (SELECT max(coalesce(refused_at, 0), coalesce(conversation_at, 0))
            FROM outcome_history WHERE whose = ?5)`,
    );
    this.#add = database.command(
      `INSERT INTO attempts (attempt_id, campaign_key, contact_key, number, number_index, intended_at, charged,
         live_answer, intent, subject, person) VALUES (?, ?, ?, ?, ?, ?, 1, 0, ?, ?, ?)`,
    );
    this.#findOpen = database.query<OpenColumns>(
      `SELECT attempt_key, contact_key, number, person, number_index, intended_at FROM attempts
         WHERE attempt_id = ? AND outcome IS NULL`,
    );
    this.#findContact = database.query<
      [
        key: number,
        contactKey: number,
        number: string,
        person: string | null,
        position: number,
        disposed: number,
      ]
    >(
      `SELECT attempt_key, contact_key, number, person, number_index, disposition IS NOT NULL FROM attempts
         WHERE attempt_id = ?`,
    );
    this.#markMachine = database.command('UPDATE attempts SET live_answer = 0 WHERE attempt_key = ?');
    this.#contactInAttempt = database.query<[number]>(
      'SELECT 1 FROM attempts WHERE contact_key = ? AND outcome IS NULL LIMIT 1',
    );
    this.#saveResult = database.command(
      'UPDATE attempts SET outcome = ?, charged = ?, live_answer = ?, result = ? WHERE attempt_key = ?',
    );
    this.#saveDisposition = database.command('UPDATE attempts SET disposition = ? WHERE attempt_key = ?');
    this.#saveAnswers = database.command('UPDATE attempts SET answers = ? WHERE attempt_id = ?');
    for (const column of [...Object.values(HISTORY), 'refused_at']) {
      this.#history.set(
        column,
        database.command(
          `INSERT INTO outcome_history (whose, ${column}) VALUES (?, ?)
             ON CONFLICT (whose) DO UPDATE SET ${column} = excluded.${column}`,
        ),
      );
    }
    this.#open = database.query<[string]>(
      'SELECT intent FROM attempts WHERE outcome IS NULL ORDER BY attempt_key',
    );
    this.#record = database.query<RecordColumns>(
      'SELECT attempt_key, intent, result, disposition, answers FROM attempts WHERE attempt_id = ?',
    );
    this.#recent = database.query<[string]>(`SELECT ${charged('?2')}`);
    this.#lastKey = database.query<[number | null]>('SELECT max(attempt_key) FROM attempts');
    this.#nextFrom = database.query<[key: number, intendedAt: EpochMilliseconds]>(
      'SELECT attempt_key, intended_at FROM attempts WHERE attempt_key >= ? ORDER BY attempt_key LIMIT 1',
    );
    this.#measured = database.query<RecordColumns>(
      `SELECT attempt_key, intent, result, disposition, answers FROM attempts
         WHERE campaign_key = ? AND attempt_key > ? ORDER BY attempt_key LIMIT ?`,
    );
    this.#totals = database.query<[string | null, number, number, number]>(
      `SELECT outcome, sum(charged), sum(live_answer), count(*)
         FROM campaigns JOIN attempts USING (campaign_key)
         WHERE (?1 IS NULL OR campaign_key = ?1) AND intended_at >= ?2 AND intended_at < ?3 GROUP BY outcome`,
    );
  }

  commit(intent: Intent, now: EpochMilliseconds): IntentResult {
    const { attemptId, number } = intent;
    const campaignKey = this.#campaigns.keyOf(intent.campaignId);
    const found = this.#contacts.findById(intent.contactId);
    const contact = found?.campaignKey === campaignKey ? found : undefined;
    const { person } = intent;
    const since = reachBackTo(intent, now);
    const facts = this.#facts.first(number, attemptId, campaignKey, since, person);
    if (facts === undefined) throw new Error('the query for the facts of an intent gave no row');
    const [live, recorded, internalDnc, campaignDnc, consent, recentAttempts, elsewhere] = facts;
    const [numberOutcomeAt, personOutcomeAt] = facts.slice(7) as [number | null, number | null];
    const leased = contact?.state === STATE_CODE.leased;
    const refusal = refusalOf(
      intent,
      {
        contactState: contact && stateName(contact.state),
        // One that was closed and opened again while its call was up may be leased anew.
        contactInAttempt:
          contact !== undefined &&
          ((leased && contact.leasedUntil === null) ||
            this.#contactInAttempt.first(contact.key) !== undefined),
        leasedUntil: contact?.leasedUntil ?? 0,
        listPaused: contact !== undefined && this.#lists.isPaused(contact.listKey),
        live: live === 1 || recorded === 1,
        internalDnc: internalDnc === 1,
        campaignDnc: campaignDnc === 1,
        consent: consentInForce(consentWords(consent), intent.scope, now),
        recentAttempts: newestFirst(recentAttempts),
        elsewhere: newestFirst(elsewhere),
        newestOutcomeAt: Math.max(numberOutcomeAt ?? 0, personOutcomeAt ?? 0),
      },
      now,
    );
    if (refusal !== undefined || contact === undefined) {
      return refusal ?? { attemptId, committed: false, refusal: 'suppressed', detail: 'no such contact' };
    }
    const { numberIndex, intendedAt } = intent;
    this.#add.run(
      attemptId,
      campaignKey,
      contact.key,
      number,
      numberIndex,
      intendedAt,
      JSON.stringify(intent),
      intent.scope.subject,
      person === '' ? null : person,
    );
    this.#contacts.hold(contact);
    return { attemptId, committed: true };
  }

  /** Returns false, and changes nothing, when the attempt is unknown or has its result already. */
  recordResult({ result, next, numberDead }: Extract<WriteEffect, { type: 'record-result' }>): boolean {
    const attempt = this.#findOpen.first(result.attemptId);
    if (attempt === undefined) return false;
    const [key, contactKey, number, person, position, intendedAt] = attempt;
    const { outcome, charged } = result;
    this.#saveResult.run(outcome, charged ? 1 : 0, isLiveAnswer(result) ? 1 : 0, JSON.stringify(result), key);
    const history = HISTORY[outcome];
    if (history !== undefined) this.#history.get(history)?.run(number, result.endedAt);
    // A person is spoken to, and refuses, whatever the number.
    if (outcome === 'connected' && person !== null)
      this.#history.get(history ?? '')?.run(person, result.endedAt);
    const contact = this.#contacts.find(contactKey);
    if (contact === undefined) return true;
    if (charged && contact.callbackAt !== null)
      this.#callbacks.called(contactKey, result.attemptId, result.dialedAt ?? intendedAt, result.endedAt);
    const line = { position, dead: numberDead };
    const now = this.#contacts.recordOutcome(contact, outcome, line, charged ? intendedAt : undefined);
    // Closed while the call was up: the lead is never dialled again, whatever the attempt came to.
    if (now.state !== STATE_CODE.done) this.#contacts.apply(now, next, result.endedAt);
    return true;
  }

  /** Returns true when it is the attempt's first disposition. */
  recordDisposition({ disposition, next }: Extract<WriteEffect, { type: 'record-disposition' }>): boolean {
    const attempt = this.#findContact.first(disposition.attemptId);
    if (attempt === undefined) return false;
    const [key, contactKey, number, person, position, disposed] = attempt;
    const first = disposed === 0;
    this.#saveDisposition.run(JSON.stringify(disposition), key);
    if (disposition.refusal) {
      this.#history.get('refused_at')?.run(number, disposition.at);
      if (person !== null) this.#history.get('refused_at')?.run(person, disposition.at);
    }
    if (disposition.disposition === machineDisposition) {
      this.#markMachine.run(key);
      this.#history.get('machine_at')?.run(number, disposition.at);
    }
    if (disposition.disposition === wrongNumberDisposition) this.#contacts.killNumber(contactKey, position);
    // A late word on an old attempt must not take the contact away from the one it is in now.
    if (this.#contactInAttempt.first(contactKey) !== undefined) return first;
    const contact = this.#contacts.find(contactKey);
    if (contact === undefined) return first;
    // What was promised before is replaced by the new word.
    if (contact.callbackAt !== null) this.#callbacks.end(contactKey, 'dropped', disposition.at);
    this.#contacts.apply(contact, next, disposition.at);
    return first;
  }

  saveAnswers(attemptId: string, answers: AttemptAnswers): boolean {
    return this.#saveAnswers.run(JSON.stringify(answers), attemptId) > 0;
  }

  open(): OpenAttempt[] {
    return this.#open
      .all()
      .map(([intent]) => ({ ...(JSON.parse(intent) as Intent), state: 'intended' as const }));
  }

  get(attemptId: string): AttemptRecord | undefined {
    const row = this.#record.first(attemptId);
    return row && recordOf(row);
  }

  recent(number: string, since: EpochMilliseconds): readonly EpochMilliseconds[] {
    return newestFirst(this.#recent.first(number, since)?.[0] ?? '[]');
  }

  /** `erased`: what stands in the number's place in the attempts of a person who was erased. */
  page(asked: AttemptFilter, erased: (number: string) => string): Page<AttemptRecord> {
    const { campaignId, contactId, number, outcome, limit, cursor, from, to } = asked;
    const conditions = ['attempt_key < ?'];
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
    const parameters: Value[] = [
      to === undefined ? before : Math.min(before, this.#keyAt(to + CLOCK_MILLISECONDS)),
    ];
    if (from !== undefined) {
      conditions.push('attempt_key >= ? AND intended_at >= ?');
      parameters.push(this.#keyAt(from - CLOCK_MILLISECONDS), from);
    }
    if (to !== undefined) {
      conditions.push('intended_at < ?');
      parameters.push(to);
    }
    const filter = (column: string, value: Value | undefined): void => {
      if (value === undefined) return;
      conditions.push(`${column} = ?`);
      parameters.push(value);
    };
    filter('campaign_key', campaignId === undefined ? undefined : this.#campaigns.keyOf(campaignId));
    filter('contact_key', contactId === undefined ? undefined : contactKeyOf(contactId));
    if (number !== undefined) {
      conditions.push('number IN (?, ?)');
      parameters.push(number, erased(number));
    }
    filter('outcome', outcome);
    filter('agent_id', asked.agentId);
    filter('word', asked.disposition);
    if (asked.disposed === true) conditions.push('word IS NOT NULL');
    const sql = `SELECT attempt_key, intent, result, disposition, answers FROM attempts
      WHERE ${conditions.join(' AND ')} ORDER BY attempt_key DESC LIMIT ?`;
    let query = this.#pages.get(sql);
    if (query === undefined) {
      query = this.#database.query<RecordColumns>(sql);
      this.#pages.set(sql, query);
    }
    const rows = query.all(...parameters, limit + 1);
    const items = rows.slice(0, limit).map(recordOf);
    const last = rows[limit - 1];
    return rows.length > limit && last !== undefined ? { items, nextCursor: String(last[0]) } : { items };
  }

  /** Where the attempts of the instant begin. Keys are in the order of the intents, and so are their times but for a little. */
  #keyAt(instant: EpochMilliseconds): number {
    let low = 0;
    let high = (this.#lastKey.first()?.[0] ?? 0) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const next = this.#nextFrom.first(middle);
      if (next !== undefined && next[1] < instant) low = next[0] + 1;
      else high = middle;
    }
    return low;
  }

  /** In the order of the intents; the cursor is the key of the last one looked at. */
  measure(
    request: MeasureRequest,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string },
  ): { readonly measure: Measure; readonly nextCursor?: string } {
    const measurer = new Measurer(request);
    const rows = this.#measured.all(
      this.#campaigns.keyOf(request.campaignId),
      Number(cursor ?? 0),
      Math.min(limit, Number.MAX_SAFE_INTEGER),
    );
    for (const row of rows) {
      const { result, disposition, answers: _, ...intent } = recordOf(row);
      if (result !== undefined) measurer.add({ intent, result, disposition });
    }
    const last = rows.at(-1);
    return rows.length === limit && last !== undefined
      ? { measure: measurer.result(), nextCursor: String(last[0]) }
      : { measure: measurer.result() };
  }

  totals(campaignId: string | undefined, from: EpochMilliseconds, to: EpochMilliseconds): AttemptTotals {
    const campaignKey = campaignId === undefined ? null : this.#campaigns.keyOf(campaignId);
    let attempts = 0;
    let liveAnswers = 0;
    let abandoned = 0;
    const byOutcome: Record<string, number> = {};
    for (const [outcome, charged, live, count] of this.#totals.all(campaignKey, from, to)) {
      attempts += charged;
      liveAnswers += live;
      if (outcome === null) continue;
      byOutcome[outcome] = count;
      if (outcome === 'abandoned') abandoned = count;
    }
    return { attempts, liveAnswers, abandoned, byOutcome };
  }
}

export function recordOf([, intent, result, disposition, answers]: RecordColumns): AttemptRecord {
  return {
    ...(JSON.parse(intent) as Intent),
    ...(result !== null && { result: JSON.parse(result) as AttemptResult }),
    ...(disposition !== null && { disposition: JSON.parse(disposition) as Disposition }),
    ...(answers !== null && { answers: JSON.parse(answers) as AttemptAnswers }),
  };
}
