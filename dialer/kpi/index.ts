/** KPI statistics: intervals, gate tests, sample sizes, and the watch that is valid at any time of looking. Pure. */
export {
  type AbTest,
  type AbTestOptions,
  compareVariants,
  differenceSequence,
  type PairComparison,
  type PairOptions,
  type PairVerdict,
  pairVerdict,
  type Variant,
} from './ab-test.js';
export type { ChangeTime } from './change-time.js';
export {
  anytimeEvidence,
  PLANNED_LOOK_SHARE,
  type RateTarget,
  type RateTest,
  type RateTestOptions,
  type RateVerdict,
  type TargetKind,
  testRate,
} from './gate-test.js';
export {
  differenceInterval,
  exactInterval,
  exactLowerLimit,
  exactUpperLimit,
  type Interval,
  meanInterval,
  pointRate,
  type Rate,
  wilsonInterval,
} from './intervals.js';
export {
  createKpiMonitor,
  type KpiExplanation,
  type KpiMonitor,
  type KpiMonitorOptions,
  type KpiMonitorState,
  type KpiVerdict,
} from './monitor.js';
export { type Block, estimateProfile, type KpiProfile } from './profile.js';
export {
  exactPower,
  extensionSize,
  plannedSampleSize,
  type SampleSizeOptions,
  trialsToShowAtMost,
} from './sample-size.js';
export { rateStability, type Stability } from './stability.js';
export {
  createKpiWatch,
  type KpiAlarm,
  type KpiWatch,
  type KpiWatchOptions,
  type KpiWatchState,
  type SegmentStanding,
  shrinkageOf,
  type WatchedKpi,
} from './watch.js';
