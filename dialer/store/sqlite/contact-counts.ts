import { STAGE_CODES } from './codes.js';
import type { Database } from './database.js';

/**
 * How many contacts are in which stage and state. The counts live in memory, where every change of a
 * contact is told to them, and are written once in each transaction.
 */
export class ContactCounts {
  readonly #database: Database;
  readonly #save;
  /** By campaign; in it by stage, state and whether the contact was ever tried. */
  #counts = new Map<number, Int32Array>();
  /** Cells changed since the last commit. */
  readonly #changed = new Map<number, Set<number>>();
  /** What the operation under way has added, to take it back: campaign, cell, how many. */
  #added: number[] = [];

  constructor(database: Database) {
    this.#database = database;
    this.#save = database.command('INSERT OR REPLACE INTO contact_counts VALUES (?, ?, ?, ?, ?)');
    this.load();
  }

  /** Reads the counts of the last commit; also after a rollback of a whole transaction. */
  load(): void {
    this.#counts = new Map();
    this.#changed.clear();
    this.#added = [];
    const rows = this.#database
      .query<[number, number, number, number, number]>(
        'SELECT campaign_key, stage, state, tried, contacts FROM contact_counts',
      )
      .all();
    for (const [campaignKey, stage, state, tried, contacts] of rows) {
      this.#of(campaignKey)[cell(stage, state, tried)] = contacts;
    }
  }

  add(campaignKey: number, stage: number, state: number, tried: boolean, contacts: number): void {
    const place = cell(stage, state, tried ? 1 : 0);
    this.#change(campaignKey, place, contacts);
    this.#added.push(campaignKey, place, contacts);
  }

  count(campaignKey: number, stage: number, state: number): number {
    const counts = this.#counts.get(campaignKey);
    if (counts === undefined) return 0;
    return (counts[cell(stage, state, 0)] ?? 0) + (counts[cell(stage, state, 1)] ?? 0);
  }

  countUntried(campaignKey: number, stage: number, state: number): number {
    return this.#counts.get(campaignKey)?.[cell(stage, state, 0)] ?? 0;
  }

  operationDone(): void {
    this.#added = [];
  }

  operationFailed(): void {
    for (let i = 0; i < this.#added.length; i += 3) {
      const [campaignKey, place, contacts] = this.#added.slice(i, i + 3) as [number, number, number];
      this.#change(campaignKey, place, -contacts);
    }
    this.#added = [];
  }

  /** Writes what changed; to be called before the commit. */
  save(): void {
    for (const [campaignKey, places] of this.#changed) {
      const counts = this.#of(campaignKey);
      for (const place of places) {
        const stage = place >> 4;
        this.#save.run(campaignKey, stage, (place >> 1) & 7, place & 1, counts[place] ?? 0);
      }
    }
    this.#changed.clear();
  }

  #change(campaignKey: number, place: number, contacts: number): void {
    const counts = this.#of(campaignKey);
    counts[place] = (counts[place] ?? 0) + contacts;
    let changed = this.#changed.get(campaignKey);
    if (changed === undefined) {
      changed = new Set();
      this.#changed.set(campaignKey, changed);
    }
    changed.add(place);
  }

  #of(campaignKey: number): Int32Array {
    let counts = this.#counts.get(campaignKey);
    if (counts === undefined) {
      counts = new Int32Array(cell(STAGE_CODES, 0, 0));
      this.#counts.set(campaignKey, counts);
    }
    return counts;
  }
}

/** Place of a count: one bit for tried, three for the state, the rest for the stage. */
function cell(stage: number, state: number, tried: number): number {
  return (stage << 4) | (state << 1) | tried;
}
