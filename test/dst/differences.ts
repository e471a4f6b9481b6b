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
    if (!isKnown(state, leg.id)) found.add(`${leg.id}${ALONE}`);
    const { peer } = leg;
    if (leg.plan === undefined || peer === undefined) continue;
    const agent = state.agentsByLeg.get(peer.id);
    const inbound = state.inbound.get(leg.id);
    if (inbound !== undefined && inbound.phase !== 'ending' && agent?.inbound !== inbound)
      found.add(`${leg.id} is bridged to ${agent?.id}, who is not with that caller`);
    const attempt = state.attempts.get(leg.id);
    if (attempt === undefined || attempt.hangUpReason !== '') continue;
    // The consulted party, to whom the customer is being handed over.
    if (state.sideLegs.get(peer.id)?.attempt === attempt) continue;
    if (agent?.attempt !== attempt) found.add(`${leg.id} is bridged to ${agent?.id}, who is ${agent?.state}`);
  }
  for (const attempt of state.attempts.values()) {
    if (!hears.has(attempt.switchId) || attempt.state === 'intended') continue;
    const leg = world.leg(attempt.id);
    if (leg === undefined) found.add(`${attempt.id} is not on the switch`);
    else if (attempt.connectedAt !== undefined && attempt.hangUpReason === '') {
      const { handling, agent } = attempt;
      const apart = handling?.mode === 'held' || handling?.mode === 'consulting';
      if (!apart && leg.peer === undefined && handling?.joining === undefined)
        found.add(`${attempt.id} is connected and not bridged`);
      if (apart && (agent === undefined || agent.attempt !== attempt))
        found.add(`${attempt.id} is on hold and has no agent`);
    }
  }
  for (const [legId, agent] of state.agentsByLeg)
    if (hears.has(agent.switchId) && agent.state !== 'connecting' && world.leg(legId) === undefined)
      found.add(`${agent.id} has no leg`);
  for (const beside of [state.inbound, state.sideLegs, state.handedOver])
    for (const [id, { switchId }] of beside)
      if (hears.has(switchId) && world.leg(id) === undefined) found.add(`${id} is not on the switch`);
  return found;
}

function isKnown({ attempts, agentsByLeg, sideLegs, handedOver, inbound }: State, id: string): boolean {
  return attempts.has(id) || agentsByLeg.has(id) || sideLegs.has(id) || handedOver.has(id) || inbound.has(id);
}
