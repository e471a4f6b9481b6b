/**
 * Where the records of a CSV file begin and end (RFC 4180).
 *
 * csv-parse reads the fields, but after a stray quote it takes the records that follow for part of the
 * broken one. So the borders are found here first, and a broken record costs only itself.
 */

export const NEWLINE = 0x0a;
const QUOTE = 0x22;
const SPACE = 0x20;

export function hasQuote(bytes: Uint8Array): boolean {
  return bytes.indexOf(QUOTE) >= 0;
}

/**
 * Offset behind the record that begins at `start` (behind its newline), or -1 when it does not end in
 * these bytes. A quote opens a field only at the field's beginning; spaces may stand before it.
 */
export function recordEnd(bytes: Uint8Array, start: number, delimiter: number): number {
  const { length } = bytes;
  let fieldStart = true;
  for (let at = start; at < length; at += 1) {
    const byte = bytes[at];
    if (byte === NEWLINE) return at + 1;
    if (byte === delimiter) fieldStart = true;
    else if (fieldStart && byte === QUOTE) {
      for (;;) {
        at = bytes.indexOf(QUOTE, at + 1);
        if (at < 0) return -1;
        if (bytes[at + 1] !== QUOTE) break;
        at += 1;
      }
      fieldStart = false;
    } else if (byte !== SPACE) fieldStart = false;
  }
  return -1;
}

export function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

export interface RecordPlace {
  readonly start: number;
  readonly end: number;
  /** Line of the record's beginning. */
  readonly line: number;
  readonly lastLine: number;
}

/** All records of a run of bytes, or its lines when there is no delimiter; the last may be without a newline, or broken off inside a quote. */
export function recordPlaces(
  bytes: Uint8Array,
  delimiter: number | undefined,
  firstLine: number,
): RecordPlace[] {
  const places: RecordPlace[] = [];
  let start = 0;
  let line = firstLine;
  while (start < bytes.length) {
    const found =
      delimiter === undefined ? bytes.indexOf(NEWLINE, start) + 1 || -1 : recordEnd(bytes, start, delimiter);
    const end = found < 0 ? bytes.length : found;
    const newlines = countNewlines(bytes.subarray(start, end));
    const ended = bytes[end - 1] === NEWLINE;
    places.push({ start, end, line, lastLine: line + newlines - (ended ? 1 : 0) });
    line += newlines;
    start = end;
  }
  return places;
}

/** Whole records, in the order of the file. */
export interface RecordBlock {
  readonly bytes: Uint8Array;
  readonly firstLine: number;
  readonly lastLine: number;
}

/** No record may be larger; what is, is no list, or a quote that is never closed. */
export const MAXIMUM_RECORD_BYTES = 64 * 1024;
/** Quotes that are never closed, in one file, before it is given up. */
const MAXIMUM_OPEN_QUOTES = 1000;

/** The bytes cannot be cut into records; the message names the line. */
export class UnreadableRecords extends Error {
  override readonly name = 'UnreadableRecords';
}

/**
 * Cuts a stream of bytes into blocks of whole records. A quote that is never closed breaks the line it
 * opens on; the line is handed out alone and reading goes on behind it.
 */
export class RecordSplitter {
  readonly #delimiter: number | undefined;
  readonly #maximumRecordBytes: number;
  #rest: Uint8Array = new Uint8Array(0);
  #line: number;
  #openQuotes = 0;

  /** `delimiter`: its character code; undefined: records are lines, whatever they hold. */
  constructor(delimiter: number | undefined, firstLine: number, maximumRecordBytes = MAXIMUM_RECORD_BYTES) {
    this.#delimiter = delimiter;
    this.#line = firstLine;
    this.#maximumRecordBytes = maximumRecordBytes;
  }

  push(chunk: Uint8Array): RecordBlock[] {
    return this.#cut(chunk, false);
  }

  end(): RecordBlock[] {
    return this.#cut(new Uint8Array(0), true);
  }

  #cut(chunk: Uint8Array, last: boolean): RecordBlock[] {
    let bytes: Uint8Array = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const blocks: RecordBlock[] = [];
    const take = (end: number): void => {
      // A copy: it is given away to a worker, memory and all. (A Buffer's slice would be a view.)
      const own = new Uint8Array(bytes.subarray(0, end));
      const newlines = countNewlines(own);
      const ended = own[own.length - 1] === NEWLINE;
      blocks.push({ bytes: own, firstLine: this.#line, lastLine: this.#line + newlines - (ended ? 1 : 0) });
      this.#line += newlines;
      bytes = bytes.subarray(end);
    };
    for (;;) {
      const end = this.#completeRecords(bytes);
      if (end > 0) take(end);
      if (bytes.length === 0 || (!last && bytes.length <= this.#maximumRecordBytes)) break;
      // What is left is one record without an end.
      const newline = bytes.indexOf(NEWLINE);
      if (newline < 0) {
        if (bytes.length > this.#maximumRecordBytes) {
          throw new UnreadableRecords(
            `line ${this.#line} is longer than ${Math.round(this.#maximumRecordBytes / 1024)} KB: the file is not a list`,
          );
        }
        take(bytes.length);
        break;
      }
      this.#openQuotes += 1;
      if (this.#openQuotes > MAXIMUM_OPEN_QUOTES) {
        throw new UnreadableRecords(
          `line ${this.#line}: more than ${MAXIMUM_OPEN_QUOTES} quotes are never closed: write the file with quotes doubled inside quoted fields`,
        );
      }
      take(newline + 1);
    }
    this.#rest = new Uint8Array(bytes);
    return blocks;
  }

  /** Offset behind the last record that ends in the bytes; 0 when none does. */
  #completeRecords(bytes: Uint8Array): number {
    const delimiter = this.#delimiter;
    if (delimiter === undefined || !hasQuote(bytes)) return bytes.lastIndexOf(NEWLINE) + 1;
    let complete = 0;
    for (;;) {
      const end = recordEnd(bytes, complete, delimiter);
      if (end < 0 || end - complete > this.#maximumRecordBytes) return complete;
      complete = end;
    }
  }
}
