/** The real program as a child process, with a client for its HTTP interface. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../api/main.js', import.meta.url));

export interface Answer {
  readonly status: number;
  // The tests look into answers of many shapes.
  readonly body: Record<string, unknown>;
}

export class ServiceProcess {
  readonly #child: ChildProcess;
  readonly url: string;
  readonly #key: string;
  readonly #gone: Promise<number | null>;
  /** Everything it printed. */
  readonly output: string[];

  private constructor(
    child: ChildProcess,
    url: string,
    key: string,
    gone: Promise<number | null>,
    output: string[],
  ) {
    this.#child = child;
    this.url = url;
    this.#key = key;
    this.#gone = gone;
    this.output = output;
  }

  /** Starts `tactus serve` on a free port and waits for its address. */
  static async start(dataDirectory: string, flags: readonly string[]): Promise<ServiceProcess> {
    const child = spawn(
      process.execPath,
      [program, 'serve', '--port', '0', '--data', dataDirectory, ...flags],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const output: string[] = [];
    const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    createInterface({ input: child.stderr! }).on('line', (line) => output.push(line));
    const lines = createInterface({ input: child.stdout! });
    const url = await new Promise<string>((resolve, reject) => {
      lines.on('line', (line) => {
        output.push(line);
        const found = /console:\s+(http:\S+)/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
      void gone.then((code) => reject(new Error(`the service ended with ${code}: ${output.join('\n')}`)));
    });
    const key = (await readFile(join(dataDirectory, 'admin.key'), 'utf8')).trim();
    return new ServiceProcess(child, url, key, gone, output);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async request(method: string, path: string, body?: unknown): Promise<Answer> {
    return body === undefined
      ? this.#ask(method, path)
      : this.#ask(method, path, 'application/json', JSON.stringify(body));
  }

  /** Sends a body as it is. */
  async post(path: string, type: string, body: string | Blob): Promise<Answer> {
    return this.#ask('POST', path, type, body);
  }

  async #ask(method: string, path: string, type?: string, body?: string | Blob): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(body instanceof Blob ? 600_000 : 30_000),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  }

  /** @throws Error with the problem when the answer is not a success */
  async must(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.request(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** kill -9, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#gone;
  }

  /** Asks for a clean end; the exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return this.#gone;
  }
}
