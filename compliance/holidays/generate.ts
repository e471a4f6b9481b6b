/**
 * Writes `generated/holiday-tables.ts`: public holidays by jurisdiction and year. Run by hand, once a year or when a
 * government proclaims new dates, from the root of the repository:
 *
 *   node dist/compliance/holidays/generate.js
 *
 * Sources: date-holidays (data CC-BY-3.0, see NOTICE) and, for mainland China, the published calendars in
 * chinese-days (MIT). Known faults of the sources are corrected here, each with its reason, always towards
 * more holidays: a day too many costs a call, a day too few breaks a law.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const FIRST_YEAR = 2024;
const LAST_YEAR = 2033;
const DAY = 86_400_000;

interface Calendar {
  getHolidays(
    year: number,
  ): readonly { readonly date: string; readonly type: string; readonly rule?: string }[];
  getStates(country: string): Readonly<Record<string, string>> | undefined;
}
interface ChineseDays {
  isHoliday(date: string): boolean;
  getHolidaysInRange(from: string, to: string, weekends: boolean): readonly string[];
  getSolarDateFromLunar(lunar: string): { readonly date: string };
  getSolarTermDate(year: number, month: number, term: string): string;
}
const require = createRequire(import.meta.url);
const Holidays = require('date-holidays') as new (country: string, state?: string) => Calendar;
const chinese = require('chinese-days') as ChineseDays;
/** The last year whose calendar the State Council had published when chinese-days was made. */
const lastPublishedInChina = ((): number => {
  let year = FIRST_YEAR;
  while (chinese.getHolidaysInRange(`${year + 1}-10-01`, `${year + 1}-10-07`, false).length > 0) year++;
  return year;
})();

/** Countries of the packs, and whether their parts have tables of their own. */
const COUNTRIES: Readonly<Record<string, boolean>> = {
  AE: false,
  AU: true,
  BR: true,
  CA: true,
  DE: true,
  ES: true,
  FR: true,
  GB: false,
  HK: false,
  IE: false,
  IN: true,
  IT: false,
  JP: false,
  MX: false,
  NL: false,
  NZ: true,
  PL: false,
  SG: false,
  TW: false,
  US: true,
  ZA: false,
};

const iso = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY;

function published(country: string, state: string | undefined, year: number): string[] {
  const calendar = state === undefined ? new Holidays(country) : new Holidays(country, state);
  return calendar.getHolidays(year).flatMap(({ date, type }) => (type === 'public' ? date.slice(0, 10) : []));
}

/** Statutory days (regulation of the State Council) with the usual days off around them, before a calendar is out. */
function chinaByRule(year: number): string[] {
  const stretch = (first: string, before: number, after: number): string[] =>
    Array.from({ length: before + after + 1 }, (_, i) => iso(dayOf(first) - before + i));
  const lunar = (monthDay: string): string => chinese.getSolarDateFromLunar(`${year}-${monthDay}`).date;
  return [
    ...stretch(`${year}-01-01`, 1, 2),
    ...stretch(lunar('01-01'), 2, 8),
    ...stretch(chinese.getSolarTermDate(year, 4, 'pure_brightness'), 2, 2),
    ...stretch(`${year}-05-01`, 1, 4),
    ...stretch(lunar('05-05'), 2, 2),
    ...stretch(lunar('08-15'), 2, 2),
    ...stretch(`${year}-10-01`, 0, 7),
  ];
}

function china(year: number): string[] {
  if (year > lastPublishedInChina) return chinaByRule(year);
  return [...chinese.getHolidaysInRange(`${year}-01-01`, `${year}-12-31`, false)];
}

function emirates(year: number): string[] {
  // The source has one day for each Eid, by calculation: the days off are the last of Ramadan to the third of
  // Shawwal, and the day of Arafah with the three after it; the moon may shift each by a day.
  const days = new Set(published('AE', undefined, year));
  for (const { date, rule } of new Holidays('AE').getHolidays(year)) {
    const first = dayOf(date.slice(0, 10));
    if (rule?.includes('Shawwal')) for (let d = first - 2; d <= first + 3; d++) days.add(iso(d));
    if (rule?.includes('Dhu al-Hijjah')) for (let d = first - 2; d <= first + 4; d++) days.add(iso(d));
    if (rule?.includes('Muharram') || rule?.includes('Rabi'))
      for (let d = first - 1; d <= first + 1; d++) days.add(iso(d));
  }
  days.add(`${year}-12-03`);
  return [...days];
}

/** Holidays that the source leaves out, because only most of the towns keep them, as MM-DD. */
const MOST_TOWNS: Readonly<Record<string, readonly string[]>> = { 'DE-BY': ['08-15'] };

/** All dates of one table in one year. */
function datesOf(country: string, state: string | undefined, year: number): string[] {
  if (country === 'CN') return china(year);
  if (country === 'AE') return emirates(year);
  const dates = published(country, state, year);
  for (const date of MOST_TOWNS[`${country}-${state}`] ?? []) dates.push(`${year}-${date}`);
  // The national list of India lacks the feasts that move with the moon: what any state keeps counts.
  if (country === 'IN' && state === undefined)
    for (const each of Object.keys(new Holidays('IN').getStates('IN') ?? {}))
      dates.push(...published('IN', each, year));
  return dates;
}

const lines: string[] = [];
function table(name: string, country: string, state?: string): void {
  const years: string[] = [];
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) {
    const dates = datesOf(country, state, year).filter((date) => date.startsWith(`${year}-`));
    if (dates.length === 0) throw new Error(`${name}: no holiday in ${year}`);
    years.push([...new Set(dates.map((date) => date.slice(5).replace('-', '')))].sort().join(' '));
  }
  lines.push(`  ['${name}', '${years.join('|')}'],`);
}
table('CN', 'CN');
for (const [country, withStates] of Object.entries(COUNTRIES)) {
  table(country, country);
  if (!withStates) continue;
  for (const state of Object.keys(new Holidays(country).getStates(country) ?? {}).sort())
    table(`${country}-${state}`, country, state);
}

writeFileSync(
  'compliance/holidays/generated/holiday-tables.ts',
  `// Written by compliance/holidays/generate.ts; do not edit. Data: date-holidays, CC-BY-3.0
// (https://github.com/commenthol/date-holidays), changed as the generator says; chinese-days (MIT).

export const HOLIDAYS_FROM_YEAR = ${FIRST_YEAR};
export const HOLIDAYS_TO_YEAR = ${LAST_YEAR};

/** Jurisdiction, and for each year in turn its holidays as MMDD. */
export const HOLIDAY_TABLES: readonly (readonly [name: string, years: string])[] = [
${lines.sort().join('\n')}
];
`,
);
process.stdout.write(
  `${lines.length} tables, ${FIRST_YEAR} to ${LAST_YEAR}; China published to ${lastPublishedInChina}\n`,
);
