/**
 * Campaigns that share a team do not abandon alike: the answer of an unlikely call is the one the forecast
 * made least room for. Where the law counts per campaign, each gets a factor on the common threshold,
 * steered by its own abandons; the factors' weighted mean stays 1, so that the total is left to the common one.
 */
import type { PacingId } from './types.js';

interface Trim {
  offset: number;
  /** Answers of late, the campaign's weight in the mean. */
  answers: number;
}

/** Step down on the logarithm per abandon. */
const STEP = 0.2;
const MEMORY = 1000;
/** Campaigns remembered; the one longest unheard of gives way. */
const MOST_CAMPAIGNS = 256;
const WIDEST = 3;

export class CampaignTrim {
  readonly #trims = new Map<PacingId, Trim>();

  count(campaign: PacingId, abandoned: boolean, person: number, target: number): void {
    let trim = this.#trims.get(campaign);
    if (trim) this.#trims.delete(campaign);
    else trim = { offset: 0, answers: 0 };
    this.#trims.set(campaign, trim);
    if (this.#trims.size > MOST_CAMPAIGNS) {
      for (const oldest of this.#trims.keys()) {
        this.#trims.delete(oldest);
        break;
      }
    }
    if (target <= 0) return;
    const move = abandoned ? target - 1 : target;
    trim.offset = Math.max(-WIDEST, Math.min(WIDEST, trim.offset + person * STEP * move));
    let sum = 0;
    let weight = 0;
    for (const t of this.#trims.values()) {
      t.answers *= 1 - 1 / MEMORY;
      if (t === trim) t.answers += 1;
      sum += t.answers * t.offset;
      weight += t.answers;
    }
    const mean = weight > 0 ? sum / weight : 0;
    for (const t of this.#trims.values()) t.offset -= mean;
  }

  /** Factor on the common threshold. */
  factor(campaign: PacingId | undefined): number {
    if (campaign === undefined) return 1;
    const trim = this.#trims.get(campaign);
    return trim ? Math.exp(trim.offset) : 1;
  }
}
