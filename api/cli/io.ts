/** The world of a command, handed in so that commands run in tests as they do in a terminal. */
import type { Readable, Writable } from 'node:stream';

export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether standard error is a terminal; its width in columns. */
  readonly terminal: boolean;
  readonly columns: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Ends the command with one line on standard error and this exit code. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export function printLine(io: Io, text: string): void {
  io.stdout.write(`${text}\n`);
}

/** For people a text, for programs the JSON it was made from. */
export function printResult(io: Io, json: boolean, value: unknown, text: () => string): void {
  printLine(io, json ? JSON.stringify(value, null, 2) : text());
}
