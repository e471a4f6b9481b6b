/** What the switch will do and when: a binary heap of callbacks behind a single timer. */
import type { Clock } from '../../dialer/clock.js';

export interface Timed {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

export class Timeline {
  readonly clock: Clock;
  readonly #heap: Timed[] = [];
  #order = 0;
  #cancelTimer: (() => void) | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #due: number | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /**
   * The world's time. While something happens, it is the time at which that was due, so that what follows from it does not
   * depend on how late the machine is.
   */
  get now(): number {
    return this.#due ?? this.clock.now();
  }

  /** Runs `run` in `milliseconds` of the world's time; entries of one instant run in the order they came in. */
  after(milliseconds: number, run: () => void): Timed {
    return this.at(this.now + milliseconds, run);
  }

  at(at: number, run: () => void): Timed {
    const entry: Timed = { at, order: this.#order++, run };
    if (at === Number.POSITIVE_INFINITY) return entry;
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
    if (index === 0 && this.#due === undefined) this.#arm();
    return entry;
  }

  cancel(entry: Timed | undefined): void {
    if (entry !== undefined) entry.run = undefined;
  }

  /** Forgets everything that was to happen. */
  stop(): void {
    this.#heap.length = 0;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    const next = this.#heap[0];
    if (next === undefined) return;
    if (this.#cancelTimer !== undefined) {
      if (this.#timerAt <= next.at) return;
      this.#cancelTimer();
    }
    this.#timerAt = next.at;
    this.#cancelTimer = this.clock.after(next.at - this.now, () => this.#fire());
  }

  #fire(): void {
    this.#cancelTimer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.clock.now();
    try {
      for (let next = this.#heap[0]; next !== undefined && next.at <= now; next = this.#heap[0]) {
        this.#pop();
        const { run } = next;
        this.#due = next.at;
        next.run = undefined;
        run?.();
      }
    } finally {
      this.#due = undefined;
      this.#arm();
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    const { length } = heap;
    if (length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= length) break;
      if (child + 1 < length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

function before(a: Timed, b: Timed): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
