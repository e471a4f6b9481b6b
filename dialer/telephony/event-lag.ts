/**
 * How late events are when they are read.
 *
 * The switch's clock is not ours, so the age of an event says little by itself. The smallest age of the last
 * minutes is taken for the difference of the clocks; what an event is older than that is its lateness.
 */
const windowMilliseconds = 5 * 60 * 1000;

export class EventLag {
  #latest = 0;
  #windowStart = Number.NEGATIVE_INFINITY;
  #smallest = Number.POSITIVE_INFINITY;
  #smallestBefore = Number.POSITIVE_INFINITY;

  /**
   * @param at switch's time of the event, epoch milliseconds
   * @param now our time at which it was read, epoch milliseconds
   * @returns its lateness in milliseconds, never negative
   */
  observe(at: number, now: number): number {
    this.#latest = now - at;
    if (now - this.#windowStart > windowMilliseconds || now < this.#windowStart) {
      this.#smallestBefore = this.#smallest;
      this.#smallest = Number.POSITIVE_INFINITY;
      this.#windowStart = now;
    }
    this.#smallest = Math.min(this.#smallest, this.#latest);
    return this.#latest - Math.min(this.#smallest, this.#smallestBefore);
  }

  /** Age of the newest event when it was read, seconds: switch clock against ours. */
  get seconds(): number {
    return this.#latest / 1000;
  }

  /** Forgets the difference of the clocks, as after one of them was set. */
  reset(): void {
    this.#windowStart = Number.NEGATIVE_INFINITY;
    this.#smallest = Number.POSITIVE_INFINITY;
    this.#smallestBefore = Number.POSITIVE_INFINITY;
  }
}
