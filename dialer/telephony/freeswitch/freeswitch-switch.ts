/**
 * One FreeSWITCH: effects become commands, events become inputs.
 *
 *     effects ─▶ Originates ─▶ OriginateLane ─▶ ┐
 *             └▶ Bridges ─────────────────────▶ CommandConnection (modesl) ─▶ api, bgapi
 *     inputs  ◀─ LegBook ◀──────────────────── EventConnection (own codec) ◀─ events
 *
 * It is `up` while both connections stand and the switch has been asked, after the later of them, what is on it.
 * Anything else is `down`, and said at once: no originate leaves, but what events still come are reported, and
 * hang-ups go on as long as the command connection stands.
 */
import type { TelephonyEffect } from '../../core/effects.js';
import type { TelephonyInput } from '../../core/inputs.js';
import type { CommandResult } from '../command-result.js';
import { EventLag } from '../event-lag.js';
import { LegBook } from '../leg-book.js';
import type { ChannelSnapshot, SwitchStatistics } from '../port.js';
import { Bridges } from './bridges.js';
import { CallControls } from './call-controls.js';
import {
  answeredByOf,
  atOf,
  bridgedPair,
  endOf,
  hadProgress,
  timeOf,
  wasAnswered,
} from './channel-events.js';
import { parseChannelListing } from './channel-listing.js';
import { CommandConnection } from './command-connection.js';
import { playMessage } from './dial-string.js';
import type { EslEvent } from './esl-codec.js';
import { EventConnection } from './event-connection.js';
import { identityCommand, watchMilliseconds } from './link.js';
import type { FreeSwitchOptions, FreeSwitchSettings } from './options.js';
import { Originates } from './originates.js';
import type { SwitchContext } from './switch-context.js';

/** Without any event for so long, nothing is late. */
const quietMilliseconds = 2000;
/** Late for so long on connections that answer in time, it is a clock that was set. */
const clockSetMilliseconds = 30_000;
/** A switch that announced its shutdown and still stands after so long is entered anew. */
const shutdownMilliseconds = 10_000;

const listCommand = 'show channels as json';

export class FreeSwitchSwitch {
  readonly switchId: string;
  readonly #options: FreeSwitchOptions;
  readonly #report: (input: TelephonyInput) => void;
  readonly #events: EventConnection;
  readonly #commands: CommandConnection;
  readonly #legs = new LegBook();
  readonly #originates: Originates;
  readonly #bridges: Bridges;
  readonly #controls: CallControls;
  readonly #lag = new EventLag();
  readonly #eventCounts: Record<string, number> = {};
  #status: 'down' | 'synchronising' | 'up' = 'down';
  #stopped = false;
  /** Counts synchronisations, so that the answer to an outdated one is dropped. */
  #synchronisation = 0;
  #auditing = false;
  #ups = 0;
  #instanceId = '';
  #downReason = 'not connected yet';
  /** The last reason reported for each cause, so that each failure to reconnect is not reported anew. */
  readonly #reported = new Map<string, string>();
  #lateSince = 0;
  #eventReadAt = 0;
  #watchTimer: NodeJS.Timeout | undefined;
  #shutdownTimer: NodeJS.Timeout | undefined;
  #settleTimer: NodeJS.Timeout | undefined;

  constructor(
    settings: FreeSwitchSettings,
    options: FreeSwitchOptions,
    report: (input: TelephonyInput) => void,
  ) {
    this.switchId = settings.switchId;
    this.#options = options;
    this.#report = report;
    this.#events = new EventConnection(settings, options.timings, options.random, {
      up: () => this.#synchronise(),
      down: (reason, refused) => this.#lost('event', reason, refused),
      event: (event) => this.#receive(event),
    });
    this.#commands = new CommandConnection(settings, options.timings, options.random, {
      up: () => this.#synchronise(),
      down: (reason, refused) => this.#lost('command', reason, refused),
    });
    const context: SwitchContext = {
      switchId: this.switchId,
      options,
      commands: this.#commands,
      legs: this.#legs,
      report: (input) => {
        if (!this.#stopped) this.#report(input);
      },
      reportLater: (input) => queueMicrotask(() => context.report(input)),
      log: (level, message) => this.#log(level, message),
      downReason: () => (this.#status === 'up' ? undefined : this.#downReason),
      audit: () => this.#audit(),
    };
    this.#originates = new Originates(context);
    this.#bridges = new Bridges(context);
    this.#controls = new CallControls(context, this.#bridges);
  }

  start(): void {
    this.#events.start();
    this.#commands.start();
    this.#watchTimer = setInterval(() => this.#watch(), watchMilliseconds);
  }

  /** Waits for the answers to what was sent, then ends the connections. */
  async stop(deadlineMilliseconds: number): Promise<void> {
    if (this.#stopped) return;
    const deadline = performance.now() + deadlineMilliseconds;
    this.#originates.stop();
    while (this.#commands.up && this.#commands.unanswered > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10));
    this.#stopped = true;
    this.#status = 'down';
    clearInterval(this.#watchTimer);
    clearTimeout(this.#shutdownTimer);
    clearTimeout(this.#settleTimer);
    this.#events.stop();
    this.#commands.stop();
    this.#bridges.stop();
    this.#legs.clear();
  }

  statistics(): SwitchStatistics {
    return {
      switchId: this.switchId,
      connected: this.#status === 'up',
      reconnects: Math.max(0, this.#ups - 1),
      events: { ...this.#eventCounts },
      eventLagSeconds: this.#lag.seconds,
      commandsPending: this.#commands.unanswered + this.#originates.waiting,
    };
  }

  perform(effect: TelephonyEffect): void {
    if (this.#stopped) return;
    switch (effect.type) {
      case 'originate':
      case 'dial-agent':
      case 'dial-leg':
        this.#originates.submit(effect);
        break;
      case 'bridge':
        this.#bridges.request(effect.channelId, effect.agentLegId);
        break;
      case 'hold':
      case 'join':
      case 'mute':
      case 'send-digits':
      case 'hand-over':
      case 'three-way':
      case 'eavesdrop':
      case 'record':
        this.#controls.perform(effect);
        break;
      case 'play-safe-harbour':
        this.#playMessage(effect.channelId, effect.message);
        break;
      case 'hang-up':
        this.#originates.hangUp(effect.channelId, effect.cause);
        break;
      case 'audit-channels':
        this.#audit();
        break;
    }
  }

  #playMessage(channelId: string, message: string): void {
    let command: string;
    try {
      command = playMessage(channelId, message);
    } catch (error) {
      // Better hung up than kept in silence.
      this.#log('error', `message not played: ${(error as Error).message}`);
      this.#originates.hangUp(channelId, 'NORMAL_CLEARING');
      return;
    }
    this.#commands.api(command, (result) => {
      if (result.outcome !== 'ok' && !this.#legs.hasEnded(channelId))
        this.#log('warn', `message to ${channelId} not played: ${result.error}`);
    });
  }

  // --------------------------------------------------------------------------------------------- events

  #isOwn(channelId: string): boolean {
    return channelId.startsWith(this.#options.ownPrefix) || this.#legs.get(channelId)?.kind === 'inbound';
  }

  #receive(event: EslEvent): void {
    this.#eventCounts[event.name] = (this.#eventCounts[event.name] ?? 0) + 1;
    this.#observeLag(event);
    const channelId = event.headers['Unique-ID'] ?? '';
    switch (event.name) {
      case 'CHANNEL_PROGRESS':
      case 'CHANNEL_PROGRESS_MEDIA':
      case 'CHANNEL_ANSWER':
        if (this.#isOwn(channelId)) this.#advanced(channelId, event);
        break;
      case 'CHANNEL_BRIDGE': {
        const pair = bridgedPair(event);
        if (pair?.every((one) => this.#isOwn(one))) {
          this.#bridges.confirmed(pair[0], pair[1], atOf(event));
          this.#controls.channelsBridged(pair);
        }
        break;
      }
      case 'CHANNEL_HANGUP_COMPLETE':
        if (this.#isOwn(channelId)) this.#ended(channelId, event);
        break;
      case 'CHANNEL_APPLICATION':
        if (event.headers['Tactus'] === 'inbound') this.#called(channelId, event);
        break;
      case 'BACKGROUND_JOB':
        this.#originates.jobEnded(event.headers['Job-UUID'] ?? '', event.body);
        break;
      case 'DTMF':
        if (this.#isOwn(channelId)) this.#keyPressed(channelId, event.headers['DTMF-Digit'] ?? '');
        break;
      case 'SHUTDOWN':
        this.#switchShutsDown();
        break;
    }
  }

  /** The dialplan has handed us a call. */
  #called(channelId: string, event: EslEvent): void {
    const now = performance.now();
    if (this.#legs.get(channelId)) return;
    const leg = this.#legs.open(channelId, 'inbound', now);
    if (!leg) return;
    leg.answered = true;
    leg.heardAt = now;
    this.#report({
      type: 'inbound-call',
      switchId: this.switchId,
      channelId,
      from: event.headers['Caller-Caller-ID-Number'] ?? '',
      to: event.headers['Caller-Destination-Number'] ?? '',
      ...atOf(event),
    });
  }

  #advanced(channelId: string, event: EslEvent): void {
    const leg = this.#legs.open(channelId, 'unknown', performance.now());
    if (!leg) return;
    leg.heardAt = performance.now();
    this.#originates.hangUpAgain(leg);
    if (leg.disowned) return;
    const answered = event.name === 'CHANNEL_ANSWER';
    if (answered ? leg.answered : leg.progressed || leg.answered) return;
    if (answered) leg.answered = true;
    else leg.progressed = true;
    const where = { switchId: this.switchId, channelId, ...atOf(event) };
    if (answered) this.#report({ type: 'channel-answered', ...where, ...answeredByOf(event) });
    else this.#report({ type: 'channel-progress', ...where });
  }

  #ended(channelId: string, event: EslEvent): void {
    const leg = this.#legs.get(channelId);
    if (!this.#legs.end(channelId)) return;
    if (!leg?.disowned)
      this.#report({
        type: 'channel-ended',
        switchId: this.switchId,
        channelId,
        ...endOf(event),
        answered: wasAnswered(event) || (leg?.answered ?? false),
        progressed: hadProgress(event) || (leg?.progressed ?? false),
        ...atOf(event),
      });
    this.#bridges.channelEnded(channelId);
    this.#controls.channelEnded(channelId);
  }

  #keyPressed(channelId: string, key: string): void {
    if (!key || this.#legs.hasEnded(channelId) || this.#legs.get(channelId)?.kind === 'agent') return;
    this.#report({ type: 'key-pressed', switchId: this.switchId, channelId, key });
  }

  #switchShutsDown(): void {
    this.#synchronisation++;
    this.#down('shutdown', 'the switch is shutting down');
    clearTimeout(this.#shutdownTimer);
    // The ends of the calls still come before the disconnect notice, so the connections are kept for them.
    this.#shutdownTimer = setTimeout(() => {
      this.#events.reset('the switch announced its shutdown');
      this.#commands.reset('the switch announced its shutdown');
    }, shutdownMilliseconds);
  }

  #observeLag(event: EslEvent): void {
    const at = timeOf(event);
    this.#eventReadAt = performance.now();
    if (at === undefined) return;
    const late = this.#lag.observe(at, this.#options.clock.now());
    if (late > this.#options.lateMilliseconds && this.#status === 'up') {
      this.#lateSince = this.#eventReadAt;
      this.#down('late', `events arrive ${(late / 1000).toFixed(1)} s late`);
    } else if (late < this.#options.lateMilliseconds / 3 && this.#lateSince > 0) this.#synchronise();
  }

  // ------------------------------------------------------------------------------------ up, down, listings

  #watch(): void {
    this.#originates.watch();
    if (this.#lateSince === 0) return;
    const now = performance.now();
    if (now - this.#lateSince > clockSetMilliseconds) {
      this.#lag.reset();
      this.#synchronise();
    } else if (now - this.#eventReadAt > quietMilliseconds) this.#synchronise();
  }

  #lost(which: 'event' | 'command', reason: string, refused: boolean): void {
    if (this.#stopped) return;
    this.#synchronisation++;
    this.#lateSince = 0;
    this.#down(which, `${which} connection: ${reason}`, refused);
  }

  #down(cause: string, reason: string, refused = false): void {
    const wasUp = this.#status === 'up';
    this.#status = 'down';
    this.#downReason = reason;
    this.#originates.refuseWaiting(reason);
    if (!wasUp && this.#reported.get(cause) === reason) return;
    if (wasUp) this.#reported.clear();
    this.#reported.set(cause, reason);
    this.#log(refused ? 'error' : 'warn', `down: ${reason}`);
    this.#report({ type: 'switch-down', switchId: this.switchId, reason });
  }

  /** Both connections stand: when the table has settled, asks what is on the switch; then dialling may begin. */
  #synchronise(): void {
    if (this.#stopped || !this.#events.up || !this.#commands.up) return;
    clearTimeout(this.#shutdownTimer);
    this.#lateSince = 0;
    this.#status = 'synchronising';
    const synchronisation = ++this.#synchronisation;
    const settled = this.#events.upSince + this.#options.settleMilliseconds;
    clearTimeout(this.#settleTimer);
    this.#settleTimer = setTimeout(
      () => {
        if (!this.#stopped && synchronisation === this.#synchronisation) this.#list(synchronisation);
      },
      Math.max(0, settled - performance.now()),
    );
  }

  #list(synchronisation: number): void {
    let instanceId = '';
    const failed = (error: string): void =>
      this.#commands.reset(`could not ask the switch what is on it: ${error}`);
    this.#commands.api(identityCommand, (result) => {
      if (this.#stopped || synchronisation !== this.#synchronisation) return;
      if (result.outcome !== 'ok') {
        failed(result.error);
        return;
      }
      instanceId = result.body.trim();
      // Another process than before: nothing of what was on it is left, and no end of it will be reported.
      if (instanceId !== this.#instanceId) this.#legs.clear();
      this.#instanceId = instanceId;
    });
    const requestedAt = this.#options.clock.now();
    const askedAt = performance.now();
    this.#commands.api(listCommand, (result) => {
      if (this.#stopped || synchronisation !== this.#synchronisation) return;
      const channels = this.#listed(result, askedAt, requestedAt);
      if (typeof channels === 'string') {
        failed(channels);
        return;
      }
      this.#status = 'up';
      this.#ups++;
      this.#log('info', `up: ${channels.length} channels of ours on instance ${instanceId}`);
      this.#report({ type: 'switch-up', switchId: this.switchId, instanceId, channels, requestedAt });
      this.#originates.hangUpOwed(new Set(channels.map(({ channelId }) => channelId)));
    });
  }

  #audit(): void {
    if (this.#auditing || this.#status !== 'up') return;
    this.#auditing = true;
    const requestedAt = this.#options.clock.now();
    const askedAt = performance.now();
    this.#commands.api(listCommand, (result) => {
      this.#auditing = false;
      if (this.#stopped || this.#status !== 'up') return;
      const channels = this.#listed(result, askedAt, requestedAt);
      if (typeof channels === 'string') {
        this.#log('warn', `audit failed: ${channels}`);
        return;
      }
      this.#report({ type: 'switch-channels', switchId: this.switchId, channels, requestedAt });
    });
  }

  /** Our channels in the answer to a listing, or why there are none to be had. */
  #listed(result: CommandResult, askedAt: number, requestedAt: number): readonly ChannelSnapshot[] | string {
    if (result.outcome !== 'ok') return result.error;
    try {
      const listed = parseChannelListing(result.body, this.#options.ownPrefix);
      for (const { channelId, inbound } of listed)
        if (inbound) this.#legs.open(channelId, 'inbound', askedAt);
      return this.#legs.reconcile(listed, askedAt, requestedAt, this.#events.upSince);
    } catch (error) {
      return (error as Error).message;
    }
  }

  #log(level: 'info' | 'warn' | 'error', message: string): void {
    this.#options.log({ level, switchId: this.switchId, message });
  }
}
