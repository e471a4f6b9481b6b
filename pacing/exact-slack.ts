/** The exact distribution of the net slack at each grid point, for small teams. */
import type { AgentsAhead } from './agents-ahead.js';
import type { CallsAhead } from './calls-ahead.js';
import { PoissonBinomial } from './distributions.js';
import { RING_STEP } from './ring-model.js';

/** Chances below this are taken as never. */
const NEGLIGIBLE = 1e-5;
/** Variables that inbound arrivals are made of, at most. */
const MOST_INBOUND = 24;

export class ExactSlack {
  readonly #calls: CallsAhead;
  readonly #agents: AgentsAhead;
  readonly #sums: PoissonBinomial[];
  readonly #needed: Float64Array;
  #column = new Float64Array(64);
  /** Part of an agent by which the whole slack is too much. */
  #missing = 0;
  #spare = 0;
  #added = 0;

  constructor(calls: CallsAhead, agents: AgentsAhead) {
    this.#calls = calls;
    this.#agents = agents;
    this.#sums = Array.from({ length: calls.points }, () => new PoissonBinomial());
    this.#needed = new Float64Array(calls.points);
  }

  /** Takes in the calls and agents located. `slack`: ready agents less waiting customers; `spare`: new calls to make room for. */
  load(slack: number, inboundPerSecond: number, spare: number): void {
    const calls = this.#calls;
    const { points, bins, count: flights } = calls;
    const { free, rows, talking, wrapping, announced, announcedCount } = this.#agents;
    const whole = Math.ceil(slack);
    this.#missing = whole - slack;
    this.#spare = spare;
    this.#added = 0;
    if (this.#column.length < flights + MOST_INBOUND) {
      this.#column = new Float64Array(2 * flights + MOST_INBOUND);
    }
    const column = this.#column;
    const busy = talking + wrapping;
    for (let k = 0; k < points; k++) {
      const sum = this.#sums[k] as PoissonBinomial;
      // A call that does not answer leaves its agent free: counted that way all variables add up.
      let count = 0;
      for (let i = 0; i < flights; i++) {
        const r = calls.chance(i, k);
        if (r > NEGLIGIBLE) column[count++] = r;
      }
      // Inbound arrivals are Poisson; as many small yes-or-no variables come near enough.
      const inbound = inboundPerSecond * (bins[k] as number) * RING_STEP;
      if (inbound > NEGLIGIBLE) {
        const n = Math.min(MOST_INBOUND, Math.ceil(4 * inbound) + 1);
        for (let i = 0; i < n; i++) column[count++] = Math.min(1, inbound / n);
      }
      const need = count - whole;
      this.#needed[k] = need;
      sum.reset(Math.max(0, need) + spare + 1);
      for (let i = 0; i < count; i++) sum.add(1 - (column[i] as number));
      for (let i = 0; i < busy; i++) {
        const table = i < talking ? free.talk : free.wrap;
        const q = table[(rows[i] as number) * points + k] as number;
        if (q > NEGLIGIBLE) sum.add(q);
      }
      for (let i = 0; i < announcedCount; i++) {
        const q = announced[i * points + k] as number;
        if (q > NEGLIGIBLE) sum.add(q);
      }
    }
  }

  /** False when there is no room for one more call: load again with more. */
  get hasRoom(): boolean {
    return this.#added < this.#spare;
  }

  /** P(slack <= 0) at grid point k. */
  risk(k: number): number {
    const sum = this.#sums[k] as PoissonBinomial;
    const needed = this.#needed[k] as number;
    const none = sum.cdf(needed);
    return this.#missing > 0 ? none + this.#missing * (sum.cdf(needed + 1) - none) : none;
  }

  /** Adds a call placed now; `scale`: its answer chance over the mean one. */
  add(scale: number): void {
    const { points, fresh } = this.#calls;
    this.#added++;
    for (let k = 0; k < points; k++) {
      this.#needed[k] = (this.#needed[k] as number) + 1;
      (this.#sums[k] as PoissonBinomial).add(1 - Math.min(1, (fresh[k] as number) * scale));
    }
  }
}
