/** Versions of a campaign's settings, and campaigns made from others. */
import { randomBytes } from 'node:crypto';
import Type from 'typebox';
import { withVersions } from '../../../dialer/core/segments.js';
import { auditEntry } from '../audit.js';
import { type CampaignRequest, CampaignSettingsSchema, toSettings } from '../campaign-schema.js';
import { type CampaignVersion, campaignVersions, versionedSettings } from '../campaign-versions.js';
import { type App, type Context, campaignOf, command } from '../context.js';
import { etagOf } from '../etag.js';
import { Problem } from '../problem.js';
import { Identifier, IdParameters, Instant, problems, STRICT } from '../schemas.js';
import { CampaignAnswer, campaignAnswer } from './campaigns.js';

const Value = (description: string) => Type.Optional(Type.Unsafe<unknown>({ description }));

const VERSION_FIELDS = {
  version: Type.Integer(),
  at: Instant,
  by: Type.String({ description: 'Name and role of the key; engine where the service made it itself.' }),
  changes: Type.Array(
    Type.Object({
      field: Type.String({ description: 'Path of the field, such as pacing.ratio.' }),
      before: Value('What it was; absent where it was not set.'),
      after: Value('What it is; absent where it is not set any more.'),
    }),
    { description: 'What is different from the version before; empty for the first.' },
  ),
};

const VersionAnswer = Type.Object(VERSION_FIELDS, { title: 'CampaignVersion' });
const VersionWithSettings = Type.Object(
  { ...VERSION_FIELDS, settings: CampaignSettingsSchema },
  { title: 'CampaignVersionSettings' },
);

const VersionParameters = Type.Object(
  { id: Identifier, version: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }) },
  STRICT,
);

const CloneInput = Type.Object(
  {
    id: Type.Optional(Type.Unsafe<string>({ ...Identifier, description: 'Made up when absent.' })),
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'NAME (copy) when absent.' }),
    ),
  },
  { ...STRICT, examples: [{ id: 'summer-renewals', name: 'Summer renewals' }] },
);

const LONGEST_NAME = 200;

export function campaignVersionRoutes(app: App, context: Context): void {
  const tags = ['campaigns'];
  const { store } = context.engine;

  app.get(
    '/v1/campaigns/:id/versions',
    {
      schema: {
        operationId: 'listCampaignVersions',
        tags,
        summary: 'Who changed the settings of a campaign, when, and what; newest first',
        params: IdParameters,
        response: {
          200: Type.Object({ items: Type.Array(VersionAnswer) }),
          ...problems('key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const versions = await campaignVersions(store, campaignOf(context, request.params.id).record);
      return { items: versions.map(withoutSettings) };
    },
  );

  app.get(
    '/v1/campaigns/:id/versions/:version',
    {
      schema: {
        operationId: 'getCampaignVersion',
        tags,
        summary: 'The settings of a campaign as they were in one version',
        params: VersionParameters,
        response: {
          200: VersionWithSettings,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'campaign_not_found',
            'version_not_found',
          ),
        },
      },
    },
    async (request) => {
      const { id, version } = request.params;
      const versions = await campaignVersions(store, campaignOf(context, id).record);
      const found = versions.find((each) => each.version === version);
      if (found === undefined)
        throw new Problem(
          'version_not_found',
          `Campaign ${id} has no version ${version}: GET /v1/campaigns/${id}/versions lists them.`,
        );
      return { ...withoutSettings(found), settings: found.settings as never };
    },
  );

  app.post(
    '/v1/campaigns/:id/clone',
    {
      // A copy needs no words: a request without a body says none.
      preValidation: async (request: { body?: unknown }) => {
        request.body ??= {};
      },
      schema: {
        operationId: 'cloneCampaign',
        tags,
        summary: 'Make a new campaign with the settings of this one',
        description: 'Settings only: the copy is a draft without contacts, attempts or history.',
        params: IdParameters,
        body: CloneInput,
        response: {
          201: CampaignAnswer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found', 'conflict'),
        },
      },
    },
    async (request, reply) => {
      const { settings: original } = campaignOf(context, request.params.id).record;
      const id = request.body.id ?? `campaign-${randomBytes(4).toString('hex')}`;
      if (context.views.current().campaigns.some((c) => c.record.settings.id === id))
        throw new Problem('conflict', `There is a campaign ${id} already: choose another id.`);
      const { id: _id, ...fields } = original;
      const name = request.body.name ?? `${original.name.slice(0, LONGEST_NAME - 7)} (copy)`;
      // Versions of scripts and offers count from 1 in the copy.
      const settings = withVersions(toSettings(id, { ...fields, name } as CampaignRequest), undefined);
      await command(
        context,
        { type: 'campaign-save', settings, ifVersion: 0 },
        auditEntry(context, request, {
          action: 'campaign.clone',
          subject: { kind: 'campaign', id },
          before: { clonedFrom: original.id },
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
}

function withoutSettings({ version, at, by, changes }: CampaignVersion) {
  return { version, at, by, changes: changes.map((change) => ({ ...change })) };
}
