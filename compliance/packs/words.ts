/** Rules in plain words, for people who read what a number pulls in. */
import type { WeekHours } from '../types.js';
import type { CapRule, PackRule, RecallRule } from './schema.js';

const seconds = (s: number): string =>
  s % 86_400 === 0 && s > 86_400
    ? `${s / 86_400} days`
    : s % 3600 === 0
      ? `${s / 3600} hours`
      : `${s} seconds`;

function week(hours: WeekHours): string {
  return Object.entries(hours)
    .map(
      ([day, times]) =>
        `${day === 'all' ? 'every day' : day} ${times.length === 0 ? 'closed' : times.join(' and ')}`,
    )
    .join(', ');
}

const OUTCOMES: Readonly<Record<RecallRule['after'], string>> = {
  attempt: 'an attempt',
  abandoned: 'an abandoned call',
  machine: 'an answer by a machine',
  refused: 'a refusal',
  conversation: 'a conversation',
};

function period({ seconds: length, calendar, calendarDays }: CapRule): string {
  if (length !== undefined) return `in any ${seconds(length)}`;
  if (calendarDays !== undefined) return `in any ${calendarDays} calendar days`;
  return `in each calendar ${calendar}`;
}

/** Exemptions, joined to a sentence. */
function unless(rule: {
  readonly exceptConsent?: string;
  readonly exceptTransactionDays?: number;
  readonly exceptInquiryDays?: number;
}): string {
  const all = [
    ...(rule.exceptConsent === undefined ? [] : [`${rule.exceptConsent} consent is in force`]),
    ...(rule.exceptTransactionDays === undefined
      ? []
      : [`there was a purchase in the last ${rule.exceptTransactionDays} days`]),
    ...(rule.exceptInquiryDays === undefined
      ? []
      : [`there was an inquiry in the last ${rule.exceptInquiryDays} days`]),
  ];
  return all.length === 0 ? '' : `, unless ${all.join(' or ')}`;
}

/** What a rule says, in one sentence without its pack. */
export function ruleInWords(rule: PackRule): string {
  switch (rule.kind) {
    case 'calling_window': {
      const holidays =
        rule.holidays === undefined
          ? ''
          : rule.holidays === 'closed'
            ? '; closed on holidays'
            : `; on holidays ${rule.holidays === 'sunday' ? 'as on Sundays' : rule.holidays.join(' and ')}`;
      const eves =
        rule.holidayEves === undefined ? '' : `; on eves of holidays ${rule.holidayEves.join(' and ')}`;
      return `calls only ${week(rule.hours)}, local time of the called party${holidays}${eves}${unless(rule)}`;
    }
    case 'frequency_cap':
      return `at most ${rule.max} ${rule.count === 'connects' ? 'conversations' : 'attempts'} to a ${rule.per ?? 'number'}${
        rule.sameSubject ? ' on one subject' : ''
      } ${period(rule)}${unless(rule)}`;
    case 'recall_delay':
      return `after ${OUTCOMES[rule.after]} no call ${
        rule.wait === 'forever'
          ? 'ever'
          : 'seconds' in rule.wait
            ? `for ${seconds(rule.wait.seconds)}`
            : `for ${rule.wait.calendarDays} calendar days`
      }`;
    case 'consent':
      return `needs ${rule.level} consent${
        rule.maxAgeDays === undefined ? '' : `, at most ${rule.maxAgeDays} days old`
      }${unless(rule)}`;
    case 'revocation':
      return 'a refusal on one subject ends calls about anything';
    case 'dnc':
      return `not to numbers on the list ${rule.list}, in a copy of at most ${rule.maxAgeDays} days${unless(rule)}`;
    case 'abandon_limit':
      return `at most ${rule.limit * 100} % of ${
        rule.denominator === 'live_answers' ? 'live answers' : 'connected and abandoned calls'
      } abandoned ${
        'blockDays' in rule.window
          ? `in each ${rule.window.blockDays} days from the first call`
          : 'hours' in rule.window
            ? `in any ${rule.window.hours} hours`
            : `in each calendar ${rule.window.calendar}`
      } by a ${rule.scope.replace('_', ' ')}; an agent within ${rule.connectSeconds} s of the ${rule.connectFrom.replaceAll('_', ' ')}`;
    case 'ring_time':
      return `an unanswered call rings for at least ${rule.minSeconds} s`;
    case 'message':
      return `with no agent, a message within ${rule.startSeconds} s: ${rule.elements.join(', ').replaceAll('_', ' ')}`;
    case 'caller_id':
      return `the shown number ${[
        ...(rule.present ? ['must not be withheld'] : []),
        ...(rule.allowedPrefixes === undefined ? [] : [`begins with ${rule.allowedPrefixes.join(' or ')}`]),
        ...(rule.forbiddenPrefixes === undefined
          ? []
          : [`does not begin with ${rule.forbiddenPrefixes.join(' or ')}`]),
        ...(rule.reachableDays === undefined ? [] : [`answers for ${rule.reachableDays} days`]),
      ].join(', ')}`;
    case 'retention':
      return `${rule.record.replace('_', ' ')} are kept for ${rule.days} days from ${
        rule.from === 'made' ? 'when they were made' : 'their last use'
      }`;
    case 'identity':
      return [
        ...(rule.identifySeconds === undefined
          ? []
          : [`the caller says who calls within ${rule.identifySeconds} s`]),
        ...(rule.endOnRequestSeconds === undefined
          ? []
          : [`the call ends within ${rule.endOnRequestSeconds} s of being asked to`]),
        ...(rule.releaseSeconds === undefined
          ? []
          : [`the line is free within ${rule.releaseSeconds} s of the person's hanging up`]),
      ].join(', ');
    case 'recording_notice':
      return 'a conversation is recorded only when the person is told';
    case 'emergency_area':
      return 'no call into an area under a declared emergency';
    case 'number_class':
      return `never to ${rule.classes.join(', ')} numbers`;
    case 'reassigned':
      return `the number is checked for reassignment at most ${rule.maxAgeDays} days before`;
  }
}
