/**
 * A scenario: the people who are called, the agents who talk to them, the trunks between them, what breaks and what
 * operators do. The simulated switch and virtual time both run on it. `defaultScenario` is the plain world of the pacing
 * bench: 30 % answer, talks of 90 s, wrap-up of 15 s; `demoScenario` adds the variety of a real list.
 * What the fields mean is said in `scenario-schema.ts`, and in `scenario.schema.json`, which is made from it.
 */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { readScenario } from './scenario-reader.js';
import type { OPERATOR_ACTIONS, PROCESS_ACTIONS, ScenarioStatic, SWITCH_ACTIONS } from './scenario-schema.js';

type DeepReadonly<T> = T extends (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** One value for the whole day, or 24 values, one for each local hour of the people called. */
export type ByHour = number | readonly number[];

export type Scenario = DeepReadonly<ScenarioStatic>;
export type PeopleScenario = Scenario['people'];
export type AgentsScenario = Scenario['agents'];
export type DispositionNames = AgentsScenario['dispositions'];
export type TrunkScenario = Scenario['trunk'];
export type FaultScenario = Scenario['faults'];
export type FaultPlan = FaultScenario['schedule'][number];
export type StoreScenario = Scenario['store'];
export type ListScenario = Scenario['lists'][number];
export type CampaignScenario = Scenario['campaigns'][number];
export type CallerIdPoolScenario = Scenario['callerIdPools'][number];
export type SwitchScenario = Scenario['switches'][number];
export type TrunkLine = Scenario['trunks'][number];
export type OperatorPlan = Scenario['operators'][number];
/** What can happen to a switch. */
export type SwitchFaultAction = (typeof SWITCH_ACTIONS)[number];
/** What can happen to the engine's process, its clock and its store. */
export type ProcessFaultAction = (typeof PROCESS_ACTIONS)[number];
export type FaultAction = SwitchFaultAction | ProcessFaultAction;
export type OperatorAction = (typeof OPERATOR_ACTIONS)[number];

export const defaultScenario: Scenario = {
  name: 'reference',
  timeZone: 'UTC',
  startAt: '',
  lists: [],
  campaigns: [],
  callerIdPools: [],
  people: {
    answerRate: 0.3,
    answerSpread: 0,
    machineRate: 0.15,
    screeningRate: 0,
    screeningAcceptRate: 0.4,
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
    screeningRing: { kind: 'uniform', from: 1, to: 4 },
    rejectedRing: { kind: 'uniform', from: 2, to: 8 },
    ringLimitSeconds: 60,
    talk: { kind: 'lognormal', mean: 90, cv: 0.9 },
    machineTalk: { kind: 'lognormal', mean: 6, cv: 0.5 },
    screeningTalk: { kind: 'uniform', from: 5, to: 15 },
    machineStay: { kind: 'uniform', from: 15, to: 40 },
    patience: { kind: 'exponential', mean: 10 },
    optOutKeyRate: 0.05,
    optOutKey: '9',
    optOutKeyDelay: { kind: 'uniform', from: 1, to: 5 },
    callerIds: { localFactor: 1, labelFactor: 1, labelled: [], labelCallsPerDay: null },
    callBackRate: 0,
    callBackDelay: { kind: 'uniform', from: 10, to: 600 },
    callBackWait: { kind: 'uniform', from: 20, to: 90 },
  },
  agents: {
    count: 20,
    wrapUp: { kind: 'lognormal', mean: 15, cv: 0.6 },
    machineWrapUp: { kind: 'lognormal', mean: 4, cv: 0.5 },
    wrapUpBy: {},
    talkFactor: { success: 1, refusal: 1, optOut: 1, callback: 1 },
    successRate: 0.1,
    optOutRate: 0.02,
    callbackRate: 0.08,
    callbackSelfRate: 0,
    callbackDelay: { kind: 'uniform', from: 600, to: 7200 },
    silentRate: 0,
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
    legFailureRate: 0,
    desk: {
      holdRate: 0,
      holdLength: { kind: 'uniform', from: 5, to: 30 },
      muteRate: 0,
      keysRate: 0,
      recordRate: 0,
      transferRate: 0,
      consultRate: 0,
      consultLength: { kind: 'uniform', from: 5, to: 15 },
      previewLook: { kind: 'uniform', from: 2, to: 10 },
      previewSkipRate: 0,
      previewSilentRate: 0,
      manualEvery: null,
    },
    tiers: { expert: 0.1, experienced: 0.3 },
    teams: ['virtual'],
    skills: [],
    shifts: [],
  },
  switches: [],
  trunk: {
    messageSeconds: 8,
    machineDetection: { enabled: false, sensitivity: 0.95, falsePositiveRate: 0.02 },
  },
  trunks: [],
  store: {
    delay: { kind: 'constant', value: 0 },
    lateRate: 0,
    lateDelay: { kind: 'uniform', from: 0, to: 20 },
    failureRate: 0,
    lostAnswerRate: 0,
    lostWriteAnswerRate: 0,
  },
  faults: {
    lostEventRate: 0,
    doubledEventRate: 0,
    delayedEventRate: 0,
    eventDelay: { kind: 'uniform', from: 0.05, to: 2 },
    localFailureRate: 0,
    lostCommandRate: 0,
    lostReplyRate: 0,
    lateCommandRate: 0,
    failedBridgeRate: 0,
    slowBridgeRate: 0,
    bridgeDelay: { kind: 'uniform', from: 0, to: 8 },
    lateListingRate: 0,
    listingDelay: { kind: 'uniform', from: 0, to: 6 },
    surpriseRate: 0,
    schedule: [],
  },
  changes: [],
  operators: [],
};

/** What an entry of a list is when a file leaves its fields out. */
export const entryDefaults = {
  lists: {
    campaign: 'simulated',
    at: 0,
    timeZone: 'America/New_York',
    areaCode: '212',
    first: 0,
    secondNumberRate: 0,
    consentRate: 1,
    refusedRate: 0,
    dncRate: 0,
  },
  campaigns: {
    purpose: 'service',
    pacer: 'progressive',
    ratio: 2,
    targetAbandonRatio: 0.03,
    staged: false,
    consentRequired: false,
    maximumAttempts: 3,
    attemptsPerDay: 3,
    retrySeconds: 4 * 3600,
    ringSeconds: 26,
    wrapUpSeconds: 900,
    maximumTalkSeconds: 7200,
    teams: [],
    callerIdPool: '',
    hours: [],
    manualDialing: 'contacts',
    recording: 'off',
    inboundWaitSeconds: 20,
  },
  callerIdPools: { dailyCap: null, restSeconds: 0, localPresence: false, rotation: 'round-robin' },
  switches: { maximumChannels: 1_000_000, callsPerSecond: 1_000_000 },
  trunks: {
    maximumChannels: 1_000_000,
    callsPerSecond: 1_000_000,
    carrierCallsPerSecond: null,
    latency: 0,
    failureEvery: null,
    failureLength: 30,
    failure: 'congestion',
  },
  'faults.schedule': { seconds: 5, by: 0, switch: '' },
  operators: { campaign: '', agent: 0, pacer: '', share: 0 },
  'agents.skills': {},
  'agents.shifts': { share: 1 },
  changes: {},
} as const;

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
  return readScenario(value, base, entryDefaults);
}

/** Reads a scenario from a JSON or YAML file. A key `$schema`, for editors, is passed over. */
export async function loadScenario(file: string, base: Scenario = defaultScenario): Promise<Scenario> {
  const value: unknown = parse(await readFile(file, 'utf8'));
  if (typeof value !== 'object' || value === null) return scenarioFrom(value, base);
  const { $schema: _, ...fields } = value as { $schema?: unknown };
  return scenarioFrom(Array.isArray(value) ? value : fields, base);
}
