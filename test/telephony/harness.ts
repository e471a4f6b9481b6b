/** What the tests of the FreeSWITCH adapter share: an adapter connected to a scripted switch, and what it reports. */
import { randomUUID } from 'node:crypto';
import type { Test as Tap } from 'tap';
import { systemClock } from '../../dialer/clock.js';
import type { TelephonyEffect } from '../../dialer/core/effects.js';
import type { TelephonyInput } from '../../dialer/core/inputs.js';
import type { FreeSwitchOptionsGiven } from '../../dialer/telephony/freeswitch/options.js';
import { createFreeSwitchTelephony, type Telephony } from '../../dialer/telephony/index.js';
import type { TelephonyLogEntry } from '../../dialer/telephony/port.js';
import { type Capture, isEvent, readCapture } from './captures.js';
import { password, ScriptedSwitch } from './scripted-switch.js';

export const ownPrefix = '7ac7a500';
export const switchId = 'switch-1';

/** A channel id of this installation. */
export function channelOfOurs(): string {
  return `${ownPrefix}${randomUUID().slice(8)}`;
}

/** Short times, so that what is waited for comes soon. */
export const quickTimings = {
  connectMilliseconds: 1000,
  pingMilliseconds: 200,
  replyMilliseconds: 700,
  heartbeatMilliseconds: 20_000,
  reconnectFirstMilliseconds: 20,
  reconnectLongestMilliseconds: 100,
  refusedMilliseconds: 150,
};

/** What an adapter reported, and waiting for it. */
export class Recorder {
  readonly inputs: TelephonyInput[] = [];
  readonly #waiters: {
    readonly matches: (input: TelephonyInput) => boolean;
    readonly resolve: (input: TelephonyInput) => void;
  }[] = [];
  #claimed = 0;

  readonly report = (input: TelephonyInput): void => {
    this.inputs.push(input);
    const index = this.#waiters.findIndex(({ matches }) => matches(input));
    if (index >= 0) this.#waiters.splice(index, 1)[0]?.resolve(input);
  };

  /** The next input of a type, among those not waited for before, that also fulfils the condition. */
  async next<T extends TelephonyInput['type']>(
    type: T,
    condition: (input: Extract<TelephonyInput, { type: T }>) => boolean = () => true,
    seconds = 5,
  ): Promise<Extract<TelephonyInput, { type: T }>> {
    const matches = (input: TelephonyInput): boolean =>
      input.type === type && condition(input as Extract<TelephonyInput, { type: T }>);
    for (let index = this.#claimed; index < this.inputs.length; index++) {
      const input = this.inputs[index];
      if (input && matches(input)) {
        this.#claimed = index + 1;
        return input as Extract<TelephonyInput, { type: T }>;
      }
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () =>
          reject(
            new Error(
              `no ${type} as expected within ${seconds} s; there were:\n${this.inputs.map((input) => JSON.stringify(input)).join('\n')}`,
            ),
          ),
        seconds * 1000,
      );
      this.#waiters.push({
        matches,
        resolve: (input) => {
          clearTimeout(timer);
          this.#claimed = this.inputs.indexOf(input) + 1;
          resolve(input as Extract<TelephonyInput, { type: T }>);
        },
      });
    });
  }

  /** The input of a type that fulfils the condition, whenever it came or comes. */
  async find<T extends TelephonyInput['type']>(
    type: T,
    condition: (input: Extract<TelephonyInput, { type: T }>) => boolean,
    seconds = 5,
  ): Promise<Extract<TelephonyInput, { type: T }>> {
    const found = this.inputs.find(
      (input) => input.type === type && condition(input as Extract<TelephonyInput, { type: T }>),
    );
    return found ? (found as Extract<TelephonyInput, { type: T }>) : this.next(type, condition, seconds);
  }

  /** Short forms of the inputs of a channel, without times and ids, in the order in which they came. */
  of(channelId: string): string[] {
    return this.inputs.flatMap((input) => {
      if (!('channelId' in input) || input.channelId !== channelId) return [];
      switch (input.type) {
        case 'channel-ended':
          return [
            `ended ${input.cause}${input.answered ? ' answered' : ''}${input.progressed ? ' progressed' : ''}`,
          ];
        case 'originate-failed':
          return [`failed ${input.cause}${input.local ? ' local' : ''}`];
        default:
          return [input.type.replace('channel-', '')];
      }
    });
  }
}

export interface Connected {
  readonly server: ScriptedSwitch;
  readonly telephony: Telephony;
  readonly recorder: Recorder;
  readonly log: TelephonyLogEntry[];
  perform(effect: DistributiveOmit<TelephonyEffect, 'switchId'>): void;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export type Overrides = Partial<Omit<FreeSwitchOptionsGiven, 'timings'>> & {
  readonly timings?: Partial<typeof quickTimings>;
};

/** An adapter that is started, on a scripted switch; stopped with the test. */
export function startAdapter(t: Tap, server: ScriptedSwitch, overrides: Overrides = {}): Connected {
  const recorder = new Recorder();
  const log: TelephonyLogEntry[] = [];
  const telephony = createFreeSwitchTelephony({
    switches: [{ switchId, host: '127.0.0.1', port: server.port, password }],
    ownPrefix,
    clock: systemClock(),
    random: () => 0.5,
    log: (entry) => log.push(entry),
    endGraceMilliseconds: 100,
    bridgeMilliseconds: 300,
    settleMilliseconds: 20,
    ...overrides,
    timings: { ...quickTimings, ...overrides.timings },
  });
  t.teardown(() => telephony.stop(100));
  telephony.start(recorder.report);
  return {
    server,
    telephony,
    recorder,
    log,
    perform: (effect) => telephony.perform({ ...effect, switchId } as TelephonyEffect),
  };
}

/** An adapter on a scripted switch, up. */
export async function connected(t: Tap, overrides: Overrides = {}): Promise<Connected> {
  const adapter = startAdapter(t, await ScriptedSwitch.listen(t), overrides);
  await adapter.recorder.next('switch-up');
  await adapter.server.command(/^api show channels/);
  return adapter;
}

/** Dials a customer and waits until the command has reached the switch. */
export async function dial(
  adapter: Connected,
  overrides: { channelId?: string; number?: string } = {},
): Promise<string> {
  const channelId = overrides.channelId ?? channelOfOurs();
  adapter.perform(customer(channelId, overrides.number));
  await adapter.server.command(new RegExp(`^bgapi originate .*\\[${channelId}\\]`));
  return channelId;
}

export function customer(
  channelId: string,
  number = '+15551234567',
): Omit<Extract<TelephonyEffect, { type: 'originate' }>, 'switchId'> {
  return {
    type: 'originate',
    channelId,
    dialString: 'sofia/gateway/carrier/{number}',
    trunk: 'carrier',
    number,
    callerId: '+15550001111',
    ringSeconds: 20,
    campaignId: 'spring',
  };
}

export function agentLeg(
  channelId: string,
): Omit<Extract<TelephonyEffect, { type: 'dial-agent' }>, 'switchId'> {
  return { type: 'dial-agent', channelId, agentId: 'ann', endpoint: 'user/1001', ringSeconds: 10 };
}

/** A recording being played to an adapter that has originated the same channels, under ids of its own. */
export class Replay {
  /** Our ids of the recorded channels, in the order of their originates. */
  readonly channelIds: readonly string[];
  readonly #adapter: Connected;
  readonly #capture: Capture;
  readonly #ids = new Map<string, string>();
  #position = 0;

  private constructor(adapter: Connected, capture: Capture) {
    this.#adapter = adapter;
    this.#capture = capture;
    this.channelIds = capture.channels.map(() => channelOfOurs());
    capture.channels.forEach(({ uuid }, index) => {
      this.#ids.set(uuid, this.channelIds[index] ?? '');
    });
    for (const [job, channel] of capture.jobs) {
      const id = this.#ids.get(channel);
      if (id !== undefined) this.#ids.set(job, id);
    }
  }

  /** Originates what was originated in the recording; nothing is played yet. */
  static async begin(adapter: Connected, name: string): Promise<Replay> {
    const replay = new Replay(adapter, readCapture(name));
    for (const [index, { agent }] of replay.#capture.channels.entries()) {
      const channelId = replay.channelIds[index] ?? '';
      if (agent) adapter.perform(agentLeg(channelId));
      else adapter.perform(customer(channelId));
      await adapter.server.command(new RegExp(`^bgapi originate .*\\[${channelId}\\]`));
    }
    return replay;
  }

  /** Plays the events up to the first command of the recording that matches. */
  playUpTo(command: RegExp): void {
    const pieces = this.#capture.pieces;
    let bytes = '';
    for (; this.#position < pieces.length; this.#position++) {
      const piece = pieces[this.#position];
      if (!piece) break;
      if (piece.from === 'client' && command.test(piece.data)) {
        this.#position++;
        break;
      }
      if (isEvent(piece)) bytes += this.#withOurIds(piece.data);
    }
    this.#adapter.server.sendEvents(bytes);
  }

  /** Plays all events that are left, in one piece. */
  playRest(): void {
    this.playUpTo(/^$/);
  }

  /** All ids have 36 characters, so the lengths of the frames stay true. */
  #withOurIds(text: string): string {
    return text.replace(
      /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
      (uuid) => this.#ids.get(uuid) ?? uuid,
    );
  }
}
