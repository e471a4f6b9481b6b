/** A whole world in virtual time: people and switches, agents, operators, and the engine with its store. */
import type { Core } from '../../dialer/core/core.js';
import type { Effect, WriteEffect } from '../../dialer/core/effects.js';
import type { Input, StoreInput } from '../../dialer/core/inputs.js';
import type { CampaignSettings, EpochMilliseconds, SwitchSettings, Trunk } from '../../dialer/core/model.js';
import type { StoreOperations } from '../../dialer/store/operations.js';
import type { BootState, ContactRecord } from '../../dialer/store/port.js';
import { type RandomStream, randomStream } from '../random.js';
import { entryDefaults, type Scenario } from '../scenario.js';
import { callerIdPoolOf, campaignOf } from './campaigns.js';
import { EventHeap } from './event-heap.js';
import { simulatedCampaign } from './sample-campaign.js';
import { VirtualAgents } from './virtual-agents.js';
import { VirtualEngine } from './virtual-engine.js';
import { type NumberChange, VirtualOperators } from './virtual-operators.js';
import type { StoreQuestion } from './virtual-store.js';
import { VirtualWorld } from './world.js';

export interface RunObserver {
  /** A step of the core, before anything of it is carried out. */
  stepped?(input: Input, at: EpochMilliseconds, effects: readonly Effect[]): void;
  /** Every effect but durable writes other than events, as it is carried out. */
  effect?(effect: Effect, now: EpochMilliseconds): void;
  started?(state: BootState, life: number): void;
  carriedOut?(effect: StoreQuestion, answer: StoreInput): void;
  wrote?(writes: readonly WriteEffect[]): void;
  /** Somebody other than the engine changed what is known of a number. */
  changed?(change: NumberChange): void;
}

export interface VirtualRunOptions {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly startAt: EpochMilliseconds;
  readonly store: StoreOperations;
  readonly reopen?: (torn: boolean) => StoreOperations;
  readonly makeCore?: () => Core;
  /** Instead of the scenario's campaigns. */
  readonly campaigns?: readonly CampaignSettings[];
  /** The store has the campaigns already. */
  readonly saved?: boolean;
  /** What happens before this does not count in the agents' seconds. */
  readonly countFrom?: EpochMilliseconds;
  readonly observer: RunObserver;
}

interface Surprise {
  readonly effect: Extract<Effect, { type: 'commit-intents' | 'originate' | 'bridge' }>;
  readonly choice: number;
}

/** Contacts of a campaign that agents know to dial by hand. */
const MANUAL_CONTACTS = 200;
/** The worst moments for trouble come this soon after a commit, an originate or a bridge. */
const SURPRISE_WITHIN = 60;

export function settingsOf(scenario: Scenario): readonly CampaignSettings[] {
  const names = scenario.agents.dispositions;
  if (scenario.campaigns.length === 0) return [simulatedCampaign(names)];
  return scenario.campaigns.map((campaign) => campaignOf(campaign, names, scenario.timeZone));
}

function switchesOf({ switches }: Scenario): readonly SwitchSettings[] {
  return switches.length === 0 ? [{ id: 'virtual', ...entryDefaults.switches }] : switches;
}

function trunksOf(scenario: Scenario): readonly Trunk[] {
  const lines =
    scenario.trunks.length > 0
      ? scenario.trunks
      : switchesOf(scenario).map(({ id }) => ({ ...entryDefaults.trunks, name: id, switch: id }));
  return lines.map(({ name, switch: switchId, maximumChannels, callsPerSecond }) => ({
    name,
    switchId,
    dialString: `sofia/gateway/${name}/{number}`,
    maximumChannels,
    callsPerSecond,
  }));
}

export class VirtualRun {
  readonly world: VirtualWorld;
  readonly agents: VirtualAgents;
  readonly operators: VirtualOperators;
  readonly engine: VirtualEngine;
  now: EpochMilliseconds;
  readonly #observer: RunObserver;
  readonly #scenario: Scenario;
  readonly #saved: boolean;
  readonly #surprises = new EventHeap<Surprise>();
  readonly #random: RandomStream;
  /** Leg of each agent, as last dialled. */
  readonly #legs = new Map<string, string>();

  constructor(options: VirtualRunOptions) {
    const { scenario, seed, startAt, observer } = options;
    this.#observer = observer;
    this.#scenario = scenario;
    this.#saved = options.saved ?? false;
    this.#random = randomStream(seed, 'surprises');
    this.now = startAt;
    const switches = switchesOf(scenario);
    const campaigns = options.campaigns ?? settingsOf(scenario);
    const input = (one: Input): void => this.engine.take(one);
    this.world = new VirtualWorld({
      scenario,
      seed,
      switchIds: switches.map(({ id }) => id),
      startAt,
      listener: {
        input: (one) => this.engine.take(this.#onEngineClock(one)),
        bridged: (agentId, _channelId, spokeTo) => this.agents.talksTo(agentId, spokeTo),
      },
    });
    this.agents = new VirtualAgents({
      scenario: scenario.agents,
      seed,
      team: {
        pool: campaigns[0]!.pool,
        switchIds: scenario.switches.length === 0 ? [''] : switches.map(({ id }) => id),
      },
      startAt,
      countFrom: options.countFrom ?? startAt,
      input,
      contacts: () => this.#contacts(campaigns),
    });
    this.engine = new VirtualEngine(
      {
        scenario,
        seed,
        startAt,
        store: options.store,
        switches,
        trunks: trunksOf(scenario),
        ...(options.reopen === undefined ? {} : { reopen: options.reopen }),
        ...(options.makeCore === undefined ? {} : { makeCore: options.makeCore }),
        hooks: {
          ...(observer.stepped === undefined ? {} : { stepped: observer.stepped.bind(observer) }),
          ...(observer.carriedOut === undefined ? {} : { carriedOut: observer.carriedOut.bind(observer) }),
          ...(observer.wrote === undefined ? {} : { wrote: observer.wrote.bind(observer) }),
          effect: (effect, now) => this.#effect(effect, now),
          started: (state, life, now) => {
            if (life > 0) {
              const known = state.agents.filter((agent) => agent.state !== 'offline').map(({ id }) => id);
              this.agents.engineRestarted(new Set(known), now);
            }
            observer.started?.(state, life);
          },
        },
      },
      this.world,
    );
    const { engine, world } = this;
    const legs = this.#legs;
    this.operators = new VirtualOperators({
      service: {
        get store() {
          return engine.store;
        },
        get away() {
          return engine.away;
        },
        clock: () => engine.clock(),
        take: input,
        dropLeg: (agentId) => world.dropLeg(legs.get(agentId) ?? ''),
      },
      agents: this.agents,
      campaigns,
      callerIdPools: scenario.callerIdPools.map((pool) => callerIdPoolOf(pool, scenario.timeZone)),
      lists: scenario.lists,
      plans: scenario.operators,
      seed,
      startAt,
      ...(observer.changed === undefined ? {} : { changed: observer.changed.bind(observer) }),
    });
  }

  /** Starts the engine, saves the campaigns, imports the lists of the start. */
  open(): void {
    this.engine.boot();
    if (!this.#saved) this.operators.open();
    this.engine.settle(this.now);
    for (const list of this.#scenario.lists) if (list.at === 0) this.operators.importList(list);
    this.engine.settle(this.now);
  }

  nextTime(): EpochMilliseconds {
    return Math.min(
      this.world.nextTime(),
      this.agents.nextTime(),
      this.engine.nextTime(),
      this.operators.nextTime(),
      this.#surprises.next(),
    );
  }

  /** Lets the next thing happen, and everything that follows from it at that instant. */
  advance(): void {
    const inWorld = this.world.nextTime();
    const ofAgents = this.agents.nextTime();
    const ofEngine = this.engine.nextTime();
    const ofOperators = this.operators.nextTime();
    const next = Math.min(inWorld, ofAgents, ofEngine, ofOperators, this.#surprises.next());
    // The core may ask to be called for a moment that has passed.
    this.now = Math.max(this.now, Math.ceil(next));
    this.engine.passTo(this.now);
    if (inWorld === next) this.world.advance();
    else if (ofAgents === next) this.agents.advance();
    else if (ofEngine === next) this.engine.advance(this.now);
    else if (ofOperators === next) this.operators.advance();
    else this.#surprise();
    this.engine.settle(this.now);
  }

  /** Lets everything happen up to `time`. */
  runTo(time: EpochMilliseconds): void {
    while (this.nextTime() <= time) this.advance();
    this.now = Math.max(this.now, time);
  }

  /** No more trouble and no more buttons: whatever is wrong by now has to come right by itself. */
  calm(): void {
    this.world.calm();
    this.engine.calm();
    this.operators.rest();
    while (this.#surprises.size > 0) this.#surprises.pop();
  }

  /** An input of the test or of the simulation itself. */
  input(input: Input): void {
    this.engine.take(input);
    this.engine.settle(this.now);
  }

  /** Some contacts of each campaign, for agents who dial by hand. */
  #contacts(campaigns: readonly CampaignSettings[]): readonly ContactRecord[] {
    const { store } = this.engine;
    return campaigns.flatMap(({ id }) => store.contacts({ campaignId: id, limit: MANUAL_CONTACTS }).items);
  }

  /** The adapter stamps its listings with the engine's clock, the world with its own. */
  #onEngineClock(input: Input): Input {
    if (input.type !== 'switch-up' && input.type !== 'switch-channels') return input;
    const ahead = this.engine.clock() - this.now;
    return ahead === 0 ? input : { ...input, requestedAt: input.requestedAt + ahead };
  }

  #effect(effect: Effect, now: EpochMilliseconds): void {
    switch (effect.type) {
      case 'event':
        this.agents.observe(effect.event, now);
        this.operators.observe(effect, now);
        break;
      case 'reply':
        this.operators.observe(effect, now);
        break;
      case 'dial-agent':
        this.#legs.set(effect.agentId, effect.channelId);
        break;
      case 'commit-intents':
      case 'originate':
      case 'bridge': {
        const { surpriseRate } = this.world.rates;
        if (surpriseRate > 0 && this.#random.bernoulli(surpriseRate)) {
          const at = now + Math.round(this.#random.uniform() * SURPRISE_WITHIN);
          this.#surprises.push(at, 0, { effect, choice: this.#random.uniform() });
        }
      }
    }
    this.#observer.effect?.(effect, now);
  }

  /** A halt, an opt-out, a lost leg, a lost link, a restart or a crash while something is under way. */
  #surprise(): void {
    this.#surprises.pop();
    const { effect, choice } = this.#surprises.target as Surprise;
    const random = this.#random;
    if (effect.type === 'bridge' && choice < 0.7) {
      this.world.dropLeg(choice < 0.5 ? effect.agentLegId : effect.channelId);
    } else if (effect.type === 'commit-intents' && choice < 0.5) {
      const number = effect.intents[random.integer(effect.intents.length)]!.number;
      this.operators.suppress(number, choice < 0.25 ? 'add-dnc' : 'withdraw-consent');
    } else if (choice < 0.7) {
      for (const { settings } of this.engine.core.view(this.engine.clock()).campaigns.map((c) => c.record)) {
        const ask = (command: 'pause' | 'halt' | 'resume'): Input => ({
          type: 'campaign-command',
          requestId: 'surprise',
          campaignId: settings.id,
          command,
          by: 'surprise',
          reason: 'surprise',
        });
        this.engine.take(ask(choice < 0.4 ? 'pause' : 'halt'));
        if (choice < 0.55) this.engine.take(ask('resume'));
        else this.operators.soon(this.now + random.integer(10_000), settings.id, 'resume');
      }
    } else if (choice < 0.85) {
      const switchId = effect.type === 'commit-intents' ? effect.intents[0]!.switchId : effect.switchId;
      this.world.cutLink(switchId, random.integer(5_000));
    } else if (choice < 0.93) {
      // As operators restart it: drained first.
      this.engine.take({ type: 'drain', deadlineAt: this.engine.clock() + 20_000 });
      this.#surprises.push(this.now + random.integer(10_000), 0, { effect, choice: 1 });
    } else
      this.engine.crash({
        action: choice < 0.96 ? 'store-torn' : 'process-crash',
        seconds: random.uniform() * 3,
      });
  }
}
