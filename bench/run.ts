/**
 * Runs the benches and writes one page of their results: `npm run bench -- [words] [--quick] [--seed 1] [--folder DIR]
 * [--limit MINUTES]`.
 *
 * A bench is a file in this folder that exports `rows` (see table.ts); with words, one that is named so, or whose name
 * contains the word.
 * Each runs in a process of its own, one after the other, with the flags for node that it exports as `nodeFlags`.
 * One that fails is shown as failed; the others run all the same, and the exit code is 1.
 * The page is Markdown, with the same as JSON and charts as SVG beside it, in bench/results/ unless a folder is given.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type BenchResult, describeMachine, writePage } from './page.js';
import { type BenchOptions, type BenchTable, isDirect, type Rows, say, tableAsMarkdown } from './table.js';

/** What a bench module may export. */
interface BenchModule {
  readonly rows: Rows;
  readonly nodeFlags?: readonly string[];
}

/** What the process of one bench tells. */
type Outcome = { readonly tables: BenchTable[] } | { readonly failure: string };

const OWN_FOLDER = dirname(fileURLToPath(import.meta.url));
const RESULTS = join(OWN_FOLDER, '../../bench/results');
const DEFAULT_LIMIT_MINUTES = { quick: 5, full: 60 } as const;
/** The page begins with the pacing and the engine; what is not named comes after, by its name. */
const FIRST = ['pacing', 'pacing-', 'virtual-time', 'dst', 'engine-load', 'compliance', 'dnc'];

/** Files of benches in the folder whose names contain one of the words, in the order of the page. */
async function findBenches(words: readonly string[]): Promise<string[]> {
  const names: string[] = [];
  const files = await readdir(OWN_FOLDER);
  // A word that is the whole name of one means that one.
  const exact = new Set(files.map((file) => file.replace(/\.js$/, '')));
  for (const file of files) {
    if (!file.endsWith('.js')) continue;
    const name = file.slice(0, -'.js'.length);
    if (words.length > 0 && !words.some((word) => (exact.has(word) ? name === word : name.includes(word))))
      continue;
    // By its text, since importing a file that is no bench might do something.
    const text = await readFile(join(OWN_FOLDER, file), 'utf8');
    if (/^export (async )?(function|const) rows\b/m.test(text)) names.push(name);
  }
  const place = (name: string): number => {
    const exact = FIRST.indexOf(name);
    if (exact >= 0) return exact;
    const like = FIRST.findIndex((first) => name.startsWith(first));
    return like < 0 ? FIRST.length : like;
  };
  return names.sort((a, b) => place(a) - place(b) || a.localeCompare(b));
}

function moduleOf(name: string): Promise<BenchModule> {
  return import(pathToFileURL(join(OWN_FOLDER, `${name}.js`)).href) as Promise<BenchModule>;
}

/** The bench under way, which has to end with this process. */
let toEnd: ChildProcess | undefined;

/** Runs a bench in a process of its own, and ends what that started when it is over. */
async function runBench(name: string, options: BenchOptions, limitMinutes: number): Promise<BenchResult> {
  const started = performance.now();
  let outcome: Outcome | undefined;
  let child: ChildProcess | undefined;
  let limit: NodeJS.Timeout | undefined;
  try {
    const { nodeFlags = [] } = await moduleOf(name);
    const running = fork(
      fileURLToPath(import.meta.url),
      ['--one', name, '--seed', String(options.seed), ...(options.quick ? ['--quick'] : [])],
      // A group of its own, so that it can be ended with all it started.
      { execArgv: [...nodeFlags], stdio: ['ignore', 2, 2, 'ipc'], detached: true },
    );
    child = running;
    toEnd = running;
    running.on('message', (message: Outcome) => {
      outcome = message;
    });
    limit = setTimeout(() => {
      outcome = { failure: `not done after ${limitMinutes} minutes` };
      endGroup(running);
    }, limitMinutes * 60_000);
    const ended = await new Promise<string>((resolve, reject) => {
      running.once('error', reject);
      running.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    outcome ??= { failure: `the bench ended without a result (${ended})` };
  } catch (error) {
    outcome = { failure: (error as Error).stack ?? String(error) };
  } finally {
    clearTimeout(limit);
    if (child !== undefined) endGroup(child);
    toEnd = undefined;
  }
  const seconds = (performance.now() - started) / 1000;
  return 'failure' in outcome
    ? { name, seconds, tables: [], failure: withoutRoot(outcome.failure) }
    : { name, seconds, tables: outcome.tables };
}

/** Without where the project lies on this machine: the page is for others. */
function withoutRoot(text: string): string {
  const root = join(OWN_FOLDER, '../..');
  return text.replaceAll(`${pathToFileURL(root).href}/`, '').replaceAll(`${root}/`, '');
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // All of it has ended already.
  }
}

/** In the process of one bench. */
async function runOne(name: string, options: BenchOptions): Promise<void> {
  let outcome: Outcome;
  try {
    const { rows } = await moduleOf(name);
    const tables = await rows(options);
    const wrong = tables.flatMap(({ title, columns, rows: lines }) =>
      lines.some((line) => line.length !== columns.length) ? [title] : [],
    );
    outcome =
      tables.length === 0
        ? { failure: 'the bench gave no table' }
        : wrong.length > 0
          ? { failure: `rows and columns differ in number: ${wrong.join(', ')}` }
          : { tables };
  } catch (error) {
    outcome = { failure: (error as Error).stack ?? String(error) };
  }
  await new Promise((resolve) => process.send?.(outcome, resolve));
  process.exit(0);
}

async function runAll(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      folder: { type: 'string', default: RESULTS },
      limit: { type: 'string' },
      one: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error(`--seed is ${values.seed}: give a whole number`);
  const limitMinutes = Number(values.limit ?? DEFAULT_LIMIT_MINUTES[values.quick ? 'quick' : 'full']);
  if (!(limitMinutes > 0)) throw new Error(`--limit is ${values.limit}: give minutes above 0`);
  const options: BenchOptions = { quick: values.quick, seed };
  if (values.one !== undefined) return runOne(values.one, options);

  const names = await findBenches(positionals);
  if (names.length === 0) {
    throw new Error(
      `no bench is named like ${positionals.join(', ')}: there are ${(await findBenches([])).join(', ')}`,
    );
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      if (toEnd !== undefined) endGroup(toEnd);
      process.exit(130);
    });
  }
  const machine = await describeMachine();
  const startedAt = new Date();
  const loadBefore = loadavg()[0] ?? 0;
  const results: BenchResult[] = [];
  for (const name of names) {
    say(`\n## ${name} (${results.length + 1} of ${names.length})`);
    const result = await runBench(name, options, limitMinutes);
    results.push(result);
    say(
      result.failure === undefined ? `done in ${result.seconds.toFixed(0)} s` : `failed: ${result.failure}`,
    );
    for (const table of result.tables) process.stdout.write(`\n${tableAsMarkdown(table)}\n`);
  }
  const page = await writePage(values.folder, {
    machine,
    startedAt,
    options,
    words: positionals,
    load: { before: loadBefore, after: loadavg()[0] ?? 0 },
    results,
  });
  const failed = results.filter(({ failure }) => failure !== undefined);
  process.stdout.write(
    `\n${results.length - failed.length} benches done, ${failed.length} failed; the page is ${page}\n`,
  );
  if (failed.length > 0) process.exitCode = 1;
}

if (isDirect(import.meta.url)) {
  try {
    await runAll();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 2;
  }
}
