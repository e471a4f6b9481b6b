/** Reads a block of whole records, CSV or NDJSON, into contacts and issues. Runs in the workers. */
import { isUtf8 } from 'node:buffer';
import { CsvError, type Options, parse } from 'csv-parse/sync';
import type { EpochMilliseconds } from '../core/model.js';
import type { NewContact } from '../store/port.js';
import type { ColumnPlan } from './columns.js';
import { type IssueCode, type RowIssue, readContactRow } from './contact-row.js';
import { hasQuote, NEWLINE, type RecordPlace, recordPlaces } from './csv-records.js';
import { jsonRow, readJsonLine } from './json-lines.js';
import type { DefaultCountry } from './phone-number.js';

export interface BlockTask {
  readonly bytes: Uint8Array;
  readonly firstLine: number;
  readonly format: 'csv' | 'ndjson';
  /** Of CSV: one character of ASCII. */
  readonly delimiter: string;
  readonly plan: ColumnPlan;
  readonly defaultCountry: DefaultCountry;
  /** When the list is read. */
  readonly now: EpochMilliseconds;
}

export interface BlockResult {
  readonly contacts: readonly NewContact[];
  readonly issues: readonly RowIssue[];
  /** Records that were not empty. */
  readonly rows: number;
  readonly rejected: number;
  /** The bytes were not UTF-8 and were read as Windows-1252. */
  readonly windows1252: boolean;
}

/** What csv-parse is asked to do: every record as cells without spaces around them, empty ones included. */
export function csvOptions(delimiter: string): Options {
  return {
    delimiter,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: false,
    trim: true,
  };
}

const QUOTE_PROBLEMS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'has a quote that is never closed',
  CSV_INVALID_CLOSING_QUOTE: 'has a quote inside a quoted cell: write it twice',
  INVALID_OPENING_QUOTE: 'has a quote inside a cell that is not quoted: quote the cell and write it twice',
  CSV_INVALID_OPENING_QUOTE:
    'has a quote inside a cell that is not quoted: quote the cell and write it twice',
};

class Block {
  readonly contacts: NewContact[] = [];
  readonly issues: RowIssue[] = [];
  rows = 0;
  rejected = 0;
  readonly #task: BlockTask;
  readonly #options: Options;

  constructor(task: BlockTask) {
    this.#task = task;
    this.#options = csvOptions(task.delimiter);
  }

  /** Returns false when the row shows that a quote swallowed the lines behind its first. */
  row(cells: readonly string[], line: number, lastLine: number): boolean {
    if (cells.length === 1 && cells[0] === '') return true;
    const { plan, defaultCountry, now } = this.#task;
    const { contact, problems } = readContactRow(cells, plan, defaultCountry, now);
    if (contact === undefined && lastLine > line && problems[0]?.code === 'line-break') return false;
    this.rows += 1;
    const kept = contact !== undefined;
    if (kept) this.contacts.push(contact);
    else this.rejected += 1;
    const spans = lastLine > line ? ` (lines ${line} to ${lastLine})` : '';
    for (const problem of problems)
      this.issues.push({ ...problem, reason: problem.reason + spans, line, kept });
    return true;
  }

  /** Records of NDJSON. */
  lines(bytes: Uint8Array): void {
    const { firstLine, plan, defaultCountry, now } = this.#task;
    const texts = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').split('\n');
    for (const [index, text] of texts.entries()) {
      if (text.trim() === '') continue;
      const line = firstLine + index;
      const read = readJsonLine(text);
      if ('problem' in read) {
        this.#refuse(line, 'json', read.problem, text);
        continue;
      }
      const { row, more } = jsonRow(read.cells, plan);
      const { contact, problems } = readContactRow(row, plan, defaultCountry, now);
      this.rows += 1;
      const kept = contact !== undefined;
      if (kept) this.contacts.push({ ...contact, fields: { ...contact.fields, ...more } });
      else this.rejected += 1;
      for (const problem of problems) this.issues.push({ ...problem, line, kept });
    }
  }

  #refuse(line: number, code: IssueCode, reason: string, value: string): void {
    this.rows += 1;
    this.rejected += 1;
    this.issues.push({ line, field: '', code, reason, value: value.slice(0, 60).trim(), kept: false });
  }

  /** All records at once; false, with nothing taken, when there is a broken one among them. */
  together(bytes: Uint8Array): boolean {
    let records: string[][];
    try {
      records = parse(bytes, this.#options) as unknown as string[][];
    } catch (error) {
      if (error instanceof CsvError) return false;
      throw error;
    }
    const { firstLine } = this.#task;
    if (!hasQuote(bytes)) {
      records.forEach((cells, index) => {
        this.row(cells, firstLine + index, firstLine + index);
      });
      return true;
    }
    const places = this.#places(bytes, firstLine);
    if (places.length !== records.length) return false;
    places.forEach((place, index) => {
      if (!this.row(records[index]!, place.line, place.lastLine)) this.#broken(bytes, place, 'line-break');
    });
    return true;
  }

  /** Record by record, so that a broken one costs only itself. */
  apart(bytes: Uint8Array, firstLine: number): void {
    for (const place of this.#places(bytes, firstLine)) {
      const own = bytes.subarray(place.start, place.end);
      let records: string[][];
      try {
        records = parse(own, this.#options) as unknown as string[][];
      } catch (error) {
        if (!(error instanceof CsvError)) throw error;
        this.#broken(bytes, place, error.code);
        continue;
      }
      for (const cells of records) {
        if (!this.row(cells, place.line, place.lastLine)) this.#broken(bytes, place, 'line-break');
      }
    }
  }

  /** Gives up the first line of a record and reads the lines behind it as records of their own. */
  #broken(bytes: Uint8Array, place: RecordPlace, code: string): void {
    const record = bytes.subarray(place.start, place.end);
    const newline = record.indexOf(NEWLINE);
    const line = newline < 0 ? record : record.subarray(0, newline);
    const reason =
      place.lastLine > place.line
        ? 'has a quote that is not closed on its line'
        : (QUOTE_PROBLEMS[code] ?? `cannot be read (${code})`);
    this.#refuse(place.line, 'quote', reason, Buffer.from(line).toString('utf8'));
    if (newline >= 0 && newline + 1 < record.length) this.apart(record.subarray(newline + 1), place.line + 1);
  }

  #places(bytes: Uint8Array, firstLine: number): RecordPlace[] {
    return recordPlaces(bytes, this.#task.delimiter.charCodeAt(0), firstLine);
  }
}

/** The bytes as UTF-8, whatever they were, and whether they had to be converted. */
export function toUtf8(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly converted: boolean } {
  if (isUtf8(bytes)) return { bytes, converted: false };
  return { bytes: Buffer.from(new TextDecoder('windows-1252').decode(bytes), 'utf8'), converted: true };
}

/** Reads one block. Depends on nothing but the task. */
export function parseBlock(task: BlockTask): BlockResult {
  const { bytes, converted } = toUtf8(task.bytes);
  const block = new Block(task);
  if (task.format === 'ndjson') block.lines(bytes);
  else if (!block.together(bytes)) block.apart(bytes, task.firstLine);
  const { contacts, issues, rows, rejected } = block;
  return { contacts, issues, rows, rejected, windows1252: converted };
}

/** The cells of one record as they stand in the file; none when it cannot be taken apart. */
export function cellsOf({ bytes, format, delimiter, plan }: BlockTask): readonly string[] {
  const utf8 = toUtf8(bytes).bytes;
  if (format === 'ndjson') {
    const read = readJsonLine(Buffer.from(utf8).toString('utf8'));
    return 'problem' in read ? [] : jsonRow(read.cells, plan).row;
  }
  try {
    return (parse(utf8, csvOptions(delimiter)) as unknown as string[][])[0] ?? [];
  } catch (error) {
    if (error instanceof CsvError) return [];
    throw error;
  }
}
