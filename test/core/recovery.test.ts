import t from 'tap';
import type { ChannelSnapshot } from '../../dialer/telephony/port.js';
import { contact, Harness } from './harness.js';

const ringing = (h: Harness, channelId: string): ChannelSnapshot => ({
  channelId,
  state: 'ringing',
  bridgedTo: '',
  createdAt: h.now,
});
const up = (h: Harness, channelId: string, bridgedTo = ''): ChannelSnapshot => ({
  channelId,
  state: 'answered',
  bridgedTo,
  createdAt: h.now,
});

function started(agents: number, contacts: number): Harness {
  const h = new Harness({ agents, contacts: Array.from({ length: contacts }, (_, i) => contact(i)) });
  h.command('start');
  h.pass(500);
  return h;
}

/** A second engine on the same store, as after a crash. */
function restarted(h: Harness): Harness {
  return new Harness({ store: h.store, startAt: h.now + 1_000 });
}

t.test(
  'a lost link stops new dials, and ringing calls that are gone afterwards become unknown',
  async (t) => {
    const h = started(2, 6);
    const calls = h.all('originate');
    t.equal(calls.length, 2);
    h.pass(5_000);
    h.switchSays({ type: 'switch-down', switchId: 'fs', reason: 'connection closed' });
    const before = h.all('originate').length;
    h.pass(10_000);
    t.equal(h.all('originate').length, before);
    t.equal(h.campaign().diagnosis.includes('no switch'), true, h.campaign().diagnosis);
    const legs = h.all('dial-agent').map((d) => d.channelId);
    h.up([...legs.map((l) => up(h, l)), ringing(h, calls[0]?.channelId ?? '')]);
    t.same(h.outcomes(), ['unknown']);
    t.equal(h.store.attempt(calls[1]?.channelId ?? '')?.result?.charged, true);
    h.pass(1_000);
    t.ok(h.all('originate').length > before, 'dialling goes on after the resynchronisation');
  },
);

t.test('a restarted switch takes all calls and agent legs with it', async (t) => {
  const h = started(2, 6);
  const call = h.last('originate').channelId;
  h.answer(call);
  h.bridgeUp();
  h.pass(20_000);
  h.switchSays({ type: 'switch-down', switchId: 'fs', reason: 'connection closed' });
  h.pass(2_000);
  h.up([], 'core-2');
  t.equal(h.agent('a1').state, 'offline');
  t.equal(h.agent('a2').state, 'offline');
  t.equal(h.outcomes().includes('connected'), true);
  t.equal(h.core.view(h.now).switches[0]?.channels, 0);
});

t.test(
  'a channel of ours that nobody knows is hung up as an orphan, others are left alone by the adapter',
  async (t) => {
    const h = started(1, 1);
    h.end(h.last('originate').channelId, 'USER_BUSY', { progressed: false });
    h.pass(30_000);
    const leg = h.last('dial-agent').channelId;
    h.switchSays({
      type: 'switch-channels',
      switchId: 'fs',
      requestedAt: h.now,
      channels: [up(h, leg), up(h, '00000000-a111-8111-b111-111111111111')],
    });
    t.equal(h.last('hang-up').channelId, '00000000-a111-8111-b111-111111111111');
    t.equal(h.core.view(h.now).totals.orphans, 1);
  },
);

t.test('one listing that contradicts is looked at again, two are believed', async (t) => {
  const h = started(1, 2);
  const call = h.last('originate').channelId;
  const leg = h.last('dial-agent').channelId;
  h.ring(call);
  h.pass(10_000);
  const list = (): void => {
    h.switchSays({
      type: 'switch-channels',
      switchId: 'fs',
      requestedAt: h.now,
      channels: [up(h, leg), up(h, call)],
    });
  };
  list();
  t.equal(h.all('bridge').length, 0);
  h.pass(2_000);
  t.equal(h.last('audit-channels').switchId, 'fs');
  list();
  t.equal(h.last('bridge').channelId, call, 'the lost answer is caught up with');
  t.equal(h.core.view(h.now).totals.discrepancies, 1);
});

t.test('after a crash every open attempt gets exactly one result from what the switch says', async (t) => {
  const h = new Harness({ agents: 4, contacts: Array.from({ length: 8 }, (_, i) => contact(i)) });
  h.command('start');
  h.pass(500);
  const calls = h.all('originate').map((c) => c.channelId);
  t.equal(calls.length, 4);
  const [gone, rings, waits, talks] = calls as [string, string, string, string];
  h.answer(talks);
  const bridge = h.bridgeUp();
  h.answer(waits);
  const after = restarted(h);
  const legs = h.all('dial-agent').map((d) => d.channelId);
  after.up([
    ...legs.map((l) => up(after, l, l === bridge.agentLegId ? talks : '')),
    ringing(after, rings),
    up(after, waits),
    up(after, talks, bridge.agentLegId),
  ]);
  t.same(after.outcomes(), ['unknown']);
  t.equal(after.store.attempt(gone)?.result?.outcome, 'unknown');
  t.equal(after.core.view(after.now).agents.filter((a) => a.state === 'talking').length, 1);
  t.equal(after.last('play-safe-harbour').channelId, waits, 'answered while nobody was in charge');
  for (const id of [rings, waits, talks]) after.end(id, 'NORMAL_CLEARING', { answered: id !== rings });
  t.equal(after.outcomes().length, 4);
  t.equal(after.store.boot(after.now).openAttempts.length, 0);
});

t.test('the numbers of open attempts are not dialled again before their end is known', async (t) => {
  const h = started(1, 1);
  const after = restarted(h);
  after.pass(60_000);
  t.equal(after.all('originate').length, 0);
});

t.test('a run replays to the same effects', async (t) => {
  const h = started(3, 9);
  for (const call of h.all('originate')) {
    h.ring(call.channelId);
    h.pass(700);
    h.answer(call.channelId);
    h.pass(300);
  }
  for (const bridge of h.all('bridge')) {
    h.switchSays({
      type: 'channel-bridged',
      switchId: 'fs',
      channelId: bridge.channelId,
      otherChannelId: bridge.agentLegId,
    });
  }
  h.pass(600_000);
  const { createCore } = await import('../../dialer/core/core.js');
  const again = createCore();
  const effects = h.inputs.flatMap(({ at, input }) => [...again.step(input, at)]);
  t.equal(JSON.stringify(effects), JSON.stringify(h.effects));
});
