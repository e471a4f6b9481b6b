/** One connection to the event socket: what it may ask, what it hears. */
import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import type { Subscriber } from './bus.js';
import { type Operator, runCommand } from './commands.js';
import type { SwitchCore } from './core.js';
import {
  apiResponse,
  commandReply,
  disconnectNotice,
  type EventFormat,
  type HeaderList,
} from './encoding.js';
import { Subscription } from './subscription.js';

const GOODBYE = 'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n';
const KILLED = 'killed listener because of lost events\n';
/** Lost events after which a listener is given up. */
const LOSSES_ALLOWED = 500;
/** How long a listener that was told goodbye may take to read it. */
const LINGER_MILLISECONDS = 30_000;
/** A command longer than this is no command. */
const COMMAND_LIMIT = 1 << 20;
const LOG_LEVELS = ['console', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

export interface ListenerHost {
  readonly core: SwitchCore;
  readonly password: string;
  readonly operator: Operator;
  /** Events kept for a listener that does not read. */
  readonly queueLimit: number;
  closed(listener: Listener): void;
}

export class Listener implements Subscriber {
  readonly #host: ListenerHost;
  readonly #core: SwitchCore;
  readonly #socket: Socket;
  readonly #decoder = new StringDecoder('utf8');
  readonly #subscription = new Subscription();
  #logging = false;
  #authenticated = false;
  #input = '';
  #output = '';
  #queue: string[] = [];
  /** Commands that block the connection, and stalls. */
  #holds = 0;
  #full = false;
  #losses = 0;
  #ending = false;

  constructor(socket: Socket, host: ListenerHost) {
    this.#socket = socket;
    this.#host = host;
    this.#core = host.core;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#read(this.#decoder.write(chunk)));
    socket.on('drain', () => {
      this.#full = false;
      this.#release();
    });
    // A connection that breaks is closed; there is nobody to tell.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#close());
    this.#write('Content-Type: auth/request\n\n');
  }

  // -- events

  get format(): EventFormat {
    return this.#subscription.format;
  }

  wants(name: string): boolean {
    return this.#subscription.wants(name);
  }

  passes(headers: HeaderList): boolean {
    return this.#subscription.passes(headers);
  }

  deliver(frame: string): void {
    if (this.#holds === 0 && !this.#full) {
      this.#write(frame);
      return;
    }
    if (this.#queue.length < this.#host.queueLimit) {
      this.#queue.push(frame);
      return;
    }
    this.#losses++;
    if (this.#losses > LOSSES_ALLOWED) this.kill();
  }

  // -- faults

  /** Neither reads nor writes until `release` of the returned function. */
  hold(): () => void {
    this.#holds++;
    this.#socket.pause();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds--;
      this.#release();
    };
  }

  /** As after lost events: what is queued is lost, and the notice lands in the middle of a frame. */
  kill(): void {
    if (this.#ending) return;
    this.#queue = [];
    this.#end(
      `Content-Length: 1904\nContent-Type: text/${this.#frameType()}\n\nEve${disconnectNotice(KILLED)}`,
    );
  }

  /** The connection breaks without a word. */
  drop(): void {
    this.#socket.destroy();
  }

  /** Ends with a notice. */
  dismiss(text: string): void {
    this.#end(disconnectNotice(text));
  }

  #frameType(): string {
    return this.format === 'json' ? 'event-json' : 'event-plain';
  }

  // -- wire

  #write(text: string): void {
    if (this.#ending || this.#socket.destroyed) return;
    if (this.#output === '') setImmediate(() => this.#flush());
    this.#output += text;
  }

  #flush(): void {
    if (this.#output === '' || this.#socket.destroyed) return;
    const text = this.#output;
    this.#output = '';
    if (!this.#socket.write(text, 'utf8') && this.#socket.writableLength > 1 << 20) this.#full = true;
  }

  #end(text: string): void {
    if (this.#ending || this.#socket.destroyed) return;
    const last = this.#output + text;
    this.#output = '';
    this.#ending = true;
    this.#core.bus.remove(this);
    this.#socket.end(last, 'utf8');
    // A client that does not read would keep the socket for ever.
    setTimeout(() => this.#socket.destroy(), LINGER_MILLISECONDS).unref();
  }

  #close(): void {
    this.#ending = true;
    this.#queue = [];
    this.#core.bus.remove(this);
    this.#host.closed(this);
  }

  #release(): void {
    if (this.#holds > 0 || this.#socket.destroyed) return;
    this.#socket.resume();
    const queue = this.#queue;
    this.#queue = [];
    for (const frame of queue) this.deliver(frame);
    this.#read('');
  }

  #read(text: string): void {
    this.#input += text;
    if (this.#input.length > COMMAND_LIMIT) {
      this.#socket.destroy();
      return;
    }
    while (this.#holds === 0 && !this.#ending) {
      const end = /\r?\n\r?\n/.exec(this.#input);
      if (end === null) return;
      const block = this.#input.slice(0, end.index);
      this.#input = this.#input.slice(end.index + end[0].length);
      const [line, ...headers] = block.split(/\r?\n/);
      if (line !== undefined && line.trim() !== '') this.#command(line, headers);
    }
  }

  #reply(text: string, headers = ''): void {
    this.#write(commandReply(text, headers));
  }

  // -- commands

  #command(line: string, headers: readonly string[]): void {
    const space = line.indexOf(' ');
    const name = space < 0 ? line : line.slice(0, space);
    const rest = space < 0 ? '' : line.slice(space + 1);
    if (name === 'exit') {
      this.#reply('+OK bye');
      this.#end(disconnectNotice(GOODBYE));
      return;
    }
    if (!this.#authenticated) {
      if (name !== 'auth') {
        this.#reply('-ERR command not found');
      } else if (rest.trim() === this.#host.password) {
        this.#authenticated = true;
        this.#reply('+OK accepted');
      } else {
        this.#reply('-ERR invalid');
        this.#end(disconnectNotice(GOODBYE));
      }
      return;
    }
    switch (name) {
      case 'api':
        this.#api(rest);
        return;
      case 'bgapi':
        this.#backgroundApi(rest, headers);
        return;
      case 'event':
      case 'events':
        this.#reply(this.#subscription.subscribe(words(rest)));
        if (this.#subscription.listening) this.#core.bus.add(this);
        return;
      case 'nixevent':
        this.#reply(this.#subscription.unsubscribe(words(rest)));
        return;
      case 'noevents':
        this.#reply(this.#subscription.end());
        this.#core.bus.remove(this);
        return;
      case 'filter':
        this.#reply(this.#subscription.filter(words(rest)));
        return;
      case 'log': {
        const level = LOG_LEVELS.indexOf(rest.trim().toLowerCase());
        this.#logging = level >= 0;
        this.#reply(level < 0 ? '-ERR invalid log level' : `+OK log level ${LOG_LEVELS[level]} [${level}]`);
        return;
      }
      case 'nolog':
        this.#reply(this.#logging ? '+OK no longer logging' : '-ERR not loging');
        this.#logging = false;
        return;
      case 'linger':
      case 'nolinger':
        this.#reply('-ERR not controlling a session');
        return;
      case 'divert_events':
        this.#reply('-ERR not controlling a session.');
        return;
      default:
        this.#reply('-ERR command not found');
    }
  }

  /** Answers before anything else is read or told: an originate blocks the connection until it is decided. */
  #api(text: string): void {
    if (text === '') {
      this.#reply('-ERR command not found');
      return;
    }
    let release: (() => void) | undefined;
    let answered = false;
    runCommand(this.#core, this.#host.operator, text, (answer) => {
      answered = true;
      this.#write(apiResponse(answer));
      release?.();
    });
    if (!answered) release = this.hold();
  }

  #backgroundApi(text: string, headers: readonly string[]): void {
    const core = this.#core;
    const given = headers.find((header) => /^job-uuid:/i.test(header));
    const job = given === undefined ? core.random.uuid() : given.slice(9).trim();
    this.#reply(`+OK Job-UUID: ${job}`, `Job-UUID: ${job}\n`);
    const space = text.indexOf(' ');
    const command = space < 0 ? text : text.slice(0, space);
    const argument = space < 0 ? [] : ['Job-Command-Arg', text.slice(space + 1)];
    const tell = (answer: string): void =>
      core.bus.plain('BACKGROUND_JOB', ['Job-UUID', job, 'Job-Command', command, ...argument], answer);
    let direct = true;
    runCommand(core, this.#host.operator, text, (answer) => {
      // The job runs on its own thread: what it finds at once is told a moment later.
      if (direct) core.timeline.after(core.reaction(), () => tell(answer));
      else tell(answer);
    });
    direct = false;
  }
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
