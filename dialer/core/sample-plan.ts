/**
 * How large the sample of a stage has to be: what its plan asks for, and at least what its gate needs to be able to
 * decide. The operator sees the calculation.
 */

import type { RateTarget } from '../kpi/gate-test.js';
import { type KpiId, kpiById } from '../kpi/kpis.js';
import { plannedSampleSize, trialsToShowAtMost } from '../kpi/sample-size.js';
import { DEFAULT_EXTENSIONS } from './gates.js';
import type { ExpectedRates, GateConditions, StagePlan } from './model.js';

/** One condition's part in the size of the sample. */
export interface SampleCalculation {
  readonly condition: string;
  readonly kpi: KpiId;
  readonly target: number;
  /** The rate that is expected, and that the sample has to be large enough for. */
  readonly expected: number;
  readonly confidence: number;
  readonly power: number;
  readonly trials: number;
  /** Trials of the KPI's denominator that a contact is expected to bring. */
  readonly trialsPerContact: number;
  readonly contacts: number;
  readonly text: string;
}

export interface SamplePlan {
  /** Contacts to draw. */
  readonly contacts: number;
  /** What the plan alone asks for. */
  readonly asked: number;
  /** The gate needs more than the plan asks for. */
  readonly grown: boolean;
  /** The gate needs more contacts than the list has: it will not be able to decide. */
  readonly short: boolean;
  readonly calculations: readonly SampleCalculation[];
  /** One line. */
  readonly text: string;
}

/** What is assumed where the campaign says nothing: a plain list called at good hours. */
export const EXPECTED_RATES: ExpectedRates = {
  answerRate: 0.3,
  contactRate: 0.25,
  abandonRatio: 0.01,
};
const POWER = 0.8;
/** A rate without an expectation is hoped to be so much better than its target. */
const HOPED = { minimum: 1.3, maximum: 0.5 } as const;

const CONDITIONS: readonly {
  readonly field: keyof GateConditions;
  readonly kpi: KpiId;
  readonly kind: RateTarget['kind'];
  readonly expected: (rates: ExpectedRates) => number | undefined;
  readonly trialsPerContact: (rates: ExpectedRates) => number;
}[] = [
  {
    field: 'maximumAbandonRatio',
    kpi: 'abandon-rate',
    kind: 'maximum',
    expected: (r) => r.abandonRatio,
    trialsPerContact: (r) => r.answerRate,
  },
  {
    field: 'minimumContactRate',
    kpi: 'contact-rate',
    kind: 'minimum',
    expected: (r) => r.contactRate,
    trialsPerContact: () => 1,
  },
  {
    field: 'minimumSuccessRate',
    kpi: 'success-rate',
    kind: 'minimum',
    expected: (r) => r.successRate,
    trialsPerContact: (r) => r.contactRate,
  },
  {
    field: 'maximumRefusalRate',
    kpi: 'refusal-rate',
    kind: 'maximum',
    expected: (r) => r.refusalRate,
    trialsPerContact: (r) => r.contactRate,
  },
  {
    field: 'maximumOptOutRate',
    kpi: 'opt-out-rate',
    kind: 'maximum',
    expected: (r) => r.optOutRate,
    trialsPerContact: (r) => r.answerRate,
  },
];

/** Contacts that the plan itself asks for, of a list of `total`. */
export function askedContacts({ contacts, share }: StagePlan, total: number): number {
  if (contacts !== undefined) return Math.max(0, Math.floor(contacts));
  if (share === undefined || share <= 0 || total === 0) return 0;
  return Math.max(1, Math.round(share * total));
}

/**
 * Plans the sample of a stage. A stage that draws nobody stays empty, whatever its gate says; where the gate's need is
 * out of reach the whole list is not drawn: the plan says that it is short.
 */
export function planSample(
  plan: StagePlan,
  total: number,
  expected: Partial<ExpectedRates> = {},
): SamplePlan {
  const wished = askedContacts(plan, total);
  const asked = Math.min(wished, total);
  const conditions = plan.gate ?? {};
  const given: ExpectedRates = { ...EXPECTED_RATES, ...expected };
  const confidence = conditions.confidence ?? 0.95;
  const extendable = (conditions.maximumExtensions ?? DEFAULT_EXTENSIONS) > 0;
  const calculations: SampleCalculation[] = [];
  if (asked > 0)
    for (const { field, kpi, kind, expected: rateOf, trialsPerContact } of CONDITIONS) {
      const target = conditions[field];
      if (typeof target !== 'number') continue;
      const stated = rateOf(given);
      const right = stated !== undefined && (kind === 'minimum' ? stated > target : stated < target);
      const truth = right ? stated : Math.min(target * HOPED[kind], (1 + target) / 2);
      const trials = plannedSampleSize({ kind, rate: target }, truth, {
        confidence,
        power: POWER,
        extendable,
      });
      const yieldOf = trialsPerContact(given);
      const contacts = Math.ceil(trials / yieldOf);
      const definition = kpiById(kpi);
      const least =
        kind === 'maximum'
          ? ` (at least ${[0, 1, 2].map((events) => trialsToShowAtMost(target, events, confidence)).join(', ')} with 0, 1, 2 of them)`
          : '';
      calculations.push({
        condition: field,
        kpi,
        target,
        expected: truth,
        confidence,
        power: POWER,
        trials,
        trialsPerContact: yieldOf,
        contacts,
        text: `to show ${definition.name} ${kind === 'minimum' ? 'at least' : 'at most'} ${(100 * target).toFixed(1)} % with ${(100 * confidence).toFixed(0)} % confidence and ${100 * POWER} % power at an expected ${(100 * truth).toFixed(1)} % takes ${trials} ${definition.denominator}${least}, about ${contacts} contacts at ${yieldOf} a contact`,
      });
    }
  const needed = Math.max(0, ...calculations.map(({ contacts }) => contacts));
  const short = needed > total;
  const contacts = short ? asked : Math.max(asked, needed);
  const grown = contacts > asked;
  const text = short
    ? `the gate needs about ${needed} contacts and the list has ${total}: ask for less, or load a larger list; ${asked} are drawn and the gate will probably not be able to decide`
    : grown
      ? `${contacts} contacts instead of ${asked}, because ${calculations.find((c) => c.contacts === needed)?.text ?? ''}`
      : wished > total
        ? `the plan asks for ${wished} contacts and the list has ${total}: all of it is drawn${needed > 0 ? `; the gate needs about ${needed}` : ''}`
        : `${contacts} contacts, as planned${needed > 0 ? `; the gate needs about ${needed}` : ''}`;
  return { contacts, asked, grown, short, calculations, text };
}
