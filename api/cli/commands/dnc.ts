/** `tactus dnc …`: the do-not-call registries of the running service. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { type ApiClient, createClient } from '../client.js';
import { CliError, type Io, printResult } from '../io.js';
import { instant, numberBetween } from '../option-values.js';
import { bytesItem, createProgress, type Progress } from '../progress.js';
import { printable, table } from '../table.js';

const POLL_MILLISECONDS = 200;
const BAD_LINES_SHOWN = 20;
const MEBIBYTE = 1024 * 1024;

interface ImportAnswer {
  readonly id: string;
  readonly list: string;
  readonly version: string;
  readonly state: string;
  readonly received: number;
  readonly read: number;
  readonly lines: number;
  readonly taken: number;
  readonly bad: number;
  readonly badLines: readonly { readonly line: number; readonly reason: string; readonly text?: string }[];
  readonly count?: number;
  readonly failure: string;
}

interface ListAnswer {
  readonly required: boolean;
  readonly items: readonly {
    readonly id: string;
    readonly state: string;
    readonly version?: string;
    readonly obtainedAt?: string;
    readonly ageSeconds?: number;
    readonly maximumAgeSeconds?: number;
    readonly count?: number;
    readonly packs: readonly string[];
    readonly synthetic: boolean;
    readonly problems: readonly string[];
  }[];
}

interface ImportFlags {
  readonly list: string;
  readonly version: string;
  readonly obtainedAt?: number;
  readonly country?: string;
  readonly delta?: boolean;
  readonly base?: string;
  readonly maxBad?: number;
  readonly json?: boolean;
}

async function openFile(file: string, io: Io): Promise<{ stream: Readable; bytes?: number }> {
  if (file === '-') return { stream: io.stdin };
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new CliError(`${file} is a folder: name a file`);
    return { stream: createReadStream(file, { highWaterMark: MEBIBYTE }), bytes: found.size };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}

const OVER = ['completed', 'failed', 'cancelled'];

async function follow(client: ApiClient, begun: ImportAnswer, progress: Progress): Promise<ImportAnswer> {
  let answer = begun;
  while (!OVER.includes(answer.state)) {
    await wait(POLL_MILLISECONDS);
    answer = (await client.get(`/v1/dnc/imports/${encodeURIComponent(begun.id)}`)) as ImportAnswer;
    const note =
      answer.state === 'reading' ? `${answer.taken} numbers, ${answer.bad} bad lines` : answer.state;
    progress.show([bytesItem('read', answer.read, answer.received, note)]);
  }
  return answer;
}

function describeImport({ list, version, count, lines, bad, badLines }: ImportAnswer): string {
  const text = [
    `${list} ${version}: ${count ?? 0} numbers in force, from ${lines} lines, ${bad} of them bad`,
  ];
  for (const { line, reason, text: start } of badLines.slice(0, BAD_LINES_SHOWN))
    text.push(printable(`  line ${line}: ${start === undefined ? '' : `"${start}" `}${reason}`));
  if (bad > BAD_LINES_SHOWN) text.push('  … more with --json');
  return text.join('\n');
}

async function importFile(file: string, flags: ImportFlags, io: Io): Promise<ImportAnswer> {
  if ((flags.delta === true) !== (flags.base !== undefined))
    throw new CliError('--delta and --base go together: say which version the changes are to');
  const client = createClient(io);
  const { stream, bytes } = await openFile(file, io);
  const progress = createProgress({
    stream: io.stderr,
    terminal: io.terminal,
    columns: () => io.columns,
    now: io.now,
  });
  let sent = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      progress.show([bytesItem('sent', sent, bytes)]);
      done(null, chunk);
    },
  });
  stream.on('error', (error) => counted.destroy(error));
  try {
    const begun = (await client.upload(
      `/v1/dnc/lists/${encodeURIComponent(flags.list)}/versions`,
      {
        version: flags.version,
        obtainedAt: flags.obtainedAt === undefined ? undefined : new Date(flags.obtainedAt).toISOString(),
        country: flags.country?.toUpperCase(),
        base: flags.base,
        maximumBadShare: flags.maxBad === undefined ? undefined : String(flags.maxBad),
      },
      stream.pipe(counted),
      'application/octet-stream',
    )) as ImportAnswer;
    return await follow(client, begun, progress);
  } finally {
    stream.destroy();
    progress.end();
  }
}

function days(seconds: number | undefined): string {
  return seconds === undefined ? '' : `${Math.floor(seconds / 86_400)} d`;
}

function describeLists({ required, items }: ListAnswer, all: boolean): string {
  const shown = items.filter((each) => all || each.state !== 'missing');
  const lines = [
    table(
      ['LIST', 'STATE', 'VERSION', 'OBTAINED', 'AGE#', 'AT MOST#', 'NUMBERS#'],
      shown.map((each) => [
        each.id,
        each.synthetic ? 'synthetic' : each.state,
        each.version ?? '',
        each.obtainedAt?.slice(0, 10) ?? '',
        days(each.ageSeconds),
        days(each.maximumAgeSeconds),
        each.count?.toLocaleString('en') ?? '',
      ]),
    ),
  ];
  for (const { id, problems } of items)
    for (const problem of problems) lines.push(printable(`${id}: a snapshot was refused: ${problem}`));
  const missing = items.length - shown.length;
  if (missing > 0) lines.push(`${missing} more that rules ask for are not held: --all shows them`);
  lines.push(
    required
      ? 'calls whose rules ask for a list that is missing or too old are refused'
      : 'calls go out without lists that are missing; one that is held and too old refuses them',
  );
  return lines.join('\n');
}

interface CheckAnswer {
  readonly number: string;
  readonly internal: boolean;
  readonly campaign: boolean;
  readonly registries: readonly string[];
}

function describeCheck({ number, internal, campaign, registries }: CheckAnswer): string {
  const on = [
    ...(internal ? ['the internal list'] : []),
    ...(campaign ? ['the list of the campaign'] : []),
    ...registries,
  ];
  return on.length === 0 ? `${number} is on none of the lists held` : `${number} is on ${on.join(', ')}`;
}

export function addDncCommands(program: Command, io: Io): void {
  const group = program.command('dnc').description('do-not-call lists');

  group
    .command('import')
    .description('import a registry, or the changes to the version in force')
    .argument('<file>', 'one number a line: text, gzip or a zip archive with one file; - for standard input')
    .requiredOption('--list <id>', 'the list, such as us-national')
    .requiredOption('--version <version>', 'the version, such as 2026-11-01')
    .option('--obtained-at <time>', 'when the data were obtained (default: the date of the version)', instant)
    .option('--country <code>', "country of numbers without a country code (default: the list's)")
    .option('--delta', 'the file holds changes: each line says A (added) or D (deleted)')
    .option('--base <version>', 'the version that the changes are to')
    .option('--max-bad <share>', 'share of bad lines above which nothing is imported', numberBetween(0, 1))
    .option('--json', 'print the report as JSON')
    .action(async (file: string, flags: ImportFlags) => {
      const answer = await importFile(file, flags, io);
      printResult(io, flags.json ?? false, answer, () => describeImport(answer));
      if (answer.state !== 'completed')
        throw new CliError(answer.failure || `the import ended as ${answer.state}`);
    });

  group
    .command('lists')
    .description('the registries: which are held, how old they are, which are missing')
    .option('--all', 'also those that rules ask for and that are not held')
    .option('--json', 'print JSON')
    .action(async (flags: { readonly all?: boolean; readonly json?: boolean }) => {
      const answer = (await createClient(io).get('/v1/dnc/lists')) as ListAnswer;
      printResult(io, flags.json ?? false, answer, () => describeLists(answer, flags.all ?? false));
    });

  group
    .command('check')
    .description('which lists hold the number')
    .argument('<number>', 'international (+1…), or as dialled within the default country')
    .option('--campaign <id>', 'also look at the list of this campaign')
    .option('--json', 'print JSON')
    .action(async (number: string, flags: { readonly campaign?: string; readonly json?: boolean }) => {
      const answer = (await createClient(io).get(`/v1/dnc/${encodeURIComponent(number)}`, {
        campaign: flags.campaign,
      })) as CheckAnswer;
      printResult(io, flags.json ?? false, answer, () => describeCheck(answer));
    });
}
