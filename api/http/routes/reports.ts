/** Evaluation reports, the comparison of scripts, and the forecast for production. */
import Type from 'typebox';
import type { CampaignSettings, StageName } from '../../../dialer/core/model.js';
import { STAGES } from '../../../dialer/core/model.js';
import { rulesOf } from '../../../dialer/core/stages.js';
import type { CampaignView } from '../../../dialer/core/view.js';
import { buildReport, type EvaluationReport, REPORT_DIMENSIONS } from '../../../dialer/report/evaluation.js';
import { EXPERIMENT_KPIS, experimentOf } from '../../../dialer/report/experiment.js';
import { measureAll } from '../../../dialer/store/stage-requests.js';
import { lackingForForecast, prepareForecast } from '../../../dialer/what-if/forecast.js';
import { measureCampaign } from '../../../dialer/what-if/measured-campaign.js';
import { type Simulator, WhatIfInputError } from '../../../dialer/what-if/port.js';
import { reportCsv } from '../../report/report-csv.js';
import { reportHtml } from '../../report/report-html.js';
import { type App, type Context, campaignOf } from '../context.js';
import { type ForecastState, Forecasts } from '../forecasts.js';
import { Problem } from '../problem.js';
import { IdParameters, OneOf, problems, STRICT } from '../schemas.js';
import { ExperimentAnswer, ForecastAnswer, ReportAnswer } from './report-schema.js';

const FORMATS = ['html', 'json', 'csv'] as const;
type Format = (typeof FORMATS)[number];
const TYPES: Readonly<Record<Format, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'";
/** A report comes without its forecast when that takes longer; the next one has it. */
const REPORT_WAIT_MILLISECONDS = 4_000;
const FORECAST_WAIT_MILLISECONDS = 10_000;
const BLOCK_MILLISECONDS = 300_000;

/** The first of the formats that the client takes; JSON for one that takes anything. */
function acceptedFormat(accept: string | undefined): Format {
  const wanted = (accept ?? '*/*').split(',').map((part) => part.split(';')[0]?.trim());
  for (const type of wanted) {
    if (type === 'text/html') return 'html';
    if (type === 'text/csv') return 'csv';
    if (type === 'application/json' || type === '*/*') return 'json';
  }
  return 'json';
}

/** Agents who are known now and may work production. */
function productionAgents(context: Context, { pool, stages }: CampaignSettings): number {
  const { tiers, teams } = stages.production;
  return context.views
    .current()
    .agents.filter(
      (agent) =>
        agent.pool === pool &&
        tiers.includes(agent.tier) &&
        (teams === undefined || teams.includes(agent.team)),
    ).length;
}

/** @param simulator absent in a service that has none; then there are no forecasts */
export function reportRoutes(app: App, context: Context, simulator: Simulator | undefined): void {
  const tags = ['stages'];
  const { store } = context.engine;
  const forecasts = new Forecasts((error) => app.log.error({ err: error }, 'a forecast failed'));
  app.addHook('onClose', () => forecasts.close());

  const measureStage = (
    view: CampaignView,
    stage: StageName,
    dimensions: typeof REPORT_DIMENSIONS | readonly ['script'] | readonly [],
  ) => {
    const { settings, progress, stage: present } = view.record;
    // After a rectification the gate looks at what came after it, and so does the report.
    const from = stage === present ? (progress?.measuredFrom ?? 0) : 0;
    return measureAll(store, {
      campaignId: settings.id,
      stage,
      ...(from > 0 ? { from } : {}),
      dimensions,
      rules: rulesOf(settings),
    });
  };

  /** @throws Problem when the pilot has too little, or there is nobody to work or to call */
  async function forecastOf(
    view: CampaignView,
    given: { readonly agents?: number; readonly hoursPerDay?: number },
    waitMilliseconds: number,
  ): Promise<ForecastState> {
    if (simulator === undefined)
      throw new Problem('not_available', 'This service was started without its simulator.');
    const { settings } = view.record;
    const { blocks } = await measureAll(store, {
      campaignId: settings.id,
      stage: 'pilot',
      dimensions: [],
      rules: rulesOf(settings),
    });
    const period = {
      stage: 'pilot',
      from: blocks[0]?.at ?? 0,
      to: (blocks[blocks.length - 1]?.at ?? 0) + BLOCK_MILLISECONDS,
    } as const;
    const measured = await measureCampaign(store, settings, { period });
    const lacking = lackingForForecast(measured);
    if (lacking !== undefined) throw new Problem('pilot_too_small', lacking);
    const counts = await store.contactCounts(settings.id);
    const contacts = counts.reduce(
      (sum, { stage, state, count }) => (stage === 'production' && state !== 'done' ? sum + count : sum),
      0,
    );
    if (contacts === 0)
      throw new Problem('conflict', 'There are no open contacts left for production: nothing to forecast.');
    const agents = given.agents ?? productionAgents(context, settings);
    if (agents === 0)
      throw new Problem(
        'conflict',
        'No agent who may work production is known: say with the query parameter agents how many there will be.',
      );
    const input = {
      measured,
      contacts,
      agents,
      ...(given.hoursPerDay === undefined ? {} : { hoursPerDay: given.hoursPerDay }),
    };
    return forecasts.ask(
      // What the answer depends on; the list of production shrinks with every call, so its size counts by hundredths.
      JSON.stringify({
        id: settings.id,
        rates: measured.rates,
        attempts: measured.attempts,
        said: measured.dispositions,
        campaign: measured.campaign,
        contacts: Number(contacts.toPrecision(2)),
        agents,
        hoursPerDay: given.hoursPerDay,
      }),
      () => {
        try {
          return prepareForecast(simulator, input);
        } catch (error) {
          if (error instanceof WhatIfInputError) throw new Problem('conflict', error.message);
          throw error;
        }
      },
      waitMilliseconds,
    );
  }

  async function reportOf(
    view: CampaignView,
    stage: StageName,
    withForecast: boolean,
  ): Promise<EvaluationReport> {
    const { settings } = view.record;
    const measure = await measureStage(view, stage, REPORT_DIMENSIONS);
    const validation = stage === 'validation' ? undefined : await measureStage(view, 'validation', []);
    const counts = await store.contactCounts(settings.id);
    const sample = await store.sampleReport(settings.id);
    return buildReport({
      record: view.record,
      stage,
      measure,
      ...(validation === undefined ? {} : { validation }),
      contacts: counts.reduce((sum, each) => (each.stage === stage ? sum + each.count : sum), 0),
      ...(sample === undefined ? {} : { sample }),
      abandon: view.abandon,
      ...(withForecast ? { forecast: await forecastFor(view) } : {}),
      now: context.now(),
    });
  }

  /** The forecast, or why the report goes without. */
  async function forecastFor(view: CampaignView) {
    try {
      const found = await forecastOf(view, {}, REPORT_WAIT_MILLISECONDS);
      if (found.state === 'completed') return found.forecast;
      return found.state === 'failed'
        ? `The forecast failed: ${found.failure}`
        : `The forecast is being worked out (${Math.round(100 * found.progress)} %): ask for the report again in a moment.`;
    } catch (error) {
      if (error instanceof Problem) return error.message;
      throw error;
    }
  }

  app.get(
    '/v1/campaigns/:id/report',
    {
      handlerTimeout: 120_000,
      schema: {
        operationId: 'getReport',
        tags,
        summary: 'The evaluation report of a stage: goals against results, and all that they rest on',
        description:
          'As a page that prints on A4, as JSON, or as CSV; by `format`, or by the Accept header. The report of the pilot, or of production, has the forecast for production where the pilot allows one.',
        produces: Object.values(TYPES).map((type) => type.split(';')[0]!),
        params: IdParameters,
        querystring: Type.Object(
          {
            stage: Type.Optional(OneOf(STAGES, { description: 'The present stage when absent.' })),
            format: Type.Optional(OneOf(FORMATS, { description: 'Goes before the Accept header.' })),
          },
          STRICT,
        ),
        response: {
          200: ReportAnswer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request, reply) => {
      const view = campaignOf(context, request.params.id);
      const { stage = view.record.stage, format = acceptedFormat(request.headers.accept) } = request.query;
      const report = await reportOf(view, stage, stage !== 'validation');
      const text =
        format === 'html'
          ? reportHtml(report)
          : format === 'csv'
            ? reportCsv(report)
            : JSON.stringify(report);
      return reply
        .type(TYPES[format])
        .header('vary', 'accept')
        .header('content-security-policy', PAGE_POLICY)
        .header('content-disposition', `inline; filename="${view.record.settings.id}-${stage}.${format}"`)
        .serializer((given: unknown) => given as string)
        .send(text as never);
    },
  );

  app.get(
    '/v1/campaigns/:id/forecast',
    {
      handlerTimeout: 120_000,
      schema: {
        operationId: 'getForecast',
        tags,
        summary: 'What production will take, from what the pilot measured',
        description:
          'Calls, agent-hours, duration and successes with prediction intervals, from the simulator fed with the pilot’s rates, times and dispositions and their uncertainty. Waits some seconds for it; while `state` is running ask again.',
        params: IdParameters,
        querystring: Type.Object(
          {
            agents: Type.Optional(
              Type.Integer({
                minimum: 1,
                maximum: 10_000,
                description: 'Agents of production; those known now who may work it when absent.',
              }),
            ),
            hoursPerDay: Type.Optional(
              Type.Number({ minimum: 0.5, maximum: 24, description: '8 when absent.' }),
            ),
          },
          STRICT,
        ),
        response: {
          200: ForecastAnswer,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'campaign_not_found',
            'conflict',
            'pilot_too_small',
            'not_available',
            'too_many_simulations',
          ),
        },
      },
    },
    async (request) => {
      const view = campaignOf(context, request.params.id);
      const found = await forecastOf(view, request.query, FORECAST_WAIT_MILLISECONDS);
      return {
        campaignId: view.record.settings.id,
        state: found.state,
        ...(found.state === 'running' ? { progress: found.progress } : {}),
        ...(found.state === 'failed' ? { failure: found.failure } : {}),
        ...(found.state === 'completed' ? { forecast: { ...found.forecast } } : {}),
      };
    },
  );

  app.get(
    '/v1/campaigns/:id/experiments',
    {
      schema: {
        operationId: 'getExperiments',
        tags,
        summary: 'The variants of the script compared, with a rule when to stop',
        description:
          'The intervals of the differences hold at all looks together: look as often as you like, and stop when `decision` says so.',
        params: IdParameters,
        querystring: Type.Object(
          {
            stage: Type.Optional(OneOf(STAGES, { description: 'The present stage when absent.' })),
            kpi: Type.Optional(OneOf(EXPERIMENT_KPIS, { description: 'success-rate when absent.' })),
            relevantDifference: Type.Optional(
              Type.Number({
                minimum: 0.001,
                maximum: 0.5,
                description:
                  'Smallest difference that matters, as a share: 0.02 (two points) when absent. Set it before the first look.',
              }),
            ),
            confidence: Type.Optional(
              Type.Number({ minimum: 0.5, maximum: 0.999, description: '0.95 when absent.' }),
            ),
          },
          STRICT,
        ),
        response: {
          200: ExperimentAnswer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const view = campaignOf(context, request.params.id);
      const { settings } = view.record;
      const { stage = view.record.stage, ...options } = request.query;
      const measure = await measureStage(view, stage, ['script']);
      const experiment = experimentOf(settings, measure, options);
      return {
        campaignId: settings.id,
        stage,
        items: experiment === undefined ? [] : [{ ...experiment }],
      };
    },
  );
}
