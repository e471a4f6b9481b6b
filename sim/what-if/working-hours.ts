/** Working time in virtual time: Monday to Friday from nine in the morning, where the people called live. */
import type { WeekHours } from '../../compliance/index.js';
import type { EpochMilliseconds } from '../../dialer/core/model.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OPENING_HOUR = 9;
/** Nine to nine: what calling-time laws leave everywhere. */
export const MOST_HOURS_PER_DAY = 12;
/**
 * Monday 13 April 2026, nine in New York. No holiday and no change of the clocks follows for six weeks, so that a what-if
 * is of ordinary days.
 */
const START = Date.UTC(2026, 3, 13, 13);
/** Until the next holiday. */
export const MOST_DAYS = 30;

export class WorkingHours {
  readonly startAt: EpochMilliseconds = START;
  /** All of them. */
  readonly hours: number;
  readonly hoursPerDay: number;

  constructor(hours: number, hoursPerDay: number) {
    this.hours = hours;
    this.hoursPerDay = hoursPerDay;
  }

  /** The whole time from the first opening to the last closing, in hours. */
  get calendarHours(): number {
    const days = Math.ceil(this.hours / this.hoursPerDay - 1e-9);
    const last = this.hours - (days - 1) * this.hoursPerDay;
    return (this.#opening(days - 1) - this.startAt) / HOUR + last;
  }

  /** Opening hours of the campaign, by the local time of the people. */
  get callingHours(): WeekHours {
    const minutes = Math.round((OPENING_HOUR + this.hoursPerDay) * 60);
    const two = (value: number): string => String(value).padStart(2, '0');
    return {
      'mon-fri': [`${two(OPENING_HOUR)}:00-${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`],
    };
  }

  /** Working hours from the start to this instant. */
  until(at: EpochMilliseconds): number {
    const since = Math.max(0, at - this.startAt);
    const day = Math.floor(since / DAY);
    const week = Math.floor(day / 7);
    const daysBefore = week * 5 + Math.min(5, day % 7);
    const ofDay = day % 7 >= 5 ? 0 : Math.min(this.hoursPerDay, (since - day * DAY) / HOUR);
    return Math.min(this.hours, daysBefore * this.hoursPerDay + ofDay);
  }

  #opening(workingDay: number): EpochMilliseconds {
    return this.startAt + (Math.floor(workingDay / 5) * 7 + (workingDay % 5)) * DAY;
  }
}
