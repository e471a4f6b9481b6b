/** `tactus switches`, `trunks`, `pools` and `teams`: what calls go out through, and who works them. */
import type { Command } from 'commander';
import { createClient } from '../client.js';
import { CliError, type Io, printResult } from '../io.js';
import { listed } from '../pages.js';
import { table } from '../table.js';

type Counts = Readonly<Record<string, number>>;

interface SwitchAnswer {
  readonly id: string;
  readonly connected: boolean;
  readonly since?: string;
  readonly reason: string;
  readonly channels: number;
  readonly orphans: number;
  readonly eventLagSeconds: number;
  readonly reconnects: number;
  readonly drain?: { readonly reason: string; readonly empty: boolean };
}

interface TrunkAnswer {
  readonly id: string;
  readonly switchId: string;
  readonly state: string;
  readonly reason: string;
  readonly channels: number;
  readonly maximumChannels: number;
  readonly callsPerSecond: number;
  readonly restsUntil?: string;
  readonly failedShare?: number;
  readonly postDialDelaySeconds?: number;
  readonly campaigns: readonly string[];
}

interface TeamAnswer {
  readonly id: string;
  readonly agents: number;
  readonly states: Counts;
  readonly tiers: Counts;
  readonly pools: readonly string[];
}

export function countsText(counts: Counts): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

/** A command that prints one list. */
export function listCommand<Item>(
  command: Command,
  io: Io,
  path: string,
  none: string,
  header: readonly string[],
  row: (item: Item) => readonly string[],
): void {
  command.option('--json', 'print JSON').action(async (flags: { readonly json?: boolean }) => {
    const { items } = await listed<Item>(createClient(io), path);
    printResult(io, flags.json ?? false, items, () =>
      items.length === 0 ? none : table(header, items.map(row)),
    );
  });
}

function linkText({ connected, drain }: SwitchAnswer): string {
  if (!connected) return 'DOWN';
  return drain === undefined ? 'up' : drain.empty ? 'up, drained' : 'up, draining';
}

/** `tactus switches drain ID` and `return ID`: out of service for maintenance, and back. */
function addDrainCommands(switches: Command, io: Io): void {
  const path = (id: string): string => `/v1/switches/${encodeURIComponent(id)}/drain`;
  const said = ({ id, channels, drain }: SwitchAnswer): string =>
    drain === undefined
      ? `${id} serves again`
      : drain.empty
        ? `${id} is drained: it may be stopped`
        : `${id} gets no new calls; ${channels} channels are left ("tactus switches" tells when there are none)`;
  switches
    .command('drain')
    .argument('<id>', 'the switch')
    .description('take a switch out of service: no new calls there, its calls go on, its agents move')
    .option('--reason <text>', 'why; needed')
    .option('--keep-agents', 'its agents stay on it and wait')
    .option('--json', 'print JSON')
    .action(async (id: string, { reason, keepAgents = false, json = false }: DrainFlags) => {
      if (reason === undefined)
        throw new CliError('switches drain needs --reason: why it is taken out of service');
      const answer = await createClient(io).post(path(id), { reason, moveAgents: !keepAgents });
      printResult(io, json, answer, () => said(answer as SwitchAnswer));
    });
  switches
    .command('return')
    .argument('<id>', 'the switch')
    .description('return a switch to service')
    .option('--json', 'print JSON')
    .action(async (id: string, { json = false }: DrainFlags) => {
      const answer = await createClient(io).delete(path(id));
      printResult(io, json, answer, () => said(answer as SwitchAnswer));
    });
}

interface DrainFlags {
  readonly reason?: string;
  readonly keepAgents?: boolean;
  readonly json?: boolean;
}

export function addTelephonyCommands(program: Command, io: Io): void {
  const switches = program
    .command('switches')
    .description('switches: their links, channels and events, and taking one out of service');
  addDrainCommands(switches, io);
  listCommand<SwitchAnswer>(
    switches,
    io,
    '/v1/switches',
    'no switches',
    ['ID', 'LINK', 'SINCE', 'CHANNELS#', 'ORPHANS#', 'EVENT LAG#', 'RECONNECTS#', 'WHY'],
    (each) => [
      each.id,
      linkText(each),
      each.since ?? '',
      String(each.channels),
      String(each.orphans),
      `${each.eventLagSeconds.toFixed(3)} s`,
      String(each.reconnects),
      each.drain?.reason ?? each.reason,
    ],
  );
  listCommand<TrunkAnswer>(
    program.command('trunks').description('trunks: limits, use, health, and the campaigns that use them'),
    io,
    '/v1/trunks',
    'no trunks',
    [
      'ID',
      'SWITCH',
      'STATE',
      'CHANNELS#',
      'OF#',
      'CALLS/S#',
      'FAILED#',
      'DELAY#',
      'RESTS UNTIL',
      'CAMPAIGNS',
      'WHY',
    ],
    (each) => [
      each.id,
      each.switchId,
      each.state,
      String(each.channels),
      String(each.maximumChannels),
      String(each.callsPerSecond),
      each.failedShare === undefined ? '' : `${Math.round(100 * each.failedShare)} %`,
      each.postDialDelaySeconds === undefined ? '' : `${each.postDialDelaySeconds.toFixed(1)} s`,
      each.restsUntil ?? '',
      each.campaigns.join(' '),
      each.reason,
    ],
  );
  listCommand<TeamAnswer>(
    program.command('teams').description('teams: their agents by state and by tier'),
    io,
    '/v1/teams',
    'no teams: one is there as soon as an agent names it',
    ['ID', 'AGENTS#', 'STATES', 'TIERS', 'POOLS'],
    (each) => [
      each.id,
      String(each.agents),
      countsText(each.states),
      countsText(each.tiers),
      each.pools.join(' '),
    ],
  );
}
