/** What both stores do alike when a person is erased. */
import type { Intent } from '../core/model.js';
import type { AttemptRecord } from './port.js';

/** `doneReason` of an erased contact, and the reason of its entry on the internal DNC list. */
export const ERASED = 'erased';

/** What stands in a number's place once its person has been erased. `hash`: the number's keyed hash. */
export function erasedNumber(hash: string): string {
  return `erased:${hash}`;
}

/** The attempt without the person: the number is replaced, the agent's words and the person's answers are dropped, all that is counted stays. */
export function erasedAttempt(attempt: AttemptRecord, number: string): AttemptRecord {
  const { answers: _, ...kept } = attempt;
  const { result, disposition, permit } = attempt;
  return {
    ...kept,
    number,
    person: '',
    permit: { ...permit, number } satisfies Intent['permit'],
    ...(result !== undefined && { result: { ...result, number } }),
    ...(disposition !== undefined && { disposition: { ...disposition, note: '' } }),
  };
}
