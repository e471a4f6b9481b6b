/** Abandon ledgers: sums that results and dispositions add to, in their campaign's slot. */
import type { EpochMilliseconds, LedgerEntry, LedgerRow } from '../../core/model.js';
import type { LedgerFilter } from '../port.js';
import type { RedisContext } from './context.js';
import type { Transaction } from './transaction.js';

const SUMS = ['answers', 'abandoned', 'machines'] as const;

/** Adds the entries to the transaction, which is in the campaign's slot. */
export function postLedger(
  { keys }: RedisContext,
  transaction: Transaction,
  campaignId: string,
  entries: readonly LedgerEntry[] | undefined,
): void {
  const key = keys.campaign(campaignId, 'ledger');
  for (const entry of entries ?? []) {
    const { law, from, neededUntil } = entry;
    transaction.run('HSETNX', key, `row:${law} ${from}`, JSON.stringify({ law, from, neededUntil }));
    for (const sum of SUMS) transaction.run('HINCRBY', key, `${sum}:${law} ${from}`, entry[sum]);
  }
}

export class LedgerBook {
  readonly #context: RedisContext;

  constructor(context: RedisContext) {
    this.#context = context;
  }

  /** Rows that a window needs at that time. */
  needed(now: EpochMilliseconds): Promise<readonly LedgerRow[]> {
    return this.#rows(undefined, (row) => row.neededUntil > now);
  }

  period({ campaignId, from, to }: LedgerFilter): Promise<readonly LedgerRow[]> {
    return this.#rows(campaignId, (row) => row.neededUntil > from && row.from < to);
  }

  /** Drops rows that no window has needed since then. */
  async forget(before: EpochMilliseconds): Promise<void> {
    const { connection, keys } = this.#context;
    for (const { campaignId, law, from } of await this.#rows(undefined, (row) => row.neededUntil <= before)) {
      const fields = ['row', ...SUMS].map((name) => `${name}:${law} ${from}`);
      await connection.call('hdel', keys.campaign(campaignId, 'ledger'), ...fields);
    }
  }

  async #rows(
    campaignId: string | undefined,
    wanted: (row: LedgerRow) => boolean,
  ): Promise<readonly LedgerRow[]> {
    const { directory } = this.#context;
    const campaignIds = campaignId === undefined ? await directory.campaignIds() : [campaignId];
    const rows = await Promise.all(campaignIds.map((id) => this.#ofCampaign(id)));
    return rows
      .flat()
      .filter(wanted)
      .sort((a, b) => order(a.campaignId, b.campaignId) || order(a.law, b.law) || a.from - b.from);
  }

  async #ofCampaign(campaignId: string): Promise<readonly LedgerRow[]> {
    const { connection, keys } = this.#context;
    const fields = await connection.fields(keys.campaign(campaignId, 'ledger'));
    const rows: LedgerRow[] = [];
    for (const [field, text] of fields) {
      if (!field.startsWith('row:')) continue;
      const name = field.slice('row:'.length);
      const sum = (of: (typeof SUMS)[number]): number => Number(fields.get(`${of}:${name}`) ?? 0);
      rows.push({
        campaignId,
        ...(JSON.parse(text) as Pick<LedgerEntry, 'law' | 'from' | 'neededUntil'>),
        answers: sum('answers'),
        abandoned: sum('abandoned'),
        machines: sum('machines'),
      });
    }
    return rows;
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
