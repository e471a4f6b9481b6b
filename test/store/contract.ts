/** What every store must do: one suite, run against each backend. */
import t, { type Test as Tap } from 'tap';

import type { WriteEffect } from '../../dialer/core/effects.js';
import type { IntentResult } from '../../dialer/core/inputs.js';
import type { ContactNext, Intent, Lead, Outcome } from '../../dialer/core/model.js';
import { StoreError } from '../../dialer/store/errors.js';
import type { NewContact, Store } from '../../dialer/store/port.js';
import {
  agent,
  campaign,
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
} from './records.js';

export type { Tap };

type StoreTest = (t: Tap, store: Store) => Promise<void>;

const LATER: ContactNext = { state: 'open', dueAt: START + HOUR, nextNumber: 0 };
const DONE: ContactNext = { state: 'done', reason: 'no-answer' };

async function leaseOne(store: Store, over: Parameters<typeof leaseOf>[0] = {}): Promise<Lead> {
  const { leads } = await store.leaseLeads(leaseOf({ count: 1, ...over }));
  const lead = leads[0];
  if (lead === undefined) throw new Error('nothing was leased');
  return lead;
}

/** Adds a contact with this number to a campaign of its own and leases it, so that another attempt can be made on it. */
async function leadWith(store: Store, number: string, campaignId: string, now = START): Promise<Lead> {
  await store.addContacts(campaignId, [contact(0, { numbers: [number] })], now);
  return leaseOne(store, { campaignId, now });
}

async function commit(store: Store, intent: Intent, now = intent.intendedAt): Promise<IntentResult> {
  const [result] = await store.commitIntents([intent], now);
  if (result === undefined) throw new Error('no answer to the intent');
  return result;
}

/** One whole attempt on the contact that is due first. */
async function attempt(
  store: Store,
  next: ContactNext,
  outcome: Outcome = 'no-answer',
  over: Parameters<typeof leaseOf>[0] = {},
): Promise<Intent> {
  const intent = intentFor(await leaseOne(store, over));
  await commit(store, intent);
  await store.write([recordResult(intent, next, outcome)]);
  return intent;
}

const refusal = (result: IntentResult): string => (result.committed ? 'committed' : result.refusal);

/** Runs the suite; `open` gives an empty store each time. */
export function storeContract(name: string, open: (t: Tap) => Promise<Store>): void {
  const test = (title: string, body: StoreTest): void => {
    t.test(`${name}: ${title}`, async (t) => {
      const store = await open(t);
      t.teardown(() => store.close());
      await body(t, store);
    });
  };
  listTests(test);
  leaseTests(test);
  intentTests(test);
  resultTests(test);
  registryTests(test);
  journalTests(test);
  bootTests(test);
}

type Test = (title: string, body: StoreTest) => void;

function listTests(test: Test): void {
  test('an imported contact is read back as it was given', async (t, store) => {
    const given = contact(7, { numbers: ['+12125550007', '+13475550007'] });
    t.same(await store.addContacts('spring', [given], START), { added: 1, duplicates: 0 });
    const { items } = await store.contacts({ campaignId: 'spring', limit: 10 });
    t.equal(items.length, 1);
    const [record] = items;
    t.same(record, {
      contactId: record?.contactId,
      campaignId: 'spring',
      stage: 'production',
      state: 'open',
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
      dueAt: START,
      fields: given.fields,
    });
    t.same(await store.contact(record?.contactId ?? ''), record);
    t.equal(await store.contact('c999999'), undefined);
    t.equal(await store.contact('nonsense'), undefined);
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

function leaseTests(test: Test): void {
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
    await store.setConsent(quiet, 'granted', { evidence: 'form', at: START, expiresAt: START + 1 });
    await store.setConsent(busy, 'granted', { evidence: 'form', at: START, expiresAt: START });
    await store.addContacts('spring', [contact(1, { numbers: [quiet, busy] })], START);
    const lead = await leaseOne(store, { lookbackSeconds: 86_400, readyAgents: ['ann'] });
    t.same(lead, {
      contactId: lead.contactId,
      campaignId: 'spring',
      stage: 'production',
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
          consent: 'granted',
          recentAttempts: [],
        },
        {
          e164: busy,
          attempts: 0,
          dead: false,
          onInternalDnc: true,
          onCampaignDnc: false,
          consent: 'none',
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

function intentTests(test: Test): void {
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
    await store.setConsent(number, 'granted', { evidence: 'form', at: START, expiresAt: START + MINUTE });
    t.equal(refusal(await commit(store, required(), START + MINUTE)), 'consent', 'the grant has expired');
    await store.setConsent(number, 'refused', { evidence: 'call', at: START });
    t.equal(refusal(await commit(store, intentFor(lead))), 'consent');
    await store.setConsent(number, 'granted', { evidence: 'form', at: START });
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

function resultTests(test: Test): void {
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

function registryTests(test: Test): void {
  test('the DNC list is one for all campaigns and one for each', async (t, store) => {
    const [a, b] = ['+12125550001', '+12125550002'] as const;
    t.equal(await store.addDnc([a, b, a], { reason: 'asked', at: START }), 2);
    t.equal(await store.addDnc([a], { reason: 'again', at: START }), 0);
    t.equal(await store.addDnc([a], { campaignId: 'spring', reason: 'asked', at: START }), 1);
    t.same(await store.isDnc(a), { internal: true, campaign: false });
    t.same(await store.isDnc(a, 'spring'), { internal: true, campaign: true });
    t.same(await store.isDnc(a, 'autumn'), { internal: true, campaign: false });
    t.equal(await store.removeDnc(a), true);
    t.equal(await store.removeDnc(a), false);
    t.equal(await store.removeDnc(a, 'autumn'), false);
    t.same(await store.isDnc(a, 'spring'), { internal: false, campaign: true });
    t.same(await store.isDnc('+999', 'spring'), { internal: false, campaign: false });
    await store.write([{ type: 'add-dnc', number: '+999', reason: 'key 9', at: START }]);
    t.equal((await store.isDnc('+999')).internal, true);
  });

  test('the latest word on consent counts; a grant may expire, a refusal does not', async (t, store) => {
    const number = '+12125550001';
    t.equal(await store.consentOf(number, START), 'none');
    const entry = { evidence: 'web form', at: START, expiresAt: START + DAY };
    await store.setConsent(number, 'granted', entry);
    t.equal(await store.consentOf(number, START + DAY - 1), 'granted');
    t.equal(await store.consentOf(number, START + DAY), 'none');
    await store.setConsent(number, 'refused', entry);
    t.equal(await store.consentOf(number, START + DAY), 'refused');
    await store.setConsent(number, 'granted', { evidence: 'call', at: START });
    t.equal(await store.consentOf(number, START + 999 * DAY), 'granted');
  });

  test('a list may withdraw consent but never restore it', async (t, store) => {
    const [a, b, c] = contacts(3).map((each) => each.numbers[0] ?? '') as [string, string, string];
    await store.setConsent(a, 'refused', { evidence: 'call', at: START });
    await store.setConsent(b, 'granted', { evidence: 'call', at: START });
    await store.addContacts(
      'spring',
      [
        contact(0, { consent: 'granted' }),
        contact(1, { consent: 'refused' }),
        contact(2, { consent: 'granted' }),
      ],
      START,
    );
    t.equal(await store.consentOf(a, START), 'refused');
    t.equal(await store.consentOf(b, START), 'refused');
    t.equal(await store.consentOf(c, START), 'granted');
  });

  test('API keys are saved, changed and listed', async (t, store) => {
    const key = { id: 'k1', name: 'console', role: 'admin', hash: 'abc', createdAt: START } as const;
    await store.saveApiKey(key);
    await store.saveApiKey({ ...key, id: 'k2' });
    await store.saveApiKey({ ...key, revokedAt: START + 1 });
    const keys = [...(await store.apiKeys())].sort((a, b) => a.id.localeCompare(b.id));
    t.same(keys, [
      { ...key, revokedAt: START + 1 },
      { ...key, id: 'k2' },
    ]);
  });

  test('the answer to a write is remembered for its key for 24 hours', async (t, store) => {
    const answer = { request: 'POST /v1/campaigns', status: 201, body: '{"id":"x"}' };
    const now = Date.now();
    t.equal(await store.idempotent('k'), undefined);
    await store.rememberIdempotent('old', answer, now - DAY - MINUTE);
    await store.rememberIdempotent('k', answer, now - DAY + MINUTE);
    t.same(await store.idempotent('k'), answer);
    t.equal(await store.idempotent('old'), undefined);
    await store.rememberIdempotent('k', { ...answer, status: 200 }, now);
    t.equal((await store.idempotent('k'))?.status, 200);
  });
}

function journalTests(test: Test): void {
  test('events are journalled in order, with sequences that count on', async (t, store) => {
    t.equal(await store.lastEvent(), 0);
    t.same(await store.events(0, 10), []);
    const event = (number: number): WriteEffect => ({
      type: 'event',
      event: {
        kind: 'switch-changed',
        at: START + number,
        switchId: 'main',
        connected: true,
        reason: `${number}`,
      },
    });
    const first = await store.write([event(1), event(2)]);
    const second = await store.write([event(3)]);
    t.same(
      [...first, ...second].map((entry) => entry.sequence),
      [1, 2, 3],
    );
    t.equal(await store.lastEvent(), 3);
    t.same(await store.events(0, 10), [...first, ...second]);
    t.same(await store.events(1, 1), [first[1]]);
    t.same(await store.events(3, 10), []);
  });

  test('writes asked for at the same time are carried out in their order', async (t, store) => {
    await store.addContacts('spring', contacts(50), START);
    const calls = Array.from({ length: 50 }, (_, index) =>
      store.write([
        {
          type: 'event',
          event: { kind: 'switch-changed', at: index, switchId: 's', connected: false, reason: '' },
        },
      ]),
    );
    const lease = store.leaseLeads(leaseOf({ count: 50 }));
    const sequences = (await Promise.all(calls)).map(([entry]) => entry?.sequence);
    t.same(
      sequences,
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
    t.equal((await lease).leads.length, 50);
  });
}

function bootTests(test: Test): void {
  test('an empty store boots with an installation of its own', async (t, store) => {
    const boot = await store.boot(START);
    t.match(boot.installation, /^[0-9a-f]{8}$/);
    t.same({ ...boot, installation: '' }, { installation: '', campaigns: [], agents: [], openAttempts: [] });
    t.equal((await store.boot(START)).installation, boot.installation);
  });

  test('campaigns and agents come back as they were last saved', async (t, store) => {
    const paused = campaign('spring', { status: 'paused', reason: 'lunch' });
    await store.write([
      { type: 'save-campaign', campaign: campaign('spring') },
      { type: 'save-campaign', campaign: campaign('autumn') },
      { type: 'save-agent', agent: agent('ann') },
      { type: 'save-campaign', campaign: paused },
      { type: 'save-agent', agent: agent('ann', { state: 'ready' }) },
    ]);
    const boot = await store.boot(START);
    const byId = [...boot.campaigns].sort((a, b) => a.settings.id.localeCompare(b.settings.id));
    t.same(byId, [campaign('autumn'), paused]);
    t.same(boot.agents, [agent('ann', { state: 'ready' })]);
  });

  test('a restart ends the leases of the run before and gives up waiting for dispositions', async (t, store) => {
    await store.addContacts('spring', contacts(5), START);
    await attempt(store, { state: 'pending' }, 'connected');
    await attempt(store, { state: 'callback', dueAt: START, agentId: 'ann' }, 'connected');
    const { leads } = await store.leaseLeads(leaseOf({ count: 3, readyAgents: ['ann'] }));
    t.equal(leads[0]?.callbackAgent, 'ann');
    const calling = intentFor(leads[1] as Lead);
    await commit(store, calling);
    t.same(
      (await store.boot(START + 1)).openAttempts.map((each) => each.attemptId),
      [calling.attemptId],
    );
    const { items } = await store.contacts({ campaignId: 'spring', limit: 10 });
    t.same(
      items.map((item) => `${item.state} ${item.doneReason}`.trim()),
      ['done no-disposition', 'callback', 'leased', 'open', 'open'],
    );
    t.equal((await store.leaseLeads(leaseOf())).leads.length, 2);
    await store.write([recordResult(calling, LATER, 'unknown')]);
    t.match(await store.contact(calling.contactId), { state: 'open', attempts: 1, lastOutcome: 'unknown' });
  });

  test('a ready store says so, and a closed one rejects every call', async (t, store) => {
    await store.check();
    await store.close();
    await store.close();
    for (const call of [store.check(), store.lastEvent(), store.write([]), store.boot(START)]) {
      await t.rejects(Promise.resolve<unknown>(call) as Promise<never>, { code: 'store_closed' });
    }
    t.ok(await store.check().catch((error: unknown) => error instanceof StoreError));
  });
}

function release(lead: Lead, dueAt: number, nextNumber: number): WriteEffect {
  const { campaignId, contactId } = lead;
  return { type: 'release-lead', campaignId, contactId, dueAt, reason: 'not now', nextNumber };
}

function close(lead: Lead, reason: string): WriteEffect {
  return { type: 'close-lead', campaignId: lead.campaignId, contactId: lead.contactId, reason };
}
