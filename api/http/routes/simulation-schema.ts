/** What a simulation is asked and what it answers, as clients see it. */
import Type from 'typebox';
import { Identifier, Instant, OneOf, STRICT } from '../schemas.js';

const Share = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1, description }));

export const MOST_CONTACTS = 500_000;
export const MOST_AGENTS = 5_000;

export const SimulationInput = Type.Object(
  {
    campaign: Type.Optional(
      Type.Unsafe<string>({
        ...Identifier,
        description:
          'Take people, agents, retries and pacing as this campaign has measured and set them; what else is given goes over it.',
      }),
    ),
    contacts: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_CONTACTS,
        description:
          'Contacts on the list. Default: those left on the campaign; without one a list that does not run out.',
      }),
    ),
    hours: Type.Optional(
      Type.Number({
        minimum: 0.01,
        maximum: 360,
        description: 'Working hours at most. Default 8; with a list 200.',
      }),
    ),
    hoursPerDay: Type.Optional(
      Type.Number({
        minimum: 0.25,
        maximum: 12,
        description: 'Of a working day, Monday to Friday from nine. Default: hours, 10 at most.',
      }),
    ),
    agents: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: MOST_AGENTS }), {
        minItems: 1,
        maxItems: 10,
        uniqueItems: true,
        description: 'Team sizes to compare. Default 20.',
      }),
    ),
    pacers: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        minItems: 1,
        maxItems: 10,
        uniqueItems: true,
        description: 'Pacing methods to compare; ratio:2.5 is ratio with 2.5 lines for each ready agent.',
      }),
    ),
    targetAbandonRatio: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 0.5,
        description: 'Abandoned live answers ÷ live answers to aim at.',
      }),
    ),
    runs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 30,
        description: 'Runs of each case, each with another seed. Default 5.',
      }),
    ),
    seed: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'The same seed gives the same result.' }),
    ),
    answerRate: Share('Share of calls that people answer.'),
    talkSeconds: Type.Optional(
      Type.Number({ minimum: 1, maximum: 36_000, description: 'Mean length of conversations with people.' }),
    ),
    wrapUpSeconds: Type.Optional(
      Type.Number({ minimum: 0.1, maximum: 36_000, description: 'Mean length of wrap-ups after people.' }),
    ),
    successRate: Share('Share of conversations with people that succeed.'),
    maximumAttempts: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, description: 'Attempts on one contact.' }),
    ),
    retryDelaySeconds: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 31_536_000,
        description: 'Wait before a contact that was not reached is tried again.',
      }),
    ),
    scenario: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({
        type: 'object',
        additionalProperties: true,
        description: 'People, agents, trunk and faults as in a scenario file of the simulator.',
      }),
    ),
  },
  {
    ...STRICT,
    examples: [
      {
        contacts: 200,
        agents: [5, 10],
        pacers: ['predictive', 'progressive'],
        runs: 2,
        answerRate: 0.25,
        talkSeconds: 120,
        wrapUpSeconds: 20,
        maximumAttempts: 1,
      },
    ],
  },
);

const EstimateAnswer = Type.Object(
  {
    mean: Type.Number(),
    low: Type.Optional(Type.Number()),
    high: Type.Optional(Type.Number()),
  },
  {
    title: 'Estimate',
    description:
      'Mean over the runs, and the ends of a 95 % prediction interval: where one more such run would be in 19 of 20 cases. Without interval when there was one run.',
  },
);
const estimate = (description: string) => Type.Unsafe({ ...EstimateAnswer, description });
const maybe = (description: string) => Type.Optional(estimate(description));

const FiguresAnswer = Type.Object({
  hoursToDone: maybe('Working hours until every contact was closed; absent unless all runs came to that.'),
  hoursToMost: maybe(
    'Working hours until nine in ten contacts were closed; absent unless all runs came to that.',
  ),
  listDone: maybe('Contacts closed ÷ contacts; absent when the list does not run out.'),
  calls: estimate('Calls placed.'),
  answered: estimate('Answered by people.'),
  connected: estimate('People put through to an agent.'),
  abandoned: estimate('People who answered and were not put through.'),
  abandonRatio: estimate('abandoned ÷ answered.'),
  occupancy: estimate(
    '(talk + wrap-up) ÷ (talk + wrap-up + ready) in working hours, until the list is done.',
  ),
  workHours: estimate('Talk and wrap-up of all agents, hours.'),
  successes: estimate('Conversations that succeeded.'),
  optOuts: estimate('Conversations that ended in an opt-out.'),
  callsPerConnect: maybe('Calls for each person put through; absent when nobody was.'),
  connectsPerAgentHour: estimate('People put through for each agent and working hour.'),
  successesPerAgentHour: estimate('Successes for each agent and working hour.'),
});

const CaseAnswer = Type.Object(
  {
    pacer: Type.String(),
    agents: Type.Integer(),
    runs: Type.Integer(),
    runsDone: Type.Integer({ description: 'Runs in which every contact was closed within the hours.' }),
    figures: FiguresAnswer,
    course: Type.Array(
      Type.Object({
        hours: Type.Number({ description: 'Working hours since the start, at the end of the slice.' }),
        listDone: maybe('Contacts closed so far ÷ contacts.'),
        occupancy: maybe('Of the slice.'),
        connected: estimate('Conversations with people so far.'),
        successes: estimate('So far.'),
      }),
      { description: 'How it went, in slices of equal length.' },
    ),
  },
  { title: 'SimulatedCase', description: 'A pacer and a team size.' },
);

const ResultAnswer = Type.Object(
  {
    contacts: Type.Optional(Type.Integer()),
    hours: Type.Number(),
    hoursPerDay: Type.Number(),
    targetAbandonRatio: Type.Number(),
    runs: Type.Integer(),
    seed: Type.String(),
    interval: Type.Object({ level: Type.Number(), kind: Type.String() }),
    cases: Type.Array(CaseAnswer),
    notes: Type.Array(Type.String(), {
      description: 'Where the numbers come from, and what they leave out.',
    }),
  },
  { title: 'SimulationResult' },
);

export const SIMULATION_FIELDS = {
  id: Type.String(),
  state: OneOf(['waiting', 'running', 'completed', 'failed', 'cancelled']),
  progress: Type.Number({ minimum: 0, maximum: 1, description: 'Share that is done.' }),
  calls: Type.Integer({ description: 'About how many calls are simulated.' }),
  by: Type.String({ description: 'Who asked.' }),
  campaignId: Type.Optional(Type.String()),
  createdAt: Instant,
  startedAt: Type.Optional(Instant),
  finishedAt: Type.Optional(Instant),
  failure: Type.Optional(Type.String({ description: 'Why it failed, and the remedy.' })),
};

export const SimulationSummary = Type.Object(SIMULATION_FIELDS, { title: 'SimulationSummary' });
export const SimulationAnswer = Type.Object(
  { ...SIMULATION_FIELDS, result: Type.Optional(ResultAnswer) },
  { title: 'Simulation' },
);

const time = (description: string) =>
  Type.Object(
    {
      count: Type.Integer({ description: 'Measured on so many.' }),
      mean: Type.Number({ description: 'Seconds.' }),
      cv: Type.Number({ description: 'Standard deviation ÷ mean.' }),
    },
    { description },
  );

export const MeasuredAnswer = Type.Object(
  {
    campaignId: Type.String(),
    campaign: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      description: 'Settings that decide over a simulation: ring time, retries, pacing and the like.',
    }),
    contactsLeft: Type.Integer({ description: 'Contacts that are not closed.' }),
    attempts: Type.Integer({ description: 'The newest ended attempts, which all figures are of.' }),
    rates: Type.Object(
      {
        answer: Type.Number({ description: 'A person answered.' }),
        machine: Type.Number(),
        busy: Type.Number(),
        invalid: Type.Number(),
        congestion: Type.Number(),
        rejected: Type.Number(),
        short: Type.Number({ description: 'Answered and gone at once.' }),
      },
      { description: 'Shares of the attempts; what is missing to 1 was not answered.' },
    ),
    times: Type.Object({
      dialLatency: time('From the dial to the first ringing.'),
      ring: time("From the ringing to a person's answer."),
      machineRing: time("From the ringing to a machine's answer."),
      talk: time('Connected with a person.'),
      machineTalk: time('Connected with a machine.'),
      wrapUp: time('From the end of a conversation to its disposition.'),
      machineWrapUp: time('The same after a machine.'),
    }),
    dispositions: Type.Object(
      { count: Type.Integer(), success: Type.Number(), optOut: Type.Number(), callback: Type.Number() },
      { description: 'Shares of the conversations with people that have a disposition.' },
    ),
  },
  { title: 'MeasuredCampaign' },
);
