import { inputFaults, MODES, PURPOSES } from './input-faults.js';
import { builtinPacks } from './packs/index.js';
import type { RulePack } from './packs/schema.js';
import { validatePacks } from './packs/validate.js';
import { compilePlan, type Plan } from './plan.js';
import { type Answer, ask } from './rules.js';
import { localName } from './time/opening.js';
import { parseWeek } from './time/schedule.js';
import { LATEST_INSTANT, tzdataVersion } from './time/zone-table.js';
import type { CampaignRules, ConsentLevel, Facts, FrequencyCap, Permit, Request, Verdict } from './types.js';
import { type Place, placeOfNumber } from './zones/number-zones.js';
import { possibleZones } from './zones/possible-zones.js';

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

/** Decides calls for one campaign. Pure; it keeps compiled rules, never facts. */
export interface Gate {
  /** May the call be placed at `now` (epoch ms)? Malformed input is refused, never thrown at the caller. */
  decide(request: Request, facts: Facts, now: number): Verdict;
  /**
   * Caps that bind a call, for the store to check again inside the transaction that records the intent.
   * Only the number, purpose and mode of the request and the place and consent of the facts matter.
   */
  caps(request: Request, facts: Facts, now: number): readonly FrequencyCap[];
  /** What would be applied to a call: for explanations, whatever the verdict. Undefined for malformed input. */
  scope(request: Request, facts: Facts, now: number): Scope | undefined;
  /** How far back `facts.attempts.at` must reach, in seconds: the longest period of any cap. */
  readonly lookbackSeconds: number;
}

// A deferral is followed through this many changes (of the rules in force, of consent) before it is refused.
const MAX_DEFERRAL_STEPS = 400;
/** Compiled rules that are kept: kinds of place and call, and periods of each. */
const MAX_PLANS = 5_000;
const MAX_PERIODS = 8;

interface Evaluation {
  readonly plan: Plan;
  readonly consent: ConsentLevel | undefined;
  readonly answer: Answer;
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
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
  if (level !== undefined && level !== 'express' && level !== 'written')
    throw new Error(`campaign.requireConsent: '${level}' is not known; use express or written`);
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
  const byJurisdiction = new Map<string, RulePack[]>();
  for (const pack of packs)
    for (const jurisdiction of pack.jurisdictions) {
      const list = byJurisdiction.get(jurisdiction);
      if (list === undefined) byJurisdiction.set(jurisdiction, [pack]);
      else list.push(pack);
    }
  const lookbackSeconds = Math.max(
    86_400,
    ...packs.flatMap((p) => p.rules.map((r) => (r.kind === 'frequency_cap' ? r.seconds : 0))),
  );
  const registries = new Set(
    packs.flatMap((p) => p.rules.flatMap((r) => (r.kind === 'dnc' ? [r.list] : []))),
  );
  const plans = new Map<number, Plan[]>();
  const statedIds = new Map<string, Map<string, Map<string, number>>>();
  let stated = 0;

  /** A small number for what the record states about the place; 0 = nothing. */
  function statedId({ zones, country, region }: Facts): number {
    if (zones === undefined && country === undefined && region === undefined) return 0;
    const zone = zones === undefined ? '' : zones.length === 1 ? zones[0]! : zones.join(' ');
    const byCountry = entry(statedIds, zone, () => new Map<string, Map<string, number>>());
    const byRegion = entry(byCountry, country ?? '', () => new Map<string, number>());
    return entry(byRegion, region ?? '', () => ++stated);
  }

  /** Packs of the jurisdictions: a country without one has the default, a region only its own beside its country's. */
  function packsFor(jurisdictions: Iterable<string>): { chosen: RulePack[]; ungoverned: string[] } {
    const chosen = new Set<RulePack>();
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
    const purpose = request.purpose ?? 'sales';
    const mode = request.mode ?? 'predictive';
    const level = consent === undefined ? 0 : consent === 'express' ? 1 : 2;
    const small = ((place.id * 8 + PURPOSES.indexOf(purpose)) * 4 + MODES.indexOf(mode)) * 4 + level;
    const key = statedId(facts) * 0x100000 + small;
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

    const zones = possibleZones(facts.zones ?? [], place, at);
    const jurisdictions = new Set([...place.countries, ...place.regions]);
    if (facts.country !== undefined) jurisdictions.add(facts.country);
    if (facts.region !== undefined) {
      jurisdictions.add(facts.region.slice(0, 2));
      jurisdictions.add(facts.region);
    }
    const { chosen, ungoverned } = packsFor(jurisdictions);
    const plan = compilePlan(chosen, {
      zones,
      jurisdictions: [...jurisdictions],
      ungoverned,
      baseCap,
      purpose,
      mode,
      consent,
      campaign,
      at,
    });
    if (list.length >= MAX_PERIODS) list.shift();
    list.push(plan);
    return plan;
  }

  /** Consent in force from `from` until `until`. */
  function consentIn(request: Request, facts: Facts, from: number, until: number): ConsentLevel | undefined {
    const { consent } = facts;
    if (consent.state !== 'granted') return undefined;
    if (consent.expiresAt !== undefined && !(consent.expiresAt > until)) return undefined;
    if (consent.at !== undefined && !(consent.at <= from)) return undefined;
    if (consent.scope !== undefined && !consent.scope.includes(request.purpose ?? 'sales')) return undefined;
    return consent.level ?? 'express';
  }

  function evaluate(place: Place, request: Request, facts: Facts, at: number, explain: boolean): Evaluation {
    const lead = request.ringSeconds * 1000 + marginMs;
    const consent = consentIn(request, facts, at, at + lead);
    const plan = planFor(place, request, facts, consent, at);
    const answer = ask(plan, { facts, at, lead, consent, registries, registriesRequired }, explain);
    return { plan, consent, answer };
  }

  function decide(request: Request, facts: Facts, now: number): Verdict {
    const place = placeOfNumber(request.number);
    const faults = inputFaults(request, facts, place, now);
    if (faults !== undefined) return { verdict: 'deny', reasons: faults };
    const first = evaluate(place, request, facts, now, true);
    if (first.answer.clear === now)
      return { verdict: 'allow', reasons: [], permit: permitFor(first, request, facts, now) };
    const reasons = first.answer.reasons ?? [];
    let until = first.answer.clear;
    for (let step = 0; step < MAX_DEFERRAL_STEPS && until < LATEST_INSTANT; step++) {
      const later = evaluate(place, request, facts, until, false).answer.clear;
      if (later === until) return { verdict: 'defer', until, reasons };
      until = later;
    }
    return { verdict: 'deny', reasons };
  }

  function permitFor(
    { plan, consent, answer }: Evaluation,
    request: Request,
    facts: Facts,
    now: number,
  ): Permit {
    let attempts24h = 0;
    for (const at of facts.attempts.at) if (at > now - 86_400_000) attempts24h++;
    return {
      number: request.number,
      campaignId: request.campaignId,
      purpose: request.purpose ?? 'sales',
      mode: request.mode ?? 'predictive',
      callerId: request.callerId ?? '',
      issuedAt: now,
      expiresAt: Math.min(now + permitMs, answer.lapses, plan.until),
      rules: plan.permitRules,
      zones: plan.zones,
      local: plan.tables.map((table) => localName(table, now)),
      jurisdictions: plan.jurisdictions,
      consent: consent ?? 'none',
      attempts24h,
      dncLists: facts.dnc.checked ?? [],
      tzdata: tzdataVersion,
    };
  }

  function planNow(request: Request, facts: Facts, now: number): Plan | undefined {
    const place = placeOfNumber(request.number);
    if (inputFaults(request, facts, place, now) !== undefined) return undefined;
    const lead = request.ringSeconds * 1000 + marginMs;
    return planFor(place, request, facts, consentIn(request, facts, now, now + lead), now);
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
        local: tables.map((each) => localName(each, now)),
        jurisdictions,
        tzdata: tzdataVersion,
      };
    },
    caps(request, facts, now) {
      const bought = facts.relationship?.transactionAt;
      return (planNow(request, facts, now)?.caps ?? []).filter(
        ({ exceptTransactionDays: days }) =>
          bought === undefined || days === undefined || !(bought <= now && now < bought + days * 86_400_000),
      );
    },
    lookbackSeconds,
  };
}
