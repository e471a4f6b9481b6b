/** Faults of the connections to a switch: said at once, survived, and followed by a listing before dialling goes on. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import t from 'tap';
import { systemClock } from '../../dialer/clock.js';
import { channelOfOurs, connected, customer, dial, Replay, startAdapter } from './harness.js';
import { parkedListing } from './listings.js';
import { coreUuid, ScriptedSwitch, silence } from './scripted-switch.js';

t.test('it subscribes first, then lists, then is up; no originate leaves before', async (t) => {
  const server = await ScriptedSwitch.listen(t);
  server.subscription = silence;
  const adapter = startAdapter(t, server, { timings: { connectMilliseconds: 300 } });
  const early = channelOfOurs();
  adapter.perform(customer(early));
  t.match(await adapter.recorder.next('originate-failed'), {
    channelId: early,
    cause: 'SWITCH_DOWN',
    local: true,
  });
  t.match(await adapter.recorder.next('switch-down'), { reason: /did not let us in within 300 ms/ });
  t.strictSame(server.commands, [], 'nothing was asked while events would be missed');
  server.subscription = undefined;
  const up = await adapter.recorder.next('switch-up');
  t.match(up, { instanceId: coreUuid, channels: [], requestedAt: Number });
  t.strictSame(server.commands, ['api show channels as json']);
});

t.test('a wrong password is named with its remedy, retried slowly, and never ends the process', async (t) => {
  const server = await ScriptedSwitch.listen(t);
  server.password = 'another';
  const adapter = startAdapter(t, server);
  const down = await adapter.recorder.next('switch-down');
  t.match(
    down.reason,
    /127\.0\.0\.1:\d+ refused the password: give the one of event_socket\.conf\.xml in esl:\/\/:PASSWORD@/,
  );
  t.ok(adapter.log.some(({ level }) => level === 'error'));
  server.password = 'ClueCon';
  await adapter.recorder.next('switch-up');
  t.ok(server.accepted <= 8, `${server.accepted} connections were tried`);
});

t.test('an address that the access list refuses is named with its remedy', async (t) => {
  const server = await ScriptedSwitch.listen(t);
  server.greeting = 'Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n';
  const adapter = startAdapter(t, server);
  t.match((await adapter.recorder.next('switch-down')).reason, /apply-inbound-acl/);
  server.greeting = 'Content-Type: auth/request\n\n';
  await adapter.recorder.next('switch-up');
});

t.test('a switch that is not there is reported once, and found when it comes', async (t) => {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.on('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const adapter = startAdapter(t, { port } as ScriptedSwitch);
  t.match((await adapter.recorder.next('switch-down')).reason, /ECONNREFUSED/);
  await new Promise((resolve) => setTimeout(resolve, 500));
  t.ok(adapter.recorder.inputs.length <= 2, 'once for each of its two connections');
});

for (const which of ['event', 'command'] as const) {
  t.test(
    `a cut ${which} connection is said at once; then one new connection, a listing, and up`,
    async (t) => {
      const adapter = await connected(t);
      const { server, recorder } = adapter;
      const answeredId = channelOfOurs();
      server.listing = parkedListing(answeredId);
      server.cut(which);
      t.match((await recorder.next('switch-down')).reason, new RegExp(`^${which} connection: `));
      const up = await recorder.next('switch-up');
      t.match(up.channels, [{ channelId: answeredId, state: 'answered', bridgedTo: '' }]);
      t.equal(server.accepted, 3);
      t.equal(server.mostOpen, 2, 'never two sockets for one purpose');
      t.match(adapter.telephony.statistics(), [{ connected: true, reconnects: 1 }]);
    },
  );

  t.test(`a ${which} connection that goes silent is given up`, async (t) => {
    const adapter = await connected(t);
    adapter.server.stall(which);
    t.match(
      (await adapter.recorder.next('switch-down')).reason,
      /silent for 700 ms|not answered within 700 ms/,
    );
    await adapter.recorder.next('switch-up');
  });

  t.test(`rubbish on the ${which} connection ends the connection and nothing else`, async (t) => {
    const adapter = await connected(t);
    const bomb = 'Content-Length: 999999999\nContent-Type: text/event-plain\n\n';
    if (which === 'event') adapter.server.sendEvents(bomb);
    else adapter.server.sendCommandBytes(bomb);
    t.match((await adapter.recorder.next('switch-down')).reason, /frame of 999999\d+ bytes|unreadable/);
    await adapter.recorder.next('switch-up');
  });
}

t.test('a header that modesl cannot decode does not end the process', async (t) => {
  const adapter = await connected(t);
  adapter.server.sendCommandBytes(
    'Content-Type: api/response\nX-Name: Caf%E9 100% x\nContent-Length: 4\n\n+OK\n',
  );
  t.match((await adapter.recorder.next('switch-down')).reason, /unreadable answer.*URI malformed/);
  await adapter.recorder.next('switch-up');
  await dial(adapter);
});

t.test('broken json on the command connection does not end the process', async (t) => {
  const adapter = await connected(t);
  adapter.server.sendCommandBytes('Content-Length: 5\nContent-Type: text/event-json\n\n{"a":');
  t.match((await adapter.recorder.next('switch-down')).reason, /JSON/);
  await adapter.recorder.next('switch-up');
});

t.test('a caller’s name that is no UTF-8 is no fault at all', async (t) => {
  const adapter = await connected(t);
  const channelId = await dial(adapter);
  const event = `Event-Name: CHANNEL_ANSWER\nCaller-Caller-ID-Name: Caf%E9 100% x\nUnique-ID: ${channelId}\n\n`;
  adapter.server.sendEvents(`Content-Length: ${event.length}\nContent-Type: text/event-plain\n\n${event}`);
  await adapter.recorder.next('channel-answered');
  t.equal(adapter.server.accepted, 2);
});

t.test('a link cut in the middle of an event loses that event, not the next connection', async (t) => {
  const adapter = await connected(t);
  const channelId = await dial(adapter);
  adapter.server.sendEvents('Content-Length: 5000\nContent-Type: text/event-plain\n\nEvent-Name: CHANNEL_AN');
  adapter.server.endEvents();
  await adapter.recorder.next('switch-down');
  await adapter.recorder.next('switch-up');
  adapter.server.sendEvent('CHANNEL_ANSWER', { 'Unique-ID': channelId });
  t.match(await adapter.recorder.next('channel-answered'), { channelId });
});

t.test('a listener killed for lost events says so, and the switch is listed anew', async (t) => {
  const adapter = await connected(t);
  adapter.server.sendEvents(
    'Content-Length: 1904\nContent-Type: text/event-plain\n\nEveContent-Type: text/disconnect-notice\nContent-Length: 39\n\nkilled listener because of lost events\n',
  );
  adapter.server.endEvents();
  t.match((await adapter.recorder.next('switch-down')).reason, /killed listener because of lost events/);
  await adapter.recorder.next('switch-up');
});

t.test('a shutdown is said at the first sign, and the ends before the notice are honoured', async (t) => {
  const adapter = await connected(t);
  const replay = await Replay.begin(adapter, 'shutdown');
  const [parked = '', ringing = ''] = replay.channelIds;
  replay.playRest();
  t.match((await adapter.recorder.next('switch-down')).reason, /shutting down/);
  await adapter.recorder.next('channel-ended', (input) => input.channelId === parked);
  t.strictSame(adapter.recorder.of(ringing), ['progress', 'ended SYSTEM_SHUTDOWN progressed']);
  t.strictSame(adapter.recorder.of(parked), [
    'progress',
    'answered',
    'ended SYSTEM_SHUTDOWN answered progressed',
  ]);
  adapter.server.coreUuid = '11111111-2222-4333-8444-555555555555';
  adapter.server.cut('event');
  adapter.server.cut('command');
  t.equal((await adapter.recorder.next('switch-up')).instanceId, adapter.server.coreUuid);
});

t.test(
  'a killed switch just ends; nothing is made up, and what it was is known by its Core-UUID',
  async (t) => {
    const adapter = await connected(t);
    const replay = await Replay.begin(adapter, 'switch-killed');
    const [channelId = ''] = replay.channelIds;
    replay.playRest();
    await adapter.recorder.next('channel-answered');
    adapter.server.coreUuid = '11111111-2222-4333-8444-555555555555';
    adapter.server.cut('event');
    adapter.server.cut('command');
    const up = await adapter.recorder.next('switch-up');
    t.match(up, { instanceId: '11111111-2222-4333-8444-555555555555', channels: [] });
    t.strictSame(adapter.recorder.of(channelId), ['progress', 'answered'], 'no end was invented');
  },
);

t.test('a call whose link was cut before the job’s result is found by the listing', async (t) => {
  const adapter = await connected(t);
  const replay = await Replay.begin(adapter, 'link-cut-job-pending');
  const [channelId = ''] = replay.channelIds;
  replay.playUpTo(/uuid_exists/);
  await adapter.recorder.next('channel-answered');
  adapter.server.listing = parkedListing(channelId);
  adapter.server.cut('event');
  const up = await adapter.recorder.next('switch-up');
  t.match(up.channels, [{ channelId, state: 'answered' }]);
  replay.playRest();
  await adapter.recorder.next('channel-ended');
  t.strictSame(adapter.recorder.of(channelId), [
    'progress',
    'answered',
    'ended NORMAL_CLEARING answered progressed',
  ]);
});

t.test('events are still reported while only the command connection is away', async (t) => {
  const adapter = await connected(t);
  const channelId = await dial(adapter);
  adapter.server.answer = (command) => (command === 'api show channels as json' ? silence : undefined);
  adapter.server.cut('command');
  await adapter.recorder.next('switch-down');
  adapter.server.sendEvent('CHANNEL_HANGUP_COMPLETE', {
    'Unique-ID': channelId,
    'Hangup-Cause': 'USER_BUSY',
  });
  await adapter.recorder.next('channel-ended');
  t.strictSame(adapter.recorder.of(channelId), ['ended USER_BUSY']);
});

t.test(
  'a hang-up that could not be sent is sent after the reconnect, if the channel is still there',
  async (t) => {
    const adapter = await connected(t);
    const [there, gone] = [channelOfOurs(), channelOfOurs()];
    adapter.server.listing = parkedListing(there);
    adapter.server.cut('command');
    await adapter.recorder.next('switch-down');
    adapter.perform({ type: 'hang-up', channelId: gone, cause: 'NORMAL_CLEARING' });
    adapter.perform({ type: 'hang-up', channelId: there, cause: 'NORMAL_CLEARING' });
    await adapter.server.command(new RegExp(`^api uuid_kill ${there}`));
    t.notOk(adapter.server.commands.some((command) => command.includes(gone)));
  },
);

t.test('a bridge that cannot be sent fails at once', async (t) => {
  const adapter = await connected(t);
  adapter.server.cut('command');
  await adapter.recorder.next('switch-down');
  adapter.perform({ type: 'bridge', channelId: channelOfOurs(), agentLegId: channelOfOurs() });
  t.match(await adapter.recorder.next('bridge-failed'), { reason: 'not connected to the switch' });
});

t.test('a switch that cannot list its channels is not up', async (t) => {
  const server = await ScriptedSwitch.listen(t);
  server.listing = '-ERR SQL disabled, no data available!\n';
  const adapter = startAdapter(t, server);
  t.match((await adapter.recorder.next('switch-down')).reason, /SQL disabled/);
  server.listing = '{"row_count": 0}\n';
  await adapter.recorder.next('switch-up');
});

t.test('without HEARTBEAT events the switch is taken for stuck, though it answers', async (t) => {
  const adapter = await connected(t, { timings: { heartbeatMilliseconds: 300 } });
  t.match((await adapter.recorder.next('switch-down')).reason, /no HEARTBEAT event/);
  await adapter.recorder.next('switch-up');
});

t.test('late events stop dialling; punctual ones are followed by a listing', async (t) => {
  let clock = 1_800_000_000_000;
  const adapter = await connected(t, { clock: { ...systemClock(), now: () => clock } });
  const heartbeat = (at: number): void =>
    adapter.server.sendEvent('HEARTBEAT', { 'Event-Date-Timestamp': String(at * 1000) });
  const waitFor = async (count: number): Promise<void> => {
    while ((adapter.telephony.statistics()[0]?.events['HEARTBEAT'] ?? 0) < count)
      await new Promise((resolve) => setTimeout(resolve, 5));
  };
  // The switch's clock is an hour ahead: that alone is no lateness.
  heartbeat(clock + 3_600_000);
  await waitFor(1);
  clock += 10_000;
  heartbeat(clock + 3_600_000);
  await waitFor(2);
  t.match(adapter.telephony.statistics(), [{ connected: true, eventLagSeconds: -3600 }]);
  clock += 10_000;
  heartbeat(clock + 3_600_000 - 5000);
  t.match((await adapter.recorder.next('switch-down')).reason, /5\.0 s late/);
  heartbeat(clock + 3_600_000);
  await adapter.recorder.next('switch-up');
});

t.test('stop() ends the connections and leaves the channels alone', async (t) => {
  const adapter = await connected(t);
  await dial(adapter);
  await adapter.telephony.stop(500);
  while (adapter.server.open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  t.notOk(adapter.server.commands.some((command) => command.includes('uuid_kill')));
  t.equal(adapter.server.accepted, 2, 'no reconnect follows');
  adapter.perform(customer(channelOfOurs()));
  t.strictSame(
    adapter.recorder.inputs.map(({ type }) => type),
    ['switch-up'],
  );
});
