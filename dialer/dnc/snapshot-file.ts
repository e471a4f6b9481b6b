/**
 * Snapshots of do-not-call registries: one file a version, read straight into shared memory.
 *
 * | bytes | |
 * | --- | --- |
 * | 0–7 | `TACTUSDN` |
 * | 8–11 | format, 1; this and all numbers little-endian |
 * | 12–15 | length of the description in bytes |
 * | 16–23 | length of the body in bytes |
 * | 24–55 | SHA-256 of the description and the body |
 * | 56 … 4095 | the description, JSON in UTF-8 (`SnapshotDescription`), then zeros |
 * | 4096 … | the body: the set as it lies in memory (`number-set-layout.ts`) |
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { endianness } from 'node:os';
import { dirname } from 'node:path';
import { ExactNumberSet } from './exact-number-set.js';

export const SNAPSHOT_SUFFIX = '.tdnc';
const MAGIC = 'TACTUSDN';
const FORMAT = 1;
const HEADER_BYTES = 4096;
const DESCRIPTION_AT = 56;
const CHECKSUM_AT = 24;
const CHUNK_BYTES = 16 * 1024 * 1024;

/** What a snapshot says about itself. Times in epoch milliseconds. */
export interface SnapshotDescription {
  /** Id of the registry, such as `us-national`. */
  readonly list: string;
  readonly version: string;
  /** When its data were obtained from the authority: what its age is counted from. */
  readonly obtainedAt: number;
  readonly importedAt: number;
  /** Numbers in it. */
  readonly count: number;
  /** The version that the change list was applied to; absent for a full list. */
  readonly base?: string;
  /** SHA-256 of the file it was imported from. */
  readonly source?: string;
}

/** The file is no snapshot, or not a whole one. */
export class SnapshotRefused extends Error {
  override readonly name = 'SnapshotRefused';
}

export interface Snapshot {
  readonly description: SnapshotDescription;
  readonly set: ExactNumberSet;
}

function requireLittleEndian(): void {
  if (endianness() !== 'LE') throw new SnapshotRefused('snapshots are read on little-endian machines only');
}

/** Writes the snapshot, durable as a whole or not at all. */
export async function writeSnapshot(
  file: string,
  description: SnapshotDescription,
  set: ExactNumberSet,
): Promise<void> {
  requireLittleEndian();
  const text = Buffer.from(JSON.stringify(description), 'utf8');
  if (text.length > HEADER_BYTES - DESCRIPTION_AT)
    throw new Error(`the description of ${description.list} is too long`);
  const body = new Uint8Array(set.buffer);
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 0, 'latin1');
  header.writeUInt32LE(FORMAT, 8);
  header.writeUInt32LE(text.length, 12);
  header.writeBigUInt64LE(BigInt(body.length), 16);
  text.copy(header, DESCRIPTION_AT);
  const hash = createHash('sha256').update(text);
  for (let at = 0; at < body.length; at += CHUNK_BYTES) hash.update(body.subarray(at, at + CHUNK_BYTES));
  hash.digest().copy(header, CHECKSUM_AT);

  const partial = `${file}.partial`;
  const handle = await open(partial, 'w', 0o600);
  try {
    await writeAll(handle, header, 0);
    for (let at = 0; at < body.length; at += CHUNK_BYTES)
      await writeAll(handle, body.subarray(at, at + CHUNK_BYTES), HEADER_BYTES + at);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(partial, { force: true });
    throw error;
  }
  await handle.close();
  await rename(partial, file);
  const folder = await open(dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

interface Header {
  readonly description: SnapshotDescription;
  readonly bodyBytes: number;
  readonly text: Uint8Array;
  readonly checksum: Buffer;
}

async function readHeader(handle: FileHandle): Promise<Header> {
  requireLittleEndian();
  const header = Buffer.alloc(HEADER_BYTES);
  await readAll(handle, header, 0, 'header');
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw new SnapshotRefused('it is no snapshot of a registry: the first bytes are others');
  const format = header.readUInt32LE(8);
  if (format !== FORMAT)
    throw new SnapshotRefused(`its format is ${format}, this version reads ${FORMAT}: import the list again`);
  const length = header.readUInt32LE(12);
  if (length > HEADER_BYTES - DESCRIPTION_AT)
    throw new SnapshotRefused('its header is damaged: the description is too long');
  const text = header.subarray(DESCRIPTION_AT, DESCRIPTION_AT + length);
  let description: SnapshotDescription;
  try {
    description = JSON.parse(text.toString('utf8')) as SnapshotDescription;
  } catch {
    throw new SnapshotRefused('its header is damaged: the description is not JSON');
  }
  const { list, version, obtainedAt, importedAt, count } = description;
  if (
    typeof list !== 'string' ||
    typeof version !== 'string' ||
    ![obtainedAt, importedAt, count].every(Number.isSafeInteger)
  )
    throw new SnapshotRefused('its header is damaged: the description lacks a field');
  const checksum = Buffer.from(header.subarray(CHECKSUM_AT, DESCRIPTION_AT));
  return { description, bodyBytes: Number(header.readBigUInt64LE(16)), text, checksum };
}

async function readAll(handle: FileHandle, bytes: Uint8Array, position: number, what: string): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, position + at);
    if (bytesRead === 0)
      throw new SnapshotRefused(
        `it is cut off: the ${what} ends after ${position + at} of ${position + bytes.length} bytes`,
      );
    at += bytesRead;
  }
}

/** The description alone, from the header. @throws SnapshotRefused */
export async function describeSnapshot(file: string): Promise<SnapshotDescription> {
  const handle = await open(file, 'r');
  try {
    return (await readHeader(handle)).description;
  } finally {
    await handle.close();
  }
}

/** Reads a snapshot into shared memory and checks every byte. @throws SnapshotRefused with the reason */
export async function readSnapshot(file: string): Promise<Snapshot> {
  const handle = await open(file, 'r');
  try {
    const { description, bodyBytes, text, checksum } = await readHeader(handle);
    const { size } = await handle.stat();
    if (size !== HEADER_BYTES + bodyBytes)
      throw new SnapshotRefused(
        size < HEADER_BYTES + bodyBytes
          ? `it is cut off: ${size} bytes of ${HEADER_BYTES + bodyBytes}`
          : `it is ${size} bytes long and should be ${HEADER_BYTES + bodyBytes}`,
      );
    const buffer = new SharedArrayBuffer(bodyBytes);
    const body = new Uint8Array(buffer);
    const hash = createHash('sha256').update(text);
    // The next part is read while this one is summed.
    let reading = readAll(handle, body.subarray(0, CHUNK_BYTES), HEADER_BYTES, 'body');
    for (let at = 0; at < bodyBytes; at += CHUNK_BYTES) {
      await reading;
      const next = at + CHUNK_BYTES;
      if (next < bodyBytes) {
        reading = readAll(handle, body.subarray(next, next + CHUNK_BYTES), HEADER_BYTES + next, 'body');
        reading.catch(() => undefined);
      }
      hash.update(body.subarray(at, at + CHUNK_BYTES));
    }
    await reading;
    if (!hash.digest().equals(checksum))
      throw new SnapshotRefused('its checksum is wrong: the file is damaged');
    let set: ExactNumberSet;
    try {
      set = new ExactNumberSet(buffer);
    } catch (error) {
      throw new SnapshotRefused(`its body is damaged: ${(error as Error).message}`);
    }
    if (set.size !== description.count)
      throw new SnapshotRefused(
        `it holds ${set.size} numbers, its header says ${description.count}: the file is damaged`,
      );
    return { description, set };
  } finally {
    await handle.close();
  }
}
