import type { EngineView } from '../../dialer/core/view.js';
import { type Makers, resetAll } from './makers.js';

/** Pools with a label of their own. */
const MAXIMUM_POOL_LABELS = 50;
const STATES = ['free', 'resting', 'spent', 'flagged'] as const;

/** The numbers that calls show: how many of each pool can be used, and how many looked labelled as spam. */
export function callerIdMetrics({ gauge, counter }: Makers): (view: EngineView) => void {
  const numbers = gauge('dialer_caller_ids', 'Numbers of a caller-id pool by state.', ['pool', 'state']);
  const flags = counter('dialer_caller_id_flags_total', 'Caller ids that looked labelled as spam.', ['pool']);
  return ({ callerIds }) => {
    resetAll([numbers, flags]);
    for (const { pool, flags: count, numbers: each } of callerIds.slice(0, MAXIMUM_POOL_LABELS)) {
      flags.inc({ pool }, count);
      for (const state of STATES)
        numbers.set({ pool, state }, each.filter((number) => number.state === state).length);
    }
  };
}
