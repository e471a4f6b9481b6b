/** Lists within a campaign: how far they are worked, pausing one, and calling closed contacts again. */
import Type, { type Static } from 'typebox';
import { scopeOf } from '../../../dialer/core/consent.js';
import { type ListPenetration, MOST_ATTEMPTS_COUNTED } from '../../../dialer/store/lists.js';
import { auditEntry } from '../audit.js';
import { type App, type Context, campaignOf } from '../context.js';
import { defined } from '../defined.js';
import { Problem } from '../problem.js';
import { Identifier, IdParameters, Instant, iso, ListName, MapOf, problems, STRICT } from '../schemas.js';

/** Each lease looks at every list of its campaign. */
const MOST_LISTS = 200;
/** Closed contacts that are looked at in one go, between which dialling has its turn. */
const RECYCLED_AT_ONCE = 1_000;
const RECYCLE_MILLISECONDS = 30 * 60_000;

const ListAnswer = Type.Object(
  {
    campaignId: Type.String(),
    name: Type.String(),
    source: Type.String({ description: 'Where it came from: a file, a system; empty when nobody said.' }),
    createdAt: Instant,
    paused: Type.Boolean({ description: 'Nobody of the list is called.' }),
    contacts: Type.Integer(),
    worked: Type.Integer({ description: 'Contacts that were attempted, or closed.' }),
    workedShare: Type.Number({ description: 'Share of the contacts that were worked, 0–1.' }),
    byState: MapOf<number>(Type.Integer(), { description: 'Contacts by state.' }),
    byAttempts: MapOf<number>(Type.Integer(), {
      description: `Contacts by how often they were attempted; "${MOST_ATTEMPTS_COUNTED}" stands for as many or more.`,
    }),
    cells: Type.Array(
      Type.Object({ state: Type.String(), attempts: Type.Integer(), contacts: Type.Integer() }),
      { description: 'Contacts by state and attempts together.' },
    ),
  },
  { title: 'List' },
);

function listAnswer(list: ListPenetration): Static<typeof ListAnswer> {
  const byState: Record<string, number> = {};
  const byAttempts: Record<string, number> = {};
  let contacts = 0;
  let worked = 0;
  for (const { state, attempts, contacts: count } of list.cells) {
    contacts += count;
    if (attempts > 0 || state === 'done') worked += count;
    byState[state] = (byState[state] ?? 0) + count;
    byAttempts[attempts] = (byAttempts[attempts] ?? 0) + count;
  }
  return {
    campaignId: list.campaignId,
    name: list.name,
    source: list.source,
    createdAt: iso(list.createdAt),
    paused: list.paused,
    contacts,
    worked,
    workedShare: contacts === 0 ? 0 : worked / contacts,
    byState,
    byAttempts,
    cells: list.cells.map((each) => ({ ...each })),
  };
}

const RecycleInput = Type.Object(
  {
    list: Type.Optional(ListName),
    doneReasons: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        minItems: 1,
        maxItems: 50,
        description: 'Why they were closed: attempts-exhausted, no-disposition, a disposition …',
      }),
    ),
    lastOutcomes: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        minItems: 1,
        maxItems: 20,
        description: 'What the last attempt came to: no-answer, busy, machine …',
      }),
    ),
    minimumAttempts: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
    maximumAttempts: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
    notAttemptedForDays: Type.Optional(
      Type.Number({ minimum: 0, maximum: 3650, description: 'The last attempt is at least so old.' }),
    ),
    contactIds: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { minItems: 1, maxItems: 10_000 }),
    ),
    most: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000_000,
        description: 'Stop after about so many; all when absent.',
      }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'Count only, change nothing.' })),
  },
  {
    ...STRICT,
    title: 'Recycle',
    examples: [
      {
        doneReasons: ['attempts-exhausted'],
        lastOutcomes: ['no-answer', 'busy'],
        notAttemptedForDays: 14,
        dryRun: true,
      },
    ],
  },
);
const RecycleAnswer = Type.Object(
  {
    campaignId: Type.String(),
    dryRun: Type.Boolean(),
    looked: Type.Integer({ description: 'Closed contacts that were looked at.' }),
    recycled: Type.Integer({ description: 'Contacts that will be called again.' }),
    kept: MapOf<number>(Type.Integer(), {
      description:
        'Contacts that the filter takes and that stay closed all the same, by what stands against them.',
    }),
  },
  { title: 'Recycled' },
);

export function listRoutes(app: App, context: Context): void {
  const { engine } = context;
  const { store } = engine;
  const tags = ['contacts'];

  app.get(
    '/v1/campaigns/:id/lists',
    {
      schema: {
        operationId: 'listLists',
        tags,
        summary: 'Lists of a campaign and how far they are worked: contacts by state and attempts',
        params: IdParameters,
        response: {
          200: Type.Object({ items: Type.Array(ListAnswer) }),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      campaignOf(context, id);
      return { items: (await store.penetration(id)).map(listAnswer) };
    },
  );

  app.put(
    '/v1/campaigns/:id/lists/:name',
    {
      schema: {
        operationId: 'saveList',
        tags,
        summary: 'Make a list, say where it came from, pause it or let it be called again',
        description:
          'Pausing holds at once: nobody of the list is dialled from then on, callbacks included; calls that stand go on.',
        params: Type.Object({ id: Identifier, name: ListName }, STRICT),
        body: Type.Object(
          {
            paused: Type.Optional(Type.Boolean()),
            source: Type.Optional(Type.String({ maxLength: 500 })),
          },
          { ...STRICT, examples: [{ paused: true }] },
        ),
        response: {
          200: ListAnswer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found', 'conflict'),
        },
      },
    },
    async (request) => {
      const { id, name } = request.params;
      campaignOf(context, id);
      const lists = await store.lists(id);
      const before = lists.find((list) => list.name === name);
      if (before === undefined && lists.length >= MOST_LISTS)
        throw new Problem('conflict', `Campaign ${id} has ${MOST_LISTS} lists: use one of them.`);
      const entry = auditEntry(context, request, {
        action: 'list.save',
        subject: { kind: 'campaign', id },
        ...(before === undefined
          ? {}
          : { before: { list: name, paused: before.paused, source: before.source } }),
        after: { list: name, ...request.body },
      });
      const change = { campaignId: id, name, ...request.body, at: context.now() };
      const saved = await store.audited(entry, 'saveList', [change]);
      if (saved !== false && before?.paused !== saved.paused)
        engine.notify({ type: 'contacts-changed', campaignId: id });
      const now = (await store.penetration(id)).find((list) => list.name === name);
      if (now === undefined) throw new Error(`the list ${name} of ${id} was saved and is not there`);
      return listAnswer(now);
    },
  );

  app.post(
    '/v1/campaigns/:id/contacts/recycle',
    {
      handlerTimeout: RECYCLE_MILLISECONDS,
      schema: {
        operationId: 'recycleContacts',
        tags,
        summary: 'Call closed contacts again: another round of attempts',
        description:
          'All that is given must hold. Never those that were closed for a do-not-call list, for consent, an opt-out or a success, nor those without a number that may be called; the gate judges each again before its call.',
        params: IdParameters,
        body: RecycleInput,
        response: {
          200: RecycleAnswer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found', 'conflict'),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { record } = campaignOf(context, id);
      const {
        dryRun = false,
        most = Number.POSITIVE_INFINITY,
        notAttemptedForDays,
        ...filter
      } = request.body;
      if (!dryRun && (record.status === 'stopped' || record.status === 'completed'))
        throw new Problem('conflict', `Campaign ${id} is ${record.status}: it calls nobody any more.`);
      const now = context.now();
      const entry = auditEntry(context, request, {
        action: 'contacts.recycle',
        subject: { kind: 'campaign', id },
        after: { ...filter, ...defined({ notAttemptedForDays }), contactIds: filter.contactIds?.length ?? 0 },
      });
      if (!dryRun) await context.audit.record(entry);
      const answer = { campaignId: id, dryRun, looked: 0, recycled: 0, kept: {} as Record<string, number> };
      let cursor: string | undefined;
      do {
        const report = await store.recycleContacts({
          campaignId: id,
          ...filter,
          ...(notAttemptedForDays === undefined
            ? {}
            : { attemptedBefore: now - notAttemptedForDays * 86_400_000 }),
          scope: scopeOf(record.settings),
          now,
          dryRun,
          limit: RECYCLED_AT_ONCE,
          ...(cursor === undefined ? {} : { cursor }),
        });
        answer.looked += report.looked;
        answer.recycled += report.recycled;
        for (const [reason, count] of Object.entries(report.kept))
          answer.kept[reason] = (answer.kept[reason] ?? 0) + count;
        cursor = report.nextCursor;
      } while (cursor !== undefined && answer.recycled < most);
      if (!dryRun) {
        await context.audit.record({
          ...entry,
          at: context.now(),
          action: 'contacts.recycled',
          after: { looked: answer.looked, recycled: answer.recycled, kept: answer.kept },
        });
        if (answer.recycled > 0) engine.notify({ type: 'contacts-changed', campaignId: id });
      }
      return answer;
    },
  );
}
