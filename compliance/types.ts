/** What the call is for. A request that does not say is treated as `sales`, the strictest. */
export type Purpose = 'sales' | 'fundraising' | 'survey' | 'service' | 'collection' | 'political';

/**
 * How the call is placed: `predictive` = dialled by the engine for live agents (also ratio and
 * progressive), `manual` = an agent starts this one call (preview), `prerecorded` = a recorded or
 * artificial voice speaks. A request that does not say is `predictive`.
 */
export type CallMode = 'predictive' | 'manual' | 'prerecorded';

/** Who is called. A request that does not say calls a consumer, whom the law protects most. */
export type Party = 'consumer' | 'business';

/**
 * Kinds of number that some law treats apart: by their numbering plan, or as far as the operator's data knows of them. A
 * number can be several; one that may be a fixed line or a mobile is both.
 */
export type NumberClass =
  | 'emergency'
  | 'health-care'
  | 'payphone'
  | 'premium'
  | 'toll-free'
  | 'pager'
  | 'multi-line'
  | 'fixed'
  | 'mobile';

/** The call somebody would like to place. */
export interface Request {
  /** Called number in E.164, with the plus sign. */
  readonly number: string;
  readonly campaignId: string;
  readonly purpose?: Purpose;
  readonly mode?: CallMode;
  readonly party?: Party;
  /**
   * What the call is about: the product or topic; the debt, in collection. Caps and revocations that hold per
   * subject count everything whose subject is not known. Absent = not known.
   */
  readonly subject?: string;
  /** On whose behalf; consent given to other sellers does not cover it. Absent = whoever consent was given to. */
  readonly seller?: string;
  /**
   * Longest time the call may ring, in seconds. The calling window must still be open when the call
   * could be answered: ringSeconds plus the gate's `answerMarginSeconds` from now.
   */
  readonly ringSeconds: number;
  /**
   * Number shown to the called party, E.164; recorded in the permit. `anonymous` = withheld; absent or empty = not
   * decided here, which no rule objects to.
   */
  readonly callerId?: string;
}

/** A DNC list held by the operator, as of the decision. Times are epoch milliseconds. */
export interface DncListVersion {
  readonly id: string;
  readonly version: string;
  readonly obtainedAt: number;
}

/** Result of the DNC lookups for this number. */
export interface DncFacts {
  /** The number, or its person, asked this company not to call. */
  readonly internal: boolean;
  /** The number is suppressed for this campaign. */
  readonly campaign: boolean;
  /** Ids of the other lists (registries) that hold the number, e.g. `us-national`. */
  readonly lists?: readonly string[];
  /** Every registry that was looked up, whether or not it holds the number. */
  readonly checked?: readonly DncListVersion[];
}

/**
 * How strong a consent is: `presumed` (may be inferred, such as between businesses), then `express`, then
 * `written` (signed, includes electronic).
 */
export type ConsentLevel = 'presumed' | 'express' | 'written';

/** What is known of the called party's consent. Times are epoch milliseconds. */
export interface ConsentFacts {
  /** `refused` also means revoked; it forbids the call under every pack. */
  readonly state: 'granted' | 'refused' | 'none';
  /** Default `express`. */
  readonly level?: ConsentLevel;
  readonly at?: number;
  readonly expiresAt?: number;
  /** Purposes it covers; absent = all. */
  readonly scope?: readonly Purpose[];
  /** Sellers it was given to; absent = all. Binds a request that names its seller. */
  readonly sellers?: readonly string[];
  /** Subjects it covers; absent = all. Binds a request that names its subject. */
  readonly subjects?: readonly string[];
  /** Channels it covers, such as `voice` or `text`; absent = all. A call is `voice`. */
  readonly channels?: readonly string[];
  /** Subjects on which calls were refused while others were not; a request without a subject may be about them. */
  readonly refusedSubjects?: readonly string[];
}

/** Earlier contact with this number, across all campaigns and caller ids. Times are epoch milliseconds. */
export interface AttemptFacts {
  /**
   * Start times of earlier attempts, any order, reaching back at least `gate.lookbackSeconds`.
   * An attempt whose outcome is unknown counts.
   */
  readonly at: readonly number[];
  /** Those of `at` that were about the same subject as this call; absent = count all of them. */
  readonly sameSubject?: readonly number[];
  /** Earlier attempts to the same person on their other numbers, as far back; absent = none. */
  readonly elsewhere?: { readonly at: readonly number[]; readonly sameSubject?: readonly number[] };
  /** Start times of those attempts in which the person was spoken to; absent = any attempt may have been one. */
  readonly connects?: readonly number[];
  /** Start of the period that `at` covers; absent = all there ever was. Too short a period is refused. */
  readonly since?: number;
  /** Latest time of each outcome that starts a recall delay; absent = never. */
  readonly last?: {
    readonly abandoned?: number;
    readonly machine?: number;
    /** The person said no to this offer (without asking for DNC). */
    readonly refused?: number;
    readonly conversation?: number;
  };
}

/** Answer of a database of reassigned numbers. Times are epoch milliseconds. */
export interface ReassignedFacts {
  readonly checkedAt: number;
  /** Has the number changed hands since the date that was asked about? */
  readonly answer: 'yes' | 'no' | 'no_data';
}

/** A stretch of time in which nobody in an area may be called, as an authority or the operator declared it. */
export interface EmergencyArea {
  /** Country or region, such as `US-NY`. */
  readonly area: string;
  /** Beginnings of postal codes; absent = the whole area. A contact without a postal code may be inside. */
  readonly postalCodes?: readonly string[];
  /** Epoch milliseconds. */
  readonly from: number;
  /** Absent = until further notice. */
  readonly until?: number;
  /** Purposes that it stops besides those that a pack says; default sales and fundraising. */
  readonly purposes?: readonly Purpose[];
  /** Such as the number of the executive order; for the evidence. */
  readonly reason: string;
}

/** Where a campaign stands against one abandonment rule, by the ledger. */
export interface AbandonStanding {
  readonly pack: string;
  /** Id of the rule in the pack. */
  readonly rule: string;
  readonly abandoned: number;
  /** The denominator by the rule's own definition. */
  readonly answered: number;
  /** When the rule's period ends, epoch milliseconds; absent = it does not end by itself. */
  readonly until?: number;
}

/** What is known about the called party at the instant of the decision. */
export interface Facts {
  /**
   * IANA zones stated by the record (address, postal code, earlier verification). Absent or empty = none
   * stated, and the number alone decides. They decide alone where they are among the zones of the number (one
   * side of an area code that straddles a zone border, the place of a mobile); where the two disagree, a call
   * must be lawful in all zones of both.
   */
  readonly zones?: readonly string[];
  /** Stated country, ISO 3166-1 alpha-2; adds its packs to those of the number. */
  readonly country?: string;
  /** Stated region, ISO 3166-2 such as `US-CA`; adds its packs to those of the number. */
  readonly region?: string;
  /** Stated postal code, of the stated country or else of the number's: adds its zones and its region's packs. */
  readonly postalCode?: string;
  readonly dnc: DncFacts;
  readonly consent: ConsentFacts;
  readonly attempts: AttemptFacts;
  /** Established business relationship, epoch milliseconds of the latest of each. */
  readonly relationship?: { readonly transactionAt?: number; readonly inquiryAt?: number };
  /** Kinds of number that this one is, or may be. */
  readonly numberClasses?: readonly NumberClass[];
  readonly reassigned?: ReassignedFacts;
  /** All that are declared; the gate finds those that concern the call. */
  readonly emergencyAreas?: readonly EmergencyArea[];
  /** The campaign's standing in its abandonment ledgers. */
  readonly abandon?: readonly AbandonStanding[];
}

/** Kind of the rule that objects. */
export type RuleKind =
  | 'calling_window'
  | 'holiday'
  | 'dnc'
  | 'consent'
  | 'frequency_cap'
  | 'recall_delay'
  | 'list_stale'
  | 'invalid_number'
  | 'number_class'
  | 'abandon_limit'
  | 'ring_time'
  | 'message'
  | 'caller_id'
  | 'retention'
  | 'identity'
  | 'recording_notice'
  | 'emergency_area'
  | 'reassigned'
  | 'revocation'
  | 'no_pack'
  | 'invalid_request';

/** What a rule does to a call it objects to: forbid it, or let it pass with a notice. */
export type Severity = 'block' | 'warn' | 'report';

/** What a rule saw. */
export type Inputs = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** One rule that objects to the call. */
export interface Reason {
  readonly rule: RuleKind;
  /** Id of the rule in its pack. */
  readonly id: string;
  /** Id of the rule pack; `campaign` for the operator's own rules, `gate` for what holds without any pack. */
  readonly pack: string;
  readonly version: string;
  /** What the rule found, as a code: with the inputs it says the same as `detail`, for other languages. */
  readonly code: string;
  /** Plain words, with the inputs. */
  readonly detail: string;
  readonly inputs: Inputs;
  /** When this objection ends, epoch milliseconds; absent when waiting does not help. */
  readonly until?: number;
}

/** An objection that does not forbid the call. */
export interface Notice extends Reason {
  readonly severity: 'warn' | 'report';
}

/**
 * Leave to place one call, to be stored with the attempt. Plain JSON. Valid for this number, campaign and
 * purpose while issuedAt ≤ now < expiresAt.
 */
export interface Permit {
  readonly number: string;
  readonly campaignId: string;
  readonly purpose: Purpose;
  readonly mode: CallMode;
  /** Number shown to the called party; empty when the request named none. */
  readonly callerId: string;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  /** Epoch milliseconds: the originate must leave before this. */
  readonly expiresAt: number;
  /** Packs that were applied, as `id@version`, with the kinds of rule each contributed. */
  readonly rules: readonly {
    readonly pack: string;
    readonly version: string;
    readonly rules: readonly RuleKind[];
  }[];
  /** Zones the called party may be in; every one of them was checked. */
  readonly zones: readonly string[];
  /** Local weekday and time at issuedAt, one per zone, such as `Mon 08:30`. */
  readonly local: readonly string[];
  /** Jurisdictions whose packs were applied, such as `US` and `US-FL`. */
  readonly jurisdictions: readonly string[];
  /** Consent in force for this purpose. */
  readonly consent: ConsentLevel | 'none';
  /** Attempts in the last 24 h before this one. */
  readonly attempts24h: number;
  /** Versions of the DNC registries that were looked up and bind this call. */
  readonly dncLists: readonly DncListVersion[];
  /** Rules that objected without forbidding the call, as `pack/rule`; absent when there were none. */
  readonly notices?: readonly string[];
  /** Version of the runtime's time zone data. */
  readonly tzdata: string;
}

/**
 * The decision. `until` is there exactly when deferred, `permit` exactly when allowed; `notices` when a rule
 * objects that only warns or reports.
 */
export type Verdict = { readonly notices?: readonly Notice[] } & (
  | {
      readonly verdict: 'allow';
      readonly reasons: readonly Reason[];
      readonly permit: Permit;
      readonly until?: undefined;
    }
  | {
      readonly verdict: 'defer';
      /** Earliest instant, within `DEFERRAL_HORIZON_DAYS`, at which the call would be lawful on these facts, epoch milliseconds. */
      readonly until: number;
      readonly reasons: readonly Reason[];
      readonly permit?: undefined;
    }
  | {
      readonly verdict: 'deny';
      readonly reasons: readonly Reason[];
      readonly permit?: undefined;
      readonly until?: undefined;
    }
);

/** Calendar periods of a cap: days and weeks (from Monday) and months of the called party's local time. */
export type CalendarPeriod = 'day' | 'week' | 'month';

/** At most `max` attempts in any period of `seconds`, or in each calendar period. */
export interface FrequencyCap {
  /** Id of the rule in its pack. */
  readonly id?: string;
  readonly max: number;
  /** Length of the period; of a calendar period, the longest it can be. */
  readonly seconds: number;
  /** Count in each local day, week or month instead of any period of `seconds`. */
  readonly calendar?: CalendarPeriod;
  /** So many local dates, today's being the last, instead. */
  readonly calendarDays?: number;
  /** Whose attempts count: those to the number (default), or to the person on any number. */
  readonly per?: 'number' | 'person';
  /** Only attempts about the same subject count. */
  readonly sameSubject?: boolean;
  /** Only conversations count; default every attempt. Such a cap is the gate's alone to check. */
  readonly count?: 'attempts' | 'connects';
  readonly pack: string;
  readonly version: string;
  /** With a purchase by the called party in this many days the cap does not apply. */
  readonly exceptTransactionDays?: number;
}

/** Day key of a week schedule: a weekday, a range of weekdays, or `all`. */
export type DayKey =
  | 'all'
  | 'mon-fri'
  | 'mon-sat'
  | 'sat-sun'
  | 'mon'
  | 'tue'
  | 'wed'
  | 'thu'
  | 'fri'
  | 'sat'
  | 'sun';

/**
 * Opening hours by local wall time, such as `{ 'mon-fri': ['10:00-13:00', '14:00-20:00'] }`. Days that
 * are not named are closed; `24:00` ends a day.
 */
export type WeekHours = Readonly<Partial<Record<DayKey, readonly string[]>>>;

/** An operator's own rules for one campaign. They only narrow what the packs allow. */
export interface CampaignRules {
  /** Shown as the version in reasons and permits. Default `1`. */
  readonly version?: string;
  /** Further calling hours; a call needs these and the packs' hours. */
  readonly hours?: WeekHours;
  /** Ask for consent even where no pack does. */
  readonly requireConsent?: ConsentLevel;
  /** At most so many attempts to a number in any rolling 24 hours. */
  readonly maxAttemptsPerDay?: number;
  /** At least so many seconds between two attempts to a number. */
  readonly minSpacingSeconds?: number;
}
