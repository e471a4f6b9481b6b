/**
 * Holidays of parts of countries for the oracle, 2026 and 2027. Those of Germany and France are typed from their laws. The
 * calendars of most parts of Spain and Brazil are proclaimed year by year: they are read from the tables of the product, so that
 * for these two the oracle checks what follows from a holiday and not its date (dates are in packs/regions.cases.ts).
 */
import { HOLIDAY_TABLES, HOLIDAYS_FROM_YEAR } from '../../compliance/holidays/generated/holiday-tables.js';
import { CANARY_ISLANDS } from './oracle-holidays.js';

const YEARS = [2026, 2027];
const yearly = (...days: readonly string[]): string[] =>
  YEARS.flatMap((year) => days.map((day) => `${year}-${day}`));
const GOOD_FRIDAY = ['2026-04-03', '2027-03-26'];
const CORPUS_CHRISTI = ['2026-06-04', '2027-05-27'];

const TYPED: Readonly<Record<string, readonly string[]>> = {
  'DE-BB': yearly('10-31'),
  'DE-BE': yearly('03-08'),
  'DE-BW': [...yearly('01-06', '11-01'), ...CORPUS_CHRISTI],
  'DE-BY': [...yearly('01-06', '08-15', '11-01'), ...CORPUS_CHRISTI],
  'DE-HB': yearly('10-31'),
  'DE-HE': CORPUS_CHRISTI,
  'DE-HH': yearly('10-31'),
  'DE-MV': yearly('03-08', '10-31'),
  'DE-NI': yearly('10-31'),
  'DE-NW': [...yearly('11-01'), ...CORPUS_CHRISTI],
  'DE-RP': [...yearly('11-01'), ...CORPUS_CHRISTI],
  'DE-SH': yearly('10-31'),
  'DE-SL': [...yearly('08-15', '11-01'), ...CORPUS_CHRISTI],
  'DE-SN': [...yearly('10-31'), '2026-11-18', '2027-11-17'],
  'DE-ST': yearly('01-06', '10-31'),
  'DE-TH': yearly('09-20', '10-31'),
  'FR-57': [...yearly('12-26'), ...GOOD_FRIDAY],
  'FR-67': [...yearly('12-26'), ...GOOD_FRIDAY],
  'FR-68': [...yearly('12-26'), ...GOOD_FRIDAY],
  'FR-BL': yearly('10-09'),
  'FR-GF': yearly('06-10'),
  'FR-GP': [...yearly('05-27'), ...GOOD_FRIDAY],
  'FR-MF': yearly('05-27'),
  'FR-MQ': [...yearly('05-22'), ...GOOD_FRIDAY],
  'FR-RE': yearly('12-20'),
  'FR-YT': yearly('04-27'),
  'BR-SP': yearly('07-09'),
  'ES-CN': CANARY_ISLANDS,
};

/** Territories of France that have calling codes, and so country codes, of their own. */
const TERRITORIES = ['GF', 'GP', 'MQ', 'RE', 'YT'];
export const isFrenchTerritory = (place: string): boolean => TERRITORIES.includes(place);

function published(): [string, readonly string[]][] {
  return HOLIDAY_TABLES.flatMap(([name, text]): [string, readonly string[]][] =>
    /^(ES|BR)-/.test(name)
      ? [
          [
            name,
            YEARS.flatMap((year) =>
              (text.split('|')[year - HOLIDAYS_FROM_YEAR] ?? '')
                .split(' ')
                .map((day) => `${year}-${day.slice(0, 2)}-${day.slice(2)}`),
            ),
          ],
        ]
      : [],
  );
}

/** Dates by part of a country such as `DE-BY`; French territories also by their country code. */
export const REGION_HOLIDAYS: ReadonlyMap<string, readonly string[]> = new Map([
  ...published(),
  ...Object.entries(TYPED),
  ...TERRITORIES.map((code): [string, readonly string[]] => [code, TYPED[`FR-${code}`] ?? []]),
]);
