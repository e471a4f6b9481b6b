import { DAY, MINUTE, START } from '../records.js';
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

  test('emergency areas are saved, changed, removed, and there at the next start', async (t, store) => {
    const area = { id: 'a', area: 'US-LA', from: START, reason: 'flood', createdAt: START };
    await store.saveEmergencyArea({ ...area, id: 'b', postalCodes: ['701'], until: START + DAY });
    await store.saveEmergencyArea(area);
    await store.saveEmergencyArea({ ...area, reason: 'storm' });
    const areas = await store.emergencyAreas();
    t.same(areas, [
      { ...area, reason: 'storm' },
      { ...area, id: 'b', postalCodes: ['701'], until: START + DAY },
    ]);
    t.same((await store.boot(START)).emergencyAreas, areas);
    t.equal(await store.removeEmergencyArea('b'), true);
    t.equal(await store.removeEmergencyArea('b'), false);
    t.equal((await store.emergencyAreas()).length, 1);
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
