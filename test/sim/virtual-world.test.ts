import t from 'tap';
import type { TelephonyEffect } from '../../dialer/core/effects.js';
import type { Input } from '../../dialer/core/inputs.js';
import { type Scenario, scenarioFrom } from '../../sim/index.js';
import { VirtualWorld } from '../../sim/virtual/world.js';

const START = Date.UTC(2026, 10, 18, 14);

/** A world, what it tells, and time that runs as far as it is told to. */
class Stage {
  readonly inputs: Input[] = [];
  readonly bridges: string[] = [];
  readonly world: VirtualWorld;
  now = START;

  constructor(scenario: Scenario) {
    this.world = new VirtualWorld({
      scenario,
      seed: 'seed',
      switchIds: ['fs'],
      startAt: START,
      listener: {
        input: (input) => this.inputs.push(input),
        bridged: (agent, channel, spokeTo) => this.bridges.push(`${agent} ${channel} ${spokeTo}`),
      },
    });
    this.run(0);
  }

  run(milliseconds: number): void {
    const end = this.now + milliseconds;
    while (this.world.nextTime() <= end) {
      this.now = this.world.nextTime();
      this.world.advance();
    }
    this.now = end;
  }

  do(effect: TelephonyEffect): void {
    this.world.perform(effect, this.now);
  }

  call(channelId: string, ringSeconds = 30): void {
    this.do({
      type: 'originate',
      switchId: 'fs',
      channelId,
      dialString: 'sofia/gateway/x/{number}',
      trunk: 'x',
      number: `+4930${channelId.length}${channelId}`,
      callerId: '',
      ringSeconds,
      campaignId: 'c',
    });
  }

  agent(channelId: string): void {
    this.do({
      type: 'dial-agent',
      switchId: 'fs',
      channelId,
      agentId: `of-${channelId}`,
      endpoint: 'user/1',
      ringSeconds: 30,
    });
    this.run(1000);
  }

  /** The kinds of what was told about a channel. */
  told(channelId: string): string[] {
    return this.inputs.flatMap((input) =>
      'channelId' in input && input.channelId === channelId ? [input.type] : [],
    );
  }

  last<T extends Input['type']>(type: T): Extract<Input, { type: T }> {
    const found = this.inputs.findLast((input) => input.type === type);
    if (found === undefined) throw new Error(`no ${type} was told`);
    return found as Extract<Input, { type: T }>;
  }
}

const only = (people: object, rest: object = {}): Scenario =>
  scenarioFrom({
    people: {
      answerRate: 0,
      machineRate: 0,
      busyRate: 0,
      invalidRate: 0,
      congestionRate: 0,
      dialLatency: 1,
      ring: 4,
      machineRing: 4,
      rejectedRing: 4,
      failureDelay: 1,
      talk: 30,
      patience: 10,
      optOutKeyRate: 0,
      ...people,
    },
    ...rest,
  });

t.test('the link comes up first', async (t) => {
  const stage = new Stage(only({}));
  t.match(stage.inputs, [{ type: 'switch-up', switchId: 'fs', channels: [], requestedAt: START }]);
});

t.test('a person rings, answers, talks when bridged, and hangs up', async (t) => {
  const stage = new Stage(only({ answerRate: 1 }));
  stage.agent('a');
  stage.call('c');
  stage.run(5000);
  t.same(stage.told('c'), ['channel-progress', 'channel-answered']);
  stage.do({ type: 'bridge', switchId: 'fs', channelId: 'c', agentLegId: 'a' });
  stage.run(100);
  t.match(stage.last('channel-bridged'), { channelId: 'c', otherChannelId: 'a' });
  t.same(stage.bridges, ['of-a c human']);
  stage.run(31_000);
  t.match(stage.last('channel-ended'), {
    channelId: 'c',
    cause: 'NORMAL_CLEARING',
    q850: 16,
    answered: true,
  });
  t.equal(stage.world.channels, 1, 'the agent stays');
  t.match(stage.world.counts, { originated: 1, humans: 1, humansBridged: 1, humansAbandoned: 0 });
});

t.test('a person whom nobody speaks to leaves, and is counted', async (t) => {
  const stage = new Stage(only({ answerRate: 1 }));
  stage.call('c');
  stage.run(20_000);
  t.same(stage.told('c'), ['channel-progress', 'channel-answered', 'channel-ended']);
  t.match(stage.world.counts, { humans: 1, humansBridged: 0, humansAbandoned: 1 });
});

t.test('the switch ends a call that is not answered in its ring time', async (t) => {
  const stage = new Stage(only({ answerRate: 1, ring: 20 }));
  stage.call('c', 10);
  stage.run(30_000);
  t.same(stage.told('c'), ['channel-progress', 'channel-ended']);
  t.match(stage.last('channel-ended'), { cause: 'NO_ANSWER', q850: 19, answered: false, progressed: true });
});

t.test('failures carry their cause and status', async (t) => {
  for (const [people, cause, sipStatus, progressed] of [
    [{ busyRate: 1 }, 'USER_BUSY', 486, false],
    [{ invalidRate: 1 }, 'UNALLOCATED_NUMBER', 404, false],
    [{ congestionRate: 1 }, 'NORMAL_CIRCUIT_CONGESTION', 503, false],
    [{ rejectedRate: 1 }, 'CALL_REJECTED', 603, true],
    [{ announcementRate: 1 }, 'NO_USER_RESPONSE', 408, true],
  ] as const) {
    const stage = new Stage(only(people));
    stage.call('c');
    stage.run(30_000);
    t.match(stage.last('channel-ended'), { cause, sipStatus, answered: false, progressed });
  }
});

t.test('machines are told from people when detection is on', async (t) => {
  const stage = new Stage(
    only({ machineRate: 1 }, { trunk: { machineDetection: { enabled: true, sensitivity: 1 } } }),
  );
  stage.call('c');
  stage.run(10_000);
  t.equal(stage.last('channel-answered').answeredBy, 'machine');
  t.match(stage.world.counts, { machines: 1, humans: 0 });
});

t.test('the engine can hang up, and play a message that ends the call', async (t) => {
  const stage = new Stage(only({ answerRate: 1, patience: 60, optOutKeyRate: 1, optOutKeyDelay: 2 }));
  stage.call('one');
  stage.call('two');
  stage.run(6000);
  stage.do({ type: 'hang-up', switchId: 'fs', channelId: 'one', cause: 'NORMAL_CLEARING' });
  stage.do({ type: 'play-safe-harbour', switchId: 'fs', channelId: 'two', message: 'm' });
  stage.run(1000);
  t.equal(stage.told('one').at(-1), 'channel-ended');
  stage.run(10_000);
  t.same(stage.told('two').slice(-2), ['key-pressed', 'channel-ended']);
  t.equal(stage.last('key-pressed').key, '9');
});

t.test('a bridge to a leg that is gone fails, and the customer is still there', async (t) => {
  const stage = new Stage(only({ answerRate: 1 }));
  stage.call('c');
  stage.run(5500);
  stage.do({ type: 'bridge', switchId: 'fs', channelId: 'c', agentLegId: 'nobody' });
  stage.run(100);
  t.equal(stage.last('bridge-failed').channelId, 'c');
  t.equal(stage.world.channels, 1);
});

t.test('a listing shows the legs as they are', async (t) => {
  const stage = new Stage(only({ answerRate: 1 }));
  stage.agent('a');
  stage.call('c');
  stage.run(5000);
  stage.do({ type: 'bridge', switchId: 'fs', channelId: 'c', agentLegId: 'a' });
  stage.run(100);
  stage.call('d');
  stage.do({ type: 'audit-channels', switchId: 'fs' });
  stage.run(100);
  t.match(stage.last('switch-channels').channels, [
    { channelId: 'a', state: 'answered', bridgedTo: 'c' },
    { channelId: 'c', state: 'answered', bridgedTo: 'a' },
    { channelId: 'd', state: 'dialing', bridgedTo: '' },
  ]);
});

t.test('a crash takes everything without a word; a lost link only what is told meanwhile', async (t) => {
  const stage = new Stage(
    only(
      { answerRate: 1, patience: 600 },
      {
        faults: {
          schedule: [
            { at: 10, action: 'drop-connections', seconds: 5 },
            { at: 30, action: 'crash', seconds: 5 },
          ],
        },
      },
    ),
  );
  stage.agent('a');
  stage.run(8000);
  stage.call('c');
  stage.run(8000);
  t.same(stage.told('c'), [], 'it rang and was answered while nobody listened');
  t.match(stage.last('switch-up').channels, [{ channelId: 'a' }, { channelId: 'c', state: 'answered' }]);
  const before = stage.last('switch-up').instanceId;
  stage.run(20_000);
  t.equal(stage.inputs.filter(({ type }) => type === 'switch-down').length, 2);
  t.same(stage.last('switch-up').channels, []);
  t.not(stage.last('switch-up').instanceId, before);
  t.same(stage.told('c'), []);
});

t.test('lost and doubled events are lost and doubled', async (t) => {
  const lost = new Stage(only({ answerRate: 1 }, { faults: { lostEventRate: 1 } }));
  lost.call('c');
  lost.run(30_000);
  t.same(lost.told('c'), []);
  const doubled = new Stage(only({ busyRate: 1 }, { faults: { doubledEventRate: 1 } }));
  doubled.call('c');
  doubled.run(30_000);
  t.same(doubled.told('c'), ['channel-ended', 'channel-ended']);
});
