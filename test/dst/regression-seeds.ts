/** Seeds that once failed: run first, every time. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Case {
  readonly seed: number;
  /** What was wrong. */
  readonly found: string;
}

const file = join(resolve(import.meta.dirname, '../../..'), 'test/dst/seeds.json');

export function regressionSeeds(): readonly number[] {
  return (JSON.parse(readFileSync(file, 'utf8')) as readonly Case[]).map(({ seed }) => seed);
}
