/** From the question to the runs that answer it. Everything that is wrong with the question is said at once. */
import type { CampaignSettings, RetryableOutcome } from '../../dialer/core/model.js';
import {
  DEFAULT_LIST_HOURS,
  type WhatIfInput,
  WhatIfInputError,
  type WhatIfProblem,
} from '../../dialer/what-if/port.js';
import { createPacer, pacerNames } from '../../pacing/index.js';
import { type Distribution, meanOf } from '../distributions.js';
import { type CampaignScenario, defaultScenario, type Scenario, scenarioFrom } from '../scenario.js';
import { ScenarioError } from '../scenario-reader.js';
import { NUMBERS_OF_AREA } from '../virtual/campaigns.js';
import { measuredScenario } from './measured-scenario.js';
import type { RunTask } from './run.js';
import { MOST_DAYS, MOST_HOURS_PER_DAY } from './working-hours.js';

const DEFAULT_HOURS = 8;
const DEFAULT_HOURS_PER_DAY = 10;
const DEFAULT_RUNS = 5;
const DEFAULT_ATTEMPTS = 3;
const DEFAULT_RETRY_SECONDS = 4 * 3600;
const DEFAULT_TARGET = 0.03;
/** Standard deviation ÷ mean of times whose scenario states no spread. */
const DEFAULT_SPREAD = 0.6;
const RETRYABLE: readonly RetryableOutcome[] = [
  'no-answer',
  'busy',
  'machine',
  'abandoned',
  'failed',
  'rejected',
  'short',
];

export interface PlannedCase {
  readonly pacer: string;
  readonly agents: number;
  /** One for each run. */
  readonly tasks: readonly RunTask[];
}

export interface Plan {
  /** Absent: a list that does not run out. */
  readonly contacts?: number;
  readonly hours: number;
  readonly hoursPerDay: number;
  readonly targetAbandonRatio: number;
  readonly runs: number;
  readonly seed: string;
  readonly cases: readonly PlannedCase[];
  readonly notes: readonly string[];
  /** About how many calls will be simulated. */
  readonly calls: number;
}

/** Collects what is wrong. */
class Checks {
  readonly problems: WhatIfProblem[] = [];

  number(
    field: string,
    value: number,
    from: number,
    to: number,
    options: { readonly whole?: boolean } = {},
  ): void {
    const whole = options.whole === true;
    if (value >= from && value <= to && (!whole || Number.isInteger(value))) return;
    const range = `${from.toLocaleString('en')} to ${to.toLocaleString('en')}`;
    this.problems.push({ field, detail: `must be a ${whole ? 'whole number' : 'number'} from ${range}` });
  }
}

/**
 * @param mostContacts that a run has room for
 * @throws WhatIfInputError naming each wrong field
 */
export function planWhatIf(input: WhatIfInput, mostContacts = NUMBERS_OF_AREA): Plan {
  const checks = new Checks();
  const { scenario, notes } = scenarioOf(input, checks);
  const { lists, campaigns } = scenario;
  const contacts =
    input.contacts ??
    (lists.length > 0 ? lists.reduce((sum, list) => sum + list.contacts, 0) : input.measured?.contactsLeft);
  const hoursPerDay =
    input.hoursPerDay ?? Math.min(input.hours ?? DEFAULT_HOURS_PER_DAY, DEFAULT_HOURS_PER_DAY);
  const hours =
    input.hours ??
    (contacts === undefined ? DEFAULT_HOURS : Math.min(DEFAULT_LIST_HOURS, MOST_DAYS * hoursPerDay));
  const runs = input.runs ?? DEFAULT_RUNS;
  const seed = input.seed ?? 'tactus';
  const teams = [input.agents ?? scenario.agents.count].flat();
  const pacing = input.measured?.campaign.pacing ?? pacingOfScenario(campaigns[0]);
  const pacers = input.pacers ?? [pacing === undefined ? 'predictive' : pacerOf(pacing)];
  const targetAbandonRatio = input.targetAbandonRatio ?? pacing?.targetAbandonRatio ?? DEFAULT_TARGET;

  if (input.contacts !== undefined && lists.length > 0)
    checks.problems.push({
      field: 'contacts',
      detail: 'must be left out: the scenario has lists of its own',
    });
  if (contacts !== undefined) {
    if (input.contacts === undefined && contacts === 0)
      checks.problems.push({ field: 'contacts', detail: 'must be given: the campaign has none left' });
    else {
      checks.number('contacts', contacts, 1, NUMBERS_OF_AREA, { whole: true });
      if (contacts > mostContacts && contacts <= NUMBERS_OF_AREA)
        checks.problems.push({
          field: 'contacts',
          detail: `must be at most ${mostContacts.toLocaleString('en')}: a run keeps its contacts in memory, and there is no room for more`,
        });
    }
  }
  checks.number('hoursPerDay', hoursPerDay, 0.25, MOST_HOURS_PER_DAY);
  checks.number('hours', hours, 0.01, MOST_DAYS * MOST_HOURS_PER_DAY);
  if (hours > MOST_DAYS * hoursPerDay) {
    checks.problems.push({
      field: 'hours',
      detail: `must be at most ${MOST_DAYS * hoursPerDay} with ${hoursPerDay} hours a day: ${MOST_DAYS} days are simulated at most`,
    });
  }
  checks.number('runs', runs, 1, 100, { whole: true });
  checks.number('targetAbandonRatio', targetAbandonRatio, 0, 0.5);
  if (teams.length === 0)
    checks.problems.push({ field: 'agents', detail: 'must name one team size at least' });
  for (const agents of teams) checks.number('agents', agents, 1, 100_000, { whole: true });
  if (pacers.length === 0) checks.problems.push({ field: 'pacers', detail: 'must name one pacer at least' });
  for (const pacer of pacers) checkPacer(pacer, checks.problems);
  if (input.maximumAttempts !== undefined)
    checks.number('maximumAttempts', input.maximumAttempts, 1, 100, { whole: true });
  if (input.retryDelaySeconds !== undefined)
    checks.number('retryDelaySeconds', input.retryDelaySeconds, 0, 31_536_000);
  if (checks.problems.length > 0) throw new WhatIfInputError(checks.problems);

  const campaign = campaignOf(input);
  const attemptsEach = campaign.maximumAttempts ?? campaigns[0]?.maximumAttempts ?? DEFAULT_ATTEMPTS;
  const cases = pacers.flatMap((pacer) =>
    teams.map((agents): PlannedCase => {
      const plenty = callsOf(scenario, agents, hours);
      return {
        pacer,
        agents,
        tasks: Array.from({ length: runs }, (_, run) => ({
          scenario,
          agents,
          // The people are the same for every pacer and team of a run, so that their differences count.
          seed: `${seed}/${run + 1}`,
          hours,
          hoursPerDay,
          // When it runs out all the same, the run says so.
          contacts: contacts ?? Math.min(mostContacts, NUMBERS_OF_AREA, plenty + 1000),
          listCounts: contacts !== undefined,
          campaign: { ...campaign, pacing: pacingOf(pacer, targetAbandonRatio) },
        })),
      };
    }),
  );
  const calls = cases.reduce((sum, { agents }) => {
    const most = callsOf(scenario, agents, hours);
    return sum + runs * (contacts === undefined ? most : Math.min(most, contacts * attemptsEach));
  }, 0);
  return {
    ...(contacts === undefined ? {} : { contacts }),
    hours,
    hoursPerDay,
    targetAbandonRatio,
    runs,
    seed,
    cases,
    calls,
    notes,
  };
}

function pacerOf({ method, ratio }: CampaignSettings['pacing']): string {
  return method === 'ratio' && ratio !== undefined ? `ratio:${ratio}` : method;
}

/** `ratio:2.5` → the method and its number. */
function readPacer(text: string): { readonly method: string; readonly ratio?: number } {
  const [method = '', ratio] = text.split(':', 2);
  return ratio === undefined ? { method } : { method, ratio: Number(ratio) };
}

function checkPacer(text: string, problems: WhatIfProblem[]): void {
  const { method, ratio } = readPacer(text);
  if (!pacerNames.includes(method)) {
    problems.push({ field: 'pacers', detail: `"${text}" is unknown: use one of ${pacerNames.join(', ')}` });
  } else if (ratio !== undefined && (method !== 'ratio' || !(ratio >= 1 && ratio <= 20))) {
    problems.push({ field: 'pacers', detail: `"${text}" must be ratio:N with N from 1 to 20` });
  } else {
    createPacer(method);
  }
}

function pacingOf(pacer: string, targetAbandonRatio: number): CampaignSettings['pacing'] {
  return { ...readPacer(pacer), targetAbandonRatio };
}

/** Settings that were measured or given; where neither is, those of the simulator's campaign stay. */
function campaignOf(input: WhatIfInput): Partial<CampaignSettings> {
  const { pacing: _, ...measured }: Partial<CampaignSettings> = input.measured?.campaign ?? {};
  const { maximumAttempts, retryDelaySeconds } = input;
  if (maximumAttempts === undefined && retryDelaySeconds === undefined) return measured;
  const attempts = maximumAttempts ?? measured.maximumAttempts ?? DEFAULT_ATTEMPTS;
  const retry = Object.fromEntries(
    RETRYABLE.map((outcome) => [
      outcome,
      {
        maximumAttempts: maximumAttempts ?? measured.retry?.[outcome].maximumAttempts ?? attempts,
        delaySeconds: retryDelaySeconds ?? measured.retry?.[outcome].delaySeconds ?? DEFAULT_RETRY_SECONDS,
      },
    ]),
  );
  return { ...measured, maximumAttempts: attempts, retry: retry as CampaignSettings['retry'] };
}

function pacingOfScenario(campaign: CampaignScenario | undefined): CampaignSettings['pacing'] | undefined {
  if (campaign === undefined) return undefined;
  const { pacer, ratio, targetAbandonRatio } = campaign;
  return { method: pacer, ratio, targetAbandonRatio };
}

/** The people and agents: the reference, what was measured, the scenario, and the numbers, each over the one before. */
function scenarioOf(
  input: WhatIfInput,
  checks: Checks,
): { readonly scenario: Scenario; readonly notes: readonly string[] } {
  const notes: string[] = [];
  try {
    let scenario = defaultScenario;
    if (input.measured !== undefined) {
      const { people, agents, notes: measured } = measuredScenario(input.measured);
      scenario = scenarioFrom({ people, agents }, scenario);
      notes.push(...measured);
    }
    if (input.scenario !== undefined) scenario = scenarioFrom(input.scenario, scenario);
    scenario = withNumbers(input, scenario, checks);
    return { scenario, notes };
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    checks.problems.push({
      field: 'scenario',
      detail: `is not usable: ${error.message.replace(/\s+/g, ' ')}`,
    });
    return { scenario: defaultScenario, notes };
  }
}

function withNumbers(input: WhatIfInput, base: Scenario, checks: Checks): Scenario {
  const { answerRate, talkSeconds, wrapUpSeconds, successRate } = input;
  const { people, agents } = base;
  const before = checks.problems.length;
  if (answerRate !== undefined) {
    checks.number('answerRate', answerRate, 0, 1);
    const others =
      people.machineRate +
      people.busyRate +
      people.invalidRate +
      people.congestionRate +
      people.rejectedRate +
      people.announcementRate +
      people.shortRate +
      people.instantRate +
      people.screeningRate;
    if (answerRate <= 1 && answerRate + others > 1 + 1e-9) {
      checks.problems.push({
        field: 'answerRate',
        detail: `must be at most ${(1 - others).toFixed(3)}: machines, busy lines and the like have ${others.toFixed(3)} of the calls`,
      });
    }
  }
  if (talkSeconds !== undefined) checks.number('talkSeconds', talkSeconds, 1, 36_000);
  if (wrapUpSeconds !== undefined) checks.number('wrapUpSeconds', wrapUpSeconds, 0.1, 36_000);
  if (successRate !== undefined) checks.number('successRate', successRate, 0, 1);
  if (
    successRate !== undefined &&
    successRate <= 1 &&
    successRate + agents.optOutRate + agents.callbackRate > 1 + 1e-9
  ) {
    checks.problems.push({
      field: 'successRate',
      detail: `must be at most ${(1 - agents.optOutRate - agents.callbackRate).toFixed(3)}: opt-outs and callbacks have the rest`,
    });
  }
  if (checks.problems.length > before) return base;
  return scenarioFrom(
    {
      people: {
        ...(answerRate === undefined ? {} : { answerRate }),
        ...(talkSeconds === undefined ? {} : { talk: withMean(people.talk, talkSeconds) }),
      },
      agents: {
        ...(wrapUpSeconds === undefined ? {} : { wrapUp: withMean(agents.wrapUp, wrapUpSeconds) }),
        ...(successRate === undefined ? {} : { successRate }),
      },
    },
    base,
  );
}

/** The distribution with another mean; its spread stays where it has one of its own. */
function withMean(distribution: Distribution, mean: number): unknown {
  return 'mean' in distribution ? { ...distribution, mean } : { kind: 'lognormal', mean, cv: DEFAULT_SPREAD };
}

/** Calls that agents who never wait would use up, and a tenth more. */
function callsOf({ people, agents: team }: Scenario, agents: number, hours: number): number {
  const rates = typeof people.answerRate === 'number' ? [people.answerRate] : people.answerRate;
  const leastAnswering = Math.max(0.01, Math.min(...rates.filter((rate) => rate > 0), 1));
  const handling = Math.max(1, meanOf(people.talk) + meanOf(team.wrapUp));
  return Math.ceil((1.1 * agents * hours * 3600) / handling / leastAnswering);
}
