/** `tactus agents …`: look at agents, log them in and out. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { createClient } from '../client.js';
import { type Io, printResult } from '../io.js';
import { words } from '../option-values.js';
import { table } from '../table.js';

interface AgentAnswer {
  readonly id: string;
  readonly name: string;
  readonly pool: string;
  readonly team: string;
  readonly tier: string;
  readonly state: string;
  readonly stateSince: string;
  readonly pauseReason: string;
  readonly campaignId: string;
}

interface Flags {
  readonly json?: boolean;
}

interface LoginFlags extends Flags {
  readonly endpoint?: string;
  readonly name?: string;
  readonly pool?: string;
  readonly team?: string;
  readonly tier?: string;
  readonly skills?: readonly string[];
  readonly switch?: string;
  readonly ready?: boolean;
}

const pathOf = (id: string): string => `/v1/agents/${encodeURIComponent(id)}`;

function listText(items: readonly AgentAnswer[], now: number): string {
  if (items.length === 0) return 'no agents are logged in';
  return table(
    ['ID', 'NAME', 'POOL', 'TEAM', 'TIER', 'STATE', 'FOR#', 'CAMPAIGN'],
    items.map((agent) => [
      agent.id,
      agent.name,
      agent.pool,
      agent.team,
      agent.tier,
      agent.pauseReason === '' ? agent.state : `${agent.state} (${agent.pauseReason})`,
      `${Math.max(0, Math.round((now - Date.parse(agent.stateSince)) / 1000))} s`,
      agent.campaignId,
    ]),
  );
}

export function addAgentCommands(program: Command, io: Io): void {
  const group = program.command('agents').description('look at agents, log them in and out');
  const report = (json: boolean | undefined, agent: unknown): void => {
    const { id, state } = agent as AgentAnswer;
    printResult(io, json ?? false, agent, () => `agent ${id} is ${state}`);
  };

  group
    .command('list')
    .description('all agents')
    .option('--pool <id>', 'only those of this pool')
    .option('--state <state>', 'only those in this state, such as ready')
    .option('--json', 'print JSON')
    .action(async (flags: Flags & { readonly pool?: string; readonly state?: string }) => {
      const { pool, state } = flags;
      const answer = await createClient(io).get('/v1/agents', { pool, state });
      const { items } = answer as { items: readonly AgentAnswer[] };
      printResult(io, flags.json ?? false, items, () => listText(items, io.now()));
    });

  group
    .command('login')
    .description('log an agent in: the switch calls the endpoint and keeps the line')
    .argument('<id>')
    .option(
      '--endpoint <address>',
      'what the switch dials to reach the agent, such as user/1001; what is left out is the profile’s',
    )
    .option('--name <text>', 'shown name')
    .option('--pool <id>', 'pool of agents')
    .option('--team <name>', 'team')
    .addOption(new Option('--tier <tier>', 'experience').choices(['expert', 'experienced', 'ordinary']))
    .option('--skills <a,b>', 'skills', words)
    .option('--switch <id>', 'switch that keeps the line')
    .option('--ready', 'take calls at once; otherwise paused')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: LoginFlags) => {
      const { json, switch: switchId, ...profile } = flags;
      const body = { ...profile, ...(switchId !== undefined && { switchId }) };
      report(json, await createClient(io).post(`${pathOf(id)}/login`, body));
    });

  for (const [name, description] of [
    ['ready', 'take calls'],
    ['logout', 'log out; a conversation goes on to its end'],
    ['hangup', 'hang up on the customer'],
  ] as const) {
    group
      .command(name)
      .description(description)
      .argument('<id>')
      .option('--json', 'print JSON')
      .action(async (id: string, flags: Flags) => {
        report(flags.json, await createClient(io).post(`${pathOf(id)}/${name}`));
      });
  }

  group
    .command('pause')
    .description('take no calls, for a reason')
    .argument('<id>')
    .option('--reason <text>', 'why', 'break')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: Flags & { readonly reason: string }) => {
      report(flags.json, await createClient(io).post(`${pathOf(id)}/pause`, { reason: flags.reason }));
    });
}
