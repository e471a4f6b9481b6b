/**
 * Cold starts and sudden changes: `node dist/bench/pacing-events.js [--quick] [--seed N] [--json]`.
 *
 * For each event and team size, pooled over seeds: the abandoned share of the answers of the half hour after
 * the event, and the occupancy from 10 to 20 minutes after it, against the steady occupancy of the world as it
 * is after the event. What can be had at all is shown beside: the same pacer that has learned the new world in
 * a long run before and takes over at the instant of the event. It knows at once what the other must find out.
 */
import { createPacer, type Pacer, type PacingEvent } from '../pacing/index.js';
import { cell, type Interval, interval, upTo } from './pacing-statistics.js';
import { runWorld } from './pacing-world.js';
import type { WorldOptions, WorldResult } from './pacing-world-types.js';
import { type BenchOptions, type BenchTable, runDirectly } from './table.js';

const HOUR = 3600;
const EVENT_AT = 2 * HOUR;
const TARGET = 0.03;

type World = Omit<WorldOptions, 'seed' | 'hours'>;
const base: Omit<World, 'agents'> = { answerRate: 0.3, talkSeconds: 90, wrapSeconds: 15 };
const step = (before: number, after: number) => (t: number) => (t < EVENT_AT ? before : after);

export interface PacingEventCase {
  readonly name: string;
  /** The world with the event in it, and the one that it leads to. */
  readonly world: (agents: number) => World;
  readonly after: (agents: number) => World;
  /** Seconds at which the event happens. */
  readonly at: number;
}

const rate = (before: number, after: number): PacingEventCase => ({
  name: `answer rate ${before} to ${after}`,
  world: (agents) => ({ ...base, agents, answerRate: step(before, after) }),
  after: (agents) => ({ ...base, agents, answerRate: after }),
  at: EVENT_AT,
});
const team = (name: string, from: number, to: number): PacingEventCase => ({
  name,
  world: (agents) => ({
    ...base,
    agents: [
      [0, Math.round(from * agents)],
      [EVENT_AT, Math.round(to * agents)],
    ],
  }),
  after: (agents) => ({ ...base, agents: Math.round(to * agents) }),
  at: EVENT_AT,
});
const talk = (before: number, after: number): PacingEventCase => ({
  name: `talk ${before} s to ${after} s`,
  world: (agents) => ({ ...base, agents, talkSeconds: step(before, after) }),
  after: (agents) => ({ ...base, agents, talkSeconds: after }),
  at: EVENT_AT,
});

export const pacingEvents: readonly PacingEventCase[] = [
  {
    name: 'cold start',
    world: (agents) => ({ ...base, agents }),
    after: (agents) => ({ ...base, agents }),
    at: 0,
  },
  rate(0.3, 0.15),
  rate(0.15, 0.4),
  team('team doubled', 0.5, 1),
  team('team halved', 2, 1),
  talk(90, 180),
  talk(180, 90),
];

/** Two pacers in one seat: the first until the event, the second from then on. */
class Relay implements Pacer {
  readonly name = 'relay';
  readonly #first: Pacer;
  readonly #second: Pacer;
  readonly #at: number;
  #inSeat: Pacer;
  constructor(first: Pacer, second: Pacer, at: number) {
    this.#first = first;
    this.#second = second;
    this.#at = at;
    this.#inSeat = at > 0 ? first : second;
  }
  observe(e: PacingEvent): void {
    if (e.t >= this.#at) this.#inSeat = this.#second;
    this.#inSeat.observe(e);
  }
  callsToPlace(s: Parameters<Pacer['callsToPlace']>[0]): ReturnType<Pacer['callsToPlace']> {
    this.#inSeat = s.now >= this.#at ? this.#second : this.#first;
    return this.#inSeat.callsToPlace(s);
  }
  explain() {
    return this.#inSeat.explain();
  }
}

const predictive = () => createPacer('predictive', { targetAbandonRatio: TARGET });

/** A pacer that has worked in this world for long, up to the time `until` on the clock of the next. */
function learned(world: World, hours: number, until: number, seed: number): Pacer {
  const pacer = predictive();
  const shift = hours * HOUR - until;
  const agents = new Set<number | string>();
  const early: Pacer = {
    name: pacer.name,
    observe: (e) => {
      if (e.type === 'agent') agents.add(e.agent);
      pacer.observe({ ...e, t: e.t - shift });
    },
    callsToPlace: (s) => pacer.callsToPlace(earlier(s, shift)),
    explain: () => pacer.explain(),
  };
  runWorld(early, { ...world, hours, seed: seed + 10_000 });
  for (const agent of agents) pacer.observe({ type: 'agent', t: until, agent, state: 'out' });
  return pacer;
}

/** The snapshot on a clock that runs `seconds` behind. */
function earlier(
  s: Parameters<Pacer['callsToPlace']>[0],
  seconds: number,
): Parameters<Pacer['callsToPlace']>[0] {
  const back = (t: number) => t - seconds;
  return {
    now: back(s.now),
    agentsReady: s.agentsReady,
    agentsTalking: s.agentsTalking,
    agentsWrap: s.agentsWrap,
    agentsTotal: s.agentsTotal,
    get talkingSince() {
      return s.talkingSince.map(back);
    },
    get wrapSince() {
      return s.wrapSince.map(back);
    },
    get inFlight() {
      return s.inFlight.map((c) => ({
        ...c,
        placedAt: back(c.placedAt),
        ringingAt: c.ringingAt === null ? null : back(c.ringingAt),
      }));
    },
    inFlightCount: s.inFlightCount,
    waitingAnswered: s.waitingAnswered,
    maxChannelsLeft: s.maxChannelsLeft,
    cpsBudget: s.cpsBudget,
  };
}

/** Totals of the minutes from `from` to `to` (seconds), over several runs. */
function pooled(runs: readonly WorldResult[], from: number, to: number) {
  let answers = 0;
  let abandoned = 0;
  let busy = 0;
  let loggedIn = 0;
  for (const { minutes } of runs) {
    for (let m = Math.round(from / 60); m < Math.round(to / 60); m++) {
      answers += minutes.answers[m] ?? 0;
      abandoned += minutes.abandoned[m] ?? 0;
      busy += minutes.busy[m] ?? 0;
      loggedIn += minutes.loggedIn[m] ?? 0;
    }
  }
  return {
    abandon: (100 * abandoned) / Math.max(1, answers),
    occupancy: (100 * busy) / Math.max(1, loggedIn),
  };
}

export interface EventFigures {
  readonly abandon: number;
  readonly occupancy: number;
  readonly informedAbandon: number;
  readonly informedOccupancy: number;
  readonly steady: number;
  /** Occupancy less the steady one, with its 95 % interval over the runs: ten minutes of a small team say little. */
  readonly difference: Interval;
}

/** Figures of one event for one team size; `seeds` runs each. */
export function measureEvent(
  event: PacingEventCase,
  agents: number,
  seeds: readonly number[],
  informed = true,
): EventFigures {
  const hours = event.at / HOUR + 0.75;
  const world = event.world(agents);
  const after = event.after(agents);
  const runs = seeds.map((seed) => runWorld(predictive(), { ...world, seed, hours }));
  // Long enough that the steady value is known better than a tenth of what it is compared with.
  const steadyHours = agents >= 300 ? 2 : agents >= 100 ? 3 : 6;
  const steadySeeds = seeds.slice(0, Math.max(2, Math.ceil(seeds.length / 4)));
  const steady = steadySeeds.map((seed) =>
    runWorld(predictive(), { ...after, seed: seed + 5000, hours: steadyHours + 0.5 }),
  );
  const relays = informed
    ? seeds.map((seed) => {
        const second = learned(after, Math.max(1, Math.min(6, 100 / agents)), event.at, seed);
        return runWorld(new Relay(predictive(), second, event.at), { ...world, seed, hours });
      })
    : [];
  const half = pooled(runs, event.at, event.at + 1800);
  const settledFrom = event.at + 600;
  const settledTo = event.at + 1200;
  const informedHalf = pooled(relays, event.at, event.at + 1800);
  const steadyTo = (steadyHours + 0.5) * HOUR;
  const difference = occupancyLess(runs, settledFrom, settledTo, steady, 1800, steadyTo);
  return {
    abandon: half.abandon,
    occupancy: pooled(runs, settledFrom, settledTo).occupancy,
    informedAbandon: informedHalf.abandon,
    informedOccupancy: pooled(relays, settledFrom, settledTo).occupancy,
    steady: pooled(steady, 1800, steadyTo).occupancy,
    difference,
  };
}

/** Occupancy of some runs less that of others, of which each run is one observation. */
function occupancyLess(
  runs: readonly WorldResult[],
  from: number,
  to: number,
  others: readonly WorldResult[],
  othersFrom: number,
  othersTo: number,
): Interval {
  const a = interval(runs.map((r) => pooled([r], from, to).occupancy));
  const b = interval(others.map((r) => pooled([r], othersFrom, othersTo).occupancy));
  return { mean: a.mean - b.mean, halfWidth: Math.hypot(a.halfWidth, b.halfWidth) };
}

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const sizes: readonly (readonly [number, number])[] = quick
    ? [[5, 2]]
    : [
        [5, 120],
        [20, 40],
        [100, 6],
      ];
  const out: (string | number)[][] = [];
  for (const event of quick ? pacingEvents.slice(0, 2) : pacingEvents) {
    for (const [agents, seeds] of sizes) {
      const f = measureEvent(
        event,
        agents,
        upTo(seeds).map((i) => seed + i),
      );
      out.push([
        event.name,
        agents,
        f.abandon.toFixed(2),
        f.informedAbandon.toFixed(2),
        f.occupancy.toFixed(1),
        f.informedOccupancy.toFixed(1),
        f.steady.toFixed(1),
        cell(f.difference, 1, true),
      ]);
    }
  }
  return [
    {
      title: 'Cold starts and sudden changes, target 3 %',
      columns: [
        'event',
        'agents after',
        'abandon %, 30 min after',
        '… informed',
        'occupancy %, 10 to 20 min after',
        '… informed',
        'steady',
        'difference',
      ],
      rows: out,
      notes: [
        'Informed: the same pacer, having learned the world after the event in a long run, takes over as it happens.',
        'Difference: with its 95 % interval over the seeds.',
      ],
    },
  ];
}

await runDirectly(import.meta.url, rows);
