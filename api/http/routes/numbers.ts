/** Numbers: do-not-call lists and consent. */
import Type from 'typebox';
import { type App, type Context, campaignOf } from '../context.js';
import { requireNumber } from '../phone-numbers.js';
import { fieldProblem, Problem } from '../problem.js';
import { Identifier, Instant, NumberParameters, OneOf, PhoneNumber, problems, STRICT } from '../schemas.js';

const DncAnswer = Type.Object(
  {
    number: Type.String(),
    internal: Type.Boolean({ description: 'On the list for all campaigns.' }),
    campaign: Type.Boolean({ description: 'On the list of the campaign that was asked for.' }),
  },
  { title: 'DncEntry' },
);
const ConsentAnswer = Type.Object(
  { number: Type.String(), consent: OneOf(['granted', 'refused', 'none']) },
  { title: 'Consent' },
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
      const added = await engine.store.addDnc(numbers, { reason, at: context.now(), ...where });
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
      return { number, ...(await engine.store.isDnc(number, campaign)) };
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
      if (!(await engine.store.removeDnc(number, campaign))) throw new Problem('number_not_listed');
      engine.notify({
        type: 'dnc-changed',
        number,
        listed: false,
        ...(campaign === undefined ? {} : { campaignId: campaign }),
      });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/v1/consent/:number',
    {
      schema: {
        operationId: 'getConsent',
        tags,
        summary: 'What consent is recorded for the number?',
        params: NumberParameters,
        response: { 200: ConsentAnswer, ...problems('validation_failed', 'key_missing', 'role_lacking') },
      },
    },
    async (request) => {
      const number = requireNumber('number', request.params.number, defaultCountry);
      return { number, consent: await engine.store.consentOf(number, context.now()) };
    },
  );

  app.put(
    '/v1/consent/:number',
    {
      schema: {
        operationId: 'setConsent',
        tags,
        summary: 'Record that consent was granted, or refused or withdrawn',
        params: NumberParameters,
        body: Type.Object(
          {
            consent: OneOf(['granted', 'refused']),
            evidence: Type.String({
              minLength: 1,
              maxLength: 2000,
              description: 'How it is known: the form, the recording, the letter.',
            }),
            expiresAt: Type.Optional(Instant),
          },
          { ...STRICT, examples: [{ consent: 'granted', evidence: 'web form 2026-02-11, order 4711' }] },
        ),
        response: { 200: ConsentAnswer, ...problems('validation_failed', 'key_missing', 'role_lacking') },
      },
    },
    async (request) => {
      const { consent, evidence, expiresAt } = request.body;
      const at = context.now();
      const expiry = expiresAt === undefined ? undefined : Date.parse(expiresAt);
      if (expiry !== undefined && expiry <= at) {
        throw fieldProblem('expiresAt', 'is in the past: give a later time, or leave it out');
      }
      const number = requireNumber('number', request.params.number, defaultCountry);
      await engine.store.setConsent(number, consent, {
        evidence,
        at,
        ...(expiry === undefined ? {} : { expiresAt: expiry }),
      });
      return { number, consent: await engine.store.consentOf(number, at) };
    },
  );
}
