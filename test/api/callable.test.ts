import t from 'tap';
import { run } from '../cli/support.js';
import { startHarness, until } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());

async function callable(body: unknown = {}) {
  const { status, body: job, text } = await h.send('POST', '/v1/campaigns/spring/callable', body);
  if (status !== 202) throw new Error(text);
  const look = async () => (await h.send('GET', `/v1/callable/${job.id}`)).body;
  await until(async () => (await look()).state !== 'running', 'the question is answered');
  return look();
}

t.test('a list is counted by who may be called now, later, never, and why', async (t) => {
  await h.send('POST', '/v1/campaigns', { id: 'spring', name: 'Spring' });
  const numbers = (area: string, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `+1${area}555${String(1000 + i)}`);
  // 11:00 in New York, 08:00 in Los Angeles, 06:00 in Honolulu.
  const people = [...numbers('212', 300), ...numbers('213', 20), ...numbers('808', 30)];
  await h.send(
    'POST',
    '/v1/campaigns/spring/contacts',
    people.map((number) => ({ numbers: [number] })),
  );
  await h.send('POST', '/v1/dnc', { numbers: people.slice(0, 10), reason: 'asked' });
  const before = (await h.store.auditHead()).sequence;
  const counts = await h.store.contactCounts('spring');
  const answer = await callable();
  t.match(answer, { state: 'completed', contacts: 350, callableNow: 310, later: 30, never: 10, busy: 0 });
  t.equal(answer.byReason.dnc, 10);
  t.equal(answer.byReason.calling_window, 30);
  t.same(Object.values(answer.laterByHour), [30]);
  t.same(Object.keys(answer.laterByHour), ['2026-03-02T18:00:00.000Z'], '08:00 in Honolulu');
  const honolulu = answer.zones.find((zone: { zone: string }) => zone.zone === 'Pacific/Honolulu');
  t.match(honolulu, { contacts: 30, callableNow: 0, nextOpensAt: '2026-03-02T18:00:00.000Z' });
  t.equal(
    answer.zones.reduce((sum: number, zone: { contacts: number }) => sum + zone.contacts, 0),
    350,
  );
  t.same(await h.store.contactCounts('spring'), counts, 'nothing is leased');
  t.equal((await h.store.auditHead()).sequence, before, 'a question is no change');
  const night = await callable({ at: '2026-03-03T09:00:00Z' });
  t.match(night, { callableNow: 0, later: 340, never: 10 });
  const contact = (await h.send('GET', '/v1/campaigns/spring/contacts')).body.items[0];
  const explained = await h.send('GET', `/v1/contacts/${contact.id}/explain`);
  t.match(explained.body, {
    state: 'open',
    numbers: [{ number: people[0], verdict: 'deny', reasons: [{ rule: 'dnc' }] }],
    attempts: [],
  });
  t.ok(explained.body.sentences.some((sentence: string) => /draft: it calls nobody/.test(sentence)));
  const masked = await h.as(h.tokens['read-only'])('GET', `/v1/contacts/${contact.id}/explain`);
  t.notMatch(masked.text, people[0]);
});

t.test('wrong questions are refused', async (t) => {
  t.equal((await h.send('POST', '/v1/campaigns/none/callable', {})).status, 404);
  t.equal((await h.send('POST', '/v1/campaigns/spring/callable', { at: 'noon' })).status, 400);
  t.equal((await h.send('GET', '/v1/callable/none')).status, 404);
  t.equal((await h.send('GET', '/v1/contacts/c999/explain')).status, 404);
  t.equal((await h.as(h.tokens.agent)('POST', '/v1/campaigns/spring/callable', {})).status, 403);
});

t.test('tactus callable and tactus explain tell the same', async (t) => {
  const environment = { TACTUS_URL: h.url, TACTUS_KEY: h.tokens.operator };
  const { out, code, err } = await run(['callable', 'spring'], { environment });
  t.equal(code, 0, err);
  t.match(out, /350 contacts: 310 callable now, 30 later, 10 never, 0 done/);
  t.match(out, /calling_window +30/);
  t.match(out, /Pacific\/Honolulu +30 +0/);
  const { items } = (await h.send('GET', '/v1/campaigns/spring/contacts')).body;
  t.match((await run(['explain', items[0].id], { environment })).out, /may not be called .*dnc/);
});
