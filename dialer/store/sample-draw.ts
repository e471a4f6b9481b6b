/**
 * The stage samples of a campaign: contacts in the order of a keyed hash of their id, the first for
 * validation, the next for the pilot. The same seed and the same list give the same samples in every backend.
 */
import type { StageName, StagePlan } from '../core/model.js';

export type SampleSizes = Readonly<Record<StageName, number>>;

/**
 * Sizes of the samples of a list of `total` contacts, of which `eligible` can still be drawn. A share is
 * of the whole list and takes one contact at least; production takes what is left.
 */
export function sampleSizes(
  stages: Readonly<Record<StageName, StagePlan>>,
  total: number,
  eligible: number,
): SampleSizes {
  const wanted = ({ contacts, share }: StagePlan): number => {
    if (contacts !== undefined) return Math.max(0, Math.floor(contacts));
    if (share === undefined || share <= 0 || total === 0) return 0;
    return Math.max(1, Math.round(share * total));
  };
  const validation = Math.min(wanted(stages.validation), eligible);
  const pilot = Math.min(wanted(stages.pilot), eligible - validation);
  return { validation, pilot, production: total - validation - pilot };
}

/** The `count` ids that come first in the seed's order, in that order. */
export function drawFirst(seed: string, ids: readonly string[], count: number): string[] {
  if (count <= 0) return [];
  const ranks = new Float64Array(ids.length);
  for (let i = 0; i < ids.length; i += 1) ranks[i] = keyedRank(seed, ids[i] ?? '');
  // Sorting the bare ranks is cheap even for a million; only the drawn ones are sorted with their ids.
  const threshold = ranks.slice().sort()[Math.min(count, ids.length) - 1] ?? 0;
  const drawn: { readonly id: string; readonly rank: number; readonly position: number }[] = [];
  for (let i = 0; i < ids.length; i += 1) {
    const rank = ranks[i] ?? 0;
    if (rank <= threshold) drawn.push({ id: ids[i] ?? '', rank, position: i });
  }
  drawn.sort((a, b) => a.rank - b.rank || a.position - b.position);
  return drawn.slice(0, count).map(({ id }) => id);
}

/** 53 bits of a hash of seed and id: two 32-bit lanes, mixed as MurmurHash3 finishes its own. */
function keyedRank(seed: string, id: string): number {
  let low = 0x2545f491;
  let high = 0x9e3779b9;
  for (const text of [seed, '/', id]) {
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      low = Math.imul(low ^ unit, 0x01000193);
      high = Math.imul(high ^ unit, 0x5bd1e995);
      low ^= high >>> 15;
      high ^= low >>> 13;
    }
  }
  return (finish(high) >>> 11) * 0x1_0000_0000 + finish(low ^ high);
}

function finish(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
