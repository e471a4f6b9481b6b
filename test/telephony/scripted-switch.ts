/** A server that speaks just enough of FreeSWITCH's event socket to play recordings and to misbehave on purpose. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import type { Test as Tap } from 'tap';

export const password = 'ClueCon';
export const coreUuid = 'a60b2f3c-572e-42f3-8442-13876a6cbd86';

/** `undefined`: the ordinary answer. `silence`: none, for ever. */
export type Answer = string | undefined | typeof silence;
export const silence = Symbol('silence');

interface Waiter {
  readonly pattern: RegExp;
  readonly resolve: (command: string) => void;
}

export class ScriptedSwitch {
  /** Answers to `api` and `bgapi` commands, by their text. */
  answer: (command: string) => Answer = () => undefined;
  /** Answer to the subscription. */
  subscription: Answer = undefined;
  listing = '{"row_count": 0}\n';
  coreUuid = coreUuid;
  password = password;
  /** Whether connections are let in at all; when not, they are left waiting for the greeting. */
  greeting: string | undefined = 'Content-Type: auth/request\n\n';
  /** All commands but liveness questions, `api ` included, with the job id in brackets. */
  readonly commands: string[] = [];
  /** Commands as they came, before they were taken apart. */
  received = '';
  accepted = 0;
  /** Most connections that were open at once. */
  mostOpen = 0;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #eventSocket: Socket | undefined;
  #commandSocket: Socket | undefined;
  #unclaimed: string[] = [];
  #waiters: Waiter[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(t: Tap): Promise<ScriptedSwitch> {
    const server = createServer();
    const scripted = new ScriptedSwitch(server);
    server.on('connection', (socket) => scripted.#accept(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => scripted.close());
    return scripted;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get open(): number {
    return this.#open.size;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The next command that matches and was not waited for yet. */
  async command(pattern: RegExp): Promise<string> {
    const index = this.#unclaimed.findIndex((command) => pattern.test(command));
    if (index >= 0) return this.#unclaimed.splice(index, 1)[0] ?? '';
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no command ${pattern} within 5 s; there were:\n${this.commands.join('\n')}`)),
        5000,
      );
      const waiter: Waiter = {
        pattern,
        resolve: (command) => {
          clearTimeout(timer);
          resolve(command);
        },
      };
      this.#waiters.push(waiter);
    });
  }

  /** Writes bytes (one character each) into the event connection. */
  sendEvents(bytes: string): void {
    this.#eventSocket?.write(Buffer.from(bytes, 'latin1'));
  }

  /** An event with these headers, encoded as FreeSWITCH does. */
  sendEvent(name: string, headers: Readonly<Record<string, string>> = {}, body = ''): void {
    this.sendEvents(eventFrame(name, headers, body));
  }

  /** Ends the event connection in good order, after what was written. */
  endEvents(): void {
    this.#eventSocket?.end();
  }

  cut(which: 'event' | 'command'): void {
    (which === 'event' ? this.#eventSocket : this.#commandSocket)?.resetAndDestroy();
  }

  /** Reads nothing more from the connection, so nothing is answered on it either. */
  stall(which: 'event' | 'command'): void {
    (which === 'event' ? this.#eventSocket : this.#commandSocket)?.removeAllListeners('data').pause();
  }

  sendCommandBytes(bytes: string): void {
    this.#commandSocket?.write(Buffer.from(bytes, 'latin1'));
  }

  #accept(socket: Socket): void {
    this.accepted++;
    this.#open.add(socket);
    this.mostOpen = Math.max(this.mostOpen, this.#open.size);
    socket.on('close', () => this.#open.delete(socket));
    socket.on('error', () => socket.destroy());
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      this.received += chunk.toString('latin1');
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const request = text.slice(0, end);
        text = text.slice(end + 2);
        this.#serve(socket, request);
      }
    });
    if (this.greeting !== undefined) socket.write(this.greeting);
  }

  #serve(socket: Socket, request: string): void {
    const [line = '', ...headers] = request.split('\n');
    if (line.startsWith('auth ')) {
      if (line === `auth ${this.password}`) reply(socket, '+OK accepted');
      else {
        reply(socket, '-ERR invalid');
        socket.end('Content-Type: text/disconnect-notice\nContent-Length: 23\n\nDisconnected, goodbye.\n');
      }
      return;
    }
    if (line.startsWith('event plain')) this.#eventSocket = socket;
    if (line.startsWith('event json')) this.#commandSocket = socket;
    if (line.startsWith('event ')) {
      const answer = line.startsWith('event plain') ? this.subscription : undefined;
      if (answer !== silence) reply(socket, answer ?? '+OK event listener enabled');
      return;
    }
    const job = /^Job-UUID: (.*)$/m.exec(headers.join('\n'))?.[1];
    const answer = this.answer(line);
    if (line === 'api global_getvar core_uuid') {
      if (answer !== silence) respond(socket, answer ?? this.coreUuid);
      return;
    }
    const command = job === undefined ? line : `${line} [${job}]`;
    this.commands.push(command);
    const waiter = this.#waiters.findIndex(({ pattern }) => pattern.test(command));
    if (waiter >= 0) this.#waiters.splice(waiter, 1)[0]?.resolve(command);
    else this.#unclaimed.push(command);
    if (answer === silence) return;
    if (line.startsWith('bgapi ')) reply(socket, answer ?? `+OK Job-UUID: ${job}`);
    else respond(socket, answer ?? (line === 'api show channels as json' ? this.listing : '+OK\n'));
  }
}

function reply(socket: Socket, text: string): void {
  socket.write(`Content-Type: command/reply\nReply-Text: ${text}\n\n`);
}

function respond(socket: Socket, body: string): void {
  socket.write(`Content-Type: api/response\nContent-Length: ${Buffer.byteLength(body)}\n\n${body}`);
}

/** An event as FreeSWITCH writes it in plain form, one character per byte. */
export function eventFrame(name: string, headers: Readonly<Record<string, string>>, body = ''): string {
  const lines = Object.entries({ 'Event-Name': name, ...headers }).map(
    ([key, value]) => `${key}: ${encodeURIComponent(value)}\n`,
  );
  const length = Buffer.byteLength(body);
  const inner = Buffer.from(body).toString('latin1');
  const text = `${lines.join('')}${body ? `Content-Length: ${length}\n` : ''}\n${inner}`;
  return `Content-Length: ${text.length}\nContent-Type: text/event-plain\n\n${text}`;
}
