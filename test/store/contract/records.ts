import type { Lead } from '../../../dialer/core/model.js';
import type { Store } from '../../../dialer/store/port.js';
import { contact, DAY, dispositionOf, HOUR, intentFor, MINUTE, recordResult, START } from '../records.js';
import { attempt, commit, DONE, LATER, leadWith, leaseOne, type StoreTest } from './support.js';

const NUMBER = '+12125550143';
const OTHER = '+12125550144';

/** All contacts and numbers of whoever has the number. */
async function personOf(store: Store, number: string) {
  return store.person(await store.contactsWith([number]));
}

async function called(store: Store, lead: Lead, at = START): Promise<string> {
  const intent = intentFor(lead, { intendedAt: at });
  await commit(store, intent);
  await store.write([
    recordResult(intent, DONE, 'connected', {
      answeredAt: at + 5,
      connectedAt: at + 9,
      endedAt: at + MINUTE,
    }),
    { type: 'record-disposition', disposition: dispositionOf(intent, { at: at + MINUTE }), next: DONE },
  ]);
  return intent.attemptId;
}

export function recordTests(test: StoreTest): void {
  test('an erased person is gone from contacts, attempts and consent, and stays uncalled and counted', async (t, store) => {
    await store.addContacts(
      'spring',
      [contact(1, { externalId: 'p1', name: 'Ada', numbers: [NUMBER, OTHER] })],
      START,
    );
    await store.addContacts(
      'autumn',
      [contact(2, { externalId: '', name: 'Ada L.', numbers: [OTHER] })],
      START,
    );
    await store.addContacts('winter', [contact(3, { externalId: 'p1', numbers: ['+12125550145'] })], START);
    await store.addContacts('winter', [contact(4, { externalId: 'p4', numbers: ['+12125550146'] })], START);
    const attemptId = await called(store, await leaseOne(store, { campaignId: 'spring' }));
    await store.addDnc([OTHER], { campaignId: 'autumn', reason: 'Ada asked', at: START });
    await store.addConsent([
      {
        number: NUMBER,
        decision: 'granted',
        level: 'written',
        at: START,
        source: 'form',
        evidence: 'f1',
        recordedBy: 'k',
        recordedAt: START,
      },
    ]);
    await store.rememberIdempotent(
      'k',
      { request: 'r', status: 200, body: `{"numbers":["${NUMBER}"]}` },
      Date.now(),
    );
    const totals = await store.attemptTotals({ from: START, to: START + DAY });
    const counts = await store.contactCounts('spring');

    const found = await personOf(store, OTHER);
    t.same([...found.numbers].sort(), [NUMBER, OTHER, '+12125550145']);
    t.equal(found.contactIds.length, 3);
    const report = await store.erase({ ...found, at: START + HOUR });
    t.same(report, { contacts: 3, attempts: 1, consents: 1 });

    for (const id of found.contactIds) {
      const record = await store.contact(id);
      t.match(record, { state: 'done', doneReason: 'erased', name: '', externalId: '', fields: {} });
      t.ok(record?.numbers.every(({ e164, dead }) => dead && e164.startsWith('erased:')));
    }
    const record = await store.attempt(attemptId);
    t.match(record, { result: { outcome: 'connected' }, disposition: { disposition: 'sale', note: '' } });
    t.notMatch(JSON.stringify(record), /\+1212555014|p1/);
    t.match(record?.permit.number, /^erased:[0-9a-f]{32}$/);
    t.same(
      (await store.attempts({ number: NUMBER, limit: 5 })).items.map((each) => each.attemptId),
      [attemptId],
      'who knows the number still finds the attempt',
    );
    t.same(await store.recentAttempts(NUMBER, START), []);
    t.same(await store.consentHistory(NUMBER), []);
    t.equal((await store.consentHistory(record?.number ?? '')).length, 1, 'the proof stays, under the hash');
    t.same(await store.attemptTotals({ from: START, to: START + DAY }), totals);
    t.same(await store.contactCounts('spring'), counts);
    for (const number of [NUMBER, OTHER, '+12125550145']) t.equal((await store.isDnc(number)).internal, true);
    t.same(
      (await store.dncEntries({ limit: 10 })).items.map(({ number, reason }) => [number, reason]),
      [
        [NUMBER, 'erased'],
        [OTHER, 'erased'],
        [OTHER, 'erased'],
        ['+12125550145', 'erased'],
      ],
    );
    t.equal(await store.idempotent('k'), undefined);
    t.match((await store.contacts({ campaignId: 'winter', limit: 5 })).items[1], {
      name: 'Person 4',
      state: 'open',
    });
    t.same(await store.addContacts('spring', [contact(1, { externalId: 'p1', numbers: [NUMBER] })], START), {
      added: 1,
      duplicates: 0,
    });
  });

  test('while a call to the person or its wrap-up is under way, nothing is erased', async (t, store) => {
    const lead = await leadWith(store, NUMBER, 'spring');
    const intent = intentFor(lead);
    await commit(store, intent);
    const person = await personOf(store, NUMBER);
    t.equal(await store.erase({ ...person, at: START }), false);
    await store.write([recordResult(intent, { state: 'pending' }, 'connected')]);
    t.equal(await store.erase({ ...person, at: START }), false, 'the agent has not spoken yet');
    t.equal((await store.contact(lead.contactId))?.name, 'Person 0');
    await store.write([{ type: 'record-disposition', disposition: dispositionOf(intent), next: LATER }]);
    t.match(await store.erase({ ...person, at: START }), { contacts: 1, attempts: 1 });
  });

  test('a lead that is leased when its person is erased is not dialled', async (t, store) => {
    const lead = await leadWith(store, NUMBER, 'spring');
    await store.erase({ ...(await personOf(store, NUMBER)), at: START });
    const result = await commit(store, intentFor(lead));
    t.match(result, { committed: false });
  });

  test('attempts of a period come oldest first, page by page', async (t, store) => {
    await store.addContacts(
      'spring',
      [0, 1, 2, 3, 4].map((i) => contact(i)),
      START,
    );
    const made: string[] = [];
    for (const at of [START, START, START + HOUR, START + 2 * HOUR, START + DAY])
      made.push((await attempt(store, DONE, 'busy', { now: at })).attemptId);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.attemptsBetween({
        campaignId: 'spring',
        from: START,
        to: START + DAY,
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      });
      seen.push(...page.items.map((each) => each.attemptId));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    t.same(seen, made.slice(0, 4));
    t.same(await store.attemptsBetween({ campaignId: 'none', from: 0, to: START, limit: 2 }), { items: [] });
  });

  test('entries of the DNC lists come number by number', async (t, store) => {
    await store.addDnc([OTHER, NUMBER], { reason: 'asked', at: START });
    await store.addDnc(['+12125550100'], { campaignId: 'spring', reason: 'client', at: START + 1 });
    const first = await store.dncEntries({ limit: 2 });
    t.same(first.items, [
      { number: '+12125550100', campaignId: 'spring', reason: 'client', at: START + 1 },
      { number: NUMBER, reason: 'asked', at: START },
    ]);
    const second = await store.dncEntries({ limit: 2, cursor: first.nextCursor ?? '' });
    t.same(second, { items: [{ number: OTHER, reason: 'asked', at: START }] });
  });

  test('what is older than its retention is pruned in small steps; open attempts and newer ones stay', async (t, store) => {
    await store.addContacts(
      'spring',
      [0, 1, 2, 3].map((i) => contact(i)),
      START,
    );
    const open = intentFor(await leaseOne(store));
    await commit(store, open);
    const old = [await attempt(store, DONE, 'busy'), await attempt(store, DONE, 'busy')];
    const young = await attempt(store, DONE, 'busy', { now: START + DAY });
    const event = (at: number) =>
      ({
        type: 'event',
        event: { kind: 'switch-changed', at, switchId: 'main', connected: true, reason: '' },
      }) as const;
    await store.write([event(START), event(START + 1), event(START + DAY)]);
    const cutoff = START + HOUR;
    const reports = [];
    do reports.push(await store.prune(cutoff, 2));
    while (reports.at(-1)?.more === true && reports.length < 10);
    t.equal(
      reports.reduce((sum, each) => sum + each.attempts, 0),
      2,
    );
    t.equal(
      reports.reduce((sum, each) => sum + each.events, 0),
      2,
    );
    for (const { attemptId } of old) t.equal(await store.attempt(attemptId), undefined);
    t.ok(await store.attempt(young.attemptId));
    t.ok(await store.attempt(open.attemptId));
    t.same(
      (await store.events(0, 10)).map(({ sequence }) => sequence),
      [3],
    );
    t.equal(await store.lastEvent(), 3);
    t.same(await store.prune(cutoff, 2), { attempts: 0, events: 0, more: false });
  });

  test('attempts of packs with a shorter period are pruned by themselves, from where the last look ended', async (t, store) => {
    await store.addContacts(
      'spring',
      [0, 1, 2, 3, 4].map((i) => contact(i)),
      START,
    );
    const made: string[] = [];
    for (const [i, pack] of ['short', 'long', 'short', 'short', 'short'].entries()) {
      const at = i === 4 ? START + DAY : START;
      const intent = intentFor(await leaseOne(store, { now: at }), { intendedAt: at });
      const permit = { ...intent.permit, issuedAt: at, rules: [{ pack, version: '1', rules: [] }] };
      await commit(store, { ...intent, permit }, at);
      // The third is still open.
      if (i !== 2) await store.write([recordResult(intent, DONE, 'busy')]);
      made.push(intent.attemptId);
    }
    const force = { from: -Infinity, until: Infinity };
    const periods = {
      otherwiseDays: 9_000,
      leastDays: 0,
      rules: [
        { pack: 'short', days: 10, force },
        { pack: 'long', days: 20, force },
      ],
    };
    const now = START + 10 * DAY + HOUR;
    const look = (cursor?: string) =>
      store.pruneAttempts({
        before: START + HOUR,
        days: 10,
        periods,
        now,
        limit: 2,
        ...(cursor !== undefined && { cursor }),
      });
    const first = await look();
    t.match(first, { attempts: 1, more: true });
    const second = await look(first.cursor);
    t.match(second, { attempts: 1, more: true });
    t.same(await look(second.cursor), { attempts: 0, more: false });
    const kept = await Promise.all(made.map(async (id) => (await store.attempt(id)) !== undefined));
    t.same(kept, [false, true, true, false, true], 'the long one, the open one and the young one stay');
  });
}
