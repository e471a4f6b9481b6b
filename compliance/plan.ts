import { capOf } from './caps.js';
import { LEVELS } from './consent.js';
import { packHolidays } from './holidays/pack-holidays.js';
import { inForce } from './packs/in-force.js';
import {
  type CallerIdRule,
  type ConsentRule,
  type DncRule,
  type NumberClassRule,
  type PackRule,
  type ReassignedRule,
  type RecallRule,
  type RingRule,
  type RulePack,
  ruleId,
  type WindowRule,
} from './packs/schema.js';
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
  Party,
  Permit,
  Purpose,
  Reason,
  RuleKind,
  Severity,
} from './types.js';

/** What an objection is signed with. */
export interface Owner {
  readonly id: string;
  readonly pack: string;
  readonly version: string;
  readonly severity: Severity;
  /** `pack/id`, as permits name it. */
  readonly ref: string;
  /** When the rule ceases to bind, epoch ms: no objection outlasts it. Infinity = never. */
  readonly ends: number;
}

/** A rule together with where it comes from. */
export interface Owned<T> extends Owner {
  readonly rule: T;
}

/** Rules of a pack that say nothing about whether a call may be placed now, but what is to be done about it. */
export type Duty = Extract<
  PackRule,
  { kind: 'abandon_limit' | 'ring_time' | 'message' | 'caller_id' | 'retention' | 'identity' }
>;

/** Opening hours, with the latest openings that were worked out from them. */
export interface Timetable {
  readonly schedule: Schedule;
  readonly openings: OpeningMemo[];
}

/** One pack's calling window, ready to evaluate. */
export interface CompiledWindow extends Owner {
  readonly timetable: Timetable;
  /** The same week without holidays, to tell a holiday from an ordinary closing. */
  readonly ordinary: Schedule;
  /** Local dates whose holidays are not known: closed. */
  readonly unknown?: ReadonlySet<number>;
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
  /** Intersection of all windows that forbid. */
  readonly combined: Timetable;
  readonly windows: readonly CompiledWindow[];
  /** Windows that only warn or report. */
  readonly adviceWindows: readonly CompiledWindow[];
  readonly caps: readonly Owned<FrequencyCap>[];
  /** Those of them that forbid, and count attempts. */
  readonly attemptCaps: readonly FrequencyCap[];
  readonly recalls: readonly Owned<RecallRule>[];
  readonly consents: readonly Owned<ConsentRule>[];
  readonly dncLists: readonly Owned<DncRule>[];
  /** Does a refusal on any subject end calls on all? */
  readonly revocations: readonly Owner[];
  readonly rings: readonly Owned<RingRule>[];
  readonly callerIds: readonly Owned<CallerIdRule>[];
  readonly classes: readonly Owned<NumberClassRule>[];
  /** With the objection to a call whose number was not checked, which most lists bring up at every call. */
  readonly reassigned: readonly (Owned<ReassignedRule> & { readonly unchecked: Reason })[];
  readonly emergencies: readonly Owner[];
  /** By `pack/rule`: who objects when the limit is passed. */
  readonly abandonLimits: ReadonlyMap<string, Owned<{ readonly limit: number }>>;
  readonly duties: readonly Owned<Duty>[];
  /** Every rule of the packs that binds, for explanations. */
  readonly bound: readonly { readonly pack: RulePack; readonly id: string; readonly rule: PackRule }[];
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
  readonly party: Party;
  readonly consent: ConsentLevel | undefined;
  readonly campaign: CampaignRules;
  readonly at: number;
}

const timetableOf = (schedule: Schedule): Timetable => ({ schedule, openings: [] });

function compileWindow(rule: WindowRule, pack: RulePack, owner: Owner, year: number): CompiledWindow {
  const field = `pack ${pack.id}, rule ${owner.id}`;
  const week = parseWeek(rule.hours, `${field}.hours`);
  const ordinary: Schedule = { week, dates: new Map() };
  if (rule.holidays === undefined && rule.holidayEves === undefined)
    return { timetable: timetableOf(ordinary), ordinary, ...owner };
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
  return {
    timetable: timetableOf({ week, dates }),
    ordinary,
    ...(unknown.size > 0 && { unknown }),
    ...owner,
  };
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
  const adviceWindows: CompiledWindow[] = [];
  const own = (id: RuleKind): Owner => ({
    id,
    pack: 'campaign',
    version,
    severity: 'block',
    ref: `campaign/${id}`,
    ends: Infinity,
  });
  const caps: Owned<FrequencyCap>[] = [
    {
      rule: input.baseCap,
      id: 'frequency_cap',
      pack: input.baseCap.pack,
      version: input.baseCap.version,
      severity: 'block',
      ref: `${input.baseCap.pack}/frequency_cap`,
      ends: Infinity,
    },
  ];
  const recalls: Owned<RecallRule>[] = [];
  const consents: Owned<ConsentRule>[] = [];
  const dncLists: Owned<DncRule>[] = [];
  const revocations: Owner[] = [];
  const rings: Owned<RingRule>[] = [];
  const callerIds: Owned<CallerIdRule>[] = [];
  const classes: Owned<NumberClassRule>[] = [];
  const reassigned: Plan['reassigned'][number][] = [];
  const emergencies: Owner[] = [];
  const abandonLimits = new Map<string, Owned<{ readonly limit: number }>>();
  const duties: Owned<Duty>[] = [];
  const bound: Plan['bound'][number][] = [];
  const permitRules: { pack: string; version: string; rules: RuleKind[] }[] = [
    { pack: input.baseCap.pack, version: input.baseCap.version, rules: ['dnc', 'consent', 'frequency_cap'] },
  ];

  for (const pack of packs) {
    const kinds = new Set<RuleKind>();
    for (const [i, rule] of pack.rules.entries()) {
      const id = ruleId(rule, i);
      if (rule.purposes !== undefined && !rule.purposes.includes(input.purpose)) continue;
      if (rule.modes !== undefined && !rule.modes.includes(input.mode)) continue;
      if (rule.parties !== undefined && !rule.parties.includes(input.party)) continue;
      const force = inForce(rule, `pack ${pack.id}, rule ${id}`);
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
      const { severity = 'block' } = rule;
      const owner: Owner = {
        id,
        pack: pack.id,
        version: pack.version,
        severity,
        ref: `${pack.id}/${id}`,
        ends: force.until,
      };
      switch (rule.kind) {
        case 'calling_window':
          if (LEVELS.covers(input.consent, rule.exceptConsent)) continue;
          (severity === 'block' ? windows : adviceWindows).push(compileWindow(rule, pack, owner, year));
          break;
        case 'frequency_cap':
          caps.push({ rule: { ...capOf(rule), id, pack: pack.id, version: pack.version }, ...owner });
          break;
        case 'recall_delay':
          recalls.push({ rule, ...owner });
          break;
        case 'consent':
          consents.push({ rule, ...owner });
          break;
        case 'revocation':
          revocations.push(owner);
          break;
        case 'dnc':
          dncLists.push({ rule, ...owner });
          break;
        case 'emergency_area':
          emergencies.push(owner);
          break;
        case 'number_class':
          classes.push({ rule, ...owner });
          break;
        case 'reassigned':
          reassigned.push({
            rule,
            ...owner,
            unchecked: {
              rule: 'reassigned',
              id,
              pack: pack.id,
              version: pack.version,
              ...(severity !== 'block' && { severity }),
              detail: 'the number was not checked against the database of reassigned numbers',
              inputs: { maxAgeDays: rule.maxAgeDays },
              ...(force.until < Infinity && { until: force.until }),
            },
          });
          break;
        case 'abandon_limit':
          abandonLimits.set(owner.ref, { rule, ...owner });
          duties.push({ rule, ...owner });
          break;
        case 'ring_time':
          rings.push({ rule, ...owner });
          duties.push({ rule, ...owner });
          break;
        case 'caller_id':
          callerIds.push({ rule, ...owner });
          duties.push({ rule, ...owner });
          break;
        case 'message':
        case 'retention':
        case 'identity':
          duties.push({ rule, ...owner });
          break;
      }
      kinds.add(rule.kind);
      bound.push({ pack, id, rule });
    }
    permitRules.push({ pack: pack.id, version: pack.version, rules: [...kinds] });
  }

  const ownKinds = new Set<RuleKind>();
  const base = { source: 'campaign rules', confidence: 'primary' } as const;
  if (campaign.hours !== undefined) {
    const week = parseWeek(campaign.hours, 'campaign hours');
    const schedule = { week, dates: new Map() };
    windows.push({ timetable: timetableOf(schedule), ordinary: schedule, ...own('calling_window') });
    ownKinds.add('calling_window');
  }
  if (campaign.requireConsent !== undefined) {
    const rule: ConsentRule = { kind: 'consent', level: campaign.requireConsent, ...base };
    consents.push({ rule, ...own('consent') });
    ownKinds.add('consent');
  }
  if (campaign.maxAttemptsPerDay !== undefined) {
    const rule = { max: campaign.maxAttemptsPerDay, seconds: 86_400, pack: 'campaign', version };
    caps.push({ rule, ...own('frequency_cap') });
    ownKinds.add('frequency_cap');
  }
  if (campaign.minSpacingSeconds !== undefined) {
    const wait = { seconds: campaign.minSpacingSeconds };
    const rule: RecallRule = { kind: 'recall_delay', after: 'attempt', wait, ...base };
    recalls.push({ rule, ...own('recall_delay') });
    ownKinds.add('recall_delay');
  }
  if (ownKinds.size > 0) permitRules.push({ pack: 'campaign', version, rules: [...ownKinds] });

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
    adviceWindows,
    caps,
    attemptCaps: caps
      .filter(({ rule, severity }) => severity === 'block' && rule.count !== 'connects')
      .map(({ rule }) => rule),
    recalls,
    consents,
    dncLists,
    revocations,
    rings,
    callerIds,
    classes,
    reassigned,
    emergencies,
    abandonLimits,
    duties,
    bound,
  };
}
