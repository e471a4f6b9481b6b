/** What every backend decides alike: refusals of intents, the length of memories, what counts as what. */
import type { IntentResult } from '../core/inputs.js';
import {
  type AttemptResult,
  type Disposition,
  type EpochMilliseconds,
  type Intent,
  type LeadNumber,
  machineDisposition,
  STAGES,
  type StageName,
} from '../core/model.js';
import { StoreError } from './errors.js';
import type { ContactState, NewContact } from './port.js';

/** How long the answer to a write is kept for its idempotency key. */
export const IDEMPOTENCY_MILLISECONDS = 86_400_000;
/** `doneReason` of a contact whose disposition was never given. */
export const NO_DISPOSITION = 'no-disposition';

const STAGES_UP_TO: Readonly<Record<StageName, readonly StageName[]>> = {
  validation: STAGES.slice(0, 1),
  pilot: STAGES.slice(0, 2),
  production: STAGES,
};

/** The stages whose contacts a lease of this stage takes: its own, and the retries of the earlier ones. */
export function stagesUpTo(stage: StageName): readonly StageName[] {
  return STAGES_UP_TO[stage];
}

/** What the committing transaction finds about an intent's contact and number. */
export interface IntentFacts {
  /** Absent: the campaign has no such contact. */
  readonly contactState: ContactState | undefined;
  /** The contact's own attempt, on whatever number, has not ended. */
  readonly contactInAttempt: boolean;
  readonly leasedUntil: EpochMilliseconds;
  /** The number is in an attempt that has not ended, or this very attempt is already recorded. */
  readonly live: boolean;
  readonly internalDnc: boolean;
  readonly campaignDnc: boolean;
  readonly consent: LeadNumber['consent'];
  /** Charged attempts on the number, newest first, reaching back as far as the longest of the intent's caps. */
  readonly recentAttempts: readonly EpochMilliseconds[];
}

/** Why the intent must not be committed; absent when it may be. */
export function refusalOf(
  intent: Intent,
  facts: IntentFacts,
  now: EpochMilliseconds,
): IntentResult | undefined {
  const { attemptId, contactId, number } = intent;
  const refuse = (
    refusal: Extract<IntentResult, { committed: false }>['refusal'],
    detail: string,
  ): IntentResult => ({ attemptId, committed: false, refusal, detail });

  if (facts.contactState === undefined) {
    return refuse('suppressed', `campaign ${intent.campaignId} has no contact ${contactId}`);
  }
  if (facts.contactState === 'done' || facts.contactState === 'pending') {
    return refuse('suppressed', `contact ${contactId} is ${facts.contactState}`);
  }
  if (facts.contactInAttempt) return refuse('live', `contact ${contactId} is in another attempt`);
  if (facts.contactState !== 'leased' || facts.leasedUntil <= now) {
    return refuse('live', `the lease of contact ${contactId} has ended`);
  }
  if (facts.internalDnc) return refuse('dnc', 'the number is on the internal DNC list');
  if (facts.campaignDnc) return refuse('dnc', `the number is on the DNC list of ${intent.campaignId}`);
  if (facts.consent === 'refused') return refuse('consent', 'consent was refused or withdrawn');
  if (intent.consentRequired && facts.consent !== 'granted') {
    return refuse('consent', 'the campaign requires consent and none is recorded');
  }
  if (facts.live) return refuse('live', `${number} is in another live attempt`);
  return capRefusalOf(intent, facts.recentAttempts, now);
}

/** Refuses for the cap that frees last. A cap holds over any period of its length, `[t, t + seconds)`. */
function capRefusalOf(
  { attemptId, caps }: Intent,
  recentAttempts: readonly EpochMilliseconds[],
  now: EpochMilliseconds,
): IntentResult | undefined {
  let refused: Intent['caps'][number] | undefined;
  let until = 0;
  for (const cap of caps) {
    const periodMilliseconds = cap.seconds * 1000;
    // The attempt that has to leave the period before one more fits in.
    const blocking = cap.max > 0 ? recentAttempts[cap.max - 1] : Number.POSITIVE_INFINITY;
    if (blocking === undefined || blocking + periodMilliseconds <= now) continue;
    if (refused === undefined || blocking + periodMilliseconds > until) {
      refused = cap;
      until = blocking + periodMilliseconds;
    }
  }
  if (refused === undefined) return undefined;
  const detail = `at most ${refused.max} attempts in ${refused.seconds / 3600} h, and they were made`;
  const refusal = { attemptId, committed: false, refusal: 'frequency_cap', detail } as const;
  return Number.isFinite(until) ? { ...refusal, until } : refusal;
}

/** From when on attempts matter to the intent's caps at `now`. */
export function capsReachBackTo(intent: Intent, now: EpochMilliseconds): EpochMilliseconds {
  let seconds = 0;
  for (const cap of intent.caps) if (cap.seconds > seconds) seconds = cap.seconds;
  return now - seconds * 1000 + 1;
}

/** Answered, and not by something known to be a machine; the agent's word on it comes later than the result. */
export function isLiveAnswer(result: AttemptResult, disposition?: Disposition): boolean {
  return (
    result.answeredAt !== undefined &&
    result.outcome !== 'machine' &&
    disposition?.disposition !== machineDisposition
  );
}

/** Refuses a batch with a contact that could never be called. */
export function requireNumbers(contacts: readonly NewContact[]): void {
  for (const { numbers, externalId, name } of contacts) {
    if (numbers.length === 0) {
      throw new StoreError(
        'store_failed',
        `contact ${externalId || name || '(unnamed)'} has no number: give at least one, or leave it out`,
      );
    }
  }
}
