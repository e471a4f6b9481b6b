/**
 * The look-ahead: would a call placed now find an agent when it is answered?
 *
 * At each of a grid of answer times u the net slack is: ready agents, minus customers waiting, plus busy
 * agents who will be free by u + wait, minus calls in flight that answer before u. Each busy agent and each
 * call is a yes-or-no variable of its own. Small teams get the exact distribution of the sum
 * (Poisson-binomial), large ones a normal corrected for skew. The risk of one more call is the mean over
 * the grid of P(slack <= 0).
 */
import { PoissonBinomial, skewedNormalCdf } from './distributions.js';
import { RING_STEP, type RingModel, ringBins, setupBins } from './ring-model.js';
import { ageRow, ageRows, type DurationModel, FreeTable } from './survival.js';
import type { InFlightAttempt, PacingSnapshot } from './types.js';

/** Points of the grid of answer times; each stands for an equal share of the answers. */
export const gridPoints = 12;
/** Agents and calls up to which the distribution is computed exactly. */
const EXACT_UP_TO = 70;
/** Chances below this are taken as never. */
const NEGLIGIBLE = 1e-5;

export interface LookAheadModels {
  readonly ring: RingModel;
  readonly talk: DurationModel;
  readonly wrap: DurationModel;
}

/** Agents, customers waiting and calls in flight, as the look-ahead counts them. */
export interface LookAheadState {
  readonly ready: number;
  readonly waiting: number;
}

export class LookAhead {
  /** Answer times in bins and horizons in seconds at which agents count as free. */
  readonly #bins: number[] = new Array<number>(gridPoints).fill(0);
  #horizons: number[] = new Array<number>(gridPoints).fill(0);
  readonly #free = new FreeTable();
  readonly #ringing = new Float64Array(ringBins * gridPoints);
  readonly #placed = new Float64Array(setupBins * gridPoints);
  /** Chance that a call placed now has answered by each grid point. */
  readonly fresh = new Float64Array(gridPoints);
  #answerRate = 0;
  #ringsUnseen = false;
  #models: LookAheadModels | null = null;

  #exact = true;
  readonly #sums = Array.from({ length: gridPoints }, () => new PoissonBinomial());
  readonly #needed = new Float64Array(gridPoints);
  #spare = 0;
  #added = 0;
  readonly #mean = new Float64Array(gridPoints);
  readonly #variance = new Float64Array(gridPoints);
  readonly #third = new Float64Array(gridPoints);
  readonly #busy = new Float64Array(gridPoints);
  readonly #coming = new Float64Array(gridPoints);
  readonly #talkCounts = new Float64Array(ageRows);
  readonly #wrapCounts = new Float64Array(ageRows);
  readonly #ringCounts = new Float64Array(ringBins);
  readonly #setupCounts = new Float64Array(setupBins);
  /** Relative error of the answer rate and of the ends of talks: they move all calls, or all agents, together. */
  #answerError = 0;
  #endError = 0;

  /** Builds the tables. `wait`: seconds within which an answer must reach an agent, hand-over taken off. */
  rebuild(models: LookAheadModels, answerRate: number, wait: number): void {
    this.#models = models;
    const times = models.ring.answerTimes(gridPoints);
    for (let k = 0; k < gridPoints; k++) this.#bins[k] = Math.round((times[k] as number) / RING_STEP);
    this.#horizons = times.map((u) => u + wait);
    this.#free.build(models.talk, models.wrap, this.#horizons);
    this.#ringsUnseen = models.ring.ringsUnseen;
    this.setAnswerRate(answerRate, true);
  }

  /** Takes over a new answer rate; small changes are passed over unless forced. */
  setAnswerRate(p: number, force = false): void {
    if (!force && Math.abs(p - this.#answerRate) < 0.003 * this.#answerRate) return;
    this.#answerRate = p;
    for (let a = 0; a < ringBins; a++) {
      for (let k = 0; k < gridPoints; k++) this.#ringing[a * gridPoints + k] = this.ringChance(p, a, k);
    }
    for (let a = 0; a < setupBins; a++) {
      for (let k = 0; k < gridPoints; k++) this.#placed[a * gridPoints + k] = this.setupChance(p, a, k);
    }
    const ring = (this.#models as LookAheadModels).ring;
    for (let k = 0; k < gridPoints; k++) {
      this.fresh[k] = p * (ring.fresh[Math.min(ringBins, this.#bins[k] as number)] as number);
    }
  }

  /** Chance that a call ringing for `age` bins answers by grid point k, p its chance when placed. */
  ringChance(p: number, age: number, k: number): number {
    const ring = (this.#models as LookAheadModels).ring;
    const rang = this.#ringsUnseen ? p : Math.min(0.98, p / (1 - ring.failedShare));
    return ring.answerWithin(rang, age, this.#bins[k] as number);
  }

  /** The same for a call that was placed `age` bins ago and does not ring yet. */
  setupChance(p: number, age: number, k: number): number {
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
    return Math.min(1, (p * sum) / left);
  }

  #chance(call: InFlightAttempt, p: number, now: number, k: number): number {
    const since = call.ringingAt ?? (this.#ringsUnseen ? call.placedAt : null);
    if (since !== null) {
      const age = Math.min(ringBins - 1, Math.max(0, Math.round((now - since) / RING_STEP)));
      return p < 0 ? (this.#ringing[age * gridPoints + k] as number) : this.ringChance(p, age, k);
    }
    const age = Math.min(setupBins - 1, Math.max(0, Math.round((now - call.placedAt) / RING_STEP)));
    return p < 0 ? (this.#placed[age * gridPoints + k] as number) : this.setupChance(p, age, k);
  }

  /**
   * Takes in the state. `chanceOf` gives a call's own answer chance, or a negative number for the mean one.
   * `spare`: new calls to make room for in the exact sums.
   */
  load(
    s: PacingSnapshot,
    state: LookAheadState,
    chanceOf: ((call: InFlightAttempt) => number) | null,
    errors: { answer: number; ends: number },
    spare = 8,
  ): void {
    const size = s.agentsTalking + s.agentsWrap + s.inFlightCount;
    this.#exact = size <= EXACT_UP_TO;
    this.#answerError = errors.answer;
    this.#endError = errors.ends;
    this.#added = 0;
    if (this.#exact) this.#loadExact(s, state, chanceOf, spare);
    else this.#loadCumulants(s, state, chanceOf);
  }

  #loadExact(
    s: PacingSnapshot,
    state: LookAheadState,
    chanceOf: ((call: InFlightAttempt) => number) | null,
    spare: number,
  ): void {
    const { talk, wrap } = this.#free;
    const talking = s.talkingSince;
    const wrapping = s.wrapSince;
    const reserved = s.agentsReserved ? (s.reservedSince ?? []) : [];
    const flights = s.inFlight;
    this.#spare = spare;
    for (let k = 0; k < gridPoints; k++) {
      const sum = this.#sums[k] as PoissonBinomial;
      // A call that does not answer leaves its agent free: counted that way all variables add up.
      let count = 0;
      for (let i = 0; i < flights.length; i++) {
        const call = flights[i] as InFlightAttempt;
        if (this.#chance(call, chanceOf ? chanceOf(call) : -1, s.now, k) > NEGLIGIBLE) count++;
      }
      const need = count + state.waiting - state.ready;
      this.#needed[k] = need;
      sum.reset(Math.max(0, need) + spare);
      for (let i = 0; i < flights.length; i++) {
        const call = flights[i] as InFlightAttempt;
        const r = this.#chance(call, chanceOf ? chanceOf(call) : -1, s.now, k);
        if (r > NEGLIGIBLE) sum.add(1 - r);
      }
      for (let i = 0; i < talking.length; i++) {
        const q = talk[ageRow(s.now - (talking[i] as number)) * gridPoints + k] as number;
        if (q > NEGLIGIBLE) sum.add(q);
      }
      for (let i = 0; i < wrapping.length; i++) {
        const q = wrap[ageRow(s.now - (wrapping[i] as number)) * gridPoints + k] as number;
        if (q > NEGLIGIBLE) sum.add(q);
      }
      for (let i = 0; i < reserved.length; i++) {
        const q = talk[k] as number;
        if (q > NEGLIGIBLE) sum.add(q);
      }
    }
  }

  #loadCumulants(
    s: PacingSnapshot,
    state: LookAheadState,
    chanceOf: ((call: InFlightAttempt) => number) | null,
  ): void {
    const { talk, wrap } = this.#free;
    const mean = this.#mean;
    const variance = this.#variance;
    const third = this.#third;
    const busy = this.#busy;
    const coming = this.#coming;
    mean.fill(state.ready - state.waiting);
    variance.fill(0);
    third.fill(0);
    busy.fill(0);
    coming.fill(0);
    const add = (table: Float64Array, row: number, n: number, sign: number) => {
      for (let k = 0, i = row * gridPoints; k < gridPoints; k++, i++) {
        const q = table[i] as number;
        const v = n * q * (1 - q);
        variance[k] = (variance[k] as number) + v;
        if (sign > 0) {
          busy[k] = (busy[k] as number) + n * q;
          third[k] = (third[k] as number) + v * (1 - 2 * q);
        } else {
          coming[k] = (coming[k] as number) + n * q;
          third[k] = (third[k] as number) - v * (1 - 2 * q);
        }
      }
    };
    const spread = (since: readonly number[], counts: Float64Array, table: Float64Array) => {
      counts.fill(0);
      for (let i = 0; i < since.length; i++) {
        const row = ageRow(s.now - (since[i] as number));
        counts[row] = (counts[row] as number) + 1;
      }
      for (let row = 0; row < counts.length; row++) {
        const n = counts[row] as number;
        if (n > 0) add(table, row, n, 1);
      }
    };
    spread(s.talkingSince, this.#talkCounts, talk);
    spread(s.wrapSince, this.#wrapCounts, wrap);
    if (s.agentsReserved) add(talk, 0, s.agentsReserved, 1);

    const flights = s.inFlight;
    const ringCounts = this.#ringCounts;
    const setupCounts = this.#setupCounts;
    ringCounts.fill(0);
    setupCounts.fill(0);
    for (let i = 0; i < flights.length; i++) {
      const call = flights[i] as InFlightAttempt;
      const p = chanceOf ? chanceOf(call) : -1;
      if (p >= 0) {
        for (let k = 0; k < gridPoints; k++) {
          const r = this.#chance(call, p, s.now, k);
          const v = r * (1 - r);
          coming[k] = (coming[k] as number) + r;
          variance[k] = (variance[k] as number) + v;
          third[k] = (third[k] as number) - v * (1 - 2 * r);
        }
        continue;
      }
      const since = call.ringingAt ?? (this.#ringsUnseen ? call.placedAt : null);
      if (since !== null) {
        const age = Math.min(ringBins - 1, Math.max(0, Math.round((s.now - since) / RING_STEP)));
        ringCounts[age] = (ringCounts[age] as number) + 1;
      } else {
        const age = Math.min(setupBins - 1, Math.max(0, Math.round((s.now - call.placedAt) / RING_STEP)));
        setupCounts[age] = (setupCounts[age] as number) + 1;
      }
    }
    for (let a = 0; a < ringBins; a++) {
      const n = ringCounts[a] as number;
      if (n > 0) add(this.#ringing, a, n, -1);
    }
    for (let a = 0; a < setupBins; a++) {
      const n = setupCounts[a] as number;
      if (n > 0) add(this.#placed, a, n, -1);
    }
    for (let k = 0; k < gridPoints; k++) {
      mean[k] = (mean[k] as number) + (busy[k] as number) - (coming[k] as number);
      const b = (busy[k] as number) * this.#endError;
      variance[k] = (variance[k] as number) + b * b;
    }
  }

  /** True when the state was small enough for the exact sums. */
  get exact(): boolean {
    return this.#exact;
  }

  /** Room left for new calls in the exact sums. */
  get room(): number {
    return this.#spare - this.#added;
  }

  /** Risk of one more call in the exact sums, with those already added. */
  exactRisk(): number {
    let risk = 0;
    for (let k = 0; k < gridPoints; k++) {
      risk += (this.#sums[k] as PoissonBinomial).cdf(this.#needed[k] as number);
    }
    return risk / gridPoints;
  }

  /** Adds a call to the exact sums; `scale` is its answer chance over the mean one. */
  addExact(scale = 1): void {
    this.#added++;
    for (let k = 0; k < gridPoints; k++) {
      this.#needed[k] = (this.#needed[k] as number) + 1;
      (this.#sums[k] as PoissonBinomial).add(1 - Math.min(1, (this.fresh[k] as number) * scale));
    }
  }

  /** Risk of one more call after `n` new ones, by the corrected normal. */
  normalRisk(n: number): number {
    let risk = 0;
    for (let k = 0; k < gridPoints; k++) {
      const r = this.fresh[k] as number;
      const v = n * r * (1 - r);
      const coming = ((this.#coming[k] as number) + n * r) * this.#answerError;
      risk += skewedNormalCdf(
        0,
        (this.#mean[k] as number) - n * r,
        (this.#variance[k] as number) + v + coming * coming,
        (this.#third[k] as number) - v * (1 - 2 * r),
      );
    }
    return risk / gridPoints;
  }
}
