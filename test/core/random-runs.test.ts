/**
 * Random runs of the core: agents, campaigns and calls in a world where switches lose, repeat, delay and reorder events,
 * stores fail and engines die. `TACTUS_RANDOM_RUNS` sets their number, `TACTUS_RANDOM_SEED` repeats one.
 */
import fc from 'fast-check';
import t from 'tap';
import { plan, run } from './random-plan.js';

const runs = Number(process.env['TACTUS_RANDOM_RUNS'] ?? 120);
const seed = process.env['TACTUS_RANDOM_SEED'];

t.test('the invariants hold in random runs', (t) => {
  fc.assert(
    fc.property(plan, (p) => {
      run(p);
    }),
    {
      numRuns: runs,
      ...(seed === undefined ? {} : { seed: Number(seed) }),
      interruptAfterTimeLimit: 600_000,
    },
  );
  t.pass(`${runs} runs`);
  t.end();
});
