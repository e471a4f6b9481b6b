import { type MeasureRequest, Measurer } from '../../../dialer/core/measure.js';
import type { SamplingSettings, StageName, StagePlan } from '../../../dialer/core/model.js';
import type { NewContact, Store } from '../../../dialer/store/port.js';
import { measureAll } from '../../../dialer/store/stage-requests.js';
import {
  contact,
  contacts,
  dispositionOf,
  HOUR,
  intentFor,
  leaseOf,
  MINUTE,
  recordResult,
  START,
} from '../records.js';
import { attempt, commit, DONE, LATER, leaseOne, type StoreTest } from './support.js';

const plan = (validation: number, pilot: number): Readonly<Record<StageName, StagePlan>> => ({
  validation: { tiers: [], contacts: validation },
  pilot: { tiers: [], contacts: pilot },
  production: { tiers: [] },
});

function request(stages: Readonly<Record<StageName, StagePlan>>, sampling?: SamplingSettings) {
  return {
    type: 'draw-samples',
    campaignId: 'spring',
    seed: 's',
    stages,
    ...(sampling === undefined ? {} : { sampling }),
  } as const;
}

/** So many contacts of each region. */
function ofRegions(counts: Readonly<Record<string, number>>): NewContact[] {
  let index = 0;
  return Object.entries(counts).flatMap(([region, count]) =>
    Array.from({ length: count }, () => contact(index++, { region })),
  );
}

/** Contacts of a stage by region, as the list itself says. */
async function counted(store: Store, stage: StageName): Promise<Record<string, number>> {
  const { items } = await store.contacts({ campaignId: 'spring', limit: 1000 });
  const counts: Record<string, number> = {};
  for (const each of items) if (each.stage === stage) counts[each.region] = (counts[each.region] ?? 0) + 1;
  return counts;
}

const MEASURE: MeasureRequest = {
  campaignId: 'spring',
  dimensions: ['stage', 'team', 'agent', 'script', 'source', 'hour'],
  rules: { optOutDispositions: ['do-not-call'], complaintDispositions: [], callbackGraceSeconds: 600 },
};

export function sampleTests(test: StoreTest): void {
  test('strata are drawn in proportion, by largest remainder', async (t, store) => {
    await store.addContacts(
      'spring',
      ofRegions({ 'US-NY': 50, 'US-NJ': 30, 'US-CT': 20, 'US-VT': 3 }),
      START,
    );
    t.equal(await store.sampleReport('spring'), undefined, 'nothing is drawn yet');
    await store.drawSamples(request(plan(10, 20), { strata: ['region'] }));
    // Of 103: 4.85, 2.91, 1.94, 0.29; then of the 93 left: 9.68, 5.81, 3.87, 0.65.
    t.same(await counted(store, 'validation'), { 'US-NY': 5, 'US-NJ': 3, 'US-CT': 2 });
    t.same(await counted(store, 'pilot'), { 'US-NY': 10, 'US-NJ': 6, 'US-CT': 4 });
    const report = await store.sampleReport('spring');
    t.match(report, { seed: 's', list: 103, strata: ['region'], hash: /^[0-9a-f]{64}$/ });
    t.same(report?.coverage, [
      { stratum: 'US-NY', contacts: 50, validation: 5, pilot: 10 },
      { stratum: 'US-NJ', contacts: 30, validation: 3, pilot: 6 },
      { stratum: 'US-CT', contacts: 20, validation: 2, pilot: 4 },
      { stratum: 'US-VT', contacts: 3, validation: 0, pilot: 0 },
    ]);
  });

  test('each stratum has its minimum, taken from who is furthest above its share', async (t, store) => {
    await store.addContacts(
      'spring',
      ofRegions({ 'US-NY': 50, 'US-NJ': 30, 'US-CT': 20, 'US-VT': 3 }),
      START,
    );
    await store.drawSamples(request(plan(10, 20), { strata: ['region'], minimumPerStratum: 2 }));
    t.same(await counted(store, 'validation'), { 'US-NY': 4, 'US-NJ': 2, 'US-CT': 2, 'US-VT': 2 });
    t.equal((await counted(store, 'pilot'))['US-VT'], 1, 'a stratum cannot give more than it has');
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
    t.equal(sum(await counted(store, 'validation')), 10);
    t.equal(sum(await counted(store, 'pilot')), 20);
  });

  test('contacts without a value make a stratum of their own', async (t, store) => {
    await store.addContacts(
      'spring',
      [
        ...Array.from({ length: 6 }, (_, i) => contact(i, { fields: { tier: 'gold' } })),
        ...Array.from({ length: 3 }, (_, i) => contact(10 + i, { fields: { tier: '' } })),
        ...Array.from({ length: 3 }, (_, i) => contact(20 + i, { region: '', fields: {} })),
      ],
      START,
    );
    await store.drawSamples(request(plan(4, 4), { strata: ['tier', 'region'], minimumPerStratum: 1 }));
    const { coverage } = (await store.sampleReport('spring'))!;
    t.same(
      coverage.map(({ stratum, contacts: size }) => [stratum, size]),
      [
        ['gold / US-NY', 6],
        ['– / US-NY', 3],
        ['– / –', 3],
      ],
    );
    for (const { validation, pilot } of coverage) t.ok(validation >= 1 && pilot >= 1);
  });

  test('a pilot larger than the list takes all of it, and the plan says so', async (t, store) => {
    await store.addContacts('spring', contacts(20), START);
    t.same(await store.drawSamples(request(plan(5, 500))), { validation: 5, pilot: 15, production: 0 });
    const report = await store.sampleReport('spring');
    t.match(report?.plans.pilot, { asked: 20 });
    t.equal(
      await store.extendSample({
        type: 'extend-sample',
        campaignId: 'spring',
        seed: 's',
        stage: 'pilot',
        count: 10,
      }),
      0,
    );
  });

  test('a sample is frozen: neither the list nor another configuration changes it', async (t, store) => {
    await store.addContacts('spring', contacts(40), START);
    await store.drawSamples(request(plan(5, 10), { strata: ['region'] }));
    const report = await store.sampleReport('spring');
    await store.addContacts(
      'spring',
      Array.from({ length: 40 }, (_, i) => contact(100 + i)),
      START,
    );
    await store.drawSamples({ ...request(plan(9, 30)), seed: 'another' });
    t.same(await store.sampleReport('spring'), report);
  });

  test('the parts of a sample are drawn alike from every stratum, and held back until their phase', async (t, store) => {
    for (const campaignId of ['spring', 'autumn'])
      await store.addContacts(campaignId, ofRegions({ 'US-NY': 40, 'US-NJ': 20 }), START);
    const pilot: StagePlan = {
      tiers: ['experienced', 'ordinary'],
      contacts: 30,
      phases: [
        { tiers: ['experienced'], share: 0.5 },
        { tiers: ['ordinary'], share: 0.2 },
        { tiers: ['ordinary'], teams: ['south'], share: 0.3 },
      ],
    };
    for (const campaignId of ['spring', 'autumn'])
      await store.drawSamples({
        ...request({ ...plan(0, 0), pilot }, { strata: ['region'] }),
        campaignId,
      });
    const report = await store.sampleReport('spring');
    t.same(report?.phases, [
      { tiers: ['experienced'], contacts: 15 },
      { tiers: ['ordinary'], contacts: 6 },
      { tiers: ['ordinary'], teams: ['south'], contacts: 9 },
    ]);
    t.same(report?.coverage, [
      { stratum: 'US-NY', contacts: 40, validation: 0, pilot: 20, phases: [10, 4, 6] },
      { stratum: 'US-NJ', contacts: 20, validation: 0, pilot: 10, phases: [5, 2, 3] },
    ]);
    const held = async (phase: number | undefined) =>
      (await store.contacts({ campaignId: 'spring', limit: 100 })).items.filter(
        ({ stage, heldPhase }) => stage === 'pilot' && heldPhase === phase,
      ).length;
    t.same([await held(undefined), await held(1), await held(2)], [15, 6, 9]);
    t.same(await store.contactCounts('spring'), [
      { stage: 'pilot', state: 'open', count: 30 },
      { stage: 'production', state: 'open', count: 30 },
    ]);
    const first = await store.leaseLeads(leaseOf({ stage: 'pilot', count: 100 }));
    t.equal(first.leads.length, 15);
    t.same(first.summary, { open: 0, untried: 15, heldPhase: 1 });
    await store.write([{ type: 'open-phases', campaignId: 'spring', through: 1 }]);
    const second = await store.leaseLeads(leaseOf({ stage: 'pilot', count: 100 }));
    t.equal(second.leads.length, 6);
    t.same(second.summary, { open: 0, untried: 21, heldPhase: 2 });
    await store.write([{ type: 'open-phases', campaignId: 'spring', through: 2 }]);
    await store.write([{ type: 'open-phases', campaignId: 'spring', through: 2 }]);
    const third = await store.leaseLeads(leaseOf({ stage: 'pilot', count: 100 }));
    t.equal(third.leads.length, 9);
    t.same(third.summary, { open: 0, untried: 30 });
    const elsewhere = await store.leaseLeads(leaseOf({ campaignId: 'autumn', stage: 'pilot', count: 100 }));
    t.equal(elsewhere.leads.length, 15, 'another campaign keeps its own');
  });

  test('a phase that was opened before the sample was drawn is not open for it', async (t, store) => {
    await store.addContacts('spring', contacts(20), START);
    await store.write([{ type: 'open-phases', campaignId: 'spring', through: 1 }]);
    const phases = [
      { tiers: ['experienced'] as const, share: 0.5 },
      { tiers: ['ordinary'] as const, share: 0.5 },
    ];
    await store.drawSamples(
      request({ ...plan(0, 0), pilot: { tiers: ['experienced', 'ordinary'], contacts: 10, phases } }),
    );
    const { leads, summary } = await store.leaseLeads(leaseOf({ stage: 'pilot', count: 100 }));
    t.equal(leads.length, 5);
    t.same(summary, { open: 0, untried: 5, heldPhase: 1 });
    await store.write([{ type: 'open-phases', campaignId: 'spring', through: 1 }]);
    const rest = await store.leaseLeads(leaseOf({ stage: 'pilot', count: 100 }));
    t.equal(rest.leads.length, 5, 'it opens those that are held back when it is said');
  });

  test('an extension draws untried contacts of production, on in the same order, until there are none', async (t, store) => {
    for (const campaignId of ['spring', 'autumn']) await store.addContacts(campaignId, contacts(30), START);
    await store.drawSamples(request(plan(2, 3)));
    const extension = { type: 'extend-sample', campaignId: 'spring', seed: 's', stage: 'pilot' } as const;
    const tried = await attempt(store, LATER, 'no-answer', { stage: 'production' });
    const before = (await store.contact(tried.contactId))?.stage;
    t.equal(await store.extendSample({ ...extension, count: 7 }), 7);
    const sizes = async () =>
      Object.fromEntries(
        await Promise.all(
          (['validation', 'pilot', 'production'] as const).map(async (stage) => [
            stage,
            (await store.contactCounts('spring')).reduce(
              (sum, each) => (each.stage === stage ? sum + each.count : sum),
              0,
            ),
          ]),
        ),
      );
    t.same(await sizes(), { validation: 2, pilot: 10, production: 18 });
    const left = 25 - 7 - (before === 'production' ? 1 : 0);
    t.equal(await store.extendSample({ ...extension, count: 100 }), left, 'all that were never tried');
    t.equal(await store.extendSample({ ...extension, count: 100 }), 0);
    t.equal((await store.contact(tried.contactId))?.stage, before, 'who was tried stays');
    t.ok((await store.contactCounts('autumn')).every(({ stage }) => stage === 'production'));
  });

  test('a measure counts ended attempts as a whole, by segment and in blocks, page by page', async (t, store) => {
    await store.addContacts('spring', contacts(12), START);
    for (let i = 0; i < 12; i++) {
      const now = START + i * 4 * MINUTE;
      const intent = intentFor(await leaseOne(store, { now }), {
        intendedAt: now,
        stage: i < 4 ? 'validation' : 'pilot',
        script: i % 2 === 0 ? 'a@1' : 'b@1',
        ...(i < 6 ? { source: 'web' } : {}),
      });
      await commit(store, intent, now);
      // The last one stays open.
      if (i === 11) break;
      if (i === 10) {
        await store.write([recordResult(intent, DONE, 'not-dialed')]);
      } else if (i % 3 === 0) {
        await store.write([recordResult(intent, DONE, 'no-answer')]);
      } else {
        await store.write([
          recordResult(intent, { state: 'pending' }, 'connected', {
            answeredAt: now + 5_000,
            connectedAt: now + 5_000,
            endedAt: now + 65_000,
            agentId: i % 2 === 0 ? 'ann' : 'bob',
            team: 'north',
          }),
          {
            type: 'record-disposition',
            disposition: dispositionOf(intent, {
              disposition: i === 1 ? 'do-not-call' : i < 6 ? 'sale' : 'later',
              success: i !== 1 && i < 6,
              at: now + 80_000,
            }),
            next: DONE,
          },
        ]);
      }
    }
    const whole = await measureAll(store, MEASURE);
    // Attempts 0–9 count; 0, 3, 6 and 9 were not answered; 1 opts out; 2, 4 and 5 buy.
    t.match(whole.total, {
      attempts: 10,
      answers: 6,
      connected: 6,
      contacts: 6,
      successes: 3,
      optOuts: 1,
      talkSeconds: 360,
      handleSeconds: 450,
      handleSecondsSquared: 33_750,
    });
    t.same(whole.outcomes, { connected: 6, 'no-answer': 4, 'not-dialed': 1 });
    t.same(whole.dispositions, { 'do-not-call': 1, later: 2, sale: 3 });
    t.equal(whole.segments['stage']?.['validation']?.attempts, 4);
    t.equal(whole.segments['script']?.['a@1']?.attempts, 5);
    t.equal(whole.segments['source']?.['web']?.attempts, 6, 'who has no source is left out there');
    t.equal(whole.segments['agent']?.['ann']?.connected, 3);
    t.equal(
      whole.blocks.reduce((sum, { counts }) => sum + counts.attempts, 0),
      10,
    );
    t.same(
      whole.blocks.map(({ at }) => at),
      [...new Set(Array.from({ length: 10 }, (_, i) => START + Math.floor((i * 4) / 5) * 5 * MINUTE))],
    );

    const measurer = new Measurer(MEASURE);
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await store.measure(MEASURE, { limit: 4, ...(cursor === undefined ? {} : { cursor }) });
      measurer.merge(page.measure);
      cursor = page.nextCursor;
      pages++;
    } while (cursor !== undefined && pages < 20);
    t.ok(pages >= 3);
    t.same(measurer.result(), whole, 'pages add up to the whole');

    const pilot = await measureAll(store, { ...MEASURE, stage: 'pilot' });
    t.equal(pilot.total.attempts, 6);
    const part = await measureAll(store, { ...MEASURE, from: START + 8 * MINUTE, to: START + 16 * MINUTE });
    t.equal(part.total.attempts, 2, 'from is within, to is not');
    t.equal((await measureAll(store, { ...MEASURE, from: START + 24 * HOUR })).total.attempts, 0);
    t.equal((await measureAll(store, { ...MEASURE, campaignId: 'nothing' })).total.attempts, 0);
  });
}
