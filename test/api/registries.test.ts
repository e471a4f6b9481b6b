import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { countryOfRegistry } from '../../api/registries/registry-views.js';
import { RegistryCatalogue } from '../../dialer/dnc/registry-catalogue.js';
import { createRegistryImporter } from '../../dialer/dnc/registry-importer.js';
import { temporaryFolder } from '../dnc/numbers.js';
import { type Harness, startHarness } from './harness.js';

const DAY = 86_400_000;
/** The harness begins here. */
const START = Date.parse('2026-03-02T16:00:00Z');

async function start(t_: Test): Promise<Harness & { catalogue: RegistryCatalogue }> {
  const folder = await temporaryFolder();
  const catalogue = new RegistryCatalogue(folder.path);
  let now = (): number => START;
  const importer = createRegistryImporter({
    countryOf: countryOfRegistry,
    catalogue,
    now: () => now(),
    log: { info: () => undefined, warn: () => undefined },
  });
  const h = await startHarness({
    registries: { held: catalogue, importer, required: true },
    limits: { shortImportMilliseconds: 120_000 },
  });
  now = h.clock.now;
  t_.teardown(async () => {
    await h.close();
    await importer.close();
    await folder.remove();
  });
  return { ...h, catalogue };
}

const upload = (h: Harness, body: string, query = 'version=2026-03-01', list = 'us-national') =>
  h.send('POST', `/v1/dnc/lists/${list}/versions?${query}`, body, { 'content-type': 'text/plain' });

t.test('a list that is sent is in force, and says so', async (t) => {
  const h = await start(t);
  const before = (await h.send('GET', '/v1/dnc/lists')).body;
  t.equal(before.required, true);
  t.match(
    before.items.find(({ id }: { id: string }) => id === 'us-national'),
    { state: 'missing', maximumAgeSeconds: 31 * 86_400, packs: ['us-federal'], synthetic: false },
  );
  const answer = await upload(h, '2125550100\r\n212,5550101\r\n');
  t.equal(answer.status, 201);
  t.match(answer.body, { state: 'completed', count: 2, bad: 0, obtainedAt: '2026-03-01T00:00:00.000Z' });
  t.equal(answer.headers.get('location'), `/v1/dnc/imports/${answer.body.id}`);
  t.match((await h.send('GET', answer.headers.get('location') ?? '')).body, { state: 'completed' });
  const after = (await h.send('GET', '/v1/dnc/lists')).body;
  t.match(
    after.items.find(({ id }: { id: string }) => id === 'us-national'),
    { state: 'current', version: '2026-03-01', count: 2, ageSeconds: Number },
  );
  t.same((await h.send('GET', '/v1/dnc/+12125550101')).body.registries, ['us-national']);
  t.same((await h.send('GET', '/v1/dnc/+12125550102')).body.registries, []);
});

t.test(
  'the check answers with the list and its version, and refuses when it is missing or too old',
  async (t) => {
    const h = await start(t);
    const check = async (number: string) =>
      (await h.send('GET', `/v1/check?number=${encodeURIComponent(number)}`)).body;
    t.match(await check('+12125550102'), { verdict: 'deny', reasons: [{ rule: 'list_stale' }] });
    await upload(h, '2125550100\n');
    t.match(await check('+12125550102'), {
      verdict: 'allow',
      permit: { dncLists: [{ id: 'us-national', version: '2026-03-01' }] },
    });
    t.match(await check('+12125550100'), {
      verdict: 'deny',
      reasons: [{ rule: 'dnc', pack: 'us-federal', detail: /us-national/ }],
    });
    h.clock.advance(32 * DAY);
    const stale = await check('+12125550102');
    t.equal(stale.verdict, 'deny');
    t.ok(stale.reasons.some(({ rule }: { rule: string }) => rule === 'list_stale'));
    const { items } = (await h.send('GET', '/v1/dnc/lists')).body;
    t.match(
      items.find(({ id }: { id: string }) => id === 'us-national'),
      { state: 'stale' },
    );
  },
);

t.test('a broken file is refused with the line and the reason, and the version in force stays', async (t) => {
  const h = await start(t);
  await upload(h, '2125550100\n');
  const bad = await upload(h, 'number\nnonsense\n12\n', 'version=2026-03-02');
  t.equal(bad.status, 422);
  t.match(bad.headers.get('content-type'), /problem\+json/);
  t.match(bad.body, {
    code: 'list_invalid',
    detail: /2026-03-02 was not imported: no line holds a number.*line 2/,
    errors: [
      { field: 'line 2', detail: /not a telephone number/ },
      { field: 'line 3', detail: /2 digits/ },
    ],
  });
  const mixed = await upload(h, '2125550101,A\n2125550102,D\n', 'version=2026-03-02');
  t.match(mixed.body, { code: 'list_invalid', detail: /line 2 deletes a number/ });
  t.same(h.catalogue.versions()[0]?.version, '2026-03-01');
});

t.test('what is wrong with the request is said by field', async (t) => {
  const h = await start(t);
  const refused = async (query: string, pattern: object, list = 'us-national') => {
    const answer = await upload(h, '2125550100\n', query, list);
    t.equal(answer.status, 400, query);
    t.match(answer.body, { code: 'validation_failed', errors: [pattern] });
  };
  await refused('version=nightly', { field: 'query obtainedAt', detail: /is missing/ });
  await refused('version=2026-12-01', { field: 'query obtainedAt', detail: /future/ });
  await refused('version=2026-03-01&country=ZZ', { field: 'query country' });
  await refused('version=2026-03-01', { field: 'id' }, 'US_National');
  await refused('version=2026-03-01&path=/etc/passwd', { field: 'query path', detail: /not a known field/ });
  await refused('', { field: 'query version' });
  await upload(h, '2125550100\n');
  const again = await upload(h, '2125550100\n');
  t.equal(again.status, 409);
  t.match(again.body, { code: 'conflict', detail: /in force already/ });
  const delta = await upload(h, '2125550100,D\n', 'version=2026-03-02&base=2026-02-01');
  t.match(delta.body, { code: 'conflict', detail: /changes to version 2026-02-01, but 2026-03-01/ });
  const json = await h.send('POST', '/v1/dnc/lists/us-national/versions?version=2026-03-02', {});
  t.equal(json.status, 415);
});

t.test('changes, gzip and the file of bad lines go over HTTP, by role', async (t) => {
  const h = await start(t);
  await upload(h, '2125550100\n2125550101\n');
  const zipped = await fetch(
    `${h.url}/v1/dnc/lists/us-national/versions?version=2026-03-02&base=2026-03-01`,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${h.tokens.operator}`, 'content-type': 'application/gzip' },
      body: gzipSync('212,5550102,t,A\r\n212,5550100,t,D\r\nnonsense\r\n'),
    },
  );
  t.equal(zipped.status, 201);
  const done = (await zipped.json()) as { id: string };
  t.match(done, { count: 2, base: '2026-03-01', bad: 1, badLines: [{ line: 3, text: 'nonsense' }] });
  const file = await h.send('GET', `/v1/dnc/imports/${done.id}/bad-lines`);
  t.match(file.headers.get('content-type'), /text\/csv/);
  t.equal(file.text, 'line,reason,text\r\n3,is not a telephone number,nonsense\r\n');
  const readOnly = await h.as(h.tokens['read-only'])('GET', `/v1/dnc/imports/${done.id}`);
  t.notOk('text' in readOnly.body.badLines[0]);
  for (const [role, path, status] of [
    ['read-only', `/v1/dnc/imports/${done.id}/bad-lines`, 403],
    ['agent', '/v1/dnc/lists', 403],
    ['read-only', '/v1/dnc/lists', 200],
  ] as const)
    t.equal((await h.as(h.tokens[role])('GET', path)).status, status, `${role} ${path}`);
  const forbidden = await fetch(`${h.url}/v1/dnc/lists/us-national/versions?version=x`, {
    method: 'POST',
    headers: { authorization: `Bearer ${h.tokens.supervisor}`, 'content-type': 'text/plain' },
    body: '2125550100\n',
  });
  t.equal(forbidden.status, 403);
  t.equal((await h.send('GET', '/v1/dnc/imports/none')).status, 404);
});

t.test("the document's own example is taken", async (t) => {
  const h = await start(t);
  const { body } = await h.send('GET', '/openapi.json');
  const { content } = body.paths['/v1/dnc/lists/{id}/versions'].post.requestBody;
  const example = content['text/plain'].example ?? content['text/plain'].schema.examples[0];
  const answer = await upload(h, example);
  t.equal(answer.status, 201);
  t.equal(answer.body.count, 2);
});

t.test('age and size of the registries are metrics, by list', async (t) => {
  const h = await start(t);
  await upload(h, '2125550100\n');
  const { text } = await h.send('GET', '/metrics');
  t.match(text, /dialer_dnc_list_age_seconds\{list="us-national"\} 14400\d/);
  t.match(text, /dialer_dnc_list_maximum_age_seconds\{list="us-national"\} 2678400/);
  t.match(text, /dialer_dnc_list_numbers\{list="us-national"\} 1/);
});

t.test('a service without registries says so', async (t) => {
  const h = await startHarness();
  t.teardown(h.close);
  t.equal((await h.send('GET', '/v1/dnc/lists')).body.required, false);
  t.equal((await upload(h, '2125550100\n')).status, 503);
});
