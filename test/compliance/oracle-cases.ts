/** Random calls for the oracle, from a seed: most have little against them, and most instants lie where something changes. */
import type { CallMode, ConsentFacts, Facts, Purpose, Request } from '../../compliance/index.js';
import { LISTS } from './oracle.js';
import { NUMBERS, POSTAL_CODES } from './oracle-places.js';
import { isFrenchTerritory, REGION_HOLIDAYS } from './oracle-regions.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Case {
  readonly request: Request;
  readonly facts: Facts;
  readonly now: number;
  /** Lists that were not looked up forbid the call. */
  readonly required: boolean;
}

/** Nights when clocks change, holidays, and days on which law changes. */
const DAYS = (
  '2026-03-08 2026-11-01 2026-03-29 2026-10-25 2026-04-05 2026-10-04 2027-03-14 2026-07-04 2026-07-03 ' +
  '2026-08-10 2026-05-25 2026-12-25 2026-12-24 2026-04-25 2027-07-04 2027-12-26 2026-07-24 2026-06-02 ' +
  '2026-08-11 2027-01-01 2027-01-31 2026-07-01 2026-04-15 2026-02-17 2026-06-15 2026-07-09 2026-06-04 ' +
  '2026-03-02 2026-09-28 2027-03-22 2026-10-01 2026-02-15'
).split(' ');
const PURPOSES: readonly Purpose[] = [
  'sales',
  'sales',
  'sales',
  'fundraising',
  'survey',
  'service',
  'collection',
  'collection',
  'political',
];
const MODES: readonly CallMode[] = ['predictive', 'predictive', 'manual', 'prerecorded'];
const CALLER_IDS = [
  '+12125550100',
  '+447700900123',
  '+449015550100',
  '+33612345678',
  '+33199001234',
  '+34612345678',
  '+911401234567',
  '+911600123456',
  '+97141234567',
];
const ZONES = ['America/Los_Angeles', 'Asia/Kolkata', 'Australia/Perth', 'America/New_York', 'Europe/Paris'];
/** Packs with a limit on abandoned calls. */
const LEDGERS: Readonly<Record<string, string>> = {
  US: 'us-federal',
  CA: 'ca-federal',
  GB: 'gb',
  IT: 'it',
  IN: 'in',
};
const PLACES = NUMBERS.filter(
  ({ places: [country, part] }) =>
    !(isFrenchTerritory(country ?? '') || (country === 'BR' && part !== 'BR-SP')),
);
const SMALL_PLACES = NUMBERS.filter((each) => !PLACES.includes(each));
/** Parts of countries whose numbers do not tell where they are: a record has to. */
const REGIONS_OF = new Map(
  ['DE', 'ES', 'FR', 'RE', 'GP'].map((country) => [
    country,
    [...REGION_HOLIDAYS.keys()].filter((part) =>
      country === 'RE'
        ? part === 'FR-RE' || part === 'FR-YT'
        : country === 'GP'
          ? ['FR-GP', 'FR-BL', 'FR-MF'].includes(part)
          : part.startsWith(`${country}-`),
    ),
  ]),
);
const DIVIDED_PLACES = PLACES.filter(({ places: [country = ''] }) => REGIONS_OF.has(country));
const REGIONS = ['US-CA', 'US-FL', 'US-RI', 'CA-ON', 'DE-BY', 'AU-NSW', 'AU-WA', 'US-NY', 'US-LA'];

export function randomCase(random: () => number): Case {
  const below = (n: number): number => Math.floor(random() * n);
  const chance = (p: number): boolean => random() < p;
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const maybe = <T extends object>(p: number, value: () => T): T | undefined =>
    chance(p) ? value() : undefined;

  // Places that differ by their holidays only are many: they are not to drown the others.
  const at = pick(chance(0.1) ? SMALL_PLACES : chance(0.1) ? DIVIDED_PLACES : PLACES);
  const number = at.prefix + String(below(10 ** at.digits)).padStart(at.digits, '0');
  const [country = ''] = at.places;
  const parts = REGIONS_OF.get(country);
  const part = parts === undefined || chance(0.4) ? undefined : pick(parts);
  const ownDays = REGION_HOLIDAYS.get(part ?? at.places.find((each) => REGION_HOLIDAYS.has(each)) ?? '');
  const day = chance(0.5)
    ? Date.parse(`${pick(ownDays !== undefined && chance(0.6) ? ownDays : DAYS)}T00:00:00Z`) +
      (below(5) - 2) * (chance(0.5) ? DAY : 0)
    : Date.UTC(2026, 0, 3) + below(660) * DAY;
  const time = chance(0.6) ? below(96) * 15 * MINUTE - 120_000 + below(180_000) : below(DAY);
  let now = day + time;
  // The calendar of China is known to the end of 2026 only.
  if (at.places[0] === 'CN') now = Math.min(now, Date.UTC(2026, 11, 20) + below(DAY));

  /** Before now, or a thousandth of a second around it. */
  const around = (longest: number): number =>
    now -
    (chance(0.5) ? below(longest) : below(Math.ceil(longest / DAY)) * DAY + (chance(0.3) ? below(3) - 1 : 0));
  const ago = (longest: number): number => Math.min(now, around(longest));
  const purpose = pick(PURPOSES);
  const subject = pick(['energy', 'phones', undefined]);
  const request: Request = {
    number,
    campaignId: 'c',
    ringSeconds: pick([14, 15, 20, 25, 25, 25, 60, 300]),
    ...maybe(0.9, () => ({ purpose })),
    ...maybe(0.8, () => ({ mode: pick(MODES) })),
    ...maybe(0.2, () => ({ party: pick(['consumer', 'business'] as const) })),
    ...(subject !== undefined && { subject }),
    ...maybe(0.2, () => ({ seller: pick(['acme', 'globex']) })),
    ...maybe(0.25, () => ({ callerId: chance(0.3) ? 'anonymous' : pick(CALLER_IDS) })),
  };

  const consent: ConsentFacts = {
    state: chance(0.02) ? 'refused' : chance(0.7) ? 'granted' : 'none',
    ...maybe(0.8, () => ({ level: pick(['presumed', 'express', 'written', 'written', 'written'] as const) })),
    ...maybe(0.3, () => ({ at: ago(300 * DAY) })),
    ...maybe(0.2, () => ({ expiresAt: now - DAY + below(4 * DAY) })),
    ...maybe(0.1, () => ({ scope: pick([['sales'], ['service', 'sales', 'collection']] as const) })),
    ...maybe(0.05, () => ({ sellers: pick([['acme'], ['acme', 'initech']]) })),
    ...maybe(0.05, () => ({ subjects: pick([['energy'], ['phones', 'energy']]) })),
    ...maybe(0.05, () => ({ channels: pick([['voice'], ['text']]) })),
    ...maybe(0.04, () => ({ refusedSubjects: pick([['energy'], ['phones'], []]) })),
  };
  const postal = chance(0.12) ? pick(POSTAL_CODES) : undefined;
  const region = part ?? (chance(0.08) ? pick(REGIONS) : undefined);
  const place = {
    ...maybe(0.08, () => ({
      zones: chance(0.2) ? [] : [pick(ZONES), ...(chance(0.2) ? [pick(ZONES)] : [])],
    })),
    ...(postal !== undefined
      ? { country: postal.country, postalCode: postal.code }
      : region !== undefined
        ? { region }
        : maybe(0.04, () => ({ country: pick(['US', 'FR', 'DE']) }))),
  };

  const lists: string[] = [];
  const checked: { id: string; version: string; obtainedAt: number }[] = [];
  const required = chance(0.1);
  for (const { list, place: where, days } of LISTS) {
    if (where.slice(0, 2) !== country && !chance(0.02)) continue;
    if (chance(where === country ? 0.06 : at.places.includes(where) ? 0.15 : 0.03)) lists.push(list);
    if (chance(required ? 0.97 : 0.4))
      checked.push({
        id: list,
        version: '7',
        obtainedAt:
          now - (chance(0.9) ? below(days * DAY) : days * DAY + below(3) * DAY - (chance(0.5) ? DAY : 0)),
      });
  }
  if (chance(0.01)) lists.push('list-of-ours');

  const recent = Array.from({ length: chance(0.4) ? below(5) : 0 }, () => around(DAY + HOUR));
  const old = Array.from({ length: chance(0.4) ? below(7) : 0 }, () => ago(33 * DAY));
  const attempts = [...recent, ...old];
  const elsewhere = Array.from({ length: 1 + below(3) }, () => ago(9 * DAY));
  const last = {
    ...maybe(0.1, () => ({ abandoned: ago(6 * DAY) })),
    ...maybe(0.1, () => ({ machine: ago(4 * DAY) })),
    ...maybe(0.08, () => ({ refused: ago(chance(0.5) ? 62 * DAY : 370 * DAY) })),
    ...maybe(0.1, () => ({ conversation: ago(9 * DAY) })),
  };
  const facts: Facts = {
    ...place,
    dnc: { internal: chance(0.01), campaign: chance(0.01), lists, checked },
    consent,
    attempts: {
      at: attempts,
      ...maybe(0.2, () => ({ sameSubject: attempts.filter(() => chance(0.5)) })),
      ...maybe(0.15, () => ({
        elsewhere: {
          at: elsewhere,
          ...maybe(0.5, () => ({ sameSubject: elsewhere.filter(() => chance(0.5)) })),
        },
      })),
      last,
    },
    ...maybe(0.3, () => ({
      relationship: {
        ...maybe(0.7, () => ({ transactionAt: ago(560 * DAY) })),
        ...maybe(0.7, () => ({ inquiryAt: ago(200 * DAY) })),
      },
    })),
    ...maybe(0.03, () => ({
      numberClasses: [
        pick(['fixed', 'mobile'] as const),
        pick(['emergency', 'health-care', 'health-care', 'payphone', 'premium', 'multi-line'] as const),
      ],
    })),
    ...maybe(0.05, () => ({
      reassigned: { checkedAt: ago(60 * DAY), answer: pick(['yes', 'no', 'no', 'no_data'] as const) },
    })),
    ...maybe(0.06, () => {
      const from = now - DAY + below(2 * DAY);
      return {
        emergencyAreas: [
          {
            area: pick(chance(0.5) ? at.places : ['US-NY', 'US-LA', 'US-FL', 'US', 'FR', 'GB']),
            from,
            ...maybe(0.7, () => ({ until: from + below(3 * DAY) })),
            ...maybe(0.3, () => ({ postalCodes: pick([['331'], ['100', '700']]) })),
            ...maybe(0.2, () => ({ purposes: ['service'] as const })),
            reason: 'storm',
          },
        ],
      };
    }),
    ...maybe(LEDGERS[country] === undefined ? 0.02 : 0.12, () => ({
      abandon: [
        {
          pack: LEDGERS[country] ?? 'gb',
          rule: 'abandon',
          abandoned: below(8),
          answered: 100 + below(60),
          ...maybe(0.8, () => ({ until: now - HOUR + below(DAY) })),
        },
      ],
    })),
  };
  return { request, facts, now, required };
}
