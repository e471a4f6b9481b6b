/** Numbers: do-not-call lists. */
import Type from 'typebox';
import { auditEntry } from '../audit.js';
import { type App, type Context, campaignOf } from '../context.js';
import { requireNumber } from '../phone-numbers.js';
import { Problem } from '../problem.js';
import { Identifier, NumberParameters, PhoneNumber, problems, STRICT } from '../schemas.js';

const DncAnswer = Type.Object(
  {
    number: Type.String(),
    internal: Type.Boolean({ description: 'On the list for all campaigns.' }),
    campaign: Type.Boolean({ description: 'On the list of the campaign that was asked for.' }),
    registries: Type.Array(Type.String(), {
      description: 'Ids of the national and other registries that hold it, among those held here.',
    }),
  },
  { title: 'DncEntry' },
);
const CampaignQuery = Type.Object({ campaign: Type.Optional(Identifier) }, STRICT);

export function numberRoutes(app: App, context: Context): void {
  const { engine, defaultCountry } = context;
  const tags = ['numbers'];

  app.post(
    '/v1/dnc',
    {
      bodyLimit: context.limits.contactsBodyBytes,
      schema: {
        operationId: 'addDnc',
        tags,
        summary: 'Put numbers on the internal do-not-call list, or on that of one campaign',
        body: Type.Object(
          {
            numbers: Type.Array(PhoneNumber, { minItems: 1, maxItems: 10_000 }),
            reason: Type.String({ minLength: 1, maxLength: 200 }),
            campaign: Type.Optional(Identifier),
          },
          { ...STRICT, examples: [{ numbers: ['+12025550143'], reason: 'asked by letter' }] },
        ),
        response: {
          200: Type.Object({
            added: Type.Integer({ description: 'Numbers that were not on the list before.' }),
            numbers: Type.Array(Type.String()),
          }),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const { reason, campaign } = request.body;
      if (campaign !== undefined) campaignOf(context, campaign);
      const numbers = request.body.numbers.map((text, i) =>
        requireNumber(`numbers[${i}]`, text, defaultCountry),
      );
      const where = campaign === undefined ? {} : { campaignId: campaign };
      const entry = auditEntry(context, request, {
        action: 'dnc.add',
        subject: { kind: 'number', id: '' },
        numbers,
        after: { list: campaign ?? 'internal' },
      });
      const added = await engine.store.audited(entry, 'addDnc', [
        numbers,
        { reason, at: context.now(), ...where },
      ]);
      for (const number of numbers) engine.notify({ type: 'dnc-changed', number, listed: true, ...where });
      return { added, numbers };
    },
  );

  app.get(
    '/v1/dnc/:number',
    {
      schema: {
        operationId: 'getDnc',
        tags,
        summary: 'On which lists is the number?',
        params: NumberParameters,
        querystring: CampaignQuery,
        response: {
          200: DncAnswer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const { campaign } = request.query;
      if (campaign !== undefined) campaignOf(context, campaign);
      const number = requireNumber('number', request.params.number, defaultCountry);
      return {
        number,
        ...(await engine.store.isDnc(number, campaign)),
        registries: [...(context.registries?.held.listsOf(number) ?? [])],
      };
    },
  );

  app.delete(
    '/v1/dnc/:number',
    {
      schema: {
        operationId: 'removeDnc',
        tags,
        summary: 'Take a number off the internal list, or off that of one campaign',
        params: NumberParameters,
        querystring: CampaignQuery,
        response: {
          204: Type.Null({ description: 'It is off the list.' }),
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'campaign_not_found',
            'number_not_listed',
          ),
        },
      },
    },
    async (request, reply) => {
      const { campaign } = request.query;
      if (campaign !== undefined) campaignOf(context, campaign);
      const number = requireNumber('number', request.params.number, defaultCountry);
      const entry = auditEntry(context, request, {
        action: 'dnc.remove',
        subject: { kind: 'number', id: '' },
        numbers: [number],
        before: { list: campaign ?? 'internal' },
      });
      if (!(await engine.store.audited(entry, 'removeDnc', [number, campaign])))
        throw new Problem('number_not_listed');
      engine.notify({
        type: 'dnc-changed',
        number,
        listed: false,
        ...(campaign === undefined ? {} : { campaignId: campaign }),
      });
      return reply.code(204).send(null);
    },
  );
}
