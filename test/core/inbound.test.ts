/** Calls back: who takes them, and what becomes of them when nobody does. */
import t from 'tap';
import { contact, Harness } from './harness.js';

const number = contact(1).numbers[0] as string;

/** One conversation of the contact with agent a1, wrapped up. */
function called(options: ConstructorParameters<typeof Harness>[0] = {}): Harness {
  const h = new Harness({ agents: 1, contacts: [contact(1)], ...options });
  h.command('start');
  h.pass(100);
  const { channelId } = h.last('originate');
  h.answer(channelId);
  h.bridgeUp();
  h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  h.input({
    type: 'disposition',
    requestId: 'd',
    agentId: 'a1',
    attemptId: channelId,
    disposition: 'no-sale',
    note: '',
  });
  return h;
}

function rings(h: Harness, channelId: string, from = number): void {
  h.input({
    type: 'inbound-call',
    switchId: 'fs',
    channelId,
    from: from.replace('+', ''),
    to: '12125550100',
  });
}

const changes = (h: Harness): string[] =>
  h.events.flatMap((event) => (event.kind === 'inbound-changed' ? [event.change] : []));

t.test('the agent who talked with them takes the call, and dials on after it', async (t) => {
  const h = called();
  h.logIn('a2');
  const legId = h.core.agent('a1')?.legId ?? '';
  rings(h, 'in-1');
  t.match(h.last('join'), { channelId: 'in-1', otherLegId: legId });
  h.input({ type: 'channel-bridged', switchId: 'fs', channelId: 'in-1', otherChannelId: legId });
  t.match(h.core.agent('a1'), {
    state: 'paused',
    pauseReason: 'inbound call',
    inbound: { campaignId: 'c1' },
  });
  h.end('in-1', 'NORMAL_CLEARING', { answered: true });
  t.match(h.core.agent('a1'), { state: 'ready', inbound: undefined });
  t.same(changes(h), ['received', 'connected', 'ended']);
});

t.test('another of the pool takes it while the own agent is away', async (t) => {
  const h = called();
  h.input({ type: 'agent-pause', requestId: 'p', agentId: 'a1', reason: 'tea' });
  h.logIn('a2');
  rings(h, 'in-1');
  t.equal(h.last('join').otherLegId, h.core.agent('a2')?.legId);
  h.input({
    type: 'bridge-failed',
    switchId: 'fs',
    channelId: 'in-1',
    agentLegId: h.core.agent('a2')?.legId ?? '',
    reason: 'no',
  });
  t.match(h.last('play-safe-harbour'), { channelId: 'in-1' }, 'nobody else is there');
  t.equal(h.core.agent('a2')?.state, 'ready');
});

t.test('a caller waits with music, and gets whoever becomes ready first', async (t) => {
  const h = called();
  h.input({ type: 'agent-pause', requestId: 'p', agentId: 'a1', reason: 'tea' });
  rings(h, 'in-1');
  t.match(h.last('hold'), { channelId: 'in-1' });
  h.pass(5_000);
  h.input({ type: 'agent-ready', requestId: 'r', agentId: 'a1' });
  t.match(h.last('join'), { channelId: 'in-1' });
});

t.test('with nobody in time, the message and its key', async (t) => {
  const h = called({ settings: { inbound: { waitSeconds: 10, message: 'sorry.wav' } } });
  h.input({ type: 'agent-pause', requestId: 'p', agentId: 'a1', reason: 'tea' });
  rings(h, 'in-1');
  h.pass(9_000);
  t.equal(h.all('play-safe-harbour').length, 0);
  h.pass(1_500);
  t.match(h.last('play-safe-harbour'), { channelId: 'in-1', message: 'sorry.wav' });
  h.input({ type: 'key-pressed', switchId: 'fs', channelId: 'in-1', key: '5' });
  t.equal(h.store.isDnc(number, 'c1').internal, false);
  h.input({ type: 'key-pressed', switchId: 'fs', channelId: 'in-1', key: '9' });
  t.equal(h.store.isDnc(number, 'c1').internal, true);
  t.match(h.last('hang-up'), { channelId: 'in-1' });
  h.pass(6_000);
  t.equal(h.all('hang-up').filter((e) => e.channelId === 'in-1').length, 2, 'asked again until it is gone');
  h.end('in-1', 'NORMAL_CLEARING', { answered: true });
  t.same(changes(h), ['received', 'waiting', 'message', 'ended']);
});

t.test('somebody whom nobody has called', async (t) => {
  const h = called();
  rings(h, 'in-1', '+12125559999');
  t.match(h.last('join'), { channelId: 'in-1' }, 'by the number they rang');
  h.input({ type: 'inbound-call', switchId: 'fs', channelId: 'in-2', from: '', to: '999' });
  t.match(h.last('hang-up'), { channelId: 'in-2' }, 'on a number of no campaign');
});

t.test('a listing shows calls that came while nobody listened, and those that went', async (t) => {
  const h = called();
  const legId = h.core.agent('a1')?.legId ?? '';
  const leg = { channelId: legId, state: 'answered', bridgedTo: '', createdAt: h.now } as const;
  const inbound = { from: number, to: '12125550100' };
  h.up([leg, { channelId: 'in-1', state: 'answered', bridgedTo: '', createdAt: h.now, inbound }]);
  t.match(h.last('join'), { channelId: 'in-1', otherLegId: legId });
  h.input({ type: 'channel-bridged', switchId: 'fs', channelId: 'in-1', otherChannelId: legId });
  h.pass(10_000);
  h.up([leg]);
  t.match(h.core.agent('a1'), { state: 'ready' });
  t.equal(h.all('hang-up').length, 0);
});

t.test('an agent whose leg dies loses the caller', async (t) => {
  const h = called();
  const legId = h.core.agent('a1')?.legId ?? '';
  rings(h, 'in-1');
  h.input({ type: 'channel-bridged', switchId: 'fs', channelId: 'in-1', otherChannelId: legId });
  h.end(legId, 'NORMAL_CLEARING', { answered: true });
  t.match(h.last('hang-up'), { channelId: 'in-1' });
  t.equal(h.core.agent('a1')?.state, 'offline');
});

t.test(
  'a restart takes up the caller whom an agent is with, and the agent dials on afterwards',
  async (t) => {
    const h = called();
    const legId = h.core.agent('a1')?.legId ?? '';
    rings(h, 'in-1');
    h.input({ type: 'channel-bridged', switchId: 'fs', channelId: 'in-1', otherChannelId: legId });
    const again = new Harness({ store: h.store, startAt: h.now + 2_000, seed: 'f'.repeat(32) });
    const legOf = (bridgedTo: string) =>
      ({ channelId: legId, state: 'answered', bridgedTo, createdAt: h.now }) as const;
    const inbound = { from: number, to: '12125550100' };
    again.up([
      legOf('in-1'),
      { channelId: 'in-1', state: 'answered', bridgedTo: legId, createdAt: h.now, inbound },
    ]);
    t.match(again.core.agent('a1'), {
      state: 'paused',
      pauseReason: 'inbound call',
      inbound: { campaignId: 'c1' },
    });
    t.equal(again.all('hang-up').length, 0, 'they talk on');
    t.equal(again.core.view(again.now).switches[0]?.channels, 2, 'the caller counts');
    again.end('in-1', 'NORMAL_CLEARING', { answered: true });
    t.match(again.core.agent('a1'), { state: 'ready', inbound: undefined });
  },
);

t.test('an agent whose caller hung up during a restart is ready again', async (t) => {
  const h = called();
  const legId = h.core.agent('a1')?.legId ?? '';
  rings(h, 'in-1');
  h.input({ type: 'channel-bridged', switchId: 'fs', channelId: 'in-1', otherChannelId: legId });
  const again = new Harness({ store: h.store, startAt: h.now + 2_000, seed: 'f'.repeat(32) });
  again.up([{ channelId: legId, state: 'answered', bridgedTo: '', createdAt: h.now }]);
  t.match(again.core.agent('a1'), { state: 'ready', pauseReason: '' });
});

t.test('a stranger who calls a number of a caller-id pool reaches its campaign', async (t) => {
  const h = new Harness({ agents: 1, contacts: [], settings: { callerIdPool: 'p' } });
  const pool = {
    id: 'p',
    name: 'p',
    numbers: [{ number: '+13105550102' }],
    rotation: 'round-robin',
  } as const;
  const rest = { localPresence: false, timeZone: 'UTC', flagRestHours: 1, callsBetweenFalseFlags: 1e5 };
  h.input({ type: 'caller-id-pools-changed', pools: [{ ...pool, ...rest }] });
  h.input({
    type: 'inbound-call',
    switchId: 'fs',
    channelId: 'in-1',
    from: '12125559999',
    to: '13105550102',
  });
  t.match(h.last('join'), { channelId: 'in-1' });
});
