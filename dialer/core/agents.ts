/** Agents: log-in, legs, states, wrap-up. Longest idle first; a leg that dies takes its agent offline. */
import { switchForAgent, takeAgentChannel } from './capacity.js';
import { groupOf, joinCounts, leaveCounts, moveAgent, pacerStateOf, touch } from './groups.js';
import { channelId } from './identifiers.js';
import { dropPreview, refuseDial, takeAsked } from './leads.js';
import type { AgentProfile, AgentSession, AgentState, EpochMilliseconds } from './model.js';
import { poolOf } from './pools.js';
import {
  type Agent,
  agentSession,
  clearTimer,
  emit,
  type LiveAttempt,
  type State,
  type SwitchState,
  setTimer,
  tell,
  tokenAt,
} from './state.js';

/** Ring time of an agent's own leg. */
export const agentRingSeconds = 30;
/** A leg that has said nothing this long after the dial is given up. */
const agentConnectSeconds = 60;

/** Sessions are saved when this changes: states within a working turn are not worth a write each. */
function savedCategory(agent: Agent): AgentState {
  switch (agent.state) {
    case 'offline':
    case 'connecting':
    case 'paused':
      return agent.state;
    default:
      return 'ready';
  }
}

export function saveSession(state: State, agent: Agent): void {
  agent.savedAs = savedCategory(agent);
  emit(state, { type: 'save-agent', agent: agentSession(agent) });
}

export function createAgent(state: State, profile: AgentProfile, endpoint: string, switchId: string): Agent {
  const pool = poolOf(state, profile.pool);
  const agent: Agent = {
    id: profile.id,
    name: profile.name,
    pool,
    team: profile.team,
    tier: profile.tier,
    skills: profile.skills,
    endpoint,
    switchId,
    legId: '',
    legUp: false,
    state: 'offline',
    stateSince: state.now,
    pauseReason: '',
    readyOnConnect: true,
    pauseAfter: undefined,
    logoutAfter: false,
    attempt: undefined,
    inbound: undefined,
    endingSince: undefined,
    group: undefined,
    timer: undefined,
    failedBridges: 0,
    missingSince: undefined,
    recovered: undefined,
    savedAs: undefined,
    preview: undefined,
    asked: undefined,
    idleSince: state.now,
    previousReady: undefined,
    nextReady: undefined,
    inReadyList: false,
  };
  state.agents.set(agent.id, agent);
  pool.agents.set(agent.id, agent);
  return agent;
}

/** Changes an agent's state and everything that counts it. */
export function setAgentState(state: State, agent: Agent, next: AgentState, reason = ''): void {
  const previous = agent.state;
  if (previous === next && agent.pauseReason === reason) return;
  if (next !== 'reserved') letGo(state, agent);
  state.totals.agentStateSeconds[previous] += Math.max(0, state.now - agent.stateSince) / 1000;
  const pacedBefore = pacerStateOf(agent);
  if (agent.group !== undefined) leaveCounts(state, agent, agent.group);
  if (previous === 'ready') agent.pool.ready.remove(agent);
  agent.state = next;
  agent.stateSince = state.now;
  if (next !== 'wrap-up') agent.endingSince = undefined;
  agent.pauseReason = next === 'paused' ? reason : '';
  if (next === 'ready') {
    // Coming back from a reservation that led nowhere keeps the old place in the queue.
    if (previous !== 'reserved') agent.idleSince = state.now;
    agent.pool.ready.add(agent);
    agent.pool.offer = true;
  }
  const paced = pacerStateOf(agent);
  if (agent.group === undefined) {
    agent.group = groupOf(agent.pool, agent);
  }
  if (agent.group !== undefined) {
    joinCounts(state, agent, agent.group);
    if (paced !== pacedBefore) {
      agent.group.pacer.observe(
        agent.attempt === undefined
          ? { type: 'agent', t: state.now / 1000, agent: agent.id, state: paced }
          : { type: 'agent', t: state.now / 1000, agent: agent.id, state: paced, call: agent.attempt.id },
      );
    }
  }
  tellState(state, agent, reason);
  if (savedCategory(agent) !== agent.savedAs) saveSession(state, agent);
}

// ---------------------------------------------------------------- legs

/** Dials the agent's leg as soon as the switch has a channel and a call to spare. */
export function connectLeg(state: State, agent: Agent): void {
  const line = state.switches.get(agent.switchId);
  if (line === undefined) return;
  watchConnect(state, agent);
  setAgentState(state, agent, 'connecting');
  line.agentDials.add(agent);
  dialWaitingLegs(state, line);
}

/** A leg that does not answer is given up. */
export function watchConnect(state: State, agent: Agent): void {
  setTimer(state, agent, state.now + agentConnectSeconds * 1000, { kind: 'agent-connect', agent });
}

export function dialWaitingLegs(state: State, line: SwitchState): void {
  state.deadlines.cancel(line.agentDialTimer);
  line.agentDialTimer = undefined;
  for (const agent of line.agentDials) {
    if (!line.up || !takeAgentChannel(line, state.now)) break;
    line.agentDials.delete(agent);
    agent.legId = channelId(state.installation, 'e', state.random);
    state.agentsByLeg.set(agent.legId, agent);
    emit(state, {
      type: 'dial-agent',
      switchId: line.settings.id,
      channelId: agent.legId,
      agentId: agent.id,
      endpoint: agent.endpoint,
      ringSeconds: agentRingSeconds,
    });
    saveSession(state, agent);
  }
  if (line.agentDials.size > 0 && line.up) {
    const at = Math.max(state.now + 20, tokenAt(line.bucket, state.now));
    line.agentDialTimer = state.deadlines.set(at, { kind: 'agent-dial', line });
  }
}

export function legAnswered(state: State, agent: Agent): void {
  if (agent.legUp) return;
  agent.legUp = true;
  agent.missingSince = undefined;
  if (agent.state !== 'connecting') return;
  clearTimer(state, agent);
  if (agent.readyOnConnect) becomeFree(state, agent);
  else setAgentState(state, agent, 'paused', 'log-in');
}

/** The agent has nothing to do any more: what was asked for meanwhile is done now. */
export function becomeFree(state: State, agent: Agent): void {
  agent.attempt = undefined;
  clearTimer(state, agent);
  if (agent.logoutAfter) {
    logOut(state, agent, 'log-out');
    return;
  }
  if (!agent.legUp) {
    setAgentState(state, agent, 'offline', 'leg lost');
    return;
  }
  if (movesNow(state, agent)) {
    moveToAnotherSwitch(state, agent);
    return;
  }
  if (agent.pauseAfter !== undefined) {
    const reason = agent.pauseAfter;
    agent.pauseAfter = undefined;
    setAgentState(state, agent, 'paused', reason);
    return;
  }
  setAgentState(state, agent, 'ready');
}

/** Forgets the leg; the caller decides the agent's state. */
export function forgetLeg(state: State, agent: Agent): void {
  const line = state.switches.get(agent.switchId);
  if (agent.legId !== '') {
    state.agentsByLeg.delete(agent.legId);
    state.ended.set(agent.legId, state.now);
    if (line !== undefined) line.channels--;
  }
  line?.agentDials.delete(agent);
  agent.legId = '';
  agent.legUp = false;
  agent.failedBridges = 0;
  agent.recovered = undefined;
  agent.missingSince = undefined;
}

export function logOut(state: State, agent: Agent, reason: string): void {
  const legId = agent.legId;
  agent.logoutAfter = false;
  agent.pauseAfter = undefined;
  agent.attempt = undefined;
  clearTimer(state, agent);
  forgetLeg(state, agent);
  if (legId !== '')
    emit(state, { type: 'hang-up', switchId: agent.switchId, channelId: legId, cause: 'NORMAL_CLEARING' });
  agent.savedAs = undefined;
  setAgentState(state, agent, 'offline', reason);
}

/** The agent's switch is being emptied and another one serves. */
function movesNow(state: State, agent: Agent): boolean {
  if (state.switches.get(agent.switchId)?.drain?.moveAgents !== true) return false;
  const other = switchForAgent(state);
  return other?.up === true && other.drain === undefined;
}

/** Moves an agent off a switch that is being emptied: at once when the agent is idle, else when the call is done. */
export function moveWhenFree(state: State, agent: Agent): void {
  const idle = agent.state === 'ready' || (agent.state === 'paused' && agent.legUp);
  if (idle && movesNow(state, agent)) moveToAnotherSwitch(state, agent);
}

/** The leg is ended here and dialled there. A pause is kept. */
function moveToAnotherSwitch(state: State, agent: Agent): void {
  const line = switchForAgent(state);
  if (line === undefined) return;
  const { legId, switchId } = agent;
  if (agent.state === 'paused') agent.pauseAfter = agent.pauseReason;
  agent.readyOnConnect = true;
  forgetLeg(state, agent);
  emit(state, { type: 'hang-up', switchId, channelId: legId, cause: 'NORMAL_CLEARING' });
  // Out of the counts of the old switch before the new one has the leg.
  setAgentState(state, agent, 'connecting', 'switch drained');
  moveAgent(state, agent, undefined);
  agent.switchId = line.settings.id;
  moveAgent(state, agent, groupOf(agent.pool, agent));
  connectLeg(state, agent);
}

function tellState(state: State, agent: Agent, reason: string): void {
  tell(state, {
    kind: 'agent-changed',
    at: state.now,
    agentId: agent.id,
    pool: agent.pool.name,
    state: agent.state,
    reason,
    attemptId: agent.attempt?.id ?? '',
  });
}

/** What an agent was reserved for without a call: the contact shown goes back, and a dial that was asked for is off. */
function letGo(state: State, agent: Agent): void {
  if (agent.preview !== undefined) dropPreview(state, agent, 'withdrawn', '');
  if (agent.asked !== undefined)
    refuseDial(state, takeAsked(state, agent), `agent ${agent.id} is not free any more`);
}

/** Reserves a ready agent for an answered call. */
export function reserve(state: State, agent: Agent, attempt: LiveAttempt): void {
  agent.attempt = attempt;
  // One who dials was reserved before there was an attempt to name.
  if (agent.state === 'reserved') tellState(state, agent, '');
  else setAgentState(state, agent, 'reserved');
}

export function startWrapUp(state: State, agent: Agent, seconds: number): void {
  setTimer(state, agent, state.now + seconds * 1000, { kind: 'wrap-up', agent });
  setAgentState(state, agent, 'wrap-up');
}

/** After a restart: an agent whose leg is to be looked for on the switch. */
export function recoverAgent(state: State, session: AgentSession): void {
  const agent = createAgent(state, session, session.endpoint, session.switchId);
  const line = state.switches.get(session.switchId);
  if (session.state === 'offline' || session.legId === '' || line === undefined) {
    if (session.state !== 'offline') {
      agent.savedAs = session.state;
      setAgentState(state, agent, 'connecting');
      setAgentState(state, agent, 'offline', 'restart');
    } else agent.savedAs = 'offline';
    return;
  }
  agent.legId = session.legId;
  agent.recovered = session.state;
  state.agentsByLeg.set(agent.legId, agent);
  line.channels++;
  agent.savedAs = session.state;
  setAgentState(state, agent, 'connecting', 'restart');
  // Kept until its leg is found: why an agent was paused is still so after a restart.
  agent.pauseReason = session.pauseReason;
}

export function touchGroup(state: State, agent: Agent): void {
  if (agent.group !== undefined) touch(state, agent.group);
}

export function changeProfile(
  state: State,
  agent: Agent,
  profile: AgentProfile,
  endpoint: string,
  switchId: string,
): void {
  const pool = poolOf(state, profile.pool);
  moveAgent(state, agent, undefined);
  agent.pool.agents.delete(agent.id);
  agent.pool = pool;
  pool.agents.set(agent.id, agent);
  agent.name = profile.name;
  agent.team = profile.team;
  agent.tier = profile.tier;
  agent.skills = profile.skills;
  agent.endpoint = endpoint;
  agent.switchId = switchId;
  moveAgent(state, agent, groupOf(pool, agent));
}

export type { EpochMilliseconds };
