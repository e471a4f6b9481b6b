/** Searches in words of packed numbers. */

/** Non-zero when one of the first `bits` ÷ 8 bytes of the word is zero. */
export function match(word: number, bits: number): number {
  const zero = ~(((word & 0x7f7f_7f7f) + 0x7f7f_7f7f) | word | 0x7f7f_7f7f);
  // All four bytes count from 32 bits on, none at 0 or less.
  const valid = bits >= 32 ? -1 : bits <= 0 ? 0 : (1 << bits) - 1;
  return zero & valid;
}

/** Sum of the eight nibbles of a word. */
export function nibbleSum(word: number): number {
  const pairs = (word & 0x0f0f_0f0f) + ((word >>> 4) & 0x0f0f_0f0f);
  return Math.imul(pairs, 0x0101_0101) >>> 24;
}

/** Is it among the `count` words from `start` on, which are in order? */
export function hasSorted(words: Uint32Array, start: number, count: number, rest: number): boolean {
  let low = start;
  let high = start + count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (words[middle]! < rest) low = middle + 1;
    else high = middle;
  }
  return low < start + count && words[low] === rest;
}
