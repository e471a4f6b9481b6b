/** Turns a registry's file into a snapshot. Runs in a worker thread; the thread that asked only looks at the counters. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { crc32, createGunzip, createInflateRaw } from 'node:zlib';
import { ExactNumberSet } from './exact-number-set.js';
import { NumberSetBuilder } from './number-set-builder.js';
import { RegistryFileRefused, RegistryLineReader } from './registry-lines.js';
import { readSnapshot, type SnapshotDescription, SnapshotRefused, writeSnapshot } from './snapshot-file.js';
import { readZipEntry } from './zip-entry.js';

/** A line that could not be read. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
  /** The beginning of the line. */
  readonly text: string;
}

export interface ImportTask {
  readonly kind: 'import';
  /** The file that was sent: text, compressed with gzip, or in a zip archive. */
  readonly source: string;
  /** Where the snapshot goes. */
  readonly file: string;
  /** Where bad lines are listed. */
  readonly badLineFile: string;
  readonly list: string;
  readonly version: string;
  readonly obtainedAt: number;
  readonly importedAt: number;
  readonly defaultCountry: string | undefined;
  /** The version that a change list is applied to, and its numbers. */
  readonly base: { readonly version: string; readonly buffer: SharedArrayBuffer } | undefined;
  /** Bad lines ÷ lines, 0–1, above which nothing is imported. */
  readonly maximumBadShare: number;
  /** `PROGRESS_FIELDS` counters of 64 bits that are kept up to date. */
  readonly progress: SharedArrayBuffer;
}

/** Reads and checks a snapshot. */
export interface LoadTask {
  readonly kind: 'load';
  readonly file: string;
}

export type ImportResult =
  | {
      readonly ok: true;
      readonly description: SnapshotDescription;
      readonly buffer: SharedArrayBuffer;
      readonly badLines: readonly BadLine[];
    }
  | { readonly ok: false; readonly reason: string; readonly badLines: readonly BadLine[] };

export type LoadResult =
  | { readonly ok: true; readonly description: SnapshotDescription; readonly buffer: SharedArrayBuffer }
  | { readonly ok: false; readonly reason: string };

/** Positions of the counters. */
export const PROGRESS = { bytes: 0, lines: 1, taken: 2, bad: 3, phase: 4 } as const;
export const PROGRESS_FIELDS = 5;
/** What the phase counter counts through. */
export const PHASES = ['reading', 'building', 'writing'] as const;

const READ_BYTES = 1024 * 1024;
/** The first bytes of a zip archive, big-endian. */
const ZIP_START = 0x504b_0304;
const BAD_LINES_KEPT = 1000;
const BAD_LINES_LISTED = 100_000;
/** Few bad lines are never too many: a short list may have a heading and a footer. */
const BAD_LINES_ALLOWED = 3;

/** The worker's task. Never throws for what is wrong with a file. */
export async function runRegistryTask(task: ImportTask | LoadTask): Promise<ImportResult | LoadResult> {
  return task.kind === 'import' ? importRegistry(task) : loadRegistry(task);
}

async function loadRegistry({ file }: LoadTask): Promise<LoadResult> {
  try {
    const { description, set } = await readSnapshot(file);
    return { ok: true, description, buffer: set.buffer };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

async function importRegistry(task: ImportTask): Promise<ImportResult> {
  const counters = new BigInt64Array(task.progress);
  const count = (field: number, value: number): void => void Atomics.store(counters, field, BigInt(value));
  const badLines: BadLine[] = [];
  const listing = createWriteStream(task.badLineFile, { mode: 0o600 });
  let listingError: Error | undefined;
  listing.on('error', (error) => {
    listingError = error;
  });
  listing.write('line,reason,text\r\n');
  try {
    const builder = new NumberSetBuilder();
    if (task.base !== undefined) builder.addSet(new ExactNumberSet(task.base.buffer));
    let listed = 0;
    const reader = new RegistryLineReader(
      {
        add: (area, rest) => builder.add(area, rest),
        remove: (area, rest) => builder.remove(area, rest),
        bad: (line, reason, text) => {
          if (badLines.length < BAD_LINES_KEPT) badLines.push({ line, reason, text });
          if (listed++ < BAD_LINES_LISTED) listing.write(`${line},${cell(reason)},${cell(text)}\r\n`);
        },
      },
      task.defaultCountry,
      task.base !== undefined,
    );
    const source = await readLines(task.source, reader, (bytes) => {
      count(PROGRESS.bytes, bytes);
      count(PROGRESS.lines, reader.lines);
      count(PROGRESS.taken, reader.taken);
      count(PROGRESS.bad, reader.bad);
    });
    if (listed > BAD_LINES_LISTED) listing.write(`,and ${listed - BAD_LINES_LISTED} more,\r\n`);
    requireGood(task, reader, badLines);
    count(PROGRESS.phase, 1);
    const set = builder.finish();
    count(PROGRESS.phase, 2);
    const description: SnapshotDescription = {
      list: task.list,
      version: task.version,
      obtainedAt: task.obtainedAt,
      importedAt: task.importedAt,
      count: set.size,
      ...(task.base !== undefined && { base: task.base.version }),
      source,
    };
    await writeSnapshot(task.file, description, set);
    return { ok: true, description, buffer: set.buffer, badLines };
  } catch (error) {
    return { ok: false, reason: reasonOf(error), badLines };
  } finally {
    if (listingError === undefined) {
      listing.end();
      await finished(listing).catch(() => undefined);
    }
  }
}

/** @throws RegistryFileRefused when too many lines are bad for the list to be relied on */
function requireGood(
  { maximumBadShare, base }: ImportTask,
  { taken, bad }: RegistryLineReader,
  badLines: readonly BadLine[],
): void {
  const first = badLines[0];
  const example = first === undefined ? '' : `; the first: line ${first.line} ${first.reason}`;
  if (taken === 0 && (base === undefined || bad > 0))
    throw new RegistryFileRefused(`no line holds a number that can be read${example}`);
  if (bad > BAD_LINES_ALLOWED && bad > maximumBadShare * (taken + bad))
    throw new RegistryFileRefused(
      `${bad} of ${taken + bad} lines are bad, more than the ${maximumBadShare * 100} % allowed${example}`,
    );
}

/** Reads the whole file; returns its SHA-256. */
async function readLines(
  file: string,
  reader: RegistryLineReader,
  progressed: (bytes: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  const start = await firstBytes(file);
  const zip = start.readUInt32BE(0) === ZIP_START ? await readZipEntry(file) : undefined;
  // Of an archive only a part is read below, so its sum is taken before.
  if (zip !== undefined) await pipeline(createReadStream(file, { highWaterMark: READ_BYTES }), hash);
  const source = createReadStream(file, {
    highWaterMark: READ_BYTES,
    ...(zip !== undefined && { start: zip.start, end: zip.start + zip.bytes - 1 }),
  });
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (zip === undefined) hash.update(chunk);
      bytes += chunk.length;
      progressed(bytes);
      done(null, chunk);
    },
  });
  let refused: unknown;
  let plainBytes = 0;
  let checksum = 0;
  const read = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    try {
      for await (const chunk of chunks) {
        if (zip !== undefined) {
          plainBytes += chunk.length;
          checksum = crc32(chunk, checksum);
        }
        reader.push(chunk);
      }
    } catch (error) {
      // The streams report their own end as well, and may be first.
      refused = error;
      throw error;
    }
  };
  try {
    if (zip?.deflated === true)
      await pipeline(source, counted, createInflateRaw({ chunkSize: READ_BYTES }), read);
    else if (start[0] === 0x1f && start[1] === 0x8b)
      await pipeline(source, counted, createGunzip({ chunkSize: READ_BYTES }), read);
    else await pipeline(source, counted, read);
  } catch (error) {
    throw refused ?? error;
  }
  if (zip !== undefined && (plainBytes !== zip.plainBytes || checksum !== zip.checksum))
    throw new RegistryFileRefused(`the zip archive is damaged: the checksum of ${zip.name} is wrong`);
  reader.end();
  progressed(bytes);
  return hash.digest('hex');
}

async function firstBytes(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer;
  } finally {
    await handle.close();
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof RegistryFileRefused || error instanceof SnapshotRefused) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return 'the compressed file is cut off';
  if (code?.startsWith('Z_') === true) return `the compressed file is damaged: ${message}`;
  if (code === 'ENOSPC') return 'the disk of the data directory is full';
  return message;
}

/** A cell of CSV that no spreadsheet takes for a formula. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
