/** `tactus attempts …` and `tactus recordings …`: what was dialled, what came of it, and how it sounded. */
import type { Command } from 'commander';
import { createClient } from '../client.js';
import { CliError, type Io, printLine, printResult } from '../io.js';
import { instant, integerBetween } from '../option-values.js';
import { save } from '../output.js';
import { listed } from '../pages.js';
import { pairs, table } from '../table.js';

interface AttemptAnswer {
  readonly id: string;
  readonly campaignId: string;
  readonly stage: string;
  readonly contactId: string;
  readonly number: string;
  readonly switchId: string;
  readonly trunk: string;
  readonly callerId: string;
  readonly intendedAt: string;
  readonly result?: {
    readonly outcome: string;
    readonly cause: string;
    readonly answeredAt?: string;
    readonly connectedAt?: string;
    readonly endedAt: string;
    readonly agentId?: string;
    readonly recording?: string;
  };
  readonly disposition?: { readonly disposition: string; readonly note: string };
}

interface Filters {
  readonly campaign?: string;
  readonly contact?: string;
  readonly number?: string;
  readonly agent?: string;
  readonly outcome?: string;
  readonly disposition?: string;
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly json?: boolean;
}

const pathOf = (id: string): string => `/v1/attempts/${encodeURIComponent(id)}`;

function filtered(command: Command): Command {
  return command
    .option('--campaign <id>', 'of this campaign')
    .option('--contact <id>', 'on this contact')
    .option('--number <number>', 'to this number')
    .option('--agent <id>', 'of this agent')
    .option('--outcome <outcome>', 'that came to this: connected, no-answer …')
    .option('--disposition <word>', 'that the agent gave this disposition')
    .option('--from <time>', 'intended from this time on', instant)
    .option('--to <time>', 'intended before this time', instant)
    .option('--limit <n>', 'at most so many', integerBetween(1, 100_000), 50)
    .option('--json', 'print JSON');
}

function queryOf({ limit: _, json: __, from, to, ...same }: Filters) {
  const at = (time: number | undefined): string | undefined =>
    time === undefined ? undefined : new Date(time).toISOString();
  return { ...same, from: at(from), to: at(to) };
}

function seconds(from: string | undefined, to: string | undefined): string {
  if (from === undefined || to === undefined) return '';
  return `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(0)} s`;
}

function listText(items: readonly AttemptAnswer[], more: boolean): string {
  if (items.length === 0) return 'no such attempt';
  return `${table(
    ['ID', 'WHEN', 'CAMPAIGN', 'CONTACT', 'NUMBER', 'OUTCOME', 'AGENT', 'TALK#', 'DISPOSITION'],
    items.map(({ id, intendedAt, campaignId, contactId, number, result, disposition }) => [
      id,
      intendedAt,
      campaignId,
      contactId,
      number,
      result?.outcome ?? 'under way',
      result?.agentId ?? '',
      seconds(result?.connectedAt, result?.endedAt),
      disposition?.disposition ?? '',
    ]),
  )}${more ? '\n… and more: narrow the search, or raise --limit' : ''}`;
}

function showText({ result, disposition, ...attempt }: AttemptAnswer): string {
  return pairs([
    ['attempt', attempt.id],
    ['campaign', `${attempt.campaignId} (${attempt.stage})`],
    ['contact', attempt.contactId],
    ['number', attempt.number],
    ['caller id', attempt.callerId],
    ['through', `${attempt.trunk} of ${attempt.switchId}`],
    ['intended', attempt.intendedAt],
    ['outcome', result === undefined ? 'under way' : `${result.outcome} (${result.cause})`],
    ['answered', result?.answeredAt ?? ''],
    ['with agent', result?.agentId === undefined ? '' : `${result.agentId}, ${result.connectedAt ?? ''}`],
    ['ended', result?.endedAt ?? ''],
    ['disposition', disposition === undefined ? '' : `${disposition.disposition} ${disposition.note}`],
    ['recording', result?.recording === undefined ? 'none' : `tactus recordings save ${attempt.id} -o FILE`],
  ]);
}

export function addAttemptCommands(program: Command, io: Io): void {
  const group = program.command('attempts').description('what was dialled, and what came of it');

  filtered(group.command('list', { isDefault: true }).description('attempts, newest first')).action(
    async (flags: Filters) => {
      const client = createClient(io);
      const { items, more } = await listed<AttemptAnswer>(
        client,
        '/v1/attempts',
        queryOf(flags),
        flags.limit,
      );
      printResult(io, flags.json ?? false, items, () => listText(items, more));
    },
  );

  group
    .command('show')
    .description('one attempt; "tactus evidence" says why it was placed')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: { readonly json?: boolean }) => {
      const attempt = (await createClient(io).get(pathOf(id))) as AttemptAnswer;
      printResult(io, flags.json ?? false, attempt, () => showText(attempt));
    });

  const recordings = program.command('recordings').description('recorded conversations');

  filtered(
    recordings.command('list', { isDefault: true }).description('recorded attempts, newest first'),
  ).action(async (flags: Filters) => {
    const { items, more } = await listed<AttemptAnswer>(
      createClient(io),
      '/v1/attempts',
      queryOf(flags),
      flags.limit,
    );
    const recorded = items.filter(({ result }) => result?.recording !== undefined);
    printResult(io, flags.json ?? false, recorded, () =>
      recorded.length === 0
        ? `none of the ${items.length} attempts looked at is recorded${more ? ': raise --limit' : ''}`
        : listText(recorded, more),
    );
  });

  recordings
    .command('save')
    .description('the recording of an attempt, as the switch wrote it; each listening is in the audit log')
    .argument('<attempt>')
    .requiredOption('-o, --output <file>', 'file to write')
    .action(async (attempt: string, { output }: { readonly output: string }) => {
      if (output === '-') throw new CliError('--output: name a file');
      await save(await createClient(io).download(`${pathOf(attempt)}/recording`), output, io);
      printLine(io, `written to ${output}`);
    });
}
