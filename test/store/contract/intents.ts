import type { IntentResult } from '../../../dialer/core/inputs.js';
import type { Intent, Lead } from '../../../dialer/core/model.js';
import {
  consentFor,
  contact,
  contacts,
  DAY,
  HOUR,
  intentFor,
  leaseOf,
  MINUTE,
  recordResult,
  START,
} from '../records.js';
import {
  close,
  commit,
  DONE,
  LATER,
  leadWith,
  leaseOne,
  refusal,
  release,
  type StoreTest,
} from './support.js';

export function intentTests(test: StoreTest): void {
  test('a contact that was closed and opened again while its call is up is not called on another number', async (t, store) => {
    const numbers = ['+12125550001', '+12125550002'] as const;
    await store.addContacts('spring', [contact(1, { numbers: [...numbers] })], START);
    const first = await store.leaseLeads(leaseOf());
    const lead = first.leads[0] as Lead;
    const { campaignId, contactId } = lead;
    t.match(await store.commitIntents([intentFor(lead)], START), [{ committed: true }]);
    await store.write([{ type: 'close-lead', campaignId, contactId, reason: 'dnc' }]);
    t.same(await store.reopenContacts([{ contactId, number: numbers[1] }]), [contactId]);
    const again = await store.leaseLeads(leaseOf());
    const other = intentFor(again.leads[0] ?? lead, { numberIndex: 1 });
    t.match(await store.commitIntents([other], START), [{ committed: false, refusal: 'live' }]);
  });

  test('a committed intent is an open attempt until its result', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    const intent = intentFor(await leaseOne(store), { agentId: 'ann' });
    t.same(await commit(store, intent), { attemptId: intent.attemptId, committed: true });
    t.same(await store.attempt(intent.attemptId), intent);
    t.same((await store.boot(START)).openAttempts, [{ ...intent, state: 'intended' }]);
    await store.write([recordResult(intent, DONE)]);
    t.same((await store.boot(START)).openAttempts, []);
    t.equal(await store.attempt('no-such-attempt'), undefined);
  });

  test('a number is in one live attempt at most, over all campaigns', async (t, store) => {
    const number = contact(1).numbers[0] ?? '';
    const spring = intentFor(await leadWith(store, number, 'spring'));
    const autumn = intentFor(await leadWith(store, number, 'autumn'));
    const [first, second] = await store.commitIntents([spring, autumn], START);
    t.equal(first?.committed, true);
    t.same(second, {
      attemptId: autumn.attemptId,
      committed: false,
      refusal: 'live',
      detail: `${number} is in another live attempt`,
    });
    t.equal(await store.attempt(autumn.attemptId), undefined, 'a refused intent leaves nothing behind');
    await store.write([recordResult(spring, DONE)]);
    t.equal((await commit(store, { ...autumn })).committed, true);
  });

  test('the same attempt is not committed twice', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    const intent = intentFor(await leaseOne(store));
    t.equal((await commit(store, intent)).committed, true);
    t.equal(refusal(await commit(store, intent)), 'live');
  });

  test('a contact is in one attempt at most, whatever the number', async (t, store) => {
    await store.addContacts('spring', [contact(1, { numbers: ['+12125550001', '+12125550002'] })], START);
    const lead = await leaseOne(store);
    t.equal((await commit(store, intentFor(lead))).committed, true);
    t.equal(refusal(await commit(store, intentFor(lead, { numberIndex: 1 }))), 'live');
  });

  test('an intent without a standing lease is refused', async (t, store) => {
    await store.addContacts('spring', contacts(4), START);
    const { leads } = await store.leaseLeads(leaseOf());
    const [expired, released, closed, pending] = leads as [Lead, Lead, Lead, Lead];
    t.equal(refusal(await commit(store, intentFor(expired), expired.leasedUntil)), 'live');
    await store.write([release(released, START, 0), close(closed, 'dnc')]);
    t.equal(refusal(await commit(store, intentFor(released))), 'live');
    t.equal(refusal(await commit(store, intentFor(closed))), 'suppressed');
    const intent = intentFor(pending);
    await commit(store, intent);
    await store.write([recordResult(intent, { state: 'pending' }, 'connected')]);
    t.equal(refusal(await commit(store, intentFor(pending))), 'suppressed');
    t.equal(refusal(await commit(store, intentFor({ ...pending, contactId: 'c999' }))), 'suppressed');
    t.equal(refusal(await commit(store, intentFor({ ...pending, campaignId: 'autumn' }))), 'suppressed');
  });

  test('a number on a DNC list is refused, and free again when taken off', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    const lead = await leaseOne(store);
    const number = lead.numbers[0]?.e164 ?? '';
    for (const campaignId of [undefined, 'spring']) {
      const list = campaignId === undefined ? {} : { campaignId };
      await store.addDnc([number], { ...list, reason: 'asked', at: START });
      t.equal(refusal(await commit(store, intentFor(lead))), 'dnc');
      await store.removeDnc(number, campaignId);
    }
    await store.addDnc([number], { campaignId: 'autumn', reason: 'asked', at: START });
    t.equal((await commit(store, intentFor(lead))).committed, true);
  });

  test('withdrawn consent refuses, missing consent only where it is required', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    const lead = await leaseOne(store);
    const number = lead.numbers[0]?.e164 ?? '';
    const required = (): Intent => intentFor(lead, { consentRequired: true });
    t.equal(refusal(await commit(store, required())), 'consent');
    await store.addConsent([consentFor(number, { expiresAt: START + MINUTE })]);
    t.equal(refusal(await commit(store, required(), START + MINUTE)), 'consent', 'the grant has expired');
    await store.addConsent([consentFor(number, { decision: 'refused' })]);
    t.equal(refusal(await commit(store, intentFor(lead))), 'consent');
    await store.addConsent([consentFor(number, { evidence: 'form 8' })]);
    t.equal((await commit(store, required())).committed, true);
  });

  test('caps hold over campaigns, count open attempts, and free exactly when the oldest leaves', async (t, store) => {
    const number = contact(1).numbers[0] ?? '';
    const caps = [
      { max: 2, seconds: 3600 },
      { max: 3, seconds: 86_400 },
    ];
    const campaigns = ['a', 'b', 'c', 'd'];
    const times = [START, START + 30 * MINUTE, START + 40 * MINUTE];
    const leads: Lead[] = [];
    for (const campaignId of campaigns) leads.push(await leadWith(store, number, campaignId));
    const again = async (index: number, now: number): Promise<IntentResult> => {
      const request = leaseOf({
        campaignId: campaigns[index] as string,
        now,
        leaseUntil: now + DAY,
        count: 1,
      });
      const lead = (await store.leaseLeads(request)).leads[0] ?? (leads[index] as Lead);
      leads[index] = lead;
      const intent = intentFor({ ...lead, leasedAt: now }, { caps });
      const result = await commit(store, intent);
      if (result.committed) await store.write([recordResult(intent, DONE)]);
      return result;
    };
    t.equal((await again(0, times[0] as number)).committed, true);
    t.equal((await again(1, times[1] as number)).committed, true);
    const hourly = await again(2, times[2] as number);
    t.match(hourly, { committed: false, refusal: 'frequency_cap', until: START + HOUR });
    t.equal(refusal(await again(2, START + HOUR - 1)), 'frequency_cap');
    t.equal((await again(2, START + HOUR)).committed, true);
    const daily = await again(3, START + 3 * HOUR);
    t.match(daily, { committed: false, refusal: 'frequency_cap', until: START + DAY });
    t.equal((await again(3, START + DAY)).committed, true);
  });

  test('an attempt that was never dialled counts for no cap', async (t, store) => {
    const number = contact(1).numbers[0] ?? '';
    const caps = [{ max: 1, seconds: 3600 }];
    const first = intentFor(await leadWith(store, number, 'a'), { caps });
    const second = await leadWith(store, number, 'b');
    await commit(store, first);
    await store.write([recordResult(first, LATER, 'not-dialed')]);
    t.same(await store.recentAttempts(number, 0), []);
    t.equal((await commit(store, intentFor(second, { caps }))).committed, true);
    t.equal((await store.contact(first.contactId))?.attempts, 0);
  });

  test('a cap of nothing refuses without saying when it frees', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    const result = await commit(store, intentFor(await leaseOne(store), { caps: [{ max: 0, seconds: 60 }] }));
    t.equal(refusal(result), 'frequency_cap');
    t.notOk('until' in result);
  });
}
