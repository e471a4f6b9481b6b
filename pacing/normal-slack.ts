/**
 * The net slack at each grid point by its first three cumulants, for large teams: a normal corrected for
 * skew. Agents and calls are counted by their table rows, so that the cost does not grow with the team.
 */
import type { AgentsAhead } from './agents-ahead.js';
import type { CallsAhead } from './calls-ahead.js';
import { skewedNormalCdf } from './distributions.js';
import { RING_STEP, ringBins, setupBins } from './ring-model.js';
import { ageRows } from './survival.js';

/** Classes by which calls with chances of their own are pooled; equally wide in the chance's root. */
const CHANCE_CLASSES = 24;

/** What bears on all calls, or on all agents, together. */
export interface CommonErrors {
  /** Relative error of the answer rate, and of the ends of talks. */
  readonly answerError: number;
  readonly endError: number;
}

export class NormalSlack {
  readonly #calls: CallsAhead;
  readonly #agents: AgentsAhead;
  readonly #points: number;
  readonly #mean: Float64Array;
  readonly #variance: Float64Array;
  readonly #third: Float64Array;
  readonly #coming: Float64Array;
  readonly #busy: Float64Array;
  #answerError = 0;
  readonly #ageCounts = new Float64Array(ageRows);
  readonly #ringCounts = new Float64Array(ringBins);
  readonly #setupCounts = new Float64Array(setupBins);
  readonly #cellCounts = new Float64Array((setupBins + ringBins) * CHANCE_CLASSES);
  readonly #cellSums = new Float64Array((setupBins + ringBins) * CHANCE_CLASSES);
  readonly #cellsUsed: number[] = [];

  constructor(calls: CallsAhead, agents: AgentsAhead) {
    this.#calls = calls;
    this.#agents = agents;
    const { points } = calls;
    this.#points = points;
    this.#mean = new Float64Array(points);
    this.#variance = new Float64Array(points);
    this.#third = new Float64Array(points);
    this.#coming = new Float64Array(points);
    this.#busy = new Float64Array(points);
  }

  /** Takes in the calls and agents located. `slack`: ready agents less waiting customers. */
  load(slack: number, inboundPerSecond: number, { answerError, endError }: CommonErrors): void {
    const calls = this.#calls;
    const { free, talking, wrapping, announced, announcedCount } = this.#agents;
    const points = this.#points;
    const mean = this.#mean;
    const variance = this.#variance;
    const busy = this.#busy;
    const coming = this.#coming;
    this.#answerError = answerError;
    variance.fill(0);
    this.#third.fill(0);
    busy.fill(0);
    coming.fill(0);
    this.#addAgents(0, talking, free.talk);
    this.#addAgents(talking, talking + wrapping, free.wrap);
    for (let i = 0; i < announcedCount; i++) this.#addRow(announced, i, 1, busy, 1, 1);
    const { rows, ringing, chances, count: flights } = calls;
    const rings = this.#ringCounts;
    const setups = this.#setupCounts;
    rings.fill(0);
    setups.fill(0);
    for (let i = 0; i < flights; i++) {
      if ((chances[i] as number) >= 0) this.#cell(i);
      else {
        const counts = ringing[i] ? rings : setups;
        const row = rows[i] as number;
        counts[row] = (counts[row] as number) + 1;
      }
    }
    this.#addCells();
    this.#addRows(rings, calls.ringingTable, coming, -1, 1);
    this.#addRows(setups, calls.placedTable, coming, -1, calls.answerRate);
    for (let k = 0; k < points; k++) {
      mean[k] = slack + (busy[k] as number) - (coming[k] as number);
      const b = (busy[k] as number) * endError;
      variance[k] = (variance[k] as number) + b * b;
    }
    this.#addInbound(inboundPerSecond);
  }

  /** Takes the inbound calls expected by each grid point off the slack; all cumulants of a Poisson are its mean. */
  #addInbound(perSecond: number): void {
    if (perSecond <= 0) return;
    for (let k = 0; k < this.#points; k++) {
      const n = perSecond * (this.#calls.bins[k] as number) * RING_STEP;
      this.#mean[k] = (this.#mean[k] as number) - n;
      this.#variance[k] = (this.#variance[k] as number) + n;
      this.#third[k] = (this.#third[k] as number) - n;
    }
  }

  /** Puts a call with a chance of its own into the cell of its age and class of chance. */
  #cell(i: number): void {
    const { rows, ringing, chances } = this.#calls;
    const p = chances[i] as number;
    const row = (ringing[i] ? setupBins : 0) + (rows[i] as number);
    const cell =
      row * CHANCE_CLASSES + Math.min(CHANCE_CLASSES - 1, Math.floor(Math.sqrt(p) * CHANCE_CLASSES));
    if (this.#cellCounts[cell] === 0) this.#cellsUsed.push(cell);
    this.#cellCounts[cell] = (this.#cellCounts[cell] as number) + 1;
    this.#cellSums[cell] = (this.#cellSums[cell] as number) + p;
  }

  /** Adds the calls of each cell at their mean chance, and empties the cells. */
  #addCells(): void {
    const calls = this.#calls;
    const points = this.#points;
    for (const cell of this.#cellsUsed) {
      const n = this.#cellCounts[cell] as number;
      const p = (this.#cellSums[cell] as number) / n;
      this.#cellCounts[cell] = 0;
      this.#cellSums[cell] = 0;
      const row = Math.floor(cell / CHANCE_CLASSES);
      for (let k = 0; k < points; k++) {
        const r =
          row < setupBins
            ? Math.min(1, p * (calls.placedTable[row * points + k] as number))
            : calls.ringChance(p, row - setupBins, k);
        this.#addCalls(k, r, n);
      }
    }
    this.#cellsUsed.length = 0;
  }

  #addAgents(from: number, to: number, table: Float64Array): void {
    const counts = this.#ageCounts;
    const { rows } = this.#agents;
    counts.fill(0);
    for (let i = from; i < to; i++) {
      const row = rows[i] as number;
      counts[row] = (counts[row] as number) + 1;
    }
    this.#addRows(counts, table, this.#busy, 1, 1);
  }

  #addRows(counts: Float64Array, table: Float64Array, sum: Float64Array, sign: number, scale: number): void {
    for (let row = 0; row < counts.length; row++) {
      const n = counts[row] as number;
      if (n > 0) this.#addRow(table, row, n, sum, sign, scale);
    }
  }

  #addRow(table: Float64Array, row: number, n: number, sum: Float64Array, sign: number, scale: number): void {
    const points = this.#points;
    const variance = this.#variance;
    const third = this.#third;
    for (let k = 0, i = row * points; k < points; k++, i++) {
      const q = Math.min(1, scale * (table[i] as number));
      const v = n * q * (1 - q);
      sum[k] = (sum[k] as number) + n * q;
      variance[k] = (variance[k] as number) + v;
      third[k] = (third[k] as number) + sign * v * (1 - 2 * q);
    }
  }

  /** Adds n calls of chance r at grid point k to the cumulants of what is coming. */
  #addCalls(k: number, r: number, n: number): void {
    const v = n * r * (1 - r);
    this.#coming[k] = (this.#coming[k] as number) + n * r;
    this.#variance[k] = (this.#variance[k] as number) + v;
    this.#third[k] = (this.#third[k] as number) - v * (1 - 2 * r);
  }

  /** P(slack <= 0) at grid point k after `n` more calls at the mean answer rate. */
  risk(k: number, n: number): number {
    const r = this.#calls.fresh[k] as number;
    const v = n * r * (1 - r);
    const common = ((this.#coming[k] as number) + n * r) * this.#answerError;
    return skewedNormalCdf(
      0,
      (this.#mean[k] as number) - n * r,
      (this.#variance[k] as number) + v + common * common,
      (this.#third[k] as number) - v * (1 - 2 * r),
    );
  }

  /** Adds a call placed now; `scale`: its answer chance over the mean one. */
  add(scale: number): void {
    const { fresh } = this.#calls;
    for (let k = 0; k < this.#points; k++) {
      const r = Math.min(1, (fresh[k] as number) * scale);
      this.#addCalls(k, r, 1);
      this.#mean[k] = (this.#mean[k] as number) - r;
    }
  }
}
