/** The page of a run of the benches: Markdown to read, JSON for programs, SVG charts. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { drawTable } from './page-charts.js';
import type { BenchOptions, BenchTable } from './table.js';
import { tableAsMarkdown } from './table.js';

export interface BenchResult {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly seconds: number;
  readonly tables: readonly BenchTable[];
  /** Why there is no result. */
  readonly failure?: string;
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGibibytes: number;
  readonly system: string;
  readonly node: string;
  /** Of the code that ran; empty outside of a git working copy. */
  readonly commit: string;
}

export interface Run {
  readonly machine: Machine;
  readonly startedAt: Date;
  readonly options: BenchOptions;
  /** The benches that were asked for; all when there are none. */
  readonly words: readonly string[];
  /** Load average of a minute at both ends: what else the machine did. */
  readonly load: { readonly before: number; readonly after: number };
  readonly results: readonly BenchResult[];
}

export async function describeMachine(): Promise<Machine> {
  const commit = await promisify(execFile)('git', ['describe', '--always', '--dirty', '--abbrev=10']).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: cpus().length,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    commit,
  };
}

/** Lower case letters and digits with hyphens, for a file name. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/\((r|tm)\)|processor|cpu.*$/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** Writes page, JSON and charts; answers the path of the page. */
export async function writePage(folder: string, run: Run): Promise<string> {
  const { machine, startedAt, options, words } = run;
  await mkdir(folder, { recursive: true });
  const name = [
    startedAt.toISOString().slice(0, 10),
    slug(machine.processor),
    `${machine.cores}-cores`,
    ...words.map(slug),
    ...(options.quick ? ['quick'] : []),
  ].join('-');
  const path = join(folder, `${name}.md`);
  const charts = new Map<BenchTable, string>();
  for (const { name: bench, tables } of run.results) {
    for (const table of tables) {
      const svg = drawTable(table);
      if (svg === undefined) continue;
      const file = `${name}-${bench}-${charts.size + 1}.svg`;
      await writeFile(join(folder, file), svg);
      charts.set(table, file);
    }
  }
  await writeFile(path, markdown(run, charts));
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(run, null, 2)}\n`);
  return path;
}

/** @param charts file of a table's chart, beside the page */
function markdown(run: Run, charts: ReadonlyMap<BenchTable, string>): string {
  const { machine, startedAt, options, load, results } = run;
  const failed = results.filter(({ failure }) => failure !== undefined);
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  const lines = [
    `# Benches, ${startedAt.toISOString().slice(0, 10)}${options.quick ? ' (quick)' : ''}`,
    '',
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGibibytes} GiB; ${machine.system}; Node ${machine.node}${machine.commit === '' ? '' : `; code ${machine.commit}`}.`,
    `Started ${startedAt.toISOString()}, took ${duration(seconds)}; seed ${options.seed}; load average ${load.before.toFixed(1)} before and ${load.after.toFixed(1)} after.`,
    ...(options.quick
      ? ['', 'A quick run shows that the benches work and the order of size. It is no measurement.']
      : []),
    ...(failed.length === 0 ? [] : ['', `**Failed: ${failed.map(({ name }) => name).join(', ')}.**`]),
  ];
  for (const result of results) {
    lines.push(
      '',
      `## ${result.name}`,
      '',
      `\`node dist/bench/${result.name}.js\`, ${duration(result.seconds)}.`,
    );
    if (result.failure !== undefined) lines.push('', '**Failed:**', '', '```', result.failure, '```');
    for (const table of result.tables) {
      lines.push('', tableAsMarkdown(table));
      const chart = charts.get(table);
      if (chart !== undefined) lines.push('', `![${table.title}](${chart})`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function duration(seconds: number): string {
  return seconds < 90 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(1)} min`;
}
