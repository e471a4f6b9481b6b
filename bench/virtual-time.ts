/**
 * Simulated calls per second in virtual time: the real core and the in-memory store, 100 agents, method by method, as a
 * ratio to the budget of 50,000.
 *
 *   node dist/bench/virtual-time.js [--methods progressive,predictive] [--hours 10] [--agents 100] [--runs 3]
 *
 * The hours are those of one day, from nine in the morning where the people live: the gate is the real one, and at night
 * nobody is called. Each method runs `--runs` times after a warm-up; the best run by CPU time is the figure, and the median stands beside it.
 * CPU time is that of the whole process, garbage collection and compilation included; on a busy machine it is the figure
 * to look at, since the wall clock counts the others' work as well.
 */
import { performance } from 'node:perf_hooks';
import { runSimulation, type SimulationResult } from '../sim/index.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly } from './table.js';

const given = directArguments(import.meta.url, ['methods', 'hours', 'agents', 'runs']);

/** Room for young objects: the default nursery costs a fifth of the time. */
export const nodeFlags: string[] = ['--max-semi-space-size=64'];

const BUDGET = 50_000;

interface Speed {
  readonly perCpuSecond: number;
  readonly perWallSecond: number;
  readonly result: SimulationResult;
}

/** The loop alone: making the list and logging the agents in is not calls. */
function measure(method: string, hours: number, agents: number, seed: number): Speed {
  let cpu = 0;
  const wallClock = (): number => {
    const { user, system } = process.cpuUsage();
    cpu = (user + system) / 1e6 - cpu;
    return performance.now();
  };
  const result = runSimulation({
    hours,
    agents,
    seed: `virtual-time-${seed}`,
    campaign: { pacing: { method, targetAbandonRatio: 0.03 } },
    wallClock,
  });
  return { perCpuSecond: result.calls / cpu, perWallSecond: result.callsPerWallSecond ?? 0, result };
}

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const hours = given.number('hours', quick ? 2 : 10, 0.1);
  const agents = given.number('agents', 100, 1);
  const runs = given.number('runs', quick ? 1 : 3, 1);
  if (hours > 10) throw new Error('--hours: give at most 10, the hours of one day');
  const table = given
    .text('methods', 'progressive,predictive')
    .split(',')
    .map((method) => {
      measure(method, hours / 4, agents, seed);
      const speeds = Array.from({ length: runs }, () => measure(method, hours, agents, seed)).sort(
        (a, b) => b.perCpuSecond - a.perCpuSecond,
      );
      const best = speeds[0] as Speed;
      const median = speeds[speeds.length >> 1] as Speed;
      const { result } = best;
      return [
        method,
        result.calls,
        Math.round(best.perCpuSecond),
        `${(best.perCpuSecond / BUDGET).toFixed(2)}×`,
        Math.round(median.perCpuSecond),
        Math.round(Math.max(...speeds.map((s) => s.perWallSecond))),
        (result.steps / result.calls).toFixed(1),
        (100 * result.abandonRatio).toFixed(2),
      ];
    });
  return [
    {
      title: 'Virtual time',
      columns: [
        'method',
        'calls',
        'calls per CPU s',
        'of the budget',
        'median',
        'calls per wall s',
        'steps a call',
        'abandon %',
      ],
      rows: table,
      notes: [
        `The real core and the in-memory store, ${agents} agents, ${hours} h of one day, best of ${runs} (the median beside it); the budget is ${BUDGET.toLocaleString('en')} calls a second with the progressive pacer. Node's flags: ${process.execArgv.join(' ') || 'none'}.`,
      ],
    },
  ];
}

await runDirectly(import.meta.url, rows);
