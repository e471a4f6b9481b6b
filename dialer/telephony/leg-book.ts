/**
 * What is known of the channels of this installation on one switch: enough to report each thing once.
 *
 * No switch promises an order: an answer may come before the creation, the end before the answer, the
 * result of the originate before or after each. So no event depends on an earlier one; the first mention of a
 * channel opens its entry, and its end closes it for good.
 */
import type { ChannelSnapshot } from './port.js';

export interface Leg {
  readonly channelId: string;
  /** `side`: a consulted party or a supervisor; `inbound`: somebody who called us. */
  kind: 'customer' | 'agent' | 'side' | 'inbound' | 'unknown';
  /** The originate was sent or waits to be, and its result is not known. */
  originating: boolean;
  progressed: boolean;
  answered: boolean;
  /** The callee has picked up, and the answer is not reported yet; for switches that tell the two apart. */
  pickedUp: boolean;
  /** The other channel of its last bridge; empty before the first. */
  bridgedTo: string;
  /** When the last event of it was read; instants here are monotonic milliseconds. */
  heardAt: number;
  /** Cause of a hang-up that was asked for; empty when none was. */
  killCause: string;
  /** Reported as failed though it may live: its events are not reported, and it is hung up when one comes. */
  disowned: boolean;
  /** Cancels the one deadline that runs for the leg. */
  cancelDeadline: () => void;
  readonly openedAt: number;
}

/** Ended channels that are remembered at least; late and doubled events of a channel come within seconds. */
const rememberedEnds = 20_000;

/** How far the switch's table of channels may run behind its own events. */
const tableLagMilliseconds = 5000;

export class LegBook {
  readonly #legs = new Map<string, Leg>();
  /** When each ended, in two generations of which the older is dropped. */
  #ended = new Map<string, number>();
  #endedBefore = new Map<string, number>();

  get size(): number {
    return this.#legs.size;
  }

  get(channelId: string): Leg | undefined {
    return this.#legs.get(channelId);
  }

  hasEnded(channelId: string): boolean {
    return this.#ended.has(channelId) || this.#endedBefore.has(channelId);
  }

  /** The entry of a channel, made when it is new; undefined when the channel has ended. */
  open(channelId: string, kind: Leg['kind'], now: number): Leg | undefined {
    const known = this.#legs.get(channelId);
    if (known) {
      if (kind !== 'unknown') known.kind = kind;
      return known;
    }
    if (this.hasEnded(channelId)) return undefined;
    const leg: Leg = {
      channelId,
      kind,
      originating: false,
      progressed: false,
      answered: false,
      pickedUp: false,
      bridgedTo: '',
      heardAt: Number.NEGATIVE_INFINITY,
      killCause: '',
      disowned: false,
      cancelDeadline: () => undefined,
      openedAt: now,
    };
    this.#legs.set(channelId, leg);
    return leg;
  }

  /** Closes a channel for good. False when it had ended before. */
  end(channelId: string): boolean {
    if (this.hasEnded(channelId)) return false;
    this.#forget(channelId);
    this.#ended.set(channelId, performance.now());
    if (this.#ended.size >= rememberedEnds) {
      this.#endedBefore = this.#ended;
      this.#ended = new Map();
    }
    return true;
  }

  /**
   * A listing as it would be if the switch's table were up to date: the table is written behind the events, and
   * may show a channel as ringing after its CHANNEL_BRIDGE was read, or miss it, or show one that has ended.
   * What the events of the last seconds said goes before it, as far as no event can have been missed since.
   * Entries that it shows to be gone are dropped.
   * @param askedAt when the listing was asked for, monotonic
   * @param requestedAt the same instant, epoch milliseconds
   * @param hearingSince when the present event connection was made, monotonic
   */
  reconcile(
    listed: readonly ChannelSnapshot[],
    askedAt: number,
    requestedAt: number,
    hearingSince: number,
  ): readonly ChannelSnapshot[] {
    const longAgo = askedAt - tableLagMilliseconds;
    const recently = Math.max(longAgo, hearingSince);
    const channels: ChannelSnapshot[] = [];
    const present = new Set<string>();
    for (const channel of listed) {
      if (this.#endedSince(channel.channelId, recently)) continue;
      present.add(channel.channelId);
      const leg = this.#legs.get(channel.channelId);
      if (leg && channel.state === 'answered') leg.answered = true;
      channels.push(this.#updated(channel, recently));
    }
    for (const leg of this.#legs.values()) {
      if (present.has(leg.channelId)) continue;
      if (leg.heardAt > recently && !leg.disowned)
        channels.push(
          this.#updated(
            {
              channelId: leg.channelId,
              state: 'ringing',
              bridgedTo: '',
              createdAt: Math.floor(requestedAt - (askedAt - leg.openedAt)),
            },
            recently,
          ),
        );
      // A disowned leg has had its report: whatever comes of it yet is not to be another.
      else if (leg.disowned) this.end(leg.channelId);
      else if (leg.openedAt < longAgo) this.#forget(leg.channelId);
    }
    return channels;
  }

  /** Forgets all channels, as those of a switch that was restarted. */
  clear(): void {
    for (const leg of this.#legs.values()) leg.cancelDeadline();
    this.#legs.clear();
  }

  #updated(channel: ChannelSnapshot, recently: number): ChannelSnapshot {
    const leg = this.#legs.get(channel.channelId);
    const partner = channel.bridgedTo || (leg && leg.heardAt > recently ? leg.bridgedTo : '');
    return {
      ...channel,
      state: leg?.answered ? 'answered' : channel.state,
      bridgedTo: partner && !this.#endedSince(partner, recently) ? partner : '',
    };
  }

  #endedSince(channelId: string, since: number): boolean {
    return (this.#ended.get(channelId) ?? this.#endedBefore.get(channelId) ?? since) > since;
  }

  #forget(channelId: string): void {
    this.#legs.get(channelId)?.cancelDeadline();
    this.#legs.delete(channelId);
  }
}
