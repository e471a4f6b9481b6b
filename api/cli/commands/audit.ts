/** `tactus audit …`: who changed what, and the proof that nothing was rewritten. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import {
  type AuditHead,
  type AuditRecord,
  type ChainReport,
  checkChain,
} from '../../../dialer/audit/index.js';
import type { Page } from '../../../dialer/store/port.js';
import { createClient } from '../client.js';
import type { CommandHandlers } from '../handlers.js';
import { CliError, type Io, printResult } from '../io.js';
import { save } from '../output.js';
import { table } from '../table.js';

const RECORDS_AT_ONCE = 500;
const STORE_FILE = 'tactus.db';

interface FilterFlags {
  readonly action?: string;
  readonly actor?: string;
  readonly subject?: string;
  readonly number?: string;
  readonly from?: string;
  readonly to?: string;
}

/** A source of the log: its records in order, and the head that is kept beside them. */
interface Log {
  head(): Promise<AuditHead>;
  page(cursor: string | undefined): Promise<Page<AuditRecord>>;
}

function overApi(io: Io): Log {
  const client = createClient(io);
  return {
    head: async () => (await client.get('/v1/audit/head')) as AuditHead,
    page: async (cursor) =>
      (await client.get('/v1/audit', {
        order: 'oldest-first',
        limit: String(RECORDS_AT_ONCE),
        cursor,
      })) as Page<AuditRecord>,
  };
}

async function* pagesOf(log: Log): AsyncGenerator<readonly AuditRecord[]> {
  let cursor: string | undefined;
  do {
    const page = await log.page(cursor);
    yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

async function verify(log: Log, noted: readonly AuditHead[]): Promise<ChainReport> {
  return checkChain(pagesOf(log), [await log.head(), ...noted]);
}

async function verifyFolder(
  directory: string,
  noted: readonly AuditHead[],
  handlers: CommandHandlers,
): Promise<ChainReport> {
  let store: Awaited<ReturnType<CommandHandlers['openStore']>>;
  const file = join(directory, STORE_FILE);
  try {
    store = await handlers.openStore(`sqlite:${file}`);
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    const remedy = code === 'store_locked' ? ' (a service runs on it: leave --data out to ask it)' : '';
    throw new CliError(`${message}${remedy}`);
  }
  try {
    return await verify(
      {
        head: () => store.auditHead(),
        page: (cursor) =>
          store.auditRecords({
            oldestFirst: true,
            limit: RECORDS_AT_ONCE,
            ...(cursor === undefined ? {} : { cursor }),
          }),
      },
      noted,
    );
  } finally {
    await store.close();
  }
}

function headOption(text: string, before: readonly AuditHead[] = []): AuditHead[] {
  const parts = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text);
  if (parts === null) throw new InvalidArgumentError('give it as it was printed: SEQUENCE:HASH');
  return [...before, { sequence: Number(parts[1]), hash: parts[2] ?? '' }];
}

function verdict({ intact, records, head, fault }: ChainReport): string {
  if (intact) return `intact: ${records} records, head ${head.sequence}:${head.hash}`;
  return `NOT INTACT: ${fault}; ${records} records before it are good`;
}

function listText(records: readonly AuditRecord[]): string {
  if (records.length === 0) return 'no records';
  return table(
    ['#', 'AT', 'BY', 'ACTION', 'SUBJECT', 'REASON'],
    records.map(({ sequence, at, actor, action, subject, numbers, numberCount, reason }) => [
      String(sequence),
      at,
      actor.role === actor.name ? actor.name : `${actor.name} (${actor.role})`,
      action,
      [
        subject.id === '' ? subject.kind : `${subject.kind} ${subject.id}`,
        ...(numbers ?? []).slice(0, 3).map(({ ends }) => `…${ends}`),
        ...((numbers?.length ?? 0) > 3 ? [`and ${(numbers?.length ?? 0) - 3} more`] : []),
        ...(numberCount === undefined ? [] : [`${numberCount} numbers`]),
      ].join(' '),
      reason ?? '',
    ]),
  );
}

function filtered(command: Command): Command {
  return command
    .option('--action <name>', 'such as campaign.start or dnc.add')
    .option('--actor <key>', 'id of the key that did it')
    .option('--subject <kind[:id]>', 'such as campaign:spring-renewals')
    .option('--number <number>', 'records about this number')
    .option('--from <time>', 'from this time on, such as 2026-03-01T00:00:00Z')
    .option('--to <time>', 'before this time');
}

const queryOf = ({ action, actor, subject, number, from, to }: FilterFlags) => ({
  action,
  actor,
  subject,
  number,
  from,
  to,
});

export function addAuditCommands(program: Command, handlers: CommandHandlers, io: Io): void {
  const group = program
    .command('audit')
    .description('who changed what, and the proof that nothing was rewritten');

  filtered(group.command('list').description('the newest records'))
    .option('--limit <n>', 'at most so many', '50')
    .option('--json', 'print JSON')
    .action(async (flags: FilterFlags & { readonly limit: string; readonly json?: boolean }) => {
      const query = { ...queryOf(flags), limit: flags.limit };
      const { items } = (await createClient(io).get('/v1/audit', query)) as Page<AuditRecord>;
      printResult(io, flags.json ?? false, items, () => listText(items));
    });

  group
    .command('verify')
    .description('check the whole chain; names the first broken record and ends with 1 when there is one')
    .option('--data <folder>', 'look into the data folder of a service that does not run')
    .addOption(
      new Option('--head <sequence:hash>', 'a head noted before, which the log must contain; may be repeated')
        .argParser(headOption)
        .default([], 'none'),
    )
    .option('--json', 'print JSON')
    .action(
      async (flags: { readonly data?: string; readonly head: AuditHead[]; readonly json?: boolean }) => {
        const report =
          flags.data === undefined
            ? await verify(overApi(io), flags.head)
            : await verifyFolder(flags.data, flags.head, handlers);
        if (report.intact || flags.json === true)
          printResult(io, flags.json ?? false, report, () => verdict(report));
        if (!report.intact) throw new CliError(verdict(report));
      },
    );

  filtered(group.command('export').description('the log as NDJSON, oldest record first'))
    .option('-o, --output <file>', 'write it there instead of on standard output')
    .action(async (flags: FilterFlags & { readonly output?: string }) => {
      const lines = await createClient(io).download('/v1/audit/export', queryOf(flags));
      await save(lines, flags.output, io);
    });
}
