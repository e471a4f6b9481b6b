/** Where what a command fetches goes: standard output, or a file that is there only when it is whole. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError, type Io } from './io.js';

export async function save(source: Readable, file: string | undefined, io: Io): Promise<void> {
  if (file === undefined) {
    await pipeline(source, io.stdout, { end: false });
    return;
  }
  const part = `${file}.part`;
  try {
    await pipeline(source, createWriteStream(part));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError(`${file}: cannot be written (${code ?? message})`);
  }
}
