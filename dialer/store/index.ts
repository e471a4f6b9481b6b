/** Stores: how to open one from what the operator wrote. */
import { StoreError } from './errors.js';
import type { Store } from './port.js';
import { openSqliteStore } from './sqlite/sqlite-store.js';

export { StoreError, type StoreErrorCode } from './errors.js';
export type * from './lists.js';
export { MAIN_LIST, MOST_ATTEMPTS_COUNTED } from './lists.js';
export { MemoryStore, MemoryStoreCore, type MemoryStoreOptions } from './memory-store.js';
export type { StoreOperations } from './operations.js';
export type * from './port.js';
export { openSqliteStore, SqliteStore, type SqliteStoreOptions } from './sqlite/sqlite-store.js';

/**
 * Opens the store that a URL names: `sqlite:FILE`, where FILE is a path, absolute or from the working folder.
 *
 * @throws StoreError `store_unsupported` for any other kind of URL, and what `openSqliteStore` throws
 */
export async function openStore(url: string): Promise<Store> {
  const file = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (file !== undefined) return openSqliteStore({ file });
  if (/^rediss?:/.test(url)) {
    throw new StoreError(
      'store_unsupported',
      'this build has no Redis store yet: use sqlite:FILE, with one engine for each pool',
    );
  }
  throw new StoreError(
    'store_unsupported',
    `the store ${JSON.stringify(url)} is of no kind this build knows: use sqlite:FILE, for example sqlite:data/tactus.db`,
  );
}
