import type { Store } from '../../../dialer/store/port.js';
import { DAY, START } from '../records.js';
import type { StoreTest } from './support.js';

const script = { kind: 'script', id: 'welcome', at: START };

async function idsOf(store: Store, kind: string, limit: number, cursor?: string): Promise<readonly string[]> {
  const page = await store.documents({ kind, limit, ...(cursor !== undefined && { cursor }) });
  const ids = page.items.map(({ id }) => id);
  return page.nextCursor === undefined
    ? ids
    : [...ids, '…', ...(await idsOf(store, kind, limit, page.nextCursor))];
}

export function documentTests(test: StoreTest): void {
  test('a document is kept with its versions', async (t, store) => {
    t.equal(await store.document('script', 'welcome'), undefined);
    t.equal(await store.saveDocument({ ...script, body: { text: 'Hello' } }), 1);
    t.equal(await store.saveDocument({ ...script, at: START + DAY, body: { text: 'Good day' } }), 2);
    const second = {
      kind: 'script',
      id: 'welcome',
      version: 2,
      body: { text: 'Good day' },
      createdAt: START,
      updatedAt: START + DAY,
    };
    t.same(await store.document('script', 'welcome'), second);
    const first = await store.document('script', 'welcome', 1);
    t.match(first, { version: 1, body: { text: 'Hello' }, createdAt: START, updatedAt: START });
    t.equal(await store.document('script', 'welcome', 3), undefined);
    t.equal(await store.document('offer', 'welcome'), undefined);
    const newest = await store.documentVersions({ kind: 'script', id: 'welcome', limit: 1 });
    t.same(newest, { items: [second], nextCursor: '2' });
    t.same(await store.documentVersions({ kind: 'script', id: 'welcome', limit: 1, cursor: '2' }), {
      items: [first],
    });
  });

  test('of two who edit the same version of a document, the second is refused', async (t, store) => {
    t.equal(await store.saveDocument({ ...script, body: 'a', ifVersion: 1 }), false, 'there is none yet');
    t.equal(await store.saveDocument({ ...script, body: 'a', ifVersion: 0 }), 1);
    t.equal(await store.saveDocument({ ...script, body: 'b', ifVersion: 0 }), false, 'there is one by now');
    t.equal(await store.saveDocument({ ...script, body: 'c', ifVersion: 1 }), 2);
    t.equal(await store.saveDocument({ ...script, body: 'd', ifVersion: 1 }), false);
    t.match(await store.document('script', 'welcome'), { version: 2, body: 'c' });
    t.equal(await store.removeDocument({ kind: 'script', id: 'welcome', ifVersion: 1 }), false);
    t.equal(await store.removeDocument({ kind: 'script', id: 'welcome', ifVersion: 2 }), true);
  });

  test('a removed document is gone from the list, not from its versions', async (t, store) => {
    await store.saveDocument({ ...script, body: 'a' });
    t.equal(await store.removeDocument(script), true);
    t.equal(await store.removeDocument(script), false);
    t.equal(await store.document('script', 'welcome'), undefined);
    t.same(await idsOf(store, 'script', 10), []);
    t.match(await store.document('script', 'welcome', 1), { body: 'a' });
    const later = { ...script, at: START + DAY, body: 'b', ifVersion: 0 };
    t.equal(await store.saveDocument(later), 2, 'versions go on counting');
    t.match(await store.document('script', 'welcome'), { body: 'b', createdAt: START + DAY });
  });

  test('what must be forgotten is forgotten', async (t, store) => {
    const user = { kind: 'user', id: 'ada', at: START };
    await store.saveDocument({ ...user, body: { hash: 'old' }, keep: 'last' });
    await store.saveDocument({ ...user, body: { hash: 'new' }, keep: 'last' });
    t.equal(await store.document('user', 'ada', 1), undefined);
    const { items } = await store.documentVersions({ kind: 'user', id: 'ada', limit: 10 });
    t.match(items, [{ version: 2, body: { hash: 'new' } }]);
    t.equal(items.length, 1);
    await store.removeDocument({ ...user, keep: 'none' });
    t.same(await store.documentVersions({ kind: 'user', id: 'ada', limit: 10 }), { items: [] });
  });

  test('documents are listed by kind, page by page', async (t, store) => {
    for (const id of ['c', 'a', 'd', 'b']) await store.saveDocument({ ...script, id, body: null });
    await store.saveDocument({ ...script, kind: 'offer', id: 'x', body: [1, 'two', { three: null }] });
    t.same(await idsOf(store, 'script', 3), ['a', 'b', 'c', '…', 'd']);
    t.same(await idsOf(store, 'script', 2), ['a', 'b', '…', 'c', 'd']);
    t.match(await store.documents({ kind: 'offer', limit: 10 }), {
      items: [{ body: [1, 'two', { three: null }] }],
    });
  });

  test('a change of a document and its audit record are one', async (t, store) => {
    const entry = {
      at: START,
      action: 'script.save',
      actor: { kind: 'key', id: 'k', name: 'ops', role: 'operator' },
      subject: { kind: 'script', id: 'welcome' },
    } as const;
    const write = { ...script, body: 'a', ifVersion: 0 };
    t.equal(await store.audited(entry, 'saveDocument', [write]), 1);
    t.equal(await store.audited(entry, 'saveDocument', [write]), false);
    const { items } = await store.auditRecords({ action: 'script.save', limit: 10 });
    t.match(items, [{ result: 1 }]);
    t.equal(items.length, 1, 'what was refused is not recorded');
  });
}
