import {
  campaign,
  consentFor,
  contact,
  contacts,
  DAY,
  HOUR,
  intentFor,
  leaseOf,
  MINUTE,
  permit,
  SCOPE,
  START,
} from '../records.js';
import { commit, leaseOne, refusal, type StoreTest } from './support.js';

const NUMBER = '+12125550001';
const SERVICE = { ...SCOPE, purpose: 'service' } as const;

export function consentTests(test: StoreTest): void {
  test('the latest word on consent counts; a grant may expire, a refusal does not', async (t, store) => {
    t.same(await store.consentOf(NUMBER, SCOPE, START), { state: 'none' });
    t.equal(await store.addConsent([consentFor(NUMBER, { expiresAt: START + DAY })]), 1);
    const granted = { state: 'granted', level: 'express', at: START, expiresAt: START + DAY };
    t.same(await store.consentOf(NUMBER, SCOPE, START + DAY - 1), granted);
    t.same(await store.consentOf(NUMBER, SCOPE, START + DAY), { state: 'none' });
    t.same(await store.consentOf(NUMBER, SCOPE, START - 1), { state: 'none' }, 'before it was given');
    await store.addConsent([consentFor(NUMBER, { decision: 'refused', at: START + 1 })]);
    t.same(await store.consentOf(NUMBER, SCOPE, START + DAY), { state: 'refused', at: START + 1 });
    await store.addConsent([consentFor(NUMBER, { at: START + 2 })]);
    t.equal((await store.consentOf(NUMBER, SCOPE, START + 999 * DAY)).state, 'granted');
  });

  test('lists of numbers go on to their end, also where each number has one entry', async (t, store) => {
    const numbers = Array.from({ length: 7 }, (_, i) => `+1212555000${i}`);
    await store.addConsent(numbers.map((number) => consentFor(number)));
    await store.addDnc(numbers, { reason: 'letter', at: START });
    for (const list of ['consentRecords', 'dncEntries'] as const) {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store[list]({ limit: 3, ...(cursor !== undefined && { cursor }) });
        found.push(...page.items.map(({ number }) => number));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      t.same(found, numbers, list);
    }
  });

  test('contacts that only a registry can have closed are found in slices, and opened again', async (t, store) => {
    const close = async (reason: string, campaignId = 'spring') => {
      const { leads } = await store.leaseLeads(leaseOf({ campaignId, count: 100 }));
      for (const { contactId } of leads)
        await store.write([{ type: 'close-lead', campaignId, contactId, reason }]);
      return leads.map(({ contactId }) => contactId);
    };
    const second = '+12125559002';
    await store.addContacts('spring', [contact(1, { numbers: [NUMBER, second] })], START);
    const [a = ''] = await close('dnc');
    await store.addContacts('spring', [contact(2, { numbers: ['+12125559003', '+12125559004'] })], START);
    const [asked = ''] = await close('dnc');
    await store.addDnc(['+12125559004'], { reason: 'letter', at: START });
    await store.addContacts('spring', [contact(3)], START);
    await close('consent');
    await store.addContacts('spring', [contact(4, { numbers: ['+12125559005'] })], START);
    const [d = ''] = await close('dnc');
    await store.addDnc(['+12125559005'], { reason: 'letter', at: START, campaignId: 'autumn' });
    await store.addContacts('autumn', [contact(4, { numbers: ['+12125559005'] })], START);
    await close('dnc', 'autumn');
    await store.addContacts('over', [contact(5, { numbers: ['+12125559006'] })], START);
    const [over = ''] = await close('dnc', 'over');
    await store.write([{ type: 'save-campaign', campaign: { ...campaign('over'), status: 'stopped' } }]);

    const found = [];
    let cursor: string | undefined;
    let slices = 0;
    do {
      const page = await store.contactsClosedByLists({ limit: 2, ...(cursor !== undefined && { cursor }) });
      found.push(...page.items);
      cursor = page.nextCursor;
      slices += 1;
    } while (cursor !== undefined);
    t.same(found, [
      { contactId: a, campaignId: 'spring', numbers: [NUMBER, second] },
      { contactId: d, campaignId: 'spring', numbers: ['+12125559005'] },
    ]);
    t.equal(slices, 3, 'five are closed for a list');

    const open = (contactId: string, number: string) => store.reopenContacts([{ contactId, number }]);
    t.equal(await open(a, '+12125559999'), false, 'it is not its number');
    t.equal(await open(over, '+12125559006'), false, 'its campaign is over');
    t.equal(await open('c999', NUMBER), false);
    t.same(
      await store.reopenContacts([
        { contactId: a, number: second },
        { contactId: d, number: '+12125559005' },
      ]),
      [a, d],
    );
    t.equal(await open(a, second), false, 'it is open');
    t.match(await store.contact(a), { state: 'open', doneReason: '' });
    t.match(await store.contact(asked), { state: 'done', doneReason: 'dnc' });
    const { leads } = await store.leaseLeads(leaseOf({ count: 10 }));
    t.match(leads.find(({ contactId }) => contactId === a)?.nextNumber, 1);
    t.same(
      (await store.contactCounts('spring')).map(({ state, count }) => [state, count]),
      [
        ['leased', 2],
        ['done', 2],
      ],
    );
  });

  test('a contact closed for a list or for consent is open again after a later word', async (t, store) => {
    const state = async (id: string) => {
      const { state, doneReason, attempts } = (await store.contact(id)) ?? {};
      return `${state} ${doneReason}`.trim() + (attempts === 0 ? '' : ` ${attempts}`);
    };
    const close = async (reason: string, campaignId = 'spring') => {
      const { leads } = await store.leaseLeads(leaseOf({ campaignId, count: 10 }));
      for (const { contactId } of leads)
        await store.write([{ type: 'close-lead', campaignId, contactId, reason }]);
      return leads.map(({ contactId }) => contactId);
    };
    const second = '+12125559002';
    await store.addContacts('spring', [contact(1, { numbers: [NUMBER, second] }), contact(2)], START);
    await store.addContacts('autumn', [contact(1, { numbers: [second] })], START);
    const [a = '', b = ''] = await close('dnc');
    const [c = ''] = await close('dnc', 'autumn');
    await store.addDnc([second], { reason: 'letter', at: START });
    await store.addDnc([second], { reason: 'letter', at: START, campaignId: 'autumn' });
    t.equal(await store.removeDnc(second, 'autumn'), true);
    t.same(
      [await state(a), await state(b), await state(c)],
      ['done dnc', 'done dnc', 'open'],
      'one campaign',
    );
    t.equal(await store.removeDnc(second), true);
    t.same([await state(a), await state(b)], ['open', 'done dnc']);
    const { leads, summary } = await store.leaseLeads(leaseOf({ count: 10 }));
    t.match(leads, [{ contactId: a, nextNumber: 1 }], 'with the number that is free again');
    t.equal(summary.untried, 1);
    await store.write([{ type: 'close-lead', campaignId: 'spring', contactId: a, reason: 'consent' }]);
    await store.addConsent([consentFor(NUMBER, { decision: 'refused' })]);
    t.equal(await state(a), 'done consent');
    await store.addConsent([consentFor(NUMBER, { at: START + 1 })]);
    t.equal(await state(a), 'open');
    t.same(
      (await store.contactCounts('spring')).map(({ state, count }) => [state, count]),
      [
        ['open', 1],
        ['done', 1],
      ],
    );
  });

  test('what was closed for another reason, or in a campaign that is over, stays closed', async (t, store) => {
    await store.addContacts('spring', [contact(1)], START);
    const { leads } = await store.leaseLeads(leaseOf({ count: 1 }));
    const [{ contactId = '' } = {}] = leads;
    const close = (reason: string) =>
      store.write([{ type: 'close-lead', campaignId: 'spring', contactId, reason }]);
    const grant = (at: number) => store.addConsent([consentFor(NUMBER, { at })]);
    await close('attempts-exhausted');
    await grant(START);
    t.match(await store.contact(contactId), { state: 'done', doneReason: 'attempts-exhausted' });
    await store.addContacts('autumn', [contact(1)], START);
    const [other] = (await store.leaseLeads(leaseOf({ campaignId: 'autumn' }))).leads;
    await store.write([
      { type: 'close-lead', campaignId: 'autumn', contactId: other?.contactId ?? '', reason: 'consent' },
      { type: 'save-campaign', campaign: campaign('autumn', { status: 'completed' }) },
    ]);
    await grant(START + 1);
    t.match(await store.contact(other?.contactId ?? ''), { state: 'done', doneReason: 'consent' });
    await store.write([{ type: 'save-campaign', campaign: campaign('autumn', { status: 'paused' }) }]);
    await store.addContacts('spring', [contact(1, { consent: 'granted' })], START + 2);
    t.match(await store.contact(other?.contactId ?? ''), { state: 'open' }, 'a list may grant it, too');
  });

  test('the order is that of what was said, not of what was recorded', async (t, store) => {
    await store.addConsent([consentFor(NUMBER, { decision: 'refused', at: START })]);
    await store.addConsent([consentFor(NUMBER, { at: START - DAY, evidence: 'an older form' })]);
    t.equal((await store.consentOf(NUMBER, SCOPE, START + DAY)).state, 'refused');
  });

  test('a word counts for the purposes, channel and seller that it names', async (t, store) => {
    await store.addConsent([
      consentFor(NUMBER, { purposes: ['sales', 'survey'], level: 'written' }),
      consentFor(NUMBER, { purposes: ['sales'], decision: 'refused', channel: 'text', at: START + 1 }),
    ]);
    t.same(await store.consentOf(NUMBER, SCOPE, START + 2), {
      state: 'granted',
      level: 'written',
      at: START,
    });
    t.equal((await store.consentOf(NUMBER, SERVICE, START + 2)).state, 'none');
    await store.addConsent([consentFor(NUMBER, { purposes: ['sales'], decision: 'refused', at: START + 3 })]);
    t.equal((await store.consentOf(NUMBER, SCOPE, START + 4)).state, 'refused');
    t.equal((await store.consentOf(NUMBER, { ...SCOPE, purpose: 'survey' }, START + 4)).state, 'granted');
    const other = '+12125550002';
    await store.addConsent([consentFor(other, { seller: 'Acme' })]);
    t.equal((await store.consentOf(other, { ...SCOPE, seller: 'Acme' }, START)).state, 'granted');
    t.equal((await store.consentOf(other, { ...SCOPE, seller: 'Bolt' }, START)).state, 'none');
    t.equal((await store.consentOf(other, SCOPE, START)).state, 'none', 'on whose behalf is not known');
    await store.addConsent([consentFor(other, { seller: 'Bolt', decision: 'refused', at: START + 1 })]);
    t.equal((await store.consentOf(other, { ...SCOPE, seller: 'Acme' }, START + 1)).state, 'granted');
    t.equal(
      (await store.consentOf(other, SCOPE, START + 1)).state,
      'refused',
      'on whose behalf is not known',
    );
  });

  test('a weaker or shorter grant does not end a stronger one', async (t, store) => {
    await store.addConsent([
      consentFor(NUMBER, { level: 'written' }),
      consentFor(NUMBER, { at: START + 1, expiresAt: START + HOUR }),
    ]);
    t.same(await store.consentOf(NUMBER, SCOPE, START + 2), {
      state: 'granted',
      level: 'written',
      at: START,
    });
    await store.addConsent([consentFor(NUMBER, { decision: 'refused', at: START + 2 })]);
    await store.addConsent([consentFor(NUMBER, { at: START + 3 })]);
    t.match(await store.consentOf(NUMBER, SCOPE, START + 4), { state: 'granted', level: 'express' });
  });

  test('the history is kept whole, in the order of recording, and says nothing twice', async (t, store) => {
    const first = consentFor(NUMBER, {
      level: 'written',
      purposes: ['sales'],
      channel: 'voice',
      seller: 'Acme',
      expiresAt: START + DAY,
    });
    const second = consentFor(NUMBER, { decision: 'refused', at: START + 1, source: 'key press' });
    t.equal(await store.addConsent([first, second, first]), 2);
    t.equal(await store.addConsent([{ ...second, recordedAt: START + HOUR, recordedBy: 'bob' }]), 0);
    await store.write([{ type: 'record-consent', consent: { ...second, at: START + 2 } }]);
    t.same(await store.consentHistory(NUMBER), [
      { ...first, sequence: 1 },
      { ...second, sequence: 2 },
      { ...second, at: START + 2, sequence: 3 },
    ]);
    t.same(await store.consentHistory('+12125559999'), []);
  });

  test('all histories are listed number by number, page by page', async (t, store) => {
    const numbers = ['+12125550003', '+12125550001', '+12125550002'];
    await store.addConsent(numbers.flatMap((n) => [consentFor(n), consentFor(n, { at: START + 1 })]));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.consentRecords({ limit: 4, ...(cursor !== undefined && { cursor }) });
      seen.push(...page.items.map(({ number, sequence }) => `${number.slice(-1)}/${sequence}`));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    t.same(seen, ['1/1', '1/2', '2/1', '2/2', '3/1', '3/2']);
  });

  test('a list may withdraw consent, and restores it only with its time and proof', async (t, store) => {
    const [a, b, c, d] = contacts(4).map((each) => each.numbers[0] ?? '') as [string, string, string, string];
    await store.addConsent([
      consentFor(a, { decision: 'refused' }),
      consentFor(b),
      consentFor(d, { decision: 'refused' }),
    ]);
    const now = START + DAY;
    await store.addContacts(
      'spring',
      [
        contact(0, { consent: 'granted' }),
        contact(1, { consent: 'refused' }),
        contact(2, { consent: 'granted', consentDetails: { level: 'written', expiresAt: now + HOUR } }),
        contact(3, {
          consent: 'granted',
          consentDetails: { level: 'written', source: 'shop', evidence: 'order 7', at: START + HOUR },
        }),
      ],
      now,
    );
    t.equal((await store.consentOf(a, SCOPE, now)).state, 'refused');
    t.equal((await store.consentOf(b, SCOPE, now)).state, 'refused');
    t.same(await store.consentOf(c, SCOPE, now), {
      state: 'granted',
      level: 'written',
      at: now,
      expiresAt: now + HOUR,
    });
    t.same(await store.consentOf(d, SCOPE, now), { state: 'granted', level: 'written', at: START + HOUR });
    t.match(await store.consentHistory(d), [
      {},
      { source: 'shop', evidence: 'order 7', recordedBy: 'list of spring' },
    ]);
    await store.addContacts('autumn', [contact(2, { consent: 'granted' })], now + 1);
    t.equal((await store.consentHistory(c)).length, 1);
  });

  test('an intent is refused when the consent that its permit leans on has weakened or gone', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    const lead = await leaseOne(store);
    const number = lead.numbers[0]?.e164 ?? '';
    const leaning = () => intentFor(lead, { permit: permit({ number, consent: 'written' }) });
    await store.addConsent([consentFor(number)]);
    t.equal(refusal(await commit(store, leaning())), 'consent', 'express is not written');
    await store.addConsent([consentFor(number, { level: 'written', expiresAt: START + MINUTE })]);
    t.equal(refusal(await commit(store, leaning(), START + MINUTE)), 'consent', 'it has run out');
    await store.addConsent([consentFor(number, { decision: 'refused', purposes: ['survey'], at: START })]);
    t.equal((await commit(store, leaning())).committed, true);
  });
}
