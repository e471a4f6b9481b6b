/** May this number be called, and why? The gate that the engine asks, on the facts of the store. */
import Type from 'typebox';
import { type AttemptFacts, createGate, type Gate, type Verdict } from '../../../compliance/index.js';
import { gateOf } from '../../../dialer/core/campaigns.js';
import type { CampaignSettings } from '../../../dialer/core/model.js';
import type { AttemptRecord, Store } from '../../../dialer/store/port.js';
import { type App, type Context, campaignOf } from '../context.js';
import { defined } from '../defined.js';
import { requireNumber } from '../phone-numbers.js';
import { Identifier, Instant, iso, OneOf, PhoneNumber, problems, STRICT } from '../schemas.js';

const DEFAULT_RING_SECONDS = 25;
/** Newest attempts on a number that are looked through for outcomes that start a recall delay. */
const ATTEMPTS_LOOKED_AT = 200;

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

export function checkRoutes(app: App, context: Context): void {
  const { engine, defaultCountry } = context;
  // Rules are compiled when a gate is made: once for numbers without a campaign, once for each saved settings.
  const open = createGate();
  const gates = new WeakMap<CampaignSettings, Gate>();
  const gateFor = (settings: CampaignSettings): Gate => {
    const gate = gates.get(settings) ?? gateOf(settings);
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
      const gate = settings === undefined ? open : gateFor(settings);
      const [dnc, consent, attempts] = await Promise.all([
        engine.store.isDnc(number, campaign),
        engine.store.consentOf(number, at),
        attemptFacts(engine.store, number, at, at - gate.lookbackSeconds * 1000),
      ]);
      const verdict = gate.decide(
        {
          number,
          campaignId: campaign ?? '',
          ringSeconds: settings?.ringSeconds ?? DEFAULT_RING_SECONDS,
          ...(settings === undefined ? {} : { purpose: settings.purpose, callerId: settings.callerId }),
        },
        { dnc, consent: { state: consent }, attempts },
        at,
      );
      return verdictAnswer(verdict);
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
