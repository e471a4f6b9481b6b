import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EpochMilliseconds } from '../../core/model.js';
import { StoreError, type StoreErrorCode } from '../errors.js';
import { OperationStore } from '../operation-store.js';
import type { StoreOperations } from '../operations.js';
import {
  type Answer,
  type FromWorker,
  monotonicMilliseconds,
  type Request,
  type ToWorker,
  type WorkerOptions,
} from './protocol.js';

export interface SqliteStoreOptions {
  /** Path of the database file; it and its folder are made when they are not there. */
  readonly file: string;
  /** A call that has no answer after this rejects; default 10 s. Drawing samples may take six times as long. */
  readonly deadlineMilliseconds?: number;
  /** Calls that may wait at once; default 20,000. What is full for others still has room for `write`. */
  readonly queueLimit?: number;
  readonly clock?: () => EpochMilliseconds;
}

/** How many calls were made and how many commits they took. */
export interface SqliteStoreStatistics {
  readonly calls: number;
  readonly commits: number;
  readonly waiting: number;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: StoreError) => void;
  readonly timer: NodeJS.Timeout;
}

const OPENING_MILLISECONDS = 60_000;
const CLOSING_MILLISECONDS = 10_000;
/** Share of the queue that calls other than `write` may fill: what became of calls must not be shed. */
const SHARE_FOR_REQUESTS = 0.75;
const SLOW_OPERATIONS: ReadonlySet<string> = new Set(['drawSamples', 'extendSample', 'boot']);

/** Main thread's side of the SQLite store: hands operations to the worker and waits for its answers. */
export class SqliteStore extends OperationStore {
  readonly #worker: Worker;
  readonly #clock: () => EpochMilliseconds;
  readonly #deadlineMilliseconds: number;
  readonly #queueLimit: number;
  readonly #waiting = new Map<number, Waiting>();
  #outbox: Request[] = [];
  #lastId = 0;
  #commits = 0;
  /** Why no more calls are taken. */
  #ended: StoreError | undefined;
  #closing: Promise<void> | undefined;

  /** Use `openSqliteStore`. */
  constructor(worker: Worker, options: SqliteStoreOptions) {
    const clock = options.clock ?? Date.now;
    super(clock);
    this.#clock = clock;
    this.#worker = worker;
    this.#deadlineMilliseconds = options.deadlineMilliseconds ?? 10_000;
    this.#queueLimit = options.queueLimit ?? 20_000;
    worker.on('message', (message: FromWorker) => {
      if (!('answers' in message)) return;
      this.#commits = message.commits;
      for (const answer of message.answers) this.#settle(answer);
    });
    worker.on('error', (error) =>
      this.#end(`the worker thread of the store failed: ${error.message}`, error),
    );
    worker.on('exit', () => this.#end('the worker thread of the store has ended'));
    // Calls that wait keep the process alive by their timers; an idle store does not.
    worker.unref();
  }

  get statistics(): SqliteStoreStatistics {
    return { calls: this.#lastId, commits: this.#commits, waiting: this.#waiting.size };
  }

  protected override perform<K extends keyof StoreOperations>(
    operation: K,
    ...parameters: Parameters<StoreOperations[K]>
  ): Promise<ReturnType<StoreOperations[K]>> {
    return this.#ask(operation, parameters) as Promise<ReturnType<StoreOperations[K]>>;
  }

  override async check(): Promise<void> {
    await this.#ask('check', [this.#clock()]);
  }

  #ask(operation: Request['operation'], parameters: readonly unknown[]): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const limit = operation === 'write' ? this.#queueLimit : this.#queueLimit * SHARE_FOR_REQUESTS;
    if (this.#waiting.size >= limit) {
      return Promise.reject(
        new StoreError(
          'store_overloaded',
          `${this.#waiting.size} calls wait for the store already: call less often, or give it a faster disk`,
        ),
      );
    }
    const milliseconds = this.#deadlineMilliseconds * (SLOW_OPERATIONS.has(operation) ? 6 : 1);
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#expire(id, operation, milliseconds), milliseconds);
      this.#waiting.set(id, { resolve, reject, timer });
      if (this.#outbox.length === 0) queueMicrotask(() => this.#post());
      this.#outbox.push({ id, operation, parameters, deadline: monotonicMilliseconds() + milliseconds });
    });
  }

  /** Everything that was asked for in this turn of the event loop goes over in one message. */
  #post(): void {
    const requests = this.#outbox;
    this.#outbox = [];
    if (this.#ended !== undefined) return;
    try {
      this.#worker.postMessage({ requests } satisfies ToWorker);
    } catch {
      // One of them holds something that cannot be copied to another thread: the others are to go all the same.
      for (const request of requests) this.#postAlone(request);
    }
  }

  #postAlone(request: Request): void {
    try {
      this.#worker.postMessage({ requests: [request] } satisfies ToWorker);
    } catch (error) {
      const message = `${request.operation} cannot be handed to the store: ${String(error)}`;
      this.#settle({ id: request.id, failure: { code: 'store_failed', message } });
    }
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id);
    clearTimeout(waiting.timer);
    if ('failure' in answer) {
      waiting.reject(new StoreError(answer.failure.code, answer.failure.message));
    } else waiting.resolve(answer.value);
  }

  #expire(id: number, operation: string, milliseconds: number): void {
    const message = `${operation} had no answer in ${milliseconds} ms, and may or may not have been carried out: look at the disk`;
    this.#settle({ id, failure: { code: 'store_deadline', message } });
  }

  #end(reason: string, cause?: unknown): void {
    this.#ended ??= new StoreError('store_closed', `${reason}: open the store again`, { cause });
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(this.#ended);
    }
    this.#waiting.clear();
  }

  /** Carries out what was asked for before, closes the file and lets it go. */
  override close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#post();
    this.#ended = new StoreError('store_closed', 'the store is closed: open it again');
    const worker = this.#worker;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => void worker.terminate(), CLOSING_MILLISECONDS);
      worker.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      worker.postMessage({ close: true } satisfies ToWorker);
    });
  }
}

/**
 * Opens the embedded store. Its file is worked on in a thread of its own, so that waiting for the disk never
 * stops the caller; it belongs to this process until `close`.
 *
 * @throws StoreError `store_locked`, `store_damaged`, `store_schema` or `store_failed`
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const file = resolve(options.file);
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: { file } satisfies WorkerOptions,
  });
  try {
    await opened(worker, file);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return new SqliteStore(worker, { ...options, file });
}

/** Waits for the worker's first word. */
function opened(worker: Worker, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (code: StoreErrorCode, message: string): void => {
      stop();
      reject(new StoreError(code, message));
    };
    const onMessage = (message: FromWorker): void => {
      if ('failed' in message) {
        fail(message.failed.code, message.failed.message);
        return;
      }
      stop();
      resolve();
    };
    const onError = (error: Error): void =>
      fail('store_failed', `${file} could not be opened: ${error.message}`);
    const onExit = (): void => fail('store_failed', `${file} could not be opened: its thread has ended`);
    const timer = setTimeout(
      () =>
        fail('store_failed', `${file} did not open in ${OPENING_MILLISECONDS / 1000} s: look at the disk`),
      OPENING_MILLISECONDS,
    );
    const stop = (): void => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
