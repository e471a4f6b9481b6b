/**
 * Calls back: somebody we called rings one of our numbers. The caller is matched to the contact and the campaign that last
 * called them, and reaches the agent they talked with last, else another of the pool, else a message with an opt-out key.
 *
 * An inbound call is no attempt. It takes an agent out of the dialling for as long as it lasts, and each of its steps has a
 * deadline.
 */
import { becomeFree, setAgentState } from './agents.js';
import { callerIdPoolOf } from './caller-ids.js';
import type { FoundCaller } from './inputs.js';
import { consentChanged, dncChanged } from './number-changes.js';
import {
  type Agent,
  type Campaign,
  emit,
  type InboundCall,
  type Pool,
  type State,
  type SwitchState,
  setTimer,
  tell,
} from './state.js';

/** The store has to say this soon who calls. */
const lookUpMilliseconds = 5_000;
/** A bridge that has not been confirmed this long after the command is taken for failed. */
const joinMilliseconds = 4_000;
/** Longest message. */
const messageMilliseconds = 60_000;
/** After a hang-up was asked for, it is asked for again this often until the channel is gone. */
const hangUpCheckMilliseconds = 5_000;
/** Time that a caller waits for an agent, seconds, where the campaign does not say. */
export const DEFAULT_INBOUND_WAIT_SECONDS = 20;
/** Pause reason of an agent whom an inbound call has taken. */
export const onInbound = 'inbound call';

export function inboundReceived(
  state: State,
  line: SwitchState,
  channelId: string,
  from: string,
  to: string,
): void {
  if (state.inbound.has(channelId) || state.ended.has(channelId)) return;
  const call = inboundCall(state, line, channelId, from, to);
  if (call.number === '') {
    callerFound(state, call, undefined);
    return;
  }
  setTimer(state, call, state.now + lookUpMilliseconds, { kind: 'inbound', call });
  emit(state, { type: 'find-caller', channelId, number: call.number });
}

/** The call, counted on its switch. */
function inboundCall(
  state: State,
  line: SwitchState,
  channelId: string,
  from: string,
  to: string,
): InboundCall {
  const digits = from.replace(/[^0-9]/g, '').replace(/^00/, '');
  const call: InboundCall = {
    channelId,
    switchId: line.settings.id,
    number: digits === '' ? '' : `+${digits}`,
    to,
    since: state.now,
    phase: 'looking',
    found: undefined,
    campaign: undefined,
    agent: undefined,
    tried: [],
    timer: undefined,
    missingSince: undefined,
  };
  state.inbound.set(channelId, call);
  line.channels++;
  return call;
}

/** The store has said who calls, or will not in time. */
export function callerFound(state: State, call: InboundCall, found: FoundCaller | undefined): void {
  if (call.phase !== 'looking' && call.phase !== 'talking') return;
  call.found = found;
  call.campaign =
    (found === undefined ? undefined : state.campaigns.get(found.campaignId)) ?? byCallerId(state, call.to);
  if (call.phase === 'talking') {
    // Taken up after a restart.
    tellInbound(state, call, 'connected');
    return;
  }
  tellInbound(state, call, 'received');
  if (call.campaign === undefined) {
    // Nobody we know, on a number that no campaign shows.
    endInbound(state, call);
    return;
  }
  call.phase = 'waiting';
  const seconds = call.campaign.settings.inbound?.waitSeconds ?? DEFAULT_INBOUND_WAIT_SECONDS;
  setTimer(state, call, state.now + seconds * 1000, { kind: 'inbound', call });
  if (!offer(state, call)) {
    emit(state, {
      type: 'hold',
      switchId: call.switchId,
      channelId: call.channelId,
      agentLegId: '',
      music: call.campaign.settings.holdMusic ?? '',
      maximumSeconds: seconds + 60,
    });
    tellInbound(state, call, 'waiting');
  }
}

function byCallerId(state: State, to: string): Campaign | undefined {
  const digits = to.replace(/[^0-9]/g, '');
  if (digits === '') return undefined;
  const isCalled = (number: string): boolean => number.replace(/[^0-9]/g, '') === digits;
  for (const campaign of state.campaigns.values()) {
    const pool = callerIdPoolOf(state, campaign);
    const shown = pool === undefined ? isCalled(campaign.settings.callerId) : false;
    if (shown || pool?.numbers.some(({ number }) => isCalled(number))) return campaign;
  }
  return undefined;
}

/** A caller whom an agent was with before a restart: they talk on. */
export function adoptInbound(
  state: State,
  line: SwitchState,
  channelId: string,
  from: string,
  to: string,
  agent: Agent,
): void {
  const call = inboundCall(state, line, channelId, from, to);
  call.phase = 'talking';
  call.campaign = byCallerId(state, to);
  call.agent = agent;
  agent.inbound = call;
  if (agent.state === 'paused' && agent.pauseReason !== onInbound) agent.pauseAfter = agent.pauseReason;
  setAgentState(state, agent, 'paused', onInbound);
  const seconds = call.campaign?.settings.maximumTalkSeconds ?? 3600;
  setTimer(state, call, state.now + seconds * 1000, { kind: 'inbound', call });
  if (call.number === '') tellInbound(state, call, 'connected');
  else emit(state, { type: 'find-caller', channelId, number: call.number });
}

/** Gives the caller to the agent who knows them, else to whoever of the pool has been idle longest. */
function offer(state: State, call: InboundCall): boolean {
  const pool = call.campaign?.pool;
  if (pool === undefined || state.switches.get(call.switchId)?.up !== true) return false;
  const fits = (agent: Agent): boolean =>
    agent.switchId === call.switchId && agent.legUp && !call.tried.includes(agent);
  const known = state.agents.get(call.found?.agentId ?? '');
  const agent = known?.state === 'ready' && fits(known) ? known : pool.ready.find(fits);
  if (agent === undefined) return false;
  agent.group?.pacer.observe({ type: 'inbound', t: state.now / 1000 });
  call.agent = agent;
  agent.inbound = call;
  setAgentState(state, agent, 'paused', onInbound);
  call.phase = 'joining';
  emit(state, {
    type: 'join',
    switchId: call.switchId,
    channelId: call.channelId,
    otherLegId: agent.legId,
  });
  setTimer(state, call, state.now + joinMilliseconds, { kind: 'inbound', call });
  return true;
}

/** Callers who wait are offered to agents who have become ready, longest waiting first. */
export function serveInbound(state: State, pool: Pool): void {
  for (const call of state.inbound.values())
    if (call.phase === 'waiting' && call.campaign?.pool === pool) offer(state, call);
}

export function inboundJoined(state: State, call: InboundCall, otherLegId: string): void {
  if (call.phase !== 'joining' || call.agent?.legId !== otherLegId) return;
  call.phase = 'talking';
  call.missingSince = undefined;
  const seconds = call.campaign?.settings.maximumTalkSeconds ?? 3600;
  setTimer(state, call, state.now + seconds * 1000, { kind: 'inbound', call });
  tellInbound(state, call, 'connected');
}

export function inboundJoinFailed(state: State, call: InboundCall): void {
  if (call.phase !== 'joining') return;
  if (call.agent !== undefined) call.tried.push(call.agent);
  letGo(state, call);
  call.phase = 'waiting';
  if (!offer(state, call)) playMessage(state, call);
}

/** Nobody is there for the caller: the message, in which the opt-out key counts, and the end. */
function playMessage(state: State, call: InboundCall): void {
  const settings = call.campaign?.settings;
  if (settings === undefined) {
    endInbound(state, call);
    return;
  }
  call.phase = 'message';
  emit(state, {
    type: 'play-safe-harbour',
    switchId: call.switchId,
    channelId: call.channelId,
    message: settings.inbound?.message ?? settings.safeHarbour.message,
  });
  setTimer(state, call, state.now + messageMilliseconds, { kind: 'inbound', call });
  tellInbound(state, call, 'message');
}

export function inboundKey(state: State, call: InboundCall, key: string): void {
  const { campaign, number } = call;
  if (call.phase !== 'message' || campaign === undefined) return;
  if (key !== campaign.settings.safeHarbour.optOutKey) return;
  const reason = 'opt-out key, call back';
  const refusal = { decision: 'refused', level: 'express', at: state.now } as const;
  emit(state, { type: 'add-dnc', number, reason, at: state.now });
  emit(state, {
    type: 'record-consent',
    consent: {
      ...refusal,
      number,
      source: reason,
      evidence: `inbound call ${call.channelId}`,
      recordedBy: 'engine',
      recordedAt: state.now,
    },
  });
  dncChanged(state, number, true, undefined);
  consentChanged(state, number, refusal);
  tell(state, {
    kind: 'number-suppressed',
    at: state.now,
    campaignId: campaign.settings.id,
    attemptId: call.found?.attemptId ?? '',
    reason,
  });
  endInbound(state, call);
}

/** Its time is over, whatever it was doing. */
export function inboundDue(state: State, call: InboundCall): void {
  switch (call.phase) {
    case 'looking':
      callerFound(state, call, undefined);
      return;
    case 'waiting':
      playMessage(state, call);
      return;
    case 'joining':
      inboundJoinFailed(state, call);
      return;
    default:
      endInbound(state, call);
  }
}

/** Asks the switch to end the call, and again until it is gone. */
export function endInbound(state: State, call: InboundCall): void {
  const { channelId, switchId } = call;
  call.phase = 'ending';
  emit(state, { type: 'hang-up', switchId, channelId, cause: 'NORMAL_CLEARING' });
  setTimer(state, call, state.now + hangUpCheckMilliseconds, { kind: 'inbound', call });
}

/** The caller is gone. */
export function inboundEnded(state: State, call: InboundCall): void {
  if (!state.inbound.delete(call.channelId)) return;
  state.deadlines.cancel(call.timer);
  call.timer = undefined;
  state.ended.set(call.channelId, state.now);
  const line = state.switches.get(call.switchId);
  if (line !== undefined) line.channels--;
  tellInbound(state, call, 'ended');
  letGo(state, call);
}

/** The agent's leg is gone: the switch ends the caller's, too. */
export function inboundAgentLost(state: State, agent: Agent): void {
  const call = agent.inbound;
  agent.inbound = undefined;
  if (call === undefined) return;
  call.agent = undefined;
  if (call.phase === 'joining') inboundJoinFailed(state, call);
  else endInbound(state, call);
}

function letGo(state: State, call: InboundCall): void {
  const { agent } = call;
  call.agent = undefined;
  if (agent === undefined || agent.inbound !== call) return;
  agent.inbound = undefined;
  if (agent.state === 'paused' && agent.pauseReason === onInbound) becomeFree(state, agent);
}

function tellInbound(
  state: State,
  call: InboundCall,
  change: 'received' | 'waiting' | 'connected' | 'message' | 'ended',
): void {
  tell(state, {
    kind: 'inbound-changed',
    at: state.now,
    switchId: call.switchId,
    campaignId: call.campaign?.settings.id ?? '',
    contactId: call.found?.contactId ?? '',
    attemptId: call.found?.attemptId ?? '',
    agentId: call.agent?.id ?? '',
    change,
  });
}
