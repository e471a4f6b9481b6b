/** A leg in virtual time. */
import type { EpochMilliseconds } from '../../dialer/core/model.js';
import type { ChannelSnapshot } from '../../dialer/telephony/port.js';
import type { CallPlan } from '../people.js';

/** A leg, an agent's or a customer's. */
export interface Leg {
  readonly id: string;
  readonly switchId: string;
  /** Empty for a customer's leg. */
  readonly agentId: string;
  /** Undefined for an agent's leg. */
  readonly plan: CallPlan | undefined;
  readonly createdAt: EpochMilliseconds;
  progressed: boolean;
  answered: boolean;
  ended: boolean;
  peer: Leg | undefined;
  /** The leg that a bridge under way will join it with. */
  joining: Leg | undefined;
  everBridged: boolean;
  /** Goes on without an agent. */
  handedOver: boolean;
  /** Waits for its agent. */
  held: boolean;
  hangUpCause: string;
  /** Somebody calls us: their number and ours, as the switch has them. */
  inbound: { readonly from: string; readonly to: string } | undefined;
  /** Digits of the called number, and the caller id that it was shown; empty for other legs. */
  number: string;
  callerId: string;
  /** How often the number was called before. */
  attempt: number;
  /** Commands about this leg that were lost: never more than two, so that repetition helps. */
  lost: number;
}

export function newLeg(
  id: string,
  switchId: string,
  agentId: string,
  plan: CallPlan | undefined,
  createdAt: EpochMilliseconds,
): Leg {
  return {
    id,
    switchId,
    agentId,
    plan,
    createdAt,
    progressed: false,
    answered: false,
    ended: false,
    peer: undefined,
    joining: undefined,
    everBridged: false,
    handedOver: false,
    held: false,
    hangUpCause: '',
    inbound: undefined,
    number: '',
    callerId: '',
    attempt: 0,
    lost: 0,
  };
}

/** How a listing of the switch shows the leg. */
export function snapshotOf(leg: Leg): ChannelSnapshot {
  return {
    channelId: leg.id,
    state: leg.answered ? 'answered' : leg.progressed ? 'ringing' : 'dialing',
    bridgedTo: leg.peer?.id ?? '',
    createdAt: leg.createdAt,
    ...(leg.handedOver ? { handedOver: true } : {}),
    ...(leg.held ? { held: true } : {}),
    ...(leg.inbound === undefined ? {} : { inbound: leg.inbound }),
  };
}
