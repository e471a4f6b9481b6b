import type { RecallOutcome } from './packs/schema.js';
import type { OpeningMemo, Plan } from './plan.js';
import { localDay, localName, nextOpening, openUntil } from './time/opening.js';
import { formatIntervals, intervalsOn, type Schedule } from './time/schedule.js';
import { offsetAt, type ZoneTable } from './time/zone-table.js';
import type { ConsentLevel, Facts, FrequencyCap, Reason, Request } from './types.js';

/** One question to the rules: this call at this instant. Times in epoch ms, lead in ms. */
export interface Question {
  readonly request: Request;
  readonly facts: Facts;
  readonly at: number;
  /** The window must stay open from `at` until `at + lead`. */
  readonly lead: number;
  /** Consent in force for this purpose until `at + lead`. */
  readonly consent: ConsentLevel | undefined;
  /** Cap that holds for every number. */
  readonly baseCap: FrequencyCap;
  readonly registriesRequired: boolean;
}

const DAY = 86_400_000;
const NEVER = Number.POSITIVE_INFINITY;
/** How far ahead an opening is looked for: longer than any closed stretch of a real calendar. */
const HORIZON_DAYS = 40;
const MEMOS = 4;

const iso = (at: number): string => new Date(at).toISOString();

/**
 * When the plan's windows next let the call be placed: `from` is `at` itself when they do now, Infinity when
 * not before the horizon. Answers are remembered; the horizon moves in whole days, so that an answer does not
 * depend on what was asked before.
 */
function opening(plan: Plan, at: number, lead: number): OpeningMemo {
  const day = Math.floor(at / DAY);
  const memos = plan.openings;
  for (const memo of memos)
    if (memo.day === day && memo.lead === lead && at >= memo.searched && at < memo.to) return memo;
  const limit = (day + HORIZON_DAYS) * DAY;
  const found = nextOpening(plan.schedule, plan.tables, at, lead, limit);
  const memo: OpeningMemo = {
    day,
    lead,
    searched: at,
    from: found === undefined ? NEVER : found.from,
    to: found === undefined ? limit : found.to,
  };
  if (memos.length === MEMOS) memos.shift();
  memos.push(memo);
  return memo;
}

/** End of the stretch in which calls may be placed, for an instant at which one may. */
export function openingEnd(plan: Plan, at: number, lead: number): number {
  return opening(plan, at, lead).to;
}

/** When a cap next has room; `at` itself when it has now. */
function capClears(cap: FrequencyCap, attempts: readonly number[], at: number): number {
  const period = cap.seconds * 1000;
  let counted = 0;
  for (const attempt of attempts) if (attempt + period > at) counted++;
  if (counted < cap.max) return at;
  if (cap.max === 0) return NEVER;
  // Room comes when only max - 1 are left in the period: when the max-th most recent one leaves it.
  const recent = [...attempts].sort((a, b) => b - a);
  return recent[cap.max - 1]! + period;
}

function lastOf(outcome: RecallOutcome, facts: Facts): number {
  if (outcome !== 'attempt') return facts.attempts.last?.[outcome] ?? -NEVER;
  let latest = -NEVER;
  for (const at of facts.attempts.at) if (at > latest) latest = at;
  return latest;
}

/** Start of a local day in the zone where it comes last. */
function afterCalendarDays(tables: readonly ZoneTable[], at: number, days: number): number {
  let latest = at;
  for (const table of tables) {
    const midnight = (localDay(table, at) + days + 1) * DAY;
    // The offset after midnight counts; a guess by the offset before it is at most some hours off.
    const guess = midnight - offsetAt(table, midnight - offsetAt(table, at));
    latest = Math.max(latest, midnight - offsetAt(table, guess));
  }
  return latest;
}

const within = (since: number | undefined, days: number | undefined, at: number): boolean =>
  since !== undefined && days !== undefined && since <= at && at < since + days * DAY;

const covers = (given: ConsentLevel | undefined, asked: ConsentLevel | undefined): boolean =>
  asked !== undefined && (given === 'written' || given === asked);

function explainWindows(plan: Plan, question: Question, reasons: Reason[]): void {
  const { at, lead } = question;
  const before = reasons.length;
  for (const window of plan.windows) {
    const opens = nextOpening(window.schedule, plan.tables, at, lead, at + HORIZON_DAYS * DAY);
    if (opens?.from === at) continue;
    const closed = plan.tables.filter(
      (table) => openUntil(window.schedule, table, at, at + lead) < at + lead,
    );
    const table = closed[0] ?? plan.tables[0]!;
    const hours = (schedule: Schedule): string => formatIntervals(intervalsOn(schedule, localDay(table, at)));
    const holiday = hours(window.schedule) !== hours(window.ordinary);
    reasons.push({
      rule: holiday ? 'holiday' : 'calling_window',
      pack: window.pack,
      version: window.version,
      detail: `${localName(table, at)} in ${table.zone}; hours ${hours(window.schedule)}${holiday ? ' on this holiday' : ''}, with ${lead / 1000} s to spare${plan.tables.length > 1 ? `, in each of ${plan.tables.map((t) => t.zone).join(', ')}` : ''}`,
      ...(opens !== undefined && { until: opens.from }),
    });
  }
  if (reasons.length > before) return;
  const opens = opening(plan, at, lead).from;
  reasons.push({
    rule: 'calling_window',
    pack: 'gate',
    version: '1',
    detail: `no hour is open under ${plan.windows.map((w) => w.pack).join(' and ')} together in ${plan.zones.join(', ')}`,
    ...(opens !== NEVER && { until: opens }),
  });
}

/**
 * When every rule of the plan lets the call be placed, as far as can be said now: `at` itself = allowed,
 * later = not before then (ask again then), Infinity = no waiting helps. With `reasons`, lists every
 * objection there.
 */
export function objections(plan: Plan, question: Question, reasons: Reason[] | undefined): number {
  const { facts, at, lead, consent } = question;
  let clear = at;
  const object = (
    rule: Reason['rule'],
    owner: { pack: string; version: string },
    until: number,
    detail: () => string,
  ) => {
    if (until > clear) clear = until;
    reasons?.push({
      rule,
      pack: owner.pack,
      version: owner.version,
      detail: detail(),
      ...(until !== NEVER && { until }),
    });
  };
  const gate = { pack: 'gate', version: '1' };

  if (plan.zones.length === 0)
    object(
      'calling_window',
      gate,
      NEVER,
      () => 'the time zone of the called party is unknown: state one in the record',
    );
  else {
    const memo = opening(plan, at, lead);
    if (memo.from > at) {
      // Other rules may be in force from plan.until on.
      clear = memo.from === NEVER && plan.until > memo.to ? NEVER : Math.min(memo.from, plan.until);
      if (reasons !== undefined) explainWindows(plan, question, reasons);
    }
  }

  if (facts.dnc.internal)
    object('dnc', gate, NEVER, () => 'the called party asked this company not to call (internal list)');
  if (facts.dnc.campaign) object('dnc', gate, NEVER, () => 'the number is suppressed for this campaign');
  const { lists, checked } = facts.dnc;
  if (lists !== undefined)
    for (const id of lists)
      if (!plan.dncLists.some((owned) => owned.rule.list === id))
        object('dnc', gate, NEVER, () => `the number is on the list ${id}`);
  for (const owned of plan.dncLists) {
    const { rule } = owned;
    const exempt =
      covers(consent, rule.exceptConsent) ||
      within(facts.relationship?.transactionAt, rule.exceptTransactionDays, at) ||
      within(facts.relationship?.inquiryAt, rule.exceptInquiryDays, at);
    if (exempt) continue;
    if (lists?.includes(rule.list))
      object('dnc', owned, NEVER, () => `the number is on the list ${rule.list}`);
    const copy = checked?.find((list) => list.id === rule.list);
    if (copy === undefined) {
      if (question.registriesRequired)
        object('list_stale', owned, NEVER, () => `the list ${rule.list} was not looked up: import it`);
    } else if (at > copy.obtainedAt + rule.maxAgeDays * DAY || copy.obtainedAt > at)
      object(
        'list_stale',
        owned,
        NEVER,
        () =>
          `the list ${rule.list} (${copy.version}) is of ${iso(copy.obtainedAt)}, older than ${rule.maxAgeDays} days: import a new one`,
      );
  }

  if (facts.consent.state === 'refused')
    object('consent', gate, NEVER, () => 'the called party refused or revoked consent');
  for (const owned of plan.consents) {
    if (covers(consent, owned.rule.level)) continue;
    if (within(facts.relationship?.transactionAt, owned.rule.exceptTransactionDays, at)) continue;
    object(
      'consent',
      owned,
      NEVER,
      () =>
        `${owned.rule.level} consent is required and is ${consent === undefined ? `not there (${facts.consent.state})` : `only ${consent}`}`,
    );
  }

  cap(question.baseCap);
  for (const each of plan.caps) cap(each);
  function cap(each: FrequencyCap): void {
    if (within(facts.relationship?.transactionAt, each.exceptRelationshipDays, at)) return;
    const until = capClears(each, facts.attempts.at, at);
    if (until > at)
      object(
        'frequency_cap',
        each,
        until,
        () => `at most ${each.max} attempts in ${each.seconds / 3600} h, and they were made`,
      );
    const { since } = facts.attempts;
    if (since !== undefined && since > at - each.seconds * 1000)
      object(
        'frequency_cap',
        each,
        NEVER,
        () => `earlier attempts are known only since ${iso(since)}, the cap needs ${each.seconds / 3600} h`,
      );
  }

  for (const owned of plan.recalls) {
    const { after, wait } = owned.rule;
    const last = lastOf(after, facts);
    if (last === -NEVER) continue;
    const until =
      wait === 'forever'
        ? NEVER
        : 'seconds' in wait
          ? last + wait.seconds * 1000
          : afterCalendarDays(plan.tables, last, wait.calendarDays);
    if (until > at)
      object(
        'recall_delay',
        owned,
        until,
        () => `${after === 'attempt' ? 'the last attempt' : `'${after}'`} was at ${iso(last)}`,
      );
  }
  return clear;
}
