import type { EpochMilliseconds, LeadNumber } from '../../core/model.js';
import type { MemoryAttempt } from './attempt-book.js';

/** What is known of a number over all campaigns. */
export interface MemoryNumber {
  readonly e164: string;
  /** The attempt that the number is in. */
  live: MemoryAttempt | undefined;
  /** When its charged attempts were intended, oldest first. */
  attemptsAt: readonly EpochMilliseconds[];
  internalDnc: boolean;
  campaignDnc: Set<string> | undefined;
  consent: LeadNumber['consent'];
  /** When a granted consent ends; a refusal never does. */
  consentExpiresAt: EpochMilliseconds;
  lastAbandonedAt: EpochMilliseconds | undefined;
  lastMachineAt: EpochMilliseconds | undefined;
  lastRefusedAt: EpochMilliseconds | undefined;
  lastConversationAt: EpochMilliseconds | undefined;
}

const NO_ATTEMPTS: readonly EpochMilliseconds[] = Object.freeze([]);

/** Numbers with their attempts, DNC entries and consent. */
export class NumberBook {
  readonly #numbers = new Map<string, MemoryNumber>();

  find(e164: string): MemoryNumber | undefined {
    return this.#numbers.get(e164);
  }

  of(e164: string): MemoryNumber {
    const known = this.#numbers.get(e164);
    if (known !== undefined) return known;
    const number: MemoryNumber = {
      e164,
      live: undefined,
      attemptsAt: NO_ATTEMPTS,
      internalDnc: false,
      campaignDnc: undefined,
      consent: 'none',
      consentExpiresAt: Number.POSITIVE_INFINITY,
      lastAbandonedAt: undefined,
      lastMachineAt: undefined,
      lastRefusedAt: undefined,
      lastConversationAt: undefined,
    };
    this.#numbers.set(e164, number);
    return number;
  }

  /** Returns whether the entry is new. */
  addDnc(e164: string, campaignId: string | undefined): boolean {
    const number = this.of(e164);
    if (campaignId === undefined) {
      const added = !number.internalDnc;
      number.internalDnc = true;
      return added;
    }
    number.campaignDnc ??= new Set();
    const before = number.campaignDnc.size;
    return number.campaignDnc.add(campaignId).size > before;
  }

  /** Returns whether there was an entry. */
  removeDnc(e164: string, campaignId: string | undefined): boolean {
    const number = this.#numbers.get(e164);
    if (number === undefined) return false;
    if (campaignId !== undefined) return number.campaignDnc?.delete(campaignId) ?? false;
    const removed = number.internalDnc;
    number.internalDnc = false;
    return removed;
  }

  setConsent(e164: string, consent: 'granted' | 'refused', expiresAt: EpochMilliseconds | undefined): void {
    const number = this.of(e164);
    number.consent = consent;
    number.consentExpiresAt =
      consent === 'granted' ? (expiresAt ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  }
}

export function consentAt(number: MemoryNumber, now: EpochMilliseconds): LeadNumber['consent'] {
  return number.consentExpiresAt <= now ? 'none' : number.consent;
}

/** Charged attempts at `since` or later, newest first. */
export function attemptsFrom(number: MemoryNumber, since: EpochMilliseconds): readonly EpochMilliseconds[] {
  const { attemptsAt } = number;
  const newest = attemptsAt[attemptsAt.length - 1];
  if (newest === undefined || newest < since) return NO_ATTEMPTS;
  const found: EpochMilliseconds[] = [];
  for (let i = attemptsAt.length - 1; i >= 0; i -= 1) {
    const at = attemptsAt[i] as EpochMilliseconds;
    if (at < since) break;
    found.push(at);
  }
  return found;
}

/**
 * Keeps the order, though intents may come slightly out of it. The few times of a number are copied at each change: an
 * array that grows in place takes many times the room, in every one of them.
 */
export function chargeAttempt(number: MemoryNumber, at: EpochMilliseconds): void {
  const { attemptsAt } = number;
  let place = attemptsAt.length;
  while (place > 0 && (attemptsAt[place - 1] as EpochMilliseconds) > at) place -= 1;
  number.attemptsAt = attemptsAt.length === 0 ? [at] : attemptsAt.toSpliced(place, 0, at);
}

export function unchargeAttempt(number: MemoryNumber, at: EpochMilliseconds): void {
  const place = number.attemptsAt.lastIndexOf(at);
  if (place >= 0) number.attemptsAt = number.attemptsAt.toSpliced(place, 1);
}
