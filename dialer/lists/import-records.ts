/**
 * What stays known of imports when the service starts again: for each of the latest a small record, beside the file
 * with its row errors. A record has counts and names of columns only; what rows hold is in the error file alone.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EpochMilliseconds } from '../core/model.js';
import type { ImportProgress } from './import-report.js';

const RECORDS_KEPT = 100;
/** Cells that could not be read may be somebody's number: they are not kept for long. */
const ERROR_FILE_MILLISECONDS = 30 * 24 * 3_600_000;
const RECORD_NAME = /^(import-[\w-]+)\.json$/;

export class ImportRecords {
  readonly #directory: string;
  readonly #now: () => EpochMilliseconds;
  /** Imports of earlier runs of the service, by id, the oldest first. */
  readonly #earlier = new Map<string, ImportProgress>();

  /** @param directory made when the first import begins */
  constructor(directory: string, now: () => EpochMilliseconds) {
    this.#directory = directory;
    this.#now = now;
    for (const progress of this.#read()) this.#earlier.set(progress.id, progress);
    this.prune([...this.#earlier.values()]);
  }

  #read(): readonly ImportProgress[] {
    let names: readonly string[];
    try {
      names = readdirSync(this.#directory);
    } catch {
      return [];
    }
    const read: ImportProgress[] = [];
    for (const name of names) {
      if (!RECORD_NAME.test(name)) continue;
      try {
        read.push(afterRestart(JSON.parse(readFileSync(join(this.#directory, name), 'utf8'))));
      } catch {
        // A record that cannot be read says nothing to anybody; what was imported is in the store.
        rmSync(join(this.#directory, name), { force: true });
      }
    }
    return read.sort((a, b) => a.startedAt - b.startedAt);
  }

  /** Newest first. */
  earlier(): readonly ImportProgress[] {
    return [...this.#earlier.values()].reverse();
  }

  find(id: string): ImportProgress | undefined {
    return this.#earlier.get(id);
  }

  /** Where all row errors of the import go. */
  errorFile(id: string): string {
    return join(this.#directory, `${id}-errors.csv`);
  }

  /** Makes the folder, for the record and the error file of an import that begins. */
  prepare(): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
  }

  /** Writes how far the import is; the record is whole at any time. */
  save({ errors, errorsOmitted, ...progress }: ImportProgress): void {
    const path = join(this.#directory, `${progress.id}.json`);
    const record = { ...progress, errors: [], errorsOmitted: errorsOmitted + errors.length };
    writeFileSync(`${path}.part`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${path}.part`, path);
  }

  /** Removes what is not kept any more: records beyond the latest hundred, and old error files. */
  prune(over: readonly ImportProgress[]): readonly string[] {
    const byAge = [...over].sort((a, b) => a.startedAt - b.startedAt);
    const gone = byAge.slice(0, Math.max(0, byAge.length - RECORDS_KEPT)).map(({ id }) => id);
    for (const id of gone) {
      this.#earlier.delete(id);
      rmSync(join(this.#directory, `${id}.json`), { force: true });
    }
    const old = byAge.filter(({ startedAt }) => startedAt < this.#now() - ERROR_FILE_MILLISECONDS);
    for (const id of [...gone, ...old.map((progress) => progress.id)])
      rmSync(this.errorFile(id), { force: true });
    return gone;
  }
}

/** @throws Error when it is no record of an import */
function afterRestart(record: ImportProgress): ImportProgress {
  if (typeof record.id !== 'string' || typeof record.startedAt !== 'number')
    throw new Error('no record of an import');
  if (record.state !== 'running') return record;
  const stored = record.added + record.duplicates;
  return {
    ...record,
    state: 'interrupted',
    failure: `the service ended while the list was read; ${stored === 0 ? 'contacts of its beginning may be stored' : `at least ${stored} contacts are stored (everything up to line ${record.settledLine})`}: import the file again to add the rest, duplicates are folded`,
  };
}
