/**
 * The gate at the end of a stage: decides on intervals, never on points. `pass` when all conditions are shown to hold,
 * `fail` when one is shown not to, `inconclusive` otherwise, with how many more contacts would decide it.
 */

import { PLANNED_LOOK_SHARE, type RateTarget, testRate } from '../kpi/gate-test.js';
import { differenceInterval, exactInterval, type Interval, type Rate } from '../kpi/intervals.js';
import { type KpiCounts, type KpiId, kpiById } from '../kpi/kpis.js';
import { estimateProfile } from '../kpi/profile.js';
import { extensionSize } from '../kpi/sample-size.js';
import { rateStability } from '../kpi/stability.js';
import { type Said, said } from '../kpi/words.js';
import type { Measure } from './measure.js';
import type { GateConditions, StageName, StagePlan } from './model.js';

export type GateVerdict = 'pass' | 'fail' | 'inconclusive';

/** How one condition stands. */
export interface ConditionResult {
  readonly condition: string;
  readonly kpi: KpiId;
  readonly verdict: GateVerdict;
  readonly numerator: number;
  readonly denominator: number;
  readonly interval: Interval;
  readonly target: number;
  /** Name of the test. */
  readonly test: string;
  /** Code of the test, for other languages; absent in records of before there were codes. */
  readonly testCode?: 'exact' | 'anytime' | 'difference' | 'trend';
  /** One sentence. */
  readonly text: string;
  /** The sentence for other languages; absent in records of before there were codes. */
  readonly said?: Said;
  /** Further trials of the KPI's denominator that would decide it if the rate stays; absent where none would. */
  readonly furtherTrials?: number;
}

export interface GateDecision {
  readonly decision: GateVerdict;
  /** One line with the figures that decided. */
  readonly evidence: string;
  /** The evidence for other languages, a part for each condition. */
  readonly said: readonly Said[];
  readonly conditions: readonly ConditionResult[];
  /** When inconclusive: further contacts of the list to try, and why; absent where more would not help. */
  readonly extension?: { readonly contacts: number; readonly why: string; readonly said: readonly Said[] };
}

export interface GateContext {
  readonly conditions: GateConditions | undefined;
  readonly measure: Measure;
  /** Contacts of the stage: what the rates per contact are taken from. */
  readonly contacts: number;
  /** Extensions so far. */
  readonly extensions: number;
  /** The validation's measure, for the comparison of the pilot with it. */
  readonly validation?: Measure;
}

const RATES: readonly {
  readonly field: keyof GateConditions;
  readonly kpi: KpiId;
  readonly kind: RateTarget['kind'];
}[] = [
  { field: 'maximumAbandonRatio', kpi: 'abandon-rate', kind: 'maximum' },
  { field: 'minimumContactRate', kpi: 'contact-rate', kind: 'minimum' },
  { field: 'minimumSuccessRate', kpi: 'success-rate', kind: 'minimum' },
  { field: 'maximumRefusalRate', kpi: 'refusal-rate', kind: 'maximum' },
  { field: 'maximumOptOutRate', kpi: 'opt-out-rate', kind: 'maximum' },
];

export const DEFAULT_EXTENSIONS = 3;
const SIZELESS: readonly string[] = ['maximumSuccessGap', 'stableSuccessRate'];

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function range({ low, high }: Interval): string {
  return `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)} %`;
}

const VERDICTS: Readonly<Record<GateVerdict, string>> = {
  pass: 'met',
  fail: 'not met',
  inconclusive: 'not decided',
};

function rateOf(kpi: KpiId, counts: Readonly<KpiCounts>): Rate {
  const { numerator, denominator } = kpiById(kpi).of(counts);
  return { events: numerator, trials: denominator };
}

/** How much the trials of a KPI cluster, judged over blocks of time; 1 where there is too little to judge. */
export function dispersionOf(kpi: KpiId, measure: Measure): number {
  const blocks = measure.blocks.map(({ at, counts }) => {
    const { events, trials } = rateOf(kpi, counts);
    return { at: at / 1000, successes: events, trials };
  });
  const { dispersion, degreesOfFreedom } = estimateProfile(blocks);
  // From a handful of blocks an estimate is worth nothing.
  return degreesOfFreedom >= 12 ? dispersion : 1;
}

function judgeRate(
  context: GateContext,
  field: keyof GateConditions,
  kpi: KpiId,
  target: RateTarget,
): ConditionResult {
  const { measure, extensions, conditions } = context;
  const confidence = conditions?.confidence ?? 0.95;
  const rate = rateOf(kpi, measure.total);
  const dispersion = dispersionOf(kpi, measure);
  const definition = kpiById(kpi);
  const extendable = (conditions?.maximumExtensions ?? DEFAULT_EXTENSIONS) > 0;
  const { verdict, interval, test } = testRate(rate, target, {
    confidence,
    extendable,
    extensions,
    dispersion,
  });
  const bound = `${target.kind === 'minimum' ? 'at least' : 'at most'} ${percent(target.rate)}`;
  const stated =
    rate.trials === 0
      ? `${definition.name} 0/0, ${bound}: nothing to judge`
      : `${definition.name} ${percent(rate.events / rate.trials)} (${rate.events}/${rate.trials}, ${percent(confidence)} interval ${range(interval)}), ${bound}: ${VERDICTS[verdict]}`;
  const share = { kpi, numerator: rate.events, denominator: rate.trials, limit: target.rate };
  const least = target.kind === 'minimum';
  const further =
    verdict === 'inconclusive'
      ? extensionSize(rate, target, { confidence, dispersion })
      : Number.POSITIVE_INFINITY;
  return {
    condition: field,
    kpi,
    verdict,
    numerator: rate.events,
    denominator: rate.trials,
    interval,
    target: target.rate,
    test:
      test === 'exact'
        ? 'exact binomial (Clopper-Pearson) at the planned look'
        : 'mixture likelihood ratio, valid at any time',
    testCode: test,
    text: stated,
    said:
      rate.trials === 0
        ? said(least ? 'nothing_at_least' : 'nothing_at_most', share)
        : said(least ? 'at_least' : 'at_most', {
            ...share,
            rate: rate.events / rate.trials,
            confidence,
            low: interval.low,
            high: interval.high,
            verdict,
          }),
    ...(Number.isFinite(further) ? { furtherTrials: further } : {}),
  };
}

/**
 * Confidence of one look of a test that is valid for one look only: the planned look and those after the extensions share
 * the error as the tests of rates do, four fifths and one fifth, so that in all it stays what is stated (Bonferroni).
 */
function confidenceOfLook({ conditions, extensions }: GateContext): number {
  const error = 1 - (conditions?.confidence ?? 0.95);
  const most = conditions?.maximumExtensions ?? DEFAULT_EXTENSIONS;
  if (most === 0) return 1 - error;
  return 1 - (extensions === 0 ? PLANNED_LOOK_SHARE * error : ((1 - PLANNED_LOOK_SHARE) * error) / most);
}

/** Pilot against validation: how far ordinary teams are from the best one. */
function judgeGap(context: GateContext, gap: number): ConditionResult {
  const confidence = confidenceOfLook(context);
  const pilot = rateOf('success-rate', context.measure.total);
  const best =
    context.validation === undefined
      ? { events: 0, trials: 0 }
      : rateOf('success-rate', context.validation.total);
  const { difference, low, high } = differenceInterval(
    pilot,
    best,
    confidence,
    dispersionOf('success-rate', context.measure),
  );
  const verdict: GateVerdict =
    difference === undefined ? 'inconclusive' : low >= -gap ? 'pass' : high < -gap ? 'fail' : 'inconclusive';
  const bound = `at most ${percent(gap)} below the validation`;
  return {
    condition: 'maximumSuccessGap',
    kpi: 'success-rate',
    verdict,
    numerator: pilot.events,
    denominator: pilot.trials,
    interval: { low, high },
    target: -gap,
    test: 'interval of the difference (Newcombe)',
    testCode: 'difference',
    said:
      difference === undefined
        ? said('gap_nothing', { gap })
        : said('gap', { gap, difference, confidence, low, high, verdict }),
    text:
      difference === undefined
        ? `success rate against the validation, ${bound}: nothing to compare`
        : `success rate ${percent(difference)} from the validation's (${percent(confidence)} interval ${range({ low, high })}), ${bound}: ${VERDICTS[verdict]}`,
  };
}

/** The success rate in a dozen periods of about equal length over what was measured, in order; some may be empty. */
export function successPeriods({ blocks }: Pick<Measure, 'blocks'>): (Rate & { readonly from: number })[] {
  const first = blocks[0]?.at ?? 0;
  const span = (blocks[blocks.length - 1]?.at ?? first) - first + 1;
  const periods = Array.from({ length: 12 }, (_, i) => ({
    from: first + (i * span) / 12,
    events: 0,
    trials: 0,
  }));
  for (const { at, counts } of blocks) {
    const period = periods[Math.floor((12 * (at - first)) / span)];
    if (period === undefined) continue;
    period.events += counts.successes;
    period.trials += counts.contacts;
  }
  return periods;
}

function judgeStability(context: GateContext): ConditionResult {
  const rate = rateOf('success-rate', context.measure.total);
  const filled = successPeriods(context.measure).filter(({ trials }) => trials > 0);
  const confidence = context.conditions?.confidence ?? 0.95;
  const stability = rateStability(
    filled,
    confidenceOfLook(context),
    dispersionOf('success-rate', context.measure),
  );
  const verdict: GateVerdict =
    stability.verdict === 'stable' ? 'pass' : stability.verdict === 'drifting' ? 'fail' : 'inconclusive';
  return {
    condition: 'stableSuccessRate',
    kpi: 'success-rate',
    verdict,
    numerator: rate.events,
    denominator: rate.trials,
    interval: exactInterval(rate, confidence),
    target: 0,
    test: 'Cochran-Armitage trend test',
    testCode: 'trend',
    said: stability.said,
    text: `success rate stable over the stage: ${stability.text}`,
  };
}

/** Judges all conditions. Without conditions the gate passes; a condition with nothing to judge is inconclusive. */
export function decideGate(context: GateContext): GateDecision {
  const { conditions, measure } = context;
  const results: ConditionResult[] = [];
  for (const { field, kpi, kind } of RATES) {
    const rate = conditions?.[field];
    if (typeof rate === 'number') results.push(judgeRate(context, field, kpi, { kind, rate }));
  }
  if (conditions?.maximumSuccessGap !== undefined)
    results.push(judgeGap(context, conditions.maximumSuccessGap));
  if (conditions?.stableSuccessRate === true) results.push(judgeStability(context));
  if (results.length === 0) {
    const { attempts, answers, abandoned } = measure.total;
    const evidence = `no conditions set; ${attempts} attempts, abandon rate ${answers === 0 ? '0/0' : `${percent(abandoned / answers)} (${abandoned}/${answers})`}`;
    const none = said('no_conditions', { attempts, numerator: abandoned, denominator: answers });
    return { decision: 'pass', evidence, said: [none], conditions: [] };
  }
  const evidence = results.map(({ text }) => text).join('; ');
  const words = results.flatMap((result) => result.said ?? []);
  if (results.some(({ verdict }) => verdict === 'fail'))
    return { decision: 'fail', evidence, said: words, conditions: results };
  const open = results.filter(({ verdict }) => verdict === 'inconclusive');
  if (open.length === 0) return { decision: 'pass', evidence, said: words, conditions: results };
  const extension = extensionFor(context, open);
  return {
    decision: 'inconclusive',
    evidence,
    said: words,
    conditions: results,
    ...(extension === undefined ? {} : { extension }),
  };
}

/** Contacts that bring the trials that the undecided conditions still need, at the stage's own yield of trials a contact. */
function extensionFor(
  { contacts, extensions, conditions }: GateContext,
  open: readonly ConditionResult[],
): GateDecision['extension'] {
  if (extensions >= (conditions?.maximumExtensions ?? DEFAULT_EXTENSIONS)) return undefined;
  let needed = 0;
  let why = '';
  let words: readonly Said[] = [];
  for (const { condition, furtherTrials, denominator, text, kpi, said: first } of open) {
    // Comparisons and trends have no size of their own: half as much again is tried.
    const trials = furtherTrials ?? (SIZELESS.includes(condition) ? Math.ceil(denominator / 2) : undefined);
    if (trials === undefined || denominator === 0 || contacts === 0) return undefined;
    const more = Math.ceil((trials * contacts) / denominator);
    if (more <= needed) continue;
    needed = more;
    why = `${text}; about ${trials} more ${kpiById(kpi).denominator} would decide it, ${more} contacts at the yield so far (${denominator} from ${contacts})`;
    words = [
      ...(first === undefined ? [] : [first]),
      said('extension', { kpi, trials, more, denominator, contacts }),
    ];
  }
  return needed === 0 ? undefined : { contacts: needed, why, said: words };
}

/** A condition of a stage's gate that no sample can ever show, with the remedy; undefined when all can be met. */
export function impossibleCondition(
  stages: Readonly<Record<StageName, StagePlan>>,
  stage: StageName,
): string | undefined {
  const conditions = stages[stage].gate ?? {};
  if (conditions.maximumSuccessGap !== undefined) {
    if (stage !== 'pilot')
      return 'maximumSuccessGap: it compares the pilot with the validation, set it in stages.pilot.gate';
    const { contacts, share } = stages.validation;
    if ((contacts ?? share ?? 0) <= 0)
      return 'maximumSuccessGap: the validation calls nobody to compare the pilot with, set stages.validation.contacts';
  }
  for (const { field, kind } of RATES) {
    const rate = conditions[field];
    if (typeof rate !== 'number') continue;
    if (kind === 'maximum' && rate <= 0)
      return `${field}: no sample can show a rate of 0, ask for at most 0.03 (3 %), say`;
    if (kind === 'minimum' && rate >= 1)
      return `${field}: no sample can show a rate of 1, ask for at least 0.95, say`;
  }
  return undefined;
}
