import fc from 'fast-check';
import { DateTime } from 'luxon';
import t from 'tap';
import { localDay, localName, nextOpening, openUntil } from '../../compliance/time/opening.js';
import { intersect, parseIntervals, parseWeek, type Schedule } from '../../compliance/time/schedule.js';
import { isZone, offsetAt, stretchAt, stretchEnd, zoneTable } from '../../compliance/time/zone-table.js';

const MINUTE = 60_000;
// Many comparisons with luxon take their time on a busy machine.
t.setTimeout(180_000);
const ZONES = [
  'America/New_York',
  'America/St_Johns',
  'America/Phoenix',
  'Africa/Casablanca', // leaves its summer time for Ramadan
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Adelaide',
  'Australia/Eucla',
  'Australia/Lord_Howe', // moves by half an hour
  'Europe/Paris',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'UTC',
];
const instants = fc.integer({ min: Date.UTC(2019, 0, 1), max: Date.UTC(2041, 0, 1) });
const zones = fc.constantFrom(...ZONES);

t.test('the offset of any instant is the one that luxon gives', async (t) => {
  fc.assert(
    fc.property(zones, instants, (zone, at) => {
      const expected = DateTime.fromMillis(at, { zone }).offset * MINUTE;
      return offsetAt(zoneTable(zone), at) === expected;
    }),
    { numRuns: 3000 },
  );
  t.pass();
});

t.test('a change of offset is found to the minute', async (t) => {
  const at = (iso: string): number => Date.parse(iso);
  const table = zoneTable('America/New_York');
  const before = at('2026-03-08T06:59:59Z');
  t.equal(offsetAt(table, before), -5 * 60 * MINUTE);
  t.equal(stretchEnd(table, stretchAt(table, before)), at('2026-03-08T07:00:00Z'));
  t.equal(offsetAt(table, at('2026-03-08T07:00:00Z')), -4 * 60 * MINUTE);
  t.equal(offsetAt(zoneTable('Australia/Lord_Howe'), at('2026-10-03T15:29:59Z')), 10.5 * 60 * MINUTE);
  t.equal(offsetAt(zoneTable('Australia/Lord_Howe'), at('2026-10-03T15:30:00Z')), 11 * 60 * MINUTE);
});

t.test('local date, weekday and minute agree with luxon', async (t) => {
  fc.assert(
    fc.property(zones, instants, (zone, at) => {
      const local = DateTime.fromMillis(at, { zone, locale: 'en-US' });
      const table = zoneTable(zone);
      const day = DateTime.utc(local.year, local.month, local.day).toMillis() / 86_400_000;
      return localName(table, at) === local.toFormat('ccc HH:mm') && localDay(table, at) === day;
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

t.test('an unknown zone and an instant out of reach are refused with a clear message', async (t) => {
  t.notOk(isZone('Mars/Olympus'));
  t.notOk(isZone(''));
  t.notOk(isZone('+05:00'), 'a bare offset is not a place');
  t.throws(() => zoneTable('Mars/Olympus'), /time zone 'Mars\/Olympus' is unknown: use an IANA name/);
  t.throws(() => offsetAt(zoneTable('UTC'), Number.NaN), /outside the years 2000 to 2099/);
  t.throws(() => offsetAt(zoneTable('UTC'), Date.UTC(2150, 0, 1)), /outside the years 2000 to 2099/);
});

t.test('hours are parsed strictly', async (t) => {
  t.same(parseIntervals(['14:00-20:00', '10:00-13:00'], 'h'), [
    [600, 780],
    [840, 1200],
  ]);
  t.same(parseIntervals(['00:00-24:00'], 'h'), [[0, 1440]]);
  t.throws(() => parseIntervals(['9-17'], 'hours'), /hours: '9' is not a time of day/);
  t.throws(() => parseIntervals(['09:00'], 'hours'), /hours: '09:00' is not an interval/);
  t.throws(() => parseIntervals(['22:00-06:00'], 'hours'), /ends before it begins; split it at midnight/);
  t.throws(() => parseIntervals(['24:30-25:00'], 'hours'), /not a time of day/);
  t.throws(() => parseIntervals(['09:00-12:00', '11:00-13:00'], 'hours'), /overlap/);
  t.throws(() => parseWeek({ 'mon-fri': ['09:00-12:00'], fri: [] }, 'week'), /week: fri is given twice/);
  t.throws(() => parseWeek({ monday: [] } as never, 'week'), /'monday' is not a day/);
});

t.test('what is common to two days of hours is what both have', async (t) => {
  t.same(
    intersect(parseIntervals(['08:00-21:00'], 'a'), parseIntervals(['10:00-13:00', '20:00-22:00'], 'b')),
    [
      [600, 780],
      [1200, 1260],
    ],
  );
  t.same(intersect(parseIntervals(['08:00-09:00'], 'a'), parseIntervals(['09:00-10:00'], 'b')), []);
});

const SCHEDULES: readonly Schedule[] = [
  { week: parseWeek({ all: ['08:00-21:00'] }, 'h'), dates: new Map() },
  { week: parseWeek({ 'mon-fri': ['10:00-13:00', '14:00-20:00'] }, 'h'), dates: new Map() },
  { week: parseWeek({ all: ['00:00-24:00'] }, 'h'), dates: new Map() },
  // Across the hours that change in a night of daylight saving.
  { week: parseWeek({ 'sat-sun': ['00:30-02:15', '02:30-03:30', '22:00-24:00'] }, 'h'), dates: new Map() },
];

function openAt(schedule: Schedule, zone: string, at: number): boolean {
  const local = DateTime.fromMillis(at, { zone });
  const minute = local.hour * 60 + local.minute;
  return schedule.week[local.weekday % 7]!.some(([from, to]) => minute >= from && minute < to);
}

// Half of the instants fall on nights when the clocks change.
const nights = fc
  .constantFrom(
    '2026-03-08',
    '2026-11-01',
    '2026-03-29',
    '2026-10-25',
    '2026-04-05',
    '2026-10-04',
    '2027-02-07',
  )
  .chain((date) =>
    fc
      .integer({ min: -18 * 60, max: 24 * 60 })
      .map((minutes) => Date.parse(`${date}T00:00:00Z`) + minutes * MINUTE),
  );
const moments = fc.oneof(nights, fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) }));

t.test('a window closes at the first quarter of an hour at which luxon sees it closed', async (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...SCHEDULES), zones, moments, (schedule, zone, at) => {
      const limit = at + 30 * 60 * MINUTE;
      const closes = openUntil(schedule, zoneTable(zone), at, limit);
      if (!openAt(schedule, zone, at)) return closes === at;
      let expected = limit;
      // Every change of hours or of offset is at a full quarter of an hour.
      for (let q = (Math.floor(at / (15 * MINUTE)) + 1) * 15 * MINUTE; q < limit; q += 15 * MINUTE)
        if (!openAt(schedule, zone, q)) {
          expected = q;
          break;
        }
      return closes === expected;
    }),
    { numRuns: 1500 },
  );
  t.pass();
});

t.test(
  'the next opening over several zones is the first instant at which luxon sees all of them open',
  async (t) => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SCHEDULES.slice(0, 3)),
        fc.uniqueArray(zones, { minLength: 1, maxLength: 3 }),
        moments,
        fc.constantFrom(0, 55_000, 20 * MINUTE),
        (schedule, several, at, lead) => {
          const tables = several.map(zoneTable);
          const found = nextOpening(schedule, tables, at, lead, at + 3 * 1440 * MINUTE);
          const open = (instant: number): boolean => several.every((zone) => openAt(schedule, zone, instant));
          const lawful = (instant: number): boolean => {
            for (
              let q = Math.ceil(instant / (15 * MINUTE)) * 15 * MINUTE;
              q < instant + lead;
              q += 15 * MINUTE
            )
              if (!open(q)) return false;
            return open(instant) && open(instant + lead);
          };
          let expected: number | undefined = lawful(at) ? at : undefined;
          for (
            let q = (Math.floor(at / (15 * MINUTE)) + 1) * 15 * MINUTE;
            expected === undefined && q < at + 2 * 1440 * MINUTE;
            q += 15 * MINUTE
          )
            if (lawful(q)) expected = q;
          if (expected === undefined) return found === undefined || found.from >= at + 2 * 1440 * MINUTE;
          return found?.from === expected;
        },
      ),
      { numRuns: 250 },
    );
    t.pass();
  },
);

t.test('zones without a common hour never open', async (t) => {
  const schedule: Schedule = { week: parseWeek({ all: ['09:00-12:00'] }, 'h'), dates: new Map() };
  const tables = ['America/New_York', 'Asia/Kolkata'].map(zoneTable);
  t.equal(nextOpening(schedule, tables, Date.UTC(2026, 5, 1), 0, Date.UTC(2026, 6, 1)), undefined);
});
