/**
 * A switch that owns the truth: channels, bridges and what people do. It can lose, repeat, delay and reorder what it
 * reports, and lose what it is told. Everything it does is drawn from the random source it is given.
 */
import type { TelephonyEffect } from '../../dialer/core/effects.js';
import type { TelephonyInput } from '../../dialer/core/inputs.js';
import type { ChannelSnapshot } from '../../dialer/telephony/port.js';

/** Chances of trouble, 0–1 each. */
export interface SwitchFaults {
  loseEvent: number;
  repeatEvent: number;
  delayEvent: number;
  loseCommand: number;
  failBridge: number;
  slowBridge: number;
  lateListing: number;
}

export const noFaults: SwitchFaults = {
  loseEvent: 0,
  repeatEvent: 0,
  delayEvent: 0,
  loseCommand: 0,
  failBridge: 0,
  slowBridge: 0,
  lateListing: 0,
};

export interface ModelChannel {
  readonly id: string;
  readonly kind: 'customer' | 'agent' | 'side';
  readonly createdAt: number;
  state: ChannelSnapshot['state'];
  progressed: boolean;
  bridgedTo: string;
  held: boolean;
  handedOver: boolean;
  /** Commands about this channel that were lost: never more than two, so that repetition helps. */
  lost: number;
}

export interface World {
  now(): number;
  random(): number;
  after(milliseconds: number, action: () => void): void;
}

export class ModelSwitch {
  readonly id: string;
  readonly channels = new Map<string, ModelChannel>();
  faults: SwitchFaults;
  /** The link to the engine stands. */
  linked = true;
  #instance = 1;
  /** Reports and commands of an older link never arrive. */
  #link = 0;
  #listingLost = false;
  #gatewayDownUntil = 0;
  readonly #world: World;
  readonly #report: (input: TelephonyInput) => void;

  constructor(id: string, world: World, faults: SwitchFaults, report: (input: TelephonyInput) => void) {
    this.id = id;
    this.#world = world;
    this.faults = faults;
    this.#report = report;
  }

  // ---------------------------------------------------------------- the link

  get instanceId(): string {
    return `${this.id}-${this.#instance}`;
  }

  /** The link breaks; the engine is told after `noticed`, and sees the switch again after `gone` more. */
  breakLink(noticed: number, gone: number, reason = 'connection closed'): void {
    this.linked = false;
    const link = ++this.#link;
    this.#world.after(noticed, () => {
      if (link !== this.#link) return;
      this.#report({ type: 'switch-down', switchId: this.id, reason });
      this.#world.after(gone, () => {
        if (link === this.#link) this.connect();
      });
    });
  }

  /** The engine (perhaps a new one) connects and lists what is there. */
  connect(): void {
    this.linked = true;
    this.#link++;
    this.#report({
      type: 'switch-up',
      switchId: this.id,
      instanceId: this.instanceId,
      channels: this.#listing(),
      requestedAt: this.#world.now(),
    });
  }

  /** All channels are gone, without a word. */
  restart(gone: number): void {
    this.channels.clear();
    this.#instance++;
    this.breakLink(200, gone, 'the switch went away');
  }

  #listing(): ChannelSnapshot[] {
    return Array.from(this.channels.values(), ({ id, state, bridgedTo, createdAt, held, handedOver }) => ({
      channelId: id,
      state,
      bridgedTo,
      createdAt,
      held,
      handedOver,
    }));
  }

  #say(input: TelephonyInput): void {
    if (!this.linked) return;
    const { faults } = this;
    const { random } = this.#world;
    if (random() < faults.loseEvent) return;
    const link = this.#link;
    const arrive = (): void => {
      if (this.linked && link === this.#link) this.#report(input);
    };
    const late = (): number => random() * (random() < faults.delayEvent ? 3_000 : 20);
    this.#world.after(late(), arrive);
    if (random() < faults.repeatEvent) this.#world.after(late(), arrive);
  }

  // ---------------------------------------------------------------- commands

  perform(effect: TelephonyEffect): void {
    if (!this.linked) return;
    const { faults } = this;
    const { random } = this.#world;
    const link = this.#link;
    const arrive = (action: () => void): void => {
      this.#world.after(1 + random() * 30, () => {
        if (this.linked && link === this.#link) action();
      });
    };
    if (effect.type === 'audit-channels') {
      this.#audit(arrive);
      return;
    }
    const channel = this.channels.get(effect.channelId);
    if (random() < faults.loseCommand && (channel === undefined || channel.lost < 2)) {
      if (channel !== undefined) channel.lost++;
      return;
    }
    switch (effect.type) {
      case 'originate':
        arrive(() => this.#originate(effect.channelId, effect.ringSeconds));
        return;
      case 'dial-agent':
        arrive(() => this.#dialAgent(effect.channelId));
        return;
      case 'bridge':
        arrive(() => this.#bridge(effect.channelId, effect.agentLegId));
        return;
      case 'dial-leg':
        arrive(() => this.#dialSide(effect.channelId));
        return;
      case 'join':
        arrive(() => this.#bridge(effect.channelId, effect.otherLegId, true));
        return;
      case 'hold':
      case 'hand-over':
        arrive(() => this.#leave(effect.channelId, effect.type));
        return;
      case 'mute':
      case 'record':
      case 'send-digits':
      case 'three-way':
      case 'eavesdrop':
        return;
      case 'play-safe-harbour':
        arrive(() => this.#play(effect.channelId));
        return;
      case 'hang-up':
        arrive(() => this.end(effect.channelId, effect.cause));
    }
  }

  #audit(arrive: (action: () => void) => void): void {
    const { random } = this.#world;
    if (!this.#listingLost && random() < this.faults.loseCommand) {
      this.#listingLost = true;
      return;
    }
    this.#listingLost = false;
    const requestedAt = this.#world.now();
    const link = this.#link;
    arrive(() => {
      const channels = this.#listing();
      const late = random() < this.faults.lateListing ? random() * 6_000 : random() * 30;
      this.#world.after(late, () => {
        if (this.linked && link === this.#link)
          this.#report({ type: 'switch-channels', switchId: this.id, channels, requestedAt });
      });
    });
  }

  #create(id: string, kind: ModelChannel['kind']): ModelChannel {
    const channel: ModelChannel = {
      id,
      kind,
      createdAt: this.#world.now(),
      state: 'dialing',
      progressed: false,
      bridgedTo: '',
      held: false,
      handedOver: false,
      lost: 0,
    };
    this.channels.set(id, channel);
    return channel;
  }

  // ---------------------------------------------------------------- customers

  #originate(channelId: string, ringSeconds: number): void {
    const { random } = this.#world;
    const fate = random();
    const failed = (cause: string, local: boolean): void =>
      this.#say({ type: 'originate-failed', switchId: this.id, channelId, cause, local });
    const now = this.#world.now();
    if (fate < 0.02) this.#gatewayDownUntil = now + random() * 20_000;
    if (fate < 0.04 || now < this.#gatewayDownUntil) {
      failed('GATEWAY_DOWN', true);
      return;
    }
    const channel = this.#create(channelId, 'customer');
    // The command's answer got lost, the call is up all the same.
    if (fate < 0.06) failed('COMMAND_TIMEOUT', false);
    const then = (milliseconds: number, action: () => void): void =>
      this.#world.after(milliseconds, () => {
        if (this.channels.get(channelId) === channel) action();
      });
    if (fate < 0.25) {
      const causes = ['USER_BUSY', 'UNALLOCATED_NUMBER', 'NORMAL_CIRCUIT_CONGESTION', 'CALL_REJECTED'];
      const cause = causes[Math.floor(random() * causes.length)] as string;
      then(100 + random() * 2_000, () => this.end(channelId, cause));
      return;
    }
    then(100 + random() * 2_000, () => {
      channel.state = 'ringing';
      channel.progressed = true;
      this.#say({ type: 'channel-progress', switchId: this.id, channelId });
      if (fate < 0.45) then(ringSeconds * 1000, () => this.end(channelId, 'NO_ANSWER'));
      else then(500 + random() * 15_000, () => this.#answer(channel, fate < 0.55, then));
    });
  }

  #answer(
    channel: ModelChannel,
    machine: boolean,
    then: (milliseconds: number, action: () => void) => void,
  ): void {
    const { random } = this.#world;
    const channelId = channel.id;
    channel.state = 'answered';
    const instant = random() < 0.1;
    if (!instant || random() < 0.5) {
      this.#say({
        type: 'channel-answered',
        switchId: this.id,
        channelId,
        ...(machine ? { answeredBy: 'machine' as const } : {}),
      });
    }
    if (instant) this.end(channelId, 'NORMAL_CLEARING');
    else if (machine) then(60_000, () => this.end(channelId, 'NORMAL_CLEARING'));
    else
      then(300 + random() * 8_000, () => {
        if (channel.bridgedTo === '') this.end(channelId, 'NORMAL_CLEARING');
      });
  }

  #play(channelId: string): void {
    const channel = this.channels.get(channelId);
    if (channel?.state !== 'answered') return;
    const { random } = this.#world;
    if (random() < 0.3)
      this.#say({ type: 'key-pressed', switchId: this.id, channelId, key: random() < 0.7 ? '9' : '5' });
    this.#world.after(2_000 + random() * 4_000, () => this.end(channelId, 'NORMAL_CLEARING'));
  }

  // ---------------------------------------------------------------- agents and bridges

  #dialAgent(legId: string): void {
    const { random } = this.#world;
    const fate = random();
    if (fate < 0.05) {
      this.#say({
        type: 'originate-failed',
        switchId: this.id,
        channelId: legId,
        cause: 'USER_NOT_REGISTERED',
        local: true,
      });
      return;
    }
    const leg = this.#create(legId, 'agent');
    this.#world.after(300 + random() * 3_000, () => {
      if (this.channels.get(legId) !== leg) return;
      if (fate < 0.1) {
        this.end(legId, 'NO_ANSWER');
        return;
      }
      leg.state = 'answered';
      this.#say({ type: 'channel-answered', switchId: this.id, channelId: legId });
    });
  }

  #dialSide(legId: string): void {
    const { random } = this.#world;
    const leg = this.#create(legId, 'side');
    const fate = random();
    this.#world.after(300 + random() * 6_000, () => {
      if (this.channels.get(legId) !== leg) return;
      if (fate < 0.3) {
        this.end(legId, 'USER_BUSY');
        return;
      }
      leg.state = 'answered';
      this.#say({ type: 'channel-answered', switchId: this.id, channelId: legId });
      if (fate < 0.6) this.#world.after(random() * 20_000, () => this.end(legId, 'NORMAL_CLEARING'));
    });
  }

  /** A customer leaves the agent, to wait or to go on with somebody else. */
  #leave(channelId: string, why: 'hold' | 'hand-over'): void {
    const channel = this.channels.get(channelId);
    if (channel?.state !== 'answered') return;
    this.#part(channel);
    channel.held = why === 'hold';
    channel.handedOver = why === 'hand-over';
    if (channel.handedOver)
      this.#world.after(this.#world.random() * 40_000, () => this.end(channelId, 'NORMAL_CLEARING'));
  }

  #bridge(channelId: string, agentLegId: string, again = false): void {
    const { random } = this.#world;
    const slow = random() < this.faults.slowBridge ? random() * 8_000 : 0;
    const fails = random() < this.faults.failBridge;
    this.#world.after(slow, () => {
      const channel = this.channels.get(channelId);
      const leg = this.channels.get(agentLegId);
      if (fails || channel?.state !== 'answered' || leg?.state !== 'answered') {
        this.#say({ type: 'bridge-failed', switchId: this.id, channelId, agentLegId, reason: 'no' });
        return;
      }
      if (channel.bridgedTo === agentLegId && !again) return;
      this.#part(channel);
      this.#part(leg);
      channel.held = false;
      if (leg.kind === 'side' && channel.kind === 'customer') {
        channel.handedOver = true;
        leg.handedOver = true;
      }
      channel.bridgedTo = agentLegId;
      leg.bridgedTo = channelId;
      this.#say({ type: 'channel-bridged', switchId: this.id, channelId, otherChannelId: agentLegId });
      this.#world.after(500 + random() * (random() < 0.3 ? 60_000 : 10_000), () => {
        if (this.channels.get(channelId)?.bridgedTo === agentLegId) this.end(channelId, 'NORMAL_CLEARING');
      });
    });
  }

  #part(channel: ModelChannel): void {
    const other = this.channels.get(channel.bridgedTo);
    if (other !== undefined) other.bridgedTo = '';
    channel.bridgedTo = '';
  }

  /** A channel ends, whoever wanted it. */
  end(channelId: string, cause: string): void {
    const channel = this.channels.get(channelId);
    if (channel === undefined) return;
    const other = channel.bridgedTo;
    this.#part(channel);
    this.channels.delete(channelId);
    this.#say({
      type: 'channel-ended',
      switchId: this.id,
      channelId,
      cause,
      answered: channel.state === 'answered',
      progressed: channel.progressed,
    });
    const partner = this.channels.get(other);
    if (channel.handedOver && partner?.handedOver) this.end(other, 'NORMAL_CLEARING');
    // The customer of a leg that died hears nothing; half of them are parked, half hung up.
    if (channel.kind === 'agent' && other !== '' && this.#world.random() < 0.5)
      this.end(other, 'NORMAL_CLEARING');
  }
}
