/**
 * How likely a contact answers at this hour: an online logistic regression over what is known of the
 * contact and the moment, whose result goes into `pHint`.
 *
 *     logit p = sum of one weight per feature value
 *
 * Each weight is a normal belief (mean, variance) that starts at 0 and is updated outcome by outcome with
 * the diagonal extended Kalman filter of logistic regression: values seen often hardly move, new ones move
 * fast and start from the others' forecast. Variances grow a little with time, so that habits may change.
 * A forecast is moderated by its own uncertainty (MacKay 1992), which keeps it calibrated while little is
 * known. Quality is followed by the Brier score of forecasts made before their outcome was known, beside
 * that of the running mean answer rate, which is what a forecast must beat.
 */
import { PacerOptionError } from './options.js';

/** What is known of a contact and the moment; each part may be left out. */
export interface AnswerFeatures {
  /** Hour of day where the contact is, 0 to 23. */
  readonly hour?: number | undefined;
  /** Day of the week where the contact is, 1 (Monday) to 7. */
  readonly weekday?: number | undefined;
  /** Kind of number: mobile, fixed-line, ... */
  readonly numberType?: string | undefined;
  /** Region or area code. */
  readonly region?: string | undefined;
  /** Attempts made before. */
  readonly attempts?: number | undefined;
  /** Outcome of the last attempt. */
  readonly lastOutcome?: string | undefined;
  readonly campaign?: string | undefined;
}

export interface AnswerModelReport {
  /** Outcomes learned. */
  readonly outcomes: number;
  /** Mean squared error of forecasts, recent outcomes weighing most; lower is better. */
  readonly brier: number;
  /** The same for the running mean answer rate. */
  readonly brierOfMean: number;
  /** Observed over forecast answers: 1 when calibrated. */
  readonly calibration: number;
}

export interface AnswerModelOptions {
  /** Answer rate before anything is known, 0 to 1 exclusive. Default 0.3. */
  readonly answerRate?: number | undefined;
  /** Most feature values remembered; the one longest unseen gives way. Default 4096. */
  readonly mostValues?: number | undefined;
}

interface Weight {
  mean: number;
  variance: number;
}

/** Spread of a value's weight before it was seen: most lie within a factor of four in the odds. */
const PRIOR_VARIANCE = 0.5;
/** Growth of a variance per outcome that used it, up to the prior's. */
const DRIFT = 2e-6;
const SNAPSHOT_FORMAT = 'answer-model-1';
/** Outcomes over which the report's figures fade. */
const REPORT_MEMORY = 20_000;

export class AnswerModel {
  readonly #weights = new Map<string, Weight>();
  readonly #mostValues: number;
  readonly #bias: Weight;
  #outcomes = 0;
  #weightSum = 0;
  #squares = 0;
  #squaresOfMean = 0;
  #observed = 0;
  #forecast = 0;

  constructor(options: AnswerModelOptions = {}) {
    const p = options.answerRate ?? 0.3;
    if (!(p > 0 && p < 1)) {
      throw new PacerOptionError('answerRate', `answerRate is ${p}: give a number between 0 and 1`);
    }
    const most = options.mostValues ?? 4096;
    if (!(most >= 64))
      throw new PacerOptionError('mostValues', `mostValues is ${most}: give a number of at least 64`);
    this.#mostValues = most;
    this.#bias = { mean: Math.log(p / (1 - p)), variance: 1 };
  }

  /** Calibrated chance that the contact answers. */
  predict(features: AnswerFeatures): number {
    let mean = this.#bias.mean;
    let variance = this.#bias.variance;
    for (const key of keysOf(features)) {
      const w = this.#weights.get(key);
      mean += w?.mean ?? 0;
      variance += w?.variance ?? PRIOR_VARIANCE;
    }
    return moderated(mean, variance);
  }

  /** Learns what came of an attempt that was made with these features. */
  learn(features: AnswerFeatures, answered: boolean): void {
    const y = answered ? 1 : 0;
    const weights = [this.#bias, ...keysOf(features).map((key) => this.#weight(key))];
    let mean = 0;
    let variance = 0;
    for (const w of weights) {
      w.variance = Math.min(PRIOR_VARIANCE, w.variance + DRIFT);
      mean += w.mean;
      variance += w.variance;
    }
    this.#score(moderated(mean, variance), y);
    const p = 1 / (1 + Math.exp(-mean));
    const information = Math.max(1e-4, p * (1 - p));
    const spread = variance + 1 / information;
    for (const w of weights) {
      w.mean += ((w.variance / spread) * (y - p)) / information;
      w.variance -= (w.variance * w.variance) / spread;
    }
  }

  #weight(key: string): Weight {
    let w = this.#weights.get(key);
    if (w) this.#weights.delete(key);
    else {
      w = { mean: 0, variance: PRIOR_VARIANCE };
      if (this.#weights.size >= this.#mostValues) {
        const oldest = this.#weights.keys().next().value;
        if (oldest !== undefined) this.#weights.delete(oldest);
      }
    }
    this.#weights.set(key, w);
    return w;
  }

  #score(p: number, y: number): void {
    const keep = 1 - 1 / REPORT_MEMORY;
    const mean = this.#weightSum > 0 ? this.#observed / this.#weightSum : p;
    this.#outcomes += 1;
    this.#weightSum = this.#weightSum * keep + 1;
    this.#squares = this.#squares * keep + (p - y) ** 2;
    this.#squaresOfMean = this.#squaresOfMean * keep + (mean - y) ** 2;
    this.#observed = this.#observed * keep + y;
    this.#forecast = this.#forecast * keep + p;
  }

  /** What was learned, as text for `restore`; the report's figures begin anew. */
  snapshot(): string {
    const short = (x: number): number => Number(x.toPrecision(6));
    const weights = Array.from(this.#weights, ([key, w]) => [key, short(w.mean), short(w.variance)]);
    return JSON.stringify({
      format: SNAPSHOT_FORMAT,
      bias: [short(this.#bias.mean), short(this.#bias.variance)],
      weights,
    });
  }

  /** Takes up a snapshot in place of what was learned. Returns false, and changes nothing, when it cannot be read. */
  restore(snapshot: string): boolean {
    const read = readSnapshot(snapshot);
    if (!read) return false;
    this.#bias.mean = read.bias.mean;
    this.#bias.variance = read.bias.variance;
    this.#weights.clear();
    for (const [key, weight] of read.weights.slice(-this.#mostValues)) this.#weights.set(key, weight);
    return true;
  }

  report(): AnswerModelReport {
    const n = Math.max(this.#weightSum, 1e-9);
    return {
      outcomes: this.#outcomes,
      brier: this.#squares / n,
      brierOfMean: this.#squaresOfMean / n,
      calibration: this.#forecast > 0 ? this.#observed / this.#forecast : 1,
    };
  }
}

function readSnapshot(text: string): { bias: Weight; weights: [string, Weight][] } | undefined {
  const weightOf = ([mean, variance]: readonly unknown[]): Weight => {
    if (!Number.isFinite(mean) || !((variance as number) >= 0)) throw new TypeError('no weight');
    return { mean: mean as number, variance: variance as number };
  };
  try {
    const { format, bias, weights } = JSON.parse(text) as Record<string, unknown>;
    if (format !== SNAPSHOT_FORMAT) return undefined;
    const rows = weights as readonly (readonly unknown[])[];
    return {
      bias: weightOf(bias as readonly unknown[]),
      weights: rows.map(([key, ...numbers]) => [String(key), weightOf(numbers)]),
    };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Mean of the logistic function over a normal, by MacKay's approximation. */
function moderated(mean: number, variance: number): number {
  return 1 / (1 + Math.exp(-mean / Math.sqrt(1 + (Math.PI * variance) / 8)));
}

/** One key per feature value. Hours also count in parts of the day apart for working days and week-ends. */
function keysOf(f: AnswerFeatures): string[] {
  const keys: string[] = [];
  if (f.hour !== undefined) {
    keys.push(`hour ${f.hour}`);
    if (f.weekday !== undefined)
      keys.push(`${f.weekday > 5 ? 'week-end' : 'working day'} ${Math.floor(f.hour / 4)}`);
  }
  if (f.weekday !== undefined) keys.push(`weekday ${f.weekday}`);
  if (f.numberType !== undefined) keys.push(`type ${f.numberType}`);
  if (f.region !== undefined) keys.push(`region ${f.region}`);
  if (f.attempts !== undefined) keys.push(`attempts ${attemptsClass(f.attempts)}`);
  if (f.lastOutcome !== undefined) keys.push(`last ${f.lastOutcome}`);
  if (f.campaign !== undefined) keys.push(`campaign ${f.campaign}`);
  return keys;
}

function attemptsClass(attempts: number): string {
  if (attempts <= 5) return String(attempts);
  return attempts <= 10 ? '6 to 10' : 'over 10';
}
