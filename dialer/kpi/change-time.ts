/**
 * When did it begin? The start that maximises the likelihood ratio of "the rate changed after it".
 *
 * The best start is always a corner of the hull around the walk of events against expected events (Lai and Xing's
 * generalised likelihood ratio needs no others), so only the corners are kept: a few dozen, however long the run.
 */

interface Corner {
  /** Trials, expected events and events seen up to and including this trial. */
  readonly trials: number;
  readonly expected: number;
  readonly events: number;
  /** Of this trial, seconds. */
  readonly at: number;
}

/** An estimate of when a rate changed. */
export interface ChangeTime {
  /** Time of the last trial before the change, seconds on the caller's clock. */
  readonly at: number;
  /** Earliest and latest plausible start: likelihood within a factor e² of the best. */
  readonly earliest: number;
  readonly latest: number;
  /** Trials and events since then, and the events that the baseline would have brought. */
  readonly trials: number;
  readonly events: number;
  readonly expected: number;
}

/** More corners than this are thinned out, the oldest first. */
const MAXIMUM_CORNERS = 512;

export class ChangeTimeEstimator {
  readonly #sign: 1 | -1;
  #corners: Corner[] = [{ trials: 0, expected: 0, events: 0, at: 0 }];
  #trials = 0;
  #expected = 0;
  #events = 0;

  /** @param from the state of another one of the same direction, to go on with */
  constructor(direction: 'drop' | 'rise', from?: readonly number[]) {
    this.#sign = direction === 'drop' ? 1 : -1;
    if (from === undefined) return;
    [this.#trials, this.#expected, this.#events] = from as [number, number, number];
    this.#corners = [];
    for (let i = 3; i < from.length; i += 4) {
      const [trials, expected, events, at] = from.slice(i, i + 4) as [number, number, number, number];
      this.#corners.push({ trials, expected, events, at });
    }
  }

  /** All that it knows. */
  state(): number[] {
    const state = [this.#trials, this.#expected, this.#events];
    for (const { trials, expected, events, at } of this.#corners) state.push(trials, expected, events, at);
    return state;
  }

  /** `rate`: what the baseline expects of this trial. */
  observe(success: boolean, rate: number, at: number): void {
    const corners = this.#corners;
    // What changed before the first trial changed at it, for all that is known.
    if (this.#trials === 0) corners[0] = { trials: 0, expected: 0, events: 0, at };
    this.#trials++;
    this.#expected += rate;
    if (success) this.#events++;
    const next: Corner = { trials: this.#trials, expected: this.#expected, events: this.#events, at };
    // Before a drop the walk is above the line to the present, before a rise below: keep the concave
    // (convex) hull. A newer point removes those that it hides.
    while (corners.length >= 2) {
      const b = corners[corners.length - 1] as Corner;
      const a = corners[corners.length - 2] as Corner;
      const turn =
        (b.events - a.events) * (next.expected - b.expected) -
        (next.events - b.events) * (b.expected - a.expected);
      if (this.#sign * turn > 0) break;
      corners.pop();
    }
    corners.push(next);
    if (corners.length > MAXIMUM_CORNERS)
      this.#corners = corners.filter((_, index) => index % 2 === 0 || index > corners.length / 2);
  }

  /** The likeliest start of a change up to now; undefined where nothing speaks for a change. */
  estimate(): ChangeTime | undefined {
    const scored: { readonly corner: Corner; readonly evidence: number }[] = [];
    let best: { corner: Corner; evidence: number } | undefined;
    for (const corner of this.#corners) {
      const trials = this.#trials - corner.trials;
      if (trials === 0) continue;
      const events = this.#events - corner.events;
      const before = (this.#expected - corner.expected) / trials;
      const after = events / trials;
      if (this.#sign * (before - after) <= 0) continue;
      const evidence =
        (events === 0 ? 0 : events * Math.log(after / before)) +
        (events === trials ? 0 : (trials - events) * Math.log((1 - after) / (1 - before)));
      scored.push({ corner, evidence });
      if (best === undefined || evidence > best.evidence) best = { corner, evidence };
    }
    if (best === undefined) return undefined;
    const limit = best.evidence - 2;
    const plausible = scored.filter(({ evidence }) => evidence >= limit).map(({ corner }) => corner.at);
    const { corner } = best;
    return {
      at: corner.at,
      earliest: plausible[0] as number,
      latest: plausible[plausible.length - 1] as number,
      trials: this.#trials - corner.trials,
      events: this.#events - corner.events,
      expected: this.#expected - corner.expected,
    };
  }

  /** What came before is forgotten: after an alarm that was cleared. */
  reset(at: number): void {
    this.#corners = [{ trials: this.#trials, expected: this.#expected, events: this.#events, at }];
  }
}
