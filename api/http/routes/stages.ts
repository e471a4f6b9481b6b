/** How a campaign's stages stand: samples, KPIs with intervals, gates, halts, and the watch. */
import Type from 'typebox';
import { DIMENSIONS, type Measure } from '../../../dialer/core/measure.js';
import type { CampaignSettings } from '../../../dialer/core/model.js';
import { rulesOf } from '../../../dialer/core/stages.js';
import { addKpiCounts, costPerSuccess, emptyKpiCounts, type KpiCounts } from '../../../dialer/kpi/kpis.js';
import { kpiValues } from '../../../dialer/report/kpi-values.js';
import { measureAll } from '../../../dialer/store/stage-requests.js';
import { type App, type Context, campaignOf } from '../context.js';
import { Problem } from '../problem.js';
import { IdParameters, Instant, iso, MapOf, OneOf, problems, STRICT } from '../schemas.js';

const KpiValue = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    unit: Type.String({ description: 'share (0–1) or seconds' }),
    numerator: Type.Number(),
    denominator: Type.Number(),
    value: Type.Optional(Type.Number({ description: 'Absent while there is nothing to divide by.' })),
    low: Type.Optional(
      Type.Number({
        description: '95 % interval: Wilson’s of a share, of a mean by Student’s t on its logarithm.',
      }),
    ),
    high: Type.Optional(Type.Number()),
    definition: Type.String(),
  },
  { title: 'Kpi' },
);

const KpiRow = Type.Object({
  segment: Type.String({ description: 'Value of the dimension; `all` for the whole.' }),
  attempts: Type.Integer(),
  costPerSuccess: Type.Optional(Type.Number()),
  kpis: Type.Array(KpiValue),
});

const Loose = (description: string) =>
  Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true, description });

function row(segment: string, counts: Readonly<KpiCounts>, { prices = {} }: CampaignSettings) {
  const cost = costPerSuccess(counts, prices);
  return {
    segment,
    attempts: counts.attempts,
    ...(cost === undefined ? {} : { costPerSuccess: cost }),
    kpis: kpiValues(counts),
  };
}

function rows(measure: Measure, by: string | undefined, settings: CampaignSettings) {
  const whole = row('all', measure.total, settings);
  if (by === undefined) return [whole];
  return [
    whole,
    ...Object.entries(measure.segments[by] ?? {}).map(([value, counts]) => row(value, counts, settings)),
  ];
}

/** Blocks in one answer. */
const MOST_BLOCKS = 500;

/** The measure's blocks, put together into blocks of this length. */
function series({ blocks }: Measure, length: number): { readonly at: number; readonly counts: KpiCounts }[] {
  const longer = new Map<number, KpiCounts>();
  for (const { at, counts } of blocks) {
    const start = Math.floor(at / length) * length;
    const sum = longer.get(start) ?? emptyKpiCounts();
    addKpiCounts(sum, counts);
    longer.set(start, sum);
  }
  return [...longer].map(([at, counts]) => ({ at, counts }));
}

export function stageRoutes(app: App, context: Context): void {
  const tags = ['stages'];
  const { store } = context.engine;

  app.get(
    '/v1/campaigns/:id/kpis',
    {
      schema: {
        operationId: 'getKpis',
        tags,
        summary: 'KPIs with numerator, denominator and interval, as a whole and by segment',
        params: IdParameters,
        querystring: Type.Object(
          {
            stage: Type.Optional(OneOf(['validation', 'pilot', 'production'])),
            by: Type.Optional(OneOf(DIMENSIONS, { description: 'Tell apart by this.' })),
            from: Type.Optional(Instant),
            to: Type.Optional(Instant),
          },
          STRICT,
        ),
        response: {
          200: Type.Object(
            {
              campaignId: Type.String(),
              rows: Type.Array(KpiRow),
              dispositions: MapOf<number>(Type.Integer()),
              outcomes: MapOf<number>(Type.Integer()),
            },
            { title: 'Kpis' },
          ),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const { settings } = campaignOf(context, request.params.id).record;
      const { stage, by, from, to } = request.query;
      const measure = await measureAll(store, {
        campaignId: settings.id,
        ...(stage === undefined ? {} : { stage }),
        ...(from === undefined ? {} : { from: Date.parse(from) }),
        ...(to === undefined ? {} : { to: Date.parse(to) }),
        dimensions: by === undefined ? [] : [by],
        rules: rulesOf(settings),
      });
      return {
        campaignId: settings.id,
        rows: rows(measure, by, settings),
        dispositions: { ...measure.dispositions },
        outcomes: { ...measure.outcomes },
      };
    },
  );

  app.get(
    '/v1/campaigns/:id/kpi-series',
    {
      schema: {
        operationId: 'getKpiSeries',
        tags,
        summary: 'KPIs over time, each with its interval',
        description:
          'For charts. Blocks are of whole multiples of five minutes and in order of time; those without an attempt are left out. A campaign that ran longer than 500 blocks is told from its latest ones.',
        params: IdParameters,
        querystring: Type.Object(
          {
            stage: Type.Optional(OneOf(['validation', 'pilot', 'production'])),
            from: Type.Optional(Instant),
            to: Type.Optional(Instant),
            blockMinutes: Type.Optional(
              Type.Integer({
                minimum: 5,
                maximum: 1440,
                multipleOf: 5,
                default: 30,
                description: 'Length of a block.',
              }),
            ),
          },
          STRICT,
        ),
        response: {
          200: Type.Object(
            {
              campaignId: Type.String(),
              blockMinutes: Type.Integer(),
              blocks: Type.Array(
                Type.Object({
                  from: Instant,
                  attempts: Type.Integer(),
                  kpis: Type.Array(
                    Type.Object({
                      id: Type.String(),
                      numerator: Type.Number(),
                      denominator: Type.Number(),
                      value: Type.Optional(Type.Number()),
                      low: Type.Optional(Type.Number()),
                      high: Type.Optional(Type.Number()),
                    }),
                  ),
                }),
              ),
            },
            { title: 'KpiSeries' },
          ),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const { settings } = campaignOf(context, request.params.id).record;
      const { stage, from, to, blockMinutes = 30 } = request.query;
      const measure = await measureAll(store, {
        campaignId: settings.id,
        ...(stage === undefined ? {} : { stage }),
        ...(from === undefined ? {} : { from: Date.parse(from) }),
        ...(to === undefined ? {} : { to: Date.parse(to) }),
        dimensions: [],
        rules: rulesOf(settings),
      });
      return {
        campaignId: settings.id,
        blockMinutes,
        blocks: series(measure, blockMinutes * 60_000)
          .slice(-MOST_BLOCKS)
          .map(({ at, counts }) => ({
            from: iso(at),
            attempts: counts.attempts,
            kpis: kpiValues(counts).map(({ name: _, unit: __, definition: ___, ...value }) => value),
          })),
      };
    },
  );

  app.get(
    '/v1/campaigns/:id/sample',
    {
      schema: {
        operationId: 'getSample',
        tags,
        summary: 'How the samples of validation and pilot were drawn, why so many, and what they cover',
        params: IdParameters,
        response: {
          200: Loose('The plans with their calculations, the coverage by stratum, seed and hash.'),
          ...problems('key_missing', 'role_lacking', 'campaign_not_found', 'sample_not_drawn'),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      campaignOf(context, id);
      const report = await store.sampleReport(id);
      if (report === undefined)
        throw new Problem(
          'sample_not_drawn',
          `The samples of ${id} have not been drawn: they are when the campaign starts.`,
        );
      return { campaignId: id, ...report };
    },
  );

  app.get(
    '/v1/campaigns/:id/progress',
    {
      schema: {
        operationId: 'getStageProgress',
        tags,
        summary: 'Gates with their evidence, halts with their analysis, halted segments, and the watch',
        params: IdParameters,
        response: {
          200: Type.Object(
            {
              campaignId: Type.String(),
              status: Type.String(),
              stage: Type.String(),
              extensions: Type.Integer({ description: 'Times the present sample was extended.' }),
              returnTo: Type.Optional(
                Type.String({ description: 'Stage to go back to after a validation that follows a halt.' }),
              ),
              staff: Type.Object(
                { tiers: Type.Array(Type.String()), teams: Type.Optional(Type.Array(Type.String())) },
                { description: 'Who works the campaign now.' },
              ),
              phase: Type.Optional(
                Type.Object(
                  {
                    number: Type.Integer(),
                    of: Type.Integer(),
                    waiting: Type.Optional(
                      Type.String({
                        description: 'Why the next one has not begun though this one is worked.',
                      }),
                    ),
                  },
                  { description: 'Phase of the pilot, counting from 1.' },
                ),
              ),
              gates: Type.Array(Loose('One decision, the newest last.')),
              halts: Type.Array(Loose('One halt, the newest last.')),
              blocked: Type.Array(Loose('A segment that is not dialled while the rest goes on.')),
              watch: Type.Optional(Loose('What production is watched for, and how it stands.')),
            },
            { title: 'StageProgress' },
          ),
          ...problems('key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const { record, watch, staff, phase } = campaignOf(context, request.params.id);
      const { progress } = record;
      return {
        campaignId: record.settings.id,
        status: record.status,
        stage: record.stage,
        extensions: progress?.extensions ?? 0,
        ...(progress?.returnTo === undefined ? {} : { returnTo: progress.returnTo }),
        staff: {
          tiers: [...staff.tiers],
          ...(staff.teams === undefined ? {} : { teams: [...staff.teams] }),
        },
        ...(phase === undefined ? {} : { phase: { ...phase } }),
        gates: (progress?.gates ?? []).map((gate) => ({ ...gate })),
        halts: (progress?.halts ?? []).map((halt) => ({ ...halt })),
        blocked: (progress?.blocked ?? []).map((segment) => ({ ...segment })),
        ...(watch === undefined ? {} : { watch: { ...watch } }),
      };
    },
  );
}
