/** Reads a scenario by its schema: fields left out are those of a complete one, and everything that is wrong is collected. */
import { DateTime } from 'luxon';
import { FieldReader } from './field-reader.js';
import type { PeopleScenario, Scenario } from './scenario.js';
import { BY_HOUR, DISTRIBUTION, ScenarioSchema } from './scenario-schema.js';

export class ScenarioError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`scenario: ${problems.join('; ')}`);
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}

/** What the reader looks at in a JSON schema. */
interface Node {
  readonly type?: string;
  readonly title?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
}

/** Values of the fields of the entries of each list that a file may leave out, by the list's path without indexes. */
export type EntryDefaults = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What is said of a text that does not fit its pattern. */
const PATTERNS: Readonly<Record<string, string>> = {
  optOutKey: 'must be one key: 0–9, * or #',
  areaCode: 'must be a North American area code',
  startAt: 'must be a local date and time like 2026-11-01T09:30, or empty',
};

/** What is said of a field that must be given. */
const MISSING: Readonly<Record<string, string>> = {
  at: 'is missing: seconds after the start',
  contacts: 'is missing: how many contacts the list has',
};

class SchemaReader {
  readonly fields = new FieldReader();
  readonly #entries: EntryDefaults;

  constructor(entries: EntryDefaults) {
    this.#entries = entries;
  }

  read(node: Node, value: unknown, path: string, base: unknown): unknown {
    if (node.title === DISTRIBUTION) return this.#distribution(node, value, path, base);
    if (node.title === BY_HOUR) return this.fields.byHour(value, path, (base ?? 0) as number);
    if (value === undefined && base === undefined) return undefined;
    if (node.properties !== undefined) return this.#object(node, value, path, base);
    if (value === undefined) return base;
    if (node.items !== undefined) return this.#array(node, value, path, base);
    if (node.anyOf !== undefined) {
      // A value or null.
      const other = node.anyOf.find((each) => each.type !== 'null') as Node;
      return value === null ? null : this.read(other, value, path, value);
    }
    if (node.enum !== undefined) {
      if (!node.enum.includes(value as string)) {
        this.fields.wrong(path, `must be one of ${node.enum.join(', ')}`);
      }
      return value;
    }
    switch (node.type) {
      case 'number':
      case 'integer': {
        const least = node.minimum ?? Number.NEGATIVE_INFINITY;
        const read = this.fields.number(value, path, base as number, least, node.maximum);
        if (node.type === 'integer' && !Number.isInteger(read))
          this.fields.wrong(path, 'must be a whole number');
        return read;
      }
      case 'boolean':
        return this.fields.flag(value, path, base as boolean);
      default:
        return this.#text(node, value, path, base as string);
    }
  }

  #distribution(node: Node, value: unknown, path: string, base: unknown): unknown {
    if (value === null && node.anyOf?.some(({ type }) => type === 'null')) return null;
    if (value === undefined && typeof base === 'number') return { kind: 'constant', value: base };
    return this.fields.distribution(value, path, base as never);
  }

  #text(node: Node, value: unknown, path: string, base: string): string {
    if (node.minLength === undefined && value === '') return '';
    const read = this.fields.text(value, path, base);
    if (node.pattern !== undefined && !new RegExp(node.pattern).test(read)) {
      const name = path.slice(path.lastIndexOf('.') + 1);
      this.fields.wrong(path, PATTERNS[name] ?? `must match ${node.pattern}`);
    }
    if (/(^|\.)timeZone$/.test(path) && !isTimeZone(read)) {
      this.fields.wrong(path, `is not a known IANA zone: ${read}`);
      return base;
    }
    return read;
  }

  #object(node: Node, value: unknown, path: string, whole: unknown): unknown {
    const properties = node.properties ?? {};
    const read: Record<string, unknown> = {};
    const given = this.fields.fields(value, path === '' ? 'scenario' : path, Object.keys(properties));
    for (const [name, property] of Object.entries(properties)) {
      const at = path === '' ? name : `${path}.${name}`;
      const otherwise = (whole as Readonly<Record<string, unknown>> | undefined)?.[name];
      if (given[name] === undefined && otherwise === undefined) {
        if (node.required?.includes(name)) this.fields.wrong(at, MISSING[name] ?? 'is missing');
        continue;
      }
      // Without a value to fall back to, a wrong one is reported and stands in for itself.
      const base = otherwise === undefined ? fallback(property, given[name]) : otherwise;
      read[name] = this.read(property, given[name], at, base);
    }
    return read;
  }

  #array(node: Node, value: unknown, path: string, base: unknown): unknown {
    if (!Array.isArray(value)) {
      this.fields.wrong(path, 'must be a list');
      return base;
    }
    if (value.length < (node.minItems ?? 0)) this.fields.wrong(path, 'must not be empty');
    const defaults = this.#entries[path];
    return value.map((entry: unknown, index) =>
      this.read(node.items as Node, entry, `${path}[${index}]`, defaults ?? ''),
    );
  }
}

function isTimeZone(name: string): boolean {
  return DateTime.local({ zone: name }).isValid;
}

function fallback(node: Node, value: unknown): unknown {
  if (node.title === DISTRIBUTION) return undefined;
  return node.properties !== undefined ? {} : value;
}

/** The shares that people are divided into. */
const SHARES = [
  'machineRate',
  'screeningRate',
  'busyRate',
  'invalidRate',
  'congestionRate',
  'rejectedRate',
  'announcementRate',
  'shortRate',
  'instantRate',
] as const satisfies readonly (keyof PeopleScenario)[];

function checkPeople(fields: FieldReader, people: PeopleScenario, path: string): void {
  const answered = typeof people.answerRate === 'number' ? people.answerRate : Math.max(...people.answerRate);
  const sum = SHARES.reduce((total, name) => total + people[name], answered);
  if (sum > 1 + 1e-9) {
    fields.wrong(
      `${path}.answerRate`,
      `and the other rates must add up to 1 at most; they make ${sum.toFixed(3)}`,
    );
  }
}

/** What one field alone cannot tell. Only looked at when each field is right by itself. */
function checkWhole(fields: FieldReader, scenario: Scenario): void {
  const { agents, people, lists, campaigns, switches, trunks, faults, operators } = scenario;
  if (scenario.startAt !== '' && Number.isNaN(startOf(scenario))) {
    fields.wrong('startAt', `is no date and time in ${scenario.timeZone}: ${scenario.startAt}`);
  }
  checkPeople(fields, people, 'people');
  scenario.changes.forEach((change, index) => {
    checkPeople(fields, { ...people, ...change.people } as PeopleScenario, `changes[${index}].people`);
  });
  const sum = agents.successRate + agents.optOutRate + agents.callbackRate;
  if (sum > 1 + 1e-9) {
    fields.wrong(
      'agents.successRate',
      `, optOutRate and callbackRate must add up to 1 at most; they make ${sum.toFixed(3)}`,
    );
  }
  if (agents.tiers.expert + agents.tiers.experienced > 1 + 1e-9)
    fields.wrong('agents.tiers', 'must add up to 1 at most');
  agents.shifts.forEach(({ from, to }, index) => {
    if (to <= from) fields.wrong(`agents.shifts[${index}].to`, 'must be after from');
  });
  const named = (names: readonly string[], name: string, path: string, what: string): void => {
    if (name !== '' && !names.includes(name)) fields.wrong(path, `names no ${what}: ${names.join(', ')}`);
  };
  const campaignIds = campaigns.length === 0 ? ['simulated'] : campaigns.map(({ id }) => id);
  const switchIds = switches.length === 0 ? ['virtual'] : switches.map(({ id }) => id);
  for (const [path, ids] of [
    ['campaigns', campaignIds],
    ['switches', switchIds],
    ['trunks', trunks.map(({ name }) => name)],
    ['callerIdPools', scenario.callerIdPools.map(({ id }) => id)],
  ] as const) {
    if (new Set(ids).size !== ids.length) fields.wrong(path, 'must have names of their own');
  }
  lists.forEach((list, index) => {
    named(campaignIds, list.campaign, `lists[${index}].campaign`, 'campaign');
    if (list.consentRate + list.refusedRate > 1 + 1e-9)
      fields.wrong(`lists[${index}].consentRate`, 'and refusedRate must add up to 1 at most');
  });
  const pools = scenario.callerIdPools.map(({ id }) => id);
  campaigns.forEach(({ callerIdPool }, index) => {
    named(pools, callerIdPool, `campaigns[${index}].callerIdPool`, 'caller-id pool');
  });
  trunks.forEach((trunk, index) => {
    named(switchIds, trunk.switch, `trunks[${index}].switch`, 'switch');
  });
  if (trunks.length > 0)
    for (const id of switchIds)
      if (!trunks.some((trunk) => trunk.switch === id)) fields.wrong('trunks', `must have one on ${id}`);
  faults.schedule.forEach((fault, index) => {
    named(switchIds, fault.switch, `faults.schedule[${index}].switch`, 'switch');
    if (fault.action === 'clock-jump' && fault.by === 0)
      fields.wrong(`faults.schedule[${index}].by`, 'is missing: seconds, negative for back');
  });
  operators.forEach((plan, index) => {
    named(campaignIds, plan.campaign, `operators[${index}].campaign`, 'campaign');
    if (plan.action === 'set-pacer' && plan.pacer === '')
      fields.wrong(`operators[${index}].pacer`, 'is missing: the pacing method');
  });
}

/** When the world starts, epoch milliseconds; NaN when the scenario does not say. */
export function startOf(scenario: Pick<Scenario, 'startAt' | 'timeZone'>): number {
  if (scenario.startAt === '') return Number.NaN;
  return DateTime.fromISO(scenario.startAt, { zone: scenario.timeZone }).toMillis();
}

export function readScenario(value: unknown, base: Scenario, entries: EntryDefaults): Scenario {
  const reader = new SchemaReader(entries);
  const scenario = reader.read(ScenarioSchema as unknown as Node, value, '', base) as Scenario;
  const { fields } = reader;
  if (fields.problems.length === 0) checkWhole(fields, scenario);
  if (fields.problems.length > 0) throw new ScenarioError(fields.problems);
  return scenario;
}
