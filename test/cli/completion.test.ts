/** Completion in the shells themselves: what a user gets who presses Tab. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { run } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'tactus-completion-'));
t.teardown(() => rmSync(folder, { recursive: true }));

async function scriptOf(shell: string): Promise<string> {
  const { code, out, err } = await run(['completion', shell]);
  t.equal(code, 0, err);
  const file = join(folder, shell);
  writeFileSync(file, out);
  return file;
}

function inShell(shell: string, commands: string): string[] {
  const { stdout, stderr, status } = spawnSync(shell, ['-c', commands], { encoding: 'utf8', cwd: folder });
  t.equal(status, 0, stderr);
  return stdout.split('\n').filter((line) => line !== '');
}

t.test('bash completes commands, options and their values', async (t) => {
  const file = await scriptOf('bash');
  const complete = (...words: readonly string[]): string[] =>
    inShell(
      'bash',
      `source ${file}; COMP_WORDS=(${['tactus', ...words].map((word) => `'${word}'`).join(' ')})
       COMP_CWORD=${words.length}; _tactus; printf '%s\\n' "\${COMPREPLY[@]}"`,
    );
  t.ok(complete('').includes('campaign'));
  t.same(complete('camp'), ['campaign']);
  t.ok(complete('campaign', '').includes('resume'));
  t.notOk(complete('campaign', '').includes('campaign'));
  t.ok(complete('check', '--').includes('--json'));
  t.same(complete('completion', 'f').includes('campaign'), false);
  t.ok(complete('serve', '--config', '').includes('bash'), 'a file, after an option that takes a value');
  t.ok(complete('--json', 'agents', 'log').includes('login'), 'also after an option');
});

const missing = (shell: string): string | false =>
  spawnSync(shell, ['--version']).error === undefined ? false : `${shell} is not installed`;

t.test('fish completes commands and describes them', { skip: missing('fish') }, async (t) => {
  const file = await scriptOf('fish');
  const complete = (line: string): string[] => inShell('fish', `source ${file}; complete -C '${line}'`);
  t.ok(complete('tactus ').some((line) => /^check\t\S/.test(line)));
  t.ok(complete('tactus campaign re').some((line) => line.startsWith('resume\t')));
  t.notOk(complete('tactus campaign ').some((line) => line.startsWith('serve')));
  t.ok(complete('tactus check --js').some((line) => line.startsWith('--json')));
});

t.test('zsh takes the script', { skip: missing('zsh') }, async (t) => {
  const file = await scriptOf('zsh');
  const said = inShell(
    'zsh',
    `autoload -U compinit && compinit -D -u; source ${file}; print $_comps[tactus]`,
  );
  t.match(said, [/_bash_complete/]);
});

t.test('a shell that is not known is refused', async (t) => {
  const { code, err } = await run(['completion', 'csh']);
  t.equal(code, 1);
  t.match(err, /Allowed choices are bash, zsh, fish/);
});
