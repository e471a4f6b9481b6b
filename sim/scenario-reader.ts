/** Checks a scenario field by field against one that is complete, and collects everything that is wrong. */
import type { Distribution } from './distributions.js';
import { FieldReader } from './field-reader.js';
import type { AgentsScenario, FaultAction, FaultScenario, PeopleScenario, Scenario } from './scenario.js';

export class ScenarioError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`scenario: ${problems.join('; ')}`);
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}

const FAULT_ACTIONS: readonly FaultAction[] = [
  'drop-connections',
  'stall',
  'kill-listeners',
  'refuse-connections',
  'shutdown',
  'pause-outbound',
  'brown-out',
  'crash',
];

/** The shares that people are divided into. */
const SHARES = [
  'machineRate',
  'busyRate',
  'invalidRate',
  'congestionRate',
  'rejectedRate',
  'announcementRate',
  'shortRate',
  'instantRate',
] as const satisfies readonly (keyof PeopleScenario)[];

function readPeople(reader: FieldReader, value: unknown, base: PeopleScenario): PeopleScenario {
  const path = 'people';
  const fields = reader.fields(value, path, Object.keys(base));
  const rate = (name: keyof PeopleScenario): number =>
    reader.number(fields[name], `${path}.${name}`, base[name] as number, 0, 1);
  const times = (name: keyof PeopleScenario): Distribution =>
    reader.distribution(fields[name], `${path}.${name}`, base[name] as Distribution);
  const people: PeopleScenario = {
    answerRate: reader.byHour(fields['answerRate'], `${path}.answerRate`, base.answerRate),
    answerSpread: reader.number(fields['answerSpread'], `${path}.answerSpread`, base.answerSpread, 0, 0.5),
    machineRate: rate('machineRate'),
    busyRate: rate('busyRate'),
    invalidRate: rate('invalidRate'),
    congestionRate: rate('congestionRate'),
    rejectedRate: rate('rejectedRate'),
    announcementRate: rate('announcementRate'),
    shortRate: rate('shortRate'),
    instantRate: rate('instantRate'),
    dialLatency: times('dialLatency'),
    failureDelay: times('failureDelay'),
    ring: times('ring'),
    machineRing: times('machineRing'),
    rejectedRing: times('rejectedRing'),
    ringLimitSeconds: reader.number(
      fields['ringLimitSeconds'],
      `${path}.ringLimitSeconds`,
      base.ringLimitSeconds,
      1,
    ),
    talk: times('talk'),
    machineTalk: times('machineTalk'),
    machineStay: times('machineStay'),
    patience: times('patience'),
    optOutKeyRate: rate('optOutKeyRate'),
    optOutKey: reader.text(fields['optOutKey'], `${path}.optOutKey`, base.optOutKey),
    optOutKeyDelay: times('optOutKeyDelay'),
  };
  if (!/^[0-9*#]$/.test(people.optOutKey)) reader.wrong(`${path}.optOutKey`, 'must be one key: 0–9, * or #');
  const answered = typeof people.answerRate === 'number' ? people.answerRate : Math.max(...people.answerRate);
  const sum = SHARES.reduce((total, name) => total + people[name], answered);
  if (sum > 1 + 1e-9) {
    reader.wrong(
      `${path}.answerRate`,
      `and the other rates must add up to 1 at most; they make ${sum.toFixed(3)}`,
    );
  }
  return people;
}

function readAgents(reader: FieldReader, value: unknown, base: AgentsScenario): AgentsScenario {
  const path = 'agents';
  const fields = reader.fields(value, path, Object.keys(base));
  const rate = (name: keyof AgentsScenario): number =>
    reader.number(fields[name], `${path}.${name}`, base[name] as number, 0, 1);
  const times = (name: keyof AgentsScenario): Distribution =>
    reader.distribution(fields[name], `${path}.${name}`, base[name] as Distribution);
  const names = reader.fields(fields['dispositions'], `${path}.dispositions`, Object.keys(base.dispositions));
  const disposition = (name: keyof AgentsScenario['dispositions']): string =>
    reader.text(names[name], `${path}.dispositions.${name}`, base.dispositions[name]);
  const agents: AgentsScenario = {
    count: reader.integer(fields['count'], `${path}.count`, base.count),
    wrapUp: times('wrapUp'),
    machineWrapUp: times('machineWrapUp'),
    successRate: rate('successRate'),
    optOutRate: rate('optOutRate'),
    callbackRate: rate('callbackRate'),
    callbackDelay: times('callbackDelay'),
    dispositions: {
      success: disposition('success'),
      refusal: disposition('refusal'),
      optOut: disposition('optOut'),
      callback: disposition('callback'),
      machine: disposition('machine'),
    },
    breakEvery:
      fields['breakEvery'] === null
        ? null
        : reader.distribution(fields['breakEvery'], `${path}.breakEvery`, base.breakEvery),
    breakLength: times('breakLength'),
    breakReason: reader.text(fields['breakReason'], `${path}.breakReason`, base.breakReason),
    loginSeconds: reader.number(fields['loginSeconds'], `${path}.loginSeconds`, base.loginSeconds, 0),
    noShowRate: rate('noShowRate'),
    legDropsPerHour: reader.number(
      fields['legDropsPerHour'],
      `${path}.legDropsPerHour`,
      base.legDropsPerHour,
      0,
    ),
  };
  const sum = agents.successRate + agents.optOutRate + agents.callbackRate;
  if (sum > 1 + 1e-9) {
    reader.wrong(
      `${path}.successRate`,
      `, optOutRate and callbackRate must add up to 1 at most; they make ${sum.toFixed(3)}`,
    );
  }
  return agents;
}

function readFaults(reader: FieldReader, value: unknown, base: FaultScenario): FaultScenario {
  const path = 'faults';
  const fields = reader.fields(value, path, Object.keys(base));
  const rate = (name: keyof FaultScenario): number =>
    reader.number(fields[name], `${path}.${name}`, base[name] as number, 0, 1);
  let schedule = base.schedule;
  if (Array.isArray(fields['schedule'])) {
    schedule = fields['schedule'].map((entry: unknown, index) => {
      const at = `${path}.schedule[${index}]`;
      const read = reader.fields(entry, at, ['at', 'action', 'seconds']);
      const action = read['action'] as FaultAction;
      if (!FAULT_ACTIONS.includes(action)) {
        reader.wrong(`${at}.action`, `must be one of ${FAULT_ACTIONS.join(', ')}`);
      }
      if (read['at'] === undefined) reader.wrong(`${at}.at`, 'is missing: seconds after the start');
      return {
        at: reader.number(read['at'], `${at}.at`, 0, 0),
        action,
        seconds: reader.number(read['seconds'], `${at}.seconds`, 5, 0),
      };
    });
  } else if (fields['schedule'] !== undefined) {
    reader.wrong(`${path}.schedule`, 'must be a list');
  }
  return {
    lostEventRate: rate('lostEventRate'),
    doubledEventRate: rate('doubledEventRate'),
    delayedEventRate: rate('delayedEventRate'),
    eventDelay: reader.distribution(fields['eventDelay'], `${path}.eventDelay`, base.eventDelay),
    localFailureRate: rate('localFailureRate'),
    schedule,
  };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export function readScenario(value: unknown, base: Scenario): Scenario {
  const reader = new FieldReader();
  const fields = reader.fields(value, 'scenario', Object.keys(base));
  const timeZone = reader.text(fields['timeZone'], 'timeZone', base.timeZone);
  if (!isTimeZone(timeZone)) reader.wrong('timeZone', `is not a known IANA zone: ${timeZone}`);
  const trunk = reader.fields(fields['trunk'], 'trunk', Object.keys(base.trunk));
  const detection = reader.fields(
    trunk['machineDetection'],
    'trunk.machineDetection',
    Object.keys(base.trunk.machineDetection),
  );
  const scenario: Scenario = {
    name: reader.text(fields['name'], 'name', base.name),
    timeZone,
    people: readPeople(reader, fields['people'], base.people),
    agents: readAgents(reader, fields['agents'], base.agents),
    trunk: {
      messageSeconds: reader.number(
        trunk['messageSeconds'],
        'trunk.messageSeconds',
        base.trunk.messageSeconds,
        0,
      ),
      machineDetection: {
        enabled: reader.flag(
          detection['enabled'],
          'trunk.machineDetection.enabled',
          base.trunk.machineDetection.enabled,
        ),
        sensitivity: reader.number(
          detection['sensitivity'],
          'trunk.machineDetection.sensitivity',
          base.trunk.machineDetection.sensitivity,
          0,
          1,
        ),
        falsePositiveRate: reader.number(
          detection['falsePositiveRate'],
          'trunk.machineDetection.falsePositiveRate',
          base.trunk.machineDetection.falsePositiveRate,
          0,
          1,
        ),
      },
    },
    faults: readFaults(reader, fields['faults'], base.faults),
  };
  if (reader.problems.length > 0) throw new ScenarioError(reader.problems);
  return scenario;
}
