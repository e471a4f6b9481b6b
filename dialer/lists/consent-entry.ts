/** An entry of the consent history as files and clients write it, and back. */
import type { Purpose } from '../../compliance/index.js';
import type { ConsentChannel, ConsentRecord, NewConsent } from '../core/consent.js';
import type { EpochMilliseconds } from '../core/model.js';
import { readConsent } from './consent-cells.js';
import { type DefaultCountry, readPhoneNumber } from './phone-number.js';

/** Fields of an entry; those of the second list are written out and not read back. */
export const CONSENT_FIELDS = [
  'number',
  'consent',
  'level',
  'purposes',
  'channel',
  'seller',
  'source',
  'evidence',
  'at',
  'expiresAt',
] as const;
export const RECORDED_FIELDS = ['sequence', 'recordedAt', 'recordedBy'] as const;
export type ConsentField = (typeof CONSENT_FIELDS)[number];

/** All as text; what is absent or empty is not said. */
export type ConsentText = Readonly<Partial<Record<ConsentField, string>>>;

export const PURPOSES: readonly Purpose[] = [
  'sales',
  'fundraising',
  'survey',
  'service',
  'collection',
  'political',
];
export const CHANNELS: readonly ConsentChannel[] = ['voice', 'text', 'email'];
const LONGEST_SELLER = 200;

export interface EntryContext {
  readonly country: DefaultCountry;
  readonly now: EpochMilliseconds;
  readonly recordedBy: string;
}

export interface FieldFault {
  readonly field: ConsentField;
  readonly detail: string;
}

/** Cells of a list and fields of an entry that mean the same. */
const FIELD_OF_CELL = {
  consent: 'consent',
  consentLevel: 'level',
  consentSource: 'source',
  consentEvidence: 'evidence',
  consentAt: 'at',
  consentExpires: 'expiresAt',
} as const;

/** Reads an entry, or says which field cannot be used. Its time is now when it names none. */
export function readConsentEntry(
  text: ConsentText,
  { country, now, recordedBy }: EntryContext,
): NewConsent | FieldFault {
  const fault = (field: ConsentField, detail: string): FieldFault => ({ field, detail });
  const phone = readPhoneNumber(text.number ?? '', country);
  if (phone.problem !== undefined) return fault('number', phone.problem);
  const reading = readConsent(
    {
      consent: text.consent ?? '',
      consentLevel: text.level ?? '',
      consentSource: text.source ?? '',
      consentEvidence: text.evidence ?? '',
      consentAt: text.at ?? '',
      consentExpires: text.expiresAt ?? '',
    },
    now,
  );
  if ('problem' in reading) return fault(FIELD_OF_CELL[reading.cell], reading.problem);
  const { consent, details = {} } = reading;
  if (consent === 'none') return fault('consent', 'is not said: write granted or refused');
  if (details.evidence === undefined)
    return fault('evidence', 'is missing: name the form, the recording or the letter');
  const purposes = (text.purposes ?? '').split(/[\s,;|]+/).filter((each) => each !== '');
  const unknown = purposes.find((each) => !PURPOSES.includes(each as Purpose));
  if (unknown !== undefined) return fault('purposes', `"${unknown}" is none: use ${PURPOSES.join(', ')}`);
  const channel = text.channel ?? '';
  if (channel !== '' && !CHANNELS.includes(channel as ConsentChannel))
    return fault('channel', `"${channel}" is none: use ${CHANNELS.join(', ')}`);
  const seller = (text.seller ?? '').trim();
  if (seller.length > LONGEST_SELLER) return fault('seller', `is longer than ${LONGEST_SELLER} characters`);
  const { level = 'express', source = 'file', evidence, at = now, expiresAt } = details;
  if (consent === 'refused' && expiresAt !== undefined)
    return fault('expiresAt', 'is for a grant: a refusal stands until the next grant');
  return {
    number: phone.e164,
    decision: consent,
    level,
    ...(purposes.length > 0 && { purposes: purposes as Purpose[] }),
    ...(channel !== '' && { channel: channel as ConsentChannel }),
    ...(seller !== '' && { seller }),
    at,
    ...(expiresAt !== undefined && { expiresAt }),
    source,
    evidence,
    recordedBy,
    recordedAt: now,
  };
}

/** The entry as it is written out: times in ISO 8601, no field that says nothing. */
export function consentEntryText(record: ConsentRecord) {
  const { decision, level, purposes, channel, seller, at, expiresAt, recordedAt } = record;
  const { number, source, evidence, sequence, recordedBy } = record;
  return {
    number,
    consent: decision,
    ...(decision === 'granted' && { level }),
    ...(purposes !== undefined && { purposes }),
    ...(channel !== undefined && { channel }),
    ...(seller !== undefined && { seller }),
    source,
    evidence,
    at: new Date(at).toISOString(),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    sequence,
    recordedAt: new Date(recordedAt).toISOString(),
    recordedBy,
  };
}
