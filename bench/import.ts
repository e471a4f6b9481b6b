/**
 * How fast a list of contacts is imported.
 *
 *     node dist/bench/import.js [ROWS]        (default 1,000,000)
 *
 * Prints numbers read by the short way and by libphonenumber alone, then the import of a generated file: into a store
 * that only counts, which is everything but the database, and into the SQLite store. Run it on a quiet machine.
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { toSettings } from '../api/http/campaign-schema.js';
import { type CampaignRecord, emptyStageCounters } from '../dialer/core/model.js';
import { createListImporter, type ImportReport } from '../dialer/lists/list-importer.js';
import { longWay, readPhoneNumber } from '../dialer/lists/phone-number.js';
import { openStore } from '../dialer/store/index.js';
import type { Store } from '../dialer/store/port.js';

const rows = Number(process.argv[2] ?? 1_000_000);
const BUDGET_SECONDS_PER_MILLION = 30;

const areaCodes = [212, 312, 415, 206, 713, 305, 404, 602, 303, 617];
const zones = ['America/New_York', 'America/Chicago', 'America/Los_Angeles', 'America/Denver'];

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

/** A number that libphonenumber accepts, another for each index. */
function number(index: number): string {
  const area = areaCodes[index % areaCodes.length];
  const line = Math.floor(index / areaCodes.length);
  return `(${area}) ${200 + (Math.floor(line / 10_000) % 800)}-${String(line % 10_000).padStart(4, '0')}`;
}

async function writeList(path: string): Promise<void> {
  const file = createWriteStream(path);
  file.write('id,first name,last name,phone,time zone,state,opt-in,product,note\n');
  for (let index = 0; index < rows; index += 1000) {
    let text = '';
    for (let row = index; row < Math.min(rows, index + 1000); row += 1)
      text += `${row},First${row % 700},"Last ${row % 900}",${number(row)},${zones[row % 4]},CA,yes,Product ${row % 12},"called before, said ""later"""\n`;
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

function perSecond(count: number, milliseconds: number): string {
  return `${Math.round((count / milliseconds) * 1000).toLocaleString('en')}/s`;
}

function timeNumbers(name: string, read: (text: string, country: string) => unknown, count: number): number {
  const texts = Array.from({ length: count }, (_, index) => number(index * 7));
  const begin = performance.now();
  for (const text of texts) read(text, 'US');
  const milliseconds = performance.now() - begin;
  console.log(`numbers, ${name}: ${perSecond(count, milliseconds)}`);
  return milliseconds / count;
}

async function timeImport(
  name: string,
  store: Pick<Store, 'addContacts'>,
  path: string,
  workers: number,
): Promise<void> {
  const lists = createListImporter({ store, now: Date.now, workers });
  const begin = performance.now();
  const cpu = process.cpuUsage();
  const report: ImportReport = await lists.start({ campaignId: 'bench', source: path, defaultCountry: 'US' })
    .done;
  const milliseconds = performance.now() - begin;
  const used = process.cpuUsage(cpu);
  await lists.close();
  if (report.state !== 'completed') throw new Error(report.failure);
  const perMillion = (milliseconds / rows) * 1000;
  console.log(
    `import, ${name}, ${workers} worker${workers > 1 ? 's' : ''}: ${rows.toLocaleString('en')} rows in ${(milliseconds / 1000).toFixed(1)} s, ` +
      `${perSecond(rows, milliseconds)}, ${((used.user + used.system) / 1e6).toFixed(1)} s of CPU; ` +
      `${(perMillion / BUDGET_SECONDS_PER_MILLION).toFixed(2)} of the budget; added ${report.added}, duplicates ${report.duplicates}, rejected ${report.rejected}`,
  );
}

console.log(`${availableParallelism()} cores, Node ${process.version}`);
timeNumbers('short way (warm-up)', readPhoneNumber, 100_000);
const short = timeNumbers('short way', readPhoneNumber, 200_000);
const long = timeNumbers('libphonenumber alone', longWay, 50_000);
console.log(`ratio: ${(long / short).toFixed(1)}`);

const folder = await mkdtemp(join(tmpdir(), 'tactus-bench-'));
try {
  const path = join(folder, 'list.csv');
  await writeList(path);
  const counting: Pick<Store, 'addContacts'> = {
    addContacts: async (_campaign, contacts) => ({ added: contacts.length, duplicates: 0 }),
  };
  for (const workers of [1, 2]) await timeImport('counted only', counting, path, workers);
  const store = await openStore(`sqlite:${join(folder, 'bench.db')}`);
  await store.write([{ type: 'save-campaign', campaign: campaign('bench') }]);
  await timeImport('SQLite', store, path, 1);
  await store.close();
} finally {
  await rm(folder, { recursive: true });
}
