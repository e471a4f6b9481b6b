/** May this number be called, and why? The gate that the engine asks, on the facts of the store. */
import Type from 'typebox';
import {
  createGate,
  type Explanation,
  type Facts,
  type Reason,
  type Request,
  type Verdict,
} from '../../../compliance/index.js';
import { factsOf } from '../../../dialer/core/call-facts.js';
import { type CallScope, scopeOf } from '../../../dialer/core/consent.js';
import { judgeNumber } from '../../../dialer/evidence/index.js';
import { lookedUp } from '../../../dialer/lists/looked-up.js';
import { LONGEST_POSTAL_CODE } from '../../../dialer/lists/postal-code.js';
import { callableWorld } from '../callable-world.js';
import { type Asked, contactWith, knownLead, unknownLead, withStated } from '../checked-lead.js';
import { type App, type Context, campaignOf } from '../context.js';
import { defined } from '../defined.js';
import { requireNumber } from '../phone-numbers.js';
import { fieldProblem, Problem } from '../problem.js';
import { Identifier, Instant, iso, OneOf, PhoneNumber, problems, STRICT } from '../schemas.js';

const DEFAULT_RING_SECONDS = 25;
/** Without a campaign the strictest purpose is asked for. */
const NO_CAMPAIGN: CallScope = { purpose: 'sales', seller: '', subject: '' };

const Objection = Type.Object({
  rule: Type.String(),
  id: Type.String({ description: 'Id of the rule in its pack.' }),
  pack: Type.String(),
  version: Type.String(),
  code: Type.String({
    description: 'What the rule found: with the inputs it says the same as the detail, for other languages.',
  }),
  detail: Type.String(),
  inputs: Type.Unsafe({ type: 'object', additionalProperties: true, description: 'What the rule saw.' }),
  until: Type.Optional(Instant),
});

const VerdictAnswer = Type.Object(
  {
    verdict: OneOf(['allow', 'deny', 'defer']),
    until: Type.Optional(
      Type.Unsafe<string>({ ...Instant, description: 'When deferred: the earliest lawful time.' }),
    ),
    reasons: Type.Array(Objection),
    notices: Type.Optional(
      Type.Array(Type.Object({ ...Objection.properties, severity: OneOf(['warn', 'report']) }), {
        description: 'Rules that object without forbidding the call.',
      }),
    ),
    permit: Type.Optional(
      Type.Unsafe({ type: 'object', additionalProperties: true, description: 'When allowed: the evidence.' }),
    ),
    explanation: Type.Optional(
      Type.Unsafe({
        type: 'object',
        additionalProperties: true,
        description:
          'Zones, jurisdictions and rule packs that the number pulls in, each rule in plain words.',
      }),
    ),
  },
  { title: 'Verdict' },
);

const withInstant = <T extends Reason>({ until, ...reason }: T) => ({
  ...reason,
  ...(until === undefined ? {} : { until: iso(until) }),
});

function verdictAnswer(verdict: Verdict, explanation: Explanation | undefined) {
  return {
    verdict: verdict.verdict,
    ...(verdict.until === undefined ? {} : { until: iso(verdict.until) }),
    reasons: verdict.reasons.map(withInstant),
    ...(verdict.notices === undefined ? {} : { notices: verdict.notices.map(withInstant) }),
    ...(verdict.permit === undefined ? {} : { permit: verdict.permit }),
    ...(explanation === undefined ? {} : { explanation }),
  };
}

/** What can be told of the call besides its number. */
const CheckQuery = Type.Object(
  {
    number: PhoneNumber,
    at: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'Default: now.' })),
    campaign: Type.Optional(
      Type.Unsafe<string>({
        ...Identifier,
        description:
          'Also apply the rules of this campaign, on what it knows of its contact with the number.',
      }),
    ),
    contact: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'Contact with the number: judge as the engine does when it is about to dial it.',
      }),
    ),
    postalCode: Type.Optional(
      Type.String({
        minLength: 2,
        maxLength: LONGEST_POSTAL_CODE,
        description:
          "Postal code of the called party, in the number's country: emergency areas and time zones follow it.",
      }),
    ),
    party: Type.Optional(
      OneOf(['consumer', 'business'], { description: 'Who is called; a consumer where nothing says.' }),
    ),
  },
  STRICT,
);

export function checkRoutes(app: App, context: Context): void {
  const { engine, defaultCountry, registries, packs } = context;
  const { store } = engine;
  // Rules are compiled when a gate is made: once for numbers without a campaign.
  const open = createGate({ packs, registries: registries?.required ? 'required' : 'if-present' });

  app.get(
    '/v1/check',
    {
      schema: {
        operationId: 'checkNumber',
        tags: ['numbers'],
        summary: 'May this number be called, and why?',
        description:
          "With a `contact` (or a `campaign` that has a contact with the number) the verdict is the one that the engine itself would come to: on the contact's place and party, attempts to the same person on other numbers and on the same subject, consent, caps, and the campaign's abandon ledgers.",
        querystring: CheckQuery,
        response: {
          200: VerdictAnswer,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'campaign_not_found',
            'contact_not_found',
          ),
        },
      },
    },
    async (request) => {
      const { at: atText, contact: contactId, ...query } = request.query;
      const number = requireNumber('query number', query.number, defaultCountry);
      const at = atText === undefined ? context.now() : Date.parse(atText);
      const contact = contactId === undefined ? undefined : await store.contact(contactId);
      if (contactId !== undefined && contact === undefined)
        throw new Problem('contact_not_found', `There is no contact ${contactId}.`);
      const campaign = contact?.campaignId ?? query.campaign;
      if (query.campaign !== undefined && query.campaign !== campaign)
        throw fieldProblem('query campaign', `is not the contact's: leave it out, or give ${campaign ?? ''}`);
      const settings = campaign === undefined ? undefined : campaignOf(context, campaign).record.settings;
      const world = settings === undefined ? undefined : await callableWorld(context, settings);
      const gate = world?.gate ?? open;
      const asked: Asked = {
        number,
        campaignId: campaign ?? '',
        scope: settings === undefined ? NO_CAMPAIGN : scopeOf(settings),
        lookbackSeconds: gate.lookbackSeconds,
        at,
      };
      const found =
        contact?.contactId ??
        (campaign === undefined ? undefined : await contactWith(store, campaign, number));
      const known = found === undefined ? undefined : await knownLead(store, asked, found);
      if (known === undefined && contact !== undefined)
        throw fieldProblem('query number', `is none of the numbers of contact ${contact.contactId}`);
      const lead = withStated(lookedUp(known ?? (await unknownLead(store, asked)), listsOf), query);
      const line = lead.numbers.find(({ e164 }) => e164 === number);
      if (line === undefined) throw new Error(`the lead lost its number ${number}`);
      if (world !== undefined) {
        const { request: call, facts, verdict } = judgeNumber(lead, line, world, at);
        return verdictAnswer(verdict, gate.explain(call, facts, at));
      }
      const { party } = lead;
      const call: Request = {
        number,
        campaignId: '',
        ringSeconds: DEFAULT_RING_SECONDS,
        ...defined({ party }),
      };
      const facts: Facts = {
        ...factsOf({ registries: registries?.held.versions() ?? [] }, lead, line, gate.lookbackSeconds),
        emergencyAreas: await store.emergencyAreas(),
      };
      return verdictAnswer(gate.decide(call, facts, at), gate.explain(call, facts, at));
    },
  );

  function listsOf(number: string): readonly string[] {
    return registries?.held.listsOf(number) ?? [];
  }
}
