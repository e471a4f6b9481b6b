/**
 * Counts of what is in which cell, per subject. They live in memory, where every change is told to them; what changed is
 * handed out once in each transaction, and what an operation that failed had added is taken back.
 */
export class Tally {
  readonly #cells: number;
  #counts = new Map<number, Int32Array>();
  /** Cells changed since the last commit. */
  readonly #changed = new Map<number, Set<number>>();
  /** What the operation under way has added, to take it back: subject, cell, how many. */
  #added: number[] = [];

  /** `cells`: how many each subject has. */
  constructor(cells: number) {
    this.#cells = cells;
  }

  /** Starts anew with what the last commit left. */
  load(rows: Iterable<readonly [subject: number, cell: number, count: number]>): void {
    this.#counts = new Map();
    this.#changed.clear();
    this.#added = [];
    for (const [subject, cell, count] of rows) this.#of(subject)[cell] = count;
  }

  add(subject: number, cell: number, count: number): void {
    this.#change(subject, cell, count);
    this.#added.push(subject, cell, count);
  }

  count(subject: number, cell: number): number {
    return this.#counts.get(subject)?.[cell] ?? 0;
  }

  operationDone(): void {
    if (this.#added.length > 0) this.#added = [];
  }

  operationFailed(): void {
    for (let i = 0; i < this.#added.length; i += 3) {
      const [subject, cell, count] = this.#added.slice(i, i + 3) as [number, number, number];
      this.#change(subject, cell, -count);
    }
    this.#added = [];
  }

  /** What changed since it was asked last; to be written before the commit. */
  takeChanges(save: (subject: number, cell: number, count: number) => void): void {
    for (const [subject, cells] of this.#changed) {
      const counts = this.#of(subject);
      for (const cell of cells) save(subject, cell, counts[cell] ?? 0);
    }
    this.#changed.clear();
  }

  #change(subject: number, cell: number, count: number): void {
    const counts = this.#of(subject);
    counts[cell] = (counts[cell] ?? 0) + count;
    let changed = this.#changed.get(subject);
    if (changed === undefined) {
      changed = new Set();
      this.#changed.set(subject, changed);
    }
    changed.add(cell);
  }

  #of(subject: number): Int32Array {
    let counts = this.#counts.get(subject);
    if (counts === undefined) {
      counts = new Int32Array(this.#cells);
      this.#counts.set(subject, counts);
    }
    return counts;
  }
}
