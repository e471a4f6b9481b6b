/** `tactus users …`: the people who log in. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { type Command, Option } from 'commander';
import { createClient } from '../client.js';
import { CliError, type Io, printResult } from '../io.js';
import { table } from '../table.js';

export const ROLE_CHOICES = ['admin', 'operator', 'supervisor', 'agent', 'integrator', 'read-only'];

interface UserAnswer {
  readonly username: string;
  readonly name: string;
  readonly role: string;
  readonly agentId?: string;
  readonly disabled: boolean;
  readonly passwordChangedAt: string;
}

interface Flags {
  readonly json?: boolean;
  readonly name?: string;
  readonly role?: string;
  readonly agent?: string;
}

const PASSWORD_HELP = `
The password is read from TACTUS_NEW_PASSWORD, else from the first line of standard input; it is never an argument,
because others on the machine can see those.`;

/** The new password: from the environment, else typed or piped in. */
async function readPassword(io: Io): Promise<string> {
  const given = io.environment['TACTUS_NEW_PASSWORD'];
  if (given !== undefined && given !== '') return given;
  io.stderr.write('new password: ');
  const lines = createInterface({ input: Readable.from(io.stdin), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    lines.close();
    if (line !== '') return line;
    break;
  }
  throw new CliError('the password is empty: type it, pipe it in, or set TACTUS_NEW_PASSWORD');
}

function shown(users: readonly UserAnswer[]): string {
  return table(
    ['USER', 'NAME', 'ROLE', 'AGENT', 'MAY LOG IN', 'PASSWORD FROM'],
    users.map(({ username, name, role, agentId = '', disabled, passwordChangedAt }) => [
      username,
      name,
      role,
      agentId,
      disabled ? 'no' : 'yes',
      passwordChangedAt,
    ]),
  );
}

export function addUserCommands(program: Command, io: Io): void {
  const group = program.command('users').description('the people who log in, and what they may do');
  const path = (username: string): string => `/v1/users/${encodeURIComponent(username)}`;
  const json = (command: Command): Command => command.option('--json', 'print JSON');
  const edit = async (username: string, change: object): Promise<UserAnswer> =>
    (await createClient(io).patch(path(username), change, { 'if-match': '*' })) as UserAnswer;

  json(group.command('list').description('all users')).action(async (flags: Flags) => {
    const { items } = (await createClient(io).get('/v1/users')) as { items: readonly UserAnswer[] };
    printResult(io, flags.json ?? false, items, () => shown(items));
  });

  json(
    group
      .command('add')
      .description('make a user')
      .argument('<username>')
      .addOption(
        new Option('--role <role>', 'what the user may do').choices(ROLE_CHOICES).makeOptionMandatory(),
      )
      .option('--name <name>', 'name of the person')
      .option('--agent <id>', 'the agent that the user is, with the role agent')
      .addHelpText('after', PASSWORD_HELP),
  ).action(async (username: string, { name, role, agent, json: asJson }: Flags) => {
    const client = createClient(io);
    const answer = await client.post('/v1/users', {
      username,
      role,
      ...(name === undefined ? {} : { name }),
      ...(agent === undefined ? {} : { agentId: agent }),
      password: await readPassword(io),
    });
    printResult(io, asJson ?? false, answer, () => `user ${username} can log in`);
  });

  json(
    group
      .command('change')
      .description('change a user; other rights end the sessions of the user')
      .argument('<username>')
      .addOption(new Option('--role <role>', 'what the user may do').choices(ROLE_CHOICES))
      .option('--name <name>', 'name of the person')
      .option('--agent <id>', 'the agent that the user is'),
  ).action(async (username: string, { name, role, agent, json: asJson }: Flags) => {
    if (name === undefined && role === undefined && agent === undefined)
      throw new CliError('give --role, --name or --agent: there is nothing to change');
    const changed = await edit(username, {
      ...(name === undefined ? {} : { name }),
      ...(role === undefined ? {} : { role }),
      ...(agent === undefined ? {} : { agentId: agent }),
    });
    printResult(io, asJson ?? false, changed, () => shown([changed]));
  });

  for (const [verb, disabled, what] of [
    ['disable', true, 'let a user log in no more; the sessions end'],
    ['enable', false, 'let a user log in again'],
  ] as const) {
    json(group.command(verb).description(what).argument('<username>')).action(
      async (username: string, flags: Flags) => {
        const changed = await edit(username, { disabled });
        printResult(io, flags.json ?? false, changed, () => `user ${username} is ${verb}d`);
      },
    );
  }

  group
    .command('password')
    .description('set another password, which ends the sessions of the user')
    .argument('<username>')
    .addHelpText('after', PASSWORD_HELP)
    .action(async (username: string) => {
      await createClient(io).put(`${path(username)}/password`, { password: await readPassword(io) });
      io.stdout.write(`the password of ${username} is changed\n`);
    });

  group
    .command('remove')
    .description('remove a user, whose sessions end')
    .argument('<username>')
    .action(async (username: string) => {
      await createClient(io).delete(path(username), { 'if-match': '*' });
      io.stdout.write(`user ${username} is removed\n`);
    });
}
