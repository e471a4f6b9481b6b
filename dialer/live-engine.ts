/**
 * The shell around the core in a running service: inputs in, effects out, time and randomness from outside. Nothing is
 * decided here.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.js';
import { createCore } from './core/core.js';
import type { Effect, TelephonyEffect, WriteEffect } from './core/effects.js';
import type { Input, OperatorInput, StoreInput } from './core/inputs.js';
import type { EpochMilliseconds, SwitchSettings, Trunk } from './core/model.js';
import type { AgentView, EngineView } from './core/view.js';
import type { Engine, OperatorRequest, Reply } from './engine.js';
import type { JournalledEvent } from './events/domain-events.js';
import type { RunRecorder } from './recording/recorder.js';
import type { BootState, Store } from './store/port.js';
import type { Telephony } from './telephony/port.js';

export interface EngineLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface LiveEngineOptions {
  readonly store: Store;
  /** What `store.boot` returned; its installation is what the telephony knows its channels by. */
  readonly bootState: BootState;
  readonly telephony: Telephony;
  readonly clock: Clock;
  readonly log: EngineLog;
  readonly switches: readonly SwitchSettings[];
  readonly trunks: readonly Trunk[];
  /** Version of the runtime's time zone data. */
  readonly timeZoneData: string;
  readonly recorder?: RunRecorder;
  /** Called once when the engine cannot go on without losing what it was told; the process should end. */
  readonly onFatal: (error: Error) => void;
}

/** Writes that may wait for the store. Dialling stops at the first failure, so only live calls can add to them. */
const mostWaitingWrites = 500_000;
const firstRetryMilliseconds = 50;
const longestRetryMilliseconds = 2_000;
const mostAnswerTimes = 20_000;
/** After the drain's deadline the switch gets this long to confirm before the rest is recorded as lost. */
const drainGraceMilliseconds = 6_000;

/** Starts the engine on what the store remembers, and connects to the switches. */
export function startLiveEngine(options: LiveEngineOptions): Engine {
  const engine = new LiveEngine(options);
  engine.boot();
  return engine;
}

class LiveEngine implements Engine {
  readonly store: Store;
  readonly telephony: Telephony;
  readonly #options: LiveEngineOptions;
  readonly #core = createCore();
  readonly #queue: Input[] = [];
  readonly #replies = new Map<string, (reply: Reply) => void>();
  readonly #listeners = new Set<(events: readonly JournalledEvent[]) => void>();
  #stepping = false;
  #now: EpochMilliseconds = 0;
  #cancelTimer: (() => void) | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #requests = 0;
  #stopped = false;
  #stopping: Promise<void> | undefined;

  #writes: WriteEffect[] = [];
  /** Replies whose step's writes are not durable yet. */
  #heldReplies: { readonly requestId: string; readonly reply: Reply }[] = [];
  #flushScheduled = false;
  #flushing: Promise<void> | undefined;
  #storeFailing = false;

  #answerTimes: number[] = [];

  constructor(options: LiveEngineOptions) {
    this.#options = options;
    this.store = options.store;
    this.telephony = options.telephony;
  }

  boot(): void {
    const { bootState: state, switches, trunks, timeZoneData } = this.#options;
    this.#input({
      type: 'boot',
      seed: randomBytes(16).toString('hex'),
      installation: state.installation,
      switches,
      trunks,
      campaigns: state.campaigns,
      agents: state.agents,
      openAttempts: state.openAttempts,
      timeZoneData,
    });
    if (state.openAttempts.length > 0)
      this.#options.log.warn(
        { openAttempts: state.openAttempts.length },
        'attempts were left open by the last run; they are reconciled with the switch',
      );
    this.telephony.start((input) => this.#input(input));
  }

  // -------------------------------------------------------------- the loop

  #input(input: Input): void {
    if (this.#stopped) return;
    this.#queue.push(input);
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#step(next);
    } catch (error) {
      // The core's state can no longer be trusted; what is durable stays, and a restart reconciles.
      this.#fail(error as Error);
      return;
    } finally {
      this.#stepping = false;
    }
    this.#armTimer();
  }

  #fail(error: Error): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#options.onFatal(error);
  }

  #step(input: Input): void {
    this.#now = Math.max(this.#now, this.#options.clock.now());
    const effects = this.#core.step(input, this.#now);
    this.#options.recorder?.record(this.#now, input, effects);
    for (const effect of effects) this.#perform(effect);
  }

  #armTimer(): void {
    const at = this.#core.nextDeadline();
    if (at === this.#timerAt && this.#cancelTimer !== undefined) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerAt = at;
    if (at === Number.POSITIVE_INFINITY || this.#stopped) return;
    this.#cancelTimer = this.#options.clock.after(Math.max(0, at - this.#options.clock.now()), () => {
      this.#cancelTimer = undefined;
      this.#input({ type: 'tick' });
    });
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'originate':
      case 'dial-agent':
      case 'bridge':
      case 'play-safe-harbour':
      case 'hang-up':
      case 'audit-channels':
        this.telephony.perform(effect satisfies TelephonyEffect);
        return;
      case 'lease-leads': {
        const { campaignId, stage } = effect;
        const now = this.#now;
        // What was written about the contacts has to be there before they are looked at.
        this.#ask(
          this.#flush().then(() => this.store.leaseLeads({ ...effect, now })),
          ({ leads, summary }) => ({ type: 'leads-leased', campaignId, stage, leads, summary }),
          (error) => ({ type: 'store-failed', operation: 'lease', campaignId, error }),
        );
        return;
      }
      case 'commit-intents': {
        const { intents } = effect;
        const now = this.#now;
        // An opt-out of a moment ago has to be on the list before the next intent is checked against it.
        this.#ask(
          this.#flush().then(() => this.store.commitIntents(intents, now)),
          (results) => ({ type: 'intents-committed', results }),
          (error) => ({
            type: 'store-failed',
            operation: 'intents',
            attemptIds: intents.map((i) => i.attemptId),
            error,
          }),
        );
        return;
      }
      case 'draw-samples': {
        const { campaignId } = effect;
        this.#ask(
          this.#flush().then(() => this.store.drawSamples(effect)),
          (sizes) => ({ type: 'samples-drawn', campaignId, sizes }),
          (error) => ({ type: 'store-failed', operation: 'sample', campaignId, error }),
        );
        return;
      }
      case 'reply': {
        const { requestId, ok, code, message } = effect;
        this.#heldReplies.push({ requestId, reply: { ok, code, message } });
        this.#scheduleFlush();
        return;
      }
      case 'event':
        if (effect.event.kind === 'attempt-connected' && this.#answerTimes.length < mostAnswerTimes)
          this.#answerTimes.push(effect.event.waitedMilliseconds / 1000);
        this.#writes.push(effect);
        this.#scheduleFlush();
        return;
      default:
        this.#writes.push(effect);
        this.#scheduleFlush();
    }
  }

  #ask<T>(answer: Promise<T>, ok: (value: T) => StoreInput, failed: (error: string) => StoreInput): void {
    answer.then(
      (value) => this.#input(ok(value)),
      (error: Error) => {
        this.#options.log.error({ err: error }, 'the store could not answer; no new calls until it can');
        this.#input(failed(error.message));
        this.#probeStore();
      },
    );
  }

  /** After a failed request the store is asked until it answers again. */
  #probeStore(): void {
    if (this.#storeFailing || this.#stopped) return;
    this.#storeFailing = true;
    const probe = (delay: number): void => {
      this.#options.clock.after(delay, () => {
        if (this.#stopped) return;
        this.store.check().then(
          () => {
            this.#storeFailing = false;
            this.#options.log.info({}, 'the store answers again');
            this.#input({ type: 'store-recovered' });
          },
          () => probe(Math.min(longestRetryMilliseconds, delay * 2)),
        );
      });
    };
    probe(firstRetryMilliseconds);
  }

  // -------------------------------------------------------------- durable writes

  /**
   * One batch is on its way at a time, so that a batch that has to be repeated never overtakes or is overtaken; what
   * comes meanwhile forms the next one.
   */
  #scheduleFlush(): void {
    if (this.#flushScheduled || this.#flushing !== undefined) return;
    this.#flushScheduled = true;
    setImmediate(() => {
      this.#flushScheduled = false;
      void this.#flush();
    });
  }

  /** Resolves when everything written up to now is durable. Never rejects: a refused write is repeated. */
  async #flush(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    if (this.#writes.length === 0 && this.#heldReplies.length === 0) return;
    this.#flushing = this.#writeBatch();
    try {
      await this.#flushing;
    } finally {
      this.#flushing = undefined;
      if (this.#writes.length > 0 || this.#heldReplies.length > 0) this.#scheduleFlush();
    }
  }

  async #writeBatch(): Promise<void> {
    const writes = withoutOverwritten(this.#writes);
    const replies = this.#heldReplies;
    this.#writes = [];
    this.#heldReplies = [];
    if (writes.length > 0) {
      const events = await this.#writeUntilDurable(writes);
      if (events.length > 0) for (const listener of this.#listeners) listener(events);
    }
    for (const { requestId, reply } of replies) {
      this.#replies.get(requestId)?.(reply);
      this.#replies.delete(requestId);
    }
  }

  async #writeUntilDurable(writes: readonly WriteEffect[]): Promise<readonly JournalledEvent[]> {
    for (let delay = firstRetryMilliseconds; ; delay = Math.min(longestRetryMilliseconds, delay * 2)) {
      try {
        return await this.store.write(writes);
      } catch (error) {
        if (this.#stopped) return [];
        this.#options.log.error({ err: error as Error }, 'a write was refused by the store; it is repeated');
        this.#input({ type: 'store-failed', operation: 'write', error: (error as Error).message });
        if (this.#writes.length > mostWaitingWrites)
          this.#fail(
            new Error(`the store has not taken ${this.#writes.length} writes; going on would lose them`),
          );
        this.#probeStore();
        await new Promise<void>((resolve) => this.#options.clock.after(delay, resolve));
      }
    }
  }

  // -------------------------------------------------------------- surroundings

  request(request: OperatorRequest): Promise<Reply> {
    if (this.#stopped) return Promise.reject(new Error('the engine has stopped'));
    const requestId = `r${++this.#requests}`;
    return new Promise((resolve) => {
      this.#replies.set(requestId, resolve);
      this.#input({ ...request, requestId } as OperatorInput);
    });
  }

  notify(input: Extract<OperatorInput, { type: 'dnc-changed' | 'contacts-changed' }>): void {
    this.#input(input);
  }

  view(): EngineView {
    return this.#core.view(Math.max(this.#now, this.#options.clock.now()));
  }

  agent(agentId: string): AgentView | undefined {
    return this.#core.agent(agentId);
  }

  subscribe(listener: (events: readonly JournalledEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  takeAnswerToAgentSeconds(): readonly number[] {
    const taken = this.#answerTimes;
    this.#answerTimes = [];
    return taken;
  }

  stop(drainSeconds: number): Promise<void> {
    this.#stopping ??= this.#drain(drainSeconds);
    return this.#stopping;
  }

  async #drain(drainSeconds: number): Promise<void> {
    const { clock } = this.#options;
    const deadlineAt = clock.now() + drainSeconds * 1000;
    this.#input({ type: 'drain', deadlineAt });
    const pause = (): Promise<void> => new Promise((resolve) => clock.after(50, resolve));
    while (!this.#core.idle() && clock.now() < deadlineAt) await pause();
    if (clock.now() < deadlineAt) this.#input({ type: 'drain', deadlineAt: clock.now() });
    const end = clock.now() + drainGraceMilliseconds;
    while (!this.#core.ended() && clock.now() < end) {
      this.#input({ type: 'tick' });
      await pause();
    }
    while (this.#flushing !== undefined || this.#writes.length > 0 || this.#heldReplies.length > 0)
      await this.#flush();
    this.#stopped = true;
    this.#cancelTimer?.();
    for (const resolve of this.#replies.values())
      resolve({ ok: false, code: 'stopping', message: 'the service is shutting down' });
    this.#replies.clear();
    await this.#options.recorder?.close();
  }
}

/** A batch is durable as a whole, so of a campaign that is saved several times in it only the last counts. */
function withoutOverwritten(writes: WriteEffect[]): WriteEffect[] {
  const last = new Map<string, WriteEffect>();
  for (const write of writes) if (write.type === 'save-campaign') last.set(write.campaign.settings.id, write);
  if (last.size === 0) return writes;
  return writes.filter(
    (write) => write.type !== 'save-campaign' || last.get(write.campaign.settings.id) === write,
  );
}
