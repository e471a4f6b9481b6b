import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { StageName, StagePlan } from '../../dialer/core/model.js';
import { openSqliteStore } from '../../dialer/store/index.js';
import { MemoryStore } from '../../dialer/store/memory-store.js';
import { allocate, drawStages } from '../../dialer/store/sample-draw.js';

const stages: Readonly<Record<StageName, StagePlan>> = {
  validation: { tiers: [], contacts: 5 },
  pilot: { tiers: [], share: 0.1 },
  production: { tiers: [] },
};
const members = Array.from({ length: 100 }, (_, i) => ({ id: `c${i}`, stratum: i % 3 === 0 ? 'a' : 'b' }));

t.test(
  'the frozen hash stands for seed, list and configuration: it changes with each of them, and only then',
  (t) => {
    const request = { seed: 's', stages, sampling: { strata: ['region'] } };
    const hashOf = (...args: Parameters<typeof drawStages>) => drawStages(...args).report.hash;
    const hash = hashOf(request, members, 100);
    t.equal(hashOf(structuredClone(request), structuredClone(members), 100), hash);
    const others = [
      hashOf({ ...request, seed: 't' }, members, 100),
      hashOf({ ...request, stages: { ...stages, pilot: { tiers: [], share: 0.2 } } }, members, 100),
      hashOf({ ...request, sampling: { strata: ['region'], minimumPerStratum: 1 } }, members, 100),
      hashOf(request, members.slice(1), 100),
      hashOf(request, members, 101),
      hashOf(request, [{ id: 'c0', stratum: 'b' }, ...members.slice(1)], 100),
    ];
    t.equal(new Set([hash, ...others]).size, others.length + 1);
    t.end();
  },
);

t.test(
  'shares add up, stay within a stratum, keep minima where they can, and are within one of proportion',
  (t) => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(500), { minLength: 1, maxLength: 12 }),
        fc.nat(2000),
        fc.nat(5),
        (counts, wanted, minimum) => {
          const given = allocate(counts, wanted, minimum);
          const total = counts.reduce((a, b) => a + b, 0);
          const size = Math.min(wanted, total);
          if (given.reduce((a, b) => a + b, 0) !== size) return false;
          if (given.some((n, i) => n < 0 || n > counts[i]!)) return false;
          if (minimum === 0)
            return given.every((n, i) => Math.abs(n - (size * counts[i]!) / Math.max(1, total)) < 1);
          const least = counts.map((count) => Math.min(minimum, count));
          return least.reduce((a, b) => a + b, 0) > size || given.every((n, i) => n >= least[i]!);
        },
      ),
      { numRuns: 500 },
    );
    t.pass();
    t.end();
  },
);

t.test('both stores, loaded alike, draw and extend the same sample with the same hash', async (t) => {
  const drawn = [];
  const file = join(t.testdir(), 'store.db');
  for (const store of [new MemoryStore({ clock: () => 0 }), await openSqliteStore({ file })]) {
    await store.addContacts(
      'spring',
      Array.from({ length: 60 }, (_, k) => ({
        externalId: `row-${k}`,
        name: '',
        timeZone: '',
        region: k % 2 === 0 ? 'US-NY' : 'US-NJ',
        numbers: [`+1212555${String(k).padStart(4, '0')}`],
        consent: 'none' as const,
        fields: {},
      })),
      0,
    );
    await store.drawSamples({ type: 'draw-samples', campaignId: 'spring', seed: 's', stages });
    await store.extendSample({
      type: 'extend-sample',
      campaignId: 'spring',
      seed: 's',
      stage: 'pilot',
      count: 9,
    });
    const { items } = await store.contacts({ campaignId: 'spring', limit: 100 });
    drawn.push([await store.sampleReport('spring'), items.map(({ stage }) => stage)]);
    await store.close();
  }
  t.same(drawn[0], drawn[1]);
});
