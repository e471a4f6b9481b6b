/** Caller-id pools: the numbers that calls show, how each of them stands, and letting one go on that was flagged. */
import Type, { type Static, type TString } from 'typebox';
import { isZone } from '../../../compliance/index.js';
import type { CallerIdView } from '../../../dialer/core/view.js';
import { callerIdPoolOf } from '../../../dialer/store/engine-documents.js';
import { auditEntry } from '../audit.js';
import { type App, type Context, command } from '../context.js';
import { fieldProblem, Problem } from '../problem.js';
import { Identifier, IdParameters, Instant, iso, OneOf, PhoneNumber, problems, STRICT } from '../schemas.js';
import { addDocumentRoutes } from './document-routes.js';
import { campaignsNaming } from './scripts.js';

const PATH = '/v1/caller-id-pools';
const KIND = 'caller-id-pool';
const MOST_POOLS = 10_000;

const Cap = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, description }));
const poolFields = (number: TString) => ({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  numbers: Type.Array(
    Type.Object(
      {
        number,
        regions: Type.Optional(
          Type.Array(Type.String({ pattern: '^[A-Z]{2}-[A-Z0-9]{1,3}$', description: 'such as US-NY' }), {
            minItems: 1,
            maxItems: 60,
            description: 'Regions that it is shown in as local; those of its area code when absent.',
          }),
        ),
        dailyCap: Cap('Instead of the pool’s.'),
      },
      STRICT,
    ),
    { minItems: 1, maxItems: 2_000 },
  ),
  rotation: Type.Optional(
    OneOf(['least-used', 'round-robin'], {
      description: 'Which of equally near numbers; least-used unless said.',
    }),
  ),
  localPresence: Type.Optional(
    Type.Boolean({
      description:
        'The number nearest to the called one first: same area code, then region, then country. True unless said.',
    }),
  ),
  dailyCap: Cap('Calls that show a number on one date; without end when absent.'),
  timeZone: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: 'IANA zone of these dates; UTC when absent.' }),
  ),
  restSeconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 86_400,
      description: 'A number is not shown again for so long after a call.',
    }),
  ),
  flagRestHours: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 8_760,
      description: 'A number that looks labelled as spam rests for so long; 72 when absent.',
    }),
  ),
  callsBetweenFalseFlags: Type.Optional(
    Type.Integer({
      minimum: 1_000,
      maximum: 100_000_000,
      description: 'Comparisons of one number between two false flags on average; 200,000 when absent.',
    }),
  ),
});
const POOL_FIELDS = poolFields(
  Type.String({
    pattern: '^\\+[1-9][0-9]{6,14}$',
    description: 'a number of yours in E.164 such as +12025550143',
  }),
);
const Pool = Type.Object(POOL_FIELDS, STRICT);
type PoolBody = Static<typeof Pool>;

const NumberAnswer = Type.Object(
  {
    number: Type.String(),
    state: OneOf(['free', 'resting', 'spent', 'flagged'], {
      description:
        'flagged: it looks labelled as spam; spent: it has had its calls of the day; resting: it was just used.',
    }),
    usedToday: Type.Integer(),
    lastUsedAt: Type.Optional(Instant),
    freeAt: Type.Optional(Instant),
    flaggedAt: Type.Optional(Instant),
    calls: Type.Integer({ description: 'Calls that reached the called person’s network.' }),
    answers: Type.Integer(),
    answerRate: Type.Optional(Type.Number()),
    evidence: Type.Number({ description: 'Statistic ÷ the threshold at which it is flagged.' }),
  },
  { title: 'CallerIdNumber' },
);

function numberAnswer({
  number,
  state,
  usedToday,
  lastUsedAt,
  freeAt,
  flaggedAt,
  calls,
  answers,
  evidence,
}: CallerIdView) {
  const at = (name: string, instant: number | undefined) =>
    instant === undefined || !Number.isFinite(instant) ? {} : { [name]: iso(instant) };
  return {
    number,
    state,
    usedToday,
    ...at('lastUsedAt', lastUsedAt),
    ...at('freeAt', freeAt),
    ...at('flaggedAt', flaggedAt),
    calls,
    answers,
    ...(calls === 0 ? {} : { answerRate: answers / calls }),
    evidence,
  };
}

export function callerIdRoutes(app: App, context: Context): void {
  const { engine } = context;

  addDocumentRoutes<PoolBody>(app, context, {
    kind: KIND,
    path: PATH,
    name: 'caller-id pool',
    plural: 'caller-id pools',
    tag: 'resources',
    title: 'CallerIdPool',
    description:
      'Numbers that calls show, in turn. A campaign names it as `callerIdPool`. The rules on caller ids of the called number’s law hold for each.',
    operations: {
      list: 'listCallerIdPools',
      create: 'createCallerIdPool',
      get: 'getCallerIdPool',
      update: 'updateCallerIdPool',
      remove: 'removeCallerIdPool',
      versions: 'listCallerIdPoolVersions',
    },
    fields: POOL_FIELDS,
    answered: poolFields(Type.String({ description: 'in E.164' })),
    example: {
      name: 'East coast',
      numbers: [{ number: '+12125550143' }, { number: '+12025550144', regions: ['US-DC', 'US-VA'] }],
      localPresence: true,
      dailyCap: 150,
      restSeconds: 20,
      timeZone: 'America/New_York',
    },
    check({ numbers, timeZone }) {
      const all = numbers.map(({ number }) => number);
      const twice = all.find((number, i) => all.indexOf(number) !== i);
      if (twice !== undefined) throw fieldProblem('numbers', `has ${twice} twice: each number once`);
      if (timeZone !== undefined && !isZone(timeZone))
        throw fieldProblem('timeZone', `"${timeZone}" is no IANA time zone: give one such as Europe/Berlin`);
    },
    usedBy: (id) => campaignsNaming(context, ({ callerIdPool }) => callerIdPool === id),
    async changed() {
      const { items } = await engine.store.documents({ kind: KIND, limit: MOST_POOLS });
      engine.notify({ type: 'caller-id-pools-changed', pools: items.map(callerIdPoolOf) });
      context.views.invalidate();
    },
  });

  const numbersOf = (id: string): readonly CallerIdView[] => {
    const found = context.views.current().callerIds.find(({ pool }) => pool === id);
    if (found === undefined)
      throw new Problem('document_not_found', `There is no caller-id pool ${id}: GET ${PATH} lists them.`);
    return found.numbers;
  };

  app.get(
    `${PATH}/:id/numbers`,
    {
      schema: {
        operationId: 'listCallerIds',
        tags: ['resources'],
        summary:
          'How each number of a pool stands: uses, rest, answers, and whether it looks labelled as spam',
        params: IdParameters,
        response: {
          200: Type.Object({ items: Type.Array(NumberAnswer) }),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'document_not_found'),
        },
      },
    },
    async (request) => ({ items: numbersOf(request.params.id).map(numberAnswer) as never }),
  );

  app.post(
    `${PATH}/:id/numbers/:number/release`,
    {
      schema: {
        operationId: 'releaseCallerId',
        tags: ['resources'],
        summary: 'Show a number again that was flagged: somebody has looked at it',
        params: Type.Object({ id: Identifier, number: PhoneNumber }, STRICT),
        response: {
          200: NumberAnswer,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'document_not_found',
            'caller_id_not_found',
          ),
        },
      },
    },
    async (request) => {
      const { id, number } = request.params;
      const before = numbersOf(id).find((each) => each.number === number);
      await command(
        context,
        { type: 'caller-id-release', pool: id, number },
        auditEntry(context, request, {
          action: 'caller-id.release',
          subject: { kind: KIND, id },
          numbers: [number],
          ...(before === undefined ? {} : { before: { state: before.state } }),
        }),
      );
      const after = numbersOf(id).find((each) => each.number === number);
      if (after === undefined) throw new Problem('caller_id_not_found');
      return numberAnswer(after) as never;
    },
  );
}
