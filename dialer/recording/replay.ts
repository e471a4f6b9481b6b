/** Runs a recording through the core again and compares the effects step by step. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createCore } from '../core/core.js';
import type { Effect } from '../core/effects.js';
import type { Input } from '../core/inputs.js';
import { recordingFormat } from './recorder.js';
import { RunDigest } from './run-digest.js';

export interface ReplayReport {
  readonly inputs: number;
  readonly effects: number;
  /** Digest over all effects. */
  readonly digest: string;
  /** The first input whose effects differ from the recorded ones. */
  readonly divergence?: { readonly line: number; readonly input: string; readonly at: number };
  /** The last line was cut off, as a crash leaves it; everything before it was replayed. */
  readonly truncated: boolean;
}

export interface ReplayOptions {
  /** Called with every step, for printing or for checks. */
  readonly onStep?: (now: number, input: Input, effects: readonly Effect[]) => void;
}

interface Line {
  readonly t: number;
  readonly i: Input;
  readonly d: string;
}

/**
 * @param lines of a recording, header first
 * @throws Error that names the line when the recording is no recording or is damaged before its last line
 */
export async function replayRun(
  lines: AsyncIterable<string> | Iterable<string>,
  options: ReplayOptions = {},
): Promise<ReplayReport> {
  const core = createCore();
  const digest = new RunDigest();
  let number = 0;
  let inputs = 0;
  let effectCount = 0;
  let broken: { line: number; message: string } | undefined;
  let divergence: ReplayReport['divergence'];
  for await (const text of lines) {
    number++;
    if (broken !== undefined) throw new Error(`line ${broken.line}: ${broken.message}`);
    if (number === 1) {
      checkHeader(text);
      continue;
    }
    if (text === '') continue;
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch (error) {
      broken = { line: number, message: `is not JSON (${(error as Error).message})` };
      continue;
    }
    const effects = core.step(line.i, line.t);
    options.onStep?.(line.t, line.i, effects);
    digest.add(effects);
    inputs++;
    effectCount += effects.length;
    if (divergence === undefined && digest.value !== line.d)
      divergence = { line: number, input: line.i.type, at: line.t };
  }
  if (number === 0) throw new Error('the recording is empty');
  return {
    inputs,
    effects: effectCount,
    digest: digest.value,
    ...(divergence === undefined ? {} : { divergence }),
    truncated: broken !== undefined,
  };
}

function checkHeader(text: string): void {
  let format: unknown;
  try {
    format = (JSON.parse(text) as { format?: unknown }).format;
  } catch {
    format = undefined;
  }
  if (format !== recordingFormat)
    throw new Error(`line 1: is not the header of a recording (expected format "${recordingFormat}")`);
}

export async function replayFile(file: string, options: ReplayOptions = {}): Promise<ReplayReport> {
  const input = createReadStream(file, { encoding: 'utf8' });
  // A missing file must reject here, not crash the process as an unhandled stream error.
  await new Promise<void>((resolve, reject) => {
    input.once('open', () => resolve());
    input.once('error', reject);
  });
  return replayRun(createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }), options);
}
