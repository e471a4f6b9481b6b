/**
 * Deterministic simulation in every run of the tests: a million simulated calls, half of them the repeats that have to give
 * the same digests. `TACTUS_DST_CALLS` and `TACTUS_DST_SEED` ask for more, or for others; `npm run dst` is the same by hand.
 */
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runSeeds } from './pool.js';
import { regressionSeeds } from './regression-seeds.js';

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
