/**
 * What all lists have in common: `fields` picks what is answered of each entry, and lists that are short enough to be read
 * whole are paged on request, too. Routes need not know: a GET whose answer has `items` is a list.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type TObject, type TSchema } from 'typebox';
import type { App } from './context.js';
import { fieldProblem } from './problem.js';
import { NextCursor, PAGE_FIELDS, STRICT } from './schemas.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly list?: {
      /** Fields that entries may have; undefined when the schema does not tell. */
      readonly fields: readonly string[] | undefined;
      /** The route pages by itself. */
      readonly pages: boolean;
    };
  }
}

const FIELDS = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 1000,
    description: 'Fields to answer of each entry, separated by commas; all when absent.',
  }),
);
const WHOLE_LIST = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000, description: 'Entries on a page; all when absent.' }),
  ),
  cursor: PAGE_FIELDS.cursor,
};

interface Answer {
  readonly items: readonly Record<string, unknown>[];
  readonly nextCursor?: string;
}

function propertiesOf(schema: unknown): Record<string, TSchema> | undefined {
  const found =
    typeof schema === 'object' && schema !== null && 'properties' in schema ? schema.properties : undefined;
  return found as Record<string, TSchema> | undefined;
}

/** To be installed before the routes, and before the document is made of them. */
export function installListAnswers(app: App): void {
  app.addHook('onRoute', (route) => {
    const { schema } = route;
    if ([route.method].flat()[0] !== 'GET' || schema === undefined) return;
    const answers = schema.response as Record<string, TSchema> | undefined;
    const answer = propertiesOf(answers?.['200']);
    const items = answer?.['items'];
    if (answers === undefined || answer === undefined || items === undefined || !('items' in items)) return;
    const query = propertiesOf(schema.querystring) ?? {};
    if ('fields' in query) return;
    const pages = 'cursor' in query;
    const entry = propertiesOf(items.items);
    route.schema = {
      ...schema,
      querystring: Type.Object({ ...query, ...(pages ? {} : WHOLE_LIST), fields: FIELDS }, STRICT) as TObject,
      response: { ...answers, 200: Type.Object({ ...answer, nextCursor: NextCursor }) },
    };
    route.config = {
      ...route.config,
      list: { fields: entry && Object.keys(entry), pages },
    } as NonNullable<typeof route.config>;
  });

  // Called back and not awaited, for they have nothing to do in most requests.
  app.addHook('preHandler', (request, _reply, done) => {
    const known = request.routeOptions.config.list?.fields;
    const unknown = known && wantedFields(request)?.find((name) => !known.includes(name));
    if (unknown === undefined) done();
    else
      throw fieldProblem(
        'query fields',
        `names "${unknown}", which entries have not: use ${known?.join(', ')}`,
      );
  });

  app.addHook('preSerialization', (request, reply, payload, done) =>
    done(null, entriesOf(request, reply, payload)),
  );
}

/** The answer with the entries and fields that were asked for. */
function entriesOf(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const { list } = request.routeOptions.config;
  if (list === undefined || reply.statusCode !== 200 || !isAnswer(payload)) return payload;
  const answer = list.pages ? payload : pageOf(payload, request.query as { limit?: number; cursor?: string });
  const wanted = wantedFields(request);
  if (wanted === undefined) return answer;
  // The route's own serializer would ask for the fields that are left out.
  void reply.serializer((value: unknown) => JSON.stringify(value)).type('application/json; charset=utf-8');
  return { ...answer, items: answer.items.map((entry) => picked(entry, wanted)) };
}

function wantedFields(request: FastifyRequest): readonly string[] | undefined {
  if (request.routeOptions.config.list === undefined) return undefined;
  const { fields } = request.query as { readonly fields?: string };
  return fields?.split(',').map((name) => name.trim());
}

function isAnswer(payload: unknown): payload is Answer {
  return (
    typeof payload === 'object' && payload !== null && 'items' in payload && Array.isArray(payload.items)
  );
}

function picked(entry: Record<string, unknown>, wanted: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => wanted.includes(name)));
}

/** After the entry that the cursor names; where that has gone since, after its place. */
function pageOf(
  answer: Answer,
  { limit, cursor }: { readonly limit?: number; readonly cursor?: string },
): Answer {
  if (limit === undefined && cursor === undefined) return answer;
  const { items } = answer;
  const [, place, key] = /^(\d{1,9}):(.*)$/s.exec(cursor ?? '') ?? [];
  const named = key === undefined ? -1 : items.findIndex((entry) => keyOf(entry) === key);
  const start = named >= 0 ? named + 1 : Number(place ?? 0);
  const end = start + (limit ?? items.length);
  const page = { ...answer, items: items.slice(start, end) };
  const last = page.items.at(-1);
  return end < items.length && last !== undefined ? { ...page, nextCursor: `${end}:${keyOf(last)}` } : page;
}

function keyOf({ id, name }: Record<string, unknown>): string {
  return String(id ?? name ?? '');
}
