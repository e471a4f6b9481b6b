/**
 * Pacing methods side by side: `node dist/bench/pacing.js [--teams 3,10,100] [--hours 4] [--seeds 4] [--seed 1] [--json]`.
 *
 * For each team size: abandoned share of answers, occupancy, worst half hour and attempts per connect, as
 * means over seeds with 95 % intervals, the first half hour left out. The ratio pacer is tuned: its lines
 * per agent are searched for the most that keeps abandons at or under 3 %.
 */
import { createPacer, type Pacer } from '../pacing/index.js';
import { ExpectedValuePacer } from './pacing-expected-value.js';
import { cell, type Interval, interval } from './pacing-statistics.js';
import { runWorld } from './pacing-world.js';
import type { WorldResult } from './pacing-world-types.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly } from './table.js';

const given = directArguments(import.meta.url, ['teams', 'hours', 'seeds']);
const TARGET = 0.03;

/** How long each run is, over how many seeds, the first of which is `first`. */
interface Extent {
  readonly hours: number;
  readonly seeds: number;
  readonly first: number;
}

interface Row {
  readonly agents: number;
  readonly pacer: string;
  readonly abandonPercent: Interval;
  readonly occupancyPercent: Interval;
  readonly worstHalfHourPercent: Interval;
  readonly attemptsPerConnect: number;
  readonly simulatedCallsPerSecond: number;
}

function run(make: () => Pacer, agents: number, hours: number, seed: number): WorldResult {
  return runWorld(make(), { agents, hours, seed, answerRate: 0.3, talkSeconds: 90, wrapSeconds: 15 });
}

function measure(pacer: string, make: () => Pacer, agents: number, extent: Extent): Row {
  const { hours, seeds, first } = extent;
  const started = process.cpuUsage();
  const results = Array.from({ length: seeds }, (_, i) => run(make, agents, hours, first + i));
  const { user, system } = process.cpuUsage(started);
  const attempts = results.reduce((sum, r) => sum + r.attempts, 0);
  const connects = results.reduce((sum, r) => sum + r.connects, 0);
  return {
    agents,
    pacer,
    abandonPercent: interval(results.map((r) => 100 * r.abandonRatio)),
    occupancyPercent: interval(results.map((r) => 100 * r.occupancy)),
    worstHalfHourPercent: interval(results.map((r) => 100 * r.worstHalfHour)),
    attemptsPerConnect: attempts / connects,
    simulatedCallsPerSecond: attempts / ((user + system) / 1e6),
  };
}

/** Lines per agent, in twentieths, that keep the pooled abandons of the seeds at or under the target. */
function tuneRatio(agents: number, { hours, seeds, first }: Extent): number {
  let low = 20;
  let high = 400;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    let abandoned = 0;
    let answers = 0;
    for (let seed = first; seed < first + seeds; seed++) {
      const r = run(() => createPacer('ratio', { linesPerAgent: middle / 20 }), agents, hours, seed);
      abandoned += r.abandoned;
      answers += r.answers;
    }
    if (abandoned <= TARGET * answers) low = middle;
    else high = middle;
  }
  return low / 20;
}

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const extent: Extent = {
    hours: given.number('hours', quick ? 2 : 4, 1),
    seeds: given.number('seeds', quick ? 2 : 4, 1),
    first: seed,
  };
  const teams = given
    .text('teams', quick ? '3,20' : '3,5,10,20,50,100,300,1000')
    .split(',')
    .map(Number);
  if (!teams.every((agents) => agents >= 1)) throw new Error('--teams: give numbers of 1 at least');
  const table: Row[] = [];
  for (const agents of teams) {
    const add = (pacer: string, make: () => Pacer) => table.push(measure(pacer, make, agents, extent));
    add('predictive', () => createPacer('predictive'));
    add('progressive', () => createPacer('progressive'));
    const linesPerAgent = tuneRatio(agents, extent);
    add(`ratio, tuned to ${linesPerAgent}`, () => createPacer('ratio', { linesPerAgent }));
    add('expected value', () => new ExpectedValuePacer());
    for (const method of ['hard-limit', 'average', 'tapered']) {
      add(`vicidial-${method}`, () => createPacer(`vicidial-${method}`));
      add(`vicidial-${method}, available only`, () =>
        createPacer(`vicidial-${method}`, { availableOnly: true }),
      );
    }
  }
  return [
    {
      title: 'Pacing methods',
      columns: [
        'agents',
        'pacer',
        'abandon %',
        'occupancy %',
        'worst half hour %',
        'calls per connect',
        'calls per CPU second',
      ],
      rows: table.map((r) => [
        r.agents,
        r.pacer,
        cell(r.abandonPercent, 2),
        cell(r.occupancyPercent, 1),
        cell(r.worstHalfHourPercent, 1),
        r.attemptsPerConnect.toFixed(2),
        Math.round(r.simulatedCallsPerSecond),
      ]),
      notes: [
        `Target ${100 * TARGET} % abandons; ${extent.hours} h with the first half hour left out, ${extent.seeds} seeds; means with 95 % intervals by Student's t over the seeds. 30 % answer, talks of 90 s, wrap-up of 15 s.`,
      ],
    },
  ];
}

await runDirectly(import.meta.url, rows);
