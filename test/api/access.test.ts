import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ACCESS, type Operation, rolesFor } from '../../api/http/access.js';
import { ensureAdminKey, KeyRing } from '../../api/http/identity/keys.js';
import { ROLES } from '../../api/http/identity/principal.js';
import { MemoryStore } from '../../dialer/store/memory-store.js';
import { startHarness, TEST_AGENT, until } from './harness.js';

const h = await startHarness({ publicOverview: true });

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

async function routes(): Promise<Route[]> {
  const { body } = await h.send('GET', '/openapi.json');
  const found: Route[] = [];
  for (const [path, item] of Object.entries(
    body.paths as Record<string, Record<string, { operationId: Operation }>>,
  )) {
    for (const [method, { operationId }] of Object.entries(item)) {
      found.push({
        method: method.toUpperCase(),
        // Agents may act as themselves only.
        path: path.replace(/\{\w+\}/g, path.startsWith('/v1/agents/') ? TEST_AGENT : 'x1'),
        operation: operationId,
      });
    }
  }
  return found;
}

t.test('every operation of the access table is a route, and the other way round', async (t) => {
  const served = new Set((await routes()).map((r) => r.operation));
  const hidden = new Set(['docs', 'console']);
  t.same(
    Object.keys(ACCESS).filter((name) => !served.has(name as Operation) && !hidden.has(name)),
    [],
  );
  t.ok([...served].every((name) => name in ACCESS));
});

t.test('each route takes exactly the roles of the table, and no key only where it says so', async (t) => {
  for (const { method, path, operation } of await routes()) {
    if (operation === 'streamEvents') continue;
    const roles = rolesFor(operation);
    const without = (await h.as('')(method, path)).status;
    if (roles === 'open') {
      t.not(without, 401, `${operation} needs no key`);
      continue;
    }
    t.equal(without, 401, `${operation} needs a key`);
    for (const role of ROLES) {
      // Without a body or with a made-up id: whoever gets past the roles is refused for another reason.
      const { status } = await h.as(h.tokens[role])(method, path);
      if (roles.includes(role))
        t.ok(status !== 401 && status !== 403, `${operation} takes ${role}: ${status}`);
      else t.equal(status, 403, `${operation} refuses ${role}`);
    }
  }
});

t.test('the event stream takes those who may see all events', async (t) => {
  for (const role of ROLES) {
    const abort = new AbortController();
    const response = await fetch(`${h.url}/v1/events`, {
      headers: { authorization: `Bearer ${h.tokens[role]}` },
      signal: abort.signal,
    });
    t.equal(response.status, role === 'agent' ? 403 : 200, role);
    abort.abort();
  }
});

t.test('an administrator makes a key, which works until it is revoked', async (t) => {
  const made = await h.send('POST', '/v1/keys', { name: 'wallboard', role: 'read-only' });
  t.equal(made.status, 201);
  t.match(made.body.key, /^tactus_[0-9a-f]{12}_[\w-]{43}$/);
  const wallboard = h.as(made.body.key);
  t.equal((await wallboard('GET', '/v1/campaigns')).status, 200);
  const listed = await h.send('GET', '/v1/keys');
  t.notMatch(listed.text, made.body.key.slice(20), 'the list holds no secret');
  t.notMatch(listed.text, /hash/);
  const revoked = await h.send('DELETE', `/v1/keys/${made.body.id}`);
  t.ok(revoked.body.revokedAt);
  t.equal((await wallboard('GET', '/v1/campaigns')).status, 401);
});

t.test('a key that another process revoked is refused within seconds', async (t) => {
  const store = new MemoryStore();
  let now = 1_000;
  const ring = new KeyRing(
    store,
    () => now,
    () => t.fail('the store answers'),
  );
  const { key, token } = await ring.issue('shared', 'operator');
  t.equal((await ring.find(token))?.id, key.id);
  await store.saveApiKey({ ...key, revokedAt: now });
  t.ok(await ring.find(token), 'still in memory');
  now += 5_000;
  t.equal(await ring.find(token), undefined);
});

t.test('keys in memory stay valid while the store cannot be read, and that is told', async (t) => {
  const store = new MemoryStore();
  let now = 1_000;
  const told: unknown[] = [];
  const ring = new KeyRing(
    store,
    () => now,
    (error) => told.push(error),
  );
  const { token } = await ring.issue('steady', 'operator');
  await store.close();
  now += 60_000;
  t.ok(await ring.find(token));
  t.equal(told.length, 1);
});

t.test('the last admin key cannot be revoked', async (t) => {
  const only = (await h.send('GET', '/v1/keys')).body.items.find((k: { role: string }) => k.role === 'admin');
  const answer = await h.send('DELETE', `/v1/keys/${only.id}`);
  t.equal(answer.status, 409);
  t.match(answer.body.detail, /last admin key/);
});

t.test('secrets are stored as hashes only', async (t) => {
  const stored = JSON.stringify(await h.store.apiKeys());
  // A secret may hold underscores, too.
  for (const token of Object.values(h.tokens)) t.notOk(stored.includes(token.split('_').slice(2).join('_')));
});

t.test('the first admin key is written once, readable by its owner only', async (t) => {
  const directory = join(await mkdtemp(join(tmpdir(), 'tactus-')), 'data');
  const store = new MemoryStore();
  const file = await ensureAdminKey(store, directory, 1_000);
  t.equal(file, join(directory, 'admin.key'));
  t.equal((await stat(file!)).mode & 0o777, 0o600);
  const token = (await readFile(file!, 'utf8')).trim();
  const ring = new KeyRing(
    store,
    () => 0,
    () => undefined,
  );
  t.equal((await ring.find(token))?.role, 'admin');
  t.equal(await ensureAdminKey(store, directory, 2_000), undefined, 'not made again');
  t.equal((await readFile(file!, 'utf8')).trim(), token);
});

t.test('a left-over key file of another store is replaced and closed to others', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'tactus-'));
  await writeFile(join(directory, 'admin.key'), 'old\n', { mode: 0o644 });
  const file = await ensureAdminKey(new MemoryStore(), directory, 1_000);
  t.equal((await stat(file!)).mode & 0o777, 0o600);
  t.match(await readFile(file!, 'utf8'), /^tactus_/);
});

t.test('read-only keys see the ends of a number, others see all of it', async (t) => {
  await h.send('POST', '/v1/campaigns', { id: 'masked', name: 'masked' });
  await h.send('POST', '/v1/campaigns/masked/contacts', [{ numbers: ['+12025550143'] }]);
  const path = '/v1/campaigns/masked/contacts';
  t.equal((await h.send('GET', path)).body.items[0].numbers[0].number, '+12025550143');
  const masked = await h.as(h.tokens['read-only'])('GET', path);
  t.equal(masked.body.items[0].numbers[0].number, '+1202•••0143');
  t.notMatch(masked.text, /5550143/);
});

t.test('the overview without a key can be switched off', async (t) => {
  t.equal((await h.as('')('GET', '/overview.json')).status, 200);
  const closed = await startHarness({ publicOverview: false });
  t.teardown(() => closed.close());
  t.equal((await closed.as('')('GET', '/overview.json')).status, 401);
  t.equal((await closed.send('GET', '/v1/overview')).status, 200);
});

t.test('addresses and numbers are not logged', async (t) => {
  const lines: string[] = [];
  const { pino } = await import('pino');
  const logged = await startHarness({
    logger: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
  });
  t.teardown(() => logged.close());
  await logged.send('GET', '/v1/check?number=%2B12025550143');
  await logged.send('GET', '/v1/dnc/+12025550143');
  await until(() => lines.some((line) => line.includes('/v1/dnc/:number')), 'the request was logged');
  t.notMatch(lines.join(''), /5550143/);
});

t.test('the server closes with nothing left open', async (t) => {
  await h.close();
  await t.rejects(fetch(`${h.url}/healthz`));
});
