/** Why a call was placed: the stored evidence of one attempt, in plain words and as data. */
import Type from 'typebox';
import { scopeOf, wordInForce } from '../../../dialer/core/consent.js';
import type { CampaignSettings } from '../../../dialer/core/model.js';
import { evidenceOf } from '../../../dialer/evidence/index.js';
import type { AttemptRecord, Store } from '../../../dialer/store/port.js';
import type { App, Context } from '../context.js';
import { defined } from '../defined.js';
import { principalOf } from '../identity/principal.js';
import { shownNumber } from '../phone-numbers.js';
import { Problem } from '../problem.js';
import { Instant, OpaqueIdParameters, problems } from '../schemas.js';

const Texts = Type.Array(Type.String());

const EvidenceAnswer = Type.Object(
  {
    attemptId: Type.String(),
    campaignId: Type.String(),
    contactId: Type.String(),
    number: Type.String(),
    callerId: Type.String(),
    sentences: Type.Array(Type.String(), { description: 'The whole in plain words.' }),
    decision: Type.Object(
      {
        at: Instant,
        validUntil: Instant,
        purpose: Type.String(),
        mode: Type.String(),
        jurisdictions: Texts,
        local: Type.Array(Type.Object({ zone: Type.String(), time: Type.String() })),
        rules: Type.Array(
          Type.Object({ pack: Type.String(), title: Type.String(), version: Type.String(), rules: Texts }),
        ),
        consent: Type.String(),
        consentRecord: Type.Optional(
          Type.Object(
            {
              sequence: Type.Integer({ description: "Place in the number's consent history, from 1." }),
              decision: Type.String(),
              level: Type.String(),
              givenAt: Instant,
              expiresAt: Type.Optional(Instant),
              source: Type.String(),
              evidence: Type.String(),
              recordedBy: Type.String(),
              recordedAt: Instant,
            },
            { description: 'The entry that was in force when the intent was made.' },
          ),
        ),
        attempts24h: Type.Integer(),
        dncLists: Type.Array(
          Type.Object({
            id: Type.String(),
            version: Type.String(),
            obtainedAt: Instant,
            ageDays: Type.Integer(),
          }),
        ),
        timeZoneData: Type.String(),
      },
      { description: 'The permit: what the gate applied, and what it saw.' },
    ),
    commit: Type.Object(
      {
        at: Instant,
        checks: Texts,
        caps: Type.Array(
          Type.Object({
            max: Type.Integer(),
            seconds: Type.Integer(),
            before: Type.Integer({ description: 'Charged attempts before this one, as counted now.' }),
          }),
        ),
        consentRequired: Type.Boolean(),
      },
      { description: 'What was checked again in the transaction that made the intent durable.' },
    ),
    timeline: Type.Array(Type.Object({ at: Instant, what: Type.String() })),
    ledger: Type.Optional(
      Type.Array(
        Type.Object({
          law: Type.String(),
          name: Type.String(),
          version: Type.String(),
          windowFrom: Type.Optional(Instant),
          windowUntil: Type.Optional(Instant),
          answers: Type.Integer(),
          abandoned: Type.Integer(),
          machines: Type.Integer(),
        }),
        { description: 'What it counts in the abandon ledger of each law that binds it.' },
      ),
    ),
    permit: Type.Unsafe({ type: 'object', additionalProperties: true, description: 'As it is stored.' }),
    changes: Type.Array(
      Type.Object({ sequence: Type.Integer(), at: Instant, action: Type.String(), by: Type.String() }),
      { description: 'Latest records of the audit log about this number: do-not-call, consent, erasure.' },
    ),
  },
  { title: 'Evidence' },
);

const CHANGES_SHOWN = 20;

export function evidenceRoutes(app: App, context: Context): void {
  const { store } = context.engine;

  app.get(
    '/v1/attempts/:id/evidence',
    {
      schema: {
        operationId: 'getEvidence',
        tags: ['attempts'],
        summary:
          'Why this call was placed: permit, rules, lists, checks, what happened, and what it counts for',
        params: OpaqueIdParameters,
        response: { 200: EvidenceAnswer, ...problems('key_missing', 'role_lacking', 'attempt_not_found') },
      },
    },
    async (request) => {
      const attempt = await store.attempt(request.params.id);
      if (attempt === undefined)
        throw new Problem('attempt_not_found', `There is no attempt ${request.params.id}.`);
      const { role } = principalOf(request);
      const number = shownNumber(attempt.number, role);
      const campaign = context.views
        .current()
        .campaigns.find((c) => c.record.settings.id === attempt.campaignId)?.record;
      const [before, changes, consent] = await Promise.all([
        attemptsBefore(store, attempt),
        store.auditRecords({ number: attempt.number, limit: CHANGES_SHOWN }),
        campaign && consentThen(store, attempt, campaign.settings),
      ]);
      const evidence = evidenceOf(
        defined({
          attempt,
          packs: context.packs,
          before,
          consent,
          campaignStartedAt: campaign === undefined ? undefined : (campaign.startedAt ?? campaign.createdAt),
        }),
      );
      return {
        attemptId: attempt.attemptId,
        campaignId: attempt.campaignId,
        contactId: attempt.contactId,
        number,
        callerId: attempt.callerId,
        ...(evidence as Mutable<typeof evidence>),
        permit: { ...attempt.permit, number },
        changes: changes.items.map(({ sequence, at, action, actor }) => ({
          sequence,
          at,
          action,
          by: `${actor.name} (${actor.role})`,
        })),
      };
    },
  );
}

/** The schema's types are mutable; nobody changes the answer. */
type Mutable<T> = T extends readonly (infer E)[]
  ? Mutable<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T;

async function attemptsBefore(store: Store, { number, intendedAt, caps }: AttemptRecord) {
  const longest = Math.max(0, ...caps.map((cap) => cap.seconds));
  const since = intendedAt - longest * 1000;
  return (await store.recentAttempts(number, since)).filter((at) => at < intendedAt);
}

/** What was in force by the records that were there when the intent was made; later ones may be about earlier times. */
async function consentThen(store: Store, attempt: AttemptRecord, settings: CampaignSettings) {
  const { number, intendedAt, permit } = attempt;
  const history = await store.consentHistory(number);
  const known = history.filter(({ recordedAt }) => recordedAt <= intendedAt);
  return wordInForce(known, { ...scopeOf(settings), purpose: permit.purpose }, intendedAt);
}
