/** What the two threads of the SQLite store say to each other. */
import type { StoreErrorCode } from '../errors.js';
import type { StoreOperations } from '../operations.js';

/** One operation to carry out. */
export interface Request {
  readonly id: number;
  readonly operation: keyof StoreOperations | 'check';
  readonly parameters: readonly unknown[];
  /** On the monotonic clock of `monotonicMilliseconds`; too late, nobody waits for it any more. */
  readonly deadline: number;
}

/** To the worker: operations asked for in one turn of the event loop, or the end. */
export type ToWorker = { readonly requests: readonly Request[] } | { readonly close: true };

export interface Failure {
  readonly code: StoreErrorCode;
  readonly message: string;
}

export type Answer = { readonly id: number } & ({ readonly value: unknown } | { readonly failure: Failure });

/** From the worker: that the file is open (or why not), answers of one commit, or that the file is closed. */
export type FromWorker =
  | { readonly opened: true }
  | { readonly failed: Failure }
  | { readonly answers: readonly Answer[]; readonly commits: number }
  | { readonly closed: true };

export interface WorkerOptions {
  readonly file: string;
}

/** A clock that both threads read alike and that nobody sets. */
export function monotonicMilliseconds(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
