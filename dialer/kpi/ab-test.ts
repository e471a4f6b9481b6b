/**
 * Compares two or more variants (scripts, say) within a stage by a rate. Valid at any time of looking: whoever looks after
 * every call and stops when it says so is wrong no more often than stated.
 *
 * The difference of two rates has a confidence sequence from a normal mixture (Robbins 1970; as used for experiments by
 * Johari, Koomen, Pekelis and Walsh 2017): with the information V = 1 ÷ variance of the difference and the mixture's
 * standard deviation τ, the half-width is √((1 + 1/(Vτ²)) · (2·ln(1/α) + ln(1 + Vτ²)) ÷ V). It is narrowest about where
 * differences of the size τ are decided; τ is twice the smallest difference that matters, which costs a little there and
 * finds large differences much earlier. Counts alone enter, in whatever order they came. The normal approximation of the
 * difference is why nothing is decided before `FEWEST_EVENTS`; that the stated error holds is checked by simulation.
 */
import type { Interval, Rate } from './intervals.js';

/** Events, and trials without one, that the two of a pair need together before anything is decided. */
export const FEWEST_EVENTS = 10;

/** One variant: its name and what it has counted. */
export interface Variant extends Rate {
  readonly name: string;
}

export interface AbTestOptions {
  /** Smallest difference of the rates that matters, in points (0.02 is two per cent of the trials). Default 0.02. */
  readonly relevantDifference?: number;
  /** Over all pairs and all looks together. Default 0.95. */
  readonly confidence?: number;
  /** `rise`: the variant with the lower rate is the better one, as with refusals. Default `drop`. */
  readonly bad?: 'drop' | 'rise';
  /** Clustered trials count for trials ÷ dispersion. Default 1. */
  readonly dispersion?: number;
}

/** `first`, `second`: that one is better; `equivalent`: no difference that matters; `open`: not decided. */
export type PairVerdict = 'first' | 'second' | 'equivalent' | 'open';

export interface PairComparison {
  readonly first: string;
  readonly second: string;
  /** Rate of the first − rate of the second; absent where one has no trials. */
  readonly difference?: number;
  /** Confidence sequence of the difference: covers it at all looks together. */
  readonly interval: Interval;
  readonly verdict: PairVerdict;
  /** Further trials of each that would decide it if the rates stay as they are; absent when decided, or out of reach. */
  readonly furtherTrials?: number;
}

export interface AbTest {
  /** `winner`: one is better than all others; `no-relevant-difference`: all pairs are equivalent; `go-on` otherwise. */
  readonly decision: 'winner' | 'no-relevant-difference' | 'go-on';
  readonly winner?: string;
  readonly pairs: readonly PairComparison[];
  readonly relevantDifference: number;
  readonly confidence: number;
  /** One sentence: what the rule says, and what to do. */
  readonly text: string;
}

/** More trials than this are not promised to decide anything. */
const OUT_OF_REACH = 1e7;

/** Variance of a rate, from its counts with one event and one non-event added, so that none is 0 (Agresti and Caffo 2000). */
function varianceOf({ events, trials }: Rate, dispersion: number): number {
  const rate = (events + 1) / (trials + 2);
  return (dispersion * rate * (1 - rate)) / trials;
}

/**
 * Confidence sequence for `rate of first − rate of second`.
 *
 * @param error of this pair over all looks, two-sided
 * @throws RangeError when there are more events than trials, or an option is out of its range
 */
export function differenceSequence(
  first: Rate,
  second: Rate,
  relevantDifference: number,
  error: number,
  dispersion = 1,
): Interval & { readonly difference: number | undefined } {
  for (const { events, trials } of [first, second])
    if (!(events >= 0 && events <= trials))
      throw new RangeError(`events ${events} of trials ${trials}: needs 0 ≤ events ≤ trials`);
  if (first.trials === 0 || second.trials === 0) return { difference: undefined, low: -1, high: 1 };
  const difference = first.events / first.trials - second.events / second.trials;
  const variance = varianceOf(first, dispersion) + varianceOf(second, dispersion);
  const ratio = (2 * relevantDifference) ** 2 / variance;
  const half = Math.sqrt(variance * (1 + 1 / ratio) * (Math.log1p(ratio) + 2 * Math.log(1 / error)));
  return { difference, low: Math.max(-1, difference - half), high: Math.min(1, difference + half) };
}

function verdictOf(
  first: Rate,
  second: Rate,
  { low, high }: Interval,
  relevant: number,
  bad: 'drop' | 'rise',
): PairVerdict {
  const events = first.events + second.events;
  if (Math.min(events, first.trials + second.trials - events) < FEWEST_EVENTS) return 'open';
  if (low > 0) return bad === 'drop' ? 'first' : 'second';
  if (high < 0) return bad === 'drop' ? 'second' : 'first';
  return low >= -relevant && high <= relevant ? 'equivalent' : 'open';
}

/** Compares all pairs; the error is shared out over them. */
export function compareVariants(variants: readonly Variant[], options: AbTestOptions = {}): AbTest {
  const { relevantDifference = 0.02, confidence = 0.95, bad = 'drop', dispersion = 1 } = options;
  if (!(relevantDifference > 0 && relevantDifference < 1))
    throw new RangeError(`relevantDifference: ${relevantDifference} is not between 0 and 1`);
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`confidence: ${confidence} is not between 0 and 1`);
  const error = (1 - confidence) / Math.max(1, (variants.length * (variants.length - 1)) / 2);
  const judge = (first: Rate, second: Rate) => {
    const { difference, low, high } = differenceSequence(
      first,
      second,
      relevantDifference,
      error,
      dispersion,
    );
    const interval = { low, high };
    return { difference, interval, verdict: verdictOf(first, second, interval, relevantDifference, bad) };
  };
  const pairs: PairComparison[] = [];
  variants.forEach((first, i) => {
    for (const second of variants.slice(i + 1)) {
      const { difference, interval, verdict } = judge(first, second);
      const further = verdict === 'open' ? furtherTrials(first, second, judge) : undefined;
      pairs.push({
        first: first.name,
        second: second.name,
        ...(difference === undefined ? {} : { difference }),
        interval,
        verdict,
        ...(further === undefined ? {} : { furtherTrials: further }),
      });
    }
  });
  const winner = variants.find(
    ({ name }) =>
      pairs.length > 0 &&
      pairs.every(
        (pair) =>
          (pair.first !== name && pair.second !== name) ||
          (pair.first === name ? pair.verdict === 'first' : pair.verdict === 'second'),
      ),
  )?.name;
  const decision =
    winner !== undefined
      ? 'winner'
      : pairs.length > 0 && pairs.every(({ verdict }) => verdict === 'equivalent')
        ? 'no-relevant-difference'
        : 'go-on';
  return {
    decision,
    ...(winner === undefined ? {} : { winner }),
    pairs,
    relevantDifference,
    confidence,
    text: textOf(decision, winner, pairs, relevantDifference, confidence),
  };
}

/** Trials that each would have to get besides, at the rates so far; undefined when out of reach or nothing is known. */
function furtherTrials(
  first: Rate,
  second: Rate,
  judge: (first: Rate, second: Rate) => { readonly verdict: PairVerdict },
): number | undefined {
  if (first.trials === 0 || second.trials === 0) return undefined;
  const after = ({ events, trials }: Rate, more: number): Rate => ({
    events: events + (events / trials) * more,
    trials: trials + more,
  });
  const decided = (more: number): boolean =>
    judge(after(first, more), after(second, more)).verdict !== 'open';
  let high = 1;
  while (!decided(high)) {
    high *= 2;
    if (high > OUT_OF_REACH) return undefined;
  }
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (decided(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function textOf(
  decision: AbTest['decision'],
  winner: string | undefined,
  pairs: readonly PairComparison[],
  relevant: number,
  confidence: number,
): string {
  const points = (share: number): string => (100 * share).toFixed(1);
  const sure = `${points(confidence).replace(/\.0$/, '')} % confidence at all looks together`;
  if (pairs.length === 0) return 'There are fewer than two variants: nothing to compare.';
  if (decision === 'winner') {
    const [pair] = pairs;
    const by =
      pairs.length === 1 && pair !== undefined
        ? `, by ${points(Math.abs(pair.difference ?? 0))} points (${points(pair.interval.low)} to ${points(pair.interval.high)})`
        : '';
    return `Stop: ${winner} is better than ${pairs.length === 1 ? 'the other' : 'all others'}${by}, with ${sure}.`;
  }
  if (decision === 'no-relevant-difference')
    return `Stop: no difference as large as ${points(relevant)} points, with ${sure}; take whichever suits.`;
  const open = pairs.filter(({ verdict }) => verdict === 'open');
  const most = open.map(({ furtherTrials }) => furtherTrials);
  const size =
    open.length === 0 || most.some((trials) => trials === undefined)
      ? ''
      : ` About ${Math.max(...most.map((trials) => trials ?? 0))} more trials of each would decide it if the rates stay as they are.`;
  return open.length === 0
    ? 'Go on with those that are not beaten: none is better than all others.'
    : `Go on: not decided yet.${size}`;
}
