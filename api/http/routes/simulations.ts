/** Simulation jobs: what would come of a list with these agents and hours. And what a campaign has measured. */
import Type, { type Static } from 'typebox';
import { type MeasuredCampaign, measureCampaign } from '../../../dialer/what-if/measured-campaign.js';
import {
  type PreparedWhatIf,
  type Simulator,
  type WhatIfInput,
  WhatIfInputError,
} from '../../../dialer/what-if/port.js';
import { drawWhatIf } from '../../what-if/what-if-chart.js';
import { type App, actorOf, type Context, campaignOf } from '../context.js';
import { fieldProblem, Problem } from '../problem.js';
import { IdParameters, iso, OpaqueIdParameters, problems } from '../schemas.js';
import { type SimulationJob, SimulationJobs } from '../simulation-jobs.js';
import { MeasuredAnswer, SimulationAnswer, SimulationInput, SimulationSummary } from './simulation-schema.js';

/** Some ten minutes of one core. */
const MOST_CALLS = 3_000_000;
const CHART_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

function summary({ createdAt, startedAt, finishedAt, result: _, ...job }: SimulationJob) {
  return {
    id: job.id,
    state: job.state,
    progress: job.progress,
    calls: job.calls,
    by: job.by,
    ...(job.campaignId === undefined ? {} : { campaignId: job.campaignId }),
    ...(job.failure === undefined ? {} : { failure: job.failure }),
    createdAt: iso(createdAt),
    ...(startedAt === undefined ? {} : { startedAt: iso(startedAt) }),
    ...(finishedAt === undefined ? {} : { finishedAt: iso(finishedAt) }),
  };
}

function answer(job: SimulationJob) {
  return { ...summary(job), ...(job.result === undefined ? {} : { result: job.result }) };
}

/** @param simulator absent in a service that has none; then nothing can be simulated */
export function simulationRoutes(app: App, context: Context, simulator: Simulator | undefined): void {
  const tags = ['simulations'];
  const jobs = new SimulationJobs({
    now: context.now,
    onError: (error) => app.log.error({ err: error }, 'a simulation failed'),
  });
  app.addHook('onClose', () => jobs.close());

  const measured = (id: string): Promise<MeasuredCampaign> =>
    measureCampaign(context.engine.store, campaignOf(context, id).record.settings);

  app.get(
    '/v1/campaigns/:id/measured',
    {
      schema: {
        operationId: 'measureCampaign',
        tags,
        summary: 'What a campaign has measured of its people and agents, from its newest attempts',
        params: IdParameters,
        response: {
          200: MeasuredAnswer,
          ...problems('key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) =>
      ({ ...(await measured(request.params.id)) }) as unknown as Static<typeof MeasuredAnswer>,
  );

  app.post(
    '/v1/simulations',
    {
      schema: {
        operationId: 'createSimulation',
        tags,
        summary:
          'What if? With this list, these agents and these hours: when is it done, and what comes of it',
        description:
          'The same engine in virtual time, in a thread of its own; no call is placed. Each pacer is run with each team size. Answers with the job to watch at /v1/simulations/{id}: one runs at a time, a few wait, the latest fifty that ended are kept while the service runs.',
        body: SimulationInput,
        response: {
          202: SimulationSummary,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'campaign_not_found',
            'not_available',
            'too_many_simulations',
          ),
        },
      },
    },
    async (request, reply) => {
      if (simulator === undefined)
        throw new Problem('not_available', 'This service was started without its simulator.');
      const { campaign, ...numbers } = request.body;
      const input: WhatIfInput = {
        ...numbers,
        ...(campaign === undefined ? {} : { measured: await measured(campaign) }),
      };
      const job = jobs.add(prepare(simulator, input), actorOf(request), campaign);
      return reply.code(202).header('location', `/v1/simulations/${job.id}`).send(summary(job));
    },
  );

  app.get(
    '/v1/simulations',
    {
      schema: {
        operationId: 'listSimulations',
        tags,
        summary: 'Simulations that wait or run, and the latest that ended; newest first',
        response: {
          200: Type.Object({ items: Type.Array(SimulationSummary) }),
          ...problems('key_missing', 'role_lacking'),
        },
      },
    },
    async () => ({ items: jobs.list().map(summary) }),
  );

  app.get(
    '/v1/simulations/:id',
    {
      schema: {
        operationId: 'getSimulation',
        tags,
        summary: 'How far a simulation is, and its result',
        params: OpaqueIdParameters,
        response: {
          200: SimulationAnswer,
          ...problems('key_missing', 'role_lacking', 'simulation_not_found'),
        },
      },
    },
    async (request) => answer(jobOf(request.params.id)) as unknown as Static<typeof SimulationAnswer>,
  );

  app.delete(
    '/v1/simulations/:id',
    {
      schema: {
        operationId: 'cancelSimulation',
        tags,
        summary: 'Cancel a simulation that waits or runs; one that has ended stays as it is',
        params: OpaqueIdParameters,
        response: {
          200: SimulationSummary,
          ...problems('key_missing', 'role_lacking', 'simulation_not_found'),
        },
      },
    },
    async (request) => {
      const job = jobOf(request.params.id);
      return summary(jobs.cancel(job.id) ?? job);
    },
  );

  app.get(
    '/v1/simulations/:id/chart.svg',
    {
      schema: {
        operationId: 'drawSimulation',
        tags,
        summary: 'The result of a simulation as a chart',
        params: OpaqueIdParameters,
        response: {
          200: Type.Unsafe<string>({
            description: 'The chart.',
            content: { 'image/svg+xml': { schema: { type: 'string' } } },
          }),
          ...problems('key_missing', 'role_lacking', 'simulation_not_found', 'conflict'),
        },
      },
    },
    async (request, reply) => {
      const { id, state, result } = jobOf(request.params.id);
      if (result === undefined) {
        throw new Problem(
          'conflict',
          `The simulation is ${state}: there is a chart once it is completed; GET /v1/simulations/${id} says how far it is.`,
        );
      }
      return reply
        .type('image/svg+xml; charset=utf-8')
        .header('content-security-policy', CHART_POLICY)
        .send(drawWhatIf(result));
    },
  );

  function jobOf(id: string): SimulationJob {
    const job = jobs.get(id);
    if (job === undefined) {
      throw new Problem(
        'simulation_not_found',
        `There is no simulation ${id}: GET /v1/simulations lists those that are kept.`,
      );
    }
    return job;
  }
}

function prepare(simulator: Simulator, input: WhatIfInput): PreparedWhatIf {
  let prepared: PreparedWhatIf;
  try {
    prepared = simulator.prepare(input);
  } catch (error) {
    if (error instanceof WhatIfInputError)
      throw new Problem('validation_failed', error.message, [...error.problems]);
    throw error;
  }
  if (prepared.calls > MOST_CALLS) {
    throw fieldProblem(
      'runs',
      `would simulate about ${prepared.calls.toLocaleString('en')} calls in all, more than ${MOST_CALLS.toLocaleString('en')}: lower runs, hours, contacts, or the number or size of the teams, or use tactus simulate`,
    );
  }
  return prepared;
}
