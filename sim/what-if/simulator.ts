/** Answers what-ifs in worker threads, so that whoever asks is not held up. */
import { getHeapStatistics } from 'node:v8';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { PreparedWhatIf, Simulator, WhatIfInput, WhatIfResult } from '../../dialer/what-if/port.js';
import { type Plan, planWhatIf } from './plan.js';
import type { RunResult, RunTask } from './run.js';
import { summarise } from './summary.js';
import type { WorkerTask } from './worker.js';

export interface SimulatorOptions {
  /** Runs at the same time. */
  readonly threads: number;
  /** How far the workers step back behind other work of the machine, 0–19; 0 unless said. */
  readonly nice?: number;
  /** Memory of one run, mebibytes; unlimited unless said. */
  readonly memoryMebibytes?: number;
  /** Room for the young objects of one run, mebibytes; node's own choice unless said, which collects them more often. */
  readonly youngMebibytes?: number;
}

const IDLE_MILLISECONDS = 10_000;
/** What a contact takes, with the attempts on its number that frequency caps and retries are judged by. */
const BYTES_A_CONTACT = 2_200;
/** Share of a run's memory that its contacts may take. */
const CONTACTS_SHARE = 0.8;

/** Contacts that a run has room for. */
function mostContacts({ memoryMebibytes }: SimulatorOptions): number {
  const bytes =
    memoryMebibytes === undefined ? getHeapStatistics().heap_size_limit : memoryMebibytes * 2 ** 20;
  return Math.floor((CONTACTS_SHARE * bytes) / BYTES_A_CONTACT / 1_000) * 1_000;
}

export function createSimulator(options: SimulatorOptions): Simulator {
  let pool: Piscina | undefined;
  const workers = (): Piscina => {
    pool ??= new Piscina({
      filename: new URL('./worker.js', import.meta.url).href,
      minThreads: 0,
      maxThreads: options.threads,
      idleTimeout: IDLE_MILLISECONDS,
      // A run keeps its thread to itself.
      concurrentTasksPerWorker: 1,
      niceIncrement: options.nice ?? 0,
      resourceLimits: {
        ...(options.memoryMebibytes !== undefined && { maxOldGenerationSizeMb: options.memoryMebibytes }),
        ...(options.youngMebibytes !== undefined && { maxYoungGenerationSizeMb: options.youngMebibytes }),
      },
    });
    return pool;
  };
  return {
    prepare(input: WhatIfInput): PreparedWhatIf {
      const plan = planWhatIf(input, mostContacts(options));
      return {
        calls: plan.calls,
        run: ({ signal, progress } = {}) => runPlan(plan, workers(), signal, progress),
      };
    },
    async close() {
      await pool?.destroy();
    },
  };
}

async function runPlan(
  plan: Plan,
  pool: Piscina,
  signal: AbortSignal | undefined,
  progress: ((done: number) => void) | undefined,
): Promise<WhatIfResult> {
  const all = plan.cases.length * plan.runs;
  const shares = new Float64Array(all);
  const ended = new AbortController();
  const signals = [ended.signal, ...(signal === undefined ? [] : [signal])];
  const tell = (index: number, done: number): void => {
    shares[index] = Math.max(shares[index]!, Math.min(1, done));
    progress?.(shares.reduce((sum, share) => sum + share, 0) / all);
  };
  const one = async (task: RunTask, index: number): Promise<RunResult> => {
    // Read as they run: the signals of tasks that wait in the queue take them out of it.
    const either = AbortSignal.any(signals);
    if (progress === undefined) return pool.run({ task } satisfies WorkerTask, { signal: either });
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (done: number) => tell(index, done));
    port1.unref();
    try {
      const result: RunResult = await pool.run({ task, port: port2 } satisfies WorkerTask, {
        signal: either,
        transferList: [port2],
      });
      tell(index, 1);
      return result;
    } finally {
      port1.close();
    }
  };
  try {
    const runs = await Promise.all(
      plan.cases.flatMap(({ tasks }, i) => tasks.map((task, run) => one(task, i * plan.runs + run))),
    );
    const { cases, calls: _, notes, ...given } = plan;
    return {
      ...given,
      interval: { level: 0.95, kind: 'prediction' },
      cases: cases.map(({ pacer, agents }, i) =>
        summarise(
          { pacer, agents, ...(plan.contacts === undefined ? {} : { contacts: plan.contacts }) },
          runs.slice(i * plan.runs, (i + 1) * plan.runs),
        ),
      ),
      notes,
    };
  } finally {
    // One run that failed ends the others.
    ended.abort();
  }
}
