import t from 'tap';
import { MemoryStore } from '../../dialer/store/memory-store.js';
import { storeContract } from './contract.js';
import { contacts, intentFor, leaseOf, recordResult, START } from './records.js';

storeContract('memory', async () => new MemoryStore());

t.test('the synchronous core and the store over it are one', async (t) => {
  const store = new MemoryStore({ installation: 'cafe0001' });
  store.core.addContacts('spring', contacts(3), START);
  t.equal((await store.leaseLeads(leaseOf())).leads.length, 3);
  t.equal(store.core.boot(START).installation, 'cafe0001');
});

t.test('the journal and the ended attempts are kept up to their limits', async (t) => {
  const { core } = new MemoryStore({ journalLimit: 100, attemptLimit: 100 });
  core.addContacts('spring', contacts(1), START);
  const ids: string[] = [];
  for (let minute = 0; minute < 3000; minute += 1) {
    const now = START + minute * 60_000;
    const [lead] = core.leaseLeads(leaseOf({ now })).leads;
    if (lead === undefined) throw new Error('nothing to lease');
    const intent = intentFor(lead, { caps: [] });
    if (core.commitIntents([intent], now)[0]?.committed !== true) throw new Error('intent refused');
    core.write([
      recordResult(intent, { state: 'open', dueAt: now, nextNumber: 0 }),
      {
        type: 'event',
        event: { kind: 'switch-changed', at: now, switchId: 's', connected: true, reason: '' },
      },
    ]);
    ids.push(intent.attemptId);
  }
  t.ok(core.events(0, 10_000).length <= 125);
  t.equal(core.events(0, 10_000).at(-1)?.sequence, 3000);
  t.equal(core.events(2999, 10).length, 1);
  t.ok(core.attempts({ limit: 10_000 }).items.length <= 1125);
  t.ok(core.attempt(ids.at(-1) ?? ''));
  t.equal(core.attempt(ids[0] ?? ''), undefined);
  t.equal(core.contact('c1')?.attempts, 3000);
});
