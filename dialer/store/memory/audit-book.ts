import {
  type AuditEntry,
  type AuditHead,
  type AuditRecord,
  CHAIN_START,
  type Json,
  numberHash,
  sealRecord,
} from '../../audit/audit-record.js';
import type { AuditFilter, Page } from '../port.js';

/** The audit log in memory. */
export class AuditBook {
  readonly #key: string;
  readonly #records: AuditRecord[] = [];

  constructor(key: string) {
    this.#key = key;
  }

  hashOf(number: string): string {
    return numberHash(this.#key, number);
  }

  append(entries: readonly AuditEntry[], result?: Json): void {
    for (const entry of entries)
      this.#records.push(Object.freeze(sealRecord(entry, this.head(), this.#key, result)));
  }

  head(): AuditHead {
    const last = this.#records.at(-1);
    return last === undefined ? CHAIN_START : { sequence: last.sequence, hash: last.hash };
  }

  page(filter: AuditFilter): Page<AuditRecord> {
    const { limit, cursor, oldestFirst = false } = filter;
    const hash = filter.number === undefined ? undefined : this.hashOf(filter.number);
    const found = this.#records.filter(
      (record) =>
        (cursor === undefined ||
          (oldestFirst ? record.sequence > Number(cursor) : record.sequence < Number(cursor))) &&
        (filter.action === undefined || record.action === filter.action) &&
        (filter.actorId === undefined || record.actor.id === filter.actorId) &&
        (filter.subjectKind === undefined || record.subject.kind === filter.subjectKind) &&
        (filter.subjectId === undefined || record.subject.id === filter.subjectId) &&
        (filter.from === undefined || Date.parse(record.at) >= filter.from) &&
        (filter.to === undefined || Date.parse(record.at) < filter.to) &&
        (hash === undefined || (record.numbers ?? []).some((number) => number.hash === hash)),
    );
    if (!oldestFirst) found.reverse();
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return found.length > limit && last !== undefined
      ? { items, nextCursor: String(last.sequence) }
      : { items };
  }
}
