/** Reads `show channels as json`. */
import type { ChannelSnapshot } from '../port.js';

interface ListedChannel {
  readonly uuid?: unknown;
  readonly created_epoch?: unknown;
  readonly callstate?: unknown;
  readonly call_uuid?: unknown;
  readonly application?: unknown;
  readonly presence_data?: unknown;
  readonly direction?: unknown;
  readonly accountcode?: unknown;
  readonly initial_cid_num?: unknown;
  readonly initial_dest?: unknown;
}

/** Set as `presence_data` on calls that go on without an agent: the one free column of the listing. */
export const handedOverMark = 'handed-over';

/** Set as `accountcode` on calls that the dialplan hands to us. */
export const inboundMark = 'tactus-inbound';

const answeredStates = new Set(['ACTIVE', 'HELD', 'UNHELD']);
const ringingStates = new Set(['RINGING', 'EARLY', 'RING_WAIT']);

/**
 * The channels of one installation in a listing: those whose uuid begins with `ownPrefix`, and calls handed to us.
 *
 * FreeSWITCH gives both channels of a bridge the same `call_uuid`, and each its own again when the bridge
 * ends; so two channels that share one are bridged with each other. With nothing on the switch there are no
 * `rows`. All values are strings.
 * @throws Error when the text is no such listing
 */
export function parseChannelListing(text: string, ownPrefix: string): readonly ChannelSnapshot[] {
  const listing: unknown = JSON.parse(text);
  const rows =
    typeof listing === 'object' && listing !== null && 'row_count' in listing
      ? ((listing as { rows?: unknown }).rows ?? [])
      : undefined;
  if (!Array.isArray(rows)) throw new Error('the answer is no channel listing');
  const byCall = new Map<string, string[]>();
  for (const row of rows as readonly ListedChannel[]) {
    const call = String(row.call_uuid ?? '');
    if (!call) continue;
    const members = byCall.get(call);
    if (members) members.push(String(row.uuid));
    else byCall.set(call, [String(row.uuid)]);
  }
  const channels: ChannelSnapshot[] = [];
  for (const row of rows as readonly ListedChannel[]) {
    const channelId = String(row.uuid ?? '');
    const inbound = row.direction === 'inbound' && row.accountcode === inboundMark;
    if (!inbound && !channelId.startsWith(ownPrefix)) continue;
    const callState = String(row.callstate ?? '');
    // A channel that has hung up may stand in the listing until it is destroyed.
    if (callState === 'HANGUP') continue;
    const application = String(row.application ?? '');
    const partners = byCall.get(String(row.call_uuid ?? '')) ?? [];
    channels.push({
      channelId,
      state: answeredStates.has(callState)
        ? 'answered'
        : ringingStates.has(callState)
          ? 'ringing'
          : 'dialing',
      bridgedTo: partners.find((partner) => partner !== channelId) ?? '',
      createdAt: Number(row.created_epoch ?? 0) * 1000,
      ...(application === 'endless_playback' ? { held: true } : {}),
      ...(inbound
        ? { inbound: { from: String(row.initial_cid_num ?? ''), to: String(row.initial_dest ?? '') } }
        : {}),
      ...(row.presence_data === handedOverMark ? { handedOver: true } : {}),
    });
  }
  return channels;
}
