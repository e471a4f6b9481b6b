/**
 * Agents who announce that they are about to be free.
 *
 * What counts is the time from the announcement to ready. Silence speaks too: an agent of the announcing
 * kind who has said nothing will not be free sooner than an announcement's lead from now.
 */
import { DurationModel } from './survival.js';

export class EndingModel {
  readonly #lead = new DurationModel(8);
  #calls = 0;
  #announced = 0;
  #leadSum = 0;
  #leadSquares = 0;
  #leadWeight = 0;
  #wrapSum = 0;
  #wrapSquares = 0;
  #wrapWeight = 0;

  /** A call's agent became ready; `lead`: seconds since the announcement, negative when there was none. */
  finished(lead: number, wrapSeconds: number, at: number): void {
    this.#calls = this.#calls * 0.998 + 1;
    this.#announced *= 0.998;
    this.#wrapWeight = this.#wrapWeight * 0.998 + 1;
    this.#wrapSum = this.#wrapSum * 0.998 + wrapSeconds;
    this.#wrapSquares = this.#wrapSquares * 0.998 + wrapSeconds * wrapSeconds;
    if (lead < 0) return;
    this.#announced += 1;
    this.#lead.add(lead, at);
    this.#leadWeight = this.#leadWeight * 0.998 + 1;
    this.#leadSum = this.#leadSum * 0.998 + lead;
    this.#leadSquares = this.#leadSquares * 0.998 + lead * lead;
  }

  /** Share of calls whose end is announced. */
  get share(): number {
    return this.#calls > 0 ? Math.min(0.98, this.#announced / this.#calls) : 0;
  }

  /** Enough was announced, and lately enough, to be used. */
  get inUse(): boolean {
    return this.#leadWeight > 15 && this.share > 0.03;
  }

  /** True when the announcement says more about the end than the begun wrap-up does. */
  get sharperThanWrap(): boolean {
    const spread = (sum: number, squares: number, n: number) => squares / n - (sum / n) ** 2;
    return (
      spread(this.#leadSum, this.#leadSquares, this.#leadWeight) <
      0.5 * spread(this.#wrapSum, this.#wrapSquares, this.#wrapWeight)
    );
  }

  rebuild(): void {
    this.#lead.rebuild([], 0);
  }

  /** P(ready within `ahead` seconds | announced `elapsed` seconds ago). */
  freeWithin(elapsed: number, ahead: number): number {
    if (ahead <= 0) return 0;
    const from = this.#lead.cumulativeHazard(Math.max(0, elapsed));
    return 1 - Math.exp(from - this.#lead.cumulativeHazard(Math.max(0, elapsed) + ahead));
  }

  /** Weight that silence leaves to an end `ahead` seconds from now: the silent kind, or a lead shorter than that. */
  silence(ahead: number): number {
    return 1 - this.share * this.#lead.survival(ahead);
  }
}
