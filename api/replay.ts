/** `tactus replay FILE` */
import { replayFile } from '../dialer/recording/replay.js';
import type { ReplayOptions } from './cli/handlers.js';
import { CliError, type Io, printResult } from './cli/io.js';

export async function replay({ file, json }: ReplayOptions, io: Io): Promise<void> {
  let report: Awaited<ReturnType<typeof replayFile>>;
  try {
    report = await replayFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError(code === 'ENOENT' ? `${file}: no such file` : `${file}: ${message}`);
  }
  const { divergence, truncated } = report;
  printResult(io, json, report, () =>
    [
      `${report.inputs} inputs, ${report.effects} effects, digest ${report.digest}`,
      ...(truncated ? ['the last line was cut off; everything before it was replayed'] : []),
      divergence === undefined
        ? 'every effect is the same, byte for byte'
        : `effects differ from line ${divergence.line} on (${divergence.input} at ${new Date(divergence.at).toISOString()})`,
    ].join('\n'),
  );
  if (divergence !== undefined)
    throw new CliError(`${file}: the replay differs from line ${divergence.line} on`);
}
