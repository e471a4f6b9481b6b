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
import { StoreError } from '../errors.js';
import type { AuditFilter, Page } from '../port.js';
import { AuditSearch, SPAN } from './audit-search.js';
import type { RedisConnection } from './connection.js';
import { REMEMBERED_SECONDS } from './redo-log.js';
import type { RegistryKeys } from './registry-keys.js';
import { readScript } from './scripts.js';

const APPEND = readScript('append-audit');

/** Opens the log; the key for the hashes of numbers is drawn once. */
export async function openAuditChain(connection: RedisConnection, keys: RegistryKeys): Promise<AuditChain> {
  await connection.call('set', keys.numberKey, randomBytes(32).toString('hex'), 'NX');
  return new AuditChain(connection, keys, String(await connection.call('get', keys.numberKey)));
}

interface Request {
  readonly entries: readonly AuditEntry[];
  readonly result: Json | undefined;
  /** Key of the mark of a batch that is appended once. */
  readonly mark: string | undefined;
  resolve(): void;
  reject(error: unknown): void;
}

/** Records appended in one script. */
const APPENDED_AT_ONCE = 200;
/** Attempts to append while others append, too. */
const ATTEMPTS = 200;

/**
 * The audit log: a stream whose ids are the records' sequences, and its head. Requests of this process that meet are appended
 * together; against other processes, the script compares the head that the records were chained to.
 */
export class AuditChain {
  readonly #connection: RedisConnection;
  readonly #keys: RegistryKeys;
  readonly #key: string;
  readonly #search: AuditSearch;
  #queue: Request[] = [];
  #busy = false;
  /** The head as JSON, as this process last saw it. */
  #head: string | undefined;

  /** @param key for the hashes of numbers */
  constructor(connection: RedisConnection, keys: RegistryKeys, key: string) {
    this.#connection = connection;
    this.#keys = keys;
    this.#key = key;
    this.#search = new AuditSearch(connection, keys, (number) => this.hashOf(number));
  }

  /** The keyed hash that stands for the number wherever the number itself must not be. */
  hashOf(number: string): string {
    return numberHash(this.#key, number);
  }

  /** @param batch appended once: when it was appended before, nothing is */
  append(entries: readonly AuditEntry[], result?: Json, batch?: string): Promise<void> {
    if (entries.length === 0) return Promise.resolve();
    // What cannot be recorded is refused by itself, not together with others.
    for (const entry of entries) canonicalJson(entry);
    const mark = batch === undefined ? undefined : this.#keys.auditMark(batch);
    return new Promise((resolve, reject) => {
      this.#queue.push({ entries, result, mark, resolve, reject });
      if (!this.#busy) void this.#drain();
    });
  }

  /** Forgets that the batch was appended. */
  async forget(batch: string): Promise<void> {
    await this.#connection.call('del', this.#keys.auditMark(batch));
  }

  async head(): Promise<AuditHead> {
    return headOf(await this.#readHead());
  }

  async #readHead(): Promise<string> {
    return ((await this.#connection.call('get', this.#keys.auditHead)) as string | null) ?? '';
  }

  page(filter: AuditFilter): Promise<Page<AuditRecord>> {
    return this.#search.page(filter);
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#queue.length > 0) {
      let records = 0;
      let count = 0;
      for (const { entries } of this.#queue) {
        if (count > 0 && records + entries.length > APPENDED_AT_ONCE) break;
        records += entries.length;
        count += 1;
      }
      const batch = this.#queue.splice(0, count);
      try {
        await this.#append(batch);
      } catch (error) {
        this.#head = undefined;
        for (const { reject } of batch) reject(error);
      }
    }
    this.#busy = false;
  }

  async #append(requests: readonly Request[]): Promise<void> {
    let left = requests;
    let head = this.#head ?? (await this.#readHead());
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (left.length === 0) return;
      const { keys, parameters, newHead } = this.#sealed(left, head);
      const [code, ...rest] = (await this.#connection.run(APPEND, keys, parameters)) as [number, ...string[]];
      if (code === 1) {
        this.#head = newHead;
        for (const { resolve } of left) resolve();
        return;
      }
      if (code === 0) {
        head = rest[0] ?? '';
        // Somebody else is quicker: after a few attempts, let them.
        if (attempt > 3) await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * attempt));
        continue;
      }
      const done = new Set(rest);
      for (const { mark, resolve } of left) if (done.has(mark ?? '')) resolve();
      left = left.filter(({ mark }) => !done.has(mark ?? ''));
    }
    throw new StoreError(
      'store_overloaded',
      `the audit log was appended to by others ${ATTEMPTS} times in a row: try again`,
    );
  }

  #sealed(
    requests: readonly Request[],
    head: string,
  ): { readonly keys: string[]; readonly parameters: (string | number)[]; readonly newHead: string } {
    const marks = requests.flatMap(({ mark }) => mark ?? []);
    const keys = [this.#keys.auditHead, this.#keys.auditRecords, this.#keys.auditSpans, ...marks];
    const places = new Map<string, number>();
    const placeOf = (key: string): number => {
      const known = places.get(key);
      if (known !== undefined) return known;
      keys.push(key);
      places.set(key, keys.length);
      return keys.length;
    };
    const rows: (string | number)[] = [];
    let last = headOf(head);
    for (const { entries, result } of requests)
      for (const entry of entries) {
        const { hash, ...content } = sealRecord(entry, last, this.#key, result);
        const found = this.#keys.auditIndexesOf(content).map(placeOf);
        rows.push(content.sequence, entry.at, canonicalJson({ ...content, hash }), found.length, ...found);
        last = { sequence: content.sequence, hash };
      }
    const newHead = JSON.stringify(last);
    return { keys, parameters: [head, newHead, SPAN, marks.length, REMEMBERED_SECONDS, ...rows], newHead };
  }
}

function headOf(json: string): AuditHead {
  return json === '' ? CHAIN_START : (JSON.parse(json) as AuditHead);
}
