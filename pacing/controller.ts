/**
 * The threshold on the chance that an answer finds no agent, steered by what was abandoned.
 *
 * It starts at what a team of this size needs for the target, and moves by an integral step on its
 * logarithm: a little up per connect, down by (1 - target) / target times as much per abandon, so that the
 * two cancel exactly at the target. The step is small, since a threshold that wanders costs occupancy.
 */

/** Threshold at which teams of a size abandon 3 %, by simulation; [agents, threshold]. */
const startAt3Percent: readonly (readonly [number, number])[] = [
  [1, 0.06],
  [3, 0.036],
  [5, 0.028],
  [10, 0.024],
  [20, 0.0215],
  [50, 0.0235],
  [10000, 0.0235],
];
/** The threshold falls a little faster than the target, but slower for the smallest teams. */
function targetPower(agents: number): number {
  const share = Math.log(Math.max(3, Math.min(5, agents)) / 3) / Math.log(5 / 3);
  return 0.85 + share * (1.08 - 0.85);
}

/** Starting threshold for a team and a target ratio. */
export function startingThreshold(agents: number, target: number): number {
  const n = Math.max(1, agents);
  let i = 1;
  while (i < startAt3Percent.length - 1 && n > (startAt3Percent[i] as readonly [number, number])[0]) i++;
  const [n0, y0] = startAt3Percent[i - 1] as readonly [number, number];
  const [n1, y1] = startAt3Percent[i] as readonly [number, number];
  const share = Math.min(1, Math.log(n / n0) / Math.log(n1 / n0));
  return Math.exp(Math.log(y0) + share * (Math.log(y1) - Math.log(y0))) * (target / 0.03) ** targetPower(n);
}

export interface ControllerTuning {
  /** Step down on the logarithm per abandon. */
  readonly step: number;
  /** Extra step at the start, as a multiple, fading over `fade` answers. */
  readonly startBoost: number;
  readonly fade: number;
  /** Team from which the step shrinks: large teams answer so often that the same step would outrun its effect. */
  readonly largeTeam: number;
  /** Most that is taken off the target, as a share: a small team would end above it by chance alone. */
  readonly margin: number;
}

export const controllerDefaults: ControllerTuning = {
  step: 0.1,
  startBoost: 2,
  fade: 200,
  largeTeam: 100,
  margin: 0.015,
};

/** Limits of the learned offset: wide, since a clamp on one side alone would shift the mean. */
const LOWEST = -30;
const HIGHEST = 4;

export class ThresholdController {
  #offset = 0;
  #answers = 0;
  #agents = 1;
  #target = 0.03;
  readonly #tuning: ControllerTuning;

  constructor(tuning: ControllerTuning = controllerDefaults) {
    this.#tuning = tuning;
  }

  /** Learned offset on the logarithm of the threshold. */
  get offset(): number {
    return this.#offset;
  }

  /** An answer came to its end. `person`: the chance that it was one, where machines are not told apart. */
  count(abandoned: boolean, person: number): void {
    const { step, startBoost, fade, largeTeam, margin } = this.#tuning;
    const target = Math.max(1e-4, this.#target * (1 - Math.min(margin, 0.2 / this.#agents)));
    const size = Math.min(1, largeTeam / this.#agents) ** 0.7;
    const unit = person * step * size * (1 + startBoost * Math.exp(-this.#answers / fade));
    const move = abandoned ? target - 1 : target;
    this.#offset = Math.min(HIGHEST, Math.max(LOWEST, this.#offset + unit * move));
    this.#answers += person;
  }

  /**
   * The threshold for a team of this size and this target, which also hold for the answers counted next.
   * `allowance`: factor on the starting threshold.
   */
  threshold(agents: number, target: number, allowance = 1): number {
    this.#agents = Math.max(1, agents);
    this.#target = target;
    return Math.min(0.5, startingThreshold(agents, target) * allowance * Math.exp(this.#offset));
  }
}
