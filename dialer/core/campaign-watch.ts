/**
 * The watch over a campaign in production: every ended attempt is fed to the statistics that are valid at any time of
 * looking, and to the tumbling windows that operators know. A lasting change, or a plain limit that is broken, halts.
 */
import { kpiById } from '../kpi/kpis.js';
import type { StoreInput } from './inputs.js';
import { countsOf, type Dimension, type EndedAttempt, type PastAttempt, segmentOf } from './measure.js';
import type { EpochMilliseconds, Intent, WatchSettings } from './model.js';
import { blockedBy } from './segments.js';
import { measureStage, rulesOf } from './stages.js';
import { type Campaign, emit, type State } from './state.js';
import type { WatchView } from './view.js';
import { intoWindow, raise } from './watch-halts.js';
import {
  type CampaignWatch,
  COHORTS,
  enqueue,
  makeWatch,
  snapshotDue,
  snapshotOf,
  watchFrom,
} from './watch-state.js';

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
/** An attempt without its last word holds up those after it for so long at most. */
const LONGEST_WAIT_MILLISECONDS = 300_000;

export function watchSettings(campaign: Campaign): WatchSettings {
  return campaign.settings.watch ?? DEFAULT_WATCH;
}

/** Has the baseline measured, at the beginning of production: what was observed before does not count any more. */
export function beginWatch(state: State, campaign: Campaign): void {
  const settings = watchSettings(campaign);
  campaign.watch = undefined;
  emit(state, { type: 'save-watch', campaignId: campaign.settings.id, snapshot: '' });
  if (!settings.enabled || campaign.baselining) return;
  campaign.baselining = true;
  measureStage(state, campaign, 'baseline', 'pilot', 0, [...settings.segments, COHORTS]);
}

export function baselineMeasured(
  state: State,
  campaign: Campaign,
  { measure }: Extract<StoreInput, { type: 'stage-measured' }>,
): void {
  campaign.baselining = false;
  const settings = watchSettings(campaign);
  if (!settings.enabled || campaign.stage !== 'production') return;
  const watch = makeWatch(settings, measure, state.now);
  campaign.watch = watch;
  // Calls that were on their way while the store measured.
  for (const { id, intent, stage, campaign: whose } of state.attempts.values())
    if (whose === campaign && stage === 'production') watch.late.set(id, intent.intendedAt);
  saveWatch(state, campaign, watch);
}

function saveWatch(state: State, campaign: Campaign, watch: CampaignWatch): void {
  watch.unsaved = 0;
  emit(state, { type: 'save-watch', campaignId: campaign.settings.id, snapshot: snapshotOf(watch) });
}

// ---------------------------------------------------------------- restarts

/** The service comes back: the watch goes on from its snapshot, or begins anew where there is none that fits. */
export function resumeWatch(state: State, campaign: Campaign, snapshot: string | undefined): void {
  const watch = snapshot === undefined ? undefined : watchFrom(snapshot, watchSettings(campaign));
  if (watch === undefined) {
    beginWatch(state, campaign);
    return;
  }
  campaign.watch = watch;
  askCatchUp(state, campaign);
}

/** Asks what has become of the attempts that the snapshot does not tell the end of, unless that is under way. */
export function askCatchUp(state: State, campaign: Campaign): void {
  const catchUp = campaign.watch?.catchUp;
  if (catchUp === undefined || catchUp.asked) return;
  catchUp.asked = true;
  const { ids, from } = catchUp;
  emit(state, { type: 'attempts-since', campaignId: campaign.settings.id, ids, from });
}

export function catchUpFailed(campaign: Campaign): void {
  if (campaign.watch?.catchUp !== undefined) campaign.watch.catchUp.asked = false;
}

/** Feeds what was observed between the snapshot and the end of the run before, in the order of the intents. */
export function caughtUp(state: State, campaign: Campaign, attempts: readonly PastAttempt[]): void {
  const { watch } = campaign;
  const catchUp = watch?.catchUp;
  if (watch === undefined || catchUp === undefined) return;
  watch.catchUp = undefined;
  const { early } = catchUp;
  const found = new Map(attempts.map((past) => [past.intent.attemptId, past]));
  /** Undefined: still open. An attempt that is not in the store was never dialled. */
  const lastWord = (attemptId: string): EndedAttempt | null | undefined => {
    const word = early.get(attemptId);
    early.delete(attemptId);
    if (word !== undefined) return word;
    const past = found.get(attemptId);
    return past === undefined
      ? null
      : past.result === undefined
        ? undefined
        : toldBy({ ...past, result: past.result });
  };
  const known = new Set([...catchUp.ids, ...watch.newest.ids, ...watch.byAttempt.keys()]);
  for (const attemptId of [...watch.late.keys()]) {
    const word = lastWord(attemptId);
    if (word === undefined) continue;
    watch.late.delete(attemptId);
    if (word !== null) feed(state, campaign, watch, word);
  }
  const [before, after] = [watch.pending.slice(0, catchUp.pending), watch.pending.slice(catchUp.pending)];
  for (const pending of before) pending.known ??= lastWord(pending.attemptId);
  watch.pending = before;
  for (const { intent } of attempts) {
    if (known.has(intent.attemptId) || intent.stage !== 'production') continue;
    enqueue(watch, intent.attemptId, intent.intendedAt);
    const pending = watch.byAttempt.get(intent.attemptId);
    if (pending !== undefined) pending.known = lastWord(intent.attemptId);
  }
  watch.pending.push(...after);
  for (const word of early.values()) if (word !== null) feed(state, campaign, watch, word);
  settle(state, campaign, watch);
}

// ---------------------------------------------------------------- attempts

/** An attempt was intended: the statistics hear of it in this order. */
export function expectAttempt(campaign: Campaign, { attemptId, intendedAt, stage }: Intent): void {
  const { watch } = campaign;
  if (watch === undefined || stage !== 'production') return;
  enqueue(watch, attemptId, intendedAt);
  if (watch.newest.at === intendedAt) watch.newest.ids.push(attemptId);
  else watch.newest = { at: intendedAt, ids: [attemptId] };
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
  const { attemptId } = attempt.intent;
  const told = toldBy(attempt);
  const pending = watch.byAttempt.get(attemptId);
  if (pending !== undefined) pending.known = told;
  else if (watch.catchUp !== undefined) watch.catchUp.early.set(attemptId, told);
  else {
    watch.late.delete(attemptId);
    if (told !== null) feed(state, campaign, watch, told);
  }
  settle(state, campaign, watch);
}

/** What became of an unknown attempt says nothing of the campaign. */
function toldBy(attempt: EndedAttempt): EndedAttempt | null {
  return attempt.result.outcome === 'unknown' || !attempt.result.charged ? null : attempt;
}

function settle(state: State, campaign: Campaign, watch: CampaignWatch): void {
  if (watch.catchUp !== undefined) return;
  let settled = 0;
  for (const pending of watch.pending) {
    const { attemptId, intendedAt, known } = pending;
    if (known === undefined && state.now - intendedAt < LONGEST_WAIT_MILLISECONDS) break;
    settled++;
    watch.byAttempt.delete(attemptId);
    if (known === undefined) watch.late.set(attemptId, intendedAt);
    else if (known !== null) feed(state, campaign, watch, known);
  }
  if (settled > 0) watch.pending.splice(0, settled);
  if (campaign.watch === watch && snapshotDue(watch)) saveWatch(state, campaign, watch);
}

function feed(state: State, campaign: Campaign, watch: CampaignWatch, attempt: EndedAttempt): void {
  if (campaign.stage !== 'production' || attempt.intent.stage !== 'production') return;
  // Calls of a halted segment that were still up say nothing of the rest.
  if (blockedBy(campaign, attempt.intent) !== undefined) return;
  const counts = countsOf(attempt, rulesOf(campaign.settings));
  if (counts === undefined) return;
  watch.unsaved++;
  // The call's own time, not that of its last word: so it is the same whenever it is fed.
  const at = attempt.intent.intendedAt / 1000;
  let segments: Record<string, string> | undefined;
  for (const kpi of watch.watched) {
    const { numerator, denominator } = kpiById(kpi).of(counts);
    if (denominator === 0) continue;
    segments ??= segmentsOf(watch.settings.segments, attempt);
    const alarms =
      watch.statistics?.observe(kpi, numerator > 0, at, segments, segmentOf(attempt, COHORTS)) ?? [];
    for (const alarm of alarms) raise(state, campaign, watch, alarm);
  }
  intoWindow(state, campaign, watch, attempt.intent.intendedAt, counts);
}

function segmentsOf(dimensions: readonly Dimension[], attempt: EndedAttempt): Record<string, string> {
  const segments: Record<string, string> = {};
  for (const dimension of dimensions) {
    const value = segmentOf(attempt, dimension);
    if (value !== undefined) segments[dimension] = value;
  }
  return segments;
}

/** After a rectification: evidence of a change is set to zero, what was learnt of the baseline stays. */
export function clearWatch(state: State, campaign: Campaign): void {
  const { watch } = campaign;
  if (watch === undefined) return;
  watch.statistics?.clear(state.now / 1000);
  watch.windows.length = 0;
  watch.catchUp = undefined;
  for (const { attemptId, intendedAt, known } of watch.pending)
    if (known === undefined) watch.late.set(attemptId, intendedAt);
  watch.pending = [];
  watch.byAttempt.clear();
  saveWatch(state, campaign, watch);
}

export function watchView(watch: CampaignWatch, now: EpochMilliseconds): WatchView {
  return {
    since: watch.since,
    kpis: watch.watched.flatMap((kpi) => watch.statistics?.explanation(kpi, now / 1000) ?? []),
    unwatched: watch.settings.kpis.filter((kpi) => !watch.watched.includes(kpi)),
    windows: watch.windows.map(({ from, counts }) => ({ from, counts: { ...counts } })),
  };
}
