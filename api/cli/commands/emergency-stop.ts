/** `tactus emergency-stop`: ends all dialling at once, until it is lifted. */
import type { Command } from 'commander';
import { createClient } from '../client.js';
import { CliError, type Io, printResult } from '../io.js';

const PATH = '/v1/emergency-stop';

interface StopAnswer {
  readonly active: boolean;
  readonly since?: string;
  readonly by?: string;
  readonly reason?: string;
}

interface Flags {
  readonly reason?: string;
  readonly lift?: boolean;
  readonly status?: boolean;
  readonly json?: boolean;
}

function inWords({ active, since, by, reason }: StopAnswer): string {
  return active
    ? `all dialling is stopped since ${since} by ${by}: ${reason}; "tactus emergency-stop --lift" lifts it`
    : 'no emergency stop is set';
}

export function addEmergencyStopCommand(program: Command, io: Io): void {
  program
    .command('emergency-stop')
    .description(
      'stop all dialling of all campaigns at once, until it is lifted; people on the line are still served',
    )
    .option('--reason <text>', 'why; needed to stop')
    .option('--lift', 'let dialling go on')
    .option('--status', 'say whether it is set, and change nothing')
    .option('--json', 'print JSON')
    .action(async ({ reason, lift = false, status = false, json = false }: Flags) => {
      const client = createClient(io);
      if (lift && status) throw new CliError('--lift and --status: give one of the two');
      let answer: unknown;
      if (status) answer = await client.get(PATH);
      else if (lift)
        answer = await client.delete(
          reason === undefined ? PATH : `${PATH}?reason=${encodeURIComponent(reason)}`,
        );
      else if (reason === undefined)
        throw new CliError('emergency-stop needs --reason: why everything stops (or --lift, or --status)');
      else answer = await client.post(PATH, { reason });
      printResult(io, json, answer, () => inWords(answer as StopAnswer));
    });
}
