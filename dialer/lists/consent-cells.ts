/** What a row says of the contact's consent: yes or no, how strong, since and until when, and the proof. */
import { DateTime } from 'luxon';
import type { EpochMilliseconds } from '../core/model.js';
import type { ImportedConsent, NewContact } from '../store/port.js';

/** The cells of a row, empty where the list has no such column. */
export interface ConsentCells {
  readonly consent: string;
  readonly consentLevel: string;
  readonly consentSource: string;
  readonly consentEvidence: string;
  readonly consentAt: string;
  readonly consentExpires: string;
}

export type ConsentReading =
  | { readonly consent: NewContact['consent']; readonly details?: ImportedConsent }
  /** The cell that cannot be used, and why. */
  | { readonly cell: keyof ConsentCells; readonly problem: string };

const LONGEST_SOURCE = 200;
const LONGEST_EVIDENCE = 2000;

const GRANTED = new Set([
  'yes',
  'y',
  'true',
  't',
  '1',
  'granted',
  'given',
  'opt-in',
  'optin',
  'opted in',
  'consented',
]);
const REFUSED = new Set([
  'no',
  'n',
  'false',
  'f',
  '0',
  'refused',
  'revoked',
  'withdrawn',
  'opt-out',
  'optout',
  'opted out',
]);
const UNSTATED = new Set(['', 'none', 'unknown', 'null', 'n/a', '-']);
const WRITTEN = new Set(['written', 'signed', 'in writing', 'electronic', 'pewc']);
const EXPRESS = new Set(['express', 'verbal', 'oral']);
const PRESUMED = new Set(['presumed', 'implied', 'inferred']);

function readWord(text: string): NewContact['consent'] | undefined {
  const word = text.toLowerCase();
  // A column that tells the level says that it was given.
  if ([GRANTED, WRITTEN, EXPRESS, PRESUMED].some((words) => words.has(word))) return 'granted';
  if (REFUSED.has(word)) return 'refused';
  return UNSTATED.has(word) ? 'none' : undefined;
}

function readLevel({ consent, consentLevel }: ConsentCells): ImportedConsent['level'] | undefined | false {
  const word = (consentLevel === '' ? consent : consentLevel).toLowerCase();
  if (WRITTEN.has(word)) return 'written';
  if (EXPRESS.has(word)) return 'express';
  if (PRESUMED.has(word)) return 'presumed';
  return consentLevel === '' || UNSTATED.has(word) ? undefined : false;
}

/** A time without an offset is taken for UTC, a date for its beginning. */
export function readInstant(text: string): EpochMilliseconds | undefined {
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const time = DateTime.fromISO(text.replace(' ', 'T'), { zone: 'utc' });
  return time.isValid ? time.toMillis() : undefined;
}

/**
 * Reads the cells. What is refused, is refused for the whole row: a contact whose consent cannot be read is not imported as
 * one that never gave any, and even less as one that did.
 */
export function readConsent(cells: ConsentCells, now: EpochMilliseconds): ConsentReading {
  const consent = readWord(cells.consent);
  if (consent === undefined)
    return {
      cell: 'consent',
      problem: 'is neither yes (granted, or express or written), no (refused) nor empty',
    };
  if (consent === 'none') return { consent };
  const details: { -readonly [K in keyof ImportedConsent]: ImportedConsent[K] } = {};
  const level = readLevel(cells);
  if (level === false)
    return { cell: 'consentLevel', problem: 'is neither presumed, express, written nor empty' };
  if (level !== undefined && consent === 'granted') details.level = level;
  for (const [cell, longest] of [
    ['consentSource', LONGEST_SOURCE],
    ['consentEvidence', LONGEST_EVIDENCE],
  ] as const) {
    if (cells[cell].length > longest) return { cell, problem: `is longer than ${longest} characters` };
  }
  if (cells.consentSource !== '') details.source = cells.consentSource;
  if (cells.consentEvidence !== '') details.evidence = cells.consentEvidence;
  for (const [cell, name] of [
    ['consentAt', 'at'],
    ['consentExpires', 'expiresAt'],
  ] as const) {
    if (cells[cell] === '') continue;
    const at = readInstant(cells[cell]);
    if (at === undefined)
      return { cell, problem: 'is no time: write 2026-03-02, or 2026-03-02T15:04:05Z with its offset' };
    details[name] = at;
  }
  if (details.at !== undefined && details.at > now)
    return { cell: 'consentAt', problem: 'lies in the future: nobody has said it yet' };
  if (details.at !== undefined && details.expiresAt !== undefined && details.expiresAt <= details.at)
    return { cell: 'consentExpires', problem: 'is before the consent was given' };
  return Object.keys(details).length === 0 ? { consent } : { consent, details };
}
