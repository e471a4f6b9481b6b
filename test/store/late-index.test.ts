/** The index that is merged into the file late: it finds what the table holds, whatever is changed, undone or broken off. */
import { deepStrictEqual } from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { type Database, openDatabase } from '../../dialer/store/sqlite/database.js';
import {
  freshOf,
  LateIndex,
  type LateIndexSubject,
  NAMES,
  NUMBERS,
} from '../../dialer/store/sqlite/late-index.js';
import { migrate } from '../../dialer/store/sqlite/migrate.js';

const KEPT_BACK = 12;
const WORDS = [
  '',
  'Ada',
  'ada',
  'ADAM',
  'Berta',
  'berta b',
  'Zoë',
  '+12125550001',
  '+12125550002',
  '+33199000001',
];

type Step =
  | { readonly type: 'add'; readonly words: readonly string[] }
  | { readonly type: 'change'; readonly which: number; readonly word: string }
  | { readonly type: 'remove'; readonly which: number }
  | { readonly type: 'undo' | 'reopen' };

const word = fc.constantFrom(...WORDS);
const which = fc.nat(1000);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('add'),
        words: fc.array(word, { minLength: 1, maxLength: 9 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('change', 'remove'), which, word }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('undo', 'reopen') }) },
  ) as fc.Arbitrary<Step>,
  { minLength: 20, maxLength: 80 },
);

/** A store's file with contacts, each of them with one number. */
class Contacts {
  readonly #file: string;
  #database: Database;
  #indexes: readonly LateIndex[] = [];
  #lastKey = 0;
  /** Sweeps that were over, of both indexes. */
  sweeps = 0;

  constructor(file: string) {
    this.#file = file;
    this.#database = this.#open();
    this.#database.execute("INSERT INTO campaigns (campaign_key, campaign_id) VALUES (1, 'spring')");
  }

  #open(): Database {
    const database = openDatabase(this.#file);
    migrate(database);
    this.#indexes = [NAMES, NUMBERS].map((subject) => new LateIndex(database, subject, KEPT_BACK));
    return database;
  }

  take(step: Step): void {
    if (step.type === 'reopen') {
      this.close();
      this.#database = this.#open();
      return;
    }
    const through = this.#through();
    this.#database.execute('BEGIN; SAVEPOINT operation');
    if (step.type === 'undo') {
      this.#add(['Ada', 'Berta']);
      this.#change(1, 'undone');
      this.#database.execute('ROLLBACK TO operation; RELEASE operation');
      this.#lastKey -= 2;
    } else if (step.type === 'add') this.#add(step.words);
    else if (step.type === 'change') this.#change(this.#keyOf(step.which), step.word);
    else if (step.type === 'remove') this.#remove(this.#keyOf(step.which));
    this.#database.execute('COMMIT');
    if (this.#through() !== through) this.sweeps += 1;
  }

  #through(): string {
    return JSON.stringify(this.#database.query("SELECT value FROM meta WHERE name LIKE '%_through'").all());
  }

  #keyOf(which: number): number {
    return 1 + (which % Math.max(1, this.#lastKey));
  }

  #add(words: readonly string[]): void {
    const contact = this.#database.command(
      `INSERT INTO contacts VALUES (?, 1, 2, 0, 0, NULL, 0, 0, '', 0, '', NULL, NULL, NULL, '', ?, '', '', '{}', '', '', '', 1, 1, 0)`,
    );
    const number = this.#database.command('INSERT INTO contact_numbers VALUES (?, 0, ?, 1, 0, 0)');
    for (const each of words) {
      this.#lastKey += 1;
      contact.run(this.#lastKey, each);
      number.run(this.#lastKey, each);
    }
    for (const index of this.#indexes) index.contactsAdded();
  }

  #change(key: number, to: string): void {
    this.#database.command('UPDATE contacts SET name = ? WHERE contact_key = ?').run(to, key);
    this.#database.command('UPDATE contact_numbers SET number = ? WHERE contact_key = ?').run(to, key);
  }

  #remove(key: number): void {
    // The last key is not given again, as in the store itself.
    if (key === this.#lastKey) return;
    this.#database.command('DELETE FROM contacts WHERE contact_key = ?').run(key);
    this.#database.command('DELETE FROM contact_numbers WHERE contact_key = ?').run(key);
  }

  rows(sql: string): unknown[] {
    return this.#database.query(sql).all();
  }

  close(): void {
    this.#database.close();
  }
}

const found = ({ index, ...subject }: LateIndexSubject): string =>
  `SELECT * FROM ${index} UNION SELECT * FROM ${freshOf({ index, ...subject })} ORDER BY 2, 1`;
const held = ({ table, word: name, key }: LateIndexSubject): string =>
  `SELECT ${name}, ${key.join(', ')} FROM ${table} WHERE ${name} <> '' ORDER BY 2, 1`;

t.test(
  'it finds what the table holds, after any adding, changing, removing, undoing and opening again',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'tactus-late-index-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    let run = 0;
    let sweeps = 0;
    fc.assert(
      fc.property(steps, (taken) => {
        run += 1;
        const contacts = new Contacts(join(folder, `${run}.db`));
        try {
          for (const step of taken) {
            contacts.take(step);
            for (const subject of [NAMES, NUMBERS])
              deepStrictEqual(contacts.rows(found(subject)), contacts.rows(held(subject)), subject.index);
          }
          sweeps += contacts.sweeps;
        } finally {
          contacts.close();
        }
      }),
      { numRuns: 40 },
    );
    t.ok(sweeps > 40, `${sweeps} sweeps were over`);
  },
);

t.test('in the long run few entries are kept in memory, and few contacts behind the file', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-late-index-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  for (const [name, nameOf] of [
    ['all named', (i: number) => `${(i * 31) % 97}`],
    ['few named', (i: number) => (i % 20 === 0 ? `${i}` : '')],
    ['none named', () => ''],
  ] as const) {
    const contacts = new Contacts(join(folder, `${name}.db`));
    t.teardown(() => contacts.close());
    let most = 0;
    for (let first = 0; first < 600; first += 5) {
      contacts.take({ type: 'add', words: Array.from({ length: 5 }, (_, i) => nameOf(first + i)) });
      for (const subject of [NAMES, NUMBERS]) {
        const [[kept]] = contacts.rows(`SELECT count(*) FROM ${freshOf(subject)}`) as [[number]];
        most = Math.max(most, kept);
      }
    }
    t.ok(most <= KEPT_BACK + 5, `${name}: at most ${most} entries were kept back`);
    const [[through]] = contacts.rows(
      "SELECT min(CAST(value AS INTEGER)) FROM meta WHERE name LIKE '%_through'",
    ) as [[number]];
    t.ok(through >= 600 - 6 * KEPT_BACK, `${name}: all contacts up to ${through} are in the file`);
  }
});
