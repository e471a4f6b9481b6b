import t from 'tap';
import { run } from '../cli/support.js';
import { startHarness, until } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());
const PATH = '/v1/compliance/emergency-areas';
const NUMBER = '+12125550143';

t.test(
  'a contact who waits in the hopper is not called once an emergency is declared where they live',
  async (t) => {
    await h.send('POST', '/v1/campaigns', {
      id: 'spring',
      name: 'Spring',
      stages: { validation: { contacts: 1, tiers: ['expert'] } },
    });
    await h.send('POST', '/v1/campaigns/spring/contacts', [{ numbers: [NUMBER], region: 'US-NY' }]);
    await h.send('POST', '/v1/agents/ada/login', { tier: 'expert', endpoint: 'user/1' });
    await h.send('POST', '/v1/campaigns/spring/start', {});
    const hopper = async () => (await h.send('GET', '/v1/campaigns/spring')).body.live.hopper;
    await until(async () => (await hopper()) === 1, 'the contact is in the hopper');

    const declared = await h.send('POST', PATH, { id: 'flood', area: 'US-NY', reason: 'EO 7' });
    t.equal(declared.status, 200, declared.text);
    t.match(declared.body, { id: 'flood', area: 'US-NY', inForce: true });
    await h.send('POST', '/v1/agents/ada/ready');
    await until(async () => (await hopper()) === 0, 'the contact is refused');
    t.same(h.telephony.originated, []);
    const check = await h.send('GET', `/v1/check?number=${encodeURIComponent(NUMBER)}&campaign=spring`);
    t.not(check.body.verdict, 'allow');
    t.ok(
      check.body.reasons.some(
        (r: { rule: string; detail: string }) => r.rule === 'emergency_area' && /EO 7/.test(r.detail),
      ),
    );
    t.match((await h.send('GET', '/v1/audit?subject=emergency-area:flood')).body.items, [
      { action: 'emergency-area.save', reason: 'EO 7', after: { area: 'US-NY' } },
    ]);
  },
);

t.test('an area for a part of the country, or that is over, stops nobody elsewhere', async (t) => {
  const verdict = async () =>
    (await h.send('GET', `/v1/check?number=${encodeURIComponent(NUMBER)}`)).body.verdict;
  const removed = await h.send('DELETE', `${PATH}/flood`);
  t.equal(removed.status, 204);
  t.equal(await verdict(), 'allow');
  await h.send('POST', PATH, { id: 'storm', area: 'US-LA', reason: 'JBE 33' });
  t.equal(await verdict(), 'allow');
  const over = {
    id: 'over',
    area: 'US-NY',
    from: '2026-01-01T00:00:00Z',
    until: '2026-01-05T00:00:00Z',
    reason: 'r',
  };
  t.match((await h.send('POST', PATH, over)).body, { inForce: false });
  t.equal(await verdict(), 'allow');
  t.equal((await h.send('DELETE', `${PATH}/none`)).status, 404);
});

t.test('the postal code of a contact tells whether they live in the area', async (t) => {
  const area = { id: 'flood', area: 'US-LA', postalCodes: ['701'], reason: 'JBE 34' };
  t.equal((await h.send('DELETE', `${PATH}/storm`)).status, 204);
  t.equal((await h.send('POST', PATH, area)).status, 200);
  t.teardown(() => h.send('DELETE', `${PATH}/flood`));
  await h.send('POST', '/v1/campaigns', {
    id: 'gulf',
    name: 'Gulf',
    stages: { validation: { contacts: 3, tiers: ['expert'] } },
  });
  // All of New Orleans' area code; it is 10:00 there.
  const added = await h.send('POST', '/v1/campaigns/gulf/contacts', [
    { externalId: 'inside', numbers: ['+15045550101'], postalCode: '70112' },
    { externalId: 'outside', numbers: ['+15045550102'], postalCode: '70801-1234' },
    { externalId: 'unknown', numbers: ['+15045550103'] },
    { externalId: 'wrong', numbers: ['+15045550104'], postalCode: 'n/a' },
  ]);
  t.match(added.body, { added: 3, rejected: [{ index: 3, field: 'postalCode' }] });
  const listed = (await h.send('GET', '/v1/campaigns/gulf/contacts')).body.items;
  t.same(
    listed.map((contact: { postalCode?: string }) => contact.postalCode),
    ['70112', '70801-1234', undefined],
  );
  const asked = await h.send('POST', '/v1/campaigns/gulf/callable', {});
  let answer = asked.body;
  await until(async () => {
    answer = (await h.send('GET', `/v1/callable/${asked.body.id}`)).body;
    return answer.state !== 'running';
  }, 'the question is answered');
  t.match(answer, { contacts: 3, callableNow: 1, byReason: { emergency_area: 2 } });
  const verdict = async (more: string) =>
    (await h.send('GET', `/v1/check?number=%2B15045550199&campaign=gulf${more}`)).body.verdict;
  t.not(await verdict(''), 'allow');
  t.not(await verdict('&postalCode=70112'), 'allow');
  t.equal(await verdict('&postalCode=70801'), 'allow');
  const own = (number: string) => h.send('GET', `/v1/check?number=%2B${number}&campaign=gulf`);
  t.equal((await own('15045550102')).body.verdict, 'allow', 'the contact says where it is');
  t.not((await own('15045550101')).body.verdict, 'allow');
  // The engine leases all three, and keeps the one that may be called.
  await h.send('POST', '/v1/agents/grace/login', { tier: 'expert', endpoint: 'user/2' });
  await h.send('POST', '/v1/campaigns/gulf/start', {});
  await until(async () => (await h.send('GET', '/v1/campaigns/gulf')).body.live.hopper === 1, 'one waits');
  const waiting = (await h.send('GET', '/v1/campaigns/gulf/contacts?state=leased')).body.items;
  t.match(waiting, [{ externalId: 'outside' }]);
});

t.test('a ZIP code adds its time zone to that of the number', async (t) => {
  const check = async (more: string) =>
    (await h.send('GET', `/v1/check?number=${encodeURIComponent(NUMBER)}${more}`)).body;
  t.same((await check('')).explanation.zones, ['America/New_York']);
  const western = await check('&postalCode=94105');
  t.ok(western.explanation.zones.includes('America/Los_Angeles'));
  t.ok(western.explanation.jurisdictions.includes('US-CA'));
});

t.test('areas that make no sense are refused, and agents declare none', async (t) => {
  for (const body of [
    { area: 'Louisiana', reason: 'r' },
    { area: 'XX', reason: 'r' },
    { area: 'US-LA' },
    { area: 'US-LA', reason: 'r', from: '2026-03-02T00:00:00Z', until: '2026-03-01T00:00:00Z' },
    { area: 'US-LA', reason: 'r', postalCodes: [] },
    { area: 'US-LA', reason: 'r', purposes: ['spam'] },
  ])
    t.equal((await h.send('POST', PATH, body)).status, 400, JSON.stringify(body));
  t.equal((await h.as(h.tokens.agent)('POST', PATH, { area: 'US-LA', reason: 'r' })).status, 403);
});

t.test('tactus emergency declares, lists and removes', async (t) => {
  const environment = { TACTUS_URL: h.url, TACTUS_KEY: h.tokens.supervisor };
  const add = ['emergency', 'add', 'US-FL', '--id', 'ian', '--reason', 'EO 22', '--postal-codes', '339, 341'];
  t.match((await run(add, { environment })).out, 'area ian is declared');
  t.match((await run(['emergency', 'list'], { environment })).out, /ian +US-FL +339 341 .* yes +EO 22/);
  t.equal((await run(['emergency', 'remove', 'ian'], { environment })).code, 0);
  t.equal((await run(['emergency', 'remove', 'ian'], { environment })).code, 1);
});
