/**
 * Do-not-call registries at national size: `node dist/bench/dnc.js [--quick] [--seed N]`.
 *
 * Synthetic North American numbers, uniform over 200,000 exchanges: for 10, 50 and 250 million (`--quick`: 10) bits a
 * number, lookups a second of one thread's CPU time (half of them of numbers on the list), time to build, to write and to
 * load the snapshot with its checksum. The yardstick is the plain way: every exchange as 10,000 bits behind a directory.
 * Then a file of ten million lines is imported in a worker, and the lag of this thread's event loop is measured meanwhile.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { NumberSetBuilder } from '../dialer/dnc/number-set-builder.js';
import { TAIL_NUMBERS } from '../dialer/dnc/number-set-layout.js';
import { RegistryCatalogue } from '../dialer/dnc/registry-catalogue.js';
import { createRegistryImporter } from '../dialer/dnc/registry-importer.js';
import { readSnapshot, writeSnapshot } from '../dialer/dnc/snapshot-file.js';
import {
  BATCH,
  batches,
  best,
  EXCHANGES,
  plainBits,
  questions,
  randomFrom,
  rate,
  twoThreads,
} from './dnc-lookups.js';

export interface BenchTable {
  readonly title: string;
  readonly columns: string[];
  readonly rows: (string | number)[][];
  readonly notes?: string[];
}

const LOOKUP_BUDGET = 10e6;
const IMPORT_LINES = 10_000_000;

/** Exchanges in use, as area code × 1000 + exchange, in order. */
function exchanges(random: (below: number) => number): Uint32Array {
  const found = new Set<number>();
  while (found.size < EXCHANGES) found.add((201 + random(340)) * 1000 + 200 + random(800));
  return Uint32Array.from(found).sort();
}

const millions = (n: number): string => `${(n / 1e6).toFixed(1)} M`;
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

async function sizes(amount: number, seed: number, folder: string): Promise<(string | number)[]> {
  const random = randomFrom(seed);
  const blocks = exchanges(random);
  const each = Math.round(amount / EXCHANGES);
  let from = performance.now();
  const builder = new NumberSetBuilder();
  for (const block of blocks) {
    const area = 1000 + Math.floor(block / 1000);
    const first = (block % 1000) * TAIL_NUMBERS;
    for (let i = 0; i < each; i++) builder.add(area, first + random(TAIL_NUMBERS));
  }
  const made = builder.finish();
  const built = performance.now() - from;

  const file = join(folder, 'bench.tdnc');
  const description = {
    list: 'us-national',
    version: 'bench',
    obtainedAt: 0,
    importedAt: 0,
    count: made.size,
  };
  from = performance.now();
  await writeSnapshot(file, description, made);
  const written = performance.now() - from;
  let loaded = Number.POSITIVE_INFINITY;
  // As in a service, which has its sets from their snapshots.
  let set = made;
  for (let round = 0; round < 3; round++) {
    from = performance.now();
    ({ set } = await readSnapshot(file));
    loaded = Math.min(loaded, performance.now() - from);
  }

  const asked = questions(set, blocks, random);
  const { areas, rests, texts } = asked;
  const byParts = rate((i) => set.hasParts(areas[i]!, rests[i]!));
  const byText = rate((i) => set.has(texts[i]!));
  const inBatches = best(batches(set, asked));
  const byTwo = await twoThreads(set, asked);
  const plain = plainBits(set);
  const yardstick = rate((i) => plain.has(areas[i]!, rests[i]!));
  return [
    millions(set.size),
    ((set.buffer.byteLength * 8) / set.size).toFixed(2),
    ((plain.bytes * 8) / set.size).toFixed(2),
    `${millions(byParts)}/s`,
    `${millions(byText)}/s`,
    `${millions(yardstick)}/s`,
    `${millions(inBatches)}/s`,
    `${millions(byTwo)}/s`,
    (inBatches / LOOKUP_BUDGET).toFixed(2),
    seconds(built),
    seconds(written),
    seconds(loaded),
  ];
}

async function writeLines(file: string, lines: number, seed: number): Promise<void> {
  const random = randomFrom(seed);
  const blocks = exchanges(random);
  const each = Math.round(lines / EXCHANGES);
  const out = createWriteStream(file, { highWaterMark: 1 << 20 });
  for (const block of blocks) {
    let text = '';
    for (let i = 0; i < each; i++)
      text += `${Math.floor(block / 1000)}${block % 1000}${String(random(10_000)).padStart(4, '0')}\r\n`;
    if (!out.write(text)) await new Promise<void>((resolve) => out.once('drain', resolve));
  }
  out.end();
  await finished(out);
}

/** The lag of this thread's event loop: resting, then while a worker imports. */
async function importing(lines: number, seed: number, folder: string): Promise<(string | number)[][]> {
  const file = join(folder, 'list.txt');
  await writeLines(file, lines, seed);
  const catalogue = new RegistryCatalogue(join(folder, 'dnc'));
  const importer = createRegistryImporter({
    catalogue,
    now: Date.now,
    countryOf: () => 'US',
    log: { info: () => undefined, warn: () => undefined },
  });
  const measure = async <T>(work: () => Promise<T>): Promise<{ result: T; took: number; lag: string[] }> => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const from = performance.now();
    const result = await work();
    const took = performance.now() - from;
    delay.disable();
    const at = (nanoseconds: number): string => `${(nanoseconds / 1e6).toFixed(1)} ms`;
    return { result, took, lag: [at(delay.percentile(50)), at(delay.percentile(99)), at(delay.max)] };
  };
  const resting = await measure(() => new Promise<void>((resolve) => setTimeout(resolve, 3_000)));
  const busy = await measure(async () => {
    const begun = await importer.start({
      list: 'us-national',
      version: 'bench',
      obtainedAt: Date.now() - 1000,
      source: createReadStream(file),
      by: 'bench',
    });
    return importer.finished(begun.id);
  });
  await importer.close();
  if (busy.result?.state !== 'completed') throw new Error(busy.result?.failure ?? 'the import is gone');
  const { size } = await stat(file);
  return [
    ['nothing going on', '', '', ...resting.lag],
    [
      `import of ${millions(lines)} lines (${(size / 1e6).toFixed(0)} MB)`,
      seconds(busy.took),
      `${millions((lines / busy.took) * 1000)}/s`,
      ...busy.lag,
    ],
  ];
}

/** @param options `quick`: ten million numbers only */
export async function rows(options: { quick: boolean; seed: number }): Promise<BenchTable[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-bench-dnc-'));
  try {
    const amounts = options.quick ? [10e6] : [10e6, 50e6, 250e6];
    const sizeRows: (string | number)[][] = [];
    for (const amount of amounts) sizeRows.push(await sizes(amount, options.seed, folder));
    return [
      {
        title: 'Exact sets of numbers',
        columns: [
          'numbers',
          'bits each',
          '(all bits)',
          'one by one',
          'by text',
          '(all bits)',
          'in batches',
          '2 threads',
          '× budget',
          'build',
          'write',
          'load, checked',
        ],
        rows: sizeRows,
        notes: [
          `Lookups a second of one thread's CPU time, random, half of them on the list, one by one; or in batches of ${BATCH}, as the leads of a lease are looked up, of which one by one waits for memory what a batch waits together. Two threads: batches on the same memory, both together, each with a core to itself.`,
          `The budget is ${millions(LOOKUP_BUDGET)}/s of one thread, in batches.`,
          '"all bits": every exchange as 10,000 bits behind a directory, measured in the same run.',
          'Duplicates are drawn, so the sets are a little smaller than 10, 50 and 250 million. Load: the best of three.',
        ],
      },
      {
        title: "Lag of the main thread's event loop while a worker imports",
        columns: ['', 'took', 'lines', 'p50', 'p99', 'most'],
        rows: await importing(IMPORT_LINES, options.seed, folder),
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const seedAt = process.argv.indexOf('--seed');
  const tables = await rows({
    quick: process.argv.includes('--quick'),
    seed: seedAt > 0 ? Number(process.argv[seedAt + 1]) : 1,
  });
  for (const { title, columns, rows: lines, notes = [] } of tables) {
    const all = [columns, ...lines.map((line) => line.map(String))];
    const widths = columns.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
    process.stdout.write(`${title}\n`);
    for (const line of all)
      process.stdout.write(`  ${line.map((cell, i) => cell.padStart(widths[i]!)).join('  ')}\n`);
    for (const note of notes) process.stdout.write(`  ${note}\n`);
    process.stdout.write('\n');
  }
}
