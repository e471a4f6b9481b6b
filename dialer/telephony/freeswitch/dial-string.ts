/**
 * Builds the commands that create and move channels, so that nothing in them can mean more than it should.
 *
 * In `originate {a=b,c=d}endpoint &park()` a comma or a brace in a value ends it, a quote or a space breaks the
 * command, a line break begins another command. Values are therefore not quoted but refused unless every
 * character of them is known to be harmless; a caller id is stripped to what a caller id may hold.
 */

import {
  fillDialString,
  quoted,
  safeCallerId,
  safeEndpoint,
  safeUuid,
  UnsafeArgumentError,
} from '../safe-arguments.js';

/** A hangup cause by its name in FreeSWITCH; anything else becomes NORMAL_CLEARING. */
export function safeCause(value: string): string {
  return /^[A-Z][A-Z0-9_]{1,49}$/.test(value) ? value : 'NORMAL_CLEARING';
}

export interface CustomerLeg {
  readonly channelId: string;
  readonly dialString: string;
  readonly number: string;
  readonly callerId: string;
  /** The callee may ring at least so long. */
  readonly ringSeconds: number;
  /** Parked for longer without being taken, the switch ends the call by itself. */
  readonly parkSeconds: number;
  readonly campaignId: string;
}

/**
 * `originate` of a customer's leg: rings, and is parked as soon as it is answered (not at early media).
 * `dialer_campaign` marks the leg for people at the switch: `hupall NORMAL_CLEARING dialer_campaign ID`.
 * @throws UnsafeArgumentError
 */
export function originateCustomer(leg: CustomerLeg): string {
  const callerId = safeCallerId(leg.callerId);
  const campaign = leg.campaignId.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 64);
  return originate(
    [
      ['origination_uuid', safeUuid(leg.channelId)],
      ...(callerId
        ? ([
            ['origination_caller_id_number', callerId],
            ['origination_caller_id_name', callerId],
          ] as const)
        : []),
      ['ignore_early_media', 'true'],
      ['originate_timeout', String(originateTimeoutSeconds(leg.ringSeconds))],
      // The net under a dead controller: nobody is left listening to silence.
      ['park_timeout', `${Math.ceil(leg.parkSeconds)}:ALLOTTED_TIMEOUT`],
      ['hangup_after_bridge', 'true'],
      ...(campaign ? ([['dialer_campaign', campaign]] as const) : []),
    ],
    fillDialString(leg.dialString, leg.number),
  );
}

export interface AgentLeg {
  readonly channelId: string;
  readonly endpoint: string;
  readonly ringSeconds: number;
}

/**
 * `originate` of an agent's leg, nailed up: after a customer has gone the agent is parked again.
 * @throws UnsafeArgumentError
 */
export function originateAgent(leg: AgentLeg): string {
  return originate(
    [
      ['origination_uuid', safeUuid(leg.channelId)],
      ['ignore_early_media', 'true'],
      ['originate_timeout', String(originateTimeoutSeconds(leg.ringSeconds))],
      ['park_after_bridge', 'true'],
      ['hangup_after_bridge', 'false'],
      // Without it the agent is hung up (ORIGINATOR_CANCEL) with a customer who drops in the moment of the bridge.
      ['uuid_bridge_park_on_cancel', 'true'],
    ],
    safeEndpoint(leg.endpoint),
  );
}

/**
 * `originate_timeout` for a callee that may ring at least `ringSeconds`: the switch counts whole seconds of its
 * clock and fires up to 0.7 s early.
 */
export function originateTimeoutSeconds(ringSeconds: number): number {
  return Math.max(1, Math.ceil(ringSeconds)) + 1;
}

/**
 * `uuid_bridge` with the agent's leg first: CHANNEL_BRIDGE names the first as its own channel, and this order
 * is proven to leave the agent parked when the customer goes, also when sent at the very answer.
 * @throws UnsafeArgumentError
 */
export function bridge(channelId: string, agentLegId: string): string {
  return `uuid_bridge ${safeUuid(agentLegId)} ${safeUuid(channelId)}`;
}

/**
 * Plays a message to the customer and hangs up. `m:^:` makes `^` the separator of the inline actions, as a message
 * may hold commas. No key ends the message early; keys are reported as DTMF events.
 * @param message a file or stream as `playback` takes it
 * @throws UnsafeArgumentError
 */
export function playMessage(channelId: string, message: string): string {
  return `uuid_transfer ${safeUuid(channelId)} 'm:^:set:playback_terminators=none^playback:${safePlayback(message)}^hangup:NORMAL_CLEARING' inline`;
}

/**
 * A file or stream as `playback` takes it.
 * @throws UnsafeArgumentError when it holds what could end it
 */
export function safePlayback(message: string): string {
  if (!/^[^\r\n\0'"\\^`$|&;<>]{1,1024}$/.test(message))
    throw new UnsafeArgumentError(
      `message ${quoted(message)} must be a file or stream name without quotes, ^, \\, $, | or line breaks`,
    );
  return message;
}

/** @throws UnsafeArgumentError */
export function hangUp(channelId: string, cause: string): string {
  return `uuid_kill ${safeUuid(channelId)} ${safeCause(cause)}`;
}

/** `originate` of a leg that is parked when it is answered. The values are safe already. */
export function originate(variables: readonly (readonly [string, string])[], endpoint: string): string {
  return `originate {${variables.map(([name, value]) => `${name}=${value}`).join(',')}}${endpoint} &park()`;
}
