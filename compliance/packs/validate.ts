import { parseIntervals, parseWeek } from '../time/schedule.js';
import type { HolidayRule, PackRule, RulePack } from './schema.js';

const PURPOSES = ['sales', 'fundraising', 'survey', 'service', 'collection', 'political'];
const MODES = ['predictive', 'manual', 'prerecorded'];
const LEVELS = ['express', 'written'];
const CONFIDENCES = ['primary', 'secondary', 'memory', 'weak'];
const OUTCOMES = ['attempt', 'abandoned', 'machine', 'refused', 'conversation'];
const OBSERVED = ['monday', 'nearest', 'either', 'next-working-day', 'saturday'];

const BASE = ['kind', 'purposes', 'modes', 'effectiveFrom', 'effectiveTo', 'source', 'confidence'];
const FIELDS: Readonly<Record<PackRule['kind'], readonly string[]>> = {
  calling_window: ['hours', 'holidays', 'holidayEves', 'exceptConsent'],
  frequency_cap: ['max', 'seconds', 'exceptTransactionDays'],
  recall_delay: ['after', 'wait'],
  consent: ['level', 'exceptTransactionDays'],
  dnc: ['list', 'maxAgeDays', 'exceptConsent', 'exceptTransactionDays', 'exceptInquiryDays'],
};
const PACK_FIELDS = ['id', 'title', 'version', 'asOf', 'jurisdictions', 'holidays', 'rules', 'notes'];

/** Epoch ms of a date at 00:00 UTC. @throws Error that names `field` when it is no date. */
export function parseDate(text: unknown, field: string): number {
  const at =
    typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text)
    throw new Error(`${field}: '${String(text)}' is not a date; write YYYY-MM-DD`);
  return at;
}

function oneOf(value: unknown, allowed: readonly string[], field: string): void {
  if (typeof value !== 'string' || !allowed.includes(value))
    throw new Error(`${field}: '${String(value)}' is not known; use ${allowed.join(', ')}`);
}

function listOf(value: unknown, allowed: readonly string[], field: string): void {
  if (!Array.isArray(value) || value.length === 0)
    throw new Error(`${field}: give a list of ${allowed.join(', ')}`);
  for (const each of value) oneOf(each, allowed, field);
}

function integer(value: unknown, least: number, field: string): void {
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw new Error(`${field}: '${String(value)}' must be a whole number, at least ${least}`);
}

function text(value: unknown, field: string): void {
  if (typeof value !== 'string' || value.trim() === '') throw new Error(`${field}: give a text`);
}

function onlyKnown(value: object, allowed: readonly string[], field: string): void {
  for (const key of Object.keys(value))
    if (!allowed.includes(key))
      throw new Error(`${field}.${key}: not a known field; use ${allowed.join(', ')}`);
}

function validateRule(rule: PackRule, pack: RulePack, field: string): void {
  const own = FIELDS[rule.kind];
  if (own === undefined)
    throw new Error(
      `${field}.kind: '${String((rule as { kind: unknown }).kind)}' is not known; use ${Object.keys(FIELDS).join(', ')}`,
    );
  onlyKnown(rule, [...BASE, ...own], field);
  text(rule.source, `${field}.source`);
  oneOf(rule.confidence, CONFIDENCES, `${field}.confidence`);
  if (rule.purposes !== undefined) listOf(rule.purposes, PURPOSES, `${field}.purposes`);
  if (rule.modes !== undefined) listOf(rule.modes, MODES, `${field}.modes`);
  const from =
    rule.effectiveFrom === undefined ? -Infinity : parseDate(rule.effectiveFrom, `${field}.effectiveFrom`);
  const to = rule.effectiveTo === undefined ? Infinity : parseDate(rule.effectiveTo, `${field}.effectiveTo`);
  if (from >= to) throw new Error(`${field}.effectiveTo: it must be later than effectiveFrom`);
  const days = (name: 'exceptTransactionDays' | 'exceptInquiryDays', value: number | undefined): void => {
    if (value !== undefined) integer(value, 1, `${field}.${name}`);
  };
  switch (rule.kind) {
    case 'calling_window':
      parseWeek(rule.hours, `${field}.hours`);
      if (rule.holidays !== undefined && rule.holidays !== 'closed' && rule.holidays !== 'sunday') {
        if (!Array.isArray(rule.holidays))
          throw new Error(`${field}.holidays: use closed, sunday or a list of intervals`);
        parseIntervals(rule.holidays, `${field}.holidays`);
      }
      if (rule.holidayEves !== undefined) parseIntervals(rule.holidayEves, `${field}.holidayEves`);
      if (
        (rule.holidays !== undefined || rule.holidayEves !== undefined) &&
        (pack.holidays ?? []).length === 0
      )
        throw new Error(`${field}.holidays: the pack lists no holidays; add them`);
      if (rule.exceptConsent !== undefined) oneOf(rule.exceptConsent, LEVELS, `${field}.exceptConsent`);
      break;
    case 'frequency_cap':
      integer(rule.max, 0, `${field}.max`);
      integer(rule.seconds, 1, `${field}.seconds`);
      days('exceptTransactionDays', rule.exceptTransactionDays);
      break;
    case 'recall_delay':
      oneOf(rule.after, OUTCOMES, `${field}.after`);
      if (rule.wait === 'forever') break;
      if (typeof rule.wait !== 'object' || rule.wait === null || Object.keys(rule.wait).length !== 1)
        throw new Error(`${field}.wait: use { seconds }, { calendarDays } or forever`);
      if ('seconds' in rule.wait) integer(rule.wait.seconds, 1, `${field}.wait.seconds`);
      else integer(rule.wait.calendarDays, 1, `${field}.wait.calendarDays`);
      break;
    case 'consent':
      oneOf(rule.level, LEVELS, `${field}.level`);
      days('exceptTransactionDays', rule.exceptTransactionDays);
      break;
    case 'dnc':
      text(rule.list, `${field}.list`);
      integer(rule.maxAgeDays, 1, `${field}.maxAgeDays`);
      if (rule.exceptConsent !== undefined) oneOf(rule.exceptConsent, LEVELS, `${field}.exceptConsent`);
      days('exceptTransactionDays', rule.exceptTransactionDays);
      days('exceptInquiryDays', rule.exceptInquiryDays);
      break;
  }
}

function validateHoliday(rule: HolidayRule, field: string): void {
  onlyKnown(rule, ['name', 'on', 'observed', 'everyYears', 'fromYear', 'toYear'], field);
  text(rule.name, `${field}.name`);
  if (typeof rule.on !== 'object' || rule.on === null) throw new Error(`${field}.on: say on which date`);
  const { on } = rule;
  if (!('easter' in on) && !(on.month >= 1 && on.month <= 12))
    throw new Error(`${field}.on.month: '${String(on.month)}' must be 1 to 12`);
  const numbers = Object.entries(on);
  if (numbers.length === 0 || numbers.some(([, value]) => !Number.isSafeInteger(value)))
    throw new Error(`${field}.on: give whole numbers only`);
  const shapes = [
    ['easter'],
    ['month', 'day'],
    ['month', 'nth', 'weekday'],
    ['month', 'onOrBefore', 'weekday'],
    ['month', 'onOrAfter', 'weekday'],
  ];
  const keys = numbers.map(([key]) => key).filter((key) => key !== 'plusDays');
  if (!shapes.some((shape) => shape.length === keys.length && shape.every((key) => keys.includes(key))))
    throw new Error(`${field}.on: use one of ${shapes.map((shape) => `{ ${shape.join(', ')} }`).join(' ')}`);
  if (rule.observed !== undefined) oneOf(rule.observed, OBSERVED, `${field}.observed`);
}

/**
 * Checks a pack that may come from outside (JSON).
 * @throws Error with the pack, rule and field at fault, and what to write instead.
 */
export function validatePack(pack: RulePack): void {
  const field = `pack ${typeof pack.id === 'string' && pack.id !== '' ? pack.id : '(without id)'}`;
  text(pack.id, `${field}.id`);
  onlyKnown(pack, PACK_FIELDS, field);
  text(pack.title, `${field}.title`);
  text(pack.version, `${field}.version`);
  parseDate(pack.asOf, `${field}.asOf`);
  if (!Array.isArray(pack.jurisdictions) || pack.jurisdictions.length === 0)
    throw new Error(`${field}.jurisdictions: give countries or regions, or *`);
  for (const jurisdiction of pack.jurisdictions)
    if (!/^(\*|[A-Z]{2}(-[A-Z0-9]{1,3})?)$/.test(jurisdiction))
      throw new Error(`${field}.jurisdictions: '${jurisdiction}' is not ISO 3166 such as US or US-FL`);
  for (const [i, holiday] of (pack.holidays ?? []).entries())
    validateHoliday(holiday, `${field}, holiday ${i + 1}`);
  if (!Array.isArray(pack.rules)) throw new Error(`${field}.rules: give a list of rules`);
  for (const [i, rule] of pack.rules.entries()) validateRule(rule, pack, `${field}, rule ${i + 1}`);
}

/** Checks packs together: each one, and that no id comes twice. @throws Error as validatePack. */
export function validatePacks(packs: readonly RulePack[]): void {
  const ids = new Set<string>();
  for (const pack of packs) {
    validatePack(pack);
    if (ids.has(pack.id)) throw new Error(`pack ${pack.id}: the id is used twice; rename one`);
    ids.add(pack.id);
  }
}
