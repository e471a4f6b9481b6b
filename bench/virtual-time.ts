/**
 * Simulated calls per second in virtual time: the real core and the in-memory store, 100 agents, method by method, as a
 * ratio to the budget of 50,000.
 *
 *   node dist/bench/virtual-time.js [--methods progressive,predictive] [--calls N] [--agents N] [--runs N]
 *
 * Each method runs `--runs` times after a warm-up; the best run by CPU time is the figure, and the median stands beside it.
 * CPU time is that of the whole process, garbage collection and compilation included; on a busy machine it is the figure
 * to look at, since the wall clock counts the others' work as well.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { runSimulation, type SimulationResult } from '../sim/index.js';

const { values } = parseArgs({
  options: {
    methods: { type: 'string', default: 'progressive,predictive' },
    calls: { type: 'string', default: '300000' },
    agents: { type: 'string', default: '100' },
    runs: { type: 'string', default: '3' },
  },
});
const calls = Number(values.calls);
const agents = Number(values.agents);
const runs = Number(values.runs);
if (!(calls >= 1000)) throw new Error('--calls: give a number of 1,000 at least');
if (!(agents >= 1)) throw new Error('--agents: give a number of 1 at least');
if (!(runs >= 1)) throw new Error('--runs: give a number of 1 at least');

const BUDGET = 50_000;

interface Speed {
  readonly perCpuSecond: number;
  readonly perWallSecond: number;
  readonly result: SimulationResult;
}

/** The loop alone: making the list and logging the agents in is not calls. */
function measure(method: string, hours: number): Speed {
  let cpu = 0;
  const wallClock = (): number => {
    const { user, system } = process.cpuUsage();
    cpu = (user + system) / 1e6 - cpu;
    return performance.now();
  };
  const result = runSimulation({
    hours,
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
  // The warm-up tells how many calls an hour brings, too.
  const warmUp = measure(method, 1);
  const hours = Math.max(0.5, calls / warmUp.result.calls);
  const speeds = Array.from({ length: runs }, () => measure(method, hours)).sort(
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
