/** What happens next in virtual time: a binary heap over typed arrays, which allocates nothing per event. */

const FIRST_CAPACITY = 1024;

export class EventHeap<T> {
  /** The event that `pop` took. */
  time = 0;
  kind = 0;
  target: T | undefined;

  #times = new Float64Array(FIRST_CAPACITY);
  #orders = new Float64Array(FIRST_CAPACITY);
  #kinds = new Uint8Array(FIRST_CAPACITY);
  readonly #targets: (T | undefined)[] = [];
  /** Slots in heap order, then free slots. */
  #heap = new Int32Array(FIRST_CAPACITY);
  #size = 0;
  #order = 0;

  constructor() {
    for (let slot = 0; slot < FIRST_CAPACITY; slot++) this.#heap[slot] = slot;
  }

  get size(): number {
    return this.#size;
  }

  /** Time of the next event; infinite when there is none. */
  next(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#times[this.#heap[0]!]!;
  }

  /** Events of one time come out in the order they went in. An infinite time is never. */
  push(time: number, kind: number, target: T): void {
    if (time === Number.POSITIVE_INFINITY) return;
    if (this.#size === this.#heap.length) this.#grow();
    const heap = this.#heap;
    const times = this.#times;
    const slot = heap[this.#size]!;
    times[slot] = time;
    this.#orders[slot] = this.#order++;
    this.#kinds[slot] = kind;
    this.#targets[slot] = target;
    let index = this.#size++;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      // The newcomer has the highest order, so it goes before another only by its time.
      if (times[heap[parent]!]! <= time) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = slot;
  }

  /** Takes the next event into `time`, `kind` and `target`. The heap must not be empty. */
  pop(): void {
    const heap = this.#heap;
    const times = this.#times;
    const orders = this.#orders;
    const slot = heap[0]!;
    this.time = times[slot]!;
    this.kind = this.#kinds[slot]!;
    this.target = this.#targets[slot];
    this.#targets[slot] = undefined;
    const size = --this.#size;
    const last = heap[size]!;
    heap[size] = slot;
    if (size === 0) return;
    const time = times[last]!;
    const order = orders[last]!;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= size) break;
      let childTime = times[heap[child]!]!;
      const right = child + 1;
      if (right < size) {
        const rightTime = times[heap[right]!]!;
        if (
          rightTime < childTime ||
          (rightTime === childTime && orders[heap[right]!]! < orders[heap[child]!]!)
        ) {
          child = right;
          childTime = rightTime;
        }
      }
      if (childTime > time || (childTime === time && orders[heap[child]!]! > order)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }

  #grow(): void {
    const capacity = this.#heap.length * 2;
    const times = new Float64Array(capacity);
    times.set(this.#times);
    this.#times = times;
    const orders = new Float64Array(capacity);
    orders.set(this.#orders);
    this.#orders = orders;
    const kinds = new Uint8Array(capacity);
    kinds.set(this.#kinds);
    this.#kinds = kinds;
    const heap = new Int32Array(capacity);
    heap.set(this.#heap);
    for (let slot = this.#heap.length; slot < capacity; slot++) heap[slot] = slot;
    this.#heap = heap;
  }
}
