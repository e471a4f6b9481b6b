import t from 'tap';
import { contact, Harness, settings } from './harness.js';

const stages = {
  validation: { tiers: ['expert'], contacts: 2 },
  pilot: { tiers: ['experienced', 'ordinary'], contacts: 3 },
  production: { tiers: ['expert', 'experienced', 'ordinary'] },
} as const;

/** Ends every call on the wire as busy until nothing is out. */
function busyAll(h: Harness): void {
  for (let round = 0; round < 50; round++) {
    h.pass(600);
    const open = h.all('originate').filter((c) => h.store.attempt(c.channelId)?.result === undefined);
    for (const call of open) h.end(call.channelId, 'USER_BUSY', { progressed: false });
  }
}

/** Answers every call, talks for a moment and writes the disposition, until nothing is out. */
function workAll(h: Harness, agentId: string, disposition: (call: number) => string): void {
  let calls = 0;
  for (let round = 0; round < 400; round++) {
    h.pass(600);
    const call = h.all('originate').find((c) => h.store.attempt(c.channelId)?.result === undefined);
    if (call === undefined || h.agent(agentId).state !== 'ready') continue;
    h.answer(call.channelId);
    h.bridgeUp();
    h.pass(20_000);
    h.end(call.channelId, 'NORMAL_CLEARING');
    h.input({
      type: 'disposition',
      requestId: `d${round}`,
      agentId,
      attemptId: call.channelId,
      disposition: disposition(calls++),
      note: '',
    });
  }
}

t.test('a start is refused when no agent of the stage is logged in, and says who is needed', async (t) => {
  const h = new Harness({ contacts: [contact(1)], settings: { stages } });
  h.logIn('o1', { tier: 'ordinary' });
  const reply = h.command('start');
  t.equal(reply.code, 'no_agents');
  t.match(reply.message, /expert/);
});

t.test('validation, pilot and production follow each other, each worked by its own agents', async (t) => {
  const h = new Harness({ contacts: Array.from({ length: 20 }, (_, i) => contact(i)), settings: { stages } });
  h.logIn('e1', { tier: 'expert' });
  h.logIn('o1', { tier: 'ordinary' });
  h.logIn('x1', { tier: 'experienced' });
  t.ok(h.command('start').ok);
  busyAll(h);
  t.same([...new Set(h.stages())], ['validation', 'pilot', 'production']);
  const byStage = new Map<string, number>();
  for (const e of h.events)
    if (e.kind === 'attempt-started') byStage.set(e.stage, (byStage.get(e.stage) ?? 0) + 1);
  t.equal(byStage.get('validation'), 2);
  t.equal(byStage.get('pilot'), 3);
  t.ok((byStage.get('production') ?? 0) >= 15);
  t.equal(h.events.filter((e) => e.kind === 'gate-decided').length, 2);
});

t.test('a gate that is shown to fail halts the campaign with its figures', async (t) => {
  const h = new Harness({
    contacts: Array.from({ length: 60 }, (_, i) => contact(i)),
    settings: {
      stages: {
        ...stages,
        validation: { ...stages.validation, contacts: 40, gate: { minimumContactRate: 0.1 } },
      },
    },
  });
  h.logIn('e1');
  h.logIn('o1', { tier: 'ordinary' });
  h.command('start');
  // The gate's own calculation asks for 49 contacts instead of 40.
  busyAll(h);
  const { record, diagnosis } = h.campaign();
  t.equal(record.status, 'halted');
  t.match(record.reason, /contact rate 0\.0 % \(0\/49, .*\), at least 10\.0 %: not met/);
  t.match(diagnosis, /^Halted: /);
  t.equal(record.progress?.halts.at(-1)?.kind, 'gate');
  t.equal(h.command('resume').code, 'rectification_required');
});

t.test('a gate that cannot decide extends its sample by what would decide it, and says why', async (t) => {
  const h = new Harness({
    contacts: Array.from({ length: 400 }, (_, i) => contact(i)),
    settings: {
      maximumAttempts: 1,
      sampling: { expected: { answerRate: 1, optOutRate: 0.001 } },
      stages: {
        ...stages,
        validation: { ...stages.validation, contacts: 12, gate: { maximumOptOutRate: 0.2 } },
      },
    },
  });
  h.logIn('e1');
  h.command('start');
  // Everybody is reached and the first opts out: the planned 15 answers do not show "at most 20 %", some more do.
  workAll(h, 'e1', (call) => (call === 0 ? 'opt-out' : 'refused'));
  const { record } = h.campaign();
  const [first, second] = record.progress?.gates ?? [];
  t.equal(first?.decision, 'inconclusive');
  t.ok((first?.extendedBy ?? 0) > 0);
  t.match(first?.why ?? '', /more live answers would decide it/);
  t.equal(second?.decision, 'pass');
  t.equal(second?.conditions[0]?.denominator, 15 + (first?.extendedBy ?? 0));
  t.equal(record.stage, 'pilot');
});

t.test('a gate that more of the same would not decide waits for an operator', async (t) => {
  const h = new Harness({
    contacts: Array.from({ length: 10 }, (_, i) => contact(i)),
    settings: {
      stages: { ...stages, validation: { ...stages.validation, gate: { minimumContactRate: 0.1 } } },
    },
  });
  h.logIn('e1');
  h.command('start');
  busyAll(h);
  t.equal(h.campaign().record.status, 'awaiting-approval');
  t.match(h.campaign().record.reason, /inconclusive.*contact rate 0\.0 % \(0\/2/);
});

t.test('a gate that no sample can meet is refused with the remedy', async (t) => {
  const h = new Harness({ contacts: [contact(1)] });
  h.input({
    type: 'campaign-save',
    requestId: 'r',
    settings: settings({
      id: 'c2',
      stages: { ...stages, pilot: { ...stages.pilot, gate: { maximumAbandonRatio: 0 } } },
    }),
  });
  const reply = h.replies.at(-1);
  t.equal(reply?.code, 'gate_impossible');
  t.match(reply?.message, /stages\.pilot\.gate\.maximumAbandonRatio: no sample can show a rate of 0/);
  const pilot = { ...stages.pilot, gate: { maximumSuccessGap: 0.1 } };
  const validation = { ...stages.validation, contacts: 0 };
  h.input({
    type: 'campaign-save',
    requestId: 'gap',
    settings: settings({ id: 'c3', stages: { ...stages, validation, pilot } }),
  });
  t.match(h.replies.at(-1), {
    code: 'gate_impossible',
    message: /nobody to compare .*stages\.validation\.contacts/,
  });
});

t.test('a rectification of the script is tried in a fresh short validation before it goes on', async (t) => {
  const h = new Harness({
    contacts: Array.from({ length: 60 }, (_, i) => contact(i)),
    settings: { maximumAttempts: 1, stages },
  });
  h.logIn('e1');
  h.logIn('o1', { tier: 'ordinary' });
  h.command('start');
  for (let i = 0; i < 200 && h.campaign().record.stage !== 'production'; i++) {
    h.pass(600);
    for (const call of h.all('originate'))
      if (h.store.attempt(call.channelId)?.result === undefined)
        h.end(call.channelId, 'USER_BUSY', { progressed: false });
  }
  h.command('halt', 'the price is wrong');
  const before = h.all('originate').length;
  h.pass(60_000);
  t.equal(h.all('originate').length, before, 'nothing is dialled while halted');
  h.input({
    type: 'campaign-command',
    requestId: 'x',
    campaignId: 'c1',
    command: 'resume',
    by: 'ann',
    reason: 'price corrected in the script',
    touched: ['script'],
  });
  t.ok(h.replies.at(-1)?.ok);
  t.equal(h.campaign().record.stage, 'validation');
  t.equal(h.campaign().record.progress?.returnTo, 'production');
  t.equal(h.campaign().record.progress?.halts.at(-1)?.rectification?.by, 'ann');
  busyAll(h);
  const stagesSeen = h.events.flatMap((e) => (e.kind === 'attempt-started' ? [e.stage] : []));
  t.ok(stagesSeen.filter((stage) => stage === 'validation').length > 2);
  t.equal(stagesSeen.at(-1), 'production');
});

t.test('a gate with approval waits for a named operator', async (t) => {
  const h = new Harness({
    contacts: Array.from({ length: 10 }, (_, i) => contact(i)),
    settings: { stages: { ...stages, validation: { ...stages.validation, gate: { approval: true } } } },
  });
  h.logIn('e1');
  h.command('start');
  busyAll(h);
  t.equal(h.campaign().record.status, 'awaiting-approval');
  t.equal(h.command('approve').code, 'no_agents', 'the pilot needs its own agents');
  h.logIn('o1', { tier: 'ordinary' });
  t.ok(h.command('approve', 'looks good').ok);
  t.equal(h.campaign().record.stage, 'pilot');
});

t.test('a campaign whose list is worked is completed', async (t) => {
  const h = new Harness({ agents: 2, contacts: [contact(1), contact(2)], settings: { maximumAttempts: 1 } });
  h.command('start');
  busyAll(h);
  t.equal(h.campaign().record.status, 'completed');
  t.equal(h.command('start').code, 'campaign_state');
});

t.test('a campaign without contacts pauses and says so', async (t) => {
  const h = new Harness({ agents: 1, contacts: [] });
  h.command('start');
  t.equal(h.campaign().record.status, 'paused');
  t.match(h.campaign().record.reason, /no contacts/);
  h.store.addContacts('c1', [contact(1)], h.now);
  h.command('resume');
  h.pass(1_000);
  t.equal(h.all('originate').length, 1);
});

t.test('pause gives leads back and resume goes on with them', async (t) => {
  const h = new Harness({ agents: 1, contacts: Array.from({ length: 5 }, (_, i) => contact(i)) });
  h.command('start');
  h.pass(500);
  h.command('pause', 'lunch');
  t.equal(h.campaign().hopper, 0);
  h.end(h.last('originate').channelId, 'USER_BUSY', { progressed: false });
  h.pass(60_000);
  t.equal(h.all('originate').length, 1);
  h.command('resume');
  h.pass(1_000);
  t.equal(h.all('originate').length, 2);
});

t.test('a retry of an earlier stage counts in the figures of that stage', async (t) => {
  const h = new Harness({ contacts: Array.from({ length: 6 }, (_, i) => contact(i)), settings: { stages } });
  h.logIn('e1', { tier: 'expert' });
  h.logIn('o1', { tier: 'ordinary' });
  h.command('start');
  busyAll(h);
  const first = h.campaign().record;
  t.equal(first.stage, 'production');
  t.equal(first.counters.validation.attempts, 2);
  // Retries are due ten minutes after the first attempts.
  h.pass(600_000);
  busyAll(h);
  const { counters } = h.campaign().record;
  t.equal(counters.validation.attempts, 4, 'the two contacts of the validation, twice each');
  t.equal(counters.pilot.attempts, 6);
  t.equal(counters.production.attempts, 2);
  const stored = h.store.attempts({ limit: 100 }).items;
  t.equal(stored.filter((a) => a.stage === 'validation').length, 4, 'and the store says the same');
  t.same(
    h.events.flatMap((e) => (e.kind === 'attempt-started' && e.stage === 'validation' ? [1] : [])).length,
    4,
  );
});

t.test('whoever works the campaign now takes the answers of retries of its earlier stages', async (t) => {
  const h = new Harness({ contacts: Array.from({ length: 3 }, (_, i) => contact(i)), settings: { stages } });
  h.logIn('e1', { tier: 'expert' });
  h.logIn('o1', { tier: 'ordinary' });
  h.command('start');
  busyAll(h);
  h.input({ type: 'agent-pause', requestId: 'p', agentId: 'e1', reason: 'tea' });
  h.pass(600_000);
  const call = h.last('originate');
  t.equal(h.store.attempt(call.channelId)?.stage, 'validation');
  h.answer(call.channelId);
  t.equal(h.agent('o1').state, 'reserved');
});
