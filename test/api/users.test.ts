import t from 'tap';
import { DEMO_PASSWORD, disableDemoUsers, ensureDemoUsers } from '../../api/demo/demo-users.js';
import { LoginThrottle, networkOf } from '../../api/http/identity/login-throttle.js';
import { PASSWORD_COST, Passwords, passwordFault } from '../../api/http/identity/passwords.js';
import { UserBook } from '../../api/http/identity/users.js';
import { MemoryStore } from '../../dialer/store/memory-store.js';
import { CHEAP, startHarness } from './harness.js';

const h = await startHarness();
const PASSWORD = 'three blind mice ran';
const ANY = { 'if-match': '*' };

t.test('an administrator makes, changes and removes a user', async (t) => {
  const made = await h.send('POST', '/v1/users', {
    username: 'ada',
    name: 'Ada Byron',
    role: 'operator',
    password: PASSWORD,
  });
  t.equal(made.status, 201);
  t.equal(made.headers.get('location'), '/v1/users/ada');
  t.match(made.body, { id: 'ada', username: 'ada', name: 'Ada Byron', role: 'operator', disabled: false });
  t.same((await h.send('GET', '/v1/users/ada')).body, made.body);
  const twice = await h.send('POST', '/v1/users', { username: 'ada', role: 'admin', password: PASSWORD });
  t.equal(twice.status, 409);
  const agent = { name: 'Ada Lovelace', role: 'agent', agentId: 'a1' };
  const changed = await h.send('PATCH', '/v1/users/ada', agent, { 'if-match': '"1"' });
  t.match(changed.body, agent);
  t.equal(changed.headers.get('etag'), '"2"');
  t.equal((await h.send('PATCH', '/v1/users/ada', { name: 'A' })).status, 428);
  t.equal((await h.send('PATCH', '/v1/users/ada', { name: 'A' }, { 'if-match': '"1"' })).status, 412);
  const promoted = await h.send('PATCH', '/v1/users/ada', { role: 'supervisor' }, { 'if-match': '"2"' });
  t.notOk('agentId' in promoted.body, 'only agents are an agent');
  const { text, body } = await h.send('GET', '/v1/users');
  t.same(
    body.items.map((user: { id: string }) => user.id),
    ['ada'],
  );
  t.notMatch(text, /scrypt|stamp|"password"/, 'no answer holds what is stored of a password');
  t.equal((await h.send('DELETE', '/v1/users/ada', undefined, { 'if-match': '"2"' })).status, 412);
  t.equal((await h.send('DELETE', '/v1/users/ada', undefined, ANY)).status, 204);
  t.equal((await h.send('GET', '/v1/users/ada')).status, 404);
  t.equal((await h.send('DELETE', '/v1/users/ada')).status, 404);
});

t.test('an agent is an agent, and nobody else is', async (t) => {
  const user = { username: 'eve', role: 'agent', password: PASSWORD };
  t.match(await h.send('POST', '/v1/users', user), { status: 400, body: { errors: [{ field: 'agentId' }] } });
  t.match(await h.send('POST', '/v1/users', { ...user, role: 'admin', agentId: 'a1' }), { status: 400 });
  t.match(await h.send('POST', '/v1/keys', { name: 'cti', role: 'agent' }), { status: 400 });
  const key = await h.send('POST', '/v1/keys', { name: 'cti', role: 'agent', agentId: 'a7' });
  t.equal(key.body.agentId, 'a7');
  const as = h.as(key.body.key);
  t.equal((await as('GET', '/v1/agents/a7')).status, 404, 'it is nobody yet');
  const other = await as('POST', '/v1/agents/a8/ready');
  t.equal(other.status, 403);
  t.match(other.body.detail, /is the agent a7 and may act as no other/);
});

t.test('nobody takes the own rights', async (t) => {
  await h.send('POST', '/v1/users', { username: 'root', role: 'admin', password: PASSWORD });
  const login = await h.send(
    'POST',
    '/v1/session',
    { username: 'root', password: PASSWORD },
    { authorization: '' },
  );
  const own = {
    ...ANY,
    authorization: '',
    cookie: login.headers.get('set-cookie')!.split(';')[0]!,
    'x-csrf-token': login.body.csrfToken,
  };
  t.equal((await h.send('DELETE', '/v1/users/root', undefined, own)).status, 409);
  t.equal((await h.send('PATCH', '/v1/users/root', { role: 'agent', agentId: 'a' }, own)).status, 409);
  t.equal((await h.send('PATCH', '/v1/users/root', { disabled: true }, own)).status, 409);
  t.equal((await h.send('PATCH', '/v1/users/root', { name: 'Root' }, own)).status, 200);
});

t.test('a password that would be tried first is refused', async (t) => {
  const refused = [
    'short',
    'password12345',
    'PASSWORD2026!',
    'aaaaaaaaaaaaaa',
    'abcabcabcabc',
    'qwertyqwerty',
    '123456789012',
    'ada.byron-ada1',
    'x'.repeat(300),
  ];
  for (const password of refused) t.ok(passwordFault(password, 'ada.byron'), password);
  for (const password of [PASSWORD, 'correct horse battery', '四个词的密码也很长可以用的', DEMO_PASSWORD])
    t.equal(passwordFault(password, 'ada.byron'), undefined, password);
  const answer = await h.send('POST', '/v1/users', {
    username: 'max',
    role: 'admin',
    password: 'password12345',
  });
  t.match(answer, { status: 400, body: { errors: [{ field: 'password' }] } });
});

t.test('passwords are stored as scrypt hashes with their cost, each with its own salt', async (t) => {
  const passwords = new Passwords();
  const first = await passwords.hash(PASSWORD);
  t.match(first, /^scrypt\$N=32768,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/);
  t.not(await passwords.hash(PASSWORD), first);
  t.equal(await passwords.verify(PASSWORD, first), true);
  t.equal(await passwords.verify(`${PASSWORD} `, first), false);
  t.equal(await passwords.verify(PASSWORD, undefined), false);
  t.equal(
    await passwords.verify('e\u0301'.repeat(12), await passwords.hash('\u00e9'.repeat(12))),
    true,
    'NFKC',
  );
  t.equal(passwords.isOutdated(first), false);
  t.equal(passwords.isOutdated(await new Passwords(CHEAP).hash(PASSWORD)), true);
  t.ok(128 * PASSWORD_COST.N * PASSWORD_COST.r >= 32 * 1024 * 1024, 'at least 32 MiB');
});

t.test('a login raises the cost of a hash that was made at another', async (t) => {
  const store = new MemoryStore();
  const entry = () =>
    ({
      at: 0,
      action: 'user.create',
      actor: { kind: 'engine', id: 'test', name: 'test', role: 'engine' },
      subject: { kind: 'user', id: 'ada' },
    }) as const;
  const settings = { name: 'Ada', role: 'operator', disabled: false } as const;
  const cheap = new UserBook(store, new Passwords(CHEAP), () => 0);
  const before = await cheap.add('ada', settings, PASSWORD, entry);
  const dearer = new UserBook(store, new Passwords({ N: 4, r: 1, p: 1 }), () => 0);
  const user = await dearer.authenticate('ada', PASSWORD);
  t.match(user?.password, /^scrypt\$N=4,/);
  t.equal(user?.stamp, before?.stamp, 'which ends no session');
  t.ok(await cheap.authenticate('Ada', PASSWORD), 'and the password stays what it was, the name in any case');
});

t.test(
  'guesses from many addresses at one user wait shortly, those of one address at many users as well',
  (t) => {
    let now = 0;
    const throttle = new LoginThrottle(() => now);
    const guess = (user: string, address: string): number => {
      const wait = throttle.attempt(user, address);
      if (wait === 0) throttle.failed(user, address);
      return wait;
    };
    for (let n = 0; n < 30; n++) t.equal(guess('ada', `192.0.2.${n}`), 0);
    t.equal(guess('ada', '198.51.100.1'), 1);
    for (let n = 0; n < 50; n++) t.equal(guess(`user${n}`, '203.0.113.9'), 0);
    t.ok(guess('grace', '203.0.113.9') > 0);
    t.equal(guess('grace', '203.0.113.10'), 0, 'others are not held up');
    now += 3_600_000;
    t.equal(guess('ada', '198.51.100.1'), 0, 'after an hour it is forgotten');
    t.end();
  },
);

t.test('the addresses of one IPv6 network count as one', (t) => {
  t.equal(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:db8:1:2::9'));
  t.not(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'));
  t.equal(networkOf('::1'), '0:0:0:0::/64');
  t.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1');
  t.equal(networkOf('fe80::1%eth0'), networkOf('fe80::2'));
  t.end();
});

t.test('users of the demonstration can log in there, and nowhere else', async (t) => {
  const users = new UserBook(new MemoryStore(), new Passwords(CHEAP), () => 0);
  t.same(await ensureDemoUsers(users, 0), [
    'admin',
    'operator',
    'supervisor',
    'agent',
    'integrator',
    'viewer',
  ]);
  t.match(await users.authenticate('admin', DEMO_PASSWORD), { role: 'admin' });
  const own = (await users.read('operator'))!;
  const entry = () =>
    ({
      at: 0,
      action: 'user.password',
      actor: { kind: 'engine', id: 'test', name: 'test', role: 'engine' },
      subject: { kind: 'user', id: 'operator' },
    }) as const;
  await users.setPassword(own, PASSWORD, entry);
  t.same(await disableDemoUsers(users, 0), ['admin', 'agent', 'integrator', 'supervisor', 'viewer']);
  t.equal(await users.authenticate('admin', DEMO_PASSWORD), undefined);
  t.ok(
    await users.authenticate('operator', PASSWORD),
    'a password of their own makes them users like others',
  );
  t.same(await ensureDemoUsers(users, 0), ['admin', 'supervisor', 'agent', 'integrator', 'viewer']);
  t.ok(await users.authenticate('admin', DEMO_PASSWORD), 'the demonstration lets them in again');
});

t.test('the server closes', async (t) => {
  await h.close();
  await t.rejects(fetch(`${h.url}/healthz`));
});
