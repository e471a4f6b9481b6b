import type { ConsentFacts, ConsentLevel } from '../../../compliance/index.js';
import {
  type CallScope,
  type ConsentChannel,
  type ConsentRecord,
  type ConsentWord,
  consentInForce,
  type NewConsent,
  sameWord,
} from '../../core/consent.js';
import type { EpochMilliseconds } from '../../core/model.js';
import type { Page } from '../port.js';
import { consentCursor, cursorOf } from '../rules.js';
import type { Database, Value } from './database.js';

type RecordColumns = [
  number: string,
  sequence: number,
  word: number,
  givenAt: EpochMilliseconds,
  expiresAt: EpochMilliseconds | null,
  purposes: string | null,
  channel: ConsentChannel | null,
  seller: string | null,
  source: string,
  evidence: string,
  recordedBy: string,
  recordedAt: EpochMilliseconds,
];
type WordColumns = [
  word: number,
  givenAt: EpochMilliseconds,
  expiresAt: EpochMilliseconds | null,
  purposes: string | null,
  channel: ConsentChannel | null,
  seller: string | null,
];

/** Part of the schema: never renumbered. */
const REFUSED = 0;
const LEVELS: Readonly<Record<ConsentLevel, number>> = { express: 1, written: 2, presumed: 3 };
const COLUMNS = `number, sequence, word, given_at, expires_at, purposes, channel, seller, source, evidence,
  recorded_by, recorded_at`;
const NO_WORDS: readonly ConsentWord[] = Object.freeze([]);

/** SQL for a number's words as one JSON text, for `consentWords`. */
export function consentWordsOf(number: string): string {
  return `(SELECT json_group_array(json_array(word, given_at, expires_at, purposes, channel, seller))
     FROM consent_records WHERE number = ${number})`;
}

/** Rows come out of the index in the order of their sequence; most numbers have none. */
export function consentWords(json: string): readonly ConsentWord[] {
  return json === '[]' ? NO_WORDS : (JSON.parse(json) as WordColumns[]).map(wordOf);
}

function wordOf([word, at, expiresAt, purposes, channel, seller]: WordColumns): ConsentWord {
  return {
    decision: word === REFUSED ? 'refused' : 'granted',
    level: word === LEVELS.written ? 'written' : word === LEVELS.presumed ? 'presumed' : 'express',
    at,
    ...(expiresAt !== null && { expiresAt }),
    ...(purposes !== null && { purposes: JSON.parse(purposes) as ConsentWord['purposes'] & object }),
    ...(channel !== null && { channel }),
    ...(seller !== null && { seller }),
  };
}

function recordOf(row: RecordColumns): ConsentRecord {
  const [number, sequence] = row;
  const [source, evidence, recordedBy, recordedAt] = row.slice(8) as [string, string, string, number];
  const word = wordOf(row.slice(2, 8) as WordColumns);
  return { ...word, number, sequence, source, evidence, recordedBy, recordedAt };
}

function codeOf({ decision, level }: ConsentWord): number {
  return decision === 'refused' ? REFUSED : LEVELS[level];
}

/** The entry's columns, as a row of the JSON that a batch travels as. */
function rowOf(entry: NewConsent, sequence: number): unknown[] {
  const { number, at, expiresAt, purposes, channel, seller, source, evidence, recordedBy, recordedAt } =
    entry;
  const covered = purposes === undefined ? null : JSON.stringify(purposes);
  return [
    number,
    sequence,
    codeOf(entry),
    at,
    expiresAt ?? null,
    covered,
    channel ?? null,
    seller ?? null,
    source,
    evidence,
    recordedBy,
    recordedAt,
  ];
}

/** Entries of one list that differ in their numbers alone. */
function isAlike(a: NewConsent, b: NewConsent): boolean {
  return (
    a.level === b.level &&
    a.decision === b.decision &&
    a.at === b.at &&
    a.expiresAt === b.expiresAt &&
    a.source === b.source &&
    a.evidence === b.evidence &&
    a.recordedBy === b.recordedBy &&
    a.purposes === b.purposes &&
    a.channel === b.channel &&
    a.seller === b.seller
  );
}

/** Consent histories: entries are only ever added. */
export class ConsentTable {
  readonly #add;
  readonly #addFirst;
  readonly #addAlike;
  readonly #history;
  readonly #known;
  readonly #page;

  constructor(database: Database) {
    const columns = Array.from({ length: 12 }, (_, index) => `value ->> ${index}`).join(', ');
    const insert = (verb: string): string =>
      `INSERT ${verb} INTO consent_records (${COLUMNS}) SELECT ${columns} FROM json_each(?)`;
    this.#add = database.command(insert(''));
    // The first entry of a number has sequence 1: where something is known, it is left out.
    this.#addFirst = database.command(insert('OR IGNORE'));
    // A list says one thing of all its contacts, mostly: then only the numbers travel.
    const said = Array.from({ length: 10 }, (_, index) => `?${index + 1}`).join(', ');
    this.#addAlike = database.command(
      `INSERT OR IGNORE INTO consent_records (${COLUMNS}) SELECT value, 1, ${said} FROM json_each(?11)`,
    );
    this.#history = database.query<RecordColumns>(
      `SELECT ${COLUMNS} FROM consent_records WHERE number = ? ORDER BY sequence`,
    );
    this.#known = database.query<RecordColumns>(
      `SELECT ${COLUMNS} FROM consent_records WHERE number IN (SELECT value FROM json_each(?))
         ORDER BY number, sequence`,
    );
    this.#page = database.query<RecordColumns>(
      `SELECT ${COLUMNS} FROM consent_records WHERE (number, sequence) > (?, ?) ORDER BY number, sequence LIMIT ?`,
    );
  }

  /** Returns how many entries were new. */
  add(entries: readonly NewConsent[]): number {
    if (entries.length === 0) return 0;
    const histories = new Map<string, NewConsent[]>();
    const numbers = [...new Set(entries.map(({ number }) => number))];
    for (const row of this.#known.all(JSON.stringify(numbers))) {
      const known = histories.get(row[0]);
      if (known === undefined) histories.set(row[0], [recordOf(row)]);
      else known.push(recordOf(row));
    }
    const rows: unknown[] = [];
    for (const entry of entries) {
      const history = histories.get(entry.number) ?? [];
      if (history.some((known) => sameWord(known, entry))) continue;
      history.push(entry);
      histories.set(entry.number, history);
      rows.push(rowOf(entry, history.length));
    }
    if (rows.length > 0) this.#add.run(JSON.stringify(rows));
    return rows.length;
  }

  /** Only where nothing is known. */
  addFirst(entries: readonly NewConsent[]): void {
    const [first] = entries;
    if (first === undefined) return;
    if (entries.every((entry) => entry === first || isAlike(entry, first))) {
      const [, , ...said] = rowOf(first, 1) as [string, number, ...Value[]];
      this.#addAlike.run(...said, JSON.stringify(entries.map(({ number }) => number)));
    } else this.#addFirst.run(JSON.stringify(entries.map((entry) => rowOf(entry, 1))));
  }

  history(number: string): ConsentRecord[] {
    return this.#history.all(number).map(recordOf);
  }

  inForce(number: string, scope: CallScope, now: EpochMilliseconds): ConsentFacts {
    return consentInForce(this.history(number), scope, now);
  }

  page({ limit, cursor }: { readonly limit: number; readonly cursor?: string }): Page<ConsentRecord> {
    const after = consentCursor(cursor);
    const rows = this.#page.all(after.number, after.sequence, limit + 1);
    const items = rows.slice(0, limit).map(recordOf);
    const last = items.at(-1);
    return rows.length > limit && last !== undefined ? { items, nextCursor: cursorOf(last) } : { items };
  }
}
