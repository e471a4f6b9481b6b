/** `tactus serve`: from settings to a running service, its banner, its signals and its end. */
import { mkdir } from 'node:fs/promises';
import pino, { type Logger } from 'pino';
import { type Clock, systemClock } from '../dialer/clock.js';
import type { EpochMilliseconds, SwitchSettings, Trunk } from '../dialer/core/model.js';
import type { RegistryCatalogue } from '../dialer/dnc/registry-catalogue.js';
import type { Store } from '../dialer/store/port.js';
import type { Telephony, TelephonyLogEntry } from '../dialer/telephony/port.js';
import { parseSwitchUrl } from '../dialer/telephony/switch-url.js';
import type { Simulator } from '../dialer/what-if/port.js';
import { CliError, type Io } from './cli/io.js';
import type { Settings } from './config/index.js';
import type { AgentPlans } from './demo/demo-floor.js';
import { DEMO_PASSWORD, disableDemoUsers, ensureDemoUsers } from './demo/demo-users.js';
import { startDemo } from './demo/start-demo.js';
import { holdSyntheticRegistries } from './demo/synthetic-registries.js';
import { Passwords } from './http/identity/passwords.js';
import { UserBook } from './http/identity/users.js';
import { scrubbedLog } from './privacy/log-scrubber.js';
import { type Service, startService } from './service.js';
import { type SwitchProcess, startSwitchProcess } from './simulated-switch-process.js';

/** A switch as the telephony adapter takes it. */
export interface SwitchTarget {
  readonly kind: 'freeswitch' | 'asterisk';
  readonly switchId: string;
  readonly host: string;
  readonly port: number;
  /** Of ARI; empty for FreeSWITCH. */
  readonly user: string;
  readonly password: string;
  /** Stasis application on an Asterisk. */
  readonly application?: string;
}

export interface TelephonyOptions {
  readonly switches: readonly SwitchTarget[];
  readonly ownPrefix: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** Folder on the switches that recordings are written to. */
  readonly recordingsDirectory: string;
  /** Events later than this stop new calls. */
  readonly lateMilliseconds: number;
  readonly log: (entry: TelephonyLogEntry) => void;
}

/** What only the composition root knows. */
export interface Adapters {
  /** Path of the program itself, for the simulated switch's process. */
  readonly program: string;
  readonly version: string;
  readonly openStore: (url: string) => Promise<Store>;
  /** How the agents of the sample campaign behave. */
  readonly demoAgents: AgentPlans;
  readonly createTelephony: (options: TelephonyOptions) => Telephony;
  /** Answers what-ifs beside a running engine. */
  readonly createSimulator: () => Simulator;
}

const simulatedSwitch: SwitchSettings = { id: 'simulated', maximumChannels: 5_000, callsPerSecond: 200 };
const simulatedTrunk: Trunk = {
  name: 'simulated',
  switchId: simulatedSwitch.id,
  dialString: 'sofia/gateway/simulated/{number}',
  maximumChannels: 4_000,
  callsPerSecond: 200,
};
const lateMilliseconds = 3_000;
/** Beyond the drain: confirmations of the switch, the last writes. */
const stopGraceMilliseconds = 15_000;

export async function serve(settings: Settings, io: Io, adapters: Adapters): Promise<void> {
  const simulated = settings.switches.length === 0;
  const log = makeLog(settings, io, simulated);
  await makeFolder(settings.dataDirectory);
  const store = await adapters.openStore(settings.store).catch((error: Error) => {
    throw new CliError(error.message);
  });
  if (store.durability !== undefined) log.info(store.durability.text);
  for (const warning of store.durability?.warnings ?? []) log.warn(warning);
  let switchProcess: SwitchProcess | undefined;
  let endSyntheticRegistries: () => void = () => undefined;
  try {
    const origin = io.now();
    const clock = systemClock({ scale: settings.timeScale, origin, notBefore: await lastInstant(store) });
    if (simulated) {
      switchProcess = await startSwitchProcess(adapters.program, [
        '--port=0',
        '--scenario=demo',
        `--time-scale=${settings.timeScale}`,
        `--clock-origin=${origin}`,
        `--cps=${simulatedSwitch.callsPerSecond * settings.timeScale}`,
        `--max-sessions=${simulatedSwitch.maximumChannels}`,
      ]);
      void switchProcess.ended.then((line) => log.error(line));
    }
    const users = new UserBook(store, new Passwords(), io.now);
    const demoUsers = simulated ? await ensureDemoUsers(users, clock.now()) : [];
    if (!simulated) {
      for (const username of await disableDemoUsers(users, clock.now()))
        io.stderr.write(
          `user ${username}: disabled, since everybody knows its password of the demonstration\n`,
        );
    }
    const targets =
      switchProcess === undefined ? settings.switches.map(target) : [simulatedTarget(switchProcess.url)];
    const fatal = deferred<Error>();
    const service = await startService({
      store,
      simulator: adapters.createSimulator(),
      clock,
      log,
      telephony: (ownPrefix) =>
        adapters.createTelephony({
          switches: targets,
          ownPrefix,
          clock,
          random: Math.random,
          recordingsDirectory: settings.recordings.switchDirectory,
          // Lateness is the machine's, not the people's: at a higher time scale it is the same real time.
          lateMilliseconds: lateMilliseconds * settings.timeScale,
          log: ({ level, switchId, message }) => log[level]({ switchId }, message),
        }),
      switches: simulated ? [simulatedSwitch] : settings.switchSettings,
      trunks: simulated ? [simulatedTrunk] : settings.trunks,
      host: settings.host,
      port: settings.port,
      dataDirectory: settings.dataDirectory,
      recordingsDirectory: settings.recordings.directory,
      version: adapters.version,
      plainHttpWebhooks: settings.plainHttpWebhooks,
      security: {
        ...(settings.tls === undefined ? {} : { tls: settings.tls }),
        trustProxy: settings.trustProxy,
        corsOrigins: settings.corsOrigins,
        sessions: settings.sessions,
        rateLimits: settings.rateLimits,
      },
      registriesRequired: settings.dncRegistries === 'required',
      ...(simulated && {
        prepareRegistries: (catalogue: RegistryCatalogue) => {
          endSyntheticRegistries = holdSyntheticRegistries(catalogue, clock);
        },
      }),
      ...(settings.defaultCountry === undefined ? {} : { defaultCountry: settings.defaultCountry }),
      ...(settings.metrics === undefined ? {} : { metrics: settings.metrics }),
      ...(settings.retentionDays === undefined ? {} : { retentionDays: settings.retentionDays }),
      ...(settings.record === undefined ? {} : { record: settings.record }),
      ...(settings.compliance === undefined ? {} : { compliance: settings.compliance }),
      onFatal: fatal.resolve,
    });
    banner(io, settings, service, simulated, switchProcess?.url, await loginSentence(users, demoUsers));
    const demo =
      simulated || settings.demo
        ? await startDemo({ engine: service.engine, clock, io, simulated, plans: adapters.demoAgents })
        : undefined;
    const reason = await Promise.race([signals(io), fatal.promise]);
    if (reason instanceof Error) {
      // What is durable stays; a restart reconciles the rest with the switch.
      throw new CliError(`the engine had to stop: ${reason.message}`);
    }
    io.stderr.write(`${reason}: draining for up to ${settings.drainSeconds} s, once more ends at once\n`);
    demo?.quiet();
    await ended(service.stop(settings.drainSeconds * settings.timeScale), settings.drainSeconds, io);
    demo?.stop();
    io.stderr.write('stopped; everything is recorded\n');
  } finally {
    endSyntheticRegistries();
    await switchProcess?.stop();
    await store.close();
  }
}

function makeLog(settings: Settings, io: Io, simulated: boolean): Logger {
  // A demonstration on a terminal shows bars; log lines at info would tear them.
  const level = simulated && settings.logLevel === 'info' ? 'warn' : settings.logLevel;
  const passwords = settings.switches.map(({ password }) => password);
  return pino({ level, base: null }, scrubbedLog(io.stderr, passwords));
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new CliError(
      `data: the folder ${folder} cannot be made (${(error as NodeJS.ErrnoException).code ?? error})`,
    );
  }
}

/** When the newest event happened; time must not run backwards over what is stored. */
async function lastInstant(store: Store): Promise<EpochMilliseconds> {
  const last = await store.lastEvent();
  if (last === 0) return 0;
  const [event] = await store.events(last - 1, 1);
  return event?.event.at ?? 0;
}

function target(connection: Settings['switches'][number]): SwitchTarget {
  const { id: switchId, ...where } = connection;
  return { switchId, ...where };
}

function simulatedTarget(url: string): SwitchTarget {
  return { switchId: simulatedSwitch.id, ...parseSwitchUrl(url) };
}

function banner(
  io: Io,
  settings: Settings,
  service: Service,
  simulated: boolean,
  switchUrl: string | undefined,
  logins: string,
): void {
  const lines = [
    simulated
      ? `SIMULATED: no switch is configured, a simulated one runs at ${switchUrl}; no real call is placed`
      : `switches: ${settings.switches.map((s) => `${s.id} (${s.host}:${s.port})`).join(', ')}`,
    `console:   ${service.url}`,
    `logins:    ${logins}`,
    `data:      ${settings.dataDirectory}`,
    `registries: ${registrySentence(settings, service)}`,
    ...(service.adminKeyFile === undefined ? [] : [`admin key: written to ${service.adminKeyFile}, once`]),
    ...(settings.timeScale === 1 ? [] : [`time:      ${settings.timeScale} times as fast as real time`]),
  ];
  io.stdout.write(`\nTactus\n${lines.map((line) => `  ${line}\n`).join('')}\n`);
}

/** Who can log in, in a line for the banner. */
async function loginSentence(users: UserBook, demoUsers: readonly string[]): Promise<string> {
  if (demoUsers.length > 0)
    return `WARNING: ${demoUsers.join(', ')} with the password "${DEMO_PASSWORD}", which everybody knows: for this demonstration only`;
  const count = (await users.list()).filter(({ disabled }) => !disabled).length;
  return count > 0
    ? `${count} user${count === 1 ? '' : 's'}`
    : 'no users yet; make the first with "tactus users add NAME --role admin"';
}

/** Which do-not-call registries hold, in a line for the banner. */
function registrySentence(settings: Settings, { registries }: Service): string {
  const held = registries.held();
  const real = held.filter(({ synthetic }) => synthetic !== true);
  const own = real.map(({ description: { list, version } }) => `${list} ${version}`).join(', ');
  if (held.length > real.length)
    return `SYNTHETIC, invented for the demonstration${own === '' ? '' : `; imported: ${own}`}`;
  if (settings.dncRegistries === 'if-present')
    return `${own === '' ? 'none held' : own}; calls go out without those that are missing (dncRegistries: if-present)`;
  return own === ''
    ? 'none held: calls whose rules ask for one are refused until it is imported (tactus dnc import, tactus dnc lists)'
    : `${own}; calls whose rules ask for another are refused`;
}

/** Resolves with the name of the first signal that asks for the end. */
function signals(io: Io): Promise<string> {
  return new Promise((resolve) => {
    let asked = 0;
    const on = (signal: NodeJS.Signals): void => {
      asked++;
      if (asked === 1) resolve(signal === 'SIGINT' ? 'interrupted' : 'asked to stop');
      else {
        io.stderr.write('ended at once; a restart reconciles what was live\n');
        process.exit(130);
      }
    };
    process.on('SIGINT', on);
    process.on('SIGTERM', on);
  });
}

async function ended(stopping: Promise<void>, drainSeconds: number, io: Io): Promise<void> {
  const timer = setTimeout(
    () => {
      io.stderr.write('the stop did not end in time; a restart reconciles what was live\n');
      process.exit(1);
    },
    drainSeconds * 1000 + stopGraceMilliseconds,
  );
  await stopping;
  clearTimeout(timer);
}

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((r) => {
    resolve = r;
  });
  return { promise, resolve };
}
