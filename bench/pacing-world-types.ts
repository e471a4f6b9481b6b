/** What a world for pacers is given, and what it reports. */
import type { LeadSource } from './pacing-leads.js';

/** A value that holds all the time, or by the time in seconds. */
export type Changing = number | ((t: number) => number);

export interface WorldOptions {
  /** Team size, or steps of it: [seconds, agents]. A cut sends ready agents off at once, busy ones after their wrap-up. */
  readonly agents: number | readonly (readonly [number, number])[];
  readonly hours: number;
  readonly seed: number;
  /** Share of attempts that a person answers. */
  readonly answerRate: Changing;
  /** Shares of attempts that a machine answers (recognised) and that fail at once. */
  readonly machineRate?: number;
  readonly failureRate?: number;
  readonly talkSeconds: Changing;
  readonly talkVariation?: number;
  readonly wrapSeconds: Changing;
  readonly wrapVariation?: number;
  readonly ringSeconds?: number;
  /** Seconds after which an unanswered call is given up. */
  readonly ringTimeout?: number;
  readonly answerWait?: number;
  /** Mean seconds that a waiting customer stays. */
  readonly patience?: number;
  /** Seconds left out of the figures at the start. */
  readonly warmup?: number;
  readonly tick?: number;
  /** What the abandon ledger allows at this time; without it the pacer's own target holds. */
  readonly target?: (t: number) => number;

  /** Contacts, shown to the pacer as a hopper of `hopper` (200). */
  readonly leads?: LeadSource;
  readonly hopper?: number;
  /** Ringing calls may be released from this ring age on, seconds. */
  readonly shedFrom?: number;
  /** Share of agents' calls whose wrap-up end is announced, 5 to 10 s ahead. */
  readonly announced?: number;
  /** Seconds from the answer to the agent's voice, during which the agent is reserved. */
  readonly handover?: number;
  /** The pacer is not told of the hand-over. */
  readonly handoverUntold?: boolean;
  /** Inbound calls for the same agents. They wait in a queue, behind answered outbound customers. */
  readonly inbound?: { readonly perHour: number; readonly talkSeconds: number; readonly patience: number };
  readonly channels?: number;
  readonly callsPerSecond?: number;
}

export interface CampaignCounts {
  attempts: number;
  answers: number;
  abandoned: number;
}

/** What came of inbound calls; `waits`: seconds that each waited, those who gave up included. */
export interface InboundCounts {
  arrived: number;
  gaveUp: number;
  readonly waits: number[];
}

export interface WorldResult {
  readonly attempts: number;
  readonly answers: number;
  readonly abandoned: number;
  readonly connects: number;
  readonly abandonRatio: number;
  readonly occupancy: number;
  /** Largest abandon ratio of a rolling half hour with at least 20 answers. */
  readonly worstHalfHour: number;
  readonly decisions: number;
  /** Answers lost because their call was released. */
  readonly lost: number;
  /** From the first minute on, warm-up included: answers, abandons among them, busy and logged-in agent seconds. */
  readonly minutes: {
    readonly answers: Float64Array;
    readonly abandoned: Float64Array;
    readonly busy: Float64Array;
    readonly loggedIn: Float64Array;
  };
  readonly campaigns: ReadonlyMap<string, CampaignCounts>;
  readonly inbound: InboundCounts;
  /** Mean true chance of the contacts that were called. */
  readonly chanceDialled: number;
}
