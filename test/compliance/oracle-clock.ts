/** Local time for the oracle: by luxon, asked once for each zone and day, and for each quarter of an hour when clocks change. */
import { DateTime } from 'luxon';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 24 * 60 * MINUTE;
const FROM = Date.UTC(2023, 0, 1);
const DAYS = (Date.UTC(2029, 0, 1) - FROM) / DAY;
const UNKNOWN = 32_767;

const byLuxon = (zone: string, at: number): number => DateTime.fromMillis(at, { zone }).offset;

/** What luxon said of a zone: UTC offsets in minutes. */
interface Known {
  /** At the beginning of each UTC day since FROM. */
  readonly days: Int16Array;
  /** Of the quarters of an hour of those days that end with another offset than they begin with. */
  readonly quarters: Map<number, number>;
}
const offsets = new Map<string, Known>();

function offsetMinutes(zone: string, at: number): number {
  const day = Math.floor((at - FROM) / DAY);
  if (!(day >= 0 && day < DAYS)) return byLuxon(zone, at);
  let known = offsets.get(zone);
  if (known === undefined) {
    known = { days: new Int16Array(DAYS + 1).fill(UNKNOWN), quarters: new Map() };
    offsets.set(zone, known);
  }
  const { days, quarters } = known;
  for (const each of [day, day + 1])
    if (days[each] === UNKNOWN) days[each] = byLuxon(zone, FROM + each * DAY);
  if (days[day] === days[day + 1]) return days[day]!;
  // Clocks change on full quarters only.
  const quarter = Math.floor(at / QUARTER);
  let offset = quarters.get(quarter);
  if (offset === undefined) {
    offset = byLuxon(zone, quarter * QUARTER);
    quarters.set(quarter, offset);
  }
  return offset;
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
  return Math.floor((at + offsetMinutes(zone, at) * MINUTE) / DAY);
}

export function localTime(zone: string, at: number): LocalTime {
  const local = at + offsetMinutes(zone, at) * MINUTE;
  const day = Math.floor(local / DAY);
  let date = dates.get(day);
  if (date === undefined) {
    date = new Date(day * DAY).toISOString().slice(0, 10);
    dates.set(day, date);
  }
  return { day, date, weekday: ((((day + 3) % 7) + 7) % 7) + 1, hour: (local - day * DAY) / 3_600_000 };
}
