/** What a campaign is unless its operator says otherwise. */
import type { CampaignSettings } from '../../dialer/core/model.js';
import { pacerNames } from '../../pacing/index.js';

/** Settings of a campaign that says nothing but its id and name. */
export function campaignDefaults(): Omit<CampaignSettings, 'id' | 'name'> {
  return {
    pool: 'default',
    purpose: 'sales',
    pacing: {
      method: pacerNames.includes('predictive') ? 'predictive' : 'progressive',
      targetAbandonRatio: 0.03,
    },
    stages: {
      validation: { tiers: ['expert'], contacts: 50 },
      pilot: {
        tiers: ['experienced', 'ordinary'],
        share: 0.04,
        phases: [
          { tiers: ['experienced'], share: 0.5 },
          { tiers: ['ordinary'], share: 0.5 },
        ],
      },
      production: { tiers: ['expert', 'experienced', 'ordinary'] },
    },
    ringSeconds: 25,
    answerWaitMilliseconds: 2000,
    safeHarbour: { message: 'safe-harbour.wav', optOutKey: '9' },
    wrapUpSeconds: 60,
    maximumTalkSeconds: 3600,
    callerId: '',
    retry: {
      'no-answer': { maximumAttempts: 4, delaySeconds: 4 * 3600 },
      busy: { maximumAttempts: 5, delaySeconds: 15 * 60 },
      machine: { maximumAttempts: 3, delaySeconds: 4 * 3600 },
      // Ofcom asks for 72 hours after an abandoned call, unless an agent is certain to be there.
      abandoned: { maximumAttempts: 2, delaySeconds: 72 * 3600 },
      failed: { maximumAttempts: 3, delaySeconds: 30 * 60 },
      rejected: { maximumAttempts: 2, delaySeconds: 24 * 3600 },
      short: { maximumAttempts: 2, delaySeconds: 4 * 3600 },
    },
    maximumAttempts: 6,
    attemptsPerDay: 3,
    consentRequired: false,
    successDispositions: ['success', 'sale'],
    optOutDispositions: ['opt-out', 'do-not-call'],
    refusalDispositions: ['not-interested'],
    callbackGraceSeconds: 15 * 60,
  };
}
