/**
 * Sharing what several campaigns want and cannot all have: channels and calls per second.
 *
 * `shareCapacity` divides a number at one instant; `FairTurns` takes turns over time, so that the shares come
 * out even where each instant has room for a call or two only.
 */
import { PacerOptionError } from './options.js';
import type { PacingId } from './types.js';

export interface CapacityClaim {
  /** Units wanted, at least 0. */
  readonly wanted: number;
  /** Relative claim on what is scarce, above 0. Default 1. */
  readonly weight?: number | undefined;
}

/**
 * Divides `available` units by weighted max-min fairness (Bertsekas and Gallager 1992): nobody gets more than
 * wanted, and what one leaves goes to the others by their weights. Whole units; those left over by rounding go
 * to the largest remainders, the earlier claim first. Returns one number per claim.
 * @throws PacerOptionError when a number is out of its range.
 */
export function shareCapacity(available: number, claims: readonly CapacityClaim[]): number[] {
  const wants = claims.map((c) => whole('wanted', c.wanted));
  const weights = claims.map((c) => positive(c.weight ?? 1));
  if (available === Number.POSITIVE_INFINITY) return wants;
  let left = whole('available', available);
  const shares = wants.map(() => 0);
  let open = wants.map((_, i) => i).filter((i) => (wants[i] as number) > 0);
  // Claims smaller than their share are met in full first, the smallest by weight before the others.
  open.sort(
    (a, b) => (wants[a] as number) / (weights[a] as number) - (wants[b] as number) / (weights[b] as number),
  );
  while (open.length > 0) {
    const weight = open.reduce((sum, i) => sum + (weights[i] as number), 0);
    const first = open[0] as number;
    if ((wants[first] as number) > (left * (weights[first] as number)) / weight) break;
    shares[first] = wants[first] as number;
    left -= wants[first] as number;
    open = open.slice(1);
  }
  const weight = open.reduce((sum, i) => sum + (weights[i] as number), 0);
  const exact = open.map((i) => ({ i, share: (left * (weights[i] as number)) / weight }));
  for (const { i, share } of exact) {
    shares[i] = Math.floor(share + 1e-9);
    left -= shares[i] as number;
  }
  exact.sort((a, b) => remainder(b.share) - remainder(a.share) || a.i - b.i);
  for (const { i } of exact) {
    if (left <= 0) break;
    if ((shares[i] as number) >= (wants[i] as number)) continue;
    shares[i] = (shares[i] as number) + 1;
    left--;
  }
  return shares;
}

function remainder(share: number): number {
  return share - Math.floor(share + 1e-9);
}

function whole(field: string, value: number): number {
  if (!(value >= 0)) throw new PacerOptionError(field, `${field} is ${value}: give a number of at least 0`);
  return Math.floor(value);
}

function positive(weight: number): number {
  if (!(weight > 0 && weight < Number.POSITIVE_INFINITY)) {
    throw new PacerOptionError('weight', `weight is ${weight}: give a number above 0`);
  }
  return weight;
}

/** Campaigns remembered; the one longest without a turn gives way. */
const MOST_CAMPAIGNS = 256;

/**
 * Whose turn it is: the campaign that has had least so far for its weight (stride scheduling, Waldspurger and
 * Weihl 1995). One that comes back after a pause starts level with the others: it cannot claim the past.
 */
export class FairTurns {
  readonly #passes = new Map<PacingId, number>();
  /** The lowest pass lately served: where a newcomer starts. */
  #floor = 0;

  /** The campaign whose turn it is among these; undefined when there is none. */
  next(campaigns: Iterable<PacingId>): PacingId | undefined {
    let best: PacingId | undefined;
    let lowest = Number.POSITIVE_INFINITY;
    for (const campaign of campaigns) {
      const pass = Math.max(this.#floor - 1, this.#passes.get(campaign) ?? this.#floor);
      if (pass < lowest) {
        lowest = pass;
        best = campaign;
      }
    }
    return best;
  }

  /** Notes that the campaign had its turn. `weight`: a campaign of weight 2 gets twice the turns. */
  took(campaign: PacingId, weight = 1): void {
    const pass = Math.max(this.#floor - 1, this.#passes.get(campaign) ?? this.#floor);
    this.#floor = Math.max(this.#floor, pass);
    this.#passes.delete(campaign);
    this.#passes.set(campaign, pass + 1 / weight);
    if (this.#passes.size > MOST_CAMPAIGNS) {
      for (const oldest of this.#passes.keys()) {
        this.#passes.delete(oldest);
        break;
      }
    }
  }
}
