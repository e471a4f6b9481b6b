/**
 * Routes of what operators keep as documents (scripts, offers, disposition sets, caller-id pools, …): list, get, create,
 * update, remove, versions. Edits need If-Match; each change is recorded in the audit log, in its own transaction.
 */
import { randomBytes } from 'node:crypto';
import Type, { type TProperties } from 'typebox';
import type { Json } from '../../../dialer/audit/index.js';
import type { StoredDocument } from '../../../dialer/store/documents.js';
import type { Operation } from '../access.js';
import { auditEntry } from '../audit.js';
import type { App, Context } from '../context.js';
import { etagOf, expectVersion, staleVersion, withEtag } from '../etag.js';
import { Problem } from '../problem.js';
import {
  Identifier,
  IdParameters,
  Instant,
  iso,
  NextCursor,
  PAGE_FIELDS,
  problems,
  STRICT,
} from '../schemas.js';

/** One kind of documents, and where they are found. */
export interface DocumentResource<Body> {
  /** Of the store and the audit log: `script`. */
  readonly kind: string;
  /** `/v1/scripts` */
  readonly path: string;
  /** In texts: `script`, `caller-id pool`. */
  readonly name: string;
  readonly plural: string;
  readonly tag: string;
  readonly title: string;
  readonly description: string;
  readonly operations: {
    readonly list: Operation;
    readonly create: Operation;
    readonly get: Operation;
    readonly update: Operation;
    readonly remove: Operation;
    readonly versions: Operation;
  };
  readonly fields: TProperties;
  /** The fields as they are answered, where that is not the same: numbers are masked for some roles. */
  readonly answered?: TProperties;
  readonly example: Body;
  /** @throws Problem when fields contradict each other, or what stands already. */
  check?(body: Body, id: string): void | Promise<void>;
  /** Who uses it, in words, so that it cannot be removed; undefined when nobody does. */
  usedBy?(id: string): string | undefined;
  /** It was changed: whoever works with it is told before the change is answered. */
  changed?(): Promise<void>;
}

const MOST_DOCUMENTS = 5_000;

function metaFields() {
  return {
    id: Type.String(),
    version: Type.Integer({ description: 'Counts the changes, from 1; the ETag is made of it.' }),
    createdAt: Instant,
    updatedAt: Instant,
  };
}

function answerOf({ id, version, createdAt, updatedAt, body }: StoredDocument) {
  return { id, version, createdAt: iso(createdAt), updatedAt: iso(updatedAt), ...(body as object) };
}

/** Adds the six routes of a kind of documents. */
export function addDocumentRoutes<Body extends object>(
  app: App,
  context: Context,
  resource: DocumentResource<Body>,
): void {
  const { kind, path, name, plural, tag, operations, fields, answered = fields, example, usedBy } = resource;
  const { store } = context.engine;
  const tags = [tag];
  const what = (id: string): string => `${name} ${id}`;
  const Answer = Type.Object({ ...metaFields(), ...answered }, { title: resource.title });
  const Update = Type.Object(fields, { ...STRICT, examples: [example] });
  const exampleId = 'name' in example ? slugOf(String(example.name)) : 'first';
  const Creation = Type.Object(
    {
      id: Type.Optional(Type.Unsafe<string>({ ...Identifier, description: 'Made up when absent.' })),
      ...fields,
    },
    { ...STRICT, examples: [{ id: exampleId, ...example }] },
  );

  async function find(id: string): Promise<StoredDocument> {
    const found = await store.document(kind, id);
    if (found === undefined)
      throw new Problem('document_not_found', `There is no ${what(id)}: GET ${path} lists the ${plural}.`);
    return found;
  }

  async function save(
    request: Parameters<typeof auditEntry>[1],
    id: string,
    body: object,
    before: StoredDocument | undefined,
  ): Promise<StoredDocument> {
    const entry = auditEntry(context, request, {
      action: `${kind}.${before === undefined ? 'create' : 'update'}`,
      subject: { kind, id },
      ...(before === undefined ? {} : { before: before.body }),
      after: body as Json,
    });
    const write = { kind, id, body: body as Json, at: context.now(), ifVersion: before?.version ?? 0 };
    if ((await store.audited(entry, 'saveDocument', [write])) === false) {
      if (before !== undefined) throw staleVersion(what(id));
      throw new Problem(
        'conflict',
        `There is a ${what(id)} already: choose another id, or PUT ${path}/${id}.`,
      );
    }
    await resource.changed?.();
    return find(id);
  }

  app.get(
    path,
    {
      schema: {
        operationId: operations.list,
        tags,
        summary: `All ${plural}, by id`,
        querystring: Type.Object(PAGE_FIELDS, STRICT),
        response: {
          200: Type.Object({ items: Type.Array(Answer), nextCursor: NextCursor }),
          ...problems('validation_failed', 'key_missing', 'role_lacking'),
        },
      },
    },
    async (request) => {
      const { limit = 50, cursor } = request.query;
      const page = await store.documents({ kind, limit, ...(cursor === undefined ? {} : { cursor }) });
      return {
        items: page.items.map(answerOf),
        ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
      } as never;
    },
  );

  app.post(
    path,
    {
      schema: {
        operationId: operations.create,
        tags,
        summary: `Make a ${name}`,
        description: resource.description,
        body: Creation,
        response: {
          201: Answer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'conflict'),
        },
      },
    },
    async (request, reply) => {
      const { id = `${kind}-${randomBytes(4).toString('hex')}`, ...body } = request.body as {
        readonly id?: string;
      };
      await resource.check?.(body as Body, id);
      if ((await store.documents({ kind, limit: MOST_DOCUMENTS })).items.length >= MOST_DOCUMENTS)
        throw new Problem(
          'conflict',
          `There are ${MOST_DOCUMENTS} ${plural}: remove those that are not used.`,
        );
      const saved = await save(request, id, body, undefined);
      return reply
        .code(201)
        .header('location', `${path}/${id}`)
        .header('etag', etagOf(saved.version))
        .send(answerOf(saved) as never);
    },
  );

  app.get(
    `${path}/:id`,
    {
      schema: {
        operationId: operations.get,
        tags,
        summary: `One ${name}`,
        params: IdParameters,
        querystring: Type.Object(
          {
            version: Type.Optional(
              Type.Integer({ minimum: 1, description: 'As it was in this version; as it is when absent.' }),
            ),
          },
          STRICT,
        ),
        response: {
          200: Answer,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'document_not_found',
            'version_not_found',
          ),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { version } = request.query;
      const found = version === undefined ? await find(id) : await store.document(kind, id, version);
      if (found === undefined)
        throw new Problem(
          'version_not_found',
          `There is no version ${version} of ${what(id)}: GET ${path}/${id}/versions lists them.`,
        );
      withEtag(reply, found.version);
      return answerOf(found) as never;
    },
  );

  app.put(
    `${path}/:id`,
    {
      config: { editsVersion: true },
      schema: {
        operationId: operations.update,
        tags,
        summary: `Replace a ${name}`,
        params: IdParameters,
        body: Update,
        response: {
          200: Answer,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'document_not_found',
            'version_stale',
            'if_match_missing',
          ),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const before = await find(id);
      expectVersion(request, before.version, what(id));
      await resource.check?.(request.body as Body, id);
      const saved = await save(request, id, request.body as object, before);
      withEtag(reply, saved.version);
      return answerOf(saved) as never;
    },
  );

  app.delete(
    `${path}/:id`,
    {
      config: { editsVersion: true },
      schema: {
        operationId: operations.remove,
        tags,
        summary: `Remove a ${name}`,
        description: 'Its versions stay readable, because records of calls name them.',
        params: IdParameters,
        response: {
          204: Type.Null({ description: 'It is removed.' }),
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'document_not_found',
            'conflict',
            'version_stale',
            'if_match_missing',
          ),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const before = await find(id);
      const ifVersion = expectVersion(request, before.version, what(id));
      const user = usedBy?.(id);
      if (user !== undefined)
        throw new Problem('conflict', `The ${what(id)} is used by ${user}: take it out there first.`);
      const entry = auditEntry(context, request, {
        action: `${kind}.remove`,
        subject: { kind, id },
        before: before.body,
      });
      if (!(await store.audited(entry, 'removeDocument', [{ kind, id, ifVersion }])))
        throw staleVersion(what(id));
      await resource.changed?.();
      return reply.code(204).send(null);
    },
  );

  app.get(
    `${path}/:id/versions`,
    {
      schema: {
        operationId: operations.versions,
        tags,
        summary: `The versions of a ${name}, newest first, also of one that was removed`,
        params: IdParameters,
        querystring: Type.Object(PAGE_FIELDS, STRICT),
        response: {
          200: Type.Object({ items: Type.Array(Answer), nextCursor: NextCursor }),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'document_not_found'),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { limit = 50, cursor } = request.query;
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
        throw new Problem('validation_failed', 'query cursor is not one that this list gave: leave it out');
      const page = await store.documentVersions({
        kind,
        id,
        limit,
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (page.items.length === 0 && cursor === undefined) await find(id);
      return {
        items: page.items.map(answerOf),
        ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
      } as never;
    },
  );
}

function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
