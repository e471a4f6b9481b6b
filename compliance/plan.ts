import { holidayDays } from './holidays/dates.js';
import type { ConsentRule, DncRule, PackRule, RecallRule, RulePack, WindowRule } from './packs/schema.js';
import { parseDate } from './packs/validate.js';
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
import { type ZoneTable, zoneTable } from './time/zone-table.js';
import type {
  CallMode,
  CampaignRules,
  ConsentLevel,
  FrequencyCap,
  Permit,
  Purpose,
  RuleKind,
} from './types.js';

/** A rule together with the pack it comes from. */
export interface Owned<T> {
  readonly rule: T;
  readonly pack: string;
  readonly version: string;
}

/** Opening hours, with the latest openings that were worked out from them. */
export interface Timetable {
  readonly schedule: Schedule;
  readonly openings: OpeningMemo[];
}

/** One pack's calling window, ready to evaluate. */
export interface CompiledWindow {
  readonly timetable: Timetable;
  /** The same week without holidays, to tell a holiday from an ordinary closing. */
  readonly ordinary: Schedule;
  readonly pack: string;
  readonly version: string;
}

/** Everything that applies to one kind of call to one kind of place, for a stretch of time. */
export interface Plan {
  /** Valid for decisions at [from, until), epoch ms: rules have dates. */
  readonly from: number;
  readonly until: number;
  readonly zones: readonly string[];
  readonly tables: readonly ZoneTable[];
  readonly jurisdictions: readonly string[];
  /** Countries among them that no pack governs. */
  readonly ungoverned: readonly string[];
  readonly permitRules: Permit['rules'];
  /** Intersection of all windows. */
  readonly combined: Timetable;
  readonly windows: readonly CompiledWindow[];
  readonly caps: readonly FrequencyCap[];
  readonly recalls: readonly Owned<RecallRule>[];
  readonly consents: readonly Owned<ConsentRule>[];
  readonly dncLists: readonly Owned<DncRule>[];
}

/**
 * An opening that was worked out on a day (UTC days since 1970) for `lead` ms to spare: from `searched` on,
 * no call may be placed before `from`, and any call in [from, to). `from` is Infinity when nothing opens
 * before `to`.
 */
export interface OpeningMemo {
  readonly day: number;
  readonly lead: number;
  readonly searched: number;
  readonly from: number;
  readonly to: number;
}

/** What a plan depends on. */
export interface PlanInput {
  readonly zones: readonly string[];
  readonly jurisdictions: readonly string[];
  readonly ungoverned: readonly string[];
  /** Cap that holds for every number. */
  readonly baseCap: FrequencyCap;
  readonly purpose: Purpose;
  readonly mode: CallMode;
  readonly consent: ConsentLevel | undefined;
  readonly campaign: CampaignRules;
  readonly at: number;
}

// The first and the last place on earth where a date begins or ends: rules bind a little early and long.
const EARLIEST_DATE_START = -14 * 3_600_000;
const LATEST_DATE_START = 12 * 3_600_000;

function inForce(rule: PackRule, field: string): { from: number; until: number } {
  return {
    from:
      rule.effectiveFrom === undefined
        ? -Infinity
        : parseDate(rule.effectiveFrom, field) + EARLIEST_DATE_START,
    until: rule.effectiveTo === undefined ? Infinity : parseDate(rule.effectiveTo, field) + LATEST_DATE_START,
  };
}

const covers = (given: ConsentLevel | undefined, asked: ConsentLevel | undefined): boolean =>
  asked !== undefined && (given === 'written' || given === asked);

const timetableOf = (schedule: Schedule): Timetable => ({ schedule, openings: [] });

function compileWindow(rule: WindowRule, pack: RulePack, field: string, year: number): CompiledWindow {
  const week = parseWeek(rule.hours, `${field}.hours`);
  const ordinary: Schedule = { week, dates: new Map() };
  const owner = { pack: pack.id, version: pack.version };
  if (rule.holidays === undefined && rule.holidayEves === undefined)
    return { timetable: timetableOf(ordinary), ordinary, ...owner };
  const dates = new Map<number, DayIntervals>();
  const days = new Set<number>();
  // The year before and after too: a deferral may reach into them, and eves and observed days cross over.
  for (const y of [year - 1, year, year + 1])
    for (const day of holidayDays(pack.holidays ?? [], y)) days.add(day);
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
    for (const day of days) dates.set(day, hours);
  }
  return { timetable: timetableOf({ week, dates }), ordinary, ...owner };
}

/** Schedule that is open when all of them are. */
function combine(windows: readonly CompiledWindow[]): Schedule {
  const all = (hours: (window: CompiledWindow) => DayIntervals): DayIntervals =>
    windows.reduce<DayIntervals>((open, window) => intersect(open, hours(window)), ALWAYS);
  const week = [0, 1, 2, 3, 4, 5, 6].map((weekday) => all((w) => w.timetable.schedule.week[weekday]!));
  const dates = new Map<number, DayIntervals>();
  for (const window of windows)
    for (const day of window.timetable.schedule.dates.keys())
      if (!dates.has(day))
        dates.set(
          day,
          all((w) => intervalsOn(w.timetable.schedule, day)),
        );
  return { week, dates };
}

/** Compiles the packs that apply, and the operator's rules, for decisions around `input.at`. */
export function compilePlan(packs: readonly RulePack[], input: PlanInput): Plan {
  const { campaign } = input;
  const version = campaign.version ?? '1';
  const year = new Date(input.at).getUTCFullYear();
  let from = Date.UTC(year, 0, 1);
  let until = Date.UTC(year + 1, 0, 1);
  const windows: CompiledWindow[] = [];
  const caps: FrequencyCap[] = [input.baseCap];
  const recalls: Owned<RecallRule>[] = [];
  const consents: Owned<ConsentRule>[] = [];
  const dncLists: Owned<DncRule>[] = [];
  const permitRules: { pack: string; version: string; rules: RuleKind[] }[] = [
    { pack: input.baseCap.pack, version: input.baseCap.version, rules: ['dnc', 'consent', 'frequency_cap'] },
  ];

  for (const pack of packs) {
    const kinds = new Set<RuleKind>();
    for (const [i, rule] of pack.rules.entries()) {
      const field = `pack ${pack.id}, rule ${i + 1} (${rule.kind})`;
      if (rule.purposes !== undefined && !rule.purposes.includes(input.purpose)) continue;
      if (rule.modes !== undefined && !rule.modes.includes(input.mode)) continue;
      const force = inForce(rule, field);
      if (input.at < force.from) {
        until = Math.min(until, force.from);
        continue;
      }
      if (input.at >= force.until) {
        from = Math.max(from, force.until);
        continue;
      }
      from = Math.max(from, force.from);
      until = Math.min(until, force.until);
      const owned = { pack: pack.id, version: pack.version };
      switch (rule.kind) {
        case 'calling_window':
          if (covers(input.consent, rule.exceptConsent)) continue;
          windows.push(compileWindow(rule, pack, field, year));
          break;
        case 'frequency_cap':
          caps.push({
            max: rule.max,
            seconds: rule.seconds,
            ...owned,
            ...(rule.exceptTransactionDays !== undefined && {
              exceptTransactionDays: rule.exceptTransactionDays,
            }),
          });
          break;
        case 'recall_delay':
          recalls.push({ rule, ...owned });
          break;
        case 'consent':
          consents.push({ rule, ...owned });
          break;
        case 'dnc':
          dncLists.push({ rule, ...owned });
          break;
      }
      kinds.add(rule.kind);
    }
    permitRules.push({ pack: pack.id, version: pack.version, rules: [...kinds] });
  }

  const own = new Set<RuleKind>();
  const base = { source: 'campaign rules', confidence: 'primary' } as const;
  if (campaign.hours !== undefined) {
    const week = parseWeek(campaign.hours, 'campaign hours');
    const schedule = { week, dates: new Map() };
    windows.push({ timetable: timetableOf(schedule), ordinary: schedule, pack: 'campaign', version });
    own.add('calling_window');
  }
  if (campaign.requireConsent !== undefined) {
    consents.push({
      rule: { kind: 'consent', level: campaign.requireConsent, ...base },
      pack: 'campaign',
      version,
    });
    own.add('consent');
  }
  if (campaign.maxAttemptsPerDay !== undefined) {
    caps.push({ max: campaign.maxAttemptsPerDay, seconds: 86_400, pack: 'campaign', version });
    own.add('frequency_cap');
  }
  if (campaign.minSpacingSeconds !== undefined) {
    const wait = { seconds: campaign.minSpacingSeconds };
    recalls.push({
      rule: { kind: 'recall_delay', after: 'attempt', wait, ...base },
      pack: 'campaign',
      version,
    });
    own.add('recall_delay');
  }
  if (own.size > 0) permitRules.push({ pack: 'campaign', version, rules: [...own] });

  return {
    from,
    until,
    zones: input.zones,
    tables: input.zones.map(zoneTable),
    jurisdictions: input.jurisdictions,
    ungoverned: input.ungoverned,
    permitRules,
    combined: timetableOf(combine(windows)),
    windows,
    caps,
    recalls,
    consents,
    dncLists,
  };
}
