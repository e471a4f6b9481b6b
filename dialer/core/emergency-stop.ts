/**
 * The emergency stop: no call is originated from the instant it is set until it is lifted, for an agent neither: nobody is
 * consulted, and nobody outside is transferred to. Calls that ring are hung up, calls that were answered go on: a person on
 * the line is put through or hears the safe-harbour message, as always.
 */
import { hangUp } from './calls.js';
import type { Replies } from './core.js';
import { touch } from './groups.js';
import { emptyHopper, leaseSoon } from './hopper.js';
import type { EmergencyStopInput } from './inputs.js';
import type { EmergencyStop } from './model.js';
import { endSideLeg } from './side-legs.js';
import { emit, type LiveAttempt, type State, tell } from './state.js';

/** Cause of what was not dialled, and of calls that were hung up. */
export const emergencyStopCause = 'emergency stop';

export function emergencyStop(state: State, input: EmergencyStopInput, replies: Replies): void {
  const { active, reason, by, requestId } = input;
  if (active && reason.trim() === '') {
    replies.refuse(requestId, 'reason_required', 'reason: say why all dialling stops');
    return;
  }
  // Whoever is second finds it done: the first one's reason stands.
  if (active && state.emergencyStop === undefined) stop(state, { since: state.now, by, reason });
  else if (!active && state.emergencyStop !== undefined) lift(state, by, reason);
  replies.accept(requestId);
}

function stop(state: State, stopped: EmergencyStop): void {
  state.emergencyStop = stopped;
  emit(state, { type: 'save-emergency-stop', stop: stopped });
  for (const campaign of state.campaigns.values()) emptyHopper(state, campaign);
  // Intents that are being committed are refused when the store answers.
  for (const attempt of [...state.attempts.values()]) endUnanswered(state, attempt);
  for (const leg of [...state.sideLegs.values()])
    if (leg.kind === 'consult' && !leg.answered && !leg.ending) endSideLeg(state, leg);
  for (const pool of state.pools.values()) for (const group of pool.groups) touch(state, group);
  tell(state, {
    kind: 'emergency-stop-changed',
    at: state.now,
    active: true,
    reason: stopped.reason,
    by: stopped.by,
  });
}

function lift(state: State, by: string, reason: string): void {
  state.emergencyStop = undefined;
  emit(state, { type: 'save-emergency-stop' });
  for (const campaign of state.campaigns.values()) {
    leaseSoon(state, campaign);
    for (const group of campaign.groups) touch(state, group);
  }
  tell(state, { kind: 'emergency-stop-changed', at: state.now, active: false, reason, by });
}

/** Hangs up a call that nobody has answered, while the stop is set. */
export function endUnanswered(state: State, attempt: LiveAttempt): void {
  if (attempt.state !== 'dialing' && attempt.state !== 'ringing') return;
  if (attempt.hangUpReason === '') hangUp(state, attempt, emergencyStopCause);
}
