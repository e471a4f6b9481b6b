/**
 * Whom to dial, where the hopper says how likely each contact answers.
 *
 * One more call is worth its answer chance times the worth of an answer now, so a starving moment gets the
 * likeliest contacts and a risky one the least likely. The moment's risk is ranked among the recent picks,
 * and the contact of the mirrored rank is taken: over time every rank is used alike, so that no part of the
 * list is worn out before another.
 */
import type { HopperLead } from './types.js';

const REMEMBERED = 400;
/** Picks to have seen before ranks are used. */
const ENOUGH = 40;

export class LeadChoice {
  readonly #risks = new Float64Array(REMEMBERED);
  #picks = 0;

  /** Share of recent picks that were made at a lower risk, 0 to 1. */
  #rank(risk: number): number {
    const n = Math.min(REMEMBERED, this.#picks);
    let lower = 0;
    let same = 0;
    for (let i = 0; i < n; i++) {
      const r = this.#risks[i] as number;
      if (r < risk) lower++;
      else if (r === risk) same++;
    }
    return (lower + same / 2) / n;
  }

  /**
   * Takes a contact out of `sorted` (ascending chance) for a pick at this risk; undefined when it is empty.
   */
  take(sorted: HopperLead[], risk: number): HopperLead | undefined {
    if (sorted.length === 0) return undefined;
    // Before the ranks mean anything, picks go round the middle of the list.
    const share = this.#picks < ENOUGH ? 0.5 : 1 - this.#rank(risk);
    this.#risks[this.#picks % REMEMBERED] = risk;
    this.#picks++;
    const at = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
    return sorted.splice(at, 1)[0];
  }
}
