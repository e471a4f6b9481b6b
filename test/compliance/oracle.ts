/**
 * A second reading of the rules, for tests only: plain, slow, written from the law sheet in luxon and not
 * from the packs. It knows some area codes and countries, and answers one question: may this call be placed
 * at this instant?
 */
import { DateTime } from 'luxon';
import type { CallMode, Facts, Purpose, Request } from '../../compliance/index.js';

/** Hours of a day as decimal hours of local time. */
type Hours = readonly (readonly [from: number, to: number])[];
interface Week {
  readonly weekdays: Hours;
  readonly saturday: Hours;
  readonly sunday: Hours;
  /** Absent: a holiday is a day like any other. */
  readonly holidays?: { readonly dates: readonly string[]; readonly hours: Hours };
}

const daily = (from: number, to: number): Week => ({
  weekdays: [[from, to]],
  saturday: [[from, to]],
  sunday: [[from, to]],
});

// Typed from published calendars; observed days of weekend holidays included.
const FEDERAL = [
  '2026-01-01',
  '2026-01-19',
  '2026-02-16',
  '2026-05-25',
  '2026-06-19',
  '2026-07-03',
  '2026-07-04',
  '2026-09-07',
  '2026-10-12',
  '2026-11-11',
  '2026-11-26',
  '2026-12-25',
  '2027-01-01',
  '2027-01-18',
  '2027-02-15',
  '2027-05-31',
  '2027-06-18',
  '2027-06-19',
  '2027-07-04',
  '2027-07-05',
  '2027-09-06',
  '2027-10-11',
  '2027-11-11',
  '2027-11-25',
  '2027-12-24',
  '2027-12-25',
  '2027-12-31',
  '2028-01-01',
];
const RHODE_ISLAND = [
  ...FEDERAL,
  '2026-05-04',
  '2026-07-06',
  '2026-08-10',
  '2026-11-03',
  '2027-05-04',
  '2027-06-21',
  '2027-08-09',
  '2027-12-27',
  '2028-01-03',
];
const UTAH = [...FEDERAL, '2026-07-24', '2027-07-23', '2027-07-24'];
const MISSISSIPPI = [...FEDERAL, '2026-04-27', '2027-04-26'];
const FRANCE = [
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
  '2027-01-01',
  '2027-03-29',
  '2027-05-01',
  '2027-05-06',
  '2027-05-08',
  '2027-05-17',
  '2027-07-14',
  '2027-08-15',
  '2027-11-01',
  '2027-11-11',
  '2027-12-25',
  '2028-01-01',
];
const GERMANY = [
  '2026-01-01',
  '2026-04-03',
  '2026-04-06',
  '2026-05-01',
  '2026-05-14',
  '2026-05-25',
  '2026-10-03',
  '2026-12-25',
  '2026-12-26',
  '2027-01-01',
  '2027-03-26',
  '2027-03-29',
  '2027-05-01',
  '2027-05-06',
  '2027-05-17',
  '2027-10-03',
  '2027-12-25',
  '2027-12-26',
  '2028-01-01',
];
const SPAIN = [
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
  '2027-01-01',
  '2027-01-06',
  '2027-03-26',
  '2027-05-01',
  '2027-08-15',
  '2027-10-12',
  '2027-11-01',
  '2027-12-06',
  '2027-12-08',
  '2027-12-25',
  '2028-01-01',
  '2028-01-06',
];
const ITALY = [
  '2026-01-01',
  '2026-01-06',
  '2026-04-05',
  '2026-04-06',
  '2026-04-25',
  '2026-05-01',
  '2026-06-02',
  '2026-08-15',
  '2026-10-04',
  '2026-11-01',
  '2026-12-08',
  '2026-12-25',
  '2026-12-26',
  '2027-01-01',
  '2027-01-06',
  '2027-03-28',
  '2027-03-29',
  '2027-04-25',
  '2027-05-01',
  '2027-06-02',
  '2027-08-15',
  '2027-10-04',
  '2027-11-01',
  '2027-12-08',
  '2027-12-25',
  '2027-12-26',
  '2028-01-01',
  '2028-01-06',
];
const AUSTRALIA = [
  '2026-01-01',
  '2026-01-26',
  '2026-04-03',
  '2026-04-06',
  '2026-04-25',
  '2026-04-27',
  '2026-12-25',
  '2026-12-26',
  '2026-12-28',
  '2027-01-01',
  '2027-01-26',
  '2027-03-26',
  '2027-03-29',
  '2027-04-25',
  '2027-04-26',
  '2027-12-25',
  '2027-12-26',
  '2027-12-27',
  '2027-12-28',
  '2028-01-01',
  '2028-01-03',
];

interface Call {
  readonly purpose: Purpose;
  readonly mode: CallMode;
  readonly consented: boolean;
  readonly at: number;
}

/** Has a date begun anywhere? New rules are kept from then on. */
const begun = (at: number, date: string): boolean => at >= Date.parse(`${date}T00:00:00+14:00`);

/** Weeks that bind a call under the law of a place; every one must be open. */
function weeksOf(place: string, call: Call): Week[] {
  const solicitation = call.purpose === 'sales' || call.purpose === 'fundraising';
  const onlySolicitation = (week: Week): Week[] => (solicitation ? [week] : []);
  switch (place) {
    case 'US':
      return [daily(8, 21)];
    case 'US-FL':
    case 'US-OK':
    case 'US-WA':
    case 'US-MA':
    case 'US-MD':
      return onlySolicitation(daily(8, 20));
    case 'US-OR':
      return begun(call.at, '2026-01-01') ? onlySolicitation(daily(8, 20)) : [];
    case 'US-CT':
    case 'US-NV':
      return onlySolicitation(daily(9, 20));
    case 'US-MI':
    case 'US-MN':
    case 'US-NM':
      return onlySolicitation(daily(9, 21));
    case 'US-KY':
      return onlySolicitation(daily(10, 21));
    case 'US-TX':
      return onlySolicitation({ weekdays: [[9, 21]], saturday: [[9, 21]], sunday: [[12, 21]] });
    case 'US-RI':
      return onlySolicitation({
        weekdays: [[9, 18]],
        saturday: [[10, 17]],
        sunday: [],
        holidays: { dates: RHODE_ISLAND, hours: [] },
      });
    case 'US-MS':
      return onlySolicitation({
        weekdays: [[8, 20]],
        saturday: [[8, 20]],
        sunday: [],
        holidays: { dates: MISSISSIPPI, hours: [] },
      });
    case 'US-UT':
      return call.consented
        ? []
        : onlySolicitation({
            weekdays: [[8, 21]],
            saturday: [[8, 21]],
            sunday: [],
            holidays: { dates: UTAH, hours: [] },
          });
    case 'US-SD':
      return onlySolicitation(
        call.mode === 'manual'
          ? { weekdays: [[9, 21]], saturday: [[9, 21]], sunday: [] }
          : { weekdays: [[9, 21]], saturday: [], sunday: [] },
      );
    case 'CA':
      return [{ weekdays: [[9, 21.5]], saturday: [[10, 18]], sunday: [[10, 18]] }];
    case 'GB':
      return [{ weekdays: [[8, 21]], saturday: [[8, 21]], sunday: [[10, 20]] }];
    case 'FR':
      return [
        {
          weekdays: [
            [10, 13],
            [14, 20],
          ],
          saturday: [],
          sunday: [],
          holidays: { dates: FRANCE, hours: [] },
        },
      ];
    case 'DE':
      return [
        { weekdays: [[8, 20]], saturday: [[9, 18]], sunday: [], holidays: { dates: GERMANY, hours: [] } },
      ];
    case 'ES':
      return [{ weekdays: [[9, 21]], saturday: [], sunday: [], holidays: { dates: SPAIN, hours: [] } }];
    case 'AU':
      return call.purpose === 'survey'
        ? [
            {
              weekdays: [[9, 20.5]],
              saturday: [[9, 17]],
              sunday: [[9, 17]],
              holidays: { dates: AUSTRALIA, hours: [] },
            },
          ]
        : [
            {
              weekdays: [[9, 20]],
              saturday: [[9, 17]],
              sunday: [],
              holidays: { dates: AUSTRALIA, hours: [] },
            },
          ];
    case 'IT': {
      const eves = ITALY.map(
        (date) => DateTime.fromISO(date, { zone: 'utc' }).minus({ days: 1 }).toISODate()!,
      );
      return [
        { weekdays: [[9, 20]], saturday: [[10, 19]], sunday: [], holidays: { dates: ITALY, hours: [] } },
        { ...daily(0, 24), holidays: { dates: eves, hours: [[10, 19]] } },
      ];
    }
    default:
      return [];
  }
}

function openAt(week: Week, local: DateTime): boolean {
  const hour = local.hour + local.minute / 60 + (local.second + local.millisecond / 1000) / 3600;
  const within = (hours: Hours): boolean => hours.some(([from, to]) => hour >= from && hour < to);
  if (week.holidays?.dates.includes(local.toISODate()!)) return within(week.holidays.hours);
  if (local.weekday === 7) return within(week.sunday);
  if (local.weekday === 6) return within(week.saturday);
  return within(week.weekdays);
}

/** What the oracle knows about a few prefixes. */
export const NUMBERS: readonly {
  readonly prefix: string;
  readonly digits: number;
  readonly places: readonly string[];
  readonly zones: readonly string[];
}[] = [
  { prefix: '+1212555', digits: 4, places: ['US', 'US-NY'], zones: ['America/New_York'] },
  { prefix: '+1305555', digits: 4, places: ['US', 'US-FL'], zones: ['America/New_York'] },
  { prefix: '+1850555', digits: 4, places: ['US', 'US-FL'], zones: ['America/New_York', 'America/Chicago'] },
  { prefix: '+1448555', digits: 4, places: ['US', 'US-FL'], zones: ['America/New_York', 'America/Chicago'] },
  { prefix: '+1401555', digits: 4, places: ['US', 'US-RI'], zones: ['America/New_York'] },
  { prefix: '+1512555', digits: 4, places: ['US', 'US-TX'], zones: ['America/Chicago'] },
  { prefix: '+1915555', digits: 4, places: ['US', 'US-TX'], zones: ['America/Denver'] },
  { prefix: '+1502555', digits: 4, places: ['US', 'US-KY'], zones: ['America/Kentucky/Louisville'] },
  { prefix: '+1801555', digits: 4, places: ['US', 'US-UT'], zones: ['America/Denver'] },
  { prefix: '+1601555', digits: 4, places: ['US', 'US-MS'], zones: ['America/Chicago'] },
  { prefix: '+1605555', digits: 4, places: ['US', 'US-SD'], zones: ['America/Chicago', 'America/Denver'] },
  { prefix: '+1503555', digits: 4, places: ['US', 'US-OR'], zones: ['America/Los_Angeles'] },
  { prefix: '+1541555', digits: 4, places: ['US', 'US-OR'], zones: ['America/Los_Angeles', 'America/Boise'] },
  { prefix: '+1405555', digits: 4, places: ['US', 'US-OK'], zones: ['America/Chicago'] },
  { prefix: '+1203555', digits: 4, places: ['US', 'US-CT'], zones: ['America/New_York'] },
  { prefix: '+1410555', digits: 4, places: ['US', 'US-MD'], zones: ['America/New_York'] },
  { prefix: '+1617555', digits: 4, places: ['US', 'US-MA'], zones: ['America/New_York'] },
  { prefix: '+1906555', digits: 4, places: ['US', 'US-MI'], zones: ['America/Detroit', 'America/Menominee'] },
  { prefix: '+1612555', digits: 4, places: ['US', 'US-MN'], zones: ['America/Chicago'] },
  { prefix: '+1505555', digits: 4, places: ['US', 'US-NM'], zones: ['America/Denver'] },
  {
    prefix: '+1775555',
    digits: 4,
    places: ['US', 'US-NV'],
    zones: ['America/Los_Angeles', 'America/Denver'],
  },
  { prefix: '+1206555', digits: 4, places: ['US', 'US-WA'], zones: ['America/Los_Angeles'] },
  { prefix: '+1928555', digits: 4, places: ['US', 'US-AZ'], zones: ['America/Phoenix', 'America/Denver'] },
  { prefix: '+1415555', digits: 4, places: ['US', 'US-CA'], zones: ['America/Los_Angeles'] },
  { prefix: '+1907555', digits: 4, places: ['US', 'US-AK'], zones: ['America/Anchorage', 'America/Adak'] },
  { prefix: '+1808555', digits: 4, places: ['US', 'US-HI'], zones: ['Pacific/Honolulu'] },
  { prefix: '+1671555', digits: 4, places: ['US', 'US-GU'], zones: ['Pacific/Guam'] },
  {
    prefix: '+1709555',
    digits: 4,
    places: ['CA', 'CA-NL'],
    zones: ['America/St_Johns', 'America/Goose_Bay'],
  },
  { prefix: '+1416555', digits: 4, places: ['CA', 'CA-ON'], zones: ['America/Toronto'] },
  { prefix: '+1604555', digits: 4, places: ['CA', 'CA-BC'], zones: ['America/Vancouver'] },
  { prefix: '+44163296', digits: 4, places: ['GB'], zones: ['Europe/London'] },
  { prefix: '+3319900', digits: 4, places: ['FR'], zones: ['Europe/Paris'] },
  { prefix: '+4930230', digits: 5, places: ['DE'], zones: ['Europe/Berlin'] },
  { prefix: '+3491555', digits: 4, places: ['ES'], zones: ['Europe/Madrid'] },
  {
    prefix: '+34600555',
    digits: 3,
    places: ['ES'],
    zones: ['Europe/Madrid', 'Atlantic/Canary'],
  },
  { prefix: '+3906555', digits: 4, places: ['IT'], zones: ['Europe/Rome'] },
  { prefix: '+61255501', digits: 3, places: ['AU'], zones: ['Australia/Sydney', 'Australia/Lord_Howe'] },
  { prefix: '+61730101', digits: 3, places: ['AU'], zones: ['Australia/Brisbane', 'Australia/Sydney'] },
  {
    prefix: '+61491570',
    digits: 3,
    places: ['AU'],
    zones: [
      'Australia/Sydney',
      'Australia/Brisbane',
      'Australia/Adelaide',
      'Australia/Darwin',
      'Australia/Perth',
      'Australia/Eucla',
      'Australia/Lord_Howe',
    ],
  },
];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** None of the zones here differs from another in summer only for part of it. */
function sameClock(one: string, other: string): boolean {
  const offsets = (zone: string): number[] =>
    [1, 7].map((month) => DateTime.utc(2026, month, 15).setZone(zone).offset);
  return `${offsets(one)}` === `${offsets(other)}`;
}

/** May the call be placed at this instant? `lead` is the time that the window must stay open, in ms. */
export function lawful(request: Request, facts: Facts, at: number, lead: number, maxPerDay: number): boolean {
  const known = NUMBERS.find((n) => request.number.startsWith(n.prefix));
  if (known === undefined) throw new Error(`the oracle does not know ${request.number}`);
  // The record decides when the number may be there.
  const stated = facts.zones ?? [];
  const agreed =
    stated.length > 0 && stated.every((zone) => known.zones.some((other) => sameClock(zone, other)));
  const zones = new Set(agreed ? stated : [...stated, ...known.zones]);
  const places = new Set(known.places);
  if (facts.country !== undefined) places.add(facts.country);
  if (facts.region !== undefined) {
    places.add(facts.region);
    places.add(facts.region.split('-')[0]!);
  }
  const purpose = request.purpose ?? 'sales';
  const mode = request.mode ?? 'predictive';
  const solicitation = purpose === 'sales' || purpose === 'fundraising';

  const { consent } = facts;
  const inForce =
    consent.state === 'granted' &&
    (consent.at === undefined || consent.at <= at) &&
    (consent.expiresAt === undefined || at + lead < consent.expiresAt) &&
    (consent.scope === undefined || consent.scope.includes(purpose));
  const written = inForce && consent.level === 'written';
  const boughtWithin = (days: number): boolean => {
    const bought = facts.relationship?.transactionAt;
    return bought !== undefined && bought <= at && at - bought < days * DAY;
  };

  // Hours, in every zone, for as long as the phone may ring.
  const weeks = [...places].flatMap((place) => weeksOf(place, { purpose, mode, consented: inForce, at }));
  const moments = [at, at + lead];
  for (let m = (Math.floor(at / 60_000) + 1) * 60_000; m < at + lead; m += 60_000) moments.push(m);
  for (const zone of zones)
    for (const moment of moments) {
      const local = DateTime.fromMillis(moment, { zone });
      if (!weeks.every((week) => openAt(week, local))) return false;
    }

  // Lists and consent.
  if (facts.dnc.internal || facts.dnc.campaign) return false;
  const lists = facts.dnc.lists ?? [];
  if (lists.includes('us-national')) {
    const inquiry = facts.relationship?.inquiryAt;
    const asked = inquiry !== undefined && inquiry <= at && at - inquiry < 89 * DAY;
    if (places.has('US') && purpose === 'sales' && !written && !boughtWithin(546) && !asked) return false;
  }
  if (consent.state === 'refused') return false;
  for (const place of places) {
    const automated = mode !== 'manual';
    if (place === 'US-CT' && purpose === 'sales' && !written) return false;
    if (['US-FL', 'US-MD', 'US-OK'].includes(place) && purpose === 'sales' && automated && !written)
      return false;
    if (place === 'FR' && purpose === 'sales' && begun(at, '2026-08-11') && !inForce) return false;
    if (place === 'DE' && solicitation && !inForce) return false;
    if (place === 'ES' && solicitation && !inForce && !boughtWithin(365)) return false;
  }

  // Caps.
  const attemptsIn = (period: number): number => facts.attempts.at.filter((a) => at - a < period).length;
  if (attemptsIn(DAY) >= maxPerDay) return false;
  for (const place of places) {
    if (solicitation && ['US-FL', 'US-MD', 'US-OK'].includes(place) && attemptsIn(DAY) >= 3) return false;
    if (
      solicitation &&
      place === 'US-OR' &&
      begun(at, '2026-01-01') &&
      attemptsIn(DAY) >= 3 &&
      !boughtWithin(546)
    )
      return false;
    if (purpose === 'collection' && place === 'US' && attemptsIn(7 * DAY) >= 7) return false;
    if (solicitation && place === 'FR' && attemptsIn(30 * DAY) >= 4) return false;
  }

  // Waiting after an outcome.
  const last = facts.attempts.last ?? {};
  const localDate = (instant: number, zone: string): number =>
    Math.round(
      DateTime.fromMillis(instant, { zone })
        .startOf('day')
        .setZone('utc', { keepLocalTime: true })
        .toMillis() / DAY,
    );
  for (const zone of zones) {
    const daysSince = (instant: number): number => localDate(at, zone) - localDate(instant, zone);
    if (places.has('FR') && solicitation && last.refused !== undefined && daysSince(last.refused) <= 60)
      return false;
    if (
      places.has('US') &&
      purpose === 'collection' &&
      last.conversation !== undefined &&
      daysSince(last.conversation) <= 6
    )
      return false;
  }
  if (places.has('GB') && mode !== 'manual') {
    if (last.abandoned !== undefined && at - last.abandoned < 72 * HOUR) return false;
    if (last.machine !== undefined && at - last.machine < 72 * HOUR) return false;
  }
  if (places.has('IT') && last.abandoned !== undefined && at - last.abandoned < 5 * DAY) return false;
  return true;
}
