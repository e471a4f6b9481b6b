import type { ContactNext, EpochMilliseconds } from '../../core/model.js';
import type { CallbackFilter, CallbackRecord, CallbackState } from '../lists.js';
import type { Page } from '../port.js';

type Entry = { -readonly [K in keyof CallbackRecord]: CallbackRecord[K] } & { readonly ordinal: number };

/** Callbacks from their promise to what became of them. */
export class CallbackBook {
  readonly #all: Entry[] = [];
  readonly #waiting = new Map<string, Entry>();

  /** The contact was promised a call. A promise that waits already stands: the contact only waits on for it. */
  book(
    contact: { readonly id: string; readonly campaignId: string },
    next: Extract<ContactNext, { state: 'callback' }>,
    at: EpochMilliseconds,
  ): void {
    if (this.#waiting.has(contact.id)) return;
    const ordinal = this.#all.length + 1;
    const entry: Entry = {
      ordinal,
      callbackId: String(ordinal),
      campaignId: contact.campaignId,
      contactId: contact.id,
      state: 'waiting',
      ...(next.agentId !== undefined && { agentId: next.agentId }),
      ...(next.graceUntil !== undefined && { graceUntil: next.graceUntil }),
      bookedAt: at,
      dueAt: next.dueAt,
      moved: 0,
    };
    this.#all.push(entry);
    this.#waiting.set(contact.id, entry);
  }

  called(contactId: string, attemptId: string, calledAt: EpochMilliseconds, at: EpochMilliseconds): void {
    const entry = this.#take(contactId, 'called', at);
    if (entry === undefined) return;
    entry.attemptId = attemptId;
    entry.calledAt = calledAt;
  }

  /** Ends what waits for the contact without a call. */
  end(contactId: string, state: 'cancelled' | 'dropped', at: EpochMilliseconds | undefined): void {
    this.#take(contactId, state, at);
  }

  #take(contactId: string, state: CallbackState, at: EpochMilliseconds | undefined): Entry | undefined {
    const entry = this.#waiting.get(contactId);
    if (entry === undefined) return undefined;
    this.#waiting.delete(contactId);
    entry.state = state;
    if (at !== undefined) entry.endedAt = at;
    return entry;
  }

  move(
    contactId: string,
    dueAt: EpochMilliseconds,
    agentId: string | undefined,
    graceUntil: EpochMilliseconds | undefined,
  ): void {
    const entry = this.#waiting.get(contactId);
    if (entry === undefined) return;
    entry.dueAt = dueAt;
    entry.moved += 1;
    delete entry.agentId;
    delete entry.graceUntil;
    if (agentId !== undefined) entry.agentId = agentId;
    if (graceUntil !== undefined) entry.graceUntil = graceUntil;
  }

  page(filter: CallbackFilter): Page<CallbackRecord> {
    const [afterDue = Number.NEGATIVE_INFINITY, after = 0] = filter.cursor?.split(':').map(Number) ?? [];
    const found = this.#all
      .filter((entry) => matches(entry, filter))
      .filter(({ dueAt, ordinal }) => dueAt > afterDue || (dueAt === afterDue && ordinal > after))
      .sort((a, b) => a.dueAt - b.dueAt || a.ordinal - b.ordinal);
    const items = found.slice(0, filter.limit);
    const last = items.at(-1);
    const records = items.map(({ ordinal: _, ...record }) => record);
    if (found.length <= filter.limit || last === undefined) return { items: records };
    return { items: records, nextCursor: `${last.dueAt}:${last.ordinal}` };
  }
}

function matches(entry: CallbackRecord, filter: CallbackFilter): boolean {
  const { campaignId, contactId, agentId, state, from, to, calledWithin, calledAfter } = filter;
  const { calledAt, dueAt } = entry;
  return (
    (campaignId === undefined || entry.campaignId === campaignId) &&
    (contactId === undefined || entry.contactId === contactId) &&
    (agentId === undefined || entry.agentId === agentId) &&
    (state === undefined || entry.state === state) &&
    (from === undefined || dueAt >= from) &&
    (to === undefined || dueAt < to) &&
    (calledWithin === undefined || (calledAt !== undefined && calledAt <= dueAt + calledWithin)) &&
    (calledAfter === undefined || (calledAt !== undefined && calledAt > dueAt + calledAfter))
  );
}
