import t from 'tap';
import { contact, dispositionOf, intentFor, leaseOf, recordResult } from '../store/records.js';
import { type Harness, startHarness } from './harness.js';

t.setTimeout(300_000);

const shared = await startHarness();
const h = shared;
t.teardown(() => h.close());

await h.send('POST', '/v1/campaigns', {
  id: 'spring',
  name: 'Spring <b>renewals</b>',
  successDispositions: ['sale'],
  refusalDispositions: ['too-expensive'],
  scripts: [
    { id: 'short', text: 'Hello' },
    { id: 'long', text: 'Good morning' },
  ],
  stages: { pilot: { contacts: 150, gate: { minimumSuccessRate: 0.1 } } },
});
await h.send('POST', '/v1/campaigns', { id: 'empty', name: 'Empty' });

/** Puts the pilot's attempts into the store: every third contact is reached, every fifth of those buys. */
async function pilot(count: number, h: Harness = shared, rest = 300): Promise<void> {
  const now = h.clock.now();
  await h.store.addContacts(
    'spring',
    Array.from({ length: count + rest }, (_, i) => contact(i)),
    now,
  );
  const stages = {
    validation: { tiers: [], contacts: 0 },
    pilot: { tiers: [], contacts: count },
    production: { tiers: [] },
  } as const;
  await h.store.drawSamples({ type: 'draw-samples', campaignId: 'spring', seed: 'spring', stages });
  for (let i = 0; i < count; i++) {
    const at = now + i * 1000;
    const { leads } = await h.store.leaseLeads(leaseOf({ count: 1, now: at, stage: 'pilot' }));
    const intent = intentFor(leads[0]!, {
      intendedAt: at,
      stage: 'pilot',
      script: i % 2 === 0 ? 'short@1' : 'long@1',
    });
    await h.store.commitIntents([intent], at);
    const done = { state: 'done', reason: 'finished' } as const;
    if (i % 3 !== 0) {
      await h.store.write([recordResult(intent, done, 'no-answer', { dialedAt: at, endedAt: at + 25_000 })]);
      continue;
    }
    const sale = i % 15 === 0;
    await h.store.write([
      recordResult(intent, { state: 'pending' }, 'connected', {
        dialedAt: at,
        ringingAt: at + 2_000,
        answeredAt: at + 9_000,
        connectedAt: at + 9_000,
        endedAt: at + 9_000 + 60_000 + (i % 7) * 20_000,
        agentId: 'ann',
        team: 'north',
      }),
      {
        type: 'record-disposition',
        disposition: dispositionOf(intent, {
          disposition: sale ? 'sale' : 'too-expensive',
          success: sale,
          refusal: !sale,
          at: at + 9_000 + 60_000 + (i % 7) * 20_000 + 15_000,
        }),
        next: done,
      },
    ]);
  }
}

t.test('without a pilot there is no forecast, and the answer says what is missing', async (t) => {
  const answer = await h.send('GET', '/v1/campaigns/spring/forecast?agents=10');
  t.match(answer, { status: 409, body: { code: 'pilot_too_small' } });
  t.match(answer.body.detail, /0 attempts that ended.*at least 30/);
  const report = await h.send('GET', '/v1/campaigns/empty/report?stage=pilot');
  t.equal(report.status, 200);
  t.match(report.body, { stage: 'pilot', kpis: [{ denominator: 0 }], noForecast: /at least 30/ });
  t.equal((await h.send('GET', '/v1/campaigns/nothing/report')).status, 404);
  t.equal((await h.send('GET', '/v1/campaigns/empty/report?format=pdf')).status, 400);
});

t.test('a forecast is a job that is asked for again; the team has to be known or given', async (t) => {
  await pilot(150);
  const path = '/v1/campaigns/spring/forecast?agents=5';
  let answer = await h.send('GET', path);
  t.equal(answer.status, 200, answer.text);
  t.match(answer.body, { campaignId: 'spring', state: /^(running|completed)$/ });
  while (answer.body.state === 'running') {
    t.ok(answer.body.progress >= 0 && answer.body.progress <= 1);
    answer = await h.send('GET', path);
  }
  t.equal(answer.body.state, 'completed', answer.body.failure);
  const { forecast } = answer.body;
  t.match(forecast, { contacts: 300, agents: 5, measuredOn: { attempts: 150, conversations: 50 } });
  // Talks of 2 minutes and 15 s of wrap-up, a third of the calls answered, a fifth of those sales.
  t.ok(forecast.calls.mean > 300 && forecast.connected.mean < 300);
  for (const figure of ['calls', 'connected', 'successes', 'agentHours', 'hours', 'occupancy'])
    t.ok(
      forecast[figure].low < forecast[figure].mean && forecast[figure].mean < forecast[figure].high,
      figure,
    );
  t.ok(Math.abs(forecast.successes.mean / forecast.connected.mean - 0.2) < 0.05);
  t.ok(Math.abs(forecast.hours.mean - forecast.agentHours.mean / 5) < 1e-9);
  t.match(await h.send('GET', '/v1/campaigns/spring/forecast'), {
    status: 409,
    body: { code: 'conflict', detail: /agents/ },
  });
});

t.test('the report of a pilot carries the forecast for the agents who may work production', async (t) => {
  const path = '/v1/campaigns/spring/report?stage=pilot';
  t.match((await h.send('GET', path)).body, { noForecast: /agents/ }, 'nobody is known yet');
  for (const id of ['ann', 'bob'])
    t.equal(
      (await h.send('POST', `/v1/agents/${id}/login`, { tier: 'ordinary', endpoint: `user/${id}` })).status,
      200,
    );
  let report = await h.send('GET', path);
  while (/being worked out/.test(report.body.noForecast ?? '')) report = await h.send('GET', path);
  t.match(report.body.forecast, { contacts: 300, agents: 2, interval: { level: 0.95, kind: 'prediction' } });
  const html = await h.send('GET', path, undefined, { accept: 'text/html' });
  t.match(html.text, /Forecast for production/);
  t.match(html.text, /agent-hours/i);
  t.match((await h.send('GET', `${path}&format=csv`)).text, /\nforecast,[^\n]*agentHours/);
  t.notOk((await h.send('GET', '/v1/campaigns/spring/report?stage=validation')).body.forecast);
});

t.test('with nobody left to call there is nothing to forecast, and the answer says so', async (t) => {
  const bare = await startHarness();
  t.teardown(() => bare.close());
  await bare.send('POST', '/v1/campaigns', { id: 'spring', name: 'Spring', successDispositions: ['sale'] });
  await pilot(150, bare, 0);
  t.match(await bare.send('GET', '/v1/campaigns/spring/forecast?agents=5'), {
    status: 409,
    body: { code: 'conflict', detail: /no open contacts left for production/ },
  });
});

t.test(
  'KPIs over time add up to the KPIs as a whole, in blocks of the length that is asked for',
  async (t) => {
    const whole = await h.send('GET', '/v1/campaigns/spring/kpis?stage=pilot');
    const of = (body: { kpis: { id: string; numerator: number; denominator: number }[] }, id: string) =>
      body.kpis.find((kpi) => kpi.id === id)!;
    const expected = of(whole.body.rows[0], 'success-rate');
    t.ok(expected.denominator > 0);
    for (const minutes of [5, 60]) {
      const series = await h.send(
        'GET',
        `/v1/campaigns/spring/kpi-series?stage=pilot&blockMinutes=${minutes}`,
      );
      t.equal(series.status, 200);
      t.equal(series.body.blockMinutes, minutes);
      const sums = { numerator: 0, denominator: 0, attempts: 0 };
      let before = 0;
      for (const block of series.body.blocks) {
        const from = Date.parse(block.from);
        t.equal(from % (minutes * 60_000), 0, 'a block begins at a whole multiple of its length');
        t.ok(from > before, 'blocks are in order of time');
        before = from;
        const kpi = of(block, 'success-rate');
        sums.numerator += kpi.numerator;
        sums.denominator += kpi.denominator;
        sums.attempts += block.attempts;
      }
      t.equal(sums.numerator, expected.numerator);
      t.equal(sums.denominator, expected.denominator);
      t.equal(sums.attempts, whole.body.rows[0].attempts);
    }
    for (const minutes of [0, 7, 2000]) {
      const refused = await h.send('GET', `/v1/campaigns/spring/kpi-series?blockMinutes=${minutes}`);
      t.equal(refused.status, 400);
      t.match(JSON.stringify(refused.body.errors), /blockMinutes/);
    }
    t.same((await h.send('GET', '/v1/campaigns/empty/kpi-series')).body.blocks, []);
    t.equal((await h.send('GET', '/v1/campaigns/nothing/kpi-series')).status, 404);
  },
);

t.test('the report comes in the format that is asked for, by query or by header', async (t) => {
  const path = '/v1/campaigns/spring/report?stage=pilot';
  const json = await h.send('GET', path);
  t.match(json.headers.get('content-type'), /^application\/json/);
  t.match(json.body, {
    campaign: { id: 'spring', name: 'Spring <b>renewals</b>' },
    counts: { attempts: 150, contacts: 50, successes: 10, refusals: 40 },
    goals: { conditions: [{ condition: 'minimumSuccessRate', numerator: 10, denominator: 50 }] },
    refusalReasons: [{ disposition: 'too-expensive', count: 40 }],
  });
  t.equal(json.body.sample.plans.pilot.contacts, 150);
  const html = await h.send('GET', path, undefined, { accept: 'text/html,*/*;q=0.8' });
  t.match(html.headers.get('content-type'), /^text\/html/);
  t.match(html.headers.get('content-security-policy'), /default-src 'none'/);
  t.match(html.text, /Spring &lt;b&gt;renewals/);
  const csv = await h.send('GET', `${path}&format=csv`, undefined, { accept: 'text/html' });
  t.match(csv.headers.get('content-type'), /^text\/csv/);
  t.match(csv.text, /\nkpi,all,success-rate,10,50,0\.2/);
  t.match(csv.headers.get('content-disposition'), /spring-pilot\.csv/);
  t.equal((await h.as(h.tokens.agent)('GET', path)).status, 403);
});

t.test('scripts are compared within a stage', async (t) => {
  const { body } = await h.send(
    'GET',
    '/v1/campaigns/spring/experiments?stage=pilot&relevantDifference=0.05',
  );
  t.match(body, {
    stage: 'pilot',
    items: [
      {
        kpi: 'success-rate',
        relevantDifference: 0.05,
        decision: 'go-on',
        variants: [
          { script: 'short@1', attempts: 75 },
          { script: 'long@1', attempts: 75 },
        ],
        pairs: [{ first: 'short@1', second: 'long@1', verdict: 'open' }],
      },
    ],
  });
  t.same((await h.send('GET', '/v1/campaigns/empty/experiments')).body.items, []);
  t.equal((await h.send('GET', '/v1/campaigns/spring/experiments?relevantDifference=2')).status, 400);
});

t.test('a service without its simulator has reports, and says why they have no forecast', async (t) => {
  const bare = await startHarness({ simulator: undefined as never });
  t.teardown(() => bare.close());
  await bare.send('POST', '/v1/campaigns', { id: 'c', name: 'C' });
  t.match(await bare.send('GET', '/v1/campaigns/c/forecast'), {
    status: 503,
    body: { code: 'not_available' },
  });
  const report = await bare.send('GET', '/v1/campaigns/c/report?stage=pilot');
  t.match(report, { status: 200, body: { noForecast: /without its simulator/ } });
});
