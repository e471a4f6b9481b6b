import t from 'tap';
import { startHarness } from './harness.js';

const h = await startHarness();

t.test('what a gate, a sample and a watch contradict themselves in is refused with the field', async (t) => {
  const create = (fields: object) => h.send('POST', '/v1/campaigns', { name: 'Bad', ...fields });
  const impossible = await create({ stages: { pilot: { gate: { maximumAbandonRatio: 0 } } } });
  t.equal(impossible.status, 400);
  t.match(impossible.body.detail, /stages\.pilot\.gate\.maximumAbandonRatio: no sample can show a rate of 0/);
  for (const [fields, field] of [
    [
      {
        scripts: [
          { id: 'a', text: 'x' },
          { id: 'a', text: 'y' },
        ],
      },
      'scripts',
    ],
    [{ scripts: [{ id: 'a', text: 'x', weight: 0 }] }, 'scripts'],
    [{ watch: { limits: [{ kpi: 'contact-rate', minimumTrials: 10 }] } }, 'watch.limits.0'],
    [
      { watch: { limits: [{ kpi: 'contact-rate', minimum: 0.5, maximum: 0.4, minimumTrials: 10 }] } },
      'watch.limits.0.minimum',
    ],
    [{ watch: { windowMinutes: 45 } }, 'watch.windowMinutes'],
    [{ sampling: { strata: [] } }, 'sampling.strata'],
    [{ stages: { pilot: { gate: { confidence: 2 } } } }, 'stages.pilot.gate.confidence'],
  ] as const) {
    const answer = await create(fields);
    t.equal(answer.status, 400, field);
    t.match(JSON.stringify(answer.body.errors), field);
  }
});

t.test('the version of a script counts up when its text changes, and only then', async (t) => {
  const body = {
    name: 'Versions',
    scripts: [
      { id: 'short', text: 'Hello' },
      { id: 'long', text: 'Good morning', weight: 2 },
    ],
    offer: { id: 'summer', text: '10 % off' },
  };
  const made = await h.send('POST', '/v1/campaigns', { id: 'versions', ...body });
  t.same(
    made.body.settings.scripts.map((s: { version: number }) => s.version),
    [1, 1],
  );
  const changed = { ...body, scripts: [body.scripts[0], { ...body.scripts[1], text: 'Good evening' }] };
  const again = await h.send('PUT', '/v1/campaigns/versions', changed, { 'if-match': '*' });
  t.same(
    again.body.settings.scripts.map((s: { version: number }) => s.version),
    [1, 2],
  );
  t.equal(again.body.settings.offer.version, 1);
});

t.test('KPIs, samples and progress of a campaign that has not begun are empty, not errors', async (t) => {
  await h.send('POST', '/v1/campaigns', { id: 'fresh', name: 'Fresh' });
  const kpis = await h.send('GET', '/v1/campaigns/fresh/kpis?by=team');
  t.equal(kpis.status, 200);
  t.equal(kpis.body.rows.length, 1);
  for (const kpi of kpis.body.rows[0].kpis) t.match(kpi, { denominator: 0, value: undefined });
  t.match(await h.send('GET', '/v1/campaigns/fresh/progress'), {
    status: 200,
    body: { stage: 'validation', gates: [], halts: [], blocked: [], extensions: 0 },
  });
  t.match(await h.send('GET', '/v1/campaigns/fresh/sample'), {
    status: 404,
    body: { code: 'sample_not_drawn' },
  });
  t.equal((await h.send('GET', '/v1/campaigns/nothing/kpis')).status, 404);
});

t.teardown(() => h.close());
