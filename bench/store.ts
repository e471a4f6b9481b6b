/**
 * The durable store: import, leases, and attempts from intent to result, with a million contacts in the file.
 *
 *   node dist/bench/store.js [--contacts N] [--seconds N] [--folder DIR]
 *
 * Prints figures beside their budgets. The folder decides which disk is measured; the default is the temporary one.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Intent, Lead } from '../dialer/core/model.js';
import { MemoryStoreCore } from '../dialer/store/memory-store.js';
import { openSqliteStore, type SqliteStore } from '../dialer/store/sqlite/sqlite-store.js';
import { BATCH, batchMaker, CAMPAIGN, DAY, ended, intentOf, leaseOf, started } from './attempt-work.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly } from './table.js';

const given = directArguments(import.meta.url, ['contacts', 'seconds', 'folder']);

const START = Date.UTC(2026, 2, 2, 9);

let batchOf = batchMaker(1);

/** The rows of the result, as they come. */
let figures: string[][] = [];

function report(name: string, figure: string, budget = ''): void {
  figures.push([name, figure, budget]);
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

function milliseconds(durations: number[]): string {
  durations.sort((a, b) => a - b);
  return `p50 ${quantile(durations, 0.5).toFixed(1)} p99 ${quantile(durations, 0.99).toFixed(1)} ms`;
}

/** Wall and CPU time (of all threads) that the work took. */
async function timed(work: () => Promise<void>): Promise<{ readonly wall: number; readonly cpu: number }> {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  await work();
  const used = process.cpuUsage(cpu);
  return { wall: (performance.now() - wall) / 1000, cpu: (used.user + used.system) / 1e6 };
}

/** One attempt as the engine makes it: intent, then (once it is durable) its start, later its end. */
async function attempt(store: SqliteStore, lead: Lead, now: number, waits: number[]): Promise<void> {
  const intent = intentOf(lead, now);
  const asked = performance.now();
  const [result] = await store.commitIntents([intent], now);
  waits.push(performance.now() - asked);
  if (result?.committed !== true) return;
  await store.write([started(intent)]);
  await store.write(ended(intent));
}

async function importContacts(store: SqliteStore, contactCount: number, inFlight: number): Promise<void> {
  let next = 0;
  let making = 0;
  const work = async (): Promise<void> => {
    while (next < contactCount) {
      const from = next;
      next += BATCH;
      const asked = performance.now();
      const batch = batchOf(from);
      making += performance.now() - asked;
      await store.addContacts(CAMPAIGN, batch, START);
    }
  };
  const { wall, cpu } = await timed(() => Promise.all(Array.from({ length: inFlight }, work)).then(() => {}));
  const perMillion = (figure: number): string => ((figure / contactCount) * 1e6).toFixed(1);
  report(`import, batches of ${BATCH}, ${inFlight} in flight`, `${Math.round(contactCount / wall)} rows/s`);
  report(
    '… a million contacts',
    `${perMillion(wall)} s, ${perMillion(cpu - making / 1000)} s CPU`,
    'well under 20 s on one core',
  );
}

async function leases(store: SqliteStore, count: number, calls: number, now: number): Promise<Lead[]> {
  const leads: Lead[] = [];
  const durations: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const asked = performance.now();
    leads.push(...(await store.leaseLeads(leaseOf(count, now))).leads);
    durations.push(performance.now() - asked);
  }
  report(`lease of ${count} leads`, milliseconds(durations));
  return leads;
}

/** Attempts at a given rate, as the engine makes them. */
async function paced(
  store: SqliteStore,
  leads: Lead[],
  perSecond: number,
  seconds: number,
  now: number,
): Promise<void> {
  const waits: number[] = [];
  const running: Promise<void>[] = [];
  const { commits } = store.statistics;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const { wall, cpu } = await timed(async () => {
    const began = performance.now();
    for (let made = 0; made < perSecond * seconds; ) {
      const due = Math.min(perSecond * seconds, ((performance.now() - began) / 1000) * perSecond);
      for (; made < due; made += 1) {
        const lead = leads.pop();
        if (lead === undefined) throw new Error('--contacts: too few for so many seconds');
        running.push(attempt(store, lead, now, waits));
      }
      await sleep(2);
    }
    await Promise.all(running);
  });
  delay.disable();
  const made = running.length;
  report(`attempts at ${perSecond}/s`, `${Math.round(made / wall)} attempts/s`, '500/s');
  report('… from the call to the durable intent', milliseconds(waits));
  report('… CPU of both threads', `${((cpu / wall) * 100).toFixed(0)} % of one core`);
  report('… event loop delay of the caller', `p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms`);
  report('… calls for each commit', ((made * 3) / (store.statistics.commits - commits)).toFixed(1));
}

/** As fast as the store takes them, with so many attempts at once. */
async function fullSpeed(store: SqliteStore, leads: Lead[], inFlight: number, now: number): Promise<void> {
  const waits: number[] = [];
  const total = leads.length;
  const { commits } = store.statistics;
  const work = async (): Promise<void> => {
    for (let lead = leads.pop(); lead !== undefined; lead = leads.pop()) {
      await attempt(store, lead, now, waits);
    }
  };
  const { wall, cpu } = await timed(() => Promise.all(Array.from({ length: inFlight }, work)).then(() => {}));
  report(`attempts at full speed, ${inFlight} at once`, `${Math.round(total / wall)} attempts/s`);
  report('… from the call to the durable intent', milliseconds(waits));
  report('… CPU of both threads', `${((cpu / total) * 1e6).toFixed(0)} µs per attempt`);
  report('… calls for each commit', ((total * 3) / (store.statistics.commits - commits)).toFixed(1));
}

/** Time goes on from one measurement to the next. */
let nextStart = START + 3 * DAY;

/** CPU time of so many attempts in microseconds each; without a store, only what its caller does is measured. */
function inMemoryCost(total: number, core: MemoryStoreCore | undefined, sample: Lead): number {
  const open: Intent[] = [];
  const kept: unknown[] = [];
  const leads = Array<Lead>(50).fill(sample);
  let made = 0;
  const cpu = process.cpuUsage();
  // 50 leads of 20,000 each step, and each of them again after two days.
  for (let now = nextStart; made < total; now = nextStart) {
    nextStart += DAY / 200;
    for (const lead of core === undefined ? leads : core.leaseLeads(leaseOf(50, now)).leads) {
      const intent = intentOf(lead, now);
      if (core?.commitIntents([intent], now)[0]?.committed === false) throw new Error('intent refused');
      open.push(intent);
      made += 1;
      const oldest = open.length > 200 ? open.shift() : undefined;
      if (oldest === undefined) continue;
      const writes = ended(oldest);
      if (core !== undefined) core.write(writes);
      else kept[made % 10_000] = [oldest, writes];
    }
  }
  const used = process.cpuUsage(cpu);
  return (used.user + used.system) / made;
}

/** The synchronous store of the simulator: the same attempts, without a disk. */
function inMemory(total: number): void {
  const core = new MemoryStoreCore({ attemptLimit: 10_000, journalLimit: 10_000 });
  for (let from = 0; from < 20_000; from += BATCH) core.addContacts(CAMPAIGN, batchOf(from), START);
  const sample = core.leaseLeads(leaseOf(1, START)).leads[0];
  if (sample === undefined) throw new Error('nothing to lease');
  inMemoryCost(total / 4, core, sample);
  const caller = inMemoryCost(total, undefined, sample);
  const both = inMemoryCost(total, core, sample);
  report('in memory, lease + intent + result', `${(both - caller).toFixed(1)} µs CPU`, '3 µs or so');
  report('… the caller’s own objects', `${caller.toFixed(1)} µs CPU`);
}

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const contacts = given.number('contacts', quick ? 50_000 : 1_000_000, 10_000);
  const seconds = given.number('seconds', quick ? 2 : 5, 1);
  batchOf = batchMaker(seed);
  figures = [];
  const folder = await mkdtemp(join(given.text('folder', tmpdir()), 'tactus-bench-'));
  try {
    const file = join(folder, 'store.db');
    const store = await openSqliteStore({ file });
    await importContacts(store, contacts, 4);
    const bytes = await Promise.all([file, `${file}-wal`].map(async (one) => (await stat(one)).size));
    report(
      '… size of the file and its log',
      `${(bytes.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(0)} MB`,
    );
    const now = START + 1;
    const stages = {
      validation: { tiers: [], contacts: 100 },
      pilot: { tiers: [], share: 0.04 },
      production: { tiers: [] },
    } as const;
    const drawn = await timed(async () => {
      await store.drawSamples({ type: 'draw-samples', campaignId: CAMPAIGN, seed: 'bench', stages });
    });
    report('draw the stage samples', `${(drawn.wall * 1000).toFixed(0)} ms`);
    const leads = await leases(store, 50, 100, now);
    leads.push(...(await leases(store, 500, Math.ceil((seconds * 1000) / 500) + 10, now)));
    const counted = await timed(async () => {
      for (let i = 0; i < 100; i += 1) await store.contactCounts(CAMPAIGN);
    });
    report('count the contacts by stage and state', `${(counted.wall * 10).toFixed(2)} ms`);
    await paced(store, leads, 500, seconds, now);
    await fullSpeed(store, leads.splice(0), 100, now);
    await store.close();
    const reopened = await timed(async () => {
      const again = await openSqliteStore({ file });
      await again.boot(now);
      await again.close();
    });
    report('open, boot and close again', `${(reopened.wall * 1000).toFixed(0)} ms`, '5 s');
    report('memory of the process', `${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  inMemory(quick ? 60_000 : 300_000);
  return [
    {
      title: 'The store',
      columns: ['work', 'figure', 'budget'],
      rows: figures,
      notes: [
        `SQLite with ${contacts.toLocaleString('en')} contacts in the file, on the disk of the folder for temporary files.`,
      ],
    },
  ];
}

await runDirectly(import.meta.url, rows);
