/** Calling windows: when one is open, and in words why it is not. */
import { NEVER, type Objections } from './objections.js';
import type { CompiledWindow, OpeningMemo, Owner, Plan, Timetable } from './plan.js';
import { localDay, localName, nextOpening, openUntil } from './time/opening.js';
import { type DayIntervals, formatIntervals, intervalsOn, type Schedule } from './time/schedule.js';
import type { ZoneTable } from './time/zone-table.js';

const DAY = 86_400_000;
/** How far ahead an opening is looked for at a time: longer than a closed stretch of most calendars. */
const HORIZON_DAYS = 40;
const MEMOS = 4;
const GATE: Owner = {
  id: 'calling_window',
  pack: 'gate',
  version: '1',
  severity: 'block',
  ref: 'gate/calling_window',
  ends: NEVER,
};

/**
 * When a schedule next lets a call be placed in every zone: `from` ≤ `at` when it does now, Infinity when not
 * before the horizon. Answers are remembered; the horizon moves in whole days, so that an answer does not
 * depend on what was asked before.
 */
export function opening(
  timetable: Timetable,
  tables: readonly ZoneTable[],
  at: number,
  lead: number,
): OpeningMemo {
  const day = Math.floor(at / DAY);
  const memos = timetable.openings;
  for (const memo of memos)
    if (memo.day === day && memo.lead === lead && at >= memo.searched && at < memo.to) return memo;
  const limit = (day + HORIZON_DAYS) * DAY;
  const found = nextOpening(timetable.schedule, tables, at, lead, limit);
  const memo: OpeningMemo = {
    day,
    lead,
    searched: at,
    from: found === undefined ? NEVER : found.from,
    to: found === undefined ? limit : found.to,
  };
  // Time mostly runs forward: an older answer for the same day is of no more use.
  const same = memos.findIndex((each) => each.day === day && each.lead === lead);
  if (same >= 0) memos.splice(same, 1);
  else if (memos.length === MEMOS) memos.shift();
  memos.push(memo);
  return memo;
}

/** Hours of a date in words; the same hours are asked for again and again. */
const hourNames = new WeakMap<DayIntervals, string>();
function hoursOn(schedule: Schedule, day: number): string {
  const intervals = intervalsOn(schedule, day);
  let name = hourNames.get(intervals);
  if (name === undefined) {
    name = formatIntervals(intervals);
    hourNames.set(intervals, name);
  }
  return name;
}

/** Objects for one window that is closed, or closes before the call could be answered. */
function objectClosed(
  window: CompiledWindow,
  plan: Plan,
  lead: number,
  from: number,
  objections: Objections,
): void {
  const { at } = objections;
  const { timetable, ordinary, unknown } = window;
  const { schedule } = timetable;
  const table =
    plan.tables.find((each) => openUntil(schedule, each, at, at + lead + 1) <= at + lead) ?? plan.tables[0]!;
  const day = localDay(table, at);
  const hours = hoursOn(schedule, day);
  const uncharted = unknown?.has(day) ?? false;
  const holiday = uncharted || hours !== hoursOn(ordinary, day);
  objections.object(holiday ? 'holiday' : 'calling_window', window, from, () => ({
    code: uncharted ? 'uncharted_holidays' : holiday ? 'holiday_hours' : 'window_closed',
    detail: `${localName(table, at)} in ${table.zone}, ${
      uncharted
        ? 'a year whose holidays are not in the tables, which is closed until they are generated'
        : `${holiday ? 'a holiday, ' : ''}hours ${hours} with ${lead / 1000} s to spare`
    }${plan.tables.length > 1 ? `; it must be open in each of ${plan.zones.join(', ')}` : ''}`,
    inputs: {
      zone: table.zone,
      local: localName(table, at),
      hours,
      holiday,
      secondsToSpare: lead / 1000,
      zones: plan.zones,
    },
  }));
}

/** Asks all windows; `lead` (ms) is how long they must stay open. */
export function askWindows(plan: Plan, lead: number, objections: Objections): void {
  const { at } = objections;
  if (plan.zones.length === 0) {
    objections.object('calling_window', GATE, NEVER, () => ({
      code: 'zone_unknown',
      detail: 'the time zone of the called party is unknown: state one',
      inputs: {},
    }));
    return;
  }
  const memo = opening(plan.combined, plan.tables, at, lead);
  if (memo.from <= at) objections.leansOnUntil(memo.to);
  else {
    // Other rules may be in force from plan.until on, and nobody has looked beyond memo.to.
    const next = memo.from === NEVER ? memo.to : memo.from;
    objections.clear = Math.max(objections.clear, Math.min(next, plan.until));
    if (objections.explains) explainClosed(plan, lead, objections);
  }
  if (objections.explains)
    for (const window of plan.adviceWindows) {
      const { from } = opening(window.timetable, plan.tables, at, lead);
      if (from > at) objectClosed(window, plan, lead, from, objections);
    }
}

function explainClosed(plan: Plan, lead: number, objections: Objections): void {
  const { at, clear } = objections;
  let closed = 0;
  for (const window of plan.windows) {
    const { from } = opening(window.timetable, plan.tables, at, lead);
    if (from <= at) continue;
    closed++;
    objectClosed(window, plan, lead, from, objections);
  }
  if (closed === 0) {
    const { from } = opening(plan.combined, plan.tables, at, lead);
    const packs = [...new Set(plan.windows.map((w) => w.pack))];
    objections.object('calling_window', GATE, from, () => ({
      code: 'never_together',
      detail: `each of ${packs.join(', ')} is open now or later, but not together in ${plan.zones.join(', ')}`,
      inputs: { packs, zones: plan.zones },
    }));
  }
  // Each window by itself may stay closed beyond a change of the rules; all of them together were asked before.
  objections.clear = clear;
}
