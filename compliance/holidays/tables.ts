import { dayNumber } from './dates.js';
import { HOLIDAY_TABLES, HOLIDAYS_FROM_YEAR, HOLIDAYS_TO_YEAR } from './generated/holiday-tables.js';

const texts = new Map(HOLIDAY_TABLES);
const parsed = new Map<string, readonly ReadonlySet<number>[]>();

/** Names of all tables: countries such as `CN`, and parts of them such as `DE-BY`. */
export const holidayTableNames: ReadonlySet<string> = new Set(texts.keys());

/** The years that every table holds, first and last. */
export const holidayTableYears: readonly [from: number, to: number] = [HOLIDAYS_FROM_YEAR, HOLIDAYS_TO_YEAR];

/**
 * Holidays of one year (days since 1970-01-01) by a table; undefined when the table does not reach that year.
 * @throws Error when there is no such table.
 */
export function tableDays(name: string, year: number): ReadonlySet<number> | undefined {
  let years = parsed.get(name);
  if (years === undefined) {
    const text = texts.get(name);
    if (text === undefined) throw new Error(`there is no table of holidays '${name}'`);
    years = text
      .split('|')
      .map(
        (dates, i) =>
          new Set(
            dates.split(' ').map((d) => dayNumber(HOLIDAYS_FROM_YEAR + i, +d.slice(0, 2), +d.slice(2))),
          ),
      );
    parsed.set(name, years);
  }
  return years[year - HOLIDAYS_FROM_YEAR];
}
