/**
 * Imports new versions of registries. What is sent is kept in a file first; a worker thread turns it into a snapshot; the
 * version is in force once the snapshot is durable.
 */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Piscina } from 'piscina';
import type { EpochMilliseconds } from '../core/model.js';
import { isCountry } from '../lists/phone-number.js';
import { ExactNumberSet } from './exact-number-set.js';
import { isListId, isListVersion, REGISTRY_WORKER, type RegistryCatalogue } from './registry-catalogue.js';
import {
  type BadLine,
  type ImportResult,
  type ImportTask,
  PHASES,
  PROGRESS,
  PROGRESS_FIELDS,
} from './registry-import.js';

/** The import cannot begin: a field of the request is wrong, or it is in conflict with what is held or under way. */
export class RegistryImportRefused extends Error {
  override readonly name = 'RegistryImportRefused';
  readonly field: 'list' | 'version' | 'obtainedAt' | 'defaultCountry' | 'conflict';

  constructor(field: RegistryImportRefused['field'], message: string) {
    super(message);
    this.field = field;
  }
}

export interface RegistryImportRequest {
  readonly list: string;
  readonly version: string;
  /** When the data were obtained. Default: the date that `version` begins with (00:00 UTC). */
  readonly obtainedAt?: EpochMilliseconds;
  /** ISO 3166-1 alpha-2 code for numbers without a country code. Default: what `countryOf` says of the list. */
  readonly defaultCountry?: string;
  /** The source is a change list to this version, which must be the one in force. */
  readonly base?: string;
  /** Bad lines ÷ lines above which nothing is imported, 0–1. Default 0.01. */
  readonly maximumBadShare?: number;
  /** The bytes of the file: text or gzip. */
  readonly source: Readable;
  /** Who asks, for the log. */
  readonly by: string;
}

export type RegistryImportState =
  | 'receiving'
  | 'reading'
  | 'building'
  | 'writing'
  | 'completed'
  | 'failed'
  | 'cancelled';

export interface RegistryImportProgress {
  readonly id: string;
  readonly list: string;
  readonly version: string;
  readonly base?: string;
  readonly obtainedAt: EpochMilliseconds;
  readonly state: RegistryImportState;
  readonly startedAt: EpochMilliseconds;
  readonly finishedAt?: EpochMilliseconds;
  /** Bytes received, and bytes of these read. */
  readonly received: number;
  readonly read: number;
  readonly lines: number;
  /** Lines that held a number. */
  readonly taken: number;
  readonly bad: number;
  /** The first thousand bad lines; `badLineFile` has more. */
  readonly badLines: readonly BadLine[];
  /** Numbers on the list in its new version; absent until it is in force. */
  readonly count?: number;
  /** Why it failed, in one line; empty otherwise. */
  readonly failure: string;
}

export interface RegistryImporterOptions {
  readonly catalogue: RegistryCatalogue;
  readonly now: () => EpochMilliseconds;
  /** Country of a list's national numbers; undefined where they must bear a country code. */
  readonly countryOf: (list: string) => string | undefined;
  readonly log: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
  };
}

export interface RegistryImporter {
  /**
   * Begins an import; resolves when the whole source has been received.
   *
   * @throws RegistryImportRefused when it cannot begin; any error of the source
   */
  start(request: RegistryImportRequest): Promise<RegistryImportProgress>;
  /** Running imports, and the latest hundred that are over. */
  progress(id: string): RegistryImportProgress | undefined;
  /** The file with all bad lines of an import. */
  badLineFile(id: string): string | undefined;
  /** Resolves when the import is over. */
  finished(id: string): Promise<RegistryImportProgress | undefined>;
  close(): Promise<void>;
}

const JOBS_KEPT = 100;
const DEFAULT_BAD_SHARE = 0.01;
const DAY = 86_400_000;

interface Job {
  readonly id: string;
  readonly request: Omit<RegistryImportRequest, 'source'>;
  readonly obtainedAt: EpochMilliseconds;
  readonly startedAt: EpochMilliseconds;
  readonly counters: BigInt64Array;
  readonly badLineFile: string;
  readonly abort: AbortController;
  received: number;
  state: 'receiving' | 'working' | 'completed' | 'failed' | 'cancelled';
  finishedAt?: EpochMilliseconds;
  badLines: readonly BadLine[];
  count?: number;
  failure: string;
  done: Promise<void>;
}

export function createRegistryImporter({
  catalogue,
  now,
  countryOf,
  log,
}: RegistryImporterOptions): RegistryImporter {
  const jobs = new Map<string, Job>();
  let pool: Piscina | undefined;
  let nextId = 1;
  let closed = false;

  const running = (list: string): Job | undefined =>
    [...jobs.values()].find(
      ({ state, request }) => request.list === list && (state === 'receiving' || state === 'working'),
    );

  /** The instant the data are from. @throws RegistryImportRefused when nothing in the request is right */
  function check(request: Omit<RegistryImportRequest, 'source'>): EpochMilliseconds {
    const { list, version, base, defaultCountry } = request;
    const refuse = (field: RegistryImportRefused['field'], message: string): never => {
      throw new RegistryImportRefused(field, message);
    };
    if (!isListId(list))
      refuse('list', `"${list}" is no id of a list: small letters, digits and dashes, such as us-national`);
    if (!isListVersion(version))
      refuse('version', `"${version}" is no version: letters, digits, dots and dashes, such as 2026-11-01`);
    if (defaultCountry !== undefined && !isCountry(defaultCountry))
      refuse('defaultCountry', `"${defaultCountry}" is not known: give an ISO 3166-1 code such as US`);
    const dated = /^(\d{4}-\d{2}-\d{2})(?:$|[^\d])/.exec(version)?.[1];
    const fromVersion = dated === undefined ? Number.NaN : Date.parse(`${dated}T00:00:00Z`);
    const obtainedAt = request.obtainedAt ?? fromVersion;
    if (!Number.isSafeInteger(obtainedAt))
      refuse('obtainedAt', 'is missing: say when the data were obtained, or give a version that is a date');
    if (obtainedAt > now()) refuse('obtainedAt', 'is in the future: its age could not be judged');
    if (obtainedAt < now() - 20 * 365 * DAY) refuse('obtainedAt', 'is more than twenty years ago');
    // What was invented for a demonstration gives way to anything.
    const held = catalogue.get(list);
    const current = held?.synthetic === true ? undefined : held?.description;
    if (current?.version === version) refuse('conflict', `version ${version} of ${list} is in force already`);
    if (base !== undefined && current === undefined)
      refuse('conflict', `there is no version of ${list} to apply changes to: import a full list first`);
    if (base !== undefined && current !== undefined && current.version !== base)
      refuse(
        'conflict',
        `these are changes to version ${base}, but ${current.version} is in force: import the changes in their order, or a full list`,
      );
    if (current !== undefined && obtainedAt < current.obtainedAt)
      refuse(
        'obtainedAt',
        `is before that of version ${current.version}, which is in force: numbers added since would be lost`,
      );
    if (running(list) !== undefined)
      refuse('conflict', `an import of ${list} is under way: wait for its end`);
    if (closed) refuse('conflict', 'the service is shutting down: import the list after the restart');
    return obtainedAt;
  }

  async function work(job: Job, spool: string): Promise<void> {
    const { list, version, base } = job.request;
    const importedAt = now();
    const file = catalogue.fileOf(list, version, importedAt);
    const before = base === undefined ? undefined : catalogue.get(list);
    pool ??= new Piscina({ filename: REGISTRY_WORKER, minThreads: 0, maxThreads: 1, idleTimeout: 5_000 });
    const task: ImportTask = {
      kind: 'import',
      source: spool,
      file,
      badLineFile: job.badLineFile,
      list,
      version,
      obtainedAt: job.obtainedAt,
      importedAt,
      defaultCountry: job.request.defaultCountry ?? countryOf(list),
      base:
        base === undefined || before === undefined ? undefined : { version: base, buffer: before.set.buffer },
      maximumBadShare: job.request.maximumBadShare ?? DEFAULT_BAD_SHARE,
      progress: job.counters.buffer as SharedArrayBuffer,
    };
    const result = (await pool.run(task, { signal: job.abort.signal })) as ImportResult;
    job.badLines = result.badLines;
    if (!result.ok) throw new Error(result.reason);
    catalogue.hold({ description: result.description, set: new ExactNumberSet(result.buffer), file });
    job.count = result.description.count;
    await catalogue.prune(list);
  }

  function over(job: Job, state: 'completed' | 'failed' | 'cancelled', failure: string): void {
    job.state = state;
    job.failure = failure;
    job.finishedAt = now();
    const details = { list: job.request.list, version: job.request.version, by: job.request.by };
    if (state === 'completed')
      log.info({ ...details, numbers: job.count }, 'a new version of a do-not-call registry is in force');
    else log.warn({ ...details, failure }, 'a do-not-call registry was not imported; the old version stays');
    const finished = [...jobs.values()].filter(({ finishedAt }) => finishedAt !== undefined);
    for (const old of finished.slice(0, Math.max(0, finished.length - JOBS_KEPT))) {
      jobs.delete(old.id);
      void rm(old.badLineFile, { force: true });
    }
  }

  return {
    async start({ source, ...request }) {
      const obtainedAt = check(request);
      const id = `dnc-${now().toString(36)}-${nextId++}`;
      const job: Job = {
        id,
        request,
        obtainedAt,
        startedAt: now(),
        counters: new BigInt64Array(new SharedArrayBuffer(PROGRESS_FIELDS * 8)),
        badLineFile: join(catalogue.directory, request.list, `${id}.bad-lines.csv`),
        abort: new AbortController(),
        received: 0,
        state: 'receiving',
        badLines: [],
        failure: '',
        done: Promise.resolve(),
      };
      jobs.set(id, job);
      const spool = join(await catalogue.makeFolder(request.list), `${id}.upload`);
      source.on('data', (chunk: Buffer) => {
        job.received += chunk.length;
      });
      try {
        await pipeline(source, createWriteStream(spool, { mode: 0o600 }), { signal: job.abort.signal });
      } catch (error) {
        await rm(spool, { force: true });
        over(job, job.abort.signal.aborted ? 'cancelled' : 'failed', (error as Error).message);
        throw error;
      }
      job.state = 'working';
      job.done = work(job, spool)
        .then(
          () => over(job, 'completed', ''),
          (error: Error) =>
            over(
              job,
              job.abort.signal.aborted ? 'cancelled' : 'failed',
              job.abort.signal.aborted ? 'cancelled' : error.message,
            ),
        )
        .finally(() => rm(spool, { force: true }));
      return progressOf(job);
    },
    progress(id) {
      const job = jobs.get(id);
      return job && progressOf(job);
    },
    badLineFile: (id) => jobs.get(id)?.badLineFile,
    async finished(id) {
      const job = jobs.get(id);
      if (job === undefined) return undefined;
      await job.done;
      return progressOf(job);
    },
    async close() {
      closed = true;
      for (const job of jobs.values()) if (job.finishedAt === undefined) job.abort.abort();
      await Promise.all([...jobs.values()].map(({ done }) => done));
      await pool?.destroy();
    },
  };
}

function progressOf(job: Job): RegistryImportProgress {
  const { id, request, obtainedAt, startedAt, finishedAt, counters, received, badLines, count, failure } =
    job;
  const counter = (field: number): number => Number(Atomics.load(counters, field));
  return {
    id,
    list: request.list,
    version: request.version,
    ...(request.base !== undefined && { base: request.base }),
    obtainedAt,
    state: job.state === 'working' ? (PHASES[counter(PROGRESS.phase)] ?? 'writing') : job.state,
    startedAt,
    ...(finishedAt !== undefined && { finishedAt }),
    received,
    read: counter(PROGRESS.bytes),
    lines: counter(PROGRESS.lines),
    taken: counter(PROGRESS.taken),
    bad: counter(PROGRESS.bad),
    badLines,
    ...(count !== undefined && { count }),
    failure,
  };
}
