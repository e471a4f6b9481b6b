/**
 * A copy of the file of a store that a service may be working on. The service keeps other processes from opening it, not from
 * reading it. All it does between two checkpoints is to append to the log, so that the file and then its log, copied while there
 * is no checkpoint, are the store as it was at one moment: as after a crash, the log is played to its last whole transaction.
 */
import { copyFile, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '../errors.js';
import { type Database, openDatabase, storeErrorOf } from './database.js';

export interface SqliteBackupOptions {
  /** How often it is tried; each try ends with the next checkpoint of the service. Default 20. */
  readonly tries?: number;
  /** Copies one file. */
  readonly copy?: (from: string, to: string) => Promise<void>;
}

export interface SqliteBackup {
  readonly bytes: number;
  /** Copies that were begun. */
  readonly tries: number;
}

/** So long after a checkpoint the time of the file would tell of another one, milliseconds. */
const CLOCK_MILLISECONDS = 50;
/** Changes when the log is begun anew. */
const LOG_HEADER_BYTES = 32;

/**
 * Writes the store in `file` to `target`, as one file that can be opened as a store. Not for a process that has the store open
 * itself: reading the file would give up its lock.
 *
 * @throws StoreError `store_failed` when there is no such store, the target is there already or cannot be written, or checkpoints
 * come faster than the file can be copied; `store_damaged` when the copy is not a whole store
 */
export async function backUpSqliteFile(
  file: string,
  target: string,
  { tries = 20, copy = copyFile }: SqliteBackupOptions = {},
): Promise<SqliteBackup> {
  const part = `${resolve(target)}.part`;
  try {
    if (await exists(target))
      throw new StoreError('store_failed', `${target} is there already: name another file for the backup`);
    if (!(await exists(file))) throw new StoreError('store_failed', `there is no store ${file}`);
    await remove(part);
    const tried = await copyQuietly(file, part, tries, copy);
    settle(part, file);
    const bytes = await flush(part);
    await rename(part, resolve(target));
    await flush(dirname(resolve(target)));
    return { bytes, tries: tried };
  } catch (error) {
    await remove(part);
    throw storeErrorOf(error, target);
  }
}

/** Copies the file and its log while there is no checkpoint. Returns how many tries that took. */
async function copyQuietly(
  file: string,
  part: string,
  tries: number,
  copy: (from: string, to: string) => Promise<void>,
): Promise<number> {
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const before = await stateOf(file);
    const age = Date.now() - Number(before.changedAt / 1_000_000n);
    if (age < CLOCK_MILLISECONDS) await delay(CLOCK_MILLISECONDS);
    else {
      await copy(file, part);
      if (before.log !== '') await copy(`${file}-wal`, `${part}-wal`);
      const after = await stateOf(file);
      if (same(before, after) && !after.journal) return attempt;
      await remove(part);
      // A service that has just started, or a burst of writes: let it pass.
      await delay(CLOCK_MILLISECONDS * attempt);
    }
  }
  throw new StoreError(
    'store_failed',
    `${file} was written to during each of ${tries} copies: back it up when less is going on, or stop the service for it`,
  );
}

interface FileState {
  /** Nanoseconds since 1970. */
  readonly changedAt: bigint;
  readonly size: bigint;
  readonly inode: bigint;
  /** Beginning of the log, in hexadecimal; empty when there is none. */
  readonly log: string;
  /** The file is being written to without the log: the service starts or ends. */
  readonly journal: boolean;
}

async function stateOf(file: string): Promise<FileState> {
  const { mtimeNs, size, ino } = await stat(file, { bigint: true });
  return {
    changedAt: mtimeNs,
    size,
    inode: ino,
    log: await headerOf(`${file}-wal`),
    journal: await exists(`${file}-journal`),
  };
}

function same(a: FileState, b: FileState): boolean {
  return a.changedAt === b.changedAt && a.size === b.size && a.inode === b.inode && a.log === b.log;
}

async function headerOf(log: string): Promise<string> {
  if (!(await exists(log))) return '';
  const handle = await open(log, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LOG_HEADER_BYTES), 0, LOG_HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead).toString('hex');
  } finally {
    await handle.close();
  }
}

/** Plays the log into the copy, and looks whether it is whole. */
function settle(part: string, file: string): void {
  let database: Database | undefined;
  try {
    database = openDatabase(part);
    const [verdict] = database.query<[string]>('PRAGMA quick_check(1)').first() ?? [];
    const [tables] = database
      .query<[number]>("SELECT count(*) FROM sqlite_schema WHERE name IN ('meta', 'contacts', 'attempts')")
      .first() ?? [0];
    if (verdict !== 'ok' || tables !== 3)
      throw new StoreError(
        'store_damaged',
        `the copy of ${file} is not a whole store (${verdict === 'ok' ? 'tables are missing' : verdict}): the store may be damaged`,
      );
  } finally {
    database?.close();
  }
}

/** Returns the size, in bytes. */
async function flush(path: string): Promise<number> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

async function remove(part: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(`${part}${suffix}`, { force: true });
}
