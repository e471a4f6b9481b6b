/** What the composition root does for the command line: the commands that build an engine or a switch. */
import type { Settings } from '../config/index.js';
import type { Io } from './io.js';

export interface SimulateOptions {
  readonly agents?: number;
  readonly hours?: number;
  /** 0–1. */
  readonly answerRate?: number;
  readonly talkSeconds?: number;
  readonly wrapSeconds?: number;
  readonly pacer?: string;
  readonly seed?: string;
  /** Path of a scenario file. */
  readonly scenario?: string;
  readonly json: boolean;
}

export interface SimulatedSwitchCommand {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  readonly password: string;
  readonly callsPerSecond?: number;
  readonly maximumSessions?: number;
  readonly scenario?: string;
  readonly seed?: string;
  readonly timeScale: number;
  /** Epoch milliseconds at which the switch's time and real time agree. */
  readonly clockOrigin?: number;
  /** Started by a service: ends with its parent, ignores SIGINT. */
  readonly child: boolean;
}

export interface ReplayOptions {
  readonly file: string;
  readonly json: boolean;
}

/** Each resolves when the command is over and rejects with an error whose message is one line for the user. */
export interface CommandHandlers {
  serve(settings: Settings, io: Io): Promise<void>;
  simulate(options: SimulateOptions, io: Io): Promise<void>;
  simSwitch(options: SimulatedSwitchCommand, io: Io): Promise<void>;
  replay(options: ReplayOptions, io: Io): Promise<void>;
}
