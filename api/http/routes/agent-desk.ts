/** The agent's desk: the card, previews, calls by hand, answers to the script, callbacks and opt-outs. */
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { maskJson } from '../../privacy/masking.js';
import { AgentStreams } from '../agent-desk/agent-streams.js';
import { callbackQuestion, judgeLocal } from '../agent-desk/callback.js';
import {
  type JudgedTime,
  type LocalInstant,
  localInstant,
  suggestedTimes,
} from '../agent-desk/callback-times.js';
import { agentCard } from '../agent-desk/card.js';
import { CallbackTimesAnswer, CardAnswer } from '../agent-desk/card-schema.js';
import { checkAnswers, scriptOfCall } from '../agent-desk/script.js';
import { auditEntry, forcedAgentEntry } from '../audit.js';
import { contactWith } from '../checked-lead.js';
import { type App, type Context, campaignOf, command } from '../context.js';
import { principalOf } from '../identity/principal.js';
import { seesMasked, showNumber } from '../number-privacy.js';
import { requireNumber } from '../phone-numbers.js';
import { fieldProblem, Problem } from '../problem.js';
import {
  Identifier,
  IdParameters,
  iso,
  MapOf,
  OpaqueIdParameters,
  PhoneNumber,
  problems,
  STRICT,
} from '../schemas.js';
import { agentOf } from './agents.js';

const MOST_ANSWERS = 200;
const ContactId = Type.String({ minLength: 1, maxLength: 128 });
const LocalTime = Type.String({
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$',
  description: "a wall-clock time in the contact's zone such as 2026-03-02T15:30",
});

export function agentDeskRoutes(app: App, context: Context): void {
  const { engine } = context;
  const { store } = engine;
  const tags = ['agents'];
  const common = problems(
    'validation_failed',
    'key_missing',
    'role_lacking',
    'agent_not_found',
    'not_available',
  );

  app.get(
    '/v1/agents/:id/card',
    {
      schema: {
        operationId: 'getAgentCard',
        tags,
        summary: "The agent's desk: own state, and the contact in the call or in preview",
        description:
          'With script and offer, answers so far, consent, the attempts before, and the time where the contact is. `GET /v1/agents/{id}/events` sends it at every change.',
        params: IdParameters,
        response: { 200: CardAnswer, ...common },
      },
    },
    async (request) => cardFor(request, request.params.id),
  );

  /** Numbers that the campaign lets an agent see are kept from the masking of answers. */
  async function cardFor(request: FastifyRequest, id: string) {
    const card = await agentCard(context, agentOf(context, id), principalOf(request).role);
    for (const number of shownNumbers(card)) showNumber(request, number);
    return card;
  }

  const streams = new AgentStreams(engine);
  app.addHook('preClose', async () => streams.close());
  app.get(
    '/v1/agents/:id/events',
    {
      exposeHeadRoute: false,
      schema: {
        operationId: 'streamAgentEvents',
        tags: ['events'],
        summary: "One agent's events and cards as they happen (server-sent events)",
        description:
          'Begins with the card (event `card`, as GET /v1/agents/{id}/card), which comes again whenever anything on it has changed, after the domain events that changed it. After five seconds of silence there is a `heartbeat`. Whoever comes back begins with the card anew.',
        params: IdParameters,
        produces: ['text/event-stream'],
        response: {
          200: Type.Unsafe({
            description: 'The stream, which goes on until either side ends it.',
            content: { 'text/event-stream': { schema: Type.String() } },
          }),
          ...problems('key_missing', 'role_lacking', 'agent_not_found', 'too_many_streams'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      agentOf(context, id);
      const { role } = principalOf(request);
      if (streams.count >= context.limits.agentStreams) throw new Problem('too_many_streams');
      reply.hijack();
      const headers = Object.fromEntries(
        Object.entries(reply.getHeaders()).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
      );
      reply.raw.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        connection: 'close',
      });
      void streams.follow(
        id,
        reply.raw,
        async () => {
          const card = await agentCard(context, agentOf(context, id), role);
          const text = JSON.stringify(card);
          return seesMasked(role) ? maskJson(text, shownNumbers(card)) : text;
        },
        context.now,
      );
    },
  );

  app.get(
    '/v1/agents/:id/preview',
    {
      schema: {
        operationId: 'getPreview',
        tags,
        summary: 'The contact that the agent is shown to dial or skip, as a card',
        params: IdParameters,
        response: { 200: CardAnswer, ...common, ...problems('conflict') },
      },
    },
    async (request) => {
      const agent = agentOf(context, request.params.id);
      if (agent.preview === undefined)
        throw new Problem('conflict', `Agent ${agent.id} is ${agent.state}: no contact is shown.`);
      return cardFor(request, agent.id);
    },
  );

  app.post(
    '/v1/agents/:id/preview/dial',
    {
      schema: {
        operationId: 'dialPreview',
        tags,
        summary: 'Dial the contact that is shown',
        description:
          'Answered when the call has left. The rules are asked again: a refusal says why in words.',
        params: IdParameters,
        body: Type.Object({ contactId: ContactId }, { ...STRICT, examples: [{ contactId: 'c17' }] }),
        response: { 200: CardAnswer, ...common, ...problems('conflict') },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { state } = agentOf(context, id);
      const { contactId } = request.body;
      const audit = forcedAgentEntry(context, request, id, 'preview.dial', state);
      await command(
        context,
        { type: 'agent-preview', agentId: id, contactId, action: 'dial', reason: '' },
        audit,
      );
      return cardFor(request, id);
    },
  );

  app.post(
    '/v1/agents/:id/preview/skip',
    {
      schema: {
        operationId: 'skipPreview',
        tags,
        summary: 'Give the contact that is shown back, for a reason; it is offered again later',
        params: IdParameters,
        body: Type.Object(
          { contactId: ContactId, reason: Type.String({ minLength: 1, maxLength: 200 }) },
          { ...STRICT, examples: [{ contactId: 'c17', reason: 'incomplete data' }] },
        ),
        response: { 200: CardAnswer, ...common, ...problems('conflict') },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { state } = agentOf(context, id);
      const { contactId, reason } = request.body;
      const audit = forcedAgentEntry(context, request, id, 'preview.skip', state, reason);
      await command(
        context,
        { type: 'agent-preview', agentId: id, contactId, action: 'skip', reason },
        audit,
      );
      return cardFor(request, id);
    },
  );

  app.post(
    '/v1/agents/:id/dial',
    {
      schema: {
        operationId: 'dialByHand',
        tags,
        summary: 'Dial a contact, or a number, for a campaign',
        description:
          "An attempt like any other, through the rules. Answered when the call has left; a refusal says why in words. A number that is no contact of the campaign becomes one where the campaign's manualDialing is `any`.",
        params: IdParameters,
        body: Type.Object(
          {
            campaign: Identifier,
            number: Type.Optional(PhoneNumber),
            contact: Type.Optional(ContactId),
          },
          { ...STRICT, examples: [{ campaign: 'spring-renewals', number: '+12025550143' }] },
        ),
        response: {
          200: CardAnswer,
          ...common,
          ...problems('campaign_not_found', 'contact_not_found', 'conflict'),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const agent = agentOf(context, id);
      const { campaign, contact } = request.body;
      const { settings } = campaignOf(context, campaign).record;
      if (request.body.number === undefined && contact === undefined)
        throw fieldProblem('number', 'is missing: give a number or a contact to dial');
      const number =
        request.body.number === undefined
          ? ''
          : requireNumber('number', request.body.number, context.defaultCountry);
      // Who may not dial makes no contact.
      if (agent.state !== 'ready' && agent.state !== 'paused')
        throw new Problem(
          'conflict',
          `Agent ${id} is ${agent.state}: only one who is ready or paused can dial.`,
        );
      const contactId = contact ?? (await contactFor(request, settings, number));
      const found = await store.contact(contactId);
      if (found?.campaignId !== campaign)
        throw new Problem('contact_not_found', `Campaign ${campaign} has no contact ${contactId}.`);
      const audit = forcedAgentEntry(context, request, id, 'dial', agent.state);
      await command(
        context,
        { type: 'agent-dial', agentId: id, campaignId: campaign, contactId, number },
        audit,
      );
      return cardFor(request, id);
    },
  );

  /** The campaign's contact with the number, made if the campaign allows it. */
  async function contactFor(
    request: Parameters<typeof auditEntry>[1],
    { id, manualDialing = 'contacts' }: { readonly id: string; readonly manualDialing?: string },
    number: string,
  ): Promise<string> {
    const known = await contactWith(store, id, number);
    if (known !== undefined) return known;
    if (manualDialing !== 'any')
      throw new Problem(
        'conflict',
        `The number is no contact of campaign ${id}, and the campaign lets agents dial its contacts only.`,
      );
    const added = {
      externalId: '',
      name: '',
      timeZone: '',
      region: '',
      numbers: [number],
      consent: 'none',
      fields: {},
    } as const;
    const entry = auditEntry(context, request, {
      action: 'contacts.add',
      subject: { kind: 'campaign', id },
      numbers: [number],
      after: { added: 1, by: 'manual dial' },
    });
    await store.audited(entry, 'addContacts', [id, [added], context.now()]);
    const made = await contactWith(store, id, number);
    if (made === undefined) throw new Problem('contact_not_found', 'The number could not be added.');
    return made;
  }

  app.post(
    '/v1/agents/:id/opt-out',
    {
      schema: {
        operationId: 'optOut',
        tags,
        summary: 'The person asks not to be called again',
        description:
          'Consent is revoked and the number is put on the internal do-not-call list, in one step that is durable when it is answered. Nobody calls the number from then on.',
        params: IdParameters,
        body: Type.Object(
          { attemptId: Type.String({ minLength: 1, maxLength: 128 }) },
          { ...STRICT, examples: [{ attemptId: '5f0c2a1e-7b1d-4c52-9d0f-2f1c8a9e4b10' }] },
        ),
        response: { 200: CardAnswer, ...common, ...problems('conflict') },
      },
    },
    async (request) => {
      const { id } = request.params;
      agentOf(context, id);
      const { attemptId } = request.body;
      const entry = auditEntry(context, request, {
        action: 'agent.opt-out',
        subject: { kind: 'attempt', id: attemptId },
        after: { agentId: id },
      });
      await command(context, { type: 'agent-opt-out', agentId: id, attemptId }, entry);
      return cardFor(request, id);
    },
  );

  app.get(
    '/v1/agents/:id/callback-times',
    {
      schema: {
        operationId: 'getCallbackTimes',
        tags,
        summary: "When the contact on the agent's desk may be called back, in the contact's own time",
        description:
          'Judged by the rules of the campaign as they will be at that time: calling windows, holidays, caps and recall delays.',
        params: IdParameters,
        querystring: Type.Object({ local: Type.Optional(LocalTime) }, STRICT),
        response: { 200: CallbackTimesAnswer, ...common, ...problems('conflict') },
      },
    },
    async (request) => {
      const question = await callbackQuestion(context, agentOf(context, request.params.id));
      const { local } = request.query;
      const { zone, now } = question;
      return {
        zone,
        now: timeAnswer(localInstant(now, zone)),
        ...(local === undefined ? {} : { asked: judgedAnswer(judgeLocal(question, local, 'query local')) }),
        suggestions: suggestedTimes(question).map(timeAnswer),
      };
    },
  );

  app.put(
    '/v1/attempts/:id/answers',
    {
      schema: {
        operationId: 'saveAnswers',
        tags: ['attempts'],
        summary: 'Keep what was filled in on the script, in the place of what was kept before',
        description:
          "Each answer has to fit its step of the script's version. With the role agent, of the own call or its wrap-up only.",
        params: OpaqueIdParameters,
        body: Type.Object(
          {
            answers: MapOf<string | number>(Type.Union([Type.String(), Type.Number()]), {
              description: 'By step of the script.',
              maxProperties: MOST_ANSWERS,
            }),
          },
          { ...STRICT, examples: [{ answers: {} }] },
        ),
        response: {
          200: Type.Object({
            script: Type.String({ description: 'Id and version.' }),
            answers: MapOf<string | number>(Type.Union([Type.String(), Type.Number()])),
          }),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'attempt_not_found', 'conflict'),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { answers } = request.body;
      const attempt = await store.attempt(id);
      if (attempt === undefined) throw new Problem('attempt_not_found', `There is no attempt ${id}.`);
      const onDesk = context.views.current().agents.find(({ attemptId }) => attemptId === id);
      const { role, agentId: self } = principalOf(request);
      if (role === 'agent' && (onDesk === undefined || onDesk.id !== self))
        throw new Problem('conflict', `Attempt ${id} is not on your desk: its answers are closed to you.`);
      const { settings } = campaignOf(context, attempt.campaignId).record;
      const script = await scriptOfCall(store, settings, attempt.script, attempt.answers?.script);
      if (script === undefined)
        throw new Problem('conflict', `Campaign ${settings.id} has no script: there is nothing to answer.`);
      checkAnswers(script, answers);
      const reference = `${script.id}@${script.version}`;
      const agentId = onDesk?.id ?? self ?? attempt.result?.agentId ?? '';
      await store.saveAnswers(id, { script: reference, answers, agentId, at: context.now() });
      return { script: reference, answers };
    },
  );
}

/** Numbers that are whole on the card. */
function shownNumbers({ call }: Awaited<ReturnType<typeof agentCard>>): ReadonlySet<string> {
  const numbers = [call?.number ?? '', ...(call?.contact?.numbers ?? []).map(({ number }) => number)];
  return new Set(numbers.filter((number) => /^\+[0-9]+$/.test(number)));
}

function timeAnswer({ at, local }: LocalInstant) {
  return { at: iso(at), local };
}

function judgedAnswer({ next, at, ...judged }: JudgedTime) {
  return { ...judged, at: iso(at), ...(next === undefined ? {} : { next: timeAnswer(next) }) };
}
