/**
 * Imports lists of contacts, CSV or NDJSON, into a campaign.
 *
 * The file is cut into blocks of whole records here, read in worker threads, and stored in the order of the file
 * in batches. Only a few blocks and batches are under way at any time; the source waits for the store.
 * What has been stored stays stored, whatever happens to the rest; importing the file again adds what is missing.
 */
import { availableParallelism } from 'node:os';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Piscina } from 'piscina';
import type { EpochMilliseconds } from '../core/model.js';
import { MAIN_LIST } from '../store/lists.js';
import type { NewContact, Store } from '../store/port.js';
import type { ColumnMapping } from './columns.js';
import type { RecordBlock, RecordSplitter } from './csv-records.js';
import { ImportRecords } from './import-records.js';
import {
  describeColumns,
  type ImportProgress,
  type ImportReport,
  type ImportState,
  IssueCollector,
} from './import-report.js';
import { ListRejected } from './list-rejected.js';
import { type ListFormat, type ListStart, readListStart, splitterOf } from './list-start.js';
import type { BlockResult, BlockTask } from './parse-block.js';
import { isCountry } from './phone-number.js';
import { type ListRefusal, refusalsOf } from './refusals.js';
import { type OpenSource, openSource, readText } from './source.js';

export type { ColumnMapping } from './columns.js';
export type { IssueCode, RowIssue } from './contact-row.js';
export type { ImportProgress, ImportReport, ImportState } from './import-report.js';
export { ListRejected } from './list-rejected.js';

export interface ListImporterOptions {
  readonly store: Pick<Store, 'addContacts'>;
  readonly now: () => EpochMilliseconds;
  /** Called when an import that added contacts is over, so that hoppers are filled again. */
  readonly contactsChanged?: (campaignId: string) => void;
  /** Told of refusals as soon as they are stored: the numbers may wait in a hopper. */
  readonly refused?: (refusals: readonly ListRefusal[]) => void;
  /** Threads that read CSV. Default: one less than there are cores, at least 1 and at most 4. */
  readonly workers?: number;
  /** Contacts in one write to the store. Default 1000. */
  readonly batchSize?: number;
  /** Row errors that are kept in the report. Default 1000. */
  readonly errorsKept?: number;
  /** Folder for what stays known of imports after a restart, and for the files with all row errors; none when absent. */
  readonly directory?: string;
  /** Told when what is known of an import could not be written there; the import goes on. */
  readonly recordFailed?: (error: unknown) => void;
  /** Imports that run at the same time. Default 4. */
  readonly concurrency?: number;
  /** A source that sends nothing for so long is given up, seconds. Default 60. */
  readonly idleSeconds?: number;
}

export interface ImportRequest {
  readonly campaignId: string;
  /** The bytes of the file, or its path. A stream is read as fast as the store allows; its owner closes it. */
  readonly source: Readable | string;
  /** Its size, when the source does not tell. */
  readonly totalBytes?: number;
  /** csv when absent. */
  readonly format?: ListFormat;
  /** List of the campaign that the contacts go to; `MAIN_LIST` when absent. */
  readonly list?: string;
  /** What the file is called, for those who look at the import. */
  readonly sourceName?: string;
  readonly mapping?: ColumnMapping;
  /** ISO 3166-1 alpha-2 code for numbers without a country code. */
  readonly defaultCountry?: string;
  /** Whether the first line names the columns; found out when absent. */
  readonly header?: boolean;
  /** Path of a CSV file that all row errors are written to. */
  readonly errorFile?: string;
  /** Called at most five times a second, and at the end. Must not throw. */
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportJob {
  readonly id: string;
  /**
   * Resolves when the whole source has been read. Rejects with `ListRejected` when the file cannot be imported, with
   * another error when reading broke off. Need not be handled.
   */
  readonly received: Promise<void>;
  /** Resolves when the import is over, however it ended. Never rejects. */
  readonly done: Promise<ImportReport>;
  progress(): ImportProgress;
  /** Ends the import; what is stored stays. */
  cancel(): void;
}

export interface ListImporter {
  /** @throws ListRejected when it cannot begin: unknown default country, too many imports at once */
  start(request: ImportRequest): ImportJob;
  /** A running import, or one that ended since the start of the service. */
  job(id: string): ImportJob | undefined;
  /** Running imports and the latest hundred that are over, those of earlier runs of the service too; newest first. */
  list(): readonly ImportProgress[];
  /** Path of the file with all row errors of the import, when there is one. */
  errorFile(id: string): string | undefined;
  progress(id: string): ImportProgress | undefined;
  /** Cancels what runs and ends the workers. */
  close(): Promise<void>;
}

const FINISHED_JOBS_KEPT = 100;
/** What is known of a running import is written this often: as much is not known after a crash. */
const RECORD_MILLISECONDS = 2_000;
const BLOCK_DEADLINE_MILLISECONDS = 60_000;
const BATCHES_UNDER_WAY = 2;
const PROGRESS_INTERVAL_MILLISECONDS = 200;

interface BlockUnderWay {
  readonly result: Promise<BlockResult>;
  readonly lastLine: number;
}

type Optional = 'contactsChanged' | 'refused' | 'directory' | 'recordFailed';
type Settings = Required<Omit<ListImporterOptions, Optional>> & Pick<ListImporterOptions, Optional>;

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One import. Its methods run one after another; the only things that overlap are workers and store writes. */
class Import {
  readonly id: string;
  readonly received: Promise<void>;
  readonly done: Promise<ImportReport>;
  readonly #request: ImportRequest;
  readonly #settings: Settings;
  readonly #pool: Piscina;
  readonly #issues: IssueCollector;
  readonly #abort = new AbortController();
  #received!: { resolve(): void; reject(error: unknown): void };
  #state: ImportState = 'running';
  readonly #startedAt: EpochMilliseconds;
  #finishedAt: EpochMilliseconds | undefined;
  #bytes = 0;
  #totalBytes: number | undefined;
  #rows = 0;
  #added = 0;
  #duplicates = 0;
  #rejected = 0;
  #numbersDropped = 0;
  #settledLine = 0;
  #windows1252 = false;
  #start: ListStart | undefined;
  #failure = '';
  #lastProgressAt = Number.NEGATIVE_INFINITY;
  /** Contacts of the batch that is being gathered. */
  #waiting: NewContact[] = [];
  readonly #writes: Promise<void>[] = [];
  /** A batch could not be stored or a block not be read: what comes after it must not be stored. */
  #broken = false;
  /** Contacts read so far, and how many they were at the end of each block that is not settled. */
  #gathered = 0;
  readonly #lines: { readonly line: number; readonly gathered: number }[] = [];

  constructor(id: string, request: ImportRequest, settings: Settings, pool: Piscina) {
    this.id = id;
    this.#request = request;
    this.#settings = settings;
    this.#pool = pool;
    this.#issues = new IssueCollector(settings.errorsKept, request.errorFile);
    this.#startedAt = settings.now();
    this.received = new Promise<void>((resolve, reject) => {
      this.#received = { resolve, reject };
    });
    // Whoever waits for it sees the error; whoever does not finds it in the report.
    this.received.catch(() => undefined);
    this.done = this.#run();
  }

  cancel(): void {
    if (this.#state === 'running') this.#abort.abort();
  }

  progress(): ImportProgress {
    return {
      id: this.id,
      campaignId: this.#request.campaignId,
      list: this.#request.list ?? MAIN_LIST,
      source: this.#request.sourceName ?? '',
      format: this.#request.format ?? 'csv',
      state: this.#state,
      startedAt: this.#startedAt,
      ...(this.#finishedAt !== undefined && { finishedAt: this.#finishedAt }),
      bytes: this.#bytes,
      ...(this.#totalBytes !== undefined && { totalBytes: this.#totalBytes }),
      rows: this.#rows,
      added: this.#added,
      duplicates: this.#duplicates,
      rejected: this.#rejected,
      numbersDropped: this.#numbersDropped,
      settledLine: this.#settledLine,
      errors: this.#issues.kept,
      errorsOmitted: this.#issues.omitted,
      issueCounts: this.#issues.counts,
      columns: this.#start === undefined ? {} : describeColumns(this.#start.plan),
      encoding: this.#windows1252 ? 'windows-1252' : 'utf-8',
      delimiter: this.#start?.delimiter ?? '',
      failure: this.#failure,
    };
  }

  async #run(): Promise<ImportReport> {
    let state: ImportState = 'completed';
    try {
      await this.#import();
      await this.#issues.close();
    } catch (error) {
      state = this.#abort.signal.aborted ? 'cancelled' : 'failed';
      this.#received.reject(error);
      // What was on its way when it broke still counts; its own errors change nothing about the first.
      await Promise.allSettled(this.#writes);
      await this.#issues.close().catch(() => undefined);
      this.#failure = this.#explain(state === 'cancelled' ? 'cancelled' : describe(error));
    }
    this.#received.resolve();
    this.#state = state;
    this.#finishedAt = this.#settings.now();
    this.#reportProgress(true);
    if (this.#added > 0) this.#settings.contactsChanged?.(this.#request.campaignId);
    return this.progress();
  }

  #explain(cause: string): string {
    const stored = this.#added + this.#duplicates;
    if (stored === 0) return cause;
    return `${cause}; ${stored} contacts of the lines before stay (everything up to line ${this.#settledLine}): import the file again to add the rest, duplicates are folded`;
  }

  async #import(): Promise<void> {
    const source = await openSource(this.#request.source);
    this.#totalBytes = source.totalBytes ?? this.#request.totalBytes;
    const underWay: BlockUnderWay[] = [];
    let failure: { readonly error: unknown } | undefined;
    try {
      await this.#read(source, underWay);
      this.#received.resolve();
    } catch (error) {
      failure = { error };
    }
    this.#abort.signal.throwIfAborted();
    if (this.#broken && failure !== undefined) throw failure.error;
    // Rows before an error stay: what was read before it is stored.
    for (const block of underWay) await this.#settle(block);
    await this.#flush();
    if (failure !== undefined) throw failure.error;
  }

  async #read(source: OpenSource, underWay: BlockUnderWay[]): Promise<void> {
    const limit = this.#settings.workers * 2 + 1;
    let splitter: RecordSplitter | undefined;
    const handOut = async (blocks: readonly RecordBlock[]): Promise<void> => {
      for (const { bytes, firstLine, lastLine } of blocks) {
        const result = this.#parse(bytes, firstLine);
        // Handled when its turn comes; until then it must not count as unhandled.
        result.catch(() => undefined);
        underWay.push({ result, lastLine });
        if (underWay.length >= limit) await this.#settle(underWay.shift()!);
      }
    };
    for await (const chunk of readText(source, this.#settings.idleSeconds, this.#abort.signal)) {
      this.#bytes = chunk.read;
      let { bytes } = chunk;
      if (splitter === undefined) {
        const { mapping = {}, defaultCountry, header, format = 'csv' } = this.#request;
        this.#start = readListStart(bytes, chunk.last, { format, mapping, defaultCountry, header });
        splitter = splitterOf(this.#start);
        bytes = bytes.subarray(this.#start.dataOffset);
      }
      await handOut(splitter.push(bytes));
      if (chunk.last) await handOut(splitter.end());
      this.#reportProgress(false);
    }
  }

  #parse(bytes: Uint8Array, firstLine: number): Promise<BlockResult> {
    const { delimiter, plan, format } = this.#start!;
    const task: BlockTask = {
      bytes,
      firstLine,
      format,
      delimiter,
      plan,
      defaultCountry: this.#request.defaultCountry,
      now: this.#startedAt,
    };
    const deadline = AbortSignal.timeout(BLOCK_DEADLINE_MILLISECONDS);
    return this.#pool.run(task, {
      transferList: [bytes.buffer as ArrayBuffer],
      signal: AbortSignal.any([deadline, this.#abort.signal]),
    }) as Promise<BlockResult>;
  }

  async #settle(block: BlockUnderWay): Promise<void> {
    const result = await block.result.catch((error: unknown) => {
      this.#broken = true;
      throw error;
    });
    this.#rows += result.rows;
    this.#rejected += result.rejected;
    this.#windows1252 ||= result.windows1252;
    for (const issue of result.issues) if (issue.kept) this.#numbersDropped += 1;
    await this.#issues.add(result.issues);
    this.#gathered += result.contacts.length;
    this.#lines.push({ line: block.lastLine, gathered: this.#gathered });
    for (const contact of result.contacts) {
      this.#waiting.push(contact);
      if (this.#waiting.length >= this.#settings.batchSize) await this.#store();
    }
    this.#settleLines();
  }

  /** Lines are settled when the contacts gathered from them are stored. */
  #settleLines(): void {
    while (this.#lines.length > 0 && this.#lines[0]!.gathered <= this.#added + this.#duplicates)
      this.#settledLine = this.#lines.shift()!.line;
  }

  /** Writes the contacts that wait; returns as soon as another batch may be gathered. */
  async #store(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length > 0) {
      const { store, refused } = this.#settings;
      const { campaignId, list } = this.#request;
      const now = this.#settings.now();
      const write = store.addContacts(campaignId, batch, now, list).then(({ added, duplicates }) => {
        const refusals = refusalsOf(batch, now);
        if (refusals.length > 0) refused?.(refusals);
        this.#added += added;
        this.#duplicates += duplicates;
        this.#settleLines();
      });
      write.catch(() => {
        this.#broken = true;
      });
      this.#writes.push(write);
    }
    while (this.#writes.length >= BATCHES_UNDER_WAY) await this.#writes.shift();
    // Lets calls and commands pass between two batches.
    await nextTurn();
    this.#reportProgress(false);
  }

  async #flush(): Promise<void> {
    await this.#store();
    while (this.#writes.length > 0) await this.#writes.shift();
  }

  #reportProgress(last: boolean): void {
    const now = this.#settings.now();
    if (!last && now - this.#lastProgressAt < PROGRESS_INTERVAL_MILLISECONDS) return;
    this.#lastProgressAt = now;
    this.#request.onProgress?.(this.progress());
  }
}

export function createListImporter(options: ListImporterOptions): ListImporter {
  const cores = availableParallelism();
  const settings: Settings = {
    workers: Math.max(1, Math.min(4, cores - 1)),
    batchSize: 1000,
    errorsKept: 1000,
    concurrency: 4,
    idleSeconds: 60,
    ...options,
  };
  let pool: Piscina | undefined;
  const jobs = new Map<string, Import>();
  const running = new Set<Import>();
  let nextId = 1;
  let closed = false;
  const records =
    settings.directory === undefined ? undefined : new ImportRecords(settings.directory, settings.now);
  function record(job: Import): void {
    try {
      records?.save(job.progress());
    } catch (error) {
      settings.recordFailed?.(error);
    }
  }
  function forget(): void {
    const over = [...jobs.values()].filter((job) => !running.has(job));
    if (records === undefined) {
      for (const old of over.slice(0, Math.max(0, over.length - FINISHED_JOBS_KEPT))) jobs.delete(old.id);
      return;
    }
    for (const id of records.prune([...records.earlier(), ...over.map((job) => job.progress())]))
      jobs.delete(id);
  }
  return {
    start(request) {
      if (closed) throw new ListRejected('the service is shutting down: import the list after the restart');
      const { defaultCountry } = request;
      if (defaultCountry !== undefined && !isCountry(defaultCountry)) {
        throw new ListRejected(
          `default country "${defaultCountry}" is not known: give an ISO 3166-1 code such as US`,
        );
      }
      if (running.size >= settings.concurrency)
        throw new ListRejected(`${running.size} imports are running: wait for one to end`);
      pool ??= new Piscina({
        filename: new URL('./parse-worker.js', import.meta.url).href,
        minThreads: 0,
        maxThreads: settings.workers,
        idleTimeout: 10_000,
      });
      const id = `import-${settings.now().toString(36)}-${nextId++}`;
      const errorFile = request.errorFile ?? records?.errorFile(id);
      records?.prepare();
      const job = new Import(id, { ...request, ...(errorFile && { errorFile }) }, settings, pool);
      jobs.set(id, job);
      running.add(job);
      record(job);
      const timer = setInterval(() => record(job), RECORD_MILLISECONDS).unref();
      void job.done.finally(() => {
        clearInterval(timer);
        running.delete(job);
        record(job);
        forget();
      });
      return job;
    },
    job: (id) => jobs.get(id),
    list: () => [...[...jobs.values()].reverse().map((job) => job.progress()), ...(records?.earlier() ?? [])],
    errorFile: (id) => (jobs.has(id) || records?.find(id) !== undefined ? records?.errorFile(id) : undefined),
    progress: (id) => jobs.get(id)?.progress() ?? records?.find(id),
    async close() {
      closed = true;
      for (const job of running) job.cancel();
      await Promise.allSettled([...running].map((job) => job.done));
      await pool?.destroy();
    },
  };
}
