/** Lookups in an exact set of telephone numbers, off the heap and shared between threads. It never changes. */
import { digitsOf } from './number-parts.js';
import * as layout from './number-set-layout.js';
import { hasSorted, match, nibbleSum } from './word-search.js';

// Copies, which the compiler takes for constants: an imported one is read anew at each use, and halves the lookups.
const {
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
  REST_NUMBERS,
  TAIL_NUMBERS,
} = layout;
const REST_DIGITS = 7;
/** Numbers of a batch that are looked up side by side. */
const SLICE = 256;

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
  /**
   * Of each number of a slice: its page, its place there, and where its bucket begins and how long it is (bytes, bits); before
   * the page is known, where its reference is.
   */
  readonly #references = new Uint32Array(SLICE);
  readonly #tails = new Uint32Array(SLICE);
  readonly #starts = new Uint32Array(SLICE);
  readonly #lengths = new Uint32Array(SLICE);

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
    const digits = digitsOf(e164);
    if (digits < 0) return false;
    const area = Math.floor(digits / REST_NUMBERS);
    return this.hasParts(area, digits - area * REST_NUMBERS);
  }

  /** The same for a number that is cut already: all digits but the last seven, and these. */
  hasParts(area: number, rest: number): boolean {
    const at = this.#areaAt(area);
    const words = this.#words;
    if ((at & DENSE) === 0) return at !== 0 && hasSorted(words, at + 1, words[at]!, rest);
    const block = (rest / TAIL_NUMBERS) | 0;
    const reference = words[(at & ~DENSE) + block]!;
    if (reference === 0) return false;
    const tail = rest - block * TAIL_NUMBERS;
    if (reference >>> 30 === BITS) return this.#bit(reference, tail) === 1;
    this.#findBucket(0, reference, tail);
    return this.#inBucket(0, reference, tail) === 1;
  }

  /**
   * Looks up many numbers, cut by `cutNumbers`. One lookup waits for memory once or twice; those of a batch are asked for side
   * by side, with no branch on what comes, so that the waits overlap.
   *
   * @param found gets 1 for each number in the set, else 0
   * @throws RangeError when the three are not equally long
   */
  hasMany(areas: Uint32Array, rests: Uint32Array, found: Uint8Array): void {
    const { length } = areas;
    if (rests.length !== length || found.length !== length)
      throw new RangeError(`${length} areas, ${rests.length} rests and room for ${found.length} answers`);
    for (let from = 0; from < length; from += SLICE)
      this.#hasSlice(areas, rests, found, from, Math.min(SLICE, length - from));
  }

  #hasSlice(areas: Uint32Array, rests: Uint32Array, found: Uint8Array, from: number, count: number): void {
    this.#findPlaces(areas, rests, found, from, count);
    this.#readReferences(count);
    if (this.#readBits(found, from, count)) this.#readBuckets(found, from, count);
  }

  #findPlaces(areas: Uint32Array, rests: Uint32Array, found: Uint8Array, from: number, count: number): void {
    const words = this.#words;
    const places = this.#starts;
    const tails = this.#tails;
    for (let i = 0; i < count; i++) {
      const rest = rests[from + i]!;
      const at = this.#areaAt(areas[from + i]!);
      const block = (rest / TAIL_NUMBERS) | 0;
      tails[i] = rest - block * TAIL_NUMBERS;
      found[from + i] = 0;
      if ((at & DENSE) !== 0) places[i] = (at & ~DENSE) + block;
      else {
        places[i] = 0;
        if (at !== 0 && hasSorted(words, at + 1, words[at]!, rest)) found[from + i] = 1;
      }
    }
  }

  #readReferences(count: number): void {
    const words = this.#words;
    const places = this.#starts;
    const references = this.#references;
    for (let i = 0; i < count; i++) references[i] = places[i] === 0 ? 0 : words[places[i]!]!;
  }

  #readBits(found: Uint8Array, from: number, count: number): boolean {
    const words = this.#words;
    const references = this.#references;
    const tails = this.#tails;
    let inBuckets = false;
    for (let i = 0; i < count; i++) {
      const reference = references[i]!;
      if (reference === 0) continue;
      const tail = tails[i]!;
      if (reference >>> 30 === BITS)
        found[from + i] = (words[(reference & OFFSET_MASK) + (tail >>> 5)]! >>> (tail & 31)) & 1;
      else {
        this.#findBucket(i, reference, tail);
        inBuckets = true;
      }
    }
    return inBuckets;
  }

  #readBuckets(found: Uint8Array, from: number, count: number): void {
    const references = this.#references;
    for (let i = 0; i < count; i++) {
      const reference = references[i]!;
      if (reference !== 0 && reference >>> 30 !== BITS)
        found[from + i] = this.#inBucket(i, reference, this.#tails[i]!);
    }
  }

  /** Where the area is, with the top bit set when it is dense; 0: it is not there. */
  #areaAt(area: number): number {
    const words = this.#words;
    let slot = layout.areaSlot(area, this.#shift);
    for (;;) {
      const entry = BODY_HEADER_WORDS + 2 * slot;
      const key = words[entry]!;
      if (key === area + 1) return words[entry + 1]!;
      if (key === 0) return 0;
      slot = (slot + 1) & this.#mask;
    }
  }

  #bit(reference: number, tail: number): number {
    return (this.#words[(reference & OFFSET_MASK) + (tail >>> 5)]! >>> (tail & 31)) & 1;
  }

  /** Where the tail's bucket lies in its page, for the `i`th of the slice. */
  #findBucket(i: number, reference: number, tail: number): void {
    const offset = reference & OFFSET_MASK;
    const bucket = tail >>> 8;
    if (reference >>> 30 === COUNTED) {
      const words = this.#words;
      const last = offset + (bucket >>> 3);
      let start = (offset + COUNTED_HEAD_WORDS) * 4;
      for (let at = offset; at < last; at++) start += nibbleSum(words[at]!);
      const shift = (bucket & 7) * 4;
      const counts = words[last]!;
      this.#starts[i] = start + nibbleSum(counts & ((1 << shift) - 1));
      this.#lengths[i] = ((counts >>> shift) & 15) * 8;
      return;
    }
    const halves = this.#halves;
    const before = bucket === 0 ? 0 : halves[offset * 2 + bucket - 1]!;
    this.#starts[i] = (offset + INDEXED_HEAD_WORDS) * 4 + before;
    this.#lengths[i] = (halves[offset * 2 + bucket]! - before) * 8;
  }

  /**
   * 1 when the tail is in the bucket found for it. Four numbers at a time, without a branch: what is in memory is not known
   * in time to foresee one.
   */
  #inBucket(i: number, reference: number, tail: number): number {
    const view = this.#view;
    const wanted = Math.imul(tail & 255, 0x0101_0101);
    let at = this.#starts[i]!;
    let left = this.#lengths[i]!;
    let found = 0;
    if (reference >>> 30 === COUNTED) {
      found = match(view.getUint32(at, true) ^ wanted, left);
      found |= match(view.getUint32(at + 4, true) ^ wanted, left - 32);
      if (left > 64) {
        found |= match(view.getUint32(at + 8, true) ^ wanted, left - 64);
        found |= match(view.getUint32(at + 12, true) ^ wanted, left - 96);
      }
    } else for (; left > 0; at += 4, left -= 32) found |= match(view.getUint32(at, true) ^ wanted, left);
    return found === 0 ? 0 : 1;
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
