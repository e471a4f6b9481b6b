/** Contacts are read together, and written with everything that is kept beside them: who is due, who is leased, and the counts. */
import type { StageName } from '../../core/model.js';
import { type ListRecord, MAIN_LIST, MOST_ATTEMPTS_COUNTED } from '../lists.js';
import { CLOSED_BY_WORD } from '../rules.js';
import {
  type ContactProfile,
  type ContactWork,
  type Standing,
  type StoredStanding,
  storedOf,
  workOn,
} from './contact-state.js';
import type { RedisContext } from './context.js';
import { placeOf } from './keys.js';
import { type Doc, readDoc, readDocs, type Transaction } from './transaction.js';

/** Name of the sorted sets and counters for contacts of the stage; of a pilot with phases, those of one phase. */
export function shelfOf(stage: StageName, held: number): string {
  return held > 0 ? `${stage}${held}` : stage;
}

/** Contacts of one campaign in the order of the ordinals; undefined in the place of what is not there. */
export async function readContacts(
  { connection, keys }: RedisContext,
  campaignId: string,
  ordinals: readonly number[],
): Promise<(ContactWork | undefined)[]> {
  const [profiles, states] = await Promise.all([
    readDocs<ContactProfile>(
      connection,
      ordinals.map((ordinal) => keys.profile(campaignId, ordinal)),
    ),
    readDocs<StoredStanding>(
      connection,
      ordinals.map((ordinal) => keys.state(campaignId, ordinal)),
    ),
  ]);
  return ordinals.map((ordinal, i) =>
    workOn(campaignId, ordinal, profiles[i] as Doc<ContactProfile>, states[i] as Doc<StoredStanding>),
  );
}

/** The campaign's lists, in the order in which they came: their positions are part of names of keys. */
export async function readLists(
  { connection, keys }: RedisContext,
  campaignId: string,
): Promise<Doc<readonly ListRecord[]>> {
  return readDoc<readonly ListRecord[]>(connection, keys.campaign(campaignId, 'lists'));
}

export function listNameOf(lists: Doc<readonly ListRecord[]>, { list }: ContactProfile): string {
  return lists.value?.[list]?.name ?? MAIN_LIST;
}

/** The last phase of the pilot that is open: 0 until another is opened. */
export async function readOpenPhase({ connection, keys }: RedisContext, campaignId: string): Promise<number> {
  return Number((await connection.call('get', keys.campaign(campaignId, 'open-phase'))) ?? 0);
}

/** Changes to contacts of one campaign, gathered into one transaction. */
export class ContactChanges {
  readonly #context: RedisContext;
  readonly #transaction: Transaction;
  readonly #campaignId: string;
  readonly #counts = new Map<string, number>();
  readonly #cells = new Map<string, number>();
  readonly #removals = new Map<string, string[]>();
  readonly #additions = new Map<string, (string | number)[]>();

  constructor(context: RedisContext, transaction: Transaction, campaignId: string) {
    this.#context = context;
    this.#transaction = transaction;
    this.#campaignId = campaignId;
  }

  /** The contact is as it was read, and becomes what it was worked into. */
  save(work: ContactWork): this {
    const { profile, profileDoc, stateDoc, before, now, callbacks, ordinal } = work;
    const { keys } = this.#context;
    this.#transaction.expect(profileDoc).replace(stateDoc, storedOf(now, profile.importedAt));
    this.#move(
      ordinal,
      this.#places(profile.list, before, ordinal),
      this.#places(profile.list, now, ordinal),
    );
    this.#count(before, profile.list, -1);
    this.#count(now, profile.list, 1);
    for (const record of callbacks) {
      this.#transaction
        .run('HSET', keys.campaign(this.#campaignId, 'callbacks'), record.callbackId, JSON.stringify(record))
        .run('ZADD', keys.campaign(this.#campaignId, 'callbacks-due'), record.dueAt, record.callbackId);
    }
    return this;
  }

  /** A contact that was just made. */
  enter(ordinal: number, list: number, standing: Standing): this {
    this.#move(ordinal, new Map(), this.#places(list, standing, ordinal));
    this.#count(standing, list, 1);
    return this;
  }

  /** The contact goes, with both its documents. */
  remove(work: ContactWork): this {
    const { profile, profileDoc, stateDoc, before, ordinal } = work;
    this.#transaction.expect(profileDoc).expect(stateDoc).run('DEL', profileDoc.key).run('DEL', stateDoc.key);
    this.#move(ordinal, this.#places(profile.list, before, ordinal), new Map());
    this.#count(before, profile.list, -1);
    return this;
  }

  /** Adds the gathered changes of sets and counters to the transaction: the last thing before it is committed. */
  flush(): Transaction {
    const { keys } = this.#context;
    for (const [key, members] of this.#removals) this.#transaction.runInParts('ZREM', key, members);
    for (const [key, pairs] of this.#additions) this.#transaction.runInParts('ZADD', key, pairs);
    for (const [name, deltas] of [
      ['counts', this.#counts],
      ['cells', this.#cells],
    ] as const)
      for (const [field, delta] of deltas)
        if (delta !== 0)
          this.#transaction.run('HINCRBY', keys.campaign(this.#campaignId, name), field, delta);
    return this.#transaction;
  }

  #move(ordinal: number, from: ReadonlyMap<string, number>, to: ReadonlyMap<string, number>): void {
    const place = placeOf(ordinal);
    for (const key of from.keys()) if (!to.has(key)) listIn(this.#removals, key).push(place);
    for (const [key, score] of to)
      if (from.get(key) !== score) listIn(this.#additions, key).push(score, place);
  }

  /** The sorted sets that the contact is in, with its scores. */
  #places(list: number, standing: Readonly<Standing>, ordinal: number): Map<string, number> {
    const { keys } = this.#context;
    const { state, stage, held, dueAt, leasedUntil, attemptId, doneReason } = standing;
    const places = new Map<string, number>();
    const shelf = shelfOf(stage, held);
    if (state === 'open') places.set(keys.due(this.#campaignId, shelf, list), dueAt);
    else if (state === 'callback') places.set(keys.dueCallbacks(this.#campaignId, shelf, list), dueAt);
    else if (state === 'pending') places.set(keys.campaign(this.#campaignId, 'pending'), ordinal);
    else if (state === 'leased') {
      if (attemptId === '') places.set(keys.campaign(this.#campaignId, 'leased'), leasedUntil);
    } else if (CLOSED_BY_WORD.includes(doneReason))
      places.set(keys.campaign(this.#campaignId, 'closed'), ordinal);
    return places;
  }

  #count({ state, stage, held, attempts }: Readonly<Standing>, list: number, delta: number): void {
    const shelf = shelfOf(stage, held);
    add(this.#counts, `${shelf}|${state}`, delta);
    if (attempts === 0 && state !== 'done') add(this.#counts, `${shelf}|untried`, delta);
    add(this.#cells, `${list}|${state}|${Math.min(attempts, MOST_ATTEMPTS_COUNTED)}`, delta);
  }
}

function add(counters: Map<string, number>, field: string, delta: number): void {
  counters.set(field, (counters.get(field) ?? 0) + delta);
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  let list = lists.get(key);
  if (list === undefined) {
    list = [];
    lists.set(key, list);
  }
  return list;
}
