/** Contacts as they are imported, listed, searched and counted. */
import { type EpochMilliseconds, STAGES, type StageName } from '../../core/model.js';
import {
  type ContactFilter,
  type ListChange,
  type ListPenetration,
  type ListRecord,
  MAIN_LIST,
  type PenetrationCell,
} from '../lists.js';
import type { ContactRecord, ContactState, ImportCounts, NewContact, Page } from '../port.js';
import {
  foldCase,
  importedConsents,
  mentions,
  nameCursor,
  personOf,
  requireNumbers,
  SEARCHED_AT_ONCE,
} from '../rules.js';
import { ContactChanges, listNameOf, readContacts, readLists, readOpenPhase } from './contact-changes.js';
import { type ContactProfile, contactRecordOf, untouched } from './contact-state.js';
import type { RedisContext } from './context.js';
import { grouped } from './grouped.js';
import { readCounters } from './lease-book.js';
import type { Steps } from './steps.js';
import { docText, MOST_ARGUMENTS, readDoc, Transaction, untilCommitted } from './transaction.js';

/** Contacts that are added in one transaction: a thousand keep the server busy for some milliseconds. */
const ADDED_AT_ONCE = 1000;
/** Contacts that are read in one call to Redis. */
const READ_AT_ONCE = 500;

const STATES: readonly ContactState[] = ['open', 'leased', 'pending', 'callback', 'done'];

export class ContactBook {
  readonly #context: RedisContext;

  constructor(context: RedisContext) {
    this.#context = context;
  }

  // -- import

  /** A thousand contacts at once; a process that ends between is followed by one that adds the rest. */
  async addContacts(
    steps: Steps,
    campaignId: string,
    contacts: readonly NewContact[],
    now: EpochMilliseconds,
    listName: string = MAIN_LIST,
  ): Promise<ImportCounts> {
    requireNumbers(contacts);
    const { numbers } = this.#context;
    const list = await this.#listPosition(campaignId, listName, now);
    const { undated, dated } = importedConsents(campaignId, contacts, now);
    if (undated.length > 0) await numbers.addConsents(steps, 'undated', undated, true);
    if (dated.length > 0) await numbers.addConsents(steps, 'dated', dated);
    let added = 0;
    for (let at = 0; at < contacts.length; at += ADDED_AT_ONCE)
      added += await this.#addPart(steps, campaignId, list, contacts.slice(at, at + ADDED_AT_ONCE), now, at);
    return { added, duplicates: contacts.length - added };
  }

  async #addPart(
    steps: Steps,
    campaignId: string,
    list: number,
    contacts: readonly NewContact[],
    now: EpochMilliseconds,
    part: number,
  ): Promise<number> {
    const step = `contacts:${part}`;
    const { connection, keys, directory, fences } = this.#context;
    const [importsKey, externalKey, numbersKey] = ['imports', 'external', 'numbers'].map((name) =>
      keys.campaign(campaignId, name),
    ) as [string, string, string];
    let allotted: { readonly first: number; readonly count: number } | undefined;
    return untilCommitted(async () => {
      const [imports, externals, numbers] = await Promise.all([
        readDoc(connection, importsKey),
        this.#fields(
          externalKey,
          contacts.map(({ externalId }) => externalId).filter((id) => id !== ''),
        ),
        this.#fields(
          numbersKey,
          contacts.flatMap((contact) => contact.numbers),
        ),
      ]);
      const firsts = new Set(
        [...numbers].flatMap(([number, places]) => (places.includes('*') ? [number] : [])),
      );
      const fresh = contacts.filter(({ externalId, numbers: [first = ''] }) => {
        if (externals.has(externalId) || firsts.has(first)) return false;
        if (externalId !== '') externals.set(externalId, '');
        firsts.add(first);
        return true;
      });
      if (fresh.length === 0) return steps.commit(step, importsKey, new Transaction(connection), 0);
      if (allotted === undefined || allotted.count < fresh.length)
        allotted = {
          first: (await directory.allot(campaignId, fresh.length)).first,
          count: fresh.length,
        };
      const transaction = fences.guard(new Transaction(connection), campaignId).replace(imports, {});
      const changes = new ContactChanges(this.#context, transaction, campaignId);
      const byExternalId: string[] = [];
      const byNumber = new Map<string, string>();
      for (const [i, { consent: _, consentDetails: __, ...source }] of fresh.entries()) {
        const ordinal = allotted.first + i;
        const person = personOf(source.externalId, `c${ordinal}`, source.numbers.length);
        const profile: ContactProfile = { list, version: 1, person, importedAt: now, source };
        transaction.run('SET', keys.profile(campaignId, ordinal), docText(profile));
        changes.enter(ordinal, list, untouched(now));
        if (source.externalId !== '') byExternalId.push(source.externalId, String(ordinal));
        for (const [position, number] of [...new Set(source.numbers)].entries()) {
          const places = byNumber.get(number) ?? numbers.get(number);
          const place = `${ordinal}${position === 0 ? '*' : ''}`;
          byNumber.set(number, places === undefined ? place : `${places},${place}`);
        }
      }
      transaction.runInParts('HSET', externalKey, byExternalId);
      transaction.runInParts('HSET', numbersKey, [...byNumber].flat());
      return steps.commit(step, importsKey, changes.flush(), fresh.length);
    });
  }

  /** Fields of a hash that are there. */
  async #fields(key: string, fields: readonly string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const wanted = [...new Set(fields)];
    for (let at = 0; at < wanted.length; at += MOST_ARGUMENTS) {
      const part = wanted.slice(at, at + MOST_ARGUMENTS);
      const values = (await this.#context.connection.call('hmget', key, ...part)) as (string | null)[];
      for (const [i, field] of part.entries()) {
        const value = values[i] ?? null;
        if (value !== null) found.set(field, value);
      }
    }
    return found;
  }

  // -- lists

  async lists(campaignId: string): Promise<readonly ListRecord[]> {
    return (await readLists(this.#context, campaignId)).value ?? [];
  }

  /** Position of the campaign's list of the name; it is made now if it is not there. */
  async #listPosition(campaignId: string, name: string, now: EpochMilliseconds): Promise<number> {
    const { connection, keys } = this.#context;
    return untilCommitted(async () => {
      const lists = await readLists(this.#context, campaignId);
      const records = lists.value ?? [];
      const position = records.findIndex((each) => each.name === name);
      if (position >= 0) return position;
      const record: ListRecord = { campaignId, name, source: '', createdAt: now, paused: false };
      await connection.call('sadd', keys.global('contact-campaigns'), campaignId);
      const transaction = new Transaction(connection).replace(lists, [...records, record]);
      return (await transaction.commit()).outcome === 'ok' ? records.length : undefined;
    });
  }

  async saveList(
    steps: Steps,
    { campaignId, name, source, paused, at }: ListChange,
  ): Promise<ListRecord | false> {
    const { connection, keys } = this.#context;
    await connection.call('sadd', keys.global('contact-campaigns'), campaignId);
    return untilCommitted(async () => {
      const lists = await readLists(this.#context, campaignId);
      const records = lists.value ?? [];
      const known = records.find((each) => each.name === name);
      const before = known ?? { campaignId, name, source: '', createdAt: at, paused: false };
      const after = { ...before, source: source ?? before.source, paused: paused ?? before.paused };
      if (known !== undefined && known.source === after.source && known.paused === after.paused)
        return steps.commit<ListRecord | false>('list', lists.key, new Transaction(connection), false);
      const next =
        known === undefined ? [...records, after] : records.map((each) => (each === known ? after : each));
      return steps.commit<ListRecord | false>(
        'list',
        lists.key,
        new Transaction(connection).replace(lists, next),
        after,
      );
    });
  }

  async penetration(campaignId: string): Promise<readonly ListPenetration[]> {
    const { connection, keys } = this.#context;
    const [lists, counters] = await Promise.all([
      this.lists(campaignId),
      readCounters(connection, keys.campaign(campaignId, 'cells')),
    ]);
    const cells = lists.map((): PenetrationCell[] => []);
    for (const [field, contacts] of counters) {
      const [list, state, attempts] = field.split('|') as [string, ContactState, string];
      cells[Number(list)]?.push({ state, attempts: Number(attempts), contacts });
    }
    const order = ({ state, attempts }: PenetrationCell): number => STATES.indexOf(state) * 1000 + attempts;
    return lists.map((list, i) => ({
      ...list,
      cells: (cells[i] ?? []).sort((a, b) => order(a) - order(b)),
    }));
  }

  // -- looking

  async contact(contactId: string): Promise<ContactRecord | undefined> {
    const place = await this.#context.directory.find(contactId);
    return place === undefined ? undefined : (await this.#records([place]))[0];
  }

  async contactCounts(
    campaignId: string,
  ): Promise<readonly { readonly stage: StageName; readonly state: ContactState; readonly count: number }[]> {
    const { connection, keys } = this.#context;
    const sums = new Map<string, number>();
    for (const [field, count] of await readCounters(connection, keys.campaign(campaignId, 'counts'))) {
      const key = field.replace(/^([a-z]+)\d*\|/, '$1|');
      sums.set(key, (sums.get(key) ?? 0) + count);
    }
    return STAGES.flatMap((stage) =>
      STATES.flatMap((state) => {
        const count = sums.get(`${stage}|${state}`) ?? 0;
        return count === 0 ? [] : [{ stage, state, count }];
      }),
    );
  }

  /** Numbers and external ids are found by index; for everything else contacts are looked at, so many in one call. */
  async contacts(filter: ContactFilter): Promise<Page<ContactRecord>> {
    if (filter.number !== undefined || filter.externalId !== undefined) return this.#indexed(filter);
    if (filter.name !== undefined) return this.#byName(filter, filter.name);
    const { directory } = this.#context;
    const items: ContactRecord[] = [];
    let after = Number(filter.cursor ?? 0);
    for (let looked = 0; looked < SEARCHED_AT_ONCE; looked += READ_AT_ONCE) {
      const places = await directory.after(after, READ_AT_ONCE, filter.campaignId);
      for (const record of await this.#records(places)) {
        if (!matches(record, filter)) continue;
        if (items.length === filter.limit) return { items, nextCursor: ordinalOf(items.at(-1)) };
        items.push(record);
      }
      const last = places.at(-1);
      if (last === undefined || places.length < READ_AT_ONCE) return { items };
      after = last.ordinal;
    }
    return { items, nextCursor: String(after) };
  }

  async #indexed(filter: ContactFilter): Promise<Page<ContactRecord>> {
    const { number, externalId, limit, cursor } = filter;
    const { connection, keys, directory } = this.#context;
    const campaignIds = filter.campaignId === undefined ? await directory.campaignIds() : [filter.campaignId];
    const found = await Promise.all(
      campaignIds.map(async (campaignId) => {
        const texts =
          number !== undefined
            ? await connection.call('hget', keys.campaign(campaignId, 'numbers'), number)
            : await connection.call('hget', keys.campaign(campaignId, 'external'), externalId ?? '');
        const ordinals =
          texts === null
            ? []
            : String(texts)
                .split(',')
                .map((text) => Number.parseInt(text, 10));
        return ordinals.map((ordinal) => ({ campaignId, ordinal }));
      }),
    );
    const places = found
      .flat()
      .filter(({ ordinal }) => ordinal > Number(cursor ?? 0))
      .sort((a, b) => a.ordinal - b.ordinal);
    const records = (await this.#records(places)).filter((record) => matches(record, filter));
    const items = records.slice(0, limit);
    return records.length > limit ? { items, nextCursor: ordinalOf(items.at(-1)) } : { items };
  }

  /** All contacts are looked at: there is no index of names, and who asks is a person at a desk. */
  async #byName(filter: ContactFilter, name: string): Promise<Page<ContactRecord>> {
    const { directory } = this.#context;
    const [afterOrdinal, afterName] = nameCursor(filter.cursor);
    const wanted = foldCase(name);
    const found: { readonly record: ContactRecord; readonly folded: string; readonly ordinal: number }[] = [];
    let after = 0;
    for (;;) {
      const places = await directory.after(after, READ_AT_ONCE, filter.campaignId);
      for (const record of await this.#records(places)) {
        const folded = foldCase(record.name);
        const ordinal = Number(record.contactId.slice(1));
        if (!folded.startsWith(wanted) || folded === '' || !matches(record, filter)) continue;
        const order = compareBytes(folded, afterName);
        if (order > 0 || (order === 0 && ordinal > afterOrdinal)) found.push({ record, folded, ordinal });
      }
      const last = places.at(-1);
      if (last === undefined || places.length < READ_AT_ONCE) break;
      after = last.ordinal;
    }
    found.sort((a, b) => compareBytes(a.folded, b.folded) || a.ordinal - b.ordinal);
    const page = found.slice(0, filter.limit);
    const last = page.at(-1);
    const items = page.map(({ record }) => record);
    if (found.length <= filter.limit || last === undefined) return { items };
    return { items, nextCursor: `${last.ordinal}:${last.folded}` };
  }

  /** The contacts that are still there, in the order of the places. */
  async #records(
    places: readonly { readonly campaignId: string; readonly ordinal: number }[],
  ): Promise<readonly ContactRecord[]> {
    const byCampaign = grouped(places, ({ campaignId }) => campaignId);
    const records = new Map<number, ContactRecord>();
    await Promise.all(
      Array.from(byCampaign, async ([campaignId, own]) => {
        const [works, lists, through] = await Promise.all([
          readContacts(
            this.#context,
            campaignId,
            own.map(({ ordinal }) => ordinal),
          ),
          readLists(this.#context, campaignId),
          readOpenPhase(this.#context, campaignId),
        ]);
        for (const work of works)
          if (work !== undefined)
            records.set(work.ordinal, contactRecordOf(work, listNameOf(lists, work.profile), through));
      }),
    );
    return places.flatMap(({ ordinal }) => records.get(ordinal) ?? []);
  }
}

function ordinalOf(record: ContactRecord | undefined): string {
  return record?.contactId.slice(1) ?? '0';
}

function matches(contact: ContactRecord, filter: ContactFilter): boolean {
  const { list, state, doneReason, lastOutcome, minimumAttempts, maximumAttempts } = filter;
  const { number, externalId, name, text } = filter;
  return (
    (list === undefined || contact.list === list) &&
    (state === undefined || contact.state === state) &&
    (doneReason === undefined || contact.doneReason === doneReason) &&
    (lastOutcome === undefined || contact.lastOutcome === lastOutcome) &&
    (minimumAttempts === undefined || contact.attempts >= minimumAttempts) &&
    (maximumAttempts === undefined || contact.attempts <= maximumAttempts) &&
    (number === undefined || contact.numbers.some(({ e164 }) => e164 === number)) &&
    (externalId === undefined || (externalId !== '' && contact.externalId === externalId)) &&
    (name === undefined || foldCase(contact.name).startsWith(foldCase(name))) &&
    (text === undefined || mentions(contact, foldCase(text)))
  );
}

/** Texts in the order of their bytes in UTF-8, as the other stores have them. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
