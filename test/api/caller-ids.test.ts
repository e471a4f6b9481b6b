import t from 'tap';
import { run } from '../cli/support.js';
import { startHarness, until } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());
const PATH = '/v1/caller-id-pools';
const numbers = [{ number: '+12125550191' }, { number: '+13105550192', dailyCap: 50 }];

t.test('calls of a campaign show the numbers of its pool, and how they stand can be read', async (t) => {
  const made = await h.send('POST', PATH, { id: 'east', name: 'East', numbers, restSeconds: 3_600 });
  t.equal(made.status, 201, made.text);
  await h.send('POST', '/v1/campaigns', {
    id: 'spring',
    name: 'Spring',
    purpose: 'service',
    callerIdPool: 'east',
    pacing: { method: 'progressive' },
    stages: { validation: { contacts: 3, tiers: ['expert'] } },
  });
  const contacts = [1, 2, 3].map((i) => ({ numbers: [`+1212555014${i}`] }));
  await h.send('POST', '/v1/campaigns/spring/contacts', contacts);
  await h.send('POST', '/v1/agents/ada/login', { tier: 'expert', endpoint: 'user/1', ready: true });
  await h.send('POST', '/v1/campaigns/spring/start', {});
  await until(() => h.telephony.originated.length === 1, 'a call is placed');
  const { items } = (await h.send('GET', `${PATH}/east/numbers`)).body;
  t.match(items, [
    { number: '+12125550191', state: 'resting', usedToday: 1, freeAt: /^2026-03-02T1/ },
    { number: '+13105550192', state: 'free', usedToday: 0 },
  ]);
  t.match((await h.send('GET', '/v1/attempts')).body.items, [{ callerId: '+12125550191' }]);
  const check = async () =>
    (await h.send('GET', '/v1/campaigns/spring/diagnostics')).body.checks.find(
      ({ name }: { name: string }) => name === 'caller ids',
    );
  t.match(await check(), { ok: true, detail: /Of 2 numbers .* 1 are free, 1 rest/ });
  t.match((await h.send('GET', '/metrics')).text, /^dialer_caller_ids\{pool="east",state="resting"\} 1$/m);
  const released = await h.send('POST', `${PATH}/east/numbers/%2B12125550191/release`);
  t.match(released, { status: 200, body: { number: '+12125550191', state: 'free', usedToday: 1 } });
  t.equal(
    (await h.send('POST', `${PATH}/east/numbers/%2B19995550000/release`)).body.code,
    'caller_id_not_found',
  );
  t.equal((await h.send('POST', `${PATH}/none/numbers/%2B19995550000/release`)).status, 404);
  t.match((await h.send('GET', '/v1/audit?subject=caller-id-pool:east')).body.items, [
    { action: 'caller-id.release' },
    { action: 'caller-id-pool.create' },
  ]);
  t.equal((await h.send('DELETE', `${PATH}/east`, undefined, { 'if-match': '*' })).status, 409, 'it is used');
});

t.test('an edit is in force at once, and numbers keep what is known of them', async (t) => {
  const edited = { name: 'East', numbers: [...numbers, { number: '+14155550193' }], dailyCap: 1 };
  t.equal((await h.send('PUT', `${PATH}/east`, edited, { 'if-match': '"1"' })).status, 200);
  t.match((await h.send('GET', `${PATH}/east/numbers`)).body.items, [
    { number: '+12125550191', state: 'spent', usedToday: 1 },
    { number: '+13105550192', state: 'free' },
    { number: '+14155550193', state: 'free' },
  ]);
  const { callerIdPools } = await h.store.boot(h.clock.now());
  t.match(callerIdPools, [{ id: 'east', rotation: 'least-used', dailyCap: 1 }]);
  const twice = { name: 'Twice', numbers: [numbers[0], numbers[0]] };
  t.match((await h.send('POST', PATH, twice)).body.errors, [{ field: 'numbers' }]);
  t.equal((await h.send('POST', PATH, { name: 'Zone', numbers, timeZone: 'Mars' })).status, 400);
  t.equal((await h.send('POST', '/v1/campaigns', { name: 'W', callerIdPool: 'none' })).status, 400);
});

t.test('the command line lists pools and numbers', async (t) => {
  const environment = { TACTUS_URL: h.url, TACTUS_KEY: h.tokens.admin };
  const tactus = (...line: string[]) => run(['caller-ids', ...line], { environment });
  t.match(await tactus('list'), { code: 0, out: /east +East +3/ });
  t.match(await tactus('show', 'east'), { code: 0, out: /\+12125550191 +spent/ });
  t.match(await tactus('release', 'east', '+12125550191'), { code: 0, out: /\+12125550191/ });
  t.match(await tactus('show', 'none'), { code: 1, err: /There is no caller-id pool none/ });
});
