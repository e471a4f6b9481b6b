/** What is known of a phone number over all campaigns: one document in its shard, changed as a whole. */
import type { ConsentRecord } from '../../core/consent.js';
import type { EpochMilliseconds } from '../../core/model.js';
import type { ChargedAttempt } from '../rules.js';

/** Why and since when a number is on a do-not-call list. */
export interface DncWord {
  readonly reason: string;
  readonly at: EpochMilliseconds;
}

/** The attempt that a number is in, or that is about to be committed on it. */
export interface NumberReservation {
  readonly attemptId: string;
  readonly campaignId: string;
  readonly contactId: string;
  readonly person: string;
}

/** A charged attempt: when, about what, on which number, and which it was. */
export type Charge = readonly [at: EpochMilliseconds, subject: string, number: string, attemptId: string];

/** Attempts and outcomes of a number, or of a person. */
export interface HistoryDocument {
  /** In the order of their times, oldest first. */
  readonly charges?: readonly Charge[];
  readonly lastAbandonedAt?: EpochMilliseconds;
  readonly lastMachineAt?: EpochMilliseconds;
  readonly lastRefusedAt?: EpochMilliseconds;
  readonly lastConversationAt?: EpochMilliseconds;
}

export interface NumberDocument extends HistoryDocument {
  readonly live?: NumberReservation;
  /** On the internal list. */
  readonly dnc?: DncWord;
  /** On the lists of campaigns, by campaign. */
  readonly campaignDnc?: Readonly<Record<string, DncWord>>;
  /** In the order in which they were recorded. */
  readonly consents?: readonly ConsentRecord[];
}

/** The charges at `since` or later as the rules look at them. */
export function chargedSince(
  charges: readonly Charge[] | undefined,
  since: EpochMilliseconds,
): ChargedAttempt[] {
  return (charges ?? []).flatMap(([at, subject]) => (at >= since ? [{ at, subject }] : []));
}
