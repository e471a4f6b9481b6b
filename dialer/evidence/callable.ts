/**
 * What if the whole list were called now: how many contacts are callable, later and when, never and why. Looked at in
 * small slices between which everything else goes on; nothing is leased or changed.
 */
import {
  type AbandonStanding,
  type DncListVersion,
  type EmergencyArea,
  type Facts,
  type Gate,
  type Reason,
  type Request,
  type Verdict,
  zonesOfNumber,
} from '../../compliance/index.js';
import { factsOf, judge, requestOf } from '../core/call-facts.js';
import { scopeOf } from '../core/consent.js';
import type { CampaignSettings, EpochMilliseconds, Lead, LeadNumber } from '../core/model.js';
import { lookedUp } from '../lists/looked-up.js';
import type { PeekedLead, Store } from '../store/port.js';

/** What the decisions need besides the contacts. */
export interface CallableWorld {
  readonly settings: CampaignSettings;
  readonly gate: Gate;
  /** Overdrawn windows of the campaign's abandon ledgers. */
  readonly standings: readonly AbandonStanding[];
  readonly emergencyAreas: readonly EmergencyArea[];
  readonly registries: readonly DncListVersion[];
  readonly listsOf: (number: string) => readonly string[];
}

export interface NumberVerdict {
  readonly number: string;
  readonly verdict: 'allow' | 'defer' | 'deny' | 'dead';
  readonly until?: EpochMilliseconds;
  readonly reasons: readonly Pick<Reason, 'rule' | 'pack' | 'code' | 'detail' | 'inputs'>[];
}

export interface CallableReport {
  contacts: number;
  callableNow: number;
  /** Lawful, but the contact's own next time (a retry, a callback) has not come. */
  later: number;
  never: number;
  /** Done in this campaign, by reason. */
  readonly done: Record<string, number>;
  /** In a call, or leased for one. */
  busy: number;
  /** Contacts that are callable later, by the hour in which they become so (ISO 8601). */
  readonly laterByHour: Record<string, number>;
  /** Rules that object to contacts that are not callable now: a contact counts for each. */
  readonly byReason: Record<string, number>;
  readonly zones: Record<string, { contacts: number; callableNow: number; nextOpensAt?: EpochMilliseconds }>;
}

const CONTACTS_AT_ONCE = 250;
const HOUR = 3_600_000;
/** More zones than this, of contacts that may be in several, are counted together. */
const MOST_ZONES = 500;

/** May each of the contact's numbers be called at `now`, and why not? */
export function verdictsOf(
  lead: Lead,
  world: CallableWorld,
  now: EpochMilliseconds,
): readonly NumberVerdict[] {
  const complete = lookedUp(lead, world.listsOf);
  return complete.numbers.map((number) => verdictOf(complete, number, world, now));
}

function verdictOf(
  lead: Lead,
  number: LeadNumber,
  world: CallableWorld,
  now: EpochMilliseconds,
): NumberVerdict {
  const { e164 } = number;
  if (number.dead) return { number: e164, verdict: 'dead', reasons: [] };
  const { verdict, until, reasons } = judgeNumber(lead, number, world, now).verdict;
  return {
    number: e164,
    verdict,
    ...(until === undefined ? {} : { until }),
    reasons: reasons.map(({ rule, pack, code, detail, inputs }) => ({ rule, pack, code, detail, inputs })),
  };
}

/** What the engine would ask of one of the contact's numbers at `now`, and what the gate answers. */
export function judgeNumber(
  lead: Lead,
  number: LeadNumber,
  world: CallableWorld,
  now: EpochMilliseconds,
): { readonly request: Request; readonly facts: Facts; readonly verdict: Verdict } {
  const { settings, gate, emergencyAreas, standings } = world;
  const request = requestOf(settings, number.e164, lead.party);
  const known = factsOf(world, lead, number, gate.lookbackSeconds);
  const facts = emergencyAreas.length === 0 ? known : { ...known, emergencyAreas };
  return { request, facts, verdict: judge(world, standings, request, facts, now) };
}

export async function callableContacts(
  store: Pick<Store, 'peekLeads'>,
  world: CallableWorld,
  now: EpochMilliseconds,
  progress: (contacts: number) => void = () => undefined,
  stopped: () => boolean = () => false,
): Promise<CallableReport> {
  const { settings, gate } = world;
  const report: CallableReport = {
    contacts: 0,
    callableNow: 0,
    later: 0,
    never: 0,
    done: {},
    busy: 0,
    laterByHour: {},
    byReason: {},
    zones: {},
  };
  let cursor: string | undefined;
  do {
    const page = await store.peekLeads({
      campaignId: settings.id,
      scope: scopeOf(settings),
      lookbackSeconds: gate.lookbackSeconds,
      now,
      limit: CONTACTS_AT_ONCE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const lead of page.items) count(report, lead, world, now);
    progress(report.contacts);
    cursor = page.nextCursor;
    // Timers and sockets have their turn between two slices.
    await new Promise((resolve) => setImmediate(resolve));
  } while (cursor !== undefined && !stopped());
  return report;
}

function count(report: CallableReport, lead: PeekedLead, world: CallableWorld, now: EpochMilliseconds): void {
  report.contacts += 1;
  if (lead.state === 'done') {
    report.done[lead.doneReason] = (report.done[lead.doneReason] ?? 0) + 1;
    return;
  }
  if (lead.state === 'leased' || lead.state === 'pending') report.busy += 1;
  const verdicts = verdictsOf(lead, world, now);
  const callable = verdicts.some(({ verdict }) => verdict === 'allow');
  const until = Math.min(
    ...verdicts.map((each) => (each.verdict === 'defer' ? (each.until ?? Infinity) : Infinity)),
  );
  if (callable) report.callableNow += 1;
  else if (Number.isFinite(until)) {
    report.later += 1;
    const hour = new Date(Math.floor(until / HOUR) * HOUR).toISOString();
    report.laterByHour[hour] = (report.laterByHour[hour] ?? 0) + 1;
  } else report.never += 1;
  if (!callable) {
    const rules = new Set(
      verdicts.flatMap(({ verdict, reasons }) =>
        verdict === 'dead' ? ['dead_number'] : reasons.map(({ rule }) => rule),
      ),
    );
    for (const rule of rules) report.byReason[rule] = (report.byReason[rule] ?? 0) + 1;
  }
  countZone(report, lead, callable, until);
}

function countZone(
  report: CallableReport,
  lead: PeekedLead,
  callable: boolean,
  until: EpochMilliseconds,
): void {
  const first = lead.numbers[0]?.e164;
  const possible = lead.timeZone !== '' ? [lead.timeZone] : first === undefined ? [] : zonesOfNumber(first);
  let name =
    possible.length === 0
      ? 'unknown'
      : possible.length > 3
        ? `one of ${possible.length} zones`
        : possible.join(' or ');
  if (report.zones[name] === undefined && Object.keys(report.zones).length >= MOST_ZONES) name = 'others';
  report.zones[name] ??= { contacts: 0, callableNow: 0 };
  const zone = report.zones[name] as CallableReport['zones'][string];
  zone.contacts += 1;
  if (callable) zone.callableNow += 1;
  else if (Number.isFinite(until)) zone.nextOpensAt = Math.min(until, zone.nextOpensAt ?? Infinity);
}
