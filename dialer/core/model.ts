/**
 * The nouns of the engine: campaigns, leads, attempts, agents, trunks.
 *
 * Everything here is plain data, so that a run can be recorded, replayed and stored. Instants are epoch
 * milliseconds (UTC) in fields that end in `At`; durations carry their unit in the name.
 */
import type {
  ConsentFacts,
  ConsentLevel,
  EmergencyArea,
  NumberClass,
  Party,
  Permit,
  Purpose,
  WeekHours,
} from '../../compliance/index.js';
import type { KpiId, Prices } from '../kpi/kpis.js';
import type { Said } from '../kpi/words.js';
import type { CallScope } from './consent.js';
import type { ConditionResult } from './gates.js';
import type { SamplePlan } from './sample-plan.js';

export type EpochMilliseconds = number;

// ---------------------------------------------------------------- campaigns

export type StageName = 'validation' | 'pilot' | 'production';
export const STAGES: readonly StageName[] = ['validation', 'pilot', 'production'];

/**
 * `draft` → running in a stage → `completed`. `paused`, `halted` and `stopped` stand beside each stage:
 * `paused` resumes freely, `halted` needs a written rectification, `stopped` is final.
 * `awaiting-approval` is a passed gate that a named operator still has to open.
 */
export type CampaignStatus =
  | 'draft'
  | 'running'
  | 'awaiting-approval'
  | 'paused'
  | 'halted'
  | 'stopped'
  | 'completed';

export type AgentTier = 'expert' | 'experienced' | 'ordinary';
export const TIERS: readonly AgentTier[] = ['expert', 'experienced', 'ordinary'];

/** Who works: agents of any of these tiers and, when given, of any of these teams. */
export interface Staff {
  readonly tiers: readonly AgentTier[];
  readonly teams?: readonly string[];
}

/** Parts that a sample can have. */
export const MOST_PHASES = 3;

/** A part of the pilot's sample, and who works it. */
export interface StagePhase extends Staff {
  /** Of the sample, 0–1. All phases together are 1. */
  readonly share: number;
}

/** Who works a stage and how much of the list it takes. */
export interface StagePlan extends Staff {
  /**
   * Of the pilot: its sample is worked part by part, each by its own agents, who are all of those named above. The parts are
   * frozen with the sample. Absent: everybody works all of it.
   */
  readonly phases?: readonly StagePhase[];
  /** Contacts drawn for the stage: a number, or a share of the list (0–1). Production takes the rest. */
  readonly contacts?: number;
  readonly share?: number;
  /** Conditions of the gate at the end of the stage, compared with the stage's own figures. */
  readonly gate?: GateConditions;
}

export interface GateConditions {
  /** Abandoned live answers ÷ live answers, 0–1. */
  readonly maximumAbandonRatio?: number;
  /** Contacts reached (a live answer connected to an agent) ÷ attempts, 0–1. */
  readonly minimumContactRate?: number;
  /** Dispositions that count as success ÷ contacts reached, 0–1. */
  readonly minimumSuccessRate?: number;
  /** Refusals ÷ contacts reached, 0–1. */
  readonly maximumRefusalRate?: number;
  /** Opt-outs ÷ live answers, 0–1. */
  readonly maximumOptOutRate?: number;
  /** Of the pilot: how far its success rate may be below the validation's, in points (0.02 is two per cent of contacts). */
  readonly maximumSuccessGap?: number;
  /** The success rate may not drift over the stage. */
  readonly stableSuccessRate?: boolean;
  /** Confidence of the decision; 0.95 when absent. */
  readonly confidence?: number;
  /** Times the sample may be extended while the gate cannot decide; 3 when absent. */
  readonly maximumExtensions?: number;
  /** The campaign waits for a named operator after the gate has passed. */
  readonly approval?: boolean;
}

/** Rates expected of a list, 0–1, from which samples are sized before the first call. */
export interface ExpectedRates {
  /** Live answers ÷ contacts tried. */
  readonly answerRate: number;
  /** Right-party contacts ÷ contacts tried. */
  readonly contactRate: number;
  readonly abandonRatio: number;
  readonly successRate?: number;
  readonly refusalRate?: number;
  readonly optOutRate?: number;
}

/** How the samples of the stages are drawn. */
export interface SamplingSettings {
  /** Fields of the contacts that the sample has to cover: `region`, `timeZone`, or a column of the list. */
  readonly strata?: readonly string[];
  /** Contacts drawn at least from each stratum that has them. */
  readonly minimumPerStratum?: number;
  readonly expected?: Partial<ExpectedRates>;
}

/** One variant of a script. Contacts are spread over the variants by a hash, in proportion to their weights. */
export interface ScriptVariant {
  readonly id: string;
  /** Counted up by the engine when the text changes. */
  readonly version: number;
  readonly text: string;
  /** 1 when absent; 0 for a variant that takes nobody any more. */
  readonly weight?: number;
}

export interface Offer {
  readonly id: string;
  /** Counted up by the engine when the text changes. */
  readonly version: number;
  readonly text: string;
}

/** The watch over a campaign's KPIs in production. */
export interface WatchSettings {
  /** False: nothing is watched. */
  readonly enabled: boolean;
  /** Mean attempts between two false alarms, over all KPIs and segments of the campaign together. */
  readonly attemptsBetweenFalseAlarms: number;
  /** What the watch looks at; a lasting change of any of them to the bad halts. */
  readonly kpis: readonly (
    | 'answer-rate'
    | 'contact-rate'
    | 'success-rate'
    | 'refusal-rate'
    | 'opt-out-rate'
    | 'complaint-rate'
  )[];
  /** Segments that are watched singly. */
  readonly segments: readonly ('source' | 'script' | 'team' | 'tier' | 'caller-id')[];
  /** Plain limits over a window of time: what they say stops the campaign, whatever the statistics say. */
  readonly limits: readonly {
    readonly kpi:
      | 'answer-rate'
      | 'contact-rate'
      | 'success-rate'
      | 'refusal-rate'
      | 'opt-out-rate'
      | 'complaint-rate'
      | 'abandon-rate';
    readonly minimum?: number;
    readonly maximum?: number;
    /** No judgement before so many of the KPI's denominator. */
    readonly minimumTrials: number;
  }[];
  /** Length of the windows that operators see and that limits are judged over. */
  readonly windowMinutes: 30 | 60;
}

export type ManualDialing = 'none' | 'contacts' | 'any';

export type PacingMethod = string;

export interface PacingSettings {
  /** A name that `createPacer` of `tactus/pacing` knows. */
  readonly method: PacingMethod;
  /** Lines per ready agent, for the `ratio` method. */
  readonly ratio?: number;
  /** Abandoned live answers ÷ live answers that the pacer aims at, 0–1. */
  readonly targetAbandonRatio: number;
  /** Share of the machine detector's verdicts that were people, 0–1: an estimate from tests, for the laws that ask for one. */
  readonly detectorErrorRatio?: number;
  /** Shortest ring before the pacer may release a call whose agents are gone, seconds; 15 unless said, and never under a law's. */
  readonly minimumRingSeconds?: number;
  /** Ready agents of the pool that are kept free for inbound calls: a number, … */
  readonly agentsHeld?: number;
  /** … or a share of those at work, 0–1; the larger of the two holds. */
  readonly shareHeld?: number;
  /**
   * When a legal window has been overdrawn: go on with one line per ready agent, which abandons nobody, or stop calling
   * until the window moves on. `progressive` unless said.
   */
  readonly atAbandonLimit?: 'progressive' | 'stop';
  /** Of the method `preview`: an agent who neither dials nor skips the contact shown is paused after so long; 60 when absent. */
  readonly previewSeconds?: number;
}

/** The hours and dates in which a campaign that was started runs by itself. */
export interface CampaignSchedule {
  /** IANA zone of the hours: the call centre's, not the contacts'. */
  readonly timeZone: string;
  /** All day, every day, when absent. */
  readonly hours?: WeekHours;
  /** Local dates such as `2026-12-24` whose hours replace the weekday's; none: closed, as on a holiday. */
  readonly dates?: Readonly<Record<string, readonly string[]>>;
  /** Nothing is dialled before this instant, in ISO 8601 with an offset. */
  readonly from?: string;
  /** The campaign is paused at this instant. */
  readonly until?: string;
}

/** What happens to a contact after an attempt with this outcome. */
export interface RetryRule {
  /** Attempts after which an outcome of this kind is final for the contact. */
  readonly maximumAttempts: number;
  /** Waiting time before the next attempt. */
  readonly delaySeconds: number;
}

/** Outcomes after which the contact may be tried again. */
export type RetryableOutcome =
  | 'no-answer'
  | 'busy'
  | 'machine'
  | 'abandoned'
  | 'failed'
  | 'rejected'
  | 'short';

export interface SafeHarbourSettings {
  /** What the switch plays to an answered customer when no agent is free in time (a switch-side file or stream). */
  readonly message: string;
  /** Key that puts the called number on the internal DNC list. */
  readonly optOutKey: string;
}

export interface CampaignSettings {
  readonly id: string;
  readonly name: string;
  /** Agents and campaigns of one pool work together; a pool is owned by exactly one engine. */
  readonly pool: string;
  readonly purpose: Purpose;
  /** On whose behalf the calls are made: consent may be given to one seller alone. */
  readonly seller?: string;
  /** What is offered or asked; caps on one subject count over all campaigns that name it. The campaign itself when absent. */
  readonly subject?: string;
  /** Who is called, where neither contact nor list says; a consumer when absent, whom the law protects most. */
  readonly party?: Party;
  readonly pacing: PacingSettings;
  readonly stages: Readonly<Record<StageName, StagePlan>>;
  /** Ring time before an unanswered call is given up, seconds (15 at least: the legal minimum in the US and UK). */
  readonly ringSeconds: number;
  /** Longest time a live answer waits for an agent before it is abandoned, milliseconds. */
  readonly answerWaitMilliseconds: number;
  readonly safeHarbour: SafeHarbourSettings;
  /** Wrap-up longer than this is ended by the reaper, seconds. */
  readonly wrapUpSeconds: number;
  /** Longest conversation before the reaper ends it, seconds. */
  readonly maximumTalkSeconds: number;
  readonly callerId: string;
  /** Trunk names the campaign may use; all when absent. */
  readonly trunks?: readonly string[];
  readonly retry: Readonly<Record<RetryableOutcome, RetryRule>>;
  /** Attempts on one contact over all its numbers after which it is closed. */
  readonly maximumAttempts: number;
  /** Attempts on one number in any 24 hours, over all campaigns. */
  readonly attemptsPerDay: number;
  /** When it runs by itself; whenever it is running when absent. */
  readonly schedule?: CampaignSchedule;
  /** Narrows the legal calling window; never widens it. */
  readonly callingHours?: WeekHours;
  /** Only contacts with recorded consent are called … */
  readonly consentRequired: boolean;
  /** … of at least this level; `express` when absent. */
  readonly consentLevel?: ConsentLevel;
  /**
   * Why this campaign may call without the registries its rules ask for (such as calls to businesses only), in the
   * operator's words. Those that are held are looked up all the same, and bind. Absent: every one is asked for.
   */
  readonly registryExemption?: string;
  /** Dispositions that count as a success. */
  readonly successDispositions: readonly string[];
  /** Dispositions by which the person refuses this offer without asking for the DNC list. */
  readonly refusalDispositions: readonly string[];
  /** Dispositions that put the number on the internal DNC list. */
  readonly optOutDispositions: readonly string[];
  /** Dispositions by which the person complains; none when absent. */
  readonly complaintDispositions?: readonly string[];
  /** A callback kept for one agent is offered to anyone this long after its due time, seconds. */
  readonly callbackGraceSeconds: number;
  /** What a customer on hold hears, as the switch plays it; its own music when absent. */
  readonly holdMusic?: string;
  /** What becomes of people who call back. */
  readonly inbound?: InboundSettings;
  /** Nothing is recorded when absent. */
  readonly recording?: RecordingSettings;
  /** Where agents may transfer calls to; anywhere when absent, nowhere when empty. */
  readonly destinations?: readonly TransferDestination[];
  /** What agents may dial by hand: contacts of the campaign, also numbers that are no contact's, or nothing; `contacts` when absent. */
  readonly manualDialing?: ManualDialing;
  /** Agents see the number of the own call; masked when absent. */
  readonly agentsSeeNumbers?: boolean;
  readonly sampling?: SamplingSettings;
  /** Id of the script document that agents work with; its text is the only variant of `scripts`. */
  readonly script?: string;
  readonly scripts?: readonly ScriptVariant[];
  /** Id of the set of dispositions that agents choose from. */
  readonly dispositionSet?: string;
  /** Id of the pool that the caller id of each call is taken from, instead of `callerId`. */
  readonly callerIdPool?: string;
  readonly offer?: Offer;
  /** Column of the list that names where a contact comes from. */
  readonly sourceField?: string;
  readonly watch?: WatchSettings;
  readonly prices?: Prices;
}

/** Calls back to the numbers that a campaign shows. */
export interface InboundSettings {
  /** Time that a caller waits for an agent. */
  readonly waitSeconds?: number;
  /** What callers hear when nobody is there, as the switch plays it; the safe-harbour message when absent. Its key counts in it. */
  readonly message?: string;
}

/** Which conversations are recorded, and for how long the recordings are kept. */
export interface RecordingSettings {
  /** `share`: of the conversations, drawn by the attempt's id; `on-demand`: when the agent asks for it. */
  readonly policy: 'off' | 'all' | 'share' | 'on-demand';
  /** 0–1. */
  readonly share?: number;
  /** What both hear when the recording begins, as the switch plays it; nothing when absent. */
  readonly announcement?: string;
  /** Of the file below the campaign's folder, with {attempt}, {agent}, {contact}, {stage}, {year}, {month}, {day}, {hour} and {minute}. */
  readonly path?: string;
  readonly retentionDays?: number;
}

/** A place that calls may be transferred to: a phone number, or an endpoint on the switch. */
export interface TransferDestination {
  readonly name: string;
  readonly to: string;
}

/** What is dialled: a trunk's dial string with its number, or an endpoint as it stands with an empty number. */
export interface CallDestination {
  readonly dialString: string;
  readonly number: string;
}

/** `whisper`: the agent hears the supervisor; `barge`: both do. */
export type MonitorMode = 'listen' | 'whisper' | 'barge';

/** What a gate decided, and on what. */
export interface GateRecord {
  readonly stage: StageName;
  readonly at: EpochMilliseconds;
  readonly decision: 'pass' | 'fail' | 'inconclusive';
  readonly evidence: string;
  /** The evidence for other languages; absent in records of before there were codes. */
  readonly said?: readonly Said[];
  readonly conditions: readonly ConditionResult[];
  /** The sample was extended by so many contacts, and why. */
  readonly extendedBy?: number;
  readonly why?: string;
  readonly whySaid?: readonly Said[];
  /** The operator who opened it, where one was asked for. */
  readonly approval?: { readonly at: EpochMilliseconds; readonly by: string; readonly comment: string };
}

/** Why a campaign, or a segment of it, was halted, and how it was put right. */
export interface HaltRecord {
  readonly at: EpochMilliseconds;
  readonly stage: StageName;
  /** `kpi`: a lasting change; `limit`: a plain limit; `gate`: a gate that failed; `operator`: somebody's decision. */
  readonly kind: 'kpi' | 'limit' | 'gate' | 'operator';
  readonly by: string;
  readonly text: string;
  /** The text for other languages; absent where somebody wrote it, and in records of before there were codes. */
  readonly said?: readonly Said[];
  readonly kpi?: KpiId;
  /** The segment that was halted, or where the alarm came from; absent for the campaign as a whole. */
  readonly segment?: { readonly dimension: string; readonly value: string };
  readonly baselineRate?: number;
  /** Since the likely change. */
  readonly observed?: { readonly numerator: number; readonly denominator: number; readonly expected: number };
  readonly test?: string;
  readonly statistic?: number;
  readonly threshold?: number;
  /** Time of the likely change, with the range that is about as plausible. */
  readonly since?: EpochMilliseconds;
  readonly earliest?: EpochMilliseconds;
  readonly latest?: EpochMilliseconds;
  /** Segments where it is worst, the worst first. */
  readonly worst?: readonly {
    readonly dimension: string;
    readonly value: string;
    readonly numerator: number;
    readonly denominator: number;
    readonly baselineRate?: number;
    /** Statistic ÷ threshold. */
    readonly evidence: number;
  }[];
  readonly rectification?: {
    readonly at: EpochMilliseconds;
    readonly by: string;
    readonly text: string;
    readonly touched: readonly RectifiedPart[];
  };
}

/** What a rectification changed. Any but `other` is tried in a fresh short validation first. */
export type RectifiedPart = 'script' | 'offer' | 'list' | 'team' | 'other';

/** A part of the campaign that is not dialled while the rest goes on. */
export interface BlockedSegment {
  readonly dimension: string;
  readonly value: string;
  readonly since: EpochMilliseconds;
  readonly reason: string;
  /** The reason for other languages; absent in records of before there were codes. */
  readonly said?: readonly Said[];
}

/** How the samples were drawn: frozen before the first call. */
export interface SampleReport {
  readonly seed: string;
  /** SHA-256 over the list's contacts and the configuration of the samples. */
  readonly hash: string;
  readonly list: number;
  readonly plans: Readonly<Record<'validation' | 'pilot', SamplePlan>>;
  readonly strata: readonly string[];
  /** Parts of the pilot's sample in the order in which they are worked; absent with one. */
  readonly phases?: readonly (Staff & { readonly contacts: number })[];
  /** By stratum, the largest first; those beyond the first hundreds together as the last. */
  readonly coverage: readonly {
    readonly stratum: string;
    readonly contacts: number;
    readonly validation: number;
    readonly pilot: number;
    /** The pilot's contacts by phase; absent with one. */
    readonly phases?: readonly number[];
  }[];
}

/** A campaign as it is stored: settings, where it stands, and what its stages have counted. */
export interface CampaignRecord {
  readonly settings: CampaignSettings;
  /** Counts the settings' changes, from 1; absent in records of older versions, which is 1. */
  readonly version?: number;
  readonly createdAt: EpochMilliseconds;
  /** First start; absent before it. The blocks of days that some laws count in begin here. */
  readonly startedAt?: EpochMilliseconds;
  readonly status: CampaignStatus;
  /** The stage it is in, or would be in after a start or resume. */
  readonly stage: StageName;
  readonly statusSince: EpochMilliseconds;
  /** Why it is paused, halted, stopped or waiting; empty while it runs. */
  readonly reason: string;
  /** The reason for other languages; absent where somebody wrote it, and in records of before there were codes. */
  readonly reasonSaid?: readonly Said[];
  /** True once the stage samples have been drawn and frozen. */
  readonly sampled: boolean;
  readonly counters: Readonly<Record<StageName, StageCounters>>;
  /** Absent in records of older versions. */
  readonly progress?: StageProgressRecord;
}

/** Where a campaign stands between its gates. */
export interface StageProgressRecord {
  /** Times the sample of the present stage was extended. */
  readonly extensions: number;
  /** Contacts that the sample is to be extended by, until the store has done so. */
  readonly owed?: number;
  /** The gate of the present stage looks at attempts from here on; 0 is all. */
  readonly measuredFrom: EpochMilliseconds;
  /** The stage to go back to after a validation that a rectification asked for. */
  readonly returnTo?: StageName;
  /** Phase that the pilot has reached, from 0; absent in records of older versions. */
  readonly phase?: number;
  /** The latest, the newest last. */
  readonly gates: readonly GateRecord[];
  readonly halts: readonly HaltRecord[];
  /** Segments that are not dialled while the rest goes on. */
  readonly blocked: readonly BlockedSegment[];
}

/** All dialling is stopped, everywhere, until somebody lifts it. */
export interface EmergencyStop {
  readonly since: EpochMilliseconds;
  readonly by: string;
  readonly reason: string;
}

/** Numbers that calls show. */
export interface CallerIdPoolSettings {
  readonly id: string;
  readonly name: string;
  readonly numbers: readonly {
    /** E.164. */
    readonly number: string;
    /** ISO 3166-2 regions that it is local to; those of its area code when absent. */
    readonly regions?: readonly string[];
    /** Instead of the pool's. */
    readonly dailyCap?: number;
  }[];
  readonly rotation: 'round-robin' | 'least-used';
  /** The number nearest to the called one first. */
  readonly localPresence: boolean;
  /** Calls of each number on a local date; without end when absent. */
  readonly dailyCap?: number;
  /** Zone of these dates. */
  readonly timeZone: string;
  /** A number is not shown again for so long after a call with it. */
  readonly restSeconds?: number;
  /** A number that looks flagged as spam is not shown for so long. */
  readonly flagRestHours: number;
  /** Comparisons of one number between two false flags, on average. */
  readonly callsBetweenFalseFlags: number;
}

/** What is known of a pool's numbers, as it is kept over restarts; what is absent stays as it was kept. */
export interface CallerIdSnapshot {
  readonly pool: string;
  /** JSON: how often each was shown, and which rest. */
  readonly uses?: string;
  /** At a start: calls that showed a number when or after this was saved, and were not taken back. */
  readonly since?: readonly { readonly number: string; readonly at: EpochMilliseconds }[];
  /** JSON: how their calls were answered. */
  readonly watch?: string;
}

/** An area in which nobody may be called for a time, as the operator fed it. */
export interface EmergencyAreaRecord extends EmergencyArea {
  readonly id: string;
  readonly createdAt: EpochMilliseconds;
}

/** What a call adds to (or takes from) one row of its campaign's abandon ledger. */
export interface LedgerEntry {
  /** Id of the law that counts so. */
  readonly law: string;
  /** Start of the window, or of the stretch of a sliding one. */
  readonly from: EpochMilliseconds;
  /** Until when the row matters to a window. */
  readonly neededUntil: EpochMilliseconds;
  readonly answers: number;
  readonly abandoned: number;
  readonly machines: number;
}

/** A row of an abandon ledger: the sum of what calls have posted to it. */
export interface LedgerRow extends LedgerEntry {
  readonly campaignId: string;
}

/** What pacing has learned from the calls of a pool, so that a restart does not begin at nothing. */
export interface LearnedSnapshot {
  readonly pool: string;
  /** JSON of the learner's own. */
  readonly snapshot: string;
}

/** What the watch over a campaign knows, so that a restart goes on with the evidence. */
export interface WatchSnapshot {
  readonly campaignId: string;
  /** JSON of the watch's own. */
  readonly snapshot: string;
}

/** Recountable from the attempts of the stage. */
export interface StageCounters {
  attempts: number;
  /** Answered by a person or by something not known to be a machine. */
  liveAnswers: number;
  machines: number;
  /** Live answers put through to an agent. */
  connected: number;
  abandoned: number;
  successes: number;
  optOuts: number;
}

export function emptyStageCounters(): StageCounters {
  return { attempts: 0, liveAnswers: 0, machines: 0, connected: 0, abandoned: 0, successes: 0, optOuts: 0 };
}

// ---------------------------------------------------------------- leads

/** One number of a contact. */
export interface LeadNumber {
  readonly e164: string;
  /** Attempts made on it in this campaign. */
  readonly attempts: number;
  /** Found to be out of service; never dialled again in this campaign. */
  readonly dead: boolean;
  /** Facts that compliance needs, as of the lease. */
  readonly onInternalDnc: boolean;
  readonly onCampaignDnc: boolean;
  /** Kinds of number that it may be by its numbering plan; absent where the shell looks up none. */
  readonly classes?: readonly NumberClass[];
  /** Ids of the registries that hold it, in the versions in force when the lead comes in; absent: none does. */
  readonly registries?: readonly string[];
  /** What is in force for calls of the lease's scope. */
  readonly consent: ConsentFacts;
  /** Charged attempts on this number over all campaigns in the lease's look-back, newest first. */
  readonly recentAttempts: readonly EpochMilliseconds[];
  /** Those of them on the lease's subject; absent when all are. */
  readonly recentOnSubject?: readonly EpochMilliseconds[];
  /** The same for attempts to the same person on their other numbers; absent when there are none. */
  readonly elsewhere?: readonly EpochMilliseconds[];
  readonly elsewhereOnSubject?: readonly EpochMilliseconds[];
  /** Latest attempt on this number over all campaigns that ended so; absent when none did. */
  readonly lastAbandonedAt?: EpochMilliseconds;
  readonly lastMachineAt?: EpochMilliseconds;
  /** These two on any number of the person. */
  readonly lastRefusedAt?: EpochMilliseconds;
  readonly lastConversationAt?: EpochMilliseconds;
}

/**
 * What was known of the number and its person when the gate was asked. An intent is refused when more has happened since:
 * the gate has to be asked again.
 */
export interface SeenHistory {
  /** The attempts that were known begin here. */
  readonly since: EpochMilliseconds;
  /** Charged attempts to the person since then, on this number and the others. */
  readonly attempts: number;
  /** The newest of them; 0 when there is none. */
  readonly newestAt: EpochMilliseconds;
  /** Latest end that starts a recall delay; 0 when there is none. */
  readonly newestOutcomeAt: EpochMilliseconds;
}

/** A contact leased from the store to be dialled. The lease ends by itself at `leasedUntil`. */
export interface Lead {
  readonly contactId: string;
  readonly campaignId: string;
  readonly stage: StageName;
  /**
   * Who it is, over all campaigns: contacts with the same external id are one person. Empty when nothing but the one number
   * is known.
   */
  readonly person: string;
  readonly name: string;
  /** IANA zone stated for the contact; empty when unknown. */
  readonly timeZone: string;
  /** ISO 3166-2 subdivision or country stated for the contact; empty when unknown. */
  readonly region: string;
  /** Postal code stated for the contact; absent when unknown. */
  readonly postalCode?: string;
  /** Whether the contact is called as a consumer or for a business; absent when its list does not say. */
  readonly party?: Party;
  /** Kinds of number that the list states for the contact's numbers; absent when it states none. */
  readonly numberClasses?: readonly NumberClass[];
  readonly numbers: readonly LeadNumber[];
  /** Position in `numbers` that is next in turn. */
  readonly nextNumber: number;
  /** Since the contact was put back to be called again, if it was. */
  readonly attempts: number;
  /** Attempts of the rounds before; absent when there was none. */
  readonly earlierAttempts?: number;
  readonly lastOutcome: Outcome | '';
  readonly lastAttemptAt: EpochMilliseconds;
  readonly leasedAt: EpochMilliseconds;
  readonly leasedUntil: EpochMilliseconds;
  /** Set when the lead is a callback. */
  readonly callbackAt?: EpochMilliseconds;
  /** The agent who is to make the callback; anyone when absent. */
  readonly callbackAgent?: string;
  /** Columns of the list that are shown to the agent. */
  readonly fields: Readonly<Record<string, string>>;
}

// ---------------------------------------------------------------- attempts

export type AttemptState = 'intended' | 'dialing' | 'ringing' | 'answered' | 'connected' | 'ended';

/**
 * How an attempt ended.
 * - `connected`: a person or machine was put through to an agent.
 * - `abandoned`: a live answer not put through in time (see `AbandonKind`).
 * - `short`: answered, but gone before the bridge that was under way stood; an agent was there.
 * - `machine`: detected as a machine by the switch, before an agent was involved.
 * - `not-dialed`: never left the switch (throttle, no such gateway, cancelled in time); not charged to the contact.
 * - `unknown`: cannot be known after a crash or a lost link; counts as an attempt everywhere.
 */
export type Outcome =
  | 'connected'
  | 'abandoned'
  | 'short'
  | 'machine'
  | 'no-answer'
  | 'busy'
  | 'rejected'
  | 'invalid'
  | 'congestion'
  | 'failed'
  | 'cancelled'
  | 'not-dialed'
  | 'unknown';

/** `timeout`: nobody came in time, or the engine ended the call. `hangup`: the customer left while waiting. */
export type AbandonKind = 'timeout' | 'hangup';

/** What is durable before the originate leaves. */
export interface Intent {
  /** Attempt id, and uuid of the channel on the switch. */
  readonly attemptId: string;
  readonly campaignId: string;
  readonly stage: StageName;
  readonly contactId: string;
  readonly number: string;
  readonly numberIndex: number;
  readonly switchId: string;
  readonly trunk: string;
  readonly callerId: string;
  readonly intendedAt: EpochMilliseconds;
  /** The agent it is kept for (a personal callback). */
  readonly agentId?: string;
  readonly permit: Permit;
  /** Script and offer with their versions, and the list source, that results are told apart by; absent where there are none. */
  readonly script?: string;
  readonly offer?: string;
  readonly source?: string;
  /** When the callback it keeps was promised for. */
  readonly callbackAt?: EpochMilliseconds;
  /** Which call to the contact it is, from 1; absent in records of older versions. */
  readonly call?: number;
  /** Rolling caps on the number, or its person, over all campaigns that the store verifies inside the committing transaction. */
  readonly caps: readonly {
    readonly max: number;
    readonly seconds: number;
    readonly per?: 'number' | 'person';
  }[];
  readonly consentRequired: boolean;
  readonly scope: CallScope;
  /** `person` of the lead. */
  readonly person: string;
  readonly seen: SeenHistory;
}

/** The one final result of an attempt. */
export interface AttemptResult {
  readonly attemptId: string;
  readonly campaignId: string;
  readonly stage: StageName;
  readonly contactId: string;
  readonly number: string;
  readonly outcome: Outcome;
  readonly abandonKind?: AbandonKind;
  /** Hangup cause as the switch named it, or the engine's reason in lower case. */
  readonly cause: string;
  readonly q850?: number;
  readonly sipStatus?: number;
  readonly dialedAt?: EpochMilliseconds;
  readonly ringingAt?: EpochMilliseconds;
  readonly answeredAt?: EpochMilliseconds;
  readonly connectedAt?: EpochMilliseconds;
  readonly endedAt: EpochMilliseconds;
  readonly agentId?: string;
  /** The agent's team and tier at the time. */
  readonly team?: string;
  readonly tier?: AgentTier;
  /** The person asked by key not to be called again. */
  readonly optedOut?: true;
  /** File of the recording, below the folder of recordings; absent when there is none. */
  readonly recording?: string;
  /** True when the attempt counts for frequency caps and retries (all but `not-dialed`). */
  readonly charged: boolean;
}

/**
 * Dispositions with a meaning of their own in every campaign: the agent had a machine on the line (the attempt no longer
 * counts as a live answer), reached somebody else (the number is not dialled again), or said nothing in time.
 */
export const machineDisposition = 'machine';
export const wrongNumberDisposition = 'wrong-number';
export const noDisposition = 'none';

/** What an agent said about a connected attempt. */
export interface Disposition {
  readonly attemptId: string;
  readonly campaignId: string;
  readonly contactId: string;
  readonly agentId: string;
  readonly disposition: string;
  readonly success: boolean;
  readonly refusal: boolean;
  readonly note: string;
  readonly at: EpochMilliseconds;
}

/** What an agent filled in while following the script. */
export interface AttemptAnswers {
  /** Id of the script and its version, `id@version`. */
  readonly script: string;
  /** By step of the script. */
  readonly answers: Readonly<Record<string, string | number>>;
  readonly agentId: string;
  readonly at: EpochMilliseconds;
}

/** What becomes of a contact after an attempt or a disposition. */
export type ContactNext =
  | { readonly state: 'open'; readonly dueAt: EpochMilliseconds; readonly nextNumber: number }
  | {
      readonly state: 'callback';
      readonly dueAt: EpochMilliseconds;
      readonly agentId?: string;
      readonly graceUntil?: EpochMilliseconds;
    }
  /** In wrap-up: nothing is dialled until the agent's disposition or the reaper decides. */
  | { readonly state: 'pending' }
  | { readonly state: 'done'; readonly reason: string };

/** An attempt that has an intent and no result: what a restart has to reconcile. */
export interface OpenAttempt extends Intent {
  readonly state: 'intended';
}

// ---------------------------------------------------------------- agents

export type AgentState = 'offline' | 'connecting' | 'ready' | 'reserved' | 'talking' | 'wrap-up' | 'paused';

/** What can become of a contact that is shown to an agent. */
export type PreviewChange = 'shown' | 'dialled' | 'skipped' | 'overdue' | 'refused' | 'withdrawn';

export interface AgentProfile {
  readonly id: string;
  readonly name: string;
  readonly pool: string;
  readonly team: string;
  readonly tier: AgentTier;
  readonly skills: readonly string[];
}

/** An agent who is (or was, before a restart) logged in. */
export interface AgentSession extends AgentProfile {
  /** What the switch dials to reach the agent, for example `sofia/gateway/pbx/1001` or `user/1001`. */
  readonly endpoint: string;
  readonly switchId: string;
  /** Channel uuid of the nailed-up leg; empty while offline. */
  readonly legId: string;
  readonly state: AgentState;
  readonly stateSince: EpochMilliseconds;
  readonly pauseReason: string;
}

// ---------------------------------------------------------------- trunks

/** A gateway on a switch, with its own limits. */
export interface Trunk {
  readonly name: string;
  readonly switchId: string;
  /** Dial string with `{number}` where the called number goes, for example `sofia/gateway/carrier/{number}`. */
  readonly dialString: string;
  readonly maximumChannels: number;
  readonly callsPerSecond: number;
  /** Its share of the switch's calls against the other trunks', above 0. When no trunk has one the free channels decide. */
  readonly weight?: number;
  /** Mean post-dial delay from which it is given fewer calls, seconds. Default 10. */
  readonly postDialDelaySeconds?: number;
}

/** A switch is taken out of service: no new calls, the calls there are go on. */
export interface SwitchDrain {
  readonly switchId: string;
  readonly since: EpochMilliseconds;
  readonly by: string;
  readonly reason: string;
  /** Its agents go to other switches as soon as they are in no call. */
  readonly moveAgents: boolean;
}

export interface SwitchSettings {
  readonly id: string;
  /** Its share of the agents who log in without naming a switch, above 0. Default 1. */
  readonly weight?: number;
  /** Channels over all trunks and agent legs. */
  readonly maximumChannels: number;
  readonly callsPerSecond: number;
}
