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
import { healthFactor, noteProbe, onProbation } from './trunk-health.js';

/** Switches without a weight of their own have this one. */
const ordinaryWeight = 1;

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
  return trunk.line.up && trunk.line.drain === undefined && trunk.restUntil <= now;
}

export interface Capacity {
  /** No switch with a trunk for these campaigns is in sight. */
  blind: boolean;
  /** The switch is drained: it takes no new calls. */
  drained: boolean;
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
  out.drained = line.drain !== undefined;
  out.channels = 0;
  out.calls = 0;
  if (!line.up) return out;
  for (const trunk of line.trunks) {
    if (!campaigns.some((c) => allowed(c, trunk))) continue;
    out.blind = false;
    if (out.drained || trunk.restUntil > now) continue;
    const free = Math.max(0, trunk.settings.maximumChannels - trunk.channels);
    out.channels += onProbation(trunk) ? Math.min(free, trunk.probesLeft) : free;
    out.calls += takeTokens(trunk.bucket, now);
  }
  out.channels = Math.min(out.channels, Math.max(0, line.settings.maximumChannels - line.channels));
  out.calls = Math.min(out.calls, takeTokens(line.bucket, now));
  return out;
}

/**
 * The trunk that takes a call now; undefined when none can. Where weights are set the calls are dealt out by them, in turns
 * (smooth weighted round robin: each turn adds its weight to every trunk that can take a call, and the one with the most pays for
 * all of them); else the trunk with the largest free share takes it. Either way a trunk that fails calls gets fewer.
 */
export function chooseTrunk(state: State, campaign: Campaign, line: SwitchState): TrunkState | undefined {
  const weighted = line.trunks.some(({ settings }) => settings.weight !== undefined);
  let best: TrunkState | undefined;
  let most = weighted ? Number.NEGATIVE_INFINITY : 0;
  let all = 0;
  for (const trunk of line.trunks) {
    if (!usable(trunk, state.now) || !allowed(campaign, trunk)) continue;
    const left = channelsLeft(trunk);
    if (left <= 0) continue;
    if (takeTokens(trunk.bucket, state.now) < 1 || takeTokens(trunk.line.bucket, state.now) < 1) continue;
    const health = healthFactor(trunk);
    let claim: number;
    if (weighted) {
      const weight = health * (trunk.settings.weight ?? ordinaryWeight);
      all += weight;
      trunk.credit += weight;
      claim = trunk.credit;
    } else claim = (health * left) / trunk.settings.maximumChannels;
    if (claim > most) {
      best = trunk;
      most = claim;
    }
  }
  if (weighted && best !== undefined) best.credit -= all;
  return best;
}

export function takeChannel(trunk: TrunkState, now: EpochMilliseconds): void {
  trunk.channels++;
  trunk.line.channels++;
  trunk.bucket.tokens -= 1;
  trunk.line.bucket.tokens -= 1;
  noteProbe(trunk, now);
}

export function freeChannel(trunk: TrunkState): void {
  trunk.channels--;
  trunk.line.channels--;
}

/** When the next call could leave, as far as calls per second and resting trunks decide it. */
export function nextCallAt(state: State, line: SwitchState): EpochMilliseconds {
  let at = Number.POSITIVE_INFINITY;
  for (const trunk of line.trunks) {
    if (!trunk.line.up || trunk.line.drain !== undefined || channelsLeft(trunk) <= 0) continue;
    at = Math.min(
      at,
      Math.max(trunk.restUntil, tokenAt(trunk.bucket, state.now), tokenAt(trunk.line.bucket, state.now)),
    );
  }
  return at;
}

/** True when a switch could take one more agent leg now. */
export function takeAgentChannel(line: SwitchState, now: EpochMilliseconds): boolean {
  if (line.channels >= line.settings.maximumChannels || takeTokens(line.bucket, now) < 1) return false;
  line.channels++;
  line.bucket.tokens -= 1;
  return true;
}

/**
 * The switch that an agent's leg goes to when nobody says: of those that are in sight and in service the one with the fewest
 * agents for its weight, the first of equals; of all of them when none is.
 */
export function switchForAgent(state: State): SwitchState | undefined {
  const inService = [...state.switches.values()].filter(({ up, drain }) => up && drain === undefined);
  const candidates = inService.length > 0 ? inService : [...state.switches.values()];
  if (candidates.length < 2) return candidates[0];
  const agents = new Map<string, number>();
  for (const { switchId, state: at } of state.agents.values())
    if (at !== 'offline') agents.set(switchId, (agents.get(switchId) ?? 0) + 1);
  const load = ({ settings }: SwitchState): number =>
    ((agents.get(settings.id) ?? 0) + 1) / (settings.weight ?? ordinaryWeight);
  return candidates.reduce((least, line) => (load(line) < load(least) ? line : least));
}
