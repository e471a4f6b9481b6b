/** The connection to a Redis, whichever way it is set up: every command is answered, or rejects, within about a second. */
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { StoreError } from '../errors.js';
import { storeErrorOf } from './failures.js';
import { describeAddress, parseRedisUrl, type RedisAddress } from './redis-url.js';
import type { Script } from './scripts.js';

export interface ConnectionTimes {
  /** A command without an answer rejects after this many milliseconds. */
  readonly commandMilliseconds: number;
  /** A connection that does not stand after this many milliseconds is tried anew. */
  readonly connectMilliseconds: number;
  /** The longest wait between two tries, milliseconds. */
  readonly retryMilliseconds: number;
}

export const CONNECTION_TIMES: ConnectionTimes = {
  commandMilliseconds: 1000,
  connectMilliseconds: 1000,
  retryMilliseconds: 500,
};

export type RedisArgument = string | number | Uint8Array;

/** Commands to a Redis. What was asked at the same moment travels together. */
export class RedisConnection {
  readonly address: RedisAddress;
  readonly #client: Redis | Cluster;
  readonly #times: ConnectionTimes;
  #closed = false;

  private constructor(address: RedisAddress, client: Redis | Cluster, times: ConnectionTimes) {
    this.address = address;
    this.#times = times;
    this.#client = client;
    // Each command reports its own failure; between them the client goes on trying to connect.
    client.on('error', () => undefined);
  }

  /**
   * @throws StoreError `store_unavailable` when there is no Redis at the address, `store_unsupported` when the URL or the
   * credentials are wrong
   */
  static async open(url: string, times: ConnectionTimes = CONNECTION_TIMES): Promise<RedisConnection> {
    const address = parseRedisUrl(url);
    const connection = new RedisConnection(address, clientFor(address, times), times);
    try {
      await connection.#ready(times.connectMilliseconds * 5);
    } catch (error) {
      connection.close();
      const { code, message } = storeErrorOf(error);
      throw new StoreError(code, `${describeAddress(address)}: ${message}`, { cause: error });
    }
    return connection;
  }

  async #ready(withinMilliseconds: number): Promise<void> {
    const client = this.#client;
    let last: unknown;
    const remember = (error: unknown): void => {
      last = error;
    };
    client.on('error', remember);
    // A node of a cluster that refuses is reported apart.
    client.on('node error', remember);
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        timer = setTimeout(
          () =>
            reject(
              last ?? new StoreError('store_unavailable', 'Redis cannot be reached: check that it runs'),
            ),
          withinMilliseconds,
        );
        client.once('ready', resolve);
        client.connect().catch((error: unknown) => {
          remember(error);
          // A wrong password does not become right by trying again; a server may still be starting.
          if (/NOAUTH|WRONGPASS|NOPERM/.test(String(error))) reject(error);
        });
      });
    } finally {
      clearTimeout(timer);
      client.off('error', remember);
      client.off('node error', remember);
    }
  }

  /** @throws StoreError, see `storeErrorOf` */
  async call(command: string, key: string, ...parameters: readonly RedisArgument[]): Promise<unknown> {
    this.#mustBeOpen();
    try {
      return await this.#client.call(command, key, ...(parameters as (string | number | Buffer)[]));
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Entries of a stream from an id on, as bytes: id, and its fields and values by turns. */
  async entries(
    key: string,
    from: string,
    count: number,
  ): Promise<readonly [id: Buffer, fields: Buffer[]][]> {
    this.#mustBeOpen();
    try {
      return await this.#client.xrangeBuffer(key, from, '+', 'COUNT', count);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** All fields of a hash. */
  async fields(key: string): Promise<ReadonlyMap<string, string>> {
    // The client hands a hash over as an object.
    return new Map(Object.entries((await this.call('hgetall', key)) as Record<string, string>));
  }

  /** Values of keys of one slot; `null` where there is none. */
  async values(keys: readonly string[]): Promise<readonly (string | null)[]> {
    const [first, ...rest] = keys;
    if (first === undefined) return [];
    return (await this.call('mget', first, ...rest)) as (string | null)[];
  }

  /** Runs the script; all keys are of one slot. A server that does not know it is sent its text. */
  async run(script: Script, keys: readonly string[], parameters: readonly RedisArgument[]): Promise<unknown> {
    this.#mustBeOpen();
    const all = [keys.length, ...keys, ...parameters] as [number, ...(string | number | Buffer)[]];
    let answer: unknown;
    try {
      answer = await this.#client.evalsha(script.sha, ...all).catch((error: unknown) => {
        if (!/NOSCRIPT/.test(String(error))) throw error;
        return this.#client.eval(script.source, ...all);
      });
    } catch (error) {
      throw this.#failure(error);
    }
    if (this.address.waitReplicas > 0) await this.#replicated();
    return answer;
  }

  /** Waits until as many replicas as the address asks for have all that this connection has written. */
  async #replicated(): Promise<void> {
    const { waitReplicas } = this.address;
    let taken: number;
    try {
      taken = Number(
        await this.#client.call('wait', waitReplicas, Math.ceil(this.#times.commandMilliseconds / 2)),
      );
    } catch (error) {
      throw this.#failure(error);
    }
    if (taken < waitReplicas)
      throw new StoreError(
        'store_deadline',
        `${taken} of ${waitReplicas} replicas have the write: it is done, and may be lost with its primary`,
      );
  }

  /** One answer of each primary: of the server itself where there is one. */
  async eachPrimary(command: string, ...parameters: readonly string[]): Promise<readonly unknown[]> {
    this.#mustBeOpen();
    const nodes = this.#client instanceof Cluster ? this.#client.nodes('master') : [this.#client];
    try {
      return await Promise.all(nodes.map((node) => node.call(command, ...parameters)));
    } catch (error) {
      throw this.#failure(error);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#client.disconnect();
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new StoreError('store_closed', 'the store is closed: open it again');
  }

  #failure(error: unknown): StoreError {
    return this.#closed
      ? new StoreError('store_closed', 'the store was closed meanwhile: open it again', { cause: error })
      : storeErrorOf(error);
  }
}

function clientFor(address: RedisAddress, times: ConnectionTimes): Redis | Cluster {
  const { kind, hosts, primary, username, password, sentinelPassword, database, tls } = address;
  const wait = (attempt: number): number =>
    Math.min(20 * 2 ** Math.min(attempt, 10), times.retryMilliseconds);
  const shared: RedisOptions = {
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
    ...(tls && { tls: {} }),
    commandTimeout: times.commandMilliseconds,
    connectTimeout: times.connectMilliseconds,
    // A command that cannot leave at once rejects; nothing is sent a second time behind the caller's back.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    keepAlive: 10_000,
    noDelay: true,
  };
  if (kind === 'cluster') {
    const options: ClusterOptions = {
      lazyConnect: true,
      enableAutoPipelining: true,
      enableOfflineQueue: false,
      clusterRetryStrategy: wait,
      slotsRefreshTimeout: times.commandMilliseconds,
      maxRedirections: 4,
      retryDelayOnFailover: 100,
      retryDelayOnClusterDown: 100,
      retryDelayOnTryAgain: 100,
      redisOptions: shared,
    };
    return new Cluster([...hosts], options);
  }
  const options: RedisOptions = {
    ...shared,
    lazyConnect: true,
    enableAutoPipelining: true,
    db: database,
    retryStrategy: wait,
    // After a failover the old primary answers as a replica: look for the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
  const [first] = hosts;
  return kind === 'sentinel'
    ? new Redis({
        ...options,
        sentinels: [...hosts],
        name: primary,
        sentinelRetryStrategy: wait,
        sentinelCommandTimeout: times.commandMilliseconds,
        ...(sentinelPassword !== '' && { sentinelPassword }),
        failoverDetector: true,
      })
    : new Redis({ ...options, host: first?.host ?? 'localhost', port: first?.port ?? 6379 });
}
