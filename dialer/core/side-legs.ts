/**
 * Legs beside a call: the party that an agent consults, a supervisor who listens. Each belongs to one attempt, has a
 * deadline, and is hung up with it; one that the switch does not end is asked for again until it is gone.
 */
import { takeAgentChannel } from './capacity.js';
import { channelId } from './identifiers.js';
import type { CallDestination, MonitorMode } from './model.js';
import { clearTimer, emit, type LiveAttempt, type SideLeg, type State, setTimer } from './state.js';

/** Ring time of a consulted party, a supervisor, or the target of a transfer, seconds. */
export const consultRingSeconds = 45;
/** A leg that has said nothing this long after its ring time is given up. */
const graceMilliseconds = 15_000;
/** After a hang-up was asked for, it is asked for again this often until the channel is gone. */
const hangUpCheckMilliseconds = 5_000;

/** Dials a leg beside the call; undefined when the switch has nothing to spare for it. */
export function dialSideLeg(
  state: State,
  attempt: LiveAttempt,
  kind: SideLeg['kind'],
  destination: CallDestination,
  to: string,
  monitor?: { readonly mode: MonitorMode; readonly by: string },
): SideLeg | undefined {
  const line = state.switches.get(attempt.switchId);
  if (line === undefined || !line.up || !takeAgentChannel(line, state.now)) return undefined;
  const leg: SideLeg = {
    id: channelId(state.installation, kind === 'consult' ? 'c' : 'b', state.random),
    kind,
    attempt,
    switchId: attempt.switchId,
    to,
    answered: false,
    joined: false,
    handed: false,
    ending: false,
    mode: monitor?.mode ?? 'listen',
    by: monitor?.by ?? '',
    dialedAt: state.now,
    timer: undefined,
    missingSince: undefined,
  };
  state.sideLegs.set(leg.id, leg);
  emit(state, {
    type: 'dial-leg',
    switchId: leg.switchId,
    channelId: leg.id,
    purpose: kind,
    destination,
    callerId: attempt.intent.callerId,
    ringSeconds: consultRingSeconds,
  });
  const giveUpAt = state.now + consultRingSeconds * 1000 + graceMilliseconds;
  setTimer(state, leg, giveUpAt, { kind: 'side-leg', leg });
  return leg;
}

/** Takes a leg that is gone out of the books; false when it was not there. */
export function removeSideLeg(state: State, leg: SideLeg): boolean {
  if (!state.sideLegs.delete(leg.id)) return false;
  clearTimer(state, leg);
  state.ended.set(leg.id, state.now);
  const line = state.switches.get(leg.switchId);
  if (line !== undefined) line.channels--;
  return true;
}

/** Asks the switch to end the leg, and again until it is gone. */
export function endSideLeg(state: State, leg: SideLeg): void {
  if (!state.sideLegs.has(leg.id)) return;
  const again = leg.ending;
  leg.ending = true;
  emit(state, {
    type: 'hang-up',
    switchId: leg.switchId,
    channelId: leg.id,
    cause: leg.answered ? 'NORMAL_CLEARING' : 'ORIGINATOR_CANCEL',
  });
  const line = state.switches.get(leg.switchId);
  if (again && line?.up) emit(state, { type: 'audit-channels', switchId: leg.switchId });
  setTimer(state, leg, state.now + hangUpCheckMilliseconds, { kind: 'side-leg', leg });
}
