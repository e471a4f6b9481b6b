/**
 * A map for what comes and goes all the time, such as live calls: values stay in slots that are used again, and only
 * the slot's number is in the hash table. A JavaScript Map rebuilds its table every few hundred insertions, and each
 * abandoned table that has grown old keeps the values of its successor from being collected young.
 */
export class SlotMap<V extends object> {
  readonly #slots = new Map<string, number>();
  readonly #values: (V | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#slots.size;
  }

  has(key: string): boolean {
    return this.#slots.has(key);
  }

  get(key: string): V | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.#values[slot];
  }

  set(key: string, value: V): void {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.#free.pop() ?? this.#values.length;
      this.#slots.set(key, slot);
    }
    this.#values[slot] = value;
  }

  /** Returns whether the key was there. */
  delete(key: string): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#slots.delete(key);
    this.#values[slot] = undefined;
    this.#free.push(slot);
    return true;
  }

  clear(): void {
    this.#slots.clear();
    this.#values.length = 0;
    this.#free.length = 0;
  }

  /** In the order in which the keys were first set. */
  *values(): Generator<V> {
    for (const slot of this.#slots.values()) yield this.#values[slot] as V;
  }
}
