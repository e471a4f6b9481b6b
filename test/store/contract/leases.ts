import type { ContactNext, Lead } from '../../../dialer/core/model.js';
import type { PeekedLead, PeekRequest } from '../../../dialer/store/port.js';
import {
  consentFor,
  contact,
  contacts,
  DAY,
  dispositionOf,
  HOUR,
  intentFor,
  leaseOf,
  MINUTE,
  recordResult,
  START,
} from '../records.js';
import {
  attempt,
  close,
  commit,
  DONE,
  LATER,
  leadWith,
  leaseOne,
  release,
  type StoreTest,
} from './support.js';

export function leaseTests(test: StoreTest): void {
  test('contacts are looked at with the facts of a lease, and none is leased', async (t, store) => {
    const scope = leaseOf().scope;
    const peek = async (over: Partial<PeekRequest> = {}) => {
      const leads: PeekedLead[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.peekLeads({
          campaignId: 'spring',
          scope,
          lookbackSeconds: 86_400,
          now: START,
          limit: 3,
          ...(cursor === undefined ? {} : { cursor }),
          ...over,
        });
        leads.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return leads.sort((a, b) => Number(a.contactId.slice(1)) - Number(b.contactId.slice(1)));
    };
    await store.addContacts('spring', contacts(8), START);
    await store.addContacts('autumn', contacts(2), START);
    await store.addDnc(['+12125550003'], { reason: 'asked', at: START });
    const lead = await leaseOne(store);
    await store.write([close(lead, 'enough')]);
    const leads = await peek();
    t.equal(leads.length, 8);
    t.match(leads[0], { contactId: lead.contactId, state: 'done', doneReason: 'enough', numbers: [] });
    t.same(
      leads.slice(1).map(({ state, numbers }) => [state, numbers[0]?.onInternalDnc]),
      [1, 2, 3, 4, 5, 6, 7].map((index) => ['open', index === 3]),
    );
    t.match(leads[1], { name: '', fields: {}, timeZone: 'America/New_York', region: 'US-NY' });
    t.same(
      (await peek({ contactId: 'c4' })).map(({ contactId }) => contactId),
      ['c4'],
    );
    const { leads: leased } = await store.leaseLeads(leaseOf({ count: 20 }));
    t.equal(leased.length, 7);
    const { numbers } = (await peek({ contactId: leased[2]?.contactId ?? '' }))[0] ?? {};
    t.same(numbers, leased[2]?.numbers, 'the very facts of the lease');
  });

  test('leads are leased in the order in which they fall due, and only once', async (t, store) => {
    await store.addContacts('spring', contacts(2), START + MINUTE);
    await store.addContacts('spring', [contact(5), contact(6)], START);
    const early = await store.leaseLeads(leaseOf());
    t.same(
      early.leads.map((lead) => lead.name),
      ['Person 5', 'Person 6'],
    );
    t.same(early.summary, { open: 2, untried: 4, nextDueAt: START + MINUTE });
    const late = await store.leaseLeads(leaseOf({ now: START + MINUTE }));
    t.same(
      late.leads.map((lead) => lead.name),
      ['Person 0', 'Person 1'],
    );
    t.same(late.summary, { open: 0, untried: 4 });
    t.same((await store.leaseLeads(leaseOf({ campaignId: 'nothing' }))).summary, { open: 0, untried: 0 });
  });

  test('a lease takes no more than was asked for', async (t, store) => {
    await store.addContacts('spring', contacts(5), START);
    const { leads, summary } = await store.leaseLeads(leaseOf({ count: 3 }));
    t.equal(leads.length, 3);
    t.same(summary, { open: 2, untried: 5, nextDueAt: START });
    t.equal((await store.leaseLeads(leaseOf({ count: 0 }))).leads.length, 0);
  });

  test('a lead carries what is known of its numbers as of the lease', async (t, store) => {
    const [quiet, busy] = ['+12125550001', '+12125550002'] as const;
    const other = await leadWith(store, busy, 'autumn', START - 2 * DAY);
    const old = intentFor(other);
    await commit(store, old);
    await store.write([recordResult(old, { state: 'open', dueAt: START - DAY, nextNumber: 0 }, 'abandoned')]);
    const recent = intentFor(await leaseOne(store, { campaignId: 'autumn', now: START - HOUR }));
    await commit(store, recent);
    await store.write([recordResult(recent, DONE, 'connected')]);
    await store.write([
      { type: 'record-disposition', disposition: dispositionOf(recent, { refusal: true }), next: DONE },
    ]);
    await store.addDnc([busy], { reason: 'asked', at: START });
    await store.addDnc([quiet], { campaignId: 'spring', reason: 'asked', at: START });
    await store.addConsent([
      consentFor(quiet, { level: 'written', expiresAt: START + 1 }),
      consentFor(busy, { expiresAt: START }),
    ]);
    await store.addContacts('spring', [contact(1, { numbers: [quiet, busy] })], START);
    const lead = await leaseOne(store, { lookbackSeconds: 86_400, readyAgents: ['ann'] });
    t.same(lead, {
      contactId: lead.contactId,
      campaignId: 'spring',
      stage: 'production',
      person: '=row-1',
      name: 'Person 1',
      timeZone: 'America/New_York',
      region: 'US-NY',
      numbers: [
        {
          e164: quiet,
          attempts: 0,
          dead: false,
          onInternalDnc: false,
          onCampaignDnc: true,
          consent: { state: 'granted', level: 'written', at: START, expiresAt: START + 1 },
          recentAttempts: [],
        },
        {
          e164: busy,
          attempts: 0,
          dead: false,
          onInternalDnc: true,
          onCampaignDnc: false,
          consent: { state: 'none' },
          recentAttempts: [START - HOUR],
          lastAbandonedAt: START - 2 * DAY + 20_000,
          lastRefusedAt: START - HOUR + MINUTE,
          lastConversationAt: START - HOUR + 20_000,
        },
      ],
      nextNumber: 0,
      attempts: 0,
      lastOutcome: '',
      lastAttemptAt: 0,
      leasedAt: START,
      leasedUntil: START + 5 * MINUTE,
      fields: contact(1).fields,
    });
  });

  test('the look-back reaches exactly as far as asked, newest first', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    for (const hours of [0, 1, 2]) {
      const now = START + hours * HOUR;
      await attempt(store, { state: 'open', dueAt: now, nextNumber: 0 }, 'machine', { now });
    }
    const lead = await leaseOne(store, { now: START + 3 * HOUR, lookbackSeconds: 2 * 3600 });
    t.same(lead.numbers[0]?.recentAttempts, [START + 2 * HOUR, START + HOUR]);
    t.equal(lead.numbers[0]?.lastMachineAt, START + 2 * HOUR + 20_000);
    const number = contact(0).numbers[0] ?? '';
    t.same(await store.recentAttempts(number, START), [START + 2 * HOUR, START + HOUR, START]);
    t.same(await store.recentAttempts(number, START + 1), [START + 2 * HOUR, START + HOUR]);
    t.same(await store.recentAttempts('+999', START), []);
  });

  test('a lease that ran out is offered again, one that has an attempt is not', async (t, store) => {
    await store.addContacts('spring', contacts(2), START);
    const { leads } = await store.leaseLeads(leaseOf());
    await commit(store, intentFor(leads[0] as Lead));
    const before = await store.leaseLeads(leaseOf({ now: START + 5 * MINUTE - 1 }));
    t.same(before.leads, []);
    const after = await store.leaseLeads(leaseOf({ now: START + 5 * MINUTE }));
    t.same(
      after.leads.map((lead) => lead.name),
      ['Person 1'],
    );
  });

  test('a released lead comes back when it is due, at the number that is next', async (t, store) => {
    await store.addContacts('spring', [contact(1, { numbers: ['+12125550001', '+12125550002'] })], START);
    const lead = await leaseOne(store);
    await store.write([release(lead, START + HOUR, 1)]);
    t.same((await store.leaseLeads(leaseOf())).summary, { open: 1, untried: 1, nextDueAt: START + HOUR });
    const again = await leaseOne(store, { now: START + HOUR });
    t.equal(again.nextNumber, 1);
    t.equal(again.contactId, lead.contactId);
  });

  test('a release after the end of the lease changes nothing', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    const lead = await leaseOne(store);
    await commit(store, intentFor(lead));
    await store.write([release(lead, START, 0)]);
    t.equal((await store.contact(lead.contactId))?.state, 'leased');
    await store.write([release({ ...lead, contactId: 'c4711' }, START, 0)]);
    t.same((await store.leaseLeads(leaseOf())).leads, []);
  });

  test('a closed lead is never offered again', async (t, store) => {
    await store.addContacts('spring', contacts(2), START);
    const lead = await leaseOne(store);
    await store.write([close(lead, 'dnc'), close(lead, 'later reason')]);
    const record = await store.contact(lead.contactId);
    t.equal(record?.state, 'done');
    t.equal(record?.doneReason, 'dnc');
    const { leads, summary } = await store.leaseLeads(leaseOf({ now: START + DAY }));
    t.equal(leads.length, 1);
    t.same(summary, { open: 0, untried: 1 });
  });

  test('callbacks go before the rest, the personal ones only for their agent until the grace is over', async (t, store) => {
    await store.addContacts('spring', contacts(3), START);
    const anyone: ContactNext = { state: 'callback', dueAt: START + 2 * HOUR };
    const personal: ContactNext = {
      state: 'callback',
      dueAt: START + HOUR,
      agentId: 'ann',
      graceUntil: START + 3 * HOUR,
    };
    await attempt(store, personal, 'connected');
    await attempt(store, anyone, 'connected');
    t.equal((await store.leaseLeads(leaseOf({ count: 0 }))).summary.nextDueAt, START);

    const forBob = await store.leaseLeads(leaseOf({ now: START + 2 * HOUR, readyAgents: ['bob'], count: 1 }));
    t.equal(forBob.leads[0]?.name, 'Person 1');
    t.equal(forBob.leads[0]?.callbackAt, START + 2 * HOUR);
    t.equal(forBob.leads[0]?.callbackAgent, undefined);
    t.same(forBob.summary, { open: 2, untried: 1, nextDueAt: START });

    const rest = await store.leaseLeads(leaseOf({ now: START + 2 * HOUR, readyAgents: [] }));
    t.same(
      rest.leads.map((lead) => lead.name),
      ['Person 2'],
    );
    t.same(
      rest.summary,
      { open: 1, untried: 1, nextDueAt: START + 3 * HOUR },
      'not due before its grace ends',
    );

    const forAnn = await leaseOne(store, { now: START + 2 * HOUR, readyAgents: ['bob', 'ann'] });
    t.equal(forAnn.callbackAgent, 'ann');
    t.equal(forAnn.callbackAt, START + HOUR);
    await store.write([release(forAnn, START + 2 * HOUR, 0)]);
    t.equal((await store.contact(forAnn.contactId))?.state, 'callback', 'given back, it is still a callback');
    const afterGrace = await leaseOne(store, { now: START + 3 * HOUR });
    t.equal(afterGrace.contactId, forAnn.contactId);
  });

  test('a callback whose lease ran out is a callback again', async (t, store) => {
    await store.addContacts('spring', contacts(1), START);
    await attempt(store, { state: 'callback', dueAt: START + HOUR, agentId: 'ann' }, 'connected');
    await leaseOne(store, { now: START + HOUR, readyAgents: ['ann'] });
    const { leads } = await store.leaseLeads(leaseOf({ now: START + 2 * HOUR }));
    t.same(leads, []);
    t.ok(await leaseOne(store, { now: START + 2 * HOUR, readyAgents: ['ann'] }));
  });

  test('a lease of a stage takes the retries of earlier stages, never a later stage', async (t, store) => {
    await store.addContacts('spring', contacts(10), START);
    const stages = {
      validation: { tiers: [], contacts: 1 },
      pilot: { tiers: [], contacts: 2 },
      production: { tiers: [] },
    } as const;
    await store.drawSamples({ type: 'draw-samples', campaignId: 'spring', seed: 's', stages });
    const first = await store.leaseLeads(leaseOf({ stage: 'validation' }));
    t.same(
      first.leads.map((lead) => lead.stage),
      ['validation'],
    );
    t.same(first.summary, { open: 0, untried: 1 });
    const intent = intentFor(first.leads[0] as Lead);
    await commit(store, intent);
    await store.write([recordResult(intent, LATER)]);
    const second = await store.leaseLeads(leaseOf({ stage: 'pilot', now: START + HOUR, count: 2 }));
    t.same(
      second.leads.map((lead) => lead.stage),
      ['validation', 'pilot'],
    );
    t.same(second.summary, { open: 1, untried: 2, nextDueAt: START });
    const third = await store.leaseLeads(leaseOf({ stage: 'production', now: START + HOUR, count: 100 }));
    t.equal(third.leads.length, 8);
    t.equal(third.summary.untried, 7);
  });
}
