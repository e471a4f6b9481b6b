/** The journal of domain events: a capped stream of protobuf, that others may read with consumer groups of their own. */
import { decodeEvent, encodeEvent } from '../../events/codec.js';
import type { DomainEvent, JournalledEvent } from '../../events/domain-events.js';
import type { RedisConnection } from './connection.js';
import type { Keys } from './keys.js';
import { readScript } from './scripts.js';
import { MOST_ARGUMENTS, ONCE_SECONDS } from './transaction.js';

const APPEND = readScript('append-events');

/** Newest events that are kept, about. */
export const JOURNAL_LIMIT = 1_000_000;

export class Journal {
  readonly #connection: RedisConnection;
  readonly #keys: Keys;

  constructor(connection: RedisConnection, keys: Keys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  /** Appends the events in their order; a batch that was appended before keeps its sequences. */
  async append(batch: string, events: readonly DomainEvent[]): Promise<readonly JournalledEvent[]> {
    const journalled: JournalledEvent[] = [];
    for (let at = 0; at < events.length; at += MOST_ARGUMENTS) {
      const part = events.slice(at, at + MOST_ARGUMENTS);
      const first = (await this.#connection.run(
        APPEND,
        [this.#keys.journal('events'), this.#keys.journal('last'), this.#keys.journal(`done:${batch}:${at}`)],
        [JOURNAL_LIMIT, ONCE_SECONDS, ...part.map((event) => Buffer.from(encodeEvent(event)))],
      )) as number;
      for (const [i, event] of part.entries()) journalled.push({ sequence: first + i, event });
    }
    return journalled;
  }

  /** Forgets what was kept so that the batch is appended once. */
  async forget(batch: string): Promise<void> {
    // More than one part is rare: the answers of the others expire.
    await this.#connection.call('del', this.#keys.journal(`done:${batch}:0`));
  }

  async events(after: number, limit: number): Promise<readonly JournalledEvent[]> {
    if (limit <= 0) return [];
    const entries = await this.#connection.entries(this.#keys.journal('events'), `${after + 1}-0`, limit);
    return entries.map(([id, fields]) => ({
      sequence: Number.parseInt(id.toString(), 10),
      event: decodeEvent(fields[1] ?? Buffer.alloc(0)),
    }));
  }

  /** Drops the events up to this sequence, and with it. */
  async dropUpTo(sequence: number): Promise<void> {
    await this.#connection.call('xtrim', this.#keys.journal('events'), 'MINID', `${sequence + 1}-0`);
  }

  async lastEvent(): Promise<number> {
    return Number((await this.#connection.call('get', this.#keys.journal('last'))) ?? 0);
  }
}
