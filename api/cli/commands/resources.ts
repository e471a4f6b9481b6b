/** What operators keep and look up beside campaigns: caller ids, scripts, offers, disposition sets. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { createClient } from '../client.js';
import { CliError, type Io, printLine, printResult } from '../io.js';
import { table } from '../table.js';

interface Flags {
  readonly json?: boolean;
}

interface DocumentAnswer {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly updatedAt: string;
  readonly numbers?: readonly unknown[];
}

interface CallerIdAnswer {
  readonly number: string;
  readonly state: string;
  readonly usedToday: number;
  readonly calls: number;
  readonly answerRate?: number;
  readonly freeAt?: string;
}

/** `list`, `show`, `save` and `remove` of one kind of documents. */
function documentGroup(
  program: Command,
  io: Io,
  name: string,
  path: string,
  what: string,
  showToo = true,
): Command {
  const group = program.command(name).description(`${what}: list, show, save from a file, remove`);
  const pathOf = (id: string): string => `${path}/${encodeURIComponent(id)}`;

  group
    .command('list')
    .description('all of them')
    .option('--json', 'print JSON')
    .action(async ({ json = false }: Flags) => {
      const items: DocumentAnswer[] = [];
      let cursor: string | undefined;
      do {
        const page = (await createClient(io).get(path, { limit: '500', cursor })) as {
          readonly items: readonly DocumentAnswer[];
          readonly nextCursor?: string;
        };
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      printResult(io, json, items, () =>
        items.length === 0
          ? `none: make one with "tactus ${name} save ID --from FILE"`
          : table(
              ['ID', 'NAME', ...(items[0]?.numbers === undefined ? [] : ['NUMBERS#']), 'VERSION#', 'CHANGED'],
              items.map((each) => [
                each.id,
                each.name,
                ...(each.numbers === undefined ? [] : [String(each.numbers.length)]),
                String(each.version),
                each.updatedAt,
              ]),
            ),
      );
    });

  if (showToo)
    group
      .command('show')
      .description('one of them, as JSON')
      .argument('<id>')
      .action(async (id: string) => {
        const found = await createClient(io).get(pathOf(id));
        printResult(io, true, found, () => '');
      });

  group
    .command('save')
    .description('make it, or replace the version that is there')
    .argument('<id>')
    .requiredOption('--from <file>', 'its fields, in YAML or JSON')
    .option('--json', 'print JSON')
    .action(async (id: string, { from, json = false }: Flags & { readonly from: string }) => {
      const client = createClient(io);
      const body = await readFields(from);
      const known = (await client.get(path, { limit: '500' })) as { items: readonly DocumentAnswer[] };
      const before = known.items.find((each) => each.id === id);
      const saved = (await (before === undefined
        ? client.post(path, { id, ...body })
        : client.put(pathOf(id), body, { 'if-match': `"${before.version}"` }))) as DocumentAnswer;
      printResult(io, json, saved, () => `${id} is saved as version ${saved.version}`);
    });

  group
    .command('remove')
    .description('remove one that nothing uses; its versions stay readable')
    .argument('<id>')
    .action(async (id: string) => {
      await createClient(io).delete(pathOf(id), { 'if-match': '*' });
      printLine(io, `${id} is removed`);
    });
  return group;
}

async function readFields(file: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CliError(`${file}: cannot be read (${(error as Error).message.split('\n')[0]})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CliError(`${file}: must hold a mapping of keys to values`);
  return value as Record<string, unknown>;
}

export function addResourceCommands(program: Command, io: Io): void {
  documentGroup(program, io, 'scripts', '/v1/scripts', 'what agents say and ask');
  documentGroup(program, io, 'offers', '/v1/offers', 'what is offered');
  documentGroup(program, io, 'disposition-sets', '/v1/disposition-sets', 'what agents may say of a call');
  const path = '/v1/caller-id-pools';
  const callerIds = documentGroup(program, io, 'caller-ids', path, 'pools of numbers that calls show', false);
  callerIds
    .command('show')
    .description('how each number of a pool stands')
    .argument('<pool>')
    .option('--json', 'print JSON')
    .action(async (pool: string, { json = false }: Flags) => {
      const { items } = (await createClient(io).get(`${path}/${encodeURIComponent(pool)}/numbers`)) as {
        items: readonly CallerIdAnswer[];
      };
      printResult(io, json, items, () =>
        table(
          ['NUMBER', 'STATE', 'TODAY#', 'CALLS#', 'ANSWERED#', 'FREE AT'],
          items.map(({ number, state, usedToday, calls, answerRate, freeAt = '' }) => [
            number,
            state,
            String(usedToday),
            String(calls),
            answerRate === undefined ? '' : `${(100 * answerRate).toFixed(1)} %`,
            freeAt,
          ]),
        ),
      );
    });
  callerIds
    .command('release')
    .description('show a number again that was flagged: somebody has looked at it')
    .argument('<pool>')
    .argument('<number>')
    .action(async (pool: string, number: string) => {
      const target = `${path}/${encodeURIComponent(pool)}/numbers/${encodeURIComponent(number)}/release`;
      const released = (await createClient(io).post(target)) as CallerIdAnswer;
      printLine(io, `${released.number} is ${released.state}`);
    });
}
