/** Reads the bytes of a list: a file, or a stream that somebody sends. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { carriageReturnsToNewlines, hasOnlyCarriageReturns, readEncoding, START_BYTES } from './csv-start.js';
import { ListRejected } from './list-rejected.js';

const CHUNK_BYTES = 256 * 1024;

export interface OpenSource {
  readonly stream: Readable;
  /** Opened here, so it is closed here; a stream that was handed in stays its owner's. */
  readonly own: boolean;
  readonly totalBytes?: number;
}

/** @throws ListRejected when the path names no readable file */
export async function openSource(source: Readable | string): Promise<OpenSource> {
  if (typeof source !== 'string') return { stream: source, own: false };
  try {
    const { size } = await stat(source);
    return { stream: createReadStream(source, { highWaterMark: CHUNK_BYTES }), own: true, totalBytes: size };
  } catch (error) {
    throw new ListRejected(
      `${source} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

export interface Chunk {
  /** UTF-8 or Windows-1252, lines ending in a newline. */
  readonly bytes: Uint8Array;
  /** Bytes of the source read so far. */
  readonly read: number;
  /** The source has ended. */
  readonly last: boolean;
}

/** Ends when the source does; throws when it fails, is silent for too long, or the signal aborts. */
async function* rawChunks(
  { stream, own }: OpenSource,
  idleSeconds: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator = stream.iterator({ destroyOnReturn: own });
  try {
    for (;;) {
      const next = iterator.next();
      // It may fail after it was given up.
      next.catch(() => undefined);
      const result = await within(next, idleSeconds, signal);
      if (result.done === true) return;
      const value = result.value as Uint8Array | string;
      const chunk = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
      for (let at = 0; at < chunk.length; at += CHUNK_BYTES) yield chunk.subarray(at, at + CHUNK_BYTES);
    }
  } finally {
    if (own) stream.destroy();
  }
}

function within<T>(promise: Promise<T>, seconds: number, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(
      () => finish(() => reject(new Error(`the source sent nothing for ${seconds} s`))),
      seconds * 1000,
    );
    const abort = (): void => finish(() => reject(signal.reason as Error));
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      settle();
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    promise.then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error as Error)),
    );
  });
}

/**
 * The text of the source. The first chunk holds at least `START_BYTES`, unless the source is shorter.
 *
 * @throws ListRejected when the source is no text
 */
export async function* readText(
  source: OpenSource,
  idleSeconds: number,
  signal: AbortSignal,
): AsyncGenerator<Chunk> {
  let read = 0;
  let start: Uint8Array[] | undefined = [];
  let startBytes = 0;
  let convert: (bytes: Uint8Array, last: boolean) => Uint8Array = (bytes) => bytes;

  const begin = (bytes: Uint8Array): Uint8Array => {
    const { encoding, mark } = readEncoding(bytes);
    if (encoding !== 'utf-8') {
      const decoder = new TextDecoder(encoding);
      convert = (part, last) => Buffer.from(decoder.decode(part, { stream: !last }), 'utf8');
    }
    const text = convert(bytes.subarray(mark), false);
    if (hasOnlyCarriageReturns(text)) {
      const inner = convert;
      convert = (part, last) => carriageReturnsToNewlines(inner(part, last));
      return carriageReturnsToNewlines(text);
    }
    return text;
  };

  for await (const raw of rawChunks(source, idleSeconds, signal)) {
    read += raw.length;
    if (start === undefined) {
      yield { bytes: convert(raw, false), read, last: false };
      continue;
    }
    start.push(raw);
    startBytes += raw.length;
    if (startBytes < START_BYTES) continue;
    yield { bytes: begin(Buffer.concat(start)), read, last: false };
    start = undefined;
  }
  const rest = start === undefined ? new Uint8Array(0) : begin(Buffer.concat(start));
  yield { bytes: Buffer.concat([rest, convert(new Uint8Array(0), true)]), read, last: true };
}
