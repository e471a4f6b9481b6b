/**
 * The pacer's interface: what it is told (events), what it sees (a snapshot) and what it answers.
 *
 * All times are seconds on one clock, the caller's. Ids are strings or numbers and come back unchanged.
 * Everything here is plain data, so that any dialer or simulator can drive a pacer.
 */

export type PacingId = string | number;

/** Fields of an attempt that a caller may add; a pacer works without them. */
export interface AttemptHints {
  /** Calibrated probability that a person (or whatever reaches an agent) answers this attempt, 0 to 1. */
  readonly pHint?: number | undefined;
  /** The contact behind the attempt, as named in the hopper. */
  readonly lead?: PacingId | undefined;
  /** The campaign of the attempt, where several share one team. */
  readonly campaign?: PacingId | undefined;
}

export interface PlacedEvent extends AttemptHints {
  readonly type: 'placed';
  readonly t: number;
  readonly id: PacingId;
}
export interface RingingEvent {
  readonly type: 'ringing';
  readonly t: number;
  readonly id: PacingId;
}
/** Something answered that goes to an agent: a person, or a machine where machines are not told apart. */
export interface AnsweredEvent {
  readonly type: 'answered';
  readonly t: number;
  readonly id: PacingId;
}
/** A machine answered and was recognised, so that no agent gets the call. */
export interface MachineEvent {
  readonly type: 'machine';
  readonly t: number;
  readonly id: PacingId;
}
/**
 * Ended unanswered. `kind` is free, but `congestion`, `cancelled`, `not-dialed` and `unknown` say that nobody was rung:
 * they do not count against the answer rate.
 */
export interface FailedEvent {
  readonly type: 'failed';
  readonly t: number;
  readonly id: PacingId;
  readonly kind?: string | undefined;
}
/** Answered, but not connected to an agent in time (timeout) or given up by the customer (hangup). */
export interface AbandonedEvent {
  readonly type: 'abandoned';
  readonly t: number;
  readonly id: PacingId;
  readonly kind?: string | undefined;
  readonly waited?: number | undefined;
}
export interface ConnectedEvent {
  readonly type: 'connected';
  readonly t: number;
  readonly id: PacingId;
  readonly agent?: PacingId | undefined;
  readonly waited?: number | undefined;
}
/** The customer hung up while the reserved agent's leg was on its way (hand-over latency). */
export interface HungupEvent {
  readonly type: 'hungup';
  readonly t: number;
  readonly id: PacingId;
  readonly waited?: number | undefined;
}
/** A ringing attempt was released at the pacer's wish. */
export interface ShedEvent {
  readonly type: 'shed';
  readonly t: number;
  readonly id: PacingId;
}
export interface AgentEvent {
  readonly type: 'agent';
  readonly t: number;
  readonly agent: PacingId;
  readonly state: 'ready' | 'reserved' | 'talk' | 'wrap' | 'out';
  readonly call?: PacingId | undefined;
}
/** The agent's verdict; `human: false` is how an undetected machine becomes known. */
export interface DispositionEvent {
  readonly type: 'disposition';
  readonly t: number;
  readonly agent?: PacingId | undefined;
  readonly call: PacingId;
  readonly human: boolean;
}
/** The agent is about to become free: the last thing touched before ready, some seconds ahead. */
export interface EndingEvent {
  readonly type: 'ending';
  readonly t: number;
  readonly agent: PacingId;
  readonly call?: PacingId | undefined;
}

/** An inbound call arrived for the agents of the pool. */
export interface InboundEvent {
  readonly type: 'inbound';
  readonly t: number;
}

/** An inbound call reached an agent (answered) or gave up (lost), `waited` seconds after it arrived. */
export interface InboundEndEvent {
  readonly type: 'inboundAnswered' | 'inboundLost';
  readonly t: number;
  readonly waited: number;
}

export type PacingEvent =
  | PlacedEvent
  | RingingEvent
  | AnsweredEvent
  | MachineEvent
  | FailedEvent
  | AbandonedEvent
  | ConnectedEvent
  | HungupEvent
  | ShedEvent
  | AgentEvent
  | DispositionEvent
  | EndingEvent
  | InboundEvent
  | InboundEndEvent;

/** An attempt that has been placed and has neither answered nor ended. */
export interface InFlightAttempt extends AttemptHints {
  readonly id: PacingId;
  readonly placedAt: number;
  readonly ringingAt: number | null;
}

/** A contact that could be called next. */
export interface HopperLead {
  readonly lead: PacingId;
  readonly pHint?: number | undefined;
  readonly campaign?: PacingId | undefined;
  /** The campaign's claim on channels and calls per second where they are short, against 1 of the others. */
  readonly weight?: number | undefined;
}

/** A busy agent; `endingSince` is when the agent announced the end, null while they have not. */
export interface BusyAgent {
  readonly agent: PacingId;
  readonly since: number;
  readonly endingSince?: number | null | undefined;
}

/**
 * The state of a pool at one instant. The arrays may be built lazily by the caller (getters), so that
 * methods which do not need them never touch them; they are read-only.
 */
export interface PacingSnapshot {
  readonly now: number;
  readonly agentsReady: number;
  readonly agentsTalking: number;
  readonly agentsWrap: number;
  readonly agentsTotal: number;
  /** When each talking agent's talk began. */
  readonly talkingSince: readonly number[];
  /** When each agent in wrap-up began it. */
  readonly wrapSince: readonly number[];
  readonly inFlight: readonly InFlightAttempt[];
  readonly inFlightCount: number;
  /** Answered customers who wait for an agent. */
  readonly waitingAnswered: number;
  /** Channels that may still be taken; Infinity when not limited. */
  readonly maxChannelsLeft: number;
  /** Calls that may be placed at this instant under the calls-per-second limit; Infinity when not limited. */
  readonly cpsBudget: number;

  /** Agents reserved for an answered customer whose audio is not joined yet. */
  readonly agentsReserved?: number | undefined;
  readonly reservedSince?: readonly number[] | undefined;
  readonly talking?: readonly BusyAgent[] | undefined;
  readonly wrapping?: readonly BusyAgent[] | undefined;
  /** Next contacts, in list order. Without it the number of contacts is not limited. */
  readonly hopper?: readonly HopperLead[] | undefined;
  /** What the abandon ledger allows now (0 to 1); overrides the option of the same name. */
  readonly targetAbandonRatio?: number | undefined;
  /** Shortest ring in seconds before a call may be released; overrides the option of the same name. */
  readonly minRing?: number | undefined;
  /** Seconds from the answer to the agent's voice; overrides the option of the same name. */
  readonly handover?: number | undefined;
  /** Agents kept ready for inbound calls; they are not dialled for. Predictive takes fractions: an agent part of the time. */
  readonly agentsHeld?: number | undefined;
  /** Inbound calls that wait for an agent of the pool. */
  readonly inboundWaiting?: number | undefined;
  /** Inbound calls expected per second; without it predictive learns it from `inbound` events. */
  readonly inboundPerSecond?: number | undefined;
  /** Contacts on agents' screens that have not been dialled yet (preview). */
  readonly previewsOpen?: number | undefined;
  /** The switch link is down or lagging: nothing may be dialled. */
  readonly blind?: boolean | undefined;
  /** No contact that is left may lawfully be called at this hour: nothing may be dialled. */
  readonly windowClosed?: boolean | undefined;
}

/** Which contacts of the hopper to call, one attempt each, in order. */
export interface PacingPicks {
  readonly picks: readonly PacingId[];
}

/**
 * What held the number of lines back in the last decision.
 * agents: no agent to dial for; abandon: the abandon budget; lines: the lines that the method aims at are
 * already placed; channels, cps, hopper: those ran out; window: it is no lawful hour for the contacts that are
 * left; blind: the switch cannot be seen.
 */
export type PacingLimit = 'agents' | 'abandon' | 'lines' | 'channels' | 'cps' | 'hopper' | 'window' | 'blind';

export interface PacingExplanation {
  readonly pacer: string;
  /** Time of the decision, seconds; null before the first. */
  readonly at: number | null;
  /** Lines that the decision asked for. */
  readonly lines: number;
  readonly limit: PacingLimit;
  /** The counts that the decision saw. */
  readonly inputs: Readonly<Record<string, number>>;
  /** What the pacer believes: rates as ratios, durations in seconds. */
  readonly estimates: Readonly<Record<string, number>>;
  /** One plain sentence with the numbers. */
  readonly text: string;
}

export interface Pacer {
  /** The method's name. */
  readonly name: string;
  /** Tells the pacer what happened to attempts and agents. Unknown event types are ignored. */
  observe(event: PacingEvent): void;
  /** How many calls to place now: an integer of at least 0, or picks from the hopper when it is given. */
  callsToPlace(snapshot: PacingSnapshot): number | PacingPicks;
  /** Ids of ringing attempts to release past the minimum ring, because their agents are gone. */
  callsToShed?(snapshot: PacingSnapshot): PacingId[];
  /** Inputs, estimates and the limiting factor of the last decision. */
  explain(): PacingExplanation;
  /** The limiting factor alone: for callers who ask after each decision, and need no words. */
  limitingFactor?(): PacingLimit;
}

export interface PacerOptions {
  /** Abandoned share of answers to aim at, 0 to 1. Default 0.03. */
  readonly targetAbandonRatio?: number | undefined;
  /** Seconds that an answered customer may wait for an agent. Default 2. */
  readonly answerWait?: number | undefined;
  /** Seconds from the answer to the agent's voice once an agent is taken. Default 0. */
  readonly handover?: number | undefined;
  /** Shortest ring before an unanswered call may be released, seconds. Default 15. */
  readonly minRing?: number | undefined;
  /** Seed of the few random choices a method makes. Default 1. */
  readonly seed?: number | undefined;

  /** ratio: lines in flight per ready agent. Default 2. */
  readonly linesPerAgent?: number | undefined;

  /** agentless: lines to hold at once. Default: as many as there are channels. */
  readonly lines?: number | undefined;
  /** agentless: calls to place per minute. Default: not limited. */
  readonly callsPerMinute?: number | undefined;

  /** predictive: answer rate to begin with, before anything is known. Default 0.35. */
  readonly answerRate?: number | undefined;
  /** predictive: talk time to begin with, seconds. Default 90. */
  readonly talkSeconds?: number | undefined;
  /** predictive: wrap-up time to begin with, seconds. Default 15. */
  readonly wrapSeconds?: number | undefined;
  /** predictive: release ringing calls whose agents are gone. Default true. */
  readonly shed?: boolean | undefined;
  /**
   * predictive: of the inbound calls, the share that is to be answered within so many seconds. Agents are held
   * back from dialling for it, as many as the events of inbound calls show to be needed. Default: none is.
   */
  readonly inboundService?: { readonly share: number; readonly seconds: number } | undefined;

  /** vicidial-*: adaptive_dropped_percentage. Default: the target as a percentage. */
  readonly dropPercent?: number | undefined;
  /** vicidial-*: adaptive_maximum_level. Default 3. */
  readonly maximumLevel?: number | undefined;
  /** vicidial-*: auto_dial_level to begin with. Default 1. */
  readonly startLevel?: number | undefined;
  /** vicidial-*: adaptive_intensity, -40 to 40. Default 0. */
  readonly intensity?: number | undefined;
  /** vicidial-*: adaptive_dl_diff_target. Default 0. */
  readonly levelDifferenceTarget?: number | undefined;
  /** vicidial-*: available_only_ratio_tally. Default false. */
  readonly availableOnly?: boolean | undefined;
  /** vicidial-tapered: adaptive_latest_server_time, seconds on the caller's clock. Default 12 hours after the first decision. */
  readonly latestServerTime?: number | undefined;
}
