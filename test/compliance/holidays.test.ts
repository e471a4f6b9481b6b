import t from 'tap';
import { dayNumber, easterSunday, holidayDays } from '../../compliance/holidays/dates.js';
import { holidays } from '../../compliance/packs/holidays.js';

const day = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / 86_400_000;
const datesOf = (name: keyof typeof holidays, year: number): string[] =>
  [...holidayDays(holidays[name], year)]
    .sort((a, b) => a - b)
    .map((d) => new Date(d * 86_400_000).toISOString().slice(0, 10));

t.test('Easter falls on the dates of the church tables', async (t) => {
  const known = [
    '2024-03-31',
    '2025-04-20',
    '2026-04-05',
    '2027-03-28',
    '2028-04-16',
    '2029-04-01',
    '2038-04-25',
    '2049-04-18',
  ];
  for (const iso of known) t.equal(easterSunday(+iso.slice(0, 4)), day(iso), iso);
});

t.test('dates are counted from 1970', async (t) => {
  t.equal(dayNumber(1970, 1, 1), 0);
  t.equal(dayNumber(2028, 3, 0), day('2028-02-29'));
});

t.test('France, Germany, Spain and Italy have the holidays of their calendars of 2026', async (t) => {
  t.same(datesOf('france', 2026), [
    '2026-01-01',
    '2026-04-06',
    '2026-05-01',
    '2026-05-08',
    '2026-05-14',
    '2026-05-25',
    '2026-07-14',
    '2026-08-15',
    '2026-11-01',
    '2026-11-11',
    '2026-12-25',
  ]);
  t.same(datesOf('germany', 2026), [
    '2026-01-01',
    '2026-04-03',
    '2026-04-06',
    '2026-05-01',
    '2026-05-14',
    '2026-05-25',
    '2026-10-03',
    '2026-12-25',
    '2026-12-26',
  ]);
  t.same(datesOf('spain', 2026), [
    '2026-01-01',
    '2026-01-06',
    '2026-04-03',
    '2026-05-01',
    '2026-08-15',
    '2026-10-12',
    '2026-11-01',
    '2026-12-06',
    '2026-12-08',
    '2026-12-25',
  ]);
  t.ok(datesOf('italy', 2026).includes('2026-10-04'), 'San Francesco is new in 2026');
  t.notOk(datesOf('italy', 2025).includes('2025-10-04'));
});

t.test('Rhode Island keeps its own days, and both readings of a Saturday holiday', async (t) => {
  const dates = datesOf('rhodeIsland', 2026);
  t.ok(dates.includes('2026-08-10'), 'Victory Day, the second Monday of August');
  for (const iso of ['2026-07-03', '2026-07-04', '2026-07-06']) t.ok(dates.includes(iso), iso);
  t.ok(dates.includes('2026-11-03'), 'election day of an even year');
  t.notOk(datesOf('rhodeIsland', 2027).includes('2027-11-02'), 'no election in an odd year');
});

t.test('a Sunday holiday also closes the Monday after it, where the law says so', async (t) => {
  t.ok(datesOf('utah', 2027).includes('2027-07-05'), '4 July 2027 is a Sunday');
  t.ok(datesOf('southAfrica', 2026).includes('2026-08-10'), '9 August 2026 is a Sunday');
  t.ok(datesOf('southAfrica', 2027).includes('2027-12-27'), '26 December 2027 is a Sunday');
});

t.test('Christmas and Boxing Day on a weekend close the next two working days in Australia', async (t) => {
  // 25 December 2027 is a Saturday, 26 a Sunday.
  t.same(datesOf('australia', 2027).slice(-4), ['2027-12-25', '2027-12-26', '2027-12-27', '2027-12-28']);
});

t.test("King's Day moves back from a Sunday", async (t) => {
  t.ok(datesOf('netherlands', 2031).includes('2031-04-26'));
});

t.test('Mardi Gras and Good Friday of Louisiana follow Easter', async (t) => {
  const dates = datesOf('louisiana', 2026);
  t.ok(dates.includes('2026-02-17'));
  t.ok(dates.includes('2026-04-03'));
});
