/** Faults that random runs or a close reading found once, each by itself. */
import t from 'tap';
import type { ChannelSnapshot } from '../../dialer/telephony/port.js';
import { contact, Harness } from './harness.js';

const people = (count: number, first = 0) => Array.from({ length: count }, (_, i) => contact(first + i));

function running(agents: number, contacts: number, over = {}): Harness {
  const h = new Harness({ agents, contacts: people(contacts), settings: over });
  h.command('start');
  h.pass(500);
  return h;
}

/** Longer than the engine waits for a bridge to be confirmed. */
const unconfirmed = 5_000;

/** The one agent has talked to the one contact and promised to call again in a minute. */
function promised(over = {}): Harness {
  const h = running(1, 1, over);
  const attemptId = h.last('originate').channelId;
  h.answer(attemptId);
  h.bridgeUp();
  h.end(attemptId, 'NORMAL_CLEARING', { answered: true });
  h.input({
    type: 'disposition',
    requestId: 'd',
    agentId: 'a1',
    attemptId,
    disposition: 'callback',
    note: '',
    callback: { at: h.now + 60_000, who: 'self' },
  });
  return h;
}

interface Bridge {
  readonly channelId: string;
  readonly agentLegId: string;
}

const bridgeFails = (h: Harness, { channelId, agentLegId }: Bridge) =>
  h.switchSays({ type: 'bridge-failed', switchId: 'fs', channelId, agentLegId, reason: 'no' });

const bridged = (h: Harness, { channelId, agentLegId }: Bridge) =>
  h.switchSays({ type: 'channel-bridged', switchId: 'fs', channelId, otherChannelId: agentLegId });

t.test('what a stage has counted survives a crash', async (t) => {
  const h = running(1, 3);
  h.end(h.last('originate').channelId, 'USER_BUSY');
  const after = new Harness({ store: h.store, startAt: h.now + 1_000 });
  t.equal(after.campaign().record.counters.production.attempts, 1);
});

t.test('after a personal callback its group goes on deciding', async (t) => {
  const h = promised();
  h.pass(95_000);
  t.equal(h.all('originate').length, 2);
  h.end(h.last('originate').channelId, 'USER_BUSY');
  h.store.addContacts('c1', people(3, 10), h.now);
  h.input({ type: 'contacts-changed', campaignId: 'c1' });
  h.pass(5_000);
  t.equal(h.all('originate').length, 3);
});

t.test("a personal callback takes no line from the group's other agents", async (t) => {
  const h = promised();
  h.pass(61_000);
  h.logIn('a2', { ready: false });
  h.store.addContacts('c1', people(1, 10), h.now);
  h.input({ type: 'contacts-changed', campaignId: 'c1' });
  h.pass(34_000);
  h.input({ type: 'agent-ready', requestId: 'r', agentId: 'a2' });
  h.pass(1_000);
  t.equal(h.agent('a1').state, 'reserved');
  t.equal(h.all('originate').length, 3);
});

t.test('a callback that its agent did not make in its grace is made by anyone', async (t) => {
  const h = promised({ callbackGraceSeconds: 120 });
  h.input({ type: 'agent-logout', requestId: 'o', agentId: 'a1' });
  h.logIn('a2');
  h.pass(170_000);
  t.equal(h.all('originate').length, 1, 'it is kept for its agent');
  h.pass(60_000);
  t.equal(h.all('originate').length, 2);
});

t.test('a callback that was not dialled for a local reason stays a callback of its agent', async (t) => {
  const h = promised();
  h.pass(95_000);
  const { channelId } = h.last('originate');
  h.switchSays({ type: 'originate-failed', switchId: 'fs', channelId, cause: 'GATEWAY_DOWN', local: true });
  t.equal(h.store.contact(h.store.attempt(channelId)?.contactId ?? '')?.state, 'callback');
});

t.test('dialling goes on when trunks that rested may be used again', async (t) => {
  const h = running(1, 12);
  for (let i = 0; i < 6; i++) {
    const { channelId } = h.last('originate');
    h.switchSays({ type: 'originate-failed', switchId: 'fs', channelId, cause: 'GATEWAY_DOWN', local: true });
    h.pass(40_000);
  }
  t.equal(h.all('originate').length, 7);
});

t.test('a late bridge-failed of the bridge before does not undo the present one', async (t) => {
  const h = running(2, 1, { answerWaitMilliseconds: 20_000 });
  h.answer(h.last('originate').channelId);
  const first = h.last('bridge');
  h.pass(unconfirmed);
  const second = h.last('bridge');
  t.not(second.agentLegId, first.agentLegId);
  bridgeFails(h, first);
  bridged(h, second);
  t.equal(h.campaign().talking, 1);
});

t.test('a bridge that was given up and stands after all is believed', async (t) => {
  const h = running(1, 2, { answerWaitMilliseconds: 1_000 });
  const { channelId } = h.last('originate');
  h.answer(channelId);
  h.pass(unconfirmed);
  t.equal(h.last('play-safe-harbour').channelId, channelId);
  bridged(h, h.last('bridge'));
  t.equal(h.agent('a1').state, 'talking');
  h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  t.same(h.outcomes(), ['connected']);
});

t.test(
  'a bridge that was given up and stands after all takes an agent who only waits for an answer',
  async (t) => {
    const h = running(1, 1, { answerWaitMilliseconds: 1_000 });
    const first = h.last('originate').channelId;
    h.answer(first);
    const late = h.last('bridge');
    h.pass(unconfirmed);
    t.equal(h.agent('a1').state, 'ready');
    h.store.addContacts('c1', people(1, 10), h.now);
    h.input({
      type: 'agent-dial',
      requestId: 'dial',
      agentId: 'a1',
      campaignId: 'c1',
      contactId: 'c2',
      number: '',
    });
    h.pass(500);
    const second = h.last('originate').channelId;
    t.not(second, first);
    bridged(h, late);
    t.equal(h.agent('a1').attemptId, first, 'the two are together');
    h.answer(second);
    t.equal(h.all('bridge').length, 1, 'and nobody else is put through to the agent');
  },
);

t.test('a listing that shows such a bridge is believed, too, and the agent gets no other call', async (t) => {
  const h = running(1, 2, { answerWaitMilliseconds: 1_000 });
  const { channelId } = h.last('originate');
  h.answer(channelId);
  const { agentLegId } = h.last('bridge');
  h.switchSays({ type: 'switch-down', switchId: 'fs', reason: 'connection closed' });
  h.pass(unconfirmed);
  const channel = (id: string, bridgedTo: string): ChannelSnapshot => ({
    channelId: id,
    state: 'answered',
    bridgedTo,
    createdAt: h.now,
  });
  h.up([channel(channelId, agentLegId), channel(agentLegId, channelId)]);
  t.equal(h.agent('a1').state, 'talking');
  t.equal(h.all('originate').length, 1);
});

t.test('while a link is down nobody is bridged', async (t) => {
  const h = running(2, 1, { answerWaitMilliseconds: 20_000 });
  h.answer(h.last('originate').channelId);
  h.switchSays({ type: 'switch-down', switchId: 'fs', reason: 'connection closed' });
  h.pass(unconfirmed);
  t.equal(h.all('bridge').length, 1);
});

t.test('a customer whose agent drops during the bridge gets another at once', async (t) => {
  const h = running(2, 1);
  h.answer(h.last('originate').channelId);
  const first = h.last('bridge');
  h.end(first.agentLegId, 'NORMAL_CLEARING', { answered: true });
  t.not(h.last('bridge').agentLegId, first.agentLegId);
});

t.test('a ringing call taken over after a crash is given up when the switch does not end it', async (t) => {
  const h = running(1, 1);
  const { channelId } = h.last('originate');
  const after = new Harness({ store: h.store, startAt: h.now + 1_000 });
  after.up([{ channelId, state: 'ringing', bridgedTo: '', createdAt: h.now }]);
  after.pass(40_000);
  t.ok(after.all('hang-up').some((e) => e.channelId === channelId));
});

t.test('an answered call that the engine had given up is an abandon', async (t) => {
  const h = running(1, 1);
  const { channelId } = h.last('originate');
  h.ring(channelId);
  h.pass(40_000);
  t.equal(h.last('hang-up').channelId, channelId);
  h.answer(channelId);
  h.end(channelId, 'ORIGINATOR_CANCEL', { answered: true });
  t.same(h.outcomes(), ['abandoned']);
  t.equal(h.store.attempt(channelId)?.result?.abandonKind, 'timeout');
});

t.test('a lease whose answer was lost does not complete the campaign', async (t) => {
  const h = new Harness({ contacts: people(2), agents: 1 });
  h.storeAnswers = false;
  h.command('start');
  h.pass(100);
  for (const stage of ['validation', 'pilot'] as const) {
    h.input({
      type: 'leads-leased',
      campaignId: 'c1',
      stage,
      leads: [],
      summary: { open: 0, untried: 0 },
    });
    h.pass(100);
  }
  const last = h.effects.findLast((e) => e.type === 'lease-leads');
  if (last?.type !== 'lease-leads' || last.stage !== 'production') throw new Error('no lease of production');
  t.equal(h.store.leaseLeads({ ...last, now: h.now }).leads.length, 2);
  h.input({ type: 'store-failed', operation: 'lease', campaignId: 'c1', error: 'timed out' });
  h.storeAnswers = true;
  h.input({ type: 'store-recovered' });
  h.pass(60_000);
  t.equal(h.campaign().record.status, 'running');
  h.pass(300_000);
  t.equal(h.all('originate').length, 1, 'the leads come back when the lease has run out');
});

t.test('leads that waited until their leases ran out are not held twice', async (t) => {
  const h = new Harness({ contacts: people(8) });
  h.logIn('a1', { ready: false });
  h.command('start');
  h.pass(500);
  t.equal(h.campaign().hopper, 8);
  h.pass(600_000);
  t.equal(h.campaign().hopper, 8);
  h.input({ type: 'agent-ready', requestId: 'r', agentId: 'a1' });
  h.pass(1_000);
  t.equal(h.all('originate').length, 1);
});

t.test('a drain releases a call whose hang-up by the agent got lost', async (t) => {
  const h = running(1, 1);
  const { channelId } = h.last('originate');
  h.answer(channelId);
  h.bridgeUp();
  h.input({ type: 'agent-hangup', requestId: 'h', agentId: 'a1' });
  h.input({ type: 'drain', deadlineAt: h.now + 1_000 });
  h.pass(3_500);
  t.same(h.outcomes(), ['connected']);
});

t.test('a drain that is brought forward ends once, and nobody logs in any more', async (t) => {
  const h = running(1, 1);
  const { channelId } = h.last('originate');
  h.input({ type: 'drain', deadlineAt: h.now + 1_500 });
  h.input({ type: 'drain', deadlineAt: h.now + 1_000 });
  h.pass(1_600);
  t.equal(h.all('hang-up').filter((e) => e.channelId === channelId).length, 1);
  t.same(h.outcomes(), [], 'the switch is given two seconds to confirm');
  h.pass(2_000);
  t.same(h.outcomes(), ['unknown']);
  h.input({
    type: 'agent-login',
    requestId: 'l',
    profile: { id: 'a1', name: '', pool: 'main', team: '', tier: 'expert', skills: [] },
    endpoint: 'user/a1',
    switchId: '',
    ready: true,
  });
  t.equal(h.replies.at(-1)?.code, 'draining');
});

t.test('the opt-out key counts once, however often it is pressed', async (t) => {
  const h = running(1, 2, { pacing: { method: 'ratio', ratio: 2, targetAbandonRatio: 0.03 } });
  const [one, two] = h.all('originate');
  h.answer(one?.channelId ?? '');
  h.bridgeUp();
  const channelId = two?.channelId ?? '';
  h.answer(channelId);
  h.pass(2_000);
  for (let i = 0; i < 3; i++) h.switchSays({ type: 'key-pressed', switchId: 'fs', channelId, key: '9' });
  t.equal(h.campaign().record.counters.production.optOuts, 1);
});

t.test('a customer whose bridge failed keeps the place in the queue', async (t) => {
  const h = running(1, 3, { pacing: { method: 'ratio', ratio: 3, targetAbandonRatio: 0.03 } });
  const [one, two] = h.all('originate');
  h.answer(one?.channelId ?? '');
  h.pass(300);
  h.answer(two?.channelId ?? '');
  bridgeFails(h, h.last('bridge'));
  t.equal(h.last('bridge').channelId, one?.channelId);
});

t.test(
  'an originate whose command got no answer keeps its number until the switch says what became of it',
  async (t) => {
    const h = running(1, 1);
    const { channelId } = h.last('originate');
    const leg = h.last('dial-agent').channelId;
    const failed = {
      type: 'originate-failed',
      switchId: 'fs',
      cause: 'COMMAND_TIMEOUT',
      local: false,
    } as const;
    h.pass(10_000);
    h.switchSays({ ...failed, channelId });
    t.same(h.outcomes(), []);
    for (let look = 0; look < 2; look++) {
      t.equal(h.last('audit-channels').switchId, 'fs');
      h.switchSays({
        type: 'switch-channels',
        switchId: 'fs',
        requestedAt: h.now,
        channels: [{ channelId: leg, state: 'answered', bridgedTo: '', createdAt: h.now }],
      });
      h.pass(2_000);
    }
    t.same(h.outcomes(), ['unknown']);
  },
);

t.test(
  'a stage does not wait half a minute when its last call ends while a lease is under way',
  async (t) => {
    const everyone = { tiers: ['expert'] } as const;
    const h = running(1, 6, {
      stages: {
        validation: { ...everyone, contacts: 1 },
        pilot: { ...everyone, contacts: 1 },
        production: everyone,
      },
    });
    const { channelId } = h.last('originate');
    h.pass(10_000);
    h.storeAnswers = false;
    h.pass(25_000);
    const lease = h.effects.findLast((e) => e.type === 'lease-leads');
    t.ok(lease);
    h.end(channelId, 'USER_BUSY', { progressed: false });
    h.storeAnswers = true;
    const { leads, summary } = h.store.leaseLeads({
      ...(lease as Extract<typeof lease, { type: 'lease-leads' }>),
      count: 0,
      now: h.now,
    });
    h.input({ type: 'leads-leased', campaignId: 'c1', stage: 'validation', leads, summary });
    h.pass(1_500);
    t.equal(h.campaign().record.stage, 'pilot');
  },
);
