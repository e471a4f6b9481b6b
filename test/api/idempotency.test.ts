import t from 'tap';
import { startHarness, until, withMethod } from './harness.js';

const h = await startHarness();

t.test('a write sent twice with one Idempotency-Key takes effect once', async (t) => {
  const headers = { 'idempotency-key': 'order-1' };
  const body = { name: 'Once' };
  const first = await h.send('POST', '/v1/campaigns', body, headers);
  const second = await h.send('POST', '/v1/campaigns', body, headers);
  t.equal(first.status, 201);
  t.equal(second.status, 201);
  t.equal(second.text, first.text, 'the same answer, byte for byte');
  t.equal(first.headers.get('idempotency-replayed'), null);
  t.equal(second.headers.get('idempotency-replayed'), 'true');
  const { items } = (await h.send('GET', '/v1/campaigns')).body;
  t.equal(items.filter((c: { settings: { name: string } }) => c.settings.name === 'Once').length, 1);
});

t.test('the same key with another body, address or method is refused', async (t) => {
  const headers = { 'idempotency-key': 'order-2' };
  t.equal((await h.send('POST', '/v1/campaigns', { id: 'two', name: 'Two' }, headers)).status, 201);
  for (const [method, path, body] of [
    ['POST', '/v1/campaigns', { id: 'two', name: 'Other' }],
    ['POST', '/v1/campaigns/two/pause', { reason: 'x' }],
    ['PUT', '/v1/campaigns/two', { name: 'Two' }],
  ] as const) {
    const answer = await h.send(method, path, body, headers);
    t.equal(answer.status, 422);
    t.equal(answer.body.code, 'idempotency_key_reused');
  }
});

t.test('a key belongs to the API key that used it', async (t) => {
  const as = (role: 'admin' | 'operator') => ({
    'idempotency-key': 'shared',
    authorization: `Bearer ${h.tokens[role]}`,
  });
  const one = await h.send('POST', '/v1/campaigns', { name: 'A' }, as('admin'));
  const other = await h.send('POST', '/v1/campaigns', { name: 'B' }, as('operator'));
  t.equal(other.status, 201);
  t.not(other.body.id, one.body.id);
});

t.test('a refused write may be sent again with its key once the cause is gone', async (t) => {
  const headers = { 'idempotency-key': 'start-1' };
  await h.send('POST', '/v1/campaigns', { id: 'later', name: 'Later' });
  const early = await h.send('POST', '/v1/campaigns/later/start', { reason: 'go' }, headers);
  t.equal(early.status, 409);
  await h.send('POST', '/v1/agents/a1/login', { tier: 'expert', endpoint: 'user/1001' });
  const again = await h.send('POST', '/v1/campaigns/later/start', { reason: 'go' }, headers);
  t.equal(again.status, 200);
});

t.test('an answer without a body is given again as it was', async (t) => {
  const headers = { 'idempotency-key': 'dnc-1' };
  await h.send('POST', '/v1/dnc', { numbers: ['+12025550143'], reason: 'x' });
  t.equal((await h.send('DELETE', '/v1/dnc/+12025550143', undefined, headers)).status, 204);
  const again = await h.send('DELETE', '/v1/dnc/+12025550143', undefined, headers);
  t.equal(again.status, 204, 'not 404, though the number is gone');
  t.equal(again.text, '');
});

t.test('a list in CSV is imported once', async (t) => {
  const headers = { 'idempotency-key': 'list-1', 'content-type': 'text/csv' };
  const csv = 'phone\n+12025550143\n+12025550144\n';
  const first = await h.send('POST', '/v1/campaigns/later/contacts?numbers=phone', csv, headers);
  const again = await h.send('POST', '/v1/campaigns/later/contacts?numbers=phone', csv, headers);
  t.equal(first.status, 202);
  t.equal(again.status, 202);
  t.equal(again.body.id, first.body.id);
  const job = async () => (await h.send('GET', `/v1/imports/${first.body.id}`)).body;
  await until(async () => (await job()).state === 'completed', 'the list was imported');
  t.match(await job(), { rows: 2, added: 2 });
});

t.test('a second request while the first is under way is refused, not run', async (t) => {
  let release: () => void = () => undefined;
  let reached: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    reached = resolve;
  });
  let requests = 0;
  const slow = await startHarness({}, (engine) =>
    withMethod(engine, 'request', async (request) => {
      requests += 1;
      reached();
      await held;
      return engine.request(request);
    }),
  );
  t.teardown(() => slow.close());
  const headers = { 'idempotency-key': 'slow' };
  const first = slow.send('POST', '/v1/campaigns', { id: 'slow', name: 'Slow' }, headers);
  await arrived;
  const second = await slow.send('POST', '/v1/campaigns', { id: 'slow', name: 'Slow' }, headers);
  t.equal(second.status, 409);
  t.equal(second.body.code, 'request_in_progress');
  release();
  t.equal((await first).status, 201);
  t.equal(requests, 1);
});

t.test('answers that hold a secret are not kept', async (t) => {
  const answer = await h.send('POST', '/v1/keys', { name: 'x', role: 'agent' }, { 'idempotency-key': 'k' });
  t.equal(answer.status, 400);
  t.match(answer.body.errors[0], { field: 'header idempotency-key', detail: /holds a secret/ });
});

t.test('an unusable key is refused', async (t) => {
  const answer = await h.send('POST', '/v1/campaigns', { name: 'x' }, { 'idempotency-key': 'a b' });
  t.equal(answer.body.errors[0].field, 'header idempotency-key');
});

t.test('the server closes with nothing left open', async (t) => {
  await h.close();
  await t.rejects(fetch(`${h.url}/healthz`));
});
