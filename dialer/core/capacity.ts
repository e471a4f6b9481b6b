/** Channels and calls per second: what trunks and switches have left, and which trunk a call takes. */
import type { EpochMilliseconds } from './model.js';
import {
  type Campaign,
  type State,
  type SwitchState,
  type TrunkState,
  takeTokens,
  tokenAt,
} from './state.js';

/** Local failures in a row after which a trunk rests. */
const failuresBeforeRest = 3;
/** Calls in a row that the network refused after which a trunk rests: dialling on would only burn the list. */
const refusalsBeforeRest = 8;
const firstRestMilliseconds = 1_000;
const longestRestMilliseconds = 30_000;

function allowed(campaign: Campaign, trunk: TrunkState): boolean {
  const names = campaign.settings.trunks;
  return names === undefined || names.includes(trunk.settings.name);
}

function channelsLeft(trunk: TrunkState): number {
  return Math.min(
    trunk.settings.maximumChannels - trunk.channels,
    trunk.line.settings.maximumChannels - trunk.line.channels,
  );
}

function usable(trunk: TrunkState, now: EpochMilliseconds): boolean {
  return trunk.line.up && trunk.restUntil <= now;
}

export interface Capacity {
  /** No switch with a trunk for these campaigns is in sight. */
  blind: boolean;
  channels: number;
  calls: number;
}

/** What is left on a switch for these campaigns, over all trunks that any of them may use. */
export function capacityOf(
  line: SwitchState,
  campaigns: readonly Campaign[],
  now: EpochMilliseconds,
  out: Capacity,
): Capacity {
  out.blind = true;
  out.channels = 0;
  out.calls = 0;
  if (!line.up) return out;
  for (const trunk of line.trunks) {
    if (!campaigns.some((c) => allowed(c, trunk))) continue;
    out.blind = false;
    if (trunk.restUntil > now) continue;
    out.channels += Math.max(0, trunk.settings.maximumChannels - trunk.channels);
    out.calls += takeTokens(trunk.bucket, now);
  }
  out.channels = Math.min(out.channels, Math.max(0, line.settings.maximumChannels - line.channels));
  out.calls = Math.min(out.calls, takeTokens(line.bucket, now));
  return out;
}

/** The trunk with the largest free share that can take a call now; undefined when none can. */
export function chooseTrunk(state: State, campaign: Campaign, line: SwitchState): TrunkState | undefined {
  let best: TrunkState | undefined;
  let bestShare = 0;
  for (const trunk of line.trunks) {
    if (!usable(trunk, state.now) || !allowed(campaign, trunk)) continue;
    const left = channelsLeft(trunk);
    if (left <= 0) continue;
    if (takeTokens(trunk.bucket, state.now) < 1 || takeTokens(trunk.line.bucket, state.now) < 1) continue;
    const share = left / trunk.settings.maximumChannels;
    if (share > bestShare) {
      best = trunk;
      bestShare = share;
    }
  }
  return best;
}

export function takeChannel(trunk: TrunkState): void {
  trunk.channels++;
  trunk.line.channels++;
  trunk.bucket.tokens -= 1;
  trunk.line.bucket.tokens -= 1;
}

export function freeChannel(trunk: TrunkState): void {
  trunk.channels--;
  trunk.line.channels--;
}

/** When the next call could leave, as far as calls per second and resting trunks decide it. */
export function nextCallAt(state: State, line: SwitchState): EpochMilliseconds {
  let at = Number.POSITIVE_INFINITY;
  for (const trunk of line.trunks) {
    if (!trunk.line.up || channelsLeft(trunk) <= 0) continue;
    at = Math.min(
      at,
      Math.max(trunk.restUntil, tokenAt(trunk.bucket, state.now), tokenAt(trunk.line.bucket, state.now)),
    );
  }
  return at;
}

/** A call that never left the switch: after a few in a row the trunk rests, longer each time. */
export function noteLocalFailure(trunk: TrunkState, now: EpochMilliseconds): void {
  trunk.failures++;
  rest(trunk, trunk.failures - failuresBeforeRest, now);
}

/** A call that the network refused for congestion. The calls after a rest are the probes. */
export function noteRefusal(trunk: TrunkState, now: EpochMilliseconds): void {
  trunk.refusals++;
  rest(trunk, trunk.refusals - refusalsBeforeRest, now);
}

/** Rests the trunk, twice as long for each further failure. */
function rest(trunk: TrunkState, further: number, now: EpochMilliseconds): void {
  if (further < 0) return;
  const length = Math.min(longestRestMilliseconds, firstRestMilliseconds * 2 ** Math.min(10, further));
  trunk.restUntil = Math.max(trunk.restUntil, now + length);
}

export function noteProgress(trunk: TrunkState): void {
  trunk.failures = 0;
  trunk.refusals = 0;
  trunk.restUntil = 0;
}

/** True when a switch could take one more agent leg now. */
export function takeAgentChannel(line: SwitchState, now: EpochMilliseconds): boolean {
  if (line.channels >= line.settings.maximumChannels || takeTokens(line.bucket, now) < 1) return false;
  line.channels++;
  line.bucket.tokens -= 1;
  return true;
}
