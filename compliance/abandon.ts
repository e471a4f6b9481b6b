/**
 * The laws on abandoned calls: what each counts, over which period, and how much of its allowance is used. Pure.
 *
 * An abandoned call is one that a person answered and that no agent took within the law's time. A message played to
 * the person does not take the call out of the count. The figures are defaults to review with counsel.
 */
import { type Force, inForce } from './packs/in-force.js';
import { builtinPacks } from './packs/index.js';
import { type AbandonRule, type RulePack, ruleId } from './packs/schema.js';
import { offsetAt, zoneTable } from './time/zone-table.js';
import type { CallMode, Permit, Purpose } from './types.js';

/** Over which period a law counts. Blocks begin with the campaign's first call, one after the other. */
export type AbandonWindow =
  | { readonly blockDays: number }
  /** The calendar of `zone`, an IANA zone. */
  | { readonly calendar: 'day' | 'month'; readonly zone: string }
  /** Any stretch of so many hours. */
  | { readonly hours: number };

/** What one jurisdiction says about abandoned calls. */
export interface AbandonLaw {
  /** Stays for ever: ledgers are kept under it. */
  readonly id: string;
  /** What the window is called, such as `30-day block (us-federal)`. */
  readonly name: string;
  /** Rule pack that it belongs to. */
  readonly pack: string;
  /** Id of the rule in the pack. */
  readonly rule: string;
  readonly version: string;
  readonly jurisdictions: readonly string[];
  /** Purposes it binds; absent = all. */
  readonly purposes?: readonly Purpose[];
  /** Call modes it binds. */
  readonly modes: readonly CallMode[];
  /** Largest lawful share of abandoned calls among answers by people, 0 to 1. */
  readonly limit: number;
  /** Share that the pacing should keep to; at most the limit. Absent = the limit. */
  readonly target?: number;
  readonly window: AbandonWindow;
  /** A live answer is abandoned when no agent is there after so long, counted from the answer. */
  readonly connectMilliseconds: number;
  /**
   * Share of the machine detector's verdicts that are taken for people who were hung up on, where the campaign gives
   * no estimate of its own. They count as answers and as abandoned. Absent = the law asks for no estimate.
   */
  readonly detectorErrors?: number;
  /** When calls fall under it: those whose permit was issued in [from, until). */
  readonly force: Force;
  /** Shortest rings before an unanswered call may be given up, and when they are asked for; empty = the law says nothing. */
  readonly rings: readonly { readonly seconds: number; readonly force: Force }[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Stretches of time in which a sliding window is counted. */
const BUCKET = HOUR / 4;

/** Whose calendar a law of the jurisdiction goes by: the regulator's, as calls go to several zones. */
const CALENDARS: Readonly<Record<string, string>> = {
  CA: 'America/Toronto',
  GB: 'Europe/London',
  IN: 'Asia/Kolkata',
  IT: 'Europe/Rome',
  US: 'America/New_York',
};
/**
 * Share of the detector's verdicts taken for people where a law asks for an estimate and the campaign has none: a careful
 * guess, to be replaced by a measured one.
 */
const ASSUMED_ERRORS = 0.02;

/** The laws on abandoned calls that the packs hold. */
export function abandonLawsOf(packs: readonly RulePack[]): readonly AbandonLaw[] {
  return packs.flatMap((pack) =>
    pack.rules.flatMap((rule, index) => (rule.kind === 'abandon_limit' ? [lawOf(pack, rule, index)] : [])),
  );
}

function lawOf(pack: RulePack, rule: AbandonRule, index: number): AbandonLaw {
  const errors = { known: 0, estimated: ASSUMED_ERRORS, none: undefined }[rule.detectorErrors];
  const id = ruleId(rule, index);
  return {
    id: `${pack.id}/${id}`,
    name: `${windowName(rule.window)} (${pack.id})`,
    pack: pack.id,
    rule: id,
    version: pack.version,
    jurisdictions: pack.jurisdictions,
    ...(rule.purposes !== undefined && { purposes: rule.purposes }),
    modes: rule.modes ?? [AUTOMATIC],
    limit: rule.limit,
    ...(rule.target !== undefined && { target: rule.target }),
    window:
      'calendar' in rule.window
        ? { calendar: rule.window.calendar, zone: CALENDARS[pack.jurisdictions[0] ?? ''] ?? 'UTC' }
        : rule.window,
    connectMilliseconds: rule.connectSeconds * 1000,
    ...(errors !== undefined && { detectorErrors: errors }),
    force: inForce(rule, `pack ${pack.id}, rule ${id}`),
    rings: pack.rules.flatMap((each, i) =>
      each.kind === 'ring_time' && (each.modes ?? [AUTOMATIC]).includes(AUTOMATIC)
        ? [{ seconds: each.minSeconds, force: inForce(each, `pack ${pack.id}, rule ${ruleId(each, i)}`) }]
        : [],
    ),
  };
}

const AUTOMATIC = 'predictive';

function windowName(window: AbandonRule['window']): string {
  if ('blockDays' in window) return `${window.blockDays}-day block`;
  if ('calendar' in window) return `calendar ${window.calendar}`;
  return `${window.hours} hours`;
}

/** The laws of the packs that come with the package. */
export const builtinAbandonLaws: readonly AbandonLaw[] = abandonLawsOf(builtinPacks);

const holds = ({ from, until }: Force, at: number): boolean => from <= at && at < until;

/** The laws that bind a call, by its permit. */
export function abandonLawsFor(
  laws: readonly AbandonLaw[],
  call: Pick<Permit, 'jurisdictions' | 'purpose' | 'mode' | 'issuedAt'>,
): readonly AbandonLaw[] {
  return laws.filter(
    (law) =>
      holds(law.force, call.issuedAt) &&
      law.modes.includes(call.mode) &&
      (law.purposes === undefined || law.purposes.includes(call.purpose)) &&
      law.jurisdictions.some((each) => call.jurisdictions.includes(each)),
  );
}

/** The stretch of time around `at` in which the same laws are in force: [from, until). */
export function steadyAround(laws: readonly AbandonLaw[], at: number): Force {
  let [from, until] = [-Infinity, Infinity];
  for (const { force } of laws)
    for (const change of [force.from, force.until])
      if (change <= at) from = Math.max(from, change);
      else until = Math.min(until, change);
  return { from, until };
}

/** Shortest ring, in seconds, that the laws ask for at `at`; 0 when they say nothing. */
export function minimumRingOf(laws: readonly AbandonLaw[], at: number): number {
  let seconds = 0;
  for (const { rings } of laws)
    for (const ring of rings) if (holds(ring.force, at)) seconds = Math.max(seconds, ring.seconds);
  return seconds;
}

/** How a call ended, as far as these laws look at it. Times are epoch milliseconds. */
export interface EndedCall {
  readonly outcome: string;
  readonly answeredAt?: number | undefined;
  readonly connectedAt?: number | undefined;
  readonly endedAt: number;
}

/** What one call, or many, add to a ledger. */
export interface AbandonCount {
  /** Answered by people, or by what nothing told from people. */
  readonly answers: number;
  readonly abandoned: number;
  /** Answered by what the switch took for a machine, so that no agent got the call. */
  readonly machines: number;
}

/**
 * What an ended call counts under a law; undefined when nothing. `mistaken`: the agent it was put through to had a
 * machine on the line.
 */
export function countOf(law: AbandonLaw, call: EndedCall, mistaken = false): AbandonCount | undefined {
  const { outcome, answeredAt, connectedAt, endedAt } = call;
  if (outcome === 'machine') return { answers: 0, abandoned: 0, machines: 1 };
  if (mistaken || (outcome !== 'connected' && outcome !== 'abandoned' && outcome !== 'short'))
    return undefined;
  const waited = (connectedAt ?? endedAt) - (answeredAt ?? endedAt);
  const late = waited > law.connectMilliseconds || (connectedAt === undefined && outcome === 'abandoned');
  return { answers: 1, abandoned: late ? 1 : 0, machines: 0 };
}

/** The stretch of time that a call answered at `at` is counted in: [from, until); a ledger keeps one row for each. */
export interface LedgerPeriod {
  readonly from: number;
  readonly until: number;
}

/**
 * The row of a law's ledger that holds `at`: the whole window where windows follow each other, a quarter of an hour
 * where the window slides. `startedAt`: the campaign's first start.
 */
export function periodAt(law: AbandonLaw, at: number, startedAt: number): LedgerPeriod {
  const { window } = law;
  if ('blockDays' in window) {
    const length = window.blockDays * DAY;
    const from = startedAt + Math.floor((at - startedAt) / length) * length;
    return { from, until: from + length };
  }
  if ('calendar' in window) return calendarPeriod(window.calendar, window.zone, at);
  const from = Math.floor(at / BUCKET) * BUCKET;
  return { from, until: from + BUCKET };
}

/** Until when a row still matters to a window: for what has to be restored after a restart. */
export function neededUntil(law: AbandonLaw, period: LedgerPeriod): number {
  const { window } = law;
  if (!('hours' in window)) return period.until;
  return period.until + window.hours * HOUR;
}

/** Length of a sliding window in milliseconds; undefined where windows follow each other. */
export function slidingLength(law: AbandonLaw): number | undefined {
  return 'hours' in law.window ? law.window.hours * HOUR : undefined;
}

function calendarPeriod(unit: 'day' | 'month', zone: string, at: number): LedgerPeriod {
  const table = zoneTable(zone);
  const local = new Date(at + offsetAt(table, at));
  const year = local.getUTCFullYear();
  const month = local.getUTCMonth();
  const day = unit === 'day' ? local.getUTCDate() : 1;
  const next = unit === 'day' ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1);
  return { from: instantOf(zone, Date.UTC(year, month, day)), until: instantOf(zone, next) };
}

/** The instant at which the zone's clocks show this wall time (given as if it were UTC). */
function instantOf(zone: string, wall: number): number {
  const table = zoneTable(zone);
  const guess = wall - offsetAt(table, wall);
  return wall - offsetAt(table, guess);
}

/** Where a campaign stands in one window of one law. */
export interface AbandonUse {
  /** Answers and abandoned calls with the estimate of the detector's errors in them. */
  readonly answers: number;
  readonly abandoned: number;
  /** abandoned ÷ answers; 0 without answers. */
  readonly ratio: number;
  /** Abandoned calls that the answers so far still allow; negative when the limit is passed. */
  readonly left: number;
  /** More was abandoned than the limit allows on these answers. */
  readonly over: boolean;
}

/**
 * @param detectorErrors the campaign's own estimate of the share of machine verdicts that were people; the law's
 * when absent
 */
export function abandonUse(law: AbandonLaw, count: AbandonCount, detectorErrors?: number): AbandonUse {
  const mistaken =
    law.detectorErrors === undefined ? 0 : count.machines * (detectorErrors ?? law.detectorErrors);
  const answers = count.answers + mistaken;
  const abandoned = count.abandoned + mistaken;
  const left = law.limit * answers - abandoned;
  // Sums of shares are off by some last digits.
  return { answers, abandoned, ratio: answers > 0 ? abandoned / answers : 0, left, over: left < -1e-9 };
}
