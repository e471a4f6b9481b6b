/**
 * The abandon ratio to aim at now, from what each legal window has used and what is left of it.
 *
 * A law counts abandoned calls over a window (a 30-day block, a day, a calendar month); holding its limit on
 * average breaks it in every second window. So each window gives the ratio r that the rest of it may run at:
 *
 *     r m + z sqrt(phi r m + (c r m)^2 / d) + phi (z^2 - 1) / 6 = limit (answers + m) - abandoned
 *
 * with m the answers still to come, z the normal quantile of the confidence asked for, phi the variance of
 * abandons over their mean, and c the relative spread of single days of which d are to come; the last term on the
 * left is Cornish and Fisher's for the skew of a count, which matters where few abandons are left. The smallest r
 * of all windows holds. It falls smoothly as an allowance runs out; below `stopBelow` it is 0, and the pacer dials
 * one line per ready agent until `resumeAt` can be had again, and a few abandons with it: as answers come and old
 * abandons leave the window a little of the allowance comes back, which would be spent at once, again and again.
 * Asked again as the window goes on, the margin is given back as it turns out not needed.
 */
import { normalQuantile } from './distributions.js';
import { PacerOptionError } from './options.js';

export interface LegalWindow {
  /** What the window is called, e.g. `30-day block`. */
  readonly name: string;
  /** Largest abandoned share of answers that the law allows, 0 to 1. */
  readonly limit: number;
  /** Answers by people, and abandoned ones among them, counted in the window so far. */
  readonly answers: number;
  readonly abandoned: number;
  /** Answers expected in the rest of the window at the present pace. */
  readonly answersAhead: number;
  /** Working days in the rest of the window, this one included. Default 1. */
  readonly daysAhead?: number | undefined;
}

export interface LedgerOptions {
  /** Chance with which each window must end within its limit, 0.5 to below 1. Default 0.9995. */
  readonly confidence?: number | undefined;
  /** Largest target ever given, 0 to 1. Default 0.05. */
  readonly highest?: number | undefined;
  /** Variance of abandons over their mean. Default 1.5, between what small and large teams show. */
  readonly dispersion?: number | undefined;
  /** Relative spread of a day's ratio around what was aimed at. Default 0.2. */
  readonly dayVariation?: number | undefined;
  /** How the ratio came out over what was asked, from `pacerBias`. Default 1. */
  readonly bias?: number | undefined;
  /** Target below which it is 0 instead. Default 0.001. */
  readonly stopBelow?: number | undefined;
  /** Target from which dialling ahead begins again after a stop, default 0.005, and abandons that it must allow, default 2. */
  readonly resumeAt?: number | undefined;
  readonly resumeAbandons?: number | undefined;
  /** `stopped` of the last answer for these windows. Default false. */
  readonly stopped?: boolean | undefined;
}

export interface WindowTarget {
  readonly name: string;
  /** Ratio that the rest of this window may run at. */
  readonly target: number;
  /** Abandons that the window still allows if the answers expected come; negative when it is overdrawn. */
  readonly left: number;
}

export interface LedgerTarget {
  /** Ratio to aim at now; 0 means one line per ready agent. */
  readonly target: number;
  /** Name of the window that sets it; null when only `highest` does. */
  readonly limitedBy: string | null;
  /** An allowance is spent: to be handed in again with the next question. */
  readonly stopped: boolean;
  readonly windows: readonly WindowTarget[];
}

/**
 * Derives the target from the legal windows that apply. Pure: the same ledger gives the same target.
 * @throws PacerOptionError when a count or an option is out of its range.
 */
export function ledgerTarget(windows: readonly LegalWindow[], options: LedgerOptions = {}): LedgerTarget {
  const z = normalQuantile(checked('confidence', options.confidence ?? 0.9995, 0.5, 1 - 1e-9));
  const highest = checked('highest', options.highest ?? 0.05, 0, 1);
  const dispersion = checked('dispersion', options.dispersion ?? 1.5, 0, 100);
  const dayVariation = checked('dayVariation', options.dayVariation ?? 0.2, 0, 10);
  const bias = checked('bias', options.bias ?? 1, 0.1, 10);
  const stopBelow = checked('stopBelow', options.stopBelow ?? 0.001, 0, 1);
  const resumeAt = checked('resumeAt', options.resumeAt ?? Math.max(0.005, stopBelow), stopBelow, 1);
  const resumeAbandons = checked('resumeAbandons', options.resumeAbandons ?? 2, 0, 1e6);
  let toSpend = Number.POSITIVE_INFINITY;
  let target = highest;
  let limitedBy: string | null = null;
  const rows = windows.map((w) => {
    const limit = checked('limit', w.limit, 0, 1);
    const answers = checked('answers', w.answers, 0, Number.MAX_SAFE_INTEGER);
    const abandoned = checked('abandoned', w.abandoned, 0, answers);
    // An answer at least is to come, or nothing would be left to steer.
    const ahead = Math.max(1, checked('answersAhead', w.answersAhead, 0, Number.MAX_SAFE_INTEGER));
    const days = Math.max(1, checked('daysAhead', w.daysAhead ?? 1, 0, 10_000));
    const left = limit * (answers + ahead) - abandoned;
    const skew = (dispersion * Math.max(0, z * z - 1)) / 6;
    const abandons = safeAbandons(left - skew, z, dispersion, (dayVariation * dayVariation) / days);
    const own = Math.min(highest, abandons / ahead / bias);
    toSpend = Math.min(toSpend, abandons);
    if (own < target) {
      target = own;
      limitedBy = w.name;
    }
    return { name: w.name, target: own, left };
  });
  const stopped =
    limitedBy !== null &&
    (options.stopped ? target < resumeAt || toSpend < resumeAbandons : target < stopBelow);
  return { target: stopped ? 0 : target, limitedBy, stopped, windows: rows };
}

/** Largest x with x + z sqrt(dispersion x + spread x^2) <= left. */
function safeAbandons(left: number, z: number, dispersion: number, spread: number): number {
  if (left <= 0) return 0;
  let low = 0;
  let high = left;
  for (let i = 0; i < 60; i++) {
    const x = (low + high) / 2;
    if (x + z * Math.sqrt(dispersion * x + spread * x * x) <= left) low = x;
    else high = x;
  }
  return low;
}

/**
 * How a pacer's abandons came out over what its targets asked for, shrunk to 1 while little was seen.
 * `asked`: sum of the target over the answers; `abandoned`: abandons counted over the same answers.
 */
export function pacerBias(asked: number, abandoned: number): number {
  const weight = 30;
  return Math.min(3, Math.max(0.5, (abandoned + weight) / (asked + weight)));
}

export interface AnswersAheadOptions {
  /** Answers of the days before, of the same kind of day as those ahead where these differ. */
  readonly days: readonly number[];
  /** Whole working days left in the window after today. */
  readonly daysAhead: number;
  /** Share of today's working time that is left, 0 to 1. */
  readonly todayLeft: number;
  /** Answers of a day when none is known yet. */
  readonly perDay: number;
}

/**
 * Answers that may be counted on in the rest of a window. The mean of the days before, less what days differ by:
 * a window that has to make up for early abandons must not rely on answers that may not come.
 * @throws PacerOptionError when a number is out of its range.
 */
export function answersAhead(o: AnswersAheadOptions): number {
  const perDay = checked('perDay', o.perDay, 0, Number.MAX_SAFE_INTEGER);
  const ahead = checked('daysAhead', o.daysAhead, 0, 10_000) + checked('todayLeft', o.todayLeft, 0, 1);
  const days = o.days.map((n) => checked('days', n, 0, Number.MAX_SAFE_INTEGER));
  if (ahead === 0) return 0;
  if (days.length === 0) return perDay * ahead;
  const mean = days.reduce((a, b) => a + b, 0) / days.length;
  if (days.length < 2) return mean * ahead;
  const variance = days.reduce((a, n) => a + (n - mean) ** 2, 0) / (days.length - 1);
  // Of the sum ahead: the spread of its own days, and the error of the mean.
  const spread = Math.sqrt(variance * (ahead + (ahead * ahead) / days.length));
  return Math.max(0.5 * mean * ahead, mean * ahead - spread);
}

function checked(field: string, value: number, low: number, high: number): number {
  if (!(value >= low && value <= high)) {
    throw new PacerOptionError(field, `${field} is ${value}: give a number from ${low} to ${high}`);
  }
  return value;
}
