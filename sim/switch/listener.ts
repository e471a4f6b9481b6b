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
import { EVENT_NAMES } from './event-names.js';
import { headerOf } from './events.js';

const GOODBYE = 'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n';
const KILLED = 'killed listener because of lost events\n';
/** Lost events after which a listener is given up. */
const LOSSES_ALLOWED = 500;
/** A command longer than this is no command. */
const COMMAND_LIMIT = 1 << 20;
const LOG_LEVELS = ['console', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

interface Filter {
  readonly header: string;
  readonly value: string;
  readonly pattern: RegExp | undefined;
}

export interface ListenerHost {
  readonly core: SwitchCore;
  readonly password: string;
  readonly operator: Operator;
  /** Events kept for a listener that does not read. */
  readonly queueLimit: number;
  closed(listener: Listener): void;
}

export class Listener implements Subscriber {
  format: EventFormat = 'plain';
  readonly #host: ListenerHost;
  readonly #core: SwitchCore;
  readonly #socket: Socket;
  readonly #decoder = new StringDecoder('utf8');
  readonly #events = new Set<string>();
  readonly #filters: Filter[] = [];
  #all = false;
  #listening = false;
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

  wants(name: string): boolean {
    return this.#listening && (this.#all || this.#events.has(name));
  }

  passes(headers: HeaderList): boolean {
    if (this.#filters.length === 0) return true;
    return this.#filters.some(({ header, value, pattern }) => {
      const found = headerOf(headers, header);
      if (found === undefined) return false;
      return pattern === undefined ? found === value : pattern.test(found);
    });
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
    setTimeout(() => this.#socket.destroy(), 2000).unref();
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
        this.#reply(this.#subscribe(words(rest)));
        return;
      case 'nixevent':
        this.#reply(this.#unsubscribe(words(rest)));
        return;
      case 'noevents':
        this.#reply(this.#listening ? '+OK no longer listening for events' : '-ERR not listening for events');
        this.#listening = false;
        this.#all = false;
        this.#events.clear();
        this.#core.bus.remove(this);
        return;
      case 'filter':
        this.#reply(this.#filter(rest));
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

  #subscribe(given: readonly string[]): string {
    let names = given;
    if (names[0] === 'plain' || names[0] === 'json') {
      this.format = names[0];
      names = names.slice(1);
    } else if (names[0] === 'xml') {
      return '-ERR xml events are not simulated';
    }
    let known = 0;
    let custom = false;
    for (const name of names) {
      // Whatever follows CUSTOM names a subclass, of which none occur here.
      if (custom) known++;
      if (custom) continue;
      if (name.toUpperCase() === 'ALL') this.#all = true;
      else if (EVENT_NAMES.has(name.toUpperCase())) this.#events.add(name.toUpperCase());
      else continue;
      known++;
      if (name.toUpperCase() === 'CUSTOM') custom = true;
    }
    if (known === 0) return '-ERR no keywords supplied';
    this.#listening = true;
    this.#core.bus.add(this);
    return `+OK event listener enabled ${this.format}`;
  }

  #unsubscribe(names: readonly string[]): string {
    if (names.length === 0) return '-ERR no keywords supplied';
    for (const name of names.map((each) => each.toUpperCase())) {
      if (name === 'ALL') {
        this.#all = false;
        this.#events.clear();
        continue;
      }
      if (this.#all) {
        // All but this one.
        this.#all = false;
        for (const each of EVENT_NAMES) this.#events.add(each);
      }
      this.#events.delete(name);
    }
    return '+OK events nixed';
  }

  #filter(text: string): string {
    if (text === '') return '-ERR command not found';
    const [first, second, ...more] = words(text);
    if (first === 'delete') {
      const value = more.join(' ');
      for (let index = this.#filters.length - 1; index >= 0; index--) {
        const filter = this.#filters[index]!;
        if (second === 'all' || (filter.header === second && (value === '' || filter.value === value))) {
          this.#filters.splice(index, 1);
        }
      }
      return `+OK filter deleted. [${second ?? ''}][${value}]`;
    }
    if (second === undefined) return '-ERR invalid syntax';
    const value = [second, ...more].join(' ');
    const expression = /^\/(.*)\/$/s.exec(value);
    let pattern: RegExp | undefined;
    try {
      pattern = expression === null ? undefined : new RegExp(expression[1]!);
    } catch {
      return '-ERR invalid syntax';
    }
    this.#filters.push({ header: first!, value, pattern });
    return `+OK filter added. [${first}]=[${value}]`;
  }
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
