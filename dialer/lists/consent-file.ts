/** Consent in files: CSV with a header line, or one JSON object a line (NDJSON). Both are read and written as streams. */
import { createInterface } from 'node:readline';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import type { ConsentRecord, NewConsent } from '../core/consent.js';
import type { Store } from '../store/port.js';
import {
  CONSENT_FIELDS,
  type ConsentField,
  type ConsentText,
  consentEntryText,
  type EntryContext,
  RECORDED_FIELDS,
  readConsentEntry,
} from './consent-entry.js';
import { ListRejected } from './list-rejected.js';

export type ConsentFormat = 'csv' | 'ndjson';

/** A line that is not an entry: `field` is empty when the line as a whole cannot be read. */
export interface BadLine {
  readonly line: number;
  readonly field: ConsentField | '';
  readonly detail: string;
}

export type ConsentLine = { readonly line: number; readonly entry: NewConsent } | BadLine;

const LONGEST_LINE = 64 * 1024;
const RECORDS_AT_ONCE = 1_000;

/** @throws ListRejected when the file as a whole cannot be read. */
export async function* readConsentFile(
  source: Readable,
  format: ConsentFormat,
  context: EntryContext,
): AsyncGenerator<ConsentLine> {
  const lines = format === 'csv' ? csvLines(source) : jsonLines(source);
  for await (const { line, fields, detail } of lines) {
    if (fields === undefined) {
      yield { line, field: '', detail: detail ?? 'cannot be read' };
      continue;
    }
    const entry = readConsentEntry(fields, context);
    yield 'detail' in entry ? { line, ...entry } : { line, entry };
  }
}

interface Line {
  readonly line: number;
  readonly fields?: ConsentText;
  readonly detail?: string;
}

async function* csvLines(source: Readable): AsyncGenerator<Line> {
  const parser = parse({
    bom: true,
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    max_record_size: LONGEST_LINE,
  });
  // What goes wrong with the source goes wrong with the parser, which is read from.
  const done = pipeline(source, parser).catch((error: Error) => error);
  let header: readonly string[] | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: readonly string[];
      info: { lines: number };
    }>) {
      if (header === undefined) header = headerOf(record);
      else if (record.length > header.length)
        yield {
          line: info.lines,
          detail: `has ${record.length} columns where ${header.length} are expected`,
        };
      else yield { line: info.lines, fields: fieldsOf(header, record) };
    }
  } catch (error) {
    const cause = await done;
    if (cause instanceof Error && !(cause instanceof CsvError)) throw cause;
    throw error instanceof CsvError ? new ListRejected(`the file is no CSV: ${error.message}`) : error;
  }
  if (header === undefined) throw new ListRejected('the file is empty: begin with a header line');
}

function headerOf(record: readonly string[]): readonly string[] {
  const known: readonly string[] = [...CONSENT_FIELDS, ...RECORDED_FIELDS];
  const byWord = new Map(known.map((name) => [name.toLowerCase(), name]));
  const header = record.map((name) => byWord.get(name.replace(/[\s_-]/g, '').toLowerCase()) ?? name);
  const unknown = header.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new ListRejected(`the column "${unknown}" is not known: use ${CONSENT_FIELDS.join(', ')}`);
  for (const name of ['number', 'consent', 'evidence'])
    if (!header.includes(name)) throw new ListRejected(`the header line names no column "${name}"`);
  return header;
}

function fieldsOf(header: readonly string[], record: readonly string[]): ConsentText {
  return Object.fromEntries(header.map((name, position) => [name, record[position] ?? '']));
}

async function* jsonLines(source: Readable): AsyncGenerator<Line> {
  const lines = createInterface({
    input: source.pipe(withoutLongLines()),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  const failed = new Promise<never>((_resolve, reject) => source.once('error', reject));
  failed.catch(() => undefined);
  let line = 0;
  const iterator = lines[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([iterator.next(), failed]);
    if (next.done === true) return;
    line += 1;
    const text = next.value.trim();
    if (text === '') continue;
    yield { line, ...jsonFields(text) };
  }
}

function jsonFields(text: string): Omit<Line, 'line'> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { detail: 'is not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { detail: 'is not a JSON object' };
  const known: readonly string[] = [...CONSENT_FIELDS, ...RECORDED_FIELDS];
  const fields: Record<string, string> = {};
  for (const [name, given] of Object.entries(value)) {
    if (!known.includes(name)) return { detail: `"${name}" is not a known field` };
    if (Array.isArray(given)) fields[name] = given.join(' ');
    else if (given !== null) fields[name] = String(given);
  }
  return { fields };
}

/** A line without an end would be kept in memory as a whole: the stream fails instead. */
function withoutLongLines(): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const last = chunk.lastIndexOf(0x0a);
      length = last < 0 ? length + chunk.length : chunk.length - last - 1;
      // Whole lines inside a chunk are no longer than the chunk.
      if (length > LONGEST_LINE) done(new ListRejected(`a line is longer than ${LONGEST_LINE} bytes`));
      else done(null, chunk);
    },
  });
}

/** All consent histories as text, page by page, so that their number does not matter. */
export async function* consentFile(
  store: Pick<Store, 'consentRecords'>,
  format: ConsentFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield `${[...CONSENT_FIELDS, ...RECORDED_FIELDS].join(',')}\r\n`;
  let cursor: string | undefined;
  do {
    const page = await store.consentRecords({
      limit: RECORDS_AT_ONCE,
      ...(cursor !== undefined && { cursor }),
    });
    if (page.items.length > 0)
      yield page.items
        .map(format === 'csv' ? csvLine : (record) => `${JSON.stringify(consentEntryText(record))}\n`)
        .join('');
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

function csvLine(record: ConsentRecord): string {
  const text: Readonly<Record<string, unknown>> = consentEntryText(record);
  const cells = [...CONSENT_FIELDS, ...RECORDED_FIELDS].map((name) => {
    const value = text[name];
    const cell = Array.isArray(value) ? value.join(' ') : String(value ?? '');
    return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  });
  return `${cells.join(',')}\r\n`;
}
