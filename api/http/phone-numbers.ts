/** Telephone numbers as clients write them, into E.164 and, for those who may not see them, masked. */
import { type DefaultCountry, isCountry, readPhoneNumber } from '../../dialer/lists/phone-number.js';
import { maskNumber } from '../privacy/masking.js';
import type { Role } from './identity/principal.js';
import { seesMasked } from './number-privacy.js';
import { fieldProblem } from './problem.js';

export type { DefaultCountry };

/** @throws Problem that names `field` when the text is no telephone number. */
export function requireNumber(field: string, text: string, country: DefaultCountry): string {
  const { e164, problem } = readPhoneNumber(text, country);
  if (problem !== undefined) throw fieldProblem(field, problem);
  return e164;
}

/** @throws Problem that names `field` when the text is no country that has telephone numbers. */
export function requireCountry(field: string, text: string): string {
  const country = text.toUpperCase();
  if (!isCountry(country)) {
    throw fieldProblem(field, 'is not a country: give two letters of ISO 3166-1, such as US or DE');
  }
  return country;
}

/** The number as the role may see it; what goes out is masked for such roles in any case, see number-privacy.ts. */
export function shownNumber(e164: string, role: Role): string {
  return seesMasked(role) ? maskNumber(e164) : e164;
}
