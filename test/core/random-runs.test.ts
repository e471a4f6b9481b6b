/**
 * Random runs of the core: agents, campaigns and calls in a world where switches lose, repeat, delay and reorder events,
 * stores fail and engines die. By default as many as fit in a few seconds; `TACTUS_RANDOM_RUNS`, `TACTUS_RANDOM_SECONDS`
 * and `TACTUS_RANDOM_SEED` ask for more, or for others.
 */
import fc from 'fast-check';
import t from 'tap';
import { plan, run } from './random-plan.js';

function fromEnvironment(name: string, otherwise: number): number {
  const value = Number(process.env[name] ?? otherwise);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name}: must be a whole number`);
  return value;
}

const seconds = fromEnvironment('TACTUS_RANDOM_SECONDS', 12);

// tap's own limit is of the whole file; the last run is let to its end.
t.setTimeout(1_000 * (seconds + 60));

t.test('the invariants hold in random runs', async (t) => {
  let runs = 0;
  const seed = fromEnvironment('TACTUS_RANDOM_SEED', 20_261_118);
  fc.assert(
    fc.property(plan, (p) => {
      run(p);
      runs++;
    }),
    {
      seed,
      numRuns: fromEnvironment('TACTUS_RANDOM_RUNS', 150),
      interruptAfterTimeLimit: 1_000 * seconds,
    },
  );
  t.ok(runs > 0);
  t.comment(`${runs} runs from seed ${seed}`);
});
