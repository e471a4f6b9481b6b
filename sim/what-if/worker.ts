/** What runs in the workers of a what-if: one run. */
import type { MessagePort } from 'node:worker_threads';
import { type RunResult, type RunTask, runWhatIf } from './run.js';

export interface WorkerTask {
  readonly task: RunTask;
  /** Takes the share done, 0–1, now and then. */
  readonly port?: MessagePort;
}

const TELL_MILLISECONDS = 100;

export default function run({ task, port }: WorkerTask): RunResult {
  if (port === undefined) return runWhatIf(task);
  let toldAt = 0;
  try {
    return runWhatIf(task, (done) => {
      const now = performance.now();
      if (now - toldAt < TELL_MILLISECONDS) return;
      toldAt = now;
      port.postMessage(done);
    });
  } finally {
    port.close();
  }
}
