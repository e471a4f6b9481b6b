/** `tactus erase` and `tactus export …`: records for those who have a right to them, and to their end. */
import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Command } from 'commander';
import { canonicalJson } from '../../../dialer/audit/index.js';
import { EXPORT_FORMAT, type ExportLine } from '../../../dialer/evidence/index.js';
import { createClient } from '../client.js';
import { CliError, type Io, printLine, printResult } from '../io.js';
import { save } from '../output.js';

interface Manifest {
  readonly format: string;
  readonly parts: readonly { readonly name: string; readonly records: number; readonly sha256: string }[];
}

interface PartFile {
  readonly file: WriteStream;
  readonly hash: Hash;
}

interface ErasureAnswer {
  readonly contacts: number;
  readonly numbers: number;
  readonly attempts: number;
  readonly consents: number;
  readonly recordings: number;
  readonly recordingsLater: number;
}

/** Puts each part into a file of its own and checks it against the manifest, which comes last. */
async function unpack(lines: Readable, folder: string): Promise<Manifest> {
  const parts = new Map<string, PartFile>();
  let manifest: Manifest | undefined;
  try {
    for await (const line of createInterface({ input: lines, crlfDelay: Number.POSITIVE_INFINITY })) {
      const { part, record } = JSON.parse(line) as ExportLine;
      if (part === 'manifest') {
        manifest = record as Manifest;
        continue;
      }
      if (!/^[a-z-]{1,40}$/.test(part)) throw new CliError(`"${part}" is no part of an export`);
      const text = `${canonicalJson(record)}\n`;
      let target = parts.get(part);
      if (target === undefined) {
        target = { file: createWriteStream(join(folder, `${part}.ndjson`)), hash: createHash('sha256') };
        parts.set(part, target);
      }
      target.hash.update(text);
      if (!target.file.write(text)) await once(target.file, 'drain');
    }
  } finally {
    for (const { file } of parts.values()) file.end();
    await Promise.all([...parts.values()].map(({ file }) => finished(file)));
  }
  if (manifest === undefined) throw new CliError('the export was cut off before its manifest: run it again');
  if (manifest.format !== EXPORT_FORMAT)
    throw new CliError(`the export has the format ${manifest.format}, this program reads ${EXPORT_FORMAT}`);
  for (const { name, sha256, records } of manifest.parts) {
    const found = parts.get(name)?.hash.digest('hex');
    if (records > 0 && found !== sha256)
      throw new CliError(`part ${name} was damaged on its way: its SHA-256 is not that of the manifest`);
  }
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

async function emptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new CliError(`--output: ${folder} is not empty: name a new folder`);
}

export function addRecordCommands(program: Command, io: Io): void {
  program
    .command('erase')
    .description('erase a person on request; what the law asks to keep stays without the person')
    .argument('[number]', 'a number of theirs')
    .option('--contact <id>', 'the contact, when no number is given')
    .requiredOption('--reference <text>', 'where the request is kept, such as a case number; no name')
    .option('--json', 'print JSON')
    .action(
      async (
        number: string | undefined,
        flags: { readonly contact?: string; readonly reference: string; readonly json?: boolean },
      ) => {
        if ((number === undefined) === (flags.contact === undefined))
          throw new CliError('give a number, or --contact ID, and not both');
        const answer = (await createClient(io).post('/v1/erasures', {
          ...(number === undefined ? { contactId: flags.contact } : { number }),
          reference: flags.reference,
        })) as ErasureAnswer;
        printResult(
          io,
          flags.json ?? false,
          answer,
          () =>
            `erased: ${answer.contacts} contacts, ${answer.numbers} numbers, ${answer.recordings} recordings${answer.recordingsLater === 0 ? '' : ` (and ${answer.recordingsLater} as soon as they may be, or can be reached)`}; kept without the person: ${answer.attempts} attempts, ${answer.consents} consent records`,
        );
      },
    );

  const group = program.command('export').description('records to take away');

  group
    .command('regulator')
    .description('all records of a campaign and a period, as a folder with a manifest of SHA-256 sums')
    .requiredOption('--campaign <id>', 'the campaign')
    .requiredOption('--from <time>', 'attempts from this time on, such as 2026-03-01T00:00:00Z')
    .requiredOption('--to <time>', 'attempts before this time')
    .requiredOption('-o, --output <folder>', 'a folder that is empty or not there yet')
    .action(
      async (flags: {
        readonly campaign: string;
        readonly from: string;
        readonly to: string;
        readonly output: string;
      }) => {
        const { campaign: campaignId, from, to, output } = flags;
        await emptyFolder(output);
        const lines = await createClient(io).download('/v1/exports/regulator', { campaignId, from, to });
        const { parts } = await unpack(lines, output);
        for (const { name, records } of parts) printLine(io, `${name}: ${records}`);
        printLine(io, `written to ${output}; every SHA-256 is that of the manifest`);
      },
    );

  group
    .command('dnc')
    .description('the do-not-call lists of this service as CSV')
    .option('--list <name>', '"internal", or the id of a campaign; all when absent')
    .option('-o, --output <file>', 'write it there instead of on standard output')
    .action(async (flags: { readonly list?: string; readonly output?: string }) => {
      await save(await createClient(io).download('/v1/exports/dnc', { list: flags.list }), flags.output, io);
    });
}
