import { MOST_ATTEMPTS_COUNTED, type PenetrationCell } from '../lists.js';
import { STAGE_CODES, STATE_NAMES } from './codes.js';
import type { Database } from './database.js';
import { Tally } from './tally.js';

/** Where a contact counts. */
export interface Counted {
  readonly campaignKey: number;
  readonly listKey: number;
  readonly stage: number;
  readonly attempts: number;
}

/**
 * How many contacts are in which stage and state, by campaign, and in which state after how many attempts, by list. Every
 * change of a contact is told to them, and they are written once in each transaction.
 */
export class ContactCounts {
  readonly #database: Database;
  readonly #save;
  readonly #saveOfList;
  /** By campaign; in it by stage, state and whether the contact was ever tried. */
  readonly #campaigns = new Tally(cell(STAGE_CODES, 0, 0));
  /** By list; in it by state and attempts. */
  readonly #lists = new Tally(STATE_NAMES.length * (MOST_ATTEMPTS_COUNTED + 1));

  constructor(database: Database) {
    this.#database = database;
    this.#save = database.command('INSERT OR REPLACE INTO contact_counts VALUES (?, ?, ?, ?, ?)');
    this.#saveOfList = database.command('INSERT OR REPLACE INTO list_counts VALUES (?, ?, ?, ?)');
    this.load();
  }

  /** Reads the counts of the last commit; also after a rollback of a whole transaction. */
  load(): void {
    this.#campaigns.load(
      this.#database
        .query<[number, number, number, number, number]>(
          'SELECT campaign_key, stage, state, tried, contacts FROM contact_counts',
        )
        .all()
        .map(([campaignKey, stage, state, tried, contacts]) => [
          campaignKey,
          cell(stage, state, tried),
          contacts,
        ]),
    );
    this.#lists.load(
      this.#database
        .query<[number, number, number, number]>(
          'SELECT list_key, state, attempts, contacts FROM list_counts',
        )
        .all()
        .map(([listKey, state, attempts, contacts]) => [listKey, cellOfList(state, attempts), contacts]),
    );
  }

  /** `contacts` more (or fewer, below 0) that are alike are in the state. */
  add({ campaignKey, listKey, stage, attempts }: Counted, state: number, contacts: number): void {
    this.#campaigns.add(campaignKey, cell(stage, state, attempts > 0 ? 1 : 0), contacts);
    this.#lists.add(listKey, cellOfList(state, attempts), contacts);
  }

  /** Contacts go to another stage, in the state they are in. */
  moveStage(
    campaignKey: number,
    from: number,
    to: number,
    state: number,
    tried: boolean,
    contacts: number,
  ): void {
    this.#campaigns.add(campaignKey, cell(from, state, tried ? 1 : 0), -contacts);
    this.#campaigns.add(campaignKey, cell(to, state, tried ? 1 : 0), contacts);
  }

  count(campaignKey: number, stage: number, state: number): number {
    return (
      this.#campaigns.count(campaignKey, cell(stage, state, 0)) +
      this.#campaigns.count(campaignKey, cell(stage, state, 1))
    );
  }

  countUntried(campaignKey: number, stage: number, state: number): number {
    return this.#campaigns.count(campaignKey, cell(stage, state, 0));
  }

  ofList(listKey: number): PenetrationCell[] {
    const cells: PenetrationCell[] = [];
    for (const [code, state] of STATE_NAMES.entries())
      for (let attempts = 0; attempts <= MOST_ATTEMPTS_COUNTED; attempts += 1) {
        const contacts = this.#lists.count(listKey, cellOfList(code, attempts));
        if (contacts > 0) cells.push({ state, attempts, contacts });
      }
    return cells;
  }

  operationDone(): void {
    this.#campaigns.operationDone();
    this.#lists.operationDone();
  }

  operationFailed(): void {
    this.#campaigns.operationFailed();
    this.#lists.operationFailed();
  }

  /** Writes what changed; to be called before the commit. */
  save(): void {
    this.#campaigns.takeChanges((campaignKey, place, count) => {
      this.#save.run(campaignKey, place >> 4, (place >> 1) & 7, place & 1, count);
    });
    const width = MOST_ATTEMPTS_COUNTED + 1;
    this.#lists.takeChanges((listKey, place, count) => {
      this.#saveOfList.run(listKey, Math.floor(place / width), place % width, count);
    });
  }
}

/** Place of a count: one bit for tried, three for the state, the rest for the stage. */
function cell(stage: number, state: number, tried: number): number {
  return (stage << 4) | (state << 1) | tried;
}

function cellOfList(state: number, attempts: number): number {
  return state * (MOST_ATTEMPTS_COUNTED + 1) + Math.min(attempts, MOST_ATTEMPTS_COUNTED);
}
