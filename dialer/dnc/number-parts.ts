/** A telephone number as the sets take it: its area (all digits but the last seven) and its rest (these). */
import { REST_NUMBERS } from './number-set-layout.js';

const MOST_DIGITS = 15;
const PLUS = 43;
const ZERO = 48;
/** No number has this area, and no set. */
const NO_AREA = 0xffff_ffff;

/** The digits of a number in E.164, with its plus sign, as one number; -1: it is none. */
export function digitsOf(e164: string): number {
  const { length } = e164;
  if (length < 2 || length > MOST_DIGITS + 1 || e164.charCodeAt(0) !== PLUS || e164.charCodeAt(1) === ZERO)
    return -1;
  let digits = 0;
  for (let i = 1; i < length; i++) {
    const digit = e164.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    digits = digits * 10 + digit;
  }
  return digits;
}

/** Cuts a number in E.164 into area and rest; undefined when it is none. */
export function partsOf(e164: string): { readonly area: number; readonly rest: number } | undefined {
  const digits = digitsOf(e164);
  if (digits < 0) return undefined;
  const area = Math.floor(digits / REST_NUMBERS);
  return { area, rest: digits - area * REST_NUMBERS };
}

/** Numbers cut for a lookup of them all. */
export interface NumberParts {
  readonly areas: Uint32Array;
  readonly rests: Uint32Array;
}

/** What is no number in E.164 is cut so that no set holds it. */
export function cutNumbers(numbers: readonly string[]): NumberParts {
  const areas = new Uint32Array(numbers.length);
  const rests = new Uint32Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const digits = digitsOf(numbers[i] as string);
    const area = digits < 0 ? NO_AREA : Math.floor(digits / REST_NUMBERS);
    areas[i] = area;
    rests[i] = digits < 0 ? 0 : digits - area * REST_NUMBERS;
  }
  return { areas, rests };
}
