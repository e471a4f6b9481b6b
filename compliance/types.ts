/** What the call is for. A request that does not say is treated as `sales`, the strictest. */
export type Purpose = 'sales' | 'fundraising' | 'survey' | 'service' | 'collection' | 'political';

/**
 * How the call is placed: `predictive` = dialled by the engine for live agents (also ratio and
 * progressive), `manual` = an agent starts this one call (preview), `prerecorded` = a recorded or
 * artificial voice speaks. A request that does not say is `predictive`.
 */
export type CallMode = 'predictive' | 'manual' | 'prerecorded';

/** The call somebody would like to place. */
export interface Request {
  /** Called number in E.164, with the plus sign. */
  readonly number: string;
  readonly campaignId: string;
  readonly purpose?: Purpose;
  readonly mode?: CallMode;
  /**
   * Longest time the call may ring, in seconds. The calling window must still be open when the call
   * could be answered: ringSeconds plus the gate's `answerMarginSeconds` from now.
   */
  readonly ringSeconds: number;
  /** Number shown to the called party, E.164; recorded in the permit. */
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

/** How strong a consent is: `written` (signed, includes electronic) is stronger than `express`. */
export type ConsentLevel = 'express' | 'written';

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
}

/** Earlier contact with this number, across all campaigns and caller ids. Times are epoch milliseconds. */
export interface AttemptFacts {
  /**
   * Start times of earlier attempts, any order, reaching back at least `gate.lookbackSeconds`.
   * An attempt whose outcome is unknown counts.
   */
  readonly at: readonly number[];
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
  readonly dnc: DncFacts;
  readonly consent: ConsentFacts;
  readonly attempts: AttemptFacts;
  /** Established business relationship, epoch milliseconds of the latest of each. */
  readonly relationship?: { readonly transactionAt?: number; readonly inquiryAt?: number };
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
  | 'no_pack'
  | 'invalid_request';

/** One rule that objects to the call. */
export interface Reason {
  readonly rule: RuleKind;
  /** Id of the rule pack; `campaign` for the operator's own rules, `gate` for what holds without any pack. */
  readonly pack: string;
  readonly version: string;
  /** Plain words, with the inputs. */
  readonly detail: string;
  /** When this objection ends, epoch milliseconds; absent when waiting does not help. */
  readonly until?: number;
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
  /** Versions of the DNC registries that were looked up. */
  readonly dncLists: readonly DncListVersion[];
  /** Version of the runtime's time zone data. */
  readonly tzdata: string;
}

/** The decision. `until` is there exactly when deferred, `permit` exactly when allowed. */
export type Verdict =
  | {
      readonly verdict: 'allow';
      readonly reasons: readonly Reason[];
      readonly permit: Permit;
      readonly until?: undefined;
    }
  | {
      readonly verdict: 'defer';
      /** Earliest instant at which the call would be lawful on these facts, epoch milliseconds. */
      readonly until: number;
      readonly reasons: readonly Reason[];
      readonly permit?: undefined;
    }
  | {
      readonly verdict: 'deny';
      readonly reasons: readonly Reason[];
      readonly permit?: undefined;
      readonly until?: undefined;
    };

/** At most `max` attempts to one number in any period of `seconds`. */
export interface FrequencyCap {
  readonly max: number;
  readonly seconds: number;
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
