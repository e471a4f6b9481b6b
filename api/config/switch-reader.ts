/** Reads the switches and trunks of the configuration. */
import type { SwitchSettings, Trunk } from '../../dialer/core/model.js';
import { DEFAULTS, type SwitchConnection } from './settings.js';
import { readSwitchUrl, type SwitchUrl } from './switch-url.js';
import type { ValueReader } from './value-reader.js';

export interface SwitchesRead {
  readonly connections: readonly SwitchConnection[];
  readonly settings: readonly SwitchSettings[];
  readonly trunks: readonly Trunk[];
}

const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;
const NAME_RULE = 'a name of letters, digits, dots, dashes and underscores';

interface Limits {
  readonly maximumChannels: number;
  readonly callsPerSecond: number;
}

function readLimits(channels: ValueReader, cps: ValueReader, defaults: Limits): Limits {
  return {
    maximumChannels: channels.integer(1, 1_000_000) ?? defaults.maximumChannels,
    callsPerSecond: cps.number(0.1, 10_000) ?? defaults.callsPerSecond,
  };
}

function defaultTrunk(id: string, url: SwitchUrl | undefined, limits: Limits): Trunk {
  const gateway = url?.gateway ?? DEFAULTS.trunkName;
  const dialString =
    url?.kind === 'asterisk' ? `PJSIP/{number}@${gateway}` : `sofia/gateway/${gateway}/{number}`;
  return { name: `${id}-${gateway}`, switchId: id, dialString, ...limits };
}

function readTrunk(reader: ValueReader, switchId: string, index: number, defaults: Limits): Trunk {
  const keys = reader.keys([
    'name',
    'dialString',
    'maximumChannels',
    'callsPerSecond',
    'weight',
    'postDialDelaySeconds',
  ]);
  const weight = keys.weight.number(0.001, 1_000);
  const postDialDelaySeconds = keys.postDialDelaySeconds.number(1, 120);
  if (!keys.dialString.given)
    keys.dialString.problem('is missing: give it with {number} where the called number goes');
  return {
    name: keys.name.text(NAME, NAME_RULE) ?? `${switchId}-${index + 1}`,
    switchId,
    dialString:
      keys.dialString.text(
        /^[^\s{}[\],|^'"\\]*\{(?:number|e164|national)\}[^\s{}[\],|^'"\\]*$/,
        'a dial string with {number}, {e164} or {national} once, such as sofia/gateway/carrier/{number}',
      ) ?? '',
    ...readLimits(keys.maximumChannels, keys.callsPerSecond, defaults),
    ...(weight === undefined ? {} : { weight }),
    ...(postDialDelaySeconds === undefined ? {} : { postDialDelaySeconds }),
  };
}

function readConnection(
  keys: Readonly<Record<'url' | 'kind' | 'host' | 'port' | 'user' | 'password' | 'application', ValueReader>>,
  url: SwitchUrl | undefined,
  isMapping: boolean,
): Omit<SwitchConnection, 'id'> {
  const { host, port, password } = keys;
  if (keys.url.given) {
    for (const key of ['kind', 'host', 'port', 'user', 'password', 'application'] as const)
      if (keys[key].given) keys[key].problem('cannot stand beside url: give one or the other');
  } else if (!host.given && isMapping) {
    keys.url.problem('is missing: give url, or host, port and password');
  } else if (isMapping && !password.given) password.problem("is missing: give the switch's password");
  const kind = url?.kind ?? keys.kind.oneOf(['freeswitch', 'asterisk']) ?? 'freeswitch';
  const application =
    url === undefined
      ? keys.application.text(/^[\w.-]{1,64}$/, 'the name of a Stasis application')
      : url.application;
  if (kind === 'asterisk' && isMapping && !keys.url.given && !keys.user.given)
    keys.user.problem('is missing: give the user of ari.conf');
  return {
    kind,
    ...(application !== undefined && { application }),
    host: url?.host ?? host.text(/^[\w.:-]+$/, 'a host name or address') ?? '',
    port: url?.port ?? port.integer(1, 65_535) ?? DEFAULTS.switchPort[kind],
    user: url?.user ?? keys.user.text() ?? '',
    password: url?.password ?? password.secret() ?? '',
  };
}

interface OneSwitch {
  /** Where problems with its name are noted. */
  readonly reader: ValueReader;
  readonly connection: SwitchConnection;
  readonly settings: SwitchSettings;
  readonly trunks: readonly Trunk[];
}

/** A switch of the file, with its trunks. */
function readSwitch(reader: ValueReader, index: number): OneSwitch {
  const keys = reader.keys([
    'id',
    'url',
    'kind',
    'host',
    'port',
    'user',
    'password',
    'application',
    'maximumChannels',
    'callsPerSecond',
    'weight',
    'trunks',
  ]);
  const id = keys.id.text(NAME, NAME_RULE) ?? `switch-${index + 1}`;
  const url = keys.url.given ? readSwitchUrl(keys.url) : undefined;
  const limits = readLimits(keys.maximumChannels, keys.callsPerSecond, {
    maximumChannels: url?.maximumChannels ?? DEFAULTS.maximumChannels,
    callsPerSecond: url?.callsPerSecond ?? DEFAULTS.callsPerSecond,
  });
  const weight = keys.weight.number(0.001, 1_000);
  const trunks = keys.trunks.list(100).map((trunk, at) => readTrunk(trunk, id, at, limits));
  return {
    reader: keys.id,
    connection: { id, ...readConnection(keys, url, typeof reader.value === 'object') },
    settings: { id, ...limits, ...(weight === undefined ? {} : { weight }) },
    trunks: trunks.length > 0 ? trunks : [defaultTrunk(id, url, limits)],
  };
}

function together(read: readonly OneSwitch[]): SwitchesRead {
  const ids = new Set<string>();
  const trunkNames = new Set<string>();
  for (const { reader, settings, trunks } of read) {
    if (ids.has(settings.id)) reader.problem(`is used twice: "${settings.id}"`);
    ids.add(settings.id);
    for (const { name } of trunks) {
      if (trunkNames.has(name)) reader.problem(`has a trunk "${name}", a name that is used twice`);
      trunkNames.add(name);
    }
  }
  return {
    connections: read.map(({ connection }) => connection),
    settings: read.map(({ settings }) => settings),
    trunks: read.flatMap(({ trunks }) => trunks),
  };
}

export function readSwitches(reader: ValueReader): SwitchesRead {
  return together(reader.list(64).map(readSwitch));
}

/** Switches named on the command line: one URL each, one trunk each. */
export function readSwitchFlags(readers: readonly ValueReader[]): SwitchesRead {
  return together(
    readers.map((reader, index) => {
      const id = `switch-${index + 1}`;
      const url = readSwitchUrl(reader);
      const limits = {
        maximumChannels: url?.maximumChannels ?? DEFAULTS.maximumChannels,
        callsPerSecond: url?.callsPerSecond ?? DEFAULTS.callsPerSecond,
      };
      const { kind = 'freeswitch', host = '', port = 0, user = '', password = '', application } = url ?? {};
      return {
        reader,
        connection: {
          ...{ id, kind, host, port, user, password },
          ...(application !== undefined && { application }),
        },
        settings: { id, ...limits },
        trunks: [defaultTrunk(id, url, limits)],
      };
    }),
  );
}
