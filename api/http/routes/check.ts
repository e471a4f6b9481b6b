/** May this number be called, and why? The gate that the engine asks, on the facts of the store. */
import Type from 'typebox';
import {
  type AttemptFacts,
  createGate,
  type Explanation,
  type Facts,
  type Gate,
  type Reason,
  type Request,
  type Verdict,
} from '../../../compliance/index.js';
import { gateOf } from '../../../dialer/core/campaigns.js';
import { type CallScope, scopeOf } from '../../../dialer/core/consent.js';
import { requestOf } from '../../../dialer/core/hopper.js';
import type { CampaignSettings } from '../../../dialer/core/model.js';
import { LONGEST_POSTAL_CODE } from '../../../dialer/lists/postal-code.js';
import type { AttemptRecord, Store } from '../../../dialer/store/port.js';
import { type App, type Context, campaignOf } from '../context.js';
import { defined } from '../defined.js';
import { requireNumber } from '../phone-numbers.js';
import { Identifier, Instant, iso, OneOf, PhoneNumber, problems, STRICT } from '../schemas.js';

const DEFAULT_RING_SECONDS = 25;
/** Without a campaign the strictest purpose is asked for. */
const NO_CAMPAIGN: CallScope = { purpose: 'sales', seller: '', subject: '' };
/** Newest attempts on a number that are looked through for outcomes that start a recall delay. */
const ATTEMPTS_LOOKED_AT = 200;

const Objection = Type.Object({
  rule: Type.String(),
  id: Type.String({ description: 'Id of the rule in its pack.' }),
  pack: Type.String(),
  version: Type.String(),
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

export function checkRoutes(app: App, context: Context): void {
  const { engine, defaultCountry, registries, packs } = context;
  const registriesRequired = registries?.required ?? false;
  // Rules are compiled when a gate is made: once for numbers without a campaign, once for each saved settings.
  const open = createGate({ packs, registries: registriesRequired ? 'required' : 'if-present' });
  const gates = new WeakMap<CampaignSettings, Gate>();
  const gateFor = (settings: CampaignSettings): Gate => {
    const gate = gates.get(settings) ?? gateOf(settings, registriesRequired, packs);
    gates.set(settings, gate);
    return gate;
  };

  app.get(
    '/v1/check',
    {
      schema: {
        operationId: 'checkNumber',
        tags: ['numbers'],
        summary: 'May this number be called, and why?',
        querystring: Type.Object(
          {
            number: PhoneNumber,
            at: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'Default: now.' })),
            campaign: Type.Optional(
              Type.Unsafe<string>({ ...Identifier, description: 'Also apply the rules of this campaign.' }),
            ),
            postalCode: Type.Optional(
              Type.String({
                minLength: 2,
                maxLength: LONGEST_POSTAL_CODE,
                description:
                  "Postal code of the called party, in the number's country: emergency areas and time zones follow it.",
              }),
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
      const { number: text, at: atText, campaign, postalCode } = request.query;
      const settings = campaign === undefined ? undefined : campaignOf(context, campaign).record.settings;
      const number = requireNumber('query number', text, defaultCountry);
      const at = atText === undefined ? context.now() : Date.parse(atText);
      const gate = settings === undefined ? open : gateFor(settings);
      const scope = settings === undefined ? NO_CAMPAIGN : scopeOf(settings);
      const [dnc, consent, attempts, emergencyAreas] = await Promise.all([
        engine.store.isDnc(number, campaign),
        engine.store.consentOf(number, scope, at),
        attemptFacts(engine.store, number, at, at - gate.lookbackSeconds * 1000),
        engine.store.emergencyAreas(),
      ]);
      const call: Request =
        settings === undefined
          ? { number, campaignId: '', ringSeconds: DEFAULT_RING_SECONDS }
          : requestOf(settings, number);
      const facts: Facts = {
        dnc: {
          ...dnc,
          lists: registries?.held.listsOf(number) ?? [],
          checked: registries?.held.versions() ?? [],
        },
        consent,
        attempts,
        emergencyAreas,
        ...(postalCode === undefined ? {} : { postalCode }),
      };
      return verdictAnswer(gate.decide(call, facts, at), gate.explain(call, facts, at));
    },
  );
}

/** What happened on the number before the instant; later attempts are not part of its past. */
async function attemptFacts(store: Store, number: string, at: number, since: number): Promise<AttemptFacts> {
  const [charged, page] = await Promise.all([
    store.recentAttempts(number, since),
    store.attempts({ number, limit: ATTEMPTS_LOOKED_AT }),
  ]);
  const latest = (time: (attempt: AttemptRecord) => number | undefined): number | undefined => {
    const times = page.items.flatMap((attempt) => time(attempt) ?? []).filter((t) => t <= at);
    return times.length === 0 ? undefined : Math.max(...times);
  };
  const ended = (outcome: string) =>
    latest(({ result }) => (result?.outcome === outcome ? result.endedAt : undefined));
  const last = {
    abandoned: ended('abandoned'),
    machine: ended('machine'),
    conversation: ended('connected'),
    refused: latest(({ disposition }) => (disposition?.refusal ? disposition.at : undefined)),
  };
  return { at: charged.filter((t) => t <= at), since, last: defined(last) };
}
