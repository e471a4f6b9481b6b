/**
 * The evaluation report of a stage: everything the business needs to judge a validation or a pilot. Data only, made from the
 * same measures as the gate; how it looks is elsewhere.
 */
import { decideGate, dispersionOf, type GateDecision, successPeriods } from '../core/gates.js';
import type { Measure } from '../core/measure.js';
import {
  type CampaignRecord,
  type CampaignSettings,
  type EpochMilliseconds,
  type GateRecord,
  type HaltRecord,
  machineDisposition,
  noDisposition,
  type SampleReport,
  type StageName,
  wrongNumberDisposition,
} from '../core/model.js';
import type { AbandonView } from '../core/view.js';
import { differenceInterval, wilsonInterval } from '../kpi/intervals.js';
import { costPerSuccess, KPIS, type KpiCounts, type KpiId } from '../kpi/kpis.js';
import { rateStability, type Stability } from '../kpi/stability.js';
import type { ProductionForecast } from '../what-if/forecast.js';
import { type AgentSpread, agentSpread } from './agent-spread.js';
import { type Experiment, experimentOf } from './experiment.js';
import { type KpiValue, kpiValues } from './kpi-values.js';
import { type TierSpread, tierSpread } from './tier-spread.js';

/** What the stage has to be measured by for a report. */
export const REPORT_DIMENSIONS = [
  'team',
  'tier',
  'agent',
  'script',
  'offer',
  'source',
  'caller-id',
  'hour',
] as const;
/** Rows of one dimension at most; those with the fewest attempts are left out. */
const MOST_ROWS = 40;

export interface ReportInput {
  readonly record: CampaignRecord;
  readonly stage: StageName;
  /** Of the stage, by `REPORT_DIMENSIONS`. */
  readonly measure: Measure;
  /** Of the validation, when another stage is reported. */
  readonly validation?: Measure;
  /** Contacts of the stage. */
  readonly contacts: number;
  readonly sample?: SampleReport;
  readonly abandon: AbandonView;
  /** A forecast for production, or why there is none. */
  readonly forecast?: ProductionForecast | string;
  readonly now: EpochMilliseconds;
}

export interface ReportRow {
  readonly value: string;
  readonly attempts: number;
  readonly costPerSuccess?: number;
  readonly kpis: readonly KpiValue[];
}

export interface ReportSegment {
  readonly dimension: (typeof REPORT_DIMENSIONS)[number];
  readonly rows: readonly ReportRow[];
  /** Values that are left out for want of room. */
  readonly omitted: number;
}

export type DispositionMeaning =
  | 'success'
  | 'refusal'
  | 'opt-out'
  | 'complaint'
  | 'machine'
  | 'wrong number'
  | 'not stated'
  | '';

export interface DispositionRow {
  readonly disposition: string;
  readonly meaning: DispositionMeaning;
  readonly count: number;
  /** Of all dispositions, 0–1, with Wilson's 95 % interval. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

export interface RateDifference {
  readonly kpi: KpiId;
  readonly name: string;
  readonly pilot: number;
  readonly validation: number;
  /** pilot − validation, with Newcombe's 95 % interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** The interval leaves 0 out. */
  readonly beyondChance: boolean;
}

export interface ReportPeriod {
  readonly from: EpochMilliseconds;
  readonly successes: number;
  readonly contacts: number;
  readonly rate?: number;
  readonly low?: number;
  readonly high?: number;
}

export interface HourRow {
  /** Local hour of the called party, `00` to `23`. */
  readonly hour: string;
  readonly attempts: number;
  readonly contacts: number;
  readonly successes: number;
  /** Contacts ÷ attempts, with Wilson's 95 % interval. */
  readonly contactRate: number;
  readonly low: number;
  readonly high: number;
  /** The interval lies above the rate of the whole stage. */
  readonly better: boolean;
}

export interface EvaluationReport {
  readonly campaign: {
    readonly id: string;
    readonly name: string;
    readonly purpose: string;
    readonly status: string;
    /** The stage that the campaign is in now. */
    readonly stage: StageName;
    readonly startedAt?: EpochMilliseconds;
  };
  readonly stage: StageName;
  readonly generatedAt: EpochMilliseconds;
  /** First and last attempts that are reported; absent without any. */
  readonly period?: { readonly from: EpochMilliseconds; readonly to: EpochMilliseconds };
  readonly counts: KpiCounts;
  readonly contacts: number;
  /** The stage's goals against its results, as of now. */
  readonly goals: GateDecision;
  /** What the gate of the stage decided, the newest last. */
  readonly gates: readonly GateRecord[];
  readonly kpis: readonly KpiValue[];
  readonly costPerSuccess?: number;
  readonly segments: readonly ReportSegment[];
  readonly dispositions: readonly DispositionRow[];
  /** Dispositions by which people refuse, opt out or complain: the most frequent first. */
  readonly refusalReasons: readonly DispositionRow[];
  /** Attempts by how they ended. */
  readonly outcomes: readonly { readonly outcome: string; readonly count: number }[];
  readonly agents: AgentSpread;
  readonly tiers: TierSpread;
  readonly hours: readonly HourRow[];
  readonly sample?: SampleReport;
  /** Pilot against validation; empty where there is nothing to compare. */
  readonly comparison: readonly RateDifference[];
  readonly stability: Stability & { readonly periods: readonly ReportPeriod[] };
  readonly abandon: AbandonView;
  readonly halts: readonly HaltRecord[];
  /** Variants of the script, compared; absent with fewer than two. */
  readonly experiment?: Experiment;
  readonly forecast?: ProductionForecast;
  /** Why there is no forecast, where one was asked for. */
  readonly noForecast?: string;
}

export function buildReport(input: ReportInput): EvaluationReport {
  const { record, stage, measure, validation, contacts, sample, abandon, forecast, now } = input;
  const { settings, progress } = record;
  const gates = (progress?.gates ?? []).filter((gate) => gate.stage === stage);
  const goals = decideGate({
    conditions: settings.stages[stage].gate,
    measure,
    contacts,
    extensions: gates.filter(({ extendedBy }) => extendedBy !== undefined).length,
    ...(validation === undefined ? {} : { validation }),
  });
  const cost = costPerSuccess(measure.total, settings.prices ?? {});
  const dispositions = dispositionRows(measure, settings);
  const experiment = experimentOf(settings, measure);
  const first = measure.blocks[0];
  const last = measure.blocks[measure.blocks.length - 1];
  const periods = successPeriods(measure);
  return {
    campaign: {
      id: settings.id,
      name: settings.name,
      purpose: settings.purpose,
      status: record.status,
      stage: record.stage,
      ...(record.startedAt === undefined ? {} : { startedAt: record.startedAt }),
    },
    stage,
    generatedAt: now,
    ...(first === undefined || last === undefined
      ? {}
      : { period: { from: first.at, to: last.at + 300_000 } }),
    counts: measure.total,
    contacts,
    goals,
    gates,
    kpis: kpiValues(measure.total),
    ...(cost === undefined ? {} : { costPerSuccess: cost }),
    segments: segmentsOf(measure, settings),
    dispositions,
    refusalReasons: dispositions.filter(({ meaning }) =>
      ['refusal', 'opt-out', 'complaint'].includes(meaning),
    ),
    outcomes: Object.entries(measure.outcomes)
      .map(([outcome, count]) => ({ outcome, count }))
      .sort((a, b) => b.count - a.count),
    agents: agentSpread(measure.segments['agent'] ?? {}),
    tiers: tierSpread(measure, stage === 'validation' ? undefined : validation),
    hours: hourRows(measure),
    ...(sample === undefined ? {} : { sample }),
    comparison: stage === 'pilot' && validation !== undefined ? compare(measure, validation) : [],
    stability: {
      ...rateStability(
        periods.filter(({ trials }) => trials > 0),
        0.95,
        dispersionOf('success-rate', measure),
      ),
      periods: periods.map(({ from, events, trials }) => ({
        from,
        successes: events,
        contacts: trials,
        ...(trials === 0 ? {} : { rate: events / trials, ...wilsonInterval({ events, trials }) }),
      })),
    },
    abandon,
    halts: (progress?.halts ?? []).filter((halt) => halt.stage === stage),
    ...(experiment === undefined ? {} : { experiment }),
    ...(forecast === undefined ? {} : typeof forecast === 'string' ? { noForecast: forecast } : { forecast }),
  };
}

function segmentsOf(measure: Measure, { prices = {} }: CampaignSettings): ReportSegment[] {
  return REPORT_DIMENSIONS.flatMap((dimension): ReportSegment[] => {
    const all = Object.entries(measure.segments[dimension] ?? {});
    if (all.length === 0) return [];
    const shown = new Set(
      [...all]
        .sort(([, a], [, b]) => b.attempts - a.attempts)
        .slice(0, MOST_ROWS)
        .map(([value]) => value),
    );
    const rows = all
      .filter(([value]) => shown.has(value))
      .map(([value, counts]) => {
        const cost = costPerSuccess(counts, prices);
        return {
          value,
          attempts: counts.attempts,
          ...(cost === undefined ? {} : { costPerSuccess: cost }),
          kpis: kpiValues(counts),
        };
      });
    return [{ dimension, rows, omitted: all.length - rows.length }];
  });
}

function meaningOf(word: string, settings: CampaignSettings): DispositionMeaning {
  if (settings.optOutDispositions.includes(word)) return 'opt-out';
  if (settings.complaintDispositions?.includes(word) === true) return 'complaint';
  if (settings.successDispositions.includes(word)) return 'success';
  if (settings.refusalDispositions.includes(word)) return 'refusal';
  if (word === machineDisposition) return 'machine';
  if (word === wrongNumberDisposition) return 'wrong number';
  return word === noDisposition ? 'not stated' : '';
}

function dispositionRows({ dispositions }: Measure, settings: CampaignSettings): DispositionRow[] {
  const trials = Object.values(dispositions).reduce((sum, count) => sum + count, 0);
  return Object.entries(dispositions)
    .map(([disposition, count]) => ({
      disposition,
      meaning: meaningOf(disposition, settings),
      count,
      share: count / trials,
      ...wilsonInterval({ events: count, trials }),
    }))
    .sort((a, b) => b.count - a.count || (a.disposition < b.disposition ? -1 : 1));
}

function hourRows(measure: Measure): HourRow[] {
  const { contacts: all, attempts: tried } = measure.total;
  const whole = tried === 0 ? 0 : all / tried;
  return Object.entries(measure.segments['hour'] ?? {})
    .map(([hour, { attempts, contacts, successes }]) => {
      const interval = wilsonInterval({ events: contacts, trials: attempts });
      return {
        hour,
        attempts,
        contacts,
        successes,
        contactRate: attempts === 0 ? 0 : contacts / attempts,
        ...interval,
        better: interval.low > whole,
      };
    })
    .sort((a, b) => (a.hour < b.hour ? -1 : 1));
}

function compare(pilot: Measure, validation: Measure): RateDifference[] {
  return KPIS.flatMap(({ id, name, unit, of }): RateDifference[] => {
    if (unit !== 'share') return [];
    const [ours, theirs] = [of(pilot.total), of(validation.total)];
    const { difference, low, high } = differenceInterval(
      { events: ours.numerator, trials: ours.denominator },
      { events: theirs.numerator, trials: theirs.denominator },
      0.95,
      dispersionOf(id, pilot),
    );
    if (difference === undefined) return [];
    return [
      {
        kpi: id,
        name,
        pilot: ours.numerator / ours.denominator,
        validation: theirs.numerator / theirs.denominator,
        difference,
        low,
        high,
        beyondChance: low > 0 || high < 0,
      },
    ];
  });
}
