/** Builds the view from the state, in words that an operator understands. */

import type { PacingExplanation } from '../../pacing/index.js';
import { abandonSentence, abandonView } from './abandon-aim.js';
import { usesHints } from './answer-chance.js';
import { callerIdViews } from './caller-id-views.js';
import { watchView } from './campaign-watch.js';
import { diagnose } from './diagnosis.js';
import { heldOf } from './group-snapshot.js';
import type { EpochMilliseconds } from './model.js';
import { presentStaff } from './staffing.js';
import { campaignRecord, phaseWait } from './stages.js';
import {
  type Agent,
  agentSession,
  type Campaign,
  type LiveAttempt,
  type MutableTotals,
  type PacingGroup,
  type Preview,
  type State,
  type TrunkState,
} from './state.js';
import { failedShare, isDegraded, onProbation, postDialDelay } from './trunk-health.js';
import type {
  AgentAttemptView,
  AgentDetail,
  AgentView,
  CallView,
  CampaignView,
  EngineTotals,
  EngineView,
  PreviewView,
  SwitchView,
  TrunkView,
} from './view.js';

export function buildView(state: State, now: EpochMilliseconds): EngineView {
  const campaigns: CampaignView[] = [];
  for (const campaign of state.campaigns.values()) campaigns.push(campaignView(state, campaign));
  const agents: AgentView[] = [];
  const seconds = { ...state.totals.agentStateSeconds };
  for (const agent of state.agents.values()) {
    seconds[agent.state] += Math.max(0, now - agent.stateSince) / 1000;
    agents.push(agentView(agent));
  }
  const switches: SwitchView[] = [];
  for (const line of state.switches.values()) {
    switches.push({
      switchId: line.settings.id,
      connected: line.up,
      since: line.since,
      reason: line.reason,
      channels: line.channels,
      discrepancies: line.discrepancies,
      orphans: line.orphans,
      ...(line.drain === undefined ? {} : { drain: line.drain }),
    });
  }
  return {
    now,
    draining: state.draining,
    ...(state.emergencyStop === undefined ? {} : { emergencyStop: state.emergencyStop }),
    storeFailed: state.storeFailed,
    campaigns,
    agents,
    switches,
    trunks: state.trunks.map(trunkView),
    callerIds: callerIdViews(state, now),
    totals: copyTotals(state.totals, seconds),
  };
}

function trunkView(trunk: TrunkState): TrunkView {
  const { settings, line, channels, failures, refusals, restUntil } = trunk;
  const { name, switchId, maximumChannels, callsPerSecond, weight } = settings;
  const failed = failedShare(trunk);
  const delay = postDialDelay(trunk);
  const { up: connected, reason } = line;
  return {
    name,
    switchId,
    connected,
    reason,
    channels,
    maximumChannels,
    callsPerSecond,
    failures,
    refusals,
    restUntil,
    onProbation: onProbation(trunk),
    degraded: isDegraded(trunk),
    ...(failed === undefined ? {} : { failedShare: failed }),
    ...(delay === undefined ? {} : { postDialDelay: delay }),
    ...(weight === undefined ? {} : { weight }),
  };
}

export function agentView(agent: Agent): AgentView {
  return {
    ...agentSession(agent),
    attemptId: agent.attempt?.id ?? '',
    campaignId: agent.attempt?.campaign.settings.id ?? '',
    contactId: agent.attempt?.lead.contactId ?? '',
    ...(agent.inbound === undefined
      ? {}
      : {
          inbound: {
            campaignId: agent.inbound.campaign?.settings.id ?? '',
            contactId: agent.inbound.found?.contactId ?? '',
            attemptId: agent.inbound.found?.attemptId ?? '',
          },
        }),
    ...(agent.attempt?.state === 'connected' ? { call: callView(agent.attempt) } : {}),
  };
}

function callView({ handling }: LiveAttempt): CallView {
  const consult = handling?.consult;
  return {
    mode: handling?.mode ?? 'talking',
    muted: handling?.muted ?? false,
    recording: handling?.recording?.active ?? false,
    changing: handling?.joining !== undefined,
    ...(consult === undefined
      ? {}
      : {
          consult: {
            to: consult.to,
            state: consult.joined ? 'connected' : consult.answered ? 'answered' : 'ringing',
          },
        }),
    monitors: (handling?.monitors ?? []).map(({ by, mode }) => ({ by, mode })),
  };
}

export function agentDetail(agent: Agent): AgentDetail {
  const { attempt, preview, pauseAfter, timer } = agent;
  return {
    ...agentView(agent),
    logoutAfter: agent.logoutAfter,
    ...(preview !== undefined && { preview: previewView(preview) }),
    ...(attempt !== undefined && { attempt: attemptView(attempt) }),
    ...(agent.state === 'wrap-up' && timer !== undefined && { wrapUpUntil: timer.at }),
    ...(pauseAfter !== undefined && { pauseAfter }),
  };
}

function previewView({ campaign, entry, since, until }: Preview): PreviewView {
  const { contactId } = entry.lead;
  return { campaignId: campaign.settings.id, contactId, number: entry.request.number, since, until };
}

function attemptView(attempt: LiveAttempt): AgentAttemptView {
  const { id, campaign, lead, number, stage, state, intent, optedOut } = attempt;
  const { script, offer } = intent;
  const { dialedAt, ringingAt, answeredAt, connectedAt, endedAt } = attempt;
  return {
    attemptId: id,
    campaignId: campaign.settings.id,
    contactId: lead.contactId,
    number,
    stage,
    state,
    optedOut,
    ...(script !== undefined && { script }),
    ...(offer !== undefined && { offer }),
    ...(dialedAt !== undefined && { dialedAt }),
    ...(ringingAt !== undefined && { ringingAt }),
    ...(answeredAt !== undefined && { answeredAt }),
    ...(connectedAt !== undefined && { connectedAt }),
    ...(endedAt !== undefined && { endedAt }),
  };
}

function copyTotals(totals: MutableTotals, agentStateSeconds: Record<string, number>): EngineTotals {
  const copy = structuredClone(totals);
  return { ...copy, agentStateSeconds };
}

/** The group with the most agents: with one switch, the only one. */
function mainGroup(campaign: Campaign): PacingGroup | undefined {
  let main: PacingGroup | undefined;
  for (const group of campaign.groups) if (main === undefined || group.total > main.total) main = group;
  return main;
}

/** The campaign's share of what its groups' pacers last asked for. */
function wantedLines(campaign: Campaign): number {
  let wanted = 0;
  for (const group of campaign.groups)
    wanted += Math.round(group.wanted / Math.max(1, group.campaigns.length));
  return wanted;
}

/** What the group's pacer says of its last decision, with what the engine feeds it for this campaign. */
function pacingView(campaign: Campaign, ledgers: string): PacingExplanation | undefined {
  const group = mainGroup(campaign);
  if (group === undefined) return undefined;
  const explained = group.pacer.explain();
  const added: Record<string, number> = { handoverSeconds: group.handover };
  const said = [explained.text];
  const held = heldOf(group);
  if (held > 0) {
    added['agentsHeld'] = held;
    said.push(`${held} ready agents are kept for inbound calls`);
  }
  if (usesHints(campaign)) {
    const { outcomes, brier, brierOfMean } = campaign.pool.answers.report();
    const chance = meanChance(campaign);
    if (chance !== undefined) added['hopperAnswerChance'] = chance;
    added['outcomesLearned'] = outcomes;
    if (outcomes > 0) {
      added['forecastBrier'] = brier;
      added['forecastBrierOfMean'] = brierOfMean;
    }
  }
  if (ledgers !== '') said.push(ledgers);
  return { ...explained, estimates: { ...explained.estimates, ...added }, text: said.join('; ') };
}

/** Mean forecast of the answers to the leads in the hopper. */
function meanChance({ hopper }: Campaign): number | undefined {
  let sum = 0;
  let count = 0;
  for (const { hint } of hopper) {
    if (hint?.pHint === undefined) continue;
    sum += hint.pHint;
    count++;
  }
  return count === 0 ? undefined : sum / count;
}

function campaignView(state: State, campaign: Campaign): CampaignView {
  const running = campaign.status === 'running';
  const diagnosis = diagnose(state, campaign, mainGroup(campaign));
  const abandon = abandonView(campaign, state.now);
  const pacing = running ? pacingView(campaign, abandonSentence(abandon)) : undefined;
  return {
    record: campaignRecord(campaign),
    hopper: campaign.hopper.length + campaign.personal.length,
    inFlight: campaign.inFlight,
    waiting: campaign.waiting,
    talking: campaign.talking,
    linesTarget: campaign.inFlight + wantedLines(campaign),
    limit: campaign.status === 'running' ? campaign.limit : 'not-running',
    diagnosis: diagnosis.text,
    why: diagnosis,
    open: campaign.open,
    untried: campaign.untried,
    staff: presentStaff(campaign),
    schedule: campaign.schedule,
    ...phaseView(campaign),
    ...(campaign.nextDueAt === undefined ? {} : { nextDueAt: campaign.nextDueAt }),
    ...(pacing === undefined ? {} : { pacing }),
    ...(campaign.watch === undefined ? {} : { watch: watchView(campaign.watch, state.now) }),
    abandon,
  };
}

function phaseView(campaign: Campaign): Pick<CampaignView, 'phase'> {
  const { settings, stage, progress } = campaign;
  const of = settings.stages[stage].phases?.length ?? 1;
  if (of === 1) return {};
  const waiting = phaseWait(campaign);
  const number = Math.min(progress.phase + 1, of);
  return { phase: { number, of, ...(waiting === undefined ? {} : { waiting }) } };
}
