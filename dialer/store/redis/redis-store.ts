import type { EpochMilliseconds } from '../../core/model.js';
import { StoreError } from '../errors.js';
import { OperationStore } from '../operation-store.js';
import type { StoreOperations } from '../operations.js';
import { attemptOperations } from './attempt-operations.js';
import { openAuditChain } from './audit-chain.js';
import { CONNECTION_TIMES, type ConnectionTimes, RedisConnection } from './connection.js';
import { contactOperations } from './contact-operations.js';
import type { AsyncOperations, RedisContext } from './context.js';
import { Directory } from './directory.js';
import { DocumentRecords } from './document-records.js';
import { type Durability, readDurability } from './durability.js';
import { editOperations } from './edit-operations.js';
import { FenceBook } from './fence-book.js';
import { Journal } from './journal.js';
import { Keys } from './keys.js';
import { NumberBook } from './number-book.js';
import { numberOperations } from './number-operations.js';
import { OperationLog } from './operation-log.js';
import { RedoLog } from './redo-log.js';
import { RegistryKeys } from './registry-keys.js';
import { registryOperations } from './registry-operations.js';
import { Reservations } from './reservations.js';

/** Layout of the keys. A store of a newer one is refused. */
const SCHEMA = 1;
/** A write that was noted so long ago was left by a crash, milliseconds. */
const LEFT_BEHIND_MILLISECONDS = 10_000;

export interface RedisStoreOptions {
  readonly url: string;
  readonly times?: ConnectionTimes;
  readonly clock?: () => EpochMilliseconds;
}

/** The Store port over Redis: one server, Sentinel or Cluster. The books beside this file say how each subject is kept. */
export class RedisStore extends OperationStore {
  readonly #context: RedisContext;
  readonly #operations: Partial<AsyncOperations>;
  readonly #reservations: Reservations;
  readonly #reaper: NodeJS.Timeout;
  /** What the Redis that was found guarantees. */
  readonly durability: Durability;
  #closed = false;

  constructor(context: RedisContext, durability: Durability) {
    super(context.clock);
    this.#context = context;
    this.#reservations = new Reservations(context);
    this.durability = durability;
    this.#operations = operationsOf(context, this.#reservations);
    this.#reaper = setInterval(() => void this.reap().catch(() => undefined), LEFT_BEHIND_MILLISECONDS);
    this.#reaper.unref();
  }

  protected override async perform<K extends keyof StoreOperations>(
    operation: K,
    ...parameters: Parameters<StoreOperations[K]>
  ): Promise<ReturnType<StoreOperations[K]>> {
    this.#mustBeOpen();
    const carryOut = this.#operations[operation] as
      | ((...p: unknown[]) => Promise<ReturnType<StoreOperations[K]>>)
      | undefined;
    if (carryOut === undefined)
      throw new StoreError('store_unsupported', `the Redis store has no ${operation} yet: use sqlite:FILE`);
    return carryOut(...parameters);
  }

  /** Operations of the port that this store does not have. */
  get missing(): readonly string[] {
    // The port's operations are the functions of the instance itself.
    return Object.entries(this).flatMap(([name, value]) =>
      typeof value === 'function' && !(name in this.#operations) ? [name] : [],
    );
  }

  /** @see FenceBook.raise */
  async raiseFence(pool: string, campaignIds: readonly string[], token: number): Promise<void> {
    this.#mustBeOpen();
    await this.#context.fences.raise(pool, campaignIds, token);
  }

  /** Finishes what crashes left behind. */
  async reap(olderThanMilliseconds = LEFT_BEHIND_MILLISECONDS): Promise<void> {
    this.#mustBeOpen();
    await this.#context.redo.recover(olderThanMilliseconds);
    await this.#reservations.reap(this.#context.clock());
  }

  override async check(): Promise<void> {
    this.#mustBeOpen();
    const { connection, keys } = this.#context;
    await connection.call('set', keys.global('check'), 'x', 'EX', 60);
  }

  override async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#reaper);
    this.#context.connection.close();
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new StoreError('store_closed', 'the store is closed: open it again');
  }
}

/** The operations of all books. */
function operationsOf(context: RedisContext, reservations: Reservations): Partial<AsyncOperations> {
  const { journal } = context;
  return {
    ...registryOperations(context),
    ...numberOperations(context),
    ...contactOperations(context),
    ...editOperations(context),
    ...attemptOperations(context, reservations),
    events: (after, limit) => journal.events(after, limit),
    lastEvent: () => journal.lastEvent(),
  };
}

/**
 * @throws StoreError `store_unavailable`, `store_unsupported` (address, credentials, or a Redis that drops records when memory
 * is short) or `store_schema`
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<RedisStore> {
  const clock = options.clock ?? Date.now;
  const connection = await RedisConnection.open(options.url, options.times ?? CONNECTION_TIMES);
  try {
    const keys = new Keys(connection.address.prefix);
    const durability = await readDurability(connection);
    if (!['noeviction', 'unknown'].includes(durability.evictionPolicy))
      throw new StoreError('store_unsupported', durability.warnings[0] ?? 'this Redis evicts records');
    await connection.call('set', keys.global('schema'), SCHEMA, 'NX');
    const schema = Number(await connection.call('get', keys.global('schema')));
    if (schema > SCHEMA)
      throw new StoreError(
        'store_schema',
        `the Redis store has layout ${schema}, this build knows ${SCHEMA} at most: use the version that wrote it`,
      );
    return new RedisStore(await contextOver(connection, clock), durability);
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** What the books share, over a connection that stands. */
export async function contextOver(
  connection: RedisConnection,
  clock: () => EpochMilliseconds,
): Promise<RedisContext> {
  const keys = new Keys(connection.address.prefix);
  const registryKeys = new RegistryKeys(keys);
  const redo = new RedoLog(connection, keys, clock);
  const audit = await openAuditChain(connection, registryKeys);
  return {
    connection,
    keys,
    clock,
    fences: new FenceBook(connection, keys),
    directory: new Directory(connection, keys),
    journal: new Journal(connection, keys),
    redo,
    registryKeys,
    audit,
    operations: new OperationLog(connection, redo, audit),
    documents: new DocumentRecords(connection, registryKeys),
    numbers: new NumberBook(connection, keys),
  };
}
