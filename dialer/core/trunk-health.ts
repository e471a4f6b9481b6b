/**
 * How well a trunk carries calls: what became of the latest ones, how long the network takes to say anything, and the circuit
 * breaker that rests a trunk whose calls fail in a row and lets a few probes out before it is trusted again.
 */
import type { EpochMilliseconds, Outcome } from './model.js';
import type { TrunkState } from './state.js';

/** Local failures in a row after which a trunk rests. */
const failuresBeforeRest = 3;
/** Calls in a row that the network refused after which a trunk rests: dialling on would only burn the list. */
const refusalsBeforeRest = 8;
const firstRestMilliseconds = 1_000;
const longestRestMilliseconds = 30_000;
/** Calls that leave after a rest before anything is known of them, and how long their answer is waited for. */
const probesAtOnce = 2;
const probeMilliseconds = 5_000;

/** Calls that the measures remember, about; and how many are needed before they say anything. */
const memoryInCalls = 100;
const leastCalls = 20;
/** Share of failed calls from which a trunk is called degraded. */
const degradedShare = 0.2;
/** Post-dial delay, seconds, that is too long unless the trunk's settings say another. */
const longestDelaySeconds = 10;
/** What a trunk with too long a delay keeps of its weight. */
const slowFactor = 0.25;

/** Means over the latest calls. */
export interface TrunkHealth {
  /** Calls that count, old ones ever less, and those of them that the switch or the network failed. */
  calls: number;
  failed: number;
  /** Calls whose post-dial delay is known, and the mean of it in seconds. */
  delays: number;
  delaySeconds: number;
}

export const newTrunkHealth = (): TrunkHealth => ({ calls: 0, failed: 0, delays: 0, delaySeconds: 0 });

function count(health: TrunkHealth, failed: boolean): void {
  const keep = 1 - 1 / memoryInCalls;
  health.calls = health.calls * keep + 1;
  health.failed = health.failed * keep + (failed ? 1 : 0);
}

/** Share of the latest calls that failed, 0–1; undefined while too few are known. */
export function failedShare({ health }: TrunkState): number | undefined {
  return health.calls < leastCalls ? undefined : health.failed / health.calls;
}

/** Mean seconds from the dial to the first sign from the network; undefined while too few are known. */
export function postDialDelay({ health }: TrunkState): number | undefined {
  return health.delays < leastCalls ? undefined : health.delaySeconds;
}

function tooSlow(trunk: TrunkState): boolean {
  return (postDialDelay(trunk) ?? 0) > (trunk.settings.postDialDelaySeconds ?? longestDelaySeconds);
}

/** It carries calls, but badly: it is given fewer of them while others do better. */
export function isDegraded(trunk: TrunkState): boolean {
  return (failedShare(trunk) ?? 0) >= degradedShare || tooSlow(trunk);
}

/** Factor on a trunk's share of the calls, above 0 and at most 1. */
export function healthFactor(trunk: TrunkState): number {
  const carried = 1 - (failedShare(trunk) ?? 0);
  return Math.max(0.01, carried * carried) * (tooSlow(trunk) ? slowFactor : 1);
}

/** The trunk has rested after failures in a row and has not carried a call since: the next calls are probes. */
export function onProbation({ failures, refusals }: TrunkState): boolean {
  return failures >= failuresBeforeRest || refusals >= refusalsBeforeRest;
}

/** A call leaves on the trunk. When it was the last probe the trunk rests until their answer is due. */
export function noteProbe(trunk: TrunkState, now: EpochMilliseconds): void {
  if (!onProbation(trunk)) return;
  trunk.probesLeft--;
  if (trunk.probesLeft > 0) return;
  trunk.probesLeft = probesAtOnce;
  trunk.restUntil = Math.max(trunk.restUntil, now + probeMilliseconds);
}

/** A call that never left the switch: after a few in a row the trunk rests, longer each time. */
export function noteLocalFailure(trunk: TrunkState, now: EpochMilliseconds): void {
  trunk.failures++;
  count(trunk.health, true);
  rest(trunk, trunk.failures - failuresBeforeRest, now);
}

/** A call that the network refused for congestion. */
function noteRefusal(trunk: TrunkState, now: EpochMilliseconds): void {
  trunk.refusals++;
  rest(trunk, trunk.refusals - refusalsBeforeRest, now);
}

/** Rests the trunk, twice as long for each further failure. */
function rest(trunk: TrunkState, further: number, now: EpochMilliseconds): void {
  if (further < 0) return;
  const length = Math.min(longestRestMilliseconds, firstRestMilliseconds * 2 ** Math.min(10, further));
  trunk.restUntil = Math.max(trunk.restUntil, now + length);
  trunk.probesLeft = probesAtOnce;
}

/** The network carries the call: whatever was held against the trunk is forgiven. */
export function noteProgress(trunk: TrunkState): void {
  trunk.failures = 0;
  trunk.refusals = 0;
  trunk.restUntil = 0;
  trunk.probesLeft = probesAtOnce;
}

/** The first sign from the network came so long after the dial. */
export function noteDelay({ health }: TrunkState, milliseconds: number): void {
  health.delays = Math.min(memoryInCalls, health.delays + 1);
  health.delaySeconds += (milliseconds / 1000 - health.delaySeconds) / health.delays;
}

/** What a call that was dialled came to. Congestion counts against the trunk; any other word from the far end speaks for it. */
export function noteOutcome(trunk: TrunkState, outcome: Outcome, now: EpochMilliseconds): void {
  switch (outcome) {
    // Never dialled, given up by us, or nobody knows: nothing is learned.
    case 'not-dialed':
    case 'cancelled':
    case 'unknown':
      return;
    case 'congestion':
      count(trunk.health, true);
      noteRefusal(trunk, now);
      return;
    case 'failed':
      count(trunk.health, true);
      return;
    case 'busy':
    case 'invalid':
      noteProgress(trunk);
      count(trunk.health, false);
      return;
    default:
      count(trunk.health, false);
  }
}
