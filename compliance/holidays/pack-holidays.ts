import type { RulePack } from '../packs/schema.js';
import { dayNumber, holidayDays } from './dates.js';
import { tableDays } from './tables.js';

/** Local dates as days since 1970-01-01. */
export interface PackHolidays {
  readonly days: ReadonlySet<number>;
  /** Every date of the years that a table of the pack does not reach. */
  readonly unknown: ReadonlySet<number>;
}

/** The holidays of a pack in some years: those of its rules, its tables and its single dates together. */
export function packHolidays(
  { holidays = [], holidayTables = [], holidayDates = [] }: RulePack,
  years: readonly number[],
): PackHolidays {
  const days = new Set<number>();
  const unknown = new Set<number>();
  for (const year of years) {
    for (const day of holidayDays(holidays, year)) days.add(day);
    for (const name of holidayTables) {
      const found = tableDays(name, year);
      if (found !== undefined) for (const day of found) days.add(day);
      else for (let day = dayNumber(year, 1, 1); day < dayNumber(year + 1, 1, 1); day++) unknown.add(day);
    }
  }
  for (const date of holidayDates) days.add(dayNumber(+date.slice(0, 4), +date.slice(5, 7), +date.slice(8)));
  return { days, unknown };
}
