/** Consent: what is recorded for a number, grants and revocations, and whole histories in and out. */
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { AuditDraft } from '../../../dialer/audit/index.js';
import { CONSENT_LEVELS, type NewConsent } from '../../../dialer/core/consent.js';
import {
  CHANNELS,
  type ConsentText,
  consentEntryText,
  type EntryContext,
  PURPOSES,
  readConsentEntry,
} from '../../../dialer/lists/consent-entry.js';
import { type ConsentFormat, consentFile, readConsentFile } from '../../../dialer/lists/consent-file.js';
import { ListRejected } from '../../../dialer/lists/list-rejected.js';
import { auditEntry } from '../audit.js';
import { type App, actorOf, type Context, campaignOf } from '../context.js';
import { defined } from '../defined.js';
import { limitBytes } from '../limit-bytes.js';
import { requireNumber } from '../phone-numbers.js';
import { fieldProblem, Problem } from '../problem.js';
import {
  Identifier,
  Instant,
  iso,
  NumberParameters,
  OneOf,
  PhoneNumber,
  problems,
  STRICT,
} from '../schemas.js';

/** Files of consent, by their media type. */
export const CONSENT_FILES: Readonly<Record<string, ConsentFormat>> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
};
const MAXIMUM_ENTRIES = 10_000;
const ENTRIES_AT_ONCE = 1_000;
const ERRORS_ANSWERED = 100;
const FILE_MILLISECONDS = 6 * 3_600_000;
/** What is asked for when no campaign says what its calls are about: the strictest purpose, and nobody's behalf. */
const FOR_SALES = { purpose: 'sales', seller: '', subject: '' } as const;

const WORD = {
  consent: OneOf(['granted', 'refused'], { description: '`refused` also means revoked.' }),
  level: Type.Optional(OneOf(CONSENT_LEVELS, { description: 'Of a grant; express when absent.' })),
  purposes: Type.Optional(
    Type.Array(OneOf(PURPOSES), { minItems: 1, uniqueItems: true, description: 'All when absent.' }),
  ),
  channel: Type.Optional(OneOf(CHANNELS, { description: 'Every channel when absent.' })),
  seller: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'To whom it was said; every seller when absent.',
    }),
  ),
  source: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'How it came: web form, letter, call.' }),
  ),
  evidence: Type.String({
    minLength: 1,
    maxLength: 2000,
    description: 'How it is known: the form, the recording, the letter.',
  }),
  at: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'When it was said; now when absent.' })),
  expiresAt: Type.Optional(
    Type.Unsafe<string>({
      ...Instant,
      description: 'When a grant ends; a refusal stands until the next grant.',
    }),
  ),
};
const Entry = Type.Object({ number: PhoneNumber, ...WORD }, STRICT);
const Entries = Type.Object(
  { entries: Type.Array(Entry, { minItems: 1, maxItems: MAXIMUM_ENTRIES }) },
  {
    ...STRICT,
    examples: [
      {
        entries: [
          {
            number: '+12025550143',
            consent: 'granted',
            level: 'written',
            purposes: ['sales'],
            channel: 'voice',
            source: 'web form',
            evidence: 'form 4711, signed electronically',
            at: '2026-02-11T09:30:00Z',
            expiresAt: '2046-02-11T09:30:00Z',
          },
          { number: '+12025550144', consent: 'refused', source: 'letter', evidence: 'scan 2026-117' },
        ],
      },
    ],
  },
);
const ReportAnswer = Type.Object(
  {
    added: Type.Integer({ description: 'Entries that were new.' }),
    known: Type.Integer({ description: 'Entries that the histories had already, word for word.' }),
    rejected: Type.Integer({ description: 'Lines that were not taken.' }),
    errors: Type.Array(Type.Object({ line: Type.Integer(), field: Type.String(), detail: Type.String() }), {
      description: `The first ${ERRORS_ANSWERED} of them.`,
    }),
  },
  { title: 'ConsentReport' },
);
const ConsentAnswer = Type.Object(
  {
    number: Type.String(),
    consent: OneOf(['granted', 'refused', 'none']),
    level: Type.Optional(OneOf(CONSENT_LEVELS)),
    at: Type.Optional(Instant),
    expiresAt: Type.Optional(Instant),
    history: Type.Array(
      Type.Object({
        sequence: Type.Integer(),
        consent: Type.String(),
        level: Type.Optional(Type.String()),
        purposes: Type.Optional(Type.Array(Type.String())),
        channel: Type.Optional(Type.String()),
        seller: Type.Optional(Type.String()),
        source: Type.String(),
        evidence: Type.String(),
        at: Instant,
        expiresAt: Type.Optional(Instant),
        recordedAt: Instant,
        recordedBy: Type.String(),
      }),
      { description: 'Everything that was ever recorded, in that order.' },
    ),
  },
  { title: 'Consent' },
);
const ScopeQuery = Type.Object(
  {
    campaign: Type.Optional(
      Type.Unsafe<string>({
        ...Identifier,
        description: 'For the calls of this campaign: its purpose and seller.',
      }),
    ),
    purpose: Type.Optional(OneOf(PURPOSES, { description: 'sales when absent.' })),
    seller: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  },
  STRICT,
);

interface Report {
  added: number;
  known: number;
  rejected: number;
  errors: { line: number; field: string; detail: string }[];
}

export function consentRoutes(app: App, context: Context): void {
  const { engine, defaultCountry } = context;
  const tags = ['numbers'];

  /** Durable with its record in the audit log, then told to the engine, then answered: nothing is originated afterwards. */
  async function record(
    request: FastifyRequest,
    entries: readonly NewConsent[],
    change: Pick<AuditDraft, 'action' | 'before' | 'after'> = {
      action: 'consent.add',
      after: {
        granted: entries.filter(({ decision }) => decision === 'granted').length,
        refused: entries.filter(({ decision }) => decision === 'refused').length,
      },
    },
  ): Promise<number> {
    const numbers = [...new Set(entries.map(({ number }) => number))];
    const audit = auditEntry(context, request, { ...change, subject: { kind: 'number', id: '' }, numbers });
    const added = await engine.store.audited(audit, 'addConsent', [entries]);
    for (const { number, ...word } of entries) engine.notify({ type: 'consent-changed', number, word });
    return added;
  }

  function entryContext(request: FastifyRequest): EntryContext {
    return { country: defaultCountry, now: context.now(), recordedBy: actorOf(request) };
  }

  async function answer(number: string, query: Static<typeof ScopeQuery> = {}) {
    const { campaign, purpose, seller } = query;
    const settings = campaign === undefined ? undefined : campaignOf(context, campaign).record.settings;
    const scope = {
      ...FOR_SALES,
      purpose: purpose ?? settings?.purpose ?? FOR_SALES.purpose,
      seller: seller ?? settings?.seller ?? '',
    };
    const [{ state, level, at, expiresAt }, history] = await Promise.all([
      engine.store.consentOf(number, scope, context.now()),
      engine.store.consentHistory(number),
    ]);
    return {
      number,
      consent: state,
      ...(level !== undefined && { level }),
      ...(at !== undefined && { at: iso(at) }),
      ...(expiresAt !== undefined && { expiresAt: iso(expiresAt) }),
      history: history.map((each) => {
        const { number: _, purposes, ...entry } = consentEntryText(each);
        return { ...entry, ...(purposes !== undefined && { purposes: [...purposes] }) };
      }),
    };
  }

  app.get(
    '/v1/consent/:number',
    {
      schema: {
        operationId: 'getConsent',
        tags,
        summary: 'What consent is in force for the number, and its whole history',
        params: NumberParameters,
        querystring: ScopeQuery,
        response: {
          200: ConsentAnswer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => answer(requireNumber('number', request.params.number, defaultCountry), request.query),
  );

  app.put(
    '/v1/consent/:number',
    {
      schema: {
        operationId: 'setConsent',
        tags,
        summary: 'Record that consent was granted, or refused or revoked; it is in force with the answer',
        params: NumberParameters,
        body: Type.Object(WORD, {
          ...STRICT,
          examples: [{ consent: 'granted', evidence: 'web form 2026-02-11, order 4711' }],
        }),
        response: { 200: ConsentAnswer, ...problems('validation_failed', 'key_missing', 'role_lacking') },
      },
    },
    async (request) => {
      const entry = readConsentEntry(
        textOf({ ...request.body, number: request.params.number }),
        entryContext(request),
      );
      if ('detail' in entry) throw fieldProblem(entry.field, entry.detail);
      if (entry.expiresAt !== undefined && entry.expiresAt <= context.now())
        throw fieldProblem('expiresAt', 'is in the past: give a later time, or leave it out');
      const { consent, level, expiresAt } = request.body;
      await record(request, [entry], {
        action: 'consent.set',
        before: { consent: (await engine.store.consentOf(entry.number, FOR_SALES, context.now())).state },
        after: { consent, ...defined({ level, expiresAt }) },
      });
      return answer(entry.number);
    },
  );

  app.post(
    '/v1/consent',
    {
      bodyLimit: context.limits.contactsBodyBytes,
      handlerTimeout: FILE_MILLISECONDS,
      schema: {
        operationId: 'addConsent',
        tags,
        summary: 'Record grants, refusals and revocations: JSON, or a file in CSV or NDJSON',
        description: `JSON: at most ${MAXIMUM_ENTRIES} entries, all or none. A file is read as it arrives; its columns (or fields) are those of an entry in JSON, purposes separated by spaces; what an export holds can be sent back. Bad lines are left out and reported.`,
        body: {
          content: {
            'application/json': { schema: Entries },
            ...Object.fromEntries(
              Object.keys(CONSENT_FILES).map((type) => [
                type,
                { schema: Type.Unsafe({ type: 'string', contentMediaType: type }) },
              ]),
            ),
          },
        },
        response: {
          200: ReportAnswer,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'body_too_large',
            'media_type_unsupported',
            'list_invalid',
          ),
        },
      },
    },
    async (request) => {
      const body = request.body as Static<typeof Entries> | Readable;
      if (!('entries' in body)) return readFile(request, body);
      const about = entryContext(request);
      const faults: { field: string; detail: string }[] = [];
      const entries = body.entries.flatMap((given, index) => {
        const entry = readConsentEntry(textOf(given), about);
        if (!('detail' in entry)) return [entry];
        faults.push({ field: `entries[${index}].${entry.field}`, detail: entry.detail });
        return [];
      });
      const [first] = faults;
      if (first !== undefined)
        throw new Problem(
          'validation_failed',
          `${first.field} ${first.detail}`,
          faults.slice(0, ERRORS_ANSWERED),
        );
      const added = await record(request, entries);
      return { added, known: entries.length - added, rejected: 0, errors: [] };
    },
  );

  async function readFile(request: FastifyRequest, body: Readable): Promise<Report> {
    const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    const format = CONSENT_FILES[type];
    if (format === undefined) throw new Problem('media_type_unsupported');
    const limited = limitBytes(body, context.limits.importBytes);
    const report: Report = { added: 0, known: 0, rejected: 0, errors: [] };
    let batch: NewConsent[] = [];
    const flush = async (): Promise<void> => {
      if (batch.length === 0) return;
      const added = await record(request, batch);
      report.added += added;
      report.known += batch.length - added;
      batch = [];
    };
    try {
      for await (const line of readConsentFile(limited, format, entryContext(request))) {
        if ('entry' in line) {
          batch.push(line.entry);
          if (batch.length >= ENTRIES_AT_ONCE) await flush();
          continue;
        }
        report.rejected += 1;
        if (report.errors.length < ERRORS_ANSWERED) report.errors.push({ ...line });
      }
      await flush();
      return report;
    } catch (error) {
      // The rest of an upload that nobody reads is read away, so that the answer gets through.
      body.unpipe(limited);
      body.resume();
      if (limited.errored instanceof Problem) throw limited.errored;
      if (error instanceof ListRejected) {
        const kept = report.added + report.known;
        throw new Problem('list_invalid', `${error.message} (${kept} entries before it were taken)`);
      }
      throw error;
    }
  }

  app.get(
    '/v1/consent/export',
    {
      handlerTimeout: FILE_MILLISECONDS,
      schema: {
        operationId: 'exportConsent',
        tags,
        summary: 'All consent histories, number by number, as CSV or NDJSON',
        querystring: Type.Object(
          { format: Type.Optional(OneOf(['csv', 'ndjson'], { description: 'csv when absent.' })) },
          STRICT,
        ),
        produces: Object.keys(CONSENT_FILES),
        response: {
          200: Type.Unsafe({ type: 'string', description: 'One entry to a line.' }),
          ...problems('validation_failed', 'key_missing', 'role_lacking'),
        },
      },
    },
    async (request, reply) => {
      const { format = 'csv' } = request.query;
      const type = Object.keys(CONSENT_FILES).find((each) => CONSENT_FILES[each] === format) ?? 'text/csv';
      return reply
        .type(type)
        .header('content-disposition', `attachment; filename="consent.${format}"`)
        .serializer((given: unknown) => given as string)
        .send(Readable.from(consentFile(engine.store, format)));
    },
  );
}

/** Fields of a JSON entry as a file would have them. */
function textOf({ purposes, ...fields }: Partial<Static<typeof Entry>>): ConsentText {
  return { ...fields, ...(purposes !== undefined && { purposes: purposes.join(' ') }) };
}
