/** Local time for the oracle: by luxon, asked once for each zone and quarter of an hour. */
import { DateTime } from 'luxon';

const QUARTER = 15 * 60_000;
const DAY = 24 * 60 * 60_000;
const FROM = Date.UTC(2023, 0, 1);
const QUARTERS = (Date.UTC(2029, 0, 1) - FROM) / QUARTER;
const UNKNOWN = 32_767;

/** Zone → UTC offset in minutes for each quarter of an hour. Clocks change on full quarters only. */
const offsets = new Map<string, Int16Array>();

function offsetMinutes(zone: string, at: number): number {
  const quarter = Math.floor((at - FROM) / QUARTER);
  if (!(quarter >= 0 && quarter < QUARTERS)) return DateTime.fromMillis(at, { zone }).offset;
  let known = offsets.get(zone);
  if (known === undefined) {
    known = new Int16Array(QUARTERS).fill(UNKNOWN);
    offsets.set(zone, known);
  }
  if (known[quarter] === UNKNOWN)
    known[quarter] = DateTime.fromMillis(FROM + quarter * QUARTER, { zone }).offset;
  return known[quarter]!;
}

export interface LocalTime {
  /** Local date as days since 1970-01-01. */
  readonly day: number;
  /** Such as `2026-11-22`. */
  readonly date: string;
  /** 1 = Monday to 7 = Sunday. */
  readonly weekday: number;
  /** Hours since local midnight by the wall clock, with fractions. */
  readonly hour: number;
}

const dates = new Map<number, string>();

export function localDate(zone: string, at: number): number {
  return Math.floor((at + offsetMinutes(zone, at) * 60_000) / DAY);
}

export function localTime(zone: string, at: number): LocalTime {
  const local = at + offsetMinutes(zone, at) * 60_000;
  const day = Math.floor(local / DAY);
  let date = dates.get(day);
  if (date === undefined) {
    date = new Date(day * DAY).toISOString().slice(0, 10);
    dates.set(day, date);
  }
  return { day, date, weekday: ((((day + 3) % 7) + 7) % 7) + 1, hour: (local - day * DAY) / 3_600_000 };
}
