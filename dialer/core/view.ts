/** What the engine shows of itself: read by the API, the console and the metrics; never fed back. */
import type { PacingExplanation } from '../../pacing/index.js';
import type { AgentSession, CampaignRecord, EpochMilliseconds, StageName } from './model.js';

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
  /** Stage contacts still open, and when the next falls due, as the last lease found them. */
  readonly open: number;
  readonly untried: number;
  readonly nextDueAt?: EpochMilliseconds;
  readonly pacing?: PacingExplanation;
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
  | 'none';

export interface AgentView extends AgentSession {
  /** The attempt the agent is on or wraps up; empty when none. */
  readonly attemptId: string;
  readonly campaignId: string;
  readonly contactId: string;
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
}

/** Running totals since the engine started, for counters. */
export interface EngineTotals {
  readonly originated: Readonly<Record<string, number>>;
  /** campaign → outcome → count */
  readonly ended: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** campaign → human | machine → count */
  readonly answered: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly abandoned: Readonly<Record<string, number>>;
  /** rule → allow | deny | defer → count */
  readonly complianceChecks: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** limit → count */
  readonly pacingDecisions: Readonly<Record<string, number>>;
  /** state → seconds, over all agents */
  readonly agentStateSeconds: Readonly<Record<string, number>>;
  readonly gateDecisions: Readonly<Record<string, number>>;
  readonly halts: Readonly<Record<string, number>>;
  readonly orphans: number;
  readonly discrepancies: number;
}

export interface EngineView {
  readonly now: EpochMilliseconds;
  readonly draining: boolean;
  /** The store refuses writes; nothing new is dialled. */
  readonly storeFailed: boolean;
  readonly campaigns: readonly CampaignView[];
  readonly agents: readonly AgentView[];
  readonly switches: readonly SwitchView[];
  readonly totals: EngineTotals;
}

export type StageProgress = Readonly<Record<StageName, number>>;
