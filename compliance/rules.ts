import { askCall } from './call-rules.js';
import { capClears, capInWords } from './caps.js';
import { consentTooOldFrom, LEVELS } from './consent.js';
import { iso, isReadable } from './instants.js';
import { NEVER, Objections } from './objections.js';
import type { ConsentRule, DncRule, RecallOutcome, RecallRule } from './packs/schema.js';
import type { Owned, Owner, Plan } from './plan.js';
import { localDay, startOfLocalDay } from './time/opening.js';
import type { ZoneTable } from './time/zone-table.js';
import type {
  AttemptFacts,
  ConsentLevel,
  DncListVersion,
  Facts,
  FrequencyCap,
  Request,
  RuleKind,
} from './types.js';
import { askWindows } from './windows.js';

/** One question to the rules: a call at an instant. Times in epoch ms, lead in ms. */
export interface Question {
  readonly request: Request;
  readonly facts: Facts;
  readonly at: number;
  /** The window must stay open from `at` until `at + lead`. */
  readonly lead: number;
  /** Consent in force for this purpose until `at + lead`. */
  readonly consent: ConsentLevel | undefined;
  /** Lists that some pack knows; any other list binds every call. */
  readonly registries: ReadonlySet<string>;
  readonly registriesRequired: boolean;
}

const DAY = 86_400_000;
const gate = (id: RuleKind): Owner => ({
  id,
  pack: 'gate',
  version: '1',
  severity: 'block',
  ref: `gate/${id}`,
  ends: NEVER,
});
const GATE_DNC = gate('dnc');
const GATE_CONSENT = gate('consent');
const GATE_NO_PACK = gate('no_pack');

function describeConsent({ consent }: Facts, inForce: ConsentLevel | undefined): string {
  if (inForce !== undefined) return `it is only ${inForce}`;
  if (consent.state !== 'granted') return `there is none (${consent.state})`;
  return 'what was granted has expired, lies in the future or is for another purpose';
}

function consentCode({ level }: ConsentRule, { consent }: Facts, inForce: ConsentLevel | undefined): string {
  if (LEVELS.covers(inForce, level)) return 'consent_too_old';
  if (inForce !== undefined) return 'consent_weaker';
  return consent.state === 'granted' ? 'consent_lapsed' : 'consent_missing';
}

function lastOf(outcome: RecallOutcome, { at, last }: AttemptFacts): number | undefined {
  if (outcome !== 'attempt') return last?.[outcome];
  return at.length === 0 ? undefined : at.reduce((a, b) => Math.max(a, b));
}

/** Start of the local day that is `days` whole days after the day of `since`, in the zone where it comes last. */
function afterCalendarDays(tables: readonly ZoneTable[], since: number, days: number): number {
  let latest = since;
  for (const table of tables)
    latest = Math.max(latest, startOfLocalDay(table, localDay(table, since) + days + 1));
  return latest;
}

// What an objection says is put into words by a function of its own: a call to which nothing objects then makes no closure.

function objectToInternal(objections: Objections): void {
  objections.object('dnc', GATE_DNC, NEVER, () => ({
    code: 'internal_dnc',
    detail: 'the called party asked this company not to call',
    inputs: { list: 'internal' },
  }));
}

function objectToSuppressed(objections: Objections): void {
  objections.object('dnc', GATE_DNC, NEVER, () => ({
    code: 'campaign_dnc',
    detail: 'the number is suppressed for this campaign',
    inputs: { list: 'campaign' },
  }));
}

function objectToListed(
  objections: Objections,
  owner: Owner,
  list: string,
  listVersion: string | undefined,
): void {
  objections.object('dnc', owner, NEVER, () => ({
    code: 'listed',
    detail: `the number is on the list ${list}`,
    inputs: { list, ...(listVersion !== undefined && { listVersion }) },
  }));
}

function objectToUnchecked(objections: Objections, owned: Owned<DncRule>): void {
  const { list, maxAgeDays } = owned.rule;
  objections.object('list_stale', owned, NEVER, () => ({
    code: 'not_looked_up',
    detail: `the list ${list} was not looked up: import it`,
    inputs: { list, maxAgeDays },
  }));
}

function objectToStale(objections: Objections, owned: Owned<DncRule>, copy: DncListVersion): void {
  const { list, maxAgeDays } = owned.rule;
  const { version, obtainedAt } = copy;
  objections.object('list_stale', owned, NEVER, () => ({
    code: 'list_too_old',
    detail: `the list ${list} (${version}) is of ${iso(obtainedAt)}; it may be at most ${maxAgeDays} days old: import a new one`,
    inputs: { list, listVersion: version, obtainedAt, maxAgeDays },
  }));
}

/** The copy of a list that was looked up. */
function copyOf(checked: readonly DncListVersion[] | undefined, list: string): DncListVersion | undefined {
  if (checked !== undefined) for (const each of checked) if (each.id === list) return each;
  return undefined;
}

function askLists(plan: Plan, question: Question, objections: Objections): void {
  const { facts, at, consent } = question;
  const { lists, checked, internal, campaign } = facts.dnc;
  const { relationship } = facts;
  if (internal) objectToInternal(objections);
  if (campaign) objectToSuppressed(objections);
  if (lists !== undefined)
    for (const list of lists)
      if (!question.registries.has(list)) objectToListed(objections, GATE_DNC, list, undefined);
  for (const owned of plan.dncLists) {
    const { rule } = owned;
    if (LEVELS.covers(consent, rule.exceptConsent)) continue;
    if (relationship !== undefined) {
      if (objections.within(relationship.transactionAt, rule.exceptTransactionDays)) continue;
      if (objections.within(relationship.inquiryAt, rule.exceptInquiryDays)) continue;
    }
    const copy = copyOf(checked, rule.list);
    if (lists?.includes(rule.list)) objectToListed(objections, owned, rule.list, copy?.version);
    if (copy === undefined) {
      if (question.registriesRequired) objectToUnchecked(objections, owned);
      continue;
    }
    const end = copy.obtainedAt + rule.maxAgeDays * DAY;
    if (copy.obtainedAt <= at && at <= end) objections.leansOnUntil(end + 1);
    else objectToStale(objections, owned, copy);
  }
}

function objectToRefused(objections: Objections): void {
  objections.object('consent', GATE_CONSENT, NEVER, () => ({
    code: 'refused',
    detail: 'the called party refused or revoked consent',
    inputs: { consent: 'refused' },
  }));
}

function askRefusedSubjects(
  plan: Plan,
  subject: string | undefined,
  refusedSubjects: readonly string[],
  objections: Objections,
): void {
  if (subject === undefined || refusedSubjects.includes(subject))
    objections.object('consent', GATE_CONSENT, NEVER, () => ({
      code: subject === undefined ? 'subject_unknown' : 'subject_refused',
      detail: `the called party refused calls about ${refusedSubjects.join(', ')}; this one is about ${subject ?? 'nothing that is known'}`,
      inputs: { refusedSubjects, subject: subject ?? '' },
    }));
  else
    for (const owner of plan.revocations)
      objections.object('revocation', owner, NEVER, () => ({
        code: 'refusal_ends_all',
        detail: `the called party refused calls about ${refusedSubjects.join(', ')}, which ends calls about anything`,
        inputs: { refusedSubjects, subject },
      }));
}

function objectToMissingConsent(
  objections: Objections,
  owned: Owned<ConsentRule>,
  { facts, consent }: Question,
): void {
  const { level, maxAgeDays } = owned.rule;
  objections.object('consent', owned, NEVER, () => ({
    code: consentCode(owned.rule, facts, consent),
    detail: `${level} consent is required: ${
      LEVELS.covers(consent, level)
        ? `what was granted is older than ${maxAgeDays} days, or its age is not known`
        : describeConsent(facts, consent)
    }`,
    inputs: {
      needed: level,
      consent: consent ?? 'none',
      state: facts.consent.state,
      ...(maxAgeDays !== undefined && { maxAgeDays }),
    },
  }));
}

function askConsent(plan: Plan, question: Question, objections: Objections): void {
  const { request, facts, at, lead, consent } = question;
  const { relationship } = facts;
  const { state, refusedSubjects, expiresAt } = facts.consent;
  if (state === 'refused') objectToRefused(objections);
  else if (consent !== undefined && expiresAt !== undefined) objections.leansOnUntil(expiresAt - lead);
  if (refusedSubjects !== undefined && refusedSubjects.length > 0)
    askRefusedSubjects(plan, request.subject, refusedSubjects, objections);
  for (const owned of plan.consents) {
    const { level, maxAgeDays, exceptTransactionDays, exceptInquiryDays } = owned.rule;
    if (LEVELS.covers(consent, level)) {
      const end = consentTooOldFrom(facts.consent, maxAgeDays);
      if (at + lead < end) {
        objections.leansOnUntil(end - lead);
        continue;
      }
    }
    if (relationship !== undefined) {
      if (objections.within(relationship.transactionAt, exceptTransactionDays)) continue;
      if (objections.within(relationship.inquiryAt, exceptInquiryDays)) continue;
    }
    objectToMissingConsent(objections, owned, question);
  }
}

function capCode({ calendar, calendarDays }: FrequencyCap): string {
  return calendarDays !== undefined ? 'cap_days' : calendar === undefined ? 'cap_hours' : 'cap_calendar';
}

function objectToCap(objections: Objections, owned: Owned<FrequencyCap>, until: number, facts: Facts): void {
  const { rule: cap } = owned;
  objections.object('frequency_cap', owned, until, () => ({
    code: capCode(cap),
    detail: `at most ${capInWords(cap)}, and they were made`,
    inputs: {
      max: cap.max,
      seconds: cap.seconds,
      attempts: facts.attempts.at.length,
      counted: cap.count ?? 'attempts',
      ofPerson: cap.per === 'person',
      sameSubject: cap.sameSubject === true,
      ...(cap.calendar !== undefined && { calendar: cap.calendar }),
      ...(cap.calendarDays !== undefined && { calendarDays: cap.calendarDays }),
    },
  }));
}

function objectToShortHistory(objections: Objections, owned: Owned<FrequencyCap>, since: number): void {
  const { seconds } = owned.rule;
  objections.object('frequency_cap', owned, NEVER, () => ({
    code: 'history_too_short',
    detail: `attempts are known only since ${iso(since)}, the cap needs ${seconds / 3600} h`,
    inputs: { since, seconds },
  }));
}

function objectToRecall(
  objections: Objections,
  owned: Owned<RecallRule>,
  last: number,
  tables: readonly ZoneTable[],
): void {
  const { after, wait } = owned.rule;
  let until = NEVER;
  if (wait !== 'forever' && isReadable(last))
    until =
      'seconds' in wait ? last + wait.seconds * 1000 : afterCalendarDays(tables, last, wait.calendarDays);
  if (until > objections.at)
    objections.object('recall_delay', owned, until, () => ({
      code: after === 'attempt' ? 'after_attempt' : 'after_outcome',
      detail: `${after === 'attempt' ? 'the last attempt' : `the last '${after}'`} was at ${iso(last)}`,
      inputs: { after, last },
    }));
}

function askHistory(plan: Plan, { facts, at }: Question, objections: Objections): void {
  const { attempts, relationship } = facts;
  const { since } = attempts;
  for (const owned of plan.caps) {
    const cap = owned.rule;
    if (
      relationship !== undefined &&
      objections.within(relationship.transactionAt, cap.exceptTransactionDays)
    )
      continue;
    const until = capClears(cap, plan.tables, attempts, at);
    if (until > at) objectToCap(objections, owned, until, facts);
    if (since !== undefined && !(since <= at - cap.seconds * 1000))
      objectToShortHistory(objections, owned, since);
  }
  for (const owned of plan.recalls) {
    const last = lastOf(owned.rule.after, attempts);
    if (last !== undefined) objectToRecall(objections, owned, last, plan.tables);
  }
}

function objectToUngoverned(objections: Objections, country: string): void {
  objections.object('no_pack', GATE_NO_PACK, NEVER, () => ({
    code: 'no_pack',
    detail: `no rule pack governs ${country}, so nobody there is called: add a pack for it`,
    inputs: { country },
  }));
}

/** Asks every rule of the plan; with `explain`, for the reasons and notices too. */
export function ask(plan: Plan, question: Question, explain: boolean): Objections {
  const objections = new Objections(question.at, explain);
  for (const country of plan.ungoverned) objectToUngoverned(objections, country);
  askWindows(plan, question.lead, objections);
  askLists(plan, question, objections);
  askConsent(plan, question, objections);
  askCall(plan, question.request, question.facts, objections);
  askHistory(plan, question, objections);
  return objections;
}
