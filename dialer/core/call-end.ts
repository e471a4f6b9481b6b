/** The end of a call: what it came to, the one result that is recorded, and everything it held set free. */
import { noteAnswer } from './abandon-aim.js';
import { postCall } from './abandon-ledger.js';
import { becomeFree, setAgentState, startWrapUp } from './agents.js';
import { learn } from './answer-chance.js';
import { endHandling } from './call-handling.js';
import { noteCallerIdOutcome } from './caller-ids.js';
import { countLive, findAgent, hangUp, leaveLines, progressed, stopWaiting } from './calls.js';
import { observeAttempt } from './campaign-watch.js';
import { freeChannel } from './capacity.js';
import { touch } from './groups.js';
import { leaseWhenQuiet } from './hopper.js';
import type { TelephonyInput } from './inputs.js';
import type { AbandonKind, AttemptResult, ContactNext, EpochMilliseconds, Outcome } from './model.js';
import { nextAfterAttempt, outcomeOfUnanswered } from './outcomes.js';
import { noteContactChange } from './stages.js';
import {
  type Agent,
  bump,
  bumpIn,
  clearTimer,
  emit,
  type LiveAttempt,
  noteCounted,
  type State,
  tell,
} from './state.js';
import { noteLocalFailure, noteOutcome } from './trunk-health.js';

/** The end of a customer who left at the bridge follows the bridge's failure within this. */
const goneAtTheBridgeMilliseconds = 1_000;

export function channelEnded(
  state: State,
  attempt: LiveAttempt,
  input: Extract<TelephonyInput, { type: 'channel-ended' }>,
): void {
  if (input.progressed) progressed(state, attempt);
  if (input.answered && attempt.answeredAt === undefined) answeredAndGone(state, attempt);
  const outcome = outcomeOfEnd(attempt, input.cause, input.progressed, state.now);
  finish(state, attempt, outcome, input.cause, input.q850, input.sipStatus);
}

/** The answer and the hang-up arrived as one: an agent who was ready makes the difference. */
function answeredAndGone(state: State, attempt: LiveAttempt): void {
  attempt.state = 'answered';
  attempt.answeredAt = state.now;
  leaveLines(state, attempt);
  countLive(state, attempt);
  attempt.group?.pacer.observe({ type: 'answered', t: state.now / 1000, id: attempt.id });
  attempt.bridging = attempt.personalAgent !== undefined || findAgent(attempt) !== undefined;
}

/** A bridge failed a moment ago because the customer was leaving: an agent was there. */
function goneAtTheBridge(attempt: LiveAttempt, now: EpochMilliseconds): boolean {
  return attempt.failedAgents.length > 0 && now - attempt.bridgeFailedAt < goneAtTheBridgeMilliseconds;
}

function outcomeOfEnd(
  attempt: LiveAttempt,
  cause: string,
  wasProgress: boolean,
  now: EpochMilliseconds,
): Outcome {
  if (attempt.connectedAt !== undefined) return 'connected';
  if (attempt.machine) return 'machine';
  if (attempt.abandon !== undefined) return 'abandoned';
  if (attempt.answeredAt !== undefined) {
    if (attempt.bridging || goneAtTheBridge(attempt, now)) return 'short';
    attempt.abandon = unservedKind(attempt);
    return 'abandoned';
  }
  if (attempt.hangUpReason === 'shed' || attempt.hangUpReason === 'ring time') return 'no-answer';
  if (attempt.hangUpReason !== '') return 'cancelled';
  return outcomeOfUnanswered(cause, wasProgress || attempt.ringingAt !== undefined);
}

/** An answered call that the engine itself ended, a shed one for example, kept its person waiting for nobody. */
function unservedKind(attempt: LiveAttempt): AbandonKind {
  return attempt.hangUpReason === '' ? 'hangup' : 'timeout';
}

export function originateFailed(state: State, attempt: LiveAttempt, cause: string, local: boolean): void {
  if (attempt.state !== 'dialing' && attempt.state !== 'ringing') return;
  if (local) {
    if (attempt.trunk !== undefined) noteLocalFailure(attempt.trunk, state.now);
    finish(state, attempt, 'not-dialed', cause);
  } else if (cause === 'COMMAND_TIMEOUT') {
    // The call may be up all the same: it is ended, and its number stays taken until the switch is seen without it.
    hangUp(state, attempt, 'command timeout');
    const line = state.switches.get(attempt.switchId);
    if (line?.up) emit(state, { type: 'audit-channels', switchId: attempt.switchId });
  } else finish(state, attempt, outcomeOfUnanswered(cause, attempt.ringingAt !== undefined), cause);
}

/** The channel is gone and no event told us: what is known decides, and what is not known becomes `unknown`. */
export function lost(state: State, attempt: LiveAttempt): void {
  if (attempt.connectedAt !== undefined) finish(state, attempt, 'connected', 'lost-track');
  else if (attempt.machine) finish(state, attempt, 'machine', 'lost-track');
  else if (attempt.answeredAt !== undefined) {
    attempt.abandon ??= unservedKind(attempt);
    finish(state, attempt, 'abandoned', 'lost-track');
  } else finish(state, attempt, 'unknown', 'lost-track');
}

/** Takes an attempt that was never durable, or never originated, out of the books. */
export function forget(state: State, attempt: LiveAttempt): void {
  clearTimer(state, attempt);
  stopWaiting(attempt);
  if (attempt.answeredAt === undefined) leaveLines(state, attempt);
  attempt.group?.inFlight.delete(attempt.id);
  attempt.state = 'ended';
  attempt.endedAt = state.now;
  if (attempt.trunk !== undefined) freeChannel(attempt.trunk);
  state.attempts.delete(attempt.id);
  state.liveNumbers.delete(attempt.number);
  attempt.campaign.live--;
  for (const group of attempt.campaign.pool.groups) touch(state, group);
}

/** Records the one result of an attempt and frees everything it held. */
export function finish(
  state: State,
  attempt: LiveAttempt,
  outcome: Outcome,
  cause: string,
  q850?: number,
  sipStatus?: number,
): void {
  if (attempt.state === 'ended') return;
  endHandling(state, attempt);
  const { campaign } = attempt;
  const agent = attempt.agent ?? attempt.personalAgent;
  const { group } = attempt;
  const wasConnected = attempt.connectedAt !== undefined;
  tellPacer(state, attempt, outcome);
  if (wasConnected) campaign.talking--;
  if (attempt.trunk !== undefined) noteOutcome(attempt.trunk, outcome, state.now);
  forget(state, attempt);
  state.ended.set(attempt.id, state.now);
  const live = outcome === 'connected' || outcome === 'abandoned' || outcome === 'short';
  const counters = campaign.counters[attempt.stage];
  noteCounted(state, campaign);
  const charged = outcome !== 'not-dialed';
  if (charged) counters.attempts++;
  if (live) counters.liveAnswers++;
  if (outcome === 'connected') counters.connected++;
  if (outcome === 'abandoned') {
    counters.abandoned++;
    bump(state.totals.abandoned, campaign.settings.id);
  }
  if (outcome === 'machine') counters.machines++;
  bumpIn(state.totals.ended, campaign.settings.id, outcome);

  const result: { -readonly [K in keyof AttemptResult]: AttemptResult[K] } = {
    attemptId: attempt.id,
    campaignId: campaign.settings.id,
    stage: attempt.stage,
    contactId: attempt.lead.contactId,
    number: attempt.number,
    outcome,
    cause: attempt.hangUpReason === '' ? cause : `${cause} (${attempt.hangUpReason})`,
    endedAt: state.now,
    charged,
  };
  if (attempt.abandon !== undefined) result.abandonKind = attempt.abandon;
  if (q850 !== undefined) result.q850 = q850;
  if (sipStatus !== undefined) result.sipStatus = sipStatus;
  if (attempt.dialedAt !== undefined) result.dialedAt = attempt.dialedAt;
  if (attempt.ringingAt !== undefined) result.ringingAt = attempt.ringingAt;
  if (attempt.answeredAt !== undefined) result.answeredAt = attempt.answeredAt;
  if (attempt.connectedAt !== undefined) result.connectedAt = attempt.connectedAt;
  if (wasConnected && agent !== undefined) {
    result.agentId = agent.id;
    result.team = agent.team;
    result.tier = agent.tier;
  }
  if (attempt.optedOut) result.optedOut = true;
  const recording = attempt.handling?.recording;
  if (recording !== undefined) result.recording = recording.path;
  attempt.result = result;
  const next = nextAfterEnd(state, attempt, outcome, agent);
  const numberDead = outcome === 'invalid';
  learn(attempt, outcome);
  noteCallerIdOutcome(state, attempt, outcome);
  const ledger = live || outcome === 'machine' ? postCall(campaign, attempt.intent.permit, result) : [];
  if (live) noteAnswer(campaign, outcome === 'abandoned');
  if (ledger.length === 0) emit(state, { type: 'record-result', result, next, numberDead });
  else emit(state, { type: 'record-result', result, next, numberDead, ledger });
  noteContactChange(campaign);
  tell(state, {
    kind: 'attempt-ended',
    at: state.now,
    attemptId: attempt.id,
    campaignId: campaign.settings.id,
    stage: attempt.stage,
    contactId: attempt.lead.contactId,
    outcome,
    abandonKind: attempt.abandon ?? '',
    cause: result.cause,
    agentId: result.agentId ?? '',
    ringMilliseconds: span(attempt.ringingAt, attempt.answeredAt ?? state.now),
    talkMilliseconds: span(attempt.connectedAt, state.now),
  });
  if (agent !== undefined && agent.attempt === attempt) {
    if (wasConnected) {
      campaign.wrapping++;
      startWrapUp(state, agent, campaign.settings.wrapUpSeconds);
      if (!agent.legUp) setAgentState(state, agent, 'offline', 'leg lost');
    } else {
      // Gone at the bridge: nobody has anything to say about it.
      attempt.disposed = true;
      becomeFree(state, agent);
    }
  } else attempt.disposed = true;
  if (attempt.disposed) observeAttempt(state, campaign, { intent: attempt.intent, result });
  leaseWhenQuiet(state, campaign);
  if (group !== undefined) touch(state, group);
}

function tellPacer(state: State, attempt: LiveAttempt, outcome: Outcome): void {
  const pacer = attempt.group?.pacer;
  if (pacer === undefined || attempt.connectedAt !== undefined || attempt.machine) return;
  const t = state.now / 1000;
  const { id } = attempt;
  if (attempt.answeredAt !== undefined) {
    const waited = (state.now - attempt.answeredAt) / 1000;
    if (outcome === 'short') pacer.observe({ type: 'hungup', t, id, waited });
    else if (attempt.abandon === 'hangup')
      pacer.observe({ type: 'abandoned', t, id, kind: 'hangup', waited });
    return;
  }
  if (attempt.hangUpReason === 'shed') pacer.observe({ type: 'shed', t, id });
  else pacer.observe({ type: 'failed', t, id, kind: outcome === 'no-answer' ? 'noanswer' : outcome });
}

function nextAfterEnd(
  state: State,
  attempt: LiveAttempt,
  outcome: Outcome,
  agent: Agent | undefined,
): ContactNext {
  if (outcome === 'connected') {
    if (agent !== undefined && agent.attempt === attempt) return { state: 'pending' };
    // The agent's leg died in the conversation: the contact is called back like after any technical failure.
    return nextAfterAttempt(
      attempt.campaign.settings,
      attempt.lead,
      attempt.numberIndex,
      'failed',
      state.now,
    );
  }
  return nextAfterAttempt(attempt.campaign.settings, attempt.lead, attempt.numberIndex, outcome, state.now);
}

function span(from: EpochMilliseconds | undefined, to: EpochMilliseconds): number {
  return from === undefined ? 0 : Math.max(0, to - from);
}
