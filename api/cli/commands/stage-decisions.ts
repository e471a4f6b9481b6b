/** `tactus gates` and `tactus halts`: decisions of all campaigns, and what operators answer to them. */
import { type Command, Option } from 'commander';
import { STAGES } from '../../../dialer/core/model.js';
import { createClient } from '../client.js';
import { CliError, type Io, printResult } from '../io.js';
import { integerBetween } from '../option-values.js';
import { listed } from '../pages.js';
import { table } from '../table.js';
import { partsOf, RECTIFIED_PARTS } from './rectification.js';

interface GateAnswer {
  readonly campaignId: string;
  readonly stage: string;
  readonly at: string;
  readonly decision: string;
  readonly evidence: string;
  readonly waiting: boolean;
  readonly approval?: { readonly by: string };
}

interface HaltAnswer {
  readonly campaignId: string;
  readonly stage: string;
  readonly at: string;
  readonly kind: string;
  readonly by: string;
  readonly text: string;
  readonly rectification?: { readonly by: string; readonly text: string };
}

interface Filters {
  readonly campaign?: string;
  readonly stage?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const campaignPath = (id: string): string => `/v1/campaigns/${encodeURIComponent(id)}`;

function filtered(command: Command): Command {
  return command
    .option('--campaign <id>', 'of this campaign')
    .addOption(new Option('--stage <stage>', 'of this stage').choices([...STAGES]))
    .option('--limit <n>', 'at most so many', integerBetween(1, 1000), 100)
    .option('--json', 'print JSON');
}

function gateState({ waiting, approval }: GateAnswer): string {
  if (waiting) return 'waits for approval';
  return approval === undefined ? '' : `by ${approval.by}`;
}

export function addStageDecisionCommands(program: Command, io: Io): void {
  const gates = program.command('gates').description('what was decided at the ends of stages, and approvals');

  filtered(gates.command('list', { isDefault: true }).description('decisions of all campaigns, newest first'))
    .addOption(new Option('--decision <decision>', 'decided so').choices(['pass', 'fail', 'inconclusive']))
    .option('--waiting', 'those that wait for approval')
    .action(async (flags: Filters & { readonly decision?: string; readonly waiting?: boolean }) => {
      const { campaign, stage, limit, decision, waiting } = flags;
      const query = { campaign, stage, decision, ...(waiting === true && { waiting: 'true' }) };
      const { items } = await listed<GateAnswer>(createClient(io), '/v1/gates', query, limit);
      printResult(io, flags.json ?? false, items, () =>
        items.length === 0
          ? waiting === true
            ? 'no gate waits for approval'
            : 'no gate has been decided yet'
          : table(
              ['CAMPAIGN', 'STAGE', 'WHEN', 'DECISION', 'APPROVAL', 'EVIDENCE'],
              items.map((gate) => [
                gate.campaignId,
                gate.stage,
                gate.at,
                gate.decision,
                gateState(gate),
                gate.evidence,
              ]),
            ),
      );
    });

  gates
    .command('approve')
    .description('open the gate that waits in a campaign')
    .argument('<campaign>')
    .option('--reason <text>', 'what it rests on; kept with the gate', 'approve from the command line')
    .option('--json', 'print JSON')
    .action(
      async (
        campaign: string,
        { reason, json = false }: { readonly reason: string; readonly json?: boolean },
      ) => {
        const answer = (await createClient(io).post(`${campaignPath(campaign)}/approve`, { reason })) as {
          readonly status: string;
          readonly stage: string;
        };
        printResult(io, json, answer, () => `campaign ${campaign} is ${answer.status} (${answer.stage})`);
      },
    );

  const halts = program.command('halts').description('halts of all campaigns, and how they were put right');

  filtered(halts.command('list', { isDefault: true }).description('halts of all campaigns, newest first'))
    .option('--open', 'those that nobody has put right yet')
    .action(async (flags: Filters & { readonly open?: boolean }) => {
      const { campaign, stage, limit, open } = flags;
      const query = { campaign, stage, ...(open === true && { open: 'true' }) };
      const { items } = await listed<HaltAnswer>(createClient(io), '/v1/halts', query, limit);
      printResult(io, flags.json ?? false, items, () =>
        items.length === 0
          ? 'no halts'
          : table(
              ['CAMPAIGN', 'STAGE', 'WHEN', 'KIND', 'BY', 'PUT RIGHT', 'WHY'],
              items.map(({ campaignId, stage: of, at, kind, by, text, rectification }) => [
                campaignId,
                of,
                at,
                kind,
                by,
                rectification === undefined ? 'NO' : `by ${rectification.by}`,
                text,
              ]),
            ),
      );
    });

  halts
    .command('resume')
    .description('put a halted campaign right: say what was done, and let it go on')
    .argument('<campaign>')
    .requiredOption('--reason <text>', 'the rectification: what was wrong and what was done')
    .option(
      '--touched <parts>',
      `what was changed: ${RECTIFIED_PARTS.join(', ')}, separated by commas; all but other go through a short validation first`,
      partsOf,
    )
    .option('--json', 'print JSON')
    .action(
      async (
        campaign: string,
        flags: { readonly reason: string; readonly touched?: readonly string[]; readonly json?: boolean },
      ) => {
        const client = createClient(io);
        const { status: now } = (await client.get(campaignPath(campaign))) as { readonly status: string };
        if (now !== 'halted')
          throw new CliError(`campaign ${campaign} is ${now}, not halted: there is nothing to put right`);
        const { reason, touched, json = false } = flags;
        const body = { reason, ...(touched === undefined ? {} : { touched }) };
        const answer = (await client.post(`${campaignPath(campaign)}/resume`, body)) as {
          readonly status: string;
          readonly stage: string;
        };
        printResult(io, json, answer, () => `campaign ${campaign} is ${answer.status} (${answer.stage})`);
      },
    );
}
