/**
 * Writes that reach over several slots. Such a write is noted here first, in one transaction with what it changes in the common
 * slot: from then on it happens. Each of its further steps can be repeated without harm, so that whoever finds it unfinished
 * after a crash carries it to its end; then it is struck out.
 */
import { randomUUID } from 'node:crypto';
import type { EpochMilliseconds } from '../../core/model.js';
import type { RedisConnection } from './connection.js';
import type { Keys } from './keys.js';
import { Transaction } from './transaction.js';

interface Entry {
  readonly kind: string;
  readonly at: EpochMilliseconds;
  readonly data: unknown;
}

/** Carries a write on from wherever it was left. */
export type Replay = (batch: string, data: never) => Promise<unknown>;

export class RedoLog {
  readonly #connection: RedisConnection;
  readonly #keys: Keys;
  readonly #clock: () => EpochMilliseconds;
  readonly #replays = new Map<string, Replay>();

  constructor(connection: RedisConnection, keys: Keys, clock: () => EpochMilliseconds) {
    this.#connection = connection;
    this.#keys = keys;
    this.#clock = clock;
  }

  /** Says how writes of a kind are carried on. */
  register(kind: string, replay: Replay): void {
    this.#replays.set(kind, replay);
  }

  newBatch(): string {
    return randomUUID();
  }

  /** A transaction in the common slot that notes the write; the caller may add to it, and commits it. */
  begin(batch: string, kind: string, data: unknown): Transaction {
    const entry: Entry = { kind, at: this.#clock(), data };
    return new Transaction(this.#connection).run(
      'HSET',
      this.#keys.global('redo'),
      batch,
      JSON.stringify(entry),
    );
  }

  /** Strikes the write out. Nobody has to wait for it: repeating a finished write changes nothing. */
  end(batch: string): void {
    this.strikeOut(batch).catch(() => undefined);
  }

  async strikeOut(batch: string): Promise<void> {
    await this.#connection.call('hdel', this.#keys.global('redo'), batch);
  }

  /** Carries on what was noted at least so long ago. Returns how many writes that were. */
  async recover(olderThanMilliseconds: number): Promise<number> {
    const before = this.#clock() - olderThanMilliseconds;
    const entries: (Entry & { readonly batch: string })[] = [];
    for (const [batch, text] of await this.#connection.fields(this.#keys.global('redo'))) {
      const entry = JSON.parse(text) as Entry;
      if (entry.at <= before) entries.push({ ...entry, batch });
    }
    entries.sort((a, b) => a.at - b.at);
    let carriedOn = 0;
    for (const { batch, kind, data } of entries) {
      const replay = this.#replays.get(kind);
      // Of a newer version: that one will.
      if (replay === undefined) continue;
      await replay(batch, data as never);
      this.end(batch);
      carriedOn += 1;
    }
    return carriedOn;
  }
}
