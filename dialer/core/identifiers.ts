/**
 * Channel uuids, drawn from the run's seed so that a replay draws the same ones.
 *
 * Form (RFC 9562 version 8, custom): `IIIIIIII-KRRR-8RRR-bRRR-RRRRRRRRRRRR`, where I is the installation, by
 * which a channel on any switch is known to be ours, K the kind of leg (`a` attempt, `e` agent, `c` consulted
 * party, `b` supervisor) and R random.
 */

/** xoshiro128** (Blackman, Vigna 2018), seeded with 128 bits. */
export class RandomBits {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed 32 hexadecimal digits, not all zero */
  constructor(seed: string) {
    if (!/^[0-9a-f]{32}$/i.test(seed) || /^0+$/.test(seed))
      throw new Error(`seed: must be 32 hexadecimal digits, not all zero, got "${seed}"`);
    this.#a = Number.parseInt(seed.slice(0, 8), 16) | 0;
    this.#b = Number.parseInt(seed.slice(8, 16), 16) | 0;
    this.#c = Number.parseInt(seed.slice(16, 24), 16) | 0;
    this.#d = Number.parseInt(seed.slice(24, 32), 16) | 0;
  }

  /** 32 random bits as an unsigned integer. */
  next(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }
}

const byteHex: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

function hex16(bits: number): string {
  return (byteHex[(bits >>> 8) & 255] as string) + (byteHex[bits & 255] as string);
}

export type LegKind = 'a' | 'e' | 'c' | 'b';

export function channelId(installation: string, kind: LegKind, random: RandomBits): string {
  const x = random.next();
  const y = random.next();
  const z = random.next();
  // Joined, not concatenated: the latter leaves a tree of string pieces behind each id.
  return [
    installation,
    kind + hex16(x >>> 16).slice(1),
    `8${hex16(x).slice(1)}`,
    `b${hex16(y >>> 16).slice(1)}`,
    hex16(y) + hex16(z >>> 16) + hex16(z),
  ].join('-');
}
