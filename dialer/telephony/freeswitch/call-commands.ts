/**
 * Commands on calls that stand: hold, keys, transfers, supervisors. Like those that make calls, they refuse what could mean
 * more than it should.
 */
import type { CallDestination, MonitorMode } from '../../core/model.js';
import {
  fillDialString,
  safeCallerId,
  safeEndpoint,
  safeUuid,
  UnsafeArgumentError,
} from '../safe-arguments.js';
import { handedOverMark } from './channel-listing.js';
import { originate, originateTimeoutSeconds, safePlayback } from './dial-string.js';

/** What is dialled, with the number filled in. @throws UnsafeArgumentError */
export function safeDestination({ dialString, number }: CallDestination): string {
  return number === '' ? safeEndpoint(dialString) : fillDialString(dialString, number);
}

/**
 * Takes the customer out of the bridge and plays music. The agent's leg parks, as it does after any bridge. When the music
 * cannot be played there is silence, and the call stays.
 * @throws UnsafeArgumentError
 */
export function hold(channelId: string, music: string): string {
  const stream = music === '' ? '$' + '{hold_music}' : safePlayback(music);
  return `uuid_transfer ${safeUuid(channelId)} 'm:^:set:playback_terminators=none^endless_playback:${stream}^endless_playback:silence_stream://-1' inline`;
}

/** The net under a hold whose dialer has gone: the switch itself ends the call. @throws UnsafeArgumentError */
export function limitHold(channelId: string, seconds: number): string {
  const uuid = safeUuid(channelId);
  return `sched_api +${Math.ceil(seconds)} hold-${uuid} uuid_kill ${uuid} ALLOTTED_TIMEOUT`;
}

/** @throws UnsafeArgumentError */
export function unlimitHold(channelId: string): string {
  return `sched_del hold-${safeUuid(channelId)}`;
}

/** Joins two answered legs, whatever they do; the second argument first, as its events name it so. @throws UnsafeArgumentError */
export function join(channelId: string, otherLegId: string): string {
  return `uuid_bridge ${safeUuid(otherLegId)} ${safeUuid(channelId)}`;
}

/**
 * The leg parks when its conversation ends, as an agent's does. Said when it is parked already: the switch forgets it where
 * a leg with `park_timeout` is parked.
 * @throws UnsafeArgumentError
 */
export function keepBetween(channelId: string): string {
  return `uuid_setvar ${safeUuid(channelId)} park_after_bridge true`;
}

/** The leg's next conversation is its last, and needs no agent. @throws UnsafeArgumentError */
export function keepNoLonger(channelId: string): string {
  return `uuid_setvar_multi ${safeUuid(channelId)} park_after_bridge=false;hangup_after_bridge=true;presence_data=${handedOverMark}`;
}

/** Level 1 is silence; higher ones are noise. @throws UnsafeArgumentError */
export function mute(channelId: string, on: boolean): string {
  return `uuid_audio ${safeUuid(channelId)} ${on ? 'start read mute 1' : 'stop'}`;
}

/** @throws UnsafeArgumentError unless all are keys of a telephone; `w` waits half a second, `W` a whole one */
export function sendDigits(channelId: string, digits: string): string {
  if (!/^[0-9A-D*#wW]{1,64}$/.test(digits))
    throw new UnsafeArgumentError('digits must be 1 to 64 of 0-9, A-D, * and #, with w or W to wait');
  return `uuid_send_dtmf ${safeUuid(channelId)} ${digits}`;
}

export interface SideLeg {
  readonly channelId: string;
  readonly destination: CallDestination;
  readonly callerId: string;
  readonly ringSeconds: number;
  /** Parked for longer without being joined with anybody, the switch ends it by itself. */
  readonly parkSeconds: number;
}

/** `originate` of a leg beside a call. It is parked when it is answered. @throws UnsafeArgumentError */
export function originateSideLeg(leg: SideLeg): string {
  const callerId = safeCallerId(leg.callerId);
  return originate(
    [
      ['origination_uuid', safeUuid(leg.channelId)],
      ...(callerId === ''
        ? []
        : ([
            ['origination_caller_id_number', callerId],
            ['origination_caller_id_name', callerId],
          ] as const)),
      ['ignore_early_media', 'true'],
      ['originate_timeout', String(originateTimeoutSeconds(leg.ringSeconds))],
      ['park_timeout', `${Math.ceil(leg.parkSeconds)}:ALLOTTED_TIMEOUT`],
      ['hangup_after_bridge', 'false'],
      ['uuid_bridge_park_on_cancel', 'true'],
    ],
    safeDestination(leg.destination),
  );
}

/**
 * The customer leaves the agent and is bridged with somebody else by the switch. Its listing says so, by which a dialer that
 * was restarted knows that it is no orphan.
 * @throws UnsafeArgumentError
 */
export function handOver(call: {
  readonly channelId: string;
  readonly destination: CallDestination;
  readonly callerId: string;
  readonly ringSeconds: number;
  readonly maximumSeconds: number;
}): string {
  const callerId = safeCallerId(call.callerId);
  const actions = [
    'set:hangup_after_bridge=true',
    `set:presence_data=${handedOverMark}`,
    'set:park_after_bridge=false',
    'set:continue_on_fail=false',
    `set:call_timeout=${originateTimeoutSeconds(call.ringSeconds)}`,
    ...(callerId === '' ? [] : [`set:effective_caller_id_number=${callerId}`]),
    'set:ringback=%(2000,4000,440,480)',
    'set:instant_ringback=true',
    `sched_hangup:+${Math.ceil(call.maximumSeconds)} ALLOTTED_TIMEOUT`,
    `bridge:${safeDestination(call.destination)}`,
    'hangup:NORMAL_CLEARING',
  ];
  return `uuid_transfer ${safeUuid(call.channelId)} 'm:^:${actions.join('^')}' inline`;
}

/** How the recordings of a channel are made: what it says and what it hears on tracks of their own. @throws UnsafeArgumentError */
export function prepareRecording(channelId: string): string {
  return `uuid_setvar_multi ${safeUuid(channelId)} RECORD_STEREO=true;RECORD_HANGUP_ON_ERROR=false`;
}

/** @throws UnsafeArgumentError when the path holds what a file name need not */
export function recording(channelId: string, on: boolean, path: string): string {
  if (!/^[A-Za-z0-9_./+:-]{1,1024}$/.test(path) || path.includes('..'))
    throw new UnsafeArgumentError(
      `recording path ${JSON.stringify(path)} must be letters, digits and . _ - + : / without spaces or ..`,
    );
  return `uuid_record ${safeUuid(channelId)} ${on ? 'start' : 'stop'} ${path}`;
}

/** Plays to both of a conversation, into what they hear. @throws UnsafeArgumentError */
export function announce(channelId: string, message: string): string {
  return `uuid_broadcast ${safeUuid(channelId)} ${safePlayback(message)} both`;
}

/**
 * The leg hears the conversation of `targetId` and, with `three_way`, is heard by both. It ends with the target's channel,
 * so the target is always the customer's: what is attached to the agent's leg would hear the next call, too.
 * @throws UnsafeArgumentError
 */
export function threeWay(channelId: string, targetId: string): string {
  return `uuid_transfer ${safeUuid(channelId)} 'm:^:three_way:${safeUuid(targetId)}^hangup:NORMAL_CLEARING' inline`;
}

/** @throws UnsafeArgumentError */
export function eavesdrop(channelId: string, targetId: string, mode: MonitorMode): string {
  // What is mixed into what is read from the customer's channel is heard by the agent; into what is written, by the customer.
  const actions = [
    'set:eavesdrop_enable_dtmf=false',
    `set:eavesdrop_whisper_aleg=${mode === 'listen' ? 'false' : 'true'}`,
    `set:eavesdrop_whisper_bleg=${mode === 'barge' ? 'true' : 'false'}`,
    `eavesdrop:${safeUuid(targetId)}`,
    'hangup:NORMAL_CLEARING',
  ];
  return `uuid_transfer ${safeUuid(channelId)} 'm:^:${actions.join('^')}' inline`;
}
