import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import type { Test } from 'tap';
import { type CommandHandlers, type Io, runCommandLine } from '../../api/cli/program.js';
import { backUpSqliteFile, openStore } from '../../dialer/store/index.js';

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly handled: readonly (readonly [string, unknown])[];
}

/** Runs a command line with everything around it caught. */
export async function run(
  line: readonly string[],
  options: {
    readonly environment?: Record<string, string>;
    readonly stdin?: string;
    readonly now?: number;
  } = {},
): Promise<Run> {
  const caught = (): { stream: PassThrough; text: () => string } => {
    const stream = new PassThrough();
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
  };
  const out = caught();
  const err = caught();
  const handled: [string, unknown][] = [];
  const handle =
    (name: string) =>
    async (options_: unknown): Promise<void> => {
      handled.push([name, options_]);
    };
  const handlers: CommandHandlers = {
    serve: handle('serve'),
    simulate: handle('simulate'),
    simSwitch: handle('simSwitch'),
    replay: handle('replay'),
    openStore,
    backUp: backUpSqliteFile,
  };
  const io: Io = {
    stdin: Readable.from([options.stdin ?? '']),
    stdout: out.stream,
    stderr: err.stream,
    environment: options.environment ?? {},
    terminal: false,
    columns: 100,
    now: () => options.now ?? Date.parse('2026-03-04T17:00:00Z'),
  };
  const code = await runCommandLine(line, handlers, io, '1.2.3');
  return { code, out: out.text(), err: err.text(), handled };
}

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A service that answers what the test says and remembers what it was asked. */
export async function fakeService(t: Test, answer: (request: Received) => Answer) {
  const received: Received[] = [];
  const read = async (request: IncomingMessage): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  };
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const { method = '', url = '', headers } = request;
      const asked = {
        method,
        url,
        authorization: headers.authorization,
        type: headers['content-type'],
        body,
      };
      received.push(asked);
      const { status, body: answered } = answer(asked);
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(typeof answered === 'string' ? answered : JSON.stringify(answered));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  const environment = { TACTUS_URL: `http://127.0.0.1:${port}`, TACTUS_KEY: 'secret' };
  return { received, environment };
}
