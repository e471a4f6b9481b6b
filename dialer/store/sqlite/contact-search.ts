import type { ContactFilter } from '../lists.js';
import type { ContactRecord, Page } from '../port.js';
import { foldCase, mentions, nameCursor, SEARCHED_AT_ONCE } from '../rules.js';
import type { CampaignTable } from './campaign-table.js';
import { STATE_CODE, STATE_NAMES } from './codes.js';
import type { ContactLists } from './contact-lists.js';
import type { Database, Query, Value } from './database.js';
import { freshOf, NAMES, ofNumbers } from './late-index.js';
import { type ListTable, RECORD, type RecordColumns } from './list-table.js';

/** Greater than any character that a name holds. */
const LAST_CHARACTER = '\u{10FFFF}';

interface Found {
  readonly keys: readonly number[];
  /** Where to go on when none of the keys is left over; absent when there are no more. */
  readonly next?: string;
}

/**
 * Looks for contacts. Numbers, external ids and beginnings of names are found by index; everything else is looked at in the
 * order of the keys, so many in one call, between which other calls have their turn.
 */
export class ContactSearch {
  readonly #database: Database;
  readonly #campaigns: CampaignTable;
  readonly #lists: ContactLists;
  readonly #table: ListTable;
  readonly #queries = new Map<string, Query<readonly Value[]>>();

  constructor(database: Database, campaigns: CampaignTable, lists: ContactLists, table: ListTable) {
    this.#database = database;
    this.#campaigns = campaigns;
    this.#lists = lists;
    this.#table = table;
  }

  page(filter: ContactFilter): Page<ContactRecord> {
    const { campaignId, state, limit, cursor } = filter;
    if (campaignId !== undefined && isPlain(filter))
      return this.#table.page(campaignId, state, limit, cursor);
    if (filter.name !== undefined && filter.number === undefined && filter.externalId === undefined)
      return this.#byName(filter, filter.name);
    const found = this.#candidates(filter, Number(cursor ?? 0));
    const rows = this.#rows(filter, JSON.stringify(found.keys), 'contact_key', limit + 1);
    const last = rows[limit - 1];
    const items = this.#items(filter, rows.slice(0, limit));
    if (rows.length > limit && last !== undefined) return { items, nextCursor: String(last[0]) };
    return found.next === undefined ? { items } : { items, nextCursor: found.next };
  }

  /** In the order of the names; the cursor is the last key and name. */
  #byName(filter: ContactFilter, name: string): Page<ContactRecord> {
    const [afterKey, after] = nameCursor(filter.cursor);
    // Names are compared with their ASCII letters folded, as the index has them.
    const inOrder = (entries: string): string =>
      `SELECT * FROM (SELECT contact_key, name FROM ${entries} WHERE (name, contact_key) > (?1, ?2) AND name < ?3
         ORDER BY name, contact_key LIMIT ?4)`;
    const candidates = this.#query<[key: number, name: string]>(
      `${inOrder(NAMES.index)} UNION ${inOrder(freshOf(NAMES))} ORDER BY name COLLATE NOCASE, contact_key LIMIT ?4`,
    ).all(after === '' ? name : after, afterKey, name + LAST_CHARACTER, SEARCHED_AT_ONCE);
    const rows = this.#rows(
      filter,
      JSON.stringify(candidates.map(([key]) => key)),
      'name COLLATE NOCASE, contact_key',
      filter.limit + 1,
    );
    const items = this.#items(filter, rows.slice(0, filter.limit));
    const cursorAt = (key: number, at: string): string => `${key}:${foldCase(at)}`;
    const last = rows[filter.limit - 1];
    if (rows.length > filter.limit && last !== undefined)
      return { items, nextCursor: cursorAt(last[0], last[6]) };
    const end = candidates.at(-1);
    if (candidates.length < SEARCHED_AT_ONCE || end === undefined) return { items };
    return { items, nextCursor: cursorAt(...end) };
  }

  #candidates(filter: ContactFilter, after: number): Found {
    const { number, externalId, campaignId, state } = filter;
    if (number !== undefined)
      return this.#allOf(ofNumbers('contact_key', 'number = ?1 AND contact_key > ?2'), number, after);
    if (externalId !== undefined)
      return this.#allOf(
        `SELECT contact_key FROM campaigns CROSS JOIN contacts USING (campaign_key)
           WHERE external_id = ? AND external_id <> '' AND contact_key > ?`,
        externalId,
        after,
      );
    if (campaignId === undefined)
      return this.#slice(
        'SELECT contact_key FROM contacts WHERE contact_key > ? ORDER BY contact_key LIMIT ?',
        after,
        SEARCHED_AT_ONCE,
      );
    const states = state === undefined ? STATE_NAMES.map((_name, code) => code) : [STATE_CODE[state]];
    // Each state comes in order out of the index, so that only a few short runs are merged.
    const run = (code: number): string =>
      `SELECT * FROM (SELECT contact_key FROM contacts WHERE campaign_key = ?1 AND state = ${code}
         AND contact_key > ?2 ORDER BY contact_key LIMIT ?3)`;
    return this.#slice(
      `${states.map(run).join(' UNION ALL ')} ORDER BY contact_key LIMIT ?3`,
      this.#campaigns.keyOf(campaignId),
      after,
      SEARCHED_AT_ONCE,
    );
  }

  #allOf(sql: string, ...parameters: readonly Value[]): Found {
    return {
      keys: this.#query<[number]>(sql)
        .all(...parameters)
        .map(([key]) => key),
    };
  }

  #slice(sql: string, ...parameters: readonly Value[]): Found {
    const { keys } = this.#allOf(sql, ...parameters);
    const last = keys.at(-1);
    return keys.length < SEARCHED_AT_ONCE || last === undefined ? { keys } : { keys, next: String(last) };
  }

  /** Those of the keys that the filter takes, as far as the columns tell. */
  #rows(filter: ContactFilter, keys: string, order: string, limit: number): RecordColumns[] {
    const conditions = ['contact_key IN (SELECT value FROM json_each(?))'];
    const parameters: Value[] = [keys];
    const must = (condition: string, value: Value | undefined): void => {
      if (value === undefined) return;
      conditions.push(condition);
      parameters.push(value);
    };
    const { campaignId, list, state, name, text } = filter;
    must('campaign_key = ?', campaignId === undefined ? undefined : this.#campaigns.keyOf(campaignId));
    if (list !== undefined) {
      const listKeys =
        campaignId === undefined
          ? this.#lists.keysOf(list)
          : [this.#lists.keyOf(this.#campaigns.keyOf(campaignId), list)];
      must('list_key IN (SELECT value FROM json_each(?))', JSON.stringify(listKeys));
    }
    must('state = ?', state === undefined ? undefined : STATE_CODE[state]);
    must('done_reason = ?', filter.doneReason);
    must('last_outcome = ?', filter.lastOutcome);
    must('attempts >= ?', filter.minimumAttempts);
    must('attempts <= ?', filter.maximumAttempts);
    must('external_id = ?', filter.externalId);
    if (name !== undefined) {
      must('name COLLATE NOCASE >= ?', name);
      must('name COLLATE NOCASE < ?', name + LAST_CHARACTER);
    }
    if (filter.number !== undefined)
      must(
        'EXISTS (SELECT 1 FROM contact_numbers n WHERE n.contact_key = contacts.contact_key AND n.number = ?)',
        filter.number,
      );
    if (text !== undefined) {
      // A first sieve over the raw columns: the fields are JSON there.
      conditions.push(
        '(instr(lower(name), ?) > 0 OR instr(lower(external_id), ?) > 0 OR instr(lower(fields), ?) > 0)',
      );
      const folded = foldCase(text);
      parameters.push(folded, folded, foldCase(JSON.stringify(text).slice(1, -1)));
    }
    return this.#query<RecordColumns>(
      `SELECT ${RECORD} FROM contacts WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ?`,
    ).all(...parameters, limit);
  }

  #items({ text }: ContactFilter, rows: readonly RecordColumns[]): ContactRecord[] {
    const records = rows.map((row) => this.#table.recordOf(row));
    if (text === undefined) return records;
    const folded = foldCase(text);
    return records.filter((record) => mentions(record, folded));
  }

  #query<Row extends readonly Value[]>(sql: string): Query<Row> {
    let query = this.#queries.get(sql);
    if (query === undefined) {
      query = this.#database.query<readonly Value[]>(sql);
      this.#queries.set(sql, query);
    }
    return query as Query<Row>;
  }
}

/** Nothing but a campaign and a state is asked for. */
function isPlain({ campaignId: _, state: __, limit: ___, cursor: ____, ...rest }: ContactFilter): boolean {
  return Object.values(rest).every((value) => value === undefined);
}
