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
import { parseArgs } from 'node:util';
import { runSimulation, type SimulationResult } from '../sim/index.js';

const { values } = parseArgs({
  options: {
    methods: { type: 'string', default: 'progressive,predictive' },
    hours: { type: 'string', default: '10' },
    agents: { type: 'string', default: '100' },
    runs: { type: 'string', default: '3' },
  },
});
const hours = Number(values.hours);
const agents = Number(values.agents);
const runs = Number(values.runs);
if (!(hours > 0 && hours <= 10)) throw new Error('--hours: give a number above 0, at most 10');
if (!(agents >= 1)) throw new Error('--agents: give a number of 1 at least');
if (!(runs >= 1)) throw new Error('--runs: give a number of 1 at least');

const BUDGET = 50_000;

interface Speed {
  readonly perCpuSecond: number;
  readonly perWallSecond: number;
  readonly result: SimulationResult;
}

/** The loop alone: making the list and logging the agents in is not calls. */
function measure(method: string, length = hours): Speed {
  let cpu = 0;
  const wallClock = (): number => {
    const { user, system } = process.cpuUsage();
    cpu = (user + system) / 1e6 - cpu;
    return performance.now();
  };
  const result = runSimulation({
    hours: length,
    agents,
    seed: 'virtual-time',
    campaign: { pacing: { method, targetAbandonRatio: 0.03 } },
    wallClock,
  });
  return { perCpuSecond: result.calls / cpu, perWallSecond: result.callsPerWallSecond ?? 0, result };
}

function rate(perSecond: number): string {
  return Math.round(perSecond).toLocaleString('en').padStart(9);
}

console.log(`${agents} agents; budget ${BUDGET.toLocaleString('en')} calls a second`);
console.log(
  'method          calls     hours  calls/CPU s  ratio   (median)  calls/wall s   steps/call  abandoned',
);
for (const method of values.methods.split(',')) {
  measure(method, hours / 4);
  const speeds = Array.from({ length: runs }, () => measure(method)).sort(
    (a, b) => b.perCpuSecond - a.perCpuSecond,
  );
  const best = speeds[0] as Speed;
  const median = speeds[speeds.length >> 1] as Speed;
  const { result } = best;
  console.log(
    [
      method.padEnd(12),
      String(result.calls).padStart(8),
      hours.toFixed(1).padStart(9),
      rate(best.perCpuSecond).padStart(12),
      `${(best.perCpuSecond / BUDGET).toFixed(2)}×`.padStart(6),
      rate(median.perCpuSecond).padStart(10),
      rate(Math.max(...speeds.map((s) => s.perWallSecond))).padStart(13),
      (result.steps / result.calls).toFixed(1).padStart(12),
      `${(100 * result.abandonRatio).toFixed(2)} %`.padStart(10),
    ].join(' '),
  );
}
