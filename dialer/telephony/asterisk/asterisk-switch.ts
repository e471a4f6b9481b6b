/**
 * One Asterisk: effects become requests, events become inputs.
 *
 *     effects ─▶ Originates ─▶ OriginateLane ─▶ ┐
 *             └▶ Bridges, CallControls, … ────▶ AriLink ─▶ thread with ari-client ─▶ requests
 *     inputs  ◀─ LegBook, BridgeBook ◀───────── AriLink ◀─ thread with ari-client ◀─ events
 *
 * It is `up` while the link stands and the switch has been asked, after it was made, what is on it. Anything else is `down`,
 * and said at once: no originate leaves.
 */
import type { TelephonyEffect } from '../../core/effects.js';
import type { TelephonyInput } from '../../core/inputs.js';
import { EventLag } from '../event-lag.js';
import { LegBook } from '../leg-book.js';
import type { ChannelSnapshot, SwitchStatistics } from '../port.js';
import type { SwitchDriver } from '../switch-group.js';
import { AriLink } from './ari-link.js';
import type { AriEvent } from './ari-protocol.js';
import { atOf, timeOf } from './ari-time.js';
import { BridgeBook } from './bridge-book.js';
import { Bridges } from './bridges.js';
import { CallControls } from './call-controls.js';
import { causeOf } from './causes.js';
import { isOwnChannel, readListing } from './channel-listing.js';
import { Deadlines } from './deadlines.js';
import { HandOvers } from './hand-overs.js';
import { Messages } from './messages.js';
import { Moves } from './moves.js';
import type { AsteriskOptions, AsteriskSettings } from './options.js';
import { Originates } from './originates.js';
import { Recordings } from './recordings.js';
import { Snoops } from './snoops.js';
import type { SwitchContext } from './switch-context.js';
import { type Listing, SwitchListing } from './switch-listing.js';

/** How often the switch looks at its own deadlines. */
const watchMilliseconds = 250;
/** Without any event for so long, nothing is late. */
const quietMilliseconds = 2000;
/** Late for so long on a link that answers in time, it is a clock that was set. */
const clockSetMilliseconds = 30_000;

export class AsteriskSwitch implements SwitchDriver {
  readonly switchId: string;
  readonly #options: AsteriskOptions;
  readonly #application: string;
  readonly #report: (input: TelephonyInput) => void;
  readonly #link: AriLink;
  readonly #legs = new LegBook();
  readonly #book: BridgeBook;
  readonly #listing: SwitchListing;
  readonly #originates: Originates;
  readonly #bridges: Bridges;
  readonly #deadlines: Deadlines;
  readonly #messages: Messages;
  readonly #handOvers: HandOvers;
  readonly #snoops: Snoops;
  readonly #recordings: Recordings;
  readonly #controls: CallControls;
  readonly #lag = new EventLag();
  readonly #eventCounts: Record<string, number> = {};
  /** The last word of each channel's `Dial`. */
  readonly #dialstatus = new Map<string, string>();
  #status: 'down' | 'synchronising' | 'up' = 'down';
  #stopped = false;
  /** Counts synchronisations, so that the answer to an outdated one is dropped. */
  #synchronisation = 0;
  #auditing = false;
  #ups = 0;
  #instanceId = '';
  #linkInstance = '';
  #downReason = 'not connected yet';
  /** The last reason reported, so that each failure to reconnect is not reported anew. */
  #reported = '';
  #lateSince = 0;
  #eventReadAt = 0;
  #watchTimer: NodeJS.Timeout | undefined;

  constructor(settings: AsteriskSettings, options: AsteriskOptions, report: (input: TelephonyInput) => void) {
    this.switchId = settings.switchId;
    this.#options = options;
    this.#application = settings.application ?? 'tactus';
    this.#report = report;
    this.#book = new BridgeBook(options.ownPrefix);
    const { host, port, user, password } = settings;
    this.#link = new AriLink(
      { host, port, user, password, application: this.#application },
      options.timings,
      options.random,
      {
        up: (instance, version) => {
          this.#linkInstance = instance;
          this.#log('info', `Asterisk ${version}`);
          this.#synchronise();
        },
        down: (reason, refused) => this.#lost(reason, refused),
        event: (event) => this.#receive(event),
      },
    );
    const context: SwitchContext = {
      switchId: this.switchId,
      options,
      application: this.#application,
      link: this.#link,
      legs: this.#legs,
      bridgeBook: this.#book,
      report: (input) => {
        if (!this.#stopped) this.#report(input);
      },
      reportLater: (input) => queueMicrotask(() => context.report(input)),
      log: (level, message) => this.#log(level, message),
      downReason: () => (this.#status === 'up' ? undefined : this.#downReason),
      audit: () => this.#audit(),
      hangUp: (channelId, cause) => this.#originates.hangUp(channelId, cause),
    };
    const moves = new Moves();
    this.#listing = new SwitchListing(context);
    this.#deadlines = new Deadlines(context);
    this.#originates = new Originates(context, this.#deadlines);
    this.#bridges = new Bridges(context, moves, this.#deadlines);
    this.#messages = new Messages(context, this.#deadlines);
    this.#handOvers = new HandOvers(context, this.#bridges, moves, this.#deadlines);
    this.#snoops = new Snoops(context, this.#bridges, moves);
    this.#recordings = new Recordings(context, this.#snoops);
    this.#controls = new CallControls(context, {
      bridges: this.#bridges,
      moves,
      deadlines: this.#deadlines,
      handOvers: this.#handOvers,
      snoops: this.#snoops,
      recordings: this.#recordings,
    });
  }

  start(): void {
    this.#link.start();
    this.#watchTimer = setInterval(() => this.#watch(), watchMilliseconds);
  }

  async stop(deadlineMilliseconds: number): Promise<void> {
    if (this.#stopped) return;
    const deadline = performance.now() + deadlineMilliseconds;
    this.#originates.stop();
    while (this.#link.up && this.#link.unanswered > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10));
    this.#stopped = true;
    this.#status = 'down';
    clearInterval(this.#watchTimer);
    this.#bridges.stop();
    this.#messages.stop();
    this.#link.stop();
    this.#legs.clear();
  }

  statistics(): SwitchStatistics {
    return {
      switchId: this.switchId,
      connected: this.#status === 'up',
      reconnects: Math.max(0, this.#ups - 1),
      events: { ...this.#eventCounts },
      eventLagSeconds: this.#lag.seconds,
      commandsPending: this.#link.unanswered + this.#originates.waiting,
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
        this.#messages.play(effect.channelId, effect.message);
        break;
      case 'hang-up':
        this.#originates.hangUp(effect.channelId, effect.cause);
        break;
      case 'audit-channels':
        this.#audit();
        break;
    }
  }

  // --------------------------------------------------------------------------------------------- events

  #isOwn(channelId: string): boolean {
    return isOwnChannel(channelId, this.#options.ownPrefix) || this.#legs.get(channelId)?.kind === 'inbound';
  }

  #receive(event: AriEvent): void {
    this.#eventCounts[event.type] = (this.#eventCounts[event.type] ?? 0) + 1;
    this.#observeLag(event);
    const channelId = event.channel?.id ?? '';
    const own = this.#isOwn(channelId);
    switch (event.type) {
      case 'Dial':
        if (own) this.#dialled(channelId, event);
        break;
      case 'ChannelStateChange':
        if (own && event.channel?.state === 'Ringing') this.#progressed(channelId, event);
        // The answer is reported when the channel can be bridged; that it was one is known from here on.
        else if (own && event.channel?.state === 'Up') this.#pickedUp(channelId);
        break;
      case 'StasisStart':
        if (own) this.#answered(channelId, event);
        else if (this.#book.isAuxiliary(channelId)) {
          if (!this.#handOvers.answered(channelId)) this.#snoops.started(channelId);
        } else if (event.args?.[0] === 'inbound') this.#called(event);
        break;
      case 'StasisEnd':
        // A snoop that goes with its call says no more than this.
        if (this.#book.isAuxiliary(channelId)) this.#gone(channelId);
        else if (this.#legs.get(channelId)?.kind === 'inbound') this.#callerGone(channelId, event);
        break;
      case 'ChannelEnteredBridge':
        this.#bridges.entered(event);
        break;
      case 'ChannelLeftBridge':
        this.#bridges.left(event);
        break;
      case 'BridgeDestroyed':
        this.#book.destroyed(event.bridge?.id ?? '');
        break;
      case 'ChannelDestroyed':
        if (own) this.#ended(channelId, event);
        else if (this.#book.isAuxiliary(channelId)) this.#gone(channelId);
        break;
      case 'ChannelDtmfReceived':
        if (own) this.#keyPressed(channelId, event.digit ?? '');
        break;
      case 'PlaybackFinished':
        this.#messages.finished(event);
        break;
      case 'RecordingFailed':
        this.#recordings.failed(event.recording?.name ?? '', event.recording?.cause ?? '');
        break;
    }
  }

  #dialled(channelId: string, event: AriEvent): void {
    const status = event.dialstatus ?? '';
    if (status === '') return;
    this.#dialstatus.set(channelId, status);
    if (status === 'RINGING' || status === 'PROGRESS' || status === 'PROCEEDING')
      this.#progressed(channelId, event);
    else if (status === 'ANSWER') this.#pickedUp(channelId);
  }

  /** Its entry in the book, unless nothing is to be reported of it any more. */
  #live(channelId: string): ReturnType<LegBook['open']> {
    const leg = this.#legs.open(channelId, 'unknown', performance.now());
    if (!leg) return undefined;
    leg.heardAt = performance.now();
    if (leg.disowned) {
      this.#originates.hangUpAgain(leg);
      return undefined;
    }
    return leg;
  }

  #progressed(channelId: string, event: AriEvent): void {
    const leg = this.#live(channelId);
    if (!leg || leg.progressed || leg.answered || leg.pickedUp) return;
    leg.progressed = true;
    this.#report({ type: 'channel-progress', switchId: this.switchId, channelId, ...atOf(event) });
  }

  #pickedUp(channelId: string): void {
    const leg = this.#live(channelId);
    if (leg) leg.pickedUp = true;
  }

  #answered(channelId: string, event: AriEvent): void {
    const leg = this.#live(channelId);
    if (!leg || leg.answered) return;
    leg.answered = true;
    this.#originates.answered(leg);
    this.#originates.hangUpAgain(leg);
    // Waiting begins before the engine is told, so that a bridge it asks for comes after it.
    if (event.args?.[0] === 'agent') this.#bridges.toIdle(channelId);
    this.#report({ type: 'channel-answered', switchId: this.switchId, channelId, ...atOf(event) });
  }

  /** The dialplan has handed us a call. */
  #called(event: AriEvent): void {
    const { channel } = event;
    if (channel === undefined || this.#legs.get(channel.id)) return;
    const now = performance.now();
    const leg = this.#legs.open(channel.id, 'inbound', now);
    if (!leg) return;
    leg.answered = true;
    leg.heardAt = now;
    this.#listing.subscribe([`channel:${channel.id}`], () => undefined);
    this.#report({
      type: 'inbound-call',
      switchId: this.switchId,
      channelId: channel.id,
      from: channel.caller,
      to: channel.extension,
      ...atOf(event),
    });
  }

  /** A caller's end may go without saying, as Asterisk tells it to those alone who asked in time. */
  #callerGone(channelId: string, event: AriEvent): void {
    setTimeout(() => {
      if (!this.#stopped) this.#ended(channelId, { ...event, cause: 16 });
    }, this.#options.endGraceMilliseconds);
  }

  #ended(channelId: string, event: AriEvent): void {
    const leg = this.#legs.get(channelId);
    if (!this.#legs.end(channelId)) return;
    const dialstatus = this.#dialstatus.get(channelId) ?? '';
    if (!leg?.disowned) {
      const answered = (leg?.answered || leg?.pickedUp) ?? event.channel?.state === 'Up';
      const q850 = event.cause ?? 0;
      const inTime = causeOf(q850, dialstatus, answered);
      // Cause 16 is said of every channel that somebody on the switch hung up: by us, by its deadline, or by its far end.
      const own = q850 === 0 || q850 === 16 || leg?.killCause === inTime;
      const cause =
        own && leg?.killCause
          ? leg.killCause
          : own && this.#deadlines.reached(channelId)
            ? 'ALLOTTED_TIMEOUT'
            : inTime;
      this.#report({
        type: 'channel-ended',
        switchId: this.switchId,
        channelId,
        cause,
        ...(q850 > 0 ? { q850 } : {}),
        ...(event.techCause === undefined ? {} : { sipStatus: event.techCause }),
        answered,
        progressed: answered || (leg?.progressed ?? false),
        ...atOf(event),
      });
    }
    this.#gone(channelId);
  }

  /** What the others have to know of the end of a channel. */
  #gone(channelId: string): void {
    this.#dialstatus.delete(channelId);
    this.#handOvers.channelEnded(channelId);
    this.#bridges.channelEnded(channelId);
    this.#snoops.channelEnded(channelId);
    this.#recordings.channelEnded(channelId);
    this.#messages.channelEnded(channelId);
    this.#deadlines.ended(channelId);
  }

  #keyPressed(channelId: string, key: string): void {
    if (!key || this.#legs.hasEnded(channelId) || this.#legs.get(channelId)?.kind === 'agent') return;
    this.#report({ type: 'key-pressed', switchId: this.switchId, channelId, key });
  }

  #observeLag({ timestamp }: AriEvent): void {
    const at = timeOf(timestamp);
    this.#eventReadAt = performance.now();
    if (at === undefined) return;
    const late = this.#lag.observe(at, this.#options.clock.now());
    if (late > this.#options.lateMilliseconds && this.#status === 'up') {
      this.#lateSince = this.#eventReadAt;
      this.#down(`events arrive ${(late / 1000).toFixed(1)} s late`);
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

  #lost(reason: string, refused: boolean): void {
    if (this.#stopped) return;
    this.#synchronisation++;
    this.#auditing = false;
    this.#lateSince = 0;
    this.#bridges.linkLost();
    this.#snoops.linkLost();
    this.#down(reason, refused);
  }

  #down(reason: string, refused = false): void {
    const wasUp = this.#status === 'up';
    this.#status = 'down';
    this.#downReason = reason;
    this.#originates.refuseWaiting(reason);
    if (!wasUp && this.#reported === reason) return;
    this.#reported = reason;
    this.#log(refused ? 'error' : 'warn', `down: ${reason}`);
    this.#report({ type: 'switch-down', switchId: this.switchId, reason });
  }

  /** The link stands: asks what is on the switch; then dialling may begin. */
  #synchronise(): void {
    if (this.#stopped || !this.#link.up) return;
    this.#lateSince = 0;
    this.#status = 'synchronising';
    const synchronisation = ++this.#synchronisation;
    const requestedAt = this.#options.clock.now();
    const askedAt = performance.now();
    this.#listing.prepare((prepared) => {
      if (this.#stopped || synchronisation !== this.#synchronisation) return;
      if (typeof prepared === 'string') {
        this.#link.reset(prepared, /Write access denied/.test(prepared));
        return;
      }
      // Another process than before: nothing of what was on it is left, and no end of it will be reported.
      if (this.#linkInstance !== this.#instanceId) this.#legs.clear();
      this.#instanceId = this.#linkInstance;
      const channels = this.#listed(prepared, askedAt, requestedAt, true);
      this.#status = 'up';
      this.#ups++;
      this.#reported = '';
      this.#log('info', `up: ${channels.length} channels of ours on instance ${this.#instanceId}`);
      const { switchId } = this;
      this.#report({ type: 'switch-up', switchId, instanceId: this.#instanceId, channels, requestedAt });
      this.#originates.hangUpOwed(new Set(channels.map(({ channelId }) => channelId)));
      this.#handOvers.resynchronise(prepared.channels);
      this.#listing.tidy(prepared);
    });
  }

  #audit(): void {
    if (this.#auditing || this.#status !== 'up') return;
    this.#auditing = true;
    const requestedAt = this.#options.clock.now();
    const askedAt = performance.now();
    this.#listing.ask((listing) => {
      this.#auditing = false;
      if (this.#stopped || this.#status !== 'up') return;
      if (typeof listing === 'string') {
        this.#log('warn', `audit failed: ${listing}`);
        return;
      }
      const channels = this.#listed(listing, askedAt, requestedAt, false);
      this.#report({ type: 'switch-channels', switchId: this.switchId, channels, requestedAt });
    });
  }

  /** Our channels in a listing. @param anew the bridges may have changed unheard */
  #listed(
    { channels, bridges }: Listing,
    askedAt: number,
    requestedAt: number,
    anew: boolean,
  ): readonly ChannelSnapshot[] {
    const book = anew ? this.#book : new BridgeBook(this.#options.ownPrefix);
    book.reload(bridges);
    const listed = readListing(channels, book, this.#options.ownPrefix, this.#application);
    for (const { channelId, inbound } of listed) if (inbound) this.#legs.open(channelId, 'inbound', askedAt);
    return this.#legs.reconcile(listed, askedAt, requestedAt, this.#link.upSince);
  }

  #log(level: 'info' | 'warn' | 'error', message: string): void {
    this.#options.log({ level, switchId: this.switchId, message });
  }
}
