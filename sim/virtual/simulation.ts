/** A run in virtual time: the real core and store, a virtual switch, virtual agents, no sockets and no waiting. */
import { type Core, createCore } from '../../dialer/core/core.js';
import type { Effect, WriteEffect } from '../../dialer/core/effects.js';
import type { Input } from '../../dialer/core/inputs.js';
import type { CampaignSettings, EpochMilliseconds, Outcome } from '../../dialer/core/model.js';
import type { DomainEvent } from '../../dialer/events/domain-events.js';
import { MemoryStoreCore } from '../../dialer/store/memory-store.js';
import { meanOf } from '../distributions.js';
import { randomStream } from '../random.js';
import { defaultScenario, type Scenario } from '../scenario.js';
import { MOST_CONTACTS, simulatedCampaign, simulatedContacts } from './sample-campaign.js';
import { type AgentSeconds, VirtualAgents } from './virtual-agents.js';
import { VirtualWorld, type WorldCounts } from './world.js';

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
  readonly #core: Core;
  readonly #store: MemoryStoreCore;
  readonly #world: VirtualWorld;
  readonly #agents: VirtualAgents;
  readonly #startAt: EpochMilliseconds;
  readonly #countFrom: EpochMilliseconds;
  #queue: Input[] = [];
  #writes: WriteEffect[] = [];
  #now: EpochMilliseconds;
  #steps = 0;
  #exhausted = false;
  readonly #outcomes: Partial<Record<Outcome, number>> = {};
  readonly #dispositions: Record<string, number> = {};
  readonly #refusals: Record<string, number> = {};

  constructor(options: SimulationOptions) {
    this.#options = options;
    const base = options.scenario ?? defaultScenario;
    this.#scenario =
      options.agents === undefined ? base : { ...base, agents: { ...base.agents, count: options.agents } };
    const seed = options.seed ?? 'tactus';
    this.#startAt = options.startAt ?? DEFAULT_START;
    this.#countFrom = this.#startAt + 1000 * (options.warmUpSeconds ?? 0);
    this.#now = this.#startAt;
    this.#core = options.core ?? createCore();
    this.#store = options.store ?? new MemoryStoreCore({ journalLimit: 200, attemptLimit: 0 });
    const input = (one: Input): void => {
      this.#queue.push(one);
    };
    this.#world = new VirtualWorld({
      scenario: this.#scenario,
      seed,
      switchIds: ['virtual'],
      startAt: this.#startAt,
      listener: {
        input,
        bridged: (agentId, _channelId, spokeTo) => this.#agents.talksTo(agentId, spokeTo),
      },
    });
    this.#agents = new VirtualAgents({
      scenario: this.#scenario.agents,
      seed,
      team: { pool: this.#pool(), team: 'virtual', switchId: '' },
      startAt: this.#startAt,
      countFrom: this.#countFrom,
      input,
    });
  }

  run(): SimulationResult {
    const { wallClock, progress } = this.#options;
    this.#boot();
    const startedAt = wallClock?.();
    const end = this.#startAt + this.#options.hours * MILLISECONDS_PER_HOUR;
    const slice = Math.max(1, (end - this.#startAt) / 1000);
    let tellAt = this.#startAt + slice;
    let before: WorldCounts | undefined;
    for (;;) {
      const inWorld = this.#world.nextTime();
      const ofAgents = this.#agents.nextTime();
      const ofCore = this.#core.nextDeadline();
      const next = Math.min(inWorld, ofAgents, ofCore);
      if (next >= end) break;
      // The core may ask to be called for a moment that has passed.
      this.#now = Math.max(this.#now, Math.ceil(next));
      if (before === undefined && this.#now >= this.#countFrom) before = { ...this.#world.counts };
      if (inWorld === next) this.#world.advance();
      else if (ofAgents === next) this.#agents.advance();
      else this.#queue.push({ type: 'tick' });
      this.#settle();
      if (progress !== undefined && this.#now >= tellAt) {
        progress((this.#now - this.#startAt) / (end - this.#startAt));
        tellAt = this.#now + slice;
      }
    }
    this.#now = end;
    const wallSeconds = wallClock === undefined ? undefined : (wallClock() - startedAt!) / 1000;
    return this.#result(before, wallSeconds);
  }

  #pool(): string {
    return this.#options.campaign?.pool ?? simulatedCampaign(this.#scenario.agents.dispositions).pool;
  }

  #boot(): void {
    const options = this.#options;
    const settings = simulatedCampaign(this.#scenario.agents.dispositions, options.campaign);
    const state = this.#store.boot(this.#now);
    const random = randomStream(options.seed ?? 'tactus', 'core');
    let seed = '';
    for (let word = 0; word < 4; word++) seed += (random.word() >>> 0).toString(16).padStart(8, '0');
    const plenty = 1_000_000;
    this.#queue.push({
      type: 'boot',
      seed,
      installation: state.installation,
      switches: [{ id: 'virtual', maximumChannels: plenty, callsPerSecond: plenty }],
      trunks: [
        {
          name: 'virtual',
          switchId: 'virtual',
          dialString: 'sofia/gateway/virtual/{number}',
          maximumChannels: plenty,
          callsPerSecond: plenty,
        },
      ],
      campaigns: state.campaigns,
      agents: state.agents,
      openAttempts: state.openAttempts,
      timeZoneData: process.versions.tz ?? '',
    });
    if (options.store === undefined) {
      this.#queue.push({ type: 'campaign-save', requestId: 'campaign', settings });
      this.#settle();
      const count = Math.min(
        MOST_CONTACTS,
        options.contacts ?? enoughContacts(this.#scenario, options.hours),
      );
      this.#store.addContacts(settings.id, [...simulatedContacts(count)], this.#now);
      this.#queue.push({ type: 'contacts-changed', campaignId: settings.id });
    }
    this.#queue.push({
      type: 'campaign-command',
      requestId: 'start',
      campaignId: settings.id,
      command: 'start',
      by: 'simulation',
      reason: '',
    });
    // The start is refused without agents, so the virtual switch and the first agents come before it.
    const start = this.#queue.pop()!;
    this.#settle();
    this.#startWhenManned(start);
  }

  /** Lets the first agents log in, then starts the campaign. */
  #startWhenManned(start: Input): void {
    while (
      this.#core.view(this.#now).agents.every(({ state }) => state === 'offline' || state === 'connecting')
    ) {
      const next = Math.min(this.#world.nextTime(), this.#agents.nextTime(), this.#core.nextDeadline());
      if (next > this.#startAt + MILLISECONDS_PER_HOUR) throw new Error('agents.count: no agent logs in');
      this.#now = Math.max(this.#now, Math.ceil(next));
      if (this.#world.nextTime() === next) this.#world.advance();
      else if (this.#agents.nextTime() === next) this.#agents.advance();
      else this.#queue.push({ type: 'tick' });
      this.#settle();
    }
    this.#queue.push(start);
    this.#settle();
    const refused = Object.keys(this.#refusals);
    if (refused.length > 0)
      throw new Error(`the engine refused the simulated campaign: ${refused.join(', ')}`);
  }

  /** Steps the core through what has come up at this instant, and what comes of that. */
  #settle(): void {
    for (let index = 0; index < this.#queue.length; index++) {
      const input = this.#queue[index]!;
      const effects = this.#core.step(input, this.#now);
      this.#steps++;
      this.#options.observeInput?.(input, this.#now, effects);
      for (const effect of effects) this.#perform(effect);
      this.#flush();
    }
    this.#queue.length = 0;
  }

  #flush(): void {
    if (this.#writes.length === 0) return;
    this.#store.write(this.#writes);
    this.#writes = [];
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'originate':
      case 'dial-agent':
      case 'bridge':
      case 'play-safe-harbour':
      case 'hang-up':
      case 'audit-channels':
        this.#world.perform(effect, this.#now);
        return;
      case 'commit-intents':
        this.#flush();
        this.#queue.push({
          type: 'intents-committed',
          results: this.#store.commitIntents(effect.intents, this.#now),
        });
        return;
      case 'lease-leads': {
        this.#flush();
        const { leads, summary } = this.#store.leaseLeads({ ...effect, now: this.#now });
        this.#queue.push({
          type: 'leads-leased',
          campaignId: effect.campaignId,
          stage: effect.stage,
          leads,
          summary,
        });
        return;
      }
      case 'draw-samples':
        this.#flush();
        this.#queue.push({
          type: 'samples-drawn',
          campaignId: effect.campaignId,
          sizes: this.#store.drawSamples(effect),
        });
        return;
      case 'reply':
        if (!effect.ok) this.#refusals[effect.code] = (this.#refusals[effect.code] ?? 0) + 1;
        return;
      case 'event':
        this.#writes.push(effect);
        this.#observe(effect.event);
        return;
      default:
        this.#writes.push(effect);
    }
  }

  #observe(event: DomainEvent): void {
    switch (event.kind) {
      case 'agent-changed':
        this.#agents.observe(event);
        return;
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
    const { counts } = this.#world;
    const since = (name: keyof WorldCounts): number => counts[name] - (before?.[name] ?? 0);
    const agentSeconds = this.#agents.seconds(this.#now);
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
      steps: this.#steps,
      seconds: (this.#now - this.#startAt) / 1000,
      listExhausted: this.#exhausted,
    };
    if (wallSeconds === undefined) return result;
    return { ...result, wallSeconds, callsPerWallSecond: counts.originated / wallSeconds };
  }
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
