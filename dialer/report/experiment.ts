/** The variants of a campaign's script as an experiment: who is better, or whether to go on. */
import { dispersionOf } from '../core/gates.js';
import type { Measure } from '../core/measure.js';
import type { CampaignSettings } from '../core/model.js';
import { type AbTest, type AbTestOptions, compareVariants } from '../kpi/ab-test.js';
import { type KpiId, kpiById } from '../kpi/kpis.js';
import { type KpiValue, kpiValues } from './kpi-values.js';

export const DEFAULT_RELEVANT_DIFFERENCE = 0.02;

export interface ExperimentVariant {
  /** Id and version. */
  readonly script: string;
  readonly weight: number;
  readonly attempts: number;
  readonly kpis: readonly KpiValue[];
}

export interface Experiment extends AbTest {
  readonly kpi: KpiId;
  /** The present versions, in the order of the settings. */
  readonly variants: readonly ExperimentVariant[];
  /** Earlier versions that were called with in this stage; they are not compared. */
  readonly earlier: readonly string[];
}

/** A KPI that variants of a script can be compared by. */
export const EXPERIMENT_KPIS = [
  'success-rate',
  'refusal-rate',
  'opt-out-rate',
  'complaint-rate',
  'short-call-rate',
] as const satisfies readonly KpiId[];

export interface ExperimentOptions extends Pick<AbTestOptions, 'relevantDifference' | 'confidence'> {
  readonly kpi?: (typeof EXPERIMENT_KPIS)[number];
}

/**
 * Compares the present versions of the scripts that take contacts. Undefined with fewer than two of them: a version that was
 * called with earlier is not compared, as nobody was assigned to it by chance at the same time.
 *
 * @param measure of one stage, by script
 */
export function experimentOf(
  { scripts = [] }: CampaignSettings,
  measure: Measure,
  options: ExperimentOptions = {},
): Experiment | undefined {
  const { kpi = 'success-rate', relevantDifference = DEFAULT_RELEVANT_DIFFERENCE, ...rest } = options;
  const definition = kpiById(kpi);
  const counted = measure.segments['script'] ?? {};
  const present = scripts.flatMap(({ id, version, weight = 1 }) =>
    weight > 0 ? [{ script: `${id}@${version}`, weight }] : [],
  );
  if (present.length < 2) return undefined;
  const rateOf = (script: string) => {
    const counts = counted[script];
    if (counts === undefined) return { events: 0, trials: 0 };
    const { numerator, denominator } = definition.of(counts);
    return { events: numerator, trials: denominator };
  };
  const test = compareVariants(
    present.map(({ script }) => ({ name: script, ...rateOf(script) })),
    {
      ...rest,
      relevantDifference,
      bad: definition.bad ?? 'drop',
      dispersion: dispersionOf(kpi, measure),
    },
  );
  return {
    ...test,
    kpi,
    variants: present.map(({ script, weight }) => ({
      script,
      weight,
      attempts: counted[script]?.attempts ?? 0,
      kpis: counted[script] === undefined ? [] : kpiValues(counted[script]),
    })),
    earlier: Object.keys(counted).filter((script) => present.every((each) => each.script !== script)),
  };
}
