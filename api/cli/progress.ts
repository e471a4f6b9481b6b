/** Progress in the terminal: bars that are drawn over on a TTY, now and then a plain line otherwise. */
import type { Writable } from 'node:stream';

export interface ProgressItem {
  readonly label: string;
  readonly done: number;
  /** Unknown when absent: a bar cannot be drawn, the count is shown. */
  readonly total?: number;
  /** Shown behind the bar. */
  readonly note: string;
}

export interface ProgressOptions {
  readonly stream: Writable;
  readonly terminal: boolean;
  /** Columns of the terminal; read at each drawing. */
  readonly columns: () => number;
  /** Milliseconds, any origin. */
  readonly now: () => number;
  /** Least time between two drawings on a TTY, and between two plain lines. Defaults 100 ms and 10 s. */
  readonly drawMilliseconds?: number;
  readonly lineMilliseconds?: number;
}

export interface Progress {
  /** Shows these items; drawn at most as often as the options say. */
  show(items: readonly ProgressItem[]): void;
  /** Prints a line that stays, above the bars. */
  print(line: string): void;
  /** Draws the latest items once more and leaves them standing. */
  end(): void;
}

const BAR_COLUMNS = 24;

function share({ done, total }: ProgressItem): number {
  return total === undefined || total <= 0 ? 0 : Math.min(1, Math.max(0, done / total));
}

function count({ done, total }: ProgressItem): string {
  const text = (value: number): string => Math.round(value).toLocaleString('en');
  return total === undefined ? text(done) : `${text(done)}/${text(total)}`;
}

function bar(item: ProgressItem, labelColumns: number, columns: number): string {
  const filled = Math.round(share(item) * BAR_COLUMNS);
  const drawn = item.total === undefined ? '' : `${'█'.repeat(filled)}${'░'.repeat(BAR_COLUMNS - filled)} `;
  const line = `${item.label.padEnd(labelColumns)} ${drawn}${count(item)} ${item.note}`.trimEnd();
  // One column is left free: a full line would wrap and spoil the drawing over.
  return [...line].slice(0, Math.max(10, columns - 1)).join('');
}

function plain(item: ProgressItem): string {
  const part = item.total === undefined ? '' : ` (${Math.floor(100 * share(item))} %)`;
  return `${item.label}: ${count(item)}${part}${item.note === '' ? '' : `, ${item.note}`}`;
}

class TerminalProgress implements Progress {
  readonly #options: ProgressOptions;
  #items: readonly ProgressItem[] = [];
  #drawnLines = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  show(items: readonly ProgressItem[]): void {
    this.#items = items;
    const now = this.#options.now();
    if (now - this.#drawnAt < (this.#options.drawMilliseconds ?? 100)) return;
    this.#drawnAt = now;
    this.#options.stream.write(this.#clear() + this.#draw());
  }

  print(line: string): void {
    this.#options.stream.write(`${this.#clear()}${line}\n${this.#draw()}`);
  }

  end(): void {
    this.#options.stream.write(this.#clear() + this.#draw());
    this.#drawnLines = 0;
    this.#items = [];
  }

  #clear(): string {
    return this.#drawnLines === 0 ? '' : `\x1b[${this.#drawnLines}A\x1b[0J`;
  }

  #draw(): string {
    this.#drawnLines = this.#items.length;
    const labelColumns = Math.max(0, ...this.#items.map(({ label }) => label.length));
    return this.#items.map((item) => `${bar(item, labelColumns, this.#options.columns())}\n`).join('');
  }
}

class PlainProgress implements Progress {
  readonly #options: ProgressOptions;
  #items: readonly ProgressItem[] = [];
  #printedAt = Number.NEGATIVE_INFINITY;
  readonly #printed = new Map<string, string>();

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  show(items: readonly ProgressItem[]): void {
    this.#items = items;
    const now = this.#options.now();
    if (now - this.#printedAt < (this.#options.lineMilliseconds ?? 10_000)) return;
    this.#printedAt = now;
    this.#printChanged();
  }

  print(line: string): void {
    this.#options.stream.write(`${line}\n`);
  }

  end(): void {
    this.#printChanged();
    this.#items = [];
    this.#printed.clear();
  }

  #printChanged(): void {
    for (const item of this.#items) {
      const line = plain(item);
      if (this.#printed.get(item.label) === line) continue;
      this.#printed.set(item.label, line);
      this.#options.stream.write(`${line}\n`);
    }
  }
}

/** How much of a file is done, in a unit that leaves some digits. `total` is its size in bytes, when known. */
export function bytesItem(label: string, done: number, total: number | undefined, note = ''): ProgressItem {
  const size = total ?? Number.POSITIVE_INFINITY;
  const [unit, name] = size < 10_000 ? [1, 'bytes'] : size < 10_000_000 ? [1_000, 'KB'] : [1_000_000, 'MB'];
  return {
    label,
    done: done / unit,
    ...(total !== undefined && { total: total / unit }),
    note: note === '' ? name : `${name}, ${note}`,
  };
}

export function createProgress(options: ProgressOptions): Progress {
  return options.terminal ? new TerminalProgress(options) : new PlainProgress(options);
}
