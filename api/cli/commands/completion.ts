/** `tactus completion SHELL`: a script that completes command lines. */
import { Argument, type Command } from 'commander';
import { completionScript, SHELLS, type Shell } from '../completion.js';
import type { Io } from '../io.js';

const EXAMPLES = `
Examples:
  source <(tactus completion bash)      # in ~/.bashrc
  source <(tactus completion zsh)       # in ~/.zshrc, after compinit
  tactus completion fish | source       # in ~/.config/fish/config.fish`;

export function addCompletionCommand(program: Command, io: Io): void {
  program
    .command('completion')
    .description('a script that completes command lines in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell) => {
      io.stdout.write(completionScript(program, shell));
    });
}
