/**
 * The link to one Asterisk: a thread with ari-client in it, a deadline on every request, a watchdog, and reconnection with
 * growing waits and without an end.
 *
 * Every attempt is a thread of its own, so nothing of a link that was lost is left. Requests are answered in any order.
 */
import { Worker } from 'node:worker_threads';
import { Backoff } from '../backoff.js';
import type { CommandResult } from '../command-result.js';
import type { AriEvent, AriTarget, FromThread, ToThread } from './ari-protocol.js';
import type { AriTimings } from './options.js';

export type AriResult = CommandResult<unknown>;

export interface AriLinkListener {
  /** @param instance tells one run of the server from another */
  up(instance: string, version: string): void;
  /** Lost, or not reached; called once for each attempt. `refused`: a person has to change something. */
  down(reason: string, refused: boolean): void;
  event(event: AriEvent): void;
}

interface Unanswered {
  readonly askedAt: number;
  readonly settle: (result: AriResult) => void;
}

/** How often the link looks at its deadlines. */
const watchMilliseconds = 250;
/** Links that held for so long begin their next series of attempts with the short wait. */
const steadyMilliseconds = 10_000;
/** Unanswered requests beyond which the link is taken for dead. */
const maximumUnanswered = 50_000;

export class AriLink {
  readonly #target: AriTarget;
  readonly #timings: AriTimings;
  readonly #listener: AriLinkListener;
  readonly #backoff: Backoff;
  readonly #unanswered = new Map<number, Unanswered>();
  #thread: Worker | undefined;
  #up = false;
  #stopped = false;
  #requests = 0;
  #openedAt = 0;
  #upAt = 0;
  #pingedAt = 0;
  #pongPending = false;
  #reconnectTimer: NodeJS.Timeout | undefined;
  #watchTimer: NodeJS.Timeout | undefined;

  /** @param random uniform in [0, 1), for the spread of the waits. */
  constructor(target: AriTarget, timings: AriTimings, random: () => number, listener: AriLinkListener) {
    this.#target = target;
    this.#timings = timings;
    this.#listener = listener;
    const { reconnectFirstMilliseconds, reconnectLongestMilliseconds } = timings;
    this.#backoff = new Backoff(reconnectFirstMilliseconds, reconnectLongestMilliseconds, random);
  }

  get up(): boolean {
    return this.#up;
  }

  /** When the present link was made, monotonic milliseconds. */
  get upSince(): number {
    return this.#upAt;
  }

  /** Requests sent and not answered yet. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  start(): void {
    this.#open();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#reconnectTimer);
    this.#end('the dialer is stopping');
  }

  /** Gives the present link up, as when it had been lost, and makes another. */
  reset(reason: string, refused = false): void {
    this.#lost(reason, refused);
  }

  /**
   * Sends a request; `settle` is called once, also when no answer comes.
   * @param operation of ari-client, for example `channels.originate`
   */
  call(
    operation: string,
    parameters: Readonly<Record<string, unknown>>,
    settle: (result: AriResult) => void,
  ): void {
    const thread = this.#thread;
    if (thread === undefined || !this.#up) {
      queueMicrotask(() => settle({ outcome: 'unsent', error: 'the link is down' }));
      return;
    }
    const id = ++this.#requests;
    this.#unanswered.set(id, { askedAt: performance.now(), settle });
    thread.postMessage({ kind: 'call', id, operation, parameters } satisfies ToThread);
    if (this.#unanswered.size > maximumUnanswered) this.#lost('too many requests without an answer');
  }

  #open(): void {
    if (this.#stopped) return;
    const thread = new Worker(new URL('./ari-thread.js', import.meta.url), {
      workerData: this.#target,
      // Its libraries write to the console.
      stdout: true,
      stderr: true,
      env: {},
    });
    thread.stdout.resume();
    thread.stderr.resume();
    this.#thread = thread;
    this.#openedAt = performance.now();
    const own = (act: () => void): void => {
      if (this.#thread === thread) act();
    };
    thread.on('message', (message: FromThread) => own(() => this.#hear(message)));
    // What ari-client throws past its promises, which may be a string.
    thread.on('error', (error: unknown) =>
      own(() =>
        this.#lost(`the ARI client failed: ${error instanceof Error ? error.message : String(error)}`),
      ),
    );
    thread.on('exit', () => own(() => this.#lost('the ARI client ended')));
    this.#watchTimer = setInterval(() => this.#watch(), watchMilliseconds);
  }

  #hear(message: FromThread): void {
    switch (message.kind) {
      case 'event':
        if (this.#up) this.#listener.event(message.event);
        break;
      case 'answer': {
        const asked = this.#unanswered.get(message.id);
        if (asked === undefined) break;
        this.#unanswered.delete(message.id);
        asked.settle(
          message.error === undefined
            ? { outcome: 'ok', body: message.body }
            : { outcome: 'error', error: message.error },
        );
        break;
      }
      case 'pong':
        this.#pongPending = false;
        break;
      case 'open':
        this.#up = true;
        this.#upAt = performance.now();
        this.#pingedAt = this.#upAt;
        this.#pongPending = false;
        this.#listener.up(message.instance, message.version);
        break;
      case 'lost':
        this.#lost(message.reason, message.refused);
        break;
    }
  }

  #watch(): void {
    const now = performance.now();
    const { connectMilliseconds, pingMilliseconds, replyMilliseconds } = this.#timings;
    if (!this.#up) {
      if (now - this.#openedAt > connectMilliseconds)
        this.#lost(`not connected within ${connectMilliseconds} ms`);
      return;
    }
    for (const [id, { askedAt, settle }] of this.#unanswered) {
      if (now - askedAt <= replyMilliseconds) break;
      // The promise may be lost with its connection while the others live, so one alone says nothing of the link.
      this.#unanswered.delete(id);
      settle({ outcome: 'timeout', error: `no answer within ${replyMilliseconds} ms` });
    }
    if (this.#pongPending) {
      if (now - this.#pingedAt > replyMilliseconds) this.#lost(`silent for ${replyMilliseconds} ms`);
    } else if (now - this.#pingedAt > pingMilliseconds) {
      this.#pingedAt = now;
      this.#pongPending = true;
      this.#thread?.postMessage({ kind: 'ping' } satisfies ToThread);
    }
  }

  #lost(reason: string, refused = false): void {
    if (this.#stopped || this.#thread === undefined) return;
    if (this.#up && performance.now() - this.#upAt > steadyMilliseconds) this.#backoff.reset();
    this.#end(reason);
    const wait = refused ? this.#timings.refusedMilliseconds : this.#backoff.next();
    this.#reconnectTimer = setTimeout(() => this.#open(), wait);
    this.#listener.down(reason, refused);
  }

  #end(reason: string): void {
    clearInterval(this.#watchTimer);
    const thread = this.#thread;
    this.#thread = undefined;
    this.#up = false;
    void thread?.terminate();
    const unanswered = [...this.#unanswered.values()];
    this.#unanswered.clear();
    for (const { settle } of unanswered) settle({ outcome: 'lost', error: reason });
  }
}
