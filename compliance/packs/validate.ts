import { holidayTableNames } from '../holidays/tables.js';
import { ALWAYS, type DayIntervals, intersect, parseIntervals, parseWeek } from '../time/schedule.js';
import {
  BASE_FIELDS,
  type Field,
  type FieldType,
  HOLIDAY_FIELDS,
  HOLIDAY_SHAPES,
  IDENTIFIER,
  JURISDICTION,
  MODE_WORDS,
  OBSERVED_WORDS,
  ONE_NEEDED,
  PACK_FIELDS,
  PARTY_WORDS,
  PURPOSE_WORDS,
  RULE_FIELDS,
} from './fields.js';
import { type PackRule, type RulePack, ruleId } from './schema.js';

type Step = string | number;

/** A pack that cannot be used: which pack, rule and field, and what to write instead. */
export class PackFault extends Error {
  override readonly name = 'PackFault';
  /** Where in the pack, such as `['rules', 0, 'max']`. */
  readonly path: readonly Step[];

  constructor(message: string, path: readonly Step[]) {
    super(message);
    this.path = path;
  }
}

/** A place in a pack, as steps and in words. */
class Place {
  readonly words: string;
  readonly path: readonly Step[];

  constructor(words: string, path: readonly Step[]) {
    this.words = words;
    this.path = path;
  }

  field(name: string): Place {
    return new Place(`${this.words}.${name}`, [...this.path, name]);
  }

  item(words: string, list: string, index: number): Place {
    return new Place(`${this.words}, ${words} ${index + 1}`, [...this.path, list, index]);
  }

  fault(problem: string): never {
    throw new PackFault(`${this.words}: ${problem}`, this.path);
  }

  /** Runs a parser that names its field itself. */
  parse<T>(run: (words: string) => T): T {
    try {
      return run(this.words);
    } catch (error) {
      throw error instanceof PackFault ? error : new PackFault((error as Error).message, this.path);
    }
  }
}

/** Epoch ms of a date at 00:00 UTC. @throws Error that names `field` when it is no date. */
export function parseDate(text: unknown, field: string): number {
  const at =
    typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text)
    throw new Error(`${field}: '${String(text)}' is not a date; write YYYY-MM-DD`);
  return at;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function oneOf(value: unknown, allowed: readonly string[], place: Place): void {
  if (typeof value !== 'string' || !allowed.includes(value))
    place.fault(`'${String(value)}' is not known; use ${allowed.join(', ')}`);
}

function text(value: unknown, place: Place): void {
  if (typeof value !== 'string' || value.trim() === '') place.fault('give a text');
}

function textList(value: unknown, place: Place, example: string): readonly string[] {
  if (!Array.isArray(value) || value.length === 0 || value.some((each) => typeof each !== 'string'))
    place.fault(`give a list such as [${example}]`);
  return value as readonly string[];
}

function onlyKnown(value: object, allowed: readonly string[], place: Place): void {
  for (const key of Object.keys(value))
    if (!allowed.includes(key)) place.field(key).fault(`not a known field; use ${allowed.join(', ')}`);
}

function checkValue(value: unknown, is: FieldType, place: Place): void {
  switch (is.type) {
    case 'text':
      text(value, place);
      return;
    case 'identifier':
      text(value, place);
      if (!IDENTIFIER.test(value as string))
        place.fault(`'${String(value)}' must be letters, digits, dots and dashes, 64 at most`);
      return;
    case 'date':
      place.parse((words) => parseDate(value, words));
      return;
    case 'flag':
      if (typeof value !== 'boolean') place.fault(`'${String(value)}' must be true or false`);
      return;
    case 'whole': {
      const most = is.most ?? Number.MAX_SAFE_INTEGER;
      if (!Number.isSafeInteger(value) || !((value as number) >= is.least && (value as number) <= most))
        place.fault(
          `'${String(value)}' must be a whole number, at least ${is.least}${is.most === undefined ? '' : ` and at most ${is.most}`}`,
        );
      return;
    }
    case 'share':
      if (!(typeof value === 'number' && value > 0 && value < 1))
        place.fault(`'${String(value)}' must be between 0 and 1, such as 0.03`);
      return;
    case 'one-of':
      oneOf(value, is.of, place);
      return;
    case 'list-of':
      if (!Array.isArray(value) || value.length === 0) place.fault(`give a list of ${is.of.join(', ')}`);
      for (const each of value) oneOf(each, is.of, place);
      return;
    case 'digits-list':
      for (const prefix of textList(value, place, '+4420'))
        if (!/^\+[1-9]\d{0,14}$/.test(prefix))
          place.fault(`'${prefix}' is not the beginning of a number; write it such as +4420`);
      return;
    case 'week':
      if (!isObject(value)) place.fault('give hours by day, such as { mon-fri: ["09:00-20:00"] }');
      for (const [day, hours] of Object.entries(value))
        if (!Array.isArray(hours) || hours.length > 0) textList(hours, place.field(day), '"09:00-20:00"');
      place.parse((words) => parseWeek(value, words));
      return;
    case 'intervals':
      place.parse((words) => parseIntervals(textList(value, place, '"10:00-19:00"'), words));
      return;
    case 'holiday-hours':
      if (value === 'closed' || value === 'sunday') return;
      if (!Array.isArray(value)) place.fault('use closed, sunday or a list of intervals');
      place.parse((words) => parseIntervals(textList(value, place, '"10:00-19:00"'), words));
      return;
    case 'choice': {
      if (typeof value === 'string' && is.words.includes(value)) return;
      const keys = Object.keys(is.keys);
      const shapes = [...keys.map((key) => `{ ${key} }`), ...is.words];
      const [key, ...more] = isObject(value) ? Object.keys(value) : [];
      const inner = key === undefined ? undefined : is.keys[key];
      if (inner === undefined || more.length > 0)
        place.fault(`use ${shapes.slice(0, -1).join(', ')} or ${shapes.at(-1)}`);
      checkValue((value as Record<string, unknown>)[key!], inner as FieldType, place.field(key!));
      return;
    }
  }
}

function checkFields(value: object, fields: Readonly<Record<string, Field>>, place: Place): void {
  for (const [name, { is, required }] of Object.entries(fields)) {
    const given = (value as Record<string, unknown>)[name];
    if (given === undefined && !required) continue;
    checkValue(given, is, place.field(name));
  }
}

function checkRule(rule: PackRule, pack: RulePack, place: Place): void {
  if (!isObject(rule)) place.fault('give a rule: kind, id, source, confidence and what the kind needs');
  const own = RULE_FIELDS[rule.kind];
  if (own === undefined || !Object.hasOwn(RULE_FIELDS, rule.kind))
    place
      .field('kind')
      .fault(
        `'${String((rule as { kind: unknown }).kind)}' is not known; use ${Object.keys(RULE_FIELDS).join(', ')}`,
      );
  onlyKnown(rule, ['kind', ...Object.keys(BASE_FIELDS), ...Object.keys(own)], place);
  checkFields(rule, own, place);
  checkFields(rule, BASE_FIELDS, place);
  const { effectiveFrom, effectiveTo } = rule;
  if (effectiveFrom !== undefined && effectiveTo !== undefined && effectiveFrom >= effectiveTo)
    place.field('effectiveTo').fault('it must be later than effectiveFrom');
  const needed = ONE_NEEDED[rule.kind];
  const given = needed?.filter((name) => (rule as unknown as Record<string, unknown>)[name] !== undefined);
  if (given?.length === 0) place.fault(`give ${needed!.join(' or ')}`);
  if (rule.kind === 'frequency_cap' && given!.length > 1)
    place.fault(`give the period as one of ${needed!.join(', ')}, not as several`);
  if (rule.kind === 'abandon_limit' && rule.target !== undefined && rule.target > rule.limit)
    place.field('target').fault('it must not be above the limit');
  if (
    rule.kind === 'calling_window' &&
    (rule.holidays !== undefined || rule.holidayEves !== undefined) &&
    (pack.holidays ?? []).length + (pack.holidayTables ?? []).length + (pack.holidayDates ?? []).length === 0
  )
    place.field('holidays').fault('the pack lists no holidays; add them');
}

function checkHoliday(rule: Record<string, unknown>, place: Place): void {
  if (!isObject(rule)) place.fault('give a name and a date');
  onlyKnown(rule, HOLIDAY_FIELDS, place);
  text(rule['name'], place.field('name'));
  const on = rule['on'];
  if (!isObject(on)) place.field('on').fault('say on which date');
  checkHolidayDate(on as Record<string, unknown>, place);
  if (rule['observed'] !== undefined) oneOf(rule['observed'], OBSERVED_WORDS, place.field('observed'));
  for (const name of ['everyYears', 'fromYear', 'toYear'])
    if (rule[name] !== undefined) checkValue(rule[name], { type: 'whole', least: 1 }, place.field(name));
}

function checkHolidayDate(on: Record<string, unknown>, place: Place): void {
  if (!('easter' in on) && !((on['month'] as number) >= 1 && (on['month'] as number) <= 12))
    place
      .field('on')
      .field('month')
      .fault(`'${String(on['month'])}' must be 1 to 12`);
  const numbers = Object.entries(on);
  if (numbers.length === 0 || numbers.some(([, value]) => !Number.isSafeInteger(value)))
    place.field('on').fault('give whole numbers only');
  const keys = numbers.map(([key]) => key).filter((key) => key !== 'plusDays');
  if (
    !HOLIDAY_SHAPES.some((shape) => shape.length === keys.length && shape.every((key) => keys.includes(key)))
  )
    place.field('on').fault(`use one of ${HOLIDAY_SHAPES.map((s) => `{ ${s.join(', ')} }`).join(' ')}`);
}

/**
 * Hours that are left by all blocking windows that can bind one kind of call at one time; each with its place.
 * @returns a kind of call for which no hour of the week is left, in words
 */
export function neverCallable(
  rules: readonly PackRule[],
): { readonly call: string; readonly rule: PackRule } | undefined {
  const windows = rules.flatMap((rule) =>
    rule.kind === 'calling_window' && (rule.severity ?? 'block') === 'block'
      ? [{ rule, week: parseWeek(rule.hours, 'hours') }]
      : [],
  );
  const starts = ['0000-01-01', ...windows.flatMap(({ rule }) => rule.effectiveFrom ?? [])];
  for (const date of new Set(starts))
    for (const purpose of PURPOSE_WORDS)
      for (const mode of MODE_WORDS)
        for (const party of PARTY_WORDS) {
          const bound = windows.filter(
            ({ rule }) =>
              (rule.purposes === undefined || (rule.purposes as readonly string[]).includes(purpose)) &&
              (rule.modes === undefined || (rule.modes as readonly string[]).includes(mode)) &&
              (rule.parties === undefined || (rule.parties as readonly string[]).includes(party)) &&
              (rule.effectiveFrom ?? '0000') <= date &&
              date < (rule.effectiveTo ?? '9999'),
          );
          const open = [0, 1, 2, 3, 4, 5, 6].some(
            (day) =>
              bound.reduce<DayIntervals>((left, { week }) => intersect(left, week[day]!), ALWAYS).length > 0,
          );
          if (!open) return { call: `${purpose} to a ${party} (${mode})`, rule: bound.at(-1)!.rule };
        }
  return undefined;
}

/**
 * Checks a pack that may come from outside (YAML, JSON): its form, and that it does not contradict itself.
 * @throws PackFault with the pack, rule and field at fault, and what to write instead.
 */
export function validatePack(pack: RulePack): void {
  if (!isObject(pack))
    throw new PackFault('pack: give id, title, version, asOf, jurisdictions and rules', []);
  const id: unknown = pack.id;
  const place = new Place(`pack ${typeof id === 'string' && id !== '' ? id : '(without id)'}`, []);
  checkValue(pack.id, { type: 'identifier' }, place.field('id'));
  if (pack.id === 'gate' || pack.id === 'campaign')
    place.field('id').fault(`'${pack.id}' is kept for rules without a pack; choose another`);
  onlyKnown(pack, PACK_FIELDS, place);
  text(pack.title, place.field('title'));
  text(pack.version, place.field('version'));
  checkValue(pack.asOf, { type: 'date' }, place.field('asOf'));
  if (pack.notes !== undefined) text(pack.notes, place.field('notes'));
  if (!Array.isArray(pack.jurisdictions) || pack.jurisdictions.length === 0)
    place.field('jurisdictions').fault('give countries or regions, or *');
  for (const jurisdiction of pack.jurisdictions)
    if (typeof jurisdiction !== 'string' || !JURISDICTION.test(jurisdiction))
      place.field('jurisdictions').fault(`'${String(jurisdiction)}' is not ISO 3166 such as US or US-FL`);
  if (pack.holidays !== undefined) {
    if (!Array.isArray(pack.holidays)) place.field('holidays').fault('give a list of holidays');
    for (const [i, holiday] of pack.holidays.entries())
      checkHoliday(holiday as unknown as Record<string, unknown>, place.item('holiday', 'holidays', i));
  }
  if (pack.holidayTables !== undefined)
    for (const name of textList(pack.holidayTables, place.field('holidayTables'), 'CN'))
      if (!holidayTableNames.has(name))
        place
          .field('holidayTables')
          .fault(`there is no table '${name}'; use ${[...holidayTableNames].join(', ')}`);
  if (pack.holidayDates !== undefined)
    for (const date of textList(pack.holidayDates, place.field('holidayDates'), '2026-12-24'))
      place.field('holidayDates').parse((words) => parseDate(date, words));
  if (!Array.isArray(pack.rules)) place.field('rules').fault('give a list of rules');
  const ids = new Set<string>();
  for (const [i, rule] of pack.rules.entries()) {
    const at = place.item('rule', 'rules', i);
    checkRule(rule, pack, at);
    const id = ruleId(rule, i);
    if (ids.has(id)) at.field('id').fault(`'${id}' is used twice; rename one`);
    ids.add(id);
  }
  const never = neverCallable(pack.rules);
  if (never !== undefined)
    place
      .item('rule', 'rules', pack.rules.indexOf(never.rule))
      .fault(
        `with the pack's other windows it leaves no hour of any day for ${never.call}; to forbid such calls, ask for consent or leave the country out`,
      );
}

/** Packs that come with the package are checked once, not with every gate. */
const checked = new WeakSet<RulePack>();

/** Checks packs together: each one, and that no id comes twice. @throws PackFault as validatePack. */
export function validatePacks(packs: readonly RulePack[]): void {
  const ids = new Set<string>();
  for (const pack of packs) {
    if (!checked.has(pack)) {
      validatePack(pack);
      if (Object.isFrozen(pack)) checked.add(pack);
    }
    if (ids.has(pack.id)) throw new PackFault(`pack ${pack.id}: the id is used twice; rename one`, ['id']);
    ids.add(pack.id);
  }
}
