/** What the composition root does for the command line: the commands that build an engine or a switch. */
import type { Store } from '../../dialer/store/port.js';
import type { WhatIfInput } from '../../dialer/what-if/port.js';
import type { Settings } from '../config/index.js';
import type { Io } from './io.js';

/** A what-if as the command line gives it; see `WhatIfInput` for the numbers. */
export interface SimulateOptions
  extends Pick<
    WhatIfInput,
    | 'contacts'
    | 'hours'
    | 'hoursPerDay'
    | 'answerRate'
    | 'talkSeconds'
    | 'wrapUpSeconds'
    | 'successRate'
    | 'maximumAttempts'
    | 'retryDelaySeconds'
    | 'targetAbandonRatio'
    | 'runs'
    | 'seed'
  > {
  readonly agents?: number;
  readonly teamSizes?: readonly number[];
  readonly pacer?: string;
  readonly pacers?: readonly string[];
  /** Path of a scenario file. */
  readonly scenario?: string;
  /** Campaign of a running service whose people and agents are taken. */
  readonly campaign?: string;
  /** File that the chart is written to. */
  readonly chart?: string;
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
  /** Opens a store that no service works on, for commands that look into it. */
  openStore(url: string): Promise<Store>;
  /** Copies an embedded store that a service may be working on to `target`, which is not there yet. */
  backUp(file: string, target: string): Promise<{ readonly bytes: number }>;
}
