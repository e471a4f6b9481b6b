import t from 'tap';
import {
  type SimulatedSwitch,
  type SimulatedSwitchOptions,
  scenarioFrom,
  startSimulatedSwitch,
  worldClock,
} from '../../sim/index.js';
import { EslClient, within } from './esl-client.js';

const EVENTS =
  'CHANNEL_CREATE CHANNEL_ANSWER CHANNEL_HANGUP_COMPLETE CHANNEL_DESTROY BACKGROUND_JOB SHUTDOWN';

async function start(
  t: { teardown: (act: () => unknown) => void },
  options: SimulatedSwitchOptions = {},
): Promise<{ running: SimulatedSwitch; client: EslClient }> {
  const running = await startSimulatedSwitch({ seed: 'faults', clock: worldClock(10), ...options });
  t.teardown(() => running.stop());
  const client = await EslClient.connect(running.port);
  t.teardown(() => client.close());
  await client.command(`event plain ${EVENTS}`);
  return { running, client };
}

const dial = (client: EslClient, id: string, number: string, variables = ''): Promise<string> =>
  client.background(`originate {origination_uuid=${id}${variables}}sofia/gateway/carrier/${number} &park()`);

/** Connects as soon as the switch takes connections again. */
async function reconnect(port: number): Promise<EslClient> {
  for (;;) {
    try {
      return await EslClient.connect(port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

t.test('a connection that is cut leaves its jobs and calls alone', async (t) => {
  const { client, running } = await start(t);
  await client.command('bgapi originate {origination_uuid=a}sofia/gateway/carrier/0 &park()');
  running.control.dropConnections();
  await client.whenClosed;
  t.same(client.notices, []);
  const again = await EslClient.connect(running.port);
  t.teardown(() => again.close());
  await again.command(`event plain ${EVENTS}`);
  await again.named('BACKGROUND_JOB');
  t.equal(await again.api('uuid_exists a'), 'true');
});

t.test('a stalled switch is silent, then tells everything in order', async (t) => {
  const { client, running } = await start(t);
  await dial(client, 'before', '300');
  const heard = client.events.length;
  running.control.stall(3000);
  const answer = client.reply();
  client.write('bgapi originate {origination_uuid=during}sofia/gateway/carrier/300 &park()\n\n');
  const began = Date.now();
  await answer;
  t.ok(Date.now() - began > 200, 'the reply waited for the end of the stall');
  t.equal(client.events.length, heard, 'so did the events');
  await client.named('CHANNEL_DESTROY', 'during');
  t.same(client.namesOf('during'), ['CHANNEL_CREATE', 'CHANNEL_HANGUP_COMPLETE', 'CHANNEL_DESTROY']);
});

t.test('a listener that lost events gets the notice in the middle of a frame', async (t) => {
  const { client, running } = await start(t);
  running.control.killListeners();
  await client.whenClosed;
  t.ok(
    client.received
      .toString()
      .endsWith(
        'Content-Length: 1904\nContent-Type: text/event-plain\n\nEveContent-Type: text/disconnect-notice\nContent-Length: 39\n\nkilled listener because of lost events\n',
      ),
  );
});

t.test(
  'a listener that does not read is given up when its queue is full; others are not disturbed',
  async (t) => {
    const { client, running } = await start(t, { eventQueueLimit: 100, clock: worldClock(1), cps: 5000 });
    const deaf = await EslClient.connect(running.port);
    t.teardown(() => deaf.close());
    await deaf.command('event plain ALL');
    deaf.pause();
    // A few at a time, so that whoever reads keeps up.
    for (let batch = 0; batch < 50; batch++) {
      const jobs = Array.from({ length: 10 }, (_, index) => dial(client, `leg-${batch}-${index}`, '300'));
      t.ok((await Promise.all(jobs)).every((result) => result === '-ERR USER_BUSY\n'));
    }
    deaf.resume();
    await within(deaf.whenClosed, 'the end of the deaf listener');
    t.match(deaf.received.toString(), /killed listener because of lost events\n$/);
    t.notOk(client.closed);
  },
);

t.test('connections are refused for a while', async (t) => {
  const { running } = await start(t);
  running.control.refuseConnections();
  const refused = await EslClient.open(running.port);
  await refused.whenClosed;
  t.equal(refused.received.length, 0);
  running.control.acceptConnections();
  const accepted = await EslClient.connect(running.port);
  t.equal(await accepted.api('uuid_exists x'), 'false');
  accepted.close();
});

t.test('a shutdown announces itself, hangs up everything, says why and closes', async (t) => {
  let leave = (): void => undefined;
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const { client } = await start(t, { onGone: () => leave() });
  await dial(client, 'parked', '0');
  const ringing = dial(client, 'ringing', '200');
  await client.named('CHANNEL_CREATE', 'ringing');
  t.equal(await client.api('fsctl shutdown'), '+OK\n');
  t.equal(await ringing, '-ERR SYSTEM_SHUTDOWN\n');
  t.equal((await client.named('SHUTDOWN')).headers.get('Event-Info'), 'System Shutting Down');
  for (const id of ['parked', 'ringing']) {
    const end = await client.named('CHANNEL_HANGUP_COMPLETE', id);
    t.equal(end.headers.get('Hangup-Cause'), 'SYSTEM_SHUTDOWN');
  }
  await client.whenClosed;
  t.same(client.notices, ['The system is being shut down.\n']);
  await within(gone, 'the end');
});

t.test('after a crash the switch comes back empty, with another identity and without a word', async (t) => {
  const { client, running } = await start(t);
  await dial(client, 'a', '0');
  const before = running.coreUuid();
  running.control.crash({ downMilliseconds: 500 });
  await client.whenClosed;
  t.same(client.notices, []);
  t.notOk(client.events.some(({ name }) => name === 'CHANNEL_HANGUP_COMPLETE'));
  const again = await reconnect(running.port);
  t.teardown(() => again.close());
  t.not(running.coreUuid(), before);
  t.equal(await again.api('global_getvar core_uuid'), running.coreUuid());
  t.equal(await again.api('show channels as json'), '{"row_count": 0}\n');
});

t.test('events are lost, doubled and delayed at the rates asked for', async (t) => {
  const { client, running } = await start(t);
  running.control.disturbEvents({ doubled: 1 });
  await dial(client, 'doubled', '300');
  await client.named('CHANNEL_DESTROY', 'doubled');
  const destroyed = client.events.filter(
    ({ name, headers }) => name === 'CHANNEL_DESTROY' && headers.get('Unique-ID') === 'doubled',
  );
  t.ok(destroyed.length >= 1);
  const creates = client.events.filter(({ name }) => name === 'CHANNEL_CREATE');
  t.equal(creates.length, 2);
  t.equal(creates[0]!.headers.get('Event-Sequence'), creates[1]!.headers.get('Event-Sequence'));

  running.control.disturbEvents({ doubled: 0, lost: 1 });
  const reply = await client.command(
    'bgapi originate {origination_uuid=lost}sofia/gateway/carrier/300 &park()',
  );
  t.match(reply, '+OK Job-UUID');
  while (running.channels().length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  t.same(client.namesOf('lost'), []);
  t.ok(running.counts().lostEvents > 0);

  running.control.disturbEvents({ lost: 0, delayed: 1 });
  await dial(client, 'late', '300');
  await client.named('CHANNEL_DESTROY', 'late');
});

t.test('outbound calls fail locally while paused, and at the far end in a brown-out', async (t) => {
  const { client, running } = await start(t);
  running.control.pauseOutbound();
  t.equal(await dial(client, 'a', '0'), '-ERR DESTINATION_OUT_OF_ORDER\n');
  running.control.resumeOutbound();
  running.control.brownOut(60_000);
  t.equal(await dial(client, 'b', '0'), '-ERR NORMAL_CIRCUIT_CONGESTION\n');
  t.match(await dial(client, 'agent', 'tagent-1'), '+OK', 'agents are not behind the trunk');
  running.control.brownOut(0);
  t.match(await dial(client, 'c', '0'), '+OK');
});

t.test('faults of the scenario happen at their times', async (t) => {
  const scenario = scenarioFrom({
    faults: {
      schedule: [
        { at: 2, action: 'drop-connections' },
        { at: 4, action: 'crash', seconds: 1 },
      ],
    },
  });
  const { client, running } = await start(t, { scenario });
  const first = running.coreUuid();
  await client.whenClosed;
  const again = await EslClient.connect(running.port);
  await again.whenClosed;
  const third = await reconnect(running.port);
  t.teardown(() => third.close());
  t.not(await third.api('global_getvar core_uuid'), first);
});
