import t from 'tap';
import {
  type AgentPlans,
  createDemoFloor,
  DEMO_AGENTS,
  demoProgress,
  loadDemo,
} from '../../api/demo/index.js';
import { emptyStageCounters } from '../../dialer/core/model.js';
import type { AgentView } from '../../dialer/core/view.js';
import { FakeClock, FakeEngine } from './fake-engine.js';

const NOON_IN_AMERICA = Date.parse('2026-11-23T18:00:00Z');
const NOON_IN_BRITAIN = Date.parse('2026-11-24T12:00:00Z');

const plans: AgentPlans = {
  afterCall: (_agent, call, spokeTo) => ({
    wrapUp: 10_000,
    disposition: spokeTo === 'machine' ? 'answering-machine' : 'sale',
    callbackAfter: call === 1 ? 60_000 : Number.POSITIVE_INFINITY,
  }),
  break: (_agent, ordinal) => ({ after: ordinal === 0 ? 100_000 : Number.POSITIVE_INFINITY, length: 30_000 }),
};

/** Lets the answers of the fake engine arrive. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

t.test('the team is 24 agents: 4 expert, 8 experienced, 12 ordinary', async (t) => {
  const count = (tier: string): number => DEMO_AGENTS.filter((agent) => agent.tier === tier).length;
  t.same([count('expert'), count('experienced'), count('ordinary')], [4, 8, 12]);
  t.equal(new Set(DEMO_AGENTS.map(({ id }) => id)).size, 24);
  t.equal(new Set(DEMO_AGENTS.map(({ endpoint }) => endpoint)).size, 24);
});

t.test('loading makes the campaign with its contacts; loading again changes nothing', async (t) => {
  const clock = new FakeClock(NOON_IN_AMERICA);
  const fake = new FakeEngine(clock);
  const first = await loadDemo(fake.engine, clock.now(), 'seed');
  t.match(first, {
    campaignId: 'demo',
    added: 2000,
    total: 2000,
    sentence: /people who do not exist, in US /,
  });
  t.same(fake.notices, [{ type: 'contacts-changed', campaignId: 'demo' }]);
  clock.advance(1000);
  const again = await loadDemo(fake.engine, clock.now(), 'seed');
  t.match(again, { campaignId: 'demo', added: 0, total: 2000, sentence: /goes on/ });
  t.equal(fake.campaigns.length, 1);
});

t.test(
  'when the people of the earlier list may not be called, or it is done, there is another',
  async (t) => {
    const clock = new FakeClock(NOON_IN_AMERICA);
    const fake = new FakeEngine(clock);
    await loadDemo(fake.engine, clock.now(), 'seed');
    clock.advance(NOON_IN_BRITAIN - NOON_IN_AMERICA);
    const british = await loadDemo(fake.engine, clock.now(), 'seed');
    t.match(british, { campaignId: 'demo-2026-11-24-12', added: 2000, sentence: /the United Kingdom/ });
    t.equal((await loadDemo(fake.engine, clock.now(), 'seed')).campaignId, british.campaignId);
    fake.setStatus(british.campaignId, 'completed');
    clock.advance(3_600_000);
    t.equal((await loadDemo(fake.engine, clock.now(), 'seed')).campaignId, 'demo', 'it is day in New York');
    fake.setStatus('demo', 'stopped');
    t.equal((await loadDemo(fake.engine, clock.now(), 'seed')).campaignId, 'demo-2026-11-24-13');
  },
);

t.test('a campaign that the engine refuses is told', async (t) => {
  const clock = new FakeClock(NOON_IN_AMERICA);
  const fake = new FakeEngine(clock);
  fake.refuse = () => 'store failed';
  await t.rejects(loadDemo(fake.engine, clock.now(), 'seed'), { message: /cannot be made: store failed/ });
});

async function floor() {
  const clock = new FakeClock(NOON_IN_AMERICA);
  const fake = new FakeEngine(clock);
  await loadDemo(fake.engine, clock.now(), 'seed');
  fake.requests.length = 0;
  const log: string[] = [];
  const play = createDemoFloor({
    engine: fake.engine,
    clock,
    plans,
    campaignId: 'demo',
    log: (message) => log.push(message),
  });
  const changed = (agentId: string, state: AgentView['state'], reason = '', attemptId = '') =>
    fake.emit({ kind: 'agent-changed', at: clock.now(), agentId, pool: 'demo', state, reason, attemptId });
  const agent = (agentId: string, state: AgentView['state']): AgentView =>
    ({
      ...DEMO_AGENTS.find(({ id }) => id === agentId)!,
      state,
      pauseReason: '',
      attemptId: '',
    }) as unknown as AgentView;
  return { clock, fake, play, log, changed, agent };
}

t.test('all agents log in, and the campaign starts when the first expert is ready', async (t) => {
  const { fake, play, changed, agent } = await floor();
  play.start();
  t.equal(fake.requests.filter(({ type }) => type === 'agent-login').length, 24);
  t.match(fake.requests[0], {
    profile: { id: 'demo-01', tier: 'expert' },
    endpoint: 'user/1001',
    ready: true,
  });
  fake.agents = [agent('demo-09', 'ready')];
  changed('demo-09', 'ready');
  await settle();
  t.notOk(fake.requests.some(({ type }) => type === 'campaign-command'));
  fake.agents = [agent('demo-02', 'ready')];
  changed('demo-02', 'ready');
  changed('demo-02', 'ready');
  await settle();
  const commands = fake.requests.filter(({ type }) => type === 'campaign-command');
  t.match(commands, [{ campaignId: 'demo', command: 'start', by: 'demo' }]);
  t.equal(commands.length, 1);
  play.stop();
});

t.test(
  'a gate that waits for approval is opened; a running, paused or halted campaign is left alone',
  async (t) => {
    const { clock, fake, play, agent } = await floor();
    fake.agents = [agent('demo-02', 'ready')];
    play.start();
    await settle();
    const seen = fake.requests.length;
    for (const status of ['running', 'paused', 'halted', 'completed', 'awaiting-approval'] as const) {
      fake.setStatus('demo', status);
      fake.emit({
        kind: 'campaign-changed',
        at: clock.now(),
        campaignId: 'demo',
        status,
        stage: 'validation',
        reason: '',
        by: 'engine',
      });
      await settle();
    }
    t.match(fake.requests.slice(seen), [{ type: 'campaign-command', command: 'approve' }]);
    t.equal(fake.requests.length, seen + 1);
    play.stop();
  },
);

t.test('an agent writes up the call, says what came of it, and takes a break when it is due', async (t) => {
  const { clock, fake, play, changed } = await floor();
  play.start();
  const connect = (attemptId: string) =>
    fake.emit({
      kind: 'attempt-connected',
      at: clock.now(),
      attemptId,
      campaignId: 'demo',
      agentId: 'demo-05',
      waitedMilliseconds: 3,
    });
  const seen = fake.requests.length;
  const since = () => fake.requests.slice(seen);
  connect('a1');
  clock.advance(60_000);
  changed('demo-05', 'wrap-up', '', 'a1');
  clock.advance(9_999);
  t.same(since(), []);
  clock.advance(1);
  t.match(since(), [{ type: 'disposition', agentId: 'demo-05', attemptId: 'a1', disposition: 'sale' }]);
  t.notOk('callback' in since()[0]!);

  changed('demo-05', 'ready');
  connect('a2');
  clock.advance(5_000);
  changed('demo-05', 'wrap-up', '', 'a2');
  clock.advance(30_000);
  t.match(since()[1], {
    disposition: 'answering-machine',
    callback: { at: NOON_IN_AMERICA + 145_000, who: 'anyone' },
  });

  connect('a3');
  changed('demo-05', 'wrap-up', '', 'a3');
  clock.advance(10_000);
  t.match(since().slice(2), [
    { type: 'agent-pause', agentId: 'demo-05', reason: 'break' },
    { type: 'disposition', attemptId: 'a3' },
  ]);
  changed('demo-05', 'paused', 'break');
  clock.advance(30_000);
  t.match(since().at(-1), { type: 'agent-ready', agentId: 'demo-05' });
  changed('demo-05', 'paused', 'called away');
  clock.advance(3_600_000);
  t.equal(since().length, 5, 'who was paused by somebody else stays paused');
  play.stop();
});

t.test(
  'who lost the line logs in again; who was logged out, or when the service ends, does not',
  async (t) => {
    const { clock, fake, play, changed } = await floor();
    play.start();
    const logins = () => fake.requests.filter(({ type }) => type === 'agent-login').length;
    changed('demo-03', 'offline', 'leg lost');
    clock.advance(5_000);
    t.equal(logins(), 25);
    changed('demo-03', 'offline', 'log-out');
    clock.advance(60_000);
    t.equal(logins(), 25);
    fake.draining = true;
    changed('demo-04', 'offline', 'leg lost');
    clock.advance(60_000);
    t.equal(logins(), 25);
    play.stop();
  },
);

t.test('agents of an earlier run are taken over as they stand', async (t) => {
  const { clock, fake, play, agent } = await floor();
  fake.agents = [
    agent('demo-01', 'ready'),
    { ...agent('demo-02', 'wrap-up'), attemptId: 'a9' },
    { ...agent('demo-03', 'paused'), pauseReason: 'break' },
    agent('demo-04', 'offline'),
  ];
  play.start();
  t.equal(fake.requests.filter(({ type }) => type === 'agent-login').length, 21);
  clock.advance(10_000);
  t.match(
    fake.requests.filter(({ type }) => type !== 'agent-login' && type !== 'campaign-command'),
    [
      { type: 'agent-ready', agentId: 'demo-03' },
      { type: 'disposition', agentId: 'demo-02', attemptId: 'a9' },
    ],
  );
  play.stop();
});

t.test(
  'a refusal is logged, an engine that has stopped ends the play, and a stop leaves no timer',
  async (t) => {
    const { clock, fake, play, log, changed } = await floor();
    fake.refuse = () => 'no such switch';
    play.start();
    await settle();
    t.equal(log[0], 'agent-login refused: no such switch');
    changed('demo-03', 'offline', 'leg lost');
    t.equal(clock.pending, 1);
    fake.refuse = () => {
      throw new Error('the engine has stopped');
    };
    clock.advance(5_000);
    await settle();
    t.match(log.at(-1), 'the engine has stopped');
    t.equal(clock.pending, 0);
    t.notOk(fake.subscribed);
    changed('demo-03', 'offline', 'leg lost');
    t.equal(clock.pending, 0);
  },
);

t.test('the terminal shows a bar for each stage and what the floor does', async (t) => {
  const { fake, agent } = await floor();
  fake.agents = [agent('demo-01', 'talking'), agent('demo-02', 'ready')];
  const campaign = fake.campaigns[0]!;
  const counters = { ...emptyStageCounters(), attempts: 30, liveAnswers: 10, connected: 9, abandoned: 1 };
  fake.campaigns = [
    {
      ...campaign,
      inFlight: 3,
      talking: 1,
      diagnosis: 'dialling',
      record: {
        ...campaign.record,
        status: 'running',
        stage: 'pilot',
        counters: { ...campaign.record.counters, validation: counters, pilot: { ...counters, attempts: 8 } },
      },
    },
  ];
  const items = demoProgress(fake.view(), 'demo', [
    { stage: 'validation', state: 'done', count: 24 },
    { stage: 'pilot', state: 'open', count: 70 },
    { stage: 'pilot', state: 'done', count: 10 },
    { stage: 'production', state: 'open', count: 1896 },
  ]);
  t.same(items, [
    { label: 'validation', done: 24, total: 24, note: 'done, 9 connected, 10.0 % abandoned' },
    { label: 'pilot', done: 8, total: 80, note: 'running, 9 connected, 10.0 % abandoned' },
    { label: 'production', done: 0, total: 1896, note: 'to come' },
    { label: 'lines', done: 4, note: '1 talking, 0 in wrap-up, 1 ready; dialling' },
  ]);
  t.same(demoProgress(fake.view(), 'other', []), []);
});
