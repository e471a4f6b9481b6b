/** The command line: all commands, their help, and how errors end. */
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/index.js';
import { addAgentCommands } from './commands/agents.js';
import { addAttemptCommands } from './commands/attempts.js';
import { addAuditCommands } from './commands/audit.js';
import { addBackupCommand } from './commands/backup.js';
import { addCallableCommands } from './commands/callable.js';
import { addCallbackCommands } from './commands/callbacks.js';
import { addCampaignCommands } from './commands/campaign.js';
import { addCheckCommand } from './commands/check.js';
import { addCompletionCommand } from './commands/completion.js';
import { addConsentCommands, addDncNumberCommands } from './commands/consent.js';
import { addContactCommands } from './commands/contacts.js';
import { addDncCommands } from './commands/dnc.js';
import { addEmergencyCommands } from './commands/emergency.js';
import { addEmergencyStopCommand } from './commands/emergency-stop.js';
import { addEngineCommands } from './commands/engine-commands.js';
import { addEvidenceCommand } from './commands/evidence.js';
import { addImportCommand } from './commands/import.js';
import { addImportsCommands } from './commands/imports.js';
import { addKeyCommands } from './commands/keys.js';
import { addRecordCommands } from './commands/records.js';
import { addResourceCommands } from './commands/resources.js';
import { addStageDecisionCommands } from './commands/stage-decisions.js';
import { addStatusCommand } from './commands/status.js';
import { addTelephonyCommands } from './commands/telephony.js';
import { addUserCommands } from './commands/users.js';
import { addWebhookCommands } from './commands/webhooks.js';

import type { CommandHandlers } from './handlers.js';
import { CliError, type Io } from './io.js';

export type { CommandHandlers, ReplayOptions, SimulatedSwitchCommand, SimulateOptions } from './handlers.js';
export { CliError, type Io } from './io.js';

const ENVIRONMENT_HELP = `
Commands that work on a running service read TACTUS_URL (default http://127.0.0.1:8080) and TACTUS_KEY (default:
the contents of ./data/admin.key).`;

/** The program with all its commands. Output and errors go to `io`; errors of usage are thrown, not exited on. */
export function createProgram(handlers: CommandHandlers, io: Io, version: string): Command {
  const program = new Command('tactus')
    .description('Predictive dialer and campaign engine for FreeSWITCH and Asterisk')
    .version(version)
    .addHelpText('after', ENVIRONMENT_HELP)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
    })
    // A subcommand may have a --version of its own.
    .enablePositionalOptions()
    .showHelpAfterError('(run it with --help for the options)')
    .exitOverride();
  addEngineCommands(program, handlers, io);
  addBackupCommand(program, handlers, io);
  addCheckCommand(program, io);
  addDncCommands(program, io);
  addDncNumberCommands(program, io);
  addConsentCommands(program, io);
  addImportCommand(program, io);
  addImportsCommands(program, io);
  addContactCommands(program, io);
  addCallbackCommands(program, io);
  addAttemptCommands(program, io);
  addCampaignCommands(program, io);
  addStageDecisionCommands(program, io);
  addAgentCommands(program, io);
  addKeyCommands(program, io);
  addAuditCommands(program, handlers, io);
  addEvidenceCommand(program, io);
  addRecordCommands(program, io);
  addEmergencyCommands(program, io);
  addEmergencyStopCommand(program, io);
  addResourceCommands(program, io);
  addTelephonyCommands(program, io);
  addCallableCommands(program, io);
  addStatusCommand(program, io);
  addCompletionCommand(program, io);
  addUserCommands(program, io);
  addWebhookCommands(program, io);
  // Settings are copied to subcommands when they are made; these are made by now.
  const inherit = (command: Command): void => {
    for (const child of command.commands) {
      child.copyInheritedSettings(command);
      inherit(child);
    }
  };
  inherit(program);
  return program;
}

/**
 * Runs one command line. Errors become one line on standard error (a wrong configuration: one for each problem).
 *
 * @param arguments_ without the runtime and the script
 * @returns the exit code
 */
export async function runCommandLine(
  arguments_: readonly string[],
  handlers: CommandHandlers,
  io: Io,
  version: string,
): Promise<number> {
  try {
    await createProgram(handlers, io, version).parseAsync(arguments_, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has written its own errors.
    if (error instanceof CommanderError) return error.exitCode;
    if (error instanceof ConfigError) {
      for (const problem of error.problems) io.stderr.write(`tactus: ${problem}\n`);
      return 1;
    }
    const message = error instanceof Error ? error.message : String(error);
    io.stderr.write(`tactus: ${message.replace(/\s*\n\s*/g, ' ')}\n`);
    return error instanceof CliError ? error.exitCode : 1;
  }
}
