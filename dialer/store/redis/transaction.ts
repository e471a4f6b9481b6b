/**
 * Transactions within one slot. What a write depends on is read first, as documents; what follows from it is worked out in
 * TypeScript by the rules that all stores share; then one script checks that the documents are still those that were read and
 * carries everything out, or nothing.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '../errors.js';
import type { RedisArgument, RedisConnection } from './connection.js';
import { readScript } from './scripts.js';

const APPLY = readScript('apply');

/** Most arguments that Lua hands to one command. */
export const MOST_ARGUMENTS = 4000;
/** How long the answer of a transaction that must happen once is kept; milliseconds after that it could happen again. */
export const ONCE_SECONDS = 86_400;

/** A value as it was read, with the stamp that says whether it is still the same. */
export interface Doc<T> {
  readonly key: string;
  /** Another with every change; empty when there is none. */
  readonly stamp: string;
  readonly value: T | undefined;
}

/** Who writes, and with which right. */
export interface Fence {
  readonly pool: string;
  readonly token: number;
}

export type Committed =
  | { readonly outcome: 'ok' }
  | { readonly outcome: 'conflict' }
  | { readonly outcome: 'done'; readonly answer: string };

const process = randomBytes(6).toString('base64url');
let stamps = 0;

function newStamp(): string {
  stamps += 1;
  return `${process}${stamps.toString(36)}`;
}

function docOf<T>(key: string, text: string | null): Doc<T> {
  if (text === null) return { key, stamp: '', value: undefined };
  const bar = text.indexOf('|');
  return { key, stamp: text.slice(0, bar), value: JSON.parse(text.slice(bar + 1)) as T };
}

/** The text that a document is stored as. */
export function docText(value: unknown): string {
  return `${newStamp()}|${JSON.stringify(value)}`;
}

export async function readDoc<T>(connection: RedisConnection, key: string): Promise<Doc<T>> {
  return docOf(key, (await connection.call('get', key)) as string | null);
}

/** Documents of one slot, in the order of the keys. */
export async function readDocs<T>(connection: RedisConnection, keys: readonly string[]): Promise<Doc<T>[]> {
  const pages: Promise<readonly (string | null)[]>[] = [];
  for (let at = 0; at < keys.length; at += MOST_ARGUMENTS)
    pages.push(connection.values(keys.slice(at, at + MOST_ARGUMENTS)));
  const texts = (await Promise.all(pages)).flat();
  return keys.map((key, i) => docOf<T>(key, texts[i] ?? null));
}

export class Transaction {
  readonly #connection: RedisConnection;
  readonly #keys = new Map<string, number>();
  readonly #fences: RedisArgument[] = [];
  #fenceCount = 0;
  #once: RedisArgument[] = [0, '', 0];
  readonly #checks: RedisArgument[] = [];
  #checkCount = 0;
  readonly #commands: RedisArgument[] = [];

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  #position(key: string): number {
    let position = this.#keys.get(key);
    if (position === undefined) {
      position = this.#keys.size + 1;
      this.#keys.set(key, position);
    }
    return position;
  }

  get isEmpty(): boolean {
    return this.#commands.length === 0;
  }

  /** Refused when a higher token than the fence's is known in the slot; `key` is the slot's hash of fences. */
  fenced(key: string, fence: Fence | undefined): this {
    if (fence === undefined) return this;
    this.#fenceCount += 1;
    this.#fences.push(this.#position(key), fence.pool, fence.token);
    return this;
  }

  /** Happens once: a second transaction with the key changes nothing and is given this answer. */
  once(key: string, answer: string, seconds = ONCE_SECONDS): this {
    this.#once = [this.#position(key), answer, seconds];
    return this;
  }

  #check(kind: string, key: string, argument: string, expected: string): this {
    this.#checkCount += 1;
    this.#checks.push(kind, this.#position(key), argument, expected);
    return this;
  }

  /** The document is still as it was read. */
  expect(doc: Doc<unknown>): this {
    return this.#check('doc', doc.key, '', doc.stamp);
  }

  expectField(key: string, field: string, value: string): this {
    return this.#check('field', key, field, value);
  }

  /** `score` as Redis writes it; empty: the member is not there. */
  expectScore(key: string, member: string, score: string): this {
    return this.#check('score', key, member, score);
  }

  expectAbsent(key: string): this {
    return this.#check('exists', key, '', '0');
  }

  /** Expects the document as it was read, and replaces it. */
  replace<T>(doc: Doc<T>, value: T): this {
    return this.expect(doc).put(doc.key, value);
  }

  /** Writes the document, whatever it was. */
  put(key: string, value: unknown): this {
    return this.run('SET', key, docText(value));
  }

  run(command: string, key: string, ...parameters: readonly RedisArgument[]): this {
    if (parameters.length > MOST_ARGUMENTS)
      throw new RangeError(`${command} with more than ${MOST_ARGUMENTS} arguments`);
    this.#commands.push(command, this.#position(key), parameters.length);
    for (const parameter of parameters) this.#commands.push(parameter);
    return this;
  }

  /** Commands with pairs or single members behind each other, in as many calls as it takes. */
  runInParts(command: string, key: string, parameters: readonly RedisArgument[]): this {
    for (let at = 0; at < parameters.length; at += MOST_ARGUMENTS)
      this.run(command, key, ...parameters.slice(at, at + MOST_ARGUMENTS));
    return this;
  }

  /** @throws StoreError `store_fenced`, or what the connection throws */
  async commit(): Promise<Committed> {
    const answer = (await this.#connection.run(
      APPLY,
      [...this.#keys.keys()],
      [
        this.#fenceCount,
        ...this.#fences,
        ...this.#once,
        this.#checkCount,
        ...this.#checks,
        ...this.#commands,
      ],
    )) as [string, ...unknown[]];
    switch (answer[0]) {
      case 'ok':
        return { outcome: 'ok' };
      case 'done':
        return { outcome: 'done', answer: String(answer[1]) };
      case 'fenced':
        throw new StoreError(
          'store_fenced',
          `pool ${String(answer[1])} belongs to another node by now (token ${String(answer[2])}): this one must stop`,
        );
      default:
        return { outcome: 'conflict' };
    }
  }
}

/** Tries before a transaction gives up because others always came first. */
const MOST_TRIES = 60;

/**
 * Repeats what reads and then commits until nothing came between; `attempt` answers `undefined` for a conflict.
 *
 * @throws StoreError `store_overloaded` when others always come first
 */
export async function untilCommitted<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const answer = await attempt();
    if (answer !== undefined) return answer;
    // The first repetition is immediate; who loses again and again stands back, each a different while.
    if (tries > 2) await delay(Math.random() * Math.min(tries, 20));
  }
  throw new StoreError('store_overloaded', 'others change the same records all the time: try again later');
}
