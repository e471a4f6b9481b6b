/** `tactus imports …`: imports of lists that were begun, from here or from the console. */
import type { Command } from 'commander';
import { createClient } from '../client.js';
import { type Io, printLine, printResult } from '../io.js';
import { save } from '../output.js';
import { listed } from '../pages.js';
import { pairs, table } from '../table.js';

interface ImportAnswer {
  readonly id: string;
  readonly list: string;
  readonly source: string;
  readonly state: string;
  readonly startedAt: string;
  readonly rows: number;
  readonly added: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly failure: string;
}

const pathOf = (id: string): string => `/v1/imports/${encodeURIComponent(id)}`;

function showText(each: ImportAnswer): string {
  return pairs([
    ['import', each.id],
    ['list', `${each.list} from ${each.source}`],
    ['state', `${each.state} ${each.failure}`.trimEnd()],
    ['rows', `${each.rows}: ${each.added} added, ${each.duplicates} duplicates, ${each.rejected} rejected`],
  ]);
}

export function addImportsCommands(program: Command, io: Io): void {
  const group = program.command('imports').description('imports of lists: state, errors, cancelling');

  group
    .command('list', { isDefault: true })
    .description('imports of a campaign, newest first')
    .requiredOption('--campaign <id>', 'campaign')
    .option('--json', 'print JSON')
    .action(async (flags: { readonly campaign: string; readonly json?: boolean }) => {
      const path = `/v1/campaigns/${encodeURIComponent(flags.campaign)}/imports`;
      const { items } = await listed<ImportAnswer>(createClient(io), path);
      printResult(io, flags.json ?? false, items, () =>
        items.length === 0
          ? 'no imports'
          : table(
              ['ID', 'LIST', 'SOURCE', 'STATE', 'STARTED', 'ROWS#', 'ADDED#', 'REJECTED#'],
              items.map((each) => [
                each.id,
                each.list,
                each.source,
                each.state,
                each.startedAt,
                String(each.rows),
                String(each.added),
                String(each.rejected),
              ]),
            ),
      );
    });

  group
    .command('show')
    .description('how an import stands')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: { readonly json?: boolean }) => {
      const answer = (await createClient(io).get(pathOf(id))) as ImportAnswer;
      printResult(io, flags.json ?? false, answer, () => showText(answer));
    });

  group
    .command('errors')
    .description('all rows with something wrong, as CSV')
    .argument('<id>')
    .option('-o, --output <file>', 'write it there instead of on standard output')
    .action(async (id: string, { output }: { readonly output?: string }) => {
      await save(await createClient(io).download(`${pathOf(id)}/errors`), output, io);
    });

  group
    .command('cancel')
    .description('stop an import; what it has stored stays')
    .argument('<id>')
    .action(async (id: string) => {
      const { state } = (await createClient(io).delete(pathOf(id))) as ImportAnswer;
      printLine(io, `import ${id} is ${state}`);
    });
}
