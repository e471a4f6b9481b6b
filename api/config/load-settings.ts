/** One file and the flags of the command line become one frozen settings object. */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { OperatorPacks } from '../../compliance/index.js';
import { isCountry } from '../../dialer/lists/phone-number.js';
import { loadPacks } from './load-packs.js';
import {
  readOrigins,
  readRateLimits,
  readSessionTimes,
  readTlsFiles,
  readTrustedProxies,
} from './security-reader.js';
import { DEFAULTS, DNC_REGISTRIES_MODES, LOG_LEVELS, type Settings } from './settings.js';
import { readSwitches, readSwitchFlags } from './switch-reader.js';
import { Problems, ValueReader } from './value-reader.js';

/** Flags of `tactus serve` as the command line gives them; each goes before the file. */
export interface ServeFlags {
  readonly config?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly data?: string | undefined;
  readonly store?: string | undefined;
  readonly switch?: readonly string[] | undefined;
  readonly node?: string | undefined;
  readonly drain?: string | undefined;
  readonly timeScale?: string | undefined;
  readonly country?: string | undefined;
  readonly dncRegistries?: string | undefined;
  readonly metrics?: string | undefined;
  readonly logLevel?: string | undefined;
  readonly demo?: boolean | undefined;
  readonly record?: string | undefined;
}

/** The configuration is wrong: one line for each problem, each naming the place and the remedy. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const KEYS = [
  'host',
  'port',
  'data',
  'store',
  'node',
  'switches',
  'drainSeconds',
  'timeScale',
  'defaultCountry',
  'dncRegistries',
  'metrics',
  'logLevel',
  'retentionDays',
  'demo',
  'record',
  'compliance',
  'recordings',
  'webhooks',
  'tls',
  'trustProxy',
  'cors',
  'sessions',
  'rateLimits',
] as const;

/** Puts environment variables into the texts of the file: `${NAME}`. */
function expand(value: unknown, environment: Environment, place: string, problems: Problems): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Za-z_]\w*)\}/g, (_whole, name: string) => {
      const found = environment[name];
      if (found === undefined) problems.add(place, `the environment variable ${name} is not set`);
      return found ?? '';
    });
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => expand(item, environment, `${place}[${index}]`, problems));
  }
  if (typeof value === 'object' && value !== null) {
    const separator = place.endsWith(': ') ? '' : '.';
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        expand(item, environment, `${place}${separator}${key}`, problems),
      ]),
    );
  }
  return value;
}

export type Environment = Readonly<Record<string, string | undefined>>;

function readConfigFile(path: string, environment: Environment, problems: Problems): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError([`${path}: cannot be read (${code ?? String(error)}): check --config`]);
  }
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map((error) => {
        const at = error.linePos?.[0];
        const where = at === undefined ? path : `${path}:${at.line}:${at.col}`;
        return `${where}: ${error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')}`;
      }),
    );
  }
  return expand(document.toJS(), environment, `${path}: `, problems);
}

/** `HOST:PORT` or `PORT`. */
function readAddress(reader: ValueReader): { host: string; port: number } | undefined {
  if (!reader.given) return undefined;
  const text = String(reader.value);
  const match = /^(?:\[?([\w.:-]+?)\]?:)?(\d+)$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 65_535)
    return reader.wrong('PORT or HOST:PORT, such as 127.0.0.1:9090');
  return { host: match[1] ?? DEFAULTS.host, port };
}

function readStore(reader: ValueReader): string | undefined {
  const text = reader.text(
    /^(?:sqlite:.+|rediss?(?:\+(?:sentinel|cluster))?:\/\/.+)$/,
    'sqlite:FILE or redis://HOST:PORT',
  );
  return text;
}

function readCountry(reader: ValueReader): string | undefined {
  if (!reader.given) return undefined;
  const code = String(reader.value).toUpperCase();
  return isCountry(code) ? code : reader.wrong('an ISO 3166-1 country code such as US');
}

/** Rule packs of the operator; paths are meant from the file that names them. */
function readCompliance(reader: ValueReader, folder: string, problems: Problems): OperatorPacks | undefined {
  if (!reader.given) return undefined;
  const files = reader.keys(['packs'] as const).packs.list(1000);
  const paths = files.flatMap((each) => each.text() ?? []);
  return paths.length === 0
    ? undefined
    : loadPacks(
        paths.map((path) => resolve(folder, path)),
        problems,
      );
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

/**
 * The settings of `tactus serve`.
 *
 * @param environment for `${NAME}` in the file
 * @throws ConfigError with every problem found, in the file and in the flags
 */
export function loadSettings(flags: ServeFlags, environment: Environment): Settings {
  const problems = new Problems();
  const content =
    flags.config === undefined ? undefined : readConfigFile(flags.config, environment, problems);
  const file = new ValueReader(flags.config ?? '', '', content, problems).keys(KEYS);
  const flag = (name: string, value: unknown): ValueReader =>
    new ValueReader(`--${name}`, '', value, problems);
  /** The flag where it is given, else the file's key. Both are read, so that a wrong file is never hidden. */
  const pick = <T>(first: ValueReader, second: ValueReader, read: (reader: ValueReader) => T | undefined) => {
    const fromFile = read(second);
    return first.given ? read(first) : fromFile;
  };

  const dataDirectory =
    pick(flag('data', flags.data), file.data, (reader) => reader.text()) ?? DEFAULTS.dataDirectory;
  const fromFlags = (flags.switch ?? []).map((url) => flag('switch', url));
  const fileSwitches = readSwitches(file.switches);
  const switches = fromFlags.length > 0 ? readSwitchFlags(fromFlags) : fileSwitches;
  const defaultCountry = pick(flag('country', flags.country), file.defaultCountry, readCountry);
  const metrics = pick(flag('metrics', flags.metrics), file.metrics, readAddress);
  const record = pick(flag('record', flags.record), file.record, (reader) => reader.text());
  const retentionDays = file.retentionDays.integer(1, 36_500);
  const folders = file.recordings.given
    ? file.recordings.keys(['directory', 'switchDirectory'] as const)
    : undefined;
  const recordings = resolve(folders?.directory.text() ?? join(dataDirectory, 'recordings'));
  const switchRecordings =
    folders?.switchDirectory.text(/^\/[A-Za-z0-9_./+-]*$/, 'an absolute path on the switch') ?? recordings;
  const plainHttp = file.webhooks.given
    ? file.webhooks.keys(['plainHttp'] as const).plainHttp.boolean()
    : undefined;
  const timeScaleReader =
    flags.timeScale === undefined ? file.timeScale : flag('time-scale', flags.timeScale);
  const compliance = readCompliance(
    file.compliance,
    flags.config === undefined ? '.' : dirname(flags.config),
    problems,
  );
  const folder = flags.config === undefined ? '.' : dirname(flags.config);
  const tls = readTlsFiles(file.tls, folder);
  const settings: Settings = {
    host:
      pick(flag('host', flags.host), file.host, (reader) =>
        reader.text(/^[\w.:-]+$/, 'a host name or address'),
      ) ?? DEFAULTS.host,
    port: pick(flag('port', flags.port), file.port, (reader) => reader.integer(0, 65_535)) ?? DEFAULTS.port,
    dataDirectory: resolve(dataDirectory),
    store:
      pick(flag('store', flags.store), file.store, readStore) ??
      `sqlite:${join(resolve(dataDirectory), DEFAULTS.storeFile)}`,
    node:
      pick(flag('node', flags.node), file.node, (reader) =>
        reader.text(/^[\w.-]{1,64}$/, 'a name of letters, digits, dots and dashes'),
      ) ?? DEFAULTS.node,
    switches: switches.connections,
    switchSettings: switches.settings,
    trunks: switches.trunks,
    drainSeconds:
      pick(flag('drain', flags.drain), file.drainSeconds, (reader) => reader.number(0, 3600, ' seconds')) ??
      DEFAULTS.drainSeconds,
    timeScale:
      pick(flag('time-scale', flags.timeScale), file.timeScale, (reader) => reader.number(0.1, 1000)) ??
      DEFAULTS.timeScale,
    ...(defaultCountry !== undefined && { defaultCountry }),
    dncRegistries:
      pick(flag('dnc-registries', flags.dncRegistries), file.dncRegistries, (reader) =>
        reader.oneOf(DNC_REGISTRIES_MODES),
      ) ?? DEFAULTS.dncRegistries,
    ...(metrics !== undefined && { metrics }),
    ...(record !== undefined && { record: resolve(record) }),
    ...(retentionDays !== undefined && { retentionDays }),
    recordings: { directory: recordings, switchDirectory: switchRecordings },
    ...(compliance !== undefined && { compliance }),
    plainHttpWebhooks: plainHttp ?? false,
    ...(tls !== undefined && { tls }),
    trustProxy: readTrustedProxies(file.trustProxy),
    corsOrigins: readOrigins(file.cors),
    sessions: readSessionTimes(file.sessions),
    rateLimits: readRateLimits(file.rateLimits),
    logLevel:
      pick(flag('log-level', flags.logLevel), file.logLevel, (reader) => reader.oneOf(LOG_LEVELS)) ??
      DEFAULTS.logLevel,
    demo: pick(flag('demo', flags.demo), file.demo, (reader) => reader.boolean()) ?? false,
  };
  if (settings.timeScale !== 1 && settings.switches.length > 0)
    timeScaleReader.problem('is for the simulated switch only: a real switch runs in real time');
  if (problems.lines.length > 0) throw new ConfigError(problems.lines);
  return deepFreeze(settings);
}
