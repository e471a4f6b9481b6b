/**
 * Whether a caller id has lately been labelled as spam: its calls are answered less than those of its pool.
 *
 * Answer rates move with the hour, the list and the tries, and do so for all numbers of a pool alike. So each call is set
 * beside the next one that another number of the pool made, and only pairs of which one was answered count. Whatever the rate
 * is, a number as good as the others wins a constant share of such pairs; a label makes it lose. The share is watched with the
 * sequential test of `kpi/monitor.ts`, whose baseline is what the number itself won at first. A pool of one number has nobody
 * to compare with: there the answers themselves are watched.
 */
import { createKpiMonitor, type KpiMonitor } from '../kpi/monitor.js';
import type { EpochMilliseconds } from './model.js';

/** Pairs (or calls, where there are none) that make the baseline. */
const baselinePairs = 80;
const baselineCalls = 300;
/** A call that found no partner within this is forgotten. */
const pairingMilliseconds = 600_000;
const mostUnpaired = 200;
/** No flag on less than this. */
const leastTrials = 15;

/** What is known of one number. */
export interface AnswerWatch {
  /** Calls that reached the network, and those of them that were answered. */
  calls: number;
  answers: number;
  /** Trials that make the baseline: pairs, won ones among them. */
  learned: { successes: number; trials: number };
  monitor: KpiMonitor | undefined;
}

interface Unpaired {
  readonly number: string;
  readonly answered: boolean;
  readonly at: EpochMilliseconds;
}

/** As it is kept over a restart. */
export interface AnswerWatchState {
  readonly calls: number;
  readonly answers: number;
  readonly learned: { readonly successes: number; readonly trials: number };
  readonly monitor?: readonly number[];
}

export function newAnswerWatch(): AnswerWatch {
  return { calls: 0, answers: 0, learned: { successes: 0, trials: 0 }, monitor: undefined };
}

/** Compares the numbers of one pool. */
export class CallerIdComparison {
  readonly #paired: boolean;
  readonly #meanTrials: number;
  #unpaired: Unpaired[] = [];

  /**
   * @param numbers how many there are
   * @param meanTrials trials of one number between two false flags, on average
   */
  constructor(numbers: number, meanTrials: number) {
    this.#paired = numbers > 1;
    this.#meanTrials = meanTrials;
  }

  /** The end of a call. Returns the numbers that are to be flagged. */
  observe(
    watches: ReadonlyMap<string, AnswerWatch>,
    number: string,
    answered: boolean,
    at: EpochMilliseconds,
  ): string[] {
    const watch = watches.get(number);
    if (watch === undefined) return [];
    watch.calls++;
    if (answered) watch.answers++;
    if (!this.#paired) return this.#trial(watch, answered, at) ? [number] : [];
    const partner = this.#partnerOf(number, at);
    if (partner === undefined) {
      this.#unpaired.push({ number, answered, at });
      if (this.#unpaired.length > mostUnpaired) this.#unpaired.shift();
      return [];
    }
    if (partner.answered === answered) return [];
    const other = watches.get(partner.number);
    const flagged: string[] = [];
    if (this.#trial(watch, answered, at)) flagged.push(number);
    if (other !== undefined && this.#trial(other, partner.answered, at)) flagged.push(partner.number);
    return flagged;
  }

  /** Statistic ÷ the threshold at which the number is flagged; 0 while its baseline is learned. */
  evidence({ monitor }: AnswerWatch): number {
    return monitor === undefined ? 0 : monitor.statistic / monitor.threshold;
  }

  /** The number is used again: what it won before stays its baseline, the evidence against it is dropped. */
  restart(watch: AnswerWatch): void {
    watch.monitor = undefined;
  }

  save({ calls, answers, learned, monitor }: AnswerWatch): AnswerWatchState {
    const state = { calls, answers, learned: { ...learned } };
    return monitor === undefined ? state : { ...state, monitor: [...monitor.state()] };
  }

  load({ calls, answers, learned, monitor }: AnswerWatchState): AnswerWatch {
    const watch: AnswerWatch = { calls, answers, learned: { ...learned }, monitor: undefined };
    if (monitor !== undefined) watch.monitor = this.#monitorOf(watch, Float64Array.from(monitor));
    return watch;
  }

  #partnerOf(number: string, at: EpochMilliseconds): Unpaired | undefined {
    const fresh = this.#unpaired.findIndex((call) => call.at > at - pairingMilliseconds);
    this.#unpaired.splice(0, fresh < 0 ? this.#unpaired.length : fresh);
    const index = this.#unpaired.findIndex((call) => call.number !== number);
    return index < 0 ? undefined : this.#unpaired.splice(index, 1)[0];
  }

  /** True when the number is to be flagged. */
  #trial(watch: AnswerWatch, success: boolean, at: EpochMilliseconds): boolean {
    const { learned } = watch;
    if (learned.trials < (this.#paired ? baselinePairs : baselineCalls)) {
      learned.trials++;
      if (success) learned.successes++;
      return false;
    }
    watch.monitor ??= this.#monitorOf(watch);
    watch.monitor.observe(success, at / 1000);
    return watch.monitor.inAlarm;
  }

  #monitorOf({ learned }: AnswerWatch, from?: Float64Array): KpiMonitor {
    const options = {
      kpi: 'answer-rate',
      direction: 'drop' as const,
      baseline: { ...learned },
      falseAlarm: { meanTrials: this.#meanTrials },
      minTrials: leastTrials,
    };
    return createKpiMonitor(options, from);
  }
}
