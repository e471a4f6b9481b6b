/** `tactus import FILE`: a list of contacts in CSV goes to a campaign of the running service. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { type ApiClient, createClient } from '../client.js';
import { CliError, type Io, printResult } from '../io.js';
import { collect } from '../option-values.js';
import { createProgress, type Progress } from '../progress.js';
import { printable } from '../table.js';

const POLL_MILLISECONDS = 200;
const ERRORS_SHOWN = 20;
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
      progress.show([
        {
          label: 'sent',
          done: sent / 1024,
          ...(bytes !== undefined && { total: bytes / 1024 }),
          note: 'KB',
        },
      ]);
      done(null, chunk);
    },
  });
  stream.on('error', (error) => counted.destroy(error));
  try {
    const query = { ...mapping, defaultCountry: flags.country?.toUpperCase() };
    const begun = (await client.upload(`${path}/contacts`, query, stream.pipe(counted))) as ImportAnswer;
    return await follow(client, begun, progress);
  } finally {
    stream.destroy();
    progress.end();
  }
}

export function addImportCommand(program: Command, io: Io): void {
  program
    .command('import')
    .description('add a list of contacts in CSV to a campaign')
    .argument('<file>', 'CSV file, or - for standard input')
    .requiredOption('--campaign <id>', 'campaign that the contacts are for')
    .option('--country <code>', 'country of numbers without a country code, such as US')
    .option(
      '--map <role=column>',
      `which column holds what (${ROLES.join(', ')}), when its header does not tell; may be repeated`,
      collect,
    )
    .option('--json', 'print the report as JSON')
    .action(async (file: string, flags: ImportFlags) => {
      const answer = await importList(file, flags, io);
      printResult(io, flags.json ?? false, answer, () => describe(answer));
      if (answer.state !== 'completed')
        throw new CliError(answer.failure || `the import ended as ${answer.state}`);
    });
}
