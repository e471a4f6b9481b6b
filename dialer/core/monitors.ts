/** Supervisors on live calls: listening, whispering to the agent, or talking to both. */
import { handlingOf, type Refusal, tellCallChange } from './call-handling.js';
import type { Replies } from './core.js';
import type { MonitorInput } from './inputs.js';
import { dialSideLeg, endSideLeg } from './side-legs.js';
import { emit, type LiveAttempt, type SideLeg, type State } from './state.js';

/** Supervisors on one call at once. */
const mostMonitors = 4;

export function monitorRequest(state: State, input: MonitorInput, replies: Replies): void {
  const { requestId, attemptId } = input;
  const attempt = state.attempts.get(attemptId);
  const refused =
    attempt === undefined || attempt.state !== 'connected' || attempt.hangUpReason !== ''
      ? {
          code: 'attempt_not_connected',
          message: `attempt ${attemptId} is no conversation at the moment: only a live one can be listened to`,
        }
      : input.type === 'monitor-start'
        ? begin(state, attempt, input)
        : stop(state, attempt, input.by);
  if (refused === undefined) replies.accept(requestId);
  else replies.refuse(requestId, refused.code, refused.message);
}

function begin(
  state: State,
  attempt: LiveAttempt,
  input: Extract<MonitorInput, { type: 'monitor-start' }>,
): Refusal | undefined {
  const handling = handlingOf(attempt);
  const own = handling.monitors.find(({ by, ending }) => by === input.by && !ending);
  if (own !== undefined) {
    // The same supervisor goes on in another way.
    if (own.mode === input.mode) return undefined;
    own.mode = input.mode;
    if (own.answered) monitorAnswered(state, own);
    return undefined;
  }
  if (handling.monitors.length >= mostMonitors)
    return {
      code: 'call_state',
      message: `${mostMonitors} supervisors are on this call already: one of them has to leave first`,
    };
  const destination = { dialString: input.endpoint, number: '' };
  const leg = dialSideLeg(state, attempt, 'monitor', destination, input.endpoint, input);
  if (leg === undefined)
    return {
      code: 'switch_busy',
      message: `the switch ${attempt.switchId} cannot be reached or has no channel to spare: try again in a moment`,
    };
  handling.monitors.push(leg);
  return undefined;
}

function stop(state: State, attempt: LiveAttempt, by: string): Refusal | undefined {
  const legs = attempt.handling?.monitors.filter((leg) => leg.by === by && !leg.ending) ?? [];
  if (legs.length === 0)
    return { code: 'monitor_not_found', message: `${by} does not listen to attempt ${attempt.id}` };
  for (const leg of legs) endSideLeg(state, leg);
  return undefined;
}

/** The supervisor's phone was picked up, or the mode was changed. */
export function monitorAnswered(state: State, leg: SideLeg): void {
  const { attempt } = leg;
  if (attempt.state !== 'connected') {
    endSideLeg(state, leg);
    return;
  }
  leg.joined = true;
  emit(state, {
    type: 'eavesdrop',
    switchId: leg.switchId,
    channelId: leg.id,
    targetId: attempt.id,
    mode: leg.mode,
  });
  tellCallChange(state, attempt, 'monitor-started', leg.mode);
}

export function monitorGone(state: State, leg: SideLeg): void {
  const { attempt } = leg;
  const monitors = attempt.handling?.monitors ?? [];
  const index = monitors.indexOf(leg);
  if (index >= 0) monitors.splice(index, 1);
  if (leg.joined) tellCallChange(state, attempt, 'monitor-ended', leg.mode);
}
