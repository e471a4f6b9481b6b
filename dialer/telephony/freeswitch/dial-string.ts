/**
 * Builds the commands that create and move channels, so that nothing in them can mean more than it should.
 *
 * In `originate {a=b,c=d}endpoint &park()` a comma or a brace in a value ends it, a quote or a space breaks the
 * command, a line break begins another command. Values are therefore not quoted but refused unless every
 * character of them is known to be harmless; a caller id is stripped to what a caller id may hold.
 *
 * In the dial string of a trunk `{number}` stands for the digits of the called number without a plus sign, as
 * most carriers' gateways want them, `{e164}` for the same digits with it, and `{national}` for the national number
 * without the country's calling code:
 * `sofia/gateway/carrier/{number}`, `sofia/gateway/carrier/{e164}`, `sofia/gateway/carrier/1{national}`.
 */

import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** An argument that must not be sent to the switch. The message names it and what it may hold. */
export class UnsafeArgumentError extends Error {
  override readonly name = 'UnsafeArgumentError';
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws UnsafeArgumentError when it is no uuid. */
export function safeUuid(value: string): string {
  if (!uuidPattern.test(value)) throw new UnsafeArgumentError(`channel id ${quote(value)} is no uuid`);
  return value;
}

/**
 * The digits of a called number, without the plus sign.
 * @throws UnsafeArgumentError unless it is 1–20 digits with or without a plus sign before them.
 */
export function safeNumber(value: string): string {
  if (!/^\+?[0-9]{1,20}$/.test(value))
    throw new UnsafeArgumentError(
      `number ${quote(value)} must be digits, with or without a plus sign before them`,
    );
  return value.replace('+', '');
}

/**
 * Fills `{number}`, `{e164}` and `{national}` of a trunk's dial string; one that is filled already is returned as it is.
 * @throws UnsafeArgumentError when the number or the dial string holds what does not belong there.
 */
export function fillDialString(template: string, number: string): string {
  const digits = safeNumber(number);
  let filled = template.replaceAll('{number}', digits).replaceAll('{e164}', `+${digits}`);
  if (filled.includes('{national}')) filled = filled.replaceAll('{national}', nationalNumber(digits));
  return safeEndpoint(filled);
}

function nationalNumber(digits: string): string {
  const national = parsePhoneNumberFromString(`+${digits}`)?.nationalNumber;
  if (national === undefined)
    throw new UnsafeArgumentError(`number ${quote(digits)} begins with no known country's calling code`);
  return national;
}

/**
 * An endpoint as `originate` takes it, for example `sofia/gateway/carrier/15551234567` or `user/1001`.
 * Several endpoints in one, channel variables and functions are refused: they belong into the gateway's or the
 * user's own settings on the switch.
 * @throws UnsafeArgumentError
 */
export function safeEndpoint(value: string): string {
  if (!/^[A-Za-z0-9_]+\/[A-Za-z0-9_.@:;=+~*#/-]+$/.test(value) || value.includes(':_:'))
    throw new UnsafeArgumentError(
      `dial string ${quote(value)} must be type/destination in letters, digits and . @ : ; = + - _ ~ * # /`,
    );
  return value;
}

/** A hangup cause by its name in FreeSWITCH; anything else becomes NORMAL_CLEARING. */
export function safeCause(value: string): string {
  return /^[A-Z][A-Z0-9_]{1,49}$/.test(value) ? value : 'NORMAL_CLEARING';
}

/** A caller id number stripped to its digits and a plus sign; empty when nothing is left. */
export function safeCallerId(value: string): string {
  const digits = value.replace(/[^0-9]/g, '').slice(0, 20);
  return digits && value.trim().startsWith('+') ? `+${digits}` : digits;
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
      `message ${quote(message)} must be a file or stream name without quotes, ^, \\, $, | or line breaks`,
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

/** A value for an error message: one line, not too long. */
function quote(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
