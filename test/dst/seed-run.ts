/** One seed: its world run with all checks, then once more, which has to give the same digest. */

import { Violation, violated } from './checker.js';
import type { EngineParts } from './engine-parts.js';
import { type SeedWorld, type WorldOfSeedOptions, worldOfSeed } from './seed-scenario.js';
import { type RunReport, runWorld } from './world-run.js';

export interface SeedReport extends RunReport {
  readonly seed: number;
  readonly store: 'memory' | 'disk';
  readonly failure?: Failure;
}

export interface Failure {
  readonly invariant: string;
  readonly message: string;
}

/** One seed in so many is replayed by a second core from its inputs as a recording keeps them. */
const TWIN_SHARE = 8;

export function failureOf(error: unknown): Failure {
  const { message, stack } = error as Error;
  if (error instanceof Violation) return { invariant: error.invariant, message };
  // Whatever else is thrown is thrown by the engine or the store.
  const invariant = (error as { code?: string }).code === 'ERR_ASSERTION' ? 'books' : 'error';
  return { invariant, message: invariant === 'error' ? `${message}\n${stack ?? ''}` : message };
}

/** @param repeat whether it is run twice */
export function runSeedWorld(
  parts: EngineParts,
  world: SeedWorld,
  seed: number,
  repeat: boolean,
): SeedReport {
  const { store } = world;
  try {
    const first = runWorld({ parts, world, seed: String(seed), checks: true, twin: false });
    if (repeat) {
      const twin = seed % TWIN_SHARE === 0;
      const again = runWorld({ parts, world, seed: String(seed), checks: false, twin });
      if (again.digest !== first.digest)
        violated('A8', `two runs of seed ${seed} differ: ${first.digest} and ${again.digest}`);
    }
    return { seed, store, ...first };
  } catch (error) {
    const { calls = 0 } = error as { calls?: number };
    return { seed, store, calls, steps: 0, digest: '', failure: failureOf(error) };
  }
}

export function runSeed(
  parts: EngineParts,
  seed: number,
  repeat: boolean,
  options: WorldOfSeedOptions = {},
): SeedReport {
  return runSeedWorld(parts, worldOfSeed(seed, options), seed, repeat);
}
