/** What follows from an alarm of the watch, or from a plain limit that is broken: a halt that says why. */
import { wilsonInterval } from '../kpi/intervals.js';
import { addKpiCounts, emptyKpiCounts, type KpiCounts, type KpiId, kpiById } from '../kpi/kpis.js';
import type { KpiAlarm } from '../kpi/watch.js';
import { countText, kpiSubject, type Said, said, shareText } from '../kpi/words.js';
import { halt } from './halts.js';
import type { EpochMilliseconds, HaltRecord } from './model.js';
import type { Campaign, State } from './state.js';
import type { CampaignWatch, WatchWindow } from './watch-state.js';

/** Windows kept for the eye. */
const WINDOWS_KEPT = 48;
/** Which calls to contacts a statistic is about. */
const CALLS: Readonly<Record<string, string>> = {
  '1': 'first calls',
  '2': 'second calls',
  '3': 'third calls',
  '4+': 'fourth and later calls',
  callback: 'callbacks',
};
/** Segments shown in a halt. */
const WORST_SHOWN = 5;

export function raise(state: State, campaign: Campaign, watch: CampaignWatch, alarm: KpiAlarm): void {
  // The whole halts once; a segment that is halted already is not halted again.
  if (campaign.status !== 'running') return;
  const { explanation } = alarm;
  const { change } = explanation;
  const { segment } = alarm;
  const calls = alarm.cohort === undefined ? '' : ` of ${CALLS[alarm.cohort] ?? alarm.cohort}`;
  const where = segment === undefined ? calls : ` in ${segment.dimension} ${segment.value}`;
  const record: { -readonly [K in keyof HaltRecord]: HaltRecord[K] } = {
    at: state.now,
    stage: campaign.stage,
    kind: 'kpi',
    by: 'engine',
    kpi: alarm.kpi as KpiId,
    text: `${explanation.text}${where}${change === undefined ? '' : `; likely since ${new Date(change.since * 1000).toISOString()}`}`,
    said: alarmSaid(alarm),
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
  if (campaign.status !== 'running') return;
  watch.statistics?.clear(state.now / 1000);
  watch.unsaved = Number.POSITIVE_INFINITY;
}

/** The alarm's sentence for other languages: what changed, where, and since when. */
function alarmSaid({ kpi, segment, cohort, explanation }: KpiAlarm): readonly Said[] {
  const { baselineRate, change, direction } = explanation;
  const { successes: numerator, trials: denominator } = change ?? explanation;
  const parameters = { kpi, numerator, denominator, rate: denominator === 0 ? 0 : numerator / denominator };
  const drop = direction === 'drop';
  const changed =
    baselineRate === undefined
      ? said(drop ? 'dropped' : 'risen', parameters)
      : said(drop ? 'dropped_from' : 'risen_from', { ...parameters, baseline: baselineRate });
  const where =
    segment !== undefined
      ? [said('in_segment', { dimension: segment.dimension, value: segment.value })]
      : cohort !== undefined
        ? [said('of_calls', { cohort })]
        : [];
  const since =
    change === undefined
      ? []
      : [said('likely_since', { since: new Date(change.since * 1000).toISOString() })];
  return [changed, ...where, ...since];
}

/** Counts the attempt in the window of its time, and judges the plain limits over that. */
export function intoWindow(
  state: State,
  campaign: Campaign,
  watch: CampaignWatch,
  at: EpochMilliseconds,
  counts: KpiCounts,
): void {
  const length = watch.settings.windowMinutes * 60_000;
  const from = Math.floor(at / length) * length;
  let window = watch.windows.at(-1);
  // A call that took very long belongs to a window of before.
  if (window !== undefined && from < window.from)
    window = watch.windows.findLast((each) => each.from <= from);
  if (window === undefined || window.from < from) {
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
    const under = minimum !== undefined && rate < minimum;
    halt(state, campaign, {
      at: state.now,
      stage: campaign.stage,
      kind: 'limit',
      said: [
        said(under ? 'under_limit' : 'over_limit', {
          kpi,
          rate,
          numerator,
          denominator,
          low,
          high,
          since: new Date(window.from).toISOString(),
          limit: (under ? minimum : maximum) ?? 0,
        }),
      ],
      by: 'engine',
      kpi,
      test: `limit over ${watch.settings.windowMinutes} minutes`,
      since: window.from,
      observed: { numerator, denominator, expected: denominator * (minimum ?? maximum ?? 0) },
      text: `${kpiSubject(kpi)} is ${shareText(rate)} (${countText(kpi, numerator, denominator)}, 95 % interval ${shareText(low)} to ${shareText(high)}) since ${new Date(window.from).toISOString()}, ${under ? `under the limit of ${shareText(minimum)}` : `over the limit of ${shareText(maximum ?? 0)}`}`,
    });
    return;
  }
}
