/** What a leg does on the switch: park, playback, hang up, and lists of these (`inline`). */
import type { Channel } from './channel.js';
import type { SwitchCore } from './core.js';
import { applicationHeaders } from './events.js';
import { onEstablished } from './signalling.js';
import { breakBridge, finishOriginate, hangUp, parkAgain, unpark } from './teardown.js';

export interface Application {
  readonly name: string;
  readonly data: string;
}

/** The originate is over: its result is told, and the leg goes to its application. */
export function establish(core: SwitchCore, channel: Channel, list: readonly Application[]): void {
  if (channel.originated === undefined && channel.phase !== 'answered' && channel.phase !== 'early') return;
  onEstablished(channel);
  if (channel.answeredAt > 0) channel.callState = 'ACTIVE';
  channel.state = 'CS_EXECUTE';
  channel.stateNumber = 4;
  channel.hitDialplan = true;
  const done = (): void => finishOriginate(channel, `+OK ${channel.uuid}\n`);
  // The job's result and the application start on two threads; four times in five the result is first.
  if (core.random.bernoulli(0.82)) {
    done();
    runApplications(core, channel, list);
  } else {
    runApplications(core, channel, list);
    done();
  }
}

/** Applications that do nothing a dialer can notice. */
const SILENT: ReadonlySet<string> = new Set([
  'answer',
  'start_dtmf',
  'stop_dtmf',
  'flush_dtmf',
  'bind_digit_action',
  'digit_action_set_realm',
  'sched_hangup',
]);
const KNOWN: ReadonlySet<string> = new Set([
  ...SILENT,
  'park',
  'hangup',
  'playback',
  'play_and_get_digits',
  'sleep',
  'set',
]);

export function runApplications(core: SwitchCore, channel: Channel, list: readonly Application[]): void {
  const [next, ...rest] = list;
  if (channel.ended) return;
  if (next === undefined) {
    channel.phase = 'answered';
    hangUp(core, channel, 'NORMAL_CLEARING', 'us');
    return;
  }
  if (!KNOWN.has(next.name) && !core.applications.has(next.name)) {
    channel.phase = 'answered';
    hangUp(core, channel, 'DESTINATION_OUT_OF_ORDER', 'us');
    return;
  }
  channel.phase = 'executing';
  channel.state = 'CS_EXECUTE';
  channel.stateNumber = 4;
  channel.application = { ...next, uuid: core.random.uuid() };
  channel.set('current_application', next.name);
  channel.variables.delete('current_application_response');
  if (next.data !== '') channel.set('current_application_data', next.data);
  core.bus.channel('CHANNEL_EXECUTE', channel, { after: applicationHeaders(channel.application) });
  switch (next.name) {
    case 'park':
      channel.phase = 'parked';
      channel.parkState = false;
      watchPark(core, channel);
      core.bus.channel('CHANNEL_PARK', channel);
      return;
    case 'hangup':
      hangUp(core, channel, next.data === '' ? 'NORMAL_CLEARING' : next.data, 'us');
      return;
    case 'playback':
      play(core, channel, next.data, () => {
        complete(core, channel, 'FILE PLAYED');
        runApplications(core, channel, rest);
      });
      return;
    case 'play_and_get_digits':
      // min max tries timeout terminators file invalid variable …: plays the file and goes on.
      play(core, channel, next.data.split(/\s+/)[5] ?? '', () => {
        complete(core, channel, '_none_');
        runApplications(core, channel, rest);
      });
      return;
    case 'sleep':
      core.later(channel, Number(next.data) || 0, () => {
        complete(core, channel, '_none_');
        runApplications(core, channel, rest);
      });
      return;
    case 'set': {
      const equals = next.data.indexOf('=');
      if (equals > 0) channel.set(next.data.slice(0, equals), next.data.slice(equals + 1));
      complete(core, channel, '_none_');
      runApplications(core, channel, rest);
      return;
    }
    case 'sched_hangup': {
      const [seconds, cause] = next.data.split(' ');
      core.atWholeSeconds(channel, Number(seconds?.replace('+', '')), () =>
        hangUp(core, channel, cause ?? 'ALLOTTED_TIMEOUT', 'us'),
      );
      complete(core, channel, '_none_');
      runApplications(core, channel, rest);
      return;
    }
    default: {
      const over = (): void => {
        complete(core, channel, '_none_');
        runApplications(core, channel, rest);
      };
      const application = core.applications.get(next.name);
      if (application === undefined) over();
      else application(channel, next.data, over);
    }
  }
}

function complete(core: SwitchCore, channel: Channel, response: string): void {
  if (channel.application === undefined) return;
  if (response !== '_none_') channel.set('current_application_response', response);
  core.bus.channel('CHANNEL_EXECUTE_COMPLETE', channel, {
    after: applicationHeaders(channel.application, response),
  });
  channel.application = undefined;
}

/** Plays a file or tone to the leg; a person who has had enough of being called may press the opt-out key. */
export function play(core: SwitchCore, channel: Channel, path: string, done: () => void): void {
  const length = playLength(core, path);
  if (length === undefined) {
    complete(core, channel, 'FILE NOT FOUND');
    done();
    return;
  }
  const file = ['Playback-File-Type', path.split('://')[0]!, 'Playback-File-Path', path];
  core.bus.channel('PLAYBACK_START', channel, { after: file });
  const { keyAfter } = channel.plan;
  if (keyAfter < length) {
    core.later(channel, keyAfter, () => pressKey(core, channel, core.scenario.people.optOutKey));
  }
  core.later(channel, length, () => {
    channel.setAll({
      playback_last_offset_pos: String(length * 8),
      playback_seconds: String(Math.floor(length / 1000)),
      playback_ms: String(length),
      playback_samples: String(length * 8),
    });
    core.bus.channel('PLAYBACK_STOP', channel, { after: [...file, 'Playback-Status', 'done'] });
    done();
  });
}

/** Milliseconds; undefined when there is no such file (paths that begin with `/no/such`). */
function playLength(core: SwitchCore, path: string): number | undefined {
  if (path === '' || path.startsWith('/no/such')) return undefined;
  const silence = /^silence_stream:\/\/(-?\d+)/.exec(path);
  if (silence !== null) return Number(silence[1]) < 0 ? Number.POSITIVE_INFINITY : Number(silence[1]);
  if (!path.startsWith('tone_stream://')) return Math.round(core.scenario.trunk.messageSeconds * 1000);
  let length = 0;
  for (const [, on, off] of path.matchAll(/%\((\d+)(?:,(\d+))?/g)) length += Number(on) + Number(off ?? 0);
  const loops = /loops=(-?\d+)/.exec(path);
  if (loops === null) return length;
  return Number(loops[1]) < 0 ? Number.POSITIVE_INFINITY : length * Number(loops[1]);
}

/** A key pressed on the far end of the leg. */
export function pressKey(core: SwitchCore, channel: Channel, digits: string): void {
  for (const digit of digits) {
    core.bus.channel('DTMF', channel, {
      after: ['DTMF-Digit', digit, 'DTMF-Duration', '2000', 'DTMF-Source', 'RTP'],
    });
  }
}

/** `park_timeout=N[:CAUSE]`: the net under a dialer that went away. */
function watchPark(core: SwitchCore, channel: Channel): void {
  const timeout = channel.variables.get('park_timeout');
  if (timeout === undefined) return;
  channel.variables.delete('park_timeout');
  channel.variables.delete('park_after_bridge');
  const [seconds, cause] = timeout.split(':');
  const watched = channel.application;
  if (!(Number(seconds) > 0)) return;
  core.atWholeSeconds(channel, Number(seconds), () => {
    if (channel.phase !== 'parked' || channel.application !== watched) return;
    hangUp(core, channel, cause ?? 'NORMAL_CLEARING', 'us');
  });
}

/** Moves an established leg to a list of applications, out of whatever it does. */
export function transfer(
  core: SwitchCore,
  channel: Channel,
  list: readonly Application[],
  destination: string,
  dialplan: string,
): void {
  core.later(channel, core.reaction(), () => {
    channel.profileIndex++;
    channel.profileAt = core.timeline.now;
    channel.dialplan = dialplan;
    const source = `${Math.floor(core.timeline.now / 1000)}:${core.random.uuid()}:bl_xfer:${destination}`;
    if (channel.phase === 'bridged') {
      breakBridge(core, channel);
      channel.otherLeg = undefined;
    } else if (channel.phase === 'parked') {
      channel.stateNumber = 2;
      channel.transferSource = source;
      channel.setAll({ max_forwards: '70', transfer_history: source, transfer_source: source });
      unpark(core, channel);
    } else if (channel.application !== undefined) {
      complete(core, channel, 'FILE PLAYED');
    }
    channel.transferSource = source;
    runApplications(core, channel, list);
  });
}

/** `uuid_park`: out of its bridge, into the park state. */
export function park(core: SwitchCore, channel: Channel): void {
  core.later(channel, core.reaction(), () => {
    if (channel.phase === 'bridged') breakBridge(core, channel);
    else if (channel.phase === 'parked') return;
    else if (channel.application !== undefined) complete(core, channel, '_none_');
    parkAgain(core, channel);
  });
}

/** `playback:x,hangup:Y`, or with another separator `m:^:playback:x^hangup:Y`. */
export function readInline(text: string): Application[] {
  let separator = ',';
  let list = text;
  const chosen = /^m:(.):/s.exec(text);
  if (chosen !== null) {
    separator = chosen[1]!;
    list = text.slice(4);
  }
  return list.split(separator).map((item) => {
    const colon = item.indexOf(':');
    return colon < 0
      ? { name: item.trim(), data: '' }
      : { name: item.slice(0, colon).trim(), data: item.slice(colon + 1) };
  });
}

/** The few extensions of the dialplan; undefined for an unknown one. */
export function readExtension(extension: string): Application[] | undefined {
  switch (extension) {
    case 'park':
      return [
        { name: 'answer', data: '' },
        { name: 'park', data: '' },
      ];
    case 'hangup':
      return [{ name: 'hangup', data: 'NORMAL_CLEARING' }];
    case 'abandon':
      return [
        { name: 'playback', data: 'tone_stream://%(1000,0,440)' },
        { name: 'hangup', data: 'NORMAL_CLEARING' },
      ];
    default:
      return undefined;
  }
}
