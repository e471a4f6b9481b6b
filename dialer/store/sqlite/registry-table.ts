import type { EmergencyAreaRecord, EpochMilliseconds } from '../../core/model.js';
import type { ApiKey } from '../port.js';
import { IDEMPOTENCY_MILLISECONDS } from '../rules.js';
import type { CampaignTable } from './campaign-table.js';
import type { Database } from './database.js';

const INTERNAL_LIST = 0;

export interface IdempotentAnswer {
  readonly request: string;
  readonly status: number;
  readonly body: string;
}

/** What is kept about numbers and callers of the API rather than about calls. */
export class RegistryTable {
  readonly #campaigns: CampaignTable;
  readonly #addDnc;
  readonly #addDncs;
  readonly #removeDnc;
  readonly #isDnc;
  readonly #saveArea;
  readonly #removeArea;
  readonly #areas;
  readonly #apiKeys;
  readonly #saveApiKey;
  readonly #answer;
  readonly #remember;
  readonly #prune;

  constructor(database: Database, campaigns: CampaignTable) {
    this.#campaigns = campaigns;
    this.#addDnc = database.command('INSERT OR IGNORE INTO dnc VALUES (?, ?, ?, ?)');
    this.#addDncs = database.command('INSERT OR IGNORE INTO dnc SELECT value, ?1, ?2, ?3 FROM json_each(?4)');
    this.#removeDnc = database.command('DELETE FROM dnc WHERE number = ? AND campaign_key = ?');
    this.#isDnc = database.query<[number]>('SELECT campaign_key FROM dnc WHERE number = ?');
    this.#saveArea = database.command('INSERT OR REPLACE INTO emergency_areas VALUES (?, ?)');
    this.#removeArea = database.command('DELETE FROM emergency_areas WHERE area_id = ?');
    this.#areas = database.query<[string]>('SELECT area FROM emergency_areas ORDER BY area_id');
    this.#apiKeys = database.query<[string]>('SELECT api_key FROM api_keys ORDER BY key_id');
    this.#saveApiKey = database.command('INSERT OR REPLACE INTO api_keys VALUES (?, ?)');
    this.#answer = database.query<[request: string, status: number, body: string]>(
      'SELECT request, status, body FROM idempotency WHERE idempotency_key = ? AND answered_at > ?',
    );
    this.#remember = database.command('INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?, ?)');
    this.#prune = database.command('DELETE FROM idempotency WHERE answered_at <= ?');
  }

  addDnc(number: string, campaignId: string | undefined, reason: string, at: EpochMilliseconds): void {
    this.#addDnc.run(number, this.#listOf(campaignId), reason, at);
  }

  addDncs(
    numbers: readonly string[],
    campaignId: string | undefined,
    reason: string,
    at: EpochMilliseconds,
  ): number {
    return this.#addDncs.run(this.#listOf(campaignId), reason, at, JSON.stringify(numbers));
  }

  removeDnc(number: string, campaignId: string | undefined): boolean {
    return this.#removeDnc.run(number, this.#listOf(campaignId)) > 0;
  }

  isDnc(number: string, campaignId: string | undefined): { internal: boolean; campaign: boolean } {
    const lists = this.#isDnc.all(number).map(([list]) => list);
    const campaignKey = campaignId === undefined ? INTERNAL_LIST : this.#campaigns.keyOf(campaignId);
    return {
      internal: lists.includes(INTERNAL_LIST),
      campaign: campaignKey !== INTERNAL_LIST && lists.includes(campaignKey),
    };
  }

  #listOf(campaignId: string | undefined): number {
    return campaignId === undefined ? INTERNAL_LIST : this.#campaigns.ensure(campaignId);
  }

  saveEmergencyArea(area: EmergencyAreaRecord): void {
    this.#saveArea.run(area.id, JSON.stringify(area));
  }

  removeEmergencyArea(id: string): boolean {
    return this.#removeArea.run(id) > 0;
  }

  emergencyAreas(): EmergencyAreaRecord[] {
    return this.#areas.all().map(([area]) => JSON.parse(area) as EmergencyAreaRecord);
  }

  apiKeys(): ApiKey[] {
    return this.#apiKeys.all().map(([key]) => JSON.parse(key) as ApiKey);
  }

  saveApiKey(key: ApiKey): void {
    this.#saveApiKey.run(key.id, JSON.stringify(key));
  }

  answer(key: string, now: EpochMilliseconds): IdempotentAnswer | undefined {
    const row = this.#answer.first(key, now - IDEMPOTENCY_MILLISECONDS);
    return row && { request: row[0], status: row[1], body: row[2] };
  }

  remember(key: string, { request, status, body }: IdempotentAnswer, at: EpochMilliseconds): void {
    this.#prune.run(at - IDEMPOTENCY_MILLISECONDS);
    this.#remember.run(key, request, status, body, at);
  }
}
