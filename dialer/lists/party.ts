import type { Party } from '../../compliance/index.js';

const WORDS: ReadonlyMap<string, Party> = new Map(
  Object.entries({
    consumer: 'consumer',
    private: 'consumer',
    residential: 'consumer',
    b2c: 'consumer',
    business: 'business',
    company: 'business',
    commercial: 'business',
    b2b: 'business',
  } as const),
);

/** Who is called, as a list says it; undefined when it does not. */
export function readParty(text: string): Party | undefined {
  return WORDS.get(text.trim().toLowerCase());
}
