/** `tactus simulate`: a what-if in virtual time, over a simulator that is handed in. */
import { writeFile } from 'node:fs/promises';
import type { MeasuredCampaign } from '../dialer/what-if/measured-campaign.js';
import type { PreparedWhatIf, Simulator, WhatIfInput, WhatIfResult } from '../dialer/what-if/port.js';
import { createClient } from './cli/client.js';
import type { SimulateOptions } from './cli/handlers.js';
import { CliError, type Io, printResult } from './cli/io.js';
import { createProgress } from './cli/progress.js';
import { drawWhatIf } from './what-if/what-if-chart.js';
import { whatIfText } from './what-if/what-if-text.js';

export interface SimulateAdapters {
  readonly createSimulator: () => Simulator;
  /** Reads a scenario: a file, or the name of one that comes with the simulator. */
  readonly readScenario: (name: string) => Promise<unknown>;
}

export async function simulate(options: SimulateOptions, io: Io, adapters: SimulateAdapters): Promise<void> {
  if (options.chart !== undefined && !/\.svg$/i.test(options.chart))
    throw new CliError(`--chart: "${options.chart}" must end in .svg: charts are written as SVG`);
  const input = await inputOf(options, io, adapters);
  const simulator = adapters.createSimulator();
  let result: WhatIfResult;
  try {
    result = await run(simulator.prepare(input), io);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError((error as Error).message);
  } finally {
    await simulator.close();
  }
  if (options.chart !== undefined) await writeChart(options.chart, result);
  printResult(io, options.json, answerOf(result), () => whatIfText(result));
  if (options.chart !== undefined && !options.json) io.stderr.write(`the chart is in ${options.chart}\n`);
}

async function inputOf(options: SimulateOptions, io: Io, adapters: SimulateAdapters): Promise<WhatIfInput> {
  const {
    json: _json,
    chart: _chart,
    campaign,
    scenario,
    pacer,
    pacers,
    teamSizes,
    agents,
    ...numbers
  } = options;
  if (pacer !== undefined && pacers !== undefined)
    throw new CliError('--pacer: give either --pacer or --pacers, not both');
  if (agents !== undefined && teamSizes !== undefined)
    throw new CliError('--agents: give either --agents or --team-sizes, not both');
  if (campaign !== undefined && scenario !== undefined)
    throw new CliError('--scenario: give either --scenario or --campaign, not both');
  const methods = pacers ?? (pacer === undefined ? undefined : [pacer]);
  const teams = teamSizes ?? agents;
  let read: unknown;
  try {
    read = scenario === undefined ? undefined : await adapters.readScenario(scenario);
  } catch (error) {
    throw new CliError(`--scenario: ${(error as Error).message}`);
  }
  return {
    ...numbers,
    ...(methods === undefined ? {} : { pacers: methods }),
    ...(teams === undefined ? {} : { agents: teams }),
    ...(read === undefined ? {} : { scenario: read }),
    ...(campaign === undefined ? {} : { measured: await measuredBy(campaign, io) }),
  };
}

/** What a campaign of the running service has measured. */
async function measuredBy(campaign: string, io: Io): Promise<MeasuredCampaign> {
  const path = `/v1/campaigns/${encodeURIComponent(campaign)}/measured`;
  return (await createClient(io).get(path)) as MeasuredCampaign;
}

async function run(prepared: PreparedWhatIf, io: Io): Promise<WhatIfResult> {
  const progress = createProgress({
    stream: io.stderr,
    terminal: io.terminal,
    columns: () => io.columns,
    now: io.now,
  });
  const show = (done: number): void =>
    progress.show([{ label: 'simulated', done: 100 * done, total: 100, note: '' }]);
  show(0);
  try {
    return await prepared.run({ progress: show });
  } finally {
    progress.end();
  }
}

async function writeChart(file: string, result: WhatIfResult): Promise<void> {
  try {
    await writeFile(file, drawWhatIf(result));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError(`--chart: ${file} cannot be written (${code ?? message})`);
  }
}

/** The result; with a single case, its means besides, by their plain names. */
function answerOf(result: WhatIfResult): unknown {
  const [only, ...others] = result.cases;
  if (only === undefined || others.length > 0) return result;
  const means = Object.fromEntries(Object.entries(only.figures).map(([name, { mean }]) => [name, mean]));
  return { pacer: only.pacer, agents: only.agents, ...means, ...result };
}
