/** `tactus consent …` and single numbers on the do-not-call lists of this service. */
import { type Command, Option } from 'commander';
import { CONSENT_LEVELS } from '../../../dialer/core/consent.js';
import { createClient } from '../client.js';
import { type Io, printLine, printResult } from '../io.js';
import { instant, words } from '../option-values.js';
import { save } from '../output.js';
import { table } from '../table.js';

interface ConsentAnswer {
  readonly number: string;
  readonly consent: string;
  readonly level?: string;
  readonly expiresAt?: string;
  readonly history: readonly {
    readonly at: string;
    readonly consent: string;
    readonly level?: string;
    readonly source: string;
    readonly evidence: string;
    readonly recordedBy: string;
  }[];
}

interface SetFlags {
  readonly evidence: string;
  readonly source?: string;
  readonly level?: string;
  readonly purposes?: readonly string[];
  readonly seller?: string;
  readonly at?: number;
  readonly expires?: number;
  readonly json?: boolean;
}

function consentText({ number, consent, level, expiresAt, history }: ConsentAnswer): string {
  const until = expiresAt === undefined ? '' : ` until ${expiresAt}`;
  const head = `${number}: ${consent}${level === undefined ? '' : ` (${level})`}${until}`;
  if (history.length === 0) return head;
  return `${head}\n\n${table(
    ['WHEN', 'SAID', 'LEVEL', 'SOURCE', 'EVIDENCE', 'RECORDED BY'],
    history.map((each) => [
      each.at,
      each.consent,
      each.level ?? '',
      each.source,
      each.evidence,
      each.recordedBy,
    ]),
  )}`;
}

const time = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();

export function addConsentCommands(program: Command, io: Io): void {
  const group = program.command('consent').description('who agreed to be called, and who refused');
  const pathOf = (number: string): string => `/v1/consent/${encodeURIComponent(number)}`;

  group
    .command('show')
    .description('what is in force for a number, and all that was ever said')
    .argument('<number>')
    .option('--campaign <id>', 'for the calls of this campaign')
    .option('--purpose <purpose>', 'for calls of this purpose')
    .option('--seller <name>', 'for calls in the name of this seller')
    .option('--json', 'print JSON')
    .action(
      async (
        number: string,
        {
          json = false,
          ...query
        }: {
          readonly campaign?: string;
          readonly purpose?: string;
          readonly seller?: string;
          readonly json?: boolean;
        },
      ) => {
        const answer = (await createClient(io).get(pathOf(number), query)) as ConsentAnswer;
        printResult(io, json, answer, () => consentText(answer));
      },
    );

  for (const [verb, consent, description] of [
    ['grant', 'granted', 'record that somebody agreed to be called'],
    ['refuse', 'refused', 'record that somebody refused to be called'],
  ] as const)
    group
      .command(verb)
      .description(description)
      .argument('<number>')
      .requiredOption('--evidence <text>', 'how it is known: the form, the recording, the letter')
      .option('--source <text>', 'how it came: web form, letter, call')
      .addOption(new Option('--level <level>', 'of a grant').choices([...CONSENT_LEVELS]))
      .option('--purposes <words>', 'for these purposes alone, separated by commas', words)
      .option('--seller <name>', 'for calls in this name alone')
      .option('--at <time>', 'when it was said; now when absent', instant)
      .option('--expires <time>', 'when the grant ends', instant)
      .option('--json', 'print JSON')
      .action(async (number: string, flags: SetFlags) => {
        const { evidence, source, level, purposes, seller, at, expires, json = false } = flags;
        const answer = (await createClient(io).put(pathOf(number), {
          consent,
          evidence,
          ...(source !== undefined && { source }),
          ...(level !== undefined && { level }),
          ...(purposes !== undefined && { purposes }),
          ...(seller !== undefined && { seller }),
          ...(at !== undefined && { at: time(at) }),
          ...(expires !== undefined && { expiresAt: time(expires) }),
        })) as ConsentAnswer;
        printResult(io, json, answer, () => consentText(answer));
      });

  group
    .command('export')
    .description('all that was ever said, as a file')
    .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'ndjson']).default('csv'))
    .option('-o, --output <file>', 'write it there instead of on standard output')
    .action(async ({ format, output }: { readonly format: string; readonly output?: string }) => {
      await save(await createClient(io).download('/v1/consent/export', { format }), output, io);
    });
}

/** `tactus dnc add|remove`: numbers on the lists of this service. */
export function addDncNumberCommands(program: Command, io: Io): void {
  const group = program.commands.find((each) => each.name() === 'dnc')!;

  group
    .command('add')
    .description('never call these numbers again')
    .argument('<number...>')
    .requiredOption('--reason <text>', 'why; kept with the numbers')
    .option('--campaign <id>', 'for this campaign alone; for all when absent')
    .option('--json', 'print JSON')
    .action(
      async (
        numbers: readonly string[],
        flags: { readonly reason: string; readonly campaign?: string; readonly json?: boolean },
      ) => {
        const { reason, campaign, json = false } = flags;
        const answer = (await createClient(io).post('/v1/dnc', {
          numbers,
          reason,
          ...(campaign !== undefined && { campaign }),
        })) as { readonly added: number };
        printResult(io, json, answer, () => `${answer.added} added, of ${numbers.length}`);
      },
    );

  group
    .command('remove')
    .description('take a number off a list of this service')
    .argument('<number>')
    .option('--campaign <id>', 'off the list of this campaign')
    .action(async (number: string, { campaign }: { readonly campaign?: string }) => {
      const query = campaign === undefined ? '' : `?campaign=${encodeURIComponent(campaign)}`;
      await createClient(io).delete(`/v1/dnc/${encodeURIComponent(number)}${query}`);
      printLine(io, `${number} is off the list`);
    });
}
