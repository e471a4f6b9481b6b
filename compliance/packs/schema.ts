import type { CallMode, ConsentLevel, Purpose, WeekHours } from '../types.js';

/**
 * How well a rule was checked against the law: `primary` = read in the statute or at the regulator,
 * `secondary` = read in a lawyer's or vendor's text, `memory` = well known but not re-read, `weak` = needs
 * counsel before anybody relies on it.
 */
export type Confidence = 'primary' | 'secondary' | 'memory' | 'weak';

/** What every rule says about itself. */
export interface RuleBase {
  /** Purposes the rule binds; absent = all. */
  readonly purposes?: readonly Purpose[];
  /** Call modes the rule binds; absent = all. */
  readonly modes?: readonly CallMode[];
  /** First local date (YYYY-MM-DD) on which the rule binds; absent = always did. */
  readonly effectiveFrom?: string;
  /** First local date on which it no longer binds; absent = never. */
  readonly effectiveTo?: string;
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

/** At most `max` attempts to a number in any period of `seconds`, across campaigns and caller ids. */
export interface CapRule extends RuleBase {
  readonly kind: 'frequency_cap';
  readonly max: number;
  readonly seconds: number;
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
  /** Does not bind with a purchase in this many days (a running contract). */
  readonly exceptTransactionDays?: number;
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

/** One rule of a pack. */
export type PackRule = WindowRule | CapRule | RecallRule | ConsentRule | DncRule;

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
  readonly rules: readonly PackRule[];
  /** What the pack does not cover, in words. */
  readonly notes?: string;
}

/** Shown wherever packs are listed. */
export const PACK_NOTICE =
  'Rule packs are defaults to review with counsel. They are not legal advice and do not cover every duty.';
