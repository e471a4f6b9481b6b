/**
 * What stands for an Asterisk where there is none: requests and a websocket as the real one answers them, as far as the adapter
 * asks, with the orders, causes and omissions that were seen of Asterisk 22.10. In particular:
 *
 *  - events come before the answer to the request that caused them;
 *  - an originate that times out ends with cause 19 and without a last `Dial`, a cancelled one with 16;
 *  - who is moved into another bridge leaves the first one by itself; making a bridge twice is refused;
 *  - a snoop that goes with its channel says StasisEnd and no more; a tone never finishes;
 *  - a callee who picks up while nobody listens to the application is hung up; nothing missed is told again;
 *  - what is asked of a channel that is not there yet, or not in the application, is refused.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Clock, systemClock } from '../../../dialer/clock.js';
import { calleeOf } from './callees.js';
import { describe } from './description.js';
import { ServerWebSocket } from './websocket.js';

export const user = 'dialer';
export const password = 'secret';

type Query = URLSearchParams;
type Answer = readonly [status: number, body?: unknown];

interface Channel {
  readonly id: string;
  readonly application: string;
  readonly args: readonly string[];
  readonly createdAt: number;
  state: 'Down' | 'Ringing' | 'Up';
  inStasis: boolean;
  bridge: Bridge | undefined;
  readonly spiedBy: Set<Channel>;
  cancels: (() => void)[];
  cancelDeadline: () => void;
  readonly snoop: boolean;
}

interface Bridge {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly members: Set<Channel>;
}

const notFound: Answer = [404, { message: 'Channel not found' }];
const noBridge: Answer = [404, { message: 'Bridge not found' }];

export class SimulatedAsterisk {
  readonly clock: Clock;
  /** Requests that were made, without those of the description: `POST /channels/…/play?media=…` */
  readonly requests: string[] = [];
  /** Answers 403 to what would change anything, as to a user who may only read. */
  readOnly = false;
  /** Takes requests and answers none. */
  silent = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #channels = new Map<string, Channel>();
  readonly #bridges = new Map<string, Bridge>();
  readonly #listeners = new Map<string, ServerWebSocket>();
  #startedAt: string;

  private constructor(timeScale: number) {
    this.clock = systemClock({ scale: timeScale });
    this.#startedAt = this.#now();
    this.#server = createServer((request, response) => this.#asked(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('upgrade', (request, socket: Socket) => this.#listen(request, socket));
  }

  static async start(timeScale = 1): Promise<SimulatedAsterisk> {
    const one = new SimulatedAsterisk(timeScale);
    one.#server.listen(0, '127.0.0.1');
    await once(one.#server, 'listening');
    return one;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    for (const channel of this.#channels.values()) this.#forget(channel);
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  /** Ends as a killed process does, and is there again at once with nothing on it. */
  restart(): void {
    for (const channel of this.#channels.values()) this.#forget(channel);
    this.#channels.clear();
    this.#bridges.clear();
    this.#listeners.clear();
    for (const socket of this.#sockets) socket.destroy();
    this.#startedAt = `${this.#now()} again`;
  }

  /** A person presses a key. */
  pressKey(channelId: string, digit: string): void {
    const channel = this.#channels.get(channelId);
    if (channel !== undefined) this.#tell(channel, 'ChannelDtmfReceived', { digit, duration_ms: 100 });
  }

  /** The dialplan hands a caller over. */
  callIn(id: string, application: string): void {
    const channel = this.#open(id, application, ['inbound'], false);
    channel.state = 'Up';
    this.#enterStasis(channel);
  }

  /** The far end hangs up. */
  hangUp(channelId: string): void {
    const channel = this.#channels.get(channelId);
    if (channel !== undefined) this.#end(channel, 16);
  }

  /** An event that no description knows. */
  sayUnknown(application: string): void {
    this.#listeners.get(application)?.send(JSON.stringify({ type: 'NeverHeardOf', timestamp: this.#now() }));
  }

  // ---------------------------------------------------------------------------------------- requests

  #asked(request: IncomingMessage, response: ServerResponse): void {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      if (this.silent) return;
      const [status, answer] = this.#answer(request, body);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(answer === undefined ? '' : JSON.stringify(answer));
    });
  }

  #answer(request: IncomingMessage, body: string): Answer {
    const url = new URL(request.url ?? '', 'http://asterisk');
    if (request.headers.authorization !== `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`)
      return [401, { message: 'Authentication required' }];
    const [, , ...parts] = url.pathname.split('/').map(decodeURIComponent);
    if (parts[0] === 'api-docs') {
      const document = describe(`http://${request.headers.host}/ari`, (parts[1] ?? '').replace('.json', ''));
      return document === undefined ? [404, { message: 'Resource not found' }] : [200, document];
    }
    const method = request.method ?? '';
    this.requests.push(`${method} ${url.pathname.slice(4)}${decodeURIComponent(url.search)}`);
    if (this.readOnly && method !== 'GET') return [403, { message: 'Write access denied' }];
    return this.#perform(method, parts, url.searchParams, body);
  }

  #perform(method: string, parts: readonly string[], query: Query, body: string): Answer {
    const [resource, id = '', verb = '', more = ''] = parts;
    switch (resource) {
      case 'asterisk':
        return [
          200,
          {
            system: { version: '22.10.1', entity_id: '02:fc:00:00:00:01' },
            status: { startup_time: this.#startedAt },
          },
        ];
      case 'applications':
        return [200, {}];
      case 'playbacks':
        return [204];
      case 'channels':
        if (id === '')
          return method === 'GET'
            ? [200, [...this.#channels.values()].map((channel) => this.#shown(channel))]
            : this.#originate(query, body);
        return this.#ofChannel(method, id, verb, more, query);
      case 'bridges':
        if (id === '') return [200, [...this.#bridges.values()].map((bridge) => shownBridge(bridge))];
        return this.#ofBridge(method, id, verb, query);
      default:
        return [404, { message: 'Resource not found' }];
    }
  }

  #originate(query: Query, body: string): Answer {
    const id = query.get('channelId') ?? '';
    const endpoint = /^PJSIP\/([^@]+)@(\w+)$/.exec(query.get('endpoint') ?? '');
    if (!endpoint) return [400, { message: 'Invalid endpoint specified' }];
    if (this.#channels.has(id)) return [409, { message: 'Channel with given unique ID already exists' }];
    if (endpoint[2] !== 'trunk') return [500, { error: 'Allocation failed' }];
    const args = (query.get('appArgs') ?? '').split(',').filter(Boolean);
    const channel = this.#open(id, query.get('app') ?? '', args, false);
    const { variables = {} } =
      body === '' ? {} : (JSON.parse(body) as { variables?: Record<string, string> });
    if (variables['TIMEOUT(absolute)'] !== undefined)
      this.#limit(channel, Number(variables['TIMEOUT(absolute)']));
    this.#dial(channel, endpoint[1] ?? '', Number(query.get('timeout') ?? 30) * 1000);
    return [200, this.#shown(channel)];
  }

  #ofChannel(method: string, id: string, verb: string, more: string, query: Query): Answer {
    const channel = this.#channels.get(id);
    if (channel === undefined) return notFound;
    switch (verb) {
      case '':
        if (method !== 'DELETE') return [200, this.#shown(channel)];
        this.#end(channel, channel.state === 'Up' ? 16 : Number(query.get('reason_code') ?? 16));
        return [204];
      case 'variable':
        if (query.get('variable') === 'TIMEOUT(absolute)') this.#limit(channel, Number(query.get('value')));
        return [204];
      case 'mute':
        return query.has('direction') ? [204] : [400, { message: 'Direction is required' }];
      case 'snoop':
        this.#snoop(channel, more, query);
        return [200, {}];
      default:
        if (!channel.inStasis) return [409, { message: 'Channel not in Stasis application' }];
        if (verb === 'play') this.#play(channel, query);
        return [201, {}];
    }
  }

  #ofBridge(method: string, id: string, verb: string, query: Query): Answer {
    const bridge = this.#bridges.get(id);
    if (method === 'POST' && verb === '') {
      if (bridge !== undefined) return [409, { message: `Bridge with id '${id}' already exists` }];
      const made: Bridge = {
        ...{ id, name: query.get('name') ?? '', type: query.get('type') ?? 'mixing' },
        members: new Set(),
      };
      this.#bridges.set(id, made);
      return [200, shownBridge(made)];
    }
    if (bridge === undefined) return noBridge;
    if (method === 'DELETE') {
      this.#bridges.delete(id);
      for (const channel of bridge.members) this.#leave(channel);
      return [204];
    }
    if (verb === 'play') return [201, {}];
    const channels = (query.get('channel') ?? '').split(',').map((one) => this.#channels.get(one));
    for (const channel of channels) {
      if (channel === undefined) return [400, { message: 'Channel not found' }];
      if (!channel.inStasis) return [422, { message: 'Channel not in Stasis application' }];
    }
    for (const channel of channels) if (channel !== undefined) this.#enter(channel, bridge);
    return [204];
  }

  // ---------------------------------------------------------------------------------------- channels

  #open(id: string, application: string, args: readonly string[], snoop: boolean): Channel {
    const channel: Channel = {
      ...{ id, application, args, snoop, createdAt: this.clock.now() },
      ...{ state: 'Down', inStasis: false, bridge: undefined },
      ...{ spiedBy: new Set<Channel>(), cancels: [], cancelDeadline: () => undefined },
    };
    this.#channels.set(id, channel);
    return channel;
  }

  #later(channel: Channel, milliseconds: number, act: () => void): void {
    if (Number.isFinite(milliseconds))
      channel.cancels.push(
        this.clock.after(milliseconds, () => this.#channels.get(channel.id) === channel && act()),
      );
  }

  #dial(channel: Channel, number: string, timeout: number): void {
    const callee = calleeOf(number);
    this.#dialled(channel, '');
    if (callee.rings) {
      channel.state = 'Ringing';
      this.#tell(channel, 'ChannelStateChange', {});
      this.#dialled(channel, 'RINGING');
    }
    if (callee.progress) this.#dialled(channel, 'PROGRESS');
    this.#later(channel, timeout, () => {
      if (channel.state !== 'Up') this.#end(channel, 19, 480);
    });
    if (!Number.isFinite(callee.answersAfter))
      this.#later(channel, callee.endsAfter, () => {
        this.#dialled(channel, { 17: 'BUSY', 34: 'CONGESTION' }[callee.cause as 17 | 34] ?? 'NOANSWER');
        this.#end(channel, callee.cause, callee.sipStatus);
      });
    else
      this.#later(channel, callee.answersAfter, () => {
        channel.state = 'Up';
        this.#tell(channel, 'ChannelStateChange', {});
        this.#dialled(channel, 'ANSWER');
        // Nobody is there who could take the call.
        if (!this.#listeners.has(channel.application)) this.#end(channel, 16);
        else this.#enterStasis(channel);
        this.#later(channel, callee.endsAfter, () => this.#end(channel, callee.cause));
      });
  }

  #enterStasis(channel: Channel): void {
    channel.inStasis = true;
    this.#tell(channel, 'StasisStart', { args: channel.args });
  }

  #limit(channel: Channel, seconds: number): void {
    channel.cancelDeadline();
    channel.cancelDeadline = this.clock.after(seconds * 1000, () =>
      this.#end(channel, channel.bridge === undefined ? 0 : 16),
    );
  }

  #play(channel: Channel, query: Query): void {
    const media = query.get('media') ?? '';
    // A tone goes on for ever; so does what Asterisk does not know.
    if (media.startsWith('sound:'))
      this.#later(channel, 500, () =>
        this.#tell(channel, 'PlaybackFinished', {
          channel: undefined,
          playback: { id: query.get('playbackId'), media_uri: media, state: 'done' },
        }),
      );
  }

  #snoop(target: Channel, id: string, query: Query): void {
    const snoop = this.#open(id, query.get('app') ?? '', [query.get('appArgs') ?? ''], true);
    snoop.state = 'Up';
    target.spiedBy.add(snoop);
    this.#enterStasis(snoop);
  }

  #enter(channel: Channel, bridge: Bridge): void {
    this.#leave(channel);
    channel.bridge = bridge;
    bridge.members.add(channel);
    this.#tell(channel, 'ChannelEnteredBridge', { bridge: shownBridge(bridge) });
  }

  #leave(channel: Channel): void {
    const { bridge } = channel;
    if (bridge === undefined) return;
    channel.bridge = undefined;
    bridge.members.delete(channel);
    this.#tell(channel, 'ChannelLeftBridge', { bridge: shownBridge(bridge) });
  }

  #end(channel: Channel, cause: number, sipStatus?: number): void {
    if (!this.#channels.delete(channel.id)) return;
    this.#forget(channel);
    this.#leave(channel);
    if (channel.inStasis) this.#tell(channel, 'StasisEnd', {});
    if (!channel.snoop)
      this.#tell(channel, 'ChannelDestroyed', {
        cause,
        cause_txt: '',
        ...(sipStatus === undefined ? {} : { tech_cause: sipStatus }),
      });
    for (const snoop of channel.spiedBy) this.#end(snoop, 16);
  }

  #forget(channel: Channel): void {
    for (const cancel of channel.cancels) cancel();
    channel.cancelDeadline();
  }

  // ------------------------------------------------------------------------------------------ events

  #listen(request: IncomingMessage, socket: Socket): void {
    const query = new URL(request.url ?? '', 'http://asterisk').searchParams;
    if (query.get('api_key') !== `${user}:${password}`) {
      socket.destroy();
      return;
    }
    const application = query.get('app') ?? '';
    const before = this.#listeners.get(application);
    before?.send(JSON.stringify({ type: 'ApplicationReplaced', timestamp: this.#now(), application }));
    const listener = new ServerWebSocket(request, socket);
    this.#listeners.set(application, listener);
    socket.on('close', () => {
      if (this.#listeners.get(application) === listener) this.#listeners.delete(application);
    });
  }

  #dialled(channel: Channel, dialstatus: string): void {
    this.#tell(channel, 'Dial', { dialstatus, peer: this.#shown(channel), channel: undefined });
  }

  #tell(channel: Channel, type: string, event: Readonly<Record<string, unknown>>): void {
    const { application } = channel;
    this.#listeners.get(application)?.send(
      JSON.stringify({
        type,
        timestamp: this.#now(),
        channel: this.#shown(channel),
        ...event,
        application,
      }),
    );
  }

  #shown(channel: Channel): unknown {
    const { id, state, application, args } = channel;
    return {
      ...{ id, name: `PJSIP/trunk-${id}`, state, creationtime: this.#time(channel.createdAt) },
      caller: { name: '', number: channel.args[0] === 'inbound' ? '+15551234567' : '' },
      dialplan: {
        ...{ context: 'carrier', exten: '12025550143', priority: 1 },
        app_name: channel.inStasis ? 'Stasis' : 'AppDial2',
        app_data: channel.inStasis ? [application, ...args].join(',') : '(Outgoing Line)',
      },
    };
  }

  #now(): string {
    return this.#time(this.clock.now());
  }

  #time(at: number): string {
    return new Date(at).toISOString().replace('Z', '+0000');
  }
}

function shownBridge({ id, name, type, members }: Bridge): unknown {
  return { id, name, bridge_type: type, channels: [...members].map((channel) => channel.id) };
}
