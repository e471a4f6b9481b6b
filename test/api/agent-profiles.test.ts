import t from 'tap';
import { startHarness, TEST_AGENT } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());
const PATH = '/v1/agent-profiles';
const agent = h.as(h.tokens.agent);
const supervisor = h.as(h.tokens.supervisor);
const ADA = {
  name: 'Ada',
  team: 'north',
  tier: 'expert',
  skills: ['renewals'],
  languages: ['en'],
  endpoint: 'user/1001',
};
const loginPath = (id: string) => `/v1/agents/${id}/login`;

t.test('without a profile a login says all itself, and names a phone', async (t) => {
  const missing = await agent('POST', loginPath(TEST_AGENT));
  t.match(missing, { status: 400, body: { errors: [{ field: 'endpoint', detail: /profile/ }] } });
  const plain = await agent('POST', loginPath(TEST_AGENT), { endpoint: 'user/9', tier: 'expert' });
  t.match(plain, {
    status: 200,
    body: { name: TEST_AGENT, pool: 'default', team: 'default', tier: 'expert' },
  });
  t.equal((await agent('GET', `/v1/agents/${TEST_AGENT}/profile`)).status, 404);
});

t.test('a profile is a document: made once, edited on its version, its versions kept', async (t) => {
  const made = await supervisor('POST', PATH, { id: TEST_AGENT, ...ADA });
  t.equal(made.status, 201, made.text);
  t.equal(made.headers.get('etag'), '"1"');
  t.equal((await supervisor('POST', PATH, { id: TEST_AGENT, ...ADA })).status, 409);
  const edit = (etag: string) =>
    supervisor(
      'PUT',
      `${PATH}/${TEST_AGENT}`,
      { ...ADA, skills: ['renewals', 'upgrades'] },
      { 'if-match': etag },
    );
  t.equal((await edit('"1"')).body.version, 2);
  t.match(await edit('"1"'), { status: 412, body: { code: 'version_stale' } });
  t.match((await supervisor('GET', `${PATH}/${TEST_AGENT}/versions`)).body.items, [
    { version: 2, skills: ['renewals', 'upgrades'] },
    { version: 1, skills: ['renewals'] },
  ]);
  t.equal((await agent('GET', PATH)).status, 403, 'agents see no profiles of others');
  t.match((await agent('GET', `/v1/agents/${TEST_AGENT}/profile`)).body, {
    name: 'Ada',
    pool: 'default',
    skills: ['renewals', 'upgrades', 'en'],
  });
  t.equal((await agent('GET', '/v1/agents/other/profile')).status, 403);
});

t.test(
  'a login takes what it leaves out from the profile; the pool is the one that has the team',
  async (t) => {
    t.equal(
      (await h.send('POST', '/v1/agent-pools', { id: 'sales', name: 'Sales', teams: ['north', 'south'] }))
        .status,
      201,
    );
    t.match(await h.send('POST', '/v1/agent-pools', { id: 'other', name: 'Other', teams: ['south'] }), {
      status: 400,
      body: { errors: [{ field: 'teams', detail: /"south", which is in pool sales/ }] },
    });
    await h.send('POST', `/v1/agents/${TEST_AGENT}/logout`);
    t.match(await agent('POST', loginPath(TEST_AGENT)), {
      status: 200,
      body: {
        name: 'Ada',
        team: 'north',
        tier: 'expert',
        pool: 'sales',
        skills: ['renewals', 'upgrades', 'en'],
        endpoint: 'user/1001',
      },
    });
    t.match((await h.send('GET', '/v1/pools')).body.items, [
      { id: 'sales', name: 'Sales', agents: 1, teams: ['north', 'south'] },
    ]);
    t.match(await h.send('POST', loginPath('eve'), { team: 'south', endpoint: 'user/2' }), {
      status: 200,
      body: { pool: 'sales' },
    });
  },
);

t.test('an agent may not be what the profile does not say; a leader may say so for them', async (t) => {
  await h.send('POST', `/v1/agents/${TEST_AGENT}/logout`);
  for (const [field, value] of [
    ['tier', 'ordinary'],
    ['team', 'south'],
    ['pool', 'default'],
    ['skills', ['en']],
    ['name', 'Eve'],
    ['endpoint', 'user/666'],
  ] as const)
    t.match(
      await agent('POST', loginPath(TEST_AGENT), { [field]: value }),
      { status: 400, body: { errors: [{ field, detail: /contradicts the profile/ }] } },
      field,
    );
  const same = { tier: 'expert', team: 'north', pool: 'sales', skills: ['en', 'upgrades', 'renewals'] };
  t.equal(
    (await agent('POST', loginPath(TEST_AGENT), same)).status,
    200,
    'what is the same is no contradiction',
  );
  await h.send('POST', `/v1/agents/${TEST_AGENT}/logout`);
  t.match(await supervisor('POST', loginPath(TEST_AGENT), { team: 'other', tier: 'ordinary' }), {
    status: 200,
    body: { team: 'other', tier: 'ordinary', pool: 'default', name: 'Ada' },
  });
});

t.test('a profile names a user who is that agent, and a team of its pool', async (t) => {
  const make = (more: object) => supervisor('POST', PATH, { id: 'bob', ...ADA, ...more });
  t.match((await make({ username: 'bob' })).body.errors, [{ field: 'username', detail: /no user/ }]);
  await h.send('POST', '/v1/users', { username: 'bob', role: 'operator', password: 'three blind mice ran' });
  t.match((await make({ username: 'bob' })).body.errors, [{ field: 'username', detail: /role agent/ }]);
  await h.send('PATCH', '/v1/users/bob', { role: 'agent', agentId: 'bob' }, { 'if-match': '*' });
  t.match((await make({ pool: 'sales', team: 'west' })).body.errors, [
    { field: 'team', detail: /north, south/ },
  ]);
  t.equal((await make({ username: 'bob', pool: 'sales' })).status, 201);
});

t.test('what is in use is not removed', async (t) => {
  const remove = (path: string) => h.send('DELETE', path, undefined, { 'if-match': '*' });
  t.match(await remove(`${PATH}/${TEST_AGENT}`), { status: 409, body: { detail: /logged in/ } });
  await h.send('POST', '/v1/campaigns', { id: 'spring', name: 'Spring', pool: 'sales' });
  t.match(await remove('/v1/agent-pools/sales'), { status: 409, body: { detail: /campaign spring/ } });
  t.equal((await remove(`${PATH}/bob`)).status, 204);
});
