/**
 * The test runner: runs the compiled tests in `dist/test` with Node's own runner, two files at a time (those that are held
 * to a time on the whole machine first, and alone), and ends in one plain line `N passed, N failed` (and `, N skipped` if any were).
 *
 * `npm test` runs everything; `npm test -- lists engine` runs the files whose path contains one of the words;
 * a path of a `.js` file runs that file. A test is a `t.test(…)` without tests inside it; the assertions in
 * it are not counted. A file that runs no test fails; with `CI=true` a skipped test fails as well, and so does one
 * that asserts nothing, which tap reports as skipped.
 */
import { existsSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect, stripVTControlCharacters } from 'node:util';

const CONCURRENCY = 2;
/** A million calls in five minutes are promised for two cores, which it uses both. */
const ALONE: readonly string[] = ['dst/dst.test.js'];
const FILE_TIMEOUT_MILLISECONDS = 30 * 60 * 1000;
/** tap gives a file 30 s unless told otherwise, which a busy machine does not keep. */
const TAP_TIMEOUT_SECONDS = 1_800;
/** Output of one file that is kept to be shown if the file fails. */
const OUTPUT_LIMIT = 64 * 1024;

interface FileReport {
  passed: number;
  failed: number;
  skipped: number;
  output: string;
  /** Whether a test was seen since the last end of a test, by nesting: tells groups from tests. */
  readonly inner: boolean[];
  readonly innerFailed: boolean[];
}

interface ResultData {
  readonly name: string;
  readonly nesting: number;
  readonly file?: string | undefined;
  readonly skip?: string | boolean | undefined;
  readonly todo?: string | boolean | undefined;
  readonly details: { readonly duration_ms?: number; readonly type?: string; readonly error?: unknown };
}

const testFolder = fileURLToPath(new URL('.', import.meta.url));
const root = resolve(testFolder, '../..');

/** Compiled tests whose source still exists, sorted by path. */
async function compiledTests(): Promise<string[]> {
  const entries = await readdir(testFolder, { recursive: true });
  return entries
    .filter((entry) => entry.endsWith('.test.js'))
    .filter((entry) => existsSync(join(root, 'test', entry.replace(/\.js$/, '.ts'))))
    .map((entry) => join(testFolder, entry))
    .sort();
}

async function select(filters: readonly string[]): Promise<string[]> {
  const explicit = filters
    .filter((filter) => filter.endsWith('.js') && existsSync(filter))
    .map((f) => resolve(f));
  const words = filters
    .filter((filter) => !(filter.endsWith('.js') && existsSync(filter)))
    .map((filter) =>
      filter
        .replace(/^\.\//, '')
        .replace(/^dist\//, '')
        .replace(/\.(ts|js)$/, ''),
    );
  if (explicit.length > 0 && words.length === 0) return explicit;
  const all = await compiledTests();
  if (words.length === 0) return all;
  const chosen = all.filter((file) => {
    const path = `test/${relative(testFolder, file).split(sep).join('/')}`;
    return words.some((word) => path.includes(word));
  });
  return [...explicit, ...chosen];
}

function describeError(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const text = typeof cause === 'string' ? cause : inspect(cause, { depth: 4 });
  return process.stdout.isTTY ? text : stripVTControlCharacters(text);
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

async function main(): Promise<number> {
  const filters = process.argv.slice(2);
  // Results name a file by its real path.
  const files = (await select(filters)).map((file) => realpathSync(file));
  if (files.length === 0) {
    console.error(
      filters.length === 0
        ? 'no compiled tests in dist/test: run "npm run build" first'
        : `no test file matches ${filters.join(', ')}`,
    );
    console.log('0 passed, 1 failed');
    return 1;
  }
  const reports = new Map<string, FileReport>();
  const failures: string[] = [];
  const reportOf = (file: string): FileReport => {
    let report = reports.get(file);
    if (report === undefined) {
      report = { passed: 0, failed: 0, skipped: 0, output: '', inner: [], innerFailed: [] };
      reports.set(file, report);
    }
    return report;
  };
  const name = (file: string): string =>
    file === '' ? 'a test file' : relative(root, file).split(sep).join('/');
  /** File whose results come in: a skipped test is reported without one. */
  let current = '';

  const onResult = (data: ResultData, ok: boolean): void => {
    const file = data.file ?? current;
    current = file;
    const report = reportOf(file);
    const { nesting } = data;
    if (data.name === file) {
      // The file itself: it has no tests, or it broke before its first one.
      report.failed += 1;
      failures.push(
        ok
          ? `${name(file)}: runs no test`
          : `${name(file)}: broke outside its tests\n${indent(describeError(data.details.error))}`,
      );
      return;
    }
    if (data.skip !== undefined || data.todo !== undefined) {
      report.skipped += 1;
      failures.push(
        data.skip === true
          ? `${name(file)}: "${data.name}" is skipped or asserts nothing (end a property with t.pass())`
          : `${name(file)}: "${data.name}" is skipped: ${data.skip ?? 'to do'}`,
      );
      report.inner[nesting] = true;
      return;
    }
    const isTest = data.details.type === 'suite' || nesting === 0;
    if (!isTest) {
      if (!ok)
        failures.push(
          `${name(file)}: assertion "${data.name}"\n${indent(describeError(data.details.error))}`,
        );
      return;
    }
    const isGroup = report.inner[nesting + 1] === true;
    const failedInside = report.innerFailed[nesting + 1] === true;
    report.inner[nesting + 1] = false;
    report.innerFailed[nesting + 1] = false;
    report.inner[nesting] = true;
    if (!ok) {
      report.innerFailed[nesting] = true;
      if (!isGroup || !failedInside) {
        report.failed += 1;
        failures.push(`${name(file)}: FAILED "${data.name}"\n${indent(describeError(data.details.error))}`);
      }
    } else if (!isGroup) report.passed += 1;
  };

  const broken = new Map<string, unknown>();
  process.env['TAP_TIMEOUT'] ??= String(TAP_TIMEOUT_SECONDS);
  const isAlone = (file: string): boolean => ALONE.includes(relative(testFolder, file).split(sep).join('/'));
  const runFiles = async (chosen: readonly string[], concurrency: number): Promise<void> => {
    if (chosen.length === 0) return;
    const stream = run({ files: [...chosen], concurrency, timeout: FILE_TIMEOUT_MILLISECONDS });
    stream.on('test:pass', (data) => onResult(data as ResultData, true));
    stream.on('test:fail', (data) => onResult(data as ResultData, false));
    for (const kind of ['test:stdout', 'test:stderr'] as const) {
      stream.on(kind, (data) => {
        const report = reportOf(data.file);
        if (report.output.length < OUTPUT_LIMIT) report.output += data.message;
      });
    }
    // Not in the types of Node 20's stream, but emitted: the end of each file, as it happens.
    (stream as NodeJS.EventEmitter).on(
      'test:complete',
      (data: ResultData & { details: { passed: boolean } }) => {
        if (data.name !== data.file) return;
        const seconds = ((data.details.duration_ms ?? 0) / 1000).toFixed(1);
        console.log(`${data.details.passed ? 'ok  ' : 'FAIL'} ${name(data.file)} (${seconds} s)`);
        if (!data.details.passed) broken.set(data.file, data.details.error);
      },
    );
    stream.resume();
    await new Promise<void>((done, reject) => {
      stream.once('end', done);
      stream.once('error', reject);
    });
  };
  await runFiles(files.filter(isAlone), 1);
  await runFiles(
    files.filter((file) => !isAlone(file)),
    CONCURRENCY,
  );

  for (const file of files) {
    const report = reportOf(file);
    if (report.failed === 0 && broken.has(file)) {
      report.failed += 1;
      failures.push(
        `${name(file)}: its tests passed, but the file failed\n${indent(describeError(broken.get(file)))}`,
      );
    }
    if (report.failed > 0 && report.output !== '')
      failures.push(`${name(file)}: output\n${indent(report.output)}`);
  }
  if (failures.length > 0) console.log(`\n${failures.join('\n')}\n`);

  let [passed, failed, skipped] = [0, 0, 0];
  for (const report of reports.values()) {
    passed += report.passed;
    failed += report.failed;
    skipped += report.skipped;
  }
  const strict = process.env['CI'] !== undefined && process.env['CI'] !== '' && process.env['CI'] !== 'false';
  if (strict) failed += skipped;
  if (passed + failed === 0) failed = 1;
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
