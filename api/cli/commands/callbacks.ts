/** `tactus callbacks …`: who was promised a call, moving and cancelling one. */
import { type Command, Option } from 'commander';
import { createClient } from '../client.js';
import { type Io, printLine, printResult } from '../io.js';
import { instant, integerBetween } from '../option-values.js';
import { table } from '../table.js';

interface CallbackAnswer {
  readonly campaignId: string;
  readonly contactId: string;
  readonly status: string;
  readonly agentId?: string;
  readonly dueAt: string;
  readonly calledAt?: string;
  readonly moved: number;
}

export function addCallbackCommands(program: Command, io: Io): void {
  const group = program.command('callbacks').description('callbacks that were promised');
  const path = (contact: string): string => `/v1/contacts/${encodeURIComponent(contact)}/callback`;

  group
    .command('list', { isDefault: true })
    .description('callbacks by the time they are due')
    .option('--campaign <id>', 'of this campaign')
    .option('--agent <id>', 'of this agent')
    .addOption(
      new Option('--status <status>', 'with this status').choices([
        'waiting',
        'due',
        'overdue',
        'kept',
        'late',
        'cancelled',
        'dropped',
      ]),
    )
    .option('--limit <n>', 'at most so many', integerBetween(1, 500))
    .option('--json', 'print JSON')
    .action(
      async (flags: {
        readonly campaign?: string;
        readonly agent?: string;
        readonly status?: string;
        readonly limit?: number;
        readonly json?: boolean;
      }) => {
        const { campaign, agent, status, limit = 100 } = flags;
        const query = { campaign, agent, status, limit: String(limit) };
        const { items } = (await createClient(io).get('/v1/callbacks', query)) as {
          readonly items: readonly CallbackAnswer[];
        };
        printResult(io, flags.json ?? false, items, () =>
          items.length === 0
            ? 'no callbacks'
            : table(
                ['DUE', 'STATUS', 'CONTACT', 'CAMPAIGN', 'AGENT', 'MOVED#', 'CALLED'],
                items.map((each) => [
                  each.dueAt,
                  each.status,
                  each.contactId,
                  each.campaignId,
                  each.agentId ?? 'anyone',
                  String(each.moved),
                  each.calledAt ?? '',
                ]),
              ),
        );
      },
    );

  group
    .command('move')
    .description('move a callback to another time, or to another agent')
    .argument('<contact>', 'id of the contact')
    .requiredOption('--at <time>', 'with its offset, such as 2026-03-02T15:00:00-05:00', instant)
    .option('--agent <id>', 'whose it is from now on; "anyone" for anyone')
    .action(async (contact: string, flags: { readonly at: number; readonly agent?: string }) => {
      const { agent } = flags;
      const answer = (await createClient(io).put(path(contact), {
        at: new Date(flags.at).toISOString(),
        ...(agent !== undefined && { agentId: agent === 'anyone' ? null : agent }),
      })) as CallbackAnswer;
      printLine(io, `contact ${contact} is called back at ${answer.dueAt} by ${answer.agentId ?? 'anyone'}`);
    });

  group
    .command('cancel')
    .description('cancel a callback; the contact is closed unless said')
    .argument('<contact>', 'id of the contact')
    .option('--keep-calling', 'call the contact in its turn like any other')
    .action(async (contact: string, flags: { readonly keepCalling?: boolean }) => {
      const next = flags.keepCalling === true ? 'open' : 'done';
      await createClient(io).delete(`${path(contact)}?next=${next}`);
      printLine(io, `the callback of contact ${contact} is cancelled`);
    });
}
