import type { NewContact } from '../../../dialer/store/port.js';
import { campaign, contact, contacts, leaseOf, START } from '../records.js';
import { attempt, LATER, type StoreTest } from './support.js';

export function listTests(test: StoreTest): void {
  test('an imported contact is read back as it was given', async (t, store) => {
    const given = contact(7, { numbers: ['+12125550007', '+13475550007'] });
    t.same(await store.addContacts('spring', [given], START), { added: 1, duplicates: 0 });
    const { items } = await store.contacts({ campaignId: 'spring', limit: 10 });
    t.equal(items.length, 1);
    const [record] = items;
    t.same(record, {
      contactId: record?.contactId,
      campaignId: 'spring',
      list: 'main',
      version: 1,
      stage: 'production',
      state: 'open',
      inCall: false,
      doneReason: '',
      externalId: 'row-7',
      name: 'Person 7',
      timeZone: 'America/New_York',
      region: 'US-NY',
      numbers: [
        { e164: '+12125550007', attempts: 0, dead: false },
        { e164: '+13475550007', attempts: 0, dead: false },
      ],
      attempts: 0,
      lastOutcome: '',
      lastAttemptAt: 0,
      dueAt: START,
      fields: given.fields,
    });
    t.same(await store.contact(record?.contactId ?? ''), record);
    t.equal(await store.contact('c999999'), undefined);
    t.equal(await store.contact('nonsense'), undefined);
  });

  test('a postal code stays with its contact: read back, leased and looked at', async (t, store) => {
    await store.addContacts('spring', [contact(1, { postalCode: '70112' }), contact(2)], START);
    const { items } = await store.contacts({ campaignId: 'spring', limit: 10 });
    t.same(
      items.map(({ postalCode }) => postalCode),
      ['70112', undefined],
    );
    const peeked = await store.peekLeads({
      campaignId: 'spring',
      scope: leaseOf().scope,
      lookbackSeconds: 0,
      now: START,
      limit: 10,
    });
    t.same(
      peeked.items.map(({ postalCode }) => postalCode),
      ['70112', undefined],
    );
    const { leads } = await store.leaseLeads(leaseOf({ count: 2 }));
    t.same(
      leads.map(({ postalCode }) => postalCode),
      ['70112', undefined],
    );
  });

  test('party and kinds of number stay with their contact: read back, leased and looked at', async (t, store) => {
    const stated = { party: 'business', numberClasses: ['fixed', 'multi-line'] } as const;
    await store.addContacts('spring', [contact(1, stated), contact(2)], START);
    const found = (items: readonly Pick<NewContact, 'party' | 'numberClasses'>[]) =>
      items.map(({ party, numberClasses }) => ({ party, numberClasses }));
    const expected = [stated, { party: undefined, numberClasses: undefined }];
    t.same(found((await store.contacts({ campaignId: 'spring', limit: 10 })).items), expected);
    const peek = { campaignId: 'spring', scope: leaseOf().scope, lookbackSeconds: 0, now: START, limit: 10 };
    t.same(found((await store.peekLeads(peek)).items), expected);
    t.same(found((await store.leaseLeads(leaseOf({ count: 2 }))).leads), expected);
  });

  test('contacts are found by any of their numbers, in all campaigns', async (t, store) => {
    const numbers = ['+12125550101', '+12125550102'];
    await store.addContacts('spring', [contact(1, { numbers }), contact(2)], START);
    await store.addContacts('autumn', [contact(3, { numbers: numbers.slice(1) })], START);
    const named = async (...wanted: string[]) =>
      Promise.all(
        (await store.contactsWith(wanted)).map(async (id) => (await store.contact(id))?.campaignId),
      );
    t.same(await named(numbers[1] as string), ['spring', 'autumn']);
    t.same(await named(...numbers), ['spring', 'autumn'], 'each once');
    t.same(await named(numbers[0] as string), ['spring']);
    t.same(await named('+12125559999'), []);
  });

  test('a second contact with the same external id or first number is folded away', async (t, store) => {
    await store.addContacts('spring', [contact(1)], START);
    const again: NewContact[] = [
      contact(2),
      contact(1, { numbers: ['+12125559999'] }),
      contact(3, { numbers: contact(1).numbers }),
      contact(2),
    ];
    t.same(await store.addContacts('spring', again, START), { added: 1, duplicates: 3 });
    t.same(await store.addContacts('autumn', again, START), { added: 3, duplicates: 1 });
    t.equal((await store.contacts({ campaignId: 'spring', limit: 10 })).items.length, 2);
  });

  test('contacts without an external id are told apart by their number alone', async (t, store) => {
    const given = contacts(3, { externalId: '' });
    t.same(await store.addContacts('spring', [...given, contact(0)], START), { added: 3, duplicates: 1 });
  });

  test('a batch with a contact that has no number is refused as a whole', async (t, store) => {
    const batch = [contact(1), contact(2, { numbers: [] })];
    await t.rejects(store.addContacts('spring', batch, START), { code: 'store_failed', message: /row-2/ });
    t.same(await store.contactCounts('spring'), []);
  });

  test('contacts are listed page by page in the order of import, by state if asked', async (t, store) => {
    await store.addContacts('spring', contacts(25), START);
    await store.addContacts('autumn', contacts(5), START);
    await store.leaseLeads(leaseOf({ count: 4 }));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.contacts({
        campaignId: 'spring',
        limit: 10,
        ...(cursor !== undefined && { cursor }),
      });
      seen.push(...page.items.map((item) => item.externalId));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    t.same(
      seen,
      contacts(25).map((each) => each.externalId),
    );
    const leased = await store.contacts({ campaignId: 'spring', state: 'leased', limit: 4 });
    t.equal(leased.items.length, 4);
    t.equal(leased.nextCursor, undefined, 'an exactly full last page has no next one');
    const open = await store.contacts({ campaignId: 'spring', state: 'open', limit: 20 });
    t.equal(open.items.length, 20);
    t.ok(open.nextCursor);
  });

  test('contacts are counted by stage and state', async (t, store) => {
    await store.addContacts('spring', contacts(10), START);
    await store.leaseLeads(leaseOf({ count: 3 }));
    const counts = await store.contactCounts('spring');
    t.same(
      [...counts].sort((a, b) => a.state.localeCompare(b.state)),
      [
        { stage: 'production', state: 'leased', count: 3 },
        { stage: 'production', state: 'open', count: 7 },
      ],
    );
    t.same(await store.contactCounts('nothing'), []);
  });

  test('samples are drawn once, in the sizes of the plan, the same for the same seed', async (t, store) => {
    const stages = campaign('x').settings.stages;
    const drawn: Record<string, string[]> = {};
    for (const [campaignId, seed] of [
      ['spring', 'seed one'],
      ['autumn', 'seed two'],
    ] as const) {
      await store.addContacts(campaignId, contacts(200), START);
      const request = { type: 'draw-samples', campaignId, seed, stages } as const;
      const sizes = { validation: 5, pilot: 20, production: 175 };
      t.same(await store.drawSamples(request), sizes);
      const { items } = await store.contacts({ campaignId, limit: 1000 });
      drawn[campaignId] = items.filter((item) => item.stage !== 'production').map((item) => item.externalId);
      t.equal(items.filter((item) => item.stage === 'validation').length, 5);
      t.equal(items.filter((item) => item.stage === 'pilot').length, 20);
      t.same(
        await store.drawSamples({ ...request, seed: 'another', stages: { ...stages, pilot: { tiers: [] } } }),
        sizes,
      );
      t.same(
        (await store.contacts({ campaignId, limit: 1000 })).items,
        items,
        'a second draw changes nothing',
      );
    }
    t.notSame(drawn['spring'], drawn['autumn'], 'another seed draws others');
    const spread = drawn['spring']?.map((id) => Number(id.slice(4))) ?? [];
    t.ok(Math.min(...spread) < 50 && Math.max(...spread) > 150, 'drawn from the whole list');
    const counts = await store.contactCounts('spring');
    t.same(counts.map(({ stage, count }) => `${stage} ${count}`).sort(), [
      'pilot 20',
      'production 175',
      'validation 5',
    ]);
  });

  test('an empty list is not drawn for good', async (t, store) => {
    const { stages } = campaign('x').settings;
    const request = { type: 'draw-samples', campaignId: 'spring', seed: 's', stages } as const;
    t.same(await store.drawSamples(request), { validation: 0, pilot: 0, production: 0 });
    await store.addContacts('spring', contacts(10), START);
    t.same(await store.drawSamples(request), { validation: 5, pilot: 1, production: 4 });
  });

  test('samples take what there is, and never a contact that was called', async (t, store) => {
    await store.addContacts('spring', contacts(4), START);
    await attempt(store, LATER);
    const stages = {
      validation: { tiers: [], contacts: 2 },
      pilot: { tiers: [], contacts: 50 },
      production: { tiers: [] },
    } as const;
    t.same(await store.drawSamples({ type: 'draw-samples', campaignId: 'spring', seed: 's', stages }), {
      validation: 2,
      pilot: 1,
      production: 1,
    });
  });
}
