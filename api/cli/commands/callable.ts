/** `tactus callable CAMPAIGN` and `tactus explain CONTACT`: who may be called, when, and why not. */
import type { Command } from 'commander';
import { createClient } from '../client.js';
import { CliError, type Io, printResult } from '../io.js';
import { table } from '../table.js';

const POLL_MILLISECONDS = 250;
const ROWS_SHOWN = 12;

interface CallableAnswer {
  readonly id: string;
  readonly campaignId: string;
  readonly state: 'running' | 'completed' | 'failed';
  readonly contacts: number;
  readonly callableNow: number;
  readonly later: number;
  readonly never: number;
  readonly done: Readonly<Record<string, number>>;
  readonly laterByHour: Readonly<Record<string, number>>;
  readonly byReason: Readonly<Record<string, number>>;
  readonly zones: readonly {
    readonly zone: string;
    readonly contacts: number;
    readonly callableNow: number;
    readonly nextOpensAt?: string;
  }[];
}

function callableText(answer: CallableAnswer): string {
  const done = Object.values(answer.done).reduce((sum, count) => sum + count, 0);
  const most = (counts: Readonly<Record<string, number>>): string[][] =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .slice(0, ROWS_SHOWN)
      .map(([name, count]) => [name, String(count)]);
  return [
    `${answer.contacts} contacts: ${answer.callableNow} callable now, ${answer.later} later, ${answer.never} never, ${done} done`,
    '',
    table(['WHY NOT NOW', 'CONTACTS#'], most(answer.byReason)),
    '',
    table(
      ['CALLABLE FROM', 'CONTACTS#'],
      Object.entries(answer.laterByHour)
        .slice(0, ROWS_SHOWN)
        .map(([hour, count]) => [hour, String(count)]),
    ),
    '',
    table(
      ['TIME ZONE', 'CONTACTS#', 'CALLABLE NOW#', 'OPENS'],
      answer.zones
        .slice(0, ROWS_SHOWN)
        .map(({ zone, contacts, callableNow, nextOpensAt }) => [
          zone,
          String(contacts),
          String(callableNow),
          nextOpensAt ?? '',
        ]),
    ),
  ].join('\n');
}

export function addCallableCommands(program: Command, io: Io): void {
  program
    .command('callable')
    .description('what if the whole list were called: now, later and when, never and why')
    .argument('<campaign>')
    .option('--at <time>', 'the instant to ask about; default now')
    .option('--json', 'print JSON')
    .action(async (campaign: string, flags: { readonly at?: string; readonly json?: boolean }) => {
      const client = createClient(io);
      const body = flags.at === undefined ? {} : { at: flags.at };
      let job = (await client.post(
        `/v1/campaigns/${encodeURIComponent(campaign)}/callable`,
        body,
      )) as CallableAnswer;
      while (job.state === 'running') {
        await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
        job = (await client.get(`/v1/callable/${job.id}`)) as CallableAnswer;
      }
      if (job.state === 'failed') throw new CliError('the service could not answer: its log says why');
      printResult(io, flags.json ?? false, job, () => callableText(job));
    });

  program
    .command('explain')
    .description('why a contact is called, or not')
    .argument('<contact>', 'id of the contact')
    .option('--json', 'print JSON')
    .action(async (contact: string, flags: { readonly json?: boolean }) => {
      const path = `/v1/contacts/${encodeURIComponent(contact)}/explain`;
      const answer = (await createClient(io).get(path)) as { readonly sentences: readonly string[] };
      printResult(io, flags.json ?? false, answer, () => answer.sentences.join('\n'));
    });
}
