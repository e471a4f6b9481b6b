import t from 'tap';
import { MemoryStoreCore } from '../../dialer/store/memory-store.js';
import { contact, Harness, noon, settings } from './harness.js';

const predictive = { method: 'predictive', targetAbandonRatio: 0.03 } as const;
const ratio = { method: 'ratio', ratio: 2, targetAbandonRatio: 0.03 } as const;

function running(agents: number, contacts: number, over: object = {}): Harness {
  const h = new Harness({
    agents,
    contacts: Array.from({ length: contacts }, (_, i) => contact(i)),
    settings: over,
  });
  h.command('start');
  h.pass(1_000);
  return h;
}

/** Calls that are out: originated, and without a result. */
function open(h: Harness): readonly { channelId: string; number: string }[] {
  return h.all('originate').filter((c) => h.store.attempt(c.channelId)?.result === undefined);
}

t.test(
  'the pacer chooses among contacts by how likely they answer, as it was learned from calls',
  async (t) => {
    // Area code 212 answers, 312 does not.
    const people = Array.from({ length: 400 }, (_, i) =>
      contact(i, {
        numbers: [`+1${i % 2 === 0 ? '212' : '312'}555${String(1000 + i).padStart(4, '0')}`],
        timeZone: i % 2 === 0 ? 'America/New_York' : 'America/Chicago',
      }),
    );
    const h = new Harness({
      agents: 3,
      contacts: people,
      settings: { pacing: predictive, wrapUpSeconds: 1 },
    });
    h.command('start');
    for (let second = 0; second < 600; second++) {
      h.pass(1_000);
      for (const { channelId, number } of open(h)) {
        const attempt = h.store.attempt(channelId);
        if (attempt === undefined || h.now - attempt.intendedAt < 5_000) continue;
        if (number.startsWith('+1212') && h.agent('a1').attemptId !== channelId) {
          h.answer(channelId);
          h.bridgeUp();
          h.end(channelId, 'NORMAL_CLEARING', { answered: true });
        } else h.end(channelId, 'NO_ANSWER');
      }
    }
    const estimates: Readonly<Record<string, number>> = h.campaign().pacing?.estimates ?? {};
    t.ok(
      (estimates['forecastBrier'] ?? 1) < (estimates['forecastBrierOfMean'] ?? 0),
      JSON.stringify(estimates),
    );
    h.input({ type: 'drain', deadlineAt: h.now + 1_000 });
    const { learned } = h.store.boot(h.now);
    t.equal(learned.length, 1);
    const weights = new Map(
      (JSON.parse(learned[0]?.snapshot ?? '{}').weights as [string, number, number][]).map(([key, mean]) => [
        key,
        mean,
      ]),
    );
    const [yes, no] = [weights.get('region +1212') ?? 0, weights.get('region +1312') ?? 0];
    t.ok(yes - no > 1, `the area codes are told apart: ${yes} and ${no}`);
  },
);

t.test('what was learned is there again after a restart', async (t) => {
  const store = new MemoryStoreCore();
  const snapshot = JSON.stringify({
    format: 'answer-model-1',
    bias: [-3, 0.001],
    weights: [['region +1212', 6, 0.001]],
  });
  store.write([{ type: 'save-learned', learned: { pool: 'main', snapshot } }]);
  const record = {
    settings: settings({ pacing: predictive }),
    createdAt: noon,
    status: 'draft',
    stage: 'validation',
  };
  store.write([
    {
      type: 'save-campaign',
      campaign: {
        ...record,
        status: 'draft',
        stage: 'validation',
        statusSince: noon,
        reason: '',
        sampled: false,
        counters: new Harness({ contacts: [] }).campaign().record.counters,
      },
    },
  ]);
  store.addContacts(
    'c1',
    Array.from({ length: 5 }, (_, i) => contact(i)),
    noon,
  );
  const h = new Harness({ store });
  h.up([]);
  h.logIn('a1');
  h.command('start');
  h.pass(1_000);
  const { pacing } = h.campaign();
  t.ok((pacing?.estimates['hopperAnswerChance'] ?? 0) > 0.8, `${pacing?.estimates['hopperAnswerChance']}`);
  t.equal(pacing?.estimates['outcomesLearned'], 0);
});

t.test('a callback that is due is dialled before the contacts that the pacer would choose', async (t) => {
  const h = new Harness({
    contacts: Array.from({ length: 30 }, (_, i) => contact(i)),
    settings: { pacing: predictive },
  });
  const legs = h.logIn('a1');
  t.ok(legs);
  h.command('start');
  h.pass(1_000);
  const { channelId, number } = open(h)[0] ?? { channelId: '', number: '' };
  h.answer(channelId);
  h.bridgeUp();
  h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  h.input({
    type: 'disposition',
    requestId: 'd',
    agentId: 'a1',
    attemptId: channelId,
    disposition: 'callback',
    note: '',
    callback: { at: h.now + 60_000, who: 'anyone' },
  });
  h.input({ type: 'agent-pause', requestId: 'p', agentId: 'a1', reason: 'tea' });
  for (const call of open(h)) h.end(call.channelId, 'USER_BUSY', { progressed: false });
  // Leads that were leased before are given back in time, and the callback comes first in the next lease.
  h.pass(400_000);
  const before = h.all('originate').length;
  h.input({ type: 'agent-ready', requestId: 'r', agentId: 'a1' });
  h.pass(500);
  t.equal(h.all('originate')[before]?.number, number);
});

t.test('agents kept for inbound calls are not dialled for, and an inbound call takes one', async (t) => {
  const h = running(4, 20, { pacing: { method: 'progressive', targetAbandonRatio: 0.03, agentsHeld: 1 } });
  t.equal(open(h).length, 3);
  t.ok(h.input({ type: 'agent-inbound', requestId: 'i', agentId: 'a1', phase: 'started' }));
  t.match(h.agent('a1'), { state: 'paused', pauseReason: 'inbound call' });
  h.input({ type: 'agent-inbound', requestId: 'i', agentId: 'a1', phase: 'ended' });
  t.equal(h.agent('a1').state, 'ready');
  h.input({ type: 'agent-inbound', requestId: 'i', agentId: 'a1', phase: 'ended' });
  t.match(h.replies.at(-1), { ok: false, code: 'agent_not_free' });
  const { channelId } = open(h)[0] ?? { channelId: '' };
  h.answer(channelId);
  const busy = h.core.view(h.now).agents.find((a) => a.state === 'reserved');
  h.input({ type: 'agent-inbound', requestId: 'i', agentId: busy?.id ?? '', phase: 'started' });
  t.match(h.replies.at(-1), { ok: false, code: 'agent_not_free' });
});

t.test('a share of the agents may be kept for inbound calls, the larger of the two holds', async (t) => {
  const held = { method: 'progressive', targetAbandonRatio: 0.03, agentsHeld: 1, shareHeld: 0.5 };
  t.equal(open(running(6, 30, { pacing: held })).length, 3);
});

t.test('the end of a wrap-up is announced once, and only by an agent who has one', async (t) => {
  const h = running(2, 10, { pacing: predictive });
  const { channelId } = open(h)[0] ?? { channelId: '' };
  h.input({ type: 'agent-ending', requestId: 'e', agentId: 'a1' });
  t.match(h.replies.at(-1), { ok: false, code: 'agent_not_wrapping' });
  h.answer(channelId);
  const { agentLegId } = h.bridgeUp();
  const agent = h.core.view(h.now).agents.find((a) => a.legId === agentLegId)?.id ?? '';
  h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  h.input({ type: 'agent-ending', requestId: 'e', agentId: agent });
  t.match(h.replies.at(-1), { ok: true });
  h.input({ type: 'agent-ending', requestId: 'e', agentId: agent });
  t.match(h.replies.at(-1), { ok: true }, 'a second press of the button does no harm');
  t.equal(h.agent(agent).state, 'wrap-up');
});

t.test(
  'a method that knows no ratio is held to one line per ready agent once the allowance is used up',
  async (t) => {
    const h = running(4, 200, { purpose: 'sales', pacing: { ...ratio, ratio: 3 } });
    t.equal(open(h).length, 12);
    for (let i = 1; i <= 4; i++)
      h.input({ type: 'agent-pause', requestId: 'p', agentId: `a${i}`, reason: 'tea' });
    for (const { channelId } of open(h)) h.answer(channelId);
    h.pass(3_000);
    for (const { channelId } of open(h)) h.end(channelId, 'NORMAL_CLEARING', { answered: true });
    t.match(h.campaign().abandon, { windows: [{ answers: 12, abandoned: 12, over: true }] });
    for (let i = 1; i <= 4; i++) h.input({ type: 'agent-ready', requestId: 'r', agentId: `a${i}` });
    h.pass(2_000);
    t.equal(open(h).length, 4);
    const { abandon, limit, pacing } = h.campaign();
    t.match(abandon, { target: 0, limitedBy: '30-day block (us-federal)', spent: true });
    t.equal(limit, 'abandon');
    t.match(pacing?.text ?? '', /the abandon ledgers allow 0\.00 % now, set by 30-day block \(us-federal\)/);
  },
);

t.test(
  'a ringing call is released when its agents are gone, and never under the ring that its law asks for',
  async (t) => {
    for (const [purpose, least] of [
      ['sales', 15],
      ['service', 6],
    ] as const) {
      const h = running(3, 50, { purpose, pacing: { ...predictive, minimumRingSeconds: 6 } });
      for (const { channelId } of open(h)) h.ring(channelId);
      const out = open(h).length;
      t.ok(out > 0);
      h.pass(2_000);
      for (const agent of ['a1', 'a2', 'a3'])
        h.input({ type: 'agent-pause', requestId: 'p', agentId: agent, reason: 'tea' });
      h.pass((least - 3) * 1_000);
      t.equal(h.all('hang-up').length, 0, `nothing is released before ${least} s`);
      h.pass(3_000);
      t.equal(h.all('hang-up').length, out, `all are after ${least} s`);
    }
  },
);

t.test('the time from the command to the bridge is measured and told to the pacer', async (t) => {
  const h = running(1, 200, { pacing: predictive, wrapUpSeconds: 0 });
  for (let call = 0; call < 60; call++) {
    h.pass(1_000);
    const { channelId } = open(h)[0] ?? {};
    if (channelId === undefined) break;
    h.answer(channelId);
    h.pass(400);
    h.bridgeUp();
    h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  }
  const seconds = h.campaign().pacing?.estimates['handoverSeconds'] ?? 0;
  t.ok(seconds > 0.25 && seconds <= 0.4, `${seconds}`);
});

t.test('two teams that want more calls per second than there are share them by their agents', async (t) => {
  const h = new Harness({ callsPerSecond: 8 });
  const many = Array.from({ length: 2_000 }, (_, i) => contact(i));
  const progressive = { method: 'progressive', targetAbandonRatio: 0.03 } as const;
  h.input({ type: 'campaign-save', requestId: 'r', settings: settings({ pacing: progressive }) });
  h.input({
    type: 'campaign-save',
    requestId: 'r',
    settings: settings({ id: 'c2', pool: 'other', pacing: progressive }),
  });
  h.store.addContacts('c1', many.slice(0, 1_000), h.now);
  h.store.addContacts('c2', many.slice(1_000), h.now);
  for (let i = 0; i < 5; i++) h.logIn(`a${i}`);
  for (let i = 0; i < 15; i++) h.logIn(`b${i}`, { pool: 'other' });
  for (const campaignId of ['c1', 'c2'])
    h.input({ type: 'campaign-command', requestId: 'c', campaignId, command: 'start', by: 't', reason: '' });
  // Everybody is busy, so that all agents always want another line.
  for (let tenth = 0; tenth < 300; tenth++) {
    h.pass(100);
    for (const call of open(h)) h.end(call.channelId, 'USER_BUSY', { progressed: false });
  }
  const of = (id: string): number => h.all('originate').filter((c) => c.campaignId === id).length;
  const [small, large] = [of('c1'), of('c2')];
  t.ok(small + large > 200, `${small} and ${large}: the trunk is used`);
  t.ok(
    large / small > 2.3 && large / small < 3.9,
    `${small} and ${large}: three times the agents, three times the calls`,
  );
});
