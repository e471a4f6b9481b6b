/**
 * The shell around the core in virtual time, as the running engine has it: inputs in, effects out, a store that may be slow,
 * a process that may freeze or die, and a clock of its own. The core and the store are the real ones.
 */
import { type Core, createCore } from '../../dialer/core/core.js';
import type { Effect, WriteEffect } from '../../dialer/core/effects.js';
import type { Input, StoreInput } from '../../dialer/core/inputs.js';
import type { EpochMilliseconds, SwitchSettings, Trunk } from '../../dialer/core/model.js';
import type { StoreOperations } from '../../dialer/store/operations.js';
import type { BootState } from '../../dialer/store/port.js';
import { randomStream } from '../random.js';
import type { FaultPlan, Scenario } from '../scenario.js';
import { PROCESS_ACTIONS } from '../scenario-schema.js';
import { EventHeap } from './event-heap.js';
import { answersAtOnce, carryOut, SlowStore, type StoreQuestion } from './virtual-store.js';
import type { VirtualWorld } from './world.js';

const FAULT = 0;
const RESTART = 1;
const THAW = 2;

export interface EngineHooks {
  /** A step of the core, before anything of it is carried out. */
  stepped?(input: Input, at: EpochMilliseconds, effects: readonly Effect[]): void;
  /** Effects that the world, the agents and the operators take notice of. */
  effect(effect: Effect, now: EpochMilliseconds): void;
  /** The engine starts; `life` counts from 0. */
  started(state: BootState, life: number, now: EpochMilliseconds): void;
  /** The store carries out what was asked of it. */
  carriedOut?(effect: StoreQuestion, answer: StoreInput): void;
  /** Writes are durable. */
  wrote?(writes: readonly WriteEffect[]): void;
}

export interface VirtualEngineOptions {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly startAt: EpochMilliseconds;
  readonly store: StoreOperations;
  /** What a new process finds of the store; the same one unless said. `torn`: it died in the middle of a commit. */
  readonly reopen?: (torn: boolean) => StoreOperations;
  /** A core for each life of the engine. */
  readonly makeCore?: () => Core;
  readonly switches: readonly SwitchSettings[];
  readonly trunks: readonly Trunk[];
  readonly hooks: EngineHooks;
}

export class VirtualEngine {
  readonly #options: VirtualEngineOptions;
  readonly #hooks: EngineHooks;
  readonly #world: VirtualWorld;
  readonly #atOnce: boolean;
  readonly #heap = new EventHeap<FaultPlan | undefined>();
  readonly #queue: Input[] = [];
  #core: Core;
  #store: StoreOperations;
  #slow: SlowStore | undefined;
  #writes: WriteEffect[] = [];
  /** What the present step asks of the store. */
  #requests: StoreQuestion[] = [];
  #now: EpochMilliseconds;
  #life = 0;
  #dead = false;
  #frozenUntil = 0;
  #calm = false;
  /** What the wall clock is ahead of the world's time. */
  #wall = 0;
  /** What the engine's clock, which is carried on by the monotonic one, is ahead of the world's time. */
  #ahead = 0;
  #lastStepAt = 0;
  /** Time of the newest event that is durable: no engine starts before it. */
  #lastEventAt = 0;
  steps = 0;

  constructor(options: VirtualEngineOptions, world: VirtualWorld) {
    this.#options = options;
    this.#hooks = options.hooks;
    this.#world = world;
    this.#store = options.store;
    this.#core = (options.makeCore ?? createCore)();
    this.#now = options.startAt;
    this.#atOnce = answersAtOnce(options.scenario);
    for (const fault of options.scenario.faults.schedule) {
      if (PROCESS_ACTIONS.includes(fault.action as never))
        this.#heap.push(options.startAt + 1000 * fault.at, FAULT, fault);
    }
  }

  get store(): StoreOperations {
    return this.#store;
  }

  get core(): Core {
    return this.#core;
  }

  /** Nobody is there, or nobody listens, or the store takes nothing. */
  get away(): boolean {
    return this.#dead || this.#frozen || this.#slow?.downAt(this.#now) === true;
  }

  get dead(): boolean {
    return this.#dead;
  }

  get #frozen(): boolean {
    return this.#now < this.#frozenUntil;
  }

  /** The engine's own time. */
  clock(): EpochMilliseconds {
    return Math.max(this.#lastStepAt, this.#now + this.#ahead);
  }

  /** Everything written is durable, and nothing is asked of the store. */
  get quiet(): boolean {
    return this.#slow?.idle ?? true;
  }

  nextTime(): EpochMilliseconds {
    let next = Math.min(this.#heap.next(), this.#slow?.nextTime() ?? Number.POSITIVE_INFINITY);
    if (!this.#dead && !this.#frozen) next = Math.min(next, this.#core.nextDeadline() - this.#ahead);
    return next;
  }

  /** The world's time is `now`. */
  passTo(now: EpochMilliseconds): void {
    this.#now = now;
  }

  /** Lets the next thing happen, at `now`, which is its time or later. */
  advance(now: EpochMilliseconds): void {
    this.#now = now;
    const own = this.#heap.next();
    const store = this.#slow?.nextTime() ?? Number.POSITIVE_INFINITY;
    if (own <= now && own <= store) {
      this.#heap.pop();
      if (this.#heap.kind === RESTART) this.#restart(this.#heap.target?.action === 'store-torn');
      else if (this.#heap.kind === FAULT) this.#fault(this.#heap.target as FaultPlan);
      else this.take({ type: 'tick' });
    } else if (store <= now) this.#slow?.advance();
    else this.take({ type: 'tick' });
  }

  /** An input for the next `settle`. A dead engine hears nothing. */
  take(input: Input): void {
    if (!this.#dead) this.#queue.push(input);
  }

  /** Steps the core through what has come up, and what comes of that. A frozen engine leaves it for later. */
  settle(now: EpochMilliseconds): void {
    this.#now = now;
    if (this.#frozen || this.#queue.length === 0) return;
    for (let index = 0; index < this.#queue.length; index++) {
      const input = this.#queue[index] as Input;
      const at = this.clock();
      this.#lastStepAt = at;
      const effects = this.#core.step(input, at);
      this.steps++;
      this.#hooks.stepped?.(input, at, effects);
      for (const effect of effects) this.#perform(effect);
      // A step's writes are durable together or not at all, and before anything that it asks of the store.
      this.#flush();
      if (this.#requests.length > 0) this.#askStore(at);
      // A surprise among the effects may have ended it.
      if (this.#dead) break;
    }
    this.#queue.length = 0;
  }

  boot(): void {
    const { seed, switches, trunks, scenario } = this.#options;
    this.#ahead = Math.max(this.#wall, this.#lastEventAt - this.#now);
    this.#lastStepAt = 0;
    const life = this.#life;
    const state = this.#store.boot(this.clock());
    if (!this.#atOnce) {
      this.#slow = new SlowStore({
        operations: this.#store,
        scenario: scenario.store,
        seed: `${seed}/${life}`,
        now: this.#now,
        calm: this.#calm,
        listener: {
          input: (input) => this.take(input),
          carriedOut: (effect, answer) => this.#hooks.carriedOut?.(effect, answer),
          wrote: (writes) => this.#durable(writes),
        },
      });
    }
    const random = randomStream(seed, life === 0 ? 'core' : `core ${life}`);
    let bits = '';
    for (let word = 0; word < 4; word++) bits += (random.word() >>> 0).toString(16).padStart(8, '0');
    this.take({
      type: 'boot',
      seed: bits,
      installation: state.installation,
      switches,
      trunks,
      campaigns: state.campaigns,
      agents: state.agents,
      openAttempts: state.openAttempts,
      ledger: state.ledger,
      learned: state.learned,
      watches: state.watches,
      ...(state.callerIdPools.length > 0 && {
        callerIdPools: state.callerIdPools,
        callerIds: state.callerIds,
      }),
      ...(state.emergencyStop !== undefined && { emergencyStop: state.emergencyStop }),
      ...(state.switchDrains.length > 0 && { switchDrains: state.switchDrains }),
      timeZoneData: process.versions.tz ?? '',
    });
    this.#hooks.started(state, life, this.#now);
  }

  /** No more trouble of the process and the store. */
  calm(): void {
    this.#calm = true;
    this.#slow?.calm();
  }

  #fault(fault: FaultPlan): void {
    if (this.#calm) return;
    const milliseconds = Math.round(1000 * fault.seconds);
    switch (fault.action) {
      case 'process-crash':
      case 'store-torn':
        this.crash(fault);
        return;
      case 'process-stall':
        this.#frozenUntil = Math.max(this.#frozenUntil, this.#now + milliseconds);
        this.#heap.push(this.#frozenUntil, THAW, undefined);
        return;
      case 'clock-jump':
        this.#wall += Math.round(1000 * fault.by);
        return;
      case 'store-outage':
        this.#slow?.outage(milliseconds, this.#now);
    }
  }

  /** The engine dies, with everything that was not durable; the next one starts on the same store. */
  crash(fault: Pick<FaultPlan, 'action' | 'seconds'>): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#life++;
    this.#slow?.die();
    this.#slow = undefined;
    this.#writes = [];
    this.#requests = [];
    this.#queue.length = 0;
    this.#frozenUntil = 0;
    this.#world.engineGone();
    this.#heap.push(this.#now + Math.max(1, Math.round(1000 * fault.seconds)), RESTART, fault as FaultPlan);
  }

  #restart(torn: boolean): void {
    this.#store = this.#options.reopen?.(torn) ?? this.#store;
    this.#dead = false;
    this.#core = (this.#options.makeCore ?? createCore)();
    this.boot();
    this.#world.engineBack(this.#now);
  }

  #askStore(at: EpochMilliseconds): void {
    for (const effect of this.#requests) {
      if (this.#slow !== undefined) this.#slow.ask(effect, at, this.#now);
      else {
        const answer = carryOut(this.#store, effect, at);
        this.#hooks.carriedOut?.(effect, answer);
        this.take(answer);
      }
    }
    this.#requests = [];
  }

  #perform(effect: Effect): void {
    if (this.#dead) return;
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
        this.#world.perform(effect, this.#now);
        this.#hooks.effect(effect, this.#now);
        return;
      case 'lease-leads':
      case 'lease-contact':
      case 'commit-intents':
      case 'draw-samples':
      case 'extend-sample':
      case 'measure-stage':
      case 'attempts-since':
      case 'find-caller':
        this.#requests.push(effect);
        this.#hooks.effect(effect, this.#now);
        return;
      case 'reply':
        this.#hooks.effect(effect, this.#now);
        return;
      case 'event':
        this.#writes.push(effect);
        this.#hooks.effect(effect, this.#now);
        return;
      default:
        this.#writes.push(effect);
    }
  }

  #flush(): void {
    if (this.#writes.length === 0) return;
    if (this.#slow !== undefined) this.#slow.write(this.#writes, this.#now);
    else {
      this.#store.write(this.#writes);
      this.#hooks.wrote?.(this.#writes);
    }
    this.#writes = [];
  }

  #durable(writes: readonly WriteEffect[]): void {
    for (const write of writes)
      if (write.type === 'event' && write.event.at > this.#lastEventAt) this.#lastEventAt = write.event.at;
    this.#hooks.wrote?.(writes);
  }
}
