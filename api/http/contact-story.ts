/** Why a contact was called, or not, in words: one sentence, and what has happened with its times. */
import type { CampaignStatus } from '../../dialer/core/model.js';
import type { NumberVerdict } from '../../dialer/evidence/index.js';
import type { CallbackRecord } from '../../dialer/store/lists.js';
import type { AttemptRecord, ContactRecord } from '../../dialer/store/port.js';
import { iso } from './schemas.js';

const OUTCOME_WORDS: Readonly<Record<string, string>> = {
  connected: 'was put through to an agent',
  abandoned: 'was answered with no agent free in time',
  short: 'was answered and hung up at once',
  machine: 'reached a machine',
  'no-answer': 'was not answered',
  busy: 'found the line busy',
  rejected: 'was rejected',
  invalid: 'found the number out of service',
  congestion: 'was not carried by the network',
  failed: 'failed',
  cancelled: 'was ended before an answer',
  'not-dialed': 'was not dialled after all',
  unknown: 'ended in a way that is not known',
};
const DONE_WORDS: Readonly<Record<string, string>> = {
  success: 'it was a success',
  dnc: 'the number is on a do-not-call list',
  consent: 'consent is missing or was refused',
  revocation: 'consent was withdrawn',
  'opt-out': 'the person asked not to be called again',
  'attempts-exhausted': 'all attempts that its campaign allows were made',
  'no-valid-number': 'none of its numbers can be called',
  'no-disposition': 'its agent gave the last call no disposition',
  'callback-cancelled': 'its callback was cancelled',
  erased: 'the person was erased',
};

interface Situation {
  readonly contact: ContactRecord;
  readonly status: CampaignStatus;
  readonly paused: boolean;
  readonly verdicts: readonly NumberVerdict[];
  readonly now: number;
}

/** The first thing that stands in the way of a call now; or that nothing does. */
export function answerOf({ contact, status, paused, verdicts, now }: Situation): string {
  const called =
    contact.attempts === 0
      ? 'was never called'
      : `was called ${contact.attempts === 1 ? 'once' : `${contact.attempts} times`}, last at ${iso(contact.lastAttemptAt)}`;
  const not = (why: string): string => `The contact ${called}, and is not called now, because ${why}.`;
  if (contact.inCall)
    return `The contact ${called}, and a call to it is under way or waits for its disposition.`;
  if (contact.state === 'done')
    return not(DONE_WORDS[contact.doneReason] ?? `it was closed as ${contact.doneReason}`);
  if (status !== 'running') return not(`its campaign is ${status === 'draft' ? 'a draft' : status}`);
  if (paused) return not(`its list ${contact.list} is paused`);
  if (contact.heldPhase !== undefined)
    return not(`it is held back for phase ${contact.heldPhase + 1} of its stage`);
  if (contact.callbackAt !== undefined && contact.callbackAt > now)
    return not(`a callback is promised for ${iso(contact.callbackAt)}`);
  if (contact.dueAt > now) return not(`its next attempt is due at ${iso(contact.dueAt)}`);
  if (verdicts.length > 0 && verdicts.every(({ verdict }) => verdict !== 'allow')) {
    const soonest = verdicts.reduce((a, b) => ((b.until ?? Infinity) < (a.until ?? Infinity) ? b : a));
    const rules = soonest.reasons.map(({ rule }) => rule.replaceAll('_', ' ')).join(', ');
    const until = soonest.until === undefined ? '' : ` before ${iso(soonest.until)}`;
    return not(`the rules allow none of its numbers${until}${rules === '' ? '' : ` (${rules})`}`);
  }
  return `The contact ${called}, and nothing stands in the way: it is called when its turn comes.`;
}

/** What has happened and what is due, the oldest first. */
export function timelineOf(
  contact: ContactRecord,
  attempts: readonly AttemptRecord[],
  callbacks: readonly CallbackRecord[],
  now: number,
): { at: string; what: string }[] {
  const entries: { readonly at: number; readonly what: string }[] = [];
  for (const { attemptId, intendedAt, result, disposition } of attempts) {
    const what = result === undefined ? 'is under way' : (OUTCOME_WORDS[result.outcome] ?? result.outcome);
    entries.push({ at: intendedAt, what: `Attempt ${attemptId} ${what}.` });
    if (disposition !== undefined)
      entries.push({
        at: disposition.at,
        what: `Agent ${disposition.agentId} disposed of it as ${disposition.disposition}.`,
      });
  }
  for (const { bookedAt, dueAt, state, agentId, endedAt } of callbacks) {
    entries.push({
      at: bookedAt,
      what: `A callback was promised for ${iso(dueAt)} by ${agentId ?? 'anyone'}.`,
    });
    if ((state === 'cancelled' || state === 'dropped') && endedAt !== undefined)
      entries.push({
        at: endedAt,
        what: state === 'cancelled' ? 'The callback was cancelled.' : 'The callback was given up.',
      });
  }
  if (contact.state !== 'done' && contact.dueAt > now)
    entries.push({
      at: contact.dueAt,
      what: contact.callbackAt === undefined ? 'The next attempt is due.' : 'The callback is due.',
    });
  return entries.sort((a, b) => a.at - b.at).map(({ at, what }) => ({ at: iso(at), what }));
}
