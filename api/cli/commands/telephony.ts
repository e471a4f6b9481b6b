/** `tactus switches`, `trunks`, `pools` and `teams`: what calls go out through, and who works them. */
import type { Command } from 'commander';
import { createClient } from '../client.js';
import { type Io, printResult } from '../io.js';
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

export function addTelephonyCommands(program: Command, io: Io): void {
  listCommand<SwitchAnswer>(
    program.command('switches').description('switches: their links, channels and events'),
    io,
    '/v1/switches',
    'no switches',
    ['ID', 'LINK', 'SINCE', 'CHANNELS#', 'ORPHANS#', 'EVENT LAG#', 'RECONNECTS#', 'WHY'],
    (each) => [
      each.id,
      each.connected ? 'up' : 'DOWN',
      each.since ?? '',
      String(each.channels),
      String(each.orphans),
      `${each.eventLagSeconds.toFixed(3)} s`,
      String(each.reconnects),
      each.reason,
    ],
  );
  listCommand<TrunkAnswer>(
    program.command('trunks').description('trunks: limits, use, health, and the campaigns that use them'),
    io,
    '/v1/trunks',
    'no trunks',
    ['ID', 'SWITCH', 'STATE', 'CHANNELS#', 'OF#', 'CALLS/S#', 'RESTS UNTIL', 'CAMPAIGNS', 'WHY'],
    (each) => [
      each.id,
      each.switchId,
      each.state,
      String(each.channels),
      String(each.maximumChannels),
      String(each.callsPerSecond),
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
