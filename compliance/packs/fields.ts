import type { NumberClass } from '../types.js';
import type { PackRule } from './schema.js';

/** What one field of a pack may hold: read by the validator and by the writer of the JSON schema alike. */
export type FieldType =
  | { readonly type: 'text' }
  | { readonly type: 'identifier' }
  | { readonly type: 'date' }
  | { readonly type: 'flag' }
  | { readonly type: 'whole'; readonly least: number; readonly most?: number }
  | { readonly type: 'share' }
  | { readonly type: 'one-of'; readonly of: readonly string[] }
  | { readonly type: 'list-of'; readonly of: readonly string[] }
  | { readonly type: 'digits-list' }
  | { readonly type: 'week' }
  | { readonly type: 'intervals' }
  | { readonly type: 'holiday-hours' }
  /** One of some words, or an object with exactly one of some keys. */
  | {
      readonly type: 'choice';
      readonly words: readonly string[];
      readonly keys: Readonly<Record<string, FieldType>>;
    };

export interface Field {
  readonly is: FieldType;
  readonly required: boolean;
  readonly describe: string;
}

const must = (is: FieldType, describe: string): Field => ({ is, required: true, describe });
const may = (is: FieldType, describe: string): Field => ({ is, required: false, describe });
const days: FieldType = { type: 'whole', least: 1 };
const oneOf = (...of: readonly string[]): FieldType => ({ type: 'one-of', of });
const listOf = (...of: readonly string[]): FieldType => ({ type: 'list-of', of });

export const PURPOSE_WORDS = ['sales', 'fundraising', 'survey', 'service', 'collection', 'political'];
export const MODE_WORDS = ['predictive', 'manual', 'prerecorded'];
export const PARTY_WORDS = ['consumer', 'business'];
/** Weakest first. */
export const CLASS_WORDS: readonly NumberClass[] = [
  'emergency',
  'health-care',
  'payphone',
  'premium',
  'toll-free',
  'pager',
  'multi-line',
  'fixed',
  'mobile',
];
export const LEVEL_WORDS = ['presumed', 'express', 'written'];

const level = oneOf(...LEVEL_WORDS);
const exceptConsent = may(level, 'Does not bind when this consent, or a stronger one, is in force.');
const exceptTransactionDays = may(days, 'Does not bind with a purchase in so many days.');
const exceptInquiryDays = may(days, 'Does not bind with an inquiry in so many days.');

/** Fields of every rule. */
export const BASE_FIELDS: Readonly<Record<string, Field>> = {
  id: may({ type: 'identifier' }, 'Unlike any other in the pack; default: kind and place.'),
  purposes: may(listOf(...PURPOSE_WORDS), 'Purposes it binds; absent = all.'),
  modes: may(listOf(...MODE_WORDS), 'Call modes it binds; absent = all.'),
  parties: may(listOf(...PARTY_WORDS), 'Called parties it protects; absent = all.'),
  effectiveFrom: may({ type: 'date' }, 'First local date on which it binds.'),
  effectiveTo: may({ type: 'date' }, 'First local date on which it no longer binds.'),
  severity: may(
    oneOf('block', 'warn', 'report'),
    'What it does to a call that it objects to; default block.',
  ),
  source: must({ type: 'text' }, 'Where the rule comes from.'),
  confidence: must(oneOf('primary', 'secondary', 'memory', 'weak'), 'How well it was checked.'),
};

/** Fields of each kind of rule, besides those of every rule. */
export const RULE_FIELDS: Readonly<Record<PackRule['kind'], Readonly<Record<string, Field>>>> = {
  calling_window: {
    hours: must({ type: 'week' }, "Opening hours of the called party's local time, by day."),
    holidays: may({ type: 'holiday-hours' }, "Hours on the pack's holidays."),
    holidayEves: may({ type: 'intervals' }, "Hours on the day before each of the pack's holidays."),
    exceptConsent,
  },
  frequency_cap: {
    max: must({ type: 'whole', least: 1 }, 'Attempts in the period.'),
    seconds: may({ type: 'whole', least: 1 }, 'Any period of so many seconds.'),
    calendar: may(
      oneOf('day', 'week', 'month'),
      "Each such period of the called party's calendar; weeks begin on Monday.",
    ),
    calendarDays: may({ type: 'whole', least: 1, most: 366 }, 'So many local dates, today the last.'),
    count: may(oneOf('attempts', 'connects'), 'Default attempts.'),
    per: may(oneOf('number', 'person'), 'Default number.'),
    sameSubject: may({ type: 'flag' }, 'Only attempts on the same subject count.'),
    exceptTransactionDays,
  },
  recall_delay: {
    after: must(oneOf('attempt', 'abandoned', 'machine', 'refused', 'conversation'), 'What starts it.'),
    wait: must(
      {
        type: 'choice',
        words: ['forever'],
        keys: { seconds: { type: 'whole', least: 1 }, calendarDays: days },
      },
      'How long.',
    ),
  },
  consent: {
    level: must(level, 'Consent that is needed.'),
    maxAgeDays: may(days, 'Older consent no longer counts.'),
    exceptTransactionDays,
    exceptInquiryDays,
  },
  revocation: { scope: must(oneOf('all'), 'A refusal on one subject ends calls on all.') },
  dnc: {
    list: must({ type: 'identifier' }, 'Id of the list.'),
    maxAgeDays: must(days, 'Days for which a copy may be relied on.'),
    exceptConsent,
    exceptTransactionDays,
    exceptInquiryDays,
  },
  abandon_limit: {
    limit: must({ type: 'share' }, 'Largest lawful share.'),
    target: may({ type: 'share' }, 'Share that pacing keeps to.'),
    numerator: must(oneOf('not_connected_in_time'), 'What is divided.'),
    denominator: must(oneOf('live_answers', 'connected_and_abandoned'), 'What it is divided by.'),
    window: must(
      {
        type: 'choice',
        words: [],
        keys: { blockDays: days, calendar: oneOf('day', 'month'), hours: { type: 'whole', least: 1 } },
      },
      'The period that is counted.',
    ),
    scope: must(oneOf('campaign', 'call_centre'), 'What is counted together.'),
    connectSeconds: must({ type: 'whole', least: 1, most: 60 }, 'An agent must be there in so many seconds.'),
    connectFrom: must(oneOf('answer', 'end_of_greeting'), 'From when they count.'),
    detectorErrors: must(oneOf('known', 'estimated', 'none'), 'People taken for machines that are counted.'),
  },
  ring_time: {
    minSeconds: must({ type: 'whole', least: 1, most: 300 }, 'Least ringing of an unanswered call.'),
  },
  message: {
    elements: must(
      listOf(
        'company',
        'telemarketing_purpose',
        'contact_number',
        'opt_out_number',
        'opt_out_key',
        'no_marketing',
      ),
      'What it must hold.',
    ),
    startSeconds: must({ type: 'whole', least: 0, most: 60 }, 'Seconds from the answer to its start.'),
  },
  caller_id: {
    present: may({ type: 'flag' }, 'A number must be shown.'),
    allowedPrefixes: may({ type: 'digits-list' }, 'It begins with one of these, such as +91140.'),
    forbiddenPrefixes: may({ type: 'digits-list' }, 'It begins with none of these.'),
    reachableDays: may(days, 'Calls to it are answered for so many days.'),
  },
  retention: {
    record: must(oneOf('calls', 'consents', 'dnc_requests', 'abandon_rates', 'recordings'), 'Records kept.'),
    days: must(days, 'How long.'),
    from: must(oneOf('made', 'last_use'), 'From when it is counted.'),
  },
  identity: {
    identifySeconds: may({ type: 'whole', least: 0 }, 'The caller says who calls within so many seconds.'),
    endOnRequestSeconds: may({ type: 'whole', least: 0 }, 'The call ends so soon after it is asked for.'),
    releaseSeconds: may({ type: 'whole', least: 0 }, 'The line is free so soon after the person hangs up.'),
  },
  recording_notice: {},
  emergency_area: {},
  number_class: {
    classes: must(listOf(...CLASS_WORDS), 'Never called.'),
  },
  reassigned: { maxAgeDays: must(days, 'Days for which an answer may be relied on.') },
};

/** Rules that say nothing without one of these. */
export const ONE_NEEDED: Partial<Record<PackRule['kind'], readonly string[]>> = {
  frequency_cap: ['seconds', 'calendar', 'calendarDays'],
  caller_id: ['present', 'allowedPrefixes', 'forbiddenPrefixes', 'reachableDays'],
  identity: ['identifySeconds', 'endOnRequestSeconds', 'releaseSeconds'],
};

export const PACK_FIELDS = [
  'id',
  'title',
  'version',
  'asOf',
  'jurisdictions',
  'holidays',
  'holidayTables',
  'holidayDates',
  'rules',
  'notes',
] as const;
export const HOLIDAY_FIELDS = ['name', 'on', 'observed', 'everyYears', 'fromYear', 'toYear'] as const;
export const OBSERVED_WORDS = ['monday', 'nearest', 'either', 'next-working-day', 'saturday'];
/** Keys that say on which date a holiday falls; one of these sets, besides plusDays. */
export const HOLIDAY_SHAPES: readonly (readonly string[])[] = [
  ['easter'],
  ['month', 'day'],
  ['month', 'nth', 'weekday'],
  ['month', 'onOrBefore', 'weekday'],
  ['month', 'onOrAfter', 'weekday'],
];
export const IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const JURISDICTION = /^(\*|[A-Z]{2}(-[A-Z0-9]{1,3})?)$/;
