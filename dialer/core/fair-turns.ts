/**
 * Channels and calls per second of a switch, shared between the groups that dial on it. While several want more than there
 * is, they take turns by the number of their agents; a group that wants nothing gives its turns away.
 */
import { type Capacity, capacityOf } from './capacity.js';
import type { EpochMilliseconds } from './model.js';
import type { PacingGroup, State } from './state.js';

/** A group that was held back looks again within this, or no longer wants. */
const hungryMilliseconds = 1_500;

/** The group was held back by channels or calls per second, or was not. */
export function noteHunger(group: PacingGroup, heldBack: boolean, now: EpochMilliseconds): void {
  group.hungryUntil = heldBack ? now + hungryMilliseconds : Number.NEGATIVE_INFINITY;
}

/** Groups of other campaigns that want to dial on the same switch and were held back. */
export function rivalsOf(state: State, group: PacingGroup): readonly PacingGroup[] {
  let rivals: PacingGroup[] | undefined;
  for (const pool of state.pools.values()) {
    for (const other of pool.groups) {
      if (other === group || other.line !== group.line || other.hungryUntil <= state.now) continue;
      if (!couldDial(other, state.now)) continue;
      rivals ??= [];
      rivals.push(other);
    }
  }
  return rivals ?? none;
}

/** A rival whose own trunks rest or are full could not use a turn: nobody waits for it. */
function couldDial(group: PacingGroup, now: EpochMilliseconds): boolean {
  const { channels, calls } = capacityOf(group.line, group.campaigns, now, scratch);
  return channels > 0 && calls > 0;
}

const scratch: Capacity = { blind: false, drained: false, channels: 0, calls: 0 };
const none: readonly PacingGroup[] = [];

/** Whether the next call of the switch is this group's. */
export function hasTurn(group: PacingGroup, rivals: readonly PacingGroup[]): boolean {
  if (rivals.length === 0) return true;
  const next = group.line.turns.next([group.turnKey, ...rivals.map((rival) => rival.turnKey)]);
  return next === undefined || next === group.turnKey;
}

export function tookTurn(group: PacingGroup): void {
  group.line.turns.took(group.turnKey, Math.max(1, group.total));
}
