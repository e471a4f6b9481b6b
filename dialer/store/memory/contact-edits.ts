import { consentInForce } from '../../core/consent.js';
import type { EpochMilliseconds } from '../../core/model.js';
import {
  type CallbackCancellation,
  type CallbackMove,
  type ContactEdit,
  type ContactFilter,
  type ListChange,
  type ListPenetration,
  type ListRecord,
  MOST_ATTEMPTS_COUNTED,
  type PenetrationCell,
  type RecycleReport,
  type RecycleRequest,
} from '../lists.js';
import type { ContactRecord, Page } from '../port.js';
import {
  CALLBACK_CANCELLED,
  foldCase,
  isToRecycle,
  mentions,
  NEVER_RECYCLED,
  nameCursor,
  personOf,
} from '../rules.js';
import type { CallbackBook } from './callback-book.js';
import type { ContactBook, MemoryContact } from './contact-book.js';
import { recordOf } from './contact-view.js';
import type { NumberBook } from './number-book.js';

/** What operators look for and change: lists, single contacts, their callbacks, and contacts that were closed. */
export class ContactEdits {
  readonly #contacts: ContactBook;
  readonly #numbers: NumberBook;
  readonly #callbacks: CallbackBook;

  constructor(contacts: ContactBook, numbers: NumberBook, callbacks: CallbackBook) {
    this.#contacts = contacts;
    this.#numbers = numbers;
    this.#callbacks = callbacks;
  }

  // -- lists

  lists(campaignId: string): readonly ListRecord[] {
    return [...(this.#contacts.list(campaignId)?.segments.values() ?? [])].map((each) => ({ ...each }));
  }

  saveList({ campaignId, name, source, paused, at }: ListChange): ListRecord | false {
    const known = this.#contacts.list(campaignId)?.segments.get(name);
    const segment = known ?? this.#contacts.segment(campaignId, name, at);
    const before = { ...segment };
    segment.source = source ?? segment.source;
    segment.paused = paused ?? segment.paused;
    if (known !== undefined && before.source === segment.source && before.paused === segment.paused)
      return false;
    if (before.paused !== segment.paused) this.#contacts.requeue(segment);
    return { ...segment };
  }

  penetration(campaignId: string): readonly ListPenetration[] {
    const cells = new Map<
      string,
      Map<string, { -readonly [K in keyof PenetrationCell]: PenetrationCell[K] }>
    >();
    for (const { segment, state, attempts, removed } of this.#contacts.list(campaignId)?.contacts ?? []) {
      if (removed) continue;
      const counted = Math.min(attempts, MOST_ATTEMPTS_COUNTED);
      const ofList = cells.get(segment.name) ?? new Map();
      cells.set(segment.name, ofList);
      const key = `${STATES.indexOf(state)}:${String(counted).padStart(2, '0')}`;
      const cell = ofList.get(key) ?? { state, attempts: counted, contacts: 0 };
      cell.contacts += 1;
      ofList.set(key, cell);
    }
    return this.lists(campaignId).map((list) => ({
      ...list,
      cells: [...(cells.get(list.name) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell),
    }));
  }

  // -- looking for contacts

  page(filter: ContactFilter): Page<ContactRecord> {
    const { campaignId, limit, cursor } = filter;
    const all = (
      campaignId === undefined ? this.#contacts.all() : (this.#contacts.list(campaignId)?.contacts ?? [])
    ).filter(({ removed }) => !removed);
    if (filter.name !== undefined && filter.number === undefined && filter.externalId === undefined)
      return this.#byName(all, filter, filter.name);
    const after = Number(cursor ?? 0);
    const items: MemoryContact[] = [];
    for (const contact of all) {
      if (contact.ordinal <= after || !matches(contact, filter)) continue;
      const last = items[limit - 1];
      if (last !== undefined) return { items: items.map(recordOf), nextCursor: String(last.ordinal) };
      items.push(contact);
    }
    return { items: items.map(recordOf) };
  }

  #byName(all: readonly MemoryContact[], filter: ContactFilter, name: string): Page<ContactRecord> {
    const [afterKey, after] = nameCursor(filter.cursor);
    const wanted = foldCase(name);
    const found = all
      .map((contact) => ({ contact, folded: foldCase(contact.source.name) }))
      .filter(({ contact, folded }) => folded.startsWith(wanted) && folded !== '' && matches(contact, filter))
      .filter(({ contact, folded }) => {
        const order = compareBytes(folded, after);
        return order > 0 || (order === 0 && contact.ordinal > afterKey);
      })
      .sort((a, b) => compareBytes(a.folded, b.folded) || a.contact.ordinal - b.contact.ordinal);
    const items = found.slice(0, filter.limit);
    const last = items.at(-1);
    const records = items.map(({ contact }) => recordOf(contact));
    if (found.length <= filter.limit || last === undefined) return { items: records };
    return { items: records, nextCursor: `${last.contact.ordinal}:${last.folded}` };
  }

  // -- single contacts

  update(contactId: string, edit: ContactEdit, ifVersion: number, now: EpochMilliseconds): number | false {
    const contact = this.#contacts.get(contactId);
    if (contact === undefined || isInCall(contact) || contact.version !== ifVersion) return false;
    const { list, source } = contact;
    const externalId = edit.externalId ?? source.externalId;
    if (externalId !== source.externalId && externalId !== '' && list.externalIds.has(externalId))
      return false;
    const first = source.numbers[0] ?? '';
    const newFirst = edit.numbers === undefined ? first : edit.numbers[0];
    if (newFirst === undefined || (newFirst !== first && list.firstNumbers.has(newFirst))) return false;
    list.externalIds.delete(source.externalId);
    if (externalId !== '') list.externalIds.add(externalId);
    list.firstNumbers.delete(first);
    list.firstNumbers.add(newFirst);
    if (edit.numbers !== undefined) {
      const known = new Map(contact.numbers.map((line) => [line.facts.e164, line]));
      const next = contact.numbers[contact.nextNumber]?.facts.e164;
      contact.numbers = edit.numbers.map(
        (e164) => known.get(e164) ?? { facts: this.#numbers.of(e164), attempts: 0, dead: false },
      );
      contact.nextNumber = Math.max(0, next === undefined ? 0 : edit.numbers.indexOf(next));
    }
    const { postalCode, party, numberClasses, ...plain } = { ...source, ...edit };
    contact.source = {
      ...plain,
      externalId,
      ...(postalCode !== undefined && postalCode !== '' && { postalCode }),
      ...(party !== undefined && party !== '' && { party }),
      ...(numberClasses !== undefined && numberClasses.length > 0 && { numberClasses }),
    };
    contact.person = personOf(externalId, contact.id, contact.source.numbers.length);
    contact.history = undefined;
    contact.version += 1;
    if (contact.state === 'leased') this.#contacts.offerAgain(contact, Math.max(now, contact.leasedUntil));
    return contact.version;
  }

  remove(contactId: string, ifVersion: number, now: EpochMilliseconds): boolean {
    const contact = this.#contacts.get(contactId);
    if (contact === undefined || isInCall(contact) || contact.version !== ifVersion) return false;
    if (contact.callbackAt !== undefined) this.#callbacks.end(contact.id, 'dropped', now);
    this.#contacts.remove(contact);
    return true;
  }

  // -- callbacks

  moveCallback({ contactId, dueAt, agentId, graceUntil }: CallbackMove): boolean {
    const contact = this.#waitingForCallback(contactId);
    if (contact === undefined) return false;
    const leasedUntil = contact.state === 'leased' ? contact.leasedUntil : 0;
    contact.callbackAt = dueAt;
    contact.callbackAgent = agentId;
    contact.callbackGrace = graceUntil ?? Number.POSITIVE_INFINITY;
    this.#contacts.offerAgain(contact, Math.max(dueAt, leasedUntil), true);
    this.#callbacks.move(contactId, dueAt, agentId, graceUntil);
    return true;
  }

  cancelCallback({ contactId, next, now }: CallbackCancellation): boolean {
    const contact = this.#waitingForCallback(contactId);
    if (contact === undefined) return false;
    this.#callbacks.end(contactId, 'cancelled', now);
    const dueAt = contact.state === 'leased' ? Math.max(now, contact.leasedUntil) : now;
    this.#contacts.apply(
      contact,
      next === 'open'
        ? { state: 'open', dueAt, nextNumber: contact.nextNumber }
        : { state: 'done', reason: CALLBACK_CANCELLED },
    );
    return true;
  }

  #waitingForCallback(contactId: string): MemoryContact | undefined {
    const contact = this.#contacts.get(contactId);
    return contact === undefined || contact.callbackAt === undefined || isInCall(contact)
      ? undefined
      : contact;
  }

  // -- another round

  recycle(request: RecycleRequest): RecycleReport {
    const { campaignId, list, contactIds, dryRun, now, limit, cursor } = request;
    const after = Number(cursor ?? 0);
    const closed = (this.#contacts.list(campaignId)?.contacts ?? []).filter(
      ({ id, state, ordinal, removed }) =>
        state === 'done' &&
        !removed &&
        ordinal > after &&
        (contactIds === undefined || contactIds.includes(id)),
    );
    const rows = closed.slice(0, limit);
    const kept: Record<string, number> = {};
    let recycled = 0;
    for (const contact of rows) {
      if (list !== undefined && contact.segment.name !== list) continue;
      if (!isToRecycle(request, contact)) continue;
      const against = NEVER_RECYCLED.includes(contact.doneReason)
        ? contact.doneReason
        : nextNumber(contact, request);
      if (typeof against === 'string') {
        kept[against] = (kept[against] ?? 0) + 1;
        continue;
      }
      recycled += 1;
      if (dryRun) continue;
      this.#contacts.apply(contact, { state: 'open', dueAt: now, nextNumber: against });
      contact.spent = contact.attempts;
      for (const line of contact.numbers) line.attempts = 0;
    }
    const last = rows.at(-1);
    const report = { looked: rows.length, recycled, kept };
    return rows.length < limit || last === undefined
      ? report
      : { ...report, nextCursor: String(last.ordinal) };
  }
}

const STATES = ['open', 'leased', 'pending', 'callback', 'done'];

/** The first number that may be called, as far as the store knows; or why there is none. */
function nextNumber({ numbers, list }: MemoryContact, { scope, now }: RecycleRequest): number | string {
  let against = 'no-valid-number';
  for (const [position, { facts, dead }] of numbers.entries()) {
    if (dead) continue;
    if (facts.internalDnc || facts.campaignDnc?.has(list.campaignId)) against = 'dnc';
    else if (consentInForce(facts.consents, scope, now).state === 'refused') against = 'consent';
    else return position;
  }
  return against;
}

/** An attempt holds the contact, or waits for its disposition. */
function isInCall({ state, attempt }: MemoryContact): boolean {
  return state === 'pending' || (state === 'leased' && attempt !== undefined);
}

function matches(contact: MemoryContact, filter: ContactFilter): boolean {
  const { source, numbers, attempts, segment } = contact;
  const { list, state, doneReason, lastOutcome, minimumAttempts, maximumAttempts } = filter;
  const { number, externalId, name, text } = filter;
  return (
    (list === undefined || segment.name === list) &&
    (state === undefined || contact.state === state) &&
    (doneReason === undefined || contact.doneReason === doneReason) &&
    (lastOutcome === undefined || contact.lastOutcome === lastOutcome) &&
    (minimumAttempts === undefined || attempts >= minimumAttempts) &&
    (maximumAttempts === undefined || attempts <= maximumAttempts) &&
    (number === undefined || numbers.some(({ facts }) => facts.e164 === number)) &&
    (externalId === undefined || (externalId !== '' && source.externalId === externalId)) &&
    (name === undefined || foldCase(source.name).startsWith(foldCase(name))) &&
    (text === undefined || mentions(source, foldCase(text)))
  );
}

/** Texts in the order of their bytes in UTF-8, which is how SQLite compares them. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
