/**
 * How an exact set of telephone numbers lies in memory and in a snapshot file. One block of 32-bit words, little-endian;
 * all references are word offsets from its start.
 *
 * A number in E.164 is cut into its area (all digits but the last seven) and its rest (the last seven: three digits of
 * block, four of tail). North American areas are `1` and the area code, so a block is an exchange.
 *
 * | words | |
 * | --- | --- |
 * | 0 | slots of the area table, a power of two |
 * | 1 | areas |
 * | 2, 3 | numbers, low and high word |
 * | 4 … | area table, open addressing: area + 1 (0: empty), reference with the top bit set for a dense area |
 *
 * An area is *sparse*: its count, then its rests in order (4 bytes each); or *dense*: 1000 page references, one for each
 * block, then its pages. A page reference is 0 for an empty block, else two bits of kind and an
 * offset. Each page takes the kind that is smallest for what it holds:
 *
 * - `BITS`: 10,000 bits in 313 words. For full pages: they are asked most, and one look answers.
 * - `COUNTED`: the tails by buckets of 256; forty counts of 4 bits, then the low byte of each number. For pages with at
 *   most 15 numbers to a bucket: 8 + 160 ÷ n bits a number.
 * - `INDEXED`: the same with forty running totals of 16 bits: 8 + 640 ÷ n bits a number.
 */
export const BODY_HEADER_WORDS = 4;
export const BLOCKS = 1000;
export const TAIL_NUMBERS = 10_000;
export const PAGE_WORDS = 313;
export const BUCKETS = 40;
/** Words of a bucket in a page of bits: 256 tails. The last bucket has 16 tails, in one word. */
export const BUCKET_WORDS = 8;
export const AREA_WORDS = BLOCKS * PAGE_WORDS;
export const REST_NUMBERS = 10_000_000;

export const DENSE = 0x8000_0000;
export const BITS = 0;
export const COUNTED = 1;
export const INDEXED = 2;
export const OFFSET_MASK = 0x3fff_ffff;
export const COUNTED_HEAD_WORDS = 5;
export const INDEXED_HEAD_WORDS = 20;

/** A page with so many numbers is kept as bits, whatever the other kinds would save. */
export const BITS_FROM_NUMBERS = 640;
/** Lookups read a bucket in whole steps: so many words behind the last page are there to be read. */
export const SLACK_WORDS = 4;
/** An area of so few numbers is sparse: its block table alone would be larger. */
export const SPARSE_AREA_NUMBERS = 1500;

/** Slot where the search for an area begins. @param shift 32 less the binary logarithm of the slots */
export function areaSlot(area: number, shift: number): number {
  return Math.imul(area, 0x9e37_79b1) >>> shift;
}

/** Set bits of a word. */
export function bitCount(word: number): number {
  let w = word - ((word >>> 1) & 0x5555_5555);
  w = (w & 0x3333_3333) + ((w >>> 2) & 0x3333_3333);
  return Math.imul((w + (w >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
