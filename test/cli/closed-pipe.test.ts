/** Whoever read the output is gone: the real program in a real pipe. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const program = fileURLToPath(new URL('../../api/main.js', import.meta.url));

t.test('a command whose output nobody reads any more ends quietly', async (t) => {
  const child = spawn(process.execPath, [program, 'completion', 'fish'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  t.equal(code, 0);
  t.equal(said, '');
});
