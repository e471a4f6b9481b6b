/**
 * The watch over a campaign in production: every ended attempt is fed to the statistics that are valid at any time of
 * looking, and to the tumbling windows that operators know. A lasting change, or a plain limit that is broken, halts.
 */
import { wilsonInterval } from '../kpi/intervals.js';
import { addKpiCounts, emptyKpiCounts, type KpiCounts, type KpiId, kpiById } from '../kpi/kpis.js';
import { estimateProfile } from '../kpi/profile.js';
import { createKpiWatch, type KpiAlarm, type KpiWatch, type WatchedKpi } from '../kpi/watch.js';
import { countText, kpiSubject, shareText } from '../kpi/words.js';
import { halt } from './halts.js';
import type { StoreInput } from './inputs.js';
import { countsOf, type Dimension, type EndedAttempt, type Measure, segmentOf } from './measure.js';
import type { EpochMilliseconds, HaltRecord, Intent, WatchSettings } from './model.js';
import { blockedBy } from './segments.js';
import { measureStage, rulesOf } from './stages.js';
import type { Campaign, State } from './state.js';
import type { WatchView } from './view.js';

/** What a campaign that says nothing is watched for. */
export const DEFAULT_WATCH: WatchSettings = {
  enabled: true,
  // One false halt in 30 days at 5,000 attempts a day.
  attemptsBetweenFalseAlarms: 150_000,
  kpis: ['contact-rate', 'success-rate', 'opt-out-rate', 'complaint-rate'],
  segments: ['source', 'script', 'team', 'tier', 'caller-id'],
  limits: [],
  windowMinutes: 30,
};
/** A baseline with fewer trials than this says too little to watch against. */
const LEAST_TRIALS = 20;
/** Windows kept for the eye. */
const WINDOWS_KEPT = 48;
/** Segments shown in a halt. */
const WORST_SHOWN = 5;
/** An attempt without its last word holds up those after it for so long at most. */
const LONGEST_WAIT_MILLISECONDS = 300_000;

/** Counts of one tumbling window. */
export interface WatchWindow {
  readonly from: EpochMilliseconds;
  readonly counts: KpiCounts;
}

export interface CampaignWatch {
  readonly settings: WatchSettings;
  /** Undefined without a baseline: only limits are judged then. */
  readonly statistics: KpiWatch | undefined;
  readonly watched: readonly KpiId[];
  readonly since: EpochMilliseconds;
  readonly windows: WatchWindow[];
  /** Attempts in the order of their intents, fed to the statistics in this order. */
  readonly pending: PendingAttempt[];
  readonly byAttempt: Map<string, PendingAttempt>;
}

/** An attempt whose turn has not come, or whose last word is not known. */
interface PendingAttempt {
  readonly attemptId: string;
  readonly intendedAt: EpochMilliseconds;
  /** Known, and waiting for those before it; null when it says nothing. */
  known: EndedAttempt | null | undefined;
}

export function watchSettings(campaign: Campaign): WatchSettings {
  return campaign.settings.watch ?? DEFAULT_WATCH;
}

/** Has the baseline measured: at the beginning of production, and when the service comes back in it. */
export function beginWatch(state: State, campaign: Campaign): void {
  const settings = watchSettings(campaign);
  campaign.watch = undefined;
  if (!settings.enabled || campaign.baselining) return;
  campaign.baselining = true;
  measureStage(state, campaign, 'baseline', 'pilot', 0, settings.segments);
}

export function baselineMeasured(
  state: State,
  campaign: Campaign,
  { measure }: Extract<StoreInput, { type: 'stage-measured' }>,
): void {
  campaign.baselining = false;
  const settings = watchSettings(campaign);
  if (!settings.enabled || campaign.stage !== 'production') return;
  campaign.watch = makeWatch(settings, measure, state.now);
}

function makeWatch(settings: WatchSettings, pilot: Measure, now: EpochMilliseconds): CampaignWatch {
  const kpis = settings.kpis.flatMap((id) => watchedKpi(id, settings, pilot));
  return {
    settings,
    statistics:
      kpis.length === 0
        ? undefined
        : createKpiWatch({ kpis, falseAlarm: { meanAttempts: settings.attemptsBetweenFalseAlarms } }),
    watched: kpis.map(({ kpi }) => kpi as KpiId),
    since: now,
    windows: [],
    pending: [],
    byAttempt: new Map(),
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
      dispersion: profile.dispersion,
      hourOffsets: profile.hourOffsets,
    },
  ];
}

/** An attempt was intended: the statistics hear of it in this order. */
export function expectAttempt(campaign: Campaign, { attemptId, intendedAt, stage }: Intent): void {
  const { watch } = campaign;
  if (watch === undefined || stage !== 'production') return;
  const pending: PendingAttempt = { attemptId, intendedAt, known: undefined };
  watch.pending.push(pending);
  watch.byAttempt.set(attemptId, pending);
}

/** The attempt was never dialled: it says nothing. */
export function dropAttempt(state: State, campaign: Campaign, attemptId: string): void {
  const { watch } = campaign;
  const pending = watch?.byAttempt.get(attemptId);
  if (watch === undefined || pending === undefined) return;
  pending.known = null;
  settle(state, campaign, watch);
}

/**
 * An attempt of the campaign has reached its last word: its result, or its disposition where an agent was on it. A busy line
 * is known at once and a sale after minutes: fed as they come, every start would look like a drop. So
 * they are fed in the order of their intents, those that take very long excepted.
 */
export function observeAttempt(state: State, campaign: Campaign, attempt: EndedAttempt): void {
  const { watch } = campaign;
  if (watch === undefined) return;
  // What became of an unknown attempt says nothing of the campaign.
  const told = attempt.result.outcome === 'unknown' || !attempt.result.charged ? null : attempt;
  const pending = watch.byAttempt.get(attempt.intent.attemptId);
  if (pending !== undefined) pending.known = told;
  else if (told !== null) feed(state, campaign, watch, told);
  settle(state, campaign, watch);
}

function settle(state: State, campaign: Campaign, watch: CampaignWatch): void {
  let settled = 0;
  for (const pending of watch.pending) {
    if (pending.known === undefined && state.now - pending.intendedAt < LONGEST_WAIT_MILLISECONDS) break;
    settled++;
    watch.byAttempt.delete(pending.attemptId);
    if (pending.known != null) feed(state, campaign, watch, pending.known);
  }
  if (settled > 0) watch.pending.splice(0, settled);
}

function feed(state: State, campaign: Campaign, watch: CampaignWatch, attempt: EndedAttempt): void {
  if (campaign.stage !== 'production' || attempt.intent.stage !== 'production') return;
  // Calls of a halted segment that were still up say nothing of the rest.
  if (blockedBy(campaign, attempt.intent) !== undefined) return;
  const counts = countsOf(attempt, rulesOf(campaign.settings));
  if (counts === undefined) return;
  const at = state.now / 1000;
  let segments: Record<string, string> | undefined;
  for (const kpi of watch.watched) {
    const { numerator, denominator } = kpiById(kpi).of(counts);
    if (denominator === 0) continue;
    segments ??= segmentsOf(watch.settings.segments, attempt);
    const alarms = watch.statistics?.observe(kpi, numerator > 0, at, segments) ?? [];
    for (const alarm of alarms) raise(state, campaign, watch, alarm);
  }
  intoWindow(state, campaign, watch, counts);
}

function segmentsOf(dimensions: readonly Dimension[], attempt: EndedAttempt): Record<string, string> {
  const segments: Record<string, string> = {};
  for (const dimension of dimensions) {
    const value = segmentOf(attempt, dimension);
    if (value !== undefined) segments[dimension] = value;
  }
  return segments;
}

function raise(state: State, campaign: Campaign, watch: CampaignWatch, alarm: KpiAlarm): void {
  // The whole halts once; a segment that is halted already is not halted again.
  if (campaign.status !== 'running') return;
  const { explanation } = alarm;
  const { change } = explanation;
  const { segment } = alarm;
  const where = segment === undefined ? '' : ` in ${segment.dimension} ${segment.value}`;
  const record: { -readonly [K in keyof HaltRecord]: HaltRecord[K] } = {
    at: state.now,
    stage: campaign.stage,
    kind: 'kpi',
    by: 'engine',
    kpi: alarm.kpi as KpiId,
    text: `${explanation.text}${where}${change === undefined ? '' : `; likely since ${new Date(change.since * 1000).toISOString()}`}`,
    test: explanation.test,
    statistic: explanation.statistic,
    threshold: explanation.threshold,
    worst: (watch.statistics?.standings(alarm.kpi, state.now / 1000) ?? [])
      .slice(0, WORST_SHOWN)
      .map(({ successes, trials, baselineRate, ...standing }) => ({
        ...standing,
        numerator: successes,
        denominator: trials,
        ...(baselineRate === undefined ? {} : { baselineRate }),
      })),
  };
  if (segment !== undefined) record.segment = segment;
  if (explanation.baselineRate !== undefined) record.baselineRate = explanation.baselineRate;
  if (change !== undefined) {
    record.observed = {
      numerator: change.successes,
      denominator: change.trials,
      expected: change.expected,
    };
    record.since = Math.round(change.since * 1000);
    record.earliest = Math.round(change.earliest * 1000);
    record.latest = Math.round(change.latest * 1000);
  }
  halt(state, campaign, record);
  // What the segment brought is in the evidence against the whole, too: the rest is judged from here on.
  if (campaign.status === 'running') watch.statistics?.clear(state.now / 1000);
}

function intoWindow(state: State, campaign: Campaign, watch: CampaignWatch, counts: KpiCounts): void {
  const length = watch.settings.windowMinutes * 60_000;
  const from = Math.floor(state.now / length) * length;
  let window = watch.windows.at(-1);
  if (window === undefined || window.from !== from) {
    window = { from, counts: emptyKpiCounts() };
    watch.windows.push(window);
    if (watch.windows.length > WINDOWS_KEPT) watch.windows.shift();
  }
  addKpiCounts(window.counts, counts);
  judgeLimits(state, campaign, watch, window);
}

/** Plain limits over the present window: broken once enough is there to judge, they halt. */
function judgeLimits(state: State, campaign: Campaign, watch: CampaignWatch, window: WatchWindow): void {
  if (campaign.status !== 'running') return;
  for (const { kpi, minimum, maximum, minimumTrials } of watch.settings.limits) {
    const definition = kpiById(kpi);
    const { numerator, denominator } = definition.of(window.counts);
    if (denominator < Math.max(1, minimumTrials)) continue;
    const rate = numerator / denominator;
    const broken = (minimum !== undefined && rate < minimum) || (maximum !== undefined && rate > maximum);
    if (!broken) continue;
    const { low, high } = wilsonInterval({ events: numerator, trials: denominator });
    halt(state, campaign, {
      at: state.now,
      stage: campaign.stage,
      kind: 'limit',
      by: 'engine',
      kpi,
      test: `limit over ${watch.settings.windowMinutes} minutes`,
      since: window.from,
      observed: { numerator, denominator, expected: denominator * (minimum ?? maximum ?? 0) },
      text: `${kpiSubject(kpi)} is ${shareText(rate)} (${countText(kpi, numerator, denominator)}, 95 % interval ${shareText(low)} to ${shareText(high)}) since ${new Date(window.from).toISOString()}, ${minimum !== undefined && rate < minimum ? `under the limit of ${shareText(minimum)}` : `over the limit of ${shareText(maximum ?? 0)}`}`,
    });
    return;
  }
}

/** After a rectification: evidence of a change is set to zero, what was learnt of the baseline stays. */
export function clearWatch(state: State, campaign: Campaign): void {
  campaign.watch?.statistics?.clear(state.now / 1000);
  if (campaign.watch === undefined) return;
  campaign.watch.windows.length = 0;
  campaign.watch.pending.length = 0;
  campaign.watch.byAttempt.clear();
}

export function watchView(watch: CampaignWatch, now: EpochMilliseconds): WatchView {
  return {
    since: watch.since,
    kpis: watch.watched.flatMap((kpi) => watch.statistics?.explanation(kpi, now / 1000) ?? []),
    unwatched: watch.settings.kpis.filter((kpi) => !watch.watched.includes(kpi)),
    windows: watch.windows.map(({ from, counts }) => ({ from, counts: { ...counts } })),
  };
}
