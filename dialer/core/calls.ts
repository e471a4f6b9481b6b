/** The life of a call up to its end: originate, ringing, the hand-over to an agent at the answer, and hanging up. */
import { becomeFree, reserve, setAgentState } from './agents.js';
import { countLine, touch } from './groups.js';
import { consentChanged, dncChanged } from './number-changes.js';
import { recordByPolicy } from './recordings.js';
import { presentStaff } from './staffing.js';
import {
  type Agent,
  bump,
  bumpIn,
  clearTimer,
  eligible,
  emit,
  type LiveAttempt,
  noteCounted,
  type PacingGroup,
  type Pool,
  type State,
  setTimer,
  tell,
} from './state.js';
import { noteDelay, noteProgress } from './trunk-health.js';

/** A bridge that has not been confirmed this long after the command is taken for failed. */
const bridgeMilliseconds = 4_000;
/** After a hang-up was asked for, the switch is listed again this often until the channel is gone. */
const hangUpCheckMilliseconds = 5_000;
/** Longest safe-harbour message. */
const safeHarbourMilliseconds = 30_000;
/** Ring time is kept by the switch; the engine steps in when the switch has not done so this much later. */
const ringGraceMilliseconds = 15_000;

// ---------------------------------------------------------------- dialling

export function startDialing(state: State, attempt: LiveAttempt): void {
  const { campaign, intent } = attempt;
  const trunk = attempt.trunk;
  if (trunk === undefined) return;
  attempt.state = 'dialing';
  attempt.dialedAt = state.now;
  bump(state.totals.originated, campaign.settings.id);
  emit(state, {
    type: 'originate',
    switchId: attempt.switchId,
    channelId: attempt.id,
    dialString: trunk.settings.dialString,
    trunk: trunk.settings.name,
    number: attempt.number,
    callerId: intent.callerId,
    ringSeconds: campaign.settings.ringSeconds,
    campaignId: campaign.settings.id,
  });
  tell(state, {
    kind: 'attempt-started',
    at: state.now,
    attemptId: attempt.id,
    campaignId: campaign.settings.id,
    stage: attempt.stage,
    contactId: attempt.lead.contactId,
    switchId: attempt.switchId,
    trunk: trunk.settings.name,
  });
  attempt.group?.pacer.observe({
    type: 'placed',
    t: state.now / 1000,
    id: attempt.id,
    pHint: attempt.pHint,
    lead: attempt.lead.contactId,
    campaign: campaign.settings.id,
  });
  watchRing(state, attempt);
}

/** A call that rings on after the switch should have given it up is given up here. */
export function watchRing(state: State, attempt: LiveAttempt): void {
  const milliseconds = attempt.campaign.settings.ringSeconds * 1000 + ringGraceMilliseconds;
  setTimer(state, attempt, state.now + milliseconds, { kind: 'ring', attempt });
}

export function progressed(state: State, attempt: LiveAttempt): void {
  if (attempt.state !== 'dialing') return;
  attempt.state = 'ringing';
  attempt.ringingAt = state.now;
  attempt.missingSince = undefined;
  if (attempt.trunk !== undefined) {
    noteProgress(attempt.trunk);
    if (attempt.dialedAt !== undefined) noteDelay(attempt.trunk, state.now - attempt.dialedAt);
  }
  attempt.group?.pacer.observe({ type: 'ringing', t: state.now / 1000, id: attempt.id });
}

// ---------------------------------------------------------------- the answer

export function answered(
  state: State,
  attempt: LiveAttempt,
  answeredBy: 'human' | 'machine' | undefined,
): void {
  if (attempt.answeredAt !== undefined || attempt.state === 'ended') return;
  const { campaign } = attempt;
  attempt.state = 'answered';
  attempt.answeredAt = state.now;
  attempt.missingSince = undefined;
  leaveLines(state, attempt);
  if (attempt.trunk !== undefined) noteProgress(attempt.trunk);
  tell(state, {
    kind: 'attempt-answered',
    at: state.now,
    attemptId: attempt.id,
    campaignId: campaign.settings.id,
  });
  const givenUp = attempt.hangUpReason !== '';
  if (answeredBy === 'machine') {
    attempt.machine = true;
    bumpIn(state.totals.answered, campaign.settings.id, 'machine');
    attempt.group?.pacer.observe({ type: 'machine', t: state.now / 1000, id: attempt.id });
    if (!givenUp) hangUp(state, attempt, 'machine');
    return;
  }
  countLive(state, attempt);
  attempt.group?.pacer.observe({ type: 'answered', t: state.now / 1000, id: attempt.id });
  // The engine had already given it up; the switch's hang-up is on its way.
  if (givenUp) return;
  const agent = attempt.personalAgent ?? findAgent(attempt);
  if (agent !== undefined) connect(state, attempt, agent);
  else waitForAgent(state, attempt);
}

export function countLive(state: State, attempt: LiveAttempt): void {
  if (attempt.countedLive) return;
  attempt.countedLive = true;
  bumpIn(state.totals.answered, attempt.campaign.settings.id, 'human');
}

export function findAgent(attempt: LiveAttempt): Agent | undefined {
  // Whoever works the campaign now also takes the retries of its earlier stages.
  const { tiers, teams } = presentStaff(attempt.campaign);
  const who = { tiers, teams };
  const switchId = attempt.switchId;
  return attempt.campaign.pool.ready.find((agent) => agent.switchId === switchId && eligible(agent, who));
}

function waitForAgent(state: State, attempt: LiveAttempt): void {
  const { campaign } = attempt;
  attempt.waiting = true;
  campaign.waiting++;
  if (attempt.group !== undefined) attempt.group.waiting++;
  const queue = campaign.pool.waiting;
  const answeredAt = attempt.answeredAt ?? state.now;
  // One whose bridge failed comes back to its old place.
  let place = queue.length;
  while (place > 0 && (queue[place - 1]?.answeredAt ?? 0) > answeredAt) place--;
  queue.splice(place, 0, attempt);
  const since = attempt.answeredAt ?? state.now;
  setTimer(state, attempt, since + campaign.settings.answerWaitMilliseconds, {
    kind: 'answer-wait',
    attempt,
  });
}

export function stopWaiting(attempt: LiveAttempt): void {
  if (!attempt.waiting) return;
  attempt.waiting = false;
  attempt.campaign.waiting--;
  if (attempt.group !== undefined) attempt.group.waiting--;
  const queue = attempt.campaign.pool.waiting;
  const index = queue.indexOf(attempt);
  if (index >= 0) queue.splice(index, 1);
}

function mayServe(state: State, attempt: LiveAttempt): boolean {
  return attempt.hangUpReason === '' && state.switches.get(attempt.switchId)?.up === true;
}

/** Gives waiting customers, longest first, to agents of the pool who have become ready. */
export function serveWaiting(state: State, pool: Pool): void {
  for (let i = 0; i < pool.waiting.length && pool.ready.size > 0; ) {
    const attempt = pool.waiting[i] as LiveAttempt;
    const agent = mayServe(state, attempt) ? findAgent(attempt) : undefined;
    if (agent === undefined) i++;
    else connect(state, attempt, agent);
  }
}

function connect(state: State, attempt: LiveAttempt, agent: Agent): void {
  stopWaiting(attempt);
  if (agent.attempt !== attempt) reserve(state, agent, attempt);
  attempt.agent = agent;
  attempt.bridging = true;
  attempt.bridgeAskedAt = state.now;
  setTimer(state, attempt, state.now + bridgeMilliseconds, { kind: 'bridge', attempt });
  emit(state, {
    type: 'bridge',
    switchId: attempt.switchId,
    channelId: attempt.id,
    agentLegId: agent.legId,
  });
}

export function bridged(state: State, attempt: LiveAttempt, agentLegId: string): void {
  const agent = state.agentsByLeg.get(agentLegId);
  if (agent === undefined || !mayBeBridged(state, attempt, agentLegId)) return;
  if (attempt.bridging && attempt.group !== undefined)
    measureHandover(attempt.group, state.now - attempt.bridgeAskedAt);
  if (agent.attempt !== attempt) {
    // The engine had given this bridge up, and it stands: the two are together, whatever was meant to happen.
    stopWaiting(attempt);
    if (agent.attempt !== undefined) letGo(agent, agent.attempt);
    attempt.agent = agent;
    attempt.abandon = undefined;
    attempt.safeHarbour = false;
    reserve(state, agent, attempt);
  }
  blame(state, attempt, agent);
  attempt.state = 'connected';
  attempt.bridging = false;
  attempt.connectedAt = state.now;
  attempt.missingSince = undefined;
  agent.failedBridges = 0;
  attempt.campaign.talking++;
  const waited = state.now - (attempt.answeredAt ?? state.now);
  attempt.group?.pacer.observe({
    type: 'connected',
    t: state.now / 1000,
    id: attempt.id,
    agent: agent.id,
    waited: waited / 1000,
  });
  clearTimer(state, agent);
  setAgentState(state, agent, 'talking');
  tell(state, {
    kind: 'attempt-connected',
    at: state.now,
    attemptId: attempt.id,
    campaignId: attempt.campaign.settings.id,
    agentId: agent.id,
    waitedMilliseconds: waited,
  });
  recordByPolicy(state, attempt);
  if (attempt.hangUpReason !== '') return;
  setTimer(state, attempt, state.now + attempt.campaign.settings.maximumTalkSeconds * 1000, {
    kind: 'talk',
    attempt,
  });
}

/** Share of the newest measure in the hand-over that the pacer reckons with. */
const handoverShare = 0.05;
const longestHandoverSeconds = 2;

function measureHandover(group: PacingGroup, milliseconds: number): void {
  const seconds = Math.min(longestHandoverSeconds, milliseconds / 1000);
  group.handover += handoverShare * (seconds - group.handover);
}

/** Whether the agent is kept for a call that nobody has answered yet. */
function awaitsAnswer(agent: Agent): boolean {
  return agent.attempt?.personalAgent === agent && agent.attempt.answeredAt === undefined;
}

/** The call goes on without the agent who was kept for it: whoever is ready at the answer takes it. */
export function letGo(agent: Agent, attempt: LiveAttempt): void {
  agent.attempt = undefined;
  attempt.personalAgent = undefined;
  if (attempt.group !== undefined) countLine(attempt, attempt.group);
}

/**
 * Whether a bridge of the call with this leg is to be believed: with its agent, or, when nobody is being bridged to it, with
 * one who talks to nobody else.
 */
export function mayBeBridged(state: State, attempt: LiveAttempt, agentLegId: string): boolean {
  const agent = state.agentsByLeg.get(agentLegId);
  if (agent === undefined || attempt.connectedAt !== undefined || attempt.state !== 'answered') return false;
  if (attempt.bridging) return attempt.agent === agent && agent.attempt === attempt;
  // One who was given a caller meanwhile is joined with them: that command comes after the late bridge, and undoes it.
  if (agent.inbound !== undefined) return false;
  return agent.legUp && (agent.attempt === undefined || awaitsAnswer(agent));
}

/** The bridge did not come about; the customer may still be there and gets another agent within the wait. */
export function bridgeFailed(state: State, attempt: LiveAttempt): void {
  if (!attempt.bridging || attempt.state === 'ended') return;
  const agent = attempt.agent;
  attempt.bridging = false;
  attempt.agent = undefined;
  attempt.personalAgent = undefined;
  // Another agent is looked for before this one is free again: the same leg is not tried twice in a row while others are there.
  const other = mayServe(state, attempt) ? findAgent(attempt) : undefined;
  if (agent !== undefined && agent.attempt === attempt) {
    attempt.failedAgents.push(agent);
    attempt.bridgeFailedAt = state.now;
    becomeFree(state, agent);
  }
  if (attempt.hangUpReason !== '') return;
  const wait = attempt.campaign.settings.answerWaitMilliseconds;
  if (state.now - (attempt.answeredAt ?? state.now) >= wait) abandon(state, attempt);
  else if (other !== undefined) connect(state, attempt, other);
  else waitForAgent(state, attempt);
}

/**
 * The customer was there all along, so bridges that failed were the agents' legs' fault. A leg that fails twice in a row is
 * not trusted: taking it down is safer than counting on it.
 */
function blame(state: State, attempt: LiveAttempt, connected: Agent | undefined): void {
  for (const agent of attempt.failedAgents) {
    if (agent === connected || !agent.legUp) continue;
    agent.failedBridges++;
    if (agent.failedBridges < 2 || agent.attempt !== undefined) continue;
    emit(state, {
      type: 'hang-up',
      switchId: agent.switchId,
      channelId: agent.legId,
      cause: 'NORMAL_CLEARING',
    });
    clearTimer(state, agent);
    setAgentState(state, agent, 'paused', 'leg not bridging');
  }
  attempt.failedAgents = [];
}

/** Nobody came in time: the safe-harbour message, then the end. */
export function abandon(state: State, attempt: LiveAttempt): void {
  stopWaiting(attempt);
  if (attempt.abandon !== undefined) return;
  blame(state, attempt, undefined);
  attempt.abandon = 'timeout';
  attempt.safeHarbour = true;
  attempt.group?.pacer.observe({
    type: 'abandoned',
    t: state.now / 1000,
    id: attempt.id,
    kind: 'timeout',
    waited: (state.now - (attempt.answeredAt ?? state.now)) / 1000,
  });
  if (attempt.group !== undefined) touch(state, attempt.group);
  emit(state, {
    type: 'play-safe-harbour',
    switchId: attempt.switchId,
    channelId: attempt.id,
    message: attempt.campaign.settings.safeHarbour.message,
  });
  setTimer(state, attempt, state.now + safeHarbourMilliseconds, { kind: 'safe-harbour', attempt });
}

export function keyPressed(state: State, attempt: LiveAttempt, key: string): void {
  if (!attempt.safeHarbour || key !== attempt.campaign.settings.safeHarbour.optOutKey) return;
  optOut(state, attempt, 'opt-out key');
  hangUp(state, attempt, 'opt-out');
}

export function optOut(state: State, attempt: LiveAttempt, reason: string): void {
  if (attempt.optedOut) return;
  attempt.optedOut = true;
  const campaignId = attempt.campaign.settings.id;
  attempt.campaign.counters[attempt.stage].optOuts++;
  noteCounted(state, attempt.campaign);
  const { number } = attempt;
  const refusal = { decision: 'refused', level: 'express', at: state.now } as const;
  emit(state, { type: 'add-dnc', number, reason, at: state.now });
  emit(state, {
    type: 'record-consent',
    consent: {
      ...refusal,
      number,
      source: reason,
      evidence: `attempt ${attempt.id}`,
      recordedBy: 'engine',
      recordedAt: state.now,
    },
  });
  // Leads on the number in any campaign's hopper, and intents that are just being committed, are not called.
  dncChanged(state, number, true, undefined);
  consentChanged(state, number, refusal);
  tell(state, { kind: 'number-suppressed', at: state.now, campaignId, attemptId: attempt.id, reason });
}

// ---------------------------------------------------------------- hanging up

/** Asks the switch to end the call; the result is recorded when the channel is gone. */
export function hangUp(state: State, attempt: LiveAttempt, reason: string): void {
  if (attempt.hangUpReason === '') attempt.hangUpReason = reason;
  stopWaiting(attempt);
  emit(state, {
    type: 'hang-up',
    switchId: attempt.switchId,
    channelId: attempt.id,
    cause: attempt.answeredAt === undefined ? 'ORIGINATOR_CANCEL' : 'NORMAL_CLEARING',
  });
  setTimer(state, attempt, state.now + hangUpCheckMilliseconds, { kind: 'hang-up', attempt });
}

/** The channel should be gone by now: ask again, and have the switch listed. */
export function checkHangUp(state: State, attempt: LiveAttempt): void {
  hangUp(state, attempt, attempt.hangUpReason);
  const line = state.switches.get(attempt.switchId);
  if (line?.up) emit(state, { type: 'audit-channels', switchId: attempt.switchId });
}

/** The call is answered or gone: it no longer counts among the lines in flight. */
export function leaveLines(state: State, attempt: LiveAttempt): void {
  const { group } = attempt;
  attempt.campaign.inFlight--;
  if (group !== undefined) {
    group.inFlight.delete(attempt.id);
    touch(state, group);
  }
}
