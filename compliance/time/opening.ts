import {
  DAY_MINUTES,
  type DayIntervals,
  intervalsOn,
  MINUTE_NAMES,
  type Schedule,
  weekdayOf,
} from './schedule.js';
import { LATEST_INSTANT, offsetAt, stretchAt, stretchEnd, type ZoneTable } from './zone-table.js';

const MINUTE = 60_000;
const DAY = DAY_MINUTES * MINUTE;

/** Local date at an instant, as days since 1970-01-01. */
export function localDay(table: ZoneTable, at: number): number {
  return Math.floor((at + offsetAt(table, at)) / DAY);
}

/** The instant at which a local date (days since 1970-01-01) begins. */
export function startOfLocalDay(table: ZoneTable, day: number): number {
  // They differ when the clocks change around that midnight.
  const before = day * DAY - offsetAt(table, day * DAY - 12 * 3_600_000);
  const after = day * DAY - offsetAt(table, day * DAY + 14 * 3_600_000);
  const first = Math.min(before, after);
  return localDay(table, first) >= day ? first : Math.max(before, after);
}

/** Local minute of the day at an instant, 0 to 1439. */
export function localMinute(table: ZoneTable, at: number): number {
  const local = at + offsetAt(table, at);
  return Math.floor((local - Math.floor(local / DAY) * DAY) / MINUTE);
}

/** Local weekday and time at an instant, such as `Mon 08:30`. */
export function localName(table: ZoneTable, at: number): string {
  const minutes = Math.floor((at + offsetAt(table, at)) / MINUTE);
  // 1970-01-01 was a Thursday, minute 4 × 1440 of a week that begins on Sunday.
  return MINUTE_NAMES[(minutes + 4 * DAY_MINUTES) % (7 * DAY_MINUTES)]!;
}

/** The first of a day's intervals that ends after a minute: it holds the minute or is the next to begin. */
function endingAfter(intervals: DayIntervals, minute: number): DayIntervals[number] | undefined {
  for (const interval of intervals) if (minute < interval[1]) return interval;
  return undefined;
}

/**
 * The first instant ≥ `at` (and ≤ `limit`) at which the schedule changes to closed, in one zone; `at`
 * itself when it is closed then. Returns `limit` when it is open until there. Local time follows the zone's
 * changes of offset: hours that do not exist are never open, hours that come twice are open twice.
 */
export function openUntil(schedule: Schedule, table: ZoneTable, at: number, limit: number): number {
  let t = at;
  while (t < limit) {
    const stretch = stretchAt(table, t);
    const offset = table.offsets[stretch]!;
    const end = Math.min(stretchEnd(table, stretch), limit);
    const local = t + offset;
    const day = Math.floor(local / DAY);
    const minute = (local - day * DAY) / MINUTE;
    const interval = endingAfter(intervalsOn(schedule, day), minute);
    if (interval === undefined || minute < interval[0]) return t;
    // Where the interval ends, or the offset changes under it, look again.
    t = Math.min(day * DAY + interval[1] * MINUTE - offset, end);
  }
  return limit;
}

/** The first instant ≥ `at` at which the schedule is open in one zone, or Infinity when none before `limit`. */
export function nextOpen(schedule: Schedule, table: ZoneTable, at: number, limit: number): number {
  let t = at;
  while (t < limit) {
    const stretch = stretchAt(table, t);
    const offset = table.offsets[stretch]!;
    const end = Math.min(stretchEnd(table, stretch), limit);
    const local = t + offset;
    const day = Math.floor(local / DAY);
    const minute = (local - day * DAY) / MINUTE;
    const interval = endingAfter(intervalsOn(schedule, day), minute);
    const open =
      interval === undefined
        ? (day + 1) * DAY - offset // nothing more on this date
        : minute >= interval[0]
          ? t
          : day * DAY + interval[0] * MINUTE - offset;
    if (open < end) {
      if (interval !== undefined) return open;
      t = open;
    } else t = end;
  }
  return Number.POSITIVE_INFINITY;
}

/** A stretch of time in which a call may be placed: [from, to), epoch ms. */
export interface Opening {
  readonly from: number;
  /** A call placed before this is answered inside the window in every zone. */
  readonly to: number;
}

/**
 * The first stretch of time, at or after `at`, in which a call may be placed: the schedule is open in
 * every zone from then until `lead` ms later. Undefined when there is none before `until`.
 */
export function nextOpening(
  schedule: Schedule,
  tables: readonly ZoneTable[],
  at: number,
  lead: number,
  until: number,
): Opening | undefined {
  const limit = Math.min(until, LATEST_INSTANT - DAY);
  let t = at;
  while (t < limit) {
    let latest = t;
    for (const table of tables) latest = Math.max(latest, nextOpen(schedule, table, latest, limit));
    if (latest === Number.POSITIVE_INFINITY) return undefined;
    let closes = limit;
    for (const table of tables) closes = Math.min(closes, openUntil(schedule, table, latest, limit));
    if (closes - lead > latest) return { from: latest, to: closes - lead };
    // Some zone is closed at `latest` or closes too soon after it: search on from there. Each pass moves on,
    // since a zone that is closed at `t` opens later than `t`.
    t = Math.max(closes, latest);
  }
  return undefined;
}

/** Weekday of the local date at an instant, 0 = Sunday. */
export function localWeekday(table: ZoneTable, at: number): number {
  return weekdayOf(localDay(table, at));
}
