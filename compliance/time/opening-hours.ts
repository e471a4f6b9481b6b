/** Opening hours in one time zone: a week, dates that differ, and when they next open or close. */
import type { WeekHours } from '../types.js';
import { localDay, nextOpen, openUntil, startOfLocalDay } from './opening.js';
import { type DayIntervals, parseIntervals, parseWeek, type Schedule } from './schedule.js';
import { LATEST_INSTANT, zoneTable } from './zone-table.js';

const DAY = 86_400_000;

export interface OpeningHoursOptions {
  /** IANA zone whose local time the hours are in. */
  readonly timeZone: string;
  /** Days that are not named are closed. */
  readonly hours: WeekHours;
  /** Local dates such as `2026-12-24` whose hours replace the weekday's; none: closed all day. */
  readonly dates?: Readonly<Record<string, readonly string[]>>;
}

export interface OpeningHours {
  openAt(at: number): boolean;
  /** First instant ≥ `at` (epoch milliseconds) at which it is open; Infinity when none within `horizon` milliseconds. */
  opensAt(at: number, horizon: number): number;
  /** First instant ≥ `at` at which it is closed; Infinity when it is open all through `horizon` milliseconds. */
  closesAt(at: number, horizon: number): number;
}

function dayOf(date: string): number {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date) ?? [];
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== date)
    throw new Error(`dates: '${date}' is not a date; write it as 2026-12-24`);
  return at / DAY;
}

/** @throws Error that names the field when hours, dates or zone are not usable. */
export function openingHours({ timeZone, hours, dates = {} }: OpeningHoursOptions): OpeningHours {
  const table = zoneTable(timeZone);
  const byDay = new Map<number, DayIntervals>();
  for (const [date, spans] of Object.entries(dates))
    byDay.set(dayOf(date), parseIntervals(spans, `dates.${date}`));
  const schedule: Schedule = { week: parseWeek(hours, 'hours'), dates: byDay };
  const limit = (at: number, horizon: number): number => Math.min(at + horizon, LATEST_INSTANT - DAY);
  return {
    openAt: (at) => nextOpen(schedule, table, at, at + 1) === at,
    opensAt: (at, horizon) => nextOpen(schedule, table, at, limit(at, horizon)),
    closesAt(at, horizon) {
      const until = limit(at, horizon);
      const closes = openUntil(schedule, table, at, until);
      return closes >= until ? Number.POSITIVE_INFINITY : closes;
    },
  };
}

/** The local date at an instant in a zone, as days since 1970-01-01, and when the next one begins. */
export function localDate(timeZone: string, at: number): { readonly day: number; readonly endsAt: number } {
  const table = zoneTable(timeZone);
  const day = localDay(table, at);
  return { day, endsAt: startOfLocalDay(table, day + 1) };
}
