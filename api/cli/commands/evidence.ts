/** `tactus evidence ATTEMPT`: why a call was placed. */
import type { Command } from 'commander';
import { createClient } from '../client.js';
import { type Io, printResult } from '../io.js';
import { table } from '../table.js';

/** As much of the service's answer as is shown. */
interface EvidenceAnswer {
  readonly attemptId: string;
  readonly campaignId: string;
  readonly number: string;
  readonly sentences: readonly string[];
  readonly commit: { readonly checks: readonly string[] };
  readonly timeline: readonly { readonly at: string; readonly what: string }[];
}

function evidenceText({
  attemptId,
  campaignId,
  number,
  sentences,
  commit,
  timeline,
}: EvidenceAnswer): string {
  return [
    `attempt ${attemptId}: ${number}, campaign ${campaignId}`,
    '',
    ...sentences,
    '',
    'checked again when the intent was made durable:',
    ...commit.checks.map((check) => `  ${check}`),
    '',
    table(
      ['AT', 'WHAT HAPPENED'],
      timeline.map(({ at, what }) => [at, what]),
    ),
  ].join('\n');
}

export function addEvidenceCommand(program: Command, io: Io): void {
  program
    .command('evidence')
    .description('why a call was placed: its permit, the rules and lists, what was checked, what happened')
    .argument('<attempt>', 'id of the attempt')
    .option('--json', 'print JSON')
    .action(async (attempt: string, flags: { readonly json?: boolean }) => {
      const path = `/v1/attempts/${encodeURIComponent(attempt)}/evidence`;
      const answer = (await createClient(io).get(path)) as EvidenceAnswer;
      printResult(io, flags.json ?? false, answer, () => evidenceText(answer));
    });
}
