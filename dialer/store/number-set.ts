/**
 * A set of phone numbers, 16 bytes or so each: numbers in E.164 fit a double exactly and sit in an open hash table.
 * An index on a million scattered numbers costs an import more than all the rest, as each row of a batch
 * changes another page of it.
 */
export class NumberSet {
  #slots = new Float64Array(1024);
  #used = 0;
  /** What is no number in E.164. */
  readonly #others = new Set<string>();

  has(number: string): boolean {
    const value = digitsOf(number);
    return value === 0 ? this.#others.has(number) : this.#slots[this.#place(value)] === value;
  }

  add(number: string): void {
    const value = digitsOf(number);
    if (value === 0) {
      this.#others.add(number);
      return;
    }
    const place = this.#place(value);
    if (this.#slots[place] === value) return;
    this.#slots[place] = value;
    this.#used += 1;
    if (this.#used * 2 > this.#slots.length) this.#grow();
  }

  /** Where the value is, or the empty slot where it belongs. */
  #place(value: number): number {
    const mask = this.#slots.length - 1;
    const low = value % 0x1_0000_0000;
    const high = (value - low) / 0x1_0000_0000;
    let hash = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
    hash ^= hash >>> 15;
    let place = hash & mask;
    while (this.#slots[place] !== 0 && this.#slots[place] !== value) place = (place + 1) & mask;
    return place;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Float64Array(old.length * 2);
    for (const value of old) if (value !== 0) this.#slots[this.#place(value)] = value;
  }
}

/** The number's digits as a number; 0 when they would not come back as they were. */
function digitsOf(number: string): number {
  return /^\+[1-9]\d{1,14}$/.test(number) ? Number(number.slice(1)) : 0;
}
