/**
 * Ringing calls to release: past the minimum ring, when the agents they were meant for are gone.
 *
 * A call is judged by the chance that no agent is there at the times when it may still answer, with itself
 * left out of the forecast. The bar is much higher than that for dialling, since a released call cannot be
 * had back.
 */
import { LookAhead, type LookAheadInput } from './look-ahead.js';
import type { PoolModel } from './pool-model.js';
import { RING_STEP, ringBins } from './ring-model.js';
import type { InFlightAttempt, PacingId } from './types.js';

/** Seconds from now at which old calls may answer, and the borders of the stretches they stand for. */
const times: readonly number[] = [0.5, 1.5, 3, 5, 8];
const borders: readonly number[] = [0, 1, 2.25, 4, 6.5, 60];

/** Seconds between two looks at the ringing calls. */
const CADENCE = 0.2;

/** Bar by team size: a small team's forecast says less, and its idle agents cost more. */
function barFor(agents: number): number {
  return agents <= 8 ? 0.1 : 0.2;
}

export class Shedder {
  readonly #lookAhead = new LookAhead(times.length);
  readonly #weights = new Float64Array(times.length);
  readonly #bar: number | undefined;
  #nextAt = Number.NEGATIVE_INFINITY;
  /** Wait to build the tables with, when they are out of date: most pools never release a call. */
  #stale: number | null = null;

  constructor(bar?: number) {
    this.#bar = bar;
  }

  /** Has the tables built anew before the next use. `wait`: as for the look-ahead. */
  rebuild(wait: number): void {
    this.#stale = wait;
  }

  /** Chance of a call of this ring age (bins) to answer in each stretch, on one scale. */
  #weigh(model: PoolModel, age: number): Float64Array {
    const { answered } = model.ring;
    for (let k = 0; k < times.length; k++) {
      const from = Math.min(ringBins, age + Math.round((borders[k] as number) / RING_STEP));
      const to = Math.min(ringBins, age + Math.round((borders[k + 1] as number) / RING_STEP));
      this.#weights[k] = (answered[to] as number) - (answered[from] as number);
    }
    return this.#weights;
  }

  /** Ids of the calls to release, the longest ringing first. */
  select(input: LookAheadInput, model: PoolModel, minRing: number): PacingId[] {
    const { now, inFlight, agentsTotal } = input.snapshot;
    if (now < this.#nextAt && this.#nextAt - now < 10) return [];
    this.#nextAt = now + CADENCE;
    const old = inFlight.filter((c) => c.ringingAt !== null && now - c.ringingAt >= minRing);
    if (old.length === 0) return [];
    old.sort((a, b) => (a.ringingAt as number) - (b.ringingAt as number));
    const look = this.#lookAhead;
    const bar = this.#bar ?? barFor(agentsTotal);
    if (this.#stale !== null) {
      look.rebuild(model, model.answerRate, this.#stale, times);
      this.#stale = null;
    }
    look.setAnswerRate(model.answerRate);
    look.load(input, 0);
    const ids: PacingId[] = [];
    let remaining = input;
    for (const call of old) {
      const weights = this.#weigh(model, Math.round((now - (call.ringingAt as number)) / RING_STEP));
      // Its own presence only adds to the risk: below the bar with it is below the bar without.
      if (look.weightedRisk(weights) < bar) continue;
      look.load(remaining, 0, call.id);
      if (look.weightedRisk(weights) >= bar) {
        ids.push(call.id);
        remaining = without(remaining, call);
      } else look.load(remaining, 0);
    }
    return ids;
  }
}

function without(input: LookAheadInput, call: InFlightAttempt): LookAheadInput {
  const s = input.snapshot;
  const inFlight = s.inFlight.filter((c) => c !== call);
  // The caller's snapshot may be made of getters: it is the prototype, only the list changes.
  const snapshot = Object.create(s, { inFlight: { value: inFlight } });
  return { ...input, snapshot };
}
