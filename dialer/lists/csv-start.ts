/** What the beginning of a CSV file tells: encoding, line ends, delimiter, header, columns. */
import { CsvError, parse } from 'csv-parse/sync';
import { type ColumnMapping, type ColumnPlan, looksLikeHeader, resolveColumns } from './columns.js';
import { countNewlines, recordPlaces } from './csv-records.js';
import { ListRejected } from './list-rejected.js';
import { csvOptions, toUtf8 } from './parse-block.js';
import { type DefaultCountry, readPhoneNumber } from './phone-number.js';

/** Bytes looked at before the columns are decided. */
export const START_BYTES = 64 * 1024;
const SAMPLE_RECORDS = 50;
const DELIMITERS = [',', ';', '\t', '|'];
const CARRIAGE_RETURN = 0x0d;

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

export interface TextStart {
  readonly encoding: Encoding;
  /** Bytes of the byte order mark. */
  readonly mark: number;
}

/**
 * The encoding by the byte order mark.
 *
 * @throws ListRejected when the bytes are no text
 */
export function readEncoding(bytes: Uint8Array): TextStart {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', mark: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', mark: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', mark: 2 };
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4)
    throw new ListRejected('the file is a spreadsheet or archive, not CSV: export the sheet as CSV (UTF-8)');
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    throw new ListRejected('the file is compressed (gzip): unpack it first');
  if (bytes.indexOf(0) >= 0)
    throw new ListRejected('the file is not text in UTF-8 or Windows-1252: export it as CSV (UTF-8)');
  return { encoding: 'utf-8', mark: 0 };
}

export interface CsvStart {
  readonly delimiter: string;
  readonly plan: ColumnPlan;
  readonly hasHeader: boolean;
  /** Bytes before the first record with data, and the line it is on. */
  readonly dataOffset: number;
  readonly dataLine: number;
}

function readRecords(bytes: Uint8Array, delimiter: string, count: number): string[][] {
  const places = recordPlaces(bytes, delimiter.charCodeAt(0), 1).slice(0, count);
  return places.flatMap(({ start, end }) => {
    try {
      const record = toUtf8(bytes.subarray(start, end)).bytes;
      const records = parse(record, csvOptions(delimiter)) as unknown as string[][];
      return records.filter((cells) => cells.length > 1 || cells[0] !== '');
    } catch (error) {
      // A broken record is reported when its turn comes.
      if (error instanceof CsvError) return [];
      throw error;
    }
  });
}

/** The delimiter that cuts the first records into the most columns, all of them alike if possible. */
function findDelimiter(bytes: Uint8Array): string {
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const widths = readRecords(bytes, delimiter, 10).map((cells) => cells.length);
    const width = widths[0] ?? 1;
    if (width < 2) continue;
    const alike = widths.filter((other) => other === width).length / widths.length;
    const score = width * alike;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/**
 * Decides how the file is read.
 *
 * @param start the first bytes, in UTF-8 or Windows-1252, without a byte order mark, lines ending in a newline
 * @param complete the file has no more bytes
 * @throws ListRejected when there is nothing to import, or the columns cannot be told
 */
export function readCsvStart(
  start: Uint8Array,
  complete: boolean,
  mapping: ColumnMapping,
  defaultCountry: DefaultCountry,
  header: boolean | undefined,
): CsvStart {
  // Without the record that is cut off at the end, unless it is all there is.
  const lastNewline = start.lastIndexOf(0x0a);
  let bytes = complete || lastNewline < 0 ? start : start.subarray(0, lastNewline + 1);
  let delimiter: string | undefined;
  let dataOffset = 0;
  let dataLine = 1;

  // Excel's own way to name the delimiter.
  const stated = /^sep=(.)\r?\n/.exec(Buffer.from(bytes.subarray(0, 10)).toString('latin1'));
  if (stated !== null) {
    delimiter = stated[1]!;
    dataOffset = stated[0].length;
    dataLine = 2;
    bytes = bytes.subarray(dataOffset);
  }
  delimiter ??= findDelimiter(bytes);
  if (delimiter.charCodeAt(0) > 127)
    throw new ListRejected(
      `the delimiter "${delimiter}" is not supported: use a comma, semicolon, tab or bar`,
    );

  const records = readRecords(bytes, delimiter, SAMPLE_RECORDS);
  const first = records[0];
  if (first === undefined) {
    throw new ListRejected(
      complete && bytes.every((byte) => byte === 0x0a || byte === CARRIAGE_RETURN || byte === 0x20)
        ? 'the list is empty'
        : 'the list has no readable line at its beginning: check its quotes',
    );
  }
  const isNumber = (cell: string): boolean => readPhoneNumber(cell, defaultCountry).e164 !== undefined;
  const hasHeader =
    header ?? (!first.some(isNumber) && (looksLikeHeader(first) || first.every((c) => !/^\d+$/.test(c))));
  const sample = hasHeader ? records.slice(1) : records;
  const plan = resolveColumns(first, hasHeader, sample, mapping, isNumber);
  if (hasHeader) {
    // The header is the first record that is not empty.
    const places = recordPlaces(bytes, delimiter.charCodeAt(0), 1);
    for (const { start: from, end } of places) {
      const record = bytes.subarray(from, end);
      dataLine += countNewlines(record);
      dataOffset += record.length;
      if (readRecords(record, delimiter, 1).length > 0) break;
    }
  }
  return { delimiter, plan, hasHeader, dataOffset, dataLine };
}

/** Lines of old Macintosh files end in a carriage return alone. */
export function hasOnlyCarriageReturns(bytes: Uint8Array): boolean {
  return bytes.indexOf(0x0a) < 0 && bytes.indexOf(CARRIAGE_RETURN) >= 0;
}

export function carriageReturnsToNewlines(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte === CARRIAGE_RETURN ? 0x0a : byte));
}
