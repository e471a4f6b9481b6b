/** A worker of the harness: runs the seeds it is given on the engine of its root. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadEngine } from './engine-parts.js';
import type { Mutation } from './mutations.js';
import { runSeed } from './seed-run.js';

export interface WorkerOptions {
  /** Folder of compiled files that holds `dialer/`. */
  readonly root: string;
  /** Bug to plant in the engine. */
  readonly mutation?: Mutation;
  readonly repeat: boolean;
  /** Instead of the store that the seed says. */
  readonly store?: 'memory' | 'disk';
}

export interface SeedTask {
  readonly seed: number;
  readonly plain: boolean;
}

const { root, mutation, repeat, store } = workerData as WorkerOptions;
if (parentPort === null) throw new Error('this file is run as a worker thread, by pool.js');
const port = parentPort;
const parts = await loadEngine(root, mutation);
port.on('message', ({ seed, plain }: SeedTask) => {
  const options = { plain, ...(store !== undefined && { store }) };
  port.postMessage(runSeed(parts, seed, repeat, options));
});
port.postMessage('ready');
