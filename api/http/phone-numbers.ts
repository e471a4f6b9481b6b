/** Telephone numbers as people write them, into E.164 and, for those who may not see them, masked. */
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Role } from './keys.js';
import { fieldProblem } from './problem.js';

export type { CountryCode };

/** E.164, or why it is none, as the rest of a sentence that begins with the field. */
export type ParsedNumber =
  | { readonly ok: true; readonly e164: string }
  | { readonly ok: false; readonly detail: string };

/** `country`: where a number without a country code belongs; without it such a number is refused. */
export function parseNumber(text: string, country: CountryCode | undefined): ParsedNumber {
  const number = parsePhoneNumberFromString(text, {
    ...(country && { defaultCountry: country }),
    extract: false,
  });
  if (number === undefined) {
    return {
      ok: false,
      detail: text.trim().startsWith('+')
        ? 'is not a telephone number: give it in international form, such as +493090182000'
        : `is not a telephone number${country ? ` of ${country}` : ''}: give it in international form, with + and country code`,
    };
  }
  if (!number.isValid()) {
    return {
      ok: false,
      detail: `is not a number that exists in the numbering plan of ${number.country ?? `country code +${number.countryCallingCode}`}: check its digits`,
    };
  }
  return { ok: true, e164: number.number };
}

/** @throws Problem that names `field` when the text is no telephone number. */
export function requireNumber(field: string, text: string, country: CountryCode | undefined): string {
  const parsed = parseNumber(text, country);
  if (!parsed.ok) throw fieldProblem(field, parsed.detail);
  return parsed.e164;
}

/** @throws Problem that names `field` when the text is no country that has telephone numbers. */
export function requireCountry(field: string, text: string): CountryCode {
  const country = text.toUpperCase();
  if (!isSupportedCountry(country)) {
    throw fieldProblem(field, 'is not a country: give two letters of ISO 3166-1, such as US or DE');
  }
  return country;
}

/** The number as the role may see it: read-only keys get the ends only. */
export function shownNumber(e164: string, role: Role): string {
  return role === 'read-only'
    ? `${e164.slice(0, 3)}${'•'.repeat(Math.max(0, e164.length - 5))}${e164.slice(-2)}`
    : e164;
}
