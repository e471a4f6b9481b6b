import type { HolidayRule } from '../packs/schema.js';
import { weekdayOf } from '../time/schedule.js';

const DAY = 86_400_000;

/** Days since 1970-01-01 of a date; months 1 to 12. */
export function dayNumber(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / DAY;
}

/** Western Easter Sunday as days since 1970-01-01 (the anonymous Gregorian computus, Meeus 1991). */
export function easterSunday(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const leapCenturies = Math.floor(century / 4);
  const moonShift = Math.floor((8 * century + 13) / 25);
  const epact = (19 * golden + century - leapCenturies - moonShift + 15) % 30;
  const sundays =
    (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7;
  const correction = Math.floor((golden + 11 * epact + 22 * sundays) / 451);
  const days = epact + sundays - 7 * correction + 114;
  return dayNumber(year, Math.floor(days / 31), (days % 31) + 1);
}

function dayOf(rule: HolidayRule, year: number): number {
  const { on } = rule;
  if ('easter' in on) return easterSunday(year) + on.easter;
  if ('day' in on) return dayNumber(year, on.month, on.day);
  if ('onOrBefore' in on) {
    const latest = dayNumber(year, on.month, on.onOrBefore);
    return latest - ((weekdayOf(latest) - on.weekday + 7) % 7);
  }
  if ('onOrAfter' in on) {
    const first = dayNumber(year, on.month, on.onOrAfter);
    return first + ((on.weekday - weekdayOf(first) + 7) % 7);
  }
  if (on.nth < 0) {
    const last = dayNumber(year, on.month + 1, 0);
    return last - ((weekdayOf(last) - on.weekday + 7) % 7) + (on.plusDays ?? 0);
  }
  const first = dayNumber(year, on.month, 1);
  return first + ((on.weekday - weekdayOf(first) + 7) % 7) + 7 * (on.nth - 1) + (on.plusDays ?? 0);
}

/**
 * Local dates (days since 1970-01-01) of the holidays of one year, with the days on which they are
 * observed; the holiday itself stays one.
 */
export function holidayDays(rules: readonly HolidayRule[], year: number): Set<number> {
  const held = rules.filter(
    (rule) =>
      year >= (rule.fromYear ?? year) &&
      year <= (rule.toYear ?? year) &&
      (rule.everyYears === undefined || year % rule.everyYears === 0),
  );
  const days = new Set(held.map((rule) => dayOf(rule, year)));
  for (const rule of held) {
    const day = dayOf(rule, year);
    const weekday = weekdayOf(day);
    if (rule.observed === undefined || (weekday !== 0 && weekday !== 6)) continue;
    const monday = weekday === 0 ? day + 1 : day + 2;
    if (rule.observed === 'next-working-day') {
      let free = monday;
      while (days.has(free) || weekdayOf(free) === 0 || weekdayOf(free) === 6) free++;
      days.add(free);
    } else if (rule.observed === 'saturday') {
      if (weekday === 0) days.add(day - 1);
    } else if (weekday === 0) days.add(monday);
    else if (rule.observed === 'nearest') days.add(day - 1);
    else if (rule.observed === 'either') {
      days.add(day - 1);
      days.add(monday);
    }
  }
  return days;
}
