/**
 * What production will take, from what the pilot measured: calls, agent-hours, duration, successes, each with an interval.
 *
 * The pilot knows its rates and times only so well. So each of several draws takes every one of them anew from what the
 * pilot leaves open (Jeffreys' posterior of a rate, the normal error of a mean; Latin hypercube, McKay, Beckman and
 * Conover 1979) and simulates it with a seed of its own. The intervals are prediction intervals over the draws: they hold
 * both the pilot's uncertainty and chance.
 *
 * One run of each draw follows the list to its last retry, one line to a free agent: what calls, people and work are in
 * it hardly depends on the pacer. Of some draws another has the campaign's own pacer and team at a list that does not run
 * out, and says how much of their time the agents work and how many people they miss. A look-ahead pacer costs computing
 * time by the hour, so that run is short; the list's is cheap, even while it waits for retries.
 */
import { normalQuantile, studentQuantile } from '../kpi/special-functions.js';
import type { MeasuredCampaign } from './measured-campaign.js';
import type { Estimate, Simulator, WhatIfResult } from './port.js';
import { partOf, redrawn } from './redraw.js';

/** Attempts, and conversations with their wrap-up and disposition, that a forecast needs at least. */
export const FEWEST_FOR_FORECAST = 30;
const DRAWS = 8;
/** Draws whose team is simulated, too: the others share those, which differ little. */
const TEAMS = 4;
const DEFAULT_HOURS_PER_DAY = 8;
/** Simulated calls of each run over the list, about: a contact takes half of its attempts. */
const LIST_CALLS = 2_000;
/** The work of the list takes the team of that run about so long. */
const LIST_WORK_HOURS = 2;
const LIST_AGENTS = { least: 10, most: 200 } as const;
/** Retries follow soon in the run over the list: their number counts there, not the wait for them. */
const LIST_HOURS = 20;
const LIST_RETRY_SECONDS = 900;
/** The run of the team: longer for small teams, whose quarters of an hour differ more. */
const TEAM_HOURS = { least: 0.5, most: 1 } as const;
const TEAM_AGENT_HOURS = 10;
/** Larger teams are simulated with so many agents. */
const TEAM_MOST = 100;

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
  const simulated = Math.min(contacts, Math.max(200, Math.floor((2 * LIST_CALLS) / attemptsEach)));
  const { rates, times } = measured;
  /** Agent-seconds of work in a call, on average. */
  const work =
    rates.answer * (times.talk.mean + times.wrapUp.mean) +
    rates.machine * (times.machineTalk.mean + times.machineWrapUp.mean);
  const listAgents = Math.ceil((simulated * attemptsEach * work) / (LIST_WORK_HOURS * 3600));
  const teamAgents = Math.min(agents, TEAM_MOST);
  const teamHours = Math.min(TEAM_HOURS.most, Math.max(TEAM_HOURS.least, TEAM_AGENT_HOURS / agents));
  const drawn = Array.from({ length: DRAWS }, (_, draw) => redrawn(measured, draw, DRAWS, seed));
  const lists = drawn.map((each, draw) =>
    simulator.prepare({
      measured: { ...each, campaign: { ...each.campaign, attemptsPerDay: attemptsEach } },
      runs: 1,
      seed: `${seed}/${draw + 1}`,
      pacers: ['progressive'],
      retryDelaySeconds: LIST_RETRY_SECONDS,
      contacts: simulated,
      agents: Math.min(LIST_AGENTS.most, Math.max(LIST_AGENTS.least, listAgents)),
      hours: LIST_HOURS,
      hoursPerDay: 10,
    }),
  );
  const teams = drawn.slice(0, TEAMS).map((each, draw) =>
    simulator.prepare({
      measured: each,
      runs: 1,
      seed: `${seed}/${draw + 1}`,
      contacts: Math.ceil((2 * teamAgents * teamHours * 3600) / Math.max(1, work)) + 1000,
      agents: teamAgents,
      hours: teamHours,
    }),
  );
  const runs = [...lists, ...teams];
  return {
    calls: runs.reduce((sum, { calls }) => sum + calls, 0),
    async run({ signal, progress } = {}) {
      const shares = runs.map(() => 0);
      const ended = new AbortController();
      const either = AbortSignal.any([ended.signal, ...(signal === undefined ? [] : [signal])]);
      const results = await Promise.all(
        runs.map((run, i) =>
          run.run({
            progress: (done) => {
              shares[i] = done;
              progress?.(shares.reduce((sum, share) => sum + share, 0) / runs.length);
            },
            signal: either,
          }),
        ),
        // One run that failed ends the others.
      ).finally(() => ended.abort());
      const ofTeams = results.slice(DRAWS).map(teamOutcome);
      const outcomes = drawn.map(({ dispositions }, draw) =>
        outcomeOf(results[draw]!, ofTeams[draw % TEAMS]!, {
          contacts,
          simulated,
          successRate: dispositions.success,
          chance: normalQuantile(partOf(`${seed}/chance`, draw, DRAWS)),
        }),
      );
      const of = (value: (outcome: Outcome) => number): Estimate => predict(outcomes.map(value));
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
        occupancy: predict(
          ofTeams.map(({ occupancy }) => occupancy),
          1,
        ),
        abandonRatio: predict(
          ofTeams.map(({ abandonRatio }) => abandonRatio),
          1,
        ),
        successesPerAgentHour: of(({ successes, agentHours }) => successes / agentHours),
        notes: [
          `From ${measured.attempts.toLocaleString('en')} attempts and ${measured.dispositions.count.toLocaleString('en')} conversations of the pilot; rates and times are taken to stay as they were, at all hours alike.`,
          ...(simulated < contacts
            ? [
                `${simulated.toLocaleString('en')} of ${contacts.toLocaleString('en')} contacts were simulated to their last retry, and the rest reckoned in proportion.`,
              ]
            : []),
          ...(teamAgents < agents
            ? [`The team was simulated with ${teamAgents} agents; a larger one waits less for its next call.`]
            : []),
          'The duration is the time of work at the pace of the full list; waiting for the last retries comes on top.',
        ],
      };
    },
  };
}

interface Outcome {
  readonly calls: number;
  readonly connected: number;
  readonly successes: number;
  readonly optOuts: number;
  readonly agentHours: number;
}

interface TeamOutcome {
  readonly occupancy: number;
  readonly abandonRatio: number;
}

function outcomeOf(
  { cases }: WhatIfResult,
  { occupancy, abandonRatio }: TeamOutcome,
  given: {
    readonly contacts: number;
    readonly simulated: number;
    readonly successRate: number;
    /** Standard normal: what chance adds to the expected number of successes. */
    readonly chance: number;
  },
): Outcome {
  const { contacts, simulated, successRate, chance } = given;
  const list = cases[0]!.figures;
  // Contacts that were not closed within the hours have not had all of their calls.
  const scale = contacts / (simulated * Math.max(0.01, list.listDone?.mean ?? 1));
  // The list was called without anybody being missed.
  const putThrough = scale * (1 - abandonRatio);
  const connected = list.connected.mean * putThrough;
  // In a part of the list chance weighs more than in the whole: there the drawn rate says more than the count.
  const expected = connected * successRate;
  const successes =
    simulated < contacts
      ? Math.max(0, expected + chance * Math.sqrt(expected * (1 - successRate)))
      : list.successes.mean * putThrough;
  return {
    calls: list.calls.mean * scale,
    connected,
    successes,
    optOuts: list.optOuts.mean * putThrough,
    agentHours: (list.workHours.mean * putThrough) / Math.max(0.01, occupancy),
  };
}

/** Of the team at work; its first slice, in which it logs in and the pacer learns, is left out of the occupancy. */
function teamOutcome({ cases }: WhatIfResult): TeamOutcome {
  const { figures, course } = cases[0]!;
  const later = course.slice(1).flatMap(({ occupancy }) => occupancy?.mean ?? []);
  return {
    occupancy:
      later.length === 0 ? figures.occupancy.mean : later.reduce((sum, each) => sum + each, 0) / later.length,
    abandonRatio: figures.abandonRatio.mean,
  };
}

/** Mean and 95 % prediction interval for one more: mean ± t·s·√(1 + 1/n) (Hahn and Meeker 1991, section 4.7). */
function predict(values: readonly number[], high = Number.POSITIVE_INFINITY): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const t = studentQuantile(0.975, n - 1);
  const half = t * Math.sqrt(variance * (1 + 1 / n));
  return { mean, low: Math.max(0, mean - half), high: Math.min(high, mean + half) };
}
