/** `serve`, `simulate`, `sim-switch` and `replay`: read here, done by the composition root. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { pacerNames } from '../../../pacing/index.js';
import { DNC_REGISTRIES_MODES, LOG_LEVELS, loadSettings, type ServeFlags } from '../../config/index.js';
import type { CommandHandlers, SimulatedSwitchCommand, SimulateOptions } from '../handlers.js';
import type { Io } from '../io.js';
import { collect, integerBetween, integersBetween, numberBetween, words } from '../option-values.js';

interface SimulateFlags {
  readonly agents?: number;
  readonly hours?: number;
  readonly answerRate?: number;
  readonly talk?: number;
  readonly wrap?: number;
  readonly pacer?: string;
  readonly pacers?: readonly string[];
  readonly teamSizes?: readonly number[];
  readonly list?: number;
  readonly hoursPerDay?: number;
  readonly successRate?: number;
  readonly attempts?: number;
  readonly retryHours?: number;
  readonly target?: number;
  readonly runs?: number;
  readonly seed?: string;
  readonly scenario?: string;
  readonly campaign?: string;
  readonly chart?: string;
  readonly json?: boolean;
}

interface SimSwitchFlags {
  readonly port: number;
  readonly host: string;
  readonly password: string;
  readonly cps?: number;
  readonly maxSessions?: number;
  readonly scenario?: string;
  readonly seed?: string;
  readonly timeScale: number;
  readonly clockOrigin?: number;
  readonly child?: boolean;
}

/** The fields that have a value. */
function given<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

export function addEngineCommands(program: Command, handlers: CommandHandlers, io: Io): void {
  program
    .command('serve')
    .description('run the service; with nothing configured, the sample campaign on a simulated switch')
    .option('--config <file>', 'settings in YAML or JSON; flags go before them')
    .option('--host <address>', 'address to listen on (default 127.0.0.1)')
    .option('--port <n>', 'port of the HTTP service, 0 for any free one (default 8080)')
    .option('--data <dir>', 'folder for the store and the admin key (default ./data)')
    .option('--store <url>', 'sqlite:FILE or redis://HOST:PORT (default sqlite in the data folder)')
    .option(
      '--switch <url>',
      'esl://:PASSWORD@HOST:PORT or ari://USER:PASSWORD@HOST:PORT, with ?gateway=NAME&channels=N&cps=N; may be repeated',
      collect,
    )
    .option('--node <name>', 'name of this engine where several share a store')
    .option('--demo', 'load the sample campaign')
    .option('--time-scale <x>', 'run the simulated switch and the demo X times as fast')
    .option('--drain <seconds>', 'how long a stop lets live calls go on (default 20)')
    .option('--country <code>', 'country of numbers without a country code, such as US')
    .addOption(
      new Option(
        '--dnc-registries <mode>',
        'what to do about do-not-call registries that rules ask for and that are not held: required refuses the calls (default)',
      ).choices(DNC_REGISTRIES_MODES),
    )
    .option('--metrics <address>', 'own PORT or HOST:PORT for /metrics')
    .option('--record <file>', 'record the run, for tactus replay; the file holds phone numbers')
    .addOption(new Option('--log-level <level>', 'how much is logged (default info)').choices(LOG_LEVELS))
    .action(async (flags: ServeFlags) => {
      await handlers.serve(loadSettings(flags, io.environment), io);
    });

  program
    .command('simulate')
    .description(
      'what if: with this list, these agents and these hours, when is it done, and what comes of it? The same engine in virtual time, without calls',
    )
    .option(
      '--list <n>',
      'contacts on the list (default one that does not run out)',
      integerBetween(1, 7_000_000),
    )
    .option('--agents <n>', 'agents on the floor (default 20)', integerBetween(1, 100_000))
    .option('--team-sizes <n,n,…>', 'team sizes to compare, instead of --agents', integersBetween(1, 100_000))
    .option('--hours <h>', 'working hours at most (default 8; with a list 200)', numberBetween(0.01, 360))
    .option('--hours-per-day <h>', 'of a working day from nine (default 10 at most)', numberBetween(0.25, 12))
    .option('--answer-rate <p>', 'share of calls that people answer, 0 to 1', numberBetween(0, 1))
    .option('--talk <seconds>', 'mean length of a conversation', numberBetween(1, 36_000, ' seconds'))
    .option('--wrap <seconds>', 'mean length of a wrap-up', numberBetween(0, 36_000, ' seconds'))
    .option('--success-rate <p>', 'share of conversations that succeed, 0 to 1', numberBetween(0, 1))
    .option('--attempts <n>', 'attempts on one contact (default 3)', integerBetween(1, 100))
    .option('--retry-hours <h>', 'before a contact is tried again (default 4)', numberBetween(0, 8760))
    .addOption(new Option('--pacer <name>', 'how the number of lines is decided').choices(pacerNames))
    .option('--pacers <name,name,…>', `pacers to compare, ratio:2.5 among them`, words)
    .option('--target <p>', 'abandoned share to aim at, 0 to 0.5 (default 0.03)', numberBetween(0, 0.5))
    .option('--runs <n>', 'runs of each case, each with another seed (default 5)', integerBetween(1, 100))
    .option('--seed <seed>', 'the same seed gives the same answer')
    .option(
      '--scenario <file>',
      "people, agents, trunk and faults in YAML or JSON, or demo for the sample campaign's",
    )
    .option(
      '--campaign <id>',
      'take people and agents as a campaign of the running service has measured them',
    )
    .option('--chart <file.svg>', 'write a chart')
    .option('--json', 'print the result as JSON')
    .action(async (flags: SimulateFlags) => {
      const { list, talk, wrap, attempts, retryHours, target, json = false, ...rest } = flags;
      const options = {
        ...rest,
        contacts: list,
        talkSeconds: talk,
        wrapUpSeconds: wrap,
        maximumAttempts: attempts,
        retryDelaySeconds: retryHours === undefined ? undefined : retryHours * 3600,
        targetAbandonRatio: target,
        json,
      };
      await handlers.simulate(given(options) as SimulateOptions, io);
    });

  program
    .command('sim-switch')
    .description('run the simulated FreeSWITCH alone, for load tests')
    .option('--port <n>', 'port of its event socket, 0 for any free one', integerBetween(0, 65_535), 8021)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--password <text>', 'password of its event socket', 'ClueCon')
    .option('--cps <n>', 'new calls a second before it refuses', numberBetween(0.1, 1_000_000))
    .option('--max-sessions <n>', 'calls at once before it refuses', integerBetween(1, 10_000_000))
    .option(
      '--scenario <file>',
      "people, trunk and faults in YAML or JSON, or demo for the sample campaign's",
    )
    .option('--seed <seed>', 'the same seed gives the same people')
    .option('--time-scale <x>', 'run X times as fast as real time', numberBetween(0.1, 1000), 1)
    .addOption(
      new Option('--clock-origin <ms>', 'epoch milliseconds at which its time and real time agree')
        .argParser(integerBetween(0, Number.MAX_SAFE_INTEGER))
        .hideHelp(),
    )
    .addOption(new Option('--child', 'end with the process that started it').hideHelp())
    .action(async (flags: SimSwitchFlags) => {
      const { cps, maxSessions, child = false, ...rest } = flags;
      const options = { ...rest, callsPerSecond: cps, maximumSessions: maxSessions, child };
      await handlers.simSwitch(given(options) as SimulatedSwitchCommand, io);
    });

  program
    .command('replay')
    .description('run a recording of the engine again and compare what it does, byte for byte')
    .argument('<file>', 'recording that the service wrote')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, flags: { readonly json?: boolean }) => {
      await handlers.replay({ file, json: flags.json ?? false }, io);
    });
}
