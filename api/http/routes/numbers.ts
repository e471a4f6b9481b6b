/** Numbers: do-not-call lists, consent, and whether a number may be called. */
import Type from 'typebox';
import { createGate, type Verdict } from '../../../compliance/index.js';
import { gateOf } from '../../../dialer/core/campaigns.js';
import { type App, type Context, campaignOf } from '../context.js';
import { requireNumber } from '../phone-numbers.js';
import { fieldProblem, Problem } from '../problem.js';
import {
  Identifier,
  Instant,
  iso,
  NumberParameters,
  OneOf,
  PhoneNumber,
  problems,
  STRICT,
} from '../schemas.js';

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

const VerdictAnswer = Type.Object(
  {
    verdict: OneOf(['allow', 'deny', 'defer']),
    until: Type.Optional(
      Type.Unsafe<string>({ ...Instant, description: 'When deferred: the earliest lawful time.' }),
    ),
    reasons: Type.Array(
      Type.Object({
        rule: Type.String(),
        pack: Type.String(),
        version: Type.String(),
        detail: Type.String(),
        until: Type.Optional(Instant),
      }),
    ),
    permit: Type.Optional(
      Type.Unsafe({ type: 'object', additionalProperties: true, description: 'When allowed: the evidence.' }),
    ),
  },
  { title: 'Verdict' },
);

function verdictAnswer(verdict: Verdict) {
  return {
    verdict: verdict.verdict,
    ...(verdict.until === undefined ? {} : { until: iso(verdict.until) }),
    reasons: verdict.reasons.map(({ until, ...reason }) => ({
      ...reason,
      ...(until === undefined ? {} : { until: iso(until) }),
    })),
    ...(verdict.permit === undefined ? {} : { permit: verdict.permit }),
  };
}

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

  app.get(
    '/v1/check',
    {
      schema: {
        operationId: 'checkNumber',
        tags,
        summary: 'May this number be called, and why?',
        querystring: Type.Object(
          {
            number: PhoneNumber,
            at: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'Default: now.' })),
            campaign: Type.Optional(
              Type.Unsafe<string>({ ...Identifier, description: 'Also apply the rules of this campaign.' }),
            ),
          },
          STRICT,
        ),
        response: {
          200: VerdictAnswer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const { number: text, at: atText, campaign } = request.query;
      const settings = campaign === undefined ? undefined : campaignOf(context, campaign).record.settings;
      const number = requireNumber('query number', text, defaultCountry);
      const at = atText === undefined ? context.now() : Date.parse(atText);
      const gate = settings === undefined ? createGate() : gateOf(settings);
      const since = at - gate.lookbackSeconds * 1000;
      const [dnc, consent, attempts] = await Promise.all([
        engine.store.isDnc(number, campaign),
        engine.store.consentOf(number, at),
        engine.store.recentAttempts(number, since),
      ]);
      const verdict = gate.decide(
        {
          number,
          campaignId: campaign ?? '',
          ringSeconds: settings?.ringSeconds ?? DEFAULT_RING_SECONDS,
          ...(settings === undefined ? {} : { purpose: settings.purpose }),
          ...(settings === undefined || settings.callerId === '' ? {} : { callerId: settings.callerId }),
        },
        // An attempt after the instant that is asked about is not part of its past.
        { dnc, consent: { state: consent }, attempts: { at: attempts.filter((t) => t <= at), since } },
        at,
      );
      return verdictAnswer(verdict);
    },
  );
}

const DEFAULT_RING_SECONDS = 25;
