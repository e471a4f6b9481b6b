import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import t from 'tap';
import { runSimulatedSwitch } from '../../sim/index.js';
import { EslClient, within } from './esl-client.js';

const program = new URL('../../sim/index.js', import.meta.url).href;

/** The switch as a process of its own; its first line is its address. */
async function launch(
  t: { teardown: (act: () => unknown) => void },
  child: boolean,
): Promise<{ process: ChildProcess; port: number; ended: Promise<number | null> }> {
  const code = `import { runSimulatedSwitch } from ${JSON.stringify(program)}; await runSimulatedSwitch({ child: ${child} });`;
  const process_ = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.teardown(() => process_.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => process_.once('exit', (status) => resolve(status)));
  const line = await within(
    new Promise<string>((resolve) =>
      process_.stdout!.once('data', (text: Buffer) => resolve(text.toString())),
    ),
    'the address',
  );
  const port = Number(/^simulated switch: esl:\/\/:ClueCon@127\.0\.0\.1:(\d+)\n$/.exec(line)?.[1]);
  t.teardown(() => process_.stdin!.destroy());
  return { process: process_, port, ended };
}

t.test('as a child it ignores SIGINT and ends when its parent is gone', async (t) => {
  const { process: child, port, ended } = await launch(t, true);
  const client = await EslClient.connect(port);
  t.teardown(() => client.close());
  child.kill('SIGINT');
  t.equal(await client.api('uuid_exists x'), 'false');
  child.stdin!.end();
  t.equal(await within(ended, 'the end'), 0);
});

t.test('alone it ends on SIGINT, and on a shutdown over its own socket', async (t) => {
  const one = await launch(t, false);
  one.process.kill('SIGINT');
  t.equal(await within(one.ended, 'the end'), 0);
  const two = await launch(t, false);
  const client = await EslClient.connect(two.port);
  t.equal(await client.api('fsctl shutdown'), '+OK\n');
  t.equal(await within(two.ended, 'the end'), 0);
});

t.test('a port in use is said plainly', async (t) => {
  const server = createServer();
  t.teardown(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await t.rejects(runSimulatedSwitch({ port }), {
    message: `port ${port} is in use: stop what uses it, or give another --port (0 for any free one)`,
  });
});
