/** Faults of the link to an Asterisk: said at once, survived, and followed by a listing before dialling goes on. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test as Tap } from 'tap';
import { systemClock } from '../../dialer/clock.js';
import type { TelephonyEffect } from '../../dialer/core/effects.js';
import type { AsteriskOptionsGiven } from '../../dialer/telephony/asterisk/options.js';
import { createAsteriskTelephony } from '../../dialer/telephony/index.js';
import type { Telephony, TelephonyLogEntry } from '../../dialer/telephony/port.js';
import { password, SimulatedAsterisk, user } from './asterisk/simulated-asterisk.js';
import { channelOfOurs, ownPrefix, Recorder, switchId } from './harness.js';

const timings = {
  connectMilliseconds: 5000,
  pingMilliseconds: 100,
  replyMilliseconds: 700,
  reconnectFirstMilliseconds: 20,
  reconnectLongestMilliseconds: 100,
  refusedMilliseconds: 300,
};

type Overrides = Partial<Omit<AsteriskOptionsGiven, 'timings'>> & {
  readonly password?: string;
  readonly application?: string;
};

interface Adapter {
  readonly recorder: Recorder;
  readonly log: TelephonyLogEntry[];
  readonly telephony: Telephony;
}

function start(t: Tap, port: number, overrides: Overrides = {}): Adapter {
  const recorder = new Recorder();
  const log: TelephonyLogEntry[] = [];
  const { password: given = password, application, ...options } = overrides;
  const telephony = createAsteriskTelephony({
    switches: [
      {
        ...{ switchId, host: '127.0.0.1', port, user, password: given },
        ...(application === undefined ? {} : { application }),
      },
    ],
    ...{ ownPrefix, clock: systemClock(), random: () => 0.5, timings },
    log: (entry) => log.push(entry),
    endGraceMilliseconds: 50,
    ...options,
  });
  t.teardown(() => telephony.stop(100));
  telephony.start(recorder.report);
  return { recorder, log, telephony };
}

async function asterisk(t: Tap): Promise<SimulatedAsterisk> {
  const one = await SimulatedAsterisk.start();
  t.teardown(() => one.stop());
  return one;
}

async function connected(
  t: Tap,
  overrides: Overrides = {},
): Promise<Adapter & { readonly server: SimulatedAsterisk }> {
  const server = await asterisk(t);
  const adapter = start(t, server.port, overrides);
  await adapter.recorder.next('switch-up', () => true, 20);
  return { ...adapter, server };
}

function customer(channelId: string, dialString: string): TelephonyEffect {
  return {
    ...{ type: 'originate', switchId, channelId, dialString, trunk: 'carrier', number: '+15551234567' },
    ...{ callerId: '+15550001111', ringSeconds: 20, campaignId: 'spring' },
  };
}

async function answered({ telephony, recorder }: Adapter): Promise<string> {
  const channelId = channelOfOurs();
  telephony.perform(customer(channelId, 'PJSIP/tagent-1@trunk'));
  await recorder.next('channel-answered', (input) => input.channelId === channelId);
  return channelId;
}

/** Polls, as requests of the adapter are seen at the server only. */
async function until(done: () => boolean, what: string): Promise<void> {
  for (let look = 0; look < 500; look++) {
    if (done()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`did not come about: ${what}`);
}

t.setTimeout(120_000);

t.test('a wrong password is named with its remedy and never ends the process', async (t) => {
  const server = await asterisk(t);
  const { recorder, log } = start(t, server.port, { password: 'another' });
  const down = await recorder.next('switch-down', () => true, 20);
  t.match(
    down.reason,
    /refused user dialer or the password: give those of ari\.conf in ari:\/\/USER:PASSWORD@/,
  );
  t.notMatch(down.reason, /another/);
  t.ok(log.some(({ level }) => level === 'error'));
});

t.test('a user who may only read is not up', async (t) => {
  const server = await asterisk(t);
  server.readOnly = true;
  const { recorder } = start(t, server.port);
  t.match((await recorder.next('switch-down', () => true, 20)).reason, /Write access denied/);
  server.readOnly = false;
  await recorder.next('switch-up', () => true, 20);
});

t.test('an HTTP server without ARI, and none at all, are told apart', async (t) => {
  const other = createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const first = start(t, port);
  t.match((await first.recorder.next('switch-down', () => true, 20)).reason, /has no ARI: set enabled=yes/);
  await first.telephony.stop(0);
  await new Promise((resolve) => other.close(resolve));
  const second = start(t, port);
  t.match((await second.recorder.next('switch-down', () => true, 20)).reason, /ECONNREFUSED/);
});

t.test('no originate leaves before the switch was listed', async (t) => {
  const server = await asterisk(t);
  const adapter = start(t, server.port);
  const channelId = channelOfOurs();
  adapter.telephony.perform(customer(channelId, 'PJSIP/300@trunk'));
  t.match(await adapter.recorder.next('originate-failed'), { channelId, cause: 'SWITCH_DOWN', local: true });
  await adapter.recorder.next('switch-up', () => true, 20);
  t.strictSame(
    server.requests.filter((request) => request.startsWith('POST /channels')),
    [],
  );
});

t.test(
  'an event that ari-client throws at ends its thread, and neither the process nor the calls',
  async (t) => {
    const adapter = await connected(t);
    const channelId = await answered(adapter);
    adapter.server.sayUnknown('tactus');
    t.match((await adapter.recorder.next('switch-down')).reason, /^the ARI client failed: /);
    const up = await adapter.recorder.next('switch-up', () => true, 20);
    t.match(up.channels, [{ channelId, state: 'answered', bridgedTo: '' }]);
    t.match(adapter.telephony.statistics(), [{ connected: true, reconnects: 1 }]);
  },
);

t.test(
  'a server that takes requests and answers none is said to be lost; what was asked is settled',
  async (t) => {
    const adapter = await connected(t);
    adapter.server.silent = true;
    const channelId = channelOfOurs();
    adapter.telephony.perform(customer(channelId, 'PJSIP/000@trunk'));
    t.match((await adapter.recorder.next('switch-down')).reason, /silent for 700 ms/);
    adapter.server.silent = false;
    await adapter.recorder.next('switch-up', () => true, 20);
    await until(() => adapter.telephony.statistics()[0]?.commandsPending === 0, 'nothing is waited for');
  },
);

t.test('a switch that was restarted is another instance, and empty', async (t) => {
  const adapter = await connected(t);
  await answered(adapter);
  const first = adapter.recorder.inputs.find((input) => input.type === 'switch-up');
  adapter.server.restart();
  await adapter.recorder.next('switch-down');
  const up = await adapter.recorder.next('switch-up', () => true, 20);
  t.strictSame(up.channels, []);
  t.not(up.instanceId, first?.type === 'switch-up' ? first.instanceId : '');
});

t.test(
  'another program that takes the application is named, and two applications live side by side',
  async (t) => {
    const adapter = await connected(t);
    const beside = start(t, adapter.server.port, { application: 'second' });
    await beside.recorder.next('switch-up', () => true, 20);
    t.notOk(adapter.recorder.inputs.some(({ type }) => type === 'switch-down'));
    const rival = start(t, adapter.server.port);
    t.match(
      (await adapter.recorder.next('switch-down', () => true, 20)).reason,
      /another program has taken the application tactus: .*\?app=NAME/,
    );
    await rival.telephony.stop(0);
    await adapter.recorder.next('switch-up', () => true, 20);
  },
);

t.test(
  'a caller is reported, listed and taken to an agent; the end is told though Asterisk does not',
  async (t) => {
    const adapter = await connected(t);
    adapter.server.callIn('1795315131.44', 'tactus');
    t.match(await adapter.recorder.next('inbound-call'), {
      ...{ channelId: '1795315131.44', from: '+15551234567', to: '12025550143' },
    });
    adapter.telephony.perform({ type: 'audit-channels', switchId });
    t.match((await adapter.recorder.next('switch-channels')).channels, [
      { channelId: '1795315131.44', state: 'answered', inbound: { from: '+15551234567' } },
    ]);
    adapter.server.hangUp('1795315131.44');
    t.match(await adapter.recorder.next('channel-ended'), { channelId: '1795315131.44', answered: true });
  },
);

t.test('a recording follows the customer and is named after its path', async (t) => {
  const adapter = await connected(t, { recordingsDirectory: '/var/spool/asterisk/recording' });
  const channelId = await answered(adapter);
  const effect = { type: 'record', switchId, channelId, path: '2026-11-22/x.wav', announcement: '' } as const;
  adapter.telephony.perform({ ...effect, on: true });
  await until(
    () => adapter.server.requests.some((request) => /record\?name=2026-11-22\/x&format=wav/.test(request)),
    'the recording begins',
  );
  t.ok(adapter.server.requests.some((request) => request.includes(`/channels/${channelId}/snoop/`)));
  adapter.telephony.perform({ ...effect, on: false });
  await until(
    () => adapter.server.requests.some((request) => /^DELETE \/channels\/tactus-\w+-record-/.test(request)),
    'the recorder goes',
  );
  t.notOk(adapter.log.some(({ level }) => level === 'error'));
});

t.test('a message that cannot be played ends its call instead of keeping silence', async (t) => {
  const adapter = await connected(t);
  const channelId = await answered(adapter);
  const message = 'ivr:menu';
  adapter.telephony.perform({ type: 'play-safe-harbour', switchId, channelId, message });
  t.match(await adapter.recorder.next('channel-ended'), { channelId, cause: 'NORMAL_CLEARING' });
  t.ok(adapter.log.some(({ message }) => /must be sound:NAME/.test(message)));
  t.notOk(adapter.server.requests.some((request) => request.includes('/play?')));
});

t.test('what could mean more than it should does not leave', async (t) => {
  const adapter = await connected(t);
  for (const [dialString, cause, local] of [
    ['PJSIP/1@trunk&PJSIP/2@trunk', 'INVALID_URL', true],
    ['Local/1@a,b', 'INVALID_URL', true],
    ['PJSIP/1@nosuch', 'INVALID_GATEWAY', true],
  ] as const) {
    const channelId = channelOfOurs();
    adapter.telephony.perform(customer(channelId, dialString));
    t.match(await adapter.recorder.next('originate-failed'), { channelId, cause, local });
  }
});
