import type { Intent, Lead } from '../../../dialer/core/model.js';
import type { Store } from '../../../dialer/store/port.js';
import {
  contact,
  DAY,
  dispositionOf,
  HOUR,
  intentFor,
  leaseOf,
  recordResult,
  SCOPE,
  START,
  seenBy,
} from '../records.js';
import { commit, DONE, leadWith, leaseOne, refusal, type StoreTest } from './support.js';

const [HOME, WORK] = ['+12125550001', '+12125550002'] as const;
const LOOKBACK = 7 * DAY;

/** An intent whose permit was given on what the lead says. */
function informed(lead: Lead, over: Partial<Intent> = {}): Intent {
  const numberIndex = over.numberIndex ?? 0;
  return intentFor(lead, { seen: seenBy(lead, numberIndex, lead.leasedAt - LOOKBACK), ...over });
}

async function person(
  store: Store,
  campaignId: string,
  numbers: readonly string[],
  now = START,
): Promise<Lead> {
  await store.addContacts(campaignId, [contact(0, { externalId: 'ada', numbers })], now);
  return leaseOne(store, { campaignId, now });
}

export function historyTests(test: StoreTest): void {
  test('a lead tells the attempts on its subject apart from the others', async (t, store) => {
    const lead = await leadWith(store, HOME, 'spring', START - DAY);
    const first = informed(lead, { scope: { ...SCOPE, subject: 'another offer' } });
    await commit(store, first);
    await store.write([recordResult(first, DONE)]);
    const again = await leadWith(store, HOME, 'summer', START - HOUR);
    t.match(again.numbers, [{ recentAttempts: [START - DAY], recentOnSubject: [] }]);
    const second = informed(again);
    await commit(store, second);
    await store.write([recordResult(second, DONE)]);
    const { numbers } = await leadWith(store, HOME, 'autumn');
    t.match(numbers, [{ recentAttempts: [START - HOUR, START - DAY], recentOnSubject: [START - HOUR] }]);
    t.notOk('elsewhere' in (numbers[0] ?? {}));
  });

  test('what happened on a person’s other numbers is known to every campaign', async (t, store) => {
    const lead = await person(store, 'spring', [HOME], START - DAY);
    const intent = informed(lead);
    await commit(store, intent);
    await store.write([recordResult(intent, { state: 'pending' }, 'connected', { endedAt: START - HOUR })]);
    const disposition = dispositionOf(intent, { refusal: true, at: START - HOUR + 1 });
    await store.write([{ type: 'record-disposition', disposition, next: DONE }]);
    const other = await person(store, 'autumn', [WORK]);
    t.equal(other.person, lead.person);
    t.match(other.numbers, [
      {
        recentAttempts: [],
        elsewhere: [START - DAY],
        lastConversationAt: START - HOUR,
        lastRefusedAt: START - HOUR + 1,
      },
    ]);
    const stranger = await leadWith(store, '+12125550009', 'winter');
    t.notOk('elsewhere' in (stranger.numbers[0] ?? {}));
  });

  test('a contact without an external id is a person by its numbers, or nobody', async (t, store) => {
    await store.addContacts('spring', [contact(0, { externalId: '', numbers: [HOME, WORK] })], START);
    await store.addContacts('spring', [contact(0, { externalId: '', numbers: ['+12125550009'] })], START);
    const { leads } = await store.leaseLeads(leaseOf());
    t.same(
      leads.map((lead) => lead.person),
      [leads[0]?.contactId, ''],
    );
    const intent = informed(leads[0] as Lead);
    await commit(store, intent);
    const next = { state: 'open', dueAt: START + 1, nextNumber: 1 } as const;
    await store.write([recordResult(intent, next)]);
    const again = await leaseOne(store, { now: START + 1 });
    t.match(again.numbers, [{ recentAttempts: [START] }, { recentAttempts: [], elsewhere: [START] }]);
  });

  test('a cap per person counts all the numbers inside the transaction', async (t, store) => {
    const home = await person(store, 'spring', [HOME]);
    const work = await person(store, 'autumn', [WORK]);
    const caps = (per: 'number' | 'person') => ({ caps: [{ max: 1, seconds: 3600, per }] });
    t.equal((await commit(store, intentFor(home, caps('person')))).committed, true);
    t.match(await commit(store, intentFor(work, caps('person'))), {
      committed: false,
      refusal: 'frequency_cap',
      until: START + HOUR,
    });
    t.equal((await commit(store, intentFor(work, caps('number')))).committed, true);
  });

  test('an intent is refused when there was an attempt that the gate did not know of', async (t, store) => {
    const first = await leadWith(store, HOME, 'spring');
    const stale = await leadWith(store, HOME, 'autumn');
    const intent = informed(first);
    await commit(store, intent);
    await store.write([recordResult(intent, DONE)]);
    t.match(await commit(store, informed(stale, { caps: [] })), { committed: false, refusal: 'changed' });
    await store.write([
      { type: 'release-lead', ...idOf(stale), dueAt: START, reason: 'changed', nextNumber: 0 },
    ]);
    const fresh = await leaseOne(store, { campaignId: 'autumn', now: START + 1 });
    t.equal((await commit(store, informed(fresh, { caps: [] }))).committed, true);
  });

  test('an attempt that was never dialled is given back, one that is unknown counts', async (t, store) => {
    for (const [outcome, answer] of [
      ['not-dialed', 'committed'],
      ['unknown', 'changed'],
    ] as const) {
      const number = outcome === 'unknown' ? HOME : WORK;
      const first = await leadWith(store, number, `first ${outcome}`);
      const second = await leadWith(store, number, `second ${outcome}`);
      const intent = informed(first);
      await commit(store, intent);
      await store.write([recordResult(intent, DONE, outcome)]);
      t.equal(refusal(await commit(store, informed(second, { caps: [] }))), answer, outcome);
    }
  });

  test('an intent is refused when the number or its person had an outcome that the gate did not know of', async (t, store) => {
    for (const outcome of ['abandoned', 'machine', 'connected'] as const) {
      const number = `+1212555${outcome.charCodeAt(0)}01`;
      const first = await leadWith(store, number, `first ${outcome}`);
      const intent = informed(first);
      await commit(store, intent);
      const second = await leadWith(store, number, `second ${outcome}`);
      t.match(second.numbers, [{ recentAttempts: [START] }], 'the attempt is known, its end is not');
      await store.write([recordResult(intent, DONE, outcome)]);
      t.equal(refusal(await commit(store, informed(second, { caps: [] }))), 'changed', outcome);
    }
    const lead = await person(store, 'spring', [HOME], START - DAY);
    const intent = informed(lead);
    await commit(store, intent);
    await store.write([recordResult(intent, { state: 'pending' }, 'connected', { endedAt: START - HOUR })]);
    const other = await person(store, 'autumn', [WORK]);
    const disposition = dispositionOf(intent, { refusal: true, at: START });
    await store.write([{ type: 'record-disposition', disposition, next: DONE }]);
    t.equal(
      refusal(await commit(store, informed(other, { caps: [] }))),
      'changed',
      'refused on another number',
    );
  });

  test('what the agent found to be a machine starts the same delay', async (t, store) => {
    const intent = informed(await leadWith(store, HOME, 'spring'));
    await commit(store, intent);
    await store.write([recordResult(intent, { state: 'pending' }, 'connected')]);
    const disposition = dispositionOf(intent, { disposition: 'machine', success: false, at: START + HOUR });
    await store.write([{ type: 'record-disposition', disposition, next: DONE }]);
    const lead = await leadWith(store, HOME, 'autumn', START + 2 * HOUR);
    t.equal(lead.numbers[0]?.lastMachineAt, START + HOUR);
  });
}

function idOf({ campaignId, contactId }: Lead): { campaignId: string; contactId: string } {
  return { campaignId, contactId };
}
