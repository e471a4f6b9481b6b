/** Lists of contacts as the store keeps them: their lists, edits, recycling and callbacks. */
import type { CallScope } from '../core/consent.js';
import type { EpochMilliseconds } from '../core/model.js';
import type { ContactState, NewContact } from './port.js';

/** The list of contacts that came without one. */
export const MAIN_LIST = 'main';
/** Attempts on a contact are told apart up to this many; what is more is counted with it. */
export const MOST_ATTEMPTS_COUNTED = 20;

/** A part of a campaign's contacts under one name, in the order in which the lists came. */
export interface ListRecord {
  readonly campaignId: string;
  readonly name: string;
  /** Where it came from: a file, a system; empty when nobody said. */
  readonly source: string;
  readonly createdAt: EpochMilliseconds;
  /** No contact of a paused list is called. */
  readonly paused: boolean;
}

/** How many contacts of a list are in which state after how many attempts. */
export interface PenetrationCell {
  readonly state: ContactState;
  /** `MOST_ATTEMPTS_COUNTED` stands for as many or more. */
  readonly attempts: number;
  readonly contacts: number;
}

export interface ListPenetration extends ListRecord {
  /** By state and attempts; none of zero. */
  readonly cells: readonly PenetrationCell[];
}

/** What to change about a list; it is made when it is not there. */
export interface ListChange {
  readonly campaignId: string;
  readonly name: string;
  readonly source?: string;
  readonly paused?: boolean;
  readonly at: EpochMilliseconds;
}

/** All that is given must hold. */
export interface ContactFilter {
  /** Absent: the contacts of all campaigns. */
  readonly campaignId?: string;
  readonly list?: string;
  readonly state?: ContactState;
  readonly doneReason?: string;
  readonly lastOutcome?: string;
  /** At least so many attempts, and at most. */
  readonly minimumAttempts?: number;
  readonly maximumAttempts?: number;
  /** One of its numbers, in E.164. */
  readonly number?: string;
  readonly externalId?: string;
  /** How the name begins; the case of ASCII letters does not matter. Results come by name. */
  readonly name?: string;
  /** Somewhere in the name, the external id or the values of the fields; the case of ASCII letters does not matter. */
  readonly text?: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** What is given replaces what was there; an empty text takes an optional value away. */
export type ContactEdit = Partial<
  Pick<NewContact, 'externalId' | 'name' | 'timeZone' | 'region' | 'numbers' | 'numberClasses' | 'fields'>
> & { readonly postalCode?: string; readonly party?: NewContact['party'] | '' };

/** Closed contacts that are to be called again. All that is given must hold. */
export interface RecycleRequest {
  readonly campaignId: string;
  readonly list?: string;
  /** Reasons for which they were closed. Those of `NEVER_RECYCLED` are left as they are all the same. */
  readonly doneReasons?: readonly string[];
  readonly lastOutcomes?: readonly string[];
  readonly minimumAttempts?: number;
  readonly maximumAttempts?: number;
  /** Not attempted since. */
  readonly attemptedBefore?: EpochMilliseconds;
  readonly contactIds?: readonly string[];
  /** For what they would be called: whose word on consent counts. */
  readonly scope: CallScope;
  readonly now: EpochMilliseconds;
  /** Count only. */
  readonly dryRun: boolean;
  /** Closed contacts to look at in one call. */
  readonly limit: number;
  readonly cursor?: string;
}

export interface RecycleReport {
  readonly looked: number;
  readonly recycled: number;
  /** Contacts that the filter takes and that stay closed, by what stands against them. */
  readonly kept: Readonly<Record<string, number>>;
  /** There is more to look at. */
  readonly nextCursor?: string;
}

/**
 * What became of a callback: it waits, the person was called, somebody cancelled it, or the contact was closed (a do-not-call
 * entry, an erasure …) before it was made.
 */
export type CallbackState = 'waiting' | 'called' | 'cancelled' | 'dropped';

export interface CallbackRecord {
  readonly callbackId: string;
  readonly campaignId: string;
  readonly contactId: string;
  readonly state: CallbackState;
  /** The agent who promised it; absent when anyone may make it. */
  readonly agentId?: string;
  /** From then on anyone may make it. */
  readonly graceUntil?: EpochMilliseconds;
  readonly bookedAt: EpochMilliseconds;
  /** When the person was promised to be called. */
  readonly dueAt: EpochMilliseconds;
  /** How often it was moved. */
  readonly moved: number;
  /** The attempt that was made, and when it was dialled. */
  readonly attemptId?: string;
  readonly calledAt?: EpochMilliseconds;
  /** When it stopped waiting. */
  readonly endedAt?: EpochMilliseconds;
}

/** By the time they are due, the earliest first. All that is given must hold. */
export interface CallbackFilter {
  readonly campaignId?: string;
  readonly agentId?: string;
  readonly contactId?: string;
  readonly state?: CallbackState;
  /** Due in `[from, to)`. */
  readonly from?: EpochMilliseconds;
  readonly to?: EpochMilliseconds;
  /** Called at most so long after they were due, or later than that; milliseconds. */
  readonly calledWithin?: number;
  readonly calledAfter?: number;
  readonly limit: number;
  readonly cursor?: string;
}

export interface CallbackMove {
  readonly contactId: string;
  readonly dueAt: EpochMilliseconds;
  /** Whose it is from now on; absent: anyone's. */
  readonly agentId?: string;
  readonly graceUntil?: EpochMilliseconds;
  readonly now: EpochMilliseconds;
}

export interface CallbackCancellation {
  readonly contactId: string;
  /** Whether the contact is called in its turn like any other, or not at all. */
  readonly next: 'open' | 'done';
  readonly now: EpochMilliseconds;
}
