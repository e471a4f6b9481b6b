import type { AuditRecord } from '../../audit/audit-record.js';
import type { AuditFilter, Page } from '../port.js';
import type { RedisConnection } from './connection.js';
import type { RegistryKeys } from './registry-keys.js';

/** Records whose earliest and latest time are kept together, so that a period is found without looking at all. Part of the layout. */
export const SPAN = 256;
/** Spans that are looked at in one command. */
const SPANS_AT_ONCE = 200;

/** Looks for audit records: by the index with the fewest of them, or by time; every read is bounded. */
export class AuditSearch {
  readonly #connection: RedisConnection;
  readonly #keys: RegistryKeys;
  readonly #hashOf: (number: string) => string;

  constructor(connection: RedisConnection, keys: RegistryKeys, hashOf: (number: string) => string) {
    this.#connection = connection;
    this.#keys = keys;
    this.#hashOf = hashOf;
  }

  async page(filter: AuditFilter): Promise<Page<AuditRecord>> {
    const { limit, cursor, oldestFirst = false } = filter;
    const hash = filter.number === undefined ? undefined : this.#hashOf(filter.number);
    const items: AuditRecord[] = [];
    let after = cursor === undefined ? (oldestFirst ? 0 : Number.MAX_SAFE_INTEGER) : Number(cursor);
    const indexes = this.#keys.auditIndexes({ ...filter, numberHash: hash });
    const index = await this.#smallest(indexes);
    for (;;) {
      const { records, next } =
        index === undefined
          ? await this.#bySequence(filter, after, limit + 1 - items.length)
          : await this.#byIndex(index, after, oldestFirst, limit + 1);
      for (const record of records) {
        if (!matches(record, filter, hash)) continue;
        const last = items[limit - 1];
        if (last !== undefined) return { items, nextCursor: String(last.sequence) };
        items.push(record);
      }
      if (next === undefined) return { items };
      after = next;
    }
  }

  async #smallest(indexes: readonly string[]): Promise<string | undefined> {
    if (indexes.length < 2) return indexes[0];
    const sizes = await Promise.all(indexes.map((key) => this.#connection.call('zcard', key)));
    return indexes[sizes.indexOf(Math.min(...sizes.map(Number)))];
  }

  /** The next records of an index; `next` says from where to go on. */
  async #byIndex(index: string, after: number, oldestFirst: boolean, count: number): Promise<Found> {
    const [command, end] = oldestFirst ? ['zrangebyscore', '+inf'] : ['zrevrangebyscore', '-inf'];
    const sequences = (await this.#connection.call(
      command,
      index,
      `(${after}`,
      end,
      'LIMIT',
      0,
      count,
    )) as string[];
    const found = await Promise.all(sequences.map((each) => this.#range(true, each, each)));
    return { records: found.flat(), next: sequences.length < count ? undefined : Number(sequences.at(-1)) };
  }

  /** The next records of the log; spans that lie outside the period are stepped over. */
  async #bySequence(filter: AuditFilter, after: number, count: number): Promise<Found> {
    const { from, to, oldestFirst = false } = filter;
    if (from === undefined && to === undefined) {
      const records = oldestFirst
        ? await this.#range(true, `(${after}`, '+', count)
        : await this.#range(false, '-', `(${after}-0`, count);
      return { records, next: records.length < count ? undefined : records.at(-1)?.sequence };
    }
    const [last] = await this.#range(false, '-', '+', 1);
    const end = last?.sequence ?? 0;
    const first = oldestFirst ? after + 1 : Math.min(after - 1, end);
    if (first < 1 || first > end) return { records: [], next: undefined };
    const onward = (reached: number): number | undefined =>
      (oldestFirst ? reached >= end : reached <= 1) ? undefined : reached;

    const spans = Array.from(
      { length: SPANS_AT_ONCE },
      (_, i) => Math.floor((first - 1) / SPAN) + (oldestFirst ? i : -i),
    ).filter((span) => span >= 0 && span * SPAN < end);
    const periods = (await this.#connection.call('hmget', this.#keys.auditSpans, ...spans)) as (
      | string
      | null
    )[];
    const wanted = spans.find((_, i) => touches(periods[i] ?? '', from, to));
    if (wanted === undefined) {
      const furthest = spans.at(-1) ?? 0;
      return { records: [], next: onward(oldestFirst ? (furthest + 1) * SPAN : furthest * SPAN + 1) };
    }
    const low = Math.max(wanted * SPAN + 1, oldestFirst ? first : 1);
    const high = Math.min((wanted + 1) * SPAN, oldestFirst ? end : first);
    const records = await this.#range(oldestFirst, String(low), String(high));
    return { records, next: onward(oldestFirst ? high : low) };
  }

  /** Records from one id of the stream to another. */
  async #range(
    oldestFirst: boolean,
    low: string,
    high: string,
    count = SPAN,
  ): Promise<readonly AuditRecord[]> {
    const [command, from, to] = oldestFirst ? ['xrange', low, high] : ['xrevrange', high, low];
    const key = this.#keys.auditRecords;
    const rows = await this.#connection.call(
      command as string,
      key,
      from as string,
      to as string,
      'COUNT',
      count,
    );
    return (rows as [id: string, fields: string[]][]).map(
      ([, fields]) => JSON.parse(fields[1] ?? '') as AuditRecord,
    );
  }
}

interface Found {
  readonly records: readonly AuditRecord[];
  /** Sequence to go on after; absent when there is no more. */
  readonly next: number | undefined;
}

function touches(period: string, from: number | undefined, to: number | undefined): boolean {
  const [earliest = Number.NaN, latest = Number.NaN] = period.split(' ').map(Number);
  return (from === undefined || latest >= from) && (to === undefined || earliest < to);
}

function matches(record: AuditRecord, filter: AuditFilter, hash: string | undefined): boolean {
  const { action, actorId, subjectKind, subjectId, from, to } = filter;
  return (
    (action === undefined || record.action === action) &&
    (actorId === undefined || record.actor.id === actorId) &&
    (subjectKind === undefined || record.subject.kind === subjectKind) &&
    (subjectId === undefined || record.subject.id === subjectId) &&
    (from === undefined || Date.parse(record.at) >= from) &&
    (to === undefined || Date.parse(record.at) < to) &&
    (hash === undefined || (record.numbers ?? []).some((number) => number.hash === hash))
  );
}
