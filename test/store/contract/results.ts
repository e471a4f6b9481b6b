import type { WriteEffect } from '../../../dialer/core/effects.js';
import type { Intent, Outcome } from '../../../dialer/core/model.js';
import {
  contact,
  contacts,
  DAY,
  dispositionOf,
  HOUR,
  intentFor,
  leaseOf,
  recordResult,
  START,
} from '../records.js';
import { attempt, close, commit, DONE, LATER, leaseOne, type StoreTest } from './support.js';

export function resultTests(test: StoreTest): void {
  test('a result moves the contact on and counts what was charged', async (t, store) => {
    await store.addContacts('spring', [contact(1, { numbers: ['+12125550001', '+12125550002'] })], START);
    const first = intentFor(await leaseOne(store));
    await commit(store, first);
    await store.write([
      recordResult(first, { state: 'open', dueAt: START + HOUR, nextNumber: 1 }, 'invalid', {
        numberDead: true,
      }),
    ]);
    t.match(await store.contact(first.contactId), {
      state: 'open',
      dueAt: START + HOUR,
      attempts: 1,
      lastOutcome: 'invalid',
      numbers: [
        { attempts: 1, dead: true },
        { attempts: 0, dead: false },
      ],
    });
    const lead = await leaseOne(store, { now: START + HOUR });
    t.match(lead, { nextNumber: 1, attempts: 1, lastOutcome: 'invalid', lastAttemptAt: START });
    t.equal(lead.numbers[0]?.dead, true);
    const second = intentFor(lead);
    await commit(store, second);
    await store.write([recordResult(second, LATER, 'not-dialed')]);
    t.match(await store.contact(first.contactId), { attempts: 1, lastOutcome: 'not-dialed' });
    const third = intentFor(await leaseOne(store, { now: START + HOUR }));
    await commit(store, third);
    await store.write([recordResult(third, DONE, 'busy')]);
    t.match(await store.contact(first.contactId), { state: 'done', doneReason: 'no-answer', attempts: 2 });
  });

  test('the first result of an attempt stands, and nothing of a second one is applied', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    const intent = intentFor(await leaseOne(store));
    await commit(store, intent);
    const ended = (outcome: Outcome): WriteEffect => ({
      type: 'event',
      event: {
        kind: 'attempt-ended',
        at: START,
        attemptId: intent.attemptId,
        campaignId: 'spring',
        stage: 'production',
        contactId: intent.contactId,
        outcome,
        abandonKind: '',
        cause: '',
        agentId: '',
        ringMilliseconds: 0,
        talkMilliseconds: 0,
      },
    });
    const first = recordResult(intent, LATER, 'busy');
    t.equal((await store.write([first, ended('busy')])).length, 1);
    const second = recordResult(intent, DONE, 'invalid', { numberDead: true });
    t.same(await store.write([second, ended('invalid')]), [], 'nor is its end journalled');
    t.match(await store.contact(intent.contactId), {
      state: 'open',
      attempts: 1,
      lastOutcome: 'busy',
      numbers: [{ attempts: 1, dead: false }],
    });
    t.equal((await store.attempt(intent.attemptId))?.result?.outcome, 'busy');
    const unknown = recordResult({ ...intent, attemptId: 'never-committed' }, DONE, 'busy');
    t.same(await store.write([unknown]), []);
    t.equal((await store.contact(intent.contactId))?.state, 'open');
  });

  test('a pending contact waits for its disposition, which decides', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    const intent = await attempt(store, { state: 'pending' }, 'connected');
    const waiting = await store.leaseLeads(leaseOf({ now: START + DAY }));
    t.same(waiting, { leads: [], summary: { open: 1, untried: 0 } });
    const disposition = dispositionOf(intent, { disposition: 'callback', success: false });
    await store.write([
      { type: 'record-disposition', disposition, next: { state: 'callback', dueAt: START + DAY } },
    ]);
    t.equal((await store.contact(intent.contactId))?.state, 'callback');
    t.same((await store.attempt(intent.attemptId))?.disposition, disposition);
    const second = dispositionOf(intent);
    await store.write([{ type: 'record-disposition', disposition: second, next: DONE }]);
    t.equal((await store.contact(intent.contactId))?.state, 'done', 'a correction counts');
  });

  test('an agent who had a machine on the line takes a live answer out of the totals', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    const intent = intentFor(await leaseOne(store));
    await commit(store, intent);
    await store.write([recordResult(intent, { state: 'pending' }, 'connected', { answeredAt: START })]);
    const totals = { from: START - DAY, to: START + DAY };
    const { liveAnswers } = await store.attemptTotals(totals);
    const disposition = dispositionOf(intent, { disposition: 'machine', success: false });
    await store.write([{ type: 'record-disposition', disposition, next: LATER }]);
    t.equal(liveAnswers, 1);
    t.equal((await store.attemptTotals(totals)).liveAnswers, 0);
  });

  test('a wrong number is not dialled again', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    const intent = await attempt(store, { state: 'pending' }, 'connected');
    const disposition = dispositionOf(intent, { disposition: 'wrong-number', success: false });
    await store.write([{ type: 'record-disposition', disposition, next: LATER }]);
    t.equal((await store.contact(intent.contactId))?.numbers[intent.numberIndex]?.dead, true);
  });

  test('a late disposition does not take the contact from the attempt it is in', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    const first = await attempt(store, LATER, 'connected');
    const second = intentFor(await leaseOne(store, { now: START + HOUR }));
    await commit(store, second);
    await store.write([{ type: 'record-disposition', disposition: dispositionOf(first), next: DONE }]);
    t.equal((await store.contact(first.contactId))?.state, 'leased');
    t.equal((await store.attempt(first.attemptId))?.disposition?.disposition, 'sale');
    await store.write([recordResult(second, LATER)]);
    t.match(await store.contact(first.contactId), { state: 'open', attempts: 2 });
  });

  test('a lead closed while its call is up stays closed', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    const lead = await leaseOne(store);
    const intent = intentFor(lead);
    await commit(store, intent);
    await store.write([close(lead, 'opted out')]);
    await store.write([recordResult(intent, LATER, 'connected')]);
    t.match(await store.contact(lead.contactId), {
      state: 'done',
      doneReason: 'opted out',
      attempts: 1,
      lastOutcome: 'connected',
    });
    t.same((await store.leaseLeads(leaseOf({ now: START + DAY }))).summary, { open: 0, untried: 0 });
  });

  test('attempts are listed newest first, by campaign, contact, number and outcome', async (t, store) => {
    await store.addContacts('spring', contacts(6), START);
    await store.addContacts('autumn', contacts(1), START);
    const made: Intent[] = [];
    for (let i = 0; i < 6; i += 1) made.push(await attempt(store, DONE, i % 2 === 0 ? 'busy' : 'no-answer'));
    made.push(await attempt(store, DONE, 'busy', { campaignId: 'autumn' }));
    const ids = (items: readonly Intent[]): string[] => items.map((item) => item.attemptId);
    t.same(ids((await store.attempts({ limit: 100 })).items), ids([...made].reverse()));
    const spring = await store.attempts({ campaignId: 'spring', limit: 4 });
    t.equal(spring.items.length, 4);
    const cursor = spring.nextCursor ?? '';
    const rest = await store.attempts({ campaignId: 'spring', limit: 4, cursor });
    t.same(ids([...spring.items, ...rest.items]), ids(made.slice(0, 6).reverse()));
    t.equal(rest.nextCursor, undefined);
    const busy = await store.attempts({ campaignId: 'spring', outcome: 'busy', limit: 100 });
    t.same(ids(busy.items), ids([made[4], made[2], made[0]] as Intent[]));
    t.match(busy.items[0], { permit: made[4]?.permit, result: { outcome: 'busy' } });
    const { number = '', contactId = '' } = made[0] ?? {};
    t.same(ids((await store.attempts({ number, limit: 100 })).items), ids([made[6], made[0]] as Intent[]));
    t.same(ids((await store.attempts({ contactId, limit: 100 })).items), ids([made[0]] as Intent[]));
    t.same((await store.attempts({ contactId: 'nonsense', limit: 100 })).items, []);
    t.same((await store.attempts({ campaignId: 'nothing', limit: 100 })).items, []);
  });

  test('totals count the attempts that began in the period', async (t, store) => {
    await store.addContacts('spring', contacts(8), START);
    await store.addContacts('autumn', contacts(1), START);
    const answeredAt = START + 10;
    const outcomes: [Outcome, { answeredAt?: number }][] = [
      ['connected', { answeredAt }],
      ['abandoned', { answeredAt }],
      ['machine', { answeredAt }],
      ['busy', {}],
      ['not-dialed', {}],
      ['short', { answeredAt }],
    ];
    for (const [outcome, over] of outcomes) {
      const intent = intentFor(await leaseOne(store));
      await commit(store, intent);
      await store.write([recordResult(intent, DONE, outcome, over)]);
    }
    await commit(store, intentFor(await leaseOne(store)));
    await attempt(store, DONE, 'busy', { now: START + HOUR });
    await attempt(store, DONE, 'busy', { campaignId: 'autumn' });
    t.same(await store.attemptTotals({ campaignId: 'spring', from: START, to: START + HOUR }), {
      attempts: 6,
      liveAnswers: 3,
      abandoned: 1,
      byOutcome: { connected: 1, abandoned: 1, machine: 1, busy: 1, 'not-dialed': 1, short: 1 },
    });
    t.match(await store.attemptTotals({ from: START, to: START + HOUR + 1 }), {
      attempts: 8,
      byOutcome: { busy: 3 },
    });
    t.same(await store.attemptTotals({ campaignId: 'spring', from: START + DAY, to: START + 2 * DAY }), {
      attempts: 0,
      liveAnswers: 0,
      abandoned: 0,
      byOutcome: {},
    });
  });
}
