import type { RuleBase } from './schema.js';
import { parseDate } from './validate.js';

// The first and the last place on earth where a date begins or ends: rules bind a little early and long.
const EARLIEST_DATE_START = -14 * 3_600_000;
const LATEST_DATE_START = 12 * 3_600_000;

/** When a rule binds: [from, until), epoch milliseconds. */
export interface Force {
  readonly from: number;
  readonly until: number;
}

/** The time in which a rule binds, somewhere on earth. @param field names the rule in errors */
export function inForce(rule: Pick<RuleBase, 'effectiveFrom' | 'effectiveTo'>, field: string): Force {
  const { effectiveFrom, effectiveTo } = rule;
  return {
    from: effectiveFrom === undefined ? -Infinity : parseDate(effectiveFrom, field) + EARLIEST_DATE_START,
    until: effectiveTo === undefined ? Infinity : parseDate(effectiveTo, field) + LATEST_DATE_START,
  };
}
