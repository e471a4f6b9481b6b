/** Contacts: added as JSON or CSV, looked at, and the imports that bring them. */
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { ColumnMapping } from '../../../dialer/lists/columns.js';
import { ListRejected } from '../../../dialer/lists/list-rejected.js';
import { refusalsOf } from '../../../dialer/lists/refusals.js';
import type { NewContact } from '../../../dialer/store/port.js';
import { auditEntry } from '../audit.js';
import { type App, type Context, campaignOf } from '../context.js';
import { principalOf, type Role } from '../identity/principal.js';
import { limitBytes } from '../limit-bytes.js';
import { type DefaultCountry, requireCountry } from '../phone-numbers.js';
import { Problem } from '../problem.js';
import { IdParameters, iso, ListName, OpaqueIdParameters, problems, STRICT } from '../schemas.js';
import { AddedAnswer, ContactInputs, ImportAnswer, MAXIMUM_CONTACTS, newContact } from './contact-schema.js';

/** A list in CSV may take this long to arrive and be read. */
const IMPORT_MILLISECONDS = 6 * 3_600_000;

const Column = (what: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: `CSV: column with ${what}.` }));
const AddContactsQuery = Type.Object(
  {
    defaultCountry: Type.Optional(
      Type.String({
        minLength: 2,
        maxLength: 2,
        description: 'Where numbers without a country code belong.',
      }),
    ),
    list: Type.Optional(ListName),
    numbers: Column('the numbers, in order of preference; several are separated by commas'),
    name: Column("the person's name"),
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
  },
  STRICT,
);

export function contactRoutes(app: App, context: Context): void {
  const { engine, lists } = context;
  const tags = ['contacts'];

  app.post(
    '/v1/campaigns/:id/contacts',
    {
      bodyLimit: context.limits.contactsBodyBytes,
      handlerTimeout: IMPORT_MILLISECONDS,
      schema: {
        operationId: 'addContacts',
        tags,
        summary: 'Add contacts: a JSON array, or a list in CSV',
        description: `JSON: at most ${MAXIMUM_CONTACTS} contacts, answered with what was added. CSV with a header line: read as it arrives, answered with the import to watch at /v1/imports/{id}.`,
        params: IdParameters,
        querystring: AddContactsQuery,
        body: {
          content: {
            'application/json': { schema: ContactInputs },
            'text/csv': { schema: Type.Unsafe({ type: 'string', contentMediaType: 'text/csv' }) },
          },
        },
        response: {
          200: AddedAnswer,
          202: ImportAnswer,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'campaign_not_found',
            'body_too_large',
            'media_type_unsupported',
            'list_invalid',
          ),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { defaultCountry, numbers, fields, list, ...columns } = request.query;
      campaignOf(context, id);
      const country =
        defaultCountry === undefined
          ? context.defaultCountry
          : requireCountry('query defaultCountry', defaultCountry);
      if (Array.isArray(request.body)) {
        return reply
          .code(200)
          .send(await addContacts(request, id, request.body as Static<typeof ContactInputs>, country, list));
      }
      const mapping: ColumnMapping = {
        ...columns,
        ...(numbers === undefined ? {} : { numbers: columnNames(numbers) }),
        ...(fields === undefined ? {} : { fields: columnNames(fields) }),
      };
      const progress = await importList(request, id, mapping, country);
      return reply.code(202).header('location', `/v1/imports/${progress.id}`).send(progress);
    },
  );

  async function addContacts(
    request: FastifyRequest,
    campaignId: string,
    inputs: Static<typeof ContactInputs>,
    country: DefaultCountry,
    list: string | undefined,
  ): Promise<Static<typeof AddedAnswer>> {
    const contacts: NewContact[] = [];
    const rejected: Static<typeof AddedAnswer>['rejected'] = [];
    inputs.forEach((input, index) => {
      const contact = newContact(input, country, context.now());
      if ('detail' in contact) rejected.push({ index, ...contact });
      else contacts.push(contact);
    });
    const counts =
      contacts.length === 0
        ? { added: 0, duplicates: 0 }
        : await engine.store.audited(
            auditEntry(context, request, {
              action: 'contacts.add',
              subject: { kind: 'campaign', id: campaignId },
              after: { contacts: contacts.length },
            }),
            'addContacts',
            [campaignId, contacts, context.now(), list],
          );
    if (counts.added > 0) engine.notify({ type: 'contacts-changed', campaignId });
    for (const refusal of refusalsOf(contacts, context.now()))
      engine.notify({ type: 'consent-changed', ...refusal });
    return { added: counts.added, duplicates: counts.duplicates, rejected };
  }

  async function importList(
    request: FastifyRequest,
    campaignId: string,
    mapping: ColumnMapping,
    country: DefaultCountry,
  ) {
    const body = request.body as Readable;
    const { role } = principalOf(request);
    const limited = limitBytes(body, context.limits.importBytes);
    let id: string;
    try {
      const job = lists.start({
        campaignId,
        source: limited,
        mapping,
        ...(country === undefined ? {} : { defaultCountry: country }),
      });
      id = job.id;
      await recordImport(request, campaignId, job);
      await job.received;
    } catch (error) {
      // The rest of an upload that nobody reads is read away, so that the answer gets through.
      body.unpipe(limited);
      body.resume();
      if (limited.errored instanceof Problem) throw limited.errored;
      if (error instanceof ListRejected) throw new Problem('list_invalid', error.message);
      throw error;
    }
    return importAnswer(id, role);
  }

  /** Who imports is recorded before a contact is stored; what came of it, when it is over. */
  async function recordImport(
    request: FastifyRequest,
    campaignId: string,
    job: ReturnType<Context['lists']['start']>,
  ): Promise<void> {
    const entry = auditEntry(context, request, {
      action: 'list.import',
      subject: { kind: 'import', id: job.id },
      after: { campaignId },
    });
    const { audit } = context;
    void job.done
      .then(({ state, added, duplicates, rejected }) =>
        audit.record({
          ...entry,
          at: context.now(),
          action: 'list.imported',
          after: { campaignId, state, added, duplicates, rejected },
        }),
      )
      .catch((error: unknown) => request.log.error({ err: error }, 'the end of an import was not recorded'));
    await audit.record(entry);
  }

  function importAnswer(id: string, role: Role): Static<typeof ImportAnswer> {
    const progress = lists.progress(id);
    if (progress === undefined) {
      throw new Problem(
        'import_not_found',
        `There is no import ${id}: the latest hundred since the start are kept.`,
      );
    }
    const { startedAt, finishedAt, errors, ...counts } = progress;
    return {
      ...counts,
      startedAt: iso(startedAt),
      ...(finishedAt === undefined ? {} : { finishedAt: iso(finishedAt) }),
      errors: errors.map(({ value, ...error }) => (role === 'read-only' ? error : { ...error, value })),
    };
  }

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
    async (request) => importAnswer(request.params.id, principalOf(request).role),
  );
}

function columnNames(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}
