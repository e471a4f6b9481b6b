/** Stores: how to open one from what the operator wrote. */
import { StoreError } from './errors.js';
import type { Store } from './port.js';
import { openRedisStore } from './redis/redis-store.js';
import { REDIS_URL } from './redis/redis-url.js';
import { openSqliteStore } from './sqlite/sqlite-store.js';

export { StoreError, type StoreErrorCode } from './errors.js';
export type * from './lists.js';
export { MAIN_LIST, MOST_ATTEMPTS_COUNTED } from './lists.js';
export { MemoryStore, MemoryStoreCore, type MemoryStoreOptions } from './memory-store.js';
export type { StoreOperations } from './operations.js';
export type * from './port.js';
export {
  backUpSqliteFile,
  type SqliteBackup,
  type SqliteBackupOptions,
} from './sqlite/backup.js';
export { openSqliteStore, SqliteStore, type SqliteStoreOptions } from './sqlite/sqlite-store.js';

/**
 * Opens the store that a URL names: `sqlite:FILE`, where FILE is a path, absolute or from the working folder, or a Redis
 * (`redis://`, `redis+sentinel://`, `redis+cluster://`, each also with `rediss`).
 *
 * @throws StoreError `store_unsupported` for any other kind of URL, and what `openSqliteStore` and
 * `openRedisStore` throw
 */
export async function openStore(url: string): Promise<Store> {
  const file = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (file !== undefined) return openSqliteStore({ file });
  if (REDIS_URL.test(url)) {
    const store = await openRedisStore({ url });
    if (store.missing.length === 0) return store;
    await store.close();
    throw new StoreError(
      'store_unsupported',
      `the Redis store of this build is not complete (it lacks ${store.missing.join(', ')}): use sqlite:FILE`,
    );
  }
  throw new StoreError(
    'store_unsupported',
    `the store ${JSON.stringify(url)} is of no kind this build knows: use sqlite:FILE, for example sqlite:data/tactus.db`,
  );
}
