/** API keys: administrators make, list and revoke them. */
import Type from 'typebox';
import type { ApiKey } from '../../../dialer/store/port.js';
import { auditEntry } from '../audit.js';
import type { App, Context } from '../context.js';
import { defined } from '../defined.js';
import { checkAgent, principalOf, ROLES } from '../identity/principal.js';
import { Problem } from '../problem.js';
import { AgentId, Instant, iso, OneOf, OpaqueIdParameters, problems, STRICT } from '../schemas.js';

const KEY_FIELDS = {
  id: Type.String(),
  name: Type.String(),
  role: OneOf(ROLES),
  agentId: Type.Optional(Type.String({ description: 'The one agent that the key may act as.' })),
  createdAt: Instant,
  revokedAt: Type.Optional(Instant),
};
const KeyAnswer = Type.Object(KEY_FIELDS, { title: 'ApiKey' });

function keyAnswer(key: ApiKey) {
  return {
    id: key.id,
    name: key.name,
    role: key.role,
    ...defined({ agentId: key.agentId }),
    createdAt: iso(key.createdAt),
    ...(key.revokedAt === undefined ? {} : { revokedAt: iso(key.revokedAt) }),
  };
}

export function keyRoutes(app: App, context: Context): void {
  const { keys } = context;
  const tags = ['keys'];

  app.get(
    '/v1/keys',
    {
      schema: {
        operationId: 'listKeys',
        tags,
        summary: 'All keys, without their secrets',
        response: {
          200: Type.Object({ items: Type.Array(KeyAnswer) }),
          ...problems('key_missing', 'role_lacking'),
        },
      },
    },
    async () => ({ items: (await keys.list()).map(keyAnswer) }),
  );

  app.post(
    '/v1/keys',
    {
      config: { answerIsSecret: true },
      schema: {
        operationId: 'createKey',
        tags,
        summary: 'Make a key; the answer is the only place where its secret is ever shown',
        body: Type.Object(
          {
            name: Type.String({ minLength: 1, maxLength: 100 }),
            role: OneOf(ROLES),
            agentId: Type.Optional(AgentId),
          },
          { ...STRICT, examples: [{ name: 'wallboard', role: 'read-only' }] },
        ),
        response: {
          201: Type.Object(
            { ...KEY_FIELDS, key: Type.String({ description: 'For the header Authorization: Bearer.' }) },
            { title: 'NewApiKey' },
          ),
          ...problems('validation_failed', 'key_missing', 'role_lacking'),
        },
      },
    },
    async (request, reply) => {
      const { name, role, agentId } = request.body;
      checkAgent(role, agentId);
      const entryOf = ({ id }: ApiKey) =>
        auditEntry(context, request, {
          action: 'key.create',
          subject: { kind: 'key', id },
          after: { name, role, ...defined({ agentId }) },
        });
      const { key, token } = await keys.issue(name, role, entryOf, agentId);
      request.log.info({ by: principalOf(request).id, key: key.id, role }, 'API key made');
      return reply.code(201).send({ ...keyAnswer(key), key: token });
    },
  );

  app.delete(
    '/v1/keys/:id',
    {
      schema: {
        operationId: 'revokeKey',
        tags,
        summary: 'Revoke a key',
        params: OpaqueIdParameters,
        response: {
          200: KeyAnswer,
          ...problems('key_missing', 'role_lacking', 'key_not_found', 'conflict'),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const active = (await keys.list()).filter((k) => k.role === 'admin' && k.revokedAt === undefined);
      if (active.length === 1 && active[0]?.id === id) {
        throw new Problem('conflict', 'This is the last admin key: make another before you revoke it.');
      }
      const key = await keys.revoke(id, ({ name, role }) =>
        auditEntry(context, request, {
          action: 'key.revoke',
          subject: { kind: 'key', id },
          before: { name, role, revoked: false },
          after: { name, role, revoked: true },
        }),
      );
      if (key === undefined) throw new Problem('key_not_found', `There is no key ${id}.`);
      request.log.info({ by: principalOf(request).id, key: id }, 'API key revoked');
      return keyAnswer(key);
    },
  );
}
