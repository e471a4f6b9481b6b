/** The contacts, leases, intents and results that the benches of the stores work with. */
import { randomUUID } from 'node:crypto';
import type { WriteEffect } from '../dialer/core/effects.js';
import type { Intent, Lead } from '../dialer/core/model.js';
import type { NewContact } from '../dialer/store/port.js';

export const CAMPAIGN = 'bench';
export const DAY = 86_400_000;
/** Contacts in a batch. */
export const BATCH = 1000;

/** Makes batches of contacts: with the same seed the same numbers, in the same scattered order. */
export function batchMaker(seed: number): (from: number) => NewContact[] {
  let state = 12344 + seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return (from) =>
    Array.from({ length: BATCH }, (_, index) => ({
      externalId: `crm-${from + index}`,
      name: `Person ${from + index}`,
      timeZone: 'America/New_York',
      region: 'US-NY',
      numbers: [`+1${2_000_000_000 + random(1_000_000) * 7919 + random(7919)}`],
      consent: 'none',
      fields: { city: 'New York', product: 'blue' },
    }));
}

const SCOPE = { purpose: 'sales', seller: '', subject: 'bench' } as const;

export function leaseOf(count: number, now: number) {
  return {
    type: 'lease-leads',
    campaignId: CAMPAIGN,
    stage: 'production',
    count,
    leaseUntil: now + DAY,
    lookbackSeconds: 7 * 86_400,
    scope: SCOPE,
    readyAgents: [],
    now,
  } as const;
}

export function intentOf(lead: Lead, now: number): Intent {
  const number = lead.numbers[0]?.e164 ?? '';
  return {
    attemptId: randomUUID(),
    campaignId: CAMPAIGN,
    stage: lead.stage,
    contactId: lead.contactId,
    number,
    numberIndex: 0,
    switchId: 'main',
    trunk: 'carrier',
    callerId: '+12125550100',
    intendedAt: now,
    permit: {
      number,
      campaignId: CAMPAIGN,
      purpose: 'sales',
      mode: 'predictive',
      callerId: '+12125550100',
      issuedAt: now,
      expiresAt: now + 60_000,
      rules: [{ pack: 'us-federal', version: '2026-01', rules: ['calling_window', 'dnc', 'frequency_cap'] }],
      zones: ['America/New_York'],
      local: ['Mon 09:00'],
      jurisdictions: ['US', 'US-NY'],
      consent: 'none',
      attempts24h: 0,
      dncLists: [],
      tzdata: '2026a',
    },
    caps: [
      { max: 3, seconds: 86_400 },
      { max: 7, seconds: 7 * 86_400 },
    ],
    consentRequired: false,
    scope: SCOPE,
    person: lead.person,
    seen: {
      since: lead.leasedAt - 7 * DAY,
      attempts: (lead.numbers[0]?.recentAttempts.length ?? 0) + (lead.numbers[0]?.elsewhere?.length ?? 0),
      newestAt: Math.max(lead.numbers[0]?.recentAttempts[0] ?? 0, lead.numbers[0]?.elsewhere?.[0] ?? 0),
      newestOutcomeAt: 0,
    },
  };
}

export function started(intent: Intent): WriteEffect {
  const { attemptId, campaignId, stage, contactId, switchId, trunk, intendedAt: at } = intent;
  return {
    type: 'event',
    event: { kind: 'attempt-started', at, attemptId, campaignId, stage, contactId, switchId, trunk },
  };
}

export function ended(intent: Intent): WriteEffect[] {
  const { attemptId, campaignId, stage, contactId, number, intendedAt } = intent;
  const endedAt = intendedAt + 20_000;
  const key = { attemptId, campaignId, stage, contactId };
  return [
    {
      type: 'record-result',
      result: { ...key, number, outcome: 'no-answer', cause: 'NO_ANSWER', endedAt, charged: true },
      next: { state: 'open', dueAt: endedAt + DAY, nextNumber: 0 },
      numberDead: false,
    },
    {
      type: 'event',
      event: {
        kind: 'attempt-ended',
        at: endedAt,
        ...key,
        outcome: 'no-answer',
        abandonKind: '',
        cause: 'NO_ANSWER',
        agentId: '',
        ringMilliseconds: 20_000,
        talkMilliseconds: 0,
      },
    },
  ];
}
