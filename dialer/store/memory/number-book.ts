import { type ConsentRecord, type ConsentWord, type NewConsent, sameWord } from '../../core/consent.js';
import type { EpochMilliseconds } from '../../core/model.js';
import type { DncEntry } from '../port.js';
import type { ChargedAttempt } from '../rules.js';
import type { MemoryAttempt } from './attempt-book.js';

/** Attempts and outcomes of a number, or of a person, over all campaigns. */
export interface MemoryHistory {
  /** Charged attempts in the order of their times, oldest first. */
  attempts: readonly MemoryCharge[];
  lastAbandonedAt: EpochMilliseconds | undefined;
  lastMachineAt: EpochMilliseconds | undefined;
  lastRefusedAt: EpochMilliseconds | undefined;
  lastConversationAt: EpochMilliseconds | undefined;
}

export interface MemoryCharge extends ChargedAttempt {
  readonly number: string;
}

/** What is known of a number over all campaigns. */
export interface MemoryNumber extends MemoryHistory {
  readonly e164: string;
  /** The attempt that the number is in. */
  live: MemoryAttempt | undefined;
  internalDnc: boolean;
  campaignDnc: Set<string> | undefined;
  /** In the order in which they were recorded. */
  consents: readonly ConsentRecord[];
}

const NO_ATTEMPTS: readonly MemoryCharge[] = Object.freeze([]);
const NO_CONSENTS: readonly ConsentRecord[] = Object.freeze([]);

export function emptyHistory(): MemoryHistory {
  return {
    attempts: NO_ATTEMPTS,
    lastAbandonedAt: undefined,
    lastMachineAt: undefined,
    lastRefusedAt: undefined,
    lastConversationAt: undefined,
  };
}

/** Numbers with their attempts, DNC entries and consent, and persons with their attempts. */
export class NumberBook {
  readonly #numbers = new Map<string, MemoryNumber>();
  /** By number and campaign. */
  readonly #dnc = new Map<string, DncEntry>();
  readonly #persons = new Map<string, MemoryHistory>();

  find(e164: string): MemoryNumber | undefined {
    return this.#numbers.get(e164);
  }

  of(e164: string): MemoryNumber {
    const known = this.#numbers.get(e164);
    if (known !== undefined) return known;
    const number: MemoryNumber = {
      e164,
      live: undefined,
      internalDnc: false,
      campaignDnc: undefined,
      consents: NO_CONSENTS,
      ...emptyHistory(),
    };
    this.#numbers.set(e164, number);
    return number;
  }

  forgetPerson(key: string): void {
    this.#persons.delete(key);
  }

  /** Absent when nobody of that key was ever called. */
  findPerson(key: string): MemoryHistory | undefined {
    return key === '' ? undefined : this.#persons.get(key);
  }

  person(key: string): MemoryHistory | undefined {
    if (key === '') return undefined;
    let person = this.#persons.get(key);
    if (person === undefined) {
      person = emptyHistory();
      this.#persons.set(key, person);
    }
    return person;
  }

  /** Returns whether the entry is new. */
  addDnc(e164: string, campaignId: string | undefined, reason: string, at: EpochMilliseconds): boolean {
    const number = this.of(e164);
    const entry = `${e164}:${campaignId ?? ''}`;
    if (!this.#dnc.has(entry))
      this.#dnc.set(entry, { number: e164, ...(campaignId === undefined ? {} : { campaignId }), reason, at });
    if (campaignId === undefined) {
      const added = !number.internalDnc;
      number.internalDnc = true;
      return added;
    }
    number.campaignDnc ??= new Set();
    const before = number.campaignDnc.size;
    return number.campaignDnc.add(campaignId).size > before;
  }

  /** Puts the number of an erased person on the internal list, and drops the words of all its entries. */
  eraseDnc(e164: string, reason: string, at: EpochMilliseconds): void {
    this.addDnc(e164, undefined, reason, at);
    for (const [key, entry] of this.#dnc) if (entry.number === e164) this.#dnc.set(key, { ...entry, reason });
  }

  /** By number, the internal list's entry first. */
  dncEntries(): readonly DncEntry[] {
    const key = ({ number, campaignId = '' }: DncEntry): string => `${number}:${campaignId}`;
    return [...this.#dnc.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  /** Returns whether there was an entry. */
  removeDnc(e164: string, campaignId: string | undefined): boolean {
    this.#dnc.delete(`${e164}:${campaignId ?? ''}`);
    const number = this.#numbers.get(e164);
    if (number === undefined) return false;
    if (campaignId !== undefined) return number.campaignDnc?.delete(campaignId) ?? false;
    const removed = number.internalDnc;
    number.internalDnc = false;
    return removed;
  }

  /** Returns how many entries were new. */
  addConsents(entries: readonly NewConsent[]): number {
    let added = 0;
    for (const entry of entries) {
      const number = this.of(entry.number);
      if (number.consents.some((known) => sameWord(known, entry))) continue;
      number.consents = [...number.consents, { ...entry, sequence: number.consents.length + 1 }];
      added += 1;
    }
    return added;
  }

  /** Only where nothing is known. */
  addFirstConsents(entries: readonly NewConsent[]): void {
    for (const entry of entries) if (this.of(entry.number).consents.length === 0) this.addConsents([entry]);
  }

  consentsOf(e164: string): readonly ConsentWord[] {
    return this.#numbers.get(e164)?.consents ?? NO_CONSENTS;
  }

  /** Number by number, up to `limit` after the one of the cursor. */
  consentNumbers(): readonly MemoryNumber[] {
    return [...this.#numbers.values()]
      .filter(({ consents }) => consents.length > 0)
      .sort((a, b) => (a.e164 < b.e164 ? -1 : 1));
  }
}

/** Charged attempts at `since` or later; on other numbers than `not`, when it is given. */
export function attemptsFrom(
  { attempts }: Pick<MemoryHistory, 'attempts'>,
  since: EpochMilliseconds,
  not?: string,
): readonly MemoryCharge[] {
  const newest = attempts[attempts.length - 1];
  if (newest === undefined || newest.at < since) return NO_ATTEMPTS;
  // All or none of them, mostly, and then nothing is copied.
  let found = 0;
  for (const { at, number } of attempts) if (at >= since && number !== not) found += 1;
  if (found === 0) return NO_ATTEMPTS;
  if (found === attempts.length) return attempts;
  return attempts.filter(({ at, number }) => at >= since && number !== not);
}

/**
 * Keeps the order, though intents may come slightly out of it. The few attempts of a number are copied at each change: an
 * array that grows in place takes many times the room, in every one of them.
 */
export function chargeAttempt(history: MemoryHistory, charge: MemoryCharge): void {
  const { attempts } = history;
  let place = attempts.length;
  while (place > 0 && (attempts[place - 1] as MemoryCharge).at > charge.at) place -= 1;
  history.attempts = attempts.length === 0 ? [charge] : attempts.toSpliced(place, 0, charge);
}

export function unchargeAttempt(history: MemoryHistory, at: EpochMilliseconds, number: string): void {
  const place = history.attempts.findLastIndex((each) => each.at === at && each.number === number);
  if (place >= 0) history.attempts = history.attempts.toSpliced(place, 1);
}
