/** The world of a seed: what kind of list, team and campaign, and which faults, drawn from the seed alone. */

import { type Distribution, RandomStream, type Scenario, scenarioFrom } from '../../sim/index.js';
import { additionsOf, NO_ADDITIONS } from './seed-additions.js';

/** Area codes with a zone and rules of their own, each known to the oracle of the compliance tests. */
const AREAS = [
  { areaCode: '212', timeZone: 'America/New_York' },
  { areaCode: '512', timeZone: 'America/Chicago' },
  { areaCode: '801', timeZone: 'America/Denver' },
  { areaCode: '503', timeZone: 'America/Los_Angeles' },
  { areaCode: '401', timeZone: 'America/New_York' },
  { areaCode: '601', timeZone: 'America/Chicago' },
  { areaCode: '617', timeZone: 'America/New_York' },
] as const;

/** Shortly before calls must end. */
const EVENINGS: readonly string[] = [
  '2026-11-18T20:48',
  '2026-11-18T20:40',
  '2026-10-31T20:42',
  '2026-03-07T20:45',
];

/** Ordinary days, nights when clocks change, holidays, ends of windows. */
const STARTS = [
  '2026-11-17T12:00',
  '2026-11-17T09:30',
  '2026-11-16T15:00',
  '2026-06-10T12:00',
  '2026-11-18T12:00',
  '2026-11-18T13:00',
  '2026-11-19T11:30',
  '2026-11-20T14:00',
  '2026-11-18T20:48',
  '2026-11-18T07:50',
  '2026-11-18T20:40',
  '2026-11-01T12:30',
  '2026-11-01T07:45',
  '2026-10-31T20:42',
  '2026-03-08T12:00',
  '2026-03-08T07:50',
  '2026-03-07T20:45',
  '2026-12-25T12:00',
  '2026-11-15T12:00',
] as const;

export interface SeedWorld {
  readonly scenario: Scenario;
  readonly store: 'memory' | 'disk';
  /** Virtual seconds until the trouble ends. */
  readonly seconds: number;
  /** Virtual seconds without trouble in which calls go on. */
  readonly calmSeconds: number;
}

export interface WorldOfSeedOptions {
  /** Without caller-id pools, schedules, previews, desk work and calls back, as worlds were before those. */
  readonly plain?: boolean;
  /** Instead of what the seed says. */
  readonly store?: 'memory' | 'disk';
}

/** One run in so many is on the embedded store. */
const DISK_SHARE = 40;

export function worldOfSeed(seed: number, options: WorldOfSeedOptions = {}): SeedWorld {
  const random = new RandomStream(seed, 0x5eed, seed >>> 16);
  const pick = <T>(choices: readonly T[]): T => choices[random.integer(choices.length)] as T;
  const chance = (probability: number): boolean => random.bernoulli(probability);
  /** Nothing in half of the worlds, else up to `most`. */
  const sometimes = (most: number): number => (chance(0.5) ? 0 : round(random.uniform() ** 2 * most));
  const store = options.store ?? (seed % DISK_SHARE === 7 ? 'disk' : 'memory');
  const small = store === 'disk' || chance(0.2);
  const count = small ? 2 + random.integer(8) : 8 + random.integer(40);
  const seconds = Math.round((small ? 900 : 1500) * (0.5 + random.uniform()));
  const area = pick(AREAS);
  const pacer = (): string =>
    // The predictive pacer takes more time than all the rest together.
    chance(0.02) ? 'predictive' : pick(['progressive', 'ratio']);
  const two = chance(0.5);
  const campaigns = ['one', ...(two ? ['two'] : [])].map((id, index) => ({
    id,
    purpose: pick(['service', 'sales'] as const),
    pacer: pacer(),
    ratio: 1 + random.integer(3),
    staged: index === 0 && chance(0.3),
    consentRequired: chance(0.2),
    maximumAttempts: 1 + random.integer(4),
    attemptsPerDay: 1 + random.integer(4),
    retrySeconds: pick([60, 120, 600, 1800]),
    ringSeconds: 15 + random.integer(15),
    wrapUpSeconds: 20 + random.integer(40),
    maximumTalkSeconds: 60 + random.integer(120),
    teams: index === 1 && chance(0.3) ? ['north'] : [],
  }));
  const list = (campaign: string, first: number, contacts: number, at: number) => ({
    campaign,
    at,
    contacts,
    first,
    ...area,
    secondNumberRate: sometimes(0.5),
    consentRate: 0.6 + 0.4 * random.uniform(),
    refusedRate: 0,
    dncRate: sometimes(0.1),
  });
  // Few lists are worked off, and the rest of one costs its import and is looked at again at the end.
  const size = chance(0.2) ? 20 + random.integer(200) : 300 + count * 60;
  const lists = [
    list('one', 0, size, 0),
    // Half of them share their numbers with the first list.
    ...(two ? [list('two', chance(0.5) ? 0 : 5_000, Math.ceil(size / 2), 0)] : []),
    ...(chance(0.2) ? [list('one', size, Math.ceil(size / 2), 1 + random.integer(seconds))] : []),
  ];
  const several = chance(0.3);
  const switches = (several ? ['east', 'west'] : ['east']).map((id) => ({
    id,
    maximumChannels: chance(0.08) ? count + 5 : 1_000,
    callsPerSecond: chance(0.08) ? 4 : 200,
  }));
  const trunks = switches.flatMap(({ id }) =>
    (chance(0.3) ? ['a', 'b'] : ['a']).map((name) => ({
      name: `${id}-${name}`,
      switch: id,
      maximumChannels: chance(0.08) ? 5 + random.integer(20) : 500,
      callsPerSecond: chance(0.08) ? 2 + random.integer(5) : 200,
      carrierCallsPerSecond: chance(0.1) ? 3 : null,
      latency: { kind: 'uniform', from: 0, to: sometimes(3) },
      failureEvery: chance(0.2) ? ({ kind: 'exponential', mean: 400 } as const) : null,
      failure: pick(['congestion', 'local'] as const),
    })),
  );
  const detection = chance(0.5);
  const answerRate = round(0.15 + 0.35 * random.uniform());
  const startAt = pick(STARTS);
  const added = options.plain
    ? NO_ADDITIONS
    : additionsOf(seed, { areaCode: area.areaCode, startAt, campaigns: campaigns.length, seconds });
  return {
    store,
    seconds,
    calmSeconds: 300,
    scenario: scenarioFrom({
      name: `seed ${seed}`,
      timeZone: area.timeZone,
      startAt,
      campaigns: campaigns.map((campaign, index) => ({ ...campaign, ...added.campaigns[index] })),
      callerIdPools: added.callerIdPools,
      lists,
      switches,
      trunks,
      people: {
        answerRate,
        answerSpread: chance(0.3) ? 0.1 : 0,
        machineRate: round(0.2 * random.uniform()),
        screeningRate: sometimes(0.05),
        rejectedRate: sometimes(0.05),
        announcementRate: sometimes(0.03),
        shortRate: sometimes(0.04),
        instantRate: sometimes(0.04),
        dialLatency: { kind: 'uniform', from: 0.1, to: 2 },
        ring: { kind: 'gamma', mean: 6, cv: 0.5, minimum: 0.5, maximum: 24 },
        talk: { kind: 'lognormal', mean: 10 + random.integer(30), cv: 1 },
        patience: { kind: 'exponential', mean: 5 },
        optOutKeyRate: sometimes(0.4),
        ...added.people,
      },
      agents: {
        count,
        wrapUp: { kind: 'lognormal', mean: 3 + random.integer(8), cv: 0.6 },
        loginSeconds: 10,
        successRate: 0.1,
        optOutRate: sometimes(0.2),
        callbackRate: sometimes(0.4),
        callbackSelfRate: round(random.uniform()),
        callbackDelay: { kind: 'uniform', from: 1, to: 600 },
        silentRate: sometimes(0.2),
        breakEvery: chance(0.3) ? { kind: 'exponential', mean: 300 } : null,
        breakLength: { kind: 'exponential', mean: 60 },
        legDropsPerHour: sometimes(6),
        legFailureRate: sometimes(0.1),
        desk: added.desk,
        teams: ['north', 'south'],
        shifts: chance(0.1)
          ? [
              { from: 0, to: seconds * 0.7, share: 0.5 },
              { from: seconds * 0.2, to: seconds * 3, share: 0.5 },
            ]
          : [],
      },
      trunk: {
        messageSeconds: 3 + random.integer(6),
        machineDetection: {
          enabled: detection,
          sensitivity: round(0.5 + 0.5 * random.uniform()),
          falsePositiveRate: sometimes(0.2),
        },
      },
      store: storeOf(random, sometimes, EVENINGS.includes(startAt) ? LATE_IN_THE_EVENING : 0),
      faults: {
        lostEventRate: sometimes(0.1),
        doubledEventRate: sometimes(0.2),
        delayedEventRate: sometimes(0.3),
        localFailureRate: sometimes(0.05),
        lostCommandRate: sometimes(0.1),
        lostReplyRate: sometimes(0.05),
        lateCommandRate: rateApart(seed, 0x1a7e, 0.03),
        failedBridgeRate: sometimes(0.3),
        slowBridgeRate: sometimes(0.3),
        lateListingRate: sometimes(0.5),
        surpriseRate: sometimes(0.02),
        schedule: faultsOf(random, seconds, switches),
      },
      operators: [...operatorsOf(random, seconds, count, campaigns), ...emergenciesOf(seed, seconds)],
    }),
  };
}

/** Nothing in two thirds of the worlds, else up to `most`; by a stream of its own, so that worlds stay what they were. */
function rateApart(seed: number, stream: number, most: number): number {
  const random = new RandomStream(seed, stream, seed >>> 16);
  return random.bernoulli(2 / 3) ? 0 : round(random.uniform() * most);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** So often at least is the store late when calls must end soon: an intent is durable, and may not be dialled any more. */
const LATE_IN_THE_EVENING = 0.15;

/** @param late least share of late answers */
function storeOf(random: RandomStream, sometimes: (most: number) => number, late: number): object {
  const to = random.bernoulli(0.3) ? 0 : 0.02;
  const delay: Distribution = { kind: 'uniform', from: 0, to };
  return {
    delay,
    lateRate: Math.max(late, sometimes(0.2)),
    failureRate: sometimes(0.1),
    lostAnswerRate: sometimes(0.1),
    lostWriteAnswerRate: sometimes(0.1),
  };
}

function faultsOf(random: RandomStream, seconds: number, switches: readonly { id: string }[]): object[] {
  const count = random.bernoulli(0.15) ? 0 : random.integer(12);
  return Array.from({ length: count }, () => {
    const actions = [
      ...[
        'drop-connections',
        'stall',
        'stall',
        'kill-listeners',
        'shutdown',
        'pause-outbound',
        'brown-out',
        'crash',
      ],
      ...['process-crash', 'process-crash', 'store-torn', 'process-stall', 'store-outage', 'clock-jump'],
    ];
    const action = actions[random.integer(actions.length)] as string;
    const one = switches[random.integer(switches.length)]?.id ?? '';
    return {
      at: round(random.uniform() * seconds),
      action,
      seconds: round(random.uniform() ** 2 * (action === 'process-stall' ? 30 : 20)),
      // Some jumps go over the end of a calling window, back and forth.
      by: action === 'clock-jump' ? [3_600, -3_600, 40, -40, 4 * 3_600][random.integer(5)] : 0,
      switch: random.bernoulli(0.7) ? one : '',
    };
  });
}

/** In a third of the worlds all dialling is stopped once or more, and goes on a while later. */
function emergenciesOf(seed: number, seconds: number): object[] {
  const random = new RandomStream(seed, 0x5709, seed >>> 16);
  const count = random.bernoulli(1 / 3) ? 1 + random.integer(3) : 0;
  const none = { campaign: '', agent: 0, pacer: '', share: 0 };
  return Array.from({ length: count }, () => {
    const at = round(random.uniform() * seconds);
    const until = at + random.integer(random.bernoulli(0.5) ? 10 : 120);
    return [
      { ...none, at, action: 'emergency-stop' },
      { ...none, at: until, action: 'lift-emergency-stop' },
    ];
  }).flat();
}

function operatorsOf(
  random: RandomStream,
  seconds: number,
  agents: number,
  campaigns: readonly { id: string }[],
): object[] {
  const count = random.integer(14);
  const plans = Array.from({ length: count }, () => {
    const actions = [
      ...['pause', 'halt', 'resume', 'resume', 'resume', 'approve', 'set-pacer'],
      ...['agent-logout', 'agent-pause', 'agent-hangup', 'agent-login', 'drop-leg', 'agent-ready'],
      ...['add-dnc', 'remove-dnc', 'withdraw-consent', 'grant-consent'],
      ...(random.bernoulli(0.1) ? ['stop', 'drain'] : []),
    ];
    const action = actions[random.integer(actions.length)] as string;
    const all = random.bernoulli(0.4);
    return {
      at: round(random.uniform() * seconds),
      action,
      campaign: all ? '' : (campaigns[random.integer(campaigns.length)]?.id ?? ''),
      agent: random.integer(agents),
      pacer:
        action === 'set-pacer'
          ? random.bernoulli(0.03)
            ? 'predictive'
            : random.bernoulli(0.5)
              ? 'ratio'
              : 'progressive'
          : '',
      share: round(random.uniform() * 0.1),
    };
  });
  // What was stopped for good stays so; the rest goes on soon, or there would be nothing to look at.
  return plans.flatMap((plan) => {
    if (plan.action === 'drain') return [plan];
    if (plan.action !== 'pause' && plan.action !== 'halt') return [plan];
    return [plan, { ...plan, at: plan.at + random.integer(60), action: 'resume' }];
  });
}
