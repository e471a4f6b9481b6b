/** Imports of lists: begun, previewed, watched, cancelled, and what was wrong with their rows. */
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { ColumnMapping } from '../../../dialer/lists/columns.js';
import { ISSUE_HEADER, issueLine } from '../../../dialer/lists/import-report.js';
import { ListRejected } from '../../../dialer/lists/list-rejected.js';
import { type ListFormat, previewList } from '../../../dialer/lists/list-start.js';
import { auditEntry } from '../audit.js';
import { type App, type Context, campaignOf } from '../context.js';
import { defined } from '../defined.js';
import type { Role } from '../identity/principal.js';
import { principalOf } from '../identity/principal.js';
import { limitBytes } from '../limit-bytes.js';
import { requireCountry } from '../phone-numbers.js';
import { Problem } from '../problem.js';
import {
  IdParameters,
  iso,
  ListName,
  MapOf,
  OneOf,
  OpaqueIdParameters,
  problems,
  STRICT,
} from '../schemas.js';
import { ImportAnswer } from './contact-schema.js';

/** A list may take this long to arrive and be read. */
export const IMPORT_MILLISECONDS = 6 * 3_600_000;
const PREVIEW_ROWS = 10;
/** Of a cell in a preview, characters. */
const LONGEST_CELL = 200;
/** Of an import in a list of imports. */
const ERRORS_LISTED = 20;

/** Formats by the media type of the body. */
export const LIST_TYPES: Readonly<Record<string, ListFormat>> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
};

const Column = (what: string) =>
  Type.Optional(
    Type.String({ maxLength: 200, description: `Column with ${what}; empty: none. Found out when absent.` }),
  );
/** How a list is read. */
export const READING_FIELDS = {
  defaultCountry: Type.Optional(
    Type.String({ minLength: 2, maxLength: 2, description: 'Where numbers without a country code belong.' }),
  ),
  numbers: Column('the numbers, in order of preference; several are separated by commas'),
  name: Column("the person's name; several, separated by commas, are joined"),
  externalId: Column('your own key'),
  timeZone: Column('the IANA time zone'),
  region: Column('the region'),
  postalCode: Column('the postal code'),
  party: Column('who is called: consumer or business'),
  numberClass: Column('what kind of number it is: hospital, payphone, multi-line, landline …'),
  country: Column("the country of the row's numbers"),
  consent: Column('the consent: yes, no or empty; express or written'),
  consentLevel: Column('how strong it is: express or written'),
  consentSource: Column('how it came'),
  consentEvidence: Column('where the proof is'),
  consentAt: Column('when it was given or refused'),
  consentExpires: Column('when it ends'),
  fields: Column('what agents are shown; several are separated by commas; all others when absent'),
};
const ReadingQuery = Type.Object(READING_FIELDS, STRICT);
const ImportQuery = Type.Object(
  {
    list: Type.Optional(ListName),
    source: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'What the file is called.' }),
    ),
    ...READING_FIELDS,
  },
  STRICT,
);
const ListBody = {
  content: Object.fromEntries(
    Object.keys(LIST_TYPES).map((type) => [
      type,
      { schema: Type.Unsafe({ type: 'string', contentMediaType: type }) },
    ]),
  ),
};

const PreviewAnswer = Type.Object(
  {
    format: OneOf(['csv', 'ndjson']),
    delimiter: Type.String({ description: 'Empty for NDJSON.' }),
    hasHeader: Type.Boolean(),
    header: Type.Array(Type.String(), { description: 'Columns, in the order of the file.' }),
    columns: MapOf<readonly string[]>(Type.Array(Type.String()), {
      description: 'Columns by what they are taken for; change it with the parameters of the same names.',
    }),
    rows: Type.Array(
      Type.Object({
        line: Type.Integer(),
        cells: Type.Array(Type.String(), {
          description: 'As they stand in the file, in the order of `header`.',
        }),
        contact: Type.Optional(
          Type.Object({
            externalId: Type.String(),
            name: Type.String(),
            numbers: Type.Array(Type.String()),
            timeZone: Type.String(),
            region: Type.String(),
            postalCode: Type.Optional(Type.String()),
            party: Type.Optional(Type.String()),
            consent: Type.String(),
            fields: MapOf<string>(Type.String()),
          }),
        ),
        problems: Type.Array(
          Type.Object({
            field: Type.String(),
            code: Type.String(),
            reason: Type.String(),
            value: Type.String(),
          }),
        ),
      }),
      { description: 'The first rows as they would be read; one without a contact would be left out.' },
    ),
  },
  { title: 'ImportPreview' },
);

type Reading = Static<typeof ReadingQuery>;

function mappingOf({ defaultCountry: _, numbers, name, fields, ...columns }: Reading): ColumnMapping {
  return {
    ...columns,
    ...(name === undefined ? {} : { name: columnNames(name) }),
    ...(numbers === undefined ? {} : { numbers: columnNames(numbers) }),
    ...(fields === undefined ? {} : { fields: columnNames(fields) }),
  };
}

function columnNames(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function formatOf(request: FastifyRequest): ListFormat {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const format = LIST_TYPES[type];
  if (format === undefined || !isStream(request.body)) throw new Problem('media_type_unsupported');
  return format;
}

function isStream(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && 'pipe' in body;
}

/** Imports as routes begin and show them. */
export class ListImports {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  #countryOf({ defaultCountry }: Reading) {
    return defaultCountry === undefined
      ? this.#context.defaultCountry
      : requireCountry('query defaultCountry', defaultCountry);
  }

  /** Begins an import of the body; resolves once all of it has arrived and been read. */
  async start(
    request: FastifyRequest,
    campaignId: string,
    { list, source, ...reading }: Static<typeof ImportQuery>,
  ): Promise<Static<typeof ImportAnswer>> {
    const { lists, limits } = this.#context;
    const format = formatOf(request);
    const body = request.body as Readable;
    const limited = limitBytes(body, limits.importBytes);
    const length = Number(request.headers['content-length'] ?? Number.NaN);
    let id: string;
    try {
      const job = lists.start({
        campaignId,
        source: limited,
        format,
        mapping: mappingOf(reading),
        ...defined({
          list,
          sourceName: source,
          defaultCountry: this.#countryOf(reading),
          totalBytes: Number.isSafeInteger(length) ? length : undefined,
        }),
      });
      id = job.id;
      await this.#record(request, campaignId, job, { list, source });
      await job.received;
    } catch (error) {
      // The rest of an upload that nobody reads is read away, so that the answer gets through.
      body.unpipe(limited);
      body.resume();
      if (limited.errored instanceof Problem) throw limited.errored;
      if (error instanceof ListRejected) throw new Problem('list_invalid', error.message);
      throw error;
    }
    return this.answer(id, principalOf(request).role);
  }

  /** Who imports is recorded before a contact is stored; what came of it, when it is over. */
  async #record(
    request: FastifyRequest,
    campaignId: string,
    job: ReturnType<Context['lists']['start']>,
    { list, source }: { readonly list: string | undefined; readonly source: string | undefined },
  ): Promise<void> {
    const { audit, engine, now } = this.#context;
    const entry = auditEntry(this.#context, request, {
      action: 'list.import',
      subject: { kind: 'import', id: job.id },
      after: { campaignId, ...defined({ list, source }) },
    });
    if (list !== undefined && source !== undefined)
      await engine.store.saveList({ campaignId, name: list, source, at: now() });
    void job.done
      .then(({ state, added, duplicates, rejected }) =>
        audit.record({
          ...entry,
          at: now(),
          action: 'list.imported',
          after: { campaignId, state, added, duplicates, rejected },
        }),
      )
      .catch((error: unknown) => request.log.error({ err: error }, 'the end of an import was not recorded'));
    await audit.record(entry);
  }

  async preview(request: FastifyRequest, reading: Reading): Promise<Static<typeof PreviewAnswer>> {
    const format = formatOf(request);
    const body = request.body as Readable;
    const limited = limitBytes(body, this.#context.limits.importBytes);
    try {
      const defaultCountry = this.#countryOf(reading);
      const asked = { format, mapping: mappingOf(reading), defaultCountry, header: undefined };
      const { rows, ...start } = await previewList(limited, asked, PREVIEW_ROWS, this.#context.now());
      return {
        ...start,
        header: [...start.header],
        columns: Object.fromEntries(Object.entries(start.columns).map(([name, of]) => [name, [...of]])),
        rows: rows.map(({ line, cells, contact, problems: wrong }) => ({
          line,
          cells: cells.map((cell) => cell.slice(0, LONGEST_CELL)),
          ...(contact === undefined
            ? {}
            : { contact: { ...contact, numbers: [...contact.numbers], fields: { ...contact.fields } } }),
          problems: wrong.map(({ field, code, reason, value }) => ({ field, code, reason, value })),
        })),
      };
    } catch (error) {
      if (limited.errored instanceof Problem) throw limited.errored;
      if (error instanceof ListRejected) throw new Problem('list_invalid', error.message);
      throw error;
    } finally {
      // What was not looked at is read away, so that the answer gets through.
      body.unpipe(limited);
      body.resume();
    }
  }

  answer(id: string, role: Role): Static<typeof ImportAnswer> {
    const progress = this.#context.lists.progress(id);
    if (progress === undefined) throw importNotFound(id);
    return this.#shown(progress, role, progress.errors.length);
  }

  of(campaignId: string, role: Role): Static<typeof ImportAnswer>[] {
    return this.#context.lists
      .list()
      .filter((progress) => progress.campaignId === campaignId)
      .map((progress) => this.#shown(progress, role, ERRORS_LISTED));
  }

  #shown(
    progress: NonNullable<ReturnType<Context['lists']['progress']>>,
    role: Role,
    most: number,
  ): Static<typeof ImportAnswer> {
    const { startedAt, finishedAt, errors, errorsOmitted, columns, ...counts } = progress;
    const shown = errors.slice(0, most);
    return {
      ...counts,
      issueCounts: { ...counts.issueCounts },
      columns: Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, [...of]])),
      errorsOmitted: errorsOmitted + errors.length - shown.length,
      startedAt: iso(startedAt),
      ...(finishedAt === undefined ? {} : { finishedAt: iso(finishedAt) }),
      errors: shown.map(({ value, ...error }) => (role === 'read-only' ? error : { ...error, value })),
    };
  }

  /** The rows with something wrong, all of them where a file of them is kept. */
  async errorFile(id: string): Promise<Readable> {
    const { lists } = this.#context;
    const progress = lists.progress(id);
    if (progress === undefined) throw importNotFound(id);
    const file = lists.errorFile(id);
    const kept =
      file !== undefined &&
      (await access(file).then(
        () => true,
        () => false,
      ));
    if (kept) return createReadStream(file);
    return Readable.from([ISSUE_HEADER, ...progress.errors.map(issueLine)]);
  }
}

function importNotFound(id: string): Problem {
  return new Problem('import_not_found', `There is no import ${id}: the latest hundred are kept.`);
}

/** In a scope that reads lists as they arrive. */
export function importRoutes(app: App, context: Context, imports: ListImports): void {
  const { lists } = context;
  const tags = ['contacts'];
  const refusals = [
    'validation_failed',
    'key_missing',
    'role_lacking',
    'campaign_not_found',
    'body_too_large',
    'media_type_unsupported',
    'list_invalid',
  ] as const;

  app.post(
    '/v1/campaigns/:id/imports',
    {
      handlerTimeout: IMPORT_MILLISECONDS,
      schema: {
        operationId: 'startImport',
        tags,
        summary: 'Import a list, CSV or NDJSON',
        description:
          'Read as it arrives and answered when it has arrived; watch it at /v1/imports/{id}, or from elsewhere in GET /v1/campaigns/{id}/imports. A line of NDJSON is a contact as POST …/contacts takes it, or a flat object whose keys are columns. Rows that cannot be used are left out and reported; contacts that are there already are folded.',
        params: IdParameters,
        querystring: ImportQuery,
        body: ListBody,
        response: { 202: ImportAnswer, ...problems(...refusals) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      campaignOf(context, id);
      const answer = await imports.start(request, id, request.query);
      return reply.code(202).header('location', `/v1/imports/${answer.id}`).send(answer);
    },
  );

  app.post(
    '/v1/campaigns/:id/imports/preview',
    {
      config: { changesNothing: true },
      handlerTimeout: IMPORT_MILLISECONDS,
      schema: {
        operationId: 'previewImport',
        tags,
        summary: 'The first rows of a list as an import would read them, and what its columns are taken for',
        description: 'Send the beginning of the file: 64 KiB are looked at. Nothing is stored.',
        params: IdParameters,
        querystring: ReadingQuery,
        body: ListBody,
        response: { 200: PreviewAnswer, ...problems(...refusals) },
      },
    },
    async (request) => {
      campaignOf(context, request.params.id);
      return imports.preview(request, request.query);
    },
  );

  app.get(
    '/v1/campaigns/:id/imports',
    {
      schema: {
        operationId: 'listImports',
        tags,
        summary: 'Imports into a campaign that run, and the latest that are over; newest first',
        params: IdParameters,
        response: {
          200: Type.Object({ items: Type.Array(ImportAnswer) }),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      campaignOf(context, id);
      return { items: imports.of(id, principalOf(request).role) };
    },
  );

  app.get(
    '/v1/imports/:id',
    {
      schema: {
        operationId: 'getImport',
        tags,
        summary: 'How far an import is, and which rows were rejected',
        params: OpaqueIdParameters,
        response: { 200: ImportAnswer, ...problems('key_missing', 'role_lacking', 'import_not_found') },
      },
    },
    async (request) => imports.answer(request.params.id, principalOf(request).role),
  );

  app.delete(
    '/v1/imports/:id',
    {
      schema: {
        operationId: 'cancelImport',
        tags,
        summary: 'Cancel an import that runs: what is stored stays; one that is over stays as it is',
        params: OpaqueIdParameters,
        response: { 202: ImportAnswer, ...problems('key_missing', 'role_lacking', 'import_not_found') },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      lists.job(id)?.cancel();
      return reply.code(202).send(imports.answer(id, principalOf(request).role));
    },
  );

  app.get(
    '/v1/imports/:id/errors',
    {
      schema: {
        operationId: 'getImportErrors',
        tags,
        summary: 'All rows of an import with something wrong, as CSV: line, column, reason, value',
        params: OpaqueIdParameters,
        produces: ['text/csv'],
        response: {
          200: Type.Unsafe({ type: 'string', description: 'One row to a line.' }),
          ...problems('key_missing', 'role_lacking', 'import_not_found'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const file = await imports.errorFile(id);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${id.replace(/[^\w-]/g, '')}-errors.csv"`)
        .serializer((given: unknown) => given as string)
        .send(file);
    },
  );
}
