/** Rule packs with what stays the same worked out once: a plan is compiled for every kind of place and call. */
import { packHolidays } from './holidays/pack-holidays.js';
import { type Force, inForce } from './packs/in-force.js';
import { type PackRule, type RulePack, ruleId, type WindowRule } from './packs/schema.js';
import type { Owner } from './plan.js';
import {
  ALWAYS,
  CLOSED,
  type DayIntervals,
  intersect,
  intervalsOn,
  parseIntervals,
  parseWeek,
  type Schedule,
  weekdayOf,
} from './time/schedule.js';

/** Hours of a calling window, for decisions in one year. */
export interface WindowHours {
  readonly schedule: Schedule;
  /** The same week without holidays, to tell a holiday from an ordinary closing. */
  readonly ordinary: Schedule;
  /** Local dates whose holidays are not known: closed. */
  readonly unknown: ReadonlySet<number> | undefined;
}

export interface PreparedRule {
  readonly rule: PackRule;
  readonly id: string;
  readonly owner: Owner;
  readonly force: Force;
  /** Hours around a year, of a calling window; any other rule has none and throws. */
  readonly hours: (year: number) => WindowHours;
}

export interface PreparedPack {
  readonly pack: RulePack;
  readonly rules: readonly PreparedRule[];
}

/** Years of holidays that are kept for a window. */
const MAX_YEARS = 16;

function windowHours(rule: WindowRule, pack: RulePack, field: string): PreparedRule['hours'] {
  const week = parseWeek(rule.hours, `${field}.hours`);
  const ordinary: Schedule = { week, dates: new Map() };
  const everyDay: WindowHours = { schedule: ordinary, ordinary, unknown: undefined };
  if (rule.holidays === undefined && rule.holidayEves === undefined) return () => everyDay;
  const known = new Map<number, WindowHours>();
  return (year) => {
    let hours = known.get(year);
    if (hours === undefined) {
      if (known.size >= MAX_YEARS) known.clear();
      hours = withHolidays(rule, pack, field, ordinary, year);
      known.set(year, hours);
    }
    return hours;
  };
}

function withHolidays(
  rule: WindowRule,
  pack: RulePack,
  field: string,
  ordinary: Schedule,
  year: number,
): WindowHours {
  const { week } = ordinary;
  const dates = new Map<number, DayIntervals>();
  // The year before and after too: a deferral may reach into them, and eves and observed days cross over.
  const { days, unknown } = packHolidays(pack, [year - 1, year, year + 1]);
  if (rule.holidayEves !== undefined) {
    const eve = parseIntervals(rule.holidayEves, `${field}.holidayEves`);
    for (const day of days) dates.set(day - 1, intersect(week[weekdayOf(day - 1)]!, eve));
  }
  if (rule.holidays !== undefined) {
    const hours =
      rule.holidays === 'closed'
        ? CLOSED
        : rule.holidays === 'sunday'
          ? week[0]!
          : parseIntervals(rule.holidays, `${field}.holidays`);
    for (const day of days) dates.set(day, intersect(week[weekdayOf(day)]!, hours));
  }
  for (const day of unknown) dates.set(day, CLOSED);
  return { schedule: { week, dates }, ordinary, unknown: unknown.size > 0 ? unknown : undefined };
}

/** Works out what never changes of a pack. @throws Error that names the faulty field */
export function preparePack(pack: RulePack): PreparedPack {
  const rules = pack.rules.map((rule, i): PreparedRule => {
    const id = ruleId(rule, i);
    const field = `pack ${pack.id}, rule ${id}`;
    const force = inForce(rule, field);
    const { severity = 'block' } = rule;
    return {
      rule,
      id,
      owner: {
        id,
        pack: pack.id,
        version: pack.version,
        severity,
        ref: `${pack.id}/${id}`,
        ends: force.until,
      },
      force,
      hours:
        rule.kind === 'calling_window'
          ? windowHours(rule, pack, field)
          : () => {
              throw new Error(`${field} has no hours`);
            },
    };
  });
  return { pack, rules };
}

/** Gives the schedule that is open when all of some are. */
export type Combine = (schedules: readonly Schedule[]) => Schedule;

function combination(schedules: readonly Schedule[]): Schedule {
  const all = (hours: (schedule: Schedule) => DayIntervals): DayIntervals =>
    schedules.reduce<DayIntervals>((open, each) => intersect(open, hours(each)), ALWAYS);
  const week = [0, 1, 2, 3, 4, 5, 6].map((weekday) => all((each) => each.week[weekday]!));
  const dates = new Map<number, DayIntervals>();
  for (const { dates: some } of schedules)
    for (const day of some.keys())
      if (!dates.has(day))
        dates.set(
          day,
          all((each) => intervalsOn(each, day)),
        );
  return { week, dates };
}

/** Combines schedules, and remembers up to `most` combinations of the same ones. */
export function combiner(most: number): Combine {
  const numbers = new WeakMap<Schedule, number>();
  const known = new Map<string, Schedule>();
  let next = 0;
  return (schedules) => {
    const ids = schedules.map((schedule) => {
      const number = numbers.get(schedule) ?? next++;
      numbers.set(schedule, number);
      return number;
    });
    const key = ids.join();
    let combined = known.get(key);
    if (combined === undefined) {
      if (known.size >= most) known.clear();
      combined = combination(schedules);
      known.set(key, combined);
    }
    return combined;
  };
}
