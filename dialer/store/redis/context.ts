/** What the books of the Redis store share. */
import type { EpochMilliseconds } from '../../core/model.js';
import type { StoreOperations } from '../operations.js';
import type { AuditChain } from './audit-chain.js';
import type { RedisConnection } from './connection.js';
import type { Directory } from './directory.js';
import type { DocumentRecords } from './document-records.js';
import type { FenceBook } from './fence-book.js';
import type { Journal } from './journal.js';
import type { Keys } from './keys.js';
import type { NumberBook } from './number-book.js';
import type { OperationLog } from './operation-log.js';
import type { RedoLog } from './redo-log.js';
import type { RegistryKeys } from './registry-keys.js';

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
  readonly registryKeys: RegistryKeys;
  readonly audit: AuditChain;
  readonly operations: OperationLog;
  readonly documents: DocumentRecords;
  readonly numbers: NumberBook;
}
