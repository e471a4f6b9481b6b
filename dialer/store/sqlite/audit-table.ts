import { randomBytes } from 'node:crypto';
import {
  type AuditEntry,
  type AuditHead,
  type AuditRecord,
  CHAIN_START,
  canonicalJson,
  type Json,
  numberHash,
  sealRecord,
} from '../../audit/audit-record.js';
import type { AuditFilter, Page } from '../port.js';
import type { Command, Database, Query, Value } from './database.js';

type Columns = [sequence: number, record: string, hash: string];

/** The audit log in the file. Triggers refuse any change or deletion of what stands in it. */
export class AuditTable {
  readonly #database: Database;
  readonly #add: Command;
  readonly #addNumber: Command;
  readonly #readHead: Query<[string]>;
  readonly #saveHead: Command;
  readonly #pages = new Map<string, Query<Columns>>();
  readonly #key: string;

  constructor(database: Database) {
    this.#database = database;
    this.#add = database.command('INSERT INTO audit (sequence, record, hash) VALUES (?, ?, ?)');
    this.#addNumber = database.command('INSERT OR IGNORE INTO audit_numbers VALUES (?, ?)');
    this.#readHead = database.query<[string]>("SELECT value FROM meta WHERE name = 'audit_head'");
    this.#saveHead = database.command("INSERT OR REPLACE INTO meta VALUES ('audit_head', ?)");
    database
      .command("INSERT OR IGNORE INTO meta VALUES ('number_key', ?)")
      .run(randomBytes(32).toString('hex'));
    const key = database.query<[string]>("SELECT value FROM meta WHERE name = 'number_key'").first()?.[0];
    if (key === undefined) throw new Error('the key for the hashes of numbers could not be made');
    this.#key = key;
  }

  /** The keyed hash that stands for the number wherever the number itself must not be. */
  hashOf(number: string): string {
    return numberHash(this.#key, number);
  }

  append(entries: readonly AuditEntry[], result?: Json): void {
    if (entries.length === 0) return;
    let head = this.head();
    for (const entry of entries) {
      const { hash, ...content } = sealRecord(entry, head, this.#key, result);
      this.#add.run(content.sequence, canonicalJson(content), hash);
      for (const number of content.numbers ?? []) this.#addNumber.run(number.hash, content.sequence);
      head = { sequence: content.sequence, hash };
    }
    this.#saveHead.run(JSON.stringify(head));
  }

  head(): AuditHead {
    const stored = this.#readHead.first()?.[0];
    return stored === undefined ? CHAIN_START : (JSON.parse(stored) as AuditHead);
  }

  page(filter: AuditFilter): Page<AuditRecord> {
    const { limit, cursor, oldestFirst = false } = filter;
    const conditions = [`sequence ${oldestFirst ? '>' : '<'} ?`];
    const parameters: Value[] = [
      cursor === undefined ? (oldestFirst ? 0 : Number.MAX_SAFE_INTEGER) : Number(cursor),
    ];
    const where = (condition: string, value: Value | undefined): void => {
      if (value === undefined) return;
      conditions.push(condition);
      parameters.push(value);
    };
    where('action = ?', filter.action);
    where('actor_id = ?', filter.actorId);
    where('subject_kind = ?', filter.subjectKind);
    where('subject_id = ?', filter.subjectId);
    where('at >= ?', instant(filter.from));
    where('at < ?', instant(filter.to));
    where(
      'sequence IN (SELECT sequence FROM audit_numbers WHERE number_hash = ?)',
      filter.number === undefined ? undefined : this.hashOf(filter.number),
    );
    const sql = `SELECT sequence, record, hash FROM audit WHERE ${conditions.join(' AND ')}
      ORDER BY sequence ${oldestFirst ? 'ASC' : 'DESC'} LIMIT ?`;
    let query = this.#pages.get(sql);
    if (query === undefined) {
      query = this.#database.query<Columns>(sql);
      this.#pages.set(sql, query);
    }
    const rows = query.all(...parameters, limit + 1);
    const items = rows.slice(0, limit).map(recordOf);
    const last = rows[limit - 1];
    return rows.length > limit && last !== undefined ? { items, nextCursor: String(last[0]) } : { items };
  }
}

function instant(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

function recordOf([, record, hash]: Columns): AuditRecord {
  return { ...(JSON.parse(record) as Omit<AuditRecord, 'hash'>), hash };
}
