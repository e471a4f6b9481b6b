/** Attempts as they are looked for, listed, measured and added up. */
import { type Measure, type MeasureRequest, Measurer } from '../../core/measure.js';
import type { AttemptAnswers, EpochMilliseconds } from '../../core/model.js';
import { erasedNumber } from '../erasure.js';
import type { AttemptFilter, AttemptRecord, AttemptTotals, Page } from '../port.js';
import { isLiveAnswer } from '../rules.js';
import { type AttemptDocument, attemptIdOf, attemptRecordOf } from './attempt-document.js';
import { readContacts } from './contact-changes.js';
import type { RedisContext } from './context.js';
import { type Doc, readDoc, readDocs, Transaction, untilCommitted } from './transaction.js';

/** Attempts that are read at once. */
const READ_AT_ONCE = 500;

export class AttemptBook {
  readonly #context: RedisContext;

  constructor(context: RedisContext) {
    this.#context = context;
  }

  async attempt(attemptId: string): Promise<AttemptRecord | undefined> {
    const found = await this.#find(attemptId);
    return found?.value && attemptRecordOf(found.value);
  }

  async saveAnswers(attemptId: string, answers: AttemptAnswers): Promise<boolean> {
    return untilCommitted(async () => {
      const found = await this.#find(attemptId);
      if (found?.value === undefined) return false;
      const transaction = new Transaction(this.#context.connection).replace(found, {
        ...found.value,
        answers,
      });
      return (await transaction.commit()).outcome === 'ok' ? true : undefined;
    });
  }

  /** An attempt's id does not say its campaign: all of them are asked. */
  async #find(attemptId: string): Promise<Doc<AttemptDocument> | undefined> {
    const { connection, keys, directory } = this.#context;
    const docs = await Promise.all(
      (await directory.campaignIds()).map((id) =>
        readDoc<AttemptDocument>(connection, keys.attempt(id, attemptId)),
      ),
    );
    return docs.find(({ value }) => value !== undefined);
  }

  /** Attempts that have an intent and no result, in the order of their intents. */
  async open(): Promise<readonly AttemptDocument[]> {
    const { connection, keys, directory } = this.#context;
    const found = await Promise.all(
      (await directory.campaignIds()).map(async (id) => {
        const ids = (await connection.call('smembers', keys.campaign(id, 'open'))) as string[];
        return this.#documents(id, ids);
      }),
    );
    return found.flat().sort((a, b) => a.ordinal - b.ordinal);
  }

  async #documents(campaignId: string, attemptIds: readonly string[]): Promise<readonly AttemptDocument[]> {
    const { connection, keys } = this.#context;
    const docs = await readDocs<AttemptDocument>(
      connection,
      attemptIds.map((id) => keys.attempt(campaignId, id)),
    );
    return docs.flatMap(({ value }) => value ?? []);
  }

  /** Newest first. A contact's attempts are found by the contact; for everything else they are looked through. */
  async attempts(filter: AttemptFilter): Promise<Page<AttemptRecord>> {
    const { limit, cursor } = filter;
    const token =
      filter.number === undefined ? undefined : erasedNumber(this.#context.audit.hashOf(filter.number));
    const items: AttemptRecord[] = [];
    let last = 0;
    for await (const attempt of this.#newestFirst(
      filter,
      cursor === undefined ? undefined : Number(cursor),
    )) {
      if (
        !matches(attempt, filter) &&
        !(token !== undefined && matches(attempt, { ...filter, number: token }))
      )
        continue;
      if (items.length === limit) return last === 0 ? { items } : { items, nextCursor: String(last) };
      items.push(attemptRecordOf(attempt));
      last = attempt.ordinal;
    }
    return { items };
  }

  async *#newestFirst(
    { campaignId, contactId }: AttemptFilter,
    before: number | undefined,
  ): AsyncGenerator<AttemptDocument> {
    const { connection, keys, directory } = this.#context;
    const ofContact = contactId === undefined ? undefined : await this.#ofContact(contactId);
    if (ofContact !== undefined) {
      for (const attempt of ofContact) if (before === undefined || attempt.ordinal < before) yield attempt;
      return;
    }
    const campaignIds = campaignId === undefined ? await directory.campaignIds() : [campaignId];
    let below = before;
    for (;;) {
      const pages = await Promise.all(
        campaignIds.map(async (id) => {
          const flat = (await connection.call(
            'zrange',
            keys.campaign(id, 'attempts'),
            below === undefined ? '+inf' : `(${below}`,
            '-inf',
            'BYSCORE',
            'REV',
            'LIMIT',
            0,
            READ_AT_ONCE,
            'WITHSCORES',
          )) as string[];
          return flat.flatMap((text, i) =>
            i % 2 === 0 ? [{ campaignId: id, attemptId: text, ordinal: Number(flat[i + 1]) }] : [],
          );
        }),
      );
      const newest = pages
        .flat()
        .sort((a, b) => b.ordinal - a.ordinal)
        .slice(0, READ_AT_ONCE);
      if (newest.length === 0) return;
      const documents = await Promise.all(
        campaignIds.map((id) =>
          this.#documents(
            id,
            newest.flatMap((each) => (each.campaignId === id ? [each.attemptId] : [])),
          ),
        ),
      );
      yield* documents.flat().sort((a, b) => b.ordinal - a.ordinal);
      below = newest.at(-1)?.ordinal;
    }
  }

  /** Newest first; undefined when the contact is gone, or never was. */
  async #ofContact(contactId: string): Promise<readonly AttemptDocument[] | undefined> {
    const place = await this.#context.directory.find(contactId);
    if (place === undefined) return undefined;
    const [work] = await readContacts(this.#context, place.campaignId, [place.ordinal]);
    if (work === undefined) return undefined;
    const found = await this.#documents(place.campaignId, work.now.attemptIds);
    return [...found].sort((a, b) => b.ordinal - a.ordinal);
  }

  async attemptTotals({
    campaignId,
    from,
    to,
  }: {
    readonly campaignId?: string;
    readonly from: EpochMilliseconds;
    readonly to: EpochMilliseconds;
  }): Promise<AttemptTotals> {
    const { directory } = this.#context;
    let attempts = 0;
    let liveAnswers = 0;
    let abandoned = 0;
    const byOutcome: Record<string, number> = {};
    for (const id of campaignId === undefined ? await directory.campaignIds() : [campaignId]) {
      let cursor: string | undefined;
      do {
        const page = await this.#between(id, from, to, READ_AT_ONCE, cursor);
        for (const { result, disposition } of page.items) {
          if (result === undefined || result.charged) attempts += 1;
          if (result === undefined) continue;
          byOutcome[result.outcome] = (byOutcome[result.outcome] ?? 0) + 1;
          if (isLiveAnswer(result, disposition)) liveAnswers += 1;
          if (result.outcome === 'abandoned') abandoned += 1;
        }
        cursor = page.nextCursor;
      } while (cursor !== undefined);
    }
    return { attempts, liveAnswers, abandoned, byOutcome };
  }

  async attemptsBetween({
    campaignId,
    from,
    to,
    limit,
    cursor,
  }: {
    readonly campaignId: string;
    readonly from: EpochMilliseconds;
    readonly to: EpochMilliseconds;
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<AttemptRecord>> {
    const { items, nextCursor } = await this.#between(campaignId, from, to, limit, cursor);
    const records = items.map(attemptRecordOf);
    return nextCursor === undefined ? { items: records } : { items: records, nextCursor };
  }

  /** By the time of the intent, then in the order of the intents. */
  async #between(
    campaignId: string,
    from: EpochMilliseconds,
    to: EpochMilliseconds,
    limit: number,
    cursor?: string,
  ): Promise<Page<AttemptDocument>> {
    const { connection, keys } = this.#context;
    const key = keys.campaign(campaignId, 'attempts-at');
    const [at, after = ''] = cursor?.split(/:(.*)/s) ?? [];
    let start = 0;
    // Of those intended at the time of the cursor, the ones up to it have been given.
    if (at !== undefined) start = await this.#rankAfter(key, Number(at), after);
    const moments: string[] = [];
    if (at === undefined) {
      moments.push(
        ...((await connection.call(
          'zrange',
          key,
          from,
          `(${to}`,
          'BYSCORE',
          'LIMIT',
          0,
          limit + 1,
        )) as string[]),
      );
    } else {
      const flat = (await connection.call('zrange', key, start, start + limit, 'WITHSCORES')) as string[];
      for (let i = 0; i < flat.length; i += 2) if (Number(flat[i + 1]) < to) moments.push(flat[i] as string);
    }
    const items = await this.#documents(campaignId, moments.slice(0, limit).map(attemptIdOf));
    const last = moments[limit - 1];
    if (moments.length <= limit || last === undefined) return { items };
    const time = (await connection.call('zscore', key, last)) as string;
    return { items, nextCursor: `${time}:${last}` };
  }

  /** Rank of the first entry behind the given one, which may be gone by now. */
  async #rankAfter(key: string, at: EpochMilliseconds, moment: string): Promise<number> {
    const { connection } = this.#context;
    const rank = (await connection.call('zrank', key, moment)) as number | null;
    if (rank !== null) return rank + 1;
    const before = Number(await connection.call('zcount', key, '-inf', `(${at}`));
    const same = (await connection.call('zrange', key, at, at, 'BYSCORE')) as string[];
    return before + same.filter((each) => each <= moment).length;
  }

  /** In the order of the intents; the cursor is the ordinal of the last one looked at. */
  async measure(
    request: MeasureRequest,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string },
  ): Promise<{ readonly measure: Measure; readonly nextCursor?: string }> {
    const { connection, keys } = this.#context;
    const { campaignId } = request;
    const flat = (await connection.call(
      'zrange',
      keys.campaign(campaignId, 'attempts'),
      `(${cursor ?? 0}`,
      '+inf',
      'BYSCORE',
      'LIMIT',
      0,
      limit,
      'WITHSCORES',
    )) as string[];
    const measurer = new Measurer(request);
    const ids = flat.filter((_, i) => i % 2 === 0);
    for (const { intent, result, disposition } of await this.#documents(campaignId, ids))
      if (result !== undefined) measurer.add({ intent, result, disposition });
    const last = flat.at(-1);
    const measure = measurer.result();
    return ids.length < limit || last === undefined ? { measure } : { measure, nextCursor: last };
  }
}

function matches({ intent, result, disposition }: AttemptDocument, filter: AttemptFilter): boolean {
  return (
    (filter.agentId === undefined || result?.agentId === filter.agentId) &&
    (filter.disposition === undefined || disposition?.disposition === filter.disposition) &&
    (filter.disposed !== true || disposition !== undefined) &&
    (filter.from === undefined || intent.intendedAt >= filter.from) &&
    (filter.to === undefined || intent.intendedAt < filter.to) &&
    (filter.campaignId === undefined || intent.campaignId === filter.campaignId) &&
    (filter.contactId === undefined || intent.contactId === filter.contactId) &&
    (filter.number === undefined || intent.number === filter.number) &&
    (filter.outcome === undefined || result?.outcome === filter.outcome)
  );
}
