/**
 * What an agent does with a connected call: hold, mute, keys, transfers, a consultation, three-way.
 *
 * The customer's channel stays the attempt's. While the customer is held both legs are parked apart; whatever joins two
 * legs again is asked for as `join` and stands when `channel-bridged` says so. Every step under way has a deadline.
 */
import { finish } from './call-end.js';
import { handlingOf, type Refusal, tellCallChange } from './call-handling.js';
import type { Replies } from './core.js';
import { handOverTo } from './handed-over.js';
import type { CallAction, OperatorInput } from './inputs.js';
import type { CallDestination } from './model.js';
import { recordOnRequest, stopRecording } from './recordings.js';
import { consultRingSeconds, dialSideLeg, endSideLeg } from './side-legs.js';
import {
  type Agent,
  type CallHandling,
  emit,
  type LiveAttempt,
  type SideLeg,
  type State,
  setTimer,
} from './state.js';

/** A join that has not been confirmed this long after the command is taken for failed. */
const joinMilliseconds = 4_000;
/** Longest time that a customer is kept on hold before the engine joins them with their agent again. */
const holdMilliseconds = 15 * 60_000;

/** Carries out what an agent asks of the own call, or says why not. */
export function callRequest(
  state: State,
  { requestId, agentId, action }: Extract<OperatorInput, { type: 'agent-call' }>,
  replies: Replies,
): void {
  const agent = state.agents.get(agentId);
  if (agent === undefined) {
    replies.refuse(requestId, 'agent_not_found', `agent ${agentId} has never logged in`);
    return;
  }
  const refused = handleCall(state, agent, action);
  if (refused === undefined) replies.accept(requestId);
  else replies.refuse(requestId, refused.code, refused.message);
}

function handleCall(state: State, agent: Agent, action: CallAction): Refusal | undefined {
  const { attempt } = agent;
  if (attempt === undefined || attempt.state !== 'connected' || attempt.hangUpReason !== '')
    return {
      code: 'agent_not_talking',
      message: `agent ${agent.id} is ${agent.state}: there is no call to handle`,
    };
  if (state.switches.get(attempt.switchId)?.up !== true)
    return {
      code: 'switch_unreachable',
      message: `the switch ${attempt.switchId} cannot be reached at the moment: try again when its link stands`,
    };
  const handling = handlingOf(attempt);
  if (handling.joining !== undefined && action.kind !== 'mute' && action.kind !== 'recording')
    return refusal('an earlier request on this call is still being carried out: try again in a moment');
  switch (action.kind) {
    case 'hold':
      return action.on ? hold(state, agent, attempt, handling) : resume(state, attempt, handling);
    case 'mute':
      mute(state, agent, attempt, handling, action.on);
      return undefined;
    case 'recording':
      return recordOnRequest(state, attempt, action.on);
    case 'digits':
      return sendDigits(state, attempt, handling, action.digits);
    case 'transfer':
      return transfer(state, agent, attempt, handling, action.to);
    case 'consult':
      return consult(state, agent, attempt, handling, action.to);
    case 'consult-complete':
      return completeConsult(state, attempt, handling);
    case 'consult-cancel':
      return cancelConsult(state, handling);
    case 'three-way':
      return threeWay(state, agent, attempt, handling);
  }
}

function refusal(message: string): Refusal {
  return { code: 'call_state', message };
}

// ---------------------------------------------------------------- hold, mute, keys

function park(state: State, agent: Agent, attempt: LiveAttempt, handling: CallHandling): void {
  emit(state, {
    type: 'hold',
    switchId: attempt.switchId,
    channelId: attempt.id,
    agentLegId: agent.legId,
    music: attempt.campaign.settings.holdMusic ?? '',
    maximumSeconds: (holdMilliseconds + 60_000) / 1000,
  });
  handling.mode = 'held';
  watchHold(state, attempt, handling);
}

function watchHold(state: State, attempt: LiveAttempt, handling: CallHandling): void {
  setTimer(state, handling, state.now + holdMilliseconds, { kind: 'hold', attempt });
}

function hold(state: State, agent: Agent, attempt: LiveAttempt, handling: CallHandling): Refusal | undefined {
  if (handling.mode === 'held') return undefined;
  if (handling.mode !== 'talking')
    return refusal(`the call is ${handling.mode}: end the consultation before the customer is put on hold`);
  park(state, agent, attempt, handling);
  tellCallChange(state, attempt, 'held');
  return undefined;
}

function resume(state: State, attempt: LiveAttempt, handling: CallHandling): Refusal | undefined {
  if (handling.mode === 'talking') return undefined;
  if (handling.mode !== 'held')
    return refusal(`the call is ${handling.mode}: cancel the consultation to come back to the customer`);
  joinCustomer(state, attempt, handling);
  return undefined;
}

function join(
  state: State,
  attempt: LiveAttempt,
  handling: CallHandling,
  what: NonNullable<CallHandling['joining']>,
  channelId: string,
  otherLegId: string,
): void {
  handling.joining = what;
  emit(state, { type: 'join', switchId: attempt.switchId, channelId, otherLegId });
  setTimer(state, handling, state.now + joinMilliseconds, { kind: 'join', attempt });
}

/** Customer and agent are to talk again. */
function joinCustomer(state: State, attempt: LiveAttempt, handling: CallHandling): void {
  const { agent } = attempt;
  if (agent?.legUp) join(state, attempt, handling, 'customer', attempt.id, agent.legId);
}

function mute(state: State, agent: Agent, attempt: LiveAttempt, handling: CallHandling, on: boolean): void {
  if (handling.muted === on) return;
  handling.muted = on;
  emit(state, { type: 'mute', switchId: attempt.switchId, channelId: agent.legId, on });
  tellCallChange(state, attempt, on ? 'muted' : 'unmuted');
}

function sendDigits(
  state: State,
  attempt: LiveAttempt,
  handling: CallHandling,
  digits: string,
): Refusal | undefined {
  const { consult } = handling;
  const target = handling.mode === 'consulting' && consult?.answered ? consult.id : attempt.id;
  if (handling.mode === 'held')
    return refusal('the customer is on hold: take the call off hold before keys are sent');
  emit(state, { type: 'send-digits', switchId: attempt.switchId, channelId: target, digits });
  tellCallChange(state, attempt, 'digits-sent', `${digits.length} keys`);
  return undefined;
}

// ---------------------------------------------------------------- transfers and consultations

function transfer(
  state: State,
  agent: Agent,
  attempt: LiveAttempt,
  handling: CallHandling,
  to: string,
): Refusal | undefined {
  if (handling.mode !== 'talking' && handling.mode !== 'held')
    return refusal('a consultation is under way: complete it to transfer the call, or cancel it first');
  const destination = destinationOf(attempt, to);
  if ('code' in destination) return destination;
  // A phone of our own on the switch may take over a call that exists.
  const stopped = destination.number === '' ? undefined : dialsNothing(state, 'transferred to a number');
  if (stopped !== undefined) return stopped;
  const maximumSeconds = attempt.campaign.settings.maximumTalkSeconds;
  emit(state, {
    type: 'hand-over',
    switchId: attempt.switchId,
    channelId: attempt.id,
    agentLegId: agent.legId,
    destination,
    callerId: attempt.intent.callerId,
    ringSeconds: consultRingSeconds,
    maximumSeconds,
  });
  tellCallChange(state, attempt, 'transferred', 'blind');
  handOver(state, attempt, undefined);
  return undefined;
}

/** While all dialling is stopped no leg is dialled for an agent. @param what the call cannot be */
function dialsNothing({ emergencyStop }: State, what: string): Refusal | undefined {
  if (emergencyStop === undefined) return undefined;
  return {
    code: 'call_refused',
    message: `all dialling is stopped (emergency stop): ${emergencyStop.reason}; the call goes on, and cannot be ${what} until the stop is lifted`,
  };
}

/** The agent has nothing to do with the call any more; it goes on between others. */
function handOver(state: State, attempt: LiveAttempt, partner: SideLeg | undefined): void {
  stopRecording(state, attempt);
  finish(state, attempt, 'connected', 'transferred');
  handOverTo(state, attempt, partner);
}

/** A phone number goes out over the call's own trunk, anything else is an endpoint on the switch. */
function destinationOf(attempt: LiveAttempt, to: string): CallDestination | Refusal {
  const { destinations } = attempt.campaign.settings;
  const named = destinations?.find(({ name, to: target }) => name === to || target === to);
  if (destinations !== undefined && named === undefined)
    return {
      code: 'destination_not_allowed',
      message: `to: "${to}" is none of the campaign's destinations: ${destinations.map(({ name }) => name).join(', ')}`,
    };
  const target = named?.to ?? to;
  if (!/^\+?[0-9]{2,20}$/.test(target)) return { dialString: target, number: '' };
  if (attempt.trunk === undefined)
    return {
      code: 'destination_not_allowed',
      message: 'to: the trunk of this call is not configured any more, so no number can be dialled over it',
    };
  return { dialString: attempt.trunk.settings.dialString, number: target };
}

function consult(
  state: State,
  agent: Agent,
  attempt: LiveAttempt,
  handling: CallHandling,
  to: string,
): Refusal | undefined {
  if (handling.consult !== undefined || (handling.mode !== 'talking' && handling.mode !== 'held'))
    return refusal('a consultation is under way already: complete or cancel it first');
  const destination = destinationOf(attempt, to);
  if ('code' in destination) return destination;
  const stopped = dialsNothing(state, 'joined by another party');
  if (stopped !== undefined) return stopped;
  const leg = dialSideLeg(state, attempt, 'consult', destination, to);
  if (leg === undefined)
    return {
      code: 'switch_busy',
      message: `the switch ${attempt.switchId} has no channel or call per second to spare: try again in a moment`,
    };
  if (handling.mode === 'talking') park(state, agent, attempt, handling);
  handling.mode = 'consulting';
  handling.consult = leg;
  tellCallChange(state, attempt, 'consult-started');
  return undefined;
}

/** The consulted party has picked up. */
export function consultAnswered(state: State, leg: SideLeg): void {
  const { attempt } = leg;
  const { handling, agent } = attempt;
  if (handling?.consult !== leg || !agent?.legUp) endSideLeg(state, leg);
  else join(state, attempt, handling, 'consult', leg.id, agent.legId);
}

/** The consultation is over: the agent is joined with the customer, who has waited for it. */
export function consultGone(state: State, leg: SideLeg, cause: string): void {
  const { attempt } = leg;
  const { handling } = attempt;
  if (handling?.consult !== leg) return;
  handling.consult = undefined;
  if (attempt.state !== 'connected') return;
  tellCallChange(state, attempt, 'consult-ended', cause);
  if (handling.mode === 'consulting') {
    handling.mode = 'held';
    watchHold(state, attempt, handling);
    if (attempt.hangUpReason === '') joinCustomer(state, attempt, handling);
  } else if (handling.mode === 'three-way') handling.mode = 'talking';
}

function completeConsult(state: State, attempt: LiveAttempt, handling: CallHandling): Refusal | undefined {
  const leg = handling.consult;
  if (leg === undefined || !leg.joined)
    return refusal('nobody has been reached to transfer the call to: consult first, and wait for the answer');
  join(state, attempt, handling, 'hand-over', attempt.id, leg.id);
  return undefined;
}

function cancelConsult(state: State, handling: CallHandling): Refusal | undefined {
  const leg = handling.consult;
  if (leg === undefined) return refusal('there is no consultation to cancel');
  endSideLeg(state, leg);
  return undefined;
}

function threeWay(
  state: State,
  agent: Agent,
  attempt: LiveAttempt,
  handling: CallHandling,
): Refusal | undefined {
  if (handling.mode === 'three-way') return undefined;
  const leg = handling.consult;
  if (leg === undefined || !leg.joined)
    return refusal('nobody has been reached to bring in: consult first, and wait for the answer');
  join(state, attempt, handling, 'three-way', attempt.id, agent.legId);
  return undefined;
}

// ---------------------------------------------------------------- what the switch says

/** Two legs of a connected call were joined. */
export function joined(state: State, attempt: LiveAttempt, channelId: string, otherLegId: string): void {
  const { handling, agent } = attempt;
  if (handling === undefined) return;
  const { consult, joining } = handling;
  const legs = [channelId, otherLegId];
  if (consult !== undefined && legs.includes(consult.id)) {
    if (legs.includes(attempt.id)) {
      if (joining !== 'hand-over') return;
      consult.handed = true;
      tellCallChange(state, attempt, 'consult-completed');
      handOver(state, attempt, consult);
    } else if (joining === 'consult') {
      settled(state, attempt, handling);
      consult.joined = true;
      watchHold(state, attempt, handling);
      tellCallChange(state, attempt, 'consult-connected');
    }
    return;
  }
  if (agent === undefined || !legs.includes(agent.legId) || !legs.includes(attempt.id)) return;
  if (joining === 'three-way' && consult !== undefined) {
    settled(state, attempt, handling);
    handling.mode = 'three-way';
    emit(state, {
      type: 'three-way',
      switchId: attempt.switchId,
      channelId: consult.id,
      targetId: attempt.id,
    });
    tellCallChange(state, attempt, 'three-way');
  } else if (handling.mode === 'held' && joining === 'customer') {
    settled(state, attempt, handling);
    handling.mode = 'talking';
    tellCallChange(state, attempt, 'resumed');
  }
}

function settled(state: State, attempt: LiveAttempt, handling: CallHandling): void {
  handling.joining = undefined;
  state.deadlines.cancel(handling.timer);
  handling.timer = undefined;
  attempt.missingSince = undefined;
}

/** A join did not come about, or nothing was heard of it: the call stays as it was before. */
export function joinFailed(state: State, attempt: LiveAttempt): void {
  const { handling } = attempt;
  if (handling?.joining === undefined) return;
  const { joining, consult } = handling;
  settled(state, attempt, handling);
  watchHold(state, attempt, handling);
  if (joining === 'consult' && consult !== undefined) endSideLeg(state, consult);
}

/** The customer has been on hold for as long as anybody should be. */
export function holdOver(state: State, attempt: LiveAttempt): void {
  const { handling } = attempt;
  if (handling === undefined || attempt.hangUpReason !== '') return;
  if (handling.mode === 'consulting' && handling.consult !== undefined) {
    watchHold(state, attempt, handling);
    endSideLeg(state, handling.consult);
  } else if (handling.mode === 'held') joinCustomer(state, attempt, handling);
}

/** A listing shows another bridge than the call should have: true when that explains itself. */
export function followBridge(state: State, attempt: LiveAttempt, bridgedTo: string): boolean {
  const { handling, agent } = attempt;
  if (handling === undefined || agent === undefined) return false;
  if (handling.mode !== 'held' || bridgedTo !== agent.legId) return false;
  // The command to hold got lost, or the one to join was carried out unheard.
  handling.joining = 'customer';
  joined(state, attempt, attempt.id, agent.legId);
  return true;
}
