/** Webhooks: who is told of events, what did not arrive, and having it sent again. */
import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { StoredWebhook, WebhookDelivery } from '../../../dialer/store/webhooks.js';
import { addressFault } from '../../webhooks/address.js';
import type { Lane } from '../../webhooks/lane.js';
import { newSecret } from '../../webhooks/signature.js';
import { auditEntry } from '../audit.js';
import type { App, Context } from '../context.js';
import { defined } from '../defined.js';
import { expectVersion, withEtag } from '../etag.js';
import { fieldProblem, Problem } from '../problem.js';
import {
  Identifier,
  IdParameters,
  Instant,
  iso,
  NextCursor,
  OneOf,
  PAGE_FIELDS,
  problems,
  STRICT,
} from '../schemas.js';
import { EVENT_KINDS } from './events.js';

/** What a webhook that names no kinds is told. */
const ALERTS = ['halt-raised', 'gate-decided', 'campaign-changed'] as const;
const MOST_REPLAYED = 1_000;

const WebhookInput = Type.Object(
  {
    id: Type.Optional(Identifier),
    url: Type.String({
      minLength: 8,
      maxLength: 2048,
      description: 'Where events are posted: https, or http on this machine. Private addresses are taken.',
    }),
    kinds: Type.Optional(
      Type.Array(OneOf(EVENT_KINDS), {
        minItems: 1,
        uniqueItems: true,
        description: `Kinds of events; ${ALERTS.join(', ')} when absent.`,
      }),
    ),
    campaign: Type.Optional(
      Type.Unsafe<string>({ ...Identifier, description: 'Only events of this campaign.' }),
    ),
    description: Type.Optional(Type.String({ maxLength: 200 })),
  },
  {
    ...STRICT,
    examples: [
      {
        id: 'alerts',
        url: 'https://example.com/tactus',
        kinds: ['halt-raised', 'gate-decided'],
        description: 'pages whoever is on duty',
      },
    ],
  },
);
const WEBHOOK_FIELDS = {
  id: Type.String(),
  url: Type.String(),
  kinds: Type.Array(OneOf(EVENT_KINDS)),
  campaign: Type.Optional(Type.String()),
  description: Type.String(),
  createdAt: Instant,
  position: Type.Integer({ description: 'Events up to this one were delivered or are kept below.' }),
  retrying: Type.Integer({ description: 'Deliveries that are tried again.' }),
  dead: Type.Integer({ description: 'Deliveries that were given up.' }),
  lastDeliveredAt: Type.Optional(Instant),
  lastError: Type.String({ description: 'Of the last request; empty when it arrived.' }),
  previousSecretUntil: Type.Optional(
    Type.Unsafe<string>({ ...Instant, description: 'The secret before signs as well until then.' }),
  ),
};
const WebhookEdit = Type.Object(
  {
    url: Type.Optional(Type.String({ minLength: 8, maxLength: 2048 })),
    kinds: Type.Optional(Type.Array(OneOf(EVENT_KINDS), { minItems: 1, uniqueItems: true })),
    campaign: Type.Optional(
      Type.Union([Identifier, Type.Null()], { description: 'null: events of all campaigns.' }),
    ),
    description: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { ...STRICT, minProperties: 1, examples: [{ kinds: ['halt-raised'] }] },
);
const WebhookAnswer = Type.Object(WEBHOOK_FIELDS, { title: 'Webhook' });
const DeliveryAnswer = Type.Object(
  {
    id: Type.String({ description: 'The same in every request for this delivery.' }),
    sequence: Type.Integer(),
    kind: OneOf(EVENT_KINDS),
    state: OneOf(['retrying', 'dead']),
    attempts: Type.Integer(),
    firstAt: Instant,
    lastAt: Instant,
    nextAt: Type.Optional(Instant),
    status: Type.Integer({ description: 'Status of the last answer; 0 when there was none.' }),
    error: Type.String(),
    event: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
  },
  { title: 'WebhookDelivery' },
);

function webhookAnswer(lane: Lane, now: number) {
  const { id, url, kinds, campaignId, description, createdAt, previousSecret } = lane.webhook;
  return {
    id,
    url,
    kinds: [...kinds],
    ...(campaignId === undefined ? {} : { campaign: campaignId }),
    description,
    createdAt: iso(createdAt),
    position: lane.position,
    retrying: lane.count('retrying'),
    dead: lane.count('dead'),
    ...(lane.lastDeliveredAt === undefined ? {} : { lastDeliveredAt: iso(lane.lastDeliveredAt) }),
    lastError: lane.lastError,
    ...(previousSecret === undefined || previousSecret.until <= now
      ? {}
      : { previousSecretUntil: iso(previousSecret.until) }),
  };
}

function versionOf({ version = 1 }: StoredWebhook): number {
  return version;
}

function deliveryAnswer(webhookId: string, delivery: WebhookDelivery) {
  const { sequence, event, state, attempts, status, error } = delivery;
  return {
    id: `${webhookId}:${sequence}`,
    sequence,
    kind: event.kind,
    state,
    attempts,
    firstAt: iso(delivery.firstAt),
    lastAt: iso(delivery.lastAt),
    ...(state === 'dead' ? {} : { nextAt: iso(delivery.nextAt) }),
    status,
    error,
    event: { ...event },
  };
}

export function webhookRoutes(app: App, context: Context): void {
  const { webhooks, events, engine } = context;
  const { store } = engine;
  const tags = ['webhooks'];

  function laneOf(id: string): Lane {
    const lane = webhooks.find(id);
    if (lane === undefined) throw new Problem('webhook_not_found', `There is no webhook ${id}.`);
    return lane;
  }

  async function webhookOf(input: Static<typeof WebhookInput>): Promise<StoredWebhook> {
    const { id = `webhook-${randomBytes(4).toString('hex')}`, url, campaign } = input;
    const fault = addressFault(url, webhooks.options.plainHttp);
    if (fault !== undefined) throw fieldProblem('url', fault);
    if (webhooks.find(id) !== undefined)
      throw new Problem('conflict', `There is a webhook ${id}: remove it first, or give another id.`);
    const { mostWebhooks } = webhooks.options;
    if (webhooks.lanes().length >= mostWebhooks)
      throw new Problem('conflict', `There are ${mostWebhooks} webhooks: remove those that nobody needs.`);
    return {
      id,
      url: new URL(url).href,
      kinds: input.kinds ?? ALERTS,
      ...(campaign === undefined ? {} : { campaignId: campaign }),
      description: input.description ?? '',
      secret: newSecret(),
      createdAt: context.now(),
      position: await events.last(),
    };
  }

  let editing: Promise<unknown> = Promise.resolve();
  /** Of two edits at the same moment the second sees what the first did. */
  function oneAtATime<T>(edit: () => Promise<T>): Promise<T> {
    const edited = editing.then(edit);
    editing = edited.catch(() => undefined);
    return edited;
  }

  async function save(
    request: FastifyRequest,
    action: string,
    before: StoredWebhook,
    changed: StoredWebhook,
  ): Promise<Lane> {
    const edited = { ...changed, version: versionOf(before) + 1 };
    const entry = auditEntry(context, request, {
      action,
      subject: { kind: 'webhook', id: before.id },
      before: auditView(before),
      after: auditView(edited),
    });
    await store.audited(entry, 'saveWebhook', [edited]);
    return webhooks.replace(edited);
  }

  /** The path of an address may be a secret of its receiver: the audit log has the host alone. */
  const auditView = ({ url, kinds, campaignId = '' }: StoredWebhook) => ({
    host: new URL(url).host,
    kinds: [...kinds],
    campaign: campaignId,
  });

  app.get(
    '/v1/webhooks',
    {
      schema: {
        operationId: 'listWebhooks',
        tags,
        summary: 'All webhooks and how their deliveries stand, without their secrets',
        response: {
          200: Type.Object({ items: Type.Array(WebhookAnswer) }),
          ...problems('key_missing', 'role_lacking'),
        },
      },
    },
    async () => ({ items: webhooks.lanes().map((lane) => webhookAnswer(lane, webhooks.options.now())) }),
  );

  app.post(
    '/v1/webhooks',
    {
      config: { answerIsSecret: true },
      schema: {
        operationId: 'createWebhook',
        tags,
        summary: 'Be told of events from now on; the answer is the only place where the secret is ever shown',
        description:
          'Each delivery is a POST of JSON, signed in Tactus-Signature with HMAC-SHA-256. It arrives at least once: the body’s id is the same each time.',
        body: WebhookInput,
        response: {
          201: Type.Object(
            { ...WEBHOOK_FIELDS, secret: Type.String({ description: 'Key of the signature.' }) },
            { title: 'NewWebhook' },
          ),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'conflict'),
        },
      },
    },
    async (request, reply) => {
      const webhook = await webhookOf(request.body);
      const entry = auditEntry(context, request, {
        action: 'webhook.create',
        subject: { kind: 'webhook', id: webhook.id },
        after: auditView(webhook),
      });
      await store.audited(entry, 'saveWebhook', [webhook]);
      const answer = webhookAnswer(webhooks.add(webhook), webhooks.options.now());
      withEtag(reply, versionOf(webhook));
      return reply.code(201).send({ ...answer, secret: webhook.secret });
    },
  );

  app.get(
    '/v1/webhooks/:id',
    {
      schema: {
        operationId: 'getWebhook',
        tags,
        summary: 'One webhook and how its deliveries stand',
        params: IdParameters,
        response: { 200: WebhookAnswer, ...problems('key_missing', 'role_lacking', 'webhook_not_found') },
      },
    },
    async (request, reply) => {
      const lane = laneOf(request.params.id);
      withEtag(reply, versionOf(lane.webhook));
      return webhookAnswer(lane, webhooks.options.now());
    },
  );

  app.patch(
    '/v1/webhooks/:id',
    {
      config: { editsVersion: true },
      schema: {
        operationId: 'updateWebhook',
        tags,
        summary: 'Change a webhook, which goes on where its deliveries stand; its secret stays',
        params: IdParameters,
        body: WebhookEdit,
        response: {
          200: WebhookAnswer,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'webhook_not_found',
            'version_stale',
            'if_match_missing',
          ),
        },
      },
    },
    async (request, reply) =>
      oneAtATime(async () => {
        const { webhook } = laneOf(request.params.id);
        expectVersion(request, versionOf(webhook), `webhook ${webhook.id}`);
        const { url = webhook.url, kinds = webhook.kinds, campaign } = request.body;
        const fault = addressFault(url, webhooks.options.plainHttp);
        if (fault !== undefined) throw fieldProblem('url', fault);
        const { campaignId: before, ...rest } = webhook;
        const campaignId = campaign === undefined ? before : (campaign ?? undefined);
        const { description = webhook.description } = request.body;
        const edited = { ...rest, url: new URL(url).href, kinds, description, ...defined({ campaignId }) };
        const lane = await save(request, 'webhook.update', webhook, edited);
        withEtag(reply, versionOf(lane.webhook));
        return webhookAnswer(lane, webhooks.options.now());
      }),
  );

  app.post(
    '/v1/webhooks/:id/rotate-secret',
    {
      config: { answerIsSecret: true },
      schema: {
        operationId: 'rotateWebhookSecret',
        tags,
        summary: 'Replace the secret; for a while deliveries are signed with both',
        description:
          'The answer is the only place where the new secret is shown. Until previousSecretUntil the header Tactus-Signature has a v1 for each of the two. A leaked secret is replaced with overlapHours 0.',
        params: IdParameters,
        body: Type.Object(
          {
            overlapHours: Type.Optional(
              Type.Number({
                minimum: 0,
                maximum: 168,
                default: 24,
                description: 'The old one signs so long.',
              }),
            ),
          },
          { ...STRICT, examples: [{ overlapHours: 48 }] },
        ),
        response: {
          200: Type.Object(
            { ...WEBHOOK_FIELDS, secret: Type.String({ description: 'Key of the signature.' }) },
            { title: 'RotatedWebhook' },
          ),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'webhook_not_found'),
        },
      },
    },
    async (request, reply) =>
      oneAtATime(async () => {
        const { webhook } = laneOf(request.params.id);
        const { overlapHours = 24 } = request.body;
        const { previousSecret: _oldest, secret: before, ...rest } = webhook;
        const until = webhooks.options.now() + overlapHours * 3_600_000;
        const secret = newSecret();
        const previous = overlapHours === 0 ? {} : { previousSecret: { secret: before, until } };
        const lane = await save(request, 'webhook.rotate-secret', webhook, { ...rest, secret, ...previous });
        withEtag(reply, versionOf(lane.webhook));
        return { ...webhookAnswer(lane, webhooks.options.now()), secret };
      }),
  );

  app.delete(
    '/v1/webhooks/:id',
    {
      schema: {
        operationId: 'removeWebhook',
        tags,
        summary: 'Remove a webhook with what it keeps',
        params: IdParameters,
        response: {
          204: Type.Null({ description: 'It is removed.' }),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'webhook_not_found'),
        },
      },
    },
    async (request, reply) => {
      const { webhook } = laneOf(request.params.id);
      const entry = auditEntry(context, request, {
        action: 'webhook.remove',
        subject: { kind: 'webhook', id: webhook.id },
        before: auditView(webhook),
      });
      await store.audited(entry, 'removeWebhook', [webhook.id]);
      await webhooks.remove(webhook.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/webhooks/:id/ping',
    {
      schema: {
        operationId: 'pingWebhook',
        tags,
        summary: 'Send a signed test now, once; the answer says what became of it',
        params: IdParameters,
        response: {
          200: Type.Object(
            { delivered: Type.Boolean(), status: Type.Integer(), error: Type.String() },
            { title: 'WebhookPing' },
          ),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'webhook_not_found'),
        },
      },
    },
    async (request) => {
      const { delivered, status, error } = await webhooks.ping(laneOf(request.params.id).webhook);
      return { delivered, status, error };
    },
  );

  app.get(
    '/v1/webhooks/:id/deliveries',
    {
      schema: {
        operationId: 'listDeliveries',
        tags,
        summary: 'Deliveries that have not arrived: tried again, or given up (dead letters)',
        description: 'In the order of the journal. The newest thousand dead letters are kept.',
        params: IdParameters,
        querystring: Type.Object(
          { state: Type.Optional(OneOf(['retrying', 'dead'])), ...PAGE_FIELDS },
          STRICT,
        ),
        response: {
          200: Type.Object({ items: Type.Array(DeliveryAnswer), nextCursor: NextCursor }),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'webhook_not_found'),
        },
      },
    },
    async (request) => {
      const { id } = laneOf(request.params.id).webhook;
      const { state, limit = 50, cursor } = request.query;
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
        throw fieldProblem('query cursor', 'is not one of this list: give nextCursor of the page before');
      const page = await store.webhookDeliveries({
        webhookId: id,
        limit,
        ...(state === undefined ? {} : { state }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      return {
        items: page.items.map((delivery) => deliveryAnswer(id, delivery)),
        ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
      };
    },
  );

  app.post(
    '/v1/webhooks/:id/replay',
    {
      schema: {
        operationId: 'replayDeliveries',
        tags,
        summary: 'Send dead letters again, with all their tries',
        params: IdParameters,
        body: Type.Object(
          {
            sequences: Type.Optional(
              Type.Array(Type.Integer({ minimum: 1 }), {
                minItems: 1,
                maxItems: MOST_REPLAYED,
                uniqueItems: true,
                description: 'Only these; all when absent.',
              }),
            ),
          },
          { ...STRICT, examples: [{ sequences: [812, 815] }] },
        ),
        response: {
          200: Type.Object(
            {
              replayed: Type.Integer({ description: 'Those that were dead, as many as may wait at once.' }),
            },
            { title: 'WebhookReplay' },
          ),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'webhook_not_found'),
        },
      },
    },
    async (request) => {
      const lane = laneOf(request.params.id);
      const replayed = await lane.replay(request.body.sequences);
      await context.audit.record(
        auditEntry(context, request, {
          action: 'webhook.replay',
          subject: { kind: 'webhook', id: lane.webhook.id },
          after: { replayed },
        }),
      );
      return { replayed };
    },
  );
}
