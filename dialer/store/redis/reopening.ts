/** Contacts that were closed for a list or for consent, and are opened again after a later word. */
import type { CampaignRecord } from '../../core/model.js';
import type { ClosedContact, Page } from '../port.js';
import { CLOSED_BY_LIST, CLOSED_BY_WORD, OVER } from '../rules.js';
import { ContactChanges, readContacts } from './contact-changes.js';
import { applyNext, type ContactWork, lineOf } from './contact-state.js';
import type { RedisContext } from './context.js';
import { grouped } from './grouped.js';
import type { NumberDocument } from './number-document.js';
import { readDocsOf } from './number-facts.js';
import { type Steps, takeOnce } from './steps.js';
import { MOST_ARGUMENTS, Transaction, untilCommitted } from './transaction.js';

/** Contacts that are opened in one transaction. */
const OPENED_AT_ONCE = 200;

export class Reopening {
  readonly #context: RedisContext;

  constructor(context: RedisContext) {
    this.#context = context;
  }

  /** Opens those with one of the numbers, in one campaign or all that go on. Repeating it changes nothing. */
  async reopenFor(numbers: readonly string[], campaignId?: string): Promise<void> {
    if (numbers.length === 0) return;
    const wanted = new Set(numbers);
    const campaignIds = campaignId === undefined ? await this.#context.directory.campaignIds() : [campaignId];
    await Promise.all(
      campaignIds.map(async (id) => {
        const { connection, keys } = this.#context;
        // In most campaigns nothing is closed so.
        if (Number(await connection.call('zcard', keys.campaign(id, 'closed'))) === 0) return;
        if (await this.#isOver(id)) return;
        const ordinals = await this.contactsOf(id, [...wanted]);
        for (let at = 0; at < ordinals.length; at += OPENED_AT_ONCE) {
          const part = ordinals.slice(at, at + OPENED_AT_ONCE);
          await untilCommitted(() => this.#reopenPart(id, part, wanted));
        }
      }),
    );
  }

  async #reopenPart(
    campaignId: string,
    ordinals: readonly number[],
    wanted: ReadonlySet<string>,
  ): Promise<true | undefined> {
    const { connection, fences } = this.#context;
    const transaction = fences.guard(new Transaction(connection), campaignId);
    const changes = new ContactChanges(this.#context, transaction, campaignId);
    let opened = 0;
    for (const work of await readContacts(this.#context, campaignId, ordinals)) {
      if (work?.before.state !== 'done' || !CLOSED_BY_WORD.includes(work.before.doneReason)) continue;
      if (!open(work, (number) => wanted.has(number))) continue;
      changes.save(work);
      opened += 1;
    }
    if (opened === 0) return true;
    return (await changes.flush().commit()).outcome === 'ok' ? true : undefined;
  }

  /** Ordinals of the campaign's contacts with one of the numbers, in their order. */
  async contactsOf(campaignId: string, numbers: readonly string[]): Promise<readonly number[]> {
    const { connection, keys } = this.#context;
    const found = new Set<number>();
    for (let at = 0; at < numbers.length; at += MOST_ARGUMENTS) {
      const part = numbers.slice(at, at + MOST_ARGUMENTS);
      const places = await connection.call('hmget', keys.campaign(campaignId, 'numbers'), ...part);
      for (const text of places as (string | null)[])
        for (const place of text?.split(',') ?? []) found.add(Number.parseInt(place, 10));
    }
    return [...found].sort((a, b) => a - b);
  }

  async #isOver(campaignId: string): Promise<boolean> {
    const { connection, keys } = this.#context;
    const json = (await connection.call('hget', keys.global('campaigns'), campaignId)) as string | null;
    return json !== null && OVER.includes((JSON.parse(json) as CampaignRecord).status);
  }

  // -- closed for a registry

  /** Up to `limit` contacts that were closed for a list are looked at, in the order of their making. */
  async closedByLists({
    limit,
    cursor,
  }: {
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<ClosedContact>> {
    const items: ClosedContact[] = [];
    let after = cursor === undefined ? 0 : Number(cursor.slice(1));
    let looked = 0;
    for (;;) {
      const places = await this.#closedAfter(after, limit - looked);
      if (places.length === 0) return { items };
      const works = await this.#works(places);
      const closed = works.filter(
        ({ before }) => before.state === 'done' && before.doneReason === CLOSED_BY_LIST,
      );
      const facts = await readDocsOf<NumberDocument>(
        this.#context.connection,
        closed.flatMap(({ profile }) =>
          profile.source.numbers.map((number) => this.#context.keys.number(number)),
        ),
      );
      const over = new Map<string, boolean>();
      for (const id of new Set(closed.map(({ campaignId }) => campaignId)))
        over.set(id, await this.#isOver(id));
      for (const work of closed) {
        looked += 1;
        const { campaignId, id, profile } = work;
        const { numbers } = profile.source;
        const free = numbers.filter((_, position) => lineOf(work, position)[1] === 0);
        const asked = numbers.some((number) => {
          const known = facts.get(this.#context.keys.number(number))?.value;
          return known?.dnc !== undefined || known?.campaignDnc?.[campaignId] !== undefined;
        });
        if (!over.get(campaignId) && !asked && free.length > 0)
          items.push({ contactId: id, campaignId, numbers: free });
        if (looked === limit) return { items, nextCursor: id };
      }
      after = places.at(-1)?.ordinal ?? after;
    }
  }

  /** The next contacts of all campaigns that were closed for a word, up to `count`, in their order. */
  async #closedAfter(
    ordinal: number,
    count: number,
  ): Promise<readonly { readonly campaignId: string; readonly ordinal: number }[]> {
    const { connection, directory, keys } = this.#context;
    const found = await Promise.all(
      (await directory.campaignIds()).map(async (campaignId) => {
        const key = keys.campaign(campaignId, 'closed');
        const places = await connection.call('zrangebyscore', key, `(${ordinal}`, '+inf', 'LIMIT', 0, count);
        return (places as string[]).map((place) => ({ campaignId, ordinal: Number(place) }));
      }),
    );
    return found
      .flat()
      .sort((a, b) => a.ordinal - b.ordinal)
      .slice(0, count);
  }

  async #works(
    places: readonly { readonly campaignId: string; readonly ordinal: number }[],
  ): Promise<readonly ContactWork[]> {
    const works = await Promise.all(
      Array.from(
        grouped(places, ({ campaignId }) => campaignId),
        ([campaignId, own]) =>
          readContacts(
            this.#context,
            campaignId,
            own.map(({ ordinal }) => ordinal),
          ),
      ),
    );
    return works
      .flat()
      .filter((work) => work !== undefined)
      .sort((a, b) => a.ordinal - b.ordinal);
  }

  /** Opens each where it still is closed for a list, with the given number next; `false` when none was opened. */
  async reopenContacts(
    steps: Steps,
    contacts: readonly { readonly contactId: string; readonly number: string }[],
  ): Promise<readonly string[] | false> {
    const reopened: string[] = [];
    for (const { contactId, number } of contacts)
      if (await this.#reopenOne(steps, contactId, number)) reopened.push(contactId);
    return reopened.length > 0 && reopened;
  }

  async #reopenOne(steps: Steps, contactId: string, number: string): Promise<boolean> {
    const { connection, directory, fences, keys } = this.#context;
    const place = await directory.find(contactId);
    if (place === undefined || (await this.#isOver(place.campaignId))) return false;
    const { campaignId, ordinal } = place;
    const key = keys.state(campaignId, ordinal);
    const step = `reopen:${contactId}`;
    return takeOnce(steps, step, key, async () => {
      const [work] = await readContacts(this.#context, campaignId, [ordinal]);
      if (work?.before.state !== 'done' || work.before.doneReason !== CLOSED_BY_LIST) return false;
      if (!open(work, (each) => each === number)) return false;
      const transaction = fences.guard(new Transaction(connection), campaignId);
      const changes = new ContactChanges(this.#context, transaction, campaignId).save(work);
      return steps.commit(step, key, changes.flush(), true);
    });
  }
}

/** Opens the contact, to be called on the first of these numbers next; `false` when it has none that may be dialled. */
function open(work: ContactWork, isWanted: (number: string) => boolean): boolean {
  const nextNumber = work.profile.source.numbers.findIndex(
    (number, position) => lineOf(work, position)[1] === 0 && isWanted(number),
  );
  if (nextNumber < 0) return false;
  applyNext(work, { state: 'open', dueAt: work.now.dueAt, nextNumber });
  return true;
}
