/** The simulated switch as a program of its own: `tactus sim-switch`, and the child of a demo. */
import { type SimulatedSwitch, type SimulatedSwitchOptions, startSimulatedSwitch } from './server.js';

export interface RunSwitchOptions extends Omit<SimulatedSwitchOptions, 'onGone'> {
  /**
   * Started by a parent: signals are the parent's business, and the switch ends when its standard input (or IPC
   * channel) closes.
   */
  readonly child?: boolean;
  /** Gets one line with the address; standard output unless said. */
  readonly print?: (line: string) => void;
}

/**
 * Runs a switch until it is told to stop (SIGTERM or SIGINT when it is nobody's child, the parent's end, a shutdown
 * over its own socket). Resolves when it has ended. Rejects when the port cannot be had.
 */
export async function runSimulatedSwitch(options: RunSwitchOptions = {}): Promise<void> {
  const { child = false, print = (line) => process.stdout.write(`${line}\n`), ...rest } = options;
  let finish = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let running: SimulatedSwitch;
  try {
    running = await startSimulatedSwitch({ ...rest, onGone: finish });
  } catch (error) {
    throw portError(error, options.port ?? 0);
  }
  const ignore = (): void => undefined;
  const onInterrupt = child ? ignore : finish;
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  if (child) {
    // Reading is what notices the end of the pipe.
    process.stdin.resume();
    process.stdin.on('end', finish);
    process.stdin.on('close', finish);
    process.stdin.on('error', finish);
    process.on('disconnect', finish);
  }
  print(`simulated switch: ${running.url}`);
  try {
    await ended;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    process.off('disconnect', finish);
    if (child) {
      process.stdin.off('end', finish);
      process.stdin.off('close', finish);
      process.stdin.off('error', finish);
      process.stdin.destroy();
    }
    await running.stop();
  }
}

function portError(error: unknown, port: number): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new Error(
      `port ${port} is in use: stop what uses it, or give another --port (0 for any free one)`,
    );
  }
  if (code === 'EACCES') return new Error(`port ${port} needs privileges: give a --port above 1023`);
  return new Error(`the simulated switch cannot listen on port ${port}: ${message}`);
}
