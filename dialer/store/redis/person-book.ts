/** A person over all campaigns: found by number or external id, and erased on request. */
import type { EpochMilliseconds } from '../../core/model.js';
import { ERASED, erasedAttempt, erasedNumber } from '../erasure.js';
import type { AttemptRecord, Erasure, ErasureReport, PersonRecords } from '../port.js';
import { ContactChanges, readContacts } from './contact-changes.js';
import { isInCall } from './contact-edits.js';
import { ContactIndex } from './contact-index.js';
import { type ContactProfile, type ContactWork, closeContact, lineOf } from './contact-state.js';
import type { RedisContext } from './context.js';
import { grouped } from './grouped.js';
import type { NumberDocument } from './number-document.js';
import { readDocsOf } from './number-facts.js';
import type { Registry } from './registry.js';
import type { Reopening } from './reopening.js';
import { type Steps, takeOnce } from './steps.js';
import { readDoc, readDocs, Transaction } from './transaction.js';

interface Place {
  readonly campaignId: string;
  readonly ordinal: number;
}

/** An attempt's document, as far as it matters here: its other fields are the attempt's own. */
type AttemptDocument = Partial<Omit<AttemptRecord, 'result'>> & {
  readonly intent: Pick<AttemptRecord, 'number'>;
};

export class PersonBook {
  readonly #context: RedisContext;
  readonly #reopening: Reopening;
  readonly #registry: Registry;

  constructor(context: RedisContext, reopening: Reopening, registry: Registry) {
    this.#context = context;
    this.#reopening = reopening;
    this.#registry = registry;
  }

  async contactsWith(numbers: readonly string[]): Promise<readonly string[]> {
    const places = await this.#placesWith(numbers);
    return places.map(({ ordinal }) => `c${ordinal}`);
  }

  async #placesWith(numbers: readonly string[]): Promise<readonly Place[]> {
    const campaignIds = await this.#context.directory.campaignIds();
    const found = await Promise.all(
      campaignIds.map(async (campaignId) =>
        (await this.#reopening.contactsOf(campaignId, numbers)).map((ordinal) => ({ campaignId, ordinal })),
      ),
    );
    return found.flat().sort((a, b) => a.ordinal - b.ordinal);
  }

  async person(contactIds: readonly string[]): Promise<PersonRecords> {
    const { connection, directory, keys } = this.#context;
    const named = (await Promise.all(contactIds.map((id) => directory.find(id)))).filter(
      (each) => each !== undefined,
    );
    const found = new Map<number, ContactWork>();
    for (const work of await this.#works(named)) found.set(work.ordinal, work);
    const externalIds = [
      ...new Set([...found.values()].map(({ profile }) => profile.source.externalId)),
    ].filter((id) => id !== '');
    if (externalIds.length > 0) {
      const places = await Promise.all(
        (await directory.campaignIds()).map(async (campaignId) => {
          const ordinals = await connection.call(
            'hmget',
            keys.campaign(campaignId, 'external'),
            ...externalIds,
          );
          return (ordinals as (string | null)[]).flatMap((ordinal) =>
            ordinal === null ? [] : [{ campaignId, ordinal: Number(ordinal) }],
          );
        }),
      );
      const others = places.flat().filter(({ ordinal }) => !found.has(ordinal));
      for (const work of await this.#works(others)) found.set(work.ordinal, work);
    }
    const numbers = [...found.values()].flatMap(({ profile }) => profile.source.numbers);
    return {
      contactIds: [...found.values()].map(({ id }) => id),
      numbers: [...new Set(numbers)].filter((number) => number.startsWith('+')),
    };
  }

  async #works(places: readonly Place[]): Promise<readonly ContactWork[]> {
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

  // -- erasure

  /**
   * First the numbers go on the internal list: from then on none of them is reserved for a call. Then all that names the person is
   * replaced, each document by itself and once.
   */
  async erase(steps: Steps, { contactIds, numbers, at }: Erasure): Promise<ErasureReport | false> {
    const { directory } = this.#context;
    const places = (await Promise.all(contactIds.map((id) => directory.find(id)))).filter(
      (each) => each !== undefined,
    );
    if (!(await this.#hasBegun(steps, numbers)) && (await this.#isLive(places, numbers))) return false;
    // A call came between: the numbers that are listed by then stay so.
    for (const [i, number] of numbers.entries())
      if (!(await this.#list(steps, `list:${i}`, number, at))) return false;
    const attempts = await this.#attemptsOf(places, numbers);
    let contacts = 0;
    for (const place of places) if (await this.#blank(steps, place)) contacts += 1;
    let erased = 0;
    for (const { campaignId, attemptId } of attempts)
      if (await this.#eraseAttempt(steps, campaignId, attemptId, numbers, contactIds)) erased += 1;
    let consents = 0;
    for (const [i, number] of numbers.entries()) consents += await this.#moveFacts(steps, i, number);
    await this.#registry.forgetAnswersWith(numbers);
    return { contacts, attempts: erased, consents };
  }

  async #hasBegun(steps: Steps, numbers: readonly string[]): Promise<boolean> {
    const [first] = numbers;
    if (first === undefined) return false;
    return (await steps.remembered('list:0', this.#context.keys.number(first))) !== undefined;
  }

  async #isLive(places: readonly Place[], numbers: readonly string[]): Promise<boolean> {
    if ((await this.#works(places)).some(isInCall)) return true;
    const facts = await readDocsOf<NumberDocument>(
      this.#context.connection,
      numbers.map((number) => this.#context.keys.number(number)),
    );
    return [...facts.values()].some(({ value }) => value?.live !== undefined);
  }

  /** Puts the number on the internal list and drops the words of all its entries; `false` while it is in a call. */
  async #list(steps: Steps, step: string, number: string, at: EpochMilliseconds): Promise<boolean> {
    const { connection, keys, numbers } = this.#context;
    const key = keys.number(number);
    return takeOnce(steps, step, key, async () => {
      const doc = await readDoc<NumberDocument>(connection, key);
      const { dnc, campaignDnc, live } = doc.value ?? {};
      if (live !== undefined) return false;
      const campaigns = Object.entries(campaignDnc ?? {}).map(([id, word]) => [
        id,
        { ...word, reason: ERASED },
      ]);
      const transaction = new Transaction(connection).replace(doc, {
        ...doc.value,
        dnc: { reason: ERASED, at: dnc?.at ?? at },
        ...(campaigns.length > 0 && { campaignDnc: Object.fromEntries(campaigns) }),
      });
      numbers.dnc.add(transaction, number);
      return steps.commit(step, key, transaction, true);
    });
  }

  /** Attempts to the contacts or on the numbers, also where the contact is gone or has another number by now. */
  async #attemptsOf(
    places: readonly Place[],
    numbers: readonly string[],
  ): Promise<readonly { readonly campaignId: string; readonly attemptId: string }[]> {
    const { connection, directory, keys } = this.#context;
    const works = await this.#works([
      ...new Map(
        [...places, ...(await this.#placesWith(numbers))].map((each) => [each.ordinal, each]),
      ).values(),
    ]);
    const found = works.flatMap(({ campaignId, now }) =>
      now.attemptIds.map((attemptId) => ({ campaignId, attemptId })),
    );
    const named = [...numbers, ...numbers.map((number) => this.#tokenOf(number))];
    if (named.length > 0)
      for (const campaignId of await directory.campaignIds()) {
        const former = await connection.call('hmget', keys.campaign(campaignId, 'former'), ...named);
        for (const ids of former as (string | null)[])
          for (const attemptId of ids?.split(',') ?? []) found.push({ campaignId, attemptId });
      }
    return [...new Map(found.map((each) => [each.attemptId, each])).values()];
  }

  /** Closes and empties the contact; its numbers are replaced. */
  async #blank(steps: Steps, { campaignId, ordinal }: Place): Promise<boolean> {
    const { connection, fences, keys } = this.#context;
    const key = keys.state(campaignId, ordinal);
    const step = `contact:${ordinal}`;
    return takeOnce(steps, step, key, async () => {
      const [work] = await readContacts(this.#context, campaignId, [ordinal]);
      if (work === undefined) return false;
      const { source } = work.profile;
      const tokens = source.numbers.map((number) => this.#tokenOf(number));
      closeContact(work, ERASED);
      work.now.doneReason = ERASED;
      for (const position of tokens.keys()) work.now.lines[position] = [lineOf(work, position)[0], 1];
      const profile: ContactProfile = {
        ...work.profile,
        person: '',
        source: { externalId: '', name: '', timeZone: '', region: '', numbers: tokens, fields: {} },
      };
      const index = await ContactIndex.read(this.#context, campaignId, {
        externalIds: [source.externalId],
        numbers: [...source.numbers, ...tokens],
      });
      index.remove(ordinal, source);
      index.find(ordinal, tokens);
      const transaction = fences.guard(new Transaction(connection), campaignId);
      index.write(transaction);
      const changes = new ContactChanges(this.#context, transaction, campaignId).save(work);
      transaction.put(work.profileDoc.key, profile);
      if (work.profile.person !== '')
        // What was kept of the person over all numbers is of no use without the person.
        await connection.call('del', keys.person(work.profile.person));
      return steps.commit(step, key, changes.flush(), true);
    });
  }

  async #eraseAttempt(
    steps: Steps,
    campaignId: string,
    attemptId: string,
    numbers: readonly string[],
    contactIds: readonly string[],
  ): Promise<boolean> {
    const { connection, keys } = this.#context;
    const key = keys.attempt(campaignId, attemptId);
    const step = `attempt:${attemptId}`;
    return takeOnce(steps, step, key, async () => {
      const doc = await readDoc<AttemptDocument>(connection, key);
      if (doc.value === undefined) return false;
      const { intent, ...rest } = doc.value;
      const record = { ...intent, ...rest } as unknown as AttemptRecord;
      if (!contactIds.includes(record.contactId) && !numbers.includes(intent.number)) return false;
      const token = this.#tokenOf(intent.number);
      const { result, disposition, answers: _, ...kept } = erasedAttempt(record, token);
      const erasedIntent = Object.fromEntries(
        Object.keys(intent).map((name) => [name, kept[name as keyof typeof kept]]),
      ) as unknown as AttemptDocument['intent'];
      const { answers: __, ...others } = rest;
      const transaction = new Transaction(connection).replace(doc, {
        ...others,
        intent: erasedIntent,
        ...(result !== undefined && { result }),
        ...(disposition !== undefined && { disposition }),
      });
      const former = keys.campaign(campaignId, 'former');
      const ids = (await connection.call('hget', former, intent.number)) as string | null;
      if (ids !== null && token !== intent.number)
        transaction.run('HDEL', former, intent.number).run('HSET', former, token, ids);
      return steps.commit(step, key, transaction, true);
    });
  }

  /** Moves what is kept of the number to what stands in its place. Returns how many consent records that were. */
  async #moveFacts(steps: Steps, i: number, number: string): Promise<number> {
    const { connection, keys, numbers } = this.#context;
    const token = this.#tokenOf(number);
    const [from, to] = [keys.number(number), keys.number(token)];
    if (from === to) return 0;
    const moved = await takeOnce(steps, `copy:${i}`, to, async () => {
      const [[source], [target]] = await Promise.all([
        readDocs<NumberDocument>(connection, [from]),
        readDocs<NumberDocument>(connection, [to]),
      ]);
      if (source === undefined || target === undefined) return undefined;
      const { consents = [], charges = [] } = source.value ?? {};
      const { consents: before = [], charges: chargedBefore = [] } = target.value ?? {};
      const transaction = new Transaction(connection);
      if (consents.length + charges.length > 0)
        transaction.replace(target, {
          consents: [
            ...before,
            ...consents.map((each) => ({ ...each, number: token, sequence: each.sequence + before.length })),
          ],
          charges: [
            ...chargedBefore,
            ...charges.map(([at, subject, , attemptId]) => [at, subject, token, attemptId] as const),
          ].sort(([a], [b]) => a - b),
        });
      if (consents.length > 0) numbers.consents.add(transaction, token);
      return steps.commit(`copy:${i}`, to, transaction, consents.length);
    });
    await takeOnce(steps, `clear:${i}`, from, async () => {
      const doc = await readDoc<NumberDocument>(connection, from);
      const { dnc, campaignDnc } = doc.value ?? {};
      const transaction = new Transaction(connection).replace(doc, {
        ...(dnc !== undefined && { dnc }),
        ...(campaignDnc !== undefined && { campaignDnc }),
      });
      numbers.consents.remove(transaction, number);
      return steps.commit(`clear:${i}`, from, transaction, true);
    });
    return moved;
  }

  #tokenOf(number: string): string {
    return number.startsWith('+') ? erasedNumber(this.#context.audit.hashOf(number)) : number;
  }
}
