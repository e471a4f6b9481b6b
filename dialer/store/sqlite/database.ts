/** The file: opening, locking, and statements with typed rows. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Libsql from 'libsql';
import { StoreError } from '../errors.js';

export type Value = string | number | null | Uint8Array;

/** Written into the file's header, so that another program's database is not taken for a store. */
const APPLICATION_ID = 0x54616374;
/** How long to wait for a process that is about to let the file go. */
const LOCK_WAIT_MILLISECONDS = 2_000;
const CACHE_KIBIBYTES = 64 * 1024;
/** The log is carried over into the file after so many pages of 4 KiB. */
const CHECKPOINT_PAGES = 8_000;

/** A statement that gives rows, each an array of its columns. */
export class Query<Row extends readonly unknown[]> {
  readonly #statement: Libsql.Statement;

  constructor(statement: Libsql.Statement) {
    this.#statement = statement.raw();
  }

  all(...parameters: readonly Value[]): Row[] {
    return this.#statement.all(parameters) as Row[];
  }

  first(...parameters: readonly Value[]): Row | undefined {
    return this.#statement.get(parameters) as Row | undefined;
  }
}

/** A statement that only changes something. */
export class Command {
  readonly #statement: Libsql.Statement;

  constructor(statement: Libsql.Statement) {
    this.#statement = statement;
  }

  /** Returns how many rows it changed. */
  run(...parameters: readonly Value[]): number {
    return this.#statement.run(parameters).changes;
  }

  /** Returns the key of the row it added. */
  insert(...parameters: readonly Value[]): number {
    return Number(this.#statement.run(parameters).lastInsertRowid);
  }
}

export class Database {
  readonly file: string;
  readonly #connection: Libsql.Database;

  constructor(file: string, connection: Libsql.Database) {
    this.file = file;
    this.#connection = connection;
  }

  query<Row extends readonly unknown[]>(sql: string): Query<Row> {
    return new Query<Row>(this.#connection.prepare(sql));
  }

  command(sql: string): Command {
    return new Command(this.#connection.prepare(sql));
  }

  /** Runs statements that take no parameters and give no rows. */
  execute(sql: string): void {
    this.#connection.exec(sql);
  }

  get inTransaction(): boolean {
    return this.#connection.inTransaction;
  }

  /**
   * Carries the log over into the file and lets it go. Leaving the log's mode gives up the lock, which
   * closing alone does only when the last statement has been collected.
   */
  close(): void {
    this.execute('PRAGMA journal_mode = DELETE');
    this.execute('PRAGMA locking_mode = NORMAL');
    this.query('SELECT count(*) FROM sqlite_schema').first();
    this.#connection.close();
  }
}

/**
 * Opens the file, makes it (and its folder) when it is not there, and keeps every other process out of it
 * until it is closed or this process ends. Every commit is on disk before it returns.
 */
export function openDatabase(file: string): Database {
  let connection: Libsql.Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    connection = new Libsql(file, { timeout: LOCK_WAIT_MILLISECONDS });
    const database = new Database(file, connection);
    database.execute('PRAGMA locking_mode = EXCLUSIVE');
    refuseForeign(database);
    for (const pragma of [
      'journal_mode = WAL',
      'synchronous = FULL',
      `cache_size = -${CACHE_KIBIBYTES}`,
      `wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
      'temp_store = MEMORY',
      `application_id = ${APPLICATION_ID}`,
    ]) {
      database.execute(`PRAGMA ${pragma}`);
    }
    // The first write takes the lock, and exclusive mode keeps it.
    database.execute('BEGIN EXCLUSIVE; COMMIT');
    return database;
  } catch (error) {
    connection?.close();
    throw storeErrorOf(error, file);
  }
}

function refuseForeign(database: Database): void {
  const tables = database.query<[number]>('SELECT count(*) FROM sqlite_schema').first()?.[0];
  const application = database.query<[number]>('PRAGMA application_id').first()?.[0];
  if (tables === 0 || application === APPLICATION_ID) return;
  throw new StoreError(
    'store_damaged',
    `${database.file} is a database of another program: name another file for the store`,
  );
}

/** The error as callers see it, with what can be done about it. */
export function storeErrorOf(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const options = { cause: error };
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new StoreError(
      'store_locked',
      `${file} is in use by another process: stop that one, or name another file`,
      options,
    );
  }
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return new StoreError(
      'store_damaged',
      `${file} is not a store or is damaged (${message}): restore it from a backup, or name another file`,
      options,
    );
  }
  if (/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM)/.test(code) || /^E[A-Z]+$/.test(code)) {
    return new StoreError(
      'store_failed',
      `${file} cannot be written (${message}): check the disk, its free space and the permissions`,
      options,
    );
  }
  return new StoreError('store_failed', message, options);
}
