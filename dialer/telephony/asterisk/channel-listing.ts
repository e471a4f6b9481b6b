/** Reads the listings of channels and bridges. */
import type { ChannelSnapshot } from '../port.js';
import type { AriChannel } from './ari-protocol.js';
import { timeOf } from './ari-time.js';
import type { BridgeBook } from './bridge-book.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a channel is an attempt, an agent's or another leg of the installation; not so the far half of a `Local` channel. */
export function isOwnChannel(channelId: string, ownPrefix: string): boolean {
  return channelId.startsWith(ownPrefix) && uuid.test(channelId);
}

/** Whether the dialplan has handed the channel to the application with the argument `inbound`. */
export function isInbound(channel: AriChannel, application: string): boolean {
  return channel.dialplan === `Stasis(${application},inbound)`;
}

/** The channels of one installation, and calls handed to us, with whom they are according to the book of bridges. */
export function readListing(
  listed: readonly AriChannel[],
  book: BridgeBook,
  ownPrefix: string,
  application: string,
): readonly ChannelSnapshot[] {
  const channels: ChannelSnapshot[] = [];
  for (const channel of listed) {
    const { id: channelId, state } = channel;
    const inbound = !isOwnChannel(channelId, ownPrefix) && isInbound(channel, application);
    if (!inbound && !isOwnChannel(channelId, ownPrefix)) continue;
    const bridge = book.now(channelId);
    channels.push({
      channelId,
      state: state === 'Up' ? 'answered' : /^Ring/.test(state) ? 'ringing' : 'dialing',
      bridgedTo: partnerOf(channelId, book),
      createdAt: timeOf(channel.createdAt) ?? 0,
      ...(bridge?.purpose === 'held' ? { held: true } : {}),
      ...(inbound ? { inbound: { from: channel.caller, to: channel.extension } } : {}),
      ...(bridge?.purpose === 'over' ? { handedOver: true } : {}),
    });
  }
  return channels;
}

/** Whom a channel talks with: the other of the two that its bridge was made for. */
function partnerOf(channelId: string, book: BridgeBook): string {
  const bridge = book.now(channelId);
  if (bridge === undefined || (bridge.purpose !== 'call' && bridge.purpose !== 'over')) return '';
  const { first, second, members } = bridge;
  const partner = channelId === first ? second : channelId === second ? first : '';
  return members.has(partner) && !book.isAuxiliary(partner) ? partner : '';
}
