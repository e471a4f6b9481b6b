/** What operators change about single contacts and their callbacks, and contacts that are put back for another round. */
import { consentInForce } from '../../core/consent.js';
import type { EpochMilliseconds } from '../../core/model.js';
import type {
  CallbackCancellation,
  CallbackMove,
  ContactEdit,
  RecycleReport,
  RecycleRequest,
} from '../lists.js';
import { CALLBACK_CANCELLED, isToRecycle, NEVER_RECYCLED, personOf, SEARCHED_AT_ONCE } from '../rules.js';
import { ContactChanges, listNameOf, readContacts, readLists } from './contact-changes.js';
import { ContactIndex } from './contact-index.js';
import {
  applyNext,
  type ContactProfile,
  type ContactWork,
  endCallback,
  lineOf,
  unlease,
} from './contact-state.js';
import type { RedisContext } from './context.js';
import { noteFormerAttempts } from './former-attempts.js';
import type { NumberDocument } from './number-document.js';
import { readDocsOf } from './number-facts.js';
import { type Steps, takeOnce } from './steps.js';
import { type Doc, Transaction, untilCommitted } from './transaction.js';

/** Contacts that are read, and put back, at once. */
const READ_AT_ONCE = 500;

/** An attempt holds the contact, or waits for its disposition. */
export function isInCall({ before }: ContactWork): boolean {
  return before.state === 'pending' || (before.state === 'leased' && before.attemptId !== '');
}

export class ContactEdits {
  readonly #context: RedisContext;

  constructor(context: RedisContext) {
    this.#context = context;
  }

  // -- single contacts

  async updateContact(
    steps: Steps,
    contactId: string,
    edit: ContactEdit,
    ifVersion: number,
    now: EpochMilliseconds,
  ): Promise<number | false> {
    return this.#change(steps, contactId, 'update', ifVersion, async (work, transaction) => {
      const { source } = work.profile;
      const numbers = edit.numbers ?? source.numbers;
      const externalId = edit.externalId ?? source.externalId;
      if (numbers.length === 0) return false;
      const index = await ContactIndex.read(this.#context, work.campaignId, {
        externalIds: [source.externalId, externalId],
        numbers: [...source.numbers, ...numbers],
      });
      if (externalId !== source.externalId && index.hasExternalId(externalId)) return false;
      if (numbers[0] !== source.numbers[0] && index.hasFirst(numbers[0] as string)) return false;
      index.remove(work.ordinal, source);
      index.add(work.ordinal, { externalId, numbers });
      index.write(transaction);

      if (edit.numbers !== undefined) {
        await noteFormerAttempts(this.#context, transaction, work, numbers);
        renumber(work, source.numbers, numbers);
      }
      if (work.now.state === 'leased') {
        work.now.dueAt = Math.max(work.now.dueAt, now, work.now.leasedUntil);
        unlease(work);
      }
      const profile: ContactProfile = {
        ...work.profile,
        version: work.profile.version + 1,
        person: personOf(externalId, work.id, numbers.length),
        source: edited(source, { ...edit, externalId, numbers }),
      };
      transaction.put(work.profileDoc.key, profile);
      return profile.version;
    });
  }

  async removeContact(
    steps: Steps,
    contactId: string,
    ifVersion: number,
    now: EpochMilliseconds,
  ): Promise<boolean> {
    const { connection, directory, fences } = this.#context;
    const place = await directory.find(contactId);
    if (place === undefined) return false;
    const { campaignId, ordinal } = place;
    const key = this.#context.keys.state(campaignId, ordinal);
    return takeOnce(steps, 'remove', key, async () => {
      const [work] = await readContacts(this.#context, campaignId, [ordinal]);
      if (work === undefined || isInCall(work) || work.profile.version !== ifVersion) return false;
      const transaction = fences.guard(new Transaction(connection), campaignId);
      const index = await ContactIndex.read(this.#context, campaignId, {
        externalIds: [work.profile.source.externalId],
        numbers: work.profile.source.numbers,
      });
      index.remove(ordinal, work.profile.source);
      index.write(transaction);
      await noteFormerAttempts(this.#context, transaction, work, []);
      endCallback(work, 'dropped', now);
      for (const record of work.callbacks)
        transaction.run(
          'HSET',
          this.#context.keys.campaign(campaignId, 'callbacks'),
          record.callbackId,
          JSON.stringify(record),
        );
      const changes = new ContactChanges(this.#context, transaction, campaignId).remove(work);
      return steps.commit('remove', key, changes.flush(), true);
    });
  }

  // -- callbacks

  async moveCallback(
    steps: Steps,
    { contactId, dueAt, agentId, graceUntil }: CallbackMove,
  ): Promise<boolean> {
    return this.#changeCallback(steps, contactId, (work) => {
      const { now } = work;
      const leasedUntil = now.state === 'leased' ? now.leasedUntil : 0;
      now.callbackAt = dueAt;
      now.callbackAgent = agentId ?? '';
      now.callbackGrace = graceUntil ?? 0;
      now.dueAt = Math.max(dueAt, leasedUntil);
      unlease(work);
      if (now.waiting === undefined) return;
      const { agentId: _, graceUntil: __, ...promise } = now.waiting;
      now.waiting = {
        ...promise,
        dueAt,
        moved: promise.moved + 1,
        ...(agentId !== undefined && { agentId }),
        ...(graceUntil !== undefined && { graceUntil }),
      };
      work.callbacks.push(now.waiting);
    });
  }

  async cancelCallback(steps: Steps, { contactId, next, now: at }: CallbackCancellation): Promise<boolean> {
    return this.#changeCallback(steps, contactId, (work) => {
      const { state, leasedUntil, nextNumber } = work.now;
      endCallback(work, 'cancelled', at);
      applyNext(
        work,
        next === 'open'
          ? { state: 'open', dueAt: state === 'leased' ? Math.max(at, leasedUntil) : at, nextNumber }
          : { state: 'done', reason: CALLBACK_CANCELLED },
      );
    });
  }

  async #changeCallback(
    steps: Steps,
    contactId: string,
    change: (work: ContactWork) => void,
  ): Promise<boolean> {
    const answer = await this.#change(steps, contactId, 'callback', undefined, async (work) => {
      if (work.before.callbackAt === 0) return false;
      change(work);
      return 1;
    });
    return answer !== false;
  }

  /** Changes one contact that is in no call, and has the version when it is given; `change` answers `false` to leave it as it is. */
  async #change(
    steps: Steps,
    contactId: string,
    step: string,
    ifVersion: number | undefined,
    change: (work: ContactWork, transaction: Transaction) => Promise<number | false>,
  ): Promise<number | false> {
    const { connection, directory, fences, keys } = this.#context;
    const place = await directory.find(contactId);
    if (place === undefined) return false;
    const { campaignId, ordinal } = place;
    const key = keys.state(campaignId, ordinal);
    return takeOnce<number | false>(steps, step, key, async () => {
      const [work] = await readContacts(this.#context, campaignId, [ordinal]);
      if (work === undefined || isInCall(work)) return false;
      if (ifVersion !== undefined && work.profile.version !== ifVersion) return false;
      const transaction = fences.guard(new Transaction(connection), campaignId);
      const changes = new ContactChanges(this.#context, transaction, campaignId);
      const answer = await change(work, transaction);
      if (answer === false) return false;
      return steps.commit(step, key, changes.save(work).flush(), answer);
    });
  }

  // -- another round

  async recycleContacts(request: RecycleRequest): Promise<RecycleReport> {
    const { campaignId, contactIds, dryRun, limit, cursor } = request;
    const kept: Record<string, number> = {};
    let recycled = 0;
    let looked = 0;
    let after = Number(cursor ?? 0);
    for (let read = 0; read < SEARCHED_AT_ONCE && looked < limit; read += READ_AT_ONCE) {
      const ordinals =
        contactIds === undefined
          ? (await this.#context.directory.after(after, READ_AT_ONCE, campaignId)).map(
              ({ ordinal }) => ordinal,
            )
          : ordinalsAfter(after, contactIds).slice(0, READ_AT_ONCE);
      const part = await untilCommitted(() => this.#recyclePart(request, ordinals, limit - looked, dryRun));
      looked += part.looked;
      recycled += part.recycled;
      for (const [against, count] of Object.entries(part.kept)) kept[against] = (kept[against] ?? 0) + count;
      if (looked >= limit && part.last !== undefined) after = part.last;
      else if (ordinals.length < READ_AT_ONCE) return { looked, recycled, kept };
      else after = ordinals.at(-1) ?? after;
    }
    return { looked, recycled, kept, nextCursor: String(after) };
  }

  async #recyclePart(
    request: RecycleRequest,
    ordinals: readonly number[],
    most: number,
    dryRun: boolean,
  ): Promise<
    | {
        readonly looked: number;
        readonly recycled: number;
        readonly kept: Record<string, number>;
        /** The last contact that was looked at. */
        readonly last: number | undefined;
      }
    | undefined
  > {
    const { campaignId, list, now } = request;
    const { connection, fences } = this.#context;
    const [works, lists] = await Promise.all([
      readContacts(this.#context, campaignId, ordinals),
      readLists(this.#context, campaignId),
    ]);
    const closed = works
      .filter((work) => work !== undefined)
      .filter(({ before }) => before.state === 'done')
      .slice(0, most);
    const taken = closed.filter(
      ({ profile, before }) =>
        (list === undefined || listNameOf(lists, profile) === list) && isToRecycle(request, before),
    );
    const facts = await readDocsOf<NumberDocument>(
      connection,
      taken
        .flatMap(({ profile }) => profile.source.numbers)
        .map((number) => this.#context.keys.number(number)),
    );
    const transaction = fences.guard(new Transaction(connection), campaignId);
    const changes = new ContactChanges(this.#context, transaction, campaignId);
    const kept: Record<string, number> = {};
    let recycled = 0;
    for (const work of taken) {
      const { doneReason } = work.before;
      const against = NEVER_RECYCLED.includes(doneReason)
        ? doneReason
        : this.#nextNumber(work, facts, request);
      if (typeof against === 'string') {
        kept[against] = (kept[against] ?? 0) + 1;
        continue;
      }
      recycled += 1;
      applyNext(work, { state: 'open', dueAt: now, nextNumber: against });
      work.now.spent = work.now.attempts;
      for (const [position, [, dead]] of Object.entries(work.now.lines))
        work.now.lines[Number(position)] = [0, dead];
      changes.save(work);
    }
    const answer = { looked: closed.length, recycled, kept, last: closed.at(-1)?.ordinal };
    if (dryRun || recycled === 0) return answer;
    return (await changes.flush().commit()).outcome === 'ok' ? answer : undefined;
  }

  /** The first number that may be called, as far as the store knows; or why there is none. */
  #nextNumber(
    work: ContactWork,
    facts: ReadonlyMap<string, Doc<NumberDocument>>,
    { scope, now }: RecycleRequest,
  ): number | string {
    let against = 'no-valid-number';
    for (const [position, number] of work.profile.source.numbers.entries()) {
      if (lineOf(work, position)[1] === 1) continue;
      const known = facts.get(this.#context.keys.number(number))?.value;
      if (known?.dnc !== undefined || known?.campaignDnc?.[work.campaignId] !== undefined) against = 'dnc';
      else if (consentInForce(known?.consents ?? [], scope, now).state === 'refused') against = 'consent';
      else return position;
    }
    return against;
  }
}

function ordinalsAfter(ordinal: number, contactIds: readonly string[]): readonly number[] {
  const ordinals = contactIds.flatMap((id) => (/^c\d+$/.test(id) ? [Number(id.slice(1))] : []));
  return [...new Set(ordinals)].filter((each) => each > ordinal).sort((a, b) => a - b);
}

/** What is known of its lines goes with the numbers to their new positions, and so does the number that is next. */
function renumber({ now }: ContactWork, before: readonly string[], after: readonly string[]): void {
  const next = before[now.nextNumber];
  const lines = now.lines;
  now.lines = {};
  for (const [position, number] of after.entries()) {
    const line = lines[before.indexOf(number)];
    if (line !== undefined) now.lines[position] = line;
  }
  now.nextNumber = Math.max(0, next === undefined ? 0 : after.indexOf(next));
}

/** What is given replaces what was there; an empty text takes an optional value away. */
function edited(source: ContactProfile['source'], edit: ContactEdit): ContactProfile['source'] {
  const { postalCode, party, numberClasses, ...plain } = { ...source, ...edit };
  return {
    ...plain,
    ...(postalCode !== undefined && postalCode !== '' && { postalCode }),
    ...(party !== undefined && party !== '' && { party }),
    ...(numberClasses !== undefined && numberClasses.length > 0 && { numberClasses }),
  };
}
