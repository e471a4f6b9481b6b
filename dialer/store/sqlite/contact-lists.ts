import type { EpochMilliseconds } from '../../core/model.js';
import type { ListChange, ListPenetration, ListRecord } from '../lists.js';
import type { CampaignTable } from './campaign-table.js';
import type { ContactCounts } from './contact-counts.js';
import type { Database } from './database.js';

type ListColumns = [
  key: number,
  campaignKey: number,
  name: string,
  source: string,
  createdAt: EpochMilliseconds,
  paused: number,
];

interface KnownList extends ListRecord {
  readonly key: number;
}

/** The lists of campaigns. They are few, so all are kept at hand. */
export class ContactLists {
  readonly #campaigns: CampaignTable;
  readonly #counts: ContactCounts;
  readonly #all;
  readonly #add;
  readonly #change;
  /** By campaign; undefined until they were read. */
  #byCampaign: Map<number, KnownList[]> | undefined;
  #byKey = new Map<number, KnownList>();

  constructor(database: Database, campaigns: CampaignTable, counts: ContactCounts) {
    this.#campaigns = campaigns;
    this.#counts = counts;
    this.#all = database.query<ListColumns>(
      'SELECT list_key, campaign_key, name, source, created_at, paused FROM lists ORDER BY list_key',
    );
    this.#add = database.command(
      'INSERT INTO lists (campaign_key, name, source, created_at, paused) VALUES (?, ?, ?, ?, ?)',
    );
    this.#change = database.command('UPDATE lists SET source = ?, paused = ? WHERE list_key = ?');
  }

  #known(): Map<number, KnownList[]> {
    if (this.#byCampaign === undefined) {
      this.#byCampaign = new Map();
      this.#byKey = new Map();
      for (const row of this.#all.all()) this.#remember(this.#byCampaign, row);
    }
    return this.#byCampaign;
  }

  #remember(
    known: Map<number, KnownList[]>,
    [key, campaignKey, name, source, createdAt, paused]: ListColumns,
  ) {
    const campaignId = this.#campaigns.idOf(campaignKey);
    const list: KnownList = { key, campaignId, name, source, createdAt, paused: paused === 1 };
    this.#byKey.set(key, list);
    const lists = known.get(campaignKey) ?? [];
    lists.push(list);
    known.set(campaignKey, lists);
    return list;
  }

  /** After a rollback, or an operation that was undone: what was made meanwhile may be gone. */
  forget(): void {
    this.#byCampaign = undefined;
  }

  #of(campaignKey: number): readonly KnownList[] {
    return this.#known().get(campaignKey) ?? [];
  }

  /** Keys of the campaign's lists that are called. */
  active(campaignKey: number): readonly number[] {
    return this.#of(campaignKey).flatMap(({ key, paused }) => (paused ? [] : [key]));
  }

  anyPaused(campaignKey: number): boolean {
    return this.#of(campaignKey).some(({ paused }) => paused);
  }

  isPaused(listKey: number): boolean {
    this.#known();
    return this.#byKey.get(listKey)?.paused ?? false;
  }

  nameOf(listKey: number): string {
    this.#known();
    return this.#byKey.get(listKey)?.name ?? '';
  }

  /** 0, which no list has, when the campaign has none of the name. */
  keyOf(campaignKey: number, name: string): number {
    return this.#of(campaignKey).find((list) => list.name === name)?.key ?? 0;
  }

  /** Keys of the lists of the name, of all campaigns. */
  keysOf(name: string): readonly number[] {
    this.#known();
    return [...this.#byKey.values()].flatMap((list) => (list.name === name ? [list.key] : []));
  }

  /** The list's key; it is made now if it is not there. */
  ensure(campaignKey: number, name: string, now: EpochMilliseconds): number {
    const known = this.keyOf(campaignKey, name);
    if (known !== 0) return known;
    return this.#make([campaignKey, name, '', now, 0]).key;
  }

  #make([campaignKey, name, source, at, paused]: [number, string, string, number, number]): KnownList {
    const known = this.#known();
    const key = this.#add.insert(campaignKey, name, source, at, paused);
    return this.#remember(known, [key, campaignKey, name, source, at, paused]);
  }

  save({ campaignId, name, source, paused, at }: ListChange): ListRecord | false {
    const campaignKey = this.#campaigns.ensure(campaignId);
    const known = this.#of(campaignKey).find((list) => list.name === name);
    if (known === undefined)
      return recordOf(this.#make([campaignKey, name, source ?? '', at, paused ? 1 : 0]));
    const next = { ...known, source: source ?? known.source, paused: paused ?? known.paused };
    if (next.source === known.source && next.paused === known.paused) return false;
    this.#change.run(next.source, next.paused ? 1 : 0, known.key);
    this.forget();
    return recordOf(next);
  }

  all(campaignId: string): readonly ListRecord[] {
    return this.#of(this.#campaigns.keyOf(campaignId)).map(recordOf);
  }

  penetration(campaignId: string): readonly ListPenetration[] {
    return this.#of(this.#campaigns.keyOf(campaignId)).map((list) => ({
      ...recordOf(list),
      cells: this.#counts.ofList(list.key),
    }));
  }
}

function recordOf({ campaignId, name, source, createdAt, paused }: KnownList): ListRecord {
  return { campaignId, name, source, createdAt, paused };
}
