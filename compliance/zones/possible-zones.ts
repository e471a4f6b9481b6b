import { isZone, offsetAt, zoneTable } from '../time/zone-table.js';
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
 * the zones of the number, or there are none; when the two disagree, all zones of both.
 */
export function possibleZones(stated: readonly string[], place: Place, at: number): string[] {
  // A zone that this runtime's data does not know yet has neighbours in the same list that it does.
  const ofNumber = place.zones.filter(isZone);
  if (stated.length === 0) return ofNumber;
  if (ofNumber.length === 0) return [...new Set(stated)];
  const agrees = stated.every((zone) => ofNumber.some((possible) => sameTime(zone, possible, at)));
  return [...new Set(agrees ? stated : [...stated, ...ofNumber])];
}
