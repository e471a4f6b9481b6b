/** Records whose time is over: the oldest first, a bounded number in one call. */
import type { EpochMilliseconds } from '../../core/model.js';
import { daysKept } from '../../retention/periods.js';
import type { PruneAttemptsReport, PruneAttemptsRequest, PruneReport } from '../port.js';
import { type AttemptDocument, momentOf } from './attempt-document.js';
import type { StoredStanding } from './contact-state.js';
import type { RedisContext } from './context.js';
import type { LedgerBook } from './ledger-book.js';
import type { HistoryDocument } from './number-document.js';
import { uncharged } from './number-facts.js';
import { type Doc, readDoc, Transaction, untilCommitted } from './transaction.js';
import type { WebhookRecords } from './webhook-records.js';

/** Attempts that are deleted side by side. */
const DELETED_AT_ONCE = 50;

interface Found {
  readonly campaignId: string;
  readonly doc: Doc<AttemptDocument> & { readonly value: AttemptDocument };
}

export class RetentionBook {
  readonly #context: RedisContext;
  readonly #webhooks: WebhookRecords;
  readonly #ledger: LedgerBook;

  constructor(context: RedisContext, webhooks: WebhookRecords, ledger: LedgerBook) {
    this.#context = context;
    this.#webhooks = webhooks;
    this.#ledger = ledger;
  }

  async prune(before: EpochMilliseconds, limit: number): Promise<PruneReport> {
    await this.#webhooks.prune(before);
    const oldest = await this.#after(0, limit);
    const old = oldest.filter(
      ({ doc: { value } }) => value.result !== undefined && value.intent.intendedAt < before,
    );
    await this.#delete(old);
    const journal = await this.#context.journal.events(0, limit);
    const newer = journal.findIndex(({ event }) => event.at >= before);
    const events = newer < 0 ? journal.length : newer;
    const last = journal[events - 1];
    if (last !== undefined) await this.#context.journal.dropUpTo(last.sequence);
    const more = (old.length > 0 && oldest.length === limit) || (events > 0 && events === limit);
    if (!more) await this.#ledger.forget(before);
    return { attempts: old.length, events, more };
  }

  async pruneAttempts(request: PruneAttemptsRequest): Promise<PruneAttemptsReport> {
    const { before, days, periods, now, limit, cursor } = request;
    const next = await this.#after(Number(cursor ?? 0), limit);
    const newer = next.findIndex(({ doc: { value } }) => value.intent.intendedAt >= before);
    const looked = newer < 0 ? next : next.slice(0, newer);
    const due = looked.filter(
      ({ doc: { value } }) =>
        value.result !== undefined && daysKept(value.intent.permit, periods, now) <= days,
    );
    await this.#delete(due);
    const last = looked.at(-1);
    const more = newer < 0 && next.length === limit;
    return {
      attempts: due.length,
      more,
      ...(last !== undefined && { cursor: String(last.doc.value.ordinal) }),
    };
  }

  /** The next attempts of all campaigns in the order of their intents. */
  async #after(ordinal: number, count: number): Promise<readonly Found[]> {
    const { connection, directory, keys } = this.#context;
    const pages = await Promise.all(
      (await directory.campaignIds()).map(async (campaignId) => {
        const flat = (await connection.call(
          'zrange',
          keys.campaign(campaignId, 'attempts'),
          `(${ordinal}`,
          '+inf',
          ...['BYSCORE', 'LIMIT', 0, count, 'WITHSCORES'],
        )) as string[];
        return flat.flatMap((attemptId, i) =>
          i % 2 === 0 ? [{ campaignId, attemptId, ordinal: Number(flat[i + 1]) }] : [],
        );
      }),
    );
    const places = pages
      .flat()
      .sort((a, b) => a.ordinal - b.ordinal)
      .slice(0, count);
    const docs = await Promise.all(
      places.map(({ campaignId, attemptId }) =>
        readDoc<AttemptDocument>(connection, keys.attempt(campaignId, attemptId)),
      ),
    );
    return places.flatMap(({ campaignId }, i) => {
      const { key, stamp, value } = docs[i] as Doc<AttemptDocument>;
      return value === undefined ? [] : [{ campaignId, doc: { key, stamp, value } }];
    });
  }

  async #delete(found: readonly Found[]): Promise<void> {
    for (let at = 0; at < found.length; at += DELETED_AT_ONCE)
      await Promise.all(found.slice(at, at + DELETED_AT_ONCE).map((each) => this.#deleteOne(each)));
  }

  /** First it counts for nothing any more, then it goes: whoever is interrupted between does both again. */
  async #deleteOne({ campaignId, doc }: Found): Promise<void> {
    const { connection, directory, keys } = this.#context;
    const { intent } = doc.value;
    const { attemptId, number, person, contactId } = intent;
    await this.#uncharge(keys.number(number), attemptId);
    if (person !== '') await this.#uncharge(keys.person(person), attemptId);
    const place = await directory.find(contactId);
    await untilCommitted(async () => {
      const transaction = new Transaction(connection)
        .run('DEL', doc.key)
        .run('ZREM', keys.campaign(campaignId, 'attempts'), attemptId)
        .run('ZREM', keys.campaign(campaignId, 'attempts-at'), momentOf(doc.value));
      if (place !== undefined) {
        const standing = await readDoc<StoredStanding>(connection, keys.state(campaignId, place.ordinal));
        const { attemptIds = [] } = standing.value ?? {};
        if (attemptIds.includes(attemptId))
          transaction.replace(standing, {
            ...standing.value,
            attemptIds: attemptIds.filter((each) => each !== attemptId),
          });
      }
      return (await transaction.commit()).outcome === 'ok' ? true : undefined;
    });
  }

  async #uncharge(key: string, attemptId: string): Promise<void> {
    const { connection } = this.#context;
    await untilCommitted(async () => {
      const doc = await readDoc<HistoryDocument>(connection, key);
      if (!doc.value?.charges?.some(([, , , id]) => id === attemptId)) return true;
      const transaction = new Transaction(connection).replace(doc, uncharged(doc.value, attemptId));
      return (await transaction.commit()).outcome === 'ok' ? true : undefined;
    });
  }
}
