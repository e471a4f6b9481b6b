/**
 * Reads the phone numbers of a list into E.164.
 *
 * libphonenumber decides what a number is. A short way answers for the plain cases from the same data without
 * the library's cost; it says yes only where the library would say yes with the same result, and leaves
 * everything else to the library.
 */
import { type CountryCode, ParseError, parsePhoneNumberWithError } from 'libphonenumber-js/max';
import { countriesOfCallingCode, isCountry, type NumberingPlan, numberingPlan } from './numbering-plan.js';

export type PhoneNumberResult =
  | { readonly e164: string; readonly problem?: undefined }
  | { readonly e164?: undefined; readonly problem: string };

/** Country of a list's national numbers: ISO 3166-1 alpha-2; undefined when all numbers must begin with +. */
export type DefaultCountry = string | undefined;

const PLAIN = /^\+?[\d ().\-/]+$/;
const NOT_DIGITS = /[^\d]+/g;

/** Spreadsheets leave these around what the cell held: ="0123", '0123, 123.0 */
function unwrap(raw: string): string {
  let text = raw.trim();
  if (text.startsWith('="') && text.endsWith('"')) text = text.slice(2, -1).trim();
  if (text.startsWith("'")) text = text.slice(1).trim();
  if (/^\d{7,}\.0$/.test(text)) text = text.slice(0, -2);
  return text;
}

/** The country a national number of a shared calling code belongs to, as the library finds it. */
function countryOf(callingCode: string, nationalNumber: string): NumberingPlan | undefined {
  const countries = countriesOfCallingCode(callingCode);
  if (countries.length === 1) return numberingPlan(countries[0]!);
  for (const country of countries) {
    const plan = numberingPlan(country);
    if (plan.leading === undefined ? plan.valid(nationalNumber) : plan.leading.test(nationalNumber))
      return plan;
  }
  return undefined;
}

function accept(callingCode: string, nationalNumber: string): string | undefined {
  const plan = countryOf(callingCode, nationalNumber);
  if (plan === undefined || !plan.lengths.includes(nationalNumber.length)) return undefined;
  return plan.valid(nationalNumber) ? `+${callingCode}${nationalNumber}` : undefined;
}

/** With a plus sign: the number follows the calling code as it is, without a national prefix. */
function shortWayInternational(digits: string): string | undefined {
  for (let length = 1; length <= 3; length += 1) {
    const callingCode = digits.slice(0, length);
    if (countriesOfCallingCode(callingCode).length === 0) continue;
    const nationalNumber = digits.slice(length);
    if (numberingPlan(callingCode).prefix?.test(nationalNumber)) return undefined;
    return accept(callingCode, nationalNumber);
  }
  return undefined;
}

/** As dialled inside the country, with or without a prefix that is simply left out. */
function shortWayNational(digits: string, country: string): string | undefined {
  const plan = numberingPlan(country);
  if (plan.international.test(digits)) return undefined;
  let nationalNumber = digits;
  const prefix = plan.prefix?.exec(digits);
  if (prefix) {
    if (plan.prefixRewrites || plan.national.test(digits)) return undefined;
    nationalNumber = digits.slice(prefix[0].length);
  }
  // Otherwise the digits may begin with the calling code; the library finds out.
  if (!plan.national.test(nationalNumber) || !plan.lengths.includes(nationalNumber.length)) return undefined;
  return accept(plan.callingCode, nationalNumber);
}

/**
 * E.164 of a plain, valid number, or undefined when the library has to look. Exported for the test that
 * holds it against the library.
 */
export function shortWay(text: string, country: DefaultCountry): string | undefined {
  if (text.length > 32 || !PLAIN.test(text)) return undefined;
  const digits = text.replace(NOT_DIGITS, '');
  if (text.charCodeAt(0) === 0x2b) return shortWayInternational(digits);
  if (country === undefined || digits.length < 3) return undefined;
  return shortWayNational(digits, country);
}

const PROBLEMS: Readonly<Record<string, string>> = {
  NOT_A_NUMBER: 'is not a phone number',
  INVALID_COUNTRY: 'has no country code that exists: write it as +CODE…, or name the default country',
  TOO_SHORT: 'is too short for a phone number',
  TOO_LONG: 'is too long for a phone number',
  INVALID_LENGTH: 'does not have the length of a phone number',
};

/** What the library itself says of a number; the yardstick of the short way. */
export function longWay(text: string, country: DefaultCountry): PhoneNumberResult {
  try {
    const parsed = parsePhoneNumberWithError(text, {
      ...(country !== undefined && { defaultCountry: country as CountryCode }),
      extract: false,
    });
    if (parsed.ext !== undefined && parsed.ext !== '')
      return { problem: 'has an extension, which cannot be dialled: give a direct number' };
    if (!parsed.isValid())
      return {
        problem: `is not in use in ${parsed.country ?? `the plan of +${parsed.countryCallingCode}`}: no such range`,
      };
    return { e164: parsed.number };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { problem: PROBLEMS[error.message] ?? `cannot be read (${error.message})` };
  }
}

/**
 * Reads one number. Never throws.
 *
 * @param country default country in upper case, one that `isCountry` knows
 */
export function readPhoneNumber(raw: string, country: DefaultCountry): PhoneNumberResult {
  const text = unwrap(raw);
  const e164 = shortWay(text, country);
  if (e164 !== undefined) return { e164 };
  if (/^\d(?:[.,]\d+)?[eE]\+?\d+$/.test(text))
    return { problem: 'was rounded by a spreadsheet: format the column as text and export again' };
  return longWay(text, country);
}

export { isCountry };
