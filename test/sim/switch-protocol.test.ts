import t from 'tap';
import { type SimulatedSwitchOptions, startSimulatedSwitch, worldClock } from '../../sim/index.js';
import { EslClient } from './esl-client.js';

async function start(
  t: { teardown: (act: () => unknown) => void },
  options: SimulatedSwitchOptions = {},
): Promise<{ port: number; client: EslClient; running: Awaited<ReturnType<typeof startSimulatedSwitch>> }> {
  const running = await startSimulatedSwitch({ seed: 'protocol', ...options });
  t.teardown(() => running.stop());
  const client = await EslClient.connect(running.port);
  t.teardown(() => client.close());
  return { port: running.port, client, running };
}

const DISCONNECTED = 'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

t.test('a wrong password is told and ends the connection', async (t) => {
  const { port } = await start(t);
  const client = await EslClient.open(port);
  t.equal(await client.command('auth nope'), '-ERR invalid');
  await client.whenClosed;
  t.same(client.notices, [DISCONNECTED]);
});

t.test('before auth no command is known, and auth may still follow', async (t) => {
  const { port } = await start(t);
  const client = await EslClient.open(port);
  t.teardown(() => client.close());
  t.equal(await client.command('api status'), '-ERR command not found');
  t.equal(await client.command('auth ClueCon'), '+OK accepted');
  t.match(await client.api('status'), /^UP 0 years, .*\nFreeSWITCH \(Version .*\) is ready\n/);
});

t.test('the first bytes are the request for the password, and lines may end in CR LF', async (t) => {
  const { port } = await start(t);
  const client = await EslClient.open(port);
  t.teardown(() => client.close());
  const reply = client.reply();
  client.write('auth ClueCon\r\n\r\n');
  t.equal((await reply).headers.get('Reply-Text'), '+OK accepted');
  t.equal(
    client.received.toString(),
    'Content-Type: auth/request\n\nContent-Type: command/reply\nReply-Text: +OK accepted\n\n',
  );
});

t.test('exit says goodbye and closes', async (t) => {
  const { client } = await start(t);
  t.equal(await client.command('exit'), '+OK bye');
  await client.whenClosed;
  t.same(client.notices, [DISCONNECTED]);
});

t.test('commands that are wrong are answered as the real switch answers them', async (t) => {
  const { client } = await start(t);
  const replies: readonly (readonly [string, string])[] = [
    ['foo', '-ERR command not found'],
    ['noevents', '-ERR not listening for events'],
    ['event', '-ERR no keywords supplied'],
    ['event json', '-ERR no keywords supplied'],
    ['event json NOSUCH_EVENT', '-ERR no keywords supplied'],
    ['event plain NOSUCH HEARTBEAT', '+OK event listener enabled plain'],
    ['event json CUSTOM sofia::gateway_state', '+OK event listener enabled json'],
    ['nixevent HEARTBEAT', '+OK events nixed'],
    ['nixevent', '-ERR no keywords supplied'],
    ['filter Event-Name CHANNEL_ANSWER', '+OK filter added. [Event-Name]=[CHANNEL_ANSWER]'],
    ['filter delete Event-Name CHANNEL_ANSWER', '+OK filter deleted. [Event-Name][CHANNEL_ANSWER]'],
    ['filter delete all', '+OK filter deleted. [all][]'],
    ['filter foo', '-ERR invalid syntax'],
    ['filter', '-ERR command not found'],
    ['noevents', '+OK no longer listening for events'],
    ['nolog', '-ERR not loging'],
    ['log info', '+OK log level info [6]'],
    ['nolog', '+OK no longer logging'],
    ['linger', '-ERR not controlling a session'],
    ['divert_events on', '-ERR not controlling a session.'],
    ['myevents', '-ERR command not found'],
    ['api', '-ERR command not found'],
  ];
  for (const [command, reply] of replies) t.equal(await client.command(command), reply, command);
});

t.test('api commands that are wrong are answered as the real switch answers them', async (t) => {
  const { client } = await start(t);
  const answers: readonly (readonly [string, string])[] = [
    ['nosuchcommand', '-ERR nosuchcommand Command not found!\n'],
    [
      'originate',
      '-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] [<cid_name>] [<cid_num>] [<timeout_sec>]\n',
    ],
    ['originate foo bar', '-ERR CHAN_NOT_IMPLEMENTED\n'],
    ['uuid_bridge', '-USAGE: <uuid> <other_uuid>\n'],
    ['uuid_bridge a b', '-ERR Invalid uuid\n'],
    ['uuid_kill nosuch', '-ERR No such channel!\n'],
    ['uuid_exists nosuch', 'false'],
    ['uuid_setvar nosuch a b', '-ERR No such channel!\n'],
    ['uuid_getvar nosuch a', '-ERR No such channel!\n'],
    ['uuid_transfer nosuch park inline', '-ERR No such channel!\n'],
    ['uuid_broadcast nosuch tone_stream://%(100,0,440) aleg', '-ERR invalid uuid\n'],
    ['sched_hangup +1 nosuch', '-ERR No such channel!\n'],
    ['uuid_park nosuch', '-ERR No such channel!\n'],
    ['uuid_dump nosuch', '-ERR No such channel!\n'],
    ['uuid_answer nosuch', '-ERROR\n'],
    ['uuid_record nosuch start /tmp/x.wav', '-ERR Cannot locate session!\n'],
    ['uuid_hold nosuch', '+OK Success\n'],
    ['show channels as json', '{"row_count": 0}\n'],
    ['show channels count', '\n0 total.\n'],
    ['show calls count', '\n0 total.\n'],
    ['fsctl sps', '+OK sessions per second: 500\n'],
    ['fsctl sps 70', '+OK sessions per second: 70\n'],
    ['fsctl max_sessions', '+OK max sessions: 20000\n'],
    ['reloadxml', '+OK [Success]\n'],
    ['module_exists mod_sofia', 'true'],
  ];
  for (const [command, answer] of answers) t.equal(await client.api(command), answer, command);
  t.match(await client.api('create_uuid'), UUID);
});

t.test('a number of commands in one write are answered in their order', async (t) => {
  const { client, running } = await start(t);
  const replies = [client.reply(), client.reply(), client.reply()];
  client.write('api global_getvar core_uuid\n\napi uuid_exists x\n\nbgapi status\n\n');
  const [first, second, third] = await Promise.all(replies);
  t.equal(first!.body, running.coreUuid());
  t.equal(second!.body, 'false');
  t.match(third!.headers.get('Reply-Text'), /^\+OK Job-UUID: [0-9a-f-]{36}$/);
  t.equal(third!.headers.get('Reply-Text'), `+OK Job-UUID: ${third!.headers.get('Job-UUID')}`);
});

t.test('a background job keeps the id it was given and tells its result to every listener', async (t) => {
  const { client, port } = await start(t);
  const other = await EslClient.connect(port);
  t.teardown(() => other.close());
  await client.command('event plain BACKGROUND_JOB');
  await other.command('event json BACKGROUND_JOB');
  const job = '11111111-2222-4333-8444-555555555555';
  t.equal(await client.background('uuid_exists nosuch', job), 'false');
  const told = await other.event(({ headers }) => headers.get('Job-UUID') === job);
  t.equal(told.body, 'false');
  t.equal(told.headers.get('Job-Command'), 'uuid_exists');
  t.equal(told.headers.get('Job-Command-Arg'), 'nosuch');
});

t.test('an unknown word behind CUSTOM is a subclass: what follows is not subscribed', async (t) => {
  const { client, port } = await start(t);
  const other = await EslClient.connect(port);
  t.teardown(() => other.close());
  await client.command('event plain CUSTOM x::y BACKGROUND_JOB');
  await other.command('event plain BACKGROUND_JOB');
  await other.background('status');
  await client.api('status');
  t.same(client.events, []);
});

t.test('filters let through what matches any of them and drop what lacks the header', async (t) => {
  const { client } = await start(t, { clock: worldClock(10) });
  await client.command('event plain ALL');
  await client.command('filter variable_dialer_campaign /^c[0-9]+$/');
  await client.command('filter Event-Name BACKGROUND_JOB');
  for (const campaign of ['c7', 'other']) {
    await client.background(
      `originate {origination_uuid=${campaign}-leg,dialer_campaign=${campaign}}sofia/gateway/carrier/300 &park()`,
    );
  }
  await client.event(
    ({ name, headers }) => name === 'CHANNEL_DESTROY' && headers.get('Unique-ID') === 'c7-leg',
  );
  t.same([...new Set(client.events.map(({ headers }) => headers.get('Unique-ID') ?? 'no leg'))].sort(), [
    'c7-leg',
    'no leg',
  ]);
  t.ok(client.events.every(({ headers, name }) => name === 'BACKGROUND_JOB' || headers.has('Unique-ID')));
});

t.test('nixevent takes events out of ALL', async (t) => {
  const { client } = await start(t, { clock: worldClock(10) });
  await client.command('event plain ALL');
  await client.command('nixevent CHANNEL_STATE CHANNEL_HANGUP API');
  await client.background('originate {origination_uuid=leg}sofia/gateway/carrier/300 &park()');
  await client.named('CHANNEL_DESTROY', 'leg');
  const names = client.namesOf('leg');
  t.ok(names.includes('CHANNEL_HANGUP_COMPLETE'));
  t.notOk(names.includes('CHANNEL_HANGUP'));
  t.notOk(names.includes('CHANNEL_STATE'));
});

t.test(
  'plain events escape values, but not what is escaped already; json carries them as they are',
  async (t) => {
    const { client, port } = await start(t, { clock: worldClock(10) });
    const json = await EslClient.connect(port);
    t.teardown(() => json.close());
    await client.command('event plain CHANNEL_ANSWER');
    await json.command('event json CHANNEL_ANSWER');
    await client.command(
      "bgapi originate {origination_uuid=leg,origination_caller_id_name='Jörg Müller & Söhne 100%',dialer_x=a:b=c%20d}sofia/gateway/carrier/800 &park()",
    );
    const [plain, whole] = await Promise.all([client.named('CHANNEL_ANSWER'), json.named('CHANNEL_ANSWER')]);
    t.match(client.received.toString(), 'variable_dialer_x: a%3Ab%3Dc%20d\n');
    t.match(client.received.toString(), 'J%C3%B6rg%20M%C3%BCller%20%26%20S%C3%B6hne%20100%25');
    t.equal(plain.headers.get('variable_dialer_x'), 'a:b=c d');
    t.equal(whole.headers.get('variable_dialer_x'), 'a:b=c%20d');
    t.equal(whole.headers.get('Caller-Caller-ID-Name'), 'Jörg Müller & Söhne 100%');
  },
);

t.test(
  'an api originate holds up its connection, replies and events alike, until it is decided',
  async (t) => {
    const { client, port } = await start(t, { clock: worldClock(10) });
    const other = await EslClient.connect(port);
    t.teardown(() => other.close());
    await client.command('event plain CHANNEL_CREATE');
    const answers = [client.reply(), client.reply()];
    client.write(
      'api originate {origination_uuid=slow,originate_timeout=3}sofia/gateway/carrier/200 &park()\n\napi uuid_exists x\n\n',
    );
    await other.command('event plain CHANNEL_PROGRESS CHANNEL_CREATE');
    await other.named('CHANNEL_PROGRESS', 'slow');
    t.equal(client.events.length, 0, 'nothing is told meanwhile');
    const [first, second] = await Promise.all(answers);
    t.equal(first!.body, '-ERR NO_ANSWER\n');
    t.equal(second!.body, 'false');
    await client.named('CHANNEL_CREATE', 'slow');
  },
);

t.test('a heartbeat comes every 20 seconds and says how busy the switch is', async (t) => {
  const { client } = await start(t, { clock: worldClock(60), maxSessions: 77 });
  await client.command('event plain HEARTBEAT RE_SCHEDULE');
  const beat = await client.named('HEARTBEAT');
  t.equal(beat.headers.get('Event-Info'), 'System Ready');
  t.equal(beat.headers.get('Max-Sessions'), '77');
  t.equal(beat.headers.get('Session-Count'), '0');
  await client.named('RE_SCHEDULE');
});
