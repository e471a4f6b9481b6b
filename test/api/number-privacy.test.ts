import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import pino from 'pino';
import t from 'tap';
import { createLogScrubber, scrubbedLog } from '../../api/privacy/log-scrubber.js';
import { maskingStream, maskJson, maskNumber, maskNumbers } from '../../api/privacy/masking.js';
import { startHarness, TEST_AGENT, until } from './harness.js';

const h = await startHarness();
const NUMBER = '+12025550143';

t.test('a number is masked in the middle, in a sentence and in an address', (t) => {
  t.equal(maskNumber('+12025550123'), '+1202•••0123');
  t.equal(maskNumber('+4930901820'), '+493•••1820');
  t.equal(maskNumber('+3541234567'), '+354•••4567');
  t.equal(maskNumber('+6591234'), '+65•••34');
  t.equal(maskNumbers(`call ${NUMBER}, not ${NUMBER}!`), 'call +1202•••0143, not +1202•••0143!');
  t.equal(maskNumbers('/v1/dnc/%2B12025550143'), '/v1/dnc/+1202•••0143');
  for (const harmless of ['2026-03-02T16:00:00+01:00', '1+1=2', '+123456', '1234567890123', '+0123456789'])
    t.equal(maskNumbers(harmless), harmless);
  t.equal(maskNumbers(NUMBER, new Set([NUMBER])), NUMBER);
  t.equal(
    maskJson(`{"callerId":"${NUMBER}","number":"+12025550199"}`),
    `{"callerId":"${NUMBER}","number":"+1202•••0199"}`,
  );
  t.end();
});

t.test('at least three digits of every number are hidden', (t) => {
  const digits = fc.stringMatching(/^[1-9]\d{6,14}$/);
  fc.assert(
    fc.property(digits, (number) => {
      const masked = maskNumber(`+${number}`);
      return (masked.match(/•/g)?.length ?? 0) >= 3 && masked.length === number.length + 1;
    }),
  );
  t.pass();
  t.end();
});

t.test('a stream is masked however it is cut', async (t) => {
  const lines = `number,name\n${NUMBER},Zoë\n+4930901820,四\n%2B12025550199,x\nend +1202555`;
  const bytes = Buffer.from(lines);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
      return (await text(Readable.from(pieces).pipe(maskingStream()))) === maskNumbers(lines);
    }),
    { numRuns: 200 },
  );
  t.pass();
});

t.test('read-only keys and agents get no whole number from any route that answers with one', async (t) => {
  await h.send('POST', '/v1/campaigns', { id: 'masked', name: 'masked' });
  await h.send('POST', '/v1/campaigns/masked/contacts', [{ numbers: [NUMBER] }]);
  await h.send('POST', '/v1/dnc', { number: NUMBER, reason: 'asked' });
  const contact = (await h.send('GET', '/v1/campaigns/masked/contacts')).body.items[0];
  const paths = [
    '/v1/campaigns/masked/contacts',
    `/v1/contacts/${contact.id}`,
    `/v1/contacts/${contact.id}/explain`,
    `/v1/dnc/${NUMBER}`,
    `/v1/check?number=${encodeURIComponent(NUMBER)}`,
    `/v1/consent/${NUMBER}`,
    `/v1/attempts?number=${encodeURIComponent(NUMBER)}`,
  ];
  let shown = 0;
  for (const path of paths) {
    const full = await h.send('GET', path);
    if (full.text.includes(NUMBER)) shown += 1;
    for (const role of ['read-only', 'agent'] as const)
      t.notMatch((await h.as(h.tokens[role])('GET', path)).text, /5550143/, `${role} ${path}`);
    for (const role of ['operator', 'supervisor', 'integrator'] as const) {
      const { status, text: answer } = await h.as(h.tokens[role])('GET', path);
      t.equal(answer.includes(NUMBER), full.text.includes(NUMBER), `${role} ${path} ${status}`);
    }
  }
  t.ok(shown >= 5, `${shown} of these show a number to those who may see it`);
});

t.test('an agent has no contact and no attempt of others, and of colleagues only the state', async (t) => {
  const agent = h.as(h.tokens.agent);
  const contact = (await h.send('GET', '/v1/campaigns/masked/contacts')).body.items[0];
  t.equal((await agent('GET', `/v1/contacts/${contact.id}`)).status, 404);
  t.equal((await agent('GET', `/v1/agents/${TEST_AGENT}`)).status, 404, 'not logged in yet');
  t.equal((await agent('GET', '/v1/agents/grace')).status, 403);
  t.equal((await agent('POST', '/v1/agents/grace/hangup')).status, 403);
});

t.test('neither numbers nor secrets get into the log, wherever they come from', async (t) => {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, scrubbedLog({ write: (line) => lines.push(line) }, ['ClueCon"7']));
  const logged = await startHarness({ logger: log });
  t.teardown(() => logged.close());
  const password = 'three blind mice ran';
  await logged.send('POST', '/v1/users', { username: 'ada', role: 'admin', password });
  const login = await logged.send(
    'POST',
    '/v1/session',
    { username: 'ada', password },
    { authorization: '' },
  );
  await logged.send(
    'POST',
    '/v1/session',
    { username: 'ada', password: 'wrong-pass-word' },
    { authorization: '' },
  );
  const cookie = login.headers.get('set-cookie')!.split(';')[0]!;
  await logged.send('GET', '/v1/session', undefined, { authorization: '', cookie });
  await logged.send('GET', `/v1/check?number=${encodeURIComponent(NUMBER)}`);
  const webhook = await logged.send('POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/hook' });
  // What careless code would log.
  log.error({ err: new Error(`cannot call ${NUMBER} with ${logged.tokens.admin}`) }, `cookie ${cookie}`);
  log.warn(
    { url: 'esl://:s3cretpass@fs1:8021', headers: { authorization: 'Basic YWxhZGRpbjpvcGVu' } },
    'connect',
  );
  log.warn(
    { request: { password, currentPassword: 'a"b' }, reply: 'auth ClueCon"7 failed' },
    webhook.body.secret,
  );
  await until(() => lines.some((line) => line.includes('/v1/check')), 'the requests were logged');
  const all = lines.join('');
  t.match(all, /cannot call \+1202•••0143/);
  for (const secret of [
    NUMBER,
    password,
    'wrong-pass-word',
    logged.tokens.admin.slice(-30),
    cookie.slice(-30),
    login.body.csrfToken,
    webhook.body.secret.slice(8),
    's3cretpass',
    'YWxhZGRpbjpvcGVu',
    'ClueCon',
    'a\\"b',
  ])
    t.notOk(all.includes(secret), `not ${secret.slice(0, 4)}…`);
});

t.test('what is not secret stays readable, and JSON stays JSON', (t) => {
  const scrub = createLogScrubber(['abc']);
  for (const line of [
    '{"level":30,"route":"/v1/campaigns/:id","status":200,"by":"admin"}',
    'https://example.com/a:b@c',
    'abc is too short to be blotted out',
  ])
    t.equal(scrub(line), line);
  t.same(JSON.parse(scrub(JSON.stringify({ password: 'x"y\\z', next: 1 }))), { password: '***', next: 1 });
  t.end();
});

t.test('the event stream of a key that is revoked ends', async (t) => {
  const watched = await startHarness({ limits: { accessCheckMilliseconds: 20, heartbeatMilliseconds: 20 } });
  t.teardown(() => watched.close());
  const { body } = await watched.send('POST', '/v1/keys', { name: 'wallboard', role: 'read-only' });
  const response = await fetch(`${watched.url}/v1/events`, {
    headers: { authorization: `Bearer ${body.key}` },
  });
  t.equal(response.status, 200);
  const ended = text(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]));
  await watched.send('DELETE', `/v1/keys/${body.id}`);
  t.match(await ended, /^retry: 2000/, 'it ended by itself');
});

t.test('the server closes', async (t) => {
  await h.close();
  await t.rejects(fetch(`${h.url}/healthz`));
});
