import type { AgentSession, CampaignRecord, WatchSnapshot } from '../../core/model.js';
import type { DrawnSamples, SampleSizes } from '../sample-draw.js';
import type { Database } from './database.js';

/** The samples as they were drawn. */
export interface StoredSamples {
  readonly sizes: SampleSizes;
  readonly report: DrawnSamples['report'] | undefined;
}

/** Campaigns, under the short keys that the other tables name them by, and agents. */
export class CampaignTable {
  readonly #keys = new Map<string, number>();
  readonly #ids = new Map<number, string>();
  readonly #find;
  readonly #findId;
  readonly #add;
  readonly #save;
  readonly #saveAgent;
  readonly #records;
  readonly #sessions;
  readonly #samples;
  readonly #saveSamples;
  readonly #saveWatch;
  readonly #forgetWatch;
  readonly #watches;

  constructor(database: Database) {
    this.#find = database.query<[number]>('SELECT campaign_key FROM campaigns WHERE campaign_id = ?');
    this.#findId = database.query<[string]>('SELECT campaign_id FROM campaigns WHERE campaign_key = ?');
    this.#add = database.command('INSERT INTO campaigns (campaign_id) VALUES (?)');
    this.#save = database.command('UPDATE campaigns SET record = ? WHERE campaign_key = ?');
    this.#saveAgent = database.command('INSERT OR REPLACE INTO agents VALUES (?, ?)');
    this.#records = database.query<[string]>(
      'SELECT record FROM campaigns WHERE record IS NOT NULL ORDER BY campaign_key',
    );
    this.#sessions = database.query<[string]>('SELECT session FROM agents ORDER BY agent_id');
    this.#samples = database.query<[string | null]>('SELECT samples FROM campaigns WHERE campaign_key = ?');
    this.#saveWatch = database.command('INSERT OR REPLACE INTO watches VALUES (?, ?)');
    this.#forgetWatch = database.command('DELETE FROM watches WHERE campaign_key = ?');
    this.#watches = database.query<[campaignId: string, snapshot: string]>(
      'SELECT campaign_id, snapshot FROM watches JOIN campaigns USING (campaign_key) ORDER BY campaign_id',
    );
    this.#saveSamples = database.command('UPDATE campaigns SET samples = ? WHERE campaign_key = ?');
  }

  /** 0, which no campaign has, when nothing is known of it. */
  keyOf(campaignId: string): number {
    const cached = this.#keys.get(campaignId);
    if (cached !== undefined) return cached;
    const key = this.#find.first(campaignId)?.[0] ?? 0;
    if (key !== 0) this.#remember(campaignId, key);
    return key;
  }

  /** The campaign's key, given to it now if it has none. */
  ensure(campaignId: string): number {
    const known = this.keyOf(campaignId);
    if (known !== 0) return known;
    const key = this.#add.insert(campaignId);
    this.#remember(campaignId, key);
    return key;
  }

  idOf(key: number): string {
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#findId.first(key)?.[0];
      if (id === undefined) throw new Error(`no campaign has the key ${key}`);
      this.#remember(id, key);
    }
    return id;
  }

  #remember(campaignId: string, key: number): void {
    this.#keys.set(campaignId, key);
    this.#ids.set(key, campaignId);
  }

  /** After a rollback: keys given meanwhile may be gone. */
  forgetKeys(): void {
    this.#keys.clear();
    this.#ids.clear();
  }

  save(campaign: CampaignRecord): void {
    this.#save.run(JSON.stringify(campaign), this.ensure(campaign.settings.id));
  }

  saveAgent(agent: AgentSession): void {
    this.#saveAgent.run(agent.id, JSON.stringify(agent));
  }

  campaigns(): CampaignRecord[] {
    return this.#records.all().map(([record]) => JSON.parse(record) as CampaignRecord);
  }

  agents(): AgentSession[] {
    return this.#sessions.all().map(([session]) => JSON.parse(session) as AgentSession);
  }

  saveWatch({ campaignId, snapshot }: WatchSnapshot): void {
    const key = this.ensure(campaignId);
    if (snapshot === '') this.#forgetWatch.run(key);
    else this.#saveWatch.run(key, snapshot);
  }

  watches(): WatchSnapshot[] {
    return this.#watches.all().map(([campaignId, snapshot]) => ({ campaignId, snapshot }));
  }

  samples(key: number): StoredSamples | undefined {
    const samples = this.#samples.first(key)?.[0];
    if (samples == null) return undefined;
    const stored = JSON.parse(samples) as StoredSamples | SampleSizes;
    // Versions before the reports kept the sizes alone.
    return 'sizes' in stored ? stored : { sizes: stored, report: undefined };
  }

  saveSamples(key: number, samples: StoredSamples): void {
    this.#saveSamples.run(JSON.stringify(samples), key);
  }
}
