import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { startHarness } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());

/** A question that is answered in a moment. */
const small = { contacts: 60, agents: [3], pacers: ['progressive'], runs: 2, maximumAttempts: 1, hours: 3 };
/** One that is not over before the test is. */
const large = { agents: [60], hours: 10, runs: 1 };

async function ended(id: string) {
  for (;;) {
    const { body } = await h.send('GET', `/v1/simulations/${id}`);
    if (body.state !== 'waiting' && body.state !== 'running') return body;
    await pause(50);
  }
}

t.test('a simulation is a job: accepted, watched, answered with figures and a chart', async (t) => {
  const accepted = await h.send('POST', '/v1/simulations', small);
  t.equal(accepted.status, 202, accepted.text);
  const { id } = accepted.body;
  t.equal(accepted.headers.get('location'), `/v1/simulations/${id}`);
  t.match(accepted.body, { by: 'test admin (admin)', calls: 120 });
  const job = await ended(id);
  t.equal(job.state, 'completed', job.failure);
  t.equal(job.progress, 1);
  t.equal(job.result.contacts, 60);
  const [only] = job.result.cases;
  t.match(only, { pacer: 'progressive', agents: 3, runs: 2 });
  // One attempt each, and the callbacks that were promised.
  t.ok(only.figures.calls.mean > 0 && only.figures.calls.mean <= 80);
  t.ok(only.figures.occupancy.low <= only.figures.occupancy.mean);
  t.ok(only.course.length > 0);
  const chart = await h.send('GET', `/v1/simulations/${id}/chart.svg`);
  t.equal(chart.status, 200);
  t.match(chart.headers.get('content-type'), /^image\/svg\+xml/);
  t.match(chart.headers.get('content-security-policy'), /default-src 'none'/);
  t.match(chart.text, /^<svg [^>]*>.*3 agents, progressive.*<\/svg>/s);
  const { body: list } = await h.send('GET', '/v1/simulations');
  t.equal(list.items[0].id, id);
  t.notOk('result' in list.items[0], 'the list is without results');
});

t.test('DELETE cancels what runs and what waits; what has ended stays as it is', async (t) => {
  const { body: running } = await h.send('POST', '/v1/simulations', large);
  const { body: waiting } = await h.send('POST', '/v1/simulations', large);
  t.equal((await h.send('GET', `/v1/simulations/${waiting.id}`)).body.state, 'waiting');
  const early = await h.send('GET', `/v1/simulations/${running.id}/chart.svg`);
  t.match(early, { status: 409, body: { code: 'conflict' } });
  for (const { id } of [waiting, running]) {
    const answer = await h.send('DELETE', `/v1/simulations/${id}`);
    t.match(answer, { status: 200, body: { id, state: 'cancelled' } });
    t.equal((await h.send('GET', `/v1/simulations/${id}`)).body.state, 'cancelled');
  }
  const { body: next } = await h.send('POST', '/v1/simulations', small);
  t.equal((await ended(next.id)).state, 'completed', 'the next one runs');
  t.equal((await h.send('DELETE', `/v1/simulations/${next.id}`)).body.state, 'completed');
});

t.test('only so many wait', async (t) => {
  const ids: string[] = [];
  for (;;) {
    const answer = await h.send('POST', '/v1/simulations', large);
    if (answer.status !== 202) {
      t.match(answer, { status: 503, body: { code: 'too_many_simulations' } });
      t.match(answer.body.detail, /DELETE/);
      break;
    }
    ids.push(answer.body.id);
    if (ids.length > 50) t.fail('no end');
  }
  t.equal(ids.length, 11, 'one runs and ten wait');
  for (const id of ids.reverse()) await h.send('DELETE', `/v1/simulations/${id}`);
});

t.test('a request sent twice with one Idempotency-Key is one job', async (t) => {
  const headers = { 'idempotency-key': 'what-if-1' };
  const [one, two] = [
    await h.send('POST', '/v1/simulations', small, headers),
    await h.send('POST', '/v1/simulations', small, headers),
  ];
  t.equal(one.body.id, two.body.id);
  t.equal(two.headers.get('idempotency-replayed'), 'true');
  await ended(one.body.id);
});

t.test('what is wrong is named by field, with the remedy', async (t) => {
  const cases: readonly (readonly [object, string, RegExp])[] = [
    [{ agents: [0] }, 'agents[0]', /1/],
    [{ runs: 31 }, 'runs', /30/],
    [{ magic: 1 }, 'magic', /./],
    [{ pacers: ['magic'] }, 'pacers', /use one of predictive/],
    [{ answerRate: 0.95 }, 'answerRate', /at most 0\.78/],
    [{ hours: 300, hoursPerDay: 5 }, 'hours', /at most 150/],
    [{ scenario: { people: { answerRat: 1 } } }, 'scenario', /answerRat/],
    [{ agents: [5000], hours: 300, runs: 30 }, 'runs', /more than 3,000,000/],
  ];
  for (const [body, field, detail] of cases) {
    const answer = await h.send('POST', '/v1/simulations', body);
    t.match(answer, { status: 400, body: { code: 'validation_failed' } }, JSON.stringify(body));
    const errors: { field: string; detail: string }[] = answer.body.errors;
    t.ok(
      errors.some((error) => error.field === field && detail.test(error.detail)),
      `${JSON.stringify(body)}: ${JSON.stringify(errors)}`,
    );
  }
  t.match(await h.send('POST', '/v1/simulations', { campaign: 'nowhere' }), {
    status: 404,
    body: { code: 'campaign_not_found' },
  });
  t.match(await h.send('GET', '/v1/simulations/nowhere'), {
    status: 404,
    body: { code: 'simulation_not_found' },
  });
});

t.test('agents may not ask, and those who may look may not start', async (t) => {
  const asAgent = h.as(h.tokens.agent);
  const asReader = h.as(h.tokens['read-only']);
  t.equal((await asAgent('GET', '/v1/simulations')).status, 403);
  t.equal((await asReader('GET', '/v1/simulations')).status, 200);
  t.equal((await asReader('POST', '/v1/simulations', small)).status, 403);
});

t.test('a campaign is simulated as it was measured', async (t) => {
  await h.send('POST', '/v1/campaigns', {
    id: 'measured',
    name: 'Measured',
    purpose: 'service',
    retry: { 'no-answer': { maximumAttempts: 2, delaySeconds: 60 } },
  });
  const contacts = Array.from({ length: 40 }, (_, i) => ({
    externalId: `m${i}`,
    numbers: [`+1212555${String(1000 + i)}`],
  }));
  await h.send('POST', '/v1/campaigns/measured/contacts', contacts);
  const measured = await h.send('GET', '/v1/campaigns/measured/measured');
  t.equal(measured.status, 200, measured.text);
  t.match(measured.body, { campaignId: 'measured', contactsLeft: 40, attempts: 0 });
  t.equal(measured.body.campaign.retry['no-answer'].delaySeconds, 60);
  const { body } = await h.send('POST', '/v1/simulations', { campaign: 'measured', runs: 1, agents: [2] });
  const job = await ended(body.id);
  t.equal(job.state, 'completed', job.failure);
  t.equal(job.campaignId, 'measured');
  t.equal(job.result.contacts, 40, 'the contacts that are left');
  t.match(job.result.notes.join(' '), /measured on the newest 0 attempts.*instead: .*answer rate/);
});
