/** Commands: deadlines, limits, what is refused and what is never sent twice. */
import t from 'tap';
import { systemClock } from '../../dialer/clock.js';
import { createFreeSwitchTelephony } from '../../dialer/telephony/index.js';
import { agentLeg, channelOfOurs, connected, customer, dial, ownPrefix, startAdapter } from './harness.js';
import { parkedListing } from './listings.js';
import { ScriptedSwitch, silence } from './scripted-switch.js';

t.test(
  'a command that is never answered costs the connection, and its originate is unknown, not local',
  async (t) => {
    const adapter = await connected(t);
    adapter.server.answer = (command) => (command.startsWith('bgapi') ? silence : undefined);
    const channelId = await dial(adapter);
    t.match((await adapter.recorder.next('switch-down')).reason, /not answered within 700 ms/);
    t.match(await adapter.recorder.next('originate-failed'), {
      channelId,
      cause: 'COMMAND_TIMEOUT',
      local: false,
    });
    adapter.server.answer = () => undefined;
    await adapter.recorder.next('switch-up');
    const originates = adapter.server.commands.filter((command) => command.startsWith('bgapi'));
    t.equal(originates.length, 1, 'it was not sent again');
  },
);

t.test(
  'a call that was given up and lives all the same is hung up at its first sign, and not reported',
  async (t) => {
    const adapter = await connected(t);
    adapter.server.answer = (command) => (command.startsWith('bgapi') ? silence : undefined);
    const channelId = await dial(adapter);
    await adapter.recorder.next('originate-failed');
    adapter.server.answer = () => undefined;
    adapter.server.listing = parkedListing(channelId);
    t.match(await adapter.recorder.next('switch-up'), { channels: [{ channelId }] });
    await adapter.server.command(new RegExp(`^api uuid_kill ${channelId}`));
    adapter.server.sendEvent('CHANNEL_ANSWER', { 'Unique-ID': channelId });
    await adapter.server.command(new RegExp(`^api uuid_kill ${channelId}`));
    adapter.server.sendEvent('CHANNEL_HANGUP_COMPLETE', { 'Unique-ID': channelId, 'Hangup-Cause': 'X' });
    const other = await dial(adapter);
    adapter.server.sendEvent('CHANNEL_ANSWER', { 'Unique-ID': other });
    await adapter.recorder.next('channel-answered');
    t.strictSame(adapter.recorder.of(channelId), ['failed COMMAND_TIMEOUT']);
  },
);

t.test(
  'a job without result and without any event is given up after its ring time, and hung up',
  async (t) => {
    const adapter = await connected(t, { jobGraceMilliseconds: 100 });
    const channelId = channelOfOurs();
    adapter.perform({ ...customer(channelId), ringSeconds: 0 });
    t.match(await adapter.recorder.next('originate-failed'), {
      channelId,
      cause: 'COMMAND_TIMEOUT',
      local: false,
    });
    await adapter.server.command(new RegExp(`^api uuid_kill ${channelId}`));
  },
);

t.test('a job without result whose call was answered is no failure', async (t) => {
  const adapter = await connected(t, { jobGraceMilliseconds: 100 });
  const channelId = channelOfOurs();
  adapter.perform({ ...customer(channelId), ringSeconds: 0 });
  await adapter.server.command(/^bgapi/);
  adapter.server.sendEvent('CHANNEL_ANSWER', { 'Unique-ID': channelId });
  await adapter.recorder.next('switch-channels');
  t.strictSame(adapter.recorder.of(channelId), ['answered'], 'the switch was listed instead');
});

t.test('a refused originate is local', async (t) => {
  const adapter = await connected(t);
  for (const refusal of ['-ERR command not found', '-USAGE: <x>', '-ERROR']) {
    adapter.server.answer = (command) => (command.startsWith('bgapi') ? refusal : undefined);
    const channelId = await dial(adapter);
    t.match(
      await adapter.recorder.next('originate-failed'),
      { channelId, cause: 'COMMAND_REFUSED', local: true },
      refusal,
    );
  }
});

t.test('a number that is no number is the contact’s fault; a bad dial string is the settings’', async (t) => {
  const adapter = await connected(t);
  const [first, second] = [channelOfOurs(), channelOfOurs()];
  adapter.perform(customer(first, '555\n\napi system touch /tmp/x'));
  t.match(await adapter.recorder.next('originate-failed'), {
    channelId: first,
    cause: 'INVALID_NUMBER_FORMAT',
    local: false,
  });
  adapter.perform({ ...customer(second), dialString: '{a=b}sofia/gateway/carrier/{number}' });
  t.match(await adapter.recorder.next('originate-failed'), {
    channelId: second,
    cause: 'INVALID_URL',
    local: true,
  });
  adapter.perform({ ...agentLeg(channelOfOurs()), endpoint: 'user/1001\n\napi x' });
  t.match(await adapter.recorder.next('originate-failed'), { cause: 'INVALID_URL', local: true });
  adapter.perform({ type: 'hang-up', channelId: 'x\n\napi y', cause: 'X' });
  adapter.perform({ type: 'bridge', channelId: 'x', agentLegId: 'y' });
  t.match(await adapter.recorder.next('bridge-failed'), { reason: /is no uuid/ });
  await dial(adapter);
  t.equal(adapter.server.commands.length, 2, 'only the listing and the good originate were sent');
});

t.test('nothing is reported within perform(), as the engine is in the middle of a step', async (t) => {
  const adapter = await connected(t);
  const before = adapter.recorder.inputs.length;
  adapter.perform(customer(channelOfOurs(), 'x'));
  adapter.perform({ type: 'bridge', channelId: 'x', agentLegId: 'y' });
  t.equal(adapter.recorder.inputs.length, before);
  await adapter.recorder.next('bridge-failed');
});

t.test('only a few originates are under way at once; bridges and hang-ups overtake the others', async (t) => {
  const adapter = await connected(t, { originateWindow: 2 });
  adapter.server.answer = (command) => (command.startsWith('bgapi') ? silence : undefined);
  for (let call = 0; call < 5; call++) adapter.perform(customer(channelOfOurs()));
  const channelId = channelOfOurs();
  adapter.perform({ type: 'hang-up', channelId, cause: 'NORMAL_CLEARING' });
  await adapter.server.command(new RegExp(`^api uuid_kill ${channelId}`));
  t.equal(adapter.server.commands.filter((command) => command.startsWith('bgapi')).length, 2);
  t.equal(adapter.telephony.statistics()[0]?.commandsPending, 6);
});

t.test('too many originates are refused locally; hang-ups and bridges never are', async (t) => {
  const adapter = await connected(t, { originateWindow: 1, maximumWaitingOriginates: 3 });
  adapter.server.answer = (command) => (command.startsWith('bgapi') ? silence : undefined);
  const ids = Array.from({ length: 6 }, channelOfOurs);
  for (const id of ids) adapter.perform(customer(id));
  t.match(await adapter.recorder.next('originate-failed'), {
    channelId: ids[4],
    cause: 'COMMAND_QUEUE_FULL',
    local: true,
  });
  t.match(await adapter.recorder.next('originate-failed'), { channelId: ids[5] });
  for (const id of ids) adapter.perform({ type: 'bridge', channelId: id, agentLegId: channelOfOurs() });
  for (const id of ids) await adapter.server.command(new RegExp(`uuid_bridge \\S+ ${id}`));
  t.pass('all bridges were sent');
});

t.test('an originate that could not leave in time is refused locally', async (t) => {
  const adapter = await connected(t, {
    originateWindow: 1,
    staleOriginateMilliseconds: 100,
    timings: { replyMilliseconds: 3000 },
  });
  adapter.server.answer = (command) => (command.startsWith('bgapi') ? silence : undefined);
  const [first, second] = [channelOfOurs(), channelOfOurs()];
  adapter.perform(customer(first));
  adapter.perform(customer(second));
  t.match(await adapter.recorder.next('originate-failed'), {
    channelId: second,
    cause: 'COMMAND_TIMEOUT',
    local: true,
  });
});

t.test(
  'when the switch goes down, originates that wait are refused locally, those sent are left open',
  async (t) => {
    const adapter = await connected(t, { originateWindow: 1 });
    adapter.server.answer = (command) => (command.startsWith('bgapi') ? silence : undefined);
    const [sent, waiting] = [channelOfOurs(), channelOfOurs()];
    adapter.perform(customer(sent));
    adapter.perform(customer(waiting));
    await adapter.server.command(/^bgapi/);
    adapter.server.cut('event');
    t.match(await adapter.recorder.next('originate-failed'), {
      channelId: waiting,
      cause: 'SWITCH_DOWN',
      local: true,
    });
    t.strictSame(adapter.recorder.of(sent), []);
  },
);

t.test('a hang-up takes an originate back that has not been sent', async (t) => {
  const adapter = await connected(t, { originateWindow: 1 });
  adapter.server.answer = (command) => (command.startsWith('bgapi') ? silence : undefined);
  const [first, second] = [channelOfOurs(), channelOfOurs()];
  adapter.perform(customer(first));
  adapter.perform(customer(second));
  adapter.perform({ type: 'hang-up', channelId: second, cause: 'ORIGINATOR_CANCEL' });
  t.match(await adapter.recorder.next('originate-failed'), {
    channelId: second,
    cause: 'ORIGINATOR_CANCEL',
    local: true,
  });
  t.notOk(adapter.server.commands.some((command) => command.includes(second)));
});

t.test('one attempt is originated once, whatever is asked', async (t) => {
  const adapter = await connected(t);
  const channelId = await dial(adapter);
  adapter.perform(customer(channelId));
  adapter.server.sendEvent('CHANNEL_HANGUP_COMPLETE', { 'Unique-ID': channelId, 'Hangup-Cause': 'X' });
  await adapter.recorder.next('channel-ended');
  adapter.perform(customer(channelId));
  await dial(adapter);
  t.equal(adapter.server.commands.filter((command) => command.includes(channelId)).length, 1);
});

t.test('an audit lists the channels of this installation', async (t) => {
  const adapter = await connected(t);
  const channelId = channelOfOurs();
  adapter.server.listing = parkedListing(channelId, '0badc0de-8b1c-4f60-9b51-2f3c7a1d0e42');
  adapter.perform({ type: 'audit-channels' });
  const audit = await adapter.recorder.next('switch-channels');
  t.match(audit, { channels: [{ channelId, state: 'answered', bridgedTo: '' }], requestedAt: Number });
  t.equal(audit.channels.length, 1);
});

t.test('a hang-up of a channel that is gone, whose end was never heard, brings an audit', async (t) => {
  const adapter = await connected(t);
  const channelId = await dial(adapter);
  adapter.server.sendEvent('CHANNEL_ANSWER', { 'Unique-ID': channelId });
  adapter.server.sendEvent('BACKGROUND_JOB', { 'Job-UUID': channelId }, `+OK ${channelId}\n`);
  await adapter.recorder.next('channel-answered');
  adapter.server.answer = (command) =>
    command.includes('uuid_kill') ? '-ERR No such channel!\n' : undefined;
  adapter.perform({ type: 'hang-up', channelId, cause: 'NORMAL_CLEARING' });
  t.match(await adapter.recorder.next('switch-channels'), { channels: Array });
});

t.test('several switches are driven side by side', async (t) => {
  const [first, second] = [await ScriptedSwitch.listen(t), await ScriptedSwitch.listen(t)];
  const ups: string[] = [];
  const telephony = createFreeSwitchTelephony({
    switches: [
      { switchId: 'a', host: '127.0.0.1', port: first.port, password: 'ClueCon' },
      { switchId: 'b', host: '127.0.0.1', port: second.port, password: 'ClueCon' },
    ],
    ownPrefix,
    clock: systemClock(),
    random: () => 0,
    log: () => undefined,
  });
  t.teardown(() => telephony.stop(100));
  await new Promise<void>((resolve) => {
    telephony.start((input) => {
      if (input.type === 'switch-up') ups.push(input.switchId);
      if (ups.length === 2) resolve();
    });
  });
  t.strictSame([...ups].sort(), ['a', 'b']);
  t.strictSame(telephony.switchIds, ['a', 'b']);
  const channelId = channelOfOurs();
  telephony.perform({ ...customer(channelId), switchId: 'b' });
  await second.command(/^bgapi/);
  t.notOk(first.commands.some((command) => command.startsWith('bgapi')));
  telephony.perform({ type: 'audit-channels', switchId: 'c' });
});

t.test('settings that cannot work are refused with the remedy', async (t) => {
  const server = await ScriptedSwitch.listen(t);
  t.throws(() => startAdapter(t, server, { ownPrefix: 'xyz' }), { message: /8 hexadecimal digits/ });
  const given = { ownPrefix, clock: systemClock(), random: Math.random, log: () => undefined };
  t.throws(() => createFreeSwitchTelephony({ ...given, switches: [] }), { message: /at least one switch/ });
  const one = { switchId: 'a', host: 'h', port: 1, password: 'p' };
  t.throws(() => createFreeSwitchTelephony({ ...given, switches: [one, one] }), { message: /its own id/ });
});
