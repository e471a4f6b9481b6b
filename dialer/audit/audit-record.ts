/**
 * The audit log's records and their chain: who changed what, when, before and after. Each record carries the
 * SHA-256 of its own content, and that content names the hash of the record before: to change, drop or insert one
 * breaks every hash that follows.
 *
 * Telephone numbers are never in a record. It holds their keyed hash (HMAC-SHA-256 under a key that only the store
 * has) and last two digits: enough to find all records of a number, and to show that a certain number was meant,
 * while a copy of the log names nobody. So a person can be erased elsewhere without a record being touched. Free
 * words about a person (the evidence of a consent, a note) do not belong into a record either.
 */
import { createHash, createHmac } from 'node:crypto';
import type { EpochMilliseconds } from '../core/model.js';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * Who changed it. `key`: somebody with an API key. `user`: somebody who has logged in. `engine`: the service itself.
 * `command`: the command line, on the data.
 */
export interface AuditActor {
  readonly kind: 'key' | 'user' | 'engine' | 'command';
  /** Id of the API key, name that the user logs in with; else what part of the service it was. */
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

export interface AuditSubject {
  /** Such as `campaign`, `number`, `agent`, `key`, `contact`, `import`, `pack`. */
  readonly kind: string;
  /** Its id; empty where `numbers` say what is meant. Never a telephone number. */
  readonly id: string;
}

/** A change as it is handed in. */
export interface AuditEntry {
  readonly at: EpochMilliseconds;
  /** What was done, as `subject.verb`: `campaign.start`, `dnc.add`, `key.revoke`. */
  readonly action: string;
  readonly actor: AuditActor;
  readonly subject: AuditSubject;
  /** Telephone numbers in E.164 that it is about; the store keeps their keyed hashes only. */
  readonly numbers?: readonly string[];
  /** Why, in the words of whoever did it. */
  readonly reason?: string;
  readonly before?: Json;
  readonly after?: Json;
}

/** A number as a record names it. */
export interface AuditNumber {
  /** Keyed hash, 32 hexadecimal digits. */
  readonly hash: string;
  /** Last two digits. */
  readonly ends: string;
}

/** Numbers of one change that are named one by one; of more, only how many there were. */
export const NAMED_NUMBERS = 100;

/** A record as it stands in the log. */
export interface AuditRecord extends Omit<AuditEntry, 'numbers' | 'at'> {
  /** ISO 8601 in UTC, with milliseconds. */
  readonly at: string;
  /** 1, 2, 3, … without a gap. */
  readonly sequence: number;
  readonly numbers?: readonly AuditNumber[];
  /** How many numbers there were, when they are too many to be named. */
  readonly numberCount?: number;
  /** What the change answered, such as how many entries were new. */
  readonly result?: Json;
  /** Hash of the record before; 64 zeros in the first. */
  readonly previous: string;
  /** SHA-256 over the canonical JSON of all the other fields, hexadecimal. */
  readonly hash: string;
}

/** The end of the chain. Kept elsewhere, it proves later that nothing before it was changed. */
export interface AuditHead {
  /** 0 when the log is empty. */
  readonly sequence: number;
  readonly hash: string;
}

export const CHAIN_START: AuditHead = { sequence: 0, hash: '0'.repeat(64) };

/**
 * Canonical JSON (RFC 8785): no spaces, members sorted by their names' UTF-16 code units; absent members are left out.
 *
 * @throws TypeError when the value is not JSON
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} is no number in JSON`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  throw new TypeError(`a ${typeof value} is not JSON`);
}

/** Keyed hash of a telephone number, 32 hexadecimal digits. `key`: the store's own. */
export function numberHash(key: string, e164: string): string {
  return createHmac('sha256', key).update(e164).digest('hex').slice(0, 32);
}

/** The hash that a record must carry. */
export function hashOfRecord({
  hash: _hash,
  ...content
}: AuditRecord | (Omit<AuditRecord, 'hash'> & { hash?: string })): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** Makes the record that follows `head`. `key`: for the numbers. */
export function sealRecord(entry: AuditEntry, head: AuditHead, key: string, result?: Json): AuditRecord {
  const { numbers = [], at, ...rest } = entry;
  const named = numbers.length <= NAMED_NUMBERS;
  const content = {
    ...rest,
    at: new Date(at).toISOString(),
    sequence: head.sequence + 1,
    ...(numbers.length > 0 && named
      ? { numbers: numbers.map((e164) => ({ hash: numberHash(key, e164), ends: e164.slice(-2) })) }
      : {}),
    ...(named ? {} : { numberCount: numbers.length }),
    ...(result === undefined ? {} : { result }),
    previous: head.hash,
  };
  const hash = hashOfRecord(content);
  return { ...(JSON.parse(canonicalJson(content)) as typeof content), hash };
}

/** Checks a chain, record after record. */
export class ChainCheck {
  #head: AuditHead;

  /** `after`: where the chain that is checked goes on from; its start when absent. */
  constructor(after: AuditHead = CHAIN_START) {
    this.#head = after;
  }

  /** Where the chain stands after the last good record. */
  get head(): AuditHead {
    return this.#head;
  }

  /** What is wrong with the next record; undefined when nothing is. */
  next(record: AuditRecord): string | undefined {
    const { sequence, hash } = this.#head;
    if (record.sequence !== sequence + 1)
      return `record ${sequence + 1} is missing: record ${record.sequence} stands in its place`;
    if (hashOfRecord(record) !== record.hash)
      return `record ${record.sequence} was changed: its content does not give its hash`;
    if (record.previous !== hash)
      return `record ${record.sequence} does not follow record ${sequence}: one of them was replaced`;
    this.#head = { sequence: record.sequence, hash: record.hash };
    return undefined;
  }

  /** What is wrong with the end, given the head that the store kept; undefined when nothing is. */
  end(kept: AuditHead): string | undefined {
    const { sequence, hash } = this.#head;
    if (kept.sequence > sequence)
      return `record ${sequence + 1} is missing: the log should go on to ${kept.sequence}`;
    if (kept.sequence < sequence) return `record ${kept.sequence + 1} was added past the head of the chain`;
    return kept.hash === hash
      ? undefined
      : `record ${sequence} is not the one that the head of the chain names`;
  }
}

/** What a check of a whole log found. */
export interface ChainReport {
  readonly intact: boolean;
  /** Records that were found good, from the first on. */
  readonly records: number;
  /** The last good record. */
  readonly head: AuditHead;
  /** What is wrong with the first broken record, one line; empty when nothing is. */
  readonly fault: string;
}

/**
 * Checks a log from its first record on. It must contain each of `anchors` (the head that the store keeps, and heads
 * that were noted elsewhere before); what was appended after them meanwhile is checked as well.
 */
export async function checkChain(
  pages: AsyncIterable<readonly AuditRecord[]>,
  anchors: readonly AuditHead[],
): Promise<ChainReport> {
  const check = new ChainCheck();
  const report = (fault: string): ChainReport => ({
    intact: fault === '',
    records: check.head.sequence,
    head: check.head,
    fault,
  });
  for await (const records of pages) {
    for (const record of records) {
      const fault =
        check.next(record) ??
        (anchors.some(({ sequence, hash }) => sequence === record.sequence && hash !== record.hash)
          ? `record ${record.sequence} is not the one whose hash was noted: it and all after it were written anew`
          : undefined);
      if (fault !== undefined) return report(fault);
    }
  }
  const furthest = Math.max(0, ...anchors.map((anchor) => anchor.sequence));
  const missing = furthest > check.head.sequence;
  return report(
    missing ? `record ${check.head.sequence + 1} is missing: the log should go on to ${furthest}` : '',
  );
}
