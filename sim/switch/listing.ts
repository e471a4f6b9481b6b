/** `show channels`, `status` and the heartbeat: what the switch says of itself. */
import type { Channel } from './channel.js';
import type { SwitchCore } from './core.js';
import type { HeaderList } from './encoding.js';
import { VERSION } from './events.js';

type Row = Readonly<Record<string, string>>;

function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

function row(channel: Channel, hostname: string): Row {
  const media = channel.hasMedia;
  const { callerIdName, callerIdNumber, number, flipped } = channel;
  return {
    uuid: channel.uuid,
    direction: channel.direction,
    created: stamp(channel.createdAt),
    created_epoch: String(Math.floor(channel.createdAt / 1000)),
    name: channel.name,
    state: channel.state,
    cid_name: flipped ? 'Outbound Call' : callerIdName,
    cid_num: flipped ? number : callerIdNumber,
    ip_addr: '',
    dest: number,
    application: channel.application?.name ?? '',
    application_data: channel.application?.data ?? '',
    dialplan: '',
    context: 'default',
    read_codec: media ? 'PCMU' : '',
    read_rate: media ? '8000' : '',
    read_bit_rate: media ? '64000' : '',
    write_codec: media ? 'PCMU' : '',
    write_rate: media ? '8000' : '',
    write_bit_rate: media ? '64000' : '',
    secure: '',
    hostname,
    presence_id: '',
    presence_data: channel.variables.get('presence_data') ?? '',
    accountcode: channel.variables.get('accountcode') ?? '',
    callstate: channel.callState,
    callee_name: flipped ? callerIdName : 'Outbound Call',
    callee_num: flipped ? callerIdNumber : number,
    callee_direction: media ? 'RECV' : '',
    call_uuid: callUuid(channel),
    sent_callee_name: '',
    sent_callee_num: '',
    initial_cid_name: callerIdName,
    initial_cid_num: callerIdNumber,
    initial_ip_addr: '',
    initial_dest: number,
    initial_dialplan: '',
    initial_context: 'default',
  };
}

/** Both legs of a bridge show the first one's uuid. */
function callUuid(channel: Channel): string {
  return channel.peer !== undefined && !channel.bridgeLead ? channel.peer.uuid : channel.uuid;
}

/** Legs that are there; a call is a bridge or a single leg. */
function rows(core: SwitchCore, what: 'channels' | 'calls'): Row[] {
  const { hostname } = core.bus.origin;
  const list: Row[] = [];
  for (const channel of core.channels.values()) {
    if (channel.ended) continue;
    if (what === 'channels') list.push(row(channel, hostname));
    else if (channel.peer === undefined || channel.bridgeLead) {
      const own = row(channel, hostname);
      const other = channel.peer === undefined ? undefined : row(channel.peer, hostname);
      const second: Record<string, string> = {};
      for (const name of Object.keys(own)) second[`b_${name}`] = other?.[name] ?? '';
      list.push({ ...own, ...second });
    }
  }
  return list;
}

export function show(core: SwitchCore, args: readonly string[]): string {
  const [what, as, format] = args;
  if (what !== 'channels' && what !== 'calls') return '-USAGE: channels|calls [count] [as json]\n';
  const list = rows(core, what);
  if (as === 'count') {
    return format === 'as' && args[3] === 'json'
      ? `{"row_count":${list.length}}\n`
      : `\n${list.length} total.\n`;
  }
  if (as === 'as' && format === 'json') {
    if (list.length === 0) return '{"row_count": 0}\n';
    return JSON.stringify({ row_count: list.length, rows: list });
  }
  if (list.length === 0) return '\n0 total.\n';
  const names = Object.keys(list[0]!);
  const lines = list.map((entry) => names.map((name) => entry[name]).join(','));
  return `${names.join(',')}\n${lines.join('\n')}\n\n${list.length} total.\n`;
}

function span(milliseconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [Math.floor(milliseconds / 31_536_000_000), 'year'],
    [Math.floor(milliseconds / 86_400_000) % 365, 'day'],
    [Math.floor(milliseconds / 3_600_000) % 24, 'hour'],
    [Math.floor(milliseconds / 60_000) % 60, 'minute'],
    [Math.floor(milliseconds / 1000) % 60, 'second'],
    [Math.floor(milliseconds) % 1000, 'millisecond'],
    [Math.floor(milliseconds * 1000) % 1000, 'microsecond'],
  ];
  return units.map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`).join(', ');
}

export function status(core: SwitchCore): string {
  const { limits } = core;
  return [
    `UP ${span(core.timeline.now - core.startedAt)}`,
    `FreeSWITCH (Version ${VERSION}  64bit) is ready`,
    `${core.sessions} session(s) since startup`,
    `${core.channels.size} session(s) - peak ${core.peakSessions}, last 5min ${core.peakSessions} `,
    `${core.lastSessionsPerSecond} session(s) per Sec out of max ${limits.sessionsPerSecond}, peak ${core.lastSessionsPerSecond}, last 5min ${core.lastSessionsPerSecond} `,
    `${limits.maximumSessions} session(s) max`,
    'min idle cpu 0.00/78.00',
    'Current Stack Size/Max 240K/240K',
    '',
  ].join('\n');
}

export function heartbeat(core: SwitchCore): HeaderList {
  const { limits } = core;
  const up = core.timeline.now - core.startedAt;
  return [
    ...['Event-Info', 'System Ready', 'Up-Time', span(up)],
    ...['FreeSWITCH-Version', `${VERSION}~64bit`, 'Uptime-msec', String(Math.floor(up))],
    ...['Session-Count', String(core.channels.size), 'Max-Sessions', String(limits.maximumSessions)],
    ...['Session-Per-Sec', String(limits.sessionsPerSecond)],
    ...['Session-Per-Sec-Last', String(core.lastSessionsPerSecond)],
    ...['Session-Per-Sec-Max', String(core.lastSessionsPerSecond)],
    ...['Session-Per-Sec-FiveMin', String(core.lastSessionsPerSecond)],
    ...['Session-Since-Startup', String(core.sessions), 'Session-Peak-Max', String(core.peakSessions)],
    ...['Session-Peak-FiveMin', String(core.peakSessions), 'Idle-CPU', '78.000000'],
  ];
}
