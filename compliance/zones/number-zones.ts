import { CALLING_CODES } from './generated/calling-codes.js';
import { NORTH_AMERICA, NORTH_AMERICA_UNKNOWN, PREMIUM, TOLL_FREE } from './north-america.js';
import { PREFIXES, REGIONS_WITH_RULES } from './prefixes.js';

/** Where a number may be. */
export interface Place {
  /** Dense index, for caches. */
  readonly id: number;
  /** ISO 3166-1 alpha-2; several where an unknown area code is shared, none when unknown. */
  readonly countries: readonly string[];
  /** ISO 3166-2 of US states and Canadian provinces, by area code. */
  readonly regions: readonly string[];
  /** Every IANA zone the called party may be in. */
  readonly zones: readonly string[];
  /** The number says nothing about where in these it is: a mobile range, an unknown area code. */
  readonly anywhere: boolean;
  /** Numbers that a dialer never calls. */
  readonly special?: 'toll-free' | 'premium';
}

const UNKNOWN: Place = { id: 0, countries: [], regions: [], zones: [], anywhere: true };
const places: Place[] = [UNKNOWN];
/** North American area code → index into places. */
const areaCodes = new Uint16Array(1000);
/** Trie over the digits of all other prefixes: node × 10 + digit → next node, and node → index into places. */
const next: number[] = new Array(10).fill(0);
const placeOfNode: number[] = [0];

const words = (text: string): string[] => text.split(' ');

function addPlace(place: Omit<Place, 'id'>): number {
  places.push({ id: places.length, ...place });
  return places.length - 1;
}

function addPrefix(prefix: string, id: number): void {
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

const anywhere = {
  countries: ['US', 'CA'],
  regions: [],
  zones: words(NORTH_AMERICA_UNKNOWN),
  anywhere: true,
};
areaCodes.fill(addPlace(anywhere));
const tollFree = addPlace({ ...anywhere, special: 'toll-free' });
for (const code of words(TOLL_FREE)) areaCodes[+code] = tollFree;
const premium = addPlace({ ...anywhere, special: 'premium' });
for (const code of words(PREMIUM)) areaCodes[+code] = premium;
for (const [codes, jurisdictions, zones] of NORTH_AMERICA) {
  const regions = words(jurisdictions).filter((j) => j.includes('-'));
  const countries = [...new Set(words(jurisdictions).map((j) => j.slice(0, 2)))];
  const id = addPlace({ countries, regions, zones: words(zones), anywhere: false });
  for (const code of words(codes)) areaCodes[+code] = id;
}
for (const [code, country, zones] of CALLING_CODES) {
  // Any part of the country may be where the phone rings.
  const regions = REGIONS_WITH_RULES[country] ?? [];
  addPrefix(code, addPlace({ countries: [country], regions, zones: words(zones), anywhere: true }));
}
for (const [prefixes, jurisdictions, zones] of PREFIXES) {
  const [country, ...regions] = words(jurisdictions) as [string, ...string[]];
  const id = addPlace({ countries: [country], regions, zones: words(zones), anywhere: false });
  for (const prefix of words(prefixes)) addPrefix(prefix, id);
}
const trie = Int32Array.from(next);
const trieValue = Uint16Array.from(placeOfNode);

/**
 * Is it a plus sign and 7 to 15 digits, and for North America ten digits after the country code, with an area
 * code and an exchange that begin with 2 to 9?
 */
export function isE164(text: string): boolean {
  const length = text.length;
  if (length < 8 || length > 16 || text.charCodeAt(0) !== 43 || text.charCodeAt(1) === 48) return false;
  for (let i = 1; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return text.charCodeAt(1) !== 49 || (length === 12 && text.charCodeAt(2) > 49 && text.charCodeAt(5) > 49);
}

/** Place of an E.164 number with its plus sign; the unknown place (no country, no zone) for anything else. */
export function placeOfNumber(e164: string): Place {
  const length = e164.length;
  if (length < 8 || length > 16 || e164.charCodeAt(0) !== 43) return UNKNOWN;
  if (e164.charCodeAt(1) === 49) {
    const code = (e164.charCodeAt(2) - 48) * 100 + (e164.charCodeAt(3) - 48) * 10 + e164.charCodeAt(4) - 48;
    return places[areaCodes[code] ?? 0] ?? UNKNOWN;
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
