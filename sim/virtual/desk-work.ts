/**
 * What agents of a virtual world do at their desk beside talking: hold, mute, keys, recordings, transfers and consultations,
 * previews, and calls dialled by hand. What the engine refuses stays undone, as at a real desk.
 */
import type { CallAction, Input } from '../../dialer/core/inputs.js';
import type { EpochMilliseconds } from '../../dialer/core/model.js';
import type { DomainEvent } from '../../dialer/events/domain-events.js';
import { type Sampler, sampler } from '../distributions.js';
import { type RandomStream, randomStream } from '../random.js';
import type { AgentsScenario } from '../scenario.js';
import { EventHeap } from './event-heap.js';

const ACT = 0;
const LOOK = 1;
const MANUAL = 2;

/** Longest time from the connection until the agent does something with the call, milliseconds. */
const FIRST_AFTER = 8_000;
/** A microphone is muted, and a recording on demand runs, for so long. */
const SHORT_WHILE = 3_000;

interface Step {
  readonly agentId: string;
  /** Of the conversation, or empty. */
  readonly attemptId: string;
  readonly action?: CallAction;
  /** Shown in preview. */
  readonly contactId?: string;
  readonly skip?: boolean;
}

/** A contact that may be dialled by hand. */
export interface KnownContact {
  readonly campaignId: string;
  readonly contactId: string;
}

export type DeskScenario = AgentsScenario['desk'];

export class DeskWork {
  readonly #desk: DeskScenario;
  readonly #random: RandomStream;
  readonly #heap = new EventHeap<Step>();
  readonly #holdLength: Sampler;
  readonly #consultLength: Sampler;
  readonly #look: Sampler;
  readonly #manualEvery: Sampler | undefined;
  /** The attempt that each agent talks in. */
  readonly #talking = new Map<string, string>();
  readonly #input: (input: Input) => void;
  readonly #contacts: () => readonly KnownContact[];
  #known: readonly KnownContact[] = [];
  #requests = 0;

  constructor(options: {
    readonly desk: DeskScenario;
    readonly seed: string;
    readonly agentIds: readonly string[];
    readonly startAt: EpochMilliseconds;
    readonly input: (input: Input) => void;
    readonly contacts: () => readonly KnownContact[];
  }) {
    const { desk, seed, agentIds, startAt } = options;
    this.#desk = desk;
    this.#random = randomStream(seed, 'desk work');
    this.#holdLength = sampler(desk.holdLength);
    this.#consultLength = sampler(desk.consultLength);
    this.#look = sampler(desk.previewLook);
    this.#manualEvery = desk.manualEvery === null ? undefined : sampler(desk.manualEvery);
    this.#input = options.input;
    this.#contacts = options.contacts;
    for (const agentId of agentIds) this.#planManual(agentId, startAt);
  }

  nextTime(): EpochMilliseconds {
    return this.#heap.next();
  }

  advance(): void {
    const heap = this.#heap;
    heap.pop();
    const { time, kind } = heap;
    const step = heap.target as Step;
    const { agentId } = step;
    if (kind === ACT) {
      if (this.#talking.get(agentId) !== step.attemptId) return;
      this.#input({ type: 'agent-call', requestId: this.#id(), agentId, action: step.action as CallAction });
    } else if (kind === LOOK)
      this.#input({
        type: 'agent-preview',
        requestId: this.#id(),
        agentId,
        contactId: step.contactId ?? '',
        action: step.skip === true ? 'skip' : 'dial',
        reason: step.skip === true ? 'not now' : '',
      });
    else {
      this.#dial(agentId);
      this.#planManual(agentId, time);
    }
  }

  /** What the engine tells, at the world's time `now`. */
  observe(event: DomainEvent, now: EpochMilliseconds): void {
    if (event.kind === 'attempt-connected') {
      this.#talking.set(event.agentId, event.attemptId);
      this.#planCall(event.agentId, event.attemptId, now);
    } else if (event.kind === 'attempt-ended') {
      if (this.#talking.get(event.agentId) === event.attemptId) this.#talking.delete(event.agentId);
    } else if (event.kind === 'preview-changed' && event.change === 'shown') {
      if (this.#chance(this.#desk.previewSilentRate)) return;
      const { agentId, contactId } = event;
      const skip = this.#chance(this.#desk.previewSkipRate);
      const at = now + Math.round(1000 * this.#look(this.#random));
      this.#heap.push(at, LOOK, { agentId, attemptId: '', contactId, skip });
    }
  }

  #id(): string {
    return `d${++this.#requests}`;
  }

  #chance(rate: number): boolean {
    return rate > 0 && this.#random.bernoulli(rate);
  }

  #planManual(agentId: string, from: EpochMilliseconds): void {
    if (this.#manualEvery === undefined) return;
    const at = from + Math.round(1000 * this.#manualEvery(this.#random));
    this.#heap.push(at, MANUAL, { agentId, attemptId: '' });
  }

  #dial(agentId: string): void {
    if (this.#known.length === 0) this.#known = this.#contacts();
    const contact = this.#known[this.#random.integer(Math.max(1, this.#known.length))];
    if (contact === undefined) return;
    const { campaignId, contactId } = contact;
    this.#input({ type: 'agent-dial', requestId: this.#id(), agentId, campaignId, contactId, number: '' });
  }

  /** What the agent will do in this conversation, unless it is over before. */
  #planCall(agentId: string, attemptId: string, now: EpochMilliseconds): void {
    const { holdRate, muteRate, keysRate, recordRate, transferRate, consultRate } = this.#desk;
    const act = (after: number, action: CallAction): void =>
      this.#heap.push(Math.round(now + after), ACT, { agentId, attemptId, action });
    const first = (): number => this.#random.uniform() * FIRST_AFTER;
    const awhile = (kind: 'hold' | 'mute' | 'recording', length: number): void => {
      const from = first();
      act(from, { kind, on: true });
      act(from + length, { kind, on: false });
    };
    if (this.#chance(holdRate)) awhile('hold', 1000 * this.#holdLength(this.#random));
    if (this.#chance(muteRate)) awhile('mute', SHORT_WHILE);
    if (this.#chance(recordRate)) awhile('recording', SHORT_WHILE);
    if (this.#chance(keysRate)) act(first(), { kind: 'digits', digits: '12#' });
    if (this.#chance(transferRate)) act(first(), { kind: 'transfer', to: 'user/back-office' });
    if (!this.#chance(consultRate)) return;
    const from = first();
    act(from, { kind: 'consult', to: this.#chance(0.5) ? 'user/expert' : '+12125550199' });
    const kinds = ['consult-complete', 'three-way', 'consult-cancel'] as const;
    const kind = kinds[this.#random.integer(kinds.length)] as (typeof kinds)[number];
    act(from + 1000 * this.#consultLength(this.#random), { kind });
  }
}
