import type { Command, Database, Query } from './database.js';

/** What an index of contacts is over. All are names of the schema. */
export interface LateIndexSubject {
  /** The index: a table of the word and the key, in their order. */
  readonly index: string;
  readonly table: string;
  readonly word: string;
  /** Columns that make an entry of a word unique, the contact's key first. */
  readonly key: readonly string[];
  readonly collation: 'BINARY' | 'NOCASE';
}

/** Contacts by name; their letters are compared as if they were small, ASCII ones alone. */
export const NAMES: LateIndexSubject = {
  index: 'contact_names',
  table: 'contacts',
  word: 'name',
  key: ['contact_key'],
  collation: 'NOCASE',
};

/** Contacts by number. */
export const NUMBERS: LateIndexSubject = {
  index: 'listed_numbers',
  table: 'contact_numbers',
  word: 'number',
  key: ['contact_key', 'position'],
  collation: 'BINARY',
};

/** So many entries are kept in memory only. More make imports cheaper, and take longer to read when a store is opened. */
const KEPT_BACK = 40_000;
/** A batch that is added merges no more than this, so that no operation waits long for another. */
const MERGED_AT_ONCE = 5_000;
/** How many times `KEPT_BACK` contacts may be behind, of which only few have the word. */
const CONTACTS_BEHIND = 4;

/** Where the entries are that are not in the index yet. */
export function freshOf({ index }: LateIndexSubject): string {
  return `fresh_${index}`;
}

/** A query for entries of the index of numbers that fulfil the condition, each once. */
export function ofNumbers(columns: string, condition: string): string {
  const of = (entries: string): string => `SELECT ${columns} FROM ${entries} WHERE ${condition}`;
  return `${of(NUMBERS.index)} UNION ${of(freshOf(NUMBERS))}`;
}

/**
 * An index whose newest entries are kept in memory and merged into the file in the order of the words. In an import the
 * words come at random: in an index of SQLite each of them changes a page of its own, which is written to the disk with
 * each commit, while here neighbours go to their page together.
 *
 * What is not merged can always be read again from the table, so nothing is lost in a crash: a store that is opened reads
 * the contacts after the key up to which all are in the file. A search looks into both, index and fresh entries.
 *
 * Entries are merged in sweeps over all words, a piece with each batch of new contacts. A sweep has a target, the last key
 * when it began: when it is over, all contacts up to there are in the file. What is changed of those while it is under way
 * goes into the file at once, for the sweep may have passed the place. Everything is kept in tables, so that it is undone
 * with the transaction it belongs to.
 */
export class LateIndex {
  readonly #sweep: Query<[target: number, word: string, ...key: number[]]>;
  readonly #state: Query<[kept: number, lastKey: number, through: number]>;
  readonly #end: Query<[word: string, ...key: number[]]>;
  readonly #merge: readonly Command[];
  readonly #mergeRest: readonly Command[];
  readonly #moveCursor: Command;
  readonly #nextSweep: Command;
  readonly #saveThrough: Command;
  readonly #start: readonly [word: string, ...key: number[]];
  readonly #keptBack: number;

  constructor(database: Database, subject: LateIndexSubject, keptBack: number = KEPT_BACK) {
    const { index, word, key } = subject;
    const fresh = freshOf(subject);
    this.#keptBack = keptBack;
    this.#start = ['', ...key.map(() => 0)];
    createFresh(database, subject);
    const through = `${index}_through`;
    this.#state = database.query(
      `SELECT (SELECT count(*) FROM ${fresh}), (SELECT coalesce(max(contact_key), 0) FROM contacts), CAST(value AS INTEGER)
         FROM meta WHERE name = '${through}'`,
    );
    this.#sweep = database.query(`SELECT target, word, ${key.join(', ')} FROM sweep_${index}`);
    const columns = [word, ...key].join(', ');
    const marks = (from: number): string => ['word', ...key].map((_, i) => `?${from + i}`).join(', ');
    const after = `(${columns}) > (${marks(1)})`;
    const upTo = `(${columns}) <= (${marks(2 + key.length)})`;
    this.#end = database.query(
      `SELECT ${columns} FROM ${fresh} WHERE ${after} ORDER BY ${columns} LIMIT 1 OFFSET ?${2 + key.length}`,
    );
    const moving = (range: string): Command[] => [
      database.command(
        `INSERT OR IGNORE INTO ${index} SELECT ${columns} FROM ${fresh} WHERE ${range} ORDER BY ${columns}`,
      ),
      database.command(`DELETE FROM ${fresh} WHERE ${range}`),
    ];
    this.#merge = moving(`${after} AND ${upTo}`);
    this.#mergeRest = moving(after);
    this.#moveCursor = database.command(
      `UPDATE sweep_${index} SET (word, ${key.join(', ')}) = (${marks(1)})`,
    );
    this.#nextSweep = database.command(
      `UPDATE sweep_${index} SET target = ?1, (word, ${key.join(', ')}) = (${marks(2)})`,
    );
    this.#saveThrough = database.command(`UPDATE meta SET value = ? WHERE name = '${through}'`);
  }

  /** To be called when contacts were added: merges as many entries as there are more than are to be kept back. */
  contactsAdded(): void {
    const [kept = 0, lastKey = 0, through = 0] = this.#state.first() ?? [];
    // Contacts without the word make no entries, but are read again when the store is opened.
    const behind = lastKey - through > CONTACTS_BEHIND * this.#keptBack;
    const excess = Math.min(Math.max(kept - this.#keptBack, behind ? MERGED_AT_ONCE : 0), MERGED_AT_ONCE);
    if (excess <= 0) return;
    const [target = 0, ...cursor] = this.#sweep.first() ?? [0, ...this.#start];
    const end = this.#end.first(...cursor, excess - 1);
    if (end !== undefined) {
      for (const command of this.#merge) command.run(...cursor, ...end);
      this.#moveCursor.run(...end);
      return;
    }
    for (const command of this.#mergeRest) command.run(...cursor);
    this.#saveThrough.run(String(target));
    this.#nextSweep.run(lastKey, ...this.#start);
  }
}

/** Makes what is kept in memory: the fresh entries, read from the table, the sweep, and what keeps both right. */
function createFresh(database: Database, subject: LateIndexSubject): void {
  const { index, table, word, key, collation } = subject;
  const fresh = freshOf(subject);
  const columns = [word, ...key].join(', ');
  const through = `(SELECT CAST(value AS INTEGER) FROM meta WHERE name = '${index}_through')`;
  const matches = [word, ...key].map((column) => `${column} = old.${column}`).join(' AND ');
  const values = [word, ...key].map((column) => `new.${column}`).join(', ');
  const remove = `DELETE FROM ${index} WHERE ${matches}; DELETE FROM ${fresh} WHERE ${matches};`;
  const target = `(SELECT target FROM sweep_${index})`;
  const add = `
    INSERT OR IGNORE INTO ${fresh} SELECT ${values} WHERE new.${word} <> '' AND new.contact_key > ${target};
    INSERT OR IGNORE INTO ${index} SELECT ${values} WHERE new.${word} <> '' AND new.contact_key <= ${target};`;
  database.execute(`
    CREATE TEMP TABLE ${fresh} (
      ${word} TEXT NOT NULL COLLATE ${collation},
      ${key.map((column) => `${column} INTEGER NOT NULL`).join(', ')},
      PRIMARY KEY (${columns})
    ) WITHOUT ROWID;
    INSERT OR IGNORE INTO ${fresh}
      SELECT ${columns} FROM ${table} WHERE contact_key > ${through} AND ${word} <> '';
    CREATE TEMP TABLE sweep_${index} AS
      SELECT (SELECT coalesce(max(contact_key), 0) FROM contacts) AS target, '' AS word,
        ${key.map((column) => `0 AS ${column}`).join(', ')};
    CREATE TEMP TRIGGER ${index}_added AFTER INSERT ON ${table} BEGIN ${add} END;
    CREATE TEMP TRIGGER ${index}_removed AFTER DELETE ON ${table} BEGIN ${remove} END;
    CREATE TEMP TRIGGER ${index}_changed AFTER UPDATE OF ${word} ON ${table} BEGIN ${remove} ${add} END;`);
}
