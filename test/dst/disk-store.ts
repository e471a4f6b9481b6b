/**
 * The embedded store, worked on in this thread so that a run repeats itself: the same transactions as in its own thread,
 * one operation each.
 */
import { appendFileSync, copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreOperations } from '../../dialer/store/operations.js';
import type { BatchRunner } from '../../dialer/store/sqlite/batch.js';
import type { Database } from '../../dialer/store/sqlite/database.js';
import type { Request } from '../../dialer/store/sqlite/protocol.js';

export interface OpenedFile {
  readonly database: Database;
  readonly runner: BatchRunner;
}

export class DiskStore {
  readonly #folder: string;
  readonly #open: (file: string) => OpenedFile;
  #opened: OpenedFile;
  #file: string;
  #lives = 0;
  #requests = 0;
  /** Every operation of the port, each in a transaction of its own. */
  readonly operations: StoreOperations;

  constructor(folder: string, open: (file: string) => OpenedFile) {
    this.#folder = folder;
    this.#open = open;
    this.#file = join(folder, 'store-0.db');
    this.#opened = open(this.#file);
    const call =
      (operation: string) =>
      (...parameters: unknown[]): unknown =>
        this.#call(operation, parameters);
    this.operations = new Proxy({} as StoreOperations, {
      get: (_, operation) => call(String(operation)),
    });
  }

  #call(operation: string, parameters: readonly unknown[]): unknown {
    const request: Request = {
      id: ++this.#requests,
      operation: operation as Request['operation'],
      parameters,
      deadline: Number.POSITIVE_INFINITY,
    };
    let handed = false;
    const [answer] = this.#opened.runner.run(() => {
      if (handed) return undefined;
      handed = true;
      return request;
    });
    if (answer === undefined || 'failure' in answer)
      throw new Error(`${operation}: ${answer?.failure.message ?? 'no answer'}`);
    return answer.value;
  }

  /**
   * What a new process finds: the file and its log as they were, and, when the old one died in the middle of a commit, half
   * a page at the end of the log.
   */
  reopen(torn: boolean): StoreOperations {
    const file = join(this.#folder, `store-${++this.#lives}.db`);
    copyFileSync(this.#file, file);
    if (existsSync(`${this.#file}-wal`)) {
      copyFileSync(`${this.#file}-wal`, `${file}-wal`);
      if (torn) appendFileSync(`${file}-wal`, Buffer.alloc(24 + 1_000, 0x5a));
    }
    this.close();
    this.#file = file;
    this.#opened = this.#open(file);
    return this.operations;
  }

  close(): void {
    this.#opened.database.close();
    rmSync(this.#file, { force: true });
    rmSync(`${this.#file}-wal`, { force: true });
  }
}
