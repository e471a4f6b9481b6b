/** The engine's working state: what lives between two steps. Only files of `dialer/core/` touch it. */
import type {
  AbandonLaw,
  DncListVersion,
  EmergencyArea,
  Facts,
  Gate,
  Purpose,
  Request,
  RulePack,
} from '../../compliance/index.js';
import type {
  AnswerFeatures,
  AnswerModel,
  FairTurns,
  HopperLead,
  Pacer,
  PacingExplanation,
} from '../../pacing/index.js';
import type { DomainEvent } from '../events/domain-events.js';
import type { Said } from '../kpi/words.js';
import type { AbandonAim } from './abandon-aim.js';
import type { LawLedger } from './abandon-ledger.js';
import type { CallerIdPool } from './caller-ids.js';
import type { ScheduleStanding } from './campaign-schedule.js';
import type { Deadline, Deadlines } from './deadlines.js';
import type { Effect } from './effects.js';
import type { RandomBits } from './identifiers.js';
import type { FoundCaller } from './inputs.js';
import type {
  AbandonKind,
  AgentSession,
  AgentState,
  AgentTier,
  AttemptResult,
  AttemptState,
  CampaignSettings,
  CampaignStatus,
  EmergencyStop,
  EpochMilliseconds,
  Intent,
  Lead,
  MonitorMode,
  Outcome,
  StageCounters,
  StageName,
  StageProgressRecord,
  SwitchDrain,
  SwitchSettings,
  Trunk,
} from './model.js';
import type { NumberChange } from './number-changes.js';
import type { ReadyList, ReadyNode } from './ready-list.js';
import type { SlotMap } from './slot-map.js';
import type { TrunkHealth } from './trunk-health.js';
import type { PacingLimit } from './view.js';
import type { CampaignWatch } from './watch-state.js';

/** What a deadline does when it falls due. */
export type DeadlineTarget =
  | {
      readonly kind: 'answer-wait' | 'bridge' | 'ring' | 'intent' | 'hang-up' | 'safe-harbour' | 'talk';
      readonly attempt: LiveAttempt;
    }
  | { readonly kind: 'agent-connect' | 'wrap-up' | 'reserved'; readonly agent: Agent }
  | { readonly kind: 'join' | 'hold'; readonly attempt: LiveAttempt }
  | { readonly kind: 'side-leg'; readonly leg: SideLeg }
  | { readonly kind: 'handed-over'; readonly call: HandedOver }
  | { readonly kind: 'inbound'; readonly call: InboundCall }
  | { readonly kind: 'lease'; readonly campaign: Campaign }
  | { readonly kind: 'schedule'; readonly campaign: Campaign }
  | { readonly kind: 'decide'; readonly group: PacingGroup }
  | { readonly kind: 'audit' | 'agent-dial'; readonly line: SwitchState }
  | { readonly kind: 'drain-end' | 'housekeeping' };

export type Timer = Deadline<DeadlineTarget> | undefined;

export interface Agent extends ReadyNode<Agent> {
  id: string;
  name: string;
  pool: Pool;
  team: string;
  tier: AgentTier;
  skills: readonly string[];
  endpoint: string;
  switchId: string;
  legId: string;
  legUp: boolean;
  state: AgentState;
  stateSince: EpochMilliseconds;
  pauseReason: string;
  /** Becomes ready (true) or paused (false) when its leg is up. */
  readyOnConnect: boolean;
  /** Asked for while busy; done when the call and its wrap-up end. */
  pauseAfter: string | undefined;
  logoutAfter: boolean;
  /** The attempt the agent is reserved for, talks on, or wraps up. */
  attempt: LiveAttempt | undefined;
  /** The caller whom the agent talks with, or is to. */
  inbound: InboundCall | undefined;
  /** When the agent said that the wrap-up (or talk) is about to end. */
  endingSince: EpochMilliseconds | undefined;
  group: PacingGroup | undefined;
  timer: Timer;
  missingSince: EpochMilliseconds | undefined;
  /** Bridges in a row that failed though the customer was there: a leg that fails twice is taken down. */
  failedBridges: number;
  /** After a restart: what the session said before its leg was found again. */
  recovered: AgentState | undefined;
  savedAs: AgentState | undefined;
  /** A contact shown to the agent, who decides whether it is dialled. */
  preview: Preview | undefined;
  /** A contact that the agent wants to dial is being leased. */
  asked: AskedContact | undefined;
}

/** A lead that is kept for the agent to look at. */
export interface Preview {
  readonly campaign: Campaign;
  readonly entry: HopperEntry;
  readonly since: EpochMilliseconds;
  /** Then the lead goes back. */
  readonly until: EpochMilliseconds;
}

/** The contact that an agent asked to dial by hand. */
export interface AskedContact {
  readonly requestId: string;
  readonly campaign: Campaign;
  readonly contactId: string;
  /** Empty for the first that may be called. */
  readonly number: string;
}

export interface LiveAttempt {
  readonly id: string;
  readonly campaign: Campaign;
  readonly stage: StageName;
  readonly lead: Lead;
  readonly numberIndex: number;
  readonly number: string;
  readonly trunk: TrunkState | undefined;
  readonly switchId: string;
  readonly intent: Intent;
  /** The chance to answer that the pacer was told, and what it followed from. */
  readonly pHint: number | undefined;
  readonly features: AnswerFeatures | undefined;
  group: PacingGroup | undefined;
  state: AttemptState;
  dialedAt: EpochMilliseconds | undefined;
  ringingAt: EpochMilliseconds | undefined;
  answeredAt: EpochMilliseconds | undefined;
  connectedAt: EpochMilliseconds | undefined;
  endedAt: EpochMilliseconds | undefined;
  machine: boolean;
  abandon: AbandonKind | undefined;
  /** An agent was given to it at the answer. */
  agent: Agent | undefined;
  /** Waits in the pool's queue for an agent. */
  waiting: boolean;
  /** Reserved beforehand: a personal callback. */
  personalAgent: Agent | undefined;
  bridging: boolean;
  bridgeAskedAt: EpochMilliseconds;
  /** Agents whose bridge to it failed, and when the last did: theirs or the customer's fault, as its end will tell. */
  failedAgents: Agent[];
  bridgeFailedAt: EpochMilliseconds;
  safeHarbour: boolean;
  /** What its agent does with it; absent while nothing out of the ordinary was done. */
  handling: CallHandling | undefined;
  /** Why the engine itself asked for the hang-up; empty when it did not. */
  hangUpReason: string;
  timer: Timer;
  /** When a listing first contradicted what we believe of it. */
  missingSince: EpochMilliseconds | undefined;
  /** Taken over from before a restart; not yet found on its switch. */
  recovered: boolean;
  /** Wrap-up is over, or there was none: nothing more will be recorded. */
  disposed: boolean;
  countedLive: boolean;
  /** Its one result, once it has ended. */
  result: AttemptResult | undefined;
  /** Asked not to be called again, by key or by word: counted once. */
  optedOut: boolean;
  /** Versions of the registries that its number was looked up in. */
  registries: readonly DncListVersion[];
  /** The agent's request that it comes from, until it is answered: the call has left, or was refused. */
  dialRequest?: string | undefined;
}

/** What an agent does with a connected call. */
export interface CallHandling {
  /**
   * `held`: the customer hears music, the agent nothing. `consulting`: so, and another party is being called or talks with
   * the agent. `three-way`: all three talk.
   */
  mode: 'talking' | 'held' | 'consulting' | 'three-way';
  muted: boolean;
  /** What is being joined: agent and customer, agent and consulted party, customer and consulted party. */
  joining: 'customer' | 'consult' | 'hand-over' | 'three-way' | undefined;
  consult: SideLeg | undefined;
  monitors: SideLeg[];
  /** The file written last, whether it is being written, and how many there are. */
  recording: { readonly path: string; active: boolean; readonly parts: number } | undefined;
  timer: Timer;
}

/** A leg beside a call: a consulted party, or a supervisor. */
export interface SideLeg {
  readonly id: string;
  readonly kind: 'consult' | 'monitor';
  readonly attempt: LiveAttempt;
  readonly switchId: string;
  /** As it was asked for. */
  readonly to: string;
  answered: boolean;
  /** Talks with the agent, or listens. */
  joined: boolean;
  /** It stays with the customer, without the agent. */
  handed: boolean;
  /** A hang-up was asked for. */
  ending: boolean;
  mode: MonitorMode;
  /** The supervisor. */
  readonly by: string;
  readonly dialedAt: EpochMilliseconds;
  timer: Timer;
  missingSince: EpochMilliseconds | undefined;
}

/** Somebody who calls back. */
export interface InboundCall {
  readonly channelId: string;
  readonly switchId: string;
  /** Of the caller, E.164; empty when withheld. */
  readonly number: string;
  /** The number of ours that was called, as the switch gives it. */
  readonly to: string;
  readonly since: EpochMilliseconds;
  phase: 'looking' | 'waiting' | 'joining' | 'talking' | 'message' | 'ending';
  found: FoundCaller | undefined;
  campaign: Campaign | undefined;
  agent: Agent | undefined;
  /** Agents whose bridge to it failed. */
  readonly tried: Agent[];
  timer: Timer;
  missingSince: EpochMilliseconds | undefined;
}

/** A channel that goes on after its agent has handed the call over. */
export interface HandedOver {
  readonly channelId: string;
  readonly switchId: string;
  readonly since: EpochMilliseconds;
  /** Gives back what it holds. */
  readonly free: () => void;
  timer: Timer;
  missingSince: EpochMilliseconds | undefined;
}

export interface Campaign {
  settings: CampaignSettings;
  /** Counts the settings' changes, from 1. */
  version: number;
  createdAt: EpochMilliseconds;
  startedAt: EpochMilliseconds | undefined;
  status: CampaignStatus;
  stage: StageName;
  statusSince: EpochMilliseconds;
  reason: string;
  /** The reason for other languages; empty where somebody wrote it. */
  reasonSaid: readonly Said[];
  sampled: boolean;
  sampling: boolean;
  counters: Record<StageName, StageCounters>;
  readonly progress: Progress;
  /** The store measures the stage, for its gate. */
  measuring: boolean;
  /** The store extends the stage's sample. */
  extending: boolean;
  watch: CampaignWatch | undefined;
  /** What the watch compares with is being measured. */
  baselining: boolean;
  pool: Pool;
  gate: Gate;
  /** By the id of the law. */
  readonly ledgers: Map<string, LawLedger>;
  readonly aim: AbandonAim;
  /** All laws on abandoned calls that the packs in force hold. */
  readonly abandonLaws: readonly AbandonLaw[];
  /** Those that bound the last call; for permits issued in [from, until). */
  laws:
    | {
        readonly from: EpochMilliseconds;
        readonly until: EpochMilliseconds;
        readonly jurisdictions: readonly string[];
        readonly purpose: Purpose;
        readonly laws: readonly AbandonLaw[];
      }
    | undefined;
  /** One on each switch while it runs: a call can only be bridged to agents of its own switch. */
  groups: PacingGroup[];
  /** Leads that may be dialled, next last (a stack kept in reverse order of the lease). */
  hopper: HopperEntry[];
  /** Leads whose own agent has to be ready. */
  personal: HopperEntry[];
  /** Agents who are shown a lead of it, or have asked for one. */
  readonly withAgents: Set<Agent>;
  leasing: boolean;
  /** A lease failed, and may have been carried out all the same: until this time leads of it may be leased to nobody. */
  leaseLostUntil: EpochMilliseconds;
  /** Something was written about its contacts since the last lease was asked for. */
  changedSinceLease: boolean;
  timer: Timer;
  inFlight: number;
  live: number;
  waiting: number;
  talking: number;
  wrapping: number;
  open: number;
  untried: number;
  /** Phase that contacts of the stage's sample are held back for. */
  heldPhase: number | undefined;
  /** It would begin if anybody who may work it were logged in. */
  awaitedPhase: number | undefined;
  nextDueAt: EpochMilliseconds | undefined;
  /** The stage's last lease found nothing due: the group's agents are free for others. */
  starved: boolean;
  /** None of its caller ids may be shown for a while: its agents are free for others. */
  callerIdsSpent: boolean;
  /** The rule that sent leads back lately, and when the first of them may be called; none since one was admitted. */
  heldBy: { readonly rule: string; readonly until: EpochMilliseconds; readonly detail: string } | undefined;
  /** A lead of the latest lease wants a registry that is missing or too old. */
  awaitsRegistry: boolean;
  limit: PacingLimit;
  /** How its schedule stands, and the timer of its next change. */
  schedule: ScheduleStanding;
  scheduleTimer: Timer;
}

/** Where a campaign stands between its gates. */
export type Progress = { -readonly [K in keyof StageProgressRecord]: StageProgressRecord[K] } & {
  phase: number;
};

/** A lead with the number to dial next, and what the compliance gate is told about it. */
export interface HopperEntry {
  readonly lead: Lead;
  readonly numberIndex: number;
  readonly request: Request;
  /** What its attempt will be told apart by. */
  readonly script: string | undefined;
  readonly source: string | undefined;
  /** What is known of its chance to answer; absent where the pacer makes no use of it. */
  features?: AnswerFeatures;
  hint?: HopperLead;
  /** As of the lease; `number-changes.ts` knows what was said since. */
  readonly facts: Facts;
}

export interface Pool {
  readonly name: string;
  readonly agents: Map<string, Agent>;
  readonly ready: ReadyList<Agent>;
  readonly campaigns: Campaign[];
  /** Groups of running campaigns, narrowest first. */
  groups: PacingGroup[];
  /** These and lately retired ones, by key. */
  readonly knownGroups: Map<string, PacingGroup>;
  /** Live answers that wait for an agent, longest first. */
  waiting: LiveAttempt[];
  /** Someone has become ready, or a switch came back: those who wait are offered to the ready at the end of the step. */
  offer: boolean;
  regroup: boolean;
  /** How likely its contacts answer. */
  readonly answers: AnswerModel;
  unsavedOutcomes: number;
  learnedAt: EpochMilliseconds;
}

/** Campaigns of a pool that share agents, on one switch, and a pacer. */
export interface PacingGroup {
  readonly key: string;
  readonly pool: Pool;
  readonly line: SwitchState;
  readonly tiers: readonly AgentTier[];
  readonly teams: readonly string[] | undefined;
  campaigns: Campaign[];
  readonly pacer: Pacer;
  ready: number;
  reserved: Set<Agent>;
  talking: Set<Agent>;
  wrapping: Set<Agent>;
  total: number;
  inFlight: SlotMap<LiveAttempt>;
  waiting: number;
  nextCampaign: number;
  /** Seconds from the command to the bridge, as measured, recent ones weighing most. */
  handover: number;
  /** For taking turns on what is scarce on the switch. */
  readonly turnKey: string;
  hungryUntil: EpochMilliseconds;
  /** Lines that the last decision asked for. */
  wanted: number;
  dirty: boolean;
  decidedAt: EpochMilliseconds;
  timer: Timer;
}

export interface TrunkState {
  readonly settings: Trunk;
  readonly line: SwitchState;
  channels: number;
  readonly bucket: TokenBucket;
  /** Local failures in a row; the trunk rests until `restUntil` after some. */
  failures: number;
  /** Calls in a row that the network refused for congestion. */
  refusals: number;
  restUntil: EpochMilliseconds;
  /** Calls that may still leave on probation before it is known whether the trunk carries calls again. */
  probesLeft: number;
  readonly health: TrunkHealth;
  /** Its place in the turns by weight. */
  credit: number;
}

export interface SwitchState {
  readonly settings: SwitchSettings;
  up: boolean;
  since: EpochMilliseconds;
  reason: string;
  instanceId: string;
  channels: number;
  readonly bucket: TokenBucket;
  /** Somebody takes it out of service; undefined while it serves. */
  drain: SwitchDrain | undefined;
  readonly trunks: TrunkState[];
  /** Whose call is next while channels or calls per second are short. */
  readonly turns: FairTurns;
  /** Agents whose legs wait for a token. */
  readonly agentDials: Set<Agent>;
  agentDialTimer: Timer;
  auditTimer: Timer;
  discrepancies: number;
  orphans: number;
}

/** Calls per second, with a burst of a quarter second. */
export interface TokenBucket {
  readonly perSecond: number;
  readonly burst: number;
  tokens: number;
  at: EpochMilliseconds;
}

export interface MutableTotals {
  originated: Record<string, number>;
  ended: Record<string, Record<string, number>>;
  answered: Record<string, Record<string, number>>;
  abandoned: Record<string, number>;
  dispositions: Record<string, Record<string, number>>;
  complianceChecks: Record<string, Record<string, number>>;
  pacingDecisions: Record<string, number>;
  agentStateSeconds: Record<AgentState, number>;
  gateDecisions: Record<string, number>;
  halts: Record<string, number>;
  callChanges: Record<string, number>;
  orphans: number;
  discrepancies: number;
}

export interface State {
  now: EpochMilliseconds;
  booted: boolean;
  installation: string;
  random: RandomBits;
  effects: Effect[];
  readonly deadlines: Deadlines<DeadlineTarget>;
  readonly switches: Map<string, SwitchState>;
  readonly trunks: TrunkState[];
  readonly pools: Map<string, Pool>;
  readonly campaigns: Map<string, Campaign>;
  readonly agents: Map<string, Agent>;
  readonly agentsByLeg: Map<string, Agent>;
  readonly attempts: SlotMap<LiveAttempt>;
  readonly liveNumbers: Set<string>;
  /** Consulted parties and supervisors, by channel. */
  readonly sideLegs: Map<string, SideLeg>;
  readonly handedOver: Map<string, HandedOver>;
  /** Calls back, oldest first. */
  readonly inbound: Map<string, InboundCall>;
  /** What was said of numbers lately, oldest first. */
  readonly numberChanges: Map<string, NumberChange>;
  /** Channels that ended lately, by id: a listing taken just before may still show them. */
  readonly ended: Map<string, EpochMilliseconds>;
  draining: boolean;
  drainTimer: Timer;
  /** The drain is over and everything was told to end: what is still there at the next look is lost. */
  released: boolean;
  storeFailed: boolean;
  /** By id. */
  readonly callerIdPools: Map<string, CallerIdPool>;
  /** Nothing is originated while it is set. */
  emergencyStop: EmergencyStop | undefined;
  /** Areas in which nobody may be called for a time, and when they last changed. */
  emergencyAreas: readonly EmergencyArea[];
  emergencyAreasSince: EpochMilliseconds;
  /** Versions of the do-not-call registries in force. */
  registries: readonly DncListVersion[];
  /** Calls whose rules ask for a registry that is not held are refused. */
  registriesRequired: boolean;
  /** Rule packs in force. */
  packs: readonly RulePack[];
  /** Their laws on abandoned calls. */
  abandonLaws: readonly AbandonLaw[];
  readonly totals: MutableTotals;
  /** Groups with something to decide at the end of the step. */
  readonly touched: PacingGroup[];
  /** Campaigns whose counters changed in this step: saved with it, so that a restart finds what the attempts say. */
  readonly counted: Campaign[];
}

export function emit(state: State, effect: Effect): void {
  state.effects.push(effect);
}

export function tell(state: State, event: DomainEvent): void {
  state.effects.push({ type: 'event', event });
}

/** The campaign's counters have changed: it is saved at the end of the step. */
export function noteCounted(state: State, campaign: Campaign): void {
  if (!state.counted.includes(campaign)) state.counted.push(campaign);
}

export function bump(table: Record<string, number>, key: string, by = 1): void {
  table[key] = (table[key] ?? 0) + by;
}

export function bumpIn(table: Record<string, Record<string, number>>, outer: string, inner: string): void {
  let row = table[outer];
  if (row === undefined) {
    row = {};
    table[outer] = row;
  }
  row[inner] = (row[inner] ?? 0) + 1;
}

/** Sets the one timer of an attempt or agent, replacing the one it had. */
export function setTimer(
  state: State,
  owner: { timer: Timer },
  at: EpochMilliseconds,
  target: DeadlineTarget,
): void {
  state.deadlines.cancel(owner.timer);
  owner.timer = state.deadlines.set(at, target);
}

export function clearTimer(state: State, owner: { timer: Timer }): void {
  state.deadlines.cancel(owner.timer);
  owner.timer = undefined;
}

export function takeTokens(bucket: TokenBucket, now: EpochMilliseconds): number {
  if (now > bucket.at) {
    bucket.tokens = Math.min(bucket.burst, bucket.tokens + ((now - bucket.at) / 1000) * bucket.perSecond);
    bucket.at = now;
  }
  return Math.floor(bucket.tokens + 1e-9);
}

/** When the bucket will hold one whole token. */
export function tokenAt(bucket: TokenBucket, now: EpochMilliseconds): EpochMilliseconds {
  if (takeTokens(bucket, now) >= 1) return now;
  return now + Math.max(1, Math.ceil(((1 - bucket.tokens) / bucket.perSecond) * 1000));
}

export function makeBucket(perSecond: number, now: EpochMilliseconds): TokenBucket {
  const burst = Math.max(1, perSecond / 4);
  return { perSecond, burst, tokens: burst, at: now };
}

export function agentSession(agent: Agent): AgentSession {
  return {
    id: agent.id,
    name: agent.name,
    pool: agent.pool.name,
    team: agent.team,
    tier: agent.tier,
    skills: agent.skills,
    endpoint: agent.endpoint,
    switchId: agent.switchId,
    legId: agent.legId,
    state: agent.state,
    stateSince: agent.stateSince,
    pauseReason: agent.pauseReason,
  };
}

export function eligible(
  agent: Agent,
  who: { readonly tiers: readonly AgentTier[]; readonly teams: readonly string[] | undefined },
): boolean {
  return who.tiers.includes(agent.tier) && (who.teams === undefined || who.teams.includes(agent.team));
}

export type { Outcome, PacingExplanation };
