/** Small complete records for the store's tests. */
import type { Permit } from '../../compliance/index.js';
import type { CallScope, NewConsent } from '../../dialer/core/consent.js';
import type { WriteEffect } from '../../dialer/core/effects.js';
import {
  type AgentSession,
  type AttemptResult,
  type CampaignRecord,
  type ContactNext,
  type Disposition,
  emptyStageCounters,
  type Intent,
  type Lead,
  type Outcome,
  type SeenHistory,
} from '../../dialer/core/model.js';
import type { LeaseRequest, NewContact } from '../../dialer/store/port.js';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** An arbitrary Monday morning. */
export const START = Date.UTC(2026, 2, 2, 9, 0, 0);

export function contact(index: number, over: Partial<NewContact> = {}): NewContact {
  return {
    externalId: `row-${index}`,
    name: `Person ${index}`,
    timeZone: 'America/New_York',
    region: 'US-NY',
    numbers: [`+1212555${String(index).padStart(4, '0')}`],
    consent: 'none',
    fields: { city: 'New York', note: `"${index}", ünïcode ☎` },
    ...over,
  };
}

export function contacts(count: number, over: Partial<NewContact> = {}): NewContact[] {
  return Array.from({ length: count }, (_, index) => contact(index, over));
}

export function leaseOf(over: Partial<LeaseRequest> = {}): LeaseRequest {
  const now = over.now ?? START;
  return {
    type: 'lease-leads',
    campaignId: 'spring',
    stage: 'production',
    count: 10,
    leaseUntil: now + 5 * MINUTE,
    lookbackSeconds: 7 * 86_400,
    scope: SCOPE,
    readyAgents: [],
    now,
    ...over,
  };
}

let lastAttempt = 0;

/** What the campaigns of these tests call about, unless a test says otherwise. */
export const SCOPE: CallScope = { purpose: 'sales', seller: '', subject: 'renewals' };

/** An entry of a number's consent history. */
export function consentFor(number: string, over: Partial<NewConsent> = {}): NewConsent {
  return {
    number,
    decision: 'granted',
    level: 'express',
    at: START,
    source: 'web form',
    evidence: 'form 7',
    recordedBy: 'ann',
    recordedAt: START,
    ...over,
  };
}

/** What a lead says of the past of one of its numbers, seen from the end of a lease's look-back. */
export function seenBy(lead: Lead, numberIndex: number, since: number): SeenHistory {
  const number = lead.numbers[numberIndex];
  const times = [...(number?.recentAttempts ?? []), ...(number?.elsewhere ?? [])];
  return {
    since,
    attempts: times.length,
    newestAt: Math.max(0, ...times),
    newestOutcomeAt: Math.max(
      0,
      number?.lastAbandonedAt ?? 0,
      number?.lastMachineAt ?? 0,
      number?.lastRefusedAt ?? 0,
      number?.lastConversationAt ?? 0,
    ),
  };
}

export function permit(over: Partial<Permit> = {}): Permit {
  return {
    number: '+12125550000',
    campaignId: 'spring',
    purpose: 'sales',
    mode: 'predictive',
    callerId: '+12125550199',
    issuedAt: START,
    expiresAt: START + MINUTE,
    rules: [{ pack: 'us-federal', version: '2026-01', rules: ['calling_window'] }],
    zones: ['America/New_York'],
    local: ['Mon 09:00'],
    jurisdictions: ['US', 'US-NY'],
    consent: 'none',
    attempts24h: 0,
    dncLists: [],
    tzdata: '2026a',
    ...over,
  };
}

export function intentFor(lead: Lead, over: Partial<Intent> = {}): Intent {
  lastAttempt += 1;
  const numberIndex = over.numberIndex ?? lead.nextNumber;
  return {
    attemptId: `00000000-0000-4000-8000-${String(lastAttempt).padStart(12, '0')}`,
    campaignId: lead.campaignId,
    stage: lead.stage,
    contactId: lead.contactId,
    number: lead.numbers[numberIndex]?.e164 ?? '',
    numberIndex,
    switchId: 'main',
    trunk: 'carrier',
    callerId: '+12125550199',
    intendedAt: lead.leasedAt,
    permit: permit({ number: lead.numbers[numberIndex]?.e164 ?? '' }),
    caps: [{ max: 3, seconds: 86_400 }],
    consentRequired: false,
    scope: SCOPE,
    person: lead.person,
    // Unless a test says otherwise, the gate knew everything.
    seen: {
      since: 0,
      attempts: 1e9,
      newestAt: Number.MAX_SAFE_INTEGER,
      newestOutcomeAt: Number.MAX_SAFE_INTEGER,
    },
    ...over,
  };
}

export function resultOf(
  intent: Intent,
  outcome: Outcome = 'no-answer',
  over: Partial<AttemptResult> = {},
): AttemptResult {
  return {
    attemptId: intent.attemptId,
    campaignId: intent.campaignId,
    stage: intent.stage,
    contactId: intent.contactId,
    number: intent.number,
    outcome,
    cause: 'NO_ANSWER',
    endedAt: intent.intendedAt + 20_000,
    charged: outcome !== 'not-dialed',
    ...over,
  };
}

export function recordResult(
  intent: Intent,
  next: ContactNext,
  outcome: Outcome = 'no-answer',
  over: Partial<AttemptResult> & { readonly numberDead?: boolean } = {},
): WriteEffect {
  const { numberDead = false, ...fields } = over;
  return { type: 'record-result', result: resultOf(intent, outcome, fields), next, numberDead };
}

export function dispositionOf(intent: Intent, over: Partial<Disposition> = {}): Disposition {
  return {
    attemptId: intent.attemptId,
    campaignId: intent.campaignId,
    contactId: intent.contactId,
    agentId: 'ann',
    disposition: 'sale',
    success: true,
    refusal: false,
    note: 'wants the blue one',
    at: intent.intendedAt + MINUTE,
    ...over,
  };
}

export function campaign(id: string, over: Partial<CampaignRecord> = {}): CampaignRecord {
  const rule = { maximumAttempts: 3, delaySeconds: 3600 };
  return {
    settings: {
      id,
      name: `Campaign ${id}`,
      pool: 'floor',
      purpose: 'sales',
      pacing: { method: 'progressive', targetAbandonRatio: 0.03 },
      stages: {
        validation: { tiers: ['expert'], contacts: 5 },
        pilot: { tiers: ['experienced'], share: 0.1 },
        production: { tiers: ['expert', 'experienced', 'ordinary'] },
      },
      ringSeconds: 20,
      answerWaitMilliseconds: 2000,
      safeHarbour: { message: 'sorry.wav', optOutKey: '9' },
      wrapUpSeconds: 60,
      maximumTalkSeconds: 3600,
      callerId: '+12125550199',
      retry: {
        'no-answer': rule,
        busy: rule,
        machine: rule,
        abandoned: rule,
        failed: rule,
        rejected: rule,
        short: rule,
      },
      maximumAttempts: 5,
      attemptsPerDay: 3,
      consentRequired: false,
      successDispositions: ['sale'],
      refusalDispositions: ['not-interested'],
      optOutDispositions: ['do-not-call'],
      callbackGraceSeconds: 600,
    },
    createdAt: START,
    status: 'draft',
    stage: 'validation',
    statusSince: START,
    reason: '',
    sampled: false,
    counters: {
      validation: emptyStageCounters(),
      pilot: emptyStageCounters(),
      production: emptyStageCounters(),
    },
    ...over,
  };
}

export function agent(id: string, over: Partial<AgentSession> = {}): AgentSession {
  return {
    id,
    name: id.toUpperCase(),
    pool: 'floor',
    team: 'blue',
    tier: 'expert',
    skills: ['english'],
    endpoint: `user/${id}`,
    switchId: 'main',
    legId: '',
    state: 'offline',
    stateSince: START,
    pauseReason: '',
    ...over,
  };
}
