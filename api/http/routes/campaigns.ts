/** Campaigns: create, change, command, and why they dial or not. */
import { randomBytes } from 'node:crypto';
import Type from 'typebox';
import type { RectifiedPart } from '../../../dialer/core/model.js';
import { withVersions } from '../../../dialer/core/segments.js';
import type { CampaignView } from '../../../dialer/core/view.js';
import { auditEntry } from '../audit.js';
import { withDocuments } from '../campaign-documents.js';
import {
  CampaignCreation,
  CampaignReplacement,
  CampaignSettingsSchema,
  toSettings,
} from '../campaign-schema.js';
import { versionedSettings, versionOf } from '../campaign-versions.js';
import { type App, actorOf, type Context, campaignOf, command } from '../context.js';
import { diagnose } from '../diagnostics.js';
import { etagOf, expectVersion, withEtag } from '../etag.js';
import { Problem } from '../problem.js';
import {
  IdParameters,
  Instant,
  iso,
  OneOf,
  problems,
  Reason,
  SaidParts,
  STRICT,
  TextParameters,
} from '../schemas.js';
import { sendText } from '../send-text.js';

/** What a text names, by which it can be said in other languages. */
const StageCountersSchema = Type.Object({
  attempts: Type.Integer(),
  liveAnswers: Type.Integer(),
  machines: Type.Integer(),
  connected: Type.Integer(),
  abandoned: Type.Integer(),
  successes: Type.Integer(),
  optOuts: Type.Integer(),
});

const AbandonAnswer = Type.Object(
  {
    target: Type.Number({ description: 'Ratio that the pacer aims at now; 0 is one line per ready agent.' }),
    limitedBy: Type.Optional(Type.String({ description: 'Name of the window that sets it.' })),
    spent: Type.Boolean({ description: 'The allowance is used up for now.' }),
    windows: Type.Array(
      Type.Object({
        law: Type.String(),
        name: Type.String(),
        from: Instant,
        until: Type.Optional(Instant),
        limit: Type.Number(),
        answers: Type.Number(),
        abandoned: Type.Number(),
        ratio: Type.Number(),
        left: Type.Number({ description: 'Abandoned calls that the answers so far still allow.' }),
        over: Type.Boolean(),
        target: Type.Optional(Type.Number()),
      }),
    ),
  },
  { description: 'The abandon ledgers by the laws that bind the campaign.' },
);

export const CampaignAnswer = Type.Object(
  {
    id: Type.String(),
    version: Type.Integer({ description: 'Counts the changes of the settings; the ETag is made of it.' }),
    status: Type.String(),
    stage: Type.String(),
    statusSince: Instant,
    createdAt: Instant,
    reason: Type.String({ description: 'Why it is paused, halted, stopped or waiting.' }),
    reasonSaid: Type.Optional(SaidParts),
    sampled: Type.Boolean({ description: 'The stage samples have been drawn.' }),
    settings: CampaignSettingsSchema,
    counters: Type.Object({
      validation: StageCountersSchema,
      pilot: StageCountersSchema,
      production: StageCountersSchema,
    }),
    live: Type.Object({
      hopper: Type.Integer(),
      inFlight: Type.Integer(),
      waiting: Type.Integer(),
      talking: Type.Integer(),
      linesTarget: Type.Integer(),
      limit: Type.String(),
      open: Type.Integer(),
      untried: Type.Integer(),
      nextDueAt: Type.Optional(Instant),
      diagnosis: Type.String(),
    }),
  },
  { title: 'Campaign' },
);

export function campaignAnswer(c: CampaignView) {
  const { record } = c;
  return {
    id: record.settings.id,
    version: versionOf(record),
    status: record.status,
    stage: record.stage,
    statusSince: iso(record.statusSince),
    createdAt: iso(record.createdAt),
    reason: record.reason,
    ...(record.reasonSaid === undefined ? {} : { reasonSaid: record.reasonSaid }),
    sampled: record.sampled,
    settings: record.settings,
    counters: record.counters,
    live: {
      hopper: c.hopper,
      inFlight: c.inFlight,
      waiting: c.waiting,
      talking: c.talking,
      linesTarget: c.linesTarget,
      limit: c.limit,
      open: c.open,
      untried: c.untried,
      ...(c.nextDueAt === undefined ? {} : { nextDueAt: iso(c.nextDueAt) }),
      diagnosis: c.diagnosis,
    },
  };
}

const Touched = Type.Array(OneOf(['script', 'offer', 'list', 'team', 'other']), {
  minItems: 1,
  uniqueItems: true,
  description:
    'What the rectification of a halt changed. Any part but `other` is tried in a fresh short validation before the campaign goes on.',
});

const COMMANDS = [
  ['start', 'startCampaign', 'Start the campaign in its first stage'],
  ['pause', 'pauseCampaign', 'Place no new calls; live ones go on'],
  ['resume', 'resumeCampaign', 'Go on after a pause, or after a halt with a written rectification'],
  ['stop', 'stopCampaign', 'End the campaign for good'],
  ['halt', 'haltCampaign', 'Stop new calls at once, until a rectification is written'],
  ['approve', 'approveCampaign', 'Open a gate that has passed and waits for approval'],
] as const;

export function campaignRoutes(app: App, context: Context): void {
  const tags = ['campaigns'];

  app.get(
    '/v1/campaigns',
    {
      schema: {
        operationId: 'listCampaigns',
        tags,
        summary: 'All campaigns, newest first',
        response: {
          200: Type.Object({ items: Type.Array(CampaignAnswer) }),
          ...problems('key_missing', 'role_lacking'),
        },
      },
    },
    async () => ({
      items: context.views
        .current()
        .campaigns.toSorted((a, b) => b.record.createdAt - a.record.createdAt)
        .map(campaignAnswer),
    }),
  );

  app.post(
    '/v1/campaigns',
    {
      schema: {
        operationId: 'createCampaign',
        tags,
        summary: 'Create a campaign',
        description:
          'Only `name` is needed; the answer shows every default. The campaign is a draft until it is started.',
        body: CampaignCreation,
        response: {
          201: CampaignAnswer,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'conflict',
            'media_type_unsupported',
          ),
        },
      },
    },
    async (request, reply) => {
      const { id = `campaign-${randomBytes(4).toString('hex')}`, ...fields } = request.body;
      if (context.views.current().campaigns.some((c) => c.record.settings.id === id)) {
        throw new Problem(
          'conflict',
          `There is a campaign ${id} already: choose another id, or PUT /v1/campaigns/${id} to change it.`,
        );
      }
      const settings = toSettings(id, await withDocuments(context.engine.store, fields));
      await command(
        context,
        { type: 'campaign-save', settings, ifVersion: 0 },
        auditEntry(context, request, {
          action: 'campaign.create',
          subject: { kind: 'campaign', id },
          after: versionedSettings(settings, 1),
        }),
      );
      return reply
        .code(201)
        .header('location', `/v1/campaigns/${id}`)
        .header('etag', etagOf(1))
        .send(campaignAnswer(campaignOf(context, id)));
    },
  );

  /** Answers as text. A view is not changed, and asked for as long as it is the newest. */
  const texts = new WeakMap<CampaignView, string>();
  app.get(
    '/v1/campaigns/:id',
    {
      schema: {
        operationId: 'getCampaign',
        tags,
        summary: 'One campaign',
        params: IdParameters,
        response: { 200: CampaignAnswer, ...problems('key_missing', 'role_lacking', 'campaign_not_found') },
      },
    },
    async (request, reply) => {
      const found = campaignOf(context, request.params.id);
      withEtag(reply, versionOf(found.record));
      let text = texts.get(found);
      if (text === undefined) {
        text = reply.serializeInput(campaignAnswer(found), '200') as string;
        texts.set(found, text);
      }
      return sendText(reply, text);
    },
  );

  app.put(
    '/v1/campaigns/:id',
    {
      config: { editsVersion: true },
      schema: {
        operationId: 'updateCampaign',
        tags,
        summary: 'Replace the settings of a campaign',
        description:
          'Fields that are left out get their defaults, as when the campaign was created. The change is made on the version in If-Match; GET /v1/campaigns/{id}/versions has the earlier ones.',
        params: IdParameters,
        body: CampaignReplacement,
        response: {
          200: CampaignAnswer,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'campaign_not_found',
            'conflict',
            'version_stale',
            'if_match_missing',
            'media_type_unsupported',
          ),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { record } = campaignOf(context, id);
      const ifVersion = expectVersion(request, versionOf(record), `campaign ${id}`);
      const settings = withVersions(
        toSettings(id, await withDocuments(context.engine.store, request.body)),
        record.settings,
      );
      await command(
        context,
        { type: 'campaign-save', settings, ifVersion },
        auditEntry(context, request, {
          action: 'campaign.update',
          subject: { kind: 'campaign', id },
          before: versionedSettings(record.settings, ifVersion),
          after: versionedSettings(settings, ifVersion + 1),
        }),
      );
      withEtag(reply, ifVersion + 1);
      return campaignAnswer(campaignOf(context, id));
    },
  );

  for (const [name, operationId, summary] of COMMANDS) {
    app.post(
      `/v1/campaigns/:id/${name}`,
      {
        // Most commands need no words: a request without a body says none.
        preValidation: async (request: { body?: unknown }) => {
          request.body ??= {};
        },
        schema: {
          operationId,
          tags,
          summary,
          params: IdParameters,
          body: Type.Object(
            {
              reason: name === 'halt' ? Reason : Type.Optional(Reason),
              ...(name === 'resume' ? { touched: Type.Optional(Touched) } : {}),
            },
            { ...STRICT, examples: [{ reason: EXAMPLE_REASONS[name] }] },
          ),
          response: {
            200: CampaignAnswer,
            ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found', 'conflict'),
          },
        },
      },
      async (request) => {
        const { id } = request.params;
        const { status, stage } = campaignOf(context, id).record;
        const { reason = '', touched } = request.body as {
          readonly reason?: string;
          readonly touched?: readonly RectifiedPart[];
        };
        await command(
          context,
          {
            type: 'campaign-command',
            campaignId: id,
            command: name,
            by: actorOf(request),
            reason,
            ...(touched === undefined ? {} : { touched }),
          },
          auditEntry(context, request, {
            action: `campaign.${name}`,
            subject: { kind: 'campaign', id },
            reason,
            before: { status, stage },
          }),
        );
        return campaignAnswer(campaignOf(context, id));
      },
    );
  }

  app.get(
    '/v1/campaigns/:id/diagnostics',
    {
      schema: {
        operationId: 'diagnoseCampaign',
        tags,
        summary: 'Why is it dialling, or not?',
        description: 'One sentence, and the list of everything that a call needs.',
        params: IdParameters,
        response: {
          200: Type.Object(
            {
              campaignId: Type.String(),
              dialling: Type.Boolean(),
              sentence: Type.String(),
              code: Type.String({ description: 'The sentence as a code, for other languages …' }),
              parameters: TextParameters,
              limit: Type.String(),
              checks: Type.Array(
                Type.Object({
                  name: Type.String(),
                  ok: Type.Boolean(),
                  detail: Type.String(),
                  code: Type.String({ description: 'The detail as a code.' }),
                  parameters: TextParameters,
                }),
              ),
              pacing: Type.Optional(
                Type.Unsafe({
                  type: 'object',
                  additionalProperties: true,
                  description: 'The last decision.',
                }),
              ),
              abandon: AbandonAnswer,
            },
            { title: 'Diagnostics' },
          ),
          ...problems('key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const view = context.views.current();
      const found = view.campaigns.find((c) => c.record.settings.id === request.params.id);
      return diagnose(found ?? campaignOf(context, request.params.id), view, context.packs);
    },
  );
}

const EXAMPLE_REASONS = {
  start: 'List and script approved by the client',
  pause: 'Team meeting',
  resume: 'Meeting is over',
  stop: 'The client ended the contract',
  halt: 'Two complaints about the script',
  approve: 'Figures of the pilot reviewed',
} as const;
