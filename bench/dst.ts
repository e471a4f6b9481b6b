/**
 * Simulated calls a second of the deterministic simulation test: every world run twice, all invariants checked.
 *
 *   node dist/bench/dst.js [--calls 200000] [--jobs 2]
 */
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { runSeeds } from '../test/dst/pool.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly } from './table.js';

/** A million calls in five minutes. */
const BUDGET = 1_000_000 / 300;
const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const given = directArguments(import.meta.url, ['calls', 'jobs']);

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const jobs = given.number('jobs', Math.min(2, availableParallelism()), 1);
  const calls = given.number('calls', quick ? 5_000 : 200_000, 1);
  const started = performance.now();
  const before = process.cpuUsage();
  const report = await runSeeds({ root, jobs, seed, calls, repeat: true, stopAtFailure: false });
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1e6;
  const simulated = 2 * report.calls;
  return [
    {
      title: `Deterministic simulation: calls a second, every world run twice (budget ${Math.round(BUDGET).toLocaleString('en')}/s on two cores)`,
      columns: [
        'jobs',
        'calls',
        'worlds',
        'on SQLite',
        'steps',
        'failed',
        'calls/s',
        'ratio',
        'calls/CPU s',
        'CPU s a million',
      ],
      rows: [
        [
          jobs,
          simulated,
          report.seeds,
          report.onDisk,
          report.steps,
          report.failures.length,
          Math.round(simulated / seconds),
          `${(simulated / seconds / BUDGET).toFixed(2)}×`,
          Math.round(simulated / cpu),
          Math.round((1e6 * cpu) / simulated),
        ],
      ],
      notes: [
        'Every world is run twice, and the calls of both runs are counted, as in the tests. On a busy machine look at the CPU time: half of it is the time on two free cores.',
      ],
    },
  ];
}

await runDirectly(import.meta.url, rows);
