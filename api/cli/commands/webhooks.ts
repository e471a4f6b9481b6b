/** `tactus webhooks …`: who is told of events, what did not arrive, and having it sent again. */
import { type Command, InvalidArgumentError } from 'commander';
import { createClient } from '../client.js';
import { CliError, type Io, printResult } from '../io.js';
import { table } from '../table.js';

interface WebhookAnswer {
  readonly id: string;
  readonly url: string;
  readonly kinds: readonly string[];
  readonly campaign?: string;
  readonly retrying: number;
  readonly dead: number;
  readonly lastDeliveredAt?: string;
  readonly lastError: string;
}

interface DeliveryAnswer {
  readonly sequence: number;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly lastAt: string;
  readonly error: string;
}

interface Flags {
  readonly json?: boolean;
  readonly url?: string;
  readonly id?: string;
  readonly kinds?: readonly string[];
  readonly campaign?: string;
  readonly description?: string;
  readonly dead?: boolean;
  readonly overlapHours?: number;
}

const names = (text: string): readonly string[] => text.split(',').map((name) => name.trim());

function hours(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 168))
    throw new InvalidArgumentError('give hours from 0 to 168');
  return value;
}

function sequence(text: string, before: readonly number[] = []): readonly number[] {
  if (!/^\d{1,15}$/.test(text))
    throw new InvalidArgumentError('give the sequence of a delivery, such as 812');
  return [...before, Number(text)];
}

function shown(webhooks: readonly WebhookAnswer[]): string {
  return table(
    ['ID', 'ADDRESS', 'TOLD OF', 'CAMPAIGN', 'RETRYING', 'DEAD', 'LAST DELIVERED', 'LAST ERROR'],
    webhooks.map((hook) => [
      hook.id,
      hook.url,
      hook.kinds.join(' '),
      hook.campaign ?? '',
      String(hook.retrying),
      String(hook.dead),
      hook.lastDeliveredAt ?? '',
      hook.lastError,
    ]),
  );
}

export function addWebhookCommands(program: Command, io: Io): void {
  const group = program.command('webhooks').description('events posted to other systems');
  const path = (id: string, rest = ''): string => `/v1/webhooks/${encodeURIComponent(id)}${rest}`;
  const json = (command: Command): Command => command.option('--json', 'print JSON');
  const fields = ({ url, kinds, campaign, description }: Flags) => ({
    ...(url === undefined ? {} : { url }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(campaign === undefined ? {} : { campaign: campaign === '' ? null : campaign }),
    ...(description === undefined ? {} : { description }),
  });

  json(group.command('list').description('all webhooks and how their deliveries stand')).action(
    async (flags: Flags) => {
      const { items } = (await createClient(io).get('/v1/webhooks')) as { items: readonly WebhookAnswer[] };
      printResult(io, flags.json ?? false, items, () => shown(items));
    },
  );

  json(
    group
      .command('add')
      .description('have events posted; the secret that signs them is shown this once')
      .argument('<url>', 'https, or http on this machine')
      .option('--id <id>', 'its id; one is made up when absent')
      .option('--kinds <kinds>', 'kinds of events, separated by commas', names)
      .option('--campaign <id>', 'only events of this campaign')
      .option('--description <text>', 'what it is for'),
  ).action(async (url: string, flags: Flags) => {
    const body = { ...fields(flags), url, ...(flags.id === undefined ? {} : { id: flags.id }) };
    const answer = (await createClient(io).post('/v1/webhooks', body)) as WebhookAnswer & { secret: string };
    printResult(io, flags.json ?? false, answer, () => `webhook ${answer.id}, secret ${answer.secret}`);
  });

  json(
    group
      .command('change')
      .description('change a webhook; its secret and what waits for it stay')
      .argument('<id>')
      .option('--url <url>', 'where events are posted')
      .option('--kinds <kinds>', 'kinds of events, separated by commas', names)
      .option('--campaign <id>', 'only events of this campaign; "" for all')
      .option('--description <text>', 'what it is for'),
  ).action(async (id: string, flags: Flags) => {
    const change = fields(flags);
    if (Object.keys(change).length === 0)
      throw new CliError('give --url, --kinds, --campaign or --description: there is nothing to change');
    const changed = (await createClient(io).patch(path(id), change, { 'if-match': '*' })) as WebhookAnswer;
    printResult(io, flags.json ?? false, changed, () => shown([changed]));
  });

  json(
    group
      .command('rotate')
      .description('replace the secret; both sign for a while')
      .argument('<id>')
      .option('--overlap-hours <hours>', 'the old one signs so long (24); 0 when it has leaked', hours),
  ).action(async (id: string, flags: Flags) => {
    const { overlapHours } = flags;
    const body = overlapHours === undefined ? {} : { overlapHours };
    const answer = (await createClient(io).post(path(id, '/rotate-secret'), body)) as WebhookAnswer & {
      readonly secret: string;
      readonly previousSecretUntil?: string;
    };
    printResult(io, flags.json ?? false, answer, () => {
      const until = answer.previousSecretUntil;
      return `webhook ${id}, secret ${answer.secret}${until === undefined ? '' : `; the one before signs until ${until}`}`;
    });
  });

  json(group.command('ping').description('send a signed test').argument('<id>')).action(
    async (id: string, flags: Flags) => {
      const answer = (await createClient(io).post(path(id, '/ping'))) as {
        delivered: boolean;
        error: string;
      };
      if (!answer.delivered) throw new CliError(`the test did not arrive: ${answer.error}`);
      printResult(io, flags.json ?? false, answer, () => 'the test has arrived');
    },
  );

  json(
    group
      .command('deliveries')
      .description('what has not arrived')
      .argument('<id>')
      .option('--dead', 'only what was given up'),
  ).action(async (id: string, flags: Flags) => {
    const client = createClient(io);
    const items: DeliveryAnswer[] = [];
    let cursor: string | undefined;
    do {
      const state = flags.dead === true ? 'dead' : undefined;
      const page = (await client.get(path(id, '/deliveries'), { state, limit: '500', cursor })) as {
        readonly items: readonly DeliveryAnswer[];
        readonly nextCursor?: string;
      };
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    printResult(io, flags.json ?? false, items, () =>
      table(
        ['SEQUENCE', 'EVENT', 'STATE', 'ATTEMPTS', 'LAST', 'ERROR'],
        items.map((each) => [
          String(each.sequence),
          each.kind,
          each.state,
          String(each.attempts),
          each.lastAt,
          each.error,
        ]),
      ),
    );
  });

  json(
    group
      .command('replay')
      .description('send again what was given up')
      .argument('<id>')
      .argument('[sequences...]', 'only these', sequence),
  ).action(async (id: string, sequences: readonly number[] | undefined, flags: Flags) => {
    const body = sequences === undefined || sequences.length === 0 ? {} : { sequences };
    const answer = (await createClient(io).post(path(id, '/replay'), body)) as { readonly replayed: number };
    printResult(io, flags.json ?? false, answer, () => `${answer.replayed} are sent again`);
  });

  group
    .command('remove')
    .description('remove a webhook with what it keeps')
    .argument('<id>')
    .action(async (id: string) => {
      await createClient(io).delete(path(id));
      io.stdout.write(`webhook ${id} is removed\n`);
    });
}
