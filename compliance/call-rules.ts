/** Rules about the call itself: the number it goes to, the number it shows, how long it rings, where it goes. */
import { iso } from './instants.js';
import { NEVER, type Objections } from './objections.js';
import type { Owner, Plan } from './plan.js';
import type { EmergencyArea, Facts, NumberClass, Request } from './types.js';

const DAY = 86_400_000;
const EMERGENCY: Owner = {
  id: 'emergency_area',
  pack: 'gate',
  version: '1',
  severity: 'block',
  ref: 'gate/emergency_area',
  ends: NEVER,
};
const REASSIGNED: Owner = {
  id: 'reassigned',
  pack: 'gate',
  version: '1',
  severity: 'block',
  ref: 'gate/reassigned',
  ends: NEVER,
};
const NUMBER_CLASS: Owner = {
  id: 'number_class',
  pack: 'gate',
  version: '1',
  severity: 'block',
  ref: 'gate/number_class',
  ends: NEVER,
};
/** Kinds of number that nobody calls to sell anything: the called party pays, is not there, or has an emergency. */
const NEVER_CALLED: readonly NumberClass[] = ['emergency', 'payphone', 'premium', 'toll-free', 'pager'];
/** Caller id of a call that hides its number. */
const WITHHELD = 'anonymous';
/** What an emergency stops where neither the operator nor a pack says otherwise. */
const STOPPED_BY_DEFAULT = ['sales', 'fundraising'];

function askCallerId(plan: Plan, { callerId }: Request, objections: Objections): void {
  if (callerId === undefined || callerId === '') return;
  for (const owned of plan.callerIds) {
    const { present, allowedPrefixes, forbiddenPrefixes } = owned.rule;
    const begins = (prefix: string): boolean => callerId.startsWith(prefix);
    let problem: string | undefined;
    if (callerId === WITHHELD) {
      if (present || allowedPrefixes !== undefined) problem = 'the number must not be withheld';
    } else if (allowedPrefixes !== undefined && !allowedPrefixes.some(begins))
      problem = `it must begin with one of ${allowedPrefixes.join(', ')}`;
    else if (forbiddenPrefixes?.some(begins))
      problem = `it must not begin with any of ${forbiddenPrefixes.join(', ')}`;
    if (problem === undefined) continue;
    const why = problem;
    objections.object('caller_id', owned, NEVER, () => ({
      detail: `the call would show ${callerId === WITHHELD ? 'no number' : callerId}: ${why}`,
      inputs: {
        callerId,
        ...(allowedPrefixes !== undefined && { allowedPrefixes }),
        ...(forbiddenPrefixes !== undefined && { forbiddenPrefixes }),
      },
    }));
  }
}

function concerns(area: EmergencyArea, plan: Plan, { postalCode }: Facts): boolean {
  if (!plan.jurisdictions.includes(area.area)) return false;
  if (area.postalCodes === undefined || postalCode === undefined) return true;
  const code = postalCode.replaceAll(/\s/g, '').toUpperCase();
  return area.postalCodes.some((prefix) => code.startsWith(prefix.replaceAll(/\s/g, '').toUpperCase()));
}

function askEmergencies(
  plan: Plan,
  { purpose = 'sales' }: Request,
  facts: Facts,
  objections: Objections,
): void {
  const { at } = objections;
  for (const area of facts.emergencyAreas ?? []) {
    const until = area.until ?? NEVER;
    if (!(area.from <= at) || at >= until) {
      if (area.from > at && concerns(area, plan, facts)) objections.leansOnUntil(area.from);
      continue;
    }
    if (!concerns(area, plan, facts)) continue;
    const stated: readonly string[] = area.purposes ?? STOPPED_BY_DEFAULT;
    const owners =
      plan.emergencies.length > 0 ? plan.emergencies : stated.includes(purpose) ? [EMERGENCY] : [];
    for (const owner of owners)
      objections.object('emergency_area', owner, until, () => ({
        detail: `an emergency is declared in ${area.area}${area.postalCodes === undefined ? '' : ` (postal codes ${area.postalCodes.join(', ')})`} since ${iso(area.from)}: ${area.reason}`,
        inputs: { area: area.area, from: area.from, reason: area.reason, purpose },
      }));
  }
}

function askReassigned(plan: Plan, facts: Facts, objections: Objections): void {
  const { reassigned } = facts;
  if (reassigned?.answer === 'yes')
    objections.object('reassigned', REASSIGNED, NEVER, () => ({
      detail: 'the number has been reassigned to another person since consent was given',
      inputs: { checkedAt: reassigned.checkedAt, answer: reassigned.answer },
    }));
  const { at } = objections;
  for (const owned of plan.reassigned) {
    const { maxAgeDays } = owned.rule;
    if (reassigned === undefined) {
      objections.same(owned, owned.unchecked);
      continue;
    }
    const end = reassigned.checkedAt + maxAgeDays * DAY;
    if (reassigned.checkedAt <= at && at < end) {
      if (owned.severity === 'block') objections.leansOnUntil(end);
    } else
      objections.object('reassigned', owned, NEVER, () => ({
        detail: `the number was checked for reassignment at ${iso(reassigned.checkedAt)}; the answer may be at most ${maxAgeDays} days old`,
        inputs: { checkedAt: reassigned.checkedAt, answer: reassigned.answer, maxAgeDays },
      }));
  }
}

function askAbandonLimits(plan: Plan, facts: Facts, objections: Objections): void {
  for (const { pack, rule, abandoned, answered, until } of facts.abandon ?? []) {
    const owned = plan.abandonLimits.get(`${pack}/${rule}`);
    if (owned === undefined) continue;
    const { limit } = owned.rule;
    if (until !== undefined && !(objections.at < until)) continue;
    // An unreadable ledger counts as one that is over its limit.
    if (abandoned <= limit * answered + 1e-9) continue;
    objections.object('abandon_limit', owned, until ?? NEVER, () => ({
      detail: `${abandoned} of ${answered} answered calls were abandoned, more than ${(limit * 100).toFixed(1)} %`,
      inputs: { abandoned, answered, limit },
    }));
  }
}

function askClasses(plan: Plan, classes: readonly NumberClass[], objections: Objections): void {
  const ask = (owner: Owner, forbidden: readonly NumberClass[]): void => {
    if (!classes.some((each) => forbidden.includes(each))) return;
    const found = classes.filter((each) => forbidden.includes(each));
    objections.object('number_class', owner, NEVER, () => ({
      detail: `the number is ${found.join(', ')}, which must not be called so`,
      inputs: { classes: found },
    }));
  };
  ask(NUMBER_CLASS, NEVER_CALLED);
  for (const owned of plan.classes) ask(owned, owned.rule.classes);
}

/** Asks the rules about the call itself. */
export function askCall(plan: Plan, request: Request, facts: Facts, objections: Objections): void {
  const { ringSeconds } = request;
  for (const owned of plan.rings) {
    const { minSeconds } = owned.rule;
    if (ringSeconds < minSeconds)
      objections.object('ring_time', owned, NEVER, () => ({
        detail: `an unanswered call would ring for ${ringSeconds} s only; it must for at least ${minSeconds} s`,
        inputs: { ringSeconds, minSeconds },
      }));
  }
  if (plan.callerIds.length > 0) askCallerId(plan, request, objections);
  if (facts.numberClasses !== undefined) askClasses(plan, facts.numberClasses, objections);
  if (facts.emergencyAreas !== undefined) askEmergencies(plan, request, facts, objections);
  if (facts.reassigned !== undefined || plan.reassigned.length > 0) askReassigned(plan, facts, objections);
  if (facts.abandon !== undefined) askAbandonLimits(plan, facts, objections);
}
