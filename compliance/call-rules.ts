/** Rules about the call itself: the number it goes to, the number it shows, how long it rings, where it goes. */
import { iso } from './instants.js';
import { NEVER, type Objections } from './objections.js';
import type { CallerIdRule, ReassignedRule, RingRule } from './packs/schema.js';
import type { Owned, Owner, Plan } from './plan.js';
import type {
  AbandonStanding,
  EmergencyArea,
  Facts,
  NumberClass,
  ReassignedFacts,
  Request,
} from './types.js';

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

function beginsWithOneOf(text: string, prefixes: readonly string[]): boolean {
  for (const prefix of prefixes) if (text.startsWith(prefix)) return true;
  return false;
}

interface CallerIdProblem {
  readonly code: string;
  readonly why: string;
}

/** What is wrong with the shown number under a rule; undefined when nothing is. */
function callerIdProblem(
  { present, allowedPrefixes, forbiddenPrefixes }: CallerIdRule,
  callerId: string,
): CallerIdProblem | undefined {
  if (callerId === WITHHELD)
    return present || allowedPrefixes !== undefined
      ? { code: 'caller_id_withheld', why: 'the number must not be withheld' }
      : undefined;
  if (allowedPrefixes !== undefined && !beginsWithOneOf(callerId, allowedPrefixes))
    return {
      code: 'caller_id_not_allowed',
      why: `it must begin with one of ${allowedPrefixes.join(', ')}`,
    };
  if (forbiddenPrefixes !== undefined && beginsWithOneOf(callerId, forbiddenPrefixes))
    return {
      code: 'caller_id_forbidden',
      why: `it must not begin with any of ${forbiddenPrefixes.join(', ')}`,
    };
  return undefined;
}

function objectToCallerId(
  objections: Objections,
  owned: Owned<CallerIdRule>,
  callerId: string,
  { code, why }: CallerIdProblem,
): void {
  const { allowedPrefixes, forbiddenPrefixes } = owned.rule;
  objections.object('caller_id', owned, NEVER, () => ({
    code,
    detail: `the call would show ${callerId === WITHHELD ? 'no number' : callerId}: ${why}`,
    inputs: {
      callerId,
      ...(allowedPrefixes !== undefined && { allowedPrefixes }),
      ...(forbiddenPrefixes !== undefined && { forbiddenPrefixes }),
    },
  }));
}

function askCallerId(plan: Plan, { callerId }: Request, objections: Objections): void {
  if (callerId === undefined || callerId === '') return;
  for (const owned of plan.callerIds) {
    const problem = callerIdProblem(owned.rule, callerId);
    if (problem !== undefined) objectToCallerId(objections, owned, callerId, problem);
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
        code: area.postalCodes === undefined ? 'emergency' : 'emergency_postal',
        detail: `an emergency is declared in ${area.area}${area.postalCodes === undefined ? '' : ` (postal codes ${area.postalCodes.join(', ')})`} since ${iso(area.from)}: ${area.reason}`,
        inputs: {
          area: area.area,
          from: area.from,
          reason: area.reason,
          purpose,
          ...(area.postalCodes !== undefined && { postalCodes: area.postalCodes }),
        },
      }));
  }
}

function objectToOldCheck(
  objections: Objections,
  owned: Owned<ReassignedRule>,
  { checkedAt, answer }: ReassignedFacts,
): void {
  const { maxAgeDays } = owned.rule;
  objections.object('reassigned', owned, NEVER, () => ({
    code: 'reassigned_check_old',
    detail: `the number was checked for reassignment at ${iso(checkedAt)}; the answer may be at most ${maxAgeDays} days old`,
    inputs: { checkedAt, answer, maxAgeDays },
  }));
}

function objectToReassigned(objections: Objections, { checkedAt, answer }: ReassignedFacts): void {
  objections.object('reassigned', REASSIGNED, NEVER, () => ({
    code: 'reassigned',
    detail: 'the number has been reassigned to another person since consent was given',
    inputs: { checkedAt, answer },
  }));
}

function askReassigned(plan: Plan, reassigned: ReassignedFacts | undefined, objections: Objections): void {
  if (reassigned === undefined) {
    for (const owned of plan.reassigned) objections.same(owned, owned.unchecked);
    return;
  }
  if (reassigned.answer === 'yes') objectToReassigned(objections, reassigned);
  const { at } = objections;
  const { checkedAt } = reassigned;
  for (const owned of plan.reassigned) {
    const end = checkedAt + owned.rule.maxAgeDays * DAY;
    if (checkedAt <= at && at < end) {
      if (owned.severity === 'block') objections.leansOnUntil(end);
    } else objectToOldCheck(objections, owned, reassigned);
  }
}

function objectToAbandons(
  objections: Objections,
  owned: Owned<{ readonly limit: number }>,
  { abandoned, answered, until }: AbandonStanding,
): void {
  const { limit } = owned.rule;
  objections.object('abandon_limit', owned, until ?? NEVER, () => ({
    code: 'abandon_over',
    detail: `${abandoned} of ${answered} answered calls were abandoned, more than ${(limit * 100).toFixed(1)} %`,
    inputs: { abandoned, answered, limit },
  }));
}

function askAbandonLimits(plan: Plan, standings: readonly AbandonStanding[], objections: Objections): void {
  for (const each of standings) {
    const { pack, rule, abandoned, answered, until } = each;
    if (until !== undefined && !(objections.at < until)) continue;
    // An unreadable ledger counts as one that is over its limit.
    for (const owned of plan.abandonLimits)
      if (owned.id === rule && owned.pack === pack && !(abandoned <= owned.rule.limit * answered + 1e-9))
        objectToAbandons(objections, owned, each);
  }
}

function askClass(
  owner: Owner,
  forbidden: readonly NumberClass[],
  classes: readonly NumberClass[],
  objections: Objections,
): void {
  let found: NumberClass[] | undefined;
  for (const each of classes)
    if (forbidden.includes(each)) {
      found ??= [];
      found.push(each);
    }
  if (found !== undefined) objectToClasses(objections, owner, found);
}

function objectToClasses(objections: Objections, owner: Owner, found: readonly NumberClass[]): void {
  objections.object('number_class', owner, NEVER, () => ({
    code: 'class_forbidden',
    detail: `the number is ${found.join(', ')}, which must not be called so`,
    inputs: { classes: found },
  }));
}

function askClasses(plan: Plan, classes: readonly NumberClass[], objections: Objections): void {
  askClass(NUMBER_CLASS, NEVER_CALLED, classes, objections);
  for (const owned of plan.classes) askClass(owned, owned.rule.classes, classes, objections);
}

function objectToRing(objections: Objections, owned: Owned<RingRule>, ringSeconds: number): void {
  const { minSeconds } = owned.rule;
  objections.object('ring_time', owned, NEVER, () => ({
    code: 'ring_short',
    detail: `an unanswered call would ring for ${ringSeconds} s only; it must for at least ${minSeconds} s`,
    inputs: { ringSeconds, minSeconds },
  }));
}

/** Asks the rules about the call itself. */
export function askCall(plan: Plan, request: Request, facts: Facts, objections: Objections): void {
  const { ringSeconds } = request;
  for (const owned of plan.rings)
    if (ringSeconds < owned.rule.minSeconds) objectToRing(objections, owned, ringSeconds);
  if (plan.callerIds.length > 0) askCallerId(plan, request, objections);
  if (facts.numberClasses !== undefined) askClasses(plan, facts.numberClasses, objections);
  if (facts.emergencyAreas !== undefined) askEmergencies(plan, request, facts, objections);
  if (facts.reassigned !== undefined || plan.reassigned.length > 0)
    askReassigned(plan, facts.reassigned, objections);
  if (facts.abandon !== undefined) askAbandonLimits(plan, facts.abandon, objections);
}
