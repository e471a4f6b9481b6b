import type { DayKey, WeekHours } from '../types.js';

/** Open intervals of one local day as [from, to) in minutes, ascending, apart from each other. */
export type DayIntervals = readonly (readonly [number, number])[];

/** Opening hours by local wall time: seven weekdays (0 = Sunday) and the dates that differ. */
export interface Schedule {
  readonly week: readonly DayIntervals[];
  /** By local date as days since 1970-01-01: intervals that replace the weekday's. */
  readonly dates: ReadonlyMap<number, DayIntervals>;
}

export const DAY_MINUTES = 1440;
export const CLOSED: DayIntervals = [];
export const ALWAYS: DayIntervals = [[0, DAY_MINUTES]];

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const DAYS: Record<DayKey, readonly number[]> = {
  all: [0, 1, 2, 3, 4, 5, 6],
  'mon-fri': [1, 2, 3, 4, 5],
  'mon-sat': [1, 2, 3, 4, 5, 6],
  'sat-sun': [6, 0],
  sun: [0],
  mon: [1],
  tue: [2],
  wed: [3],
  thu: [4],
  fri: [5],
  sat: [6],
};

function minuteOf(text: string, field: string): number {
  const p = /^(\d\d):([0-5]\d)$/.exec(text);
  const minute = p === null ? Number.NaN : +p[1]! * 60 + +p[2]!;
  if (!(minute <= DAY_MINUTES))
    throw new Error(`${field}: '${text}' is not a time of day; write 00:00 to 24:00`);
  return minute;
}

/** Parses hours such as `['10:00-13:00', '14:00-20:00']`. @throws Error that names `field`. */
export function parseIntervals(texts: readonly string[], field: string): DayIntervals {
  const intervals = texts.map((text): readonly [number, number] => {
    const ends = text.split('-');
    if (ends.length !== 2) throw new Error(`${field}: '${text}' is not an interval; write it as 09:00-20:00`);
    const from = minuteOf(ends[0]!, field);
    const to = minuteOf(ends[1]!, field);
    if (from >= to) throw new Error(`${field}: '${text}' ends before it begins; split it at midnight`);
    return [from, to];
  });
  intervals.sort((a, b) => a[0] - b[0]);
  for (let i = 1; i < intervals.length; i++)
    if (intervals[i]![0] < intervals[i - 1]![1]) throw new Error(`${field}: intervals overlap; merge them`);
  return intervals;
}

/** Parses a week of hours; days that are not named are closed. @throws Error that names `field`. */
export function parseWeek(hours: WeekHours, field: string): DayIntervals[] {
  const week: (DayIntervals | undefined)[] = new Array(7).fill(undefined);
  for (const [key, texts] of Object.entries(hours)) {
    const days = DAYS[key as DayKey];
    if (days === undefined)
      throw new Error(`${field}: '${key}' is not a day; use ${Object.keys(DAYS).join(', ')}`);
    const intervals = parseIntervals(texts, `${field}.${key}`);
    for (const day of days) {
      if (week[day] !== undefined) throw new Error(`${field}: ${WEEKDAYS[day]} is given twice`);
      week[day] = intervals;
    }
  }
  return week.map((day) => day ?? CLOSED);
}

/** The times that are in both. */
export function intersect(a: DayIntervals, b: DayIntervals): DayIntervals {
  const both: [number, number][] = [];
  for (const [from, to] of a)
    for (const [otherFrom, otherTo] of b) {
      const start = Math.max(from, otherFrom);
      const end = Math.min(to, otherTo);
      if (start < end) both.push([start, end]);
    }
  return both.sort((x, y) => x[0] - y[0]);
}

/** Weekday of a local date, 0 = Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** Open intervals of one local date. */
export function intervalsOn(schedule: Schedule, day: number): DayIntervals {
  return schedule.dates.get(day) ?? schedule.week[weekdayOf(day)]!;
}

const pad = (n: number): string => (n < 10 ? `0${n}` : `${n}`);
/** By weekday, 0 = Sunday. */
export const WEEKDAY_NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
/** `Mon 08:30` for every minute of the week, from Sunday 00:00. */
export const MINUTE_NAMES: readonly string[] = Array.from(
  { length: 7 * DAY_MINUTES },
  (_, i) => `${WEEKDAY_NAMES[Math.floor(i / DAY_MINUTES)]} ${pad(Math.floor(i / 60) % 24)}:${pad(i % 60)}`,
);

/** Intervals in words: `08:00-21:00`, `closed`. */
export function formatIntervals(intervals: DayIntervals): string {
  if (intervals.length === 0) return 'closed';
  const time = (m: number): string => `${pad(Math.floor(m / 60))}:${pad(m % 60)}`;
  return intervals.map(([from, to]) => `${time(from)}-${time(to)}`).join(' ');
}
