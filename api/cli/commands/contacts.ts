/** `tactus contacts …`: look for contacts, see why one is (not) called, export, recycle, lists. */
import { type Command, Option } from 'commander';
import { createClient } from '../client.js';
import { type Io, printLine, printResult } from '../io.js';
import { integerBetween, numberBetween, words } from '../option-values.js';
import { save } from '../output.js';
import { percent, table } from '../table.js';
import { addContactRecordCommands } from './contact-records.js';

interface ContactAnswer {
  readonly id: string;
  readonly campaignId: string;
  readonly list: string;
  readonly version: number;
  readonly externalId: string;
  readonly name: string;
  readonly state: string;
  readonly doneReason: string;
  readonly attempts: number;
  readonly lastOutcome: string;
  readonly numbers: readonly { readonly number: string }[];
}

interface ListAnswer {
  readonly name: string;
  readonly source: string;
  readonly paused: boolean;
  readonly contacts: number;
  readonly worked: number;
  readonly byState: Readonly<Record<string, number>>;
  readonly byAttempts: Readonly<Record<string, number>>;
}

interface Filters {
  readonly campaign?: string;
  readonly list?: string;
  readonly state?: string;
  readonly reason?: string;
  readonly outcome?: string;
  readonly number?: string;
  readonly externalId?: string;
  readonly name?: string;
  readonly text?: string;
  readonly json?: boolean;
}

function withFilters(command: Command): Command {
  return command
    .option('--list <name>', 'of this list')
    .addOption(
      new Option('--state <state>', 'in this state').choices([
        'open',
        'leased',
        'pending',
        'callback',
        'done',
      ]),
    )
    .option('--reason <word>', 'closed for this: success, dnc, attempts-exhausted …')
    .option('--outcome <word>', 'whose last attempt came to this: no-answer, busy …')
    .option('--number <number>', 'with this number')
    .option('--external-id <id>', 'with exactly this key')
    .option('--name <text>', 'whose name begins so')
    .option('--text <text>', 'with this in the name, the key or a field');
}

function queryOf({ reason, outcome, json: _, campaign, ...same }: Filters) {
  return { ...same, campaign, doneReason: reason, lastOutcome: outcome };
}

function campaignPath(campaign: string): string {
  return `/v1/campaigns/${encodeURIComponent(campaign)}`;
}

export function addContactCommands(program: Command, io: Io): void {
  const group = program.command('contacts').description('look for contacts, edit and recycle them; lists');
  addContactRecordCommands(group, io);

  withFilters(
    group
      .command('search')
      .description('contacts by number, key, name or text')
      .option('--campaign <id>', 'of this campaign; of all when absent')
      .option('--limit <n>', 'at most so many', integerBetween(1, 500))
      .option('--json', 'print JSON'),
  ).action(async (flags: Filters & { readonly limit?: number }) => {
    const client = createClient(io);
    const { limit = 50, ...filters } = flags;
    const items: ContactAnswer[] = [];
    let cursor: string | undefined;
    do {
      const page = (await client.get('/v1/contacts', {
        ...queryOf(filters),
        limit: String(limit - items.length),
        cursor,
      })) as { readonly items: readonly ContactAnswer[]; readonly nextCursor?: string };
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined && items.length < limit);
    printResult(io, flags.json ?? false, items, () =>
      items.length === 0
        ? 'no such contact'
        : `${table(
            ['ID', 'CAMPAIGN', 'LIST', 'KEY', 'NAME', 'NUMBERS', 'STATE', 'ATTEMPTS#', 'LAST'],
            items.map((each) => [
              each.id,
              each.campaignId,
              each.list,
              each.externalId,
              each.name,
              each.numbers.map(({ number }) => number).join(' '),
              each.state === 'done' ? `done (${each.doneReason})` : each.state,
              String(each.attempts),
              each.lastOutcome,
            ]),
          )}${cursor === undefined ? '' : '\n… and more: narrow the search, or raise --limit'}`,
    );
  });

  group
    .command('explain')
    .description('why was this contact (not) called?')
    .argument('<id>', 'id of the contact')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: { readonly json?: boolean }) => {
      const answer = (await createClient(io).get(`/v1/contacts/${encodeURIComponent(id)}/explain`)) as {
        readonly answer: string;
        readonly sentences: readonly string[];
        readonly timeline: readonly { readonly at: string; readonly what: string }[];
      };
      printResult(io, flags.json ?? false, answer, () =>
        [
          answer.answer,
          ...answer.sentences.map((sentence) => `  ${sentence}`),
          ...(answer.timeline.length === 0
            ? []
            : [
                '',
                table(
                  ['WHEN', 'WHAT'],
                  answer.timeline.map(({ at, what }) => [at, what]),
                ),
              ]),
        ].join('\n'),
      );
    });

  withFilters(
    group
      .command('export')
      .description('contacts of a campaign as a file that can be imported again')
      .requiredOption('--campaign <id>', 'campaign')
      .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'ndjson']).default('csv'))
      .option('--out <file>', 'file to write; standard output when absent'),
  ).action(
    async (
      flags: Filters & { readonly campaign: string; readonly format: string; readonly out?: string },
    ) => {
      const { campaign, format, out, ...filters } = flags;
      const path = `${campaignPath(campaign)}/contacts/export`;
      await save(await createClient(io).download(path, { ...queryOf(filters), format }), out, io);
    },
  );

  group
    .command('remove')
    .description('remove a contact from its campaign')
    .argument('<id>', 'id of the contact')
    .action(async (id: string) => {
      const client = createClient(io);
      const path = `/v1/contacts/${encodeURIComponent(id)}`;
      const { version } = (await client.get(path)) as ContactAnswer;
      await client.delete(path, { 'if-match': `"${version}"` });
      printLine(io, `contact ${id} is removed`);
    });

  group
    .command('recycle')
    .description('call closed contacts again; never who is on a do-not-call list, refused or was a success')
    .requiredOption('--campaign <id>', 'campaign')
    .option('--list <name>', 'of this list')
    .option('--reasons <words>', 'closed for one of these, separated by commas', words)
    .option('--outcomes <words>', 'whose last attempt came to one of these, separated by commas', words)
    .option('--days <n>', 'not attempted for so many days', numberBetween(0, 3650))
    .option('--max-attempts <n>', 'with at most so many attempts', integerBetween(0, 1_000_000))
    .option('--dry-run', 'count only')
    .option('--json', 'print JSON')
    .action(
      async (flags: {
        readonly campaign: string;
        readonly list?: string;
        readonly reasons?: readonly string[];
        readonly outcomes?: readonly string[];
        readonly days?: number;
        readonly maxAttempts?: number;
        readonly dryRun?: boolean;
        readonly json?: boolean;
      }) => {
        const { campaign, list, reasons, outcomes, days, maxAttempts, dryRun = false } = flags;
        const answer = (await createClient(io).post(`${campaignPath(campaign)}/contacts/recycle`, {
          dryRun,
          ...(list !== undefined && { list }),
          ...(reasons !== undefined && { doneReasons: reasons }),
          ...(outcomes !== undefined && { lastOutcomes: outcomes }),
          ...(days !== undefined && { notAttemptedForDays: days }),
          ...(maxAttempts !== undefined && { maximumAttempts: maxAttempts }),
        })) as {
          readonly looked: number;
          readonly recycled: number;
          readonly kept: Readonly<Record<string, number>>;
        };
        printResult(io, flags.json ?? false, answer, () =>
          [
            `${answer.looked} closed contacts looked at: ${answer.recycled} ${dryRun ? 'would be' : 'are'} called again`,
            ...Object.entries(answer.kept).map(([reason, count]) => `  ${count} stay closed: ${reason}`),
          ].join('\n'),
        );
      },
    );

  group
    .command('lists')
    .description('lists of a campaign and how far they are worked')
    .requiredOption('--campaign <id>', 'campaign')
    .option('--json', 'print JSON')
    .action(async (flags: { readonly campaign: string; readonly json?: boolean }) => {
      const { items } = (await createClient(io).get(`${campaignPath(flags.campaign)}/lists`)) as {
        readonly items: readonly ListAnswer[];
      };
      printResult(io, flags.json ?? false, items, () =>
        items.length === 0
          ? 'no lists'
          : table(
              ['LIST', 'SOURCE', 'CALLED', 'CONTACTS#', 'WORKED#', 'OPEN#', 'CALLBACK#', 'DONE#', 'UNTRIED#'],
              items.map(({ name, source, paused, contacts, worked, byState, byAttempts }) => [
                name,
                source,
                paused ? 'paused' : 'yes',
                String(contacts),
                percent(worked, contacts),
                String(byState['open'] ?? 0),
                String(byState['callback'] ?? 0),
                String(byState['done'] ?? 0),
                String(byAttempts['0'] ?? 0),
              ]),
            ),
      );
    });

  for (const [name, paused, done] of [
    ['pause-list', true, 'is paused: nobody of it is called'],
    ['resume-list', false, 'is called again'],
  ] as const)
    group
      .command(name)
      .description(paused ? 'call nobody of a list' : 'call a paused list again')
      .argument('<list>', 'name of the list')
      .requiredOption('--campaign <id>', 'campaign')
      .action(async (list: string, flags: { readonly campaign: string }) => {
        const path = `${campaignPath(flags.campaign)}/lists/${encodeURIComponent(list)}`;
        await createClient(io).put(path, { paused });
        printLine(io, `list ${list} of ${flags.campaign} ${done}`);
      });
}
