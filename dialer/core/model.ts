/**
 * The nouns of the engine: campaigns, leads, attempts, agents, trunks.
 *
 * Everything here is plain data, so that a run can be recorded, replayed and stored. Instants are epoch
 * milliseconds (UTC) in fields that end in `At`; durations carry their unit in the name.
 */
import type { Permit, Purpose, WeekHours } from '../../compliance/index.js';

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

/** Who works a stage and how much of the list it takes. */
export interface StagePlan {
  /** Agents allowed to work the stage: any of these tiers … */
  readonly tiers: readonly AgentTier[];
  /** … and, when given, any of these teams. */
  readonly teams?: readonly string[];
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
  /** The campaign waits for a named operator after the gate has passed. */
  readonly approval?: boolean;
}

export type PacingMethod = string;

export interface PacingSettings {
  /** A name that `createPacer` of `tactus/pacing` knows. */
  readonly method: PacingMethod;
  /** Lines per ready agent, for the `ratio` method. */
  readonly ratio?: number;
  /** Abandoned live answers ÷ live answers that the pacer aims at, 0–1. */
  readonly targetAbandonRatio: number;
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
  /** Narrows the legal calling window; never widens it. */
  readonly callingHours?: WeekHours;
  /** Only contacts with recorded consent are called. */
  readonly consentRequired: boolean;
  /** Dispositions that count as a success. */
  readonly successDispositions: readonly string[];
  /** Dispositions by which the person refuses this offer without asking for the DNC list. */
  readonly refusalDispositions: readonly string[];
  /** Dispositions that put the number on the internal DNC list. */
  readonly optOutDispositions: readonly string[];
  /** A callback kept for one agent is offered to anyone this long after its due time, seconds. */
  readonly callbackGraceSeconds: number;
}

/** A campaign as it is stored: settings, where it stands, and what its stages have counted. */
export interface CampaignRecord {
  readonly settings: CampaignSettings;
  readonly createdAt: EpochMilliseconds;
  readonly status: CampaignStatus;
  /** The stage it is in, or would be in after a start or resume. */
  readonly stage: StageName;
  readonly statusSince: EpochMilliseconds;
  /** Why it is paused, halted, stopped or waiting; empty while it runs. */
  readonly reason: string;
  /** True once the stage samples have been drawn and frozen. */
  readonly sampled: boolean;
  readonly counters: Readonly<Record<StageName, StageCounters>>;
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
  readonly consent: 'granted' | 'refused' | 'none';
  /** Charged attempts on this number over all campaigns in the lease's look-back, newest first. */
  readonly recentAttempts: readonly EpochMilliseconds[];
  /** Latest attempt on this number over all campaigns that ended so; absent when none did. */
  readonly lastAbandonedAt?: EpochMilliseconds;
  readonly lastMachineAt?: EpochMilliseconds;
  readonly lastRefusedAt?: EpochMilliseconds;
  readonly lastConversationAt?: EpochMilliseconds;
}

/** A contact leased from the store to be dialled. The lease ends by itself at `leasedUntil`. */
export interface Lead {
  readonly contactId: string;
  readonly campaignId: string;
  readonly stage: StageName;
  readonly name: string;
  /** IANA zone stated for the contact; empty when unknown. */
  readonly timeZone: string;
  /** ISO 3166-2 subdivision or country stated for the contact; empty when unknown. */
  readonly region: string;
  readonly numbers: readonly LeadNumber[];
  /** Position in `numbers` that is next in turn. */
  readonly nextNumber: number;
  readonly attempts: number;
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
  /** Caps on the number over all campaigns that the store verifies inside the committing transaction. */
  readonly caps: readonly { readonly max: number; readonly seconds: number }[];
  readonly consentRequired: boolean;
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
}

export interface SwitchSettings {
  readonly id: string;
  /** Channels over all trunks and agent legs. */
  readonly maximumChannels: number;
  readonly callsPerSecond: number;
}
