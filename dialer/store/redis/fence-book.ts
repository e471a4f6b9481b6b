/**
 * Fences: who owns a pool raises its token in every slot that the pool's writes go to; a writer with a lower token is refused
 * there by the script that would have written.
 */
import { StoreError } from '../errors.js';
import type { RedisConnection } from './connection.js';
import type { Keys } from './keys.js';
import { readScript } from './scripts.js';
import type { Fence, Transaction } from './transaction.js';

const RAISE = readScript('raise-fence');

export class FenceBook {
  readonly #connection: RedisConnection;
  readonly #keys: Keys;
  /** Tokens that this process holds, by pool. */
  readonly #tokens = new Map<string, number>();
  readonly #pools = new Map<string, string>();

  constructor(connection: RedisConnection, keys: Keys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  /**
   * Raises the pool's fence to the token for these campaigns, and carries the token with this process's writes to them from
   * now on.
   *
   * @throws StoreError `store_fenced` when a higher token is known already
   */
  async raise(pool: string, campaignIds: readonly string[], token: number): Promise<void> {
    // The common slot comes first: every write begins there.
    await this.#raiseAt(this.#keys.global('fences'), pool, token);
    await Promise.all(campaignIds.map((id) => this.#raiseAt(this.#keys.campaign(id, 'fences'), pool, token)));
    this.#tokens.set(pool, token);
    for (const id of campaignIds) this.#pools.set(id, pool);
  }

  async #raiseAt(key: string, pool: string, token: number): Promise<void> {
    const stands = Number(await this.#connection.run(RAISE, [key], [pool, token]));
    if (stands > token)
      throw new StoreError('store_fenced', `pool ${pool} belongs to another node by now (token ${stands})`);
  }

  /** The fence of writes to the campaign; undefined where this process holds none. */
  of(campaignId: string): Fence | undefined {
    const pool = this.#pools.get(campaignId);
    const token = pool === undefined ? undefined : this.#tokens.get(pool);
    return pool === undefined || token === undefined ? undefined : { pool, token };
  }

  /** Fences the transaction, which is in the campaign's slot. */
  guard(transaction: Transaction, campaignId: string): Transaction {
    return transaction.fenced(this.#keys.campaign(campaignId, 'fences'), this.of(campaignId));
  }

  /** Fences the transaction, which is in the common slot, with all tokens of these campaigns. */
  guardCommon(transaction: Transaction, campaignIds: Iterable<string>): Transaction {
    const pools = new Map<string, Fence>();
    for (const id of campaignIds) {
      const fence = this.of(id);
      if (fence !== undefined) pools.set(fence.pool, fence);
    }
    for (const fence of pools.values()) transaction.fenced(this.#keys.global('fences'), fence);
    return transaction;
  }
}
