/** Real Redis servers for tests: started on free ports, without a disk, and stopped at the end. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SERVER = process.env['TACTUS_REDIS_SERVER'] ?? 'redis-server';

/** Why tests with a real Redis cannot run here; undefined when they can. The runner fails in CI for what is skipped. */
export function redisMissing(): string | undefined {
  try {
    const version = Number(
      /v=(\d+)/.exec(execFileSync(SERVER, ['--version'], { encoding: 'utf8' }))?.[1] ?? 0,
    );
    return version >= 7 ? undefined : `redis-server is of version ${version}: install 7 or later`;
  } catch {
    return 'there is no redis-server: install it (apt-get install redis-server), or name it in TACTUS_REDIS_SERVER';
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #settings: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: string, settings: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#settings = settings;
  }

  /** @param settings lines of a configuration, such as `maxmemory 10mb` */
  static async start(settings: readonly string[] = [], sentinel = false): Promise<RedisServer> {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'tactus-redis-'));
    const server = new RedisServer(port, folder, [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      ...(sentinel ? [] : ['save ""', 'appendonly no']),
      ...settings,
    ]);
    await writeFile(join(folder, 'redis.conf'), `${server.#settings.join('\n')}\n`);
    await server.launch(sentinel);
    return server;
  }

  /** Starts it (again) and waits until it answers. */
  async launch(sentinel = false): Promise<void> {
    const child = spawn(SERVER, [join(this.#folder, 'redis.conf'), ...(sentinel ? ['--sentinel'] : [])], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data) => output.push(String(data)));
    for (let tries = 0; ; tries += 1) {
      if (child.exitCode !== null || tries > 500)
        throw new Error(`redis-server did not start: ${output.join('')}`);
      if ((await this.ask('PING').catch(() => '')).startsWith('PONG')) return;
      await delay(20);
    }
  }

  /** The answer of a command, by redis-cli. */
  async ask(...command: readonly string[]): Promise<string> {
    const { stdout } = await run('redis-cli', ['-p', String(this.port), ...command]);
    return stdout.trim();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Kills it, as a crash does. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Servers that belong together, and the URL of the store on them. */
export interface RedisSetup {
  readonly url: string;
  readonly servers: readonly RedisServer[];
  stop(): Promise<void>;
}

export async function singleRedis(settings: readonly string[] = []): Promise<RedisSetup> {
  const server = await RedisServer.start(settings);
  return { url: `redis://127.0.0.1:${server.port}`, servers: [server], stop: () => server.stop() };
}

/** A primary and its replica, watched by three sentinels. */
export async function sentinelRedis(): Promise<RedisSetup> {
  const primary = await RedisServer.start();
  const replica = await RedisServer.start([
    `replicaof 127.0.0.1 ${primary.port}`,
    'repl-diskless-sync-delay 0',
  ]);
  const watch = [
    `sentinel monitor tactus 127.0.0.1 ${primary.port} 2`,
    'sentinel down-after-milliseconds tactus 1000',
    'sentinel failover-timeout tactus 5000',
  ];
  const sentinels = await Promise.all([1, 2, 3].map(() => RedisServer.start(watch, true)));
  const servers = [primary, replica, ...sentinels];
  await until(async () => /master_link_status:up/.test(await replica.ask('INFO', 'replication')));
  for (const sentinel of sentinels)
    await until(async () =>
      /num-other-sentinels\s+2/.test(await sentinel.ask('SENTINEL', 'MASTER', 'tactus')),
    );
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/tactus`,
    servers,
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  };
}

/** Three primaries of a cluster, each with a third of the slots. */
export async function clusterRedis(): Promise<RedisSetup> {
  const settings = async (): Promise<string[]> => [
    'cluster-enabled yes',
    'cluster-node-timeout 2000',
    `cluster-port ${await freePort()}`,
  ];
  const servers = await Promise.all([1, 2, 3].map(async () => RedisServer.start(await settings())));
  const slots = 16_384;
  for (const [i, server] of servers.entries()) {
    const first = Math.floor((slots * i) / servers.length);
    const last = Math.floor((slots * (i + 1)) / servers.length) - 1;
    await server.ask('CLUSTER', 'ADDSLOTSRANGE', String(first), String(last));
    await server.ask('CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1));
  }
  const [first] = servers;
  if (first === undefined) throw new Error('no servers');
  for (const server of servers.slice(1)) {
    const bus = /^cluster-port\n(\d+)/.exec(await server.ask('CONFIG', 'GET', 'cluster-port'))?.[1] ?? '';
    await first.ask('CLUSTER', 'MEET', '127.0.0.1', String(server.port), bus);
  }
  for (const server of servers)
    await until(async () => {
      const info = await server.ask('CLUSTER', 'INFO');
      return /cluster_state:ok/.test(info) && /cluster_known_nodes:3/.test(info);
    });
  return {
    url: `redis+cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    servers,
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  };
}

async function until(is: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await is().catch(() => false)) return;
    await delay(50);
  }
  throw new Error('the Redis servers did not come together');
}
