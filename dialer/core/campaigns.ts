/** What operators do with campaigns: save, start, pause, resume, stop, halt, approve. */
import { builtinPacks, createGate, type RulePack } from '../../compliance/index.js';
import { pacerNames } from '../../pacing/index.js';
import { said } from '../kpi/words.js';
import { newAim } from './abandon-aim.js';
import { ALWAYS, followSchedule, isOpen, scheduleAt } from './campaign-schedule.js';
import { beginWatch, clearWatch, watchSettings } from './campaign-watch.js';
import type { Replies } from './core.js';
import { impossibleCondition } from './gates.js';
import { halt, leaveRunning as leave, rectify } from './halts.js';
import { leaseSoon } from './hopper.js';
import type { CampaignCommandInput, CampaignSaveInput } from './inputs.js';
import {
  type CampaignRecord,
  type CampaignSettings,
  emptyStageCounters,
  STAGES,
  type StageName,
} from './model.js';
import { poolOf } from './pools.js';
import { withVersions } from './segments.js';
import { staffInStage, staffInWords, staffOnline } from './staffing.js';
import { enterStage, extendSample, newProgress, nextStage, saveCampaign, setStatus } from './stages.js';
import { type Campaign, emit, type State } from './state.js';

/**
 * The compliance gate that a campaign with these settings asks.
 *
 * @param registriesRequired refuse calls whose rules ask for a registry that is not held, unless the campaign is exempt
 * @param packs rule packs in force
 */
export function gateOf(
  settings: CampaignSettings,
  registriesRequired: boolean,
  packs: readonly RulePack[] = builtinPacks,
): Campaign['gate'] {
  return createGate({
    packs,
    registries: registriesRequired && settings.registryExemption === undefined ? 'required' : 'if-present',
    maxAttemptsPerDay: settings.attemptsPerDay,
    campaign: {
      maxAttemptsPerDay: settings.attemptsPerDay,
      ...(settings.callingHours === undefined ? {} : { hours: settings.callingHours }),
      ...(settings.consentRequired ? { requireConsent: settings.consentLevel ?? 'express' } : {}),
    },
  });
}

/** Contacts of a validation after a rectification, where the campaign names no number. */
const defaultRevalidation = 50;

export function addCampaign(state: State, record: CampaignRecord): Campaign {
  const { settings } = record;
  const pool = poolOf(state, settings.pool);
  const campaign: Campaign = {
    settings,
    version: record.version ?? 1,
    createdAt: record.createdAt,
    startedAt: record.startedAt,
    status: record.status,
    stage: record.stage,
    statusSince: record.statusSince,
    reason: record.reason,
    reasonSaid: record.reasonSaid ?? [],
    sampled: record.sampled,
    sampling: false,
    counters: {
      validation: { ...record.counters.validation },
      pilot: { ...record.counters.pilot },
      production: { ...record.counters.production },
    },
    progress: { ...newProgress(), ...record.progress },
    measuring: false,
    extending: false,
    watch: undefined,
    baselining: false,
    pool,
    gate: gateOf(settings, state.registriesRequired, state.packs),
    ledgers: new Map(),
    aim: newAim(),
    abandonLaws: state.abandonLaws,
    laws: undefined,
    groups: [],
    hopper: [],
    withAgents: new Set(),
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
    heldPhase: undefined,
    awaitedPhase: undefined,
    nextDueAt: undefined,
    starved: false,
    callerIdsSpent: false,
    heldBy: undefined,
    awaitsRegistry: false,
    limit: 'not-running',
    schedule: ALWAYS,
    scheduleTimer: undefined,
  };
  state.campaigns.set(settings.id, campaign);
  pool.campaigns.push(campaign);
  pool.regroup = true;
  followSchedule(state, campaign);
  return campaign;
}

/** Creates a campaign, or changes the settings of one that is not running. */
export function saveSettings(
  state: State,
  { settings: given, ifVersion, requestId }: CampaignSaveInput,
  replies: Replies,
): void {
  if (!pacerNames.includes(given.pacing.method)) {
    replies.refuse(
      requestId,
      'pacing_unknown',
      `pacing.method: "${given.pacing.method}" is unknown, use one of ${pacerNames.join(', ')}`,
    );
    return;
  }
  try {
    gateOf(given, state.registriesRequired, state.packs);
  } catch (error) {
    replies.refuse(requestId, 'calling_hours_invalid', `callingHours: ${(error as Error).message}`);
    return;
  }
  try {
    scheduleAt(given.schedule, state.now);
  } catch (error) {
    replies.refuse(requestId, 'schedule_invalid', `schedule.${(error as Error).message}`);
    return;
  }
  for (const stage of STAGES) {
    const problem = impossibleCondition(given.stages, stage);
    if (problem !== undefined) {
      replies.refuse(requestId, 'gate_impossible', `stages.${stage}.gate.${problem}`);
      return;
    }
  }
  const campaign = state.campaigns.get(given.id);
  if (ifVersion === 0 && campaign !== undefined) {
    replies.refuse(
      requestId,
      'campaign_exists',
      `there is a campaign ${given.id} already: choose another id`,
    );
    return;
  }
  if (ifVersion !== undefined && ifVersion !== (campaign?.version ?? 0)) {
    replies.refuse(
      requestId,
      'version_stale',
      `campaign ${given.id} was changed meanwhile: fetch it again and make the change on version ${campaign?.version ?? 0}`,
    );
    return;
  }
  const settings = withVersions(given, campaign?.settings);
  if (campaign === undefined) {
    const record: CampaignRecord = {
      settings,
      version: 1,
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
  const watchedBefore = JSON.stringify(watchSettings(campaign));
  campaign.settings = settings;
  campaign.version++;
  campaign.gate = gateOf(settings, state.registriesRequired, state.packs);
  campaign.aim.at = Number.NEGATIVE_INFINITY;
  campaign.pool.regroup = true;
  followSchedule(state, campaign);
  saveCampaign(state, campaign);
  // What was gathered under other settings has another meaning.
  if (campaign.stage === 'production' && JSON.stringify(watchSettings(campaign)) !== watchedBefore)
    beginWatch(state, campaign);
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
      return resume(state, campaign, input);
    case 'approve':
      if (campaign.status !== 'awaiting-approval')
        return cannot(campaign, 'be approved', 'no gate waits for approval');
      if (!agentsFor(campaign, followingStage(campaign))) return noAgents(campaign, followingStage(campaign));
      approveGate(state, campaign, by, reason);
      nextStage(state, campaign, reason === '' ? `approved by ${by}` : reason, by);
      if (campaign.stage === 'production') beginWatch(state, campaign);
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
      halt(state, campaign, {
        at: state.now,
        stage: campaign.stage,
        kind: 'operator',
        by,
        text: reason === '' ? `halted by ${by}` : reason,
        ...(reason === '' ? { said: [said('halted_by', { by })] } : {}),
      });
      return undefined;
    case 'stop':
      if (campaign.status === 'completed' || campaign.status === 'stopped')
        return cannot(campaign, 'stop', 'it has ended already');
      leave(state, campaign, 'stopped', reason, by);
      return undefined;
  }
}

/** The named operator and the comment go into the gate's record. */
function approveGate(state: State, campaign: Campaign, by: string, comment: string): void {
  const { progress } = campaign;
  const last = progress.gates.at(-1);
  if (last === undefined) return;
  progress.gates = [...progress.gates.slice(0, -1), { ...last, approval: { at: state.now, by, comment } }];
}

/**
 * A halted campaign resumes on a written rectification. One that touched script, offer, list or team is tried in a fresh short
 * validation first, and goes back to where it was when that has passed.
 */
function resume(state: State, campaign: Campaign, input: CampaignCommandInput): Problem | undefined {
  const { by, reason, touched = ['other'] } = input;
  if (campaign.status !== 'halted') return begin(state, campaign, reason, by);
  const { stage } = campaign;
  const afresh = touched.some((part) => part !== 'other') && stage !== 'validation';
  const needed = afresh ? 'validation' : stage;
  if (!agentsFor(campaign, needed)) return noAgents(campaign, needed);
  rectify(campaign, { at: state.now, by, text: reason, touched });
  clearWatch(state, campaign);
  if (afresh) {
    campaign.progress.returnTo = stage;
    enterStage(campaign, 'validation', state.now);
    extendSample(state, campaign, revalidationSize(campaign));
  } else if (stage !== 'production') campaign.progress.measuredFrom = state.now;
  return begin(state, campaign, reason, by);
}

/** As many contacts as the first validation was planned with. */
function revalidationSize(campaign: Campaign): number {
  const { contacts } = campaign.settings.stages.validation;
  return contacts === undefined || contacts === 0 ? defaultRevalidation : contacts;
}

function followingStage(campaign: Campaign): StageName {
  if (campaign.progress.returnTo !== undefined) return campaign.progress.returnTo;
  return campaign.stage === 'validation' ? 'pilot' : 'production';
}

function agentsFor(campaign: Campaign, stage: StageName): boolean {
  return staffOnline(campaign.pool, staffInStage(campaign, stage));
}

function noAgents(campaign: Campaign, stage: StageName): Problem {
  return {
    code: 'no_agents',
    message: `stage ${stage} needs an agent of tier ${staffInWords(staffInStage(campaign, stage))} in pool ${campaign.settings.pool}: none is logged in`,
  };
}

function begin(state: State, campaign: Campaign, reason: string, by: string): Problem | undefined {
  followSchedule(state, campaign);
  if (campaign.schedule.ended)
    return {
      code: 'schedule_ended',
      message: `the schedule of campaign ${campaign.settings.id} is over: give it a later schedule.until`,
    };
  // Started while it is closed, it begins when it opens: whoever works it need not be there before.
  if (isOpen(campaign) && !agentsFor(campaign, campaign.stage)) return noAgents(campaign, campaign.stage);
  campaign.starved = !campaign.schedule.open;
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
    ...(campaign.settings.sampling === undefined ? {} : { sampling: campaign.settings.sampling }),
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
      leave(state, campaign, 'paused', 'the campaign has no contacts: load a list, then resume', 'engine', [
        said('no_contacts'),
      ]);
    return;
  }
  campaign.sampled = true;
  saveCampaign(state, campaign);
  leaseSoon(state, campaign);
}
