/** The parts of a campaign's settings that its stages, gates and the watch are made of. */
import Type from 'typebox';
import type { KPIS } from '../../dialer/kpi/kpis.js';
import { OneOf, STRICT } from './schemas.js';

const Rate = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const Word = Type.String({ minLength: 1, maxLength: 64 });
const RATE_KPIS = [
  'answer-rate',
  'contact-rate',
  'success-rate',
  'refusal-rate',
  'opt-out-rate',
  'complaint-rate',
] as const satisfies readonly (typeof KPIS)[number]['id'][];

export const GateSchema = Type.Object(
  {
    maximumAbandonRatio: Type.Optional(Rate('Abandoned live answers ÷ live answers.')),
    minimumContactRate: Type.Optional(Rate('Right-party contacts ÷ attempts.')),
    minimumSuccessRate: Type.Optional(Rate('Successes ÷ right-party contacts.')),
    maximumRefusalRate: Type.Optional(Rate('Refusals ÷ right-party contacts.')),
    maximumOptOutRate: Type.Optional(Rate('Opt-outs ÷ live answers.')),
    maximumSuccessGap: Type.Optional(
      Rate('Of the pilot: how far its success rate may be below that of the validation, in points.'),
    ),
    stableSuccessRate: Type.Optional(
      Type.Boolean({ description: 'The success rate may not drift over the stage.' }),
    ),
    confidence: Type.Optional(
      Type.Number({ minimum: 0.5, maximum: 0.999, description: 'Of the decision; 0.95 when absent.' }),
    ),
    maximumExtensions: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 20,
        description: 'Times the sample may be extended while the gate cannot decide; 3 when absent.',
      }),
    ),
    approval: Type.Optional(Type.Boolean({ description: 'Wait for an operator after the gate has passed.' })),
  },
  {
    ...STRICT,
    description:
      'Conditions for going on to the next stage. They are judged on intervals: passed when shown to hold, failed when shown not to, and the sample is extended where it cannot decide.',
  },
);

export const STAGE_FIELDS = {
  complaintDispositions: Type.Optional(
    Type.Array(Word, {
      maxItems: 100,
      uniqueItems: true,
      description: 'Dispositions by which a person complains.',
    }),
  ),
  sampling: Type.Optional(
    Type.Object(
      {
        strata: Type.Optional(
          Type.Array(Word, {
            minItems: 1,
            maxItems: 8,
            uniqueItems: true,
            description: 'What the samples have to cover: region, timeZone, or columns of the list.',
          }),
        ),
        minimumPerStratum: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 10_000,
            description: 'Contacts drawn at least from each stratum.',
          }),
        ),
        expected: Type.Optional(
          Type.Object(
            {
              answerRate: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
              contactRate: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
              abandonRatio: Type.Optional(Rate('Abandoned ÷ live answers.')),
              successRate: Type.Optional(Rate('Successes ÷ contacts.')),
              refusalRate: Type.Optional(Rate('Refusals ÷ contacts.')),
              optOutRate: Type.Optional(Rate('Opt-outs ÷ live answers.')),
            },
            { ...STRICT, description: 'Rates expected of the list: samples are made large enough for them.' },
          ),
        ),
      },
      { ...STRICT, description: 'How the samples of validation and pilot are drawn.' },
    ),
  ),
  scripts: Type.Optional(
    Type.Array(
      Type.Object(
        {
          id: Word,
          version: Type.Optional(
            Type.Integer({ minimum: 0, description: 'Counted up by the service; what is sent is ignored.' }),
          ),
          text: Type.String({ maxLength: 50_000 }),
          weight: Type.Optional(
            Type.Number({ minimum: 0, maximum: 1_000, description: 'Share of the contacts; 1 when absent.' }),
          ),
        },
        STRICT,
      ),
      {
        minItems: 1,
        maxItems: 20,
        description: 'Variants of the script; contacts are spread over them by a hash.',
      },
    ),
  ),
  offer: Type.Optional(
    Type.Object(
      {
        id: Word,
        version: Type.Optional(
          Type.Integer({ minimum: 0, description: 'Counted up by the service; what is sent is ignored.' }),
        ),
        text: Type.Optional(
          Type.String({ maxLength: 50_000, description: 'That of GET /v1/offers/{id} when absent.' }),
        ),
      },
      STRICT,
    ),
  ),
  script: Type.Optional(
    Type.Unsafe<string>({
      ...Word,
      description: 'Id of the script that agents work with, of /v1/scripts, instead of variants in scripts.',
    }),
  ),
  dispositionSet: Type.Optional(
    Type.Unsafe<string>({
      ...Word,
      description:
        'Id of the dispositions that agents choose from, of /v1/disposition-sets: says what counts as success, refusal, opt-out and complaint.',
    }),
  ),
  callerIdPool: Type.Optional(
    Type.Unsafe<string>({
      ...Word,
      description: 'Id of the numbers that calls show, of /v1/caller-id-pools, instead of one callerId.',
    }),
  ),
  sourceField: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'Column of the list that names where a contact comes from.',
    }),
  ),
  watch: Type.Optional(
    Type.Object(
      {
        enabled: Type.Optional(Type.Boolean()),
        attemptsBetweenFalseAlarms: Type.Optional(
          Type.Integer({
            minimum: 1_000,
            maximum: 100_000_000,
            description:
              'Mean attempts between two false halts, over all KPIs and segments together; 150,000 when absent.',
          }),
        ),
        kpis: Type.Optional(Type.Array(OneOf(RATE_KPIS), { uniqueItems: true })),
        segments: Type.Optional(
          Type.Array(OneOf(['source', 'script', 'team', 'tier', 'caller-id']), { uniqueItems: true }),
        ),
        limits: Type.Optional(
          Type.Array(
            Type.Object(
              {
                kpi: OneOf([...RATE_KPIS, 'abandon-rate']),
                minimum: Type.Optional(Rate('Halt below it.')),
                maximum: Type.Optional(Rate('Halt above it.')),
                minimumTrials: Type.Integer({
                  minimum: 1,
                  maximum: 1_000_000,
                  description: 'No judgement before so many of the KPI’s denominator in the window.',
                }),
              },
              STRICT,
            ),
            {
              maxItems: 20,
              description: 'Plain limits over a window: they halt whatever the statistics say.',
            },
          ),
        ),
        windowMinutes: Type.Optional(Type.Unsafe<30 | 60>({ type: 'integer', enum: [30, 60] })),
      },
      { ...STRICT, description: 'What production is watched for, and halted by.' },
    ),
  ),
  prices: Type.Optional(
    Type.Object(
      {
        perAttempt: Type.Optional(Type.Number({ minimum: 0 })),
        perTalkMinute: Type.Optional(Type.Number({ minimum: 0 })),
        perAgentHour: Type.Optional(Type.Number({ minimum: 0 })),
      },
      { ...STRICT, description: 'In one currency of your own; for the cost of a success.' },
    ),
  ),
};
