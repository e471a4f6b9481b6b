/**
 * Deterministic simulation in every run of the tests: a million simulated calls, half of them the repeats that have to give
 * the same digests. `TACTUS_DST_CALLS` and `TACTUS_DST_SEED` ask for more, or for others; `npm run dst` is the same by hand.
 */
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { loadEngine } from './engine-parts.js';
import { MUTATIONS, plant } from './mutations.js';
import { findPlanted } from './planted-bugs.js';
import { runSeeds } from './pool.js';
import { regressionSeeds } from './regression-seeds.js';
import { runSeedWorld } from './seed-run.js';
import { worldOfSeed } from './seed-scenario.js';
import { shrink } from './shrink.js';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const JOBS = 2;

t.setTimeout(1_800_000);

function fromEnvironment(name: string, otherwise: number): number {
  const value = Number(process.env[name] ?? otherwise);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name}: must be a whole number`);
  return value;
}

t.test('the invariants hold under every fault, and each run repeats itself', async (t) => {
  const seed = fromEnvironment('TACTUS_DST_SEED', 1);
  const calls = fromEnvironment('TACTUS_DST_CALLS', 1_000_000);
  const started = Date.now();
  const report = await runSeeds({
    root,
    jobs: JOBS,
    seed,
    seeds: regressionSeeds(),
    calls: Math.ceil(calls / 2),
    repeat: true,
    stopAtFailure: true,
  });
  const seconds = (Date.now() - started) / 1000;
  for (const { seed: failed, failure } of report.failures)
    t.fail(`seed ${failed}: ${failure?.message}\nagain: npm run dst -- --only ${failed}`);
  const simulated = 2 * report.calls;
  t.ok(simulated >= calls || report.failures.length > 0, `${simulated} calls`);
  t.comment(
    `${simulated} simulated calls in ${report.seeds} worlds, each run twice, ${report.onDisk} on SQLite, ${seconds.toFixed(0)} s, ${Math.round(simulated / seconds)} calls a second`,
  );
});

t.test('a planted bug of each kind is caught', async (t) => {
  for (const name of [
    'a halt while the intent is written is not seen',
    'an intent without a reaper',
    'an agent is given a customer and not reserved',
    'an abandon is counted at the message and at the end',
    'an attempt that has ended takes a second result',
    'attempt ids are drawn from the machine, not from the seed',
  ]) {
    const mutation = MUTATIONS.find((each) => each.name === name);
    if (mutation === undefined) throw new Error(`no mutation is called ${name}`);
    const { caught, calls } = await findPlanted(mutation, { root, jobs: JOBS, seed: 1, calls: 100_000 });
    t.ok(caught, `${name}: ${caught?.invariant ?? 'not caught'}, ${calls} calls`);
  }
});

t.test('every planted bug still has its place in the code', async (t) => {
  for (const mutation of MUTATIONS) {
    const { remove } = plant(root, mutation);
    remove();
    t.pass(mutation.name);
  }
});

t.test('a failing world is made small, and still fails in the same way', async (t) => {
  const mutation = MUTATIONS.find(({ name }) => name.startsWith('a halt while'));
  if (mutation === undefined) throw new Error('no such mutation');
  const { caught } = await findPlanted(mutation, { root, jobs: 1, seed: 1, calls: 100_000 });
  const planted = plant(root, mutation);
  try {
    const parts = await loadEngine(planted.root);
    const seed = caught?.seed ?? 0;
    const fails = (world: ReturnType<typeof worldOfSeed>): boolean =>
      runSeedWorld(parts, world, seed, false).failure?.invariant === caught?.invariant;
    const small = shrink(worldOfSeed(seed), fails, 40);
    t.ok(fails(small));
    const trouble = (world: ReturnType<typeof worldOfSeed>): number =>
      world.scenario.faults.schedule.length + world.scenario.operators.length;
    t.ok(trouble(small) <= trouble(worldOfSeed(seed)), `${trouble(small)} faults and buttons are left`);
  } finally {
    planted.remove();
  }
});
