import { builtinPacks } from './packs/index.js';
import type { RulePack } from './packs/schema.js';
import { validatePacks } from './packs/validate.js';
import { compilePlan, type Plan } from './plan.js';
import { objections, openingEnd } from './rules.js';
import { localName } from './time/opening.js';
import { parseWeek } from './time/schedule.js';
import { EARLIEST_INSTANT, isZone, LATEST_INSTANT, tzdataVersion } from './time/zone-table.js';
import type {
  CallMode,
  CampaignRules,
  ConsentLevel,
  Facts,
  FrequencyCap,
  Permit,
  Purpose,
  Reason,
  Request,
  Verdict,
} from './types.js';
import { type Place, placeOfNumber } from './zones/number-zones.js';

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

/** Decides calls for one campaign. Pure; it keeps compiled rules, never facts. */
export interface Gate {
  /** May the call be placed at `now` (epoch ms)? Malformed input is refused, never thrown at the caller. */
  decide(request: Request, facts: Facts, now: number): Verdict;
  /**
   * Caps that bind a call, for the store to check again inside the transaction that records the intent.
   * Only the number, purpose and mode of the request and the place and consent of the facts matter.
   */
  caps(request: Request, facts: Facts, now: number): readonly FrequencyCap[];
  /** How far back `facts.attempts.at` must reach, in seconds: the longest period of any cap. */
  readonly lookbackSeconds: number;
}

const PURPOSES: readonly Purpose[] = ['sales', 'fundraising', 'survey', 'service', 'collection', 'political'];
const MODES: readonly CallMode[] = ['predictive', 'manual', 'prerecorded'];
// A deferral is followed through this many changes (of the rules in force, of consent) before it is refused.
const MAX_DEFERRAL_STEPS = 400;

const gateReason = (rule: Reason['rule'], detail: string): Reason => ({
  rule,
  pack: 'gate',
  version: '1',
  detail,
});

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
  const plans = new Map<number | string, Plan[]>();

  function packsFor(jurisdictions: readonly string[]): RulePack[] {
    const chosen = new Set<RulePack>();
    for (const jurisdiction of jurisdictions) {
      const own = byJurisdiction.get(jurisdiction);
      // A region without a pack has its country's; a country without one has the default.
      const list = own ?? (jurisdiction.includes('-') ? [] : (byJurisdiction.get('*') ?? []));
      for (const pack of list) chosen.add(pack);
    }
    return [...chosen];
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
    const stated = facts.zones !== undefined || facts.country !== undefined || facts.region !== undefined;
    const key = stated
      ? `${small}|${facts.zones?.join(' ') ?? ''}|${facts.country ?? ''}|${facts.region ?? ''}`
      : small;
    let list = plans.get(key);
    if (list === undefined) {
      list = [];
      plans.set(key, list);
    }
    for (const plan of list) if (at >= plan.from && at < plan.until) return plan;

    const zones = new Set(facts.zones ?? []);
    // A zone that this runtime's data does not know yet has neighbours in the same list that it does.
    if (zones.size === 0 || place.geographic)
      for (const zone of place.zones) if (isZone(zone)) zones.add(zone);
    const jurisdictions = new Set([...place.countries, ...place.regions]);
    if (facts.country !== undefined) jurisdictions.add(facts.country);
    if (facts.region !== undefined) {
      jurisdictions.add(facts.region.slice(0, 2));
      jurisdictions.add(facts.region);
    }
    const plan = compilePlan(packsFor([...jurisdictions]), {
      zones: [...zones],
      jurisdictions: [...jurisdictions],
      purpose,
      mode,
      consent,
      campaign,
      at,
    });
    list.push(plan);
    return plan;
  }

  /** Objections that no pack decides: input that cannot be judged. */
  function malformed(request: Request, facts: Facts, place: Place, now: number): Reason[] {
    const reasons: Reason[] = [];
    if (!(now >= EARLIEST_INSTANT && now < LATEST_INSTANT))
      reasons.push(
        gateReason('invalid_request', `now is ${now}: it must be epoch ms in the years 2000 to 2099`),
      );
    if (!/^\+[1-9]\d{6,14}$/.test(request.number) || place.countries.length === 0)
      reasons.push(
        gateReason('invalid_number', `number '${request.number}' is not E.164 with a known country code`),
      );
    else if (request.number.charCodeAt(1) === 49 && !/^\+1[2-9]\d\d[2-9]\d{6}$/.test(request.number))
      reasons.push(gateReason('invalid_number', `number '${request.number}' is not a North American number`));
    if (place.special !== undefined)
      reasons.push(
        gateReason('number_class', `number '${request.number}' is ${place.special}: never called`),
      );
    if (!(request.ringSeconds >= 0 && request.ringSeconds <= 3600))
      reasons.push(
        gateReason('invalid_request', `ringSeconds is ${request.ringSeconds}: it must be 0 to 3600`),
      );
    for (const zone of facts.zones ?? [])
      if (!isZone(zone))
        reasons.push(
          gateReason('invalid_request', `zone '${zone}' is unknown: use an IANA name such as Europe/Paris`),
        );
    if (request.purpose !== undefined && !PURPOSES.includes(request.purpose))
      reasons.push(
        gateReason('invalid_request', `purpose '${request.purpose}' is unknown: use ${PURPOSES.join(', ')}`),
      );
    if (request.mode !== undefined && !MODES.includes(request.mode))
      reasons.push(
        gateReason('invalid_request', `mode '${request.mode}' is unknown: use ${MODES.join(', ')}`),
      );
    return reasons;
  }

  function consentAt(request: Request, facts: Facts, at: number): ConsentLevel | undefined {
    const { consent } = facts;
    if (consent.state !== 'granted') return undefined;
    if (consent.expiresAt !== undefined && consent.expiresAt <= at) return undefined;
    if (consent.at !== undefined && consent.at > at) return undefined;
    if (consent.scope !== undefined && !consent.scope.includes(request.purpose ?? 'sales')) return undefined;
    return consent.level ?? 'express';
  }

  function evaluate(
    place: Place,
    request: Request,
    facts: Facts,
    at: number,
    reasons: Reason[] | undefined,
  ): { plan: Plan; clear: number; consent: ConsentLevel | undefined } {
    const lead = request.ringSeconds * 1000 + marginMs;
    const consent = consentAt(request, facts, at + lead);
    const plan = planFor(place, request, facts, consent, at);
    const clear = objections(
      plan,
      { request, facts, at, lead, consent, baseCap, registriesRequired },
      reasons,
    );
    return { plan, clear, consent };
  }

  function decide(request: Request, facts: Facts, now: number): Verdict {
    const place = placeOfNumber(request.number);
    const faults = malformed(request, facts, place, now);
    if (faults.length > 0) return { verdict: 'deny', reasons: faults };
    const first = evaluate(place, request, facts, now, undefined);
    if (first.clear === now)
      return { verdict: 'allow', reasons: [], permit: permitFor(first.plan, request, facts, now) };
    const reasons: Reason[] = [];
    evaluate(place, request, facts, now, reasons);
    let until = first.clear;
    for (let step = 0; step < MAX_DEFERRAL_STEPS && until < LATEST_INSTANT; step++) {
      const later = evaluate(place, request, facts, until, undefined);
      if (later.clear === until) return { verdict: 'defer', until, reasons };
      until = later.clear;
    }
    return { verdict: 'deny', reasons };
  }

  function permitFor(plan: Plan, request: Request, facts: Facts, now: number): Permit {
    let attempts24h = 0;
    for (const at of facts.attempts.at) if (at > now - 86_400_000) attempts24h++;
    const consentEnd = facts.consent.expiresAt ?? Infinity;
    return {
      number: request.number,
      campaignId: request.campaignId,
      purpose: request.purpose ?? 'sales',
      mode: request.mode ?? 'predictive',
      ...(request.callerId !== undefined && { callerId: request.callerId }),
      issuedAt: now,
      expiresAt: Math.min(
        now + permitMs,
        openingEnd(plan, now, request.ringSeconds * 1000 + marginMs),
        plan.until,
        consentEnd > now ? consentEnd : Infinity,
      ),
      rules: plan.permitRules,
      zones: plan.zones,
      local: plan.tables.map((table) => localName(table, now)),
      jurisdictions: plan.jurisdictions,
      consent: facts.consent.state === 'granted' ? 'granted' : 'none',
      attempts24h,
      dncLists: facts.dnc.checked ?? [],
      tzdata: tzdataVersion,
    };
  }

  return {
    decide,
    caps(request, facts, now) {
      const place = placeOfNumber(request.number);
      if (malformed(request, facts, place, now).length > 0) return [];
      const lead = request.ringSeconds * 1000 + marginMs;
      return [baseCap, ...planFor(place, request, facts, consentAt(request, facts, now + lead), now).caps];
    },
    lookbackSeconds,
  };
}
