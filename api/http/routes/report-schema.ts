/** What the report, the forecast and the experiments answer. */
import Type from 'typebox';
import { OneOf } from '../schemas.js';

const Loose = (description: string) =>
  Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true, description });
const Rows = (description: string) => ({
  type: 'array',
  description,
  items: { type: 'object', additionalProperties: true },
});

export const ReportAnswer = Type.Unsafe({
  description: 'The report in the format asked for.',
  content: {
    'text/html': { schema: { type: 'string' } },
    'text/csv': {
      schema: {
        type: 'string',
        description: 'section, item, measure, numerator, denominator, value, low, high, verdict, text',
      },
    },
    'application/json': {
      schema: {
        type: 'object',
        title: 'EvaluationReport',
        description: 'Instants are epoch milliseconds, shares 0–1, durations seconds.',
        properties: {
          campaign: {
            type: 'object',
            additionalProperties: true,
            description: 'Id, name, purpose, status, stage.',
          },
          stage: { type: 'string' },
          generatedAt: { type: 'integer' },
          period: {
            type: 'object',
            additionalProperties: true,
            description: 'From and to; absent without attempts.',
          },
          counts: {
            type: 'object',
            additionalProperties: { type: 'number' },
            description: 'What the KPIs are made of.',
          },
          contacts: { type: 'integer', description: 'Contacts of the stage.' },
          goals: {
            type: 'object',
            additionalProperties: true,
            description: 'Each condition with counts, interval, test and verdict, as of now.',
          },
          gates: Rows('What the gate decided, the newest last.'),
          kpis: Rows('Each with numerator, denominator, value and Wilson’s 95 % interval.'),
          costPerSuccess: { type: 'number' },
          segments: Rows(
            'KPIs by team, tier, agent, script and offer version, list source, caller id and hour.',
          ),
          dispositions: Rows('With meaning, count, share and interval.'),
          refusalReasons: Rows('Dispositions of refusal, opt-out and complaint.'),
          outcomes: Rows('Attempts by how they ended.'),
          agents: {
            type: 'object',
            additionalProperties: true,
            description: 'Ranked, with best, median, worst, and whether they differ beyond chance.',
          },
          tiers: {
            type: 'object',
            additionalProperties: true,
            description:
              'Success rate by tier of agents, and the differences between tiers, and from the validation, with Newcombe’s 95 % interval.',
          },
          hours: Rows('Contact rate by local hour; `better` beyond chance.'),
          sample: {
            type: 'object',
            additionalProperties: true,
            description: 'Plans, calculation, coverage, seed and hash.',
          },
          comparison: Rows('Pilot − validation, with Newcombe’s 95 % interval.'),
          stability: {
            type: 'object',
            additionalProperties: true,
            description: 'Trend test and twelve periods.',
          },
          abandon: {
            type: 'object',
            additionalProperties: true,
            description: 'The abandon ledger of each law.',
          },
          halts: Rows('Halts in this stage, with their analysis and rectification.'),
          experiment: { type: 'object', additionalProperties: true, description: 'The scripts compared.' },
          forecast: {
            type: 'object',
            additionalProperties: true,
            description: 'For production, with intervals.',
          },
          noForecast: { type: 'string', description: 'Why there is none.' },
        },
      },
    },
  },
});

export const ForecastAnswer = Type.Object(
  {
    campaignId: Type.String(),
    state: OneOf(['running', 'completed', 'failed']),
    progress: Type.Optional(Type.Number({ description: 'Share done, 0–1.' })),
    failure: Type.Optional(Type.String()),
    forecast: Type.Optional(
      Loose(
        'calls, connected, successes, optOuts, agentHours, hours, days, occupancy, abandonRatio, successesPerAgentHour: each with mean, low and high; what it rests on; notes.',
      ),
    ),
  },
  { title: 'Forecast' },
);

export const ExperimentAnswer = Type.Object(
  {
    campaignId: Type.String(),
    stage: Type.String(),
    items: Type.Array(
      Loose(
        'decision, winner, text, kpi, variants with their KPIs, pairs with difference, interval and verdict.',
      ),
      { description: 'Empty with fewer than two scripts.' },
    ),
  },
  { title: 'Experiments' },
);
