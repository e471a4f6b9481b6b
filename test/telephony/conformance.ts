/**
 * What any switch must do behind its adapter: one suite, run against the simulated switches and against a real FreeSWITCH and
 * a real Asterisk. The adapter reaches the switch through a relay, so that its links can be cut.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import t, { type Test as Tap } from 'tap';
import type { Clock } from '../../dialer/clock.js';
import type { TelephonyEffect } from '../../dialer/core/effects.js';
import type { Telephony, TelephonyLogEntry } from '../../dialer/telephony/port.js';
import { Recorder } from './harness.js';

export interface ConformingSwitch {
  readonly host: string;
  readonly port: number;
  /** The switch's time, real or faster. */
  readonly clock: Clock;
  /** The adapter, for a switch that is reached at this port of this machine. */
  makeAdapter(port: number, settings: AdapterSettings): Telephony;
  /** What a person at the far end does. */
  pressKey(channelId: string, key: string): Promise<void>;
  /** A call on the switch that is not the dialer's; the returned function ends it. */
  callOfOthers(): Promise<() => Promise<void>>;
  /**
   * Somebody calls one of the switch's numbers, both in digits, and stays; absent where the suite cannot ring it.
   */
  callIn?(from: string, to: string): Promise<void>;
  /** Refuses and allows outbound calls; absent where a switch cannot. */
  readonly pausing?: { pause(): Promise<void>; resume(): Promise<void> };
  /** SIP status that the switch gives a rejected call. */
  readonly rejectedStatus: number;
  /** Music of the switch's own, or as campaigns write it. */
  readonly holdMusic: string;
  /** Dial strings with the number in them. */
  readonly endpoints: {
    /** Rings 2 s, answers, stays. */
    readonly stays: string;
    readonly noAnswer: string;
    readonly busy: string;
    readonly unallocated: string;
    readonly rejected: string;
    /** 183 with tones, then 408. */
    readonly earlyMedia: string;
    /** Answers and hangs up in the same instant. */
    readonly instant: string;
    /** Answers at once, hangs up after a second. */
    readonly short: string;
    readonly congestion: string;
    readonly noGateway: string;
    /** An agent's phone: answers at once and stays. */
    readonly agent: string;
  };
}

const switchId = 'conforming';

/** What the suite asks of every adapter. */
export interface AdapterSettings {
  readonly switchId: string;
  readonly ownPrefix: string;
  readonly clock: Clock;
  readonly lateMilliseconds: number;
  readonly random: () => number;
  readonly log: (entry: TelephonyLogEntry) => void;
  readonly timings: { readonly reconnectFirstMilliseconds: number };
}

/** A session with the switch: an adapter behind a relay, and the inputs it reported. */
class Session {
  readonly recorder = new Recorder();
  readonly log: TelephonyLogEntry[] = [];
  readonly #telephony;
  readonly #ownPrefix = randomBytes(4).toString('hex');
  readonly #relayed: Set<Socket>;
  readonly target: ConformingSwitch;
  /** New links are refused for now. */
  refusing = false;

  private constructor(target: ConformingSwitch, port: number, relayed: Set<Socket>) {
    this.target = target;
    this.#relayed = relayed;
    this.#telephony = target.makeAdapter(port, {
      switchId,
      ownPrefix: this.#ownPrefix,
      clock: target.clock,
      // At a faster time the same real delay is a longer one.
      lateMilliseconds: 30_000,
      random: Math.random,
      log: (entry) => this.log.push(entry),
      timings: { reconnectFirstMilliseconds: 50 },
    });
  }

  static async open(t: Tap, target: ConformingSwitch): Promise<Session> {
    const relayed = new Set<Socket>();
    const relay = createServer((near) => {
      if (session.refusing) {
        near.destroy();
        return;
      }
      const far = connect(target.port, target.host);
      for (const socket of [near, far]) {
        relayed.add(socket);
        socket.setNoDelay(true);
        socket.on('close', () => {
          relayed.delete(socket);
          near.destroy();
          far.destroy();
        });
        socket.on('error', () => socket.destroy());
      }
      near.pipe(far);
      far.pipe(near);
    });
    relay.listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const session = new Session(target, (relay.address() as AddressInfo).port, relayed);
    t.teardown(async () => {
      try {
        await session.#hangUpAll();
      } finally {
        await session.#telephony.stop(1000);
      }
      for (const socket of relayed) socket.destroy();
      relay.close();
    });
    session.#telephony.start(session.recorder.report);
    await session.recorder.next('switch-up');
    return session;
  }

  cutLinks(): void {
    for (const socket of this.#relayed) socket.resetAndDestroy();
  }

  dial(kind: keyof ConformingSwitch['endpoints'], ringSeconds = 20): string {
    const channelId = this.#newId();
    this.#telephony.perform({
      type: 'originate',
      switchId,
      channelId,
      dialString: this.target.endpoints[kind],
      trunk: 'carrier',
      number: '+15551234567',
      callerId: '+15550001111',
      ringSeconds,
      campaignId: 'conformance',
    });
    return channelId;
  }

  async answeredAgent(): Promise<string> {
    const channelId = this.#newId();
    this.#telephony.perform({
      type: 'dial-agent',
      switchId,
      channelId,
      agentId: 'ann',
      endpoint: this.target.endpoints.agent,
      ringSeconds: 10,
    });
    await this.recorder.next('channel-answered', (input) => input.channelId === channelId);
    return channelId;
  }

  async answeredCustomer(): Promise<string> {
    const channelId = this.dial('stays');
    await this.recorder.next('channel-answered', (input) => input.channelId === channelId);
    return channelId;
  }

  bridge(channelId: string, agentLegId: string): void {
    this.#telephony.perform({ type: 'bridge', switchId, channelId, agentLegId });
  }

  /** A consulted party or a supervisor, who has picked up. */
  async answeredSideLeg(purpose: 'consult' | 'monitor'): Promise<string> {
    const channelId = this.#newId();
    const destination = { dialString: this.target.endpoints.agent, number: '' };
    const callerId = '+15550001111';
    this.perform({ type: 'dial-leg', switchId, channelId, purpose, destination, callerId, ringSeconds: 10 });
    await this.recorder.next('channel-answered', (input) => input.channelId === channelId);
    return channelId;
  }

  /** Customer and agent in conversation. */
  async conversation(): Promise<{ readonly channelId: string; readonly agentLegId: string }> {
    const agentLegId = await this.answeredAgent();
    const channelId = await this.answeredCustomer();
    this.bridge(channelId, agentLegId);
    await this.recorder.next('channel-bridged');
    return { channelId, agentLegId };
  }

  hold(channelId: string, agentLegId: string): void {
    const music = this.target.holdMusic;
    this.perform({ type: 'hold', switchId, channelId, agentLegId, music, maximumSeconds: 60 });
  }

  /** Joins two legs and waits until they are. */
  async join(channelId: string, otherLegId: string): Promise<void> {
    this.perform({ type: 'join', switchId, channelId, otherLegId });
    await this.recorder.next(
      'channel-bridged',
      (input) => input.channelId === channelId && input.otherChannelId === otherLegId,
    );
  }

  perform(effect: TelephonyEffect): void {
    this.#telephony.perform(effect);
  }

  /** Who is with whom, once the switch's table shows it so. */
  async sees(expected: Readonly<Record<string, string>>): Promise<boolean> {
    for (let look = 0; look < 40; look++) {
      const seen = await this.audit();
      const wanted = Object.entries(expected);
      const found = wanted.every(([id, partner]) =>
        seen.some(({ channelId, bridgedTo }) => channelId === id && bridgedTo === partner),
      );
      if (found && seen.length === wanted.length) return true;
      await this.pause(250);
    }
    return false;
  }

  /** Whether the switch's table comes to show that the customer is on hold. */
  async showsHeld(channelId: string): Promise<boolean> {
    for (let look = 0; look < 40; look++) {
      if ((await this.audit()).some((channel) => channel.channelId === channelId && channel.held))
        return true;
      await this.pause(250);
    }
    return false;
  }

  hangUp(channelId: string, cause = 'NORMAL_CLEARING'): void {
    this.#telephony.perform({ type: 'hang-up', switchId, channelId, cause });
  }

  playMessage(channelId: string): void {
    const message = 'tone_stream://%(1500,0,440)';
    this.#telephony.perform({ type: 'play-safe-harbour', switchId, channelId, message });
  }

  async ended(channelId: string, seconds = 12) {
    return this.recorder.find('channel-ended', (input) => input.channelId === channelId, seconds);
  }

  async audit() {
    this.#telephony.perform({ type: 'audit-channels', switchId });
    return (await this.recorder.next('switch-channels')).channels;
  }

  /** Waits by the switch's time. */
  async pause(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.target.clock.after(milliseconds, resolve);
    });
  }

  connected(): boolean {
    return this.#telephony.statistics()[0]?.connected ?? false;
  }

  #newId(): string {
    return `${this.#ownPrefix}${randomUUID().slice(8)}`;
  }

  async #hangUpAll(): Promise<void> {
    if (!this.connected()) return;
    for (const { channelId } of await this.audit()) this.hangUp(channelId);
  }
}

/** Runs the suite. `makeSwitch` gives the switch to use, and undoes in `t.teardown` what it began. */
/** @param lacks what cannot be asked of the switch under test: such cases are left out */
export function telephonyConformance(
  name: string,
  makeSwitch: (t: Tap) => Promise<ConformingSwitch>,
  lacks: readonly ('pausing' | 'callIn')[] = [],
): void {
  // The calls ring as long as real ones.
  t.setTimeout(180_000);
  const test = (title: string, body: (t: Tap, session: Session) => Promise<void>): void => {
    t.test(`${name}: ${title}`, async (t) => body(t, await Session.open(t, await makeSwitch(t))));
  };

  test('a call that is answered and bridged at the answer; the agent leg is kept for the next', async (t, session) => {
    const agentLegId = await session.answeredAgent();
    for (let call = 0; call < 2; call++) {
      const channelId = await session.answeredCustomer();
      session.bridge(channelId, agentLegId);
      t.match(await session.recorder.next('channel-bridged'), { channelId, otherChannelId: agentLegId });
      const bridged = await session.audit();
      t.match(
        [...bridged].sort((a) => (a.channelId === channelId ? -1 : 1)),
        [
          { channelId, state: 'answered', bridgedTo: agentLegId },
          { channelId: agentLegId, state: 'answered', bridgedTo: channelId },
        ],
      );
      session.hangUp(channelId);
      t.match(await session.ended(channelId), { cause: 'NORMAL_CLEARING', answered: true, progressed: true });
    }
    t.match(await session.audit(), [{ channelId: agentLegId, state: 'answered', bridgedTo: '' }]);
  });

  test('a customer who hangs up leaves the agent', async (t, session) => {
    const agentLegId = await session.answeredAgent();
    const channelId = session.dial('short');
    await session.recorder.next('channel-answered', (input) => input.channelId === channelId);
    session.bridge(channelId, agentLegId);
    t.match(await session.recorder.next('channel-bridged'), { channelId });
    t.match(await session.ended(channelId), { cause: 'NORMAL_CLEARING', answered: true });
    t.match(await session.audit(), [{ channelId: agentLegId, bridgedTo: '' }]);
  });

  test('an agent who hangs up takes the customer along', async (t, session) => {
    const agentLegId = await session.answeredAgent();
    const channelId = await session.answeredCustomer();
    session.bridge(channelId, agentLegId);
    await session.recorder.next('channel-bridged');
    session.hangUp(agentLegId);
    const ends = [await session.recorder.next('channel-ended'), await session.recorder.next('channel-ended')];
    t.strictSame(ends.map((end) => end.channelId).sort(), [agentLegId, channelId].sort());
    t.strictSame(await session.audit(), []);
  });

  test('busy', async (t, session) => {
    const end = await session.ended(session.dial('busy'));
    t.match(end, { cause: 'USER_BUSY', q850: 17, sipStatus: 486, answered: false, progressed: false });
  });

  test('no answer: rings at least as long as was asked for', async (t, session) => {
    const channelId = session.dial('noAnswer', 3);
    const progress = await session.recorder.next('channel-progress');
    const end = await session.ended(channelId);
    t.match(end, { cause: 'NO_ANSWER', q850: 19, answered: false, progressed: true });
    t.ok((end.at ?? 0) - (progress.at ?? 0) >= 2900, `rang ${(end.at ?? 0) - (progress.at ?? 0)} ms`);
  });

  test('rejected', async (t, session) => {
    const end = await session.ended(session.dial('rejected'));
    t.match(end, {
      cause: 'CALL_REJECTED',
      q850: 21,
      sipStatus: session.target.rejectedStatus,
      answered: false,
      progressed: true,
    });
  });

  test('a number that does not exist', async (t, session) => {
    const end = await session.ended(session.dial('unallocated'));
    t.match(end, { cause: 'UNALLOCATED_NUMBER', q850: 1, sipStatus: 404, answered: false });
  });

  test('congestion', async (t, session) => {
    const end = await session.ended(session.dial('congestion'));
    t.match(end, { cause: 'NORMAL_CIRCUIT_CONGESTION', q850: 34, sipStatus: 503, answered: false });
  });

  test('early media is progress and no answer', async (t, session) => {
    const end = await session.ended(session.dial('earlyMedia'));
    t.match(end, { cause: 'NO_USER_RESPONSE', answered: false, progressed: true });
    t.notOk(session.recorder.inputs.some(({ type }) => type === 'channel-answered'));
  });

  test('a callee who answers and hangs up at once was answered', async (t, session) => {
    for (let call = 0; call < 5; call++)
      t.match(await session.ended(session.dial('instant')), { cause: 'NORMAL_CLEARING', answered: true });
  });

  test('a gateway that does not exist is a local failure', async (t, session) => {
    const channelId = session.dial('noGateway');
    t.match(await session.recorder.next('originate-failed'), {
      channelId,
      cause: 'INVALID_GATEWAY',
      local: true,
    });
  });

  const paused = async (t: Tap, session: Session): Promise<void> => {
    const { pausing } = session.target;
    if (pausing === undefined) throw new Error('the switch under test says nothing of how it is paused');
    await pausing.pause();
    const channelId = session.dial('busy');
    const failed = await session.recorder.next('originate-failed');
    await pausing.resume();
    t.match(failed, { channelId, cause: 'DESTINATION_OUT_OF_ORDER', local: true });
    t.match(await session.ended(session.dial('busy')), { cause: 'USER_BUSY' });
  };
  if (!lacks.includes('pausing')) test('outbound calls paused at the switch are local failures', paused);

  test('a ringing call is cancelled with the cause that was given', async (t, session) => {
    const channelId = session.dial('noAnswer');
    await session.recorder.next('channel-progress');
    session.hangUp(channelId, 'ORIGINATOR_CANCEL');
    t.match(await session.ended(channelId), {
      cause: 'ORIGINATOR_CANCEL',
      answered: false,
      progressed: true,
    });
  });

  test('a hang-up in the same moment as the originate leaves nothing behind', async (t, session) => {
    const ids = Array.from({ length: 5 }, () => {
      const channelId = session.dial('stays');
      session.hangUp(channelId, 'ORIGINATOR_CANCEL');
      return channelId;
    });
    for (const channelId of ids) t.match(await session.ended(channelId), { answered: false });
    t.strictSame(await session.audit(), []);
  });

  test('the safe-harbour message is played, a key is heard in it, and the call ends', async (t, session) => {
    const channelId = await session.answeredCustomer();
    session.playMessage(channelId);
    await session.pause(300);
    await session.target.pressKey(channelId, '9');
    t.match(await session.recorder.next('key-pressed'), { channelId, key: '9' });
    const end = await session.ended(channelId);
    t.match(end, { cause: 'NORMAL_CLEARING', answered: true });
    const answered = session.recorder.inputs.find(({ type }) => type === 'channel-answered');
    const heard = (end.at ?? 0) - (answered && 'at' in answered ? (answered.at ?? 0) : 0);
    t.ok(heard >= 1400, `the message of 1500 ms was not cut short (${heard} ms)`);
  });

  test('a bridge with a customer who has gone fails, and the agent stays', async (t, session) => {
    const agentLegId = await session.answeredAgent();
    const channelId = await session.answeredCustomer();
    session.hangUp(channelId);
    session.bridge(channelId, agentLegId);
    await session.ended(channelId);
    await session.pause(300);
    t.match(await session.audit(), [{ channelId: agentLegId, bridgedTo: '' }]);
  });

  test('a customer who drops in the very moment of the bridge does not take the agent along', async (t, session) => {
    const agentLegId = await session.answeredAgent();
    // To bridge a leg that still rings is the same race, drawn out: the bridge waits for its answer in vain.
    for (let call = 0; call < 3; call++) {
      const channelId = session.dial('noAnswer');
      await session.recorder.next('channel-progress', (input) => input.channelId === channelId);
      session.bridge(channelId, agentLegId);
      session.hangUp(channelId);
      t.match(await session.ended(channelId), { answered: false });
      await session.pause(300);
    }
    t.match(await session.audit(), [{ channelId: agentLegId, state: 'answered', bridgedTo: '' }]);
    const channelId = await session.answeredCustomer();
    session.bridge(channelId, agentLegId);
    t.match(await session.recorder.next('channel-bridged'), { channelId, otherChannelId: agentLegId });
  });

  test('after a cut of both links the switch is listed, with what is bridged to what', async (t, session) => {
    const agentLegId = await session.answeredAgent();
    const channelId = await session.answeredCustomer();
    session.bridge(channelId, agentLegId);
    await session.recorder.next('channel-bridged');
    const ringing = session.dial('noAnswer');
    await session.recorder.next('channel-progress', (input) => input.channelId === ringing);
    // The switch's table runs behind its events; nothing of what was heard before the cut may correct it.
    await session.pause(300);
    session.cutLinks();
    await session.recorder.next('switch-down');
    const up = await session.recorder.next('switch-up');
    const byId = new Map(up.channels.map((channel) => [channel.channelId, channel]));
    t.equal(byId.size, 3);
    t.match(byId.get(channelId), { state: 'answered', bridgedTo: agentLegId });
    t.match(byId.get(agentLegId), { state: 'answered', bridgedTo: channelId });
    t.match(byId.get(ringing), { state: 'ringing', bridgedTo: '' });
    session.hangUp(ringing);
    t.match(await session.ended(ringing), { answered: false }, 'events flow again');
  });

  test('a call that ended while the links were cut is not in the listing', async (t, session) => {
    const channelId = session.dial('short');
    await session.recorder.next('channel-answered');
    session.refusing = true;
    session.cutLinks();
    await session.recorder.next('switch-down');
    await session.pause(1500);
    session.refusing = false;
    t.notOk(
      (await session.recorder.next('switch-up')).channels.some((channel) => channel.channelId === channelId),
    );
  });

  test('a call that was answered in the very moment of the cut is in the listing', async (t, session) => {
    const agentLegId = await session.answeredAgent();
    session.cutLinks();
    await session.recorder.next('switch-down');
    t.match((await session.recorder.next('switch-up')).channels, [
      { channelId: agentLegId, state: 'answered' },
    ]);
  });

  test('a customer on hold waits apart from the agent, and is joined with the agent again', async (t, session) => {
    const { channelId, agentLegId } = await session.conversation();
    session.hold(channelId, agentLegId);
    t.ok(await session.sees({ [channelId]: '', [agentLegId]: '' }));
    t.ok(await session.showsHeld(channelId));
    await session.join(channelId, agentLegId);
    t.ok(await session.sees({ [channelId]: agentLegId, [agentLegId]: channelId }));
    session.hangUp(channelId);
    await session.ended(channelId);
    t.ok(await session.sees({ [agentLegId]: '' }), 'the agent is kept for the next call');
  });

  test('a customer on hold for too long is let go by the switch itself', async (t, session) => {
    const { channelId, agentLegId } = await session.conversation();
    const music = 'silence_stream://-1';
    session.perform({ type: 'hold', switchId, channelId, agentLegId, music, maximumSeconds: 2 });
    t.match(await session.ended(channelId), { cause: 'ALLOTTED_TIMEOUT' });
    t.ok(await session.sees({ [agentLegId]: '' }));
  });

  test('a mute agent, and keys that are sent, leave the call as it is', async (t, session) => {
    const { channelId, agentLegId } = await session.conversation();
    for (const on of [true, false]) session.perform({ type: 'mute', switchId, channelId: agentLegId, on });
    session.perform({ type: 'send-digits', switchId, channelId, digits: '12#' });
    t.ok(await session.sees({ [channelId]: agentLegId, [agentLegId]: channelId }));
  });

  test('a consultation, all three together, and the customer left with the other party', async (t, session) => {
    const { channelId, agentLegId } = await session.conversation();
    session.hold(channelId, agentLegId);
    const consulted = await session.answeredSideLeg('consult');
    await session.join(consulted, agentLegId);
    t.ok(await session.sees({ [channelId]: '', [consulted]: agentLegId, [agentLegId]: consulted }));
    await session.join(channelId, agentLegId);
    t.ok(
      await session.sees({ [channelId]: agentLegId, [agentLegId]: channelId, [consulted]: '' }),
      'the party is kept while it is in no conversation',
    );
    session.perform({ type: 'three-way', switchId, channelId: consulted, targetId: channelId });
    t.ok(await session.sees({ [channelId]: agentLegId, [agentLegId]: channelId, [consulted]: '' }));
    await session.join(channelId, consulted);
    t.ok(await session.sees({ [channelId]: consulted, [consulted]: channelId, [agentLegId]: '' }));
    for (const listed of await session.audit())
      t.equal(listed.handedOver === true, listed.channelId !== agentLegId);
    session.hangUp(channelId);
    await session.ended(channelId);
    await session.ended(consulted);
    t.ok(await session.sees({ [agentLegId]: '' }));
  });

  test('the third in a three-way conversation goes with the customer', async (t, session) => {
    const { channelId, agentLegId } = await session.conversation();
    const third = await session.answeredSideLeg('consult');
    session.perform({ type: 'three-way', switchId, channelId: third, targetId: channelId });
    await session.pause(500);
    session.hangUp(channelId);
    await session.ended(channelId);
    await session.ended(third);
    t.ok(await session.sees({ [agentLegId]: '' }));
  });

  test('a transferred customer goes on without the agent', async (t, session) => {
    const { channelId, agentLegId } = await session.conversation();
    const destination = { dialString: session.target.endpoints.stays, number: '' };
    session.perform({
      ...{ type: 'hand-over', switchId, channelId, agentLegId, destination },
      ...{ callerId: '+15550001111', ringSeconds: 20, maximumSeconds: 60 },
    });
    await session.pause(4_000);
    t.match(
      (await session.audit()).find((channel) => channel.channelId === channelId),
      { state: 'answered', handedOver: true },
    );
    session.hangUp(channelId);
    await session.ended(channelId);
    t.ok(await session.sees({ [agentLegId]: '' }));
  });

  test('a customer who is transferred to a busy line is hung up', async (t, session) => {
    const { channelId, agentLegId } = await session.conversation();
    const destination = { dialString: session.target.endpoints.busy, number: '' };
    session.perform({
      ...{ type: 'hand-over', switchId, channelId, agentLegId, destination },
      ...{ callerId: '', ringSeconds: 20, maximumSeconds: 60 },
    });
    await session.ended(channelId);
    t.ok(await session.sees({ [agentLegId]: '' }));
  });

  test('a supervisor listens for as long as the call lasts', async (t, session) => {
    const { channelId, agentLegId } = await session.conversation();
    const supervisor = await session.answeredSideLeg('monitor');
    for (const mode of ['listen', 'whisper', 'barge'] as const) {
      session.perform({ type: 'eavesdrop', switchId, channelId: supervisor, targetId: channelId, mode });
      await session.pause(500);
    }
    t.ok(await session.sees({ [channelId]: agentLegId, [agentLegId]: channelId, [supervisor]: '' }));
    session.hangUp(channelId);
    await session.ended(channelId);
    await session.ended(supervisor);
    t.ok(await session.sees({ [agentLegId]: '' }));
  });

  const calledIn = async (t: Tap, session: Session): Promise<void> => {
    const { target, recorder } = session;
    if (target.callIn === undefined)
      throw new Error('the switch under test says nothing of how it is called');
    const agentLegId = await session.answeredAgent();
    await target.callIn('12125551001', '12025550143');
    const { channelId, ...call } = await recorder.next('inbound-call');
    t.match(call, { switchId, from: /^\+?12125551001$/, to: /^\+?12025550143$/ });
    t.match(
      (await session.audit()).find((channel) => channel.channelId === channelId),
      { state: 'answered', inbound: { from: /12125551001$/, to: /12025550143$/ } },
    );
    await session.join(channelId, agentLegId);
    t.ok(await session.sees({ [channelId]: agentLegId, [agentLegId]: channelId }));
    await target.pressKey(channelId, '9');
    t.match(await recorder.next('key-pressed'), { channelId, key: '9' });
    session.hangUp(channelId);
    t.match(await session.ended(channelId), { answered: true });
    t.ok(await session.sees({ [agentLegId]: '' }), 'the agent stays on the line');
  };
  if (!lacks.includes('callIn')) test('somebody who calls us is told of, listed and put through', calledIn);

  test('calls of others on the switch are not reported or listed', async (t, session) => {
    const endIt = await session.target.callOfOthers();
    const channelId = session.dial('busy');
    await session.ended(channelId);
    t.strictSame(
      session.recorder.inputs.flatMap((input) => ('channelId' in input ? [input.channelId] : [])),
      [channelId],
    );
    await endIt();
  });
}
