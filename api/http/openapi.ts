/** The OpenAPI document: made from the schemas of the routes. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import Type from 'typebox';
import { isOperation, rolesFor } from './access.js';
import { IF_MATCH_FIELDS } from './etag.js';
import { SESSION_COOKIE } from './identity/cookies.js';
import { problems } from './schemas.js';

const IDEMPOTENCY_FIELDS = {
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'A write sent again with the same key within 24 hours takes effect once.',
    }),
  ),
};
const IDEMPOTENCY_HEADER = Type.Object(IDEMPOTENCY_FIELDS);
const EDIT_HEADERS = Type.Object({ ...IDEMPOTENCY_FIELDS, ...IF_MATCH_FIELDS });

export function openApiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tactus',
        version,
        description:
          'Predictive dialer and campaign engine. Errors are RFC 9457 problem details; writes take an Idempotency-Key; lists are paged by cursor; times are ISO 8601 in UTC; numbers are given back in E.164.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This service' }],
      tags: [
        { name: 'campaigns', description: 'Campaigns, their stages and their commands' },
        { name: 'stages', description: 'Samples, KPIs, gates, halts and the watch' },
        { name: 'scripts', description: 'Scripts, offers and dispositions' },
        { name: 'resources', description: 'Pools, teams, agents, trunks and caller ids' },
        { name: 'contacts', description: 'Contacts and list imports' },
        { name: 'agents', description: 'Agents and what they do' },
        { name: 'attempts', description: 'What was dialled, and what came of it' },
        { name: 'numbers', description: 'Do-not-call, consent, and may a number be called' },
        { name: 'events', description: 'What happens, as it happens' },
        { name: 'webhooks', description: 'Events posted to others, signed, until they arrive' },
        { name: 'records', description: 'How long records are kept, erasure, exports' },
        { name: 'audit', description: 'Who changed what, and the proof that nothing was rewritten' },
        { name: 'simulations', description: 'What would come of a list, in virtual time' },
        { name: 'session', description: 'Login and logout' },
        { name: 'users', description: 'People who log in, and what they may do' },
        { name: 'keys', description: 'API keys' },
        { name: 'operations', description: 'Health, metrics, overview' },
      ],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'Authorization: Bearer KEY' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: SESSION_COOKIE,
            description: 'Set by POST /v1/session; writes send the header X-CSRF-Token besides.',
          },
        },
      },
    },
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, i) =>
        typeof json['$id'] === 'string' ? json['$id'] : `schema-${i}`,
    },
    transform: ({ schema, url, route }) => {
      if (!isOperation(schema.operationId)) return { schema, url };
      const roles = rolesFor(schema.operationId);
      if (roles === 'open') return { schema: { ...schema, security: [] }, url };
      const methods = [route.method].flat();
      const takesKey =
        methods.some((m) => m !== 'GET' && m !== 'HEAD') && route.config?.answerIsSecret !== true;
      const role = `Roles: ${roles.join(', ')}.`;
      return {
        url,
        schema: {
          ...schema,
          description: schema.description === undefined ? role : `${schema.description}\n\n${role}`,
          security: [{ apiKey: [] }, { session: [] }],
          ...(takesKey
            ? {
                // What a key that was used before is answered, beside what the route itself says.
                response: {
                  ...problems('request_in_progress', 'idempotency_key_reused'),
                  ...(schema.response as object | undefined),
                },
              }
            : {}),
          ...(takesKey
            ? { headers: route.config?.editsVersion === true ? EDIT_HEADERS : IDEMPOTENCY_HEADER }
            : {}),
        },
      };
    },
  };
}
