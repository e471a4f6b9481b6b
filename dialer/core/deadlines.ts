/**
 * Deadlines of the engine, kept in a binary heap by time and then by the order in which they were set, so that a
 * run replays exactly. The core never waits: the shell asks for the next one and steps at that time.
 */
import type { EpochMilliseconds } from './model.js';

export interface Deadline<T> {
  readonly at: EpochMilliseconds;
  readonly order: number;
  /** Cleared by `cancel`; a cancelled deadline stays in the heap until it surfaces. */
  target: T | undefined;
}

export class Deadlines<T> {
  readonly #heap: Deadline<T>[] = [];
  #order = 0;
  #cancelled = 0;

  set(at: EpochMilliseconds, target: T): Deadline<T> {
    const deadline: Deadline<T> = { at, order: this.#order++, target };
    this.#heap.push(deadline);
    this.#siftUp(this.#heap.length - 1);
    return deadline;
  }

  cancel(deadline: Deadline<T> | undefined): void {
    if (deadline === undefined || deadline.target === undefined) return;
    deadline.target = undefined;
    this.#cancelled++;
    if (this.#cancelled > 64 && this.#cancelled * 2 > this.#heap.length) this.#compact();
  }

  /** Time of the next deadline; Infinity when there is none. */
  next(): EpochMilliseconds {
    for (;;) {
      const top = this.#heap[0];
      if (top === undefined) return Number.POSITIVE_INFINITY;
      if (top.target !== undefined) return top.at;
      this.#pop();
      this.#cancelled--;
    }
  }

  /** Takes the next deadline that is due at `now`, if any. */
  take(now: EpochMilliseconds): T | undefined {
    if (this.next() > now) return undefined;
    const deadline = this.#pop();
    const target = deadline.target;
    deadline.target = undefined;
    return target;
  }

  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  #pop(): Deadline<T> {
    const heap = this.#heap;
    const top = heap[0] as Deadline<T>;
    const last = heap.pop() as Deadline<T>;
    if (heap.length > 0) {
      heap[0] = last;
      this.#siftDown(0);
    }
    return top;
  }

  #compact(): void {
    const alive = this.#heap.filter((d) => d.target !== undefined);
    this.#heap.length = 0;
    for (const d of alive) this.#heap.push(d);
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#siftDown(i);
    this.#cancelled = 0;
  }

  #siftUp(start: number): void {
    const heap = this.#heap;
    let i = start;
    const item = heap[i] as Deadline<T>;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as Deadline<T>;
      if (!before(item, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = item;
  }

  #siftDown(start: number): void {
    const heap = this.#heap;
    const length = heap.length;
    let i = start;
    const item = heap[i] as Deadline<T>;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= length) break;
      const right = child + 1;
      if (right < length && before(heap[right] as Deadline<T>, heap[child] as Deadline<T>)) child = right;
      const below = heap[child] as Deadline<T>;
      if (!before(below, item)) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = item;
  }
}

function before(a: Deadline<unknown>, b: Deadline<unknown>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
