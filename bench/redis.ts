/**
 * The Redis store beside the SQLite store: import, leases, intents, and attempts from intent to result.
 *
 *   node dist/bench/redis.js [--contacts N] [--attempts N] [--flight N]
 *
 * It starts redis-server processes of its own (one, then a Cluster of three), without an append-only file; all of them and
 * Node share this machine's cores. The SQLite store is measured in the same run, by the same work, on the disk of the folder
 * for temporary files.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Intent, Lead } from '../dialer/core/model.js';
import type { Store } from '../dialer/store/port.js';
import { openRedisStore } from '../dialer/store/redis/redis-store.js';
import { openSqliteStore } from '../dialer/store/sqlite/sqlite-store.js';
import { clusterRedis, type RedisSetup, redisMissing, singleRedis } from '../test/support/redis-servers.js';
import { BATCH, batchMaker, CAMPAIGN, ended, intentOf, leaseOf, started } from './attempt-work.js';
import { cpuSeconds } from './process-figures.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly, say } from './table.js';

const given = directArguments(import.meta.url, ['contacts', 'attempts', 'flight']);

const START = Date.UTC(2026, 2, 2, 9);
/** Leads of one lease. */
const LEASED_AT_ONCE = 50;
const IMPORTS_IN_FLIGHT = 4;

/** A store, and what can be known of the servers under it. */
interface Bench {
  readonly name: string;
  readonly store: Store;
  /** CPU time of all servers so far, seconds; 0 without servers. */
  serverSeconds(): number;
  /** Memory that records take in all servers, bytes; undefined without servers. */
  memory(): Promise<number | undefined>;
}

interface Work {
  readonly contacts: number;
  readonly attempts: number;
  readonly flight: number;
  readonly seed: number;
}

/** Does the work for each of the items, so many at once. */
async function each<T>(
  items: readonly T[],
  flight: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as T);
  };
  await Promise.all(Array.from({ length: flight }, worker));
}

/** The rows of one store. */
async function measure(bench: Bench, work: Work): Promise<(string | number)[][]> {
  const { name, store } = bench;
  const rows: (string | number)[][] = [];
  const timed = async (what: string, count: number, run: () => Promise<void>): Promise<void> => {
    const [own, servers, began] = [process.cpuUsage(), bench.serverSeconds(), performance.now()];
    await run();
    const wall = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(own);
    const server = bench.serverSeconds() - servers;
    say(`${name}: ${what} ${Math.round(count / wall)}/s`);
    rows.push([
      name,
      what,
      Math.round(count / wall),
      wall.toFixed(2),
      ((user + system) / 1e6).toFixed(2),
      server.toFixed(2),
    ]);
  };
  const size = (what: string, bytes: number | undefined, count: number): void => {
    if (bytes !== undefined) rows.push([name, what, Math.round(bytes / count), '', '', '']);
  };

  const batches = Array.from({ length: Math.ceil(work.contacts / BATCH) }, (_, i) => i * BATCH);
  const makeBatch = batchMaker(work.seed);
  const lists = batches.map((from) => makeBatch(from));
  const empty = await bench.memory();
  await timed(
    `contacts imported, batches of ${BATCH}, ${IMPORTS_IN_FLIGHT} at once`,
    batches.length * BATCH,
    () => each(lists, IMPORTS_IN_FLIGHT, (list) => store.addContacts(CAMPAIGN, list, START)),
  );
  const filled = await bench.memory();
  size('bytes of memory for a contact', difference(filled, empty), batches.length * BATCH);

  const now = START + 1;
  const leads: Lead[] = [];
  const leases = Array.from({ length: Math.ceil((2 * work.attempts) / LEASED_AT_ONCE) }, (_, i) => i);
  await timed(`leads leased, ${LEASED_AT_ONCE} at a time`, leases.length * LEASED_AT_ONCE, () =>
    each(leases, 1, async () => {
      leads.push(...(await store.leaseLeads(leaseOf(LEASED_AT_ONCE, now))).leads);
    }),
  );
  if (leads.length < 2 * work.attempts) throw new Error('--contacts: too few for so many attempts');

  const intents = leads.splice(0, work.attempts).map((lead) => intentOf(lead, now));
  await timed(`intents with caps, ${work.flight} at once`, intents.length, () =>
    each(intents, work.flight, async (intent) => committed(store, intent, now)),
  );
  await each(intents, work.flight, (intent) => store.write(ended(intent)));

  const before = await bench.memory();
  const attempts = leads.splice(0, work.attempts);
  await timed(`attempts from intent to result, ${work.flight} at once`, attempts.length, () =>
    each(attempts, work.flight, async (lead) => {
      const intent = intentOf(lead, now);
      await committed(store, intent, now);
      await store.write([started(intent)]);
      await store.write(ended(intent));
    }),
  );
  size('bytes of memory for an attempt', difference(await bench.memory(), before), attempts.length);
  return rows;
}

const difference = (after: number | undefined, before: number | undefined): number | undefined =>
  after === undefined || before === undefined ? undefined : after - before;

async function committed(store: Store, intent: Intent, now: number): Promise<void> {
  const [result] = await store.commitIntents([intent], now);
  if (result?.committed !== true) throw new Error(`the intent was refused: ${JSON.stringify(result)}`);
}

async function onSqlite(work: Work): Promise<(string | number)[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-bench-'));
  try {
    const store = await openSqliteStore({ file: join(folder, 'store.db') });
    const none = { serverSeconds: () => 0, memory: async () => undefined };
    const rows = await measure({ name: 'SQLite', store, ...none }, work);
    await store.close();
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function onRedis(
  name: string,
  start: () => Promise<RedisSetup>,
  work: Work,
): Promise<(string | number)[][]> {
  const setup = await start();
  try {
    const infos = (section: string): Promise<string[]> =>
      Promise.all(setup.servers.map((server) => server.ask('INFO', section)));
    const pids = (await infos('server')).map((info) => figureOf(info, 'process_id'));
    const store = await openRedisStore({ url: setup.url });
    const rows = await measure(
      {
        name,
        store,
        serverSeconds: () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
        memory: async () => {
          const used = (await infos('memory')).map((info) => figureOf(info, 'used_memory_dataset'));
          return used.reduce((sum, bytes) => sum + bytes, 0);
        },
      },
      work,
    );
    await store.close();
    return rows;
  } finally {
    await setup.stop();
  }
}

/** A line of Redis' INFO. */
function figureOf(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? Number.NaN);
}

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const missing = redisMissing();
  if (missing !== undefined) throw new Error(missing);
  const work: Work = {
    contacts: given.number('contacts', quick ? 10_000 : 100_000, BATCH),
    attempts: given.number('attempts', quick ? 1000 : 10_000, LEASED_AT_ONCE),
    flight: given.number('flight', 100, 1),
    seed,
  };
  const all = [
    ...(await onSqlite(work)),
    ...(await onRedis('Redis', () => singleRedis(), work)),
    ...(await onRedis('Redis Cluster of 3', clusterRedis, work)),
  ];
  return [
    {
      title: 'The Redis store beside SQLite',
      columns: ['store', 'work', 'a second, or bytes', 'wall s', 'CPU s of Node', 'CPU s of redis-server'],
      rows: all,
      notes: [
        `${work.contacts.toLocaleString('en')} contacts, ${work.attempts.toLocaleString('en')} attempts. One process of Node; the servers run on the same machine, without an append-only file and without replicas. SQLite commits to the disk; its thread counts as Node's.`,
        'An attempt is an intent, the write of its start and the write of its end, each awaited. Memory is what Redis counts as its data set, all servers together; an attempt with its two events, and with what its contact then says of it.',
      ],
    },
  ];
}

await runDirectly(import.meta.url, rows);
