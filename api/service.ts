/** The running service: engine, lists and HTTP put together over adapters that are handed in. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { tzdataVersion } from '../compliance/index.js';
import type { Clock } from '../dialer/clock.js';
import type { SwitchSettings, Trunk } from '../dialer/core/model.js';
import type { Engine } from '../dialer/engine.js';
import { createListImporter } from '../dialer/lists/list-importer.js';
import { startLiveEngine } from '../dialer/live-engine.js';
import { RunRecorder } from '../dialer/recording/recorder.js';
import type { Store } from '../dialer/store/port.js';
import type { Telephony } from '../dialer/telephony/port.js';
import { ensureAdminKey } from './http/keys.js';
import { createServer } from './http/server.js';

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
  /** Serves /metrics on an address of its own besides. */
  readonly metrics?: { readonly host: string; readonly port: number };
  /** File that the run is recorded to. */
  readonly record?: string;
  readonly version: string;
  /** Called once when the engine cannot go on. */
  readonly onFatal: (error: Error) => void;
}

export interface Service {
  readonly engine: Engine;
  readonly lists: ReturnType<typeof createListImporter>;
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
  const bootState = await store.boot(clock.now());
  const adminKeyFile = await ensureAdminKey(store, options.dataDirectory, clock.now());
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
    contactsChanged: (campaignId) => engine.notify({ type: 'contacts-changed', campaignId }),
  });
  const app = await createServer({
    engine,
    lists,
    logger: log,
    now: () => clock.now(),
    consoleDirectory,
    version: options.version,
    ...(options.defaultCountry === undefined ? {} : { defaultCountry: options.defaultCountry }),
    ...(options.metrics === undefined ? {} : { metricsAddress: options.metrics }),
  });
  let url: string;
  try {
    url = await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await Promise.allSettled([app.close(), lists.close(), engine.stop(0)]);
    await telephony.stop(telephonyStopMilliseconds);
    throw listenError(error, options.host, options.port);
  }

  let stopping: Promise<void> | undefined;
  const stop = async (drainSeconds: number): Promise<void> => {
    // Imports end first: what they accepted is stored, and the campaign draws nothing new from here on.
    await lists.close();
    await engine.stop(drainSeconds);
    await telephony.stop(telephonyStopMilliseconds);
    await app.close();
    await store.close();
  };
  return {
    engine,
    lists,
    url,
    adminKeyFile,
    stop: (drainSeconds) => {
      stopping ??= stop(drainSeconds);
      return stopping;
    },
  };
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
