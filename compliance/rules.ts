import type { RecallOutcome } from './packs/schema.js';
import type { OpeningMemo, Plan, Timetable } from './plan.js';
import { localDay, localName, nextOpening, openUntil } from './time/opening.js';
import { type DayIntervals, formatIntervals, intervalsOn, type Schedule } from './time/schedule.js';
import { EARLIEST_INSTANT, LATEST_INSTANT, offsetAt, type ZoneTable } from './time/zone-table.js';
import type { ConsentLevel, Facts, FrequencyCap, Reason } from './types.js';

/** One question to the rules: a call at an instant. Times in epoch ms, lead in ms. */
export interface Question {
  readonly facts: Facts;
  readonly at: number;
  /** The window must stay open from `at` until `at + lead`. */
  readonly lead: number;
  /** Consent in force for this purpose until `at + lead`. */
  readonly consent: ConsentLevel | undefined;
  /** Lists that some pack knows; any other list binds every call. */
  readonly registries: ReadonlySet<string>;
  readonly registriesRequired: boolean;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const GATE = { pack: 'gate', version: '1' } as const;
const NEVER = Number.POSITIVE_INFINITY;
/** How far ahead an opening is looked for: longer than any closed stretch of a real calendar. */
const HORIZON_DAYS = 40;
const MEMOS = 4;

/** An instant in words; it may come from a broken record. */
function iso(at: number): string {
  return at >= EARLIEST_INSTANT && at < LATEST_INSTANT
    ? new Date(at).toISOString()
    : `the unreadable time ${at}`;
}

function describeConsent({ consent }: Facts, inForce: ConsentLevel | undefined): string {
  if (inForce !== undefined) return `it is only ${inForce}`;
  if (consent.state !== 'granted') return `there is none (${consent.state})`;
  return 'what was granted has expired, lies in the future or is for another purpose';
}

/**
 * When a schedule next lets a call be placed in every zone: `from` ≤ `at` when it does now, Infinity when not
 * before the horizon. Answers are remembered; the horizon moves in whole days, so that an answer does not
 * depend on what was asked before.
 */
function opening(timetable: Timetable, tables: readonly ZoneTable[], at: number, lead: number): OpeningMemo {
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

/**
 * When a cap next has room; `at` itself when it has now. An attempt whose time is unreadable is counted, and
 * keeps the cap shut.
 */
function capClears(cap: FrequencyCap, attempts: readonly number[], at: number): number {
  const period = cap.seconds * 1000;
  let counted = 0;
  for (const attempt of attempts) if (!(attempt + period <= at)) counted++;
  if (counted < cap.max) return at;
  // Room comes when only max - 1 are left in the period: when the max-th most recent one leaves it.
  const recent = [...attempts].sort((a, b) => b - a);
  const until = (recent[cap.max - 1] ?? NEVER) + period;
  return until > at ? until : NEVER;
}

function lastOf(outcome: RecallOutcome, facts: Facts): number | undefined {
  if (outcome !== 'attempt') return facts.attempts.last?.[outcome];
  const { at } = facts.attempts;
  return at.length === 0 ? undefined : at.reduce((a, b) => Math.max(a, b));
}

/** Start of the local day that is `days` whole days after the day of `since`, in the zone where it comes last. */
function afterCalendarDays(tables: readonly ZoneTable[], since: number, days: number): number {
  let latest = since;
  for (const table of tables) {
    const day = localDay(table, since) + days + 1;
    const before = day * DAY - offsetAt(table, day * DAY - 12 * HOUR);
    const after = day * DAY - offsetAt(table, day * DAY + 14 * HOUR);
    // They differ when the clocks change around that midnight.
    const first = Math.min(before, after);
    latest = Math.max(latest, localDay(table, first) >= day ? first : Math.max(before, after));
  }
  return latest;
}

/** Does one consent satisfy what is asked for? Nothing asked for is not satisfied by anything. */
function covers(given: ConsentLevel | undefined, asked: ConsentLevel | undefined): boolean {
  return asked !== undefined && (given === 'written' || given === asked);
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

function explainWindows(plan: Plan, { at, lead }: Question, reasons: Reason[]): void {
  const before = reasons.length;
  const everywhere = plan.tables.length > 1 ? `; it must be open in each of ${plan.zones.join(', ')}` : '';
  for (const { timetable, ordinary, pack, version } of plan.windows) {
    const { from } = opening(timetable, plan.tables, at, lead);
    if (from <= at) continue;
    const { schedule } = timetable;
    const table =
      plan.tables.find((each) => openUntil(schedule, each, at, at + lead + 1) <= at + lead) ??
      plan.tables[0]!;
    const day = localDay(table, at);
    const hours = hoursOn(schedule, day);
    const holiday = hours !== hoursOn(ordinary, day);
    reasons.push({
      rule: holiday ? 'holiday' : 'calling_window',
      pack,
      version,
      detail: `${localName(table, at)} in ${table.zone}, ${holiday ? 'a holiday, ' : ''}hours ${hours} with ${lead / 1000} s to spare${everywhere}`,
      ...(from === NEVER ? undefined : { until: from }),
    });
  }
  if (reasons.length > before) return;
  const { from } = opening(plan.combined, plan.tables, at, lead);
  reasons.push({
    rule: 'calling_window',
    pack: 'gate',
    version: '1',
    detail: `each of ${plan.windows.map((w) => w.pack).join(', ')} is open now or later, but not together in ${plan.zones.join(', ')}`,
    ...(from !== NEVER && { until: from }),
  });
}

/** The answer of the rules. */
export interface Answer {
  /**
   * `at` itself = the call may be placed; later = not before then (ask again then); Infinity = no waiting
   * helps, as far as can be said now.
   */
  readonly clear: number;
  /** When something that this answer leans on ends: an exemption, a copy of a list, the opening. */
  readonly lapses: number;
  /** Every objection, when they were asked for and there is one. */
  readonly reasons: Reason[] | undefined;
}

/** Asks every rule of the plan; with `explain`, for the reasons too. */
export function ask(plan: Plan, question: Question, explain: boolean): Answer {
  const { facts, at, lead, consent } = question;
  let clear = at;
  let reasons: Reason[] | undefined;
  let lapses = NEVER;
  const object = (
    rule: Reason['rule'],
    owner: { readonly pack: string; readonly version: string },
    until: number,
    detail: () => string,
  ): void => {
    if (!(until <= clear)) clear = until;
    if (!explain) return;
    const { pack, version } = owner;
    reasons ??= [];
    reasons.push(
      until === NEVER
        ? { rule, pack, version, detail: detail() }
        : { rule, pack, version, detail: detail(), until },
    );
  };
  /** Is `since` at most so many days ago? What leans on it ends with them. */
  const within = (since: number | undefined, days: number | undefined): boolean => {
    if (since === undefined || days === undefined) return false;
    const end = since + days * DAY;
    if (!(since <= at && at < end)) return false;
    if (end < lapses) lapses = end;
    return true;
  };
  const { relationship } = facts;

  for (const country of plan.ungoverned)
    object('no_pack', GATE, NEVER, () => `no rule pack governs ${country}: add one`);
  if (plan.zones.length === 0)
    object('calling_window', GATE, NEVER, () => 'the time zone of the called party is unknown: state one');
  else {
    const memo = opening(plan.combined, plan.tables, at, lead);
    if (memo.from > at) {
      // Other rules may be in force from plan.until on.
      clear = memo.from === NEVER && plan.until > memo.to ? NEVER : Math.min(memo.from, plan.until);
      if (explain) {
        reasons ??= [];
        explainWindows(plan, question, reasons);
      }
    } else lapses = memo.to;
  }

  const { lists, checked, internal, campaign } = facts.dnc;
  if (internal) object('dnc', GATE, NEVER, () => 'the called party asked this company not to call');
  if (campaign) object('dnc', GATE, NEVER, () => 'the number is suppressed for this campaign');
  if (lists !== undefined)
    for (const id of lists)
      if (!question.registries.has(id)) object('dnc', GATE, NEVER, () => `the number is on the list ${id}`);
  for (const owned of plan.dncLists) {
    const { rule } = owned;
    if (covers(consent, rule.exceptConsent)) continue;
    if (within(relationship?.transactionAt, rule.exceptTransactionDays)) continue;
    if (within(relationship?.inquiryAt, rule.exceptInquiryDays)) continue;
    if (lists?.includes(rule.list))
      object('dnc', owned, NEVER, () => `the number is on the list ${rule.list}`);
    const copy = checked?.find((list) => list.id === rule.list);
    if (copy === undefined) {
      if (question.registriesRequired)
        object('list_stale', owned, NEVER, () => `the list ${rule.list} was not looked up: import it`);
      continue;
    }
    const end = copy.obtainedAt + rule.maxAgeDays * DAY;
    if (copy.obtainedAt <= at && at <= end) lapses = Math.min(lapses, end + 1);
    else
      object(
        'list_stale',
        owned,
        NEVER,
        () =>
          `the list ${rule.list} (${copy.version}) is of ${iso(copy.obtainedAt)}; it may be at most ${rule.maxAgeDays} days old: import a new one`,
      );
  }

  if (facts.consent.state === 'refused')
    object('consent', GATE, NEVER, () => 'the called party refused or revoked consent');
  else if (consent !== undefined && facts.consent.expiresAt !== undefined)
    lapses = Math.min(lapses, facts.consent.expiresAt - lead);
  for (const owned of plan.consents) {
    const { level, exceptTransactionDays } = owned.rule;
    if (covers(consent, level) || within(relationship?.transactionAt, exceptTransactionDays)) continue;
    object('consent', owned, NEVER, () => `${level} consent is required: ${describeConsent(facts, consent)}`);
  }

  const { at: attempts, since } = facts.attempts;
  for (const cap of plan.caps) {
    if (within(relationship?.transactionAt, cap.exceptTransactionDays)) continue;
    const hours = cap.seconds / 3600;
    const until = capClears(cap, attempts, at);
    if (until > at)
      object(
        'frequency_cap',
        cap,
        until,
        () => `at most ${cap.max} attempts in ${hours} h, and they were made`,
      );
    if (since !== undefined && !(since <= at - cap.seconds * 1000))
      object(
        'frequency_cap',
        cap,
        NEVER,
        () => `attempts are known only since ${iso(since)}, the cap needs ${hours} h`,
      );
  }

  for (const owned of plan.recalls) {
    const { after, wait } = owned.rule;
    const last = lastOf(after, facts);
    if (last === undefined) continue;
    let until = NEVER;
    if (wait !== 'forever' && last <= LATEST_INSTANT && last >= EARLIEST_INSTANT)
      until =
        'seconds' in wait
          ? last + wait.seconds * 1000
          : afterCalendarDays(plan.tables, last, wait.calendarDays);
    if (until > at)
      object(
        'recall_delay',
        owned,
        until,
        () => `${after === 'attempt' ? 'the last attempt' : `the last '${after}'`} was at ${iso(last)}`,
      );
  }
  return { clear, lapses, reasons };
}
