/** What the switch says of legs beside calls. */
import { consultAnswered, consultGone, joined, joinFailed } from './call-actions.js';
import type { TelephonyInput } from './inputs.js';
import { monitorAnswered, monitorGone } from './monitors.js';
import { endSideLeg, removeSideLeg } from './side-legs.js';
import { clearTimer, type SideLeg, type State } from './state.js';

export function sideLegInput(
  state: State,
  leg: SideLeg,
  input: Exclude<TelephonyInput, { type: 'switch-up' | 'switch-down' | 'switch-channels' }>,
): void {
  switch (input.type) {
    case 'channel-answered':
      sideLegAnswered(state, leg);
      return;
    case 'channel-bridged':
      joined(state, leg.attempt, input.channelId, input.otherChannelId);
      return;
    case 'bridge-failed':
      joinFailed(state, leg.attempt);
      return;
    case 'channel-ended':
    case 'originate-failed':
      // A command that timed out may have made the channel all the same: it is ended and looked for.
      if (input.type === 'originate-failed' && input.cause === 'COMMAND_TIMEOUT') endSideLeg(state, leg);
      else sideLegEnded(state, leg, input.cause);
      return;
    default:
  }
}

export function sideLegAnswered(state: State, leg: SideLeg): void {
  leg.missingSince = undefined;
  if (leg.answered) return;
  leg.answered = true;
  if (leg.ending) return;
  clearTimer(state, leg);
  if (leg.kind === 'consult') consultAnswered(state, leg);
  else monitorAnswered(state, leg);
}

/** The leg is gone from the switch. */
export function sideLegEnded(state: State, leg: SideLeg, cause: string): void {
  if (!removeSideLeg(state, leg)) return;
  if (leg.kind === 'consult') consultGone(state, leg, cause);
  else monitorGone(state, leg);
}
