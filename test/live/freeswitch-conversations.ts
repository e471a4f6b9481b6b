/**
 * Conversations on a real FreeSWITCH, by what each party hears: hold, mute, a consultation, three-way, supervisors,
 * transfers, recordings, and a call that comes in. Not part of the default run, as it needs two switches on this machine:
 *
 *     npm run build
 *     TACTUS_TEST_FREESWITCH=esl://:ClueCon@127.0.0.1:8021 TACTUS_TEST_CARRIER=esl://:ClueCon@127.0.0.1:8022 \
 *     TACTUS_TEST_INBOUND='sofia/lo/in-12025550143@127.0.0.1:5080' node dist/test/live/freeswitch-conversations.js
 *
 * The gateway `carrier` leads to the second switch, which answers `00NNN` and `agent-toneNNN` with a tone of NNN Hz. The
 * endpoint of TACTUS_TEST_INBOUND leads from there to the dialplan of docs/freeswitch.md, for calls that come in.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { systemClock } from '../../dialer/clock.js';
import type { TelephonyEffect } from '../../dialer/core/effects.js';
import { createFreeSwitchTelephony, parseSwitchUrl } from '../../dialer/telephony/index.js';
import { Recorder } from '../telephony/harness.js';

function addressOf(name: string): ReturnType<typeof parseSwitchUrl> {
  const address = process.env[name];
  if (!address) throw new Error(`set ${name} to a switch: esl://:PASSWORD@HOST:PORT`);
  return parseSwitchUrl(address);
}

const target = addressOf('TACTUS_TEST_FREESWITCH');
const carrier = addressOf('TACTUS_TEST_CARRIER');
const inbound = process.env['TACTUS_TEST_INBOUND'] ?? 'sofia/lo/in-12025550143@127.0.0.1:5080';
const tones = { customer: 440, agent: 600, third: 700, supervisor: 900, music: 350 } as const;
type Party = keyof typeof tones;
const switchId = 'live';

async function command(where: typeof target, text: string): Promise<void> {
  const socket = connect(where.port, where.host);
  socket.write(`auth ${where.password}\n\napi ${text}\n\nexit\n\n`);
  socket.resume();
  await once(socket, 'close');
}

/**
 * Amplitude of a tone on one track of the last two seconds of a PCM file, 0–1: the mean over pieces of 50 ms, as a packet
 * that comes late shifts the tone's phase.
 */
function amplitude(wave: Buffer, track: number, frequency: number): number {
  const start = wave.indexOf('data') + 8;
  const tracks = wave.readUInt16LE(22);
  const rate = wave.readUInt32LE(24);
  const frames = Math.floor((wave.length - start) / 2 / tracks);
  const piece = Math.floor(rate / 20);
  const pieces = Math.min(40, Math.floor(frames / piece));
  let sum = 0;
  for (let each = 0; each < pieces; each++) {
    let real = 0;
    let imaginary = 0;
    for (let index = 0; index < piece; index++) {
      const frame = frames - (each + 1) * piece + index;
      const sample = wave.readInt16LE(start + 2 * (frame * tracks + track)) / 32_768;
      real += sample * Math.cos((2 * Math.PI * frequency * index) / rate);
      imaginary += sample * Math.sin((2 * Math.PI * frequency * index) / rate);
    }
    sum += (2 * Math.hypot(real, imaginary)) / piece;
  }
  return sum / Math.max(1, pieces);
}

t.setTimeout(300_000);

t.test('what each party hears', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'tactus-conversations-'));
  const recorder = new Recorder();
  const prefix = randomBytes(4).toString('hex');
  const telephony = createFreeSwitchTelephony({
    switches: [{ switchId, host: target.host, port: target.port, password: target.password }],
    ownPrefix: prefix,
    clock: systemClock(),
    random: Math.random,
    recordingsDirectory: directory,
    log: ({ level, message }) => t.comment(`${level}: ${message}`),
  });
  const made: string[] = [];
  t.teardown(async () => {
    for (const channelId of made)
      telephony.perform({ type: 'hang-up', switchId, channelId, cause: 'NORMAL_CLEARING' });
    await pause(500);
    await telephony.stop(1_000);
    await rm(directory, { recursive: true, force: true });
  });
  telephony.start(recorder.report);
  await recorder.next('switch-up');

  const perform = (effect: TelephonyEffect): void => telephony.perform(effect);
  const newId = (): string => {
    const id = `${prefix}${randomUUID().slice(8)}`;
    made.push(id);
    return id;
  };
  const answered = async (channelId: string): Promise<string> => {
    await recorder.find('channel-answered', (input) => input.channelId === channelId, 15);
    return channelId;
  };
  const customer = async (): Promise<string> => {
    const channelId = newId();
    perform({
      ...{ type: 'originate', switchId, channelId, dialString: 'sofia/gateway/carrier/00440' },
      ...{
        trunk: 'carrier',
        number: '+15551234567',
        callerId: '+15550001111',
        ringSeconds: 20,
        campaignId: 'c',
      },
    });
    return answered(channelId);
  };
  const side = async (purpose: 'consult' | 'monitor', dialString: string): Promise<string> => {
    const channelId = newId();
    const destination = { dialString, number: '' };
    perform({ type: 'dial-leg', switchId, channelId, purpose, destination, callerId: '', ringSeconds: 20 });
    return answered(channelId);
  };
  const joined = async (channelId: string, otherLegId: string): Promise<void> => {
    perform({ type: 'join', switchId, channelId, otherLegId });
    await recorder.next('channel-bridged', (input) => input.channelId === channelId);
    await pause(300);
  };
  /** The parties whose tones the leg hears. */
  const hears = async (channelId: string): Promise<Party[]> => {
    const file = join(directory, `${randomUUID()}.wav`);
    await command(
      target,
      `uuid_setvar_multi ${channelId} RECORD_STEREO=false;RECORD_READ_ONLY=false;RECORD_WRITE_ONLY=true`,
    );
    await command(target, `uuid_record ${channelId} start ${file}`);
    await pause(2_600);
    await command(target, `uuid_record ${channelId} stop ${file}`);
    await pause(300);
    const wave = await readFile(file);
    return (Object.keys(tones) as Party[]).filter((party) => amplitude(wave, 0, tones[party]) > 0.1);
  };

  const agentLegId = newId();
  const endpoint = 'sofia/gateway/carrier/agent-tone600';
  perform({ type: 'dial-agent', switchId, channelId: agentLegId, agentId: 'ann', endpoint, ringSeconds: 10 });
  await answered(agentLegId);
  let channelId = await customer();
  perform({ type: 'bridge', switchId, channelId, agentLegId });
  await recorder.next('channel-bridged');
  t.same([await hears(channelId), await hears(agentLegId)], [['agent'], ['customer']], 'a conversation');

  const music = 'tone_stream://%(1000,0,350)';
  perform({ type: 'hold', switchId, channelId, agentLegId, music, maximumSeconds: 120 });
  await pause(500);
  t.same([await hears(channelId), await hears(agentLegId)], [['music'], []], 'on hold');
  await joined(channelId, agentLegId);
  perform({ type: 'mute', switchId, channelId: agentLegId, on: true });
  await pause(300);
  t.same([await hears(channelId), await hears(agentLegId)], [[], ['customer']], 'the agent is mute');
  perform({ type: 'mute', switchId, channelId: agentLegId, on: false });
  await pause(300);
  t.same(await hears(channelId), ['agent'], 'and no longer');

  perform({ type: 'hold', switchId, channelId, agentLegId, music, maximumSeconds: 120 });
  const third = await side('consult', 'sofia/gateway/carrier/00700');
  await joined(third, agentLegId);
  t.same(
    [await hears(channelId), await hears(agentLegId), await hears(third)],
    [['music'], ['third'], ['agent']],
    'a consultation',
  );
  await joined(channelId, agentLegId);
  perform({ type: 'three-way', switchId, channelId: third, targetId: channelId });
  await pause(500);
  t.same(
    [await hears(channelId), await hears(agentLegId), await hears(third)],
    [
      ['agent', 'third'],
      ['customer', 'third'],
      ['customer', 'agent'],
    ],
    'all three',
  );

  const supervisor = await side('monitor', 'sofia/gateway/carrier/00900');
  for (const [mode, byCustomer, byAgent] of [
    ['listen', false, false],
    ['whisper', false, true],
    ['barge', true, true],
  ] as const) {
    perform({ type: 'eavesdrop', switchId, channelId: supervisor, targetId: channelId, mode });
    await pause(700);
    t.equal((await hears(channelId)).includes('supervisor'), byCustomer, `${mode}: the customer`);
    t.equal((await hears(agentLegId)).includes('supervisor'), byAgent, `${mode}: the agent`);
    const heard = await hears(supervisor);
    t.ok(heard.includes('customer') && heard.includes('agent'), `${mode}: the supervisor hears both`);
  }
  perform({ type: 'hang-up', switchId, channelId: supervisor, cause: 'NORMAL_CLEARING' });
  await recorder.find('channel-ended', (input) => input.channelId === supervisor);
  await joined(channelId, third);
  t.same([await hears(channelId), await hears(agentLegId)], [['third'], []], 'left with the other party');
  perform({ type: 'hang-up', switchId, channelId, cause: 'NORMAL_CLEARING' });
  await recorder.find('channel-ended', (input) => input.channelId === third, 10);

  channelId = await customer();
  perform({ type: 'bridge', switchId, channelId, agentLegId });
  await recorder.next('channel-bridged', (input) => input.channelId === channelId);
  const path = 'spring/2026-11-18/a.wav';
  perform({ type: 'record', switchId, channelId, on: true, path, announcement: '' });
  await pause(3_000);
  perform({ type: 'record', switchId, channelId, on: false, path, announcement: '' });
  await pause(500);
  const wave = await readFile(join(directory, path));
  t.equal(wave.readUInt16LE(22), 2, 'a recording with two tracks');
  t.ok(amplitude(wave, 0, tones.customer) > 0.1, 'the customer on the left');
  t.ok(amplitude(wave, 1, tones.agent) > 0.1, 'the agent on the right');
  perform({
    ...{
      type: 'hand-over',
      switchId,
      channelId,
      agentLegId,
      callerId: '',
      ringSeconds: 20,
      maximumSeconds: 60,
    },
    destination: { dialString: 'sofia/gateway/carrier/00700', number: '' },
  });
  await pause(1_500);
  t.same([await hears(channelId), await hears(agentLegId)], [['third'], []], 'transferred');
  perform({ type: 'hang-up', switchId, channelId, cause: 'NORMAL_CLEARING' });

  const far = randomUUID();
  const caller = `origination_uuid=${far},origination_caller_id_number=12125551001`;
  await command(carrier, `originate {${caller}}${inbound} &playback(tone_stream://%(1000,0,440);loops=-1)`);
  const call = await recorder.next('inbound-call', () => true, 10);
  t.match(call, { from: '12125551001', to: /12025550143$/ }, 'a call comes in');
  await joined(call.channelId, agentLegId);
  t.same(await hears(call.channelId), ['agent'], 'and is put through');
  await command(carrier, `uuid_kill ${far}`);
  t.match(await recorder.find('channel-ended', (input) => input.channelId === call.channelId), {
    answered: true,
  });
});
