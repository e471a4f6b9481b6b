import type { CallbackFilter, CallbackRecord } from '../lists.js';
import type { Page } from '../port.js';
import type { RedisContext } from './context.js';

/** Callbacks that are read in one command. */
const READ_AT_ONCE = 500;

/** Callbacks over all campaigns, by the time they are due; contacts book, move and end them. */
export class CallbackBook {
  readonly #context: RedisContext;

  constructor(context: RedisContext) {
    this.#context = context;
  }

  async page(filter: CallbackFilter): Promise<Page<CallbackRecord>> {
    const { campaignId, limit, cursor } = filter;
    const after = placeOfCursor(cursor);
    const campaignIds = campaignId === undefined ? await this.#context.directory.campaignIds() : [campaignId];
    const found = (await Promise.all(campaignIds.map((id) => this.#ofCampaign(id, filter, after, limit + 1))))
      .flat()
      .sort(compare);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    if (found.length <= limit || last === undefined) return { items };
    return { items, nextCursor: `${last.dueAt}:${last.callbackId}` };
  }

  /** The first `count` callbacks of the campaign after the place that the filter takes. */
  async #ofCampaign(
    campaignId: string,
    filter: CallbackFilter,
    after: Pick<CallbackRecord, 'dueAt' | 'callbackId'>,
    count: number,
  ): Promise<readonly CallbackRecord[]> {
    const { connection, keys } = this.#context;
    const low = Math.max(after.dueAt, filter.from ?? Number.NEGATIVE_INFINITY);
    const high = filter.to === undefined ? '+inf' : `(${filter.to}`;
    const found: CallbackRecord[] = [];
    for (let offset = 0; ; offset += READ_AT_ONCE) {
      const ids = (await connection.call(
        'zrangebyscore',
        keys.campaign(campaignId, 'callbacks-due'),
        Number.isFinite(low) ? low : '-inf',
        high,
        ...['LIMIT', offset, READ_AT_ONCE],
      )) as string[];
      const texts =
        ids.length === 0
          ? []
          : ((await connection.call('hmget', keys.campaign(campaignId, 'callbacks'), ...ids)) as (
              | string
              | null
            )[]);
      const records = texts.flatMap((text) => (text === null ? [] : [JSON.parse(text) as CallbackRecord]));
      for (const record of records)
        if (compare(record, after) > 0 && matches(record, filter)) found.push(record);
      // Those of one instant stand in another order in Redis: the page is cut where the instant is over.
      if (
        ids.length < READ_AT_ONCE ||
        (found.length > count && found.at(-1)?.dueAt !== found[count - 1]?.dueAt)
      )
        return found.sort(compare).slice(0, count);
    }
  }
}

/** By the time they are due, then in the order of the contacts and of their promises. */
function compare(
  a: Pick<CallbackRecord, 'dueAt' | 'callbackId'>,
  b: Pick<CallbackRecord, 'dueAt' | 'callbackId'>,
): number {
  if (a.dueAt !== b.dueAt) return a.dueAt - b.dueAt;
  const [contactA = 0, promiseA = 0] = partsOf(a.callbackId);
  const [contactB = 0, promiseB = 0] = partsOf(b.callbackId);
  return contactA - contactB || promiseA - promiseB;
}

/** A callback's id is that of its contact and the number of the promise: `c12.3`. */
function partsOf(callbackId: string): readonly number[] {
  return callbackId.slice(1).split('.').map(Number);
}

function placeOfCursor(cursor: string | undefined): Pick<CallbackRecord, 'dueAt' | 'callbackId'> {
  const [, dueAt, callbackId] = /^(-?\d+):(c\d+\.\d+)$/.exec(cursor ?? '') ?? [];
  return dueAt === undefined
    ? { dueAt: Number.NEGATIVE_INFINITY, callbackId: 'c0.0' }
    : { dueAt: Number(dueAt), callbackId: callbackId ?? 'c0.0' };
}

function matches(entry: CallbackRecord, filter: CallbackFilter): boolean {
  const { contactId, agentId, state, calledWithin, calledAfter } = filter;
  const { calledAt, dueAt } = entry;
  return (
    (contactId === undefined || entry.contactId === contactId) &&
    (agentId === undefined || entry.agentId === agentId) &&
    (state === undefined || entry.state === state) &&
    (calledWithin === undefined || (calledAt !== undefined && calledAt <= dueAt + calledWithin)) &&
    (calledAfter === undefined || (calledAt !== undefined && calledAt > dueAt + calledAfter))
  );
}
