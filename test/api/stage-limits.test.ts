/** Stages asked for what they cannot do, over HTTP: each is refused or said in words, and nothing passes by silence. */
import t from 'tap';
import { placeCall } from './calls.js';
import { startHarness, until } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());

let numbers = 1000;
const contacts = (count: number, fields: object = {}) =>
  Array.from({ length: count }, () => ({ numbers: [`+1212555${numbers++}`], fields }));

/** Makes a campaign with so many contacts, draws its samples by starting it, and returns what is said of them. */
async function sampleOf(id: string, settings: object, list: readonly object[]) {
  const made = await h.send('POST', '/v1/campaigns', { id, name: id, pool: id, ...settings });
  t.equal(made.status, 201, made.text);
  await h.send('POST', `/v1/campaigns/${id}/contacts`, list);
  await h.send('POST', `/v1/agents/${id}/login`, { pool: id, tier: 'expert', endpoint: 'user/1' });
  t.equal((await h.send('POST', `/v1/campaigns/${id}/start`, {})).status, 200);
  const path = `/v1/campaigns/${id}/sample`;
  await until(async () => (await h.send('GET', path)).status === 200, 'the samples are drawn');
  return (await h.send('GET', path)).body;
}

t.test('a gate that can never be met is refused with the field and the remedy', async (t) => {
  for (const [stages, detail] of [
    [
      { pilot: { gate: { maximumAbandonRatio: 0 } } },
      /stages\.pilot\.gate\.maximumAbandonRatio: .*ask for at most/,
    ],
    [
      { pilot: { gate: { minimumContactRate: 1 } } },
      /stages\.pilot\.gate\.minimumContactRate: .*ask for at least/,
    ],
    [
      { validation: { gate: { maximumSuccessGap: 0.1 } } },
      /maximumSuccessGap: .*set it in stages\.pilot\.gate/,
    ],
  ] as const) {
    const answer = await h.send('POST', '/v1/campaigns', { name: 'Never', stages });
    t.match(answer, { status: 400, body: { code: 'validation_failed' } }, JSON.stringify(stages));
    t.match(answer.body.detail, detail);
  }
});

t.test(
  'a pilot larger than the list takes all of it and says so; so does one that the validation leaves less',
  async (t) => {
    const tiers = ['expert'];
    const alone = await sampleOf(
      'large',
      { stages: { validation: { contacts: 1, tiers }, pilot: { contacts: 5_000, tiers } } },
      contacts(6),
    );
    t.match(alone.plans.pilot, { asked: 6, contacts: 6 });
    t.match(
      alone.plans.pilot.text,
      /the plan asks for 5000 contacts and the list has 6: .*only 5 contacts are left to draw/,
    );
    const beside = await sampleOf(
      'beside',
      { stages: { validation: { contacts: 4, tiers }, pilot: { contacts: 5, tiers } } },
      contacts(6),
    );
    t.match(beside.plans.pilot.text, /only 2 contacts are left to draw/);
    const undecidable = await sampleOf(
      'short',
      { stages: { validation: { contacts: 5, tiers, gate: { maximumAbandonRatio: 0.03 } } } },
      contacts(6),
    );
    t.match(undecidable.plans.validation, { short: true });
    t.match(
      undecidable.plans.validation.text,
      /the gate needs about \d+ contacts and the list has 6: ask for less/,
    );
  },
);

t.test('a stratum that nobody is in is named, and the sample is drawn all the same', async (t) => {
  const stages = { validation: { contacts: 3, tiers: ['expert'] } };
  const body = await sampleOf(
    'strata',
    { stages, sampling: { strata: ['regoin', 'kind'], minimumPerStratum: 2 } },
    [...contacts(8, { kind: 'a' }), ...contacts(1, { kind: 'b' })],
  );
  t.match(body.plans.validation.text, /no contact of the list has a value for "regoin"/);
  t.notMatch(body.plans.validation.text, /"kind"/);
  t.same(
    body.coverage.map(
      ({
        stratum,
        contacts: size,
        validation,
      }: {
        stratum: string;
        contacts: number;
        validation: number;
      }) => [stratum, size, validation],
    ),
    [
      ['– / a', 8, 2],
      ['– / b', 1, 1],
    ],
  );
});

t.test('a KPI without data neither passes a gate nor breaks a report: an operator is asked', async (t) => {
  // Nobody right was reached, so there is nothing that a success rate could be of.
  const attempt = await placeCall(h, 'nodata', '+12125559001', {
    gate: { minimumSuccessRate: 0.1, maximumRefusalRate: 0.5, stableSuccessRate: true },
  });
  await h.send('POST', '/v1/agents/nodata/disposition', {
    attemptId: attempt,
    disposition: 'wrong-number',
    note: '',
  });
  const progress = async () => (await h.send('GET', '/v1/campaigns/nodata/progress')).body;
  await until(async () => (await progress()).gates.length > 0, 'the gate has decided');
  const { gates, status, stage } = await progress();
  t.match(gates, [{ decision: 'inconclusive' }]);
  t.match(gates[0].evidence, /success rate 0\/0, at least 10\.0 %: nothing to judge/);
  t.same([stage, status], ['validation', 'awaiting-approval']);
  for (const format of ['json', 'html', 'csv']) {
    const report = await h.send('GET', `/v1/campaigns/nodata/report?stage=validation&format=${format}`);
    t.equal(report.status, 200);
    t.notMatch(report.text, /NaN|Infinity|undefined/, format);
  }
  for (const by of ['team', 'agent', 'hour'])
    t.notMatch((await h.send('GET', `/v1/campaigns/nodata/kpis?by=${by}`)).text, /NaN|Infinity|null/);
});
