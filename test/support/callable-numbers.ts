/** Numbers that may lawfully be called while a test runs: the gate is never bypassed, so the place follows the hour. */
import { createGate } from '../../compliance/index.js';

const places: readonly { readonly country: string; readonly number: (index: number) => string }[] = [
  { country: 'US', number: (i) => `+1212${2_000_000 + i}` },
  { country: 'IN', number: (i) => `+9111${20_000_000 + i}` },
  { country: 'US', number: (i) => `+1808${2_000_000 + i}` },
  { country: 'GB', number: (i) => `+4420${70_000_000 + i}` },
  { country: 'ZA', number: (i) => `+2711${2_000_000 + i}` },
  { country: 'TH', number: (i) => `+662${2_000_000 + i}` },
];

const minutesAhead = 40;

export interface CallablePlace {
  readonly country: string;
  /** A different number for every index below 900,000. */
  readonly number: (index: number) => string;
}

/** @throws Error when nowhere may be called in the next 40 minutes */
export function callablePlace(now = Date.now(), except: readonly string[] = []): CallablePlace {
  const gate = createGate();
  const facts = {
    dnc: { internal: false, campaign: false },
    consent: { state: 'granted', level: 'written' },
    attempts: { at: [] },
  } as const;
  for (const place of places) {
    if (except.includes(place.country)) continue;
    const allowed = (at: number): boolean =>
      gate.decide(
        { number: place.number(1), campaignId: 'test', purpose: 'service', ringSeconds: 30 },
        facts,
        at,
      ).verdict === 'allow';
    if (allowed(now) && allowed(now + minutesAhead * 60_000)) return place;
  }
  throw new Error(
    'no place of this test may be called in the next 40 minutes: add one to callable-numbers.ts',
  );
}
