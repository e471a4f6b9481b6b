/** Do-not-call registries: which are held, and how new versions come in. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { type RegistryImportProgress, RegistryImportRefused } from '../../../dialer/dnc/registry-importer.js';
import { registryViews } from '../../registries/registry-views.js';
import { auditEntry } from '../audit.js';
import { type App, actorOf, type Context, type Registries } from '../context.js';
import { principalOf, type Role } from '../identity/principal.js';
import { limitBytes } from '../limit-bytes.js';
import { requireCountry } from '../phone-numbers.js';
import { fieldProblem, Problem } from '../problem.js';
import { Instant, iso, OneOf, OpaqueIdParameters, problems, STRICT } from '../schemas.js';

/** Media types of an upload; what is inside is found out from the bytes. */
export const REGISTRY_TYPES = ['text/plain', 'text/csv', 'application/gzip', 'application/octet-stream'];

/** A list may take this long to arrive. */
const RECEIVE_MILLISECONDS = 6 * 3_600_000;
const ERRORS_ANSWERED = 20;

const ListId = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,63}$',
  description: 'the id of a list, such as us-national: small letters, digits and dashes',
});
const RegistryAnswer = Type.Object(
  {
    id: Type.String(),
    state: OneOf(['current', 'stale', 'missing', 'damaged'], {
      description:
        'current: young enough for all rules. stale: too old for some. missing: not held. damaged: no snapshot could be read.',
    }),
    packs: Type.Array(Type.String(), { description: 'Rule packs that ask for it.' }),
    jurisdictions: Type.Array(Type.String()),
    maximumAgeSeconds: Type.Optional(Type.Integer()),
    version: Type.Optional(Type.String()),
    obtainedAt: Type.Optional(Instant),
    importedAt: Type.Optional(Instant),
    ageSeconds: Type.Optional(Type.Integer()),
    count: Type.Optional(Type.Integer({ description: 'Numbers on it.' })),
    bytes: Type.Optional(Type.Integer({ description: 'Size in memory.' })),
    synthetic: Type.Boolean({ description: 'Invented for the demonstration.' }),
    problems: Type.Array(Type.String(), { description: 'Snapshots that were refused, and why.' }),
  },
  { title: 'Registry' },
);
const RegistryImportAnswer = Type.Object(
  {
    id: Type.String(),
    list: Type.String(),
    version: Type.String(),
    base: Type.Optional(Type.String()),
    obtainedAt: Instant,
    state: OneOf(['receiving', 'reading', 'building', 'writing', 'completed', 'failed', 'cancelled']),
    startedAt: Instant,
    finishedAt: Type.Optional(Instant),
    received: Type.Integer({ description: 'Bytes received.' }),
    read: Type.Integer({ description: 'Bytes of these that are read.' }),
    lines: Type.Integer(),
    taken: Type.Integer({ description: 'Lines that held a number.' }),
    bad: Type.Integer({ description: 'Lines that could not be read.' }),
    badLines: Type.Array(
      Type.Object({
        line: Type.Integer(),
        reason: Type.String(),
        text: Type.Optional(
          Type.String({ description: 'The beginning of the line; not for read-only keys.' }),
        ),
      }),
      { description: 'The first thousand; all are at /v1/dnc/imports/{id}/bad-lines.' },
    ),
    count: Type.Optional(Type.Integer({ description: 'Numbers on the list, once the version is in force.' })),
    failure: Type.String({ description: 'Why it failed; empty otherwise.' }),
  },
  { title: 'RegistryImport' },
);

function importAnswer(progress: RegistryImportProgress, role: Role): Static<typeof RegistryImportAnswer> {
  const { obtainedAt, startedAt, finishedAt, badLines, ...rest } = progress;
  return {
    ...rest,
    obtainedAt: iso(obtainedAt),
    startedAt: iso(startedAt),
    ...(finishedAt === undefined ? {} : { finishedAt: iso(finishedAt) }),
    badLines: badLines.map(({ text, ...line }) => (role === 'read-only' ? line : { ...line, text })),
  };
}

export function registryRoutes(app: App, context: Context): void {
  const tags = ['numbers'];

  function registries(): Registries {
    if (context.registries === undefined)
      throw new Problem('not_available', 'This service holds no do-not-call registries.');
    return context.registries;
  }

  function importOf(id: string): RegistryImportProgress {
    const progress = context.registries?.importer.progress(id);
    if (progress === undefined) throw new Problem('registry_import_not_found');
    return progress;
  }

  app.get(
    '/v1/dnc/lists',
    {
      schema: {
        operationId: 'listRegistries',
        tags,
        summary: 'The do-not-call registries: those that rules ask for, and those that are held',
        response: {
          200: Type.Object({
            required: Type.Boolean({
              description: 'Calls are refused for want of a list that their rules ask for.',
            }),
            items: Type.Array(RegistryAnswer),
          }),
          ...problems('key_missing', 'role_lacking'),
        },
      },
    },
    async () => ({
      required: context.registries?.required ?? false,
      items: registryViews(context.registries?.held, context.now()).map(
        ({ obtainedAt, importedAt, packs, jurisdictions, problems: refused, ...view }) => ({
          ...view,
          packs: [...packs],
          jurisdictions: [...jurisdictions],
          problems: [...refused],
          ...(obtainedAt === undefined ? {} : { obtainedAt: iso(obtainedAt) }),
          ...(importedAt === undefined ? {} : { importedAt: iso(importedAt) }),
        }),
      ),
    }),
  );

  app.post(
    '/v1/dnc/lists/:id/versions',
    {
      bodyLimit: context.limits.registryBytes,
      handlerTimeout: RECEIVE_MILLISECONDS,
      schema: {
        operationId: 'importRegistry',
        tags,
        summary: 'Import a new version of a do-not-call registry, or the changes to the one in force',
        description:
          'The body is the file: one number a line (ten digits, AAA,NNNNNNN, national or E.164): text, gzip, or a zip archive with one file. With `base` it is a change list: each line marks its number A (added) or D (deleted). A short list is answered with what became of it (201, or 422 with the bad lines), a long one with the import to watch at /v1/dnc/imports/{id} (202). The old version stays in force until the new one is durable.',
        params: Type.Object({ id: ListId }, STRICT),
        querystring: Type.Object(
          {
            version: Type.String({
              pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
              description: 'a version: letters, digits, dots and dashes, such as 2026-11-01',
            }),
            obtainedAt: Type.Optional(
              Type.Unsafe<string>({
                ...Instant,
                description: 'When the data were obtained. Default: the date that the version begins with.',
              }),
            ),
            country: Type.Optional(
              Type.String({
                minLength: 2,
                maxLength: 2,
                description:
                  "Where numbers without a country code belong. Default: the country of the rules that ask for the list, else the service's default country.",
              }),
            ),
            base: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 64,
                description: 'The body is a change list to this version, which must be in force.',
              }),
            ),
            maximumBadShare: Type.Optional(
              Type.Number({
                minimum: 0,
                maximum: 1,
                description: 'Share of bad lines above which nothing is imported. Default 0.01.',
              }),
            ),
          },
          STRICT,
        ),
        body: {
          content: Object.fromEntries(
            REGISTRY_TYPES.map((type) => [
              type,
              {
                schema: Type.Unsafe({
                  type: 'string',
                  contentMediaType: type,
                  ...(type === 'text/plain' && { examples: ['2025550143\r\n202,5550144\r\n'] }),
                }),
              },
            ]),
          ),
        },
        response: {
          201: RegistryImportAnswer,
          202: RegistryImportAnswer,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'conflict',
            'body_too_large',
            'media_type_unsupported',
            'list_invalid',
            'not_available',
          ),
        },
      },
    },
    async (request, reply) => {
      const { importer } = registries();
      const begun = await receive(request, request.params.id, request.query);
      await Promise.race([
        importer.finished(begun.id),
        wait(context.limits.shortImportMilliseconds, undefined, { ref: false }),
      ]);
      const progress = importOf(begun.id);
      if (progress.state === 'failed')
        throw new Problem(
          'list_invalid',
          `${progress.list} ${progress.version} was not imported: ${progress.failure}`,
          progress.badLines
            .slice(0, ERRORS_ANSWERED)
            .map(({ line, reason }) => ({ field: `line ${line}`, detail: reason })),
        );
      return reply
        .code(progress.state === 'completed' ? 201 : 202)
        .header('location', `/v1/dnc/imports/${progress.id}`)
        .send(importAnswer(progress, principalOf(request).role));
    },
  );

  async function receive(
    request: FastifyRequest,
    list: string,
    query: {
      readonly version: string;
      readonly obtainedAt?: string;
      readonly country?: string;
      readonly base?: string;
      readonly maximumBadShare?: number;
    },
  ): Promise<RegistryImportProgress> {
    const { version, obtainedAt, country, base, maximumBadShare } = query;
    if (typeof (request.body as Readable | undefined)?.pipe !== 'function')
      throw new Problem('media_type_unsupported', `Send the file as ${REGISTRY_TYPES.join(', ')}.`);
    const body = request.body as Readable;
    const limited = limitBytes(body, context.limits.registryBytes);
    const entry = auditEntry(context, request, {
      action: 'registry.import',
      subject: { kind: 'registry', id: list },
      after: { version, ...(base === undefined ? {} : { base }) },
    });
    try {
      const begun = await registries().importer.start({
        list,
        version,
        by: actorOf(request),
        source: limited,
        ...(obtainedAt === undefined ? {} : { obtainedAt: Date.parse(obtainedAt) }),
        ...(country === undefined ? {} : { defaultCountry: requireCountry('query country', country) }),
        ...(base === undefined ? {} : { base }),
        ...(maximumBadShare === undefined ? {} : { maximumBadShare }),
      });
      void registries()
        .importer.finished(begun.id)
        .then((over) =>
          context.audit.record({
            ...entry,
            at: context.now(),
            action: 'registry.imported',
            after: {
              version,
              state: over?.state ?? '',
              bad: over?.bad ?? 0,
              ...(over?.count === undefined ? {} : { count: over.count }),
            },
          }),
        )
        .catch((error: unknown) =>
          request.log.error({ err: error }, 'the end of an import of a registry was not recorded'),
        );
      await context.audit.record(entry);
      return begun;
    } catch (error) {
      // The rest of an upload that nobody reads is read away, so that the answer gets through.
      body.unpipe(limited);
      body.resume();
      if (limited.errored instanceof Problem) throw limited.errored;
      if (!(error instanceof RegistryImportRefused)) throw error;
      if (error.field === 'conflict') throw new Problem('conflict', error.message);
      throw fieldProblem(FIELDS[error.field], error.message);
    }
  }

  app.get(
    '/v1/dnc/imports/:id',
    {
      schema: {
        operationId: 'getRegistryImport',
        tags,
        summary: 'How far the import of a registry is, and which lines were bad',
        params: OpaqueIdParameters,
        response: {
          200: RegistryImportAnswer,
          ...problems('key_missing', 'role_lacking', 'registry_import_not_found'),
        },
      },
    },
    async (request) => importAnswer(importOf(request.params.id), principalOf(request).role),
  );

  app.get(
    '/v1/dnc/imports/:id/bad-lines',
    {
      schema: {
        operationId: 'getRegistryBadLines',
        tags,
        summary: 'The bad lines of an import as CSV, up to 100,000 of them',
        params: OpaqueIdParameters,
        response: {
          200: {
            description: 'Columns: line, reason, text.',
            content: { 'text/csv': { schema: Type.String() } },
          },
          ...problems('key_missing', 'role_lacking', 'registry_import_not_found', 'conflict'),
        },
      },
    },
    async (request, reply) => {
      const { id, finishedAt } = importOf(request.params.id);
      if (finishedAt === undefined)
        throw new Problem(
          'conflict',
          'The import is still under way: its bad lines are complete at its end.',
        );
      const file = context.registries?.importer.badLineFile(id) ?? '';
      await stat(file).catch(() => {
        throw new Problem('registry_import_not_found', `The bad lines of ${id} are not kept any more.`);
      });
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${id}.bad-lines.csv"`)
        .send(createReadStream(file) as never);
    },
  );
}

const FIELDS = {
  list: 'id',
  version: 'query version',
  obtainedAt: 'query obtainedAt',
  defaultCountry: 'query country',
} as const;
