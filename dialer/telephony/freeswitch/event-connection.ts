/**
 * The connection that carries the events of one switch: our own socket and our own codec.
 *
 * It lets itself in, subscribes to a short list, and from then on only listens, except for a small question
 * every few seconds whose answer shows that the switch's thread for this socket is alive. It is lost when the
 * socket ends, when a question stays unanswered, when the HEARTBEAT events stop, or when the switch says that
 * it dropped events; then it opens a new socket after a wait that grows. There is one socket at a time.
 */
import { connect, type Socket } from 'node:net';
import { Backoff } from '../backoff.js';
import { EslCodec, type EslEvent, type EslMessage, maximumEventFrameBytes } from './esl-codec.js';
import {
  addressRefused,
  identityCommand,
  isErrorAnswer,
  type LinkTimings,
  passwordRefused,
  type SwitchAddress,
  steadyMilliseconds,
  watchMilliseconds,
} from './link.js';

/**
 * The events a dialer needs. CHANNEL_CREATE may come after other events of its channel and says nothing that the
 * originate did not; CHANNEL_HANGUP is followed by CHANNEL_HANGUP_COMPLETE; parking and unbridging are seen in
 * the ends of the channels; each would cost 3–8 KB a call.
 */
export const subscribedEvents = [
  'CHANNEL_PROGRESS',
  'CHANNEL_PROGRESS_MEDIA',
  'CHANNEL_ANSWER',
  'CHANNEL_BRIDGE',
  'CHANNEL_HANGUP_COMPLETE',
  // Only where the dialplan says so, for calls that come in.
  'CHANNEL_APPLICATION',
  'BACKGROUND_JOB',
  'DTMF',
  'HEARTBEAT',
  'SHUTDOWN',
] as const;

/** The headers of these events that are read. */
export const wantedHeaders = [
  'Event-Name',
  'Event-Date-Timestamp',
  'Core-UUID',
  'Unique-ID',
  'Job-UUID',
  'DTMF-Digit',
  'Tactus',
  'Caller-Caller-ID-Number',
  'Caller-Destination-Number',
  'Bridge-A-Unique-ID',
  'Bridge-B-Unique-ID',
  'Other-Leg-Unique-ID',
  'Hangup-Cause',
  'Caller-Channel-Progress-Time',
  'Caller-Channel-Progress-Media-Time',
  'Caller-Channel-Answered-Time',
  'variable_hangup_cause_q850',
  'variable_sip_term_status',
  'variable_sip_invite_failure_status',
  'variable_endpoint_disposition',
  'variable_amd_result',
] as const;

export interface EventConnectionListener {
  /** Let in and subscribed. */
  up(): void;
  /** Lost, or not reached; called once for each attempt. `refused`: a person has to change something. */
  down(reason: string, refused: boolean): void;
  event(event: EslEvent): void;
}

type Question = 'auth' | 'subscription' | 'ping';

export class EventConnection {
  readonly #address: SwitchAddress;
  readonly #timings: LinkTimings;
  readonly #listener: EventConnectionListener;
  readonly #backoff: Backoff;
  #socket: Socket | undefined;
  #codec: EslCodec | undefined;
  #up = false;
  #stopped = false;
  #reconnectTimer: NodeJS.Timeout | undefined;
  #watchTimer: NodeJS.Timeout | undefined;
  /** Questions without an answer yet, oldest first: the switch answers in order. */
  #questions: { readonly question: Question; askedAt: number }[] = [];
  #openedAt = 0;
  #upAt = 0;
  #pingedAt = 0;
  #heartbeatAt = 0;
  #watchedAt = 0;
  #notice = '';

  /** @param random uniform in [0, 1), for the spread of the waits. */
  constructor(
    address: SwitchAddress,
    timings: LinkTimings,
    random: () => number,
    listener: EventConnectionListener,
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

  /** When the present connection was let in, monotonic milliseconds: events before that may be missing. */
  get upSince(): number {
    return this.#upAt;
  }

  start(): void {
    this.#open();
  }

  /** Gives the present socket up, as when it had been lost, and opens another. */
  reset(reason: string): void {
    if (this.#socket) this.#lose(reason, false);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#reconnectTimer);
    this.#up = false;
    this.#drop();
  }

  #open(): void {
    if (this.#stopped || this.#socket) return;
    const socket = connect({ host: this.#address.host, port: this.#address.port, noDelay: true });
    const codec = new EslCodec(wantedHeaders, maximumEventFrameBytes);
    this.#socket = socket;
    this.#codec = codec;
    this.#questions = [];
    this.#notice = '';
    this.#openedAt = this.#watchedAt = performance.now();
    // Handlers of a socket that was given up do nothing: its late events belong to nobody.
    const current = (): boolean => this.#socket === socket;
    socket.on('data', (chunk) => {
      if (!current()) return;
      try {
        codec.push(chunk, (message) => {
          if (current()) this.#receive(message);
        });
      } catch (error) {
        this.#lose(`unreadable event stream: ${(error as Error).message}`, false);
      }
    });
    socket.on('error', (error) => {
      if (current()) this.#lose(error.message, false);
    });
    const ended = (): void => {
      if (!current()) return;
      const notice = this.#notice || codec.finish();
      this.#lose(
        notice ? `the switch closed the connection: ${notice}` : 'the switch closed the connection',
        false,
      );
    };
    socket.on('end', ended);
    socket.on('close', ended);
    this.#watchTimer = setInterval(() => this.#watch(), watchMilliseconds);
  }

  #receive(message: EslMessage): void {
    switch (message.type) {
      case 'event':
        if (message.event.name === 'HEARTBEAT') this.#heartbeatAt = performance.now();
        this.#listener.event(message.event);
        return;
      case 'auth-request':
        this.#ask('auth', `auth ${this.#address.password}`);
        return;
      case 'reply':
        this.#answered(message.text);
        return;
      case 'api-response':
        this.#questions.shift();
        return;
      case 'rejected':
        this.#lose(addressRefused(this.#address), true);
        return;
      case 'disconnect-notice':
        this.#notice = message.text;
        return;
      case 'unknown':
        return;
    }
  }

  #answered(text: string): void {
    const question = this.#questions.shift()?.question;
    if (question === 'auth') {
      if (isErrorAnswer(text)) this.#lose(passwordRefused(this.#address), true);
      else this.#ask('subscription', `event plain ${subscribedEvents.join(' ')}`);
    } else if (question === 'subscription') {
      if (isErrorAnswer(text)) {
        this.#lose(`the switch refused the subscription to events: ${text}`, false);
        return;
      }
      this.#up = true;
      this.#upAt = this.#heartbeatAt = this.#pingedAt = performance.now();
      this.#listener.up();
    }
  }

  #ask(question: Question, command: string): void {
    this.#questions.push({ question, askedAt: performance.now() });
    this.#socket?.write(`${command}\n\n`);
  }

  #watch(): void {
    const now = performance.now();
    const sinceWatch = now - this.#watchedAt;
    this.#watchedAt = now;
    if (sinceWatch > watchMilliseconds * 4) {
      // This process itself stood still; what arrived meanwhile has not been read yet. Look again next time.
      this.#openedAt += sinceWatch;
      this.#heartbeatAt += sinceWatch;
      for (const question of this.#questions) question.askedAt += sinceWatch;
      return;
    }
    const { connectMilliseconds, pingMilliseconds, replyMilliseconds, heartbeatMilliseconds } = this.#timings;
    if (!this.#up) {
      if (now - this.#openedAt > connectMilliseconds)
        this.#lose(
          `${this.#address.host}:${this.#address.port} did not let us in within ${connectMilliseconds} ms`,
          false,
        );
      return;
    }
    const oldest = this.#questions[0];
    if (oldest && now - oldest.askedAt > replyMilliseconds)
      this.#lose(`the event connection was silent for ${replyMilliseconds} ms`, false);
    else if (now - this.#heartbeatAt > heartbeatMilliseconds * 2.5)
      this.#lose(`no HEARTBEAT event for ${Math.round((now - this.#heartbeatAt) / 1000)} s`, false);
    else if (now - this.#pingedAt >= pingMilliseconds && !oldest) {
      this.#pingedAt = now;
      this.#ask('ping', `api ${identityCommand}`);
    }
  }

  #lose(reason: string, refused: boolean): void {
    const wasUp = this.#up;
    this.#up = false;
    this.#drop();
    if (this.#stopped) return;
    if (wasUp && performance.now() - this.#upAt > steadyMilliseconds) this.#backoff.reset();
    const wait = refused ? this.#timings.refusedMilliseconds : this.#backoff.next();
    this.#reconnectTimer = setTimeout(() => this.#open(), wait);
    this.#listener.down(reason, refused);
  }

  #drop(): void {
    clearInterval(this.#watchTimer);
    this.#codec?.stop();
    this.#codec = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }
}
