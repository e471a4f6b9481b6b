/** What agents ask for: log-in, ready, pause, hang-up, disposition, log-out. */

import { retractCall } from './abandon-ledger.js';
import { becomeFree, changeProfile, connectLeg, createAgent, logOut, setAgentState } from './agents.js';
import { hangUp, optOut } from './calls.js';
import { observeAttempt } from './campaign-watch.js';
import { switchForAgent } from './capacity.js';
import type { Replies } from './core.js';
import { touch } from './groups.js';
import { leaseSoon, leaseWhenQuiet } from './hopper.js';
import { endInbound as endInboundCall, onInbound } from './inbound.js';
import type { DispositionInput, OperatorInput } from './inputs.js';
import {
  type CampaignSettings,
  type ContactNext,
  type Disposition,
  machineDisposition,
  noDisposition,
  wrongNumberDisposition,
} from './model.js';
import { nextAfterAttempt } from './outcomes.js';
import {
  type Agent,
  bumpIn,
  type Campaign,
  clearTimer,
  emit,
  type LiveAttempt,
  noteCounted,
  type State,
  tell,
} from './state.js';

type LogIn = Extract<OperatorInput, { type: 'agent-login' }>;

export function logIn(state: State, input: LogIn, replies: Replies): void {
  const { requestId, profile } = input;
  if (state.draining) {
    replies.refuse(requestId, 'draining', 'the service is shutting down: log in when it is up again');
    return;
  }
  const switchId = input.switchId === '' ? switchForAgent(state)?.settings.id : input.switchId;
  if (switchId === undefined || !state.switches.has(switchId)) {
    replies.refuse(requestId, 'switch_not_found', `switchId: "${input.switchId}" is not a configured switch`);
    return;
  }
  let agent = state.agents.get(profile.id);
  if (agent !== undefined && agent.state !== 'offline') {
    replies.refuse(requestId, 'agent_online', `agent ${profile.id} is ${agent.state}: log out first`);
    return;
  }
  // A disposition that was still open when the leg died is closed before a new turn begins.
  if (agent?.attempt !== undefined) endWrapUp(state, agent, noDisposition, '', undefined);
  if (agent === undefined) agent = createAgent(state, profile, input.endpoint, switchId);
  else changeProfile(state, agent, profile, input.endpoint, switchId);
  agent.readyOnConnect = input.ready;
  agent.pauseAfter = undefined;
  agent.logoutAfter = false;
  connectLeg(state, agent);
  for (const campaign of agent.pool.campaigns)
    if (campaign.awaitedPhase !== undefined) leaseSoon(state, campaign);
  replies.accept(requestId);
}

export function agentRequest(
  state: State,
  input: Extract<
    OperatorInput,
    {
      type:
        | 'agent-ready'
        | 'agent-pause'
        | 'agent-logout'
        | 'agent-hangup'
        | 'agent-ending'
        | 'agent-inbound';
    }
  >,
  replies: Replies,
): void {
  const agent = state.agents.get(input.agentId);
  const { requestId } = input;
  if (agent === undefined) {
    replies.refuse(requestId, 'agent_not_found', `agent ${input.agentId} has never logged in`);
    return;
  }
  if (agent.state === 'offline') {
    replies.refuse(requestId, 'agent_offline', `agent ${agent.id} is offline: log in first`);
    return;
  }
  switch (input.type) {
    case 'agent-ready':
      ready(state, agent);
      break;
    case 'agent-pause':
      pause(state, agent, input.reason);
      break;
    case 'agent-logout':
      if (agent.attempt === undefined && agent.inbound === undefined) logOut(state, agent, 'log-out');
      else agent.logoutAfter = true;
      break;
    case 'agent-hangup':
      if (agent.inbound?.phase === 'talking') {
        endInboundCall(state, agent.inbound);
        break;
      }
      if (cancelOwnCall(state, agent)) break;
      if (agent.attempt === undefined || agent.attempt.state !== 'connected') {
        replies.refuse(
          requestId,
          'agent_not_talking',
          `agent ${agent.id} is ${agent.state}: there is no call to end`,
        );
        return;
      }
      hangUp(state, agent.attempt, 'agent');
      break;
    case 'agent-ending': {
      const problem = announceEnd(state, agent);
      if (problem === undefined) break;
      replies.refuse(requestId, 'agent_not_wrapping', problem);
      return;
    }
    case 'agent-inbound': {
      const problem = input.phase === 'started' ? takeInbound(state, agent) : endInbound(state, agent);
      if (problem === undefined) break;
      replies.refuse(requestId, 'agent_not_free', problem);
      return;
    }
  }
  replies.accept(requestId);
}

/** Gives up a call that the agent placed and nobody has answered. False when there is none. */
function cancelOwnCall(state: State, agent: Agent): boolean {
  const { attempt } = agent;
  if (attempt?.personalAgent !== agent) return false;
  if (attempt.state === 'dialing' || attempt.state === 'ringing') hangUp(state, attempt, cancelledByAgent);
  // Nothing has left yet: the intent is undone when the store answers.
  else if (attempt.state === 'intended') attempt.hangUpReason = cancelledByAgent;
  else return false;
  return true;
}

/** The person asks not to be called again: in force, and durable, with the answer. The call goes on until somebody ends it. */
export function optOutByAgent(
  state: State,
  input: Extract<OperatorInput, { type: 'agent-opt-out' }>,
  replies: Replies,
): void {
  const agent = state.agents.get(input.agentId);
  const { requestId } = input;
  if (agent === undefined) {
    replies.refuse(requestId, 'agent_not_found', `agent ${input.agentId} has never logged in`);
    return;
  }
  const { attempt } = agent;
  if (attempt === undefined || attempt.id !== input.attemptId) {
    replies.refuse(
      requestId,
      'attempt_not_in_wrap_up',
      `attemptId: agent ${agent.id} is not on ${input.attemptId}; put the number on the do-not-call list instead`,
    );
    return;
  }
  optOut(state, attempt, `agent ${agent.id}`);
  replies.accept(requestId);
}

/** The pacer reckons with the agent sooner; nothing else changes. */
function announceEnd(state: State, agent: Agent): string | undefined {
  if (agent.state !== 'wrap-up' && agent.state !== 'talking')
    return `agent ${agent.id} is ${agent.state}: only the end of a talk or wrap-up is announced`;
  if (agent.endingSince !== undefined) return undefined;
  agent.endingSince = state.now;
  const { attempt, group } = agent;
  if (group === undefined) return undefined;
  const call = attempt === undefined ? {} : { call: attempt.id };
  group.pacer.observe({ type: 'ending', t: state.now / 1000, agent: agent.id, ...call });
  touch(state, group);
  return undefined;
}

const cancelledByAgent = 'cancelled by the agent';

function takeInbound(state: State, agent: Agent): string | undefined {
  if (agent.state === 'paused' && agent.pauseReason === onInbound) return undefined;
  if (agent.state !== 'ready' && agent.state !== 'paused')
    return `agent ${agent.id} is ${agent.state}: an inbound call can take only one who is ready or paused`;
  agent.group?.pacer.observe({ type: 'inbound', t: state.now / 1000 });
  setAgentState(state, agent, 'paused', onInbound);
  return undefined;
}

function endInbound(state: State, agent: Agent): string | undefined {
  if (agent.state !== 'paused' || agent.pauseReason !== onInbound || agent.inbound !== undefined)
    return `agent ${agent.id} is ${agent.state}: no inbound call was reported`;
  becomeFree(state, agent);
  return undefined;
}

function ready(state: State, agent: Agent): void {
  agent.pauseAfter = undefined;
  agent.logoutAfter = false;
  if (agent.inbound !== undefined) return;
  if (agent.state === 'paused' && agent.legUp) becomeFree(state, agent);
  else if (agent.state === 'connecting') agent.readyOnConnect = true;
  else if (agent.state === 'wrap-up') endWrapUp(state, agent, noDisposition, '', undefined);
}

function pause(state: State, agent: Agent, reason: string): void {
  if (agent.inbound !== undefined) {
    agent.pauseAfter = reason;
    return;
  }
  const idle = agent.state === 'ready' || agent.state === 'paused' || agent.preview !== undefined;
  if (idle) setAgentState(state, agent, 'paused', reason);
  else if (agent.state === 'connecting') agent.readyOnConnect = false;
  else agent.pauseAfter = reason;
}

// ---------------------------------------------------------------- dispositions

export function disposition(state: State, input: DispositionInput, replies: Replies): void {
  const agent = state.agents.get(input.agentId);
  const { requestId } = input;
  if (agent === undefined) {
    replies.refuse(requestId, 'agent_not_found', `agent ${input.agentId} has never logged in`);
    return;
  }
  const attempt = agent.attempt;
  if (attempt === undefined || attempt.id !== input.attemptId) {
    replies.refuse(
      requestId,
      'attempt_not_in_wrap_up',
      `attemptId: agent ${agent.id} is not wrapping up ${input.attemptId}; its disposition is closed`,
    );
    return;
  }
  if (attempt.state !== 'ended') {
    replies.refuse(
      requestId,
      'call_not_ended',
      `attempt ${attempt.id} is still ${attempt.state}: end the call first`,
    );
    return;
  }
  if (input.callback !== undefined && input.callback.at <= state.now) {
    replies.refuse(requestId, 'callback_in_the_past', 'callback.at: must be in the future');
    return;
  }
  endWrapUp(state, agent, input.disposition, input.note, input.callback);
  replies.accept(requestId);
}

/** Ends the wrap-up with what the agent said, or `none` when nothing was said in time. */
export function endWrapUp(
  state: State,
  agent: Agent,
  word: string,
  noteText: string,
  callback: DispositionInput['callback'],
): void {
  const attempt = agent.attempt;
  if (attempt !== undefined && attempt.state === 'ended' && !attempt.disposed)
    dispose(state, agent, attempt, word, noteText, callback);
  if (agent.state === 'offline') {
    agent.attempt = undefined;
    clearTimer(state, agent);
  } else becomeFree(state, agent);
}

function dispose(
  state: State,
  agent: Agent,
  attempt: LiveAttempt,
  word: string,
  noteText: string,
  callback: DispositionInput['callback'],
): void {
  const { campaign } = attempt;
  const { settings } = campaign;
  attempt.disposed = true;
  campaign.wrapping--;
  noteCounted(state, campaign);
  const counters = campaign.counters[attempt.stage];
  const success = settings.successDispositions.includes(word);
  if (success) counters.successes++;
  bumpIn(state.totals.dispositions, settings.id, resultOf(settings, word, callback !== undefined));
  if (word === machineDisposition) {
    counters.machines++;
    counters.liveAnswers--;
    counters.connected--;
  }
  const ledger =
    word === machineDisposition && attempt.endedAt !== undefined
      ? retractCall(campaign, attempt.intent.permit, {
          outcome: 'connected',
          answeredAt: attempt.answeredAt,
          connectedAt: attempt.connectedAt,
          endedAt: attempt.endedAt,
        })
      : [];
  if (settings.optOutDispositions.includes(word)) optOut(state, attempt, `disposition ${word}`);
  const said: Disposition = {
    attemptId: attempt.id,
    campaignId: settings.id,
    contactId: attempt.lead.contactId,
    agentId: agent.id,
    disposition: word,
    success,
    refusal: settings.refusalDispositions.includes(word),
    note: noteText,
    at: state.now,
  };
  emit(state, {
    type: 'record-disposition',
    disposition: said,
    next: nextAfterDisposition(state, campaign, attempt, agent, word, success, callback),
    ...(ledger.length === 0 ? {} : { ledger }),
  });
  if (attempt.result !== undefined)
    observeAttempt(state, campaign, { intent: attempt.intent, result: attempt.result, disposition: said });
  campaign.changedSinceLease = true;
  tell(state, {
    kind: 'disposition-recorded',
    at: state.now,
    attemptId: attempt.id,
    campaignId: settings.id,
    contactId: attempt.lead.contactId,
    agentId: agent.id,
    disposition: word,
    success,
  });
  agent.group?.pacer.observe({
    type: 'disposition',
    t: state.now / 1000,
    agent: agent.id,
    call: attempt.id,
    human: word !== machineDisposition,
  });
  leaseWhenQuiet(state, campaign);
}

/** A disposition as it is counted: the words themselves are each campaign's own. */
function resultOf(settings: CampaignSettings, word: string, callback: boolean): string {
  if (settings.successDispositions.includes(word)) return 'success';
  if (settings.optOutDispositions.includes(word)) return 'opt-out';
  if (settings.refusalDispositions.includes(word)) return 'refusal';
  if (callback) return 'callback';
  if (word === machineDisposition) return 'machine';
  if (word === wrongNumberDisposition) return 'wrong-number';
  return word === noDisposition ? 'none' : 'other';
}

function nextAfterDisposition(
  state: State,
  campaign: Campaign,
  attempt: LiveAttempt,
  agent: Agent,
  word: string,
  success: boolean,
  callback: DispositionInput['callback'],
): ContactNext {
  const { settings } = campaign;
  if (attempt.optedOut || settings.optOutDispositions.includes(word))
    return { state: 'done', reason: 'opt-out' };
  if (callback !== undefined) {
    if (callback.who === 'anyone') return { state: 'callback', dueAt: callback.at };
    return {
      state: 'callback',
      dueAt: callback.at,
      agentId: agent.id,
      graceUntil: callback.at + settings.callbackGraceSeconds * 1000,
    };
  }
  if (success) return { state: 'done', reason: 'success' };
  if (word === machineDisposition)
    return nextAfterAttempt(settings, attempt.lead, attempt.numberIndex, 'machine', state.now);
  if (word === wrongNumberDisposition)
    return nextAfterAttempt(settings, attempt.lead, attempt.numberIndex, 'invalid', state.now);
  return { state: 'done', reason: word === noDisposition ? 'no-disposition' : word };
}
