import t from 'tap';
import { createGate, type Facts } from '../../compliance/index.js';

/** Wednesday noon in New York. */
const NOW = Date.UTC(2026, 10, 18, 17);
const version = (id: string) => ({ id, version: '2026-11-01', obtainedAt: NOW - 86_400_000 });
const facts = (lists: readonly string[], checked: readonly string[]): Facts => ({
  dnc: { internal: false, campaign: false, lists, checked: checked.map(version) },
  consent: { state: 'none' },
  attempts: { at: [] },
});
const request = {
  number: '+12125550123',
  campaignId: 'c',
  purpose: 'sales',
  ringSeconds: 25,
  callerId: '+12125550100',
} as const;

t.test(
  'a permit names the registries that bind its call, and those of the operator, not all that are held',
  async (t) => {
    const gate = createGate({ registries: 'required' });
    const { permit } = gate.decide(request, facts([], ['us-national', 'gb-tps', 'own-blocklist']), NOW);
    t.same(permit?.dncLists, [version('us-national'), version('own-blocklist')]);
  },
);

t.test("a list that no rule knows binds every call; another country's does not", async (t) => {
  const gate = createGate({ registries: 'required' });
  const all = ['us-national', 'gb-tps', 'own-blocklist'];
  t.equal(gate.decide(request, facts(['gb-tps'], all), NOW).verdict, 'allow');
  t.match(gate.decide(request, facts(['own-blocklist'], all), NOW), {
    verdict: 'deny',
    reasons: [{ rule: 'dnc', detail: /own-blocklist/ }],
  });
});
