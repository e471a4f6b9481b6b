/** Contacts: added as JSON or CSV, looked at, and the imports that bring them. */
import { type Readable, Transform } from 'node:stream';
import Type, { type Static } from 'typebox';
import { isZone } from '../../../compliance/index.js';
import type { ColumnMapping } from '../../../dialer/lists/columns.js';
import { ListRejected } from '../../../dialer/lists/list-rejected.js';
import { readPhoneNumber } from '../../../dialer/lists/phone-number.js';
import type { ContactRecord, NewContact } from '../../../dialer/store/port.js';
import { type App, type Context, campaignOf, keyOf } from '../context.js';
import type { Role } from '../keys.js';
import { type DefaultCountry, requireCountry, shownNumber } from '../phone-numbers.js';
import { Problem } from '../problem.js';
import {
  IdParameters,
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

/** Contacts in one JSON request. */
const MAXIMUM_CONTACTS = 10_000;
/** A list in CSV may take this long to arrive and be read. */
const IMPORT_MILLISECONDS = 6 * 3_600_000;

const ContactInput = Type.Object(
  {
    externalId: Type.Optional(
      Type.String({ maxLength: 200, description: 'Your own key; a second contact with it is a duplicate.' }),
    ),
    name: Type.Optional(Type.String({ maxLength: 200 })),
    timeZone: Type.Optional(
      Type.String({ maxLength: 64, description: 'IANA zone; the number decides when absent.' }),
    ),
    region: Type.Optional(Type.String({ maxLength: 10, description: 'ISO 3166-2 or country code.' })),
    numbers: Type.Array(PhoneNumber, { minItems: 1, maxItems: 10, description: 'In order of preference.' }),
    consent: Type.Optional(OneOf(['granted', 'refused', 'none'])),
    fields: Type.Optional(
      MapOf<string>(Type.String({ maxLength: 1000 }), {
        maxProperties: 100,
        description: 'Shown to the agent.',
      }),
    ),
  },
  { ...STRICT, title: 'NewContact' },
);
const ContactInputs = Type.Array(ContactInput, {
  minItems: 1,
  maxItems: MAXIMUM_CONTACTS,
  examples: [
    [
      {
        externalId: 'C-1001',
        name: 'Grace Hopper',
        numbers: ['+12025550143'],
        timeZone: 'America/New_York',
        fields: { product: 'fibre' },
      },
    ],
  ],
});

const ImportAnswer = Type.Object(
  {
    id: Type.String(),
    campaignId: Type.String(),
    state: Type.String(),
    startedAt: Instant,
    finishedAt: Type.Optional(Instant),
    bytes: Type.Integer(),
    totalBytes: Type.Optional(Type.Integer()),
    rows: Type.Integer(),
    added: Type.Integer(),
    duplicates: Type.Integer(),
    rejected: Type.Integer(),
    numbersDropped: Type.Integer({ description: 'Numbers left out of contacts that have another.' }),
    errors: Type.Array(
      Type.Object({
        line: Type.Integer({ description: 'Counts from 1, the header included.' }),
        field: Type.String(),
        code: Type.String(),
        reason: Type.String(),
        value: Type.Optional(Type.String({ description: 'Not shown to read-only keys.' })),
        kept: Type.Boolean({ description: 'The contact was kept without it.' }),
      }),
      { description: 'The first rows with something wrong.' },
    ),
    errorsOmitted: Type.Integer(),
    issueCounts: MapOf<number>(Type.Integer()),
    columns: MapOf<readonly string[]>(Type.Array(Type.String()), {
      description: 'Column headers by what they were taken for.',
    }),
    encoding: Type.String(),
    delimiter: Type.String(),
    failure: Type.String(),
  },
  { title: 'Import' },
);

const AddedAnswer = Type.Object(
  {
    added: Type.Integer(),
    duplicates: Type.Integer(),
    rejected: Type.Array(
      Type.Object({
        index: Type.Integer({ description: 'Position in the request, from 0.' }),
        field: Type.String(),
        detail: Type.String(),
      }),
    ),
  },
  { title: 'ContactsAdded' },
);

const ContactAnswer = Type.Object(
  {
    id: Type.String(),
    campaignId: Type.String(),
    externalId: Type.String(),
    name: Type.String(),
    stage: Type.String(),
    state: Type.String(),
    doneReason: Type.String(),
    timeZone: Type.String(),
    region: Type.String(),
    numbers: Type.Array(
      Type.Object({ number: Type.String(), attempts: Type.Integer(), dead: Type.Boolean() }),
    ),
    attempts: Type.Integer(),
    lastOutcome: Type.String(),
    dueAt: Type.Optional(Instant),
    fields: MapOf<string>(Type.String()),
  },
  { title: 'Contact' },
);

function contactAnswer(contact: ContactRecord, role: Role) {
  return {
    id: contact.contactId,
    campaignId: contact.campaignId,
    externalId: contact.externalId,
    name: contact.name,
    stage: contact.stage,
    state: contact.state,
    doneReason: contact.doneReason,
    timeZone: contact.timeZone,
    region: contact.region,
    numbers: contact.numbers.map((n) => ({
      number: shownNumber(n.e164, role),
      attempts: n.attempts,
      dead: n.dead,
    })),
    attempts: contact.attempts,
    lastOutcome: contact.lastOutcome,
    ...(contact.state === 'done' ? {} : { dueAt: iso(contact.dueAt) }),
    fields: contact.fields,
  };
}

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
    numbers: Column('the numbers, in order of preference; several are separated by commas'),
    name: Column("the person's name"),
    externalId: Column('your own key'),
    timeZone: Column('the IANA time zone'),
    region: Column('the region'),
    country: Column("the country of the row's numbers"),
    consent: Column('the consent'),
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
      const { defaultCountry, numbers, fields, ...columns } = request.query;
      campaignOf(context, id);
      const country =
        defaultCountry === undefined
          ? context.defaultCountry
          : requireCountry('query defaultCountry', defaultCountry);
      if (Array.isArray(request.body)) {
        return reply
          .code(200)
          .send(await addContacts(id, request.body as Static<typeof ContactInputs>, country));
      }
      const mapping: ColumnMapping = {
        ...columns,
        ...(numbers === undefined ? {} : { numbers: columnNames(numbers) }),
        ...(fields === undefined ? {} : { fields: columnNames(fields) }),
      };
      const progress = await importList(id, request.body as Readable, mapping, country, keyOf(request).role);
      return reply.code(202).header('location', `/v1/imports/${progress.id}`).send(progress);
    },
  );

  async function addContacts(
    campaignId: string,
    inputs: Static<typeof ContactInputs>,
    country: DefaultCountry,
  ): Promise<Static<typeof AddedAnswer>> {
    const contacts: NewContact[] = [];
    const rejected: Static<typeof AddedAnswer>['rejected'] = [];
    inputs.forEach((input, index) => {
      const contact = newContact(input, country);
      if ('detail' in contact) rejected.push({ index, ...contact });
      else contacts.push(contact);
    });
    const counts =
      contacts.length === 0
        ? { added: 0, duplicates: 0 }
        : await engine.store.addContacts(campaignId, contacts, context.now());
    if (counts.added > 0) engine.notify({ type: 'contacts-changed', campaignId });
    return { added: counts.added, duplicates: counts.duplicates, rejected };
  }

  async function importList(
    campaignId: string,
    body: Readable,
    mapping: ColumnMapping,
    country: DefaultCountry,
    role: Role,
  ) {
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
    async (request) => importAnswer(request.params.id, keyOf(request).role),
  );

  app.get(
    '/v1/campaigns/:id/contacts',
    {
      schema: {
        operationId: 'listContacts',
        tags,
        summary: 'Contacts of a campaign, page by page',
        params: IdParameters,
        querystring: Type.Object(
          {
            ...PAGE_FIELDS,
            state: Type.Optional(OneOf(['open', 'leased', 'pending', 'callback', 'done'])),
          },
          STRICT,
        ),
        response: {
          200: Type.Object({ items: Type.Array(ContactAnswer), nextCursor: NextCursor }),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      campaignOf(context, id);
      const { limit = 50, ...filter } = request.query;
      const page = await engine.store.contacts({ campaignId: id, limit, ...filter });
      const { role } = keyOf(request);
      return {
        items: page.items.map((contact) => contactAnswer(contact, role)),
        ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
      };
    },
  );

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
    async (request) => {
      const contact = await engine.store.contact(request.params.id);
      if (contact === undefined) {
        throw new Problem('contact_not_found', `There is no contact ${request.params.id}.`);
      }
      return contactAnswer(contact, keyOf(request).role);
    },
  );
}

function newContact(
  input: Static<typeof ContactInput>,
  country: DefaultCountry,
): NewContact | { readonly field: string; readonly detail: string } {
  const numbers: string[] = [];
  for (const [i, text] of input.numbers.entries()) {
    const { e164, problem } = readPhoneNumber(text, country);
    if (problem !== undefined) return { field: `numbers[${i}]`, detail: problem };
    if (!numbers.includes(e164)) numbers.push(e164);
  }
  const timeZone = input.timeZone ?? '';
  if (timeZone !== '' && !isZone(timeZone)) {
    return { field: 'timeZone', detail: 'is not a time zone: give an IANA name such as America/New_York' };
  }
  return {
    externalId: input.externalId ?? '',
    name: input.name ?? '',
    timeZone,
    region: input.region ?? '',
    numbers,
    consent: input.consent ?? 'none',
    fields: input.fields ?? {},
  };
}

function columnNames(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

/** The same bytes, until there are too many: then the stream fails with the problem to answer. */
function limitBytes(source: Readable, maximum: number): Transform {
  let bytes = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maximum) {
        done(new Problem('body_too_large', `The list is larger than ${maximum} bytes: import it in parts.`));
      } else done(null, chunk);
    },
  });
  source.once('error', (error) => limited.destroy(error));
  source.once('close', () => {
    if (!source.readableEnded) limited.destroy(new Error('the connection ended before the list did'));
  });
  return source.pipe(limited);
}
