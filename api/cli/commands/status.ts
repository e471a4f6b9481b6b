/** `tactus status`: the floor, the campaigns and the switches at a glance. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { type ApiClient, createClient } from '../client.js';
import { type Io, printLine, printResult } from '../io.js';
import { numberBetween } from '../option-values.js';
import { table } from '../table.js';

/** As much of the service's answer as is shown. */
interface OverviewAnswer {
  readonly at: string;
  readonly draining: boolean;
  readonly storeFailed: boolean;
  readonly switches: readonly {
    readonly id: string;
    readonly connected: boolean;
    readonly channels: number;
  }[];
  readonly agents: Readonly<Record<string, number>>;
  readonly campaigns: readonly {
    readonly id: string;
    readonly status: string;
    readonly stage: string;
    readonly inFlight: number;
    readonly talking: number;
    readonly open: number;
    readonly diagnosis: string;
  }[];
  readonly campaignsInAll: number;
}

const CLEAR_SCREEN = '\u001b[2J\u001b[H';

export function addStatusCommand(program: Command, io: Io): void {
  program
    .command('status')
    .description('agents, campaigns and switches at a glance')
    .option('--watch [seconds]', 'show it again every so often, until Ctrl-C', numberBetween(1, 3600, ' s'))
    .option('--json', 'print JSON')
    .action(async (flags: { readonly watch?: number | true; readonly json?: boolean }) => {
      const client = createClient(io);
      if (flags.watch === undefined) {
        await show(client, io, flags.json ?? false);
        return;
      }
      const seconds = flags.watch === true ? 2 : flags.watch;
      for (;;) {
        if (io.terminal && flags.json !== true) io.stdout.write(CLEAR_SCREEN);
        await show(client, io, flags.json ?? false);
        if (!io.terminal && flags.json !== true) printLine(io, '');
        await sleep(seconds * 1000);
      }
    });
}

async function show(client: ApiClient, io: Io, json: boolean): Promise<void> {
  const answer = (await client.get('/v1/overview')) as OverviewAnswer;
  printResult(io, json, answer, () => statusText(answer));
}

function statusText({ agents, campaigns, campaignsInAll, switches, ...state }: OverviewAnswer): string {
  const by = Object.entries(agents).filter(([, count]) => count > 0);
  const lines = [
    ...(state.draining ? ['The service is stopping: no new calls.'] : []),
    ...(state.storeFailed ? ['The store refuses writes: nothing new is dialled.'] : []),
    `agents: ${by.length === 0 ? 'none' : by.map(([each, count]) => `${count} ${each}`).join(', ')}`,
    ...switches.map(
      ({ id, connected, channels }) =>
        `switch ${id}: ${connected ? `connected, ${channels} channels` : 'NO LINK'}`,
    ),
    '',
    campaigns.length === 0
      ? 'No campaigns: tactus campaign create makes one.'
      : table(
          ['CAMPAIGN', 'STAGE', 'STATUS', 'RINGING', 'TALKING', 'OPEN', 'WHAT IT DOES'],
          campaigns.map((c) => [
            c.id,
            c.stage,
            c.status,
            String(c.inFlight),
            String(c.talking),
            String(c.open),
            c.diagnosis,
          ]),
        ),
  ];
  const more = campaignsInAll - campaigns.length;
  return [...lines, ...(more > 0 ? [`and ${more} more: tactus campaign list`] : [])].join('\n');
}
