import { type AuditEntry, CHAIN_START, ChainCheck } from '../../../dialer/audit/index.js';
import { campaign, START } from '../records.js';
import type { StoreTest } from './support.js';

export function auditEntry(index: number, over: Partial<AuditEntry> = {}): AuditEntry {
  return {
    at: START + index,
    action: 'campaign.pause',
    actor: { kind: 'key', id: 'k1', name: 'console', role: 'operator' },
    subject: { kind: 'campaign', id: 'spring' },
    reason: `reason ${index}, ünïcode ☎`,
    before: { status: 'running' },
    after: { status: 'paused', since: START + index },
    ...over,
  };
}

export function auditTests(test: StoreTest): void {
  test('audit records stand in order, each chained to the one before', async (t, store) => {
    t.same(await store.auditHead(), CHAIN_START);
    t.same(await store.auditRecords({ limit: 10 }), { items: [] });
    await store.appendAudit([auditEntry(1), auditEntry(2)]);
    await store.write([{ type: 'save-campaign', campaign: campaign('spring') }], [auditEntry(3)]);
    const { items } = await store.auditRecords({ limit: 10, oldestFirst: true });
    t.same(
      items.map(({ sequence, reason, at }) => [sequence, reason, Date.parse(at)]),
      [1, 2, 3].map((n) => [n, `reason ${n}, ünïcode ☎`, START + n]),
    );
    t.same(items[0]?.after, { status: 'paused', since: START + 1 });
    t.equal(items[0]?.previous, CHAIN_START.hash);
    const check = new ChainCheck();
    for (const record of items) t.equal(check.next(record), undefined);
    t.equal(check.end(await store.auditHead()), undefined);
    t.same(check.head, { sequence: 3, hash: items[2]?.hash });
  });

  test('records asked for at the same time form one chain', async (t, store) => {
    await Promise.all(Array.from({ length: 40 }, (_, index) => store.appendAudit([auditEntry(index)])));
    const { items } = await store.auditRecords({ limit: 100, oldestFirst: true });
    t.same(
      items.map((record) => record.reason),
      Array.from({ length: 40 }, (_, index) => auditEntry(index).reason),
    );
    const check = new ChainCheck();
    for (const record of items) t.equal(check.next(record), undefined);
    t.equal(check.end(await store.auditHead()), undefined);
  });

  test('an operation and its record are one: both or neither', async (t, store) => {
    const number = '+12125550001';
    const entry = auditEntry(1, {
      action: 'dnc.add',
      subject: { kind: 'number', id: '' },
      numbers: [number],
    });
    t.equal(await store.audited(entry, 'addDnc', [[number], { reason: 'asked', at: START }]), 1);
    t.equal((await store.isDnc(number)).internal, true);
    t.equal((await store.auditRecords({ limit: 1 })).items[0]?.result, 1);
    t.equal(await store.audited(entry, 'removeDnc', ['+12125550009']), false);
    t.equal((await store.auditHead()).sequence, 1, 'what changed nothing is not recorded');
    const faulty = { ...entry, after: Number.NaN };
    await t.rejects(store.audited(faulty, 'addDnc', [['+12125550002'], { reason: 'asked', at: START }]));
    t.equal((await store.auditHead()).sequence, 1);
    t.equal((await store.isDnc('+12125550002')).internal, false);
    await t.rejects(store.audited(entry, 'addContacts', ['spring', [{ numbers: [] } as never], START]));
    t.equal((await store.auditHead()).sequence, 1, 'an operation that fails leaves no record');
  });

  test('a record names numbers by keyed hash and last digits, and is found by the number', async (t, store) => {
    const [a, b] = ['+12125550143', '+12125550144'] as const;
    await store.appendAudit([
      auditEntry(1, { numbers: [a, b] }),
      auditEntry(2, { numbers: [b] }),
      auditEntry(3, { numbers: Array.from({ length: 101 }, (_, i) => `+1212555${1000 + i}`) }),
    ]);
    const { items } = await store.auditRecords({ limit: 10, oldestFirst: true });
    t.notMatch(JSON.stringify(items), /\+1212/);
    t.same(
      items[0]?.numbers?.map((number) => number.ends),
      ['43', '44'],
    );
    t.match(items[0]?.numbers?.[0]?.hash, /^[0-9a-f]{32}$/);
    t.equal(items[0]?.numbers?.[1]?.hash, items[1]?.numbers?.[0]?.hash);
    t.equal(items[2]?.numbers, undefined);
    t.equal(items[2]?.numberCount, 101);
    const about = async (number: string) =>
      (await store.auditRecords({ number, limit: 10 })).items.map((record) => record.sequence);
    t.same(await about(b), [2, 1]);
    t.same(await about(a), [1]);
    t.same(await about('+12125550145'), []);
  });

  test('records are filtered and paged, newest or oldest first', async (t, store) => {
    await store.appendAudit(
      Array.from({ length: 7 }, (_, index) =>
        auditEntry(index, {
          action: index % 2 === 0 ? 'campaign.pause' : 'key.revoke',
          subject: { kind: index % 2 === 0 ? 'campaign' : 'key', id: `x${index % 3}` },
          actor: { kind: 'key', id: index < 4 ? 'k1' : 'k2', name: '', role: 'admin' },
        }),
      ),
    );
    const of = async (filter: Partial<Parameters<typeof store.auditRecords>[0]>) =>
      (await store.auditRecords({ limit: 10, ...filter })).items.map((record) => record.sequence);
    t.same(await of({ action: 'key.revoke' }), [6, 4, 2]);
    t.same(await of({ actorId: 'k2', oldestFirst: true }), [5, 6, 7]);
    t.same(await of({ subjectKind: 'campaign', subjectId: 'x0' }), [7, 1]);
    t.same(await of({ from: START + 2, to: START + 4 }), [4, 3]);
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.auditRecords({ limit: 3, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map((record) => record.sequence));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    t.same(seen, [7, 6, 5, 4, 3, 2, 1]);
    const second = await store.auditRecords({ limit: 3, oldestFirst: true, cursor: '3' });
    t.same([second.items.map((record) => record.sequence), second.nextCursor], [[4, 5, 6], '6']);
  });
}
