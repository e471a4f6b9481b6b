/** A worker of the harness: runs the seeds it is given on the engine of its root. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadEngine } from './engine-parts.js';
import { runSeed } from './seed-run.js';

export interface WorkerOptions {
  /** Folder of compiled files that holds `dialer/`. */
  readonly root: string;
  readonly repeat: boolean;
  /** Instead of the store that the seed says. */
  readonly store?: 'memory' | 'disk';
}

const { root, repeat, store } = workerData as WorkerOptions;
if (parentPort === null) throw new Error('this file is run as a worker thread, by pool.js');
const port = parentPort;
const parts = await loadEngine(root);
port.on('message', (seed: number) => port.postMessage(runSeed(parts, seed, repeat, store)));
port.postMessage('ready');
