/** Frequency caps: which attempts count, whether there is room for one more, and when there will be. */
import type { CapRule } from './packs/schema.js';
import { localDay, startOfLocalDay } from './time/opening.js';
import { EARLIEST_INSTANT, LATEST_INSTANT, type ZoneTable } from './time/zone-table.js';
import type { AttemptFacts, CalendarPeriod, FrequencyCap } from './types.js';

const DAY_SECONDS = 86_400;
const DAY = DAY_SECONDS * 1000;
/** Longer than any such period of local time, whose days may have 25 hours. */
const LONGEST: Readonly<Record<CalendarPeriod, number>> = {
  day: DAY_SECONDS + 2 * 3600,
  week: 8 * DAY_SECONDS,
  month: 32 * DAY_SECONDS,
};

/** The cap of a rule, without its pack. */
export function capOf(rule: CapRule): Omit<FrequencyCap, 'pack' | 'version'> {
  const { max, calendar, calendarDays, count, per, sameSubject, exceptTransactionDays } = rule;
  return {
    ...(rule.id !== undefined && { id: rule.id }),
    max,
    seconds:
      rule.seconds ??
      (calendarDays === undefined
        ? LONGEST[calendar ?? 'month']
        : calendarDays * DAY_SECONDS + LONGEST.day - DAY_SECONDS),
    ...(calendar !== undefined && { calendar }),
    ...(calendarDays !== undefined && { calendarDays }),
    ...(count === 'connects' && { count }),
    ...(per !== undefined && { per }),
    ...(sameSubject !== undefined && { sameSubject }),
    ...(exceptTransactionDays !== undefined && { exceptTransactionDays }),
  };
}

/** Such as `3 attempts in 24 h`. */
export function capInWords(cap: FrequencyCap): string {
  const { max, seconds, calendar, calendarDays, count, per, sameSubject } = cap;
  const whose = per === 'person' ? ' to the person' : '';
  const about = sameSubject ? ' on this subject' : '';
  const period =
    calendarDays !== undefined
      ? `on ${calendarDays} calendar days`
      : calendar === undefined
        ? `in ${seconds / 3600} h`
        : `in a calendar ${calendar}`;
  return `${max} ${count === 'connects' ? 'conversations' : 'attempts'}${whose}${about} ${period}`;
}

/** Times of the attempts that the cap counts, any order. */
function countedBy(cap: FrequencyCap, facts: AttemptFacts): readonly number[] {
  const { at, sameSubject, elsewhere, connects } = facts;
  // Whom a conversation elsewhere was with is not told apart: all of them count.
  if (cap.count === 'connects' && connects !== undefined) return connects;
  const here = cap.sameSubject ? (sameSubject ?? at) : at;
  if (cap.per !== 'person' || elsewhere === undefined) return here;
  const others = cap.sameSubject ? (elsewhere.sameSubject ?? elsewhere.at) : elsewhere.at;
  return others.length === 0 ? here : [...here, ...others];
}

/**
 * When a cap next has room; `at` itself when it has now, Infinity when no waiting helps. An attempt whose time is unreadable
 * is counted, and keeps the cap shut. A calendar period has to have room in each of the zones.
 */
export function capClears(
  cap: FrequencyCap,
  tables: readonly ZoneTable[],
  facts: AttemptFacts,
  at: number,
): number {
  const attempts = countedBy(cap, facts);
  // The usual case, and the cheap one.
  if (attempts.length < cap.max) return at;
  if ((cap.calendar === undefined && cap.calendarDays === undefined) || tables.length === 0)
    return rollingClears(cap, attempts, at);
  let clears = at;
  for (const table of tables)
    clears = Math.max(
      clears,
      cap.calendar === undefined
        ? datesClear(cap.max, cap.calendarDays!, attempts, table, at)
        : calendarClears(cap, cap.calendar, attempts, table, at),
    );
  return clears;
}

function rollingClears(cap: FrequencyCap, attempts: readonly number[], at: number): number {
  const period = cap.seconds * 1000;
  let counted = 0;
  for (const attempt of attempts) if (!(attempt + period <= at)) counted++;
  if (counted < cap.max) return at;
  // Room comes when only max - 1 are left in the period: when the max-th most recent one leaves it.
  const recent = [...attempts].sort((a, b) => b - a);
  const until = (recent[cap.max - 1] ?? Number.POSITIVE_INFINITY) + period;
  return until > at ? until : Number.POSITIVE_INFINITY;
}

function calendarClears(
  cap: FrequencyCap,
  calendar: CalendarPeriod,
  attempts: readonly number[],
  table: ZoneTable,
  at: number,
): number {
  const [first, next] = periodOf(calendar, localDay(table, at));
  let counted = 0;
  for (const attempt of attempts) {
    const known = attempt >= EARLIEST_INSTANT && attempt < LATEST_INSTANT;
    if (!known) return Number.POSITIVE_INFINITY;
    if (localDay(table, attempt) >= first) counted++;
  }
  if (counted < cap.max) return at;
  return cap.max === 0 ? Number.POSITIVE_INFINITY : startOfLocalDay(table, next);
}

/** The same for so many local dates, today's being the last: room comes when the max-th most recent one is past. */
function datesClear(
  max: number,
  dates: number,
  attempts: readonly number[],
  table: ZoneTable,
  at: number,
): number {
  const first = localDay(table, at) - dates + 1;
  const days: number[] = [];
  for (const attempt of attempts) {
    const known = attempt >= EARLIEST_INSTANT && attempt < LATEST_INSTANT;
    if (!known) return Number.POSITIVE_INFINITY;
    const day = localDay(table, attempt);
    if (day >= first) days.push(day);
  }
  if (days.length < max) return at;
  days.sort((a, b) => b - a);
  const until = startOfLocalDay(table, days[max - 1]! + dates);
  return until > at ? until : Number.POSITIVE_INFINITY;
}

/** First day of the period that holds a day, and of the next one: local dates as days since 1970-01-01. */
function periodOf(calendar: CalendarPeriod, day: number): readonly [number, number] {
  if (calendar === 'day') return [day, day + 1];
  if (calendar === 'week') {
    // 1970-01-01 was a Thursday; weeks begin on Monday.
    const monday = day - ((((day + 3) % 7) + 7) % 7);
    return [monday, monday + 7];
  }
  const date = new Date(day * DAY);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return [Date.UTC(year, month, 1) / DAY, Date.UTC(year, month + 1, 1) / DAY];
}
