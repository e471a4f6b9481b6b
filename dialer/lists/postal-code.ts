/** Postal codes as lists write them. */
import type { DefaultCountry } from './phone-number.js';

/** Longer than any postal code with its spaces and dashes. */
export const LONGEST_POSTAL_CODE = 16;

/** Countries whose codes are five digits: spreadsheets take the zeros at the beginning away. */
const FIVE_DIGITS: readonly DefaultCountry[] = ['US', 'DE', 'FR', 'ES', 'IT', 'MX'];

/**
 * The code in capitals, with zeros that a spreadsheet took away; undefined when the text is none (`n/a`), because a wrong
 * code would take the contact out of an emergency area that it may be in.
 */
export function readPostalCode(text: string, country: DefaultCountry): string | undefined {
  const code = text.trim().replaceAll(/\s+/g, ' ').toUpperCase();
  if (code.length > LONGEST_POSTAL_CODE || !/\d/.test(code) || !/^[A-Z\d][A-Z\d -]+$/.test(code))
    return undefined;
  return FIVE_DIGITS.includes(country) && /^\d{3,4}$/.test(code) ? code.padStart(5, '0') : code;
}
