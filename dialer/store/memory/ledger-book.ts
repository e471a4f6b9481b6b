import type { LearnedSnapshot, LedgerEntry, LedgerRow, WatchSnapshot } from '../../core/model.js';
import type { LedgerFilter } from '../port.js';

type Row = { -readonly [K in keyof LedgerRow]: LedgerRow[K] };

/** The abandon ledgers, and what was learned from the calls. */
export class LedgerBook {
  /** By campaign, then by law and start. */
  readonly #campaigns = new Map<string, Map<string, Row>>();
  readonly #learned = new Map<string, string>();

  post(campaignId: string, entries: readonly LedgerEntry[] | undefined): void {
    if (entries === undefined) return;
    let rows = this.#campaigns.get(campaignId);
    if (rows === undefined) {
      rows = new Map();
      this.#campaigns.set(campaignId, rows);
    }
    for (const entry of entries) {
      const key = `${entry.law} ${entry.from}`;
      const row = rows.get(key);
      if (row === undefined) rows.set(key, { campaignId, ...entry });
      else {
        row.answers += entry.answers;
        row.abandoned += entry.abandoned;
        row.machines += entry.machines;
      }
    }
  }

  /** Drops rows that no window has needed since then. */
  forget(before: number): void {
    for (const rows of this.#campaigns.values())
      for (const [key, row] of rows) if (row.neededUntil <= before) rows.delete(key);
  }

  needed(now: number): readonly LedgerRow[] {
    return this.#rows((row) => row.neededUntil > now);
  }

  period({ campaignId, from, to }: LedgerFilter): readonly LedgerRow[] {
    return this.#rows(
      (row) =>
        (campaignId === undefined || row.campaignId === campaignId) &&
        row.neededUntil > from &&
        row.from < to,
    );
  }

  #rows(wanted: (row: Row) => boolean): readonly LedgerRow[] {
    const found: LedgerRow[] = [];
    for (const rows of this.#campaigns.values())
      for (const row of rows.values()) if (wanted(row)) found.push({ ...row });
    return found.sort((a, b) => order(a.campaignId, b.campaignId) || order(a.law, b.law) || a.from - b.from);
  }

  saveLearned({ pool, snapshot }: LearnedSnapshot): void {
    this.#learned.set(pool, snapshot);
  }

  learned(): readonly LearnedSnapshot[] {
    const found = Array.from(this.#learned, ([pool, snapshot]) => ({ pool, snapshot }));
    return found.sort((a, b) => order(a.pool, b.pool));
  }
}

/** What the watches over campaigns know, as they last said. */
export class WatchBook {
  readonly #snapshots = new Map<string, string>();

  save({ campaignId, snapshot }: WatchSnapshot): void {
    if (snapshot === '') this.#snapshots.delete(campaignId);
    else this.#snapshots.set(campaignId, snapshot);
  }

  all(): readonly WatchSnapshot[] {
    const found = Array.from(this.#snapshots, ([campaignId, snapshot]) => ({ campaignId, snapshot }));
    return found.sort((a, b) => order(a.campaignId, b.campaignId));
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
