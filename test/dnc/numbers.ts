/** Random telephone numbers of several countries, and little registries on disk. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ExactNumberSet } from '../../dialer/dnc/exact-number-set.js';
import { partsOf } from '../../dialer/dnc/number-parts.js';
import { NumberSetBuilder } from '../../dialer/dnc/number-set-builder.js';

const digits = (least: number, most: number = least): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most })
    .map((list) => list.join(''));

/** North America crowded and scattered, the United Kingdom, Italy with its zeros and lengths, tiny and long plans. */
export const anyNumber: fc.Arbitrary<string> = fc.oneof(
  digits(3).map((tail) => `+12125550${tail}`),
  fc
    .tuple(fc.integer({ min: 201, max: 989 }), fc.integer({ min: 200, max: 999 }), digits(4))
    .map(([area, exchange, tail]) => `+1${area}${exchange}${tail}`),
  digits(4).map((tail) => `+1646555${tail}`),
  digits(9).map((rest) => `+447${rest}`),
  digits(5, 10).map((rest) => `+390${rest}`),
  digits(9).map((rest) => `+393${rest}`),
  digits(4).map((rest) => `+290${rest}`),
  digits(14).map((rest) => `+8${rest}`),
);

export function setOf(numbers: Iterable<string>): ExactNumberSet {
  const builder = new NumberSetBuilder();
  for (const number of numbers) {
    const parts = partsOf(number);
    if (parts !== undefined) builder.add(parts.area, parts.rest);
  }
  return builder.finish();
}

/** A generator that repeats itself: 0 ≤ n < below. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'tactus-dnc-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
