/** Simulation jobs: one runs, a few wait, the latest that ended are kept. */
import { randomUUID } from 'node:crypto';
import type { PreparedWhatIf, WhatIfResult } from '../../dialer/what-if/port.js';
import { Problem } from './problem.js';

export type SimulationState = 'waiting' | 'running' | 'completed' | 'failed' | 'cancelled';

export interface SimulationJob {
  readonly id: string;
  readonly state: SimulationState;
  /** Share done, 0–1. */
  readonly progress: number;
  /** About how many calls are simulated. */
  readonly calls: number;
  /** Who asked. */
  readonly by: string;
  /** The campaign whose people and agents were taken. */
  readonly campaignId?: string;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly result?: WhatIfResult;
  /** Why it failed. */
  readonly failure?: string;
}

export interface SimulationJobOptions {
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
  /** Jobs that may wait. Default 10. */
  readonly waiting?: number;
  /** Jobs that have ended and are kept. Default 50. */
  readonly kept?: number;
  /** A job that runs longer fails. Default 30 minutes. */
  readonly limitMilliseconds?: number;
}

type Entry = { -readonly [K in keyof SimulationJob]: SimulationJob[K] } & {
  readonly prepared: PreparedWhatIf;
  readonly abort: AbortController;
};

const DEFAULTS = { waiting: 10, kept: 50, limitMilliseconds: 30 * 60_000 } as const;

export class SimulationJobs {
  readonly #options: Required<SimulationJobOptions>;
  readonly #jobs = new Map<string, Entry>();
  readonly #queue: Entry[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: SimulationJobOptions) {
    this.#options = { ...DEFAULTS, ...options };
  }

  /** @throws Problem when too many wait already */
  add(prepared: PreparedWhatIf, by: string, campaignId?: string): SimulationJob {
    if (this.#closed) throw new Problem('not_available', 'The service is shutting down.');
    if (this.#queue.length >= this.#options.waiting) {
      throw new Problem(
        'too_many_simulations',
        `${this.#queue.length} simulations wait already: cancel one with DELETE /v1/simulations/{id}, or wait.`,
      );
    }
    const entry: Entry = {
      id: randomUUID(),
      state: 'waiting',
      progress: 0,
      calls: prepared.calls,
      by,
      ...(campaignId === undefined ? {} : { campaignId }),
      createdAt: this.#options.now(),
      prepared,
      abort: new AbortController(),
    };
    this.#jobs.set(entry.id, entry);
    this.#queue.push(entry);
    this.#running ??= this.#work();
    return entry;
  }

  /** Newest first. */
  list(): readonly SimulationJob[] {
    return [...this.#jobs.values()].reverse();
  }

  get(id: string): SimulationJob | undefined {
    return this.#jobs.get(id);
  }

  /** Ends a job that waits or runs; one that has ended stays as it is. */
  cancel(id: string): SimulationJob | undefined {
    const entry = this.#jobs.get(id);
    if (entry === undefined || (entry.state !== 'waiting' && entry.state !== 'running')) return entry;
    entry.abort.abort();
    const at = this.#queue.indexOf(entry);
    if (at >= 0) this.#queue.splice(at, 1);
    this.#end(entry, 'cancelled');
    return entry;
  }

  /** Cancels all that wait or run. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { id } of this.list()) this.cancel(id);
    await this.#running;
  }

  async #work(): Promise<void> {
    for (let entry = this.#queue.shift(); entry !== undefined; entry = this.#queue.shift()) {
      await this.#runOne(entry);
    }
    this.#running = undefined;
  }

  async #runOne(entry: Entry): Promise<void> {
    const { limitMilliseconds, now, onError } = this.#options;
    entry.state = 'running';
    entry.startedAt = now();
    const late = AbortSignal.timeout(limitMilliseconds);
    try {
      const result = await entry.prepared.run({
        signal: AbortSignal.any([entry.abort.signal, late]),
        progress: (done) => {
          entry.progress = done;
        },
      });
      if (entry.abort.signal.aborted) return;
      entry.result = result;
      entry.progress = 1;
      this.#end(entry, 'completed');
    } catch (error) {
      // Cancelled: that is said already.
      if (entry.abort.signal.aborted) return;
      if (late.aborted) {
        entry.failure = `It took longer than ${limitMilliseconds / 60_000} minutes: ask for fewer runs, hours or agents.`;
      } else {
        entry.failure = (error as Error).message;
        onError(error);
      }
      this.#end(entry, 'failed');
    }
  }

  #end(entry: Entry, state: 'completed' | 'failed' | 'cancelled'): void {
    entry.state = state;
    entry.finishedAt = this.#options.now();
    const ended = [...this.#jobs.values()].filter(({ finishedAt }) => finishedAt !== undefined);
    for (const { id } of ended.slice(0, Math.max(0, ended.length - this.#options.kept)))
      this.#jobs.delete(id);
  }
}
