/** Who talks with whom: bridges, hold, transfers, and the end of legs. */
import type { EpochMilliseconds } from '../../dialer/core/model.js';
import { type Sampler, sampler } from '../distributions.js';
import { q850 } from '../switch/signalling.js';
import { type Ground, REACTION } from './ground.js';
import type { Leg } from './leg.js';
import { BRIDGE, BRIDGE_FAILURE, HANG_UP, LATE_BRIDGE, TALK } from './world-events.js';

/** From the bridge command until both hear each other, milliseconds. */
const BRIDGE_DELAY = 41;
/** A call that was handed over goes on for so long. */
const HANDED_OVER_TALK = 60_000;

export class Conversations {
  readonly #ground: Ground;
  readonly #bridgeDelay: Sampler;
  readonly #ended: (leg: Leg) => void;

  /** @param ended told of every leg that has ended */
  constructor(ground: Ground, ended: (leg: Leg) => void) {
    this.#ground = ground;
    this.#ended = ended;
    this.#bridgeDelay = sampler(ground.scenario.faults.bridgeDelay);
  }

  bridge(switchId: string, channelId: string, agentLegId: string, now: EpochMilliseconds): void {
    const customer = this.#ground.legs.get(channelId);
    const agent = this.#ground.legs.get(agentLegId);
    const { failedBridgeRate, slowBridgeRate } = this.#ground.rates;
    const fails = failedBridgeRate > 0 && this.#ground.random.bernoulli(failedBridgeRate);
    if (fails || customer === undefined || customer.ended || agent === undefined || agent.ended) {
      this.#ground.heap.push(now + REACTION, BRIDGE_FAILURE, { switchId, channelId, agentLegId });
      return;
    }
    customer.joining = agent;
    if (slowBridgeRate > 0 && this.#ground.random.bernoulli(slowBridgeRate))
      this.#ground.after(BRIDGE_DELAY + 1000 * this.#bridgeDelay(this.#ground.random), LATE_BRIDGE, customer);
    else this.#ground.heap.push(now + BRIDGE_DELAY, BRIDGE, customer);
  }

  /** The customer leaves the agent: to wait, or to go on with somebody else for a while. */
  part(leg: Leg, why: 'hold' | 'hand-over', now: EpochMilliseconds): void {
    if (leg.peer !== undefined) leg.peer.peer = undefined;
    leg.peer = undefined;
    leg.held = why === 'hold';
    leg.handedOver = why === 'hand-over';
    if (!leg.handedOver) return;
    leg.hangUpCause = 'NORMAL_CLEARING';
    this.#ground.heap.push(now + HANDED_OVER_TALK, HANG_UP, leg);
  }

  /** Two legs of a conversation that has begun already are joined again, or otherwise. */
  #rejoin(leg: Leg, other: Leg): void {
    for (const one of [leg, other]) {
      if (one.peer !== undefined) one.peer.peer = undefined;
      one.held = false;
    }
    leg.peer = other;
    other.peer = leg;
    // A customer with somebody who is no agent of ours is handed over.
    if (other.agentId === '') {
      for (const one of [leg, other]) one.handedOver = true;
      leg.hangUpCause = 'NORMAL_CLEARING';
      this.#ground.heap.push(this.#ground.now + HANDED_OVER_TALK, HANG_UP, leg);
    }
    const { switchId, id: channelId } = leg;
    this.#ground.tell(switchId, {
      type: 'channel-bridged',
      switchId,
      channelId,
      otherChannelId: other.id,
      at: this.#ground.now,
    });
    if (leg.plan !== undefined) this.#ground.heap.push(this.#ground.now + leg.plan.talk, TALK, leg);
  }

  join(customer: Leg): void {
    const agent = customer.joining;
    customer.joining = undefined;
    if (agent === undefined || agent.ended) {
      this.#ground.tell(customer.switchId, {
        type: 'bridge-failed',
        switchId: customer.switchId,
        channelId: customer.id,
        agentLegId: agent?.id ?? '',
        reason: 'agent leg gone',
      });
      return;
    }
    if (customer.peer === agent) return;
    if (customer.everBridged || customer.plan === undefined || customer.inbound !== undefined) {
      customer.everBridged = true;
      this.#rejoin(customer, agent);
      return;
    }
    // An agent who is bridged already loses that customer, as on the switch; a customer, that agent.
    const former = agent.peer;
    if (former !== undefined) this.end(former, 'NORMAL_CLEARING', undefined);
    if (customer.peer !== undefined) customer.peer.peer = undefined;
    agent.peer = customer;
    customer.peer = agent;
    customer.everBridged = true;
    const plan = customer.plan!;
    const spokeTo = plan.kind === 'machine' ? 'machine' : 'human';
    if (spokeTo === 'machine') this.#ground.counts.machinesBridged++;
    else this.#ground.counts.humansBridged++;
    const factor = this.#ground.listener.bridged(agent.agentId, customer.id, spokeTo) ?? 1;
    this.#ground.tell(customer.switchId, {
      type: 'channel-bridged',
      switchId: customer.switchId,
      channelId: customer.id,
      otherChannelId: agent.id,
      at: this.#ground.now,
    });
    this.#ground.heap.push(
      this.#ground.now + (factor === 1 ? plan.talk : Math.round(plan.talk * factor)),
      TALK,
      customer,
    );
  }

  end(leg: Leg, cause: string, sipStatus: number | undefined): void {
    leg.ended = true;
    this.#ground.legs.delete(leg.id);
    const { peer, plan } = leg;
    if (
      plan !== undefined &&
      leg.inbound === undefined &&
      leg.answered &&
      !leg.everBridged &&
      plan.kind !== 'machine'
    ) {
      this.#ground.counts.humansAbandoned++;
    }
    if (peer !== undefined) {
      leg.peer = undefined;
      peer.peer = undefined;
      // An agent's leg goes back to park; a customer without an agent is hung up.
      const kept = peer.agentId !== '' || (peer.plan === undefined && !peer.handedOver);
      if (!kept && !peer.ended) this.end(peer, 'NORMAL_CLEARING', undefined);
    }
    if (leg.inbound === undefined) this.#ended(leg);
    const { switchId, id: channelId, answered, progressed } = leg;
    const at = this.#ground.now;
    this.#ground.tell(
      switchId,
      sipStatus === undefined
        ? { type: 'channel-ended', switchId, channelId, cause, q850: q850(cause), answered, progressed, at }
        : {
            type: 'channel-ended',
            switchId,
            channelId,
            cause,
            q850: q850(cause),
            sipStatus,
            answered,
            progressed,
            at,
          },
    );
  }
}
