/** Builds an exact set of telephone numbers. Memory stays bounded by the areas: at most 1.25 MB each. */
import { ExactNumberSet } from './exact-number-set.js';
import {
  AREA_WORDS,
  areaSlot,
  BITS,
  BITS_FROM_NUMBERS,
  BLOCKS,
  BODY_HEADER_WORDS,
  BUCKET_WORDS,
  BUCKETS,
  bitCount,
  COUNTED,
  COUNTED_HEAD_WORDS,
  DENSE,
  INDEXED,
  INDEXED_HEAD_WORDS,
  OFFSET_MASK,
  PAGE_WORDS,
  SLACK_WORDS,
  SPARSE_AREA_NUMBERS,
  TAIL_NUMBERS,
} from './number-set-layout.js';

/** A list of telephone numbers has some thousands of areas; far more are no telephone numbers. */
export const MOST_AREAS = 500_000;
/** An area with more entries than this is kept as bits, which then take no more room. */
const MOST_ENTRIES = 262_144;
const REMOVED = 0x8000_0000;
/** Above this, entries are sorted out by bits rather than by sorting. */
const FEW_ENTRIES = 8_192;

/** Additions and removals in their order while they are few, then the bits themselves. */
class Area {
  entries: Uint32Array | undefined = new Uint32Array(16);
  used = 0;
  removals = false;
  bits: Uint32Array | undefined;

  change(rest: number, removed: boolean): void {
    if (this.bits !== undefined) {
      const word = bitWord(rest);
      const bit = 1 << bitOf(rest);
      if (removed) this.bits[word]! &= ~bit;
      else this.bits[word]! |= bit;
      return;
    }
    let entries = this.entries!;
    if (this.used === entries.length) {
      if (this.used >= MOST_ENTRIES) {
        this.bits = this.toBits(new Uint32Array(AREA_WORDS));
        this.entries = undefined;
        this.change(rest, removed);
        return;
      }
      const larger = new Uint32Array(entries.length * 4);
      larger.set(entries);
      this.entries = larger;
      entries = larger;
    }
    if (removed) this.removals = true;
    entries[this.used++] = removed ? (rest | REMOVED) >>> 0 : rest;
  }

  /** Plays the entries on `bits`. */
  toBits(bits: Uint32Array): Uint32Array {
    for (let i = 0; i < this.used; i++) {
      const entry = this.entries![i]!;
      const rest = entry & ~REMOVED;
      const word = bitWord(rest);
      if (entry >= REMOVED) bits[word]! &= ~(1 << bitOf(rest));
      else bits[word]! |= 1 << bitOf(rest);
    }
    return bits;
  }

  /** The rests in order, when they are few; undefined when the bits are the better way. */
  few(): Uint32Array | undefined {
    if (this.entries === undefined || this.used > FEW_ENTRIES) return undefined;
    const entries = this.entries.subarray(0, this.used);
    if (!this.removals) return distinct(entries.slice().sort());
    const last = new Map<number, boolean>();
    for (const entry of entries) last.set(entry & ~REMOVED, entry < REMOVED);
    return Uint32Array.from([...last].flatMap(([rest, there]) => (there ? [rest] : []))).sort();
  }
}

function bitWord(rest: number): number {
  const block = (rest / TAIL_NUMBERS) | 0;
  return block * PAGE_WORDS + ((rest - block * TAIL_NUMBERS) >>> 5);
}

function bitOf(rest: number): number {
  return (rest % TAIL_NUMBERS) & 31;
}

function distinct(sorted: Uint32Array): Uint32Array {
  let used = 0;
  for (let i = 0; i < sorted.length; i++)
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[used++] = sorted[i]!;
  return sorted.subarray(0, used);
}

interface EncodedArea {
  readonly area: number;
  readonly count: number;
  readonly dense: boolean;
  /** Page references in it count from the start of its own words. */
  readonly words: Uint32Array;
}

const NOTHING = new Uint32Array(0);

export class NumberSetBuilder {
  readonly #areas = new Map<number, Area>();
  #lastKey = -1;
  #last: Area | undefined;

  /** Adds the number of `area` (all digits but the last seven) and `rest` (these). */
  add(area: number, rest: number): void {
    this.#area(area).change(rest, false);
  }

  remove(area: number, rest: number): void {
    if (this.#last !== undefined && this.#lastKey === area) this.#last.change(rest, true);
    // Nothing was ever there: nothing to remove, and no area is made for it.
    else if (this.#areas.has(area)) this.#area(area).change(rest, true);
  }

  /** Adds all numbers of a set that is there: the base of a change list. */
  addSet(set: ExactNumberSet): void {
    set.visit({
      sparse: (area, rests) => {
        for (let i = 0; i < rests.length; i++) this.add(area, rests[i]!);
      },
      page: (area, block, page) => {
        const builder = this.#area(area);
        if (builder.bits === undefined) {
          builder.bits = builder.toBits(new Uint32Array(AREA_WORDS));
          builder.entries = undefined;
        }
        const at = block * PAGE_WORDS;
        for (let i = 0; i < PAGE_WORDS; i++) builder.bits[at + i]! |= page[i]!;
      },
    });
  }

  #area(area: number): Area {
    if (this.#last !== undefined && this.#lastKey === area) return this.#last;
    let found = this.#areas.get(area);
    if (found === undefined) {
      if (this.#areas.size >= MOST_AREAS)
        throw new Error(
          `the numbers are spread over more than ${MOST_AREAS} areas: this is no list of telephone numbers`,
        );
      found = new Area();
      this.#areas.set(area, found);
    }
    this.#lastKey = area;
    this.#last = found;
    return found;
  }

  /** The set. The builder is empty afterwards. @throws Error when it would be larger than 4 GiB */
  finish(): ExactNumberSet {
    const keys = [...this.#areas.keys()].sort((a, b) => a - b);
    const encoder = new AreaEncoder();
    const encoded: EncodedArea[] = [];
    let words = 0;
    let count = 0;
    for (const key of keys) {
      const area = encoder.encode(key, this.#areas.get(key)!);
      this.#areas.delete(key);
      if (area.count === 0) continue;
      encoded.push(area);
      words += area.words.length;
      count += area.count;
    }
    this.#last = undefined;
    this.#lastKey = -1;
    return new ExactNumberSet(assemble(encoded, words, count));
  }
}

function assemble(encoded: EncodedArea[], areaWords: number, count: number): SharedArrayBuffer {
  let slots = 2;
  while (slots < encoded.length * 4) slots *= 2;
  const start = BODY_HEADER_WORDS + 2 * slots;
  if (start + areaWords + SLACK_WORDS > OFFSET_MASK)
    throw new Error(`${count} numbers are more than one list can hold`);
  const buffer = new SharedArrayBuffer((start + areaWords + SLACK_WORDS) * 4);
  const words = new Uint32Array(buffer);
  words[0] = slots;
  words[1] = encoded.length;
  words[2] = count % 0x1_0000_0000;
  words[3] = Math.floor(count / 0x1_0000_0000);
  const shift = 32 - Math.log2(slots);
  let at = start;
  for (let i = 0; i < encoded.length; i++) {
    const { area, words: own, dense } = encoded[i]!;
    let slot = areaSlot(area, shift);
    while (words[BODY_HEADER_WORDS + 2 * slot] !== 0) slot = (slot + 1) & (slots - 1);
    words[BODY_HEADER_WORDS + 2 * slot] = area + 1;
    words[BODY_HEADER_WORDS + 2 * slot + 1] = dense ? (at | DENSE) >>> 0 : at;
    words.set(own, at);
    if (dense)
      for (let block = 0; block < BLOCKS; block++) {
        const reference = own[block]!;
        if (reference !== 0) words[at + block] = reference + at;
      }
    at += own.length;
    // Its words are copied: let them go before the rest is.
    encoded[i] = { area, count: 0, words: NOTHING, dense };
  }
  return buffer;
}

/** Encodes areas one after another, in room that is used again. */
class AreaEncoder {
  readonly #scratch = new Uint32Array(AREA_WORDS);
  readonly #out = new Uint32Array(BLOCKS + AREA_WORDS);
  readonly #halves = new Uint16Array(this.#out.buffer);
  readonly #bytes = new Uint8Array(this.#out.buffer);
  readonly #counts = new Uint16Array(BUCKETS);
  #used = 0;

  encode(area: number, source: Area): EncodedArea {
    const few = source.few();
    if (few !== undefined && few.length <= SPARSE_AREA_NUMBERS) {
      const words = new Uint32Array(1 + few.length);
      words[0] = few.length;
      words.set(few, 1);
      return { area, count: few.length, words, dense: false };
    }
    let bits = source.bits;
    if (bits === undefined) {
      this.#scratch.fill(0);
      bits = source.toBits(this.#scratch);
    }
    return this.#dense(area, bits);
  }

  #dense(area: number, bits: Uint32Array): EncodedArea {
    const out = this.#out;
    this.#used = BLOCKS;
    let count = 0;
    for (let block = 0; block < BLOCKS; block++) {
      const at = block * PAGE_WORDS;
      let inPage = 0;
      let most = 0;
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        let inBucket = 0;
        const end = Math.min(at + PAGE_WORDS, at + (bucket + 1) * BUCKET_WORDS);
        for (let i = at + bucket * BUCKET_WORDS; i < end; i++) {
          const word = bits[i]!;
          if (word !== 0) inBucket += bitCount(word);
        }
        this.#counts[bucket] = inBucket;
        inPage += inBucket;
        if (inBucket > most) most = inBucket;
      }
      count += inPage;
      out[block] = inPage === 0 ? 0 : this.#page(bits, at, inPage, most);
    }
    if (count <= SPARSE_AREA_NUMBERS) return { area, count, words: sparseWords(bits, count), dense: false };
    return { area, count, words: out.slice(0, this.#used), dense: true };
  }

  /** Appends a page in its smallest kind; returns the reference, counted from the area's own start. */
  #page(bits: Uint32Array, from: number, count: number, most: number): number {
    const out = this.#out;
    const offset = this.#used;
    const lowWords = (count + 3) >>> 2;
    const counted = most <= 15 ? COUNTED_HEAD_WORDS + lowWords : PAGE_WORDS;
    const indexed = INDEXED_HEAD_WORDS + lowWords;
    const least = count >= BITS_FROM_NUMBERS ? PAGE_WORDS : Math.min(PAGE_WORDS, counted, indexed);
    this.#used += least;
    if (least === PAGE_WORDS) {
      for (let i = 0; i < PAGE_WORDS; i++) out[offset + i] = bits[from + i]!;
      return ((BITS << 30) | offset) >>> 0;
    }
    out.fill(0, offset, offset + least);
    const kind = least === counted ? COUNTED : INDEXED;
    let running = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const inBucket = this.#counts[bucket]!;
      running += inBucket;
      if (kind === COUNTED) out[offset + (bucket >>> 3)]! |= inBucket << ((bucket & 7) * 4);
      else this.#halves[offset * 2 + bucket] = running;
    }
    let at = (offset + (kind === COUNTED ? COUNTED_HEAD_WORDS : INDEXED_HEAD_WORDS)) * 4;
    eachBit(bits, from, (tail) => {
      this.#bytes[at++] = tail & 255;
    });
    return ((kind << 30) | offset) >>> 0;
  }
}

function eachBit(bits: Uint32Array, from: number, found: (tail: number) => void): void {
  for (let i = 0; i < PAGE_WORDS; i++) {
    let word = bits[from + i]!;
    while (word !== 0) {
      const lowest = word & -word;
      found(i * 32 + 31 - Math.clz32(lowest));
      word ^= lowest;
    }
  }
}

function sparseWords(bits: Uint32Array, count: number): Uint32Array {
  const words = new Uint32Array(1 + count);
  words[0] = count;
  let used = 1;
  for (let block = 0; block < BLOCKS; block++)
    eachBit(bits, block * PAGE_WORDS, (tail) => {
      words[used++] = block * TAIL_NUMBERS + tail;
    });
  return words;
}
