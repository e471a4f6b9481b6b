import t from 'tap';
import { startHarness, until } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());

await h.send('POST', '/v1/campaigns', { id: 'spring', name: 'Spring', pool: 'sales' });
await h.send('POST', '/v1/campaigns', { id: 'autumn', name: 'Autumn', pool: 'sales', trunks: ['other'] });
await h.send('POST', '/v1/campaigns', { id: 'old', name: 'Old', pool: 'sales' });
await h.send('POST', '/v1/campaigns/old/stop', {});
for (const [id, team, tier] of [
  ['ada', 'north', 'expert'],
  ['ben', 'north', 'ordinary'],
  ['eve', 'south', 'expert'],
])
  await h.send('POST', `/v1/agents/${id}/login`, { pool: 'sales', team, tier, endpoint: `user/${id}` });

t.test('pools and teams tell who is there and what they work on', async (t) => {
  await until(async () => {
    const [pool] = (await h.send('GET', '/v1/pools')).body.items;
    return pool.states.paused === 3 || pool.states.ready === 3;
  }, 'the legs are up');
  const pools = (await h.send('GET', '/v1/pools')).body.items;
  t.match(pools, [{ id: 'sales', agents: 3, teams: ['north', 'south'] }]);
  t.same(
    pools[0].campaigns.map(({ id }: { id: string }) => id).sort(),
    ['autumn', 'spring'],
    'not those that are over',
  );
  t.match((await h.send('GET', '/v1/teams')).body.items, [
    { id: 'north', agents: 2, tiers: { expert: 1, ordinary: 1 }, pools: ['sales'] },
    { id: 'south', agents: 1, tiers: { expert: 1 } },
  ]);
});

t.test('halts of all campaigns are listed, and those that nobody has put right', async (t) => {
  await h.send('POST', '/v1/campaigns/spring/contacts', [{ numbers: ['+12125550143'] }]);
  await h.send('POST', '/v1/campaigns/spring/start', {});
  await h.send('POST', '/v1/campaigns/spring/halt', { reason: 'two complaints' });
  const halts = async (query: string) => (await h.send('GET', `/v1/halts${query}`)).body.items;
  t.match(await halts('?open=true'), [
    {
      campaignId: 'spring',
      kind: 'operator',
      stage: 'validation',
      text: 'two complaints',
      at: /^2026-03-02T/,
    },
  ]);
  await h.send('POST', '/v1/campaigns/spring/resume', { reason: 'script corrected' });
  t.same(await halts('?open=true'), []);
  t.match(await halts('?open=false'), [{ rectification: { text: 'script corrected' } }]);
  t.same(await halts('?campaign=autumn'), []);
  t.same(await halts('?stage=pilot'), []);
  t.equal((await h.send('GET', '/v1/halts?stage=never')).status, 400);
});

t.test('gates of all campaigns are listed with their evidence, and those that wait', async (t) => {
  await h.send('POST', '/v1/campaigns', {
    id: 'gated',
    name: 'Gated',
    pool: 'sales',
    purpose: 'service',
    pacing: { method: 'progressive' },
    stages: {
      validation: { contacts: 1, tiers: ['expert', 'ordinary'], gate: { approval: true } },
      pilot: { share: 0.5, tiers: ['expert'] },
    },
  });
  await h.send('POST', '/v1/campaigns/spring/pause', {});
  await h.send(
    'POST',
    '/v1/campaigns/gated/contacts',
    [4, 5, 6, 7].map((i) => ({ numbers: [`+1212555015${i}`] })),
  );
  for (const id of ['ada', 'ben', 'eve']) await h.send('POST', `/v1/agents/${id}/ready`);
  t.equal((await h.send('POST', '/v1/campaigns/gated/start', {})).body.status, 'running');
  await until(
    () => h.telephony.originated.includes('+12125550154') || h.telephony.originated.length > 0,
    'a call',
  );
  await until(async () => {
    const { items } = (await h.send('GET', '/v1/agents')).body;
    return items.some(({ state }: { state: string }) => state === 'talking');
  }, 'somebody talks');
  const { items: agents } = (await h.send('GET', '/v1/agents')).body;
  const talking = agents.find(({ state }: { state: string }) => state === 'talking');
  await h.send('POST', `/v1/agents/${talking.id}/hangup`);
  await until(async () => {
    const { body } = await h.send('GET', `/v1/agents/${talking.id}`);
    return body.state === 'wrap-up';
  }, 'the call is over');
  await h.send('POST', `/v1/agents/${talking.id}/disposition`, {
    attemptId: talking.attemptId,
    disposition: 'sale',
  });
  const gates = async (query: string) => (await h.send('GET', `/v1/gates${query}`)).body.items;
  await until(async () => (await gates('?waiting=true')).length === 1, 'the gate waits for approval');
  t.match(await gates('?waiting=true'), [
    { campaignId: 'gated', stage: 'validation', decision: 'pass', waiting: true, evidence: /./ },
  ]);
  const { body } = await h.send('GET', '/v1/campaigns/gated/diagnostics');
  t.match(body.sentence, /^Awaiting-approval/);
  await h.send('POST', '/v1/campaigns/gated/approve', { reason: 'looks well' });
  t.match(await gates('?campaign=gated&decision=pass'), [
    { waiting: false, approval: { comment: 'looks well' } },
  ]);
  t.same(await gates('?campaign=spring'), []);
});

t.test('trunks and switches tell their limits, use and health', async (t) => {
  const trunk = async () => (await h.send('GET', '/v1/trunks')).body.items[0];
  t.match(await trunk(), {
    id: 'carrier',
    switchId: 'fs1',
    state: 'ready',
    reason: '',
    maximumChannels: 1000,
    callsPerSecond: 100,
    failuresInARow: 0,
  });
  const link = async () => (await h.send('GET', '/v1/switches')).body.items[0];
  t.match(await link(), { id: 'fs1', connected: true, reason: '', reconnects: 1, trunks: ['carrier'] });
  h.telephony.down('cable');
  await until(async () => (await trunk()).state === 'down', 'the trunk is down with its switch');
  t.equal((await trunk()).reason, 'cable');
  t.match(await link(), { connected: false, reason: 'cable' });
  h.telephony.up();
});

t.test(
  'a switch is taken out of service and returned, with a reason, durably, in the audit log',
  async (t) => {
    const drain = (id: string, body: object) => h.send('POST', `/v1/switches/${id}/drain`, body);
    t.match(await drain('nowhere', { reason: 'x' }), { status: 404, body: { code: 'switch_not_found' } });
    t.match(await drain('fs1', { reason: ' ' }), { status: 400, body: { code: 'validation_failed' } });
    t.match(await drain('fs1', { reason: 'new release', moveAgents: false }), {
      status: 200,
      body: { id: 'fs1', drain: { reason: 'new release', moveAgents: false } },
    });
    t.match((await h.send('GET', '/v1/trunks')).body.items[0], { state: 'drained' });
    t.match((await h.send('GET', '/v1/audit?action=switch.drain')).body.items[0], {
      subject: { kind: 'switch', id: 'fs1' },
      reason: 'new release',
    });
    const returned = await h.send('DELETE', '/v1/switches/fs1/drain');
    t.equal(returned.status, 200);
    t.notOk('drain' in returned.body);
    t.match((await h.send('GET', '/v1/trunks')).body.items[0], { state: 'ready' });
  },
);
