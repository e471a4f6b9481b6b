/**
 * Reads the lines of registry files into numbers: ten digits, `AAA,NNNNNNN`, national numbers with or without separators,
 * E.164; change lists with a mark (`A` or `D`) after the number. Lines end in LF or CRLF.
 *
 * What an authority has on its list is taken as it is: numbers are checked for their form, not for being in use.
 */
import { countriesOfCallingCode, numberingPlan } from '../lists/numbering-plan.js';
import type { DefaultCountry } from '../lists/phone-number.js';

export interface LineSink {
  add(area: number, rest: number): void;
  remove(area: number, rest: number): void;
  /** `text`: the beginning of the line. */
  bad(line: number, reason: string, text: string): void;
}

/** The file as a whole cannot be a list, or not this kind of list. */
export class RegistryFileRefused extends Error {
  override readonly name = 'RegistryFileRefused';
}

const LF = 10;
const CR = 13;
const COMMA = 44;
const PLUS = 43;
const ZERO = 48;
const ONE = 49;
const NINE = 57;
const LONGEST_LINE = 4096;
const TEXT_KEPT = 60;
const LEAST_DIGITS = 7;
const MOST_DIGITS = 15;

type ReadNumber = { readonly area: number; readonly rest: number } | { readonly reason: string };

export class RegistryLineReader {
  /** Lines so far, empty ones and comments included. */
  lines = 0;
  /** Numbers taken (added or removed). */
  taken = 0;
  bad = 0;
  readonly #sink: LineSink;
  readonly #country: DefaultCountry;
  readonly #northAmerican: boolean;
  readonly #delta: boolean;
  #carry: Uint8Array = new Uint8Array(0);
  /** By the first three digits: 0 not looked up, 1 known, 2 not. */
  readonly #callingCodes = new Uint8Array(1000);

  /**
   * @param country of numbers without a country code; they are bad lines when it is undefined
   * @param delta every line says whether its number is added or removed
   */
  constructor(sink: LineSink, country: DefaultCountry, delta: boolean) {
    this.#sink = sink;
    this.#country = country;
    this.#northAmerican = country !== undefined && numberingPlan(country).callingCode === '1';
    this.#delta = delta;
  }

  /** @throws RegistryFileRefused */
  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#carry.length > 0) {
      bytes = Buffer.concat([this.#carry, chunk]);
      this.#carry = new Uint8Array(0);
    }
    const end = bytes.lastIndexOf(LF) + 1;
    this.#read(bytes, end);
    if (bytes.length - end > LONGEST_LINE)
      throw new RegistryFileRefused(
        `line ${this.lines + 1} is longer than ${LONGEST_LINE} bytes: this is no list with one number a line`,
      );
    // A copy: the chunk's memory is the stream's.
    this.#carry = bytes.slice(end);
  }

  /** The last line may have no end. @throws RegistryFileRefused */
  end(): void {
    if (this.#carry.length === 0) return;
    const rest = Buffer.concat([this.#carry, Uint8Array.of(LF)]);
    this.#carry = new Uint8Array(0);
    this.#read(rest, rest.length);
  }

  #read(bytes: Uint8Array, end: number): void {
    const short = this.#northAmerican && !this.#delta;
    const sink = this.#sink;
    for (let at = 0; at < end; ) {
      // Ten digits, or three, a comma and seven: by far the most lines of the largest files.
      if (short) {
        const comma = bytes[at + 3] === COMMA ? 1 : 0;
        const stop = at + 10 + comma;
        const after = bytes[stop];
        if ((after === LF || (after === CR && bytes[stop + 1] === LF)) && stop < end) {
          const area = digits(bytes, at, at + 3);
          const rest = digits(bytes, at + 3 + comma, stop);
          if (area >= 200 && rest >= 0) {
            sink.add(1000 + area, rest);
            this.lines++;
            this.taken++;
            at = stop + (after === LF ? 1 : 2);
            continue;
          }
        }
      }
      if (bytes[at] === PLUS && !this.#delta) {
        const next = this.#plain(bytes, at + 1);
        if (next > 0) {
          at = next;
          continue;
        }
      }
      let stop = at;
      while (bytes[stop] !== LF) stop++;
      this.lines++;
      this.#line(bytes, at, stop);
      at = stop + 1;
    }
  }

  /** Takes a line of nothing but a good number in E.164; returns where the next begins, 0 for any other line. */
  #plain(bytes: Uint8Array, from: number): number {
    let stop = from;
    while (bytes[stop]! >= ZERO && bytes[stop]! <= NINE) stop++;
    const after = bytes[stop];
    if (after !== LF && !(after === CR && bytes[stop + 1] === LF)) return 0;
    const length = stop - from;
    if (length <= LEAST_DIGITS || length > MOST_DIGITS) return 0;
    const start = digits(bytes, from, from + 3);
    if (bytes[from] === ONE ? length !== 11 || start < 120 : !this.#isCallingCode(start)) return 0;
    this.#sink.add(digits(bytes, from, stop - 7), digits(bytes, stop - 7, stop));
    this.lines++;
    this.taken++;
    return stop + (after === LF ? 1 : 2);
  }

  #line(bytes: Uint8Array, from: number, to: number): void {
    let text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
    if (this.lines === 1 && text.startsWith('\u00ef\u00bb\u00bf')) text = text.slice(3);
    text = text.trim();
    if (text === '' || text.startsWith('#')) return;
    if (text.includes('\0'))
      throw new RegistryFileRefused(
        `line ${this.lines} holds bytes that are no text: give a text file, or one compressed with gzip`,
      );
    // Names of columns.
    if (this.lines === 1 && /[a-z]/i.test(text) && !/\d{4}/.test(text)) return;
    const fields = text.split(/[,;\t|]/).map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
    let numberText = fields[0]!;
    let used = 1;
    if (/^\d{3}$/.test(numberText) && /^\d{7}$|^\d{3}-\d{4}$/.test(fields[1] ?? '')) {
      numberText += fields[1]!;
      used = 2;
    }
    const number = this.#number(numberText);
    if ('reason' in number) {
      this.#bad(number.reason, text);
      return;
    }
    const mark = markOf(fields.slice(used));
    if (mark === 'both') {
      this.#bad('says both add and delete', text);
      return;
    }
    if (this.#delta) {
      if (mark === undefined) {
        this.#bad('says neither A (added) nor D (deleted), as a line of a change list must', text);
        return;
      }
      if (mark === 'add') this.#sink.add(number.area, number.rest);
      else this.#sink.remove(number.area, number.rest);
    } else {
      if (mark === 'delete')
        throw new RegistryFileRefused(
          `line ${this.lines} deletes a number: this is a change list, import it with its base version`,
        );
      this.#sink.add(number.area, number.rest);
    }
    this.taken++;
  }

  #bad(reason: string, text: string): void {
    this.bad++;
    this.#sink.bad(this.lines, reason, text.slice(0, TEXT_KEPT).replace(/[^\x20-\x7e]/g, '?'));
  }

  #number(text: string): ReadNumber {
    if (!/^\+?[\d ().\-/]+$/.test(text)) return { reason: 'is not a telephone number' };
    const digitsOnly = text.replace(/\D+/g, '');
    if (text.startsWith('+')) return this.#international(digitsOnly);
    const country = this.#country;
    if (country === undefined)
      return { reason: 'has no country code: write it as +CODE…, or name the default country' };
    const plan = numberingPlan(country);
    if (this.#northAmerican) {
      const national = digitsOnly.length === 11 && digitsOnly[0] === '1' ? digitsOnly.slice(1) : digitsOnly;
      if (national.length !== 10)
        return { reason: `has ${digitsOnly.length} digits: a North American number has 10` };
      return this.#international(`1${national}`);
    }
    const abroad = plan.international.exec(digitsOnly);
    if (abroad !== null) return this.#international(digitsOnly.slice(abroad[0].length));
    const { callingCode, prefix, lengths } = plan;
    // Without the digits dialled before a national number; with the calling code but no plus sign; as it is.
    const trunk = prefix === undefined || plan.prefixRewrites ? null : prefix.exec(digitsOnly);
    const candidates = [
      ...(trunk === null ? [] : [digitsOnly.slice(trunk[0].length)]),
      ...(digitsOnly.startsWith(callingCode) ? [digitsOnly.slice(callingCode.length)] : []),
      digitsOnly,
    ];
    // What is in use decides between two ways to read it; else the first that has a possible length.
    const possible = candidates.filter((each) => lengths.includes(each.length));
    const national =
      (possible.length > 1 ? possible.find((each) => plan.valid(each)) : undefined) ?? possible[0];
    if (national === undefined)
      return { reason: `has ${digitsOnly.length} digits, which no number of ${country} has` };
    return this.#international(callingCode + national);
  }

  #international(digitsOnly: string): ReadNumber {
    const { length } = digitsOnly;
    if (length < LEAST_DIGITS || length > MOST_DIGITS)
      return { reason: `has ${length} digits with its country code: there are 7 to 15` };
    if (digitsOnly[0] === '1') {
      if (length !== 11 || !/^1[2-9]/.test(digitsOnly))
        return { reason: 'is no North American number: +1 and ten digits, the first of them 2 to 9' };
    } else if (!this.#isCallingCode(Number(digitsOnly.slice(0, 3))))
      return { reason: 'has no country code that exists' };
    const cut = length - 7;
    return { area: Number(digitsOnly.slice(0, cut)), rest: Number(digitsOnly.slice(cut)) };
  }

  /** Do numbers begin so? @param start the first three digits */
  #isCallingCode(start: number): boolean {
    if (this.#callingCodes[start] === 0) {
      const text = String(start).padStart(3, '0');
      const known = [1, 2, 3].some((length) => countriesOfCallingCode(text.slice(0, length)).length > 0);
      this.#callingCodes[start] = known ? 1 : 2;
    }
    return this.#callingCodes[start] === 1;
  }
}

/** The number that the digits make, or -1 when something else is among them. */
function digits(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function markOf(fields: readonly string[]): 'add' | 'delete' | 'both' | undefined {
  let add = false;
  let remove = false;
  for (const field of fields) {
    if (/^(?:a|add|added|\+)$/i.test(field)) add = true;
    else if (/^(?:d|del|delete|deleted|r|remove|removed|-)$/i.test(field)) remove = true;
  }
  return add && remove ? 'both' : add ? 'add' : remove ? 'delete' : undefined;
}
