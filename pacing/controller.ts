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
  [3, 0.0385],
  [5, 0.0295],
  [10, 0.024],
  [20, 0.0215],
  [50, 0.0235],
  [10000, 0.0235],
];
const logStartAt3Percent = startAt3Percent.map(([n, y]) => [n, Math.log(y)] as const);
/** Power of the target that the threshold follows, by simulation at 1 %: least for the smallest teams; [agents, power]. */
const targetPowers: readonly (readonly [number, number])[] = [
  [3, 0.8],
  [5, 1],
  [20, 1.05],
];

/** The value for a team of n in a table by team size, on a straight line over the logarithm of the size. */
function bySize(table: readonly (readonly [number, number])[], n: number): number {
  let i = 1;
  while (i < table.length - 1 && n > (table[i] as readonly [number, number])[0]) i++;
  const [n0, y0] = table[i - 1] as readonly [number, number];
  const [n1, y1] = table[i] as readonly [number, number];
  const share = Math.min(1, Math.max(0, Math.log(n / n0) / Math.log(n1 / n0)));
  return y0 + share * (y1 - y0);
}

/** Starting threshold for a team and a target ratio. */
export function startingThreshold(agents: number, target: number): number {
  const n = Math.max(1, agents);
  return Math.exp(bySize(logStartAt3Percent, n)) * (target / 0.03) ** bySize(targetPowers, n);
}

export interface ControllerTuning {
  /** Step down on the logarithm per abandon, once much has been counted. */
  readonly step: number;
  /**
   * Variance, on the logarithm, of what a team turns out to need about the starting threshold. The step begins
   * with it and falls as the expected abandons add up, as the gain of a Kalman filter does: a few abandons say
   * little, and a step that took them for more would make small teams' thresholds wander for hours.
   */
  readonly startVariance: number;
  /** Team from which the step shrinks: large teams answer so often that the same step would outrun its effect. */
  readonly largeTeam: number;
  /** Most that is taken off the target, as a share: a small team would end above it by chance alone. */
  readonly margin: number;
}

export const controllerDefaults: ControllerTuning = {
  step: 0.1,
  startVariance: 0.2,
  largeTeam: 100,
  margin: 0.015,
};

/** Limits of the learned offset: wide, since a clamp on one side alone would shift the mean. */
const LOWEST = -30;
const HIGHEST = 4;

export class ThresholdController {
  #offset = 0;
  /** Abandons that the target stood for so far. */
  #expected = 0;
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
    const { step, startVariance, largeTeam, margin } = this.#tuning;
    const target = Math.max(1e-4, this.#target * (1 - Math.min(margin, 0.2 / this.#agents)));
    this.#expected += person * target;
    const gain = Math.max(step, startVariance / (1 + startVariance * this.#expected));
    const unit = person * gain * Math.min(1, largeTeam / this.#agents) ** 0.7;
    const move = abandoned ? target - 1 : target;
    this.#offset = Math.min(HIGHEST, Math.max(LOWEST, this.#offset + unit * move));
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
