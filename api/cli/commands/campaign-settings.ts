/** `tactus campaign edit|versions|diff|restore|clone|schedule|diagnose`: the settings of a campaign, and their history. */
import { type Command, Option } from 'commander';
import { pacerNames } from '../../../pacing/index.js';
import { changesText, differences } from '../changes.js';
import { type ApiClient, createClient } from '../client.js';
import { CliError, type Io, printResult } from '../io.js';
import { integerBetween, numberBetween } from '../option-values.js';
import { type Assignment, assigned, assignment, listed, readFields, removal } from '../pages.js';
import { pairs, table } from '../table.js';

type Settings = Readonly<Record<string, unknown>>;

interface CampaignAnswer {
  readonly id: string;
  readonly version: number;
  readonly settings: Settings & { readonly schedule?: ScheduleAnswer };
}

interface ScheduleAnswer {
  readonly timeZone: string;
  readonly hours?: Readonly<Record<string, readonly string[]>>;
  readonly dates?: Readonly<Record<string, readonly string[]>>;
  readonly from?: string;
  readonly until?: string;
}

interface VersionAnswer {
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly changes: readonly { readonly field: string }[];
}

interface EditFlags {
  readonly from?: string;
  readonly set?: readonly Assignment[];
  readonly unset?: readonly Assignment[];
  readonly name?: string;
  readonly pool?: string;
  readonly purpose?: string;
  readonly pacing?: string;
  readonly ratio?: number;
  readonly targetAbandon?: number;
  readonly callerId?: string;
  readonly callerIdPool?: string;
  readonly script?: string;
  readonly ifVersion?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const version = integerBetween(1, 1_000_000_000);

/** The edit as assignments to paths; later ones win. */
async function assignmentsOf(flags: EditFlags): Promise<readonly Assignment[]> {
  const fields = flags.from === undefined ? {} : await readFields(flags.from);
  const flag = (path: readonly string[], value: unknown): readonly Assignment[] =>
    value === undefined ? [] : [{ path, value }];
  const all = [
    ...Object.entries(fields).map(([name, value]) => ({ path: [name], value })),
    ...flag(['name'], flags.name),
    ...flag(['pool'], flags.pool),
    ...flag(['purpose'], flags.purpose),
    ...flag(['pacing', 'method'], flags.pacing),
    ...flag(['pacing', 'ratio'], flags.ratio),
    ...flag(['pacing', 'targetAbandonRatio'], flags.targetAbandon),
    ...flag(['callerId'], flags.callerId),
    ...flag(['callerIdPool'], flags.callerIdPool),
    ...flag(['script'], flags.script),
    ...(flags.set ?? []),
    ...(flags.unset ?? []),
  ];
  if (all.length === 0)
    throw new CliError('nothing to change: give --from FILE, --set field=value, --unset field, or a flag');
  // The text of a script comes with its name: the text of the one before would contradict it.
  const names = (name: string): boolean => all.some(({ path }) => path[0] === name);
  return names('script') && !names('scripts') ? [...all, { path: ['scripts'] }] : all;
}

/** Saves settings on the version they were read from, so that nobody's edit in between is lost. */
async function save(
  client: ApiClient,
  path: string,
  settings: Settings,
  read: number,
): Promise<CampaignAnswer> {
  const { id: _, ...fields } = settings;
  return (await client.put(path, fields, { 'if-match': `"${read}"` })) as CampaignAnswer;
}

function scheduleText(schedule: ScheduleAnswer | undefined): string {
  if (schedule === undefined) return 'no schedule: it runs whenever it is started and the law allows';
  const spans = (given: readonly string[]): string => (given.length === 0 ? 'closed' : given.join(', '));
  return pairs([
    ['time zone', schedule.timeZone],
    ...(schedule.from === undefined ? [] : ([['from', schedule.from]] as const)),
    ...(schedule.until === undefined ? [] : ([['until', schedule.until]] as const)),
    ...Object.entries(schedule.hours ?? { hours: ['all the time'] }).map(
      ([day, given]) => [day, spans(given)] as const,
    ),
    ...Object.entries(schedule.dates ?? {}).map(([date, given]) => [date, spans(given)] as const),
  ]);
}

export function addCampaignSettingsCommands(group: Command, pathOf: (id: string) => string, io: Io): void {
  const settingsOf = async (client: ApiClient, id: string, at: number): Promise<Settings> =>
    ((await client.get(`${pathOf(id)}/versions/${at}`)) as { readonly settings: Settings }).settings;

  group
    .command('edit')
    .description('change some of the settings; the others stay as they are')
    .argument('<id>')
    .option('--from <file>', 'fields in YAML or JSON, each in the place of the one that stands')
    .option('--set <field=value>', 'one field, such as pacing.ratio=1.5; may be repeated', assignment)
    .option('--unset <field>', 'leave a field to its default; may be repeated', removal)
    .option('--name <text>', 'name')
    .option('--pool <id>', 'pool of agents that works it')
    .option('--purpose <purpose>', 'what the calls are for')
    .addOption(new Option('--pacing <method>', 'how the number of lines is decided').choices(pacerNames))
    .option('--ratio <n>', 'lines per ready agent, for the method ratio', numberBetween(1, 20))
    .option('--target-abandon <ratio>', 'abandoned ÷ answered to aim at, such as 0.03', numberBetween(0, 0.1))
    .option('--caller-id <number>', 'number that the called person sees')
    .option('--caller-id-pool <id>', 'pool of numbers that the called person sees')
    .option('--script <id>', 'script that agents read')
    .option('--if-version <n>', 'only when this is the version there is', version)
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: EditFlags) => {
      const client = createClient(io);
      const assignments = await assignmentsOf(flags);
      const found = (await client.get(pathOf(id))) as CampaignAnswer;
      const edited = assigned(found.settings, assignments);
      const read = flags.ifVersion ?? found.version;
      if (flags.dryRun === true) {
        if (read !== found.version)
          throw new CliError(`campaign ${id} is at version ${found.version}, not ${read}: read it again`);
        const changes = differences(found.settings, edited);
        printResult(io, flags.json ?? false, changes, () => changesText(changes));
        return;
      }
      const saved = await save(client, pathOf(id), edited, read);
      printResult(
        io,
        flags.json ?? false,
        saved,
        () =>
          `campaign ${id} is saved as version ${saved.version}\n${changesText(differences(found.settings, saved.settings))}`,
      );
    });

  group
    .command('versions')
    .description('who changed the settings, when, and what; newest first')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: { readonly json?: boolean }) => {
      const { items } = await listed<VersionAnswer>(createClient(io), `${pathOf(id)}/versions`);
      printResult(io, flags.json ?? false, items, () =>
        table(
          ['VERSION#', 'WHEN', 'BY', 'CHANGED'],
          items.map((each) => [
            String(each.version),
            each.at,
            each.by,
            each.changes.map(({ field }) => field).join(' '),
          ]),
        ),
      );
    });

  group
    .command('diff')
    .description('what two versions of the settings differ in')
    .argument('<id>')
    .argument('[from]', 'the earlier version; the one before the later when absent', version)
    .argument('[to]', 'the later version; the one in force when absent', version)
    .option('--json', 'print JSON')
    .action(
      async (
        id: string,
        from: number | undefined,
        to: number | undefined,
        flags: { readonly json?: boolean },
      ) => {
        const client = createClient(io);
        const later = to ?? ((await client.get(pathOf(id))) as CampaignAnswer).version;
        const earlier = from ?? later - 1;
        if (earlier < 1) throw new CliError(`campaign ${id} has one version: there is nothing to compare`);
        const [before, after] = [await settingsOf(client, id, earlier), await settingsOf(client, id, later)];
        const changes = differences(before, after);
        printResult(io, flags.json ?? false, changes, () => changesText(changes));
      },
    );

  group
    .command('restore')
    .description('make an earlier version the settings in force, as a new version')
    .argument('<id>')
    .argument('<version>', 'the version to go back to', version)
    .option('--json', 'print JSON')
    .action(async (id: string, at: number, flags: { readonly json?: boolean }) => {
      const client = createClient(io);
      const { version: read } = (await client.get(pathOf(id))) as CampaignAnswer;
      const saved = await save(client, pathOf(id), await settingsOf(client, id, at), read);
      printResult(
        io,
        flags.json ?? false,
        saved,
        () => `campaign ${id} is as it was in version ${at}; that is version ${saved.version} now`,
      );
    });

  group
    .command('clone')
    .description('make a new campaign with the settings of this one; it is a draft without contacts')
    .argument('<id>')
    .option('--id <id>', 'id of the new one; made up when absent')
    .option('--name <text>', 'name of the new one')
    .option('--json', 'print JSON')
    .action(
      async (
        original: string,
        flags: { readonly id?: string; readonly name?: string; readonly json?: boolean },
      ) => {
        const { id, name, json = false } = flags;
        const copy = (await createClient(io).post(`${pathOf(original)}/clone`, {
          ...(id !== undefined && { id }),
          ...(name !== undefined && { name }),
        })) as CampaignAnswer;
        printResult(io, json, copy, () => `campaign ${copy.id} has the settings of ${original}`);
      },
    );

  group
    .command('schedule')
    .description('when it runs by itself: show it, set it from a file, or clear it')
    .argument('<id>')
    .option('--from <file>', 'the schedule in YAML or JSON: timeZone, hours, dates, from, until')
    .option('--clear', 'run it whenever it is started')
    .option('--json', 'print JSON')
    .action(
      async (
        id: string,
        flags: { readonly from?: string; readonly clear?: boolean; readonly json?: boolean },
      ) => {
        if (flags.from !== undefined && flags.clear === true)
          throw new CliError('--from and --clear: give one of the two');
        const client = createClient(io);
        let campaign = (await client.get(pathOf(id))) as CampaignAnswer;
        if (flags.from !== undefined || flags.clear === true) {
          const { schedule: _, ...rest } = campaign.settings;
          const schedule = flags.from === undefined ? {} : { schedule: await readFields(flags.from) };
          campaign = await save(client, pathOf(id), { ...rest, ...schedule }, campaign.version);
        }
        const { schedule } = campaign.settings;
        printResult(io, flags.json ?? false, schedule ?? null, () => scheduleText(schedule));
      },
    );

  group
    .command('diagnose')
    .description('why is it not dialling? one sentence, and what was looked at')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: { readonly json?: boolean }) => {
      const answer = (await createClient(io).get(`${pathOf(id)}/diagnostics`)) as {
        readonly sentence: string;
        readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
      };
      printResult(
        io,
        flags.json ?? false,
        answer,
        () =>
          `${answer.sentence}\n\n${table(
            ['CHECK', 'GOOD', 'DETAIL'],
            answer.checks.map(({ name, ok, detail }) => [name, ok ? 'yes' : 'NO', detail]),
          )}`,
      );
    });
}
