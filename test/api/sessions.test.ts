import t from 'tap';
import { csrfTokenOf } from '../../api/http/identity/sessions.js';
import { openBrowser } from './browser.js';
import { startHarness, TEST_AGENT, withMethod } from './harness.js';

let wall = 1_700_000_000_000;
const h = await startHarness({ wallClock: () => wall });
const PASSWORD = 'three blind mice ran';
const ANY = { 'if-match': '*' };

/** User names are made anew for each test, so that none depends on another. */
let users = 0;
async function newUser(role = 'operator', more: Record<string, unknown> = {}): Promise<string> {
  const username = `user${++users}`;
  const body = { username, role, password: PASSWORD, ...more };
  const answer = await h.send('POST', '/v1/users', body);
  t.equal(answer.status, 201, answer.text);
  return username;
}

async function loggedIn(role = 'operator', more: Record<string, unknown> = {}) {
  const username = await newUser(role, more);
  const browser = openBrowser(h);
  const answer = await browser.login(username, PASSWORD);
  t.equal(answer.status, 201, answer.text);
  return { username, browser, answer };
}

const campaign = (id: string) => ({ id, name: id });

t.test(
  'a login is answered with the user, the CSRF token and a cookie that scripts cannot read',
  async (t) => {
    const { username, browser, answer } = await loggedIn('supervisor', { name: 'Grace' });
    t.same(answer.body.user, { id: username, username, name: 'Grace', role: 'supervisor' });
    t.match(
      answer.headers.get('set-cookie'),
      /^tactus_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    t.equal(answer.body.csrfToken, csrfTokenOf(browser.cookie));
    t.equal(answer.headers.get('cache-control'), 'no-store');
    const again = await browser.send('GET', '/v1/session');
    t.same(again.body, answer.body);
  },
);

t.test('a session does what a key of its role does', async (t) => {
  const { browser } = await loggedIn('operator');
  t.equal((await browser.send('GET', '/v1/campaigns')).status, 200);
  t.equal((await browser.send('POST', '/v1/campaigns', campaign('by-cookie'))).status, 201);
  t.equal((await browser.send('GET', '/v1/keys')).status, 403);
  const { body } = await h.send('GET', '/v1/audit?action=campaign.create');
  t.match(body.items[0].actor, { kind: 'user', id: `user${users}`, role: 'operator' });
});

t.test('the event stream takes the cookie', async (t) => {
  const { browser } = await loggedIn('read-only');
  const abort = new AbortController();
  const response = await fetch(`${h.url}/v1/events`, {
    headers: { cookie: `tactus_session=${browser.cookie}` },
    signal: abort.signal,
  });
  t.equal(response.status, 200);
  t.match(response.headers.get('content-type'), /event-stream/);
  abort.abort();
});

t.test('a write by cookie needs the CSRF token, and a read does not', async (t) => {
  const { browser } = await loggedIn();
  const without = await browser.send('POST', '/v1/campaigns', campaign('forged'), { 'x-csrf-token': '' });
  t.equal(without.status, 403);
  t.equal(without.body.code, 'csrf_failed');
  const other = await loggedIn();
  const foreign = { 'x-csrf-token': other.browser.csrfToken };
  t.equal((await browser.send('POST', '/v1/campaigns', campaign('forged'), foreign)).status, 403);
  t.equal((await h.send('GET', '/v1/campaigns/forged')).status, 404);
});

t.test('a write from the page of another site is refused, whatever it sends', async (t) => {
  const { browser } = await loggedIn();
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    const answer = await browser.send('POST', '/v1/campaigns', campaign('foreign'), headers);
    t.equal(answer.body.code, 'csrf_failed', JSON.stringify(headers));
  }
  const own = { origin: h.url, 'sec-fetch-site': 'same-origin' };
  t.equal((await browser.send('POST', '/v1/campaigns', campaign('own'), own)).status, 201);
  const login = await openBrowser(h).login(`user${users}`, PASSWORD, { origin: 'https://evil.example' });
  t.equal(login.body.code, 'csrf_failed', 'nor is anyone logged in from there');
});

t.test('a logout ends the session', async (t) => {
  const { browser } = await loggedIn();
  const { cookie } = browser;
  const answer = await browser.send('DELETE', '/v1/session');
  t.equal(answer.status, 204);
  t.match(answer.headers.get('set-cookie'), /^tactus_session=; Path=\/; Max-Age=0/);
  browser.cookie = cookie;
  const after = await browser.send('GET', '/v1/session');
  t.equal(after.status, 401);
  t.equal(after.body.code, 'session_ended');
});

t.test('a wrong password and an unknown user get the same answer', async (t) => {
  const username = await newUser();
  const wrong = await openBrowser(h).login(username, 'not the password');
  const unknown = await openBrowser(h).login('nobody-of-this-name', 'not the password');
  t.equal(wrong.status, 401);
  t.same(unknown.body, wrong.body);
  t.equal(wrong.body.code, 'login_failed');
  t.equal(wrong.headers.get('set-cookie'), null);
  const disabled = await newUser();
  await h.send('PATCH', `/v1/users/${disabled}`, { disabled: true }, ANY);
  t.same((await openBrowser(h).login(disabled, PASSWORD)).body, wrong.body);
});

t.test(
  'after five failures a login waits, also for an unknown user, and twice as long each time',
  async (t) => {
    for (const username of [await newUser(), 'nobody-at-all']) {
      const attempt = () => openBrowser(h).login(username, 'not the password');
      for (let failures = 0; failures < 5; failures++) t.equal((await attempt()).status, 401);
      const refused = await attempt();
      t.equal(refused.status, 429);
      t.equal(refused.body.code, 'too_many_logins');
      t.equal(refused.headers.get('retry-after'), '1');
      wall += 1_000;
      t.equal((await attempt()).status, 401);
      t.equal((await attempt()).headers.get('retry-after'), '2');
      if (username === 'nobody-at-all') continue;
      t.equal((await openBrowser(h).login(username, PASSWORD)).status, 429, 'the right one waits, too');
      wall += 2_000;
      t.equal((await openBrowser(h).login(username, PASSWORD)).status, 201);
      t.equal((await attempt()).status, 401, 'what was mistyped is forgotten');
    }
  },
);

t.test('many attempts at the same moment gain nothing', async (t) => {
  const username = await newUser();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => openBrowser(h).login(username, 'not the password')),
  );
  t.equal(answers.filter(({ status }) => status === 401).length, 5);
  t.equal(answers.filter(({ status }) => status === 429).length, 15);
});

t.test('a session ends when it is idle for an hour, or after twelve', async (t) => {
  const { browser } = await loggedIn();
  wall += 3_599_000;
  t.equal((await browser.send('GET', '/v1/session')).status, 200);
  wall += 3_600_000;
  t.equal((await browser.send('GET', '/v1/session')).status, 401);
  const busy = (await loggedIn()).browser;
  const statuses: number[] = [];
  for (let halfHours = 0; halfHours < 25; halfHours++) {
    statuses.push((await busy.send('GET', '/v1/session')).status);
    wall += 1_800_000;
  }
  t.same(statuses.slice(0, 24), Array(24).fill(200));
  t.equal(statuses[24], 401);
});

t.test('another role, another password, disabling and removal end the sessions', async (t) => {
  for (const [method, path, body] of [
    ['PATCH', '', { role: 'read-only' }],
    ['PATCH', '', { disabled: true }],
    ['PUT', '/password', { password: 'see how they all run' }],
    ['DELETE', '', undefined],
  ] as const) {
    const { username, browser } = await loggedIn();
    const answer = await h.send(method, `/v1/users/${username}${path}`, body, ANY);
    t.ok(answer.status < 300, answer.text);
    t.equal((await browser.send('GET', '/v1/session')).body.code, 'session_ended', `${method} ${path}`);
  }
  const { username, browser } = await loggedIn();
  await h.send('PATCH', `/v1/users/${username}`, { name: 'Another name' }, ANY);
  t.equal((await browser.send('GET', '/v1/session')).body.user.name, 'Another name', 'a name does not');
});

t.test('a user changes the own password: the other sessions end, this one goes on', async (t) => {
  const { username, browser } = await loggedIn('agent', { agentId: TEST_AGENT });
  const elsewhere = openBrowser(h);
  await elsewhere.login(username, PASSWORD);
  const path = `/v1/users/${username}/password`;
  const password = 'see how they all run';
  t.match(await browser.send('PUT', path, { password }), {
    status: 400,
    body: { errors: [{ field: 'currentPassword' }] },
  });
  t.match(await browser.send('PUT', path, { password, currentPassword: 'wrong' }), { status: 400 });
  const before = browser.cookie;
  const changed = await browser.send('PUT', path, { password, currentPassword: PASSWORD });
  t.equal(changed.status, 200, changed.text);
  t.not(browser.cookie, before);
  browser.csrfToken = changed.body.csrfToken;
  t.equal((await browser.send('GET', '/v1/session')).body.csrfToken, browser.csrfToken);
  t.equal((await elsewhere.send('GET', '/v1/session')).status, 401);
  t.equal((await openBrowser(h).login(username, PASSWORD)).status, 401);
  t.equal((await openBrowser(h).login(username, password)).status, 201);
  const other = await newUser();
  const foreign = await browser.send('PUT', `/v1/users/${other}/password`, { password });
  t.equal(foreign.status, 403);
});

t.test('sessions outlive a restart, and tokens are stored as hashes only', async (t) => {
  const { browser } = await loggedIn();
  const kept = JSON.stringify((await h.store.documents({ kind: 'user-sessions', limit: 500 })).items);
  t.notOk(kept.includes(browser.cookie));
  t.notOk(kept.includes(browser.csrfToken));
  // Another server on the same store: what a restart is to the sessions.
  const restarted = await startHarness({ wallClock: () => wall }, (engine) =>
    withMethod(engine, 'store', h.store),
  );
  t.teardown(() => restarted.close());
  const answer = await restarted.send('GET', '/v1/session', undefined, {
    authorization: '',
    cookie: `tactus_session=${browser.cookie}`,
  });
  t.equal(answer.status, 200, answer.text);
  t.equal(answer.body.csrfToken, browser.csrfToken);
});

t.test('a user has at most twenty sessions: the one that was used longest ago ends', async (t) => {
  const { username, browser } = await loggedIn();
  const others = [];
  for (let n = 0; n < 20; n++) {
    wall += 1_000;
    const other = openBrowser(h);
    await other.login(username, PASSWORD);
    others.push(other);
  }
  t.equal((await browser.send('GET', '/v1/session')).status, 401);
  for (const other of others) t.equal((await other.send('GET', '/v1/session')).status, 200);
});

t.test('an API key asks who it is, and has no session to end', async (t) => {
  const answer = await h.send('GET', '/v1/session');
  t.match(answer.body, { user: { name: 'test admin', role: 'admin' } });
  t.notOk('csrfToken' in answer.body);
  t.equal((await h.send('DELETE', '/v1/session')).status, 409);
});

t.test('logins and logouts are in the audit log', async (t) => {
  const { username, browser } = await loggedIn();
  await browser.send('DELETE', '/v1/session');
  const { body } = await h.send('GET', `/v1/audit?subject=user:${username}`);
  t.same(
    body.items.map((item: { action: string }) => item.action),
    ['session.end', 'session.begin', 'user.create'],
  );
});

t.test('a made-up or broken cookie is no session', async (t) => {
  for (const cookie of ['tactus_session=', `tactus_session=${'a'.repeat(43)}`, 'tactus_session', '=;;=']) {
    const answer = await h.send('GET', '/v1/session', undefined, { authorization: '', cookie });
    t.equal(answer.status, 401, cookie);
  }
});

t.test('the server closes with nothing left open', async (t) => {
  await h.close();
  await t.rejects(fetch(`${h.url}/healthz`));
});
