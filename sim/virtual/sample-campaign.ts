/** What a simulation dials when it is given nothing: one plain campaign. */
import type { CampaignSettings, RetryRule } from '../../dialer/core/model.js';
import type { DispositionNames } from '../scenario.js';

export const SIMULATED_POOL = 'simulated';
export const SIMULATED_CAMPAIGN = 'simulated';

export function simulatedCampaign(
  names: DispositionNames,
  over: Partial<CampaignSettings> = {},
): CampaignSettings {
  const later: RetryRule = { maximumAttempts: 3, delaySeconds: 4 * 3600 };
  const everyone = ['expert', 'experienced', 'ordinary'] as const;
  return {
    id: SIMULATED_CAMPAIGN,
    name: 'Simulated campaign',
    pool: SIMULATED_POOL,
    purpose: 'service',
    pacing: { method: 'progressive', targetAbandonRatio: 0.03 },
    // All of the list in production, so that figures are not those of a sample.
    stages: {
      validation: { tiers: everyone, contacts: 0 },
      pilot: { tiers: everyone, contacts: 0 },
      production: { tiers: everyone },
    },
    // From the dial: 24 s of ringing after the network's latency.
    ringSeconds: 26,
    answerWaitMilliseconds: 2000,
    safeHarbour: { message: 'safe-harbour.wav', optOutKey: '9' },
    wrapUpSeconds: 900,
    maximumTalkSeconds: 7200,
    callerId: '+12125550100',
    retry: {
      'no-answer': later,
      busy: later,
      machine: later,
      abandoned: later,
      failed: later,
      rejected: later,
      short: later,
    },
    maximumAttempts: 3,
    attemptsPerDay: 3,
    consentRequired: false,
    successDispositions: [names.success],
    refusalDispositions: [names.refusal],
    optOutDispositions: [names.optOut],
    callbackGraceSeconds: 900,
    ...over,
  };
}
