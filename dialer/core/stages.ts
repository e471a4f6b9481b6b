/** Validation → pilot → production: when a stage is done, what its gate says, and what follows. */
import { type Said, said } from '../kpi/words.js';
import type { Dimension, MeasureRules } from './measure.js';
import type {
  CampaignRecord,
  CampaignSettings,
  CampaignStatus,
  StageCounters,
  StageName,
  StagePlan,
  StageProgressRecord,
} from './model.js';
import { MOST_PHASES, STAGES } from './model.js';
import { staffInWords, staffOf, staffOnline } from './staffing.js';
import { type Campaign, emit, type Progress, type State, tell } from './state.js';

/** Something was written about the campaign's contacts: the next lease has to look again. */
export function noteContactChange(campaign: Campaign): void {
  campaign.changedSinceLease = true;
}

export function newProgress(): Progress {
  return { extensions: 0, measuredFrom: 0, phase: 0, gates: [], halts: [], blocked: [] };
}

/** It is made at every step that counted something: a spread would cost many times as much as these plain literals. */
export function campaignRecord(campaign: Campaign): CampaignRecord {
  const { settings, version, createdAt, startedAt, status, stage, statusSince, reason, sampled } = campaign;
  const counters = {
    validation: countersRecord(campaign.counters.validation),
    pilot: countersRecord(campaign.counters.pilot),
    production: countersRecord(campaign.counters.production),
  };
  const progress = progressRecord(campaign.progress);
  const record: { -readonly [K in keyof CampaignRecord]: CampaignRecord[K] } =
    startedAt === undefined
      ? { settings, version, createdAt, status, stage, statusSince, reason, sampled, counters, progress }
      : {
          settings,
          version,
          createdAt,
          startedAt,
          status,
          stage,
          statusSince,
          reason,
          sampled,
          counters,
          progress,
        };
  if (campaign.reasonSaid.length > 0) record.reasonSaid = campaign.reasonSaid;
  return record;
}

function countersRecord(counters: StageCounters): StageCounters {
  const { attempts, liveAnswers, machines, connected, abandoned, successes, optOuts } = counters;
  return { attempts, liveAnswers, machines, connected, abandoned, successes, optOuts };
}

function progressRecord(progress: Progress): StageProgressRecord {
  const { extensions, owed, measuredFrom, returnTo, phase, gates, halts, blocked } = progress;
  const record: { -readonly [K in keyof StageProgressRecord]: StageProgressRecord[K] } = {
    extensions,
    measuredFrom,
    phase,
    gates,
    halts,
    blocked,
  };
  if (owed !== undefined) record.owed = owed;
  if (returnTo !== undefined) record.returnTo = returnTo;
  return record;
}

export function saveCampaign(state: State, campaign: Campaign): void {
  const counted = state.counted.indexOf(campaign);
  if (counted >= 0) state.counted.splice(counted, 1);
  emit(state, { type: 'save-campaign', campaign: campaignRecord(campaign) });
}

export function hasEnded(status: CampaignStatus): boolean {
  return status === 'stopped' || status === 'completed';
}

/** @param words the reason for other languages, where it is not somebody's own words */
export function setStatus(
  state: State,
  campaign: Campaign,
  status: CampaignStatus,
  reason: string,
  by: string,
  words: readonly Said[] = [],
): void {
  // Campaigns of before this was kept count their windows from their creation.
  if (campaign.status === 'draft' && status === 'running') campaign.startedAt = state.now;
  campaign.status = status;
  campaign.statusSince = state.now;
  campaign.reason = reason;
  campaign.reasonSaid = words;
  campaign.pool.regroup = true;
  saveCampaign(state, campaign);
  if (hasEnded(status)) emit(state, { type: 'save-watch', campaignId: campaign.settings.id, snapshot: '' });
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
    campaign.withAgents.size === 0 &&
    campaign.live === 0 &&
    campaign.wrapping === 0
  );
}

/**
 * After a lease that found nothing to add. A sampled stage is done when every contact of it has been tried (or may not be
 * called); retries that fall due later go on beside the next stage. Its attempts are measured then, and the gate decides
 * on the measure. Production is done when nothing is open.
 */
export function checkStage(state: State, campaign: Campaign): void {
  if (campaign.status !== 'running' || !campaign.sampled || !quiet(campaign)) return;
  if (campaign.measuring || campaign.extending) return;
  // Leads of a lease whose answer was lost come back when it runs out.
  if (campaign.leaseLostUntil > state.now) return;
  const remaining = campaign.stage === 'production' ? campaign.open : campaign.untried;
  if (remaining > 0) return;
  if (campaign.progress.owed !== undefined) {
    // Asked for, and not carried out: the store failed, or the process ended before.
    extendSample(state, campaign, campaign.progress.owed);
    return;
  }
  if (nextPhase(state, campaign)) return;
  if (campaign.stage === 'production') {
    const { attempts, connected, successes } = campaign.counters.production;
    setStatus(
      state,
      campaign,
      'completed',
      `the list is worked: ${attempts} attempts, ${connected} connected, ${successes} successes in production`,
      'engine',
      [said('list_worked', { attempts, connected, successes })],
    );
    return;
  }
  campaign.measuring = true;
  measureStage(state, campaign, 'gate', campaign.stage, campaign.progress.measuredFrom, []);
}

/**
 * Every contact of the sample that is out has been tried. Where a part of it is held back for a later phase, that phase begins,
 * or waits until somebody who may work it is logged in. True when there is such a part: the stage is not done.
 */
function nextPhase(state: State, campaign: Campaign): boolean {
  const { heldPhase, settings, stage, progress } = campaign;
  if (heldPhase === undefined) return false;
  const plan = settings.stages[stage];
  const last = phasesOf(plan) - 1;
  // The plan may have lost phases since the sample was drawn: the last one takes what was held for them.
  const next = Math.max(progress.phase, Math.min(heldPhase, last));
  const staff = staffOf(plan, next);
  if (next > progress.phase && !staffOnline(campaign.pool, staff)) {
    if (campaign.awaitedPhase === next) return true;
    campaign.awaitedPhase = next;
    tellPhase(state, campaign, next, 'waiting', phaseWait(campaign) ?? '');
    return true;
  }
  campaign.awaitedPhase = undefined;
  campaign.heldPhase = undefined;
  campaign.starved = false;
  campaign.changedSinceLease = true;
  campaign.pool.regroup = true;
  progress.phase = next;
  const through = next === last ? MOST_PHASES - 1 : next;
  saveCampaign(state, campaign);
  emit(state, { type: 'open-phases', campaignId: settings.id, through });
  tellPhase(state, campaign, next, 'begun', `worked by ${staffInWords(staff)}`);
  return true;
}

function phasesOf({ phases }: StagePlan): number {
  return Math.max(1, phases?.length ?? 1);
}

/** Why the next phase has not begun though this one is worked; undefined when nothing waits. */
export function phaseWait(campaign: Campaign): string | undefined {
  const { awaitedPhase, settings, stage } = campaign;
  if (awaitedPhase === undefined) return undefined;
  const who = staffInWords(staffOf(settings.stages[stage], awaitedPhase));
  return `Phase ${awaitedPhase + 1} of the ${stage} waits for an agent of tier ${who} to log in to pool ${settings.pool}: the part of the sample before it is worked`;
}

function tellPhase(
  state: State,
  { settings, stage }: Campaign,
  phase: number,
  change: 'begun' | 'waiting',
  reason: string,
): void {
  tell(state, {
    kind: 'phase-changed',
    at: state.now,
    campaignId: settings.id,
    stage,
    phase: phase + 1,
    phases: Math.max(phase + 1, phasesOf(settings.stages[stage])),
    change,
    reason,
  });
}

export function rulesOf(settings: CampaignSettings): MeasureRules {
  return {
    optOutDispositions: settings.optOutDispositions,
    complaintDispositions: settings.complaintDispositions ?? [],
    callbackGraceSeconds: settings.callbackGraceSeconds,
  };
}

/** Asks for more contacts for the present stage. */
export function extendSample(state: State, campaign: Campaign, count: number): void {
  campaign.extending = true;
  campaign.progress.owed = count;
  emit(state, {
    type: 'extend-sample',
    campaignId: campaign.settings.id,
    seed: campaign.settings.id,
    stage: campaign.stage,
    count,
  });
}

/** Asks the store to measure a stage's attempts from an instant on. */
export function measureStage(
  state: State,
  campaign: Campaign,
  purpose: 'gate' | 'baseline',
  stage: StageName,
  from: number,
  dimensions: readonly Dimension[],
): void {
  emit(state, {
    type: 'measure-stage',
    purpose,
    request: {
      campaignId: campaign.settings.id,
      stage,
      ...(from === 0 ? {} : { from }),
      dimensions,
      ...(purpose === 'baseline' && { shapeOf: 'first-calls' as const }),
      rules: rulesOf(campaign.settings),
    },
    withValidation: purpose === 'gate' && stage === 'pilot',
  });
}

/** Goes on to the stage after this one, or back to where a halt interrupted. */
export function nextStage(
  state: State,
  campaign: Campaign,
  reason: string,
  by: string,
  words: readonly Said[] = [],
): void {
  const { progress } = campaign;
  const next = progress.returnTo ?? (STAGES[STAGES.indexOf(campaign.stage) + 1] as StageName);
  delete progress.returnTo;
  enterStage(campaign, next, 0);
  setStatus(state, campaign, 'running', reason, by, words);
}

/** The stage begins: its gate looks at attempts from `measuredFrom` on. */
export function enterStage(campaign: Campaign, stage: StageName, measuredFrom: number): void {
  campaign.stage = stage;
  campaign.progress.extensions = 0;
  delete campaign.progress.owed;
  campaign.progress.measuredFrom = measuredFrom;
  campaign.starved = false;
  campaign.heldPhase = undefined;
  campaign.awaitedPhase = undefined;
  campaign.changedSinceLease = true;
}
