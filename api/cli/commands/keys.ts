/** `tactus keys …`: the API keys of the service. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { createClient } from '../client.js';
import { type Io, printResult } from '../io.js';
import { table } from '../table.js';
import { ROLE_CHOICES } from './users.js';

interface KeyAnswer {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly createdAt: string;
  readonly revokedAt?: string;
}

interface Flags {
  readonly json?: boolean;
}

export function addKeyCommands(program: Command, io: Io): void {
  const group = program.command('keys').description('the API keys of the service');

  group
    .command('list')
    .description('all keys, without their secrets')
    .option('--json', 'print JSON')
    .action(async (flags: Flags) => {
      const { items } = (await createClient(io).get('/v1/keys')) as { items: readonly KeyAnswer[] };
      printResult(io, flags.json ?? false, items, () =>
        table(
          ['ID', 'NAME', 'ROLE', 'MADE', 'REVOKED'],
          items.map((key) => [key.id, key.name, key.role, key.createdAt, key.revokedAt ?? '']),
        ),
      );
    });

  group
    .command('create')
    .description('make a key; its secret is shown this once')
    .argument('<name>', 'what or whom it is for')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLE_CHOICES).makeOptionMandatory())
    .option('--agent <id>', 'the agent that the key may act as, with the role agent')
    .option('--json', 'print JSON')
    .action(async (name: string, flags: Flags & { readonly role: string; readonly agent?: string }) => {
      const { role, agent } = flags;
      const agentId = agent === undefined ? {} : { agentId: agent };
      const answer = await createClient(io).post('/v1/keys', { name, role, ...agentId });
      const { id, key } = answer as KeyAnswer & { readonly key: string };
      printResult(io, flags.json ?? false, answer, () => `key ${id}: ${key}`);
    });

  group
    .command('revoke')
    .description('make a key worthless')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: Flags) => {
      const answer = await createClient(io).delete(`/v1/keys/${encodeURIComponent(id)}`);
      printResult(io, flags.json ?? false, answer, () => `key ${id} is revoked`);
    });
}
