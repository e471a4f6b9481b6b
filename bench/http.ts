/**
 * The HTTP interface beside a bare fastify route on the same machine in the same run: what keys, checks and answers
 * cost. Requests come from this process, so client and server share its core: the ratios count, not the rates,
 * which are per second of processor time.
 *
 *     node dist/bench/http.js [--seconds N]      (of each case)
 */
import type { AddressInfo } from 'node:net';
import autocannon from 'autocannon';
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
}

/** Requests per second of processor time, which other work on the machine does not change much. */
async function run(c: Case, seconds: number): Promise<number> {
  const before = process.cpuUsage();
  const result = await autocannon({
    url: c.url,
    method: c.method ?? 'GET',
    connections: CONNECTIONS,
    duration: seconds,
    ...(c.body === undefined ? {} : { body: c.body }),
    ...(c.headers === undefined ? {} : { headers: c.headers }),
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${c.name}: ${result.non2xx} answers were no success, ${result.errors} requests failed`);
  }
  const { user, system } = process.cpuUsage(before);
  return result.requests.total / ((user + system) / 1e6);
}

export async function rows({ quick }: BenchOptions): Promise<BenchTable[]> {
  const seconds = given.number('seconds', quick ? 1.5 : 6, 0.3) / ROUNDS;
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
  const app = await createServer({ engine, lists, keys });
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
    { name: 'GET /healthz', url: `${server}/healthz` },
    { name: 'GET /overview.json', url: `${server}/overview.json` },
    { name: 'GET /v1/overview', url: `${server}/v1/overview`, headers },
    { name: 'GET /v1/campaigns/{id}', url: `${server}/v1/campaigns/campaign-7`, headers },
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
    let rate = 0;
    let base = 0;
    for (let round = 0; round < ROUNDS; round++) {
      base += (await run(plain, seconds)) / ROUNDS;
      rate += (await run(c, seconds)) / ROUNDS;
    }
    figures.push([c.name, Math.round(rate), Math.round(base), (rate / base).toFixed(2)]);
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
      columns: ['request', 'requests per CPU second', 'bare route', 'ratio'],
      rows: figures,
      notes: [
        `${CAMPAIGNS} campaigns, ${CONNECTIONS} connections; the bare route is fastify with the same answer. Client and server share the core: the ratios count.`,
        `Contacts in batches of ${BATCH}: ${Math.round(perSecond).toLocaleString('en')} a second (in memory, one core). /metrics: ${scrape.toFixed(1)} ms for ${bytes.toLocaleString('en')} bytes.`,
      ],
    },
  ];
}

await runDirectly(import.meta.url, rows);
