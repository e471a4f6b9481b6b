/**
 * The look-ahead: would a call find an agent when it is answered?
 *
 * At each of a grid of answer times u the net slack is: ready agents, minus customers waiting, plus busy
 * agents who will be free by u + wait, minus calls in flight that answer before u. Each busy agent and each
 * call is a yes-or-no variable of its own. Small teams get the exact distribution of the sum
 * (Poisson-binomial), large ones a normal corrected for skew. The risk of a call is the mean of
 * P(slack <= 0) over the times at which it may answer.
 */
import { PoissonBinomial, skewedNormalCdf } from './distributions.js';
import type { EndingModel } from './ending-model.js';
import { RING_STEP, type RingModel, ringBins, setupBins } from './ring-model.js';
import { ageRow, ageRows, type DurationModel, FreeTable } from './survival.js';
import type { BusyAgent, InFlightAttempt, PacingId, PacingSnapshot } from './types.js';

/** Agents and calls up to which the distribution is computed exactly. */
export const EXACT_UP_TO = 70;
/** Chances below this are taken as never. */
const NEGLIGIBLE = 1e-5;
/** Variables that inbound arrivals are made of in the exact sums, at most. */
const MOST_INBOUND = 24;

export interface LookAheadModels {
  readonly ring: RingModel;
  readonly talk: DurationModel;
  readonly wrap: DurationModel;
  readonly ending: EndingModel;
}

/** Classes by which large teams pool calls with chances of their own; equally wide in the chance's root. */
const CHANCE_CLASSES = 24;

/** What the look-ahead takes from a decision's state. */
export interface LookAheadInput {
  readonly snapshot: PacingSnapshot;
  /**
   * Ready agents that outbound calls may count on; negative when inbound calls are owed more than are ready. Half
   * an agent stands for one who is there with half the weight.
   */
  readonly ready: number;
  /** Inbound calls expected per second, each of which takes an agent. */
  readonly inboundPerSecond: number;
  /** A call's own answer chance, or a negative number for the mean one; null when no call has its own. */
  readonly chanceOf: ((call: InFlightAttempt) => number) | null;
  /** Relative error of the answer rate, and of the ends of talks: they move all calls, or all agents, together. */
  readonly answerError: number;
  readonly endError: number;
}

/** Where a call in flight stands: its row in the ringing table, or in the one of calls not yet ringing. */
interface Flights {
  rows: Int32Array;
  ringing: Uint8Array;
  chances: Float64Array;
}

export class LookAhead {
  readonly points: number;
  /** Answer times in bins. */
  readonly #bins: number[];
  readonly #free = new FreeTable();
  readonly #ringing: Float64Array;
  readonly #placed: Float64Array;
  /** Chance that a call placed now has answered by each grid point, at the mean answer rate. */
  readonly #fresh: Float64Array;
  #answerRate = 0;
  #ringsUnseen = false;
  #models: LookAheadModels | null = null;
  #horizons: number[] = [];

  #exact = true;
  readonly #sums: PoissonBinomial[];
  readonly #needed: Float64Array;
  /** Part of an agent by which the whole slack is too much. */
  #missing = 0;
  #spare = 0;
  #added = 0;
  readonly #mean: Float64Array;
  readonly #variance: Float64Array;
  readonly #third: Float64Array;
  readonly #coming: Float64Array;
  readonly #busy: Float64Array;
  #answerError = 0;
  /** Table rows of talking agents, then of those in wrap-up. */
  #agentRows = new Int32Array(64);
  #talking = 0;
  #wrapping = 0;
  readonly #ageCounts = new Float64Array(ageRows);
  readonly #ringCounts = new Float64Array(ringBins);
  readonly #setupCounts = new Float64Array(setupBins);
  #column = new Float64Array(64);
  readonly #cellCounts = new Float64Array((setupBins + ringBins) * CHANCE_CLASSES);
  readonly #cellSums = new Float64Array((setupBins + ringBins) * CHANCE_CLASSES);
  readonly #cellsUsed: number[] = [];
  #flights: Flights = {
    rows: new Int32Array(64),
    ringing: new Uint8Array(64),
    chances: new Float64Array(64),
  };
  /** Chances to be free of agents who announced their end, one row each. */
  #announced = new Float64Array(0);
  #announcedCount = 0;

  constructor(points: number) {
    this.points = points;
    this.#bins = new Array<number>(points).fill(0);
    this.#ringing = new Float64Array(ringBins * points);
    this.#placed = new Float64Array(setupBins * points);
    this.#fresh = new Float64Array(points);
    this.#sums = Array.from({ length: points }, () => new PoissonBinomial());
    this.#needed = new Float64Array(points);
    this.#mean = new Float64Array(points);
    this.#variance = new Float64Array(points);
    this.#third = new Float64Array(points);
    this.#coming = new Float64Array(points);
    this.#busy = new Float64Array(points);
  }

  /** Builds the tables for the answer times at once. */
  rebuild(models: LookAheadModels, answerRate: number, wait: number, times: readonly number[]): void {
    for (const _ of this.rebuildInSteps(models, answerRate, wait, times));
  }

  /**
   * Builds the tables for the answer times, step by step; they can be used after the last. `wait`: seconds within
   * which an answer must reach an agent.
   */
  *rebuildInSteps(
    models: LookAheadModels,
    answerRate: number,
    wait: number,
    times: readonly number[],
  ): Generator<void> {
    this.#models = models;
    for (let k = 0; k < this.points; k++) this.#bins[k] = Math.round((times[k] as number) / RING_STEP);
    this.#horizons = times.map((u) => u + wait);
    yield* this.#free.build(models.talk, models.wrap, this.#horizons, models.ending);
    yield;
    this.#ringsUnseen = models.ring.ringsUnseen;
    for (let k = 0; k < this.points; k++) {
      for (let a = 0; a < setupBins; a++) this.#placed[a * this.points + k] = this.#setupShare(a, k);
    }
    yield;
    this.setAnswerRate(answerRate, true);
  }

  /** Takes over a new mean answer rate; small changes are passed over unless forced. */
  setAnswerRate(p: number, force = false): void {
    if (!force && Math.abs(p - this.#answerRate) < 0.005 * this.#answerRate) return;
    this.#answerRate = p;
    const { points } = this;
    for (let k = 0; k < points; k++) {
      for (let a = 0; a < ringBins; a++) this.#ringing[a * points + k] = this.#ringChance(p, a, k);
    }
    const ring = (this.#models as LookAheadModels).ring;
    for (let k = 0; k < points; k++) {
      this.#fresh[k] = p * (ring.fresh[Math.min(ringBins, this.#bins[k] as number)] as number);
    }
  }

  /** Chance that a call ringing for `age` bins answers by grid point k, p its chance when placed. */
  #ringChance(p: number, age: number, k: number): number {
    const ring = (this.#models as LookAheadModels).ring;
    return ring.answerWithin(ring.chanceOnceRinging(p), age, this.#bins[k] as number);
  }

  /** The same for a call that was placed `age` bins ago and does not ring yet, over its chance when placed. */
  #setupShare(age: number, k: number): number {
    const { setup, failed, answered, failedShare } = (this.#models as LookAheadModels).ring;
    const ahead = this.#bins[k] as number;
    const left =
      (1 - failedShare) * (1 - (setup[age] as number)) + failedShare * (1 - (failed[age] as number));
    if (left < 1e-6) return 0;
    let sum = 0;
    for (let i = age; i < setupBins && i - age < ahead; i++) {
      const m = (setup[i + 1] as number) - (setup[i] as number);
      if (m > 0) sum += m * (answered[Math.min(ringBins, age + ahead - i)] as number);
    }
    return sum / left;
  }

  /** Chance of flight i to have answered by grid point k. */
  #chance(i: number, k: number): number {
    const { rows, ringing, chances } = this.#flights;
    const row = rows[i] as number;
    const p = chances[i] as number;
    if (ringing[i])
      return p < 0 ? (this.#ringing[row * this.points + k] as number) : this.#ringChance(p, row, k);
    return Math.min(1, (p < 0 ? this.#answerRate : p) * (this.#placed[row * this.points + k] as number));
  }

  #locate(s: PacingSnapshot, chanceOf: LookAheadInput['chanceOf'], without: PacingId | undefined): number {
    const flights = s.inFlight;
    if (this.#flights.rows.length < flights.length) {
      const size = 2 * flights.length;
      this.#flights = {
        rows: new Int32Array(size),
        ringing: new Uint8Array(size),
        chances: new Float64Array(size),
      };
    }
    const { rows, ringing, chances } = this.#flights;
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
    return n;
  }

  /** Finds the table rows of busy agents, and sets those who announced their end apart. */
  #locateAgents(s: PacingSnapshot): void {
    const reserved = s.agentsReserved ?? 0;
    const { ending } = this.#models as LookAheadModels;
    this.#announcedCount = 0;
    let n = 0;
    const room = (more: number) => {
      if (this.#agentRows.length >= n + more) return;
      const larger = new Int32Array(2 * (n + more));
      larger.set(this.#agentRows);
      this.#agentRows = larger;
    };
    if (ending.inUse && s.talking && s.wrapping) {
      const add = (agents: readonly BusyAgent[], announcedCounts: boolean) => {
        room(agents.length);
        for (const { since, endingSince } of agents) {
          if (endingSince != null && announcedCounts) this.#addAnnounced(ending, s.now - endingSince);
          else this.#agentRows[n++] = ageRow(s.now - since);
        }
      };
      add(s.talking, true);
      this.#talking = n;
      add(s.wrapping, ending.sharperThanWrap);
    } else {
      const { talkingSince, wrapSince } = s;
      room(talkingSince.length + wrapSince.length);
      for (let i = 0; i < talkingSince.length; i++) {
        this.#agentRows[n++] = ageRow(s.now - (talkingSince[i] as number));
      }
      this.#talking = n;
      for (let i = 0; i < wrapSince.length; i++)
        this.#agentRows[n++] = ageRow(s.now - (wrapSince[i] as number));
    }
    this.#wrapping = n - this.#talking;
    // Reserved agents are about to talk.
    if (reserved > 0) {
      room(reserved);
      this.#agentRows.copyWithin(this.#talking + reserved, this.#talking, n);
      this.#agentRows.fill(0, this.#talking, this.#talking + reserved);
      this.#talking += reserved;
    }
  }

  #addAnnounced(ending: EndingModel, elapsed: number): void {
    const { points } = this;
    const at = this.#announcedCount * points;
    if (this.#announced.length < at + points) {
      const larger = new Float64Array(2 * (at + points));
      larger.set(this.#announced);
      this.#announced = larger;
    }
    for (let k = 0; k < points; k++) {
      this.#announced[at + k] = ending.freeWithin(elapsed, this.#horizons[k] as number);
    }
    this.#announcedCount++;
  }

  /**
   * Takes in the state. `spare`: new calls to make room for in the exact sums; `without`: a call to leave out.
   */
  load(input: LookAheadInput, spare = 8, without?: PacingId): void {
    const s = input.snapshot;
    const flights = this.#locate(s, input.chanceOf, without);
    this.#locateAgents(s);
    this.#exact = s.agentsTotal + flights <= EXACT_UP_TO;
    this.#added = 0;
    const slack = input.ready - s.waitingAnswered;
    const whole = Math.ceil(slack);
    this.#missing = this.#exact ? whole - slack : 0;
    if (this.#exact) this.#loadExact(whole, flights, spare, input.inboundPerSecond);
    else {
      this.#answerError = input.answerError;
      this.#loadCumulants(slack, flights, input.endError);
      this.#addInbound(input.inboundPerSecond);
    }
  }

  #loadExact(slack: number, flights: number, spare: number, inboundPerSecond: number): void {
    this.#spare = spare;
    const { points } = this;
    if (this.#column.length < flights + MOST_INBOUND) {
      this.#column = new Float64Array(2 * flights + MOST_INBOUND);
    }
    const column = this.#column;
    for (let k = 0; k < points; k++) {
      const sum = this.#sums[k] as PoissonBinomial;
      // A call that does not answer leaves its agent free: counted that way all variables add up.
      let count = 0;
      for (let i = 0; i < flights; i++) {
        const r = this.#chance(i, k);
        if (r > NEGLIGIBLE) column[count++] = r;
      }
      // Inbound arrivals are Poisson; as many small yes-or-no variables come near enough.
      const inbound = inboundPerSecond * (this.#bins[k] as number) * RING_STEP;
      if (inbound > NEGLIGIBLE) {
        const n = Math.min(MOST_INBOUND, Math.ceil(4 * inbound) + 1);
        for (let i = 0; i < n; i++) column[count++] = Math.min(1, inbound / n);
      }
      const need = count - slack;
      this.#needed[k] = need;
      sum.reset(Math.max(0, need) + spare + 1);
      for (let i = 0; i < count; i++) sum.add(1 - (column[i] as number));
      const busy = this.#talking + this.#wrapping;
      for (let i = 0; i < busy; i++) {
        const table = i < this.#talking ? this.#free.talk : this.#free.wrap;
        const q = table[(this.#agentRows[i] as number) * points + k] as number;
        if (q > NEGLIGIBLE) sum.add(q);
      }
      for (let i = 0; i < this.#announcedCount; i++) {
        const q = this.#announced[i * points + k] as number;
        if (q > NEGLIGIBLE) sum.add(q);
      }
    }
  }

  #loadCumulants(slack: number, flights: number, endError: number): void {
    const { points } = this;
    const mean = this.#mean;
    const variance = this.#variance;
    const busy = this.#busy;
    const coming = this.#coming;
    variance.fill(0);
    this.#third.fill(0);
    busy.fill(0);
    coming.fill(0);
    this.#addAgents(0, this.#talking, this.#free.talk);
    this.#addAgents(this.#talking, this.#talking + this.#wrapping, this.#free.wrap);
    for (let i = 0; i < this.#announcedCount; i++) this.#addRow(this.#announced, i, 1, busy, 1, 1);
    const { rows, ringing, chances } = this.#flights;
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
    this.#addRows(rings, this.#ringing, coming, -1, 1);
    this.#addRows(setups, this.#placed, coming, -1, this.#answerRate);
    for (let k = 0; k < points; k++) {
      mean[k] = slack + (busy[k] as number) - (coming[k] as number);
      const b = (busy[k] as number) * endError;
      variance[k] = (variance[k] as number) + b * b;
    }
  }

  /** Takes the inbound calls expected by each grid point off the slack; all cumulants of a Poisson are its mean. */
  #addInbound(perSecond: number): void {
    if (perSecond <= 0) return;
    for (let k = 0; k < this.points; k++) {
      const n = perSecond * (this.#bins[k] as number) * RING_STEP;
      this.#mean[k] = (this.#mean[k] as number) - n;
      this.#variance[k] = (this.#variance[k] as number) + n;
      this.#third[k] = (this.#third[k] as number) - n;
    }
  }

  /** Puts a call with a chance of its own into the cell of its age and class of chance. */
  #cell(i: number): void {
    const { rows, ringing, chances } = this.#flights;
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
    const { points } = this;
    for (const cell of this.#cellsUsed) {
      const n = this.#cellCounts[cell] as number;
      const p = (this.#cellSums[cell] as number) / n;
      this.#cellCounts[cell] = 0;
      this.#cellSums[cell] = 0;
      const row = Math.floor(cell / CHANCE_CLASSES);
      for (let k = 0; k < points; k++) {
        const r =
          row < setupBins
            ? Math.min(1, p * (this.#placed[row * points + k] as number))
            : this.#ringChance(p, row - setupBins, k);
        this.#addOne(k, r, n);
      }
    }
    this.#cellsUsed.length = 0;
  }

  #addAgents(from: number, to: number, table: Float64Array): void {
    const counts = this.#ageCounts;
    counts.fill(0);
    for (let i = from; i < to; i++) {
      const row = this.#agentRows[i] as number;
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
    const variance = this.#variance;
    const third = this.#third;
    for (let k = 0, i = row * this.points; k < this.points; k++, i++) {
      const q = Math.min(1, scale * (table[i] as number));
      const v = n * q * (1 - q);
      sum[k] = (sum[k] as number) + n * q;
      variance[k] = (variance[k] as number) + v;
      third[k] = (third[k] as number) + sign * v * (1 - 2 * q);
    }
  }

  /** Adds n calls of chance r at grid point k to the cumulants of what is coming. */
  #addOne(k: number, r: number, n = 1): void {
    const v = n * r * (1 - r);
    this.#coming[k] = (this.#coming[k] as number) + n * r;
    this.#variance[k] = (this.#variance[k] as number) + v;
    this.#third[k] = (this.#third[k] as number) - v * (1 - 2 * r);
  }

  /** True when the state was small enough for the exact sums. */
  get exact(): boolean {
    return this.#exact;
  }

  /** False when the exact sums have no room for one more call: load again with more. */
  get hasRoom(): boolean {
    return !this.#exact || this.#added < this.#spare;
  }

  /** P(slack <= 0) at grid point k after `n` more calls at the mean answer rate (n only above the exact size). */
  #riskAt(k: number, n: number): number {
    if (this.#exact) {
      const sum = this.#sums[k] as PoissonBinomial;
      const needed = this.#needed[k] as number;
      const none = sum.cdf(needed);
      return this.#missing > 0 ? none + this.#missing * (sum.cdf(needed + 1) - none) : none;
    }
    const r = this.#fresh[k] as number;
    const v = n * r * (1 - r);
    const common = ((this.#coming[k] as number) + n * r) * this.#answerError;
    return skewedNormalCdf(
      0,
      (this.#mean[k] as number) - n * r,
      (this.#variance[k] as number) + v + common * common,
      (this.#third[k] as number) - v * (1 - 2 * r),
    );
  }

  /** Risk of one more call placed now; `n` as for a number of mean calls added before it. */
  risk(n = 0): number {
    let risk = 0;
    for (let k = 0; k < this.points; k++) risk += this.#riskAt(k, n);
    return risk / this.points;
  }

  /** Risk of a call that is already ringing, given how likely it answers around each grid point. */
  weightedRisk(weights: ArrayLike<number>): number {
    let risk = 0;
    let total = 0;
    for (let k = 0; k < this.points; k++) {
      const w = weights[k] as number;
      if (w <= 0) continue;
      risk += w * this.#riskAt(k, 0);
      total += w;
    }
    return total > 0 ? risk / total : 0;
  }

  /** Adds a call placed now; `p` is its answer chance, negative for the mean one. */
  add(p = -1): void {
    this.#added++;
    const scale = p < 0 ? 1 : p / this.#answerRate;
    for (let k = 0; k < this.points; k++) {
      const r = Math.min(1, (this.#fresh[k] as number) * scale);
      if (this.#exact) {
        this.#needed[k] = (this.#needed[k] as number) + 1;
        (this.#sums[k] as PoissonBinomial).add(1 - r);
      } else {
        this.#addOne(k, r);
        this.#mean[k] = (this.#mean[k] as number) - r;
      }
    }
  }
}
