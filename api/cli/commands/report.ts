/** `tactus campaign report`, `forecast` and `experiments`: what a stage has shown, and what production will take. */
import { createWriteStream } from 'node:fs';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { ProductionForecast } from '../../../dialer/what-if/forecast.js';
import { count, estimateText, percent, points } from '../../report/report-text.js';
import { createClient } from '../client.js';
import { CliError, type Io, printLine, printResult } from '../io.js';
import { numberBetween } from '../option-values.js';
import { pairs, table } from '../table.js';

const STAGES = ['validation', 'pilot', 'production'] as const;
const FORMATS = ['html', 'json', 'csv'] as const;
const AGAIN_MILLISECONDS = 500;

const pathOf = (id: string, what: string): string => `/v1/campaigns/${encodeURIComponent(id)}/${what}`;

interface ReportFlags {
  readonly stage?: string;
  readonly format?: (typeof FORMATS)[number];
  readonly out?: string;
}

/** As said, or as the name of the file ends; a page otherwise. */
function formatOf({ format, out }: ReportFlags): string {
  if (format !== undefined) return format;
  const ending = out === undefined ? '' : extname(out).slice(1).toLowerCase();
  return FORMATS.find((each) => each === ending) ?? 'html';
}

async function writeReport(id: string, flags: ReportFlags, io: Io): Promise<void> {
  const { stage, out } = flags;
  const source = await createClient(io).download(pathOf(id, 'report'), { stage, format: formatOf(flags) });
  if (out === undefined) {
    for await (const part of source) io.stdout.write(part as Buffer);
    return;
  }
  try {
    await pipeline(source, createWriteStream(out));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError(`${out}: cannot be written (${code ?? message})`);
  }
  printLine(io, `report of ${id} written to ${out}`);
}

interface ForecastAnswer {
  readonly state: 'running' | 'completed' | 'failed';
  readonly failure?: string;
  readonly forecast?: ProductionForecast;
}

async function readForecast(
  id: string,
  flags: { readonly agents?: number; readonly hoursPerDay?: number },
  io: Io,
): Promise<ProductionForecast> {
  const client = createClient(io);
  const query = { agents: flags.agents?.toString(), hoursPerDay: flags.hoursPerDay?.toString() };
  for (;;) {
    const { forecast, failure, state } = (await client.get(pathOf(id, 'forecast'), query)) as ForecastAnswer;
    if (forecast !== undefined) return forecast;
    if (state === 'failed') throw new CliError(`the forecast failed: ${failure ?? ''}`);
    await pause(AGAIN_MILLISECONDS);
  }
}

function forecastText(forecast: ProductionForecast): string {
  const one = (value: number): string => value.toFixed(1);
  return [
    pairs([
      ['contacts', count(forecast.contacts)],
      ['agents', count(forecast.agents)],
      ['calls', estimateText(forecast.calls, count)],
      ['put through', estimateText(forecast.connected, count)],
      ['successes', estimateText(forecast.successes, count)],
      ['agent-hours', estimateText(forecast.agentHours, count)],
      ['hours of work', estimateText(forecast.hours, one)],
      [`days of ${forecast.hoursPerDay} hours`, estimateText(forecast.days, one)],
      ['occupancy', estimateText(forecast.occupancy, (value) => percent(value))],
      ['abandoned', estimateText(forecast.abandonRatio, (value) => percent(value, 2))],
    ]),
    '',
    'In brackets 95 % prediction intervals.',
    ...forecast.notes,
  ].join('\n');
}

interface ExperimentsAnswer {
  readonly stage: string;
  readonly items: readonly {
    readonly text: string;
    readonly pairs: readonly {
      readonly first: string;
      readonly second: string;
      readonly difference?: number;
      readonly interval: { readonly low: number; readonly high: number };
      readonly verdict: string;
    }[];
  }[];
}

function experimentsText(id: string, { stage, items }: ExperimentsAnswer): string {
  const [experiment] = items;
  if (experiment === undefined) return `campaign ${id} has fewer than two scripts in use: nothing to compare`;
  return [
    `${stage}: ${experiment.text}`,
    '',
    table(
      ['FIRST', 'SECOND', 'DIFFERENCE#', 'INTERVAL#', 'STANDING'],
      experiment.pairs.map(({ first, second, difference, interval: { low, high }, verdict }) => [
        first,
        second,
        difference === undefined ? '-' : points(difference),
        `${points(low)} to ${points(high)}`,
        verdict,
      ]),
    ),
  ].join('\n');
}

export function addReportCommands(group: Command, io: Io): void {
  group
    .command('report')
    .description('the evaluation report of a stage: a page to print, JSON or CSV')
    .argument('<id>')
    .addOption(new Option('--stage <stage>', 'the present one when absent').choices(STAGES))
    .addOption(
      new Option('--format <format>', 'by the ending of --out when absent, else html').choices(FORMATS),
    )
    .option('--out <file>', 'write it there instead of to standard output')
    .action((id: string, flags: ReportFlags) => writeReport(id, flags, io));

  group
    .command('forecast')
    .description('what production will take, from what the pilot measured')
    .argument('<id>')
    .option('--agents <n>', 'agents of production; those logged in now when absent', numberBetween(1, 10_000))
    .option('--hours-per-day <h>', '8 when absent', numberBetween(0.5, 24))
    .option('--json', 'print JSON')
    .action(
      async (
        id: string,
        flags: { readonly agents?: number; readonly hoursPerDay?: number; readonly json?: boolean },
      ) => {
        const forecast = await readForecast(id, flags, io);
        printResult(io, flags.json ?? false, forecast, () => forecastText(forecast));
      },
    );

  group
    .command('experiments')
    .description('the variants of the script compared, and whether to stop')
    .argument('<id>')
    .addOption(new Option('--stage <stage>', 'the present one when absent').choices(STAGES))
    .option('--json', 'print JSON')
    .action(async (id: string, flags: { readonly stage?: string; readonly json?: boolean }) => {
      const answer = (await createClient(io).get(pathOf(id, 'experiments'), {
        stage: flags.stage,
      })) as ExperimentsAnswer;
      printResult(io, flags.json ?? false, answer, () => experimentsText(id, answer));
    });
}
