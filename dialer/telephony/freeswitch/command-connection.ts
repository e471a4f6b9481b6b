/**
 * The connection that carries commands to one switch, over modesl.
 *
 * modesl writes the commands and hands each answer to its callback, in the order of the commands, which is the
 * order in which FreeSWITCH answers. What it lacks is here: deadlines, reconnection, refusal of line breaks in
 * arguments, errors told from successes, small writes sent together and without delay. Its parser is given whole
 * frames only (it would copy all it has for each chunk), within try/catch, as it throws on a header that does not
 * decode. No event but HEARTBEAT is subscribed to here.
 *
 * A command is never sent twice. What was sent on a connection that was then lost is answered with
 * `outcome: 'lost'`: it may have been carried out.
 */
import type { Socket } from 'node:net';
import modesl from 'modesl';
import { Backoff } from '../backoff.js';
import type { CommandResult } from '../command-result.js';
import { EslFramer } from './esl-framer.js';
import {
  addressRefused,
  errorText,
  identityCommand,
  isErrorAnswer,
  type LinkTimings,
  passwordRefused,
  type SwitchAddress,
  steadyMilliseconds,
  watchMilliseconds,
} from './link.js';

/** A listing of 30,000 channels still fits. */
const maximumAnswerBytes = 64 * 1024 * 1024;

/** Unanswered commands beyond which the connection is taken for dead, whatever they are. */
const maximumUnanswered = 50_000;

export interface CommandConnectionListener {
  up(): void;
  /** Lost, or not reached; called once for each attempt. `refused`: a person has to change something. */
  down(reason: string, refused: boolean): void;
}

interface Unanswered {
  askedAt: number;
  settle: ((result: CommandResult) => void) | undefined;
}

export class CommandConnection {
  readonly #address: SwitchAddress;
  readonly #timings: LinkTimings;
  readonly #listener: CommandConnectionListener;
  readonly #backoff: Backoff;
  #connection: InstanceType<typeof modesl.Connection> | undefined;
  #socket: Socket | undefined;
  #framer: EslFramer | undefined;
  #up = false;
  #stopped = false;
  #corked = false;
  #unanswered = new Set<Unanswered>();
  #reconnectTimer: NodeJS.Timeout | undefined;
  #watchTimer: NodeJS.Timeout | undefined;
  #openedAt = 0;
  #upAt = 0;
  #pingedAt = 0;
  #watchedAt = 0;

  /** @param random uniform in [0, 1), for the spread of the waits. */
  constructor(
    address: SwitchAddress,
    timings: LinkTimings,
    random: () => number,
    listener: CommandConnectionListener,
  ) {
    this.#address = address;
    this.#timings = timings;
    this.#listener = listener;
    this.#backoff = new Backoff(
      timings.reconnectFirstMilliseconds,
      timings.reconnectLongestMilliseconds,
      random,
    );
  }

  get up(): boolean {
    return this.#up;
  }

  /** Commands sent and not answered yet. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  start(): void {
    this.#open();
  }

  /** Gives the present connection up, as when it had been lost, and opens another. */
  reset(reason: string): void {
    if (this.#connection) this.#lose(reason, false);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#reconnectTimer);
    this.#up = false;
    this.#drop('stopped');
  }

  /** Sends `api <command>`, which the switch carries out before it reads on. `settle` is called once, later. */
  api(command: string, settle: (result: CommandResult) => void): void {
    this.#send(command, settle, (connection, done) =>
      connection.api(command, (reply) => done(reply.getBody())),
    );
  }

  /**
   * Sends `bgapi <command>`. The answer only says that the job was taken; its result is a BACKGROUND_JOB event
   * with `jobId`, on the event connection.
   */
  backgroundApi(command: string, jobId: string, settle: (result: CommandResult) => void): void {
    this.#send(`${command}${jobId}`, settle, (connection, done) =>
      connection.sendRecv(`bgapi ${command}`, { 'Job-UUID': jobId }, (reply) =>
        done(reply.getHeader('Reply-Text') ?? ''),
      ),
    );
  }

  #send(
    text: string,
    settle: (result: CommandResult) => void,
    write: (connection: InstanceType<typeof modesl.Connection>, done: (answer: string) => void) => void,
  ): void {
    const refuse = (error: string): void => queueMicrotask(() => settle({ outcome: 'unsent', error }));
    if (/[\r\n\0]/.test(text)) {
      refuse('the command holds a line break or a NUL byte');
      return;
    }
    const connection = this.#connection;
    if (!this.#up || !connection) {
      refuse('not connected to the switch');
      return;
    }
    const command: Unanswered = { askedAt: performance.now(), settle };
    this.#unanswered.add(command);
    const done = (answer: string): void => {
      this.#unanswered.delete(command);
      this.#settle(
        command,
        isErrorAnswer(answer)
          ? { outcome: 'error', error: errorText(answer) }
          : { outcome: 'ok', body: answer },
      );
    };
    this.#cork();
    try {
      write(connection, done);
    } catch (error) {
      this.#lose(`modesl could not send: ${(error as Error).message}`, false);
    }
    if (this.#unanswered.size > maximumUnanswered)
      this.#lose(`more than ${maximumUnanswered} commands without an answer`, false);
  }

  #settle(command: Unanswered, result: CommandResult): void {
    const settle = command.settle;
    command.settle = undefined;
    settle?.(result);
  }

  /** modesl writes a command in two or three pieces; all that is sent in one turn leaves together. */
  #cork(): void {
    const socket = this.#socket;
    if (this.#corked || !socket) return;
    this.#corked = true;
    socket.cork();
    queueMicrotask(() => {
      this.#corked = false;
      socket.uncork();
    });
  }

  #open(): void {
    if (this.#stopped || this.#connection) return;
    const { host, port, password } = this.#address;
    const connection = new modesl.Connection(host, port, password);
    const socket = connection.socket;
    if (!socket) return;
    // Without a listener an 'error' of the emitter would be thrown, also long after the connection was given up.
    connection.on('error', (error) => {
      if (this.#connection === connection) this.#lose((error as Error).message, false);
    });
    this.#connection = connection;
    this.#socket = socket;
    this.#openedAt = this.#watchedAt = performance.now();
    socket.setNoDelay(true);
    // Read when it is let in; without this it would ask for two events of each call, in json.
    connection.reqEvents = ['HEARTBEAT'];
    const current = (): boolean => this.#connection === connection;
    connection.on('esl::connect', () => {
      if (current()) this.#guardParser(socket);
    });
    connection.on('esl::ready', () => {
      if (!current()) return;
      this.#up = true;
      this.#upAt = this.#pingedAt = performance.now();
      this.#listener.up();
    });
    connection.on('esl::event::auth::fail', () => {
      if (current()) this.#lose(passwordRefused(this.#address), true);
    });
    connection.on('esl::event::raw::text/rude-rejection', () => {
      if (current()) this.#lose(addressRefused(this.#address), true);
    });
    const ended = (): void => {
      if (current()) this.#lose('the switch closed the command connection', false);
    };
    socket.on('end', ended);
    socket.on('close', ended);
    this.#watchTimer = setInterval(() => this.#watch(), watchMilliseconds);
  }

  /** Puts our framer before modesl's parser: whole frames of a limited size, and no exception gets out. */
  #guardParser(socket: Socket): void {
    const parsers = socket.listeners('data') as ((chunk: Buffer) => void)[];
    socket.removeAllListeners('data');
    const framer = new EslFramer(maximumAnswerBytes);
    this.#framer = framer;
    socket.on('data', (chunk: Buffer) => {
      if (this.#socket !== socket) return;
      try {
        framer.push(chunk, (frame) => {
          for (const parse of parsers) parse.call(socket, frame.bytes);
        });
      } catch (error) {
        this.#lose(`unreadable answer from the switch: ${(error as Error).message}`, false);
      }
    });
  }

  #watch(): void {
    const now = performance.now();
    const sinceWatch = now - this.#watchedAt;
    this.#watchedAt = now;
    if (sinceWatch > watchMilliseconds * 4) {
      // This process itself stood still; what arrived meanwhile has not been read yet. Look again next time.
      this.#openedAt += sinceWatch;
      for (const command of this.#unanswered) command.askedAt += sinceWatch;
      return;
    }
    const { connectMilliseconds, pingMilliseconds, replyMilliseconds } = this.#timings;
    if (!this.#up) {
      if (now - this.#openedAt > connectMilliseconds)
        this.#lose(
          `${this.#address.host}:${this.#address.port} did not let us in within ${connectMilliseconds} ms`,
          false,
        );
      return;
    }
    // Answers come in order: when the oldest command is overdue, none behind it will be answered either.
    let overdue = false;
    for (const command of this.#unanswered) {
      if (now - command.askedAt <= replyMilliseconds) break;
      overdue = true;
      this.#settle(command, { outcome: 'timeout', error: `no answer within ${replyMilliseconds} ms` });
    }
    if (overdue) this.#lose(`a command was not answered within ${replyMilliseconds} ms`, false);
    else if (now - this.#pingedAt >= pingMilliseconds && this.#unanswered.size === 0) {
      this.#pingedAt = now;
      this.api(identityCommand, () => undefined);
    }
  }

  #lose(reason: string, refused: boolean): void {
    const wasUp = this.#up;
    this.#up = false;
    if (!this.#stopped) {
      if (wasUp && performance.now() - this.#upAt > steadyMilliseconds) this.#backoff.reset();
      const wait = refused ? this.#timings.refusedMilliseconds : this.#backoff.next();
      this.#reconnectTimer = setTimeout(() => this.#open(), wait);
    }
    this.#drop(reason);
    if (!this.#stopped) this.#listener.down(reason, refused);
  }

  #drop(reason: string): void {
    clearInterval(this.#watchTimer);
    this.#framer?.stop();
    this.#framer = undefined;
    const socket = this.#socket;
    this.#connection = undefined;
    this.#socket = undefined;
    this.#corked = false;
    socket?.destroy();
    const lost = this.#unanswered;
    this.#unanswered = new Set();
    for (const command of lost) this.#settle(command, { outcome: 'lost', error: reason });
  }
}
