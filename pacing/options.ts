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

/** The inbound service asked for, or nothing; throws PacerOptionError outside its range. */
export function checkedService(service: PacerOptions['inboundService']): PacerOptions['inboundService'] {
  if (!service) return undefined;
  const { share, seconds } = service;
  if (!(share >= 0 && share <= 0.999)) {
    const message = `inboundService.share is ${share}: give a number from 0 to 0.999`;
    throw new PacerOptionError('inboundService.share', message);
  }
  if (!(seconds >= 0 && seconds <= 3600)) {
    const message = `inboundService.seconds is ${seconds}: give a number from 0 to 3600`;
    throw new PacerOptionError('inboundService.seconds', message);
  }
  return { share, seconds };
}
