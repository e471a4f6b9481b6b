import type { ConsentFacts } from '../../../compliance/index.js';
import {
  type CallScope,
  type ConsentRecord,
  consentInForce,
  type NewConsent,
  sameWord,
} from '../../core/consent.js';
import type { EpochMilliseconds } from '../../core/model.js';
import type { DncEntry, Page } from '../port.js';
import { consentCursor, cursorOf, timesOf } from '../rules.js';
import type { RedisConnection } from './connection.js';
import { grouped } from './grouped.js';
import { type Keys, shardOf } from './keys.js';
import { chargedSince, type DncWord, type NumberDocument } from './number-document.js';
import { NumberIndex } from './number-index.js';
import type { Steps } from './steps.js';
import { type Doc, readDoc, readDocs, Transaction, untilCommitted } from './transaction.js';

/** Numbers of a shard that are changed in one transaction. */
const CHANGED_AT_ONCE = 100;
/** How long a reservation that must not become an attempt is remembered, seconds: far longer than it can last. */
const REVOKED_SECONDS = 86_400;

/** What the intent is refused with. */
type Refusal = 'dnc' | 'consent';

/** A reservation that a word has overtaken: the campaign must refuse its intent. */
type Overtaken = readonly [campaignId: string, attemptId: string, refusal: Refusal];

/** What becomes of a number's document; undefined when it stays as it is. */
type NumberChange = (
  number: string,
  known: NumberDocument,
  transaction: Transaction,
) =>
  | {
      readonly document: NumberDocument;
      readonly added: number;
      /** Nobody may be called on it from now on. */
      readonly refused?: Refusal;
    }
  | undefined;

interface Change {
  readonly added: number;
  readonly overtaken: readonly Overtaken[];
}

/**
 * Do-not-call lists and consent histories. A word is written to the number first: from then on nobody reserves the number. A
 * reservation that came just before and has no intent yet is revoked in its campaign before the word counts as recorded.
 */
export class NumberBook {
  readonly #connection: RedisConnection;
  readonly #keys: Keys;
  /** Numbers on any list. */
  readonly dnc: NumberIndex;
  /** Numbers of whose consent something is known. */
  readonly consents: NumberIndex;

  constructor(connection: RedisConnection, keys: Keys) {
    this.#connection = connection;
    this.#keys = keys;
    this.dnc = new NumberIndex(connection, keys, 'dnc');
    this.consents = new NumberIndex(connection, keys, 'consents');
  }

  read(number: string): Promise<Doc<NumberDocument>> {
    return readDoc(this.#connection, this.#keys.number(number));
  }

  // -- do-not-call lists

  /** Returns how many were new. */
  async addDnc(
    steps: Steps,
    numbers: readonly string[],
    {
      campaignId,
      reason,
      at,
    }: { readonly campaignId?: string; readonly reason: string; readonly at: EpochMilliseconds },
    step = 'dnc',
  ): Promise<number> {
    const word: DncWord = { reason, at };
    const unique = [...new Set(numbers)];
    const added = await this.#changeAll(steps, step, unique, (number, known, transaction) => {
      if ((campaignId === undefined ? known.dnc : known.campaignDnc?.[campaignId]) !== undefined)
        return undefined;
      this.dnc.add(transaction, number);
      return campaignId === undefined
        ? { document: { ...known, dnc: word }, added: 1, refused: 'dnc' }
        : {
            document: { ...known, campaignDnc: { ...known.campaignDnc, [campaignId]: word } },
            added: 1,
          };
    });
    if (campaignId !== undefined) {
      const key = this.#keys.dnc(campaignId);
      const transaction = new Transaction(this.#connection);
      transaction.runInParts(
        'HSET',
        key,
        unique.flatMap((number) => [number, '1']),
      );
      await steps.commit(`${step}:campaign`, key, transaction, 1);
    }
    return added;
  }

  /** Returns whether there was an entry. */
  async removeDnc(steps: Steps, number: string, campaignId: string | undefined): Promise<boolean> {
    const removed = await this.#changeAll(steps, 'dnc', [number], (_, known, transaction) => {
      if ((campaignId === undefined ? known.dnc : known.campaignDnc?.[campaignId]) === undefined)
        return undefined;
      const { dnc, campaignDnc = {}, ...rest } = known;
      const campaigns = Object.entries(campaignDnc).filter(([id]) => id !== campaignId);
      const document = {
        ...rest,
        ...(campaignId !== undefined && dnc !== undefined && { dnc }),
        ...(campaigns.length > 0 && { campaignDnc: Object.fromEntries(campaigns) }),
      };
      if (document.dnc === undefined && campaigns.length === 0) this.dnc.remove(transaction, number);
      return { document, added: 1 };
    });
    if (removed === 0) return false;
    if (campaignId !== undefined) {
      const key = this.#keys.dnc(campaignId);
      const transaction = new Transaction(this.#connection).run('HDEL', key, number);
      await steps.commit('dnc:campaign', key, transaction, 1);
    }
    return true;
  }

  async isDnc(
    number: string,
    campaignId: string | undefined,
  ): Promise<{ readonly internal: boolean; readonly campaign: boolean }> {
    const { value } = await this.read(number);
    return {
      internal: value?.dnc !== undefined,
      campaign: campaignId !== undefined && value?.campaignDnc?.[campaignId] !== undefined,
    };
  }

  async dncEntries({
    limit,
    cursor = '',
  }: {
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<DncEntry>> {
    const [, from = '', after = ''] = /^(\S+) (.*)$/s.exec(cursor) ?? [];
    // One more than is given, to know whether there are more; and the one of the cursor, of which there may be no more.
    const numbers = await this.dnc.page(from, true, limit + 2);
    const documents = await Promise.all(numbers.map((number) => this.read(number)));
    const items: DncEntry[] = [];
    for (const [i, number] of numbers.entries())
      for (const entry of dncEntriesOf(number, documents[i]?.value)) {
        if (number === from && (entry.campaignId ?? '') <= after) continue;
        const last = items[limit - 1];
        if (last !== undefined) return { items, nextCursor: `${last.number} ${last.campaignId ?? ''}` };
        items.push(entry);
      }
    return { items };
  }

  // -- consent

  /**
   * Returns how many entries were new.
   *
   * @param onlyFirst only where nothing is known of the number
   */
  async addConsents(
    steps: Steps,
    step: string,
    entries: readonly NewConsent[],
    onlyFirst = false,
  ): Promise<number> {
    const byNumber = grouped(entries, ({ number }) => number);
    return this.#changeAll(steps, step, [...byNumber.keys()], (number, known, transaction) => {
      const before = known.consents ?? [];
      const fresh = newWords(before, byNumber.get(number) ?? [], onlyFirst);
      if (fresh.length === 0) return undefined;
      if (before.length === 0) this.consents.add(transaction, number);
      return {
        document: { ...known, consents: [...before, ...fresh] },
        added: fresh.length,
        ...(fresh.some(({ decision }) => decision === 'refused') && { refused: 'consent' }),
      };
    });
  }

  async consentOf(number: string, scope: CallScope, now: EpochMilliseconds): Promise<ConsentFacts> {
    return consentInForce((await this.read(number)).value?.consents ?? [], scope, now);
  }

  async consentHistory(number: string): Promise<readonly ConsentRecord[]> {
    return (await this.read(number)).value?.consents ?? [];
  }

  async consentRecords({
    limit,
    cursor,
  }: {
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<ConsentRecord>> {
    const after = consentCursor(cursor);
    // As many as above.
    const numbers = await this.consents.page(after.number, true, limit + 2);
    const documents = await Promise.all(numbers.map((number) => this.read(number)));
    const items: ConsentRecord[] = [];
    for (const [i, number] of numbers.entries())
      for (const record of documents[i]?.value?.consents ?? []) {
        if (number === after.number && record.sequence <= after.sequence) continue;
        const last = items[limit - 1];
        if (last !== undefined) return { items, nextCursor: cursorOf(last) };
        items.push(record);
      }
    return { items };
  }

  // -- attempts

  async recentAttempts(number: string, since: EpochMilliseconds): Promise<readonly EpochMilliseconds[]> {
    return timesOf(chargedSince((await this.read(number)).value?.charges, since));
  }

  /** Changes the numbers' documents, many of a shard at once. Returns how much was added. */
  async #changeAll(
    steps: Steps,
    step: string,
    numbers: readonly string[],
    change: NumberChange,
  ): Promise<number> {
    const parts = [...grouped(numbers, shardOf)].flatMap(([shard, ofShard]) =>
      Array.from({ length: Math.ceil(ofShard.length / CHANGED_AT_ONCE) }, (_, i) => ({
        name: `${step}:${shard}:${i}`,
        numbers: ofShard.slice(i * CHANGED_AT_ONCE, (i + 1) * CHANGED_AT_ONCE),
      })),
    );
    const changes = await Promise.all(
      parts.map(({ name, numbers: ofPart }) =>
        untilCommitted(() => this.#changePart(steps, name, ofPart, change)),
      ),
    );
    for (const overtaken of changes.flatMap((each) => each.overtaken)) await this.#revoke(overtaken);
    return changes.reduce((sum, { added }) => sum + added, 0);
  }

  async #changePart(
    steps: Steps,
    step: string,
    numbers: readonly string[],
    change: NumberChange,
  ): Promise<Change | undefined> {
    const keys = numbers.map((number) => this.#keys.number(number));
    const documents = await readDocs<NumberDocument>(this.#connection, keys);
    const transaction = new Transaction(this.#connection);
    const overtaken: Overtaken[] = [];
    let added = 0;
    for (const [i, number] of numbers.entries()) {
      const document = documents[i] as Doc<NumberDocument>;
      const changed = change(number, document.value ?? {}, transaction);
      if (changed === undefined) continue;
      transaction.replace(document, changed.document);
      added += changed.added;
      const { live } = document.value ?? {};
      if (changed.refused !== undefined && live !== undefined)
        overtaken.push([live.campaignId, live.attemptId, changed.refused]);
    }
    return steps.commit<Change>(step, keys[0] as string, transaction, { added, overtaken });
  }

  async #revoke([campaignId, attemptId, refusal]: Overtaken): Promise<void> {
    const key = this.#keys.revoked(campaignId, attemptId);
    await this.#connection.call('set', key, refusal, 'EX', REVOKED_SECONDS);
  }
}

/** Those of the entries that the history does not say already, as they follow it. */
export function newWords(
  before: readonly ConsentRecord[],
  entries: readonly NewConsent[],
  onlyFirst = false,
): readonly ConsentRecord[] {
  if (onlyFirst && before.length > 0) return [];
  const fresh: ConsentRecord[] = [];
  for (const entry of onlyFirst ? entries.slice(0, 1) : entries) {
    if ([...before, ...fresh].some((known) => sameWord(known, entry))) continue;
    fresh.push({ ...entry, sequence: before.length + fresh.length + 1 });
  }
  return fresh;
}

function dncEntriesOf(number: string, document: NumberDocument | undefined): readonly DncEntry[] {
  const { dnc, campaignDnc = {} } = document ?? {};
  const entries: DncEntry[] = dnc === undefined ? [] : [{ number, ...dnc }];
  for (const campaignId of Object.keys(campaignDnc).sort())
    entries.push({ number, campaignId, ...(campaignDnc[campaignId] as DncWord) });
  return entries;
}
