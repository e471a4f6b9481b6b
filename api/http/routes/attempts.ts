/** Attempts: what was dialled, on what permit, and what came of it. */
import Type from 'typebox';
import type { AttemptRecord } from '../../../dialer/store/port.js';
import { ACCESS } from '../access.js';
import type { App, Context } from '../context.js';
import { defined } from '../defined.js';
import { principalOf, type Role } from '../identity/principal.js';
import { requireNumber, shownNumber } from '../phone-numbers.js';
import { Problem } from '../problem.js';
import {
  Identifier,
  Instant,
  iso,
  MapOf,
  NextCursor,
  OneOf,
  OpaqueIdParameters,
  PAGE_FIELDS,
  PhoneNumber,
  problems,
  STRICT,
} from '../schemas.js';

const OUTCOMES = [
  'connected',
  'abandoned',
  'short',
  'machine',
  'no-answer',
  'busy',
  'rejected',
  'invalid',
  'congestion',
  'failed',
  'cancelled',
  'not-dialed',
  'unknown',
] as const;

const AttemptAnswer = Type.Object(
  {
    id: Type.String(),
    campaignId: Type.String(),
    stage: Type.String(),
    contactId: Type.String(),
    number: Type.String(),
    switchId: Type.String(),
    trunk: Type.String(),
    callerId: Type.String(),
    intendedAt: Instant,
    result: Type.Optional(
      Type.Object(
        {
          outcome: Type.String(),
          abandonKind: Type.Optional(Type.String()),
          cause: Type.String(),
          q850: Type.Optional(Type.Integer()),
          sipStatus: Type.Optional(Type.Integer()),
          dialedAt: Type.Optional(Instant),
          ringingAt: Type.Optional(Instant),
          answeredAt: Type.Optional(Instant),
          connectedAt: Type.Optional(Instant),
          endedAt: Instant,
          agentId: Type.Optional(Type.String()),
          recording: Type.Optional(
            Type.String({ description: 'Of the file; GET /v1/attempts/{id}/recording streams it.' }),
          ),
          recordingUrl: Type.Optional(
            Type.String({ description: 'Where it can be heard, for roles that may hear it.' }),
          ),
          charged: Type.Boolean({ description: 'Counts for frequency caps and retries.' }),
        },
        { description: 'Absent while the attempt is under way.' },
      ),
    ),
    disposition: Type.Optional(
      Type.Object({
        disposition: Type.String(),
        success: Type.Boolean(),
        note: Type.String(),
        agentId: Type.String(),
        at: Instant,
      }),
    ),
    answers: Type.Optional(
      Type.Object(
        {
          script: Type.String(),
          answers: MapOf<string | number>(Type.Union([Type.String(), Type.Number()])),
          agentId: Type.String(),
          at: Instant,
        },
        { description: 'What was filled in on the script.' },
      ),
    ),
    permit: Type.Optional(
      Type.Unsafe({
        type: 'object',
        additionalProperties: true,
        description: 'The evidence: rules that were applied, their versions, and what they saw.',
      }),
    ),
  },
  { title: 'Attempt' },
);

/** Filters that attempts and dispositions share. */
const PERIOD_FIELDS = {
  agent: Type.Optional(Identifier),
  disposition: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  from: Type.Optional(
    Type.Unsafe<string>({ ...Instant, description: 'Intended then or later, such as 2026-03-02T00:00:00Z.' }),
  ),
  to: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'Intended before.' })),
};

function periodOf({
  agent,
  disposition,
  from,
  to,
}: {
  readonly agent?: string;
  readonly disposition?: string;
  readonly from?: string;
  readonly to?: string;
}) {
  return defined({
    agentId: agent,
    disposition,
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to),
  });
}

const DispositionAnswer = Type.Object(
  {
    attemptId: Type.String(),
    campaignId: Type.String(),
    contactId: Type.String(),
    agentId: Type.String(),
    disposition: Type.String(),
    success: Type.Boolean(),
    refusal: Type.Boolean({ description: 'The person does not want to be called about it.' }),
    note: Type.String(),
    at: Instant,
  },
  { title: 'RecordedDisposition' },
);

/** Roles that may hear recordings. */
const HEARERS = ACCESS.getRecording as readonly Role[];

function attemptAnswer(attempt: AttemptRecord, role: Role) {
  const { result, disposition, answers } = attempt;
  return {
    id: attempt.attemptId,
    campaignId: attempt.campaignId,
    stage: attempt.stage,
    contactId: attempt.contactId,
    number: shownNumber(attempt.number, role),
    switchId: attempt.switchId,
    trunk: attempt.trunk,
    callerId: attempt.callerId,
    intendedAt: iso(attempt.intendedAt),
    ...(result === undefined
      ? {}
      : {
          result: defined({
            outcome: result.outcome,
            abandonKind: result.abandonKind,
            cause: result.cause,
            q850: result.q850,
            sipStatus: result.sipStatus,
            dialedAt: instant(result.dialedAt),
            ringingAt: instant(result.ringingAt),
            answeredAt: instant(result.answeredAt),
            connectedAt: instant(result.connectedAt),
            endedAt: iso(result.endedAt),
            agentId: result.agentId,
            recording: result.recording,
            recordingUrl:
              result.recording !== undefined && HEARERS.includes(role)
                ? `/v1/attempts/${encodeURIComponent(attempt.attemptId)}/recording`
                : undefined,
            charged: result.charged,
          }),
        }),
    ...(disposition === undefined
      ? {}
      : {
          disposition: {
            disposition: disposition.disposition,
            success: disposition.success,
            note: disposition.note,
            agentId: disposition.agentId,
            at: iso(disposition.at),
          },
        }),
    ...(answers === undefined
      ? {}
      : { answers: { ...answers, answers: { ...answers.answers }, at: iso(answers.at) } }),
  };
}

function instant(at: number | undefined): string | undefined {
  return at === undefined ? undefined : iso(at);
}

export function attemptRoutes(app: App, context: Context): void {
  const { engine } = context;
  const tags = ['attempts'];

  app.get(
    '/v1/attempts',
    {
      schema: {
        operationId: 'listAttempts',
        tags,
        summary: 'Attempts, newest first, page by page',
        querystring: Type.Object(
          {
            ...PAGE_FIELDS,
            campaign: Type.Optional(Identifier),
            contact: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
            number: Type.Optional(PhoneNumber),
            outcome: Type.Optional(OneOf(OUTCOMES)),
            ...PERIOD_FIELDS,
          },
          STRICT,
        ),
        response: {
          200: Type.Object({ items: Type.Array(AttemptAnswer), nextCursor: NextCursor }),
          ...problems('validation_failed', 'key_missing', 'role_lacking'),
        },
      },
    },
    async (request) => {
      const { limit = 50, cursor, campaign, contact, number, outcome, ...query } = request.query;
      const { role } = principalOf(request);
      const page = await engine.store.attempts({
        limit,
        ...defined({ cursor, campaignId: campaign, contactId: contact, outcome }),
        ...(number === undefined
          ? {}
          : { number: requireNumber('query number', number, context.defaultCountry) }),
        ...periodOf(query),
      });
      return {
        items: page.items.map((attempt) => attemptAnswer(attempt, role)),
        ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
      };
    },
  );

  app.get(
    '/v1/dispositions',
    {
      schema: {
        operationId: 'listDispositions',
        tags,
        summary: 'Dispositions that were recorded, newest attempts first, page by page',
        querystring: Type.Object(
          {
            ...PAGE_FIELDS,
            campaign: Type.Optional(Identifier),
            contact: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
            ...PERIOD_FIELDS,
          },
          STRICT,
        ),
        response: {
          200: Type.Object({ items: Type.Array(DispositionAnswer), nextCursor: NextCursor }),
          ...problems('validation_failed', 'key_missing', 'role_lacking'),
        },
      },
    },
    async (request) => {
      const { limit = 50, cursor, campaign, contact, ...query } = request.query;
      const page = await engine.store.attempts({
        limit,
        disposed: true,
        ...defined({ cursor, campaignId: campaign, contactId: contact }),
        ...periodOf(query),
      });
      return {
        items: page.items.flatMap(({ disposition }) =>
          disposition === undefined ? [] : [{ ...disposition, at: iso(disposition.at) }],
        ),
        ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
      };
    },
  );

  app.get(
    '/v1/attempts/:id',
    {
      schema: {
        operationId: 'getAttempt',
        tags,
        summary: 'One attempt, with the permit it was made on',
        params: OpaqueIdParameters,
        response: { 200: AttemptAnswer, ...problems('key_missing', 'role_lacking', 'attempt_not_found') },
      },
    },
    async (request) => {
      const attempt = await engine.store.attempt(request.params.id);
      if (attempt === undefined) {
        throw new Problem('attempt_not_found', `There is no attempt ${request.params.id}.`);
      }
      const { role, agentId } = principalOf(request);
      // To an agent the calls of others do not exist.
      if (role === 'agent' && attempt.agentId !== agentId)
        throw new Problem('attempt_not_found', `There is no attempt ${request.params.id} of yours.`);
      const permit = { ...attempt.permit, number: shownNumber(attempt.permit.number, role) };
      return { ...attemptAnswer(attempt, role), permit };
    },
  );
}
