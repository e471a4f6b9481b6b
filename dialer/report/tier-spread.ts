/** How far tiers of agents are apart, from each other and from the validation's best team. */
import { dispersionOf } from '../core/gates.js';
import type { Measure } from '../core/measure.js';
import { TIERS } from '../core/model.js';
import { differenceInterval, wilsonInterval } from '../kpi/intervals.js';
import { type KpiCounts, type KpiId, kpiById } from '../kpi/kpis.js';

export interface TierResult {
  readonly tier: string;
  readonly successes: number;
  readonly contacts: number;
  /** Successes ÷ contacts with Wilson's 95 % interval; absent without a contact. */
  readonly rate?: number;
  readonly low?: number;
  readonly high?: number;
  /** Mean of talk and wrap-up, seconds. */
  readonly handleSeconds: number;
}

export interface TierDifference {
  readonly kpi: KpiId;
  readonly name: string;
  readonly tier: string;
  /** Another tier of the stage, or `validation`: all of that stage. */
  readonly against: string;
  /** tier − against, with Newcombe's 95 % interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** The interval leaves 0 out. */
  readonly beyondChance: boolean;
}

export interface TierSpread {
  /** The most experienced first. */
  readonly tiers: readonly TierResult[];
  readonly differences: readonly TierDifference[];
  /** One sentence. */
  readonly text: string;
}

/** What depends on who talks; both are shares of the contacts. */
const COMPARED: readonly KpiId[] = ['success-rate', 'refusal-rate'];

/** @param measure of the stage, by tier among others */
export function tierSpread(measure: Measure, validation: Measure | undefined): TierSpread {
  const counts = measure.segments['tier'] ?? {};
  const known = TIERS.flatMap((tier): [string, KpiCounts][] =>
    counts[tier] === undefined ? [] : [[tier, counts[tier]]],
  );
  const differences = COMPARED.flatMap((kpi) =>
    known.flatMap(([tier, own], i): TierDifference[] => [
      ...known.slice(0, i).flatMap(([against, theirs]) => differ(kpi, tier, own, against, theirs, measure)),
      ...(validation === undefined ? [] : differ(kpi, tier, own, 'validation', validation.total, measure)),
    ]),
  );
  return {
    tiers: known.map(([tier, own]) => resultOf(tier, own)),
    differences,
    text: sentence(known, differences),
  };
}

function resultOf(tier: string, { successes, contacts, handleSeconds, connected }: KpiCounts): TierResult {
  return {
    tier,
    successes,
    contacts,
    ...(contacts === 0
      ? {}
      : { rate: successes / contacts, ...wilsonInterval({ events: successes, trials: contacts }) }),
    handleSeconds: connected === 0 ? 0 : handleSeconds / connected,
  };
}

function differ(
  kpi: KpiId,
  tier: string,
  own: KpiCounts,
  against: string,
  theirs: KpiCounts,
  measure: Measure,
): TierDifference[] {
  const definition = kpiById(kpi);
  const rateOf = (counts: KpiCounts) => {
    const { numerator, denominator } = definition.of(counts);
    return { events: numerator, trials: denominator };
  };
  const dispersion = dispersionOf(kpi, measure);
  const { difference, low, high } = differenceInterval(rateOf(own), rateOf(theirs), 0.95, dispersion);
  if (difference === undefined) return [];
  const beyondChance = low > 0 || high < 0;
  return [{ kpi, name: definition.name, tier, against, difference, low, high, beyondChance }];
}

function sentence(known: readonly unknown[], differences: readonly TierDifference[]): string {
  if (known.length === 0) return 'Nobody has been put through to an agent whose tier is known.';
  const between = differences.filter(
    ({ kpi, against }) => kpi === 'success-rate' && against !== 'validation',
  );
  if (between.length === 0) return 'One tier of agents only: nothing to compare.';
  const points = (share: number): string => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`;
  return between
    .map(
      ({ tier, against, difference, low, high, beyondChance }) =>
        `The success rate of ${tier} agents is ${points(difference)} points from that of ${against} ones (${points(low)} to ${points(high)}): ${beyondChance ? 'beyond chance' : 'no more than chance would bring'}.`,
    )
    .join(' ');
}
