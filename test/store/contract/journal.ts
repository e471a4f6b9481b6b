import type { WriteEffect } from '../../../dialer/core/effects.js';
import { contacts, leaseOf, START } from '../records.js';
import type { StoreTest } from './support.js';

export function journalTests(test: StoreTest): void {
  test('events are journalled in order, with sequences that count on', async (t, store) => {
    t.equal(await store.lastEvent(), 0);
    t.same(await store.events(0, 10), []);
    const event = (number: number): WriteEffect => ({
      type: 'event',
      event: {
        kind: 'switch-changed',
        at: START + number,
        switchId: 'main',
        connected: true,
        reason: `${number}`,
      },
    });
    const first = await store.write([event(1), event(2)]);
    const second = await store.write([event(3)]);
    t.same(
      [...first, ...second].map((entry) => entry.sequence),
      [1, 2, 3],
    );
    t.equal(await store.lastEvent(), 3);
    t.same(await store.events(0, 10), [...first, ...second]);
    t.same(await store.events(1, 1), [first[1]]);
    t.same(await store.events(3, 10), []);
  });

  test('writes asked for at the same time are carried out in their order', async (t, store) => {
    await store.addContacts('spring', contacts(50), START);
    const calls = Array.from({ length: 50 }, (_, index) =>
      store.write([
        {
          type: 'event',
          event: { kind: 'switch-changed', at: index, switchId: 's', connected: false, reason: '' },
        },
      ]),
    );
    const lease = store.leaseLeads(leaseOf({ count: 50 }));
    const sequences = (await Promise.all(calls)).map(([entry]) => entry?.sequence);
    t.same(
      sequences,
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
    t.equal((await lease).leads.length, 50);
  });
}
