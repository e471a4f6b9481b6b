/** `tactus simulate`: a what-if in virtual time, over a simulator that is handed in. */
import type { SimulateOptions } from './cli/handlers.js';
import { CliError, type Io, printResult } from './cli/io.js';
import { createProgress } from './cli/progress.js';

/** The figures of a simulation that are shown; a run has more of them. */
export interface SimulationFigures {
  readonly hours: number;
  readonly agents: number;
  readonly calls: number;
  readonly answered: number;
  readonly connected: number;
  readonly abandoned: number;
  readonly abandonRatio: number;
  readonly occupancy: number;
  readonly listExhausted: boolean;
  readonly wallSeconds?: number;
  readonly callsPerWallSecond?: number;
}

export interface SimulationRun {
  readonly hours: number;
  readonly seed?: string;
  readonly pacer: string;
  readonly scenarioFile?: string;
  /** Laid over the scenario. */
  readonly people: { readonly answerRate?: number; readonly talk?: { readonly mean: number } };
  readonly agents: { readonly count?: number; readonly wrapUp?: { readonly mean: number } };
  readonly progress: (done: number) => void;
}

const defaultHours = 8;

export async function simulate(
  options: SimulateOptions,
  io: Io,
  run: (options: SimulationRun) => Promise<SimulationFigures>,
): Promise<void> {
  const progress = createProgress({
    stream: io.stderr,
    terminal: io.terminal,
    columns: () => io.columns,
    now: io.now,
  });
  const hours = options.hours ?? defaultHours;
  const pacer = options.pacer ?? 'predictive';
  let figures: SimulationFigures;
  try {
    figures = await run({
      hours,
      pacer,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.scenario === undefined ? {} : { scenarioFile: options.scenario }),
      people: {
        ...(options.answerRate === undefined ? {} : { answerRate: options.answerRate }),
        ...(options.talkSeconds === undefined ? {} : { talk: { mean: options.talkSeconds } }),
      },
      agents: {
        ...(options.agents === undefined ? {} : { count: options.agents }),
        ...(options.wrapSeconds === undefined ? {} : { wrapUp: { mean: options.wrapSeconds } }),
      },
      progress: (done) =>
        progress.show([{ label: 'simulated', done: done * hours, total: hours, note: 'hours' }]),
    });
  } catch (error) {
    throw new CliError((error as Error).message);
  }
  progress.end();
  const percent = (ratio: number, digits: number): string => `${(100 * ratio).toFixed(digits)} %`;
  printResult(io, options.json, { pacer, ...figures }, () =>
    [
      `${figures.agents} agents, ${figures.hours} h, pacer ${pacer}`,
      `calls      ${figures.calls}`,
      `answered   ${figures.answered} (${percent(figures.calls === 0 ? 0 : figures.answered / figures.calls, 1)} of the calls)`,
      `connected  ${figures.connected} (${(figures.connected / Math.max(1e-9, figures.agents * figures.hours)).toFixed(1)} an agent and hour)`,
      `abandoned  ${figures.abandoned} (${percent(figures.abandonRatio, 2)} of the answers)`,
      `occupancy  ${percent(figures.occupancy, 1)}`,
      ...(figures.listExhausted ? ['the list ran out before the time did'] : []),
      ...(figures.callsPerWallSecond === undefined
        ? []
        : [
            `${(figures.wallSeconds ?? 0).toFixed(1)} s, ${Math.round(figures.callsPerWallSecond)} calls a second`,
          ]),
    ].join('\n'),
  );
}
