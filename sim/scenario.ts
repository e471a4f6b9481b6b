/**
 * A scenario: the people who are called, the agents who talk to them, the trunk between them, and what breaks.
 * The simulated switch and virtual time both run on it. `defaultScenario` is the plain world of the pacing
 * bench: 30 % answer, talks of 90 s, wrap-up of 15 s; `demoScenario` adds the variety of a real list.
 */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { Distribution } from './distributions.js';
import { readScenario } from './scenario-reader.js';

/** One value for the whole day, or 24 values, one for each local hour of the people called. */
export type ByHour = number | readonly number[];

/** Rates are shares of all attempts, 0–1; what is left of 1 never answers. */
export interface PeopleScenario {
  /** A person answers. */
  readonly answerRate: ByHour;
  /** Standard deviation of the answer rate between numbers (beta distributed); 0 makes all numbers alike. */
  readonly answerSpread: number;
  /** A machine answers. */
  readonly machineRate: number;
  readonly busyRate: number;
  /** The number does not exist. */
  readonly invalidRate: number;
  /** The network refuses: congestion. */
  readonly congestionRate: number;
  /** Rings, then is rejected by the person. */
  readonly rejectedRate: number;
  /** Announcement as early media, then a failure: never answered. */
  readonly announcementRate: number;
  /** Picks up and is gone within the second. */
  readonly shortRate: number;
  /** Picks up and hangs up in the same instant. */
  readonly instantRate: number;
  /** From the originate to the first sign from the far end. */
  readonly dialLatency: Distribution;
  /** From the first sign to a failure that does not ring: busy, invalid, congestion. */
  readonly failureDelay: Distribution;
  /** How long a person lets it ring. */
  readonly ring: Distribution;
  readonly machineRing: Distribution;
  readonly rejectedRing: Distribution;
  /** When the network gives up on a call that nobody answers. */
  readonly ringLimitSeconds: number;
  /** From the bridge until the person hangs up. */
  readonly talk: Distribution;
  /** From the bridge until the conversation with a machine is over. */
  readonly machineTalk: Distribution;
  /** From the answer until a machine that nobody talks to hangs up. */
  readonly machineStay: Distribution;
  /** From the answer until a person hangs up when nobody speaks. */
  readonly patience: Distribution;
  /** A person who hears the safe-harbour message presses the opt-out key. */
  readonly optOutKeyRate: number;
  readonly optOutKey: string;
  /** From the start of the message to the key. */
  readonly optOutKeyDelay: Distribution;
}

export interface DispositionNames {
  readonly success: string;
  readonly refusal: string;
  readonly optOut: string;
  readonly callback: string;
  readonly machine: string;
}

export interface AgentsScenario {
  readonly count: number;
  readonly wrapUp: Distribution;
  /** After a machine there is little to write. */
  readonly machineWrapUp: Distribution;
  /** What conversations with people end in; what is left of 1 is a refusal. */
  readonly successRate: number;
  readonly optOutRate: number;
  readonly callbackRate: number;
  /** How far ahead a callback is agreed. */
  readonly callbackDelay: Distribution;
  readonly dispositions: DispositionNames;
  /** Time between two breaks of an agent, and their length; no breaks when `breakEvery` is null. */
  readonly breakEvery: Distribution | null;
  readonly breakLength: Distribution;
  readonly breakReason: string;
  /** Log-ins are spread evenly over this time. */
  readonly loginSeconds: number;
  /** Agents of the roster who never come. */
  readonly noShowRate: number;
  /** Lost agent legs per agent and hour. */
  readonly legDropsPerHour: number;
}

export interface TrunkScenario {
  /** Length of a message file that the switch plays, when the name does not tell. */
  readonly messageSeconds: number;
  /** Answering machine detection on the trunk; its verdict comes with the answer. */
  readonly machineDetection: {
    readonly enabled: boolean;
    /** Machines found to be machines. */
    readonly sensitivity: number;
    /** People taken for machines. */
    readonly falsePositiveRate: number;
  };
}

export type FaultAction =
  /** Cut the control connections without a word. */
  | 'drop-connections'
  /** Neither read nor write for `seconds`. */
  | 'stall'
  /** End listeners as a switch does that lost events: a notice in the middle of a frame. */
  | 'kill-listeners'
  /** Refuse new control connections for `seconds`. */
  | 'refuse-connections'
  /** Announce, hang up everything, leave. */
  | 'shutdown'
  /** Refuse outbound calls locally for `seconds`. */
  | 'pause-outbound'
  /** Every call fails with congestion for `seconds`. */
  | 'brown-out'
  /** All channels and connections are gone at once, and the switch is a new instance. */
  | 'crash';

export interface FaultScenario {
  /** Shares of events, 0–1. */
  readonly lostEventRate: number;
  readonly doubledEventRate: number;
  readonly delayedEventRate: number;
  readonly eventDelay: Distribution;
  /** Originates refused by the switch itself. */
  readonly localFailureRate: number;
  /** Faults at set times after the start, seconds. */
  readonly schedule: readonly {
    readonly at: number;
    readonly action: FaultAction;
    readonly seconds: number;
  }[];
}

export interface Scenario {
  readonly name: string;
  /** IANA zone whose hours index rates by hour. */
  readonly timeZone: string;
  readonly people: PeopleScenario;
  readonly agents: AgentsScenario;
  readonly trunk: TrunkScenario;
  readonly faults: FaultScenario;
}

export const defaultScenario: Scenario = {
  name: 'reference',
  timeZone: 'UTC',
  people: {
    answerRate: 0.3,
    answerSpread: 0,
    machineRate: 0.15,
    busyRate: 0.04,
    invalidRate: 0.02,
    congestionRate: 0.01,
    rejectedRate: 0,
    announcementRate: 0,
    shortRate: 0,
    instantRate: 0,
    dialLatency: { kind: 'uniform', from: 0.3, to: 3 },
    failureDelay: { kind: 'uniform', from: 1, to: 3 },
    ring: { kind: 'gamma', mean: 10, cv: 0.45, minimum: 1, maximum: 24 },
    machineRing: { kind: 'uniform', from: 15, to: 20 },
    rejectedRing: { kind: 'uniform', from: 2, to: 8 },
    ringLimitSeconds: 60,
    talk: { kind: 'lognormal', mean: 90, cv: 0.9 },
    machineTalk: { kind: 'lognormal', mean: 6, cv: 0.5 },
    machineStay: { kind: 'uniform', from: 15, to: 40 },
    patience: { kind: 'exponential', mean: 10 },
    optOutKeyRate: 0.05,
    optOutKey: '9',
    optOutKeyDelay: { kind: 'uniform', from: 1, to: 5 },
  },
  agents: {
    count: 20,
    wrapUp: { kind: 'lognormal', mean: 15, cv: 0.6 },
    machineWrapUp: { kind: 'lognormal', mean: 4, cv: 0.5 },
    successRate: 0.1,
    optOutRate: 0.02,
    callbackRate: 0.08,
    callbackDelay: { kind: 'uniform', from: 600, to: 7200 },
    dispositions: {
      success: 'sale',
      refusal: 'not-interested',
      optOut: 'do-not-call',
      callback: 'callback',
      machine: 'machine',
    },
    breakEvery: null,
    breakLength: { kind: 'lognormal', mean: 300, cv: 0.5 },
    breakReason: 'break',
    loginSeconds: 30,
    noShowRate: 0,
    legDropsPerHour: 0,
  },
  trunk: {
    messageSeconds: 8,
    machineDetection: { enabled: false, sensitivity: 0.95, falsePositiveRate: 0.02 },
  },
  faults: {
    lostEventRate: 0,
    doubledEventRate: 0,
    delayedEventRate: 0,
    eventDelay: { kind: 'uniform', from: 0.05, to: 2 },
    localFailureRate: 0,
    schedule: [],
  },
};

/** What a real list looks like: machines detected, rejections, wrong numbers, agents who take breaks. */
export const demoScenario: Scenario = {
  ...defaultScenario,
  name: 'demo',
  people: {
    ...defaultScenario.people,
    rejectedRate: 0.02,
    announcementRate: 0.02,
    shortRate: 0.01,
    answerSpread: 0.12,
  },
  agents: { ...defaultScenario.agents, breakEvery: { kind: 'exponential', mean: 3600 } },
  trunk: {
    ...defaultScenario.trunk,
    machineDetection: { ...defaultScenario.trunk.machineDetection, enabled: true },
  },
};

/**
 * A scenario from what a file says; fields left out are those of `base`.
 * Throws `ScenarioError`, which lists every field that is wrong.
 */
export function scenarioFrom(value: unknown, base: Scenario = defaultScenario): Scenario {
  return readScenario(value, base);
}

/** Reads a scenario from a JSON or YAML file. */
export async function loadScenario(file: string, base: Scenario = defaultScenario): Promise<Scenario> {
  return scenarioFrom(parse(await readFile(file, 'utf8')), base);
}
