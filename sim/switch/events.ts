/** The events of the simulated switch as lists of headers, in the order and with the names of the real ones. */
import type { RandomStream } from '../random.js';
import type { Channel } from './channel.js';
import type { HeaderList } from './encoding.js';
import { microseconds } from './signalling.js';

/** What every event says of the switch that sent it. */
export interface Origin {
  readonly coreUuid: string;
  readonly hostname: string;
  readonly switchname: string;
  readonly random: RandomStream;
  /** The next event's number. */
  sequence: number;
}

export const VERSION = '1.11.3-simulated';

/** Where in the switch's own code an event comes from: file, function, line. */
const SOURCES: Readonly<Record<string, readonly [string, string, string]>> = {
  CHANNEL_OUTGOING: ['switch_core_session.c', 'switch_core_session_outgoing_channel', '600'],
  CHANNEL_STATE: ['switch_channel.c', 'switch_channel_perform_set_running_state', '2499'],
  CHANNEL_CALLSTATE: ['switch_channel.c', 'switch_channel_perform_set_callstate', '283'],
  CHANNEL_CREATE: ['switch_core_state_machine.c', 'switch_core_session_run', '626'],
  CHANNEL_ORIGINATE: ['switch_core_state_machine.c', 'switch_core_session_run', '632'],
  CHANNEL_PROGRESS: ['switch_channel.c', 'switch_channel_perform_mark_ring_ready_value', '3507'],
  CHANNEL_PROGRESS_MEDIA: ['switch_channel.c', 'switch_channel_perform_mark_pre_answered', '3562'],
  CHANNEL_ANSWER: ['switch_channel.c', 'switch_channel_perform_mark_answered', '3848'],
  CHANNEL_EXECUTE: ['switch_core_session.c', 'switch_core_session_exec', '2949'],
  CHANNEL_EXECUTE_COMPLETE: ['switch_core_session.c', 'switch_core_session_exec', '2972'],
  CHANNEL_PARK: ['switch_ivr.c', 'switch_ivr_park', '1002'],
  CHANNEL_UNPARK: ['switch_ivr.c', 'switch_ivr_park', '1213'],
  CHANNEL_BRIDGE: ['switch_ivr_bridge.c', 'switch_ivr_multi_threaded_bridge', '1689'],
  CHANNEL_UNBRIDGE: ['switch_ivr_bridge.c', 'switch_ivr_multi_threaded_bridge', '1879'],
  CHANNEL_HANGUP: ['switch_channel.c', 'switch_channel_perform_hangup', '3447'],
  CHANNEL_HANGUP_COMPLETE: ['switch_core_state_machine.c', 'switch_core_session_reporting_state', '943'],
  CHANNEL_DESTROY: ['switch_core_session.c', 'switch_core_session_perform_destroy', '1588'],
  PLAYBACK_START: ['switch_ivr_play_say.c', 'switch_ivr_play_file', '1672'],
  PLAYBACK_STOP: ['switch_ivr_play_say.c', 'switch_ivr_play_file', '2057'],
  DTMF: ['switch_channel.c', 'switch_channel_dequeue_dtmf', '624'],
  BACKGROUND_JOB: ['mod_event_socket.c', 'api_exec', '1580'],
  API: ['switch_loadable_module.c', 'switch_api_execute', '3140'],
  HEARTBEAT: ['switch_core.c', 'send_heartbeat', '95'],
  RE_SCHEDULE: ['switch_scheduler.c', 'switch_scheduler_execute', '73'],
  ADD_SCHEDULE: ['switch_scheduler.c', 'switch_scheduler_add_task', '219'],
  SHUTDOWN: ['switch_core.c', 'switch_core_destroy', '3033'],
};
const UNKNOWN_SOURCE = ['switch_event.c', 'switch_event_fire', '1'] as const;

let lastSecond = 0;
let lastLocal = '';
let lastGmt = '';

/** The first headers of any event. */
export function eventHead(origin: Origin, name: string, at: number): HeaderList {
  const second = Math.floor(at / 1000);
  if (second !== lastSecond) {
    const date = new Date(second * 1000);
    lastSecond = second;
    lastLocal = date.toISOString().slice(0, 19).replace('T', ' ');
    lastGmt = date.toUTCString();
  }
  const [file, routine, line] = SOURCES[name] ?? UNKNOWN_SOURCE;
  return [
    'Event-Name',
    name,
    'Core-UUID',
    origin.coreUuid,
    'FreeSWITCH-Hostname',
    origin.hostname,
    'FreeSWITCH-Switchname',
    origin.switchname,
    'FreeSWITCH-IPv4',
    '192.0.2.2',
    'FreeSWITCH-IPv6',
    'fd00::2',
    'Event-Date-Local',
    lastLocal,
    'Event-Date-GMT',
    lastGmt,
    'Event-Date-Timestamp',
    microseconds(at),
    'Event-Calling-File',
    file,
    'Event-Calling-Function',
    routine,
    'Event-Calling-Line-Number',
    line,
    'Event-Sequence',
    String(origin.sequence),
  ];
}

/** Events that carry the state of a leg, but neither its caller nor its variables. */
const STATE_ONLY: ReadonlySet<string> = new Set(['CHANNEL_STATE', 'CHANNEL_CALLSTATE', 'CHANNEL_OUTGOING']);

/** Headers that one event adds: before the state of the leg, and at the end. */
export interface EventExtras {
  readonly before?: HeaderList;
  readonly after?: HeaderList;
}

/** A whole channel event. */
export function channelEvent(
  origin: Origin,
  name: string,
  at: number,
  channel: Channel,
  extras: EventExtras = {},
): HeaderList {
  const list = eventHead(origin, name, at);
  if (extras.before !== undefined) list.push(...extras.before);
  pushState(list, channel, name);
  pushCaller(list, channel);
  if (channel.otherLeg !== undefined) pushOtherLeg(list, channel);
  if (!STATE_ONLY.has(name)) {
    for (const [variable, value] of channel.variables) list.push(`variable_${variable}`, value);
  }
  if (extras.after !== undefined) list.push(...extras.after);
  return list;
}

function pushState(list: HeaderList, channel: Channel, name: string): void {
  list.push(
    'Channel-State',
    channel.state,
    'Channel-Call-State',
    channel.callState,
    'Channel-State-Number',
    String(channel.stateNumber),
    'Channel-Name',
    channel.name,
    'Unique-ID',
    channel.uuid,
    'Call-Direction',
    channel.direction,
    'Presence-Call-Direction',
    channel.direction,
    'Channel-HIT-Dialplan',
    String(channel.hitDialplan),
    'Channel-Call-UUID',
    channel.callUuid,
    'Answer-State',
    channel.answerState,
  );
  if (channel.hangupCause !== '') list.push('Hangup-Cause', channel.hangupCause);
  if (channel.hasMedia && name !== 'CHANNEL_PROGRESS_MEDIA') {
    list.push(
      'Channel-Read-Codec-Name',
      'PCMU',
      'Channel-Read-Codec-Rate',
      '8000',
      'Channel-Read-Codec-Bit-Rate',
      '64000',
      'Channel-Write-Codec-Name',
      'PCMU',
      'Channel-Write-Codec-Rate',
      '8000',
      'Channel-Write-Codec-Bit-Rate',
      '64000',
    );
  }
}

function pushCaller(list: HeaderList, channel: Channel): void {
  const { callerIdName, callerIdNumber, number } = channel;
  list.push('Caller-Direction', channel.direction, 'Caller-Logical-Direction', logicalDirection(channel));
  if (channel.dialplan !== '') list.push('Caller-Dialplan', channel.dialplan);
  const callerName = channel.flipped ? 'Outbound Call' : callerIdName;
  const inbound = channel.direction === 'inbound';
  const calleeName = inbound ? '' : channel.flipped ? callerIdName : 'Outbound Call';
  if (callerName !== '') list.push('Caller-Caller-ID-Name', callerName);
  list.push('Caller-Caller-ID-Number', shownNumber(channel));
  if (callerIdName !== '') list.push('Caller-Orig-Caller-ID-Name', callerIdName);
  list.push('Caller-Orig-Caller-ID-Number', callerIdNumber);
  if (calleeName !== '') list.push('Caller-Callee-ID-Name', calleeName);
  if (!inbound) list.push('Caller-Callee-ID-Number', channel.flipped ? callerIdNumber : number);
  if (channel.heardFrom) list.push('Caller-Network-Addr', '127.0.0.1');
  list.push(
    'Caller-ANI',
    callerIdNumber,
    'Caller-Destination-Number',
    number,
    'Caller-Unique-ID',
    channel.uuid,
    'Caller-Source',
    inbound ? 'mod_sofia' : 'src/switch_ivr_originate.c',
  );
  if (channel.transferSource !== '') list.push('Caller-Transfer-Source', channel.transferSource);
  list.push(
    'Caller-Context',
    inbound ? 'public' : 'default',
    'Caller-Channel-Name',
    channel.name,
    'Caller-Profile-Index',
    String(channel.profileIndex),
    'Caller-Profile-Created-Time',
    microseconds(channel.profileAt),
  );
  pushTimes(list, 'Caller-Channel', channel);
  list.push(
    'Caller-Screen-Bit',
    'true',
    'Caller-Privacy-Hide-Name',
    'false',
    'Caller-Privacy-Hide-Number',
    'false',
  );
}

function logicalDirection(channel: Channel): string {
  return channel.bridgeLead ? 'inbound' : channel.direction;
}

/** After a bridge the second leg shows the first one's number as its caller. */
function shownNumber(channel: Channel): string {
  if (!channel.flipped) return channel.callerIdNumber;
  return channel.otherLeg?.role === 'originator' ? channel.otherLeg.channel.number : channel.number;
}

function pushTimes(list: HeaderList, prefix: string, channel: Channel): void {
  list.push(
    `${prefix}-Created-Time`,
    microseconds(channel.createdAt),
    `${prefix}-Answered-Time`,
    microseconds(channel.answeredAt),
    `${prefix}-Progress-Time`,
    microseconds(channel.progressAt),
    `${prefix}-Progress-Media-Time`,
    microseconds(channel.earlyAt),
    `${prefix}-Hangup-Time`,
    microseconds(channel.hungUpAt),
    `${prefix}-Transfer-Time`,
    '0',
    `${prefix}-Resurrect-Time`,
    '0',
    `${prefix}-Bridged-Time`,
    microseconds(channel.bridgedAt),
    `${prefix}-Last-Hold`,
    '0',
    `${prefix}-Hold-Accum`,
    '0',
  );
}

function pushOtherLeg(list: HeaderList, channel: Channel): void {
  const { role, channel: other } = channel.otherLeg!;
  list.push(
    'Other-Type',
    role,
    'Other-Leg-Direction',
    other.direction,
    'Other-Leg-Logical-Direction',
    'inbound',
    'Other-Leg-Caller-ID-Name',
    'Outbound Call',
    'Other-Leg-Caller-ID-Number',
    other.number,
  );
  if (other.callerIdName !== '') list.push('Other-Leg-Orig-Caller-ID-Name', other.callerIdName);
  list.push('Other-Leg-Orig-Caller-ID-Number', other.callerIdNumber);
  if (other.callerIdName !== '') list.push('Other-Leg-Callee-ID-Name', other.callerIdName);
  list.push(
    'Other-Leg-Callee-ID-Number',
    other.callerIdNumber,
    'Other-Leg-Network-Addr',
    '127.0.0.1',
    'Other-Leg-ANI',
    other.callerIdNumber,
    'Other-Leg-Destination-Number',
    other.number,
    'Other-Leg-Unique-ID',
    other.uuid,
    'Other-Leg-Source',
    'src/switch_ivr_originate.c',
    'Other-Leg-Context',
    'default',
    'Other-Leg-Channel-Name',
    other.name,
    'Other-Leg-Profile-Created-Time',
    microseconds(other.profileAt),
  );
  pushTimes(list, 'Other-Leg-Channel', other);
  list.push(
    'Other-Leg-Screen-Bit',
    'true',
    'Other-Leg-Privacy-Hide-Name',
    'false',
    'Other-Leg-Privacy-Hide-Number',
    'false',
  );
}

/** The headers that name the application which runs or has run. */
export function applicationHeaders(
  application: { readonly name: string; readonly data: string; readonly uuid: string },
  response?: string,
): HeaderList {
  const list = ['Application', application.name];
  if (application.data !== '') list.push('Application-Data', application.data);
  if (response !== undefined) list.push('Application-Response', response);
  if (application.uuid !== '') list.push('Application-UUID', application.uuid);
  return list;
}

/** The value of a header, or undefined; the first one where a name occurs twice. */
export function headerOf(list: HeaderList, name: string): string | undefined {
  for (let index = 0; index < list.length; index += 2) if (list[index] === name) return list[index + 1];
  return undefined;
}
