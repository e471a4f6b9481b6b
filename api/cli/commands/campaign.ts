/** `tactus campaign …`: look at campaigns and command them. */
import type { Command } from 'commander';
import { Option } from 'commander';
import type { StageCounters, StageName } from '../../../dialer/core/model.js';
import { pacerNames } from '../../../pacing/index.js';
import { createClient } from '../client.js';
import { CliError, type Io, printResult } from '../io.js';
import { numberBetween } from '../option-values.js';
import { readFields } from '../pages.js';
import { pairs, percent, table } from '../table.js';
import { addCampaignEvidenceCommands } from './campaign-evidence.js';
import { addCampaignSettingsCommands } from './campaign-settings.js';
import { partsOf, RECTIFIED_PARTS } from './rectification.js';
import { addReportCommands } from './report.js';

/** As much of the service's answer as is shown. */
interface CampaignAnswer {
  readonly id: string;
  readonly status: string;
  readonly stage: StageName;
  readonly reason: string;
  readonly settings: {
    readonly name: string;
    readonly pool: string;
    readonly pacing: { readonly method: string };
  };
  readonly counters: Readonly<Record<StageName, StageCounters>>;
  readonly live: {
    readonly hopper: number;
    readonly inFlight: number;
    readonly talking: number;
    readonly open: number;
    readonly diagnosis: string;
  };
}

interface Flags {
  readonly json?: boolean;
}

interface CreateFlags extends Flags {
  readonly id?: string;
  readonly pool?: string;
  readonly purpose?: string;
  readonly pacing?: string;
  readonly ratio?: number;
  readonly targetAbandon?: number;
  readonly callerId?: string;
  readonly from?: string;
}

const pathOf = (id: string): string => `/v1/campaigns/${encodeURIComponent(id)}`;

function listText(items: readonly CampaignAnswer[]): string {
  if (items.length === 0) return 'no campaigns: make one with "tactus campaign create NAME"';
  return table(
    ['ID', 'NAME', 'STATUS', 'STAGE', 'OPEN#', 'LINES#', 'TALKING#', 'ABANDONED#', 'DOING'],
    items.map(({ id, settings, status, stage, live, counters }) => [
      id,
      settings.name,
      status,
      stage,
      String(live.open),
      String(live.inFlight),
      String(live.talking),
      percent(counters[stage].abandoned, counters[stage].liveAnswers),
      live.diagnosis,
    ]),
  );
}

function showText(campaign: CampaignAnswer): string {
  const { id, settings, status, stage, reason, live, counters } = campaign;
  const stages: readonly StageName[] = ['validation', 'pilot', 'production'];
  return [
    pairs([
      ['campaign', id],
      ['name', settings.name],
      ['status', `${status}${reason === '' ? '' : ` (${reason})`}`],
      ['stage', stage],
      ['pool', settings.pool],
      ['pacing', settings.pacing.method],
      ['now', live.diagnosis],
      ['contacts open', String(live.open)],
      ['lines', `${live.inFlight} in flight, ${live.talking} talking, ${live.hopper} in the hopper`],
    ]),
    '',
    table(
      ['STAGE', 'ATTEMPTS#', 'ANSWERED#', 'MACHINES#', 'CONNECTED#', 'ABANDONED#', 'SUCCESSES#', 'OPT-OUTS#'],
      stages.map((name) => {
        const c = counters[name];
        return [
          name,
          String(c.attempts),
          String(c.liveAnswers),
          String(c.machines),
          String(c.connected),
          `${c.abandoned} (${percent(c.abandoned, c.liveAnswers)})`,
          String(c.successes),
          String(c.optOuts),
        ];
      }),
    ),
  ].join('\n');
}

async function creationBody(name: string, flags: CreateFlags): Promise<Record<string, unknown>> {
  const settings = flags.from === undefined ? {} : await readFields(flags.from);
  const pacing = {
    ...(settings['pacing'] as object | undefined),
    ...(flags.pacing !== undefined && { method: flags.pacing }),
    ...(flags.ratio !== undefined && { ratio: flags.ratio }),
    ...(flags.targetAbandon !== undefined && { targetAbandonRatio: flags.targetAbandon }),
  };
  return {
    ...settings,
    name,
    ...(flags.id !== undefined && { id: flags.id }),
    ...(flags.pool !== undefined && { pool: flags.pool }),
    ...(flags.purpose !== undefined && { purpose: flags.purpose }),
    ...(flags.callerId !== undefined && { callerId: flags.callerId }),
    ...(Object.keys(pacing).length > 0 && { pacing }),
  };
}

const COMMANDS = [
  ['start', 'start a campaign in its first stage'],
  ['pause', 'place no new calls; live ones go on'],
  ['resume', 'go on after a pause, or after a halt with what was put right'],
  ['stop', 'end a campaign for good'],
  ['halt', 'stop new calls at once, until it is put right'],
  ['approve', 'open a gate that waits for approval'],
] as const;

interface CommandFlags extends Flags {
  readonly reason?: string;
  readonly touched?: readonly string[];
}

async function command(
  name: (typeof COMMANDS)[number][0],
  id: string,
  { reason, touched }: CommandFlags,
  io: Io,
) {
  const client = createClient(io);
  if (reason === undefined && name === 'halt')
    throw new CliError('halt needs --reason: what is wrong, for those who have to put it right');
  if (reason === undefined && name === 'resume') {
    const { status, reason: why } = (await client.get(pathOf(id))) as CampaignAnswer;
    if (status === 'halted')
      throw new CliError(`campaign ${id} is halted (${why}): say with --reason what was put right`);
  }
  const body = {
    reason: reason ?? `${name} from the command line`,
    ...(touched === undefined ? {} : { touched }),
  };
  return (await client.post(`${pathOf(id)}/${name}`, body)) as CampaignAnswer;
}

export function addCampaignCommands(program: Command, io: Io): void {
  const group = program.command('campaign').description('look at campaigns and command them');

  group
    .command('list')
    .description('all campaigns, newest first')
    .option('--json', 'print JSON')
    .action(async (flags: Flags) => {
      const { items } = (await createClient(io).get('/v1/campaigns')) as { items: readonly CampaignAnswer[] };
      printResult(io, flags.json ?? false, items, () => listText(items));
    });

  group
    .command('show')
    .description('one campaign: where it stands, what it does and why')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: Flags) => {
      const campaign = (await createClient(io).get(pathOf(id))) as CampaignAnswer;
      printResult(io, flags.json ?? false, campaign, () => showText(campaign));
    });

  group
    .command('create')
    .description('make a campaign; it is a draft until it is started')
    .argument('<name>')
    .option('--id <id>', 'its id in addresses and commands; made up when absent')
    .option('--pool <id>', 'pool of agents that works it')
    .option(
      '--purpose <purpose>',
      'what the calls are for: sales, service, survey, …; the rules depend on it',
    )
    .addOption(new Option('--pacing <method>', 'how the number of lines is decided').choices(pacerNames))
    .option('--ratio <n>', 'lines per ready agent, for the method ratio', numberBetween(1, 20))
    .option('--target-abandon <ratio>', 'abandoned ÷ answered to aim at, such as 0.03', numberBetween(0, 0.1))
    .option('--caller-id <number>', 'number that the called person sees')
    .option('--from <file>', 'all other settings, in YAML or JSON')
    .option('--json', 'print JSON')
    .action(async (name: string, flags: CreateFlags) => {
      const body = await creationBody(name, flags);
      const campaign = (await createClient(io).post('/v1/campaigns', body)) as CampaignAnswer;
      printResult(
        io,
        flags.json ?? false,
        campaign,
        () =>
          `campaign ${campaign.id} made; add contacts with "tactus import FILE --campaign ${campaign.id}"`,
      );
    });

  addCampaignSettingsCommands(group, pathOf, io);

  addReportCommands(group, io);

  addCampaignEvidenceCommands(group, pathOf, io);

  for (const [name, description] of COMMANDS) {
    const each = group
      .command(name)
      .description(description)
      .argument('<id>')
      .option('--reason <text>', 'why; kept with the campaign')
      .option('--json', 'print JSON');
    if (name === 'resume')
      each.option(
        '--touched <parts>',
        `after a halt, what was changed: ${RECTIFIED_PARTS.join(', ')}, separated by commas; all but other go through a short validation first`,
        partsOf,
      );
    each.action(async (id: string, flags: CommandFlags) => {
      const campaign = await command(name, id, flags, io);
      const { status, stage } = campaign;
      printResult(io, flags.json ?? false, campaign, () => `campaign ${id} is ${status} (${stage})`);
    });
  }
}
