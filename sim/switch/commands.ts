/** The api commands of the switch, with their uneven answers. */
import { park, play, pressKey, readExtension, readInline, transfer } from './applications.js';
import { bridge } from './bridge.js';
import type { Channel } from './channel.js';
import type { SwitchCore } from './core.js';
import { splitWords } from './dial-string.js';
import { eventFrame } from './encoding.js';
import { channelEvent } from './events.js';
import { show, status } from './listing.js';
import { originate } from './originate.js';
import { hangUp } from './teardown.js';

const NO_CHANNEL = '-ERR No such channel!\n';
const OK = '+OK\n';

/** What a command can ask of the switch as a whole. */
export interface Operator {
  /** Announces, hangs up everything and leaves. */
  shutdown(): void;
}

type Command = (core: SwitchCore, args: readonly string[], text: string, operator: Operator) => string;

const COMMANDS: Readonly<Record<string, Command>> = {
  status: (core) => status(core),
  version: () => 'FreeSWITCH Version 1.11.3-simulated~64bit (simulated 64bit)\n',
  hostname: (core) => core.bus.origin.hostname,
  switchname: (core) => core.bus.origin.switchname,
  strepoch: (core) => String(Math.floor(core.timeline.now / 1000)),
  strmicroepoch: (core) => String(Math.floor(core.timeline.now * 1000)),
  create_uuid: (core) => core.random.uuid(),
  echo: (_core, _args, text) => text,
  reloadxml: () => '+OK [Success]\n',
  module_exists: () => 'true',
  show: (core, args) => show(core, args),
  global_getvar: (core, [name]) => {
    if (name === 'core_uuid') return core.coreUuid;
    return name === 'hostname' || name === 'switchname' ? core.bus.origin.hostname : '';
  },
  sofia: (_core, args) =>
    args[0] === 'status' && args[1] === 'gateway' && args[2] !== undefined && args[2] !== 'nosuch'
      ? `Name    \t${args[2]}\nState   \tNOREG\nStatus  \tUP\n`
      : 'Invalid Gateway!\n',
  fsctl: (core, args, _text, operator) => control(core, args, operator),
  hupall: (core, [cause, name, ...value]) => hangUpAll(core, cause, name, value.join(' ')),
  uuid_exists: (core, [id]) => String(core.live(id ?? '') !== undefined),
  uuid_kill: (core, [id, cause]) =>
    id === undefined
      ? '-USAGE: <uuid> [cause]\n'
      : withChannel(core, id, (channel) => {
          hangUp(core, channel, cause ?? 'NORMAL_CLEARING', 'us', 'soon');
          return OK;
        }),
  uuid_bridge: (core, [a, b]) =>
    a === undefined || b === undefined ? '-USAGE: <uuid> <other_uuid>\n' : bridge(core, a, b),
  uuid_getvar: (core, [id, name]) =>
    withChannel(core, id, (channel) => channel.variables.get(name ?? '') ?? '_undef_'),
  uuid_setvar: (core, [id, name, ...value]) =>
    withChannel(core, id, (channel) => {
      if (name === undefined) return '-USAGE: <uuid> <var> [value]\n';
      if (value.length === 0) channel.variables.delete(name);
      else channel.set(name, value.join(' '));
      return OK;
    }),
  uuid_setvar_multi: (core, [id, ...pairs]) =>
    withChannel(core, id, (channel) => {
      for (const pair of pairs.join(' ').split(';')) {
        const equals = pair.indexOf('=');
        if (equals > 0) channel.set(pair.slice(0, equals), pair.slice(equals + 1));
      }
      return OK;
    }),
  uuid_dump: (core, [id, format]) =>
    withChannel(core, id, (channel) => {
      const list = channelEvent(core.bus.origin, 'CHANNEL_DATA', core.timeline.now, channel);
      const frame = eventFrame(list, '', format === 'json' ? 'json' : 'plain');
      return frame.slice(frame.indexOf('\n\n') + 2);
    }),
  uuid_transfer: (core, [id, ...rest]) =>
    withChannel(core, id, (channel) => {
      const words = rest.filter((word) => word !== '-bleg' && word !== '-both');
      const [destination, dialplan] = words;
      if (destination === undefined)
        return '-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n';
      const list = dialplan === 'inline' ? readInline(destination) : readExtension(destination);
      transfer(
        core,
        channel,
        list ?? [{ name: 'hangup', data: 'NO_ROUTE_DESTINATION' }],
        destination,
        dialplan ?? 'XML',
      );
      return OK;
    }),
  uuid_park: (core, [id]) =>
    withChannel(core, id, (channel) => {
      park(core, channel);
      return OK;
    }),
  uuid_broadcast: (core, [id, path]) => {
    const channel = core.live(id ?? '');
    if (channel === undefined) return '-ERR invalid uuid\n';
    broadcast(core, channel, path ?? '');
    return '+OK Message sent\n';
  },
  uuid_break: (core, [id]) => withChannel(core, id, () => OK),
  uuid_answer: (core, [id]) => (core.live(id ?? '') === undefined ? '-ERROR\n' : OK),
  sched_api: (core, [when, group, ...command], _text, operator) => {
    const seconds = Number(when?.replace('+', ''));
    if (group === undefined || command.length === 0 || !(seconds >= 0))
      return '-ERR Invalid syntax. USAGE: [+@]<time> <group_name> <command_string>[&]\n';
    const entry = core.timeline.after(seconds * 1000, () =>
      runCommand(core, operator, command.join(' '), () => undefined),
    );
    core.scheduled.set(group, [...(core.scheduled.get(group) ?? []), entry]);
    return `+OK Added: ${core.random.integer(10_000)}\n`;
  },
  sched_del: (core, [group]) => {
    for (const entry of core.scheduled.get(group ?? '') ?? []) core.timeline.cancel(entry);
    core.scheduled.delete(group ?? '');
    return '+OK Deleted: 1\n';
  },
  uuid_hold: () => '+OK Success\n',
  uuid_audio: (core, [id, what, ...how]) =>
    withChannel(core, id, (channel) => {
      if (what === 'stop') channel.muted = false;
      else if (what !== 'start' || how.length < 3)
        return '-USAGE: <uuid> [start [read|write] [mute|level <level>]|stop]\n';
      else channel.muted = how[1] === 'mute';
      return OK;
    }),
  uuid_record: (core, [id]) =>
    core.live(id ?? '') === undefined ? '-ERR Cannot locate session!\n' : '+OK Success\n',
  uuid_send_dtmf: (core, [id, digits]) =>
    withChannel(core, id, (channel) => {
      if (digits === undefined) return '-USAGE: <uuid> <dtmf_data>\n';
      channel.keysSent += digits.split('@')[0]!;
      return OK;
    }),
  uuid_recv_dtmf: (core, [id, digits]) =>
    withChannel(core, id, (channel) => {
      core.later(channel, core.reaction(), () => pressKey(core, channel, (digits ?? '').split('@')[0]!));
      return OK;
    }),
  sched_hangup: (core, [when, id, cause]) =>
    withChannel(core, id, (channel) => {
      const seconds = Number(when?.replace('+', ''));
      core.atWholeSeconds(channel, seconds, () => hangUp(core, channel, cause ?? 'ALLOTTED_TIMEOUT', 'us'));
      core.bus.plain('ADD_SCHEDULE', [
        ...['Task-ID', String(core.sessions), 'Task-Desc', 'switch_ivr_schedule_hangup'],
        ...[
          'Task-Group',
          channel.uuid,
          'Task-Runtime',
          String(Math.floor(core.timeline.now / 1000) + seconds),
        ],
      ]);
      return OK;
    }),
};

function withChannel(core: SwitchCore, id: string | undefined, act: (channel: Channel) => string): string {
  const channel = core.live(id ?? '');
  return channel === undefined ? NO_CHANNEL : act(channel);
}

/**
 * Runs an api command. `done` gets its answer: at once, but for an originate when it is decided.
 */
export function runCommand(
  core: SwitchCore,
  operator: Operator,
  text: string,
  done: (answer: string) => void,
): void {
  const space = text.indexOf(' ');
  const name = space < 0 ? text : text.slice(0, space);
  const rest = space < 0 ? '' : text.slice(space + 1).trim();
  const finish = (answer: string): void => {
    done(answer);
    const argument = rest === '' ? [] : ['API-Command-Argument', rest];
    core.bus.plain('API', ['API-Command', name, ...argument]);
  };
  if (name === 'originate') {
    originate(core, rest, finish);
    return;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  finish(
    command === undefined
      ? `-ERR ${name} Command not found!\n`
      : command(core, splitWords(rest), rest, operator),
  );
}

function broadcast(core: SwitchCore, channel: Channel, path: string): void {
  core.later(channel, 120, () => {
    const application = { name: 'playback', data: path, uuid: '' };
    core.bus.channel('CHANNEL_EXECUTE', channel, {
      after: ['Application', 'playback', 'Application-Data', path],
    });
    play(core, channel, path.includes('!') ? '' : path, () => {
      const missing = path.includes('!') || path.startsWith('/no/such');
      core.bus.channel('CHANNEL_EXECUTE_COMPLETE', channel, {
        after: [
          ...['Application', application.name, 'Application-Data', path],
          ...['Application-Response', missing ? 'FILE NOT FOUND' : 'FILE PLAYED'],
        ],
      });
    });
  });
}

function hangUpAll(
  core: SwitchCore,
  cause = 'MANAGER_REQUEST',
  name: string | undefined,
  value: string,
): string {
  for (const channel of [...core.channels.values()]) {
    if (name !== undefined && channel.variables.get(name) !== value) continue;
    hangUp(core, channel, cause, 'us', 'soon');
  }
  return name === undefined
    ? `+OK hangup all channels with cause ${cause}\n`
    : `+OK hangup all channels matching [${name}]=[${value}] with cause: ${cause}\n`;
}

function control(core: SwitchCore, args: readonly string[], operator: Operator): string {
  const [what, value] = args;
  const number = Number(value);
  switch (what) {
    case 'sps':
      if (number > 0) core.limits.sessionsPerSecond = number;
      return `+OK sessions per second: ${core.limits.sessionsPerSecond}\n`;
    case 'max_sessions':
      if (number > 0) core.limits.maximumSessions = number;
      return `+OK max sessions: ${core.limits.maximumSessions}\n`;
    case 'last_sps':
      return `+OK last sessions per second: ${core.lastSessionsPerSecond}\n`;
    case 'pause':
      if (value !== 'inbound') core.outboundPaused = true;
      return OK;
    case 'resume':
      if (value !== 'inbound') core.outboundPaused = false;
      return OK;
    case 'pause_check':
      return core.outboundPaused && value !== 'inbound' ? 'true' : 'false';
    case 'ready_check':
      return 'true';
    case 'shutdown':
      operator.shutdown();
      return OK;
    case 'hupall':
      return hangUpAll(core, value, undefined, '');
    default:
      return '-USAGE: [sps|max_sessions|last_sps|pause|resume|pause_check|ready_check|shutdown|hupall]\n';
  }
}
