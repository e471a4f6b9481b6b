/** `tactus emergency …`: areas in which nobody may be called for a time. */
import type { Command } from 'commander';
import { createClient } from '../client.js';
import { type Io, printLine, printResult } from '../io.js';
import { table } from '../table.js';

const PATH = '/v1/compliance/emergency-areas';

interface AreaAnswer {
  readonly id: string;
  readonly area: string;
  readonly postalCodes?: readonly string[];
  readonly from: string;
  readonly until?: string;
  readonly reason: string;
  readonly inForce: boolean;
}

export function addEmergencyCommands(program: Command, io: Io): void {
  const group = program
    .command('emergency')
    .description('areas under a declared emergency, in which nobody is called');

  group
    .command('list')
    .description('all areas')
    .option('--json', 'print JSON')
    .action(async (flags: { readonly json?: boolean }) => {
      const { items } = (await createClient(io).get(PATH)) as { items: readonly AreaAnswer[] };
      printResult(io, flags.json ?? false, items, () =>
        items.length === 0
          ? 'no areas'
          : table(
              ['ID', 'AREA', 'POSTAL CODES', 'FROM', 'UNTIL', 'IN FORCE', 'REASON'],
              items.map(({ id, area, postalCodes, from, until, inForce, reason }) => [
                id,
                area,
                (postalCodes ?? ['all']).slice(0, 5).join(' '),
                from,
                until ?? 'further notice',
                inForce ? 'yes' : 'no',
                reason,
              ]),
            ),
      );
    });

  group
    .command('add')
    .description('declare an area: calls into it stop at once')
    .argument('<area>', 'country or region, such as US-LA')
    .requiredOption('--reason <text>', 'such as the number of the order')
    .option('--id <id>', 'its id; that of a known area changes it')
    .option(
      '--postal-codes <list>',
      'beginnings of postal codes, separated by commas; the whole area when absent',
    )
    .option('--from <time>', 'default: now')
    .option('--until <time>', 'until further notice when absent')
    .option('--json', 'print JSON')
    .action(
      async (
        area: string,
        flags: {
          readonly reason: string;
          readonly id?: string;
          readonly postalCodes?: string;
          readonly from?: string;
          readonly until?: string;
          readonly json?: boolean;
        },
      ) => {
        const { postalCodes, json, ...fields } = flags;
        const codes = postalCodes?.split(',').map((code) => code.trim());
        const body = { area, ...fields, ...(codes === undefined ? {} : { postalCodes: codes }) };
        const answer = (await createClient(io).post(PATH, body)) as AreaAnswer;
        printResult(io, json ?? false, answer, () => `area ${answer.id} is declared`);
      },
    );

  group
    .command('remove')
    .description('the emergency is over')
    .argument('<id>')
    .action(async (id: string) => {
      await createClient(io).delete(`${PATH}/${encodeURIComponent(id)}`);
      printLine(io, `area ${id} may be called again`);
    });
}
