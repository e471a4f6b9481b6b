/** Domain events for many readers: a bounded window of the newest in memory, older ones from the journal. */

import type { Engine } from '../../dialer/engine.js';
import type { JournalledEvent } from '../../dialer/events/domain-events.js';

/** Events kept in memory. A reader further back reads the journal. */
const WINDOW = 4096;
/** Events read from the journal at once. */
const PAGE = 500;

export class EventHub {
  readonly #engine: Pick<Engine, 'store' | 'subscribe'>;
  readonly #unsubscribe: () => void;
  readonly #wake = new Set<() => void>();
  #recent: JournalledEvent[] = [];

  constructor(engine: Pick<Engine, 'store' | 'subscribe'>) {
    this.#engine = engine;
    this.#unsubscribe = engine.subscribe((events) => this.#take(events));
  }

  /** The newest events, oldest first. */
  recent(count: number): readonly JournalledEvent[] {
    return this.#recent.slice(-count);
  }

  /** Up to 500 events after the position, oldest first; empty when there are none yet. */
  async after(position: number): Promise<readonly JournalledEvent[]> {
    const first = this.#recent[0];
    if (first === undefined || position < first.sequence - 1)
      return this.#engine.store.events(position, PAGE);
    const start = firstAfter(this.#recent, position);
    return this.#recent.slice(start, start + PAGE);
  }

  /** Position of the newest event. */
  async last(): Promise<number> {
    return this.#recent.at(-1)?.sequence ?? this.#engine.store.lastEvent();
  }

  /** Calls `listener` when there are new events. Returns the function that ends it. */
  onNews(listener: () => void): () => void {
    this.#wake.add(listener);
    return () => this.#wake.delete(listener);
  }

  close(): void {
    this.#unsubscribe();
    this.#wake.clear();
  }

  #take(events: readonly JournalledEvent[]): void {
    for (const event of events) this.#recent.push(event);
    // Cut back now and then, not on each event.
    if (this.#recent.length > 2 * WINDOW) this.#recent = this.#recent.slice(-WINDOW);
    for (const wake of [...this.#wake]) wake();
  }
}

/** Index of the first event after the position, by bisection. */
function firstAfter(events: readonly JournalledEvent[], position: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle]!.sequence <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
