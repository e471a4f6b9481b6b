/** Lookups in an exact set of telephone numbers, off the heap and shared between threads. It never changes. */
import {
  areaSlot,
  BITS,
  BLOCKS,
  BODY_HEADER_WORDS,
  BUCKET_WORDS,
  BUCKETS,
  COUNTED,
  COUNTED_HEAD_WORDS,
  DENSE,
  INDEXED_HEAD_WORDS,
  OFFSET_MASK,
  PAGE_WORDS,
  TAIL_NUMBERS,
} from './number-set-layout.js';

const REST_DIGITS = 7;
const MOST_DIGITS = 15;
const ZERO = 48;

/** What a walk over the areas finds: the page of a block as bits, or the rests of a sparse area. */
export interface AreaVisitor {
  /** `rests`: in order, valid until the next call. */
  sparse(area: number, rests: Uint32Array): void;
  /** `page`: 313 words of bits, valid until the next call. */
  page(area: number, block: number, page: Uint32Array): void;
}

/** The set that lies in a buffer. Any number of threads may make one over the same buffer. */
export class ExactNumberSet {
  readonly buffer: SharedArrayBuffer;
  /** Numbers in the set. */
  readonly size: number;
  readonly #words: Uint32Array;
  readonly #halves: Uint16Array;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #mask: number;
  readonly #shift: number;

  /** @throws Error when the buffer does not begin as a set does */
  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    if (buffer.byteLength < BODY_HEADER_WORDS * 4 || buffer.byteLength % 4 !== 0)
      throw new Error(`${buffer.byteLength} bytes are no set of numbers`);
    this.#words = new Uint32Array(buffer);
    this.#halves = new Uint16Array(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
    const slots = this.#words[0]!;
    if (slots < 2 || (slots & (slots - 1)) !== 0 || BODY_HEADER_WORDS + 2 * slots > this.#words.length)
      throw new Error(`a table of ${slots} areas does not fit into ${buffer.byteLength} bytes`);
    this.#mask = slots - 1;
    this.#shift = 32 - Math.log2(slots);
    this.size = this.#words[2]! + this.#words[3]! * 0x1_0000_0000;
  }

  /** Is the number in the set? What is no number in E.164 with its plus sign is not. */
  has(e164: string): boolean {
    const { length } = e164;
    if (length < 2 || length > MOST_DIGITS + 1 || e164.charCodeAt(0) !== 43 || e164.charCodeAt(1) === ZERO)
      return false;
    const cut = Math.max(1, length - REST_DIGITS);
    let area = 0;
    for (let i = 1; i < cut; i++) {
      const digit = e164.charCodeAt(i) - ZERO;
      if (digit < 0 || digit > 9) return false;
      area = area * 10 + digit;
    }
    let rest = 0;
    for (let i = cut; i < length; i++) {
      const digit = e164.charCodeAt(i) - ZERO;
      if (digit < 0 || digit > 9) return false;
      rest = rest * 10 + digit;
    }
    return this.hasParts(area, rest);
  }

  /** The same for a number that is cut already: all digits but the last seven, and these. */
  hasParts(area: number, rest: number): boolean {
    const words = this.#words;
    let slot = areaSlot(area, this.#shift);
    let at = 0;
    for (;;) {
      const entry = BODY_HEADER_WORDS + 2 * slot;
      const key = words[entry]!;
      if (key === area + 1) {
        at = words[entry + 1]!;
        break;
      }
      if (key === 0) return false;
      slot = (slot + 1) & this.#mask;
    }
    if (at < DENSE) return hasSorted(words, at + 1, words[at]!, rest);
    const block = (rest / TAIL_NUMBERS) | 0;
    const reference = words[at - DENSE + block]!;
    if (reference === 0) return false;
    return this.#pageHas(reference, rest - block * TAIL_NUMBERS);
  }

  #pageHas(reference: number, tail: number): boolean {
    const offset = reference & OFFSET_MASK;
    const kind = reference >>> 30;
    if (kind === BITS) return ((this.#words[offset + (tail >>> 5)]! >>> (tail & 31)) & 1) === 1;
    const bucket = tail >>> 8;
    let from: number;
    let to: number;
    if (kind === COUNTED) {
      const words = this.#words;
      const last = offset + (bucket >>> 3);
      from = (offset + COUNTED_HEAD_WORDS) * 4;
      for (let i = offset; i < last; i++) from += nibbleSum(words[i]!);
      const shift = (bucket & 7) * 4;
      const counts = words[last]!;
      from += nibbleSum(counts & ((1 << shift) - 1));
      to = from + ((counts >>> shift) & 15);
    } else {
      const halves = this.#halves;
      const start = (offset + INDEXED_HEAD_WORDS) * 4;
      from = start + (bucket === 0 ? 0 : halves[offset * 2 + bucket - 1]!);
      to = start + halves[offset * 2 + bucket]!;
    }
    // Four numbers at a time, found or not without a branch: what is in memory is not known in time to foresee one.
    const view = this.#view;
    const wanted = Math.imul(tail & 255, 0x0101_0101);
    let found = 0;
    let left = (to - from) * 8;
    if (kind === COUNTED) {
      found = match(view.getUint32(from, true) ^ wanted, left);
      found |= match(view.getUint32(from + 4, true) ^ wanted, left - 32);
      if (left > 64) {
        found |= match(view.getUint32(from + 8, true) ^ wanted, left - 64);
        found |= match(view.getUint32(from + 12, true) ^ wanted, left - 96);
      }
      return found !== 0;
    }
    for (let at = from; at < to; at += 4, left -= 32) found |= match(view.getUint32(at, true) ^ wanted, left);
    return found !== 0;
  }

  /** Walks over everything, areas in no particular order. */
  visit(visitor: AreaVisitor): void {
    const words = this.#words;
    const page = new Uint32Array(PAGE_WORDS);
    for (let slot = 0; slot <= this.#mask; slot++) {
      const entry = BODY_HEADER_WORDS + 2 * slot;
      const key = words[entry]!;
      if (key === 0) continue;
      const area = key - 1;
      const at = words[entry + 1]!;
      if (at < DENSE) {
        visitor.sparse(area, words.subarray(at + 1, at + 1 + words[at]!));
        continue;
      }
      for (let block = 0; block < BLOCKS; block++) {
        const reference = words[at - DENSE + block]!;
        if (reference === 0) continue;
        this.#readPage(reference, page);
        visitor.page(area, block, page);
      }
    }
  }

  /** All numbers in E.164, areas in no particular order. */
  *numbers(): Generator<string> {
    const found: string[] = [];
    const text = (area: number, rest: number): string =>
      area === 0 ? `+${rest}` : `+${area}${String(rest).padStart(REST_DIGITS, '0')}`;
    // A list at a time: a generator cannot yield from within a visitor.
    const words = this.#words;
    const page = new Uint32Array(PAGE_WORDS);
    for (let slot = 0; slot <= this.#mask; slot++) {
      const entry = BODY_HEADER_WORDS + 2 * slot;
      const key = words[entry]!;
      if (key === 0) continue;
      const at = words[entry + 1]!;
      if (at < DENSE) {
        for (let i = at + 1; i <= at + words[at]!; i++) yield text(key - 1, words[i]!);
        continue;
      }
      for (let block = 0; block < BLOCKS; block++) {
        const reference = words[at - DENSE + block]!;
        if (reference === 0) continue;
        this.#readPage(reference, page);
        found.length = 0;
        for (let tail = 0; tail < TAIL_NUMBERS; tail++)
          if (((page[tail >>> 5]! >>> (tail & 31)) & 1) === 1)
            found.push(text(key - 1, block * TAIL_NUMBERS + tail));
        yield* found;
      }
    }
  }

  #readPage(reference: number, page: Uint32Array): void {
    const offset = reference & OFFSET_MASK;
    const kind = reference >>> 30;
    if (kind === BITS) {
      page.set(this.#words.subarray(offset, offset + PAGE_WORDS));
      return;
    }
    page.fill(0);
    const set = (tail: number): void => {
      page[tail >>> 5]! |= 1 << (tail & 31);
    };
    let at = (offset + (kind === COUNTED ? COUNTED_HEAD_WORDS : INDEXED_HEAD_WORDS)) * 4;
    const start = at;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const end =
        kind === COUNTED
          ? at + ((this.#words[offset + (bucket >>> 3)]! >>> ((bucket & 7) * 4)) & 15)
          : start + this.#halves[offset * 2 + bucket]!;
      for (; at < end; at++) set(bucket * BUCKET_WORDS * 32 + this.#bytes[at]!);
    }
  }
}

/** Non-zero when one of the first `bits` ÷ 8 bytes of the word is zero. */
function match(word: number, bits: number): number {
  const zero = ~(((word & 0x7f7f_7f7f) + 0x7f7f_7f7f) | word | 0x7f7f_7f7f);
  // All four bytes count from 32 bits on, none at 0 or less.
  const valid = bits >= 32 ? -1 : bits <= 0 ? 0 : (1 << bits) - 1;
  return zero & valid;
}

/** Sum of the eight nibbles of a word. */
function nibbleSum(word: number): number {
  const pairs = (word & 0x0f0f_0f0f) + ((word >>> 4) & 0x0f0f_0f0f);
  return Math.imul(pairs, 0x0101_0101) >>> 24;
}

function hasSorted(words: Uint32Array, start: number, count: number, rest: number): boolean {
  let low = start;
  let high = start + count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (words[middle]! < rest) low = middle + 1;
    else high = middle;
  }
  return low < start + count && words[low] === rest;
}
