/** Scripts that complete `tactus` command lines in a shell, made from the commands themselves. */
import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What may follow a command: `path` is the command with its parents, without `tactus`. */
interface Completion {
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly {
    readonly flags: readonly string[];
    readonly description: string;
    /** The words it takes, where they are known; undefined when it takes none or any. */
    readonly choices?: readonly string[];
    readonly takesValue: boolean;
  }[];
}

/** The script of a shell; `program` has all its commands. */
export function completionScript(program: Command, shell: Shell): string {
  const completions = completionsOf(program, []);
  switch (shell) {
    case 'bash':
      return bashScript(completions);
    case 'zsh':
      // zsh runs completions of bash; its own way would need the same table again.
      return `#compdef tactus\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(completions)}`;
    case 'fish':
      return fishScript(completions);
  }
}

function completionsOf(command: Command, path: readonly string[]): Completion[] {
  // What help leaves out is left out here.
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const own: Completion = {
    path: path.join(' '),
    commands: commands.map((each) => ({ name: each.name(), description: each.description() })),
    options: help.visibleOptions(command).map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined && flag !== null),
      description: option.description,
      takesValue: option.required || option.optional,
      ...(option.argChoices !== undefined && { choices: option.argChoices }),
    })),
  };
  return [
    own,
    ...commands
      .filter((each) => each.name() !== 'help')
      .flatMap((each) => completionsOf(each, [...path, each.name()])),
  ];
}

/** In single quotes, for any of the shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function bashScript(completions: readonly Completion[]): string {
  const words = completions.map(({ path, commands, options }) => {
    const all = [...commands.map(({ name }) => name), ...options.flatMap(({ flags }) => flags)];
    return `    ${quoted(path)}) words=${quoted(all.join(' '))} ;;`;
  });
  const choices = completions.flatMap(({ path, options }) =>
    options.flatMap(({ flags, choices: known }) =>
      known === undefined
        ? []
        : flags.map((flag) => `    ${quoted(`${path} ${flag}`.trim())}) words=${quoted(known.join(' '))} ;;`),
    ),
  );
  const values = completions.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue, choices: known }) => takesValue && known === undefined)
      .flatMap(({ flags }) => flags.map((flag) => quoted(`${path} ${flag}`.trim()))),
  );
  const paths = completions.map(({ path }) => quoted(path)).filter((path) => path !== "''");
  return `# Completion of tactus; bash: source <(tactus completion bash)
_tactus() {
  local current=\${COMP_WORDS[COMP_CWORD]} path='' word words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case "\${path:+$path }$word" in
    ${paths.join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  # After an option that takes a value: its words where they are known, or else a file.
  word=\${COMP_WORDS[COMP_CWORD - 1]}
  case "\${path:+$path }$word" in
${choices.join('\n')}
    ${values.join('|')})
      COMPREPLY=($(compgen -f -- "$current"))
      return
      ;;
  esac
  if [ -z "$words" ]; then
    case "$path" in
${words.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ \${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _tactus tactus
`;
}

function fishScript(completions: readonly Completion[]): string {
  const lines = completions.flatMap(({ path, commands, options }) => {
    const condition = quoted(`__tactus_at ${quoted(path)}`);
    return [
      ...commands.map(
        ({ name, description }) =>
          `complete -c tactus -f -n ${condition} -a ${name} -d ${quoted(description)}`,
      ),
      ...options.map(({ flags, description, choices, takesValue }) => {
        const named = flags.map((flag) =>
          flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
        );
        const value =
          choices === undefined ? (takesValue ? ['-r'] : []) : ['-x', '-a', quoted(choices.join(' '))];
        return [
          'complete -c tactus',
          `-n ${condition}`,
          ...named,
          ...value,
          `-d ${quoted(description)}`,
        ].join(' ');
      }),
    ];
  });
  const paths = completions.map(({ path }) => quoted(path)).filter((path) => path !== "''");
  return `# Completion of tactus; fish: tactus completion fish | source
set -g __tactus_paths ${paths.join(' ')}
function __tactus_at
  set -l path ''
  for word in (commandline -opc)[2..]
    set -l longer (string trim -- "$path $word")
    contains -- $longer $__tactus_paths; and set path $longer
  end
  test "$path" = "$argv[1]"
end
${lines.join('\n')}
`;
}
