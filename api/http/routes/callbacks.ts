/** Callbacks: who was promised a call and when, moving and cancelling one, and which were kept. */
import Type, { type Static } from 'typebox';
import type { CallbackFilter, CallbackRecord } from '../../../dialer/store/lists.js';
import type { ContactRecord } from '../../../dialer/store/port.js';
import { auditEntry } from '../audit.js';
import { type App, type Context, campaignOf } from '../context.js';
import { defined } from '../defined.js';
import { principalOf } from '../identity/principal.js';
import { fieldProblem, Problem } from '../problem.js';
import {
  Identifier,
  Instant,
  iso,
  NextCursor,
  OneOf,
  OpaqueIdParameters,
  PAGE_FIELDS,
  problems,
  STRICT,
} from '../schemas.js';

/** A callback that is made within so many seconds of its time was kept, unless the question says otherwise. */
const KEPT_WITHIN_SECONDS = 900;
/** Nobody is promised a call further ahead. */
const FURTHEST_DAYS = 366;

const CallbackAnswer = Type.Object(
  {
    id: Type.String(),
    campaignId: Type.String(),
    contactId: Type.String(),
    contactName: Type.String({ description: 'Empty when the person has none, or was removed.' }),
    status: OneOf(['waiting', 'due', 'overdue', 'kept', 'late', 'cancelled', 'dropped'], {
      description:
        'overdue: its time and the tolerance are over and nobody has called. late: called after that. dropped: the contact was closed before.',
    }),
    agentId: Type.Optional(Type.String({ description: 'Whose it is; absent when anyone may make it.' })),
    anyoneFrom: Type.Optional(Instant),
    bookedAt: Instant,
    dueAt: Instant,
    moved: Type.Integer({ description: 'How often it was moved.' }),
    attemptId: Type.Optional(Type.String()),
    calledAt: Type.Optional(Instant),
    endedAt: Type.Optional(Instant),
  },
  { title: 'Callback' },
);

function statusOf(
  { state, dueAt, calledAt = 0 }: CallbackRecord,
  tolerance: number,
  now: number,
): Static<typeof CallbackAnswer>['status'] {
  if (state === 'called') return calledAt <= dueAt + tolerance ? 'kept' : 'late';
  if (state !== 'waiting') return state;
  if (dueAt > now) return 'waiting';
  return dueAt + tolerance >= now ? 'due' : 'overdue';
}

function callbackAnswer(callback: CallbackRecord, contactName: string, tolerance: number, now: number) {
  const { graceUntil, calledAt, endedAt, agentId, attemptId } = callback;
  const instant = (at: number | undefined) => (at === undefined ? undefined : iso(at));
  return {
    id: callback.callbackId,
    campaignId: callback.campaignId,
    contactId: callback.contactId,
    contactName,
    status: statusOf(callback, tolerance, now),
    bookedAt: iso(callback.bookedAt),
    dueAt: iso(callback.dueAt),
    moved: callback.moved,
    ...defined({
      agentId,
      anyoneFrom: instant(graceUntil),
      attemptId,
      calledAt: instant(calledAt),
      endedAt: instant(endedAt),
    }),
  };
}

/** What the store is asked for, for each status. */
function statusFilter(status: string | undefined, tolerance: number, now: number): Partial<CallbackFilter> {
  switch (status) {
    case 'open':
      return { state: 'waiting' };
    case 'waiting':
      return { state: 'waiting', from: now + 1 };
    case 'due':
      return { state: 'waiting', from: now - tolerance, to: now + 1 };
    case 'overdue':
      return { state: 'waiting', to: now - tolerance };
    case 'kept':
      return { state: 'called', calledWithin: tolerance };
    case 'late':
      return { state: 'called', calledAfter: tolerance };
    case 'cancelled':
    case 'dropped':
      return { state: status };
    default:
      return {};
  }
}

export function callbackRoutes(app: App, context: Context): void {
  const { engine } = context;
  const { store } = engine;
  const tags = ['contacts'];

  app.get(
    '/v1/callbacks',
    {
      schema: {
        operationId: 'listCallbacks',
        tags,
        summary: 'Callbacks by the time they are due: waiting, due, overdue, kept, late …',
        querystring: Type.Object(
          {
            ...PAGE_FIELDS,
            campaign: Type.Optional(Identifier),
            agent: Type.Optional(Identifier),
            contact: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
            status: Type.Optional(
              OneOf(['open', 'waiting', 'due', 'overdue', 'kept', 'late', 'cancelled', 'dropped'], {
                description: 'open: waiting, due and overdue together.',
              }),
            ),
            from: Type.Optional(Instant),
            to: Type.Optional(Instant),
            keptWithin: Type.Optional(
              Type.Integer({
                minimum: 0,
                maximum: 86_400,
                default: KEPT_WITHIN_SECONDS,
                description: 'Seconds after its time within which a callback counts as kept.',
              }),
            ),
          },
          STRICT,
        ),
        response: {
          200: Type.Object({ items: Type.Array(CallbackAnswer), nextCursor: NextCursor }),
          ...problems('validation_failed', 'key_missing', 'role_lacking'),
        },
      },
    },
    async (request) => {
      const { limit = 50, cursor, campaign, agent, contact, status, keptWithin, from, to } = request.query;
      const now = context.now();
      const tolerance = (keptWithin ?? KEPT_WITHIN_SECONDS) * 1000;
      const asked = statusFilter(status, tolerance, now);
      // An agent who is known by name sees the own ones.
      const own = principalOf(request).agentId ?? agent;
      const latest = (...times: (number | undefined)[]) => {
        const known = times.filter((time) => time !== undefined);
        return known.length === 0 ? undefined : known;
      };
      const starts = latest(asked.from, from === undefined ? undefined : Date.parse(from));
      const ends = latest(asked.to, to === undefined ? undefined : Date.parse(to));
      const page = await store.callbacks({
        ...asked,
        ...defined({ campaignId: campaign, agentId: own, contactId: contact, cursor }),
        ...(starts === undefined ? {} : { from: Math.max(...starts) }),
        ...(ends === undefined ? {} : { to: Math.min(...ends) }),
        limit,
      });
      const contacts = await Promise.all(page.items.map(({ contactId }) => store.contact(contactId)));
      return {
        items: page.items.map((callback, at) =>
          callbackAnswer(callback, contacts[at]?.name ?? '', tolerance, now),
        ),
        ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
      };
    },
  );

  async function waiting(contactId: string): Promise<{ contact: ContactRecord; callback: CallbackRecord }> {
    const contact = await store.contact(contactId);
    if (contact === undefined) throw new Problem('contact_not_found', `There is no contact ${contactId}.`);
    const [callback] = (await store.callbacks({ contactId, state: 'waiting', limit: 1 })).items;
    if (callback === undefined || contact.callbackAt === undefined)
      throw new Problem('callback_not_found', `Contact ${contactId} waits for no callback.`);
    if (contact.inCall)
      throw new Problem(
        'conflict',
        `Contact ${contactId} is called at this moment: wait for its disposition.`,
      );
    return { contact, callback };
  }

  app.put(
    '/v1/contacts/:id/callback',
    {
      schema: {
        operationId: 'moveCallback',
        tags,
        summary: 'Move a callback to another time, or give it to another agent or to anyone',
        params: OpaqueIdParameters,
        body: Type.Object(
          {
            at: Instant,
            agentId: Type.Optional(
              Type.Unsafe<string | null>({
                type: ['string', 'null'],
                maxLength: 64,
                description: 'Whose it is from now on; null: anyone may make it. As it was when absent.',
              }),
            ),
          },
          { ...STRICT, examples: [{ at: '2026-12-01T15:00:00Z', agentId: null }] },
        ),
        response: {
          200: CallbackAnswer,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'contact_not_found',
            'callback_not_found',
            'conflict',
          ),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const now = context.now();
      const dueAt = Date.parse(request.body.at);
      if (dueAt < now) throw fieldProblem('at', 'is in the past: give a time that is still to come');
      if (dueAt > now + FURTHEST_DAYS * 86_400_000)
        throw fieldProblem('at', `is more than ${FURTHEST_DAYS} days ahead: give an earlier time`);
      const { contact, callback } = await waiting(id);
      const { settings } = campaignOf(context, contact.campaignId).record;
      const agentId =
        request.body.agentId === undefined ? callback.agentId : request.body.agentId || undefined;
      if (agentId !== undefined && !context.views.current().agents.some((agent) => agent.id === agentId))
        throw fieldProblem('agentId', `is no agent: GET /v1/agents lists those there are`);
      const entry = auditEntry(context, request, {
        action: 'callback.move',
        subject: { kind: 'contact', id },
        before: { dueAt: iso(callback.dueAt), agentId: callback.agentId ?? '' },
        after: { dueAt: iso(dueAt), agentId: agentId ?? '' },
      });
      const own =
        agentId === undefined ? {} : { agentId, graceUntil: dueAt + settings.callbackGraceSeconds * 1000 };
      const moved = await store.audited(entry, 'moveCallback', [{ contactId: id, dueAt, ...own, now }]);
      if (!moved) throw new Problem('conflict', `Contact ${id} is called at this moment: look at it again.`);
      engine.notify({ type: 'contacts-changed', campaignId: contact.campaignId });
      const [after = callback] = (await store.callbacks({ contactId: id, state: 'waiting', limit: 1 })).items;
      return callbackAnswer(after, contact.name, KEPT_WITHIN_SECONDS * 1000, now);
    },
  );

  app.delete(
    '/v1/contacts/:id/callback',
    {
      schema: {
        operationId: 'cancelCallback',
        tags,
        summary: 'Cancel a callback',
        params: OpaqueIdParameters,
        querystring: Type.Object(
          {
            next: Type.Optional(
              OneOf(['open', 'done'], {
                description:
                  'What becomes of the contact: called in its turn like any other, or closed. done when absent.',
              }),
            ),
          },
          STRICT,
        ),
        response: {
          204: Type.Null({ description: 'It is cancelled.' }),
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'contact_not_found',
            'callback_not_found',
            'conflict',
          ),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { next = 'done' } = request.query;
      const { contact, callback } = await waiting(id);
      const entry = auditEntry(context, request, {
        action: 'callback.cancel',
        subject: { kind: 'contact', id },
        before: { dueAt: iso(callback.dueAt), agentId: callback.agentId ?? '' },
        after: { next },
      });
      const cancellation = { contactId: id, next, now: context.now() };
      if (!(await store.audited(entry, 'cancelCallback', [cancellation])))
        throw new Problem('conflict', `Contact ${id} is called at this moment: look at it again.`);
      engine.notify({ type: 'contacts-changed', campaignId: contact.campaignId });
      return reply.code(204).send(null);
    },
  );
}
