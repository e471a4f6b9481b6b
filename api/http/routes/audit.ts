/** The audit log: who changed what, its head, and the whole of it for those who keep a copy. */
import { Readable } from 'node:stream';
import Type, { type Static } from 'typebox';
import { type AuditRecord, canonicalJson } from '../../../dialer/audit/index.js';
import type { AuditFilter, Store } from '../../../dialer/store/port.js';
import type { App, Context } from '../context.js';
import { defined } from '../defined.js';
import { requireNumber } from '../phone-numbers.js';
import { fieldProblem } from '../problem.js';
import { Instant, NextCursor, OneOf, PAGE_FIELDS, PhoneNumber, problems, STRICT } from '../schemas.js';

const RECORDS_AT_ONCE = 500;
const EXPORT_MILLISECONDS = 3_600_000;

const AnyJson = (description: string) => Type.Optional(Type.Unsafe<unknown>({ description }));

const RecordAnswer = Type.Object(
  {
    sequence: Type.Integer(),
    at: Instant,
    action: Type.String({ description: 'What was done, such as campaign.start or dnc.add.' }),
    actor: Type.Object({ kind: Type.String(), id: Type.String(), name: Type.String(), role: Type.String() }),
    subject: Type.Object({ kind: Type.String(), id: Type.String() }),
    numbers: Type.Optional(
      Type.Array(Type.Object({ hash: Type.String(), ends: Type.String() }), {
        description: 'Numbers it is about: their keyed hashes and last two digits, never the numbers.',
      }),
    ),
    numberCount: Type.Optional(
      Type.Integer({ description: 'How many numbers, when they are too many to list.' }),
    ),
    reason: Type.Optional(Type.String()),
    before: AnyJson('What was there before.'),
    after: AnyJson('What is there now.'),
    result: AnyJson('What the change answered, such as how many entries were new.'),
    previous: Type.String({ description: 'Hash of the record before.' }),
    hash: Type.String({ description: 'SHA-256 over the canonical JSON (RFC 8785) of all other fields.' }),
  },
  { title: 'AuditRecord' },
);

const HeadAnswer = Type.Object(
  { sequence: Type.Integer({ description: '0 while the log is empty.' }), hash: Type.String() },
  { title: 'AuditHead' },
);

const FILTER_FIELDS = {
  action: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'Such as campaign.start.' })),
  actor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 128, description: 'Id of the key that did it.' }),
  ),
  subject: Type.Optional(
    Type.String({
      pattern: '^[a-z-]{1,32}(:.{0,128})?$',
      description: 'a kind, or a kind and an id, such as campaign or campaign:spring-renewals',
    }),
  ),
  number: Type.Optional(Type.Unsafe<string>({ ...PhoneNumber, description: 'Records about this number.' })),
  from: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'From this time on.' })),
  to: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'Before this time.' })),
};

export function auditRoutes(app: App, context: Context): void {
  const { store } = context.engine;
  const tags = ['audit'];
  const FilterQuery = Type.Object(FILTER_FIELDS, STRICT);

  function filterOf(query: Static<typeof FilterQuery>): Omit<AuditFilter, 'limit'> {
    const { action, actor, subject, number, from, to } = query;
    const [subjectKind, ...subjectId] = subject?.split(':') ?? [];
    return defined({
      action,
      actorId: actor,
      subjectKind,
      subjectId: subjectId.length === 0 ? undefined : subjectId.join(':'),
      number:
        number === undefined ? undefined : requireNumber('query number', number, context.defaultCountry),
      from: from === undefined ? undefined : Date.parse(from),
      to: to === undefined ? undefined : Date.parse(to),
    });
  }

  app.get(
    '/v1/audit',
    {
      schema: {
        operationId: 'listAudit',
        tags,
        summary: 'Who changed what, page by page',
        querystring: Type.Object(
          {
            ...PAGE_FIELDS,
            ...FILTER_FIELDS,
            order: Type.Optional(OneOf(['newest-first', 'oldest-first'], { default: 'newest-first' })),
          },
          STRICT,
        ),
        response: {
          200: Type.Object({ items: Type.Array(RecordAnswer), nextCursor: NextCursor }),
          ...problems('validation_failed', 'key_missing', 'role_lacking'),
        },
      },
    },
    async (request) => {
      const { limit = 50, cursor, order, ...filter } = request.query;
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
        throw fieldProblem('query cursor', 'is not one of this list: give the nextCursor of the page before');
      return store.auditRecords({
        ...filterOf(filter),
        limit,
        oldestFirst: order === 'oldest-first',
        ...(cursor === undefined ? {} : { cursor }),
      }) as Promise<{ items: Static<typeof RecordAnswer>[]; nextCursor?: string }>;
    },
  );

  app.get(
    '/v1/audit/head',
    {
      schema: {
        operationId: 'getAuditHead',
        tags,
        summary:
          'The end of the chain: note it elsewhere, and it proves later that nothing before it was rewritten',
        response: { 200: HeadAnswer, ...problems('key_missing', 'role_lacking') },
      },
    },
    async () => store.auditHead(),
  );

  app.get(
    '/v1/audit/export',
    {
      handlerTimeout: EXPORT_MILLISECONDS,
      schema: {
        operationId: 'exportAudit',
        tags,
        summary: 'The log as NDJSON, oldest first, one record to a line',
        produces: ['application/x-ndjson'],
        querystring: FilterQuery,
        response: {
          200: Type.Unsafe({ type: 'string', description: 'Canonical JSON of each record, with its hash.' }),
          ...problems('validation_failed', 'key_missing', 'role_lacking'),
        },
      },
    },
    async (request, reply) => {
      const lines = auditLines(store, filterOf(request.query));
      return reply
        .type('application/x-ndjson')
        .header('content-disposition', 'attachment; filename="audit.ndjson"')
        .serializer((given: unknown) => given as string)
        .send(Readable.from(lines));
    },
  );
}

/** The log page by page, so that its length does not matter. */
async function* auditLines(store: Pick<Store, 'auditRecords'>, filter: Omit<AuditFilter, 'limit'>) {
  for await (const records of auditPages(store, filter)) {
    yield records.map((record) => `${canonicalJson(record)}\n`).join('');
  }
}

export async function* auditPages(
  store: Pick<Store, 'auditRecords'>,
  filter: Omit<AuditFilter, 'limit'>,
): AsyncGenerator<readonly AuditRecord[]> {
  let cursor: string | undefined;
  do {
    const page = await store.auditRecords({
      ...filter,
      oldestFirst: true,
      limit: RECORDS_AT_ONCE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (page.items.length > 0) yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
