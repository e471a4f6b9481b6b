/** Finds, without a human eye, where one pack allows what another forbids. */
import { LEVELS } from '../consent.js';
import { packHolidays } from '../holidays/pack-holidays.js';
import { holidayTableYears } from '../holidays/tables.js';
import {
  type DayIntervals,
  formatIntervals,
  intersect,
  parseIntervals,
  parseWeek,
  WEEKDAY_NAMES,
} from '../time/schedule.js';
import type { ConsentLevel } from '../types.js';
import type { CapRule, PackRule, RecallRule, RulePack, WindowRule } from './schema.js';
import { ruleId } from './schema.js';

/** One point in which the operator's packs allow what the built-in ones forbid. */
export interface Loosening {
  /** Id of the built-in pack. */
  readonly pack: string;
  /** Id of its rule; empty when the whole pack is meant. */
  readonly rule: string;
  /** Id of the operator's pack. */
  readonly by: string;
  /** What is allowed now, in words. */
  readonly detail: string;
}

const DAY = 86_400;
const SEVERITIES = ['report', 'warn', 'block'];

type Of<K extends PackRule['kind']> = Extract<PackRule, { kind: K }>;
type Findings = string[];

/** Does `outer` hold all of `inner`? Undefined = everything. */
function holds(outer: readonly string[] | undefined, inner: readonly string[] | undefined): boolean {
  if (outer === undefined) return true;
  return inner?.every((each) => outer.includes(each)) ?? false;
}

function higher(name: string, before: number | undefined, after: number | undefined, found: Findings): void {
  // Absent = no exemption, no age, no timer: the strictest for exemptions, the loosest for duties (see lower).
  if (after !== undefined && (before === undefined || after > before))
    found.push(`${name} is ${after} instead of ${before ?? 'none'}`);
}

function lower(name: string, before: number | undefined, after: number | undefined, found: Findings): void {
  if (before !== undefined && (after === undefined || after < before))
    found.push(`${name} is ${after ?? 'none'} instead of ${before}`);
}

/** A limit that must be there and not be larger. */
function larger(name: string, before: number | undefined, after: number | undefined, found: Findings): void {
  if (before !== undefined && (after === undefined || after > before))
    found.push(`${name} is ${after ?? 'none'} instead of ${before}`);
}

function exempts(before: ConsentLevel | undefined, after: ConsentLevel | undefined, found: Findings): void {
  if (after !== undefined && (before === undefined || LEVELS.rank(after) < LEVELS.rank(before)))
    found.push(`${after} consent exempts, instead of ${before ?? 'none'}`);
}

/** Minutes of `after` that `before` does not have. */
function outside(before: DayIntervals, after: DayIntervals): DayIntervals {
  const gaps: [number, number][] = [];
  let from = 0;
  for (const [start, end] of before) {
    if (start > from) gaps.push([from, start]);
    from = end;
  }
  gaps.push([from, 1440]);
  return intersect(after, gaps);
}

function compareWindows(before: WindowRule, after: WindowRule, found: Findings): void {
  const weeks = [parseWeek(before.hours, 'hours'), parseWeek(after.hours, 'hours')] as const;
  const special = (
    rule: WindowRule,
    hours: WindowRule['holidays'],
    week: readonly DayIntervals[],
    day: number,
  ) =>
    hours === undefined
      ? week[day]!
      : intersect(
          week[day]!,
          hours === 'closed' ? [] : hours === 'sunday' ? week[0]! : parseIntervals(hours, rule.kind),
        );
  for (let day = 0; day < 7; day++) {
    const say = (what: string, was: DayIntervals, is: DayIntervals): void => {
      const more = outside(was, is);
      if (more.length > 0) found.push(`${what} it is open ${formatIntervals(more)} too`);
    };
    const name = WEEKDAY_NAMES[day]!;
    say(`on ${name}`, weeks[0][day]!, weeks[1][day]!);
    if (before.holidays !== undefined)
      say(
        `on a holiday that is a ${name}`,
        special(before, before.holidays, weeks[0], day),
        special(after, after.holidays, weeks[1], day),
      );
    if (before.holidayEves !== undefined)
      say(
        `on the eve of a holiday that is a ${name}`,
        special(before, before.holidayEves, weeks[0], day),
        special(after, after.holidayEves, weeks[1], day),
      );
  }
  exempts(before.exceptConsent, after.exceptConsent, found);
}

/** A cap's period as its kind and its length in seconds. */
function periodOf({ seconds, calendar, calendarDays }: CapRule): readonly [string, number] {
  if (seconds !== undefined) return ['seconds', seconds];
  if (calendarDays !== undefined) return ['dates', calendarDays * DAY];
  return calendar === 'day' ? ['dates', DAY] : [calendar!, calendar === 'week' ? 7 * DAY : 31 * DAY];
}

function compareCaps(before: CapRule, after: CapRule, found: Findings): void {
  const [kind, length] = periodOf(before);
  const [newKind, newLength] = periodOf(after);
  // Any stretch of the same length takes in the calendar's.
  if (!(newLength >= length && (newKind === kind || newKind === 'seconds')))
    found.push(`the period is ${newLength / 3600} h (${newKind}) instead of ${length / 3600} h (${kind})`);
  higher('max', before.max, after.max, found);
  if (after.count === 'connects' && before.count !== 'connects') found.push('only conversations count');
  if (before.per === 'person' && after.per !== 'person')
    found.push("the person's other numbers do not count");
  if (after.sameSubject && !before.sameSubject) found.push('other subjects do not count');
  higher('exceptTransactionDays', before.exceptTransactionDays, after.exceptTransactionDays, found);
}

function waitSeconds(wait: RecallRule['wait'], shortest: boolean): number {
  if (wait === 'forever') return Number.POSITIVE_INFINITY;
  if ('seconds' in wait) return wait.seconds;
  return (wait.calendarDays + (shortest ? 0 : 1)) * DAY + (shortest ? -3600 : 3600);
}

function compareRecalls(before: RecallRule, after: RecallRule, found: Findings): void {
  if (before.after !== after.after)
    found.push(`it counts from '${after.after}' instead of '${before.after}'`);
  const dates = (wait: RecallRule['wait']): number | undefined =>
    typeof wait === 'object' && 'calendarDays' in wait ? wait.calendarDays : undefined;
  const [was, is] = [dates(before.wait), dates(after.wait)];
  const shorter =
    was !== undefined && is !== undefined
      ? is < was
      : waitSeconds(after.wait, true) < waitSeconds(before.wait, false);
  if (shorter && before.wait !== after.wait)
    found.push(`the wait is ${JSON.stringify(after.wait)} instead of ${JSON.stringify(before.wait)}`);
}

const COMPARE: { readonly [K in PackRule['kind']]: (before: Of<K>, after: Of<K>, found: Findings) => void } =
  {
    calling_window: compareWindows,
    frequency_cap: compareCaps,
    recall_delay: compareRecalls,
    consent(before, after, found) {
      if (LEVELS.rank(after.level) < LEVELS.rank(before.level))
        found.push(`${after.level} consent is enough, instead of ${before.level}`);
      larger('maxAgeDays', before.maxAgeDays, after.maxAgeDays, found);
      higher('exceptTransactionDays', before.exceptTransactionDays, after.exceptTransactionDays, found);
      higher('exceptInquiryDays', before.exceptInquiryDays, after.exceptInquiryDays, found);
    },
    revocation() {},
    dnc(before, after, found) {
      if (before.list !== after.list) found.push(`the list is ${after.list} instead of ${before.list}`);
      larger('maxAgeDays', before.maxAgeDays, after.maxAgeDays, found);
      exempts(before.exceptConsent, after.exceptConsent, found);
      higher('exceptTransactionDays', before.exceptTransactionDays, after.exceptTransactionDays, found);
      higher('exceptInquiryDays', before.exceptInquiryDays, after.exceptInquiryDays, found);
    },
    abandon_limit(before, after, found) {
      higher('limit', before.limit, after.limit, found);
      larger('target', before.target, after.target, found);
      higher('connectSeconds', before.connectSeconds, after.connectSeconds, found);
      if (before.connectFrom === 'answer' && after.connectFrom !== 'answer')
        found.push('seconds count from the end of the greeting');
      if (before.scope === 'campaign' && after.scope !== 'campaign')
        found.push('campaigns are counted together');
      for (const name of ['denominator', 'window', 'detectorErrors'] as const)
        if (JSON.stringify(before[name]) !== JSON.stringify(after[name]))
          found.push(`${name} is ${JSON.stringify(after[name])} instead of ${JSON.stringify(before[name])}`);
    },
    ring_time(before, after, found) {
      lower('minSeconds', before.minSeconds, after.minSeconds, found);
    },
    message(before, after, found) {
      if (!holds(after.elements, before.elements)) found.push('the message says less');
      higher('startSeconds', before.startSeconds, after.startSeconds, found);
    },
    caller_id(before, after, found) {
      if (before.present && !after.present) found.push('the number may be withheld');
      if (before.allowedPrefixes !== undefined) {
        const allowed = before.allowedPrefixes;
        if (!after.allowedPrefixes?.every((p) => allowed.some((a) => p.startsWith(a))))
          found.push('further numbers may be shown');
      }
      const forbidden = before.forbiddenPrefixes ?? [];
      if (!forbidden.every((p) => after.forbiddenPrefixes?.some((f) => p.startsWith(f)) ?? false))
        found.push('forbidden numbers may be shown');
      lower('reachableDays', before.reachableDays, after.reachableDays, found);
    },
    retention(before, after, found) {
      if (before.record !== after.record) found.push(`it keeps ${after.record} instead of ${before.record}`);
      lower('days', before.days, after.days, found);
      if (before.from === 'last_use' && after.from !== 'last_use')
        found.push('it counts from when it was made');
    },
    identity(before, after, found) {
      larger('identifySeconds', before.identifySeconds, after.identifySeconds, found);
      larger('endOnRequestSeconds', before.endOnRequestSeconds, after.endOnRequestSeconds, found);
      larger('releaseSeconds', before.releaseSeconds, after.releaseSeconds, found);
    },
    recording_notice() {},
    emergency_area() {},
    number_class(before, after, found) {
      if (!holds(after.classes, before.classes)) found.push('fewer kinds of number are spared');
    },
    reassigned(before, after, found) {
      larger('maxAgeDays', before.maxAgeDays, after.maxAgeDays, found);
    },
  };

/** In what a rule allows more than another of its kind; empty when in nothing. */
function looserRule(before: PackRule, after: PackRule): Findings {
  const found: Findings = [];
  for (const name of ['purposes', 'modes', 'parties'] as const)
    if (!holds(after[name], before[name]))
      found.push(
        `it binds only ${name} ${after[name]!.join(', ')} instead of ${before[name]?.join(', ') ?? 'all'}`,
      );
  if ((after.effectiveFrom ?? '') > (before.effectiveFrom ?? ''))
    found.push(`it binds only from ${after.effectiveFrom}`);
  if ((after.effectiveTo ?? '9999') < (before.effectiveTo ?? '9999'))
    found.push(`it binds only until ${after.effectiveTo}`);
  const severity = (rule: PackRule): number => SEVERITIES.indexOf(rule.severity ?? 'block');
  if (severity(after) < severity(before))
    found.push(`it only ${after.severity}s instead of ${before.severity ?? 'block'}ing`);
  (COMPARE[before.kind] as (before: PackRule, after: PackRule, found: Findings) => void)(
    before,
    after,
    found,
  );
  return found;
}

/** What the rules of `before` lose when `after` stands in their place. */
function compareRules(before: RulePack, after: readonly PackRule[], by: string): Loosening[] {
  return before.rules.flatMap((rule, i) => {
    const id = ruleId(rule, i);
    const same = after.find((other, n) => other.kind === rule.kind && ruleId(other, n) === id);
    const looser = same === undefined ? [] : looserRule(rule, same);
    if (same !== undefined && looser.length === 0) return [];
    // A rule may be renamed, or its work be done by another.
    if (after.some((other) => other.kind === rule.kind && looserRule(rule, other).length === 0)) return [];
    const details = same === undefined ? [`nothing as strict as this ${rule.kind} rule is left`] : looser;
    return details.map((detail) => ({ pack: before.id, rule: id, by, detail }));
  });
}

function compareHolidays(before: RulePack, after: RulePack): Loosening[] {
  if (!before.rules.some((r) => r.kind === 'calling_window' && r.holidays !== undefined)) return [];
  const [from, to] = holidayTableYears;
  const years = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const { days } = packHolidays(after, years);
  const lost = [...packHolidays(before, years).days].filter((day) => !days.has(day)).sort((a, b) => a - b);
  if (lost.length === 0) return [];
  const date = (day: number): string => new Date(day * DAY * 1000).toISOString().slice(0, 10);
  return [
    {
      pack: before.id,
      rule: '',
      by: after.id,
      detail: `${lost.length} holidays are none any more, such as ${lost.slice(0, 3).map(date).join(', ')}`,
    },
  ];
}

/**
 * Every point in which packs of an operator, put in the place of built-in ones of the same id, or governing a country
 * that only the pack of all other countries governed, allow what those forbid.
 */
export function findLoosenings(builtin: readonly RulePack[], operator: readonly RulePack[]): Loosening[] {
  const found: Loosening[] = [];
  for (const before of builtin) {
    const after = operator.find((pack) => pack.id === before.id);
    if (after === undefined) continue;
    const lost = before.jurisdictions.filter((each) => !after.jurisdictions.includes(each));
    if (lost.length > 0)
      found.push({
        pack: before.id,
        rule: '',
        by: after.id,
        detail: `it no longer governs ${lost.join(', ')}`,
      });
    found.push(...compareRules(before, after.rules, after.id), ...compareHolidays(before, after));
  }
  const governed = new Set(builtin.flatMap((pack) => pack.jurisdictions));
  const added = new Set(
    operator.flatMap((pack) => pack.jurisdictions.filter((each) => each.length === 2 && !governed.has(each))),
  );
  const fallback = builtin.filter((pack) => pack.jurisdictions.includes('*'));
  for (const country of added) {
    const own = operator.filter((pack) => pack.jurisdictions.includes(country));
    const rules = own.flatMap((pack) => pack.rules);
    for (const pack of fallback)
      for (const each of compareRules(pack, rules, own[0]!.id))
        found.push({ ...each, detail: `${country}: ${each.detail}` });
  }
  return found;
}
