/** Stable codes of what a store can fail with. */
export type StoreErrorCode =
  /** Another process holds the data file. */
  | 'store_locked'
  /** The file is no store, or is damaged. */
  | 'store_damaged'
  /** The file was written by a newer version. */
  | 'store_schema'
  /** Closed, or its worker thread is gone: nothing more can be stored by this object. */
  | 'store_closed'
  /** The queue is full: the call was not carried out. */
  | 'store_overloaded'
  /** No answer in time: the call may or may not have been carried out. */
  | 'store_deadline'
  /** No connection, or a server that takes nothing now: the call was not carried out. */
  | 'store_unavailable'
  /** No room left: the call was not carried out. */
  | 'store_full'
  /** Another node owns the pool by now: the call was not carried out, and repeating it is of no use. */
  | 'store_fenced'
  /** The URL names a kind of store that this build does not have. */
  | 'store_unsupported'
  /** The operation itself failed; nothing of it was written. */
  | 'store_failed';

/** Every store rejects with this error. The message is one line that names the cause and the remedy. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
