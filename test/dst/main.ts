/**
 * Deterministic simulation of the engine under faults.
 *
 *   npm run dst -- [--calls N] [--seed S] [--jobs J]    many seeds, from S on, until N calls were made
 *   npm run dst -- --only S [--plain]                    one seed, and the smallest world in which it still fails; --plain: the
 *                                                        world before caller-id pools, schedules, desk work and calls back
 *   npm run dst -- --world FILE                          a world as `--only` wrote it
 *   npm run dst -- --mutations [WORDS] [--calls N]       planted bugs, or those whose names contain the words: what catches
 *                                                        each, after how many calls
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { scenarioFrom } from '../../sim/index.js';
import { loadEngine } from './engine-parts.js';
import { MUTATIONS } from './mutations.js';
import { findAllPlanted } from './planted-bugs.js';
import { runSeeds } from './pool.js';
import { regressionSeeds } from './regression-seeds.js';
import { runSeedWorld } from './seed-run.js';
import { type SeedWorld, worldOfSeed } from './seed-scenario.js';
import { shrink } from './shrink.js';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    calls: { type: 'string' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    only: { type: 'string' },
    world: { type: 'string' },
    mutations: { type: 'boolean', default: false },
    plain: { type: 'boolean', default: false },
  },
});

function whole(name: 'calls' | 'seed' | 'jobs' | 'only', text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    console.error(`--${name}: must be a whole number of ${least} at least, not "${text}"`);
    process.exit(2);
  }
  return value;
}

const seed = whole('seed', values.seed, 0);
const jobs = whole('jobs', values.jobs, 1);

if (values.mutations) await mutations(positionals.join(' '), whole('calls', values.calls ?? '100000', 1));
else if (values.world !== undefined) await one(readWorld(values.world), 0);
else if (values.only !== undefined) {
  const only = whole('only', values.only, 0);
  await one(worldOfSeed(only, { plain: values.plain }), only);
} else await many(whole('calls', values.calls ?? '1000000', 1));

async function many(calls: number): Promise<void> {
  const started = performance.now();
  let told = started;
  const report = await runSeeds({
    root,
    jobs,
    seed,
    seeds: regressionSeeds(),
    calls,
    repeat: true,
    stopAtFailure: false,
    progress: (last, made) => {
      if (last.failure !== undefined)
        console.log(
          `seed ${last.seed} FAILED\n  ${last.failure.message}\n  again: npm run dst -- --only ${last.seed}`,
        );
      const now = performance.now();
      if (now - told < 10_000) return;
      told = now;
      console.log(
        `${made.toLocaleString('en')} calls, seed ${last.seed}, ${((now - started) / 1000).toFixed(0)} s`,
      );
    },
  });
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `dst: ${report.calls.toLocaleString('en')} calls in ${report.seeds} worlds from seed ${seed} (${report.onDisk} on SQLite), each run twice, ` +
      `${report.steps.toLocaleString('en')} steps checked, ${report.failures.length} failed; ` +
      `${seconds.toFixed(0)} s, ${Math.round(report.calls / seconds).toLocaleString('en')} calls a second on ${jobs} jobs`,
  );
  process.exitCode = report.failures.length === 0 ? 0 : 1;
}

function readWorld(file: string): SeedWorld {
  const world = JSON.parse(readFileSync(file, 'utf8')) as SeedWorld;
  return { ...world, scenario: scenarioFrom(world.scenario) };
}

async function one(world: SeedWorld, number: number): Promise<void> {
  const parts = await loadEngine(root);
  const report = runSeedWorld(parts, world, number, true);
  if (report.failure === undefined) {
    console.log(
      `${world.scenario.name}: ${report.calls} calls on ${report.store}, digest ${report.digest}: all holds`,
    );
    return;
  }
  process.exitCode = 1;
  console.log(`${world.scenario.name} FAILED\n  ${report.failure.message}`);
  const { invariant } = report.failure;
  const small = shrink(
    world,
    (candidate) =>
      runSeedWorld(parts, candidate, number, invariant === 'A8').failure?.invariant === invariant,
  );
  const { faults, operators, agents } = small.scenario;
  const file = `dst-world-${number}.json`;
  writeFileSync(file, `${JSON.stringify(small, undefined, 2)}\n`);
  console.log(
    `smallest world that fails in the same way: ${small.seconds} s, ${agents.count} agents, ` +
      `${faults.schedule.length} faults, ${operators.length} buttons, rates ${JSON.stringify(
        Object.fromEntries(
          Object.entries(faults).filter(([name, value]) => name.endsWith('Rate') && value !== 0),
        ),
      )}\n  again: npm run dst -- --world ${file}`,
  );
  const again = runSeedWorld(parts, small, number, invariant === 'A8').failure;
  if (again !== undefined) console.log(`  ${again.message}`);
}

async function mutations(words: string, calls: number): Promise<void> {
  const chosen = MUTATIONS.filter(({ name }) => name.includes(words));
  if (chosen.length === 0) {
    console.error(`--mutations: no planted bug has "${words}" in its name`);
    process.exit(2);
  }
  let missed = 0;
  await findAllPlanted(chosen, { root, jobs, seed, calls }, ({ name, caught, seeds, calls: made }) => {
    if (caught === undefined) {
      missed++;
      console.log(`NOT CAUGHT  ${name}: ${made.toLocaleString('en')} calls in ${seeds} worlds`);
    } else
      console.log(
        `${caught.invariant.padEnd(9)} ${name}: after ${made.toLocaleString('en')} calls in ${seeds} worlds\n` +
          `          seed ${caught.seed}: ${caught.message.split('\n')[0]?.slice(0, 140)}`,
      );
  });
  console.log(
    missed === 0
      ? `each of the ${chosen.length} planted bugs was caught`
      : `${missed} of ${chosen.length} planted bugs were not caught`,
  );
  process.exitCode = missed === 0 ? 0 : 1;
}
