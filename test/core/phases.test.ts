import t from 'tap';
import type { CampaignSettings, StagePlan } from '../../dialer/core/model.js';
import { contact, Harness } from './harness.js';

const pilot: StagePlan = {
  tiers: ['experienced', 'ordinary'],
  contacts: 8,
  phases: [
    { tiers: ['experienced'], share: 0.5 },
    { tiers: ['ordinary'], share: 0.5 },
  ],
};
const stages: CampaignSettings['stages'] = {
  validation: { tiers: ['expert'], contacts: 0 },
  pilot,
  production: { tiers: ['expert'] },
};

/** A campaign in its pilot, with one contact of every two from each region. */
function pilotOf(over: Partial<StagePlan> = {}): Harness {
  const h = new Harness({
    contacts: Array.from({ length: 40 }, (_, i) => contact(i, { region: i % 2 === 0 ? 'US-NY' : 'US-CA' })),
    settings: {
      stages: { ...stages, pilot: { ...pilot, ...over } },
      sampling: { strata: ['region'] },
      maximumAttempts: 1,
      wrapUpSeconds: 5,
    },
  });
  h.logIn('e1');
  return h;
}

/** Every call is answered, talked to and disposed of, until nothing is out for a while. */
function work(h: Harness): void {
  for (let round = 0; round < 200; round++) {
    h.pass(1_000);
    const call = h.all('originate').find((c) => h.store.attempt(c.channelId)?.result === undefined);
    if (call === undefined) continue;
    h.answer(call.channelId);
    const { agentLegId } = h.bridgeUp();
    h.pass(10_000);
    h.end(call.channelId, 'NORMAL_CLEARING');
    const agent = h.core.view(h.now).agents.find(({ legId }) => legId === agentLegId);
    h.input({
      type: 'disposition',
      requestId: `d${round}`,
      agentId: agent?.id ?? '',
      attemptId: call.channelId,
      disposition: 'sale',
      note: '',
    });
  }
}

/** Tiers of the agents who talked in the pilot, call by call. */
function tiersOfPilot(h: Harness): (string | undefined)[] {
  return h.store
    .attempts({ campaignId: 'c1', limit: 1_000 })
    .items.filter(({ stage }) => stage === 'pilot')
    .map(({ result }) => result?.tier)
    .reverse();
}

const phaseEvents = (h: Harness) => h.events.filter((event) => event.kind === 'phase-changed');

t.test('the pilot is worked by experienced agents first, the second half by ordinary ones', async (t) => {
  const h = pilotOf();
  h.logIn('x1', { tier: 'experienced' });
  h.logIn('o1', { tier: 'ordinary' });
  t.ok(h.command('start').ok);
  const held = () =>
    h.store.contacts({ campaignId: 'c1', limit: 100 }).items.filter((c) => c.heldPhase === 1);
  h.pass(2_000);
  t.match(h.campaign(), { record: { stage: 'pilot' }, staff: { tiers: ['experienced'] } });
  t.same(h.campaign().phase, { number: 1, of: 2 });
  t.same(
    held()
      .map(({ region }) => region)
      .sort(),
    ['US-CA', 'US-CA', 'US-NY', 'US-NY'],
    'half of each stratum',
  );
  work(h);
  t.same(tiersOfPilot(h), [...Array(4).fill('experienced'), ...Array(4).fill('ordinary')]);
  t.equal(held().length, 0);
  t.match(phaseEvents(h), [{ stage: 'pilot', phase: 2, phases: 2, change: 'begun', reason: /ordinary/ }]);
  t.equal(h.campaign().record.stage, 'production', 'then the gate has decided');
  const report = h.store.sampleReport('c1');
  t.match(report?.phases, [
    { tiers: ['experienced'], contacts: 4 },
    { tiers: ['ordinary'], contacts: 4 },
  ]);
  t.match(report?.coverage, [
    { pilot: 4, phases: [2, 2] },
    { pilot: 4, phases: [2, 2] },
  ]);
  const { segments } = h.store.measure(
    {
      campaignId: 'c1',
      stage: 'pilot',
      dimensions: ['tier'],
      rules: { optOutDispositions: [], complaintDispositions: [], callbackGraceSeconds: 0 },
    },
    { limit: 1_000 },
  ).measure;
  t.match(segments['tier'], { experienced: { successes: 4 }, ordinary: { successes: 4 } });
});

t.test('a phase whose agents are not there waits, says so once, and begins when one logs in', async (t) => {
  const h = pilotOf();
  h.logIn('x1', { tier: 'experienced' });
  h.command('start');
  work(h);
  t.same(tiersOfPilot(h), Array(4).fill('experienced'));
  const view = h.campaign();
  t.equal(view.record.status, 'running');
  t.match(view.diagnosis, /Phase 2 of the pilot waits for an agent of tier ordinary to log in to pool main/);
  t.match(view.phase?.waiting, /ordinary/);
  t.match(
    phaseEvents(h).map((event) => event.change),
    ['waiting'],
  );
  h.logIn('o1', { tier: 'ordinary' });
  h.pass(1_000);
  t.same(h.campaign().phase, { number: 2, of: 2 });
  work(h);
  t.same(tiersOfPilot(h).slice(4), Array(4).fill('ordinary'));
  t.same(
    phaseEvents(h).map((event) => event.change),
    ['waiting', 'begun'],
  );
});

t.test('a start that nobody of the first phase could work is refused with who is needed', async (t) => {
  const h = pilotOf();
  h.input({
    type: 'campaign-save',
    requestId: 's',
    settings: {
      ...h.campaign().record.settings,
      stages: { ...stages, validation: { tiers: ['expert'], contacts: 1, gate: { approval: true } } },
    },
  });
  h.logIn('o1', { tier: 'ordinary' });
  h.command('start');
  work(h);
  t.equal(h.campaign().record.status, 'awaiting-approval');
  const refused = h.command('approve');
  t.equal(refused.code, 'no_agents');
  t.match(refused.message, /tier experienced in pool main/);
});

t.test('a restart goes on in the phase that was reached', async (t) => {
  const h = pilotOf();
  h.logIn('x1', { tier: 'experienced' });
  h.logIn('o1', { tier: 'ordinary' });
  h.command('start');
  for (let i = 0; i < 400 && phaseEvents(h).length === 0; i++) {
    h.pass(500);
    const call = h.all('originate').find((c) => h.store.attempt(c.channelId)?.result === undefined);
    if (call !== undefined) h.end(call.channelId, 'NO_ANSWER');
  }
  t.equal(phaseEvents(h).length, 1);
  const again = new Harness({ store: h.store, startAt: h.now + 1_000 });
  t.match(again.campaign(), { staff: { tiers: ['ordinary'] }, phase: { number: 2, of: 2 } });
});

t.test('phases that the plan loses after the draw leave nobody behind', async (t) => {
  const h = pilotOf();
  h.logIn('x1', { tier: 'experienced' });
  h.command('start');
  h.pass(2_000);
  h.command('pause');
  h.input({
    type: 'campaign-save',
    requestId: 's',
    settings: {
      ...h.campaign().record.settings,
      stages: { ...stages, pilot: { tiers: ['experienced'], contacts: 8 } },
    },
  });
  h.command('resume');
  work(h);
  t.same(tiersOfPilot(h).length, 8);
  t.equal(h.campaign().record.stage, 'production');
});

t.test('with one phase everybody works all of the sample at once', async (t) => {
  const h = new Harness({
    contacts: Array.from({ length: 20 }, (_, i) => contact(i)),
    settings: {
      stages: { ...stages, pilot: { tiers: ['experienced', 'ordinary'], contacts: 8 } },
      maximumAttempts: 1,
    },
  });
  h.logIn('e1');
  h.logIn('x1', { tier: 'experienced' });
  h.logIn('o1', { tier: 'ordinary' });
  h.command('start');
  h.pass(2_000);
  t.equal(h.campaign().phase, undefined);
  work(h);
  t.same([...new Set(tiersOfPilot(h))].sort(), ['experienced', 'ordinary']);
  t.same(phaseEvents(h), []);
});
