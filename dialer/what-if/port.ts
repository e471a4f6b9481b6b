/**
 * What-ifs: what would come of a list with these agents and hours. The simulator implements `Simulator`; the command
 * line and the HTTP interface ask it.
 */
import type { CampaignSettings } from '../core/model.js';
import type { MeasuredCampaign } from './measured-campaign.js';

/** What is asked. What is left out has the default that is stated, or the simulator's reference people. */
export interface WhatIfInput {
  /**
   * Contacts on the list. Default: the scenario's lists, or those left on the measured campaign; without either a list
   * that does not run out.
   */
  readonly contacts?: number;
  /** Working hours at most. Default 8; with a list, `DEFAULT_LIST_HOURS`. */
  readonly hours?: number;
  /** Of a working day, Monday to Friday from nine. Default: `hours`, at most 10. */
  readonly hoursPerDay?: number;
  /** Team sizes to compare. Default: the scenario's, or 20. */
  readonly agents?: number | readonly number[];
  /** Pacers to compare: names of `tactus/pacing`; `ratio:2.5` is `ratio` with 2.5 lines for each ready agent. */
  readonly pacers?: readonly string[];
  /** Abandoned live answers ÷ live answers to aim at, 0–0.5. Default: the campaign's, or 0.03. */
  readonly targetAbandonRatio?: number;
  /** Runs of each case, each with another seed. Default 5. */
  readonly runs?: number;
  /** The same seed gives the same result. Default `tactus`. */
  readonly seed?: string;
  /** Share of calls that people answer, 0–1. */
  readonly answerRate?: number;
  /** Mean of conversations with people, seconds. */
  readonly talkSeconds?: number;
  /** Mean of wrap-ups after people, seconds. */
  readonly wrapUpSeconds?: number;
  /** Share of conversations with people that end in success, 0–1. */
  readonly successRate?: number;
  /** Attempts on one contact. Default: the campaign's, or 3. */
  readonly maximumAttempts?: number;
  /** Wait before a contact that was not reached is tried again, seconds. Default: the campaign's, or 4 hours. */
  readonly retryDelaySeconds?: number;
  /** A scenario of the simulator (people, agents, trunk, faults) as JSON; the numbers above go over it. */
  readonly scenario?: unknown;
  /** What a campaign has measured; the scenario and the numbers above go over it. */
  readonly measured?: MeasuredCampaign;
}

/** Working hours that a list may take at most when no number is given: 20 days of 10 hours. */
export const DEFAULT_LIST_HOURS = 200;

/** One wrong field and the remedy. */
export interface WhatIfProblem {
  readonly field: string;
  readonly detail: string;
}

/** The input cannot be simulated. Its message is one line. */
export class WhatIfInputError extends Error {
  override readonly name = 'WhatIfInputError';
  readonly problems: readonly WhatIfProblem[];

  constructor(problems: readonly WhatIfProblem[]) {
    super(problems.map(({ field, detail }) => `${field} ${detail}`).join('; '));
    this.problems = problems;
  }
}

/**
 * The mean over the runs and a 95 % prediction interval: where one more such run would end up in 19 of 20 cases (Student's
 * t, mean ± t·s·√(1 + 1/n)), cut at what is possible. Without interval when there was one run.
 */
export interface Estimate {
  readonly mean: number;
  readonly low?: number;
  readonly high?: number;
}

export interface WhatIfFigures {
  /** Working hours until every contact was closed; absent unless all runs came to that. */
  readonly hoursToDone?: Estimate;
  /** Working hours until nine in ten contacts were closed; absent unless all runs came to that. */
  readonly hoursToMost?: Estimate;
  /** Contacts closed ÷ contacts, 0–1; absent when the list does not run out. */
  readonly listDone?: Estimate;
  readonly calls: Estimate;
  /** Answered by people. */
  readonly answered: Estimate;
  /** People put through to an agent. */
  readonly connected: Estimate;
  /** People who answered and were not put through. */
  readonly abandoned: Estimate;
  /** abandoned ÷ answered, 0–1. */
  readonly abandonRatio: Estimate;
  /** (talk + wrap-up) ÷ (talk + wrap-up + ready) in working hours, until the list is done. */
  readonly occupancy: Estimate;
  /** Talk and wrap-up of all agents, hours. */
  readonly workHours: Estimate;
  readonly successes: Estimate;
  readonly optOuts: Estimate;
  /** Calls for each person put through; absent when nobody was. */
  readonly callsPerConnect?: Estimate;
  /** For each agent and working hour, until the list is done. */
  readonly connectsPerAgentHour: Estimate;
  readonly successesPerAgentHour: Estimate;
}

/** One moment of the course of a case, over all runs. */
export interface WhatIfMoment {
  /** Working hours since the start, at the end of the slice that the figures are of. */
  readonly hours: number;
  /** Contacts closed so far ÷ contacts; absent when the list does not run out. */
  readonly listDone?: Estimate;
  /** Absent when no run had agents at work then. */
  readonly occupancy?: Estimate;
  /** People put through so far. */
  readonly connected: Estimate;
  readonly successes: Estimate;
}

/** A pacer and a team size. */
export interface WhatIfCase {
  readonly pacer: string;
  readonly agents: number;
  readonly runs: number;
  /** Runs in which every contact was closed within the hours. */
  readonly runsDone: number;
  readonly figures: WhatIfFigures;
  readonly course: readonly WhatIfMoment[];
}

export interface WhatIfResult {
  /** What was simulated, with the defaults filled in. */
  readonly contacts?: number;
  readonly hours: number;
  readonly hoursPerDay: number;
  readonly targetAbandonRatio: number;
  readonly runs: number;
  readonly seed: string;
  readonly interval: { readonly level: number; readonly kind: 'prediction' };
  /** In the order of the input: each pacer with each team size. */
  readonly cases: readonly WhatIfCase[];
  /** What the reader should know: where the numbers come from, what they leave out. */
  readonly notes: readonly string[];
}

export interface PreparedWhatIf {
  /** About how many calls all runs will simulate. */
  readonly calls: number;
  /**
   * Runs it in worker threads.
   *
   * @param options.signal ends it: the promise rejects with an `AbortError`
   * @param options.progress the share that is done, 0–1
   */
  run(options?: {
    readonly signal?: AbortSignal;
    readonly progress?: (done: number) => void;
  }): Promise<WhatIfResult>;
}

export interface Simulator {
  /** @throws WhatIfInputError naming each wrong field */
  prepare(input: WhatIfInput): PreparedWhatIf;
  /** Ends the workers; what runs is rejected. */
  close(): Promise<void>;
}

/** Settings of a campaign that decide over a what-if. */
export type WhatIfCampaign = Pick<
  CampaignSettings,
  | 'ringSeconds'
  | 'answerWaitMilliseconds'
  | 'wrapUpSeconds'
  | 'maximumTalkSeconds'
  | 'retry'
  | 'maximumAttempts'
  | 'attemptsPerDay'
  | 'pacing'
>;
