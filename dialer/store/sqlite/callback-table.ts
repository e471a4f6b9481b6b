import type { ContactNext, EpochMilliseconds } from '../../core/model.js';
import type { CallbackFilter, CallbackRecord, CallbackState } from '../lists.js';
import type { Page } from '../port.js';
import type { CampaignTable } from './campaign-table.js';
import { contactIdOf, contactKeyOf } from './codes.js';
import type { Database, Query, Value } from './database.js';

type Columns = [
  key: number,
  campaignKey: number,
  contactKey: number,
  state: number,
  agentId: string | null,
  graceUntil: EpochMilliseconds | null,
  bookedAt: EpochMilliseconds,
  dueAt: EpochMilliseconds,
  moved: number,
  attemptId: string | null,
  calledAt: EpochMilliseconds | null,
  endedAt: EpochMilliseconds | null,
];

const COLUMNS = `callback_key, campaign_key, contact_key, state, agent_id, grace_until, booked_at, due_at, moved,
  attempt_id, called_at, ended_at`;
/** Part of the schema: never renumber. */
const STATES: readonly CallbackState[] = ['waiting', 'called', 'cancelled', 'dropped'];

/** Callbacks from their promise to what became of them. */
export class CallbackTable {
  readonly #database: Database;
  readonly #campaigns: CampaignTable;
  readonly #add;
  readonly #end;
  readonly #move;
  readonly #waits;
  readonly #pages = new Map<string, Query<Columns>>();

  constructor(database: Database, campaigns: CampaignTable) {
    this.#database = database;
    this.#campaigns = campaigns;
    this.#add = database.command(
      `INSERT INTO callbacks (campaign_key, contact_key, state, agent_id, grace_until, booked_at, due_at, moved)
         VALUES (?, ?, 0, ?, ?, ?, ?, 0)`,
    );
    this.#end = database.command(
      `UPDATE callbacks SET state = ?2, ended_at = ?3, attempt_id = ?4, called_at = ?5
         WHERE contact_key = ?1 AND state = 0`,
    );
    this.#move = database.command(
      `UPDATE callbacks SET due_at = ?2, agent_id = ?3, grace_until = ?4, moved = moved + 1
         WHERE contact_key = ?1 AND state = 0`,
    );
    this.#waits = database.query<[number]>('SELECT 1 FROM callbacks WHERE contact_key = ? AND state = 0');
  }

  /** The contact was promised a call. A promise that waits already stands: the contact only waits on for it. */
  book(
    { key, campaignKey }: { readonly key: number; readonly campaignKey: number },
    next: Extract<ContactNext, { state: 'callback' }>,
    at: EpochMilliseconds,
  ): void {
    if (this.#waits.first(key) !== undefined) return;
    this.#add.run(campaignKey, key, next.agentId ?? null, next.graceUntil ?? null, at, next.dueAt);
  }

  called(contactKey: number, attemptId: string, calledAt: EpochMilliseconds, at: EpochMilliseconds): void {
    this.#end.run(contactKey, STATES.indexOf('called'), at, attemptId, calledAt);
  }

  /** Ends what waits for the contact without a call. */
  end(contactKey: number, state: 'cancelled' | 'dropped', at: EpochMilliseconds | null): void {
    this.#end.run(contactKey, STATES.indexOf(state), at, null, null);
  }

  move(
    contactKey: number,
    dueAt: EpochMilliseconds,
    agentId: string | undefined,
    graceUntil: EpochMilliseconds | undefined,
  ): void {
    this.#move.run(contactKey, dueAt, agentId ?? null, graceUntil ?? null);
  }

  page(filter: CallbackFilter): Page<CallbackRecord> {
    const { limit, cursor } = filter;
    const conditions: string[] = [];
    const parameters: Value[] = [];
    const must = (condition: string, ...values: Value[]): void => {
      conditions.push(condition);
      parameters.push(...values);
    };
    if (cursor !== undefined) {
      const [dueAt = 0, key = 0] = cursor.split(':').map(Number);
      must('(due_at, callback_key) > (?, ?)', dueAt, key);
    }
    if (filter.campaignId !== undefined) must('campaign_key = ?', this.#campaigns.keyOf(filter.campaignId));
    if (filter.contactId !== undefined) must('contact_key = ?', contactKeyOf(filter.contactId));
    if (filter.agentId !== undefined) must('agent_id = ?', filter.agentId);
    if (filter.state !== undefined) must('state = ?', STATES.indexOf(filter.state));
    if (filter.from !== undefined) must('due_at >= ?', filter.from);
    if (filter.to !== undefined) must('due_at < ?', filter.to);
    if (filter.calledWithin !== undefined) must('called_at <= due_at + ?', filter.calledWithin);
    if (filter.calledAfter !== undefined) must('called_at > due_at + ?', filter.calledAfter);
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const sql = `SELECT ${COLUMNS} FROM callbacks ${where} ORDER BY due_at, callback_key LIMIT ?`;
    let query = this.#pages.get(sql);
    if (query === undefined) {
      query = this.#database.query<Columns>(sql);
      this.#pages.set(sql, query);
    }
    const rows = query.all(...parameters, limit + 1);
    const items = rows.slice(0, limit).map((row) => this.#recordOf(row));
    const last = rows[limit - 1];
    if (rows.length <= limit || last === undefined) return { items };
    return { items, nextCursor: `${last[7]}:${last[0]}` };
  }

  #recordOf(row: Columns): CallbackRecord {
    const [key, campaignKey, contactKey, state, agentId, graceUntil, bookedAt, dueAt, moved] = row;
    const [attemptId, calledAt, endedAt] = row.slice(9) as [string | null, number | null, number | null];
    return {
      callbackId: String(key),
      campaignId: this.#campaigns.idOf(campaignKey),
      contactId: contactIdOf(contactKey),
      state: STATES[state] ?? 'dropped',
      ...(agentId !== null && { agentId }),
      ...(graceUntil !== null && { graceUntil }),
      bookedAt,
      dueAt,
      moved,
      ...(attemptId !== null && { attemptId }),
      ...(calledAt !== null && { calledAt }),
      ...(endedAt !== null && { endedAt }),
    };
  }
}
