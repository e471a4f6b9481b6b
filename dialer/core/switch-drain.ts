/**
 * A switch is taken out of service for maintenance: it gets no new calls, the calls it has go on to their end, and its agents
 * move to another switch as soon as they are in no call. It holds across restarts, until the switch is returned to service.
 */
import { moveWhenFree } from './agents.js';
import type { Replies } from './core.js';
import { touch } from './groups.js';
import type { DrainSwitchInput } from './inputs.js';
import type { SwitchDrain } from './model.js';
import { emit, type State, type SwitchState, tell } from './state.js';

/** Cause of an intent that was not dialled for it. */
export const switchDrainCause = 'switch drained';

export function drainSwitch(state: State, input: DrainSwitchInput, replies: Replies): void {
  const { requestId, switchId, drain, by, reason, moveAgents } = input;
  const line = state.switches.get(switchId);
  if (line === undefined) {
    replies.refuse(requestId, 'switch_not_found', `switchId: "${switchId}" is not a configured switch`);
    return;
  }
  if (drain && reason.trim() === '') {
    replies.refuse(requestId, 'reason_required', 'reason: say why the switch is taken out of service');
    return;
  }
  // Who drains it again may change the reason and what becomes of the agents; since when stays.
  if (drain)
    set(state, line, { switchId, since: line.drain?.since ?? state.now, by, reason, moveAgents }, by, reason);
  else if (line.drain !== undefined) set(state, line, undefined, by, reason);
  replies.accept(requestId);
}

function set(
  state: State,
  line: SwitchState,
  drain: SwitchDrain | undefined,
  by: string,
  reason: string,
): void {
  const switchId = line.settings.id;
  line.drain = drain;
  emit(state, { type: 'save-switch-drain', switchId, ...(drain === undefined ? {} : { drain }) });
  tell(state, {
    kind: 'switch-drain-changed',
    at: state.now,
    switchId,
    draining: drain !== undefined,
    reason,
    by,
  });
  for (const pool of state.pools.values())
    for (const group of pool.groups) if (group.line === line) touch(state, group);
  if (drain?.moveAgents !== true) return;
  for (const agent of [...state.agents.values()]) if (agent.switchId === switchId) moveWhenFree(state, agent);
}
