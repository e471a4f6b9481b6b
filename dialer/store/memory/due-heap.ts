/** What a heap needs to know of its elements; the heap itself keeps these fields. */
export interface Due {
  /** Heap the element is in; it is in one at most. */
  heap: DueHeap<Due> | undefined;
  heapIndex: number;
  /** When it falls due, epoch milliseconds. Changed only while it is in no heap. */
  heapKey: number;
  /** Breaks ties: what came first goes first. */
  readonly ordinal: number;
}

/**
 * Binary min-heap by `heapKey` that knows where each element sits, so that one in the middle can be taken
 * out in O(log n).
 */
export class DueHeap<T extends Due> {
  readonly #items: T[] = [];

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T, key: number): void {
    item.heap = this as unknown as DueHeap<Due>;
    item.heapKey = key;
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  pop(): T | undefined {
    const first = this.#items[0];
    if (first !== undefined) this.remove(first);
    return first;
  }

  remove(item: T): void {
    const last = this.#items.pop();
    item.heap = undefined;
    if (last === undefined || last === item) return;
    const index = item.heapIndex;
    const parent = this.#items[(index - 1) >> 1];
    if (index > 0 && parent !== undefined && before(last, parent)) this.#rise(last, index);
    else this.#sink(last, index);
  }

  #rise(item: T, from: number): void {
    const items = this.#items;
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = items[above] as T;
      if (!before(item, parent)) break;
      items[index] = parent;
      parent.heapIndex = index;
      index = above;
    }
    items[index] = item;
    item.heapIndex = index;
  }

  #sink(item: T, from: number): void {
    const items = this.#items;
    const half = items.length >> 1;
    let index = from;
    while (index < half) {
      let below = 2 * index + 1;
      let child = items[below] as T;
      const right = items[below + 1];
      if (right !== undefined && before(right, child)) {
        below += 1;
        child = right;
      }
      if (!before(child, item)) break;
      items[index] = child;
      child.heapIndex = index;
      index = below;
    }
    items[index] = item;
    item.heapIndex = index;
  }
}

function before(a: Due, b: Due): boolean {
  return a.heapKey < b.heapKey || (a.heapKey === b.heapKey && a.ordinal < b.ordinal);
}
