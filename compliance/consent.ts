/** Consent: how levels compare, and what is in force for a call. */
import { LEVEL_WORDS } from './packs/fields.js';
import type { ConsentFacts, ConsentLevel, Request } from './types.js';

const DAY = 86_400_000;
/** A call is heard. */
const CHANNEL = 'voice';

function rankOf(level: ConsentLevel | undefined): number {
  return level === undefined ? 0 : LEVEL_WORDS.indexOf(level) + 1;
}

export const LEVELS = {
  /** 0 = none, then by strength. */
  rank: rankOf,
  /** Does one consent satisfy what is asked for? Nothing asked for is not satisfied by anything. */
  covers: (given: ConsentLevel | undefined, asked: ConsentLevel | undefined): boolean =>
    asked !== undefined && (given === asked || rankOf(given) >= rankOf(asked)),
} as const;

/** Consent in force for the call all the time from `from` to `until` (epoch ms). */
export function consentInForce(
  consent: ConsentFacts,
  { purpose = 'sales', seller, subject }: Request,
  from: number,
  until: number,
): ConsentLevel | undefined {
  if (consent.state !== 'granted') return undefined;
  if (consent.expiresAt !== undefined && !(consent.expiresAt > until)) return undefined;
  if (consent.at !== undefined && !(consent.at <= from)) return undefined;
  if (consent.scope !== undefined && !consent.scope.includes(purpose)) return undefined;
  if (consent.channels !== undefined && !consent.channels.includes(CHANNEL)) return undefined;
  if (consent.sellers !== undefined && seller !== undefined && !consent.sellers.includes(seller))
    return undefined;
  if (consent.subjects !== undefined && subject !== undefined && !consent.subjects.includes(subject))
    return undefined;
  return consent.level ?? 'express';
}

/** When consent grows too old for a rule; Infinity when the rule does not say, 0 when its age is not known. */
export function consentTooOldFrom({ at }: ConsentFacts, maxAgeDays: number | undefined): number {
  if (maxAgeDays === undefined) return Number.POSITIVE_INFINITY;
  return at === undefined ? 0 : at + maxAgeDays * DAY;
}
