/** A4, A5: what the engine's picture and the switches' truth say differently. */
import type { State } from '../../dialer/core/state.js';
import type { VirtualWorld } from '../../sim/virtual/world.js';

export const ALONE = ' is on the switch alone';

/** Each difference in words that stay the same while it lasts. */
export function differences(state: State, world: VirtualWorld): Set<string> {
  const found = new Set<string>();
  const hears = new Set<string>();
  for (const [id, line] of state.switches) if (line.up && world.carries(id)) hears.add(id);
  for (const leg of world.legs()) {
    if (!hears.has(leg.switchId)) continue;
    const attempt = state.attempts.get(leg.id);
    if (attempt === undefined && !state.agentsByLeg.has(leg.id)) found.add(`${leg.id}${ALONE}`);
    const { peer } = leg;
    if (
      leg.plan !== undefined &&
      peer !== undefined &&
      attempt !== undefined &&
      attempt.hangUpReason === ''
    ) {
      const agent = state.agentsByLeg.get(peer.id);
      if (agent?.attempt !== attempt)
        found.add(`${leg.id} is bridged to ${agent?.id}, who is ${agent?.state}`);
    }
  }
  for (const attempt of state.attempts.values()) {
    if (!hears.has(attempt.switchId) || attempt.state === 'intended') continue;
    const leg = world.leg(attempt.id);
    if (leg === undefined) found.add(`${attempt.id} is not on the switch`);
    else if (attempt.connectedAt !== undefined && leg.peer === undefined && attempt.hangUpReason === '')
      found.add(`${attempt.id} is connected and not bridged`);
  }
  for (const [legId, agent] of state.agentsByLeg)
    if (hears.has(agent.switchId) && agent.state !== 'connecting' && world.leg(legId) === undefined)
      found.add(`${agent.id} has no leg`);
  return found;
}
