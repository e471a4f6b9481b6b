/**
 * Records a run: one JSON line an input, `{"t": epoch ms, "i": input, "d": digest of all effects so far}`, after a header
 * line. The file holds phone numbers: it is made readable by its owner alone.
 */
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Effect } from '../core/effects.js';
import type { Input } from '../core/inputs.js';
import type { EpochMilliseconds } from '../core/model.js';
import { RunDigest } from './run-digest.js';

export const recordingFormat = 'tactus-run-1';

/** Beyond this the recording ends rather than fill the memory of an engine that has calls to look after. */
const mostWaitingBytes = 256 * 1024 * 1024;

export class RunRecorder {
  readonly #stream: WriteStream;
  readonly #digest = new RunDigest();
  #error: Error | undefined;

  /** @param onError called once when the file cannot be written; recording ends then, the engine goes on */
  constructor(file: string, onError: (error: Error) => void) {
    this.#stream = createWriteStream(file, { flags: 'w', mode: 0o600 });
    this.#stream.on('error', (error) => {
      if (this.#error === undefined) onError(error);
      this.#error = error;
    });
    this.#stream.write(`${JSON.stringify({ format: recordingFormat })}\n`);
  }

  record(now: EpochMilliseconds, input: Input, effects: readonly Effect[]): void {
    if (this.#error !== undefined || this.#stream.destroyed) return;
    if (this.#stream.writableLength > mostWaitingBytes) {
      // Destroying reports the error; what is on disk replays up to there.
      this.#stream.destroy(
        new Error(`the file takes lines too slowly: ${this.#stream.writableLength} bytes wait`),
      );
      return;
    }
    this.#digest.add(effects);
    this.#stream.write(`${JSON.stringify({ t: now, i: input, d: this.#digest.value })}\n`);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#error !== undefined || this.#stream.destroyed) resolve();
      else this.#stream.end(() => resolve());
    });
  }
}
