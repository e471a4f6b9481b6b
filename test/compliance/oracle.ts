/**
 * A second reading of the rules, for tests only: plain, slow, written from the law and not from the packs. It knows some
 * numbers, all packs' places, and answers one question: may this call be placed at this instant?
 */
import type { CallMode, Facts, Purpose, Request } from '../../compliance/index.js';
import { type LocalTime, localDate, localTime } from './oracle-clock.js';
import * as holidays from './oracle-holidays.js';
import { NUMBERS, POSTAL_CODES } from './oracle-places.js';
import { isFrenchTerritory, REGION_HOLIDAYS } from './oracle-regions.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Hours of a day as decimal hours of local time. */
type Hours = readonly (readonly [from: number, to: number])[];
interface Week {
  readonly weekdays: Hours;
  readonly saturday: Hours;
  readonly sunday: Hours;
  /** Absent: a holiday is a day like any other. */
  readonly holidays?: { readonly dates: ReadonlySet<string>; readonly hours: Hours };
}

const everyDay = (from: number, to: number): Week => ({
  weekdays: [[from, to]],
  saturday: [[from, to]],
  sunday: [[from, to]],
});
const dailies = new Map<string, Week>();
function daily(from: number, to: number): Week {
  const key = `${from}-${to}`;
  let week = dailies.get(key);
  if (week === undefined) {
    week = everyDay(from, to);
    dailies.set(key, week);
  }
  return week;
}
const week = (
  weekdays: Hours,
  saturday: Hours,
  sunday: Hours,
  on?: readonly string[],
  hours: Hours = [],
): Week => ({
  weekdays,
  saturday,
  sunday,
  ...(on !== undefined && { holidays: { dates: new Set(on), hours } }),
});
const allWeek = (on: readonly string[], hours: Hours = []): Week => ({
  ...daily(0, 24),
  holidays: { dates: new Set(on), hours },
});
const dayBefore = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) - DAY).toISOString().slice(0, 10);

const WEEKS = {
  alabama: week([[8, 20]], [[8, 20]], [], holidays.ALABAMA),
  louisianaHolidays: allWeek(holidays.LOUISIANA),
  monToSat8: week([[8, 20]], [[8, 20]], []),
  monToSat9to21: week([[9, 21]], [[9, 21]], []),
  nebraska: week([[8, 21]], [[8, 21]], [[13, 21]], holidays.NEBRASKA, [[13, 21]]),
  pennsylvania: week([[8, 21]], [[8, 21]], [[13.5, 21]], holidays.PENNSYLVANIA),
  rhodeIsland: week([[9, 18]], [[10, 17]], [], holidays.RHODE_ISLAND),
  mississippi: week([[8, 20]], [[8, 20]], [], holidays.MISSISSIPPI),
  utah: week([[8, 21]], [[8, 21]], [], holidays.UTAH),
  southDakotaMachines: week([[9, 21]], [], []),
  texas: week([[9, 21]], [[9, 21]], [[12, 21]]),
  canada: week([[9, 21.5]], [[10, 18]], [[10, 18]]),
  canadaRecorded: week([[9.5, 20]], [[10.5, 17]], [[10.5, 17]]),
  britain: week([[8, 21]], [[8, 21]], [[10, 20]]),
  france: week(
    [
      [10, 13],
      [14, 20],
    ],
    [],
    [],
    holidays.FRANCE,
  ),
  germany: week([[8, 20]], [[9, 18]], [], holidays.GERMANY),
  spain: week([[9, 21]], [], [], holidays.SPAIN),
  italy: week([[9, 20]], [[10, 19]], [], holidays.ITALY),
  italyEves: allWeek(holidays.ITALY.map(dayBefore), [[10, 19]]),
  netherlands: week([[9, 22]], [[10, 16]], [], holidays.NETHERLANDS),
  poland: week([[8, 20]], [[8, 20]], []),
  australia: week([[9, 20]], [[9, 17]], [], holidays.AUSTRALIA),
  australiaResearch: week([[9, 20.5]], [[9, 17]], [[9, 17]], holidays.AUSTRALIA),
  westernAustralia: allWeek(holidays.WESTERN_AUSTRALIA),
  newZealand: week([[9, 20.5]], [], []),
  china: week(
    [
      [9, 12],
      [14, 20],
    ],
    [
      [9, 12],
      [14, 20],
    ],
    [],
    holidays.CHINA,
  ),
  chinaDebts: week([[8, 20]], [[9, 18]], [[9, 18]], holidays.CHINA, [[9, 18]]),
  brazil: week([[9, 21]], [[10, 16]], [], holidays.BRAZIL),
  mexico: week([[9, 20]], [[9, 20]], []),
  mexicoDebts: week([[7, 22]], [], []),
  southAfrica: week([[8, 20]], [[9, 13]], [], holidays.SOUTH_AFRICA),
  elsewhere: week(
    [
      [10, 13],
      [14, 18],
    ],
    [],
    [],
  ),
} as const;

interface Call {
  readonly purpose: Purpose;
  readonly mode: CallMode;
  readonly solicitation: boolean;
  readonly automated: boolean;
  readonly consented: boolean;
  readonly business: boolean;
  readonly at: number;
}

/** Has a date begun anywhere? New rules are kept from then on. */
const begun = (at: number, date: string): boolean => at >= Date.parse(`${date}T00:00:00+14:00`);
/** Has a date begun everywhere? Old rules are kept until then. */
const over = (at: number, date: string): boolean => at >= Date.parse(`${date}T00:00:00-12:00`);

/** Weeks that bind a call under the law of a place; every one must be open. */
function weeksOf(place: string, call: Call): readonly Week[] {
  const sold = (...weeks: Week[]): Week[] => (call.solicitation ? weeks : []);
  const recorded = call.mode === 'prerecorded';
  switch (place) {
    case 'US':
      return [daily(8, 21)];
    case 'US-FL':
    case 'US-OK':
    case 'US-WA':
    case 'US-MA':
    case 'US-MD':
    case 'US-OR':
    case 'US-WY':
      return sold(daily(8, 20));
    case 'US-AL':
      return sold(WEEKS.alabama);
    case 'US-CA':
    case 'US-IL':
      return recorded ? sold(daily(9, 21)) : [];
    case 'US-CT':
    case 'US-NV':
      return sold(daily(9, 20));
    case 'US-MI':
    case 'US-MN':
    case 'US-NM':
      return sold(daily(9, 21));
    case 'US-KY':
      return sold(daily(10, 21));
    case 'US-LA':
      return call.consented || call.business
        ? sold(WEEKS.monToSat8)
        : sold(WEEKS.monToSat8, WEEKS.louisianaHolidays);
    case 'US-NE':
      return recorded ? sold(WEEKS.nebraska) : [];
    case 'US-PA':
      return sold(WEEKS.pennsylvania);
    case 'US-TX':
      return sold(WEEKS.texas);
    case 'US-RI':
      return sold(WEEKS.rhodeIsland);
    case 'US-MS':
      return sold(WEEKS.mississippi);
    case 'US-UT':
      return call.consented ? [] : sold(WEEKS.utah);
    case 'US-SD':
      return sold(call.automated ? WEEKS.southDakotaMachines : WEEKS.monToSat9to21);
    case 'CA':
      return recorded ? [WEEKS.canada, WEEKS.canadaRecorded] : [WEEKS.canada];
    case 'GB':
      return [WEEKS.britain];
    case 'IE':
    case 'SG':
      return [WEEKS.monToSat9to21];
    case 'FR':
      return [WEEKS.france];
    case 'DE':
      return [WEEKS.germany];
    case 'ES':
      return [WEEKS.spain];
    case 'IT':
      return [WEEKS.italy, WEEKS.italyEves];
    case 'NL':
      return [WEEKS.netherlands];
    case 'PL':
      return [WEEKS.poland];
    case 'AU':
      return ['survey', 'political'].includes(call.purpose) ? [WEEKS.australiaResearch] : [WEEKS.australia];
    case 'AU-WA':
      return ['survey', 'political'].includes(call.purpose) ? [] : [WEEKS.westernAustralia];
    case 'NZ':
      return [WEEKS.newZealand];
    case 'IN':
      return [daily(10, 21)];
    case 'CN':
      return call.purpose === 'collection' ? [WEEKS.chinaDebts] : [WEEKS.china];
    case 'HK':
      return [daily(9, 22)];
    case 'TW':
      return [daily(9, 21)];
    case 'JP':
      return [daily(8, 21)];
    case 'BR':
      return [WEEKS.brazil];
    case 'MX':
      return call.purpose === 'collection' ? [WEEKS.mexicoDebts] : [WEEKS.mexico];
    case 'ZA':
      return [WEEKS.southAfrica];
    case 'AE':
      return [daily(9, 18)];
    case 'GE':
      return [WEEKS.elsewhere];
    default:
      return REGIONS.get(place) ?? [];
  }
}
const REGIONS = new Map([...REGION_HOLIDAYS].map(([place, dates]) => [place, [allWeek(dates)]]));

function openAt(
  { holidays: special, weekdays, saturday, sunday }: Week,
  { date, weekday, hour }: LocalTime,
): boolean {
  const within = (hours: Hours): boolean => hours.some(([from, to]) => hour >= from && hour < to);
  const ordinary = weekday === 7 ? sunday : weekday === 6 ? saturday : weekdays;
  return within(ordinary) && (special === undefined || !special.dates.has(date) || within(special.hours));
}

interface ListLaw {
  readonly place: string;
  readonly list: string;
  readonly days: number;
  readonly consent?: 'express' | 'written';
  readonly bought?: number;
  readonly asked?: number;
  readonly onlySales?: true;
  readonly onlyConsumers?: true;
  readonly from?: string;
  readonly to?: string;
}
export const LISTS: readonly ListLaw[] = [
  { place: 'US', list: 'us-national', days: 31, consent: 'written', bought: 546, asked: 89, onlySales: true },
  ...['CO', 'FL', 'IN', 'LA', 'MA', 'MO', 'OK', 'PA', 'TN', 'TX', 'WY'].map(
    (state): ListLaw => ({
      place: `US-${state}`,
      list: `us-${state.toLowerCase()}-state`,
      days: 31,
      consent: 'written',
      onlySales: true,
    }),
  ),
  {
    place: 'CA',
    list: 'ca-national',
    days: 31,
    consent: 'express',
    bought: 546,
    asked: 181,
    onlySales: true,
    onlyConsumers: true,
  },
  { place: 'GB', list: 'gb-tps', days: 28, consent: 'express' },
  { place: 'IE', list: 'ie-ndd', days: 28, consent: 'express' },
  { place: 'FR', list: 'fr-bloctel', days: 30, onlySales: true, to: '2026-08-11' },
  { place: 'ES', list: 'es-robinson', days: 30, consent: 'express' },
  { place: 'IT', list: 'it-rpo', days: 15 },
  { place: 'AU', list: 'au-dncr', days: 30, consent: 'express' },
  { place: 'NZ', list: 'nz-marketing', days: 30, consent: 'express' },
  { place: 'IN', list: 'in-ncpr', days: 7, consent: 'express' },
  { place: 'SG', list: 'sg-no-voice-call', days: 21, consent: 'written' },
  { place: 'BR', list: 'br-nao-me-perturbe', days: 30, consent: 'express' },
  { place: 'MX', list: 'mx-repep', days: 30, consent: 'express' },
  { place: 'ZA', list: 'za-opt-out', days: 30, consent: 'express', from: '2026-04-15' },
  { place: 'AE', list: 'ae-dncr', days: 30 },
];

const BY_PREFIX = new Map(NUMBERS.map((each) => [each.prefix, each]));
function knownNumber(number: string): (typeof NUMBERS)[number] {
  for (let length = number.length; length > 0; length--) {
    const found = BY_PREFIX.get(number.slice(0, length));
    if (found !== undefined) return found;
  }
  throw new Error(`the oracle does not know ${number}`);
}

interface Whereabouts {
  readonly located: ReadonlySet<string>;
  readonly places: ReadonlySet<string>;
  readonly zones: readonly string[];
}
/** The same call is asked about at many instants, and rings at the same places. */
let lastAsked: { readonly number: string; readonly facts: Facts; readonly where: Whereabouts } | undefined;

/** Where a call may ring, the places whose law binds it, and the zones whose clocks do. */
export function whereabouts({ number }: Request, facts: Facts): Whereabouts {
  if (lastAsked?.facts !== facts || lastAsked.number !== number)
    lastAsked = { number, facts, where: whereaboutsOf(number, facts) };
  return lastAsked.where;
}

function whereaboutsOf(number: string, facts: Facts): Whereabouts {
  const known = knownNumber(number);
  const postal = POSTAL_CODES.find((p) => p.country === facts.country && p.code === facts.postalCode);

  const stated = [...(facts.region === undefined ? [] : [facts.region]), ...(postal?.places ?? [])];
  const country = known.places[0]!;
  const told = known.anywhere === true && stated.some((place) => place.startsWith(`${country}-`));
  const places = new Set(told ? [country] : known.places);
  if (facts.country !== undefined) places.add(facts.country);
  for (const place of stated) {
    places.add(place);
    places.add(place.split('-')[0]!);
  }

  const among = (some: readonly string[], all: readonly string[]): boolean =>
    some.every((zone) => all.some((other) => sameClock(zone, other)));
  const zones = new Set<string>();
  const add = (more: readonly string[]): void => {
    for (const zone of more) zones.add(zone);
  };
  if (facts.zones !== undefined && facts.zones.length > 0) {
    add(facts.zones);
    if (postal !== undefined && !among(facts.zones, postal.zones)) add(postal.zones);
    if (!among(facts.zones, known.zones)) add(known.zones);
  } else {
    if (postal !== undefined) add(postal.zones);
    const enough = known.anywhere && postal?.sure && among(postal.zones, known.zones);
    if (!enough) add(known.zones);
  }
  const french = [...places].some(isFrenchTerritory);
  return { located: places, places: french ? new Set([...places, 'FR']) : places, zones: [...zones] };
}

/** None of the zones here differs from another in summer only for part of it. */
const clocks = new Map<string, string>();
function sameClock(one: string, other: string): boolean {
  const offsets = (zone: string): string => {
    let text = clocks.get(zone);
    if (text === undefined) {
      text = [1, 3, 5, 7, 9, 11]
        .map((month) => {
          const noon = Date.UTC(2026, month, 20, 12);
          const { day, hour } = localTime(zone, noon);
          return day * 24 + hour;
        })
        .join();
      clocks.set(zone, text);
    }
    return text;
  };
  return one === other || offsets(one) === offsets(other);
}

/**
 * May the call be placed at this instant? `lead` is the time that the window must stay open, in ms; `required` says whether
 * lists that were not looked up forbid the call.
 */
export function lawful(
  request: Request,
  facts: Facts,
  at: number,
  lead: number,
  maxPerDay: number,
  required = false,
): boolean {
  const { located, places, zones } = whereabouts(request, facts);
  const purpose = request.purpose ?? 'sales';
  const mode = request.mode ?? 'predictive';
  const business = request.party === 'business';
  const solicitation = purpose === 'sales' || purpose === 'fundraising';
  const automated = mode !== 'manual';
  const recorded = mode === 'prerecorded';
  const { consent, relationship, attempts } = facts;

  const covers = (list: readonly string[] | undefined, value: string | undefined): boolean =>
    list === undefined || value === undefined || list.includes(value);
  const inForce =
    consent.state === 'granted' &&
    (consent.at === undefined || consent.at <= at) &&
    (consent.expiresAt === undefined || at + lead < consent.expiresAt) &&
    (consent.scope === undefined || consent.scope.includes(purpose)) &&
    (consent.channels === undefined || consent.channels.includes('voice')) &&
    covers(consent.sellers, request.seller) &&
    covers(consent.subjects, request.subject);
  const presumed = inForce;
  const express = inForce && consent.level !== 'presumed';
  const written = inForce && consent.level === 'written';
  const within = (since: number | undefined, days: number): boolean =>
    since !== undefined && since <= at && at - since < days * DAY;
  const bought = (days: number): boolean => within(relationship?.transactionAt, days);
  const asked = (days: number): boolean => within(relationship?.inquiryAt, days);

  // Hours, in every zone, for as long as the phone may ring.
  const call: Call = { purpose, mode, solicitation, automated, consented: express, business, at };
  const moments = [at, at + lead];
  for (let m = (Math.floor(at / 900_000) + 1) * 900_000; m < at + lead; m += 900_000) moments.push(m);
  const weeks = new Set<Week>();
  for (const place of places) for (const each of weeksOf(place, call)) weeks.add(each);
  for (const zone of zones)
    for (const moment of moments) {
      const local = localTime(zone, moment);
      for (const each of weeks) if (!openAt(each, local)) return false;
    }

  // Lists.
  if (facts.dnc.internal || facts.dnc.campaign) return false;
  const on = facts.dnc.lists ?? [];
  if (on.some((list) => !LISTS.some((law) => law.list === list))) return false;
  for (const law of LISTS) {
    if (!places.has(law.place) || !solicitation || (law.onlySales && purpose !== 'sales')) continue;
    if (law.onlyConsumers && business) continue;
    if (law.from !== undefined && !begun(at, law.from)) continue;
    if (law.to !== undefined && over(at, law.to)) continue;
    if (law.consent === 'express' ? express : law.consent === 'written' && written) continue;
    if (law.bought !== undefined && bought(law.bought)) continue;
    if (law.asked !== undefined && asked(law.asked)) continue;
    if (on.includes(law.list)) return false;
    const copy = facts.dnc.checked?.find((each) => each.id === law.list);
    if (copy === undefined ? required : copy.obtainedAt > at || at - copy.obtainedAt > law.days * DAY)
      return false;
  }

  // Consent.
  if (consent.state === 'refused') return false;
  const refused = consent.refusedSubjects ?? [];
  if (refused.length > 0) {
    if (request.subject === undefined || refused.includes(request.subject)) return false;
    if (places.has('US') && automated && begun(at, '2027-01-31')) return false;
  }
  const needs = (place: string, when: boolean, enough: boolean): boolean =>
    places.has(place) && when && !enough;
  if (needs('US', solicitation && recorded, written)) return false;
  if (needs('US-CT', purpose === 'sales', written)) return false;
  for (const state of ['US-FL', 'US-MD', 'US-OK'])
    if (needs(state, purpose === 'sales' && automated, written)) return false;
  if (needs('US-UT', solicitation && recorded, express || bought(546))) return false;
  if (needs('CA', solicitation && recorded, express)) return false;
  if (needs('GB', solicitation && recorded, express)) return false;
  if (needs('IE', solicitation, express)) return false;
  if (needs('FR', purpose === 'sales' && begun(at, '2026-08-11'), express)) return false;
  if (needs('DE', solicitation && (!business || recorded), express)) return false;
  if (needs('DE', solicitation && business, presumed)) return false;
  if (needs('ES', solicitation, express || bought(365))) return false;
  if (needs('NL', purpose === 'sales' && !over(at, '2026-07-01'), express || bought(365))) return false;
  if (needs('NL', purpose === 'sales' && begun(at, '2026-07-01'), express)) return false;
  if (needs('NL', purpose === 'fundraising', express || bought(365))) return false;
  for (const place of ['PL', 'CN', 'GE']) if (needs(place, solicitation, express)) return false;

  // The call itself.
  const { callerId = '', ringSeconds } = request;
  if (ringSeconds < 15 && automated && ((places.has('US') && solicitation) || places.has('GB'))) return false;
  const shows = (...prefixes: string[]): boolean => prefixes.some((prefix) => callerId.startsWith(prefix));
  if (callerId !== '') {
    const hidden = callerId === 'anonymous';
    if (hidden && ['US', 'CA', 'GB', 'DE', 'IT', 'AU'].some((place) => places.has(place))) return false;
    if (hidden && solicitation && ['FR', 'NL', 'HK', 'SG'].some((place) => places.has(place))) return false;
    if (places.has('IN') && solicitation && !shows('+91140')) return false;
    if (places.has('IN') && (purpose === 'service' || purpose === 'collection') && !shows('+911600'))
      return false;
    if (places.has('AE') && solicitation && !shows('+971')) return false;
    if (places.has('GB') && shows('+449', '+44871', '+44872', '+44873')) return false;
    if (places.has('FR') && solicitation && shows('+336', '+337')) return false;
    if (places.has('ES') && solicitation && shows('+346', '+347')) return false;
  }
  const classes = facts.numberClasses ?? [];
  if (classes.some((each) => ['emergency', 'premium', 'toll-free', 'payphone', 'pager'].includes(each)))
    return false;
  if (classes.includes('health-care')) if (places.has('CA') || (places.has('US') && automated)) return false;
  for (const area of facts.emergencyAreas ?? []) {
    if (!located.has(area.area) || at < area.from || (area.until !== undefined && at >= area.until)) continue;
    const code = facts.postalCode?.replaceAll(' ', '');
    if (
      area.postalCodes !== undefined &&
      code !== undefined &&
      !area.postalCodes.some((p) => code.startsWith(p))
    )
      continue;
    const byLaw = purpose === 'sales' && (places.has('US-NY') || places.has('US-LA'));
    if (byLaw || (area.purposes ?? ['sales', 'fundraising']).includes(purpose)) return false;
  }
  if (facts.reassigned?.answer === 'yes') return false;
  for (const { pack, rule, abandoned, answered, until } of facts.abandon ?? [])
    if (pack === 'gb' && rule === 'abandon' && places.has('GB') && mode === 'predictive')
      if (abandoned > 0.03 * answered && (until === undefined || at < until)) return false;

  // Caps.
  const here = attempts.at;
  const person = [...here, ...(attempts.elsewhere?.at ?? [])];
  const subject = [
    ...(attempts.sameSubject ?? here),
    ...(attempts.elsewhere?.sameSubject ?? attempts.elsewhere?.at ?? []),
  ];
  const count = (list: readonly number[], period: number): number =>
    list.filter((a) => at - a < period).length;
  const capped = (
    place: string,
    when: boolean,
    list: readonly number[],
    most: number,
    period: number,
  ): boolean => places.has(place) && when && count(list, period) >= most;
  if (count(here, DAY) >= maxPerDay) return false;
  if (capped('US', purpose === 'collection', subject, 7, 7 * DAY)) return false;
  const informational = ['survey', 'service', 'political'].includes(purpose);
  if (capped('US', informational && recorded && !business, here, 3, 30 * DAY)) return false;
  for (const state of ['US-FL', 'US-MD', 'US-OK'])
    if (capped(state, solicitation, subject, 3, DAY)) return false;
  if (capped('US-OR', solicitation && !bought(546), person, 3, DAY)) return false;
  if (capped('US-ME', solicitation && automated, here, 1, 8 * HOUR)) return false;
  if (capped('GE', true, here, 3, DAY)) return false;
  const last = attempts.last ?? {};
  for (const zone of zones) {
    const today = localDate(zone, at);
    const monday = today - ((((today + 3) % 7) + 7) % 7);
    const since = (list: readonly number[], first: number): number =>
      list.filter((a) => localDate(zone, a) >= first).length;
    if (places.has('FR') && solicitation && since(person, today - 29) >= 4) return false;
    if (places.has('CN') && purpose === 'collection' && since(person, today) >= 3) return false;
    if (places.has('HK') && solicitation && since(here, monday) >= 3) return false;
    if (places.has('AE') && solicitation && (since(person, today) >= 1 || since(person, monday) >= 2))
      return false;

    // Waiting by the calendar after an outcome.
    const passed = (instant: number | undefined): number =>
      instant === undefined ? Number.POSITIVE_INFINITY : today - localDate(zone, instant);
    if (places.has('FR') && solicitation && passed(last.refused) <= 60) return false;
    if (places.has('US-WA') && solicitation && passed(last.refused) <= 365) return false;
    if (places.has('US') && purpose === 'collection' && passed(last.conversation) <= 6) return false;
  }
  const recent = (instant: number | undefined, period: number): boolean =>
    instant !== undefined && at - instant < period;
  if (places.has('GB') && automated)
    if (recent(last.abandoned, 72 * HOUR) || recent(last.machine, 72 * HOUR)) return false;
  if (places.has('IT') && recent(last.abandoned, 5 * DAY)) return false;
  if (
    solicitation &&
    last.refused !== undefined &&
    ['CN', 'TW', 'JP', 'AE'].some((place) => places.has(place))
  )
    return false;
  return true;
}
