import type {
  CalendarPeriod,
  CallMode,
  ConsentLevel,
  NumberClass,
  Party,
  Purpose,
  Severity,
  WeekHours,
} from '../types.js';

/**
 * How well a rule was checked against the law: `primary` = read in the statute or at the regulator,
 * `secondary` = read in a lawyer's or vendor's text, `memory` = well known but not re-read, `weak` = needs
 * counsel before anybody relies on it.
 */
export type Confidence = 'primary' | 'secondary' | 'memory' | 'weak';

/** What every rule says about itself. */
export interface RuleBase {
  /** Unlike any other id in the pack; stays when the rule's content changes. Default: its kind and its place. */
  readonly id?: string;
  /** Purposes the rule binds; absent = all. */
  readonly purposes?: readonly Purpose[];
  /** Call modes the rule binds; absent = all. */
  readonly modes?: readonly CallMode[];
  /** Called parties the rule protects; absent = all. */
  readonly parties?: readonly Party[];
  /** First local date (YYYY-MM-DD) on which the rule binds; absent = always did. */
  readonly effectiveFrom?: string;
  /** First local date on which it no longer binds; absent = never. */
  readonly effectiveTo?: string;
  /** What it does to a call that it objects to; default `block`. */
  readonly severity?: Severity;
  /** Where the rule comes from. */
  readonly source: string;
  readonly confidence: Confidence;
}

/** Calls only in these hours of the called party's local time. */
export interface WindowRule extends RuleBase {
  readonly kind: 'calling_window';
  readonly hours: WeekHours;
  /** On the pack's holidays: closed, the hours of a Sunday, or these intervals. Absent = like any day. */
  readonly holidays?: 'closed' | 'sunday' | readonly string[];
  /** On the day before each of the pack's holidays: these intervals. Absent = like any day. */
  readonly holidayEves?: readonly string[];
  /** Does not bind when the called party gave this consent (or a stronger one). */
  readonly exceptConsent?: ConsentLevel;
}

/**
 * At most `max` attempts in any period of `seconds`, in each `calendar` period of the called party's local time, or
 * on so many of their local dates in turn, across campaigns and caller ids. One of the three is given.
 */
export interface CapRule extends RuleBase {
  readonly kind: 'frequency_cap';
  readonly max: number;
  readonly seconds?: number;
  readonly calendar?: CalendarPeriod;
  /** 1 = today alone, 30 = today and the 29 dates before it. */
  readonly calendarDays?: number;
  /** What counts: every attempt (default), or only those in which the person was spoken to. */
  readonly count?: 'attempts' | 'connects';
  /** Whose attempts count: those to the number (default), or to the person or business on any number. */
  readonly per?: 'number' | 'person';
  /** Only attempts about the same subject count: the same offer, the same debt. */
  readonly sameSubject?: boolean;
  /** Does not bind with a purchase in this many days. */
  readonly exceptTransactionDays?: number;
}

/** What a recall delay counts from. */
export type RecallOutcome = 'attempt' | 'abandoned' | 'machine' | 'refused' | 'conversation';

/** No further attempt for a time after an outcome. */
export interface RecallRule extends RuleBase {
  readonly kind: 'recall_delay';
  readonly after: RecallOutcome;
  /** So many seconds, or so many whole local calendar days after the day of the outcome, or for ever. */
  readonly wait: { readonly seconds: number } | { readonly calendarDays: number } | 'forever';
}

/** No call without consent. */
export interface ConsentRule extends RuleBase {
  readonly kind: 'consent';
  readonly level: ConsentLevel;
  /** Consent older than this no longer counts; the consent must then say when it was given. */
  readonly maxAgeDays?: number;
  /** Does not bind with a purchase in this many days (a running contract). */
  readonly exceptTransactionDays?: number;
  /** Does not bind with an inquiry in this many days. */
  readonly exceptInquiryDays?: number;
}

/** A refusal on one subject ends calls on every other too. */
export interface RevocationRule extends RuleBase {
  readonly kind: 'revocation';
  readonly scope: 'all';
}

/** No call to a number on a registry, which must be fresh. */
export interface DncRule extends RuleBase {
  readonly kind: 'dnc';
  readonly list: string;
  /** Days after which a copy of the list may no longer be relied on. */
  readonly maxAgeDays: number;
  readonly exceptConsent?: ConsentLevel;
  readonly exceptTransactionDays?: number;
  readonly exceptInquiryDays?: number;
}

/**
 * How many live answers may be abandoned. What counts is the ledger's; the gate objects when the campaign's
 * standing, given in the facts, is above the limit.
 */
export interface AbandonRule extends RuleBase {
  readonly kind: 'abandon_limit';
  /** Largest lawful share of the denominator, such as 0.03. */
  readonly limit: number;
  /** Share that the pacing should keep to; at most the limit. */
  readonly target?: number;
  /** What is divided: answers not connected in time. A message played to them does not take them out. */
  readonly numerator: 'not_connected_in_time';
  /** What it is divided by: answers by people, or calls connected to an agent plus the abandoned ones. */
  readonly denominator: 'live_answers' | 'connected_and_abandoned';
  /**
   * The period: successive blocks of days from the campaign's start, the local calendar day or month, or any
   * stretch of hours.
   */
  readonly window:
    | { readonly blockDays: number }
    | { readonly calendar: 'day' | 'month' }
    | { readonly hours: number };
  readonly scope: 'campaign' | 'call_centre';
  /** A live answer is abandoned when no agent is there after so many seconds … */
  readonly connectSeconds: number;
  /** … from here. `end_of_greeting` needs speech detection; from the answer is stricter. */
  readonly connectFrom: 'answer' | 'end_of_greeting';
  /** People taken for machines: count each that is known, add a reasoned estimate, or neither. */
  readonly detectorErrors: 'known' | 'estimated' | 'none';
}

/** An unanswered call rings at least so long. */
export interface RingRule extends RuleBase {
  readonly kind: 'ring_time';
  readonly minSeconds: number;
}

/** What a message may or must say. */
export type MessageElement =
  | 'company'
  | 'telemarketing_purpose'
  | 'contact_number'
  | 'opt_out_number'
  | 'opt_out_key'
  | 'no_marketing';

/** What is played to a person whom no agent takes in time. */
export interface MessageRule extends RuleBase {
  readonly kind: 'message';
  readonly elements: readonly MessageElement[];
  /** It starts within so many seconds of the answer. */
  readonly startSeconds: number;
}

/** What number the call shows. */
export interface CallerIdRule extends RuleBase {
  readonly kind: 'caller_id';
  /** A number must be shown. */
  readonly present?: boolean;
  /** It begins with one of these (E.164). */
  readonly allowedPrefixes?: readonly string[];
  /** It begins with none of these. */
  readonly forbiddenPrefixes?: readonly string[];
  /** Calls to it are answered for so many days after. A duty of the operator. */
  readonly reachableDays?: number;
}

/** Records that are kept. */
export type RecordKind = 'calls' | 'consents' | 'dnc_requests' | 'abandon_rates' | 'recordings';

/** How long records are kept. */
export interface RetentionRule extends RuleBase {
  readonly kind: 'retention';
  readonly record: RecordKind;
  readonly days: number;
  /** Counted from when it was made, or from its last use. */
  readonly from: 'made' | 'last_use';
}

/** What the caller says and does in the call, by the clock. A duty of agents and scripts. */
export interface IdentityRule extends RuleBase {
  readonly kind: 'identity';
  /** Says who calls and why within so many seconds. */
  readonly identifySeconds?: number;
  /** Ends the call within so many seconds of being asked to. */
  readonly endOnRequestSeconds?: number;
  /** Releases the line within so many seconds of the called party's hanging up. */
  readonly releaseSeconds?: number;
}

/**
 * A conversation is recorded only when the called person is told so, because everybody in it has to agree or has to know.
 * `block`: without a notice it is not recorded; `warn` and `report`: the operator is told.
 */
export interface RecordingNoticeRule extends RuleBase {
  readonly kind: 'recording_notice';
}

/** No call into an area under a declared emergency, which the operator feeds. */
export interface EmergencyAreaRule extends RuleBase {
  readonly kind: 'emergency_area';
}

/** Kinds of number that are never called. */
export interface NumberClassRule extends RuleBase {
  readonly kind: 'number_class';
  readonly classes: readonly NumberClass[];
}

/** The number is checked against a database of reassigned numbers. */
export interface ReassignedRule extends RuleBase {
  readonly kind: 'reassigned';
  readonly maxAgeDays: number;
}

/** Id of a rule in its pack, which is the nth (from 0). */
export function ruleId(rule: PackRule, index: number): string {
  return rule.id ?? `${rule.kind}-${index + 1}`;
}

/** One rule of a pack. */
export type PackRule =
  | WindowRule
  | CapRule
  | RecallRule
  | ConsentRule
  | RevocationRule
  | DncRule
  | AbandonRule
  | RingRule
  | MessageRule
  | CallerIdRule
  | RetentionRule
  | IdentityRule
  | RecordingNoticeRule
  | EmergencyAreaRule
  | NumberClassRule
  | ReassignedRule;

/** A holiday as a rule that holds in every year. Months are 1 to 12, weekdays 0 = Sunday to 6. */
export interface HolidayRule {
  readonly name: string;
  readonly on:
    | { readonly month: number; readonly day: number }
    /** The nth (1 to 5, or -1 for the last) such weekday of the month, plus some days. */
    | { readonly month: number; readonly nth: number; readonly weekday: number; readonly plusDays?: number }
    /** The last such weekday on or before a date. */
    | { readonly month: number; readonly onOrBefore: number; readonly weekday: number }
    /** The first such weekday on or after a date. */
    | { readonly month: number; readonly onOrAfter: number; readonly weekday: number }
    /** Days after Western Easter Sunday. */
    | { readonly easter: number };
  /**
   * Further days off when the holiday falls on a weekend; the day itself stays one. `monday` = after a Sunday
   * the Monday; `nearest` = also before a Saturday the Friday; `either` = after a Saturday the Friday and
   * the Monday (where sources differ); `next-working-day` = the next weekday that is no holiday;
   * `saturday` = before a Sunday the Saturday.
   */
  readonly observed?: 'monday' | 'nearest' | 'either' | 'next-working-day' | 'saturday';
  /** Only in years divisible by this. */
  readonly everyYears?: number;
  readonly fromYear?: number;
  readonly toYear?: number;
}

/**
 * The rules of one jurisdiction, as data. A pack is a default to review with counsel, not legal advice.
 */
export interface RulePack {
  /** Such as `us-federal` or `us-fl`. */
  readonly id: string;
  readonly title: string;
  /** Changes with every change of content. */
  readonly version: string;
  /** Date (YYYY-MM-DD) of the last check of the sources. */
  readonly asOf: string;
  /** ISO 3166-1 countries or ISO 3166-2 regions it governs; `*` = every country that has no pack. */
  readonly jurisdictions: readonly string[];
  readonly holidays?: readonly HolidayRule[];
  /**
   * Tables of holidays (`compliance/holidays/generated/`) whose dates are added, such as `CN` or `DE-BY`. Where
   * a table does not reach, windows that close on holidays are closed.
   */
  readonly holidayTables?: readonly string[];
  /** Single dates (YYYY-MM-DD) that are proclaimed holidays besides. */
  readonly holidayDates?: readonly string[];
  readonly rules: readonly PackRule[];
  /** What the pack does not cover, in words. */
  readonly notes?: string;
}

/** Shown wherever packs are listed. */
export const PACK_NOTICE =
  'Rule packs are defaults to review with counsel. They are not legal advice and do not cover every duty.';
