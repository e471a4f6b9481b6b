import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { root } from '../architecture/sources.js';

const runner = fileURLToPath(new URL('../run.js', import.meta.url));

/** Runs the runner on fixtures, as a person would. Returns its exit code and the last line it prints. */
function runFixtures(
  names: readonly string[],
  ci: boolean,
): { code: number | null; last: string; all: string } {
  const environment: NodeJS.ProcessEnv = { ...process.env, CI: ci ? 'true' : 'false' };
  // Otherwise the inner runner and its tests take themselves for tests of the outer one.
  for (const variable of Object.keys(environment)) {
    if (variable === 'NODE_TEST_CONTEXT' || variable.startsWith('TAP')) delete environment[variable];
  }
  const files = names.map((name) => resolve(root, 'test/fixtures/runner', name));
  const result = spawnSync(process.execPath, [runner, ...files], {
    encoding: 'utf8',
    env: environment,
    timeout: 60_000,
  });
  const lines = result.stdout.trimEnd().split('\n');
  return { code: result.status, last: lines[lines.length - 1] ?? '', all: result.stdout };
}

t.test('tests that pass are counted by name, not by assertion, and the exit code is 0', async (t) => {
  t.match(runFixtures(['passing.js'], true), { code: 0, last: '3 passed, 0 failed' });
});

t.test('a failing test is counted once, shown, and the exit code is 1', async (t) => {
  const result = runFixtures(['passing.js', 'failing.js'], true);
  t.match(result, { code: 1, last: '4 passed, 1 failed' });
  t.match(result.all, /FAILED "one is two"/);
});

t.test('a file that breaks before its first test is a failure', async (t) => {
  t.match(runFixtures(['broken.js'], true), { code: 1, last: '0 passed, 1 failed' });
});

t.test('a file without tests is a failure', async (t) => {
  t.match(runFixtures(['empty.js'], true), { code: 1, last: '0 passed, 1 failed' });
});

t.test('a skipped test is named, and fails in CI', async (t) => {
  t.match(runFixtures(['skipping.js'], false), { code: 0, last: '1 passed, 0 failed, 1 skipped' });
  t.match(runFixtures(['skipping.js'], true), { code: 1, last: '1 passed, 1 failed, 1 skipped' });
});

t.test('a file whose tests pass but which exits with an error is a failure', async (t) => {
  t.match(runFixtures(['exit-code.js'], true), { code: 1, last: '1 passed, 1 failed' });
});

t.test('a filter that matches nothing is a failure', async (t) => {
  t.match(runFixtures(['no-such-file.js'], true), { code: 1, last: '0 passed, 1 failed' });
});
