/**
 * Writes that reach over several slots. Such a write is noted here first, in one transaction with what it changes in the common
 * slot: from then on it happens. Each of its further steps can be repeated without harm, so that whoever finds it unfinished
 * after a crash carries it to its end; then it is struck out.
 *
 * What is kept so that a step is taken once is needed as long as anybody may repeat it. Whoever carries on what another noted
 * claims it first. Who noted it and strikes it out unclaimed is the only one to have taken its steps, and can have their answers
 * forgotten; those of a write that was ever claimed expire.
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

/** How long answers of steps, and claims, are kept: nobody finishes a write later than that. */
export const REMEMBERED_SECONDS = 7 * 86_400;

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

  /**
   * Strikes the write out, by whom it was noted and who has taken all its steps. Nobody has to wait for it: repeating a finished
   * write changes nothing.
   *
   * @param forget drops what was kept for a repetition; called when nobody can repeat it any more
   */
  end(batch: string, forget: () => Promise<unknown>): void {
    const struckOut = async (): Promise<void> => {
      const { outcome } = await new Transaction(this.#connection)
        .expectAbsent(this.#claim(batch))
        .run('HDEL', this.#keys.global('redo'), batch)
        .commit();
      if (outcome === 'ok') await forget();
      else await this.#strikeOut(batch);
    };
    // Where it fails the reaper repeats it, and the answers expire by themselves.
    struckOut().catch(() => undefined);
  }

  async #strikeOut(batch: string): Promise<void> {
    await this.#connection.call('hdel', this.#keys.global('redo'), batch);
  }

  /** There when somebody else carries the write on, or did. */
  #claim(batch: string): string {
    return this.#keys.global(`claimed:${batch}`);
  }

  /** Carries on what was noted at least so long ago. Returns how many writes that were. */
  async recover(olderThanMilliseconds: number): Promise<number> {
    const before = this.#clock() - olderThanMilliseconds;
    const entries: (Entry & { readonly batch: string; readonly text: string })[] = [];
    for (const [batch, text] of await this.#connection.fields(this.#keys.global('redo'))) {
      const entry = JSON.parse(text) as Entry;
      if (entry.at <= before) entries.push({ ...entry, batch, text });
    }
    entries.sort((a, b) => a.at - b.at);
    let carriedOn = 0;
    for (const { batch, kind, data, text } of entries) {
      const replay = this.#replays.get(kind);
      // Of a newer version: that one will.
      if (replay === undefined) continue;
      const claimed = await new Transaction(this.#connection)
        .expectField(this.#keys.global('redo'), batch, text)
        .run('SET', this.#claim(batch), '1', 'EX', REMEMBERED_SECONDS)
        .commit();
      // It was finished meanwhile, or is being repeated by who noted it.
      if (claimed.outcome !== 'ok') continue;
      await replay(batch, data as never);
      await this.#strikeOut(batch);
      carriedOn += 1;
    }
    return carriedOn;
  }
}
