/** The built-in simulated switch as a child process, over real TCP: what the service uses when no switch is configured. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface SwitchProcess {
  /** `esl://:PASSWORD@HOST:PORT` */
  readonly url: string;
  /** Resolves with one line when the process has ended by itself. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

const startMilliseconds = 15_000;
const stopMilliseconds = 3_000;

/**
 * @param program the `tactus` program to run as `tactus sim-switch --child`
 * @param flags further flags of `tactus sim-switch`
 * @throws Error in one line when it does not come up
 */
export async function startSwitchProcess(program: string, flags: readonly string[]): Promise<SwitchProcess> {
  // Its standard input is the lifeline: the child ends when this process, however it ends, closes it.
  const child = spawn(process.execPath, [program, 'sim-switch', '--child', ...flags], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('utf8')).slice(-2_000);
  });
  let stopping = false;
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      const last = complaint.trim().split('\n').at(-1) ?? '';
      if (!stopping)
        resolve(`the simulated switch ended (${signal ?? `exit ${code}`})${last === '' ? '' : `: ${last}`}`);
    });
  });
  const url = await Promise.race([
    firstAddress(child),
    ended.then((line) => Promise.reject(new Error(line))),
    deadline(startMilliseconds, 'the simulated switch did not come up'),
  ]).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    url,
    ended,
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds);
      await gone;
      clearTimeout(timer);
    },
  };
}

async function firstAddress(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the simulated switch has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /esl:\/\/\S+/.exec(line);
    if (found !== null) {
      child.stdout.resume();
      return found[0];
    }
  }
  throw new Error('the simulated switch closed its output before it named its port');
}

function deadline(milliseconds: number, message: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`${message} within ${milliseconds / 1000} s`)), milliseconds).unref();
  });
}
