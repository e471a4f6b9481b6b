/** Commands of one kind of documents: list, show, save, edit, versions, diff, restore, remove. */
import type { Command } from 'commander';
import { changesText, differences } from '../changes.js';
import { type ApiClient, createClient, ServiceRefused } from '../client.js';
import { CliError, type Io, printLine, printResult } from '../io.js';
import { integerBetween } from '../option-values.js';
import { type Assignment, assigned, assignment, listed, readFields, removal } from '../pages.js';
import { table } from '../table.js';

interface Flags {
  readonly json?: boolean;
}

export interface DocumentAnswer {
  readonly id: string;
  readonly version: number;
  readonly name?: string;
  readonly updatedAt: string;
  readonly numbers?: readonly unknown[];
}

/** A column of the list that is of this kind alone: its header, and the cell. */
export type Column = readonly [header: string, cell: (document: never) => string];

const version = integerBetween(1, 1_000_000_000);

/** The fields that are saved: without those that the service makes. */
function fieldsOf(answer: object): Record<string, unknown> {
  const {
    id: _,
    version: __,
    createdAt: ___,
    updatedAt: ____,
    ...fields
  } = answer as Record<string, unknown>;
  return fields;
}

async function found(client: ApiClient, path: string): Promise<DocumentAnswer | undefined> {
  try {
    return (await client.get(path)) as DocumentAnswer;
  } catch (error) {
    if (error instanceof ServiceRefused && error.code === 'document_not_found') return undefined;
    throw error;
  }
}

/**
 * Adds the commands of a kind.
 *
 * @param noun such as `scripts`: name of the group
 * @param shown the verb that prints one as JSON
 */
export function documentGroup(
  program: Command,
  io: Io,
  noun: string,
  path: string,
  what: string,
  { columns = [], shown = 'show' }: { readonly columns?: readonly Column[]; readonly shown?: string } = {},
): Command {
  const group = program.command(noun).description(`${what}: list, show, save from a file, edit, versions`);
  const pathOf = (id: string): string => `${path}/${encodeURIComponent(id)}`;
  const put = async (client: ApiClient, id: string, fields: object, read: number): Promise<DocumentAnswer> =>
    (await client.put(pathOf(id), fields, { 'if-match': `"${read}"` })) as DocumentAnswer;

  group
    .command('list')
    .description('all of them')
    .option('--json', 'print JSON')
    .action(async ({ json = false }: Flags) => {
      const { items } = await listed<DocumentAnswer>(createClient(io), path);
      printResult(io, json, items, () =>
        items.length === 0
          ? `none: make one with "tactus ${noun} save ID --from FILE"`
          : table(
              ['ID', 'NAME', ...columns.map(([header]) => header), 'VERSION#', 'CHANGED'],
              items.map((each) => [
                each.id,
                each.name ?? '',
                ...columns.map(([, cell]) => cell(each as never)),
                String(each.version),
                each.updatedAt,
              ]),
            ),
      );
    });

  group
    .command(shown)
    .description('one of them, as JSON')
    .argument('<id>')
    .option('--version <n>', 'as it was in this version', version)
    .action(async (id: string, flags: { readonly version?: number }) => {
      const at = flags.version === undefined ? undefined : String(flags.version);
      printResult(io, true, await createClient(io).get(pathOf(id), { version: at }), () => '');
    });

  group
    .command('save')
    .description('make it, or replace the version that is there')
    .argument('<id>')
    .requiredOption('--from <file>', 'its fields, in YAML or JSON')
    .option('--if-version <n>', 'only when this is the version there is', version)
    .option('--json', 'print JSON')
    .action(
      async (
        id: string,
        { from, ifVersion, json = false }: Flags & { readonly from: string; readonly ifVersion?: number },
      ) => {
        const client = createClient(io);
        const body = fieldsOf(await readFields(from));
        const before = await found(client, pathOf(id));
        if (before === undefined && ifVersion !== undefined)
          throw new CliError(`there is no ${id}: leave out --if-version to make it`);
        const saved =
          before === undefined
            ? ((await client.post(path, { id, ...body })) as DocumentAnswer)
            : await put(client, id, body, ifVersion ?? before.version);
        printResult(io, json, saved, () => `${id} is saved as version ${saved.version}`);
      },
    );

  group
    .command('edit')
    .description('change some of its fields; the others stay as they are')
    .argument('<id>')
    .option('--set <field=value>', 'one field; may be repeated', assignment)
    .option('--unset <field>', 'take a field out; may be repeated', removal)
    .option('--if-version <n>', 'only when this is the version there is', version)
    .option('--json', 'print JSON')
    .action(
      async (
        id: string,
        flags: Flags & {
          readonly set?: readonly Assignment[];
          readonly unset?: readonly Assignment[];
          readonly ifVersion?: number;
        },
      ) => {
        const assignments = [...(flags.set ?? []), ...(flags.unset ?? [])];
        if (assignments.length === 0)
          throw new CliError('nothing to change: give --set field=value, or --unset field');
        const client = createClient(io);
        const before = (await client.get(pathOf(id))) as DocumentAnswer;
        const fields = fieldsOf(before);
        const saved = await put(client, id, assigned(fields, assignments), flags.ifVersion ?? before.version);
        printResult(
          io,
          flags.json ?? false,
          saved,
          () =>
            `${id} is saved as version ${saved.version}\n${changesText(differences(fields, fieldsOf(saved)))}`,
        );
      },
    );

  group
    .command('versions')
    .description('its versions, newest first, also of one that was removed')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: Flags) => {
      const { items } = await listed<DocumentAnswer>(createClient(io), `${pathOf(id)}/versions`);
      printResult(io, flags.json ?? false, items, () =>
        table(
          ['VERSION#', 'WHEN', 'CHANGED'],
          items.map((each, i) => {
            const before = items[i + 1];
            const changed =
              before === undefined
                ? ''
                : differences(fieldsOf(before), fieldsOf(each))
                    .map(({ field }) => field)
                    .join(' ');
            return [String(each.version), each.updatedAt, changed];
          }),
        ),
      );
    });

  group
    .command('diff')
    .description('what two versions differ in')
    .argument('<id>')
    .argument('[from]', 'the earlier version; the one before the later when absent', version)
    .argument('[to]', 'the later version; the one in force when absent', version)
    .option('--json', 'print JSON')
    .action(async (id: string, from: number | undefined, to: number | undefined, flags: Flags) => {
      const client = createClient(io);
      const at = async (wanted: number): Promise<DocumentAnswer> =>
        (await client.get(pathOf(id), { version: String(wanted) })) as DocumentAnswer;
      const later = to === undefined ? ((await client.get(pathOf(id))) as DocumentAnswer) : await at(to);
      const earlier = from ?? later.version - 1;
      if (earlier < 1) throw new CliError(`${id} has one version: there is nothing to compare`);
      const changes = differences(fieldsOf(await at(earlier)), fieldsOf(later));
      printResult(io, flags.json ?? false, changes, () => changesText(changes));
    });

  group
    .command('restore')
    .description('make an earlier version the one in force, as a new version')
    .argument('<id>')
    .argument('<version>', 'the version to go back to', version)
    .option('--json', 'print JSON')
    .action(async (id: string, at: number, flags: Flags) => {
      const client = createClient(io);
      const old = (await client.get(pathOf(id), { version: String(at) })) as DocumentAnswer;
      const before = await found(client, pathOf(id));
      const saved =
        before === undefined
          ? ((await client.post(path, { id, ...fieldsOf(old) })) as DocumentAnswer)
          : await put(client, id, fieldsOf(old), before.version);
      printResult(
        io,
        flags.json ?? false,
        saved,
        () => `${id} is as it was in version ${at}; that is version ${saved.version} now`,
      );
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
