/**
 * The shell around the core in a running service: inputs in, effects out, time and randomness from outside. Nothing is
 * decided here.
 */
import { randomBytes } from 'node:crypto';
import type { RulePack } from '../compliance/index.js';
import type { AuditEntry } from './audit/audit-record.js';
import { auditOfStep } from './audit/engine-changes.js';
import type { Clock } from './clock.js';
import { createCore } from './core/core.js';
import type { Effect, TelephonyEffect, WriteEffect } from './core/effects.js';
import type { Input, OperatorInput, StoreInput } from './core/inputs.js';
import type { EpochMilliseconds, Lead, SwitchSettings, Trunk } from './core/model.js';
import type { AgentDetail, EngineView } from './core/view.js';
import type { DncRegistries } from './dnc/registry-port.js';
import type { Engine, Notice, OperatorRequest, Reply } from './engine.js';
import type { JournalledEvent } from './events/domain-events.js';
import { lookedUp } from './lists/looked-up.js';
import type { RunRecorder } from './recording/recorder.js';
import { findCaller } from './store/find-caller.js';
import type { BootState, Store } from './store/port.js';
import { answerStageRequest } from './store/stage-requests.js';
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
  /** The operator's rule packs, beside or in the place of the built-in ones. Absent: none. */
  readonly packs?: readonly RulePack[];
  /** Do-not-call registries that leads are looked up in. Absent: none, and none is asked for. */
  readonly registries?: {
    readonly held: DncRegistries;
    /** Refuse calls whose rules ask for a registry that is not held. */
    readonly required: boolean;
  };
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
  /** Records of the audit log, which become durable with the writes beside them. */
  #audit: AuditEntry[] = [];
  /** Of the requests that the core has not answered yet. */
  readonly #asked = new Map<string, AuditEntry>();
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
    const { bootState: state, switches, trunks, timeZoneData, registries, packs } = this.#options;
    this.#input({
      type: 'boot',
      seed: randomBytes(16).toString('hex'),
      installation: state.installation,
      switches,
      trunks,
      campaigns: state.campaigns,
      agents: state.agents,
      openAttempts: state.openAttempts,
      ledger: state.ledger,
      learned: state.learned,
      watches: state.watches,
      timeZoneData,
      ...(state.emergencyAreas.length > 0 && { emergencyAreas: state.emergencyAreas }),
      ...(state.callerIdPools.length > 0 && {
        callerIdPools: state.callerIdPools,
        callerIds: state.callerIds,
      }),
      ...(state.emergencyStop !== undefined && { emergencyStop: state.emergencyStop }),
      ...(state.switchDrains.length > 0 && { switchDrains: state.switchDrains }),
      ...(registries !== undefined && {
        registries: { required: registries.required, lists: registries.held.versions() },
      }),
      ...(packs !== undefined && packs.length > 0 && { packs }),
    });
    registries?.held.subscribe(() =>
      this.#input({ type: 'registries-changed', lists: registries.held.versions() }),
    );
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
    this.#recordChanges(input, effects);
    for (const effect of effects) this.#perform(effect);
  }

  #recordChanges(input: Input, effects: readonly Effect[]): void {
    const requestId = 'requestId' in input ? input.requestId : undefined;
    const asked = requestId === undefined ? undefined : this.#asked.get(requestId);
    if (requestId !== undefined) this.#asked.delete(requestId);
    const entries = auditOfStep(effects, asked, this.#now);
    if (entries.length === 0) return;
    this.#audit.push(...entries);
    this.#scheduleFlush();
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
      case 'hold':
      case 'join':
      case 'mute':
      case 'record':
      case 'send-digits':
      case 'dial-leg':
      case 'hand-over':
      case 'three-way':
      case 'eavesdrop':
      case 'hang-up':
      case 'audit-channels':
        this.telephony.perform(effect satisfies TelephonyEffect);
        return;
      case 'lease-leads': {
        const { campaignId, stage } = effect;
        const now = this.#now;
        // What was written about the contacts has to be there before they are looked at.
        this.#ask(
          this.#flushed().then(() => this.store.leaseLeads({ ...effect, now })),
          // Looked up at the instant they come in: in the versions that the core knows by then.
          ({ leads, summary }) => ({
            type: 'leads-leased',
            campaignId,
            stage,
            leads: this.#lookedUp(leads),
            summary,
          }),
          (error) => ({ type: 'store-failed', operation: 'lease', campaignId, error }),
        );
        return;
      }
      case 'lease-contact': {
        const { requestId, agentId, campaignId } = effect;
        const now = this.#now;
        this.#ask(
          this.#flushed().then(() => this.store.leaseContact({ ...effect, now })),
          (answer) => ({
            type: 'contact-leased',
            requestId,
            agentId,
            campaignId,
            ...(answer.lead === undefined
              ? answer
              : { ...answer, lead: this.#lookedUp([answer.lead])[0] ?? answer.lead }),
          }),
          (error) => ({ type: 'store-failed', operation: 'lease-contact', campaignId, agentId, error }),
        );
        return;
      }
      case 'commit-intents': {
        const { intents } = effect;
        const now = this.#now;
        // An opt-out of a moment ago has to be on the list before the next intent is checked against it.
        this.#ask(
          this.#flushed().then(() => this.store.commitIntents(intents, now)),
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
      case 'draw-samples':
      case 'extend-sample':
      case 'measure-stage':
      case 'attempts-since': {
        const measuring = effect.type === 'measure-stage' || effect.type === 'attempts-since';
        const campaignId = effect.type === 'measure-stage' ? effect.request.campaignId : effect.campaignId;
        this.#ask(
          this.#flushed().then(() => answerStageRequest(this.store, effect)),
          (answer) => answer,
          (error) => ({
            type: 'store-failed',
            operation: measuring ? 'measure' : 'sample',
            campaignId,
            error,
          }),
        );
        return;
      }
      case 'find-caller': {
        const { channelId, number } = effect;
        findCaller(this.store, number).then(
          (found) => this.#input({ type: 'caller-found', channelId, ...(found && { found }) }),
          (error: Error) => {
            this.#options.log.warn({ err: error }, 'the store could not say who calls back');
            this.#input({ type: 'caller-found', channelId });
          },
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

  /** What the store does not know of numbers. */
  #lookedUp(leads: readonly Lead[]): readonly Lead[] {
    const held = this.#options.registries?.held;
    const numbers = leads.flatMap((lead) => lead.numbers.map(({ e164 }) => e164));
    const lists = held?.listsOfEach(numbers);
    return leads.map((lead) => lookedUp(lead, (number) => lists?.get(number) ?? []));
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

  /**
   * Resolves when all writes of the step under way, and those before it, are durable. The step comes to its end first: its
   * writes are one transaction, or a crash between two would part what belongs together (a result and its counters).
   */
  #flushed(): Promise<void> {
    return Promise.resolve().then(() => this.#flush());
  }

  /** Resolves when everything written up to now is durable. Never rejects: a refused write is repeated. */
  async #flush(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    if (!this.#anythingToWrite()) return;
    this.#flushing = this.#writeBatch();
    try {
      await this.#flushing;
    } finally {
      this.#flushing = undefined;
      if (this.#anythingToWrite()) this.#scheduleFlush();
    }
  }

  #anythingToWrite(): boolean {
    return this.#writes.length > 0 || this.#audit.length > 0 || this.#heldReplies.length > 0;
  }

  async #writeBatch(): Promise<void> {
    const writes = withoutOverwritten(this.#writes);
    const audit = this.#audit;
    const replies = this.#heldReplies;
    this.#writes = [];
    this.#audit = [];
    this.#heldReplies = [];
    if (writes.length > 0 || audit.length > 0) {
      const events = await this.#writeUntilDurable(writes, audit);
      if (events.length > 0) for (const listener of this.#listeners) listener(events);
    }
    for (const { requestId, reply } of replies) {
      this.#replies.get(requestId)?.(reply);
      this.#replies.delete(requestId);
    }
  }

  async #writeUntilDurable(
    writes: readonly WriteEffect[],
    audit: readonly AuditEntry[],
  ): Promise<readonly JournalledEvent[]> {
    for (let delay = firstRetryMilliseconds; ; delay = Math.min(longestRetryMilliseconds, delay * 2)) {
      try {
        return await this.store.write(writes, audit);
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

  request(request: OperatorRequest, audit?: AuditEntry): Promise<Reply> {
    if (this.#stopped) return Promise.reject(new Error('the engine has stopped'));
    const requestId = `r${++this.#requests}`;
    return new Promise((resolve) => {
      this.#replies.set(requestId, resolve);
      if (audit !== undefined) this.#asked.set(requestId, audit);
      this.#input({ ...request, requestId } as OperatorInput);
    });
  }

  notify(input: Notice): void {
    this.#input(input);
  }

  view(): EngineView {
    return this.#core.view(Math.max(this.#now, this.#options.clock.now()));
  }

  agent(agentId: string): AgentDetail | undefined {
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
    while (this.#flushing !== undefined || this.#anythingToWrite()) await this.#flush();
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
