import t from 'tap';
import type { Input } from '../../dialer/core/inputs.js';
import { contact, Harness } from './harness.js';

const limits = { maximumChannels: 200, callsPerSecond: 200 };
const trunks = ['east', 'west'].map((switchId) => ({
  name: `trunk-${switchId}`,
  switchId,
  dialString: 'sofia/gateway/carrier/{number}',
  ...limits,
}));
const switches = [
  { id: 'east', ...limits },
  { id: 'west', ...limits },
];

function upAll(h: Harness): void {
  for (const { id } of switches)
    h.input({ type: 'switch-up', switchId: id, instanceId: id, channels: [], requestedAt: h.now });
}

/** An agent without a switch of their own; answers the leg and says where it went. */
function logIn(h: Harness, id: string): string {
  h.input({
    type: 'agent-login',
    requestId: id,
    profile: { id, name: id, pool: 'main', team: 'one', tier: 'expert', skills: [] },
    endpoint: `sofia/gateway/pbx/${id}`,
    switchId: '',
    ready: true,
  });
  return answerLeg(h);
}

function answerLeg(h: Harness): string {
  const { switchId, channelId } = h.last('dial-agent');
  h.input({ type: 'channel-answered', switchId, channelId });
  return switchId;
}

const drain = (over: object = {}): Input =>
  ({
    type: 'drain-switch',
    requestId: 'd',
    switchId: 'east',
    drain: true,
    moveAgents: true,
    by: 'ann',
    reason: 'new release',
    ...over,
  }) as Input;

function twoSwitches(): Harness {
  const h = new Harness({
    contacts: Array.from({ length: 50 }, (_, i) => contact(i)),
    switches,
    trunks,
  });
  upAll(h);
  return h;
}
const agent = (h: Harness, id: string) => h.core.view(h.now).agents.find((each) => each.id === id);
const line = (h: Harness, id: string) => h.core.view(h.now).switches.find(({ switchId }) => switchId === id);

t.test('agents who name no switch are spread over those that serve, by weight', async (t) => {
  const h = new Harness({
    contacts: [],
    switches: [
      { id: 'east', weight: 2, ...limits },
      { id: 'west', ...limits },
    ],
    trunks,
  });
  upAll(h);
  const places = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'].map((id) => logIn(h, id));
  t.equal(places.filter((id) => id === 'east').length, 4, places.join(' '));
  h.input({ type: 'switch-down', switchId: 'east', reason: 'cable' });
  t.equal(logIn(h, 'a7'), 'west');
});

t.test(
  'a drained switch gets no new call; its call goes on; its agents move when they are free',
  async (t) => {
    const h = twoSwitches();
    t.equal(logIn(h, 'a1'), 'east');
    t.equal(logIn(h, 'a2'), 'west');
    t.equal(logIn(h, 'a3'), 'east');
    h.input({ type: 'agent-pause', requestId: 'p', agentId: 'a3', reason: 'lunch' });
    h.command('start');
    h.pass(1_000);
    const call = h.all('originate').find(({ switchId }) => switchId === 'east');
    if (call === undefined) throw new Error('no call on east');
    h.input({ type: 'channel-answered', switchId: 'east', channelId: call.channelId });
    const bridge = h.last('bridge');
    h.input({
      type: 'channel-bridged',
      switchId: 'east',
      channelId: bridge.channelId,
      otherChannelId: bridge.agentLegId,
    });
    t.equal(agent(h, 'a1')?.state, 'talking');

    const before = h.all('originate').length;
    h.input(drain());
    t.match(line(h, 'east'), { drain: { by: 'ann', reason: 'new release', moveAgents: true } });
    t.equal(h.last('dial-agent').switchId, 'west', 'the paused agent moves at once');
    answerLeg(h);
    t.match(agent(h, 'a3'), { switchId: 'west', state: 'paused', pauseReason: 'lunch' });
    t.equal(agent(h, 'a1')?.state, 'talking', 'who talks goes on talking');
    h.pass(30_000);
    t.same(
      h
        .all('originate')
        .slice(before)
        .filter(({ switchId }) => switchId === 'east'),
      [],
    );

    h.input({
      type: 'channel-ended',
      switchId: 'east',
      channelId: call.channelId,
      cause: 'NORMAL_CLEARING',
      answered: true,
      progressed: true,
    });
    h.pass(60_000);
    t.match(agent(h, 'a1'), { state: 'connecting', switchId: 'west' }, 'after the wrap-up');
    answerLeg(h);
    t.not(agent(h, 'a1')?.state, 'connecting');
    t.equal(line(h, 'east')?.channels, 0, 'it may be stopped now');

    h.input(drain({ drain: false, reason: '' }));
    t.equal(line(h, 'east')?.drain, undefined);
    t.same(
      h.events
        .filter(({ kind }) => kind === 'switch-drain-changed')
        .map((event) => 'draining' in event && event.draining),
      [true, false],
    );
  },
);

t.test('a drain holds over a restart, and agents stay where there is no other switch', async (t) => {
  const h = new Harness({ agents: 2, contacts: [contact(1), contact(2)] });
  h.input(drain({ switchId: 'fs' }));
  h.command('start');
  h.pass(10_000);
  t.same(h.all('originate'), []);
  t.equal(agent(h, 'a1')?.state, 'ready', 'nowhere to go');
  t.equal(h.campaign().limit, 'switch-drained');
  const again = new Harness({ store: h.store, startAt: h.now, seed: 'f'.repeat(32) });
  t.match(line(again, 'fs'), { drain: { reason: 'new release' } });
});

t.test('an intent that is being committed is not dialled when its switch is drained meanwhile', async (t) => {
  const h = new Harness({ contacts: [contact(1)] });
  h.logIn('a1', { ready: false });
  h.command('start');
  h.pass(1_000);
  h.storeAnswers = false;
  h.input({ type: 'agent-ready', requestId: 'r', agentId: 'a1' });
  h.pass(1_000);
  const intents = h.effects.flatMap((e) => (e.type === 'commit-intents' ? e.intents : []));
  t.equal(intents.length, 1, 'an intent is on its way to the store');
  h.input(drain({ switchId: 'fs' }));
  h.input({ type: 'intents-committed', results: h.store.commitIntents(intents, h.now) });
  t.same(h.all('originate'), []);
  t.match(h.store.attempt(intents[0]?.attemptId ?? '')?.result, {
    outcome: 'not-dialed',
    cause: 'switch drained',
    charged: false,
  });
});

t.test('a drain is refused for a switch that is not there, and without a reason', async (t) => {
  const h = new Harness({ agents: 1, contacts: [] });
  h.input(drain({ switchId: 'nowhere' }));
  t.match(h.replies.at(-1), { ok: false, code: 'switch_not_found' });
  h.input(drain({ switchId: 'fs', reason: ' ' }));
  t.match(h.replies.at(-1), { ok: false, code: 'reason_required' });
});
