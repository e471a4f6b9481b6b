/** Seeds that once failed: run first, every time. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface RegressionSeed {
  readonly seed: number;
  /** Its world is the one without caller-id pools, schedules, previews, desk work and calls back, in which it was found. */
  readonly plain?: boolean;
  /** What was wrong. */
  readonly found: string;
}

const file = join(resolve(import.meta.dirname, '../../..'), 'test/dst/seeds.json');

export function regressionSeeds(): readonly RegressionSeed[] {
  return JSON.parse(readFileSync(file, 'utf8')) as readonly RegressionSeed[];
}
