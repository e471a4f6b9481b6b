/** A contact as the Redis store keeps it: who it is, and where it stands. Pure. */
import type { ContactNext, EpochMilliseconds, Outcome, StageName } from '../../core/model.js';
import type { CallbackRecord, CallbackState } from '../lists.js';
import type { ContactRecord, ContactState, NewContact } from '../port.js';
import type { Doc } from './transaction.js';

/** Changes with edits only. */
export interface ContactProfile {
  /** Position of its list among the campaign's. */
  readonly list: number;
  readonly version: number;
  readonly person: string;
  readonly importedAt: EpochMilliseconds;
  readonly source: Omit<NewContact, 'consent' | 'consentDetails'>;
}

/** Changes with every call. */
export interface Standing {
  stage: StageName;
  /** Phase of the stage that it was drawn for, from 0; held back as long as that one is not open. */
  held: number;
  state: ContactState;
  doneReason: string;
  dueAt: EpochMilliseconds;
  leasedUntil: EpochMilliseconds;
  nextNumber: number;
  attempts: number;
  /** Attempts before it was last put back to be called again. */
  spent: number;
  lastOutcome: Outcome | '';
  lastAttemptAt: EpochMilliseconds;
  /** 0: it waits for none. */
  callbackAt: EpochMilliseconds;
  callbackAgent: string;
  /** From here on anyone may make the callback; 0: never. */
  callbackGrace: EpochMilliseconds;
  /** The promise that waits. */
  waiting: CallbackRecord | undefined;
  /** Callbacks that were ever promised. */
  promised: number;
  /** The attempt that holds the contact; empty when none does. */
  attemptId: string;
  /** Of each number that was called or is dead, by its position: calls, and 1 when it is dead. */
  lines: Record<number, [attempts: number, dead: 0 | 1]>;
  /** All attempts on it, oldest first. */
  attemptIds: string[];
}

/** What stands in the document: what differs from a contact that was never called. */
export type StoredStanding = Partial<Standing>;

/** A contact that is being worked on: as it was read, and as it is to be. */
export interface ContactWork {
  readonly campaignId: string;
  readonly ordinal: number;
  readonly id: string;
  readonly profileDoc: Doc<ContactProfile>;
  readonly stateDoc: Doc<StoredStanding>;
  readonly profile: ContactProfile;
  readonly before: Readonly<Standing>;
  readonly now: Standing;
  /** Callbacks that were booked, moved or ended. */
  readonly callbacks: CallbackRecord[];
}

export function untouched(importedAt: EpochMilliseconds): Standing {
  return {
    stage: 'production',
    held: 0,
    state: 'open',
    doneReason: '',
    dueAt: importedAt,
    leasedUntil: 0,
    nextNumber: 0,
    attempts: 0,
    spent: 0,
    lastOutcome: '',
    lastAttemptAt: 0,
    callbackAt: 0,
    callbackAgent: '',
    callbackGrace: 0,
    waiting: undefined,
    promised: 0,
    attemptId: '',
    lines: {},
    attemptIds: [],
  };
}

export function workOn(
  campaignId: string,
  ordinal: number,
  profileDoc: Doc<ContactProfile>,
  stateDoc: Doc<StoredStanding>,
): ContactWork | undefined {
  const profile = profileDoc.value;
  if (profile === undefined) return undefined;
  const before = { ...untouched(profile.importedAt), ...stateDoc.value };
  return {
    campaignId,
    ordinal,
    id: `c${ordinal}`,
    profileDoc,
    stateDoc,
    profile,
    before,
    now: structuredClone(before),
    callbacks: [],
  };
}

export function storedOf(standing: Standing, importedAt: EpochMilliseconds): StoredStanding {
  const start = untouched(importedAt);
  return Object.fromEntries(
    Object.entries(standing).filter(([name, value]) => {
      if (name === 'lines') return Object.keys(value as object).length > 0;
      if (name === 'attemptIds') return (value as unknown[]).length > 0;
      return value !== start[name as keyof Standing];
    }),
  );
}

// -- what becomes of a contact

/** `at`: when it was decided; absent where only the lead's end is known. */
export function applyNext(work: ContactWork, next: ContactNext, at?: EpochMilliseconds): void {
  const { now } = work;
  if (next.state === 'callback') bookCallback(work, next, at ?? next.dueAt);
  else if (now.callbackAt !== 0) endCallback(work, 'dropped', at);
  now.callbackAt = 0;
  now.callbackAgent = '';
  now.callbackGrace = 0;
  now.doneReason = '';
  if (next.state === 'open') {
    now.dueAt = next.dueAt;
    now.nextNumber = next.nextNumber;
  } else if (next.state === 'callback') {
    now.dueAt = next.dueAt;
    now.callbackAt = next.dueAt;
    now.callbackAgent = next.agentId ?? '';
    now.callbackGrace = next.graceUntil ?? 0;
  } else if (next.state === 'done') {
    now.doneReason = next.reason;
  }
  now.state = next.state;
}

/** A lease that has ended without an attempt: offered again, as what it was. */
export function unlease({ now }: ContactWork): void {
  now.state = now.callbackAt === 0 ? 'open' : 'callback';
}

/** Gives a leased lead back undialled; nothing happens when the lease has ended already. */
export function release(work: ContactWork, dueAt: EpochMilliseconds, nextNumber: number): void {
  const { now } = work;
  if (now.state !== 'leased' || now.attemptId !== '') return;
  now.dueAt = dueAt;
  now.nextNumber = nextNumber;
  unlease(work);
}

export function closeContact(work: ContactWork, reason: string): void {
  if (work.now.state !== 'done') applyNext(work, { state: 'done', reason });
}

export function lineOf({ now }: ContactWork, index: number): [attempts: number, dead: 0 | 1] {
  return now.lines[index] ?? [0, 0];
}

// -- callbacks

/** A promise that waits already stands: the contact only waits on for it. */
function bookCallback(
  work: ContactWork,
  next: Extract<ContactNext, { state: 'callback' }>,
  at: EpochMilliseconds,
): void {
  const { now, id, campaignId } = work;
  if (now.waiting !== undefined) return;
  now.promised += 1;
  now.waiting = {
    callbackId: `${id}.${now.promised}`,
    campaignId,
    contactId: id,
    state: 'waiting',
    ...(next.agentId !== undefined && { agentId: next.agentId }),
    ...(next.graceUntil !== undefined && { graceUntil: next.graceUntil }),
    bookedAt: at,
    dueAt: next.dueAt,
    moved: 0,
  };
  work.callbacks.push(now.waiting);
}

/** Ends what waits for the contact, with what is known of its end. */
export function endCallback(
  work: ContactWork,
  state: Exclude<CallbackState, 'waiting'>,
  at: EpochMilliseconds | undefined,
  call?: { readonly attemptId: string; readonly calledAt: EpochMilliseconds },
): void {
  const { waiting } = work.now;
  if (waiting === undefined) return;
  work.callbacks.push({ ...waiting, state, ...(at !== undefined && { endedAt: at }), ...call });
  work.now.waiting = undefined;
}

// -- how it looks from outside

/** @param through the last phase of the pilot that is open */
export function contactRecordOf(work: ContactWork, listName: string, through: number): ContactRecord {
  const { now, profile, campaignId, id } = work;
  const { source } = profile;
  return {
    contactId: id,
    campaignId,
    list: listName,
    version: profile.version,
    stage: now.stage,
    ...(now.held > through && { heldPhase: now.held }),
    state: now.state,
    inCall: now.state === 'pending' || (now.state === 'leased' && now.attemptId !== ''),
    doneReason: now.doneReason,
    externalId: source.externalId,
    name: source.name,
    timeZone: source.timeZone,
    region: source.region,
    ...(source.postalCode !== undefined && { postalCode: source.postalCode }),
    ...(source.party !== undefined && { party: source.party }),
    ...(source.numberClasses !== undefined && { numberClasses: source.numberClasses }),
    numbers: source.numbers.map((e164, index) => {
      const [attempts, dead] = lineOf(work, index);
      return { e164, attempts, dead: dead === 1 };
    }),
    attempts: now.attempts,
    lastOutcome: now.lastOutcome,
    lastAttemptAt: now.lastAttemptAt,
    dueAt: now.dueAt,
    ...(now.callbackAt !== 0 && { callbackAt: now.callbackAt }),
    ...(now.callbackAgent !== '' && { callbackAgent: now.callbackAgent }),
    fields: source.fields,
  };
}
