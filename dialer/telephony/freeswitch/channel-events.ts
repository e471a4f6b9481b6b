/** What the headers of an event say, in the dialer's words. */
import type { EpochMilliseconds } from '../../core/model.js';
import type { EslEvent } from './esl-codec.js';

/** The switch's time of the event; undefined when it has none. */
export function timeOf(event: EslEvent): EpochMilliseconds | undefined {
  const microseconds = Number(event.headers['Event-Date-Timestamp'] ?? 0);
  return microseconds > 0 ? Math.floor(microseconds / 1000) : undefined;
}

/** `{ at }` when the event has a time. */
export function atOf(event: EslEvent): { readonly at?: EpochMilliseconds } {
  const at = timeOf(event);
  return at === undefined ? {} : { at };
}

/**
 * Who picked up, where detection before the answer (by the carrier, or by a module that sets `amd_result`) has a verdict.
 * Without one nothing is said: an agent hears who it is.
 */
export function answeredByOf({ headers }: EslEvent): { readonly answeredBy?: 'human' | 'machine' } {
  const verdict = headers['variable_amd_result']?.toUpperCase();
  if (verdict === 'MACHINE') return { answeredBy: 'machine' };
  return verdict === 'HUMAN' ? { answeredBy: 'human' } : {};
}

/**
 * Whether the callee picked up, as the end of the channel tells it. CHANNEL_ANSWER may be missing for one who
 * picks up and hangs up in the same instant; the SIP status 200 or the disposition still show it.
 */
export function wasAnswered(event: EslEvent): boolean {
  const { headers } = event;
  return (
    isTime(headers['Caller-Channel-Answered-Time']) ||
    headers['variable_endpoint_disposition'] === 'ANSWER' ||
    headers['variable_sip_term_status'] === '200'
  );
}

/** Whether the far end ever said that it was ringing: without it a NO_ANSWER is a carrier that kept silent. */
export function hadProgress(event: EslEvent): boolean {
  const { headers } = event;
  return (
    isTime(headers['Caller-Channel-Progress-Time']) || isTime(headers['Caller-Channel-Progress-Media-Time'])
  );
}

/** Cause and codes of an ended channel. */
export function endOf(event: EslEvent): {
  readonly cause: string;
  readonly q850?: number;
  readonly sipStatus?: number;
} {
  const { headers } = event;
  const q850 = positive(headers['variable_hangup_cause_q850']);
  const sipStatus =
    positive(headers['variable_sip_term_status']) ?? positive(headers['variable_sip_invite_failure_status']);
  return {
    cause: headers['Hangup-Cause'] ?? 'NONE',
    ...(q850 === undefined ? {} : { q850 }),
    ...(sipStatus === undefined ? {} : { sipStatus }),
  };
}

/** The two channels of a CHANNEL_BRIDGE, the first argument of `uuid_bridge` first. */
export function bridgedPair(event: EslEvent): readonly [string, string] | undefined {
  const { headers } = event;
  const first = headers['Bridge-A-Unique-ID'] || headers['Unique-ID'];
  const second = headers['Bridge-B-Unique-ID'] || headers['Other-Leg-Unique-ID'];
  return first && second ? [first, second] : undefined;
}

/**
 * Causes of a failed originate that, when no channel event came with them, mean that no call left the switch:
 * calls per second or channels at the switch's limit, outbound calls paused, the uuid in use, or a dial
 * string the switch has no use for. None of them says anything of the number that was called.
 */
const localCauses = new Set([
  'DESTINATION_OUT_OF_ORDER',
  'INVALID_GATEWAY',
  'INVALID_PROFILE',
  'INVALID_URL',
  'CHAN_NOT_IMPLEMENTED',
  'SYSTEM_SHUTDOWN',
  'GATEWAY_DOWN',
]);

/** Whether a job that failed with `cause`, and without any channel event, never left the switch. */
export function isLocalCause(cause: string): boolean {
  return localCauses.has(cause) || !/^[A-Z0-9_]+$/.test(cause);
}

function isTime(text: string | undefined): boolean {
  return text !== undefined && text !== '0' && Number(text) > 0;
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text ?? 0);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
