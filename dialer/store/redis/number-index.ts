import type { RedisConnection } from './connection.js';
import { type Keys, NUMBER_SHARDS, shardOf } from './keys.js';
import { lexAfter } from './lex-range.js';
import type { Transaction } from './transaction.js';

interface ShardCursor {
  readonly key: string;
  numbers: string[];
  /** Everything after `numbers` has been read. */
  exhausted: boolean;
}

/** Numbers in their order over all shards: in each shard a sorted set, merged as they are read. */
export class NumberIndex {
  readonly #connection: RedisConnection;
  readonly #keys: Keys;
  readonly #name: string;

  constructor(connection: RedisConnection, keys: Keys, name: string) {
    this.#connection = connection;
    this.#keys = keys;
    this.#name = name;
  }

  add(transaction: Transaction, number: string): void {
    transaction.run('ZADD', this.#keyOf(number), 0, number);
  }

  remove(transaction: Transaction, number: string): void {
    transaction.run('ZREM', this.#keyOf(number), number);
  }

  /** Up to `count` numbers from `from` on, and that one only when `inclusive`. */
  async page(from: string, inclusive: boolean, count: number): Promise<readonly string[]> {
    const portion = Math.max(4, Math.ceil((count * 2) / NUMBER_SHARDS));
    const start = from === '' ? '-' : inclusive ? `[${from}` : lexAfter(from);
    const shards: ShardCursor[] = await Promise.all(
      Array.from({ length: NUMBER_SHARDS }, (_, shard) =>
        this.#read(this.#keys.shard(shard, this.#name), start, portion),
      ),
    );
    const found: string[] = [];
    while (found.length < count) {
      let least: ShardCursor | undefined;
      for (const shard of shards)
        if (shard.numbers.length > 0 && (least === undefined || first(shard) < first(least))) least = shard;
      if (least === undefined) break;
      const number = least.numbers.shift() as string;
      found.push(number);
      if (least.numbers.length === 0 && !least.exhausted)
        Object.assign(least, await this.#read(least.key, lexAfter(number), portion));
    }
    return found;
  }

  async #read(key: string, start: string, portion: number): Promise<ShardCursor> {
    const numbers = (await this.#connection.call(
      'zrangebylex',
      key,
      start,
      '+',
      'LIMIT',
      0,
      portion,
    )) as string[];
    return { key, numbers, exhausted: numbers.length < portion };
  }

  #keyOf(number: string): string {
    return this.#keys.shard(shardOf(number), this.#name);
  }
}

function first({ numbers }: ShardCursor): string {
  return numbers[0] as string;
}
