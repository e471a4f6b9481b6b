/** What the books of the Redis store share. */
import type { EpochMilliseconds } from '../../core/model.js';
import type { StoreOperations } from '../operations.js';
import type { RedisConnection } from './connection.js';
import type { Directory } from './directory.js';
import type { FenceBook } from './fence-book.js';
import type { Journal } from './journal.js';
import type { Keys } from './keys.js';
import type { RedoLog } from './redo-log.js';

/** The port's operations as this store carries them out: each book has some of them. */
export type AsyncOperations = {
  [K in keyof StoreOperations]: (
    ...parameters: Parameters<StoreOperations[K]>
  ) => Promise<Awaited<ReturnType<StoreOperations[K]>>>;
};

export interface RedisContext {
  readonly connection: RedisConnection;
  readonly keys: Keys;
  /** Wall clock: for the age of what was left unfinished, never for what the port decides. */
  readonly clock: () => EpochMilliseconds;
  readonly fences: FenceBook;
  readonly directory: Directory;
  readonly journal: Journal;
  readonly redo: RedoLog;
}
