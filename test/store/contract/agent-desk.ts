import type { AttemptAnswers } from '../../../dialer/core/model.js';
import type { LeaseContactRequest } from '../../../dialer/store/port.js';
import { contact, contacts, DAY, HOUR, intentFor, leaseOf, MINUTE, START } from '../records.js';
import { attempt, close, commit, LATER, leaseOne, release, type StoreTest } from './support.js';

function one(contactId: string, over: Partial<LeaseContactRequest> = {}): LeaseContactRequest {
  const { readyAgents: _, count: __, ...lease } = leaseOf();
  return { ...lease, type: 'lease-contact', requestId: 'r1', agentId: 'ann', contactId, ...over };
}

export function agentDeskTests(test: StoreTest): void {
  test('one contact is leased by name, whether it is due or not, as a lease would have it', async (t, store) => {
    await store.addContacts('spring', contacts(3), START);
    await attempt(store, LATER);
    const [due] = (await store.peekLeads({ ...one('c1'), limit: 1 })).items;
    const leased = await store.leaseContact(one('c1'));
    if (leased.lead === undefined) throw new Error(`not leased: ${leased.refusal}`);
    const { lead, dueAt } = leased;
    t.equal(dueAt, START + HOUR);
    t.match(lead, { contactId: 'c1', name: 'Person 0', attempts: 1, leasedUntil: START + 5 * MINUTE });
    t.same(lead.numbers, due?.numbers, 'with the facts of a lease');
    t.same(await store.leaseContact(one('c1')), { refusal: 'in-use' }, 'once');
    t.equal((await store.leaseLeads(leaseOf({ now: START + 2 * MINUTE }))).leads.length, 2);
    t.same(await store.leaseContact(one('c2')), { refusal: 'in-use' }, 'not one of a hopper');
    await store.write([release(lead, dueAt, 0)]);
    t.match(await store.contact('c1'), { state: 'open', dueAt: START + HOUR });
    const again = await store.leaseContact(one('c1', { now: START + DAY, leaseUntil: START + DAY + MINUTE }));
    if (again.lead === undefined) throw new Error('not leased again');
    t.match(await commit(store, intentFor(again.lead)), { committed: true });
    t.same(await store.leaseContact(one('c1', { now: START + DAY })), { refusal: 'in-use' }, 'not in a call');
  });

  test('what cannot be leased by name says why', async (t, store) => {
    await store.addContacts('spring', contacts(2), START);
    await store.addContacts('autumn', [contact(5)], START);
    const lead = await leaseOne(store);
    await store.write([close(lead, 'enough')]);
    t.same(await store.leaseContact(one(lead.contactId)), { refusal: 'closed' });
    t.same(await store.leaseContact(one('c3')), { refusal: 'not-found' }, 'of another campaign');
    t.same(await store.leaseContact(one('c99')), { refusal: 'not-found' });
    t.same(await store.leaseContact(one('nonsense')), { refusal: 'not-found' });
    t.same(await store.leaseContact(one('c2', { stage: 'validation' })), { refusal: 'stage' });
    t.equal((await store.contact('c2'))?.state, 'open');
  });

  test('a lease by name ends like any other', async (t, store) => {
    await store.addContacts('spring', [contact(0)], START);
    await store.leaseContact(one('c1'));
    t.equal((await store.leaseLeads(leaseOf({ now: START + 4 * MINUTE }))).leads.length, 0);
    t.equal((await store.leaseLeads(leaseOf({ now: START + 6 * MINUTE }))).leads.length, 1);
  });

  test('answers are kept with their attempt, the latest in the place of the ones before', async (t, store) => {
    await store.addContacts('spring', [contact(0)], START);
    const made = await attempt(store, LATER, 'connected');
    t.equal((await store.attempt(made.attemptId))?.answers, undefined);
    const answers: AttemptAnswers = {
      script: 'renewal@3',
      answers: { owner: 'yes', people: 4, note: 'ünïcode ☎' },
      agentId: 'ann',
      at: START + MINUTE,
    };
    t.equal(await store.saveAnswers('00000000-0000-4000-8000-ffffffffffff', answers), false);
    t.equal(await store.saveAnswers(made.attemptId, { ...answers, answers: { owner: 'no' } }), true);
    t.equal(await store.saveAnswers(made.attemptId, answers), true);
    const record = await store.attempt(made.attemptId);
    t.same(record?.answers, answers);
    t.match(record?.result, { outcome: 'connected' });
    const [listed] = (await store.attempts({ limit: 1 })).items;
    t.same(listed?.answers, answers);
    const between = { campaignId: 'spring', from: START, to: START + DAY, limit: 5 };
    t.same((await store.attemptsBetween(between)).items[0]?.answers, answers);
    await store.erase({ contactIds: ['c1'], numbers: contact(0).numbers, at: START + HOUR });
    t.equal((await store.attempt(made.attemptId))?.answers, undefined, 'erased with the person');
  });
}
