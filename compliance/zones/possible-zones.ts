import type { PostalPlace } from '../postal/postal-codes.js';
import { isZone, offsetAt, zoneTable } from '../time/zone-table.js';
import type { Facts } from '../types.js';
import type { Place } from './number-zones.js';

/** Do two zones keep the same time in the year around an instant? */
function sameTime(one: string, other: string, at: number): boolean {
  if (one === other) return true;
  const [a, b] = [zoneTable(one), zoneTable(other)];
  const from = Date.UTC(new Date(at).getUTCFullYear(), 0, 1);
  // Every week: some zones leave their usual time for a month only.
  for (let week = 0; week < 53; week++) {
    const instant = from + week * 7 * 86_400_000;
    if (offsetAt(a, instant) !== offsetAt(b, instant)) return false;
  }
  return true;
}

/**
 * Zones in which a call must be lawful around an instant. What the record states decides when it is among
 * the zones of the number, or there are none, and among those of the postal code; what disagrees is added. A postal code
 * without a stated zone is added to the zones of the number, since tables of postal codes have faults; it decides
 * alone where the number could be anywhere and the code tells the part of the country for sure.
 */
export function possibleZones(
  stated: readonly string[],
  place: Place,
  postal: PostalPlace | undefined,
  at: number,
): string[] {
  // A zone that this runtime's data does not know yet has neighbours in the same list that it does.
  const ofNumber = place.zones.filter(isZone);
  const ofPostal = postal?.zones.filter(isZone) ?? [];
  const within = (some: readonly string[], all: readonly string[]): boolean =>
    all.length === 0 || some.every((zone) => all.some((possible) => sameTime(zone, possible, at)));
  if (stated.length > 0)
    return [
      ...new Set([
        ...stated,
        ...(within(stated, ofPostal) ? [] : ofPostal),
        ...(within(stated, ofNumber) ? [] : ofNumber),
      ]),
    ];
  if (ofPostal.length === 0) return ofNumber;
  if (place.anywhere && postal!.sure && within(ofPostal, ofNumber)) return ofPostal;
  return [...ofNumber, ...ofPostal.filter((zone) => !within([zone], ofNumber))];
}

/**
 * Jurisdictions whose packs a call must satisfy: countries and parts of them, by number, by what the record states and
 * by its postal code. A part that the number only may be in gives way to what the record says of the same country.
 */
export function possibleJurisdictions(
  { country, region }: Facts,
  place: Place,
  postal: PostalPlace | undefined,
): string[] {
  const jurisdictions = new Set<string>(place.countries);
  const stated = new Set<string>(postal?.regions ?? []);
  if (region !== undefined) stated.add(region);
  const narrowed = place.anywhere && [...stated].some((each) => place.countries.includes(each.slice(0, 2)));
  if (!narrowed) for (const each of place.regions) jurisdictions.add(each);
  if (country !== undefined) jurisdictions.add(country);
  for (const each of stated) {
    jurisdictions.add(each.slice(0, 2));
    jurisdictions.add(each);
  }
  return [...jurisdictions];
}
