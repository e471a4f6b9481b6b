/**
 * The thread that holds ari-client, one for each link to an Asterisk.
 *
 * ari-client 2.2.0 throws into the process when the password is wrong or an event is unknown to it, keeps one password for
 * all its clients, never settles a promise whose connection was lost, and gives up after ten reconnects. Here its errors end
 * a thread and not the engine, its password is the thread's, and the thread lives no longer than its first websocket.
 */
import { request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import ariClient, { type Client, type Operation } from 'ari-client';
import type { AriBridge, AriChannel, AriEvent, AriTarget, FromThread, ToThread } from './ari-protocol.js';

/** Events that the dialer reads; the server is asked to send no others. */
const heard = [
  'Dial',
  'ChannelStateChange',
  'StasisStart',
  'StasisEnd',
  'ChannelDestroyed',
  'ChannelEnteredBridge',
  'ChannelLeftBridge',
  'BridgeDestroyed',
  'ChannelDtmfReceived',
  'PlaybackFinished',
  'RecordingFailed',
  'ApplicationReplaced',
];

/** Longest wait for the answer to the first question. */
const firstAnswerMilliseconds = 4000;

type Json = Readonly<Record<string, unknown>>;

const target = workerData as AriTarget;
const port = parentPort;
if (port === null) throw new Error('ari-thread runs as a worker thread only');

function tell(message: FromThread): void {
  port?.postMessage(message);
}

let over = false;

function lost(reason: string, refused = false): void {
  if (over) return;
  over = true;
  tell({ kind: 'lost', reason, refused });
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function channelOf(value: unknown): AriChannel {
  const channel = object(value);
  const dialplan = object(channel['dialplan']);
  return {
    id: text(channel['id']),
    state: text(channel['state']),
    createdAt: text(channel['creationtime']),
    caller: text(object(channel['caller'])['number']),
    extension: text(dialplan['exten']),
    dialplan: `${text(dialplan['app_name'])}(${text(dialplan['app_data'])})`,
  };
}

function bridgeOf(value: unknown): AriBridge {
  const { id, name, channels } = object(value);
  return { id: text(id), name: text(name), channels: Array.isArray(channels) ? channels.map(String) : [] };
}

function eventOf(event: Json): AriEvent {
  const channel = event['channel'] ?? event['peer'];
  const { bridge, playback, recording, args, dialstatus, cause, tech_cause: techCause, digit } = event;
  return {
    type: text(event['type']),
    timestamp: text(event['timestamp']),
    ...(channel === undefined ? {} : { channel: channelOf(channel) }),
    ...(bridge === undefined ? {} : { bridge: bridgeOf(bridge) }),
    ...(playback === undefined
      ? {}
      : { playback: { id: text(object(playback)['id']), state: text(object(playback)['state']) } }),
    ...(recording === undefined
      ? {}
      : { recording: { name: text(object(recording)['name']), cause: text(object(recording)['cause']) } }),
    ...(Array.isArray(args) ? { args: args.map(String) } : {}),
    ...(typeof dialstatus === 'string' ? { dialstatus } : {}),
    ...(typeof cause === 'number' ? { cause } : {}),
    ...(typeof techCause === 'number' ? { techCause } : {}),
    ...(typeof digit === 'string' ? { digit } : {}),
  };
}

/** What the answers of ari-client hold beside the client itself. */
function bodyOf(operation: string, body: unknown): unknown {
  if (operation === 'channels.list') return Array.isArray(body) ? body.map(channelOf) : undefined;
  if (operation === 'bridges.list') return Array.isArray(body) ? body.map(bridgeOf) : undefined;
  return undefined;
}

/** `{"message":"Channel not found"}` is `Channel not found`. */
function errorOf(error: unknown): string {
  const said = error instanceof Error ? error.message : typeof error === 'string' ? error : '';
  try {
    const { message, error: reason } = object(JSON.parse(said));
    return text(message) || text(reason) || said;
  } catch {
    return said || 'the request failed without a reason';
  }
}

/** Asks past ari-client, which throws into the process at a wrong password. */
function firstQuestion(): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: target.host,
        port: target.port,
        path: '/ari/asterisk/info',
        auth: `${target.user}:${target.password}`,
        timeout: firstAnswerMilliseconds,
        agent: false,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.on('error', reject);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer to the first question')));
    asked.on('error', reject);
    asked.end();
  });
}

/** Why the answer to the first question is none, for an operator. */
function refusal(status: number): string | undefined {
  const where = `${target.host}:${target.port}`;
  if (status === 200) return undefined;
  if (status === 401)
    return `${where} refused user ${target.user} or the password: give those of ari.conf in ari://USER:PASSWORD@${where}`;
  if (status === 404)
    return `${where} has no ARI: set enabled=yes in ari.conf and in http.conf, and load res_ari`;
  return `${where} answered the first question with HTTP ${status}`;
}

/** A pong is told when both the websocket and the requests have answered. */
const unanswered = new Set<'websocket' | 'requests'>();

function answered(which: 'websocket' | 'requests'): void {
  if (unanswered.delete(which) && unanswered.size === 0) tell({ kind: 'pong' });
}

function ping(client: Client): void {
  unanswered.add('websocket').add('requests');
  client.ping();
  operation(
    client,
    'asterisk.getInfo',
  )({ only: 'status' }).then(
    () => answered('requests'),
    () => undefined,
  );
}

async function open(): Promise<Client | undefined> {
  const { status, body } = await firstQuestion();
  const refused = refusal(status);
  if (refused !== undefined) {
    lost(refused, true);
    return undefined;
  }
  const info = object(JSON.parse(body));
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  const client = await ariClient.connect(`http://${host}:${target.port}`, target.user, target.password);
  client.on('pong', () => answered('websocket'));
  client.on('WebSocketReconnecting', (error?: Error) =>
    lost(`the websocket was lost${error ? `: ${error.message}` : ''}`),
  );
  client.on('WebSocketMaxRetries', () => lost('the websocket could not be opened'));
  client.on('*', (event: Json) => {
    if (over) return;
    if (event['type'] === 'ApplicationReplaced')
      lost(
        `another program has taken the application ${target.application}: run one service, or give each its own with ?app=NAME`,
        true,
      );
    else if (heard.includes(text(event['type']))) tell({ kind: 'event', event: eventOf(event) });
  });
  await client.start([target.application]);
  // Of 16 events of a call some 9 are left. A server that knows no filters sends them all.
  await operation(
    client,
    'applications.filter',
  )({
    applicationName: target.application,
    filter: { allowed: heard.map((type) => ({ type })) },
  }).then(undefined, () => undefined);
  tell({
    kind: 'open',
    instance: `${text(object(info['system'])['entity_id'])} ${text(object(info['status'])['startup_time'])}`,
    version: text(object(info['system'])['version']),
  });
  return client;
}

function operation(client: Client, name: string): Operation {
  const [resource = '', verb = ''] = name.split('.');
  const found = object(client[resource])[verb];
  if (typeof found !== 'function') throw new Error(`this Asterisk has no ${name}`);
  return found as Operation;
}

function call(client: Client, message: Extract<ToThread, { kind: 'call' }>): void {
  const { id, operation: name, parameters } = message;
  try {
    operation(
      client,
      name,
    )(parameters).then(
      (body) => tell({ kind: 'answer', id, body: bodyOf(name, body) }),
      (error: unknown) => tell({ kind: 'answer', id, error: errorOf(error) }),
    );
  } catch (error) {
    tell({ kind: 'answer', id, error: errorOf(error) });
  }
}

try {
  const client = await open();
  if (client !== undefined)
    port.on('message', (message: ToThread) => {
      if (over) return;
      if (message.kind === 'ping') ping(client);
      else call(client, message);
    });
} catch (error) {
  lost(errorOf(error));
}
