/**
 * The look-ahead: would a call find an agent when it is answered?
 *
 * At each of a grid of answer times u the net slack is: ready agents, minus customers waiting, plus busy
 * agents who will be free by u + wait, minus calls in flight that answer before u. Each busy agent and each
 * call is a yes-or-no variable of its own. Small teams get the exact distribution of the sum
 * (Poisson-binomial), large ones a normal corrected for skew. The risk of a call is the mean of
 * P(slack <= 0) over the times at which it may answer.
 */
import { type AgentModels, AgentsAhead } from './agents-ahead.js';
import { CallsAhead } from './calls-ahead.js';
import { ExactSlack } from './exact-slack.js';
import { type CommonErrors, NormalSlack } from './normal-slack.js';
import type { RingModel } from './ring-model.js';
import type { InFlightAttempt, PacingId, PacingSnapshot } from './types.js';

/** Agents and calls up to which the distribution is computed exactly. */
export const EXACT_UP_TO = 70;

export interface LookAheadModels extends AgentModels {
  readonly ring: RingModel;
}

/** What the look-ahead takes from a decision's state. */
export interface LookAheadInput extends CommonErrors {
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
}

export class LookAhead {
  readonly points: number;
  readonly #calls: CallsAhead;
  readonly #agents: AgentsAhead;
  readonly #exactSlack: ExactSlack;
  readonly #normalSlack: NormalSlack;
  #exact = true;

  constructor(points: number) {
    this.points = points;
    this.#calls = new CallsAhead(points);
    this.#agents = new AgentsAhead(points);
    this.#exactSlack = new ExactSlack(this.#calls, this.#agents);
    this.#normalSlack = new NormalSlack(this.#calls, this.#agents);
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
    this.#calls.setTimes(times);
    yield* this.#agents.rebuild(
      models,
      times.map((u) => u + wait),
    );
    yield;
    this.#calls.rebuild(models.ring);
    yield;
    this.setAnswerRate(answerRate, true);
  }

  /** Takes over a new mean answer rate; small changes are passed over unless forced. */
  setAnswerRate(p: number, force = false): void {
    this.#calls.setAnswerRate(p, force);
  }

  /**
   * Takes in the state. `spare`: new calls to make room for in the exact sums; `without`: a call to leave out.
   */
  load(input: LookAheadInput, spare = 8, without?: PacingId): void {
    const s = input.snapshot;
    this.#calls.locate(s, input.chanceOf, without);
    this.#agents.locate(s);
    this.#exact = s.agentsTotal + this.#calls.count <= EXACT_UP_TO;
    const slack = input.ready - s.waitingAnswered;
    if (this.#exact) this.#exactSlack.load(slack, input.inboundPerSecond, spare);
    else this.#normalSlack.load(slack, input.inboundPerSecond, input);
  }

  /** True when the state was small enough for the exact sums. */
  get exact(): boolean {
    return this.#exact;
  }

  /** False when the exact sums have no room for one more call: load again with more. */
  get hasRoom(): boolean {
    return !this.#exact || this.#exactSlack.hasRoom;
  }

  /** P(slack <= 0) at grid point k after `n` more calls at the mean answer rate (n only above the exact size). */
  #riskAt(k: number, n: number): number {
    return this.#exact ? this.#exactSlack.risk(k) : this.#normalSlack.risk(k, n);
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
    const scale = p < 0 ? 1 : p / this.#calls.answerRate;
    if (this.#exact) this.#exactSlack.add(scale);
    else this.#normalSlack.add(scale);
  }
}
