/**
 * Writes `generated/zip-codes.ts`: the first three digits of a ZIP code → every time zone of that area. Run by hand
 * when the source changes, from the root of the repository:
 *
 *   node dist/compliance/postal/generate.js
 *
 * Source: zipcode-to-timezone (MIT). It has faults of an hour at single codes, so a three-digit area gets the zones of
 * all its codes, and areas that are known to straddle a border get both sides whatever the source says.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { lookup } = require('zipcode-to-timezone') as { lookup(zip: string): string | null };

/** Names for zones that keep the same time today. */
const SAME: Readonly<Record<string, string>> = {
  'America/Detroit': 'America/New_York',
  'America/Indiana/Indianapolis': 'America/New_York',
  'America/Indiana/Vincennes': 'America/New_York',
  'America/Indiana/Vevay': 'America/New_York',
  'America/Indiana/Marengo': 'America/New_York',
  'America/Indiana/Petersburg': 'America/New_York',
  'America/Indiana/Winamac': 'America/New_York',
  'America/Kentucky/Louisville': 'America/New_York',
  'America/Kentucky/Monticello': 'America/New_York',
  'America/Indiana/Knox': 'America/Chicago',
  'America/Indiana/Tell_City': 'America/Chicago',
  'America/Menominee': 'America/Chicago',
  'America/North_Dakota/Center': 'America/Chicago',
  'America/North_Dakota/New_Salem': 'America/Chicago',
  'America/North_Dakota/Beulah': 'America/Chicago',
  'America/Boise': 'America/Denver',
  'America/Shiprock': 'America/Denver',
  'America/Juneau': 'America/Anchorage',
  'America/Sitka': 'America/Anchorage',
  'America/Yakutat': 'America/Anchorage',
  'America/Nome': 'America/Anchorage',
  'America/Metlakatla': 'America/Anchorage',
  'Pacific/Johnston': 'Pacific/Honolulu',
};

const EAST_CENTRAL = 'America/New_York America/Chicago';
const CENTRAL_MOUNTAIN = 'America/Chicago America/Denver';
const MOUNTAIN_PACIFIC = 'America/Denver America/Los_Angeles';
/** Areas that straddle a border of time zones, by the maps of 49 CFR part 71. */
const BOTH_SIDES: Readonly<Record<string, string>> = {
  // Florida west of the Apalachicola; Tennessee and Kentucky; Indiana's north-west and south-west; Michigan.
  ...on('323 324', EAST_CENTRAL),
  ...on('373 374 377 385', EAST_CENTRAL),
  ...on('400 401 421 422 423 425 426 427', EAST_CENTRAL),
  ...on('463 464 465 469 475 476 477 479', EAST_CENTRAL),
  ...on('498 499', EAST_CENTRAL),
  // The Dakotas, Nebraska, Kansas, west Texas.
  ...on('575 576 577 580 585 586 587 588', CENTRAL_MOUNTAIN),
  ...on('690 691 692', CENTRAL_MOUNTAIN),
  ...on('676 677 678 679', CENTRAL_MOUNTAIN),
  ...on('797 798', CENTRAL_MOUNTAIN),
  // Idaho, Malheur county in Oregon, West Wendover in Nevada.
  ...on('835 836 979 898', MOUNTAIN_PACIFIC),
  // The Navajo Nation keeps daylight saving time, the Hopi and the rest of Arizona do not.
  ...on('859 860 864 865', 'America/Phoenix America/Denver'),
  ...on('995 996 997 998 999', 'America/Anchorage America/Adak'),
  // American Samoa shares its area with Hawaii; the source knows no islands but these.
  ...on('967', 'Pacific/Honolulu Pacific/Pago_Pago'),
  ...on('006 007 009', 'America/Puerto_Rico'),
  ...on('008', 'America/St_Thomas'),
  ...on('969', 'Pacific/Guam'),
};

function on(areas: string, zones: string): Record<string, string> {
  return Object.fromEntries(areas.split(' ').map((area) => [area, zones]));
}

const zonesOf = new Map<string, Set<string>>();
for (let zip = 500; zip <= 99_999; zip++) {
  const text = String(zip).padStart(5, '0');
  const zone = lookup(text);
  if (zone === null || zone === undefined) continue;
  const area = text.slice(0, 3);
  let set = zonesOf.get(area);
  if (set === undefined) {
    set = new Set();
    zonesOf.set(area, set);
  }
  set.add(SAME[zone] ?? zone);
}
for (const area of Object.keys(BOTH_SIDES)) if (!zonesOf.has(area)) zonesOf.set(area, new Set());
const areasOf = new Map<string, string[]>();
for (const [area, found] of zonesOf) {
  for (const zone of (BOTH_SIDES[area] ?? '').split(' ')) if (zone !== '') found.add(zone);
  const zones = [...found].sort().join(' ');
  areasOf.set(zones, [...(areasOf.get(zones) ?? []), area]);
}
const lines = [...areasOf].map(([zones, areas]) => `  ['${areas.sort().join(' ')}', '${zones}'],`).sort();
writeFileSync(
  'compliance/postal/generated/zip-codes.ts',
  `// Written by compliance/postal/generate.ts; do not edit. Data: zipcode-to-timezone (MIT).

/** First three digits of ZIP codes, and all time zones of those areas. */
export const ZIP_ZONES: readonly (readonly [areas: string, zones: string])[] = [
${lines.join('\n')}
];
`,
);
process.stdout.write(`${zonesOf.size} areas, ${lines.length} sets of zones\n`);
