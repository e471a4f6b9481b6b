/** How long the record of one call is kept: by the packs that its permit was given under. Pure. */
import {
  builtinPacks,
  type CallMode,
  type Force,
  inForce,
  type Permit,
  type Purpose,
  type RulePack,
} from '../../compliance/index.js';
import type { EpochMilliseconds } from '../core/model.js';

/**
 * Days for which records of calls are kept where no pack that binds them says how long: five years, after 16 CFR 310.5
 * (the longest period for records of calls that we know of).
 */
export const LEAST_RETENTION_DAYS = 1827;
/**
 * Fewest days, whatever the packs say: the engine itself looks back at attempts for caps and ledgers, and recall delays of a
 * year are explained by them.
 */
export const SHORTEST_RETENTION_DAYS = 400;

/** Kinds of record that live in attempts and their events; the ledgers of abandoned calls are recounted from them. */
const PRUNED_KINDS: readonly string[] = ['calls', 'abandon_rates'];

/** Plain data: it goes to the thread of the store. */
export interface RetentionPeriods {
  /** Where no rule binds the call. */
  readonly otherwiseDays: number;
  /** Fewest days, by the configuration. */
  readonly leastDays: number;
  readonly rules: readonly {
    readonly pack: string;
    readonly days: number;
    readonly purposes?: readonly Purpose[];
    readonly modes?: readonly CallMode[];
    readonly force: Force;
  }[];
}

/** @param wished days that the operator asks for, which only lengthen every period */
export function retentionPeriods(packs: readonly RulePack[] = builtinPacks, wished = 0): RetentionPeriods {
  return {
    otherwiseDays: Math.max(LEAST_RETENTION_DAYS, wished),
    leastDays: Math.max(SHORTEST_RETENTION_DAYS, wished),
    rules: packs.flatMap(({ id, rules }) =>
      rules.flatMap((rule) => {
        if (rule.kind !== 'retention' || !PRUNED_KINDS.includes(rule.record)) return [];
        const { days, purposes, modes } = rule;
        return [
          {
            pack: id,
            days,
            ...(purposes !== undefined && { purposes }),
            ...(modes !== undefined && { modes }),
            force: inForce(rule, `pack ${id}, retention`),
          },
        ];
      }),
    ),
  };
}

/** Days for which any record of a call may have to be kept. */
export function longestDays({ otherwiseDays, leastDays, rules }: RetentionPeriods): number {
  return rules.reduce((longest, { days }) => Math.max(longest, days), Math.max(otherwiseDays, leastDays));
}

/** The different periods that calls are kept for, shortest first. */
export function differentDays(periods: RetentionPeriods): readonly number[] {
  const days = periods.rules.map((rule) => Math.max(rule.days, periods.leastDays));
  return [...new Set([...days, periods.otherwiseDays])].sort((a, b) => a - b);
}

/**
 * Days for which the record of a call is kept: the longest that any of its packs asks for, of the rules that were in force
 * since the call was made.
 */
export function daysKept(
  { rules, purpose, mode, issuedAt }: Pick<Permit, 'rules' | 'purpose' | 'mode' | 'issuedAt'>,
  periods: RetentionPeriods,
  now: EpochMilliseconds,
): number {
  let days = 0;
  for (const rule of periods.rules)
    if (
      rules.some(({ pack }) => pack === rule.pack) &&
      (rule.purposes === undefined || rule.purposes.includes(purpose)) &&
      (rule.modes === undefined || rule.modes.includes(mode)) &&
      rule.force.until > issuedAt &&
      rule.force.from <= now
    )
      days = Math.max(days, rule.days);
  return Math.max(days === 0 ? periods.otherwiseDays : days, periods.leastDays);
}
