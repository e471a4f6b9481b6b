import { capOf } from './caps.js';
import { LEVELS } from './consent.js';
import { type Standing, standing } from './objections.js';
import type {
  CallerIdRule,
  ConsentRule,
  DncRule,
  NumberClassRule,
  PackRule,
  ReassignedRule,
  RecallRule,
  RingRule,
  RulePack,
} from './packs/schema.js';
import type { Combine, PreparedPack, WindowHours } from './prepared-packs.js';
import type { Schedule } from './time/schedule.js';
import { type ZoneTable, zoneTable } from './time/zone-table.js';
import type {
  CallMode,
  CampaignRules,
  ConsentLevel,
  FrequencyCap,
  Party,
  Permit,
  Purpose,
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
  {
    kind:
      | 'abandon_limit'
      | 'ring_time'
      | 'message'
      | 'caller_id'
      | 'retention'
      | 'identity'
      | 'recording_notice';
  }
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
  readonly unknown: ReadonlySet<number> | undefined;
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
  readonly reassigned: readonly (Owned<ReassignedRule> & { readonly unchecked: Standing })[];
  readonly emergencies: readonly Owner[];
  /** Who objects when a limit is passed. */
  readonly abandonLimits: readonly Owned<{ readonly limit: number }>[];
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
  /** The campaign's own hours, where it has some. */
  readonly campaignHours: Schedule | undefined;
  readonly combine: Combine;
  readonly at: number;
}

const timetableOf = (schedule: Schedule): Timetable => ({ schedule, openings: [] });

// All owned rules have one shape: what reads them at each decision is compiled for it.
function owned<T>({ id, pack, version, severity, ref, ends }: Owner, rule: T): Owned<T> {
  return { id, pack, version, severity, ref, ends, rule };
}

function compiledWindow(
  { id, pack, version, severity, ref, ends }: Owner,
  { schedule, ordinary, unknown }: WindowHours,
): CompiledWindow {
  return { id, pack, version, severity, ref, ends, timetable: timetableOf(schedule), ordinary, unknown };
}

/** Compiles the packs that apply, and the operator's rules, for decisions around `input.at`. */
export function compilePlan(packs: readonly PreparedPack[], input: PlanInput): Plan {
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
  const { baseCap } = input;
  const general = { ...own('frequency_cap'), pack: baseCap.pack, version: baseCap.version };
  const caps = [owned<FrequencyCap>({ ...general, ref: `${baseCap.pack}/frequency_cap` }, baseCap)];
  const recalls: Owned<RecallRule>[] = [];
  const consents: Owned<ConsentRule>[] = [];
  const dncLists: Owned<DncRule>[] = [];
  const revocations: Owner[] = [];
  const rings: Owned<RingRule>[] = [];
  const callerIds: Owned<CallerIdRule>[] = [];
  const classes: Owned<NumberClassRule>[] = [];
  const reassigned: Plan['reassigned'][number][] = [];
  const emergencies: Owner[] = [];
  const abandonLimits: Owned<{ readonly limit: number }>[] = [];
  const duties: Owned<Duty>[] = [];
  const bound: Plan['bound'][number][] = [];
  const permitRules: { pack: string; version: string; rules: RuleKind[] }[] = [
    { pack: input.baseCap.pack, version: input.baseCap.version, rules: ['dnc', 'consent', 'frequency_cap'] },
  ];

  for (const { pack, rules } of packs) {
    const kinds = new Set<RuleKind>();
    for (const prepared of rules) {
      const { rule, owner, force, id } = prepared;
      if (rule.purposes !== undefined && !rule.purposes.includes(input.purpose)) continue;
      if (rule.modes !== undefined && !rule.modes.includes(input.mode)) continue;
      if (rule.parties !== undefined && !rule.parties.includes(input.party)) continue;
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
      switch (rule.kind) {
        case 'calling_window':
          if (LEVELS.covers(input.consent, rule.exceptConsent)) continue;
          (owner.severity === 'block' ? windows : adviceWindows).push(
            compiledWindow(owner, prepared.hours(year)),
          );
          break;
        case 'frequency_cap':
          caps.push(owned(owner, { ...capOf(rule), id, pack: pack.id, version: pack.version }));
          break;
        case 'recall_delay':
          recalls.push(owned(owner, rule));
          break;
        case 'consent':
          consents.push(owned(owner, rule));
          break;
        case 'revocation':
          revocations.push(owner);
          break;
        case 'dnc':
          dncLists.push(owned(owner, rule));
          break;
        case 'emergency_area':
          emergencies.push(owner);
          break;
        case 'number_class':
          classes.push(owned(owner, rule));
          break;
        case 'reassigned':
          reassigned.push({
            ...owned(owner, rule),
            unchecked: standing(owner, 'reassigned', {
              code: 'reassigned_unchecked',
              detail: 'the number was not checked against the database of reassigned numbers',
              inputs: { maxAgeDays: rule.maxAgeDays },
            }),
          });
          break;
        case 'abandon_limit':
          abandonLimits.push(owned(owner, rule));
          duties.push(owned(owner, rule));
          break;
        case 'ring_time':
          rings.push(owned(owner, rule));
          duties.push(owned(owner, rule));
          break;
        case 'caller_id':
          callerIds.push(owned(owner, rule));
          duties.push(owned(owner, rule));
          break;
        case 'message':
        case 'retention':
        case 'identity':
          duties.push(owned(owner, rule));
          break;
        case 'recording_notice':
          duties.push(owned(owner, rule));
          // The permit names it where it binds: what is only advised stops no recording.
          if (owner.severity !== 'block') continue;
          break;
      }
      kinds.add(rule.kind);
      bound.push({ pack, id, rule });
    }
    permitRules.push({ pack: pack.id, version: pack.version, rules: [...kinds] });
  }

  const ownKinds = new Set<RuleKind>();
  const base = { source: 'campaign rules', confidence: 'primary' } as const;
  if (input.campaignHours !== undefined) {
    const schedule = input.campaignHours;
    windows.push(compiledWindow(own('calling_window'), { schedule, ordinary: schedule, unknown: undefined }));
    ownKinds.add('calling_window');
  }
  if (campaign.requireConsent !== undefined) {
    const rule: ConsentRule = { kind: 'consent', level: campaign.requireConsent, ...base };
    consents.push(owned(own('consent'), rule));
    ownKinds.add('consent');
  }
  if (campaign.maxAttemptsPerDay !== undefined) {
    const rule = { max: campaign.maxAttemptsPerDay, seconds: 86_400, pack: 'campaign', version };
    caps.push(owned(own('frequency_cap'), rule));
    ownKinds.add('frequency_cap');
  }
  if (campaign.minSpacingSeconds !== undefined) {
    const wait = { seconds: campaign.minSpacingSeconds };
    const rule: RecallRule = { kind: 'recall_delay', after: 'attempt', wait, ...base };
    recalls.push(owned(own('recall_delay'), rule));
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
    combined: timetableOf(input.combine(windows.map(({ timetable }) => timetable.schedule))),
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
