import t from 'tap';
import {
  defaultScenario,
  type Scenario,
  type SimulatedSwitch,
  type SimulatedSwitchOptions,
  scenarioFrom,
  startSimulatedSwitch,
  worldClock,
} from '../../sim/index.js';
import { EslClient } from './esl-client.js';

const EVENTS =
  'CHANNEL_CREATE CHANNEL_PROGRESS CHANNEL_ANSWER CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_PARK CHANNEL_HANGUP_COMPLETE CHANNEL_DESTROY BACKGROUND_JOB DTMF PLAYBACK_START PLAYBACK_STOP SHUTDOWN';

async function start(
  t: { teardown: (act: () => unknown) => void },
  options: SimulatedSwitchOptions = {},
): Promise<{ running: SimulatedSwitch; client: EslClient }> {
  const running = await startSimulatedSwitch({ seed: 'calls', clock: worldClock(10), ...options });
  t.teardown(() => running.stop());
  const client = await EslClient.connect(running.port);
  t.teardown(() => client.close());
  await client.command(`event json ${EVENTS}`);
  return { running, client };
}

const dial = (client: EslClient, id: string, number: string, variables = ''): Promise<string> =>
  client.background(
    `originate {origination_uuid=${id},ignore_early_media=true,originate_timeout=20${variables}}sofia/gateway/carrier/${number} &park()`,
  );

const OUT_OF_ORDER = '-ERR DESTINATION_OUT_OF_ORDER\n';

t.test('originates over the session rate are refused locally and leave no event', async (t) => {
  const { client, running } = await start(t, { cps: 3, clock: worldClock(1) });
  // Within one second of the clock, or the count begins anew.
  await new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000)));
  const results = await Promise.all(
    Array.from({ length: 8 }, (_, index) => dial(client, `leg-${index}`, '300')),
  );
  t.same(results.filter((result) => result === '-ERR USER_BUSY\n').length, 3);
  t.same(results.filter((result) => result === OUT_OF_ORDER).length, 5);
  const seen = new Set(
    client.events.map(({ headers }) => headers.get('Unique-ID')).filter((id) => id !== undefined),
  );
  t.equal(seen.size, 3);
  t.equal(running.counts().throttled, 5);
});

t.test('no more sessions than allowed at once', async (t) => {
  const { client } = await start(t, { maxSessions: 2 });
  t.match(await dial(client, 'a', '0'), '+OK a');
  t.match(await dial(client, 'b', '0'), '+OK b');
  t.equal(await dial(client, 'c', '0'), OUT_OF_ORDER);
  await client.api('uuid_kill a');
  await client.named('CHANNEL_DESTROY', 'a');
  t.match(await dial(client, 'c', '0'), '+OK c');
});

t.test('a paused switch, a live uuid and a space in a variable are refused locally', async (t) => {
  const { client } = await start(t);
  t.equal(await client.api('fsctl pause outbound'), '+OK\n');
  t.equal(await dial(client, 'a', '0'), OUT_OF_ORDER);
  await client.api('fsctl resume outbound');
  t.match(await dial(client, 'a', '0'), '+OK a');
  t.equal(await dial(client, 'a', '1'), OUT_OF_ORDER);
  t.equal(await client.api('uuid_exists a'), 'true');
  t.equal(await dial(client, 'b', '0', ',origination_caller_id_name=John Doe'), OUT_OF_ORDER);
  t.match(await dial(client, 'b', '8', ",origination_caller_id_name='John Doe'"), '+OK b');
});

t.test('gateways, profiles and endpoints that do not exist have causes of their own', async (t) => {
  const { client } = await start(t);
  const originate = (endpoint: string): Promise<string> =>
    client.background(`originate {origination_uuid=x}${endpoint} &park()`);
  t.equal(await originate('sofia/gateway/nosuch/100'), '-ERR INVALID_GATEWAY\n');
  t.same(client.namesOf('x'), ['CHANNEL_DESTROY'], 'all that is seen of it');
  t.equal(await originate('sofia/nosuch/100@127.0.0.1'), '-ERR INVALID_PROFILE\n');
  t.equal(await originate('nosuch/100'), '-ERR CHAN_NOT_IMPLEMENTED\n');
  const { client: other } = await start(t, { gateways: ['one'] });
  t.equal(await other.background('originate sofia/gateway/two/1 &park()'), '-ERR INVALID_GATEWAY\n');
});

t.test('variables are read with the quoting of the real switch', async (t) => {
  const { client } = await start(t);
  const cases: readonly (readonly [string, string, string])[] = [
    ["{x='a,b',y=2}", 'a', '2'],
    ['{x=a\\,b,y=2}', 'a,b', '2'],
    ['{^^;x=a,b;y=2}', 'a,b', '2'],
    ["{x='it\\'s',y=2}", "it's", '2'],
  ];
  for (const [variables, x, y] of cases) {
    const result = await client.background(`originate ${variables}sofia/gateway/carrier/0 &park()`);
    const id = /^\+OK (.*)\n$/.exec(result)?.[1] ?? '';
    t.equal(await client.api(`uuid_getvar ${id} x`), x, variables);
    t.equal(await client.api(`uuid_getvar ${id} y`), y, variables);
    t.equal(await client.api(`uuid_getvar ${id} z`), '_undef_');
  }
  t.equal(
    await client.background('originate {x=a}b,y=2}sofia/gateway/carrier/0 &park()'),
    '-ERR CHAN_NOT_IMPLEMENTED\n',
  );
});

t.test('a call that nobody answers ends with the timeout, counted in whole seconds', async (t) => {
  const { client, running } = await start(t);
  const began = running.clock.now();
  t.equal(await dial(client, 'a', '200', ',originate_timeout=4'), '-ERR NO_ANSWER\n');
  const took = running.clock.now() - began;
  t.ok(took > 2900 && took < 5000, `after ${took} ms of the switch's time`);
  const end = await client.named('CHANNEL_HANGUP_COMPLETE', 'a');
  t.equal(end.headers.get('variable_hangup_cause_q850'), '19');
  t.equal(end.headers.get('variable_sip_hangup_disposition'), 'send_cancel');
  t.not(end.headers.get('Caller-Channel-Progress-Time'), '0');
  t.equal(await dial(client, 'b', '200', ',leg_timeout=2'), '-ERR ALLOTTED_TIMEOUT\n');
  t.equal(await dial(client, 'c', '200', ',progress_timeout=1'), '-ERR PROGRESS_TIMEOUT\n');
});

t.test('a parked leg that nobody wants ends by its park_timeout, with its cause', async (t) => {
  const { client } = await start(t);
  await dial(client, 'a', '0', ',park_timeout=2:ALLOTTED_TIMEOUT');
  await dial(client, 'b', '0', ',park_timeout=2');
  const [a, b] = await Promise.all([
    client.named('CHANNEL_HANGUP_COMPLETE', 'a'),
    client.named('CHANNEL_HANGUP_COMPLETE', 'b'),
  ]);
  t.equal(a.headers.get('Hangup-Cause'), 'ALLOTTED_TIMEOUT');
  t.equal(b.headers.get('Hangup-Cause'), 'NORMAL_CLEARING');
});

t.test('a leg that is killed in the write of its originate never rings', async (t) => {
  const { client } = await start(t);
  const replies = [client.reply(), client.reply()];
  const job = client.named('BACKGROUND_JOB');
  client.write('bgapi originate {origination_uuid=k}sofia/gateway/carrier/0 &park()\n\napi uuid_kill k\n\n');
  await Promise.all(replies);
  t.equal((await replies[1]!).body, '+OK\n');
  t.equal((await job).body, '-ERR NORMAL_CLEARING\n');
  await client.named('CHANNEL_DESTROY', 'k');
  t.same(client.namesOf('k'), ['CHANNEL_CREATE', 'CHANNEL_HANGUP_COMPLETE', 'CHANNEL_DESTROY']);
});

t.test('who picks up and hangs up at once gives an error, though it was an answer', async (t) => {
  const { client } = await start(t);
  for (let index = 0; index < 12; index++) {
    t.equal(await dial(client, `i${index}`, '810'), '-ERR NORMAL_CLEARING\n');
    const end = await client.named('CHANNEL_HANGUP_COMPLETE', `i${index}`);
    t.equal(end.headers.get('variable_sip_term_status'), '200');
    t.not(end.headers.get('Caller-Channel-Answered-Time'), '0');
  }
  const told = client.events.filter(({ name }) => name === 'CHANNEL_ANSWER').length;
  t.ok(told > 0 && told < 12, 'the answer is told mostly, not always');
});

t.test('a ringing leg cannot be bridged: both legs die', async (t) => {
  const { client } = await start(t);
  await dial(client, 'agent', 'tagent-1', ',park_after_bridge=true');
  const job = dial(client, 'ringing', '200');
  await client.named('CHANNEL_PROGRESS', 'ringing');
  t.equal(await client.api('uuid_bridge agent ringing'), '+OK ringing\n');
  t.equal(await job, '-ERR ORIGINATOR_CANCEL\n');
  const [ringing, agent] = await Promise.all([
    client.named('CHANNEL_HANGUP_COMPLETE', 'ringing'),
    client.named('CHANNEL_HANGUP_COMPLETE', 'agent'),
  ]);
  t.equal(ringing.headers.get('Hangup-Cause'), 'DESTINATION_OUT_OF_ORDER');
  t.equal(agent.headers.get('Hangup-Cause'), 'ORIGINATOR_CANCEL');
});

t.test('a bridge asked for at the answer, before the originate is over, stands', async (t) => {
  const { client } = await start(t);
  await dial(client, 'agent', 'tagent-1', ',park_after_bridge=true');
  const job = dial(client, 'customer', '0');
  await client.named('CHANNEL_ANSWER', 'customer');
  t.equal(await client.api('uuid_bridge agent customer'), '+OK customer\n');
  t.match(await job, '+OK customer');
  const bridge = await client.named('CHANNEL_BRIDGE');
  t.equal(bridge.headers.get('Unique-ID'), 'agent');
  t.equal(bridge.headers.get('Bridge-B-Unique-ID'), 'customer');
  const listing = JSON.parse(await client.api('show channels as json')) as {
    row_count: number;
    rows: { uuid: string; call_uuid: string; callstate: string }[];
  };
  t.equal(listing.row_count, 2);
  t.same(
    listing.rows.map(({ call_uuid, callstate }) => `${call_uuid} ${callstate}`),
    ['agent ACTIVE', 'agent ACTIVE'],
  );
  t.equal(await client.api('show calls count'), '\n1 total.\n');
});

t.test('an agent in a bridge who gets another one loses the first customer', async (t) => {
  const { client } = await start(t);
  await dial(client, 'agent', 'tagent-1', ',park_after_bridge=true');
  await dial(client, 'one', '0');
  await dial(client, 'two', '0');
  await client.api('uuid_bridge agent one');
  await client.named('CHANNEL_BRIDGE');
  t.equal(await client.api('uuid_bridge agent two'), '+OK two\n');
  const end = await client.named('CHANNEL_HANGUP_COMPLETE', 'one');
  t.equal(end.headers.get('Hangup-Cause'), 'NORMAL_CLEARING');
  await client.event(
    ({ name, headers }) => name === 'CHANNEL_BRIDGE' && headers.get('Bridge-B-Unique-ID') === 'two',
  );
  t.equal(await client.api('uuid_exists agent'), 'true');
});

t.test('a message is played, a person may press the opt-out key, and then the leg is hung up', async (t) => {
  const scenario = scenarioFrom({
    people: {
      optOutKeyRate: 1,
      optOutKeyDelay: 1,
      answerRate: 1,
      machineRate: 0,
      busyRate: 0,
      invalidRate: 0,
      congestionRate: 0,
      patience: 60,
    },
  });
  const { client } = await start(t, { scenario });
  await client.background('originate {origination_uuid=c}sofia/gateway/any/49301 &park()');
  t.equal(
    await client.api("uuid_transfer c 'm:^:playback:message.wav^hangup:NORMAL_CLEARING' inline"),
    '+OK\n',
  );
  const key = await client.named('DTMF', 'c');
  t.equal(key.headers.get('DTMF-Digit'), '9');
  await client.named('CHANNEL_DESTROY', 'c');
  t.same(client.namesOf('c').slice(-5), [
    'PLAYBACK_START',
    'DTMF',
    'PLAYBACK_STOP',
    'CHANNEL_HANGUP_COMPLETE',
    'CHANNEL_DESTROY',
  ]);
});

t.test('an inline list cut at a comma fails as it does on the real switch', async (t) => {
  const { client } = await start(t);
  await dial(client, 'c', '0');
  await client.api("uuid_transfer c 'playback:tone_stream://%(700,0,440),hangup:NORMAL_CLEARING' inline");
  const end = await client.named('CHANNEL_HANGUP_COMPLETE', 'c');
  t.equal(end.headers.get('Hangup-Cause'), 'DESTINATION_OUT_OF_ORDER');
});

t.test('keys that are pressed on the far end arrive as events', async (t) => {
  const { client, running } = await start(t);
  await dial(client, 'c', '0');
  t.ok(running.control.pressKeys('c', '12'));
  await client.event(({ name, headers }) => name === 'DTMF' && headers.get('DTMF-Digit') === '2');
  await client.api('uuid_recv_dtmf c 5');
  await client.event(({ name, headers }) => name === 'DTMF' && headers.get('DTMF-Digit') === '5');
  t.notOk(running.control.pressKeys('nosuch', '1'));
});

t.test('a leg can be looked at and its variables changed', async (t) => {
  const { client } = await start(t);
  await dial(client, 'c', '0');
  t.equal(await client.api('uuid_setvar c note hello world'), '+OK\n');
  t.equal(await client.api('uuid_getvar c note'), 'hello world');
  t.equal(await client.api('uuid_setvar_multi c a=1;b=two'), '+OK\n');
  t.equal(await client.api('uuid_getvar c b'), 'two');
  t.match(
    await client.api('uuid_dump c'),
    /^Event-Name: CHANNEL_DATA\n[\s\S]*variable_note: hello%20world\n/,
  );
  t.equal((JSON.parse(await client.api('uuid_dump c json')) as Record<string, string>)['variable_b'], 'two');
  t.equal(await client.api('uuid_broadcast c tone_stream://%(100,0,440) aleg'), '+OK Message sent\n');
  await client.named('PLAYBACK_STOP', 'c');
  t.equal(await client.api('sched_hangup +1 c ALLOTTED_TIMEOUT'), '+OK\n');
  const end = await client.named('CHANNEL_HANGUP_COMPLETE', 'c');
  t.equal(end.headers.get('Hangup-Cause'), 'ALLOTTED_TIMEOUT');
});

t.test('legs are hung up together by a variable they share, or all of them', async (t) => {
  const { client } = await start(t);
  await dial(client, 'a', '0', ',dialer_campaign=7');
  await dial(client, 'b', '0', ',dialer_campaign=8');
  t.equal(
    await client.api('hupall MANAGER_REQUEST dialer_campaign 7'),
    '+OK hangup all channels matching [dialer_campaign]=[7] with cause: MANAGER_REQUEST\n',
  );
  const end = await client.named('CHANNEL_HANGUP_COMPLETE', 'a');
  t.equal(end.headers.get('Hangup-Cause'), 'MANAGER_REQUEST');
  t.equal(await client.api('uuid_exists b'), 'true');
  await client.api('hupall');
  await client.named('CHANNEL_DESTROY', 'b');
  t.equal(await client.api('show channels count'), '\n0 total.\n');
});

t.test('agents answer at once on any gateway and stay; a ringing one takes two seconds', async (t) => {
  const { client, running } = await start(t);
  const endpoints = [
    'sofia/gateway/any/agent-1',
    'sofia/gateway/carrier/tagent-2',
    'user/1003',
    'user/1004@pbx',
  ];
  for (const [index, endpoint] of endpoints.entries()) {
    t.match(await client.background(`originate {origination_uuid=a${index}}${endpoint} &park()`), '+OK');
  }
  t.match(await client.background('originate sofia/gateway/any/ragent-5 &park()'), '+OK');
  t.equal(client.events.filter(({ name }) => name === 'CHANNEL_PROGRESS').length, 1);
  t.ok(running.channels().every(({ agent, state }) => agent && state === 'answered'));
  t.equal(running.counts().channels, 5);
});

t.test('a person hangs up when nobody speaks, and after the talk when someone does', async (t) => {
  const everyone = scenarioFrom({
    people: {
      answerRate: 1,
      machineRate: 0,
      busyRate: 0,
      invalidRate: 0,
      congestionRate: 0,
      ring: 2,
      dialLatency: 1,
      patience: 3,
      talk: 8,
    },
  });
  const { client, running } = await start(t, { scenario: everyone });
  const call = (id: string): Promise<string> =>
    client.background(`originate {origination_uuid=${id}}sofia/gateway/any/4930${id.length}1 &park()`);
  const began = running.clock.now();
  await call('alone');
  const end = await client.named('CHANNEL_HANGUP_COMPLETE', 'alone');
  t.equal(end.headers.get('variable_sip_hangup_disposition'), 'recv_bye');
  const alone = running.clock.now() - began;
  t.ok(alone >= 6000 && alone < 8000, `${alone} ms`);
  await dial(client, 'agent', 'tagent-1', ',park_after_bridge=true');
  await call('spoken-to');
  await client.api('uuid_bridge agent spoken-to');
  // By the switch's own times: a busy machine hears of both late.
  const at = ({ headers }: { readonly headers: ReadonlyMap<string, string> }): number =>
    Number(headers.get('Event-Date-Timestamp')) / 1000;
  const bridgedAt = at(await client.named('CHANNEL_BRIDGE'));
  const talked = at(await client.named('CHANNEL_HANGUP_COMPLETE', 'spoken-to')) - bridgedAt;
  t.ok(talked >= 7900 && talked < 10_000, `${talked} ms`);
  t.equal(await client.api('uuid_exists agent'), 'true');
});

t.test('machine detection tells its verdict with the answer', async (t) => {
  const machines = scenarioFrom({
    people: {
      answerRate: 0,
      machineRate: 1,
      busyRate: 0,
      invalidRate: 0,
      congestionRate: 0,
      machineRing: 1,
      dialLatency: 0.1,
    },
    trunk: { machineDetection: { enabled: true, sensitivity: 1 } },
  });
  const { client } = await start(t, { scenario: machines });
  await client.background('originate {origination_uuid=m}sofia/gateway/any/49301 &park()');
  t.equal((await client.named('CHANNEL_ANSWER', 'm')).headers.get('variable_amd_result'), 'MACHINE');
});

t.test('the same seed gives every number the same fate, another seed another', async (t) => {
  const scenario: Scenario = {
    ...defaultScenario,
    people: { ...defaultScenario.people, ring: { kind: 'constant', value: 2 } },
  };
  const fates = async (seed: string): Promise<string[]> => {
    const { client } = await start(t, { seed, scenario, clock: worldClock(40) });
    return Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        client.background(
          `originate {origination_uuid=n${index},originate_timeout=9}sofia/gateway/any/493012${index} &park()`,
        ),
      ),
    );
  };
  const [one, again, other] = await Promise.all([fates('one'), fates('one'), fates('other')]);
  t.same(one, again);
  t.notSame(one, other);
});

t.test('a number that is called again while it is in a call is counted', async (t) => {
  const { client, running } = await start(t);
  await dial(client, 'a', '0123');
  await dial(client, 'b', '0123');
  t.equal(running.counts().numbersCalledTwiceAtOnce, 1);
  t.same(running.callsTo('0123'), { made: 2, live: 2, peak: 2 });
});
