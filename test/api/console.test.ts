import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { condense } from '../../api/http/overview.js';
import { startHarness, until } from './harness.js';

// Built by api/console/build.ts, beside the compiled api.
const consoleDirectory = fileURLToPath(new URL('../../api/console', import.meta.url));
const h = await startHarness({ consoleDirectory });
const open = { authorization: '' };

t.test('the first page and all that it loads come from this server and need no key', async (t) => {
  const page = await h.send('GET', '/', undefined, open);
  t.equal(page.status, 200);
  t.match(page.headers.get('content-type'), /^text\/html/);
  t.match(page.headers.get('content-security-policy'), /default-src 'none'; script-src 'self'/);
  const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
  t.same(loaded.sort(), ['/console.css', '/console.js', '/favicon.svg']);
  for (const path of loaded) {
    const file = await h.send('GET', path, undefined, open);
    t.equal(file.status, 200, path);
    t.equal(file.headers.get('x-content-type-options'), 'nosniff');
    t.notMatch(file.text, /https?:\/\/(?!www\.w3\.org)/, `${path} names no other host`);
  }
  t.match((await h.send('GET', '/console.js', undefined, open)).headers.get('content-type'), /javascript/);
  t.match((await h.send('GET', '/console.css', undefined, open)).headers.get('content-type'), /css/);
});

t.test('nothing else of the folder is served', async (t) => {
  for (const path of ['/build.js', '/console.js/../build.js', '/%2e%2e/http/server.js', '/app/main.tsx']) {
    t.equal((await h.send('GET', path, undefined, open)).status, 404, path);
  }
});

t.test('the script is small', async (t) => {
  const script = gzipSync(await readFile(`${consoleDirectory}/console.js`));
  t.ok(script.length < 120_000, `${script.length} bytes over the line`);
});

t.test('the overview shows a call, and tells of no person, number, agent, contact or attempt', async (t) => {
  await h.send('POST', '/v1/agents/ada-lovelace/login', {
    name: 'Ada Lovelace',
    tier: 'expert',
    endpoint: 'user/1001',
    ready: true,
  });
  await h.send('POST', '/v1/agents/bob/login', { tier: 'expert', endpoint: 'user/1002' });
  await h.send('POST', '/v1/agents/bob/pause', { reason: 'dentist' });
  await h.send('POST', '/v1/campaigns', { id: 'spring', name: 'Spring', pacing: { method: 'progressive' } });
  await h.send('POST', '/v1/campaigns/spring/contacts', [
    {
      externalId: 'crm-77',
      name: 'Grace Hopper',
      numbers: ['+12125550143'],
      timeZone: 'America/New_York',
      fields: { city: 'Arlington' },
    },
  ]);
  await h.send('POST', '/v1/campaigns/spring/start', { reason: 'go' });
  await until(() => h.engine.view().agents.some((a) => a.state === 'talking'), 'the agent talks');
  let answer = await h.send('GET', '/overview.json?history=true', undefined, open);
  await until(async () => {
    answer = await h.send('GET', '/overview.json?history=true', undefined, open);
    const { campaigns, events } = answer.body;
    // Events are shown when they are durable, a moment after the state they tell of.
    return campaigns[0]?.talking === 1 && events.some((e: { text: string }) => /took a call/.test(e.text));
  }, 'the overview shows the call and tells of it');
  const { body } = answer;
  t.match(body.campaigns[0], {
    id: 'spring',
    name: 'Spring',
    status: 'running',
    stage: 'validation',
    talking: 1,
    targetAbandonRatio: 0.03,
  });
  t.type(body.campaigns[0].diagnosis, 'string');
  t.match(body.agents, { talking: 1, paused: 1 });
  t.type(body.history, 'object');
  const [attempt] = (await h.send('GET', '/v1/attempts')).body.items;
  for (const secret of [
    '5550143',
    'Grace',
    'Hopper',
    'Arlington',
    'crm-77',
    'Ada',
    'ada-lovelace',
    'bob',
    'dentist',
    'user/1001',
    attempt.id,
    attempt.contactId,
  ]) {
    t.notOk(answer.text.includes(secret), secret);
  }
  await h.send('POST', '/v1/agents/ada-lovelace/hangup');
  await until(async () => {
    answer = await h.send('GET', '/overview.json', undefined, open);
    return answer.body.campaigns[0]?.answerRate !== undefined;
  }, 'the call is counted');
  t.match(answer.body.campaigns[0], { answerRate: 1, abandonRatio: 0 });
  t.same(
    Object.keys((await h.send('GET', '/v1/overview')).body).sort(),
    Object.keys((await h.send('GET', '/overview.json', undefined, open)).body).sort(),
  );
});

t.test('however many campaigns there are, the overview is bounded and those that run come first', (t) => {
  const view = h.engine.view();
  const running = view.campaigns[0]!;
  const over = Array.from({ length: 200 }, (_, i) => ({
    ...running,
    record: {
      ...running.record,
      status: 'completed' as const,
      statusSince: i,
      settings: { ...running.record.settings, id: `old-${i}` },
    },
  }));
  const overview = condense(
    { ...view, campaigns: [...over, running] },
    { contactCounts: () => undefined },
    [],
  );
  t.equal(overview.campaigns.length, 50);
  t.equal(overview.campaignsInAll, 201);
  t.equal(overview.campaigns[0]?.id, 'spring');
  t.equal(overview.campaigns[1]?.id, 'old-199', 'then the newest of those that are over');
  t.end();
});

t.test('the server closes with nothing left open', async (t) => {
  await h.close();
  await t.rejects(fetch(`${h.url}/healthz`));
});
