/** Records over their life: how long they are kept, the erasure of a person, and the export of DNC lists. */
import { Readable } from 'node:stream';
import Type from 'typebox';
import { regulatorExport } from '../../../dialer/evidence/index.js';
import {
  deleteNotedRecordings,
  erasePerson,
  findPerson,
  longestDays,
  noteRecordings,
  retentionPeriods,
  SHORTEST_RETENTION_DAYS,
} from '../../../dialer/retention/index.js';
import type { DncEntry, Store } from '../../../dialer/store/port.js';
import { auditEntry } from '../audit.js';
import { type App, type Context, campaignOf } from '../context.js';
import { requireNumber } from '../phone-numbers.js';
import { fieldProblem, Problem } from '../problem.js';
import { Identifier, Instant, MapOf, PhoneNumber, problems, STRICT } from '../schemas.js';

const ENTRIES_AT_ONCE = 2_000;
/** Looking through many contacts, or writing a long list, takes longer than other requests. */
const LONG_MILLISECONDS = 3_600_000;

export function recordRoutes(app: App, context: Context): void {
  const { store } = context.engine;
  const tags = ['records'];

  app.get(
    '/v1/retention',
    {
      schema: {
        operationId: 'getRetention',
        tags,
        summary: 'How long records of calls are kept',
        response: {
          200: Type.Object({
            days: Type.Integer({ description: 'The longest period of all packs, and of the configuration.' }),
            packsDays: Type.Integer({ description: 'The longest that the packs ask for.' }),
            otherwiseDays: Type.Integer({ description: 'For calls whose packs do not say how long.' }),
            byPack: MapOf<number>(Type.Integer(), {
              description:
                "The longest period of each pack that has one. A call is kept for the longest of its packs' that bind it, and never shorter than the configuration says.",
            }),
          }),
          ...problems('key_missing', 'role_lacking'),
        },
      },
    },
    async () => {
      const periods = retentionPeriods(context.packs);
      const days = new Map<string, number>();
      for (const rule of periods.rules)
        days.set(rule.pack, Math.max(days.get(rule.pack) ?? SHORTEST_RETENTION_DAYS, rule.days));
      return {
        days: context.retentionDays,
        packsDays: longestDays(periods),
        otherwiseDays: periods.otherwiseDays,
        byPack: Object.fromEntries(days),
      };
    },
  );

  app.post(
    '/v1/erasures',
    {
      handlerTimeout: LONG_MILLISECONDS,
      schema: {
        operationId: 'erasePerson',
        tags,
        summary: 'Erase a person on request',
        description:
          'By number or by contact. Names, fields and external ids are deleted, in all campaigns; the numbers stay on the internal do-not-call list only. Attempts, permits, consent records and ledgers are kept for as long as the law asks, with a keyed hash in place of the number. Recordings are deleted at once; those that the law asks for, or that cannot be reached, are noted and deleted as soon as may be.',
        body: Type.Object(
          {
            number: Type.Optional(PhoneNumber),
            contactId: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
            reference: Type.String({
              minLength: 1,
              maxLength: 200,
              description:
                'Where the request is kept, such as a case number; no name, as it stays in the audit log.',
            }),
          },
          { ...STRICT, examples: [{ number: '+12025550199', reference: 'case 2026-117' }] },
        ),
        response: {
          200: Type.Object(
            {
              contacts: Type.Integer({ description: 'Contacts that were emptied and closed.' }),
              numbers: Type.Integer({
                description: 'Numbers that are on the internal list now, and nowhere else.',
              }),
              attempts: Type.Integer({ description: 'Attempts that are kept without the number.' }),
              consents: Type.Integer({ description: 'Consent records that are kept without the number.' }),
              recordings: Type.Integer({ description: 'Recordings that were deleted.' }),
              recordingsLater: Type.Integer({
                description: 'Recordings that are noted for deletion, tried again every hour.',
              }),
            },
            { title: 'Erasure' },
          ),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'contact_not_found', 'conflict'),
        },
      },
    },
    async (request) => {
      const { number: text, contactId, reference } = request.body;
      if ((text === undefined) === (contactId === undefined))
        throw fieldProblem('number', 'or contactId: give exactly one of the two');
      const number = text === undefined ? undefined : requireNumber('number', text, context.defaultCountry);
      if (contactId !== undefined && (await store.contact(contactId)) === undefined)
        throw new Problem('contact_not_found', `There is no contact ${contactId}.`);
      const person = await findPerson(store, {
        ...(number === undefined ? {} : { number }),
        ...(contactId === undefined ? {} : { contactId }),
      });
      const entry = auditEntry(context, request, {
        action: 'person.erase',
        subject: { kind: 'person', id: contactId ?? '' },
        reason: reference,
        after: { contactIds: person.contactIds },
      });
      // Noted first: what is erased below leads to no recording any more.
      const noted = await noteRecordings(store, person.contactIds, context.packs, context.now());
      const report = await erasePerson(store, person, entry, context.now());
      if (report === false)
        throw new Problem(
          'conflict',
          'A call to this person, or its wrap-up, is under way: erase them when it is over.',
        );
      const recordings = await deleteNotedRecordings(
        store,
        context.recordingsDirectory,
        context.now(),
        noted,
      );
      for (const each of person.numbers)
        context.engine.notify({ type: 'dnc-changed', number: each, listed: true });
      return {
        ...report,
        numbers: person.numbers.length,
        recordings: recordings.deleted,
        recordingsLater: recordings.later,
      };
    },
  );

  app.get(
    '/v1/exports/regulator',
    {
      handlerTimeout: LONG_MILLISECONDS,
      schema: {
        operationId: 'exportForRegulator',
        tags,
        summary: 'All records of a campaign and a period, for a regulator',
        description:
          'NDJSON, one `{"part":…,"record":…}` to a line: the campaign, attempts with their permits, consents, versions of the do-not-call lists that were looked up, abandon ledgers and their recount, do-not-call entries, and the audit log of the period. The last line is the manifest with the SHA-256 of each part; without it the export was cut off. `tactus export regulator` makes a folder of it and checks the sums.',
        produces: ['application/x-ndjson'],
        querystring: Type.Object(
          {
            campaignId: Identifier,
            from: Type.Unsafe<string>({ ...Instant, description: 'Attempts from this time on.' }),
            to: Type.Unsafe<string>({ ...Instant, description: 'Attempts before this time.' }),
          },
          STRICT,
        ),
        response: {
          200: Type.Unsafe({ type: 'string', description: 'One record to a line.' }),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request, reply) => {
      const { campaignId } = request.query;
      const campaign = campaignOf(context, campaignId).record;
      const [from, to] = [Date.parse(request.query.from), Date.parse(request.query.to)];
      if (from >= to) throw fieldProblem('query to', 'is not after from: give a later time');
      await context.audit.record(
        auditEntry(context, request, {
          action: 'regulator.export',
          subject: { kind: 'campaign', id: campaignId },
          after: { from: request.query.from, to: request.query.to },
        }),
      );
      const { version, packs } = context;
      return reply
        .type('application/x-ndjson')
        .header('content-disposition', `attachment; filename="${campaignId}.ndjson"`)
        .serializer((given: unknown) => given as string)
        .send(
          Readable.from(regulatorExport(store, { campaign, packs, from, to, now: context.now(), version })),
        );
    },
  );

  app.get(
    '/v1/exports/dnc',
    {
      handlerTimeout: LONG_MILLISECONDS,
      schema: {
        operationId: 'exportDnc',
        tags,
        summary: 'The do-not-call lists of this service as CSV',
        description: 'The internal list and those of the campaigns; not the registries that were imported.',
        produces: ['text/csv'],
        querystring: Type.Object(
          {
            list: Type.Optional(
              Type.Unsafe<string>({ ...Identifier, description: '`internal`, or the id of a campaign.' }),
            ),
          },
          STRICT,
        ),
        response: {
          200: Type.Unsafe({ type: 'string', description: 'number, list, reason, addedAt' }),
          ...problems('validation_failed', 'key_missing', 'role_lacking'),
        },
      },
    },
    async (request, reply) => {
      await context.audit.record(
        auditEntry(context, request, {
          action: 'dnc.export',
          subject: { kind: 'list', id: request.query.list ?? 'all' },
        }),
      );
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="dnc.csv"')
        .serializer((given: unknown) => given as string)
        .send(Readable.from(dncLines(store, request.query.list)));
    },
  );
}

async function* dncLines(store: Pick<Store, 'dncEntries'>, list: string | undefined): AsyncGenerator<string> {
  yield 'number,list,reason,addedAt\n';
  let cursor: string | undefined;
  do {
    const page = await store.dncEntries({
      limit: ENTRIES_AT_ONCE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const lines = page.items.filter((entry) => list === undefined || listOf(entry) === list).map(lineOf);
    if (lines.length > 0) yield lines.join('');
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

function listOf({ campaignId }: DncEntry): string {
  return campaignId ?? 'internal';
}

function lineOf(entry: DncEntry): string {
  // A spreadsheet must not take somebody's words for a formula.
  const reason = /^[=+\-@\t\r]/.test(entry.reason) ? `'${entry.reason}` : entry.reason;
  return `${entry.number},${listOf(entry)},"${reason.replaceAll('"', '""')}",${new Date(entry.at).toISOString()}\n`;
}
