import type { PacerOptions } from './types.js';

/** A value that a caller gave is out of its range; the message names the field and the remedy. */
export class PacerOptionError extends Error {
  override readonly name = 'PacerOptionError';
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** Options common to every method, with their defaults filled in. */
export interface CommonOptions {
  readonly targetAbandonRatio: number;
  readonly answerWait: number;
  readonly handover: number;
  readonly minRing: number;
  readonly seed: number;
}

/** Returns `value`, or `fallback` when it is absent; throws PacerOptionError outside [low, high]. */
export function inRange(
  field: keyof PacerOptions,
  value: number | undefined,
  fallback: number,
  low: number,
  high: number,
): number {
  const x = value ?? fallback;
  if (!(x >= low && x <= high)) {
    throw new PacerOptionError(field, `${field} is ${x}: give a number from ${low} to ${high}`);
  }
  return x;
}

export function commonOptions(options: PacerOptions): CommonOptions {
  return {
    targetAbandonRatio: inRange('targetAbandonRatio', options.targetAbandonRatio, 0.03, 0, 0.5),
    answerWait: inRange('answerWait', options.answerWait, 2, 0, 60),
    handover: inRange('handover', options.handover, 0, 0, 60),
    minRing: inRange('minRing', options.minRing, 15, 0, 300),
    seed: inRange('seed', options.seed, 1, 0, 2 ** 32 - 1),
  };
}
