/** The running service: engine, lists and HTTP put together over adapters that are handed in. */

import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { builtinPacks, type OperatorPacks, tzdataVersion } from '../compliance/index.js';
import { createAuditLog } from '../dialer/audit/index.js';
import type { Clock } from '../dialer/clock.js';
import type { SwitchSettings, Trunk } from '../dialer/core/model.js';
import { openDelistedContacts } from '../dialer/dnc/delisted-contacts.js';
import { RegistryCatalogue } from '../dialer/dnc/registry-catalogue.js';
import { createRegistryImporter } from '../dialer/dnc/registry-importer.js';
import type { Engine } from '../dialer/engine.js';
import { createListImporter } from '../dialer/lists/list-importer.js';
import { startLiveEngine } from '../dialer/live-engine.js';
import { RunRecorder } from '../dialer/recording/recorder.js';
import {
  deleteNotedRecordings,
  leastRecordingDays,
  longestDays,
  retentionPeriods,
  startPruner,
  startRecordingPruner,
} from '../dialer/retention/index.js';
import type { Store } from '../dialer/store/port.js';
import type { Telephony } from '../dialer/telephony/port.js';
import type { Simulator } from '../dialer/what-if/port.js';
import { ensureAdminKey } from './http/identity/keys.js';
import type { SessionTimes } from './http/identity/sessions.js';
import type { RateLimits } from './http/rate-limit.js';
import { createServer } from './http/server.js';
import { followTls, readTls, type TlsFiles } from './http/tls.js';
import { countryOfRegistry } from './registries/registry-views.js';

export interface ServiceOptions {
  readonly store: Store;
  /** Makes the telephony once the installation is known. */
  readonly telephony: (installation: string) => Telephony;
  readonly clock: Clock;
  readonly log: Logger;
  readonly switches: readonly SwitchSettings[];
  readonly trunks: readonly Trunk[];
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly dataDirectory: string;
  readonly defaultCountry?: string;
  /** Can only lengthen what the rule packs ask for. */
  readonly retentionDays?: number;
  /** Serves /metrics on an address of its own besides. */
  readonly metrics?: { readonly host: string; readonly port: number };
  /** Refuse calls whose rules ask for a do-not-call registry that is not held. */
  readonly registriesRequired: boolean;
  /** Puts further registries in force before anything is dialled. */
  readonly prepareRegistries?: (catalogue: RegistryCatalogue) => void;
  /** File that the run is recorded to. */
  readonly record?: string;
  /** Answers what-ifs; closed at the stop. */
  readonly simulator?: Simulator;
  readonly plainHttpWebhooks?: boolean;
  /** Folder with the recordings; none can be heard when absent. */
  readonly recordingsDirectory?: string;
  /** TLS, proxies, other origins, sessions and rate limits. */
  readonly security?: ServiceSecurity;
  readonly version: string;
  /** The operator's rule packs; absent: the built-in ones alone. */
  readonly compliance?: OperatorPacks;
  /** Called once when the engine cannot go on. */
  readonly onFatal: (error: Error) => void;
}

export interface ServiceSecurity {
  readonly tls?: TlsFiles;
  readonly trustProxy: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly sessions: SessionTimes;
  readonly rateLimits: RateLimits;
}

export interface Service {
  readonly engine: Engine;
  readonly lists: ReturnType<typeof createListImporter>;
  readonly registries: RegistryCatalogue;
  /** Where the console is, for example `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The file with the first admin key, when one was made at this start. */
  readonly adminKeyFile: string | undefined;
  /**
   * Drains: no new calls, live ones may end for `drainSeconds` of the engine's clock, what is left is released and
   * recorded. Then everything is closed.
   */
  stop(drainSeconds: number): Promise<void>;
}

const consoleDirectory = join(fileURLToPath(new URL('.', import.meta.url)), 'console');
const telephonyStopMilliseconds = 3_000;

/** @throws Error in one line when the port cannot be had; the store stays the caller's to close then. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { store, clock, log } = options;
  const { tls, ...security } = options.security ?? {};
  // Before anything starts: what is wrong with a file is told at once.
  const tlsMaterial = tls === undefined ? undefined : readTls(tls);
  const bootState = await store.boot(clock.now());
  const adminKeyFile = await ensureAdminKey(store, options.dataDirectory, clock.now());
  const audit = createAuditLog(store, () => clock.now());
  const service = { kind: 'service', id: hostname() };
  await audit.record({ action: 'service.start', subject: service, after: { version: options.version } });
  const registries = await loadRegistries(options);
  const periods = retentionPeriods(options.compliance?.packs, options.retentionDays);
  for (const { acknowledge, ...loosening } of options.compliance?.loosenings ?? [])
    await audit.record({
      action: 'pack.loosen',
      subject: { kind: 'pack', id: loosening.by },
      reason: acknowledge.reason,
      after: { ...loosening, acknowledgedBy: acknowledge.by, acknowledgedAt: acknowledge.at },
    });
  const telephony = options.telephony(bootState.installation);
  const engine = startLiveEngine({
    store,
    bootState,
    telephony,
    clock,
    log,
    switches: options.switches,
    trunks: options.trunks,
    timeZoneData: tzdataVersion,
    registries: { held: registries, required: options.registriesRequired },
    ...(options.compliance === undefined ? {} : { packs: options.compliance.operator }),
    ...(options.record === undefined
      ? {}
      : {
          recorder: new RunRecorder(options.record, (error) =>
            log.error({ err: error }, 'the run is not recorded any more'),
          ),
        }),
    onFatal: options.onFatal,
  });
  const lists = createListImporter({
    store,
    now: () => clock.now(),
    directory: join(options.dataDirectory, 'imports'),
    recordFailed: (error) => log.error({ err: error }, 'what is known of an import was not written'),
    contactsChanged: (campaignId) => engine.notify({ type: 'contacts-changed', campaignId }),
    refused: (refusals) => {
      for (const refusal of refusals) engine.notify({ type: 'consent-changed', ...refusal });
    },
  });
  const registryImporter = createRegistryImporter({
    catalogue: registries,
    now: () => clock.now(),
    countryOf: (list) => countryOfRegistry(list) ?? options.defaultCountry,
    log,
  });
  const delisted = openDelistedContacts({
    store,
    registries,
    audit,
    contactsChanged: (campaignId) => engine.notify({ type: 'contacts-changed', campaignId }),
    onError: (error) =>
      log.error({ err: error }, 'contacts that a registry no longer lists could not be opened again'),
  });
  const app = await createServer({
    engine,
    lists,
    registries: { held: registries, importer: registryImporter, required: options.registriesRequired },
    logger: log,
    now: () => clock.now(),
    consoleDirectory,
    retentionDays: longestDays(periods),
    version: options.version,
    webhooks: { plainHttp: options.plainHttpWebhooks ?? false },
    ...(options.recordingsDirectory === undefined
      ? {}
      : { recordingsDirectory: options.recordingsDirectory }),
    ...security,
    ...(tlsMaterial === undefined ? {} : { tls: tlsMaterial }),
    ...(options.simulator === undefined ? {} : { simulator: options.simulator }),
    ...(options.compliance === undefined ? {} : { packs: options.compliance.packs }),
    ...(options.defaultCountry === undefined ? {} : { defaultCountry: options.defaultCountry }),
    ...(options.metrics === undefined ? {} : { metricsAddress: options.metrics }),
  });
  const endPruner = startPruner({
    store,
    audit,
    clock,
    periods,
    onError: (error) => log.error({ err: error }, 'records past their retention could not be deleted'),
  });
  const endRecordingPruner =
    options.recordingsDirectory === undefined
      ? () => undefined
      : startRecordingPruner({
          directory: options.recordingsDirectory,
          daysOf: (id) =>
            engine.view().campaigns.find(({ record }) => record.settings.id === id)?.record.settings.recording
              ?.retentionDays,
          leastDays: leastRecordingDays(options.compliance?.packs ?? builtinPacks),
          audit,
          also: () => deleteNotedRecordings(options.store, options.recordingsDirectory, clock.now()),
          clock,
          onError: (error) =>
            log.error({ err: error }, 'recordings past their retention could not be deleted'),
        });
  let url: string;
  try {
    url = await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    endPruner();
    endRecordingPruner();
    await Promise.allSettled([
      app.close(),
      lists.close(),
      registryImporter.close(),
      delisted.close(),
      engine.stop(0),
    ]);
    await telephony.stop(telephonyStopMilliseconds);
    throw listenError(error, options.host, options.port);
  }

  const endTls =
    tls === undefined ? undefined : followTls(app.server, tls, (level, message) => log[level](message));
  let stopping: Promise<void> | undefined;
  const stop = async (drainSeconds: number): Promise<void> => {
    // Imports end first: what they accepted is stored, and the campaign draws nothing new from here on.
    endPruner();
    endRecordingPruner();
    endTls?.();
    await lists.close();
    await registryImporter.close();
    await delisted.close();
    await engine.stop(drainSeconds);
    await telephony.stop(telephonyStopMilliseconds);
    await app.close();
    await options.simulator?.close();
    await audit.record({ action: 'service.stop', subject: service });
    await store.close();
  };
  return {
    engine,
    lists,
    registries,
    url,
    adminKeyFile,
    stop: (drainSeconds) => {
      stopping ??= stop(drainSeconds);
      return stopping;
    },
  };
}

/** The registries of the data folder, in force before the engine starts. */
async function loadRegistries({ dataDirectory, log, prepareRegistries }: ServiceOptions) {
  const catalogue = new RegistryCatalogue(join(dataDirectory, 'dnc'));
  await catalogue.load();
  for (const { description, file } of catalogue.held()) {
    const { list, version, count } = description;
    log.info({ list, version, count, file }, 'a do-not-call registry is in force');
    for (const { file: refused, reason } of catalogue.refused(list))
      log.error({ list, file: refused, reason }, 'a snapshot was refused; an older one is in force');
  }
  for (const list of catalogue.lost())
    for (const { file, reason } of catalogue.refused(list))
      log.error({ list, file, reason }, 'a snapshot was refused; the registry counts as missing');
  prepareRegistries?.(catalogue);
  return catalogue;
}

function listenError(error: unknown, host: string, port: number): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new Error(
      `port ${port} on ${host} is in use: stop what uses it, or give another --port (0 for any free one)`,
    );
  if (code === 'EACCES') return new Error(`port ${port} needs privileges: give a --port above 1023`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new Error(`host: "${host}" is not an address of this machine`);
  return new Error(`cannot listen on ${host}:${port}: ${message}`);
}
