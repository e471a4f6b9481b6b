/** A run in virtual time: the real core and store, a virtual switch, virtual agents, no sockets and no waiting. */
import { type Core, createCore } from '../../dialer/core/core.js';
import type { Effect } from '../../dialer/core/effects.js';
import type { Input } from '../../dialer/core/inputs.js';
import type { CampaignSettings, EpochMilliseconds, Outcome } from '../../dialer/core/model.js';
import type { DomainEvent } from '../../dialer/events/domain-events.js';
import { MemoryStoreCore } from '../../dialer/store/memory-store.js';
import { meanOf } from '../distributions.js';
import { defaultScenario, entryDefaults, type Scenario } from '../scenario.js';
import { startOf } from '../scenario-reader.js';
import { NUMBERS_OF_AREA } from './campaigns.js';
import type { AgentSeconds } from './virtual-agents.js';
import { settingsOf, VirtualRun } from './virtual-run.js';
import type { WorldCounts } from './world.js';

/** Wednesday 18 November 2026, 9 in the morning in New York. */
const DEFAULT_START = Date.UTC(2026, 10, 18, 14);
const MILLISECONDS_PER_HOUR = 3_600_000;

export interface SimulationOptions {
  readonly scenario?: Scenario;
  readonly seed?: string;
  /** Length of the run, hours of virtual time. */
  readonly hours: number;
  /** Instead of the scenario's number of agents. */
  readonly agents?: number;
  /** Changes to the simulated campaign, pacing among them. */
  readonly campaign?: Partial<CampaignSettings>;
  /** Contacts on the list; enough for the run unless said. */
  readonly contacts?: number;
  /** The first seconds do not count in the figures; 0 unless said. */
  readonly warmUpSeconds?: number;
  readonly startAt?: EpochMilliseconds;
  readonly core?: Core;
  /** A store with the campaign and its contacts in it already, for a run of one's own list. */
  readonly store?: MemoryStoreCore;
  /** Wall-clock source for the speed in the result, milliseconds; none: no speed. */
  readonly wallClock?: () => number;
  /** Called about every thousandth of the run with its share done, 0–1. */
  readonly progress?: (done: number) => void;
  /** Asked after each step: the run ends there and then. */
  readonly stop?: () => boolean;
  /** Every input with its time, for a recording. */
  readonly observeInput?: (input: Input, at: EpochMilliseconds, effects: readonly Effect[]) => void;
}

export interface SimulationResult {
  readonly hours: number;
  readonly agents: number;
  /** Calls that left the switch. */
  readonly calls: number;
  /** Answered by people; by machines. */
  readonly answered: number;
  readonly machines: number;
  /** People who were put through. */
  readonly connected: number;
  /** People who answered and were not put through. */
  readonly abandoned: number;
  /** abandoned ÷ answered; 0 when nobody answered. */
  readonly abandonRatio: number;
  /** (talk + wrap-up) ÷ (talk + wrap-up + ready + reserved). */
  readonly occupancy: number;
  readonly agentSeconds: AgentSeconds;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  readonly dispositions: Readonly<Record<string, number>>;
  /** Requests of the virtual agents or operator that the engine refused, by code. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Steps of the core. */
  readonly steps: number;
  /** From the start to the last event, seconds of virtual time. */
  readonly seconds: number;
  /** The list ran out before the time did. */
  readonly listExhausted: boolean;
  /** Absent without a wall clock. */
  readonly wallSeconds?: number;
  readonly callsPerWallSecond?: number;
}

export function runSimulation(options: SimulationOptions): SimulationResult {
  return new Simulation(options).run();
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #scenario: Scenario;
  readonly #run: VirtualRun;
  readonly #startAt: EpochMilliseconds;
  readonly #countFrom: EpochMilliseconds;
  #exhausted = false;
  readonly #outcomes: Partial<Record<Outcome, number>> = {};
  readonly #dispositions: Record<string, number> = {};
  readonly #refusals: Record<string, number> = {};

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#scenario = scenarioOf(options);
    const { agents } = this.#scenario;
    if (agents.count === 0) throw new Error('agents.count: no agent logs in');
    const starts = startOf(this.#scenario);
    this.#startAt = options.startAt ?? (Number.isNaN(starts) ? DEFAULT_START : starts);
    this.#countFrom = this.#startAt + 1000 * (options.warmUpSeconds ?? 0);
    const store = options.store ?? new MemoryStoreCore({ journalLimit: 200, attemptLimit: 0 });
    const { core, observeInput } = options;
    this.#run = new VirtualRun({
      scenario: this.#scenario,
      seed: options.seed ?? 'tactus',
      startAt: this.#startAt,
      store,
      countFrom: this.#countFrom,
      saved: options.store !== undefined,
      campaigns: campaignsOf(this.#scenario, options.campaign),
      // A core that is handed in works until the engine's process dies.
      ...(core === undefined ? {} : { makeCore: firstThen(core) }),
      observer: {
        effect: (effect) => this.#effect(effect),
        ...(observeInput === undefined ? {} : { stepped: observeInput }),
      },
    });
  }

  run(): SimulationResult {
    const { wallClock, progress } = this.#options;
    const run = this.#run;
    run.open();
    const startedAt = wallClock?.();
    const end = this.#startAt + this.#options.hours * MILLISECONDS_PER_HOUR;
    const slice = Math.max(1, (end - this.#startAt) / 1000);
    let tellAt = this.#startAt + slice;
    let before: WorldCounts | undefined;
    for (;;) {
      const next = run.nextTime();
      if (next >= end) break;
      if (before === undefined && next >= this.#countFrom) before = { ...run.world.counts };
      run.advance();
      if (this.#options.stop?.() === true) break;
      if (progress !== undefined && run.now >= tellAt) {
        progress((run.now - this.#startAt) / (end - this.#startAt));
        tellAt = run.now + slice;
      }
    }
    if (this.#options.stop?.() !== true) run.now = end;
    const wallSeconds = wallClock === undefined ? undefined : (wallClock() - startedAt!) / 1000;
    return this.#result(before, wallSeconds);
  }

  #effect(effect: Effect): void {
    if (effect.type === 'event') this.#observe(effect.event);
    else if (effect.type === 'reply' && !effect.ok && !isStartTooEarly(effect))
      this.#refusals[effect.code] = (this.#refusals[effect.code] ?? 0) + 1;
  }

  #observe(event: DomainEvent): void {
    switch (event.kind) {
      case 'campaign-changed':
        if (event.status === 'completed') this.#exhausted = true;
        return;
      case 'attempt-ended':
        if (event.at >= this.#countFrom) {
          this.#outcomes[event.outcome] = (this.#outcomes[event.outcome] ?? 0) + 1;
        }
        return;
      case 'disposition-recorded':
        if (event.at >= this.#countFrom) {
          this.#dispositions[event.disposition] = (this.#dispositions[event.disposition] ?? 0) + 1;
        }
    }
  }

  #result(before: WorldCounts | undefined, wallSeconds: number | undefined): SimulationResult {
    const { counts } = this.#run.world;
    const since = (name: keyof WorldCounts): number => counts[name] - (before?.[name] ?? 0);
    const agentSeconds = this.#run.agents.seconds(this.#run.now);
    const busy = agentSeconds.talking + agentSeconds['wrap-up'];
    const free = agentSeconds.ready + agentSeconds.reserved;
    const answered = since('humans');
    const abandoned = since('humansAbandoned');
    const result = {
      hours: this.#options.hours,
      agents: this.#scenario.agents.count,
      calls: since('originated'),
      answered,
      machines: since('machines'),
      connected: since('humansBridged'),
      abandoned,
      abandonRatio: answered === 0 ? 0 : abandoned / answered,
      occupancy: busy + free === 0 ? 0 : busy / (busy + free),
      agentSeconds,
      outcomes: this.#outcomes,
      dispositions: this.#dispositions,
      refusals: this.#refusals,
      steps: this.#run.engine.steps,
      seconds: (this.#run.now - this.#startAt) / 1000,
      listExhausted: this.#exhausted,
    };
    if (wallSeconds === undefined) return result;
    return { ...result, wallSeconds, callsPerWallSecond: counts.originated / wallSeconds };
  }
}

/** A start before the first agent is there is asked for again. */
function isStartTooEarly({ requestId, code }: Extract<Effect, { type: 'reply' }>): boolean {
  return code === 'no_agents' && requestId.startsWith('start:');
}

function firstThen(core: Core): () => Core {
  let used = false;
  return () => {
    if (used) return createCore();
    used = true;
    return core;
  };
}

function campaignsOf(scenario: Scenario, over: Partial<CampaignSettings> = {}): readonly CampaignSettings[] {
  return settingsOf(scenario).map((settings) => ({ ...settings, ...over }));
}

/** The scenario with its lists, which are as long as the run needs when it has none of its own. */
function scenarioOf(options: SimulationOptions): Scenario {
  const base = options.scenario ?? defaultScenario;
  const agents = options.agents === undefined ? base.agents : { ...base.agents, count: options.agents };
  const scenario = { ...base, agents };
  if (options.store !== undefined || base.lists.length > 0) return scenario;
  const ids = campaignsOf(scenario, options.campaign).map(({ id }) => id);
  const enough = options.contacts ?? enoughContacts(scenario, options.hours) / ids.length;
  const contacts = Math.min(NUMBERS_OF_AREA, Math.ceil(enough));
  return { ...scenario, lists: ids.map((campaign) => ({ ...entryDefaults.lists, campaign, contacts })) };
}

/** Attempts that agents who never wait use up, and a tenth more. */
function enoughContacts(scenario: Scenario, hours: number): number {
  const { people, agents } = scenario;
  const rates = typeof people.answerRate === 'number' ? [people.answerRate] : people.answerRate;
  const leastAnswering = Math.max(0.01, Math.min(...rates.filter((rate) => rate > 0)));
  const handling = meanOf(people.talk) + meanOf(agents.wrapUp);
  const attempts = (agents.count * hours * 3600) / handling / leastAnswering;
  return Math.ceil(1.1 * attempts) + 1000;
}
