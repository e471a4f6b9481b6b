/** Validation → pilot → production: when a stage is done, what its gate says, and what follows. */
import { decideGate } from './gates.js';
import type { CampaignRecord, CampaignStatus, StageName } from './model.js';
import { STAGES } from './model.js';
import { bump, type Campaign, emit, type State, tell } from './state.js';

/** Something was written about the campaign's contacts: the next lease has to look again. */
export function noteContactChange(campaign: Campaign): void {
  campaign.changedSinceLease = true;
}

export function campaignRecord(campaign: Campaign): CampaignRecord {
  return {
    settings: campaign.settings,
    createdAt: campaign.createdAt,
    status: campaign.status,
    stage: campaign.stage,
    statusSince: campaign.statusSince,
    reason: campaign.reason,
    sampled: campaign.sampled,
    counters: {
      validation: { ...campaign.counters.validation },
      pilot: { ...campaign.counters.pilot },
      production: { ...campaign.counters.production },
    },
  };
}

export function saveCampaign(state: State, campaign: Campaign): void {
  const counted = state.counted.indexOf(campaign);
  if (counted >= 0) state.counted.splice(counted, 1);
  emit(state, { type: 'save-campaign', campaign: campaignRecord(campaign) });
}

export function setStatus(
  state: State,
  campaign: Campaign,
  status: CampaignStatus,
  reason: string,
  by: string,
): void {
  campaign.status = status;
  campaign.statusSince = state.now;
  campaign.reason = reason;
  campaign.pool.regroup = true;
  saveCampaign(state, campaign);
  tell(state, {
    kind: 'campaign-changed',
    at: state.now,
    campaignId: campaign.settings.id,
    status,
    stage: campaign.stage,
    reason,
    by,
  });
}

function quiet(campaign: Campaign): boolean {
  return (
    !campaign.leasing &&
    !campaign.changedSinceLease &&
    campaign.hopper.length === 0 &&
    campaign.personal.length === 0 &&
    campaign.live === 0 &&
    campaign.wrapping === 0
  );
}

/**
 * After a lease that found nothing to add. A sampled stage is done when every contact of it has been tried (or may not be
 * called); retries that fall due later go on beside the next stage. Production is done when nothing is open.
 */
export function checkStage(state: State, campaign: Campaign): void {
  if (campaign.status !== 'running' || !campaign.sampled || !quiet(campaign)) return;
  // Leads of a lease whose answer was lost come back when it runs out.
  if (campaign.leaseLostUntil > state.now) return;
  const remaining = campaign.stage === 'production' ? campaign.open : campaign.untried;
  if (remaining > 0) return;
  const { stage } = campaign;
  const conditions = campaign.settings.stages[stage].gate;
  const counters = campaign.counters[stage];
  const { decision, evidence } = decideGate(conditions, counters);
  if (stage === 'production') {
    setStatus(state, campaign, 'completed', evidence, 'engine');
    return;
  }
  bump(state.totals.gateDecisions, decision);
  tell(state, {
    kind: 'gate-decided',
    at: state.now,
    campaignId: campaign.settings.id,
    stage,
    decision,
    evidence,
    counters: { ...counters },
  });
  if (decision === 'fail') {
    bump(state.totals.halts, 'gate');
    setStatus(state, campaign, 'halted', `gate of ${stage} failed: ${evidence}`, 'engine');
  } else if (decision === 'inconclusive' || conditions?.approval === true)
    setStatus(state, campaign, 'awaiting-approval', `gate of ${stage}: ${decision}, ${evidence}`, 'engine');
  else nextStage(state, campaign, evidence, 'engine');
}

export function nextStage(state: State, campaign: Campaign, reason: string, by: string): void {
  const next = STAGES[STAGES.indexOf(campaign.stage) + 1] as StageName;
  campaign.stage = next;
  campaign.starved = false;
  campaign.changedSinceLease = true;
  setStatus(state, campaign, 'running', reason, by);
}
