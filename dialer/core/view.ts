/** What the engine shows of itself: read by the API, the console and the metrics; never fed back. */
import type { AbandonStanding } from '../../compliance/index.js';
import type { PacingExplanation } from '../../pacing/index.js';
import type { KpiCounts } from '../kpi/kpis.js';
import type { KpiExplanation } from '../kpi/monitor.js';
import type { ScheduleStanding } from './campaign-schedule.js';
import type {
  AgentSession,
  AttemptState,
  CampaignRecord,
  EmergencyStop,
  EpochMilliseconds,
  MonitorMode,
  Staff,
  StageName,
  SwitchDrain,
} from './model.js';

export type DiagnosisCode =
  | 'draft'
  | 'not_running'
  | 'emergency_stop'
  | 'draining'
  | 'store_failed'
  | 'schedule_over'
  | 'schedule_never'
  | 'schedule_closed'
  | 'sampling'
  | 'switch_down'
  | 'no_agents'
  | 'caller_ids'
  | 'phase_waits'
  | 'registry'
  | 'calling_window'
  | 'not_due'
  | 'nothing_left'
  | 'no_line'
  | 'dialling';

/** Why a campaign is not dialling, or what it is doing. */
export interface Diagnosis {
  readonly code: DiagnosisCode;
  /** What the sentence names: instants in ISO 8601, counts, names. */
  readonly parameters: Readonly<Record<string, string | number>>;
  /** The sentence in English. */
  readonly text: string;
}

export interface CampaignView {
  readonly record: CampaignRecord;
  /** Leads in the hopper, checked and ready to dial. */
  readonly hopper: number;
  /** Lines that ring or are being dialled. */
  readonly inFlight: number;
  /** Live answers waiting for an agent. */
  readonly waiting: number;
  /** Customers talking to agents. */
  readonly talking: number;
  /** Lines the pacer wanted at its last decision (in flight plus to place). */
  readonly linesTarget: number;
  /** What kept the last decision from placing more, in one word. */
  readonly limit: PacingLimit;
  /** Why it is not dialling, or what it is doing, in one sentence. */
  readonly diagnosis: string;
  /** The same as a code with its parameters. */
  readonly why: Diagnosis;
  /** Stage contacts still open, and when the next falls due, as the last lease found them. */
  readonly open: number;
  readonly untried: number;
  readonly nextDueAt?: EpochMilliseconds;
  readonly pacing?: PacingExplanation;
  /** Who works it now. */
  readonly staff: Staff;
  /** Where its stage has got to, counting from 1; absent where the stage has one phase. */
  readonly phase?: {
    readonly number: number;
    readonly of: number;
    /** Why the next phase has not begun though this one is worked. */
    readonly waiting?: string;
  };
  /** How its schedule stands; open without one. */
  readonly schedule: ScheduleStanding;
  /** What production is watched for; absent in other stages. */
  readonly watch?: WatchView;
  /** The abandon ledgers, and what they let the pacer aim at. */
  readonly abandon: AbandonView;
}

/** The watch over a campaign in production. */
export interface WatchView {
  readonly since: EpochMilliseconds;
  /** KPIs with a baseline from the pilot: each with its statistic and threshold. */
  readonly kpis: readonly KpiExplanation[];
  /** KPIs that the pilot told too little of to be watched. */
  readonly unwatched: readonly string[];
  /** Tumbling windows, the newest last. */
  readonly windows: readonly { readonly from: EpochMilliseconds; readonly counts: KpiCounts }[];
}

/** One legal window of a campaign. Counts hold the estimate of the detector's errors where the law asks for it. */
export interface AbandonWindowView {
  /** Id and name of the law. */
  readonly law: string;
  readonly name: string;
  readonly from: EpochMilliseconds;
  readonly until: EpochMilliseconds;
  /** Largest lawful ratio, 0–1. */
  readonly limit: number;
  readonly answers: number;
  readonly abandoned: number;
  readonly ratio: number;
  /** Abandoned calls that the answers so far still allow; negative beyond the limit. */
  readonly left: number;
  readonly over: boolean;
  /** Ratio that the rest of the window may run at, as last worked out. */
  readonly target?: number;
}

export interface AbandonView {
  /** Abandoned ÷ live answers that the pacer aims at now; 0 is one line per ready agent. */
  readonly target: number;
  /** Name of the window that sets it; absent when the campaign's own target does. */
  readonly limitedBy?: string;
  /** The allowance is used up for now. */
  readonly spent: boolean;
  readonly windows: readonly AbandonWindowView[];
  /** Overdrawn windows, as the gate is told of them. */
  readonly standings: readonly AbandonStanding[];
}

export type PacingLimit =
  | 'agents'
  | 'abandon'
  | 'lines'
  | 'channels'
  | 'cps'
  | 'hopper'
  | 'window'
  | 'blind'
  | 'not-running'
  | 'draining'
  | 'switch-drained'
  | 'emergency-stop'
  | 'schedule'
  | 'caller-ids'
  | 'none';

/** A trunk, as far as the engine knows it. */
export interface TrunkView {
  readonly name: string;
  readonly switchId: string;
  /** Its switch is connected; else why it is not. */
  readonly connected: boolean;
  readonly reason: string;
  readonly channels: number;
  readonly maximumChannels: number;
  readonly callsPerSecond: number;
  /** Calls in a row that never left the switch, and that the network refused for congestion. */
  readonly failures: number;
  readonly refusals: number;
  /** It rests until then; 0 or past when it does not. */
  readonly restUntil: EpochMilliseconds;
  /** It has failed calls in a row: what leaves now are probes. */
  readonly onProbation: boolean;
  /** It carries calls, but badly, and is given fewer. */
  readonly degraded: boolean;
  /** Share of the latest calls that the switch or the network failed, and mean seconds until the network says something; absent while too few are known. */
  readonly failedShare?: number;
  readonly postDialDelay?: number;
  readonly weight?: number;
}

/** A pool of caller ids, and how each of its numbers stands. */
export interface CallerIdPoolView {
  readonly pool: string;
  /** Numbers flagged since the engine first ran with the pool. */
  readonly flags: number;
  readonly numbers: readonly CallerIdView[];
}

export interface CallerIdView {
  readonly number: string;
  /** `flagged` looks labelled as spam, `spent` has had its calls of the day, `resting` was just used. */
  readonly state: 'free' | 'resting' | 'spent' | 'flagged';
  readonly usedToday: number;
  readonly lastUsedAt?: EpochMilliseconds;
  /** When it may be shown again; absent while it may. */
  readonly freeAt?: EpochMilliseconds;
  readonly flaggedAt?: EpochMilliseconds;
  /** Calls that reached the called person's network, and those of them that were answered. */
  readonly calls: number;
  readonly answers: number;
  /** Statistic ÷ the threshold at which it is flagged, 0–1. */
  readonly evidence: number;
}

export interface AgentView extends AgentSession {
  /** The attempt the agent is on or wraps up; empty when none. */
  readonly attemptId: string;
  readonly campaignId: string;
  readonly contactId: string;
  /** Somebody who called back and is with the agent; absent when there is nobody. */
  readonly inbound?: { readonly campaignId: string; readonly contactId: string; readonly attemptId: string };
  /** The live conversation; absent when there is none. */
  readonly call?: CallView;
}

/** What the agent does with the call. */
export interface CallView {
  readonly mode: 'talking' | 'held' | 'consulting' | 'three-way';
  readonly muted: boolean;
  readonly recording: boolean;
  /** A change is being carried out by the switch. */
  readonly changing: boolean;
  readonly consult?: { readonly to: string; readonly state: 'ringing' | 'answered' | 'connected' };
  /** Supervisors on the call. */
  readonly monitors: readonly { readonly by: string; readonly mode: MonitorMode }[];
}

/** One agent with what is on the desk: the call, the contact shown, and what is to come. */
export interface AgentDetail extends AgentView {
  readonly preview?: PreviewView;
  readonly attempt?: AgentAttemptView;
  /** The wrap-up is ended then. */
  readonly wrapUpUntil?: EpochMilliseconds;
  /** What the agent asked for while busy. */
  readonly pauseAfter?: string;
  readonly logoutAfter: boolean;
}

/** A contact that the agent may dial or skip. */
export interface PreviewView {
  readonly campaignId: string;
  readonly contactId: string;
  readonly number: string;
  readonly since: EpochMilliseconds;
  /** It is given back then. */
  readonly until: EpochMilliseconds;
}

/** The call that the agent is on, wraps up, or is reserved for. */
export interface AgentAttemptView {
  readonly attemptId: string;
  readonly campaignId: string;
  readonly contactId: string;
  readonly number: string;
  readonly stage: StageName;
  readonly state: AttemptState;
  /** Script variant and offer with their versions; absent where there are none. */
  readonly script?: string;
  readonly offer?: string;
  readonly dialedAt?: EpochMilliseconds;
  readonly ringingAt?: EpochMilliseconds;
  readonly answeredAt?: EpochMilliseconds;
  readonly connectedAt?: EpochMilliseconds;
  readonly endedAt?: EpochMilliseconds;
  readonly optedOut: boolean;
}

export interface SwitchView {
  readonly switchId: string;
  readonly connected: boolean;
  readonly since: EpochMilliseconds;
  readonly reason: string;
  /** Channels the engine counts on it: attempts and agent legs. */
  readonly channels: number;
  readonly discrepancies: number;
  readonly orphans: number;
  /** Its calls and agents' legs are counted above: 0 channels say that it may be stopped. Absent: it serves. */
  readonly drain?: SwitchDrain;
}

/** Running totals since the engine started, for counters. */
export interface EngineTotals {
  readonly originated: Readonly<Record<string, number>>;
  /** campaign → outcome → count */
  readonly ended: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** campaign → human | machine → count */
  readonly answered: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly abandoned: Readonly<Record<string, number>>;
  /** campaign → success | refusal | opt-out | callback | machine | wrong-number | none | other → count */
  readonly dispositions: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** rule → allow | deny | defer → count */
  readonly complianceChecks: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** limit → count */
  readonly pacingDecisions: Readonly<Record<string, number>>;
  /** state → seconds, over all agents */
  readonly agentStateSeconds: Readonly<Record<string, number>>;
  readonly gateDecisions: Readonly<Record<string, number>>;
  readonly halts: Readonly<Record<string, number>>;
  /** What was done with calls: held, transferred, … → count */
  readonly callChanges: Readonly<Record<string, number>>;
  readonly orphans: number;
  readonly discrepancies: number;
}

export interface EngineView {
  readonly now: EpochMilliseconds;
  readonly draining: boolean;
  /** All dialling is stopped; absent when it is not. */
  readonly emergencyStop?: EmergencyStop;
  /** The store refuses writes; nothing new is dialled. */
  readonly storeFailed: boolean;
  readonly campaigns: readonly CampaignView[];
  readonly agents: readonly AgentView[];
  readonly switches: readonly SwitchView[];
  readonly trunks: readonly TrunkView[];
  readonly callerIds: readonly CallerIdPoolView[];
  readonly totals: EngineTotals;
}

export type StageProgress = Readonly<Record<StageName, number>>;
