/**
 * How fast a list of contacts is imported.
 *
 *     node dist/bench/import.js [--rows 1000000]
 *
 * Prints numbers read by the short way and by libphonenumber alone, then the import of a generated file: into a store
 * that only counts, which is everything but the database, and into the SQLite store. Run it on a quiet machine.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { toSettings } from '../api/http/campaign-schema.js';
import { type CampaignRecord, emptyStageCounters } from '../dialer/core/model.js';
import { createListImporter, type ImportReport } from '../dialer/lists/list-importer.js';
import { longWay, readPhoneNumber } from '../dialer/lists/phone-number.js';
import { openStore } from '../dialer/store/index.js';
import type { Store } from '../dialer/store/port.js';
import { number, writeList } from './contact-files.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly } from './table.js';

const given = directArguments(import.meta.url, ['rows']);
const BUDGET_SECONDS_PER_MILLION = 30;

function campaign(id: string): CampaignRecord {
  const counters = {
    validation: emptyStageCounters(),
    pilot: emptyStageCounters(),
    production: emptyStageCounters(),
  };
  return {
    settings: toSettings(id, { name: id }),
    createdAt: 0,
    status: 'draft',
    stage: 'validation',
    statusSince: 0,
    reason: '',
    sampled: false,
    counters,
  };
}

/** Microseconds for each number. */
function timeNumbers(read: (text: string, country: string) => unknown, count: number): number {
  const texts = Array.from({ length: count }, (_, index) => number(index * 7));
  const begin = performance.now();
  for (const text of texts) read(text, 'US');
  return ((performance.now() - begin) * 1000) / count;
}

async function timeImport(
  name: string,
  store: Pick<Store, 'addContacts'>,
  path: string,
  length: number,
  workers: number,
): Promise<(string | number)[]> {
  const lists = createListImporter({ store, now: Date.now, workers });
  const begin = performance.now();
  const cpu = process.cpuUsage();
  const report: ImportReport = await lists.start({ campaignId: 'bench', source: path, defaultCountry: 'US' })
    .done;
  const seconds = (performance.now() - begin) / 1000;
  const used = process.cpuUsage(cpu);
  await lists.close();
  if (report.state !== 'completed') throw new Error(report.failure);
  const perMillion = (seconds * 1e6) / length;
  return [
    name,
    workers,
    length,
    seconds.toFixed(1),
    Math.round(length / seconds),
    ((used.user + used.system) / 1e6).toFixed(1),
    `${(perMillion / BUDGET_SECONDS_PER_MILLION).toFixed(2)}×`,
    report.added,
    report.duplicates,
    report.rejected,
  ];
}

export async function rows({ quick }: BenchOptions): Promise<BenchTable[]> {
  const length = given.number('rows', quick ? 50_000 : 1_000_000, 1000);
  timeNumbers(readPhoneNumber, 100_000);
  const short = timeNumbers(readPhoneNumber, 200_000);
  const long = timeNumbers(longWay, 50_000);
  const folder = await mkdtemp(join(tmpdir(), 'tactus-bench-'));
  const imports: (string | number)[][] = [];
  try {
    const path = join(folder, 'list.csv');
    await writeList(path, length);
    const counting: Pick<Store, 'addContacts'> = {
      addContacts: async (_campaign, contacts) => ({ added: contacts.length, duplicates: 0 }),
    };
    for (const workers of [1, 2])
      imports.push(await timeImport('counted only', counting, path, length, workers));
    const store = await openStore(`sqlite:${join(folder, 'bench.db')}`);
    await store.write([{ type: 'save-campaign', campaign: campaign('bench') }]);
    imports.push(await timeImport('SQLite', store, path, length, 1));
    await store.close();
  } finally {
    await rm(folder, { recursive: true });
  }
  return [
    {
      title: 'List import from CSV',
      columns: [
        'into',
        'workers',
        'rows',
        'seconds',
        'rows/s',
        'CPU s',
        'of the budget',
        'added',
        'duplicates',
        'rejected',
      ],
      rows: imports,
      notes: [
        `The budget is ${BUDGET_SECONDS_PER_MILLION} s for a million contacts on two cores; here: ${availableParallelism()}. "Counted only" is everything but the database.`,
        `A phone number is read in ${short.toFixed(2)} µs, by libphonenumber alone in ${long.toFixed(2)} µs (${(long / short).toFixed(1)} times as long).`,
      ],
    },
  ];
}

await runDirectly(import.meta.url, rows);
