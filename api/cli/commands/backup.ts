/** `tactus backup`: a copy of the embedded store, also while the service runs on it. */
import type { Command } from 'commander';
import type { CommandHandlers } from '../handlers.js';
import { CliError, type Io, printResult } from '../io.js';

const SQLITE_URL = /^sqlite:(?:\/\/(?=\/))?(.+)$/;

export function addBackupCommand(program: Command, handlers: CommandHandlers, io: Io): void {
  program
    .command('backup')
    .description('copy the embedded store into a file, also while the service runs on it')
    .argument('<store>', 'sqlite:FILE, such as sqlite:data/tactus.db')
    .argument('<file>', 'backup to write; must not be there yet')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nRun it on the machine that the file is on. The backup holds what the store holds: phone numbers, and secrets of webhooks.',
    )
    .action(async (store: string, file: string, flags: { readonly json?: boolean }) => {
      const from = SQLITE_URL.exec(store)?.[1];
      if (from === undefined)
        throw new CliError(
          `"${store}" is not an embedded store: give sqlite:FILE; a Redis is backed up by its own means (docs/redis.md)`,
        );
      const answer = await handlers.backUp(from, file);
      printResult(
        io,
        flags.json ?? false,
        { file, ...answer },
        () => `${file}: ${answer.bytes.toLocaleString('en')} bytes, whole`,
      );
    });
}
