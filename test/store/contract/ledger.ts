import type { WriteEffect } from '../../../dialer/core/effects.js';
import type { LedgerEntry } from '../../../dialer/core/model.js';
import { contacts, DAY, dispositionOf, HOUR, intentFor, recordResult, START } from '../records.js';
import { commit, DONE, LATER, leaseOne, type StoreTest } from './support.js';

const BLOCK_END = START + 30 * DAY;

function entry(over: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    law: 'us-30-days',
    from: START,
    neededUntil: BLOCK_END,
    answers: 1,
    abandoned: 0,
    machines: 0,
    ...over,
  };
}

const withLedger = (write: WriteEffect, ...ledger: LedgerEntry[]): WriteEffect =>
  ({ ...write, ledger }) as WriteEffect;

const everything = { from: 0, to: Number.MAX_SAFE_INTEGER };

export function ledgerTests(test: StoreTest): void {
  test('what results post to the abandon ledgers adds up, row by row', async (t, store) => {
    await store.addContacts('spring', contacts(3), START);
    await store.addContacts('autumn', contacts(1), START);
    const day = { law: 'gb-24-hours', neededUntil: START + DAY + HOUR / 4 };
    const post = async (campaignId: string, ...ledger: LedgerEntry[]): Promise<void> => {
      const intent = intentFor(await leaseOne(store, { campaignId }));
      await commit(store, intent);
      await store.write([withLedger(recordResult(intent, LATER, 'connected'), ...ledger)]);
    };
    await post('spring', entry(), entry({ ...day }));
    await post('spring', entry({ abandoned: 1 }), entry({ ...day, from: START + HOUR / 4 }));
    await post('spring', entry({ answers: 0, machines: 1 }));
    await post('autumn', entry());
    const rows = [
      { campaignId: 'autumn', ...entry() },
      { campaignId: 'spring', ...entry({ ...day }) },
      { campaignId: 'spring', ...entry({ ...day, from: START + HOUR / 4 }) },
      { campaignId: 'spring', ...entry({ answers: 2, abandoned: 1, machines: 1 }) },
    ];
    t.same(await store.abandonLedger(everything), rows);
    t.same(await store.abandonLedger({ ...everything, campaignId: 'spring' }), rows.slice(1));
    t.same(await store.abandonLedger({ ...everything, campaignId: 'nothing' }), []);
    t.same(await store.abandonLedger({ from: START + 2 * DAY, to: BLOCK_END }), [rows[0], rows[3]]);
    t.same(await store.abandonLedger({ from: 0, to: START }), [], 'a period that ends before the row begins');
    t.same((await store.boot(START + HOUR)).ledger, rows);
    t.same((await store.boot(START + 2 * DAY)).ledger, [rows[0], rows[3]], 'only what matters still');
    t.same((await store.boot(BLOCK_END)).ledger, []);
    t.same(await store.abandonLedger(everything), rows, 'and nothing of it is forgotten');
  });

  test('a second result posts nothing, and a second disposition corrects nothing', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    const intent = intentFor(await leaseOne(store));
    await commit(store, intent);
    const result = withLedger(
      recordResult(intent, { state: 'pending' }, 'connected'),
      entry({ abandoned: 1 }),
    );
    await store.write([result]);
    await store.write([result]);
    const unknown = { ...intent, attemptId: 'never-committed' };
    await store.write([withLedger(recordResult(unknown, LATER, 'abandoned'), entry())]);
    t.match(await store.abandonLedger(everything), [{ answers: 1, abandoned: 1 }]);
    const machine: WriteEffect = {
      type: 'record-disposition',
      disposition: dispositionOf(intent, { disposition: 'machine', success: false }),
      next: DONE,
      ledger: [entry({ answers: -1, abandoned: -1 })],
    };
    await store.write([machine]);
    await store.write([machine]);
    const lost = dispositionOf(unknown, { disposition: 'machine' });
    await store.write([{ ...machine, disposition: lost }]);
    t.match(await store.abandonLedger(everything), [{ answers: 0, abandoned: 0 }]);
  });

  test('what a watch knows is kept as it was last said, and forgotten when it says nothing', async (t, store) => {
    t.same((await store.boot(START)).watches, []);
    const watch = (campaignId: string, snapshot: string): WriteEffect => ({
      type: 'save-watch',
      campaignId,
      snapshot,
    });
    await store.write([watch('spring', '{"a":1}'), watch('autumn', '{}'), watch('spring', '{"a":2}')]);
    t.same((await store.boot(START)).watches, [
      { campaignId: 'autumn', snapshot: '{}' },
      { campaignId: 'spring', snapshot: '{"a":2}' },
    ]);
    await store.write([watch('autumn', '')]);
    t.same((await store.boot(START)).watches, [{ campaignId: 'spring', snapshot: '{"a":2}' }]);
  });

  test('what was learned of a pool is kept as it was last said', async (t, store) => {
    t.same((await store.boot(START)).learned, []);
    const learned = (pool: string, snapshot: string): WriteEffect => ({
      type: 'save-learned',
      learned: { pool, snapshot },
    });
    await store.write([learned('south', '{"a":1}'), learned('north', '{}'), learned('south', '{"a":2}')]);
    t.same((await store.boot(START)).learned, [
      { pool: 'north', snapshot: '{}' },
      { pool: 'south', snapshot: '{"a":2}' },
    ]);
  });
}
