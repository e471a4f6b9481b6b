/** From hangup causes to outcomes, and from outcomes to what becomes of the contact. Pure rules. */
import type {
  CampaignSettings,
  ContactNext,
  EpochMilliseconds,
  Lead,
  Outcome,
  RetryableOutcome,
} from './model.js';

const outcomeOfCause: Readonly<Record<string, Outcome>> = {
  NO_ANSWER: 'no-answer',
  NO_USER_RESPONSE: 'no-answer',
  ALLOTTED_TIMEOUT: 'no-answer',
  PROGRESS_TIMEOUT: 'no-answer',
  SUBSCRIBER_ABSENT: 'no-answer',
  USER_BUSY: 'busy',
  CALL_REJECTED: 'rejected',
  USER_CHALLENGE: 'rejected',
  UNALLOCATED_NUMBER: 'invalid',
  INVALID_NUMBER_FORMAT: 'invalid',
  NUMBER_CHANGED: 'invalid',
  NO_ROUTE_DESTINATION: 'invalid',
  NORMAL_CIRCUIT_CONGESTION: 'congestion',
  SWITCH_CONGESTION: 'congestion',
  NETWORK_OUT_OF_ORDER: 'congestion',
  NORMAL_TEMPORARY_FAILURE: 'congestion',
  REQUESTED_CHAN_UNAVAIL: 'congestion',
  SERVICE_UNAVAILABLE: 'congestion',
  GATEWAY_DOWN: 'congestion',
  ORIGINATOR_CANCEL: 'cancelled',
};

/**
 * Outcome of a call that ended without an answer.
 * A `NO_ANSWER` without any progress is a carrier that never replied, not a person who did not pick up.
 * @param cause hangup cause as FreeSWITCH names it (an adapter for another switch translates)
 */
export function outcomeOfUnanswered(cause: string, progressed: boolean): Outcome {
  const outcome = outcomeOfCause[cause] ?? 'failed';
  return outcome === 'no-answer' && !progressed ? 'failed' : outcome;
}

/** The retry rule that an outcome falls under; undefined when the outcome ends the number or is decided elsewhere. */
export function retryRuleOf(outcome: Outcome): RetryableOutcome | undefined {
  switch (outcome) {
    case 'no-answer':
    case 'busy':
    case 'rejected':
    case 'machine':
    case 'abandoned':
    case 'short':
    case 'failed':
      return outcome;
    case 'congestion':
      return 'failed';
    case 'cancelled':
    case 'unknown':
      return 'no-answer';
    default:
      return undefined;
  }
}

/** Position of the next number of the lead that is not dead, after `from`, round and round; -1 when all are dead. */
export function nextNumberOf(lead: Lead, from: number, deadIndex: number): number {
  const count = lead.numbers.length;
  for (let step = 1; step <= count; step++) {
    const index = (from + step) % count;
    if (index !== deadIndex && !lead.numbers[index]?.dead) return index;
  }
  return -1;
}

/** Seconds before a lead that was not dialled for a local reason is offered again. */
export const localRetrySeconds = 30;

/** A contact that was not called after all is offered again as what it was: a callback stays one, and its agent's. */
export function nextUndialled(
  settings: CampaignSettings,
  lead: Lead,
  numberIndex: number,
  dueAt: EpochMilliseconds,
): ContactNext {
  if (lead.callbackAt === undefined) return { state: 'open', dueAt, nextNumber: numberIndex };
  if (lead.callbackAgent === undefined) return { state: 'callback', dueAt };
  const graceUntil = lead.callbackAt + settings.callbackGraceSeconds * 1000;
  return { state: 'callback', dueAt, agentId: lead.callbackAgent, graceUntil };
}

/**
 * What becomes of a contact after an attempt that did not reach an agent.
 * @param numberIndex the number that was called
 */
export function nextAfterAttempt(
  settings: CampaignSettings,
  lead: Lead,
  numberIndex: number,
  outcome: Outcome,
  now: EpochMilliseconds,
): ContactNext {
  if (outcome === 'not-dialed')
    return nextUndialled(settings, lead, numberIndex, now + localRetrySeconds * 1000);
  const attempts = lead.attempts + 1;
  if (outcome === 'invalid') {
    // After a restart the contact's other numbers are not at hand: the next lease looks at them.
    if (lead.numbers.length === 0) return { state: 'open', dueAt: now, nextNumber: 0 };
    const other = nextNumberOf(lead, numberIndex, numberIndex);
    if (other < 0) return { state: 'done', reason: 'no-valid-number' };
    if (attempts >= settings.maximumAttempts) return { state: 'done', reason: 'attempts-exhausted' };
    return { state: 'open', dueAt: now, nextNumber: other };
  }
  const kind = retryRuleOf(outcome) ?? 'failed';
  const rule = settings.retry[kind];
  const onNumber = (lead.numbers[numberIndex]?.attempts ?? 0) + 1;
  if (attempts >= settings.maximumAttempts) return { state: 'done', reason: 'attempts-exhausted' };
  const other = nextNumberOf(lead, numberIndex, -1);
  // A number that used up the tries of this outcome leaves the turn to the contact's other numbers.
  if (onNumber >= rule.maximumAttempts) {
    const fresh = lead.numbers.findIndex(
      (n, i) => i !== numberIndex && !n.dead && n.attempts < rule.maximumAttempts,
    );
    if (fresh < 0) return { state: 'done', reason: 'attempts-exhausted' };
    return { state: 'open', dueAt: now + rule.delaySeconds * 1000, nextNumber: fresh };
  }
  return { state: 'open', dueAt: now + rule.delaySeconds * 1000, nextNumber: Math.max(other, 0) };
}
