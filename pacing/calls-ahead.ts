/**
 * Calls in flight, as the look-ahead sees them: the chance that each has answered by each grid point.
 *
 * Calls of the mean answer chance are looked up by their age in a table; calls with a chance of their own are
 * computed from the same ring times.
 */
import { RING_STEP, type RingModel, ringBins, setupBins } from './ring-model.js';
import type { InFlightAttempt, PacingId, PacingSnapshot } from './types.js';

export class CallsAhead {
  readonly points: number;
  /** Answer times of the grid, in bins. */
  readonly bins: number[];
  /** Chance to have answered by each grid point, by the age of the ringing; at the mean answer rate. */
  readonly ringingTable: Float64Array;
  /** The same of calls that do not ring yet, by their age; over the answer rate. */
  readonly placedTable: Float64Array;
  /** Chance that a call placed now has answered by each grid point, at the mean answer rate. */
  readonly fresh: Float64Array;
  answerRate = 0;
  #ring: RingModel | null = null;
  #ringsUnseen = false;

  /** Calls located last: the table row of each, whether in the table of ringing ones, and its own chance or -1. */
  count = 0;
  rows = new Int32Array(64);
  ringing = new Uint8Array(64);
  chances = new Float64Array(64);

  constructor(points: number) {
    this.points = points;
    this.bins = new Array<number>(points).fill(0);
    this.ringingTable = new Float64Array(ringBins * points);
    this.placedTable = new Float64Array(setupBins * points);
    this.fresh = new Float64Array(points);
  }

  /** Takes over the answer times in seconds. The tables follow in `rebuild` and `setAnswerRate`. */
  setTimes(times: readonly number[]): void {
    for (let k = 0; k < this.points; k++) this.bins[k] = Math.round((times[k] as number) / RING_STEP);
  }

  /** Computes what does not depend on the answer rate. */
  rebuild(ring: RingModel): void {
    this.#ring = ring;
    this.#ringsUnseen = ring.ringsUnseen;
    for (let k = 0; k < this.points; k++) {
      for (let a = 0; a < setupBins; a++)
        this.placedTable[a * this.points + k] = setupShare(ring, a, this.bins[k] as number);
    }
  }

  /** Takes over a new mean answer rate; small changes are passed over unless forced. */
  setAnswerRate(p: number, force = false): void {
    if (!force && Math.abs(p - this.answerRate) < 0.005 * this.answerRate) return;
    this.answerRate = p;
    const { points } = this;
    for (let k = 0; k < points; k++) {
      for (let a = 0; a < ringBins; a++) this.ringingTable[a * points + k] = this.ringChance(p, a, k);
    }
    const ring = this.#ring as RingModel;
    for (let k = 0; k < points; k++) {
      this.fresh[k] = p * (ring.fresh[Math.min(ringBins, this.bins[k] as number)] as number);
    }
  }

  /** Chance that a call ringing for `age` bins answers by grid point k, p its chance when placed. */
  ringChance(p: number, age: number, k: number): number {
    const ring = this.#ring as RingModel;
    return ring.answerWithin(ring.chanceOnceRinging(p), age, this.bins[k] as number);
  }

  /** Chance of call i to have answered by grid point k. */
  chance(i: number, k: number): number {
    const row = this.rows[i] as number;
    const p = this.chances[i] as number;
    if (this.ringing[i])
      return p < 0 ? (this.ringingTable[row * this.points + k] as number) : this.ringChance(p, row, k);
    return Math.min(1, (p < 0 ? this.answerRate : p) * (this.placedTable[row * this.points + k] as number));
  }

  /** Finds the table rows of the calls in flight; `without`: one to leave out. */
  locate(s: PacingSnapshot, chanceOf: ((call: InFlightAttempt) => number) | null, without?: PacingId): void {
    const flights = s.inFlight;
    if (this.rows.length < flights.length) {
      const size = 2 * flights.length;
      this.rows = new Int32Array(size);
      this.ringing = new Uint8Array(size);
      this.chances = new Float64Array(size);
    }
    const { rows, ringing, chances } = this;
    let n = 0;
    for (let i = 0; i < flights.length; i++) {
      const call = flights[i] as InFlightAttempt;
      if (without !== undefined && call.id === without) continue;
      const since = call.ringingAt ?? (this.#ringsUnseen ? call.placedAt : null);
      const last = since === null ? setupBins - 1 : ringBins - 1;
      const age = Math.round((s.now - (since ?? call.placedAt)) / RING_STEP);
      rows[n] = Math.min(last, Math.max(0, age));
      ringing[n] = since === null ? 0 : 1;
      chances[n] = chanceOf ? chanceOf(call) : -1;
      n++;
    }
    this.count = n;
  }
}

/** Chance to answer within `ahead` bins of a call placed `age` bins ago that does not ring yet, over its chance when placed. */
function setupShare(ring: RingModel, age: number, ahead: number): number {
  const { setup, failed, answered, failedShare } = ring;
  const left = (1 - failedShare) * (1 - (setup[age] as number)) + failedShare * (1 - (failed[age] as number));
  if (left < 1e-6) return 0;
  let sum = 0;
  for (let i = age; i < setupBins && i - age < ahead; i++) {
    const m = (setup[i + 1] as number) - (setup[i] as number);
    if (m > 0) sum += m * (answered[Math.min(ringBins, age + ahead - i)] as number);
  }
  return sum / left;
}
