/** Refusals that a list brings: numbers that must not be called any more, wherever they wait. */
import type { ConsentWord } from '../core/consent.js';
import type { EpochMilliseconds } from '../core/model.js';
import type { NewContact } from '../store/port.js';

export interface ListRefusal {
  readonly number: string;
  readonly word: ConsentWord;
}

/** @param now when it was said, where the list does not tell */
export function refusalsOf(contacts: readonly NewContact[], now: EpochMilliseconds): readonly ListRefusal[] {
  return contacts.flatMap(({ consent, consentDetails, numbers }) => {
    if (consent !== 'refused') return [];
    const word: ConsentWord = { decision: 'refused', level: 'express', at: consentDetails?.at ?? now };
    return numbers.map((number) => ({ number, word }));
  });
}
