/**
 * Writes `generated/calling-codes.ts`: country calling code → country and all its time zones. Run by hand
 * when the sources change, from the root of the repository:
 *
 *   node dist/compliance/zones/generate.js [/usr/share/zoneinfo/zone.tab]
 *
 * Sources: the IANA time zone database's zone.tab (public domain) and the calling codes in the metadata of
 * libphonenumber-js (MIT). Zones of one country that keep the same time through 2036 are listed once.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { offsetAt, zoneTable } from '../time/zone-table.js';

const HOUR = 3_600_000;

const zoneTab = process.argv[2] ?? '/usr/share/zoneinfo/zone.tab';
const zonesOf = new Map<string, string[]>();
for (const line of readFileSync(zoneTab, 'utf8').split('\n')) {
  if (line === '' || line.startsWith('#')) continue;
  const [country, , zone] = line.split('\t') as [string, string, string];
  zonesOf.set(country, [...(zonesOf.get(country) ?? []), zone]);
}
// Officially all of China keeps one time; the second zone records local custom in Xinjiang.
zonesOf.set('CN', ['Asia/Shanghai']);
// Not in the tables of ISO 3166-1, and so not in zone.tab, but it has a calling code.
zonesOf.set('XK', ['Europe/Belgrade']);
zonesOf.set('AC', ['Atlantic/St_Helena']);
zonesOf.set('TA', ['Atlantic/St_Helena']);

/** Names that people know, before others that keep the same time. */
const WELL_KNOWN: Readonly<Record<string, readonly string[]>> = {
  AU: ['Australia/Sydney', 'Australia/Brisbane', 'Australia/Adelaide'],
  BR: ['America/Sao_Paulo', 'America/Manaus', 'America/Rio_Branco'],
  CL: ['America/Santiago', 'America/Punta_Arenas'],
  MX: ['America/Mexico_City', 'America/Hermosillo', 'America/Tijuana'],
  RU: ['Europe/Moscow', 'Europe/Samara', 'Asia/Krasnoyarsk', 'Asia/Yakutsk'],
};
for (const [country, names] of Object.entries(WELL_KNOWN))
  zonesOf.set(country, [...new Set([...names, ...(zonesOf.get(country) ?? [])])]);

/** All offsets of a zone from 2026 to 2036, every six hours, as text to compare. */
function behaviour(zone: string): string {
  const table = zoneTable(zone);
  const changes: string[] = [];
  let last = Number.NaN;
  for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2036, 0, 1); at += 6 * HOUR) {
    const offset = offsetAt(table, at);
    if (offset !== last) changes.push(`${at}:${offset}`);
    last = offset;
  }
  return changes.join(' ');
}

interface Metadata {
  readonly country_calling_codes: Readonly<Record<string, readonly string[]>>;
}
const require = createRequire(import.meta.url);
const metadata = require('libphonenumber-js/metadata.max.json') as Metadata;

const lines: string[] = [];
for (const [code, countries] of Object.entries(metadata.country_calling_codes)) {
  if (code === '1' || countries[0] === '001') continue;
  const seen = new Set<string>();
  const zones: string[] = [];
  // Territories that share the code of a country have its rules and add their zones.
  for (const country of countries)
    for (const zone of zonesOf.get(country) ?? []) {
      // Kazakhstan has prefixes of its own; the territories of Australia and the Antarctic too.
      if ((code === '7' && country !== 'RU') || (code === '61' && country !== 'AU')) continue;
      const known = behaviour(zone);
      if (seen.has(known)) continue;
      seen.add(known);
      zones.push(zone);
    }
  if (zones.length === 0)
    throw new Error(`calling code ${code} (${countries.join(', ')}): no time zone in ${zoneTab}`);
  lines.push(`  ['${code}', '${countries[0]}', '${zones.join(' ')}'],`);
}

writeFileSync(
  'compliance/zones/generated/calling-codes.ts',
  `// Written by compliance/zones/generate.ts; do not edit. Time zones: IANA zone.tab (public domain).
// Calling codes: metadata of libphonenumber-js (MIT).

/** Country calling code, country (ISO 3166-1 alpha-2), all its time zones. */
export const CALLING_CODES: readonly (readonly [code: string, country: string, zones: string])[] = [
${lines.join('\n')}
];
`,
);
process.stdout.write(`${lines.length} calling codes written\n`);
