/**
 * Watches several KPIs of a campaign, each as a whole and by segment (team, script, source, caller id …), under one
 * budget of false alarms.
 *
 * Budgets add, because M minus the trials is a martingale for each stream: with n KPIs each has 1/n of the budget;
 * where there are segments half of that goes to the whole and half to the dimensions, in equal parts. The segments of one
 * dimension share out the trials between them, so that a threshold in a segment's own trials needs no division by the
 * number of segments.
 *
 * Where trials come in cohorts (first calls to contacts, second calls …) the whole is watched cohort by cohort, each against
 * the pilot's own: who did not answer is harder to reach the next time, and a list that is worked through would look like a
 * drop. Cohorts share out the trials as segments do. Segments are then watched in the first cohort, whose
 * mix does not change.
 */
import type { Rate } from './intervals.js';
import { createKpiMonitor, type KpiExplanation, type KpiMonitor, type KpiMonitorState } from './monitor.js';

export interface WatchedKpi {
  readonly kpi: string;
  readonly direction: 'drop' | 'rise';
  /** What the pilot measured over all. */
  readonly baseline: { readonly successes: number; readonly trials: number };
  /** Trials of this KPI per attempt, as in the pilot: turns the budget in attempts into one in trials. 0–1. */
  readonly trialsPerAttempt: number;
  /** What the pilot measured by segment: dimension → value → counts. A dimension named here is watched. */
  readonly segments?: Readonly<Record<string, Readonly<Record<string, Rate>>>>;
  /** What the pilot measured by cohort, the one that segments are watched in first. One that is not named is not watched. */
  readonly cohorts?: readonly (readonly [cohort: string, rate: Rate])[];
  readonly dispersion?: number;
  readonly hourOffsets?: readonly number[];
  readonly minTrials?: number;
}

export interface KpiWatchOptions {
  readonly kpis: readonly WatchedKpi[];
  /** Mean attempts of the campaign between two false alarms, over all its KPIs and segments together. */
  readonly falseAlarm: { readonly meanAttempts: number };
  /** The hour 0–23 of an instant in seconds. Default UTC. */
  readonly hourOf?: (at: number) => number;
}

export interface KpiAlarm {
  readonly kpi: string;
  /** Absent: the campaign as a whole. */
  readonly segment?: { readonly dimension: string; readonly value: string };
  /** Where trials come in cohorts: whose trials they are. */
  readonly cohort?: string;
  readonly since?: number;
  readonly explanation: KpiExplanation;
}

/** How a segment stands, for the analysis after a halt; the worst has the largest statistic. */
export interface SegmentStanding {
  readonly dimension: string;
  readonly value: string;
  /** Statistic ÷ threshold. */
  readonly evidence: number;
  readonly successes: number;
  readonly trials: number;
  readonly baselineRate: number | undefined;
}

/** All that a watch has learnt: by KPI, for the whole and by dimension and value. */
export type KpiWatchState<State = KpiMonitorState> = readonly {
  readonly kpi: string;
  readonly whole: readonly (readonly [cohort: string, state: State])[];
  readonly segments: readonly {
    readonly dimension: string;
    readonly values: readonly (readonly [value: string, state: State])[];
  }[];
}[];

export interface KpiWatch {
  /**
   * `segments`: the trial's value in each dimension; dimensions and cohorts that are not watched are ignored. Without a
   * cohort it is one of the first. Returns new alarms.
   */
  observe(
    kpi: string,
    success: boolean,
    at: number,
    segments?: Readonly<Record<string, string>>,
    cohort?: string,
  ): readonly KpiAlarm[];
  /** All alarms that stand. */
  alarms(at: number): readonly KpiAlarm[];
  /** Segments of a KPI, the worst first. */
  standings(kpi: string, at: number): readonly SegmentStanding[];
  /** The whole's verdict on a KPI; of the cohort with the most evidence of a change. */
  explanation(kpi: string, at: number): KpiExplanation | undefined;
  clear(at: number): void;
  state(): KpiWatchState;
  /** Monitors that it has made: what its state takes to write down. */
  readonly monitors: number;
}

/** More segments than this in one dimension are not watched singly (bounded memory). */
const MAXIMUM_SEGMENTS = 1_000;
/** A segment's baseline never leans less on the whole than by so many trials. */
const LEAST_SHRINKAGE = 20;

/**
 * Trials' worth of the overall rate that a segment's own rate is shrunk by: p(1 − p)/τ² with τ² the spread between
 * segments beyond chance, by moments.
 */
export function shrinkageOf(overall: Rate, segments: readonly Rate[]): number {
  if (overall.trials === 0) return LEAST_SHRINKAGE;
  const p = overall.events / overall.trials;
  if (p === 0 || p === 1) return overall.trials;
  let spread = 0;
  let trials = 0;
  let used = 0;
  for (const segment of segments) {
    if (segment.trials === 0) continue;
    spread += segment.trials * (segment.events / segment.trials - p) ** 2;
    trials += segment.trials;
    used++;
  }
  const tau2 = used > 1 ? (spread - (used - 1) * p * (1 - p)) / trials : 0;
  if (tau2 <= 0) return Math.max(LEAST_SHRINKAGE, overall.trials);
  return Math.min(
    Math.max((p * (1 - p)) / tau2 - 1, LEAST_SHRINKAGE),
    Math.max(LEAST_SHRINKAGE, overall.trials),
  );
}

interface Dimension {
  readonly name: string;
  readonly shrinkage: number;
  readonly pilot: Readonly<Record<string, Rate>>;
  readonly monitors: Map<string, KpiMonitor>;
  readonly meanTrials: number;
}

/** The cohort of a stream that has none. */
const WHOLE = '';
const NOTHING: Rate = { events: 0, trials: 0 };

type Where = Pick<KpiAlarm, 'segment' | 'cohort'>;

function inCohort(cohort: string): Where {
  return cohort === WHOLE ? {} : { cohort };
}

interface Stream {
  readonly settings: WatchedKpi;
  /** What the pilot measured of the trials by which segments are watched. */
  readonly common: Rate;
  /** By cohort, the first one first; without cohorts one under no name. */
  readonly whole: ReadonlyMap<string, KpiMonitor>;
  readonly dimensions: readonly Dimension[];
}

/** @param from the state of a watch of the same options, to go on with */
export function createKpiWatch(options: KpiWatchOptions, from: KpiWatchState = []): KpiWatch {
  const { kpis } = options;
  if (kpis.length === 0) throw new RangeError('kpis: none given, there is nothing to watch');
  const common = options.hourOf === undefined ? {} : { hourOf: options.hourOf };
  /** What all monitors of a KPI share. */
  const shapeOf = ({ kpi, direction, dispersion, hourOffsets, minTrials }: WatchedKpi) => ({
    kpi,
    direction,
    ...common,
    ...(dispersion === undefined ? {} : { dispersion }),
    ...(hourOffsets === undefined ? {} : { hourOffsets }),
    ...(minTrials === undefined ? {} : { minTrials }),
  });
  const streams = new Map<string, Stream>();
  for (const settings of kpis) {
    if (streams.has(settings.kpi)) throw new RangeError(`kpis: ${settings.kpi} is given twice`);
    if (!(settings.trialsPerAttempt > 0 && settings.trialsPerAttempt <= 1))
      throw new RangeError(
        `${settings.kpi}.trialsPerAttempt: ${settings.trialsPerAttempt} is not above 0 and at most 1`,
      );
    const dimensions = Object.entries(settings.segments ?? {});
    const budget = options.falseAlarm.meanAttempts * settings.trialsPerAttempt * kpis.length;
    const half = dimensions.length === 0 ? 1 : 2;
    const { successes, trials } = settings.baseline;
    const cohorts = settings.cohorts?.length
      ? settings.cohorts
      : ([[WHOLE, { events: successes, trials }]] as const);
    const states = new Map(from.find(({ kpi }) => kpi === settings.kpi)?.whole);
    const shape = shapeOf(settings);
    streams.set(settings.kpi, {
      settings,
      common: cohorts[0]?.[1] ?? NOTHING,
      whole: new Map(
        cohorts.map(([cohort, { events, trials }]) => [
          cohort,
          createKpiMonitor(
            {
              ...shape,
              baseline: { successes: events, trials },
              falseAlarm: { meanTrials: Math.max(2, budget * half) },
            },
            states.get(cohort),
          ),
        ]),
      ),
      dimensions: dimensions.map(([name, pilot]) => ({
        name,
        pilot,
        shrinkage: shrinkageOf(cohorts[0]?.[1] ?? NOTHING, Object.values(pilot)),
        monitors: new Map(),
        meanTrials: Math.max(2, budget * half * dimensions.length),
      })),
    });
  }

  const monitorOf = (
    stream: Stream,
    dimension: Dimension,
    value: string,
    state?: KpiMonitorState,
  ): KpiMonitor | undefined => {
    const known = dimension.monitors.get(value);
    if (known !== undefined || dimension.monitors.size >= MAXIMUM_SEGMENTS) return known;
    const all = stream.common;
    const pilot = dimension.pilot[value] ?? { events: 0, trials: 0 };
    const rate = all.trials === 0 ? 0 : all.events / all.trials;
    const weight = all.trials === 0 ? 0 : dimension.shrinkage;
    const monitor = createKpiMonitor(
      {
        ...shapeOf(stream.settings),
        baseline: { successes: pilot.events + rate * weight, trials: pilot.trials + weight },
        falseAlarm: { meanTrials: dimension.meanTrials },
      },
      state,
    );
    dimension.monitors.set(value, monitor);
    return monitor;
  };

  for (const { kpi, segments } of from) {
    const stream = streams.get(kpi);
    for (const { dimension, values } of segments) {
      const found = stream?.dimensions.find(({ name }) => name === dimension);
      if (stream === undefined || found === undefined) continue;
      for (const [value, state] of values) monitorOf(stream, found, value, state);
    }
  }

  const alarmOf = (kpi: string, monitor: KpiMonitor, at: number, where: Where): KpiAlarm | undefined => {
    const verdict = monitor.verdict(at);
    if (verdict.state !== 'alarm') return undefined;
    return {
      kpi,
      ...where,
      ...(verdict.since === undefined ? {} : { since: verdict.since }),
      explanation: verdict.explanation,
    };
  };

  const streamOf = (kpi: string): Stream => {
    const stream = streams.get(kpi);
    if (stream === undefined) throw new RangeError(`kpi: ${kpi} is not watched`);
    return stream;
  };

  return {
    observe(kpi, success, at, segments = {}, cohort) {
      const stream = streamOf(kpi);
      const raised: KpiAlarm[] = [];
      const feed = (monitor: KpiMonitor, where: Where): void => {
        const before = monitor.inAlarm;
        monitor.observe(success, at);
        if (before || !monitor.inAlarm) return;
        const alarm = alarmOf(kpi, monitor, at, where);
        if (alarm !== undefined) raised.push(alarm);
      };
      const [first] = stream.whole.keys();
      const own = cohort === undefined || first === WHOLE ? first : cohort;
      const whole = own === undefined ? undefined : stream.whole.get(own);
      if (own !== undefined && whole !== undefined) feed(whole, inCohort(own));
      if (own !== first) return raised;
      for (const dimension of stream.dimensions) {
        const value = segments[dimension.name];
        if (value === undefined) continue;
        const monitor = monitorOf(stream, dimension, value);
        if (monitor !== undefined) feed(monitor, { segment: { dimension: dimension.name, value } });
      }
      return raised;
    },
    alarms(at) {
      const all: KpiAlarm[] = [];
      for (const [kpi, stream] of streams) {
        for (const [cohort, monitor] of stream.whole) {
          const whole = alarmOf(kpi, monitor, at, inCohort(cohort));
          if (whole !== undefined) all.push(whole);
        }
        for (const dimension of stream.dimensions)
          for (const [value, monitor] of dimension.monitors) {
            const alarm = alarmOf(kpi, monitor, at, { segment: { dimension: dimension.name, value } });
            if (alarm !== undefined) all.push(alarm);
          }
      }
      return all;
    },
    standings(kpi, at) {
      const rows: SegmentStanding[] = [];
      for (const dimension of streamOf(kpi).dimensions)
        for (const [value, monitor] of dimension.monitors) {
          const { explanation } = monitor.verdict(at);
          rows.push({
            dimension: dimension.name,
            value,
            evidence: monitor.statistic / monitor.threshold,
            successes: explanation.successes,
            trials: explanation.trials,
            baselineRate: explanation.baselineRate,
          });
        }
      return rows.sort((a, b) => b.evidence - a.evidence);
    },
    explanation(kpi, at) {
      let worst: KpiMonitor | undefined;
      for (const monitor of streams.get(kpi)?.whole.values() ?? [])
        if (worst === undefined || monitor.statistic > worst.statistic) worst = monitor;
      return worst?.verdict(at).explanation;
    },
    clear(at) {
      for (const stream of streams.values()) {
        for (const monitor of stream.whole.values()) monitor.clear(at);
        for (const dimension of stream.dimensions)
          for (const monitor of dimension.monitors.values()) monitor.clear(at);
      }
    },
    state: () =>
      Array.from(streams, ([kpi, { whole, dimensions }]) => ({
        kpi,
        whole: Array.from(whole, ([cohort, monitor]) => [cohort, monitor.state()] as const),
        segments: dimensions.map(({ name, monitors }) => ({
          dimension: name,
          values: Array.from(monitors, ([value, monitor]) => [value, monitor.state()] as const),
        })),
      })),
    get monitors() {
      let count = 0;
      for (const { whole, dimensions } of streams.values()) {
        count += whole.size;
        for (const { monitors } of dimensions) count += monitors.size;
      }
      return count;
    },
  };
}
