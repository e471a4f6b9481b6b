import { capOf } from './caps.js';
import { consentInForce, LEVELS } from './consent.js';
import { type Duties, dutiesOf } from './duties.js';
import { inputFaults, MODES, PARTIES, PURPOSES } from './input-faults.js';
import type { Objections } from './objections.js';
import { builtinPacks } from './packs/index.js';
import type { Confidence, RulePack } from './packs/schema.js';
import { validatePacks } from './packs/validate.js';
import { ruleInWords } from './packs/words.js';
import { compilePlan, type Plan } from './plan.js';
import { type PostalPlace, placeOfPostalCode } from './postal/postal-codes.js';
import { combiner, type PreparedPack, preparePack } from './prepared-packs.js';
import { ask } from './rules.js';
import { localName } from './time/opening.js';
import { parseWeek } from './time/schedule.js';
import { LATEST_INSTANT, tzdataVersion } from './time/zone-table.js';
import type {
  CampaignRules,
  ConsentLevel,
  Facts,
  FrequencyCap,
  Permit,
  Request,
  RuleKind,
  Severity,
  Verdict,
} from './types.js';
import { type Place, placeOfNumber } from './zones/number-zones.js';
import { possibleJurisdictions, possibleZones } from './zones/possible-zones.js';

/** How a gate is set up. */
export interface GateOptions {
  /** Default: all packs that come with the package. */
  readonly packs?: readonly RulePack[];
  /** The operator's own rules, which only narrow. */
  readonly campaign?: CampaignRules;
  /** Attempts to one number in any rolling 24 hours, across campaigns, where no rule is stricter. Default 3. */
  readonly maxAttemptsPerDay?: number;
  /** Seconds to spare, beyond the ringing time, before a calling window closes. Default 30. */
  readonly answerMarginSeconds?: number;
  /** Longest life of a permit in seconds. Default 60. */
  readonly permitSeconds?: number;
  /**
   * What to do about registries that a pack asks for and that were not looked up: `required` refuses the
   * call, `if-present` only checks those that were (and refuses the ones that are too old). Default `if-present`.
   */
  readonly registries?: 'required' | 'if-present';
}

/** What is applied to a call, as in a permit. */
export type Scope = Pick<Permit, 'rules' | 'zones' | 'local' | 'jurisdictions' | 'tzdata'>;

/** A rule that binds a call, in words. */
export interface ExplainedRule {
  readonly id: string;
  readonly rule: RuleKind;
  readonly severity: Severity;
  readonly detail: string;
  readonly source: string;
  readonly confidence: Confidence;
}

/** What a call pulls in. */
export interface Explanation extends Omit<Scope, 'rules'> {
  readonly packs: readonly {
    readonly id: string;
    readonly title: string;
    readonly version: string;
    /** When its sources were last checked, YYYY-MM-DD. */
    readonly asOf: string;
    readonly notes?: string;
    readonly rules: readonly ExplainedRule[];
  }[];
}

/** Decides calls for one campaign. Pure; it keeps compiled rules, never facts. */
export interface Gate {
  /** May the call be placed at `now` (epoch ms)? Malformed input is refused, never thrown at the caller. */
  decide(request: Request, facts: Facts, now: number): Verdict;
  /**
   * Caps that bind a call, for the store to check again inside the transaction that records the intent.
   * Only the number, purpose and mode of the request and the place and consent of the facts matter. Caps on
   * conversations are left out: a number is in one live call at most, so they cannot be overtaken.
   */
  caps(request: Request, facts: Facts, now: number): readonly FrequencyCap[];
  /** What would be applied to a call: for explanations, whatever the verdict. Undefined for malformed input. */
  scope(request: Request, facts: Facts, now: number): Scope | undefined;
  /** What the packs ask of the call besides: ringing, messages, the shown number, records. Undefined for malformed input. */
  duties(request: Request, facts: Facts, now: number): Duties | undefined;
  /** What would be applied to a call, rule by rule in plain words. Undefined for malformed input. */
  explain(request: Request, facts: Facts, now: number): Explanation | undefined;
  /** How far back `facts.attempts.at` must reach, in seconds: the longest period of any cap. */
  readonly lookbackSeconds: number;
}

/**
 * A call is deferred at most so far; what becomes lawful only later is denied. Longer than any wait that a built-in
 * pack imposes (a year), shorter than anybody plans a list for.
 */
export const DEFERRAL_HORIZON_DAYS = 400;
const DAY = 86_400_000;
// A deferral is followed through this many changes (of the rules in force, of consent) before it is refused.
const MAX_DEFERRAL_STEPS = 400;
/** Compiled rules that are kept: kinds of place and call, and periods of each. */
const MAX_PLANS = 5_000;
const MAX_PERIODS = 8;

const NO_CAPS: readonly FrequencyCap[] = Object.freeze([]);
const NO_LISTS: Permit['dncLists'] = Object.freeze([]);

interface Evaluation {
  readonly plan: Plan;
  readonly consent: ConsentLevel | undefined;
  readonly answer: Objections;
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function localNames(tables: Plan['tables'], at: number): string[] {
  const names: string[] = [];
  for (const table of tables) names.push(localName(table, at));
  return names;
}

function validateOptions(options: GateOptions): void {
  const { campaign = {} } = options;
  const whole = (value: number | undefined, least: number, field: string): void => {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= least))
      throw new Error(`${field}: '${value}' must be a whole number, at least ${least}`);
  };
  whole(options.maxAttemptsPerDay, 1, 'maxAttemptsPerDay');
  whole(options.answerMarginSeconds, 0, 'answerMarginSeconds');
  whole(options.permitSeconds, 1, 'permitSeconds');
  whole(campaign.maxAttemptsPerDay, 1, 'campaign.maxAttemptsPerDay');
  whole(campaign.minSpacingSeconds, 0, 'campaign.minSpacingSeconds');
  if (campaign.hours !== undefined) parseWeek(campaign.hours, 'campaign.hours');
  const level = campaign.requireConsent;
  if (level !== undefined && !(LEVELS.rank(level) > 0))
    throw new Error(`campaign.requireConsent: '${level}' is not known; use presumed, express or written`);
}

/** Builds the gate of one campaign. @throws Error that names the faulty field of a pack or campaign rule. */
export function createGate(options: GateOptions = {}): Gate {
  const packs = options.packs ?? builtinPacks;
  const campaign = options.campaign ?? {};
  const marginMs = (options.answerMarginSeconds ?? 30) * 1000;
  const permitMs = (options.permitSeconds ?? 60) * 1000;
  const registriesRequired = options.registries === 'required';
  const baseCap: FrequencyCap = {
    max: options.maxAttemptsPerDay ?? 3,
    seconds: 86_400,
    pack: 'gate',
    version: '1',
  };
  validatePacks(packs);
  validateOptions(options);
  const byJurisdiction = new Map<string, PreparedPack[]>();
  for (const pack of packs) {
    const prepared = preparePack(pack);
    for (const jurisdiction of pack.jurisdictions) {
      const list = byJurisdiction.get(jurisdiction);
      if (list === undefined) byJurisdiction.set(jurisdiction, [prepared]);
      else list.push(prepared);
    }
  }
  const combine = combiner(MAX_PLANS);
  const campaignHours =
    campaign.hours === undefined
      ? undefined
      : { week: parseWeek(campaign.hours, 'campaign.hours'), dates: new Map() };
  const lookbackSeconds = Math.max(
    86_400,
    ...packs.flatMap((p) => p.rules.map((r) => (r.kind === 'frequency_cap' ? capOf(r).seconds : 0))),
  );
  const registries = new Set(
    packs.flatMap((p) => p.rules.flatMap((r) => (r.kind === 'dnc' ? [r.list] : []))),
  );
  const plans = new Map<number, Plan[]>();
  const statedIds = new Map<string, Map<string, Map<string, number>>>();
  let stated = 0;

  /** A small number for what the record states about the place; 0 = nothing. */
  function statedId({ zones, country, region }: Facts, postal: PostalPlace | undefined): number {
    if (zones === undefined && country === undefined && region === undefined && postal === undefined)
      return 0;
    const zone = zones === undefined ? '' : zones.length === 1 ? zones[0]! : zones.join(' ');
    const byCountry = entry(statedIds, zone, () => new Map<string, Map<string, number>>());
    const byRegion = entry(byCountry, country ?? '', () => new Map<string, number>());
    const place = postal === undefined ? (region ?? '') : `${region ?? ''} ${postal.id}`;
    return entry(byRegion, place, () => ++stated);
  }

  /** Packs of the jurisdictions: a country without one has the default, a region only its own beside its country's. */
  function packsFor(jurisdictions: Iterable<string>): { chosen: PreparedPack[]; ungoverned: string[] } {
    const chosen = new Set<PreparedPack>();
    const ungoverned: string[] = [];
    for (const jurisdiction of jurisdictions) {
      const isCountry = !jurisdiction.includes('-');
      const list = byJurisdiction.get(jurisdiction) ?? (isCountry ? byJurisdiction.get('*') : undefined);
      if (list === undefined && isCountry) ungoverned.push(jurisdiction);
      for (const pack of list ?? []) chosen.add(pack);
    }
    return { chosen: [...chosen], ungoverned };
  }

  function planFor(
    place: Place,
    request: Request,
    facts: Facts,
    consent: ConsentLevel | undefined,
    at: number,
  ): Plan {
    const { purpose = 'sales', mode = 'predictive', party = 'consumer' } = request;
    const postal = placeOfPostalCode(facts, place);
    const call = (PURPOSES.indexOf(purpose) * 4 + MODES.indexOf(mode)) * 2 + PARTIES.indexOf(party);
    const key = statedId(facts, postal) * 0x100000 + (place.id * 64 + call) * 4 + LEVELS.rank(consent);
    let list = plans.get(key);
    if (list === undefined) {
      // Stated places come from contact lists; forgetting them all costs some milliseconds now and then.
      if (plans.size >= MAX_PLANS) {
        plans.clear();
        statedIds.clear();
      }
      list = [];
      plans.set(key, list);
    }
    for (const plan of list) if (at >= plan.from && at < plan.until) return plan;

    const zones = possibleZones(facts.zones ?? [], place, postal, at);
    const jurisdictions = possibleJurisdictions(facts, place, postal);
    const { chosen, ungoverned } = packsFor(jurisdictions);
    const plan = compilePlan(chosen, {
      zones,
      jurisdictions,
      ungoverned,
      baseCap,
      purpose,
      mode,
      party,
      consent,
      campaign,
      campaignHours,
      combine,
      at,
    });
    if (list.length >= MAX_PERIODS) list.shift();
    list.push(plan);
    return plan;
  }

  function evaluate(place: Place, request: Request, facts: Facts, at: number, explain: boolean): Evaluation {
    const lead = request.ringSeconds * 1000 + marginMs;
    const consent = consentInForce(facts.consent, request, at, at + lead);
    const plan = planFor(place, request, facts, consent, at);
    const answer = ask(plan, { request, facts, at, lead, consent, registries, registriesRequired }, explain);
    return { plan, consent, answer };
  }

  function decide(request: Request, facts: Facts, now: number): Verdict {
    const place = placeOfNumber(request.number);
    const faults = inputFaults(request, facts, place, now);
    if (faults !== undefined) return { verdict: 'deny', reasons: faults };
    const first = evaluate(place, request, facts, now, true);
    const { notices } = first.answer;
    if (first.answer.clear === now) {
      const permit = permitFor(first, request, facts, now);
      return notices === undefined
        ? { verdict: 'allow', reasons: [], permit }
        : { verdict: 'allow', reasons: [], permit, notices };
    }
    const noted = notices === undefined ? undefined : { notices };
    const reasons = first.answer.reasons ?? [];
    const horizon = Math.min(now + DEFERRAL_HORIZON_DAYS * DAY, LATEST_INSTANT - 1);
    let until = first.answer.clear;
    for (let step = 0; step < MAX_DEFERRAL_STEPS && until <= horizon; step++) {
      const later = evaluate(place, request, facts, until, false).answer.clear;
      if (later === until) return { verdict: 'defer', until, reasons, ...noted };
      until = later;
    }
    return { verdict: 'deny', reasons, ...noted };
  }

  function permitFor(
    { plan, consent, answer }: Evaluation,
    request: Request,
    facts: Facts,
    now: number,
  ): Permit {
    const { noticeRefs } = answer;
    let attempts24h = 0;
    for (const at of facts.attempts.at) if (at > now - DAY) attempts24h++;
    const permit: Permit & { notices?: readonly string[] } = {
      number: request.number,
      campaignId: request.campaignId,
      purpose: request.purpose ?? 'sales',
      mode: request.mode ?? 'predictive',
      callerId: request.callerId ?? '',
      issuedAt: now,
      expiresAt: Math.min(now + permitMs, answer.lapses, plan.until),
      rules: plan.permitRules,
      zones: plan.zones,
      local: localNames(plan.tables, now),
      jurisdictions: plan.jurisdictions,
      consent: consent ?? 'none',
      attempts24h,
      dncLists: bindingLists(plan, facts.dnc.checked),
      tzdata: tzdataVersion,
    };
    if (noticeRefs !== undefined) permit.notices = noticeRefs;
    return permit;
  }

  /** Does a registry that was looked up bind the call? One that no pack knows binds every call. */
  function binds(plan: Plan, id: string): boolean {
    for (const { rule } of plan.dncLists) if (rule.list === id) return true;
    return !registries.has(id);
  }

  function bindingLists(plan: Plan, checked: Facts['dnc']['checked']): Permit['dncLists'] {
    if (checked === undefined) return NO_LISTS;
    for (const { id } of checked) if (!binds(plan, id)) return checked.filter((each) => binds(plan, each.id));
    return checked;
  }

  function planNow(request: Request, facts: Facts, now: number): Plan | undefined {
    const place = placeOfNumber(request.number);
    if (inputFaults(request, facts, place, now) !== undefined) return undefined;
    const lead = request.ringSeconds * 1000 + marginMs;
    return planFor(place, request, facts, consentInForce(facts.consent, request, now, now + lead), now);
  }

  return {
    decide,
    scope(request, facts, now) {
      const plan = planNow(request, facts, now);
      if (plan === undefined) return undefined;
      const { permitRules: rules, zones, tables, jurisdictions } = plan;
      return {
        rules,
        zones,
        local: localNames(tables, now),
        jurisdictions,
        tzdata: tzdataVersion,
      };
    },
    explain(request, facts, now) {
      const plan = planNow(request, facts, now);
      if (plan === undefined) return undefined;
      const packs = new Map<RulePack, ExplainedRule[]>();
      for (const { pack, id, rule } of plan.bound) {
        const { kind, severity = 'block', source, confidence } = rule;
        const rules = packs.get(pack) ?? [];
        rules.push({ id, rule: kind, severity, detail: ruleInWords(rule), source, confidence });
        packs.set(pack, rules);
      }
      return {
        zones: plan.zones,
        local: localNames(plan.tables, now),
        jurisdictions: plan.jurisdictions,
        tzdata: tzdataVersion,
        packs: [...packs].map(([{ id, title, version, asOf, notes }, rules]) => ({
          id,
          title,
          version,
          asOf,
          ...(notes !== undefined && { notes }),
          rules,
        })),
      };
    },
    duties(request, facts, now) {
      const plan = planNow(request, facts, now);
      return plan === undefined ? undefined : dutiesOf(plan);
    },
    caps(request, facts, now) {
      const caps = planNow(request, facts, now)?.attemptCaps ?? NO_CAPS;
      const bought = facts.relationship?.transactionAt;
      if (bought === undefined) return caps;
      return caps.filter(
        ({ exceptTransactionDays: days }) =>
          !(days !== undefined && bought <= now && now < bought + days * DAY),
      );
    },
    lookbackSeconds,
  };
}
