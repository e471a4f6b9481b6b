/** What the parts of the simulated switch share: legs, limits, time and chance. */
import { CallerIdLabels } from '../caller-id-labels.js';
import { localHourIn } from '../local-hour.js';
import { People } from '../people.js';
import { type RandomStream, randomStream } from '../random.js';
import type { Scenario } from '../scenario.js';
import { EventBus } from './bus.js';
import type { Channel } from './channel.js';
import type { Timed, Timeline } from './timeline.js';

export interface SwitchLimits {
  /** New sessions a second; more are refused locally. */
  sessionsPerSecond: number;
  maximumSessions: number;
}

/** The event socket is looked at every 20 ms, so the switch's reactions show up to that much later. */
const REACTION_MILLISECONDS = 20;

export class SwitchCore {
  scenario: Scenario;
  readonly timeline: Timeline;
  people: People;
  readonly random: RandomStream;
  readonly bus: EventBus;
  readonly limits: SwitchLimits;
  readonly gateways: ReadonlySet<string> | undefined;
  readonly startedAt: number;
  readonly hourOf: (at: number) => number;
  /** Caller ids that carriers have labelled as spam. */
  readonly labels = new CallerIdLabels();
  readonly channels = new Map<string, Channel>();
  /** What `sched_api` was told, by group. */
  readonly scheduled = new Map<string, readonly Timed[]>();
  /** Applications beyond the plain ones; each calls `next` when it is over. */
  readonly applications = new Map<string, (channel: Channel, data: string, next: () => void) => void>();
  /** Told of every leg that is gone for good. */
  whenGone: (channel: Channel) => void = () => undefined;
  /** Calls made to each number, and of those the ones that live now. */
  readonly calls = new Map<string, { made: number; live: number; peak: number }>();

  outboundPaused = false;
  shuttingDown = false;
  /** Until then every call fails with congestion. */
  brownOutUntil = 0;
  originated = 0;
  answered = 0;
  bridged = 0;
  /** Calls of people who had missed one. */
  calledBack = 0;
  throttled = 0;
  /** Sessions since the start and the most at once. */
  sessions = 0;
  peakSessions = 0;
  readonly #seed: string;
  /** By the beginning of their numbers: people who are not like the others. */
  readonly #elsewhere = new Map<string, People>();
  #second = 0;
  #sessionsThisSecond = 0;
  lastSessionsPerSecond = 0;

  constructor(options: {
    readonly scenario: Scenario;
    readonly seed: string;
    readonly timeline: Timeline;
    readonly limits: SwitchLimits;
    readonly gateways: ReadonlySet<string> | undefined;
    readonly instance: string;
    readonly name: string;
  }) {
    const { scenario, seed, timeline } = options;
    this.scenario = scenario;
    this.timeline = timeline;
    this.#seed = seed;
    this.people = new People(scenario, seed);
    this.random = randomStream(`${seed}/${options.instance}`, 'switch');
    this.limits = options.limits;
    this.gateways = options.gateways;
    this.startedAt = timeline.now;
    this.hourOf = localHourIn(scenario.timeZone);
    this.bus = new EventBus(
      {
        coreUuid: this.random.uuid(),
        hostname: options.name,
        switchname: options.name,
        random: this.random,
        sequence: 400,
      },
      timeline,
      randomStream(`${seed}/${options.instance}`, 'event faults'),
      scenario.faults,
    );
  }

  /** Whoever is called from now on is one of these people. */
  changePeople(scenario: Scenario): void {
    this.scenario = scenario;
    this.people = new People(scenario, this.#seed);
  }

  /** Whoever is called from now on at numbers that begin so is one of these people. */
  changePeopleAt(prefix: string, people: Scenario['people']): void {
    this.#elsewhere.set(prefix, new People({ ...this.scenario, people }, this.#seed));
  }

  /** The people behind a number, in digits as dialled. */
  peopleAt(number: string): People {
    for (const [prefix, people] of this.#elsewhere) if (number.startsWith(prefix)) return people;
    return this.people;
  }

  get coreUuid(): string {
    return this.bus.origin.coreUuid;
  }

  /** A leg that exists and has not been hung up. */
  live(uuid: string): Channel | undefined {
    const channel = this.channels.get(uuid);
    return channel === undefined || channel.ended ? undefined : channel;
  }

  /** Delay until the switch's next look at its sockets and channels. */
  reaction(): number {
    return 1 + (REACTION_MILLISECONDS - 1) * this.random.uniform();
  }

  /** Does something to the leg later, unless it has ended by then. */
  later(channel: Channel, milliseconds: number, run: () => void): Timed {
    const entry = this.timeline.after(milliseconds, () => {
      channel.timers.delete(entry);
      if (!channel.ended) run();
    });
    channel.timers.add(entry);
    return entry;
  }

  /**
   * Switch timers count whole seconds of the clock, so they fire up to a second early.
   */
  atWholeSeconds(channel: Channel, seconds: number, run: () => void): Timed {
    const now = this.timeline.now;
    return this.later(channel, Math.max(0, (Math.floor(now / 1000) + seconds) * 1000 - now), run);
  }

  /** Whether one more session may begin now; counts it when it may. */
  admit(): boolean {
    const second = Math.floor(this.timeline.now / 1000);
    if (second !== this.#second) {
      this.lastSessionsPerSecond = second === this.#second + 1 ? this.#sessionsThisSecond : 0;
      this.#second = second;
      this.#sessionsThisSecond = 0;
    }
    if (
      this.#sessionsThisSecond >= this.limits.sessionsPerSecond ||
      this.channels.size >= this.limits.maximumSessions
    ) {
      this.throttled++;
      return false;
    }
    this.#sessionsThisSecond++;
    this.sessions++;
    return true;
  }

  add(channel: Channel): void {
    this.channels.set(channel.uuid, channel);
    this.peakSessions = Math.max(this.peakSessions, this.channels.size);
    if (channel.direction === 'inbound') return;
    const entry = this.calls.get(channel.number) ?? { made: 0, live: 0, peak: 0 };
    entry.made++;
    entry.live++;
    entry.peak = Math.max(entry.peak, entry.live);
    this.calls.set(channel.number, entry);
  }

  remove(channel: Channel): void {
    if (this.channels.get(channel.uuid) !== channel) return;
    this.channels.delete(channel.uuid);
    if (channel.direction === 'outbound') this.calls.get(channel.number)!.live--;
    this.whenGone(channel);
  }
}
