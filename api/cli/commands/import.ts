/** `tactus import FILE`: a list of contacts, CSV or NDJSON, goes to a campaign of the running service. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { type ApiClient, createClient } from '../client.js';
import { CliError, type Io, printResult } from '../io.js';
import { collect } from '../option-values.js';
import { save } from '../output.js';
import { bytesItem, createProgress, type Progress } from '../progress.js';
import { pairs, printable, table } from '../table.js';

const POLL_MILLISECONDS = 200;
const ERRORS_SHOWN = 20;
const PREVIEW_BYTES = 128 * 1024;
const ROLES = [
  'numbers',
  'name',
  'externalId',
  'timeZone',
  'region',
  'postalCode',
  'party',
  'numberClass',
  'country',
  'consent',
  'consentLevel',
  'consentSource',
  'consentEvidence',
  'consentAt',
  'consentExpires',
  'fields',
];

interface ImportAnswer {
  readonly id: string;
  readonly state: string;
  readonly rows: number;
  readonly added: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly errors: readonly { readonly line: number; readonly field: string; readonly reason: string }[];
  readonly failure: string;
}

interface ImportFlags {
  readonly campaign: string;
  readonly country?: string;
  readonly map?: readonly string[];
  readonly list?: string;
  readonly format?: 'csv' | 'ndjson';
  readonly errors?: string;
  readonly preview?: boolean;
  readonly json?: boolean;
}

/** `numbers=phone,mobile` becomes the query of the request. */
function readMapping(entries: readonly string[]): Record<string, string> {
  const mapping: Record<string, string> = {};
  for (const entry of entries) {
    const equals = entry.indexOf('=');
    const role = entry.slice(0, Math.max(0, equals));
    if (!ROLES.includes(role))
      throw new CliError(`--map: "${entry}" must be ROLE=COLUMN with one of ${ROLES.join(', ')}`);
    mapping[role] = entry.slice(equals + 1);
  }
  return mapping;
}

async function openList(file: string, io: Io): Promise<{ stream: Readable; bytes?: number }> {
  if (file === '-') return { stream: io.stdin };
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new CliError(`${file} is a folder: name a CSV file`);
    return { stream: createReadStream(file), bytes: found.size };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}

function mediaTypeOf(file: string, format: ImportFlags['format']): string {
  const known = format ?? (/\.(?:ndjson|jsonl)$/i.test(file) ? 'ndjson' : 'csv');
  return known === 'ndjson' ? 'application/x-ndjson' : 'text/csv';
}

interface PreviewAnswer {
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly rows: readonly {
    readonly line: number;
    readonly contact?: {
      readonly externalId: string;
      readonly name: string;
      readonly numbers: readonly string[];
    };
    readonly problems: readonly { readonly field: string; readonly reason: string }[];
  }[];
}

/** What the service takes the columns for, and the first rows. */
async function previewList(file: string, flags: ImportFlags, io: Io): Promise<void> {
  const client = createClient(io);
  const { stream } = await openList(file, io);
  try {
    const answer = (await client.upload(
      `/v1/campaigns/${encodeURIComponent(flags.campaign)}/imports/preview`,
      { ...readMapping(flags.map ?? []), defaultCountry: flags.country?.toUpperCase() },
      Readable.from([await beginning(stream)]),
      mediaTypeOf(file, flags.format),
    )) as PreviewAnswer;
    printResult(io, flags.json ?? false, answer, () =>
      [
        pairs(Object.entries(answer.columns).map(([role, names]) => [role, names.join(', ')] as const)),
        '',
        table(
          ['LINE#', 'KEY', 'NAME', 'NUMBERS', 'PROBLEMS'],
          answer.rows.map(({ line, contact, problems }) => [
            String(line),
            contact?.externalId ?? '',
            contact?.name ?? '',
            contact?.numbers.join(' ') ?? 'left out',
            problems.map(({ field, reason }) => `${field} ${reason}`.trim()).join('; '),
          ]),
        ),
      ].join('\n'),
    );
  } finally {
    stream.destroy();
  }
}

async function beginning(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= PREVIEW_BYTES) break;
  }
  return Buffer.concat(chunks);
}

/** Follows the import until it is over. */
async function follow(client: ApiClient, begun: ImportAnswer, progress: Progress): Promise<ImportAnswer> {
  let answer = begun;
  while (answer.state === 'running') {
    await wait(POLL_MILLISECONDS);
    answer = (await client.get(`/v1/imports/${encodeURIComponent(begun.id)}`)) as ImportAnswer;
    const note = `${answer.duplicates} duplicates, ${answer.rejected} rejected`;
    progress.show([{ label: 'stored', done: answer.added, note }]);
  }
  return answer;
}

function describe(answer: ImportAnswer): string {
  const { rows, added, duplicates, rejected, errors } = answer;
  const lines = [
    `${rows} rows: ${added} contacts added, ${duplicates} duplicates folded, ${rejected} rows rejected`,
  ];
  for (const { line, field, reason } of errors.slice(0, ERRORS_SHOWN))
    lines.push(printable(`  line ${line}: ${field === '' ? 'the row' : `"${field}"`} ${reason}`));
  if (errors.length > ERRORS_SHOWN) lines.push('  … more with --json');
  return lines.join('\n');
}

async function importList(file: string, flags: ImportFlags, io: Io): Promise<ImportAnswer> {
  const client = createClient(io);
  const mapping = readMapping(flags.map ?? []);
  const path = `/v1/campaigns/${encodeURIComponent(flags.campaign)}`;
  // Before a large file is sent for nothing.
  await client.get(path);
  const { stream, bytes } = await openList(file, io);
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
    const query = { ...mapping, defaultCountry: flags.country?.toUpperCase() };
    const named = {
      ...query,
      list: flags.list,
      source: file === '-' ? undefined : basename(file).slice(0, 200),
    };
    const type = mediaTypeOf(file, flags.format);
    const begun = (await client.upload(`${path}/imports`, named, stream.pipe(counted), type)) as ImportAnswer;
    return await follow(client, begun, progress);
  } finally {
    stream.destroy();
    progress.end();
  }
}

export function addImportCommand(program: Command, io: Io): void {
  program
    .command('import')
    .description('add a list of contacts, CSV or NDJSON, to a campaign')
    .argument('<file>', 'file, or - for standard input')
    .requiredOption('--campaign <id>', 'campaign that the contacts are for')
    .option('--country <code>', 'country of numbers without a country code, such as US')
    .option(
      '--map <role=column>',
      `which column holds what (${ROLES.join(', ')}), when its header does not tell; may be repeated`,
      collect,
    )
    .option('--list <name>', 'list of the campaign that they go to; main when absent')
    .addOption(
      new Option('--format <format>', 'of the file; told by its name when absent').choices(['csv', 'ndjson']),
    )
    .option('--errors <file>', 'write all rows with something wrong to this CSV file')
    .option('--preview', 'show how the first rows would be read, and store nothing')
    .option('--json', 'print the report as JSON')
    .action(async (file: string, flags: ImportFlags) => {
      if (flags.preview === true) return previewList(file, flags, io);
      const answer = await importList(file, flags, io);
      printResult(io, flags.json ?? false, answer, () => describe(answer));
      if (flags.errors !== undefined)
        await save(
          await createClient(io).download(`/v1/imports/${encodeURIComponent(answer.id)}/errors`),
          flags.errors,
          io,
        );
      if (answer.state !== 'completed')
        throw new CliError(answer.failure || `the import ended as ${answer.state}`);
    });
}
