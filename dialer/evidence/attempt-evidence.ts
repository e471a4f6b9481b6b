/**
 * What is known about one attempt, laid out for somebody who asks why the call was placed: on what permit, on which
 * rules and lists, what was checked again at the last moment, what happened, and what it counted for. Made from what
 * is stored with the attempt; nothing is decided again.
 */
import {
  type AbandonLaw,
  abandonLawsFor,
  abandonLawsOf,
  countOf,
  periodAt,
  type RulePack,
} from '../../compliance/index.js';
import type { ConsentRecord } from '../core/consent.js';
import { type EpochMilliseconds, machineDisposition } from '../core/model.js';
import type { AttemptRecord } from '../store/port.js';

/** What the store knows besides the attempt itself. */
export interface EvidenceFacts {
  readonly attempt: AttemptRecord;
  /** Rule packs in force. */
  readonly packs: readonly RulePack[];
  /** Charged attempts on the number before this one, newest first, as far back as its longest cap. */
  readonly before: readonly EpochMilliseconds[];
  /** What was in force in the number's consent history when the intent was made. */
  readonly consent?: ConsentRecord;
  /** First start of the campaign, or its creation; absent when the campaign is not known any more. */
  readonly campaignStartedAt?: EpochMilliseconds;
}

export interface AttemptEvidence {
  /** The whole in plain words, one thought to a sentence. */
  readonly sentences: readonly string[];
  readonly decision: {
    readonly at: string;
    readonly validUntil: string;
    readonly purpose: string;
    readonly mode: string;
    readonly jurisdictions: readonly string[];
    readonly local: readonly { readonly zone: string; readonly time: string }[];
    readonly rules: readonly {
      readonly pack: string;
      readonly title: string;
      readonly version: string;
      readonly rules: readonly string[];
    }[];
    readonly consent: string;
    /** The entry of the number's consent history that was in force; absent when there was none. */
    readonly consentRecord?: {
      readonly sequence: number;
      readonly decision: string;
      readonly level: string;
      readonly givenAt: string;
      readonly expiresAt?: string;
      readonly source: string;
      readonly evidence: string;
      readonly recordedBy: string;
      readonly recordedAt: string;
    };
    readonly attempts24h: number;
    readonly dncLists: readonly {
      readonly id: string;
      readonly version: string;
      readonly obtainedAt: string;
      readonly ageDays: number;
    }[];
    readonly timeZoneData: string;
  };
  /** Checked inside the transaction that made the intent durable, after the gate and before the originate. */
  readonly commit: {
    readonly at: string;
    readonly checks: readonly string[];
    readonly caps: readonly {
      readonly max: number;
      readonly seconds: number;
      readonly before: number;
    }[];
    readonly consentRequired: boolean;
  };
  readonly timeline: readonly { readonly at: string; readonly what: string }[];
  /** What the call counts in the abandon ledger of each law that binds it; absent while it is under way. */
  readonly ledger?: readonly {
    readonly law: string;
    readonly name: string;
    readonly version: string;
    readonly windowFrom?: string;
    readonly windowUntil?: string;
    readonly answers: number;
    readonly abandoned: number;
    readonly machines: number;
  }[];
}

const DAY = 86_400_000;

const OUTCOMES: Readonly<Record<string, string>> = {
  connected: 'an agent was put through',
  abandoned: 'it was abandoned: answered, and no agent in time',
  short: 'it ended before the agent was there',
  machine: 'the switch took what answered for a machine',
  'no-answer': 'nobody answered',
  busy: 'the line was busy',
  rejected: 'it was rejected',
  invalid: 'the number is not in service',
  congestion: 'the network was congested',
  failed: 'it failed',
  cancelled: 'it was cancelled',
  'not-dialed': 'it never left the switch',
  unknown: 'how it ended cannot be known',
};

export function evidenceOf(facts: EvidenceFacts): AttemptEvidence {
  const { attempt, before, packs } = facts;
  const { permit, result, intendedAt } = attempt;
  const decision = decisionOf(attempt, packs, facts.consent);
  const caps = attempt.caps.map((cap) => ({
    max: cap.max,
    seconds: cap.seconds,
    before: before.filter((at) => at < intendedAt && at > intendedAt - cap.seconds * 1000).length,
  }));
  const checks = [
    'the contact was leased to this engine, open, and in no other attempt',
    'the number was in no other live attempt',
    `the number was not on the internal do-not-call list, nor on that of ${attempt.campaignId}`,
    attempt.consentRequired
      ? 'consent was on record and not withdrawn'
      : 'consent had not been refused or withdrawn (the campaign does not ask for one)',
    ...caps.map(
      (cap) => `${cap.before} of at most ${cap.max} attempts in ${lengthOf(cap.seconds)} had been made`,
    ),
  ];
  const ledger = result === undefined ? undefined : ledgerOf(facts);
  const timeline = timelineOf(attempt);
  const evidence: AttemptEvidence = {
    sentences: [],
    decision,
    commit: { at: iso(intendedAt), checks, caps, consentRequired: attempt.consentRequired },
    timeline,
    ...(ledger === undefined ? {} : { ledger }),
  };
  return { ...evidence, sentences: sentencesOf(attempt, evidence, permit.issuedAt) };
}

function decisionOf(
  { permit }: AttemptRecord,
  packs: readonly RulePack[],
  record: ConsentRecord | undefined,
): AttemptEvidence['decision'] {
  return {
    at: iso(permit.issuedAt),
    validUntil: iso(permit.expiresAt),
    purpose: permit.purpose,
    mode: permit.mode,
    jurisdictions: permit.jurisdictions,
    local: permit.zones.map((zone, i) => ({ zone, time: permit.local[i] ?? '' })),
    rules: permit.rules.map(({ pack, version, rules }) => ({
      pack,
      title: packs.find((each) => each.id === pack)?.title ?? pack,
      version,
      rules,
    })),
    consent: permit.consent,
    ...(record === undefined ? {} : { consentRecord: consentRecordOf(record) }),
    attempts24h: permit.attempts24h,
    dncLists: permit.dncLists.map(({ id, version, obtainedAt }) => ({
      id,
      version,
      obtainedAt: iso(obtainedAt),
      ageDays: Math.floor((permit.issuedAt - obtainedAt) / DAY),
    })),
    timeZoneData: permit.tzdata,
  };
}

function consentRecordOf(record: ConsentRecord) {
  const { sequence, decision, level, at, expiresAt, source, evidence, recordedBy, recordedAt } = record;
  return {
    sequence,
    decision,
    level,
    givenAt: iso(at),
    ...(expiresAt === undefined ? {} : { expiresAt: iso(expiresAt) }),
    source,
    evidence,
    recordedBy,
    recordedAt: iso(recordedAt),
  };
}

function timelineOf({ intendedAt, trunk, switchId, result, disposition }: AttemptRecord) {
  const events: { at: EpochMilliseconds; what: string }[] = [
    { at: intendedAt, what: 'the intent was made durable' },
  ];
  const add = (at: EpochMilliseconds | undefined, what: string): void => {
    if (at !== undefined) events.push({ at, what });
  };
  if (result !== undefined) {
    add(result.dialedAt, `the call left by trunk ${trunk} of switch ${switchId}`);
    add(result.ringingAt, 'it rang');
    add(result.answeredAt, 'it was answered');
    add(result.connectedAt, `agent ${result.agentId ?? 'unknown'} was put through`);
    const kind = result.abandonKind === undefined ? '' : ` (${result.abandonKind})`;
    add(
      result.endedAt,
      `it ended: ${OUTCOMES[result.outcome] ?? result.outcome}${kind}; cause ${result.cause}`,
    );
  }
  if (disposition !== undefined)
    add(disposition.at, `agent ${disposition.agentId} said ${disposition.disposition}`);
  return events.sort((a, b) => a.at - b.at).map(({ at, what }) => ({ at: iso(at), what }));
}

/** What an ended attempt counts in the ledger of each law that binds it. */
export function ledgerOf({
  attempt,
  packs,
  campaignStartedAt,
}: Pick<EvidenceFacts, 'attempt' | 'packs' | 'campaignStartedAt'>): NonNullable<AttemptEvidence['ledger']> {
  const { permit, result, disposition } = attempt;
  if (result === undefined) return [];
  const mistaken = disposition?.disposition === machineDisposition;
  return abandonLawsFor(abandonLawsOf(packs), permit).map((law) => {
    const count = countOf(law, result, mistaken) ?? { answers: 0, abandoned: 0, machines: 0 };
    return {
      law: law.id,
      name: law.name,
      version: law.version,
      ...windowOf(law, result.answeredAt ?? result.endedAt, campaignStartedAt),
      ...count,
    };
  });
}

function windowOf(law: AbandonLaw, at: EpochMilliseconds, startedAt: EpochMilliseconds | undefined) {
  if (startedAt === undefined) return {};
  const { from, until } = periodAt(law, at, startedAt);
  return {
    windowFrom: iso(from),
    ...(until < Number.MAX_SAFE_INTEGER ? { windowUntil: iso(until) } : {}),
  };
}

function sentencesOf(
  attempt: AttemptRecord,
  { decision, commit, ledger }: AttemptEvidence,
  issuedAt: EpochMilliseconds,
): string[] {
  const { result, disposition } = attempt;
  const sentences = [
    `At ${decision.at} the call was found lawful for campaign ${attempt.campaignId} (${decision.purpose}, ${decision.mode}); the permit was good until ${decision.validUntil}.`,
    `The called party could be in ${decision.local.map(({ zone, time }) => `${zone} (${time})`).join(', ') || 'no known zone'}; the call was within the calling hours of each.`,
    `Rules applied: ${decision.rules.map(({ title, version, rules }) => `${title}, version ${version} (${rules.map(words).join(', ')})`).join('; ') || 'none'}.`,
    decision.consent === 'none'
      ? `No consent covered this purpose${attempt.consentRequired ? '' : ', and none was asked for'}.`
      : `Consent of level ${decision.consent} was in force${consentWords(decision.consentRecord)}.`,
    decision.dncLists.length === 0
      ? 'No do-not-call registry was looked up; the internal list and that of the campaign were.'
      : `Do-not-call registries looked up: ${decision.dncLists.map(({ id, version, ageDays }) => `${id}, version ${version}, ${ageDays} days old`).join('; ')}; the number was on none that binds.`,
    `${decision.attempts24h} attempts had been made to the number in the 24 hours before.`,
    `${((attempt.intendedAt - issuedAt) / 1000).toFixed(1)} s after the permit the intent was made durable, after a second check of contact, number, lists, consent and ${commit.caps.length} caps.`,
  ];
  if (result === undefined) sentences.push('The attempt is under way.');
  else {
    sentences.push(`What came of it: ${OUTCOMES[result.outcome] ?? result.outcome}.`);
    if (disposition !== undefined) sentences.push(`The agent's disposition was ${disposition.disposition}.`);
    sentences.push(...(ledger ?? []).map(ledgerSentence));
    if (!result.charged) sentences.push('It does not count for frequency caps, as it was never dialled.');
  }
  return sentences;
}

function consentWords(record: AttemptEvidence['decision']['consentRecord']): string {
  if (record === undefined) return '';
  const { givenAt, source, evidence, sequence, recordedBy, recordedAt } = record;
  const proof = evidence === '' ? '' : `, proof: ${evidence}`;
  return `, given at ${givenAt} (source: ${source}${proof}; record ${sequence}, by ${recordedBy} at ${recordedAt})`;
}

function ledgerSentence({
  name,
  answers,
  abandoned,
  machines,
}: NonNullable<AttemptEvidence['ledger']>[number]) {
  if (abandoned > 0) return `In the abandon ledger "${name}" it counts as a live answer that was abandoned.`;
  if (answers > 0) return `In the abandon ledger "${name}" it counts as a live answer, not abandoned.`;
  if (machines > 0) return `In the abandon ledger "${name}" it counts as taken for a machine.`;
  return `In the abandon ledger "${name}" it counts for nothing.`;
}

function words(rule: string): string {
  return rule.replaceAll('_', ' ');
}

function lengthOf(seconds: number): string {
  const hours = seconds / 3600;
  return hours > 48 && hours % 24 === 0 ? `${hours / 24} days` : `${hours} h`;
}

function iso(at: EpochMilliseconds): string {
  return new Date(at).toISOString();
}
