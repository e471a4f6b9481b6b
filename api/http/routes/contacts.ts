/** Contacts: added as JSON or CSV, looked at, and the imports that bring them. */
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { refusalsOf } from '../../../dialer/lists/refusals.js';
import type { NewContact } from '../../../dialer/store/port.js';
import { auditEntry } from '../audit.js';
import { type App, type Context, campaignOf } from '../context.js';
import { type DefaultCountry, requireCountry } from '../phone-numbers.js';
import { IdParameters, ListName, problems, STRICT } from '../schemas.js';
import { AddedAnswer, ContactInputs, ImportAnswer, MAXIMUM_CONTACTS, newContact } from './contact-schema.js';
import { IMPORT_MILLISECONDS, type ListImports, READING_FIELDS } from './imports.js';

const AddContactsQuery = Type.Object({ list: Type.Optional(ListName), ...READING_FIELDS }, STRICT);

export function contactRoutes(app: App, context: Context, imports: ListImports): void {
  const { engine } = context;
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
      const { defaultCountry, list } = request.query;
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
      const progress = await imports.start(request, id, request.query);
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
}
