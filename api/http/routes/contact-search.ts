/** Contacts looked for, looked at, edited, removed, and written to a file. */
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { type ContactFileFormat, contactFile } from '../../../dialer/lists/contact-file.js';
import type { ContactFilter } from '../../../dialer/store/lists.js';
import type { ContactRecord, Page } from '../../../dialer/store/port.js';
import { auditEntry } from '../audit.js';
import { type App, type Context, campaignOf } from '../context.js';
import { defined } from '../defined.js';
import { expectVersion, staleVersion, withEtag } from '../etag.js';
import { principalOf } from '../identity/principal.js';
import { requireNumber, shownNumber } from '../phone-numbers.js';
import { fieldProblem, Problem } from '../problem.js';
import {
  Identifier,
  IdParameters,
  ListName,
  NextCursor,
  OneOf,
  OpaqueIdParameters,
  PAGE_FIELDS,
  PhoneNumber,
  problems,
  STRICT,
} from '../schemas.js';
import { ContactAnswer, ContactPatch, contactAnswer, contactEdit } from './contact-schema.js';

/** How long one request looks for contacts before it answers with what it has found. */
const SEARCH_MILLISECONDS = 2_000;
const EXPORT_MILLISECONDS = 6 * 3_600_000;
const FILE_TYPES: Readonly<Record<ContactFileFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

const FILTER_FIELDS = {
  list: Type.Optional(ListName),
  state: Type.Optional(OneOf(['open', 'leased', 'pending', 'callback', 'done'])),
  doneReason: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Why it was closed: success, dnc …' }),
  ),
  lastOutcome: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  minimumAttempts: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  maximumAttempts: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  number: Type.Optional(PhoneNumber),
  externalId: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Exactly.' })),
  name: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'How the name begins, in any case.' }),
  ),
  text: Type.Optional(
    Type.String({
      minLength: 2,
      maxLength: 200,
      description: 'Somewhere in the name, the external id or a field. Looks through the list: slower.',
    }),
  ),
};
const ListQuery = Type.Object({ ...PAGE_FIELDS, ...FILTER_FIELDS }, STRICT);
const SearchQuery = Type.Object(
  { ...PAGE_FIELDS, campaign: Type.Optional(Identifier), ...FILTER_FIELDS },
  STRICT,
);
const ExportQuery = Type.Object(
  {
    format: Type.Optional(OneOf(['csv', 'ndjson'], { description: 'csv when absent.' })),
    ...FILTER_FIELDS,
  },
  STRICT,
);
const ContactPage = Type.Object({ items: Type.Array(ContactAnswer), nextCursor: NextCursor });
const PAGE_NOTE = 'A page may be short, or empty, while nextCursor says that there is more to look through.';

export function contactSearchRoutes(app: App, context: Context): void {
  const { engine } = context;
  const { store } = engine;
  const tags = ['contacts'];

  type Filters = Omit<Static<typeof SearchQuery>, 'limit' | 'cursor' | 'campaign'>;
  function filterOf({ number, ...filters }: Filters, campaignId?: string): Omit<ContactFilter, 'limit'> {
    return defined({
      ...filters,
      campaignId,
      number:
        number === undefined ? undefined : requireNumber('query number', number, context.defaultCountry),
    });
  }

  /** Pages of the store are short where it looks through many contacts for few: they are put together. */
  async function find(filter: ContactFilter): Promise<Page<ContactRecord>> {
    const until = performance.now() + SEARCH_MILLISECONDS;
    const items: ContactRecord[] = [];
    let { cursor } = filter;
    do {
      const page = await store.contacts({
        ...filter,
        limit: filter.limit - items.length,
        ...(cursor === undefined ? {} : { cursor }),
      });
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined && items.length < filter.limit && performance.now() < until);
    return cursor === undefined ? { items } : { items, nextCursor: cursor };
  }

  async function answerPage(request: FastifyRequest, filter: ContactFilter) {
    const page = await find(filter);
    const { role } = principalOf(request);
    return {
      items: page.items.map((contact) => contactAnswer(contact, role)),
      ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
    };
  }

  app.get(
    '/v1/campaigns/:id/contacts',
    {
      schema: {
        operationId: 'listContacts',
        tags,
        summary: 'Contacts of a campaign, page by page, filtered',
        description: PAGE_NOTE,
        params: IdParameters,
        querystring: ListQuery,
        response: {
          200: ContactPage,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      campaignOf(context, id);
      const { limit = 50, cursor, ...filters } = request.query;
      return answerPage(request, { ...filterOf(filters, id), limit, ...defined({ cursor }) });
    },
  );

  app.get(
    '/v1/contacts',
    {
      schema: {
        operationId: 'searchContacts',
        tags,
        summary: 'Look for contacts in all campaigns: by number, external id, name or text',
        description: PAGE_NOTE,
        querystring: SearchQuery,
        response: {
          200: ContactPage,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const { limit = 50, cursor, campaign, ...filters } = request.query;
      if (campaign !== undefined) campaignOf(context, campaign);
      return answerPage(request, { ...filterOf(filters, campaign), limit, ...defined({ cursor }) });
    },
  );

  app.get(
    '/v1/campaigns/:id/contacts/export',
    {
      handlerTimeout: EXPORT_MILLISECONDS,
      schema: {
        operationId: 'exportContacts',
        tags,
        summary: 'Contacts of a campaign as a file, CSV or NDJSON, filtered',
        description: 'Sent as it is read. What it holds can be imported again.',
        params: IdParameters,
        querystring: ExportQuery,
        produces: ['text/csv', 'application/x-ndjson'],
        response: {
          200: Type.Unsafe({ type: 'string', description: 'One contact to a line.' }),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      campaignOf(context, id);
      const { format = 'csv', ...filters } = request.query;
      const { role } = principalOf(request);
      const filter = filterOf(filters, id);
      await context.audit.record(
        auditEntry(context, request, {
          action: 'contacts.export',
          subject: { kind: 'campaign', id },
          after: { format, filters: Object.keys(filters) },
        }),
      );
      return reply
        .type(FILE_TYPES[format])
        .header('content-disposition', `attachment; filename="${id}-contacts.${format}"`)
        .serializer((given: unknown) => given as string)
        .send(Readable.from(contactFile(store, filter, format, (number) => shownNumber(number, role))));
    },
  );

  async function contactOf(id: string): Promise<ContactRecord> {
    const contact = await store.contact(id);
    if (contact === undefined) throw new Problem('contact_not_found', `There is no contact ${id}.`);
    return contact;
  }

  app.get(
    '/v1/contacts/:id',
    {
      schema: {
        operationId: 'getContact',
        tags,
        summary: 'One contact',
        params: OpaqueIdParameters,
        response: { 200: ContactAnswer, ...problems('key_missing', 'role_lacking', 'contact_not_found') },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { role, agentId } = principalOf(request);
      // An agent has the contact of the own call, and no other.
      if (role === 'agent' && context.engine.agent(agentId ?? '')?.contactId !== id)
        throw new Problem('contact_not_found', `You are in no call with a contact ${id}.`);
      const contact = await contactOf(id);
      withEtag(reply, contact.version);
      return contactAnswer(contact, role);
    },
  );

  /** Why the store did not change the contact: it is not there any more, changed, or in a call. */
  async function refusal(id: string, version: number): Promise<Problem> {
    const contact = await contactOf(id);
    if (contact.version !== version) return staleVersion(`contact ${id}`);
    if (contact.inCall)
      return new Problem(
        'conflict',
        `Contact ${id} is in a call: change it when the call has its disposition.`,
      );
    return new Problem(
      'conflict',
      `Another contact of campaign ${contact.campaignId} has this external id or first number: change or remove that one first.`,
    );
  }

  app.patch(
    '/v1/contacts/:id',
    {
      config: { editsVersion: true },
      schema: {
        operationId: 'editContact',
        tags,
        summary: 'Change a contact: what is given replaces what was there',
        description:
          'An empty externalId, postalCode or region takes it away. A contact that waits in a hopper is offered again a few minutes later, as it is now.',
        params: OpaqueIdParameters,
        body: ContactPatch,
        response: {
          200: ContactAnswer,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'contact_not_found',
            'conflict',
            'if_match_missing',
            'version_stale',
          ),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const before = await contactOf(id);
      const version = expectVersion(request, before.version, `contact ${id}`);
      const edit = contactEdit(request.body, before, context.defaultCountry);
      if ('detail' in edit) throw fieldProblem(edit.field, edit.detail);
      const entry = auditEntry(context, request, {
        action: 'contact.edit',
        subject: { kind: 'contact', id },
        // What persons are called and where they live is not kept twice: the record names the fields.
        after: { fields: Object.keys(request.body).sort() },
        numbers: before.numbers.map(({ e164 }) => e164),
      });
      const changed = await store.audited(entry, 'updateContact', [id, edit, version, context.now()]);
      if (changed === false) throw await refusal(id, version);
      engine.notify({ type: 'contacts-changed', campaignId: before.campaignId });
      const contact = await contactOf(id);
      withEtag(reply, contact.version);
      return contactAnswer(contact, principalOf(request).role);
    },
  );

  app.delete(
    '/v1/contacts/:id',
    {
      config: { editsVersion: true },
      schema: {
        operationId: 'removeContact',
        tags,
        summary: 'Remove a contact from its campaign; attempts that were made stay',
        description:
          'The number may come back with another list: to keep it away, add it to the do-not-call list; to erase a person, POST /v1/erasure.',
        params: OpaqueIdParameters,
        response: {
          204: Type.Null({ description: 'It is removed.' }),
          ...problems(
            'key_missing',
            'role_lacking',
            'contact_not_found',
            'conflict',
            'if_match_missing',
            'version_stale',
          ),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const before = await contactOf(id);
      const version = expectVersion(request, before.version, `contact ${id}`);
      const entry = auditEntry(context, request, {
        action: 'contact.remove',
        subject: { kind: 'contact', id },
        before: { campaignId: before.campaignId, list: before.list, state: before.state },
        numbers: before.numbers.map(({ e164 }) => e164),
      });
      if (!(await store.audited(entry, 'removeContact', [id, version, context.now()])))
        throw await refusal(id, version);
      engine.notify({ type: 'contacts-changed', campaignId: before.campaignId });
      return reply.code(204).send(null);
    },
  );
}
