/**
 * What the watch over a campaign knows: its baseline from the pilot, the statistics, the windows, and the attempts it waits
 * for. It is saved now and then as a snapshot, so that a restart goes on with the evidence instead of beginning anew.
 */

import type { Rate } from '../kpi/intervals.js';
import type { KpiCounts, KpiId } from '../kpi/kpis.js';
import { type KpiDefinition, kpiById } from '../kpi/kpis.js';
import type { KpiMonitorState } from '../kpi/monitor.js';
import { estimateProfile } from '../kpi/profile.js';
import { createKpiWatch, type KpiWatch, type KpiWatchState, type WatchedKpi } from '../kpi/watch.js';
import type { EndedAttempt, Measure } from './measure.js';
import type { EpochMilliseconds, WatchSettings } from './model.js';

/** A baseline with fewer trials than this says too little to watch against. */
const LEAST_TRIALS = 20;
/** Calls to contacts by which they are: who did not answer the first is harder to reach by the second. */
export const COHORTS = 'call';
const FIRST_COHORT = '1';
/**
 * A snapshot is saved after so many attempts, or this many for each monitor up to a limit: writing it down then costs a
 * fraction of feeding them, and feeding the rest after a restart takes a second or two at most.
 */
const LEAST_BETWEEN_SNAPSHOTS = 1_000;
const ATTEMPTS_PER_MONITOR = 4;
const MOST_BETWEEN_SNAPSHOTS = 5_000;
const SNAPSHOT_VERSION = 2;

/** Counts of one tumbling window. */
export interface WatchWindow {
  readonly from: EpochMilliseconds;
  readonly counts: KpiCounts;
}

/** An attempt whose turn has not come, or whose last word is not known. */
export interface PendingAttempt {
  readonly attemptId: string;
  readonly intendedAt: EpochMilliseconds;
  /** Known, and waiting for those before it; null when it says nothing. */
  known: EndedAttempt | null | undefined;
}

/** After a restart: what has become of the attempts since the snapshot is being looked up. */
export interface CatchUp {
  /** Attempts of the snapshot that had no last word. */
  readonly ids: readonly string[];
  /** The last intent that the snapshot knows of. */
  readonly from: EpochMilliseconds;
  /** Those of them that are in `pending`, which they begin. */
  readonly pending: number;
  /** What became known of attempts that the watch had not heard of yet. */
  readonly early: Map<string, EndedAttempt | null>;
  asked: boolean;
}

export interface CampaignWatch {
  readonly settings: WatchSettings;
  readonly kpis: readonly WatchedKpi[];
  /** Undefined without a baseline: only limits are judged then. */
  readonly statistics: KpiWatch | undefined;
  readonly watched: readonly KpiId[];
  readonly since: EpochMilliseconds;
  readonly windows: WatchWindow[];
  /** Attempts in the order of their intents, fed to the statistics in this order. */
  pending: PendingAttempt[];
  readonly byAttempt: Map<string, PendingAttempt>;
  /** Attempts that took too long to be waited for, with the time of their intents: fed when they end. */
  readonly late: Map<string, EpochMilliseconds>;
  /** The newest intent that is known, and the attempts intended at that very instant. */
  newest: { at: EpochMilliseconds; ids: string[] };
  /** Attempts fed since the last snapshot. */
  unsaved: number;
  catchUp: CatchUp | undefined;
}

interface Snapshot {
  readonly version: number;
  readonly settings: WatchSettings;
  readonly kpis: readonly WatchedKpi[];
  /** States of monitors as text. */
  readonly statistics: KpiWatchState<string>;
  readonly since: EpochMilliseconds;
  readonly windows: readonly WatchWindow[];
  readonly pending: readonly (readonly [attemptId: string, intendedAt: EpochMilliseconds])[];
  readonly late: readonly (readonly [attemptId: string, intendedAt: EpochMilliseconds])[];
  readonly newest: CampaignWatch['newest'];
}

/** A watch against what the pilot measured. */
export function makeWatch(settings: WatchSettings, pilot: Measure, now: EpochMilliseconds): CampaignWatch {
  const kpis = settings.kpis.flatMap((id) => watchedKpi(id, settings, pilot));
  return watchOf(settings, kpis, now, []);
}

function watchOf(
  settings: WatchSettings,
  kpis: readonly WatchedKpi[],
  since: EpochMilliseconds,
  from: KpiWatchState,
): CampaignWatch {
  const falseAlarm = { meanAttempts: settings.attemptsBetweenFalseAlarms };
  return {
    settings,
    kpis,
    statistics: kpis.length === 0 ? undefined : createKpiWatch({ kpis, falseAlarm }, from),
    watched: kpis.map(({ kpi }) => kpi as KpiId),
    since,
    windows: [],
    pending: [],
    byAttempt: new Map(),
    late: new Map(),
    newest: { at: since, ids: [] },
    unsaved: 0,
    catchUp: undefined,
  };
}

function watchedKpi(id: KpiId, settings: WatchSettings, pilot: Measure): WatchedKpi[] {
  const definition = kpiById(id);
  if (definition.bad === undefined) return [];
  const { numerator, denominator } = definition.of(pilot.total);
  if (denominator < LEAST_TRIALS) return [];
  // Nothing can drop from nothing.
  if (definition.bad === 'drop' && numerator === 0) return [];
  const profile = estimateProfile(
    pilot.blocks.map(({ at, counts }) => {
      const part = definition.of(counts);
      return { at: at / 1000, successes: part.numerator, trials: part.denominator };
    }),
  );
  const segments = Object.fromEntries(
    settings.segments.flatMap((dimension) => {
      const values = Object.entries(pilot.segments[dimension] ?? {});
      // A dimension with one value is the whole once more.
      if (values.length < 2) return [];
      return [
        [
          dimension,
          Object.fromEntries(
            values.map(([value, counts]) => {
              const part = definition.of(counts);
              return [value, { events: part.numerator, trials: part.denominator }];
            }),
          ),
        ],
      ];
    }),
  );
  return [
    {
      kpi: id,
      direction: definition.bad,
      baseline: { successes: numerator, trials: denominator },
      trialsPerAttempt: Math.min(1, Math.max(denominator / Math.max(1, pilot.total.attempts), 1e-4)),
      segments,
      cohorts: cohortsOf(definition, pilot),
      dispersion: profile.dispersion,
      hourOffsets: profile.hourOffsets,
    },
  ];
}

/** What is known of a cohort, if it is enough: an unknown rate of retries must not be taken for that of first calls. */
function cohortsOf(definition: KpiDefinition, pilot: Measure): NonNullable<WatchedKpi['cohorts']> {
  const first = pilot.segments[COHORTS]?.[FIRST_COHORT];
  // Attempts of an older version: nobody knows which calls they were.
  if (first === undefined) return [];
  const measured = Object.entries(pilot.segments[COHORTS] ?? {}).map(([cohort, counts]) => {
    const { numerator, denominator } = definition.of(counts);
    return [cohort, { events: numerator, trials: denominator }] as const;
  });
  const enough = ({ events, trials }: Rate): boolean =>
    trials >= LEAST_TRIALS && (definition.bad !== 'drop' || events > 0);
  return measured
    .filter(([cohort, rate]) => cohort === FIRST_COHORT || enough(rate))
    .sort(([a], [b]) => Number(b === FIRST_COHORT) - Number(a === FIRST_COHORT));
}

function statesOf<From, To>(state: KpiWatchState<From>, as: (each: From) => To): KpiWatchState<To> {
  return state.map(({ kpi, whole, segments }) => ({
    kpi,
    whole: whole.map(([cohort, each]) => [cohort, as(each)] as const),
    segments: segments.map(({ dimension, values }) => ({
      dimension,
      values: values.map(([value, each]) => [value, as(each)] as const),
    })),
  }));
}

/** Bytes of the numbers, which is ten times as fast as decimals and as exact. */
function toText({ buffer, byteOffset, byteLength }: KpiMonitorState): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function fromText(text: string): KpiMonitorState {
  return new Float64Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}

export function snapshotDue({ unsaved, statistics }: CampaignWatch): boolean {
  const wanted = ATTEMPTS_PER_MONITOR * (statistics?.monitors ?? 0);
  return unsaved >= Math.min(MOST_BETWEEN_SNAPSHOTS, Math.max(LEAST_BETWEEN_SNAPSHOTS, wanted));
}

export function snapshotOf(watch: CampaignWatch): string {
  const snapshot: Snapshot = {
    version: SNAPSHOT_VERSION,
    settings: watch.settings,
    kpis: watch.kpis,
    statistics: statesOf(watch.statistics?.state() ?? [], toText),
    since: watch.since,
    windows: watch.windows,
    // Those whose last word is known are looked up again: it is durable by then.
    pending: watch.pending.flatMap(({ attemptId, intendedAt, known }) =>
      known === null ? [] : [[attemptId, intendedAt] as const],
    ),
    late: [...watch.late],
    newest: watch.newest,
  };
  return JSON.stringify(snapshot);
}

/**
 * The watch as it was; undefined where the snapshot is of another version of the software, or the campaign is to be watched
 * otherwise than it was then.
 */
export function watchFrom(text: string, settings: WatchSettings): CampaignWatch | undefined {
  const snapshot = JSON.parse(text) as Snapshot;
  if (snapshot.version !== SNAPSHOT_VERSION) return undefined;
  if (JSON.stringify(snapshot.settings) !== JSON.stringify(settings)) return undefined;
  const watch = watchOf(settings, snapshot.kpis, snapshot.since, statesOf(snapshot.statistics, fromText));
  watch.windows.push(...snapshot.windows);
  watch.newest = snapshot.newest;
  for (const [attemptId, intendedAt] of snapshot.pending) enqueue(watch, attemptId, intendedAt);
  for (const [attemptId, intendedAt] of snapshot.late) watch.late.set(attemptId, intendedAt);
  watch.catchUp = {
    ids: [...watch.late.keys(), ...watch.byAttempt.keys()],
    from: snapshot.newest.at,
    pending: watch.pending.length,
    early: new Map(),
    asked: false,
  };
  return watch;
}

export function enqueue(watch: CampaignWatch, attemptId: string, intendedAt: EpochMilliseconds): void {
  const pending: PendingAttempt = { attemptId, intendedAt, known: undefined };
  watch.pending.push(pending);
  watch.byAttempt.set(attemptId, pending);
}
