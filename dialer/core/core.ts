/**
 * The engine as one deterministic state machine: `step(input, now)` returns the effects. It reads no clock, random source,
 * socket or file; the same inputs at the same times give the same effects.
 */

import { abandonLawsOf, builtinPacks, combinePacks } from '../../compliance/index.js';
import { FairTurns } from '../../pacing/index.js';
import { restoreLedgers } from './abandon-ledger.js';
import { contactLeased, dialByHand, leaseOfContactFailed, previewRequest } from './agent-dialing.js';
import { agentRequest, disposition, endWrapUp, logIn, optOutByAgent } from './agent-requests.js';
import { dialWaitingLegs, legAnswered, logOut, recoverAgent } from './agents.js';
import { restoreLearned, saveLearned } from './answer-chance.js';
import { callRequest, holdOver, joined, joinFailed } from './call-actions.js';
import { channelEnded, lost, originateFailed } from './call-end.js';
import { releaseCallerId, saveCallerIds, setCallerIdPools } from './caller-ids.js';
import {
  abandon,
  answered,
  bridged,
  bridgeFailed,
  checkHangUp,
  hangUp,
  keyPressed,
  progressed,
  serveWaiting,
} from './calls.js';
import { followSchedule } from './campaign-schedule.js';
import {
  askCatchUp,
  baselineMeasured,
  beginWatch,
  catchUpFailed,
  caughtUp,
  resumeWatch,
} from './campaign-watch.js';
import { addCampaign, campaignCommand, drawSamples, samplesDrawn, saveSettings } from './campaigns.js';
import { decideGroup, decideSoon, intentOverdue, intentsCommitted, intentsFailed } from './dialing.js';
import type { Effect } from './effects.js';
import { emergencyStop } from './emergency-stop.js';
import { regroup, touch } from './groups.js';
import { endHandedOver, handedOverEnded } from './handed-over.js';
import {
  contactsReopened,
  emergencyAreasChanged,
  emptyHopper,
  leaseDue,
  leased,
  leaseFailed,
  leaseSoon,
  registriesChanged,
} from './hopper.js';
import { RandomBits } from './identifiers.js';
import {
  callerFound,
  inboundDue,
  inboundEnded,
  inboundJoined,
  inboundJoinFailed,
  inboundKey,
  inboundReceived,
  serveInbound,
} from './inbound.js';
import { makeState } from './initial-state.js';
import type { BootInput, Input, StoreInput, TelephonyInput } from './inputs.js';
import { type EpochMilliseconds, noDisposition } from './model.js';
import { monitorRequest } from './monitors.js';
import { consentChanged, dncChanged, forgetNumberChanges } from './number-changes.js';
import { previewOverdue } from './previews.js';
import { auditDue, legLost, reconcile, recoverAttempt, switchDown, switchUp } from './recovery.js';
import { sideLegInput } from './side-leg-events.js';
import { endSideLeg } from './side-legs.js';
import { gateMeasured, sampleExtended } from './stage-gates.js';
import { hasEnded, saveCampaign } from './stages.js';
import { type DeadlineTarget, emit, type InboundCall, makeBucket, type State } from './state.js';
import { drainSwitch } from './switch-drain.js';
import { newTrunkHealth } from './trunk-health.js';
import type { AgentDetail, EngineView } from './view.js';
import { agentDetail, buildView } from './view-builder.js';

export interface Core {
  /**
   * Takes one input at `now` (epoch milliseconds, never less than before) and returns what is to be done, in order.
   * Deadlines that fell due are handled first. The array is valid until the next step.
   */
  step(input: Input, now: EpochMilliseconds): readonly Effect[];
  /** When the core wants to be stepped next with a `tick`; Infinity when it waits for inputs alone. */
  nextDeadline(): EpochMilliseconds;
  /** The picture at `now`, which is not before the last step. */
  view(now: EpochMilliseconds): EngineView;
  /** One agent of the view, without the rest of it; undefined when nobody of that id has ever logged in. */
  agent(agentId: string): AgentDetail | undefined;
  /** True when no call is live and nobody wraps up: a drain may end early. */
  idle(): boolean;
  /** True when, besides, every agent is logged out: the run is over. */
  ended(): boolean;
}

/** Answers to operators' requests. */
export interface Replies {
  accept(requestId: string): void;
  refuse(requestId: string, code: string, message: string): void;
}

/** Ended channels are remembered this long, for listings that were taken before their end. */
const endedMemoryMilliseconds = 60_000;
const housekeepingMilliseconds = 30_000;

/** @param state where it works; tests hand one in to look into it */
export function createCore(state: State = makeState()): Core {
  const replies: Replies = {
    accept: (requestId) => emit(state, { type: 'reply', requestId, ok: true, code: '', message: '' }),
    refuse: (requestId, code, message) => emit(state, { type: 'reply', requestId, ok: false, code, message }),
  };

  function step(input: Input, now: EpochMilliseconds): readonly Effect[] {
    if (!state.booted && input.type !== 'boot') throw new Error('the first input of a run is boot');
    if (now < state.now) throw new Error(`time runs backwards: ${now} after ${state.now}`);
    state.now = now;
    state.effects = [];
    for (;;) {
      const due = state.deadlines.take(now);
      if (due === undefined) break;
      fire(state, due);
    }
    apply(state, input, replies);
    settle(state);
    return state.effects;
  }

  return {
    step,
    nextDeadline: () => state.deadlines.next(),
    view: (now) => buildView(state, now),
    agent: (agentId) => {
      const agent = state.agents.get(agentId);
      return agent && agentDetail(agent);
    },
    idle: () => {
      if (state.attempts.size > 0) return false;
      for (const campaign of state.campaigns.values()) if (campaign.wrapping > 0) return false;
      return true;
    },
    ended: () => {
      if (state.attempts.size > 0) return false;
      for (const agent of state.agents.values()) if (agent.state !== 'offline') return false;
      return true;
    },
  };
}

/** What follows from the inputs of this step: agents for those who wait, groups, decisions. */
function settle(state: State): void {
  for (const pool of state.pools.values()) {
    if (pool.regroup) regroup(state, pool);
    if (!pool.offer) continue;
    pool.offer = false;
    serveWaiting(state, pool);
    if (state.inbound.size > 0) serveInbound(state, pool);
  }
  // A decision may touch its own group again: it is taken off first, so that it is seen once more.
  for (let group = state.touched.shift(); group !== undefined; group = state.touched.shift())
    decideSoon(state, group);
  saveCallerIds(state);
  for (let last = state.counted.at(-1); last !== undefined; last = state.counted.at(-1))
    saveCampaign(state, last);
}

function apply(state: State, input: Input, replies: Replies): void {
  switch (input.type) {
    case 'tick':
      return;
    case 'boot':
      boot(state, input);
      return;
    case 'campaign-save':
      saveSettings(state, input, replies);
      return;
    case 'campaign-command':
      campaignCommand(state, input, replies);
      return;
    case 'caller-id-pools-changed':
      setCallerIdPools(state, input.pools);
      return;
    case 'caller-id-release':
      releaseCallerId(state, input, replies);
      return;
    case 'emergency-stop':
      emergencyStop(state, input, replies);
      return;
    case 'drain-switch':
      drainSwitch(state, input, replies);
      return;
    case 'agent-login':
      logIn(state, input, replies);
      return;
    case 'agent-ready':
    case 'agent-pause':
    case 'agent-logout':
    case 'agent-hangup':
    case 'agent-ending':
    case 'agent-inbound':
      agentRequest(state, input, replies);
      return;
    case 'agent-call':
      callRequest(state, input, replies);
      return;
    case 'monitor-start':
    case 'monitor-stop':
      monitorRequest(state, input, replies);
      return;
    case 'disposition':
      disposition(state, input, replies);
      return;
    case 'agent-preview':
      previewRequest(state, input, replies);
      return;
    case 'agent-dial':
      dialByHand(state, input, replies);
      return;
    case 'agent-opt-out':
      optOutByAgent(state, input, replies);
      return;
    case 'dnc-changed':
      dncChanged(state, input.number, input.listed, input.campaignId);
      if (!input.listed) contactsReopened(state, input.campaignId);
      return;
    case 'registries-changed':
      registriesChanged(state, input.lists);
      return;
    case 'emergency-areas-changed':
      emergencyAreasChanged(state, input.areas);
      return;
    case 'consent-changed':
      consentChanged(state, input.number, input.word);
      if (input.word.decision === 'granted') contactsReopened(state);
      return;
    case 'contacts-changed': {
      const campaign = state.campaigns.get(input.campaignId);
      if (campaign !== undefined) {
        campaign.changedSinceLease = true;
        leaseSoon(state, campaign);
      }
      return;
    }
    case 'drain':
      drain(state, input.deadlineAt);
      return;
    case 'leads-leased':
    case 'contact-leased':
    case 'intents-committed':
    case 'samples-drawn':
    case 'sample-extended':
    case 'stage-measured':
    case 'attempts-found':
    case 'caller-found':
    case 'store-failed':
    case 'store-recovered':
      applyStore(state, input);
      return;
    default:
      applyTelephony(state, input);
  }
}

// ---------------------------------------------------------------- start and end

function boot(state: State, input: BootInput): void {
  state.booted = true;
  state.installation = input.installation;
  state.random = new RandomBits(input.seed);
  state.emergencyStop = input.emergencyStop;
  setCallerIdPools(state, input.callerIdPools ?? [], input.callerIds);
  state.emergencyAreas = input.emergencyAreas ?? [];
  state.registries = input.registries?.lists ?? [];
  state.registriesRequired = input.registries?.required ?? false;
  state.packs = combinePacks(builtinPacks, input.packs ?? []);
  state.abandonLaws = abandonLawsOf(state.packs);
  for (const settings of input.switches) {
    state.switches.set(settings.id, {
      settings,
      up: false,
      since: state.now,
      reason: 'not connected yet',
      instanceId: '',
      channels: 0,
      bucket: makeBucket(settings.callsPerSecond, state.now),
      drain: input.switchDrains?.find(({ switchId }) => switchId === settings.id),
      trunks: [],
      turns: new FairTurns(),
      agentDials: new Set(),
      agentDialTimer: undefined,
      auditTimer: undefined,
      discrepancies: 0,
      orphans: 0,
    });
  }
  for (const settings of input.trunks) {
    const line = state.switches.get(settings.switchId);
    if (line === undefined)
      throw new Error(`trunk ${settings.name}: switchId "${settings.switchId}" is not a switch`);
    const trunk = {
      settings,
      line,
      channels: 0,
      bucket: makeBucket(settings.callsPerSecond, state.now),
      failures: 0,
      refusals: 0,
      restUntil: 0,
      probesLeft: 0,
      health: newTrunkHealth(),
      credit: 0,
    };
    line.trunks.push(trunk);
    state.trunks.push(trunk);
  }
  for (const record of input.campaigns) {
    const campaign = addCampaign(state, record);
    restoreLedgers(
      campaign,
      (input.ledger ?? []).filter((row) => row.campaignId === record.settings.id),
    );
    const watched = input.watches?.find(({ campaignId }) => campaignId === record.settings.id);
    if (campaign.stage === 'production' && !hasEnded(campaign.status))
      resumeWatch(state, campaign, watched?.snapshot);
    if (campaign.status !== 'running') continue;
    if (campaign.sampled) leaseSoon(state, campaign);
    else drawSamples(state, campaign);
  }
  for (const pool of state.pools.values()) restoreLearned(pool, input.learned ?? []);
  for (const session of input.agents) recoverAgent(state, session);
  for (const open of input.openAttempts) recoverAttempt(state, open);
  state.deadlines.set(state.now + housekeepingMilliseconds, { kind: 'housekeeping' });
}

function drain(state: State, deadlineAt: EpochMilliseconds): void {
  if (!state.draining) {
    state.draining = true;
    for (const campaign of state.campaigns.values()) emptyHopper(state, campaign);
    saveLearned(state, true);
    saveCallerIds(state, true);
  }
  scheduleDrainEnd(state, deadlineAt);
}

function scheduleDrainEnd(state: State, at: EpochMilliseconds): void {
  state.deadlines.cancel(state.drainTimer);
  state.drainTimer = state.deadlines.set(at, { kind: 'drain-end' });
}

/** Releases what is left: the shell gives the switch a moment to confirm, then records what it could not. */
function endDrain(state: State): void {
  const released = state.released;
  state.released = true;
  for (const attempt of [...state.attempts.values()]) {
    if (released && attempt.state !== 'intended') lost(state, attempt);
    else if (attempt.state === 'intended') intentOverdue(state, attempt);
    else hangUp(state, attempt, 'drain');
  }
  for (const agent of state.agents.values()) {
    if (agent.attempt !== undefined && agent.attempt.state === 'ended')
      endWrapUp(state, agent, noDisposition, '', undefined);
    if (agent.state !== 'offline' && agent.attempt === undefined) logOut(state, agent, 'service stopped');
    else agent.logoutAfter = true;
  }
  if (state.attempts.size > 0) scheduleDrainEnd(state, state.now + 2_000);
}

// ---------------------------------------------------------------- the store

function applyStore(state: State, input: StoreInput): void {
  switch (input.type) {
    case 'leads-leased': {
      const campaign = state.campaigns.get(input.campaignId);
      if (campaign !== undefined) leased(state, campaign, input.stage, input.leads, input.summary);
      return;
    }
    case 'contact-leased':
      contactLeased(state, input);
      return;
    case 'intents-committed':
      intentsCommitted(state, input.results);
      return;
    case 'samples-drawn': {
      const campaign = state.campaigns.get(input.campaignId);
      if (campaign !== undefined) samplesDrawn(state, campaign, input.sizes);
      return;
    }
    case 'sample-extended': {
      const campaign = state.campaigns.get(input.campaignId);
      if (campaign !== undefined) sampleExtended(state, campaign, input);
      return;
    }
    case 'stage-measured': {
      const campaign = state.campaigns.get(input.campaignId);
      if (campaign === undefined) return;
      if (input.purpose === 'gate') gateMeasured(state, campaign, input);
      else baselineMeasured(state, campaign, input);
      return;
    }
    case 'attempts-found': {
      const campaign = state.campaigns.get(input.campaignId);
      if (campaign !== undefined) caughtUp(state, campaign, input.attempts);
      return;
    }
    case 'caller-found': {
      const call = state.inbound.get(input.channelId);
      if (call !== undefined) callerFound(state, call, input.found);
      return;
    }
    case 'store-failed': {
      state.storeFailed = true;
      const campaign = input.campaignId === undefined ? undefined : state.campaigns.get(input.campaignId);
      const agent = state.agents.get(input.agentId ?? '');
      if (input.operation === 'lease-contact' && agent !== undefined) leaseOfContactFailed(state, agent);
      if (input.operation === 'lease' && campaign !== undefined) leaseFailed(state, campaign);
      if (input.operation === 'sample' && campaign !== undefined) {
        campaign.sampling = false;
        campaign.extending = false;
      }
      if (input.operation === 'measure' && campaign !== undefined) {
        campaign.measuring = false;
        campaign.baselining = false;
        catchUpFailed(campaign);
      }
      if (input.operation === 'intents') intentsFailed(state, input.attemptIds ?? []);
      return;
    }
    case 'store-recovered':
      state.storeFailed = false;
      for (const campaign of state.campaigns.values()) {
        if (campaign.stage === 'production' && !hasEnded(campaign.status)) {
          if (campaign.watch === undefined) beginWatch(state, campaign);
          askCatchUp(state, campaign);
        }
        if (campaign.status !== 'running') continue;
        if (campaign.sampled) leaseSoon(state, campaign);
        else drawSamples(state, campaign);
      }
      for (const pool of state.pools.values()) for (const group of pool.groups) touch(state, group);
  }
}

// ---------------------------------------------------------------- the switch

function applyTelephony(state: State, input: TelephonyInput): void {
  const line = state.switches.get(input.switchId);
  if (line === undefined) return;
  switch (input.type) {
    case 'switch-up':
      switchUp(state, line, input);
      return;
    case 'switch-down':
      switchDown(state, line, input.reason);
      return;
    case 'switch-channels':
      if (line.up) reconcile(state, line, input.channels, input.requestedAt, false);
      return;
    case 'inbound-call':
      inboundReceived(state, line, input.channelId, input.from, input.to);
      return;
    default:
  }
  const agent = state.agentsByLeg.get(input.channelId);
  if (agent !== undefined) {
    if (input.type === 'channel-answered') legAnswered(state, agent);
    else if (input.type === 'channel-ended') legLost(state, agent, `leg ended: ${input.cause}`);
    else if (input.type === 'originate-failed') legLost(state, agent, `leg failed: ${input.cause}`);
    return;
  }
  const sideLeg = state.sideLegs.get(input.channelId);
  if (sideLeg !== undefined) {
    sideLegInput(state, sideLeg, input);
    return;
  }
  const inbound = state.inbound.get(input.channelId);
  if (inbound !== undefined) {
    inboundInput(state, inbound, input);
    return;
  }
  const handedOver = state.handedOver.get(input.channelId);
  if (handedOver !== undefined) {
    if (input.type === 'channel-ended') handedOverEnded(state, handedOver);
    return;
  }
  const attempt = state.attempts.get(input.channelId);
  if (attempt === undefined) return;
  switch (input.type) {
    case 'channel-progress':
      progressed(state, attempt);
      return;
    case 'channel-answered':
      answered(state, attempt, input.answeredBy);
      return;
    case 'channel-bridged':
      if (attempt.connectedAt === undefined) bridged(state, attempt, input.otherChannelId);
      else joined(state, attempt, input.channelId, input.otherChannelId);
      return;
    case 'channel-ended':
      channelEnded(state, attempt, input);
      return;
    case 'originate-failed':
      originateFailed(state, attempt, input.cause, input.local);
      return;
    case 'bridge-failed':
      if (attempt.connectedAt !== undefined) joinFailed(state, attempt);
      else if (attempt.agent?.legId === input.agentLegId) bridgeFailed(state, attempt);
      return;
    case 'key-pressed':
      keyPressed(state, attempt, input.key);
  }
}

function inboundInput(state: State, call: InboundCall, input: TelephonyInput): void {
  switch (input.type) {
    case 'channel-bridged':
      inboundJoined(state, call, input.otherChannelId);
      return;
    case 'bridge-failed':
      inboundJoinFailed(state, call);
      return;
    case 'key-pressed':
      inboundKey(state, call, input.key);
      return;
    case 'channel-ended':
      inboundEnded(state, call);
      return;
    default:
  }
}

// ---------------------------------------------------------------- deadlines

function fire(state: State, due: DeadlineTarget): void {
  switch (due.kind) {
    case 'intent':
      due.attempt.timer = undefined;
      intentOverdue(state, due.attempt);
      return;
    case 'ring':
      hangUp(state, due.attempt, 'ring time');
      return;
    case 'answer-wait':
      abandon(state, due.attempt);
      return;
    case 'bridge':
      bridgeFailed(state, due.attempt);
      return;
    case 'safe-harbour':
      hangUp(state, due.attempt, 'message over');
      return;
    case 'talk':
      hangUp(state, due.attempt, 'longest talk');
      return;
    case 'hang-up':
      checkHangUp(state, due.attempt);
      return;
    case 'join':
      joinFailed(state, due.attempt);
      return;
    case 'hold':
      holdOver(state, due.attempt);
      return;
    case 'side-leg':
      endSideLeg(state, due.leg);
      return;
    case 'inbound':
      inboundDue(state, due.call);
      return;
    case 'handed-over':
      endHandedOver(state, due.call);
      return;
    case 'agent-connect':
      due.agent.timer = undefined;
      if (due.agent.state === 'connecting') logOut(state, due.agent, 'leg not answered');
      return;
    case 'wrap-up':
      due.agent.timer = undefined;
      endWrapUp(state, due.agent, noDisposition, '', undefined);
      return;
    case 'reserved':
      due.agent.timer = undefined;
      if (due.agent.preview !== undefined) previewOverdue(state, due.agent);
      else if (due.agent.asked !== undefined) leaseOfContactFailed(state, due.agent);
      else if (due.agent.state === 'reserved' && due.agent.attempt !== undefined)
        hangUp(state, due.agent.attempt, 'reservation ran out');
      return;
    case 'lease':
      leaseDue(state, due.campaign);
      return;
    case 'schedule':
      followSchedule(state, due.campaign);
      return;
    case 'decide':
      due.group.timer = undefined;
      decideGroup(state, due.group);
      return;
    case 'audit':
      auditDue(state, due.line);
      return;
    case 'agent-dial':
      due.line.agentDialTimer = undefined;
      dialWaitingLegs(state, due.line);
      return;
    case 'drain-end':
      endDrain(state);
      return;
    case 'housekeeping':
      for (const [id, at] of state.ended) {
        if (at > state.now - endedMemoryMilliseconds) break;
        state.ended.delete(id);
      }
      forgetNumberChanges(state);
      saveLearned(state);
      saveCallerIds(state, true);
      state.deadlines.set(state.now + housekeepingMilliseconds, { kind: 'housekeeping' });
  }
}
