/**
 * Idempotency-Key: a write that was sent twice takes effect once. The answer of a successful write is kept by
 * the store (24 hours) and given again; a refused write changed nothing, so it may be sent again with its key.
 */

import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App, Context } from './context.js';
import { principalOf } from './identity/principal.js';
import { fieldProblem, Problem } from './problem.js';

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while a request with an Idempotency-Key is under way. */
    idempotency: { readonly id: string; readonly fingerprint: string } | undefined;
  }
  interface FastifyContextConfig {
    /** The answer holds a secret, so it is not kept: Idempotency-Key is refused. */
    readonly answerIsSecret?: boolean;
  }
}

export function installIdempotency(app: App, context: Pick<Context, 'engine' | 'now'>): void {
  const underWay = new Set<string>();
  app.decorateRequest('idempotency', undefined);

  // Called back and not awaited, for they have nothing to do in most requests.
  app.addHook('preHandler', (request, reply, done) => {
    const header = request.headers['idempotency-key'];
    if (header === undefined || !WRITES.has(request.method) || request.principal === undefined) done();
    else begin(request, reply, header).then((answered) => (answered ? undefined : done()), done);
  });

  /** Whether it was answered as before. */
  async function begin(
    request: FastifyRequest,
    reply: FastifyReply,
    header: string | string[],
  ): Promise<boolean> {
    if (request.routeOptions.config.answerIsSecret === true) {
      throw fieldProblem(
        'header idempotency-key',
        'is not taken here, because the answer holds a secret that is not kept: leave it out',
      );
    }
    if (typeof header !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(header)) {
      throw fieldProblem('header idempotency-key', 'is not usable: give 1 to 200 visible ASCII characters');
    }
    const { kind, id: own } = principalOf(request);
    const id = `${kind === 'key' ? own : `${kind}/${own}`}:${header}`;
    if (underWay.has(id)) throw new Problem('request_in_progress');
    underWay.add(id);
    const fingerprint = fingerprintOf(request);
    request.idempotency = { id, fingerprint };
    const before = await context.engine.store.idempotent(id);
    if (before === undefined) return false;
    if (before.request !== fingerprint) throw new Problem('idempotency_key_reused');
    answerAgain(request, reply, before.status, before.body);
    return true;
  }

  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.idempotency === undefined) done(null, payload);
    else keepAnswer(request, reply, payload, request.idempotency).then(() => done(null, payload), done);
  });

  async function keepAnswer(
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    running: NonNullable<FastifyRequest['idempotency']>,
  ): Promise<void> {
    request.idempotency = undefined;
    try {
      if (reply.statusCode < 300 && reply.getHeader('idempotency-replayed') === undefined) {
        const body = typeof payload === 'string' ? payload : '';
        await context.engine.store.rememberIdempotent(
          running.id,
          { request: running.fingerprint, status: reply.statusCode, body },
          context.now(),
        );
      }
    } catch (error) {
      // The write itself has been done: the client is told so, and the log that a repeat would not be recognised.
      request.log.error({ err: error }, 'the answer to an idempotent request could not be kept');
    } finally {
      underWay.delete(running.id);
    }
  }
}

function answerAgain(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  body: string,
): FastifyReply {
  if (isStream(request.body)) request.body.resume();
  reply.code(status).header('idempotency-replayed', 'true');
  if (body !== '') reply.type('application/json; charset=utf-8');
  // The text is the answer already; it must not pass the serializer of the route.
  return reply.serializer((text: unknown) => String(text)).send(body === '' ? undefined : body);
}

/** A streamed list is told apart by its length only: it is not in memory to be hashed. */
function fingerprintOf(request: FastifyRequest): string {
  const body = isStream(request.body)
    ? `stream ${request.headers['content-length'] ?? 'of unknown length'}`
    : JSON.stringify(request.body ?? null);
  return createHash('sha256').update(`${request.method} ${request.url}\n${body}`).digest('hex');
}

function isStream(body: unknown): body is NodeJS.ReadableStream {
  return typeof body === 'object' && body !== null && 'pipe' in body;
}
