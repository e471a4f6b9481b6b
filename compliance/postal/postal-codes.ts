/** From a postal code to the part of the country, and to the time zones, that it may mean. */
import type { Facts } from '../types.js';
import type { Place } from '../zones/number-zones.js';
import { ZIP_ZONES } from './generated/zip-codes.js';
import { POSTAL_AREAS, ZIP_STATES } from './postal-areas.js';

export interface PostalPlace {
  /** Small and dense, for caches. */
  readonly id: number;
  /** ISO 3166-2; several where the code does not tell them apart. */
  readonly regions: readonly string[];
  readonly zones: readonly string[];
  /** The zones follow from the part of the country; a table of single codes would be a hint only. */
  readonly sure: boolean;
}

const words = (text: string): string[] => (text === '' ? [] : text.split(' '));
/** Country and beginning of the code → place. */
const places = new Map<string, PostalPlace>();
const longest = new Map<string, number>();

function add(country: string, beginning: string, place: PostalPlace): void {
  places.set(`${country}${beginning}`, place);
  longest.set(country, Math.max(longest.get(country) ?? 0, beginning.length));
}

let next = 1;
const zipStates = new Map<string, string>();
for (const [from, to, regions] of ZIP_STATES)
  for (let area = from; area <= to; area++) zipStates.set(String(area).padStart(3, '0'), regions);
for (const [areas, zones] of ZIP_ZONES)
  for (const area of words(areas))
    add('US', area, {
      id: next++,
      regions: words(zipStates.get(area) ?? ''),
      zones: words(zones),
      sure: false,
    });
for (const [country, areas] of Object.entries(POSTAL_AREAS))
  for (const [beginnings, regions, zones] of areas)
    for (const beginning of words(beginnings))
      add(country, beginning, { id: next++, regions: words(regions), zones: words(zones), sure: true });

/** What a code looks like where it is known, without spaces and dashes. */
const FORMS: Readonly<Record<string, RegExp>> = {
  AU: /^\d{4}$/,
  BR: /^\d{8}$/,
  CA: /^[A-Z]\d[A-Z](\d[A-Z]\d)?$/,
  DE: /^\d{5}$/,
  ES: /^\d{5}$/,
  FR: /^\d{5}$/,
  NZ: /^\d{4}$/,
  PT: /^\d{4}(\d{3})?$/,
  US: /^\d{5}(\d{4})?$/,
};

/** Codes come again and again, and lists may hold anything. */
const MAX_REMEMBERED = 20_000;
const remembered = new Map<string, PostalPlace | undefined>();

function find(country: string, text: string): PostalPlace | undefined {
  const code = text.replaceAll(/[\s-]/g, '').toUpperCase();
  if (!(FORMS[country]?.test(code) ?? false)) return undefined;
  for (let length = longest.get(country) ?? 0; length > 0; length--) {
    const found = places.get(`${country}${code.slice(0, length)}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Place of a postal code in a country (ISO 3166-1); undefined when it tells nothing, or is none. */
export function postalPlace(country: string, code: string): PostalPlace | undefined {
  const key = country + code;
  const known = remembered.get(key);
  if (known !== undefined || remembered.has(key)) return known;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const found = find(country, code);
  remembered.set(key, found);
  return found;
}

/** Place of the stated postal code, in the stated country or else in the number's. */
export function placeOfPostalCode(facts: Facts, { countries }: Place): PostalPlace | undefined {
  const { postalCode, country, region } = facts;
  if (postalCode === undefined) return undefined;
  const stated = country ?? region?.slice(0, 2);
  if (stated !== undefined) return postalPlace(stated, postalCode);
  // An unknown North American area code may be Canadian: the code's form tells.
  for (const each of countries) {
    const found = postalPlace(each, postalCode);
    if (found !== undefined) return found;
  }
  return undefined;
}
