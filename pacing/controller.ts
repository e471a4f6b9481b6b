/**
 * The threshold on the chance that an answer finds no agent, steered by what was abandoned.
 *
 * It starts at what a team of this size needs for the target, and moves by an integral step on its
 * logarithm: a little up per connect, down by (1 - target) / target times as much per abandon, so that the
 * two cancel exactly at the target. The step is small, since a threshold that wanders costs occupancy.
 */

/** Threshold at which teams of a size abandon about 3 %, by simulation; [agents, threshold]. */
const startAt3Percent: readonly (readonly [number, number])[] = [
  [1, 0.05],
  [3, 0.037],
  [5, 0.031],
  [10, 0.024],
  [20, 0.021],
  [50, 0.021],
  [100, 0.017],
  [300, 0.008],
  [1000, 0.004],
  [10000, 0.001],
];

/** Starting threshold for a team and a target ratio. */
export function startingThreshold(agents: number, target: number): number {
  const n = Math.max(1, agents);
  let i = 1;
  while (i < startAt3Percent.length - 1 && n > (startAt3Percent[i] as readonly [number, number])[0]) i++;
  const [n0, y0] = startAt3Percent[i - 1] as readonly [number, number];
  const [n1, y1] = startAt3Percent[i] as readonly [number, number];
  const share = Math.min(1, Math.log(n / n0) / Math.log(n1 / n0));
  return Math.exp(Math.log(y0) + share * (Math.log(y1) - Math.log(y0))) * (target / 0.03);
}

export interface ControllerTuning {
  /** Step up per connect, on the logarithm. */
  gain: number;
  /** Extra gain at the start, as a multiple, fading over `fade` answers. */
  startBoost: number;
  fade: number;
}

export const controllerDefaults: ControllerTuning = { gain: 0.003, startBoost: 2, fade: 200 };

/** Limits of the learned offset: wide, since a clamp on one side alone would shift the mean. */
const LOWEST = -30;
const HIGHEST = 4;

export class ThresholdController {
  #offset = 0;
  #answers = 0;
  readonly #tuning: ControllerTuning;

  constructor(tuning: ControllerTuning = controllerDefaults) {
    this.#tuning = tuning;
  }

  /** Learned offset on the logarithm of the threshold. */
  get offset(): number {
    return this.#offset;
  }

  #step(): number {
    const { gain, startBoost, fade } = this.#tuning;
    return gain * (1 + startBoost * Math.exp(-this.#answers / fade));
  }

  /** `weight`: the chance that it was a person, where machines are not told apart. */
  connected(weight: number): void {
    this.#offset = Math.min(HIGHEST, this.#offset + weight * this.#step());
    this.#answers += weight;
  }

  abandoned(weight: number, target: number): void {
    const a = Math.max(target, 1e-4);
    this.#offset = Math.max(LOWEST, this.#offset - (weight * this.#step() * (1 - a)) / a);
    this.#answers += weight;
  }

  threshold(agents: number, target: number): number {
    return Math.min(0.5, startingThreshold(agents, target) * Math.exp(this.#offset));
  }
}
