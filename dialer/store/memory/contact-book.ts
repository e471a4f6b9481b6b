import type { ContactNext, EpochMilliseconds, Outcome, StageName } from '../../core/model.js';
import { MOST_PHASES, STAGES } from '../../core/model.js';
import { MAIN_LIST } from '../lists.js';
import type { ClosedContact, ContactState, ImportCounts, LeaseRequest, NewContact, Page } from '../port.js';
import { CLOSED_BY_LIST, CLOSED_BY_WORD, importedConsents, personOf, requireNumbers } from '../rules.js';
import type { MemoryAttempt } from './attempt-book.js';
import type { CallbackBook } from './callback-book.js';
import { type Due, DueHeap } from './due-heap.js';
import type { MemoryHistory, MemoryNumber, NumberBook } from './number-book.js';

export interface MemoryContactNumber {
  readonly facts: MemoryNumber;
  attempts: number;
  dead: boolean;
}

export interface MemoryContact extends Due {
  readonly id: string;
  readonly list: MemoryList;
  readonly segment: MemorySegment;
  /** Kept for the attempts that were made to it only. */
  removed: boolean;
  version: number;
  /** Attempts before it was last put back to be called again. */
  spent: number;
  source: NewContact;
  /** See `Lead.person`. */
  person: string;
  /** The person's attempts, once they have been looked up. */
  history: MemoryHistory | undefined;
  numbers: readonly MemoryContactNumber[];
  stage: StageName;
  /** Phase of the stage that it is held back for, from 0, which holds nobody back. */
  held: number;
  state: ContactState;
  doneReason: string;
  dueAt: EpochMilliseconds;
  leasedUntil: EpochMilliseconds;
  nextNumber: number;
  attempts: number;
  lastOutcome: Outcome | '';
  lastAttemptAt: EpochMilliseconds;
  callbackAt: EpochMilliseconds | undefined;
  callbackAgent: string | undefined;
  /** From here on anyone may make the callback. */
  callbackGrace: EpochMilliseconds;
  /** The attempt that holds the contact: as long as it is open, the lease does not end by itself. */
  attempt: MemoryAttempt | undefined;
  lastAttempt: MemoryAttempt | undefined;
}

/** Contacts of one stage, with the heaps that say who is due. */
interface StageShelf {
  readonly open: DueHeap<MemoryContact>;
  readonly callbacks: DueHeap<MemoryContact>;
  readonly counts: Record<ContactState, number>;
  /** Never attempted and not done. */
  untried: number;
}

/** A part of a campaign's contacts under one name. */
export interface MemorySegment {
  readonly campaignId: string;
  readonly name: string;
  source: string;
  readonly createdAt: EpochMilliseconds;
  /** Its contacts are in no heap. */
  paused: boolean;
}

/** The contacts of one campaign. */
export interface MemoryList {
  readonly campaignId: string;
  readonly segments: Map<string, MemorySegment>;
  readonly contacts: MemoryContact[];
  readonly externalIds: Set<string>;
  readonly firstNumbers: Set<string>;
  readonly stages: Readonly<Record<StageName, StageShelf>>;
  /** Contacts of the pilot that are held back, by phase less one. */
  readonly held: readonly StageShelf[];
}

function shelfOf({ list, stage, held }: MemoryContact): StageShelf {
  return list.held[held - 1] ?? list.stages[stage];
}

const isClosedByList = ({ state, doneReason }: MemoryContact): boolean =>
  state === 'done' && doneReason === CLOSED_BY_LIST;

/** Contacts of all campaigns: who is due, who is leased, and how many are in which state. */
export class ContactBook {
  readonly #lists = new Map<string, MemoryList>();
  /** The contact with ordinal n, whose id is `c` and n, is at n − 1. */
  readonly #contacts: MemoryContact[] = [];
  readonly #leased = new DueHeap<MemoryContact>();
  /** Done for a do-not-call list or for consent: what may be opened again. */
  readonly #closedByWord = new Set<MemoryContact>();
  readonly #numbers: NumberBook;
  readonly #callbacks: CallbackBook;

  constructor(numbers: NumberBook, callbacks: CallbackBook) {
    this.#numbers = numbers;
    this.#callbacks = callbacks;
  }

  get(contactId: string): MemoryContact | undefined {
    const contact = this.#contacts[Number(contactId.slice(1)) - 1];
    return contact?.id === contactId && !contact.removed ? contact : undefined;
  }

  list(campaignId: string): MemoryList | undefined {
    return this.#lists.get(campaignId);
  }

  all(): readonly MemoryContact[] {
    return this.#contacts;
  }

  /** The campaign's list of the name; it is made now if it is not there. */
  segment(campaignId: string, name: string, now: EpochMilliseconds): MemorySegment {
    const { segments } = this.#listOf(campaignId);
    let segment = segments.get(name);
    if (segment === undefined) {
      segment = { campaignId, name, source: '', createdAt: now, paused: false };
      segments.set(name, segment);
    }
    return segment;
  }

  add(
    campaignId: string,
    contacts: readonly NewContact[],
    now: EpochMilliseconds,
    name: string = MAIN_LIST,
  ): ImportCounts {
    requireNumbers(contacts);
    const list = this.#listOf(campaignId);
    const segment = this.segment(campaignId, name, now);
    let added = 0;
    const { undated, dated } = importedConsents(campaignId, contacts, now);
    this.#numbers.addFirstConsents(undated);
    this.#numbers.addConsents(dated);
    for (const source of contacts) {
      const firstNumber = source.numbers[0] as string;
      if (list.externalIds.has(source.externalId) || list.firstNumbers.has(firstNumber)) continue;
      this.#make(list, segment, source, now);
      if (source.externalId !== '') list.externalIds.add(source.externalId);
      list.firstNumbers.add(firstNumber);
      added += 1;
    }
    return { added, duplicates: contacts.length - added };
  }

  #make(list: MemoryList, segment: MemorySegment, source: NewContact, now: EpochMilliseconds): void {
    const ordinal = this.#contacts.length + 1;
    const contact: MemoryContact = {
      heap: undefined,
      heapIndex: 0,
      heapKey: 0,
      ordinal,
      id: `c${ordinal}`,
      list,
      segment,
      removed: false,
      version: 1,
      spent: 0,
      source,
      person: personOf(source.externalId, `c${ordinal}`, source.numbers.length),
      history: undefined,
      numbers: source.numbers.map((e164) => ({ facts: this.#numbers.of(e164), attempts: 0, dead: false })),
      stage: 'production',
      held: 0,
      state: 'open',
      doneReason: '',
      dueAt: now,
      leasedUntil: 0,
      nextNumber: 0,
      attempts: 0,
      lastOutcome: '',
      lastAttemptAt: 0,
      callbackAt: undefined,
      callbackAgent: undefined,
      callbackGrace: Number.POSITIVE_INFINITY,
      attempt: undefined,
      lastAttempt: undefined,
    };
    list.contacts.push(contact);
    this.#contacts.push(contact);
    const shelf = list.stages.production;
    shelf.counts.open += 1;
    shelf.untried += 1;
    if (!segment.paused) shelf.open.push(contact, now);
  }

  #listOf(campaignId: string): MemoryList {
    let list = this.#lists.get(campaignId);
    if (list === undefined) {
      const shelf = (): StageShelf => ({
        open: new DueHeap(),
        callbacks: new DueHeap(),
        counts: { open: 0, leased: 0, pending: 0, callback: 0, done: 0 },
        untried: 0,
      });
      list = {
        campaignId,
        segments: new Map(),
        contacts: [],
        externalIds: new Set(),
        firstNumbers: new Set(),
        stages: { validation: shelf(), pilot: shelf(), production: shelf() },
        held: Array.from({ length: MOST_PHASES - 1 }, shelf),
      };
      this.#lists.set(campaignId, list);
    }
    return list;
  }

  // -- states

  /** The contact's state from now on, with the heap and counts that go with it. */
  #move(contact: MemoryContact, state: ContactState): void {
    contact.heap?.remove(contact);
    const shelf = shelfOf(contact);
    if (contact.state !== state) {
      shelf.counts[contact.state] -= 1;
      shelf.counts[state] += 1;
      if (contact.attempts === 0) {
        if (contact.state === 'done') shelf.untried += 1;
        if (state === 'done') shelf.untried -= 1;
      }
    }
    if (state === 'done' && CLOSED_BY_WORD.includes(contact.doneReason)) this.#closedByWord.add(contact);
    else if (contact.state === 'done') this.#closedByWord.delete(contact);
    contact.state = state;
    if (state === 'leased') {
      if (contact.attempt === undefined) this.#leased.push(contact, contact.leasedUntil);
    } else if (contact.segment.paused) return;
    else if (state === 'open') shelf.open.push(contact, contact.dueAt);
    else if (state === 'callback') shelf.callbacks.push(contact, contact.dueAt);
  }

  /** After a list was paused, or is to be called again. */
  requeue(segment: MemorySegment): void {
    for (const contact of this.#listOf(segment.campaignId).contacts)
      if (contact.segment === segment && !contact.removed && contact.state !== 'leased')
        this.#move(contact, contact.state);
  }

  /** Ends the lease of what the engine knows otherwise by now: offered again from then on, as what it is. */
  offerAgain(contact: MemoryContact, dueAt: EpochMilliseconds, exactly = false): void {
    contact.dueAt = exactly ? dueAt : Math.max(contact.dueAt, dueAt);
    this.unlease(contact);
  }

  /** Takes the contact out of everything; its attempts stay. */
  remove(contact: MemoryContact): void {
    contact.heap?.remove(contact);
    const shelf = shelfOf(contact);
    shelf.counts[contact.state] -= 1;
    if (contact.attempts === 0 && contact.state !== 'done') shelf.untried -= 1;
    const { list, source } = contact;
    list.externalIds.delete(source.externalId);
    list.firstNumbers.delete(source.numbers[0] ?? '');
    this.#closedByWord.delete(contact);
    contact.state = 'done';
    contact.removed = true;
  }

  /** `at`: when it was decided; absent where only the lead's end is known. */
  apply(contact: MemoryContact, next: ContactNext, at?: EpochMilliseconds): void {
    const { id, list } = contact;
    if (next.state === 'callback')
      this.#callbacks.book({ id, campaignId: list.campaignId }, next, at ?? next.dueAt);
    else if (contact.callbackAt !== undefined) this.#callbacks.end(id, 'dropped', at);
    contact.callbackAt = undefined;
    contact.callbackAgent = undefined;
    contact.callbackGrace = Number.POSITIVE_INFINITY;
    contact.doneReason = '';
    if (next.state === 'open') {
      contact.dueAt = next.dueAt;
      contact.nextNumber = next.nextNumber;
    } else if (next.state === 'callback') {
      contact.dueAt = next.dueAt;
      contact.callbackAt = next.dueAt;
      contact.callbackAgent = next.agentId;
      contact.callbackGrace = next.graceUntil ?? Number.POSITIVE_INFINITY;
    } else if (next.state === 'done') {
      contact.doneReason = next.reason;
    }
    this.#move(contact, next.state);
  }

  /** A lease that has ended without an attempt: offered again, as what it was. */
  unlease(contact: MemoryContact): void {
    this.#move(contact, contact.callbackAt === undefined ? 'open' : 'callback');
  }

  /** Gives a leased lead back undialled; nothing happens when the lease has ended already. */
  release(contact: MemoryContact, dueAt: EpochMilliseconds, nextNumber: number): void {
    if (contact.state !== 'leased' || contact.attempt !== undefined) return;
    contact.dueAt = dueAt;
    contact.nextNumber = nextNumber;
    this.unlease(contact);
  }

  close(contact: MemoryContact, reason: string): void {
    if (contact.state !== 'done') this.apply(contact, { state: 'done', reason });
  }

  /** From here on the attempt holds the contact, not the lease. */
  hold(contact: MemoryContact, attempt: MemoryAttempt): void {
    contact.heap?.remove(contact);
    contact.attempt = attempt;
    contact.lastAttempt = attempt;
  }

  countAttempt(contact: MemoryContact, at: EpochMilliseconds): void {
    if (contact.attempts === 0 && contact.state !== 'done') shelfOf(contact).untried -= 1;
    contact.attempts += 1;
    contact.lastAttemptAt = at;
  }

  /** @param held phase that the contact is held back for; 0 when it is not */
  assignStage(contact: MemoryContact, stage: StageName, held = 0): void {
    if (contact.stage === stage && contact.held === held) return;
    const from = shelfOf(contact);
    contact.stage = stage;
    contact.held = held;
    const to = shelfOf(contact);
    from.counts[contact.state] -= 1;
    to.counts[contact.state] += 1;
    if (contact.attempts === 0 && contact.state !== 'done') {
      from.untried -= 1;
      to.untried += 1;
    }
    this.#move(contact, contact.state);
  }

  openPhases(campaignId: string, through: number): void {
    for (const contact of this.#lists.get(campaignId)?.contacts ?? [])
      if (contact.held > 0 && contact.held <= through) this.assignStage(contact, contact.stage);
  }

  /** Attempts to the contact's person, looked up once; absent when it is nobody in particular. */
  historyOf(contact: MemoryContact): MemoryHistory | undefined {
    contact.history ??= this.#numbers.person(contact.person);
    return contact.history;
  }

  /**
   * Opens the contacts again that were closed for a do-not-call list or for consent and have one of the numbers. The gate
   * judges them when they are leased.
   */
  reopen(numbers: readonly string[], isOver: (campaignId: string) => boolean, campaignId?: string): void {
    if (numbers.length === 0 || this.#closedByWord.size === 0) return;
    const wanted = new Set(numbers);
    for (const contact of this.#closedByWord) {
      // Erased since.
      if (!CLOSED_BY_WORD.includes(contact.doneReason)) continue;
      const nextNumber = contact.numbers.findIndex(({ facts, dead }) => !dead && wanted.has(facts.e164));
      const { campaignId: own } = contact.list;
      if (nextNumber < 0 || (campaignId !== undefined && campaignId !== own) || isOver(own)) continue;
      this.apply(contact, { state: 'open', dueAt: contact.dueAt, nextNumber });
    }
  }

  /** Of up to `limit` contacts that were closed for a do-not-call list: those that only a registry can have closed. */
  closedByLists(
    { limit, cursor }: { readonly limit: number; readonly cursor?: string },
    isOver: (campaignId: string) => boolean,
  ): Page<ClosedContact> {
    const items: ClosedContact[] = [];
    let looked = 0;
    for (let i = cursor === undefined ? 0 : Number(cursor.slice(1)); i < this.#contacts.length; i += 1) {
      const contact = this.#contacts[i] as MemoryContact;
      if (!isClosedByList(contact)) continue;
      looked += 1;
      const { campaignId } = contact.list;
      const free = contact.numbers.filter(({ dead }) => !dead);
      const asked = contact.numbers.some(
        ({ facts }) => facts.internalDnc || facts.campaignDnc?.has(campaignId),
      );
      if (!isOver(campaignId) && !asked && free.length > 0)
        items.push({ contactId: contact.id, campaignId, numbers: free.map(({ facts }) => facts.e164) });
      if (looked === limit) return { items, nextCursor: contact.id };
    }
    return { items };
  }

  /** Opens them again where they are still closed for a do-not-call list, with this number next. */
  reopenEach(
    contacts: readonly { readonly contactId: string; readonly number: string }[],
    isOver: (campaignId: string) => boolean,
  ): string[] {
    return contacts.flatMap(({ contactId, number }) => {
      const contact = this.get(contactId);
      if (contact === undefined || !isClosedByList(contact) || isOver(contact.list.campaignId)) return [];
      const nextNumber = contact.numbers.findIndex(({ facts, dead }) => !dead && facts.e164 === number);
      if (nextNumber < 0) return [];
      this.apply(contact, { state: 'open', dueAt: contact.dueAt, nextNumber });
      return [contactId];
    });
  }

  // -- leases

  endLeases(now: EpochMilliseconds): void {
    for (let due = this.#leased.peek(); due !== undefined && due.leasedUntil <= now; ) {
      this.unlease(due);
      due = this.#leased.peek();
    }
  }

  /**
   * Leases up to `count` due contacts of the stages: callbacks before the rest. Also says when the next
   * one falls due: a callback that is overdue for an agent who is not ready counts from the end of its grace.
   */
  lease(
    shelves: readonly StageShelf[],
    request: LeaseRequest,
  ): { readonly contacts: readonly MemoryContact[]; readonly nextDueAt: EpochMilliseconds } {
    const { count, leaseUntil, now } = request;
    const leased: MemoryContact[] = [];
    let nextDueAt = Number.POSITIVE_INFINITY;
    let ready: ReadonlySet<string> | undefined;
    for (const { callbacks } of shelves) {
      const next = callbacks.peek();
      if (next === undefined) continue;
      if (next.dueAt > now) {
        nextDueAt = Math.min(nextDueAt, next.dueAt);
        continue;
      }
      ready ??= new Set(request.readyAgents);
      nextDueAt = Math.min(nextDueAt, takeCallbacks(callbacks, leased, count, ready, now));
    }
    for (const { open } of shelves) {
      let next = open.peek();
      while (next !== undefined && next.dueAt <= now && leased.length < count) {
        open.remove(next);
        leased.push(next);
        next = open.peek();
      }
      if (next !== undefined && next.dueAt < nextDueAt) nextDueAt = next.dueAt;
    }
    for (const contact of leased) {
      contact.leasedUntil = leaseUntil;
      this.#move(contact, 'leased');
    }
    return { contacts: leased, nextDueAt };
  }

  /** Leases the contact if it waits to be called; returns whether it did. */
  leaseOne(contact: MemoryContact, leaseUntil: EpochMilliseconds): boolean {
    if (contact.state !== 'open' && contact.state !== 'callback') return false;
    contact.leasedUntil = leaseUntil;
    this.#move(contact, 'leased');
    return true;
  }

  // -- looking

  counts(
    campaignId: string,
  ): { readonly stage: StageName; readonly state: ContactState; readonly count: number }[] {
    const list = this.#lists.get(campaignId);
    if (list === undefined) return [];
    const counts = [];
    for (const stage of STAGES) {
      const shelves = stage === 'pilot' ? [list.stages.pilot, ...list.held] : [list.stages[stage]];
      for (const state of Object.keys(list.stages[stage].counts) as ContactState[]) {
        const count = shelves.reduce((sum, shelf) => sum + shelf.counts[state], 0);
        if (count > 0) counts.push({ stage, state, count });
      }
    }
    return counts;
  }
}

/** Takes what is due and may be called back now; returns when the next of the rest falls due. */
function takeCallbacks(
  callbacks: DueHeap<MemoryContact>,
  leased: MemoryContact[],
  count: number,
  ready: ReadonlySet<string>,
  now: EpochMilliseconds,
): EpochMilliseconds {
  const passedOver: MemoryContact[] = [];
  let nextDueAt = Number.POSITIVE_INFINITY;
  let next = callbacks.peek();
  while (next !== undefined && next.dueAt <= now) {
    const mayBeMade =
      next.callbackAgent === undefined || next.callbackGrace <= now || ready.has(next.callbackAgent);
    if (mayBeMade && leased.length >= count) break;
    callbacks.remove(next);
    if (mayBeMade) {
      leased.push(next);
    } else {
      passedOver.push(next);
      nextDueAt = Math.min(nextDueAt, next.callbackGrace);
    }
    next = callbacks.peek();
  }
  if (next !== undefined) nextDueAt = Math.min(nextDueAt, next.dueAt);
  for (const contact of passedOver) callbacks.push(contact, contact.dueAt);
  return nextDueAt;
}
