/** Recordings of real calls played to the adapter: what it makes of each. */
import t from 'tap';
import { agentLeg, channelOfOurs, connected, customer, dial, Replay } from './harness.js';

for (const [recording, expected] of [
  ['answered-callee-hangs-up', ['answered', 'ended NORMAL_CLEARING answered']],
  ['answered-killed', ['progress', 'answered', 'ended NORMAL_CLEARING answered progressed']],
  ['no-answer', ['progress', 'ended NO_ANSWER progressed']],
  ['busy', ['ended USER_BUSY']],
  ['unallocated', ['ended UNALLOCATED_NUMBER']],
  ['rejected', ['progress', 'ended CALL_REJECTED progressed']],
  ['congestion', ['ended NORMAL_CIRCUIT_CONGESTION']],
  // 183 with tones is progress and no answer.
  ['early-media', ['progress', 'ended NO_USER_RESPONSE progressed']],
  // A carrier that says nothing ends like a person who does not pick up, but without progress.
  ['silent-carrier', ['ended NO_ANSWER']],
  ['unallocated-loopback', ['ended UNALLOCATED_NUMBER']],
] as const)
  t.test(`a real call, ${recording}, is reported as ${expected.join(', ')}`, async (t) => {
    const adapter = await connected(t);
    const replay = await Replay.begin(adapter, recording);
    const [channelId = ''] = replay.channelIds;
    replay.playRest();
    await adapter.recorder.next('channel-ended');
    t.strictSame(adapter.recorder.of(channelId), expected);
    t.strictSame(
      adapter.recorder.inputs.filter((input) => 'channelId' in input && input.channelId !== channelId),
      [],
      'nothing is reported of channels that are not ours',
    );
  });

t.test('the codes of an end are passed on', async (t) => {
  const adapter = await connected(t);
  const replay = await Replay.begin(adapter, 'busy');
  replay.playRest();
  const end = await adapter.recorder.next('channel-ended');
  t.match(end, { cause: 'USER_BUSY', q850: 17, sipStatus: 486, at: Number });
});

t.test('times are the switch’s own', async (t) => {
  const adapter = await connected(t);
  const replay = await Replay.begin(adapter, 'answered-killed');
  replay.playRest();
  const answered = await adapter.recorder.next('channel-answered');
  const ended = await adapter.recorder.next('channel-ended');
  t.ok((answered.at ?? 0) > 1_795_000_000_000 && (ended.at ?? 0) - (answered.at ?? 0) < 3000);
});

t.test('a callee who picks up and drops at once was answered, with or without CHANNEL_ANSWER', async (t) => {
  const adapter = await connected(t);
  const replay = await Replay.begin(adapter, 'answered-and-hung-up-at-once');
  replay.playRest();
  for (const channelId of replay.channelIds) {
    await adapter.recorder.next('channel-ended', (input) => input.channelId === channelId);
  }
  // `-ERR NORMAL_CLEARING` came with each of the first eight.
  for (const channelId of replay.channelIds) {
    t.equal(adapter.recorder.of(channelId).at(-1), 'ended NORMAL_CLEARING answered');
    t.notOk(adapter.recorder.of(channelId).some((input) => input.startsWith('failed')));
  }
  t.ok(
    replay.channelIds.some((channelId) => adapter.recorder.of(channelId).length === 1),
    'one of them had no CHANNEL_ANSWER',
  );
});

t.test('what never left the switch is told from a dead number', async (t) => {
  const adapter = await connected(t);
  const replay = await Replay.begin(adapter, 'errors-and-timeouts');
  replay.playRest();
  const [noGateway = '', deadProxy = '', noProfile = '', noEndpoint = '', noContext = '', twice = ''] =
    replay.channelIds;
  await adapter.recorder.next('originate-failed', (input) => input.channelId === noEndpoint);
  t.strictSame(adapter.recorder.of(noGateway), ['failed INVALID_GATEWAY local']);
  t.strictSame(adapter.recorder.of(noProfile), ['failed INVALID_PROFILE local']);
  t.strictSame(adapter.recorder.of(noEndpoint), ['failed CHAN_NOT_IMPLEMENTED local']);
  t.strictSame(adapter.recorder.of(deadProxy), ['ended NORMAL_TEMPORARY_FAILURE'], 'it left the switch');
  t.strictSame(adapter.recorder.of(noContext), ['ended NO_ROUTE_DESTINATION']);
  t.strictSame(
    adapter.recorder.of(twice),
    ['progress', 'answered', 'ended NORMAL_CLEARING answered progressed'],
    'a second job of the same uuid failed with DESTINATION_OUT_OF_ORDER while the first was live',
  );
});

t.test(
  'a job refused while outbound calls are paused is local, and only after a moment’s grace',
  async (t) => {
    const adapter = await connected(t);
    const replay = await Replay.begin(adapter, 'outbound-paused-and-utf8');
    replay.playRest();
    const failed = await adapter.recorder.next('originate-failed');
    t.match(failed, { channelId: replay.channelIds[0], cause: 'DESTINATION_OUT_OF_ORDER', local: true });
    t.strictSame(adapter.recorder.of(replay.channelIds[1] ?? ''), [
      'progress',
      'answered',
      'ended NORMAL_CLEARING answered progressed',
    ]);
  },
);

t.test('the end may come after the job’s failure, and is then the only report', async (t) => {
  const adapter = await connected(t, { endGraceMilliseconds: 2000 });
  const channelId = await dial(adapter);
  adapter.server.sendEvent('BACKGROUND_JOB', { 'Job-UUID': channelId }, '-ERR NO_ANSWER\n');
  adapter.server.sendEvent('CHANNEL_HANGUP_COMPLETE', {
    'Unique-ID': channelId,
    'Hangup-Cause': 'NO_ANSWER',
  });
  await adapter.recorder.next('channel-ended');
  await dial(adapter);
  t.strictSame(adapter.recorder.of(channelId), ['ended NO_ANSWER']);
});

t.test('a failed job without any channel event, for a reason of the network, is not local', async (t) => {
  const adapter = await connected(t);
  const channelId = await dial(adapter);
  adapter.server.sendEvent('BACKGROUND_JOB', { 'Job-UUID': channelId }, '-ERR NO_ANSWER\n');
  t.match(await adapter.recorder.next('originate-failed'), { cause: 'NO_ANSWER', local: false });
});

t.test('an end that comes after the failure was reported is not reported as well', async (t) => {
  const adapter = await connected(t);
  const channelId = await dial(adapter);
  adapter.server.sendEvent('BACKGROUND_JOB', { 'Job-UUID': channelId }, '-ERR DESTINATION_OUT_OF_ORDER\n');
  await adapter.recorder.next('originate-failed');
  adapter.server.sendEvent('CHANNEL_HANGUP_COMPLETE', { 'Unique-ID': channelId, 'Hangup-Cause': 'X' });
  const other = await dial(adapter);
  adapter.server.sendEvent('CHANNEL_ANSWER', { 'Unique-ID': other });
  await adapter.recorder.next('channel-answered');
  t.strictSame(adapter.recorder.of(channelId), ['failed DESTINATION_OUT_OF_ORDER local']);
});

t.test('each event counts once, in whatever order and however often it comes', async (t) => {
  const adapter = await connected(t);
  const channelId = await dial(adapter);
  const answer = (): void => adapter.server.sendEvent('CHANNEL_ANSWER', { 'Unique-ID': channelId });
  const end = (): void =>
    adapter.server.sendEvent('CHANNEL_HANGUP_COMPLETE', {
      'Unique-ID': channelId,
      'Hangup-Cause': 'NORMAL_CLEARING',
    });
  answer();
  answer();
  adapter.server.sendEvent('CHANNEL_PROGRESS', { 'Unique-ID': channelId });
  adapter.server.sendEvent('CHANNEL_CREATE', { 'Unique-ID': channelId });
  end();
  end();
  adapter.server.sendEvent('CHANNEL_HANGUP', { 'Unique-ID': channelId });
  answer();
  const last = await dial(adapter);
  adapter.server.sendEvent('CHANNEL_ANSWER', { 'Unique-ID': last });
  await adapter.recorder.next('channel-answered', (input) => input.channelId === last);
  t.strictSame(adapter.recorder.of(channelId), ['answered', 'ended NORMAL_CLEARING answered']);
});

t.test('channels and jobs of others on the switch are not reported', async (t) => {
  const adapter = await connected(t);
  const stranger = '0badc0de-8b1c-4f60-9b51-2f3c7a1d0e42';
  for (const name of ['CHANNEL_PROGRESS', 'CHANNEL_ANSWER', 'CHANNEL_HANGUP_COMPLETE', 'DTMF'])
    adapter.server.sendEvent(name, { 'Unique-ID': stranger, 'DTMF-Digit': '9', 'Hangup-Cause': 'X' });
  adapter.server.sendEvent('CHANNEL_BRIDGE', {
    'Bridge-A-Unique-ID': stranger,
    'Bridge-B-Unique-ID': stranger,
  });
  adapter.server.sendEvent('BACKGROUND_JOB', { 'Job-UUID': stranger }, '-ERR NO_ANSWER\n');
  const channelId = await dial(adapter);
  adapter.server.sendEvent('CHANNEL_ANSWER', { 'Unique-ID': channelId });
  await adapter.recorder.next('channel-answered');
  t.strictSame(
    adapter.recorder.inputs.map(({ type }) => type),
    ['switch-up', 'channel-answered'],
  );
});

t.test('a channel of ours from before a restart is reported although nothing is known of it', async (t) => {
  const adapter = await connected(t);
  const channelId = channelOfOurs();
  adapter.server.sendEvent('CHANNEL_ANSWER', { 'Unique-ID': channelId });
  adapter.server.sendEvent('CHANNEL_HANGUP_COMPLETE', {
    'Unique-ID': channelId,
    'Hangup-Cause': 'USER_BUSY',
  });
  await adapter.recorder.next('channel-ended');
  t.strictSame(adapter.recorder.of(channelId), ['answered', 'ended USER_BUSY answered']);
});

t.test('a customer bridged at the answer and gone leaves the agent leg for the next one', async (t) => {
  const adapter = await connected(t);
  const replay = await Replay.begin(adapter, 'bridge-customer-hangs-up');
  const [agentLegId = '', first = '', second = ''] = replay.channelIds;
  for (const channelId of [first, second]) {
    replay.playUpTo(/^api uuid_bridge/);
    await adapter.recorder.next('channel-answered', (input) => input.channelId === channelId);
    adapter.perform({ type: 'bridge', channelId, agentLegId });
    await adapter.server.command(new RegExp(`^api uuid_bridge ${agentLegId} ${channelId}$`));
    replay.playUpTo(/^api uuid_kill/);
    const bridged = await adapter.recorder.next('channel-bridged');
    t.match(bridged, { channelId, otherChannelId: agentLegId });
  }
  replay.playRest();
  await adapter.recorder.next('channel-ended', (input) => input.channelId === agentLegId);
  t.strictSame(adapter.recorder.of(agentLegId), ['answered', 'ended NORMAL_CLEARING answered']);
  const ends = adapter.recorder.inputs.flatMap((input) =>
    input.type === 'channel-ended' ? [input.channelId] : [],
  );
  t.strictSame(ends, [first, second, agentLegId], 'the agent leg lived until it was hung up itself');
});

t.test('the customer is the customer whichever channel the switch names first', async (t) => {
  const adapter = await connected(t);
  const replay = await Replay.begin(adapter, 'bridge-customer-first');
  const [agentLegId = '', channelId = ''] = replay.channelIds;
  replay.playUpTo(/^api uuid_kill/);
  t.match(await adapter.recorder.next('channel-bridged'), { channelId, otherChannelId: agentLegId });
});

t.test('when the agent drops, the ends of both legs are reported', async (t) => {
  const adapter = await connected(t);
  const replay = await Replay.begin(adapter, 'bridge-agent-hangs-up');
  const [agentLegId = '', channelId = ''] = replay.channelIds;
  replay.playRest();
  await adapter.recorder.next('channel-ended', (input) => input.channelId === channelId);
  t.strictSame(adapter.recorder.of(channelId).at(-1), 'ended NORMAL_CLEARING answered progressed');
  t.strictSame(adapter.recorder.of(agentLegId).at(-1), 'ended NORMAL_CLEARING answered');
});

t.test('a bridge with a leg that is gone fails with the switch’s words', async (t) => {
  const adapter = await connected(t);
  adapter.server.answer = (command) => (command.includes('uuid_bridge') ? '-ERR Invalid uuid\n' : undefined);
  const [channelId, agentLegId] = [channelOfOurs(), channelOfOurs()];
  adapter.perform({ type: 'bridge', channelId, agentLegId });
  t.match(await adapter.recorder.next('bridge-failed'), { channelId, agentLegId, reason: 'Invalid uuid' });
});

t.test('+OK to a bridge is no proof: without CHANNEL_BRIDGE it fails', async (t) => {
  const adapter = await connected(t);
  const [channelId, agentLegId] = [channelOfOurs(), channelOfOurs()];
  adapter.perform({ type: 'bridge', channelId, agentLegId });
  t.match(await adapter.recorder.next('bridge-failed'), { reason: 'not confirmed within 300 ms' });
  // One that comes all the same exists, and the engine has to know of it.
  adapter.server.sendEvent('CHANNEL_BRIDGE', {
    'Unique-ID': agentLegId,
    'Bridge-A-Unique-ID': agentLegId,
    'Bridge-B-Unique-ID': channelId,
  });
  t.match(await adapter.recorder.next('channel-bridged'), { channelId, otherChannelId: agentLegId });
});

t.test('a bridge is reported once although its event comes twice', async (t) => {
  const adapter = await connected(t);
  const [channelId, agentLegId] = [channelOfOurs(), channelOfOurs()];
  adapter.perform({ type: 'bridge', channelId, agentLegId });
  const pair = { 'Bridge-A-Unique-ID': agentLegId, 'Bridge-B-Unique-ID': channelId };
  adapter.server.sendEvent('CHANNEL_BRIDGE', pair);
  adapter.server.sendEvent('CHANNEL_BRIDGE', pair);
  adapter.server.sendEvent('CHANNEL_HANGUP_COMPLETE', { 'Unique-ID': channelId, 'Hangup-Cause': 'X' });
  await adapter.recorder.next('channel-ended');
  t.strictSame(adapter.recorder.of(channelId), ['bridged', 'ended X']);
});

t.test(
  'a bridge asked for while the customer still rang kills both, and both ends are reported',
  async (t) => {
    const adapter = await connected(t);
    const replay = await Replay.begin(adapter, 'bridge-leg-gone');
    const [agentLegId = '', , ringing = ''] = replay.channelIds;
    replay.playRest();
    await adapter.recorder.next('channel-ended', (input) => input.channelId === agentLegId);
    t.strictSame(adapter.recorder.of(ringing), ['progress', 'ended DESTINATION_OUT_OF_ORDER progressed']);
    t.strictSame(adapter.recorder.of(agentLegId), ['answered', 'ended ORIGINATOR_CANCEL answered']);
  },
);

t.test('the agent leg’s end during a bridge frees the customer for another agent', async (t) => {
  const adapter = await connected(t);
  const [channelId, agentLegId] = [channelOfOurs(), channelOfOurs()];
  adapter.perform({ type: 'bridge', channelId, agentLegId });
  await adapter.server.command(/uuid_bridge/);
  adapter.server.sendEvent('CHANNEL_HANGUP_COMPLETE', { 'Unique-ID': agentLegId, 'Hangup-Cause': 'X' });
  await adapter.recorder.next('channel-ended');
  t.match(await adapter.recorder.next('bridge-failed'), { channelId, reason: 'the agent leg ended' });
});

t.test('a bridge sent at the very answer, before the job’s result, is confirmed as recorded', async (t) => {
  const adapter = await connected(t);
  const replay = await Replay.begin(adapter, 'bridge-at-answer');
  const [agentLegId = '', channelId = ''] = replay.channelIds;
  replay.playUpTo(/^api uuid_bridge/);
  await adapter.recorder.next('channel-answered', (input) => input.channelId === channelId);
  adapter.perform({ type: 'bridge', channelId, agentLegId });
  await adapter.server.command(/^api uuid_bridge/);
  replay.playRest();
  t.match(await adapter.recorder.next('channel-bridged'), { channelId, otherChannelId: agentLegId });
});

t.test('ringing legs are cancelled with the cause that was asked for, as recorded', async (t) => {
  const adapter = await connected(t);
  const replay = await Replay.begin(adapter, 'kill-ringing');
  const [first = '', second = '', third = ''] = replay.channelIds;
  adapter.perform({ type: 'hang-up', channelId: second, cause: 'ORIGINATOR_CANCEL' });
  await adapter.server.command(new RegExp(`^api uuid_kill ${second} ORIGINATOR_CANCEL$`));
  replay.playRest();
  await adapter.recorder.next('channel-ended', (input) => input.channelId === third);
  t.strictSame(adapter.recorder.of(first), ['progress', 'ended NORMAL_CLEARING progressed']);
  t.strictSame(adapter.recorder.of(second), ['progress', 'ended ORIGINATOR_CANCEL progressed']);
  t.strictSame(adapter.recorder.of(third), ['ended NORMAL_CLEARING'], 'killed before it rang');
});

t.test('a hang-up in the same moment as its originate, as recorded five times', async (t) => {
  const adapter = await connected(t);
  const replay = await Replay.begin(adapter, 'kill-race');
  replay.playRest();
  for (const channelId of replay.channelIds) {
    await adapter.recorder.next('channel-ended', (input) => input.channelId === channelId);
    t.strictSame(adapter.recorder.of(channelId), ['ended NORMAL_CLEARING']);
  }
});

t.test('a hang-up that overtakes the creation of its channel is repeated until it finds it', async (t) => {
  const adapter = await connected(t);
  const channelId = await dial(adapter);
  adapter.server.answer = (command) =>
    command.includes('uuid_kill') ? '-ERR No such channel!\n' : undefined;
  adapter.perform({ type: 'hang-up', channelId, cause: 'ORIGINATOR_CANCEL' });
  await adapter.server.command(/^api uuid_kill/);
  await adapter.server.command(/^api uuid_kill/);
  adapter.server.answer = () => undefined;
  adapter.server.sendEvent('CHANNEL_PROGRESS', { 'Unique-ID': channelId });
  await adapter.server.command(new RegExp(`^api uuid_kill ${channelId} ORIGINATOR_CANCEL`));
  t.pass('it was sent again when the channel showed itself');
});

t.test('a call parked for too long is ended by the switch and reported, as recorded', async (t) => {
  const adapter = await connected(t);
  const replay = await Replay.begin(adapter, 'park-timeout');
  const [parked = '', withCause = ''] = replay.channelIds;
  replay.playRest();
  await adapter.recorder.next('channel-ended', (input) => input.channelId === withCause);
  t.strictSame(adapter.recorder.of(parked).at(-1), 'ended NORMAL_CLEARING answered progressed');
  t.strictSame(adapter.recorder.of(withCause).at(-1), 'ended ALLOTTED_TIMEOUT answered progressed');
});

t.test('the safe-harbour message is a transfer with a separator of its own', async (t) => {
  const adapter = await connected(t);
  const channelId = channelOfOurs();
  adapter.perform({ type: 'play-safe-harbour', channelId, message: 'tone_stream://%(700,0,440)' });
  const command = await adapter.server.command(/^api uuid_transfer/);
  t.equal(
    command,
    `api uuid_transfer ${channelId} 'm:^:set:playback_terminators=none^playback:tone_stream://%(700,0,440)^hangup:NORMAL_CLEARING' inline`,
  );
});

t.test('a message that cannot be played safely ends the call instead of leaving silence', async (t) => {
  const adapter = await connected(t);
  const channelId = channelOfOurs();
  adapter.perform({ type: 'play-safe-harbour', channelId, message: "it's.wav" });
  await adapter.server.command(new RegExp(`^api uuid_kill ${channelId}`));
  t.ok(adapter.log.some(({ level, message }) => level === 'error' && message.includes('message not played')));
});

t.test('keys of customers are reported, keys of agents are not', async (t) => {
  const adapter = await connected(t);
  const [channelId, agentLegId] = [channelOfOurs(), channelOfOurs()];
  adapter.perform(agentLeg(agentLegId));
  await adapter.server.command(/^bgapi originate/);
  adapter.server.sendEvent('DTMF', { 'Unique-ID': agentLegId, 'DTMF-Digit': '1' });
  adapter.server.sendEvent('DTMF', { 'Unique-ID': channelId, 'DTMF-Digit': '9' });
  t.match(await adapter.recorder.next('key-pressed'), { channelId, key: '9' });
  t.equal(adapter.recorder.inputs.filter(({ type }) => type === 'key-pressed').length, 1);
});

t.test('originate is a background job that has the id of its channel', async (t) => {
  const adapter = await connected(t);
  const channelId = channelOfOurs();
  adapter.perform(customer(channelId));
  const command = await adapter.server.command(/originate/);
  t.match(command, /^bgapi originate \{origination_uuid=/);
  t.ok(command.endsWith(`[${channelId}]`));
  t.notMatch(adapter.server.received, /^api originate/m, 'which would block the connection');
});
