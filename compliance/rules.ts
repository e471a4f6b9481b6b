import { askCall } from './call-rules.js';
import { capClears, capInWords } from './caps.js';
import { consentTooOldFrom, LEVELS } from './consent.js';
import { iso, isReadable } from './instants.js';
import { NEVER, Objections } from './objections.js';
import type { RecallOutcome } from './packs/schema.js';
import type { Owner, Plan } from './plan.js';
import { localDay, startOfLocalDay } from './time/opening.js';
import type { ZoneTable } from './time/zone-table.js';
import type { ConsentLevel, Facts, Request, RuleKind } from './types.js';
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

function lastOf(outcome: RecallOutcome, facts: Facts): number | undefined {
  if (outcome !== 'attempt') return facts.attempts.last?.[outcome];
  const { at } = facts.attempts;
  return at.length === 0 ? undefined : at.reduce((a, b) => Math.max(a, b));
}

/** Start of the local day that is `days` whole days after the day of `since`, in the zone where it comes last. */
function afterCalendarDays(tables: readonly ZoneTable[], since: number, days: number): number {
  let latest = since;
  for (const table of tables)
    latest = Math.max(latest, startOfLocalDay(table, localDay(table, since) + days + 1));
  return latest;
}

function askLists(plan: Plan, question: Question, objections: Objections): void {
  const { facts, at, consent } = question;
  const { lists, checked, internal, campaign } = facts.dnc;
  const { relationship } = facts;
  if (internal)
    objections.object('dnc', GATE_DNC, NEVER, () => ({
      detail: 'the called party asked this company not to call',
      inputs: { list: 'internal' },
    }));
  if (campaign)
    objections.object('dnc', GATE_DNC, NEVER, () => ({
      detail: 'the number is suppressed for this campaign',
      inputs: { list: 'campaign' },
    }));
  if (lists !== undefined)
    for (const list of lists)
      if (!question.registries.has(list))
        objections.object('dnc', GATE_DNC, NEVER, () => ({
          detail: `the number is on the list ${list}`,
          inputs: { list },
        }));
  for (const owned of plan.dncLists) {
    const { rule } = owned;
    if (LEVELS.covers(consent, rule.exceptConsent)) continue;
    if (objections.within(relationship?.transactionAt, rule.exceptTransactionDays)) continue;
    if (objections.within(relationship?.inquiryAt, rule.exceptInquiryDays)) continue;
    const { list, maxAgeDays } = rule;
    const copy = checked?.find((each) => each.id === list);
    if (lists?.includes(list))
      objections.object('dnc', owned, NEVER, () => ({
        detail: `the number is on the list ${list}`,
        inputs: { list, ...(copy !== undefined && { listVersion: copy.version }) },
      }));
    if (copy === undefined) {
      if (question.registriesRequired)
        objections.object('list_stale', owned, NEVER, () => ({
          detail: `the list ${list} was not looked up: import it`,
          inputs: { list, maxAgeDays },
        }));
      continue;
    }
    const end = copy.obtainedAt + maxAgeDays * DAY;
    if (copy.obtainedAt <= at && at <= end) objections.leansOnUntil(end + 1);
    else
      objections.object('list_stale', owned, NEVER, () => ({
        detail: `the list ${list} (${copy.version}) is of ${iso(copy.obtainedAt)}; it may be at most ${maxAgeDays} days old: import a new one`,
        inputs: { list, listVersion: copy.version, obtainedAt: copy.obtainedAt, maxAgeDays },
      }));
  }
}

function askConsent(plan: Plan, question: Question, objections: Objections): void {
  const { request, facts, at, lead, consent } = question;
  const { relationship } = facts;
  const { state, refusedSubjects, expiresAt } = facts.consent;
  if (state === 'refused')
    objections.object('consent', GATE_CONSENT, NEVER, () => ({
      detail: 'the called party refused or revoked consent',
      inputs: { consent: state },
    }));
  else if (consent !== undefined && expiresAt !== undefined) objections.leansOnUntil(expiresAt - lead);
  if (refusedSubjects !== undefined && refusedSubjects.length > 0) {
    const { subject } = request;
    if (subject === undefined || refusedSubjects.includes(subject))
      objections.object('consent', GATE_CONSENT, NEVER, () => ({
        detail: `the called party refused calls about ${refusedSubjects.join(', ')}; this one is about ${subject ?? 'nothing that is known'}`,
        inputs: { refusedSubjects, subject: subject ?? '' },
      }));
    else
      for (const owner of plan.revocations)
        objections.object('revocation', owner, NEVER, () => ({
          detail: `the called party refused calls about ${refusedSubjects.join(', ')}, which ends calls about anything`,
          inputs: { refusedSubjects, subject },
        }));
  }
  for (const owned of plan.consents) {
    const { level, maxAgeDays, exceptTransactionDays, exceptInquiryDays } = owned.rule;
    if (LEVELS.covers(consent, level)) {
      const end = consentTooOldFrom(facts.consent, maxAgeDays);
      if (at + lead < end) {
        objections.leansOnUntil(end - lead);
        continue;
      }
    }
    if (objections.within(relationship?.transactionAt, exceptTransactionDays)) continue;
    if (objections.within(relationship?.inquiryAt, exceptInquiryDays)) continue;
    objections.object('consent', owned, NEVER, () => ({
      detail: `${level} consent is required: ${
        LEVELS.covers(consent, level)
          ? `what was granted is older than ${maxAgeDays} days, or its age is not known`
          : describeConsent(facts, consent)
      }`,
      inputs: { needed: level, consent: consent ?? 'none', state },
    }));
  }
}

function askHistory(plan: Plan, { facts, at }: Question, objections: Objections): void {
  const { since } = facts.attempts;
  for (const owned of plan.caps) {
    const cap = owned.rule;
    if (
      cap.exceptTransactionDays !== undefined &&
      objections.within(facts.relationship?.transactionAt, cap.exceptTransactionDays)
    )
      continue;
    const until = capClears(cap, plan.tables, facts.attempts, at);
    if (until > at)
      objections.object('frequency_cap', owned, until, () => ({
        detail: `at most ${capInWords(cap)}, and they were made`,
        inputs: { max: cap.max, seconds: cap.seconds, attempts: facts.attempts.at.length },
      }));
    if (since !== undefined && !(since <= at - cap.seconds * 1000))
      objections.object('frequency_cap', owned, NEVER, () => ({
        detail: `attempts are known only since ${iso(since)}, the cap needs ${cap.seconds / 3600} h`,
        inputs: { since, seconds: cap.seconds },
      }));
  }
  for (const owned of plan.recalls) {
    const { after, wait } = owned.rule;
    const last = lastOf(after, facts);
    if (last === undefined) continue;
    let until = NEVER;
    if (wait !== 'forever' && isReadable(last))
      until =
        'seconds' in wait
          ? last + wait.seconds * 1000
          : afterCalendarDays(plan.tables, last, wait.calendarDays);
    if (until > at)
      objections.object('recall_delay', owned, until, () => ({
        detail: `${after === 'attempt' ? 'the last attempt' : `the last '${after}'`} was at ${iso(last)}`,
        inputs: { after, last },
      }));
  }
}

/** Asks every rule of the plan; with `explain`, for the reasons and notices too. */
export function ask(plan: Plan, question: Question, explain: boolean): Objections {
  const objections = new Objections(question.at, explain);
  for (const country of plan.ungoverned)
    objections.object('no_pack', GATE_NO_PACK, NEVER, () => ({
      detail: `no rule pack governs ${country}: add one`,
      inputs: { country },
    }));
  askWindows(plan, question.lead, objections);
  askLists(plan, question, objections);
  askConsent(plan, question, objections);
  askCall(plan, question.request, question.facts, objections);
  askHistory(plan, question, objections);
  return objections;
}
