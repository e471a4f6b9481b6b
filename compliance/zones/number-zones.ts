import { isZone } from '../time/zone-table.js';
import { AREA_CODES, COUNTRY_PREFIXES } from './generated/numbers.js';

/** Where a number may be. */
export interface Place {
  /** Dense index, for caches. */
  readonly id: number;
  /** ISO 3166-1 alpha-2; several where the prefix is shared, none when unknown. */
  readonly countries: readonly string[];
  /** ISO 3166-2 of US states and Canadian provinces, by area code. */
  readonly regions: readonly string[];
  /** Every IANA zone the called party may be in. */
  readonly zones: readonly string[];
  /** False where the number says nothing about the place within the country (mobiles, toll-free). */
  readonly geographic: boolean;
}

const UNKNOWN: Place = { id: 0, countries: [], regions: [], zones: [], geographic: false };
const places: Place[] = [UNKNOWN];
/** North American area code → index into places; 0 = not a known area code. */
const areaCodes = new Uint16Array(1000);
/** Trie over the digits of all other prefixes: node × 10 + digit → next node, and node → index into places. */
const next: number[] = new Array(10).fill(0);
const placeOfNode: number[] = [0];

function place(text: string): number {
  const [countries, regions, zones, geographic] = text.split('|') as [string, string, string, string];
  const list = (s: string): string[] => (s === '' ? [] : s.split(' '));
  const id = places.length;
  places.push({
    id,
    countries: list(countries),
    regions: list(regions),
    // An old runtime may not know a new zone; the number then has one zone less to satisfy, never a wrong one.
    zones: list(zones).filter(isZone),
    geographic: geographic === '1',
  });
  return id;
}

for (const [codes, text] of AREA_CODES) {
  const id = place(text);
  for (const code of codes.split(' ')) areaCodes[+code] = id;
}
for (const [prefixes, text] of COUNTRY_PREFIXES) {
  const id = place(text);
  for (const prefix of prefixes.split(' ')) {
    let node = 0;
    for (const digit of prefix) {
      const slot = node * 10 + +digit;
      if (next[slot] === 0) {
        next[slot] = placeOfNode.length;
        placeOfNode.push(0);
        for (let i = 0; i < 10; i++) next.push(0);
      }
      node = next[slot]!;
    }
    placeOfNode[node] = id;
  }
}
const trie = Int32Array.from(next);
const trieValue = Uint16Array.from(placeOfNode);
const northAmerica = areaCodes[0]!;

/** Place of an E.164 number with its plus sign; the unknown place (no country, no zone) for anything else. */
export function placeOfNumber(e164: string): Place {
  const length = e164.length;
  if (length < 8 || length > 16 || e164.charCodeAt(0) !== 43) return UNKNOWN;
  if (e164.charCodeAt(1) === 49) {
    const code = (e164.charCodeAt(2) - 48) * 100 + (e164.charCodeAt(3) - 48) * 10 + e164.charCodeAt(4) - 48;
    return places[areaCodes[code] || northAmerica]!;
  }
  let node = 0;
  let found = 0;
  for (let i = 1; i < length; i++) {
    const digit = e164.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return UNKNOWN;
    node = trie[node * 10 + digit]!;
    if (node === 0) break;
    found = trieValue[node] || found;
  }
  return places[found]!;
}

/**
 * Every IANA zone the holder of an E.164 number may be in, by its prefix: one for most geographic
 * numbers, several for area codes that straddle a zone border, all zones of the country for mobile
 * ranges of multi-zone countries and for unknown area codes. Empty when the country is unknown.
 */
export function zonesOfNumber(e164: string): readonly string[] {
  return placeOfNumber(e164).zones;
}

/** US states and Canadian provinces (ISO 3166-2) that the area code serves; empty elsewhere or unknown. */
export function regionsOfNumber(e164: string): readonly string[] {
  return placeOfNumber(e164).regions;
}

/** Countries (ISO 3166-1 alpha-2) that the prefix belongs to; empty when unknown. */
export function countriesOfNumber(e164: string): readonly string[] {
  return placeOfNumber(e164).countries;
}

/** Does the prefix say where in the country the number is? */
export function isGeographic(e164: string): boolean {
  return placeOfNumber(e164).geographic;
}
