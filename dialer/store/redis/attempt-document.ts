/** Attempts as documents in their campaign's slot, and what is kept beside them. */
import type { AttemptAnswers, AttemptResult, Disposition, Intent } from '../../core/model.js';
import type { AttemptRecord } from '../port.js';
import { placeOf } from './keys.js';

export interface AttemptDocument {
  /** Place in the order of all intents, over all campaigns. */
  readonly ordinal: number;
  readonly intent: Intent;
  readonly result?: AttemptResult;
  readonly disposition?: Disposition;
  readonly answers?: AttemptAnswers;
}

export function attemptRecordOf({ intent, result, disposition, answers }: AttemptDocument): AttemptRecord {
  return {
    ...intent,
    ...(result !== undefined && { result }),
    ...(disposition !== undefined && { disposition }),
    ...(answers !== undefined && { answers }),
  };
}

/** Member of the sorted set by the time of the intent: what was intended at the same time comes in the order of the intents. */
export function momentOf({ ordinal, intent }: AttemptDocument): string {
  return `${placeOf(ordinal)}:${intent.attemptId}`;
}

export function attemptIdOf(moment: string): string {
  return moment.slice(moment.indexOf(':') + 1);
}
