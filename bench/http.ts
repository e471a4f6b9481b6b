/**
 * The HTTP interface beside a bare fastify route on the same machine in the same run: what keys, checks and answers
 * cost. Requests come from a process of its own, so that the server's processor time can be told alone: the ratio of that
 * is what a request costs more, whatever else the machine does. It claims: status reads reach 0.7 of the bare route.
 *
 *     node dist/bench/http.js [--seconds N]      (of each case)
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { KeyRing } from '../api/http/identity/keys.js';
import { createServer } from '../api/http/server.js';
import { systemClock } from '../dialer/clock.js';
import { createListImporter } from '../dialer/lists/list-importer.js';
import { startLiveEngine } from '../dialer/live-engine.js';
import { MemoryStore } from '../dialer/store/memory-store.js';
import type { Telephony } from '../dialer/telephony/port.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly } from './table.js';

const ROUNDS = 3;
const CONNECTIONS = 20;
const CAMPAIGNS = 20;
const BATCH = 1_000;
const SCRAPES = 20;
const given = directArguments(import.meta.url, ['seconds']);

const silent: Telephony = {
  switchIds: [],
  start: () => undefined,
  perform: () => undefined,
  stop: async () => undefined,
  statistics: () => [],
};

interface Case {
  readonly name: string;
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
  readonly headers?: Record<string, string>;
  /** A read of the state of things, which has a budget. */
  readonly status?: boolean;
}

/** What autocannon prints with --json, as far as it is read. */
interface Result {
  readonly non2xx: number;
  readonly errors: number;
  readonly duration: number;
  readonly requests: { readonly total: number };
}

const CLIENT = createRequire(import.meta.url).resolve('autocannon/autocannon.js');

/** autocannon as a process of its own. */
async function fire(c: Case, seconds: number): Promise<Result> {
  const headers = Object.entries(c.headers ?? {}).flatMap(([name, value]) => ['-H', `${name}=${value}`]);
  const body = c.body === undefined ? [] : ['-b', c.body];
  const options = ['-j', '-c', String(CONNECTIONS), '-d', String(seconds), '-m', c.method ?? 'GET'];
  const client = spawn(process.execPath, [CLIENT, ...options, ...headers, ...body, c.url], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  client.stdout.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    client.once('error', reject);
    client.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${c.name}: the client ended with ${code}`);
  return JSON.parse(text) as Result;
}

interface Rate {
  /** Requests a second of the server's processor time, which other work on the machine does not change much. */
  readonly perCpuSecond: number;
  readonly perSecond: number;
}

async function run(c: Case, seconds: number): Promise<Rate> {
  const before = process.cpuUsage();
  const result = await fire(c, seconds);
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${c.name}: ${result.non2xx} answers were no success, ${result.errors} requests failed`);
  }
  const { user, system } = process.cpuUsage(before);
  const { total } = result.requests;
  return { perCpuSecond: total / ((user + system) / 1e6), perSecond: total / result.duration };
}

export async function rows({ quick }: BenchOptions): Promise<BenchTable[]> {
  const seconds = given.number('seconds', quick ? 3 : 9, ROUNDS) / ROUNDS;
  const store = new MemoryStore();
  const clock = systemClock();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const engine = await startLiveEngine({
    store,
    bootState: await store.boot(clock.now()),
    telephony: silent,
    clock,
    log,
    switches: [],
    trunks: [],
    timeZoneData: 'bench',
    onFatal: (error) => {
      throw error;
    },
  });
  const lists = createListImporter({ store, now: () => clock.now(), workers: 1 });
  const keys = new KeyRing(store, Date.now, () => undefined);
  const { token } = await keys.issue('bench', 'admin');
  const unlimited = { perSecond: 1_000_000, burst: 10_000_000 };
  const rateLimits = { principal: unlimited, address: unlimited };
  const app = await createServer({ engine, lists, keys, rateLimits });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const server = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

  const bare = fastify();
  // The yardstick answers with the same content as the case beside it, without key, checks and schema.
  let content: unknown;
  bare.get('/', async () => content);
  bare.post('/', async () => content);
  await bare.listen({ port: 0, host: '127.0.0.1' });
  const yardstick = `http://127.0.0.1:${(bare.server.address() as AddressInfo).port}/`;

  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  for (let i = 0; i < CAMPAIGNS; i++) {
    await app.inject({
      method: 'POST',
      url: '/v1/campaigns',
      headers,
      payload: { id: `campaign-${i}`, name: `Campaign ${i}` },
    });
  }
  const dnc = JSON.stringify({ numbers: ['+12125550143'], reason: 'asked not to be called' });

  const cases: readonly Case[] = [
    { name: 'GET /healthz', url: `${server}/healthz`, status: true },
    { name: 'GET /overview.json', url: `${server}/overview.json`, status: true },
    { name: 'GET /v1/overview', url: `${server}/v1/overview`, headers, status: true },
    { name: 'GET /v1/campaigns/{id}', url: `${server}/v1/campaigns/campaign-7`, headers, status: true },
    { name: 'GET /v1/check', url: `${server}/v1/check?number=%2B12125550143`, headers },
    { name: 'POST /v1/dnc (validated, E.164)', url: `${server}/v1/dnc`, method: 'POST', body: dnc, headers },
  ];

  const figures: (string | number)[][] = [];
  for (const c of cases) {
    const { method = 'GET' } = c;
    const plain = {
      name: `bare ${method}`,
      url: yardstick,
      method,
      ...(c.body === undefined ? {} : { body: c.body, headers: { 'content-type': 'application/json' } }),
    };
    const path = c.url.slice(server.length);
    const answer = await app.inject({
      method,
      url: path,
      headers,
      ...(c.body === undefined ? {} : { payload: c.body }),
    });
    content = answer.json();
    // In turns, so that a machine that is busy for a while is so for both.
    const sums = { rate: 0, base: 0, wallRate: 0, wallBase: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const base = await run(plain, seconds);
      const rate = await run(c, seconds);
      sums.base += base.perCpuSecond / ROUNDS;
      sums.rate += rate.perCpuSecond / ROUNDS;
      sums.wallBase += base.perSecond / ROUNDS;
      sums.wallRate += rate.perSecond / ROUNDS;
    }
    figures.push([
      c.name,
      c.status === true ? '≥ 0.7' : '–',
      (sums.wallRate / sums.wallBase).toFixed(2),
      (sums.rate / sums.base).toFixed(2),
      Math.round(sums.rate),
      Math.round(sums.base),
    ]);
  }

  // Contacts in batches, each batch once: validation, E.164, folding of duplicates, and the store.
  const batches = quick ? 10 : 40;
  const began = performance.now();
  for (let b = 0; b < batches; b++) {
    const payload = Array.from({ length: BATCH }, (_, i) => ({
      externalId: `${b}-${i}`,
      name: `Person ${i}`,
      numbers: [`+1212${String(2_000_000 + b * BATCH + i)}`],
      timeZone: 'America/New_York',
      fields: { product: 'fibre', city: 'New York' },
    }));
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/campaigns/campaign-0/contacts',
      headers,
      payload,
    });
    const { added } = answer.json<{ added: number }>();
    if (added !== BATCH) throw new Error(`batch ${b}: ${answer.body.slice(0, 200)}`);
  }
  const perSecond = (batches * BATCH * 1000) / (performance.now() - began);

  const started = performance.now();
  let bytes = 0;
  for (let i = 0; i < SCRAPES; i++)
    bytes = (await app.inject({ method: 'GET', url: '/metrics' })).body.length;
  const scrape = (performance.now() - started) / SCRAPES;

  await app.close();
  await bare.close();
  await lists.close();
  await engine.stop(0);
  await store.close();
  return [
    {
      title: 'HTTP',
      columns: [
        'request',
        'budget',
        'ratio of requests/s',
        "ratio of the server's CPU",
        'requests per CPU second',
        'bare route',
      ],
      rows: figures,
      notes: [
        `${CAMPAIGNS} campaigns, ${CONNECTIONS} connections; the bare route is fastify with the same answer, written by JSON.stringify. The client is a process of its own; the server's CPU is counted alone.`,
        `Contacts in batches of ${BATCH}: ${Math.round(perSecond).toLocaleString('en')} a second (in memory, one core). /metrics: ${scrape.toFixed(1)} ms for ${bytes.toLocaleString('en')} bytes.`,
      ],
    },
  ];
}

await runDirectly(import.meta.url, rows);
