/** TLS, proxies, headers, other origins and rate limits. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import t from 'tap';
import { loadSettings } from '../../api/config/index.js';
import { RATE_LIMITS, TokenBuckets } from '../../api/http/rate-limit.js';
import { followTls, readTls } from '../../api/http/tls.js';
import { openBrowser } from './browser.js';
import { startHarness, until } from './harness.js';

const folder = mkdtempSync(join(tmpdir(), 'tactus-tls-'));
const PASSWORD = 'three blind mice ran';

function makeCertificate(name: string): { certificate: string; key: string } {
  const certificate = join(folder, `${name}.crt`);
  const key = join(folder, `${name}.key`);
  const ask = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name} -addext subjectAltName=IP:127.0.0.1`;
  execFileSync('openssl', [...ask.split(' '), '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  return { certificate, key };
}

const first = makeCertificate('first');
const second = makeCertificate('second');

/** Name on the certificate that the server shows. */
function nameShown(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

t.test(
  'with a certificate the service speaks https: cookies are for https only, and HSTS says so',
  async (t) => {
    const h = await startHarness({ tls: readTls(first) });
    t.teardown(() => h.close());
    const { port } = h.app.server.address() as AddressInfo;
    const send = (method: string, path: string, headers: Record<string, string>, body = '') =>
      new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
        const request = httpsRequest(
          { port, host: '127.0.0.1', path, method, headers, rejectUnauthorized: false },
          (r) => {
            let text = '';
            r.setEncoding('utf8').on('data', (piece: string) => {
              text += piece;
            });
            r.on('end', () => resolve({ status: r.statusCode ?? 0, headers: r.headers, text }));
          },
        );
        request.once('error', reject);
        request.end(body);
      });
    const json = { authorization: `Bearer ${h.tokens.admin}`, 'content-type': 'application/json' };
    const user = JSON.stringify({ username: 'ada', role: 'admin', password: PASSWORD });
    t.equal((await send('POST', '/v1/users', json, user)).status, 201);
    const login = await send(
      'POST',
      '/v1/session',
      { 'content-type': 'application/json', origin: `https://127.0.0.1:${port}` },
      JSON.stringify({ username: 'ada', password: PASSWORD }),
    );
    t.equal(login.status, 201, login.text);
    t.match(String(login.headers['set-cookie']), /HttpOnly; SameSite=Strict; Secure$/);
    t.equal(login.headers['strict-transport-security'], 'max-age=31536000');
  },
);

t.test('a renewed certificate is taken up at SIGHUP, and one that does not fit is not', async (t) => {
  const files = { certificate: join(folder, 'live.crt'), key: join(folder, 'live.key') };
  const install = ({ certificate, key }: typeof first): void => {
    copyFileSync(certificate, files.certificate);
    copyFileSync(key, files.key);
  };
  install(first);
  const h = await startHarness({ tls: readTls(files) });
  t.teardown(() => h.close());
  const told: string[] = [];
  const end = followTls(h.app.server, files, (level, message) => told.push(`${level}: ${message}`));
  t.teardown(end);
  const { port } = h.app.server.address() as AddressInfo;
  t.equal(await nameShown(port), 'first');
  install(second);
  process.emit('SIGHUP');
  t.equal(await nameShown(port), 'second');
  copyFileSync(first.key, files.key);
  process.emit('SIGHUP');
  t.equal(await nameShown(port), 'second');
  t.match(told, [
    /^info: a renewed certificate is in force/,
    /^error: the certificate in force stays: .*live\.crt/,
  ]);
});

t.test('files of TLS that cannot be used are told in one line', (t) => {
  const junk = join(folder, 'junk.pem');
  writeFileSync(junk, 'junk');
  t.throws(() => readTls({ certificate: '/nowhere.crt', key: first.key }), {
    message: 'tls: the certificate /nowhere.crt cannot be read (ENOENT)',
  });
  t.throws(() => readTls({ certificate: junk, key: first.key }), /are no certificate and its key in PEM/);
  t.throws(
    () => readTls({ certificate: first.certificate, key: second.key }),
    /are no certificate and its key/,
  );
  t.end();
});

t.test('the headers of a proxy are believed only where it is trusted', async (t) => {
  const forwarded = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'dialer.example',
    'x-forwarded-for': '198.51.100.7',
  };
  for (const trustProxy of [undefined, ['127.0.0.0/8', '::1/128']]) {
    const h = await startHarness(trustProxy === undefined ? {} : { trustProxy });
    t.teardown(() => h.close());
    await h.send('POST', '/v1/users', { username: 'ada', role: 'admin', password: PASSWORD });
    const plain = await openBrowser(h).login('ada', PASSWORD, forwarded);
    const secure = /; Secure/.test(plain.headers.get('set-cookie') ?? '');
    t.equal(secure, trustProxy !== undefined, `trusted: ${trustProxy}`);
    t.equal(plain.headers.get('strict-transport-security') !== null, trustProxy !== undefined);
    const own = await openBrowser(h).login('ada', PASSWORD, {
      ...forwarded,
      origin: 'https://dialer.example',
    });
    t.equal(own.status, trustProxy === undefined ? 403 : 201, own.text);
  }
});

t.test('every answer has the security headers, and pages run no script that is not ours', async (t) => {
  const h = await startHarness();
  t.teardown(() => h.close());
  for (const path of ['/healthz', '/v1/campaigns', '/v1/nothing', '/docs', '/openapi.json']) {
    const { headers } = await h.send('GET', path);
    t.equal(headers.get('x-content-type-options'), 'nosniff', path);
    t.equal(headers.get('referrer-policy'), 'no-referrer', path);
    const policy = headers.get('content-security-policy') ?? '';
    t.match(policy, /default-src 'none'/, path);
    t.match(policy, /frame-ancestors 'none'/, path);
    t.notMatch(policy, /script-src[^;]*unsafe/, path);
    t.equal(headers.get('access-control-allow-origin'), null, 'other origins get nothing');
  }
});

t.test('pages of named origins may use the API with a key, and no others', async (t) => {
  const h = await startHarness({ corsOrigins: ['https://crm.example'] });
  t.teardown(() => h.close());
  const preflight = (origin: string) =>
    h.send('OPTIONS', '/v1/campaigns', undefined, {
      authorization: '',
      origin,
      'access-control-request-method': 'POST',
    });
  const allowed = await preflight('https://crm.example');
  t.equal(allowed.status, 204);
  t.equal(allowed.headers.get('access-control-allow-origin'), 'https://crm.example');
  t.match(allowed.headers.get('access-control-allow-headers'), /authorization/);
  t.equal(allowed.headers.get('access-control-allow-credentials'), null);
  const other = await preflight('https://evil.example');
  t.equal(other.status, 404);
  t.equal(other.headers.get('access-control-allow-origin'), null);
  const answer = await h.send('GET', '/v1/campaigns', undefined, { origin: 'https://crm.example' });
  t.equal(answer.headers.get('access-control-allow-origin'), 'https://crm.example');
  t.equal(answer.headers.get('vary'), 'origin');
});

t.test('whoever asks too much waits, and nobody else does', async (t) => {
  let wall = 1_700_000_000_000;
  const h = await startHarness({
    wallClock: () => wall,
    rateLimits: { principal: { perSecond: 2, burst: 5 }, address: { perSecond: 1, burst: 60 } },
  });
  t.teardown(() => h.close());
  const operator = h.as(h.tokens.operator);
  for (let left = 4; left >= 0; left--) {
    const { status, headers } = await operator('GET', '/v1/campaigns');
    t.equal(status, 200);
    t.equal(headers.get('ratelimit-limit'), '5');
    t.equal(headers.get('ratelimit-remaining'), String(left));
  }
  const refused = await operator('GET', '/v1/campaigns');
  t.equal(refused.status, 429);
  t.equal(refused.body.code, 'rate_limited');
  t.equal(refused.headers.get('retry-after'), '1');
  t.equal((await h.as(h.tokens.supervisor)('GET', '/v1/campaigns')).status, 200);
  wall += 1_000;
  t.equal((await operator('GET', '/v1/campaigns')).status, 200);
  // Three keys that do not hold cost as much as sixty requests.
  const statuses: number[] = [];
  for (let n = 0; n < 4; n++) statuses.push((await h.as('tactus_made_up')('GET', '/v1/campaigns')).status);
  t.same(statuses, [401, 401, 401, 429]);
  t.equal((await h.as('')('GET', '/openapi.json')).status, 429);
  t.equal((await h.as('')('GET', '/healthz')).status, 200, 'who watches the service is always answered');
  t.equal(
    (await h.as(h.tokens.admin)('GET', '/v1/campaigns')).status,
    200,
    'a key that holds is not held up',
  );
});

t.test('a bucket fills up steadily and no further', (t) => {
  let now = 0;
  const buckets = new TokenBuckets({ perSecond: 10, burst: 20 }, () => now);
  for (let n = 0; n < 20; n++) t.equal(buckets.take('a', 1).wait, 0);
  t.equal(buckets.take('a', 1).wait, 1);
  now += 500;
  let taken = 0;
  while (buckets.take('a', 1).wait === 0) taken += 1;
  t.equal(taken, 5);
  now += 3_600_000;
  t.equal(buckets.take('a', 1).left, 19);
  t.equal(buckets.take('b', 50).left, 0);
  t.equal(buckets.take('b', 1).wait, 3, 'a debt, which is never more than the burst');
  t.end();
});

t.test('the settings of security are read, and what is wrong with them is told', (t) => {
  const file = join(folder, 'config.yaml');
  const settings = (text: string) => {
    writeFileSync(file, text);
    return loadSettings({ config: file }, {});
  };
  const read = settings(`
tls: { certificate: first.crt, key: first.key }
trustProxy: [127.0.0.1, 10.0.0.0/8, 'fd00::/8']
cors: { origins: [https://crm.example] }
sessions: { idleMinutes: 15, hours: 8 }
rateLimits: { principal: { perSecond: 50 } }
`);
  t.same(read.tls, first, 'paths are meant from the file');
  t.same(read.trustProxy, ['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);
  t.same(read.corsOrigins, ['https://crm.example']);
  t.same(read.sessions, { idle: 900_000, longest: 28_800_000 });
  t.same(read.rateLimits.principal, { perSecond: 50, burst: RATE_LIMITS.principal.burst });
  t.same(settings('').rateLimits, RATE_LIMITS);
  for (const [text, wrong] of [
    ['tls: { certificate: a }', /tls\.key: is missing/],
    ['trustProxy: [everyone]', /trustProxy\[0\]: must be an address or a network/],
    ['trustProxy: [10.0.0.0/99]', /trustProxy\[0\]: must be an address or a network/],
    ['cors: { origins: ["*"] }', /cors\.origins\[0\]: must be an origin/],
    ['cors: { origins: ["https://a.example/x"] }', /must be an origin/],
    ['sessions: { idleMinutes: 0 }', /sessions\.idleMinutes: must be/],
    ['rateLimits: { user: {} }', /rateLimits\.user: is not a setting/],
  ] as const)
    t.throws(() => settings(text), wrong, text);
  t.end();
});

t.test('a port that is free again shows that nothing is left open', async (t) => {
  const h = await startHarness();
  const { port } = h.app.server.address() as AddressInfo;
  await h.close();
  const probe = createTcpServer();
  await until(
    () =>
      new Promise<boolean>((resolve) => {
        probe.once('error', () => resolve(false));
        probe.listen(port, '127.0.0.1', () => resolve(true));
      }),
    'the port is free',
  );
  t.ok(probe.listening);
  probe.close();
});
