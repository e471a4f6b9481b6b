/** Runs the sample campaign: loads it, plays its agents on the simulated switch, and shows its progress. */
import type { Clock } from '../../dialer/clock.js';
import type { Engine } from '../../dialer/engine.js';
import type { Io } from '../cli/io.js';
import { createProgress } from '../cli/progress.js';
import { loadDemo } from './demo-campaign.js';
import { type AgentPlans, createDemoFloor } from './demo-floor.js';
import { demoProgress } from './demo-progress.js';

export interface DemoOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly io: Io;
  /** On a real switch the campaign is loaded and stays a draft: its numbers are nobody's, and nobody plays its agents. */
  readonly simulated: boolean;
  readonly plans: AgentPlans;
}

export interface RunningDemo {
  /** No more progress: the service says goodbye. Agents go on until `stop`. */
  quiet(): void;
  stop(): void;
}

const seed = 'tactus';
const showMilliseconds = 500;

/** @throws Error in one line when the campaign cannot be loaded */
export async function startDemo({ engine, clock, io, simulated, plans }: DemoOptions): Promise<RunningDemo> {
  const { campaignId, sentence } = await loadDemo(engine, clock.now(), seed);
  io.stdout.write(`  ${sentence}\n\n`);
  if (!simulated) {
    io.stdout.write(`  on a real switch it stays a draft: nobody is called\n\n`);
    return { quiet: () => undefined, stop: () => undefined };
  }
  const progress = createProgress({
    stream: io.stderr,
    terminal: io.terminal,
    columns: () => io.columns,
    now: io.now,
  });
  const floor = createDemoFloor({
    engine,
    clock,
    plans,
    campaignId,
    log: (message) => progress.print(message),
  });
  floor.start();

  let showing = false;
  const show = async (): Promise<void> => {
    if (showing) return;
    showing = true;
    try {
      progress.show(demoProgress(engine.view(), campaignId, await engine.store.contactCounts(campaignId)));
    } catch {
      // The store is closing or busy: the next drawing comes soon enough.
    } finally {
      showing = false;
    }
  };
  const timer = setInterval(() => void show(), showMilliseconds);
  let quieted = false;
  const quiet = (): void => {
    if (quieted) return;
    quieted = true;
    clearInterval(timer);
    progress.end();
  };
  return {
    quiet,
    stop() {
      quiet();
      floor.stop();
    },
  };
}
