/**
 * After a start, a lost link or a suspicion: the engine's picture is set against the switch's list of channels. What
 * the switch has and we do not know is an orphan and is hung up; what we have and it does not is lost.
 */
import type { ChannelSnapshot } from '../telephony/port.js';
import {
  becomeFree,
  dialWaitingLegs,
  forgetLeg,
  legAnswered,
  saveSession,
  setAgentState,
  watchConnect,
} from './agents.js';
import { followBridge } from './call-actions.js';
import { lost } from './call-end.js';
import { expectedPartner } from './call-handling.js';
import {
  abandon,
  answered,
  bridged,
  bridgeFailed,
  hangUp,
  leaveLines,
  mayBeBridged,
  progressed,
  watchRing,
} from './calls.js';
import { endUnanswered } from './emergency-stop.js';
import { countLine, touch } from './groups.js';
import { adoptHandedOver, handedOverEnded } from './handed-over.js';
import { adoptInbound, inboundAgentLost, inboundEnded, inboundReceived, onInbound } from './inbound.js';
import type { TelephonyInput } from './inputs.js';
import type { EpochMilliseconds, Lead, OpenAttempt } from './model.js';
import { sideLegAnswered, sideLegEnded } from './side-leg-events.js';
import { type Agent, emit, type LiveAttempt, type State, type SwitchState, tell } from './state.js';

/** The engine lists the channels of each switch this often. */
export const auditMilliseconds = 15_000;
/** A contradiction seen in one listing is looked at again after this, and believed then. */
const secondLookMilliseconds = 2_000;
/** A call younger than this may not be on the list yet, one that ended this lately may still be. */
const listingGraceMilliseconds = 3_000;

/** Takes over an attempt that an earlier run left open; its switch decides what it is. */
export function recoverAttempt(state: State, open: OpenAttempt): void {
  const campaign = state.campaigns.get(open.campaignId);
  const line = state.switches.get(open.switchId);
  const trunk = state.trunks.find((t) => t.settings.name === open.trunk && t.line === line);
  if (campaign === undefined) {
    emit(state, {
      type: 'record-result',
      result: {
        ...resultKey(open),
        outcome: 'unknown',
        cause: 'campaign gone',
        endedAt: state.now,
        charged: true,
      },
      next: { state: 'done', reason: 'campaign-gone' },
      numberDead: false,
    });
    return;
  }
  const attempt: LiveAttempt = {
    id: open.attemptId,
    campaign,
    stage: open.stage,
    lead: leadOf(open),
    numberIndex: open.numberIndex,
    number: open.number,
    trunk,
    switchId: open.switchId,
    intent: open,
    pHint: undefined,
    features: undefined,
    group: undefined,
    state: 'intended',
    dialedAt: open.intendedAt,
    ringingAt: undefined,
    answeredAt: undefined,
    connectedAt: undefined,
    endedAt: undefined,
    machine: false,
    abandon: undefined,
    agent: undefined,
    waiting: false,
    personalAgent: undefined,
    bridging: false,
    bridgeAskedAt: 0,
    failedAgents: [],
    bridgeFailedAt: 0,
    safeHarbour: false,
    handling: undefined,
    hangUpReason: '',
    timer: undefined,
    missingSince: undefined,
    recovered: true,
    disposed: false,
    countedLive: false,
    result: undefined,
    optedOut: false,
    registries: state.registries,
  };
  state.attempts.set(attempt.id, attempt);
  state.liveNumbers.add(attempt.number);
  campaign.live++;
  campaign.inFlight++;
  if (trunk !== undefined) {
    trunk.channels++;
    trunk.line.channels++;
  }
  if (line === undefined) lost(state, attempt);
}

function resultKey(open: OpenAttempt) {
  const { attemptId, campaignId, stage, contactId, number } = open;
  return { attemptId, campaignId, stage, contactId, number };
}

/** What the engine needs of a lead whose lease is gone; its attempt counts are checked at the next lease. */
function leadOf(open: OpenAttempt): Lead {
  return {
    contactId: open.contactId,
    person: open.person,
    campaignId: open.campaignId,
    stage: open.stage,
    name: '',
    timeZone: '',
    region: '',
    numbers: [],
    nextNumber: open.numberIndex,
    attempts: 0,
    lastOutcome: '',
    lastAttemptAt: open.intendedAt,
    leasedAt: open.intendedAt,
    leasedUntil: open.intendedAt,
    fields: {},
  };
}

// ---------------------------------------------------------------- links

export function switchUp(
  state: State,
  line: SwitchState,
  input: Extract<TelephonyInput, { type: 'switch-up' }>,
): void {
  const restarted = line.instanceId !== '' && line.instanceId !== input.instanceId;
  line.up = true;
  line.since = state.now;
  line.reason = restarted ? 'the switch was restarted' : '';
  line.instanceId = input.instanceId;
  tell(state, {
    kind: 'switch-changed',
    at: state.now,
    switchId: line.settings.id,
    connected: true,
    reason: line.reason,
  });
  reconcile(state, line, input.channels, input.requestedAt, true);
  scheduleAudit(state, line, auditMilliseconds);
  dialWaitingLegs(state, line);
  for (const pool of state.pools.values()) pool.offer = true;
  touchAll(state);
}

export function switchDown(state: State, line: SwitchState, reason: string): void {
  if (!line.up && line.reason === reason) return;
  const wasUp = line.up;
  line.up = false;
  line.reason = reason;
  if (!wasUp) return;
  line.since = state.now;
  state.deadlines.cancel(line.auditTimer);
  line.auditTimer = undefined;
  tell(state, {
    kind: 'switch-changed',
    at: state.now,
    switchId: line.settings.id,
    connected: false,
    reason,
  });
  touchAll(state);
}

function touchAll(state: State): void {
  for (const pool of state.pools.values()) for (const group of pool.groups) touch(state, group);
}

export function scheduleAudit(state: State, line: SwitchState, inMilliseconds: number): void {
  const at = state.now + inMilliseconds;
  if (line.auditTimer !== undefined && line.auditTimer.at <= at) return;
  state.deadlines.cancel(line.auditTimer);
  line.auditTimer = state.deadlines.set(at, { kind: 'audit', line });
}

export function auditDue(state: State, line: SwitchState): void {
  line.auditTimer = undefined;
  if (!line.up) return;
  emit(state, { type: 'audit-channels', switchId: line.settings.id });
  scheduleAudit(state, line, auditMilliseconds);
}

// ---------------------------------------------------------------- reconciliation

/** @param afterLink events may have been lost for certain: one contradiction is enough */
export function reconcile(
  state: State,
  line: SwitchState,
  channels: readonly ChannelSnapshot[],
  requestedAt: EpochMilliseconds,
  afterLink: boolean,
): void {
  const switchId = line.settings.id;
  const listed = new Map<string, ChannelSnapshot>();
  for (const channel of channels) listed.set(channel.channelId, channel);
  const before = line.discrepancies;
  let suspicious = false;

  /** True when the contradiction is to be believed now. */
  const believed = (holder: { missingSince: EpochMilliseconds | undefined }): boolean => {
    if (afterLink) return true;
    if (holder.missingSince !== undefined && requestedAt > holder.missingSince) return true;
    holder.missingSince ??= state.now;
    suspicious = true;
    return false;
  };

  for (const agent of [...state.agentsByLeg.values()]) {
    if (agent.switchId !== switchId) continue;
    const channel = listed.get(agent.legId);
    if (channel === undefined) {
      const young =
        agent.state === 'connecting' &&
        agent.recovered === undefined &&
        state.now - agent.stateSince < 30_000;
      if (young && !afterLink) continue;
      if (!believed(agent)) continue;
      line.discrepancies++;
      legLost(state, agent, 'leg not on the switch');
    } else {
      agent.missingSince = undefined;
      if (agent.recovered !== undefined) legFound(state, line, agent, channel, listed);
      else if (channel.state === 'answered' && !agent.legUp) legAnswered(state, agent);
    }
  }

  for (const attempt of [...state.attempts.values()]) {
    if (attempt.switchId !== switchId || (attempt.state === 'intended' && !attempt.recovered)) continue;
    const channel = listed.get(attempt.id);
    if (channel === undefined) {
      const young =
        !attempt.recovered && (attempt.dialedAt ?? state.now) > requestedAt - listingGraceMilliseconds;
      if (young) {
        suspicious = true;
        continue;
      }
      if (!believed(attempt)) continue;
      line.discrepancies++;
      lost(state, attempt);
    } else if (attempt.recovered && attempt.state === 'intended') adopt(state, attempt, channel);
    else if (contradicts(state, attempt, channel)) {
      if (!believed(attempt)) continue;
      line.discrepancies++;
      follow(state, attempt, channel);
    } else attempt.missingSince = undefined;
  }

  reconcileSideLegs(state, line, listed, requestedAt, believed);

  let orphans = 0;
  for (const channel of channels) {
    const { channelId } = channel;
    if (state.attempts.has(channelId) || state.agentsByLeg.has(channelId)) continue;
    if (state.sideLegs.has(channelId) || state.handedOver.has(channelId)) continue;
    if (state.inbound.has(channelId)) continue;
    const endedAt = state.ended.get(channelId);
    if (endedAt !== undefined && endedAt > requestedAt - listingGraceMilliseconds) continue;
    if (channel.inbound !== undefined) {
      if (channel.bridgedTo === '')
        inboundReceived(state, line, channelId, channel.inbound.from, channel.inbound.to);
      continue;
    }
    if (channel.handedOver === true) {
      adoptHandedOver(state, channelId, switchId);
      continue;
    }
    orphans++;
    emit(state, { type: 'hang-up', switchId, channelId, cause: 'NORMAL_CLEARING' });
  }
  line.orphans += orphans;
  state.totals.orphans += orphans;
  const discrepancies = line.discrepancies - before;
  state.totals.discrepancies += discrepancies;
  if (afterLink || discrepancies > 0 || orphans > 0)
    tell(state, { kind: 'resynchronised', at: state.now, switchId, discrepancies, orphans });
  if (suspicious || orphans > 0) scheduleAudit(state, line, secondLookMilliseconds);
}

/** Consulted parties, supervisors, and calls that were handed over. */
function reconcileSideLegs(
  state: State,
  line: SwitchState,
  listed: ReadonlyMap<string, ChannelSnapshot>,
  requestedAt: EpochMilliseconds,
  believed: (holder: { missingSince: EpochMilliseconds | undefined }) => boolean,
): void {
  const switchId = line.settings.id;
  const justNow = requestedAt - listingGraceMilliseconds;
  for (const leg of [...state.sideLegs.values()]) {
    if (leg.switchId !== switchId) continue;
    const channel = listed.get(leg.id);
    if (channel === undefined) {
      if (leg.dialedAt > justNow || !believed(leg)) continue;
      line.discrepancies++;
      sideLegEnded(state, leg, 'lost-track');
      continue;
    }
    leg.missingSince = undefined;
    if (channel.state === 'answered' && !leg.answered) sideLegAnswered(state, leg);
  }
  for (const call of [...state.inbound.values()]) {
    if (call.switchId !== switchId) continue;
    if (listed.has(call.channelId)) call.missingSince = undefined;
    else if (call.since <= justNow && believed(call)) inboundEnded(state, call);
  }
  for (const call of [...state.handedOver.values()]) {
    if (call.switchId !== switchId) continue;
    if (listed.has(call.channelId)) call.missingSince = undefined;
    else if (call.since <= justNow && believed(call)) handedOverEnded(state, call);
  }
}

function contradicts(state: State, attempt: LiveAttempt, channel: ChannelSnapshot): boolean {
  if (channel.state === 'answered' && attempt.answeredAt === undefined) return true;
  if (attempt.hangUpReason !== '') return false;
  if (attempt.connectedAt !== undefined) {
    const expected = expectedPartner(attempt);
    return expected !== undefined && channel.bridgedTo !== expected;
  }
  return channel.bridgedTo !== '' && mayBeBridged(state, attempt, channel.bridgedTo);
}

/** Catches up with events that were lost. */
function follow(state: State, attempt: LiveAttempt, channel: ChannelSnapshot): void {
  attempt.missingSince = undefined;
  if (attempt.answeredAt === undefined) {
    answered(state, attempt, undefined);
    return;
  }
  if (attempt.connectedAt !== undefined) {
    if (!followBridge(state, attempt, channel.bridgedTo)) hangUp(state, attempt, 'bridge gone');
  } else bridged(state, attempt, channel.bridgedTo);
}

/** An open attempt of an earlier run that is still on the switch. */
function adopt(state: State, attempt: LiveAttempt, channel: ChannelSnapshot): void {
  attempt.recovered = false;
  attempt.state = 'dialing';
  watchRing(state, attempt);
  if (channel.state !== 'dialing') progressed(state, attempt);
  if (channel.state !== 'answered') {
    if (state.emergencyStop !== undefined) endUnanswered(state, attempt);
    return;
  }
  attempt.state = 'answered';
  attempt.answeredAt = state.now;
  attempt.countedLive = true;
  leaveLines(state, attempt);
  bridged(state, attempt, channel.bridgedTo);
  if (attempt.connectedAt === undefined && channel.held === true) {
    // They had talked, and their agent is not to be known any more: better an end than music for ever.
    attempt.connectedAt = state.now;
    attempt.state = 'connected';
    attempt.campaign.talking++;
    hangUp(state, attempt, 'on hold over a restart');
    return;
  }
  // Answered while nobody was in charge: the wait is over by any measure.
  if (attempt.connectedAt === undefined) abandon(state, attempt);
}

// ---------------------------------------------------------------- agents' legs

function legFound(
  state: State,
  line: SwitchState,
  agent: Agent,
  channel: ChannelSnapshot,
  listed: ReadonlyMap<string, ChannelSnapshot>,
): void {
  const before = agent.recovered;
  agent.recovered = undefined;
  const { pauseReason } = agent;
  if (channel.state !== 'answered') {
    watchConnect(state, agent);
    return;
  }
  agent.legUp = true;
  // The engine before may have muted it.
  emit(state, { type: 'mute', switchId: agent.switchId, channelId: agent.legId, on: false });
  const other = channel.bridgedTo === '' ? undefined : listed.get(channel.bridgedTo);
  const caller = other?.inbound;
  // Who was with a caller was not paused by choice.
  const paused = before === 'paused' && pauseReason !== onInbound;
  if (paused) setAgentState(state, agent, 'paused', pauseReason === '' ? 'restart' : pauseReason);
  if (other !== undefined && caller !== undefined && !state.inbound.has(other.channelId))
    adoptInbound(state, line, other.channelId, caller.from, caller.to, agent);
  else if (!paused) {
    // A leg in a bridge with one of our calls is taken up again when that call is adopted.
    const attempt = other === undefined ? undefined : state.attempts.get(other.channelId);
    if (attempt === undefined) becomeFree(state, agent);
    else {
      if (attempt.recovered) adopt(state, attempt, other as ChannelSnapshot);
      if (agent.attempt === undefined) becomeFree(state, agent);
    }
  }
  saveSession(state, agent);
}

/** The agent's leg is gone: offline, whatever they were doing. A call they were on ends by the switch. */
export function legLost(state: State, agent: Agent, reason: string): void {
  forgetLeg(state, agent);
  inboundAgentLost(state, agent);
  const { attempt } = agent;
  if (attempt !== undefined && attempt.state !== 'ended') {
    agent.attempt = undefined;
    state.deadlines.cancel(agent.timer);
    agent.timer = undefined;
    if (attempt.connectedAt === undefined) {
      attempt.personalAgent = undefined;
      if (attempt.bridging) bridgeFailed(state, attempt);
      else attempt.agent = undefined;
      if (attempt.group !== undefined) countLine(attempt, attempt.group);
    } else hangUp(state, attempt, 'agent leg lost');
  }
  agent.logoutAfter = false;
  agent.pauseAfter = undefined;
  agent.savedAs = undefined;
  setAgentState(state, agent, 'offline', reason);
}
