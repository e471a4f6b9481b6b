/** Hours and legal holidays of the American states, in the shape in which they are published: a line a state. */
import type { Section } from './table.js';

/**
 * pack | rule | number | zone | words | Monday to Friday | Saturday | Sunday | holiday (25 December 2026, a Friday). Where
 * the state is not stricter than the country the hours are those of the country, 08 to 21.
 */
const WEEKS = `
  us-al | hours   | +12055550123 | America/Chicago             |                       | 08:00-20:00 | 08:00-20:00 | closed      | closed
  us-ca | hours   | +14155550123 | America/Los_Angeles         | mode=prerecorded      | 09:00-21:00 | 09:00-21:00 | 09:00-21:00 | 09:00-21:00
  us-ct | hours   | +12035550123 | America/New_York            |                       | 09:00-20:00 | 09:00-20:00 | 09:00-20:00 | 09:00-20:00
  us-fl | hours   | +13055550123 | America/New_York            |                       | 08:00-20:00 | 08:00-20:00 | 08:00-20:00 | 08:00-20:00
  us-il | hours   | +13125550123 | America/Chicago             | mode=prerecorded      | 09:00-21:00 | 09:00-21:00 | 09:00-21:00 | 09:00-21:00
  us-ky | hours   | +15025550123 | America/Kentucky/Louisville |                       | 10:00-21:00 | 10:00-21:00 | 10:00-21:00 | 10:00-21:00
  us-la | hours   | +15045550123 | America/Chicago             |                       | 08:00-20:00 | 08:00-20:00 | closed      | 08:00-20:00
  us-ma | hours   | +16175550123 | America/New_York            |                       | 08:00-20:00 | 08:00-20:00 | 08:00-20:00 | 08:00-20:00
  us-md | hours   | +14105550123 | America/New_York            |                       | 08:00-20:00 | 08:00-20:00 | 08:00-20:00 | 08:00-20:00
  us-mi | hours   | +13135550123 | America/Detroit             |                       | 09:00-21:00 | 09:00-21:00 | 09:00-21:00 | 09:00-21:00
  us-mn | hours   | +16125550123 | America/Chicago             |                       | 09:00-21:00 | 09:00-21:00 | 09:00-21:00 | 09:00-21:00
  us-ms | hours   | +16015550123 | America/Chicago             |                       | 08:00-20:00 | 08:00-20:00 | closed      | closed
  us-ne | hours   | +14025550123 | America/Chicago             | mode=prerecorded      | 08:00-21:00 | 08:00-21:00 | 13:00-21:00 | 13:00-21:00
  us-nm | hours   | +15055550123 | America/Denver              |                       | 09:00-21:00 | 09:00-21:00 | 09:00-21:00 | 09:00-21:00
  us-nv | hours   | +17025550123 | America/Los_Angeles         |                       | 09:00-20:00 | 09:00-20:00 | 09:00-20:00 | 09:00-20:00
  us-ok | hours   | +14055550123 | America/Chicago             |                       | 08:00-20:00 | 08:00-20:00 | 08:00-20:00 | 08:00-20:00
  us-or | hours   | +15035550123 | America/Los_Angeles         |                       | 08:00-20:00 | 08:00-20:00 | 08:00-20:00 | 08:00-20:00
  us-pa | hours   | +17175550123 | America/New_York            |                       | 08:00-21:00 | 08:00-21:00 | 13:30-21:00 | closed
  us-ri | hours   | +14015550123 | America/New_York            |                       | 09:00-18:00 | 10:00-17:00 | closed      | closed
  us-sd | hours   | +16055550123 | America/Chicago             | zones=America/Chicago mode=predictive,prerecorded | 09:00-21:00 | closed | closed | 09:00-21:00
  us-sd | hours-2 | +16055550123 | America/Chicago             | zones=America/Chicago mode=manual | 09:00-21:00 | 09:00-21:00 | closed | 09:00-21:00
  us-tx | hours   | +15125550123 | America/Chicago             |                       | 09:00-21:00 | 09:00-21:00 | 12:00-21:00 | 09:00-21:00
  us-ut | hours   | +18015550123 | America/Denver              | mode=predictive,manual consent=presumed | 08:00-21:00 | 08:00-21:00 | closed | closed
  us-wa | hours   | +12065550123 | America/Los_Angeles         |                       | 08:00-20:00 | 08:00-20:00 | 08:00-20:00 | 08:00-20:00
  us-wy | hours   | +13075550123 | America/Denver              |                       | 08:00-20:00 | 08:00-20:00 | 08:00-20:00 | 08:00-20:00
`;

/** The lines above as days of a calendar. */
function week(line: string): Section {
  const [
    pack = '',
    rule = '',
    number = '',
    zone = '',
    given = '',
    weekdays = '',
    saturday = '',
    sunday = '',
    holiday = '',
  ] = line.split('|').map((field) => field.trim());
  const opens = (hours: string): string => hours.slice(0, 5);
  const day = (name: string, date: string, hours: string, reopens: string): string => {
    const own = name === 'holiday' && holiday !== weekdays ? `${rule}(holiday)` : rule;
    // Federal law objects before eight and from nine in the evening.
    const opening = hours.startsWith('08:00') ? `${own},us-federal/hours` : own;
    const closing = hours.endsWith('21:00') ? `${own},us-federal/hours` : own;
    return `${name} | ${date} | | ${hours} | ${opening};${closing} | ${reopens}`;
  };
  const afterSaturday = sunday === 'closed' ? `2026-09-14 ${opens(weekdays)}` : `2026-09-13 ${opens(sunday)}`;
  const afterHoliday =
    saturday === 'closed' ? `2026-12-28 ${opens(weekdays)}` : `2026-12-26 ${opens(saturday)}`;
  return {
    pack,
    number,
    zone,
    given: `purpose=sales,fundraising mode=any party=any ${given}`,
    hours: [
      day('weekday', '2026-09-14', weekdays, `2026-09-15 ${opens(weekdays)}`),
      day('Saturday', '2026-09-12', saturday, afterSaturday),
      day('Sunday', '2026-09-13', sunday, `2026-09-14 ${opens(weekdays)}`),
      day('holiday', '2026-12-25', holiday, afterHoliday),
    ].join('\n'),
  };
}

/** The state laws bind solicitations and nothing else: pack | number | local time that the state alone closes | words. */
const OTHER_PURPOSES = `
  us-al | +12055550123 | 2026-09-13 12:00 |
  us-ca | +14155550123 | 2026-09-14 08:30 | mode=prerecorded
  us-ct | +12035550123 | 2026-09-14 08:30 |
  us-fl | +13055550123 | 2026-09-14 20:30 |
  us-il | +13125550123 | 2026-09-14 08:30 | mode=prerecorded
  us-ky | +15025550123 | 2026-09-14 09:30 |
  us-la | +15045550123 | 2026-09-13 12:00 |
  us-ma | +16175550123 | 2026-09-14 20:30 |
  us-md | +14105550123 | 2026-09-14 20:30 |
  us-mi | +13135550123 | 2026-09-14 08:30 |
  us-mn | +16125550123 | 2026-09-14 08:30 |
  us-ms | +16015550123 | 2026-09-13 12:00 |
  us-ne | +14025550123 | 2026-09-13 12:00 | mode=prerecorded
  us-nm | +15055550123 | 2026-09-14 08:30 |
  us-nv | +17025550123 | 2026-09-14 08:30 |
  us-ok | +14055550123 | 2026-09-14 20:30 |
  us-or | +15035550123 | 2026-09-14 20:30 |
  us-pa | +17175550123 | 2026-09-13 12:00 |
  us-ri | +14015550123 | 2026-09-13 12:00 |
  us-sd | +16055550123 | 2026-09-13 12:00 |
  us-tx | +15125550123 | 2026-09-13 11:30 |
  us-ut | +18015550123 | 2026-09-13 12:00 | consent=none
  us-wa | +12065550123 | 2026-09-14 20:30 |
  us-wy | +13075550123 | 2026-09-14 20:30 |
`;
const ZONES: Readonly<Record<string, string>> = Object.fromEntries(
  linesOf(WEEKS)
    .map((line) => line.split('|').map((field) => field.trim()))
    .map((fields) => [fields[0], fields[3]]),
);

function otherPurposes(line: string): Section {
  const [pack = '', number = '', time = '', given = ''] = line.split('|').map((field) => field.trim());
  return {
    pack,
    number,
    zone: ZONES[pack] ?? '',
    given: `purpose=survey,service,collection,political mode=any ${given}`,
    cases: `binds solicitations only | ${time} | | allow | |`,
  };
}

function linesOf(table: string): string[] {
  return table.split('\n').filter((line) => line.trim() !== '');
}

/** Voices of machines keep hours that agents need not keep. */
const machines: readonly Section[] = [
  { pack: 'us-ca', number: '+14155550123', zone: 'America/Los_Angeles', time: '2026-09-14 08:30' },
  { pack: 'us-il', number: '+13125550123', zone: 'America/Chicago', time: '2026-09-14 08:30' },
  { pack: 'us-ne', number: '+14025550123', zone: 'America/Chicago', time: '2026-09-13 12:30' },
].map(({ time, ...section }) => ({
  ...section,
  cases: `an agent speaks | ${time} | purpose=sales,fundraising mode=predictive,manual | allow | |`,
}));

/** Legal holidays of each state, and the days on which those of a weekend are kept. */
const holidays: readonly Section[] = [
  {
    pack: 'us-al',
    number: '+12055550123',
    zone: 'America/Chicago',
    hours: `
      federal holidays             | 2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-09-07 2026-10-12 2026-11-11 2026-11-26 2026-12-25 | | closed | hours(holiday) |
      state holidays               | 2026-02-17 2026-04-27 2026-06-01 | | closed | hours(holiday) |
      Independence Day, a Saturday | 2026-07-04 | | closed | hours(holiday) | 2026-07-06 08:00
      the Friday before            | 2026-07-03 | | closed | hours(holiday) | 2026-07-06 08:00
      on a Sunday                  | 2027-07-04 | | closed | hours          | 2027-07-06 08:00
      the Monday after             | 2027-07-05 | | closed | hours(holiday) | 2027-07-06 08:00
    `,
  },
  {
    pack: 'us-ms',
    number: '+16015550123',
    zone: 'America/Chicago',
    hours: `
      federal holidays             | 2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-09-07 2026-10-12 2026-11-11 2026-11-26 2026-12-25 | | closed | hours(holiday) |
      Confederate Memorial Day     | 2026-04-27 | | closed | hours(holiday) | 2026-04-28 08:00
      Independence Day, a Saturday | 2026-07-04 | | closed | hours(holiday) | 2026-07-06 08:00
      on a Sunday                  | 2027-07-04 | | closed | hours          | 2027-07-06 08:00
      the Monday after             | 2027-07-05 | | closed | hours(holiday) | 2027-07-06 08:00
    `,
  },
  {
    pack: 'us-pa',
    number: '+17175550123',
    zone: 'America/New_York',
    hours: `
      federal holidays             | 2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-04 2026-09-07 2026-10-12 2026-11-11 2026-11-26 2026-12-25 | | closed | hours(holiday) |
      state holidays               | 2026-04-03 2026-06-14 2026-06-15 2026-11-27 | | closed | hours(holiday) |
      on a Sunday                  | 2027-07-04 | | closed | hours(holiday) | 2027-07-06 08:00
      the Monday after             | 2027-07-05 | | closed | hours(holiday) | 2027-07-06 08:00
    `,
  },
  {
    pack: 'us-ri',
    number: '+14015550123',
    zone: 'America/New_York',
    hours: `
      federal holidays             | 2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-09-07 2026-10-12 2026-11-11 2026-11-26 2026-12-25 | | closed | hours(holiday) |
      state holidays               | 2026-05-04 2026-11-03 | | closed | hours(holiday) |
      no election in an odd year   | 2027-11-02 | | 09:00-18:00 | hours | 2027-11-03 09:00
      Victory Day                  | 2026-08-10 | | closed | hours(holiday) | 2026-08-11 09:00
      Independence Day, a Saturday | 2026-07-04 | | closed | hours(holiday) | 2026-07-07 09:00
      the Friday before            | 2026-07-03 | | closed | hours(holiday) | 2026-07-07 09:00
      the Monday after             | 2026-07-06 | | closed | hours(holiday) | 2026-07-07 09:00
      a holiday on a Sunday        | 2027-07-04 | | closed | hours          | 2027-07-06 09:00
      the Monday after             | 2027-07-05 | | closed | hours(holiday) | 2027-07-06 09:00
    `,
    cases: `a long ring must end inside | 2026-09-12 16:58:59 | ring=60 | allow | |
      or the call comes too late  | 2026-09-12 16:59:00 | ring=60 | defer | hours | 2026-09-14 09:00`,
  },
  {
    pack: 'us-ut',
    number: '+18015550123',
    zone: 'America/Denver',
    given: 'purpose=sales,fundraising mode=predictive,manual consent=none',
    hours: `
      federal holidays             | 2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-04 2026-09-07 2026-10-12 2026-11-11 2026-11-26 2026-12-25 | | closed | hours(holiday) |
      Pioneer Day                  | 2026-07-24 | | closed | hours(holiday) | 2026-07-25 08:00
      a holiday on a Sunday        | 2027-07-04 | | closed | hours          | 2027-07-06 08:00
      the Monday after             | 2027-07-05 | | closed | hours(holiday) | 2027-07-06 08:00
    `,
    cases: `
      express consent opens Sundays   | 2026-09-13 12:00 | consent=express | allow | |
      and holidays                    | 2026-07-24 12:00 | consent=express | allow | |
      and recorded voices are closed  | 2026-09-13 12:00 | mode=prerecorded consent=presumed bought=1d | deny | hours,us-federal/consent-recorded |
    `,
  },
  {
    pack: 'us-la',
    number: '+15045550123',
    zone: 'America/Chicago',
    given: 'purpose=sales,fundraising mode=predictive,manual consent=none',
    hours: `
      federal holidays           | 2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-07-04 2026-09-07 2026-10-12 2026-11-11 2026-11-26 2026-12-25 | | closed | hours-2(holiday) |
      state holidays             | 2026-02-17 2026-04-03 2026-11-03 2027-11-01 | | closed | hours-2(holiday) |
      a holiday on a Sunday      | 2027-07-04 | | closed | hours,hours-2(holiday) | 2027-07-06 08:00
      the Monday after           | 2027-07-05 | | closed | hours-2(holiday)       | 2027-07-06 08:00
      with prior consent         | 2026-02-17 | consent=express | 08:00-20:00 | hours,us-federal/hours;hours | 2026-02-18 08:00
      to a business              | 2026-02-17 | party=business  | 08:00-20:00 | hours,us-federal/hours;hours | 2026-02-18 08:00
    `,
    cases: `
      a recorded voice       | 2026-02-17 12:00 | mode=prerecorded consent=presumed | deny | hours-2(holiday),us-federal/consent-recorded |
      presumed consent       | 2026-02-17 12:00 | consent=presumed | defer | hours-2(holiday) | 2026-02-18 08:00
      not a solicitation     | 2026-02-17 12:00 | purpose=survey,service,collection,political | allow | |
    `,
  },
  {
    pack: 'us-ne',
    number: '+14025550123',
    zone: 'America/Chicago',
    given: 'purpose=sales mode=prerecorded',
    hours: `
      federal holidays      | 2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-04 2026-09-07 2026-10-12 2026-11-11 2026-11-26 2026-12-25 | | 13:00-21:00 | hours(holiday);hours(holiday),us-federal/hours |
      state holidays        | 2026-04-24 2026-11-27 | | 13:00-21:00 | hours(holiday);hours(holiday),us-federal/hours |
      holiday on a Sunday   | 2027-07-04 | | 13:00-21:00 | hours;hours,us-federal/hours | 2027-07-05 13:00
      the Monday after      | 2027-07-05 | | 13:00-21:00 | hours(holiday);hours(holiday),us-federal/hours | 2027-07-06 08:00
    `,
  },
];

/** Area codes of two time zones, and numbers whose record says another state. */
const places: readonly Section[] = [
  ...['+18505550123', '+14485550123'].map(
    (number): Section => ({
      pack: 'us-fl',
      number,
      zone: 'America/New_York',
      hours: `
        the panhandle, split of Eastern and Central time | 2026-09-14 | | 09:00-20:00 | hours,us-federal/hours;hours | 2026-09-15 09:00
        night when an hour is skipped                    | 2026-03-07 | | 09:00-20:00 | hours,us-federal/hours;hours | 2026-03-08 09:00
        night when an hour comes twice                   | 2026-10-31 | | 09:00-20:00 | hours,us-federal/hours;hours | 2026-11-01 09:00
      `,
    }),
  ),
  {
    pack: 'us-fl',
    number: '+13055550123',
    zone: 'America/New_York',
    hours: `Florida by number, California by ZIP code | 2026-09-14 | postal=94105 | 11:00-20:00 | hours,us-federal/hours;hours | 2026-09-15 11:00`,
  },
  ...['+12705550123', '+13645550123', '+16065550123'].map(
    (number): Section => ({
      pack: 'us-ky',
      number,
      zone: 'America/New_York',
      hours: `split of Eastern and Central time | 2026-09-14 | | 11:00-21:00 | hours;hours,us-federal/hours | 2026-09-15 11:00`,
    }),
  ),
  {
    pack: 'us-mi',
    number: '+19065550123',
    zone: 'America/Detroit',
    hours: `split of Eastern and Central time | 2026-09-14 | | 10:00-21:00 | hours;hours,us-federal/hours | 2026-09-15 10:00`,
  },
  {
    pack: 'us-nv',
    number: '+17755550123',
    zone: 'America/Los_Angeles',
    hours: `split of Pacific and Mountain time | 2026-09-14 | | 09:00-19:00 | hours | 2026-09-15 09:00`,
  },
  {
    pack: 'us-or',
    number: '+15415550123',
    zone: 'America/Los_Angeles',
    hours: `split of Pacific and Mountain time | 2026-09-14 | | 08:00-19:00 | hours,us-federal/hours;hours | 2026-09-15 08:00`,
  },
  {
    pack: 'us-sd',
    number: '+16055550123',
    zone: 'America/Chicago',
    hours: `split of Central and Mountain time | 2026-09-14 | | 10:00-21:00 | hours;hours,us-federal/hours | 2026-09-15 10:00`,
  },
  {
    pack: 'us-tx',
    number: '+19155550123',
    zone: 'America/Denver',
    hours: `El Paso keeps Mountain time | 2026-09-13 | | 12:00-21:00 | hours;hours,us-federal/hours | 2026-09-14 09:00`,
  },
];

/** Laws with a date: pack | number | zone | the evening before | the first evening | when it opens next. */
const DATES = `
  us-ct | +12035550123 | America/New_York    | 2023-09-29 20:30 | 2023-09-30 20:30 | 2023-10-01 09:00
  us-fl | +13055550123 | America/New_York    | 2021-06-29 20:30 | 2021-06-30 20:30 | 2021-07-01 08:00
  us-md | +14105550123 | America/New_York    | 2023-12-30 20:30 | 2023-12-31 20:30 | 2024-01-01 08:00
  us-ok | +14055550123 | America/Chicago     | 2022-10-30 20:30 | 2022-10-31 20:30 | 2022-11-01 08:00
  us-or | +15035550123 | America/Los_Angeles | 2025-12-30 20:30 | 2025-12-31 20:30 | 2026-01-01 08:00
  us-wa | +12065550123 | America/Los_Angeles | 2022-06-07 20:30 | 2022-06-08 20:30 | 2022-06-09 08:00
`;

function dated(line: string): Section {
  const [pack = '', number = '', zone = '', before = '', first = '', reopens = ''] = line
    .split('|')
    .map((field) => field.trim());
  return {
    pack,
    number,
    zone,
    cases: `
      before the law                        | ${before} | | allow | |
      when its date has begun anywhere      | ${first}  | | defer | hours | ${reopens}
    `,
  };
}

export const usHours: readonly Section[] = [
  ...linesOf(WEEKS).map(week),
  ...linesOf(OTHER_PURPOSES).map(otherPurposes),
  ...machines,
  ...holidays,
  ...places,
  ...linesOf(DATES).map(dated),
];
