/** What operators do with campaigns: save, start, pause, resume, stop, halt, approve. */
import { createGate } from '../../compliance/index.js';
import { pacerNames } from '../../pacing/index.js';
import type { Replies } from './core.js';
import { eligibleAgentOnline } from './groups.js';
import { emptyHopper, leaseSoon } from './hopper.js';
import type { CampaignCommandInput } from './inputs.js';
import { type CampaignRecord, type CampaignSettings, emptyStageCounters, type StageName } from './model.js';
import { poolOf } from './pools.js';
import { nextStage, saveCampaign, setStatus } from './stages.js';
import { bump, type Campaign, emit, type State } from './state.js';

/** The compliance gate that a campaign with these settings asks. */
export function gateOf(settings: CampaignSettings): Campaign['gate'] {
  return createGate({
    maxAttemptsPerDay: settings.attemptsPerDay,
    campaign: {
      maxAttemptsPerDay: settings.attemptsPerDay,
      ...(settings.callingHours === undefined ? {} : { hours: settings.callingHours }),
      ...(settings.consentRequired ? { requireConsent: 'express' as const } : {}),
    },
  });
}

export function addCampaign(state: State, record: CampaignRecord): Campaign {
  const { settings } = record;
  const pool = poolOf(state, settings.pool);
  const campaign: Campaign = {
    settings,
    createdAt: record.createdAt,
    status: record.status,
    stage: record.stage,
    statusSince: record.statusSince,
    reason: record.reason,
    sampled: record.sampled,
    sampling: false,
    counters: {
      validation: { ...record.counters.validation },
      pilot: { ...record.counters.pilot },
      production: { ...record.counters.production },
    },
    pool,
    gate: gateOf(settings),
    groups: [],
    hopper: [],
    personal: [],
    leasing: false,
    leaseLostUntil: 0,
    changedSinceLease: true,
    timer: undefined,
    inFlight: 0,
    live: 0,
    waiting: 0,
    talking: 0,
    wrapping: 0,
    open: 0,
    untried: 0,
    nextDueAt: undefined,
    starved: false,
    limit: 'not-running',
  };
  state.campaigns.set(settings.id, campaign);
  pool.campaigns.push(campaign);
  pool.regroup = true;
  return campaign;
}

/** Creates a campaign, or changes the settings of one that is not running. */
export function saveSettings(
  state: State,
  settings: CampaignSettings,
  requestId: string,
  replies: Replies,
): void {
  if (!pacerNames.includes(settings.pacing.method)) {
    replies.refuse(
      requestId,
      'pacing_unknown',
      `pacing.method: "${settings.pacing.method}" is unknown, use one of ${pacerNames.join(', ')}`,
    );
    return;
  }
  try {
    gateOf(settings);
  } catch (error) {
    replies.refuse(requestId, 'calling_hours_invalid', `callingHours: ${(error as Error).message}`);
    return;
  }
  const campaign = state.campaigns.get(settings.id);
  if (campaign === undefined) {
    const record: CampaignRecord = {
      settings,
      createdAt: state.now,
      status: 'draft',
      stage: 'validation',
      statusSince: state.now,
      reason: '',
      sampled: false,
      counters: {
        validation: emptyStageCounters(),
        pilot: emptyStageCounters(),
        production: emptyStageCounters(),
      },
    };
    const added = addCampaign(state, record);
    setStatus(state, added, 'draft', '', 'operator');
    replies.accept(requestId);
    return;
  }
  if (campaign.status === 'running') {
    replies.refuse(
      requestId,
      'campaign_running',
      `campaign ${settings.id} is running: pause it before you change its settings`,
    );
    return;
  }
  if (campaign.settings.pool !== settings.pool && campaign.live > 0) {
    replies.refuse(
      requestId,
      'campaign_busy',
      `campaign ${settings.id} still has live calls: wait until they end`,
    );
    return;
  }
  if (campaign.settings.pool !== settings.pool) {
    campaign.pool.campaigns.splice(campaign.pool.campaigns.indexOf(campaign), 1);
    campaign.pool = poolOf(state, settings.pool);
    campaign.pool.campaigns.push(campaign);
  }
  campaign.settings = settings;
  campaign.gate = gateOf(settings);
  campaign.pool.regroup = true;
  saveCampaign(state, campaign);
  replies.accept(requestId);
}

export function campaignCommand(state: State, input: CampaignCommandInput, replies: Replies): void {
  const campaign = state.campaigns.get(input.campaignId);
  const { requestId } = input;
  if (campaign === undefined) {
    replies.refuse(requestId, 'campaign_not_found', `campaign ${input.campaignId} does not exist`);
    return;
  }
  const problem = run(state, campaign, input);
  if (problem === undefined) replies.accept(requestId);
  else replies.refuse(requestId, problem.code, problem.message);
}

interface Problem {
  readonly code: string;
  readonly message: string;
}

function cannot(campaign: Campaign, command: string, remedy: string): Problem {
  return {
    code: 'campaign_state',
    message: `campaign ${campaign.settings.id} is ${campaign.status} and cannot ${command}: ${remedy}`,
  };
}

function run(state: State, campaign: Campaign, input: CampaignCommandInput): Problem | undefined {
  const { command, by, reason } = input;
  switch (command) {
    case 'start':
      if (campaign.status !== 'draft')
        return cannot(campaign, 'start', 'resume it, or clone it to run again');
      return begin(state, campaign, reason, by);
    case 'resume':
      if (campaign.status === 'halted' && reason.trim() === '')
        return {
          code: 'rectification_required',
          message: 'reason: say in writing what was put right, a halt is not lifted without it',
        };
      if (campaign.status !== 'paused' && campaign.status !== 'halted')
        return cannot(campaign, 'resume', 'only a paused or halted campaign resumes');
      return begin(state, campaign, reason, by);
    case 'approve':
      if (campaign.status !== 'awaiting-approval')
        return cannot(campaign, 'be approved', 'no gate waits for approval');
      if (!agentsFor(campaign, followingStage(campaign))) return noAgents(campaign, followingStage(campaign));
      nextStage(state, campaign, reason === '' ? `approved by ${by}` : reason, by);
      leaseSoon(state, campaign);
      return undefined;
    case 'pause':
      if (campaign.status !== 'running') return cannot(campaign, 'pause', 'only a running campaign pauses');
      leave(state, campaign, 'paused', reason, by);
      return undefined;
    case 'halt':
      if (
        campaign.status !== 'running' &&
        campaign.status !== 'paused' &&
        campaign.status !== 'awaiting-approval'
      )
        return cannot(campaign, 'halt', 'only a running, paused or waiting campaign halts');
      bump(state.totals.halts, 'operator');
      leave(state, campaign, 'halted', reason === '' ? `halted by ${by}` : reason, by);
      return undefined;
    case 'stop':
      if (campaign.status === 'completed' || campaign.status === 'stopped')
        return cannot(campaign, 'stop', 'it has ended already');
      leave(state, campaign, 'stopped', reason, by);
      return undefined;
  }
}

function followingStage(campaign: Campaign): StageName {
  return campaign.stage === 'validation' ? 'pilot' : 'production';
}

function agentsFor(campaign: Campaign, stage: StageName): boolean {
  return eligibleAgentOnline(campaign.pool, campaign.settings.stages[stage]);
}

function noAgents(campaign: Campaign, stage: StageName): Problem {
  const plan = campaign.settings.stages[stage];
  const teams = plan.teams === undefined ? '' : ` in team ${plan.teams.join(' or ')}`;
  return {
    code: 'no_agents',
    message: `stage ${stage} needs an agent of tier ${plan.tiers.join(' or ')}${teams} in pool ${campaign.settings.pool}: none is logged in`,
  };
}

function begin(state: State, campaign: Campaign, reason: string, by: string): Problem | undefined {
  if (!agentsFor(campaign, campaign.stage)) return noAgents(campaign, campaign.stage);
  campaign.starved = false;
  setStatus(state, campaign, 'running', reason, by);
  if (campaign.sampled) leaseSoon(state, campaign);
  else drawSamples(state, campaign);
  return undefined;
}

export function drawSamples(state: State, campaign: Campaign): void {
  if (campaign.sampling) return;
  campaign.sampling = true;
  emit(state, {
    type: 'draw-samples',
    campaignId: campaign.settings.id,
    seed: campaign.settings.id,
    stages: campaign.settings.stages,
  });
}

export function samplesDrawn(
  state: State,
  campaign: Campaign,
  sizes: Readonly<Record<StageName, number>>,
): void {
  campaign.sampling = false;
  if (sizes.validation + sizes.pilot + sizes.production === 0) {
    if (campaign.status === 'running')
      leave(state, campaign, 'paused', 'the campaign has no contacts: load a list, then resume', 'engine');
    return;
  }
  campaign.sampled = true;
  saveCampaign(state, campaign);
  leaseSoon(state, campaign);
}

/** No new calls from this instant; live ones end as they end. */
function leave(
  state: State,
  campaign: Campaign,
  status: 'paused' | 'halted' | 'stopped',
  reason: string,
  by: string,
): void {
  emptyHopper(state, campaign);
  campaign.limit = 'not-running';
  setStatus(state, campaign, status, reason, by);
}
