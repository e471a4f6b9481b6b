/**
 * Waiting times between attempts to reconnect: doubling from `first` to `longest`, each between half and the
 * whole of it at random, so that many clients of a restarted switch do not return in step.
 */
export class Backoff {
  readonly #firstMilliseconds: number;
  readonly #longestMilliseconds: number;
  readonly #random: () => number;
  #failures = 0;

  /** @param random uniform in [0, 1). */
  constructor(firstMilliseconds: number, longestMilliseconds: number, random: () => number) {
    this.#firstMilliseconds = firstMilliseconds;
    this.#longestMilliseconds = longestMilliseconds;
    this.#random = random;
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const whole = Math.min(
      this.#firstMilliseconds * 2 ** Math.min(this.#failures, 30),
      this.#longestMilliseconds,
    );
    this.#failures++;
    return whole / 2 + (whole / 2) * this.#random();
  }

  /** The connection has held: the next failure starts at `first` again. */
  reset(): void {
    this.#failures = 0;
  }
}
