import type { LearnedSnapshot, LedgerEntry, LedgerRow } from '../../core/model.js';
import type { LedgerFilter } from '../port.js';
import type { CampaignTable } from './campaign-table.js';
import type { Database } from './database.js';

type Columns = [
  campaignId: string,
  law: string,
  from: number,
  neededUntil: number,
  answers: number,
  abandoned: number,
  machines: number,
];

const COLUMNS = 'law, from_at, needed_until, answers, abandoned, machines';
const ROWS = `SELECT campaign_id, ${COLUMNS} FROM abandon_ledger JOIN campaigns USING (campaign_key)`;
const ORDER = 'ORDER BY campaign_id, law, from_at';

/** The abandon ledgers, and what was learned from the calls. */
export class LedgerTable {
  readonly #campaigns: CampaignTable;
  readonly #add;
  readonly #needed;
  readonly #period;
  readonly #saveLearned;
  readonly #learned;

  constructor(database: Database, campaigns: CampaignTable) {
    this.#campaigns = campaigns;
    this.#add = database.command(
      `INSERT INTO abandon_ledger (campaign_key, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (campaign_key, law, from_at) DO UPDATE SET answers = answers + excluded.answers,
           abandoned = abandoned + excluded.abandoned, machines = machines + excluded.machines`,
    );
    this.#needed = database.query<Columns>(`${ROWS} WHERE needed_until > ? ${ORDER}`);
    this.#period = database.query<Columns>(
      `${ROWS} WHERE (?1 IS NULL OR campaign_key = ?1) AND needed_until > ?2 AND from_at < ?3 ${ORDER}`,
    );
    this.#saveLearned = database.command('INSERT OR REPLACE INTO learned VALUES (?, ?)');
    this.#learned = database.query<[pool: string, snapshot: string]>(
      'SELECT pool, snapshot FROM learned ORDER BY pool',
    );
  }

  /** In the transaction of the result or disposition that the entries come from. */
  post(campaignId: string, entries: readonly LedgerEntry[] | undefined): void {
    if (entries === undefined) return;
    const key = this.#campaigns.ensure(campaignId);
    for (const { law, from, neededUntil, answers, abandoned, machines } of entries)
      this.#add.run(key, law, from, neededUntil, answers, abandoned, machines);
  }

  needed(now: number): readonly LedgerRow[] {
    return this.#needed.all(now).map(rowOf);
  }

  period({ campaignId, from, to }: LedgerFilter): readonly LedgerRow[] {
    const key = campaignId === undefined ? null : this.#campaigns.keyOf(campaignId);
    return this.#period.all(key, from, to).map(rowOf);
  }

  saveLearned({ pool, snapshot }: LearnedSnapshot): void {
    this.#saveLearned.run(pool, snapshot);
  }

  learned(): readonly LearnedSnapshot[] {
    return this.#learned.all().map(([pool, snapshot]) => ({ pool, snapshot }));
  }
}

function rowOf([campaignId, law, from, neededUntil, answers, abandoned, machines]: Columns): LedgerRow {
  return { campaignId, law, from, neededUntil, answers, abandoned, machines };
}
