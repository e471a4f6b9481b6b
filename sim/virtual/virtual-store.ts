/** How the store of a virtual world is reached: at once, or with delays, failures and lost answers as on a real one. */
import type { LookUpEffect, StoreRequestEffect, WriteEffect } from '../../dialer/core/effects.js';
import type { StoreInput } from '../../dialer/core/inputs.js';
import type { EpochMilliseconds } from '../../dialer/core/model.js';
import { lookedUp } from '../../dialer/lists/looked-up.js';
import { CALLER_ATTEMPTS, lastCallTo } from '../../dialer/store/find-caller.js';
import type { StoreOperations } from '../../dialer/store/operations.js';
import { answerStageRequestNow } from '../../dialer/store/stage-requests.js';
import { type Sampler, sampler } from '../distributions.js';
import { type RandomStream, randomStream } from '../random.js';
import type { Scenario, StoreScenario } from '../scenario.js';
import { EventHeap } from './event-heap.js';

/** Back-off of the shell, as the running engine has it. */
const FIRST_RETRY = 50;
const LONGEST_RETRY = 2_000;

const BATCH = 0;
const BATCH_ANSWER = 1;
const REQUEST = 2;
const REQUEST_ANSWER = 3;
const PROBE = 4;

/** What the engine asks of the store, and is answered. */
export type StoreQuestion = StoreRequestEffect | LookUpEffect;

interface Request {
  readonly effect: StoreQuestion;
  /** The engine's time when it asked. */
  readonly now: EpochMilliseconds;
  /** It waits until so many writes are durable. */
  readonly after: number;
  answer: StoreInput | undefined;
}

interface Batch {
  readonly writes: readonly WriteEffect[];
  retry: number;
  written: boolean;
}

type StoreRates = {
  -readonly [K in keyof StoreScenario as K extends `${string}Rate` ? K : never]: number;
};

type Target = Request | Batch | undefined;

export interface VirtualStoreListener {
  /** The store says something to the engine. */
  input(input: StoreInput): void;
  /** A request is being carried out: the intents of a commit, and what became of them. */
  carriedOut?(effect: StoreQuestion, answer: StoreInput): void;
  /** These writes are durable. */
  wrote?(writes: readonly WriteEffect[]): void;
}

/** True when the store answers at once and always. */
export function answersAtOnce({ store, faults }: Scenario): boolean {
  return (
    store.delay.kind === 'constant' &&
    store.delay.value === 0 &&
    store.lateRate + store.failureRate + store.lostAnswerRate + store.lostWriteAnswerRate === 0 &&
    faults.surpriseRate === 0 &&
    faults.schedule.every(({ action }) => !action.startsWith('store-') && action !== 'process-crash')
  );
}

const noRegistries = (): readonly string[] => [];

export function carryOut(store: StoreOperations, effect: StoreQuestion, now: EpochMilliseconds): StoreInput {
  switch (effect.type) {
    case 'lease-leads': {
      const { campaignId, stage } = effect;
      const { leads, summary } = store.leaseLeads({ ...effect, now });
      // As the live engine does: what a number shows by itself. No registries are held in a virtual world.
      const known = leads.map((lead) => lookedUp(lead, noRegistries));
      return { type: 'leads-leased', campaignId, stage, leads: known, summary };
    }
    case 'lease-contact': {
      const { requestId, agentId, campaignId } = effect;
      return {
        type: 'contact-leased',
        requestId,
        agentId,
        campaignId,
        ...store.leaseContact({ ...effect, now }),
      };
    }
    case 'commit-intents':
      return { type: 'intents-committed', results: store.commitIntents(effect.intents, now) };
    case 'draw-samples':
    case 'extend-sample':
    case 'measure-stage':
    case 'attempts-since':
      return answerStageRequestNow(store, effect);
    case 'find-caller': {
      const { channelId, number } = effect;
      const found = lastCallTo(store.attempts({ number, limit: CALLER_ATTEMPTS }).items);
      return { type: 'caller-found', channelId, ...(found && { found }) };
    }
  }
}

function failureOf(effect: StoreQuestion): StoreInput {
  const error = 'the store failed';
  // As the running engine has it: who calls is not known, and the caller is served all the same.
  if (effect.type === 'find-caller') return { type: 'caller-found', channelId: effect.channelId };
  if (effect.type === 'commit-intents') {
    const attemptIds = effect.intents.map(({ attemptId }) => attemptId);
    return { type: 'store-failed', operation: 'intents', attemptIds, error };
  }
  if (effect.type === 'measure-stage')
    return { type: 'store-failed', operation: 'measure', campaignId: effect.request.campaignId, error };
  if (effect.type === 'attempts-since')
    return { type: 'store-failed', operation: 'measure', campaignId: effect.campaignId, error };
  if (effect.type === 'lease-contact') {
    const { campaignId, agentId } = effect;
    return { type: 'store-failed', operation: 'lease-contact', campaignId, agentId, error };
  }
  const operation = effect.type === 'lease-leads' ? 'lease' : 'sample';
  return { type: 'store-failed', operation, campaignId: effect.campaignId, error };
}

/**
 * The shell's way to the store, as the running engine has it: one batch of writes is under way at a time and is repeated
 * until it is durable, requests wait for the writes before them, and after a failure the store is asked until it answers.
 */
export class SlowStore {
  readonly #operations: StoreOperations;
  readonly #listener: VirtualStoreListener;
  readonly #rates: StoreRates;
  readonly #delay: Sampler;
  readonly #lateDelay: Sampler;
  readonly #random: RandomStream;
  readonly #heap = new EventHeap<Target>();
  #now: EpochMilliseconds;
  #writes: WriteEffect[] = [];
  #batch: Batch | undefined;
  #asked = 0;
  #durable = 0;
  #waiting: Request[] = [];
  /** Requests on their way to the store. */
  readonly #under = new Set<Request>();
  #downUntil: EpochMilliseconds = 0;
  #failing = false;
  #probeWait = 0;

  constructor(options: {
    readonly operations: StoreOperations;
    readonly scenario: StoreScenario;
    /** A seed of its own for each life of the engine. */
    readonly seed: string;
    readonly now: EpochMilliseconds;
    readonly listener: VirtualStoreListener;
    readonly calm: boolean;
  }) {
    const { scenario } = options;
    this.#operations = options.operations;
    this.#listener = options.listener;
    this.#now = options.now;
    this.#random = randomStream(options.seed, 'virtual store');
    this.#delay = sampler(scenario.delay);
    this.#lateDelay = sampler(scenario.lateDelay);
    const { lateRate, failureRate, lostAnswerRate, lostWriteAnswerRate } = scenario;
    this.#rates = { lateRate, failureRate, lostAnswerRate, lostWriteAnswerRate };
    if (options.calm) this.calm();
  }

  nextTime(): EpochMilliseconds {
    return this.#heap.next();
  }

  downAt(now: EpochMilliseconds): boolean {
    return now < this.#downUntil;
  }

  get #down(): boolean {
    return this.#now < this.#downUntil;
  }

  /** Nothing waits for the store. */
  get idle(): boolean {
    return this.#heap.size === 0 && this.#writes.length === 0 && this.#batch === undefined;
  }

  calm(): void {
    for (const name of Object.keys(this.#rates) as (keyof StoreRates)[]) this.#rates[name] = 0;
    this.#downUntil = 0;
  }

  outage(milliseconds: number, now: EpochMilliseconds): void {
    this.#now = now;
    this.#downUntil = Math.max(this.#downUntil, now + milliseconds);
  }

  write(writes: readonly WriteEffect[], now: EpochMilliseconds): void {
    this.#now = now;
    for (const write of writes) this.#writes.push(write);
    this.#asked += writes.length;
    this.#pump();
  }

  ask(effect: StoreQuestion, engineNow: EpochMilliseconds, now: EpochMilliseconds): void {
    this.#now = now;
    // Who calls is looked up at once.
    const after = effect.type === 'find-caller' ? 0 : this.#asked;
    this.#waiting.push({ effect, now: engineNow, after, answer: undefined });
    this.#pump();
  }

  /** The engine dies. Of what is on its way to the store some arrives all the same. */
  die(): void {
    for (const request of this.#under)
      if (request.answer === undefined && !this.#down && this.#random.bernoulli(0.5)) this.#carryOut(request);
    const batch = this.#batch;
    if (batch !== undefined && !batch.written && !this.#down && this.#random.bernoulli(0.5))
      this.#commit(batch);
  }

  advance(): void {
    const heap = this.#heap;
    heap.pop();
    this.#now = heap.time;
    switch (heap.kind) {
      case BATCH:
        this.#tryBatch(heap.target as Batch);
        return;
      case BATCH_ANSWER:
        this.#batchAnswered(heap.target as Batch);
        return;
      case REQUEST:
        this.#tryRequest(heap.target as Request);
        return;
      case REQUEST_ANSWER: {
        const answer = (heap.target as Request).answer as StoreInput;
        this.#listener.input(answer);
        if (answer.type === 'store-failed') this.#probe();
        return;
      }
      default:
        this.#probed();
    }
  }

  #after(milliseconds: number, kind: number, target: Target): void {
    this.#heap.push(this.#now + Math.round(milliseconds), kind, target);
  }

  #wait(): number {
    return 1000 * this.#delay(this.#random);
  }

  #chance(rate: number): boolean {
    return rate > 0 && this.#random.bernoulli(rate);
  }

  #pump(): void {
    if (this.#batch === undefined && this.#writes.length > 0) {
      this.#batch = { writes: this.#writes, retry: FIRST_RETRY, written: false };
      this.#writes = [];
      this.#after(this.#wait(), BATCH, this.#batch);
    }
    if (this.#waiting.length === 0) return;
    const ready = this.#waiting.filter(({ after }) => after <= this.#durable);
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter(({ after }) => after > this.#durable);
    for (const request of ready) {
      this.#under.add(request);
      this.#after(this.#wait(), REQUEST, request);
    }
  }

  #commit(batch: Batch): void {
    this.#operations.write(batch.writes);
    batch.written = true;
    this.#listener.wrote?.(batch.writes);
  }

  #tryBatch(batch: Batch): void {
    let ok = false;
    if (!this.#down && !this.#chance(this.#rates.failureRate)) {
      this.#commit(batch);
      ok = !this.#chance(this.#rates.lostWriteAnswerRate);
    }
    if (ok) batch.retry = 0;
    this.#after(this.#wait(), BATCH_ANSWER, batch);
  }

  #batchAnswered(batch: Batch): void {
    if (batch.retry > 0) {
      this.#listener.input({ type: 'store-failed', operation: 'write', error: 'the store failed' });
      this.#probe();
      this.#after(batch.retry, BATCH, batch);
      batch.retry = Math.min(LONGEST_RETRY, batch.retry * 2);
      return;
    }
    this.#durable += batch.writes.length;
    this.#batch = undefined;
    this.#pump();
  }

  #carryOut(request: Request): void {
    request.answer = carryOut(this.#operations, request.effect, request.now);
    this.#listener.carriedOut?.(request.effect, request.answer);
  }

  #tryRequest(request: Request): void {
    this.#under.delete(request);
    if (this.#down || this.#chance(this.#rates.failureRate)) request.answer = failureOf(request.effect);
    else {
      this.#carryOut(request);
      if (this.#chance(this.#rates.lostAnswerRate)) request.answer = failureOf(request.effect);
    }
    const late = this.#chance(this.#rates.lateRate) ? 1000 * this.#lateDelay(this.#random) : 0;
    this.#after(this.#wait() + late, REQUEST_ANSWER, request);
  }

  #probe(): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#probeWait = FIRST_RETRY;
    this.#after(this.#probeWait, PROBE, undefined);
  }

  #probed(): void {
    if (this.#down) {
      this.#probeWait = Math.min(LONGEST_RETRY, this.#probeWait * 2);
      this.#after(this.#probeWait, PROBE, undefined);
      return;
    }
    this.#failing = false;
    this.#listener.input({ type: 'store-recovered' });
  }
}
