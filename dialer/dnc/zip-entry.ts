/** The one file in a zip archive, as the authorities send them. Layout: APPNOTE.TXT of PKWARE, sections 4.3.6 to 4.3.16. */
import { open } from 'node:fs/promises';
import { RegistryFileRefused } from './registry-lines.js';

export interface ZipEntry {
  readonly name: string;
  /** Where its compressed bytes begin in the archive, and how many there are. */
  readonly start: number;
  readonly bytes: number;
  /** Stored as it is, or deflated. */
  readonly deflated: boolean;
  readonly plainBytes: number;
  readonly checksum: number;
}

const END = 0x0605_4b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const CENTRAL = 0x0201_4b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x0403_4b50;
const LOCAL_BYTES = 30;
/** Stands for a size that is in the 64-bit fields. */
const IN_ZIP64 = 0xffff_ffff;

function refuse(reason: string): never {
  throw new RegistryFileRefused(`the zip archive ${reason}`);
}

/** @throws RegistryFileRefused when the archive is damaged, encrypted, too large or holds not exactly one file */
export async function readZipEntry(file: string): Promise<ZipEntry> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const read = async (position: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
      if (bytesRead < length) refuse('is cut off');
      return buffer;
    };
    const tailBytes = Math.min(size, END_BYTES + LONGEST_COMMENT);
    const tail = await read(size - tailBytes, tailBytes);
    let end = tail.length - END_BYTES;
    while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
    if (end < 0) refuse('is cut off: its list of files is missing');
    const directoryBytes = tail.readUInt32LE(end + 12);
    const directoryAt = tail.readUInt32LE(end + 16);
    if (directoryAt === IN_ZIP64) refuse('is of the 64-bit kind: compress the file with gzip instead');
    if (directoryAt + directoryBytes > size) refuse('is damaged: its list of files lies outside');
    const entry = onlyFile(await read(directoryAt, directoryBytes));
    const local = await read(entry.localAt, LOCAL_BYTES);
    if (local.readUInt32LE(0) !== LOCAL) refuse('is damaged: its file is not where its list says');
    const start = entry.localAt + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
    if (start + entry.bytes > size) refuse('is cut off');
    return { ...entry, start };
  } finally {
    await handle.close();
  }
}

function onlyFile(directory: Buffer): Omit<ZipEntry, 'start'> & { readonly localAt: number } {
  const files: (Omit<ZipEntry, 'start'> & { readonly localAt: number })[] = [];
  for (let at = 0; at < directory.length; ) {
    if (at + CENTRAL_BYTES > directory.length || directory.readUInt32LE(at) !== CENTRAL)
      refuse('is damaged: its list of files cannot be read');
    const nameBytes = directory.readUInt16LE(at + 28);
    const name = directory.toString('latin1', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
    const method = directory.readUInt16LE(at + 10);
    const bytes = directory.readUInt32LE(at + 20);
    const plainBytes = directory.readUInt32LE(at + 24);
    const localAt = directory.readUInt32LE(at + 42);
    if (!name.endsWith('/')) {
      if ((directory.readUInt16LE(at + 8) & 1) === 1) refuse('is encrypted: unpack it first');
      if (method !== 0 && method !== 8) refuse('is compressed in another way than usual: unpack it first');
      if ([bytes, plainBytes, localAt].includes(IN_ZIP64))
        refuse('is of the 64-bit kind: compress the file with gzip instead');
      const checksum = directory.readUInt32LE(at + 16);
      files.push({ name, bytes, deflated: method === 8, plainBytes, checksum, localAt });
    }
    at += CENTRAL_BYTES + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  const [file] = files;
  if (file === undefined) refuse('is empty');
  if (files.length > 1) refuse(`holds ${files.length} files: import them one at a time`);
  return file;
}
