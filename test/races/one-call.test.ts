/** Two campaigns race for the same numbers. */
import t from 'tap';
import { Floor, raceContact } from './floor.js';

t.setTimeout(300_000);

const NUMBERS = 10_000;

t.test(
  'of two campaigns that race for a number with a cap of one, one places one call, 10,000 times of 10,000',
  async (t) => {
    const contacts = Array.from({ length: NUMBERS }, (_, index) => raceContact(index));
    const floor = await Floor.open({
      engines: 2,
      agents: 250,
      contacts,
      // Every other number comes at the same place in both lists, those between from opposite ends: whoever is ahead, both
      // have numbers of their own to call.
      listOf: (all, engine) =>
        engine === 0 ? all : all.map((each, i) => (i % 2 === 0 ? each : (all[NUMBERS - i] ?? each))),
      settings: { attemptsPerDay: 1 },
    });
    t.teardown(() => floor.close());
    await floor.start();
    // Each contact ends as called (and waiting for its retry), or as put off until the cap frees.
    const later = floor.clock.now() + 60_000;
    await floor.quiet(async () => {
      if (floor.originated.length < NUMBERS) return false;
      for (const campaignId of ['c0', 'c1']) {
        const counts = await floor.store.contactCounts(campaignId);
        if (counts.some(({ state }) => state === 'leased')) return false;
        const { items } = await floor.store.contacts({ campaignId, state: 'open', limit: 500 });
        if (items.some(({ dueAt }) => dueAt < later)) return false;
      }
      return true;
    });
    const calls = new Map<string, number>();
    const placed = { c0: 0, c1: 0 };
    for (const { campaignId, number } of floor.originated) {
      calls.set(number, (calls.get(number) ?? 0) + 1);
      placed[campaignId as 'c0' | 'c1'] += 1;
    }
    t.equal(calls.size, NUMBERS, 'every number was called');
    t.same(
      [...calls].filter(([, count]) => count !== 1),
      [],
      'none twice',
    );
    t.ok(placed.c0 > 100 && placed.c1 > 100, `both took part: ${placed.c0} and ${placed.c1} calls`);
    const { attempts } = await floor.store.attemptTotals({ from: 0, to: Number.MAX_SAFE_INTEGER });
    t.equal(attempts, NUMBERS, 'and no attempt is on record beside those');
  },
);
