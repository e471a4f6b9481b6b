import t from 'tap';
import { run } from '../cli/support.js';
import { startHarness, until } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());
const PATH = '/v1/emergency-stop';

t.test('all dialling ends at once, everybody sees why, and it goes on when it is lifted', async (t) => {
  await h.send('POST', '/v1/campaigns', {
    id: 'spring',
    name: 'Spring',
    purpose: 'service',
    pacing: { method: 'progressive' },
    stages: { validation: { contacts: 3, tiers: ['expert'] } },
  });
  const contacts = [1, 2, 3].map((i) => ({ numbers: [`+1212555014${i}`] }));
  await h.send('POST', '/v1/campaigns/spring/contacts', contacts);
  t.same((await h.send('GET', PATH)).body, { active: false });
  const stopped = await h.as(h.tokens.supervisor)('POST', PATH, { reason: 'The wrong list was loaded' });
  t.match(stopped, {
    status: 200,
    body: { active: true, by: 'test supervisor (supervisor)', reason: 'The wrong list was loaded' },
  });
  await h.send('POST', '/v1/agents/ada/login', { tier: 'expert', endpoint: 'user/1', ready: true });
  t.equal((await h.send('POST', '/v1/campaigns/spring/start', {})).body.status, 'running');
  const diagnostics = (await h.send('GET', '/v1/campaigns/spring/diagnostics')).body;
  t.equal(diagnostics.dialling, false);
  t.match(diagnostics.sentence, /^Emergency stop by test supervisor .*The wrong list was loaded/);
  t.match(
    diagnostics.checks.find(({ name }: { name: string }) => name === 'emergency stop'),
    { ok: false, detail: /DELETE \/v1\/emergency-stop/ },
  );
  await until(
    async () =>
      (await h.send('GET', '/v1/overview')).body.emergencyStopSince === Date.parse(stopped.body.since),
    'the overview shows it',
  );
  t.match((await h.send('GET', '/metrics')).text, /^dialer_emergency_stop 1$/m);
  t.same(h.telephony.originated, []);
  t.equal((await h.as(h.tokens.supervisor)('DELETE', PATH)).status, 403, 'an operator lifts it');
  const lifted = await h.as(h.tokens.operator)('DELETE', `${PATH}?reason=list%20replaced`);
  t.match(lifted, { status: 200, body: { active: false } });
  await until(() => h.telephony.originated.length > 0, 'dialling goes on');
  t.match((await h.send('GET', '/metrics')).text, /^dialer_emergency_stop 0$/m);
  const audit = (await h.send('GET', '/v1/audit?subject=emergency-stop:')).body.items;
  t.match(audit, [
    { action: 'emergency-stop.lift', reason: 'list replaced', before: { active: true } },
    { action: 'emergency-stop.set', reason: 'The wrong list was loaded', before: { active: false } },
  ]);
});

t.test('it is durable before it is answered', async (t) => {
  t.equal((await h.store.boot(h.clock.now())).emergencyStop, undefined);
  await h.send('POST', PATH, { reason: 'first' });
  t.match((await h.store.boot(h.clock.now())).emergencyStop, { reason: 'first' });
  t.match((await h.send('POST', PATH, { reason: 'second' })).body, { reason: 'first' }, 'the first stands');
  await h.send('DELETE', PATH);
  t.equal((await h.store.boot(h.clock.now())).emergencyStop, undefined);
  t.equal((await h.send('DELETE', PATH)).status, 200, 'lifting nothing is no error');
  t.equal((await h.send('POST', PATH, { reason: '  ' })).status, 400);
  t.equal((await h.send('POST', PATH, {})).status, 400);
});

t.test('the command line stops, asks and lifts', async (t) => {
  const environment = { TACTUS_URL: h.url, TACTUS_KEY: h.tokens.admin };
  const tactus = (...line: string[]) => run(['emergency-stop', ...line], { environment });
  t.match(await tactus(), { code: 1, err: /needs --reason/ });
  t.match(await tactus('--status'), { code: 0, out: 'no emergency stop is set\n' });
  t.match(await tactus('--reason', 'complaints'), { code: 0, out: /all dialling is stopped .*: complaints/ });
  t.match(JSON.parse((await tactus('--status', '--json')).out), { active: true, reason: 'complaints' });
  t.match(await tactus('--lift'), { code: 0, out: 'no emergency stop is set\n' });
});
