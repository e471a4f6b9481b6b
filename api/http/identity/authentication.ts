/** Who asks, and may they: checked on every route before its body is read. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isOperation, rolesFor } from '../access.js';
import type { App } from '../context.js';
import { Problem } from '../problem.js';
import type { RateLimiter } from '../rate-limit.js';
import { clearSessionCookie, sessionTokenOf } from './cookies.js';
import { type KeyRing, principalOfKey } from './keys.js';
import { described, type Principal } from './principal.js';
import { csrfTokenOf, type Session, type SessionBook } from './sessions.js';
import { principalOfUser } from './users.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The session of a request that was made by cookie. */
    session: { readonly session: Session; readonly token: string } | undefined;
    /** Asked later on, while a stream is open: does the key or the session still hold? An open page counts as use. */
    mayGoOn: () => Promise<boolean>;
  }
}

/** What those who make no change use. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface Identities {
  readonly keys: KeyRing;
  readonly sessions: SessionBook;
}

/** Every route names an operation of the access table. Without a `limiter` there are no rate limits. */
export function installAuthentication(app: App, identities: Identities, limiter?: RateLimiter): void {
  app.decorateRequest('principal', undefined);
  app.decorateRequest('session', undefined);
  app.decorateRequest('mayGoOn', async () => true);
  app.addHook('onRoute', (route) => {
    if (!isOperation(route.schema?.operationId)) {
      throw new Error(
        `route ${String(route.method)} ${route.url} names no operation of the access table: add it to access.ts`,
      );
    }
  });
  app.addHook('onRequest', async (request, reply) => {
    const operation = request.routeOptions.schema?.operationId;
    // An address that no route takes: the not-found handler answers.
    const roles = isOperation(operation) ? rolesFor(operation) : 'open';
    if (roles === 'open') return limiter?.count(request, reply);
    const principal = await identify(identities, request, reply).catch((error: unknown) => {
      if (error instanceof Problem && error.status === 401) limiter?.refused(request, reply);
      throw error;
    });
    if (!roles.includes(principal.role)) {
      throw new Problem(
        'role_lacking',
        `${sentence(described(principal))} has the role ${principal.role}; this needs one of ${roles.join(', ')}.`,
      );
    }
    checkOwnAgent(request, principal);
    request.principal = principal;
    limiter?.count(request, reply);
  });
}

/** An agent acts as nobody but this agent. */
function checkOwnAgent({ routeOptions, params }: FastifyRequest, principal: Principal): void {
  const { role, agentId } = principal;
  if (role !== 'agent' || routeOptions.url?.startsWith('/v1/agents/:id') !== true) return;
  if (agentId !== undefined && (params as { readonly id?: string }).id === agentId) return;
  throw new Problem(
    'role_lacking',
    agentId === undefined
      ? `${sentence(described(principal))} is no agent: make a key or a user that names its agentId.`
      : `${sentence(described(principal))} is the agent ${agentId} and may act as no other.`,
  );
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** By key where one is sent, else by the cookie of a session. */
async function identify(
  { keys, sessions }: Identities,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Principal> {
  const header = request.headers.authorization;
  if (header !== undefined) {
    const token = /^Bearer +(\S+) *$/i.exec(header)?.[1];
    if (token === undefined) {
      throw new Problem('key_wrong', 'The header Authorization is not understood: send it as "Bearer KEY".');
    }
    const key = await keys.find(token);
    if (key === undefined) throw new Problem('key_wrong');
    request.mayGoOn = async () => (await keys.find(token)) !== undefined;
    return principalOfKey(key);
  }
  const token = sessionTokenOf(request);
  if (token === undefined) throw new Problem('key_missing');
  const found = await sessions.find(token);
  if (found === undefined) {
    clearSessionCookie(request, reply);
    throw new Problem('session_ended');
  }
  if (!SAFE_METHODS.has(request.method)) {
    checkOrigin(request);
    if (request.headers['x-csrf-token'] !== csrfTokenOf(token)) {
      throw new Problem(
        'csrf_failed',
        'Send the csrfToken that GET /v1/session answers as the header X-CSRF-Token.',
      );
    }
  }
  request.session = { session: found.session, token };
  request.mayGoOn = async () => (await sessions.find(token)) !== undefined;
  return principalOfUser(found.user);
}

/**
 * Refuses what the page of another site had a browser send. Programs send no such headers, and need none.
 *
 * @throws Problem `csrf_failed`
 */
export function checkOrigin(request: FastifyRequest): void {
  const { origin } = request.headers;
  if (origin !== undefined) {
    const from = URL.canParse(origin) ? new URL(origin).host : origin;
    if (from.toLowerCase() === request.host.toLowerCase()) return;
    throw new Problem(
      'csrf_failed',
      `The request comes from a page of ${origin}, and this service is ${request.host}: use it at its own address. Behind a proxy, name the proxy in trustProxy.`,
    );
  }
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new Problem('csrf_failed', 'The request comes from a page of another site.');
}
