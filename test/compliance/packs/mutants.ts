/**
 * A rule with one figure changed by the least that matters: a minute, a day, an attempt, a purpose. Tables of cases that
 * do not notice one of these leave that figure untested.
 */
import type { PackRule } from '../../../compliance/index.js';
import { LEVEL_WORDS, MODE_WORDS, PARTY_WORDS, PURPOSE_WORDS } from '../../../compliance/packs/fields.js';
import type { WindowRule } from '../../../compliance/packs/schema.js';
import type { WeekHours } from '../../../compliance/types.js';

export interface Mutant {
  readonly what: string;
  /** Undefined: the pack without the rule. */
  readonly rule?: PackRule;
}

type Fields = Record<string, unknown>;
const DAY = 86_400_000;
const FULL_DAY = 24 * 60;

const change = (rule: PackRule, fields: Fields): PackRule => {
  const changed = { ...rule, ...fields } as Fields;
  for (const [name, value] of Object.entries(changed)) if (value === undefined) delete changed[name];
  return changed as unknown as PackRule;
};
const movedDate = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const time = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** Intervals with each end a minute earlier and later; the ends of the day stay. */
function shifted(intervals: readonly string[]): readonly string[][] {
  const all = intervals.map((each) => each.split('-').map(minutes) as [number, number]);
  const changed: string[][] = [];
  for (const [i, interval] of all.entries())
    for (const end of [0, 1] as const)
      for (const by of [-1, 1]) {
        if (interval[end] === 0 || interval[end] === FULL_DAY) continue;
        const moved: [number, number] = [...interval];
        moved[end] += by;
        changed.push(all.map((each, j) => (j === i ? moved : each).map(time).join('-')));
      }
  return changed;
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const GROUPS = { weekdays: DAYS.slice(0, 5), Saturdays: ['sat'], Sundays: ['sun'] } as const;

/** Hours of each single day. */
function byDay(hours: WeekHours): Record<string, readonly string[]> {
  const days: Record<string, readonly string[]> = {};
  for (const [key, intervals] of Object.entries(hours)) {
    const [from = '', to = from] = key === 'all' ? ['mon', 'sun'] : key.split('-');
    for (let i = DAYS.indexOf(from as 'mon'); i <= DAYS.indexOf(to as 'mon'); i++) days[DAYS[i]!] = intervals;
  }
  return days;
}

function windowMutants(rule: WindowRule): Mutant[] {
  const found: Mutant[] = [];
  const { holidays, holidayEves } = rule;
  const week = byDay(rule.hours);
  for (const [name, days] of Object.entries(GROUPS)) {
    const intervals = week[days[0]!];
    const others: readonly (readonly string[])[] =
      intervals === undefined ? [['00:00-24:00']] : shifted(intervals);
    for (const other of others)
      found.push({
        what: `hours of ${name} ${other.join(' ')}`,
        rule: change(rule, { hours: { ...week, ...Object.fromEntries(days.map((day) => [day, other])) } }),
      });
  }
  // Hours of single dates count only inside those of the day.
  const all = Object.values(week).flat();
  const earliest = all.map((each) => each.slice(0, 5)).sort()[0] ?? '';
  const latest =
    all
      .map((each) => each.slice(6))
      .sort()
      .at(-1) ?? '';
  const inside = (intervals: readonly string[]): boolean =>
    intervals.every((each) => each.slice(0, 5) >= earliest && each.slice(6) <= latest);
  if (holidays !== undefined)
    found.push({ what: 'no holidays', rule: change(rule, { holidays: undefined }) });
  if (typeof holidays === 'object')
    for (const other of shifted(holidays).filter(inside))
      found.push({ what: `holidays ${other.join(' ')}`, rule: change(rule, { holidays: other }) });
  if (holidayEves !== undefined)
    for (const other of [undefined, ...shifted(holidayEves).filter(inside)])
      found.push({ what: `eves of holidays ${other}`, rule: change(rule, { holidayEves: other }) });
  return found;
}

/** Fields of whole numbers that any rule may have, with the least step that matters. */
const NUMBERS = [
  'max',
  'seconds',
  'calendarDays',
  'maxAgeDays',
  'exceptTransactionDays',
  'exceptInquiryDays',
  'minSeconds',
  'startSeconds',
  'reachableDays',
  'days',
  'identifySeconds',
  'endOnRequestSeconds',
  'releaseSeconds',
  'connectSeconds',
] as const;
/** Fields that the rule can do without, which then binds more calls or fewer. */
const OPTIONAL = [
  'exceptConsent',
  'exceptTransactionDays',
  'exceptInquiryDays',
  'sameSubject',
  'per',
  'present',
  'effectiveFrom',
  'effectiveTo',
] as const;
const WORDS: Readonly<Record<string, readonly string[]>> = {
  level: LEVEL_WORDS,
  exceptConsent: LEVEL_WORDS,
  calendar: ['day', 'week', 'month'],
  after: ['attempt', 'abandoned', 'machine', 'refused', 'conversation'],
  record: ['calls', 'consents', 'dnc_requests', 'abandon_rates', 'recordings'],
  denominator: ['live_answers', 'connected_and_abandoned'],
  scope: ['campaign', 'call_centre'],
  connectFrom: ['answer', 'end_of_greeting'],
  detectorErrors: ['known', 'estimated', 'none'],
  severity: ['block', 'report'],
};
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  purposes: PURPOSE_WORDS,
  modes: MODE_WORDS,
  parties: PARTY_WORDS,
};
const LISTS = ['elements', 'classes', 'allowedPrefixes', 'forbiddenPrefixes'] as const;

/** Does a rule of this kind only add to what packs ask for, without objecting to a call? */
const isDuty = ({ kind }: PackRule): boolean =>
  kind === 'message' || kind === 'retention' || kind === 'identity' || kind === 'recording_notice';

/** Every rule that differs in one figure, and the pack without it. */
export function mutantsOf(rule: PackRule): readonly Mutant[] {
  const found: Mutant[] = [{ what: 'is not there' }];
  const fields = rule as unknown as Fields;
  const add = (what: string, other: Fields): void => {
    found.push({ what, rule: change(rule, other) });
  };
  if (rule.kind === 'calling_window') found.push(...windowMutants(rule));
  for (const name of NUMBERS) {
    const value = fields[name];
    if (typeof value !== 'number') continue;
    for (const other of [value - 1, value + 1]) if (other >= 1) add(`${name} ${other}`, { [name]: other });
  }
  for (const name of OPTIONAL) {
    // A caller id rule says nothing without what it asks for; the whole rule is left out above.
    const needed = name === 'present' && fields['forbiddenPrefixes'] === undefined;
    if (fields[name] !== undefined && !needed) add(`no ${name}`, { [name]: undefined });
  }
  for (const [name, words] of Object.entries(WORDS)) {
    const value = name === 'severity' && !isDuty(rule) ? (fields[name] ?? 'block') : fields[name];
    if (value === undefined || rule.kind === 'revocation') continue;
    for (const word of words)
      if (word !== value && !(name === 'severity' && word === 'report' && value === 'warn'))
        add(`${name} ${word}`, { [name]: word });
  }
  for (const [name, words] of Object.entries(SCOPES)) {
    const value = (fields[name] as readonly string[] | undefined) ?? words;
    for (const word of words) {
      const other = value.includes(word) ? value.filter((each) => each !== word) : [...value, word];
      if (other.length > 0) add(`${name} ${other.join(', ')}`, { [name]: other });
    }
  }
  for (const name of LISTS) {
    const value = fields[name] as readonly string[] | undefined;
    if (value === undefined || value.length < 2) continue;
    for (const word of value)
      add(`${name} without ${word}`, { [name]: value.filter((each) => each !== word) });
  }
  for (const name of ['effectiveFrom', 'effectiveTo'] as const) {
    const date = fields[name];
    if (typeof date !== 'string') continue;
    for (const days of [-1, 1]) add(`${name} ${movedDate(date, days)}`, { [name]: movedDate(date, days) });
  }
  if (rule.kind === 'recall_delay') {
    const { wait } = rule;
    const others: object[] =
      wait === 'forever'
        ? [{ calendarDays: 1000 }]
        : 'seconds' in wait
          ? [-1, 1].map((by) => ({ seconds: wait.seconds + by }))
          : [-1, 1].map((by) => ({ calendarDays: wait.calendarDays + by }));
    for (const other of others) add(`wait ${JSON.stringify(other)}`, { wait: other });
  }
  if (rule.kind === 'dnc') add('another list', { list: 'no-such-list' });
  if (rule.kind === 'abandon_limit') {
    for (const by of [-0.001, 0.001])
      add(`limit ${rule.limit + by}`, { limit: rule.limit + by, target: undefined });
    if (rule.target !== undefined) add('no target', { target: undefined });
    add('another window', { window: { hours: 5 } });
  }
  return found;
}
