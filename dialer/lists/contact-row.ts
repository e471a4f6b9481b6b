/** Turns one row of a list into a contact, or says why it cannot be one. */
import type { EpochMilliseconds } from '../core/model.js';
import type { NewContact } from '../store/port.js';
import type { ColumnPlan } from './columns.js';
import { readConsent } from './consent-cells.js';
import { readNumberClasses } from './number-classes.js';
import { readParty } from './party.js';
import { type DefaultCountry, readPhoneNumber } from './phone-number.js';
import { readPostalCode } from './postal-code.js';
import { readCountry, readRegion } from './regions.js';

/** What kind of thing is wrong with a row: stable codes, counted in the report. */
export type IssueCode =
  | 'columns'
  | 'quote'
  | 'json'
  | 'number'
  | 'no-number'
  | 'time-zone'
  | 'region'
  | 'country'
  | 'party'
  | 'number-class'
  | 'consent'
  | 'too-long'
  | 'line-break';

/** Something wrong with a row; the row was left out unless `kept`. */
export interface RowIssue {
  /** Counts from 1, the header included. */
  readonly line: number;
  /** Header of the column; empty when the row as a whole is wrong. */
  readonly field: string;
  readonly code: IssueCode;
  /** One line. */
  readonly reason: string;
  /** What the cell held, cut to 60 characters. */
  readonly value: string;
  /** The contact was taken without this number. */
  readonly kept: boolean;
}

type Problem = Omit<RowIssue, 'line' | 'kept'>;

export interface RowResult {
  readonly contact?: NewContact;
  /** Why there is no contact, or which of its numbers were left out. */
  readonly problems: readonly Problem[];
}

const LONGEST_NAME = 200;
const LONGEST_EXTERNAL_ID = 200;
const LONGEST_FIELD = 4000;
const NUMBERS_PER_CONTACT = 20;

/** What American lists write for a place's time; the IANA zones EST and MST would know no summer time. */
const AMERICAN_ZONES: Readonly<Record<string, string>> = {
  EST: 'America/New_York',
  EDT: 'America/New_York',
  ET: 'America/New_York',
  CST: 'America/Chicago',
  CDT: 'America/Chicago',
  CT: 'America/Chicago',
  MST: 'America/Denver',
  MDT: 'America/Denver',
  MT: 'America/Denver',
  PST: 'America/Los_Angeles',
  PDT: 'America/Los_Angeles',
  PT: 'America/Los_Angeles',
  AKST: 'America/Anchorage',
  AKDT: 'America/Anchorage',
  HST: 'Pacific/Honolulu',
};

const zones = new Map<string, string | undefined>();

/** The IANA zone, spelled as the time zone data spell it; undefined when there is none of this name. */
function readTimeZone(text: string, country: DefaultCountry): string | undefined {
  if (country === 'US' || country === 'CA') {
    const american = AMERICAN_ZONES[text.toUpperCase()];
    if (american !== undefined) return american;
  }
  if (zones.has(text)) return zones.get(text);
  let zone: string | undefined;
  // Offsets such as +05:00 are no zones: they know no summer time.
  if (/^[A-Za-z]/.test(text)) {
    try {
      zone = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  if (zones.size < 5000) zones.set(text, zone);
  return zone;
}

function shorten(value: string): string {
  const line = value.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/** Several numbers may stand in one cell. */
function splitCell(cell: string): readonly string[] {
  return /[;|\n]/.test(cell) ? cell.split(/[;|\n]/).map((part) => part.trim()) : [cell];
}

/**
 * Reads a row that has been cut into cells. A row with one good number is a contact; its bad numbers are
 * reported and left out.
 *
 * @param defaultCountry country of numbers without a country code, unless the row has its own
 * @param now no consent was given later than this
 */
export function readContactRow(
  cells: readonly string[],
  plan: ColumnPlan,
  defaultCountry: DefaultCountry,
  now: EpochMilliseconds,
): RowResult {
  const width = plan.header.length;
  const refuse = (position: number, code: IssueCode, reason: string): RowResult => ({
    problems: [
      {
        field: plan.header[position] ?? '',
        code,
        reason,
        value: position < 0 ? '' : shorten(cells[position] ?? ''),
      },
    ],
  });
  if (cells.length !== width) {
    const surplus = cells.slice(width).some((cell) => cell !== '');
    if (cells.length < width || surplus) {
      const reason = `has ${cells.length} columns where ${width} are expected: quote cells that hold the delimiter`;
      return refuse(-1, 'columns', reason);
    }
  }
  const cell = (position: number): string => (position < 0 ? '' : (cells[position] ?? ''));
  /** A broken quote swallows lines; cells that never have several lines show it. */
  for (const position of [
    ...plan.name,
    plan.externalId,
    plan.timeZone,
    plan.region,
    plan.postalCode,
    plan.party,
    plan.numberClass,
    plan.country,
    plan.consent,
    plan.consentLevel,
    plan.consentAt,
    plan.consentExpires,
  ]) {
    if (cell(position).includes('\n')) {
      return refuse(position, 'line-break', 'spans several lines: a quote before it is probably not closed');
    }
  }

  let country = defaultCountry;
  if (cell(plan.country) !== '') {
    country = readCountry(cell(plan.country));
    if (country === undefined)
      return refuse(
        plan.country,
        'country',
        'is no country: give an ISO code such as US, or its English name',
      );
  }

  const numbers: string[] = [];
  const problems: Problem[] = [];
  for (const position of plan.numbers) {
    const whole = cell(position);
    if (whole === '') continue;
    for (const part of splitCell(whole)) {
      if (part === '') continue;
      const read = readPhoneNumber(part, country);
      if (read.e164 === undefined)
        problems.push({
          field: plan.header[position]!,
          code: 'number',
          reason: read.problem,
          value: shorten(part),
        });
      else if (!numbers.includes(read.e164)) numbers.push(read.e164);
    }
  }
  if (numbers.length === 0)
    return problems.length > 0
      ? { problems }
      : refuse(plan.numbers[0]!, 'no-number', 'the row has no number');
  if (numbers.length > NUMBERS_PER_CONTACT)
    return refuse(plan.numbers[0]!, 'too-long', `has more than ${NUMBERS_PER_CONTACT} numbers`);

  const name = plan.name
    .map((position) => cell(position))
    .filter((part) => part !== '')
    .join(' ');
  if (name.length > LONGEST_NAME)
    return refuse(plan.name[0]!, 'too-long', `is longer than ${LONGEST_NAME} characters`);
  const externalId = cell(plan.externalId);
  if (externalId.length > LONGEST_EXTERNAL_ID)
    return refuse(plan.externalId, 'too-long', `is longer than ${LONGEST_EXTERNAL_ID} characters`);

  let timeZone = '';
  if (cell(plan.timeZone) !== '') {
    const zone = readTimeZone(cell(plan.timeZone), country);
    if (zone === undefined)
      return refuse(plan.timeZone, 'time-zone', 'is no IANA time zone such as America/New_York');
    timeZone = zone;
  }
  let region = '';
  if (cell(plan.region) !== '') {
    const read = readRegion(cell(plan.region), country);
    if (read === undefined)
      return refuse(
        plan.region,
        'region',
        'is no ISO 3166-2 code such as US-CA: map the column as a plain field',
      );
    region = read;
  } else if (cell(plan.country) !== '') region = country ?? '';
  const party = readParty(cell(plan.party));
  if (party === undefined && cell(plan.party) !== '')
    return refuse(plan.party, 'party', 'says neither consumer nor business: map the column as a plain field');
  const numberClasses = readNumberClasses(cell(plan.numberClass));
  if (numberClasses === undefined)
    return refuse(
      plan.numberClass,
      'number-class',
      'is no kind of number such as hospital, payphone or landline: map the column as a plain field',
    );
  const reading = readConsent(
    {
      consent: cell(plan.consent),
      consentLevel: cell(plan.consentLevel),
      consentSource: cell(plan.consentSource),
      consentEvidence: cell(plan.consentEvidence),
      consentAt: cell(plan.consentAt),
      consentExpires: cell(plan.consentExpires),
    },
    now,
  );
  if ('problem' in reading) return refuse(plan[reading.cell], 'consent', reading.problem);

  const fields: Record<string, string> = {};
  for (const field of plan.fields) {
    const value = cell(field.position);
    if (value === '') continue;
    if (value.length > LONGEST_FIELD)
      return refuse(field.position, 'too-long', `is longer than ${LONGEST_FIELD} characters`);
    fields[field.name] = value;
  }
  const { consent, details } = reading;
  // The country of the row's place tells how its codes are written.
  const place = region === '' ? country : readCountry(region.slice(0, 2));
  const postalCode = readPostalCode(cell(plan.postalCode), place);
  const contact: NewContact = {
    externalId,
    name,
    timeZone,
    region,
    ...(postalCode !== undefined && { postalCode }),
    ...(party !== undefined && { party }),
    ...(numberClasses.length > 0 && { numberClasses }),
    numbers,
    consent,
    fields,
    ...(details !== undefined && { consentDetails: details }),
  };
  return { contact, problems };
}
