/** `tactus contacts show|edit`: one contact. */
import type { Command } from 'commander';
import { createClient } from '../client.js';
import { CliError, type Io, printResult } from '../io.js';
import { type Assignment, assigned, assignment } from '../pages.js';
import { pairs, table } from '../table.js';

interface ContactAnswer {
  readonly id: string;
  readonly campaignId: string;
  readonly list: string;
  readonly version: number;
  readonly externalId: string;
  readonly name: string;
  readonly stage: string;
  readonly state: string;
  readonly doneReason: string;
  readonly timeZone: string;
  readonly region: string;
  readonly attempts: number;
  readonly lastOutcome: string;
  readonly lastAttemptAt?: string;
  readonly dueAt?: string;
  readonly callbackAt?: string;
  readonly callbackAgent?: string;
  readonly numbers: readonly { readonly number: string; readonly attempts: number; readonly dead: boolean }[];
  readonly fields: Readonly<Record<string, string>>;
}

const EDITABLE = [
  'externalId',
  'name',
  'timeZone',
  'region',
  'postalCode',
  'party',
  'numberClasses',
  'numbers',
  'fields',
];

function showText(contact: ContactAnswer): string {
  const { callbackAt, callbackAgent = 'anyone' } = contact;
  return [
    pairs([
      ['contact', contact.id],
      ['campaign', `${contact.campaignId}, list ${contact.list}`],
      ['key', contact.externalId],
      ['name', contact.name],
      ['state', contact.state === 'done' ? `done (${contact.doneReason})` : contact.state],
      ['stage', contact.stage],
      ['place', [contact.region, contact.timeZone].filter((text) => text !== '').join(', ')],
      ['attempts', `${contact.attempts} ${contact.lastOutcome} ${contact.lastAttemptAt ?? ''}`.trimEnd()],
      ['due', contact.dueAt ?? ''],
      ['callback', callbackAt === undefined ? '' : `${callbackAt} by ${callbackAgent}`],
      ...Object.entries(contact.fields).map(([name, value]) => [name, value] as const),
    ]),
    '',
    table(
      ['NUMBER', 'ATTEMPTS#', 'IN USE'],
      contact.numbers.map(({ number, attempts, dead }) => [number, String(attempts), dead ? 'no' : 'yes']),
    ),
  ].join('\n');
}

export function addContactRecordCommands(group: Command, io: Io): void {
  const pathOf = (id: string): string => `/v1/contacts/${encodeURIComponent(id)}`;

  group
    .command('show')
    .description('one contact; "explain" says why it was (not) called')
    .argument('<id>', 'id of the contact')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: { readonly json?: boolean }) => {
      const contact = (await createClient(io).get(pathOf(id))) as ContactAnswer;
      printResult(io, flags.json ?? false, contact, () => showText(contact));
    });

  group
    .command('edit')
    .description('change fields of a contact')
    .argument('<id>', 'id of the contact')
    .requiredOption(
      '--set <field=value>',
      `one of ${EDITABLE.join(', ')}, or fields.NAME; may be repeated`,
      assignment,
    )
    .option('--json', 'print JSON')
    .action(async (id: string, flags: { readonly set: readonly Assignment[]; readonly json?: boolean }) => {
      const unknown = flags.set.find(({ path }) => !EDITABLE.includes(path[0]!));
      if (unknown !== undefined)
        throw new CliError(`--set: "${unknown.path.join('.')}" is none of ${EDITABLE.join(', ')}`);
      const client = createClient(io);
      const before = (await client.get(pathOf(id))) as ContactAnswer;
      const own = flags.set.some(({ path }) => path[0] === 'fields') ? { fields: before.fields } : {};
      const change = assigned(own, flags.set);
      const headers = { 'if-match': `"${before.version}"` };
      const saved = (await client.patch(pathOf(id), change, headers)) as ContactAnswer;
      printResult(io, flags.json ?? false, saved, () => showText(saved));
    });
}
