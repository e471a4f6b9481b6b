import { contact, contacts, DAY, MINUTE, START } from '../records.js';
import type { StoreTest } from './support.js';

export function registryTests(test: StoreTest): void {
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
