/**
 * What a bench is. Each file exports
 *
 *     export async function rows(options: BenchOptions): Promise<BenchTable[]>
 *
 * does nothing when it is imported, and ends with `await runDirectly(import.meta.url, rows)`, so that it prints the same
 * tables when it is run by itself. `npm run bench` finds every file with such an export (see run.ts).
 */
import { argv, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** A few seconds instead of the whole measurement: shows that the bench works and the order of size. */
  readonly quick: boolean;
  /** For whatever is drawn; the same seed gives the same work. */
  readonly seed: number;
}

/** One table of the page. A cell with an interval reads `mean ± half width`. */
export interface BenchTable {
  title: string;
  columns: string[];
  rows: (string | number)[][];
  /** How it was measured, what is in the figures and what is not. */
  notes?: string[];
}

export type Rows = (options: BenchOptions) => Promise<BenchTable[]>;

/** A bench that takes options of its own when it is run directly. */
export interface DirectArguments {
  /** A number, not less than `least`. */
  number(name: string, fallback: number, least?: number): number;
  text(name: string, fallback: string): string;
  flag(name: string): boolean;
}

const COMMON = ['seed', 'json', 'quick'];

/**
 * The options on the command line of a bench that is run directly; in the runner all have their fallbacks.
 * Options with a value are `named`, those without are `flags`; any other on the command line is an error.
 */
export function directArguments(
  url: string,
  named: readonly string[],
  flags: readonly string[] = [],
): DirectArguments {
  let values: Record<string, string | boolean | undefined> = {};
  if (isDirect(url)) {
    const options: Record<string, { type: 'string' | 'boolean' }> = { seed: { type: 'string' } };
    for (const name of named) options[name] = { type: 'string' };
    for (const name of ['quick', 'json', ...flags]) options[name] = { type: 'boolean' };
    try {
      ({ values } = parseArgs({ options }));
    } catch (error) {
      stderr.write(`${(error as Error).message}\noptions: ${[...named, ...flags, ...COMMON].join(', ')}\n`);
      process.exit(2);
    }
  }
  return {
    number(name, fallback, least = 0) {
      const given = values[name];
      const value = given === undefined ? fallback : Number(given);
      if (!(value >= least)) throw new Error(`--${name} is ${given}: give a number of ${least} at least`);
      return value;
    },
    text: (name, fallback) => String(values[name] ?? fallback),
    flag: (name) => values[name] === true,
  };
}

/** Whether the module with this URL is the one that node was told to run. */
export function isDirect(url: string): boolean {
  return argv[1] !== undefined && fileURLToPath(url) === argv[1];
}

/** The end of every bench file: `--quick`, `--seed N`, `--json`; nothing when the file was imported. */
export async function runDirectly(url: string, rows: Rows): Promise<void> {
  if (!isDirect(url)) return;
  const flag = (name: string): boolean => argv.includes(`--${name}`);
  const at = argv.indexOf('--seed');
  const seed = at < 0 ? 1 : Number(argv[at + 1]);
  if (!Number.isInteger(seed)) throw new Error(`--seed is ${argv[at + 1]}: give a whole number`);
  const tables = await rows({ quick: flag('quick'), seed });
  stdout.write(
    flag('json') ? `${JSON.stringify(tables, null, 2)}\n` : `${tables.map(tableAsMarkdown).join('\n\n')}\n`,
  );
}

/** Tells of the progress of a long bench, beside its result. */
export function say(line: string): void {
  stderr.write(`${line}\n`);
}

/** Whole numbers with commas, others as they are. */
export function cellText(cell: string | number): string {
  return typeof cell === 'string'
    ? cell
    : Number.isInteger(cell)
      ? cell.toLocaleString('en')
      : Number(cell.toPrecision(6)).toString();
}

/** A table with its title and notes; columns are aligned for reading as plain text. */
export function tableAsMarkdown(table: BenchTable): string {
  const body = table.rows.map((row) => row.map((cell) => cellText(cell).replaceAll('|', '\\|')));
  const widths = table.columns.map((name, i) =>
    Math.max(name.length, 3, ...body.map((row) => row[i]?.length ?? 0)),
  );
  // A column of figures is set to the right.
  const figures = table.columns.map(
    (_, i) =>
      table.rows.length > 0 &&
      table.rows.every((row) => typeof row[i] === 'number' || /^[-+\d]/.test(row[i] ?? '')),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (figures[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join(' | ')} |`;
  return [
    `### ${table.title}`,
    '',
    line(table.columns),
    `| ${widths.map((width, i) => (figures[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`,
    ...body.map(line),
    ...(table.notes ?? []).flatMap((note) => ['', note]),
  ].join('\n');
}
