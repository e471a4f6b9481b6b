import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { PROBLEMS } from '../../api/http/problem.js';
import { type Answer, startHarness, withMethod } from './harness.js';

type Test = Pick<typeof t, 'equal' | 'match' | 'notMatch'>;

const h = await startHarness({ limits: { bodyBytes: 4096, contactsBodyBytes: 8192, importBytes: 4096 } });

function isProblem(t: Test, answer: Answer, code: keyof typeof PROBLEMS): void {
  t.equal(answer.body?.code, code, answer.text);
  t.equal(answer.status, PROBLEMS[code].status);
  t.match(answer.headers.get('content-type'), /^application\/problem\+json/);
  t.equal(answer.body.type, `/docs#${code}`);
  t.equal(answer.body.title, PROBLEMS[code].title);
  t.equal(answer.body.status, PROBLEMS[code].status);
  t.notMatch(answer.body.detail, /\n/, 'one line');
}

async function campaign(id: string): Promise<void> {
  await h.send('POST', '/v1/campaigns', { id, name: id });
}

const halves = (share: number) => [
  { tiers: ['experienced'], share },
  { tiers: ['ordinary'], share },
];

t.test('every wrong field is named with its remedy', async (t) => {
  const answer = await h.send('POST', '/v1/campaigns', {
    pol: 'sales',
    ringSeconds: 5,
    purpose: 'spam',
    maximumAttempts: '3',
    callerId: '030 123',
    stages: { pilot: { share: 2, tiers: [] }, production: { gate: { aproval: true } } },
  });
  isProblem(t, answer, 'validation_failed');
  const byField = Object.fromEntries(
    (answer.body.errors as { field: string; detail: string }[]).map((e) => [e.field, e.detail]),
  );
  t.match(byField['name'], /is missing/);
  t.match(byField['pol'], /did you mean pool\?/);
  t.match(byField['ringSeconds'], /give 15 or more/);
  t.match(byField['purpose'], /use sales, service/);
  t.match(byField['maximumAttempts'], /is a string: give an integer/);
  t.match(byField['callerId'], /a number in E\.164/);
  t.match(byField['stages.pilot.share'], /give 1 or less/);
  t.match(byField['stages.pilot.tiers'], /at least 1/);
  t.match(byField['stages.production.gate.aproval'], /did you mean approval\?/);
});

t.test('fields that contradict each other are refused by name', async (t) => {
  for (const [body, field] of [
    [{ stages: { pilot: { share: 0.05, contacts: 3 } } }, 'stages.pilot.share'],
    [{ stages: { production: { phases: halves(0.5) } } }, 'stages.production.phases'],
    [{ stages: { pilot: { phases: halves(0.4) } } }, 'stages.pilot.phases'],
    [{ stages: { pilot: { phases: [...halves(0.5), { tiers: ['expert'] }] } } }, 'stages.pilot.phases'],
    [{ stages: { pilot: { tiers: ['expert'], phases: halves(0.5) } } }, 'stages.pilot.tiers'],
    [{ stages: { production: { contacts: 3 } } }, 'stages.production.contacts'],
    [{ pacing: { method: 'progressive', ratio: 2 } }, 'pacing.ratio'],
    [{ callingHours: { mon: ['12:00-10:00'] } }, 'callingHours'],
    [{ callingHours: { mon: ['10:00-12:00', '11:00-13:00'] } }, 'callingHours'],
  ] as const) {
    const answer = await h.send('POST', '/v1/campaigns', { name: 'x', ...body });
    isProblem(t, answer, 'validation_failed');
    t.equal(answer.body.errors[0].field, field);
  }
});

t.test('query, path and header values are checked as well', async (t) => {
  const limit = await h.send('GET', '/v1/attempts?limit=abc');
  isProblem(t, limit, 'validation_failed');
  t.equal(limit.body.errors[0].field, 'query limit');
  const unknown = await h.send('GET', '/v1/attempts?campain=x');
  t.match(unknown.body.errors[0].detail, /did you mean campaign/);
  const path = await h.send('GET', '/v1/campaigns/no%20such');
  isProblem(t, path, 'validation_failed');
  const position = await h.send('GET', '/v1/events', undefined, { 'last-event-id': 'yesterday' });
  isProblem(t, position, 'validation_failed');
  t.equal(position.body.errors[0].field, 'header last-event-id');
});

t.test('things that do not exist are 404 with the kind in the code', async (t) => {
  isProblem(t, await h.send('GET', '/v1/campaigns/none'), 'campaign_not_found');
  isProblem(t, await h.send('PUT', '/v1/campaigns/none', { name: 'x' }), 'campaign_not_found');
  isProblem(t, await h.send('POST', '/v1/campaigns/none/start', { reason: 'x' }), 'campaign_not_found');
  isProblem(t, await h.send('GET', '/v1/campaigns/none/contacts'), 'campaign_not_found');
  isProblem(t, await h.send('GET', '/v1/check?number=%2B12025550143&campaign=none'), 'campaign_not_found');
  isProblem(t, await h.send('GET', '/v1/agents/none'), 'agent_not_found');
  isProblem(t, await h.send('POST', '/v1/agents/none/ready'), 'agent_not_found');
  isProblem(t, await h.send('GET', '/v1/contacts/none'), 'contact_not_found');
  isProblem(t, await h.send('GET', '/v1/attempts/none'), 'attempt_not_found');
  isProblem(t, await h.send('GET', '/v1/imports/none'), 'import_not_found');
  isProblem(t, await h.send('DELETE', '/v1/keys/none'), 'key_not_found');
  isProblem(t, await h.send('DELETE', '/v1/dnc/+12025550199'), 'number_not_listed');
  isProblem(t, await h.send('GET', '/v1/nothing'), 'route_not_found');
  isProblem(t, await h.send('PATCH', '/v1/campaigns'), 'route_not_found');
  isProblem(t, await h.send('GET', '/no/such/page', undefined, { authorization: '' }), 'route_not_found');
});

t.test('a missing and a wrong key are told apart, and the challenge names the scheme', async (t) => {
  const missing = await h.send('GET', '/v1/campaigns', undefined, { authorization: '' });
  isProblem(t, missing, 'key_missing');
  t.match(missing.headers.get('www-authenticate'), /^Bearer/);
  for (const wrong of [
    'Bearer nonsense',
    'Basic YTpi',
    `Bearer ${h.tokens.admin}x`,
    `Bearer ${h.tokens.admin.slice(0, -1)}${h.tokens.admin.endsWith('A') ? 'E' : 'A'}`,
    `Bearer tactus_000000000000_${'a'.repeat(43)}`,
  ]) {
    const answer = await h.send('GET', '/v1/campaigns', undefined, { authorization: wrong });
    isProblem(t, answer, 'key_wrong');
  }
});

t.test('a role that lacks the right is told which roles have it', async (t) => {
  const answer = await h.as(h.tokens.agent)('POST', '/v1/campaigns', { name: 'x' });
  isProblem(t, answer, 'role_lacking');
  t.match(answer.body.detail, /role agent; this needs one of admin, operator/);
});

t.test('the state of things answers 409 with what would be possible', async (t) => {
  await campaign('twice');
  isProblem(t, await h.send('POST', '/v1/campaigns', { id: 'twice', name: 'again' }), 'conflict');
  const resume = await h.send('POST', '/v1/campaigns/twice/resume', { reason: 'x' });
  isProblem(t, resume, 'conflict');
  t.match(resume.body.detail, /is draft and cannot resume/);
  const start = await h.send('POST', '/v1/campaigns/twice/start', { reason: 'x' });
  isProblem(t, start, 'conflict');
  t.match(start.body.detail, /needs an agent of tier expert/);
});

t.test('bodies that are no JSON, empty, of another type or too large have an answer each', async (t) => {
  const json = { 'content-type': 'application/json' };
  isProblem(t, await h.send('POST', '/v1/campaigns', '{"name":', json), 'malformed_request');
  isProblem(t, await h.send('POST', '/v1/campaigns', '', json), 'malformed_request');
  isProblem(t, await h.send('POST', '/v1/campaigns', '[]', json), 'validation_failed');
  isProblem(t, await h.send('POST', '/v1/campaigns', 'null', json), 'validation_failed');
  isProblem(t, await h.send('POST', '/v1/campaigns', '{"__proto__":{}}', json), 'malformed_request');
  isProblem(
    t,
    await h.send('POST', '/v1/campaigns', 'name: x', { 'content-type': 'text/yaml' }),
    'media_type_unsupported',
  );
  isProblem(
    t,
    await h.send('POST', '/v1/campaigns', 'x', { 'content-type': 'text/plain' }),
    'media_type_unsupported',
  );
  isProblem(
    t,
    await h.send('POST', '/v1/campaigns', 'a,b', { 'content-type': 'text/csv' }),
    'media_type_unsupported',
  );
  isProblem(t, await h.send('POST', '/v1/campaigns', { name: 'x'.repeat(5000) }), 'body_too_large');
});

t.test('a list in CSV that is too large, or cannot be imported, is refused with the reason', async (t) => {
  await campaign('lists');
  const csv = { 'content-type': 'text/csv' };
  const large = await h.send('POST', '/v1/campaigns/lists/contacts', `phone\n${'1\n'.repeat(4000)}`, csv);
  isProblem(t, large, 'body_too_large');
  const bad = await h.send('POST', '/v1/campaigns/lists/contacts', 'city,colour\nBerlin,red\n', csv);
  isProblem(t, bad, 'list_invalid');
  t.match(bad.body.detail, /no column with phone numbers/);
  isProblem(
    t,
    await h.send('POST', '/v1/campaigns/lists/contacts?defaultCountry=XX', 'phone\n1\n', csv),
    'validation_failed',
  );
});

t.test('a number that is no number is refused where it stands', async (t) => {
  for (const [method, path, body, field] of [
    ['GET', '/v1/check?number=hello', undefined, 'query number'],
    ['GET', '/v1/dnc/123', undefined, 'number'],
    ['POST', '/v1/dnc', { numbers: ['+12025550143', '+1202'], reason: 'x' }, 'numbers[1]'],
    ['PUT', '/v1/consent/%2B49', { consent: 'granted', evidence: 'x' }, 'number'],
  ] as const) {
    const answer = await h.send(method, path, body);
    isProblem(t, answer, 'validation_failed');
    t.equal(answer.body.errors[0].field, field);
  }
  await campaign('numbers');
  const answer = await h.send('POST', '/v1/campaigns/numbers/contacts', [
    { numbers: ['+12025550143'] },
    { numbers: ['+1202'] },
    { numbers: ['+12025550144'], timeZone: 'Mars/Olympus' },
  ]);
  t.equal(answer.status, 200);
  t.equal(answer.body.added, 1);
  t.same(
    answer.body.rejected.map((r: { index: number; field: string }) => [r.index, r.field]),
    [
      [1, 'numbers[0]'],
      [2, 'timeZone'],
    ],
  );
});

t.test('a failure inside tells nothing of itself and is logged', async (t) => {
  const lines: string[] = [];
  const { pino } = await import('pino');
  const failing = await startHarness(
    { logger: pino({ level: 'error' }, { write: (line: string) => lines.push(line) }) },
    (engine) =>
      withMethod(engine, 'view', () => {
        throw new Error('secret /var/lib/tactus password=hunter2');
      }),
  );
  t.teardown(() => failing.close());
  const answer = await failing.send('GET', '/v1/campaigns');
  isProblem(t, answer, 'internal');
  t.notMatch(answer.text, /hunter2|tactus\/|stack/);
  t.match(answer.body.instance, /^urn:tactus:request:/);
  t.match(lines.join(''), /hunter2/, 'the log has the cause');
});

t.test('an engine that does not answer, or has stopped, is 503 and says so', async (t) => {
  const silent = await startHarness({ limits: { requestMilliseconds: 50 } }, (engine) =>
    withMethod(engine, 'request', () => new Promise(() => undefined)),
  );
  t.teardown(() => silent.close());
  const late = await silent.send('POST', '/v1/campaigns', { name: 'x' });
  isProblem(t, late, 'not_available');
  t.match(late.body.detail, /did not answer in time/);
  t.equal(late.headers.get('retry-after'), '5');

  const stopped = await startHarness();
  t.teardown(() => stopped.close());
  await stopped.engine.stop(0);
  isProblem(t, await stopped.send('POST', '/v1/campaigns', { name: 'x' }), 'not_available');
  const { store } = stopped;
  await store.close();
  isProblem(t, await stopped.send('GET', '/v1/attempts'), 'not_available');
});

t.test('what is not HTTP at all gets a problem and a closed connection', async (t) => {
  const socket = connect(Number(new URL(h.url).port), '127.0.0.1');
  socket.write('HELO dialer\r\n\r\n');
  const answer = await text(socket);
  t.match(answer, /^HTTP\/1\.1 400 /);
  t.match(answer, /application\/problem\+json/);
  t.match(answer, /malformed_request/);
  isProblem(t, await h.send('GET', '/v1/campaigns/%E0%A4%A'), 'malformed_request');
});

t.test('no answer is cached, sniffed or framed', async (t) => {
  const { headers } = await h.send('GET', '/v1/campaigns');
  t.equal(headers.get('cache-control'), 'no-store');
  t.equal(headers.get('x-content-type-options'), 'nosniff');
  t.equal(headers.get('x-frame-options'), 'DENY');
});

t.test('the server closes with nothing left open', async (t) => {
  await h.close();
  await t.rejects(fetch(`${h.url}/healthz`));
});
