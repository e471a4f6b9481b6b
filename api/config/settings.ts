/** What the service can be told, and what holds when it is told nothing. */
import type { OperatorPacks } from '../../compliance/index.js';
import type { SwitchSettings, Trunk } from '../../dialer/core/model.js';
import type { SessionTimes } from '../http/identity/sessions.js';
import type { RateLimits } from '../http/rate-limit.js';
import type { TlsFiles } from '../http/tls.js';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where a switch is and how to log in to it. */
export interface SwitchConnection {
  readonly id: string;
  readonly kind: 'freeswitch' | 'asterisk';
  readonly host: string;
  readonly port: number;
  /** Empty for FreeSWITCH, whose event socket knows a password only. */
  readonly user: string;
  readonly password: string;
  /** Stasis application on an Asterisk; absent: `tactus`. */
  readonly application?: string;
}

export interface Settings {
  /** Address the HTTP service listens on. */
  readonly host: string;
  /** 0: any port that is free. */
  readonly port: number;
  /** Folder for the store, the admin key and recordings of runs. */
  readonly dataDirectory: string;
  /** `sqlite:FILE` or `redis://…`. */
  readonly store: string;
  /** The engine's name where several share a store. */
  readonly node: string;
  /** Empty: the built-in simulated switch. */
  readonly switches: readonly SwitchConnection[];
  /** Limits of each switch, over all its trunks and agent legs. */
  readonly switchSettings: readonly SwitchSettings[];
  readonly trunks: readonly Trunk[];
  /** How long a stop lets live calls go on, seconds. */
  readonly drainSeconds: number;
  /** How many times faster than real time the demonstration runs; only with the simulated switch. */
  readonly timeScale: number;
  /** ISO 3166-1 country of numbers without a country code; absent: they are refused. */
  readonly defaultCountry?: string;
  /**
   * `required`: a call whose rules ask for a do-not-call registry that is missing is refused. `if-present`: only the
   * registries that are held are looked at (and a held one that is too old still refuses).
   */
  readonly dncRegistries: DncRegistriesMode;
  /** Own address for /metrics; absent: on the service's own. */
  readonly metrics?: { readonly host: string; readonly port: number };
  /** File that the run is recorded to, for `tactus replay`; absent: it is not recorded. It holds phone numbers. */
  readonly record?: string;
  /** Days for which records of calls are kept; it can only lengthen what the rule packs ask for. */
  readonly retentionDays?: number;
  /** Where recordings are kept, as the service sees the folder and as the switches do. */
  readonly recordings: { readonly directory: string; readonly switchDirectory: string };
  /** The operator's rule packs with the built-in ones; absent: the built-in ones alone. */
  readonly compliance?: OperatorPacks;
  /** Webhooks may go over http to other machines. */
  readonly plainHttpWebhooks: boolean;
  /** Certificate and key of the service in PEM; absent: it speaks plain http. */
  readonly tls?: TlsFiles;
  /** Proxies whose X-Forwarded-… headers are believed: addresses or networks. */
  readonly trustProxy: readonly string[];
  /** Origins whose pages may use the API with an API key. */
  readonly corsOrigins: readonly string[];
  /** How long logins last. */
  readonly sessions: SessionTimes;
  readonly rateLimits: RateLimits;
  readonly logLevel: LogLevel;
  /** Load the sample campaign on whatever store and switch there is. */
  readonly demo: boolean;
}

export const DNC_REGISTRIES_MODES = ['required', 'if-present'] as const;
export type DncRegistriesMode = (typeof DNC_REGISTRIES_MODES)[number];

export const DEFAULTS = {
  dncRegistries: 'required',
  host: '127.0.0.1',
  port: 8080,
  dataDirectory: './data',
  storeFile: 'tactus.db',
  node: 'main',
  drainSeconds: 20,
  timeScale: 1,
  logLevel: 'info',
  switchPort: { freeswitch: 8021, asterisk: 8088 },
  maximumChannels: 1000,
  callsPerSecond: 30,
  trunkName: 'default',
} as const;
