/** What operators keep and look up beside campaigns: caller ids, scripts, offers, disposition sets, profiles and pools of agents. */
import type { Command } from 'commander';
import { createClient } from '../client.js';
import { type Io, printLine, printResult } from '../io.js';
import { listed } from '../pages.js';
import { table } from '../table.js';
import { type DocumentAnswer, documentGroup } from './documents.js';
import { countsText, listCommand } from './telephony.js';

interface Flags {
  readonly json?: boolean;
}

interface CallerIdAnswer {
  readonly number: string;
  readonly state: string;
  readonly usedToday: number;
  readonly calls: number;
  readonly answerRate?: number;
  readonly freeAt?: string;
}

interface ProfileAnswer {
  readonly team: string;
  readonly tier: string;
  readonly endpoint?: string;
  readonly username?: string;
}

interface PoolAnswer {
  readonly teams: readonly string[];
}

interface LivePoolAnswer extends PoolAnswer {
  readonly id: string;
  readonly name?: string;
  readonly agents: number;
  readonly states: Readonly<Record<string, number>>;
  readonly campaigns: readonly { readonly id: string }[];
}

export function addResourceCommands(program: Command, io: Io): void {
  documentGroup(program, io, 'scripts', '/v1/scripts', 'what agents say and ask');
  documentGroup(program, io, 'offers', '/v1/offers', 'what is offered');
  documentGroup(program, io, 'disposition-sets', '/v1/disposition-sets', 'what agents may say of a call');
  documentGroup(program, io, 'agent-profiles', '/v1/agent-profiles', 'what agents are when they log in', {
    columns: [
      ['TEAM', ({ team }: ProfileAnswer) => team],
      ['TIER', ({ tier }: ProfileAnswer) => tier],
      ['PHONE', ({ endpoint = '' }: ProfileAnswer) => endpoint],
      ['USER', ({ username = '' }: ProfileAnswer) => username],
    ],
  });
  const pools = documentGroup(program, io, 'pools', '/v1/agent-pools', 'teams that belong together', {
    columns: [['TEAMS', ({ teams }: PoolAnswer) => teams.join(' ')]],
  });
  listCommand<LivePoolAnswer>(
    pools.command('status').description('who is in each pool now, and the campaigns it works'),
    io,
    '/v1/pools',
    'no pools: one is there as soon as a campaign or an agent names it',
    ['ID', 'NAME', 'AGENTS#', 'STATES', 'TEAMS', 'CAMPAIGNS'],
    (pool) => [
      pool.id,
      pool.name ?? '',
      String(pool.agents),
      countsText(pool.states),
      pool.teams.join(' '),
      pool.campaigns.map(({ id }) => id).join(' '),
    ],
  );
  const path = '/v1/caller-id-pools';
  const callerIds = documentGroup(program, io, 'caller-ids', path, 'pools of numbers that calls show', {
    columns: [['NUMBERS#', ({ numbers = [] }: DocumentAnswer) => String(numbers.length)]],
    shown: 'settings',
  });
  callerIds
    .command('show')
    .description('how each number of a pool stands')
    .argument('<pool>')
    .option('--json', 'print JSON')
    .action(async (pool: string, { json = false }: Flags) => {
      const numbers = `${path}/${encodeURIComponent(pool)}/numbers`;
      const { items } = await listed<CallerIdAnswer>(createClient(io), numbers);
      printResult(io, json, items, () =>
        table(
          ['NUMBER', 'STATE', 'TODAY#', 'CALLS#', 'ANSWERED#', 'FREE AT'],
          items.map(({ number, state, usedToday, calls, answerRate, freeAt = '' }) => [
            number,
            state,
            String(usedToday),
            String(calls),
            answerRate === undefined ? '' : `${(100 * answerRate).toFixed(1)} %`,
            freeAt,
          ]),
        ),
      );
    });
  callerIds
    .command('release')
    .description('show a number again that was flagged: somebody has looked at it')
    .argument('<pool>')
    .argument('<number>')
    .action(async (pool: string, number: string) => {
      const target = `${path}/${encodeURIComponent(pool)}/numbers/${encodeURIComponent(number)}/release`;
      const released = (await createClient(io).post(target)) as CallerIdAnswer;
      printLine(io, `${released.number} is ${released.state}`);
    });
}
