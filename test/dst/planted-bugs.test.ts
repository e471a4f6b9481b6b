/** What the deterministic simulation finds: bugs that are planted, each kind once, and the smallest world that shows one. */
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { loadEngine } from './engine-parts.js';
import { MUTATIONS, type Mutation, plantedTexts } from './mutations.js';
import { findAllPlanted, type PlantedReport } from './planted-bugs.js';
import { runSeedWorld } from './seed-run.js';
import { worldOfSeed } from './seed-scenario.js';
import { shrink } from './shrink.js';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const JOBS = 2;

t.setTimeout(1_800_000);

/** What is looked for in every run of the tests; all of them by `npm run dst -- --mutations`. */
const CHOSEN = [
  'a halt while the intent is written is not seen',
  'an intent without a reaper',
  'an agent is given a customer and not reserved',
  'an abandon is counted at the message and at the end',
  'an attempt that has ended takes a second result',
  'attempt ids are drawn from the machine, not from the seed',
].map((name) => {
  const mutation = MUTATIONS.find((each) => each.name === name);
  if (mutation === undefined) throw new Error(`no mutation is called ${name}`);
  return mutation;
});
const [SHRUNK] = CHOSEN as [Mutation];
let caughtShrunk: PlantedReport['caught'];

t.test('a planted bug of each kind is caught', async (t) => {
  await findAllPlanted(CHOSEN, { root, jobs: JOBS, seed: 1, calls: 100_000 }, ({ name, caught, calls }) => {
    if (name === SHRUNK.name) caughtShrunk = caught;
    t.ok(caught, `${name}: ${caught?.invariant ?? 'not caught'}, ${calls} calls`);
  });
});

t.test('every planted bug still has its place in the code', async (t) => {
  for (const mutation of MUTATIONS) t.ok(plantedTexts(root, mutation).has(mutation.file), mutation.name);
});

t.test('a failing world is made small, and still fails in the same way', async (t) => {
  const caught = caughtShrunk;
  const parts = await loadEngine(root, SHRUNK);
  const seed = caught?.seed ?? 0;
  const fails = (world: ReturnType<typeof worldOfSeed>): boolean =>
    runSeedWorld(parts, world, seed, false).failure?.invariant === caught?.invariant;
  const small = shrink(worldOfSeed(seed), fails, 40);
  t.ok(fails(small));
  const trouble = (world: ReturnType<typeof worldOfSeed>): number =>
    world.scenario.faults.schedule.length + world.scenario.operators.length;
  t.ok(trouble(small) <= trouble(worldOfSeed(seed)), `${trouble(small)} faults and buttons are left`);
});
