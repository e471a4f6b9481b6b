/** What the beginning of a list tells, whatever its format; and its first rows as they would be read. */
import type { Readable } from 'node:stream';
import type { EpochMilliseconds } from '../core/model.js';
import type { NewContact } from '../store/port.js';
import type { ColumnMapping, ColumnPlan } from './columns.js';
import type { RowIssue } from './contact-row.js';
import { RecordSplitter, recordPlaces } from './csv-records.js';
import { readCsvStart, START_BYTES } from './csv-start.js';
import { describeColumns } from './import-report.js';
import { readJsonStart } from './json-lines.js';
import { type BlockTask, cellsOf, parseBlock } from './parse-block.js';
import type { DefaultCountry } from './phone-number.js';
import { readText } from './source.js';

export type ListFormat = 'csv' | 'ndjson';

export interface ListStart {
  readonly format: ListFormat;
  /** Of CSV; empty otherwise. */
  readonly delimiter: string;
  readonly plan: ColumnPlan;
  readonly hasHeader: boolean;
  /** Bytes before the first record with data, and the line it is on. */
  readonly dataOffset: number;
  readonly dataLine: number;
}

export interface ListReading {
  readonly format: ListFormat;
  readonly mapping: ColumnMapping;
  readonly defaultCountry: DefaultCountry;
  readonly header: boolean | undefined;
}

/** @throws ListRejected when there is nothing to import, or the columns cannot be told */
export function readListStart(bytes: Uint8Array, complete: boolean, reading: ListReading): ListStart {
  const { format, mapping, defaultCountry, header } = reading;
  if (format === 'csv') return { format, ...readCsvStart(bytes, complete, mapping, defaultCountry, header) };
  const plan = readJsonStart(bytes, complete, mapping, defaultCountry);
  return { format, delimiter: '', plan, hasHeader: false, dataOffset: 0, dataLine: 1 };
}

/** Cuts what follows the start into blocks of whole records. */
export function splitterOf({ format, delimiter, dataLine }: ListStart): RecordSplitter {
  return new RecordSplitter(format === 'csv' ? delimiter.charCodeAt(0) : undefined, dataLine);
}

export interface PreviewRow {
  readonly line: number;
  /** As they stand in the file, in the order of the header; none of a row that cannot be taken apart. */
  readonly cells: readonly string[];
  readonly contact?: NewContact;
  readonly problems: readonly RowIssue[];
}

export interface ListPreview extends Pick<ListStart, 'format' | 'delimiter' | 'hasHeader'> {
  /** Names of the columns, in the order of the file. */
  readonly header: readonly string[];
  /** Columns by what they were taken for. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly rows: readonly PreviewRow[];
}

const SILENCE_SECONDS = 30;

/**
 * Reads the beginning of a list as an import would.
 *
 * @param source the list, or its first 64 KiB at least; read no further than needed
 * @throws ListRejected as an import would
 */
export async function previewList(
  source: Readable,
  reading: ListReading,
  rows: number,
  now: EpochMilliseconds,
): Promise<ListPreview> {
  const open = { stream: source, own: false };
  for await (const { bytes, last } of readText(open, SILENCE_SECONDS, new AbortController().signal)) {
    // What is as long as the beginning that is looked at is probably cut off.
    const complete = last && bytes.length < START_BYTES;
    const start = readListStart(bytes, complete, reading);
    const { format, delimiter, hasHeader, plan } = start;
    const found: PreviewRow[] = [];
    for (const { bytes: record, line } of records(bytes.subarray(start.dataOffset), complete, start)) {
      if (found.length >= rows) break;
      const task: BlockTask = {
        bytes: record,
        firstLine: line,
        format,
        delimiter,
        plan,
        defaultCountry: reading.defaultCountry,
        now,
      };
      const { contacts, issues, rows: read } = parseBlock(task);
      const [contact] = contacts;
      if (read === 0) continue;
      const cells = cellsOf(task);
      found.push({ line, cells, ...(contact !== undefined && { contact }), problems: issues });
    }
    return { format, delimiter, hasHeader, header: plan.header, columns: describeColumns(plan), rows: found };
  }
  throw new Error('a list without a beginning');
}

function* records(bytes: Uint8Array, complete: boolean, { format, delimiter, dataLine }: ListStart) {
  const places = recordPlaces(bytes, format === 'csv' ? delimiter.charCodeAt(0) : undefined, dataLine);
  for (const [index, { start, end, line }] of places.entries())
    if (complete || index < places.length - 1) yield { bytes: bytes.subarray(start, end), line };
}
