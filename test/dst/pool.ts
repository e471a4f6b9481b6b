/** Runs seeds in worker threads until there are enough calls, or something fails. */
import { Worker } from 'node:worker_threads';
import type { Mutation } from './mutations.js';
import type { RegressionSeed } from './regression-seeds.js';
import type { SeedReport } from './seed-run.js';
import type { SeedTask, WorkerOptions } from './worker.js';

export interface PoolOptions {
  readonly root: string;
  /** Bug to plant in the engine. */
  readonly mutation?: Mutation;
  readonly jobs: number;
  /** Run first, then `seed`, `seed + 1` … */
  readonly seeds?: readonly RegressionSeed[];
  readonly seed: number;
  /** Ends when so many calls were made. */
  readonly calls: number;
  /** Each seed is run twice. */
  readonly repeat: boolean;
  readonly store?: 'memory' | 'disk';
  /** Whether a seed is run that comes by its turn; all are unless said. */
  readonly fits?: (seed: number) => boolean;
  /** Ends at the first failure; else goes on. */
  readonly stopAtFailure: boolean;
  readonly progress?: (report: SeedReport, calls: number) => void;
}

export interface PoolReport {
  readonly seeds: number;
  readonly calls: number;
  readonly steps: number;
  readonly onDisk: number;
  readonly failures: readonly SeedReport[];
}

/** Room for young objects: most of what a step makes is gone at the next. */
const YOUNG_MEBIBYTES = 64;

export async function runSeeds(options: PoolOptions): Promise<PoolReport> {
  const first = [...(options.seeds ?? [])];
  let next = options.seed;
  let [seeds, calls, steps, onDisk] = [0, 0, 0, 0];
  const failures: SeedReport[] = [];
  let ended = false;
  const take = (): SeedTask | undefined => {
    if (ended) return undefined;
    const given = first.shift();
    if (given !== undefined) return { seed: given.seed, plain: given.plain === true };
    if (calls >= options.calls) return undefined;
    while (options.fits?.(next) === false) next++;
    return { seed: next++, plain: false };
  };
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const { root, mutation, repeat, store } = options;
      const workerData: WorkerOptions = {
        root,
        repeat,
        ...(mutation !== undefined && { mutation }),
        ...(store !== undefined && { store }),
      };
      const worker = new Worker(new URL('./worker.js', import.meta.url), {
        workerData,
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEBIBYTES },
      });
      const give = (): void => {
        const task = take();
        if (task === undefined) void worker.terminate().then(() => resolve());
        else worker.postMessage(task);
      };
      worker.on('error', reject);
      worker.on('message', (message: SeedReport | 'ready') => {
        if (message !== 'ready') {
          seeds++;
          calls += message.calls;
          steps += message.steps;
          if (message.store === 'disk') onDisk++;
          if (message.failure !== undefined) {
            failures.push(message);
            if (options.stopAtFailure) ended = true;
          }
          options.progress?.(message, calls);
        }
        give();
      });
    });
  await Promise.all(Array.from({ length: options.jobs }, work));
  return { seeds, calls, steps, onDisk, failures };
}
