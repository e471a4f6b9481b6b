/**
 * Pacing methods side by side: `node dist/bench/pacing.js [--teams 3,10,20,100] [--hours 4] [--seeds 4] [--json]`.
 *
 * For each team size: abandoned share of answers, occupancy, worst half hour and attempts per connect, as
 * means over seeds with 95 % intervals, the first half hour left out. The ratio pacer is tuned: its lines
 * per agent are searched for the most that keeps abandons at or under 3 %.
 */
import { createPacer, type Pacer } from '../pacing/index.js';
import { ExpectedValuePacer } from './pacing-expected-value.js';
import { runWorld, type WorldResult } from './pacing-world.js';

const argument = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? (process.argv[at + 1] ?? fallback) : fallback;
};
const positive = (name: string, text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} is ${text}: give a number above 0`);
  return value;
};
const teams = argument('teams', '3,10,20,100')
  .split(',')
  .map((text) => positive('teams', text));
const hours = positive('hours', argument('hours', '4'));
const seeds = positive('seeds', argument('seeds', '4'));
const TARGET = 0.03;

interface Row {
  readonly agents: number;
  readonly pacer: string;
  readonly abandonPercent: Interval;
  readonly occupancyPercent: Interval;
  readonly worstHalfHourPercent: Interval;
  readonly attemptsPerConnect: number;
  readonly simulatedCallsPerSecond: number;
}

interface Interval {
  readonly mean: number;
  readonly halfWidth: number;
}

/** Mean and 95 % interval, by Student's t for the few seeds a bench runs. */
function interval(values: readonly number[]): Interval {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return { mean, halfWidth: 0 };
  const quantiles = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26];
  const variance = values.reduce((a, x) => a + (x - mean) ** 2, 0) / (n - 1);
  return { mean, halfWidth: (quantiles[n - 2] ?? 2) * Math.sqrt(variance / n) };
}

function run(make: () => Pacer, agents: number, seed: number): WorldResult {
  return runWorld(make(), { agents, hours, seed, answerRate: 0.3, talkSeconds: 90, wrapSeconds: 15 });
}

function measure(pacer: string, make: () => Pacer, agents: number): Row {
  const started = process.cpuUsage();
  const results = Array.from({ length: seeds }, (_, i) => run(make, agents, i + 1));
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
function tuneRatio(agents: number): number {
  let low = 20;
  let high = 400;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    let abandoned = 0;
    let answers = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const r = run(() => createPacer('ratio', { linesPerAgent: middle / 20 }), agents, seed);
      abandoned += r.abandoned;
      answers += r.answers;
    }
    if (abandoned <= TARGET * answers) low = middle;
    else high = middle;
  }
  return low / 20;
}

const rows: Row[] = [];
for (const agents of teams) {
  const add = (pacer: string, make: () => Pacer) => rows.push(measure(pacer, make, agents));
  add('predictive', () => createPacer('predictive'));
  add('progressive', () => createPacer('progressive'));
  const linesPerAgent = tuneRatio(agents);
  add(`ratio, tuned to ${linesPerAgent}`, () => createPacer('ratio', { linesPerAgent }));
  add('expected value', () => new ExpectedValuePacer());
  for (const method of ['hard-limit', 'average', 'tapered']) {
    add(`vicidial-${method}`, () => createPacer(`vicidial-${method}`));
    add(`vicidial-${method}, available only`, () =>
      createPacer(`vicidial-${method}`, { availableOnly: true }),
    );
  }
}

if (process.argv.includes('--json'))
  process.stdout.write(`${JSON.stringify({ hours, seeds, rows }, null, 2)}\n`);
else {
  const cell = ({ mean, halfWidth }: Interval, digits: number) =>
    `${mean.toFixed(digits)} ± ${halfWidth.toFixed(digits)}`;
  const lines = [
    '| agents | pacer | abandon % | occupancy % | worst half hour % | attempts per connect | calls per CPU second |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((r) =>
      [
        '',
        r.agents,
        r.pacer,
        cell(r.abandonPercent, 2),
        cell(r.occupancyPercent, 1),
        cell(r.worstHalfHourPercent, 1),
        r.attemptsPerConnect.toFixed(2),
        Math.round(r.simulatedCallsPerSecond),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
