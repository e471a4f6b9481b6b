import type { ConsentRule, DncRule, PackRule, RecallRule, RulePack, WindowRule } from './packs/schema.js';
import { type DayIntervals, intersect, parseIntervals, parseWeek, type Schedule } from './time/schedule.js';
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

/** One pack's calling window, ready to evaluate. */
export interface CompiledWindow {
  readonly schedule: Schedule;
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
  readonly permitRules: Permit['rules'];
  /** Intersection of all windows. */
  readonly schedule: Schedule;
  readonly windows: readonly CompiledWindow[];
  readonly caps: readonly FrequencyCap[];
  readonly recalls: readonly Owned<RecallRule>[];
  readonly consents: readonly Owned<ConsentRule>[];
  readonly dncLists: readonly Owned<DncRule>[];
  /** The latest openings that were worked out. */
  readonly openings: OpeningMemo[];
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
  readonly purpose: Purpose;
  readonly mode: CallMode;
  readonly consent: ConsentLevel | undefined;
  readonly campaign: CampaignRules;
  readonly at: number;
}

// The first and the last place on earth where a date begins or ends: rules bind a little early and long.
const EARLIEST_DATE_START = -14 * 3_600_000;
const LATEST_DATE_START = 12 * 3_600_000;

function dateOf(text: string, field: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at)) throw new Error(`${field}: '${text}' is not a date; write YYYY-MM-DD`);
  return at;
}

function inForce(rule: PackRule, field: string): { from: number; until: number } {
  return {
    from:
      rule.effectiveFrom === undefined ? -Infinity : dateOf(rule.effectiveFrom, field) + EARLIEST_DATE_START,
    until: rule.effectiveTo === undefined ? Infinity : dateOf(rule.effectiveTo, field) + LATEST_DATE_START,
  };
}

const covers = (given: ConsentLevel | undefined, asked: ConsentLevel | undefined): boolean =>
  asked !== undefined && (given === 'written' || given === asked);

function compileWindow(rule: WindowRule, pack: RulePack, field: string): CompiledWindow {
  const week = parseWeek(rule.hours, `${field}.hours`);
  const ordinary: Schedule = { week, dates: new Map() };
  return { schedule: ordinary, ordinary, pack: pack.id, version: pack.version };
}

/** Schedule that is open when all of them are. */
function combine(windows: readonly CompiledWindow[]): Schedule {
  const always: DayIntervals = parseIntervals(['00:00-24:00'], 'always');
  const days = new Set(windows.flatMap((w) => [...w.schedule.dates.keys()]));
  const week = [0, 1, 2, 3, 4, 5, 6].map((weekday) =>
    windows.reduce<DayIntervals>((open, w) => intersect(open, w.schedule.week[weekday]!), always),
  );
  const dates = new Map<number, DayIntervals>();
  for (const day of days) {
    const weekday = (((day + 4) % 7) + 7) % 7;
    dates.set(
      day,
      windows.reduce<DayIntervals>(
        (open, w) => intersect(open, w.schedule.dates.get(day) ?? w.schedule.week[weekday]!),
        always,
      ),
    );
  }
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
  const caps: FrequencyCap[] = [];
  const recalls: Owned<RecallRule>[] = [];
  const consents: Owned<ConsentRule>[] = [];
  const dncLists: Owned<DncRule>[] = [];
  const permitRules: { pack: string; version: string; rules: RuleKind[] }[] = [];

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
          windows.push(compileWindow(rule, pack, field));
          break;
        case 'frequency_cap':
          caps.push({
            max: rule.max,
            seconds: rule.seconds,
            ...owned,
            ...(rule.exceptTransactionDays !== undefined && {
              exceptRelationshipDays: rule.exceptTransactionDays,
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

  const own = new Set<RuleKind>(['dnc']);
  const base = { source: 'campaign rules', confidence: 'primary' } as const;
  if (campaign.hours !== undefined) {
    const week = parseWeek(campaign.hours, 'campaign hours');
    const schedule = { week, dates: new Map() };
    windows.push({ schedule, ordinary: schedule, pack: 'campaign', version });
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
  permitRules.push({ pack: 'campaign', version, rules: [...own] });

  return {
    from,
    until,
    zones: input.zones,
    tables: input.zones.map(zoneTable),
    jurisdictions: input.jurisdictions,
    permitRules,
    schedule: combine(windows),
    windows,
    caps,
    recalls,
    consents,
    dncLists,
    openings: [],
  };
}
