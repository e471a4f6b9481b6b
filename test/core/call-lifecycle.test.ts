import t from 'tap';
import { contact, Harness } from './harness.js';

function running(agents: number, contacts: number, over = {}): Harness {
  const h = new Harness({
    agents,
    contacts: Array.from({ length: contacts }, (_, i) => contact(i)),
    settings: over,
  });
  h.command('start');
  h.pass(500);
  return h;
}

t.test('nothing is originated before its intent is committed', async (t) => {
  const h = new Harness({ agents: 1, contacts: [contact(1)] });
  h.command('start');
  h.storeAnswers = true;
  let intended = false;
  for (const effect of h.effects) {
    if (effect.type === 'commit-intents') intended = true;
    if (effect.type === 'originate') t.ok(intended);
  }
  h.storeAnswers = false;
  const silent = new Harness({ agents: 1, contacts: [contact(1)] });
  silent.storeAnswers = false;
  silent.command('start');
  silent.pass(5_000);
  t.equal(silent.all('originate').length, 0);
});

t.test('the attempt id is the channel id and begins with the installation', async (t) => {
  const h = running(1, 1);
  const call = h.last('originate');
  t.match(call.channelId, /^[0-9a-f]{8}-a[0-9a-f]{3}-8[0-9a-f]{3}-b[0-9a-f]{3}-[0-9a-f]{12}$/);
  t.ok(h.store.attempt(call.channelId));
});

t.test('an answered customer is bridged to the agent who has been idle longest', async (t) => {
  const h = new Harness({ contacts: Array.from({ length: 3 }, (_, i) => contact(i)) });
  h.logIn('first');
  h.pass(1_000);
  h.logIn('second');
  h.command('start');
  h.pass(500);
  const call = h.last('originate');
  h.ring(call.channelId);
  h.answer(call.channelId);
  t.equal(h.agent('first').state, 'reserved');
  h.bridgeUp();
  t.equal(h.agent('first').state, 'talking');
  t.equal(h.agent('second').state, 'ready');
});

t.test('a conversation ends in wrap-up, a disposition frees the agent and closes the contact', async (t) => {
  const h = running(1, 1);
  const { channelId } = h.last('originate');
  h.answer(channelId);
  h.bridgeUp();
  h.pass(30_000);
  h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  t.equal(h.agent('a1').state, 'wrap-up');
  t.same(h.outcomes(), ['connected']);
  h.input({
    type: 'disposition',
    requestId: 'd',
    agentId: 'a1',
    attemptId: channelId,
    disposition: 'sale',
    note: '',
  });
  t.equal(h.agent('a1').state, 'ready');
  const attempt = h.store.attempt(channelId);
  t.equal(attempt?.disposition?.disposition, 'sale');
  t.equal(h.store.contact(attempt?.contactId ?? '')?.state, 'done');
  t.equal(h.campaign().record.counters.production.successes, 1);
});

t.test('wrap-up that is never ended is ended by the reaper', async (t) => {
  const h = running(1, 1);
  const { channelId } = h.last('originate');
  h.answer(channelId);
  h.bridgeUp();
  h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  h.pass(60_000);
  t.equal(h.agent('a1').state, 'ready');
  t.equal(h.store.attempt(channelId)?.disposition?.disposition, 'none');
});

t.test(
  'a live answer without an agent gets the safe-harbour message after two seconds and counts as abandoned',
  async (t) => {
    const h = running(1, 2, { pacing: { method: 'ratio', ratio: 2, targetAbandonRatio: 0.03 } });
    const [one, two] = h.all('originate');
    h.answer(one?.channelId ?? '');
    h.bridgeUp();
    h.answer(two?.channelId ?? '');
    h.pass(1_990);
    t.equal(h.all('play-safe-harbour').length, 0);
    h.pass(10);
    t.equal(h.last('play-safe-harbour').channelId, two?.channelId);
    h.switchSays({ type: 'key-pressed', switchId: 'fs', channelId: two?.channelId ?? '', key: '9' });
    h.end(two?.channelId ?? '', 'NORMAL_CLEARING', { answered: true });
    t.same(h.outcomes(), ['abandoned']);
    t.equal(h.campaign().record.counters.production.abandoned, 1);
    t.ok(h.store.isDnc(two?.number ?? '').internal, 'the opt-out key puts the number on the DNC list');
  },
);

t.test('an agent who becomes ready within the wait gets the waiting customer', async (t) => {
  const h = running(1, 2, { pacing: { method: 'ratio', ratio: 2, targetAbandonRatio: 0.03 } });
  const [one, two] = h.all('originate');
  h.answer(one?.channelId ?? '');
  h.bridgeUp();
  h.answer(two?.channelId ?? '');
  h.pass(1_000);
  h.end(one?.channelId ?? '', 'NORMAL_CLEARING', { answered: true });
  h.input({ type: 'agent-ready', requestId: 'x', agentId: 'a1' });
  t.equal(h.last('bridge').channelId, two?.channelId);
  h.bridgeUp();
  t.equal(h.agent('a1').state, 'talking');
});

t.test(
  'a customer who hangs up while waiting is an abandon; one who is gone before a bridge under way is not',
  async (t) => {
    const h = running(1, 2, { pacing: { method: 'ratio', ratio: 2, targetAbandonRatio: 0.03 } });
    const [one, two] = h.all('originate');
    h.answer(one?.channelId ?? '');
    h.answer(two?.channelId ?? '');
    h.end(two?.channelId ?? '', 'NORMAL_CLEARING', { answered: true });
    h.end(one?.channelId ?? '', 'NORMAL_CLEARING', { answered: true });
    t.same(h.outcomes(), ['abandoned', 'short']);
    t.equal(h.agent('a1').state, 'ready');
  },
);

t.test('an answer and a hang-up in one event count as a live answer', async (t) => {
  const h = running(1, 1);
  h.end(h.last('originate').channelId, 'NORMAL_CLEARING', { answered: true });
  t.same(h.outcomes(), ['short']);
  t.equal(h.campaign().record.counters.production.liveAnswers, 1);
});

t.test('hang-up causes become outcomes, and only what reached the carrier is charged', async (t) => {
  const cases: [string, boolean, string][] = [
    ['NO_ANSWER', true, 'no-answer'],
    ['NO_ANSWER', false, 'failed'],
    ['USER_BUSY', false, 'busy'],
    ['CALL_REJECTED', true, 'rejected'],
    ['UNALLOCATED_NUMBER', false, 'invalid'],
    ['NORMAL_CIRCUIT_CONGESTION', false, 'congestion'],
    ['SOMETHING_NEW', false, 'failed'],
  ];
  for (const [cause, progressed, outcome] of cases) {
    const h = running(1, 1);
    h.end(h.last('originate').channelId, cause, { progressed });
    t.same(h.outcomes(), [outcome], cause);
    t.equal(h.store.attempt(h.last('originate').channelId)?.result?.charged, true);
  }
  const h = running(1, 1);
  const { channelId } = h.last('originate');
  h.switchSays({
    type: 'originate-failed',
    switchId: 'fs',
    channelId,
    cause: 'DESTINATION_OUT_OF_ORDER',
    local: true,
  });
  t.same(h.outcomes(), ['not-dialed']);
  t.equal(h.store.attempt(channelId)?.result?.charged, false);
  t.equal(h.store.contact(h.store.attempt(channelId)?.contactId ?? '')?.attempts, 0);
});

t.test(
  'a bridge that fails gives the customer to another agent, and a leg that fails twice is taken down',
  async (t) => {
    const h = new Harness({ contacts: [contact(1), contact(2)] });
    h.logIn('bad');
    h.pass(1_000);
    h.logIn('good');
    h.command('start');
    h.pass(500);
    const { channelId } = h.last('originate');
    h.answer(channelId);
    const first = h.last('bridge');
    h.switchSays({
      type: 'bridge-failed',
      switchId: 'fs',
      channelId,
      agentLegId: first.agentLegId,
      reason: 'Invalid uuid',
    });
    t.not(h.last('bridge').agentLegId, first.agentLegId);
    h.bridgeUp();
    t.equal(h.agent('good').state, 'talking');
    t.equal(h.agent('bad').state, 'ready');
  },
);

t.test('a machine that the switch detects never reaches an agent', async (t) => {
  const h = running(1, 1);
  const { channelId } = h.last('originate');
  h.switchSays({ type: 'channel-answered', switchId: 'fs', channelId, answeredBy: 'machine' });
  t.equal(h.agent('a1').state, 'ready');
  t.equal(h.last('hang-up').channelId, channelId);
  h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  t.same(h.outcomes(), ['machine']);
});

t.test('an agent whose leg dies goes offline, and the call is not left without an end', async (t) => {
  const h = running(1, 1);
  const { channelId } = h.last('originate');
  h.answer(channelId);
  const { agentLegId } = h.bridgeUp();
  h.end(agentLegId, 'NORMAL_CLEARING', { answered: true });
  t.equal(h.agent('a1').state, 'offline');
  h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  t.same(h.outcomes(), ['connected']);
  t.equal(h.core.view(h.now).switches[0]?.channels, 0);
});

t.test('a halted campaign starts no call, not even one whose intent is being committed', async (t) => {
  const h = new Harness({ agents: 2, contacts: [contact(1), contact(2)] });
  h.command('start');
  h.storeAnswers = false;
  h.pass(300);
  const pending = h.effects.flatMap((e) => (e.type === 'commit-intents' ? e.intents : []));
  h.command('halt', 'wrong script');
  h.input({ type: 'intents-committed', results: h.store.commitIntents(pending, h.now) });
  h.storeAnswers = true;
  h.pass(60_000);
  const haltedAt = h.events.find((e) => e.kind === 'campaign-changed' && e.status === 'halted')?.at ?? 0;
  for (const e of h.events) if (e.kind === 'attempt-started') t.ok(e.at < haltedAt);
  t.equal(h.command('resume').code, 'rectification_required');
  t.ok(h.command('resume', 'script corrected').ok);
});

t.test('a customer who leaves at the bridge costs no agent their leg, and is no abandon', async (t) => {
  const h = running(1, 6);
  for (let round = 0; round < 4; round++) {
    const { channelId } = h.last('originate');
    h.answer(channelId);
    const { agentLegId } = h.last('bridge');
    h.switchSays({ type: 'bridge-failed', switchId: 'fs', channelId, agentLegId, reason: 'Invalid uuid' });
    h.pass(20);
    h.end(channelId, 'NORMAL_CLEARING', { answered: true });
    h.pass(1_000);
  }
  t.same(h.outcomes(), ['short', 'short', 'short', 'short']);
  t.equal(h.agent('a1').state, 'ready');
  t.equal(h.all('hang-up').length, 0);
});

t.test('a leg that fails customers who stay is taken down', async (t) => {
  const h = running(1, 6);
  for (let round = 0; round < 2; round++) {
    const { channelId } = h.last('originate');
    h.answer(channelId);
    for (let again = 0; again < 6; again++) {
      const bridge = h.last('bridge');
      if (bridge.channelId !== channelId) break;
      h.switchSays({ ...bridge, type: 'bridge-failed', reason: 'no' });
      h.pass(500);
    }
    h.end(channelId, 'NORMAL_CLEARING', { answered: true });
    h.pass(1_000);
  }
  t.equal(h.last('hang-up').channelId, h.last('dial-agent').channelId);
  t.not(h.agent('a1').state, 'ready');
});
