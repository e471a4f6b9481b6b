/**
 * What production will take, from what the pilot measured: calls, agent-hours, duration, successes, each with an interval.
 *
 * The pilot knows its rates and times only so well. So each of several draws takes every one of them anew from what the
 * pilot leaves open (Jeffreys' posterior of a rate, the normal error of a mean; Latin hypercube, McKay, Beckman and
 * Conover 1979) and simulates it with a seed of its own. The intervals are prediction intervals over the draws: they hold both the
 * pilot's uncertainty and chance.
 */
import { hashShare } from '../core/segments.js';
import { betaQuantile, normalQuantile } from '../kpi/special-functions.js';
import type { MeasuredCampaign, MeasuredTime } from './measured-campaign.js';
import type { Estimate, PreparedWhatIf, Simulator, WhatIfFigures } from './port.js';

/** Attempts, and conversations with their wrap-up and disposition, that a forecast needs at least. */
export const FEWEST_FOR_FORECAST = 30;
const DRAWS = 8;
/** Simulated calls of each of a draw's two runs, about. */
const CALLS_PER_RUN = 2_500;
const DEFAULT_HOURS_PER_DAY = 8;
/** Retries follow soon in the run over the list: their number counts there, not the wait for them. */
const LIST_HOURS = 20;
const LIST_RETRY_SECONDS = 900;

export interface ForecastInput {
  /** Of the pilot; its `contactsLeft` are those of production. */
  readonly measured: MeasuredCampaign;
  readonly contacts: number;
  /** Agents of production. */
  readonly agents: number;
  /** Default 8. */
  readonly hoursPerDay?: number;
  /** The same seed gives the same forecast. Default: the campaign's id. */
  readonly seed?: string;
}

export interface ProductionForecast {
  readonly contacts: number;
  readonly agents: number;
  readonly hoursPerDay: number;
  readonly draws: number;
  readonly seed: string;
  /** What it rests on: attempts of the pilot, and conversations with a disposition. */
  readonly measuredOn: { readonly attempts: number; readonly conversations: number };
  readonly interval: { readonly level: number; readonly kind: 'prediction' };
  readonly calls: Estimate;
  readonly connected: Estimate;
  readonly successes: Estimate;
  readonly optOuts: Estimate;
  /** Hours of agents at work: talk, wrap-up and waiting. */
  readonly agentHours: Estimate;
  /** Working hours with all agents. */
  readonly hours: Estimate;
  /** Days of `hoursPerDay`. */
  readonly days: Estimate;
  /** (talk + wrap-up) ÷ (talk + wrap-up + ready). */
  readonly occupancy: Estimate;
  /** Abandoned ÷ live answers. */
  readonly abandonRatio: Estimate;
  readonly successesPerAgentHour: Estimate;
  readonly notes: readonly string[];
}

export interface PreparedForecast {
  /** About how many calls are simulated. */
  readonly calls: number;
  run(options?: {
    readonly signal?: AbortSignal;
    readonly progress?: (done: number) => void;
  }): Promise<ProductionForecast>;
}

/** What the pilot lacks for a forecast, in a sentence; undefined when it has enough. */
export function lackingForForecast({ attempts, times, dispositions }: MeasuredCampaign): string | undefined {
  const lacking = (
    [
      ['attempts that ended', attempts],
      ['conversations', times.talk.count],
      ['wrap-ups', times.wrapUp.count],
      ['conversations with a disposition', dispositions.count],
    ] as const
  ).filter(([, count]) => count < FEWEST_FOR_FORECAST);
  if (lacking.length === 0) return undefined;
  const has = lacking.map(([what, count]) => `${count} ${what}`).join(', ');
  return `The pilot has ${has}: at least ${FEWEST_FOR_FORECAST} of each are needed for a forecast.`;
}

/**
 * @throws RangeError when the pilot has too little, or there are no contacts or agents
 * @throws WhatIfInputError when the simulator cannot take it
 */
export function prepareForecast(simulator: Simulator, input: ForecastInput): PreparedForecast {
  const { measured, contacts, agents, hoursPerDay = DEFAULT_HOURS_PER_DAY } = input;
  const seed = input.seed ?? measured.campaignId;
  const lacking = lackingForForecast(measured);
  if (lacking !== undefined) throw new RangeError(lacking);
  if (!(contacts > 0)) throw new RangeError('contacts: there are none left for production');
  if (!(agents > 0)) throw new RangeError('agents: give one at least');
  const attemptsEach = measured.campaign.maximumAttempts;
  const simulated = Math.min(contacts, Math.max(200, Math.floor(CALLS_PER_RUN / attemptsEach)));
  // As long as it takes to place so many calls with agents who are always busy.
  const workload =
    measured.rates.answer * (measured.times.talk.mean + measured.times.wrapUp.mean) +
    measured.rates.machine * (measured.times.machineTalk.mean + measured.times.machineWrapUp.mean);
  const steadyHours = Math.min(4, Math.max(0.5, (CALLS_PER_RUN * Math.max(1, workload)) / (agents * 3600)));
  const plenty = Math.ceil((2 * agents * steadyHours * 3600) / Math.max(1, workload)) + 1000;
  const draws = Array.from({ length: DRAWS }, (_, draw) => {
    const drawn = redrawn(measured, draw, DRAWS, seed);
    const one = { measured: drawn, runs: 1, seed: `${seed}/${draw + 1}` };
    return {
      successRate: drawn.dispositions.success,
      // The list to its last retry: how many calls and people there are in it. How many agents work it matters little.
      list: simulator.prepare({
        ...one,
        measured: { ...drawn, campaign: { ...drawn.campaign, attemptsPerDay: attemptsEach } },
        retryDelaySeconds: LIST_RETRY_SECONDS,
        contacts: simulated,
        agents: Math.min(agents, 30),
        hours: LIST_HOURS,
        hoursPerDay: 10,
      }),
      // A list that does not run out: what the team gets through in an hour.
      steady: simulator.prepare({ ...one, contacts: plenty, agents, hours: steadyHours }),
    };
  });
  const runs = draws.flatMap(({ list, steady }) => [list, steady]);
  return {
    calls: runs.reduce((sum, { calls }) => sum + calls, 0),
    async run({ signal, progress } = {}) {
      const shares = runs.map(() => 0);
      const figures = await Promise.all(
        runs.map((run, i) =>
          figuresOf(run, signal, (done) => {
            shares[i] = done;
            progress?.(shares.reduce((sum, share) => sum + share, 0) / runs.length);
          }),
        ),
      );
      const outcomes = draws.map(({ successRate }, i) =>
        outcomeOf(figures[2 * i]!, figures[2 * i + 1]!, { contacts, simulated, agents, successRate }),
      );
      const of = (value: (outcome: Outcome) => number, high?: number): Estimate =>
        predict(outcomes.map(value), high);
      return {
        contacts,
        agents,
        hoursPerDay,
        draws: DRAWS,
        seed,
        measuredOn: { attempts: measured.attempts, conversations: measured.dispositions.count },
        interval: { level: 0.95, kind: 'prediction' },
        calls: of(({ calls }) => calls),
        connected: of(({ connected }) => connected),
        successes: of(({ successes }) => successes),
        optOuts: of(({ optOuts }) => optOuts),
        agentHours: of(({ agentHours }) => agentHours),
        hours: of(({ agentHours }) => agentHours / agents),
        days: of(({ agentHours }) => agentHours / agents / hoursPerDay),
        occupancy: of(({ occupancy }) => occupancy, 1),
        abandonRatio: of(({ abandonRatio }) => abandonRatio, 1),
        successesPerAgentHour: of(({ successes, agentHours }) => successes / agentHours),
        notes: [
          `From ${measured.attempts.toLocaleString('en')} attempts and ${measured.dispositions.count.toLocaleString('en')} conversations of the pilot; rates and times are taken to stay as they were, at all hours alike.`,
          ...(simulated < contacts
            ? [
                `${simulated.toLocaleString('en')} of ${contacts.toLocaleString('en')} contacts were simulated to their last retry, and the rest reckoned in proportion.`,
              ]
            : []),
          'The duration is the time of work at the pace of the full list; waiting for the last retries comes on top.',
        ],
      };
    },
  };
}

async function figuresOf(
  run: PreparedWhatIf,
  signal: AbortSignal | undefined,
  progress: (done: number) => void,
): Promise<WhatIfFigures> {
  const result = await run.run({ progress, ...(signal === undefined ? {} : { signal }) });
  return result.cases[0]!.figures;
}

interface Outcome {
  readonly calls: number;
  readonly connected: number;
  readonly successes: number;
  readonly optOuts: number;
  readonly agentHours: number;
  readonly occupancy: number;
  readonly abandonRatio: number;
}

function outcomeOf(
  list: WhatIfFigures,
  steady: WhatIfFigures,
  given: {
    readonly contacts: number;
    readonly simulated: number;
    readonly agents: number;
    readonly successRate: number;
  },
): Outcome {
  const { contacts, simulated, successRate } = given;
  // Contacts that were not closed within the hours have not had all of their calls.
  const scale = contacts / (simulated * Math.max(0.01, list.listDone?.mean ?? 1));
  const connected = list.connected.mean * scale;
  const pace = steady.connectsPerAgentHour.mean;
  return {
    calls: list.calls.mean * scale,
    connected,
    // In a part of the list chance weighs more than in the whole: there the drawn rate says more than the count.
    successes: simulated < contacts ? connected * successRate : list.successes.mean * scale,
    optOuts: list.optOuts.mean * scale,
    agentHours: pace > 0 ? connected / pace : 0,
    occupancy: steady.occupancy.mean,
    abandonRatio: steady.abandonRatio.mean,
  };
}

/** Mean and 95 % prediction interval for one more: mean ± t·s·√(1 + 1/n) (Hahn and Meeker 1991, section 4.7). */
function predict(values: readonly number[], high = Number.POSITIVE_INFINITY): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  // Student's t from the beta distribution: ν ÷ (ν + t²) is Beta(ν/2, 1/2).
  const t = Math.sqrt((n - 1) * (1 / betaQuantile(0.05, (n - 1) / 2, 0.5) - 1));
  const half = t * Math.sqrt(variance * (1 + 1 / n));
  return { mean, low: Math.max(0, mean - half), high: Math.min(high, mean + half) };
}

/** What was measured, with each rate and mean taken anew from what the measurement leaves open. */
export function redrawn(
  measured: MeasuredCampaign,
  draw: number,
  draws: number,
  seed: string,
): MeasuredCampaign {
  /** One of `draws` equally likely parts of (0, 1), in an order of its own for each name. */
  const part = (name: string): number => {
    const key = (i: number): number => hashShare(`${seed}/${name}/${i}`);
    const own = key(draw);
    let place = 0;
    for (let i = 0; i < draws; i++) if (key(i) < own || (key(i) === own && i < draw)) place++;
    return (place + 0.5) / draws;
  };
  const shares = <K extends string>(
    rates: Readonly<Record<K, number>>,
    trials: number,
  ): Record<K, number> => {
    const drawn = (Object.entries(rates) as [K, number][]).map(([name, rate]) => {
      const events = Math.round(rate * trials);
      // What was never seen stays away; half an event would be seen everywhere.
      return [
        name,
        events === 0 ? 0 : betaQuantile(part(name), events + 0.5, trials - events + 0.5),
      ] as const;
    });
    const sum = drawn.reduce((total, [, rate]) => total + rate, 0);
    return Object.fromEntries(drawn.map(([name, rate]) => [name, sum > 1 ? rate / sum : rate])) as Record<
      K,
      number
    >;
  };
  const times = Object.fromEntries(
    (Object.entries(measured.times) as [string, MeasuredTime][]).map(([name, time]) => {
      if (time.count < 2) return [name, time];
      const error = (normalQuantile(part(`time ${name}`)) * time.cv) / Math.sqrt(time.count);
      return [name, { ...time, mean: Math.max(0, time.mean * (1 + error)) }];
    }),
  ) as unknown as MeasuredCampaign['times'];
  const { count, ...said } = measured.dispositions;
  return {
    ...measured,
    rates: shares(measured.rates, measured.attempts),
    times,
    dispositions: { count, ...shares(said, count) },
  };
}
